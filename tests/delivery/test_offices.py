"""Offices: one link for all their promises, transfers that wipe nothing, more time, and what happened."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa import record
from jukwaa.delivery import actions as delivery
from jukwaa.delivery import links as owners
from jukwaa.delivery import queries as told
from jukwaa.delivery.models import Commitment, MoreTime, Office, Report, Transfer
from jukwaa.delivery.promises import actions, links, queries
from jukwaa.programmes.actions import merge_rows
from jukwaa.programmes.models import Organisation
from jukwaa.programmes.queries import standing
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db

ANYBODY = Client()


def ago(days):
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def row():
    return make.row(make.problem(make.programme(public=True)))


@pytest.fixture
def promise(row) -> Commitment:
    return make.commitment(row, promise="The pump stands", made_on=ago(100), due_on=ago(10))


@pytest.fixture
def office(promise):
    return actions.give_link(office=queries.office_of(promise), by=None)


@pytest.fixture
def flo(row):
    return make.client_of(make.member(row.programme))


def at(office, name="office", *more):
    return reverse(f"delivery:{name}", args=[office.programme.slug, links.sign(office), *more])


def staff(name, row, *more):
    return reverse(f"delivery:{name}", args=[row.programme.slug, *more])


def read(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


# ---- the officer's page ----------------------------------------------------------------------------------


def test_an_officer_sees_all_promises_of_the_office_and_of_no_other_next_to_report_first(
    row, promise, office
):
    make.report(make.commitment(row, promise="The wall is built"))
    disputed = make.report(make.commitment(row, promise="The clerk sits"))
    make.disputed(disputed)
    make.commitment(row, promise="The fence holds", owner_office="Another office")

    page = read(ANYBODY, at(office))

    order = [page.index(words) for words in ("The clerk sits", "The pump stands", "The wall is built")]
    assert order == sorted(order)
    assert "The fence holds" not in page
    assert "It was due 10 days ago. Report, or ask for more time." in page
    assert "What this office promised" in read(ANYBODY, at(office, "office_history"))
    assert "The pump stands" in read(ANYBODY, at(office, "office_print"))


def test_an_officer_reports_and_is_thanked_with_what_everybody_reads(promise, office):
    address = at(office, "office_report", promise.pk)
    said = {"status": "late", "text": "The pump is at the port.", "next_step": "Fetch it", "next_step_on": ""}

    answer = ANYBODY.post(address, said, follow=True)

    assert Report.objects.get().by_owner
    page = answer.content.decode()
    assert "Thank you. It is kept." in page
    assert "The pump is at the port." in page
    # The rest of the address is when it was signed, and that may be a second later.
    assert at(office).split(":")[0] in page


def test_the_next_report_begins_with_the_last_words(promise, office):
    make.report(promise, text="Half is dug.", next_step="Dig on", next_step_on=ago(-5))

    page = read(ANYBODY, at(office, "office_report", promise.pk) + "?status=on_track")

    assert "Half is dug." in page
    assert "Dig on" in page
    assert f'value="{ago(-5).isoformat()}"' in page


def test_a_link_of_one_office_reports_on_no_promise_of_another(row, office):
    other = make.commitment(row, owner_office="Another office")

    answer = ANYBODY.post(at(office, "office_report", other.pk), {"status": "done", "text": "Done."})

    assert answer.status_code == 404
    assert not Report.objects.exists()


def test_a_link_of_a_promise_does_not_open_its_office(promise):
    token = owners.sign(delivery.give_link(commitment=promise, by=None))

    read(ANYBODY, reverse("delivery:office", args=[promise.programme.slug, token]), status=404)


def test_a_dead_link_gives_back_what_was_typed(promise, office):
    address = at(office, "office_report", promise.pk)
    actions.end_link(office=office, by=None)

    answer = ANYBODY.post(address, {"status": "done", "text": "Long words, typed on a bus."})

    assert answer.status_code == 404
    assert "Long words, typed on a bus." in answer.content.decode()
    assert not Report.objects.exists()


def test_a_report_on_a_promise_or_row_that_was_taken_away_is_refused_in_one_sentence(promise, office):
    address = at(office, "office_report", promise.pk)
    record.put("agenda.row_removed", promise.row, removed=True, by=None)

    answer = ANYBODY.post(address, {"status": "done", "text": "Words typed."})

    assert answer.status_code == 410
    assert "This row was taken off the roadmap" in answer.content.decode()
    assert "Words typed." in answer.content.decode()
    delivery.remove_commitment(commitment=promise, by=None)
    assert "This promise was taken away" in read(ANYBODY, address, status=410)
    with pytest.raises(delivery.Closed):
        make.report(promise)


def test_evidence_is_words_a_link_or_a_file_that_staff_read_first(promise, office, flo):
    file = SimpleUploadedFile("list.pdf", make.pdf("list"), "application/pdf")
    said = {
        "status": "done",
        "text": "See.",
        "evidence_link": "https://example.org/list",
        "evidence_file": file,
    }
    ANYBODY.post(at(office, "office_report", promise.pk), said)
    report = Report.objects.get()
    address = staff("report_file", report, report.pk)
    slug = report.programme.slug

    assert ANYBODY.get(address).status_code == 404
    flo.post(staff("show_file", report, report.pk), {"shown": "1"})
    answer = ANYBODY.get(address)
    assert b"list" in answer.content
    assert answer["Content-Disposition"] == f'attachment; filename="{slug}-evidence.pdf"'
    assert "https://example.org/list" in read(ANYBODY, promise.get_absolute_url())


@pytest.mark.parametrize(
    ("data", "said"), [(b"<html>", "This file is no PDF"), (b"%PDF-" + b"0" * 5_000_000, "larger than 5 MB")]
)
def test_a_file_that_is_no_pdf_or_too_large_is_refused_and_nothing_is_lost(promise, office, data, said):
    file = SimpleUploadedFile("list.pdf", data, "application/pdf")

    page = ANYBODY.post(
        at(office, "office_report", promise.pk),
        {"status": "done", "text": "My words.", "evidence_file": file},
    ).content.decode()

    assert said in page
    assert "My words." in page
    assert not Report.objects.exists()


# ---- links and transfers ---------------------------------------------------------------------------------


def test_a_transfer_kills_the_old_links_and_keeps_all_that_was_said(promise, office, flo, row):
    own = reverse(
        "delivery:owner",
        args=[row.programme.slug, owners.sign(delivery.give_link(commitment=promise, by=None))],
    )
    make.disputed(make.report(promise, text="The pump is here.", reported_on=ago(20)))
    before = at(office)

    answer = flo.post(
        staff("hand_over", row, office.pk), {"on": ago(3), "note": "The file is in the grey box."}
    )
    assert answer["Location"] == staff("give_office_link", row, office.pk)
    page = flo.post(answer["Location"]).content.decode()

    assert ANYBODY.get(before).status_code == ANYBODY.get(own).status_code == 404
    [address] = re.findall(r"/p/[^<\s]+/delivery/office/[^<\s]+/", page)
    new = read(ANYBODY, address)
    assert "The file is in the grey box." in new
    assert "The pump stands" in new
    history = read(ANYBODY, address + "history/")
    assert "The pump is here." in history
    assert "Somebody else holds the office from" in history
    assert Transfer.objects.get().on == ago(3)


def test_a_transfer_kills_a_link_that_only_a_mail_held(promise, office, row):
    mailed = reverse("delivery:owner", args=[row.programme.slug, owners.sign(promise)])
    assert ANYBODY.get(mailed).status_code == 200

    actions.hand_over(office=office, on=ago(3), by=None)

    assert ANYBODY.get(mailed).status_code == 404


def test_a_transfer_on_a_day_to_come_or_before_the_last_is_refused(office):
    actions.hand_over(office=office, on=ago(3), by=None)

    with pytest.raises(ValueError, match="still to come"):
        actions.hand_over(office=office, on=ago(-1), by=None)
    with pytest.raises(ValueError, match="was later"):
        actions.hand_over(office=office, on=ago(4), by=None)


def test_links_for_all_offices_are_shown_once_and_leave_those_given_before_alive(row, promise, office, flo):
    before = at(office)
    make.commitment(row, owner_office="Another office")
    make.report(make.commitment(row, owner_office="Done with all"))

    page = flo.post(staff("give_all_links", row)).content.decode()

    assert page.count("<svg") == 2
    assert "Done with all" not in page
    assert ANYBODY.get(before).status_code == 200
    assert "/delivery/office/" not in flo.get(staff("offices", row)).content.decode()


# ---- two organisations that are one ----------------------------------------------------------------------


@pytest.fixture
def doubled(promise) -> Organisation:
    """The promise's organisation, entered once more."""
    return make.organisation(promise.programme, name=promise.owner_organisation.name)


