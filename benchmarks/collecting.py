"""Forms from the field: how many come in while people vote, and how 100,000 of them are worked with."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from benchmarks import voting
from tests.served import ROOT, Server, prepare, run, served

RATE, TEXT_BYTES = 50, 20_000
FILES, FILE_BYTES = 10, 5_000_000
VOTERS = 4
MANY, FEW = 100_000, 500


def measure(home: Path, environment: dict[str, str], *, quick: bool) -> Iterator[str]:
    """First what comes in, then what is there: one line each."""
    seconds = 3.0 if quick else 30.0
    round_ = prepare(home, environment, phones=60 if quick else 400, statements=50)
    told = json.loads(run([sys.executable, "-m", "tests.collecting", "0"], environment))
    with served(home, environment) as server:
        voting.vote(server, "", round_, round_.cookies[:1], clients=1, seconds=0.1)
        alone = voting.vote(server, "", round_, round_.cookies[1 : len(round_.cookies) // 2], VOTERS, seconds)
        yield f"  {'votes alone':44}{line(alone.waits, seconds)}"
        for files, what in ((0, "texts"), (FILES, f"texts, and {FILES} phones with 5 MB each")):
            yield from coming_in(server, round_, told["token"], files, what, seconds / 2)
    count = FEW if quick else MANY
    begun = time.perf_counter()
    told = json.loads(run([sys.executable, "-m", "tests.collecting", str(count)], environment))
    yield f"  {count:,} submissions written by the record in {time.perf_counter() - begun:.0f} s"
    with served(home, environment) as server:
        yield from looked_at(server, told)


def coming_in(
    server: Server, round_: Any, token: str, files: int, what: str, seconds: float
) -> Iterator[str]:
    """Submissions at RATE a second while VOTERS vote."""
    asked = {
        "port": server.port,
        "path": f"/collect/{token}/submission",
        "rate": RATE,
        "seconds": seconds,
        "text_bytes": TEXT_BYTES,
        "files": files,
        "file_bytes": FILE_BYTES,
    }
    votes: list[voting.Figures | BaseException] = []
    half = len(round_.cookies) // 2
    mine = round_.cookies[half : half + half // 2] if files else round_.cookies[half + half // 2 :]

    def vote() -> None:
        try:
            votes.append(voting.vote(server, "", round_, mine, VOTERS, seconds))
        except RuntimeError as wrong:
            votes.append(wrong)

    voters = threading.Thread(target=vote)
    voters.start()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sending"],
        cwd=ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    voters.join()
    if done.returncode:
        raise RuntimeError(done.stderr)
    said = json.loads(done.stdout)
    yield f"  {f'{RATE}/s {what}: texts':44}{line(said['waits'], said['seconds'])}"
    if files:
        carried = len(said["file_waits"]) * FILE_BYTES / 1e6 / said["seconds"]
        yield f"  {'   files of 5 MB':44}{line(said['file_waits'], said['seconds'])}{carried:>8.0f} MB/s"
    [cast] = votes
    meanwhile = f"FAILED: {cast}"[:300] if isinstance(cast, BaseException) else line(cast.waits, seconds)
    yield f"  {'   votes meanwhile':44}{meanwhile}"
    yield f"     not acknowledged: {len(said['failed'])} {said['failed'][:2] or ''}"


def line(waits: list[float], seconds: float) -> str:
    """How many, how many a second, and how long they waited."""
    found = sorted(waits) or [float("nan")]
    shares = [found[min(int(share * len(found)), len(found) - 1)] for share in (0.5, 0.95, 0.99)]
    return f"{len(waits):>8,}{len(waits) / seconds:>8.1f}/s" + "".join(f"{wait:>8.0f}" for wait in shares)


def looked_at(server: Server, told: dict[str, Any]) -> Iterator[str]:
    """Pages and exports of all of them: time to the first byte and to the last, bytes, and memory."""
    form = f"/p/{told['slug']}/field/forms/{told['form']}"
    odata = f"/p/{told['slug']}/field/v1/projects/{told['project']}/forms/testimony.svc/Submissions"
    staff = {"Cookie": f"sessionid={told['cookie']}"}
    reader = {"Authorization": f"Bearer {told['bearer']}"}
    for what, path, headers in (
        ("first page", f"{form}/", staff),
        ("first page again", f"{form}/", staff),
        ("the last page", f"{form}/?page=last", staff),
        ("search: a word that many say", f"{form}/?words=water", staff),
        ("search: a word that one says", f"{form}/?words=water+4711+", staff),
        ("only with missing files", f"{form}/?missing=on", staff),
        ("files by site", f"{form}/sites/", staff),
        ("CSV", f"{form}/submissions.csv", staff),
        ("XLSX", f"{form}/submissions.xlsx", staff),
        ("ZIP with files", f"{form}/submissions.zip", staff),
        ("OData, 250 rows", f"{odata}?$top=250", reader),
        ("OData, the next 250", f"{odata}?$top=250&$skip=50000", reader),
        ("OData, all rows", odata, reader),
        (
            "OData, a filter, counted",
            f"{odata}?$top=1&$count=true&$filter=month(__system/submissionDate) eq 3",
            reader,
        ),
    ):
        yield ask(server, what, path, headers)


def ask(server: Server, what: str, path: str, headers: dict[str, str]) -> str:
    """Ask once."""
    forget_peak(server)
    before = peak(server)
    begun = time.perf_counter()
    with requests.get(
        f"http://127.0.0.1:{server.port}{path}", headers=headers, stream=True, timeout=900
    ) as got:
        size, first = 0, 0.0
        for part in got.iter_content(65536):
            first = first or time.perf_counter() - begun
            size += len(part)
        whole = time.perf_counter() - begun
    wrong = "" if got.status_code == 200 else f"  STATUS {got.status_code}"
    return (
        f"  {what:34}{first * 1000:>9,.0f} ms{whole:>9.2f} s{size / 1e6:>9.1f} MB"
        f"{peak(server):>7.0f} MB (+{peak(server) - before:.0f}){wrong}"
    )


def forget_peak(server: Server) -> None:
    """Begin anew to watch how much memory the server takes."""
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")


def peak(server: Server) -> float:
    """The most memory that the server held since, in MB."""
    said = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) / 1000
