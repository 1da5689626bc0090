"""Phones that vote as fast as they are answered, in a process of their own: `python -m benchmarks.load`.

Reads {port, path, cookies, clients, seconds} from standard input and prints {seconds, milliseconds}: how long
it took, and how long each vote waited for its answer. A vote counts once its answer shows the next statement,
or that none is left.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

STATEMENT = re.compile(rb'name="statement" value="([0-9a-f-]{36})"')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
CHOICES = (b"1", b"-1", b"0", b"1")


@dataclass
class Client:
    """One kept connection over which one phone after the other votes on all it is shown."""

    port: int
    path: str
    connection: socket.socket = field(init=False)
    answers: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.connection.makefile("rb")

    def votes(self, cookie: str) -> Iterator[float]:
        """Vote until nothing is left; gives the milliseconds that each vote waited."""
        token = secrets.token_hex(16)
        head = (
            f"Host: 127.0.0.1:{self.port}\r\nCookie: jukwaa_card={cookie}; csrftoken={token}\r\n"
            f"X-CSRFToken: {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        ).encode()
        shown = self.ask(b"GET", head, b"")
        while shown:
            body = b"statement=" + shown + b"&choice=" + CHOICES[shown[0] % 4]
            begun = time.perf_counter()
            shown = self.ask(b"POST", head, body)
            yield (time.perf_counter() - begun) * 1000

    def ask(self, method: bytes, head: bytes, body: bytes) -> bytes | None:
        """Ask for the page; gives the statement on it, or None when nothing is left to vote on."""
        start = b"%s %s HTTP/1.1\r\n" % (method, self.path.encode())
        self.connection.sendall(start + head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        status, length = self.answers.readline(), 0
        while (line := self.answers.readline()) != b"\r\n":
            if found := LENGTH.match(line):
                length = int(found[1])
        page = self.answers.read(length)
        if b" 200 " not in status:
            raise RuntimeError(f"{status!r}: {page[:500]!r}")
        found = STATEMENT.search(page)
        return found[1] if found else None


def run(port: int, path: str, cookies: list[str], clients: int, seconds: float) -> dict[str, object]:
    """Let so many clients vote for so long, each with phones of its own."""
    waits: list[list[float]] = [[] for _ in range(clients)]
    faults: list[BaseException] = []
    begun = time.perf_counter()

    def vote(place: int) -> None:
        try:
            client = Client(port, path)
            for cookie in cookies[place::clients]:
                for wait in client.votes(cookie):
                    waits[place].append(wait)
                    if time.perf_counter() - begun > seconds:
                        return
        except (OSError, RuntimeError) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=vote, args=[place]) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    if faults:
        raise faults[0]
    return {"seconds": took, "milliseconds": [wait for each in waits for wait in each]}


if __name__ == "__main__":
    json.dump(run(**json.load(sys.stdin)), sys.stdout)
