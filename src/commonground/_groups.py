"""Groups found from votes: are there any, how many, who belongs to which. A second opinion, never the first.

Whether there are groups is asked of votes that were hidden: do groups say them better than the statements'
means and each person's tendency to agree? How many is a matter of stability: the same groups must come out
when a fifth of the votes is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from commonground._fit import Cast, Fit, Real, fit
from commonground._progress import watched
from commonground._votes import Whole

NUMBERS = (2, 3, 4, 5)
FOLDS, TURNS = 5, 2  # each fifth of the votes is hidden in turn, and that twice, cut anew; once of a SAMPLE
NEARLY_SETTLED = 1e-4
ENOUGH_VOTES = 20  # for a label; or the whole deck, where that is shorter
SURE_OF_LABEL = 0.8
FEWEST_PEOPLE = 5
LEAST_SHARE = 0.05
SURE_OF_GROUPS = 3.0  # standard errors by which groups must say hidden votes better than none
BETTER_THAN_FEWER = 1.64  # and than the next smaller number of groups: one chance in twenty
# Mean likeness (Jaccard) of the least stable group: of two groups; of more, where they say hidden votes as
# well as people's exact places do; and of more where they do not. One bound of 0.78 for all let the number of
# groups change in three real conversations when a tenth of the votes was missing; these three in none.
STABLE_PAIR, STABLE, STABLE_ALL_THE_SAME = 0.65, 0.80, 0.85
STARTS = 10
MOST_CUTS = 5  # different ends of k-means that are looked at
MOST_STEPS, SAME_PEOPLE = 30, 1e-4
RESAMPLES, RESAMPLES_OF_MANY, FEW = 20, 6, 1_000  # how often people are drawn anew, few or many
SAMPLE = 5_000  # people, of whom groups are asked where there are more

TOO_FEW, NO_BETTER, UNSTABLE, FOUND = "too few people", "no better than none", "not stable", "groups"


@dataclass(frozen=True)
class Tried:
    """What was seen when people were put into so many groups.

    gain: by which share the squared error on hidden votes falls against no groups; standard_error: its, over
    people; z and step: gain in standard errors, over none and over the number before that was kept.
    stability: mean Jaccard likeness of the least stable group over fits that each miss a fifth of the votes.
    smallest: people in the smallest group. kept: whether all of it is good enough.
    """

    number: int
    gain: float
    standard_error: float
    z: float
    step: float
    stability: float
    smallest: int
    kept: bool


@dataclass(frozen=True)
class Evidence:
    """Why so many groups, or none.

    reason: "groups", "too few people", "no better than none" or "not stable".
    people: those with enough votes to be put into a group. positions_gain and positions_z: what people's
    exact places on the map gain; when that is more than any groups gain, opinion runs gradually from one side
    to the other.
    """

    reason: str
    number: int | None
    people: int
    positions_gain: float
    positions_z: float
    tried: tuple[Tried, ...]


@dataclass(frozen=True, eq=False)
class Plane:
    """Places with axes of their own: strongest first, in units of what they change in a vote.

    places: n x d; covariances: n x d x d; loadings: m x d, how much a vote rises along an axis;
    loading_errors: their standard errors; strengths: d, the variance that each axis explains of a vote.
    """

    places: Real
    covariances: Real
    loadings: Real
    loading_errors: Real
    strengths: Real


@dataclass(frozen=True, eq=False)
class Hidden:
    """Squared errors on hidden votes, summed by person, and how many were hidden of each."""

    counts: Real
    none: Real
    positions: Real
    grouped: dict[int, Real]
    likeness: dict[int, Real]  # by number of groups, of each group
    told: dict[
        int, Real
    ]  # hidden votes by vote, group and statement, of people surely in a group without them


@dataclass(frozen=True, eq=False)
class Moments:
    """How many people there are, the sum of their places, and the expected sum of the squares of these."""

    people: int
    places: Real
    squares: Real

    @classmethod
    def of(cls, persons: Real, covariances: Real) -> Moments:
        """The moments of some people whose posterior is set."""
        places = persons[:, 1:]
        inner = covariances[:, 1:, 1:].sum(axis=0)
        return cls(len(places), places.sum(axis=0), np.einsum("ni,nj->ij", places, places) + inner)

    def __add__(self, other: Moments) -> Moments:
        """The moments of both sets of people."""
        return Moments(self.people + other.people, self.places + other.places, self.squares + other.squares)


@dataclass(frozen=True, eq=False)
class Turn:
    """How to turn fitted places so that axes are uncorrelated, the strongest first, each in a settled way."""

    middle: Real
    onto: Real  # d x d: places of the fit to places on the map
    back: Real  # d x d: directions of the fit to loadings on the map
    strengths: Real

    @classmethod
    def of(cls, now: Fit, moments: Moments) -> Turn:
        """The turn that a fit asks for.

        Each axis is turned so that its strongest statement loads upwards; otherwise the same votes could draw
        the map or its mirror image.
        """
        middle = moments.places / moments.people
        root = np.linalg.cholesky(moments.squares / moments.people - np.outer(middle, middle))
        directions = now.statements[:, 1:] @ root
        strengths, turned = np.linalg.eigh(directions.T @ directions / len(directions))
        strengths, turned = np.maximum(strengths[::-1], 1e-12), turned[:, ::-1]
        onto = np.linalg.inv(root).T @ (turned * np.sqrt(strengths))
        back = root @ (turned / np.sqrt(strengths))
        loadings = now.statements[:, 1:] @ back
        strongest = loadings[np.abs(loadings).argmax(axis=0), np.arange(len(strengths))]
        sign = np.where(strongest < 0, -1.0, 1.0)
        return cls(middle, onto * sign, back * sign, strengths)

    def places(self, persons: Real) -> Real:
        """Where people stand on the map, n x d."""
        places: Real = (persons[:, 1:] - self.middle) @ self.onto
        return places

    def covariances(self, covariances: Real, axes: int) -> Real:
        """How uncertain that is on the first so many axes, n x axes x axes."""
        onto = self.onto[:, :axes]
        turned: Real = onto.T @ covariances[:, 1:, 1:] @ onto
        return turned

    def aligned(self, mine: Real, theirs: Real) -> Turn:
        """The drawn axes turned, or mirrored, so that people's places here come closest to those there.

        Orthogonal Procrustes (Schönemann 1966) on the two drawn axes; the others stay.
        """
        left, _, right = np.linalg.svd(mine[:, :2].T @ theirs[:, :2])
        turned = np.eye(len(self.strengths))
        turned[:2, :2] = left @ right
        strengths = np.diag(turned.T @ np.diag(self.strengths) @ turned)
        return Turn(self.middle, self.onto @ turned, self.back @ turned, strengths)

    def loadings(self, now: Fit) -> tuple[Real, Real]:
        """How much a vote on each statement rises along each axis, and the standard error of it, m x d."""
        errors = np.einsum("ia,nij,ja->na", self.back, now.statement_covariances[:, 1:, 1:], self.back)
        return now.statements[:, 1:] @ self.back, np.sqrt(np.maximum(errors, 0.0))


def plane(now: Fit) -> Plane:
    """The places of a fit whose persons are set, on axes of their own."""
    turn = Turn.of(now, Moments.of(now.persons, now.person_covariances))
    loadings, errors = turn.loadings(now)
    return Plane(
        places=turn.places(now.persons),
        covariances=turn.covariances(now.person_covariances, len(turn.strengths)),
        loadings=loadings,
        loading_errors=errors,
        strengths=turn.strengths,
    )


@dataclass(frozen=True, eq=False)
class Parting:
    """Normals of one shape around the groups: their weights and centres, the largest first."""

    weights: Real
    centres: Real
    inverse: Real

    @property
    def number(self) -> int:
        """How many groups there are."""
        return len(self.weights)

    def of(self, places: Real) -> Real:
        """How probably each person belongs to each group, n x number."""
        return belong(places[:, : self.centres.shape[1]], self.weights, self.centres, self.inverse)

    def likelihood(self, spots: Real) -> float:
        """The mean logarithm of the density at some spots, but for a constant."""
        reach = self.centres @ self.inverse
        logs = spots @ reach.T + (np.log(self.weights) - 0.5 * (reach * self.centres).sum(axis=1))
        crowd = -0.5 * np.einsum("ni,ij,nj->n", spots, self.inverse, spots)
        shape = 0.5 * np.linalg.slogdet(self.inverse)[1]
        return float(np.mean(np.logaddexp.reduce(logs, axis=1) + crowd) + shape)


def part(places: Real, number: int, rng: np.random.Generator) -> Parting:
    """Part people who have enough votes into groups, on the first max(2, number - 1) axes.

    Two groups: the cut of k-means, and a normal of one shape around each half. More: the likeliest mixture of
    such normals, begun from each of the cuts that k-means ends with. On real conversations two groups are the
    sides of one crowd, and a mixture moves the border about: with a tenth of the votes missing, labels were
    alike by 0.83 instead of 0.84 ("unlabelled" as a class). Of more groups some are small, and k-means would
    rather halve a large one.
    """
    spots = np.ascontiguousarray(places[:, : max(2, number - 1)])
    cuts = k_means(spots, number, rng)
    mixtures = [mixture(spots, np.eye(number)[cut], 0 if number == 2 else MOST_STEPS) for cut in cuts]
    parting = mixtures[0] if number == 2 else max(mixtures, key=lambda each: round(each.likelihood(spots), 6))
    order = np.lexsort((*parting.centres.T, -parting.weights))
    return Parting(parting.weights[order], parting.centres[order], parting.inverse)


def mixture(spots: Real, belonging: Real, steps: int) -> Parting:
    """Normals of one shape around groups to which people belong, moved by expectation and maximisation."""
    for _ in range(steps):
        before, belonging = belonging, belong(spots, *shape(spots, belonging))
        if np.abs(belonging - before).max() < SAME_PEOPLE:
            break
    return Parting(*shape(spots, belonging))


def shape(spots: Real, belonging: Real) -> tuple[Real, Real, Real]:
    """Weights and centres of the groups, and the inverse of the covariance that they share."""
    sizes = belonging.sum(axis=0) + 1e-9
    centres = (belonging.T @ spots) / sizes[:, None]
    covariance = (spots.T @ spots - (centres.T * sizes) @ centres) / len(spots)
    ridge = 1e-6 * max(float(np.trace(covariance)), 1e-6)
    return sizes / sizes.sum(), centres, np.linalg.inv(covariance + ridge * np.eye(spots.shape[1]))


def belong(spots: Real, weights: Real, centres: Real, inverse: Real) -> Real:
    """Posterior probabilities of belonging, n x k."""
    reach = centres @ inverse
    logs = spots @ reach.T + (np.log(weights) - 0.5 * (reach * centres).sum(axis=1))
    logs -= logs.max(axis=1, keepdims=True)
    odds = np.exp(logs, out=logs)
    belonging: Real = odds / odds.sum(axis=1, keepdims=True)
    return belonging


def k_means(spots: Real, number: int, rng: np.random.Generator) -> list[Whole]:
    """The different ends of STARTS runs of Lloyd's algorithm, seeded by distance (k-means++), best first."""
    found: dict[float, Whole] = {}
    for _ in range(STARTS):
        centres = scatter(spots, number, rng)
        groups, error = nearest(spots, centres)
        for _ in range(100):
            sizes = np.bincount(groups, minlength=number)[:, None]
            sums = np.stack([np.bincount(groups, of_axis, number) for of_axis in spots.T], axis=1)
            centres = np.where(sizes > 0, sums / np.maximum(sizes, 1), centres)
            before = groups
            groups, error = nearest(spots, centres)
            if np.array_equal(before, groups):
                break
        found.setdefault(float(f"{error:.6g}"), groups)
    return [found[error] for error in sorted(found)][:MOST_CUTS]


