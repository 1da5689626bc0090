"""What is changed after a gathering: its notes, its aide-memoire, and what is carried over to the next."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.actions import KeptApart, RoundClosed, VotedOn, translate
from jukwaa.dialogue.minutes import memo, queries
from jukwaa.dialogue.models import (
    Descent,
    Gathering,
    Memoire,
    Round,
    Source,
    Spoken,
    Statement,
)
from jukwaa.dialogue.steering.queries import state_before
from jukwaa.programmes.cards import Draw, new_trace_code
from jukwaa.record.write import By

# ---- the aide-memoire ------------------------------------------------------------------------------------

LONGEST_SECTION = 4000


def write_memoire(*, gathering: Gathering, language: str, sections: Mapping[str, str], by: By) -> Memoire:
    """Write sections of the aide-memoire; one left empty is composed from the record. Not public afterwards.

    Raises ValueError for a section that is too long for two pages.
    """
    for words in sections.values():
        if len(words) > LONGEST_SECTION:
            told = _(
                "A section has at most %(most)s letters; this one has %(count)s. Two pages is all there is."
            )
            raise ValueError(told % {"most": LONGEST_SECTION, "count": len(words)})
    row = _memoire(gathering, language, {name: sections.get(name, "").strip() for name in Memoire.SECTIONS})
    return record.put("dialogue.memoire_written", row, by=by)


def publish_memoire(
    *, gathering: Gathering, language: str, sections: Mapping[str, str], by: By, at: datetime | None = None
) -> Memoire:
    """Show everybody the aide-memoire in just these words, with their digest."""
    row = _memoire(gathering, language, {name: sections[name] for name in Memoire.SECTIONS})
    row.published_at = at or timezone.now()
    row.digest = memo.digest(language, sections)
    return record.put("dialogue.memoire_published", row, by=by)


def take_back_memoire(*, memoire: Memoire, by: By) -> Memoire:
    """Show it to nobody any more; its words stay for the staff. Paper that was handed out stays out."""
    return record.put("dialogue.memoire_taken_back", memoire, published_at=None, digest="", by=by)


def _memoire(gathering: Gathering, language: str, sections: Mapping[str, str]) -> Memoire:
    return Memoire(
        id=Memoire.id_for(gathering, language),
        programme_id=gathering.programme_id,
        gathering=gathering,
        language=language,
        **sections,
    )


# ---- carried over ----------------------------------------------------------------------------------------


def carry_over(
    *, round: Round, statements: Sequence[Statement], by: By, draw: Draw = secrets.randbelow
) -> list[Statement]:
    """Put statements of other rounds into this one, without retyping; what is there already stays.

    Words, language, translations, sounds, pictures and sources follow, and the same voice stays their owner.
    Each gets a trace code of its own, and the earlier one answers for both. Raises RoundClosed, or KeptApart
    for what a group said by itself and has not released.
    """
    if round.closed_at is not None:
        raise RoundClosed
    if not all(room.may_cross(each.round, round) for each in statements):
        raise KeptApart
    there = queries.carried_to(round)
    new = [each for each in statements if each.pk not in there and each.text and each.round_id != round.pk]
    place = Statement.objects.filter(round=round).count()
    carried = [_carried(each, round, place + n, draw) for n, each in enumerate(new)]
    with record.act(by=by, programme=round.programme_id):
        record.facts("dialogue.statement_carried", carried, by=by)
        for old, fresh in zip(new, carried, strict=True):
            _carry_what_belongs_to_it(old, fresh, by)
    return carried


def _carried(old: Statement, round: Round, position: int, draw: Draw) -> Statement:
    return Statement(
        programme_id=round.programme_id,
        round=round,
        subject=old.subject,
        text=old.text,
        language=old.language,
        picture=old.picture,
        photo=old.photo,
        bears=Statement.Bears.SOLUTION if round.kind == Round.Kind.SOLUTIONS else old.bears,
        looks=old.looks,
        state=old.state,
        position=position,
        trace_code=new_trace_code(draw),
        by_participant=old.by_participant,
    )


def _carry_what_belongs_to_it(old: Statement, fresh: Statement, by: By) -> None:
    """The descent, the sources, the translations and the sounds."""
    programme = fresh.programme_id
    descent = Descent(programme_id=programme, statement=fresh, parent=old, how=Descent.How.CARRIED.value)
    record.fact("dialogue.statement_descended", descent, by=by)
    tied = [
        Source(programme_id=programme, statement=fresh, quote_id=quote) for quote in queries.quotes_of(old)
    ]
    record.facts("dialogue.statement_sourced", tied, by=by)
    for said in queries.translations_of(old):
        translate(
            row=fresh,
            language=said.language,
            text=said.text,
            made_by=said.made_by,
            reviewed_by=said.reviewed_by,
            by=by,
        )
    for sound in queries.sounds_of(old):
        copied = Spoken(
            id=Spoken.id_for(fresh.pk, sound.language, sound.made_by),
            subject=fresh.subject,
            programme_id=programme,
            object=fresh.pk,
            language=sound.language,
            sound=sound.sound,
            mime=sound.mime,
            made_by=sound.made_by,
        )
        record.put("dialogue.statement_spoken", copied, by=by)


def take_back_carried(*, statement: Statement, by: By) -> Statement:
    """Undo a carrying over: what was kept for this round alone stands in its own again.

    Raises VotedOn once anybody answered: then people have met it here.
    """
    if room.was_answered([statement]):
        raise VotedOn
    with record.act(by=by, programme=statement.programme_id):
        ties = Descent.objects.filter(statement=statement, how=Descent.How.CARRIED, removed=False)
        for tie in ties.select_related("parent"):
            record.put("dialogue.descent_removed", tie, removed=True, by=by)
            if tie.parent.state == Statement.State.JOINED:
                before = state_before(tie.parent)
                record.put("dialogue.statement_taken_apart", tie.parent, state=before, by=by)
        return record.put("dialogue.statement_removed", statement, removed=True, by=by)
