"""Variational-Bayes principal components of votes, on the votes that were cast only, with a person intercept.

    vote = statement's mean + person's tendency to agree + person's place . statement's direction + noise

after A. Ilin and T. Raiko, "Practical approaches to principal component analysis in the presence of missing
values", JMLR 11 (2010), with the intercept that takes yes-saying out of the picture. Persons and statements
each have one normal posterior over all that belongs to them; priors are learnt from the data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from commonground._progress import watched
from commonground._shelf import Block, added
from commonground._votes import Ballots, Whole

Real = NDArray[np.floating[Any]]

DIMENSIONS = 4  # of a person's place; two are drawn, groups may use all
LEAST_SPREAD = 0.02  # no axis is ever ruled out altogether
SETTLED = 1e-5  # relative change of the noise at which sweeps end
MOST_SWEEPS = 100
SMALLEST_NOISE = 1e-3


@dataclass(frozen=True, eq=False)
class Cast:
    """Votes as the fit reads them: values and pattern, by person."""

    values: sparse.csr_array
    seen: sparse.csr_array

    @classmethod
    def of(
        cls, rows: NDArray[np.int64], columns: NDArray[np.int64], votes: Real, shape: tuple[int, int]
    ) -> Cast:
        """Votes of persons `rows` on statements `columns`."""
        values = sparse.csr_array((votes, (rows, columns)), shape=shape)
        return cls.like(values)

    @classmethod
    def like(cls, values: sparse.csr_array) -> Cast:
        """The votes that a matrix holds, its stored noughts being passes."""
        ones = np.ones(len(values.data))
        seen = sparse.csr_array((ones, values.indices, values.indptr), shape=values.shape)
        return cls(values, seen)

    @classmethod
    def from_ballots(cls, ballots: Ballots, ranks: Whole) -> Cast:
        """Votes of one block, the statements in the order of their ranks."""
        places = ranks.astype(np.int32)[ballots.columns], ballots.starts.astype(np.int32)
        parts = ballots.values.astype(float), *places
        return cls.like(sparse.csr_array(parts, shape=(len(ballots.starts) - 1, len(ranks))))

    def people(self, places: Whole) -> Cast:
        """The votes of some people, on all statements."""
        return Cast(self.values[places], self.seen[places])


@dataclass(frozen=True, eq=False)
class Fit:
    """Posterior means and covariances: persons' (tendency, place), statements' (mean, direction)."""

    persons: Real  # n x (1 + d)
    person_covariances: Real  # n x (1 + d) x (1 + d)
    statements: Real  # m x (1 + d)
    statement_covariances: Real
    noise: float  # variance of a vote around what the model says
    tendency_spread: float  # prior variance of the tendency to agree
    direction_spread: Real  # prior variances of the directions
    usual_mean: float
    mean_spread: float
    sweeps: int


@dataclass(frozen=True, eq=False)
class Sums:
    """What statements need to know of the people who voted, summed over people.

    squares: of each statement the expected squares of (1, place) of its voters, m x (1 + d)(2 + d)/2.
    left: the sum of (vote - tendency) times (1, place), m x (1 + d). without_tendency: the expected sum of
    squares of what tendencies leave of the votes. tendencies: the expected sum of their squares.
    """

    squares: Real
    left: Real
    without_tendency: float
    tendencies: float
    people: int
    votes: int

    def __add__(self, other: Sums) -> Sums:
        """The sums over both sets of people."""
        return self.with_(other, 1)

    def __sub__(self, other: Sums) -> Sums:
        """The sums over those people who are not in the other set."""
        return self.with_(other, -1)

    def reordered(self, places: Whole, count: int) -> Sums:
        """The same with `count` statements, the old ones at `places`."""
        squares, left = np.zeros((count, self.squares.shape[1])), np.zeros((count, self.left.shape[1]))
        squares[places], left[places] = self.squares, self.left
        return replace(self, squares=squares, left=left)

    def with_(self, other: Sums, sign: int) -> Sums:
        """The sums with those of others added, or taken away."""
        return Sums(
            self.squares + sign * other.squares,
            self.left + sign * other.left,
            self.without_tendency + sign * other.without_tendency,
            self.tendencies + sign * other.tendencies,
            self.people + sign * other.people,
            self.votes + sign * other.votes,
        )


def fit(
    cast: Cast,
    *,
    dimensions: int = DIMENSIONS,
    settled: float = SETTLED,
    rng: np.random.Generator,
    start: Fit | None = None,
) -> Fit:
    """Fit the model, from `start` where there is one; `dimensions=0` is the plain one without places."""
    now = start or begin(cast, dimensions, rng)
    for sweep in range(1, MOST_SWEEPS + 1):
        before = now.noise
        now = settle_statements(cast, settle_persons(cast, now))
        now = replace(now, sweeps=sweep)
        if abs(before - now.noise) <= settled * before:
            break
    return now


Each = Callable[[Callable[[Block], Any]], list[Any]]


def go_on(now: Fit, ranks: Whole, each: Each, *, settled: float = SETTLED, most: int = MOST_SWEEPS) -> Fit:
    """Sweep over blocks of people from where a fit of some of them, or an earlier one of all, ended.

    The persons of what it gives are not set: they follow from the statements.
    """
    for sweep in watched(range(1, most + 1), "Laying the map"):
        before = now.noise
        now = replace(settled_by(added(each(Sweep(bare(now), ranks))), now), sweeps=sweep)
        if abs(before - now.noise) <= settled * before:
            break
    return now


@dataclass(frozen=True, eq=False)
class Sweep:
    """One sweep over a block: what its people add to the sums."""

    now: Fit
    ranks: Whole

    def __call__(self, block: Block) -> Sums:
        """The sums of a block's people."""
        return sums_of_ballots(block.ballots(), self.now, self.ranks)


