"""What the field room knows: testimonies to search, quotes to use, themes with what they hold."""

from __future__ import annotations

import uuid

from django.db.models import Count, Q, QuerySet

from jukwaa.field.models import Quote, Testimony, Theme
from jukwaa.programmes.cards import only_digits
from jukwaa.programmes.models import Constituency, Place, Programme

STANDING = Q(removed=False, merged_into=None)


def themes(programme: Programme) -> QuerySet[Theme]:
    """The programme's themes by title, each with `taken`: how many quotes are coded to it."""
    coded = Count("quotes", filter=Q(quotes__removed=False, quotes__merged_into=None))
    return Theme.objects.filter(STANDING, programme=programme).annotate(taken=coded).order_by("title")


def find_testimonies(
    programme: Programme,
    *,
    words: str = "",
    place: Place | None = None,
    constituency: Constituency | None = None,
    theme: Theme | None = None,
    language: str = "",
) -> QuerySet[Testimony]:
    """The programme's testimonies that were not withdrawn and fit all that is given, newest first.

    Words are looked for in the testimony, its quotes and its trace code; a place includes its parts.
    Each has `taken`: how many quotes were taken from it.
    """
    found = Testimony.objects.filter(STANDING, programme=programme).exclude(text="", audio="")
    if words:
        found = found.filter(_says(words))
    if place:
        found = found.filter(place__in=_with_parts(place))
    if constituency:
        found = found.filter(voice__constituency=constituency)
    if theme:
        found = found.filter(pk__in=find_quotes(programme, theme=theme).values("testimony"))
    if language:
        found = found.filter(language=language)
    taken = Count("quotes", filter=Q(quotes__removed=False, quotes__merged_into=None))
    related = found.select_related("place", "voice__constituency")
    return related.annotate(taken=taken).order_by("-given_on", "-hlc", "pk")


def _says(words: str) -> Q:
    quoted = Quote.objects.filter(STANDING, text__icontains=words).values("testimony")
    says = Q(text__icontains=words) | Q(pk__in=quoted)
    digits = only_digits(words)
    return says | Q(trace_code=digits) if digits.isdigit() else says


def _with_parts(place: Place) -> set[uuid.UUID]:
    """The place and all that lies in it."""
    found, newest = {place.pk}, {place.pk}
    while newest:
        parts = Place.objects.filter(parent__in=newest).values_list("pk", flat=True)
        newest = set(parts) - found
        found |= newest
    return found


def quotes_of(testimony: Testimony) -> QuerySet[Quote]:
    """The quotes taken from a testimony, in the order in which they were taken."""
    return Quote.objects.filter(STANDING, testimony=testimony).select_related("theme").order_by("hlc", "pk")


def find_quotes(programme: Programme, *, words: str = "", theme: Theme | None = None) -> QuerySet[Quote]:
    """The programme's quotes that still have their words and fit what is given, newest first."""
    found = Quote.objects.filter(STANDING, programme=programme).exclude(text="")
    if words:
        found = found.filter(text__icontains=words)
    if theme:
        found = found.filter(theme=theme)
    return found.select_related("theme").order_by("-hlc", "pk")
