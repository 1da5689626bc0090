"""The rows themselves: what is known of them before a write, and writing them, in few statements."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models

from jukwaa.record import payload, prepared
from jukwaa.record.models import Event, Recorded, Waiting, Withdrawal


@dataclass
class Past:
    """What is known of some rows before they are written.

    hlc: the latest time said of each. subjects: whose those that stand are. rowless: those with events but no
    row. awaited: those that others wait for. forgotten: people, rows and lists concerned that are withdrawn.
    """

    hlc: dict[uuid.UUID, int] = field(default_factory=dict)
    subjects: dict[uuid.UUID, uuid.UUID | None] = field(default_factory=dict)
    rowless: set[uuid.UUID] = field(default_factory=set)
    awaited: set[uuid.UUID] = field(default_factory=set)
    forgotten: set[uuid.UUID] = field(default_factory=set)


def past(model: type[Recorded], rows: Sequence[Recorded]) -> Past:
    """Read, in one statement for one row, what must be known before the rows are written."""
    if len(rows) == 1:
        return _past_of_one(model, rows[0])
    ids, keys = {r.pk for r in rows}, set().union(*map(payload.keys_of, rows))
    said = Event.objects.filter(object__in=ids)
    forgotten = Withdrawal.objects.values("subject")
    found = Past()
    found.hlc = dict(said.values_list("object").annotate(latest=models.Max("hlc")))
    found.subjects = dict(model._base_manager.filter(pk__in=ids).values_list("pk", "subject"))
    found.rowless = found.hlc.keys() - found.subjects.keys()
    found.awaited = set(Waiting.objects.filter(needs__in=ids).values_list("needs", flat=True))
    found.forgotten = set(forgotten.filter(pk__in=keys).values_list("subject", flat=True))
    found.forgotten |= {
        whose for (whose,) in said.filter(subject__in=forgotten).values_list("subject") if whose
    }
    return found


def _past_of_one(model: type[Recorded], row: Recorded) -> Past:
    one, *others = (as_parameter(key) for key in (row.pk, *(payload.keys_of(row) - {row.pk})))
    others += [one] * (2 - len(others))
    with prepared.cursor() as cursor:
        cursor.execute(_past_sql(connection.vendor, model), [one, one, one, *others, one, one])
        latest, awaited, forgotten, here, subject = cursor.fetchone()
    found = Past()
    if latest is not None:
        found.hlc[row.pk] = latest
    if here is not None:
        found.subjects[row.pk] = uuid.UUID(str(subject)) if subject else None
    elif latest is not None:
        found.rowless = {row.pk}
    if awaited:
        found.awaited = {row.pk}
    if forgotten:
        found.forgotten = {row.subject or row.pk}
    return found


@cache
def _past_sql(vendor: str, model: type[Recorded]) -> str:  # noqa: ARG001 - kept for each kind of database
    return (
        "SELECT (SELECT MAX(hlc) FROM record_event WHERE object = %s),"
        " EXISTS(SELECT 1 FROM record_waiting WHERE needs = %s),"
        " EXISTS(SELECT 1 FROM record_withdrawal WHERE subject IN (%s, %s, %s)"
        " OR subject IN (SELECT subject FROM record_event WHERE object = %s)),"
        f" here.id, here.subject FROM (SELECT 1) AS one LEFT JOIN {_table(model)} AS here ON here.id = %s"
    )


def as_parameter(value: uuid.UUID | None) -> Any:
    """A uuid as the database's driver takes it."""
    return Event._meta.pk.get_db_prep_value(value, connection)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def upsert(model: type[Recorded], rows: Sequence[Recorded]) -> None:
    """Write the rows whole, each in place of the one with its id if there is one."""
    insert(model, rows, replace=True)


def update(row: Recorded, names: Iterable[str]) -> None:
    """Write only the named fields of the row, and its time: what else it holds in memory may be old."""
    known = {f.name: f for f in row._meta.concrete_fields}
    columns = [known[name] for name in ("hlc", *sorted(names))]
    quote = connection.ops.quote_name
    said = ", ".join(f"{quote(str(f.column))} = %s" for f in columns)
    values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in columns]
    with prepared.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_table(type(row))} SET {said} WHERE id = %s", [*values, as_parameter(row.pk)]
        )


def insert(model: type[models.Model], rows: Sequence[models.Model], *, replace: bool = False) -> None:
    """Insert the rows in order, past Django's work for each: their values are clean already."""
    if not rows:
        return
    columns = _columns(connection.vendor, model)
    values = [
        [say(getattr(row, name), connection) if say else getattr(row, name) for name, say in columns]
        for row in rows
    ]
    with prepared.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(_insert_sql(connection.vendor, model, replace), values[0])
        else:
            cursor.executemany(_insert_sql(connection.vendor, model, replace), values)


# What every database takes as Python has it.
_AS_IT_IS = (models.TextField, models.IntegerField, models.BooleanField)


@cache
def _columns(
    vendor: str,  # noqa: ARG001 - kept for each kind of database
    model: type[models.Model],
) -> list[tuple[str, Callable[[Any, Any], Any] | None]]:
    """The attributes that go into a row, each with what says it to the database, if it needs saying."""
    return [
        (f.attname, None if isinstance(f, _AS_IT_IS) else f.get_db_prep_save)
        for f in model._meta.concrete_fields
    ]


@cache
def _insert_sql(vendor: str, model: type[models.Model], replace: bool) -> str:  # noqa: ARG001 - as above
    quote = connection.ops.quote_name
    names = [quote(f.column or f.name) for f in model._meta.concrete_fields]
    statement = f"INSERT INTO {_table(model)} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    if replace:
        statement += " ON CONFLICT (id) DO UPDATE SET " + ", ".join(
            f"{n} = excluded.{n}" for n in names if n != quote("id")
        )
    return statement
