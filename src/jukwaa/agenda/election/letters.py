"""What members of a leadership group are written by mail, if they gave an address; sent from home."""

from __future__ import annotations

import uuid
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jukwaa.agenda import queries as room
from jukwaa.agenda.election import queries
from jukwaa.agenda.models import LeadershipGroup, Seat
from jukwaa.programmes import links
from jukwaa.programmes.models import Address
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post.letter import absolute
from jukwaa.programmes.queries import standing

NOMINEE, MEMBER = Address.Role.NOMINEE.value, Address.Role.MEMBER.value


def send_seat_link(*, seat: uuid.UUID) -> int:
    """Write the holder of a seat their personal link, once for each given; gives how many messages."""
    there = standing(Seat.objects.filter(group__removed=False)).select_related("group__programme")
    found = there.filter(pk=seat).first()
    if found is None or not found.held:
        return 0
    programme = found.group.programme
    path = reverse("agenda:holder", args=[programme.slug, links.token(queries.SEAT, found.pk, found.link)])

    def text() -> str:
        return "\n\n".join(
            [
                _("Your seat in “%(group)s”: accept or decline it, hand over, or stand down.")
                % {"group": found.group},
                _("The link is for you alone: %(link)s") % {"link": absolute(path)},
            ]
        )

    return post.write(
        programme=programme,
        role=MEMBER,
        of=found.pk,
        subject=gettext_lazy("Your seat in the leadership group"),
        text=text,
        key=f"seat/{found.pk}/{found.link}",
    )


def remind_to_endorse(*, today: date | None = None) -> int:
    """Write the members of each group that is to be endorsed anew, once a year; gives how many messages."""
    if not Address.objects.filter(role=MEMBER, removed=False).exists():
        return 0
    today = today or timezone.localdate()
    groups = standing(LeadershipGroup.objects.all()).select_related("programme")
    due = [(group, queries.to_be_asked_again(group, today)) for group in groups]
    return sum(_remind(group, who, today) for group, who in due if who)


def _remind(group: LeadershipGroup, due: list[queries.Due], today: date) -> int:
    def text() -> str:
        return _("A year has passed. Ask again whether they endorse “%(group)s”: %(who)s.") % {
            "group": group,
            "who": ", ".join(one.who for one in due),
        }

    return sum(
        post.write(
            programme=group.programme,
            role=MEMBER,
            of=seat.pk,
            subject=gettext_lazy("The group is to be endorsed anew"),
            text=text,
            key=f"endorse-anew/{group.pk}/{today.year}",
        )
        for seat in room.seats(group)
        if seat.state == Seat.State.ACCEPTED
    )
