"""The console: the present step and its time, the round, the wall, two who steer, the word and its queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa import record
from jukwaa.dialogue import actions as room_actions
from jukwaa.dialogue import analysis
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.counting import actions as counting
from jukwaa.dialogue.door import actions as door
from jukwaa.dialogue.hall import actions, queries
from jukwaa.dialogue.models import Gathering, Hand, Speech, Step
from jukwaa.dialogue.queries import HandCount
from jukwaa.dialogue.steering import actions as steering
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Member, Participant
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Gathering:
    """A gathering with a run sheet of three steps, and twelve people of two groups, half of them women."""
    gathering = make.gathering()
    for name in ("Opening", "Vote", "Closing"):
        actions.add_step(gathering=gathering, title=name, minutes=20, by=None)
    for name in ("Panners", "Owners"):
        group = make.constituency(gathering.programme, name=name)
        for gender in ("woman", "man"):
            for number in range(3):
                make.participant(
                    gathering.programme, constituency=group, gender=gender, called=f"{name} {gender} {number}"
                )
    return gathering


@pytest.fixture
def flo(hall: Gathering) -> Member:
    return make.member(hall.programme)


@pytest.fixture
def juma(hall: Gathering) -> Member:
    return make.member(hall.programme, name="Juma")


def address(hall: Gathering, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk])


def step(hall: Gathering, title: str) -> Step:
    return queries.steps(hall).get(title=title)


def person(hall: Gathering, called: str) -> Participant:
    return next(each for each in room.present(hall) if each.called == called)


def page(hall: Gathering, client: Client, **asked: str) -> str:
    return client.get(address(hall, "console"), asked).content.decode()


def press(hall: Gathering, client: Client, what: str, **said: object) -> str:
    pressed = {"press": what} | {name: str(value) for name, value in said.items()}
    return client.post(address(hall, "press"), pressed, follow=True).content.decode()


def seen(hall: Gathering) -> int:
    return queries.seen(queries.all_steps(hall))


# ---- the present step ------------------------------------------------------------------------------------


def test_before_there_is_a_run_sheet_the_console_offers_to_make_one(flo):
    bare = make.gathering(flo.programme)

    assert "Make a run sheet" in page(bare, make.client_of(flo))


def test_the_next_step_begins_and_ends_the_one_before(hall, flo):
    client = make.client_of(flo)
    assert "Begin: Opening" in page(hall, client)
    press(hall, client, "begin", step=step(hall, "Opening").pk, seen=seen(hall))
    told = press(hall, client, "begin", step=step(hall, "Vote").pk, seen=seen(hall))

    assert "Finish, and begin: Closing" in told
    assert step(hall, "Opening").ended_at is not None
    assert queries.now(hall).step == step(hall, "Vote")


def test_the_page_says_when_the_time_is_up_and_five_minutes_more_say_it_later(hall, flo):
    running = actions.begin_step(step=step(hall, "Opening"), by=flo)
    client = make.client_of(flo)
    assert f"ends at {queries.ends_at(running):%H:%M}" in page(hall, client)

    press(hall, client, "more", step=running.pk, seen=seen(hall))

    ends = timezone.localtime(running.began_at) + timedelta(minutes=25)
    assert f"ends at {ends:%H:%M}" in page(hall, client)


def test_over_time_is_said_in_words(hall, flo):
    actions.begin_step(step=step(hall, "Opening"), by=flo, at=timezone.now() - timedelta(minutes=24))

    assert "4 minutes over. Give it more time, or go on." in page(hall, make.client_of(flo))


def test_a_step_begun_by_a_slip_has_not_begun(hall, flo):
    running = actions.begin_step(step=step(hall, "Closing"), by=flo)

    press(hall, make.client_of(flo), "slip", step=running.pk, seen=seen(hall))

    assert step(hall, "Closing").began_at is None
    assert queries.now(hall).after == step(hall, "Opening")


def test_when_all_is_done_the_console_asks_for_what_was_decided(hall, flo):
    for each in queries.steps(hall):
        actions.begin_step(step=each, by=flo)
        actions.end_step(step=each, by=flo)

    assert "All steps are done" in page(hall, make.client_of(flo))


# ---- two steer at once -----------------------------------------------------------------------------------


def test_who_finishes_what_the_other_has_finished_is_told_and_skips_nothing(hall, flo, juma):
    actions.begin_step(step=step(hall, "Opening"), by=flo)
    looked = seen(hall)
    actions.begin_step(step=step(hall, "Vote"), by=juma)

    told = press(hall, make.client_of(flo), "begin", step=step(hall, "Vote").pk, seen=looked)
    again = press(hall, make.client_of(flo), "end", step=step(hall, "Vote").pk, seen=looked)

    assert "Juma began “Vote” meanwhile, so nothing was changed." in told
    assert "Juma began “Vote” meanwhile" in again
    assert queries.now(hall).step == step(hall, "Vote")


def test_a_double_tap_gives_five_minutes_once(hall, flo):
    running = actions.begin_step(step=step(hall, "Opening"), by=flo)
    looked, client = seen(hall), make.client_of(flo)

    press(hall, client, "more", step=running.pk, seen=looked)
    told = press(hall, client, "more", step=running.pk, seen=looked)

    assert step(hall, "Opening").added == 5
    assert "You did this a moment ago, so nothing was changed a second time." in told


def test_a_round_that_the_other_closed_is_not_opened_again(hall, flo, juma):
    round_ = in_round(hall)
    opened = room_actions.open_round(round=round_, by=flo)
    looked = opened.hlc
    actions.close_round(round=opened, by=juma)

    told = press(hall, make.client_of(flo), "close", round=round_.pk, seen=looked)

    assert "Juma closed “What hurts most?” meanwhile, so nothing was changed." in told


def test_what_the_room_sees_is_changed_by_the_first_of_two(hall, flo, juma):
    looked = hall.hlc
    actions.show_on_wall(gathering=hall, wall="step", by=juma)

    told = press(hall, make.client_of(flo), "wall", wall="blank", seen=looked)

    hall.refresh_from_db()
    assert "Juma changed what the room sees meanwhile" in told
    assert hall.wall == "step"


def test_two_who_tap_the_same_speaker_note_one_speech(hall, flo, juma):
    who, looked = person(hall, "Panners woman 0"), 0
    actions.give_word(gathering=hall, participant=who, by=juma, seen=looked)

    told = press(hall, make.client_of(flo), "speak", person=who.pk, seen=looked)

    assert "Juma noted meanwhile that Panners woman 0 speaks, so nothing was changed." in told
    assert Speech.objects.count() == 1


# ---- the round, and what the room sees -------------------------------------------------------------------


def in_round(hall: Gathering):
    """A round of this gathering with one statement, held at the step of the vote, not open yet."""
    round_ = room_actions.prepare_round(gathering=hall, kind="problems", question="What hurts most?", by=None)
    room_actions.add_statement(round=round_, text="The water.", by=None)
    actions.link_round(step=step(hall, "Vote"), round=round_, by=None)
    return round_


def test_the_rule_stands_beside_the_button_that_opens_the_round(hall, flo):
    round_ = in_round(hall)
    actions.begin_step(step=step(hall, "Vote"), by=flo)
    client = make.client_of(flo)
    assert "Read out the rule before you open it: Every constituency counts the same." in page(hall, client)

    press(hall, client, "open", round=round_.pk, seen=round_.hlc)

    round_.refresh_from_db()
    assert round_.is_open()
    assert "Close the round" in page(hall, client)


def test_a_round_without_a_statement_is_not_opened(hall, flo):
    round_ = room_actions.prepare_round(gathering=hall, kind="problems", question="What?", by=None)

    told = press(hall, make.client_of(flo), "open", round=round_.pk, seen=round_.hlc)

    assert "There is no statement to vote on yet." in told


def test_how_many_have_answered_of_those_who_are_here(hall, flo):
    round_ = in_round(hall)
    room_actions.open_round(round=round_, by=flo)
    actions.begin_step(step=step(hall, "Vote"), by=flo)
    here = room.present(hall)[:4]
    room_actions.attend(gathering=hall, people=here, state="came", by=flo)
    said = round_.statements.select_related("round").get()
    room_actions.cast_vote(statement=said, choice=1, by=here[0])
    room_actions.propose_statement(round=round_, text="Light.", by=here[1])

    told = page(hall, make.client_of(flo))

    assert "1 of 4 who are here have answered." in told
    assert "1 proposal waits for you." in told


def test_before_a_round_is_closed_the_console_says_which_counts_of_hands_do_not_count_yet(hall, flo):
    round_ = in_round(hall)
    room_actions.open_round(round=round_, by=flo)
    actions.begin_step(step=step(hall, "Vote"), by=flo)
    here = room.present(hall)[:4]
    room_actions.attend(gathering=hall, people=here, state="came", by=flo)
    sheet = counting.Sheet(round_, here[0].constituency)
    statement = round_.statements.get()
    counting.count(sheet=sheet, counts={statement: HandCount(agree=1)}, by=flo)
    once = page(hall, make.client_of(flo))

    counting.count(sheet=sheet, counts={statement: HandCount(disagree=1)}, by=make.member(hall.programme))

    assert "One count of hands waits for a second person." in once
    assert "One count of hands does not fit: count again." in page(hall, make.client_of(flo))


def test_the_console_says_how_many_statements_look_ahead(hall, flo):
    round_ = in_round(hall)
    actions.begin_step(step=step(hall, "Vote"), by=flo)
    steering.say_of(statement=round_.statements.get(), looks="ahead", by=flo)

    assert "1 of 1 statement looks ahead." in page(hall, make.client_of(flo))


def test_closing_keeps_what_the_round_came_to(hall, flo):
    round_ = in_round(hall)
    opened = room_actions.open_round(round=round_, by=flo)
    said = round_.statements.select_related("round").get()
    room_actions.cast_vote(statement=said, choice=1, by=room.present(hall)[0])

    press(hall, make.client_of(flo), "close", round=round_.pk, seen=opened.hlc)

    round_.refresh_from_db()
    assert round_.closed_at is not None
    assert room.settled(round_).exists()


def test_the_wall_shows_what_was_pressed(hall, flo):
    round_ = in_round(hall)
    press(hall, make.client_of(flo), "wall", wall="question", round=round_.pk, seen=hall.hlc)

    hall.refresh_from_db()
    assert (hall.wall, hall.wall_round_id) == ("question", round_.pk)


def test_what_was_said_apart_does_not_come_to_the_wall_before_it_is_released(hall, flo):
    round_ = in_round(hall)
    record.put("dialogue.round_changed", round_, women=True, by=flo)

    told = press(hall, make.client_of(flo), "wall", wall="results", round=round_.pk, seen=hall.hlc)

    hall.refresh_from_db()
    assert "It is shown once that group releases it." in told
    assert hall.wall == "join"


def test_a_round_of_another_gathering_does_not_come_to_the_wall(hall, flo):
    strange = make.round_(hall.programme)

    answer = make.client_of(flo).post(
        address(hall, "press"), {"press": "wall", "wall": "question", "round": str(strange.pk)}
    )

    assert answer.status_code == 404


# ---- counts that come by themselves ----------------------------------------------------------------------


def counts(hall: Gathering, client: Client, etag: str = "", **asked: str):
    return client.get(address(hall, "console_counts"), asked, headers={"If-None-Match": etag} if etag else {})


def test_counts_are_sent_once_and_again_when_they_change(hall, flo):
    client = make.client_of(flo)
    first = counts(hall, client, part="room")
    assert first.status_code == 200
    assert counts(hall, client, first["ETag"], part="room").status_code == 304

    room_actions.begin_speech(gathering=hall, participant=person(hall, "Owners man 0"), by=flo)

    assert counts(hall, client, first["ETag"], part="room").status_code == 200


def test_a_page_left_behind_is_told_that_the_room_has_gone_on(hall, flo, juma):
    client, looked = make.client_of(flo), str(seen(hall))
    assert "Somebody else has gone on." not in counts(hall, client, steps=looked).content.decode()

    actions.begin_step(step=step(hall, "Opening"), by=juma)

    assert "Somebody else has gone on." in counts(hall, client, steps=looked).content.decode()


# ---- the word --------------------------------------------------------------------------------------------


def speaks(hall: Gathering, flo: Member, called: str = "", seconds: int = 60, **who) -> None:
    begun = timezone.now() - timedelta(seconds=seconds)
    named = {"participant": person(hall, called)} if called else who
    room_actions.begin_speech(gathering=hall, by=flo, at=begun, **named)
    room_actions.end_speech(gathering=hall, by=flo, at=begun + timedelta(seconds=seconds))


def test_a_group_is_tapped_when_nobody_knows_the_name(hall, flo):
    owners = person(hall, "Owners man 0").constituency
    told = press(hall, make.client_of(flo), "speak", group=owners.pk, gender="man", seen=0)

    speech = Speech.objects.get()
    assert (speech.participant, speech.constituency, speech.gender) == (None, owners, "man")
    assert speech.subject is None
    assert "<strong>Owners, man</strong> speaks now." in told


def test_a_speech_of_nobody_known_counts_for_the_group_and_for_no_person(hall, flo):
    owners = person(hall, "Owners man 0").constituency
    speaks(hall, flo, "Panners man 0", seconds=60)
    speaks(hall, flo, constituency=owners, gender="man", seconds=180)

    said = analysis.voice(hall)
    shares = {row.group: row.time for _title, rows in room.voice_shares(said) for row in rows}
    spoke = [each for each in said["turns"] if each["person"]]

    assert (shares["Owners"], shares["Panners"], shares["Men"], shares["Women"]) == (75, 25, 100, 0)
    assert len(spoke) == 1
    assert "Owners man 0" in str(queries.silent(hall))


def test_a_gender_that_nobody_noted_counts_for_neither(hall, flo):
    owners = person(hall, "Owners man 0").constituency
    speaks(hall, flo, "Panners woman 0", seconds=60)
    speaks(hall, flo, constituency=owners, seconds=180)

    shares = {row.group: row.time for _title, rows in room.voice_shares(analysis.voice(hall)) for row in rows}

    assert (shares["Women"], shares["Men"], shares["Owners"]) == (100, 0, 75)


def test_a_group_that_falls_behind_is_named_with_what_to_do(hall, flo):
    for number in range(3):
        speaks(hall, flo, f"Panners man {number}", seconds=120)
        speaks(hall, flo, f"Owners man {number}", seconds=120)

    told = page(hall, make.client_of(flo), show="people")

    assert "Women have 50 in 100 of the seats and 0 in 100 of the time." in told
    assert "Ask whether one of them would like to speak." in told


# ---- the queue -------------------------------------------------------------------------------------------


def in_queue(hall: Gathering) -> list[str]:
    shares = room.voice_shares(analysis.voice(hall))
    return [str(each.hand.participant) for each in queries.queue(hall, shares)]


def raise_hands(hall: Gathering, flo: Member, *called: str) -> None:
    now = timezone.now()
    for place, name in enumerate(called):
        at = now + timedelta(seconds=place)
        actions.raise_hand(gathering=hall, participant=person(hall, name), by=flo, at=at)


def test_before_anybody_spoke_who_asked_first_is_first(hall, flo):
    raise_hands(hall, flo, "Owners man 1", "Panners woman 1")

    assert in_queue(hall) == ["Owners man 1", "Panners woman 1"]


def test_those_of_a_group_behind_come_before_those_who_asked_first(hall, flo):
    for number in (0, 2):
        speaks(hall, flo, f"Owners man {number}", seconds=150)
    raise_hands(hall, flo, "Owners man 1", "Owners woman 0", "Panners woman 1")
    speaks(hall, flo, "Panners man 0", seconds=10)

    assert in_queue(hall) == ["Owners woman 0", "Panners woman 1", "Owners man 1"]
    told = page(hall, make.client_of(flo), show="people")
    assert "Women are 50 in 100 below their share; has not spoken yet; asked at" in told


def test_of_one_group_who_has_not_spoken_comes_first(hall, flo):
    speaks(hall, flo, "Panners woman 0")
    raise_hands(hall, flo, "Panners woman 0", "Panners woman 1")

    assert in_queue(hall) == ["Panners woman 1", "Panners woman 0"]


def test_the_facilitator_takes_anybody_and_that_hand_goes_down(hall, flo):
    raise_hands(hall, flo, "Owners man 1", "Panners woman 1")
    client = make.client_of(flo)

    press(hall, client, "speak", person=person(hall, "Panners woman 1").pk, seen=0)
    assert in_queue(hall) == ["Owners man 1"]
    press(hall, client, "undo", seen=queries.seen(queries.all_speeches(hall)))
    assert in_queue(hall) == ["Owners man 1", "Panners woman 1"]


def test_a_hand_is_raised_on_ones_own_phone_once_one_is_here(hall, flo):
    ann = person(hall, "Panners woman 0")
    phone = make.phone_of(ann)
    take_part = reverse("dialogue:take_part", args=[hall.programme.slug])
    assert "I would like to speak" not in phone.get(take_part).content.decode()
    room_actions.attend(gathering=hall, people=[ann], state="came", by=flo)

    for _tap in range(2):
        phone.post(address(hall, "hand"))
    assert "Your hand is up." in phone.get(take_part).content.decode()
    assert room.hands(hall).count() == 1

    phone.post(address(hall, "hand"), {"down": "1"})
    assert [hand.state for hand in Hand.objects.all()] == ["down"]


def test_who_is_not_noted_as_here_raises_no_hand(hall, flo):
    phone = make.phone_of(person(hall, "Panners woman 0"))

    told = phone.post(address(hall, "hand"), follow=True).content.decode()

    assert "Nobody noted yet that you are here." in told
    assert not Hand.objects.exists()


def test_a_hand_goes_with_whom_it_belongs_to(hall, flo):
    raise_hands(hall, flo, "Panners woman 0")
    programmes.forget_participant(participant=person(hall, "Panners woman 0"), by=flo)

    assert not Hand.objects.exists()
    assert in_queue(hall) == []


def test_closed_lists_name_nobody_on_the_console(hall, flo):
    raise_hands(hall, flo, "Panners woman 0")
    door.freeze(gathering=hall, by=flo)

    assert "Panners woman 0" not in page(hall, make.client_of(flo), show="people")