def merged(doubled, promise):
    merge_rows(row=doubled, into=promise.owner_organisation, by=None)
    reactions.work_once()


def test_an_office_of_two_organisations_that_were_merged_is_one_with_the_whole_record(
    row, promise, office, doubled, flo
):
    other = make.commitment(row, promise="The wall is built", owner_organisation=doubled, made_on=ago(50))
    stray = actions.give_link(office=queries.office_of(other), by=None)
    actions.hand_over(office=stray, on=ago(9), note="The file is in the grey box.", by=None)
    stray = actions.give_link(office=stray, by=None)
    before = at(stray)
    assert "The wall is built" in read(ANYBODY, before)

    merged(doubled, promise)
    reactions.work_once()

    [desk] = queries.desks(row.programme)
    assert (desk.pk, desk.promises, desk.since) == (office.pk, 2, ago(9))
    assert [kept.pk for kept in standing(Office.objects.all())] == [office.pk]
    page = read(ANYBODY, at(office, "office_history"))
    for words in ("The pump stands", "The wall is built", "The file is in the grey box."):
        assert words in page
    # The desk shows one office: no link may be left that could not be ended there.
    assert ANYBODY.get(before).status_code == 404
    assert flo.post(staff("give_office_link", row, stray.pk)).status_code == 404


