"""The pages of the agenda room: for everybody, and for staff."""

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.agenda import actions, queries
from jukwaa.agenda.models import Endorsement, LeadershipGroup, Problem, RoadmapRow, Seat, Solution
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue.models import Gradient
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Constituency, Programme, Role
from jukwaa.programmes.queries import constituencies
from tests import make

pytestmark = pytest.mark.django_db

ANYBODY = Client()


def page(name: str, programme: Programme, **where) -> str:
    return reverse(f"agenda:{name}", kwargs={"programme": programme.slug, **where})


def read(client: Client, address: str, **asked) -> str:
    """The words of a page."""
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.status_code
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.getvalue().decode())).split())


def sent(client: Client, address: str, **said) -> str:
    """Post it and read the page that it leads to."""
    answer = client.post(address, said, follow=True)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def programme() -> Programme:
    return make.programme(public=True)


@pytest.fixture
def flo(programme) -> Client:
    return make.client_of(make.member(programme, role=Role.FACILITATOR))


@pytest.fixture
def observer(programme) -> Client:
    return make.client_of(make.member(programme, role=Role.OBSERVER))


@pytest.fixture
def problem(programme) -> Problem:
    return make.problem(programme)


@pytest.fixture
def row(problem) -> RoadmapRow:
    return make.row(problem)


@pytest.fixture
def panners(problem) -> Constituency:
    return constituencies(problem.programme).get()


# ---- what everybody sees ---------------------------------------------------------------------------------


def test_anybody_reads_what_must_change_what_was_agreed_and_who_does_it(programme, row):
    make.solution(row.problem)

    words = read(ANYBODY, page("agenda", programme))

    for part in ("The wash water is dirty", "A pump at the washing place", "Put up a pump", "Engineer"):
        assert part in words


def test_a_problem_with_many_rows_shows_ten_and_leads_to_all(programme, problem):
    for number in range(11):
        make.row(problem, action=f"Dig well {number}")

    words = read(ANYBODY, page("agenda", programme))

    assert words.count("Dig well") == 10
    assert "All 11 rows" in words
    assert read(ANYBODY, problem.get_absolute_url()).count("Dig well") == 11


def test_what_is_kept_inside_is_on_no_public_page(programme, problem, panners, observer):
    kept = make.row(problem, action="Fence the shaft", theme="Secrets", public=False)
    actions.endorse(row=kept, constituency=panners, gradient=3, reservation="Tell nobody.", by=None)
    pages = [
        page("agenda", programme),
        page("problem", programme, problem=problem.pk),
        page("roadmap", programme),
        page("roadmap_print", programme),
        page("roadmap_csv", programme),
        page("sheet", programme, constituency=panners.pk),
    ]

    for client in (ANYBODY, make.phone_of(make.participant(programme))):
        for address in pages:
            shown = client.get(address).getvalue().decode()
            assert not {w for w in ("Fence the shaft", "Secrets", "Tell nobody") if w in shown}, address
        assert client.get(kept.get_absolute_url()).status_code == 404
    for address in pages:
        assert "Fence the shaft" in observer.get(address).getvalue().decode(), address
    assert "Tell nobody." in read(observer, kept.get_absolute_url())


def test_the_public_reads_where_each_group_stands_and_never_how_many_came(programme, row, panners, observer):
    actions.endorse(
        row=row, constituency=panners, gradient=Gradient.FORMAL, reservation="Our path.", present=437, by=None
    )

    public = read(ANYBODY, row.get_absolute_url())
    assert "formal disagreement" in public
    assert "“Our path.”" in public
    assert "437" not in public
    assert "437 there" in read(observer, row.get_absolute_url())


def test_staff_read_what_was_said_of_a_row_and_by_whom(programme, row, panners, flo, observer):
    sent(
        flo, page("endorse", programme, row=row.pk, constituency=panners.pk), gradient=2, said_on="2026-03-01"
    )

    words = read(observer, page("draft", programme, row=row.pk))

    assert f"row endorsed · {panners} · Flo" in words
    assert "Where they stand: agree with the essence" in words
    assert "row added" in words
    assert "row added" not in read(ANYBODY, row.get_absolute_url())


def test_the_roadmap_is_searched_and_has_pages(programme, problem):
    office = make.organisation(programme)
    for number in range(26):
        make.row(problem, action=f"Dig well {number}", theme="Wells", owner_organisation=office)
    make.row(problem, action="Lend retorts", theme="Mercury", level="site")

    def found(**asked):
        return [row.action for row in ANYBODY.get(page("roadmap", programme), asked).context["page"]]

    assert len(found()) == 25
    assert len(found(page=2)) == 2
    assert found(words="retorts") == ["Lend retorts"]
    assert found(theme="Mercury") == ["Lend retorts"]
    assert found(level="site") == ["Lend retorts"]
    assert found(owner=office.pk, page=2) == ["Dig well 9"]
    assert found(adopted="yes") == []
    assert len(found(theme="no such")) == 25, "what does not fit is left out of the search"
    assert (
        "theme=Wells&amp;page=2"
        in ANYBODY.get(page("roadmap", programme), {"theme": "Wells"}).content.decode()
    )


