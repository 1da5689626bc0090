"""What the dialogue room knows: what somebody is asked next, who voted how, what waits to be drawn."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from jukwaa.dialogue.models import Finding, Gathering, Round, Statement, Vote
from jukwaa.programmes.models import Participant, Programme
from jukwaa.record.models import Event, Stream

STANDING = Q(removed=False, merged_into=None)
# How long a count of who was heard on what serves before it is made anew.
SECONDS_A_COUNT_SERVES = 5


# ---- gatherings, rounds, statements ----------------------------------------------------------------------


def gatherings(programme: Programme) -> QuerySet[Gathering]:
    """The programme's gatherings, the latest first, those without a date before them."""
    found = Gathering.objects.filter(STANDING, programme=programme).select_related("place", "stage")
    return found.order_by(F("starts_on").desc(nulls_first=True), "title")


def rounds(programme: Programme) -> QuerySet[Round]:
    """The programme's rounds in the order in which they were opened, those not opened yet last.

    Each has `approved` and `waiting`: how many statements are put to the vote, and wait for a moderator.
    """
    standing = Q(statements__removed=False, statements__merged_into=None)
    approved = Count("statements", filter=standing & Q(statements__state=Statement.State.APPROVED))
    waiting = Count("statements", filter=standing & Q(statements__state=Statement.State.PROPOSED))
    found = Round.objects.filter(STANDING, programme=programme, hidden=False).select_related("gathering")
    return found.annotate(approved=approved, waiting=waiting).order_by(
        F("opened_at").asc(nulls_last=True), "hlc"
    )


def statements(round: Round, state: str = Statement.State.APPROVED) -> QuerySet[Statement]:
    """The round's statements in one state, in their order, each with `voted`: how many voted on it."""
    found = Statement.objects.filter(STANDING, round=round, state=state)
    return found.annotate(voted=Count("votes")).order_by("position", "pk")


def findings(programme: Programme) -> QuerySet[Finding]:
    """What the programme took up of what the groups said, the latest first."""
    found = Finding.objects.filter(STANDING, programme=programme)
    return found.select_related("statement__round__gathering").order_by("-hlc", "pk")


# ---- voting ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """What a participant meets next: a statement, or None when they answered all, and how far they are.

    answered and total count statements put to the vote; choice is what they said to this one before, or None.
    """

    statement: uuid.UUID | None
    text: str
    language: str
    answered: int
    total: int
    choice: int | None = None

    @property
    def number(self) -> int:
        """Which one this is, in the order in which this person meets them."""
        return self.answered + (self.choice is None)


def open_rounds(participant: Participant) -> list[Round]:
    """The rounds of the participant's programme in which people vote now, the earliest first."""
    opened = Round.objects.filter(STANDING, programme=participant.programme_id, opened_at__isnull=False)
    return [round_ for round_ in opened.order_by("opened_at") if round_.is_open()]


# The queries of a vote are written out: composing one costs more than asking it, and a room votes at once.


def find_round(participant: Participant, pk: uuid.UUID) -> Round | None:
    """The round of the participant's programme, if it was opened and is not hidden."""
    for found in Round.objects.raw(_ROUND, [_in_database(pk), _in_database(participant.programme_id)]):
        found.programme = participant.programme
        return found
    return None


_ROUND = """
SELECT * FROM dialogue_round
WHERE id = %s AND programme_id = %s AND opened_at IS NOT NULL
AND NOT hidden AND NOT removed AND merged_into IS NULL
"""


def find_statement(round: Round, pk: uuid.UUID) -> Statement | None:
    """The statement of the round, if it is put to the vote."""
    for found in Statement.objects.raw(_STATEMENT, [_in_database(pk), _in_database(round.pk)]):
        found.round, found.programme = round, round.programme
        return found
    return None


_STATEMENT = """
SELECT * FROM dialogue_statement
WHERE id = %s AND round_id = %s AND state = 'approved' AND text <> '' AND NOT removed AND merged_into IS NULL
"""


@dataclass(frozen=True)
class Dealt:
    """A statement put to the vote, and what one participant said to it, or None."""

    hex: str
    text: str
    language: str
    choice: int | None


