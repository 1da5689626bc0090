"""Writing to the record: one transaction, one claimed stream, the event and the row together.

A single put outside an act costs one read and two inserts; that is the path of a vote.
"""

from __future__ import annotations

import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import uuid_utils.compat
from django.db import connection, transaction

from jukwaa.record import blobs, clock, locks, payload, rows, together
from jukwaa.record.erase import erase
from jukwaa.record.fold import Model, notice_conflicts, settle_all, wake
from jukwaa.record.models import Event, Kind, Recorded, Stream, Withdrawal
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
    sitting: datetime | None
    events: list[Event] = field(default_factory=list)
    last: int | None = None

    def tick(self, sitting: datetime | None, seen: int | None) -> int:
        """The next time in this act, after the stream's head and after everything the row has seen."""
        wall = clock.at(sitting) if sitting else clock.now()
        self.last = clock.next_after(wall, self.head.hlc, self.last, seen)
        return self.last


@dataclass
class _Work:
    """What the outermost act still has to do when it ends. Until then no event of it is stored."""

    depth: int
    acts: dict[tuple[uuid.UUID, str], Act] = field(default_factory=dict)
    changed: dict[Model, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    rowless: dict[Model, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))
    awaited: set[uuid.UUID] = field(default_factory=set)
    forgotten: list[uuid.UUID] = field(default_factory=list)
    savepoints: list[Callable[[], None]] = field(default_factory=list)


class _Thread(threading.local):
    work: _Work | None = None


_thread = _Thread()


@contextmanager
def act(
    *,
    by: By,  # noqa: ARG001 - named in every action
    programme: Recorded | uuid.UUID,
    klass: str = "open",
    sitting: datetime | None = None,
    alone: bool = False,
) -> Iterator[Act]:
    """One transaction and one claimed stream for several changes; an act inside another joins it.

    A sitting (the moment it opened) seals times and ids, so that they do not tell who came when. An act that
    is going to withdraw somebody is `alone` from its beginning: on PostgreSQL two that had both written
    before they asked for it would wait for each other.
    """
    place = (programme if isinstance(programme, uuid.UUID) else programme.pk, klass)
    if _thread.work is not None:
        if alone:
            locks.hold_all()
        yield _join(_thread.work, place, sitting)
        return
    with transaction.atomic():
        if alone:
            locks.hold_all()
        work = _thread.work = _Work(depth=len(connection.savepoint_ids))
        try:
            yield _join(work, place, sitting)
            _finish(work)
        finally:
            _thread.work = None


def _join(work: _Work, place: tuple[uuid.UUID, str], sitting: datetime | None) -> Act:
    if place not in work.acts:
        stream, head = claim(*place)
        work.acts[place] = Act(uuid.uuid4(), stream, head, sitting)
    if len(connection.savepoint_ids) > work.depth:
        _watch(work)
    mine = work.acts[place]
    mine.sitting = mine.sitting or sitting
    return mine


def _watch(work: _Work) -> None:
    """See to it that a rollback to this savepoint is noticed: Django then forgets what it had to call."""

    def kept() -> None:
        pass

    work.savepoints.append(kept)
    transaction.on_commit(kept)


def _finish(work: _Work) -> None:
    """Store the events of all the acts, then do what had to wait until they stood."""
    kept = [called[1] for called in connection.run_on_commit]
    if any(each not in kept for each in work.savepoints):
        raise transaction.TransactionManagementError(
            "Part of this act was rolled back, and an act holds together: let the error end all of it."
        )
    for mine in work.acts.values():
        _append(mine)
    for subject in work.forgotten:
        erase(subject)
    settle_all(work.rowless)
    wake(work.awaited)
    for model, ids in sorted(work.changed.items(), key=lambda pair: pair[0]._meta.label_lower):
        notice_conflicts(model, ids)


def _append(mine: Act) -> None:
    """Number, chain and store the act's events."""
    previous, seq = mine.head.hash, mine.head.seq
    for place, event in enumerate(mine.events):
        seq += 1
        event.seq, event.rest, event.previous = seq, len(mine.events) - place - 1, previous
        event.hash = previous = payload.hash_of(event)
    rows.insert(Event, mine.events)
    blobs.must_be_here(mine.events)
    blobs.note(mine.events)


def fact(verb: str, row: Row, *, by: By) -> Row:
    """Add the row, and say so: every field is in the event. Raises Withdrawn if its subject is."""
    facts(verb, [row], by=by)
    return row


def put(verb: str, row: Row, *, by: By, sitting: datetime | None = None, **changes: Any) -> Row:
    """Say fields of the row anew. A row just built is said whole, so that the put can create it.

    Raises Withdrawn if its subject is, ValueError for what does not fit.
    """
    if not (changes or row._state.adding):
        raise TypeError("a put says which fields it changes")
    for name, value in changes.items():
        setattr(row, payload.fields_of(type(row))[name].attname, getattr(value, "pk", value))
    names = None if row._state.adding else frozenset(changes)
    say = partial(_say, verb, Kind.PUT, [row], by=by, names=names, sitting=sitting)
    if together.possible():
        together.write(say)
    else:
        say()
    return row


def facts(verb: str, rows_: Sequence[Row], *, by: By) -> None:
    """Add many rows of one model in one act; all of them or, when one does not fit, none."""
    _say(verb, Kind.FACT, rows_, by=by)


def puts(verb: str, rows_: Sequence[Row], *, by: By, sitting: datetime | None = None) -> None:
    """Say many rows of one model anew, each whole, in one act; the same id may come more than once."""
    _say(verb, Kind.PUT, rows_, by=by, sitting=sitting)