def test_a_page_of_the_roadmap_asks_few_questions_however_long_it_is(
    programme, problem, django_assert_max_num_queries
):
    def visited():
        with django_assert_max_num_queries(16):
            ANYBODY.get(page("roadmap", programme))

    make.endorsed(make.row(problem))
    visited()
    for _number in range(12):
        make.endorsed(make.row(problem))
    visited()


def test_the_roadmap_can_be_taken_along_as_a_table(programme, row, panners):
    actions.endorse(row=row, constituency=panners, gradient=3, reservation="By day.", by=None)
    make.row(row.problem, action="=1+1")

    answer = ANYBODY.get(page("roadmap_csv", programme))

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert {r["action"] for r in rows} == {"Put up a pump", "'=1+1"}
    assert {r[str(panners)] for r in rows} == {"agree, with reservations: By day.", ""}
    assert rows[0]["due_on"] == "2027-06-01"


def test_a_table_holds_what_was_searched_for(programme, row):
    make.row(row.problem, action="Lend retorts")

    taken = ANYBODY.get(page("roadmap_csv", programme), {"words": "retorts"}).getvalue().decode()

    assert "Lend retorts" in taken
    assert "Put up a pump" not in taken


def test_a_group_gets_a_sheet_with_what_it_gets_and_what_it_owes(programme, problem, panners):
    union = make.organisation(programme, name="Union")
    programmes.change_organisation(organisation=union, name="Union", constituency=panners, by=None)
    make.row(problem, action="Keep the pump", owner_organisation=union)
    make.row(problem, action="Put up a pump")

    words = read(ANYBODY, page("sheet", programme, constituency=panners.pk))

    given, owed = words.split("What we owe")
    assert "Put up a pump" in given
    assert "Keep the pump" not in given
    assert "Keep the pump" in owed


def test_empty_pages_say_the_first_step_to_those_who_can_take_it(programme, flo):
    for name, step in [
        ("agenda", "See the findings"),
        ("roadmap", "To the problems"),
        ("groups", "Found a leadership group"),
        ("findings", "To the gatherings"),
    ]:
        assert step in read(flo, page(name, programme))
        if name != "findings":
            assert step not in read(ANYBODY, page(name, programme))


# ---- problems and answers --------------------------------------------------------------------------------


def test_a_finding_is_taken_up_from_the_list(programme, flo):
    finding = make.finding(programme)
    assert finding.statement.text in read(flo, page("findings", programme))

    words = sent(flo, page("take_up", programme, finding=finding.pk), title="Dirty water", cycle="C3")

    assert "The problem is on the agenda." in words
    assert Problem.objects.get().finding == finding
    assert finding.statement.text not in read(flo, page("findings", programme))


def test_a_problem_without_a_title_is_refused_and_nothing_is_lost(programme, flo):
    finding = make.finding(programme)

    words = sent(flo, page("take_up", programme, finding=finding.pk), title=" ", cycle="C3")

    assert "Something needs mending" in words
    assert not Problem.objects.exists()


def test_one_persons_words_do_not_become_the_agendas(programme, flo):
    """They would still stand there after the person took them back."""
    quote = make.usable_quote(programme)
    round_ = make.round_(programme)
    statement = make.statement(round_, text="My well is dry.", quotes=[quote])
    dialogue.open_round(round=round_, by=None)
    make.drawn(round_)
    finding = dialogue.take_up_finding(statement=statement, by=None)
    address = page("take_up", programme, finding=finding.pk)

    assert "one person's words" in sent(flo, address, title="my  well is dry.", cycle="C3")
    assert "on the agenda" in sent(flo, address, title="Wells are dry", cycle="C3")


def test_an_answer_is_taken_up_changed_and_taken_away(programme, problem, flo):
    make.finding(programme, answers=problem.finding)
    found = queries.answers_to_take_up(problem).get()
    sent(flo, page("agree", programme, problem=problem.pk), finding=found.pk, title="A pump")
    solution = Solution.objects.get()
    assert (solution.finding, solution.title) == (found, "A pump")

    sent(flo, page("edit_solution", programme, solution=solution.pk), title="A pump for all")
    assert "A pump for all" in read(ANYBODY, problem.get_absolute_url())

    sent(flo, page("remove_solution", programme, solution=solution.pk))
    assert "No answer is agreed yet." in read(ANYBODY, problem.get_absolute_url())


