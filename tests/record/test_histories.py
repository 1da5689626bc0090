"""Any history, on several nodes, in any order, ends in the same state everywhere."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.lengths import RECORD_HISTORIES, RECORD_HISTORIES_ON_POSTGRESQL, RECORD_PARTS
from tests.record.nodes import Database, Rows
from tests.record.world import HOWS, PATHS, World

pytestmark = [pytest.mark.slow, pytest.mark.both_rounds, pytest.mark.soak, pytest.mark.django_db]

NUMBERS = st.integers(0, 11)
WRITES = (
    ["vote"] * 5 + ["add_statement"] * 2 + ["reword"] * 2 + ["testify"] * 2 + ["attend"] * 3
    + ["decide", "translate", "move", "withdraw", "purge"]
)  # fmt: skip


class Histories(RuleBasedStateMachine):
    """All writes are one rule, or the machine would spend its steps on setting clocks."""

    places: tuple[list[Database], Rows]
    world: World

    @initialize()
    def begin(self) -> None:
        *nodes, fresh = self.places[0]
        self.world = World(nodes, fresh, self.places[1])

    @rule(what=st.sampled_from(WRITES), at=NUMBERS, one=NUMBERS, other=NUMBERS, path=st.sampled_from(PATHS))
    def write(self, what: str, at: int, one: int, other: int, path: str) -> None:
        self.world.do(what, at, one, other, path)

    @rule(what=st.sampled_from(WRITES), at=NUMBERS, one=NUMBERS, other=NUMBERS, path=st.sampled_from(PATHS))
    def write_more(self, what: str, at: int, one: int, other: int, path: str) -> None:
        self.world.do(what, at, one, other, path)

    @rule(giver=NUMBERS, taker=NUMBERS, how=st.sampled_from(HOWS), some=NUMBERS)
    def send(self, giver: int, taker: int, how: str, some: int) -> None:
        self.world.send(giver, taker, how, some)

    @rule(at=NUMBERS, seconds=st.integers(-100_000, 100_000))
    def jump(self, at: int, seconds: int) -> None:
        self.world.jump(at, seconds)

    @rule(at=NUMBERS, restored=st.booleans())
    def fall_back(self, at: int, restored: bool) -> None:
        (self.world.restore if restored else self.world.back_up)(at)

    def teardown(self) -> None:
        try:
            self.world.settle()
        finally:
            self.world.end()


def try_histories(places: tuple[list[Database], Rows], *, count: int, steps: int = 30, **others) -> None:
    """Try so many histories; raises what the first wrong one raised."""
    machine = type("Histories", (Histories,), {"places": places})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            **others,
        ),
    )


@pytest.mark.parametrize("part", range(RECORD_PARTS))
def test_histories_end_in_the_same_state_everywhere(places, part):
    on_postgresql = connection.vendor == "postgresql"
    try_histories(places, count=RECORD_HISTORIES_ON_POSTGRESQL if on_postgresql else RECORD_HISTORIES)
