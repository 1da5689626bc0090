"""What changes in the dialogue room: gatherings, rounds, statements, votes, findings."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue import queries
from jukwaa.dialogue.models import (
    AGREE,
    DISAGREE,
    PASS,
    Attendance,
    Channel,
    Finding,
    Gathering,
    Hand,
    Round,
    Snapshot,
    Source,
    Speech,
    Statement,
    Vote,
)
from jukwaa.field.models import Quote
from jukwaa.field.queries import quotes_to_use
from jukwaa.programmes.cards import Draw, new_trace_code
from jukwaa.programmes.models import Certificate, Constituency, Participant, Place, Programme, Stage
from jukwaa.record.models import Translation
from jukwaa.record.write import By

CHOICES = frozenset({AGREE, PASS, DISAGREE})
LONGEST_STATEMENT = 280
MOST_WAITING = 5


class RoundClosed(Exception):
    """The round was not open when the vote was cast or the statement proposed."""


class RoundOpened(Exception):
    """The round has been opened: the rule stands that people were told."""


class RoundStillOpen(Exception):
    """Votes can still change what the groups said."""


class NothingToVoteOn(Exception):
    """The round has no approved statement."""


class NotPutToTheVote(Exception):
    """The statement is not, or no longer, among those that people vote on, or the round asks otherwise."""


class VotedOn(Exception):
    """People have voted on these words; other words would be another statement."""


class NeedsANod(Exception):
    """The words are somebody's who took part: they are asked before others stand in their place."""


class WordsOfAVoice(Exception):
    """The words were spoken in the field, and stand as they were spoken."""


class KeptApart(Exception):
    """The round was held for one group alone, and that group has not released it."""


class TooManyWaiting(Exception):
    """The participant has proposed as many statements as can wait for a moderator at once."""


class NotDrawn(Exception):
    """The round's votes have not been drawn yet, so there is nothing to take up."""


class AlreadyTakenUp(Exception):
    """The statement's finding was taken up before."""


