"""Who is heard: known answers, what chance gives, and a family of tests whose false alarms are held down."""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commonground import VoteTable
from commonground.__main__ import main
from commonground.equity import (
    Measure,
    Turn,
    agenda_equity,
    alpha,
    change_of,
    chart_of,
    deliberative_reason,
    explain,
    heard,
    mcnemar,
    reliability,
    saturation_of,
    saturations,
    share_between,
    stuart_maxwell,
    survival,
)

HALL = {f"w{n}": {"gender": "woman", "table": f"t{n % 2}"} for n in range(8)} | {
    f"m{n}": {"gender": "man", "table": f"t{n % 2}"} for n in range(8)
}


def measures(findings, name: str) -> dict[str, Measure]:
    return {each.group: each for each in findings.measures if each.name == name}


# ---- speaking --------------------------------------------------------------------------------------------


def test_parity_is_the_share_of_the_time_over_the_share_of_the_seats():
    turns = [Turn(who, 60) for who in HALL if who[0] == "m"] + [Turn("w0", 60)]
    found = measures(heard(turns, HALL), "participation parity")

    assert found["woman"].value == pytest.approx((1 / 9) / (1 / 2), abs=1e-6)
    assert found["man"].value == pytest.approx((8 / 9) / (1 / 2), abs=1e-6)


def test_women_who_hardly_speak_are_told_first_and_with_what_to_do():
    turns = [Turn(f"m{n}", 60 + n, n) for n in range(8)]
    told = heard(turns, HALL)

    assert measures(told, "participation parity")["woman"].shown
    assert explain(told).startswith("Ask woman to speak next.")
    assert "no woman has spoken yet" in explain(told)


def test_equal_time_is_fair_and_nothing_is_raised():
    told = heard([Turn(who, 30, n) for n, who in enumerate(HALL)], HALL)

    assert {each.value for each in measures(told, "participation parity").values()} == {1}
    assert {each.value for each in measures(told, "speaking Gini").values()} == {0}
    assert explain(told).startswith("Nothing that chance could not explain.")


def test_the_gini_of_a_table_at_which_one_speaks_is_one():
    told = measures(heard([Turn("m0", 9), Turn("w0", 1e-9)], HALL), "speaking Gini")

    assert told["t0"].value == pytest.approx(1)


def gini_by_hand(said: list[float]) -> float:
    mean, count = sum(said) / len(said), len(said)
    apart = sum(abs(a - b) for a, b in product(said, said))
    return apart / (2 * count**2 * mean) * count / (count - 1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=8))