def test_an_office_that_only_the_merged_organisation_had_goes_on_with_its_record(row, promise, doubled):
    other = make.commitment(row, owner_office="Clerk", owner_organisation=doubled, made_on=ago(50))
    stray = actions.give_link(office=queries.office_of(other), by=None)
    actions.hand_over(office=stray, on=ago(9), by=None)

    merged(doubled, promise)

    clerk = queries.office_of(Commitment.objects.get(pk=other.pk))
    assert clerk.organisation_id == promise.owner_organisation_id
    assert {desk.pk: desk.since for desk in queries.desks(row.programme)} == {
        clerk.pk: ago(9),
        queries.office_of(promise).pk: None,
    }
    assert "holds the office from" in str(queries.history(Commitment.objects.get(pk=other.pk), exact=True))
    assert read(ANYBODY, at(actions.give_link(office=clerk, by=None)))


# ---- more time -------------------------------------------------------------------------------------------


def test_more_time_is_asked_with_a_reason_and_both_days_stay(promise, office, flo, row):
    until = ago(-30)
    ANYBODY.post(at(office, "office_time", promise.pk), {"until": until, "reason": "The road is flooded."})
    asked = MoreTime.objects.get()
    assert told.status_of(promise) == "late"
    assert "The road is flooded." in read(flo, staff("offices", row))

    flo.post(staff("answer_time", row, asked.pk), {"agreed": "1", "words": "The group agreed."})

    promise.refresh_from_db()
    assert (promise.due_on, promise.extended_to) == (ago(10), until)
    assert told.status_of(promise) == "silent"
    assert list(told.late(row.programme)) == []
    page = read(flo, promise.get_absolute_url())
    assert "More time was agreed to, until" in page
    assert "The road is flooded." in page
    with pytest.raises(actions.Answered):
        actions.answer_time(asked=asked, agreed=False, by=None)


def test_more_time_that_is_not_agreed_moves_no_day(promise):
    asked = actions.ask_for_time(commitment=promise, until=ago(-30), reason="Rain.", by=None)
    actions.answer_time(asked=asked, agreed=False, words="It rained on others too.", by=None)

    promise.refresh_from_db()
    assert promise.extended_to is None
    words = [one.what for one in queries.history(promise, exact=False)]
    assert "More time was not agreed to" in words


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [(ago(11), "Rain.", "later than the day"), (ago(5), "Rain.", "passed already"), (ago(-5), " ", "why")],
)
def test_more_time_needs_a_later_day_to_come_and_a_reason(promise, until, reason, said):
    with pytest.raises(ValueError, match=said):
        actions.ask_for_time(commitment=promise, until=until, reason=reason, by=None)


def test_what_is_done_needs_no_more_time_and_asking_twice_is_one_request(promise):
    for _time in range(2):
        actions.ask_for_time(commitment=promise, until=ago(-5), reason="Rain.", by=None)
    assert MoreTime.objects.count() == 1

    make.report(promise)
    with pytest.raises(ValueError, match="is done"):
        actions.ask_for_time(commitment=promise, until=ago(-9), reason="Rain.", by=None)


# ---- what happened ---------------------------------------------------------------------------------------


def test_the_history_tells_both_sides_and_the_silence_between_with_its_days(promise, office):
    report = make.report(promise, status="on_track", text="Half is dug.", reported_on=ago(50))
    make.disputed(report)

    told_ = queries.history(promise, exact=True)

    assert [(one.on, one.what) for one in told_] == [
        (ago(100), "Promised"),
        (ago(50), "Silence: no report for 50 days"),
        (ago(50), "Reported: on track"),
        (ago(0), "Silence: no report for 50 days"),
    ]
    assert told_[2].sentences[1] == "Of those whom it concerns, 1 say: it is not so."
    assert "fewer than ten" in queries.history(promise, exact=False)[2].sentences[1]
