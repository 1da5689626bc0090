"""Opens SQLite through sqlcipher3.

OPTIONS["key"] is a callable that gives 64 hexadecimal characters, or "" for a plain file.
Django's own backend speaks to the standard library's sqlite3, so to the system's SQLite (Debian 12: 3.40.1).
Everything but the connection, the cursor and the types that they convert is Django's.
"""

import datetime
import decimal
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base, features
from django.db.backends.sqlite3._functions import register as register_functions
from django.db.utils import NotSupportedError
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database  # noqa: N812 - the name under which Django looks for a driver

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database that two connections write (the WAL-reset fault).
OLDEST_SAFE_SQLITE = (3, 51, 3)


def teach_the_driver() -> None:
    """Let the driver read and write booleans, dates, times and decimals as Django taught sqlite3."""
    Database.register_converter("bool", b"1".__eq__)
    Database.register_converter("date", _read_by(parse_date))
    Database.register_converter("time", _read_by(parse_time))
    Database.register_converter("datetime", _read_by(parse_datetime))
    Database.register_converter("timestamp", _read_by(parse_datetime))
    Database.register_adapter(decimal.Decimal, str)
    Database.register_adapter(datetime.date, lambda value: value.isoformat())
    Database.register_adapter(datetime.datetime, lambda value: value.isoformat(" "))


def _read_by(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda raw: parse(raw.decode())


teach_the_driver()


class Cursor(Database.Cursor):  # type: ignore[misc]
    """Takes Django's %s and %(name)s where SQLite wants ? and :name."""

    def execute(self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
        if params is None:
            return super().execute(query)
        return super().execute(convert_query(query, _names(params)), params)

    def executemany(self, query: str, param_list: Iterable[Sequence[Any] | Mapping[str, Any]]) -> Any:
        rows = list(param_list)
        names = _names(rows[0]) if rows else None
        return super().executemany(convert_query(query, names), rows)


@lru_cache(maxsize=512)
def convert_query(query: str, names: tuple[str, ...] | None) -> str:
    """The query as SQLite takes it. Most are asked again and again: a vote asks the same ten."""
    if names is None:
        return str(base.FORMAT_QMARK_REGEX.sub("?", query)).replace("%%", "%")
    return query % {name: f":{name}" for name in names}


def _names(params: Sequence[Any] | Mapping[str, Any]) -> tuple[str, ...] | None:
    return tuple(params) if isinstance(params, Mapping) else None


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = OLDEST_SAFE_SQLITE
    # Allowed since SQLite 3.32; Django still assumes 999 and cuts bulk writes into many small ones.
    max_query_params = 32_766


class DatabaseWrapper(base.DatabaseWrapper):
    Database = Database
    features_class = DatabaseFeatures
    init_commands: list[str]

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        self.read_key: Callable[[], str] = params.pop("key", lambda: "")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.check_database_version_supported()
        connection = Database.connect(**conn_params)
        try:
            self.unlock(connection)
            register_functions(connection)
            # Some systems build SQLite with renames that leave old references behind.
            connection.execute("PRAGMA legacy_alter_table = OFF")
            connection.execute("PRAGMA foreign_keys = ON")
            for command in self.init_commands:
                if command.strip():
                    connection.execute(command)
        except BaseException:
            connection.close()
            raise
        return connection

    def unlock(self, connection: Any) -> None:
        """Give the connection its key, if there is one, and see that the file can be read with it."""
        key = self.read_key()
        if key:
            if not re.fullmatch(r"[0-9a-fA-F]{64}", key):
                raise ImproperlyConfigured("The key of the SQLite database is 64 hexadecimal characters.")
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key}'\"")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except Database.DatabaseError as error:
            if "not a database" not in str(error):
                raise
            why = "the key is not the one it was made with" if key else "it is encrypted and no key was given"
            raise ImproperlyConfigured(
                f"The database {self.settings_dict['NAME']} cannot be read: {why}, or the file is damaged."
            ) from error

    def check_database_version_supported(self) -> None:
        """Refuse an SQLite that can corrupt its file."""
        found = self.get_database_version()
        if found < OLDEST_SAFE_SQLITE:
            raise NotSupportedError(
                f"SQLite {_dotted(found)} can corrupt a database that two processes write: "
                f"install sqlcipher3 with SQLite {_dotted(OLDEST_SAFE_SQLITE)} or later."
            )

    def get_database_version(self) -> tuple[int, ...]:
        return tuple(self.Database.sqlite_version_info)

    def create_cursor(self, name: str | None = None) -> Cursor:
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        return cursor


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
