"""When field research has heard enough: how probable it is that the next thing said is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

STOP_BELOW = 0.05
REPLICATES = 1000
INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Saturation:
    """How much is left to hear. new: Good and Turing's probability that the next mention is of something new,
    with about 90 % in low-high (a bootstrap over people). unseen: Chao's (1984) estimate of how many things
    nobody has named yet. enough: whether new is below 5 in 100.
    """

    stratum: str
    people: int
    mentions: int
    things: int
    new: float
    low: float
    high: float
    unseen: float
    enough: bool


def saturation_of(said: Sequence[Sequence[str]], *, stratum: str = "", seed: int = 7) -> Saturation:
    """The saturation of a stratum, from what each person named; a thing counts once a person.

    Raises ValueError where nobody named anything.
    """
    by_person = [sorted(set(things)) for things in said]
    if not any(by_person):
        raise ValueError(f"nobody{' of ' + stratum if stratum else ''} named anything: ask first")
    counts = Counter(thing for things in by_person for thing in things)
    rng = np.random.default_rng(seed)
    spread = [
        new_of(Counter(thing for place in picked for thing in by_person[place]))
        for picked in rng.integers(len(by_person), size=(REPLICATES, len(by_person)))
    ]
    low, high = np.quantile(spread, INTERVAL)
    once, twice = (sum(n == times for n in counts.values()) for times in (1, 2))
    new = new_of(counts)
    return Saturation(
        stratum,
        len(by_person),
        counts.total(),
        len(counts),
        round(new, 6),
        round(float(low), 6),
        round(float(high), 6),
        round(once * (once - 1) / (2 * (twice + 1)), 6),
        new < STOP_BELOW,
    )


def new_of(counts: Counter[str]) -> float:
    """The share of mentions of what was named once (Good 1953)."""
    total = counts.total()
    return sum(n == 1 for n in counts.values()) / total if total else 1.0


def saturations(
    said: Mapping[str, Sequence[Sequence[str]]], *, seed: int = 7
) -> tuple[tuple[Saturation, ...], bool]:
    """Each stratum's saturation, and whether to stop: only when every one of them has enough."""
    every = tuple(saturation_of(people, stratum=name, seed=seed) for name, people in sorted(said.items()))
    return every, bool(every) and all(each.enough for each in every)
