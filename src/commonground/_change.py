"""What changed: the same people before and after, and a series with its limits.

Without others to compare with, a change is "during" the dialogue and not "because of" it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

Real = NDArray[np.floating[Any]]

EXACT_BELOW = 50
LIMIT = 2.66  # of the mean moving range (Wheeler's XmR chart)
RUN = 8  # points in a row on one side of the middle


@dataclass(frozen=True)
class Changed:
    """How a group changed its answer. mean: by how much on average. effect: matched-pairs rank-biserial
    correlation, from -1 to 1. p: how probable chance alone is; exact by sign flips below 50 people, else
    Wilcoxon's. q: after control of false discoveries over all groups and items.
    """

    item: str
    group: str
    people: int
    mean: float
    up: int
    down: int
    effect: float
    p: float
    q: float


def change_of(
    pairs: Mapping[tuple[str, str], Sequence[tuple[int, int]]],
) -> tuple[Changed, ...]:
    """Each group's change on each item, from (before, after) of the same people; whole numbers.

    Raises ValueError for an answer that is no whole number.
    """
    rows = [changed(item, group, said) for (item, group), said in sorted(pairs.items()) if said]
    adjusted = scipy.stats.false_discovery_control([row.p for row in rows]).tolist() if rows else []
    return tuple(replace(row, q=round(q, 9)) for row, q in zip(rows, adjusted, strict=True))


def changed(item: str, group: str, said: Sequence[tuple[int, int]]) -> Changed:
    """One group's change."""
    if any(int(value) != value for pair in said for value in pair):
        raise ValueError(f"an answer about {item!r} is no whole number: write its step on the scale")
    moved = np.array([after - before for before, after in said], np.int64)
    some = moved[moved != 0]
    if not len(some):
        p = 1.0
    elif len(some) < EXACT_BELOW:
        p = by_sign_flips(some)
    else:
        p = float(scipy.stats.wilcoxon(some).pvalue)
    return Changed(
        item,
        group,
        len(moved),
        round(float(moved.mean()), 9),
        int((moved > 0).sum()),
        int((moved < 0).sum()),
        round(rank_biserial(some), 9),
        round(p, 9),
        1.0,
    )


def by_sign_flips(moved: NDArray[np.int64]) -> float:
    """How many of all ways to flip the signs give a sum as far from 0, as a share; counted exactly."""
    ways = np.ones(1)
    for size in np.abs(moved).tolist():
        longer = np.zeros(len(ways) + 2 * size)
        longer[: len(ways)] += ways / 2
        longer[2 * size :] += ways / 2
        ways = longer
    sums = np.arange(len(ways)) - len(ways) // 2
    return float(min(1.0, ways[np.abs(sums) >= abs(int(moved.sum()))].sum()))


def rank_biserial(moved: NDArray[np.int64]) -> float:
    """The ranks of those who moved up less those who moved down, over all ranks (Kerby 2014)."""
    if not len(moved):
        return 0.0
    ranks = scipy.stats.rankdata(np.abs(moved))
    return float((ranks[moved > 0].sum() - ranks[moved < 0].sum()) / ranks.sum())


def mcnemar(to_yes: int, to_no: int) -> float:
    """The chance that as many or more differ one way, of those who changed between two answers; exact."""
    if to_yes + to_no == 0:
        return 1.0
    return float(scipy.stats.binomtest(to_yes, to_yes + to_no).pvalue)


def stuart_maxwell(table: Sequence[Sequence[int]]) -> float:
    """The chance that the shares of several answers are the same before (rows) and after (columns).

    Stuart 1955; Maxwell 1970. Answers that nobody gave, or that nobody changed from or to, are left out.
    """
    counts = np.array(table, float)
    moves = counts.sum(axis=1) + counts.sum(axis=0) - 2 * counts.diagonal()
    counts = counts[np.ix_(moves > 0, moves > 0)]
    if len(counts) < 2:
        return 1.0
    apart = (counts.sum(axis=1) - counts.sum(axis=0))[:-1]
    spread = np.diag(counts.sum(axis=1) + counts.sum(axis=0)) - counts - counts.T
    known = spread[:-1, :-1]
    statistic = float(apart @ np.linalg.pinv(known) @ apart)
    return float(scipy.stats.chi2.sf(statistic, np.linalg.matrix_rank(known)))


def share_between(groups: Sequence[Sequence[float]]) -> float:
    """Eta squared: what part of the differences between people lies between groups, from 0 to 1."""
    every = np.concatenate([np.array(group, float) for group in groups])
    total = float(((every - every.mean()) ** 2).sum())
    between = sum(len(group) * (float(np.mean(group)) - every.mean()) ** 2 for group in groups)
    return float(between / total) if total else 0.0


@dataclass(frozen=True)
class Chart:
    """An XmR chart: the middle, the limits, and the places (from 0) of what they do not explain.

    outside: points beyond the limits. runs: points that end eight in a row on one side of the middle.
    """

    middle: float
    low: float
    high: float
    outside: tuple[int, ...]
    runs: tuple[int, ...]


def chart_of(values: Sequence[float]) -> Chart:
    """The limits of a series, mean ± 2.66 mean moving ranges. Raises ValueError below three points."""
    if len(values) < 3:
        raise ValueError(f"a chart takes three points or more, not {len(values)}: measure again later")
    series = np.array(values, float)
    middle, step = series.mean(), LIMIT * float(np.mean([abs(b - a) for a, b in pairwise(values)]))
    side = np.sign(series - middle)
    runs = [end for end in range(RUN - 1, len(side)) if abs(side[end - RUN + 1 : end + 1].sum()) == RUN]
    outside = np.flatnonzero(np.abs(series - middle) > step + 1e-12)
    return Chart(
        round(float(middle), 9),
        round(float(middle - step), 9),
        round(float(middle + step), 9),
        tuple(outside.tolist()),
        tuple(runs),
    )
