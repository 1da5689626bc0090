"""Scales: nine steps or five faces, with the measures of Delphi studies, and how alike raters order items.

Interpolated median, spread, the disagreement rule of RAND/UCLA (Fitch et al. 2001, MR-1269), agreement A (van
der Eijk 2001), Kendall's W with ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

UPPER = 2 / 3  # of a scale: 7 to 9 of nine, 4 and 5 of five


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
        high=round(float((said > points * UPPER).mean()), 6),
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
    ranks = np.array([scipy.stats.rankdata(each) for each in ratings])
    raters, items = ranks.shape
    sums = ranks.sum(axis=0)
    tied = [np.unique(each, return_counts=True)[1] for each in ranks]
    ties = sum(float((counts**3 - counts).sum()) for counts in tied)
    most = raters**2 * (items**3 - items) - raters * ties
    if most <= 0:
        raise ValueError("every rater gave all items the same place: there is no order to agree on")
    w = 12 * float(((sums - sums.mean()) ** 2).sum()) / most
    return Concordance(round(w, 9), float(scipy.stats.chi2.sf(raters * (items - 1) * w, items - 1)), raters)