def test_a_problem_is_changed_taken_off_and_put_back(programme, problem, flo):
    sent(flo, page("edit_problem", programme, problem=problem.pk), title="No water", cycle="C2")
    assert "No water" in read(ANYBODY, page("agenda", programme))

    sent(flo, page("remove_problem", programme, problem=problem.pk))
    assert "No water" not in read(ANYBODY, page("agenda", programme))

    sent(flo, page("restore_problem", programme, problem=problem.pk))
    assert "No water" in read(ANYBODY, page("agenda", programme))


def test_a_problem_that_is_built_on_says_why_it_stays(programme, row, flo):
    words = sent(flo, page("remove_problem", programme, problem=row.problem_id))

    assert "Take them away first." in words


# ---- the roadmap -----------------------------------------------------------------------------------------


@pytest.fixture
def said(programme) -> dict[str, str]:
    """A row as a form sends it."""
    office = make.organisation(programme, name="Mines office")
    return {
        "action": "Put up a pump",
        "theme": "Water",
        "level": "site",
        "owner_office": "Engineer",
        "owner_organisation": str(office.pk),
        "starts_on": "2026-03-01",
        "due_on": "2026-09-01",
        "indicator": "Pumps",
        "unit": "pumps",
        "direction": "rise",
        "baseline": "0",
        "target": "4",
        "public": "on",
    }


def test_a_row_is_added_and_changed(programme, problem, said, flo):
    words = sent(flo, page("add_row", programme, problem=problem.pk), **said)
    assert "Now ask each group where it stands." in words
    row = RoadmapRow.objects.get()
    assert (row.theme, row.target, row.public, row.secured) == ("Water", "4", True, False)

    sent(flo, page("edit_row", programme, row=row.pk), **said | {"action": "Put up two pumps"})
    row.refresh_from_db()
    assert row.action == "Put up two pumps"


def test_a_row_that_is_due_before_it_starts_is_refused_beside_the_day(programme, problem, said, flo):
    words = sent(flo, page("add_row", programme, problem=problem.pk), **said | {"due_on": "2026-02-01"})

    assert "Due on: It is due before it starts. Change one of the two days." in words
    assert (
        'value="Water"'
        in flo.post(
            page("add_row", programme, problem=problem.pk), said | {"due_on": "2026-02-01"}
        ).content.decode()
    ), "nothing that was written is lost"
    assert not RoadmapRow.objects.exists()


def test_a_row_is_never_led_by_an_organisation_of_another_programme(programme, problem, said, flo):
    elsewhere = make.organisation(make.programme())

    sent(flo, page("add_row", programme, problem=problem.pk), **said | {"owner_organisation": elsewhere.pk})

    assert not RoadmapRow.objects.exists()


def test_a_row_is_endorsed_adopted_and_taken_back(programme, row, panners, flo):
    refused = sent(flo, page("adopt", programme, row=row.pk), on="2026-03-01", groups=panners.pk)
    assert f"Not heard on it yet: {panners}." in refused

    address = page("endorse", programme, row=row.pk, constituency=panners.pk)
    assert "in their words" in sent(flo, address, gradient=8, said_on="2026-03-01")
    assert not Endorsement.objects.exists()
    sent(
        flo,
        address,
        gradient=3,
        reservation="Not at night.",
        office="Chair",
        present=12,
        said_on="2026-03-01",
    )
    assert "Noted by mistake?" in read(flo, address)

    adopt = page("adopt", programme, row=row.pk)
    assert "Name at least one group that this affects" in sent(flo, adopt, on="2026-03-02")
    assert "The row is adopted." in sent(flo, adopt, on="2026-03-02", groups=panners.pk)
    assert f"Whom it affects {panners}" in read(ANYBODY, row.get_absolute_url())
    assert "its words stand" in sent(flo, page("edit_row", programme, row=row.pk))
    assert "no longer adopted" in sent(flo, page("take_back", programme, row=row.pk))


def test_an_endorsement_that_was_a_mistake_is_taken_away(programme, row, flo):
    make.endorsed(row)

    words = sent(flo, page("remove_endorsement", programme, endorsement=Endorsement.objects.get().pk))

    assert "No group has said yet where it stands." in words


def test_a_row_is_hidden_shown_and_its_money_secured(programme, row, flo):
    sent(flo, page("show_row", programme, row=row.pk), public="0")
    assert ANYBODY.get(row.get_absolute_url()).status_code == 404

    sent(flo, page("show_row", programme, row=row.pk), public="1")
    sent(flo, page("secure_row", programme, row=row.pk), secured="1")
    assert "The money is secured." in read(ANYBODY, row.get_absolute_url())


