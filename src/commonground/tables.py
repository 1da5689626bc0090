"""Who sits with whom: tables over several rounds, every group at every table and the fewest repeat meetings.

Round after round CP-SAT (of OR-Tools, the extra [seating]) keeps every quota exactly and seats together as
few as can be of those who have met (Barrett et al. 2023, AAAI 37:5490). Where it is not installed, swaps
by simulated annealing stand in. Never one woman alone: under consensus few women at a table are heard as many
are, but one alone is not (Karpowitz, Mendelberg and Shaker 2012, 10.1017/S0003055412000329).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from commonground._progress import watched
from commonground._seating import Group, Plan, anneal, solve
from commonground._version import __version__

__all__ = ["Moved", "Seating", "explain", "faults", "reseat", "seat"]

Kind = Mapping[str, str]
Pair = tuple[str, str]
Tables = tuple[tuple[str, ...], ...]

SOLVERS = ("CP-SAT", "annealing")
WOMEN = ("gender", "woman")


@dataclass(frozen=True)
class Seating:
    """Who sits where in each round, and what it follows from.

    rounds: of each round the tables, of each table its people by name. spread: columns of which every value
    is at every table as evenly as can be. alone: the column and value of which nobody sits alone; None allows
    it. apart: pairs that never share a table. language: the column of languages, written with blanks between
    them, of which all at a table share one. meetings: how many different pairs meet, of `possible`.
    deviation: the most people by which a table misses an even spread. solver: which of the two found it;
    status: whether it is known to be the best, round by round.
    """

    rounds: tuple[Tables, ...]
    spread: tuple[str, ...]
    alone: Pair | None
    apart: tuple[Pair, ...]
    language: str | None
    meetings: int
    possible: int
    deviation: int
    solver: str
    status: str
    seed: int
    digest: str
    version: str

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who sits somewhere, by name."""
        return tuple(sorted({who for tables in self.rounds for table in tables for who in table}))

    def where(self, who: str) -> tuple[int | None, ...]:
        """The number of the person's table in each round, from 1; None in a round that they miss."""
        return tuple(
            next((number for number, table in enumerate(tables, 1) if who in table), None)
            for tables in self.rounds
        )

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return asdict(self)


def seat(
    people: Mapping[str, Kind],
    *,
    tables: int,
    rounds: int = 1,
    spread: Sequence[str] = (),
    alone: Pair | None = WOMEN,
    apart: Sequence[Pair] = (),
    language: str | None = None,
    met: Collection[Pair] = (),
    solver: str | None = None,
    seed: int = 7,
) -> Seating:
    """Seat everybody in every round. met: pairs who know each other already.

    solver: "CP-SAT" or "annealing"; without one the first that is installed. The same people and seed give
    the same seating. Raises ValueError for what cannot be, with the mend.

    >>> seat({"ann": {}, "ben": {}, "eva": {}, "kim": {}}, tables=2, rounds=3, solver="annealing").meetings
    6
    """
    solver = solver or (SOLVERS[0] if find_spec("ortools") else SOLVERS[1])
    if solver not in SOLVERS:
        raise ValueError(f"the solver is {' or '.join(SOLVERS)}, not {solver}")
    checked(people, tables, rounds, spread, alone, apart, language)
    plan = plan_of(people, tables, spread, alone, apart, language)
    seen = np.zeros((len(people), len(people)), np.int64)
    place = {who: number for number, who in enumerate(plan.people)}
    for one, other in met:
        if one in place and other in place:
            seen[place[one], place[other]] = seen[place[other], place[one]] = 1
    found, best = [], True
    for number in watched(range(rounds), "Seating", rounds):
        at, proven = (solve if solver == SOLVERS[0] else anneal)(plan, seen, seed + number)
        if at is None:
            raise ValueError(
                "nobody can be seated so that all of this is kept: take more or larger tables, spread fewer "
                "columns, or let fewer be kept apart"
            )
        best &= proven
        together = at[:, None] == at[None, :]
        seen += together & ~np.eye(len(at), dtype=bool)
        found.append(tuple(tuple(plan.people[i] for i in np.flatnonzero(at == t)) for t in range(tables)))
    return figured(
        Seating(
            tuple(found),
            tuple(spread),
            alone,
            tuple(sorted(tuple(sorted(pair)) for pair in apart)),  # type: ignore[misc]
            language,
            0,
            0,
            0,
            solver,
            "best of each round" if best else "good",
            seed,
            digest(people, tables, rounds, spread, alone, apart, language, met),
            __version__,
        ),
        people,
    )


