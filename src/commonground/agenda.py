"""What goes on the agenda: the method of equal shares, with the same budget for every constituency.

"Every group gets the same number of beans; an item goes on the road map when the people who want it can pay
for it together, and nothing goes on that most of any one group is against."

Peters and Skowron (2020, "Proportionality and the limits of welfarism"); completion by Phragmén's sequential
rule from the beans that are left. The certificate is EJR+ (Brill and Peters 2023): whoever has the ballots
can check it in a moment, without trusting how the agenda was found.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonground._agreement import EVERYONE, Count
from commonground._hands import with_hands
from commonground._version import __version__
from commonground._votes import AGREE, DISAGREE, VoteTable, Whole

Real = NDArray[np.floating[Any]]

FEWEST_AGAINST = 5  # votes of a constituency below which it cannot keep an item out
NEAR = 1e-9  # prices this near to each other are the same: the lot decides
BY_SHARES, BY_COMPLETION = "equal shares", "completion"


@dataclass(frozen=True)
class Item:
    """What became of one item.

    chosen: its place on the agenda from 1, or None. how: by which of the two rules. cost: in seats. paid: by
    constituency, the beans that its voters gave. approve, against: by constituency, how many of its voters.
    blocked_by: the constituencies of which most are against. veto_free: nobody could keep it out, as was
    declared beforehand.
    """

    item: str
    cost: float
    chosen: int | None
    how: str | None
    paid: Mapping[str, float]
    approve: Mapping[str, int]
    against: Mapping[str, int]
    blocked_by: tuple[str, ...]
    veto_free: bool


@dataclass(frozen=True)
class Claim:
    """What those who wanted an item that was left out could claim, at most.

    Its supporters who have fewer than `items` chosen items weigh `weight` of all; at `needed` they could
    claim it. EJR+ holds when no weight reaches what is needed. `margin` is the one as a share of the other.
    """

    item: str
    items: int
    weight: float
    needed: float

    @property
    def margin(self) -> float:
        """Below 1 when the claim fails."""
        return self.weight / self.needed


@dataclass(frozen=True)
class Agenda:
    """An agenda with all that it follows from. `items` stand as they were chosen, then by how many want them.

    certificate: for each item that was left out the claim that comes nearest; None where costs differ, for
    EJR+ is about items of one cost. by_head: what one bean for each head would have chosen, in its order.
    digest: SHA-256 of all inputs. Anyone can compute it again from them with `version`.
    """

    items: tuple[Item, ...]
    seats: float
    constituencies: Mapping[str, int]
    by_head: tuple[str, ...]
    certificate: tuple[Claim, ...] | None
    seed: int
    digest: str
    version: str

    @property
    def chosen(self) -> tuple[str, ...]:
        """The items on the agenda, in their order."""
        return tuple(item.item for item in self.items if item.chosen is not None)

    @property
    def blocked(self) -> tuple[Item, ...]:
        """The open questions: what most of some constituency are against."""
        return tuple(item for item in self.items if item.blocked_by)

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Ballots:
    """Who wants what: kinds of voters x items. Voters of one kind belong together and said the same.

    weight: of one voter of the kind; many: how many voters it has. Kinds stand in an order that follows from
    what they said, so the same ballots give the same result under any names and in any order.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    group: Whole
    approve: NDArray[np.bool_]
    against: NDArray[np.bool_]
    many: Whole

    @classmethod
    def of(cls, votes: VoteTable, constituencies: Mapping[str, str] | None) -> Ballots:
        """From votes: 1 wants the item, -1 is against it. Voters of no constituency are left out.

        Raises ValueError for a constituency of which nobody voted: it could not have what is its own.
        """
        belongs = (
            dict.fromkeys(votes.participants, EVERYONE) if constituencies is None else dict(constituencies)
        )
        voters = {who: place for place, who in enumerate(votes.participants) if who in belongs}
        groups = tuple(sorted({belongs[who] for who in voters}))
        silent = sorted(set(belongs.values()) - set(groups))
        if groups and silent:
            raise ValueError(f"nobody of the constituency {silent[0]!r} voted: ask them, or leave it out")
        said = np.zeros((len(votes.participants), len(votes.statements)), np.int8)
        said[votes.rows, votes.columns] = votes.values
        places = np.array(list(voters.values()), np.int64)
        number = {group: place for place, group in enumerate(groups)}
        group = np.array([number[belongs[who]] for who in voters], np.int64)
        kinds, many = np.unique(
            np.column_stack([group, said[places]]) if len(places) else np.zeros((0, said.shape[1] + 1), int),
            axis=0,
            return_counts=True,
        )
        return cls(
            votes.statements,
            groups,
            kinds[:, 0].astype(np.int64),
            kinds[:, 1:] == AGREE,
            kinds[:, 1:] == DISAGREE,
            many.astype(np.int64),
        )

    @property
    def sizes(self) -> Whole:
        """Voters of each constituency."""
        return np.bincount(self.group, self.many, len(self.groups)).astype(np.int64)

    def weights(self, *, by_head: bool = False) -> Real:
        """What one voter of each kind weighs; all voters together weigh 1."""
        if by_head:
            return np.full(len(self.many), 1 / max(int(self.many.sum()), 1))
        each: Real = 1 / (len(self.groups) * self.sizes[self.group])
        return each

    def count(self, said: NDArray[np.bool_]) -> Whole:
        """Voters who said so, constituencies x items."""
        counts = np.zeros((len(self.groups), len(self.items)), np.int64)
        np.add.at(counts, self.group, said * self.many[:, None])
        return counts


