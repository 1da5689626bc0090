"""Variational-Bayes principal components of votes, on the votes that were cast only, with a person intercept.

    vote = statement's mean + person's tendency to agree + person's place . statement's direction + noise

after A. Ilin and T. Raiko, "Practical approaches to principal component analysis in the presence of missing
values", JMLR 11 (2010), with the intercept that takes yes-saying out of the picture. Persons and statements
each have one normal posterior over all that belongs to them; priors are learnt from the data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Real = NDArray[np.floating[Any]]

DIMENSIONS = 4  # of a person's place; two are drawn, groups may use all
LEAST_SPREAD = 0.02  # no axis is ever ruled out altogether
SETTLED = 1e-5  # relative change of the noise at which sweeps end
MOST_SWEEPS = 100
SMALLEST_NOISE = 1e-3
MANY = 20_000  # people, above which the first so many are fitted before all


@dataclass(frozen=True, eq=False)
class Cast:
    """Votes as the fit reads them: values and pattern, by person and by statement."""

    values: sparse.csr_array
    seen: sparse.csr_array
    values_by_statement: sparse.csr_array
    seen_by_statement: sparse.csr_array

    @classmethod
    def of(
        cls, rows: NDArray[np.int64], columns: NDArray[np.int64], votes: Real, shape: tuple[int, int]
    ) -> Cast:
        """Votes of persons `rows` on statements `columns`."""
        values = sparse.csr_array((votes, (rows, columns)), shape=shape)
        seen = sparse.csr_array((np.ones(len(votes)), (rows, columns)), shape=shape)
        return cls(values, seen, values.T.tocsr(), seen.T.tocsr())

    def people(self, places: NDArray[np.int64]) -> Cast:
        """The votes of some people, on all statements."""
        values, seen = self.values[places], self.seen[places]
        return Cast(values, seen, values.T.tocsr(), seen.T.tocsr())


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


def fit(
    cast: Cast, *, dimensions: int = DIMENSIONS, settled: float = SETTLED, rng: np.random.Generator
) -> Fit:
    """Fit the model; `dimensions=0` is the plain one with means and tendencies only.

    Of many people the first ones are fitted first, so their order must not follow from what they are.
    """
    n = cast.values.shape[0]
    if n > MANY:
        few = fit(cast.people(np.arange(MANY)), dimensions=dimensions, settled=settled, rng=rng)
        size = few.persons.shape[1]
        persons, covariances = np.zeros((n, size)), np.zeros((n, size, size))
        now = replace(few, persons=persons, person_covariances=covariances)
    else:
        now = begin(cast, dimensions, rng)
    for sweep in range(1, MOST_SWEEPS + 1):
        before = now.noise
        now = settle_statements(cast, settle_persons(cast, now))
        now = replace(now, sweeps=sweep)
        if abs(before - now.noise) <= settled * before:
            break
    return now


def settle_persons(cast: Cast, now: Fit) -> Fit:
    """Every person anew, given the statements; then how far tendencies spread."""
    size = now.persons.shape[1]
    directions = now.statements.copy()
    directions[:, 0] = 1.0
    squares = outer(directions)
    squares[:, 1:, 1:] += now.statement_covariances[:, 1:, 1:]
    with_mean = directions * now.statements[:, :1]
    with_mean[:, 1:] += now.statement_covariances[:, 1:, 0]
    prior = np.diag([1.0 / now.tendency_spread, *[1.0] * (size - 1)])
    precision = prior + (cast.seen @ squares.reshape(-1, size * size)).reshape(-1, size, size) / now.noise
    covariances = np.linalg.inv(precision)
    pull = (cast.values @ directions - cast.seen @ with_mean) / now.noise
    persons = np.einsum("nij,nj->ni", covariances, pull)
    spread = float(np.mean(persons[:, 0] ** 2 + covariances[:, 0, 0]))
    return replace(
        now, persons=persons, person_covariances=covariances, tendency_spread=max(spread, SMALLEST_NOISE)
    )


def settle_statements(cast: Cast, now: Fit) -> Fit:
    """Every statement anew, given the persons; then the noise and how far means and directions spread."""
    size = now.statements.shape[1]
    places = now.persons.copy()
    places[:, 0] = 1.0
    squares = outer(places)
    squares[:, 1:, 1:] += now.person_covariances[:, 1:, 1:]
    with_tendency = places * now.persons[:, :1]
    with_tendency[:, 1:] += now.person_covariances[:, 1:, 0]
    around = np.diag(1.0 / np.concatenate(([now.mean_spread], now.direction_spread)))
    seen_squares = (cast.seen_by_statement @ squares.reshape(-1, size * size)).reshape(-1, size, size)
    covariances = np.linalg.inv(around + seen_squares / now.noise)
    left = cast.values_by_statement @ places - cast.seen_by_statement @ with_tendency
    pull = left / now.noise
    pull[:, 0] += now.usual_mean / now.mean_spread
    statements = np.einsum("nij,nj->ni", covariances, pull)
    second = outer(statements) + covariances
    tendencies = now.persons[:, 0]
    seen_by = np.diff(cast.seen.indptr)
    without_tendency = (
        np.sum(cast.values.data**2)
        - 2 * tendencies @ cast.values.sum(axis=1)
        + seen_by @ (tendencies**2 + now.person_covariances[:, 0, 0])
    )
    error = without_tendency - 2 * np.sum(statements * left) + np.sum(second * seen_squares)
    means = statements[:, 0]
    usual = float(np.mean(means))
    return replace(
        now,
        statements=statements,
        statement_covariances=covariances,
        noise=max(float(error) / max(cast.values.nnz, 1), SMALLEST_NOISE),
        usual_mean=usual,
        mean_spread=max(float(np.mean((means - usual) ** 2 + covariances[:, 0, 0])), SMALLEST_NOISE),
        direction_spread=np.maximum(np.mean(np.einsum("nii->ni", second)[:, 1:], axis=0), LEAST_SPREAD),
    )


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
