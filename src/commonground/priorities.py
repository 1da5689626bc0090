"""What matters most: rankings, picture pairs and scales, every constituency counting the same.

Margins and shares are means over constituencies, not over heads. Scales come with the measures of Delphi
studies: interpolated median, spread, and the disagreement rule of RAND/UCLA (Fitch et al. 2001, MR-1269).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from commonground._agreement import EVERYONE, Real

RIDGE = 1.0  # as much as one pair won and one lost by everybody
STEPS = 50
SETTLED = 1e-10
SURE_90 = 1.6449


# ---- ranked short-lists ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ranking:
    """Items in order, by the pairs in which more prefer one to the other.

    schulze, ranked_pairs: the best first, as tuples of items of the same rank. cyclic: whether somewhere A
    beats B beats C beats A. undefeated: the winners by Split Cycle (Holliday and Pacuit 2023), one where
    there is no cycle at the top. margins: of each pair, by how much
    more prefer the first.
    """

    schulze: tuple[tuple[str, ...], ...]
    ranked_pairs: tuple[tuple[str, ...], ...]
    cyclic: bool
    undefeated: tuple[str, ...]
    margins: Mapping[tuple[str, str], float]


def rank(
    ballots: Mapping[str, Sequence[str]],
    *,
    items: Sequence[str] = (),
    constituencies: Mapping[str, str] | None = None,
) -> Ranking:
    """Rank the items from each voter's list, the best first; what a list leaves out comes after it.

    items: more items than the lists name. Voters of no constituency are left out. Raises ValueError for a
    list that names an item twice.

    >>> rank({"ann": ["water", "road"], "ben": ["water"], "eva": ["road", "water"]}).schulze
    (('water',), ('road',))
    """
    names = tuple(sorted({*items, *(item for ballot in ballots.values() for item in ballot)}))
    margins = margins_of(ballots, names, constituencies)
    paths = strongest_paths(margins)
    return Ranking(
        schulze=tiers(names, paths > paths.T),
        ranked_pairs=tiers(names, locked(margins)),
        cyclic=has_cycle(margins > 0),
        undefeated=tuple(
            name
            for place, name in enumerate(names)
            if not any(margins[by, place] > max(paths[place, by], 0.0) for by in range(len(names)))
        ),
        margins={
            (names[a], names[b]): round(float(margins[a, b]), 9)
            for a, b in permutations(range(len(names)), 2)
            if margins[a, b] > 0
        },
    )


def margins_of(
    ballots: Mapping[str, Sequence[str]], names: Sequence[str], constituencies: Mapping[str, str] | None
) -> Real:
    """By how much more prefer one to the other, items x items: shares, the mean over constituencies."""
    place = {name: number for number, name in enumerate(names)}
    belongs = dict.fromkeys(ballots, EVERYONE) if constituencies is None else constituencies
    groups = sorted({belongs[who] for who in ballots if who in belongs})
    total = np.zeros((len(names), len(names)))
    for group in groups:
        of_group = [ballot for who, ballot in ballots.items() if belongs.get(who) == group]
        wins = np.zeros_like(total)
        for ballot in of_group:
            if len(set(ballot)) < len(ballot):
                twice = next(item for number, item in enumerate(ballot) if item in ballot[:number])
                raise ValueError(f"a list names {twice!r} twice: keep its better place")
            ranks = np.full(len(names), len(names))
            ranks[[place[item] for item in ballot]] = np.arange(len(ballot))
            wins += ranks[:, None] < ranks[None, :]
        total += (wins - wins.T) / len(of_group)
    return total / max(len(groups), 1)


def strongest_paths(margins: Real) -> Real:
    """How strong the strongest way from one item to another is: as its weakest margin (Schulze 2011)."""
    paths = np.where(margins > 0, margins, 0.0)
    for via in range(len(paths)):
        paths = np.maximum(paths, np.minimum(paths[:, via : via + 1], paths[via : via + 1, :]))
    np.fill_diagonal(paths, 0.0)
    return paths


def locked(margins: Real) -> NDArray[np.bool_]:
    """Pairs that hold when taken from the largest margin on and none closes a cycle (Tideman 1987)."""
    count = len(margins)
    pairs = [(a, b) for a, b in permutations(range(count), 2) if margins[a, b] > 0]
    held = np.zeros((count, count), bool)
    reach = np.eye(count, dtype=bool)
    for first, second in sorted(pairs, key=lambda pair: (-round(float(margins[pair]), 12), pair)):
        if not reach[second, first]:
            held[first, second] = True
            reach |= np.outer(reach[:, first], reach[second])
    return reach & ~np.eye(count, dtype=bool)


def tiers(names: Sequence[str], beats: NDArray[np.bool_]) -> tuple[tuple[str, ...], ...]:
    """Items by how often they are beaten, those alike together. `beats` has no cycles."""
    left = list(range(len(names)))
    found = []
    while left:
        top = [place for place in left if not any(beats[other, place] for other in left)]
        found.append(tuple(names[place] for place in top))
        left = [place for place in left if place not in top]
    return tuple(found)


def has_cycle(beats: NDArray[np.bool_]) -> bool:
    """Whether somebody beats, over others, somebody who beats them."""
    reach = beats.copy()
    for via in range(len(reach)):
        reach |= np.outer(reach[:, via], reach[via])
    return bool(reach.diagonal().any())


# ---- picture pairs ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strength:
    """How much more often an item is chosen than another: Bradley and Terry's log odds, their mean being 0.

    low, high: 90 %. by_group: of each constituency. pairs: in how many it stood.
    """

    item: str
    strength: float
    low: float
    high: float
    by_group: Mapping[str, float]
    pairs: int


def compare_pairs(
    pairs: Sequence[tuple[str, str, str]], *, constituencies: Mapping[str, str] | None = None
) -> tuple[Strength, ...]:
    """Strengths from pairs (voter, chosen, other), the strongest first; constituencies count the same.

    Bradley and Terry (1952) with a ridge, so that an item that was always chosen stays finite. Raises
    ValueError for a pair of one item with itself.
    """
    for who, chosen, other in pairs:
        if chosen == other:
            raise ValueError(f"{who!r} was shown {chosen!r} beside itself: leave the pair out")
    belongs = {who: EVERYONE for who, _, _ in pairs} if constituencies is None else constituencies
    names = tuple(sorted({item for _, chosen, other in pairs for item in (chosen, other)}))
    groups = sorted({belongs[who] for who, _, _ in pairs if who in belongs})
    place = {name: number for number, name in enumerate(names)}
    fits = {
        group: fitted(
            np.array([(place[a], place[b]) for who, a, b in pairs if belongs.get(who) == group]), len(names)
        )
        for group in groups
    }
    if not fits:
        return ()
    mean = np.mean([strength for strength, _ in fits.values()], axis=0)
    error = np.sqrt(sum(variance for _, variance in fits.values())) / len(fits)
    stood = [sum(name in pair[1:] for pair in pairs if pair[0] in belongs) for name in names]
    found = [
        Strength(
            name,
            round(float(mean[number]), 6),
            round(float(mean[number] - SURE_90 * error[number]), 6),
            round(float(mean[number] + SURE_90 * error[number]), 6),
            {group: round(float(strength[number]), 6) for group, (strength, _) in fits.items()},
            stood[number],
        )
        for number, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda each: (-each.strength, each.item)))


def fitted(pairs: NDArray[np.int64], count: int) -> tuple[Real, Real]:
    """Strengths and their variances, by Newton's method with a ridge."""
    strength = np.zeros(count)
    design = np.zeros((len(pairs), count))
    design[np.arange(len(pairs)), pairs[:, 0]] = 1
    design[np.arange(len(pairs)), pairs[:, 1]] = -1
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ strength))
        bent = design.T @ (design * (chance * (1 - chance))[:, None]) + RIDGE * np.eye(count)
        step = np.linalg.solve(bent, design.T @ (1 - chance) - RIDGE * strength)
        strength = strength + step
        if np.abs(step).max() < SETTLED:
            break
    # Only differences between items can be known, so what moves all of them together is taken out.
    apart = np.eye(count) - 1 / count
    return strength, (apart @ np.linalg.inv(bent) @ apart).diagonal().copy()