def agree_on_agenda(
    votes: VoteTable,
    *,
    seats: float,
    constituencies: Mapping[str, str] | None = None,
    costs: Mapping[str, float] | None = None,
    veto_free: Collection[str] = (),
    delegates: Mapping[str, int] | None = None,
    counted: Sequence[Count] = (),
    together: bool = False,
    seed: int = 7,
) -> Agenda:
    """Choose items that together cost at most `seats`; an item costs 1 unless `costs` says otherwise.

    A constituency keeps an item out when more than half of its votes on it are against, if it cast at least
    five, and at least half as many as it has `delegates`. Nobody keeps out what is `veto_free`: rights and
    safety, declared before the vote. Equal prices are decided by lot, from `seed`. counted: votes counted by
    hands or on paper, as `draw` takes them. Which of them came from one person is not known, so they are
    dealt evenly over as many ballots as there were hands: an approximation. What comes out when they are
    dealt `together`, to as few as can be, tells how far it matters. Raises ValueError for inputs that do not
    fit each other.

    >>> rows = [(f"p{n}", "water", 1) for n in range(6)]
    >>> agree_on_agenda(VoteTable.from_rows(rows), seats=1).chosen
    ('water',)
    """
    votes, constituencies = with_hands(votes, constituencies, counted, together=together)
    ballots = Ballots.of(votes, constituencies)
    price = checked(ballots, seats, costs or {}, veto_free, delegates or {})
    blocked = kept_out(ballots, veto_free, delegates or {})
    allowed: NDArray[np.bool_] = np.logical_not(blocked.any(axis=0))
    lots = np.random.default_rng(seed).permutation(len(ballots.items))
    bought = list(buy(ballots, ballots.weights(), seats, price, allowed, lots))
    by_head = buy(ballots, ballots.weights(by_head=True), seats, price, allowed, lots)
    chosen = [place for place, _, _ in bought]
    certified = np.ptp(price) == 0 if len(price) else True
    return Agenda(
        items=tuple(told(ballots, bought, price, blocked, veto_free)),
        seats=seats,
        constituencies=dict(zip(ballots.groups, ballots.sizes.tolist(), strict=True)),
        by_head=tuple(ballots.items[place] for place, _, _ in by_head),
        certificate=certify(ballots, chosen, allowed, seats) if certified else None,
        seed=seed,
        digest=digest_of(votes, constituencies, seats, costs, veto_free, delegates, seed),
        version=__version__,
    )


