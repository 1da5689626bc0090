"""From a sheet of questions (XLSForm) to the form that phones understand (XForm), and what is wrong in it."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from jukwaa.field.collect import referral

XFORMS = "{http://www.w3.org/2002/xforms}"
# What a phone fills in by itself, or only shows: nothing to be asked in another language.
SILENT = frozenset(
    {"start", "end", "today", "deviceid", "phonenumber", "username", "audit", "calculate", "hidden"}
)
BINARY = frozenset({"image", "photo", "audio", "video", "file", "background-audio", "audit"})
LARGEST_SHEET = 5_000_000
NO_SHEET = gettext_lazy("This file is no XLSForm that can be read. Save it as .xlsx and send it again.")


class Refused(ValueError):
    """A sheet that makes no form; the sentence says where and what to mend."""


@dataclass(frozen=True)
class Question:
    """One question. path: from the root of the form, with slashes; labels: its words by language."""

    name: str
    path: str
    type: str
    repeat: str
    labels: dict[str, str]

    @property
    def is_file(self) -> bool:
        """Whether its answer is the name of a file that comes with the submission."""
        return self.type in BINARY


@dataclass(frozen=True)
class Made:
    """What a sheet makes. untranslated: a line for each cell that a reader of one of its languages would meet
    blank. warnings: pyxform's own. referral: as `Edition.referral`.
    """

    form_id: str
    version: str
    title: str
    xform: bytes
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    untranslated: tuple[str, ...]
    warnings: tuple[str, ...]
    referral: str = ""

    @property
    def md5(self) -> str:
        """The digest of the XForm's bytes, as OpenRosa's form list gives it."""
        return hashlib.md5(self.xform, usedforsecurity=False).hexdigest()


def read_sheet(data: bytes, *, name: str = "form.xlsx", card: Mapping[str, str] | None = None) -> Made:
    """The form that an XLSForm describes (xlsform.org, by pyxform, without Java).

    data: the bytes of an .xlsx, or of a sheet in Markdown (.md). card: the words of the referral card by
    language, for an .xlsx that has a place for them. Raises Refused with pyxform's own words, which name
    sheet, row and column.
    """
    if len(data) > LARGEST_SHEET:
        raise Refused(_("This sheet is larger than 5 MB. Take pictures out of it: they are sent beside it."))
    kind = ".md" if name.lower().endswith(".md") else ".xlsx"
    if kind == ".xlsx" and not zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused(NO_SHEET)
    found: list[str] = []
    shown = ""
    try:
        if kind == ".md" and referral.PLACE in data.decode("utf-8", "replace"):
            data, kind = workbook(data.decode("utf-8", "replace")), ".xlsx"
        if kind == ".xlsx":
            data, shown = referral.filled(data, card or {})
        source: Any = data.decode("utf-8", "replace") if kind == ".md" else io.BytesIO(data)
        made = convert(source, warnings=found, validate=False, file_type=kind)
    except PyXFormError as wrong:
        raise Refused(located(str(wrong), data, name=name)) from wrong
    except Exception as wrong:
        raise Refused(NO_SHEET) from wrong
    xform = made.xform.encode()
    root = etree.fromstring(xform, parser())
    instance = root.find(f".//{XFORMS}model/{XFORMS}instance/*")
    if instance is None:  # pragma: no cover - pyxform always writes one
        raise Refused(NO_SHEET)
    form_id, version = instance.get("id", ""), instance.get("version", "")
    if not version:
        raise Refused(
            _("The sheet “settings” names no version. Write one, and another each time it changes.")
        )
    title = root.find(".//{http://www.w3.org/1999/xhtml}title")
    questions = tuple(_questions(made._survey, f"/{made._survey.name}", ""))
    return Made(
        form_id=form_id,
        version=version,
        title=(title.text if title is not None and title.text else form_id),
        xform=xform,
        languages=_languages(root),
        questions=questions,
        untranslated=tuple(_untranslated(root)),
        # Which columns a language lacks is said of each cell.
        warnings=tuple(said for said in found if not said.startswith("Language ")),
        referral=shown,
    )


QUOTED = re.compile(r"\[([^\]]+)\]|'([^']+)'|\$\{([^}]+)\}")


def located(words: str, data: bytes, *, name: str) -> str:
    """What is wrong, with sheet, row and column of a cell that it quotes, unless it says the row itself."""
    quoted = ["".join(found) for found in QUOTED.findall(words)]
    if not quoted or words.startswith("[row"):
        return words
    cells = list(_cells(workbook(data.decode("utf-8", "replace")) if name.lower().endswith(".md") else data))
    fits: tuple[Callable[[str, str], bool], ...] = (str.__eq__, str.__contains__)
    for fit in fits:
        for sought in quoted:
            for sheet, row, column, cell in cells:
                if fit(cell, sought):
                    where = {"sheet": sheet, "row": row, "column": column}
                    return f"{words} " + _("(Sheet %(sheet)s, row %(row)d, column %(column)s.)") % where
    return words


def _cells(data: bytes) -> Iterator[tuple[str, int, str, str]]:
    """Every cell of a workbook below its headings: sheet, row, heading of its column, what it says."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True):
        heads: tuple[object, ...] = ()
        for row, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            heads = heads or cells
            if row > 1:
                yield from (
                    (sheet.title, row, str(head), str(cell).strip())
                    for head, cell in zip(heads, cells, strict=False)
                    if cell is not None
                )


