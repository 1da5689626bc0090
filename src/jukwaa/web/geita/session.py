"""The session of the demo that is under way: people come in, hands are counted, words are steered."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import cycle, islice
from math import sin, tau

from django.db import transaction

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.counting import actions as counting
from jukwaa.dialogue.counting import queries as counted
from jukwaa.dialogue.counting.actions import Sheet
from jukwaa.dialogue.counting.queries import Given
from jukwaa.dialogue.door import actions as door
from jukwaa.dialogue.hall import actions as hall
from jukwaa.dialogue.hall.queries import breakouts, steps
from jukwaa.dialogue.hall.sheets import SHEETS
from jukwaa.dialogue.models import (
    Attendance,
    Channel,
    Finding,
    Gathering,
    Gradient,
    Mark,
    Round,
    Screened,
    Statement,
    Step,
    Wall,
)
from jukwaa.dialogue.phone import actions as phone
from jukwaa.dialogue.queries import HandCount
from jukwaa.dialogue.steering import actions as steering
from jukwaa.field.media import Recording
from jukwaa.programmes.models import Gender, Participant, Role, StageKind
from jukwaa.web.geita import session_words as words
from jukwaa.web.geita.people import TRIED, Cast
from jukwaa.web.geita.talk import Calendar, Table, gathering
from jukwaa.web.geita.words import Words

# Of each gender of a group, by their place in it: who is here, who went, who is awaited, who declined.
HERE, WENT, AWAITED, ASKED, DECLINED = slice(0, 3), slice(3, 4), slice(4, 6), slice(6, 7), slice(7, 8)
TABLES = 5
HERTZ = 4000

# How much a step of the first day ran over, in minutes.
LATE = (0, 5, 0, 10, 0, 0, 15)


@dataclass
class Session:
    """A gathering under way, with who is in its hall and the two who steer it."""

    cast: Cast
    at: Gathering
    table: Table
    days: Calendar

    def __post_init__(self) -> None:
        self.juma = self.cast.member(Role.FACILITATOR)
        self.neema = self.cast.member(Role.COORDINATOR)

    def here(self, group: str) -> list[Participant]:
        """Who of the group sits in the hall; the last is the one whose phone may be tried."""
        people = list(_of(self.cast.people[group], HERE))
        return [*people, self.cast.people[group][-1]] if group in TRIED else people

    def everybody(self) -> list[Participant]:
        """All who sit in the hall."""
        return [person for group in self.cast.people for person in self.here(group)]

    def phones(self) -> Iterator[Participant]:
        """Who has a phone and uses it: two of each group, none of those that may be tried."""
        for group in self.cast.people:
            yield from _of(self.cast.people[group], slice(0, 1))

    def put(
        self, kind: str, question: str, said: Iterable[Words], at: datetime | None, **more: object
    ) -> Asked:
        """Open a round of that kind with these statements."""
        with transaction.atomic():
            round_ = dialogue.prepare_round(
                gathering=self.at,
                kind=Round.Kind.SOLUTIONS,
                question=question,
                method=kind,
                by=self.juma,
                **more,  # type: ignore[arg-type]
            )
            self.table.translate(round_, words.QUESTIONS[question])
            statements = [self._statement(round_, each) for each in said]
            round_ = dialogue.open_round(round=round_, at=at, by=self.juma)
        return Asked(round_, statements)

    def _statement(self, round_: Round, said: Words) -> Statement:
        statement = self.table.put(round_, said, self.juma)
        self.table.translate(statement, said.sw)
        return statement


@dataclass(frozen=True)
class Asked:
    """A round and what is put to the vote in it, in its order."""

    round: Round
    statements: list[Statement]


def hold_session(cast: Cast, table: Table, answers: Finding, days: Calendar) -> None:
    """Hold a session of two days, yesterday and today: its second day has just begun."""
    at = gathering(
        cast,
        Gathering.Kind.THEMATIC,
        "Thematic session: gold without mercury",
        StageKind.FOLLOW_UP,
        "Igunda Hill",
        days.ago(1),
        2,
    )
    session = Session(cast, at, table, days)
    with transaction.atomic():
        _come_in(session)
        _weigh_harm(session)
        _run_first_day(session)
    _women_alone(session, answers)
    _give_dots(session, answers)
    _go_along(session, answers)
    _vote_now(session, answers)


# ---- at the door -----------------------------------------------------------------------------------------


def _of(group: list[Participant], place: slice) -> Iterator[Participant]:
    """Of the group's women and of its men, those at that place; twice as many where all are of one gender."""
    genders = {person.gender for person in group}
    if len(genders) == 1:
        yield from group[2 * place.start : 2 * place.stop]
        return
    for gender in (Gender.WOMAN, Gender.MAN):
        yield from [person for person in group if person.gender == gender][place]