def withdraw(
    subject: uuid.UUID, *, by: By, programme: Recorded | uuid.UUID, verb: str = "record.withdrawn"
) -> None:
    """Forget a person, a row or a list, here and wherever the record goes: it wins over whatever comes later.

    From here on nothing can be written of it; what there is goes when the outermost act ends. A row is named
    by its id, a list by `Model.list_under`; the verb says which when it is not a person.
    """
    with act(by=by, programme=programme, alone=True) as mine:
        Withdrawal.objects.bulk_create([Withdrawal(subject=subject)], ignore_conflicts=True)
        said = _event(mine, verb, Kind.WITHDRAWAL, by, None, None)
        said.model, said.schema, said.object = "record.withdrawal", 1, subject
        _seal(said, "{}", "{}")
        mine.events.append(said)
        _open_work().forgotten.append(subject)


def _say(
    verb: str,
    kind: Kind,
    rows_: Sequence[Row],
    *,
    by: By,
    names: frozenset[str] | None = None,
    sitting: datetime | None = None,
) -> None:
    """Write the rows and buffer their events; `names` are the fields that are said, None for all of them."""
    if not rows_:
        return
    model = type(rows_[0])
    with act(by=by, programme=_programme(rows_[0], by), klass=model.KLASS, sitting=sitting) as mine:
        locks.hold(mine.stream.programme, {r.pk for r in rows_})
        for start in range(0, len(rows_), _BULK):
            _say_some(mine, verb, kind, rows_[start : start + _BULK], by, names, sitting)


def _say_some(
    mine: Act,
    verb: str,
    kind: Kind,
    some: Sequence[Row],
    by: By,
    names: frozenset[str] | None,
    sitting: datetime | None,
) -> None:
    model = type(some[0])
    past = rows.past(model, some)
    if past.forgotten:
        raise Withdrawn(
            f"{len(past.forgotten)} of those concerned asked to be forgotten; nothing was written"
        )
    for row in some:
        _keep_subject(row, past, names)
    words = [payload.split(model, payload.said_by(row, names)) for row in some]
    # Nothing of these was written so far. What goes wrong from here on takes the whole act along.
    with transaction.mark_for_rollback_on_error(using=connection.alias):
        for row, (plain, personal) in zip(some, words, strict=True):
            said = _event(mine, verb, kind, by, sitting, past.hlc.get(row.pk))
            said.model, said.schema = model._meta.label_lower, model.SCHEMA
            said.object, said.subject = row.pk, row.subject
            _seal(said, plain, personal)
            past.hlc[row.pk] = row.hlc = said.hlc
            mine.events.append(said)
        _write_rows(model, list({r.pk: r for r in some}.values()), past, names)


def _keep_subject(row: Row, past: rows.Past, names: frozenset[str] | None) -> None:
    """A row stays whose it is, whoever words it anew and whatever the caller's copy of it says.

    A put of the whole row may give it to somebody while it is nobody's, as when a blank card is handed out.
    """
    if names is not None and row.pk not in past.subjects and row.pk not in past.hlc:
        raise ValueError(f"id: {row.pk} is no {row._meta.verbose_name} here; only a whole row can make one")
    whose = past.subjects.get(row.pk)
    if names is not None and row.pk in past.subjects:
        row.subject = whose
    elif whose is not None and row.subject not in (None, whose):
        raise ValueError(f"subject: this {row._meta.verbose_name} is somebody else's, and stays theirs")
    else:
        row.subject = row.subject or whose


def _write_rows(
    model: Model, fresh: Sequence[Recorded], past: rows.Past, names: frozenset[str] | None
) -> None:
    """Make the table say what the events just buffered say, as far as it can before they are stored."""
    # Events without a row: an older put waited for this one, so the row is what the fold will say.
    whole = [r for r in fresh if r.pk not in past.rowless]
    if names is None:
        rows.upsert(model, whole)
    else:
        for row in whole:
            rows.update(row, names)
    for row in fresh:
        row._state.adding, row._state.db = False, connection.alias
    work = _open_work()
    work.awaited |= past.awaited
    if past.rowless:
        work.rowless[model] |= past.rowless
    if model.SAME:
        work.changed[model] |= {r.pk for r in fresh}


def _open_work() -> _Work:
    if _thread.work is None:
        raise RuntimeError("no act is open")
    return _thread.work


def _programme(row: Recorded, by: By) -> uuid.UUID:
    for source in (row, by):
        if (found := getattr(source, "programme_id", None)) is not None:
            return uuid.UUID(str(found))
    if _thread.work is not None:
        return next(reversed(_thread.work.acts))[0]
    raise TypeError(f"{type(row).__name__} has no programme: write it inside record.act(programme=…)")


def _event(mine: Act, verb: str, kind: Kind, by: By, sitting: datetime | None, seen: int | None) -> Event:
    sealed = sitting or mine.sitting
    return Event(
        id=uuid.uuid4() if sealed else uuid_utils.compat.uuid7(),
        stream_id=mine.stream.pk,
        act=mine.id,
        verb=verb,
        kind=kind,
        hlc=mine.tick(sealed, seen),
        actor=by.pk if by else None,
    )


def _seal(event: Event, plain: str, personal: str) -> None:
    event.plain, event.plain_salt = plain, payload.salt()
    event.personal, event.personal_salt = personal, payload.salt()
    event.personal_digest = payload.digest(event.personal_salt, personal)
