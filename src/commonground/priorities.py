"""What matters most: dots, lists, picture pairs, scales and gradients, every constituency counting the same.

`by_votes`, `by_dots`, `by_lists`, `by_pairs`, `by_scale` and `by_gradients` each give `Priorities`: one list,
how sure it is, and what the other two weightings would have put on top. The methods by themselves are `rank`,
`compare_pairs`, `on_scale` and `concordance`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from commonground._agreement import EVERYONE, Count, Counts, Real, centred
from commonground._hands import dealt, placed, with_hands
from commonground._pairs import Strength, checked_pairs, compare_pairs, fitted
from commonground._rankings import Ranking, bootstrapped, pair_shares, preferred, rank, schulze_order
from commonground._scales import UPPER, Concordance, Scale, concordance, on_scale, van_der_eijk
from commonground._shelf import on_shelf
from commonground._version import __version__
from commonground._votes import VoteTable

__all__ = [
    "Concordance",
    "Outcome",
    "Priorities",
    "Priority",
    "Ranking",
    "Scale",
    "Strength",
    "Threshold",
    "by_dots",
    "by_gradients",
    "by_lists",
    "by_pairs",
    "by_scale",
    "by_votes",
    "compare_pairs",
    "concordance",
    "explain",
    "on_scale",
    "rank",
    "van_der_eijk",
]

DRAWS = 2000  # of what the shares may be
BLOCK = 8  # the last of the gradients of agreement
TINY = 1e-9


@dataclass(frozen=True)
class Priority:
    """Where an item stands, and how sure that is.

    place: from 1, every constituency counting the same; items alike share one. equal: the mean of the
    constituencies' figures, with about 90 % in low-high; those are None where everybody was asked. by_head:
    every voter counting the same. least: the lowest figure of a constituency, and least_in whose it is. top:
    how probable it is to be among the first. by_group: each constituency's figure.
    """

    item: str
    place: int
    equal: float
    low: float | None
    high: float | None
    by_head: float
    least: float
    least_in: str
    top: float
    by_group: Mapping[str, float]


@dataclass(frozen=True)
class Priorities:
    """A ranked list under three weightings: equal footing, by head, and what the least willing say of it.

    measure: what the figures are. first: how many of the list are looked at as its top. by_head, by_least:
    that top under the other two weightings. groups: how many of each constituency were heard. more: what the
    method says besides. digest: of the ballots.
    """

    method: str
    measure: str
    items: tuple[Priority, ...]
    first: int
    by_head: tuple[str, ...]
    by_least: tuple[str, ...]
    groups: Mapping[str, int]
    more: Mapping[str, Any]
    rule: Mapping[str, Any]
    seed: int
    digest: str
    version: str

    @property
    def differ(self) -> tuple[str, ...]:
        """Items that are in the top under one weighting and not under another."""
        tops = set(self.top), set(self.by_head), set(self.by_least)
        return tuple(sorted((tops[0] | tops[1] | tops[2]) - (tops[0] & tops[1] & tops[2])))

    @property
    def top(self) -> tuple[str, ...]:
        """The first items, every constituency counting the same."""
        return tuple(each.item for each in self.items[: self.first])

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return {**asdict(self), "differ": list(self.differ)}


@dataclass(frozen=True, eq=False)
class Figures:
    """What a method measured: by constituency G x m, by head m, and R draws of what it may be, R x G x m.

    places: the items in order on equal footing, those alike together, and by head; None orders by figure.
    """

    by_group: Real
    by_head: Real
    draws: Real | None
    places: tuple[tuple[int, ...], ...] | None = None
    head_order: tuple[int, ...] | None = None
    top: Real | None = None


@dataclass(frozen=True, eq=False)
class Room:
    """Who was asked what: items and constituencies in the order of their names, and each one's voters."""

    items: tuple[str, ...]
    groups: tuple[str, ...]
    voters: tuple[tuple[str, ...], ...]

    @classmethod
    def of(
        cls, voters: Collection[str], items: Collection[str], constituencies: Mapping[str, str] | None
    ) -> Room:
        """Voters of no constituency are left out. Raises ValueError for a constituency without voters."""
        belongs = dict.fromkeys(voters, EVERYONE) if constituencies is None else constituencies
        found: dict[str, list[str]] = {group: [] for group in sorted(set(belongs.values()))}
        for who in sorted(voters):
            if who in belongs:
                found[belongs[who]].append(who)
        if not any(found.values()):
            raise ValueError("nobody gave a ballot: ask people first")
        if silent := [group for group, people in found.items() if not people]:
            raise ValueError(
                f"nobody of the constituency {silent[0]!r} gave a ballot: ask them, or leave it out"
            )
        return cls(tuple(sorted(items)), tuple(found), tuple(tuple(people) for people in found.values()))

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.array([len(people) for people in self.voters], np.int64)

    def mean_by_head(self, by_group: Real) -> Real:
        """Of shares of constituencies the share of all voters."""
        return np.asarray(self.sizes @ by_group / max(self.sizes.sum(), 1))


