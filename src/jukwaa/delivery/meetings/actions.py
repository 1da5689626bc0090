"""What changes around a leadership group's meetings: rule, call, replies, attendance, decisions, minutes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.agenda.models import LeadershipGroup, RoadmapRow, Seat
from jukwaa.delivery.actions import Refused, make_commitment
from jukwaa.delivery.meetings import doors, queries
from jukwaa.delivery.models import (
    AgendaItem,
    Commitment,
    Decision,
    GroupAnswer,
    GroupMeeting,
    GroupQuestion,
    GroupRule,
    MeetingReply,
    MemberKey,
    Presence,
    Task,
    Way,
)
from jukwaa.programmes.actions import TooManyWrongCodes, note_wrong_code
from jukwaa.programmes.cards import Draw
from jukwaa.programmes.models import Organisation
from jukwaa.programmes.queries import too_many_wrong_codes
from jukwaa.record.write import By


class NoRule(Refused):
    """The group has not said how it decides."""


class Held(Refused):
    """The meeting was held: its call stands."""


class NotHeld(Refused):
    """The meeting was not held yet."""


class Signed(Refused):
    """The minutes were signed off, so they stand."""


class NotSigned(Refused):
    """The minutes were not read back and signed off."""


class NoQuorum(Refused):
    """Too few are there to decide."""


class Over(Refused):
    """The question is not open any more."""


class NotASeat(Refused):
    """The seat is not one of those that are asked."""


class Unknown(Refused):
    """No member has this code."""


# ---- the rule and the call -------------------------------------------------------------------------------


def declare_rule(
    *,
    group: LeadershipGroup,
    decides: str,
    quorum: int,
    by: By,
    needed: int = 0,
    quorum_groups: int = 0,
    declared_on: date | None = None,
) -> GroupRule:
    """Say how the group decides from now on; meetings called before keep the rule they were called under.

    Raises ValueError for a share that is none.
    """
    decides = GroupRule.Decides(decides).value
    if not 1 <= quorum <= 100:
        raise ValueError(_("The quorum is a share of the seats: from 1 to 100 in 100."))
    if quorum_groups < 0:
        raise ValueError(_("The number of constituencies is 0 or more."))
    if decides == GroupRule.Decides.MAJORITY and not 50 <= needed < 100:
        raise ValueError(_("A majority is more than a share from 50 to 99 in 100."))
    if decides == GroupRule.Decides.GRADIENT and not 50 <= needed <= 100:
        raise ValueError(_("The share that can go along is from 50 to 100 in 100."))
    rule = GroupRule(
        programme_id=group.programme_id,
        group=group,
        decides=decides,
        needed=0 if decides == GroupRule.Decides.CONSENT else needed,
        quorum=quorum,
        quorum_groups=quorum_groups,
        declared_on=declared_on or timezone.localdate(),
    )
    return record.fact("delivery.rule_declared", rule, by=by)


def call_meeting(
    *, group: LeadershipGroup, title: str, on: date, where: str, by: By, begins: str = ""
) -> GroupMeeting:
    """Call the group's members together, under the rule that stands today.

    Raises NoRule before a rule was declared, ValueError without words or for a day before the rule.
    """
    rule = queries.rule_of(group)
    if rule is None:
        raise NoRule(_("Say first how the group decides and what its quorum is. Then call the meeting."))
    if on < rule.declared_on:
        raise ValueError(_("The meeting is before the day on which its rule was declared. Change the day."))
    meeting = GroupMeeting(
        programme_id=group.programme_id,
        group=group,
        rule=rule,
        title=_words(title, _("Write what the meeting is called.")),
        on=on,
        begins=begins.strip(),
        where=_words(where, _("Write where it is, or the number to call.")),
    )
    return record.fact("delivery.meeting_called", meeting, by=by)


@transaction.atomic
def change_meeting(
    *, meeting: GroupMeeting, title: str, on: date, where: str, by: By, begins: str = ""
) -> GroupMeeting:
    """Say day, place or title anew. Raises Held, or ValueError as for calling it."""
    _is_to_come(meeting)
    if on < meeting.rule.declared_on:
        raise ValueError(_("The meeting is before the day on which its rule was declared. Change the day."))
    return record.put(
        "delivery.meeting_changed",
        meeting,
        by=by,
        title=_words(title, _("Write what the meeting is called.")),
        on=on,
        begins=begins.strip(),
        where=_words(where, _("Write where it is, or the number to call.")),
    )


@transaction.atomic
def send_call(*, meeting: GroupMeeting, by: By) -> GroupMeeting:
    """Let the call go out by mail to members who gave an address and have a link. Raises Held."""
    _is_to_come(meeting)
    return record.put("delivery.call_sent", meeting, by=by, sent_on=timezone.localdate())


@transaction.atomic
def cancel_meeting(*, meeting: GroupMeeting, by: By) -> GroupMeeting:
    """Take the call back. Raises Held."""
    _is_to_come(meeting)
    return record.put("delivery.meeting_cancelled", meeting, by=by, removed=True)


def _is_to_come(meeting: GroupMeeting) -> None:
    if meeting.held:
        raise Held(_("The meeting was held, so its call and agenda stand."))


def _words(said: str, missing: str) -> str:
    if not said.strip():
        raise ValueError(missing)
    return said.strip()


# ---- the agenda ------------------------------------------------------------------------------------------


@transaction.atomic
def add_item(*, meeting: GroupMeeting, title: str, by: By, minutes: int = 0, lead: str = "") -> AgendaItem:
    """Put something on the agenda, as the last item. Raises Held, or ValueError without words."""
    _is_to_come(meeting)
    item = AgendaItem(
        programme_id=meeting.programme_id,
        meeting=meeting,
        position=1 + max((one.position for one in queries.items(meeting)), default=0),
        title=_words(title, _("Write what it is about.")),
        minutes=_minutes(minutes),
        lead=lead.strip(),
    )
    return record.fact("delivery.item_added", item, by=by)


@transaction.atomic
def change_item(*, item: AgendaItem, title: str, by: By, minutes: int = 0, lead: str = "") -> AgendaItem:
    """Say an item anew. Raises Held, or ValueError without words."""
    _is_to_come(item.meeting)
    title = _words(title, _("Write what it is about."))
    return record.put(
        "delivery.item_changed", item, by=by, title=title, minutes=_minutes(minutes), lead=lead.strip()
    )


def _minutes(minutes: int) -> int:
    if not 0 <= minutes <= 600:
        raise ValueError(_("An item takes from 0 to 600 minutes."))
    return minutes


@transaction.atomic
def raise_item(*, item: AgendaItem, by: By) -> AgendaItem:
    """Let the item change places with the one before it; the first one stays. Raises Held."""
    _is_to_come(item.meeting)
    before = queries.items(item.meeting).filter(position__lt=item.position).last()
    if before is None:
        return item
    with record.act(by=by, programme=item.programme_id):
        place = before.position
        record.put("delivery.item_moved", before, by=by, position=item.position)
        return record.put("delivery.item_moved", item, by=by, position=place)


@transaction.atomic
def remove_item(*, item: AgendaItem, by: By) -> AgendaItem:
    """Take an item off the agenda. Raises Held."""
    _is_to_come(item.meeting)
    return record.put("delivery.item_removed", item, by=by, removed=True)


# ---- what members answer, by any way ---------------------------------------------------------------------

LONGEST_NOTE = 300


@transaction.atomic
def reply(*, meeting: GroupMeeting, seat: Seat, comes: str, way: str, by: By, note: str = "") -> MeetingReply:
    """Keep whether the holder of a seat comes. One reply each; the latest counts, whichever way it came.

    Raises Held, NotASeat, or ValueError for another answer or too long a note.
    """
    if meeting.held or meeting.removed:
        raise Held(_("This meeting was held or called off. Nothing was kept."))
    _sits(seat, meeting.group)
    if comes not in MeetingReply.Comes.values:
        raise ValueError(_("Say whether you come, send your alternate, or cannot come."))
    row = MeetingReply(
        id=queries.row_of(meeting.pk, seat),
        subject=seat.subject,
        programme_id=meeting.programme_id,
        meeting=meeting,
        seat=seat,
        comes=comes,
        note=_note(note),
        way=Way(way).value,
    )
    return record.put("delivery.meeting_replied", row, by=by)


def _sits(seat: Seat, group: LeadershipGroup) -> None:
    if seat not in queries.members(group):
        raise NotASeat(_("Nobody holds this seat of the group now."))


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise ValueError(_("Say it in %(most)d letters or fewer.") % {"most": LONGEST_NOTE})
    return note


def put_question(
    *, group: LeadershipGroup, text: str, until: date, by: By, asked_on: date | None = None
) -> GroupQuestion:
    """Ask the members something between meetings. Raises NoRule, or ValueError for a day that has passed."""
    rule = queries.rule_of(group)
    if rule is None:
        raise NoRule(_("Say first how the group decides and what its quorum is. Then ask."))
    asked_on = asked_on or timezone.localdate()
    if until < asked_on:
        raise ValueError(_("The last day to answer is before the first. Change the day."))
    question = GroupQuestion(
        programme_id=group.programme_id,
        group=group,
        rule=rule,
        text=_words(text, _("Write the question, so that one can say yes or no.")),
        asked_on=asked_on,
        until=until,
    )
    return record.fact("delivery.question_put", question, by=by)


@transaction.atomic
def answer(
    *,
    question: GroupQuestion,
    seat: Seat,
    says: str,
    way: str,
    by: By,
    note: str = "",
    on: date | None = None,
) -> GroupAnswer:
    """Keep what the holder of a seat says: yes, no or abstain; the latest counts.

    Raises Over after the last day, NotASeat, or ValueError for another answer or too long a note.
    """
    if question.removed or (on or timezone.localdate()) > question.until:
        raise Over(_("This question is closed. Nothing was kept."))
    _sits(seat, question.group)
    if says not in GroupAnswer.Says.values:
        raise ValueError(_("Say yes, no, or that you abstain."))
    row = GroupAnswer(
        id=queries.row_of(question.pk, seat),
        subject=seat.subject,
        programme_id=question.programme_id,
        question=question,
        seat=seat,
        says=says,
        note=_note(note),
        way=Way(way).value,
    )
    return record.put("delivery.question_answered", row, by=by)


# ---- keys ------------------------------------------------------------------------------------------------


@transaction.atomic
def give_key(*, seat: Seat, by: By, draw: Draw = secrets.randbelow) -> tuple[MemberKey, str]:
    """Give the holder of a seat a new link and code; gives the key and the code, which is never shown again.

    Those given before open nothing. Raises NotASeat when nobody holds the seat.
    """
    _sits(seat, seat.group)
    code = doors.new_code(draw)
    return _new_key(seat, "delivery.member_key_given", by, doors.digest(code)), code


@transaction.atomic
def end_key(*, seat: Seat, by: By) -> MemberKey:
    """Let the seat's link and code open nothing any more."""
    return _new_key(seat, "delivery.member_key_ended", by, "")


