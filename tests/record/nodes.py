"""Several real databases side by side, each in turn the one that Django calls the default."""

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from jukwaa.record.models import (
    Blob,
    BlobUse,
    Conflict,
    Event,
    Node,
    Quarantined,
    Recorded,
    Stream,
    Waiting,
    Withdrawal,
)

Rows = dict[str, list[tuple[Any, ...]]]

OF_THE_RECORD = (Stream, Event, Withdrawal, Waiting, Conflict, Quarantined, Blob, BlobUse, Node)


def recorded() -> list[type[Recorded]]:
    return sorted((m for m in apps.get_models() if issubclass(m, Recorded)), key=lambda m: m._meta.label)


class Database:
    """A database with the tables of the tests' own."""

    def __init__(self, name: str, wrapper: BaseDatabaseWrapper) -> None:
        self.name = name
        self.wrapper = wrapper

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Inside, this is the database."""
        before = connections["default"]
        connections["default"] = self.wrapper
        try:
            yield
        finally:
            connections["default"] = before

    def copy(self) -> Rows:
        """All that it holds, as a backup would."""
        with self.used(), connection.cursor() as cursor:
            held = {}
            for table in tables():
                cursor.execute(f"SELECT * FROM {table}")
                held[table] = cursor.fetchall()
        return held

    def hold(self, held: Rows) -> None:
        """Hold exactly this, as after a restore."""
        with self.used(), transaction.atomic(), connection.cursor() as cursor:
            for table in reversed(tables()):
                cursor.execute(f"DELETE FROM {table}")
            for table in tables():
                if rows := held.get(table):
                    places = ", ".join(["%s"] * len(rows[0]))
                    cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def tables() -> list[str]:
    return [m._meta.db_table for m in (*OF_THE_RECORD, *recorded())]


@contextlib.contextmanager
def databases(names: list[str]) -> Iterator[list[Database]]:
    """So many empty databases with the tables of the tests' database; gone afterwards."""
    make = on_postgresql if connection.vendor == "postgresql" else in_memory
    with contextlib.ExitStack() as stack:
        yield [Database(name, stack.enter_context(make())) for name in names]


@contextlib.contextmanager
def in_memory() -> Iterator[BaseDatabaseWrapper]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%%'", []
        )
        statements = [sql for (sql,) in cursor.fetchall()]
    wrapper = another(":memory:")
    with wrapper.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    try:
        yield wrapper
    finally:
        wrapper.connection.close()


@contextlib.contextmanager
def on_postgresql() -> Iterator[BaseDatabaseWrapper]:
    """A copy of the tests' database; durability is not what is tried here, so it is off."""
    template, name = connection.settings_dict["NAME"], f"node_{secrets.token_hex(6)}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
    wrapper = another(name)
    with wrapper.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield wrapper
    finally:
        wrapper.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def another(name: str) -> BaseDatabaseWrapper:
    real = connections["default"]
    return type(real)({**real.settings_dict, "NAME": name}, "default")
