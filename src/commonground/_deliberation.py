"""Whether people who reason alike also choose alike: the Deliberative Reason Index.

Niemeyer, Veri, Dryzek and Bächtiger 2024, APSR, 10.1017/S0003055423000023; with a penalty for pairs whose
orders have nothing to do with each other (Veri 2026, arXiv 2604.16963), and less what chance gives.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

Real = NDArray[np.floating[Any]]

FARTHEST = np.sqrt(2) / 2
WEAK = 0.2  # correlations below which a pair says little
PERMUTATIONS = 1000


@dataclass(frozen=True)
class Deliberation:
    """plain, penalised: the index, 1 being perfect consistency. null: the mean of the penalised index when
    everybody's choices are given to somebody else. above: penalised less null. p: how probable chance alone
    is to reach it. individual: the plain index of each person's own pairs.
    """

    plain: float
    penalised: float
    null: float
    above: float
    p: float
    individual: tuple[float, ...]
    people: int

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return asdict(self)


def deliberative_reason(
    considerations: ArrayLike, policies: ArrayLike, *, permutations: int = PERMUTATIONS, seed: int = 7
) -> Deliberation:
    """The index of people (rows) who rated the same considerations and ranked the same policies (columns).

    A pair of whom one gave everything the same place correlates with 0. Raises ValueError for fewer than
    three people, fewer than two columns, or something that somebody did not rate.
    """
    reasons, choices = np.array(considerations, float), np.array(policies, float)
    if len(reasons) != len(choices):
        raise ValueError(f"{len(reasons)} people rated considerations and {len(choices)} ranked policies")
    if len(reasons) < 3 or min(reasons.shape[1], choices.shape[1]) < 2:
        raise ValueError("the index takes three people or more, and two considerations and policies or more")
    if np.isnan(reasons).any() or np.isnan(choices).any():
        raise ValueError("somebody left something out: the index takes people who rated everything")
    q, r = agreement_of(reasons), agreement_of(choices)
    first, second = np.triu_indices(len(q), 1)
    plain, penalised = indices(q[first, second], r[first, second])
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(q)) for _try in range(permutations)]
    null = np.array([indices(q[first, second], r[o[first], o[second]])[1] for o in orders])
    apart = np.abs(q - r) / np.sqrt(2)
    mine = (apart.sum(axis=1) - apart.diagonal()) / (len(q) - 1)
    return Deliberation(
        round(plain, 9),
        round(penalised, 9),
        round(float(null.mean()), 9),
        round(penalised - float(null.mean()), 9),
        round(float((1 + (null >= penalised - 1e-12).sum()) / (1 + permutations)), 9),
        tuple(np.round((FARTHEST - 2 * mine) / FARTHEST, 9).tolist()),
        len(q),
    )


def agreement_of(rated: Real) -> Real:
    """Spearman's correlation of every two people."""
    ranks = np.array([scipy.stats.rankdata(row) for row in rated])
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    length = np.sqrt((centred**2).sum(axis=1))
    scaled = centred / np.where(length > 0, length, 1)[:, None]
    return np.asarray(scaled @ scaled.T)


def indices(q: Real, r: Real) -> tuple[float, float]:
    """The plain and the penalised index of pairs with these correlations."""
    apart = np.abs(q - r) / np.sqrt(2)
    weight = np.minimum(1, np.maximum(np.abs(q), np.abs(r)) / WEAK)
    far = 1 - ((1 - apart) * weight).mean()
    return float((FARTHEST - 2 * apart.mean()) / FARTHEST), float((FARTHEST - 2 * far) / FARTHEST)
