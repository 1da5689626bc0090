"""Everything that came of a programme as tables, for whoever must account for it: a donor, an auditor.

Each row has the address of the page where it comes from. What tells of people follows the 10-5 rule for all
but staff, by the same functions as the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial

from django.conf import settings

from jukwaa.delivery import queries as delivery
from jukwaa.delivery.harvest import queries
from jukwaa.delivery.measures import queries as measures
from jukwaa.delivery.measures.queries import Amount, Reading
from jukwaa.delivery.models import Evidence, Measurement, Outcome, Substantiation
from jukwaa.programmes.books import Cell, Rows, Table
from jukwaa.programmes.disclosure import Frame, shown_count
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing

AT_ONCE = 2_000
EXACT = "Figures of people are exact: this file is for the staff, not for publishing."
ROUNDED = "Figures of people follow the 10-5 rule: fewer than ten are never counted, others rounded to five."


@dataclass(frozen=True)
class Results:
    """What came of the programme, as everybody may know it or, for staff, as it is. site: its address."""

    programme: Programme
    public: bool
    site: str = ""
    format: str = field(default="jukwaa results", init=False)
    edition: int = field(default=1, init=False)

    @property
    def name(self) -> str:
        return f"{self.programme.slug}-results"

    @property
    def frame(self) -> Frame:
        return Frame.PUBLIC if self.public else Frame.STAFF

    @property
    def tables(self) -> list[Table]:
        """Every table, in the order in which one reads them."""
        return [Table(name, row, columns, partial(rows, self)) for name, row, columns, rows in TABLES]

    @cached_property
    def readings(self) -> list[Reading]:
        """How far each indicator has come."""
        return measures.readings(self.programme, public=self.public)

    @cached_property
    def outcomes(self) -> list[queries.Backed]:
        """What changed, each with what backs it."""
        return queries.backed(self.programme, public=self.public)

    def address(self, thing: Outcome | Reading) -> str:
        """Where one reads of it."""
        row = thing.indicator if isinstance(thing, Reading) else thing
        return f"{self.site}{row.get_absolute_url()}"

    @property
    def about(self) -> str:
        """What the tables are, what may be done with them, and what every column means."""
        of = self.programme
        lines = [
            f"What came of it: {of}",
            "",
            f"Written by Jukwaa {settings.VERSION}, format: {self.format} {self.edition}.",
            f"{of.organiser or of} gives it out; say where you have it from.",
            ROUNDED if self.public else EXACT,
            "How large the dialogue's part in an outcome is, is a judgement; other causes stand beside it.",
            "A cell that a spreadsheet would take for a formula has an apostrophe before it.",
        ]
        for table in self.tables:
            lines += ["", f"{table.name}: {table.row}"]
            lines += [f"  {column}: {meaning}" for column, meaning in table.columns.items()]
        return "\n".join(lines) + "\n"


# ---- the tables ------------------------------------------------------------------------------------------


def _outcomes(results: Results) -> Rows:
    for each in results.outcomes:
        row = each.outcome
        yield (
            *(
                str(row.pk),
                row.cycle,
                row.who,
                row.what,
                row.when,
                row.where,
                row.bearing,
                int(row.unexpected),
            ),
            *(row.significance, row.how, row.other_causes, row.contribution, row.size, row.proof),
            *(row.substantiated_by, each.pieces, each.answers, results.address(row)),
        )


def _of_outcomes(results: Results) -> list[Outcome]:
    return [each.outcome for each in results.outcomes]


def _evidence(results: Results) -> Rows:
    found = standing(Evidence.objects.filter(outcome__in=_of_outcomes(results)))
    for each in found.filter(public=True) if results.public else found:
        yield str(each.outcome_id), each.what, each.kind, each.source, _day(each.dated_on), each.address


def _answers(results: Results) -> Rows:
    found = standing(Substantiation.objects.filter(outcome__in=_of_outcomes(results))).exclude(answer="")
    for each in found:
        yield (
            *(str(each.outcome_id), each.office, each.independent, each.answer, each.says),
            *(_day(each.answered_on), int(each.by_link)),
        )


def _indicators(results: Results) -> Rows:
    for each in results.readings:
        row, said = each.indicator, each.indicator.said  # type: ignore[attr-defined]
        yield (
            *(str(row.pk), row.cycle, said.name, said.definition, said.unit, row.better),
            *(_words(each.baseline), _day(row.baseline_on)),
            *(_number(row.target), _day(row.target_on), said.source, row.standard),
            *(each.last.words if each.last else "", _day(each.last.on) if each.last else ""),
            *(each.sentence, each.verdict, results.address(each)),
        )


def _figures(results: Results) -> Rows:
    for row, figure in _measured(results):
        told = measures.told(figure, row.indicator, exact=not results.public)
        yield (
            *(str(row.indicator.pk), _day(figure.since), _day(figure.on), told.amount.words),
            *(_words(told.low), _words(told.high), int(figure.exact), told.shown_people),
            *(figure.source, figure.method),
        )


def _cells(results: Results) -> Rows:
    for row, figure in _measured(results):
        figure.indicator = row.indicator
        for by, cells in measures.cells(figure, exact=not results.public).items():
            for cell in cells:
                yield (
                    *(str(row.indicator.pk), _day(figure.on), figure.source, by, cell.group),
                    *(cell.amount.words, cell.shown_people),
                )


def _measured(results: Results) -> Iterator[tuple[Reading, Measurement]]:
    """Each kept figure with its indicator; what the platform works out is in its indicator's own row."""
    for row in results.readings:
        if not row.indicator.computed:
            for figure in measures.figures(row.indicator).iterator(AT_ONCE):
                yield row, figure


