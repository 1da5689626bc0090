"""One programme with a whole road behind it: from a voice to an outcome."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.delivery.models import Commitment, Outcome
from jukwaa.dialogue.models import Finding, Gathering, Round, Source, Statement
from jukwaa.field.models import Quote, Testimony
from jukwaa.programmes import cards
from jukwaa.programmes.models import Participant, Programme
from tests import make

FIGURES = {"constituency": "x", "name": "Panners", "agree": 23, "disagree": 5, "passes": 3}
FIGURES |= {"estimate": 0.74, "low": 0.57, "high": 0.87}
DAY = date(2026, 3, 1)
OPENED, CLOSED = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)


@pytest.fixture
def programme(db) -> Programme:
    return make.programme(public=True)


@pytest.fixture
def teller(programme) -> Participant:
    return make.participant(programme)


@pytest.fixture
def road(programme, teller) -> SimpleNamespace:
    """One thing of each kind, tied to the next: road.testimony … road.outcome."""
    return walked(programme, teller)


def walked(programme: Programme, teller: Participant) -> SimpleNamespace:
    """The whole road from what the teller said to an outcome."""
    of, r = {"programme": programme}, SimpleNamespace(voice=teller)

    r.testimony = fact(
        Testimony(
            **of,
            voice=teller,
            subject=teller.pk,
            text="Raw words.",
            trace_code=cards.new_trace_code(),
            given_on=DAY,
        )
    )
    r.quote = fact(
        Quote(**of, testimony=r.testimony, subject=teller.pk, text="Maji ni machafu.", language="sw")
    )
    r.gathering = fact(Gathering(**of, kind="workshop", title="Workshop"))
    r.problems = fact(round_of(r.gathering, "problems", "What must change?"))
    r.statement = fact(statement_in(r.problems, "The wash water is dirty.", subject=teller.pk))
    r.source = fact(Source(**of, statement=r.statement, quote=r.quote))
    r.finding = fact(finding_of(r.statement))
    r.problem = agenda.take_up_problem(finding=r.finding, title="Wash water is dirty", cycle="C3", by=None)
    r.solutions = fact(round_of(r.gathering, "solutions", "What would help?", answers=r.finding))
    r.answer = fact(statement_in(r.solutions, "A pump at the washing place."))
    r.second = fact(finding_of(r.answer))
    r.solution = agenda.agree_solution(problem=r.problem, finding=r.second, title="A pump", by=None)
    r.office = make.organisation(programme)
    owner = {"owner_office": "District engineer", "owner_organisation": r.office}
    r.row = agenda.add_row(
        problem=r.problem,
        solution=r.solution,
        theme="Water",
        action="Put up a pump",
        level="district",
        due_on=date(2026, 9, 1),
        **owner,
        by=None,
    )
    r.group = make.constituency(programme, name="Panners")
    make.adopted(r.row, on=DAY)
    r.commitment = make.commitment(
        r.row, promise="The pump stands by September", made_on=DAY, due_on=date(2026, 9, 1), **owner
    )
    r.report = make.report(r.commitment, reported_on=DAY)
    r.outcome = make.outcome(r.commitment)
    return r


def fact(row):
    """Add the row, whatever it is."""
    return record.fact(f"{row._meta.app_label}.{row._meta.model_name}_made", row, by=None)


def round_of(gathering: Gathering, kind: str, question: str, **others) -> Round:
    said = {"opened_at": OPENED, "closed_at": CLOSED, "kind": kind, "question": question}
    return Round(programme=gathering.programme, gathering=gathering, **{**said, **others})


def statement_in(round_: Round, text: str, **others) -> Statement:
    return Statement(
        programme=round_.programme,
        round=round_,
        text=text,
        state=others.pop("state", "approved"),
        trace_code=cards.new_trace_code(),
        **others,
    )


def finding_of(statement: Statement) -> Finding:
    return Finding(
        programme=statement.programme,
        statement=statement,
        label="common ground",
        certainty="0.96",
        figures=[FIGURES],
        rule="every constituency",
        threshold="0.60",
        seed=7,
        inputs="0",
        engine="0",
        voters=31,
    )


@pytest.fixture
def outcome(road) -> Outcome:
    return road.outcome


@pytest.fixture
def commitment(road) -> Commitment:
    return road.commitment
