"""What is known of the mail: from where it goes out, what waits and what failed; never an address."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import Address, Home, Message, Outbox, Programme
from jukwaa.programmes.post import home
from jukwaa.programmes.queries import standing

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


# ---- what waits ------------------------------------------------------------------------------------------

# A message that could not be sent for so long says what is no longer so.
TOO_OLD = timedelta(days=14)


def messages_due(at: datetime) -> QuerySet[Message]:
    """The messages to send now, the longest waiting first."""
    return Message.objects.filter(state=Message.State.QUEUED, next_at__lte=at).order_by(
        "next_at", "queued_at"
    )


def absolute(path: str) -> str:
    """The path as an address that a mail can hold."""
    return f"{settings.JUKWAA_URL.rstrip('/')}{path}"
