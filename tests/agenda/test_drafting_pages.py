"""The pages on which the agenda is drafted: for everybody, for participants and for staff."""

import hashlib
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jukwaa.agenda import actions as agenda
from jukwaa.agenda.drafting import actions, queries
from jukwaa.agenda.models import (
    Amendment,
    Argument,
    Cause,
    Comment,
    Disagreement,
    Endorsement,
    Goal,
    Obligation,
    RoadmapVersion,
    Spokesperson,
)
from jukwaa.programmes.models import Role
from jukwaa.programmes.queries import constituencies
from tests import make
from tests.agenda.test_pages import ANYBODY, page, read, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make.programme(public=True)


@pytest.fixture
def flo(programme) -> Client:
    return make.client_of(make.member(programme, role=Role.FACILITATOR, name="Flo"))


@pytest.fixture
def row(programme):
    return make.row(make.problem(programme))


@pytest.fixture
def panners(row):
    return constituencies(row.programme).get()


def test_who_owes_what_to_whom_is_written_line_by_line_and_read_by_everybody(programme, row, panners, flo):
    address = page("owe", programme, row=row.pk)
    office = row.owner_organisation
    assert "cannot owe it to itself" in sent(
        flo, address, debtor=office.pk, creditor=office.pk, what="Repairs"
    )
    sent(flo, address, debtor=office.pk, creditor=panners.pk, what="Repairs the pump")
    line = Obligation.objects.get()
    sent(flo, page("edit_obligation", programme, obligation=line.pk), debtor=office.pk, what="Repairs it")

    assert "everybody whom it concerns: Repairs it" in read(ANYBODY, row.get_absolute_url())
    sheet = read(ANYBODY, page("sheet", programme, constituency=panners.pk))
    assert "Repairs it (to everybody whom it concerns)" in sheet.split("What we owe")[0]

    sent(flo, page("remove_obligation", programme, obligation=line.pk))
    assert "Nothing is written down yet." in read(ANYBODY, row.get_absolute_url())
    sent(flo, page("restore_obligation", programme, obligation=line.pk))
    assert "Repairs it" in read(ANYBODY, row.get_absolute_url())


def test_a_figure_without_a_unit_and_a_first_step_without_a_day_are_refused_and_nothing_is_lost(
    programme, row, flo
):
    said = {"action": "Put up a pump", "theme": "Water", "level": "site", "owner_office": "Engineer"}
    said |= {"owner_organisation": row.owner_organisation_id, "due_on": "2026-09-01", "direction": "rise"}
    address = page("edit_row", programme, row=row.pk)

    words = sent(flo, address, **said, target="4", first_step="Name a keeper")
    assert "Say what the numbers count" in words
    assert "Say by which day the first step is taken" in words
    assert "Name a keeper" in words
    assert "Write a number" in sent(flo, address, **said, target="many", unit="pumps")
    assert "is above the target" in sent(flo, address, **said, baseline="5", target="4", unit="pumps")

    sent(flo, address, **said, baseline="0,5", target="4", unit="pumps")
    assert "from 0.5 to 4 pumps" in read(flo, row.get_absolute_url())


def test_a_reservation_says_who_made_it_and_their_name_only_if_they_agreed(programme, row, panners, flo):
    address = page("endorse", programme, row=row.pk, constituency=panners.pk)
    said = {"gradient": 3, "reservation": "By day.", "said_on": "2026-03-01"}
    assert "Write who made this reservation" in sent(flo, address, **said)
    assert not Endorsement.objects.exists()

    sent(flo, address, **said, office="Chair", name="Asha")
    assert "Chair" in read(ANYBODY, row.get_absolute_url())
    assert "Asha" not in read(ANYBODY, row.get_absolute_url())
    assert "Asha, Chair" in read(flo, row.get_absolute_url())

    sent(flo, address, **said, office="Chair", name="Asha", named="on")
    assert "Asha, Chair" in read(ANYBODY, row.get_absolute_url())

    table = ANYBODY.get(page("roadmap_csv", programme)).getvalue().decode()
    assert "agree, with reservations: By day. (Asha, Chair)" in table

    who = Spokesperson.objects.get()
    assert "for ever" in read(flo, page("forget_spokesperson", programme, spokesperson=who.pk))
    sent(flo, page("forget_spokesperson", programme, spokesperson=who.pk))
    assert "Asha" not in read(flo, row.get_absolute_url())


