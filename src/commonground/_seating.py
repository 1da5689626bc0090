"""One round of tables: solved by CP-SAT where it is installed, else by simulated annealing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

EFFORT = 40.0  # deterministic seconds of CP-SAT a round: the same answer on any machine
WORKERS = 2
STEPS = 60_000  # swaps that are tried a round
HARD = 60.0  # what a broken rule weighs beside a repeat meeting
WARM, COLD = 4.0, 0.05


@dataclass(frozen=True)
class Group:
    """People of whom every table has from `low` to `high`."""

    people: tuple[int, ...]
    low: int
    high: int


@dataclass(frozen=True)
class Plan:
    """What a round has to keep, people by their places.

    sizes: the smallest and the largest table. few: people of whom no table has just one. apart: pairs that do
    not share a table. speakers: of each language who speaks it, one of which all at a table share.
    """

    people: tuple[str, ...]
    sizes: tuple[int, int]
    tables: int
    groups: tuple[Group, ...]
    few: tuple[int, ...]
    apart: tuple[tuple[int, int], ...]
    speakers: tuple[tuple[int, ...], ...]


def solve(plan: Plan, met: Whole, seed: int) -> tuple[Whole | None, bool]:
    """Each person's table, and whether none has fewer repeats; no table where the rules cannot be kept.

    met: how often each two have sat together. A pair that met m times weighs 2 m + 1 for meeting again.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at = [[model.new_bool_var(f"{i} at {t}") for t in range(plan.tables)] for i in range(len(plan.people))]
    for seats in at:
        model.add_exactly_one(seats)
    # Tables have no names: whoever comes first sits at the first.
    model.add(at[0][0] == 1)
    for t in range(plan.tables):
        keep_rules(model, plan, [seats[t] for seats in at], t)
    repeats = []
    for one, other in np.argwhere(np.triu(met)).tolist():
        again = model.new_bool_var(f"{one} meets {other}")
        for here, there in zip(at[one], at[other], strict=True):
            model.add_bool_or(~here, ~there, again)
        repeats.append((2 * int(met[one, other]) - 1) * again)
    model.minimize(sum(repeats))
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = WORKERS
    solver.parameters.interleave_search = True
    solver.parameters.max_deterministic_time = EFFORT
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None, status == cp_model.INFEASIBLE
    seats_of = [[solver.value(seat) for seat in seats] for seats in at]
    return np.array(seats_of, np.int64).argmax(axis=1), status == cp_model.OPTIMAL


def keep_rules(model: Any, plan: Plan, here: Sequence[Any], table: int) -> None:
    """What one table has to keep, `here` saying of each person whether they sit at it."""
    everybody = Group(tuple(range(len(plan.people))), *plan.sizes)
    for group in (everybody, *plan.groups):
        model.add_linear_constraint(sum(here[i] for i in group.people), group.low, group.high)
    if plan.few:
        some, few = model.new_bool_var(f"some of the few at {table}"), sum(here[i] for i in plan.few)
        model.add(few >= 2).only_enforce_if(some)
        model.add(few == 0).only_enforce_if(~some)
    for one, other in plan.apart:
        model.add_at_most_one(here[one], here[other])
    if plan.speakers:
        spoken = [model.new_bool_var(f"language {n} at {table}") for n in range(len(plan.speakers))]
        model.add_at_least_one(spoken)
        for tongue, who in zip(spoken, plan.speakers, strict=True):
            for i in set(range(len(plan.people))) - set(who):
                model.add_implication(tongue, ~here[i])


def anneal(plan: Plan, met: Whole, seed: int) -> tuple[Whole | None, bool]:
    """The same by swaps of two people, the fewer the later the worse; None where some rule stays broken."""
    rng = np.random.default_rng(seed)
    count = len(plan.people)
    at = np.arange(count) % plan.tables
    rng.shuffle(at)
    room = Tables(plan, np.maximum(2 * met - 1, 0), at)
    pairs = rng.integers(count, size=(STEPS, 2))
    luck = np.log(rng.random(STEPS))
    heat = WARM * (COLD / WARM) ** (np.arange(STEPS) / STEPS)
    best, least = room.at.copy(), room.cost()
    now = least
    for (one, other), chance, warm in zip(pairs.tolist(), luck.tolist(), heat.tolist(), strict=True):
        if room.at[one] == room.at[other]:
            continue
        before = room.cost_of(room.at[one], room.at[other])
        room.swap(one, other)
        change = room.cost_of(room.at[one], room.at[other]) - before
        if change > 0 and -change / warm < chance:
            room.swap(one, other)
            continue
        now += change
        if now < least - 1e-9:
            best, least = room.at.copy(), now
            if least == 0:
                break
    return (best, least == 0) if Tables(plan, met * 0, best).cost() == 0 else (None, False)


class Tables:
    """People at tables, with what is wrong at each counted."""

    def __init__(self, plan: Plan, weight: Whole, at: Whole) -> None:
        self.plan, self.weight, self.at = plan, weight, at.copy()
        self.held = [np.flatnonzero(at == t).tolist() for t in range(plan.tables)]
        self.values: list[list[int]] = [[] for _ in plan.people]
        for number, group in enumerate(plan.groups):
            for i in group.people:
                self.values[i].append(number)
        self.counts = [self.counted(held) for held in self.held]
        self.few = set(plan.few)
        self.apart: dict[int, set[int]] = {}
        for one, other in plan.apart:
            self.apart.setdefault(one, set()).add(other)
            self.apart.setdefault(other, set()).add(one)
        self.speakers = [set(who) for who in plan.speakers]

    def counted(self, held: Sequence[int]) -> list[int]:
        """How many of each group sit there."""
        counts = [0] * len(self.plan.groups)
        for i in held:
            for value in self.values[i]:
                counts[value] += 1
        return counts

    def swap(self, one: int, other: int) -> None:
        """Exchange two people."""
        here, there = int(self.at[one]), int(self.at[other])
        self.held[here][self.held[here].index(one)] = other
        self.held[there][self.held[there].index(other)] = one
        for who, source, target in ((one, here, there), (other, there, here)):
            for value in self.values[who]:
                self.counts[source][value] -= 1
                self.counts[target][value] += 1
        self.at[one], self.at[other] = there, here

    def cost(self) -> float:
        """What is wrong everywhere."""
        return sum(self.cost_at(t) for t in range(self.plan.tables))

    def cost_of(self, here: Any, there: Any) -> float:
        """What is wrong at two tables."""
        return self.cost_at(int(here)) + self.cost_at(int(there))

    def cost_at(self, table: int) -> float:
        """Broken rules and repeat meetings at one table."""
        held, wrong = self.held[table], 0
        for count, group in zip(self.counts[table], self.plan.groups, strict=True):
            wrong += max(group.low - count, count - group.high, 0)
        if self.few:
            wrong += sum(i in self.few for i in held) == 1
        for i in held:
            if i in self.apart:
                wrong += len(self.apart[i].intersection(held))
        if self.speakers:
            wrong += min(len(held) - len(tongue.intersection(held)) for tongue in self.speakers)
        again = self.weight[np.ix_(held, held)].sum() / 2
        return HARD * wrong + float(again)
