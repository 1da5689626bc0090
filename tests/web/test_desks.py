"""The overview of a programme, the page of several, and what an office owes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jukwaa.agenda import actions as agenda
from jukwaa.dialogue import actions as dialogue
from jukwaa.programmes.models import Account, Gender, Role
from jukwaa.web.desks import queries
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return make.programme(public=True)


@pytest.fixture
def coordinator(of):
    return make.member(of, role=Role.COORDINATOR)


def adopted(of, **others):
    return make.adopted(make.row(make.problem(of), **others))


def due(member):
    return queries.waiting(member, queries.promised(member.programme)).duties


def page(member, name="web:overview"):
    args = [member.programme.slug] if name == "web:overview" else []
    return make.client_of(member).get(reverse(name, args=args))


# ---- what waits ------------------------------------------------------------------------------------------


def test_the_longest_waiting_comes_first_and_leads_to_where_it_is_done(of, coordinator):
    today = timezone.localdate()
    row = make.row(make.problem(of))
    for days in (10, 50, 30):
        made = {"made_on": today - timedelta(days=90), "due_on": today - timedelta(days=days)}
        make.commitment(row, promise=f"Promise of {days}", **made)

    late = [duty for duty in due(coordinator) if duty.sentence.startswith("Late")]

    assert [duty.days for duty in late] == [50, 30, 10]
    client = make.client_of(coordinator)
    assert "Promise of 50" in client.get(late[0].url).text


def test_each_duty_leads_to_a_page_that_its_bearer_may_open(of, coordinator):
    row = adopted(of)
    make.disputed(make.report(make.commitment(row)))
    make.row(row.problem, action="Not adopted")
    make.seat(make.group(of))
    make.finding(of)
    make.outcome(make.commitment(row))
    round_ = make.round_(of, opened=True)
    dialogue.propose_statement(round=round_, text="A tax.", by=make.participant(of))
    make.gathering(
        of,
        title="Held",
        starts_on=timezone.localdate() - timedelta(days=40),
        ends_on=timezone.localdate() - timedelta(days=40),
    )
    found = due(coordinator)

    assert len({duty.words for duty in found}) >= 9
    client = make.client_of(coordinator)
    assert {
        duty.url: client.get(duty.url).status_code
        for duty in found
        if client.get(duty.url).status_code != 200
    } == {}


def test_somebody_is_told_only_what_they_may_do(of):
    make.commitment(adopted(of))
    for role, kinds in ((Role.OBSERVER, set()), (Role.COMMUNICATIONS, set())):
        member = make.member(of, role=role)
        assert {duty.needs for duty in due(member)} == kinds
    assert "Nothing waits for you here" in page(make.member(of, role=Role.OBSERVER)).text


def test_what_is_done_waits_no_more(of, coordinator):
    row = make.row(make.problem(of))
    before = {duty.sentence for duty in due(coordinator)}
    make.adopted(row)

    assert before - {duty.sentence for duty in due(coordinator)} == {"Not adopted yet: “Put up a pump”"}


def test_many_duties_are_counted_and_the_oldest_are_read(of, coordinator):
    today = timezone.localdate()
    row = make.row(make.problem(of))
    for days in range(1, 31):
        made = {"made_on": today - timedelta(days=90), "due_on": today - timedelta(days=days)}
        make.commitment(row, **made)
    found = queries.waiting(coordinator, queries.promised(of))

    assert len(found.duties) == queries.MOST_DUTIES
    assert found.total >= 31
    assert f"{found.total} things wait" in page(coordinator).text


# ---- who is missing --------------------------------------------------------------------------------------


def test_who_is_heard_less_than_half_as_often_as_all_is_missing(of, coordinator):
    round_ = make.round_(of, opened=True)
    loud, quiet = make.constituency(of, name="Brokers"), make.constituency(of, name="Women panners")
    said = round_.statements.select_related("round").get()
    for number in range(4):
        who = make.participant(of, constituency=loud, gender=Gender.MAN)
        dialogue.cast_vote(statement=said, choice=1, by=who)
        who = make.participant(of, constituency=quiet, gender=Gender.WOMAN)
        if not number:
            make.testimony(of, voice=who)

    assert queries.voices(of, linked=True).missing == (
        "Women panners: under-heard, 1 of 4.",
        "Woman: under-heard, 1 of 4.",
    )
    assert "Women panners: under-heard, 1 of 4." in page(coordinator).text


def test_a_region_has_the_voices_of_its_sites(of):
    region = make.place(of, name="Geita", level="region")
    site = make.place(
        of, name="Rwamagasa", parent=make.place(of, name="Geita DC", level="district", parent=region)
    )
    make.testimony(of, voice=make.participant(of, place=site))

    assert {each.name: each.heard for each in queries.voices(of, linked=True).places} == {
        "Geita": 1,
        "Geita DC": 1,
        "Rwamagasa": 1,
    }


# ---- charts ----------------------------------------------------------------------------------------------


def test_every_chart_has_a_title_its_figures_in_words_and_a_table_with_their_source(of, coordinator):
    make.commitment(adopted(of))
    seat = make.seat(make.group(of), holder="Neema", gender=Gender.WOMAN)
    make.participant(of, constituency=seat.constituency)
    text = page(coordinator).text

    charts = text.split('<figure class="bar-chart">')[1:]
    assert len(charts) == 4
    for chart in charts:
        assert 'role="img"' in chart
        assert "<title" in chart
        assert "<desc" in chart
        assert chart.index("<table") > chart.index("</svg>")
    assert f'href="{reverse("delivery:commitments", args=[of.slug])}?stands=silent"' in text
    assert f"?constituency={seat.constituency.pk}" in text


def test_a_bar_leads_to_just_those_that_it_counts(of, coordinator):
    row = adopted(of)
    make.commitment(row, promise="Kept")
    make.report(make.commitment(row, promise="Done well"), status="done")
    [bar] = [bar for bar in queries.promised(of).bars if bar.label == "done"]

    text = make.client_of(coordinator).get(bar.url).text

    assert bar.value == 1
    assert "Done well" in text
    assert "Kept" not in text


# ---- several programmes, and offices ---------------------------------------------------------------------


def test_whoever_works_in_several_programmes_sees_them_on_one_page(of, coordinator):
    other = make.programme(title="Bukavu")
    make.actions.add_member(
        programme=other,
        account=Account.objects.get(pk=coordinator.account),
        name="Ann",
        role=Role.OBSERVER,
        by=None,
    )
    make.programme(title="Elsewhere")

    text = page(coordinator, "web:desks").text

    assert text.index("Bukavu") < text.index("Geita")
    assert "Elsewhere" not in text
    assert reverse("web:overview", args=[other.slug]) in text


def test_an_office_sees_its_rows_promises_and_reports_and_no_others(of, client):
    mine, theirs = make.organisation(of, name="Ministry"), make.organisation(of, name="Company")
    row = make.row(make.problem(of), owner_organisation=mine, action="Map the sites")
    make.report(make.commitment(row, promise="Maps by June"), text="Two are drawn.")
    make.commitment(make.row(row.problem, owner_organisation=theirs, action="Dig"), promise="A well")

    text = client.get(reverse("web:office", args=[of.slug, mine.pk])).text

    assert all(said in text for said in ("Map the sites", "Maps by June", "Two are drawn."))
    assert "A well" not in text
    assert "Ministry" in client.get(reverse("web:offices", args=[of.slug])).text


def test_what_is_kept_inside_is_on_no_offices_public_page(of, client, coordinator):
    office = make.organisation(of)
    row = make.row(make.problem(of), owner_organisation=office, action="A secret row")
    make.commitment(row, promise="A secret promise")
    agenda.show_row(row=row, public=False, by=None)
    url = reverse("web:office", args=[of.slug, office.pk])

    assert "secret" not in client.get(url).text
    assert "A secret promise" in make.client_of(coordinator).get(url).text


# ---- the number of queries -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["web:overview", "web:offices", "web:office"])
def test_sixty_rows_take_as_many_queries_as_ten(of, coordinator, name):
    problem = make.problem(of)
    group = make.constituency(of)
    for _number in range(3):
        make.seat(make.group(of), constituency=group)
    office = make.organisation(of)
    client = make.client_of(coordinator)
    args = [of.slug, office.pk] if name == "web:office" else [of.slug]

    def queries_at(rows):
        for _number in range(rows):
            row = make.row(problem, owner_organisation=office)
            make.adopted(row)
            make.report(make.commitment(row), status="late")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(asked)

    few = queries_at(10)
    assert queries_at(50) == few
    assert few <= 60
