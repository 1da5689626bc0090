"""The room's pages by role: promises and outcomes for everybody, a phone's, and those of staff."""

import csv
import gzip
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from jukwaa.agenda import actions as agenda
from jukwaa.delivery import actions, queries
from jukwaa.delivery.models import Commitment, Outcome, Report, Verdict
from jukwaa.field.media import Photo, read_photo
from jukwaa.programmes.models import Programme, Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make.programme(public=True)


@pytest.fixture
def commitment(programme) -> Commitment:
    return make.commitment(make.row(make.problem(programme)), promise="The pump stands")


@pytest.fixture
def flo(programme) -> Client:
    """The browser of Flo, who facilitates."""
    return make.client_of(make.member(programme, role=Role.FACILITATOR))


@pytest.fixture
def ann(programme):
    return make.participant(programme, language="en")


@pytest.fixture
def phone(ann) -> Client:
    return make.phone_of(ann)


def page(name: str, *things) -> str:
    """The address of a page: of a programme, or of one of its things."""
    programme = things[0] if isinstance(things[0], Programme) else things[0].programme
    return reverse(
        f"delivery:{name}", args=[programme.slug, *(t.pk for t in things if not isinstance(t, Programme))]
    )


def text_of(client: Client, address: str, **asked) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def a_photo() -> Photo:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return read_photo(out.getvalue())


# ---- for everybody ---------------------------------------------------------------------------------------


def test_the_list_says_how_promises_stand_and_finds_them(commitment):
    late = make.commitment(commitment.row, promise="The road is mended")
    make.report(late, status="late")

    everything = text_of(Client(), page("commitments", commitment.programme))
    assert "2 promises. Late: 1, silent: 1." in everything
    assert "silent, 30 days" in everything

    only = text_of(Client(), page("commitments", commitment.programme), stands="late")
    assert "The road is mended" in only
    assert "The pump stands" not in only
    assert "The pump stands" in text_of(Client(), page("commitments", commitment.programme), words="pump")


def test_an_empty_list_says_what_will_be_here_and_the_first_step(programme, flo):
    assert "There is nothing yet" in text_of(Client(), page("commitments", programme))
    assert page("make_commitment", programme) in text_of(flo, page("commitments", programme))
    assert "Add a row first" in text_of(flo, page("make_commitment", programme))


def test_a_promise_shows_both_sides(commitment):
    report = make.report(commitment, evidence="The receipt", next_step="A roof over it")
    for _person in range(11):
        make.confirmed(report)
    actions.screen_reason(verdict=make.disputed(report), shown=True, by=None)

    text = text_of(Client(), page("commitment", commitment))

    for words in ["The pump stands.", "The receipt", "A roof over it", "The pump is dry."]:
        assert words in text
    assert "about 10 say: it is so" in text
    assert "fewer than ten say: it is not so" in text


def test_staff_see_exact_counts(commitment, flo):
    make.confirmed(make.report(commitment))

    assert "1 say: it is so" in text_of(flo, page("commitment", commitment))


def test_how_many_reasons_there_are_counts_nobody(commitment, flo):
    report = make.report(commitment)
    for number in range(5):
        verdict = make.disputed(report, reason=f"Reason {number}")
        actions.screen_reason(verdict=verdict, shown=True, by=None)

    assert text_of(Client(), page("commitment", commitment)).count("Reason ") == 3
    assert text_of(flo, page("commitment", commitment)).count("Reason ") == 5


def test_a_day_that_was_moved_is_told(commitment):
    was = commitment.due_on
    names = ("promise", "owner_office", "owner_organisation", "made_on")
    said = {name: getattr(commitment, name) for name in names}
    actions.change_commitment(commitment=commitment, due_on=was.replace(year=was.year + 1), by=None, **said)

    assert "it was first promised for" in text_of(Client(), page("commitment", commitment))


def test_a_reason_that_nobody_read_is_shown_to_nobody(commitment, flo):
    make.disputed(make.report(commitment), reason="Amina has the key.")

    for client in (Client(), flo):
        assert "Amina" not in text_of(client, page("commitment", commitment))


def test_what_is_kept_inside_is_for_staff(commitment, flo, phone):
    outcome = make.outcome(commitment)
    agenda.show_row(row=commitment.row, public=False, by=None)

    for client in (Client(), phone):
        assert "The pump stands" not in text_of(client, page("commitments", commitment.programme))
        assert client.get(page("commitment", commitment)).status_code == 404
        assert client.get(page("outcome", outcome)).status_code == 404
    assert "The pump stands" in text_of(flo, page("commitment", commitment))


def table(client: Client, programme: Programme) -> list[dict[str, str]]:
    answer = client.get(page("commitments_csv", programme))
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_the_table_counts_people_by_the_rule_for_all_but_staff(commitment, flo):
    make.confirmed(make.report(commitment))

    [public], [staff] = table(Client(), commitment.programme), table(flo, commitment.programme)

    assert (public["confirmed_by"], public["disputed_by"]) == ("<10", "<10")
    assert (staff["confirmed_by"], staff["disputed_by"]) == ("1", "0")
    assert public["stands"] == "done"