def sums_of_ballots(ballots: Ballots, now: Fit, ranks: Whole) -> Sums:
    """The sums of some people, settled on the way."""
    cast = Cast.from_ballots(ballots, ranks)
    return sums_of(cast, settle_persons(cast, now))


def bare(now: Fit) -> Fit:
    """A fit without its persons, to be sent around."""
    return replace(now, persons=np.zeros((0, 1)), person_covariances=np.zeros((0, 1, 1)))


def settle_persons(cast: Cast, now: Fit) -> Fit:
    """Every person anew, given the statements; then how far tendencies spread."""
    size = now.statements.shape[1]
    directions = now.statements.copy()
    directions[:, 0] = 1.0
    one, other = np.triu_indices(size)
    squares = directions[:, one] * directions[:, other]
    inner = one > 0
    squares[:, inner] += now.statement_covariances[:, one[inner], other[inner]]
    with_mean = directions * now.statements[:, :1]
    with_mean[:, 1:] += now.statement_covariances[:, 1:, 0]
    seen = cast.seen @ np.hstack((squares, with_mean))
    precisions = seen[:, : len(one)] / now.noise
    precisions[:, one == other] += [1.0 / now.tendency_spread, *[1.0] * (size - 1)]
    covariances = inverses(precisions, size)
    pull = (cast.values @ directions - seen[:, len(one) :]) / now.noise
    persons = (covariances @ pull[:, :, None])[:, :, 0] if size > 1 else covariances[:, 0] * pull
    spread = float(np.mean(persons[:, 0] ** 2 + covariances[:, 0, 0])) if len(persons) else 0.0
    return replace(
        now, persons=persons, person_covariances=covariances, tendency_spread=max(spread, SMALLEST_NOISE)
    )


def settle_statements(cast: Cast, now: Fit) -> Fit:
    """Every statement anew, given the persons; then the noise and how far means and directions spread."""
    return from_sums(sums_of(cast, now), now)


def sums_of(cast: Cast, now: Fit) -> Sums:
    """The sums of people whose posterior is set."""
    # No product here may go to a library that splits sums among threads: its order would be the machine's.
    size = now.persons.shape[1]
    places = now.persons.copy()
    places[:, 0] = 1.0
    one, other = np.triu_indices(size)
    squares = places[:, one] * places[:, other]
    inner = one > 0
    squares[:, inner] += now.person_covariances[:, one[inner], other[inner]]
    with_tendency = places * now.persons[:, :1]
    with_tendency[:, 1:] += now.person_covariances[:, 1:, 0]
    seen = cast.seen.T @ np.hstack((squares, with_tendency))
    tendencies = now.persons[:, 0]
    second = tendencies**2 + now.person_covariances[:, 0, 0]
    return Sums(
        squares=seen[:, : len(one)],
        left=cast.values.T @ places - seen[:, len(one) :],
        without_tendency=float(
            np.sum(cast.values.data**2)
            - 2 * np.sum(tendencies * cast.values.sum(axis=1))
            + np.sum(np.diff(cast.seen.indptr) * second)
        ),
        tendencies=float(second.sum()),
        people=len(tendencies),
        votes=int(cast.values.nnz),
    )


def from_sums(sums: Sums, now: Fit) -> Fit:
    """The statements that follow from the sums; then the noise and how far everything spreads."""
    size = now.statements.shape[1]
    around = np.diag(1.0 / np.concatenate(([now.mean_spread], now.direction_spread)))
    seen_squares = whole(sums.squares, size)
    covariances = np.linalg.inv(around + seen_squares / now.noise)
    pull = sums.left / now.noise
    pull[:, 0] += now.usual_mean / now.mean_spread
    statements = np.einsum("nij,nj->ni", covariances, pull)
    second = outer(statements) + covariances
    error = sums.without_tendency - 2 * np.sum(statements * sums.left) + np.sum(second * seen_squares)
    means = statements[:, 0]
    usual = float(np.mean(means))
    return replace(
        now,
        statements=statements,
        statement_covariances=covariances,
        noise=max(float(error) / max(sums.votes, 1), SMALLEST_NOISE),
        usual_mean=usual,
        mean_spread=max(float(np.mean((means - usual) ** 2 + covariances[:, 0, 0])), SMALLEST_NOISE),
        direction_spread=np.maximum(np.mean(np.einsum("nii->ni", second)[:, 1:], axis=0), LEAST_SPREAD),
    )