def digest(*inputs: Any) -> str:
    """What a seating follows from, in a few letters."""
    plain = json.dumps(inputs, sort_keys=True, ensure_ascii=False, default=sorted)
    return hashlib.sha256(plain.encode()).hexdigest()


def checked(
    people: Mapping[str, Kind],
    tables: int,
    rounds: int,
    spread: Sequence[str],
    alone: Pair | None,
    apart: Sequence[Pair],
    language: str | None,
) -> None:
    """Refuse what cannot be, with the mend. Raises ValueError."""
    if tables < 1 or rounds < 1:
        raise ValueError(f"there is one table or more and one round or more, not {tables} and {rounds}")
    if tables > len(people):
        raise ValueError(f"{len(people)} people cannot sit at {tables} tables: take fewer tables")
    for column in spread:
        if not any(kind.get(column) for kind in people.values()):
            raise ValueError(f"nobody has a value in the column {column}: fill it in, or do not spread it")
    if alone and tables > 1 and sum(kind.get(alone[0]) == alone[1] for kind in people.values()) == 1:
        raise ValueError(f"the only {alone[1]} would sit alone: invite another, or allow it")
    check_apart(people, tables, apart)
    if language and (mute := next((who for who, kind in people.items() if not kind.get(language)), None)):
        raise ValueError(f"{mute!r} has no {language}: write which they speak")


def check_apart(people: Mapping[str, Kind], tables: int, apart: Sequence[Pair]) -> None:
    """Refuse pairs that cannot be kept apart. Raises ValueError."""
    for one, other in apart:
        if unknown := next((who for who in (one, other) if who not in people), None):
            raise ValueError(f"{unknown!r} is to be kept apart and is not among the people: mend the name")
        if one == other:
            raise ValueError(f"{one!r} cannot be kept apart from themselves: name two people")
        if tables == 1:
            raise ValueError(f"{one!r} and {other!r} cannot be kept apart at one table: take more tables")


