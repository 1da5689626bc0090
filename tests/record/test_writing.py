"""One act is one thing: all of it stands, in one place of one stream, or none of it does."""

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from jukwaa import record
from jukwaa.dialogue.models import Vote
from jukwaa.programmes.models import Place, Programme
from jukwaa.record.models import Conflict, Event, Stream
from tests import make

pytestmark = pytest.mark.django_db


def site(programme: Programme, name: str | None = "Mgodi B", **others: Any) -> Place:
    return Place(programme=programme, level="site", name=name, **others)


def test_an_act_is_contiguous_and_says_how_much_of_it_follows():
    programme = make.programme()

    with record.act(by=None, programme=programme) as mine:
        for name in ("Nyarugusu", "Rwamagasa", "Mgodi B"):
            record.fact("programmes.place_added", site(programme, name), by=None)

    said = Event.objects.filter(act=mine.id).order_by("seq")
    assert [event.rest for event in said] == [2, 1, 0]
    assert said[2].seq - said[0].seq == 2


def test_an_act_that_ends_in_an_error_leaves_nothing():
    programme = make.programme()
    before = Event.objects.count()

    with pytest.raises(RuntimeError), record.act(by=None, programme=programme):
        record.fact("programmes.place_added", site(programme), by=None)
        raise RuntimeError("the power goes")

    assert (Event.objects.count(), Place.objects.count()) == (before, 0)


def test_an_act_of_which_a_part_was_rolled_back_does_not_stand():
    programme = make.programme()

    with (
        pytest.raises(TransactionManagementError, match="holds together"),
        record.act(by=None, programme=programme),
    ):
        record.fact("programmes.place_added", site(programme, "Nyarugusu"), by=None)
        with pytest.raises(RuntimeError), transaction.atomic():
            record.fact("programmes.place_added", site(programme, "Rwamagasa"), by=None)
            raise RuntimeError("caught by the caller")

    assert not Place.objects.exists()


def test_one_row_that_does_not_fit_keeps_all_of_them_out():
    programme = make.programme()

    with pytest.raises(ValueError, match="name: something has to be said"):
        record.facts("programmes.place_added", [site(programme), site(programme, None)], by=None)

    assert not Place.objects.exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": "half a \ud83d character"}, "name"),
        ({"name": "a NUL \0 inside"}, "NUL"),
        ({"name": None}, "something has to be said"),
        ({"parent": "not an id"}, "parent"),
    ],
)
def test_what_one_database_would_take_and_the_other_not_is_refused_by_both(changes: dict[str, Any], why: str):
    place = make.place(make.programme())

    with pytest.raises(ValueError, match=why):
        record.put("programmes.place_renamed", place, by=None, **changes)

    assert record.verify(Stream.objects.get()) == []
    assert len(record.history(place)) == 1


def test_a_moment_without_a_time_zone_is_refused():
    round_ = make.round_()

    with pytest.raises(ValueError, match="time zone"):
        record.put("dialogue.round_opened", round_, opened_at=datetime(2026, 3, 1), by=None)

    record.put("dialogue.round_opened", round_, opened_at=datetime(2026, 3, 1, tzinfo=UTC), by=None)


def test_a_row_stays_whose_it_is_whatever_the_caller_holds():
    ann = make.participant(make.programme())
    whose, ann.subject = ann.subject, None

    record.put("programmes.participant_changed", ann, gender="woman", by=None)

    ann.refresh_from_db()
    assert ann.subject == whose
    assert record.history(ann)[-1].subject == whose


def test_words_said_in_the_act_that_forgets_are_forgotten_too():
    ann = make.participant(make.programme())

    with record.act(by=None, programme=ann.programme, alone=True):
        record.put("programmes.participant_changed", ann, gender="woman", by=None)
        record.withdraw(ann.pk, by=None, programme=ann.programme)

    assert [event.personal for event in record.history(ann)] == [None, None]
    with pytest.raises(record.Withdrawn):
        record.put("programmes.participant_changed", ann, gender="man", by=None)


