"""What changes in the hall: the run sheet and its steps, what the room sees, hands, notes.

Who steers says what they saw (`seen`): a press on what somebody else has changed since raises OutOfDate,
which says in one sentence what the other did, and changes nothing. None: nobody looked at a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue import actions
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.hall import queries
from jukwaa.dialogue.hall.sheets import Line
from jukwaa.dialogue.models import (
    Attendance,
    Gathering,
    Hand,
    Note,
    Round,
    Speech,
    Statement,
    Step,
    Wall,
)
from jukwaa.programmes.models import Constituency, Participant
from jukwaa.record import locks
from jukwaa.record.write import By

MORE_MINUTES = 5
LONGEST_STEP = 12 * 60
LONGEST_NOTE = 2000


class OutOfDate(Exception):
    """Somebody else changed it since; the words say in one sentence what they did."""


class NotHere(Exception):
    """Nobody noted the participant as here."""


def _as_seen(gathering: Gathering, rows: QuerySet[Any], seen: int | None, by: By) -> None:
    """Raises OutOfDate when the rows are not as they were seen. Whoever comes second waits for the first."""
    locks.hold(gathering.programme_id, {gathering.pk})
    if seen is not None and queries.seen(rows) != seen:
        raise OutOfDate(queries.meanwhile(rows, by))


# ---- the run sheet ---------------------------------------------------------------------------------------


def begin_run_sheet(
    *, gathering: Gathering, lines: Iterable[Line], by: By, seen: int | None = None
) -> list[Step]:
    """Write a run sheet from these lines, in the place of what there was."""
    with record.act(by=by, programme=gathering.programme_id):
        _as_seen(gathering, queries.all_steps(gathering), seen, by)
        for step in queries.steps(gathering):
            record.put("dialogue.step_removed", step, removed=True, by=by)
        rows = [
            Step(
                programme_id=gathering.programme_id,
                gathering=gathering,
                day=line.day,
                position=place,
                kind=str(line.kind),
                title=line.title,
                instructions=line.instructions,
                minutes=line.minutes,
                materials=line.materials,
                who=str(line.who),
            )
            for place, line in enumerate(lines, 1)
        ]
        record.facts("dialogue.step_added", rows, by=by)
    return rows


def lines_of(gathering: Gathering) -> list[Line]:
    """The gathering's run sheet as lines for another."""
    return [
        Line(s.day, s.kind, s.title, s.minutes, s.who, s.instructions, s.materials)
        for s in queries.steps(gathering)
    ]


def add_step(
    *,
    gathering: Gathering,
    title: str,
    by: By,
    day: int = 1,
    kind: str = Step.Kind.PLENARY,
    minutes: int = 15,
    who: str = Step.Who.STAFF,
    instructions: str = "",
    materials: str = "",
    round: Round | None = None,
) -> Step:
    """Put a step at the end of a day. Raises ValueError for minutes that no step takes."""
    _fits(minutes, day)
    step = Step(
        programme_id=gathering.programme_id,
        gathering=gathering,
        day=day,
        position=_end_of(gathering, day),
        kind=kind,
        title=title,
        instructions=instructions,
        minutes=minutes,
        materials=materials,
        who=who,
        round=round,
    )
    return record.fact("dialogue.step_added", step, by=by)


def _fits(minutes: int, day: int) -> None:
    if not 0 < minutes <= LONGEST_STEP:
        raise ValueError(_("A step takes from 1 to %(most)s minutes.") % {"most": LONGEST_STEP})
    if day < 1:
        raise ValueError(_("Days are counted from 1."))


def _end_of(gathering: Gathering, day: int) -> int:
    last = queries.steps(gathering).filter(day=day).last()
    return last.position + 1 if last else 1


def change_step(
    *,
    step: Step,
    title: str,
    kind: str,
    day: int,
    minutes: int,
    who: str,
    instructions: str,
    materials: str,
    round: Round | None,
    by: By,
    seen: int | None = None,
) -> Step:
    """Say anew what is done at the step. On another day it stands at its end."""
    _fits(minutes, day)
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, Step.objects.filter(pk=step.pk), seen, by)
        position = step.position if day == step.day else _end_of(step.gathering, day)
        return record.put(
            "dialogue.step_changed",
            step,
            title=title,
            kind=kind,
            day=day,
            position=position,
            minutes=minutes,
            who=who,
            instructions=instructions,
            materials=materials,
            round=round,
            by=by,
        )


