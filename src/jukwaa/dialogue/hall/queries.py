"""What the hall knows: the run sheet with its times, the present step, who speaks next, tables' notes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue import queries
from jukwaa.dialogue.models import (
    Gathering,
    Hand,
    Note,
    Round,
    Speech,
    Step,
)
from jukwaa.dialogue.queries import STANDING
from jukwaa.dialogue.steering.queries import waiting
from jukwaa.programmes.models import Certificate, Member, Participant
from jukwaa.programmes.queries import entries
from jukwaa.record.models import Event, Recorded

USUAL_BEGINNING = "08:30"
FULL_DAY = 8 * 60


def said(text: str) -> str:
    """Words of a run sheet in the reader's language, if they came with a template; nothing stays nothing."""
    return gettext(text) if text else ""


# ---- the run sheet ---------------------------------------------------------------------------------------


def steps(gathering: Gathering) -> QuerySet[Step]:
    """The gathering's run sheet, in its order."""
    found = Step.objects.filter(STANDING, gathering=gathering).select_related("round")
    return found.order_by("day", "position", "pk")


@dataclass(frozen=True)
class Line:
    """A step as the run sheet shows it: when it begins and ends as planned, its words for the reader."""

    step: Step
    starts: time
    ends: time
    instructions: str
    materials: str

    @property
    def state(self) -> str:
        """Where it is: "past", "present" or "future"."""
        if self.step.began_at is None:
            return "future"
        return "present" if self.step.ended_at is None else "past"


@dataclass(frozen=True)
class Day:
    """A day of the run sheet. minutes: planned in all. on: its date, where the gathering has one."""

    number: int
    on: date | None
    begins: time
    ends: time
    minutes: int
    lines: tuple[Line, ...]

    @property
    def long(self) -> str:
        """How long it takes, in words."""
        return in_words(self.minutes)

    @property
    def too_long(self) -> str:
        """What is wrong with a day that holds more than people can; nothing otherwise."""
        if self.minutes <= FULL_DAY:
            return ""
        return gettext(
            "Day %(day)s takes %(long)s, more than the 8 hours that people can take in. Shorten a step, "
            "or move one to another day."
        ) % {"day": self.number, "long": self.long}


def in_words(minutes: int) -> str:
    """So many minutes, with hours from one hour on."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest}
    return gettext("%(hours)s h %(rest)s min") % {"hours": hours, "rest": rest}


def run_sheet(gathering: Gathering) -> list[Day]:
    """The run sheet by day, with the times that follow from when each day begins."""
    rows = list(steps(gathering))
    days = [*range(1, days_of(gathering, rows) + 1)] if rows else []
    return [_day(gathering, number, [row for row in rows if row.day == number]) for number in days]


def days_of(gathering: Gathering, rows: Sequence[Step]) -> int:
    """How many days the run sheet has: as many as the gathering or its steps, whichever are more."""
    planned = 1
    if gathering.starts_on and gathering.ends_on:
        planned = (gathering.ends_on - gathering.starts_on).days + 1
    return max([planned, *(row.day for row in rows)])


def begins_on(gathering: Gathering, day: int) -> time:
    """When the day begins: as it was said, or as usual."""
    hours = gathering.begins
    text = hours[day - 1] if day <= len(hours) else ""
    return time.fromisoformat(text or USUAL_BEGINNING)


def _day(gathering: Gathering, number: int, rows: Sequence[Step]) -> Day:
    begins = begins_on(gathering, number)
    at, lines = datetime.combine(date.min, begins), []
    for row in rows:
        ends = at + timedelta(minutes=row.minutes)
        lines.append(Line(row, at.time(), ends.time(), said(row.instructions), said(row.materials)))
        at = ends
    on = gathering.starts_on + timedelta(days=number - 1) if gathering.starts_on else None
    return Day(number, on, begins, at.time(), sum(row.minutes for row in rows), tuple(lines))


def materials(days: Iterable[Day]) -> list[tuple[str, list[str]]]:
    """Each thing that is needed once, in the order in which it is needed first, with the steps it is for."""
    found: dict[str, tuple[str, list[str]]] = {}
    for day in days:
        for line in day.lines:
            for thing in filter(
                None, (each.strip() for each in line.materials.replace("\n", ",").split(","))
            ):
                found.setdefault(thing.casefold(), (thing, []))[1].append(str(line.step))
    return [(thing[:1].upper() + thing[1:], list(dict.fromkeys(where))) for thing, where in found.values()]


def others_with_sheets(gathering: Gathering) -> QuerySet[Gathering]:
    """The programme's other gatherings that have a run sheet to copy."""
    found = queries.gatherings(gathering.programme).filter(steps__removed=False).exclude(pk=gathering.pk)
    return found.distinct()


