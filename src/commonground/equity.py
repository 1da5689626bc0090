"""Who is heard: the shares of speaking time, statements, beans and influence, each beside what chance gives.

Every figure has a 90 % interval (a bootstrap over people within their tables), a permutation null (the labels
of people at one table are shuffled, as if it did not matter who they are), and the chance of it after control
of false discoveries over all that was asked at once (Benjamini and Hochberg 1995). The measures of what
people say to each other, of coders and of change stand in modules of their own and are offered here too.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from commonground._change import Changed, Chart, change_of, chart_of, mcnemar, share_between, stuart_maxwell
from commonground._deliberation import Deliberation, deliberative_reason
from commonground._reliability import Reliability, alpha, reliability
from commonground._saturation import Saturation, saturation_of, saturations
from commonground._version import __version__
from commonground._votes import VoteTable
from commonground.agenda import Agenda, agree_on_agenda

__all__ = [
    "Changed",
    "Chart",
    "Deliberation",
    "Findings",
    "Measure",
    "Missing",
    "Reliability",
    "Saturation",
    "Turn",
    "agenda_equity",
    "alpha",
    "change_of",
    "chart_of",
    "coverage",
    "deliberative_reason",
    "explain",
    "heard",
    "mcnemar",
    "reliability",
    "saturation_of",
    "saturations",
    "share_between",
    "stuart_maxwell",
    "survival",
]

Real = NDArray[np.floating[Any]]
Kind = Mapping[str, str]

REPLICATES = 1000
AGENDAS = 40  # replicates of what needs an agenda chosen anew
INTERVAL = (0.05, 0.95)
ACT_BELOW = 0.8  # participation parity below which something is to be done
ROTATE_ABOVE = 0.4  # speaking Gini above which the word should go round
FEWEST = 3  # people or things below which nothing is said of a group
FEWEST_VOICES = 3  # voices of a cell below which it counts as not asked
FALSE = 0.1  # share of false alarms among all that are raised


@dataclass(frozen=True)
class Turn:
    """Somebody speaks. seconds: for how long; 1 where only turns are counted. moment: orders the turns.

    person: "" where nobody knows who it was; kind then says what is known of them, and the turn counts for
    their groups and for no person.
    """

    person: str
    seconds: float = 1.0
    moment: float = 0.0
    kind: Kind | None = None


@dataclass(frozen=True)
class Measure:
    """A figure of one group or table, how sure it is, and what chance alone gives.

    low, high: about 90 %; None where too few are there. fair: what it is on equal footing. p: how probable
    chance alone is to be as far from it; q: the same after control of false discoveries. base: of how many
    people, turns or statements. says: the figure in a sentence. act: what to do, where something is shown.
    """

    name: str
    group: str
    value: float
    fair: float
    low: float | None
    high: float | None
    p: float | None
    q: float | None
    base: int
    says: str
    act: str

    @property
    def shown(self) -> bool:
        """Whether chance is an unlikely explanation."""
        return self.q is not None and self.q < FALSE


@dataclass(frozen=True)
class Missing:
    """Whom nobody has asked yet: a cell of the grid with fewer than three voices."""

    cell: Kind
    voices: int
    invited: int


@dataclass(frozen=True)
class Findings:
    """What was measured, with all that it follows from."""

    measures: tuple[Measure, ...]
    missing: tuple[Missing, ...]
    seed: int
    digest: str
    version: str

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return asdict(self)


def found(measures: Sequence[Measure], inputs: Any, seed: int, missing: Sequence[Missing] = ()) -> Findings:
    """The findings, false discoveries among them controlled."""
    tested = [each.p for each in measures if each.p is not None]
    adjusted = iter(scipy.stats.false_discovery_control(tested) if tested else ())
    return Findings(
        tuple(each if each.p is None else judged(each, float(next(adjusted))) for each in measures),
        tuple(missing),
        seed,
        hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        __version__,
    )


def judged(measure: Measure, q: float) -> Measure:
    """The measure with its chance after control; what to do stays only where something is shown."""
    return replace(measure, q=round(q, 6), act=measure.act if q < FALSE else "")


# ---- speaking --------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Room:
    """People in the order of their names, who sits where, and how long each spoke."""

    people: tuple[str, ...]
    table: NDArray[np.int64]
    tables: tuple[str, ...]
    seconds: Real
    turns: tuple[Turn, ...]
    unnamed: tuple[Turn, ...]

    @classmethod
    def of(cls, said: Sequence[Turn], people: Mapping[str, Kind]) -> Room:
        """Raises ValueError for a turn of somebody who is not there, or that takes no time."""
        names = tuple(sorted(people))
        place = {who: number for number, who in enumerate(names)}
        turns = [turn for turn in said if turn.person or not turn.kind]
        for turn in turns:
            if turn.person not in place:
                raise ValueError(f"{turn.person!r} spoke and is not among the people: add them")
        for turn in said:
            if not turn.seconds > 0:
                took = f"a turn of {turn.person!r} takes {turn.seconds} seconds"
                raise ValueError(f"{took}: write more than none")
        seats = [people[who].get("table", "") for who in names]
        tables = tuple(sorted(set(seats)))
        seconds = np.zeros(len(names))
        np.add.at(seconds, [place[turn.person] for turn in turns], [turn.seconds for turn in turns])
        ordered = tuple(sorted(turns, key=lambda turn: (turn.moment, turn.person)))
        at = np.array([tables.index(seat) for seat in seats], np.int64)
        unnamed = tuple(turn for turn in said if turn.kind and not turn.person)
        return cls(names, at, tables, seconds, ordered, unnamed)

    def drawn(self, rng: np.random.Generator) -> Real:
        """How often each is drawn when as many of each table are drawn anew, REPLICATES x people."""
        weights = np.zeros((REPLICATES, len(self.people)))
        for number in range(len(self.tables)):
            own = np.flatnonzero(self.table == number)
            weights[:, own] = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), REPLICATES)
        return weights

    def shuffled(self, labels: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
        """The labels of people shuffled within their tables, REPLICATES x people."""
        out = np.tile(labels, (REPLICATES, 1))
        for number in range(len(self.tables)):
            own = np.flatnonzero(self.table == number)
            out[:, own] = rng.permuted(out[:, own], axis=1)
        return out


def heard(
    turns: Sequence[Turn],
    people: Mapping[str, Kind],
    *,
    columns: Sequence[str] = ("constituency", "gender"),
    women: tuple[str, str] = ("gender", "woman"),
    seed: int = 7,
) -> Findings:
    """Who speaks: participation parity by column, the speaking Gini of each table, the first woman's turn.

    people: everybody present with what is known of them, silent ones too; a column "table" says who sits
    together. Raises ValueError for a turn that cannot be.
    """
    room = Room.of(turns, people)
    rng = np.random.default_rng(seed)
    measures: list[Measure] = []
    if len(turns):
        for column in columns:
            labels = np.array([people[who].get(column, "") for who in room.people])
            others = Others.of(room, column)
            measures += [
                parity(room, labels, others, value, rng) for value in sorted(set(labels.tolist()) - {""})
            ]
        measures += [gini_of(room, number, rng) for number in range(len(room.tables))]
        is_woman = np.array([people[who].get(women[0]) == women[1] for who in room.people])
        measures += first_turn(room, is_woman, rng)
    inputs: list[Any] = [[as_read(turn) for turn in room.turns]]
    inputs += [{who: dict(people[who]) for who in room.people}, columns]
    if room.unnamed:
        inputs.append([as_read(turn) | {"kind": known_of(turn)} for turn in room.unnamed])
    return found(measures, inputs, seed, coverage(people, room, columns))


def as_read(turn: Turn) -> dict[str, Any]:
    """What the digest covers of a turn."""
    return {"person": turn.person, "seconds": turn.seconds, "moment": turn.moment}


def known_of(turn: Turn) -> dict[str, str]:
    """What is known of a speaker whom nobody knew by name."""
    return {column: value for column, value in (turn.kind or {}).items() if value}


def coverage(people: Mapping[str, Kind], room: Room, columns: Sequence[str]) -> list[Missing]:
    """Cells of people who are there, of whom fewer than three have spoken.

    However many turns of a cell were nobody's, they may all have been one person's: they are one voice,
    unless somebody of it is known to have spoken.
    """
    cell_of = {who: tuple(people[who].get(column, "") for column in columns) for who in room.people}
    cells = Counter(cell_of.values())
    spoke = Counter(cell_of[who] for who, s in zip(room.people, room.seconds, strict=True) if s > 0)
    for cell in cells:
        said = dict(zip(columns, cell, strict=True))
        if any(may_be(turn.kind or {}, said) for turn in room.unnamed):
            spoke[cell] = max(spoke[cell], 1)
    return [
        Missing(dict(zip(columns, cell, strict=True)), spoke[cell], many)
        for cell, many in sorted(cells.items())
        if spoke[cell] < min(FEWEST_VOICES, many)
    ]


def may_be(known: Kind, cell: Kind) -> bool:
    """Whether somebody of whom so much is known may belong to the cell."""
    return all(known.get(column, "") in ("", value) for column, value in cell.items())


@dataclass(frozen=True, eq=False)
class Others:
    """The turns of which only a group is known: their groups in one column, and how long each took."""

    labels: NDArray[Any]
    seconds: Real

    @classmethod
    def of(cls, room: Room, column: str) -> Others:
        """Those of whom the column is known; the others count for none of its groups."""
        known = [turn for turn in room.unnamed if (turn.kind or {}).get(column)]
        labels = np.array([(turn.kind or {})[column] for turn in known], object)
        return cls(labels, np.array([turn.seconds for turn in known], float))

    def drawn(self, rng: np.random.Generator) -> Real:
        """How often each is drawn when as many are drawn anew, REPLICATES x turns."""
        many = len(self.seconds)
        if not many:
            return np.zeros((REPLICATES, 0))
        return np.asarray(rng.multinomial(many, np.full(many, 1 / many), REPLICATES), float)

    def anybodys(self, own: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
        """Whether each is of the group, had it been the turn of anybody in the room, REPLICATES x turns."""
        if not len(self.seconds):
            return np.zeros((REPLICATES, 0), bool)
        return own[rng.integers(len(own), size=(REPLICATES, len(self.seconds)))]


def parity(room: Room, labels: NDArray[Any], others: Others, value: str, rng: np.random.Generator) -> Measure:
    """The group's share of the speaking time over its share of the seats; 1 is fair."""
    own, theirs = labels == value, others.labels == value

    def of(seats: Real, mine: NDArray[np.bool_], turns: Real, of_mine: NDArray[np.bool_]) -> Real:
        time = (seats * mine) @ room.seconds + (turns * of_mine) @ others.seconds
        all_time = seats @ room.seconds + turns @ others.seconds
        share = (seats * mine).sum(axis=1) / seats.sum(axis=1)
        return np.asarray(time / np.maximum(all_time, 1e-12) / np.maximum(share, 1e-12))

    once, all_turns = np.ones((1, len(own))), np.ones((1, len(theirs)))
    exact = float(of(once, own[None], all_turns, theirs[None])[0])
    spread = of(room.drawn(rng), own[None], others.drawn(rng), theirs[None])
    null = of(once, room.shuffled(own, rng), all_turns, others.anybodys(own, rng))
    seats, minutes = own.mean(), min(exact * own.mean(), 1.0)
    return measured(
        "participation parity",
        value,
        exact,
        fair=1.0,
        spread=spread if own.sum() >= FEWEST else None,
        null=null if FEWEST <= own.sum() < len(own) else None,
        base=int(own.sum()),
        says=f"{value}: {hundred(seats)} in 100 seats and {hundred(minutes)} in 100 minutes",
        act=f"Ask {value} to speak next" if exact < ACT_BELOW else "",
    )