def inverses(packed: Real, size: int) -> Real:
    """The inverses of positive definite matrices, given by their upper triangles; k x d x d.

    Each grows by a row and a column at a time (bordering), all matrices at once: LAPACK takes ten times as
    long for so many small ones.
    """
    pairs = np.stack(np.triu_indices(size), axis=1).tolist()
    places = {(row, at): number for number, (row, at) in enumerate(pairs)}
    columns = np.ascontiguousarray(packed.T)
    found = {(0, 0): 1.0 / columns[0]}
    for last in range(1, size):
        edge = [columns[places[row, last]] for row in range(last)]
        reach = [
            sum((found[min(row, at), max(row, at)] * edge[at] for at in range(last)), np.zeros(len(packed)))
            for row in range(last)
        ]
        rest = columns[places[last, last]] - sum(a * b for a, b in zip(edge, reach, strict=True))
        for row in range(last):
            found[row, last] = -reach[row] / rest
            for at in range(row, last):
                found[row, at] = found[row, at] - reach[at] * found[row, last]
        found[last, last] = 1.0 / rest
    full = np.empty((len(packed), size, size))
    for (row, at), values in found.items():
        full[:, row, at] = values
        full[:, at, row] = values
    return full


def packed(full: Real) -> Real:
    """Upper triangles of symmetric matrices: k x d x d in, k x d(d + 1)/2 out."""
    one, other = np.triu_indices(full.shape[1])
    return np.ascontiguousarray(full[:, one, other])


def reordered(now: Fit, places: Whole, count: int) -> Fit:
    """The same with `count` statements, the old ones at `places`, new ones as uncertain as any."""
    size = now.statements.shape[1]
    around = np.diag(np.concatenate(([now.mean_spread], now.direction_spread)))
    statements = np.zeros((count, size))
    statements[:, 0] = now.usual_mean
    covariances = np.tile(around, (count, 1, 1))
    statements[places], covariances[places] = now.statements, now.statement_covariances
    return replace(now, statements=statements, statement_covariances=covariances)


def settled_by(sums: Sums, now: Fit) -> Fit:
    """The statements and all spreads that follow from the sums of everyone, settled against `now`."""
    spread = max(sums.tendencies / max(sums.people, 1), SMALLEST_NOISE)
    return replace(from_sums(sums, now), tendency_spread=spread)


def whole(packed: Real, size: int) -> Real:
    """Symmetric matrices from their upper triangles: k x d(d + 1)/2 in, k x d x d out."""
    one, other = np.triu_indices(size)
    full = np.empty((len(packed), size, size))
    full[:, one, other] = packed
    full[:, other, one] = packed
    return full


def begin(cast: Cast, dimensions: int, rng: np.random.Generator) -> Fit:
    """Where sweeps start: means and tendencies, then the strongest directions of what they leave over."""
    n, m = cast.values.shape
    start = Fit(
        persons=np.zeros((n, 1)),
        person_covariances=np.zeros((n, 1, 1)),
        statements=np.zeros((m, 1)),
        statement_covariances=np.zeros((m, 1, 1)),
        noise=max(float(np.mean(cast.values.data**2)), SMALLEST_NOISE) if cast.values.nnz else 1.0,
        tendency_spread=0.1,
        direction_spread=np.ones(0),
        usual_mean=0.0,
        mean_spread=1.0,
        sweeps=0,
    )
    for _ in range(10):
        start = settle_persons(cast, settle_statements(cast, start))
    if dimensions == 0:
        return start
    rows = np.repeat(np.arange(n), np.diff(cast.values.indptr))
    left = cast.values.copy()
    left.data = left.data - start.persons[rows, 0] - start.statements[left.indices, 0]
    places, directions = strongest(left, dimensions, rng)
    return replace(
        start,
        persons=np.hstack((start.persons, places)),
        person_covariances=np.zeros((n, 1 + dimensions, 1 + dimensions)),
        statements=np.hstack((start.statements, directions)),
        statement_covariances=np.zeros((m, 1 + dimensions, 1 + dimensions)),
        direction_spread=np.ones(dimensions),
    )


def strongest(left: sparse.csr_array, dimensions: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Places of unit spread and directions of the leading singular vectors, by subspace iteration."""
    n, m = left.shape
    width = min(dimensions + 8, m, n)
    other = left.T.tocsr()
    basis = np.linalg.qr(rng.normal(size=(m, width)))[0]
    for _ in range(8):
        basis = np.linalg.qr(other @ (left @ basis))[0]
    u, strengths, turned = np.linalg.svd(left @ basis, full_matrices=False)
    places, directions = np.zeros((n, dimensions)), np.zeros((m, dimensions))
    kept = min(dimensions, width)
    places[:, :kept] = u[:, :kept] * np.sqrt(n)
    directions[:, :kept] = (basis @ turned.T)[:, :kept] * strengths[:kept] / np.sqrt(n)
    return places, directions


def outer(vectors: Real) -> Real:
    """Each vector times itself: k x d in, k x d x d out."""
    return vectors[:, :, None] * vectors[:, None, :]
