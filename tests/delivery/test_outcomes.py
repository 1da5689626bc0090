"""Outcomes: the honest entry is the easy one, and no more is claimed than somebody said."""

import pytest

from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery import actions, queries
from jukwaa.delivery.models import Outcome
from jukwaa.programmes.models import Cycle
from jukwaa.stories import actions as stories
from tests import make

pytestmark = pytest.mark.django_db


def said_of(outcome: Outcome, **anew) -> dict:
    return {name: getattr(outcome, name) for name in actions.SAID_OF_OUTCOMES} | anew


def test_an_outcome_is_possible_minor_and_unproven_unless_more_is_claimed():
    outcome = make.outcome()

    assert (outcome.contribution, outcome.size, outcome.proof) == ("possible", "minor", "unproven")
    assert queries.claim(outcome) == "The part of the dialogue in it: possible, minor. Unproven."


def test_no_part_of_the_dialogue_can_be_said_too():
    outcome = make.outcome(contribution="none")

    assert queries.claim(outcome).startswith("The part of the dialogue in it: none that can be seen.")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"other_causes": ""}, "what else may have"),
        ({"who": " "}, "who does what"),
        ({"where": ""}, "who does what"),
        ({"proof": "fully"}, "Name the office"),
        ({"cycle": "C9"}, "C9"),
        ({"size": "huge"}, "huge"),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        make.outcome(**wrong)

    assert not Outcome.objects.exists()


def test_an_outcome_hangs_on_a_promise_of_its_own_programme():
    elsewhere = make.commitment()

    with pytest.raises(ValueError, match="another programme"):
        make.outcome(programme=make.programme(), commitment=elsewhere)


def test_an_outcome_is_proven_by_somebody():
    outcome = make.outcome()
    with pytest.raises(ValueError, match="Name the office"):
        actions.substantiate(outcome=outcome, proof="fully", substantiated_by=" ", by=None)

    actions.substantiate(outcome=outcome, proof="fully", substantiated_by="Legal aid office", by=None)
    actions.change_outcome(outcome=outcome, by=None, **said_of(outcome, what="drink clean water"))

    kept = Outcome.objects.get()
    assert (kept.proof, kept.substantiated_by, kept.what) == (
        "fully",
        "Legal aid office",
        "drink clean water",
    )


def test_an_outcome_of_which_a_story_tells_is_not_taken_away():
    outcome = make.outcome()
    story = stories.write_story(outcome=outcome, title="The pump", text="It runs.", by=None)
    with pytest.raises(actions.BuiltOn):
        actions.remove_outcome(outcome=outcome, by=None)

    stories.remove_story(story=story, by=None)
    actions.remove_outcome(outcome=outcome, by=None)

    assert not queries.outcomes(outcome.programme).exists()


def test_outcomes_stand_in_the_four_cycles_and_an_empty_one_too():
    outcome = make.outcome()

    found = queries.by_cycle(queries.outcomes(outcome.programme))

    assert [cycle for cycle, _changed in found] == list(Cycle)
    assert dict(found)[Cycle.LAND] == [outcome]
    assert dict(found)[Cycle.POLICY] == []


def test_rows_that_nobody_promised_come_first():
    promised = make.commitment().row
    waiting: RoadmapRow = make.row(promised.problem)

    assert list(queries.rows_to_promise(promised.programme)) == [waiting, promised]
