"""Votes: cast, changed, refused, forgotten, and what is asked next."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jukwaa.dialogue import actions, analysis, queries
from jukwaa.dialogue.models import AGREE, PASS, Vote
from jukwaa.programmes.actions import forget_participant
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db


def test_the_latest_vote_counts():
    ann = make.participant()
    statement = make.statement(make.round_(ann.programme, opened=True))

    actions.cast_vote(statement=statement, choice=AGREE, by=ann)
    actions.cast_vote(statement=statement, choice=PASS, by=ann, channel="paper")

    vote = Vote.objects.get()
    assert (vote.choice, vote.channel, vote.subject) == (PASS, "paper", ann.pk)


def test_a_vote_does_not_tell_when_it_was_cast():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True)

    vote = actions.cast_vote(statement=round_.statements.select_related("round").get(), choice=AGREE, by=ann)

    event = Event.objects.get(object=vote.pk)
    assert event.id.version == 4
    assert event.hlc >> 16 == int(round_.opened_at.timestamp() * 1000)


@pytest.mark.parametrize("choice", [7, 2, -2])
def test_a_vote_is_agree_pass_or_disagree(choice):
    ann = make.participant()
    statement = make.statement(make.round_(ann.programme, opened=True))

    with pytest.raises(ValueError, match=f"a vote is -1, 0 or 1, not \\[{choice}\\]"):
        actions.cast_vote(statement=statement, choice=choice, by=ann)


def test_a_closed_round_takes_no_votes():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True)
    actions.close_round(round=round_, by=None)

    with pytest.raises(actions.RoundClosed):
        actions.cast_vote(statement=round_.statements.select_related("round").get(), choice=AGREE, by=ann)


def test_a_vote_given_before_closing_counts_though_it_comes_after():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True)
    actions.close_round(round=round_, by=None, at=round_.opened_at + timedelta(hours=2))

    statement = round_.statements.select_related("round").get()
    cast_at = round_.opened_at + timedelta(hours=1)
    actions.cast_vote(statement=statement, choice=AGREE, by=ann, at=cast_at)

    assert len(queries.vote_rows(round_)) == 1


def test_what_is_not_put_to_the_vote_takes_no_votes():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True)
    statement = actions.propose_statement(round=round_, text="Not yet.", by=ann)

    with pytest.raises(actions.NotPutToTheVote):
        actions.cast_vote(statement=statement, choice=AGREE, by=ann)


def test_votes_go_with_who_cast_them():
    ann, ben = make.participant(), make.participant()
    statement = make.statement(make.round_(ann.programme, opened=True))
    for who in (ann, ben):
        actions.cast_vote(statement=statement, choice=AGREE, by=who)

    forget_participant(participant=ann, by=None)

    assert [vote.participant_id for vote in Vote.objects.all()] == [ben.pk]


def test_many_votes_are_recorded_at_once_the_latest_last():
    programme = make.programme()
    round_ = make.round_(programme, opened=True, statements=2)
    one, other = round_.statements.all()
    ann, ben = make.participant(programme), make.participant(programme)
    rows = [(one.pk, ann.pk, 1), (one.pk, ben.pk, 0), (other.pk, ann.pk, -1), (one.pk, ann.pk, -1)]

    assert actions.cast_votes(round=round_, rows=rows, channel="import", by=None) == 4

    said = {(s, p): c for p, s, c in queries.vote_rows(round_)}
    assert said == {
        (str(one.pk), str(ann.pk)): -1,
        (str(one.pk), str(ben.pk)): 0,
        (str(other.pk), str(ann.pk)): -1,
    }


def test_a_wrong_vote_among_many_stops_them_all():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True, statements=2)
    rows = [(s.pk, ann.pk, choice) for s, choice in zip(round_.statements.all(), (1, 3), strict=True)]

    with pytest.raises(ValueError, match="not \\[3\\]"):
        actions.cast_votes(round=round_, rows=rows, channel="import", by=None)

    assert not Vote.objects.exists()


# ---- what is asked next ----------------------------------------------------------------------------------


def test_what_my_group_was_least_heard_on_comes_first():
    programme = make.programme()
    women, men = make.constituency(programme), make.constituency(programme)
    round_ = make.round_(programme, opened=True, statements=2)
    heard, unheard = round_.statements.select_related("round")
    for _time in range(6):
        actions.cast_vote(statement=heard, choice=AGREE, by=make.participant(programme, constituency=women))
        actions.cast_vote(statement=unheard, choice=AGREE, by=make.participant(programme, constituency=men))
    newcomers = [make.participant(programme, constituency=women) for _person in range(30)]

    first = [analysis.next_turn(round_, ann, at=0) for ann in newcomers]

    assert sum(turn.statement == unheard.pk for turn in first) > 25
    assert {turn.probability for turn in first if turn.statement == unheard.pk} == {0.975}


def test_each_choice_says_with_which_chance_it_was_made_and_the_vote_keeps_it():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True, statements=4)

    turn = analysis.next_turn(round_, ann, at=0)
    said = round_.statements.select_related("round").get(pk=turn.statement)
    vote = actions.cast_vote(statement=said, choice=AGREE, probability=Decimal("0.25"), by=ann)

    assert turn.probability == 0.25
    assert Vote.objects.get(pk=vote.pk).probability == Decimal("0.25")
    assert Event.objects.get(object=vote.pk).plain == "{}", "what somebody was asked is theirs"


def test_two_turns_of_ten_go_to_the_words_of_other_groups():
    programme = make.programme()
    women, men = make.constituency(programme), make.constituency(programme)
    ann = make.participant(programme, constituency=women)
    round_ = make.round_(programme, opened=True, statements=30)
    theirs = actions.propose_statement(
        round=round_, text="The pits fall in.", by=make.participant(programme, constituency=men)
    )
    actions.approve_statement(statement=theirs, by=None)
    met = []
    for _turn in range(5):
        turn = analysis.next_turn(round_, ann, at=0)
        met.append(turn.statement)
        said = round_.statements.select_related("round").get(pk=turn.statement)
        actions.cast_vote(statement=said, choice=PASS, by=ann)

    assert theirs.pk in met


def test_a_statement_put_to_the_vote_a_moment_ago_is_asked_as_well():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True, statements=1)
    first = analysis.next_turn(round_, ann, at=0)
    said = round_.statements.select_related("round").get(pk=first.statement)
    actions.cast_vote(statement=said, choice=PASS, by=ann)
    late = make.statement(round_)

    assert analysis.next_turn(round_, ann, at=0).statement == late.pk


def test_the_same_person_meets_the_same_statement_until_they_answer():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True, statements=10)

    turns = [analysis.next_turn(round_, ann, at=0) for _time in range(3)]

    assert turns[0] == turns[1] == turns[2]
    assert (turns[0].number, turns[0].total) == (1, 10)


def test_people_of_one_group_begin_with_different_statements():
    programme = make.programme()
    round_ = make.round_(programme, opened=True, statements=10)

    first = {analysis.next_turn(round_, make.participant(programme), at=0).statement for _time in range(20)}

    assert len(first) > 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_approved_statement_is_reached_exactly_once(data):
    """Whoever votes meanwhile on whatever, each statement has its turn, and none comes twice."""
    programme = make.programme()
    groups = [make.constituency(programme) for _number in range(2)]
    total = data.draw(st.integers(1, 8), label="statements")
    round_ = make.round_(programme, opened=True, statements=total)
    statements = list(round_.statements.select_related("round"))
    people = [make.participant(programme, constituency=group) for group in groups for _number in range(2)]
    ann = make.participant(programme, constituency=data.draw(st.sampled_from([None, *groups]), label="hers"))

    met, moment = [], 0
    while (turn := analysis.next_turn(round_, ann, at=moment)).statement:
        met.append(turn.statement)
        assert turn.number == len(met)
        said = next(s for s in statements if s.pk == turn.statement)
        actions.cast_vote(statement=said, choice=data.draw(st.sampled_from([-1, 0, 1])), by=ann)
        for _other in range(data.draw(st.integers(0, 3), label="others")):
            statement, who = data.draw(st.sampled_from(statements)), data.draw(st.sampled_from(people))
            actions.cast_vote(statement=statement, choice=PASS, by=who)
        moment += data.draw(st.sampled_from([0, 10]), label="seconds")

    assert sorted(met) == sorted(s.pk for s in statements)


def test_a_statement_can_be_met_again_with_what_was_said_to_it():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True, statements=2)
    statement = round_.statements.select_related("round").first()
    actions.cast_vote(statement=statement, choice=PASS, by=ann)

    turn = queries.turn_back_to(round_, ann, statement.pk)

    assert turn is not None
    assert (turn.statement, turn.choice, turn.number, turn.total) == (statement.pk, PASS, 1, 2)
    assert queries.turn_back_to(round_, ann, uuid.uuid4()) is None
