"""Tables of figures: one read from CSV or XLSX, with each bad cell by row and column, and one written.

A line is a figure; a line that names a way of telling apart and a group is a part of the figure above it that
is of the same indicator, day and source.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import openpyxl
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa.delivery.measures import actions, computing, queries
from jukwaa.delivery.models import DISAGGREGATION, Indicator, Measurement
from jukwaa.programmes.download import cell, out_of_cell
from jukwaa.programmes.models import Programme

COLUMNS = (
    "indicator",
    "since",
    "day",
    "figure",
    "unit",
    "source",
    "method",
    "at_least",
    "at_most",
    "exact",
    "asked",
    "apart_by",
    "group",
)
NEEDED = ("indicator", "day", "figure", "unit", "source")
LARGEST = 2_000_000
# It goes back and forth in the page while somebody looks at it.
LONGEST_TEXT = 700_000
LARGEST_UNPACKED = 50_000_000
MOST_LINES = 3_000
LONGEST_COUNT = 12
MOST_FAULTS = 50
YES = frozenset({"yes", "y", "1", "true", "x", "ndiyo", "oui"})


class Refused(ValueError):
    """A file that is no such table; the sentence says what to send instead."""


# ---- from a file to text ---------------------------------------------------------------------------------


def as_text(data: bytes) -> str:
    """The table as CSV, whichever it was sent as. Raises Refused."""
    if len(data) > LARGEST:
        raise Refused(_("This table is larger than 2 MB. Send it in parts."))
    text = _of_workbook(data) if data[:2] == b"PK" else _decoded(data)
    if len(text) > LONGEST_TEXT:
        raise Refused(_("This table is too long to look at in one go. Send it in parts."))
    return text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Refused(_("This file is no table in UTF-8. Save it as XLSX or as CSV (UTF-8).")) from wrong


def _of_workbook(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
                raise Refused(_("This table is too long to look at in one go. Send it in parts."))
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        rows = [
            [_word(value) for value in row]
            for row in sheet.iter_rows(max_row=MOST_LINES + 2, values_only=True)
        ]
    except Refused:
        raise
    except Exception as wrong:
        raise Refused(_("This file is no XLSX that can be read. Save it again, or as CSV.")) from wrong
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _word(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case bool():
            return "yes" if value else ""
        case float():
            return queries.plain(Decimal(repr(value)))
        case _:
            return str(value).strip()


# ---- from text to figures --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What does not fit, and where: row as a spreadsheet numbers it, and the heading of the column."""

    row: int
    column: str
    what: str

    def __str__(self) -> str:
        said = {"row": self.row, "column": self.column, "what": self.what}
        if not self.column:
            return _("Row %(row)d: %(what)s") % said
        return _("Row %(row)d, column “%(column)s”: %(what)s") % said


@dataclass
class Read:
    """What a table says: figures that can be kept, and what does not fit. With one fault none is kept."""

    figures: list[Measurement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0

    @property
    def shown_faults(self) -> list[Fault]:
        return sorted(self.faults, key=lambda fault: fault.row)[:MOST_FAULTS]

    @property
    def more_faults(self) -> int:
        return max(len(self.faults) - MOST_FAULTS, 0)


@dataclass
class _Line:
    """A line that was read: its number, its indicator, and its values by what an action calls them."""

    row: int
    indicator: Indicator
    said: dict[str, Any]


class _Wrong(Exception):
    """A cell that cannot be read: its column, and why."""

    def __init__(self, column: str, what: str) -> None:
        super().__init__(what)
        self.column = column


def read(text: str, *, programme: Programme) -> Read:
    """The figures of a table, and each fault by row and column. It keeps nothing."""
    found = Read()
    lines, comma = _lines(text, found)
    names = queries.names_of(programme)
    whole: dict[tuple[Any, ...], _Line] = {}
    for row, words in lines:
        try:
            line, part = _line(row, words, names, comma=comma)
            _put(whole, line, part)
        except _Wrong as wrong:
            found.faults.append(Fault(row, wrong.column, str(wrong)))
    _make(found, list(whole.values()))
    return found


def _lines(text: str, found: Read) -> tuple[list[tuple[int, dict[str, str]]], bool]:
    """The lines with their numbers, by heading; and whether commas are decimal, as where semicolons part."""
    head = text.partition("\n")[0]
    parts_at = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=None), delimiter=parts_at))
    except csv.Error:
        found.faults.append(
            Fault(1, "", _("This file is no table in UTF-8. Save it as XLSX or as CSV (UTF-8)."))
        )
        return [], False
    heads = [word.strip().casefold().replace(" ", "_") for word in rows[0]] if rows else []
    missing = [name for name in NEEDED if name not in heads]
    if missing:
        sentence = _("The table lacks the heading %(names)s.") % {"names": ", ".join(missing)}
        found.faults.append(Fault(1, "", sentence))
        return [], False
    lines = [
        (number, {name: out_of_cell(word.strip()) for name, word in zip(heads, row, strict=False)})
        for number, row in enumerate(rows[1:], 2)
        if any(word.strip() for word in row)
    ]
    filled = [(number, words) for number, words in lines if not _is_empty(words)]
    found.lines = len(filled)
    if len(filled) > MOST_LINES:
        sentence = _("A table may have %(most)d lines. Send it in parts.") % {"most": MOST_LINES}
        found.faults.append(Fault(MOST_LINES + 2, "", sentence))
        return [], False
    return filled, parts_at == ";"