def _commitments(results: Results) -> Rows:
    found = list(delivery.commitments(results.programme, public=results.public))
    said = delivery.said_of_ids(each.last for each in found if each.last)
    for each in found:
        stands = delivery.Standing.of(each)
        people = said.get(each.last, delivery.Said()) if each.last else delivery.Said()
        yield (
            *(str(each.pk), each.promise, each.row.action, each.owner_office, each.owner_organisation.name),
            *(_day(each.made_on), _day(each.due_on), stands.stands.value, stands.late, _day(each.said_on)),
            *(shown_count(people.confirm, results.frame), shown_count(people.dispute, results.frame)),
            f"{results.site}{each.get_absolute_url()}",
        )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _words(amount: Amount | None) -> str:
    return amount.words if amount else ""


def _number(value: object) -> Cell:
    return None if value is None else str(value)


TABLES: Sequence[tuple[str, str, dict[str, str], Callable[[Results], Rows]]] = (
    (
        "outcomes",
        "something that changed",
        {
            "outcome": "its id",
            "shift": "C1 business, C2 jobs, C3 land, C4 policy",
            "who": "who changed",
            "what": "what they do differently",
            "when": "when",
            "where": "where, coarsely",
            "bearing": "better, worse, both",
            "unexpected": "1: nobody had expected it",
            "significance": "why it matters",
            "how": "how the dialogue may have helped",
            "other_causes": "what else may have brought it about",
            "contribution": "the part of the dialogue: none, possible, likely, strong",
            "size": "how large that part is: minor, moderate, major",
            "proof": "unproven, partly, fully, refuted: by what those say who had no part in it",
            "asked": "who was asked",
            "evidence": "how many pieces of evidence are in the table of evidence",
            "answers": "how many answers are in the table of answers",
            "address": "where one reads of it",
        },
        _outcomes,
    ),
    (
        "evidence",
        "something that one can look at",
        {
            "outcome": "id in outcomes",
            "what": "what it shows",
            "kind": "document, photo, recording, count, seen, said",
            "source": "where it comes from",
            "day": "of which day it is",
            "address": "its address on the web",
        },
        _evidence,
    ),
    (
        "answers",
        "what an office says that had no part in it",
        {
            "outcome": "id in outcomes",
            "office": "who was asked",
            "independent": "why it knows, and gains nothing by it",
            "answer": "fully, partly, not, unknown",
            "says": "in its words",
            "day": "when it answered",
            "by_link": "1: it wrote that itself",
        },
        _answers,
    ),
    (
        "indicators",
        "what is measured, and where it stands",
        {
            "indicator": "its id",
            "shift": "C1 business, C2 jobs, C3 land, C4 policy",
            "name": "its name",
            "definition": "what it means",
            "unit": "its unit",
            "better": "more or less",
            "baseline": "where it began",
            "baseline_day": "when",
            "target": "where it should be",
            "target_day": "by when",
            "source": "where its figures come from",
            "standard": "which standard it follows",
            "last": "the last figure, or the range of several sources",
            "last_day": "of which day",
            "sentence": "where it stands, in words",
            "verdict": "what that means",
            "address": "where one reads of it",
        },
        _indicators,
    ),
    (
        "figures",
        "what one source says of one day",
        {
            "indicator": "id in indicators",
            "since": "since which day",
            "day": "of which day, or until which",
            "figure": "the figure",
            "at_least": "likely at least",
            "at_most": "likely at most",
            "exact": "1: counted in full",
            "asked": "how many were asked",
            "source": "who says so",
            "method": "how they know",
        },
        _figures,
    ),
    (
        "told_apart",
        "a figure of one group",
        {
            "indicator": "id in indicators",
            "day": "day in figures",
            "source": "source in figures",
            "by": "what it is told apart by",
            "group": "which group",
            "figure": "the figure",
            "asked": "how many were asked",
        },
        _cells,
    ),
    (
        "commitments",
        "something that an office promised",
        {
            "commitment": "its id",
            "promise": "what was promised",
            "action": "for which action of the roadmap",
            "office": "which office",
            "organisation": "of which organisation",
            "made": "when",
            "due": "until when",
            "stands": "done, on_track, late, blocked, disputed, silent",
            "days_late": "how many days late",
            "reported": "when its owner reported last",
            "confirmed": "how many of those concerned confirm the last report",
            "disputed": "how many dispute it",
            "address": "where one reads of it",
        },
        _commitments,
    ),
)
