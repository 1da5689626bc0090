"""A line that is cut: carries bytes between phones and a server, and is torn where it is told to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Cut:
    """Where a connection ends: after so many bytes on the way there, or on the way back. None: nowhere."""

    there: int | None = None
    back: int | None = None


@dataclass
class Line:
    """Listens on `port`. Each new connection takes the next cut; when none are left, all goes through."""

    server: int
    cuts: Iterator[Cut]
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    made: int = 0

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        """Where phones call."""
        return int(self.listening.getsockname()[1])

    def close(self) -> None:
        """Take no more calls."""
        self.listening.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                phone, _address = self.listening.accept()
                cut = next(self.cuts, None) or Cut()
                self.made += cut != Cut()
                server = socket.create_connection(("127.0.0.1", self.server))
                for source, target, limit in ((phone, server, cut.there), (server, phone, cut.back)):
                    threading.Thread(target=carry, args=(source, target, limit), daemon=True).start()


def carry(source: socket.socket, target: socket.socket, limit: int | None) -> None:
    """Carry bytes until the source ends or the limit is reached; then both are torn."""
    left = limit
    with contextlib.suppress(OSError):
        while (left is None or left > 0) and (some := source.recv(65536)):
            some = some if left is None else some[:left]
            target.sendall(some)
            left = left if left is None else left - len(some)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
