"""Tables as text, and several files at once as one archive that any computer opens."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.http import HttpResponse


def zipped(name: str, files: Mapping[str, str]) -> HttpResponse:
    """The texts as files of `name`.zip, to be kept by whoever asked."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, text in files.items():
            packed.writestr(f"{name}/{file}", text)
    answer = HttpResponse(archive.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


def spreadsheet(name: str, columns: Sequence[str], rows: Iterable[Collection[object]]) -> HttpResponse:
    """A table as the file `name`.csv, in which no words of anybody are taken for a formula."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    answer.write(sheet(columns, ([_cell(value) for value in row] for row in rows)))
    return answer


def _cell(value: object) -> object:
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if risky else value


def sheet(columns: Sequence[str], rows: Iterable[Collection[object]]) -> str:
    """A table as CSV."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    return text.getvalue()