def scatter(spots: Real, number: int, rng: np.random.Generator) -> Real:
    """First centres: people, each drawn the likelier the farther from those before."""
    centres = spots[[rng.integers(len(spots))]]
    for _ in range(number - 1):
        far = distances(spots, centres).min(axis=0)
        total = far.sum()
        chance = far / total if total > 0 else np.full(len(spots), 1 / len(spots))
        centres = np.vstack((centres, spots[rng.choice(len(spots), p=chance)]))
    return centres


def nearest(spots: Real, centres: Real) -> tuple[Whole, float]:
    """The nearest centre of each, and the sum of squared distances."""
    far = 0.5 * (centres**2).sum(axis=1)[:, None] - centres @ spots.T  # half of it, less what all have alike
    least, groups = far[0], np.zeros(len(spots), np.int64)
    for group in range(1, len(centres)):
        groups[far[group] < least] = group
        least = np.minimum(least, far[group])
    return groups, float(np.vdot(spots, spots) + 2 * least.sum())


def distances(spots: Real, centres: Real) -> Real:
    """Squared distances, k x n."""
    lengths = (centres**2).sum(axis=1)[:, None] + (spots**2).sum(axis=1)
    far: Real = np.maximum(lengths - 2 * centres @ spots.T, 0.0)
    return far


