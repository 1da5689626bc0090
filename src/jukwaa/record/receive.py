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

from jukwaa.record import payload, rows
from jukwaa.record.erase import erase
from jukwaa.record.fold import settle
from jukwaa.record.models import Event, Kind, Quarantined, Stream, Withdrawal
from jukwaa.record.payload import FIRST
from jukwaa.record.read import Wire, from_wire, wrong_alone
from jukwaa.record.streams import lock_rows
from jukwaa.record.write import note_blobs


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
        for wire in wires:
            try:
                event, stream = from_wire(wire)
                expected = Stream.id_for(stream.incarnation, stream.programme, stream.klass, stream.lane)
                if stream.pk != expected:
                    raise ValueError("the stream's id is not that of its writer")
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                _quarantine_unreadable(wire, str(problem), told)
                continue
            streams[stream.pk] = stream
            offered[stream.pk].append((event, wire))
        new: list[Event] = []
        for stream_id in sorted(offered):
            new += _take(streams[stream_id], offered[stream_id], told)
        _apply(new, told)
    return told


def _take(stream: Stream, offered: list[tuple[Event, Wire]], told: Received) -> list[Event]:
    """Those of the offered events that go on from what is here, up to the last finished act."""
    lock_rows({stream.pk})
    last = Event.objects.filter(stream_id=stream.pk).order_by("-seq").first()
    next_seq, head = (last.seq + 1, last.hash) if last else (0, FIRST)
    taken: list[Event] = []
    for event, wire in sorted(offered, key=lambda pair: pair[0].seq):
        if event.seq < next_seq:
            _compare(event, wire, taken, told)
        elif event.seq > next_seq:
            break
        elif faults := _faults(event, head):
            _quarantine(event, wire, "; ".join(faults), told)
            break
        else:
            taken.append(event)
            next_seq, head = event.seq + 1, event.hash
    while taken and taken[-1].rest:
        next_seq = taken.pop().seq
    if max(e.seq for e, _ in offered) >= next_seq:
        told.asked_again[stream.pk] = next_seq
    if taken:
        Stream.objects.bulk_create([stream], ignore_conflicts=True)
    return taken


def _faults(event: Event, head: str) -> list[str]:
    found = list(wrong_alone(event))
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
    withdrawn = {e.object for e in new if e.kind == Kind.WITHDRAWAL}
    subjects = {e.subject for e in new if e.subject}
    withdrawn_here = set(Withdrawal.objects.filter(pk__in=subjects).values_list("pk", flat=True))
    touched: dict[str, set[uuid.UUID]] = defaultdict(set)
    for event in new:
        if event.subject in withdrawn_here:
            event.personal = event.personal_salt = None
        if event.kind != Kind.WITHDRAWAL:
            touched[event.model].add(event.object)
            told.unknown += _is_unknown(event)
    rows.insert(Event, new)
    note_blobs(e for e in new if e.personal is not None)
    told.stored += len(new)
    for label, ids in sorted(touched.items()):
        if model := payload.model_named(label):
            lock_rows(ids)
            settle(model, ids)
    for subject in sorted(withdrawn):
        erase(subject)


def _is_unknown(event: Event) -> bool:
    model = payload.model_named(event.model)
    return model is None or event.schema > model.SCHEMA


def _quarantine(event: Event, wire: Wire, reason: str, told: Received) -> None:
    told.quarantined += 1
    kept = Quarantined(
        stream=event.stream_id, seq=event.seq, hash=event.hash, reason=reason, wire=json.dumps(wire)
    )
    Quarantined.objects.bulk_create([kept], ignore_conflicts=True)


def _quarantine_unreadable(wire: Wire, reason: str, told: Received) -> None:
    told.quarantined += 1
    text = json.dumps(wire, default=str)
    kept = Quarantined(
        stream=uuid.UUID(int=0), seq=-1, hash=payload.digest("", text), reason=reason, wire=text
    )
    Quarantined.objects.bulk_create([kept], ignore_conflicts=True)
