"""A small world of several nodes that do all that can be done to the record, and what must hold."""

import contextlib
import itertools
import json
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import time_machine
from django.db import connection, models
from django.db.models import Q

from jukwaa import record
from jukwaa.dialogue.models import Attendance, Gathering, Round, Source, Speech, Statement, Vote
from jukwaa.field.models import Quote, Testimony
from jukwaa.programmes.models import Participant, Place, Programme
from jukwaa.record import payload, read, streams
from jukwaa.record.models import Conflict, Event, Kind, Quarantined, Stream, Translation, Waiting, Withdrawal
from tests.record.nodes import Database, Rows, recorded

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLASSES = ("open", "votes", "testimonies")
PATHS = ("single", "lean", "bulk")
HOWS = ("whole", "part", "reversed", "repeated", "one class", "cut")

PROGRAMME, ROUND = uuid.UUID(int=1), uuid.UUID(int=2)
PEOPLE = [uuid.UUID(int=100 + number) for number in range(4)]
FIRST_STATEMENT = uuid.UUID(int=200)
GATHERINGS = [uuid.UUID(int=300), uuid.UUID(int=301)]


def begin(database: Database) -> Rows:
    """A programme with an opened round, four people and a statement, as a database would hold it."""
    with database.used(), time_machine.travel(NOON, tick=False):
        programme = Programme(id=PROGRAMME, title="Geita", country="Tanzania", slug="geita")
        with record.act(by=None, programme=programme):
            record.fact("programmes.programme_begun", programme, by=None)
            kind = Gathering.Kind.WORKSHOP
            gathering, other = (
                Gathering(id=pk, programme=programme, kind=kind, title="Workshop") for pk in GATHERINGS
            )
            record.facts("dialogue.gathering_called", [gathering, other], by=None)
            record.fact(
                "dialogue.round_prepared",
                Round(id=ROUND, programme=programme, gathering=gathering, kind=Round.Kind.PROBLEMS,
                      question="What hurts?", threshold="0.6", seed=7, opened_at=NOON),
                by=None,
            )  # fmt: skip
            people = [Participant(id=pk, subject=pk, programme=programme) for pk in PEOPLE]
            record.facts("programmes.participant_added", people, by=None)
            record.fact("dialogue.statement_added", statement_of(FIRST_STATEMENT, 0, None), by=None)
    return database.copy()


def statement_of(pk: uuid.UUID, words: int, whose: uuid.UUID | None) -> Statement:
    """The words are few, so that two nodes often say the same."""
    return Statement(
        id=pk,
        subject=whose,
        programme_id=PROGRAMME,
        round_id=ROUND,
        text=f"The water is dirty {words}",
        state=Statement.State.APPROVED,
        trace_code=str(pk.int),
    )