def _come_in(session: Session) -> None:
    """Most of those who were asked are here, some are awaited, one of each group went home."""
    states = {
        Attendance.State.REFUSED: DECLINED,
        Attendance.State.INVITED: ASKED,
        Attendance.State.ACCEPTED: AWAITED,
        Attendance.State.LEFT: WENT,
    }
    for state, place in states.items():
        people = [person for group in session.cast.people.values() for person in _of(group, place)]
        dialogue.attend(gathering=session.at, people=people, state=state, by=session.juma)
    dialogue.attend(
        gathering=session.at, people=session.everybody(), state=Attendance.State.CAME, by=session.juma
    )


def _weigh_harm(session: Session) -> None:
    """Who might be harmed by being there, what was decided, and what happened all the same."""
    for who, harm, level, measure, tell in words.RISKS:
        door.add_risk(
            gathering=session.at,
            who=who,
            harm=harm,
            level=level,
            measure=measure,
            tell=tell,
            by=session.juma,
        )
    door.decide_on_risks(gathering=session.at, screened=Screened.CHANGE, by=session.juma)
    what, done, told = words.INCIDENT
    incident = door.write_incident(
        programme=session.cast.programme,
        gathering=session.at,
        happened_on=session.days.ago(1),
        what=what,
        by=session.juma,
    )
    door.follow_incident(incident=incident, done=done, told=told, state=incident.state, by=session.neema)


# ---- in the hall -----------------------------------------------------------------------------------------


def _run_first_day(session: Session) -> None:
    """Run what stands before the vote on the first day, and seat the tables; the vote is the second day's."""
    lines = SHEETS[session.at.kind].lines
    vote = next(place for place, line in enumerate(lines) if line.kind == Step.Kind.ROUND)
    hall.begin_run_sheet(
        gathering=session.at,
        lines=[replace(line, day=1 if place < vote else 2) for place, line in enumerate(lines)],
        by=session.juma,
    )
    hall.say_when_days_begin(gathering=session.at, begins=[time(8, 30), time(9)], by=session.juma)
    clock = session.days.at(1, 8) + timedelta(minutes=30)
    for step, late in zip([row for row in steps(session.at) if row.day == 1], cycle(LATE), strict=False):
        hall.begin_step(step=step, at=clock, by=session.juma)
        clock += timedelta(minutes=step.minutes + late)
        hall.end_step(step=step, at=clock, by=session.juma)
    _speak(session)
    _sit_down(session)


def _speak(session: Session) -> None:
    """Those who live with it speak first; the offices after them, and longer."""
    begins = session.days.at(1, 10)
    for group, place, seconds in words.SPOKE:
        speaker = session.here(group)[place]
        dialogue.begin_speech(gathering=session.at, participant=speaker, at=begins, by=session.juma)
        begins += timedelta(seconds=seconds)
    dialogue.end_speech(gathering=session.at, at=begins, by=session.juma)
    for group in words.HANDS_UP:
        person = session.here(group)[1]
        hall.raise_hand(gathering=session.at, participant=person, at=begins, by=session.juma)


def _sit_down(session: Session) -> None:
    """Everybody has a table; four of them have written, one reports to the plenary already."""
    analysis.seat_tables(
        session.at,
        people=session.everybody(),
        tables=TABLES,
        rounds=1,
        spread=["constituency", "gender"],
        apart=[],
        by=session.juma,
        draw=session.table.rng.randrange,
    )
    at_tables = breakouts(session.at)[0]
    for table, question, text in words.AT_TABLES:
        note = hall.write_note(
            gathering=session.at, text=text, step=at_tables, table=table, question=question, by=session.juma
        )
        if table == 1:
            hall.bring_to_plenary(note=note, brought=True, by=session.juma)


# ---- rounds ----------------------------------------------------------------------------------------------


def _women_alone(session: Session, answers: Finding) -> None:
    """The women choose between pairs by themselves; they have not released it to the others yet."""
    asked = session.put(
        Round.Method.PAIRS,
        words.WOMEN_ASKED,
        words.WOMEN,
        session.days.at(1, 9),
        women=True,
        answers=answers,
    )
    weight = {statement.pk: place for place, statement in enumerate(asked.statements)}
    at = session.days.at(1, 10)
    for woman in [person for person in session.phones() if person.gender == Gender.WOMAN]:
        chosen = [sorted(pair, key=weight.__getitem__) for pair in counted.pairs(asked.round, woman)]
        given = [Given(one, 1, other) for one, other in chosen]
        counting.give_marks(round=asked.round, given=given, participant=woman, at=at, by=woman)
    dialogue.close_round(round=asked.round, at=session.days.at(1, 11), by=session.juma)


