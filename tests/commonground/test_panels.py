"""Panels keep every quota, chances are as even as can be, and who cannot be drawn is told."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from commonground.__main__ import main
from commonground.panels import (
    CannotBeMet,
    Kind,
    Quota,
    attrition,
    choose_alternates,
    damage,
    draw_panel,
    expected_drop_out,
    explain,
    replacements,
    violations,
)

Register = dict[str, Kind]


def register(*kinds: tuple[int, str, str]) -> Register:
    """So many people of each constituency and gender."""
    every = [(group, gender) for many, group, gender in kinds for _person in range(many)]
    return {f"p{n:03}": {"constituency": group, "gender": gender} for n, (group, gender) in enumerate(every)}


SITE = register(
    (20, "panners", "woman"), (10, "panners", "man"), (3, "owners", "woman"), (15, "owners", "man")
)
HALF = [Quota("gender", "woman", 5, 5), Quota("constituency", "owners", 4, 6)]


def kept(people: Register, panel: tuple[str, ...], quotas: list[Quota]) -> bool:
    return damage([people[who] for who in panel], quotas) == 0


# ---- the lottery -----------------------------------------------------------------------------------------


def test_every_ticket_keeps_the_quotas_and_the_tickets_add_up():
    lottery = draw_panel(SITE, size=10, quotas=HALF)

    assert all(kept(SITE, lottery.panel(number), HALF) for number in range(1000))
    assert sum(lottery.tickets_of.values()) == 10 * 1000
    assert lottery.off < 0.002


def test_people_alike_have_the_same_chance_and_tickets_but_one():
    lottery = draw_panel(SITE, size=10, quotas=HALF)
    women = [n for who, n in lottery.tickets_of.items() if SITE[who] == SITE["p000"]]

    assert max(women) - min(women) <= 1
    assert len(set(lottery.chances)) <= 4


def test_without_quotas_all_chances_are_the_same():
    lottery = draw_panel(SITE, size=12)

    assert set(lottery.chances) == {0.25}
    assert lottery.gini == pytest.approx(0)


def test_one_of_each_household_is_drawn_at_most():
    people = {f"p{n}": {"home": f"h{n // 3}", "gender": "woman" if n % 2 else "man"} for n in range(30)}
    lottery = draw_panel(people, size=8, quotas=[Quota("gender", "woman", 4, 4)], household="home")

    for number in range(1000):
        homes = [people[who]["home"] for who in lottery.panel(number)]
        assert len(set(homes)) == len(homes)
    assert violations(lottery, people) == []


def test_who_lives_with_somebody_always_drawn_has_no_chance_and_is_named():
    people = {f"p{n}": {"office": "", "home": f"h{n}"} for n in range(6)}
    people |= {"chief": {"office": "chief", "home": "hc"}, "cousin": {"office": "", "home": "hc"}}
    lottery = draw_panel(people, size=3, quotas=[Quota("office", "chief", 1, 1)], household="home")

    assert lottery.excluded == ("cousin",)
    assert "1 person has no chance" in explain(lottery)
    assert lottery.tickets_of["chief"] == 1000


def test_quotas_may_cross_columns():
    quota = Quota("constituency+gender", "owners+woman", 2)
    lottery = draw_panel(SITE, size=6, quotas=[quota])

    assert all(
        sum(SITE[who] == {"constituency": "owners", "gender": "woman"} for who in lottery.panel(n)) >= 2
        for n in range(1000)
    )


def test_a_value_may_bear_a_plus():
    people = {f"p{n}": {"age": "60+" if n % 2 else "30-44", "gender": "woman"} for n in range(8)}
    lottery = draw_panel(people, size=4, quotas=[Quota("age", "60+", 2, 2)], tickets=10)

    assert all(sum(people[who]["age"] == "60+" for who in lottery.panel(n)) == 2 for n in range(10))
    with pytest.raises(CannotBeMet) as refused:
        draw_panel(people, size=8, quotas=[Quota("age", "60+", 5)])
    assert refused.value.recruits == (({"age": "60+"}, 1),)
    with pytest.raises(ValueError, match="crosses 2 columns: write a value for each"):
        draw_panel(people, size=4, quotas=[Quota("age+gender", "woman", 1)])


def test_the_number_drawn_names_one_panel_and_no_other_number_does():
    lottery = draw_panel(SITE, size=10, quotas=HALF, tickets=100)

    assert len(lottery.panel(99)) == 10
    with pytest.raises(ValueError, match="numbered from 0 to 99: draw again"):
        lottery.panel(100)


def leximin_by_hand(people: Register, size: int, quotas: list[Quota]) -> list[float]:
    """The slow twin: all panels listed, people one by one, each step's least chance by a linear programme."""
    names = sorted(people)
    panels = [p for p in combinations(names, size) if kept(people, p, quotas)]
    table = np.array([[who in panel for panel in panels] for who in names], float)
    fixed: dict[int, float] = {}
    while len(fixed) < len(names):
        many = len(panels)
        open_ = [n for n in range(len(names)) if n not in fixed]
        above = [np.append(-table[n], 1.0) for n in open_] + [np.append(-table[n], 0.0) for n in fixed]
        limits = [0.0] * len(open_) + [1e-9 - fixed[n] for n in fixed]
        total = np.append(np.ones(many), 0.0)[None]
        done = linprog(np.append(np.zeros(many), -1.0), np.array(above), limits, total, [1.0])
        least = done.x[-1]
        for n in open_:
            # Whether this one could have more while nobody falls below.
            goal = np.append(-table[n], 0.0)
            floors = [least if m in open_ else fixed[m] for m in range(len(names))]
            rows = np.hstack([-table, np.zeros((len(names), 1))])
            best = -linprog(goal, rows, [1e-9 - f for f in floors], total, [1.0]).fun
            if best < least + 1e-6:
                fixed[n] = least
    return sorted(fixed.values())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=4, max_size=7),
    st.integers(2, 3),
    st.integers(0, 2),
    st.integers(0, 2),
)
def test_chances_are_leximin_as_a_slow_twin_finds_them(kinds, size, women, sites):
    people = {f"p{n}": {"gender": g, "site": s} for n, (g, s) in enumerate(kinds)}
    known = {g for g, _ in kinds}, {s for _, s in kinds}
    quotas = [
        Quota("gender", min(known[0]), women),
        Quota("site", min(known[1]), 0, max(sites, 1)),
    ]
    try:
        lottery = draw_panel(people, size=size, quotas=quotas, tickets=7)
    except CannotBeMet:
        assert not any(kept(people, p, quotas) for p in combinations(people, size))
        return

    assert sorted(lottery.chances) == pytest.approx(leximin_by_hand(people, size, quotas), abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_register_changes_nothing(rng):
    shuffled = list(SITE.items())
    rng.shuffle(shuffled)

    assert draw_panel(dict(shuffled), size=10, quotas=HALF, tickets=10) == draw_panel(
        SITE, size=10, quotas=HALF, tickets=10
    )


def test_one_person_and_everybody_are_panels_too():
    assert draw_panel({"ann": {}}, size=1, tickets=3).tickets == ((0,),) * 3
    assert set(draw_panel(SITE, size=len(SITE), tickets=2).chances) == {1.0}


# ---- quotas that cannot be met ---------------------------------------------------------------------------


def test_both_ways_out_stand_side_by_side():
    people = register((10, "company", "man"), (10, "government", "man"), (10, "panners", "woman"))
    quotas = [
        Quota("constituency+gender", "company+woman", 3),
        Quota("constituency+gender", "government+woman", 1),
        Quota("gender", "woman", 6, 6),
    ]
    with pytest.raises(CannotBeMet) as refused:
        draw_panel(people, size=12, quotas=quotas)

    assert sorted((kind["constituency"], kind["gender"], n) for kind, n in refused.value.recruits) == [
        ("company", "woman", 3),
        ("government", "woman", 1),
    ]
    assert {str(mend.would_be) for mend in refused.value.mends} == {
        "0 or more with constituency+gender company+woman",
        "0 or more with constituency+gender government+woman",
    }
    assert "Or recruit 3 company woman, 1 government woman." in str(refused.value)


def test_the_recruits_that_are_named_are_enough_and_no_fewer_are():
    people = register((10, "company", "man"), (4, "panners", "woman"))
    quotas = [Quota("gender", "woman", 6, 6), Quota("constituency", "company", 5, 8)]
    with pytest.raises(CannotBeMet) as refused:
        draw_panel(people, size=12, quotas=quotas)
    new = [kind for kind, many in refused.value.recruits for _recruit in range(many)]

    assert draw_panel(people | {f"n{n}": kind for n, kind in enumerate(new)}, size=12, quotas=quotas)
    for few in range(len(new)):
        with pytest.raises(CannotBeMet):
            draw_panel(people | {f"n{n}": kind for n, kind in enumerate(new[:few])}, size=12, quotas=quotas)


def test_the_smallest_change_of_the_quotas_is_enough():
    people = register((10, "company", "man"), (4, "panners", "woman"))
    quotas = [Quota("gender", "woman", 6, 6), Quota("gender", "man", 6, 6)]
    with pytest.raises(CannotBeMet) as refused:
        draw_panel(people, size=12, quotas=quotas)
    mended = {mend.was: mend.would_be for mend in refused.value.mends}

    assert sum(abs(a.least - b.least) + abs((a.most or 0) - (b.most or 0)) for a, b in mended.items()) == 4
    assert draw_panel(people, size=12, quotas=[mended.get(quota, quota) for quota in quotas])


def test_twelve_columns_do_not_multiply():
    rng = np.random.default_rng(1)
    people = {f"p{n}": {f"c{c}": str(rng.integers(3)) for c in range(12)} for n in range(30)}
    with pytest.raises(CannotBeMet) as refused:
        draw_panel(people, size=20, quotas=[Quota(f"c{c}", "0", 18) for c in range(12)])

    assert sum(many for _, many in refused.value.recruits) > 0


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"quotas": [Quota("gender", "child", 1)]}, "names a value that no person has"),
        ({"quotas": [Quota("colour", "red", 1)]}, "names a column that no person has"),
        ({"quotas": [Quota("gender", "woman", 3, 2)]}, "asks for more than it allows"),
        (
            {"quotas": [Quota("gender", "woman", 8), Quota("gender", "man", 8)]},
            "ask for 16 people and there are 10 seats",
        ),
        ({"size": 99}, "a panel of 99 cannot be drawn from 48 people"),
        ({"size": 0}, "one member or more"),
        ({"household": "home"}, "nobody has a value in the column home"),
        ({"tickets": 0}, "one ticket or more"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(others, said):
    with pytest.raises(ValueError, match=said):
        draw_panel(SITE, **({"size": 10} | others))


# ---- when somebody leaves --------------------------------------------------------------------------------


def test_alternates_keep_the_quotas_better_than_nobody_or_anybody():
    lottery = draw_panel(SITE, size=10, quotas=HALF)
    panel = lottery.panel(0)
    leaves = {who: 0.6 if SITE[who]["gender"] == "woman" else 0.05 for who in panel}
    ready = choose_alternates(SITE, panel, quotas=HALF, many=4, drop_out=leaves)

    assert not set(ready.people) & set(panel)
    assert sum(SITE[who]["gender"] == "woman" for who in ready.people) >= 3
    assert ready.damage < ready.without


def test_more_alternates_than_people_are_all_of_them():
    people = register((4, "panners", "woman"))

    assert len(choose_alternates(people, ["p000", "p001"], many=9).people) == 2


def test_whoever_mends_the_quotas_best_is_called_first():
    panel = draw_panel(SITE, size=10, quotas=HALF).panel(3)
    leaver = next(who for who in panel if SITE[who]["gender"] == "woman")
    stay = [who for who in panel if who != leaver]
    called = replacements(SITE, stay, size=10, quotas=HALF, unavailable=[leaver])

    assert SITE[called[0]]["gender"] == "woman"
    assert damage([SITE[who] for who in [*stay, called[0]]], HALF) == 0
    assert leaver not in called


def test_attrition_is_told_by_stratum_with_the_weight_of_who_is_left():
    states = {"p000": "accepted", "p001": "left", "p002": "refused", "p021": "accepted"}
    told = {(s.column, s.value): s for s in attrition(SITE, states, ["gender"])}

    assert (told["gender", "woman"].stays, told["gender", "woman"].weight) == (pytest.approx(1 / 3), 3)
    assert told["gender", "man"].weight == 1
    with pytest.raises(ValueError, match="write invited, accepted, refused or left"):
        attrition(SITE, {"p000": "gone"}, ["gender"])


def test_who_left_before_makes_it_likelier_for_who_is_alike():
    gone = {who: kind["gender"] == "woman" for who, kind in SITE.items()}
    learnt = expected_drop_out(SITE, gone, ["gender"])

    assert learnt["p000"] > 0.7 > 0.15 > learnt["p021"]
    assert set(expected_drop_out(SITE, {}, ["gender"]).values()) == {0.15}


# ---- the command line ------------------------------------------------------------------------------------


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    rows = [f"{who},{kind['constituency']},{kind['gender']}" for who, kind in SITE.items()]
    (tmp_path / "people.csv").write_text("person,constituency,gender\n" + "\n".join(rows) + "\n")
    (tmp_path / "quotas.csv").write_text(
        "column,value,least,most\ngender,woman,5,5\nconstituency,owners,4,6\n"
    )
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main(["panel", str(folder / "people.csv"), *words])


def test_a_lottery_is_printed_verified_and_drawn_from(sheets: Path, capsys):
    out, page = sheets / "lottery.json", sheets / "lottery.html"
    asked = ["--size", "10", "--quotas", str(sheets / "quotas.csv")]

    assert run(sheets, *asked, "-o", str(out)) == 0
    assert run(sheets, *asked, "-o", str(page), "--drawn", "417", "--alternates", "3") == 0
    assert run(sheets, "--verify", str(out)) == 0
    told = capsys.readouterr().out
    assert "Number 417:" in told
    assert "Keep ready" in told
    assert "It holds: 1000 panels" in told
    assert page.read_text().count("<tr>") > 1000


def test_a_lottery_that_was_tampered_with_does_not_hold(sheets: Path, capsys):
    out = sheets / "lottery.json"
    run(sheets, "--size", "10", "--quotas", str(sheets / "quotas.csv"), "-o", str(out))
    told = json.loads(out.read_text())
    told["tickets"][5][0] = told["tickets"][5][1]
    out.write_text(json.dumps(told))

    assert run(sheets, "--verify", str(out)) == 2
    assert "ticket 005 has 9 members and not 10" in capsys.readouterr().err


def test_a_lottery_that_favours_somebody_does_not_hold(sheets: Path, capsys):
    out = sheets / "lottery.json"
    run(sheets, "--size", "10", "--quotas", str(sheets / "quotas.csv"), "-o", str(out))
    told = json.loads(out.read_text())
    told["tickets"] = [told["tickets"][0]] * 1000
    out.write_text(json.dumps(told))

    assert run(sheets, "--verify", str(out)) == 2
    assert "off their chance" in capsys.readouterr().err


def test_a_register_with_somebody_twice_is_refused(sheets: Path, capsys):
    with (sheets / "people.csv").open("a") as file:
        file.write("p000,owners,man\n")

    assert run(sheets, "--size", "10") == 2
    assert "p000 stands further up" in capsys.readouterr().err


def test_what_became_of_the_invited_is_told_by_stratum(sheets: Path, capsys):
    (sheets / "states.csv").write_text("person,state\np000,accepted\np001,left\np021,refused\n")

    assert run(sheets, "--states", str(sheets / "states.csv"), "--quotas", str(sheets / "quotas.csv")) == 0
    told = capsys.readouterr().out
    assert "gender woman: 2 invited, 1 accepted, 0 refused, 1 left; each stands for 2." in told
    assert "gender man: 1 invited, 0 accepted, 1 refused, 0 left; nobody is left." in told
