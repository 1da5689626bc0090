"""One row by a query that is written out, for the way of a vote: composing one costs more than asking it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = TypeVar("Row", bound=models.Model)
# What makes a column's value a Python value: called with value, expression and connection.
Converters = list[Callable[[Any, Any, Any], Any]]


def first(model: type[Row], query: str, values: Sequence[Any]) -> Row | None:
    """The first row that the query gives, or None. It gives every column of the model, in any order.

    Values may be uuids. What else the query gives becomes an attribute of the row.
    """
    # Asked for once: each look through Django's `connection` finds this thread's own anew.
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute(query, [_given(value, database) for value in values])
        said = cursor.fetchone()
        if said is None:
            return None
        columns = tuple(column[0] for column in cursor.description)
    names, read, more = _plan(database.vendor, model, columns)
    row = model.from_db(database.alias, names, [_value(said[p], how, of, database) for p, how, of in read])
    for place, name in more:
        setattr(row, name, said[place])
    return row


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
    columns: tuple[str, ...],
) -> tuple[list[str], list[tuple[int, Converters, Any]], list[tuple[int, str]]]:
    """The model's fields, where each is found among the columns and how it is read, and the other columns."""
    database = connections[DEFAULT_DB_ALIAS]
    fields = model._meta.concrete_fields
    read = []
    for field in fields:
        expression = field.get_col(model._meta.db_table)
        how = database.ops.get_db_converters(expression) + field.get_db_converters(database)
        read.append((columns.index(field.column or field.name), how, expression))
    own = {place for place, *_how in read}
    more = [(place, name) for place, name in enumerate(columns) if place not in own]
    return [field.attname for field in fields], read, more


def _value(value: Any, how: Converters, expression: Any, database: BaseDatabaseWrapper) -> Any:
    for convert in how:
        value = convert(value, expression, database)
    return value