def gini_of(room: Room, number: int, rng: np.random.Generator) -> Measure:
    """How unevenly the time at a table is spread: 0 all the same, 1 one person speaks.

    Chance here: each of the table's turns had been anybody's.
    """
    own = np.flatnonzero(room.table == number)
    name = room.tables[number] or "the room"
    here = {room.people[place] for place in own}
    lengths = [turn.seconds for turn in room.turns if turn.person in here]
    picked = rng.integers(len(own), size=(REPLICATES, len(own)))
    exact = float(gini(room.seconds[own][None])[0])
    by_chance = np.zeros((REPLICATES, len(own)))
    for length in lengths:
        by_chance[np.arange(REPLICATES), rng.integers(len(own), size=REPLICATES)] += length
    null = gini(by_chance)
    return measured(
        "speaking Gini",
        name,
        exact,
        fair=0.0,
        spread=gini(room.seconds[own][picked]) if len(own) >= FEWEST else None,
        null=null if len(own) >= FEWEST and lengths else None,
        base=len(own),
        says=f"{name}: the word is spread with a Gini of {exact:.2f}",
        act=f"Let the word go round at {name}" if exact > ROTATE_ABOVE else "",
        one_sided=True,
    )


def gini(seconds: Real) -> Real:
    """The Gini of each row, corrected for its length, from 0 to 1."""
    ordered = np.sort(seconds, axis=1)
    count = ordered.shape[1]
    total = ordered.sum(axis=1)
    if count < 2:
        return np.zeros(len(ordered))
    ranks = 2 * np.arange(1, count + 1) - count - 1
    return np.asarray(ordered @ ranks / np.maximum((count - 1) * total, 1e-12))