def link_round(*, step: Step, round: Round | None, by: By, seen: int | None = None) -> Step:
    """Say which round is held at the step."""
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, queries.all_steps(step.gathering), seen, by)
        return record.put("dialogue.step_changed", step, round=round, by=by)


def copy_step(*, step: Step, by: By) -> Step:
    """Put the same step once more behind this one, not begun."""
    with record.act(by=by, programme=step.programme_id):
        locks.hold(step.programme_id, {step.gathering_id})
        copy = Step(
            programme_id=step.programme_id,
            gathering_id=step.gathering_id,
            day=step.day,
            position=step.position,
            kind=step.kind,
            title=step.title,
            instructions=step.instructions,
            minutes=step.minutes,
            materials=step.materials,
            who=step.who,
            round_id=step.round_id,
        )
        own = [row for row in queries.steps(step.gathering) if row.day == step.day]
        place = [row.pk for row in own].index(step.pk) + 1
        record.fact("dialogue.step_added", copy, by=by)
        _number([*own[:place], copy, *own[place:]], step.day, by, copy)
    return copy


def remove_step(*, step: Step, by: By, seen: int | None = None) -> Step:
    """Take the step off the run sheet."""
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, queries.all_steps(step.gathering), seen, by)
        return record.put("dialogue.step_removed", step, removed=True, by=by)


def restore_step(*, step: Step, by: By) -> Step:
    """Put a step that was removed back where it was."""
    return record.put("dialogue.step_restored", step, removed=False, by=by)


def move_step(*, step: Step, day: int, place: int, by: By, seen: int | None = None) -> Step:
    """Put the step at a place of a day, from 0; the others close up. Past the end is the end."""
    _fits(step.minutes, day)
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, queries.all_steps(step.gathering), seen, by)
        others = [row for row in queries.steps(step.gathering) if row.day == day and row.pk != step.pk]
        _number([*others[:place], step, *others[place:]], day, by, step)
    return step


def _number(rows: Sequence[Step], day: int, by: By, moved: Step) -> None:
    """Say the places of a day's steps anew, as far as they change; of the one that was moved last."""
    changed = [(place, row) for place, row in enumerate(rows, 1) if (row.day, row.position) != (day, place)]
    for place, row in sorted(changed, key=lambda each: each[1] is moved):
        record.put("dialogue.step_moved", row, day=day, position=place, by=by)


def say_when_days_begin(*, gathering: Gathering, begins: Sequence[time], by: By) -> Gathering:
    """Say when each day begins, in their order."""
    hours = [f"{each:%H:%M}" for each in begins]
    return record.put("dialogue.gathering_timed", gathering, begins=hours, by=by)


# ---- steering --------------------------------------------------------------------------------------------


def begin_step(*, step: Step, by: By, at: datetime | None = None, seen: int | None = None) -> Step:
    """Begin the step; whichever ran until now has ended. One that was over goes on from when it began."""
    at = at or timezone.now()
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, queries.all_steps(step.gathering), seen, by)
        for running in queries.steps(step.gathering).filter(began_at__isnull=False, ended_at=None):
            if running.pk != step.pk:
                record.put("dialogue.step_ended", running, ended_at=at, by=by)
        return record.put("dialogue.step_begun", step, began_at=step.began_at or at, ended_at=None, by=by)


def end_step(*, step: Step, by: By, at: datetime | None = None, seen: int | None = None) -> Step:
    """The step is over; none runs."""
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, queries.all_steps(step.gathering), seen, by)
        return record.put("dialogue.step_ended", step, ended_at=at or timezone.now(), by=by)


def give_minutes(*, step: Step, by: By, minutes: int = MORE_MINUTES, seen: int | None = None) -> Step:
    """Give the step more time."""
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, queries.all_steps(step.gathering), seen, by)
        return record.put("dialogue.step_extended", step, added=step.added + minutes, by=by)


def take_back_step(*, step: Step, by: By, seen: int | None = None) -> Step:
    """The step was begun by a slip of the finger: it has not begun."""
    with record.act(by=by, programme=step.programme_id):
        _as_seen(step.gathering, queries.all_steps(step.gathering), seen, by)
        return record.put("dialogue.step_taken_back", step, began_at=None, ended_at=None, added=0, by=by)


