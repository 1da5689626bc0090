"""Sheets: CSV files row by row, never held whole, each fault with its place."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from commonground._exceptions import Fault

VOTES = {"1": 1, "+1": 1, "0": 0, "-1": -1}
VOTE_MEND = "Write 1 for agree, -1 for disagree or 0 for pass"
FORMAT = "polis-export/1"
CONVENTION = {"agree": 1, "disagree": -1, "pass": 0}
DECLARED = "# vote-convention:"
SIGN_MEND = "Export again with agree as 1 and disagree as -1"
MOST_FAULTS = 1000  # after so many a file is not read on


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet whose header names its columns; what does not fit in it goes to `faults`."""

    file: str
    number: int
    columns: dict[str, int]
    cells: list[str]
    faults: list[Fault]

    def cell(self, column: str) -> str:
        """What stands in the column, without blanks around it; empty where there is no such column."""
        place = self.columns.get(column)
        return "" if place is None else self.cells[place].strip()

    def needed(self, column: str) -> str | None:
        """What stands in the column; a fault where nothing does."""
        value = self.cell(column)
        if not value:
            self.refuse(column, "", "the cell is empty", f"Write the {column}")
        return value or None

    def vote(self, column: str) -> int | None:
        """A vote."""
        return self.choice(column, VOTES, VOTE_MEND, lambda value: f"{value} is not a vote")

    def choice(
        self,
        column: str,
        choices: Mapping[str, int],
        mend: str,
        wrong: Callable[[str], str] = lambda value: f"{value} is none of what may stand here",
    ) -> int | None:
        """What one of the choices stands for; a fault where none of them is there."""
        value = self.cell(column)
        if value.lower() not in choices:
            self.refuse(column, value, wrong(value) if value else "the cell is empty", mend)
        return choices.get(value.lower())

    def whole(self, column: str) -> int | None:
        """A number of people; a fault where none stands."""
        value = self.cell(column)
        if not (value.isascii() and value.isdigit() and len(value) <= 9):
            self.refuse(column, value, f"{value or 'nothing'} is not a number of people", "Write 0, 1, 2 …")
            return None
        return int(value)

    def time(self, column: str, *, required: bool = False) -> int | None:
        """A moment in seconds or milliseconds since 1970."""
        value = self.cell(column)
        if not value and not required:
            return None
        if not (value.isascii() and value.isdigit() and len(value) <= 15):
            wrong = f"{value} is not a time" if value else "the cell is empty"
            self.refuse(
                column, value, wrong, "Write the milliseconds, or seconds, since 1970 as a whole number"
            )
            return None
        return int(value)

    def number_in(self, column: str, low: float, high: float, what: str) -> float | None:
        """A number above `low` and up to `high`; None where the cell is empty."""
        value = self.cell(column)
        if not value:
            return None
        number = decimal(value)
        if number is None or not low < number <= high:
            top = "" if high == math.inf else f" and at most {high:g}"
            mend = f"Write a number above {low:g}{top}, or leave the cell empty"
            self.refuse(column, value, f"{value} is not {what}", mend)
            return None
        return number

    def refuse(self, column: str, value: str, wrong: str, mend: str) -> None:
        """Note a fault in a cell."""
        self.faults.append(Fault(self.file, self.number, column, value, wrong, mend))


