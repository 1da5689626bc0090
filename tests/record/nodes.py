"""Several nodes in one process, each with a real database of its own: write, exchange, restore, compare."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from jukwaa import record
from jukwaa.dialogue.models import Gathering, Round, Statement, Vote
from jukwaa.programmes.models import Participant, Programme
from jukwaa.record import streams
from jukwaa.record.models import Conflict, Event, Kind, Node, Stream, Waiting, Withdrawal
from jukwaa.record.read import Wire

BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
MODELS = (Programme, Participant, Gathering, Round, Statement, Vote)
PEOPLE = 4
PROGRAMME = uuid.UUID(int=1)
TABLES = [
    "record_conflict",
    "record_waiting",
    "record_withdrawal",
    "record_quarantined",
    "record_blobuse",
    "record_event",
    "record_stream",
    "record_node",
    "dialogue_vote",
    "dialogue_statement",
    "dialogue_round",
    "dialogue_gathering",
    "programmes_participant",
    "programmes_programme",
]


@dataclass
class Site:
    """A node: its database, its folder, how far its clock is off, and its last backup."""

    name: str
    database: BaseDatabaseWrapper
    home: Path
    ahead: timedelta = timedelta()
    backup: dict[str, list[tuple[Any, ...]]] | None = None
    opened: int = 0

    @contextmanager
    def here(self, at: datetime = BEGIN) -> Iterator[None]:
        """Everything in the block happens on this node, at that time by a right clock."""
        before = connections["default"]
        connections["default"] = self.database
        try:
            with time_machine.travel(at + self.ahead, tick=False):
                yield
        finally:
            connections["default"] = before

    def empty(self) -> None:
        """A node that has just been installed."""
        self.ahead, self.backup, self.opened = timedelta(), None, 0
        with self.here(), transaction.atomic(), self.database.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED" if is_postgres(self.database) else "SELECT 1")
            for table in TABLES:
                cursor.execute(f"DELETE FROM {table}")
        (self.home / "node").unlink(missing_ok=True)
        self.open()

    def open(self) -> None:
        """Start the node, as `jukwaa serve` does. Its incarnations are the same in every run."""
        with self.here():
            before = streams.node().incarnation
            if streams.open_node(self.home).incarnation != before or not self.opened:
                self.opened += 1
                Node.objects.update(incarnation=uuid.uuid5(PROGRAMME, f"{self.name} {self.opened}"))

    def save(self) -> None:
        """Back the database up."""
        with self.here(), self.database.cursor() as cursor:
            self.backup = {}
            for table in TABLES:
                cursor.execute(f"SELECT * FROM {table}")
                self.backup[table] = cursor.fetchall()

    def restore(self) -> None:
        """Put the last backup back in place of the database, and start."""
        if self.backup is None:
            return
        with self.here(), transaction.atomic(), self.database.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"DELETE FROM {table}")
            for table in reversed(TABLES):
                for row in self.backup[table]:
                    cursor.execute(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", row)
        self.open()


def is_postgres(database: BaseDatabaseWrapper) -> bool:
    """Whether the node's database is PostgreSQL."""
    return bool(database.vendor == "postgresql")


@contextmanager
def sites(names: Sequence[str], folder: Path) -> Iterator[dict[str, Site]]:
    """Nodes with migrated databases of the kind that the tests run on."""
    default = connections["default"]
    made: dict[str, Site] = {}
    try:
        for name in names:
            home = folder / name
            home.mkdir()
            made[name] = Site(name, another(default, name), home)
            with made[name].here():
                call_command("migrate", verbosity=0)
        yield made
    finally:
        for site in made.values():
            let_go(default, site.database)


def another(default: BaseDatabaseWrapper, name: str) -> BaseDatabaseWrapper:
    """A database like the default one, empty: in memory, or another one of the same server."""
    settings = {**default.settings_dict, "NAME": ":memory:"}
    if is_postgres(default):
        settings["NAME"] = f"{default.settings_dict['NAME']}_{name}"
        with default._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{settings["NAME"]}"')
            cursor.execute(f'CREATE DATABASE "{settings["NAME"]}"')
    return type(default)(settings, alias="default")


