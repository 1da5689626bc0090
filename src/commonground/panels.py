"""Who sits at the table: panels drawn by lot within quotas, everybody's chance as even as it can be.

People who are alike in all that quotas ask, and live in households alike, have the same chance. Of all
lotteries over panels that keep the quotas, leximin gives the least lucky the greatest chance, then the second
least lucky, and so on (Flanigan, Gölz, Gupta, Hennig and Procaccia 2021, Nature 596:548). It is found by
column generation over such kinds of people. The lottery is then printed as 1,000 panels of the same chance
(Flanigan, Kehne and Procaccia 2021), so that three digits drawn in public choose one.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from commonground._progress import watched
from commonground._quotas import (
    CannotBeMet,
    Kind,
    Mend,
    Quota,
    cannot_be_met,
    check_quotas,
    ruled,
    single,
    value_of,
)
from commonground._staying import (
    Alternates,
    Stratum,
    attrition,
    choose_alternates,
    damage,
    expected_drop_out,
    replacements,
)
from commonground._version import __version__

__all__ = [
    "Alternates",
    "CannotBeMet",
    "Kind",
    "Lottery",
    "Mend",
    "Quota",
    "Stratum",
    "attrition",
    "choose_alternates",
    "damage",
    "draw_panel",
    "expected_drop_out",
    "explain",
    "replacements",
    "violations",
]

Real = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]

ENOUGH = 1e-7  # how much better than what is known a panel must be to be taken up
SLACK = 1e-9  # how far a chance that is settled may give way in later steps
LIKELY = 0.25  # whose chance is as great as this leaves those who live with them less
UNEVEN = 0.005  # share of the tickets by which people of one kind may differ
ATTEMPTS = 3
MOST_OFF = 0.05  # by which a share of the tickets may differ from a chance


@dataclass(frozen=True)
class Lottery:
    """Panels of the same chance, of which one number drawn in public chooses one.

    people: everybody in the register, by name. chances: each one's chance by leximin. tickets: the panels,
    each as places in `people`. quotas: what every panel keeps. household: the column of which every panel has
    each value once at most. off: the most by which a person's share of tickets and chance differ.
    """

    people: tuple[str, ...]
    chances: tuple[float, ...]
    tickets: tuple[tuple[int, ...], ...]
    size: int
    quotas: tuple[Quota, ...]
    household: str | None
    seed: int
    digest: str
    version: str

    @property
    def excluded(self) -> tuple[str, ...]:
        """Those whom no panel that keeps the quotas can have."""
        return tuple(who for who, chance in zip(self.people, self.chances, strict=True) if chance == 0)

    @property
    def least(self) -> float:
        """The least chance of those who have one."""
        return min((chance for chance in self.chances if chance > 0), default=0.0)

    @property
    def most(self) -> float:
        """The greatest chance."""
        return max(self.chances, default=0.0)

    @property
    def gini(self) -> float:
        """How uneven the chances are, from 0, all the same, to 1."""
        ordered = np.sort(np.array(self.chances))
        total, count = ordered.sum(), len(ordered)
        return float((2 * np.arange(1, count + 1) - count - 1) @ ordered / (count * total)) if total else 0.0

    @property
    def tickets_of(self) -> dict[str, int]:
        """In how many panels each person is."""
        many = np.bincount([place for ticket in self.tickets for place in ticket], minlength=len(self.people))
        return dict(zip(self.people, many.tolist(), strict=True))

    @property
    def off(self) -> float:
        """The most by which a person's share of the tickets differs from their chance."""
        many = np.array(list(self.tickets_of.values())) / max(len(self.tickets), 1)
        return float(np.abs(many - np.array(self.chances)).max(initial=0.0))

    def panel(self, number: int) -> tuple[str, ...]:
        """The panel of the number that was drawn, from 0. Raises ValueError for one that no ticket has."""
        if not 0 <= number < len(self.tickets):
            raise ValueError(
                f"the tickets are numbered from 0 to {len(self.tickets) - 1}: draw again, not {number}"
            )
        return tuple(self.people[place] for place in self.tickets[number])

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return {**asdict(self), "excluded": self.excluded, "least": self.least, "most": self.most}


