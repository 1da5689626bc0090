"""Members called to a meeting and nominees who are asked, by mail; and whose address ends by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from jukwaa.agenda import actions as agenda
from jukwaa.agenda.election import actions as election
from jukwaa.delivery.following import actions
from jukwaa.delivery.meetings import actions as meetings
from jukwaa.delivery.promises import actions as promises
from jukwaa.delivery.promises import queries as offices
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Address, Message
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post import home
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db


def give(row, role, of=None):
    return post.give_address(
        programme=row.programme,
        role=role,
        of=of or row.pk,
        address=f"{role}@example.org",
        language="en",
        by=None,
    )


def react() -> None:
    while reactions.react_once():
        pass


def written() -> list[dict[str, str]]:
    """What waits in the outbox, opened."""
    return [home.unseal(row.sealed) for row in Message.objects.order_by("queued_at", "key")]


# ---- meetings --------------------------------------------------------------------------------------------


@pytest.fixture
def seat():
    """A seat of a group that can meet; its holder gave an address and has a link."""
    group = make.group()
    seat = make.seat(group, holder="Asha")
    make.rule(group)
    meetings.give_key(seat=seat, by=None)
    react()
    give(seat, Address.Role.MEMBER)
    return seat


def test_a_meeting_that_is_cancelled_is_told_to_who_was_called(seat):
    meeting = make.meeting(seat.group, members=1, on=timezone.localdate() + timedelta(days=20))
    react()

    meetings.cancel_meeting(meeting=meeting, by=None)
    react()

    assert any("This meeting is cancelled." in said["text"] for said in written())


def test_whoever_leaves_the_seat_is_called_no_more(seat):
    agenda.stand_down(seat=seat, by=None)

    react()

    assert not Address.objects.exists()


# ---- nominees --------------------------------------------------------------------------------------------


@pytest.fixture
def nominee():
    candidate = make.candidate(stands=False)
    give(candidate, Address.Role.NOMINEE)
    return candidate


def test_a_nominee_gets_their_link_and_is_reminded_twice_while_they_have_not_answered(nominee):
    election.give_nominee_link(candidate=nominee, by=None)
    react()

    noon = timezone.now().replace(hour=12)
    for day in range(12):
        actions.remind_due(at=noon + timedelta(days=day))

    assert Message.objects.count() == 3
    assert all("/nominee/" in said["text"] for said in written())


def test_a_nominee_who_declined_is_asked_no_more_and_their_address_is_gone(nominee):
    agenda.decline_to_stand(candidate=nominee, by=None)

    react()

    assert not Address.objects.exists()


def test_whoever_asks_to_be_forgotten_is_forgotten_with_the_address_given_as_a_nominee():
    ann = make.participant()
    candidate = make.candidate(make.group(ann.programme), stands=False, participant=ann)
    give(candidate, Address.Role.NOMINEE)

    programmes.forget_participant(participant=ann, by=None)
    react()

    assert not Address.objects.exists()


def test_an_address_of_a_later_day_stays_when_the_worker_is_late():
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        seat = make.seat(holder="Asha")
    give(seat, Address.Role.MEMBER)

    react()

    assert Address.objects.exists()


# ---- offices ---------------------------------------------------------------------------------------------


def test_a_new_holder_of_an_office_does_not_leave_the_mail_with_the_old_one():
    promise = make.commitment()
    give(promise, Address.Role.OWNER)
    office = offices.office_of(promise)

    promises.hand_over(office=office, on=timezone.localdate(), by=None)
    react()

    assert not Address.objects.exists()
