"""The demo programme's leadership group meets: one meeting is held and published, one is called."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from jukwaa.agenda.models import LeadershipGroup, Seat
from jukwaa.agenda.queries import groups
from jukwaa.delivery.meetings import actions, queries
from jukwaa.programmes.cards import Draw
from jukwaa.programmes.models import Role
from jukwaa.web.geita import promises
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

HELD, SIGNED, PUBLISHED = 58, 58, 51
COMES_IN = 12
ITEMS = (
    ("Water at the washing place: what the owner says", 30, "District water office"),
    ("Safety training before the rains", 20, "Pit workers"),
    ("How we tell the sites what we decided", 15, "Women panners"),
)
NEXT_ITEMS = (
    ("The quarterly update to all sites", 30, "The chair"),
    ("A date for the visit of the ministry", 15, "District mining office"),
)
DECIDED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("The group writes to every owner whose promise is late, and asks for a new day and the reason.", {}, ""),
    (
        "Meetings are held at the sites in turn, not only in the district town.",
        {"Elders and chiefs": "5"},
        "The way to the farther sites is long for old people. We do not stand in the way.",
    ),
)
QUESTION = "Shall the group ask the mine for a day on which everybody may see the water tests?"


def meet(cast: Cast, days: Calendar, draw: Draw) -> None:
    """The rule, a meeting with decisions and tasks, the call of the next one, and what members replied."""
    group = groups(cast.programme).get(name=promises.GROUP_NAME)
    lead = cast.member(Role.COORDINATOR)
    with transaction.atomic():
        actions.declare_rule(
            group=group, decides="consent", quorum=50, quorum_groups=4, declared_on=days.ago(140), by=lead
        )
    _hold(group, cast, days)
    _call(group, cast, days, draw)


@transaction.atomic
def _hold(group: LeadershipGroup, cast: Cast, days: Calendar) -> None:
    lead = cast.member(Role.COORDINATOR)
    meeting = actions.call_meeting(
        group=group,
        title="Second quarterly meeting",
        on=days.ago(HELD),
        begins="10:00",
        where="District hall, Geita",
        by=lead,
    )
    for title, minutes, leads in ITEMS:
        actions.add_item(meeting=meeting, title=title, minutes=minutes, lead=leads, by=lead)
    sitting = queries.members(group)
    states = dict.fromkeys(sitting, "came") | {sitting[3]: "alternate", sitting[-1]: "apologies"}
    actions.note_attendance(meeting=meeting, states=states, by=lead)
    here = queries.there(meeting)
    taken = [
        actions.decide(
            meeting=meeting,
            text=text,
            stances={seat: others.get(seat.constituency.name, "1") for seat in here},
            reasons=reasons,
            by=lead,
        )
        for text, others, reasons in DECIDED
    ]
    done = actions.give_task(
        meeting=meeting,
        what="Write the letters to the owners",
        seat=here[0],
        due_on=days.ago(HELD - 14),
        decision=taken[0],
        by=lead,
    )
    actions.give_task(
        meeting=meeting,
        what="Ask each site where a meeting can be held",
        seat=here[2],
        due_on=days.ago(20),
        decision=taken[1],
        by=lead,
    )
    actions.finish_task(task=done, done_on=days.ago(HELD - 12), by=lead)
    actions.sign_off(meeting=meeting, seat=here[1], signed_on=days.ago(SIGNED), by=lead)
    actions.publish_minutes(meeting=meeting, on=days.ago(PUBLISHED), by=lead)


@transaction.atomic
def _call(group: LeadershipGroup, cast: Cast, days: Calendar, draw: Draw) -> None:
    lead = cast.member(Role.COORDINATOR)
    meeting = actions.call_meeting(
        group=group,
        title="Third quarterly meeting",
        on=days.today + timedelta(days=COMES_IN),
        begins="10:00",
        where="Mawe Meri, at the cooperative's store",
        by=lead,
    )
    for title, minutes, leads in NEXT_ITEMS:
        actions.add_item(meeting=meeting, title=title, minutes=minutes, lead=leads, by=lead)
    question = actions.put_question(
        group=group, text=QUESTION, until=days.today + timedelta(days=7), asked_on=days.ago(3), by=lead
    )
    said: list[tuple[Seat, str, str, str, str]] = [
        (seat, *answer) for seat, answer in zip(queries.members(group), REPLIES, strict=False)
    ]
    for seat, way, comes, note, says in said:
        if way != "staff":
            actions.give_key(seat=seat, draw=draw, by=lead)
        actions.reply(meeting=meeting, seat=seat, comes=comes, note=note, way=way, by=None)
        if says:
            actions.answer(question=question, seat=seat, says=says, way=way, by=None)


# What the first members say to the call: by which way, whether they come, a note, and to the question.
REPLIES = (
    ("link", "comes", "", "yes"),
    ("code", "comes", "I bring the list of the panners' group.", "yes"),
    ("staff", "alternate", "", ""),
    ("link", "cannot", "I am in Mwanza that week.", "abstain"),
    ("link", "comes", "", "yes"),
)