def first_turn(room: Room, is_woman: NDArray[np.bool_], rng: np.random.Generator) -> list[Measure]:
    """At which turn a woman first speaks, the mean over tables at which women sit.

    Not said where some turns are nobody's: one of them may have been hers.
    """
    if room.unnamed:
        return []
    place = {who: number for number, who in enumerate(room.people)}
    speakers = [place[turn.person] for turn in room.turns]
    tables = [n for n in range(len(room.tables)) if is_woman[room.table == n].any()]
    by_table = [[who for who in speakers if room.table[who] == number] for number in tables]
    by_table = [spoken for spoken in by_table if spoken]
    if not by_table:
        return []

    def of(women: NDArray[np.bool_], there: Real) -> float:
        firsts = []
        for spoken in by_table:
            heard_ = [who for who in spoken if there[who] > 0]
            turn = next((n for n, who in enumerate(heard_, 1) if women[who]), len(heard_) + 1)
            firsts.append(turn)
        return float(np.mean(firsts))

    everybody = np.ones(len(room.people))
    exact = of(is_woman, everybody)
    null = np.array([of(women, everybody) for women in room.shuffled(is_woman, rng)])
    spread = np.array([of(is_woman, weights) for weights in room.drawn(rng)])
    none = all(not is_woman[spoken].any() for spoken in by_table)
    return [
        measured(
            "first woman's turn",
            "women",
            exact,
            fair=float(null.mean()),
            spread=spread,
            null=null,
            base=len(by_table),
            says="no woman has spoken yet" if none else f"the first woman speaks at turn {exact:.1f}",
            act="Begin the next round with a woman" if exact > null.mean() else "",
            one_sided=True,
        )
    ]