def test_a_row_is_taken_off_and_put_back(programme, row, flo):
    sent(flo, page("remove_row", programme, row=row.pk))
    assert ANYBODY.get(row.get_absolute_url()).status_code == 404

    sent(flo, page("restore_row", programme, row=row.pk))
    assert ANYBODY.get(row.get_absolute_url()).status_code == 200


def test_a_block_after_adoption_is_shown(programme, row, panners):
    make.adopted(row)
    actions.endorse(row=row, constituency=panners, gradient=8, reservation="It is dry.", by=None)

    assert "A group blocks it since it was adopted." in read(ANYBODY, row.get_absolute_url())


# ---- leadership groups -----------------------------------------------------------------------------------


def test_a_group_is_founded_filled_and_endorsed(programme, panners, flo):
    words = sent(flo, page("add_group", programme), name="Group", mandate="Meets.", term_starts="2026-01-01")
    assert "Now give each constituency its seats." in words
    group = LeadershipGroup.objects.get()
    where = {"group": group.pk}

    assert f"Without a seat: {panners}" in read(flo, group.get_absolute_url())
    sent(flo, page("add_seat", programme, **where), constituency=panners.pk)
    seat = {"seat": Seat.objects.get().pk}
    sent(flo, page("nominate", programme, **seat), holder="Neema Juma", gender="woman")
    assert "They accept" in read(flo, group.get_absolute_url())
    sent(flo, page("accept", programme, **seat))
    words = sent(
        flo,
        page("endorse_group", programme, constituency=panners.pk, **where),
        yes=9,
        no=1,
        said_on="2026-03-01",
    )

    assert "1 of 1 seat is filled. Women hold 1 of the 1." in words
    assert "Every constituency endorses this group." in words
    assert "9 for, 1 against" in words


def test_the_public_reads_no_name_that_its_bearer_did_not_give(programme, panners, flo, observer):
    place = make.place(programme, name="Igunda Hill")
    seat = make.seat(
        make.group(programme), constituency=panners, holder="Neema Juma", gender="woman", place=place
    )
    address = seat.group.get_absolute_url()

    for hidden in ("Neema", "Igunda", "woman"):
        assert hidden not in read(ANYBODY, address)
        assert hidden in read(observer, address)

    sent(flo, page("accept", programme, seat=seat.pk), named="on")
    assert "Neema Juma" in read(ANYBODY, address)
    assert "Igunda" not in read(ANYBODY, address)

    sent(flo, page("stand_down", programme, seat=seat.pk))
    assert "Neema" not in read(ANYBODY, address)


def test_the_public_reads_whether_a_group_is_endorsed_and_never_by_how_many(programme, panners):
    group = make.group(programme)
    actions.endorse_group(
        group=group, constituency=panners, yes=137, no=411, reservation="Too few of us.", by=None
    )

    words = read(ANYBODY, group.get_absolute_url())

    assert "does not endorse it" in words
    assert "“Too few of us.”" in words
    assert not {"137", "411"} & set(re.findall(r"\d+", words))


def test_a_seat_is_not_filled_twice_from_two_screens(programme, panners, flo):
    seat = make.seat(make.group(programme), constituency=panners, holder="Neema")

    words = sent(flo, page("nominate", programme, seat=seat.pk), holder="Asha")

    assert "This seat is taken by Neema. They stand down first." in words


def test_a_seat_is_left_and_taken_away_and_then_the_group(programme, panners, flo):
    seat = make.seat(make.group(programme), constituency=panners, holder="Neema")
    assert "They stand down first." in sent(flo, page("remove_seat", programme, seat=seat.pk))

    sent(flo, page("stand_down", programme, seat=seat.pk))
    assert "open: the holder stood down" in read(ANYBODY, seat.group.get_absolute_url())
    sent(flo, page("remove_seat", programme, seat=seat.pk))
    words = sent(flo, page("remove_group", programme, group=seat.group_id))

    assert "Taken away." in words
    assert ANYBODY.get(seat.group.get_absolute_url()).status_code == 404


def test_names_are_forgotten_on_request(programme, panners, flo):
    seat = make.seat(make.group(programme), constituency=panners, holder="Neema")

    words = sent(flo, page("forget_holders", programme, seat=seat.pk))

    assert "The names are forgotten. The seat is open." in words
    assert "Neema" not in words
    assert str(panners) in words


def test_a_group_is_said_anew(programme, flo):
    group = make.group(programme)

    sent(flo, page("edit_group", programme, group=group.pk), name="Learning group", mandate="Meets in March.")

    assert "Meets in March." in read(ANYBODY, group.get_absolute_url())


def test_a_term_that_ends_before_it_starts_is_refused_beside_the_day(programme, flo):
    words = sent(
        flo, page("add_group", programme), name="Group", term_starts="2026-02-01", term_ends="2026-01-01"
    )

    assert "The term ends before it starts." in words
    assert not LeadershipGroup.objects.exists()
