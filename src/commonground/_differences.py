"""How constituencies differ, how sure a ranking is, and what changed between two rounds.

Many statements are looked at together, so whatever is called clear holds after control of the false discovery
rate (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from commonground._agreement import Count, Counts, Mixture, Real, centred, count
from commonground._shelf import Votes, on_shelf
from commonground._votes import VoteTable, Whole

FALSE_AT_MOST = 0.1
FEWEST_TO_COMPARE = 5
DRAWS = 2000
SURE_90 = 1.6449


@dataclass(frozen=True)
class Difference:
    """How far a constituency stands from the others on a statement.

    here: the share that agrees in it; elsewhere: the unweighted mean of the others' shares. effect: here less
    elsewhere, within low and high with 90 %. false: among the differences as clear as this one, the share to
    expect that is none (q-value). clear: at most one in ten.
    """

    constituency: str
    statement: str
    here: float
    elsewhere: float
    effect: float
    low: float
    high: float
    false: float

    @property
    def clear(self) -> bool:
        """Whether it may be called representative of the constituency."""
        return self.false <= FALSE_AT_MOST


@dataclass(frozen=True)
class Standing:
    """How sure a statement's rank is. among_best: the probability of being one of the best for every
    constituency; low, high: ranks that hold nine draws in ten, the best being 1."""

    statement: str
    among_best: float
    low: int
    high: int


@dataclass(frozen=True)
class Polarisation:
    """How far people stand apart on a statement.

    between: the share of all differences that lies between constituencies (eta squared); None where all votes
    are alike. agreement: van der Eijk's A, from -1 (two opposite halves) over 0 (each vote as often) to 1
    (all alike); None without votes.
    """

    statement: str
    between: float | None
    agreement: float | None


@dataclass(frozen=True)
class Change:
    """How the same people voted on a statement before and after.

    people: who voted both times. up, down: how many moved towards agreeing, or away. effect: (up - down) of
    those who moved. before, after: share that agrees among them. false: q-value of an exact sign test.
    by_group: mean change of vote, from -2 to 2, by constituency, where five or more voted both times. It says
    what changed meanwhile, not why.
    """

    statement: str
    people: int
    up: int
    down: int
    effect: float
    before: float
    after: float
    false: float
    by_group: Mapping[str, float]

    @property
    def clear(self) -> bool:
        """Whether more moved one way than chance would have it."""
        return self.false <= FALSE_AT_MOST


def differences(
    votes: Votes, *, constituencies: Mapping[str, str], counted: Sequence[Count] = ()
) -> tuple[Difference, ...]:
    """Where each constituency stands apart, the clearest first; statements that five of it voted on.

    Intervals add one vote of each kind (Agresti and Caffo 2000).
    """
    counts = count(votes, constituencies=constituencies, everyone_asked=(), counted=counted)
    share = (counts.agree + 1) / (counts.voices + 2)
    variance = share * (1 - share) / (counts.voices + 2)
    heard = counts.voices >= FEWEST_TO_COMPARE
    found = []
    for group, place in zip(*np.nonzero(heard), strict=True):
        others = heard[:, place].copy()
        others[group] = False
        if not others.any():
            continue
        elsewhere = share[others, place].mean()
        error = np.sqrt(variance[group, place] + variance[others, place].sum() / others.sum() ** 2)
        effect = share[group, place] - elsewhere
        found.append((group, place, share[group, place], elsewhere, effect, error))
    if not found:
        return ()
    # The normal test is too sure of small constituencies, Fisher's looks at pooled heads: both must be clear.
    normal = [2 * scipy.stats.norm.sf(abs(effect) / error) for *_, effect, error in found]
    exact = fisher(counts, np.array([each[0] for each in found]), np.array([each[1] for each in found]))
    chance = np.maximum(normal, exact)
    false = scipy.stats.false_discovery_control(chance)
    told = [
        Difference(
            constituency=counts.constituencies[group],
            statement=votes.statements[place],
            here=round(float(here), 4),
            elsewhere=round(float(elsewhere), 4),
            effect=round(float(effect), 4),
            low=round(float(effect - SURE_90 * error), 4),
            high=round(float(effect + SURE_90 * error), 4),
            false=round(float(rate), 6),
        )
        for (group, place, here, elsewhere, effect, error), rate in zip(found, false, strict=True)
    ]
    return tuple(
        sorted(told, key=lambda each: (each.false, -abs(each.effect), each.constituency, each.statement))
    )


def fisher(counts: Counts, groups: Whole, places: Whole) -> Real:
    """Fisher's exact test of each constituency against all the others, two-sided by doubling."""
    agree, voices = counts.agree[groups, places], counts.voices[groups, places]
    everyone = counts.voices.sum(axis=0)[places], counts.agree.sum(axis=0)[places], voices
    tail = np.minimum(
        scipy.stats.hypergeom.cdf(agree, *everyone), scipy.stats.hypergeom.sf(agree - 1, *everyone)
    )
    doubled: Real = np.minimum(2 * tail, 1.0)
    return doubled


def ranking(
    votes: Votes,
    *,
    constituencies: Mapping[str, str] | None,
    best: int,
    counted: Sequence[Count] = (),
    rng: int = 7,
) -> tuple[Standing, ...]:
    """How sure each statement is among the `best` by its least agreeing constituency, the surest first."""
    counts = count(votes, constituencies=constituencies, everyone_asked=(), counted=counted)
    if not counts.constituencies or not votes.statements:
        return ()
    posterior = centred(counts)[0]
    least = drawn(posterior, np.random.default_rng([rng, 11]), on_shelf(votes).statement_order)
    ranks = (-least).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0, method="nearest")
    among = (ranks <= best).mean(axis=0)
    told = [
        Standing(name, round(float(among[place]), 4), int(low[place]), int(high[place]))
        for place, name in enumerate(votes.statements)
    ]
    return tuple(sorted(told, key=lambda each: (-each.among_best, each.low, each.high, each.statement)))


