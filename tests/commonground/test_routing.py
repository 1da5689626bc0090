"""Which statement is asked next: the least heard in turns with the undecided; the chance of it is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground import Router, VoteTable, draw
from commonground._routing import AT_RANDOM, LEAST_NOISE, NOISE, chance
from tests.commonground.test_agreement import room


def router(rows: list[tuple[str, str, int]], belongs: dict[str, str] | None = None) -> Router:
    return Router.of(
        VoteTable.from_rows(rows, statements=["roads", "schools", "water"]), constituencies=belongs
    )


@given(scores=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_chances_are_chances_and_everyone_has_one(scores):
    chances = chance(np.array(scores))

    assert chances.sum() == pytest.approx(1)
    assert (chances >= 0.99 * AT_RANDOM / len(scores)).all()
    assert chances[np.argmax(scores)] == chances.max()


def test_chances_are_those_of_drawing():
    scores = np.array([0.5, 0.48, 0.4, 0.1, 0.0])
    rng = np.random.default_rng(1)
    noisy = scores + np.maximum(NOISE * scores, LEAST_NOISE * 0.5) * rng.normal(size=(200_000, 5))
    drawn = np.bincount(noisy.argmax(axis=1), minlength=5) / 200_000

    assert chance(scores) == pytest.approx((1 - AT_RANDOM) * drawn + AT_RANDOM / 5, abs=0.005)


def test_the_first_turn_goes_to_what_my_own_constituency_was_least_heard_on():
    rows = [(f"w{n}", "water", 1) for n in range(20)] + [(f"w{n}", "roads", 1) for n in range(20)]
    rows += [(f"m{n}", "schools", 1) for n in range(20)] + [("m1", "water", 1), ("w1", "schools", 1)]
    belongs = {who: "women" if who[0] == "w" else "miners" for who, _, _ in rows}
    rng = np.random.default_rng(2)

    asked = [router(rows, belongs).choose("women", seen=(), rng=rng).statement for _ in range(60)]

    assert asked.count("schools") > 50


def test_what_nobody_doubts_any_more_gives_way_to_what_may_be_common_ground():
    rows = [(f"p{n}", "water", 1) for n in range(200)] + [(f"p{n}", "roads", -1) for n in range(200)]
    rows += [(f"p{n}", "schools", 1 if n % 2 else -1) for n in range(10)]
    chosen = Router.of(VoteTable.from_rows(rows), best=1).choose(
        None, seen=["elsewhere"], rng=np.random.default_rng(3)
    )

    assert (chosen.statement, chosen.why) == ("schools", "may be common ground")


def test_every_open_statement_is_reached_and_no_other():
    rng = np.random.default_rng(4)
    ready = router([(f"p{n}", "water", 1) for n in range(40)])
    seen: list[str] = []
    while chosen := ready.choose(None, seen=seen, rng=rng, closed=["roads"]):
        assert 0 < chosen.probability <= 1
        seen.append(chosen.statement)

    assert sorted(seen) == ["schools", "water"]


def test_the_core_comes_first_and_is_the_same_for_all():
    ready = router([])

    chosen = ready.choose("women", seen=["water"], rng=np.random.default_rng(5), core=["water", "roads"])

    assert (chosen.statement, chosen.probability, chosen.why) == ("roads", 1.0, "core")


def test_two_turns_in_ten_go_to_what_others_wrote():
    ready = Router.of(VoteTable.from_rows([], statements=[f"s{n}" for n in range(30)]))
    rng, seen = np.random.default_rng(6), []
    for _ in range(10):
        seen.append(
            ready.choose(None, seen=[each.statement for each in seen], rng=rng, elsewhere=["s28", "s29"])
        )

    assert [chosen.why for chosen in seen].count("from others") in (1, 2)


def test_a_deck_holds_each_open_statement_once():
    deck = router([("ann", "water", 1)]).deck("women", core=["schools"], closed=["roads"])

    assert deck == ("schools", "water")
    assert router([]).deck(None) == ("roads", "schools", "water")


def test_hands_count_beside_single_votes():
    votes, belongs = room(miners=(10, 2, 0))
    drawn = draw(votes, constituencies=belongs, counted=[("women", "water", 30, 1, 4)])

    [found] = drawn.findings
    assert drawn.constituencies == ("miners", "women")
    assert (found.agree, found.disagree, found.passes) == (40, 3, 4)
    assert (found.agreement[1].agree, found.agreement[1].exact) == (30, False)
    assert drawn.digest != draw(votes, constituencies=belongs).digest


def test_hands_on_no_statement_are_refused():
    votes, belongs = room(miners=(10, 2, 0))
    with pytest.raises(ValueError, match="'roads', which is no statement here"):
        draw(votes, constituencies=belongs, counted=[("women", "roads", 30, 1, 4)])
    with pytest.raises(ValueError, match="below zero"):
        draw(votes, constituencies=belongs, counted=[("women", "water", -1, 1, 4)])
