"""The one register of a gathering: searched, counted, printed and taken along by those who may."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import Gathering
from jukwaa.programmes.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Gathering:
    """Two groups are invited: of the panners one is here and one left, of the owners nobody came."""
    gathering = make.gathering()
    panners, owners = (make.constituency(gathering.programme, name=name) for name in ("Panners", "Owners"))
    states = [("Ann", panners, "woman", "came"), ("Ben", panners, "man", "left")]
    states += [("Cal", owners, "man", "refused"), ("Dee", owners, "woman", "invited")]
    for called, group, gender, state in states:
        person = make.participant(gathering.programme, constituency=group, gender=gender, called=called)
        actions.attend(gathering=gathering, people=[person], state=state, by=None)
    return gathering


@pytest.fixture
def desk(hall: Gathering) -> Client:
    return make.client_of(make.member(hall.programme))


def address(hall: Gathering, name: str = "attendance") -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk])


def test_the_register_counts_by_group_and_women(hall):
    panners, owners = queries.attendance_counts(queries.attendance(hall))

    assert (panners.asked, panners.came, panners.here, panners.women, panners.missing) == (2, 2, 1, 1, 0)
    assert (owners.asked, owners.refused, owners.came, owners.missing, owners.women_missing) == (
        2,
        1,
        0,
        2,
        1,
    )


def test_who_came_is_counted_by_constituency_and_gender(hall):
    panners = hall.programme.constituencys.get(name="Panners").pk

    assert queries.came(hall) == {(panners, "woman"): 1, (panners, "man"): 1}


def test_the_page_says_who_is_missing(hall, desk):
    page = desk.get(address(hall)).content.decode()

    assert "Owners: 2 of 2 have not come; 1 of its 1 women." in page
    assert "Panners: " not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "an"}, {"Ann"}),
        ({"state": "left"}, {"Ben"}),
        ({"q": "nobody"}, set()),
        ({"state": "?"}, {*"ABCD"}),
    ],
)
def test_the_register_is_searched(hall, desk, asked, found):
    page = desk.get(address(hall), asked).context["page"]

    assert {str(row.participant)[: len(min(found, default=""))] for row in page} == found


def test_the_register_is_listed_by_group(hall, desk):
    owners = hall.programme.constituencys.get(name="Owners")

    page = desk.get(address(hall), {"group": str(owners.pk)}).context["page"]

    assert {str(row.participant) for row in page} == {"Cal", "Dee"}


def test_two_hundred_people_are_listed_page_by_page_and_noted_without_losing_the_search(hall, desk):
    group = hall.programme.constituencys.first()
    people = [make.participant(hall.programme, constituency=group, called="Many") for _ in range(60)]
    actions.attend(gathering=hall, people=people, state="invited", by=None)

    page = desk.get(address(hall), {"q": "Many", "page": "2"})
    told = desk.post(f"{address(hall)}?q=Many&page=2", {"person": str(people[0].pk), "state": "accepted"})

    assert len(page.context["page"]) == 10
    assert 'href="?q=Many&amp;page=1"' in page.content.decode()
    assert told["Location"] == f"{address(hall)}?q=Many&page=2"


def test_the_file_takes_nobodys_name_for_a_formula(hall, desk):
    group = hall.programme.constituencys.first()
    person = make.participant(hall.programme, constituency=group, called="=HYPERLINK(1)")
    actions.attend(gathering=hall, people=[person], state="came", by=None)

    rows = list(csv.reader(io.StringIO(desk.get(address(hall, "attendance_csv")).content.decode())))

    assert rows[0] == ["name", "group", "gender", "place", "language", "how far they have come"]
    assert "'=HYPERLINK(1)" in [row[0] for row in rows]
    assert ["Ann", "Panners", "woman", "", "English", "here"] in rows


def test_the_invitation_list_is_printed_by_group(hall, desk):
    page = desk.get(address(hall, "print_attendance")).content.decode()

    assert page.index("Panners (2)") < page.index("Ann") < page.index("Owners (2)") < page.index("Dee")


def test_only_those_who_may_see_people_take_the_register_along(hall):
    observer = make.client_of(make.member(hall.programme, role=Role.OBSERVER))

    assert observer.get(address(hall, "attendance_csv")).status_code == 403