def by_dots(
    ballots: Mapping[str, Collection[str]],
    *,
    cap: int,
    items: Collection[str] = (),
    constituencies: Mapping[str, str] | None = None,
    counted: Sequence[Count] = (),
    first: int = 5,
    everyone: bool = False,
    seed: int = 7,
) -> Priorities:
    """Rank by dots: each voter puts up to `cap` dots, one to an item; the figure is the share that put one.

    items: more items than got a dot. everyone: all who are meant were asked, so the shares are exact.
    counted: dots on a sheet, as (constituency, item, people with a dot on it, 0, people without). Raises
    ValueError for a voter with more dots than the cap, or two on one item, and for more dots on a sheet than
    its people have.

    >>> by_dots({"ann": ["water", "road"], "ben": ["water"]}, cap=2).top
    ('water', 'road')
    """
    sheet, belongs = dealt(counted)
    on_sheet: dict[str, list[str]] = {who: [] for who in belongs}
    for who, item, dot in sheet:
        on_sheet[who] += [item] * dot
    ballots = {**ballots, **on_sheet}
    constituencies = placed(ballots, constituencies, belongs) if counted else constituencies
    items = {*items, *(item for _, item, *_ in counted)}
    for who, dots in ballots.items():
        if len(dots) > cap:
            raise ValueError(f"{who!r} put {len(dots)} dots and has {cap}: take {len(dots) - cap} away")
        if len(set(dots)) < len(dots):
            raise ValueError(
                f"{who!r} put two dots on one item: leave one there, or say which other item it is"
            )
    room = Room.of(ballots, {*items, *(item for dots in ballots.values() for item in dots)}, constituencies)
    dotted = np.array(
        [[sum(item in ballots[who] for who in people) for item in room.items] for people in room.voters],
        float,
    ).reshape(len(room.groups), len(room.items))
    return weighed(
        "dots",
        "share who put a dot on it",
        room,
        of_shares(room, dotted, everyone=everyone, seed=seed),
        first=first,
        seed=seed,
        rule={"cap": cap, "everyone": everyone},
        inputs={who: sorted(dots) for who, dots in ballots.items()},
        constituencies=constituencies,
    )


def by_votes(
    votes: VoteTable,
    *,
    constituencies: Mapping[str, str] | None = None,
    counted: Sequence[Count] = (),
    first: int = 5,
    everyone: bool = False,
    seed: int = 7,
) -> Priorities:
    """Rank statements by the share that agrees, of those who voted on each; a pass is a vote.

    counted: votes counted by hands or on paper, as `draw` takes them; they weigh what the same votes by phone
    weigh. Raises ValueError for a constituency of which nobody voted.
    """
    votes, constituencies = with_hands(votes, constituencies, counted)
    room = Room.of(votes.participants, votes.statements, constituencies)
    group_of = {who: place for place, people in enumerate(room.voters) for who in people}
    group = np.array([group_of.get(who, -1) for who in votes.participants], np.int64)
    counts = on_shelf(votes).tally(group, len(room.groups)).astype(float)
    return weighed(
        "votes",
        "share that agrees",
        room,
        of_shares(room, counts[0], counts.sum(axis=0), everyone=everyone, seed=seed),
        first=first,
        seed=seed,
        rule={"everyone": everyone},
        inputs=votes.digest,
        constituencies=constituencies,
    )


