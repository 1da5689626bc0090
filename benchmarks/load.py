"""Phones that vote as fast as they are answered, in a process of their own: `python -m benchmarks.load`.

Reads {port, path, cookies, clients, seconds} from standard input and prints {seconds, milliseconds, cpu}: how
long it took, how long each vote waited for its answer, and the milliseconds this process spent on the cores.
A vote counts once its answer shows the next statement, or that none is left. One thread serves all the
clients, so that measuring takes little of the cores from what is measured.
"""

from __future__ import annotations

import json
import re
import secrets
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
STATEMENT = re.compile(rb'name="statement" value="([0-9a-f-]{36})"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHOICES = (b"1", b"-1", b"0", b"1")
END = b"\r\n\r\n"
MOST_AT_ONCE = 256 * 1024
PATIENCE = 60.0


@dataclass
class Client:
    """One kept connection over which one phone after the other votes on all it is shown."""

    port: int
    path: str
    cookies: Iterator[str]
    waits: list[float] = field(default_factory=list)
    connection: socket.socket = field(init=False)
    head: bytes = b""
    begun: float | None = None
    come: bytes = b""

    def __post_init__(self) -> None:
        self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def open(self) -> bool:
        """Let the next phone open the page; False when none is left."""
        cookie = next(self.cookies, None)
        if cookie is None:
            return False
        token = secrets.token_hex(16)
        self.head = (
            f"Host: 127.0.0.1:{self.port}\r\nCookie: jukwaa_card={cookie}; csrftoken={token}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        ).encode()
        self.begun = None
        self._ask(b"GET", b"")
        return True

    def hear(self) -> bool:
        """Take in what has come. After a whole page vote on what it shows; False when no phone is left."""
        self.come += self.connection.recv(MOST_AT_ONCE)
        if (page := self._whole_page()) is None:
            return True
        if self.begun is not None:
            self.waits.append((time.perf_counter() - self.begun) * 1000)
        shown, token = STATEMENT.search(page), TOKEN.search(page)
        if not shown or not token:
            return self.open()
        self.begun = time.perf_counter()
        said = b"csrfmiddlewaretoken=%s&statement=%s&choice=%s"
        self._ask(b"POST", said % (token[1], shown[1], CHOICES[shown[1][0] % 4]))
        return True

    def _whole_page(self) -> bytes | None:
        head, end, page = self.come.partition(END)
        if not end:
            return None
        length = LENGTH.search(head)
        if b" 200 " not in head[:15] or length is None:
            raise RuntimeError(f"{head!r}: {page[:500]!r}")
        if len(page) < int(length[1]):
            return None
        self.come = b""
        return page

    def _ask(self, method: bytes, body: bytes) -> None:
        start = b"%s %s HTTP/1.1\r\n" % (method, self.path.encode())
        self.connection.sendall(start + self.head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def run(port: int, path: str, cookies: list[str], clients: int, seconds: float) -> dict[str, object]:
    """Let so many clients vote for so long, and until one was answered, each with phones of its own."""

    def goes_on() -> bool:
        return time.perf_counter() - begun < seconds or not any(client.waits for client in voting)

    voting = [Client(port, path, iter(cookies[place::clients])) for place in range(clients)]
    begun, at_first = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        for client in voting:
            if client.open():
                selector.register(client.connection, selectors.EVENT_READ, client)
        while selector.get_map() and goes_on():
            if not (ready := selector.select(PATIENCE)):
                raise TimeoutError(f"no answer for {PATIENCE:.0f} s")
            for key, _ in ready:
                if not key.data.hear():
                    selector.unregister(key.fileobj)
    return {
        "seconds": time.perf_counter() - begun,
        "milliseconds": [wait for client in voting for wait in client.waits],
        "cpu": (time.process_time() - at_first) * 1000,
    }


if __name__ == "__main__":
    json.dump(run(**json.load(sys.stdin)), sys.stdout)
