"""Whose stream this is: the node's incarnation, and lanes so that a server's writers need not wait."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
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


def open_node(home: Path) -> Node:
    """Start this node from its folder; under a new incarnation if its database or its folder is a copy.

    The database and a file beside it hold the same token, renewed at every start; the file also says which
    file it is, on which machine. What was restored or copied differs in one of them, and must not go on
    numbering where its twin may have gone on too.
    """
    home.mkdir(parents=True, exist_ok=True)
    beside = home / "node"
    with transaction.atomic():
        here = node()
        if _token_beside(beside) != here.token:
            here.incarnation = uuid.uuid4()
        here.token = secrets.token_hex(16)
        here.save()
    # Should the power go before this is written, the next start takes a new incarnation: safe, if needless.
    beside.write_text(here.token)
    beside.write_text(f"{here.token} {_which_file(beside)}")
    return here


def _token_beside(beside: Path) -> str:
    """The token in the file, empty when there is no file; something else when the file is a copy."""
    if not beside.exists():
        return ""
    token, _, which = beside.read_text().partition(" ")
    return token if which == _which_file(beside) else "of another file"


def _which_file(beside: Path) -> str:
    machine = Path("/etc/machine-id")
    name = machine.read_text().strip() if machine.exists() else ""
    return hashlib.sha256(f"{name} {beside.stat().st_ino}".encode()).hexdigest()[:16]


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
