"""The leadership group: the best slate within the quotas, what they cost, and who stands behind it."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import VoteTable
from commonground.__main__ import main
from commonground.committee import (
    CannotBeMet,
    Committee,
    Quota,
    Voice,
    at_least,
    elect,
    endorse,
    sample_size,
)

Rows = list[tuple[str, str, int]]
WOMAN, MAN = {"gender": "woman"}, {"gender": "man"}


@st.composite
def profiles(draw: st.DrawFn) -> tuple[Rows, dict[str, str], dict[str, dict[str, str]]]:
    """Up to eight voters of two groups on up to six candidates, who are women or men of three sites."""
    voters, candidates = draw(st.integers(1, 8)), draw(st.integers(2, 6))
    groups = {f"p{n}": draw(st.sampled_from(["pit", "pan"])) for n in range(voters)}
    known = {
        f"c{m}": {
            "gender": draw(st.sampled_from(["woman", "man"])),
            "site": draw(st.sampled_from(["north", "south", "west"])),
        }
        for m in range(candidates)
    }
    rows = [(who, name, draw(st.sampled_from([0, 1]))) for who in groups for name in known]
    return rows, groups, known


def best_by_trying(
    rows: Rows, groups: dict[str, str], known: dict, seats: int, quotas: list[Quota]
) -> float | None:
    """The worth of the best committee, by trying every one of them."""
    size = {group: sum(of == group for of in groups.values()) for group in groups.values()}
    wants = {(who, name) for who, name, vote in rows if vote == 1}
    found = []
    for some in combinations(known, seats):
        kept = all(
            quota.least
            <= sum(known[name][quota.column] == quota.value for name in some)
            <= (seats if quota.most is None else quota.most)
            for quota in quotas
        )
        if kept:
            have = {who: sum((who, name) in wants for name in some) for who in groups}
            found.append(
                sum(
                    sum(1 / n for n in range(1, have[who] + 1)) / (len(size) * size[groups[who]])
                    for who in groups
                )
            )
    return max(found, default=None)


@settings(max_examples=150, deadline=None)
@given(profiles(), st.integers(1, 3), st.integers(0, 2), st.integers(0, 2))
def test_no_committee_that_keeps_the_quotas_is_worth_more(profile, seats: int, women: int, most_north: int):
    rows, groups, known = profile
    seats = min(seats, len(known))
    known["c0"] = {"gender": "woman", "site": "north"}
    quotas = [Quota("gender", "woman", women), Quota("site", "north", 0, most_north)]
    expected = best_by_trying(rows, groups, known, seats, quotas)

    def electing() -> Committee:
        return elect(
            VoteTable.from_rows(rows), seats=seats, candidates=known, constituencies=groups, quotas=quotas
        )

    if expected is None:
        with pytest.raises((CannotBeMet, ValueError)):
            electing()
    else:
        elected = electing()
        assert elected.score == pytest.approx(expected, abs=1e-8)
        assert elected.free == pytest.approx(best_by_trying(rows, groups, known, seats, []), abs=1e-8)
        assert len(elected.members) == seats


@pytest.fixture
def pit_and_pan() -> tuple[Rows, dict[str, str], dict[str, dict[str, str]]]:
    """Thirty of the pit want their three men, ten of the pans two women and a man of the other group."""
    groups = {f"pit {n}": "pit" for n in range(30)} | {f"pan {n}": "pan" for n in range(10)}
    known = {"Juma": MAN, "Musa": MAN, "Paulo": MAN, "Neema": WOMAN, "Asha": WOMAN}
    wants = {"pit": ("Juma", "Musa", "Paulo"), "pan": ("Neema", "Asha", "Juma")}
    rows = [(who, name, int(name in wants[group])) for who, group in groups.items() for name in known]
    return rows, groups, known


def test_the_small_group_has_its_members_and_everybody_is_represented(pit_and_pan):
    rows, groups, known = pit_and_pan

    elected = elect(VoteTable.from_rows(rows), seats=4, candidates=known, constituencies=groups)

    assert "Juma" in elected.members
    assert {"Neema", "Asha"} & set(elected.members)
    assert elected.represented == {"pan": 1.0, "pit": 1.0}
    assert elected.price == 0.0
    assert all(claim.margin < 1 for claim in elected.claims)


def test_a_quota_has_a_price(pit_and_pan):
    rows, groups, known = pit_and_pan

    elected = elect(
        VoteTable.from_rows(rows),
        seats=3,
        candidates=known,
        constituencies=groups,
        quotas=[Quota("gender", "man", 3)],
    )

    assert elected.members == ("Juma", "Musa", "Paulo")
    assert 0 < elected.price < 1
    assert elected.score == pytest.approx(0.5 * (1 + 1 / 2 + 1 / 3) + 0.5)


def test_an_alternate_keeps_the_quotas_and_the_others(pit_and_pan):
    rows, groups, known = pit_and_pan

    elected = elect(
        VoteTable.from_rows(rows), seats=3, candidates=known, constituencies=groups,
        quotas=[Quota("gender", "woman", 1, 1)],
    )  # fmt: skip

    [woman] = set(elected.members) & {"Neema", "Asha"}
    assert {woman, elected.alternates[woman]} == {"Neema", "Asha"}


def test_one_of_an_organisation_sits_at_most(pit_and_pan):
    rows, groups, known = pit_and_pan
    known = {
        name: kind | {"organisation": "Pit owners"} if kind is MAN else kind for name, kind in known.items()
    }

    elected = elect(
        VoteTable.from_rows(rows), seats=3, candidates=known, constituencies=groups, one_per=["organisation"]
    )

    assert len({"Juma", "Musa", "Paulo"} & set(elected.members)) == 1


def test_quotas_that_cannot_be_met_are_answered_in_two_ways(pit_and_pan):
    rows, groups, known = pit_and_pan

    with pytest.raises(CannotBeMet) as refused:
        elect(
            VoteTable.from_rows(rows),
            seats=4,
            candidates=known,
            constituencies=groups,
            quotas=[Quota("gender", "woman", 3)],
        )

    [mend] = refused.value.mends
    assert mend.would_be == Quota("gender", "woman", 2)
    assert refused.value.recruits == (({"gender": "woman"}, 1),)
    assert "Or nominate 1 woman." in str(refused.value)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"seats": 0}, "a committee has one seat or more"),
        ({"seats": 9}, "9 seats need 9 candidates"),
        ({"quotas": [Quota("gender", "woman", 2, 1)]}, "asks for more than it allows"),
        ({"quotas": [Quota("age", "young", 1)]}, "names a column that no candidate has"),
        ({"quotas": [Quota("gender", "womann", 0, 1)]}, "names a value that no candidate has"),
        ({"quotas": [Quota("gender", "woman", -1)]}, "asks for a number of members"),
        ({"candidates": {"Juma": MAN}}, "was voted for and is no candidate"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(pit_and_pan, others, said: str):
    rows, groups, known = pit_and_pan

    with pytest.raises(ValueError, match=said):
        elect(
            VoteTable.from_rows(rows),
            **({"seats": 3, "candidates": known, "constituencies": groups} | others),
        )


# ---- endorsement -----------------------------------------------------------------------------------------


def test_a_slate_stands_when_each_group_has_more_than_half_and_the_mean_two_thirds():
    assert endorse({"pit": Voice(20, 10), "pan": Voice(7, 3)}).holds
    assert not endorse({"pit": Voice(30, 0), "pan": Voice(5, 5)}).holds
    assert endorse({"pit": Voice(30, 0), "pan": Voice(5, 5)}).objecting == ("pan",)
    assert not endorse({"pit": Voice(6, 4), "pan": Voice(6, 4)}).holds
    assert endorse({"pit": Voice(9, 0, delegates=20), "pan": Voice(9, 0)}).too_few == ("pit",)
    assert not endorse({}).holds


def test_where_everybody_voted_the_count_is_exact():
    assert at_least(Voice(7, 3, size=10)) == 0.7


def test_the_least_share_in_a_known_constituency_is_what_counting_every_sample_gives():
    """Of 12 people 6 were asked and 5 said yes: with 6 of 12 that would come in 39 of 924 samples."""
    assert at_least(Voice(5, 1, size=12)) == pytest.approx(7 / 12)


def test_the_least_share_of_an_open_constituency_is_clopper_and_pearsons():
    assert at_least(Voice(8, 0)) == pytest.approx(0.05 ** (1 / 8))


@pytest.mark.parametrize(("share", "number"), [(0.65, 69), (0.70, 37), (0.75, 23), (0.80, 18)])
def test_the_sample_sizes_are_those_known(share: float, number: int):
    assert sample_size(share) == number


# ---- the command line ------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path, pit_and_pan) -> list[str]:
    """Ballots, candidates and quotas as the command takes them."""
    rows, groups, known = pit_and_pan
    tables = {
        "ballots": [
            "participant,statement,vote,constituency",
            *(f"{w},{n},{v},{groups[w]}" for w, n, v in rows),
        ],
        "candidates": ["candidate,gender", *(f"{name},{kind['gender']}" for name, kind in known.items())],
        "quotas": ["column,value,least,most", "gender,woman,1,"],
    }
    for name, lines in tables.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    ballots, candidates, quotas = (str(tmp_path / f"{name}.csv") for name in tables)
    return ["committee", ballots, "--seats", "3", "--candidates", candidates, "--quotas", quotas]


def test_the_command_writes_a_slate_that_it_can_verify(files: list[str], tmp_path: Path, capsys):
    out = tmp_path / "slate.json"

    assert main([*files, "-o", str(out), "--explain"]) == 0
    assert "Elected: " in capsys.readouterr().out
    assert main([*files, "--verify", str(out)]) == 0
    assert "It holds: 3 members" in capsys.readouterr().out


def test_the_command_finds_a_changed_slate(files: list[str], tmp_path: Path, capsys):
    out = tmp_path / "slate.json"
    main([*files, "-o", str(out)])
    out.write_text(json.dumps(json.loads(out.read_text()) | {"members": ["Musa", "Paulo", "Asha"]}))

    assert main([*files, "--verify", str(out)]) == 2
    assert "these ballots and quotas elect" in capsys.readouterr().err


def test_a_fault_in_the_quotas_is_named_with_its_place(files: list[str], tmp_path: Path, capsys):
    (tmp_path / "quotas.csv").write_text("column,value,least,most\ngender,woman,some,\n")

    assert main(files) == 2
    assert "quotas.csv, row 2, column least: some is not a number of people." in capsys.readouterr().err
