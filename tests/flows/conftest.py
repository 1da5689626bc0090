"""The demo programme, written once for the tests that walk through it and rolled back when they are done."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from jukwaa.web import geita


@pytest.fixture(scope="package")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo's recordings and forms lie while its tests run."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(autouse=True)
def _home(own_home: None, kept: Path) -> Iterator[None]:
    """Each test finds the files of the demo, and not only its own."""
    with override_settings(JUKWAA_HOME=kept):
        yield


@pytest.fixture(scope="package")
def written(django_db_setup: None, django_db_blocker: DjangoDbBlocker, kept: Path) -> Iterator[geita.Written]:
    """The Geita demo programme as `jukwaa seed` writes it; what a test changes in it is undone after it.

    Only for tests marked `django_db`: the mark is what makes a database for tests.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(JUKWAA_HOME=kept):
            told = geita.write(draw=random.Random(3).randrange)
        know_its_size()
        yield told
        transaction.set_rollback(True)


def know_its_size() -> None:
    """PostgreSQL plans by what it counted last; in a transaction of so many rows it has counted nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