class Frozen(PermissionDenied):
    """The gathering's lists of people are frozen or erased: nobody sees them, nothing is added to them."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The lists of people of this gathering are frozen: nobody sees them, and nothing is added. "
                "Whoever protects people in this programme can show them again, unless they were erased."
            )
        )


# ---- gatherings and rounds -------------------------------------------------------------------------------


def call_gathering(
    *,
    programme: Programme,
    kind: str,
    title: str,
    by: By,
    stage: Stage | None = None,
    place: Place | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Gathering:
    """Call people together. Raises ValueError when it ends before it starts."""
    _in_order(starts_on, ends_on)
    gathering = Gathering(
        programme=programme,
        kind=kind,
        title=title,
        stage=stage,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return record.fact("dialogue.gathering_called", gathering, by=by)


def change_gathering(
    *,
    gathering: Gathering,
    kind: str,
    title: str,
    stage: Stage | None,
    place: Place | None,
    starts_on: date | None,
    ends_on: date | None,
    by: By,
) -> Gathering:
    """Say anew what the gathering is, where and when. Raises ValueError when it ends before it starts."""
    _in_order(starts_on, ends_on)
    return record.put(
        "dialogue.gathering_changed",
        gathering,
        kind=kind,
        title=title,
        stage=stage,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
    )


def _in_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise ValueError(_("A gathering ends on the day it starts, or later. Change one of the dates."))


@transaction.atomic
def attend(*, gathering: Gathering, people: Iterable[Participant], state: str, by: By) -> list[Attendance]:
    """Note how far these people have come to the gathering; what was noted before is said anew.

    Raises Frozen.
    """
    if gathering.frozen:
        raise Frozen
    rows = [
        Attendance(
            id=Attendance.id_for(gathering, person),
            subject=person.pk,
            programme_id=gathering.programme_id,
            gathering=gathering,
            participant=person,
            state=Attendance.State(state).value,
        )
        for person in people
    ]
    record.puts("dialogue.attendance_noted", rows, by=by)
    return rows


def invite_panel(*, gathering: Gathering, panel: Certificate, by: By) -> list[Attendance]:
    """Take over whom the panel invited, as far as they have come and are not noted here yet."""
    known = set(queries.attendance(gathering).values_list("participant_id", flat=True))
    found: list[Attendance] = []
    with record.act(by=by, programme=gathering.programme_id):
        for state, people in queries.answers_to(panel).items():
            new = [person for person in people if person.pk not in known]
            found += attend(gathering=gathering, people=new, state=state, by=by) if new else []
    return found


LONGEST_SPEECH = 3600


def begin_speech(
    *,
    gathering: Gathering,
    by: By,
    participant: Participant | None = None,
    constituency: Constituency | None = None,
    gender: str = "",
    at: datetime | None = None,
) -> Speech:
    """Somebody begins to speak; whoever spoke until now has ended, and a hand of theirs is answered.

    Without a participant it is somebody of the constituency whom nobody knew by name. Raises ValueError
    without either, and Frozen.
    """
    if participant is None and constituency is None:
        raise ValueError(_("Say who speaks: tap a name, or a group."))
    if gathering.frozen:
        raise Frozen
    at = at or timezone.now()
    with record.act(by=by, programme=gathering.programme_id, klass=Speech.KLASS):
        end_speech(gathering=gathering, by=by, at=at)
        speech = Speech(
            subject=participant.pk if participant else None,
            programme_id=gathering.programme_id,
            gathering=gathering,
            participant=participant,
            constituency=None if participant else constituency,
            gender="" if participant else gender,
            began_at=at,
        )
        record.fact("dialogue.speech_begun", speech, by=by)
        if participant:
            for hand in queries.hands(gathering).filter(participant=participant):
                record.put("dialogue.hand_answered", hand, state=Hand.State.SPOKE.value, by=by)
        return speech


def end_speech(*, gathering: Gathering, by: By, at: datetime | None = None) -> Speech | None:
    """Nobody speaks any more. A speech that nobody ended for an hour is taken to have lasted one."""
    speech = queries.speaking(gathering)
    if speech is None:
        return None
    took = round(((at or timezone.now()) - speech.began_at).total_seconds())
    return record.put("dialogue.speech_ended", speech, seconds=min(max(took, 1), LONGEST_SPEECH), by=by)


def take_back_speech(*, gathering: Gathering, by: By) -> Speech | None:
    """Take away the last speech, which was a slip of the finger; a hand that it answered is up again."""
    speech = queries.speeches(gathering).last()
    if speech is None:
        return None
    with record.act(by=by, programme=gathering.programme_id, klass=Speech.KLASS):
        for hand in queries.answered_by(speech):
            record.put("dialogue.hand_raised", hand, state=Hand.State.WAITS.value, by=by)
        return record.put("dialogue.speech_removed", speech, removed=True, by=by)


def prepare_round(
    *,
    gathering: Gathering,
    kind: str,
    question: str,
    by: By,
    language: str = "en",
    threshold: Decimal | str = "0.60",
    answers: Finding | None = None,
    seed: int = 7,
    hidden: bool = False,
    method: str = Round.Method.VOTES,
    dots: int = 3,
    constituency: Constituency | None = None,
    women: bool = False,
) -> Round:
    """Prepare a question with the rule that will decide it; nobody votes before it is opened.

    constituency, women: for whom alone it is held; what is said in it stays theirs until they release it.
    A solutions round answers a finding, a problems round none: ValueError otherwise. A hidden round is
    being filled by an import, until it is revealed. dots: how many dots, places or pairs each person has.
    """
    _fits(kind, threshold, answers)
    _has(dots)
    prepared = Round(
        programme_id=gathering.programme_id,
        gathering=gathering,
        kind=kind,
        question=question,
        language=language,
        threshold=Decimal(threshold),
        answers=answers,
        seed=seed,
        hidden=hidden,
        method=Round.Method(method).value,
        dots=dots,
        constituency=constituency,
        women=women,
    )
    return record.fact("dialogue.round_prepared", prepared, by=by)


def change_round(
    *,
    round: Round,
    kind: str,
    question: str,
    language: str,
    threshold: Decimal | str,
    answers: Finding | None,
    by: By,
    method: str | None = None,
    dots: int | None = None,
    constituency: Constituency | None = None,
    women: bool = False,
) -> Round:
    """Prepare the round anew; how people answer stays when it is not said. Raises RoundOpened once people
    were told its rule."""
    if round.opened_at:
        raise RoundOpened
    _fits(kind, threshold, answers)
    _has(round.dots if dots is None else dots)
    return record.put(
        "dialogue.round_changed",
        round,
        kind=kind,
        question=question,
        language=language,
        threshold=Decimal(threshold),
        answers=answers,
        method=Round.Method(method or round.method).value,
        dots=round.dots if dots is None else dots,
        constituency=constituency,
        women=women,
        by=by,
    )


MOST_DOTS = 20


def _has(dots: int) -> None:
    if not 1 <= dots <= MOST_DOTS:
        raise ValueError(_("Each person has 1 to %(most)s dots, places or pairs.") % {"most": MOST_DOTS})


def _fits(kind: str, threshold: Decimal | str, answers: Finding | None) -> None:
    if not Decimal("0.5") <= Decimal(threshold) <= Decimal("0.95"):
        raise ValueError(_("The agreement needed lies between 50 and 95 in 100."))
    if kind == Round.Kind.SOLUTIONS and answers is None:
        raise ValueError(_("A solutions round answers a problem: choose the finding that it answers."))
    if kind == Round.Kind.PROBLEMS and answers is not None:
        raise ValueError(_("A problems round answers no finding: leave it out, or choose solutions."))


def open_round(*, round: Round, by: By, at: datetime | None = None) -> Round:
    """Let people vote. Raises RoundOpened when it was opened before, NothingToVoteOn without a statement."""
    if round.opened_at:
        raise RoundOpened
    if not Statement.objects.filter(round=round, state=Statement.State.APPROVED, removed=False).exists():
        raise NothingToVoteOn
    return record.put("dialogue.round_opened", round, opened_at=at or timezone.now(), by=by)


def close_round(*, round: Round, by: By, at: datetime | None = None) -> Round:
    """Take no more votes. Raises RoundClosed when it is not open."""
    if round.opened_at is None or round.closed_at is not None:
        raise RoundClosed
    return record.put("dialogue.round_closed", round, closed_at=at or timezone.now(), by=by)


def reopen_round(*, round: Round, by: By) -> Round:
    """Let people vote again, under the same rule. Raises RoundOpened when it is open, or never was closed."""
    if round.closed_at is None:
        raise RoundOpened
    return record.put("dialogue.round_reopened", round, closed_at=None, paused_at=None, by=by)


def publish_results(*, round: Round, shown: bool, by: By) -> Round:
    """Show the public what the groups say while people still vote, or show it only after closing."""
    return record.put("dialogue.results_published", round, published=shown, by=by)


def reveal_round(*, round: Round, by: By) -> Round:
    """Show a round that an import has filled."""
    return record.put("dialogue.round_revealed", round, hidden=False, by=by)


# ---- statements ------------------------------------------------------------------------------------------


def add_statement(
    *,
    round: Round,
    text: str,
    by: By,
    language: str = "",
    quotes: Sequence[Quote] = (),
    draw: Draw = secrets.randbelow,
) -> Statement:
    """Put a statement to the vote, with the quotes that it came from; the first is the one it words.

    The first quote's voice stays the owner of the words: when it withdraws, they go. Raises ValueError for
    words that do not fit, and for a quote that nobody checked or whose voice does not agree to be quoted.
    """
    if quotes and quotes_to_use(round.programme).filter(pk__in=[q.pk for q in quotes]).count() < len(
        {*quotes}
    ):
        raise ValueError(
            _("Take only quotes that a second person checked and whose voice agreed to be quoted.")
        )
    statement = _worded(round, text, language, draw)
    statement.state = Statement.State.APPROVED
    statement.subject = quotes[0].subject if quotes else None
    with record.act(by=by, programme=round.programme_id):
        record.fact("dialogue.statement_added", statement, by=by)
        sources = [
            Source(programme_id=round.programme_id, statement=statement, quote=quote) for quote in quotes
        ]
        record.facts("dialogue.statement_sourced", sources, by=by)
    return statement


# From fewer voices than this it can be told whose words they are.
FEWEST_VOICES = 2


def forget_words_of(*, voice: uuid.UUID, by: By) -> int:
    """Forget statements that a forgotten voice's quotes went into, unless two others still stand behind them.

    Gives how many.
    """
    gone = 0
    for statement in queries.statements_from(voice):
        if len(queries.voices_behind(statement) - {voice}) < FEWEST_VOICES:
            for row in (statement, *queries.said_of(statement)):
                record.withdraw(
                    row.pk, by=by, programme=statement.programme_id, verb="dialogue.statement_forgotten"
                )
            gone += 1
    return gone


@transaction.atomic
def propose_statement(
    *,
    round: Round,
    text: str,
    by: Participant,
    language: str = "",
    at: datetime | None = None,
    draw: Draw = secrets.randbelow,
) -> Statement:
    """Keep a participant's statement for a moderator. Raises RoundClosed, TooManyWaiting or ValueError."""
    may_propose(round=round, by=by, at=at)
    statement = _worded(round, text, language or by.language, draw)
    statement.by_participant, statement.subject = True, by.pk
    return record.fact("dialogue.statement_proposed", statement, by=by)