def _new_key(seat: Seat, verb: str, by: By, code: str) -> MemberKey:
    before = queries.key_of(seat)
    key = MemberKey(
        id=queries.row_of(seat.pk, seat),
        subject=seat.subject,
        programme_id=seat.programme_id,
        seat=seat,
        link=1 + (before.link if before else 0),
        code=code,
        holder=doors.digest_of_holder(seat) if code else "",
        given_on=timezone.localdate(),
    )
    return record.put(verb, key, by=by)


def look_up_code(digits: str) -> MemberKey:
    """The key of the member who typed, texted or said these ten digits, on whichever channel.

    A wrong one counts against the same budget as a wrong card number. Raises ValueError for digits that are
    no code, Unknown, or TooManyWrongCodes once the budget is used up.
    """
    code = doors.read_code(digits)
    if too_many_wrong_codes():
        raise TooManyWrongCodes
    found = queries.key_by_code(code)
    if found is None:
        note_wrong_code()
        raise Unknown(_("This code opens nothing. Look at the call once more, or ask for a new code."))
    return found


# ---- holding it ------------------------------------------------------------------------------------------


@transaction.atomic
def note_attendance(*, meeting: GroupMeeting, states: Mapping[Seat, str], by: By) -> GroupMeeting:
    """Note who is there; the first time the meeting is held, and what came on its agenda stands as it is now.

    Said anew for whoever comes later. Raises Signed, NotASeat, or ValueError for a meeting on a day to come,
    or when a seat would be missing that took part in a decision.
    """
    _not_signed(meeting)
    if meeting.on > timezone.localdate():
        raise ValueError(_("This meeting is on a day to come. If it is held now, change its day first."))
    _is_whole(meeting, states)
    with record.act(by=by, programme=meeting.programme_id):
        rows = [
            Presence(
                id=queries.row_of(meeting.pk, seat),
                programme_id=meeting.programme_id,
                meeting=meeting,
                seat=seat,
                state=Presence.State(state).value,
            )
            for seat, state in states.items()
        ]
        record.puts("delivery.presence_noted", rows, by=by)
        if not meeting.held:
            _write_down_the_agenda(meeting, by)
            record.put("delivery.meeting_held", meeting, by=by, held=True)
    return meeting