def weigh(
    cast: Cast, folds: Whole, able: NDArray[np.bool_], whole: dict[int, Real], seed: int, people: int
) -> tuple[Evidence, Hidden]:
    """Whether there are groups and how many, with what was seen on hidden votes.

    `whole` holds how probably people belong when all votes are there, by number of groups.
    """
    asked = int(able.sum())
    hidden = hide(cast, folds, able, whole, seed)
    positions, z, _ = gain(hidden, hidden.positions, hidden.none)
    tried: list[Tried] = []
    before = hidden.none
    for number in whole:
        better, certain, error = gain(hidden, hidden.grouped[number], hidden.none)
        step = gain(hidden, hidden.grouped[number], before)[1]
        stability = float(hidden.likeness[number].min())
        as_good = hidden.grouped[number].sum() <= hidden.positions.sum()
        needed = STABLE_PAIR if number == 2 else (STABLE if as_good else STABLE_ALL_THE_SAME)
        smallest = int(np.bincount(whole[number][able].argmax(axis=1), minlength=number).min())
        tried.append(
            Tried(
                number=number,
                gain=round(better, 4),
                standard_error=round(error, 4),
                z=round(certain, 2),
                step=round(step, 2),
                stability=round(stability, 3),
                smallest=smallest,
                kept=(
                    certain >= SURE_OF_GROUPS
                    and step >= BETTER_THAN_FEWER
                    and stability >= needed
                    and smallest >= max(FEWEST_PEOPLE, LEAST_SHARE * asked)
                ),
            )
        )
        if tried[-1].kept:
            before = hidden.grouped[number]
    chosen = max((each.number for each in tried if each.kept), default=None)
    doubt = UNSTABLE if any(each.z >= SURE_OF_GROUPS for each in tried) else NO_BETTER
    evidence = Evidence(
        reason=FOUND if chosen else doubt,
        number=chosen,
        people=people,
        positions_gain=round(positions, 4),
        positions_z=round(z, 2),
        tried=tuple(tried),
    )
    return evidence, hidden