class World:
    """Nodes that write, exchange, lose their clock and their disk; `settle` ends it and demands equality."""

    def __init__(self, nodes: list[Database], fresh: Database, beginning: Rows) -> None:
        self.nodes, self.fresh = nodes, fresh
        self.backups: dict[str, Rows] = {}
        self.clocks = {node.name: 0 for node in nodes}
        self.ids = itertools.count(1000)
        self.quotes: list[uuid.UUID] = []
        self.faults: list[str] = []
        self.now = 0
        self.clock = time_machine.travel(NOON, tick=False)
        self.traveller = self.clock.start()
        for node in [*nodes, fresh]:
            node.hold(beginning if node is not fresh else {})
            with node.used():
                streams.open_node()

    def end(self) -> None:
        self.clock.stop()

    def at(self, number: int) -> Database:
        """That node, with time gone by on its own clock."""
        node = self.nodes[number % len(self.nodes)]
        self.now += 1
        self.traveller.move_to(NOON.timestamp() + self.now / 10 + self.clocks[node.name])
        return node

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=next(self.ids))

    # ---- what can be done --------------------------------------------------------------------------------

    def do(self, what: str, at: int, one: int, other: int, path: str) -> None:
        """One write on one node. The numbers choose among what is there."""
        node = self.at(at)
        with node.used(), contextlib.suppress(record.Withdrawn):
            getattr(self, what)(one, other, path)

    def add_statement(self, one: int, other: int, path: str) -> None:
        whose = PEOPLE[one % len(PEOPLE)] if one % 3 else None
        self._facts("dialogue.statement_added", [statement_of(self.new_id(), other % 3, whose)], path)

    def vote(self, one: int, other: int, path: str) -> None:
        statements = list(Statement.objects.order_by("pk"))
        people = list(Participant.objects.order_by("pk"))
        chosen, who = statements[one % len(statements)], people[other % len(people)] if people else None
        if who is None:
            return
        several = [chosen, *statements[:2]] if path == "bulk" else [chosen]
        votes = [
            Vote(id=Vote.id_for(each.pk, who.pk), subject=who.pk, statement=each, participant=who,
                 choice=(one + other) % 3 - 1, channel="web")
            for each in several
        ]  # fmt: skip
        self._puts("dialogue.vote_cast", votes, path, who)

    def reword(self, one: int, other: int, path: str) -> None:
        chosen = _one_of(Statement, one)
        if chosen is not None:
            chosen.subject = None  # whatever the caller holds, the row stays whose it is
            record.put("dialogue.statement_reworded", chosen, text=f"Better words {other % 3}", by=None)

    def decide(self, one: int, other: int, path: str) -> None:
        chosen = _one_of(Statement, one)
        if chosen is not None:
            removed = bool(other % 2)
            record.put("dialogue.statement_removed", chosen, removed=removed, position=other, by=None)

    def translate(self, one: int, other: int, path: str) -> None:
        """The same row, made on two nodes that do not know of each other."""
        chosen = _one_of(Statement, one)
        if chosen is not None:
            row = Translation(
                id=Translation.id_for(chosen.pk, "text", "fr"), subject=chosen.subject,
                model="dialogue.statement", object=chosen.pk, field="text", language="fr",
                text=f"De l'eau sale {other % 3}", made_by="somebody",
            )  # fmt: skip
            with record.act(by=None, programme=PROGRAMME):
                self._puts("dialogue.words_translated", [row], path, None)

    def testify(self, one: int, other: int, path: str) -> None:
        """A testimony, a quote taken from it, and a statement with its source, two streams in one act."""
        who = PEOPLE[one % len(PEOPLE)]
        with record.act(by=None, programme=PROGRAMME):
            told = Testimony(
                id=self.new_id(), subject=who, programme_id=PROGRAMME, text="We drink it", language="sw"
            )
            record.fact("field.testimony_recorded", told, by=None)
            quote = Quote(
                id=self.new_id(), subject=who, programme_id=PROGRAMME, testimony=told, text="We drink",
                language="sw",
            )  # fmt: skip
            record.fact("field.quote_taken", quote, by=None)
            said = statement_of(self.new_id(), other % 3, who)
            record.fact("dialogue.statement_added", said, by=None)
            source = Source(id=self.new_id(), programme_id=PROGRAMME, statement=said, quote=quote)
            record.fact("dialogue.statement_sourced", source, by=None)

    def move(self, one: int, other: int, path: str) -> None:
        """Places within places, each inside an older one."""
        older = list(Place.objects.order_by("pk"))
        if not older or one % 3 == 0:
            parent = older[other % len(older)] if older else None
            place = Place(id=self.new_id(), programme_id=PROGRAMME, parent=parent, level="site",
                          name=f"Site {other % 2}")  # fmt: skip
            self._facts("programmes.place_added", [place], path)
        else:
            place = older[one % len(older)]
            others = [p for p in older if p.pk < place.pk]
            parent = others[other % len(others)] if others else None
            record.put("programmes.place_moved", place, parent=parent, by=None)

    def withdraw(self, one: int, other: int, path: str) -> None:
        """Forget somebody; in an act that says something of them first, when the path is not single."""
        who = PEOPLE[one % len(PEOPLE)]
        with record.act(by=None, programme=PROGRAMME, alone=True):
            if path != "single":
                self._facts("dialogue.statement_added", [statement_of(self.new_id(), other % 3, who)], path)
            record.withdraw(who, by=None, programme=PROGRAMME)

    def attend(self, one: int, other: int, path: str) -> None:
        """Somebody comes to a gathering and speaks there; the list says where, and a later put does not."""
        gathering = Gathering(id=GATHERINGS[one % 2], programme_id=PROGRAMME)
        who = Participant(id=PEOPLE[other % len(PEOPLE)])
        if spoke := _one_of(Speech, one + other):
            record.put("dialogue.speech_ended", spoke, seconds=1 + one, by=None)
        came = Attendance(
            id=Attendance.id_for(gathering, who), subject=who.pk, programme_id=PROGRAMME,
            gathering=gathering, participant_id=who.pk, state=("came", "left")[one % 2],
        )  # fmt: skip
        self._puts("dialogue.attendance_noted", [came], path, None)
        speech = Speech(
            id=self.new_id(), subject=who.pk, programme_id=PROGRAMME, gathering=gathering,
            participant_id=who.pk, began_at=NOON,
        )  # fmt: skip
        self._facts("dialogue.speech_begun", [speech], path)

    def purge(self, one: int, other: int, path: str) -> None:
        """Forget a list of a gathering; or one row of it, or one statement, when the path is single."""
        row = _one_of(Speech if one % 2 else Statement, other) if path == "single" else None
        listed = (Attendance, Speech)[one % 2].list_under(GATHERINGS[other % 2])
        record.withdraw(row.pk if row else listed, by=None, programme=PROGRAMME, verb="record.list_forgotten")

    def _facts(self, verb: str, rows: list[Any], path: str) -> None:
        self._write(lambda each: record.fact(verb, each, by=None), lambda: record.facts(verb, rows, by=None),
                    rows, path)  # fmt: skip

    def _puts(self, verb: str, rows: list[Any], path: str, who: Participant | None) -> None:
        sitting = NOON if isinstance(rows[0], Vote) else None
        self._write(
            lambda each: record.put(verb, each, by=who, sitting=sitting),
            lambda: record.puts(verb, rows, by=who, sitting=sitting),
            rows,
            path,
        )

    def _write(self, one: Callable[[Any], Any], all_: Callable[[], None], rows: list[Any], path: str) -> None:
        """Single: inside an act. Lean: alone. Bulk: all at once."""
        if path == "bulk":
            all_()
        elif path == "lean":
            for row in rows:
                one(row)
        else:
            klass = type(rows[0]).KLASS
            with record.act(by=None, programme=PROGRAMME, klass=klass):
                for row in rows:
                    one(row)

    # ---- what can happen ---------------------------------------------------------------------------------

    def jump(self, at: int, seconds: int) -> None:
        """The node's clock goes forwards or back."""
        self.clocks[self.nodes[at % len(self.nodes)].name] += seconds

    def back_up(self, at: int) -> None:
        node = self.at(at)
        self.backups[node.name] = node.copy()

    def restore(self, at: int) -> None:
        """The node falls back to its backup, if it has one, and starts again."""
        node = self.at(at)
        if held := self.backups.get(node.name):
            node.hold(held)
            with node.used():
                streams.open_node()

    def send(self, giver: int, taker: int, how: str, some: int) -> None:
        """What the taker lacks goes from node to node, in one of the ways in which that goes wrong."""
        if giver % len(self.nodes) != taker % len(self.nodes):
            self.exchange(self.at(giver), self.at(taker), how, some)

    def exchange(self, giver: Database, taker: Database, how: str = "whole", some: int = 0) -> int:
        """Returns how many events were new to the taker."""
        theirs = {} if how == "repeated" else self.asked(giver, taker)
        classes = [CLASSES[some % len(CLASSES)]] if how == "one class" else None
        limit = 1 + some % 5 if how == "part" else 500
        with giver.used():
            batches = list(read.bundle(PROGRAMME, theirs, classes=classes, limit=limit))
        if how == "part":
            batches = batches[:1]
        elif how == "reversed":
            batches = [list(reversed(batch)) for batch in reversed(batches)]
        elif how == "cut":
            batches = [batch[: 1 + some % len(batch)] for batch in batches]
        new = 0
        with taker.used():
            for batch in batches * (2 if how == "repeated" else 1):
                # As it travels: through JSON.
                told = record.receive(json.loads(json.dumps(batch)))
                new += told.stored
                if told.quarantined:
                    why = Quarantined.objects.values_list("reason", flat=True)
                    self.faults.append(f"{taker.name} from {giver.name}: {', '.join(why)}")
        return new

    def asked(self, giver: Database, taker: Database) -> read.Marks:
        """How far the taker has each stream: the receiver says so, at every exchange."""
        with taker.used():
            return record.marks(PROGRAMME)

    # ---- what must hold ----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Everybody tells everybody everything, and a fresh node replays it; all must then be equal."""
        while sum(self.exchange(a, b) for a, b in itertools.permutations(self.nodes, 2)):
            pass
        self.exchange(self.nodes[0], self.fresh, "reversed")
        self.exchange(self.nodes[0], self.fresh)
        assert self.faults == []
        everybody = [*self.nodes, self.fresh]
        states = [state(node) for node in everybody]
        for node, found in zip(everybody, states, strict=True):
            for name in states[0]:
                assert found[name] == states[0][name], f"{name} differs on {node.name}"
        for node in everybody:
            sound(node)
        same_as_the_twin(self.nodes[0])


