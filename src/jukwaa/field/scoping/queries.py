"""What is known before the field: the stakeholder map, how ready it is, questions, and who checks."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from jukwaa.field.models import Check, Level, ResearchQuestion, Review, Reviewer, Stakeholder
from jukwaa.field.scoping.readiness import QUESTIONS
from jukwaa.programmes.models import Constituency, Organisation, Programme
from jukwaa.programmes.queries import constituencies, not_forgotten, organisations, standing

# ---- the stakeholder map ---------------------------------------------------------------------------------


def stakeholders(programme: Programme) -> list[Stakeholder]:
    """Who is on the map: constituencies in their order, then organisations, then the others, by name.

    One whose group or organisation was taken away, or whose name was forgotten, is not on it.
    """
    found = standing(Stakeholder.objects.filter(programme=programme))
    found = found.select_related("constituency", "organisation")
    shown = [each for each in found if str(each) and not _is_gone(each)]
    return sorted(shown, key=_order)


def _is_gone(each: Stakeholder) -> bool:
    row = each.constituency or each.organisation
    return row is not None and (row.removed or row.merged_into is not None)


def _order(each: Stakeholder) -> tuple[int, int, str]:
    if each.constituency is not None:
        return (0, each.constituency.position, str(each))
    return (1 if each.organisation_id else 2, 0, str(each))


def not_on_the_map(programme: Programme) -> list[Constituency | Organisation]:
    """Declared constituencies and organisations that nobody has put on the map."""
    there = {each.pk for each in standing(Stakeholder.objects.filter(programme=programme))}
    rows: list[Constituency | Organisation] = [*constituencies(programme), *organisations(programme)]
    return [row for row in rows if Stakeholder.id_on_the_map(row) not in there]


def on_the_map(row: Constituency | Organisation) -> QuerySet[Stakeholder]:
    """Every place on the map that names the group or organisation."""
    named = {"constituency" if isinstance(row, Constituency) else "organisation": row.pk}
    return not_forgotten(standing(Stakeholder.objects.filter(**named))).order_by("hlc", "pk")


# The drawing's measures, in its own units: five cells each way beside a margin for the words of the axes.
CELL_WIDTH, CELL_HEIGHT, LEFT, TOP, DOT = 74, 62, 26, 4, 11
A_ROW, ROWS = 3, 2


@dataclass(frozen=True)
class Dot:
    """A stakeholder as drawn: its number in the table, its place, and the kind that its shape tells.

    crowded: how many others hide behind it, where more stand in a cell than can be drawn.
    """

    number: int
    who: Stakeholder
    x: float
    y: float
    shape: str
    crowded: int = 0

    @property
    def left(self) -> float:
        """Where its square begins."""
        return self.x - DOT + 0.5

    @property
    def top(self) -> float:
        """Where its square begins."""
        return self.y - DOT + 0.5


def dots(shown: list[Stakeholder]) -> list[Dot]:
    """Each stakeholder in the cell of its power and interest; those of one cell stand side by side."""
    cells: dict[tuple[int, int], list[tuple[int, Stakeholder]]] = defaultdict(list)
    for number, each in enumerate(shown, start=1):
        cells[each.interest, each.power].append((number, each))
    return sorted((dot for cell in cells.values() for dot in _cell(cell)), key=lambda dot: dot.number)


def _cell(there: list[tuple[int, Stakeholder]]) -> list[Dot]:
    most = A_ROW * ROWS
    found = []
    for place, (number, who) in enumerate(there[:most]):
        row, column = divmod(place, A_ROW)
        in_row = min(A_ROW, len(there[:most]) - row * A_ROW)
        rows = (min(len(there), most) - 1) // A_ROW + 1
        x = LEFT + (who.interest - 0.5) * CELL_WIDTH + (column - (in_row - 1) / 2) * (DOT * 2 + 2)
        y = TOP + (len(Level) - who.power + 0.5) * CELL_HEIGHT + (row - (rows - 1) / 2) * (DOT * 2 + 4)
        behind = len(there) - most if place == most - 1 else 0
        found.append(Dot(number, who, round(x, 1), round(y, 1), _shape(who), max(0, behind)))
    return found


def _shape(who: Stakeholder) -> str:
    return "group" if who.constituency_id else "organisation" if who.organisation_id else "other"


@dataclass(frozen=True)
class Reading:
    """What the map says in words: who is much concerned and has little power, and who the other way round."""

    unheard: list[Stakeholder]
    mighty: list[Stakeholder]
    silent: list[Stakeholder]


def reading(shown: list[Stakeholder]) -> Reading:
    """Who should be heard first, who could stop it, and of whom nobody has said what silences them."""
    return Reading(
        unheard=[s for s in shown if s.interest >= Level.RATHER_HIGH and s.power <= Level.LOW],
        mighty=[s for s in shown if s.power >= Level.RATHER_HIGH and s.interest <= Level.MEDIUM],
        silent=[s for s in shown if not s.silences],
    )


# ---- readiness -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A question of the checklist, and its answer if somebody gave one."""

    key: str
    question: Any
    check: Check | None