def _give_dots(session: Session, answers: Finding) -> None:
    """Dots by phone, and a sheet of dots that two people counted alike."""
    asked = session.put(
        Round.Method.DOTS, words.DOTS_ASKED, words.DOTS, session.days.at(1, 12), answers=answers
    )
    at = session.days.at(1, 13)
    for number, person in enumerate(session.phones()):
        liked = islice(cycle(asked.statements), number % 3, number % 3 + asked.round.dots)
        given = [Given(statement.pk, 1) for statement in liked]
        counting.give_marks(round=asked.round, given=given, participant=person, at=at, by=person)
    sheet = Sheet(asked.round, session.cast.constituencies["Pit workers"], channel=Channel.HANDS)
    dots = (3, 2, 3, 1)
    counts = {s: HandCount(dots=n, passes=4 - n) for s, n in zip(asked.statements, dots, strict=True)}
    for member in (session.juma, session.neema):
        counting.count(sheet=sheet, counts=counts, at=at, by=member)
    dialogue.close_round(round=asked.round, at=session.days.at(1, 14), by=session.juma)


def _go_along(session: Session, answers: Finding) -> None:
    """How far each can go along with the plant: one blocks, one stands aside, and both say why."""
    asked = session.put(
        Round.Method.GRADIENT, words.PLANT_ASKED, words.PLANT, session.days.at(1, 16), answers=answers
    )
    at = session.days.at(1, 17)
    [plant] = asked.statements
    for group, steps_ in words.STEPS.items():
        for person, step in zip(session.here(group), steps_, strict=False):
            given = [Given(plant.pk, step, reason=words.REASONS.get(Gradient(step), ""))]
            counting.give_marks(round=asked.round, given=given, participant=person, at=at, by=person)
    aside = Mark.objects.get(statement=plant, value=Gradient.ASIDE)
    counting.put_reason_on_record(mark=aside, text=words.ON_RECORD, by=session.juma)


def _vote_now(session: Session, answers: Finding) -> None:
    """The vote that is under way: some by phone, hands of three groups, proposals that come in."""
    running = next(step for step in steps(session.at) if step.kind == Step.Kind.ROUND)
    hall.begin_step(step=running, by=session.juma)
    asked = session.put(Round.Method.VOTES, words.SESSION_ASKED, words.SESSION, None, answers=answers)
    hall.link_round(step=running, round=asked.round, by=session.juma)
    hall.show_on_wall(gathering=session.at, wall=Wall.QUESTION, round=asked.round, by=session.juma)
    with transaction.atomic():
        rows = [
            (statement.pk, person.pk, 1 if (number + place) % 4 else -1)
            for number, person in enumerate(session.phones())
            for place, statement in enumerate(asked.statements)
        ]
        dialogue.cast_votes(round=asked.round, rows=rows, channel=Channel.WEB, by=session.juma)
        _count_hands(session, asked)
        _steer(session, asked)


def _count_hands(session: Session, asked: Asked) -> None:
    """Hands of three groups: counted alike by two, counted once, and counted differently by two."""
    for group, counters in words.HANDS.items():
        sheet = Sheet(asked.round, session.cast.constituencies[group])
        for login, said in counters.items():
            hands = [HandCount(*each) for each in said]
            counting.count(
                sheet=sheet,
                counts=dict(zip(asked.statements, hands, strict=False)),
                by=session.cast.staff[login].member,
            )


def _steer(session: Session, asked: Asked) -> None:
    """What people propose, and what became of some of it; what is put to the vote is read."""
    proposed = {}
    for group, place, text, language in words.PROPOSALS:
        by = session.here(group)[place]
        proposed[text] = dialogue.propose_statement(
            round=asked.round, text=text, language=language, by=by, draw=session.table.draw
        )
    phone.propose_aloud(
        round=asked.round, sound=_hum(), by=session.here(TRIED[0])[1], draw=session.table.draw
    )
    steering.reject(statement=proposed[words.NAMES_SOMEBODY], reason=Statement.Reason.PERSON, by=session.juma)
    into = steering.approve(statement=proposed[words.JOINED[0]], by=session.juma)
    steering.join(statements=[into, proposed[words.JOINED[1]]], into=into, by=session.juma)
    plain, plainer = words.WORDED_ANEW
    steering.propose_wording(statement=proposed[plain], text=plainer, by=session.juma)
    for statement, (picture, bears, looks) in zip(asked.statements, words.READ, strict=True):
        phone.choose_picture(statement=statement, picture=picture, by=session.juma)
        steering.say_of(statement=statement, bears=bears, looks=looks, by=session.juma)


def _hum() -> Recording:
    """One second of a low tone, where somebody's voice would be."""
    tone = bytes(128 + round(40 * sin(tau * 180 * beat / HERTZ)) for beat in range(HERTZ))
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setparams((1, 1, HERTZ, 0, "NONE", ""))
        written.writeframes(tone)
    return Recording(file.getvalue(), "audio/wav")
