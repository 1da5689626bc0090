"""When somebody leaves a panel: alternates, replacements, and what became of each stratum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonground._quotas import Kind, Quota, ruled

Real = NDArray[np.floating[Any]]

DROP_OUT = 0.15  # how probable it is that a member leaves, before anything is known
SCENARIOS = 25
STEPS = 25
SLACK = 1e-9


def damage(kinds: Sequence[Kind], quotas: Sequence[Quota]) -> float:
    """By how much these people miss the quotas: for each, how many too few or too many as a share of it.

    Assos, Baharav, Flanigan and Procaccia 2025, 10.1145/3736252.3742614.
    """
    have = np.array([who.sum() for who, _, _ in ruled(kinds, quotas)])
    return float(missed(have, *limits(quotas)))


def limits(quotas: Sequence[Quota]) -> tuple[Real, Real]:
    """From how many to how many, by quota."""
    low = np.array([quota.least for quota in quotas], float)
    return low, np.array([np.inf if quota.most is None else quota.most for quota in quotas], float)


def missed(have: Real, low: Real, high: Real) -> Real:
    """By how much counts (… x quotas) miss the quotas."""
    under, over = np.maximum(low - have, 0), np.maximum(have - high, 0)
    return np.asarray((under / np.maximum(low, 1) + over / np.maximum(high, 1)).sum(axis=-1))


@dataclass(frozen=True)
class Alternates:
    """Whom to keep ready, in the order in which they help most.

    damage: how far quotas and size would be missed on average with them, without: and with nobody ready.
    gone: how many members leave on average.
    """

    people: tuple[str, ...]
    damage: float
    without: float
    gone: float
    seed: int


def choose_alternates(
    people: Mapping[str, Kind],
    panel: Collection[str],
    *,
    quotas: Sequence[Quota] = (),
    many: int,
    drop_out: Mapping[str, float] | None = None,
    household: str | None = None,
    unavailable: Collection[str] = (),
    seed: int = 7,
) -> Alternates:
    """The alternates that keep the quotas best when members drop out with the given chances.

    drop_out: of each member; 0.15 for who is not named. Chosen one after the other on 25 drawn drop-outs, as
    Assos et al. 2025 do. Raises ValueError for a chance that is none.
    """
    chances = np.array([(drop_out or {}).get(who, DROP_OUT) for who in sorted(panel)])
    if len(chances) and not (chances.min() >= 0 and chances.max() <= 1):
        raise ValueError(f"a chance of leaving is from 0 to 1, not {chances.max():g}")
    rng = np.random.default_rng(seed)
    whole = [*quotas, Quota("", "", len(panel), len(panel))]
    own, others = vectors(people, sorted(panel), quotas), ready(people, panel, household, unavailable, rng)
    stays = rng.random((SCENARIOS, len(chances))) >= chances
    have = stays.astype(float) @ own
    low, high = limits(whole)
    able = dict(zip(others, vectors(people, others, quotas), strict=True))
    chosen: list[str] = []
    while able and len(chosen) < many:
        known = np.array([vectors(people, [who], quotas)[0] for who in chosen]).reshape(-1, len(low))
        kinds = {tuple(vector): who for who, vector in reversed(list(able.items()))}
        best = min(kinds, key=lambda kind: seated(have, np.vstack([known, kind]), low, high).mean())
        chosen.append(kinds[best])
        del able[kinds[best]]
    return Alternates(
        tuple(chosen),
        round(float(seated(have, vectors(people, chosen, quotas), low, high).mean()), 6),
        round(float(missed(have, low, high).mean()), 6),
        round(float((~stays).sum(axis=1).mean()), 2),
        seed,
    )


def vectors(people: Mapping[str, Kind], names: Sequence[str], quotas: Sequence[Quota]) -> Real:
    """What each counts for, people x quotas and one for the seat."""
    counted = [who for who, _, _ in ruled([people[name] for name in names], quotas)]
    return np.vstack([*counted, np.ones(len(names))]).T


def ready(
    people: Mapping[str, Kind],
    panel: Collection[str],
    household: str | None,
    unavailable: Collection[str],
    rng: np.random.Generator,
) -> list[str]:
    """Those who could join, by lot: not in the panel, of no household that is in it, and to be had."""
    homes = {people[who].get(household) for who in panel} - {None, ""} if household else set()
    out = set(panel) | set(unavailable)
    free = [who for who in sorted(people) if who not in out and people[who].get(household or "") not in homes]
    return [free[place] for place in rng.permutation(len(free))]


def seated(have: Real, alternates: Real, low: Real, high: Real) -> Real:
    """What is still missed when in each scenario the alternates who help sit down, the most helpful first."""
    now, left = missed(have, low, high), np.ones((len(have), len(alternates)), bool)
    have = have.copy()
    rows = np.arange(len(have))
    for _seat in range(len(alternates)):
        would = missed(have[:, None, :] + alternates[None], low, high)
        would[~left] = np.inf
        best = would.argmin(axis=1)
        helps = would[rows, best] < now - SLACK
        if not helps.any():
            break
        have[helps] += alternates[best[helps]]
        left[rows[helps], best[helps]] = False
        now[helps] = would[rows, best][helps]
    return now


def replacements(
    people: Mapping[str, Kind],
    present: Collection[str],
    *,
    size: int,
    quotas: Sequence[Quota] = (),
    household: str | None = None,
    unavailable: Collection[str] = (),
    seed: int = 7,
) -> list[str]:
    """Whom to call for a free seat, the one who mends the quotas best first; those alike by lot."""
    rng = np.random.default_rng(seed)
    able = ready(people, present, household, unavailable, rng)
    low, high = limits([*quotas, Quota("", "", size, size)])
    have = vectors(people, sorted(present), quotas).sum(axis=0)
    would = missed(have + vectors(people, able, quotas), low, high)
    return [able[place] for place in np.argsort(would, kind="stable")]


@dataclass(frozen=True)
class Stratum:
    """What became of those of one value of a column. stays: share of the invited who are still there.

    weight: what each of them stands for in a later survey; None where nobody is left to stand for the others.
    """

    column: str
    value: str
    invited: int
    accepted: int
    refused: int
    left: int
    stays: float
    weight: float | None


INVITED, ACCEPTED, REFUSED, LEFT = STATES = ("invited", "accepted", "refused", "left")


def attrition(
    people: Mapping[str, Kind], states: Mapping[str, str], columns: Sequence[str]
) -> tuple[Stratum, ...]:
    """How many of each stratum were invited, accepted, refused and left.

    states: of everybody who was invited, "invited" (no answer yet), "accepted", "refused" or "left". Raises
    ValueError for another word.
    """
    for who, state in states.items():
        if state not in STATES:
            raise ValueError(f"{who!r} is {state!r}: write {', '.join(STATES[:-1])} or {STATES[-1]}")
    return tuple(
        stratum(column, value, [s for who, s in states.items() if people[who].get(column, "") == value])
        for column in columns
        for value in sorted({people[who].get(column, "") for who in states})
    )


def stratum(column: str, value: str, states: Sequence[str]) -> Stratum:
    """The counts of one stratum."""
    many = Counter(states)
    stays = (many[ACCEPTED] + many[INVITED]) / len(states)
    weight = round(1 / stays, 6) if stays else None
    return Stratum(
        column, value, len(states), many[ACCEPTED], many[REFUSED], many[LEFT], round(stays, 6), weight
    )


def expected_drop_out(
    people: Mapping[str, Kind], gone: Mapping[str, bool], columns: Sequence[str]
) -> dict[str, float]:
    """How probable it is that each person leaves, learnt from who has left before.

    Logistic regression on the values of the columns with a ridge: without any past everybody has 0.15.
    """
    values = sorted({(column, kind.get(column, "")) for kind in people.values() for column in columns})
    place = {value: number for number, value in enumerate(values)}
    design = {
        who: [place[column, kind.get(column, "")] for column in columns] for who, kind in people.items()
    }
    known = [who for who in gone if who in people]
    table = np.zeros((len(known), len(values)))
    for row, who in enumerate(known):
        table[row, design[who]] = 1
    left = np.array([gone[who] for who in known], float)
    start = float(np.log(DROP_OUT / (1 - DROP_OUT)))
    table = np.hstack([table, np.ones((len(known), 1))])
    effect = np.zeros(len(values) + 1)
    for _step in range(STEPS):
        chance = 1 / (1 + np.exp(-(start + table @ effect)))
        bent = table.T @ (table * (chance * (1 - chance))[:, None]) + np.eye(len(effect))
        effect = effect + np.linalg.solve(bent, table.T @ (left - chance) - effect)
    odds = {who: start + effect[own].sum() + effect[-1] for who, own in design.items()}
    return {who: round(float(1 / (1 + np.exp(-odd))), 6) for who, odd in odds.items()}