def may_propose(*, round: Round, by: Participant, at: datetime | None = None) -> None:
    """Nothing, where the participant may propose. Raises RoundClosed or TooManyWaiting."""
    if not (round.is_open(at) and round.is_for(by)):
        raise RoundClosed
    waiting = Statement.objects.filter(round=round, subject=by.pk, state=Statement.State.PROPOSED)
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting


@dataclass(frozen=True)
class Worded:
    """A statement of an import: its words, the participant whose they are if known, and what was decided."""

    text: str
    author: uuid.UUID | None = None
    state: str = Statement.State.APPROVED
    language: str = ""


def add_statements(
    *, round: Round, said: Iterable[Worded], by: By, draw: Draw = secrets.randbelow
) -> list[Statement]:
    """Add many statements of an import in one act, in this order, whatever their length."""
    first = Statement.objects.filter(round=round).count()
    statements = [
        Statement(
            programme_id=round.programme_id,
            round=round,
            subject=worded.author,
            text=worded.text,
            language=worded.language or round.language,
            state=worded.state,
            position=place,
            trace_code=new_trace_code(draw),
            by_participant=worded.author is not None,
        )
        for place, worded in enumerate(said, start=first)
    ]
    record.facts("dialogue.statement_added", statements, by=by)
    return statements