def test_a_row_is_drafted_with_comments_and_changes_that_can_be_undone(programme, row, flo):
    sent(flo, page("comment", programme, row=row.pk), text="Who repairs it?")
    said = Comment.objects.get()
    assert "1 comment is open" in read(flo, row.get_absolute_url())
    sent(flo, page("resolve", programme, comment=said.pk), resolution="The office does.")
    assert "The office does." in read(flo, page("draft", programme, row=row.pk))

    agenda.change_row(row=row, action="Put up two pumps", by=None)
    words = read(flo, page("draft", programme, row=row.pk))
    assert "Action Put up a pump Put up two pumps" in words
    html = flo.get(page("draft", programme, row=row.pk)).content.decode()
    [undo] = re.findall(r'action="([^"]*/undo/[^"]*)"', html)
    assert "says again what it said before" in sent(flo, undo)
    assert "said anew since" in sent(flo, undo)
    row.refresh_from_db()
    assert row.action == "Put up a pump"


def test_whoever_has_a_card_comments_for_their_group_and_reads_what_was_done(programme, row, panners, flo):
    phone = make.phone_of(make.participant(programme, constituency=panners))
    assert "Say what you think of this draft" in read(phone, row.get_absolute_url())

    assert "Your comment is noted." in sent(phone, page("say", programme, row=row.pk), text="It is far.")
    said = Comment.objects.get()
    actions.resolve_comment(comment=said, resolution="We moved it.", by=None)

    assert "We moved it." in read(phone, page("say", programme, row=row.pk))
    assert f"It is far. {panners}" in read(flo, page("draft", programme, row=row.pk))
    other = make.phone_of(make.participant(programme, constituency=panners))
    assert "It is far." not in read(other, page("say", programme, row=row.pk))


def test_a_version_is_frozen_read_compared_and_its_file_has_its_fingerprint(programme, row, flo):
    assert "No version has been kept yet." in read(ANYBODY, page("versions", programme))
    sent(flo, page("freeze", programme), title="For the minister")
    version = RoadmapVersion.objects.get()
    assert "Nothing changed since version 1." in sent(flo, page("freeze", programme), title="Again")
    agenda.change_row(row=row, action="Put up two pumps", by=None)

    words = read(ANYBODY, page("version", programme, version=version.pk))
    assert "1. Put up a pump" in words
    file = ANYBODY.get(page("version_json", programme, version=version.pk)).content
    assert hashlib.sha256(file).hexdigest() == version.digest
    assert version.digest[:32] in words

    compared = ANYBODY.get(page("compare", programme), {"was": version.pk}).content.decode()
    assert '<td role="cell" data-label="From">Put up a pump</td>' in compared
    assert "Put up two pumps</td>" in compared
    assert "Rows: 0 new, 0 taken away, 1 changed, 0 as before." in unescape(compared)
    assert ANYBODY.get(page("compare", programme), {"was": row.pk}).status_code == 404

    sent(flo, page("remove_version", programme, version=version.pk))
    assert ANYBODY.get(page("version", programme, version=version.pk)).status_code == 404