def measured(
    name: str,
    group: str,
    value: float,
    *,
    fair: float,
    spread: Real | None,
    null: Real | None,
    base: int,
    says: str,
    act: str,
    one_sided: bool = False,
) -> Measure:
    """A measure from its bootstrap and its null; too few people have neither, and nothing to do."""
    low, high = (None, None) if spread is None else np.quantile(spread, INTERVAL)
    if null is None:
        p = None
    elif one_sided:
        p = float((1 + (null >= value - 1e-12).sum()) / (1 + len(null)))
    else:
        p = float((1 + (abs(null - fair) >= abs(value - fair) - 1e-12).sum()) / (1 + len(null)))
    return Measure(
        name,
        group,
        round(value, 6),
        round(fair, 6),
        None if low is None else round(float(low), 6),
        None if high is None else round(float(high), 6),
        None if p is None else round(p, 6),
        None,
        base,
        says if p is not None else f"{says} (too few to tell)",
        act if p is not None else "",
    )


def hundred(share: float) -> int:
    """A share as so many in a hundred."""
    return round(100 * float(share))


# ---- statements on their way -----------------------------------------------------------------------------


def survival(statements: Mapping[str, tuple[str, int]], *, steps: Sequence[str], seed: int = 7) -> Findings:
    """Whose statements stay: each group's share at the last step over its share at the first, 1 being fair.

    statements: of each the group that it is from and how many of the steps it reached, from 1. Where a group
    is lost, the step is named at which it loses most. Raises ValueError for a step that there is not.
    """
    for name, (_, reached) in statements.items():
        if not 1 <= reached <= len(steps):
            raise ValueError(f"{name!r} reached step {reached}: write 1 to {len(steps)}")
    rng = np.random.default_rng(seed)
    names = sorted(statements)
    labels = np.array([statements[name][0] for name in names])
    steps_of = np.array([statements[name][1] for name in names])
    measures = [survived(labels, steps_of, group, steps, rng) for group in sorted(set(labels.tolist()))]
    inputs = [{name: list(statements[name]) for name in names}, list(steps)]
    return found(measures, inputs, seed)


