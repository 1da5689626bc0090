"""Forms of participants, pressed twice by a shaking hand, or sent from a page left open since yesterday."""

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.hall import actions as in_the_hall
from jukwaa.dialogue.models import Gathering, Note
from jukwaa.programmes.consent import QUESTIONS
from jukwaa.record import payload
from jukwaa.record.models import Event
from tests import make
from tests.web.test_access import address, world

__all__ = ["world"]

# What a participant sends, and where.
FORMS = {
    "programmes:consent": {each.purpose.value: "1-programme" for each in QUESTIONS},
    "dialogue:vote": {"choice": "1"},
    "dialogue:mark": {"dot": "1"},
    "dialogue:propose": {"text": "Give us light at the shafts."},
    "dialogue:answer_wording": {"answer": "yes"},
    "dialogue:hand": {},
    "delivery:answer": {},
    "delivery:dispute": {"reason": "The pump stands still."},
}


def rows() -> dict[str, int]:
    """How many rows there are of everything that the record holds."""
    return {name: model.objects.count() for name, model in payload.listed().items()}


def said_in(route: str, world) -> dict[str, str]:
    """What is sent, with the statement that it is about."""
    said = dict(FORMS[route])
    if route == "dialogue:vote":
        said["statement"] = str(world.round.statements.filter(state="approved").first().pk)
    if route == "dialogue:mark":
        said["statement"] = str(world.dots.statements.first().pk)
    return said


@pytest.mark.parametrize("route", FORMS)
def test_what_is_pressed_twice_is_kept_once(world, route):
    phone, said = make.phone_of(world.ann), said_in(route, world)
    dialogue.attend(gathering=world.road.gathering, people=[world.ann], state="came", by=None)
    before = Event.objects.count()

    once = phone.post(address(route, world), said)
    kept = rows()
    assert Event.objects.count() > before
    twice = phone.post(address(route, world), said)

    assert {once.status_code, twice.status_code} <= {200, 302}
    assert rows() == kept


@pytest.mark.parametrize("route", FORMS)
def test_a_page_left_open_sends_nothing_says_so_and_gives_the_words_back(world, route):
    phone, said = Client(enforce_csrf_checks=True), said_in(route, world)
    phone.cookies = make.phone_of(world.ann).cookies
    before = rows()

    told = phone.post(address(route, world), {**said, "csrfmiddlewaretoken": "x" * 64})

    assert told.status_code == 403
    assert "Nothing was sent" in told.text
    assert address(route, world) in told.text
    assert said.get("text", said.get("reason", "")) in told.text
    assert rows() == before


@pytest.fixture
def seated(db) -> tuple[Gathering, Client]:
    """A gathering whose tables write, and the phone of somebody at one."""
    hall = make.gathering()
    ann = make.participant(hall.programme, constituency=make.constituency(hall.programme))
    analysis.seat_tables(hall, people=[ann], tables=1, rounds=1, spread=[], apart=[], by=None)
    step = in_the_hall.add_step(gathering=hall, title="At tables", who="tables", by=None)
    in_the_hall.begin_step(step=step, by=None)
    return hall, make.phone_of(ann)


def test_what_a_table_writes_is_kept_once_when_it_is_pressed_twice(seated):
    hall, phone = seated
    table = reverse("dialogue:my_table", args=[hall.programme.slug, hall.pk])

    for text in ("A pump.", "A pump.", "A well."):
        phone.post(table, {"q3": text})

    assert sorted(Note.objects.values_list("text", flat=True)) == ["A pump.", "A well."]


def test_what_a_table_wrote_on_a_page_left_open_is_given_back(seated):
    hall, phone = seated
    phone.handler.enforce_csrf_checks = True

    told = phone.post(
        reverse("dialogue:my_table", args=[hall.programme.slug, hall.pk]), {"q1": "Here.", "q3": "A pump."}
    )

    assert told.status_code == 403
    assert "Here." in told.text
    assert "A pump." in told.text


def test_numbers_and_passwords_are_never_given_back(db):
    phone = Client(enforce_csrf_checks=True)

    for where, said in (("programmes:join", "number"), ("programmes:login", "password")):
        assert "1234567890123456" not in phone.post(reverse(where), {said: "1234567890123456"}).text
