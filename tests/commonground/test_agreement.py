"""What constituencies say of statements: against counting by hand, drawn posteriors and a known truth."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import LABELS, Finding, VoteTable, draw
from commonground._agreement import STANDS_APART, Counts, Mixture, count, find, share

people = [f"p{number}" for number in range(12)]
groups = ["miners", "women", "office"]
votes = st.dictionaries(
    st.tuples(st.sampled_from(people), st.sampled_from(["s1", "s2", "s3"])),
    st.sampled_from([-1, 0, 1]),
    max_size=36,
)
belongings = st.dictionaries(st.sampled_from([*people, "silent"]), st.sampled_from(groups), min_size=1)


def table(said: dict[tuple[str, str], int]) -> VoteTable:
    return VoteTable.from_rows(
        [(who, what, vote) for (who, what), vote in said.items()], statements=["s1", "s2", "s3"]
    )


def room(**counts: tuple[int, int, int]) -> tuple[VoteTable, dict[str, str]]:
    """Votes on one statement: of each constituency so many agree, disagree and pass."""
    rows, belongs = [], {}
    for group, numbers in counts.items():
        for vote, number in zip((1, -1, 0), numbers, strict=True):
            for one in range(number):
                who = f"{group} {vote} {one}"
                belongs[who] = group
                rows.append((who, "water", vote))
    return VoteTable.from_rows(rows, statements=["water"]), belongs


def said_of(everyone_asked: tuple[str, ...] = (), **counts: tuple[int, int, int]) -> Finding:
    table, belongs = room(**counts)
    [found] = find(table, constituencies=belongs, threshold=0.6, everyone_asked=everyone_asked)
    return found


@given(said=votes, belongs=belongings)
def test_counts_are_what_a_dictionary_counts(said, belongs):
    tally = Counter((belongs[who], what, vote) for (who, what), vote in said.items() if who in belongs)

    counted = count(table(said), constituencies=belongs, everyone_asked=())

    assert counted.constituencies == tuple(sorted(set(belongs.values())))
    for (row, group), (column, what) in product(
        enumerate(counted.constituencies), enumerate(["s1", "s2", "s3"])
    ):
        assert counted.agree[row, column] == tally[group, what, 1]
        assert counted.disagree[row, column] == tally[group, what, -1]
        assert counted.passes[row, column] == tally[group, what, 0]
    assert dict(zip(counted.constituencies, counted.sizes, strict=True)) == Counter(belongs.values())


@given(said=votes, belongs=belongings)
@settings(max_examples=50)
def test_findings_hold_whatever_is_voted(said, belongs):
    for finding in find(table(said), constituencies=belongs, threshold=0.6):
        assert finding.label in LABELS
        assert 0 <= finding.acceptable <= 1
        assert (finding.certainty > 0) == (finding.label != "not enough voices yet")
        heads = [vote for (_, what), vote in said.items() if what == finding.statement]
        assert (finding.agree, finding.disagree, finding.passes) == (
            heads.count(1),
            heads.count(-1),
            heads.count(0),
        )
        for each in finding.agreement:
            assert (each.estimate is None) == (each.voices == 0)
            if each.low is not None:
                assert 0 <= each.low <= each.estimate <= each.high <= 1


@given(said=votes, belongs=belongings, rng=st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_constituencies_may_be_renamed_and_votes_shuffled(said, belongs, rng):
    named = dict(zip(groups, rng.sample(["x", "y", "z"], 3), strict=True))
    rows = [(who, what, vote) for (who, what), vote in said.items()]
    shuffled = VoteTable.from_rows(rng.sample(rows, len(rows)), statements=["s1", "s2", "s3"])
    renamed = {who: named[group] for who, group in belongs.items()}

    one = {each.statement: each for each in find(table(said), constituencies=belongs, threshold=0.6)}
    other = {each.statement: each for each in find(shuffled, constituencies=renamed, threshold=0.6)}

    for statement, finding in one.items():
        assert (finding.label, finding.acceptable) == (other[statement].label, other[statement].acceptable)
        theirs = {each.constituency: each for each in other[statement].agreement}
        for each in finding.agreement:
            twin = theirs[named[each.constituency]]
            assert (each.agree, each.estimate, each.low, each.high) == (
                twin.agree,
                twin.estimate,
                twin.low,
                twin.high,
            )


@pytest.mark.parametrize(("agree", "other"), [(3.0, 1.0), (0.0, 6.0), (25.0, 5.0), (2.0, 40.0)])
def test_a_posterior_is_what_drawing_from_the_prior_and_weighing_gives(agree, other):
    rng = np.random.default_rng(5)
    alone = rng.random(400_000) < STANDS_APART
    drawn = np.where(alone, rng.beta(1, 1, len(alone)), rng.beta(12 * 0.7, 12 * 0.3, len(alone)))
    likely = np.exp(agree * np.log(drawn) + other * np.log1p(-drawn))

    posterior = Mixture.after(*(np.array([[x]]) for x in (agree, other, 12 * 0.7, 12 * 0.3)))

    order = np.argsort(drawn)
    reached = np.cumsum(likely[order]) / likely.sum()
    assert posterior.mean()[0, 0] == pytest.approx(np.average(drawn, weights=likely), abs=0.004)
    assert posterior.below(0.6)[0, 0] == pytest.approx(likely[drawn < 0.6].sum() / likely.sum(), abs=0.006)
    for probability in (0.05, 0.5, 0.95):
        expected = drawn[order][np.searchsorted(reached, probability)]
        assert posterior.quantile(probability)[0, 0] == pytest.approx(expected, abs=0.008)


def test_all_groups_together_are_as_sure_as_drawing_them_says():
    rng = np.random.default_rng(6)
    said = said_of(miners=(30, 5, 3), women=(14, 4, 2), office=(9, 2, 1))
    votes, belongs = room(miners=(30, 5, 3), women=(14, 4, 2), office=(9, 2, 1))
    shares = share(count(votes, constituencies=belongs, everyone_asked=()), threshold=0.6)

    alone = rng.random((3, 40_000))
    reached = (alone < shares.reaches).all(axis=0).mean()

    assert said.acceptable == pytest.approx(reached, abs=0.01)


def test_intervals_hold_the_truth_about_nine_times_in_ten():
    rng = np.random.default_rng(7)
    voices = np.array([60, 20, 18, 25, 10, 6])
    held, near = np.zeros(6), np.zeros((2, 6))
    for _ in range(60):
        centre = rng.beta(4, 3, 30)
        truth = np.clip(rng.beta(6 * centre, 6 * (1 - centre), (6, 30)), 0.01, 0.99)
        agree = rng.binomial(voices[:, None], truth)
        shares = share(world_counts(agree, voices), threshold=0.6)
        held += ((shares.low <= truth) & (truth <= shares.high)).mean(axis=1) / 60
        near += (
            np.array([(shares.estimate - truth) ** 2, (agree / voices[:, None] - truth) ** 2]).mean(axis=2)
            / 60
        )

    assert held.min() > 0.85
    assert held.max() < 0.95
    ours, raw = np.sqrt(near)
    assert (ours < raw).all()
    assert ours[5] < 0.85 * raw[5]


def world_counts(agree: np.ndarray, voices: np.ndarray) -> Counts:
    zero = np.zeros_like(agree)
    return Counts(
        tuple("abcdef"), agree, voices[:, None] - agree, zero, 10 * voices, np.zeros(len(voices), bool)
    )


def test_a_small_group_is_not_spoken_for_by_a_large_one():
    found = said_of(miners=(190, 10, 0), women=(2, 14, 0))

    assert found.label == "divided"
    assert found.against == ("women",)
    assert found.per_head > 0.85
    assert found.equal_footing < 0.65


def test_what_every_constituency_agrees_with_is_common_ground():
    found = said_of(miners=(38, 2, 0), women=(19, 1, 0), office=(18, 1, 1))

    assert found.label == "common ground"
    assert found.certainty == found.acceptable >= 0.8
    assert found.ask == ()


def test_a_unanimous_handful_is_not_common_ground():
    found = said_of(miners=(8, 0, 0))

    assert found.label == "not enough voices yet"
    assert found.ask == ("miners",)


def test_the_unheard_are_named_first():
    found = said_of(miners=(38, 2, 0), women=(2, 0, 0))

    assert found.label == "not enough voices yet"
    assert found.ask[0] == "women"


def test_a_declared_constituency_that_nobody_voted_in_is_unheard():
    votes, belongs = room(miners=(38, 2, 0))
    [found] = find(votes, constituencies={**belongs, "mama": "women"}, threshold=0.6)

    assert found.label == "not enough voices yet"
    assert found.ask == ("women",)
    assert [(each.constituency, each.estimate) for each in found.agreement if each.voices == 0] == [
        ("women", None)
    ]


def test_passes_count_among_those_asked_and_not_among_those_who_agree():
    found = said_of(miners=(20, 0, 60), women=(20, 0, 60))

    assert found.label == "divided"
    assert found.agreement[0].estimate == pytest.approx(0.25, abs=0.03)


def test_a_count_of_all_is_exact():
    found = said_of(("women",), women=(5, 3, 0), miners=(40, 2, 1))
    women = next(each for each in found.agreement if each.constituency == "women")

    assert women.exact
    assert (women.estimate, women.low, women.high, women.reaches) == (0.625, None, None, 1.0)


def test_asked_but_not_all_answered_is_not_exact():
    votes, belongs = room(women=(5, 3, 0), miners=(40, 2, 1))
    belongs["mama"] = "women"
    [found] = find(votes, constituencies=belongs, threshold=0.6, everyone_asked=["women"])

    assert not next(each for each in found.agreement if each.constituency == "women").exact


def test_people_of_no_constituency_count_by_head_only():
    votes = VoteTable.from_rows([("ann", "water", 1), ("ben", "water", -1)])
    drawn = draw(votes, constituencies={"ann": "miners"})

    [found] = drawn.findings
    assert (found.agree, found.disagree, found.agreement[0].voices) == (1, 1, 1)
    assert drawn.unplaced == 1


def test_the_surest_common_ground_comes_first():
    rows = [(f"p{n}", "sure", 1) for n in range(60)]
    rows += [(f"p{n}", "likely", 1 if n % 4 else -1) for n in range(60)]
    rows += [(f"p{n}", "not", -1) for n in range(60)]

    assert [found.statement for found in draw(VoteTable.from_rows(rows)).findings] == [
        "sure",
        "likely",
        "not",
    ]
