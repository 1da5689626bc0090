"""Phones that send filled-in forms to a server at a steady pace, in a process of their own.

Reads {port, path, rate, seconds, text_bytes, files, file_bytes} from standard input; prints {seconds, waits,
file_waits, failed}: milliseconds of each answer. files: how many phones send one large file after another.
"""

from __future__ import annotations

import http.client
import json
import secrets
import sys
import threading
import time

from tests.field import sheets

BOUNDARY = "jukwaa-benchmark"


def main() -> None:
    """Send as asked, and tell how long each answer took."""
    asked = json.load(sys.stdin)
    waits: list[float] = []
    file_waits: list[float] = []
    failed: list[str] = []
    over = time.perf_counter() + asked["seconds"]
    threads = max(4, asked["rate"] // 3)
    senders = [
        threading.Thread(target=texts, args=(asked, place, threads, over, waits, failed))
        for place in range(threads)
    ]
    senders += [
        threading.Thread(target=files, args=(asked, over, file_waits, failed)) for _ in range(asked["files"])
    ]
    begun = time.perf_counter()
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    told = {
        "waits": waits,
        "file_waits": file_waits,
        "failed": failed,
        "seconds": time.perf_counter() - begun,
    }
    json.dump(told, sys.stdout)


def texts(asked: dict, place: int, of: int, over: float, waits: list[float], failed: list[str]) -> None:
    """Send a text when it is due: of so many phones, each has its turn in every so many turns."""
    line = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=60)
    due = time.perf_counter() + place / asked["rate"]
    while due < over:
        time.sleep(max(0.0, due - time.perf_counter()))
        post(line, asked["path"], {}, waits, failed, words="x" * asked["text_bytes"])
        due += of / asked["rate"]


def files(asked: dict, over: float, waits: list[float], failed: list[str]) -> None:
    """Send one large recording after another."""
    line = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=60)
    while time.perf_counter() < over:
        post(line, asked["path"], {"voice.amr": secrets.token_bytes(asked["file_bytes"])}, waits, failed)


def post(
    line: http.client.HTTPConnection,
    path: str,
    parts: dict[str, bytes],
    waits: list[float],
    failed: list[str],
    words: str = "The water is far.",
) -> None:
    """One submission; what was not acknowledged as received has failed."""
    text = sheets.filled(f"uuid:{secrets.token_hex(16)}", words=words)
    body = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n'
        % (BOUNDARY.encode(), name.encode(), name.encode(), kind, data)
        for name, kind, data in [
            ("xml_submission_file", b"text/xml", text),
            *((name, b"audio/amr", data) for name, data in parts.items()),
        ]
    )
    body += b"--%s--\r\n" % BOUNDARY.encode()
    begun = time.perf_counter()
    try:
        line.request("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
        answer = line.getresponse()
        said = answer.read()
    except OSError as wrong:
        line.close()
        failed.append(repr(wrong))
        return
    waits.append((time.perf_counter() - begun) * 1000)
    if answer.status not in {201, 202}:
        failed.append(f"{answer.status} {said[:200]!r}")


if __name__ == "__main__":
    main()
