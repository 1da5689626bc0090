"""What a map stands on: the fit, where people stand by it, and the groups, if the votes support any."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from commonground._fit import Cast, Fit, Real, bare, fit, go_on, settle_persons
from commonground._groups import (
    ENOUGH_VOTES,
    FEWEST_PEOPLE,
    FOLDS,
    NUMBERS,
    SAMPLE,
    SURE_OF_LABEL,
    TOO_FEW,
    TURNS,
    Evidence,
    Moments,
    Parting,
    Turn,
    part,
    resample,
    weigh,
)
from commonground._places import HEIGHT
from commonground._shelf import Block, Shelf, Votes, added, on_shelf
from commonground._votes import VoteTable, Whole, mixed

FEWEST_ON_A_MAP = 20
FEWEST_STATEMENTS = 5
MANY = 20_000  # people, above which so many of them are fitted before all


@dataclass(frozen=True, eq=False)
class Frame:
    """The picture: its middle and size in places of the map, and how uncertain a usual place is."""

    middle: Real
    size: Real
    spread: float  # standard deviation as a share of the width

    @classmethod
    def around(cls, places: Real, covariances: Real) -> Frame:
        """A picture that holds nearly everyone, both axes on one scale."""
        spread = float(np.median(np.sqrt(np.einsum("nii->n", covariances) / 2)))
        low, high = np.quantile(places, 0.01, axis=0) - spread, np.quantile(places, 0.99, axis=0) + spread
        width = max(float(high[0] - low[0]), float(high[1] - low[1]) / HEIGHT, 1e-9)
        return cls((low + high) / 2, np.array([width, width * HEIGHT]), spread / width)

    def of(self, places: Real, covariances: Real) -> tuple[Real, Real]:
        """Places and covariances in shares of the picture."""
        spots: Real = (places[:, :2] - self.middle) / self.size + 0.5
        return spots, covariances / np.outer(self.size, self.size)


@dataclass(frozen=True, eq=False)
class Ground:
    """The fit of all votes and what was found in it.

    people, statements: the order of the rows here, as places in the votes' own lists. persons: n x (1 + d),
    tendencies to agree and places of the fit; places: n x d on the map; covariances: n x 2 x 2 of the drawn
    axes. counts: votes of each person. belonging: n x groups, None where there are none; likeness, resampled:
    of each group; told: see Hidden.
    """

    votes: Shelf
    people: Whole
    statements: Whole
    fitted: Fit
    turn: Turn
    persons: Real
    places: Real
    covariances: Real
    counts: Whole
    frame: Frame
    evidence: Evidence
    parting: Parting | None
    likeness: Real
    resampled: Real
    told: Real

    @property
    def able(self) -> NDArray[np.bool_]:
        """Who has votes enough for a label."""
        voted_on = int((self.votes.tally(np.zeros(len(self.people), np.int64), 1).sum(axis=(0, 1)) > 0).sum())
        return self.counts >= min(ENOUGH_VOTES, voted_on)

    @property
    def certainty(self) -> Real:
        """How probably people belong to their likeliest group; nan where there are no groups."""
        if self.parting is None:
            return np.full(len(self.people), np.nan)
        most: Real = self.parting.of(self.places).max(axis=1)
        return most

    @property
    def labels(self) -> Whole:
        """The group of each person, -1 where none may be given."""
        if self.parting is None:
            return np.full(len(self.people), -1)
        belonging = self.parting.of(self.places)
        sure = self.able & (belonging.max(axis=1) >= SURE_OF_LABEL)
        return np.where(sure, belonging.argmax(axis=1), -1)


def lay(votes: Votes, *, seed: int) -> Ground | None:
    """Find the ground; None where fewer than 20 people or 5 statements have votes, or all votes are alike."""
    shelf = on_shelf(votes)
    people = len(shelf.participants)
    heard = shelf.tally(np.zeros(people, np.int64), 1)[:, 0]
    voted_on = int((heard.sum(axis=0) > 0).sum())
    alike = int((heard.sum(axis=1) > 0).sum()) == 1
    if people < FEWEST_ON_A_MAP or voted_on < FEWEST_STATEMENTS or alike:
        return None
    sample = Sample.of(shelf, seed)
    fitted = fit(sample.cast, rng=np.random.default_rng([seed, 0]))
    if people <= MANY:
        order, persons, covariances = sample.people, fitted.persons, fitted.person_covariances
        moments = Moments.of(persons, covariances)
    else:
        ranks = np.argsort(sample.statements)
        fitted = go_on(fitted, ranks, shelf.each)
        order = np.arange(people)
        settled = shelf.each(partial(settled_of, now=bare(fitted), ranks=ranks))
        persons, covariances = (np.concatenate([each[at] for each in settled]) for at in (0, 1))
        moments = added([each[2] for each in settled])
    turn = Turn.of(fitted, moments)
    places, spreads = turn.places(persons), turn.covariances(covariances, 2)
    counts = shelf.counts[order]
    able = counts >= min(ENOUGH_VOTES, voted_on)
    row_of = np.argsort(order)
    evidence, parting, likeness, resampled, told = groups_of(
        sample, places[row_of[sample.people]], able[row_of[sample.people]], int(able.sum()), seed
    )
    return Ground(
        votes=shelf,
        people=order,
        statements=sample.statements,
        fitted=bare(fitted),
        turn=turn,
        persons=persons,
        places=places,
        covariances=spreads,
        counts=counts,
        frame=Frame.around(places[:, :2], spreads),
        evidence=evidence,
        parting=parting,
        likeness=likeness,
        resampled=resampled,
        told=told,
    )


def settled_of(block: Block, now: Fit, ranks: Whole) -> tuple[Real, Real, Moments]:
    """The persons of a block, settled, with their moments."""
    fitted = settle_persons(Cast.from_ballots(block.ballots(), ranks), now)
    return (
        fitted.persons,
        fitted.person_covariances,
        Moments.of(fitted.persons, fitted.person_covariances),
    )


@dataclass(frozen=True, eq=False)
class Sample:
    """Everyone, or MANY people who were chosen by what they said, in an order that names have no say in.

    people, statements: in that order, places in the lists of the votes. folds: which fifth of the votes each
    vote of `cast` belongs to, TURNS x votes.
    """

    cast: Cast
    people: Whole
    statements: Whole
    folds: Whole

    @classmethod
    def of(cls, shelf: Shelf, seed: int) -> Sample:
        """Choose people and order them."""
        some = np.arange(len(shelf.participants))
        if len(some) > MANY:
            some = np.sort(np.argsort(shelf.marks, kind="stable")[:MANY])
        table = shelf.take(some)
        people, statements, order = table.by_content
        row_rank, column_rank = np.argsort(people), np.argsort(statements)
        rows, columns = row_rank[table.rows[order]], column_rank[table.columns[order]]
        cast = Cast.of(rows, columns, table.values[order].astype(float), (len(people), len(statements)))
        return cls(cast, some[people], statements, folds_of(table, order, seed))


def folds_of(votes: VoteTable, order: Whole, seed: int) -> Whole:
    """Which fifth of the votes each belongs to, TURNS x votes: neither names nor rows have a say in it."""
    people, statements = votes.marks
    folds = []
    for turn in range(TURNS):
        stirred = mixed(
            people[votes.rows] + mixed(statements[votes.columns] + np.uint64((seed + turn) % 2**32))
        )
        folds.append((stirred[order] % np.uint64(FOLDS)).astype(np.int64))
    return np.array(folds)


Found = tuple[Evidence, Parting | None, Real, Real, Real]


def groups_of(sample: Sample, places: Real, able: NDArray[np.bool_], people: int, seed: int) -> Found:
    """Why there are so many groups or none, how people part into them, how stable each is, and what was told.

    Of many people the first SAMPLE are asked, in an order that follows from votes as if by chance. `people`:
    how many have votes enough.
    """
    nothing = np.zeros(0)
    numbers = [number for number in NUMBERS if people >= 2 * FEWEST_PEOPLE * number]
    if people < FEWEST_ON_A_MAP or not numbers:
        return Evidence(TOO_FEW, None, people, 0.0, 0.0, ()), None, nothing, nothing, nothing
    cast, folds = sample.cast, sample.folds
    if int(able.sum()) > SAMPLE:
        some = np.flatnonzero(able)[:SAMPLE]
        voters = np.repeat(np.arange(len(able)), np.diff(cast.values.indptr))
        folds, cast = folds[:1, np.isin(voters, some)], cast.people(some)
        places, able = places[some], np.ones(len(some), bool)
    whole = {number: part(places[able], number, chance(seed, number)) for number in numbers}
    belonging = {number: parting.of(places) for number, parting in whole.items()}
    evidence, hidden = weigh(cast, folds, able, belonging, seed, people)
    number = evidence.number
    if number is None:
        return evidence, None, nothing, nothing, nothing
    again = resample(places[able], whole[number], np.random.default_rng([seed, 3, number]))
    return evidence, whole[number], hidden.likeness[number], again, hidden.told[number]


def chance(seed: int, number: int) -> np.random.Generator:
    """Where the search for so many groups begins."""
    return np.random.default_rng([seed, 2, number])
