"""Whose stream this is: the node's incarnation, and lanes so that a server's writers need not wait."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from jukwaa.record import locks, prepared, rows
from jukwaa.record.models import Node, Stream
from jukwaa.record.payload import FIRST

LANES = 8


@dataclass(frozen=True)
class Head:
    """Where a stream ends: the last sequence number (-1 when empty), its time and its hash."""

    seq: int = -1
    hlc: int | None = None
    hash: str = FIRST


def node() -> Node:
    """This node, made on first use."""
    found = Node.objects.first()
    if found is None:
        Node.objects.bulk_create([Node(id=1, incarnation=uuid.uuid4())], ignore_conflicts=True)
        found = Node.objects.get()
    return found


def open_node() -> Node:
    """Start this node, under a new incarnation: nobody can tell whether the database is a restored copy.

    A backup taken while the node ran holds whatever the node held, and what was restored must not go on
    numbering where its twin, or its own lost hours, went on too.
    """
    with transaction.atomic():
        here = node()
        here.incarnation = uuid.uuid4()
        here.save()
    return here


def renew_if_written_elsewhere(incarnations: Collection[uuid.UUID]) -> None:
    """Take a new incarnation when others send what this one wrote and this database does not hold.

    Then this database is an old copy that was not noticed when it was opened, a whole machine restored.
    """
    here = node()
    if here.incarnation in incarnations:
        here.incarnation = uuid.uuid4()
        here.save()


def claim(programme: uuid.UUID, klass: str) -> tuple[Stream, Head]:
    """The stream that this transaction may append to, and its end. Held until the transaction ends."""
    lane = _free_lane(programme, klass) if connection.vendor == "postgresql" else 0
    with prepared.cursor() as cursor:
        # On PostgreSQL only a statement begun after the lane was claimed sees what was last written there.
        cursor.execute(_END, [rows.as_parameter(programme), klass, lane])
        incarnation, *end = cursor.fetchone() or (node().incarnation, None)
    stream = _stream(uuid.UUID(str(incarnation)), programme, klass, lane)
    if end[0] is not None:
        return stream, Head(*end)
    Stream.objects.bulk_create([stream], ignore_conflicts=True)
    return stream, Head()


# This node, and the last event of its stream if there is one.
_END = """
SELECT n.incarnation, e.seq, e.hlc, e.hash
FROM record_node n
LEFT JOIN record_stream s
    ON s.incarnation = n.incarnation AND s.programme = %s AND s.klass = %s AND s.lane = %s
LEFT JOIN record_event e
    ON e.stream_id = s.id AND e.seq = (SELECT MAX(seq) FROM record_event WHERE stream_id = s.id)
"""


@lru_cache(maxsize=256)
def _stream(incarnation: uuid.UUID, programme: uuid.UUID, klass: str, lane: int) -> Stream:
    """What a stream is follows from whose it is, so it is worked out once."""
    return Stream(
        id=Stream.id_for(incarnation, programme, klass, lane),
        incarnation=incarnation,
        programme=programme,
        klass=klass,
        lane=lane,
    )


def _free_lane(programme: uuid.UUID, klass: str) -> int:
    """A lane nobody holds, tried from this connection's own on; that one is waited for when all are held.

    So a transaction that claims the same stream again finds the lane that it holds already.
    """
    own = _backend() % LANES
    tries = [(own + step) % LANES for step in range(LANES)]
    with prepared.cursor() as cursor:
        for lane in tries:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s::bigint)", [_lock(programme, klass, lane)])
            if cursor.fetchone()[0]:
                return lane
        cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [_lock(programme, klass, own)])
    return own


@lru_cache(maxsize=256)
def _lock(programme: uuid.UUID, klass: str, lane: int) -> int:
    return locks.number_of(uuid.uuid5(programme, f"{klass}/{lane}"))


def _backend() -> int:
    """The number of the server's process behind this connection."""
    raw: Any = connection.connection
    return int(raw.info.backend_pid)