def _is_whole(meeting: GroupMeeting, states: Mapping[Seat, str]) -> None:
    asked = {one.seat for one in queries.presences(meeting)} or set(queries.members(meeting.group))
    asked |= set(queries.members(meeting.group))
    if not states or not asked.issuperset(states):
        raise NotASeat(_("Say of each seat of the group whether it is there."))
    there = {str(seat.pk) for seat, state in states.items() if state in Presence.THERE}
    took_part = {seat for one in queries.decisions(meeting) for seat in one.decision.stances}
    if took_part - there:
        raise ValueError(_("A seat that took part in a decision was there. Take the decision away first."))


def _write_down_the_agenda(meeting: GroupMeeting, by: By) -> None:
    for position, line in enumerate(queries.agenda(meeting), start=1):
        if line.item is not None:
            record.put("delivery.item_moved", line.item, by=by, position=position)
            continue
        item = AgendaItem(
            programme_id=meeting.programme_id,
            meeting=meeting,
            kind=AgendaItem.Kind(line.kind).value,
            position=position,
            title=line.title,
            lead=line.lead,
            stands=line.stands,
            late=line.late,
            commitment=line.commitment,
            task=line.task,
            question=line.question,
        )
        record.fact("delivery.item_came", item, by=by)


@transaction.atomic
def decide(
    *,
    meeting: GroupMeeting,
    text: str,
    stances: Mapping[Seat, str],
    by: By,
    reasons: str = "",
    item: AgendaItem | None = None,
) -> Decision:
    """Write down what the meeting decided, or did not, by the rule that it was called under.

    stances: where each seat stands that is there. Raises NotHeld, Signed, NoQuorum, NotASeat, or ValueError
    without words, for another stance, or for a block without a reason.
    """
    _is_held(meeting)
    _not_signed(meeting)
    text = _words(text, _("Write what was put to the group."))
    allowed = {value for value, _words_ in queries.choices(meeting.rule)}
    if not set(stances.values()) <= allowed:
        raise ValueError(_("Choose for each seat one of the answers that the rule knows."))
    here = queries.there(meeting)
    if not set(here).issuperset(stances):
        raise NotASeat(_("Only seats that are there take part in a decision. Note first who is there."))
    _has_quorum(meeting, stances)
    blocks = any(stance == "8" for stance in stances.values())
    if blocks and not reasons.strip():
        raise ValueError(_("Write the reason of whoever blocks it, in their words."))
    pk = uuid.uuid4()
    decision = Decision(
        id=pk,
        subject=pk,
        programme_id=meeting.programme_id,
        meeting=meeting,
        item=item,
        text=text,
        stances={str(seat.pk): stance for seat, stance in stances.items()},
        reasons=reasons.strip(),
        agreed=queries.is_agreed(meeting.rule, stances.values()),
    )
    return record.fact("delivery.decision_taken", decision, by=by)


