"""Addresses that people give and take back, and the messages that wait for them.

`give_address`, `end_address` and `write` are what other rooms need. What goes out is in `sending.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.programmes.models import Address, Asking, Home, Message, Outbox, Programme, Told
from jukwaa.programmes.post import home, queries
from jukwaa.record import clock
from jukwaa.record.write import By

# A text, or what says it in the language that is active.
Words = str | Promise | Callable[[], str]
LONGEST_ADDRESS = 254


class NotGiven(ValueError):
    """No address was kept; the sentence says why."""


# ---- addresses -------------------------------------------------------------------------------------------


@transaction.atomic
def give_address(
    *,
    programme: Programme,
    role: str,
    of: uuid.UUID,
    address: str,
    language: str,
    by: By,
    rhythm: str = Address.Rhythm.DAILY,
) -> Address:
    """Keep where somebody wants to be written to, readable to the programme's home node alone.

    of: the id of the row that it is for: a promise, a seat, a candidate, what is followed. Given again it is
    the same address. The first one makes this node the home, where there is none. Raises NotGiven.
    """
    said = read_address(address)
    there = queries.home_of(programme) or _take_home(programme, by)
    ours = home.has_key() and there.recipient == home.recipient()
    mark = home.mark_of(programme.pk, said.lower()) if ours else ""
    before = queries.addresses(programme, role, of).filter(mark=mark).first() if mark else None
    kept = {"language": language, "rhythm": Address.Rhythm(rhythm).value}
    # The day only: the hour would tell whose it is.
    with record.act(by=by, programme=programme, klass=Address.KLASS, sitting=_today()):
        if before is not None:
            return record.put("programmes.address_given", before, by=by, sitting=_today(), **kept)
        row = Address(
            programme=programme,
            role=Address.Role(role).value,
            of=of,
            sealed=home.seal({"address": said}, there.recipient, length=home.LENGTH),
            mark=mark,
            **kept,
        )
        return record.fact("programmes.address_given", row, by=by)


def read_address(typed: str) -> str:
    """The mail address as a server takes it. Raises NotGiven."""
    said = typed.strip().removeprefix("mailto:")
    try:
        validate_email(said)
        local, _at, domain = said.rpartition("@")
        local.encode("ascii")
        said = f"{local}@{domain.lower().encode('idna').decode()}"
    except (ValidationError, UnicodeError):
        raise NotGiven(
            _("This is no mail address. It has one @ in it, as in anna@example.org: look again.")
        ) from None
    if len(said) > LONGEST_ADDRESS:
        raise NotGiven(_("This is longer than any mail address. Look again."))
    return said


def ask_first(
    *,
    programme: Programme,
    of: uuid.UUID,
    address: str,
    language: str,
    rhythm: str,
    subject: Words,
    text: Callable[[uuid.UUID], str],
    at: datetime | None = None,
) -> None:
    """Write to an address that anybody may have typed, to ask whether it wants to follow; keep nothing yet.

    text: what to say, with a link that confirms the asking of that id. Who asked often today is not written
    to again, and nobody is told so. Raises NotGiven.
    """
    at, said = at or timezone.now(), read_address(address)
    if queries.home_of(programme) is None:
        _take_home(programme, by=None)
    if not queries.goes_out_here(programme):
        raise NotGiven(_("Nobody can be written to from this computer. Take the feed, or try the main site."))
    if Asking.objects.filter(asked_at__gt=at - timedelta(hours=1)).count() >= MOST_ASKED:
        raise NotGiven(
            _("So many ask just now that no mail goes out. Try again in an hour, or take the feed.")
        )
    mark = home.mark_of(programme.pk, said.lower())
    if Asking.objects.filter(mark=mark, asked_at__gt=at - timedelta(days=1)).count() >= MOST_OFTEN:
        return
    wish = {"address": said, "of": str(of), "language": language, "rhythm": rhythm}
    asking = Asking(
        programme=programme,
        mark=mark,
        sealed=home.seal(wish, home.recipient(), length=home.LENGTH),
        asked_at=at,
    )
    with translation.override(language):
        mail = {"subject": _said(subject), "text": text(asking.pk), "language": language, "to": said}
    message = Message(
        programme=programme,
        role=Address.Role.FOLLOWER,
        key=f"ask/{asking.pk}",
        sealed=home.seal(mail, home.recipient(), length=home.LENGTH),
        queued_at=at,
        next_at=at,
    )
    asking.save()
    message.save()


# So many a node writes to in an hour, and so often to one address in a day, before they have confirmed.
MOST_ASKED, MOST_OFTEN = 100, 3
UNCONFIRMED = timedelta(days=3)


@transaction.atomic
def confirm(*, asking: Asking, at: datetime | None = None) -> Address:
    """They want to follow: keep the address, and tell them what changes from now on."""
    said = home.unseal(asking.sealed)
    row = give_address(
        programme=asking.programme,
        role=Address.Role.FOLLOWER,
        of=uuid.UUID(said["of"]),
        address=said["address"],
        language=said["language"],
        rhythm=said["rhythm"],
        by=None,
    )
    at = at or timezone.now()
    told = Told(address=row.pk, up_to=clock.until(at), at=at)
    Told.objects.bulk_create([told], ignore_conflicts=True)
    asking.delete()
    return row


@transaction.atomic
def tell(*, address: Address, up_to: int, at: datetime, subject: Words = "", text: Words = "") -> bool:
    """Write to a follower what changed up to that time of the record; without a text nothing did."""
    Told.objects.update_or_create(address=address.pk, defaults={"up_to": up_to, "at": at})
    if not text:
        return False
    return put_out(address=address, subject=subject, text=text, key=f"news/{up_to}", at=at)


def end_address(*, address: Address, by: By) -> None:
    """Never write there again: the address is erased here and wherever the record goes."""
    Message.objects.filter(address=address.pk, state=Message.State.QUEUED).delete()
    Told.objects.filter(address=address.pk).delete()
    record.withdraw(address.pk, by=by, programme=address.programme_id, verb="programmes.address_ended")


def end_addresses_of(*, programme: Programme, role: str, of: uuid.UUID, by: By) -> int:
    """Never write again to whoever gave an address for that row; gives how many there were."""
    rows = list(queries.addresses(programme, role, of))
    for row in rows:
        end_address(address=row, by=by)
    return len(rows)


def _take_home(programme: Programme, by: By) -> Home:
    """Let the programme's mail go out from this node."""
    node = (
        home.number_of_node() if home.lies_where_it_was_made() or not home.has_key() else home.settle_here()
    )
    row = Home(id=Home.id_for(programme.pk), programme=programme, recipient=home.recipient(), node=node)
    return record.put("programmes.mail_goes_out_here", row, by=by)


