"""Many promises are weighed at once, and each stands as it does by itself."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from jukwaa import record
from jukwaa.delivery import queries
from jukwaa.delivery.models import Commitment, Report
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    """A programme with promises of every kind: due or not, reported or not, disputed, and taken away."""
    rng, of, today = random.Random(7), make.programme(), timezone.localdate()
    row = make.row(make.problem(of))
    people = [make.participant(of) for _n in range(2)]
    for number in range(60):
        due = today + timedelta(days=rng.randint(-60, 60))
        promise = make.commitment(row, made_on=today - timedelta(days=300), due_on=due)
        for days in sorted(rng.sample(range(1, 250), rng.randint(0, 3)), reverse=True):
            status = rng.choice(Report.Status.values)
            report = make.report(promise, status=status, reported_on=today - timedelta(days=days))
        if number % 3 == 0 and (last := queries.last_report(promise)):
            make.disputed(last, by=people[0])
            make.confirmed(last, by=people[1])
        if number % 10 == 9 and queries.last_report(promise):
            record.put("delivery.report_removed", report, removed=True, by=None)
    return of


def test_each_of_many_stands_as_it_does_by_itself(of):
    alone = {each.pk: each for each in queries.as_they_stand(Commitment.objects.filter(programme=of))}
    told = queries.stood(queries.promised(of))

    assert {each.pk: (each.stands, each.last, each.said_on) for each in told} == {
        pk: (each.stands, each.last, each.said_on) for pk, each in alone.items()
    }
    assert len({each.stands for each in told}) >= 5


@pytest.mark.parametrize("stands", ["", "late", "done", "silent"])
def test_a_page_of_many_has_the_order_of_all(of, stands):
    ids, counts = queries.in_order(of, stands=stands)

    assert ids == [each.pk for each in queries.commitments(of, stands=stands)]
    assert counts == queries.counts(queries.promised(of))


def test_a_table_of_all_has_them_as_they_stand(of):
    told = [each for some in queries.all_of_them(of, at_once=2) for each in some]

    shown = [(each.pk, each.stands, each.last, each.said_on) for each in told]
    assert shown == [(each.pk, each.stands, each.last, each.said_on) for each in queries.commitments(of)]