def draw_panel(
    people: Mapping[str, Kind],
    *,
    size: int,
    quotas: Sequence[Quota] = (),
    household: str | None = None,
    tickets: int = 1000,
    seed: int = 7,
) -> Lottery:
    """The fairest lottery over panels of `size` people that keep the quotas.

    people: what is known of each, by column. household: a column of which a panel has each value once at
    most; an empty value is a household of its own. Raises ValueError for what does not fit, and CannotBeMet.

    >>> draw_panel({"ann": {}, "ben": {}}, size=1, tickets=2).tickets_of
    {'ann': 1, 'ben': 1}
    """
    checked(people, size, quotas, household, tickets)
    pool, chances, printed = lottery_of(people, size, quotas, household, tickets, np.random.default_rng(seed))
    if not printed:
        kinds = [people[who] for who in pool.people]
        raise cannot_be_met(kinds, quotas, size, "panel", single(kinds, [household]) if household else [])
    return Lottery(
        people=pool.people,
        chances=tuple(np.round(chances[pool.kind_of], 9).tolist()),
        tickets=printed,
        size=size,
        quotas=tuple(quotas),
        household=household,
        seed=seed,
        digest=digest(people, size, quotas, household),
        version=__version__,
    )


def lottery_of(
    people: Mapping[str, Kind],
    size: int,
    quotas: Sequence[Quota],
    household: str | None,
    tickets: int,
    rng: np.random.Generator,
) -> tuple[Pool, Real, tuple[tuple[int, ...], ...]]:
    """The register by kinds, each kind's chance, and the tickets; none where no panel keeps the quotas.

    People of one household are rarely in each other's way, so that kinds may forget about homes. But whoever
    lives with somebody likely has less of a chance, and some are passed over when the tickets are filled:
    their homes are told apart, twice at most. What is uneven then is told (`Lottery.off`).
    """
    apart: set[str] = set()
    for attempt in range(ATTEMPTS):
        pool = Pool.of(people, quotas, household, apart=apart)
        programme = Programme(pool, size)
        panels = programme.cover()
        if not panels:
            return pool, np.zeros(len(pool.sizes)), ()
        chances, panels, shares = leximin(programme, panels)
        told = pool.beside_likely(chances) if attempt == 0 else []
        if not told:
            printed = named(pool, rounded(panels, shares, chances, pool.sizes, tickets), rng)
            told = pool.uneven(printed) if printed else list(range(len(people)))
        if not told or attempt == ATTEMPTS - 1:
            break
        apart |= {people[pool.people[place]].get(household or "", "") for place in told}
    return pool, chances, printed


def checked(
    people: Mapping[str, Kind], size: int, quotas: Sequence[Quota], household: str | None, tickets: int
) -> None:
    """Refuse what does not fit, with the mend. Raises ValueError."""
    if size < 1:
        raise ValueError(f"a panel has one member or more, not {size}")
    if size > len(people):
        raise ValueError(
            f"a panel of {size} cannot be drawn from {len(people)} people: draw fewer, or recruit"
        )
    if tickets < 1:
        raise ValueError(f"a lottery has one ticket or more, not {tickets}")
    if household and not any(kind.get(household) for kind in people.values()):
        raise ValueError(f"nobody has a value in the column {household}: fill it in, or leave households out")
    check_quotas(quotas, people.values(), size, "person")


def digest(people: Mapping[str, Kind], size: int, quotas: Sequence[Quota], household: str | None) -> str:
    """What the lottery follows from, in a few letters: only columns that count, in any order of people."""
    columns = sorted({q.column for q in quotas} | ({household} if household else set()))
    said = [sorted((who, *(value_of(kind, c) for c in columns)) for who, kind in people.items())]
    rule = [size, household, sorted([q.column, q.value, q.least, q.most or -1] for q in quotas)]
    return hashlib.sha256(json.dumps([said, rule], ensure_ascii=False).encode()).hexdigest()