# ---- scales ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """What people said of one item on a scale from 1.

    median: interpolated within its step. spread: between the quartiles. disagreement: by the rule of
    RAND/UCLA, which is for nine points; None for others. agreement: van der Eijk's A, from -1 over 0 to 1.
    high: the share in the upper third.
    """

    people: int
    median: float
    spread: float
    disagreement: bool | None
    agreement: float
    high: float


def on_scale(ratings: Sequence[int], *, points: int = 9) -> Scale:
    """The measures of one item's ratings. Raises ValueError for none, or for one outside 1 to `points`."""
    said = np.array(ratings)
    if not len(said) or said.min() < 1 or said.max() > points or (said != said.astype(int)).any():
        raise ValueError(f"ratings are whole numbers from 1 to {points}, and at least one of them")
    counts = np.bincount(said.astype(int), minlength=points + 1)[1:]
    low, high = np.percentile(said, [25, 75])
    return Scale(
        people=len(said),
        median=round(interpolated_median(counts), 6),
        spread=float(high - low),
        disagreement=disagree(said) if points == 9 else None,
        agreement=round(van_der_eijk(counts), 6),
        high=round(float((said > points * 2 / 3).mean()), 6),
    )


def interpolated_median(counts: NDArray[np.int64]) -> float:
    """The median, as if each step's ratings were spread evenly half a step to either side."""
    half = counts.sum() / 2
    below = np.concatenate([[0], np.cumsum(counts)[:-1]])
    step = int(np.flatnonzero(np.cumsum(counts) >= half)[0])
    return step + 0.5 + float((half - below[step]) / counts[step])


