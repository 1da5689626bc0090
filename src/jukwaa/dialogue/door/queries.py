"""What the door asks: who a typed name or a shown card is, who is awaited, who is here, who is missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, QuerySet, When

from jukwaa.dialogue.models import (
    Attendance,
    Gathering,
    Hand,
    Incident,
    Risk,
    Speech,
    Statement,
    Vote,
)
from jukwaa.dialogue.queries import AWAITED, HERE, attendance, by_group, gatherings, listed
from jukwaa.programmes import cards
from jukwaa.programmes.models import Card, Certificate, Participant, Programme
from jukwaa.programmes.queries import (
    card_by_secret,
    card_counts,
    cards_of,
    participants,
    standing,
)

MOST_FOUND = 40


@dataclass(frozen=True)
class Counters:
    """How many are here, of how many who did not decline, and how many blank cards are left."""

    here: int
    expected: int
    blank: int


def counters(gathering: Gathering) -> Counters:
    """What the door desk shows above everything else."""
    states = list(attendance(gathering).values_list("state", flat=True))
    return Counters(
        here=sum(state in HERE for state in states),
        expected=sum(state != Attendance.State.REFUSED for state in states),
        blank=card_counts(gathering.programme).blank,
    )


def awaited(gathering: Gathering) -> list[tuple[str, list[Participant]]]:
    """Who was asked and has not come yet, by group."""
    return by_group(row.participant for row in attendance(gathering).filter(state__in=AWAITED))


def here(gathering: Gathering) -> list[tuple[str, list[Participant]]]:
    """Who is here, by group."""
    return by_group(row.participant for row in attendance(gathering).filter(state__in=HERE))


def noted(gathering: Gathering, participant: Participant) -> Attendance | None:
    """The person's line in the register, if there is one."""
    return attendance(gathering).filter(participant=participant).first()


def called(programme: Programme, words: str) -> QuerySet[Participant]:
    """Those of the programme who are called so, by group, at most as many as a screen holds."""
    found = participants(programme).filter(called__icontains=words.strip()).select_related("constituency")
    return found.order_by("constituency__position", "called", "pk")[:MOST_FOUND]


def card_scanned(programme: Programme, address: str) -> Card | None:
    """The card whose code was scanned, which is an address; None for no card of ours."""
    card = card_by_secret(address.strip().rpartition("/c/")[2].strip("/"))
    return card if card is not None and card.programme_id == programme.pk else None


def looks_like_a_card(typed: str) -> bool:
    """Whether what was typed or scanned is meant for a card, and not for a name."""
    digits = cards.only_digits(typed)
    return "/c/" in typed or (digits.isascii() and digits.isdigit() and len(digits) > 3)


def held(participant: Participant) -> Card | None:
    """The card in the person's hand, if they have a valid one."""
    return cards_of(participant).filter(state=Card.State.ISSUED).first()


def printed_for(participant: Participant) -> Card | None:
    """The card that was printed for the person and waits for them, if there is one."""
    return cards_of(participant).filter(state=Card.State.PRINTED).first()


# ---- who might be harmed, and what harmed ----------------------------------------------------------------


def risks(gathering: Gathering) -> QuerySet[Risk]:
    """Who might be harmed by being at the gathering, the gravest first; none while its lists are frozen."""
    grave = Case(When(level="high", then=0), When(level="medium", then=1), default=2)
    found = standing(Risk.objects.filter(gathering=gathering)).order_by(grave, "hlc")
    return listed(found, gathering)


def gatherings_with_risks(programme: Programme) -> list[tuple[Gathering, list[Risk]]]:
    """Every gathering of the programme with the risks written down for it, the latest gathering first."""
    found = []
    for gathering in gatherings(programme):
        gathering.programme = programme
        found.append((gathering, list(risks(gathering))))
    return found


def incidents(programme: Programme) -> QuerySet[Incident]:
    """What harmed somebody for taking part, what is open first; not of a gathering whose lists are frozen."""
    found = standing(Incident.objects.filter(programme=programme)).exclude(gathering__frozen=True)
    return found.select_related("gathering").order_by("-state", "-happened_on", "-hlc")


# ---- what an erasure takes -------------------------------------------------------------------------------


def certificates_of(gathering: Gathering) -> QuerySet[Certificate]:
    """Who sat where and who was heard at the gathering, frozen or not."""
    kinds = (Certificate.Kind.SEATING, Certificate.Kind.VOICE)
    return standing(Certificate.objects.filter(about=gathering.pk, kind__in=kinds))


@dataclass(frozen=True)
class Holding:
    """How much the lists of a gathering hold, and how many votes and statements stay when they go."""

    people: int
    speeches: int
    hands: int
    risks: int
    incidents: int
    seatings: int
    votes: int
    statements: int


def holding(gathering: Gathering) -> Holding:
    """What erasing the gathering's lists would take and leave, counted whether or not they are frozen."""
    return Holding(
        people=Attendance.objects.filter(gathering=gathering).count(),
        speeches=Speech.objects.filter(gathering=gathering).count(),
        hands=Hand.objects.filter(gathering=gathering).count(),
        risks=Risk.objects.filter(gathering=gathering).count(),
        incidents=Incident.objects.filter(gathering=gathering).count(),
        seatings=certificates_of(gathering).count(),
        votes=Vote.objects.filter(statement__round__gathering=gathering).count(),
        statements=Statement.objects.filter(round__gathering=gathering, removed=False).count(),
    )