def survived(
    labels: NDArray[Any],
    reached: NDArray[np.int64],
    group: str,
    steps: Sequence[str],
    rng: np.random.Generator,
) -> Measure:
    """One group's survival."""
    own, last, count = labels == group, len(steps), len(labels)

    def of(mine: NDArray[np.bool_], times: Real) -> Real:
        first = (mine * times).sum(axis=-1) / np.maximum(times.sum(axis=-1), 1e-12)
        left = times * (reached == last)
        kept = (mine * left).sum(axis=-1) / np.maximum(left.sum(axis=-1), 1e-12)
        return np.asarray(kept / np.maximum(first, 1e-12))

    times = rng.multinomial(count, np.full(count, 1 / count), REPLICATES).astype(float)
    exact = float(of(own, np.ones(count)))
    null = of(rng.permuted(np.tile(own, (REPLICATES, 1)), axis=1), np.ones(count))
    shares = [float((own & (reached >= n)).sum() / max((reached >= n).sum(), 1)) for n in range(1, last + 1)]
    falls = [after - before for before, after in pairwise(shares)]
    lost = f", lost most at: {steps[falls.index(min(falls)) + 1]}" if falls and min(falls) < 0 else ""
    enough = own.sum() >= FEWEST and (reached == last).any() and last > 1
    way = f"{hundred(shares[0])} in 100 statements at first, {hundred(shares[-1])} at last{lost}"
    return measured(
        "survival",
        group,
        exact,
        fair=1.0,
        spread=of(own[None], times) if enough else None,
        null=null if enough and own.sum() < count else None,
        base=int(own.sum()),
        says=f"{group}: {way}",
        act=f"Look at what became of the statements of {group}" if exact < ACT_BELOW else "",
    )


# ---- the agenda ------------------------------------------------------------------------------------------


def agenda_equity(
    votes: VoteTable,
    *,
    seats: int,
    constituencies: Mapping[str, str],
    seed: int = 7,
    replicates: int = AGENDAS,
) -> Findings:
    """Who made the agenda: beans that each constituency spent, its influence, and what its voters got.

    Influence is the share of the agenda that would be another without the constituency's ballots, over what
    the removal of as many random voters changes. Bootstrap over the voters of each constituency.
    """
    rng = np.random.default_rng(seed)
    belongs = {who: constituencies[who] for who in votes.participants if who in constituencies}
    groups = sorted(set(belongs.values()))
    agendas = Agendas.of(votes, belongs, seats, seed)
    chosen = agendas.chosen()
    again = [agendas.drawn(rng) for _replicate in range(replicates)]
    mixed = [agendas.mixed(rng).chosen() for _replicate in range(replicates)]
    measures = [beans(agendas, chosen, group, again, mixed) for group in groups]
    if len(groups) > 1:
        measures += [influence(agendas, chosen, group, again, rng) for group in groups]
    measures += [satisfaction(agendas, chosen, group, rng) for group in groups]
    return found(measures, [votes.digest, belongs, seats], seed)


@dataclass(frozen=True, eq=False)
class Agendas:
    """Ballots by voter, who belongs where, and the agenda that follows."""

    ballots: Mapping[str, Sequence[tuple[str, int]]]
    belongs: Mapping[str, str]
    items: Sequence[str]
    seats: int
    seed: int

    @classmethod
    def of(cls, votes: VoteTable, belongs: Mapping[str, str], seats: int, seed: int) -> Agendas:
        """From votes; those of no constituency are left out."""
        ballots: dict[str, list[tuple[str, int]]] = {who: [] for who in belongs}
        for who, item, vote in votes:
            if who in ballots:
                ballots[who].append((item, vote))
        return cls(ballots, belongs, votes.statements, seats, seed)

    def chosen(self, without: Collection[str] = ()) -> Agenda:
        """The agenda of all but these voters."""
        people = {who: group for who, group in self.belongs.items() if who not in without}
        rows = [(who, item, vote) for who in people for item, vote in self.ballots[who]]
        table = VoteTable.from_rows(rows, statements=self.items)
        return agree_on_agenda(table, seats=self.seats, constituencies=people, seed=self.seed)

    def members(self, group: str) -> list[str]:
        """The voters of a constituency."""
        return sorted(who for who, of in self.belongs.items() if of == group)

    def drawn(self, rng: np.random.Generator) -> Agendas:
        """The same with as many voters of each constituency drawn anew."""
        ballots: dict[str, Sequence[tuple[str, int]]] = {}
        belongs: dict[str, str] = {}
        for group in sorted(set(self.belongs.values())):
            own = self.members(group)
            for number, place in enumerate(rng.integers(len(own), size=len(own))):
                ballots[f"{group} {number}"], belongs[f"{group} {number}"] = self.ballots[own[place]], group
        return replace(self, ballots=ballots, belongs=belongs)

    def mixed(self, rng: np.random.Generator) -> Agendas:
        """The same with everybody's constituency given to somebody else."""
        people = sorted(self.belongs)
        others = rng.permutation([self.belongs[who] for who in people]).tolist()
        return replace(self, belongs=dict(zip(people, others, strict=True)))

    def changed(self, chosen: Agenda, without: Collection[str]) -> float:
        """What share of the agenda would be another without these voters."""
        left = set(self.chosen(without).chosen) if len(without) < len(self.belongs) else set()
        return 1 - len(left & set(chosen.chosen)) / max(len(chosen.chosen), 1)


