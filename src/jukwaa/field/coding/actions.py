"""What changes between a testimony and a statement: codebook, codes, checks, drafts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field.actions import add_theme, change_theme
from jukwaa.field.coding import queries
from jukwaa.field.coding.codebook import Entry
from jukwaa.field.models import Codebook, Coding, Draft, DraftSource, Quote, Theme
from jukwaa.field.queries import quotes_to_use, themes
from jukwaa.programmes.models import Member, Programme
from jukwaa.record.write import By


def codebook_now(*, programme: Programme, by: By) -> Codebook:
    """The codebook as the themes are now: the newest version, or the next one if a theme has changed."""
    said = [
        {"id": str(theme.pk), "title": theme.title, "cycle": theme.cycle, "meaning": theme.meaning}
        for theme in themes(programme).order_by("pk")
    ]
    newest = queries.codebooks(programme).first()
    if newest and newest.said == said:
        return newest
    number = newest.number + 1 if newest else 1
    row = Codebook(programme=programme, number=number, said=said, made_at=timezone.now())
    return record.fact("field.codebook_made", row, by=by)


@transaction.atomic
def import_codebook(*, programme: Programme, entries: Sequence[Entry], by: By) -> tuple[int, int]:
    """Take over the themes of a codebook: new ones are added, known ones worded as it says, none removed.

    Gives how many were added and how many changed. Titles are the same whatever their capitals.
    """
    known = {theme.title.casefold(): theme for theme in themes(programme)}
    added = changed = 0
    for entry in entries:
        theme = known.get(entry.title.casefold())
        if theme is None:
            new = add_theme(programme=programme, by=by, **asdict(entry))
            known[entry.title.casefold()] = new
            added += 1
        elif (theme.cycle, theme.meaning) != (entry.cycle, entry.meaning):
            change_theme(theme=theme, title=theme.title, cycle=entry.cycle, meaning=entry.meaning, by=by)
            changed += 1
    return added, changed


@transaction.atomic
def code_quote(*, quote: Quote, theme: Theme, sort: str, when: str, by: Member, cycle: str = "") -> Coding:
    """Say what a quote is about, as one of at most two coders.

    Where the second says what the first said, that is agreed on. Raises ValueError for a third coder, and
    once both have spoken: from then on each can see what the other said.
    """
    if not queries.may_code(quote):
        raise ValueError(_("Two people have coded this quote, or its code is settled. Take another one."))
    said = _code(quote, by, theme=theme, cycle=cycle, sort=sort, when=when, by=by)
    both = queries.codes_of(quote)
    if len(both) == queries.MOST_CODERS and queries.are_alike(both):
        _agree(quote, theme=theme, cycle=cycle, sort=sort, when=when, by=by)
    return said


@transaction.atomic
def settle_code(*, quote: Quote, theme: Theme, sort: str, when: str, by: Member, cycle: str = "") -> Coding:
    """Say what a quote is about after all; the coders' words stay.

    Raises ValueError before both have spoken.
    """
    if len(queries.codes_of(quote)) < queries.MOST_CODERS:
        raise ValueError(_("Two people have to code this quote first, without seeing each other's codes."))
    return _agree(quote, theme=theme, cycle=cycle, sort=sort, when=when, by=by)


@transaction.atomic
def take_single_codes(*, programme: Programme, by: Member) -> int:
    """Let what one coder said stand, of every quote that no second one coded; gives of how many."""
    alone = queries.coded_once(programme)
    for said in alone:
        _agree(said.quote, theme=said.theme, cycle=said.cycle, sort=said.sort, when=said.when, by=by)
    return len(alone)


def _agree(quote: Quote, *, theme: Theme, by: Member, **said: str) -> Coding:
    """Only what is agreed on shows at the quote: a coder's code there would tell it to the other."""
    with record.act(by=by, programme=quote.programme_id):
        agreed = _code(quote, None, theme=theme, by=by, **said)
        record.put("field.quote_changed", quote, theme=theme, by=by)
    return agreed


def _code(quote: Quote, coder: Member | None, *, by: Member, **said: object) -> Coding:
    book = codebook_now(programme=by.programme, by=by)
    row = Coding(
        id=Coding.id_for(quote, coder),
        programme_id=quote.programme_id,
        subject=quote.subject,
        quote=quote,
        coder=coder,
        codebook=book,
        **said,
    )
    return record.put("field.quote_coded", row, by=by)


def check_quote(*, quote: Quote, by: Member) -> Quote:
    """Say that these words do not tell who spoke. Raises ValueError for whoever worded them."""
    if quote.worded_by_id == by.pk:
        raise ValueError(_("You took these words out yourself. Let somebody else read them."))
    return record.put("field.quote_checked", quote, checked=quote.text, checked_by=by, by=by)


@transaction.atomic
def offer_draft(*, programme: Programme, text: str, language: str, quotes: Sequence[Quote], by: By) -> Draft:
    """Offer words for a statement, with the quotes that they come from, to those who run rounds.

    The first quote's voice owns the words: when it withdraws, they go. Raises ValueError without words, or
    for a quote that was not checked or whose voice does not agree to be quoted.
    """
    if not text.strip():
        raise ValueError(_("A statement needs words."))
    usable = set(quotes_to_use(programme).filter(pk__in=[q.pk for q in quotes]).values_list("pk", flat=True))
    if not quotes or any(quote.pk not in usable for quote in quotes):
        raise ValueError(_("Take only quotes that were checked and whose voice agreed to be quoted."))
    with record.act(by=by, programme=programme):
        draft = Draft(programme=programme, subject=quotes[0].subject, text=text.strip(), language=language)
        record.fact("field.draft_offered", draft, by=by)
        rows = [DraftSource(programme=programme, draft=draft, quote=quote) for quote in quotes]
        record.facts("field.draft_sourced", rows, by=by)
    return draft


def forget_drafts_of(*, voice: uuid.UUID, by: By) -> int:
    """Forget the drafts that a forgotten voice's words went into beside others'; gives how many."""
    found = list(queries.drafts_with(voice))
    for draft in found:
        record.withdraw(draft.pk, by=by, programme=draft.programme_id, verb="field.draft_forgotten")
    return len(found)


def use_draft(*, draft: Draft, statement: uuid.UUID, by: By) -> Draft:
    """Note that it was put to the vote, and as which statement."""
    return record.put("field.draft_used", draft, state=Draft.State.USED, statement=statement, by=by)


def leave_draft(*, draft: Draft, by: By) -> Draft:
    """Put nothing to the vote of it."""
    return record.put("field.draft_left", draft, state=Draft.State.LEFT, by=by)