def test_a_spreadsheet_takes_no_words_for_a_formula(commitment):
    make.commitment(commitment.row, promise="=1+1")

    assert {line["promise"] for line in table(Client(), commitment.programme)} == {"The pump stands", "'=1+1"}


def test_the_list_takes_few_queries_however_long_it_is(commitment, django_assert_max_num_queries):
    for _promise in range(12):
        make.report(make.commitment(commitment.row))

    with django_assert_max_num_queries(12):
        Client().get(page("commitments", commitment.programme))


# ---- photos ----------------------------------------------------------------------------------------------


def test_a_photo_is_for_staff_until_they_show_it(commitment, flo):
    report = make.report(commitment, photo=a_photo())
    address = page("photo", report)
    assert Client().get(address).status_code == 404
    assert flo.get(address)["Content-Type"] == "image/jpeg"

    flo.post(page("show_photo", report), {"shown": "1"})
    answer = Client().get(address)
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert address in text_of(Client(), page("commitment", commitment))

    flo.post(page("show_photo", report), {"shown": "0"})
    assert Client().get(address).status_code == 404


# ---- a participant's phone -------------------------------------------------------------------------------


def test_a_participant_confirms_by_one_press_and_gets_a_trace_code(phone, ann, commitment):
    report = make.report(commitment)
    assert page("answer", report) in text_of(phone, page("say", commitment.programme))

    answer = phone.post(page("answer", report))

    verdict = Verdict.objects.get()
    assert answer["Location"] == page("answered", report)
    assert (verdict.kind, verdict.participant) == ("confirm", ann)
    assert verdict.spoken_code in text_of(phone, page("answered", report))
    assert "You said: it is so." in text_of(phone, page("say", commitment.programme))


def test_a_dispute_without_a_reason_is_asked_for_one_and_nothing_is_lost(phone, commitment):
    report = make.report(commitment)

    answer = phone.post(page("dispute", report), {"reason": "  "})
    assert "What is not so?" in answer.content.decode()
    assert not Verdict.objects.exists()

    phone.post(page("dispute", report), {"reason": "It is dry."})
    text = text_of(phone, page("answered", report))
    assert "It is dry." in text
    assert "Your answer counts already." in text


def test_an_answer_can_be_changed_and_keeps_its_code(phone, commitment):
    report = make.report(commitment)
    phone.post(page("answer", report))
    code = Verdict.objects.get().trace_code
    assert "You said: it is so." in text_of(phone, page("answer", report))

    phone.post(page("dispute", report), {"reason": "It is dry."})

    assert [(v.kind, v.trace_code) for v in Verdict.objects.all()] == [("dispute", code)]


def test_a_report_that_was_overtaken_leads_to_the_new_one(phone, commitment):
    old = make.report(commitment)
    make.report(commitment, text="It runs again.")

    for name, said in (("answer", {}), ("dispute", {"reason": "It is dry."})):
        answer = phone.post(page(name, old), said, follow=True)
        assert "has reported anew" in answer.content.decode()
    assert not Verdict.objects.exists()


def test_a_participant_of_another_programme_cannot_answer(commitment):
    stranger = make.phone_of(make.participant())

    assert stranger.post(page("answer", make.report(commitment))).status_code == 302
    assert not Verdict.objects.exists()


def test_whoever_has_not_answered_has_no_page_that_says_so(phone, commitment):
    report = make.report(commitment)

    assert phone.get(page("answered", report))["Location"] == page("answer", report)


def test_a_phone_keeps_nothing_and_loads_little(phone, commitment):
    report = make.report(commitment)
    make.disputed(report)
    for name, things in (("say", [commitment.programme]), ("answer", [report]), ("dispute", [report])):
        answer = phone.get(page(name, *things))
        assert "no-store" in answer["Cache-Control"]
        assert len(gzip.compress(answer.content)) < 4_000
        assert make.scripts_of(answer) <= {"/static/dialogue/outbox.js"}


# ---- staff -----------------------------------------------------------------------------------------------


def test_a_promise_is_noted_for_a_row_with_its_owner_filled_in(flo, programme):
    row = make.row(make.problem(programme), owner_office="Mines officer")
    form = flo.get(page("make_commitment", programme), {"row": row.pk})
    assert "Mines officer" in form.content.decode()

    said = {"row": row.pk, "promise": "A clerk comes", "owner_office": "Mines officer"}
    said |= {"owner_organisation": row.owner_organisation_id, "made_on": "2026-03-01", "due_on": "2026-02-01"}
    wrong = flo.post(page("make_commitment", programme), said)
    assert "It is due before it was made" in wrong.content.decode()
    assert "A clerk comes" in wrong.content.decode()

    flo.post(page("make_commitment", programme), said | {"due_on": "2026-09-01"})
    assert Commitment.objects.get().promise == "A clerk comes"


