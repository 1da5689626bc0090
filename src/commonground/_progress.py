"""How far long work is, for somebody who waits at a screen; silent unless a command listens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO, TypeVar

Some = TypeVar("Some")
Told = Callable[[str, float | None], None]

WIDTH = 30
SECONDS_BETWEEN = 0.1

_listener: ContextVar[Told | None] = ContextVar("who listens", default=None)


def watched(things: Iterable[Some], what: str, total: float | None = None) -> Iterator[Some]:
    """The same things one by one, telling how many of `total` were passed; None where nobody knows."""
    tell = _listener.get()
    if tell is None:
        yield from things
        return
    for number, thing in enumerate(things):
        tell(what, number / total if total else None)
        yield thing


@contextmanager
def shown(screen: TextIO) -> Iterator[None]:
    """Draw a bar on the screen while something long goes on inside, and wipe it away at the end."""
    bar = Bar(screen)
    token = _listener.set(bar.tell)
    try:
        yield
    finally:
        _listener.reset(token)
        bar.wipe()


class Bar:
    """One line of a screen, drawn over itself."""

    def __init__(self, screen: TextIO) -> None:
        self.screen = screen
        self.last = 0.0
        self.width = 0

    def tell(self, what: str, share: float | None) -> None:
        """Draw it, if it was not drawn just now."""
        now = time.monotonic()
        if now - self.last < SECONDS_BETWEEN:
            return
        self.last = now
        self.draw(f"{what} …" if share is None else f"{what} {drawn(min(share, 1.0))}")

    def wipe(self) -> None:
        """Leave an empty line."""
        if self.width:
            self.draw("")
            self.screen.write("\r")
            self.screen.flush()

    def draw(self, line: str) -> None:
        """Write the line over what stood there."""
        self.screen.write(f"\r{line:<{self.width}}")
        self.screen.flush()
        self.width = len(line)


def drawn(share: float) -> str:
    """A bar, and the share in percent."""
    return f"[{'#' * int(WIDTH * share):<{WIDTH}}] {int(100 * share)} %"
