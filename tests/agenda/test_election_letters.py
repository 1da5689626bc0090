"""Nominees and members who gave an address are written their links, and reminded once a year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jukwaa.agenda import actions
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import letters
from jukwaa.programmes.models import Address, Message, Role
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post import home
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make.programme(public=True)


def words_of(message: Message) -> str:
    return str(home.unseal(message.sealed))


def test_a_nominee_who_gave_an_address_is_mailed_their_link_once(programme):
    nominee = make.candidate(make.group(programme), name="Neema", stands=False)
    flo = make.client_of(make.member(programme, role=Role.FACILITATOR))
    address = reverse("agenda:nominee_link", args=[programme.slug, nominee.pk])

    shown = flo.post(address, {"address": "neema@example.org"})
    for _again in "12":
        reactions.react_once()

    assert "It is shown this once" in shown.text
    assert f"/p/{programme.slug}/agenda/nominee/" in words_of(Message.objects.get())
    assert "Neema" not in Message.objects.get().sealed


def test_what_is_no_address_is_said_and_no_link_is_given(programme):
    nominee = make.candidate(make.group(programme), stands=False)
    flo = make.client_of(make.member(programme, role=Role.FACILITATOR))

    told = flo.post(reverse("agenda:nominee_link", args=[programme.slug, nominee.pk]), {"address": "neema"})

    nominee.refresh_from_db()
    assert "This is no mail address" in told.text
    assert nominee.link == 0


def test_no_address_is_kept_of_a_nominee_who_declined_before(programme):
    nominee = actions.decline_to_stand(candidate=make.candidate(make.group(programme), stands=False), by=None)
    flo = make.client_of(make.member(programme, role=Role.FACILITATOR))

    told = flo.post(
        reverse("agenda:nominee_link", args=[programme.slug, nominee.pk]), {"address": "neema@example.org"}
    )

    assert "declined" in told.text
    assert not Address.objects.exists()


def test_who_declined_or_left_is_not_written_to_any_more(programme):
    group = make.group(programme)
    nominee, seat = make.candidate(group, stands=False), make.seat(group, holder="Asha")
    for role, of in ((letters.NOMINEE, nominee.pk), (letters.MEMBER, seat.pk)):
        post.give_address(
            programme=programme, role=role, of=of, address="a@example.org", language="en", by=None
        )

    actions.decline_to_stand(candidate=nominee, by=None)
    election.leave_seat(seat=seat, by=None)
    reactions.react_once()

    assert not Address.objects.exists()


def test_after_a_year_the_members_are_reminded_once_that_the_group_is_endorsed_anew(programme):
    group = make.group(programme)
    seat = make.seat(group, holder="Asha")
    actions.endorse_group(group=group, constituency=seat.constituency, yes=9, no=0, by=None)
    post.give_address(
        programme=programme, role=letters.MEMBER, of=seat.pk, address="a@example.org", language="en", by=None
    )
    assert letters.remind_to_endorse() == 0

    in_a_year = timezone.localdate() + timedelta(days=366)

    assert letters.remind_to_endorse(today=in_a_year) == 1
    assert letters.remind_to_endorse(today=in_a_year) == 0
    assert seat.constituency.name in words_of(Message.objects.get())