def decimal(value: str) -> float | None:
    """The finite number that a text writes; None where it writes none."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in value else None


def rows_of(file: Path, required: tuple[str, ...], faults: list[Fault]) -> Iterator[SheetRow]:
    """The rows below the header, each as wide as it."""
    if not file.exists():
        faults.append(missing(file.name, f"Put it into {file.resolve().parent.name}"))
        return
    yield from rows_from(file.name, sheet(file, faults), required, faults)


def rows_from(
    file: str, lines: Iterator[tuple[int, list[str]]], required: tuple[str, ...], faults: list[Fault]
) -> Iterator[SheetRow]:
    """The rows below the header, which is the first of the lines."""
    number, header = next(lines, (0, []))
    if header and header[0].startswith(DECLARED):
        judge_declaration(",".join(header).removeprefix(DECLARED), file, number, faults)
        number, header = next(lines, (0, []))
    names = [name.strip() for name in header]
    if not names:
        if not any(fault.file == file for fault in faults):
            faults.append(Fault(file, None, "", "", "the file is empty", "Save the table into it again"))
        return
    absent = [name for name in required if name not in names]
    mend = f"Name the columns in its first row: {', '.join(required)}"
    faults += [Fault(file, number, name, "", f"there is no column {name}", mend) for name in absent]
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    mend = "Keep one of the two"
    faults += [Fault(file, number, name, name, f"there are two columns {name}", mend) for name in twice]
    columns = {name: place for place, name in enumerate(names)}
    for number, cells in lines:
        if len(cells) != len(names):
            wrong = f"the row has {len(cells)} cells and the header {len(names)}"
            mend = "Put text with commas in quotation marks, or fill in the missing cells"
            faults.append(Fault(file, number, "", ",".join(cells), wrong, mend))
        elif not absent and not twice:
            yield SheetRow(file, number, columns, cells, faults)


def sheet(file: Path, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not blank, numbered as a spreadsheet numbers them."""
    with file.open("rb") as stream:
        yield from lines_of(file.name, stream, 1, faults)


def lines_of(
    name: str, stream: Iterable[bytes], first: int, faults: list[Fault]
) -> Iterator[tuple[int, list[str]]]:
    """The rows from here on that are not blank; `first` is the number of the next one."""
    number = first - 1

    def texts() -> Iterator[str]:
        for line in in_lines(stream):
            line = line.removeprefix(BYTE_ORDER_MARK) if number == 0 else line
            wrong, value = unreadable(line)
            if wrong:
                mend = "Save the file as CSV in UTF-8"
                faults.append(Fault(name, number + 1, "", value, wrong, mend))
                return
            yield line.decode()

    try:
        for number, cells in enumerate(csv.reader(texts(), strict=True), start=first):
            if len(faults) >= MOST_FAULTS:
                wrong = f"the file has {MOST_FAULTS:,} faults above this row and was not read on"
                faults.append(Fault(name, number, "", "", wrong, "Mend them first"))
                return
            if cells:
                yield number, cells
    except csv.Error as error:
        if not any(fault.row == number + 1 and not fault.column for fault in faults):
            mend = "Close the quotation marks around its text"
            faults.append(Fault(name, number + 1, "", "", f"the row cannot be read ({error})", mend))


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def in_lines(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that end in a line feed, a carriage return, or both."""
    for line in stream:
        if b"\r" in line[:-2]:
            yield from filter(None, re.split(rb"(?<=\r)(?!\n)", line))
        else:
            yield line


def unreadable(line: bytes) -> tuple[str, str]:
    """What in a line is no text, and the byte; two empty texts where all of it is."""
    if b"\0" in line:
        return "the character NUL is no text", "\0"
    try:
        line.decode()
    except UnicodeDecodeError as error:
        byte = f"{line[error.start]:#04x}"
        return f"the byte {byte} is not UTF-8 text", byte
    return "", ""


def missing(file: str, mend: str) -> Fault:
    """A file that is not there."""
    return Fault(file, None, "", "", "the file is not there", mend)


def judge_declaration(text: str, file: str, row: int | None, faults: list[Fault]) -> None:
    """A declaration, agree=+1;disagree=-1;pass=0;format=polis-export/1, must state the sign read here."""
    parts = [part.strip().split("=", 1) for part in text.split(";") if part.strip()]
    said = {part[0].strip(): part[1].strip() for part in parts if len(part) == 2}
    keys = set(said) - {"format"}
    readable = len(said) == len(parts) and keys == set(CONVENTION)
    votes = {name: VOTES.get(said[name]) for name in CONVENTION} if readable else {}
    if not readable or sorted(vote for vote in votes.values() if vote is not None) != [-1, 0, 1]:
        wrong, mend = (
            f"{text!r} is no declaration of votes",
            f"Write agree=+1;disagree=-1;pass=0;format={FORMAT}",
        )
    elif votes != CONVENTION:
        wrong, mend = f"{text} turns the votes round", SIGN_MEND
    elif said.get("format", FORMAT) != FORMAT:
        wrong, mend = f"{said['format']} is not a format that is read here", f"Export it as {FORMAT}"
    else:
        return
    faults.append(Fault(file, row, "vote-convention", text, wrong, mend))
