"""Whether coders see the same: Krippendorff's alpha (2011), with any number of coders and gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.floating[Any]]


def alpha(codes: Sequence[Sequence[float | str | None]], *, level: str = "nominal") -> float:
    """Agreement of coders (rows) about units (columns), 1 being perfect and 0 what chance gives.

    None: not coded. level: "nominal", "ordinal", "interval" or "ratio". At 0.8 codes can be relied on, from
    0.667 tentatively. Raises ValueError for another level, words without an order, or no unit with two codes.
    """
    if level not in DISTANCES:
        raise ValueError(f"the level is {', '.join(DISTANCES)}, not {level}")
    values = sorted({code for row in codes for code in row if code is not None}, key=in_order)
    if level != "nominal" and any(isinstance(value, str) for value in values):
        raise ValueError(f"words have no {level} order: write numbers, or take the level nominal")
    place = {value: number for number, value in enumerate(values)}
    together = np.zeros((len(values), len(values)))
    for unit in zip(*codes, strict=True):
        said = np.bincount([place[code] for code in unit if code is not None], minlength=len(values))
        if said.sum() > 1:
            together += (np.outer(said, said) - np.diag(said)) / (said.sum() - 1)
    margins = together.sum(axis=1)
    if not margins.sum():
        raise ValueError("no unit was coded by two: let two people code the same units")
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