READY = Path(__file__).parent / "ready"


def ready_forms() -> dict[str, bytes]:
    """The forms that come along as .xlsx files, by name; both are in three languages."""
    return {file.stem: workbook(file.read_text("utf-8")) for file in sorted(READY.glob("*.md"))}


def workbook(markdown: str) -> bytes:
    """An XLSForm in Markdown, as pyxform reads it, as the .xlsx file that authors know."""
    book = openpyxl.Workbook()
    first = book.active
    for line in markdown.strip().splitlines():
        name, *cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        if name:
            book.create_sheet(name)
        else:
            book.worksheets[-1].append(cells)
    book.remove(first)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parser() -> etree.XMLParser:
    """An XML parser that fetches nothing, expands nothing, and takes no tree without end."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )


def _languages(root: Any) -> tuple[str, ...]:
    """Codes of the form's languages: “Kiswahili (sw)” is sw; a form in one language without name has none."""
    return tuple(
        code_of(each.get("lang", ""))
        for each in root.iter(f"{XFORMS}translation")
        if each.get("lang") != "default"
    )


def _untranslated(root: Any) -> list[str]:
    """What the form says in one language and not in another: labels, hints, choices, messages, media."""
    texts = {node.get("lang", ""): _texts(node) for node in root.iter(f"{XFORMS}translation")}
    # What stands in a column without a language: pyxform shows it to readers of the first language alone.
    nobodys = texts.pop("default", {})
    if not texts:
        return []
    lines = [_names_no_language(*_cell(root, *at)) for at in nobodys]
    lines += [
        _names_no_language("choices", str(item.findtext(f"{XFORMS}name")), "label")
        for item in root.iter(f"{XFORMS}item")
        if item.find(f"{XFORMS}label") is not None
    ]
    for at in dict.fromkeys(key for said in texts.values() for key in said):
        sheet, row, column = _cell(root, *at)
        lines += [
            _("%(sheet)s, %(row)s: no %(column)s in %(language)s")
            % {"sheet": sheet, "row": row, "column": column, "language": code_of(language)}
            for language, said in texts.items()
            if at not in said
        ]
    return lines


def _names_no_language(sheet: str, row: str, column: str) -> str:
    words = _(
        "%(sheet)s, %(row)s: the column “%(column)s” names no language. Name one: %(column)s::English (en)"
    )
    return words % {"sheet": sheet, "row": row, "column": column}


def _texts(translation: Any) -> dict[tuple[str, str], None]:
    """Ids of what a language says, in order, each with its form: “” for words, image, audio, video …

    pyxform writes a dash where there are no words.
    """
    return {
        (text.get("id", ""), value.get("form", "")): None
        for text in translation
        for value in text
        if (value.text or "").strip() not in {"", "-"} or len(value)
    }


def _cell(root: Any, text_id: str, form: str) -> tuple[str, str, str]:
    """Sheet, row and column that a text comes from: ("survey", "words", "hint")."""
    path, colon, column = text_id.partition(":")
    if not colon:
        listed, _dash, _number = text_id.rpartition("-")
        return "choices", f"{listed} {_choice(root, text_id)}", form or "label"
    column = {"jr:constraintMsg": "constraint_message", "jr:requiredMsg": "required_message"}.get(
        column, column
    )
    return "survey", path.rpartition("/")[2], form if form not in {"", "guidance"} else column


def _choice(root: Any, text_id: str) -> str:
    for item in root.iter(f"{XFORMS}item"):
        if item.findtext(f"{XFORMS}itextId") == text_id:
            return str(item.findtext(f"{XFORMS}name"))
    return text_id


def code_of(said: str) -> str:
    found = re.search(r"\(([A-Za-z-]+)\)\s*$", said)
    return found[1] if found else said


def _questions(node: Any, path: str, repeat: str) -> list[Question]:
    found = []
    for child in getattr(node, "children", None) or []:
        kind, here = getattr(child, "type", "") or "", f"{path}/{child.name}"
        if kind in {"group", "repeat"}:
            found += _questions(child, here, here if kind == "repeat" else repeat)
        elif kind and child.name not in {"instanceID", "instanceName"}:
            found.append(Question(child.name, here, kind, repeat, _labels(child, kind)))
    return found


def _labels(child: Any, kind: str) -> dict[str, str]:
    said = getattr(child, "label", None)
    if kind in SILENT or not said:
        return {}
    if isinstance(said, dict):
        return {code_of(language): str(words) for language, words in said.items() if words}
    return {"default": str(said)}
