"""What holds of agenda and committee whatever the ballots: order, clones, empty ballots, one group."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import VoteTable
from commonground.agenda import agree_on_agenda, violations
from commonground.committee import elect

Rows = list[tuple[str, str, int]]
VOTES = st.dictionaries(
    st.tuples(st.sampled_from([f"v{n}" for n in range(9)]), st.sampled_from("abcd")),
    st.sampled_from([-1, 0, 1]),
    min_size=6,
)
SEATS = st.integers(1, 3)
FEW = settings(max_examples=50, deadline=None)


def rows_of(said: dict[tuple[str, str], int]) -> Rows:
    """Votes, and one voter who wants everything, so that there is somebody for every seat."""
    return [(who, item, vote) for (who, item), vote in said.items()] + [("w", item, 1) for item in "abcd"]


def groups_of(rows: Rows) -> dict[str, str]:
    """Two constituencies by turns."""
    voters = sorted({who for who, _, _ in rows})
    return {who: "ab"[place % 2] for place, who in enumerate(voters)} if len(voters) > 1 else {voters[0]: "a"}


def cloned(rows: Rows) -> Rows:
    """Each item twice, everybody saying the same of both."""
    return rows + [(who, f"{item}'", vote) for who, item, vote in rows]


# ---- the agenda ------------------------------------------------------------------------------------------


@FEW
@given(VOTES, SEATS)
def test_clones_leave_no_claim_open(said, seats):
    rows = cloned(rows_of(said))
    votes, groups = VoteTable.from_rows(rows), groups_of(rows)

    assert violations(agree_on_agenda(votes, seats=seats, constituencies=groups), votes, groups) == []


@FEW
@given(VOTES, SEATS)
def test_of_one_constituency_the_agenda_is_by_head(said, seats):
    votes = VoteTable.from_rows(rows_of(said))
    agenda = agree_on_agenda(votes, seats=seats, constituencies=dict.fromkeys(votes.participants, "all"))

    assert agenda.chosen == agree_on_agenda(votes, seats=seats).chosen
    assert set(agenda.chosen) <= set(agenda.by_head) | {
        item.item for item in agenda.items if item.how == "completion"
    }


@FEW
@given(VOTES, SEATS, st.integers(1, 4))
def test_who_passes_on_everything_pays_for_nothing(said, seats, silent):
    rows = rows_of(said) + [(f"silent {n}", item, 0) for n in range(silent) for item in "abcd"]
    votes = VoteTable.from_rows(rows)
    groups = {who: "silent" if who.startswith("silent") else "heard" for who in votes.participants}
    agenda = agree_on_agenda(votes, seats=seats, constituencies=groups)

    assert all(item.paid["silent"] == 0 for item in agenda.items)
    assert violations(agenda, votes, groups) == []


# ---- the committee ---------------------------------------------------------------------------------------


@FEW
@given(VOTES, SEATS, st.randoms(use_true_random=False))
def test_the_order_of_voters_elects_nobody_else(said, seats, rng):
    rows = rows_of(said)
    groups = groups_of(rows)
    shuffled = list(rows)
    rng.shuffle(shuffled)

    assert elect(VoteTable.from_rows(shuffled), seats=seats, constituencies=groups) == elect(
        VoteTable.from_rows(rows), seats=seats, constituencies=groups
    )


@FEW
@given(VOTES, SEATS)
def test_a_clone_of_everybody_makes_no_slate_worth_less(said, seats):
    rows = rows_of(said)
    groups = groups_of(rows)
    alone = elect(VoteTable.from_rows(rows), seats=seats, constituencies=groups)
    both = elect(VoteTable.from_rows(cloned(rows)), seats=seats, constituencies=groups)

    assert both.score >= alone.score - 1e-9


@FEW
@given(VOTES, SEATS, st.integers(1, 4))
def test_empty_ballots_only_thin_the_worth_of_a_slate(said, seats, silent):
    rows = rows_of(said)
    many = len({who for who, _, _ in rows})
    more = rows + [(f"silent {n}", "a", 0) for n in range(silent)]
    alone, with_them = (elect(VoteTable.from_rows(each), seats=seats) for each in (rows, more))

    assert with_them.score * (many + silent) == pytest.approx(alone.score * many, abs=1e-6)


@FEW
@given(VOTES, SEATS)
def test_one_constituency_is_none(said, seats):
    votes = VoteTable.from_rows(rows_of(said))
    groups = dict.fromkeys(votes.participants, "all")

    assert elect(votes, seats=seats, constituencies=groups).members == elect(votes, seats=seats).members


@FEW
@given(VOTES, st.integers(5, 9))
def test_more_seats_than_candidates_are_refused(said, seats):
    with pytest.raises(ValueError, match=f"{seats} seats need {seats} candidates"):
        elect(VoteTable.from_rows(rows_of(said)), seats=seats)


def test_a_constituency_of_which_nobody_voted_is_refused_with_what_to_do():
    votes = VoteTable.from_rows([("ann", "a", 1), ("ben", "b", 1)])
    groups = {"ann": "pit", "ben": "pit", "eva": "pan"}

    for choose in (agree_on_agenda, elect):
        with pytest.raises(
            ValueError, match="nobody of the constituency 'pan' voted: ask them, or leave it out"
        ):
            choose(votes, seats=1, constituencies=groups)
