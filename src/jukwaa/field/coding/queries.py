"""What was coded, by whom, what waits for whom, and what coders see differently."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
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
    """Quotes that this coder has not coded, that fewer than two others did, and whose code is not settled."""
    done: dict[uuid.UUID, set[uuid.UUID | None]] = defaultdict(set)
    said = standing(Coding.objects.filter(programme=programme)).order_by()
    for quote, who in said.values_list("quote_id", "coder_id"):
        done[quote].add(who)
    full = [quote for quote, who in done.items() if who & {coder.pk, None} or len(who) >= MOST_CODERS]
    return find_quotes(programme).exclude(pk__in=full).order_by("hlc", "pk")


def may_code(quote: Quote) -> bool:
    """Whether fewer than two have coded it and nothing was agreed; until then a coder may think again."""
    said = set(standing(Coding.objects.filter(quote=quote)).values_list("coder_id", flat=True))
    return None not in said and len(said) < MOST_CODERS


def codes_of(quote: Quote) -> list[Coding]:
    """What each coder said of a quote: for nobody's eyes before both have spoken."""
    return list(codings(quote.programme).filter(quote=quote, coder__isnull=False))


def coded_once(programme: Programme) -> list[Coding]:
    """What one coder said of quotes that no second one coded and whose code is not settled."""
    by_quote: dict[uuid.UUID, list[Coding]] = defaultdict(list)
    for each in _of_standing_quotes(programme):
        by_quote[each.quote_id].append(each)
    return [said[0] for said in by_quote.values() if len(said) == 1 and said[0].coder_id]


def unsettled(programme: Programme) -> int:
    """How many quotes have no theme yet that was settled."""
    return find_quotes(programme).filter(theme=None).count()


def _of_standing_quotes(programme: Programme) -> QuerySet[Coding]:
    return codings(programme).filter(quote__removed=False).exclude(quote__text="")


@dataclass(frozen=True)
class Difference:
    """A quote that two people coded differently and nobody has settled."""

    quote: Quote
    codings: list[Coding]


def differences(programme: Programme) -> list[Difference]:
    """Quotes to be settled: both have coded them, so what one said cannot sway the other any more."""
    by_quote: dict[uuid.UUID, list[Coding]] = defaultdict(list)
    for each in _of_standing_quotes(programme):
        by_quote[each.quote_id].append(each)
    return [
        Difference(said[0].quote, said)
        for said in by_quote.values()
        if len(said) >= MOST_CODERS and all(each.coder_id for each in said) and not are_alike(said)
    ]


def are_alike(codes: Sequence[Coding]) -> bool:
    """Whether all of them say the same."""
    return len({(each.theme_id, each.cycle, each.sort, each.when) for each in codes}) == 1


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


def used_drafts(programme: Programme) -> QuerySet[Draft]:
    """Words of researchers that were put to the vote, the newest first."""
    return standing(Draft.objects.filter(programme=programme, state=Draft.State.USED)).exclude(text="")


def agreed(programme: Programme, *, sort: str = "") -> QuerySet[Coding]:
    """What was agreed of quotes."""
    only = Q(sort=sort) if sort else Q()
    return codings(programme).filter(only, coder__isnull=True)
