"""Whose stream this is: the node's incarnation, and lanes so that a server's writers need not wait."""

from __future__ import annotations

import random
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

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


def open_node(home: Path) -> Node:
    """Start this node from its folder; under a new incarnation if another database last ran here.

    The database and a file beside it hold the same token, renewed at every start. A database that was
    restored or copied holds another, and must not go on numbering where its twin may have gone on too.
    """
    beside = home / "node"
    with transaction.atomic():
        here = node()
        if here.token and (not beside.exists() or beside.read_text() != here.token):
            here.incarnation = uuid.uuid4()
        here.token = secrets.token_hex(16)
        here.save()
    home.mkdir(parents=True, exist_ok=True)
    beside.write_text(here.token)
    return here


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
    """A lane nobody holds, tried from a random one on; the first tried is waited for when all are held."""
    first = random.randrange(LANES)
    tries = [(first + step) % LANES for step in range(LANES)]
    locks = [_lock(Stream.id_for(incarnation, programme, klass, lane)) for lane in tries]
    with connection.cursor() as cursor:
        for lane, lock in zip(tries, locks, strict=True):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
            if cursor.fetchone()[0]:
                return lane
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks[0]])
    return first


def _lock(name: uuid.UUID) -> int:
    """A uuid as the 64-bit number that PostgreSQL locks by."""
    return int.from_bytes(name.bytes[:8], "big", signed=True)


def lock_rows(ids: set[uuid.UUID]) -> None:
    """Let no other transaction write these rows until this one ends, whether or not they exist yet.

    SQLite has one writer, who holds everything already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.executemany("SELECT pg_advisory_xact_lock(%s)", [[_lock(pk)] for pk in sorted(ids)])
