"""Whom a row affects, and that nobody else confirms or disputes what is reported on it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jukwaa.agenda import actions as agenda
from jukwaa.agenda import queries as agreed
from jukwaa.delivery import actions, queries
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    return make.endorsed(make.row())


@pytest.fixture
def panners(row):
    return make.affected(row)[0][0]


@pytest.fixture
def district(row):
    return make.place(row.programme, name="Geita", level="district")


@pytest.fixture
def site(row, district):
    return make.place(row.programme, name="Nyarugusu", parent=district)


def adopt(row, *affected):
    return agenda.adopt_row(row=row, affected=affected, by=None)


def test_a_row_names_at_least_one_group_when_it_is_adopted(row):
    with pytest.raises(ValueError, match="at least one group"):
        adopt(row)

    row.refresh_from_db()
    assert row.adopted_on is None


def test_a_group_of_another_programme_is_not_affected(row):
    with pytest.raises(ValueError, match="another programme"):
        adopt(row, (make.constituency(make.programme()), None))


def test_those_of_the_group_within_the_place_answer_and_nobody_else(row, panners, district, site):
    report = make.report(make.commitment(adopt(row, (panners, district))))
    people = {
        "at a site of the district": make.participant(row.programme, constituency=panners, place=site),
        "in the district": make.participant(row.programme, constituency=panners, place=district),
        "elsewhere": make.participant(
            row.programme, constituency=panners, place=make.place(row.programme, name="Mbogwe")
        ),
        "nobody knows where": make.participant(row.programme, constituency=panners),
        "of no group": make.participant(row.programme, place=site),
        "of another programme": make.participant(make.programme()),
    }

    assert [who for who, person in people.items() if queries.concerns(report, person)] == [
        "at a site of the district",
        "in the district",
    ]
    with pytest.raises(actions.NotConcerned, match="other people"):
        make.disputed(report, by=people["elsewhere"])
    assert queries.questions(people["elsewhere"]) == []
    assert len(queries.questions(people["in the district"])) == 1


def test_a_row_that_names_nobody_yet_affects_everybody_of_its_programme(row):
    report = make.report(make.commitment(row))

    assert queries.concerns(report, make.participant(row.programme))


def test_who_is_affected_can_be_said_anew(row, panners, site):
    adopt(row, (panners, None))
    agenda.name_affected(row=row, affected=[(panners, site)], by=None)
    agenda.name_affected(row=row, affected=[(panners, None), (panners, None)], by=None)

    [one] = agreed.affected(row)
    assert (one.constituency, one.place) == (panners, None)


def test_an_adoption_taken_back_does_not_keep_the_row_from_being_taken_off(row, panners):
    agenda.take_back_adoption(row=adopt(row, (panners, None)), by=None)

    assert agenda.remove_row(row=row, by=None).removed


def test_whoever_is_not_affected_is_not_asked(row, panners, site):
    report = make.report(make.commitment(adopt(row, (panners, site))))
    phone = make.phone_of(make.participant(row.programme))
    slug = row.programme.slug

    page = phone.get(reverse("delivery:answer", args=[slug, report.pk])).content.decode()
    assert "other people" in page
    assert 'class="vote' not in page
    assert "Say whether it is so" not in phone.get(report.commitment.get_absolute_url()).content.decode()


def test_late_and_disputed_promises_are_found_and_their_silence_counted():
    row = make.row()
    today = timezone.localdate()

    def ago(days):
        return today - timedelta(days=days)

    overdue = make.commitment(row, made_on=ago(40), due_on=ago(3))
    claimed = make.report(make.commitment(row, made_on=ago(40), due_on=ago(9)), reported_on=ago(5))
    kept = make.report(make.commitment(row, made_on=ago(40), due_on=ago(9))).commitment
    make.disputed(claimed)

    late = list(queries.late(row.programme))
    assert late == [claimed.commitment, overdue]
    assert list(queries.disputed(row.programme)) == [claimed.commitment]
    assert [queries.Standing.of(one).unheard for one in late] == [5, 40]
    assert queries.standing_of(kept).stands == queries.Stands.DONE
