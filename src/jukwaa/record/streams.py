"""Whose stream this is: the node's incarnation, and lanes so that a server's writers need not wait."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from jukwaa.record import locks
from jukwaa.record.models import Event, Node, Stream
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
    incarnation = _incarnation()
    lane = _free_lane(incarnation, programme, klass) if connection.vendor == "postgresql" else 0
    stream = Stream(
        id=Stream.id_for(incarnation, programme, klass, lane),
        incarnation=incarnation,
        programme=programme,
        klass=klass,
        lane=lane,
    )
    return stream, _head(stream)


def _incarnation() -> uuid.UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT incarnation FROM record_node")
        found = cursor.fetchone()
    return uuid.UUID(str(found[0])) if found else node().incarnation


def _head(stream: Stream) -> Head:
    own = Event._meta.get_field("stream").get_db_prep_value(stream.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, hlc, hash FROM record_event WHERE stream_id = %s ORDER BY seq DESC LIMIT 1", [own]
        )
        last = cursor.fetchone()
    if last is None:
        Stream.objects.bulk_create([stream], ignore_conflicts=True)
        return Head()
    return Head(*last)


def _free_lane(incarnation: uuid.UUID, programme: uuid.UUID, klass: str) -> int:
    """A lane nobody holds, tried from this connection's own on; that one is waited for when all are held.

    So a transaction that claims the same stream again finds the lane that it holds already.
    """
    own = _backend() % LANES
    tries = [(own + step) % LANES for step in range(LANES)]
    holds = [locks.number_of(Stream.id_for(incarnation, programme, klass, lane)) for lane in tries]
    with connection.cursor() as cursor:
        for lane, held in zip(tries, holds, strict=True):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [held])
            if cursor.fetchone()[0]:
                return lane
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [holds[0]])
    return own


def _backend() -> int:
    """The number of the server's process behind this connection."""
    raw: Any = connection.connection
    return int(raw.info.backend_pid)
