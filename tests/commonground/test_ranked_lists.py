"""One list, however people were asked: three weightings, how sure it is, and the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import VoteTable
from commonground.__main__ import main
from commonground.priorities import (
    Priorities,
    Threshold,
    by_dots,
    by_gradients,
    by_lists,
    by_pairs,
    by_scale,
    by_votes,
    explain,
)

MEN = {f"m{n}": ["road", "tax"] for n in range(30)}
WOMEN = {f"w{n}": ["water"] for n in range(4)} | {"w4": ["water", "road"]}
GROUPS = dict.fromkeys(MEN, "men") | dict.fromkeys(WOMEN, "women")


def placed(found: Priorities) -> dict[str, int]:
    return {each.item: each.place for each in found.items}


# ---- dots ------------------------------------------------------------------------------------------------


def test_dots_count_the_same_for_each_constituency_whatever_its_size():
    found = by_dots(MEN | WOMEN, cap=2, constituencies=GROUPS, first=1)

    assert found.top == ("road",)
    assert placed(found) == {"road": 1, "tax": 2, "water": 2}
    assert {each.item: each.equal for each in found.items} == {"road": 0.6, "tax": 0.5, "water": 0.5}


def test_the_other_weightings_stand_beside_it_and_say_where_they_differ():
    found = by_dots(MEN | WOMEN, cap=2, constituencies=GROUPS, first=2)

    assert found.by_head == ("road", "tax")
    assert next(e for e in found.items if e.item == "water").by_head == pytest.approx(5 / 35, abs=1e-6)
    assert next(e for e in found.items if e.item == "tax").least_in == "women"


def test_where_everybody_was_asked_the_shares_are_exact():
    found = by_dots(MEN | WOMEN, cap=2, constituencies=GROUPS, first=2, everyone=True)

    assert all(each.low is None and each.high is None for each in found.items)
    assert sorted(each.top for each in found.items) == [0, 1, 1]


def test_few_voices_are_less_sure_than_many():
    few = by_dots({"a": ["water"], "b": ["water"], "c": ["road"]}, cap=1, first=1)
    of_forty = {"a": ["water"], "b": ["water"], "c": ["road"]}
    ballots = {f"{who}{n}": dots for n in range(40) for who, dots in of_forty.items()}
    many = by_dots(ballots, cap=1, first=1)

    assert few.items[0].top < 0.9 < many.items[0].top
    assert few.items[0].high - few.items[0].low > many.items[0].high - many.items[0].low


@pytest.mark.parametrize(
    ("ballots", "said"),
    [
        ({"ann": ["a", "b", "c"]}, "'ann' put 3 dots and has 2: take 1 away"),
        ({"ann": ["a", "a"]}, "'ann' put two dots on one item"),
    ],
)
def test_too_many_dots_are_refused(ballots: dict[str, list[str]], said: str):
    with pytest.raises(ValueError, match=said):
        by_dots(ballots, cap=2)


def test_a_constituency_that_gave_no_ballot_is_named():
    with pytest.raises(ValueError, match="nobody of the constituency 'women' gave a ballot"):
        by_dots({"m0": ["a"]}, cap=1, constituencies={"m0": "men", "w0": "women"})


def test_votes_count_a_pass_as_a_vote_and_no_vote_as_none():
    votes = VoteTable.from_rows([("ann", "water", 1), ("ben", "water", 0), ("eva", "road", -1)])
    found = by_votes(votes)

    assert {each.item: each.equal for each in found.items} == {"water": 0.5, "road": 0}


def test_somebody_who_puts_no_dot_is_still_a_voter():
    assert by_dots({"ann": ["a"], "ben": []}, cap=1).items[0].equal == 0.5


# ---- lists and pairs -------------------------------------------------------------------------------------


def test_lists_come_in_schulzes_order_and_say_how_sure_the_top_is():
    ballots = {f"v{n}": ["a", "b", "c"] for n in range(20)} | {f"u{n}": ["b", "c", "a"] for n in range(6)}
    found = by_lists(ballots, first=1)

    assert [each.item for each in found.items] == ["a", "b", "c"]
    assert found.items[0].top > 0.95
    assert not found.more["cyclic"]


def test_a_circle_is_told():
    found = by_lists({"a": list("abc"), "b": list("bca"), "c": list("cab")})

    assert found.more["cyclic"]
    assert "circle" in explain(found)


def test_pairs_give_the_stronger_first_and_know_when_they_cannot_tell():
    sure = by_pairs([(f"v{n}", "a", "b") for n in range(40)], first=1)
    open_ = by_pairs([("v", "a", "b"), ("u", "b", "a")], first=1)

    assert (sure.top, sure.items[0].top) == (("a",), pytest.approx(1, abs=0.02))
    assert open_.items[0].top == pytest.approx(0.5, abs=0.1)


# ---- scales and gradients --------------------------------------------------------------------------------


def test_a_scale_is_measured_within_each_constituency_and_between_them():
    ratings = {f"m{n}": {"road": 9, "water": 2} for n in range(6)} | {
        f"w{n}": {"road": 3, "water": 8} for n in range(6)
    }
    groups = {who: "men" if who[0] == "m" else "women" for who in ratings}
    found = by_scale(ratings, constituencies=groups)

    assert {each.item: each.equal for each in found.items} == {"road": 0.5, "water": 0.5}
    assert found.more["concordance"]["within"]["men"]["w"] == 1
    assert found.more["concordance"]["between"]["w"] == 0
    assert found.more["scales"]["road"]["women"]["median"] == 3


def test_faces_have_five_steps():
    found = by_scale({"ann": {"road": 5}, "ben": {"road": 4}, "eva": {"road": 3}}, points=5)

    assert found.items[0].equal == pytest.approx(2 / 3, abs=1e-6)
    assert found.more["scales"]["road"]["everyone"]["disagreement"] is None


def stood(*steps: int, item: str = "pits") -> dict[str, dict[str, int]]:
    return {f"v{n}": {item: step} for n, step in enumerate(steps)}


def test_a_proposal_passes_by_the_threshold_that_was_said_before():
    passes = by_gradients(stood(1, 2, 3, 4), threshold=Threshold(share=0.75), everyone=True)
    short = by_gradients(stood(1, 2, 4, 4), threshold=Threshold(share=0.75), everyone=True)
    blocked = by_gradients(stood(1, 1, 1, 1, 1, 8), threshold=Threshold(share=0.75), everyone=True)

    assert [f.more["outcomes"][0]["passes"] for f in (passes, short, blocked)] == [True, False, False]
    assert "too little support among everyone" in explain(short)
    assert "1 block it" in explain(blocked)


def test_one_constituency_that_stays_short_keeps_a_proposal_back():
    steps = {f"m{n}": {"pits": 1} for n in range(50)} | {f"w{n}": {"pits": 6} for n in range(3)}
    groups = {who: "men" if who[0] == "m" else "women" for who in steps}
    outcome = by_gradients(steps, threshold=Threshold(), constituencies=groups).more["outcomes"][0]

    assert (outcome["passes"], outcome["short"]) == (False, ("women",))
    assert outcome["sure"] < 0.1


def test_a_threshold_said_after_voting_began_is_refused():
    with pytest.raises(ValueError, match="the threshold was changed after voting began"):
        by_gradients(stood(1, 1), threshold=Threshold(declared_at=200), moments=[100, 300])


# ---- what must always hold -------------------------------------------------------------------------------

VOICES = st.dictionaries(
    st.sampled_from([f"v{n}" for n in range(12)]), st.sets(st.sampled_from("abcd"), max_size=2), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(VOICES, st.randoms(use_true_random=False))
def test_the_order_of_voters_changes_nothing(ballots, rng):
    shuffled = list(ballots.items())
    rng.shuffle(shuffled)

    assert by_dots(ballots, cap=2) == by_dots(dict(shuffled), cap=2)


@settings(max_examples=60, deadline=None)
@given(VOICES)
def test_one_constituency_is_by_head(ballots):
    found = by_dots(ballots, cap=2)

    assert all(each.equal == each.by_head == each.least for each in found.items)


@settings(max_examples=40, deadline=None)
@given(VOICES)
def test_a_cloned_item_has_the_place_of_its_original(ballots):
    twice = {who: said | {f"{item}'" for item in said} for who, said in ballots.items()}
    places = placed(by_dots(twice, cap=4))

    assert all(place == places[f"{item}'"] for item, place in places.items() if not item.endswith("'"))


@settings(max_examples=40, deadline=None)
@given(VOICES)
def test_a_cloned_constituency_changes_no_figure(ballots):
    twice = ballots | {f"{who}'": said for who, said in ballots.items()}
    groups = {who: "two" if who.endswith("'") else "one" for who in twice}
    alone, both = by_dots(ballots, cap=2), by_dots(twice, cap=2, constituencies=groups)

    assert [(e.item, e.place, e.equal, e.least) for e in alone.items] == [
        (e.item, e.place, e.equal, e.least) for e in both.items
    ]


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from("vwxyz"), st.permutations("abc").map(list), min_size=1))
def test_the_chances_of_the_top_add_up_to_its_places(ballots):
    found = by_lists(ballots, items=["a", "b", "c"], first=2)

    assert sum(each.top for each in found.items) == pytest.approx(2, abs=0.01)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(5)
    held = []
    for _world in range(60):
        rates = rng.uniform(0.2, 0.8, (3, 4))
        sizes = [40, 15, 8]
        ballots, groups = {}, {}
        for group, size in enumerate(sizes):
            for who in range(size):
                ballots[f"{group}-{who}"] = [i for i in range(4) if rng.random() < rates[group, i]]
                groups[f"{group}-{who}"] = f"g{group}"
        named = {who: [f"i{item}" for item in dots] for who, dots in ballots.items()}
        found = by_dots(named, cap=4, items=["i0", "i1", "i2", "i3"], constituencies=groups)
        truth = rates.mean(axis=0)
        held += [each.low <= truth[int(each.item[1])] <= each.high for each in found.items]

    assert 0.8 < np.mean(held) < 0.98


# ---- the command line ------------------------------------------------------------------------------------

SHEETS = {
    "votes": "participant,statement,vote,constituency\nann,water,1,panners\nben,road,-1,owners\n",
    "dots": "voter,item,constituency\nann,water,panners\nben,road,owners\neva,water,panners\nkim,,owners\n",
    "lists": "voter,item,place\nann,water,1\nann,road,2\nben,water,1\n",
    "pairs": "voter,chosen,other\nann,water,road\nben,water,road\n",
    "scale": "voter,item,rating\nann,water,9\nann,road,2\nben,water,8\nben,road,3\n",
    "gradients": "voter,item,step,moment\nann,water,1,20\nben,water,2,30\n",
}


@pytest.mark.parametrize("method", SHEETS)
def test_each_method_is_ranked_and_verified_from_a_sheet(tmp_path: Path, method: str, capsys):
    sheet, result, page = tmp_path / "said.csv", tmp_path / "list.json", tmp_path / "list.html"
    sheet.write_text(SHEETS[method])

    assert main(["priorities", method, str(sheet), "-o", str(result)]) == 0
    assert main(["priorities", method, str(sheet), "-o", str(page), "--explain"]) == 0
    assert main(["priorities", method, str(sheet), "--verify", str(result)]) == 0
    assert "water" in page.read_text()
    assert "It holds" in capsys.readouterr().out


def test_a_list_that_was_changed_does_not_hold(tmp_path: Path, capsys):
    sheet, result = tmp_path / "said.csv", tmp_path / "list.json"
    sheet.write_text(SHEETS["dots"])
    main(["priorities", "dots", str(sheet), "-o", str(result)])
    told = json.loads(result.read_text())
    told["items"][0]["item"] = "road"
    result.write_text(json.dumps(told))

    assert main(["priorities", "dots", str(sheet), "--verify", str(result)]) == 2
    assert "these inputs give something else in items" in capsys.readouterr().err

    sheet.write_text(SHEETS["dots"] + "leo,road,owners\n")
    assert main(["priorities", "dots", str(sheet), "--verify", str(result)]) == 2
    assert "follows from other inputs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("method", "text", "said"),
    [
        ("dots", "voter,item\nann,water\nann,water\n", "Row 3"),
        ("lists", "voter,item,place\nann,water,1\nann,road,1\n", "'ann' put two items on one place"),
        ("scale", "voter,item,rating\nann,water,10\n", "from 1 to 9"),
        ("gradients", "voter,item,step\nann,water,9\n", "from 1, full support, to 8"),
        ("pairs", "voter,chosen\nann,water\n", "there is no column other"),
    ],
)
def test_a_sheet_that_cannot_be_right_is_refused_in_a_sentence(tmp_path, method, text, said, capsys):
    sheet = tmp_path / "said.csv"
    sheet.write_text(text)

    assert main(["priorities", method, str(sheet)]) == 2
    assert said.lower() in capsys.readouterr().err.lower()


def test_a_threshold_said_too_late_is_refused_on_the_command_line(tmp_path: Path, capsys):
    sheet = tmp_path / "said.csv"
    sheet.write_text(SHEETS["gradients"])

    assert main(["priorities", "gradients", str(sheet), "--declared-at", "25"]) == 2
    assert "changed after voting began" in capsys.readouterr().err
