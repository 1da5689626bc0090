"""A codebook as a file: a table (CSV), and what programs for qualitative research exchange (REFI-QDA).

REFI-QDA codebook 1.0: qdasoftware.org. Of it we keep names and descriptions; codes within codes are named
after those that they stand in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from jukwaa.field.models import Theme
from jukwaa.programmes.download import out_of_cell, sheet
from jukwaa.programmes.models import Cycle

COLUMNS = ("theme", "shift", "meaning")
LARGEST = 1_000_000
MOST = 300
LONGEST = {"theme": 120, "meaning": 2_000}
QDC = "urn:QDA-XML:codebook:1.0"
# REFI-QDA has no place for the shift that a theme belongs to: it stands at the end of the description.
_SHIFT = re.compile(r"\s*\[(C[1-4])\]\s*$")


class NoCodebook(ValueError):
    """A file that is no codebook; the sentence says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One theme of a codebook: its title, one of the four shifts or "", and what belongs to it."""

    title: str
    cycle: str
    meaning: str


def as_csv(themes: Iterable[Theme]) -> str:
    """The themes as a table, a line each."""
    return sheet(COLUMNS, [(theme.title, theme.cycle, theme.meaning) for theme in themes])


def as_qdc(themes: Iterable[Theme]) -> bytes:
    """The themes as a REFI-QDA codebook; each keeps its id, so that programs know it again."""
    root = etree.Element(f"{{{QDC}}}CodeBook", nsmap={None: QDC}, origin="Jukwaa")
    codes = etree.SubElement(root, f"{{{QDC}}}Codes")
    for theme in themes:
        guid = str(theme.pk).upper()
        code = etree.SubElement(codes, f"{{{QDC}}}Code", guid=guid, name=theme.title, isCodable="true")
        if meaning := f"{theme.meaning} [{theme.cycle}]".strip() if theme.cycle else theme.meaning:
            etree.SubElement(code, f"{{{QDC}}}Description").text = meaning
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def read(data: bytes) -> list[Entry]:
    """The themes in a file, whichever of the two it is. Raises NoCodebook, with the line where it can."""
    if len(data) > LARGEST:
        raise NoCodebook(_("This file is larger than 1 MB. A codebook has fewer words."))
    found = list(_read_qdc(data) if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else _read_csv(data))
    if not found:
        raise NoCodebook(_("There is no theme in this file."))
    if len(found) > MOST:
        raise NoCodebook(_("A codebook has at most %(most)s themes.") % {"most": MOST})
    return found


def _read_csv(data: bytes) -> Iterator[Entry]:
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NoCodebook(_("This file is no table in UTF-8. Save it as CSV UTF-8.")) from error
    if rows and "theme" not in rows[0]:
        raise NoCodebook(_("The first line names the columns: theme, shift, meaning. “theme” is missing."))
    for number, row in enumerate(rows, 2):
        said = {name: out_of_cell((row.get(name) or "").strip()) for name in COLUMNS}
        if any(said.values()):
            yield _entry(_("Line %(number)s") % {"number": number}, **said)


def _read_qdc(data: bytes) -> Iterator[Entry]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NoCodebook(
            _("This file cannot be read as a REFI-QDA codebook. Export it once more.")
        ) from error
    # A document type could define words that grow without end when they are read.
    if etree.QName(root).localname != "CodeBook" or root.getroottree().docinfo.doctype:
        raise NoCodebook(_("This file is no REFI-QDA codebook (.qdc). A project file (.qdpx) holds one."))
    yield from _codes(root.iterfind("{*}Codes/{*}Code"), ())


def _codes(codes: Iterable[Any], within: tuple[str, ...]) -> Iterator[Entry]:
    for code in codes:
        names = (*within, (code.get("name") or "").strip())
        meaning = (code.findtext("{*}Description") or "").strip()
        shift = _SHIFT.search(meaning)
        if code.get("isCodable", "true") in {"true", "1"}:
            yield _entry(
                _("Code “%(name)s”") % {"name": names[-1]},
                theme=": ".join(names),
                shift=shift[1] if shift else "",
                meaning=_SHIFT.sub("", meaning),
            )
        yield from _codes(code.iterfind("{*}Code"), names)


def _entry(where: str, *, theme: str, shift: str, meaning: str) -> Entry:
    if not theme:
        raise NoCodebook(_("%(where)s has no theme.") % {"where": where})
    if shift and shift not in Cycle.values:
        raise NoCodebook(
            _("%(where)s: the shift is C1, C2, C3, C4 or empty, not “%(shift)s”.")
            % {"where": where, "shift": shift[:20]}
        )
    for name, words in (("theme", theme), ("meaning", meaning)):
        if len(words) > LONGEST[name]:
            raise NoCodebook(
                _("%(where)s: at most %(most)s letters fit into “%(name)s”.")
                % {"where": where, "most": LONGEST[name], "name": name}
            )
    return Entry(theme, shift, meaning)