# ---- now -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Now:
    """Where the gathering is: the step that runs, if one does, and the one after it."""

    step: Step | None
    after: Step | None
    last: Step | None

    @property
    def ends_at(self) -> datetime | None:
        """When the time of the present step is up."""
        return ends_at(self.step) if self.step else None


def ends_at(step: Step) -> datetime | None:
    """When the time given to a step is up; None before it began."""
    return step.began_at and step.began_at + timedelta(minutes=step.minutes + step.added)


def now(gathering: Gathering) -> Now:
    """The present step: of those that run the one begun last. After it comes what has not begun yet."""
    rows = list(steps(gathering))
    begun = [row for row in rows if row.began_at]
    running = max((row for row in begun if not row.ended_at), key=_began, default=None)
    last = max((row for row in begun if row.ended_at), key=_began, default=None)
    here = running or last
    place = rows.index(here) + 1 if here else 0
    after = next((row for row in rows[place:] if row.began_at is None), None)
    return Now(running, after, last)


_began = attrgetter("began_at")


def over(step: Step, at: datetime | None = None) -> int:
    """How many whole minutes the step is over its time; 0 while it is not."""
    end = ends_at(step)
    return max(0, int(((at or timezone.now()) - end).total_seconds() // 60)) if end else 0


@dataclass(frozen=True)
class Answered:
    """How a round goes: how many have answered of how many who are here, and how many proposals wait.

    once: how many counts of hands wait for a second person; apart: how many must be counted again.
    """

    voters: int
    here: int
    waiting: int
    approved: int
    once: int
    apart: int


def answered(round: Round, here: int) -> Answered:
    """How far the step's round has come."""
    counts = [each.state for each in queries.counted(round)] if round.closed_at is None else []
    return Answered(
        queries.answered(round, here),
        here,
        waiting(round).count(),
        queries.put_to_the_vote(round).count(),
        counts.count("once"),
        len(counts) - counts.count("once") - counts.count("counts"),
    )


def rounds_of(gathering: Gathering) -> QuerySet[Round]:
    """The gathering's rounds, in the order in which they were opened."""
    return queries.rounds(gathering.programme).filter(gathering=gathering)


# ---- two steer at once -----------------------------------------------------------------------------------


def seen(rows: Iterable[Recorded] | QuerySet[Any]) -> int:
    """How far what these rows say goes: it changes with everything that is done to one of them."""
    if isinstance(rows, QuerySet):
        return int(rows.order_by().aggregate(Max("hlc"))["hlc__max"] or 0)
    return max((row.hlc for row in rows), default=0)


def all_steps(gathering: Gathering) -> QuerySet[Step]:
    """Every step that the gathering ever had."""
    return Step.objects.filter(gathering=gathering)


def all_speeches(gathering: Gathering) -> QuerySet[Speech]:
    """Every speech that was noted, those taken back too."""
    return Speech.objects.filter(gathering=gathering)


DONE = {
    "dialogue.step_begun": _("%(who)s began “%(what)s” meanwhile, so nothing was changed."),
    "dialogue.step_ended": _("%(who)s ended “%(what)s” meanwhile, so nothing was changed."),
    "dialogue.step_extended": _("%(who)s gave “%(what)s” more time meanwhile, so nothing was changed."),
    "dialogue.step_taken_back": _("%(who)s took “%(what)s” back meanwhile, so nothing was changed."),
    "dialogue.step_added": _("%(who)s added “%(what)s” meanwhile, so nothing was changed."),
    "dialogue.step_removed": _("%(who)s removed “%(what)s” meanwhile, so nothing was changed."),
    "dialogue.step_moved": _("%(who)s moved “%(what)s” meanwhile, so nothing was changed."),
    "dialogue.round_opened": _("%(who)s opened “%(what)s” meanwhile, so nothing was changed."),
    "dialogue.round_reopened": _("%(who)s opened “%(what)s” again meanwhile, so nothing was changed."),
    "dialogue.round_closed": _("%(who)s closed “%(what)s” meanwhile, so nothing was changed."),
    "dialogue.wall_shown": _("%(who)s changed what the room sees meanwhile, so nothing was changed."),
    "dialogue.speech_begun": _("%(who)s noted meanwhile that %(what)s speaks, so nothing was changed."),
    "dialogue.speech_ended": _("%(who)s noted meanwhile that %(what)s has spoken, so nothing was changed."),
    "dialogue.speech_removed": _("%(who)s took the last speech back meanwhile, so nothing was changed."),
}
DONE_OTHERWISE = _("%(who)s changed “%(what)s” meanwhile, so nothing was changed.")


def meanwhile(rows: QuerySet[Any], by: Recorded | None) -> str:
    """In one sentence, what was done last to one of these rows: by whom, or that it was they themselves."""
    row = rows.order_by("-hlc").first()
    if row is None:
        return gettext("Somebody changed this meanwhile, so nothing was changed.")
    event = Event.objects.filter(object=row.pk, model=row._meta.label_lower).order_by("-hlc").first()
    if event and by and event.actor == by.pk:
        return gettext("You did this a moment ago, so nothing was changed a second time.")
    other = Member.objects.filter(pk=event.actor).first() if event and event.actor else None
    words = DONE.get(event.verb if event else "", DONE_OTHERWISE)
    return words % {"who": other or gettext("Somebody"), "what": row}


# ---- the word --------------------------------------------------------------------------------------------

# A group whose share of the time is less than four fifths of its share of the seats is behind.
BEHIND = 0.8
SLIP = timedelta(minutes=10)


@dataclass(frozen=True)
class Waiting:
    """Somebody in the queue, in the order of the rule, with why they stand there. behind: points of 100."""

    hand: Hand
    reason: str
    behind: int


def queue(gathering: Gathering, shares: Sequence[tuple[str, Sequence[queries.WordShare]]]) -> list[Waiting]:
    """Who is proposed next: of the groups furthest behind, then who has not spoken, then who asked first.

    shares: of the word, by gender and by group, as `queries.voice_shares` gives them.
    """
    behind = {
        share.group: share.seats - share.time
        for _title, rows in shares
        for share in rows
        if share.parity < BEHIND
    }
    spoke = set(queries.speeches(gathering).values_list("participant", flat=True))
    found = [_waiting(hand, behind, hand.participant_id in spoke) for hand in queries.hands(gathering)]
    ordered = sorted(
        found, key=lambda each: (-each.behind, each.hand.participant_id in spoke, each.hand.raised_at)
    )
    return ordered


def _waiting(hand: Hand, behind: Mapping[str, int], spoke: bool) -> Waiting:
    person = hand.participant
    gender = str(queries.MANY.get(person.gender, ""))
    groups = [name for name in (str(person.constituency or ""), gender) if name in behind]
    furthest = max(groups, key=lambda name: behind[name], default="")
    turn = gettext("has spoken before") if spoke else gettext("has not spoken yet")
    asked = gettext("asked at %(at)s") % {"at": timezone.localtime(hand.raised_at).strftime("%H:%M")}
    words = [turn, asked]
    if furthest:
        words.insert(
            0,
            gettext("%(group)s are %(points)s in 100 below their share")
            % {"group": furthest, "points": behind[furthest]},
        )
    return Waiting(hand, "; ".join(words), behind.get(furthest, 0))


def just_begun(gathering: Gathering) -> bool:
    """Whether the last speech began a few minutes ago, so that it may have been a slip of the finger."""
    last = queries.speeches(gathering).last()
    return last is not None and timezone.now() - last.began_at < SLIP


def silent(gathering: Gathering) -> list[tuple[str, list[Participant]]]:
    """Who is there and has not spoken, by group."""
    spoke = set(queries.speeches(gathering).values_list("participant", flat=True))
    return queries.by_group(p for p in queries.present(gathering) if p.pk not in spoke)


# ---- tables and notes ------------------------------------------------------------------------------------

QUESTIONS = [_("Where are we?"), _("What must change?"), _("How?")]


def notes(gathering: Gathering) -> QuerySet[Note]:
    """What was written down at the gathering, in its order."""
    found = Note.objects.filter(STANDING, gathering=gathering).exclude(text="")
    return found.select_related("step", "gathering").order_by("position", "hlc")


def plenary_notes(gathering: Gathering) -> QuerySet[Note]:
    """What was decided, promised or noted for all: of a table only what was brought to the plenary."""
    return notes(gathering).exclude(table__isnull=False, plenary=False)


def removed_notes(gathering: Gathering) -> QuerySet[Note]:
    """What was taken away and can be put back, the latest first."""
    return Note.objects.filter(gathering=gathering, removed=True).exclude(text="").order_by("-hlc")


def breakouts(gathering: Gathering) -> list[Step]:
    """The steps that are held at tables, in their order: the first has the first round of the seating."""
    return [step for step in steps(gathering) if Step.Who.TABLES in (step.who, step.kind)]


def breakout_now(gathering: Gathering) -> Step | None:
    """The tables' step that runs, else the one that began last; None before any."""
    begun = [step for step in breakouts(gathering) if step.began_at]
    running = [step for step in begun if not step.ended_at]
    return max(running or begun, key=_began, default=None)


def tables_of(gathering: Gathering, step: Step) -> list[int]:
    """The tables' numbers at this step: those seated, and any that has a note."""
    seating = queries.seatings(gathering).first()
    seated = range(1, len(_seated(gathering, seating, step)) + 1) if seating else ()
    noted = notes(gathering).filter(step=step, table__isnull=False).values_list("table", flat=True)
    return sorted({*seated, *(number for number in noted if number)})


def _seated(gathering: Gathering, seating: Certificate, step: Step) -> list[list[int]]:
    """Who sits at each table at this step, by number. More steps than rounds: the last round stands."""
    place = [row.pk for row in breakouts(gathering)].index(step.pk)
    rounds: list[list[list[int]]] = seating.said["rounds"]
    return rounds[min(place, len(rounds) - 1)]


def table_of(gathering: Gathering, step: Step, participant: Participant) -> int | None:
    """At which table somebody sits at this step; None when they have no seat."""
    seating = queries.seatings(gathering).first()
    mine = entries(seating).filter(participant=participant).first() if seating else None
    if seating is None or mine is None:
        return None
    found = enumerate(_seated(gathering, seating, step), 1)
    return next((number for number, table in found if mine.number in table), None)


@dataclass(frozen=True)
class TableNotes:
    """What one table wrote, by question: each with its heading, free notes last without one."""

    number: int
    sections: tuple[tuple[str, tuple[Note, ...]], ...]
    brought: bool

    @property
    def many(self) -> int:
        return sum(len(rows) for _title, rows in self.sections)


def table_notes(gathering: Gathering, step: Step, number: int) -> TableNotes:
    """What the table wrote at this step. brought: something of it was brought to the plenary."""
    rows = list(notes(gathering).filter(step=step, table=number))
    headings = [(place, str(title)) for place, title in enumerate(QUESTIONS, 1)] + [(0, "")]
    sections = ((title, tuple(row for row in rows if row.position == place)) for place, title in headings)
    return TableNotes(
        number, tuple((title, own) for title, own in sections if own), any(row.plenary for row in rows)
    )


def find_note(gathering_programme: uuid.UUID, pk: uuid.UUID) -> Note | None:
    """A note of the programme that stands."""
    found = Note.objects.filter(STANDING, programme=gathering_programme, pk=pk)
    return found.select_related("gathering", "step").first()