def test_a_promise_is_changed_but_not_its_words_once_reported(flo, commitment):
    make.report(commitment)
    said = {name: getattr(commitment, name) for name in ("promise", "owner_office", "made_on", "due_on")}
    said["owner_organisation"] = commitment.owner_organisation_id

    refused = flo.post(page("change_commitment", commitment), said | {"promise": "Less"})
    assert "so they stand" in refused.content.decode()

    flo.post(page("change_commitment", commitment), said | {"owner_office": "Acting engineer"})
    assert Commitment.objects.get().owner_office == "Acting engineer"


def test_a_promise_of_which_something_was_said_is_not_taken_away(flo, commitment):
    report = make.report(commitment)

    assert (
        "Take those away first"
        in flo.post(page("remove_commitment", commitment), follow=True).content.decode()
    )

    flo.post(page("remove_report", report))
    flo.post(page("remove_commitment", commitment))
    assert not queries.promised(commitment.programme).exists()


def test_staff_write_a_report_down(flo, commitment):
    said = {"status": "done", "text": "It stands.", "reported_on": "2999-01-01"}
    assert "still to come" in flo.post(page("add_report", commitment), said).content.decode()
    said["reported_on"] = str(commitment.made_on.replace(year=commitment.made_on.year - 1))
    assert "comes after the promise" in flo.post(page("add_report", commitment), said).content.decode()

    flo.post(page("add_report", commitment), said | {"reported_on": str(commitment.made_on)})

    report = Report.objects.get()
    assert (report.status, report.by_owner) == ("done", False)


def test_reasons_are_read_before_they_are_shown(flo, commitment):
    verdict = make.disputed(make.report(commitment))
    assert "One reason of a dispute waits" in text_of(flo, page("commitments", commitment.programme))
    assert "The pump is dry." in text_of(flo, page("reasons", commitment.programme))

    flo.post(page("screen_reason", verdict), {"shown": "1", "read": verdict.as_read})
    assert "The pump is dry." in text_of(Client(), page("commitment", commitment))

    flo.post(page("screen_reason", verdict), {"shown": "0", "read": verdict.as_read})
    assert "The pump is dry." not in text_of(Client(), page("commitment", commitment))


def test_a_reason_said_anew_while_staff_read_the_first_is_not_shown_by_their_press(flo, commitment):
    report = make.report(commitment)
    ann = make.participant(commitment.programme)
    verdict = make.disputed(report, by=ann)
    [read] = re.findall(
        r'name="read" value="(\w+)"', flo.get(page("reasons", commitment.programme)).content.decode()
    )
    make.disputed(report, by=ann, reason="Amina has the key.")

    answer = flo.post(page("screen_reason", verdict), {"shown": "1", "read": read}, follow=True)

    assert "The words have changed since." in answer.content.decode()
    assert "Amina" not in text_of(Client(), page("commitment", commitment))


def test_an_observer_reads_no_raw_reason(commitment):
    make.disputed(make.report(commitment))
    observer = make.client_of(make.member(commitment.programme, role=Role.OBSERVER))

    assert observer.get(page("reasons", commitment.programme)).status_code == 403
    assert page("reasons", commitment.programme) not in text_of(
        observer, page("commitments", commitment.programme)
    )


# ---- outcomes --------------------------------------------------------------------------------------------

SAID = {
    "bearing": "better",
    "who": "Panners",
    "what": "wash with clean water",
    "when": "2026",
    "where": "Geita",
    "cycle": "C3",
    "other_causes": "It rained.",
    "contribution": "possible",
    "size": "minor",
}


def test_the_form_of_an_outcome_begins_modestly(flo, programme):
    form = flo.get(page("record_outcome", programme)).context["form"]

    assert (form["contribution"].value(), form["size"].value()) == ("possible", "minor")
    flo.post(page("record_outcome", programme), SAID)
    assert Outcome.objects.get().proof == "unproven"


def test_an_outcome_needs_its_other_causes(flo, programme):
    answer = flo.post(page("record_outcome", programme), SAID | {"other_causes": ""})

    assert answer.context["form"].errors.keys() == {"other_causes"}
    assert not Outcome.objects.exists()


def test_an_outcome_is_read_changed_substantiated_and_taken_away(flo, commitment):
    outcome = make.outcome(commitment)
    assert "wash with clean water" in text_of(Client(), page("outcomes", commitment.programme))
    assert "possible, minor. Unproven." in text_of(Client(), page("outcome", outcome))

    flo.post(page("change_outcome", outcome), SAID | {"what": "drink clean water"})
    said = {"office": "Legal aid office", "independent": "They sell nothing.", "answer": "fully", "says": ""}
    flo.post(page("ask", outcome), said)
    text = text_of(Client(), page("outcome", outcome))
    assert "drink clean water" in text
    assert "Legal aid office" in text

    flo.post(page("remove_outcome", outcome))
    assert Client().get(page("outcome", outcome)).status_code == 404


def test_every_shift_is_shown_even_where_nothing_changed(programme):
    text = text_of(Client(), page("outcomes", programme))

    assert text.count("Nothing yet.") == 4