def by_lists(
    ballots: Mapping[str, Sequence[str]],
    *,
    items: Sequence[str] = (),
    constituencies: Mapping[str, str] | None = None,
    first: int = 5,
    everyone: bool = False,
    seed: int = 7,
) -> Priorities:
    """Rank short-lists in Schulze's order; the figure is the share of pairs with another item that it wins.

    What is uncertain is drawn anew by the bootstrap over the voters of each constituency. Raises as `rank`.
    """
    ranking = rank(ballots, items=items, constituencies=constituencies)
    room = Room.of(
        ballots, {*items, *(item for ballot in ballots.values() for item in ballot)}, constituencies
    )
    wins = [np.array([preferred(ballots[who], room.items) for who in people]) for people in room.voters]
    count = len(room.items)
    margins = np.array([each.mean(axis=0) for each in wins]).reshape(-1, count, count)
    heads = np.concatenate(wins).mean(axis=0)
    draws = None if everyone else bootstrapped(wins, np.random.default_rng(seed))
    place = {item: number for number, item in enumerate(room.items)}
    return weighed(
        "lists",
        "share of pairs that it wins",
        room,
        Figures(
            by_group=pair_shares(margins),
            by_head=pair_shares(heads[None])[0],
            draws=None if draws is None else pair_shares(draws),
            places=tuple(tuple(place[item] for item in tier) for tier in ranking.schulze),
            head_order=schulze_order(heads),
            top=None if draws is None else top_by(draws.mean(axis=1), first, schulze_order),
        ),
        first=first,
        seed=seed,
        rule={"everyone": everyone},
        inputs={who: list(ballot) for who, ballot in ballots.items()},
        constituencies=constituencies,
        more={
            "schulze": [list(tier) for tier in ranking.schulze],
            "ranked_pairs": [list(tier) for tier in ranking.ranked_pairs],
            "cyclic": ranking.cyclic,
            "undefeated": list(ranking.undefeated),
        },
    )


def by_pairs(
    pairs: Sequence[tuple[str, str, str]],
    *,
    items: Collection[str] = (),
    constituencies: Mapping[str, str] | None = None,
    first: int = 5,
    seed: int = 7,
) -> Priorities:
    """Rank by picture pairs (voter, chosen, other); the figure is Bradley and Terry's log odds, 0 the mean.

    By head every pair counts the same, whoever said it. Raises ValueError for an item beside itself.
    """
    checked_pairs(pairs)
    room = Room.of(
        {who for who, _, _ in pairs},
        {*items, *(item for _, chosen, other in pairs for item in (chosen, other))},
        constituencies,
    )
    place = {item: number for number, item in enumerate(room.items)}
    said: dict[str, list[tuple[int, int]]] = {who: [] for people in room.voters for who in people}
    for who, chosen, other in pairs:
        if who in said:
            said[who].append((place[chosen], place[other]))
    of_groups = [np.array([pair for who in people for pair in said[who]]) for people in room.voters]
    fits = [fitted(each, len(room.items)) for each in of_groups]
    strengths = np.array([strength for strength, _ in fits])
    rng = np.random.default_rng(seed)
    draws = np.stack([rng.multivariate_normal(*fit, size=DRAWS, method="svd") for fit in fits], axis=1)
    return weighed(
        "pairs",
        "log odds of being chosen",
        room,
        Figures(strengths, fitted(np.concatenate(of_groups), len(room.items))[0], draws),
        first=first,
        seed=seed,
        rule={},
        inputs=sorted(pairs),
        constituencies=constituencies,
        more={"pairs": len(pairs)},
    )