def drawn(posterior: Mixture, rng: np.random.Generator, order: Whole) -> Real:
    """Draws of the least constituency's share, DRAWS x statements, taken in an order free of names."""
    least = np.empty((DRAWS, posterior.apart.shape[1]))
    own = np.broadcast_arrays(posterior.own_alpha, posterior.own_beta, posterior.apart)
    like = np.broadcast_arrays(posterior.alpha, posterior.beta, posterior.apart)
    for place in order:
        alone = rng.random((DRAWS, len(posterior.apart))) < posterior.apart[:, place]
        apart = rng.beta(own[0][:, place], own[1][:, place], alone.shape)
        together = rng.beta(like[0][:, place], like[1][:, place], alone.shape)
        least[:, place] = np.where(alone, apart, together).min(axis=1)
    return least


def polarisation(votes: Votes, *, constituencies: Mapping[str, str] | None) -> tuple[Polarisation, ...]:
    """How far people stand apart on each statement, in the order of the statements."""
    counts = count(votes, constituencies=constituencies, everyone_asked=())
    return tuple(
        Polarisation(
            name,
            between(counts.agree[:, place], counts.disagree[:, place], counts.passes[:, place]),
            alike(
                [int(numbers[:, place].sum()) for numbers in (counts.disagree, counts.passes, counts.agree)]
            ),
        )
        for place, name in enumerate(votes.statements)
    )


def between(agree: Whole, disagree: Whole, passes: Whole) -> float | None:
    """The share of the sum of squares that lies between groups."""
    voices, sums = agree + disagree + passes, agree - disagree
    if not voices.sum():
        return None
    middle = sums.sum() / voices.sum()
    total = (agree + disagree).sum() - voices.sum() * middle**2
    means = sums / np.maximum(voices, 1)
    apart = (voices * (means - middle) ** 2).sum()
    return round(float(apart / total), 4) if total > 1e-9 else None


def alike(frequencies: Sequence[int]) -> float | None:
    """Van der Eijk's agreement A of an ordered scale: the weighted mean of its layers' agreement."""
    left, total, said = list(frequencies), sum(frequencies), 0.0
    if not total:
        return None
    while any(left):
        pattern = [number > 0 for number in left]
        layer = min(number for number in left if number)
        said += layer * sum(pattern) / total * of_pattern(pattern)
        left = [number - layer if there else 0 for number, there in zip(left, pattern, strict=True)]
    return round(said, 4)


def of_pattern(pattern: Sequence[bool]) -> float:
    """Agreement of a layer: 1 for one category, 0 for all of them, below 0 where the middle is missing."""
    size, there = len(pattern), sum(pattern)
    if there == size:
        return 0.0
    unimodal = bimodal = 0
    for low in range(size):
        for middle in range(low + 1, size):
            for high in range(middle + 1, size):
                triple = pattern[low], pattern[middle], pattern[high]
                bimodal += triple == (True, False, True)
                unimodal += triple in ((True, True, False), (False, True, True))
    both = unimodal + bimodal
    shape = (
        1.0
        if there == 1 or not both
        else ((size - 2) * unimodal - (size - 1) * bimodal) / ((size - 2) * both)
    )
    return shape * (1 - (there - 1) / (size - 1))


def changes(
    before: VoteTable, after: VoteTable, *, constituencies: Mapping[str, str] | None = None
) -> tuple[Change, ...]:
    """What changed on the statements of both rounds among people who voted both times, the clearest first."""
    then = {(who, what): vote for who, what, vote in before}
    belongs = constituencies or {}
    moves: dict[str, list[tuple[str, int, int]]] = {}
    for who, what, vote in after:
        if (who, what) in then:
            moves.setdefault(what, []).append((who, then[who, what], vote))
    names = sorted(moves)
    chance = [sign_test([now - was for _, was, now in moves[name]]) for name in names]
    false = scipy.stats.false_discovery_control(chance) if names else ()
    told = [change(name, moves[name], belongs, float(rate)) for name, rate in zip(names, false, strict=True)]
    return tuple(sorted(told, key=lambda each: (each.false, -abs(each.effect), each.statement)))


def sign_test(moved: Collection[int]) -> float:
    """The probability of so uneven a parting, or a more uneven one, if up and down were alike likely."""
    up, down = sum(each > 0 for each in moved), sum(each < 0 for each in moved)
    return float(scipy.stats.binomtest(up, up + down).pvalue) if up + down else 1.0


def change(name: str, moved: list[tuple[str, int, int]], belongs: Mapping[str, str], false: float) -> Change:
    """What changed on one statement."""
    up, down = sum(now > was for _, was, now in moved), sum(now < was for _, was, now in moved)
    of_groups: dict[str, list[int]] = {}
    for who, was, now in moved:
        if who in belongs:
            of_groups.setdefault(belongs[who], []).append(now - was)
    return Change(
        statement=name,
        people=len(moved),
        up=up,
        down=down,
        effect=round((up - down) / (up + down), 4) if up + down else 0.0,
        before=round(sum(was == 1 for _, was, _ in moved) / len(moved), 4),
        after=round(sum(now == 1 for *_, now in moved) / len(moved), 4),
        false=round(false, 6),
        by_group={
            group: round(sum(steps) / len(steps), 4)
            for group, steps in sorted(of_groups.items())
            if len(steps) >= FEWEST_TO_COMPARE
        },
    )