# ---- people alike ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Pool:
    """The register by kinds: people of one kind are alike in what is asked, perhaps in whom they live with.

    kind_of: of each person. sizes: how many each kind has. caps: in how many homes. counts: what each kind
    counts for, rules x kinds, with from how many to how many. homes: the home of each person.
    """

    people: tuple[str, ...]
    kind_of: Whole
    sizes: Whole
    caps: Whole
    counts: Real
    low: Real
    high: Real
    homes: Whole

    def beside_likely(self, chances: Real) -> list[int]:
        """Those whose chance is great and who live with others."""
        lives_with = np.bincount(self.homes)[self.homes] > 1
        likely: list[int] = np.flatnonzero(lives_with & (chances[self.kind_of] >= LIKELY)).tolist()
        return likely

    def uneven(self, tickets: Sequence[Sequence[int]]) -> list[int]:
        """Those who are in clearly more or fewer of the tickets than others of their kind."""
        many = np.bincount([place for ticket in tickets for place in ticket], minlength=len(self.people))
        middle = np.array([np.median(many[self.kind_of == kind]) for kind in range(len(self.sizes))])
        found: list[int] = np.flatnonzero(abs(many - middle[self.kind_of]) > UNEVEN * len(tickets)).tolist()
        return found

    @property
    def shared(self) -> bool:
        """Whether some live with others."""
        return len(np.unique(self.homes)) < len(self.homes)

    def crowded(self, count: Whole) -> tuple[NDArray[np.bool_], int] | None:
        """Kinds of which this asks for more people than they have homes, and how many homes that is; or None.

        By Hall's theorem somebody can be found in a home of their own for every seat, if there are none.
        """
        seats = np.repeat(np.arange(len(count)), count)
        lives = self.lives[seats]
        home_of = maximum_bipartite_matching(lives, perm_type="column")
        if (home_of >= 0).all():
            return None
        seat_in = {int(home): seat for seat, home in enumerate(home_of) if home >= 0}
        reached = {int(np.argmin(home_of))}
        edge = list(reached)
        homes: set[int] = set()
        while edge:
            new = set(lives[[edge.pop()]].indices.tolist()) - homes
            homes |= new
            further = {seat_in[home] for home in new} - reached
            reached |= further
            edge += further
        kinds = np.isin(np.arange(len(count)), seats[sorted(reached)])
        return kinds, len(np.unique(self.lives[kinds].indices))

    @cached_property
    def lives(self) -> sparse.csr_array:
        """Where some of a kind live, kinds x homes."""
        pairs = np.unique(np.stack([self.kind_of, self.homes]), axis=1)
        shape = (len(self.sizes), int(self.homes.max()) + 1)
        return sparse.csr_array((np.ones(pairs.shape[1], np.int8), (pairs[0], pairs[1])), shape=shape)

    @classmethod
    def of(
        cls,
        people: Mapping[str, Kind],
        quotas: Sequence[Quota],
        household: str | None,
        *,
        apart: Collection[str] = (),
    ) -> Pool:
        """People in the order of their names, kinds in the order of what they are."""
        names = tuple(sorted(people))
        columns = sorted({quota.column for quota in quotas})
        own = [tuple(value_of(people[who], column) for column in columns) for who in names]
        homes = [(people[who].get(household) if household else "") or f"\0{who}" for who in names]
        within: dict[str, list[tuple[str, ...]]] = {}
        for home, what in zip(homes, own, strict=True):
            within.setdefault(home, []).append(what)
        alike = {home: tuple(sorted(whole)) if home in apart else () for home, whole in within.items()}
        kinds = [(alike[home], what) for home, what in zip(homes, own, strict=True)]
        known = sorted(set(kinds))
        place = {kind: number for number, kind in enumerate(known)}
        kind_of = np.array([place[kind] for kind in kinds], np.int64)
        number_of = {home: number for number, home in enumerate(within)}
        lived = {(place[kind], home) for kind, home in zip(kinds, homes, strict=True)}
        return cls(
            people=names,
            kind_of=kind_of,
            sizes=np.bincount(kind_of, minlength=len(known)),
            caps=np.bincount([kind for kind, _ in lived], minlength=len(known)),
            counts=np.array(
                [[what[columns.index(q.column)] == q.value for _, what in known] for q in quotas], float
            ).reshape(len(quotas), len(known)),
            low=np.array([quota.least for quota in quotas], float),
            high=np.array([np.inf if quota.most is None else quota.most for quota in quotas], float),
            homes=np.array([number_of[home] for home in homes], np.int64),
        )


