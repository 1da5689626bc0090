"""The things along the road, and how each leads to the next.

Going back follows foreign keys in one query; going on takes one query for each kind of thing.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from jukwaa.agenda.models import Problem, RoadmapRow, Solution
from jukwaa.delivery.models import Commitment, Outcome, Report
from jukwaa.dialogue.models import Descent, Finding, Source, Statement
from jukwaa.field.models import Quote, Testimony
from jukwaa.programmes.models import OfProgramme, Programme
from jukwaa.stories.models import Story

Kind = type[OfProgramme]
Children = dict[uuid.UUID, list[OfProgramme]]

KINDS: dict[str, Kind] = {
    "testimony": Testimony,
    "quote": Quote,
    "statement": Statement,
    "finding": Finding,
    "problem": Problem,
    "solution": Solution,
    "row": RoadmapRow,
    "commitment": Commitment,
    "report": Report,
    "outcome": Outcome,
    "story": Story,
}

# What a thing came from, by the names of its foreign keys; a solution comes from its problem first.
PARENTS: dict[Kind, tuple[str, ...]] = {
    Finding: ("statement",),
    Problem: ("finding",),
    Solution: ("problem", "finding"),
    RoadmapRow: ("problem", "solution"),
    Commitment: ("row",),
    Report: ("commitment",),
    Outcome: ("commitment",),
    Story: ("outcome",),
}

# What leads to what, in the order of the road: nothing is led to by something that stands below it.
STEPS: tuple[tuple[Kind, Kind, str], ...] = (
    (Testimony, Quote, "testimony"),
    (Quote, Source, "quote"),
    (Statement, Descent, "parent"),
    (Statement, Finding, "statement"),
    (Finding, Problem, "finding"),
    (Finding, Solution, "finding"),
    (Problem, Solution, "problem"),
    (Problem, RoadmapRow, "problem"),
    (Solution, RoadmapRow, "solution"),
    (RoadmapRow, Commitment, "row"),
    (Commitment, Outcome, "commitment"),
    (Outcome, Story, "outcome"),
)

# What is asked of a thing while it is told, and so read with it.
BESIDE: dict[Kind, tuple[str, ...]] = {
    Source: ("statement__round",),
    Descent: ("statement__round",),
    Finding: ("statement__round",),
    RoadmapRow: ("owner_organisation",),
    Commitment: ("row", "owner_organisation"),
    Outcome: ("commitment__row",),
}


def find(kind: str, pk: uuid.UUID, programme: Programme) -> OfProgramme | None:
    """The thing of that kind and id in the programme, or None."""
    model = KINDS.get(kind)
    if model is None:
        return None
    found = model._default_manager.filter(pk=pk, programme=programme, removed=False, merged_into=None)
    return found.select_related("programme", *_paths_back(model)).first()


def behind(thing: OfProgramme) -> list[OfProgramme]:
    """What the thing came from, oldest first, as far back as its statements."""
    model = type(thing)
    if not PARENTS.get(model):
        return []
    loaded = model._default_manager.select_related(*_paths_back(model)).get(pk=thing.pk)
    return list(_parents(loaded, {loaded.pk}))


def _parents(thing: OfProgramme, seen: set[uuid.UUID]) -> Iterator[OfProgramme]:
    for name in PARENTS.get(type(thing), ()):
        parent = getattr(thing, name)
        if parent is not None and parent.pk not in seen:
            seen.add(parent.pk)
            yield from _parents(parent, seen)
            yield parent


@cache
def _paths_back(model: Kind) -> tuple[str, ...]:
    """The chains of foreign keys that lead from the model back to its statements and their rounds."""
    if model is Statement:
        return ("round",)
    found = []
    for name in PARENTS.get(model, ()):
        target = model._meta.get_field(name).related_model
        found += [f"{name}__{path}" for path in _paths_back(target)] or [name]
    return tuple(found)


def onward(things: Iterable[OfProgramme]) -> Children:
    """What came of the things: for the id of each thing along the road, what it leads to directly."""
    found: dict[Kind, dict[uuid.UUID, OfProgramme]] = defaultdict(dict)
    after: Children = defaultdict(list)
    for thing in things:
        found[type(thing)][thing.pk] = thing
    for parent, child, name in STEPS:
        asked: set[uuid.UUID] = set()
        # A statement leads to statements that it was joined, split or carried into, and those to others.
        while new := found[parent].keys() - asked:
            asked |= new
            for row in _led_to(child, name, list(new)):
                # A source or a descent only ties; what is led to is its statement.
                target = row.statement if isinstance(row, Source | Descent) else row
                target = found[type(target)].setdefault(target.pk, target)
                led_from = getattr(row, f"{name}_id")
                # Two nodes may have joined two statements into each other: the thread follows one of them.
                if _by_way_of_its_solution(row, name) or _leads_to(after, target.pk, led_from):
                    continue
                if target not in after[led_from]:
                    after[led_from].append(target)
    return after


def _leads_to(after: Children, start: uuid.UUID, end: uuid.UUID) -> bool:
    """Whether what is known already leads from one thing to the other, or they are the same."""
    return start == end or any(_leads_to(after, each.pk, end) for each in after.get(start, []))


def _led_to(child: Kind, name: str, parents: Sequence[uuid.UUID]) -> list[OfProgramme]:
    if not parents:
        return []
    rows = child._default_manager.filter(**{f"{name}__in": parents})
    if child is not Quote:
        # What came of a quote that was taken away still came of what the person said.
        rows = rows.filter(removed=False, merged_into=None)
    return list(rows.select_related("programme", *BESIDE.get(child, ())).order_by("hlc"))


def _by_way_of_its_solution(row: OfProgramme, name: str) -> bool:
    """A row that answers its problem by a solution hangs on the solution, not on the problem as well."""
    return isinstance(row, RoadmapRow) and name == "problem" and row.solution_id is not None
