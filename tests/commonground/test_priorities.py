"""What matters most: rankings, pairs and scales give the known answers, and every group counts the same."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground.priorities import compare_pairs, concordance, on_scale, rank, van_der_eijk

Ballots = dict[str, list[str]]


def of(lists: list[tuple[int, str]]) -> Ballots:
    """So many voters with each list of letters."""
    every = [list(letters) for many, letters in lists for _voter in range(many)]
    return {f"v{number}": ballot for number, ballot in enumerate(every)}


SCHULZES = of([(5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"), (7, "CAEBD"), (2, "CBADE"),
               (7, "DCEBA"), (8, "EBADC")])  # fmt: skip
TENNESSEE = of([(42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM")])


def test_schulzes_own_example_gives_his_order():
    ranking = rank(SCHULZES)

    assert ranking.schulze == (("E",), ("A",), ("C",), ("B",), ("D",))
    assert ranking.cyclic


def test_where_one_beats_all_others_every_rule_agrees():
    ranking = rank(TENNESSEE)

    assert ranking.schulze == ranking.ranked_pairs == (("N",), ("C",), ("K",), ("M",))
    assert (ranking.cyclic, ranking.undefeated) == (False, ("N",))


def test_in_a_cycle_the_weakest_defeat_does_not_count():
    ranking = rank(of([(8, "ABC"), (7, "BCA"), (6, "CAB")]))

    assert ranking.cyclic
    assert ranking.undefeated == ("A",)
    assert ranking.ranked_pairs == (("A",), ("B",), ("C",))


def test_each_group_counts_the_same_whatever_its_head_count():
    many = {f"m{n}": ["road", "water"] for n in range(90)}
    few = {f"w{n}": ["water", "road"] for n in range(10)} | {"w10": ["water"]}
    groups = dict.fromkeys(many, "men") | dict.fromkeys(few, "women")

    assert rank(many | few).schulze[0] == ("road",)
    assert rank(many | few, constituencies=groups).schulze == (("road", "water"),)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.permutations("abcd").map(list), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_a_path_is_as_strong_as_its_weakest_margin_by_trying_all(ballots: list[list[str]], random):
    margin = {
        (x, y): sum(b.index(x) < b.index(y) for b in ballots) - sum(b.index(x) > b.index(y) for b in ballots)
        for x, y in permutations("abcd", 2)
    }

    def strength(x: str, y: str) -> int:
        between = [z for z in "abcd" if z not in (x, y)]
        ways = [(x, *middle, y) for count in range(3) for middle in permutations(between, count)]
        return max(max(min(margin[pair] for pair in pairwise(way)), 0) for way in ways)

    named = {f"v{number}": ballot for number, ballot in enumerate(ballots)}
    shuffled = dict(random.sample(sorted(named.items()), len(named)))
    ranking = rank(shuffled)
    place = {item: number for number, tier in enumerate(ranking.schulze) for item in tier}

    assert ranking == rank(named)
    for x, y in permutations("abcd", 2):
        if strength(x, y) > strength(y, x):
            assert place[x] < place[y]


def test_a_list_may_leave_items_out_and_none_may_be_named_twice():
    assert rank({"ann": ["water"]}, items=["road"]).schulze == (("water",), ("road",))
    assert rank({}).schulze == ()
    with pytest.raises(ValueError, match="a list names 'water' twice"):
        rank({"ann": ["water", "water"]})


def test_picture_pairs_find_the_order_they_were_drawn_from():
    rng = np.random.default_rng(5)
    truth = dict(zip("abcdefgh", np.linspace(1.5, -1.5, 8), strict=True))
    pairs = []
    for voter in range(60):
        for _pair in range(8):
            first, second = rng.choice(list(truth), 2, replace=False)
            wins = rng.random() < 1 / (1 + np.exp(truth[second] - truth[first]))
            pairs.append((f"p{voter}", first, second) if wins else (f"p{voter}", second, first))

    found = compare_pairs(pairs, constituencies={f"p{voter}": f"g{voter % 3}" for voter in range(60)})

    strengths = {each.item: each.strength for each in found}
    assert np.corrcoef([strengths[item] for item in truth], list(truth.values()))[0, 1] > 0.93
    assert all(each.low < each.strength < each.high for each in found)
    assert sum(each.pairs for each in found) == 2 * len(pairs)


def test_pairs_of_one_group_that_shouts_do_not_drown_the_other():
    pairs = [(f"m{n}", "road", "water") for n in range(200)]
    pairs += [(f"w{n}", "water", "road") for n in range(20)]
    groups = {f"m{n}": "men" for n in range(200)} | {f"w{n}": "women" for n in range(20)}
    by_head = {each.item: each.strength for each in compare_pairs(pairs)}

    found = {each.item: each.strength for each in compare_pairs(pairs, constituencies=groups)}

    assert found["road"] < 0.6 * by_head["road"]
    assert compare_pairs([]) == ()
    with pytest.raises(ValueError, match="beside itself"):
        compare_pairs([("ann", "road", "road")])


def test_the_known_agreement_of_a_distribution():
    """The figures are those of van der Eijk's paper: unimodal, two ends, flat, one step."""
    assert van_der_eijk(np.array([30, 40, 210, 130, 530, 50, 10])) == pytest.approx(0.6113333)
    assert van_der_eijk(np.array([10, 0, 0, 0, 0, 0, 10])) == -1
    assert van_der_eijk(np.array([5, 5, 5, 5])) == 0
    assert van_der_eijk(np.array([0, 0, 9, 0])) == 1


def test_a_scale_is_told_by_its_middle_its_spread_and_whether_people_disagree():
    agreed = on_scale([7, 8, 8, 8, 9, 7, 8, 9])
    split = on_scale([1, 1, 2, 1, 9, 9, 8, 9])

    assert (agreed.disagreement, split.disagreement) == (False, True)
    assert agreed.median == pytest.approx(8.0)
    assert (agreed.high, split.high) == (1.0, 0.5)
    assert on_scale([1, 2, 2, 3], points=5).disagreement is None


@pytest.mark.parametrize("ratings", [[], [0], [10], [3.5]])
def test_a_rating_that_cannot_be_is_refused(ratings):
    with pytest.raises(ValueError, match="whole numbers from 1 to 9"):
        on_scale(ratings)


def test_concordance_is_one_for_one_order_none_for_opposite_ones_and_minds_ties():
    """With the tie, by hand: rank sums 3.5, 5.5 and 9, so S = 15.5; the tie takes 3 · 6 off 9 · 24."""
    assert concordance([[1, 2, 3, 4]] * 5).w == 1.0
    assert concordance([[1, 2, 3], [3, 2, 1]]).w == 0.0
    assert concordance([[1, 1, 2], [1, 2, 3], [1, 2, 3]]).w == pytest.approx(12 * 15.5 / (9 * 24 - 3 * 6))
    with pytest.raises(ValueError, match="two raters or more"):
        concordance([[1, 2]])
    with pytest.raises(ValueError, match="no order to agree on"):
        concordance([[1, 1], [2, 2]])