def _is_empty(words: Mapping[str, str]) -> bool:
    """Whether a line of the empty table was left as it came: only indicator and unit."""
    return not any(word for name, word in words.items() if name not in {"indicator", "unit"})


def _line(
    row: int, words: Mapping[str, str], names: Mapping[str, list[Indicator]], *, comma: bool
) -> tuple[_Line, dict[str, Any] | None]:
    """What a line says, and the part of a figure that it is, or None for a whole one."""
    called = words.get("indicator", "")
    those = names.get(called.casefold(), [])
    if not called:
        raise _Wrong("indicator", _("Write which indicator it is."))
    if not those:
        raise _Wrong("indicator", _("The programme has no indicator “%(name)s”.") % {"name": called})
    if len(those) > 1:
        raise _Wrong("indicator", _("Several are called “%(name)s”. Name them apart.") % {"name": called})
    value = _number(words, "figure", comma=comma)
    if value is None:
        raise _Wrong("figure", _("There is no figure."))
    on = _day(words, "day")
    if on is None:
        raise _Wrong("day", _("There is no day."))
    said: dict[str, Any] = {
        "since": _day(words, "since"),
        "on": on,
        "value": value,
        "unit": words.get("unit", ""),
        "source": words.get("source", ""),
        "method": words.get("method", ""),
        "low": _number(words, "at_least", comma=comma),
        "high": _number(words, "at_most", comma=comma),
        "exact": words.get("exact", "").casefold() in YES,
        "sample": _people(words),
        "cells": [],
    }
    return _Line(row, those[0], said), _part(words, said)


def _part(words: Mapping[str, str], said: Mapping[str, Any]) -> dict[str, Any] | None:
    by, group = words.get("apart_by", ""), words.get("group", "")
    if not by and not group:
        return None
    keys = {str(label).casefold(): key for key, label in DISAGGREGATION.items()}
    keys |= {key.casefold(): key for key in DISAGGREGATION}
    if by.casefold() not in keys:
        raise _Wrong("apart_by", _("“%(word)s” is nothing to tell figures apart by.") % {"word": by})
    if not group:
        raise _Wrong("group", _("A figure that is told apart names its group."))
    return {
        "by": keys[by.casefold()],
        "group": group,
        "value": float(said["value"]),
        "people": said["sample"],
    }


def _put(whole: dict[tuple[Any, ...], _Line], line: _Line, part: dict[str, Any] | None) -> None:
    """Put a line to the figures, or a part to its figure above. Raises _Wrong for one without the other."""
    place = (line.indicator.pk, line.said["on"], line.said["source"].casefold())
    if part is None:
        if place in whole:
            raise _Wrong(
                "source", _("Row %(row)d has this source and day already.") % {"row": whole[place].row}
            )
        whole[place] = line
    elif place not in whole:
        raise _Wrong("group", _("The whole figure of this source and day must stand in a row above."))
    else:
        whole[place].said["cells"].append(part)