# ---- which panels there are ------------------------------------------------------------------------------


class Programme:
    """Finds the panel of most worth: how many of each kind, within the quotas, one of each home.

    That all can be of different homes is asked for only where it turns out that they cannot: `rows` grow.
    """

    def __init__(self, pool: Pool, size: int) -> None:
        self.pool = pool
        self.rows = np.vstack([pool.counts, np.ones((1, len(pool.sizes)))])
        self.low, self.high = np.append(pool.low, size), np.append(pool.high, size)

    def best(self, worth: Real) -> Whole | None:
        """The panel of most worth, as how many of each kind; None where there is none."""
        return self.in_homes(
            lambda: scipy.optimize.milp(
                -worth,
                integrality=np.ones(len(worth), int),
                bounds=scipy.optimize.Bounds(0, self.pool.caps),
                constraints=scipy.optimize.LinearConstraint(self.rows, self.low, self.high),
                options={"mip_rel_gap": 0.0},
            )
        )

    def with_most_of(self, wanted: NDArray[np.bool_]) -> Whole | None:
        """The panel that has somebody of as many of the wanted kinds as can be; None where there is none."""
        kinds = len(wanted)
        has = sparse.hstack([sparse.eye_array(kinds), -sparse.eye_array(kinds)])
        return self.in_homes(
            lambda: scipy.optimize.milp(
                -np.concatenate([np.zeros(kinds), wanted]),
                integrality=np.concatenate([np.ones(kinds), np.zeros(kinds)]),
                bounds=scipy.optimize.Bounds(0, np.concatenate([self.pool.caps, np.ones(kinds)])),
                constraints=[
                    scipy.optimize.LinearConstraint(has, np.zeros(kinds), np.full(kinds, np.inf)),
                    scipy.optimize.LinearConstraint(
                        np.hstack([self.rows, 0 * self.rows]), self.low, self.high
                    ),
                ],
            )
        )

    def in_homes(self, solve: Callable[[], scipy.optimize.OptimizeResult]) -> Whole | None:
        """What is found so that all live in different homes."""
        while (found := solve().x) is not None:
            count: Whole = np.round(found[: len(self.pool.sizes)]).astype(np.int64)
            crowd = self.pool.crowded(count) if self.pool.shared else None
            if crowd is None:
                return count
            kinds, homes = crowd
            self.rows = np.vstack([self.rows, kinds])
            self.low, self.high = np.append(self.low, 0), np.append(self.high, homes)
        return None

    def cover(self) -> list[Whole]:
        """Panels that have somebody of every kind that can be in one; none where none keeps the quotas."""
        panels: list[Whole] = []
        missing = np.ones(len(self.pool.sizes), bool)
        while missing.any():
            found = self.with_most_of(missing)
            if found is None or not (missing & (found > 0)).any():
                break
            panels.append(found)
            missing &= found == 0
        return panels


# ---- the fairest lottery over them -----------------------------------------------------------------------


def leximin(programme: Programme, panels: list[Whole]) -> tuple[Real, list[Whole], Real]:
    """Each kind's chance, the panels of the lottery and each one's share of it.

    A linear programme makes the least chance that is not settled as great as it can be; its dual prices say
    which further panel would help, until none does. Kinds whose price is positive can have no more: they
    are settled, and the next least chance is made greater.
    """
    sizes = programme.pool.sizes
    chances = np.where(np.sum(panels, axis=0) > 0, np.nan, 0.0)
    shares: Real = np.zeros(len(panels))
    settled = watched(iter(lambda: not np.isnan(chances).any(), True), "Evening out the chances")
    for _step in settled:
        least, prices, shares = improved(programme, panels, chances)
        open_ = np.isnan(chances)
        tight = open_ & (prices * sizes > ENOUGH)
        if not tight.any():
            reached = np.array(panels).T @ shares / sizes
            tight = open_ & (reached <= np.min(reached[open_]) + ENOUGH)
        chances[tight] = least
    return chances, panels, shares


