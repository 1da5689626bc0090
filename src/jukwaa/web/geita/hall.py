"""What happened in the hall of the demo's workshop: its run sheet, who spoke, notes and decisions."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import cycle

from django.db import transaction

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import queries
from jukwaa.dialogue.hall import actions as hall
from jukwaa.dialogue.hall.queries import breakouts, steps
from jukwaa.dialogue.hall.sheets import SHEETS
from jukwaa.dialogue.models import Attendance, Gathering, Note, Step
from jukwaa.programmes.models import Gender, Member, Participant, Role
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

# How many women and how many men of each constituency sat in the hall, and how far the second day had come.
CAME = 3
DONE_ON_DAY_TWO = 5
LATE = (0, 4, 0, 6, 0, 10, 0, 2, 0, 5, 0)

# What the tables wrote: by table, then by question (1 where are we, 2 what must change, 3 how).
TABLES: dict[int, list[tuple[int, str]]] = {
    1: [
        (1, "We wash where we drink. In the dry months there is no other water."),
        (2, "Water for washing and water for drinking must not be the same."),
        (3, "A lined pond shared by three shafts, and a woman who holds its key."),
    ],
    2: [
        (1, "A licence takes longer than the gold lasts."),
        (2, "The office must come to the site, not the site to the office."),
        (3, "One day a month the officer sits in the village, with the forms."),
    ],
    3: [
        (1, "Buyers set the price and the scale. We see neither."),
        (2, "Everybody must see the price of the day."),
        (3, "A board with the price at the mill, written up each morning."),
    ],
}

# What the plenary settled: kind, words, who does it, in how many days from then, why.
SETTLED: list[tuple[Note.Kind, str, str, int, str]] = [
    (Note.Kind.DECISION, "Six problems go to the action dialogue, in the order of the vote.", "", 0, ""),
    (
        Note.Kind.DECISION,
        "Each group sends two people to the dialogue, a woman and a man.",
        "",
        0,
        "",
    ),
    (
        Note.Kind.ACTION,
        "Ask the district engineer to test the water at the three washing places.",
        "District office",
        21,
        "",
    ),
    (
        Note.Kind.DISAGREEMENT,
        "Whether processing may stay inside the village.",
        "",
        0,
        "Processors: the water and the buyers are there. Elders: children play beside the tailings.",
    ),
]

# Who spoke in the plenary, in seconds: the constituency, the gender, and whether the name was known.
SPOKE: list[tuple[str, Gender, int, bool]] = [
    ("Pit owners and licence holders", Gender.MAN, 210, True),
    ("Government and regulator", Gender.MAN, 180, True),
    ("Women panners and processors", Gender.WOMAN, 95, True),
    ("Pit owners and licence holders", Gender.MAN, 160, False),
    ("Elders and chiefs", Gender.MAN, 120, True),
    ("Large mine", Gender.WOMAN, 140, True),
    ("Women panners and processors", Gender.WOMAN, 60, False),
]


def run_workshop(cast: Cast, days: Calendar) -> None:
    """Run the first day of the workshop and part of the second, with what was written down."""
    by = cast.member(Role.FACILITATOR)
    at = _gathering(cast, Gathering.Kind.WORKSHOP)
    with transaction.atomic():
        hall.begin_run_sheet(gathering=at, lines=SHEETS[at.kind].lines, by=by)
        hall.say_when_days_begin(gathering=at, begins=[time(8, 30), time(9)], by=by)
        people = [person for group in cast.people.values() for person in _who_came(group)]
        dialogue.attend(gathering=at, people=people, state=Attendance.State.CAME, by=by)
        _run(at, days, by)
        _speak(cast, at, days.at(190, 14))
        _write_down(at, days, by)


def _who_came(group: list[Participant]) -> list[Participant]:
    """So many women and so many men of a constituency, as far as it has them."""
    return [p for g in (Gender.WOMAN, Gender.MAN) for p in [p for p in group if p.gender == g][:CAME]]


def plan_meeting(cast: Cast) -> None:
    """Write a run sheet for the leadership group's meeting to come."""
    at = _gathering(cast, Gathering.Kind.MEETING)
    hall.begin_run_sheet(gathering=at, lines=SHEETS[at.kind].lines, by=cast.member(Role.FACILITATOR))


def _gathering(cast: Cast, kind: str) -> Gathering:
    found = queries.gatherings(cast.programme).get(kind=kind)
    found.programme = cast.programme
    return found


def _run(at: Gathering, days: Calendar, by: Member) -> None:
    """Begin and end each step of the first day and the first ones of the second, some a little late."""
    clock = {1: days.at(190, 8) + timedelta(minutes=30), 2: days.at(189, 9)}
    rows = list(steps(at))
    run = [row for row in rows if row.day == 1] + [row for row in rows if row.day == 2][:DONE_ON_DAY_TWO]
    asked = queries.rounds(at.programme).get(gathering=at)
    for step, late in zip(run, cycle(LATE), strict=False):
        begun, clock[step.day] = clock[step.day], clock[step.day] + timedelta(minutes=step.minutes + late)
        if step.kind == Step.Kind.ROUND:
            hall.link_round(step=step, round=asked, by=by)
        hall.begin_step(step=step, at=begun, by=by)
        hall.end_step(step=step, at=clock[step.day], by=by)


def _speak(cast: Cast, at: Gathering, begins: datetime) -> None:
    """Let them speak one after the other."""
    by = cast.member(Role.FACILITATOR)
    for constituency, gender, seconds, known in SPOKE:
        person = next(p for p in _who_came(cast.people[constituency]) if p.gender == gender)
        said = {"participant": person} if known else {"constituency": person.constituency, "gender": gender}
        dialogue.begin_speech(gathering=at, at=begins, by=by, **said)
        begins += timedelta(seconds=seconds)
    dialogue.end_speech(gathering=at, at=begins, by=by)


def _write_down(at: Gathering, days: Calendar, by: Member) -> None:
    """What the tables wrote, and what the plenary settled."""
    mixed = breakouts(at)[1]
    for table, rows in TABLES.items():
        for question, text in rows:
            note = hall.write_note(gathering=at, text=text, step=mixed, table=table, question=question, by=by)
            if table == 1:
                hall.bring_to_plenary(note=note, brought=True, by=by)
    for kind, text, owner, within, reason in SETTLED:
        due = days.ago(189 - within) if within else None
        hall.write_note(gathering=at, kind=kind, text=text, owner=owner, due_on=due, reason=reason, by=by)
