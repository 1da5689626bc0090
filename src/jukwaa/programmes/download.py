"""Files that leave the site: tables as text, several files as one archive, photos and recordings in parts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from jukwaa.record import blobs


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
    answer.write(sheet(columns, rows))
    return answer


def long_spreadsheet(
    name: str, columns: Sequence[str], parts: Iterable[Iterable[Collection[object]]]
) -> StreamingHttpResponse:
    """As `spreadsheet`, of a table that may be long: its rows come in parts, each sent as it is made."""
    answer = StreamingHttpResponse(_in_parts(columns, parts), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _in_parts(columns: Sequence[str], parts: Iterable[Iterable[Collection[object]]]) -> Iterator[str]:
    yield _lines([columns])
    for rows in parts:
        yield _lines(rows)


# With these a spreadsheet begins a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """A value for a spreadsheet, which must not take somebody's words for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def out_of_cell(words: str) -> str:
    """The words that `cell` kept from being taken for a formula."""
    return words[1:] if words[:1] == "'" and words[1:].startswith(FORMULA) else words


def sheet(columns: Sequence[str], rows: Iterable[Collection[object]]) -> str:
    """A table as CSV, in which no words of anybody are taken for a formula."""
    return _lines([columns, *rows])


def _lines(rows: Iterable[Collection[object]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def served(request: HttpRequest, sha256: str, mime: str, name: str) -> HttpResponse:
    """Somebody's file, in parts if asked: never run, never guessed at, left in no cache. Raises Http404."""
    if not sha256 or not blobs.path_of(sha256).exists():
        raise Http404
    data = blobs.read(sha256)
    part = part_of(request.headers.get("Range", ""), len(data))
    if part is None:
        answer = HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    elif part == (0, len(data)):
        answer = HttpResponse(data, content_type=mime)
    else:
        answer = HttpResponse(data[slice(*part)], content_type=mime, status=206)
        answer["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{len(data)}"
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last of what a Range header asks for; all for what is no single range.

    None when it asks for bytes that are not there.
    """
    unit, _is, wanted = asked.partition("=")
    first, dash, last = wanted.partition("-")
    if unit.strip() != "bytes" or not dash or not f"{first}{last}".isdigit():
        return 0, size
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    end = min(int(last) + 1, size) if last else size
    return (int(first), end) if int(first) < end else None
