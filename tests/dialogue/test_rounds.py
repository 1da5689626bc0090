"""Gatherings and rounds: called, prepared, opened, closed."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import Gathering, Round
from tests import make

pytestmark = pytest.mark.django_db


def test_a_gathering_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="Change one of the dates"):
        make.gathering(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1))


def test_a_gathering_can_be_said_anew():
    gathering = make.gathering()
    place = make.place(gathering.programme)

    actions.change_gathering(
        gathering=gathering,
        kind=Gathering.Kind.DIALOGUE,
        title="Dialogue",
        stage=None,
        place=place,
        starts_on=date(2026, 3, 1),
        ends_on=None,
        by=None,
    )

    gathering.refresh_from_db()
    assert (gathering.title, gathering.kind, gathering.place) == ("Dialogue", "dialogue", place)


def test_a_solutions_round_answers_a_finding_and_a_problems_round_none():
    finding = taken_up()

    with pytest.raises(ValueError, match="choose the finding"):
        make.round_(finding.programme, kind=Round.Kind.SOLUTIONS)
    with pytest.raises(ValueError, match="answers no finding"):
        make.round_(finding.programme, answers=finding)
    assert make.round_(finding.programme, kind=Round.Kind.SOLUTIONS, answers=finding).answers == finding


def taken_up():
    round_ = make.round_(opened=True)
    make.drawn(round_)
    return actions.take_up_finding(statement=round_.statements.select_related("round").get(), by=None)


@pytest.mark.parametrize("threshold", ["0.3", "0.96", "1"])
def test_a_rule_that_nobody_could_mean_is_refused(threshold):
    with pytest.raises(ValueError, match="between 50 and 95"):
        make.round_(threshold=threshold)


def test_a_round_says_its_rule_in_words():
    assert "65 of 100 people" in make.round_(threshold="0.65").rule


def test_a_round_opens_once_there_is_something_to_vote_on():
    round_ = make.round_()
    with pytest.raises(actions.NothingToVoteOn):
        actions.open_round(round=round_, by=None)

    make.statement(round_)
    actions.open_round(round=round_, by=None)

    assert round_.is_open()
    with pytest.raises(actions.RoundOpened):
        actions.open_round(round=round_, by=None)


def test_the_rule_stands_once_the_round_is_open():
    round_ = make.round_(opened=True)

    with pytest.raises(actions.RoundOpened):
        change(round_, threshold="0.5")


def test_a_round_can_be_changed_while_it_is_prepared():
    round_ = make.round_()

    change(round_, threshold="0.75", question="What would help?")

    round_.refresh_from_db()
    assert (round_.threshold, round_.question) == (Decimal("0.75"), "What would help?")


def change(round_, **said):
    usual = {"kind": round_.kind, "question": round_.question, "language": "en", "answers": None}
    return actions.change_round(round=round_, by=None, **(usual | said))


def test_a_round_is_closed_and_opened_again():
    round_ = make.round_(opened=True)
    opened_at = round_.opened_at

    actions.close_round(round=round_, by=None)
    assert not round_.is_open()
    with pytest.raises(actions.RoundClosed):
        actions.close_round(round=round_, by=None)

    actions.reopen_round(round=round_, by=None)
    assert round_.is_open()
    assert round_.opened_at == opened_at
    with pytest.raises(actions.RoundOpened):
        actions.reopen_round(round=round_, by=None)


def test_a_round_is_open_from_its_opening_to_its_closing():
    at = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 6)]
    round_ = make.round_(statements=1)
    actions.open_round(round=round_, by=None, at=at[1])
    actions.close_round(round=round_, by=None, at=at[3])

    assert [round_.is_open(moment) for moment in at] == [False, True, True, False, False]


def test_results_are_shown_after_closing_or_when_that_was_decided():
    round_ = make.round_(opened=True)
    assert not round_.shows_results()

    actions.publish_results(round=round_, shown=True, by=None)
    assert round_.shows_results()

    actions.publish_results(round=round_, shown=False, by=None)
    actions.close_round(round=round_, by=None)
    assert round_.shows_results()


def test_a_hidden_round_is_nowhere_until_it_is_revealed():
    ann = make.participant()
    round_ = make.round_(ann.programme, hidden=True, statements=1)
    actions.open_round(round=round_, by=None)
    assert not queries.rounds(ann.programme)
    assert not queries.open_rounds(ann)
    assert queries.find_round(ann, round_.pk) is None

    actions.reveal_round(round=round_, by=None)
    assert list(queries.rounds(ann.programme)) == queries.open_rounds(ann) == [round_]
