"""Writing to the record: one transaction, one claimed stream, the event and the row together.

A single put outside an act costs one read and two inserts; that is the path of a vote.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import uuid_utils.compat
from django.db import connection, transaction

from jukwaa.record import clock, payload, rows
from jukwaa.record.fold import notice_conflicts, settle, wake
from jukwaa.record.models import BlobUse, Event, Kind, Recorded, Stream
from jukwaa.record.streams import Head, claim

Row = TypeVar("Row", bound=Recorded)
By = Recorded | None

_BULK = 500


class Withdrawn(Exception):
    """Somebody asked to be forgotten, and nothing new is written of them."""


@dataclass
class Act:
    """Several changes that belong together: contiguous in one stream, with one act id."""

    id: uuid.UUID
    stream: Stream
    head: Head
    wall: int
    sealed: bool
    events: list[Event] = field(default_factory=list)
    unsettled: list[tuple[type[Recorded], uuid.UUID]] = field(default_factory=list)
    last: int | None = None

    def tick(self, seen: int | None) -> int:
        """The next time in this act, after the stream's head and after everything the row has seen."""
        self.last = clock.next_after(self.wall, self.head.hlc, self.last, seen)
        return self.last


class _Acts(threading.local):
    def __init__(self) -> None:
        self.open: dict[tuple[uuid.UUID, str], Act] = {}


_acts = _Acts()


@contextmanager
def act(
    *,
    by: By,  # noqa: ARG001 - named in every action
    programme: Recorded | uuid.UUID,
    klass: str = "open",
    sitting: datetime | None = None,
) -> Iterator[Act]:
    """One transaction and one claimed stream for several changes; an inner act of the same stream joins it.

    A sitting (the moment it opened) seals times and ids, so that they do not tell who came when.
    """
    programme_id = programme if isinstance(programme, uuid.UUID) else programme.pk
    place = (programme_id, klass)
    if place in _acts.open:
        yield _acts.open[place]
        return
    with transaction.atomic():
        stream, head = claim(programme_id, klass)
        wall = clock.at(sitting) if sitting else clock.now()
        mine = Act(uuid.uuid4(), stream, head, wall, sealed=sitting is not None)
        _acts.open[place] = mine
        try:
            yield mine
        finally:
            del _acts.open[place]
        _append(mine)


def fact(verb: str, row: Row, *, by: By) -> Row:
    """Add the row, and say so: every field is in the event. Raises Withdrawn if its subject is."""
    facts(verb, [row], by=by)
    return row


def put(verb: str, row: Row, *, by: By, sitting: datetime | None = None, **changes: Any) -> Row:
    """Say fields of the row anew. A row just built is said whole, so that the put can create it."""
    names = None if row._state.adding else set(changes)
    for name, value in changes.items():
        setattr(row, payload.fields_of(type(row))[name].attname, getattr(value, "pk", value))
    _say(verb, Kind.PUT, [row], by=by, names=names, sitting=sitting)
    return row


def facts(verb: str, rows_: Sequence[Row], *, by: By) -> None:
    """Add many rows of one model in one act."""
    _say(verb, Kind.FACT, rows_, by=by)


def puts(verb: str, rows_: Sequence[Row], *, by: By, sitting: datetime | None = None) -> None:
    """Say many rows of one model anew, each whole, in one act; the same id may come more than once."""
    _say(verb, Kind.PUT, rows_, by=by, sitting=sitting)


def withdraw(subject: uuid.UUID, *, by: By, programme: Recorded | uuid.UUID) -> None:
    """Forget the subject, here and wherever the record goes: it wins for ever over whatever arrives later."""
    from jukwaa.record.erase import erase

    with act(by=by, programme=programme) as mine:
        said = _event(mine, "record.withdrawn", Kind.WITHDRAWAL, by, seen=None)
        said.model, said.schema, said.object = "record.withdrawal", 1, subject
        _seal(said, "{}", "{}")
        mine.events.append(said)
        erase(subject)


