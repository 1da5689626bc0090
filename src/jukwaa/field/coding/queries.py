"""What was coded, by whom, what waits for whom, and what coders see differently."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from jukwaa.field.models import Codebook, Coding, Draft, DraftSource, Quote, Testimony
from jukwaa.field.queries import find_quotes, find_testimonies, quotes_to_use
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import standing


def drafts_with(voice: uuid.UUID) -> QuerySet[Draft]:
    """The drafts with words of that voice among those they were made of, that still have their words."""
    sources = DraftSource.objects.filter(quote__subject=voice)
    return Draft.objects.filter(pk__in=sources.values("draft")).exclude(text="")


def codebooks(programme: Programme) -> QuerySet[Codebook]:
    """The versions of the codebook, the newest first."""
    return standing(Codebook.objects.filter(programme=programme)).order_by("-number", "-hlc")


def codings(programme: Programme) -> QuerySet[Coding]:
    """All that coders said, and what was agreed."""
    found = standing(Coding.objects.filter(programme=programme))
    return found.select_related("theme", "coder", "quote")


def coding_by(quote: Quote, coder: Member | None) -> Coding | None:
    """What one coder made of a quote; of nobody, what was agreed."""
    return standing(Coding.objects.filter(pk=Coding.id_for(quote, coder))).first()


MOST_CODERS = 2


def to_code(programme: Programme, coder: Member) -> QuerySet[Quote]:
    """Quotes that this coder has not coded and that fewer than two others did."""
    done: dict[uuid.UUID, set[uuid.UUID | None]] = defaultdict(set)
    said = codings(programme).filter(coder__isnull=False).order_by()
    for quote, who in said.values_list("quote_id", "coder_id"):
        done[quote].add(who)
    full = [quote for quote, who in done.items() if coder.pk in who or len(who) >= MOST_CODERS]
    return find_quotes(programme).exclude(pk__in=full).order_by("hlc", "pk")


def may_code(quote: Quote, coder: Member) -> bool:
    """Whether one of the two places is this coder's, or still free, and nothing was agreed yet."""
    said = standing(Coding.objects.filter(quote=quote))
    others = said.filter(coder__isnull=False).exclude(coder=coder).values("coder").distinct().count()
    return others < MOST_CODERS and not said.filter(coder__isnull=True).exists()


@dataclass(frozen=True)
class Difference:
    """A quote that two people coded differently and nobody has settled."""

    quote: Quote
    codings: list[Coding]


def differences(programme: Programme) -> list[Difference]:
    """Quotes to be settled, in the order in which they were taken."""
    by_quote: dict[uuid.UUID, list[Coding]] = defaultdict(list)
    for each in codings(programme).exclude(quote__text="").filter(quote__removed=False):
        by_quote[each.quote_id].append(each)
    return [
        Difference(said[0].quote, said)
        for said in by_quote.values()
        if all(each.coder_id for each in said) and len({_code(each) for each in said}) > 1
    ]


def _code(each: Coding) -> tuple[object, ...]:
    return (each.theme_id, each.cycle, each.sort, each.when)


def to_check(programme: Programme, member: Member) -> QuerySet[Quote]:
    """Quotes whose words no second person has read for what tells who spoke; not those that one worded."""
    return find_quotes(programme).exclude(checked=F("text")).exclude(worded_by=member).order_by("hlc", "pk")


def heard(programme: Programme) -> QuerySet[Testimony]:
    """Testimonies with who spoke and what was taken from them."""
    found = find_testimonies(programme).select_related("place", "voice__constituency", "voice__place")
    return found.prefetch_related(Prefetch("quotes", standing(Quote.objects.all())))


def drafts(programme: Programme) -> QuerySet[Draft]:
    """Words that researchers offer and no facilitator has answered, the newest first.

    One of whose quotes may not leave the room any more stays in it too.
    """
    unusable = DraftSource.objects.filter(programme=programme).exclude(quote__in=quotes_to_use(programme))
    waits = Draft.objects.filter(programme=programme, state=Draft.State.OFFERED)
    return (
        standing(waits)
        .exclude(text="")
        .exclude(pk__in=unusable.values("draft"))
        .prefetch_related(Prefetch("sources", standing(DraftSource.objects.select_related("quote"))))
    )


def agreed(programme: Programme, *, sort: str = "") -> QuerySet[Coding]:
    """What was agreed of quotes."""
    only = Q(sort=sort) if sort else Q()
    return codings(programme).filter(only, coder__isnull=True)
