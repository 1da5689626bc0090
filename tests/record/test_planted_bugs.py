"""Bugs that such records are known for, planted: histories turn red, so what is demanded of them can fail."""

from __future__ import annotations

import copy
import sys
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Any
from unittest import mock
from weakref import WeakKeyDictionary

import pytest
from django.db import connections, models
from hypothesis import Phase
from hypothesis.errors import Flaky

from jukwaa import record
from jukwaa.record import clock, fold, payload, read, rows, streams, write
from jukwaa.record.models import Event, Recorded
from tests.record.nodes import Database, Rows
from tests.record.test_histories import try_histories
from tests.record.world import PROGRAMME, World

# On one database: it is the histories that are tried here.
pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

# The first history that goes wrong is enough, and need not be made shorter.
ENOUGH = {"count": 3_000, "phases": [Phase.generate], "report_multiple_bugs": False}


def sender_owned_cursor(planted: ExitStack) -> None:
    """The giver remembers how far it sent, whatever became of it on the way."""
    worlds: WeakKeyDictionary[World, dict[tuple[str, str], read.Marks]] = WeakKeyDictionary()

    def remembered(world: World, giver: Database, taker: Database) -> read.Marks:
        sent = worlds.setdefault(world, {})
        before = sent.get((giver.name, taker.name), {})
        with giver.used():
            sent[giver.name, taker.name] = read.marks(PROGRAMME)
        return before

    planted.enter_context(mock.patch.object(World, "asked", remembered))


def wall_clock_order(planted: ExitStack) -> None:
    """An event's time is the wall clock's, whatever was seen before."""
    planted.enter_context(mock.patch.object(clock, "next_after", lambda wall, *_seen: wall))


def arrival_decides_a_clash(planted: ExitStack) -> None:
    """Of two things said, the one that came last holds."""
    came: dict[tuple[int, uuid.UUID], int] = {}
    real_insert, real_fold = rows.insert, fold.fold

    def insert(model: type[models.Model], some: Sequence[models.Model], **how: Any) -> None:
        for row in some:
            if isinstance(row, Event):
                came[id(connections["default"]), row.pk] = len(came) + 1
        real_insert(model, some, **how)

    def in_order_of_arrival(model: fold.Model, events: Iterable[Event], **how: Any) -> Recorded | None:
        said = [copy.copy(event) for event in events]
        latest = max((event.hlc for event in said), default=0)
        for event in said:
            event.hlc = came.get((id(connections["default"]), event.pk), 0)
        row = real_fold(model, said, **how)
        if row is not None:
            row.hlc = latest
        return row

    planted.enter_context(mock.patch.object(rows, "insert", insert))
    planted.enter_context(mock.patch.object(fold, "fold", in_order_of_arrival))


def late_arrivals_are_kept(planted: ExitStack) -> None:
    """A withdrawal erases what is here when it comes, and not what comes after it."""
    real_fold = fold.fold
    planted.enter_context(mock.patch("jukwaa.record.receive.forgotten_among", return_value=set()))
    planted.enter_context(
        mock.patch.object(fold, "fold", lambda model, events, **_how: real_fold(model, events))
    )


def a_late_event_revives_a_purged_row(planted: ExitStack) -> None:
    """A list is erased when its withdrawal comes; what of it comes later is taken, as if it had no list."""
    real_keys, real_erase = payload.keys_in, write.erase
    # The package's name for it is the function: the module is found by its own.
    receiving = sys.modules[record.receive.__module__]
    erasing: list[uuid.UUID] = []

    def keys_in(event: Event, model: fold.Model | None) -> set[uuid.UUID]:
        return real_keys(event, model) if erasing else {event.object, event.subject} - {None}

    def erase(key: uuid.UUID) -> None:
        erasing.append(key)
        real_erase(key)
        erasing.pop()

    planted.enter_context(mock.patch.object(payload, "keys_in", keys_in))
    for module in (write, receiving):
        planted.enter_context(mock.patch.object(module, "erase", erase))


def an_edit_revives_the_withdrawn(planted: ExitStack) -> None:
    """Words said anew of somebody forgotten are taken."""
    real_past = rows.past

    def past(model: type[Recorded], some: Sequence[Recorded]) -> rows.Past:
        found = real_past(model, some)
        found.forgotten = set()
        return found

    planted.enter_context(mock.patch.object(rows, "past", past))


