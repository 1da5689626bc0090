"""Who may write which row: locks of PostgreSQL, held until the transaction ends.

SQLite has one writer at a time, who holds everything already; there nothing here does anything.

PostgreSQL has room for only so many locks, so rows share them: 256 a programme, 1024 for what rows say. Who
shares one by chance waits a moment longer.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection

from django.db import connection

from jukwaa.record import prepared

# Everybody who writes shares this lock; who receives or erases has it alone.
_RECORD = int.from_bytes(b"jukwaa", "big")
_WORDS = int.from_bytes(b"words", "big") << 10


def hold(programme: uuid.UUID, ids: Collection[uuid.UUID]) -> None:
    """Let no other transaction write these rows of the programme, whether or not they exist yet."""
    if connection.vendor == "postgresql":
        first = number_of(programme) & ~0xFF
        _hold({first | pk.bytes[-1] for pk in ids})


def hold_words(words: Collection[str]) -> None:
    """Let no other transaction hold any of the same words."""
    if connection.vendor == "postgresql" and words:
        digests = (hashlib.sha256(word.encode()).digest() for word in words)
        _hold({_WORDS | int.from_bytes(digest[:2], "big") & 0x3FF for digest in digests})


def hold_all() -> None:
    """Let no other transaction write any row."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_RECORD])


def number_of(name: uuid.UUID) -> int:
    """A uuid as the 64-bit number that PostgreSQL locks by."""
    return int.from_bytes(name.bytes[:8], "big", signed=True)


def _hold(numbers: set[int]) -> None:
    with prepared.cursor() as cursor:
        # Everybody in one order, so that two transactions never wait for each other.
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s::bigint) UNION ALL"
            " SELECT pg_advisory_xact_lock(number) FROM UNNEST(%s::bigint[]) AS number",
            [_RECORD, sorted(numbers)],
        )
