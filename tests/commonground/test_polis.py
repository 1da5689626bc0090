"""Polis' own output for three real conversations, from its votes, by our account of its formulas."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from commonground import VoteTable, polis

CONVERSATIONS = ("below-100-ptpts", "25ptpt-3gp-no-strict-with-meta", "above-100-ptpts")


class Case(NamedTuple):
    """What Polis said, and what we say."""

    theirs: dict[str, Any]
    ours: polis.Analysis


@pytest.fixture(params=CONVERSATIONS)
def case(request, shared_data: Path) -> Case:
    folder = shared_data / "polis-output" / request.param
    if not folder.is_dir():
        pytest.skip("needs the public data sets: polis-output is not there")
    theirs = json.loads((folder / "math-pca2.json").read_text())
    rows = [
        (
            str(each.get("participant_id", each.get("pid"))),
            str(each.get("statement_id", each.get("tid"))),
            each["vote"],
        )
        for each in json.loads((folder / "votes.json").read_text())
    ]
    base = dict(zip(theirs["base-clusters"]["id"], theirs["base-clusters"]["members"], strict=True))
    groups = {
        str(who): group["id"]
        for group in theirs["group-clusters"]
        for cluster in group["members"]
        for who in base[cluster]
    }
    votes = VoteTable.from_rows(rows, statements=map(str, theirs["tids"]))
    meta = set(map(str, theirs["meta-tids"]))
    away = set(map(str, theirs["mod-out"])) - meta
    return Case(theirs, polis.analyse(votes, taken_away=away, meta=meta, groups=groups))


def in_our_order(case: Case, numbers: list[float]) -> np.ndarray:
    by_name = dict(zip(map(str, case.theirs["tids"]), numbers, strict=True))
    return np.array([by_name[name] for name in case.ours.statements])


def turns(case: Case) -> np.ndarray:
    theirs = np.array([in_our_order(case, axis) for axis in case.theirs["pca"]["comps"]])
    return np.sign((theirs * case.ours.components).sum(axis=1))


def test_centre_and_components_are_theirs(case):
    assert case.ours.centre == pytest.approx(in_our_order(case, case.theirs["pca"]["center"]), abs=1e-9)
    for ours, theirs in zip(case.ours.components, case.theirs["pca"]["comps"], strict=True):
        axis = in_our_order(case, theirs)
        assert abs(ours @ axis) / np.linalg.norm(axis) >= 0.99999


def test_projections_are_theirs(case):
    spots = dict(zip(case.ours.participants, case.ours.projections * turns(case), strict=True))
    base = case.theirs["base-clusters"]
    for members, x, y in zip(base["members"], base["x"], base["y"], strict=True):
        middle = np.mean([spots[str(who)] for who in members], axis=0)
        assert middle == pytest.approx([x, y], abs=1e-9)


def test_statements_stand_where_theirs_stand(case):
    ours = case.ours.statement_projections * turns(case)
    theirs = np.array([in_our_order(case, axis) for axis in case.theirs["pca"]["comment-projection"]]).T
    assert ours == pytest.approx(theirs, abs=1e-9)
    assert case.ours.extremity == pytest.approx(
        in_our_order(case, case.theirs["pca"]["comment-extremity"]), abs=1e-9
    )


def test_consensus_across_groups_is_theirs(case):
    theirs = case.theirs["group-aware-consensus"]
    assert case.ours.group_aware_consensus == pytest.approx(theirs, abs=1e-9)


def test_priorities_are_theirs(case):
    assert case.ours.priorities == pytest.approx(case.theirs["comment-priorities"], abs=1e-9)


def test_representative_statements_are_theirs(case):
    for group, listed in case.theirs["repness"].items():
        ours = case.ours.representative[int(group)]
        assert [(each.statement, each.side) for each in ours] == [
            (str(each["tid"]), each["repful-for"]) for each in listed
        ]
        for mine, their in zip(ours, listed, strict=True):
            assert (mine.n_success, mine.n_trials) == (their["n-success"], their["n-trials"])
            assert mine.best_agree == their.get("best-agree", False)
            assert mine.p_test == pytest.approx(their["p-test"], abs=1e-9)
            assert mine.repness == pytest.approx(their["repness"], abs=1e-9)
            assert mine.repness_test == pytest.approx(their["repness-test"], abs=1e-6)


def test_what_most_say_is_theirs(case):
    for side in ("agree", "disagree"):
        assert [each.statement for each in case.ours.consensus[side]] == [
            str(each["tid"]) for each in case.theirs["consensus"][side]
        ]
        for mine, their in zip(case.ours.consensus[side], case.theirs["consensus"][side], strict=True):
            assert mine.p_success == pytest.approx(their["p-success"], abs=1e-9)
            assert mine.p_test == pytest.approx(their["p-test"], abs=1e-9)


def test_groups_are_made_where_none_are_given():
    rng = np.random.default_rng(1)
    rows = [
        (f"{who}", f"{what}", 1 if (who + what) % 2 ^ (rng.random() < 0.05) else -1)
        for who in range(40)
        for what in range(12)
    ]
    found = polis.analyse(VoteTable.from_rows(rows))

    assert len(set(found.groups.values())) == 2
    assert {group: {int(who) % 2 for who, g in found.groups.items() if g == group} for group in (0, 1)} in (
        {0: {0}, 1: {1}},
        {0: {1}, 1: {0}},
    )


def test_without_votes_there_is_nothing_to_analyse():
    with pytest.raises(ValueError, match="there are no votes to analyse"):
        polis.analyse(VoteTable.from_rows([]))
