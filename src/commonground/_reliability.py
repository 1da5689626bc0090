"""Whether coders see the same: Krippendorff's alpha (2011), with any number of coders and gaps.

How far it can be trusted is asked of the units: drawn anew many times, as if others had been coded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.floating[Any]]

REPLICATES = 1000
INTERVAL = (0.025, 0.975)


def alpha(codes: Sequence[Sequence[float | str | None]], *, level: str = "nominal") -> float:
    """Agreement of coders (rows) about units (columns), 1 being perfect and 0 what chance gives.

    None: not coded. level: "nominal", "ordinal", "interval" or "ratio". At 0.8 codes can be relied on, from
    0.667 tentatively. Raises ValueError for another level, words without an order, or no unit with two codes.
    """
    values, together = pairs_of(codes, level)
    return alpha_of(together.sum(axis=0), values, level)


@dataclass(frozen=True)
class Reliability:
    """Krippendorff's alpha, the units that two or more coded, and about 95 % of what others would have given.

    low, high: quantiles of a bootstrap over those units. level: what it says (Krippendorff 2004, p. 241).
    """

    alpha: float
    low: float
    high: float
    units: int

    @property
    def level(self) -> str:
        """reliable from 0.8, tentative from 0.667, weak below."""
        return "reliable" if self.alpha >= 0.8 else "tentative" if self.alpha >= 0.667 else "weak"


def reliability(
    codes: Sequence[Sequence[float | str | None]], *, level: str = "nominal", seed: int = 7
) -> Reliability:
    """alpha with its interval; codes and level as `alpha` takes them, and it raises the same errors."""
    values, together = pairs_of(codes, level)
    coded = together[together.sum(axis=(1, 2)) > 0]
    picked = np.random.default_rng(seed).multinomial(
        len(coded), np.full(len(coded), 1 / len(coded)), REPLICATES
    )
    drawn = (picked @ coded.reshape(len(coded), -1)).reshape(-1, len(values), len(values))
    spread = [alpha_of(each, values, level) for each in drawn]
    low, high = np.quantile(spread, INTERVAL)
    return Reliability(alpha_of(coded.sum(axis=0), values, level), float(low), float(high), len(coded))


def pairs_of(codes: Sequence[Sequence[float | str | None]], level: str) -> tuple[list[Any], Real]:
    """The values in their order, and for each unit how often two of them were said of it, as a square."""
    if level not in DISTANCES:
        raise ValueError(f"the level is {', '.join(DISTANCES)}, not {level}")
    values = sorted({code for row in codes for code in row if code is not None}, key=in_order)
    if level != "nominal" and any(isinstance(value, str) for value in values):
        raise ValueError(f"words have no {level} order: write numbers, or take the level nominal")
    place = {value: number for number, value in enumerate(values)}
    units = list(zip(*codes, strict=True))
    together = np.zeros((len(units), len(values), len(values)))
    for number, unit in enumerate(units):
        said = np.bincount([place[code] for code in unit if code is not None], minlength=len(values))
        if said.sum() > 1:
            together[number] = (np.outer(said, said) - np.diag(said)) / (said.sum() - 1)
    if not together.any():
        raise ValueError("no unit was coded by two: let two people code the same units")
    return values, together


def alpha_of(together: Real, values: Sequence[Any], level: str) -> float:
    """alpha of how often any two values were said of the same unit."""
    margins = together.sum(axis=1)
    apart = DISTANCES[level](values, margins)
    by_chance = (np.outer(margins, margins) * apart).sum() / (margins.sum() - 1)
    return 1.0 if not by_chance else float(1 - (together * apart).sum() / by_chance)


def in_order(value: float | str) -> tuple[bool, Any]:
    """Numbers before words, each in their order."""
    return isinstance(value, str), value


def nominal(values: Sequence[Any], _margins: Real) -> Real:
    """Any two are as far apart as any others."""
    return 1 - np.eye(len(values))


def ordinal(_values: Sequence[Any], margins: Real) -> Real:
    """By how many codes lie between."""
    middle = np.cumsum(margins) - margins / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)


def interval(values: Sequence[Any], _margins: Real) -> Real:
    """By their difference."""
    known = np.array(values, float)
    return np.asarray((known[:, None] - known[None, :]) ** 2)


def ratio(values: Sequence[Any], _margins: Real) -> Real:
    """By their difference as a part of their sum."""
    known = np.array(values, float)
    apart, total = known[:, None] - known[None, :], known[:, None] + known[None, :]
    return np.asarray(np.divide(apart, total, where=total != 0, out=np.zeros_like(total)) ** 2)


DISTANCES: Mapping[str, Callable[[Sequence[Any], Real], Real]] = {
    "nominal": nominal,
    "ordinal": ordinal,
    "interval": interval,
    "ratio": ratio,
}