def next_turn(round: Round, participant: Participant, *, at: float | None = None) -> Turn:
    """The statement that the participant has not answered and that their constituency was least heard on.

    Among equals a lot decides, another one for each participant, so that every statement has its turn.
    `at` is in seconds; counts of who was heard serve for five.
    """
    deck = _deck(round.pk, participant.pk)
    left = [dealt for dealt in deck if dealt.choice is None]
    if not left:
        return Turn(None, "", "", len(deck), len(deck))
    moment = int((time.monotonic() if at is None else at) // SECONDS_A_COUNT_SERVES)
    often = heard(round.pk, participant.constituency_id, moment)
    least = min(often.get(dealt.hex, 0) for dealt in left)
    tied = [dealt for dealt in left if often.get(dealt.hex, 0) == least]
    said = min(tied, key=lambda dealt: _lot(participant.pk, dealt.hex))
    return Turn(uuid.UUID(said.hex), said.text, said.language, len(deck) - len(left), len(deck))


def turn_back_to(round: Round, participant: Participant, statement_id: uuid.UUID) -> Turn | None:
    """A statement of the round again, with what the participant said to it; None when it is not in it."""
    deck = _deck(round.pk, participant.pk)
    answered = sum(dealt.choice is not None for dealt in deck)
    for dealt in deck:
        if dealt.hex == statement_id.hex:
            return Turn(statement_id, dealt.text, dealt.language, answered, len(deck), dealt.choice)
    return None


@lru_cache(maxsize=512)
def heard(
    round_id: uuid.UUID,
    constituency_id: uuid.UUID | None,
    moment: int,  # noqa: ARG001 - only the cache looks at it
) -> Mapping[str, int]:
    """How many of a constituency voted on each of a round's statements, by its id in hexadecimal.

    Counted once for each moment: counting every vote at every vote would be the slowest part of voting.
    """
    found = Vote.objects.filter(statement__round=round_id, participant__constituency=constituency_id)
    return {pk.hex: count for pk, count in found.values_list("statement").annotate(Count("pk"))}


def _deck(round_id: uuid.UUID, participant_id: uuid.UUID) -> list[Dealt]:
    """Every statement put to the vote in the round, with the participant's choice."""
    with connection.cursor() as cursor:
        cursor.execute(_DECK, [_in_database(participant_id), _in_database(round_id)])
        return [Dealt(str(row[0]).replace("-", ""), *row[1:]) for row in cursor.fetchall()]


_DECK = """
SELECT s.id, s.text, s.language, v.choice
FROM dialogue_statement s
LEFT JOIN dialogue_vote v ON v.statement_id = s.id AND v.participant_id = %s
WHERE s.round_id = %s AND s.state = 'approved' AND s.text <> '' AND NOT s.removed AND s.merged_into IS NULL
"""


def _in_database(pk: uuid.UUID) -> Any:
    """The id as this database takes it: SQLite has no type of its own for it."""
    return Statement._meta.pk.get_db_prep_value(pk, connection)


def _lot(participant_id: uuid.UUID, statement_hex: str) -> bytes:
    """What this participant draws for the statement, the same each time."""
    return hashlib.blake2b(f"{participant_id.hex}{statement_hex}".encode(), digest_size=8).digest()


@dataclass(frozen=True)
class Answer:
    """What a participant said to a statement."""

    statement: Statement
    choice: int


def answers(round: Round, participant: Participant) -> list[Answer]:
    """What the participant said in the round, in the order of the statements."""
    said = dict(
        Vote.objects.filter(participant=participant, statement__round=round).values_list(
            "statement", "choice"
        )
    )
    return [Answer(s, said[s.pk]) for s in put_to_the_vote(round) if s.pk in said]


def put_to_the_vote(round: Round) -> QuerySet[Statement]:
    """The statements that people vote on in the round: approved, and not withdrawn by their voice."""
    approved = Statement.objects.filter(STANDING, round=round, state=Statement.State.APPROVED)
    return approved.exclude(text="").order_by("position", "pk")


def proposals(round: Round, participant: Participant) -> QuerySet[Statement]:
    """What the participant proposed in the round, whatever became of it."""
    found = Statement.objects.filter(STANDING, round=round, subject=participant.pk, by_participant=True)
    return found.order_by("position", "pk")


# ---- drawing ---------------------------------------------------------------------------------------------


def vote_rows(round: Round) -> list[tuple[str, str, int]]:
    """The round's votes that count, as (participant, statement, choice), with ids as text."""
    found = Vote.objects.filter(statement__in=put_to_the_vote(round).order_by())
    rows = found.values_list("participant_id", "statement_id", "choice")
    return [(str(participant), str(statement), choice) for participant, statement, choice in rows.iterator()]


def constituencies_of(participants: Iterable[str], programme_id: uuid.UUID) -> dict[str, str]:
    """Which constituency each of these participants belongs to; those who belong to none are left out."""
    known = Participant.objects.filter(programme=programme_id, constituency__isnull=False)
    belongs = {str(pk): str(group) for pk, group in known.values_list("pk", "constituency")}
    return {p: belongs[p] for p in participants if p in belongs}


def marks(programme_id: uuid.UUID) -> str:
    """How far the programme's record goes: it changes with everything that is done in the programme."""
    last = Event.objects.filter(stream=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    heads = Stream.objects.filter(programme=programme_id).annotate(last=Subquery(last)).order_by("pk")
    said = ",".join(f"{pk}:{seq}" for pk, seq in heads.values_list("pk", "last"))
    return hashlib.sha256(said.encode()).hexdigest()


def rounds_to_redraw() -> list[Round]:
    """The opened rounds in whose programme something was done since they were last drawn.

    Cheap to ask: it looks at where each stream ends. What was done may not be a vote; the drawing finds out.
    """
    opened = Round.objects.filter(STANDING, hidden=False, opened_at__isnull=False).select_related("snapshot")
    now: dict[uuid.UUID, str] = {}
    due = []
    for round_ in opened.order_by("pk"):
        programme_id = round_.programme_id
        now[programme_id] = now.get(programme_id) or marks(programme_id)
        if not is_drawn(round_, now[programme_id]):
            due.append(round_)
    return due


def is_drawn(round: Round, now: str) -> bool:
    """Whether the round was drawn when the programme's record was where it is now."""
    snapshot = getattr(round, "snapshot", None)
    return snapshot is not None and snapshot.marks == now
