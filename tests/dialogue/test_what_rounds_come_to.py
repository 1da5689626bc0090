"""Rounds that are not of votes come to an order, told on the wall, in the minutes, on paper and as a file."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa import record
from jukwaa.dialogue import actions
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.counting.actions import give_marks
from jukwaa.dialogue.counting.queries import Given
from jukwaa.dialogue.hall.queries import answered
from jukwaa.dialogue.minutes import export, memo, queries
from jukwaa.dialogue.models import Round, Wall
from jukwaa.dialogue.wall import links
from tests import make
from tests.dialogue.test_hands import Hall

pytestmark = pytest.mark.django_db


def given(method: str, *, people: int = 12) -> Round:
    """An open round in which everybody prefers the second statement to the first."""
    round_ = make.round_(make.programme(public=True), opened=True, statements=2, method=method, dots=1)
    group = make.constituency(round_.programme, name="Pit workers")
    first, second = round_.statements.order_by("position").values_list("pk", flat=True)
    says = {
        "dots": [Given(second, 1)],
        "gradient": [Given(second, 1), Given(first, 8, reason="It takes our water.")],
    }[method]
    for _number in range(people):
        who = make.participant(round_.programme, constituency=group)
        give_marks(round=round_, given=says, participant=who, by=who)
    return round_


def close_on_the_console(round_: Round) -> None:
    client = make.client_of(make.member(round_.programme))
    where = reverse("dialogue:press", args=[round_.programme.slug, round_.gathering_id])
    client.post(where, {"press": "close", "round": round_.pk, "seen": round_.hlc})
    round_.refresh_from_db()


def wall_of(round_: Round) -> str:
    gathering = round_.gathering
    record.put("dialogue.wall_shown", gathering, wall=Wall.RESULTS, wall_round=round_, by=None)
    address = reverse("dialogue:wall_link", args=[gathering.programme.slug, links.sign(gathering)])
    return Client().get(f"{address}?in=en").content.decode()


def minutes_of(round_: Round) -> str:
    client = make.client_of(make.member(round_.programme))
    where = reverse("dialogue:minutes", args=[round_.programme.slug, round_.gathering_id])
    return client.get(where).content.decode()


@pytest.mark.parametrize("method", ["dots", "gradient"])
def test_closed_on_the_console_a_round_keeps_its_order(method):
    round_ = given(method)

    close_on_the_console(round_)

    [kept] = room.settled(round_)
    assert kept.rule["method"] == method
    assert [each.row.statement.text for each in queries.came_to(round_)] == ["Statement 2", "Statement 1"]


def test_while_people_answer_neither_wall_nor_minutes_tell_an_order():
    round_ = given("dots")

    assert "People still answer." in wall_of(round_)
    assert queries.came_to(round_) == []


def test_the_wall_shows_the_order_from_ten_people_on():
    round_, few = given("dots"), given("dots", people=9)
    close_on_the_console(round_)
    close_on_the_console(few)

    shown, hidden = wall_of(round_), wall_of(few)

    assert "What people put first" in shown
    assert shown.index("Statement 2") < shown.index("Statement 1")
    assert "Too few people answered" in hidden
    assert "Statement 2" not in hidden


def test_the_wall_says_what_passes():
    round_ = given("gradient")
    close_on_the_console(round_)

    told = wall_of(round_)

    assert 'Statement 2</span> <span class="wall-small">passes<' in told
    assert 'Statement 1</span> <span class="wall-small">does not pass<' in told


def test_the_minutes_tell_the_order_with_its_figures_in_words():
    round_ = given("dots")
    close_on_the_console(round_)

    told = minutes_of(round_)

    assert "100 in 100 put a dot on it; fewest, 100, among: Pit workers." in told


def test_the_aide_memoire_tells_only_what_everybody_may_know():
    steps, dots, few = given("gradient"), given("dots"), given("dots", people=9)
    for round_ in (steps, dots, few):
        close_on_the_console(round_)

    assert "What passes of “What hurts most?”:\n- Statement 2" in memo.draft(steps.gathering, "en")["common"]
    assert "- Statement 2\n- Statement 1" in memo.draft(dots.gathering, "en")["common"]
    assert memo.draft(few.gathering, "en")["common"] == "Nothing was agreed yet."


def test_the_export_has_the_order_with_what_passes():
    round_ = given("gradient")
    close_on_the_console(round_)

    rows = list(export._orders(export.Export.of(round_.gathering)))

    assert [(row[0], row[1], row[-1]) for row in rows] == [(2, 1, 1), (1, 2, 0)]


# ---- how many have answered ------------------------------------------------------------------------------


def test_hands_that_count_are_among_those_who_have_answered():
    hall = Hall(here=14)
    hall.vote(3)
    hall.count(hall.flo, agree=5)
    once = answered(hall.round, 14).voters

    hall.count(hall.bea, agree=5)

    assert (once, answered(hall.round, 14).voters) == (3, 8)


def test_never_more_have_answered_than_are_here():
    hall = Hall(here=14)
    hall.vote(4)
    hall.both(agree=10)
    actions.attend(gathering=hall.round.gathering, people=hall.people[8:], state="left", by=None)

    assert room.answered(hall.round, 8) == 8


def test_whoever_votes_from_elsewhere_is_not_among_those_here_who_answered():
    hall = Hall(here=4)
    hall.vote(2)
    actions.cast_vote(statement=hall.statement, choice=1, by=make.participant(hall.round.programme))

    assert room.answered(hall.round, 4) == 2


def test_minutes_and_export_count_the_hands_that_two_counted_alike_once():
    hall = Hall(here=14)
    hall.both(agree=9, passes=1)
    [asked] = queries.minutes(hall.round.gathering).asked

    counts = [row[-1] for row in export._tallies(export.Export.of(hall.round.gathering))]

    assert [(way.channel, way.people) for way in asked.ways] == [("show of hands", 10)]
    assert asked.people == 10
    assert counts == [1, 1]