def by_scale(
    ratings: Mapping[str, Mapping[str, int]],
    *,
    points: int = 9,
    constituencies: Mapping[str, str] | None = None,
    first: int = 5,
    everyone: bool = False,
    seed: int = 7,
) -> Priorities:
    """Rank by ratings from 1 to `points` (9 steps, or 5 faces); the figure is the share in the upper third.

    An item that somebody left out is not rated by them. `more` holds each item's measures (`on_scale`), of
    all and by constituency, and Kendall's W of those who rated everything: over all, within each
    constituency, and between the constituencies' mean ranks. Raises ValueError for a rating off the scale.
    """
    room = Room.of(ratings, {item for each in ratings.values() for item in each}, constituencies)
    every = [[ratings[who] for who in people] for people in room.voters]
    high, asked = (
        np.array(
            [[sum(test(each, item) for each in people) for item in room.items] for people in every], float
        )
        for test in (lambda each, item: each.get(item, 0) > points * UPPER, lambda each, item: item in each)
    )
    measures = {
        item: {
            name: asdict(on_scale([each[item] for each in people if item in each], points=points))
            for name, people in zip(
                (EVERYONE, *room.groups), ([e for g in every for e in g], *every), strict=True
            )
            if any(item in each for each in people)
        }
        for item in room.items
    }
    return weighed(
        "scale",
        "share in the upper third",
        room,
        of_shares(room, high, asked, everyone=everyone, seed=seed),
        first=first,
        seed=seed,
        rule={"points": points, "everyone": everyone},
        inputs={who: dict(sorted(each.items())) for who, each in ratings.items()},
        constituencies=constituencies,
        more={"scales": measures, "concordance": concordances(room, every)},
    )


@dataclass(frozen=True)
class Threshold:
    """When a proposal passes, said before anybody votes.

    support: the last step that counts as support, from 1, full support, to 8, a block. share: what part of
    each constituency must reach it. blocks: how many may block it in all. declared_at: the moment at which it
    was said, in seconds since 1970; None where ballots have no moment either.
    """

    support: int = 3
    share: float = 0.7
    blocks: int = 0
    declared_at: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.support < BLOCK:
            raise ValueError(f"support ends at a step from 1 to {BLOCK - 1}, not at {self.support}")
        if not 0 < self.share <= 1:
            raise ValueError(f"the share to reach is above 0 and at most 1, not {self.share}")


def by_gradients(
    steps: Mapping[str, Mapping[str, int]],
    *,
    threshold: Threshold,
    moments: Collection[float] = (),
    constituencies: Mapping[str, str] | None = None,
    first: int = 5,
    everyone: bool = False,
    seed: int = 7,
) -> Priorities:
    """Rank proposals by gradients of agreement (Kaner), 1 full support … 8 block; the figure is the support.

    moments: when the ballots were given. `more` says of each item whether it passes by the threshold, how
    probable it is that every constituency reaches it, and how many stood at each step. Raises ValueError for
    a step off the scale, and for a threshold that was said after the first ballot.
    """
    if threshold.declared_at is not None and moments and min(moments) < threshold.declared_at:
        raise ValueError(
            "the threshold was changed after voting began: count by the one that stood before, or vote again"
        )
    if any(step not in range(1, BLOCK + 1) for each in steps.values() for step in each.values()):
        raise ValueError(f"a gradient is a whole number from 1, full support, to {BLOCK}, a block")
    room = Room.of(steps, {item for each in steps.values() for item in each}, constituencies)
    counts = np.array(
        [
            [
                np.bincount([steps[who][i] for who in people if i in steps[who]], minlength=BLOCK + 1)[1:]
                for i in room.items
            ]
            for people in room.voters
        ]
    ).reshape(len(room.groups), len(room.items), BLOCK)
    support, asked = counts[:, :, : threshold.support].sum(axis=2), counts.sum(axis=2)
    figures = of_shares(room, support.astype(float), asked.astype(float), everyone=everyone, seed=seed)
    return weighed(
        "gradients",
        "share that supports it",
        room,
        figures,
        first=first,
        seed=seed,
        rule={**asdict(threshold), "everyone": everyone},
        inputs={who: dict(sorted(each.items())) for who, each in steps.items()},
        constituencies=constituencies,
        more={"outcomes": [asdict(each) for each in outcomes(room, counts, threshold, figures)]},
    )