def test_the_gini_is_the_one_of_its_definition(said):
    people = {f"p{n}": {} for n in range(len(said))}
    told = measures(heard([Turn(f"p{n}", s) for n, s in enumerate(said)], people), "speaking Gini")

    assert told["the room"].value == pytest.approx(gini_by_hand(said), abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(rng):
    shuffled = list(HALL.items())
    rng.shuffle(shuffled)
    turns = [Turn("m1", 4, 1), Turn("w2", 3, 2)]

    assert heard(turns, dict(shuffled)) == heard(turns, HALL)


def test_in_worlds_without_any_difference_false_alarms_are_rare():
    rng = np.random.default_rng(3)
    alarms = 0
    for world in range(60):
        turns = [Turn(who, float(rng.gamma(2, 30)), n) for n, who in enumerate(HALL)]
        told = heard(turns, HALL, seed=world)
        alarms += any(each.shown for each in told.measures)

    assert alarms <= 12


def test_who_has_not_spoken_is_listed_by_what_they_are():
    told = heard([Turn("m0", 5)], HALL, columns=["gender"])

    assert {(each.cell["gender"], each.voices, each.invited) for each in told.missing} == {
        ("man", 1, 8),
        ("woman", 0, 8),
    }


def test_of_two_people_nothing_is_claimed():
    people = {"ann": {"gender": "woman"}, "ben": {"gender": "man"}}
    told = measures(heard([Turn("ben", 5)], people), "participation parity")

    assert told["woman"].p is None
    assert "(too few to tell)" in told["woman"].says
    assert not told["woman"].act


WOMAN, MAN = {"gender": "woman"}, {"gender": "man"}


def test_a_turn_of_nobody_known_counts_for_its_group_and_for_no_person():
    turns = [Turn("m0", 60, 1), Turn("", 180, 2, WOMAN)]
    told = heard(turns, HALL)

    shares = measures(told, "participation parity")
    assert shares["woman"].value == pytest.approx((180 / 240) / (1 / 2))
    assert shares["man"].value == pytest.approx((60 / 240) / (1 / 2))
    assert measures(told, "speaking Gini") == measures(heard(turns[:1], HALL), "speaking Gini")


def test_several_turns_of_nobody_known_are_one_voice_at_least():
    told = heard([Turn("", 60, n, WOMAN) for n in range(5)], HALL, columns=["gender"])

    assert {(each.cell["gender"], each.voices) for each in told.missing} == {("man", 0), ("woman", 1)}


def test_it_is_not_said_that_no_woman_spoke_while_somebody_nobody_knew_did():
    told = heard([Turn("m0", 60, 1), Turn("", 60, 2, WOMAN)], HALL)

    assert "no woman has spoken" not in explain(told)
    assert not measures(told, "first woman's turn")


def test_turns_of_which_the_column_is_unknown_count_for_none_of_its_groups():
    told = measures(
        heard([Turn("w0", 60, 1), Turn("", 600, 2, {"site": "pit"})], HALL), "participation parity"
    )

    assert told["woman"].value == pytest.approx(2)
    assert told["man"].value == 0


def test_a_group_heard_by_nobody_known_alone_can_be_shown_to_be_behind():
    told = measures(heard([Turn("", 60 + n, n, MAN) for n in range(12)], HALL), "participation parity")

    assert told["woman"].shown
    assert told["woman"].act == "Ask woman to speak next"


def test_a_turn_of_nobody_known_that_takes_no_time_is_refused():
    with pytest.raises(ValueError, match="write more than none"):
        heard([Turn("", 0, 1, WOMAN)], HALL)


def test_silence_is_no_fault():
    assert heard([], HALL).measures == ()
    assert heard([], {}).measures == ()


@pytest.mark.parametrize(
    ("turn", "said"),
    [(Turn("zoe"), "is not among the people"), (Turn("m0", 0), "write more than none")],
)
def test_a_turn_that_cannot_be_is_refused(turn, said):
    with pytest.raises(ValueError, match=said):
        heard([turn], HALL)


# ---- statements and the agenda ---------------------------------------------------------------------------

STEPS = ["proposed", "agreed problem", "agenda"]


def test_a_group_whose_statements_are_lost_is_told_with_the_step():
    theirs = {f"w{n}": ("women", 1 if n else 3) for n in range(20)}
    others = {f"m{n}": ("men", 3) for n in range(20)}
    told = survival(theirs | others, steps=STEPS)
    women = measures(told, "survival")["women"]

    assert women.value == pytest.approx((1 / 21) / (1 / 2), abs=1e-6)
    assert women.shown
    assert "lost most at: agreed problem" in women.says
    assert "Look at what became of the statements of women." in explain(told)


def test_a_step_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="write 1 to 3"):
        survival({"a": ("women", 4)}, steps=STEPS)


def ballots() -> tuple[VoteTable, dict[str, str]]:
    """Ten who want a to d and six who want e to h."""
    rows = [(f"m{n}", item, 1) for n in range(10) for item in "abcd"]
    rows += [(f"w{n}", item, 1) for n in range(6) for item in "efgh"]
    return VoteTable.from_rows(rows), {who: "men" if who[0] == "m" else "women" for who, _, _ in rows}


def test_equal_budgets_are_spent_and_both_get_as_much():
    votes, groups = ballots()
    told = agenda_equity(votes, seats=4, constituencies=groups, replicates=5)

    assert {each.value for each in measures(told, "bean use").values()} == {1}
    assert {each.value for each in measures(told, "satisfaction").values()} == {2}
    assert {each.value for each in measures(told, "influence").values()} == {0.5}