def _has_quorum(meeting: GroupMeeting, stances: Mapping[Seat, str]) -> None:
    asked = [one.seat for one in queries.presences(meeting)]
    taking_part = {seat.pk: Presence.State.CAME.value for seat in stances}
    room = queries.room(asked, taking_part, meeting.rule, expected=False)
    if not room.quorum:
        raise NoQuorum(
            _(
                "%(sentence)s So nothing can be decided: talk it over, and put it on the next agenda or to "
                "all members as a question."
            )
            % {"sentence": room.sentence}
        )


def remove_decision(*, decision: Decision, by: By) -> Decision:
    """Take away a decision that was written down by mistake; its reasons are erased. Raises Signed."""
    with record.act(by=by, programme=decision.programme_id, alone=True):
        _not_signed(decision.meeting)
        record.put("delivery.decision_removed", decision, by=by, removed=True)
        erase_reasons(decision=decision, by=by)
    return decision


def erase_reasons(*, decision: Decision, by: By) -> None:
    """Erase the reasons, as when they name somebody. What was decided stays, signed or not, for good."""
    record.withdraw(decision.pk, by=by, programme=decision.programme_id, verb="delivery.reasons_erased")


@transaction.atomic
def give_task(
    *,
    meeting: GroupMeeting,
    what: str,
    seat: Seat,
    due_on: date,
    by: By,
    decision: Decision | None = None,
) -> Task:
    """Give a seat something to do by a day.

    Raises NotHeld, Signed, NotASeat, or ValueError without words or for a day before the meeting.
    """
    _is_held(meeting)
    _not_signed(meeting)
    _sits(seat, meeting.group)
    if due_on < meeting.on:
        raise ValueError(_("It is due before the meeting. Change the day."))
    task = Task(
        programme_id=meeting.programme_id,
        meeting=meeting,
        decision=decision,
        what=_words(what, _("Write what is to be done.")),
        seat=seat,
        due_on=due_on,
    )
    return record.fact("delivery.task_given", task, by=by)


