"""The hybrid logical clock: 48 bits of milliseconds, 16 bits of counting, in one integer."""

from __future__ import annotations

import time
from datetime import datetime

COUNTER_BITS = 16


def now() -> int:
    """The wall clock as a hybrid time whose counter is zero."""
    return at_milliseconds(time.time_ns() // 1_000_000)


def at(moment: datetime) -> int:
    """A moment (with a time zone) as a hybrid time whose counter is zero."""
    return at_milliseconds(int(moment.timestamp() * 1000))


def until(moment: datetime) -> int:
    """The last hybrid time of that moment's millisecond: whatever was said by then is not later."""
    return at(moment) | (1 << COUNTER_BITS) - 1


def at_milliseconds(milliseconds: int) -> int:
    """Milliseconds since 1970 as a hybrid time whose counter is zero."""
    return milliseconds << COUNTER_BITS


def next_after(wall: int, *seen: int | None) -> int:
    """The next time: never before the wall clock, always after everything seen (record.md, rule 2)."""
    return max([wall, *(s + 1 for s in seen if s is not None)])