def _today() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


# ---- messages --------------------------------------------------------------------------------------------


def write(*, programme: Programme, role: str, of: uuid.UUID, subject: Words, text: Words, key: str) -> int:
    """Write to each address that was given in that role for that row; gives how many messages were put out.

    subject, text: said in each reader's language, so give them lazily translated, or as functions. The
    subject names nobody and nothing delicate. text: paragraphs apart by an empty line; addresses in it become
    links.
    key: what it is about ("due/<commitment>/2026-05-01"): with the same key nobody is written to twice.

    Only the programme's home node writes, any other does nothing: so call it from `web/reactions.py`, which
    runs there too for what was done elsewhere. It may run twice.
    """
    if not queries.goes_out_here(programme):
        return 0
    rows = queries.addresses(programme, role, of)
    return sum(put_out(address=row, subject=subject, text=text, key=key) for row in rows)


def put_out(*, address: Address, subject: Words, text: Words, key: str, at: datetime | None = None) -> bool:
    """Put a message to one address into the outbox, unless there is one with that key already."""
    with translation.override(address.language):
        said = {"subject": " ".join(_said(subject).split()), "text": _said(text)}
    at = at or timezone.now()
    row = Message(
        programme_id=address.programme_id,
        role=address.role,
        address=address.pk,
        key=f"{key}/{address.pk}",
        sealed=home.seal({"language": address.language, **said}, home.recipient()),
        queued_at=at,
        next_at=at,
    )
    if Message.objects.filter(key=row.key).exists():
        return False
    Message.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _said(words: Words) -> str:
    return words() if callable(words) else str(words)


# ---- what sending does with them -------------------------------------------------------------------------

# Minutes until the next try of a message that was not taken; after the last it is given up.
PAUSES = (1, 5, 15, 60, 180, 360, 720, 1440)
LONGEST_PAUSE = 60
KEPT = timedelta(days=90)


@transaction.atomic
def begin(*, message: Message) -> int:
    """Note that the message is being sent, before it is; gives how many were, with this one."""
    box = _outbox()
    box.number += 1
    box.save(update_fields=["number"])
    message.state, message.number, message.tries = Message.State.SENDING, box.number, message.tries + 1
    message.save(update_fields=["state", "number", "tries"])
    return box.number