def checklist(programme: Programme) -> list[tuple[Any, list[Line]]]:
    """The questions under their headings, each with what was answered."""
    said = {check.key: check for check in standing(Check.objects.filter(programme=programme))}
    return [
        (heading, [Line(key, question, said.get(key)) for key, question in questions.items()])
        for heading, questions in QUESTIONS.items()
    ]


@dataclass(frozen=True)
class Readiness:
    """How ready it is: how many questions there are, how many say yes, and which say no or nothing."""

    asked: int
    yes: int
    no: list[Line]
    open: list[Line]


def readiness(checklist_: list[tuple[Any, list[Line]]]) -> Readiness:
    """What the answers come to. One that is partly so, or not known, is open."""
    lines = [line for _heading, found in checklist_ for line in found]
    answers = [(line, line.check.answer if line.check else "") for line in lines]
    return Readiness(
        asked=len(lines),
        yes=sum(answer == Check.Answer.YES for _line, answer in answers),
        no=[line for line, answer in answers if answer == Check.Answer.NO],
        open=[line for line, answer in answers if answer not in {Check.Answer.YES, Check.Answer.NO}],
    )


# ---- research questions ----------------------------------------------------------------------------------


def questions(programme: Programme) -> QuerySet[ResearchQuestion]:
    """The research questions, in the order of their priority."""
    return standing(ResearchQuestion.objects.filter(programme=programme)).order_by("position", "hlc", "pk")


def questions_to_ask(programme: Programme) -> QuerySet[ResearchQuestion]:
    """Questions that were proposed and not yet put to people in a round."""
    return questions(programme).filter(state=ResearchQuestion.State.PROPOSED, statement=None)


# ---- the reference group ---------------------------------------------------------------------------------


def reviewers(programme: Programme) -> QuerySet[Reviewer]:
    """The reference group, each with what they checked in `said`, the latest first."""
    found = standing(Reviewer.objects.filter(programme=programme)).exclude(name="").order_by("hlc", "pk")
    said = Prefetch("reviews", standing(Review.objects.all()), to_attr="said")
    return found.prefetch_related(said)


def unanswered(programme: Programme) -> QuerySet[Review]:
    """Verdicts that ask for a change, and nobody has written what was done about it."""
    found = standing(Review.objects.filter(programme=programme, answer="", reviewer__removed=False))
    found = found.exclude(verdict=Review.Verdict.GOOD).exclude(reviewer__name="")
    return found.select_related("reviewer")


def review_of(programme: Programme, pk: uuid.UUID) -> Review | None:
    """One verdict, with who gave it; None once they are forgotten."""
    found = standing(Review.objects.filter(programme=programme, pk=pk)).exclude(reviewer__name="")
    return found.select_related("reviewer").first()
