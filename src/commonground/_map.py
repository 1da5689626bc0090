"""The opinion map: where crowds stand, what its axes mean, and the groups, if the votes support any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from commonground._fit import Cast, Fit, Real, fit
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
    Plane,
    part,
    plane,
    weigh,
)
from commonground._votes import AGREE, VoteTable, Whole, mixed

FEWEST_ON_A_MAP = 20
FEWEST_STATEMENTS = 5
SMALLEST_CROWD = 10
FINEST, COARSEST = 15, 3  # cells across
SHOWN = 2 / 3  # share of the people that the cells of a crowd should hold before cells are made coarser
HEIGHT = 2 / 3  # of the picture, its width being 1
STATEMENTS_OF_AN_END = 3
STATEMENTS_OF_A_GROUP = 5
CLEAR = 2.0  # standard errors by which a statement must load on an axis to explain it
CLEARLY_DIFFERENT = 3.0


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
class Place:
    """Where one person stands, with the uncertainty of it. Never drawn alone, never published.

    x, y and covariance are in shares of the picture's width and height; a few stand outside 0 to 1.
    group is None where the person has too few votes, or stands between groups; certainty is the group's.
    """

    x: float
    y: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    votes: int
    group: str | None
    certainty: float | None


@dataclass(frozen=True)
class Saying:
    """What a group says differently: the share that agrees in it, and among the others with a label."""

    statement: str
    here: float
    elsewhere: float


@dataclass(frozen=True)
class Group:
    """A group found from votes: its people with a label, where its middle stands, what it says differently.

    stability: mean Jaccard likeness to itself when a fifth of the votes is missing; None where not kept.
    """

    name: str
    size: int
    x: float
    y: float
    says: tuple[Saying, ...]
    stability: float | None = None


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
        middles = np.array([(place.x, place.y) for place in self.places.values()])
        return gather(*smear(middles, np.array([place.covariance for place in self.places.values()])), bins)


def draw_map(
    votes: VoteTable, *, seed: int, constituencies: Mapping[str, str] | None = None
) -> OpinionMap | None:
    """Draw the map; None where fewer than 20 people or 5 statements have votes, or all votes are alike."""
    people, statements, order = votes.by_content
    row_rank, column_rank = np.argsort(people), np.argsort(statements)
    rows, columns = row_rank[votes.rows[order]], column_rank[votes.columns[order]]
    said = votes.values[order].astype(float)
    voted_on = len(np.unique(columns))
    if len(people) < FEWEST_ON_A_MAP or voted_on < FEWEST_STATEMENTS or said.min() == said.max():
        return None
    cast = Cast.of(rows, columns, said, (len(people), len(statements)))
    fitted = fit(cast, rng=np.random.default_rng([seed, 0]))
    flat = plane(fitted)
    counts = np.bincount(rows, minlength=len(people))
    able = counts >= min(ENOUGH_VOTES, voted_on)
    belonging, likeness, evidence = groups_of(cast, flat, able, folds_of(votes, order, seed), seed)
    middles, covariances, spread = frame(flat)
    names = [votes.participants[place] for place in people]
    texts = [votes.statements[place] for place in statements]
    labels = label(belonging, able)
    cells, bins = finest(middles, covariances)
    return OpinionMap(
        axes=(axis(flat, 0, texts), axis(flat, 1, texts)),
        cells=cells,
        bins=bins,
        spread=round(spread, 4),
        people=len(people),
        groups=describe(cast, belonging, labels, middles, texts, likeness),
        evidence=evidence,
        places=locate(names, middles, covariances, counts, belonging, labels),
        bridging=bridge(fitted, names, texts, constituencies or {}),
    )


def bridge(
    now: Fit, names: list[str], statements: list[str], constituencies: Mapping[str, str]
) -> dict[str, float]:
    """The vote on each statement to expect midway between the constituencies that voted."""
    groups = [constituencies.get(name, "") for name in names]
    found = sorted(set(groups) - {""})
    if not found:
        return {}
    of_group = [[place for place, group in enumerate(groups) if group == name] for name in found]
    middle = np.sort([now.persons[places].mean(axis=0) for places in of_group], axis=0).mean(axis=0)
    expected = now.statements[:, 0] + now.statements[:, 1:] @ middle[1:]
    order = sorted(range(len(statements)), key=statements.__getitem__)
    return {statements[place]: round(float(expected[place]), 4) for place in order}


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


def groups_of(
    cast: Cast, flat: Plane, able: NDArray[np.bool_], folds: Whole, seed: int
) -> tuple[Real | None, Real, Evidence]:
    """How probably each person belongs to each group, or None; how stable each group is; and why.

    Of many people the first SAMPLE are asked, in an order that follows from votes as if by chance.
    """
    people = int(able.sum())
    numbers = [number for number in NUMBERS if people >= 2 * FEWEST_PEOPLE * number]
    if people < FEWEST_ON_A_MAP or not numbers:
        return None, np.zeros(0), Evidence(TOO_FEW, None, people, 0.0, 0.0, ())
    places, asked = flat.places, able
    if people > SAMPLE:
        some = np.flatnonzero(able)[:SAMPLE]
        voters = np.repeat(np.arange(len(able)), np.diff(cast.values.indptr))
        folds, cast = folds[:1, np.isin(voters, some)], cast.people(some)
        places, asked = places[some], np.ones(len(some), bool)
    whole = {number: part(places, asked, number, chance(seed, number)) for number in numbers}
    evidence, likeness = weigh(cast, folds, asked, whole, seed)
    if evidence.number is None:
        return None, likeness, evidence
    if people <= SAMPLE:
        return whole[evidence.number], likeness, evidence
    asked = np.zeros(len(able), bool)
    asked[some] = True
    return part(flat.places, asked, evidence.number, chance(seed, evidence.number)), likeness, evidence


def chance(seed: int, number: int) -> np.random.Generator:
    """Where the search for so many groups begins."""
    return np.random.default_rng([seed, 2, number])


def label(belonging: Real | None, able: NDArray[np.bool_]) -> Whole:
    """The group of each person, -1 where none may be given."""
    if belonging is None:
        return np.full(len(able), -1)
    sure = able & (belonging.max(axis=1) >= SURE_OF_LABEL)
    return np.where(sure, belonging.argmax(axis=1), -1)


def frame(flat: Plane) -> tuple[Real, Real, float]:
    """Places and covariances in shares of a picture that holds nearly everyone, both axes on one scale."""
    spots, inner = flat.places[:, :2], flat.covariances[:, :2, :2]
    spread = float(np.median(np.sqrt(np.einsum("nii->n", inner) / 2)))
    low, high = np.quantile(spots, 0.01, axis=0) - spread, np.quantile(spots, 0.99, axis=0) + spread
    width = max(float(high[0] - low[0]), float(high[1] - low[1]) / HEIGHT, 1e-9)
    size = np.array([width, width * HEIGHT])
    middle = (low + high) / 2
    return (spots - middle) / size + 0.5, inner / np.outer(size, size), spread / width


NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(5)


def smear(middles: Real, covariances: Real) -> tuple[Real, Real]:
    """Each person as 25 points with weights that sum to one, spread as the place is uncertain."""
    roots = np.linalg.cholesky(covariances + 1e-12 * np.eye(2))
    grid = np.stack(np.meshgrid(NODES, NODES), axis=-1).reshape(-1, 2)
    weights = np.outer(WEIGHTS, WEIGHTS).ravel() / WEIGHTS.sum() ** 2
    points = middles[:, None, :] + np.einsum("nij,gj->ngi", roots, grid)
    return points.reshape(-1, 2), np.tile(weights, len(middles))


def gather(points: Real, weights: Real, bins: int) -> tuple[Cell, ...]:
    """Count points in hexagons and keep those that hold ten people or more, from the bottom left."""
    step = np.array([1 / bins, np.sqrt(3) / bins])
    spots = points * [1, HEIGHT]
    even = np.round(spots / step)
    odd = np.round(spots / step - 0.5) + 0.5
    nearer_odd = ((spots - odd * step) ** 2).sum(axis=1) < ((spots - even * step) ** 2).sum(axis=1)
    twice = np.round(2 * np.where(nearer_odd[:, None], odd, even)).astype(np.int64)
    low, height = twice.min(axis=0), int(np.ptp(twice[:, 1])) + 1
    keys, which = np.unique((twice - low) @ [height, 1], return_inverse=True)
    cells = np.stack(np.divmod(keys, height), axis=1) + low
    counts = np.floor(np.bincount(which.ravel(), weights) + 1e-6).astype(int)
    centres = cells / 2 * step / [1, HEIGHT]
    return tuple(
        Cell(round(float(x), 4), round(float(y), 4), int(count))
        for (x, y), count in zip(centres, counts, strict=True)
        if count >= SMALLEST_CROWD
    )


def finest(middles: Real, covariances: Real) -> tuple[tuple[Cell, ...], int]:
    """The crowd in the finest cells that still show most of the people."""
    points, weights = smear(middles, covariances)
    for bins in range(FINEST, COARSEST, -1):
        cells = gather(points, weights, bins)
        if sum(cell.count for cell in cells) >= SHOWN * len(middles):
            return cells, bins
    return gather(points, weights, COARSEST), COARSEST


def axis(flat: Plane, number: int, statements: list[str]) -> Axis:
    """What the axis means, by the statements that clearly load on it."""
    effects = flat.loadings[:, number] * np.sqrt(flat.strengths[number])
    clear = np.abs(flat.loadings[:, number]) >= CLEAR * flat.loading_errors[:, number]
    order = [place for place in np.argsort(-np.abs(effects), kind="stable") if clear[place]]
    pulls = [Pull(statements[place], round(float(effects[place]), 3)) for place in order]
    return Axis(
        share=round(float(flat.strengths[number] / flat.strengths.sum()), 4),
        more=tuple(pull for pull in pulls if pull.effect > 0)[:STATEMENTS_OF_AN_END],
        less=tuple(pull for pull in pulls if pull.effect < 0)[:STATEMENTS_OF_AN_END],
    )


def describe(
    cast: Cast,
    belonging: Real | None,
    labels: Whole,
    middles: Real,
    statements: list[str],
    likeness: Real,
) -> Groups | None:
    """The groups as people may read of them; None where there are none."""
    if belonging is None:
        return None
    number = belonging.shape[1]
    agreed = cast.values_by_statement.copy()
    agreed.data = (agreed.data == AGREE).astype(float)
    member = np.eye(number)[np.maximum(labels, 0)] * (labels >= 0)[:, None]
    agree, heard = agreed @ member, cast.seen_by_statement @ member
    each = []
    for group in range(number):
        here = middles[labels == group]
        x, y = here.mean(axis=0) if len(here) else (0.5, 0.5)
        said = sayings(agree, heard, group, statements)
        stable = round(float(likeness[group]), 3)
        each.append(Group("ABCDE"[group], len(here), round(float(x), 4), round(float(y), 4), said, stable))
    return Groups(tuple(each), round(float(likeness.min()), 3), int((labels < 0).sum()))


def sayings(agree: Real, heard: Real, group: int, statements: list[str]) -> tuple[Saying, ...]:
    """Statements on which a group clearly differs from the others, the clearest first.

    Shares have one agreement and one other vote added; clear is three standard errors, as the groups were
    made from the same votes.
    """
    rest_agree, rest_heard = agree.sum(axis=1) - agree[:, group], heard.sum(axis=1) - heard[:, group]
    here, here_error = smoothed(agree[:, group], heard[:, group])
    elsewhere, elsewhere_error = smoothed(rest_agree, rest_heard)
    apart = here - elsewhere
    sure = np.abs(apart) - CLEARLY_DIFFERENT * np.sqrt(here_error**2 + elsewhere_error**2)
    order = [place for place in np.argsort(-sure, kind="stable") if sure[place] > 0]
    return tuple(
        Saying(statements[place], round(float(here[place]), 4), round(float(elsewhere[place]), 4))
        for place in order[:STATEMENTS_OF_A_GROUP]
    )


def smoothed(agree: Real, heard: Real) -> tuple[Real, Real]:
    """A share with one vote of each kind added, and its standard error."""
    rate = (agree + 1) / (heard + 2)
    return rate, np.sqrt(rate * (1 - rate) / (heard + 3))


def locate(
    names: list[str], middles: Real, covariances: Real, counts: Whole, belonging: Real | None, labels: Whole
) -> dict[str, Place]:
    """Each person's place, by name and in the order of names."""
    places = {}
    spots, spreads = np.round(middles, 4).tolist(), np.round(covariances, 6).tolist()
    certain = None if belonging is None else np.round(belonging.max(axis=1), 4).tolist()
    for row in sorted(range(len(names)), key=names.__getitem__):
        (x, y), ((a, b), (_, c)) = spots[row], spreads[row]
        known = certain is not None and labels[row] >= 0
        places[names[row]] = Place(
            x=x,
            y=y,
            covariance=((a, b), (b, c)),
            votes=int(counts[row]),
            group="ABCDE"[labels[row]] if known else None,
            certainty=certain[row] if known and certain is not None else None,
        )
    return places