def one_undivided_payload(planted: ExitStack) -> None:
    """All that is said is erased together, what is nobody's as well."""
    planted.enter_context(
        mock.patch.object(
            payload,
            "split",
            lambda _model, said: (
                "{}",
                payload.canonical({name: payload._plain_value(value) for name, value in said.items()}),
            ),
        )
    )


# A history for each bug that goes wrong with it: what `tests.record.test_histories` would find, given time.
TOLD: dict[Callable[[ExitStack], None], Callable[[World], object]] = {
    sender_owned_cursor: lambda world: (
        world.do("vote", at=0, one=0, other=1, path="lean"),
        world.do("vote", at=0, one=0, other=2, path="lean"),
        world.send(0, 1, "cut", 0),
        world.send(0, 2, "cut", 0),
    ),
    wall_clock_order: lambda world: (
        world.jump(0, 1_000),
        world.do("reword", at=0, one=0, other=1, path="lean"),
        world.send(0, 1, "whole", 0),
        world.do("reword", at=1, one=0, other=2, path="lean"),
    ),
    arrival_decides_a_clash: lambda world: (
        world.do("reword", at=0, one=0, other=1, path="lean"),
        world.do("reword", at=1, one=0, other=2, path="lean"),
    ),
    late_arrivals_are_kept: lambda world: (
        world.do("testify", at=0, one=1, other=0, path="lean"),
        world.do("withdraw", at=1, one=1, other=0, path="single"),
    ),
    a_late_event_revives_a_purged_row: lambda world: (
        world.do("attend", at=0, one=0, other=1, path="lean"),
        world.do("purge", at=1, one=0, other=0, path="lean"),
    ),
    an_edit_revives_the_withdrawn: lambda world: (
        world.do("withdraw", at=0, one=1, other=0, path="single"),
        world.do("add_statement", at=0, one=1, other=0, path="lean"),
    ),
    one_undivided_payload: lambda world: (
        world.do("add_statement", at=0, one=1, other=0, path="lean"),
        world.do("withdraw", at=0, one=1, other=0, path="single"),
    ),
}


@pytest.mark.parametrize("bug", TOLD)
def test_a_history_told_for_a_planted_bug_goes_wrong_with_it_alone(
    places: tuple[list[Database], Rows], bug: Callable[[ExitStack], None]
):
    tell(World(*nodes_of(places)), TOLD[bug])
    with ExitStack() as planted:
        bug(planted)
        with pytest.raises(AssertionError):
            tell(World(*nodes_of(places)), TOLD[bug])


@pytest.mark.only_soak
@pytest.mark.parametrize("bug", TOLD)
def test_histories_find_a_planted_bug(places: tuple[list[Database], Rows], bug: Callable[[ExitStack], None]):
    with ExitStack() as planted:
        bug(planted)
        # Streams have random ids, so a history that went wrong need not go wrong again when it is tried anew.
        with pytest.raises((AssertionError, Flaky)):
            try_histories(places, **ENOUGH)


def test_a_restored_node_goes_on_beside_what_it_lost(places: tuple[list[Database], Rows]):
    tell(World(*nodes_of(places)), lose_an_hour)


def test_the_same_incarnation_after_a_restore_is_found(places: tuple[list[Database], Rows]):
    with (
        mock.patch.object(streams, "open_node", streams.node),
        pytest.raises(AssertionError, match="differs on"),
    ):
        tell(World(*nodes_of(places)), lose_an_hour)


def nodes_of(places: tuple[list[Database], Rows]) -> tuple[list[Database], Database, Rows]:
    *nodes, fresh = places[0]
    return nodes, fresh, places[1]


def tell(world: World, history: Callable[[World], object]) -> None:
    """Let it happen, and demand of the nodes what any history must end in."""
    try:
        history(world)
        world.settle()
    finally:
        world.end()


def lose_an_hour(world: World) -> None:
    """A node sends what it wrote, falls back to its backup, and writes something else in its place."""
    world.back_up(0)
    world.do("vote", at=0, one=0, other=1, path="lean")
    world.send(0, 1, "whole", 0)
    world.restore(0)
    world.do("vote", at=0, one=0, other=2, path="lean")
    world.send(0, 1, "whole", 0)
