"""Rows by a query that is written out, for the way of a vote: composing one costs more than asking it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    found = side_by_side((model,), query, values)
    return found[0] if found else None


def side_by_side(models_: tuple[type[Any], ...], query: str, values: Sequence[Any]) -> list[Any]:
    """The first row of each model that the query gives side by side, None for one joined to none; or nothing.

    It gives every column of the first model, in any order, then those of the next. What else it gives at its
    end becomes an attribute of the last.
    """
    # Asked for once: each look through Django's `connection` finds this thread's own anew.
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute(query, [_given(value, database) for value in values])
        said = cursor.fetchone()
        if said is None:
            return []
        columns = tuple(column[0] for column in cursor.description)
    return [_row(plan, said, database) for plan in _plans(database.vendor, models_, columns)]


def _row(plan: _Plan, said: Sequence[Any], database: BaseDatabaseWrapper) -> Any:
    if said[plan.key] is None:
        return None
    values = [_value(said[place], how, of, database) for place, how, of in plan.read]
    row = plan.model.from_db(database.alias, plan.names, values)
    for place, name in plan.more:
        setattr(row, name, said[place])
    return row


def in_database(value: Any) -> Any:
    """A value as this database takes it: SQLite has no type of its own for a uuid."""
    return _given(value, connections[DEFAULT_DB_ALIAS])


def _given(value: Any, database: BaseDatabaseWrapper) -> Any:
    if isinstance(value, uuid.UUID) and not database.features.has_native_uuid_field:
        return value.hex
    return value


@dataclass(frozen=True)
class _Plan:
    """How a model's row is read: its fields, where each lies and how it is converted; and what else there is."""

    model: type[models.Model]
    names: list[str]
    key: int
    read: list[tuple[int, Converters, Any]]
    more: list[tuple[int, str]]


@cache
def _plans(
    vendor: str,  # noqa: ARG001 - kept for each kind of database
    models_: tuple[type[models.Model], ...],
    columns: tuple[str, ...],
) -> list[_Plan]:
    """How each of the models is read from these columns."""
    found, start = [], 0
    for model in models_:
        end = start + len(model._meta.concrete_fields)
        more = [(at, columns[at]) for at in range(end, len(columns))] if model is models_[-1] else []
        found.append(_plan(model, columns, start, end, more))
        start = end
    return found


def _plan(
    model: type[models.Model], columns: tuple[str, ...], start: int, end: int, more: list[tuple[int, str]]
) -> _Plan:
    database = connections[DEFAULT_DB_ALIAS]
    read = []
    for field in model._meta.concrete_fields:
        expression = field.get_col(model._meta.db_table)
        how = database.ops.get_db_converters(expression) + field.get_db_converters(database)
        read.append((columns.index(field.column or field.name, start, end), how, expression))
    names = [field.attname for field in model._meta.concrete_fields]
    return _Plan(model, names, columns.index("id", start, end), read, more)


def _value(value: Any, how: Converters, expression: Any, database: BaseDatabaseWrapper) -> Any:
    for convert in how:
        value = convert(value, expression, database)
    return value