@transaction.atomic
def remove_task(*, task: Task, by: By) -> Task:
    """Take away a task that was written down by mistake. Raises Signed."""
    _not_signed(task.meeting)
    return record.put("delivery.task_removed", task, by=by, removed=True)


def finish_task(*, task: Task, by: By, done_on: date | None = None) -> Task:
    """The task is done: it comes onto no agenda any more. Raises ValueError for a day to come."""
    done_on = done_on or timezone.localdate()
    if done_on > timezone.localdate():
        raise ValueError(_("This day is still to come. Write the day on which it was done."))
    return record.put("delivery.task_done", task, by=by, done_on=done_on)


def reopen_task(*, task: Task, by: By) -> Task:
    """The task is not done after all."""
    return record.put("delivery.task_reopened", task, by=by, done_on=None)


@transaction.atomic
def promise_task(
    *,
    task: Task,
    row: RoadmapRow,
    owner_office: str,
    owner_organisation: Organisation,
    made_on: date,
    due_on: date,
    by: By,
) -> Commitment:
    """An office takes the task on as a promise for a row of the roadmap; from then on it stands there.

    Raises Refused when it is a promise already, and as make_commitment does.
    """
    if task.commitment_id is not None:
        raise Refused(_("This task is a promise already."))
    with record.act(by=by, programme=task.programme_id):
        made = make_commitment(
            row=row,
            promise=task.what,
            owner_office=owner_office,
            owner_organisation=owner_organisation,
            made_on=made_on,
            due_on=due_on,
            by=by,
        )
        record.put("delivery.task_promised", task, by=by, commitment=made)
    return made


# ---- minutes ---------------------------------------------------------------------------------------------


@transaction.atomic
def sign_off(*, meeting: GroupMeeting, seat: Seat, by: By, signed_on: date | None = None) -> GroupMeeting:
    """The minutes were read back in the room, and a seat that was there signs them off: they stand.

    Raises NotHeld, Signed, NotASeat, or ValueError for a day before the meeting or to come.
    """
    _is_held(meeting)
    _not_signed(meeting)
    if seat not in queries.there(meeting):
        raise NotASeat(_("Whoever signs the minutes was at the meeting. Choose a seat that was there."))
    signed_on = signed_on or timezone.localdate()
    if not meeting.on <= signed_on <= timezone.localdate():
        raise ValueError(_("Minutes are signed on the day of the meeting or later, and not in the future."))
    return record.put("delivery.minutes_signed", meeting, by=by, signed_by=seat, signed_on=signed_on)


@transaction.atomic
def reopen_minutes(*, meeting: GroupMeeting, by: By) -> GroupMeeting:
    """Take signature and publication back, to mend a mistake; the record keeps both."""
    return record.put(
        "delivery.minutes_reopened", meeting, by=by, signed_by=None, signed_on=None, published_on=None
    )


@transaction.atomic
def publish_minutes(*, meeting: GroupMeeting, by: By, on: date | None = None) -> GroupMeeting:
    """Let everybody read the minutes. Raises NotSigned."""
    if meeting.signed_on is None:
        raise NotSigned(_("Read the minutes back and have them signed off first. Then publish them."))
    return record.put("delivery.minutes_published", meeting, by=by, published_on=on or timezone.localdate())


def _is_held(meeting: GroupMeeting) -> None:
    if not meeting.held:
        raise NotHeld(_("The meeting has not begun. Note first who is there."))


def _not_signed(meeting: GroupMeeting) -> None:
    if meeting.signed_on is not None:
        raise Signed(_("The minutes are signed off, so they stand. Take the signature back to mend them."))
