"""Worlds to vote in: the generators of the engine's experiments, each with its truth."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = list[tuple[str, str, int]]


class World(NamedTuple):
    """Votes, and the camp of each participant that they were made from."""

    rows: Rows
    camps: dict[str, int]
    rates: NDArray[
        np.float64
    ]  # camps x statements: the true share that agrees, for somebody of usual tendency


def class_world(
    *,
    people: int = 200,
    statements: int = 60,
    votes: int = 30,
    shares: tuple[float, ...] = (0.5, 0.3, 0.2),
    acquiescence: float = 0.8,
    dividing: float = 0.4,
    seed: int = 1,
) -> World:
    """Camps that answer a share of the statements each in its own way, and the rest alike."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 1, statements)
    logits = np.repeat(common[None, :], len(shares), axis=0)
    apart = rng.random(statements) < dividing
    logits[:, apart] = rng.normal(0, 2.0, (len(shares), int(apart.sum())))
    camp = rng.choice(len(shares), people, p=shares)
    return cast(logits[camp], camp, acquiescence, votes, rng, expected(logits))


def spatial_world(
    *,
    people: int = 200,
    statements: int = 60,
    votes: int = 30,
    shares: tuple[float, ...] = (0.5, 0.3, 0.2),
    acquiescence: float = 0.8,
    seed: int = 1,
) -> World:
    """Camps that stand apart on a plane of opinions; statements pull in directions on it."""
    rng = np.random.default_rng(seed)
    turns = 2 * np.pi * np.arange(len(shares)) / len(shares)
    middles = 1.6 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    camp = rng.choice(len(shares), people, p=shares)
    spots = middles[camp] + rng.normal(0, 0.4, (people, 2))
    pulls, usual = rng.normal(0, 1.2, (statements, 2)), rng.normal(0.2, 1, statements)
    return cast(usual + spots @ pulls.T, camp, acquiescence, votes, rng, expected(usual + middles @ pulls.T))


def null_world(
    *, people: int = 200, statements: int = 60, votes: int = 30, acquiescence: float = 0.8, seed: int = 1
) -> World:
    """Nobody belongs anywhere: statements differ, people agree more or less readily, and that is all."""
    rng = np.random.default_rng(seed)
    usual = rng.normal(0, 1, statements)
    camp = np.zeros(people, int)
    return cast(
        np.repeat(usual[None, :], people, axis=0), camp, acquiescence, votes, rng, expected(usual[None, :])
    )


def cast(
    logits: NDArray[np.float64],
    camp: NDArray[np.int64],
    acquiescence: float,
    votes: int,
    rng: np.random.Generator,
    rates: NDArray[np.float64],
) -> World:
    """Everyone votes on about so many statements, some of which are shown more often than others."""
    people, statements = logits.shape
    weight = rng.gamma(2.0, size=statements)
    tendency = rng.normal(0, acquiescence, people)
    rows: Rows = []
    for who in range(people):
        count = int(np.clip(rng.poisson(votes), 1, statements))
        for what in rng.choice(statements, count, replace=False, p=weight / weight.sum()):
            agrees = rng.random() < 1 / (1 + np.exp(-logits[who, what] - tendency[who]))
            vote = 0 if rng.random() < 0.08 else (1 if agrees else -1)
            rows.append((f"p{who:04}", f"s{what:03}", vote))
    return World(rows, {f"p{who:04}": int(camp[who]) for who in range(people)}, rates)


def expected(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share that agrees."""
    return 1 / (1 + np.exp(-logits))
