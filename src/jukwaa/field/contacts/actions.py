"""What changes in the contact book: custodians come and go, entries are sealed, sealed anew and erased."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field.contacts import book, queries
from jukwaa.field.models import Contact, Custodian, Errand
from jukwaa.programmes.models import Participant, Programme, Purpose
from jukwaa.programmes.queries import has_consent
from jukwaa.record.write import By

FORGOTTEN = "field.contact_forgotten"


class NotKept(ValueError):
    """Nothing was sealed; the sentence says why."""


# ---- custodians ------------------------------------------------------------------------------------------


def add_custodian(*, programme: Programme, name: str, recipient: str, by: By) -> Custodian:
    """Let somebody open what is sealed from now on; what was sealed before stays shut to them.

    Raises book.NotAKey, or NotKept for a key that is here already.
    """
    key = book.read_recipient(recipient)
    if queries.custodians(programme).filter(recipient=key).exists():
        raise NotKept(_("This key is here already. Each custodian has a key of their own."))
    row = Custodian(programme=programme, name=name.strip(), recipient=key)
    return record.fact("field.custodian_added", row, by=by)


def end_custodian(*, custodian: Custodian, by: By, lost: bool = False) -> Custodian:
    """Seal nothing for them any more; what they can open already, they can open still, unless it is lost."""
    return record.put("field.custodian_ended", custodian, removed=True, lost=lost, by=by)


# ---- entries ---------------------------------------------------------------------------------------------


def keep_contact(*, person: Participant, name: str, phone: str, by: By, more: str = "") -> Contact:
    """Seal how the person can be reached, in place of what was sealed before. Raises NotKept.

    Only of somebody who agrees to be asked again, and only while there is somebody who can open it.
    """
    said = {"name": name.strip(), "phone": phone.strip(), "more": more.strip()}
    before = [row.pk for row in queries.contacts_of(person)]
    row = Contact(**_sealed(person, said))
    with record.act(by=by, programme=row.programme_id, klass=Contact.KLASS, sitting=_today(), alone=True):
        for pk in before:
            record.withdraw(pk, by=by, programme=row.programme_id, verb=FORGOTTEN)
        return record.fact("field.contact_sealed", row, by=by)


def ask_to_reach(*, person: Participant, words: str, by: By) -> Errand:
    """Ask the custodians to tell or ask the person something. Raises NotKept when they cannot be reached."""
    entry = queries.contacts_of(person).first()
    if entry is None:
        raise NotKept(_("No way to reach this person is kept."))
    said = {"entry": str(entry.pk), "words": words.strip(), "asked by": str(by or "")}
    row = Errand(**_sealed(person, said))
    with record.act(by=by, programme=row.programme_id, klass=Errand.KLASS, sitting=_today()):
        return record.fact("field.errand_sealed", row, by=by)


def _sealed(person: Participant, said: dict[str, str]) -> dict[str, Any]:
    """What a row says in which the words are sealed, for all who are custodians now. Raises NotKept."""
    keepers = list(queries.custodians(person.programme))
    if not keepers:
        raise NotKept(_("There is no custodian yet, so nobody could ever read it. Name one first."))
    if not has_consent(person, Purpose.RECONTACT):
        raise NotKept(_("This person has not agreed to be asked again, so no way to reach them is kept."))
    return {
        "subject": book.tokens_of(person.pk)[0],
        "programme_id": person.programme_id,
        "sealed": book.seal(said, [each.recipient for each in keepers]),
        "sealed_for": [str(each.pk) for each in keepers],
    }


def _today() -> datetime:
    """Entries say on which day they were sealed, not when: the hour would tell whose they are."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def forget_contacts_of(*, voice: uuid.UUID, by: By) -> int:
    """Erase what is sealed of somebody who was forgotten, for ever; gives how much it was."""
    gone = 0
    for token in book.tokens_of(voice):
        rows = [*Contact.objects.filter(subject=token), *Errand.objects.filter(subject=token)]
        for programme in {row.programme_id for row in rows}:
            record.withdraw(token, by=by, programme=programme, verb=FORGOTTEN)
        gone += len(rows)
    return gone


def end_contact(*, person: uuid.UUID, by: By) -> int:
    """Erase it when they no longer agree to be asked again; should they agree once more, it is typed anew."""
    tokens = book.tokens_of(person)
    rows = [*Contact.objects.filter(subject__in=tokens), *Errand.objects.filter(subject__in=tokens)]
    for row in rows:
        record.withdraw(row.pk, by=by, programme=row.programme_id, verb=FORGOTTEN)
    return len(rows)


# ---- other custodians ------------------------------------------------------------------------------------


def take_in(*, programme: Programme, data: bytes, by: By) -> int:
    """Take in a book that a custodian sealed anew for all custodians of today; gives how many entries.

    Raises book.CannotOpen, or NotKept when it is sealed for others than those; entries that were erased
    meanwhile stay erased.
    """
    brought = book.read_book(data)
    keepers = list(queries.custodians(programme))
    if set(brought.recipients) != {each.recipient for each in keepers}:
        raise NotKept(_("This book is sealed for others than the custodians of today. Seal it once more."))
    if not all(book.is_sealed(entry.sealed) for entry in brought.entries):
        raise NotKept(
            _("Something in this book is not sealed. It was not kept; see that the file is erased.")
        )
    names, taken = [str(each.pk) for each in keepers], 0
    with record.act(by=by, programme=programme, klass=Contact.KLASS, sitting=_today()):
        for entry in brought.entries:
            row = queries.find(programme, entry)
            if row is not None and row.sealed != entry.sealed:
                record.put("field.contact_resealed", row, sealed=entry.sealed, sealed_for=names, by=by)
                taken += 1
    return taken


def drop_unopenable(*, programme: Programme, by: By) -> int:
    """Erase what nobody can open any more, since the keys are lost; gives how much it was."""
    rows = queries.stands(programme).unopenable
    for row in rows:
        record.withdraw(row.pk, by=by, programme=programme, verb=FORGOTTEN)
    return len(rows)
