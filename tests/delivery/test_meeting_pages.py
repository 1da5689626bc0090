"""Pages of meetings: for who calls and holds them, for members without a log-in, for everybody."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa.agenda import actions as agenda
from jukwaa.delivery.meetings import actions, doors, queries
from jukwaa.delivery.models import GroupMeeting, GroupRule, MeetingReply, MemberKey, Task
from jukwaa.programmes.models import Address, Message
from jukwaa.programmes.post.queries import addresses
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> GroupMeeting:
    """A meeting called for today, in a programme that the public sees."""
    return make.meeting(make.group(make.programme(public=True)))


@pytest.fixture
def flo(meeting) -> Client:
    return make.client_of(make.member(meeting.programme))


def at(page: str, meeting: GroupMeeting, *others: object) -> str:
    return reverse(f"delivery:{page}", args=[meeting.programme.slug, *others])


def of(page: str, meeting: GroupMeeting) -> str:
    return at(page, meeting, meeting.pk)


def members_page(meeting: GroupMeeting, number: int = 0) -> str:
    key, _code = actions.give_key(seat=queries.members(meeting.group)[number], by=None)
    return at("reply", meeting, doors.sign(key))


def each_seat(meeting: GroupMeeting, state: str) -> dict[str, str]:
    return {f"seat-{seat.pk}": state for seat in queries.members(meeting.group)}


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# ---- who calls and holds it ------------------------------------------------------------------------------


def test_calling_a_meeting_first_asks_how_the_group_decides():
    group = make.group()
    flo = make.client_of(make.member(group.programme))
    call = reverse("delivery:call_meeting", args=[group.programme.slug, group.pk])

    asked = flo.get(call, follow=True)

    assert "How the group decides" in words(asked)
    flo.post(
        asked.request["PATH_INFO"], {"decides": "majority", "needed": 50, "quorum": 50, "quorum_groups": 0}
    )
    said = {"title": "First", "on": timezone.localdate(), "where": "Hall"}
    assert "The meeting is called" in words(flo.post(call, said, follow=True))
    assert GroupMeeting.objects.get().rule == GroupRule.objects.get()


def test_a_meeting_before_its_rule_keeps_what_was_typed(flo, meeting):
    day = timezone.localdate() - timedelta(days=400)

    said = {"title": "Too early", "on": day, "where": "Under the tree"}
    refused = flo.post(at("call_meeting", meeting, meeting.group.pk), said)

    assert "before the day on which its rule was declared" in words(refused)
    assert "Under the tree" in refused.content.decode()


def test_a_meeting_is_walked_from_its_agenda_to_published_minutes(flo, meeting):
    flo.post(of("add_item", meeting), {"title": "The wash water", "minutes": 20, "lead": "The water office"})
    assert "The wash water" in words(flo.get(of("meeting", meeting)))

    begun = flo.post(of("meeting_attendance", meeting), each_seat(meeting, "came"), follow=True)
    assert "There: 3 of 3 seats; 2 make the quorum. There is a quorum." in words(begun)
    said = each_seat(meeting, "1") | {"text": "A pump is bought."}
    assert "Decided. Consent: 3" in words(flo.post(of("decide", meeting), said, follow=True))
    seat = queries.members(meeting.group)[0]
    due = timezone.localdate() + timedelta(days=30)
    flo.post(of("give_task", meeting), {"what": "Ask for prices", "seat": seat.pk, "due_on": due})
    signed = {"read_back": "on", "seat": seat.pk, "signed_on": timezone.localdate()}
    flo.post(of("sign_off", meeting), signed)
    flo.post(of("publish_minutes", meeting))

    public = words(Client().get(of("meeting", meeting)))
    for said in ("A pump is bought.", "Ask for prices", "Read back in the room and signed off"):
        assert said in public
    for inside in ("District hall", "Member 1", "Women"):
        assert inside not in public


def test_a_decision_without_quorum_is_refused_and_nothing_typed_is_lost(flo, meeting):
    first, *others = queries.members(meeting.group)
    states = {f"seat-{first.pk}": "came"} | {f"seat-{seat.pk}": "absent" for seat in others}
    flo.post(of("meeting_attendance", meeting), states)

    refused = flo.post(of("decide", meeting), {"text": "A pump is bought.", f"seat-{first.pk}": "1"})

    assert "So nothing can be decided" in words(refused)
    assert "A pump is bought." in refused.content.decode()


def test_reasons_that_name_somebody_are_erased_after_asking_and_the_minutes_say_so(flo, meeting):
    make.held(meeting)
    first, *others = queries.there(meeting)
    stances = {first: "8"} | dict.fromkeys(others, "1")
    said = {"text": "A pump is bought.", "reasons": "Juma took money."}
    taken = actions.decide(meeting=meeting, stances=stances, by=None, **said)
    actions.sign_off(meeting=meeting, seat=first, by=None)
    actions.publish_minutes(meeting=meeting, by=None)
    erase = at("erase_reasons", meeting, taken.pk)
    assert erase in flo.get(of("meeting", meeting)).content.decode()
    assert "Juma took money." in words(flo.get(erase))
    assert "Juma took money." in words(Client().get(of("meeting", meeting)))

    flo.post(erase)

    for reader in (flo, Client()):
        page = words(reader.get(of("meeting", meeting)))
        assert "Juma" not in page
        assert "A pump is bought." in page
        assert "The reasons were taken away because they told too much." in page
    # What stays, stays for good: nothing can be written of the decision any more.
    actions.reopen_minutes(meeting=meeting, by=None)
    assert at("remove_decision", meeting, taken.pk) not in flo.get(of("meeting", meeting)).content.decode()
    assert flo.post(at("remove_decision", meeting, taken.pk)).status_code == 404


def test_a_decision_without_reasons_has_none_to_erase(flo, meeting):
    make.held(meeting)
    stances = dict.fromkeys(queries.there(meeting), "1")
    taken = actions.decide(meeting=meeting, text="A pump is bought.", stances=stances, by=None)

    assert at("erase_reasons", meeting, taken.pk) not in flo.get(of("meeting", meeting)).content.decode()
    assert flo.post(at("erase_reasons", meeting, taken.pk)).status_code == 404


def test_minutes_are_not_signed_off_unread(flo, meeting):
    make.held(meeting)
    seat = queries.there(meeting)[0]

    refused = flo.post(of("sign_off", meeting), {"seat": seat.pk, "signed_on": timezone.localdate()})

    assert refused.status_code == 200
    assert GroupMeeting.objects.get().signed_on is None


def test_a_task_is_made_a_promise(flo, meeting):
    make.held(meeting)
    seat, today = queries.members(meeting.group)[0], timezone.localdate()
    task = actions.give_task(meeting=meeting, what="Bring a pump", seat=seat, due_on=today, by=None)
    row = make.row(make.problem(meeting.programme))

    said = {"row": row.pk, "owner_office": "Water office", "owner_organisation": row.owner_organisation_id}
    flo.post(at("promise_task", meeting, task.pk), said | {"made_on": today, "due_on": today})

    assert Task.objects.get().commitment.promise == "Bring a pump"


def test_the_call_can_be_sent_printed_and_signed(flo, meeting):
    actions.add_item(meeting=meeting, title="The wash water", minutes=20, by=None)

    for page in ("send_call", "print_call"):
        said = words(flo.get(of(page, meeting)))
        assert "The wash water" in said
        assert "District hall" in said
        assert "nobody who is there blocks it" in said
    assert "Member 1" in words(flo.get(of("print_signin", meeting)))


def test_what_members_told_the_staff_is_noted(flo, meeting):
    seat = queries.members(meeting.group)[0]

    flo.post(at("note_reply", meeting, meeting.pk, seat.pk), {"comes": "alternate"})

    said = MeetingReply.objects.get()
    assert (said.comes, said.way) == ("alternate", "staff")
    assert "1 of 3 seats say that they come; 2 make the quorum." in words(flo.get(of("replies", meeting)))


def test_links_and_codes_are_shown_once_and_for_those_ticked_alone(flo, meeting):
    first = queries.members(meeting.group)[0]

    slips = flo.post(at("give_keys", meeting, meeting.group.pk), {"for_whom": [first.pk]}).content.decode()

    assert MemberKey.objects.get().seat == first
    assert slips.count("slip-code") == 1
    [address] = re.findall(r"http://testserver(/p/[^<\s]+/reply/[^<\s]+)", slips)
    assert Client().get(address).status_code == 200


# ---- a member, without a log-in --------------------------------------------------------------------------


def test_a_member_says_by_link_that_she_comes_and_changes_her_mind(meeting):
    page, phone = members_page(meeting), Client()
    assert "I send my alternate" in words(phone.get(page))

    phone.post(page, {"about": meeting.pk, "comes": "comes"})
    shown = phone.post(page, {"about": meeting.pk, "comes": "cannot", "note": "I am at the pit"}, follow=True)

    said = MeetingReply.objects.get()
    assert (said.comes, said.note, said.way) == ("cannot", "I am at the pit", "link")
    assert "You said: I cannot come" in words(shown)


def test_a_member_answers_by_code_from_a_borrowed_phone(meeting):
    _key, code = actions.give_key(seat=queries.members(meeting.group)[0], by=None)
    phone = Client()

    page = phone.post(reverse("reply:code"), {"code": f"{code[:5]} {code[5:]}"})
    phone.post(page.url, {"about": meeting.pk, "comes": "comes"})

    assert MeetingReply.objects.get().way == "code"
    assert code not in page.url


def test_a_wrong_code_says_so_and_the_field_keeps_it(meeting):
    wrong = doors.new_code(lambda _below: 12345678)

    refused = Client().post(reverse("reply:code"), {"code": wrong})

    assert "This code opens nothing." in words(refused)
    assert wrong in refused.content.decode()


def test_after_too_many_guesses_no_code_is_taken(meeting, monkeypatch):
    _key, code = actions.give_key(seat=queries.members(meeting.group)[0], by=None)
    monkeypatch.setattr("jukwaa.programmes.queries.WRONG_CODES_AN_HOUR", 0)

    assert Client().post(reverse("reply:code"), {"code": code}).status_code == 429


def test_a_member_answers_a_question_between_meetings(meeting):
    question = actions.put_question(
        group=meeting.group, text="Write to the minister?", until=timezone.localdate(), by=None
    )
    page, phone = members_page(meeting), Client()

    phone.post(page, {"about": question.pk, "says": "yes"})

    assert queries.answers(question).yes == 1


def test_too_long_a_note_is_given_back_to_be_shortened(meeting):
    long = "word " * 80

    refused = Client().post(members_page(meeting), {"about": meeting.pk, "comes": "comes", "note": long})

    assert long.strip() in refused.content.decode()
    assert not MeetingReply.objects.exists()


def test_a_member_has_the_call_mailed_and_the_next_holder_does_not_read_it(flo, meeting, settings):
    settings.JUKWAA_URL = "https://jukwaa.example"
    seat = queries.members(meeting.group)[0]
    page, phone = members_page(meeting), Client()
    reactions.work_once()

    phone.post(page, {"mail": "esther@example.org"})
    flo.post(of("send_call", meeting))
    reactions.work_once()
    reactions.work_once()

    # Once: the call. The reminder, for the meeting is today.
    assert {row.key.split("/")[0] for row in Message.objects.all()} == {"call", "remind"}
    assert Message.objects.count() == 2
    agenda.stand_down(seat=seat, by=None)
    reactions.work_once()
    assert not addresses(meeting.programme, Address.Role.MEMBER, seat.pk).exists()


def test_what_is_no_mail_address_is_given_back(meeting):
    refused = Client().post(members_page(meeting), {"mail": "esther at example"})

    assert "esther at example" in refused.content.decode()
    assert not Address.objects.exists()


def test_a_link_opens_nothing_in_another_programme(meeting):
    path = urlsplit(members_page(meeting)).path.replace(meeting.programme.slug, make.programme().slug)

    assert Client().get(path).status_code == 404


# ---- everybody -------------------------------------------------------------------------------------------


def test_the_public_sees_no_minutes_before_they_are_published(flo, meeting):
    make.held(meeting)
    actions.sign_off(meeting=meeting, seat=queries.there(meeting)[0], by=None)

    assert Client().get(of("meeting", meeting)).status_code == 404
    assert Client().get(of("print_minutes", meeting)).status_code == 404
    assert flo.get(of("meeting", meeting)).status_code == 200


def test_public_minutes_leave_out_promises_inside_the_programme(meeting):
    row = make.row(make.problem(meeting.programme), public=False)
    ago = timezone.localdate() - timedelta(days=9)
    make.commitment(row, promise="A quiet promise", made_on=ago, due_on=ago)
    make.held(meeting)
    actions.sign_off(meeting=meeting, seat=queries.there(meeting)[0], by=None)
    actions.publish_minutes(meeting=meeting, by=None)

    assert "A quiet promise" not in words(Client().get(of("meeting", meeting)))


def test_the_list_says_who_came_by_constituency_and_to_staff_by_seat(flo, meeting):
    make.held(meeting, absent=1)
    actions.sign_off(meeting=meeting, seat=queries.there(meeting)[0], by=None)
    actions.publish_minutes(meeting=meeting, by=None)
    page = at("meetings", meeting)

    assert "Member 1" in words(flo.get(page))
    public = Client().get(page)
    assert "Member 1" not in words(public)
    assert "1 meeting held. With a quorum: 1." in words(public)
    assert public.content.decode().count("attended-there") == 3
