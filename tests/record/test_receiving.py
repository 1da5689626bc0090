"""Whatever comes from another node: what can be right is kept, what cannot is shown, and nothing raises."""

import json
import uuid
from typing import Any

import pytest

from jukwaa import record
from jukwaa.dialogue.models import Vote
from jukwaa.programmes.actions import forget_participant
from jukwaa.programmes.models import Place
from jukwaa.record import payload
from jukwaa.record.models import Conflict, Event, Quarantined, Recorded, Stream, Waiting
from jukwaa.record.read import Wire, to_wire
from tests import make

pytestmark = pytest.mark.django_db

ELSEWHERE = uuid.UUID(int=7)


class Elsewhere:
    """Another node's stream: events in a chain, as they would arrive."""

    def __init__(self, programme: uuid.UUID, klass: str = "open") -> None:
        self.stream = Stream(
            id=Stream.id_for(ELSEWHERE, programme, klass, 0),
            incarnation=ELSEWHERE,
            programme=programme,
            klass=klass,
            lane=0,
        )
        self.events: list[Event] = []

    def says(self, row: Recorded, **others: Any) -> Wire:
        """The next event of the stream, which says the row whole, as it travels."""
        plain, personal = payload.split(type(row), payload.said_by(row))
        event = Event(
            id=uuid.uuid4(),
            stream=self.stream,
            seq=len(self.events),
            hlc=(len(self.events) + 1) << 16,
            act=uuid.uuid4(),
            rest=0,
            verb="elsewhere.said",
            kind="fact",
            model=row._meta.label_lower,
            schema=1,
            object=row.pk,
            subject=row.subject,
            plain=plain,
            plain_salt=payload.salt(),
            personal=personal,
            personal_salt=payload.salt(),
            previous=self.events[-1].hash if self.events else payload.FIRST,
        )
        for name, value in others.items():
            setattr(event, name, value)
        event.personal_digest = payload.digest(event.personal_salt, event.personal)
        event.hash = payload.hash_of(event)
        self.events.append(event)
        wire: Wire = json.loads(json.dumps(to_wire(event, self.stream)))
        return wire

    def place(self, name: str = "Mgodi B", **others: Any) -> Place:
        return Place(programme_id=self.stream.programme, level="site", name=name, **others)

    def places(self, number: int, **others: Any) -> list[Wire]:
        return [self.says(self.place(f"Shaft {n}"), **others) for n in range(number)]


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere(make.programme().pk)


def test_what_arrives_twice_counts_once(elsewhere: Elsewhere):
    wires = elsewhere.places(3)

    assert record.receive(wires).stored == 3
    told = record.receive(wires)

    assert (told.stored, told.known) == (0, 3)
    assert Place.objects.count() == 3


def test_what_follows_a_gap_is_asked_for_again(elsewhere: Elsewhere):
    first, _lost, third = elsewhere.places(3)

    told = record.receive([first, third])

    assert (told.stored, told.asked_again) == (1, {elsewhere.stream.pk: 1})


def test_half_an_act_is_not_taken(elsewhere: Elsewhere):
    act = uuid.uuid4()
    first = elsewhere.places(1, act=act, rest=1)
    told = record.receive(first)
    assert (told.stored, told.asked_again) == (0, {elsewhere.stream.pk: 0})

    assert record.receive(first + elsewhere.places(1, act=act)).stored == 2


@pytest.mark.parametrize("name", ["plain", "verb", "hash", "previous"])
def test_what_was_changed_on_the_way_is_kept_apart(elsewhere: Elsewhere, name: str):
    [wire] = elsewhere.places(1)
    wire[name] = {"plain": "{}", "verb": "elsewhere.unsaid"}.get(name, "f" * 64)

    told = record.receive([wire])

    assert (told.stored, told.quarantined) == (0, 1)
    assert not Place.objects.exists()
    assert Quarantined.objects.get().reason


@pytest.mark.parametrize("forgotten_first", [True, False])
def test_what_is_kept_apart_says_nothing_of_who_was_forgotten(elsewhere: Elsewhere, forgotten_first: bool):
    ann = make.participant()
    place = Place(programme=ann.programme, subject=ann.pk, level="site", name="Secret words")
    wire = elsewhere.says(place, plain='{"name":"Secret words"}') | {"hash": "f" * 64}

    for step in [forget_participant, record.receive][:: 1 if forgotten_first else -1]:
        step(participant=ann, by=None) if step is forget_participant else step([wire])

    kept = Quarantined.objects.get()
    assert "Secret words" not in f"{kept.wire} {kept.reason}"


@pytest.mark.parametrize(
    "wire",
    [{}, {"stream": None}, {"stream": {"id": "no"}}, "a text", ["a list"], {"stream": {}, "seq": -1}],
    ids=str,
)
def test_what_is_no_event_at_all_is_kept_apart(wire: Any):
    assert record.receive([wire]).quarantined == 1
    assert record.receive([wire]).quarantined == 1
    assert Quarantined.objects.count() == 1, "shown once, however often it comes"


def test_another_event_in_a_place_that_is_taken_is_a_fork(elsewhere: Elsewhere):
    record.receive(elsewhere.places(1))
    twin = Elsewhere(elsewhere.stream.programme)

    assert record.receive(twin.places(1)).quarantined == 1
    assert Quarantined.objects.get().reason == "another event already stands in its place"


def test_what_this_version_does_not_know_is_kept_and_passed_on(elsewhere: Elsewhere):
    wire = elsewhere.says(elsewhere.place(), model="meetings.minute")

    assert record.receive([wire]).unknown == 1

    passed_on = [each for batch in record.bundle(elsewhere.stream.programme, {}) for each in batch]
    assert wire in passed_on


def test_a_row_waits_for_what_it_points_to(elsewhere: Elsewhere):
    district = elsewhere.place("Geita")
    record.receive([elsewhere.says(elsewhere.place(parent=district))])
    assert not Place.objects.exists()
    assert Waiting.objects.get().needs == district.pk

    record.receive([elsewhere.says(district)])

    assert Place.objects.count() == 2
    assert not Waiting.objects.exists()


def test_a_vote_of_seven_is_shown_to_a_person_and_not_counted():
    round_ = make.round_(opened=True)
    statement, ann = make.statement(round_), make.participant(round_.programme)
    vote = Vote(subject=ann.pk, statement=statement, participant=ann, choice=7, channel="web")

    assert record.receive([Elsewhere(round_.programme.pk, "votes").says(vote)]).stored == 1

    assert not Vote.objects.exists()
    assert Conflict.objects.get(object=vote.pk).fields == "what the table lets in"


def test_what_arrives_late_of_the_forgotten_says_nothing_of_them():
    programme = make.programme()
    ann = make.participant(programme)
    record.withdraw(ann.pk, by=None, programme=programme)

    ann.gender = "woman"
    record.receive([Elsewhere(programme.pk).says(ann)])

    assert {event.personal for event in record.history(ann)} == {None}
    ann.refresh_from_db()
    assert ann.gender == ""
