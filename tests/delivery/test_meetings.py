"""Meetings of a leadership group: call, quorum, what comes on the agenda by itself, decisions, minutes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.delivery import actions as delivery
from jukwaa.delivery.meetings import actions, queries
from jukwaa.delivery.models import Decision, GroupMeeting, MeetingReply, Presence
from jukwaa.programmes.models import WrongCode
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db


def days_ago(days: int):
    return timezone.localdate() - timedelta(days=days)


def lines(meeting: GroupMeeting) -> list[str]:
    return [line.title for line in queries.agenda(meeting)]


def all_say(meeting: GroupMeeting, *stances: str) -> dict:
    return dict(zip(queries.there(meeting), stances, strict=True))


# ---- the call and its rule -------------------------------------------------------------------------------


def test_no_meeting_is_called_before_the_group_said_how_it_decides():
    group = make.group()

    with pytest.raises(actions.NoRule, match="how the group decides"):
        actions.call_meeting(group=group, title="First", on=timezone.localdate(), where="Hall", by=None)


def test_a_meeting_keeps_the_rule_that_it_was_called_under():
    meeting = make.meeting(decides="consent")

    actions.declare_rule(group=meeting.group, decides="majority", needed=50, quorum=50, by=None)

    assert queries.rule_of(meeting.group).decides == "majority"
    assert GroupMeeting.objects.get().rule.decides == "consent"


def test_a_majority_of_less_than_half_is_refused():
    with pytest.raises(ValueError, match="majority"):
        actions.declare_rule(group=make.group(), decides="majority", needed=40, quorum=50, by=None)


def test_the_items_of_an_agenda_change_places():
    meeting = make.meeting()
    actions.add_item(meeting=meeting, title="Money", by=None)
    second = actions.add_item(meeting=meeting, title="Water", minutes=20, lead="The chair", by=None)

    actions.raise_item(item=second, by=None)

    assert lines(meeting) == ["Water", "Money"]


def test_nothing_of_the_call_changes_once_the_meeting_was_held():
    meeting = make.held()

    with pytest.raises(actions.Held):
        actions.add_item(meeting=meeting, title="Late thought", by=None)
    with pytest.raises(actions.Held):
        actions.cancel_meeting(meeting=meeting, by=None)


# ---- who comes -------------------------------------------------------------------------------------------


def test_quorum_and_balance_are_known_beforehand_from_replies():
    meeting = make.meeting(members=3)
    first, second, third = queries.members(meeting.group)

    actions.reply(meeting=meeting, seat=first, comes="comes", way="link", by=None)
    actions.reply(meeting=meeting, seat=second, comes="cannot", way="code", by=None)

    room = queries.expected(meeting)
    assert (room.there, room.needed, room.women, room.unanswered) == (1, 2, 1, 1)
    assert not room.quorum
    assert room.missing == [second.constituency, third.constituency]


def test_the_latest_reply_counts_whichever_way_it_came():
    meeting = make.meeting()
    seat = queries.members(meeting.group)[0]
    actions.reply(meeting=meeting, seat=seat, comes="cannot", way="link", by=None)

    actions.reply(meeting=meeting, seat=seat, comes="alternate", way="sms", note="Zawadi comes", by=None)

    said = MeetingReply.objects.get()
    assert (said.comes, said.way, said.note) == ("alternate", "sms", "Zawadi comes")


def test_a_quorum_may_need_several_constituencies():
    group = make.group()
    panners = make.constituency(group.programme)
    for number in range(3):
        make.seat(group, constituency=panners, holder=f"Panner {number}")
    make.rule(group, quorum=50, quorum_groups=2)
    meeting = make.held(make.meeting(group, members=4), absent=1)

    room = queries.as_held(meeting)

    assert room.there == 3
    assert not room.quorum


def test_who_holds_no_seat_is_not_asked():
    meeting, stranger = make.meeting(), make.seat(holder="Otto")

    with pytest.raises(actions.NotASeat):
        actions.reply(meeting=meeting, seat=stranger, comes="comes", way="link", by=None)


# ---- what comes on the agenda by itself ------------------------------------------------------------------


def late_promise(programme, *, days: int = 12, promise: str = "The pump stands"):
    row = make.row(make.problem(programme))
    return make.commitment(row, promise=promise, made_on=days_ago(100), due_on=days_ago(days))


def test_a_late_promise_comes_onto_the_next_meeting_alone_once_with_its_days():
    meeting = make.meeting()
    later = make.meeting(meeting.group, on=timezone.localdate() + timedelta(days=30))

    late_promise(meeting.programme, days=12)

    [line] = queries.agenda(meeting)
    assert (line.title, line.words) == ("The pump stands", "12 days late")
    assert lines(later) == []


def test_a_promise_goes_off_when_it_is_settled_and_a_disputed_one_comes_on():
    meeting = make.meeting()
    promise = late_promise(meeting.programme)
    report = delivery.report(commitment=promise, status="done", text="It stands.", by=None)
    assert lines(meeting) == []

    make.disputed(report)

    [line] = queries.agenda(meeting)
    assert line.words == "disputed, 12 days late"


def test_what_came_on_the_agenda_stands_once_the_meeting_is_held():
    meeting = make.meeting()
    promise = late_promise(meeting.programme)
    make.held(meeting)

    delivery.report(commitment=promise, status="done", text="It stands.", by=None)

    assert lines(meeting) == ["The pump stands"]
    assert lines(make.meeting(meeting.group)) == []


def test_open_tasks_of_earlier_meetings_come_back_until_they_are_done():
    meeting = make.held()
    seat = queries.members(meeting.group)[0]
    task = actions.give_task(meeting=meeting, what="Ask for a pump", seat=seat, due_on=meeting.on, by=None)
    after = make.meeting(meeting.group, on=meeting.on + timedelta(days=9))
    [line] = queries.agenda(after)
    assert (line.title, line.words) == ("Ask for a pump", "9 days late")

    actions.finish_task(task=task, by=None)

    assert lines(after) == []


# ---- decisions -------------------------------------------------------------------------------------------


def test_without_a_quorum_nothing_is_decided_and_the_sentence_says_why():
    meeting = make.held(make.meeting(members=4), absent=3)

    with pytest.raises(actions.NoQuorum, match="There: 1 of 4 seats; 2 make the quorum"):
        actions.decide(meeting=meeting, text="Buy it", stances=all_say(meeting, "1"), by=None)


def test_by_consent_one_block_is_enough_and_gives_its_reason():
    meeting = make.held()
    said = all_say(meeting, "1", "5", "8")

    with pytest.raises(ValueError, match="reason"):
        actions.decide(meeting=meeting, text="Buy it", stances=said, by=None)

    taken = actions.decide(meeting=meeting, text="Buy it", stances=said, reasons="Too dear.", by=None)
    assert not taken.agreed
    [decided] = queries.decisions(meeting)
    blocking = queries.there(meeting)[2].constituency
    assert decided.sentence == "Not decided. Consent: 1, stood aside: 1, blocked: 1."
    assert decided.who_blocked == str(blocking)


@pytest.mark.parametrize(
    ("stances", "agreed"), [(("1", "4", "5"), True), (("1", "5", "6"), False), (("1", "1", "8"), False)]
)
def test_by_steps_enough_can_go_along_and_nobody_blocks(stances, agreed):
    group = make.group()
    make.rule(group, decides="gradient", needed=66)
    meeting = make.held(make.meeting(group))

    taken = actions.decide(
        meeting=meeting, text="Buy it", stances=all_say(meeting, *stances), reasons="No.", by=None
    )

    assert taken.agreed is agreed


@pytest.mark.parametrize(
    ("stances", "agreed"),
    [(("yes", "yes", "no"), True), (("yes", "no", "abstain"), False), (("abstain",) * 3, False)],
)
def test_by_majority_more_than_half_of_those_who_vote_say_yes(stances, agreed):
    group = make.group()
    make.rule(group, decides="majority", needed=50)
    meeting = make.held(make.meeting(group))

    taken = actions.decide(meeting=meeting, text="Buy it", stances=all_say(meeting, *stances), by=None)

    assert taken.agreed is agreed


def test_whoever_decided_stays_in_the_attendance():
    meeting = make.held()
    actions.decide(meeting=meeting, text="Buy it", stances=all_say(meeting, "1", "1", "1"), by=None)
    seats = queries.members(meeting.group)

    with pytest.raises(ValueError, match="took part in a decision"):
        actions.note_attendance(meeting=meeting, states=dict.fromkeys(seats, "absent"), by=None)

    assert all(one.there for one in Presence.objects.all())


def blocked(meeting: GroupMeeting) -> Decision:
    said = all_say(meeting, "1", "1", "8")
    return actions.decide(meeting=meeting, text="Buy it", stances=said, reasons="Juma took money.", by=None)


def said_of(decision: Decision) -> str:
    """All that the record holds of the decision."""
    events = Event.objects.filter(object=decision.pk).values_list("plain", "personal")
    return " ".join(f"{plain} {personal}" for plain, personal in events)


def test_erased_reasons_are_gone_for_good_and_what_was_decided_stays():
    meeting = make.held()
    taken = blocked(meeting)
    [before] = queries.decisions(meeting)
    actions.sign_off(meeting=meeting, seat=queries.there(meeting)[0], by=None)

    actions.erase_reasons(decision=taken, by=None)

    record.resettle(Decision)
    [after] = queries.decisions(meeting)
    assert (after.decision.text, after.decision.reasons) == ("Buy it", "")
    assert (after.sentence, after.who_blocked) == (before.sentence, before.who_blocked)
    assert after.erased
    assert not before.erased
    assert "Juma" not in said_of(taken)
    assert "Buy it" in said_of(taken)


def test_the_reasons_of_a_decision_that_is_taken_away_are_erased():
    meeting = make.held()
    taken = blocked(meeting)

    actions.remove_decision(decision=taken, by=None)

    assert queries.decisions(meeting) == []
    assert "Juma" not in said_of(taken)


def test_a_task_is_not_due_before_its_meeting():
    meeting = make.held()
    seat = queries.members(meeting.group)[0]

    with pytest.raises(ValueError, match="before the meeting"):
        actions.give_task(meeting=meeting, what="Ask", seat=seat, due_on=days_ago(1), by=None)


def test_a_task_becomes_a_promise_of_an_office_and_leaves_the_agenda():
    meeting = make.held()
    seat = queries.members(meeting.group)[0]
    task = actions.give_task(meeting=meeting, what="Bring a pump", seat=seat, due_on=meeting.on, by=None)

    made = actions.promise_task(
        task=task,
        row=make.row(make.problem(meeting.programme)),
        owner_office="Water office",
        owner_organisation=make.organisation(meeting.programme),
        made_on=meeting.on,
        due_on=meeting.on + timedelta(days=60),
        by=None,
    )

    assert made.promise == "Bring a pump"
    assert not queries.open_tasks(meeting.group).exists()
    with pytest.raises(actions.Refused, match="already"):
        actions.promise_task(
            task=task,
            row=made.row,
            owner_office="Water office",
            owner_organisation=made.owner_organisation,
            made_on=meeting.on,
            due_on=meeting.on,
            by=None,
        )


# ---- minutes ---------------------------------------------------------------------------------------------


def test_minutes_are_published_after_somebody_who_was_there_signed_them():
    meeting = make.held(absent=1)
    there, absent = queries.there(meeting), queries.members(meeting.group)[-1]
    with pytest.raises(actions.NotSigned):
        actions.publish_minutes(meeting=meeting, by=None)
    with pytest.raises(actions.NotASeat):
        actions.sign_off(meeting=meeting, seat=absent, by=None)

    actions.sign_off(meeting=meeting, seat=there[0], by=None)
    actions.publish_minutes(meeting=meeting, by=None)

    assert queries.meetings(meeting.programme, public=True).get() == meeting
    with pytest.raises(actions.Signed):
        actions.decide(meeting=meeting, text="More", stances={}, by=None)


def test_a_signature_taken_back_takes_the_minutes_from_the_public():
    meeting = make.held()
    actions.sign_off(meeting=meeting, seat=queries.there(meeting)[0], by=None)
    actions.publish_minutes(meeting=meeting, by=None)

    actions.reopen_minutes(meeting=meeting, by=None)

    assert not queries.meetings(meeting.programme, public=True).exists()


def test_minutes_name_only_members_who_agreed_to_be_named():
    group = make.group()
    make.seat(group, holder="Esther", named=True)
    make.seat(group, holder="Mariamu", named=False)
    meeting = make.held(make.meeting(group, members=2))

    said = " ".join(queries.minutes(meeting).there)

    assert "Esther" in said
    assert "Mariamu" not in said


def test_the_life_of_a_group_counts_meetings_quorum_and_minutes_on_time():
    meeting = make.held(make.meeting(members=4, on=days_ago(40)), absent=3)
    actions.sign_off(meeting=meeting, seat=queries.there(meeting)[0], by=None)
    actions.publish_minutes(meeting=meeting, on=days_ago(20), by=None)
    make.held(make.meeting(meeting.group))

    life = queries.life(meeting.group)

    assert (len(life.meetings), life.quorate, life.on_time) == (2, 1, 0)
    assert sorted(one.there for one in life.groups) == [1, 1, 1, 2]
    assert len(queries.life(meeting.group, public=True).meetings) == 1


# ---- members answer without a log-in ---------------------------------------------------------------------


def test_a_code_finds_its_member_and_is_kept_nowhere():
    meeting = make.meeting()
    seat = queries.members(meeting.group)[0]

    key, code = actions.give_key(seat=seat, by=None)

    assert len(code) == 10
    assert code not in str(vars(key))
    assert actions.look_up_code(f"{code[:4]} {code[4:8]} {code[8:]}") == key


def test_a_wrong_code_counts_against_the_budget_of_cards():
    _key, code = actions.give_key(seat=queries.members(make.meeting().group)[0], by=None)
    other = actions.doors.with_check_digits(f"{(int(code[:8]) + 1) % 10**8:08d}")

    with pytest.raises(actions.Unknown):
        actions.look_up_code(other)

    assert WrongCode.objects.count() == 1


def test_after_too_many_wrong_codes_the_right_one_waits_too(monkeypatch):
    _key, code = actions.give_key(seat=queries.members(make.meeting().group)[0], by=None)
    monkeypatch.setattr("jukwaa.programmes.queries.WRONG_CODES_AN_HOUR", 0)

    with pytest.raises(actions.TooManyWrongCodes):
        actions.look_up_code(code)


def test_whoever_leaves_the_seat_leaves_link_and_code_behind_dead():
    seat = queries.members(make.meeting().group)[0]
    key, code = actions.give_key(seat=seat, by=None)
    token = actions.doors.sign(key)

    agenda.stand_down(seat=seat, by=None)
    agenda.nominate(seat=seat, holder="Somebody else", by=None)
    agenda.accept_seat(seat=seat, by=None)

    assert queries.key_by_token(seat.programme, token) is None
    with pytest.raises(actions.Unknown):
        actions.look_up_code(code)


def test_a_new_key_ends_the_one_before():
    seat = queries.members(make.meeting().group)[0]
    key, code = actions.give_key(seat=seat, by=None)
    token = actions.doors.sign(key)
    assert queries.key_by_token(seat.programme, token) is not None

    actions.give_key(seat=seat, by=None)

    assert queries.key_by_token(seat.programme, token) is None
    assert queries.key_by_code(code) is None


def test_the_call_goes_to_members_with_a_link_and_a_reminder_to_the_silent():
    meeting = make.meeting(on=timezone.localdate() + timedelta(days=2))
    first, second, _third = queries.members(meeting.group)
    for seat in (first, second):
        actions.give_key(seat=seat, by=None)
    actions.reply(meeting=meeting, seat=first, comes="comes", way="link", by=None)

    called = queries.call_letters(meeting, "https://jukwaa.example")
    reminded = queries.reminders(meeting, "https://jukwaa.example")

    assert [letter.seat for letter in called] == [first, second]
    assert [letter.seat for letter in reminded] == [second]
    assert "https://jukwaa.example/p/" in reminded[0].text()
    assert queries.reminders(meeting, "", on=days_ago(5)) == []


# ---- questions between meetings --------------------------------------------------------------------------


def test_a_question_between_meetings_is_answered_once_by_each_and_comes_on_the_agenda():
    meeting = make.meeting()
    first, second, _third = queries.members(meeting.group)
    question = actions.put_question(
        group=meeting.group, text="Write to the minister?", until=days_ago(0), by=None
    )
    actions.answer(question=question, seat=first, says="no", way="link", by=None)
    actions.answer(question=question, seat=first, says="yes", way="sms", by=None)
    actions.answer(question=question, seat=second, says="abstain", way="code", by=None)

    assert queries.answers(question).sentence == "Yes: 1, no: 0, abstain: 1. 2 of 3 seats answered."
    assert lines(meeting) == ["Write to the minister?"]


def test_after_its_last_day_a_question_takes_no_answer():
    group = make.meeting().group
    question = actions.put_question(
        group=group, text="Agreed?", until=days_ago(1), asked_on=days_ago(5), by=None
    )

    with pytest.raises(actions.Over):
        actions.answer(question=question, seat=queries.members(group)[0], says="yes", way="link", by=None)
