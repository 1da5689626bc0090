"""What there is to hear and to see of statements, and who may."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from jukwaa.dialogue.models import Round, Spoken, Statement, Voice
from jukwaa.dialogue.phone import speech
from jukwaa.dialogue.queries import (
    STANDING,
    deck,
    in_the_readers_language,
    may_see,
    put_to_the_vote,
    voices,
)
from jukwaa.field import languages
from jukwaa.programmes.access import P, may
from jukwaa.programmes.models import Member, Participant, Programme
from jukwaa.record.models import Translation

# As many cards as fit a first visit beside the page; more are asked for when the phone is back.
MOST_AHEAD = 60


def ahead(round: Round, participant: Participant) -> list[dict[str, str]]:
    """The statements that the participant has not answered, in the reader's language.

    Each with its id, words and their language.
    """
    answered = deck(round.pk, participant.pk)
    open_ = [row for row in put_to_the_vote(round) if answered.get(row.pk.hex) is None]
    found = in_the_readers_language(open_[:MOST_AHEAD])
    return [{"statement": str(row.pk), "text": row.said.text, "lang": row.said.language} for row in found]


def find_row(programme: Programme, pk: uuid.UUID) -> Statement | Round | None:
    """The statement or the round of the programme with that id, with its round at hand."""
    said = Statement.objects.filter(STANDING, programme=programme, pk=pk).select_related("round").first()
    return said or Round.objects.filter(STANDING, programme=programme, pk=pk).first()


def may_meet(row: Statement | Round, member: Member | None, participant: Participant | None) -> bool:
    """Whether whoever asks, neither a member nor a participant for the public, may hear and see the row.

    Nobody meets what a group keeps apart but that group and those who facilitate. Staff: what is put to the
    vote, and all of it where they facilitate. A participant: what is put to the vote in a round that was
    opened, and their own. The public: only where it may see what the groups said.
    """
    round_ = row.round if isinstance(row, Statement) else row
    if not may_see(round_, member, participant):
        return False
    waits = isinstance(row, Statement) and row.state != Statement.State.APPROVED
    if member is not None:
        return not waits or may(member, P.FACILITATE)
    if waits:
        return participant is not None and row.subject == participant.pk
    if participant is None:
        return round_.shows_results()
    return round_.opened_at is not None and not round_.hidden


def spoken(of: uuid.UUID, language: str = "") -> list[Spoken]:
    """What reads the row out, in that language or in any: a person before the machine."""
    found = Spoken.objects.filter(STANDING, object=of).exclude(sound="")
    found = found.filter(language=language) if language else found
    return list(found.order_by("language", "-made_by"))


def voices_of(rows: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[Voice, ...]]:
    """Who reads each of the rows out, by its id; rows without a voice are not in it."""
    said: dict[uuid.UUID, list[str]] = {}
    for pk, language, by in (
        Spoken.objects.filter(STANDING, object__in=list(rows))
        .exclude(sound="")
        .values_list("object", "language", "made_by")
    ):
        said.setdefault(pk, []).append(f"{language} {by}")
    return {pk: voices(",".join(each), "") for pk, each in said.items()}


@dataclass(frozen=True)
class Line:
    """A statement, or the round's question, with what there is and what is missing of it.

    texts: its words by language. voices: who reads it out, by language. missing: the languages of the
    programme in which it has words and nobody reads them.
    """

    row: Statement | Round
    texts: Mapping[str, str]
    voices: Mapping[str, Voice]
    missing: tuple[str, ...]

    @property
    def missing_names(self) -> list[str]:
        """The names of the languages in which nobody reads it out."""
        return [languages.NAMES.get(code, code) for code in self.missing]


def lines(round: Round) -> list[Line]:
    """The round's question, then its statements put to the vote, each with its pictures and voices."""
    rows: list[Statement | Round] = [round, *put_to_the_vote(round)]
    words: dict[uuid.UUID, dict[str, str]] = {}
    translated = Translation.objects.filter(STANDING, object__in=[row.pk for row in rows])
    for each in translated.filter(Q(field="text") | Q(field="question")).exclude(text=""):
        words.setdefault(each.object, {})[each.language] = each.text
    heard = voices_of(row.pk for row in rows)
    wanted = round.programme.languages.split()
    found = []
    for row in rows:
        texts = words.get(row.pk, {}) | {row.language: str(row)}
        read = {voice.language: voice for voice in heard.get(row.pk, ())}
        asked = dict.fromkeys([row.language, *wanted])
        found.append(
            Line(row, texts, read, tuple(code for code in asked if code in texts and code not in read))
        )
    return found


def for_the_machine(round: Round) -> list[tuple[Statement | Round, str, str]]:
    """What the machine here can read out and nobody does: the row, the language, the words."""
    can = speech.machine_languages()
    return [
        (line.row, code, line.texts[code]) for line in lines(round) for code in line.missing if code in can
    ]