def _make(found: Read, lines: Sequence[_Line]) -> None:
    """Make the figures of the lines, with the same rules as one that is typed. Two queries."""
    units = queries.units_of({line.indicator for line in lines})
    there = queries.days_and_sources(
        (line.indicator.pk for line in lines), (line.said["on"] for line in lines)
    )
    for line in lines:
        try:
            made = actions.ready(line.indicator, units=units[line.indicator.pk], **line.said)
            if (line.indicator.pk, made.on, made.source.casefold()) in there:
                raise actions.Unfit("source", str(actions.DOUBLE))
            found.figures.append(made)
        except actions.Unfit as wrong:
            found.faults.append(Fault(line.row, HEADINGS.get(wrong.field, wrong.field), str(wrong)))
        except actions.Refused as wrong:
            found.faults.append(Fault(line.row, "indicator", str(wrong)))


HEADINGS = {
    "on": "day",
    "value": "figure",
    "low": "at_least",
    "high": "at_most",
    "sample": "asked",
    "cells": "group",
}


def _number(words: Mapping[str, str], column: str, *, comma: bool) -> Decimal | None:
    word = words.get(column, "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if not word:
        return None
    if comma:
        word = word.replace(",", ".")
    try:
        value = Decimal(word)
    except InvalidOperation as wrong:
        raise _Wrong(
            column, _("“%(word)s” is no number. Write it as 1234.5.") % {"word": words[column]}
        ) from wrong
    if not value.is_finite():
        raise _Wrong(column, _("“%(word)s” is no number. Write it as 1234.5.") % {"word": words[column]})
    return value


def _day(words: Mapping[str, str], column: str) -> date | None:
    word = words.get(column, "")
    if not word:
        return None
    try:
        return date.fromisoformat(word[:10])
    except ValueError as wrong:
        raise _Wrong(column, _("“%(word)s” is no day. Write it as 2026-03-31.") % {"word": word}) from wrong


def _people(words: Mapping[str, str]) -> int | None:
    word = words.get("asked", "")
    if not word:
        return None
    if not word.isdecimal() or len(word) > LONGEST_COUNT:
        raise _Wrong("asked", _("“%(word)s” is no whole number.") % {"word": word})
    return int(word)


# ---- from figures to a file ------------------------------------------------------------------------------


def empty_lines(rows: Iterable[Indicator]) -> Iterator[list[str]]:
    """A line for each indicator, with its name and unit; the rest is to be filled in."""
    for row in rows:
        said: queries.Said = row.said  # type: ignore[attr-defined]
        yield [said.name, "", "", "", said.unit, *([""] * (len(COLUMNS) - 5))]


def exported(rows: Sequence[Indicator], *, public: bool) -> Iterator[str]:
    """The figures of the indicators as lines of CSV, one indicator's after the other, never all at once.

    It can be taken in again. For all but staff what tells of people is by the 10-5 rule, in words.
    """
    yield _written(COLUMNS)
    for row in rows:
        found: Iterable[Measurement]
        if row.computed:
            found = computing.figures(row, public=public, on=timezone.localdate())
        else:
            found = queries.figures(row).iterator(chunk_size=500)
        for each in found:
            each.indicator = row
            yield "".join(_written(line) for line in _told(each, row, exact=not public))


def _told(figure: Measurement, indicator: Indicator, *, exact: bool) -> Iterator[list[str]]:
    said: queries.Said = indicator.said  # type: ignore[attr-defined]
    seen = queries.told(figure, indicator, exact=exact)
    ends = [_plain(end) for end in (seen.low, seen.high)]
    asked = _asked(figure.sample, exact=exact)
    first = [said.name, str(figure.since or ""), str(figure.on)]
    last = [said.unit, figure.source, figure.method]
    yield [*first, _plain(seen.amount), *last, *ends, "yes" if figure.exact else "", asked, "", ""]
    for name, groups in queries.cells(figure, exact=exact).items():
        for each in groups:
            value = _plain(each.amount)
            yield [*first, value, *last, "", "", "", each.shown_people, name, each.group]


def _plain(amount: queries.Amount | None) -> str:
    """A figure as a program reads it; where it is not shown, the words that say so."""
    if amount is None:
        return ""
    return amount.words if amount.value is None else queries.plain(amount.value)


def _asked(people: int | None, *, exact: bool) -> str:
    if people is None:
        return ""
    return str(people) if exact else queries.people_in_words(people, exact=False)


def _written(row: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([cell(value) for value in row])
    return text.getvalue()