def hide(cast: Cast, folds: Whole, able: NDArray[np.bool_], whole: dict[int, Real], seed: int) -> Hidden:
    """Hide each fifth of the votes in turn, fit the rest, and see how well the hidden ones are said.

    `folds`: which fifth a vote belongs to, turns x votes.
    """
    n, m = cast.values.shape
    rows, columns, votes = (
        np.repeat(np.arange(n), np.diff(cast.values.indptr)),
        cast.values.indices,
        cast.values.data,
    )
    errors: dict[object, Real] = {key: np.zeros(n) for key in (None, "positions", *whole)}
    likeness: dict[int, list[Real]] = {number: [] for number in whole}
    told: dict[int, Real] = {number: np.zeros((3, number, m)) for number in whole}
    counts = np.zeros(n)
    parts = product(range(len(folds)), range(FOLDS))
    for turn, fold in watched(parts, "Testing for groups by hidden votes", len(folds) * FOLDS):
        shown = folds[turn] != fold
        rest = Cast.of(rows[shown], columns[shown], votes[shown], (n, m))
        chances = [np.random.default_rng([seed, turn, fold, use]) for use in (0, 1)]
        plain = fit(rest, dimensions=0, rng=chances[0], settled=NEARLY_SETTLED)
        full = fit(rest, rng=chances[1], settled=NEARLY_SETTLED)
        seen = plane(full).places
        out = ~shown & able[rows]
        who, what, truth = rows[out], columns[out], votes[out]
        counts += np.bincount(who, minlength=n)
        said: dict[object, Real] = {None: says(plain, who, what), "positions": says(full, who, what)}
        for number in whole:
            parting = part(seen[able], number, np.random.default_rng([seed, turn, fold, number]))
            belonging = parting.of(seen)
            said[number] = says_of_groups(rest, plain, belonging, who, what)
            before, after = whole[number][able].argmax(axis=1), belonging[able].argmax(axis=1)
            likeness[number].append(alike(before, after, number))
            if turn == 0:
                told[number] += tell(belonging, like_group(before, after, number), who, what, truth, m)
        for key, guess in said.items():
            errors[key] += np.bincount(who, (truth - guess) ** 2, n)
    return Hidden(
        counts=counts,
        none=errors[None],
        positions=errors["positions"],
        grouped={number: errors[number] for number in whole},
        likeness={number: np.mean(each, axis=0) for number, each in likeness.items()},
        told=told,
    )


