"""What changes in what is put to the vote: statements decided, joined, split, worded anew; rounds apart.

Two facilitators steer at once. Each action reads the statement again under the lock of its act: if somebody
decided since it was shown, nothing is overwritten and Moved says how it stands.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue.actions import (
    LONGEST_STATEMENT,
    KeptApart,
    NeedsANod,
    RoundClosed,
    RoundOpened,
    RoundStillOpen,
    VotedOn,
    WordsOfAVoice,
    tidy,
)
from jukwaa.dialogue.minutes import actions as minutes
from jukwaa.dialogue.models import Descent, Round, Statement, Unlike, Wording
from jukwaa.dialogue.queries import put_to_the_vote, was_answered
from jukwaa.dialogue.steering import queries
from jukwaa.field.models import MeetingProblem, ResearchQuestion
from jukwaa.field.scoping import actions as scoping
from jukwaa.field.visits import actions as visits
from jukwaa.programmes.cards import Draw, new_trace_code
from jukwaa.programmes.models import Participant
from jukwaa.record.write import By

__all__ = ["LONGEST_STATEMENT", "KeptApart", "NeedsANod", "VotedOn", "WordsOfAVoice"]

State = Statement.State
MOST_PARTS = 8
MOST_HANDS = 1000


class Moved(Exception):
    """Somebody else decided on the statement since it was shown; `now` is how it stands."""

    def __init__(self, now: Statement) -> None:
        super().__init__(f"the statement is {now.state} now")
        self.now = now


class NotOfTheGroup(Exception):
    """Only somebody of the group can say for it that what it said may go to the others."""


# ---- deciding --------------------------------------------------------------------------------------------


def approve(*, statement: Statement, by: By, seen: str = "") -> Statement:
    """Put a proposed or rejected statement to the vote as it is; what its author was asked is taken back.

    seen: queries.as_seen of the statement when the moderator looked at it. Raises Moved, and ValueError for
    one that was said aloud and has no words yet.
    """
    with record.act(by=by, programme=statement.programme_id):
        now = _now(statement, seen, {State.PROPOSED, State.REJECTED})
        if not now.text:
            raise ValueError(_("This was said aloud. Listen, write the words down, then put it to the vote."))
        _take_back_wordings(now, by)
        return dialogue.approve_statement(statement=now, by=by)


def reject(*, statement: Statement, reason: str, by: By, seen: str = "") -> Statement:
    """Keep a proposed or approved statement from the vote, with a reason. Raises Moved or ValueError."""
    with record.act(by=by, programme=statement.programme_id):
        now = _now(statement, seen, {State.PROPOSED, State.APPROVED})
        _take_back_wordings(now, by)
        return dialogue.reject_statement(statement=now, reason=reason, by=by)


def requeue(*, statement: Statement, by: By, seen: str = "") -> Statement:
    """Undo a decision: it waits again; its votes are kept and count if it returns. Raises Moved."""
    with record.act(by=by, programme=statement.programme_id):
        now = _now(statement, seen, {State.APPROVED, State.REJECTED})
        return dialogue.requeue_statement(statement=now, by=by)


def _now(statement: Statement, seen: str, states: Collection[str]) -> Statement:
    """The statement as it stands, held until the act ends. Raises Moved when it is not as it was shown."""
    rows = Statement.objects.select_for_update(of=("self",)).select_related("round", "programme")
    now = rows.get(pk=statement.pk)
    if now.removed or now.state not in states or (seen and queries.as_seen(now) != seen):
        raise Moved(now)
    return now


def say_of(*, statement: Statement, by: By, bears: str | None = None, looks: str | None = None) -> Statement:
    """Note what a statement is about and where it looks, as a moderator reads it; "" takes it back.

    Raises ValueError for what is neither.
    """
    said: dict[str, Any] = {}
    if bears is not None:
        said["bears"] = Statement.Bears(bears).value
    if looks is not None:
        said["looks"] = Statement.Looks(looks).value
    return record.put("dialogue.statement_read", statement, by=by, **said)


def place(*, statement: Statement, number: int, by: By) -> None:
    """Put the statement at this place, from 1, among those put to the vote; the others make room.

    A place before the first or after the last is the first or the last.
    """
    with record.act(by=by, programme=statement.programme_id):
        others = [s for s in put_to_the_vote(statement.round) if s.pk != statement.pk]
        at = min(max(number, 1), len(others) + 1) - 1
        for position, each in enumerate([*others[:at], statement, *others[at:]]):
            if each.position != position:
                record.put("dialogue.statement_placed", each, position=position, by=by)


# ---- near copies -----------------------------------------------------------------------------------------


def tell_apart(*, one: Statement, other: Statement, by: By) -> Unlike:
    """Say that two statements differ, so that they are not shown as near copies again."""
    if one.pk == other.pk or one.round_id != other.round_id:
        raise ValueError(_("Choose two statements of one round."))
    row = Unlike(
        id=Unlike.id_for(one.pk, other.pk), programme_id=one.programme_id, one=one, other=other, removed=False
    )
    return record.put("dialogue.statements_told_apart", row, by=by)


# ---- brought in from the field ---------------------------------------------------------------------------


def bring_in(
    *,
    round: Round,
    by: By,
    problems: Sequence[MeetingProblem] = (),
    questions: Sequence[ResearchQuestion] = (),
    draw: Draw = secrets.randbelow,
) -> list[Statement]:
    """Put to the vote what groups released of their own meetings, and research questions to choose among.

    They keep their words; each remembers as which statement it was put. Raises RoundClosed, ValueError for
    nothing, and visits.NotReleased or visits.Crossed, whereupon nothing of it is put to the vote.
    """
    if round.closed_at is not None:
        raise RoundClosed
    if not (problems or questions):
        raise ValueError(_("Tick at least one."))
    with record.act(by=by, programme=round.programme_id):
        return [
            *[_brought(round, each, visits.note_crossed, "problem", draw, by) for each in problems],
            *[_brought(round, each, scoping.note_asked, "question", draw, by) for each in questions],
        ]


def _brought(
    round: Round,
    row: MeetingProblem | ResearchQuestion,
    note: Callable[..., object],
    name: str,
    draw: Draw,
    by: By,
) -> Statement:
    made = dialogue.add_statement(round=round, text=row.text, language=row.language, draw=draw, by=by)
    note(statement=made.pk, by=by, **{name: row})
    return made


# ---- joined, split, carried over -------------------------------------------------------------------------


def join(
    *,
    statements: Sequence[Statement],
    by: By,
    into: Statement | None = None,
    text: str = "",
    language: str = "",
    seen: Mapping[str, str] | None = None,
    draw: Draw = secrets.randbelow,
) -> Statement:
    """Let one statement speak for several: `into`, one of them, or a new one with this text of the staff.

    The others are not put to the vote any more; their trace codes answer with what carries on. Votes on them
    stay where they are and are not moved: nobody is made to agree with words that they never saw. What
    carries on is put to the vote if one of them was. seen: by id, queries.as_seen. Raises Moved, ValueError.
    """
    chosen = list({statement.pk: statement for statement in statements}.values())
    if len(chosen) < 2:
        raise ValueError(_("Tick at least two different statements to join."))
    if len({statement.round_id for statement in chosen}) > 1:
        raise ValueError(_("Only statements of one round can be joined."))
    if into is not None and into not in chosen:
        raise ValueError(_("Choose which of these statements carries on, or write new words."))
    words = "" if into else tidy(text)
    with record.act(by=by, programme=chosen[0].programme_id):
        shown = seen or {}
        rows = [_now(s, shown.get(str(s.pk), ""), {State.PROPOSED, State.APPROVED}) for s in chosen]
        state = State.APPROVED if any(row.state == State.APPROVED for row in rows) else State.PROPOSED
        carries_on = next((row for row in rows if into and row.pk == into.pk), None)
        if carries_on is None:
            new = _new(rows[0], words, language or rows[0].language, state, draw)
            carries_on = record.fact("dialogue.statement_made_of_others", new, by=by)
        elif carries_on.state != state:
            carries_on = dialogue.approve_statement(statement=carries_on, by=by)
        for row in rows:
            if row.pk != carries_on.pk:
                _goes_on(row, [carries_on], Descent.How.JOINED, by)
        return carries_on


def split(
    *,
    statement: Statement,
    texts: Sequence[str],
    by: By,
    seen: str = "",
    draw: Draw = secrets.randbelow,
) -> list[Statement]:
    """Let several statements, each of which says one thing, stand for one that says several.

    They stay its author's, and are put to the vote if it was. Votes on it stay where they are and are not
    moved. Raises Moved, or ValueError for fewer than two parts, too many, or words that do not fit.
    """
    parts = list(dict.fromkeys(tidy(text) for text in texts if text.strip()))
    if len(parts) < 2:
        raise ValueError(_("Write at least two different parts, each in a field of its own."))
    if len(parts) > MOST_PARTS:
        raise ValueError(_("A statement is split into at most %(most)s parts.") % {"most": MOST_PARTS})
    with record.act(by=by, programme=statement.programme_id):
        now = _now(statement, seen, {State.PROPOSED, State.APPROVED})
        made = []
        for place_, words in enumerate(parts):
            part = _new(now, words, now.language, now.state, draw)
            part.position += place_
            part.subject, part.by_participant = now.subject, now.by_participant
            part.bears, part.looks = now.bears, now.looks
            made.append(record.fact("dialogue.statement_split_off", part, by=by))
        _goes_on(now, made, Descent.How.SPLIT, by)
        return made


def carry_over(
    *, statement: Statement, to: Round, by: By, seen: str = "", draw: Draw = secrets.randbelow
) -> Statement:
    """Keep a statement for another round instead of its own, with all that belongs to it.

    What is said in a round held apart stays with that group until it releases it: KeptApart. Raises Moved,
    RoundClosed when the other round takes no more statements, or ValueError for the same round.
    """
    if to.pk == statement.round_id or to.programme_id != statement.programme_id:
        raise ValueError(_("Choose another round of this programme."))
    with record.act(by=by, programme=statement.programme_id):
        now = _now(statement, seen, {State.PROPOSED, State.APPROVED})
        [carried] = minutes.carry_over(round=to, statements=[now], by=by, draw=draw)
        _said_elsewhere(now, by)
        return carried


def take_apart(*, statement: Statement, by: By) -> Statement:
    """Undo that a statement was joined, split or carried over: it stands again as it stood before.

    Words that were made for it are taken away, and so all that were joined in them stand again. Raises
    VotedOn when people voted on those words already, Moved when the statement is not said in others.
    """
    with record.act(by=by, programme=statement.programme_id):
        now = _now(statement, "", {State.JOINED})
        ties = queries.goes_on_in(now)
        # What was carried on while it stood in its own round stays there.
        into = [tie.statement for tie in ties if tie.how != Descent.How.CARRIED]
        into = into or [tie.statement for tie in ties]
        made = [each for each in into if queries.was_made_of_others(each)]
        if was_answered(made):
            raise VotedOn
        parents = {row.parent_id: row.parent for each in made for row in queries.came_from(each)}
        for parent in (parents | {now.pk: now}).values():
            for tie in queries.goes_on_in(parent):
                if tie.statement not in into:
                    continue
                record.put("dialogue.descent_removed", tie, removed=True, by=by)
            state = queries.state_before(parent)
            put = record.put("dialogue.statement_taken_apart", parent, state=state, by=by)
            now = put if put.pk == now.pk else now
        for each in made:
            record.put("dialogue.statement_removed", each, removed=True, by=by)
        return now


def _new(of: Statement, words: str, language: str, state: str, draw: Draw) -> Statement:
    """Words that others go on in, at the end of their round."""
    return Statement(
        programme_id=of.programme_id,
        round=of.round,
        text=words,
        language=language,
        state=state,
        position=Statement.objects.filter(round=of.round).count(),
        trace_code=new_trace_code(draw),
    )


def _goes_on(statement: Statement, into: Sequence[Statement], how: str, by: By) -> None:
    ties = [
        Descent(programme_id=each.programme_id, statement=each, parent=statement, how=how) for each in into
    ]
    record.facts("dialogue.statement_descended", ties, by=by)
    _said_elsewhere(statement, by)


def _said_elsewhere(statement: Statement, by: By) -> None:
    """It is not put to the vote any more: others speak for it."""
    _take_back_wordings(statement, by)
    record.put("dialogue.statement_joined", statement, state=State.JOINED, reason="", by=by)


# ---- other words, with the author's nod ------------------------------------------------------------------


def propose_wording(
    *, statement: Statement, text: str, by: By, language: str = "", seen: str = ""
) -> Wording:
    """Ask a statement's author whether other words say the same; theirs stand until they nod.

    What was asked before is taken back. Raises WordsOfAVoice, VotedOn once it is put to an open vote or
    anybody voted on it, Moved, or ValueError for words that do not fit or change nothing.
    """
    words = tidy(text)
    if not statement.by_participant:
        raise WordsOfAVoice if statement.subject else ValueError(_("Nobody need be asked for these words."))
    with record.act(by=by, programme=statement.programme_id):
        now = _now(statement, seen, {State.PROPOSED, State.APPROVED})
        if not queries.can_be_reworded(now):
            raise VotedOn
        if (words, language or now.language) == (now.text, now.language):
            raise ValueError(_("These are the author's own words. Change something, or go back."))
        _take_back_wordings(now, by)
        wording = Wording(
            subject=now.subject,
            programme_id=now.programme_id,
            statement=now,
            text=words,
            language=language or now.language,
        )
        return record.fact("dialogue.wording_proposed", wording, by=by)


def answer_wording(*, wording: Wording, yes: bool, by: Participant) -> Wording:
    """The author says whether the other words may stand in place of theirs.

    Raises NeedsANod for anybody else, VotedOn when it is too late: the words were put to the vote, taken back
    or answered before.
    """
    if wording.subject != by.pk:
        raise NeedsANod
    with record.act(by=by, programme=wording.programme_id):
        asked = Wording.objects.select_related("statement__round").get(pk=wording.pk)
        if asked.state != Wording.State.ASKED or not queries.can_be_reworded(asked.statement):
            raise VotedOn
        if yes:
            record.put(
                "dialogue.statement_reworded",
                asked.statement,
                text=asked.text,
                language=asked.language,
                by=by,
            )
        state = Wording.State.NODDED if yes else Wording.State.REFUSED
        return record.put("dialogue.wording_answered", asked, state=state, by=by)


def take_back_wording(*, statement: Statement, by: By) -> None:
    """Ask the author no more."""
    with record.act(by=by, programme=statement.programme_id):
        _take_back_wordings(statement, by)


def _take_back_wordings(statement: Statement, by: By) -> None:
    for asked in queries.asked(statement):
        record.put("dialogue.wording_taken_back", asked, state=Wording.State.TAKEN_BACK, by=by)


# ---- rounds paused, and rounds apart ---------------------------------------------------------------------


def pause_round(*, round: Round, by: By, at: datetime | None = None) -> Round:
    """Take no votes for a while. Raises RoundClosed when it is not open."""
    if not round.is_open():
        raise RoundClosed
    return record.put("dialogue.round_paused", round, paused_at=at or timezone.now(), by=by)


def resume_round(*, round: Round, by: By) -> Round:
    """Take votes again, under the same rule. Raises RoundOpened when it is not paused."""
    if round.paused_at is None or round.closed_at is not None:
        raise RoundOpened
    return record.put("dialogue.round_resumed", round, paused_at=None, by=by)


def release_round(*, round: Round, by: By, hands: int | None = None, at: datetime | None = None) -> Round:
    """Let what one group said by itself cross to the mixed room: the group says so, not the staff.

    hands: how many of the group raised theirs, where a facilitator notes it; somebody of the group says it
    with their card, without a count. Raises ValueError, RoundStillOpen while people vote, RoundOpened when it
    was released before, or NotOfTheGroup.
    """
    if not round.apart:
        raise ValueError(_("This round is everybody's already."))
    if not round.is_closed():
        raise RoundStillOpen
    if round.released_at is not None:
        raise RoundOpened
    if isinstance(by, Participant):
        if not round.is_for(by):
            raise NotOfTheGroup
        hands = None
    elif hands is None or not 1 <= hands <= MOST_HANDS:
        raise ValueError(_("Count the hands of the group: at least one. Without them nothing crosses."))
    return record.put(
        "dialogue.round_released", round, released_at=at or timezone.now(), released_hands=hands, by=by
    )


def keep_round_apart(*, round: Round, by: By) -> Round:
    """Take a release back: show what the group said to nobody else again.

    Raises VotedOn when findings were taken up from it: those have crossed.
    """
    if round.released_at is None:
        raise ValueError(_("This round was not released."))
    if queries.has_crossed(round):
        raise VotedOn
    return record.put("dialogue.round_kept_apart", round, released_at=None, released_hands=None, by=by)