def plan_of(
    people: Mapping[str, Kind],
    tables: int,
    spread: Sequence[str],
    alone: Pair | None,
    apart: Sequence[Pair],
    language: str | None,
) -> Plan:
    """What has to be kept, by the places of people in the order of their names."""
    names = tuple(sorted(people))
    place = {who: number for number, who in enumerate(names)}
    few = few_of(people, tables, alone)
    groups = []
    for column in spread:
        for value in sorted({people[who].get(column, "") for who in names} - {""}):
            own = tuple(place[who] for who in names if people[who].get(column) == value)
            # Where the few sit together, their column cannot be spread.
            if not (few and alone and column == alone[0]):
                groups.append(Group(own, len(own) // tables, -(-len(own) // tables)))
    spoken = [set(people[who].get(language, "").split()) for who in names] if language else []
    known = sorted(set().union(*spoken)) if spoken and not set.intersection(*spoken) else []
    return Plan(
        people=names,
        sizes=(len(names) // tables, -(-len(names) // tables)),
        tables=tables,
        groups=tuple(groups),
        few=tuple(place[who] for who in few),
        apart=tuple((place[one], place[other]) for one, other in apart),
        speakers=tuple(tuple(i for i, own in enumerate(spoken) if tongue in own) for tongue in known),
    )


def few_of(people: Mapping[str, Kind], tables: int, alone: Pair | None) -> list[str]:
    """Those of whom nobody may sit alone, where there are too few for two at every table."""
    own = [who for who in sorted(people) if alone and people[who].get(alone[0]) == alone[1]]
    return own if tables > 1 and 0 < len(own) < 2 * tables else []


# ---- what came of it -------------------------------------------------------------------------------------


def figured(seating: Seating, people: Mapping[str, Kind]) -> Seating:
    """The seating with its figures counted."""
    pairs = [pair for tables in seating.rounds for table in tables for pair in combinations(sorted(table), 2)]
    return replace(
        seating,
        meetings=len(set(pairs)),
        possible=min(len(pairs), comb(len(seating.people), 2)),
        deviation=max(
            (off for tables in seating.rounds for off in deviations(tables, seating, people)), default=0
        ),
    )


def deviations(tables: Tables, seating: Seating, people: Mapping[str, Kind]) -> Iterator[int]:
    """By how many people each table misses an even spread of each value, and of seats."""
    there = [who for table in tables for who in table]
    few = few_of({who: people[who] for who in there}, len(tables), seating.alone)
    columns = [c for c in seating.spread if not (few and seating.alone and c == seating.alone[0])]
    for column in columns:
        for value, many in Counter(people[who].get(column, "") for who in there).items():
            counts = [sum(people[who].get(column, "") == value for who in table) for table in tables]
            if value:
                yield from (off(count, many, len(tables)) for count in counts)
    yield from (off(len(table), len(there), len(tables)) for table in tables)


def off(count: int, many: int, tables: int) -> int:
    """By how many a count misses an even share of so many."""
    return max(many // tables - count, count - -(-many // tables), 0)


def faults(seating: Seating, people: Mapping[str, Kind]) -> list[str]:
    """What does not hold of a seating; nothing when all does."""
    found = []
    for number, tables in enumerate(seating.rounds, 1):
        seats = Counter(who for table in tables for who in table)
        found += [f"{who!r} sits twice in round {number}" for who, many in seats.items() if many > 1]
        found += [
            f"{who!r} sits in round {number} and is not among the people" for who in set(seats) - set(people)
        ]
        found += [
            f"round {number}: {fault}" for table in tables for fault in faults_at(table, seating, people)
        ]
    if not found:
        told = seating.meetings, seating.possible, seating.deviation
        again = figured(seating, people)
        if told != (again.meetings, again.possible, again.deviation):
            found.append(
                f"its figures are {told} and should be {again.meetings, again.possible, again.deviation}"
            )
    return found


def faults_at(table: Sequence[str], seating: Seating, people: Mapping[str, Kind]) -> Iterator[str]:
    """What is wrong at one table."""
    known = [people.get(who, {}) for who in table]
    several = len(seating.rounds[0]) > 1
    if several and seating.alone and sum(k.get(seating.alone[0]) == seating.alone[1] for k in known) == 1:
        yield f"one {seating.alone[1]} sits alone with {', '.join(table)}"
    for one, other in seating.apart:
        if one in table and other in table:
            yield f"{one!r} and {other!r} sit together"
    if seating.language and table:
        spoken = [set(kind.get(seating.language, "").split()) for kind in known]
        if not set.intersection(*spoken):
            yield f"no language is shared by {', '.join(table)}"


# ---- late arrivals and no-shows --------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """Somebody who sits elsewhere than was printed. came_from: None for who has just arrived."""

    person: str
    round: int
    came_from: int | None
    to: int


def reseat(
    seating: Seating,
    people: Mapping[str, Kind],
    *,
    arrived: Collection[str] = (),
    gone: Collection[str] = (),
    from_round: int = 1,
) -> tuple[Seating, tuple[Moved, ...]]:
    """The seating with people come and gone from a round on; earlier rounds stay as they were.

    people: everybody, those who arrived too. Nobody who sits is moved but to mend what must not be (a woman
    alone, two who are kept apart, a table without a language), and then as few as can be, one by one.
    Gives who sits elsewhere than before. Raises ValueError for somebody who is not known, or sits already.
    """
    for who in arrived:
        if who not in people:
            raise ValueError(f"{who!r} has arrived and nothing is known of them: add them to the people")
        if who in seating.people and who not in gone:
            raise ValueError(f"{who!r} has arrived and sits already: leave them out")
    if not 1 <= from_round <= len(seating.rounds):
        raise ValueError(f"there are rounds 1 to {len(seating.rounds)}, not {from_round}")
    rounds = [[list(table) for table in tables] for tables in seating.rounds]
    moved: list[Moved] = []
    for number in range(from_round - 1, len(rounds)):
        tables = [[who for who in table if who not in gone] for table in rounds[number]]
        before = {who: place for place, table in enumerate(tables) for who in table}
        others = [table for n, held in enumerate(rounds) if n != number for table in held]
        met = Counter(pair for table in others for pair in combinations(sorted(table), 2))
        for who in sorted(arrived):
            ways = [placed(tables, who, at) for at in range(len(tables))]
            tables = min(ways, key=lambda way: cost(way, seating, people, met))
        tables = mended(tables, seating, people, met)
        rounds[number] = [sorted(table) for table in tables]
        moved += [
            Moved(who, number + 1, None if who not in before else before[who] + 1, place + 1)
            for place, table in enumerate(tables)
            for who in table
            if before.get(who) != place
        ]
    kept = tuple(tuple(tuple(table) for table in tables) for tables in rounds)
    return figured(replace(seating, rounds=kept), people), tuple(moved)


def placed(tables: Sequence[list[str]], who: str, at: int) -> list[list[str]]:
    """The tables with the person at that one."""
    return [[*table, who] if place == at else table for place, table in enumerate(tables)]


def cost(
    tables: Sequence[Sequence[str]], seating: Seating, people: Mapping[str, Kind], met: Mapping[Pair, int]
) -> tuple[int, int, int]:
    """What must not be, what is uneven, and who meets again: in this order."""
    wrong = sum(1 for table in tables for _ in faults_at(table, seating, people))
    uneven = sum(deviations(tuple(map(tuple, tables)), seating, people))
    again = sum(met.get(pair, 0) for table in tables for pair in combinations(sorted(table), 2))
    return wrong, uneven, again


def mended(
    tables: list[list[str]], seating: Seating, people: Mapping[str, Kind], met: Mapping[Pair, int]
) -> list[list[str]]:
    """The tables with as few people moved as mends what must not be; as they are where no move helps."""
    while (now := cost(tables, seating, people, met))[0]:
        best = min(moves(tables), key=lambda other: cost(other, seating, people, met), default=tables)
        if cost(best, seating, people, met)[0] >= now[0]:
            return tables
        tables = best
    return tables


def moves(tables: list[list[str]]) -> Iterator[list[list[str]]]:
    """Every way to move one person, and then every way to exchange two."""
    for source, target in combinations(range(len(tables)), 2):
        for one, other in ((source, target), (target, source)):
            for who in tables[one]:
                left = [[w for w in t if w != who] if place == one else t for place, t in enumerate(tables)]
                yield placed(left, who, other)
        for first in tables[source]:
            for second in tables[target]:
                changed = [list(table) for table in tables]
                changed[source][tables[source].index(first)] = second
                changed[target][tables[target].index(second)] = first
                yield changed


def explain(seating: Seating) -> str:
    """The seating in plain words, to be read aloud."""
    many = len(seating.rounds)
    said = [
        f"{len(seating.people)} people sit at {len(seating.rounds[0])} tables in {many} rounds.",
        f"{seating.meetings} different pairs meet, of {seating.possible} that could.",
    ]
    if seating.spread:
        even = "as evenly as can be" if not seating.deviation else f"within {seating.deviation} of even"
        said.append(f"At every table {', '.join(seating.spread)} are spread {even}.")
    if seating.alone:
        said.append(f"No {seating.alone[1]} sits alone.")
    if seating.apart:
        said.append(f"{len(seating.apart)} pairs are kept apart.")
    if seating.language:
        said.append("All at a table share a language.")
    return "\n".join(said)