def tell(belonging: Real, name: Whole, who: Whole, what: Whole, votes: Real, statements: int) -> Real:
    """Votes by kind, group and statement of people who surely belong; `name`: what each group is called."""
    number = belonging.shape[1]
    surely = belonging[who].max(axis=1) >= SURE_OF_LABEL
    group = name[belonging[who[surely]].argmax(axis=1)]
    cells = ((1 - votes[surely]).astype(np.int64) * number + group) * statements + what[surely]
    return np.bincount(cells, minlength=3 * number * statements).reshape(3, number, statements).astype(float)


def like_group(before: Whole, after: Whole, number: int) -> Whole:
    """Of each group of `after` the one of `before` with which it has most people in common."""
    both = np.bincount(before * number + after, minlength=number * number).reshape(number, number)
    most: Whole = both.argmax(axis=0)
    return most


def resample(places: Real, parting: Parting, rng: np.random.Generator) -> Real:
    """Mean likeness of each group to itself when people are drawn anew with replacement (Hennig 2007)."""
    before = parting.of(places).argmax(axis=1)
    times = RESAMPLES if len(places) <= FEW else RESAMPLES_OF_MANY
    seen = []
    for _ in watched(range(times), "Drawing people anew", times):
        drawn = rng.integers(len(places), size=len(places))
        after = part(places[drawn], parting.number, rng).of(places).argmax(axis=1)
        seen.append(alike(before, after, parting.number))
    likeness: Real = np.mean(seen, axis=0)
    return likeness


def gain(hidden: Hidden, errors: Real, before: Real) -> tuple[float, float, float]:
    """By which share of the error without groups `errors` are less than `before`; in standard errors; those.

    Votes of one person hang together, so the standard error is over people, not over votes.
    """
    total, votes = hidden.none.sum(), hidden.counts.sum()
    if total <= 0 or votes <= 0:
        return 0.0, 0.0, 0.0
    less = before - errors
    mean = less.sum() / votes
    error = np.sqrt(np.sum((less - mean * hidden.counts) ** 2)) / votes
    usual = total / votes
    return float(mean / usual), float(mean / error) if error > 0 else 0.0, float(error / usual)


def says(now: Fit, who: Whole, what: Whole) -> Real:
    """The votes that the model expects of these people on these statements."""
    reach = np.einsum("ij,ij->i", now.persons[who, 1:], now.statements[what, 1:])
    said: Real = now.statements[what, 0] + now.persons[who, 0] + reach
    return said


def says_of_groups(cast: Cast, plain: Fit, belonging: Real, who: Whole, what: Whole) -> Real:
    """The votes to expect if people differ by group, and by their tendency to agree, only.

    Group means are drawn to the statement's mean by as much as they vary for want of votes.
    """
    rows = np.repeat(np.arange(cast.values.shape[0]), np.diff(cast.values.indptr))
    columns, votes, voted = cast.values.indices, cast.values.data, np.diff(cast.values.indptr)
    usual, tendency = plain.statements[:, 0], plain.persons[:, 0]
    heard = cast.seen.T @ belonging
    theta, left = np.zeros_like(heard), cast.values.copy()
    for _ in range(4):
        left.data = votes - usual[columns] - tendency[rows]
        sums = left.T @ belonging
        raw = np.sum(sums**2 / np.maximum(heard, 1e-9)) / max(heard.sum(), 1e-9)
        spread = max(float(raw - plain.noise * heard.size / max(heard.sum(), 1e-9)), 0.01)
        theta = sums / (heard + plain.noise / spread)
        left.data = votes - usual[columns] - np.einsum("ij,ij->i", belonging[rows], theta[columns])
        tendency = left.sum(axis=1) / (voted + plain.noise / plain.tendency_spread)
    said: Real = usual[what] + tendency[who] + np.einsum("ij,ij->i", belonging[who], theta[what])
    return said


def alike(one: Whole, other: Whole, number: int) -> Real:
    """The Jaccard likeness of each group of `one` to the group of `other` that is most like it."""
    both = np.bincount(one * number + other, minlength=number * number).reshape(number, number)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0) - both
    likeness: Real = np.max(both / np.maximum(either, 1), axis=1)
    return likeness
