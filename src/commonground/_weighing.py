"""Shares by other weights: voters who stand for many or few, and women and men half each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from commonground._agreement import EVERYONE, Real
from commonground._shelf import Block, Votes, added, on_shelf
from commonground._votes import AGREE, Whole

FEWEST_OF_A_GENDER = 3


@dataclass(frozen=True)
class Weighting:
    """The share that agrees with a statement when voters do not all count the same; it describes only.

    raked: every vote counts by its voter's weight. effective: how many voters of equal weight would tell as
    much (Kish). Both are None without weights or votes. equal_genders: the mean over constituencies, in each
    of which every gender with three votes counts the same; None without genders or votes.
    """

    statement: str
    raked: float | None
    effective: float | None
    equal_genders: float | None


def weightings(
    votes: Votes,
    *,
    constituencies: Mapping[str, str] | None = None,
    genders: Mapping[str, str] | None = None,
    weights: Mapping[str, float] | None = None,
) -> tuple[Weighting, ...]:
    """The weighted shares, in the order of the statements.

    Somebody without a weight counts as the others do on average. Raises ValueError for a weight that is not
    above zero.

    >>> from commonground import VoteTable
    >>> votes = VoteTable.from_rows([("ann", "water", 1), ("ben", "water", -1)])
    >>> weightings(votes, weights={"ann": 3.0, "ben": 1.0})[0].raked
    0.75
    """
    wrong = {who: weight for who, weight in (weights or {}).items() if not 0 < weight < np.inf}
    if wrong:
        who, weight = min(wrong.items())
        raise ValueError(f"a weight is a number above zero, not {weight} as {who!r} has")
    raked, effective = by_weight(votes, weights) if weights else (None, None)
    equal = by_gender(votes, constituencies, genders) if genders else None

    def figure(numbers: Real | None, place: int, digits: int) -> float | None:
        known = numbers is not None and not np.isnan(numbers[place])
        return round(float(numbers[place]), digits) if numbers is not None and known else None

    return tuple(
        Weighting(name, figure(raked, place, 4), figure(effective, place, 1), figure(equal, place, 4))
        for place, name in enumerate(votes.statements)
    )


def by_weight(votes: Votes, weights: Mapping[str, float]) -> tuple[Real, Real]:
    """The weighted share that agrees, and Kish's effective number of voters; nan where nobody voted."""
    usual = float(np.mean(sorted(weights.values())))
    weight = np.array([weights.get(who, usual) for who in votes.participants])
    shelf = on_shelf(votes)
    do = partial(weigh, statements=len(votes.statements))
    agree, total, squares = added(shelf.engine.each(do, shelf.with_their(weight)))
    with np.errstate(invalid="ignore"):
        return agree / total, total**2 / squares


def weigh(mine: tuple[Block, Real], statements: int) -> Real:
    """Sums of weights of who agrees, and of all who vote, and of their squares, 3 x statements."""
    block, weight = mine
    ballots = block.ballots()
    weights = np.repeat(weight, np.diff(ballots.starts))
    kinds = weights * (ballots.values == AGREE), weights, weights**2
    return np.array([np.bincount(ballots.columns, each, statements) for each in kinds], float)


def by_gender(votes: Votes, constituencies: Mapping[str, str] | None, genders: Mapping[str, str]) -> Real:
    """The mean over constituencies of the mean over their genders; nan where no constituency voted."""
    everyone = dict.fromkeys(votes.participants, EVERYONE)
    groups, group = places_of(votes, everyone if constituencies is None else constituencies)
    kinds, kind = places_of(votes, genders)
    shape = len(groups), len(kinds) + 1, len(votes.statements)
    cell = np.where(group < 0, -1, group * shape[1] + kind % shape[1])
    counts = on_shelf(votes).tally(cell, shape[0] * shape[1]).reshape(3, *shape)
    agrees, voices = counts[0], counts.sum(axis=0)
    heard = voices[:, :-1] >= FEWEST_OF_A_GENDER
    with np.errstate(invalid="ignore"):
        of_each = np.where(heard, agrees[:, :-1] / np.maximum(voices[:, :-1], 1), 0)
        halves = of_each.sum(axis=1) / heard.sum(axis=1)
        share = np.where(heard.sum(axis=1) >= 2, halves, agrees.sum(axis=1) / voices.sum(axis=1))
        equal: Real = np.nansum(share, axis=0) / (~np.isnan(share)).sum(axis=0)
    return equal


def places_of(votes: Votes, belongs: Mapping[str, str]) -> tuple[list[str], Whole]:
    """The names that there are, and of each participant the place of its own; -1 where it has none."""
    names = sorted({belongs[who] for who in votes.participants if who in belongs})
    place = {name: number for number, name in enumerate(names)}
    return names, np.array(
        [place[belongs[who]] if who in belongs else -1 for who in votes.participants], np.int64
    )