@dataclass(frozen=True)
class Outcome:
    """Whether a proposal passes. short: constituencies that do not reach the share. steps: voters at each.

    sure: how probable it is that every constituency reaches it, 0 or 1 where everybody was asked.
    """

    item: str
    passes: bool
    short: tuple[str, ...]
    blocks: int
    sure: float
    steps: tuple[int, ...]


def outcomes(
    room: Room, counts: NDArray[np.int64], threshold: Threshold, figures: Figures
) -> Iterator[Outcome]:
    """What becomes of each proposal."""
    shares = counts[:, :, : threshold.support].sum(axis=2) / np.maximum(counts.sum(axis=2), 1)
    reached = shares >= threshold.share - TINY
    draws = shares[None] if figures.draws is None else figures.draws
    sure = (draws >= threshold.share - TINY).all(axis=1).mean(axis=0)
    for place, item in enumerate(room.items):
        blocks = int(counts[:, place, BLOCK - 1].sum())
        yield Outcome(
            item,
            bool(reached[:, place].all()) and blocks <= threshold.blocks,
            tuple(group for group, good in zip(room.groups, reached[:, place], strict=True) if not good),
            blocks,
            round(float(sure[place]), 4),
            tuple(counts[:, place].sum(axis=0).tolist()),
        )


def of_shares(room: Room, yes: Real, asked: Real | None = None, *, everyone: bool, seed: int) -> Figures:
    """Shares of constituencies G x m; each is drawn from its posterior, as those of votes are."""
    asked = np.repeat(room.sizes[:, None], len(room.items), axis=1).astype(float) if asked is None else asked
    shares = yes / np.maximum(asked, 1)
    heads = yes.sum(axis=0) / np.maximum(asked.sum(axis=0), 1)
    if everyone or not room.items:
        return Figures(shares, heads, None)
    whole = yes.astype(np.int64), (asked - yes).astype(np.int64)
    counts = Counts(
        room.groups, *whole, np.zeros_like(whole[0]), room.sizes, np.zeros(len(room.groups), np.bool_)
    )
    return Figures(shares, heads, centred(counts)[0].draw(DRAWS, np.random.default_rng(seed)))


def weighed(
    method: str,
    measure: str,
    room: Room,
    figures: Figures,
    *,
    first: int,
    seed: int,
    rule: Mapping[str, Any],
    inputs: Any,
    constituencies: Mapping[str, str] | None,
    more: Mapping[str, Any] | None = None,
) -> Priorities:
    """The list under the three weightings. Raises ValueError when no place of it is to be looked at."""
    if first < 1:
        raise ValueError(f"the top of a list is one item or more, not {first}")
    equal, least = figures.by_group.mean(axis=0), figures.by_group.min(axis=0)
    places = figures.places or tied(equal)
    low, high, top = spread(figures, places, first)
    items = tuple(
        Priority(
            room.items[place],
            1 + sum(len(tier) for tier in places[:number]),
            round(float(equal[place]), 6),
            None if low is None else round(float(low[place]), 6),
            None if high is None else round(float(high[place]), 6),
            round(float(figures.by_head[place]), 6),
            round(float(least[place]), 6),
            room.groups[int(figures.by_group[:, place].argmin())],
            round(float(top[place]), 4),
            {g: round(float(v), 6) for g, v in zip(room.groups, figures.by_group[:, place], strict=True)},
        )
        for number, tier in enumerate(places)
        for place in tier
    )
    by_head = figures.head_order or flat(tied(figures.by_head))
    asked = {"inputs": inputs, "constituencies": constituencies, "rule": rule, "items": room.items}
    return Priorities(
        method,
        measure,
        items,
        first,
        tuple(room.items[place] for place in by_head[:first]),
        tuple(room.items[place] for place in flat(tied(least))[:first]),
        dict(zip(room.groups, room.sizes.tolist(), strict=True)),
        more or {},
        rule,
        seed,
        hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        __version__,
    )


