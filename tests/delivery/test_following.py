"""Following without an account, by mail and by feed; reminders of owners. Mail arrives at a real server."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from jukwaa.agenda import actions as agenda
from jukwaa.delivery import actions as delivery
from jukwaa.delivery.following import actions, queries
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Address, Asking, Message, Role
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post import sending
from jukwaa.record import clock
from jukwaa.record.models import Event
from jukwaa.web import reactions
from tests import make
from tests.mail_server import mail_server

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("UTC"))
SITE = "https://jukwaa.example.org"


@pytest.fixture
def inbox(settings):
    settings.JUKWAA_URL = SITE
    settings.JUKWAA_MAIL_HOST, settings.JUKWAA_MAIL_TLS = "127.0.0.1", "none"
    settings.JUKWAA_MAIL_FROM = "dialogue@example.org"
    with mail_server() as opened:
        settings.JUKWAA_MAIL_PORT = opened.port
        yield opened


@pytest.fixture
def now():
    with time_machine.travel(MONDAY, tick=True) as clock_of_the_test:
        yield clock_of_the_test


@pytest.fixture
def promise(now):
    """A promise that everybody may see, in a programme shown to the public."""
    found = make.commitment()
    show(found.programme, public=True)
    return found


def show(programme, *, public):
    said = {
        name: getattr(programme, name) for name in ("title", "country", "summary", "organiser", "languages")
    }
    programmes.change_programme(programme=programme, public=public, by=None, **said)


def follow(promise, of=None, rhythm="daily", address="anna@example.org", language="en"):
    """Somebody follows, as if they had confirmed."""
    row = post.give_address(
        programme=promise.programme,
        role=Address.Role.FOLLOWER,
        of=of or promise.pk,
        address=address,
        language=language,
        rhythm=rhythm,
        by=None,
    )
    post.tell(address=row, up_to=clock.until(timezone.now()), at=timezone.now())
    return row


def work() -> None:
    """Let the worker do what there is to do, mail included."""
    while reactions.work_once() + sending.send_due():
        pass


def words(inbox) -> list[str]:
    return [mail.get_body(("plain",)).get_content() for mail in inbox.taken]


# ---- asking and confirming -------------------------------------------------------------------------------


def page(promise):
    return reverse("delivery:follow_promise", args=[promise.programme.slug, promise.pk])


def test_whoever_confirms_by_the_link_in_the_mail_follows_without_an_account(inbox, promise, client):
    client.post(page(promise), {"address": "anna@example.org", "rhythm": "weekly"})
    assert not Address.objects.exists()
    work()

    link = re.search(rf"{SITE}(/p/\S+/confirm/\S+)", words(inbox)[0])[1]
    client.get(link)
    assert not Address.objects.exists()
    client.post(link)

    row = Address.objects.get()
    assert (row.of, row.rhythm) == (promise.pk, "weekly")
    assert "used up" in client.post(link).content.decode()
    assert not Asking.objects.exists()


def test_asking_shows_nobody_who_asked(inbox, promise, client):
    client.post(page(promise), {"address": "anna@example.org", "rhythm": "daily"})

    said = repr([list(model.objects.values()) for model in (Asking, Message, Event)])
    assert "anna" not in said


def test_an_asking_that_nobody_confirms_is_forgotten_after_three_days(inbox, promise, client, now):
    client.post(page(promise), {"address": "anna@example.org", "rhythm": "daily"})

    now.shift(timedelta(days=3, minutes=1))
    work()

    assert not Asking.objects.exists()


def test_an_address_is_asked_three_times_a_day_at_most_and_nobody_is_told(inbox, promise, client):
    answers = [
        client.post(page(promise), {"address": "anna@example.org", "rhythm": "daily"}).content
        for _ in range(5)
    ]
    work()

    assert len(inbox.taken) == 3
    assert len({re.sub(rb'value="[^"]+"', b"", answer) for answer in answers}) == 1


def test_a_wrong_address_is_said_at_the_field_and_stays_in_it(inbox, promise, client):
    answer = client.post(page(promise), {"address": "anna at example", "rhythm": "daily"}).content.decode()

    assert "This is no mail address." in answer
    assert 'value="anna at example"' in answer


def test_without_a_mail_setup_the_page_offers_the_feed(promise, client):
    answer = client.get(page(promise)).content.decode()

    assert "No mail goes out from here." in answer
    assert "/feed/" in answer


def test_a_programme_that_is_not_public_is_followed_by_nobody_by_mail(inbox, promise):
    show(promise.programme, public=False)
    browser = make.client_of(make.member(promise.programme))

    assert "No mail goes out from here." in browser.get(page(promise)).content.decode()


# ---- being told ------------------------------------------------------------------------------------------


def test_a_daily_follower_is_told_the_next_morning_once(inbox, promise, now):
    follow(promise)
    make.report(promise, status="late", text="The lorry broke.")
    work()
    assert inbox.taken == []

    now.shift(timedelta(days=1))
    work()
    work()

    [said] = words(inbox)
    assert f"The owner reports on “{promise}”: late." in said
    assert f"{SITE}{promise.get_absolute_url()}" in said
    assert str(promise) not in inbox.taken[0]["Subject"]


def test_when_nothing_changed_nothing_is_sent(inbox, promise, now):
    follow(promise)

    for _ in range(3):
        now.shift(timedelta(days=1))
        work()

    assert inbox.taken == []


def test_nobody_is_told_before_the_morning(inbox, promise, now):
    follow(promise)
    make.report(promise)

    now.move_to(MONDAY.replace(hour=3) + timedelta(days=1))
    work()

    assert inbox.taken == []


def test_at_once_is_at_once_and_weekly_after_a_week(inbox, promise, now):
    follow(promise, rhythm="at_once", address="asha@example.org")
    follow(promise, rhythm="weekly", address="wema@example.org")

    make.report(promise)
    work()
    assert inbox.to == ["asha@example.org"]

    now.shift(timedelta(days=5))
    work()
    assert inbox.to == ["asha@example.org"]

    now.shift(timedelta(days=2))
    work()
    assert inbox.to == ["asha@example.org", "wema@example.org"]


def test_one_hears_of_what_one_follows_and_not_of_the_rest(inbox, promise, now):
    other = make.commitment(make.row(promise.row.problem))
    follow(promise, of=other.row.pk, address="row@example.org")
    follow(promise, of=promise.programme.pk, address="all@example.org")
    follow(promise, of=promise.pk, address="one@example.org")
    make.report(other)

    now.shift(timedelta(days=1))
    work()

    assert sorted(inbox.to) == ["all@example.org", "row@example.org"]


def test_adoption_promise_and_outcome_are_told(inbox, promise, now):
    make.constituency(promise.programme)
    row = make.endorsed(make.row(promise.row.problem))
    follow(promise, of=promise.programme.pk)

    agenda.adopt_row(row=row, affected=make.affected(row), by=None)
    made = make.commitment(row)
    make.outcome(made)
    now.shift(timedelta(days=1))
    work()

    [said] = words(inbox)
    assert f"Adopted: “{row}”." in said
    assert f"A new promise: “{made}”." in said
    assert "Something changed: Panners" in said


def test_what_is_not_public_is_told_to_nobody(inbox, promise, now):
    follow(promise, of=promise.programme.pk)
    make.report(promise)
    agenda.show_row(row=promise.row, public=False, by=None)

    now.shift(timedelta(days=1))
    work()

    assert inbox.taken == []


def test_each_reads_in_their_language(inbox, promise, now):
    follow(promise, language="fr")
    make.report(promise)

    now.shift(timedelta(days=1))
    work()

    assert inbox.taken[0]["Content-Language"] == "fr"


def test_whoever_ended_it_is_told_nothing_more(inbox, promise, now):
    row = follow(promise)
    make.report(promise)
    post.end_address(address=row, by=None)

    now.shift(timedelta(days=1))
    work()

    assert inbox.taken == []


def test_the_same_event_followed_twice_is_told_once(inbox, promise):
    follow(promise, rhythm="at_once")
    make.report(promise)

    for _ in range(2):
        actions.tell_at_once(programme=promise.programme.pk, time=0)
    work()

    assert len(inbox.taken) == 1


# ---- what those say whom it concerns ---------------------------------------------------------------------


def judge(report, *, confirm=0, dispute=0):
    for _ in range(confirm):
        make.confirmed(report)
    for _ in range(dispute):
        make.disputed(report)


def test_verdicts_are_told_by_the_rule_and_not_on_the_day_they_are_given(inbox, promise, now):
    report = make.report(promise)
    now.shift(timedelta(minutes=1))
    follow(promise, rhythm="at_once")

    judge(report, confirm=11, dispute=3)
    work()
    assert inbox.taken == []
    now.shift(timedelta(days=1))
    work()

    [said] = words(inbox)
    assert "about 10 say: it is so." in said
    assert "fewer than ten say: it is not so." in said


def test_one_confirmation_among_few_changes_nothing_that_anybody_hears(inbox, promise, now):
    report = make.report(promise)
    now.shift(timedelta(minutes=1))
    follow(promise)

    judge(report, confirm=9)
    work()
    now.shift(timedelta(days=1))
    work()

    assert inbox.taken == []


def test_a_verdict_that_is_noticed_twice_is_one_change(promise):
    report = make.report(promise)
    verdict = make.disputed(report)

    assert actions.notice(verdict=verdict.pk)
    assert not actions.notice(verdict=verdict.pk)


# ---- feeds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["feed", "feed_row", "feed_promise"])
def test_there_is_a_feed_of_the_programme_of_a_row_and_of_a_promise(promise, client, now, name):
    make.report(promise, status="blocked")
    own = {"feed": [], "feed_row": [promise.row.pk], "feed_promise": [promise.pk]}[name]

    answer = client.get(reverse(f"delivery:{name}", args=[promise.programme.slug, *own]))

    assert answer["Content-Type"].startswith("application/atom+xml")
    assert "blocked" in answer.content.decode()


def test_signs_that_no_feed_can_hold_are_left_out_of_it(promise, client, now):
    make.commitment(promise.row, promise="The pump\x0bstands by June")

    feed = client.get(reverse("delivery:feed", args=[promise.programme.slug]))

    assert "The pumpstands by June" in feed.content.decode()


def test_a_feed_tells_of_verdicts_from_midnight_on(promise, client, now):
    judge(make.report(promise), dispute=1)
    while reactions.react_once():
        pass
    feed = reverse("delivery:feed_promise", args=[promise.programme.slug, promise.pk])

    today = client.get(feed).content.decode()
    now.move_to(MONDAY.replace(hour=0, minute=1) + timedelta(days=1))
    tomorrow = client.get(feed).content.decode()

    assert "it is not so" not in today
    assert "fewer than ten say: it is not so" in tomorrow


def test_the_feed_of_one_promise_has_nothing_of_another(promise, client, now):
    other = make.commitment(make.row(promise.row.problem))
    make.report(other, status="blocked")

    answer = client.get(reverse("delivery:feed_promise", args=[promise.programme.slug, promise.pk]))

    assert "blocked" not in answer.content.decode()


# ---- owners are reminded ---------------------------------------------------------------------------------


def owner(promise):
    return post.give_address(
        programme=promise.programme,
        role=Address.Role.OWNER,
        of=promise.pk,
        address="engineer@example.org",
        language="en",
        by=None,
    )


def days(promise, count) -> list[int]:
    """On which of the days to come, counted from the day it is due, the worker reminds its owner."""
    found = [MONDAY + timedelta(days=number) for number in range(count)]
    return [(day.date() - promise.due_on).days for day in found if actions.remind_due(at=day)]


def test_an_owner_is_reminded_when_silent_a_week_before_and_when_overdue(promise):
    owner(promise)

    assert days(promise, 125) == [-60, -30, -7, 1, 30, 60]


def test_a_reminder_has_the_link_that_reports_without_a_log_in(inbox, promise, client, now):
    owner(promise)
    work()

    link = re.search(rf"{SITE}(/p/\S+/owner/\S+)", words(inbox)[0])[1]

    assert client.get(link).status_code == 200


def test_nobody_is_reminded_of_what_is_done(promise):
    owner(promise)
    make.report(promise, status="done")

    assert days(promise, 70) == []


def test_who_reported_is_left_alone_for_thirty_days(promise):
    owner(promise)
    make.report(promise, status="on_track")

    assert days(promise, 52) == [-30]


def test_with_the_link_the_address_ends(promise):
    owner(promise)

    delivery.end_link(commitment=promise, by=None)
    while reactions.react_once():
        pass

    assert not Address.objects.exists()


def test_staff_give_an_owners_address_and_never_see_it_again(promise):
    browser = make.client_of(make.member(promise.programme, role=Role.COORDINATOR))
    page = reverse("delivery:give_mail", args=[promise.programme.slug, "promise", promise.pk])

    said = browser.post(page, {"address": "engineer@example.org", "language": "sw"}, follow=True)

    assert "An address is given." in said.content.decode()
    assert "engineer" not in said.content.decode()
    browser.post(reverse("delivery:end_mail", args=[promise.programme.slug, "promise", promise.pk]))
    assert not Address.objects.exists()


# ---- what is asked of the database -----------------------------------------------------------------------


def test_a_digest_asks_the_database_as_often_for_many_changes_as_for_few(
    promise, now, django_assert_max_num_queries
):
    for _ in range(5):
        make.report(make.commitment(promise.row))

    with django_assert_max_num_queries(16):
        found = queries.changes(queries.Asked(promise.programme, until=clock.until(timezone.now())))

    assert len(found) == 11
