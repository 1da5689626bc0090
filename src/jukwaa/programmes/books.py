"""Tables for other programs: CSV in a zip, a workbook, JSON; each with what its columns mean."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

# With these a spreadsheet begins a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | float | None
Rows = Iterator[Sequence[Cell]]


@dataclass(frozen=True)
class Table:
    """A table: its name, what a row is, what each column means, and its rows, read as they are written."""

    name: str
    row: str
    columns: Mapping[str, str]
    rows: Callable[[], Rows]


class Book(Protocol):
    """Tables that are given out together: what the file is called, its format, what it says of itself."""

    @property
    def format(self) -> str: ...

    @property
    def edition(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def tables(self) -> Sequence[Table]: ...


def write_csv(book: Book, to: IO[bytes]) -> None:
    """A zip with a CSV file for each table and README.txt."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{book.name}/README.txt", book.about)
        for table in book.tables:
            with (
                packed.open(f"{book.name}/{table.name}.csv", "w") as raw,
                io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
            ):
                sheet = csv.writer(text, lineterminator="\n")
                sheet.writerow(table.columns)
                sheet.writerows(map(guarded, table.rows()))


def write_xlsx(book: Book, to: IO[bytes]) -> None:
    """A workbook with a sheet for each table, the first of what the columns mean."""
    # Imported here: nobody who votes needs workbooks in memory.
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    about = workbook.create_sheet("README")
    for line in book.about.splitlines():
        about.append([as_text(about, line)])
    for table in book.tables:
        sheet = workbook.create_sheet(table.name)
        sheet.append(list(table.columns))
        for row in table.rows():
            sheet.append([as_text(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    workbook.save(to)


def as_text(sheet: Any, said: str) -> Any:
    """A cell of a workbook that holds words and nothing to be computed; what XML cannot hold is left out."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, for_xml(said))
    cell.data_type = "s"
    return cell


def for_xml(said: str) -> str:
    """The words without signs that XML cannot hold: a page break that came along from another program."""
    return "".join(sign for sign in said if sign >= " " or sign in "\t\n")


def write_json(book: Book, to: IO[bytes]) -> None:
    """One object: what the columns mean, and a list of rows for each table, a line a row."""
    about = {"format": book.format, "edition": book.edition, "readme": book.about}
    to.write(json.dumps(about, ensure_ascii=False)[:-1].encode())
    for table in book.tables:
        to.write(f',\n"{table.name}": ['.encode())
        for number, row in enumerate(table.rows()):
            line = json.dumps(dict(zip(table.columns, row, strict=True)), ensure_ascii=False)
            to.write(((",\n" if number else "\n") + line).encode())
        to.write(b"\n]")
    to.write(b"\n}\n")


def guarded(row: Sequence[Cell]) -> list[Cell]:
    """The row with an apostrophe before whatever a spreadsheet would run."""
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in row]


WRITERS: dict[str, tuple[Callable[[Book, IO[bytes]], None], str]] = {
    "zip": (write_csv, "application/zip"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (write_json, "application/json"),
}
