"""What a map stands on: the fit, where people stand by it, and the groups, if the votes support any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import scipy
from numpy.typing import NDArray

from commonground._fit import (
    SETTLED,
    Cast,
    Fit,
    Real,
    Sums,
    bare,
    fit,
    go_on,
    packed,
    reordered,
    settle_persons,
    settled_by,
    sums_of,
    whole,
)
from commonground._groups import (
    ENOUGH_VOTES,
    FEWEST_PEOPLE,
    FOLDS,
    NEARLY_SETTLED,
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
from commonground._votes import Ballots, VoteTable, Whole, mixed

FEWEST_ON_A_MAP = 20
FEWEST_STATEMENTS = 5
MANY = 20_000  # people, above which so many of them are fitted before all
MOST_TAKEN_IN = 0.2  # of the votes, above which all is done anew
SWEEPS_OF_NEW = 5
STILL_HELD = 0.95  # share of the people whom the picture before must hold to be kept
AT_ONCE = 50_000  # people


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


NOWHERE = Frame(np.zeros(2), np.ones(2), 0.0)


@dataclass(frozen=True, eq=False)
class Ground:
    """What a map stands on: all votes, their fit, and the groups. It holds people's places: personal.

    people, statements: the order of the rows here, as places in the votes' own lists. persons: n x (1 + d),
    tendencies to agree and places of the fit; spreads: their covariances, upper triangles. likeness,
    resampled: of each group; told: see Hidden. laid: how many votes there were when groups were looked for.
    history: digests of the votes that it stood on before more were taken in.
    """

    votes: Shelf
    people: Whole
    statements: Whole
    fitted: Fit
    turn: Turn
    persons: Real
    spreads: Real
    frame: Frame
    evidence: Evidence
    parting: Parting | None
    likeness: Real
    resampled: Real
    told: Real
    seed: int
    laid: int
    history: tuple[str, ...] = ()
    known_sums: Sums | None = None

    @property
    def counts(self) -> Whole:
        """How many votes each person cast."""
        return self.votes.counts[self.people]

    @cached_property
    def places(self) -> Real:
        """Where people stand on the map, n x d."""
        return self.turn.places(self.persons)

    @cached_property
    def covariances(self) -> Real:
        """How uncertain that is on the drawn axes, n x 2 x 2."""
        size = self.persons.shape[1]
        parts = [self.spreads[first : first + AT_ONCE] for first in range(0, len(self.spreads), AT_ONCE)]
        return np.concatenate([self.turn.covariances(whole(part, size), 2) for part in parts])

    @cached_property
    def sums(self) -> Sums:
        """What all people together say of the statements."""
        if self.known_sums is not None:
            return self.known_sums
        row_of = np.argsort(self.people)
        mine = [
            (block, self.persons[rows], self.spreads[rows])
            for block in self.votes.blocks
            for rows in (row_of[block.first : block.last],)
        ]
        do = partial(said_of, now=self.fitted, ranks=np.argsort(self.statements))
        return added(self.votes.engine.each(do, mine))

    @property
    def able(self) -> NDArray[np.bool_]:
        """Who has votes enough for a label."""
        heard = self.votes.tally(np.zeros(len(self.people), np.int64), 1).sum(axis=(0, 1))
        return self.counts >= min(ENOUGH_VOTES, int((heard > 0).sum()))

    @cached_property
    def belonging(self) -> Real | None:
        """How probably people belong to each group, n x groups; None where there are none."""
        return None if self.parting is None else self.parting.of(self.places)

    @property
    def certainty(self) -> Real:
        """How probably people belong to their likeliest group; nan where there are no groups."""
        if self.belonging is None:
            return np.full(len(self.people), np.nan)
        most: Real = self.belonging.max(axis=1)
        return most

    @cached_property
    def labels(self) -> Whole:
        """The group of each person, -1 where none may be given."""
        if self.belonging is None:
            return np.full(len(self.people), -1)
        sure = self.able & (self.belonging.max(axis=1) >= SURE_OF_LABEL)
        return np.where(sure, self.belonging.argmax(axis=1), -1)

    def take_in(self, new: VoteTable) -> Ground:
        """The ground under these votes too; a person's new vote on a statement replaces the one before.

        Those who voted are settled anew, and the statements with them. Nobody else moves, nor do axes,
        picture and groups. Once votes are a fifth more than when groups were looked for, all of it is done
        anew from where it stands, and axes and groups keep their meaning.
        """
        if not len(new):
            return self
        table = self.votes.take(np.arange(len(self.people))).with_votes(new)
        history = (*self.history, self.votes.digest)
        if len(table) > (1 + MOST_TAKEN_IN) * self.laid:
            anew = lay(table, seed=self.seed, before=self)
            return self if anew is None else replace(anew, history=history)
        return replace(grown(self, table, new.participants), history=history)


def grown(before: Ground, table: VoteTable, voted: Sequence[str]) -> Ground:
    """The ground under a table in which only the votes of those who `voted` are other than before."""
    mine = places_in(table.participants, before.votes.participants)
    touched = places_in(table.participants, voted)
    people = np.concatenate((mine[before.people], np.setdiff1d(touched, mine)))
    columns = places_in(table.statements, before.votes.statements)[before.statements]
    statements = np.concatenate((columns, np.setdiff1d(np.arange(len(table.statements)), columns)))
    added_people = len(people) - len(before.people)
    persons = np.vstack((before.persons, np.zeros((added_people, before.persons.shape[1]))))
    spreads = np.vstack((before.spreads, np.zeros((added_people, before.spreads.shape[1]))))
    row_of, kept = np.argsort(people), np.arange(len(columns))
    then = np.flatnonzero(np.isin(mine, touched))
    sums = before.sums
    if len(then):
        rows = np.argsort(before.people)[then]
        ballots = Ballots.of(before.votes.take(then))
        ranks = np.argsort(before.statements)
        sums = sums - said_by(ballots, persons[rows], spreads[rows], before.fitted, ranks)
    sums, now = sums.reordered(kept, len(statements)), reordered(before.fitted, kept, len(statements))
    cast = Cast.from_ballots(Ballots.of(table.shelf.take(touched)), np.argsort(statements))
    for _ in range(SWEEPS_OF_NEW):
        settled = settle_persons(cast, now)
        all_sums = sums + sums_of(cast, settled)
        now = bare(settled_by(all_sums, now))
    rows = row_of[touched]
    persons[rows], spreads[rows] = settled.persons, packed(settled.person_covariances)
    more = np.zeros((*before.told.shape[:2], len(statements) - len(columns)))
    return replace(
        before,
        votes=table.shelf,
        people=people,
        statements=statements,
        fitted=now,
        persons=persons,
        spreads=spreads,
        told=before.told if before.parting is None else np.concatenate((before.told, more), axis=2),
        known_sums=all_sums,
    )


def places_in(names: Sequence[str], some: Sequence[str]) -> Whole:
    """Where some names are in a list."""
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[name] for name in some], np.int64)


def said_of(mine: tuple[Block, Real, Real], now: Fit, ranks: Whole) -> Sums:
    """What the people of a block say of the statements, from where they stand."""
    block, persons, spreads = mine
    return said_by(block.ballots(), persons, spreads, now, ranks)


def said_by(ballots: Ballots, persons: Real, spreads: Real, now: Fit, ranks: Whole) -> Sums:
    """What some people say of the statements, from where they stand."""
    covariances = whole(spreads, persons.shape[1])
    cast = Cast.from_ballots(ballots, ranks)
    return sums_of(cast, replace(now, persons=persons, person_covariances=covariances))


def lay(votes: Votes, *, seed: int = 7, before: Ground | None = None) -> Ground | None:
    """The ground of a map; None where fewer than 20 people or 5 statements have votes, or all are alike.

    With a ground from `before` the search starts from it, and axes and groups keep their meaning.
    """
    shelf = on_shelf(votes)
    people = len(shelf.participants)
    heard = shelf.tally(np.zeros(people, np.int64), 1)[:, 0]
    voted_on = int((heard.sum(axis=0) > 0).sum())
    alike = int((heard.sum(axis=1) > 0).sum()) == 1
    if people < FEWEST_ON_A_MAP or voted_on < FEWEST_STATEMENTS or alike:
        return None
    sample = Sample.of(shelf, seed)
    ranks = np.argsort(sample.statements)
    start = None
    if before is not None:
        columns = places_in(shelf.statements, before.votes.statements)[before.statements]
        start = reordered(before.fitted, ranks[columns], len(ranks))
    roughly = NEARLY_SETTLED if people > MANY else SETTLED
    fitted = start or fit(sample.cast, rng=np.random.default_rng([seed, 0]), settled=roughly)
    if people <= MANY:
        fitted = fit(sample.cast, rng=np.random.default_rng([seed, 0]), start=start) if start else fitted
        order, persons, spreads = sample.people, fitted.persons, packed(fitted.person_covariances)
        moments = Moments.of(persons, fitted.person_covariances)
    else:
        fitted = go_on(fitted, ranks, shelf.each)
        order = np.arange(people)
        settled = shelf.each(partial(settled_of, now=bare(fitted), ranks=ranks))
        persons, spreads = (np.concatenate([each[at] for each in settled]) for at in (0, 1))
        moments = added([each[2] for each in settled])
    ground = Ground(
        votes=shelf,
        people=order,
        statements=sample.statements,
        fitted=bare(fitted),
        turn=Turn.of(fitted, moments),
        persons=persons,
        spreads=spreads,
        frame=NOWHERE,
        evidence=Evidence(TOO_FEW, None, 0, 0.0, 0.0, ()),
        parting=None,
        likeness=np.zeros(0),
        resampled=np.zeros(0),
        told=np.zeros(0),
        seed=seed,
        laid=len(shelf),
    )
    if before is not None:
        ground = aligned(ground, before)
    return named(with_groups(framed(ground, before), sample), before)


def framed(ground: Ground, before: Ground | None) -> Ground:
    """With the picture around it; the one before, while it holds nearly everyone."""
    if before is not None:
        spots = before.frame.of(ground.places, ground.covariances)[0]
        if ((spots >= 0) & (spots <= 1)).all(axis=1).mean() >= STILL_HELD:
            return replace(ground, frame=before.frame)
    return replace(ground, frame=Frame.around(ground.places[:, :2], ground.covariances))


def aligned(ground: Ground, before: Ground) -> Ground:
    """With the drawn axes turned so that people stand as near as can be to where they stood."""
    here, there = in_both(ground, before)
    turn = ground.turn.aligned(ground.places[here], before.places[there])
    return replace(ground, turn=turn)


def in_both(ground: Ground, before: Ground) -> tuple[Whole, Whole]:
    """The rows of the people who are in both."""
    was = {before.votes.participants[place]: row for row, place in enumerate(before.people.tolist())}
    rows = [was.get(ground.votes.participants[place], -1) for place in ground.people.tolist()]
    there = np.array(rows, np.int64)
    here = np.flatnonzero(there >= 0)
    return here, there[here]


def with_groups(ground: Ground, sample: Sample) -> Ground:
    """With the groups, if the votes support any."""
    rows = np.argsort(ground.people)[sample.people]
    able = ground.able
    found = groups_of(sample, ground.places[rows], able[rows], int(able.sum()), ground.seed)
    evidence, parting, likeness, resampled, told = found
    return replace(
        ground, evidence=evidence, parting=parting, likeness=likeness, resampled=resampled, told=told
    )


def named(ground: Ground, before: Ground | None) -> Ground:
    """With groups in the order of those before with which they have most people in common."""
    if before is None or ground.parting is None or before.belonging is None or ground.belonging is None:
        return ground
    here, there = in_both(ground, before)
    number = ground.parting.number
    now, then = ground.belonging[here].argmax(axis=1), before.belonging[there].argmax(axis=1)
    shared = np.bincount(then * number + now, minlength=before.belonging.shape[1] * number)
    rows, columns = scipy.optimize.linear_sum_assignment(-shared.reshape(-1, number))
    order = [int(group) for _, group in sorted(zip(rows, columns, strict=True))]
    order += [group for group in range(number) if group not in order]
    parting = Parting(ground.parting.weights[order], ground.parting.centres[order], ground.parting.inverse)
    return replace(
        ground,
        parting=parting,
        likeness=ground.likeness[order],
        resampled=ground.resampled[order],
        told=ground.told[:, order],
    )


def settled_of(block: Block, now: Fit, ranks: Whole) -> tuple[Real, Real, Moments]:
    """The persons of a block, settled, and their spreads and moments."""
    fitted = settle_persons(Cast.from_ballots(block.ballots(), ranks), now)
    covariances = fitted.person_covariances
    return fitted.persons, packed(covariances), Moments.of(fitted.persons, covariances)


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
    partings = {number: part(places[able], number, chance(seed, number)) for number in numbers}
    belonging = {number: parting.of(places) for number, parting in partings.items()}
    evidence, hidden = weigh(cast, folds, able, belonging, seed, people)
    number = evidence.number
    if number is None:
        return evidence, None, nothing, nothing, nothing
    again = resample(places[able], partings[number], np.random.default_rng([seed, 3, number]))
    return evidence, partings[number], hidden.likeness[number], again, hidden.told[number]


def chance(seed: int, number: int) -> np.random.Generator:
    """Where the search for so many groups begins."""
    return np.random.default_rng([seed, 2, number])
