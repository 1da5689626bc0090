"""The run sheet: from a template, moved about by button and by drag, with times, a full day and materials."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jukwaa.dialogue.hall import actions, queries, sheets
from jukwaa.dialogue.models import Gathering, Step
from jukwaa.programmes.models import Member
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Gathering:
    return make.gathering()


@pytest.fixture
def flo(hall: Gathering) -> Member:
    return make.member(hall.programme)


def address(hall: Gathering, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk])


def of_step(step: Step, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[step.programme.slug, step.pk])


def titles(hall: Gathering, day: int = 1) -> list[str]:
    return [step.title for step in queries.steps(hall) if step.day == day]


def a_day(hall: Gathering, *names: str, day: int = 1, **others) -> list[Step]:
    return [actions.add_step(gathering=hall, title=name, day=day, by=None, **others) for name in names]


def begin(hall: Gathering, client: Client, **said: str) -> str:
    return client.post(address(hall, "begin_run_sheet"), said, follow=True).content.decode()


# ---- templates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Gathering.Kind.values)
def test_every_kind_of_gathering_has_a_run_sheet_whose_days_people_can_bear(kind):
    lines = sheets.SHEETS[kind].lines

    days = {line.day for line in lines}
    assert days == set(range(1, len(days) + 1))
    assert all(sum(line.minutes for line in lines if line.day == day) <= queries.FULL_DAY for day in days)
    assert all(line.instructions for line in lines)
    assert sum(line.kind == Step.Kind.BREAK for line in lines) >= len(days) - 1


def test_the_action_dialogue_has_two_days_in_the_field_and_two_in_a_hall():
    lines = sheets.SHEETS["dialogue"].lines

    visited = {line.day for line in lines if line.kind == Step.Kind.VISIT}
    assert visited == {1, 2}
    assert {line.day for line in lines} == {1, 2, 3, 4}


def test_a_run_sheet_begins_with_a_template_and_is_read_in_the_readers_language(hall, flo):
    begin(hall, make.client_of(flo), sheet="workshop")

    lede = queries.steps(hall).get(title="Ground rules")
    assert titles(hall)[0] == "Arrival, cards and consent"
    with translation.override("sw"):
        assert str(lede) == translation.gettext("Ground rules")


def test_another_template_asks_before_it_takes_away_what_there_is(hall, flo):
    client = make.client_of(flo)
    begin(hall, client, sheet="workshop")
    before = titles(hall)

    asked = begin(hall, client, sheet="meeting")
    assert "Put another run sheet in the place of this one?" in asked
    assert titles(hall) == before

    begin(hall, client, sheet="meeting", sure="1")
    assert titles(hall)[0] == "Opening: who is here"


def test_the_run_sheet_of_another_gathering_is_copied_with_its_changes(hall, flo):
    other = make.gathering(hall.programme, title="Last year")
    a_day(other, "Our own game", minutes=12)

    begin(hall, make.client_of(flo), source=str(other.pk))

    [copied] = queries.steps(hall)
    assert (copied.title, copied.minutes, copied.gathering_id) == ("Our own game", 12, hall.pk)


def test_the_run_sheet_of_another_programme_cannot_be_copied(hall, flo):
    strange = make.gathering()
    a_day(strange, "Secret")

    answer = make.client_of(flo).post(address(hall, "begin_run_sheet"), {"source": str(strange.pk)})

    assert answer.status_code == 404
    assert titles(hall) == []


# ---- moving ----------------------------------------------------------------------------------------------


def move(client: Client, step: Step, **said: str) -> None:
    client.post(of_step(step, "move_step"), said)


def test_a_step_moves_up_and_down_by_a_button(hall, flo):
    one, _two, three = a_day(hall, "one", "two", "three")
    client = make.client_of(flo)

    move(client, three, to="up")
    assert titles(hall) == ["one", "three", "two"]
    move(client, one, to="down")
    assert titles(hall) == ["three", "one", "two"]


def test_the_last_step_of_a_day_moves_down_to_the_beginning_of_the_next(hall, flo):
    [one] = a_day(hall, "one")
    a_day(hall, "two", day=2)
    client = make.client_of(flo)

    move(client, one, to="down")
    assert titles(hall, 2) == ["one", "two"]
    move(client, one, to="up")
    assert (titles(hall, 1), titles(hall, 2)) == (["one"], ["two"])


def test_a_step_goes_where_it_is_dropped(hall, flo):
    a_day(hall, "one", "two")
    [three] = a_day(hall, "three", day=2)

    move(make.client_of(flo), three, day="1", place="1")

    assert titles(hall) == ["one", "three", "two"]


def test_a_copy_stands_behind_its_step_and_has_not_begun(hall, flo):
    one, _two = a_day(hall, "one", "two")
    actions.begin_step(step=one, by=flo)

    make.client_of(flo).post(of_step(one, "copy_step"))

    assert titles(hall) == ["one", "one", "two"]
    assert [step.began_at is None for step in queries.steps(hall)] == [False, True, True]


def test_a_removed_step_is_put_back_where_it_was(hall, flo):
    _one, two, _three = a_day(hall, "one", "two", "three")
    client = make.client_of(flo)

    told = client.post(of_step(two, "remove_step"), follow=True).content.decode()
    assert "“two” is removed." in told
    assert titles(hall) == ["one", "three"]
    client.post(of_step(two, "restore_step"))
    assert titles(hall) == ["one", "two", "three"]


def test_who_moves_what_somebody_else_has_moved_is_told_and_moves_nothing(hall, flo):
    one, _two, three = a_day(hall, "one", "two", "three")
    seen = queries.seen(queries.all_steps(hall))
    other = make.member(hall.programme, name="Juma")
    actions.move_step(step=three, day=1, place=0, by=other)

    told = make.client_of(flo).post(of_step(one, "move_step"), {"to": "down", "seen": str(seen)}, follow=True)

    assert "Juma moved “three” meanwhile, so nothing was changed." in told.content.decode()
    assert titles(hall) == ["three", "one", "two"]


# ---- words -----------------------------------------------------------------------------------------------


def edited(step: Step, client: Client, **said) -> str:
    now = {
        "title": str(step),
        "day": step.day,
        "minutes": step.minutes,
        "kind": step.kind,
        "who": step.who,
        "instructions": queries.said(step.instructions),
        "materials": queries.said(step.materials),
        "seen": str(step.hlc),
    }
    return client.post(of_step(step, "edit_step"), now | said, follow=True).content.decode()


def test_what_nobody_rewrote_stays_the_templates(hall, flo):
    [step] = a_day(hall, "Pre-dialogue workshop", instructions="Action dialogue", materials="Chalk")
    client = make.client_of(flo)
    client.cookies["django_language"] = "sw"
    with translation.override("sw"):
        assert str(step) != step.title
        edited(step, client, minutes=25, materials="Chaki")

    step.refresh_from_db()
    assert (step.title, step.instructions) == ("Pre-dialogue workshop", "Action dialogue")
    assert (step.minutes, step.materials) == (25, "Chaki")


def test_words_typed_over_somebody_elses_stay_in_the_form(hall, flo):
    [step] = a_day(hall, "one")
    stale = str(step.hlc)
    actions.move_step(step=step, day=2, place=0, by=make.member(hall.programme, name="Juma"))

    told = edited(step, make.client_of(flo), title="Mine", seen=stale)

    assert "Juma moved “one” meanwhile" in told
    assert 'value="Mine"' in told
    assert titles(hall, 2) == ["one"]


# ---- times, days, materials ------------------------------------------------------------------------------


def test_times_follow_from_when_the_day_begins(hall, flo):
    a_day(hall, "one", "two", minutes=45)
    make.client_of(flo).post(address(hall, "run_sheet_hours"), {"day-1": "09:15"})

    hall.refresh_from_db()
    [day] = queries.run_sheet(hall)
    assert [line.starts for line in day.lines] == [time(9, 15), time(10, 0)]
    assert day.ends == time(10, 45)


def test_a_day_that_holds_too_much_says_so(hall, flo):
    a_day(hall, "one", "two", minutes=270)
    told = make.client_of(flo).get(address(hall, "run_sheet")).content.decode()

    assert "Day 1 takes 9 h 0 min, more than the 8 hours that people can take in." in told


def test_a_day_of_eight_hours_is_no_warning(hall, flo):
    a_day(hall, "one", "two", minutes=240)

    assert "more than the 8 hours" not in make.client_of(flo).get(address(hall, "run_sheet")).content.decode()


def test_each_thing_is_listed_once_with_the_steps_that_need_it(hall):
    a_day(hall, "one", materials="Markers, flip-chart")
    a_day(hall, "two", materials="flip-chart, tape")

    listed = queries.materials(queries.run_sheet(hall))

    assert listed == [("Markers", ["one"]), ("Flip-chart", ["one", "two"]), ("Tape", ["two"])]


def test_the_print_has_a_page_a_day_with_dates_and_the_materials(flo, hall):
    dated = make.gathering(hall.programme, starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 3))
    a_day(dated, "one", materials="Chalk")
    a_day(dated, "two", day=2)
    told = make.client_of(flo).get(address(dated, "run_sheet_print")).content.decode()

    assert told.count("sheet-page") == 2
    assert "Tuesday 3 November 2026" in told
    assert "Chalk" in told


@pytest.mark.parametrize("minutes", [0, -5, 10_000])
def test_a_step_of_no_length_is_refused_in_a_sentence(hall, flo, minutes):
    said = {"title": "one", "day": 1, "minutes": minutes, "kind": "plenary", "who": "staff"}
    told = make.client_of(flo).post(address(hall, "add_step"), said).content.decode()

    assert titles(hall) == []
    assert 'value="one"' in told
