"""Commits for several at once: on SQLite, whoever finds nobody writing writes for all who wait.

SQLite has one writer at a time, and each commit waits until the disk says that it holds. Meanwhile others
line up; then one of them writes for all of them, in one transaction that waits for the disk once. Each write
is an act, and so has a savepoint of its own: a refusal undoes nothing of the others'. All are answered after
the commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, transaction

from jukwaa.record.strand import step_aside


@dataclass
class _Waiting:
    """One who wants to write, and what became of it. `called`: it is over, or its turn to write for all."""

    act: Callable[[], None]
    called: threading.Event = field(default_factory=threading.Event)
    over: bool = False
    fault: BaseException | None = None


@dataclass
class _Line:
    """Those who wait, the longest first, and whether somebody writes for those before them."""

    guard: threading.Lock = field(default_factory=threading.Lock)
    waiting: list[_Waiting] = field(default_factory=list)
    busy: bool = False


_line = _Line()


def possible() -> bool:
    """Whether this thread may leave its write to another: on SQLite, and in no transaction of its own."""
    return connection.vendor == "sqlite" and not connection.in_atomic_block


def write(act: Callable[[], None]) -> None:
    """Do the act, perhaps in another thread and in one transaction with others; on disk when this returns.

    Raises what the act raised, and then nothing of it was written.
    """
    mine = _Waiting(act)
    with _line.guard:
        _line.waiting.append(mine)
    step_aside()
    with _line.guard:
        wait, _line.busy = _line.busy and not mine.over, _line.busy or not mine.over
    if wait:
        mine.called.wait()
    if not mine.over:
        _write_for_all()
    if mine.fault is not None:
        raise mine.fault


def _write_for_all() -> None:
    """Write what waits now, let the next in line write what came meanwhile, and tell those who waited."""
    with _line.guard:
        all_, _line.waiting = _line.waiting, []
    try:
        _commit(all_)
    except BaseException as fault:  # noqa: BLE001 - each of those who waited raises it
        for each in all_:
            each.fault = each.fault or fault
    for each in all_:
        each.over = True
    with _line.guard:
        _line.busy = bool(_line.waiting)
        if _line.waiting:
            _line.waiting[0].called.set()
    for each in all_:
        each.called.set()


def _commit(all_: list[_Waiting]) -> None:
    """One transaction for all the acts. Raises when it could not be committed: then none of them stands."""
    if len(all_) == 1:
        all_[0].act()
        return
    with transaction.atomic():
        for each in all_:
            try:
                each.act()
            except Exception as fault:  # whoever wanted it raises it
                if connection.needs_rollback:
                    raise  # SQLite gave up the whole transaction: the disk is full, or broken
                each.fault = fault
