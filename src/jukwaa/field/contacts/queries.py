"""What is known of the contact book: how much there is, and who can open it; never what it says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from jukwaa.field.contacts import book
from jukwaa.field.models import Contact, Custodian, Errand, Sealed
from jukwaa.programmes.models import Consent, Participant, Programme, Purpose
from jukwaa.programmes.queries import holding, standing


def custodians(programme: Programme) -> QuerySet[Custodian]:
    """Who can open what is sealed from now on, by name."""
    return standing(Custodian.objects.filter(programme=programme))


def lost(programme: Programme) -> QuerySet[Custodian]:
    """Whose private key is gone."""
    return Custodian.objects.filter(programme=programme, lost=True)


def contacts_of(person: Participant) -> QuerySet[Contact]:
    """What is sealed of that person on this computer."""
    return standing(Contact.objects.filter(subject__in=book.tokens_of(person.pk)))


@dataclass(frozen=True)
class Standing:
    """How many entries there are, how many each custodian opens, and which nobody can open any more."""

    entries: int
    opens: list[tuple[Custodian, int]]
    unopenable: list[Sealed]


def stands(programme: Programme) -> Standing:
    """How the book stands."""
    rows = [*_sealed(programme)]
    here = list(custodians(programme))
    ids = {str(each.pk) for each in here}
    opens = [(each, sum(str(each.pk) in row.sealed_for for row in rows)) for each in here]
    return Standing(len(rows), opens, [row for row in rows if not ids & set(row.sealed_for)])


def _sealed(programme: Programme) -> list[Sealed]:
    return [
        *standing(Contact.objects.filter(programme=programme)),
        *standing(Errand.objects.filter(programme=programme)),
    ]


def to_take_along(programme: Programme) -> list[book.Entry]:
    """What goes into the file for custodians: of those, and only those, who agree today to be asked again."""
    agree = holding(Consent.objects.filter(programme=programme, purpose=Purpose.RECONTACT))
    people = agree.values_list("participant_id", flat=True)
    tokens = {token for person in people for token in book.tokens_of(person)}
    rows = [row for row in _sealed(programme) if row.subject in tokens]
    return [book.Entry(KINDS[type(row)], str(row.pk), row.sealed) for row in sorted(rows, key=_by_id)]


# In no order that tells who came when.
def _by_id(row: Sealed) -> str:
    return str(row.pk)


KINDS: dict[type[Sealed], str] = {Contact: "contacts", Errand: "errands"}


def find(programme: Programme, entry: book.Entry) -> Sealed | None:
    """The row that an entry of a book is, while it is here."""
    model = next(model for model, kind in KINDS.items() if kind == entry.kind)
    try:
        pk = uuid.UUID(entry.id)
    except ValueError:
        return None
    found: Sealed | None = standing(model._default_manager.filter(programme=programme, pk=pk)).first()
    return found