def show_on_wall(
    *, gathering: Gathering, wall: str, by: By, round: Round | None = None, seen: int | None = None
) -> Gathering:
    """Let the projector show something. Raises ValueError for what the room may not see.

    What a round asks, what came of it and its map need the round. What a group said apart is shown to the
    mixed room only once that group releases it.
    """
    if wall not in Wall.values:
        raise ValueError(f"the wall shows one of {', '.join(Wall.values)}, not [{wall}]")
    of_round = wall in (Wall.QUESTION, Wall.RESULTS, Wall.MAP)
    if of_round and (round is None or round.gathering_id != gathering.pk):
        raise ValueError(_("Choose a round of this gathering to show."))
    if of_round and round is not None and round.kept_apart:
        raise ValueError(_("A group spoke apart in this round. It is shown once that group releases it."))
    with record.act(by=by, programme=gathering.programme_id):
        _as_seen(gathering, Gathering.objects.filter(pk=gathering.pk), seen, by)
        return record.put(
            "dialogue.wall_shown", gathering, wall=str(wall), wall_round=round if of_round else None, by=by
        )


def open_round(*, round: Round, by: By, seen: int | None = None) -> Round:
    """Let people vote, for the first time or again. Raises OutOfDate, NothingToVoteOn."""
    with record.act(by=by, programme=round.programme_id):
        _as_seen(round.gathering, Round.objects.filter(pk=round.pk), seen, by)
        if round.closed_at is not None:
            return actions.reopen_round(round=round, by=by)
        return actions.open_round(round=round, by=by)


def close_round(*, round: Round, by: By, seen: int | None = None) -> Round:
    """Take no more votes. Raises OutOfDate, RoundClosed."""
    with record.act(by=by, programme=round.programme_id):
        _as_seen(round.gathering, Round.objects.filter(pk=round.pk), seen, by)
        return actions.close_round(round=round, by=by)


# ---- the word --------------------------------------------------------------------------------------------


def give_word(
    *,
    gathering: Gathering,
    by: By,
    participant: Participant | None = None,
    constituency: Constituency | None = None,
    gender: str = "",
    seen: int | None = None,
) -> Speech:
    """Somebody begins to speak, known by name or by group. Raises OutOfDate or ValueError."""
    with record.act(by=by, programme=gathering.programme_id, klass=Speech.KLASS):
        _as_seen(gathering, queries.all_speeches(gathering), seen, by)
        return actions.begin_speech(
            gathering=gathering, participant=participant, constituency=constituency, gender=gender, by=by
        )


def end_word(*, gathering: Gathering, by: By, seen: int | None = None) -> Speech | None:
    """Nobody speaks any more. Raises OutOfDate."""
    with record.act(by=by, programme=gathering.programme_id, klass=Speech.KLASS):
        _as_seen(gathering, queries.all_speeches(gathering), seen, by)
        return actions.end_speech(gathering=gathering, by=by)


def take_back_word(*, gathering: Gathering, by: By, seen: int | None = None) -> Speech | None:
    """The last tap was a slip of the finger. Raises OutOfDate."""
    with record.act(by=by, programme=gathering.programme_id, klass=Speech.KLASS):
        _as_seen(gathering, queries.all_speeches(gathering), seen, by)
        return actions.take_back_speech(gathering=gathering, by=by)


def raise_hand(*, gathering: Gathering, participant: Participant, by: By, at: datetime | None = None) -> Hand:
    """Somebody would like to speak. A hand that is up stays as it is.

    Raises NotHere on one's own phone, and Frozen.
    """
    if gathering.frozen:
        raise actions.Frozen
    if by is not None and by.pk == participant.pk:
        here = room.attendance(gathering).filter(participant=participant, state=Attendance.State.CAME)
        if not here.exists():
            raise NotHere
    with record.act(by=by, programme=gathering.programme_id, klass=Hand.KLASS):
        locks.hold(gathering.programme_id, {gathering.pk})
        up = room.hands(gathering).filter(participant=participant).first()
        return up or record.fact(
            "dialogue.hand_raised",
            Hand(
                subject=participant.pk,
                programme_id=gathering.programme_id,
                gathering=gathering,
                participant=participant,
                raised_at=at or timezone.now(),
            ),
            by=by,
        )


