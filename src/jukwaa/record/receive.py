"""Receiving the record from another node: streams in any order, any number of times.

Content never raises. What refers to a row not yet here waits, what is not known is kept and passed on, and
what cannot be right is kept apart for a person to see.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from jukwaa.record import blobs, locks, payload, rows
from jukwaa.record.erase import FORGOTTEN, erase, forgotten_among, names_somebody_forgotten, scrub
from jukwaa.record.fold import Model, batches, settle_all
from jukwaa.record.models import Event, Kind, Quarantined, Stream
from jukwaa.record.payload import FIRST
from jukwaa.record.read import Wire, from_wire, wrong_alone
from jukwaa.record.streams import renew_if_written_elsewhere


@dataclass
class Received:
    """What became of what was received.

    stored: new events kept. known: events that were here already. quarantined: events that cannot be right.
    asked_again: for each stream with a gap or an unfinished act, the sequence number it must go on from.
    unknown: stored events of a model or schema that this version cannot apply yet.
    """

    stored: int = 0
    known: int = 0
    quarantined: int = 0
    unknown: int = 0
    asked_again: dict[uuid.UUID, int] = field(default_factory=dict)


def receive(wires: Iterable[Wire]) -> Received:
    """Store and apply what another node sent, in one transaction."""
    told = Received()
    streams: dict[uuid.UUID, Stream] = {}
    offered: dict[uuid.UUID, list[tuple[Event, Wire]]] = defaultdict(list)
    with transaction.atomic():
        locks.hold_all()
        for wire in wires:
            try:
                event, stream = from_wire(wire)
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                _quarantine_unreadable(wire, str(problem), told)
                continue
            streams[stream.pk] = stream
            offered[stream.pk].append((event, wire))
        new: list[Event] = []
        for stream_id in sorted(offered):
            new += _take(streams[stream_id], offered[stream_id], told)
        _apply(new, told)
        renew_if_written_elsewhere({streams[event.stream_id].incarnation for event in new})
    return told


def _take(stream: Stream, offered: list[tuple[Event, Wire]], told: Received) -> list[Event]:
    """Those of the offered events that go on from what is here, up to the last finished act."""
    last = Event.objects.filter(stream_id=stream.pk).order_by("-seq").first()
    next_seq, head = (last.seq + 1, last.hash) if last else (0, FIRST)
    taken: list[Event] = []
    ids = _ids_here({event.pk for event, _ in offered if event.seq >= next_seq})
    for event, wire in sorted(offered, key=lambda pair: pair[0].seq):
        if event.seq < next_seq:
            _compare(event, wire, taken, told)
        elif event.seq > next_seq:
            break
        elif faults := _faults(event, head, ids):
            _quarantine(event, wire, "; ".join(faults), told)
            break
        else:
            taken.append(event)
            ids.add(event.pk)
            next_seq, head = event.seq + 1, event.hash
    while taken and taken[-1].rest:
        next_seq = taken.pop().seq
    if max(e.seq for e, _ in offered) >= next_seq:
        told.asked_again[stream.pk] = next_seq
    if taken:
        Stream.objects.bulk_create([stream], ignore_conflicts=True)
    return taken


def _ids_here(wanted: set[uuid.UUID]) -> set[uuid.UUID]:
    return {
        pk
        for some in batches(sorted(wanted))
        for pk in Event.objects.filter(pk__in=some).values_list("pk", flat=True)
    }


def _faults(event: Event, head: str, ids: set[uuid.UUID]) -> list[str]:
    found = list(wrong_alone(event))
    if event.pk in ids:
        found.append("its id is another event's")
    if event.previous != head:
        found.append("it does not follow the event before it")
    return found


def _compare(event: Event, wire: Wire, taken: list[Event], told: Received) -> None:
    """An event that is here already; another one in its place is a fork, kept and shown, never applied."""
    here = next((e.hash for e in taken if e.seq == event.seq), None) or Event.objects.values_list(
        "hash", flat=True
    ).get(stream_id=event.stream_id, seq=event.seq)
    if here == event.hash:
        told.known += 1
    else:
        _quarantine(event, wire, "another event already stands in its place", told)


def _apply(new: list[Event], told: Received) -> None:
    """Store the events, scrub what is of the forgotten, and make the rows say what their events say."""
    touched: dict[Model, set[uuid.UUID]] = defaultdict(set)
    for event in new:
        model = payload.model_named(event.model)
        if model is not None and event.schema <= model.SCHEMA:
            touched[model].add(event.object)
            _show_if_unfit(event, model, told)
        elif event.kind != Kind.WITHDRAWAL:
            told.unknown += 1
    rows.insert(Event, new)
    blobs.note(new)
    told.stored += len(new)
    scrub(forgotten_among({event.object for event in new if event.kind != Kind.WITHDRAWAL}))
    settle_all(touched)
    for subject in sorted({event.object for event in new if event.kind == Kind.WITHDRAWAL}):
        erase(subject)


def _show_if_unfit(event: Event, model: Model, told: Received) -> None:
    """What was said and does not fit is stored and passed on like all else, and never applied."""
    try:
        payload.said_in(event, model)
    except ValueError as problem:
        told.quarantined += 1
        _keep_apart(event.stream_id, event.seq, event.hash, str(problem), "")


def _quarantine(event: Event, wire: Wire, reason: str, told: Received) -> None:
    told.quarantined += 1
    _keep_apart(event.stream_id, event.seq, event.hash, reason, json.dumps(wire))


def _quarantine_unreadable(wire: Wire, reason: str, told: Received) -> None:
    told.quarantined += 1
    text = json.dumps(wire, default=str)
    _keep_apart(uuid.UUID(int=0), -1, payload.digest("", text), reason, text)


def _keep_apart(stream: uuid.UUID, seq: int, digest: str, reason: str, wire: str) -> None:
    # JSON escapes what PostgreSQL cannot hold in a text; a reason may quote it.
    told = reason.replace("\0", "").encode(errors="replace").decode()[:1000]
    if names_somebody_forgotten(wire):
        told, wire = FORGOTTEN, ""
    kept = Quarantined(stream=stream, seq=seq, hash=digest, reason=told, wire=wire)
    Quarantined.objects.bulk_create([kept], ignore_conflicts=True)