def _on_lists(gone: set[uuid.UUID]) -> set[uuid.UUID]:
    """The rows of the withdrawn lists of which any word is left."""
    listed = {model._meta.label_lower: model for model in (Attendance, Speech)}
    return {
        event.object
        for event in Event.objects.filter(model__in=listed, personal__isnull=False)
        if (under := json.loads(event.personal or "{}").get("gathering"))
        and listed[event.model].list_under(uuid.UUID(under)) in gone
    }


def _one_of(model: type[Any], number: int) -> Any:
    rows = list(model.objects.order_by("pk"))
    return rows[number % len(rows)] if rows else None


def state(node: Database) -> dict[str, list[Any]]:
    """All that the node shows and keeps, but for what is its own."""
    with node.used():
        held = {
            model._meta.label: sorted(model._base_manager.values_list(*_columns(model)), key=repr)
            for model in recorded()
        }
        held["events"] = sorted(
            Event.objects.values_list("hash", "plain", "personal", "personal_salt"), key=repr
        )
        held["withdrawals"] = sorted(Withdrawal.objects.values_list("subject", flat=True))
        held["waiting"] = sorted(Waiting.objects.values_list("model", "object", "needs"))
        held["conflicts"] = sorted(Conflict.objects.values_list("model", "fields", "key", "object"))
    return held