def test_goals_are_named_added_taken_up_from_a_list_and_handed_on(programme, row, flo):
    file = SimpleUploadedFile("plan.csv", b"catalogue,code,title\nPlan,2,Water for all\n")
    assert "1 goal is new." in sent(flo, page("import_goals", programme), file=file)
    sent(flo, page("add_goal", programme), catalogue="Plan", code="1", title="Roads")
    assert "is there already" in sent(
        flo, page("add_goal", programme), catalogue="Plan", code="1", title="Roads"
    )
    html = flo.get(page("align", programme, row=row.pk)).content.decode()
    [number] = re.findall(r'value="(\d+)"[^>]*>2: Water for all', html)
    sent(flo, page("align", programme, row=row.pk), goal=number, how="Two pumps")

    assert "Plan 2 Water for all" in read(ANYBODY, row.get_absolute_url())
    assert "Rows of the roadmap name 1 goal" in read(ANYBODY, page("goals", programme))
    assert "Plan,1,Roads" in ANYBODY.get(page("goals_csv", programme)).content.decode()
    named = Goal.objects.get(code="2")
    assert "names this goal" in sent(flo, page("remove_goal", programme, goal=named.pk))

    wrong = SimpleUploadedFile("plan.csv", b"catalogue,code,title\nPlan,3,\n")
    assert "Line 2: An entry has" in sent(flo, page("import_goals", programme), file=wrong)
    assert "not text in UTF-8" in sent(
        flo, page("import_goals", programme), file=SimpleUploadedFile("plan.csv", b"\xff\xfe\x00")
    )


def test_causes_are_moved_by_buttons_and_the_focus_stays_on_what_was_moved(programme, row, flo):
    problem = row.problem
    for text in ("No pump", "No money"):
        sent(flo, page("add_cause", programme, problem=problem.pk), text=text)
    money = Cause.objects.get(text="No money")

    answer = flo.post(page("move_cause", programme, cause=money.pk), {"to": "in"})
    assert answer["Location"].endswith(f"?moved={money.pk}")
    html = flo.get(answer["Location"]).content.decode()
    assert re.search(rf'id="cause-{money.pk}".*?autofocus', html, re.DOTALL)
    assert [branch.under[0].cause for branch in queries.causes(problem)] == [money]
    assert "cannot go further" in sent(flo, page("move_cause", programme, cause=money.pk), to="in")
    assert "No pump No money" in read(ANYBODY, problem.get_absolute_url())


def test_a_disagreement_is_read_by_everybody_with_each_sides_words(programme, row, panners, flo):
    problem = row.problem
    refused = sent(flo, page("disagree", programme, problem=problem.pk), question="Whose is the water?")
    assert "Whose is the water?" in refused
    sent(
        flo,
        page("disagree", programme, problem=problem.pk),
        question="Whose is the water?",
        would_settle="The register",
    )
    said = Disagreement.objects.get()
    address = page("take_side", programme, disagreement=said.pk)
    sent(flo, address, constituency=panners.pk, words="Everybody's.")

    words = read(ANYBODY, problem.get_absolute_url())
    assert "Everybody's.” " + str(panners) in words
    assert "What would settle it: The register" in words
    assert "Whose is the water?" in read(ANYBODY, page("agenda", programme))

    sent(flo, page("settle_disagreement", programme, disagreement=said.pk), settled="The village's.")
    assert "The village's." in read(ANYBODY, problem.get_absolute_url())
    assert "Whose is the water?" not in read(ANYBODY, page("agenda", programme))


def test_an_answer_is_written_amended_and_argued_about(programme, flo):
    solution = make.solution(make.problem(programme))
    sent(flo, page("write_text", programme, solution=solution.pk), clauses="A pump.\nA guard.")
    first = queries.text_of(solution)[0]
    address = page("amend", programme, solution=solution.pk)
    sent(flo, address, kind="replace", at=first.id, text="Two pumps.", because="One is not enough.")
    asked = Amendment.objects.get()
    decide = page("decide", programme, amendment=asked.pk)
    assert "Write why it is declined" in sent(flo, decide, decision="decline")
    sent(flo, decide, decision="accept")
    sent(flo, page("argue", programme, solution=solution.pk), side="con", text="Pumps break.")

    words = read(ANYBODY, page("solution", programme, solution=solution.pk))
    assert words.index("Two pumps.") < words.index("1 earlier version") < words.index("One is not enough.")
    assert "Against it Pumps break." in words

    sent(flo, page("take_back_decision", programme, amendment=asked.pk))
    sent(flo, page("remove_argument", programme, argument=Argument.objects.get().pk))
    words = read(ANYBODY, page("solution", programme, solution=solution.pk))
    assert "earlier version" not in words
    assert "Pumps break." not in words
