"""The words of consent: what is read out for each purpose, and which translations nobody has checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import Audience, Purpose

# Changes with the meaning of any sentence below; each consent keeps the version that was read out.
VERSION = "2026-11"

# How long a yes holds, and how long before its end people are asked again.
HOLDS = timedelta(days=3 * 365)
ASK_AGAIN = timedelta(days=60)

# Languages whose catalogue no speaker has checked yet: the page that asks says so.
UNREVIEWED_LANGUAGES = frozenset({"sw", "fr"})


@dataclass(frozen=True)
class Question:
    """One question of consent. asks_audience: whether it also asks who may see or hear it."""

    purpose: Purpose
    words: Promise
    asks_audience: bool = False


@dataclass(frozen=True)
class Answer:
    """What somebody said to one question."""

    purpose: Purpose
    given: bool
    audience: str = Audience.PROGRAMME.value


@dataclass(frozen=True)
class How:
    """How answers were given: signed, by thumb, by voice or before a witness, and with which care.

    recording: the sha256 of a yes given by voice. until: the last day on which a yes holds, or None for the
    usual time. danger: it could harm them. child: they are under 18, and nothing holds.
    """

    way: str = ""
    witness: str = ""
    recording: str = ""
    until: date | None = None
    danger: bool = False
    child: bool = False

    @property
    def said(self) -> bool:
        """Whether anything of it was said."""
        return self != How()


QUESTIONS = (
    Question(
        Purpose.TAKE_PART,
        _(
            "May we keep what you vote and say here, under your card and without your name, "
            "so that it counts with what others say?"
        ),
    ),
    Question(Purpose.QUOTE, _("May your words be shown to others, without your name?"), asks_audience=True),
    Question(
        Purpose.VOICE,
        _("May others hear the recording of your voice? Somebody may know you by it."),
        asks_audience=True,
    ),
    Question(Purpose.PHOTO, _("May others see your photo? Somebody may know you by it."), asks_audience=True),
    Question(Purpose.STORY, _("May your story be told, as you agree with us each time?"), asks_audience=True),
    Question(Purpose.RECONTACT, _("May we ask you again later?")),
)

# What "forget me" does, said before it is done.
WHAT_GOES = (
    _("It goes for ever: everything said, recorded and voted under this card, and what was agreed to."),
    _("It goes for ever: the name, group, place, age, gender and language. The card opens nothing any more."),
    _("It stays: counts that were already shown, and paper that was already printed."),
    _("It stays: that somebody asked to be forgotten, but not who. This cannot be undone."),
)

# Nobody is asked about newspapers on a phone page: that is agreed in person, story by story.
AUDIENCES_ON_A_PHONE = (Audience.PROGRAMME, Audience.REPORT, Audience.PUBLIC)


def is_unreviewed(language: str) -> bool:
    """Whether no speaker has checked the words in that language yet."""
    return language.partition("-")[0] in UNREVIEWED_LANGUAGES
