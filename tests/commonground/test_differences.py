"""Differences between constituencies and rounds: found where they are, rarely claimed where they are not."""

import numpy as np
import pytest
from scipy import stats

from commonground import VoteTable, changes, differences, polarisation, ranking
from commonground._agreement import count
from commonground._differences import alike, between, fisher


def crowd(rates: dict[str, list[float]], *, each: int, seed: int) -> tuple[VoteTable, dict[str, str]]:
    """Every constituency votes on every statement by its rates."""
    rng = np.random.default_rng(seed)
    belongs = {f"{group}{n}": group for group in rates for n in range(each)}
    rows = [
        (who, f"s{place:02}", 1 if rng.random() < rate else -1)
        for who, group in belongs.items()
        for place, rate in enumerate(rates[group])
    ]
    return VoteTable.from_rows(rows), belongs


def test_no_difference_is_claimed_where_there_is_none_nine_times_in_ten():
    rng = np.random.default_rng(1)
    worlds = 0
    for seed in range(60):
        rates = list(rng.uniform(0.2, 0.8, 20))
        votes, belongs = crowd({"a": rates, "b": rates, "c": rates}, each=30, seed=seed)
        worlds += any(each.clear for each in differences(votes, constituencies=belongs))

    assert worlds <= 6


def test_the_exact_test_is_fishers():
    votes, belongs = crowd({"a": [0.9, 0.5], "b": [0.4, 0.5], "c": [0.5, 0.5]}, each=12, seed=3)
    counts = count(votes, constituencies=belongs, everyone_asked=())
    ours = fisher(counts, np.array([0, 1]), np.array([0, 1]))

    for group, place, probability in ((0, 0, ours[0]), (1, 1, ours[1])):
        here = counts.agree[group, place], counts.voices[group, place]
        other = counts.agree[:, place].sum() - here[0], counts.voices[:, place].sum() - here[1]
        table = [[here[0], here[1] - here[0]], [other[0], other[1] - other[0]]]
        sided = [stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
        assert probability == pytest.approx(min(1, 2 * min(sided)))


def test_what_sets_a_constituency_apart_is_found_with_its_size():
    usual = [0.5] * 20
    apart = [0.95, 0.05, *usual[2:]]
    votes, belongs = crowd({"a": apart, "b": usual, "c": usual}, each=60, seed=2)

    found = [each for each in differences(votes, constituencies=belongs) if each.clear]

    assert {(each.constituency, each.statement) for each in found[:2]} == {("a", "s00"), ("a", "s01")}
    for each in found[:2]:
        assert each.low <= each.effect <= each.high
        assert abs(each.effect) == pytest.approx(0.45, abs=0.15)


def test_intervals_of_differences_hold_the_truth_about_nine_times_in_ten():
    held = []
    for seed in range(40):
        votes, belongs = crowd({"a": [0.7] * 20, "b": [0.4] * 20, "c": [0.6] * 20}, each=25, seed=seed)
        held += [
            each.low <= 0.2 <= each.high
            for each in differences(votes, constituencies=belongs)
            if each.constituency == "a"
        ]

    assert 0.86 < np.mean(held) < 0.95


def test_with_nobody_to_compare_there_is_no_difference():
    votes, belongs = crowd({"a": [0.5] * 3}, each=10, seed=1)

    assert differences(votes, constituencies=belongs) == ()
    assert differences(VoteTable.from_rows([]), constituencies={}) == ()


def test_a_rank_is_as_sure_as_the_votes_make_it():
    votes, belongs = crowd({"a": [0.95, 0.5, 0.52, 0.1], "b": [0.9, 0.5, 0.48, 0.1]}, each=80, seed=3)
    standing = {each.statement: each for each in ranking(votes, constituencies=belongs, best=2)}

    assert standing["s00"].among_best > 0.99
    assert (standing["s00"].low, standing["s00"].high) == (1, 1)
    assert standing["s03"].among_best < 0.01
    assert standing["s01"].among_best + standing["s02"].among_best == pytest.approx(1, abs=0.01)
    assert sum(each.among_best for each in standing.values()) == pytest.approx(2, abs=1e-3)


@pytest.mark.parametrize(
    ("frequencies", "agreement"),
    [([10, 0, 0], 1), ([0, 7, 0], 1), ([5, 5, 5], 0), ([5, 0, 5], -1), ([5, 5, 0], 0.5), ([0, 0, 0], None)],
)
def test_agreement_of_a_scale_is_van_der_eijks(frequencies, agreement):
    assert alike(frequencies) == agreement


def test_what_lies_between_groups_is_what_analysis_of_variance_says():
    rng = np.random.default_rng(4)
    groups = [rng.choice([-1, 0, 1], 30, p=p) for p in ([0.6, 0.2, 0.2], [0.1, 0.2, 0.7], [0.3, 0.3, 0.4])]
    f = stats.f_oneway(*groups).statistic
    expected = 2 * f / (2 * f + 87)
    counts = [np.array([(group == vote).sum() for group in groups]) for vote in (1, -1, 0)]

    assert between(*counts) == pytest.approx(expected, abs=1e-4)


def test_polarisation_is_told_by_statement():
    votes, belongs = crowd({"a": [1.0, 1.0], "b": [0.0, 1.0]}, each=10, seed=5)

    assert [(each.between, each.agreement) for each in polarisation(votes, constituencies=belongs)] == [
        (1.0, -1.0),
        (None, 1.0),
    ]


def test_those_who_moved_are_found_and_counted_by_constituency():
    before = [(f"p{n}", what, -1) for n in range(40) for what in ("water", "roads")]
    after = [(f"p{n}", "water", 1 if n < 20 else -1) for n in range(40)]
    after += [(f"p{n}", "roads", -1) for n in range(30)] + [("new", "roads", 1), ("new", "schools", 1)]
    belongs = {f"p{n}": "miners" if n < 20 else "women" for n in range(40)}

    water, roads = changes(VoteTable.from_rows(before), VoteTable.from_rows(after), constituencies=belongs)

    assert (water.statement, water.people, water.up, water.down, water.effect) == ("water", 40, 20, 0, 1.0)
    assert water.clear
    assert water.by_group == {"miners": 2.0, "women": 0.0}
    assert (roads.people, roads.up, roads.clear) == (30, 0, False)


def test_two_rounds_of_noise_have_not_changed():
    rng = np.random.default_rng(6)
    rounds = [
        VoteTable.from_rows(
            [(f"p{n}", f"s{what}", int(rng.choice([-1, 1]))) for n in range(60) for what in range(20)]
        )
        for _ in range(2)
    ]

    assert sum(each.clear for each in changes(*rounds)) <= 1