def let_go(default: BaseDatabaseWrapper, database: BaseDatabaseWrapper) -> None:
    """Close the node's database, and drop it."""
    if not is_postgres(default):
        if database.connection is not None:
            database.connection.close()
        return
    database.close()
    with default._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{database.settings_dict["NAME"]}"')


# ---- what people do --------------------------------------------------------------------------------------


@dataclass
class Network:
    """Nodes that share one programme, and what each of them acknowledged."""

    nodes: list[Site]
    fresh: Site
    minute: int = 0
    acknowledged: set[uuid.UUID] = field(default_factory=set)

    def begin(self) -> None:
        """Empty nodes; the first begins the programme, with people and a statement, and tells the others."""
        self.minute, self.acknowledged = 0, set()
        for site in [*self.nodes, self.fresh]:
            site.empty()
        with self.on(0):
            programme = Programme(id=PROGRAMME, title="Geita", slug="geita", country="Tanzania")
            people = [
                Participant(id=person(n), programme=programme, subject=person(n)) for n in range(PEOPLE)
            ]
            gathering = Gathering(id=uuid.UUID(int=2), programme=programme, kind="workshop", title="Workshop")
            asked = Round(
                id=uuid.UUID(int=3),
                programme=programme,
                gathering=gathering,
                kind="problems",
                question="What hurts?",
            )
            with record.act(by=None, programme=programme):
                record.fact("programmes.programme_begun", programme, by=None)
                record.facts("programmes.participant_added", people, by=None)
                record.fact("dialogue.gathering_called", gathering, by=None)
                record.fact("dialogue.round_prepared", asked, by=None)
                record.fact(
                    "dialogue.statement_added", self.worded(asked, person(0), "Dirty water."), by=None
                )
        for number in range(1, len(self.nodes)):
            self.exchange(0, number)

    @contextmanager
    def on(self, number: int) -> Iterator[None]:
        """Do something on a node, a minute after the last thing; what it says is acknowledged at the end."""
        self.minute += 1
        with self.nodes[number].here(BEGIN + timedelta(minutes=self.minute)):
            yield
            self.acknowledged |= set(Event.objects.values_list("pk", flat=True))

    def worded(self, asked: Round, author: uuid.UUID, text: str) -> Statement:
        """A statement of somebody, not said yet."""
        name = uuid.uuid5(PROGRAMME, f"statement {self.minute}")
        return Statement(
            id=name, programme_id=PROGRAMME, round=asked, subject=author, text=text, trace_code=name.hex
        )

    def theirs(self, source: int, target: int) -> dict[uuid.UUID, tuple[int, str]]:
        """How far the target has each stream: what the receiver says, never what the sender remembers."""
        with self.nodes[target].here():
            return record.marks(PROGRAMME)

    def exchange(
        self,
        source: int,
        target: int,
        *,
        classes: Iterable[str] | None = None,
        limit: int = 500,
        most: int = 1000,
        mixed: random.Random | None = None,
        twice: bool = False,
    ) -> None:
        """The target receives what it lacks of the source: in part, in any order, more than once."""
        marks = self.theirs(source, target)
        with self.nodes[source].here():
            batches = list(record.bundle(PROGRAMME, marks, classes=classes, limit=limit))[:most]
        batches = json.loads(json.dumps(batches))
        for batch in batches * (2 if twice else 1):
            if mixed:
                mixed.shuffle(batch)
            self.receive(self.nodes[target], batch)

    def receive(self, site: Site, batch: list[Wire]) -> None:
        with site.here(BEGIN + timedelta(minutes=self.minute)):
            record.receive(batch)

    def restore(self, number: int) -> None:
        """A node's last backup is put back: what it alone held is lost, and nothing else may be."""
        site = self.nodes[number]
        if site.backup is None:
            return
        held = [self.events_of(other) for other in self.nodes if other is not site]
        before = self.events_of(site)
        site.restore()
        self.acknowledged -= before - self.events_of(site) - set().union(*held)

    def events_of(self, site: Site) -> set[uuid.UUID]:
        with site.here():
            return set(Event.objects.values_list("pk", flat=True))

    # ---- at the end ----

    def converge(self) -> None:
        """Everybody tells everybody everything, and a new node hears all of it, in bits and out of order."""
        for _again in range(2):
            for source in range(len(self.nodes)):
                for target in range(len(self.nodes)):
                    if source != target:
                        self.exchange(source, target)
        with self.nodes[0].here():
            batches = list(record.bundle(PROGRAMME, {}, limit=3))
        for batch in reversed(batches):
            self.receive(self.fresh, batch)
        # Reversed batches leave gaps, which are asked for again.
        for batch in batches:
            self.receive(self.fresh, batch)

    def check(self) -> None:
        """What must hold once everybody has heard everything."""
        every = [*self.nodes, self.fresh]
        states = [state(site) for site in every]
        assert all(each == states[0] for each in states[1:]), differing(states)
        for site in every:
            with site.here():
                assert [fault for stream in Stream.objects.all() for fault in record.verify(stream)] == []
                missing = self.acknowledged - set(Event.objects.values_list("pk", flat=True))
                assert not missing, f"{site.name} lacks {len(missing)} events that were acknowledged"
                assert slow_fold() == rows_here()
                forgotten_is_gone()