def spread(
    figures: Figures, places: tuple[tuple[int, ...], ...], first: int
) -> tuple[Real | None, Real | None, Real]:
    """Each item's lower and upper bound on equal footing, and how probable it is to be in the top."""
    if figures.draws is None:
        top = np.zeros(figures.by_group.shape[1])
        top[list(flat(places)[:first])] = 1.0
        return None, None, top
    equal = figures.draws.mean(axis=1)
    low, high = np.quantile(equal, [0.05, 0.95], axis=0)
    return low, high, top_by(equal, first) if figures.top is None else figures.top


def top_by(
    draws: Real, first: int, order: Callable[[Real], tuple[int, ...]] = lambda each: flat(tied(each))
) -> Real:
    """How often each item is among the first in the order of each draw."""
    found = np.zeros(draws.shape[-1])
    for each in draws:
        found[list(order(each)[:first])] += 1
    return found / len(draws)


def tied(figures: Real) -> tuple[tuple[int, ...], ...]:
    """Items by their figure, the highest first, those alike together."""
    by_figure: dict[float, list[int]] = {}
    for place, figure in enumerate(np.round(figures, 9).tolist()):
        by_figure.setdefault(figure, []).append(place)
    return tuple(tuple(by_figure[figure]) for figure in sorted(by_figure, reverse=True))


def flat(tiers: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The items in order, those of one tier by their names."""
    return tuple(place for tier in tiers for place in tier)


def explain(found: Priorities, texts: Mapping[str, str] | None = None) -> str:
    """The list in plain words, to be read aloud."""
    named = texts or {}
    said = ["Every group counts the same, whatever its size."]
    for each in found.items[: found.first]:
        sure = f"; about {round(100 * each.top)} in 100 that it belongs among the first {found.first}"
        said.append(f"{each.place}. {named.get(each.item) or each.item}{'' if each.low is None else sure}.")
    if found.differ:
        names = ", ".join(named.get(item) or item for item in found.differ)
        said.append(f"How groups are weighed decides over: {names}.")
    else:
        said.append("It makes no difference to the top whether groups or heads count the same.")
    if found.more.get("cyclic"):
        said.append(
            "Some choices go round in a circle: each beats the next. The order cuts it at its weakest."
        )
    for outcome in found.more.get("outcomes", ()):
        name = named.get(outcome["item"]) or outcome["item"]
        said.append(f"{name}: {'passes' if outcome['passes'] else why(outcome)}.")
    return "\n".join(said)


def why(outcome: Mapping[str, Any]) -> str:
    """Why a proposal does not pass."""
    reasons = [f"too little support among {group}" for group in outcome["short"]]
    if outcome["blocks"]:
        reasons.append(f"{outcome['blocks']} block it")
    return "does not pass: " + " and ".join(reasons)


def concordances(room: Room, every: Sequence[Sequence[Mapping[str, int]]]) -> dict[str, Any]:
    """Kendall's W of all, within each constituency and between their mean ranks; None where there is none."""
    whole = [
        [[each[item] for item in room.items] for each in people if len(each) == len(room.items)]
        for people in every
    ]
    ranks = [np.mean([scipy.stats.rankdata(row) for row in rows], axis=0) for rows in whole if rows]
    return {
        "all": agreed([row for rows in whole for row in rows]),
        "within": {group: agreed(rows) for group, rows in zip(room.groups, whole, strict=True)},
        "between": agreed(ranks),
    }


def agreed(rows: Sequence[Sequence[float]]) -> dict[str, Any] | None:
    """Kendall's W of the rows, or None where they have none."""
    try:
        return asdict(concordance(rows))
    except ValueError:
        return None