def _say(
    verb: str,
    kind: Kind,
    rows_: Sequence[Row],
    *,
    by: By,
    names: set[str] | None = None,
    sitting: datetime | None = None,
) -> None:
    if not rows_:
        return
    model = type(rows_[0])
    with act(by=by, programme=_programme(rows_[0], by), klass=model.KLASS, sitting=sitting) as mine:
        for start in range(0, len(rows_), _BULK):
            _say_some(mine, verb, kind, rows_[start : start + _BULK], by, names)


def _programme(row: Recorded, by: By) -> uuid.UUID:
    for source in (row, by):
        if (found := getattr(source, "programme_id", None)) is not None:
            return uuid.UUID(str(found))
    if _acts.open:
        return next(reversed(_acts.open))[0]
    raise TypeError(f"{type(row).__name__} has no programme: write it inside record.act(programme=…)")


def _say_some(mine: Act, verb: str, kind: Kind, rows_: Sequence[Row], by: By, names: set[str] | None) -> None:
    model = type(rows_[0])
    past = rows.past(model, {r.pk for r in rows_}, {r.subject for r in rows_ if r.subject})
    if past.withdrawn:
        raise Withdrawn(
            f"{len(past.withdrawn)} of those concerned asked to be forgotten; nothing was written"
        )
    fresh = list({r.pk: r for r in rows_}.values())
    for row in rows_:
        said = _event(mine, verb, kind, by, seen=past.hlc.get(row.pk))
        plain, personal = payload.split(model, payload.said_by(row, names))
        said.model, said.schema = model._meta.label_lower, model.SCHEMA
        said.object, said.subject = row.pk, row.subject
        _seal(said, plain, personal)
        past.hlc[row.pk] = row.hlc = said.hlc
        mine.events.append(said)
    # Events without a row: an older put waits for this one, so the row is what the fold says.
    halves = [r for r in fresh if r.pk in past.rowless]
    whole = [r for r in fresh if r.pk not in past.rowless]
    if names is None:
        rows.upsert(model, whole)
    else:
        rows.update(model, whole, names)
    mine.unsettled += [(model, r.pk) for r in halves]
    for row in fresh:
        row._state.adding, row._state.db = False, connection.alias
    notice_conflicts(model, [r.pk for r in fresh])
    wake(past.awaited)


def _event(mine: Act, verb: str, kind: Kind, by: By, *, seen: int | None) -> Event:
    return Event(
        id=uuid.uuid4() if mine.sealed else uuid_utils.compat.uuid7(),
        stream_id=mine.stream.pk,
        act=mine.id,
        verb=verb,
        kind=kind,
        hlc=mine.tick(seen),
        actor=by.pk if by else None,
    )


def _seal(event: Event, plain: str, personal: str) -> None:
    event.plain, event.plain_salt = plain, payload.salt()
    event.personal, event.personal_salt = personal, payload.salt()
    event.personal_digest = payload.digest(event.personal_salt, personal)


def _append(mine: Act) -> None:
    """Number, chain and store the act's events; then settle what could not be before they stood."""
    previous, seq = mine.head.hash, mine.head.seq
    for place, event in enumerate(mine.events):
        seq += 1
        event.seq, event.rest, event.previous = seq, len(mine.events) - place - 1, previous
        event.hash = previous = payload.hash_of(event)
    rows.insert(Event, mine.events)
    note_blobs(mine.events)
    for model, pk in mine.unsettled:
        settle(model, [pk])


def note_blobs(events: Iterable[Event]) -> None:
    """Note which files the events name, so that a file goes when nothing names it any more."""
    uses = [
        BlobUse(sha256=sha, event=event)
        for event in events
        if (model := payload.model_named(event.model))
        for sha in payload.blobs_in(event, model)
    ]
    if uses:
        BlobUse.objects.bulk_create(uses, ignore_conflicts=True)