def test_a_group_that_wants_what_nobody_else_does_and_is_alone_gets_it():
    votes, groups = ballots()
    told = agenda_equity(votes, seats=4, constituencies=dict.fromkeys(groups, "all"), replicates=2)

    assert measures(told, "influence") == {}
    assert "people with none" in measures(told, "satisfaction")["all"].says


# ---- deliberation ----------------------------------------------------------------------------------------


def test_people_who_reason_and_choose_alike_are_perfectly_consistent():
    rng = np.random.default_rng(1)
    camps = np.array([np.arange(8), np.arange(8)[::-1]])[rng.integers(2, size=12)]
    told = deliberative_reason(camps, camps)

    assert (told.plain, told.penalised) == (pytest.approx(1), pytest.approx(1))
    assert told.p < 0.01
    assert told.individual == pytest.approx([1] * 12)


def test_noise_scores_high_and_is_nothing_above_chance():
    rng = np.random.default_rng(2)
    reasons, choices = rng.random((100, 100)), rng.random((100, 100))
    told = deliberative_reason(reasons, choices, permutations=200)

    assert told.plain == pytest.approx(0.77, abs=0.03)
    assert abs(told.above) < 0.02
    assert told.p > 0.05


def test_a_case_worked_by_hand():
    # Correlations of considerations: 1, -1, -1; of policies: -1, 1, -1 (pairs 12, 13, 23).
    told = deliberative_reason([[1, 2, 3], [1, 2, 3], [3, 2, 1]], [[1, 2], [2, 1], [1, 2]], permutations=10)
    half = np.sqrt(2) / 2
    apart = np.mean([2, 2, 0]) / np.sqrt(2)

    assert told.plain == pytest.approx((half - 2 * apart) / half)
    assert told.plain == told.penalised


def index_by_hand(reasons: list[list[float]], choices: list[list[float]]) -> float:
    apart = [
        abs(stats.spearmanr(reasons[a], reasons[b])[0] - stats.spearmanr(choices[a], choices[b])[0])
        / np.sqrt(2)
        for a, b in combinations(range(len(reasons)), 2)
    ]
    return float((np.sqrt(2) / 2 - 2 * np.mean(apart)) / (np.sqrt(2) / 2))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 9))
def test_the_index_is_what_a_slow_twin_finds(seed, people):
    rng = np.random.default_rng(seed)
    reasons, choices = rng.random((people, 5)), rng.random((people, 4))

    assert deliberative_reason(reasons, choices, permutations=2).plain == pytest.approx(
        index_by_hand(reasons.tolist(), choices.tolist()), abs=1e-8
    )


@pytest.mark.parametrize(
    ("reasons", "choices", "said"),
    [
        (np.ones((2, 3)), np.ones((2, 3)), "three people or more"),
        (np.ones((3, 3)), np.ones((4, 3)), "3 people rated considerations and 4 ranked"),
        (np.full((3, 3), np.nan), np.ones((3, 3)), "left something out"),
    ],
)
def test_what_the_index_cannot_take_is_refused(reasons, choices, said):
    with pytest.raises(ValueError, match=said):
        deliberative_reason(reasons, choices)


# ---- coders ----------------------------------------------------------------------------------------------

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", the example with four coders and gaps.
PAPER = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_is_as_published(level, published):
    assert alpha(PAPER, level=level) == pytest.approx(published, abs=0.0006)


def test_perfect_coders_have_one_and_shuffled_ones_about_none():
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 3, 400)

    assert alpha([codes.tolist(), codes.tolist()]) == 1
    assert abs(alpha([codes.tolist(), rng.permutation(codes).tolist()])) < 0.1
    assert alpha([["a", "a"], ["a", "a"]]) == 1


def test_alphas_interval_holds_it_and_is_narrower_the_more_was_coded():
    few, many = reliability(PAPER), reliability([row * 20 for row in PAPER])

    assert few.alpha == pytest.approx(alpha(PAPER))
    assert few.units == 11  # the unit that one alone coded says nothing
    assert few.low < many.low < few.alpha < many.high <= few.high <= 1
    assert few.level == "tentative"