def lower_hand(*, gathering: Gathering, participant: Participant, by: By) -> None:
    """They would not like to speak any more."""
    for hand in room.hands(gathering).filter(participant=participant):
        record.put("dialogue.hand_lowered", hand, state=Hand.State.DOWN.value, by=by)


# ---- notes -----------------------------------------------------------------------------------------------


def write_note(
    *,
    gathering: Gathering,
    text: str,
    by: By,
    kind: str = Note.Kind.NOTE,
    reason: str = "",
    owner: str = "",
    due_on: date | None = None,
    step: Step | None = None,
    table: int | None = None,
    question: int = 0,
) -> Note:
    """Write down what was decided, promised, not agreed or noted. Raises ValueError for what does not fit.

    Nobody is named in a gathering whose lists of people are frozen: raises Frozen.
    An action has somebody who does it; a disagreement has its reason. question: which of the three a table
    answers, from 1; 0 for none. What a table wrote before in the same words is not written twice.
    """
    _says_enough(kind, text, reason, owner)
    if owner and gathering.frozen:
        raise actions.Frozen
    note = Note(
        programme_id=gathering.programme_id,
        gathering=gathering,
        step=step,
        kind=str(kind),
        text=text.strip(),
        reason=reason.strip(),
        owner=owner.strip(),
        due_on=due_on,
        table=table,
        plenary=table is None,
        position=question,
    )
    with record.act(by=by, programme=gathering.programme_id):
        locks.hold(gathering.programme_id, {gathering.pk})
        return _written_before(note) or record.fact("dialogue.note_written", note, by=by)


def _written_before(note: Note) -> Note | None:
    """What the table wrote in these words already: a press too many, or its second phone."""
    if note.table is None:
        return None
    same = {name: getattr(note, name) for name in ("gathering", "step", "table", "position", "kind", "text")}
    return Note.objects.filter(room.STANDING, **same).first()


def change_note(
    *,
    note: Note,
    kind: str,
    text: str,
    by: By,
    reason: str = "",
    owner: str = "",
    due_on: date | None = None,
    seen: int | None = None,
) -> Note:
    """Write the note anew, maybe as another kind: what a table noted becomes a decision. Raises as above."""
    _says_enough(kind, text, reason, owner)
    with record.act(by=by, programme=note.programme_id):
        _as_seen(note.gathering, Note.objects.filter(pk=note.pk), seen, by)
        settled = kind != Note.Kind.NOTE
        return record.put(
            "dialogue.note_changed",
            note,
            kind=str(kind),
            text=text.strip(),
            reason=reason.strip(),
            owner=owner.strip(),
            due_on=due_on,
            plenary=note.plenary or settled,
            by=by,
        )


def _says_enough(kind: str, text: str, reason: str, owner: str) -> None:
    if not text.strip():
        raise ValueError(_("A note needs words."))
    if len(text) > LONGEST_NOTE:
        raise ValueError(
            _("A note has at most %(most)s letters; this one has %(count)s. Write two notes.")
            % {"most": LONGEST_NOTE, "count": len(text)}
        )
    if kind == Note.Kind.ACTION and not owner.strip():
        raise ValueError(_("Say who does it: an action that nobody does is none."))
    if kind == Note.Kind.DISAGREEMENT and not reason.strip():
        raise ValueError(_("Say why: a disagreement is worth as much as its reasons."))


def remove_note(*, note: Note, by: By) -> Note:
    """Take the note away."""
    return record.put("dialogue.note_removed", note, removed=True, by=by)


def restore_note(*, note: Note, by: By) -> Note:
    """Put a note that was removed back."""
    return record.put("dialogue.note_restored", note, removed=False, by=by)


def bring_to_plenary(*, note: Note, brought: bool, by: By) -> Note:
    """Mark whether a table's note was brought to the plenary."""
    return record.put("dialogue.note_brought", note, plenary=brought, by=by)


def put_to_vote(*, note: Note, round: Round, text: str, language: str, by: By) -> Statement:
    """Make a statement of a table's note, and mark it as brought. Raises ValueError, RoundClosed."""
    if round.closed_at is not None:
        raise actions.RoundClosed
    with record.act(by=by, programme=note.programme_id):
        added = actions.add_statement(round=round, text=text, language=language, by=by)
        bring_to_plenary(note=note, brought=True, by=by)
    return added