def note_sent(*, message: Message, at: datetime) -> None:
    """The mail server took it: nothing of what it said stays here."""
    message.state, message.done_at, message.sealed, message.reason = Message.State.SENT, at, "", ""
    message.save(update_fields=["state", "done_at", "sealed", "reason"])


def put_off(*, message: Message, reason: str, at: datetime) -> None:
    """Try the message again after a pause, longer each time; after the last it is given up."""
    if message.tries > len(PAUSES):
        give_up(message=message, reason=reason, at=at)
        return
    message.state, message.reason = Message.State.QUEUED, reason
    message.next_at = at + timedelta(minutes=PAUSES[message.tries - 1])
    message.save(update_fields=["state", "reason", "next_at"])


def put_back(*, message: Message) -> None:
    """It was no fault of the message: it waits as before."""
    message.state, message.tries = Message.State.QUEUED, message.tries - 1
    message.save(update_fields=["state", "tries"])


def give_up(*, message: Message, reason: str, at: datetime) -> None:
    """Send the message no more, unless staff ask for it."""
    message.state, message.done_at, message.reason = Message.State.GIVEN_UP, at, reason
    message.save(update_fields=["state", "done_at", "reason"])


def forget(*, message: Message) -> None:
    """Whoever it was for wants no mail any more."""
    message.delete()


def take_up_again(*, at: datetime) -> int:
    """Let what somebody was sending when they died be sent again."""
    dying = Message.objects.filter(state=Message.State.SENDING)
    return dying.update(state=Message.State.QUEUED, next_at=at, reason="dropped")


def give_up_old(*, at: datetime) -> int:
    """Give up what waited so long that it is no longer so, and forget what was done long ago."""
    Message.objects.filter(done_at__lt=at - KEPT).delete()
    Asking.objects.filter(asked_at__lt=at - UNCONFIRMED).delete()
    old = Message.objects.filter(state=Message.State.QUEUED, queued_at__lt=at - queries.TOO_OLD)
    return old.update(state=Message.State.GIVEN_UP, done_at=at, reason="too_old")


def line_is_well() -> None:
    """The mail server can be reached again."""
    Outbox.objects.exclude(trouble="").update(failures=0, retry_at=None, trouble="")


@transaction.atomic
def note_trouble(*, reason: str, at: datetime) -> None:
    """Nothing can be sent: try again after a pause, longer each time, up to an hour."""
    box = _outbox()
    box.failures, box.trouble = box.failures + 1, reason
    box.retry_at = at + timedelta(minutes=min(2 ** (box.failures - 1), LONGEST_PAUSE))
    box.save(update_fields=["failures", "trouble", "retry_at"])


def _outbox() -> Outbox:
    Outbox.objects.bulk_create([Outbox(pk=1)], ignore_conflicts=True)
    return Outbox.objects.select_for_update().get(pk=1)


# ---- what staff do ---------------------------------------------------------------------------------------


def try_again(*, programme: Programme, at: datetime | None = None) -> int:
    """Send once more what was given up and is still known; gives how many messages that is."""
    at = at or timezone.now()
    _outbox_tries_now()
    again = Message.objects.filter(programme=programme, state=Message.State.GIVEN_UP).exclude(sealed="")
    return again.update(
        state=Message.State.QUEUED, queued_at=at, next_at=at, tries=0, done_at=None, reason=""
    )


def _outbox_tries_now() -> None:
    Outbox.objects.update(retry_at=None)


@transaction.atomic
def send_from_here(*, programme: Programme, by: By, at: datetime | None = None) -> Home:
    """Let the programme's mail go out from this node from now on, and from no other that hears of it.

    What waits here is given up: where this is a copy, or a database put back, it may have been sent before.
    Addresses that were sealed for a key that is not here stay shut, and have to be given again.
    """
    at = at or timezone.now()
    waiting = Message.objects.filter(programme=programme, state__in=WAITING)
    waiting.update(state=Message.State.GIVEN_UP, done_at=at, reason="put_back", sealed="")
    box = _outbox()
    box.number = max(box.number, home.sent())
    box.save(update_fields=["number"])
    Told.objects.filter(address__in=Address.objects.filter(programme=programme).values("pk")).update(
        up_to=clock.until(at), at=at
    )
    return _take_home(programme, by)


WAITING = (Message.State.QUEUED, Message.State.SENDING)
