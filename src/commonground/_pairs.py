"""Picture pairs: how much more often an item is chosen than another (Bradley and Terry 1952)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonground._agreement import EVERYONE, Real

RIDGE = 1.0  # as much as one pair won and one lost by everybody
STEPS = 50
SETTLED = 1e-10
SURE_90 = 1.6449


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
    checked_pairs(pairs)
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
    error = np.sqrt(sum(known.diagonal() for _, known in fits.values())) / len(fits)
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
    """Strengths and their covariance, by Newton's method with a ridge."""
    strength = np.zeros(count)
    pairs = pairs.reshape(-1, 2)
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
    return strength, apart @ np.linalg.inv(bent) @ apart


def checked_pairs(pairs: Sequence[tuple[str, str, str]]) -> None:
    """Refuse an item beside itself. Raises ValueError."""
    for who, chosen, other in pairs:
        if chosen == other:
            raise ValueError(f"{who!r} was shown {chosen!r} beside itself: leave the pair out")