def test_alphas_interval_covers_what_coders_of_such_care_come_to():
    # Two coders who each answer at random in three of ten cases, among four values: alpha is 0.49.
    rng, covered = np.random.default_rng(3), 0
    for _study in range(200):
        truth = rng.integers(0, 4, 60)
        codes = [
            np.where(rng.random(60) < 0.3, rng.integers(0, 4, 60), truth).tolist() for _coder in range(2)
        ]
        found = reliability(codes)
        covered += found.low <= 0.49 <= found.high

    assert 0.88 * 200 <= covered <= 200


def test_what_alpha_cannot_take_is_refused():
    with pytest.raises(ValueError, match="no unit was coded by two"):
        alpha([[1, None], [None, 2]])
    with pytest.raises(ValueError, match="words have no interval order"):
        alpha([["a", "b"], ["a", "b"]], level="interval")
    with pytest.raises(ValueError, match="the level is nominal"):
        alpha([[1], [1]], level="metric")


# ---- change ----------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=9))
def test_sign_flips_are_counted_as_all_of_them_are_tried(said):
    moved = [after - before for before, after in said if after != before]
    sums = [
        sum(sign * size for sign, size in zip(signs, moved, strict=True))
        for signs in product((1, -1), repeat=len(moved))
    ]
    by_hand = np.mean([abs(total) >= abs(sum(moved)) for total in sums])

    assert change_of({("item", "all"): said})[0].p == pytest.approx(by_hand)


def test_change_is_told_by_group_with_its_effect():
    said = {("pits", "men"): [(2, 2)] * 10, ("pits", "women"): [(2, 4)] * 9 + [(4, 2)]}
    men, women = change_of(said)

    assert (men.p, men.effect) == (1, 0)
    assert (women.up, women.down, women.mean) == (9, 1, pytest.approx(1.6))
    assert women.effect == pytest.approx(0.8)
    assert women.p < women.q < 0.05


def test_many_people_take_wilcoxons_test():
    said = [(1, 2)] * 40 + [(2, 1)] * 20
    assert change_of({("i", "g"): said})[0].p == pytest.approx(stats.wilcoxon([1] * 40 + [-1] * 20).pvalue)


THREE = [[20, 10, 5], [3, 30, 15], [0, 5, 40]]


def by_fleiss_and_everitt(table: list[list[int]]) -> float:
    """Stuart and Maxwell's statistic for three answers, written out (Fleiss and Everitt 1971)."""
    counts = np.array(table, float)
    apart = (counts.sum(axis=1) - counts.sum(axis=0)) ** 2
    half = (counts + counts.T) / 2
    ab, ac, bc = half[0, 1], half[0, 2], half[1, 2]
    return float((bc * apart[0] + ac * apart[1] + ab * apart[2]) / (2 * (ab * bc + ab * ac + ac * bc)))


def test_mcnemar_and_stuart_maxwell_agree_with_their_books():
    assert mcnemar(0, 0) == 1
    assert mcnemar(9, 1) == pytest.approx(stats.binomtest(9, 10).pvalue)
    # With two answers Stuart and Maxwell's is McNemar's chi square, (b - c)^2 / (b + c).
    assert stuart_maxwell([[20, 5], [15, 30]]) == pytest.approx(stats.chi2.sf(100 / 20, 1))
    assert stuart_maxwell([[5, 0, 0], [0, 5, 0], [0, 0, 5]]) == 1
    assert stuart_maxwell(THREE) == pytest.approx(stats.chi2.sf(by_fleiss_and_everitt(THREE), 2))


def test_what_lies_between_groups():
    assert share_between([[1, 1], [3, 3]]) == 1
    assert share_between([[1, 3], [1, 3]]) == 0
    assert share_between([[2], [2]]) == 0


def test_a_chart_finds_a_point_beyond_and_a_run():
    steady = [10, 11, 10, 11, 10, 11, 10, 11]
    chart = chart_of([*steady, 30])

    assert chart.outside == (8,)
    assert chart_of(steady).outside == ()
    assert chart_of([1, 2] * 4 + [9, 10] * 4).runs == (7, 15)
    assert (chart_of([4, 6, 4]).low, chart_of([4, 6, 4]).high) == (
        pytest.approx(14 / 3 - 2 * 2.66),
        pytest.approx(14 / 3 + 2 * 2.66),
    )
    with pytest.raises(ValueError, match="three points or more"):
        chart_of([1, 2])


