"""What the wall says to the room: docs/explanation/what-the-wall-shows.md has its rule.

The room may know more than the public, for it sees who is there; it never learns what one person said.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext

from jukwaa.dialogue import queries
from jukwaa.dialogue.models import (
    Attendance,
    Gathering,
    LastDrawn,
    Round,
    Step,
    Wall,
)
from jukwaa.programmes.disclosure import SMALLEST, Frame, enough, shown_count

MOST_WORDS = 40
# A statement's page has its groups besides.
WORDS_OF_A_STATEMENT = 28
# Where all but one are of one mind, a count would single that one out: it is said and drawn as this.
NEARLY_ALL, HARDLY_ANY = 0.95, 0.05

OF_A_ROUND = {Wall.QUESTION, Wall.RESULTS, Wall.MAP}


@dataclass(frozen=True)
class Scene:
    """What the wall shows now: the kind, of which round, which page of it, the step and its minutes left."""

    kind: Wall
    round: Round | None
    page: int
    step: Step | None
    minutes: int | None

    def etag(self, host: str, marks: str) -> str:
        """Changes with whatever the page shows: the programme's record, its drawings, the time left."""
        drawn = LastDrawn.objects.filter(round=self.round).values_list("snapshot", flat=True).first()
        step = self.step and self.step.pk
        said = (
            settings.VERSION, get_language(), host, marks, self.kind, self.page, drawn, step, self.minutes,
        )  # fmt: skip
        return f'"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


def scene(gathering: Gathering, asked: str, at: datetime | None = None) -> Scene:
    """What the gathering's wall shows; `asked` is the page of it, as "round-page", and may be anything.

    What a group keeps apart, and what is hidden or gone, is never shown: then the wall says how to join.
    """
    kind, found = Wall(gathering.wall), gathering.wall_round
    if kind in OF_A_ROUND and (found is None or found.hidden or found.removed or found.kept_apart):
        kind = Wall.JOIN
    if kind not in OF_A_ROUND:
        found = None
    if found is not None:
        found.programme = gathering.programme
    step = present_step(gathering) if kind == Wall.STEP else None
    return Scene(kind, found, _page(found, asked), step, minutes_left(step, at) if step else None)


def _page(of: Round | None, asked: str) -> int:
    """The page that was asked for, if it was one of this round; else the first."""
    name, _dash, number = asked.partition("-")
    return int(number) if of and name == short(of) and number.isdecimal() and len(number) < 4 else 1


def short(of: Round) -> str:
    """What the address of a page calls its round."""
    return of.pk.hex[-8:]


def present_step(gathering: Gathering) -> Step | None:
    """The step of the run sheet that runs now, if one does."""
    steps = Step.objects.filter(queries.STANDING, gathering=gathering, began_at__isnull=False, ended_at=None)
    return steps.order_by("-began_at").first()


def minutes_left(step: Step, at: datetime | None = None) -> int:
    """How many minutes the step has left, the begun one counted; 0 when its time is up."""
    began = step.began_at or timezone.now()
    left = began + timedelta(minutes=step.minutes + step.added) - (at or timezone.now())
    return max(0, math.ceil(left / timedelta(minutes=1)))


# ---- how many have answered ------------------------------------------------------------------------------


def here(gathering: Gathering) -> int:
    """How many are noted as here."""
    return Attendance.objects.filter(
        queries.STANDING, gathering=gathering, state=Attendance.State.CAME
    ).count()


def answered_in_words(people: int, present: int) -> str:
    """How many have answered, and never so that fewer than ten are looked for, on either side."""
    if people == 0:
        return gettext("Nobody has answered yet.")
    many = shown_count(people, Frame.ROOM)
    if not enough(people):
        return gettext("Fewer than %(many)s have answered.") % {"many": SMALLEST}
    if present < people:
        return gettext("%(many)s have answered.") % {"many": many}
    if not enough(present - people):
        return gettext("Nearly everybody has answered.")
    return gettext("%(many)s of %(here)s have answered.") % {
        "many": many,
        "here": shown_count(present, Frame.ROOM),
    }


# ---- what the groups say ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What a group said of a statement, as the room may see it. Shares are None where no number may be."""

    label: str
    said: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


def line(row: queries.Row) -> Line:
    """A group's line: in numbers from ten voices on, and nothing of fewer."""
    if not enough(row.voted):
        return Line(row.label, gettext("too few voices"))
    if row.agree >= row.voted - 1:
        return Line(row.label, gettext("nearly all of %(voted)s") % {"voted": row.voted}, NEARLY_ALL)
    if row.agree <= 1:
        return Line(row.label, gettext("hardly any of %(voted)s") % {"voted": row.voted}, HARDLY_ANY)
    return Line(row.label, row.count, row.estimate, row.low, row.high)


def seen(result: queries.Result) -> queries.Result:
    """The result as the room may read it: no group that is too small to show is given away by the label."""
    shown = {row.label for row in result.rows if enough(row.voted)}
    if result.label == "divided" and result.against and not shown.issuperset(result.against):
        return replace(result, label="not enough voices yet")
    return result


def results(of: Round) -> list[queries.Result]:
    """What the groups said of each statement, common ground first; nothing while people still answer."""
    snapshot = None if of.is_open() else of.snapshot
    return [seen(each) for each in queries.results(of, snapshot)] if snapshot else []


@dataclass(frozen=True)
class Place:
    """A line of what a round that is not of votes came to: words, place, and what is said beside it."""

    number: int
    text: str
    language: str
    said: str


def in_order(of: Round) -> list[Place] | None:
    """What a round that is not of votes came to, as everybody may know it; None before that is known."""
    kept = queries.kept_of(of)
    if kept is None:
        return None
    return [
        Place(each.place, each.statement.said.text, each.statement.said.language, _beside(each))
        for each in queries.public_list(of, kept).lines
    ]


def _beside(line: queries.PublicLine) -> str:
    if line.passes is not None:
        return gettext("passes") if line.passes else gettext("does not pass")
    return line.share or ""


@dataclass(frozen=True)
class Short:
    """A statement in so few words that a wall of them can be read."""

    number: int
    text: str
    language: str


Worded = TypeVar("Worded", Short, Place)


def within(words: int, rows: Iterable[Worded]) -> list[Worded]:
    """As many of the rows, from the first on, as fit in so many words; the first is cut if it must be."""
    kept: list[Worded] = []
    for row in rows:
        many = len(row.text.split())
        if many > words and kept:
            break
        kept.append(replace(row, text=Truncator(row.text).words(words)))
        words -= many
    return kept


def numbers(of: Round) -> dict[Any, int]:
    """The number of each statement of the round, the same on the wall, on cards and on tally sheets."""
    return {pk: n for n, pk in enumerate(queries.put_to_the_vote(of).values_list("pk", flat=True), 1)}


def shortened(found: Sequence[queries.Result], of: Round) -> list[Short]:
    """The statements of these results with their numbers."""
    number = numbers(of)
    return [
        Short(number[each.statement.pk], each.statement.said.text, each.statement.said.language)
        for each in found
    ]


def others(count: int) -> str:
    """How many more there are than the wall has room for."""
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count} if count else ""
