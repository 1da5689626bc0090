"""The rows themselves: what is known of them before a write, and writing them, in few statements."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models

from jukwaa.record.models import Event, Recorded, Waiting, Withdrawal
from jukwaa.record.streams import lock_rows


@dataclass
class Past:
    """What is known of some rows and subjects before they are written.

    hlc: the latest time said of each row. rowless: those with events but no row. awaited: those that others
    wait for. withdrawn: subjects that asked to be forgotten.
    """

    hlc: dict[uuid.UUID, int] = field(default_factory=dict)
    rowless: set[uuid.UUID] = field(default_factory=set)
    awaited: set[uuid.UUID] = field(default_factory=set)
    withdrawn: set[uuid.UUID] = field(default_factory=set)


def past(model: type[Recorded], ids: set[uuid.UUID], subjects: set[uuid.UUID]) -> Past:
    """Read, in one statement for one row, what must be known before writing."""
    lock_rows(ids)
    if len(ids) == 1 and len(subjects) <= 1:
        return _past_of_one(model, next(iter(ids)), next(iter(subjects), None))
    found = Past()
    found.hlc = dict(
        Event.objects.filter(object__in=ids).values_list("object").annotate(latest=models.Max("hlc"))
    )
    here = set(model._default_manager.filter(pk__in=found.hlc.keys()).values_list("pk", flat=True))
    found.rowless = found.hlc.keys() - here
    found.awaited = set(Waiting.objects.filter(needs__in=ids).values_list("needs", flat=True))
    found.withdrawn = set(Withdrawal.objects.filter(pk__in=subjects).values_list("pk", flat=True))
    return found


def _past_of_one(model: type[Recorded], pk: uuid.UUID, subject: uuid.UUID | None) -> Past:
    one, none = _as_parameter(pk), _as_parameter(subject) if subject else None
    with connection.cursor() as cursor:
        cursor.execute(_past_sql(connection.vendor, model), [one, one, one, none])
        latest, here, awaited, withdrawn = cursor.fetchone()
    found = Past()
    if latest is not None:
        found.hlc[pk] = latest
    if latest is not None and not here:
        found.rowless = {pk}
    if awaited:
        found.awaited = {pk}
    if withdrawn and subject:
        found.withdrawn = {subject}
    return found


@cache
def _past_sql(vendor: str, model: type[Recorded]) -> str:  # noqa: ARG001 - kept for each kind of database
    table = connection.ops.quote_name(model._meta.db_table)
    return (
        "SELECT (SELECT MAX(hlc) FROM record_event WHERE object = %s),"
        f" EXISTS(SELECT 1 FROM {table} WHERE id = %s),"
        " EXISTS(SELECT 1 FROM record_waiting WHERE needs = %s),"
        " EXISTS(SELECT 1 FROM record_withdrawal WHERE subject = %s)"
    )


def _as_parameter(value: uuid.UUID) -> Any:
    return Event._meta.pk.get_db_prep_value(value, connection)


def upsert(model: type[Recorded], rows: Sequence[Recorded]) -> None:
    """Write the rows whole, each in place of the one with its id if there is one."""
    insert(model, rows, replace=True)


def update(model: type[Recorded], rows: Sequence[Recorded], names: set[str]) -> None:
    """Write only the named fields of the rows, and their time: what else they hold in memory may be old."""
    changed = ["hlc", *sorted(names)]
    model._default_manager.bulk_update(rows, changed)


def insert(model: type[models.Model], rows: Sequence[models.Model], *, replace: bool = False) -> None:
    """Insert the rows in order, past Django's per-row work: their values are clean already."""
    if not rows:
        return
    columns = model._meta.concrete_fields
    values = [[f.get_db_prep_save(getattr(row, f.attname), connection) for f in columns] for row in rows]
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(_insert_sql(connection.vendor, model, replace), values[0])
        else:
            cursor.executemany(_insert_sql(connection.vendor, model, replace), values)


@cache
def _insert_sql(vendor: str, model: type[models.Model], replace: bool) -> str:  # noqa: ARG001 - as above
    quote = connection.ops.quote_name
    names = [quote(f.column or f.name) for f in model._meta.concrete_fields]
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(names)})"
        f" VALUES ({', '.join(['%s'] * len(names))})"
    )
    if replace:
        statement += " ON CONFLICT (id) DO UPDATE SET " + ", ".join(
            f"{n} = excluded.{n}" for n in names if n != quote("id")
        )
    return statement
