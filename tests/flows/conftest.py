"""The demo programme, written once for the tests that walk through it and rolled back when they are done."""

import random
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jukwaa.web import geita


@pytest.fixture(scope="package")
def written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[geita.Written]:
    """The Geita demo programme as `jukwaa seed` writes it; what a test changes in it is undone after it.

    Only for tests marked `django_db`: the mark is what makes a database for tests.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield geita.write(draw=random.Random(3).randrange)
        transaction.set_rollback(True)
