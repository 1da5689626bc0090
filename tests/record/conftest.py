"""The databases on which histories are tried."""

from collections.abc import Iterator

import pytest

from tests.record.nodes import Database, Rows, databases
from tests.record.world import begin


@pytest.fixture(scope="session")
def places(django_db_setup, django_db_blocker) -> Iterator[tuple[list[Database], Rows]]:
    """Three nodes and a fresh one, and what the three begin with."""
    with django_db_blocker.unblock(), databases(["hub", "clinic", "ministry", "fresh"]) as made:
        yield made, begin(made[0])
