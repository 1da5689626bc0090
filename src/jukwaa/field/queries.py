"""What the field room knows: testimonies to search, quotes to use, themes with what they hold."""

from __future__ import annotations

import uuid
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from jukwaa.field.models import Quote, Submission, Testimony, Theme, Writing
from jukwaa.programmes.cards import only_digits
from jukwaa.programmes.models import Audience, Consent, Constituency, Place, Programme, Purpose
from jukwaa.programmes.queries import has_consent, standing, within


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
    agreed = Consent.objects.filter(
        participant=OuterRef("testimony__voice"), purpose=Purpose.QUOTE, given=True, removed=False
    )
    found = find_quotes(programme, words=words, theme=theme)
    read = Q(writing=None) | Q(writing__reviewed_by__isnull=False)
    heard = Q(writing__translation=False, writing__machine="")
    return found.filter(read | heard, Exists(agreed), checked=F("text"))


def forms_behind(voice: uuid.UUID) -> list[Submission]:
    """The filled-in forms that a voice's testimonies were made of and that are still here."""
    made = Testimony.objects.filter(subject=voice, submission__isnull=False).values("submission")
    found = list(Submission.objects.filter(pk__in=made))
    return [form for form in found if form.subject != voice]


def may_be_quoted(quote: Quote, audience: str = Audience.PUBLIC) -> bool:
    """Whether the voice agreed that that audience sees these words. A voice without a card never did."""
    voice = quote.testimony.voice
    return bool(quote.text) and voice is not None and has_consent(voice, Purpose.QUOTE, audience)
