"""Pages take as many queries with sixty rows, promises and figures as with ten."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jukwaa.agenda.drafting import actions as agenda
from jukwaa.agenda.models import Problem
from jukwaa.programmes.models import Role
from tests import make


def grown(problem: Problem, rows: int) -> None:
    """So many rows more: each owed, endorsed, adopted, promised, reported on, disputed, with figures."""
    of = problem.programme
    [group] = make.queries.constituencies(of)[:1]
    office = make.organisation(of, name=f"Office of {rows}")
    for number in range(rows):
        row = make.row(problem, action=f"Dig well {rows}.{number}", owner_organisation=office)
        agenda.owe(row=row, debtor=office, creditor=group, what="Digs", by=None)
        make.adopted(row)
        make.disputed(make.report(make.commitment(row), status="late"))
        indicator = make.indicator(of, name=f"Indicator {rows}.{number}", tells_of=row)
        make.figure(indicator)
        # Fewer than a chart draws: with more, its page asks once more, for how many there are.
        if number % 2:
            make.figure(of.indicators.order_by("hlc")[0], on=date(2024, 1, 1) + timedelta(days=rows + number))


def queries_of(client: Client, address: str) -> int:
    """How many queries the page takes, to its last byte, once everything is warm."""
    client.get(address).getvalue()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
        answer.getvalue()
    assert answer.status_code == 200, address
    return len(asked)


def test_sixty_rows_take_as_many_queries_as_ten(db):
    problem = make.problem(make.programme(public=True))
    of = problem.programme
    grown(problem, 10)
    row, promise = problem.rows.order_by("hlc")[0], of.commitments.order_by("hlc")[0]
    group, indicator = make.queries.constituencies(of)[0], of.indicators.order_by("hlc")[0]
    pages = [
        reverse(name, args=[of.slug, *args])
        for name, args in [
            ("web:thread", ["problem", problem.pk]),
            ("web:thread", ["row", row.pk]),
            ("web:thread", ["commitment", promise.pk]),
            ("agenda:agenda", []),
            ("agenda:problem", [problem.pk]),
            ("agenda:roadmap", []),
            ("agenda:roadmap_print", []),
            ("agenda:roadmap_csv", []),
            ("agenda:row", [row.pk]),
            ("agenda:sheet", [group.pk]),
            ("delivery:commitments", []),
            ("delivery:commitments_csv", []),
            ("delivery:commitment", [promise.pk]),
            ("delivery:shifts", []),
            ("delivery:indicators", []),
            ("delivery:shift", [indicator.cycle]),
            ("delivery:indicator", [indicator.pk]),
            ("delivery:figures", [indicator.pk]),
            ("delivery:results", []),
        ]
    ]
    who = [Client(), make.client_of(make.member(of, role=Role.COORDINATOR))]

    few = {page: [queries_of(client, page) for client in who] for page in pages}
    grown(problem, 50)

    assert {page: [queries_of(client, page) for client in who] for page in pages} == few
    assert max(max(counts) for counts in few.values()) <= 40