def _worded(round: Round, text: str, language: str, draw: Draw) -> Statement:
    return Statement(
        programme_id=round.programme_id,
        round=round,
        text=tidy(text),
        language=language or round.language,
        position=Statement.objects.filter(round=round).count(),
        trace_code=new_trace_code(draw),
    )


def tidy(text: str) -> str:
    """The words on one line. Raises ValueError when there are none, or more than one can read aloud."""
    text = " ".join(text.split())
    if not text:
        raise ValueError(_("A statement needs words."))
    if len(text) > LONGEST_STATEMENT:
        raise ValueError(
            _("A statement has at most %(most)s letters; this one has %(count)s. Say one thing at a time.")
            % {"most": LONGEST_STATEMENT, "count": len(text)}
        )
    return text


def approve_statement(*, statement: Statement, by: By) -> Statement:
    """Put a proposed or rejected statement to the vote."""
    return record.put(
        "dialogue.statement_approved", statement, state=Statement.State.APPROVED, reason="", by=by
    )


def reject_statement(*, statement: Statement, reason: str, by: By) -> Statement:
    """Do not put the statement to the vote, and say why. Raises ValueError for any other reason."""
    if reason not in Statement.Reason.values:
        raise ValueError(f"a reason is one of {', '.join(Statement.Reason.values)}, not [{reason}]")
    return record.put(
        "dialogue.statement_rejected", statement, state=Statement.State.REJECTED, reason=reason, by=by
    )


def requeue_statement(*, statement: Statement, by: By) -> Statement:
    """Undo a moderator's decision: the statement waits again. Its votes are kept and count if it returns."""
    return record.put(
        "dialogue.statement_requeued", statement, state=Statement.State.PROPOSED, reason="", by=by
    )


def reword_statement(*, statement: Statement, text: str, by: By, language: str = "") -> Statement:
    """Say a statement of the staff in better words.

    Raises VotedOn once anybody voted on the old ones, NeedsANod or WordsOfAVoice where they are not the
    staff's, or ValueError for words that do not fit.
    """
    words = tidy(text)
    if statement.by_participant:
        raise NeedsANod
    if statement.subject:
        raise WordsOfAVoice
    if queries.was_answered([statement]):
        raise VotedOn
    language = language or statement.language
    return record.put("dialogue.statement_reworded", statement, text=words, language=language, by=by)