def disagree(ratings: NDArray[np.int64]) -> bool:
    """RAND/UCLA: whether the range between the 30th and 70th percentile is wider than symmetry explains."""
    low, high = np.percentile(ratings, [30, 70])
    asymmetry = abs(5 - (low + high) / 2)
    return bool(high - low > 2.35 + 1.5 * asymmetry)


def van_der_eijk(counts: NDArray[np.int64]) -> float:
    """Agreement A (van der Eijk 2001): the weighted mean over the layers of a distribution."""
    left = counts.astype(float)
    total, points, agreement = left.sum(), len(counts), 0.0
    while left.sum() > 0:
        inside = left > 0
        least = left[inside].min()
        steps = int(inside.sum())
        agreement += float(least * steps / total * unimodality(inside) * (1 - (steps - 1) / (points - 1)))
        left[inside] -= least
    return agreement


def unimodality(inside: NDArray[np.bool_]) -> float:
    """U of a layer: 1 when its steps stand together, below 0 when they stand at both ends."""
    points, steps = len(inside), int(inside.sum())
    if steps in {1, points}:
        return 1.0
    together = apart = 0
    for a, b, c in combinations(range(points), 3):
        pattern = (bool(inside[a]), bool(inside[b]), bool(inside[c]))
        together += pattern in {(True, True, False), (False, True, True)}
        apart += pattern == (True, False, True)
    if together + apart == 0:
        return 1.0
    return float(((points - 2) * together - (points - 1) * apart) / ((points - 2) * (together + apart)))


@dataclass(frozen=True)
class Concordance:
    """How alike raters put the items in order: Kendall's W from 0 to 1, with ties, and the chance of it."""

    w: float
    p: float
    raters: int


def concordance(ratings: Sequence[Sequence[float]]) -> Concordance:
    """Kendall's W of raters x items. Raises ValueError for fewer than two raters or items, or ragged rows."""
    if len(ratings) < 2 or len({len(each) for each in ratings}) != 1 or len(ratings[0]) < 2:
        raise ValueError("concordance takes two raters or more, who all rated the same two items or more")
    ranks = np.array([stats.rankdata(each) for each in ratings])
    raters, items = ranks.shape
    sums = ranks.sum(axis=0)
    tied = [np.unique(each, return_counts=True)[1] for each in ranks]
    ties = sum(float((counts**3 - counts).sum()) for counts in tied)
    most = raters**2 * (items**3 - items) - raters * ties
    if most <= 0:
        raise ValueError("every rater gave all items the same place: there is no order to agree on")
    w = 12 * float(((sums - sums.mean()) ** 2).sum()) / most
    return Concordance(round(w, 9), float(stats.chi2.sf(raters * (items - 1) * w, items - 1)), raters)
