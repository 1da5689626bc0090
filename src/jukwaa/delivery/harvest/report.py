"""Results told shift by shift, on a page and as a report for Word."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa.delivery import queries as delivery
from jukwaa.delivery.harvest import queries
from jukwaa.delivery.harvest.queries import Backed
from jukwaa.delivery.harvest.results import Results
from jukwaa.delivery.measures import queries as measures
from jukwaa.delivery.measures.queries import Cell, Reading
from jukwaa.delivery.models import Outcome
from jukwaa.programmes.books import for_xml
from jukwaa.programmes.models import Cycle


@dataclass(frozen=True)
class Apart:
    """One group's part of a figure, and by what it is told apart."""

    by: str
    cell: Cell


@dataclass(frozen=True)
class Read:
    """An indicator with the groups of its last figure."""

    reading: Reading
    apart: tuple[Apart, ...]


@dataclass(frozen=True)
class Shift:
    """One of the four shifts: what is measured in it, and what changed."""

    cycle: Cycle
    readings: tuple[Read, ...]
    outcomes: tuple[Backed, ...]


def shifts(results: Results) -> list[Shift]:
    """The four shifts in their order; those in which nothing came about too."""
    return [
        Shift(
            cycle,
            tuple(_read(each, results) for each in results.readings if each.indicator.cycle == cycle),
            tuple(each for each in results.outcomes if each.outcome.cycle == cycle),
        )
        for cycle in Cycle
    ]


def _read(reading: Reading, results: Results) -> Read:
    if reading.last is None:
        return Read(reading, ())
    told: list[Apart] = []
    for each in reading.last.figures:
        each.figure.indicator = reading.indicator
        for by, cells in measures.cells(each.figure, exact=not results.public).items():
            told += [Apart(by, cell) for cell in cells]
    return Read(reading, tuple(told))


def proven_in_words(results: Results) -> str:
    """How many changes were seen, and how many of them somebody independent bears out."""
    counts = queries.in_words(results.outcomes)
    total = len(results.outcomes)
    if not total:
        return _("No change has been seen yet.")
    said = {"total": total, "fully": counts[Outcome.Proof.FULLY], "unproven": counts[Outcome.Proof.UNPROVEN]}
    words = ngettext("%(total)d change was seen", "%(total)d changes were seen", total) % said
    return _("%(changes)s. Substantiated in full: %(fully)d, unproven: %(unproven)d.") % (
        said | {"changes": words}
    )


# ---- for Word --------------------------------------------------------------------------------------------


def as_docx(results: Results) -> bytes:
    """The report as a Word file, for those who go on writing there."""
    # Imported here: nobody who votes needs Word in memory.
    from docx import Document

    document = Document()
    of = results.programme
    properties = document.core_properties
    properties.title, properties.author = for_xml(of.title), for_xml(of.organiser)
    document.add_heading(for_xml(_("Results: %(programme)s") % {"programme": of}), 0)
    document.add_paragraph(for_xml(f"{of.organiser} · {date_format(timezone.localdate())}".strip(" ·")))
    document.add_paragraph(proven_in_words(results))
    promised = delivery.counts(delivery.promised(of, public=results.public))
    document.add_paragraph(delivery.counts_in_words(promised))
    for shift in shifts(results):
        document.add_heading(str(shift.cycle.label), 1)
        for read in shift.readings:
            _write_reading(document, read)
        for backed in shift.outcomes:
            _write_outcome(document, backed, results)
        if not shift.readings and not shift.outcomes:
            document.add_paragraph(_("Nothing yet."))
    document.add_heading(_("How to read this"), 1)
    for line in _method(results):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write_reading(document: Any, read: Read) -> None:
    said = read.reading.indicator.said  # type: ignore[attr-defined]
    document.add_heading(for_xml(said.name), 2)
    document.add_paragraph(for_xml(f"{read.reading.sentence} {read.reading.verdict}".strip()))
    document.add_paragraph(for_xml(said.definition))
    if read.apart:
        table = document.add_table(rows=1, cols=4, style="Table Grid")
        _fill(table.rows[0], [_("By"), _("Group"), _("Figure"), _("Asked")])
        for each in read.apart:
            said_of = [each.by, each.cell.group, each.cell.amount.words, each.cell.shown_people or "–"]
            _fill(table.add_row(), said_of)


def _fill(row: Any, words: list[str]) -> None:
    for cell, said in zip(row.cells, words, strict=True):
        cell.text = for_xml(said)


def _write_outcome(document: Any, backed: Backed, results: Results) -> None:
    row = backed.outcome
    document.add_heading(for_xml(row.who), 2)
    document.add_paragraph(for_xml(f"{row.what} ({row.when}, {row.where})"))
    for words in (row.significance, row.how):
        if words:
            document.add_paragraph(for_xml(words))
    document.add_paragraph(for_xml(f"{_('Other causes:')} {row.other_causes}"))
    document.add_paragraph(for_xml(backed.claim))
    for piece in queries.evidence(row, public=results.public):
        document.add_paragraph(for_xml(f"{piece.what} ({piece.source})"), style="List Bullet")
    for asked in queries.substantiations(row, public=True):
        said = f"{asked.office}: {asked.get_answer_display()} {asked.says}"
        document.add_paragraph(for_xml(said), style="List Bullet")
    document.add_paragraph(results.address(row))


def _method(results: Results) -> Iterator[str]:
    yield _(
        "An outcome says who does what differently. How large the part of the dialogue in it is, is a "
        "judgement; beside it stand other causes, and what those say who had no part in it."
    )
    if results.public:
        yield _("Figures of people are rounded to five, and fewer than ten are never counted out.")
    else:
        yield _("Figures of people are exact: this report is for the staff, not for publishing.")