def spent(agenda: Agenda, group: str) -> float:
    """The share of its beans that a constituency has given for items."""
    budget = agenda.seats / max(len(agenda.constituencies), 1)
    return float(sum(item.paid.get(group, 0.0) for item in agenda.items) / budget)


def beans(
    agendas: Agendas, chosen: Agenda, group: str, again: Sequence[Agendas], mixed: Sequence[Agenda]
) -> Measure:
    """How much of its beans a constituency could use. What is left over found too few to pay with."""
    exact = spent(chosen, group)
    null = np.array([spent(other, group) for other in mixed])
    return measured(
        "bean use",
        group,
        exact,
        fair=float(null.mean()) if len(null) else 1.0,
        spread=np.array([spent(other.chosen(), group) for other in again]) if again else None,
        null=null if len(null) and len(set(agendas.belongs.values())) > 1 else None,
        base=len(agendas.members(group)),
        says=f"{group}: spent {hundred(exact)} in 100 of its beans",
        act=f"Ask {group} what they want" if len(null) and exact < null.mean() else "",
    )


def influence(
    agendas: Agendas, chosen: Agenda, group: str, again: Sequence[Agendas], rng: np.random.Generator
) -> Measure:
    """What of the agenda a constituency's ballots decide, beside what as many random ballots decide."""
    people, own = sorted(agendas.belongs), agendas.members(group)
    exact = agendas.changed(chosen, own)
    spread = [other.changed(other.chosen(), other.members(group)) for other in again]
    null = np.array([agendas.changed(chosen, rng.choice(people, len(own), replace=False)) for _try in again])
    items, usual = round(exact * len(chosen.chosen)), float(null.mean()) if len(null) else 0.0
    return measured(
        "influence",
        group,
        exact,
        fair=usual,
        spread=np.array(spread) if spread else None,
        null=null if len(null) and len(own) >= FEWEST else None,
        base=len(own),
        says=f"{group}: {items} of {len(chosen.chosen)} items would be others without them",
        act=f"Ask {group} what they miss on the agenda" if exact < usual else "",
    )


def satisfaction(agendas: Agendas, chosen: Agenda, group: str, rng: np.random.Generator) -> Measure:
    """How many chosen items the constituency's voters approve of on average, and how many have none."""
    on = set(chosen.chosen)
    got = {
        who: sum(vote == 1 and item in on for item, vote in agendas.ballots[who])
        for who in sorted(agendas.belongs)
    }
    all_of = np.array(list(got.values()), float)
    own = np.array([agendas.belongs[who] == group for who in got])
    mine = all_of[own]
    spread = mine[rng.integers(len(mine), size=(REPLICATES, len(mine)))].mean(axis=1)
    labels = rng.permuted(np.tile(own, (REPLICATES, 1)), axis=1)
    none = int((mine == 0).sum())
    return measured(
        "satisfaction",
        group,
        float(mine.mean()),
        fair=float(all_of.mean()),
        spread=spread if len(mine) >= FEWEST else None,
        null=labels @ all_of / own.sum() if FEWEST <= len(mine) < len(own) else None,
        base=len(mine),
        says=f"{group}: {mine.mean():.1f} chosen items each on average, {none} people with none",
        act=f"Look at what {group} approved of" if mine.mean() < all_of.mean() and none else "",
    )


# ---- in words --------------------------------------------------------------------------------------------


def explain(findings: Findings, *, names: Callable[[str], str] = str) -> str:
    """The findings in plain words: what to do first, then what was found, then who is missing."""
    acts = [f"{each.act}." for each in findings.measures if each.act]
    said = [f"{each.says}." for each in findings.measures]
    missing = [
        f"Not heard yet: {', '.join(names(value) for value in each.cell.values() if value)} "
        f"({each.voices} of {each.invited})."
        for each in findings.missing
    ]
    first = acts or ["Nothing that chance could not explain."]
    return "\n".join(dict.fromkeys([*first, *said, *missing]))
