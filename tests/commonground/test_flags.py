"""Spoiled data is flagged with a reason; honest rooms are left alone."""

import numpy as np

from commonground import VoteEvent, VoteTable, flags
from tests.commonground import worlds


def honest(seed: int = 1) -> worlds.Rows:
    return worlds.class_world(people=120, statements=30, votes=20, seed=seed).rows


def kinds(found) -> list[str]:
    return [flag.kind for flag in found]


def test_an_honest_room_raises_no_flag():
    for seed in range(5):
        assert flags(VoteTable.from_rows(honest(seed))) == ()


def test_people_who_all_agree_are_not_suspected_of_it():
    rows = [(f"p{n}", f"s{what}", 1) for n in range(40) for what in range(12)]

    assert "same ballots" not in kinds(flags(VoteTable.from_rows(rows)))


def test_one_ballot_given_many_times_is_flagged_with_what_it_sways():
    rng = np.random.default_rng(2)
    ballot = [(f"s{what:03}", int(vote)) for what, vote in enumerate(rng.choice([-1, 1], 30))]
    rows = honest() + [(f"copy{n}", what, vote) for n in range(60) for what, vote in ballot]

    same, *swayed = flags(VoteTable.from_rows(rows))

    assert same.kind == "same ballots"
    assert same.participants == tuple(sorted(f"copy{n}" for n in range(60)))
    assert kinds(swayed) == ["sways findings"]
    assert "without the 60 with the same ballot" in swayed[0].reason
    assert swayed[0].statements


def test_votes_quicker_than_reading_are_flagged():
    events = [VoteEvent(10**12 + 300 * n, "bot", f"s{n}", 1) for n in range(20)]
    events += [VoteEvent(10**12 + 9000 * n, "ann", f"s{n}", 1) for n in range(20)]

    found = flags(VoteTable.from_rows([event[1:4] for event in events]), events=events)

    assert [(flag.kind, flag.participants) for flag in found] == [("quicker than reading", ("bot",))]
    assert "0.3 s after the one before" in found[0].reason


def test_a_burst_of_newcomers_is_flagged():
    events = [VoteEvent(10**12 + 3_600_000 * n, f"p{n}", "s", 1) for n in range(30)]
    events += [VoteEvent(10**12 + 7_300_000 + n, f"b{n}", "s", 1) for n in range(25)]

    [found] = flags(VoteTable.from_rows([event[1:4] for event in events]), events=events)

    assert found.kind == "burst"
    assert {f"b{n}" for n in range(25)} <= set(found.participants)


def test_a_crowd_without_which_findings_are_others_is_named():
    rows = [(f"a{n}", "water", 1) for n in range(40)] + [(f"b{n}", "water", -1) for n in range(30)]
    found = flags(VoteTable.from_rows(rows), groups={"group B": [f"b{n}" for n in range(30)]})

    assert [(flag.kind, flag.statements) for flag in found] == [("sways findings", ("water",))]
    assert found[0].reason == "without group B, 1 of 1 findings would bear another label"