def _columns(model: type[models.Model]) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields]


def sound(node: Database) -> None:
    """The chains verify, links lead somewhere, nobody waits, and of the forgotten there is no word left."""
    with node.used():
        assert [fault for stream in Stream.objects.all() for fault in record.verify(stream)] == []
        connection.check_constraints()
        assert not Waiting.objects.exists(), "everything is here, so nothing waits"
        gone = set(Withdrawal.objects.values_list("subject", flat=True))
        theirs = set(Event.objects.filter(subject__in=gone).values_list("object", flat=True))
        theirs |= gone | _on_lists(gone)
        said = Event.objects.exclude(kind=Kind.WITHDRAWAL)
        kept = said.filter(object__in=theirs, personal__isnull=False).count()
        assert kept == 0, f"{kept} events on {node.name} still say what was to be forgotten"
        for model in (Attendance, Speech):
            on_list = [g for g in GATHERINGS if model.list_under(g) in gone]
            left = model.objects.filter(Q(gathering__in=on_list) | Q(pk__in=gone)).count()
            assert left == 0, f"{left} {model.__name__} on {node.name} revived"
        for model in (Statement, Testimony, Quote, Translation):
            left = model._base_manager.filter(subject__in=gone).exclude(text="").count()
            assert left == 0, f"{left} {model.__name__} on {node.name} revived"
        assert not Vote.objects.filter(subject__in=gone).exists()
        made = set(Event.objects.filter(model="dialogue.statement").values_list("object", flat=True))
        assert made == set(Statement.objects.values_list("pk", flat=True)), "a statement outlives its words"


