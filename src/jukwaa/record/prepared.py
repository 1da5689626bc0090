"""A cursor for statements that are written out and asked again and again, as at every vote."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def cursor() -> Any:
    """A cursor whose statements PostgreSQL reads and plans once for each connection; SQLite's do so anyway.

    Django's own cursors put the values into the text of a statement, so that no two are the same.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        return database.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    database.ensure_connection()
    binding: Any = ServerBindingCursor
    return database._prepare_cursor(binding(database.connection))
