"""The opinion map: where crowds stand, what its axes mean, and the groups, if the votes support any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy

from commonground._fit import Real
from commonground._groups import Evidence
from commonground._places import HEIGHT, NAMES, Place, Places
from commonground._votes import Whole

if TYPE_CHECKING:
    from commonground._ground import Ground

SMALLEST_CROWD = 10
FINEST, COARSEST = 15, 3  # cells across
SHOWN = 2 / 3  # share of the people that the cells of a crowd should hold before cells are made coarser
FARTHEST = 3  # pictures to each side, beyond which people are in no crowd
STATEMENTS_OF_AN_END = 3
STATEMENTS_OF_A_GROUP = 5
CLEAR = 2.0  # standard errors by which a statement must load on an axis to explain it
FALSE_AT_MOST = 0.1
FEWEST_TO_COMPARE = 5
SURE_90 = 1.6449
AT_ONCE = 50_000  # people


@dataclass(frozen=True)
class Pull:
    """A statement that explains an axis: how far a vote on it moves, on the scale from -1 to 1, when a person
    stands one standard deviation further along."""

    statement: str
    effect: float


@dataclass(frozen=True)
class Axis:
    """What an axis of the map means: the statements that part people along it, the strongest first.

    more: agreed with the more, the further right (or up) a person stands. less: the further left (or down).
    share: of the differences between people that the model holds, how much lies along this axis.
    """

    share: float
    more: tuple[Pull, ...]
    less: tuple[Pull, ...]


@dataclass(frozen=True)
class Cell:
    """A crowd: about `count` people stand near x, y, from 0 to 1, left to right and bottom to top."""

    x: float
    y: float
    count: int


@dataclass(frozen=True)
class Saying:
    """What a group says differently: the share that agrees in it, and among the others with a label.

    low and high hold the difference with 90 %. false: among such sayings the share to expect that is no
    difference (q-value), by votes that had no part in making the groups.
    """

    statement: str
    here: float
    elsewhere: float
    low: float | None = None
    high: float | None = None
    false: float | None = None

    @property
    def effect(self) -> float:
        """How much more of the group agree than of the others."""
        return round(self.here - self.elsewhere, 4)


@dataclass(frozen=True)
class Group:
    """A group found from votes: its people with a label, where its middle stands, what it says differently.

    stability: mean Jaccard likeness to itself when a fifth of the votes is missing; resampled: the same when
    people are drawn anew with replacement. None where not kept.
    """

    name: str
    size: int
    x: float
    y: float
    says: tuple[Saying, ...]
    stability: float | None = None
    resampled: float | None = None


@dataclass(frozen=True)
class Groups:
    """The groups, the largest first; `unlabelled` people voted too little or stand between groups.

    stability: that of the least stable group.
    """

    each: tuple[Group, ...]
    stability: float
    unlabelled: int

    def __iter__(self) -> Iterator[Group]:
        """The groups, the largest first."""
        return iter(self.each)

    def __len__(self) -> int:
        """How many groups there are."""
        return len(self.each)


@dataclass(frozen=True)
class OpinionMap:
    """Where people stand to each other, by their votes alone.

    axes: left to right, then bottom to top. cells: crowds of ten or more. bins: cells across the picture.
    spread: how uncertain a usual person's place is, a standard deviation as a share of the picture's width.
    people: how many the map was drawn from. places: by participant; empty where they were not kept.
    bridging: by statement, the vote from -1 to 1 to expect of somebody of usual readiness to agree who stands
    midway between the declared constituencies, each counting the same; empty where none are declared.
    """

    axes: tuple[Axis, Axis]
    cells: tuple[Cell, ...]
    bins: int
    spread: float
    people: int
    groups: Groups | None
    evidence: Evidence
    places: Mapping[str, Place] = field(default_factory=dict)
    bridging: Mapping[str, float] = field(default_factory=dict)

    def core(self, size: int = 8) -> tuple[str, ...]:
        """The statements that part people most: ask everyone these first, where a map is wanted."""
        pulls = [pull for axis in self.axes for pull in (*axis.more, *axis.less)]
        ranked = sorted(pulls, key=lambda pull: (-abs(pull.effect), pull.statement))
        return tuple(dict.fromkeys(pull.statement for pull in ranked))[:size]

    def crowd(self, bins: int | None = None) -> tuple[Cell, ...]:
        """Crowds in hexagons, `bins` of them across; those of fewer than ten people are left out.

        Each person counts in every hexagon by the chance of standing there, so that those who voted little do
        not heap up in the middle. Without `bins` the cells are as fine as the number of people allows.
        Raises ValueError when other bins are asked of a map whose places were not kept.
        """
        if bins is None or bins == self.bins:
            return self.cells
        if not self.places:
            raise ValueError(
                "the people's places were not kept, so the crowd has only the cells it was drawn with"
            )
        if bins < 1:
            raise ValueError(f"a picture is at least one cell wide, not {bins}")
        places = Places.of(self.places)
        return gather(places.spots, places.covariances, bins)


def picture(ground: Ground, constituencies: Mapping[str, str] | None = None) -> OpinionMap:
    """The map that stands on this ground."""
    statements = [ground.votes.statements[place] for place in ground.statements]
    names = [ground.votes.participants[place] for place in ground.people]
    middles, covariances = ground.frame.of(ground.places, ground.covariances)
    cells, bins = finest(middles, covariances)
    return OpinionMap(
        axes=(axis(ground, 0, statements), axis(ground, 1, statements)),
        cells=cells,
        bins=bins,
        spread=round(ground.frame.spread, 4),
        people=len(names),
        groups=describe(ground, middles, statements),
        evidence=ground.evidence,
        places=locate(ground, names, middles, covariances),
        bridging=bridge(ground, names, statements, constituencies or {}),
    )


def bridge(
    ground: Ground, names: list[str], statements: list[str], constituencies: Mapping[str, str]
) -> dict[str, float]:
    """The vote on each statement to expect midway between the constituencies that voted."""
    groups = [constituencies.get(name, "") for name in names]
    found = {name: number for number, name in enumerate(sorted(set(groups) - {""}))}
    if not found:
        return {}
    group = np.array([found.get(name, len(found)) for name in groups])
    sizes = np.bincount(group, minlength=len(found) + 1)[:-1]
    means = [np.bincount(group, of_axis, len(found) + 1)[:-1] / sizes for of_axis in ground.persons.T]
    middle = np.sort(np.array(means).T, axis=0).mean(axis=0)
    fitted = ground.fitted.statements
    expected = fitted[:, 0] + fitted[:, 1:] @ middle[1:]
    order = sorted(range(len(statements)), key=statements.__getitem__)
    return {statements[place]: round(float(expected[place]), 4) for place in order}


NODES = {many: np.polynomial.hermite_e.hermegauss(3 if many else 5) for many in (False, True)}


def smear(middles: Real, covariances: Real, many: bool) -> tuple[Real, Real]:
    """Each person as 25 points with weights that sum to one, spread as the place is uncertain; 9 of many."""
    nodes, weights_of = NODES[many]
    roots = np.linalg.cholesky(covariances + 1e-12 * np.eye(2))
    grid = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    weights = np.outer(weights_of, weights_of).ravel() / weights_of.sum() ** 2
    points = middles[:, None, :] + np.einsum("nij,gj->ngi", roots, grid)
    return points.reshape(-1, 2), np.tile(weights, len(middles))


def gather(middles: Real, covariances: Real, bins: int) -> tuple[Cell, ...]:
    """Count people in hexagons and keep those that hold ten or more, from the bottom left."""
    step = np.array([1 / bins, np.sqrt(3) / bins])
    edge = 2 * FARTHEST * bins  # half steps, on both axes, as the higher one has fewer
    counts = np.zeros((2 * edge + 1) ** 2)
    for first in range(0, len(middles), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        points, weights = smear(middles[part], covariances[part], len(middles) > AT_ONCE)
        spots = points * [1, HEIGHT]
        even = np.round(spots / step)
        odd = np.round(spots / step - 0.5) + 0.5
        nearer_odd = ((spots - odd * step) ** 2).sum(axis=1) < ((spots - even * step) ** 2).sum(axis=1)
        twice = np.round(2 * np.where(nearer_odd[:, None], odd, even)).astype(np.int64)
        near = (np.abs(twice) <= edge).all(axis=1)
        keys = (twice[near] + edge) @ [2 * edge + 1, 1]
        counts += np.bincount(keys, weights[near], len(counts))
    whole = np.floor(counts + 1e-6).astype(int)
    crowds = np.flatnonzero(whole >= SMALLEST_CROWD)
    centres = (np.stack(np.divmod(crowds, 2 * edge + 1), axis=1) - edge) / 2 * step / [1, HEIGHT]
    return tuple(
        Cell(round(float(x), 4), round(float(y), 4), int(whole[key]))
        for (x, y), key in zip(centres, crowds, strict=True)
    )


def finest(middles: Real, covariances: Real) -> tuple[tuple[Cell, ...], int]:
    """The crowd in the finest cells that still show most of the people."""
    for bins in range(FINEST, COARSEST, -1):
        cells = gather(middles, covariances, bins)
        if sum(cell.count for cell in cells) >= SHOWN * len(middles):
            return cells, bins
    return gather(middles, covariances, COARSEST), COARSEST


def axis(ground: Ground, number: int, statements: list[str]) -> Axis:
    """What the axis means, by the statements that clearly load on it."""
    strengths = ground.turn.strengths
    loadings, errors = ground.turn.loadings(ground.fitted)
    effects = loadings[:, number] * np.sqrt(strengths[number])
    clear = np.abs(loadings[:, number]) >= CLEAR * errors[:, number]
    order = [place for place in np.argsort(-np.abs(effects), kind="stable") if clear[place]]
    pulls = [Pull(statements[place], round(float(effects[place]), 3)) for place in order]
    return Axis(
        share=round(float(strengths[number] / strengths.sum()), 4),
        more=tuple(pull for pull in pulls if pull.effect > 0)[:STATEMENTS_OF_AN_END],
        less=tuple(pull for pull in pulls if pull.effect < 0)[:STATEMENTS_OF_AN_END],
    )


def describe(ground: Ground, middles: Real, statements: list[str]) -> Groups | None:
    """The groups as people may read of them; None where there are none."""
    if ground.parting is None:
        return None
    number, labels = ground.parting.number, ground.labels
    by_name = np.empty_like(labels)
    by_name[ground.people] = labels
    counts = ground.votes.tally(by_name, number)[:, :, ground.statements]
    said = sayings(counts, ground.told, statements)
    each = []
    for group in range(number):
        here = middles[labels == group]
        x, y = here.mean(axis=0) if len(here) else (0.5, 0.5)
        stable, resampled = (round(float(each[group]), 3) for each in (ground.likeness, ground.resampled))
        each.append(
            Group(
                NAMES[group],
                len(here),
                round(float(x), 4),
                round(float(y), 4),
                said[group],
                stable,
                resampled,
            )
        )
    return Groups(tuple(each), round(float(ground.likeness.min()), 3), int((labels < 0).sum()))


def sayings(counts: Whole, told: Real, statements: list[str]) -> list[tuple[Saying, ...]]:
    """By group the statements on which it differs from the others, those of the surest large effect first.

    counts, told: votes that agree, disagree, pass, by group and statement; `told` are those of people whose
    group was found without the vote, so that a group is not praised for what it was made of. Shares have one
    vote of each kind added.
    """
    agree, heard = counts[0], counts.sum(axis=0)
    here, error = smoothed(agree, heard)
    elsewhere, other_error = smoothed(agree.sum(axis=0) - agree, heard.sum(axis=0) - heard)
    effect, width = here - elsewhere, SURE_90 * np.sqrt(error**2 + other_error**2)
    false = false_of(told)
    said = []
    for group in range(len(here)):
        order = np.argsort(width[group] - np.abs(effect[group]), kind="stable")
        clear = [place for place in order if false[group, place] <= FALSE_AT_MOST]
        clear = [place for place in clear if np.abs(effect[group, place]) > width[group, place]]
        said.append(
            tuple(
                Saying(
                    statements[place],
                    round(float(here[group, place]), 4),
                    round(float(elsewhere[group, place]), 4),
                    round(float(effect[group, place] - width[group, place]), 4),
                    round(float(effect[group, place] + width[group, place]), 4),
                    round(float(false[group, place]), 6),
                )
                for place in clear[:STATEMENTS_OF_A_GROUP]
            )
        )
    return said


def false_of(told: Real) -> Real:
    """The q-value of each group's difference from the others on each statement; 1 where too few were heard.

    Benjamini and Hochberg (1995) over all groups and statements, of the larger of two p: a normal test of the
    smoothed shares, and Fisher's exact test.
    """
    agree, heard = told[0], told.sum(axis=0)
    rest_agree, rest_heard = agree.sum(axis=0) - agree, heard.sum(axis=0) - heard
    able = (heard >= FEWEST_TO_COMPARE) & (rest_heard >= FEWEST_TO_COMPARE)
    false = np.ones(heard.shape)
    if not able.any():
        return false
    (here, error), (elsewhere, other) = smoothed(agree, heard), smoothed(rest_agree, rest_heard)
    normal = 2 * scipy.stats.norm.sf(np.abs(here - elsewhere) / np.sqrt(error**2 + other**2))[able]
    total = (heard + rest_heard)[able], (agree + rest_agree)[able], heard[able]
    tail = np.minimum(
        scipy.stats.hypergeom.cdf(agree[able], *total), scipy.stats.hypergeom.sf(agree[able] - 1, *total)
    )
    false[able] = scipy.stats.false_discovery_control(np.maximum(normal, np.minimum(2 * tail, 1.0)))
    return false


def smoothed(agree: Real, heard: Real) -> tuple[Real, Real]:
    """A share with one vote of each kind added, and its standard error."""
    rate = (agree + 1) / (heard + 2)
    return rate, np.sqrt(rate * (1 - rate) / (heard + 3))


def locate(ground: Ground, names: list[str], middles: Real, covariances: Real) -> Places:
    """Each person's place, in the order of names."""
    order = np.argsort(ground.people)
    spreads = covariances.reshape(-1, 4)[:, [0, 1, 3]]
    return Places(
        names=[names[row] for row in order],
        spots=np.round(middles[order], 4),
        spreads=np.round(spreads[order], 6),
        votes=ground.counts[order],
        labels=ground.labels[order],
        certainty=np.round(ground.certainty[order], 4),
    )