def improved(programme: Programme, panels: list[Whole], chances: Real) -> tuple[float, Real, Real]:
    """The greatest least chance of the open kinds, each kind's price and each panel's share; adds panels."""
    while True:
        least, prices, bar, shares = evened(np.array(panels).T, programme.pool.sizes, chances)
        found = programme.best(prices)
        if found is None or float(prices @ found) <= bar + ENOUGH:
            return least, prices, shares
        panels.append(found)


def evened(table: Whole, sizes: Whole, chances: Real) -> tuple[float, Real, float, Real]:
    """Of given panels (kinds x panels, how many of each kind) the lottery that is fairest.

    Gives the least chance of the open kinds, the price of a person of each kind, what a new panel must be
    worth, and each panel's share.
    """
    many = table.shape[1]
    open_ = np.isnan(chances)
    above = np.hstack([-table, (open_ * sizes)[:, None]])
    for slack in (SLACK, 100 * SLACK, 10_000 * SLACK):
        done = scipy.optimize.linprog(
            np.concatenate([np.zeros(many), [-1.0]]),
            A_ub=above,
            b_ub=np.where(open_, 0.0, -np.nan_to_num(chances) * sizes + slack),
            A_eq=np.concatenate([np.ones(many), [0.0]])[None, :],
            b_eq=[1.0],
            bounds=(0, None),
            method="highs",
        )
        if done.x is not None:
            break
    found = np.asarray(done.x)
    prices = np.maximum(-done.ineqlin.marginals, 0.0)
    return float(found[-1]), prices, float(-done.eqlin.marginals[0]), found[:many]


# ---- the tickets -----------------------------------------------------------------------------------------


def rounded(panels: Sequence[Whole], shares: Real, chances: Real, sizes: Whole, tickets: int) -> list[Whole]:
    """So many panels in which every kind comes as often as its chance says, as nearly as can be.

    Each panel's share is rounded up or down: one after the other so that the squares of what people's tickets
    are off their chances are least, and then exchanged as long as that makes them less.
    """
    used = np.flatnonzero(shares > SLACK).tolist()
    exact = shares[used] / shares[used].sum() * tickets
    times = np.floor(exact + SLACK).astype(int)
    table = np.array([panels[place] for place in used]).T / sizes[:, None]
    squares, off = (table**2).sum(axis=0), table @ times - chances * tickets
    up = np.zeros(len(used), bool)
    for _ticket in range(tickets - int(times.sum())):
        gain = np.where(up, np.inf, 2 * off @ table + squares)
        up[gain.argmin()] = True
        off = off + table[:, gain.argmin()]
    products = table.T @ table
    while up.any() and not up.all():
        # One that was rounded up goes down, one that was rounded down goes up.
        toward = 2 * off @ table
        change = (squares + toward)[None, :] + (squares - toward)[:, None] - 2 * products
        change[~up, :] = change[:, up] = np.inf
        down, other = np.unravel_index(change.argmin(), change.shape)
        if change[down, other] > -SLACK:
            break
        up[down], up[other] = False, True
        off = off + table[:, other] - table[:, down]
    return [panels[place] for place, many in zip(used, times + up, strict=True) for _ in range(many)]


def named(pool: Pool, counts: Sequence[Whole], rng: np.random.Generator) -> tuple[tuple[int, ...], ...]:
    """The tickets with people in them: those furthest behind their due, never two of a home.

    None at all where some ticket cannot be filled so.
    """
    if not counts:
        return ()
    due = (np.mean(counts, axis=0) / pool.sizes)[pool.kind_of]
    ahead, tickets = np.zeros(len(pool.people)), []
    for count in rng.permutation(np.array(counts)):
        ahead -= due
        ticket = seated(pool, count, ahead + 0.1 * rng.random(len(ahead)))
        if not ticket:
            return ()
        ahead[ticket] += 1
        tickets.append(tuple(sorted(ticket)))
    return tuple(tickets)