def translate(
    *, row: Statement | Round, language: str, text: str, made_by: str, by: By, reviewed_by: str = ""
) -> Translation:
    """Keep what a statement, or a round's question, says in another language, who said it so, who checked it.

    Said anew it replaces the last. The words stay their author's: they go when the author withdraws. Raises
    ValueError for words that do not fit, or for the language that the row is in.
    """
    if language == row.language:
        raise ValueError(_("It is in this language already. Choose another."))
    field = "text" if isinstance(row, Statement) else "question"
    translation = Translation(
        id=Translation.id_for(row.pk, field, language),
        subject=row.subject,
        model=row._meta.label_lower,
        object=row.pk,
        field=field,
        language=language,
        text=tidy(text),
        made_by=made_by,
        reviewed_by=reviewed_by,
    )
    with record.act(by=by, programme=row.programme_id):
        return record.put("dialogue.words_translated", translation, by=by)


# ---- votes -----------------------------------------------------------------------------------------------


def cast_vote(
    *,
    statement: Statement,
    choice: int,
    by: Participant,
    channel: str = Channel.WEB,
    probability: Decimal | None = None,
    at: datetime | None = None,
) -> Vote:
    """Record what `by` says to the statement: 1 agree, 0 pass, -1 disagree; the latest counts.

    probability: with which chance the statement was asked, above 0 and up to 1; None where nobody knows.
    On disk when this returns. Raises RoundClosed, NotPutToTheVote, or ValueError for another choice.
    """
    if choice not in CHOICES:
        raise ValueError(f"a vote is -1, 0 or 1, not [{choice}]")
    if statement.state != Statement.State.APPROVED or statement.removed:
        raise NotPutToTheVote
    if statement.round.method != Round.Method.VOTES:
        raise NotPutToTheVote
    if not (statement.round.is_open(at) and statement.round.is_for(by)):
        raise RoundClosed
    vote = Vote(
        id=Vote.id_for(statement.pk, by.pk),
        subject=by.pk,
        statement=statement,
        participant=by,
        choice=choice,
        channel=channel,
        probability=probability,
    )
    return record.put("dialogue.vote_cast", vote, by=by, sitting=statement.round.opened_at)


def cast_votes(
    *,
    round: Round,
    rows: Iterable[tuple[uuid.UUID, uuid.UUID, int]],
    channel: str,
    by: By,
) -> int:
    """Record many votes of one round at once: (statement id, participant id, choice), the latest last.

    Gives their number. The caller checked them against the round; a wrong choice is a ValueError, and a
    round that was never opened is RoundClosed.
    """
    if round.opened_at is None:
        raise RoundClosed
    votes = []
    for statement_id, participant_id, choice in rows:
        if choice not in CHOICES:
            raise ValueError(f"a vote is -1, 0 or 1, not [{choice}]")
        votes.append(
            Vote(
                id=Vote.id_for(statement_id, participant_id),
                subject=participant_id,
                statement_id=statement_id,
                participant_id=participant_id,
                choice=choice,
                channel=channel,
            )
        )
    with record.act(by=by, programme=round.programme_id, klass=Vote.KLASS, sitting=round.opened_at):
        record.puts("dialogue.vote_cast", votes, by=by, sitting=round.opened_at)
    return len(votes)


# ---- findings --------------------------------------------------------------------------------------------


def take_up_finding(*, statement: Statement, by: By, snapshot: Snapshot | None = None) -> Finding:
    """Keep what the groups said of the statement, as drawn: figures, rule, seed and the digest of the votes.

    Raises RoundStillOpen, KeptApart, NotDrawn, or AlreadyTakenUp.
    """
    round_ = statement.round
    if round_.opened_at and not round_.is_closed():
        raise RoundStillOpen
    if round_.kept_apart:
        raise KeptApart
    snapshot = snapshot or round_.snapshot
    said = snapshot.finding_of(statement.pk) if snapshot else None
    if snapshot is None or said is None:
        raise NotDrawn
    if Finding.objects.filter(statement=statement, removed=False, merged_into=None).exists():
        raise AlreadyTakenUp
    finding = Finding(
        programme_id=round_.programme_id,
        statement=statement,
        label=said["label"],
        certainty=Decimal(str(said["certainty"])),
        figures=said["agreement"],
        rule=round_.rule,
        threshold=round_.threshold,
        seed=round_.seed,
        inputs=snapshot.inputs,
        engine=snapshot.engine,
        voters=snapshot.voters,
    )
    return record.fact("dialogue.finding_taken_up", finding, by=by)
