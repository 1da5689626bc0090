"""Rows by a query that is written out, for the way of a vote: composing one costs more than asking it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState

from jukwaa.record import prepared

Row = TypeVar("Row", bound=models.Model)
# What makes a column's value a Python value: called with value, expression and connection.
Converters = list[Callable[[Any, Any, Any], Any]]


def columns(model: type[models.Model], alias: str) -> str:
    """Every column of the model, as a query names them, in the order in which `rows` reads them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def first(model: type[Row], query: str, values: Sequence[Any]) -> Row | None:
    """The first row that the query gives, or None. It gives the model's `columns`."""
    found = rows((model,), query, values)
    return cast("Row", found[0]) if found else None


def rows(models_: tuple[type[models.Model], ...], query: str, values: Sequence[Any]) -> list[Any] | None:
    """A row of each model, from the first that the query gives; None when it gives none. Values may be uuids.

    It gives the `columns` of each model, and then whatever else; a model joined to nothing gives None.
    """
    # Asked for once: each look through Django's `connection` finds this thread's own anew.
    database = connections[DEFAULT_DB_ALIAS]
    with prepared.cursor() as cursor:
        cursor.execute(query, [_given(value, database) for value in values])
        said = cursor.fetchone()
    if said is None:
        return None
    found: list[Any] = []
    for model in models_:
        names, read = _plan(database.vendor, model)
        mine, said = said[: len(names)], said[len(names) :]
        found.append(_row(model, names, read, mine, database))
    return [*found, *said]


def in_database(value: Any) -> Any:
    """A value as this database takes it: SQLite has no type of its own for a uuid."""
    return _given(value, connections[DEFAULT_DB_ALIAS])


def _given(value: Any, database: BaseDatabaseWrapper) -> Any:
    if isinstance(value, uuid.UUID) and not database.features.has_native_uuid_field:
        return value.hex
    return value


@cache
def _plan(
    vendor: str,  # noqa: ARG001 - kept for each kind of database
    model: type[models.Model],
) -> tuple[list[str], list[tuple[int, Converters, Any]]]:
    """The model's fields, and those columns that have to be read otherwise than the driver gives them."""
    database = connections[DEFAULT_DB_ALIAS]
    read = []
    for place, field in enumerate(model._meta.concrete_fields):
        expression = field.get_col(model._meta.db_table)
        how = database.ops.get_db_converters(expression) + field.get_db_converters(database)
        if how:
            read.append((place, how, expression))
    return [field.attname for field in model._meta.concrete_fields], read


def _row(
    model: type[models.Model],
    names: list[str],
    read: list[tuple[int, Converters, Any]],
    said: Sequence[Any],
    database: BaseDatabaseWrapper,
) -> models.Model | None:
    values = list(said)
    if values[names.index("id")] is None:
        return None
    for place, how, of in read:
        for convert in how:
            values[place] = convert(values[place], of, database)
    # As Django makes a row again that was put by: its own way sets each field through a descriptor.
    row = model.__new__(model)
    row.__dict__.update(zip(names, values, strict=True))
    row._state = ModelState()
    row._state.adding, row._state.db = False, database.alias
    return row
