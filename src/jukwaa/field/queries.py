"""What the field room knows: testimonies to search, quotes to use, themes with what they hold."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from jukwaa.field.models import Quote, Submission, Testimony, Theme, Unreadable, Writing
from jukwaa.programmes.cards import NUMBER, SHELF, is_number, is_sound, only_digits
from jukwaa.programmes.models import Audience, Card, Consent, Constituency, Place, Programme, Purpose
from jukwaa.programmes.queries import has_consent, holding, standing, within
from jukwaa.record import blobs
from jukwaa.record.models import Withdrawal


def themes(programme: Programme) -> QuerySet[Theme]:
    """The programme's themes by title, each with `taken`: how many quotes are coded to it."""
    coded = Count("quotes", filter=Q(quotes__removed=False, quotes__merged_into=None))
    return standing(Theme.objects.filter(programme=programme)).annotate(taken=coded).order_by("title")


def find_testimonies(
    programme: Programme,
    *,
    words: str = "",
    place: Place | None = None,
    constituency: Constituency | None = None,
    gender: str = "",
    theme: Theme | None = None,
    language: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[Testimony]:
    """The programme's testimonies that were not withdrawn and fit all that is given, newest first.

    Words are looked for in the testimony, its translations, its quotes and its trace code; a place includes
    its parts, and both days are included.
    Each has `taken`: how many quotes were taken from it.
    """
    found = standing(Testimony.objects.filter(programme=programme)).exclude(text="", audio="")
    if words:
        found = found.filter(_says(words))
    if place:
        found = found.filter(place__in=within(place))
    if constituency:
        found = found.filter(voice__constituency=constituency)
    if gender:
        found = found.filter(voice__gender=gender)
    if theme:
        found = found.filter(pk__in=find_quotes(programme, theme=theme).values("testimony"))
    if language:
        found = found.filter(language=language)
    if since:
        found = found.filter(given_on__gte=since)
    if until:
        found = found.filter(given_on__lte=until)
    taken = Count("quotes", filter=Q(quotes__removed=False, quotes__merged_into=None))
    related = found.select_related("place", "voice__constituency")
    return related.annotate(taken=taken).order_by("-given_on", "-hlc", "pk")


def _says(words: str) -> Q:
    quoted = standing(Quote.objects.filter(text__icontains=words)).values("testimony")
    written = standing(Writing.objects.filter(text__icontains=words)).values("testimony")
    says = Q(text__icontains=words) | Q(pk__in=quoted) | Q(pk__in=written)
    digits = only_digits(words)
    return says | Q(trace_code=digits) if digits.isdigit() else says


def writings(testimony: Testimony) -> QuerySet[Writing]:
    """Everything that was written down or translated of a testimony, the newest first."""
    found = standing(Writing.objects.filter(testimony=testimony)).exclude(text="")
    return found.select_related("written_by", "reviewed_by").order_by("-hlc", "pk")


def quotes_of(testimony: Testimony) -> QuerySet[Quote]:
    """The quotes taken from a testimony, in the order in which they were taken."""
    found = standing(Quote.objects.filter(testimony=testimony)).exclude(text="")
    return found.select_related("theme").order_by("hlc", "pk")


def find_quotes(programme: Programme, *, words: str = "", theme: Theme | None = None) -> QuerySet[Quote]:
    """The programme's quotes that still have their words and fit what is given, newest first."""
    found = standing(Quote.objects.filter(programme=programme)).exclude(text="")
    if words:
        found = found.filter(text__icontains=words)
    if theme:
        found = found.filter(theme=theme)
    return found.select_related("theme").order_by("-hlc", "pk")


def quotes_to_use(programme: Programme, *, words: str = "", theme: Theme | None = None) -> QuerySet[Quote]:
    """Quotes that may leave the room: a second person checked these very words, and the voice agreed.

    Of words from a translation or a machine's draft a second person has read that, too.
    """
    agreed = holding(Consent.objects.filter(participant=OuterRef("testimony__voice"), purpose=Purpose.QUOTE))
    found = find_quotes(programme, words=words, theme=theme)
    read = Q(writing=None) | Q(writing__reviewed_by__isnull=False)
    heard = Q(writing__translation=False, writing__machine="")
    return found.filter(read | heard, Exists(agreed), checked=F("text"))


def forms_behind(voice: uuid.UUID) -> list[Submission]:
    """The filled-in forms that a voice's testimonies were made of and that are still here."""
    made = Testimony.objects.filter(subject=voice, submission__isnull=False).values("submission")
    found = list(Submission.objects.filter(pk__in=made))
    return [form for form in found if form.subject != voice]


def forms_naming(voice: uuid.UUID) -> list[Submission]:
    """The filled-in forms, of whatever kind, in which a number of that person's cards was typed."""
    held = list(Card.objects.filter(subject=voice))
    rows = Submission.objects.filter(programme__in={card.programme_id for card in held}).order_by()
    return [row for row in rows.iterator(chunk_size=500) if named(held, row.answers.values())]


def voices_of(voice: uuid.UUID) -> list[uuid.UUID]:
    """The voice, and those of the forms that go with it."""
    forms = [*forms_behind(voice), *forms_naming(voice)]
    return [voice, *{form.subject for form in forms if form.subject}]


def unreadable_of(voice: uuid.UUID) -> list[Unreadable]:
    """What nobody could read, and what names such a card all the same."""
    held = list(Card.objects.filter(subject=voice))
    rows = Unreadable.objects.filter(programme__in={card.programme_id for card in held})
    return [row for row in rows if named(held, numbers_in(blobs.read(row.body)))]


# Sixteen digits as people type them, with whatever stands between.
DIGITS = re.compile(rb"\d(?:[ .\-]?\d){15}")


def numbers_in(data: bytes) -> list[str]:
    """What looks like the number of a card, in bytes of any kind."""
    return [found.decode() for found in DIGITS.findall(data)]


def names_somebody_forgotten(programme: uuid.UUID, said: Iterable[str]) -> bool:
    """Whether a card number was typed whose holder asked to be forgotten."""
    numbers = card_numbers(said)
    shelves = {number[:SHELF] for number in numbers}
    gone = Withdrawal.objects.values("subject")
    held = Card.objects.filter(programme=programme, shelf__in=shelves, subject__in=gone) if numbers else ()
    return bool(named(list(held), numbers))


def named(held: Sequence[Card], said: Iterable[str]) -> list[Card]:
    """Those of the cards whose number is among what was typed. A slow digest only where the shelf fits."""
    numbers = card_numbers(said) if held else set()
    return [
        card
        for card in held
        if any(n[:SHELF] == card.shelf and is_number(n, card.number_hash) for n in numbers)
    ]


def card_numbers(said: Iterable[str]) -> set[str]:
    """What was typed that can be the number of a card."""
    digits = {only_digits(words) for words in said if len(words) >= NUMBER}
    return {each for each in digits if len(each) == NUMBER and is_sound(each)}


def may_be_quoted(quote: Quote, audience: str = Audience.PUBLIC) -> bool:
    """Whether the voice agreed that that audience sees these words. A voice without a card never did."""
    voice = quote.testimony.voice
    return bool(quote.text) and voice is not None and has_consent(voice, Purpose.QUOTE, audience)