# ---- what does not fit -----------------------------------------------------------------------------------


def checked(
    ballots: Ballots,
    seats: float,
    costs: Mapping[str, float],
    veto_free: Collection[str],
    delegates: Mapping[str, int],
) -> Real:
    """The cost of each item. Raises ValueError, with the mend."""
    if not seats > 0:
        raise ValueError(f"seats is how much the agenda has room for, above zero, not {seats}")
    for what, named, known in (
        ("costs", costs, ballots.items),
        ("veto_free", veto_free, ballots.items),
        ("delegates", delegates, ballots.groups),
    ):
        if unknown := sorted(set(named) - set(known)):
            raise ValueError(f"{what} names {unknown[0]!r}, which has no votes: mend the name")
    for item, cost in sorted(costs.items()):
        if not cost > 0:
            raise ValueError(f"the cost of {item!r} is above zero, not {cost}")
    return np.array([costs.get(item, 1.0) for item in ballots.items])


# ---- the floor -------------------------------------------------------------------------------------------


def kept_out(ballots: Ballots, veto_free: Collection[str], delegates: Mapping[str, int]) -> NDArray[np.bool_]:
    """Where most of a constituency are against an item, constituencies x items.

    Not wanting an item is not being against it.
    """
    against = ballots.count(ballots.against)
    cast = against + ballots.count(ballots.approve)
    quorum = np.array([max(FEWEST_AGAINST, -(-delegates.get(group, 0) // 2)) for group in ballots.groups])
    blocked = (2 * against > cast) & (cast >= quorum[:, None])
    free = np.array([item in veto_free for item in ballots.items], bool)
    found: NDArray[np.bool_] = blocked & ~free
    return found


# ---- the rule --------------------------------------------------------------------------------------------

Bought = tuple[int, str, Real]


def buy(
    ballots: Ballots, weights: Real, seats: float, price: Real, allowed: NDArray[np.bool_], lots: Whole
) -> Iterator[Bought]:
    """Items as they are bought: place, by which rule, and what one voter of each kind gave."""
    beans = weights * seats
    left = set(np.flatnonzero(allowed & ballots.approve.any(axis=0)).tolist())
    spent = 0.0
    for place, given in by_shares(ballots, weights, beans, price, left, lots):
        beans = beans - given
        left.discard(place)
        spent += price[place]
        yield place, BY_SHARES, given
    while (found := next_completed(ballots, weights, beans, price, left, lots, seats - spent)) is not None:
        place, beans, given = found
        left.discard(place)
        spent += price[place]
        yield place, BY_COMPLETION, given


def by_shares(
    ballots: Ballots, weights: Real, beans: Real, price: Real, left: Collection[int], lots: Whole
) -> Iterator[tuple[int, Real]]:
    """Each time the item that its supporters pay the least for, in proportion to their weight.

    Prices only rise as beans go, so an item whose old price is not the lowest need not be priced anew.
    """
    waiting = [(0.0, int(lots[place]), place) for place in left]
    heapq.heapify(waiting)
    fresh: dict[int, int] = {}
    turn = 0
    poorest = np.argsort(beans / weights, kind="stable")
    while waiting:
        least = waiting[0][0]
        same = []
        while waiting and waiting[0][0] <= least * (1 + NEAR):
            same.append(heapq.heappop(waiting))
        stale = [entry for entry in same if fresh.get(entry[2]) != turn]
        if stale:
            for entry in set(same) - set(stale):
                heapq.heappush(waiting, entry)
            for _, lot, place in stale:
                able = poorest[ballots.approve[poorest, place]]
                rho = priced(weights[able], beans[able], ballots.many[able], price[place])
                if rho is not None:
                    fresh[place] = turn
                    heapq.heappush(waiting, (rho, lot, place))
            continue
        rho, _, place = min(same, key=lambda entry: entry[1])
        for entry in same:
            if entry[2] != place:
                heapq.heappush(waiting, entry)
        given = np.where(ballots.approve[:, place], np.minimum(beans, rho * weights), 0.0)
        beans = beans - given
        poorest = np.argsort(beans / weights, kind="stable")
        turn += 1
        yield place, given


def priced(weights: Real, beans: Real, many: Whole, cost: float) -> float | None:
    """The least rho at which supporters pay the cost, each at most rho times their weight; None if too poor.

    Kinds of supporters come with the fewest beans by weight first.
    """
    whole = np.cumsum(beans * many)
    if not len(whole) or whole[-1] < cost * (1 - NEAR):
        return None
    rest = np.cumsum((weights * many)[::-1])[::-1]
    rho = (cost - whole + beans * many) / rest
    enough = rho * weights <= beans * (1 + NEAR)
    first = int(enough.argmax())
    return float(rho[first] if enough[first] else beans[-1] / weights[-1])


def next_completed(
    ballots: Ballots,
    weights: Real,
    beans: Real,
    price: Real,
    left: Collection[int],
    lots: Whole,
    room: float,
) -> tuple[int, Real, Real] | None:
    """Phragmén: all go on earning by weight; the item that can be paid first, beans after it, and given."""
    able = [place for place in sorted(left) if price[place] <= room * (1 + NEAR)]
    if not able:
        return None
    wants = ballots.approve[:, able]
    saved = (beans * ballots.many) @ wants
    earning = (weights * ballots.many) @ wants
    wait = np.maximum((price[able] - saved) / earning, 0.0)
    same = np.flatnonzero(wait <= wait.min() + NEAR * (1 + wait.min()))
    nearest = min(same.tolist(), key=lambda number: lots[able[number]])
    earned = beans + weights * wait[nearest]
    given = np.where(wants[:, nearest], earned, 0.0)
    return able[nearest], earned - given, given


# ---- the certificate -------------------------------------------------------------------------------------


def certify(
    ballots: Ballots, chosen: Sequence[int], allowed: NDArray[np.bool_], seats: float
) -> tuple[Claim, ...]:
    """For each allowed item that was left out, the claim of its supporters that comes nearest."""
    weight = ballots.weights() * ballots.many
    most = int(seats)
    have = np.minimum(ballots.approve[:, list(chosen)].sum(axis=1), most)
    claims = []
    for place in np.flatnonzero(allowed) if most else ():
        if place in chosen:
            continue
        wants = ballots.approve[:, place]
        with_fewer = np.cumsum(np.bincount(have[wants], weight[wants], most + 1))[:most]
        items = int((with_fewer / np.arange(1, most + 1)).argmax())
        claims.append(
            Claim(
                item=ballots.items[place],
                items=items + 1,
                weight=round(float(with_fewer[items]), 12),
                needed=round((items + 1) / seats, 12),
            )
        )
    return tuple(sorted(claims, key=lambda claim: (-claim.margin, claim.item)))


def violations(
    agenda: Agenda,
    votes: VoteTable,
    constituencies: Mapping[str, str] | None,
    counted: Sequence[Count] = (),
    *,
    delegates: Mapping[str, int] | None = None,
) -> list[str]:
    """What is wrong with a published agenda, in sentences, from the ballots alone; empty when it holds.

    Looks at the digest, at every count, at what was paid, at the floor and at every claim, whoever computed
    the agenda; and, if this version did, at the place of each item. delegates: as it was computed with.
    """
    votes, constituencies = with_hands(votes, constituencies, counted)
    ballots = Ballots.of(votes, constituencies)
    place = {item: number for number, item in enumerate(ballots.items)}
    found = [
        f"{item!r} is on the agenda, and nobody voted on it" for item in agenda.chosen if item not in place
    ]
    if found:
        return found
    found += other_inputs(agenda, votes, constituencies, delegates)
    found += other_counts(agenda, ballots)
    spent = sum(item.cost for item in agenda.items if item.chosen is not None)
    if spent > agenda.seats * (1 + NEAR):
        found.append(f"the chosen items cost {spent:g}, and there is room for {agenda.seats:g}")
    known = {item.item: item for item in agenda.items}
    allowed = np.array([item in known and not known[item].blocked_by for item in ballots.items], bool)
    found += [f"{item.item!r} is on the agenda although {', '.join(item.blocked_by)} keep it out"
              for item in agenda.items if item.chosen is not None and item.blocked_by]  # fmt: skip
    for item in agenda.items:
        paid = sum(item.paid.values())
        if item.how == BY_SHARES and abs(paid - item.cost) > 1e-6:
            found.append(f"{paid:g} was paid for {item.item!r}, which costs {item.cost:g}")
    for group in ballots.groups:
        paid = sum(item.paid.get(group, 0.0) for item in agenda.items if item.how == BY_SHARES)
        if paid > agenda.seats / len(ballots.groups) * (1 + 1e-6):
            found.append(f"{group} paid {paid:g}, more than its share")
    claims = certify(ballots, [place[item] for item in agenda.chosen], allowed, agenda.seats)
    if agenda.certificate is not None:
        found += [
            f"those who want {claim.item!r} weigh {claim.weight:g}, and {claim.needed:g} can claim it"
            for claim in claims
            if claim.margin >= 1 - NEAR
        ]
    return found or other_places(agenda, ballots, allowed)


def other_inputs(
    agenda: Agenda,
    votes: VoteTable,
    constituencies: Mapping[str, str] | None,
    delegates: Mapping[str, int] | None,
) -> list[str]:
    """Says when the digest is of other ballots or other rules than these."""
    costs = {item.item: item.cost for item in agenda.items}
    free = [item.item for item in agenda.items if item.veto_free]
    # A cost of one may have been said or not.
    said: tuple[Mapping[str, float], ...] = (
        {},
        {item: cost for item, cost in costs.items() if cost != 1},
        costs,
    )
    digests = [
        digest_of(votes, constituencies, agenda.seats, each, free, delegates, agenda.seed) for each in said
    ]
    if agenda.digest in digests:
        return []
    return [f"it follows from other ballots or other rules than these: its digest is {agenda.digest}"]


def other_counts(agenda: Agenda, ballots: Ballots) -> list[str]:
    """Says which figures are not what the ballots say."""
    approve, against = ballots.count(ballots.approve), ballots.count(ballots.against)
    place = {item: number for number, item in enumerate(ballots.items)}
    found = []
    if dict(agenda.constituencies) != dict(zip(ballots.groups, ballots.sizes.tolist(), strict=True)):
        found.append("it tells of another number of voters than there are")
    for item in agenda.items:
        if item.item not in place:
            continue
        for said, counts, words in ((item.approve, approve, "for"), (item.against, against, "against")):
            if dict(said) != by_group(ballots, counts[:, place[item.item]]):
                found.append(f"it tells of other votes {words} {item.item!r} than there are")
    return found


def other_places(agenda: Agenda, ballots: Ballots, allowed: NDArray[np.bool_]) -> list[str]:
    """Says which items stand elsewhere, or were paid for otherwise, than these ballots have them."""
    if agenda.version != __version__:
        return []
    price = np.ones(len(ballots.items))
    place = {item: number for number, item in enumerate(ballots.items)}
    for item in agenda.items:
        price[place[item.item]] = item.cost
    lots = np.random.default_rng(agenda.seed).permutation(len(ballots.items))
    bought = list(buy(ballots, ballots.weights(), agenda.seats, price, allowed, lots))
    nothing = np.zeros((len(ballots.groups), len(ballots.items)), bool)
    anew = {item.item: item for item in told(ballots, bought, price, nothing, ())}
    return [
        f"these ballots have {item.item!r} elsewhere, or paid for otherwise"
        for item in agenda.items
        if (item.chosen, item.how) != (anew[item.item].chosen, anew[item.item].how)
        or any(abs(paid - item.paid.get(g, 0.0)) > 1e-6 for g, paid in anew[item.item].paid.items())
    ]


# ---- what is told ----------------------------------------------------------------------------------------


def told(
    ballots: Ballots,
    bought: Sequence[Bought],
    price: Real,
    blocked: NDArray[np.bool_],
    veto_free: Collection[str],
) -> Iterator[Item]:
    """Every item: the chosen in their order, then those left out, the most wanted first."""
    approve, against = ballots.count(ballots.approve), ballots.count(ballots.against)
    ways = {place: (number, how, given) for number, (place, how, given) in enumerate(bought, start=1)}
    wanted = (approve / np.maximum(ballots.sizes, 1)[:, None]).sum(axis=0)
    rest = sorted(set(range(len(ballots.items))) - set(ways), key=lambda p: (-wanted[p], ballots.items[p]))
    for place in [*ways, *rest]:
        number, how, given = ways.get(place, (None, None, np.zeros(len(ballots.many))))
        paid = np.bincount(ballots.group, given * ballots.many, len(ballots.groups))
        yield Item(
            item=ballots.items[place],
            cost=float(price[place]),
            chosen=number,
            how=how,
            paid=by_group(ballots, np.round(paid, 9)),
            approve=by_group(ballots, approve[:, place]),
            against=by_group(ballots, against[:, place]),
            blocked_by=tuple(g for g, keeps in zip(ballots.groups, blocked[:, place], strict=True) if keeps),
            veto_free=ballots.items[place] in veto_free,
        )


def by_group(ballots: Ballots, numbers: NDArray[Any]) -> dict[str, Any]:
    """Numbers by constituency."""
    return dict(zip(ballots.groups, numbers.tolist(), strict=True))


def explain(agenda: Agenda, texts: Mapping[str, str] | None = None) -> str:
    """The agenda in plain words, to be read aloud."""
    texts = texts or {}
    rule = (
        f"Every one of {len(agenda.constituencies)} groups got the same number of beans. An item is on the "
        "agenda when those who want it could pay for it together, and nothing is on it that most of any one "
        "group are against."
    )
    said = [rule]
    for item in agenda.items:
        words = texts.get(item.item, item.item)
        if item.chosen is not None:
            payers = sorted(
                (group for group, paid in item.paid.items() if paid > 0), key=lambda g: -item.paid[g]
            )
            last = " It came in last, from beans that were left." if item.how == BY_COMPLETION else ""
            said.append(f"{item.chosen}. {words} Paid for by {', '.join(payers)}.{last}")
    for item in agenda.blocked:
        words = texts.get(item.item, item.item)
        said.append(f"Open question: {words} Most of {', '.join(item.blocked_by)} are against it.")
    if agenda.certificate is not None:
        nearest = agenda.certificate[0].margin if agenda.certificate else 0.0
        said.append(
            "Nobody was passed over: of all that was left out, no group of supporters was large enough to "
            f"claim it. The nearest came to {round(100 * nearest)} in 100 of what it takes."
        )
    return "\n".join(said)


def digest_of(
    votes: VoteTable,
    constituencies: Mapping[str, str] | None,
    seats: float,
    costs: Mapping[str, float] | None,
    veto_free: Collection[str],
    delegates: Mapping[str, int] | None,
    seed: int,
) -> str:
    """SHA-256 of everything that the agenda follows from."""
    belongs = None if constituencies is None else sorted(constituencies.items())
    rest = [seats, sorted((costs or {}).items()), sorted(veto_free), sorted((delegates or {}).items()), seed]
    said = json.dumps([votes.digest, belongs, rest], separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def agenda_from(plain: Mapping[str, Any]) -> Agenda:
    """An agenda from what as_json() gave. Raises KeyError or TypeError for what is none."""
    return Agenda(
        **{
            **plain,
            "items": tuple(
                Item(**{**each, "blocked_by": tuple(each["blocked_by"])}) for each in plain["items"]
            ),
            "by_head": tuple(plain["by_head"]),
            "certificate": None
            if plain["certificate"] is None
            else tuple(Claim(**each) for each in plain["certificate"]),
        }
    )
