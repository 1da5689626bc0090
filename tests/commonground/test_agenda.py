"""The agenda: the same beans for every group, nothing that most of one are against, no claim left open."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import VoteTable
from commonground.__main__ import main
from commonground.agenda import Agenda, agenda_from, agree_on_agenda, explain, violations

Rows = list[tuple[str, str, int]]


@st.composite
def profiles(draw: st.DrawFn) -> tuple[Rows, dict[str, str]]:
    """Up to twelve people of up to three groups, each with something to say on up to six items."""
    people = draw(st.integers(1, 12))
    items = draw(st.integers(1, 6))
    groups = {f"p{n}": f"g{draw(st.integers(0, 2))}" for n in range(people)}
    votes = draw(st.lists(st.sampled_from([1, 1, 0, -1]), min_size=people * items, max_size=people * items))
    places = [(f"p{n}", f"i{m}") for n in range(people) for m in range(items)]
    return [(who, item, vote) for (who, item), vote in zip(places, votes, strict=True)], groups


def agreed(rows: Rows, groups: dict[str, str], seats: float = 3, **others) -> Agenda:
    return agree_on_agenda(VoteTable.from_rows(rows), seats=seats, constituencies=groups, **others)


# ---- the slow twin ---------------------------------------------------------------------------------------


def twin(rows: Rows, groups: dict[str, str], seats: int, seed: int = 7) -> list[str]:
    """The same rule in fractions, by trying every price: chosen items in their order."""
    items = sorted({item for _, item, _ in rows})
    lot = dict(zip(items, np.random.default_rng(seed).permutation(len(items)).tolist(), strict=True))
    voters = sorted({who for who, _, _ in rows})
    names = {groups[who] for who in voters}
    size = {name: sum(groups[who] == name for who in voters) for name in names}
    weight = {who: Fraction(1, len(names) * size[groups[who]]) for who in voters}
    wants = {item: {who for who, said, vote in rows if said == item and vote == 1} for item in items}
    left = [item for item in items if wants[item] and not most_against(item, rows, groups, names)]
    beans = {who: weight[who] * seats for who in voters}
    chosen: list[str] = []
    while prices := {i: p for i in left if (p := least_price(wants[i], beans, weight)) is not None}:
        best = min(prices, key=lambda item: (prices[item], lot[item]))
        for who in wants[best]:
            beans[who] -= min(beans[who], prices[best] * weight[who])
        chosen.append(best)
        left.remove(best)
    while left and len(chosen) < seats:
        wait = {i: max(Fraction(0), (1 - sum(beans[w] for w in wants[i])) / sum(weight[w] for w in wants[i]))
                for i in left}  # fmt: skip
        best = min(left, key=lambda item: (wait[item], lot[item]))
        for who in voters:
            beans[who] = Fraction(0) if who in wants[best] else beans[who] + weight[who] * wait[best]
        chosen.append(best)
        left.remove(best)
    return chosen


def most_against(item: str, rows: Rows, groups: dict[str, str], names: set[str]) -> bool:
    for name in names:
        said = [vote for who, on, vote in rows if on == item and groups[who] == name and vote]
        if len(said) >= 5 and 2 * said.count(-1) > len(said):
            return True
    return False


def least_price(
    supporters: set[str], beans: dict[str, Fraction], weight: dict[str, Fraction]
) -> Fraction | None:
    if sum(beans[who] for who in supporters) < 1:
        return None
    for poorest in sorted(beans[who] / weight[who] for who in supporters):
        whole = sum(beans[who] for who in supporters if beans[who] / weight[who] < poorest)
        rest = sum(weight[who] for who in supporters if beans[who] / weight[who] >= poorest)
        if (1 - whole) / rest <= poorest:
            return (1 - whole) / rest
    raise AssertionError


@settings(max_examples=300, deadline=None)
@given(profiles(), st.integers(1, 6))
def test_the_rule_chooses_what_its_slow_twin_chooses(profile: tuple[Rows, dict[str, str]], seats: int):
    rows, groups = profile

    assert list(agreed(rows, groups, seats).chosen) == twin(rows, groups, seats)


# ---- what always holds -----------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(profiles(), st.integers(1, 6))
def test_no_claim_is_left_open_and_every_bean_is_accounted_for(
    profile: tuple[Rows, dict[str, str]], seats: int
):
    rows, groups = profile
    agenda = agreed(rows, groups, seats)

    assert violations(agenda, VoteTable.from_rows(rows), groups) == []
    assert len(agenda.chosen) <= seats
    assert not any(item.blocked_by for item in agenda.items if item.chosen)


@settings(max_examples=50, deadline=None)
@given(profiles(), st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_names_of_voters_matter(profile: tuple[Rows, dict[str, str]], random):
    rows, groups = profile
    shuffled = random.sample(rows, len(rows))
    names = {who: f"other {number}" for number, who in enumerate(random.sample(sorted(groups), len(groups)))}

    renamed = agreed([(names[who], item, vote) for who, item, vote in rows],
                     {names[who]: group for who, group in groups.items()})  # fmt: skip

    assert agreed(shuffled, groups) == agreed(rows, groups)
    assert replace(renamed, digest="") == replace(agreed(rows, groups), digest="")


def big_and_small() -> tuple[Rows, dict[str, str]]:
    """A group of seventy that wants twelve things of its own, and five of fourteen that want one each."""
    groups = {f"big {n}": "big" for n in range(70)}
    rows = [(who, f"its {m}", 1) for who in groups for m in range(12)]
    for small in "abcde":
        own = {f"{small} {n}": small for n in range(14)}
        groups |= own
        rows += [(who, f"of {small}", 1) for who in own]
    return rows, groups


def test_a_group_that_agrees_gets_its_share_whatever_its_head_count():
    agenda = agreed(*big_and_small(), seats=6)

    assert {item for item in agenda.chosen if item.startswith("of ")} == {f"of {small}" for small in "abcde"}
    assert len(agenda.chosen) == 6
    assert sum(item.startswith("its ") for item in agenda.by_head) >= 3, "by head the large group gets more"


def test_what_most_of_one_group_are_against_is_an_open_question():
    groups = {f"w{n}": "women" for n in range(9)} | {f"m{n}": "men" for n in range(40)}
    rows = [(who, "shafts", 1 if group == "men" else -1) for who, group in groups.items()]
    rows += [(who, "water", 1) for who in groups]

    agenda = agreed(rows, groups, 2)

    assert agenda.chosen == ("water",)
    assert [(item.item, item.blocked_by) for item in agenda.blocked] == [("shafts", ("women",))]
    assert agreed(rows, groups, 2, veto_free=["shafts"]).blocked == ()
    assert "Open question: shafts Most of women are against it." in explain(agenda)


def test_not_wanting_is_not_being_against_and_few_votes_keep_nothing_out():
    groups = {f"w{n}": "women" for n in range(4)} | {f"m{n}": "men" for n in range(40)}
    rows = [(who, "shafts", 1 if group == "men" else -1) for who, group in groups.items()]

    assert agreed(rows, groups, 1).chosen == ("shafts",)
    assert agreed(rows, groups, 1, delegates={"women": 4}).chosen == ("shafts",)


def test_half_of_the_delegates_must_have_voted_to_keep_something_out():
    groups = {f"w{n}": "women" for n in range(9)} | {f"m{n}": "men" for n in range(9)}
    rows = [(who, "shafts", 1 if group == "men" else -1) for who, group in groups.items()]

    assert agreed(rows, groups, 1, delegates={"women": 20}).chosen == ("shafts",)
    assert agreed(rows, groups, 1, delegates={"women": 18}).chosen == ()


def test_costs_are_kept_to_and_then_there_is_no_certificate():
    groups = {f"p{n}": "all" for n in range(10)}
    rows = [(who, item, 1) for who in groups for item in ("road", "well", "school")]

    agenda = agreed(rows, groups, 3, costs={"road": 2.5, "well": 1.0, "school": 2.0})

    assert sum(item.cost for item in agenda.items if item.chosen) <= 3
    assert "well" in agenda.chosen
    assert agenda.certificate is None


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"seats": 0}, "seats is how much the agenda has room for"),
        ({"costs": {"rode": 2}}, "costs names 'rode', which has no votes"),
        ({"costs": {"road": -1}}, "the cost of 'road' is above zero, not -1"),
        ({"veto_free": ["rode"]}, "veto_free names 'rode', which has no votes"),
        ({"delegates": {"men": 4}}, "delegates names 'men', which has no votes"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(others, said: str):
    with pytest.raises(ValueError, match=said):
        agreed([("ann", "road", 1)], {"ann": "women"}, **({"seats": 1} | others))


@pytest.mark.parametrize("rows", [[], [("ann", "road", 0)], [("ann", "road", -1)]])
def test_where_nobody_wants_anything_the_agenda_is_empty(rows: Rows):
    assert agreed(rows, {"ann": "women"}).chosen == ()


def test_more_seats_than_items_choose_all_that_somebody_wants():
    rows = [("ann", "road", 1), ("ben", "well", 1), ("ben", "school", 0)]

    assert set(agreed(rows, {"ann": "a", "ben": "b"}, 10).chosen) == {"road", "well"}


def test_a_forged_agenda_is_found_out():
    rows, groups = big_and_small()
    agenda = agreed(rows, groups, 6)
    votes = VoteTable.from_rows(rows)
    place = count(1)
    forged = [
        replace(item, chosen=next(place) if item.item.startswith("its ") and int(item.item[4:]) < 6 else None)
        for item in agenda.items
    ]

    found = violations(replace(agenda, items=tuple(forged)), votes, groups)

    assert any("those who want 'of a' weigh" in fault for fault in found)


def test_one_altered_ballot_or_figure_is_found_out():
    rows, groups = big_and_small()
    agenda = agreed(rows, groups, 6)
    votes = VoteTable.from_rows(rows)
    assert violations(agenda, votes, groups) == []

    who, item, vote = rows[0]
    altered = VoteTable.from_rows([(who, item, -vote), *rows[1:]])
    assert any("other ballots" in fault for fault in violations(agenda, altered, groups))
    assert any("other votes" in fault for fault in violations(agenda, altered, groups))

    first, second, *others = agenda.items
    swapped = (replace(first, chosen=2), replace(second, chosen=1), *others)
    assert any("elsewhere" in fault for fault in violations(replace(agenda, items=swapped), votes, groups))
    for figure in ("approve", "against"):
        told = dict(getattr(first, figure))
        told[next(iter(told))] += 1
        forged = (replace(first, **{figure: told}), *agenda.items[1:])
        assert any(
            "other votes" in fault for fault in violations(replace(agenda, items=forged), votes, groups)
        )
    assert any("its digest" in fault for fault in violations(replace(agenda, seats=7), votes, groups))


# ---- the command line ------------------------------------------------------------------------------------


@pytest.fixture
def ballots(tmp_path: Path) -> Path:
    rows, groups = big_and_small()
    file = tmp_path / "ballots.csv"
    lines = ["participant,statement,vote,constituency"]
    lines += [f"{who},{item},{vote},{groups[who]}" for who, item, vote in rows]
    file.write_text("\n".join(lines) + "\n")
    return file


def test_the_command_writes_an_agenda_that_it_can_verify(ballots: Path, tmp_path: Path, capsys):
    out = tmp_path / "agenda.json"

    assert main(["agenda", str(ballots), "--seats", "6", "-o", str(out), "--explain"]) == 0
    assert "Every one of 6 groups got the same number of beans." in capsys.readouterr().out
    assert len(agenda_from(json.loads(out.read_text())).chosen) == 6
    assert main(["agenda", str(ballots), "--verify", str(out)]) == 0
    assert "It holds" in capsys.readouterr().out


def test_the_command_says_what_is_wrong_with_a_changed_agenda(ballots: Path, tmp_path: Path, capsys):
    out = tmp_path / "agenda.json"
    main(["agenda", str(ballots), "--seats", "6", "-o", str(out)])
    told = json.loads(out.read_text())
    told["items"] = [each | {"chosen": None} for each in told["items"]]
    out.write_text(json.dumps(told))

    assert main(["agenda", str(ballots), "--verify", str(out)]) == 2
    assert "can claim it" in capsys.readouterr().err


def test_a_table_for_a_spreadsheet_and_a_page_for_readers(ballots: Path, tmp_path: Path):
    for name in ("agenda.csv", "agenda.html"):
        assert main(["agenda", str(ballots), "--seats", "6", "-o", str(tmp_path / name)]) == 0

    assert (tmp_path / "agenda.csv").read_text().startswith("place,item,cost,how,blocked by,")
    page = (tmp_path / "agenda.html").read_text()
    assert "<script" not in page
    assert "of a" in page