def test_twelve_thousand_rows_fit_into_one_act():
    programme = make.programme()

    record.facts(
        "programmes.place_added", [site(programme, f"Shaft {number}") for number in range(12_000)], by=None
    )

    assert Place.objects.count() == 12_000
    assert [fault for stream in Stream.objects.all() for fault in record.verify(stream)] == []


def test_two_rows_that_say_the_same_both_stand_and_are_shown():
    programme = make.programme()
    district = make.place(programme, name="Geita", level="district")
    twins = [
        record.fact("programmes.place_added", site(programme, parent=district), by=None)
        for _twice in range(2)
    ]

    assert set(Conflict.objects.values_list("object", flat=True)) == {place.pk for place in twins}

    record.put("programmes.place_renamed", twins[1], name="Mgodi C", by=None)
    assert not Conflict.objects.exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"plain": "{}"}, "its header or its plain part was changed"),
        ({"personal": '{"name":"somebody else"}'}, "its personal part was changed"),
        ({"personal_salt": None}, "its personal part lost its salt"),
        ({"actor": uuid.uuid4()}, "its header or its plain part was changed"),
        ({"previous": "0" * 64}, "it does not follow the event before it"),
        ({"seq": 1_000}, "event 2 should stand here"),
    ],
)
def test_what_was_changed_behind_the_record_is_found(change: dict[str, Any], fault: str):
    programme = make.programme()
    for name in ("Nyarugusu", "Rwamagasa"):
        make.place(programme, name=name)
    stream = Stream.objects.get()
    assert record.verify(stream) == []

    Event.objects.filter(stream=stream, seq=2).update(**change)

    found = record.verify(stream)
    assert fault in [each.what for each in found]
    assert str(found[0]).startswith(f"stream {stream.pk}, event ")


def test_an_event_that_was_taken_out_is_missed():
    programme = make.programme()
    for name in ("Nyarugusu", "Rwamagasa"):
        make.place(programme, name=name)
    stream = Stream.objects.get()

    Event.objects.filter(stream=stream, seq=1).delete()

    assert [fault.what for fault in record.verify(stream)] == [
        "event 1 should stand here",
        "it does not follow the event before it",
    ]


@pytest.mark.parametrize("method", ["save", "delete"])
def test_a_recorded_row_cannot_be_written_past_the_record(method: str):
    place = make.place(make.programme())

    with pytest.raises(TypeError):
        getattr(place, method)()


@pytest.mark.postgresql_round
@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_lose_nothing():
    round_ = make.round_(opened=True)
    statements = [make.statement(round_) for _statement in range(6)]
    people = [make.participant(round_.programme) for _person in range(8)]
    failed: list[Exception] = []

    def vote_on_all(person: Any) -> None:
        try:
            for statement in statements * 2:
                vote = Vote(
                    id=Vote.id_for(statement.pk, person.pk),
                    subject=person.pk,
                    statement=statement,
                    participant=person,
                    choice=1,
                    channel="web",
                )
                record.put("dialogue.vote_cast", vote, by=person, sitting=round_.opened_at)
        except Exception as problem:  # noqa: BLE001 - whatever it was, the test shows it
            failed.append(problem)
        finally:
            connection.close()

    voters = [threading.Thread(target=vote_on_all, args=[person]) for person in people]
    for voter in voters:
        voter.start()
    for voter in voters:
        voter.join()

    assert failed == []
    assert Vote.objects.count() == len(people) * len(statements)
    assert Event.objects.filter(verb="dialogue.vote_cast").count() == 2 * Vote.objects.count()
    assert [fault for stream in Stream.objects.all() for fault in record.verify(stream)] == []
    assert Stream.objects.filter(klass="votes").count() > 1, "nobody waited for all the others"
