"""Whose number or code somebody typed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jukwaa.field.models import Testimony
from jukwaa.field.queries import voices_of
from jukwaa.programmes import queries as programmes
from jukwaa.programmes.cards import NUMBER, is_sound, only_digits
from jukwaa.programmes.erasure import Report, report_on
from jukwaa.programmes.models import Participant, Programme
from jukwaa.programmes.queries import standing

SLIP = 12


class Mistyped(ValueError):
    """The digits are no number of a card and no code of a slip; its text says so to who typed them."""


@dataclass(frozen=True)
class Leaver:
    """Who is to be forgotten: by their card, or by the slip of a testimony that has no card behind it."""

    programme: Programme
    person: Participant | None = None
    testimony: Testimony | None = None

    @property
    def people(self) -> list[uuid.UUID]:
        """The voices that go: the person's, or the testimony's, and those of the forms behind them."""
        voice = self.person.pk if self.person else None
        if self.testimony:
            voice = self.testimony.subject
        return voices_of(voice) if voice else []


def read_digits(typed: str) -> str:
    """The digits of a card or of a slip. Raises Mistyped."""
    digits = only_digits(typed)
    if len(digits) not in {NUMBER, SLIP} or not (digits.isascii() and digits.isdigit()):
        raise Mistyped(_("A card has 16 digits, a slip has 12. Look once more and type them all."))
    if not is_sound(digits):
        raise Mistyped(_("One of the digits is not right. Look once more and type them again."))
    return digits


def find(digits: str) -> Leaver | None:
    """Whose card, while it opens, or whose slip it is. A slip of somebody with a card does not do.

    Whoever finds a slip could otherwise end a card.
    """
    if len(digits) == NUMBER:
        card = programmes.card_by_number(digits)
        if card is None or not programmes.opens(card):
            return None
        return Leaver(card.programme, person=card.participant)
    rows = standing(Testimony.objects.filter(trace_code=digits)).exclude(text="", audio="")
    testimony = rows.select_related("programme", "voice").first()
    if testimony is None or (testimony.voice and programmes.cards_of(testimony.voice).exists()):
        return None
    return Leaver(testimony.programme, testimony=testimony)


def report(leaver: Leaver) -> Report:
    """What is held of them now, and where copies went: asked before they are forgotten."""
    return report_on(leaver.programme, leaver.people)
