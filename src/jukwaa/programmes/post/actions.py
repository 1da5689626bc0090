"""Addresses that people give and take back, and the messages that wait for them.

`give_address`, `end_address` and `write` are what other rooms need. What goes out is in `sending.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.programmes.models import Address, Home, Message, Programme
from jukwaa.programmes.post import home, queries
from jukwaa.record.write import By

# A text, or what says it in the language that is active.
Words = str | Callable[[], str]
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


def end_address(*, address: Address, by: By) -> None:
    """Never write there again: the address is erased here and wherever the record goes."""
    Message.objects.filter(address=address.pk, state=Message.State.QUEUED).delete()
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
