"""Many in one thread: while some wait for the disk, it goes on with others.

Threads that all want to run take Python's lock from each other after every question to the database, and go
on with a cold core; eight of them spend twice the time on a vote that one does. A strand is one thread in
which each that is to be done is a greenlet: it steps aside (`step_aside`) when it is about to write, until
nobody else is left to begin. Then the first of them writes for all (together.py).
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

from greenlet import getcurrent, greenlet

log = logging.getLogger(__name__)

# So many may have stepped aside before the first goes on: with more, each would wait long for the others.
MOST_ASIDE = 16

_here = threading.local()


def step_aside() -> None:
    """Let the others in this strand come as far; at once when this thread is no strand."""
    strand = getattr(_here, "strand", None)
    if strand is not None and getcurrent() is not strand:
        strand.switch()


class Strand:
    """Does in one thread what it is given; begins in this order, also while others have stepped aside."""

    def __init__(self) -> None:
        self._given: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._aside: deque[greenlet] = deque()
        self._thread = threading.Thread(target=self._run, daemon=True, name="strand")
        self._thread.start()

    def add(self, task: Callable[[], None]) -> None:
        """Let this be done as well; from any thread."""
        self._given.put(task)

    def end(self, patience: float) -> None:
        """Do what was given before this, and stop; waits as many seconds for it at most."""
        self._given.put(None)
        self._thread.join(patience)

    def _run(self) -> None:
        _here.strand = getcurrent()
        while self._begin():
            self._go_on()
        while self._aside:
            self._go_on()

    def _begin(self) -> bool:
        """Begin what waits, or wait for it if there is nothing else to do. False when it was told to end."""
        # No more at a time than may step aside: those who have are not held up by many who never do.
        for _ in range(MOST_ASIDE - len(self._aside)):
            if self._aside and self._given.empty():
                break
            task = self._given.get()
            if task is None:
                return False
            self._let(greenlet(_logged(task)))
        return True

    def _go_on(self) -> None:
        for _ in range(len(self._aside)):
            self._let(self._aside.popleft())

    def _let(self, one: greenlet) -> None:
        one.switch()
        if not one.dead:
            self._aside.append(one)


def _logged(task: Callable[[], None]) -> Callable[[], None]:
    """The task, which may fail alone."""

    def done() -> None:
        try:
            task()
        except BaseException:  # an exit as well: the strand has others to answer
            log.exception("What the strand was given failed")

    return done