# ---- the slow twin ---------------------------------------------------------------------------------------


def same_as_the_twin(node: Database) -> None:
    """The rows are what a slow and obvious reading of the whole log says."""
    with node.used():
        expected = twin(list(Event.objects.all()))
        for model in recorded():
            found = {
                str(row.pk): {"hlc": row.hlc, "subject": row.subject, **_as_said(row)}
                for row in model._base_manager.all()
            }
            assert found == expected.get(model._meta.label_lower, {}), (
                f"the twin sees other {model.__name__}s"
            )


def twin(events: list[Event]) -> dict[str, dict[str, dict[str, Any]]]:
    """By model and id, what each row says, from events in any order, in dictionaries and by loops."""
    gone = {event.object for event in events if event.kind == Kind.WITHDRAWAL}
    said: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        if event.kind != Kind.WITHDRAWAL:
            said[event.model, str(event.object)].append(event)
    rows: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for (label, pk), own in said.items():
        row: dict[str, Any] = {"subject": None}
        for event in sorted(own, key=lambda e: (e.hlc, str(e.stream_id))):
            row |= json.loads(event.plain) | json.loads(event.personal or "{}") | {"hlc": event.hlc}
            row["subject"] = event.subject or row["subject"]
        model = payload.model_named(label)
        assert model is not None
        if row_keys(model, pk, own) & gone:
            if not any(name in model.PLAIN for name in payload.fields_of(model)):
                continue
            row |= {name: _blank(payload.fields_of(model)[name]) for name in model.PERSONAL}
        if payload.fields_of(model).keys() <= row.keys():
            rows[label][pk] = row
    while _drop_what_points_nowhere(rows):
        pass
    return rows


def row_keys(model: Any, pk: str, own: list[Event]) -> set[uuid.UUID | None]:
    """With what the row is forgotten: itself, whose it is, the list that any of its events names."""
    keys = {uuid.UUID(pk), *(event.subject for event in own)}
    if model in (Attendance, Speech):
        under = {json.loads(event.personal or "{}").get("gathering") for event in own} - {None}
        keys |= {model.list_under(uuid.UUID(each)) for each in under}
    return keys


def _blank(field: Any) -> Any:
    return None if field.null else field.get_default() if field.has_default() else ""


def _drop_what_points_nowhere(rows: dict[str, dict[str, dict[str, Any]]]) -> bool:
    dropped = False
    for label, held in rows.items():
        for pk, row in list(held.items()):
            for name, field in payload.fields_of(payload.model_named(label)).items():  # type: ignore[arg-type]
                if isinstance(field, models.ForeignKey) and field.db_constraint and row[name] is not None:  # type: ignore[attr-defined]
                    there = rows[field.related_model._meta.label_lower] if field.related_model else {}
                    if row[name] not in there and held.pop(pk, None):
                        dropped = True
    return dropped


def _as_said(row: Any) -> dict[str, Any]:
    plain, personal = payload.split(type(row), payload.said_by(row))
    return {**json.loads(plain), **json.loads(personal)}
