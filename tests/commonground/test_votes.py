"""A table of votes says the same whatever the order, and knows a pass from not having voted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground import NotAVote, TwoVotes, VoteTable

names = st.text("abc123é ", min_size=1, max_size=3)
said = st.dictionaries(st.tuples(names, names), st.sampled_from([-1, 0, 1]), max_size=40)


def rows_of(votes: dict[tuple[str, str], int]) -> list[tuple[str, str, int]]:
    return [(who, what, vote) for (who, what), vote in votes.items()]


@given(votes=said, rng=st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(votes, rng):
    rows = rows_of(votes)
    shuffled = rng.sample(rows, len(rows))

    assert list(VoteTable.from_rows(rows)) == list(VoteTable.from_rows(shuffled))
    assert VoteTable.from_rows(rows).digest == VoteTable.from_rows(shuffled).digest


@given(votes=said)
def test_a_table_gives_back_what_it_was_made_of(votes):
    table = VoteTable.from_rows(rows_of(votes))

    assert list(table) == sorted(rows_of(votes))
    assert len(table) == len(votes)
    assert table.participants == tuple(sorted({who for who, _ in votes}))


@given(votes=said, more=st.dictionaries(st.tuples(names, names), st.sampled_from([-1, 0, 1]), max_size=5))
def test_other_votes_have_another_digest(votes, more):
    one, other = VoteTable.from_rows(rows_of(votes)), VoteTable.from_rows(rows_of({**votes, **more}))

    assert (one.digest == other.digest) == (votes == {**votes, **more})


def test_a_pass_is_a_vote_and_not_voting_is_none():
    table = VoteTable.from_rows([("ann", "water", 0), ("ann", "roads", 1), ("ben", "roads", -1)])

    assert list(table) == [("ann", "roads", 1), ("ann", "water", 0), ("ben", "roads", -1)]
    assert len(table) == 3


def test_a_row_said_twice_counts_once():
    assert len(VoteTable.from_rows([("ann", "water", 1)] * 3)) == 1


def test_a_statement_may_wait_for_its_first_vote():
    table = VoteTable.from_rows([("ann", "water", 1)], statements=["roads", "water"])

    assert table.statements == ("roads", "water")


@pytest.mark.parametrize("vote", [7, 2, -2, True, None, "1", float("nan"), 1.0])
def test_anything_else_is_not_a_vote(vote):
    with pytest.raises(NotAVote, match=r"a vote is -1 \(disagree\), 0 \(pass\) or 1 \(agree\), not"):
        VoteTable.from_rows([("ann", "water", vote)])


def test_whole_numbers_of_numpy_are_votes():
    assert list(VoteTable.from_rows([("ann", "water", np.int8(-1))])) == [("ann", "water", -1)]


def test_two_different_votes_of_one_person_are_refused():
    with pytest.raises(TwoVotes, match="'ann' has two different votes on 'water'"):
        VoteTable.from_rows([("ann", "water", 1), ("ann", "water", 0)])


def test_ids_are_text():
    with pytest.raises(TypeError, match="ids are text, not 7 and 'water'"):
        VoteTable.from_rows([(7, "water", 1)])


@given(votes=said, rng=st.randoms(use_true_random=False))
def test_marks_follow_from_votes_alone(votes, rng):
    people, things = sorted({who for who, _ in votes}), sorted({what for _, what in votes})
    called = dict(zip(people, rng.sample(range(1000), len(people)), strict=True))
    named = dict(zip(things, rng.sample(range(1000), len(things)), strict=True))
    renamed = [(str(called[who]), str(named[what]), vote) for (who, what), vote in votes.items()]

    one, other = VoteTable.from_rows(rows_of(votes)), VoteTable.from_rows(renamed)

    assert sorted(one.marks[0]) == sorted(other.marks[0])
    for place, who in enumerate(one.participants):
        assert one.marks[0][place] == other.marks[0][other.participants.index(str(called[who]))]
    for place, what in enumerate(one.statements):
        assert one.marks[1][place] == other.marks[1][other.statements.index(str(named[what]))]
