"""Ranked short-lists: Schulze's order, ranked pairs and Split Cycle, every constituency counting the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from commonground._agreement import EVERYONE, Real

RESAMPLES = 500  # of the voters of a list


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


def preferred(ballot: Sequence[str], names: Sequence[str]) -> Real:
    """1 where one item stands before another on the ballot, -1 where it stands after, items x items."""
    place = {item: number for number, item in enumerate(ballot)}
    ranks = np.array([place.get(name, len(names)) for name in names])
    return np.asarray(np.sign(ranks[None, :] - ranks[:, None]), float)


def pair_shares(margins: Real) -> Real:
    """Of margins … x items x items the share of pairs that each item wins, a draw being half."""
    others = max(margins.shape[-1] - 1, 1)
    return np.asarray((margins.sum(axis=-1) / others + 1) / 2)


def schulze_order(margins: Real) -> tuple[int, ...]:
    """The items in Schulze's order, those alike by their names."""
    paths = strongest_paths(margins)
    names = [f"{place:06}" for place in range(len(paths))]
    return tuple(int(name) for tier in tiers(names, paths > paths.T) for name in tier)


def bootstrapped(wins: Sequence[Real], rng: np.random.Generator) -> Real:
    """Margins when as many voters of each constituency are drawn anew, R x G x items x items."""
    return np.stack(
        [
            np.einsum(
                "rv,vab->rab", rng.multinomial(len(each), np.full(len(each), 1 / len(each)), RESAMPLES), each
            )
            / len(each)
            for each in wins
        ],
        axis=1,
    )
