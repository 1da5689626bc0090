"""Whatever happens to several nodes, once all have heard all they agree, and nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from jukwaa import record
from jukwaa.dialogue.models import Round, Statement, Vote
from jukwaa.record.models import Conflict
from tests.record import nodes
from tests.record.nodes import PEOPLE, PROGRAMME, Network, person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NODES = 3
HISTORIES = 5_000 if os.environ.get("JUKWAA_SOAK") else 200
ON_POSTGRESQL = 1_000 if os.environ.get("JUKWAA_SOAK") else 40
TEXTS = ["Dirty water.", "No licence.", "Bad price."]


@pytest.fixture(scope="module")
def network(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Network]:
    """Three nodes, and a fourth that hears everything only at the end."""
    names = ["one", "two", "three", "fresh"]
    with django_db_blocker.unblock(), nodes.sites(names, tmp_path_factory.mktemp("nodes")) as made:
        *first, fresh = made.values()
        yield Network(first, fresh)


class Histories(RuleBasedStateMachine):
    """People and nodes do what they do; at the end everything must hold."""

    network: Network

    @initialize()
    def begin(self) -> None:
        self.network.begin()

    @rule(
        on=st.integers(0, NODES - 1),
        what=st.sampled_from(
            [
                "vote",
                "vote",
                "vote again",
                "bulk",
                "propose",
                "reword",
                "moderate",
                "remove",
                "act",
                "withdraw",
            ]
        ),
        who=st.integers(0, PEOPLE - 1),
        which=st.integers(0, 9),
        choice=st.sampled_from([-1, 0, 1]),
        text=st.sampled_from(TEXTS),
    )
    def write(self, on: int, what: str, who: int, which: int, choice: int, text: str) -> None:
        with self.network.on(on):
            statements = list(Statement.objects.order_by("pk"))
            # A node that knows that somebody asked to be forgotten takes nothing more of them.
            with contextlib.suppress(record.Withdrawn):
                self.do(what, statements[which % len(statements)], statements, who, choice, text)

    def do(  # noqa: C901 - one case for each thing that is done
        self, what: str, statement: Statement, all_: list[Statement], who: int, choice: int, text: str
    ) -> None:
        match what:
            case "vote":
                record.put("dialogue.vote_cast", vote(statement, who, choice), by=None)
            case "vote again":
                if row := Vote.objects.filter(participant=person(who)).order_by("pk").first():
                    row.programme_id = PROGRAMME  # a vote has none of its own
                    record.put("dialogue.vote_cast", row, by=None, choice=choice)
            case "bulk":
                several = [vote(s, who, choice) for s in all_] + [vote(statement, who, -choice)]
                with record.act(by=None, programme=PROGRAMME, klass=Vote.KLASS):
                    record.puts("dialogue.vote_cast", several, by=None)
            case "propose":
                said = self.network.worded(Round.objects.get(), person(who), text)
                record.fact("dialogue.statement_proposed", said, by=None)
            case "reword":
                record.put("dialogue.statement_reworded", statement, by=None, text=text)
            case "moderate":
                state = ["approved", "rejected", "proposed"][choice]
                record.put("dialogue.statement_approved", statement, by=None, state=state)
            case "remove":
                record.put("dialogue.statement_removed", statement, by=None, removed=choice > 0)
            case "act":
                said = self.network.worded(statement.round, person(who), text)
                with record.act(by=None, programme=PROGRAMME):
                    record.fact("dialogue.statement_proposed", said, by=None)
                    record.put("dialogue.statement_approved", said, by=None, state="approved")
                    record.put("dialogue.vote_cast", vote(said, who, choice), by=None)
            case "withdraw":
                if choice > 0:
                    record.withdraw(person(who), by=None, programme=PROGRAMME)

    @rule(
        source=st.integers(0, NODES - 1),
        step=st.integers(1, NODES - 1),
        classes=st.sampled_from([None, None, ["votes"], ["open"]]),
        limit=st.integers(1, 5),
        most=st.integers(1, 4),
        seed=st.integers(0, 99),
        twice=st.booleans(),
    )
    def exchange(self, source, step, classes, limit, most, seed, twice) -> None:
        self.network.exchange(
            source,
            (source + step) % NODES,
            classes=classes,
            limit=limit,
            most=most,
            mixed=random.Random(seed),
            twice=twice,
        )

    @rule(on=st.integers(0, NODES - 1), minutes=st.integers(-600, 600))
    def jump(self, on: int, minutes: int) -> None:
        """The node's clock is set wrong, or right again."""
        self.network.nodes[on].ahead = timedelta(minutes=minutes)

    @rule(on=st.integers(0, NODES - 1), puts_back=st.booleans())
    def backup(self, on: int, puts_back: bool) -> None:
        if puts_back:
            self.network.restore(on)
        else:
            self.network.nodes[on].save()

    def teardown(self) -> None:
        if self.network.minute:
            self.network.converge()
            self.network.check()


def vote(statement: Statement, who: int, choice: int) -> Vote:
    """A vote, not cast yet; the row follows from who votes on what."""
    cast = Vote(
        id=Vote.id_for(statement.pk, person(who)),
        subject=person(who),
        statement=statement,
        participant_id=person(who),
        choice=choice,
        channel="web",
    )
    cast.programme_id = PROGRAMME  # type: ignore[attr-defined] # a vote has none of its own
    return cast


def run(network: Network, histories: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    """Let so many histories happen."""
    machine = type("Histories", (Histories,), {"network": network})
    how = settings(
        max_examples=histories,
        stateful_step_count=30,
        deadline=None,
        database=None,
        derandomize=not os.environ.get("JUKWAA_SOAK"),
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)


def test_histories_of_three_nodes_end_in_the_same_state(network: Network) -> None:
    run(network, ON_POSTGRESQL if connection.vendor == "postgresql" else HISTORIES)


def test_two_nodes_that_make_the_same_statement_are_told_of_it(network: Network) -> None:
    network.begin()
    for number in range(2):
        with network.on(number):
            said = network.worded(Round.objects.get(), person(number), "No licence.")
            record.fact("dialogue.statement_proposed", said, by=None)

    network.converge()

    network.check()
    with network.fresh.here():
        assert Conflict.objects.filter(fields="round,text").count() == 2