def person(number: int) -> uuid.UUID:
    """One of the people, the same on every node."""
    return uuid.uuid5(PROGRAMME, f"person {number}")


def state(site: Site) -> dict[str, Any]:
    """Everything that is derived from the record on this node, comparable with another's."""
    with site.here():
        said: dict[str, Any] = {
            model._meta.label: sorted(map(str, model._default_manager.values_list())) for model in MODELS
        }
        said["conflicts"] = sorted(map(str, Conflict.objects.values_list("model", "fields", "key", "object")))
        said["waiting"] = sorted(map(str, Waiting.objects.values_list("model", "object", "needs")))
        said["withdrawn"] = sorted(map(str, Withdrawal.objects.values_list("subject")))
        said["events"] = sorted(map(str, Event.objects.values_list("stream", "seq", "hash", "personal")))
        return said


def differing(states: list[dict[str, Any]]) -> str:
    """Where the nodes differ, in few lines."""
    return "\n".join(
        f"{name}: nodes 0 and {number} differ in {sorted(set(each[name]) ^ set(states[0][name]))[:3]}"
        for number, each in enumerate(states)
        for name in each
        if each[name] != states[0][name]
    )


def rows_here() -> dict[tuple[str, uuid.UUID], dict[str, Any]]:
    """The statements and votes that stand here, by what they say."""
    stand = {
        ("dialogue.statement", s.pk): {"text": s.text, "state": s.state, "removed": s.removed}
        for s in Statement.objects.all()
    }
    votes = {("dialogue.vote", v.pk): {"choice": v.choice} for v in Vote.objects.all()}
    return {**stand, **votes}


def slow_fold() -> dict[tuple[str, uuid.UUID], dict[str, Any]]:
    """The same from the events alone, the slow and obvious way."""
    forgotten = {e.object for e in Event.objects.filter(kind=Kind.WITHDRAWAL)}
    said: dict[tuple[str, uuid.UUID], dict[str, Any]] = {}
    events = Event.objects.filter(model__in=["dialogue.statement", "dialogue.vote"])
    for event in sorted(events, key=lambda e: (e.hlc, str(e.stream_id))):
        row = said.setdefault((event.model, event.object), {})
        row |= json.loads(event.plain) | json.loads(event.personal or "{}")
        row["forgotten"] = row.get("forgotten", False) or event.subject in forgotten
    found = {}
    for (model, pk), row in said.items():
        if model == "dialogue.vote" and not row["forgotten"]:
            found[(model, pk)] = {"choice": row["choice"]}
        elif model == "dialogue.statement" and "state" in row:
            text = "" if row["forgotten"] else row.get("text", "")
            found[(model, pk)] = {"text": text, "state": row["state"], "removed": row["removed"]}
    return found


def forgotten_is_gone() -> None:
    """No word of somebody who withdrew is anywhere on this node."""
    gone = list(Withdrawal.objects.values_list("subject", flat=True))
    assert not Event.objects.filter(subject__in=gone).exclude(personal=None).exists()
    assert not Vote.objects.filter(participant__in=gone).exists()
    assert not Statement.objects.filter(subject__in=gone).exclude(text="").exists()
    assert not Node.objects.exclude(pk=1).exists()
