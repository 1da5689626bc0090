"""Reading the record: a row's history, a stream's soundness, and what another node does not have yet."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jukwaa.record import payload
from jukwaa.record.models import Event, Kind, Recorded, Stream
from jukwaa.record.payload import FIRST

Wire = dict[str, Any]
Marks = dict[uuid.UUID, tuple[int, str]]


@dataclass(frozen=True)
class Fault:
    """Something wrong with a stream, at one sequence number, in words."""

    stream: uuid.UUID
    seq: int
    what: str

    def __str__(self) -> str:
        return f"stream {self.stream}, event {self.seq}: {self.what}"


def history(row: Recorded) -> list[Event]:
    """Everything that was said of the row, in the order in which it counts."""
    said = Event.objects.filter(object=row.pk, model=row._meta.label_lower)
    return sorted(said, key=lambda e: (e.hlc, str(e.stream_id)))


def verify(stream: Stream) -> list[Fault]:
    """What is wrong with the stream: gaps, broken links, changed words. Empty when it is sound."""
    found: list[Fault] = []
    previous, expected = FIRST, 0
    for event in stream.events.order_by("seq").iterator():
        found += [Fault(stream.pk, event.seq, what) for what in _wrong(event, previous, expected)]
        previous, expected = event.hash, event.seq + 1
    return found


def _wrong(event: Event, previous: str, expected: int) -> Iterator[str]:
    if event.seq != expected:
        yield f"event {expected} should stand here"
    if event.previous != previous:
        yield "it does not follow the event before it"
    yield from wrong_alone(event)


def wrong_alone(event: Event) -> Iterator[str]:
    """What is wrong with an event by itself: its hash, or words that are not those that were hashed."""
    if event.personal is not None and event.personal_salt is not None:
        if payload.digest(event.personal_salt, event.personal) != event.personal_digest:
            yield "its personal part was changed"
    elif event.personal is not None or event.personal_salt is not None:
        yield "its personal part lost its salt"
    if payload.hash_of(event) != event.hash:
        yield "its header or its plain part was changed"


def marks(programme: uuid.UUID) -> Marks:
    """How far this node has each stream of the programme: the next sequence number and the head's hash."""
    found: Marks = {}
    for stream in Stream.objects.filter(programme=programme):
        last = stream.events.order_by("-seq").first()
        if last:
            found[stream.pk] = (last.seq + 1, last.hash)
    return found


def bundle(
    programme: uuid.UUID,
    theirs: Mapping[uuid.UUID, tuple[int, str]],
    *,
    classes: Iterable[str] | None = None,
    limit: int = 500,
) -> Iterator[list[Wire]]:
    """What a node with those marks does not have, in batches of about `limit` that never cut an act."""
    streams = Stream.objects.filter(programme=programme).order_by("pk")
    if classes is not None:
        streams = streams.filter(klass__in=list(classes))
    batch: list[Wire] = []
    for stream in streams:
        start = theirs.get(stream.pk, (0, ""))[0]
        for event in stream.events.filter(seq__gte=start).order_by("seq").iterator():
            batch.append(to_wire(event, stream))
            if len(batch) >= limit and event.rest == 0:
                yield batch
                batch = []
    if batch:
        yield batch


_UUIDS = ("id", "act", "object", "subject", "actor")
_NUMBERS = {"seq": 2**63, "hlc": 2**63 - 2**32, "rest": 2**31, "schema": 2**31}
_TEXTS = ("verb", "kind", "model", "plain", "plain_salt", "personal", "personal_salt", "personal_digest",
          "previous", "hash")  # fmt: skip


def to_wire(event: Event, stream: Stream) -> Wire:
    """The event as it travels: plain JSON values, with its stream described."""
    wire: Wire = {n: str(v) if (v := getattr(event, n)) else None for n in _UUIDS}
    wire |= {n: getattr(event, n) for n in (*_NUMBERS, *_TEXTS)}
    wire["stream"] = {
        "id": str(stream.pk),
        "incarnation": str(stream.incarnation),
        "programme": str(stream.programme),
        "klass": stream.klass,
        "lane": stream.lane,
    }
    return wire


def from_wire(wire: Wire) -> tuple[Event, Stream]:
    """The event and its stream, not stored. Raises KeyError, TypeError or ValueError if it is not one."""
    told = wire["stream"]
    stream = Stream(
        id=uuid.UUID(told["id"]),
        incarnation=uuid.UUID(told["incarnation"]),
        programme=uuid.UUID(told["programme"]),
        klass=_text("klass", told["klass"]),
        lane=_number("lane", told["lane"], 2**15),
    )
    if stream.pk != Stream.id_for(stream.incarnation, stream.programme, stream.klass, stream.lane):
        raise ValueError("the stream's id is not that of its writer")
    event = Event(stream_id=stream.pk)
    for name in _UUIDS:
        may_miss = name in {"subject", "actor"} and wire[name] is None
        setattr(event, name, None if may_miss else uuid.UUID(wire[name]))
    for name, below in _NUMBERS.items():
        setattr(event, name, _number(name, wire[name], below))
    for name in _TEXTS:
        may_miss = name in {"personal", "personal_salt"} and wire[name] is None
        setattr(event, name, None if may_miss else _text(name, wire[name]))
    if event.kind not in Kind.values:
        raise ValueError(f"kind: {event.kind!r} is none of {', '.join(Kind.values)}")
    for name in ("plain", "personal"):
        if not isinstance(json.loads(getattr(event, name) or "{}"), dict):
            raise TypeError(f"{name}: not a JSON object")
    return event, stream


def _number(name: str, value: Any, below: int) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise ValueError(f"{name}: a whole number from 0 and below {below}, not {value!r}")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{name}: a text without the NUL character")
    value.encode()  # half a character (a lone surrogate) is a UnicodeEncodeError, so a ValueError
    return value