# ---- saturation ------------------------------------------------------------------------------------------


def test_saturation_by_hand():
    told = saturation_of([["dust", "water"], ["water", "pay"], ["water"], ["pay", "shafts"]])

    assert told.new == pytest.approx(2 / 7, abs=1e-6)
    assert told.unseen == pytest.approx(2 * 1 / (2 * 2))
    assert (told.things, told.mentions, told.enough) == (4, 7, False)


def test_one_goes_on_until_every_stratum_has_enough():
    full, open_ = [["water", "pay"]] * 15, [["water"], ["pay"], ["dust"]]
    told, stop = saturations({"women": open_, "men": full})

    assert ([each.enough for each in told], stop) == ([True, False], False)
    assert saturations({"women": full, "men": full})[1]
    with pytest.raises(ValueError, match="nobody of women named anything"):
        saturations({"women": [[]]})


# ---- the command line ------------------------------------------------------------------------------------

SHEETS: dict[str, tuple[str, list[str], str]] = {
    "voice": ("person,seconds\nann,60\nben,10\neva,10\n", ["--people", "PEOPLE"], "in 100 minutes"),
    "statements": (
        "statement,group,reached\na,women,proposed\nb,men,agenda\n",
        ["--steps", "proposed,problem,agenda"],
        "women: 50 in 100 statements at first, 0 at last",
    ),
    "agenda": (
        "participant,statement,vote,constituency\nann,a,1,women\nben,b,1,men\nkim,b,1,men\n",
        ["--seats", "2"],
        "women: spent 100 in 100 of its beans",
    ),
    "reason": (
        "person,consideration 1,consideration 2,policy 1,policy 2\na,1,2,1,2\nb,1,2,1,2\nc,2,1,2,1\n",
        [],
        "Deliberative Reason Index of 3 people: 1.000",
    ),
    "alpha": ("unit,coder,code\n1,a,x\n1,b,x\n2,a,y\n2,b,y\n", [], "1.000. It can be relied on."),
    "change": (
        "person,item,group,before,after\na,pits,women,1,3\nb,pits,women,2,2\n",
        [],
        "pits, women: 1 of 2 up, 0 down during the dialogue; chance could explain it.",
    ),
    "chart": ("value\n10\n11\n10\n11\n10\n40\n", [], "point 6 is beyond the limits"),
    "saturation": (
        "stratum,voice,problem\nwomen,a,dust\nwomen,b,water\n",
        [],
        "Not enough yet: go on asking.",
    ),
}


@pytest.mark.parametrize("kind", SHEETS)
def test_each_kind_is_measured_written_and_verified(kind: str, tmp_path: Path, capsys):
    text, more, said = SHEETS[kind]
    sheet, people = tmp_path / "said.csv", tmp_path / "people.csv"
    sheet.write_text(text)
    people.write_text("person,gender,constituency\nann,woman,a\nben,man,a\neva,woman,a\n")
    asked = ["equity", kind, str(sheet), *(str(people) if word == "PEOPLE" else word for word in more)]
    out, page = tmp_path / "out.json", tmp_path / "out.html"

    assert main([*asked, "-o", str(out), "--explain"]) == 0
    assert main([*asked, "-o", str(page)]) == 0
    assert main([*asked, "--verify", str(out)]) == 0
    told = capsys.readouterr().out
    assert said in told
    assert "It holds" in told
    out.write_text(out.read_text().replace('"version"', '"other": 1, "version"'))
    assert main([*asked, "--verify", str(out)]) == 2
    assert "something else in other" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("statements", "statement,group,reached\na,women,moon\n", "moon is no step"),
        ("change", "person,item,before,after\na,pits,x,2\n", "no whole numbers"),
        ("chart", "value\nx\n", "it is no number"),
        ("alpha", "unit,coder\n", "there is no column code"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(kind, text, said, tmp_path, capsys):
    sheet = tmp_path / "said.csv"
    sheet.write_text(text)
    more = ["--steps", "a,b"] if kind == "statements" else []

    assert main(["equity", kind, str(sheet), *more]) == 2
    assert said in capsys.readouterr().err
