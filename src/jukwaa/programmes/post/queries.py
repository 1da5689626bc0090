"""What is known of the mail: from where it goes out, what waits and what failed; never an address."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import Address, Asking, Home, Message, Outbox, Programme, Told
from jukwaa.programmes.post import home
from jukwaa.programmes.post.line import REASONS
from jukwaa.programmes.queries import standing

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

# ---- from where ------------------------------------------------------------------------------------------


class Place(models.TextChoices):
    """Whether a programme's mail goes out from this node, or why not."""

    NOWHERE = "nowhere", _("No address was given yet, so there is nobody to write to.")
    HERE = "here", _("Mail goes out from this computer.")
    ELSEWHERE = (
        "elsewhere",
        _("Mail goes out from another computer, the programme's home. Not from this one."),
    )
    COPY = "copy", _("This is a copy of the computer that mail goes out from, so nothing goes out from here.")
    BEHIND = (
        "behind",
        _("This database is older than the mail that went out, so nothing goes out until you say so."),
    )


def home_of(programme: Programme) -> Home | None:
    """The node that the programme's mail goes out from, as far as is known here."""
    return Home.objects.filter(pk=Home.id_for(programme.pk)).first()


def place_of(programme: Programme) -> Place:
    """Whether the programme's mail goes out from this node, or why not."""
    there = home_of(programme)
    if there is None:
        return Place.NOWHERE
    if not home.has_key() or there.recipient != home.recipient():
        return Place.ELSEWHERE
    if not home.lies_where_it_was_made():
        return Place.COPY
    if there.node != home.number_of_node():
        return Place.ELSEWHERE
    return Place.BEHIND if outbox().number < home.sent() else Place.HERE


def goes_out_here(programme: Programme) -> bool:
    """Whether this node, and no other, writes to the programme's people."""
    return place_of(programme) is Place.HERE


def outbox() -> Outbox:
    """This node's outbox; a new one where none was used yet."""
    return Outbox.objects.filter(pk=1).first() or Outbox()


# ---- to whom ---------------------------------------------------------------------------------------------


def addresses(programme: Programme, role: str, of: uuid.UUID | None = None) -> QuerySet[Address]:
    """The addresses of that role, all or those for one row."""
    found = standing(Address.objects.filter(programme=programme, role=role))
    return found.filter(of=of) if of is not None else found


def is_written(key: str) -> bool:
    """Whether something was put out with that key already, to whichever of the addresses."""
    return Message.objects.filter(key__startswith=f"{key}/").exists()


@dataclass(frozen=True)
class Follower:
    """Somebody who follows, and up to which time of the record they were told; None: nothing yet."""

    address: Address
    up_to: int | None


def followers_due(programme: Programme, at: datetime, most: int) -> list[Follower]:
    """Who is to be told this morning what changed, if anything did, the longest waiting first.

    Those who wish to hear at once too: some changes are told from midnight on.
    """
    morning = timezone.localtime(at).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if at < morning:
        return []
    weekly = Q(rhythm=Address.Rhythm.WEEKLY)
    due = Q(told_at=None) | ~weekly & Q(told_at__lt=morning) | Q(told_at__lt=morning - timedelta(days=6))
    return _told(followers(programme).filter(due).order_by(F("told_at").asc(nulls_first=True), "pk")[:most])


def followers_at_once(programme: Programme) -> list[Follower]:
    """Who wishes to hear at once."""
    return _told(followers(programme).filter(rhythm=Address.Rhythm.AT_ONCE).order_by("pk"))


def followers(programme: Programme) -> QuerySet[WithAnnotations[Address, LastTold]]:
    """Who follows anything in the programme, each with when they were last told, and up to where."""
    last = Told.objects.filter(address=OuterRef("pk"))
    return addresses(programme, Address.Role.FOLLOWER).annotate(
        told_at=Subquery(last.values("at")[:1]), up_to=Subquery(last.values("up_to")[:1])
    )


def _told(rows: Iterable[WithAnnotations[Address, LastTold]]) -> list[Follower]:
    return [Follower(row, row.up_to) for row in rows]


class LastTold(TypedDict):
    """What `followers` adds to an address; None when they were told nothing yet."""

    told_at: datetime | None
    up_to: int | None


# When a digest may come, by the clock of the site.
MORNING = 7


def asking(programme: Programme, pk: uuid.UUID) -> Asking | None:
    """Who asked to follow something there and has not confirmed yet; on the node that wrote to them."""
    found = Asking.objects.filter(programme=programme, pk=pk).select_related("programme").first()
    return found if goes_out_here(programme) else None


# ---- what waits ------------------------------------------------------------------------------------------

# A message that could not be sent for so long says what is no longer so.
TOO_OLD = timedelta(days=14)


def may_try(at: datetime) -> bool:
    """Whether the mail server may be tried now; after trouble, only once a pause is over."""
    retry_at = outbox().retry_at
    return retry_at is None or retry_at <= at


def to_send(at: datetime, most: int) -> list[Message]:
    """The messages to send now from this node, the longest waiting first."""
    here = [programme.pk for programme in homes_here()]
    due = Message.objects.filter(state=Message.State.QUEUED, next_at__lte=at, programme__in=here)
    return list(due.order_by("next_at", "queued_at")[:most])


@dataclass(frozen=True)
class Traffic:
    """What became of messages to people of one role: those that wait, and others of the last 30 days."""

    role: str
    addresses: int
    waiting: int
    sent: int
    given_up: int


RECENT = timedelta(days=30)


def traffic(programme: Programme, at: datetime) -> list[Traffic]:
    """How many addresses there are in each role and what became of messages to them."""
    given = dict(
        standing(Address.objects.filter(programme=programme))
        .values_list("role")
        .annotate(Count("pk"))
        .order_by()
    )
    recent = Q(done_at=None) | Q(done_at__gte=at - RECENT)
    told = Message.objects.filter(recent, programme=programme).values_list("role", "state")
    states = {(role, state): count for role, state, count in told.annotate(Count("pk")).order_by()}

    def of(role: str, *which: str) -> int:
        return sum(states.get((role, state), 0) for state in which)

    state = Message.State
    return [
        Traffic(
            str(role.label),
            given.get(role.value, 0),
            of(role.value, state.QUEUED, state.SENDING),
            of(role.value, state.SENT),
            of(role.value, state.GIVEN_UP),
        )
        for role in Address.Role
    ]


def failures(programme: Programme) -> list[tuple[str, str, int]]:
    """Why messages were given up, to whom (a role), and how many; the most first."""
    found = Message.objects.filter(programme=programme, state=Message.State.GIVEN_UP)
    counted = found.values_list("role", "reason").annotate(number=Count("pk")).order_by("-number", "role")
    return [(str(Address.Role(role).label), str(REASONS[why]), number) for role, why, number in counted]


def can_be_tried_again(programme: Programme) -> bool:
    """Whether anything that was given up can still be sent."""
    found = Message.objects.filter(programme=programme, state=Message.State.GIVEN_UP)
    return found.exclude(sealed="").exists()


def homes_here() -> list[Programme]:
    """The programmes whose mail goes out from this node."""
    if not home.has_key():
        return []
    ours = Home.objects.filter(recipient=home.recipient()).values("programme")
    return [each for each in standing(Programme.objects.filter(pk__in=ours)) if goes_out_here(each)]