def seated(pool: Pool, count: Whole, cost: Real) -> list[int]:
    """People of these kinds in different homes, at the least cost; nobody where there are not enough."""
    if not pool.shared:
        order = np.lexsort((cost, pool.kind_of))
        first = np.searchsorted(pool.kind_of[order], np.arange(len(count)))
        return [int(place) for f, many in zip(first, count, strict=True) for place in order[f : f + many]]
    # Of those of one kind in one home only the cheapest can be meant.
    order = np.argsort(-cost)
    table = np.full((len(count), int(pool.homes.max()) + 1), np.inf)
    who = np.zeros(table.shape, np.int64)
    table[pool.kind_of[order], pool.homes[order]] = cost[order]
    who[pool.kind_of[order], pool.homes[order]] = order
    seats = np.repeat(np.arange(len(count)), count)
    try:
        rows, homes = scipy.optimize.linear_sum_assignment(table[seats])
    except ValueError:
        return []
    return [int(place) for place in who[seats[rows], homes]]


# ---- checking what was printed ---------------------------------------------------------------------------


def violations(lottery: Lottery, people: Mapping[str, Kind]) -> list[str]:
    """What does not hold of a printed lottery; nothing when all does. Solves the least chance again."""
    found = list(wrong_tickets(lottery, people))
    if lottery.digest != digest(people, lottery.size, lottery.quotas, lottery.household):
        found.append(f"it follows from another register or rule: its digest is {lottery.digest}")
    if found:
        return found
    again = draw_panel(
        people,
        size=lottery.size,
        quotas=lottery.quotas,
        household=lottery.household,
        tickets=1,
        seed=lottery.seed,
    )
    if abs(again.least - lottery.least) > 1e-6:
        found.append(f"the least chance could be {again.least:.4f} and is {lottery.least:.4f}")
    if again.excluded != lottery.excluded:
        found.append(f"other people are left without a chance: {', '.join(again.excluded) or 'nobody'}")
    return found


def wrong_tickets(lottery: Lottery, people: Mapping[str, Kind]) -> Iterator[str]:
    """What is wrong with its people and tickets."""
    if set(lottery.people) != set(people):
        yield "its people are not those of the register"
        return
    for number, ticket in enumerate(lottery.tickets):
        members = [lottery.people[place] for place in ticket]
        if len(set(members)) != lottery.size:
            yield f"ticket {number:03} has {len(set(members))} members and not {lottery.size}"
        homes = [people[who].get(lottery.household or "", "") for who in members]
        if lottery.household and (twice := [home for home, n in Counter(homes).items() if home and n > 1]):
            yield f"ticket {number:03} has two of the household {twice[0]}"
        for (who, least, most), quota in zip(
            ruled([people[who] for who in members], lottery.quotas), lottery.quotas, strict=True
        ):
            if not least <= who.sum() <= most:
                yield f"ticket {number:03} has {int(who.sum())} with {quota.column} {quota.value}"
    if lottery.off > MOST_OFF:
        yield f"somebody's share of the tickets is {lottery.off:.3f} off their chance"


# ---- in words --------------------------------------------------------------------------------------------


def explain(lottery: Lottery) -> str:
    """The lottery in plain words, to be read aloud."""
    out = lottery.excluded
    who = "1 person has" if len(out) == 1 else f"{len(out)} people have"
    said = [f"{who} no chance: no panel with them keeps the quotas."] if out else []
    said += [
        f"{lottery.size} of the {len(lottery.people)} people in the register are drawn.",
        f"There are {len(lottery.tickets)} panels of the same chance, and each keeps every quota.",
        "One number, drawn before everybody, chooses one.",
        f"Everybody else has a chance of {100 * lottery.least:.1f} to {100 * lottery.most:.1f} in 100.",
        "No other lottery within these quotas gives the least lucky more.",
    ]
    if lottery.household:
        said.append("Of each household one person at most is in a panel.")
    return "\n".join(said)
