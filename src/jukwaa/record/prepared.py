"""A cursor for statements that are written out and asked again and again, as at every vote."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def cursor() -> AbstractContextManager[Any]:
    """A cursor whose statements PostgreSQL reads and plans once for each connection; SQLite's do so anyway.

    Django's own cursors put the values into the text of a statement, so that no two are the same. On
    PostgreSQL it is one and the same cursor each time: read what it gives before the next is asked for.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        found: AbstractContextManager[Any] = database.cursor()
        return found
    database.ensure_connection()
    kept = database.__dict__.get("_jukwaa_cursor")
    if kept is None or kept.connection is not database.connection or kept.closed:
        kept = database._jukwaa_cursor = _binding(database)
    return nullcontext(kept)


def _binding(database: Any) -> Any:
    from django.db.backends.postgresql.base import ServerBindingCursor

    binding: Any = ServerBindingCursor
    return database._prepare_cursor(binding(database.connection))
