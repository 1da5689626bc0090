"""The programmes that the site as a whole is tested with."""

import copy
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import override_settings
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests.stories.conftest import programme, road, teller

__all__ = ["programme", "road", "teller"]


@dataclass(frozen=True)
class Kept:
    """A programme as it was written: what there is in it, its rows by table, and the folder of its files."""

    world: SimpleNamespace
    rows: dict[str, list[tuple[Any, ...]]]
    home: Path

    def put_back(self, home: Path) -> SimpleNamespace:
        """Put a copy into the database and this home."""
        with connection.cursor() as cursor:
            for table, rows in self.rows.items():
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return copy.deepcopy(self.world)


@pytest.fixture(scope="session")
def one_of_each(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Kept:
    """What `world` gives each test a copy of: it takes a second to write."""
    from tests.web.test_access import write_one_of_each

    home = tmp_path_factory.mktemp("each")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(JUKWAA_HOME=home),
        translation.override("en"),
    ):
        before = rows_by_table()
        written = write_one_of_each()
        rows = {table: rows for table, rows in rows_by_table().items() if table not in before}
        transaction.set_rollback(True)
    return Kept(written, rows, home)


def rows_by_table() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each table that has any."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found[model._meta.db_table] = cursor.fetchall()
    return {table: rows for table, rows in found.items() if rows}
