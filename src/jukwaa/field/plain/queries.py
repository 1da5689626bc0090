"""Which forms may be filled in on a page, and how a form is cut into pages."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from jukwaa.field.collect import queries as collect
from jukwaa.field.collect.openrosa import is_of_a_child
from jukwaa.field.models import Edition, Form
from jukwaa.field.plain.xform import FILES, Asked, Filling, Sheet, lineage, sheet_of
from jukwaa.programmes.models import Place, Programme
from jukwaa.programmes.queries import places, standing

MOST_ON_A_PAGE = 6
# A point on the map is asked as a district: a page never asks for a site, nor for coordinates.
COARSE = (Place.Level.COUNTRY, Place.Level.REGION, Place.Level.DISTRICT)


def editions(programme: Programme) -> QuerySet[Edition]:
    """The published editions, as phones fetch them."""
    return collect.published(programme.pk)


def ever_published(form: Form) -> list[Edition]:
    """The editions that a page may have been begun with, the one that is published now first."""
    found = list(collect.editions(form).exclude(state=Edition.State.DRAFT))
    return sorted(found, key=lambda edition: edition.state != Edition.State.PUBLISHED)


def edition_called(programme: Programme, pk: str) -> Edition | None:
    """An edition of the programme that was published once, by its id as a phone kept it."""
    try:
        asked = uuid.UUID(pk)
    except ValueError:
        return None
    found = standing(Edition.objects.filter(programme=programme, pk=asked)).exclude(state=Edition.State.DRAFT)
    return found.select_related("form").first()


def sheet(edition: Edition) -> Sheet:
    """The edition as a page asks it. Raises xform.Unfit."""
    return sheet_of(edition.xform)


def districts(programme: Programme) -> list[str]:
    """What is offered where a phone would ask for a point on the map."""
    return [place.name for place in places(programme).filter(level__in=COARSE)]


def is_child(answers: dict[str, str]) -> bool:
    """Whether the answers say that somebody under 18 speaks: then nothing more is asked."""
    return any(is_of_a_child(path, said) for path, said in answers.items())


def pages(sheet: Sheet) -> list[list[Asked]]:
    """The questions, a page each: none depends on an answer of its own page, so no script is needed.

    A page has at most six questions; a group that may come more than once has a page to itself.
    """
    found: list[list[Asked]] = []
    for question in sheet.questions:
        here = found[-1] if found else []
        if not here or _begins_a_page(sheet, question, here):
            found.append([question])
        else:
            here.append(question)
    return found


def _begins_a_page(sheet: Sheet, question: Asked, here: list[Asked]) -> bool:
    asked = [each for each in here if each.kind != "note"]
    return (
        here[-1].repeat != question.repeat
        or (len(asked) >= _most_before(question) and question.kind != "note" and not question.repeat)
        or bool(sheet.depends(question.path) & {each.path for each in here})
    )


def _most_before(question: Asked) -> int:
    """A recording or a photo comes early on its page: what was typed above it need not be scrolled past."""
    return MOST_ON_A_PAGE // 2 if question.kind in FILES else MOST_ON_A_PAGE


# ---- a question as a page shows it -----------------------------------------------------------------------


@dataclass
class Shown:
    """One question on a page. name: of its field; number: in a repeat, else 0; when: for the script."""

    name: str
    kind: str
    label: str
    hint: str
    said: str
    choices: list[tuple[str, str, bool]]
    required: bool
    number: int
    wrong: str = ""
    held: str = ""
    when: str = ""

    @property
    def id(self) -> str:
        """What an address on the page and a label may call it."""
        return "q" + re.sub(r"[^\w]+", "-", self.name)


def shown(
    filling: Filling, asked: Iterable[Asked], language: str, programme: Programme, *, everything: bool = False
) -> list[Shown]:
    """The questions that are asked now; or all of them, for a page whose script knows when."""
    return [
        _shown(filling, question, path, language, programme, everything)
        for question in asked
        for path in filling.paths(question)
        if everything or filling.is_asked(path)
    ]


def _shown(
    filling: Filling, question: Asked, path: str, language: str, programme: Programme, everything: bool
) -> Shown:
    bind = filling.sheet.binds.get(question.path)
    number = re.search(r"\[(\d+)\]", path)
    said = filling.answers.get(path, "")
    if question.kind == "place":
        choices = [(name, name) for name in districts(programme)]
    else:
        choices = filling.choices(question, path, language) if question.kind in {"one", "many"} else []
    chosen = said.split() if question.kind == "many" else [said]
    return Shown(
        name=path,
        kind=question.kind,
        label=filling.words(question.label, language, path),
        hint=filling.words(question.hint, language, path),
        said=said,
        choices=[(value, words, value in chosen) for value, words in choices],
        required=bool(bind and filling.truth(bind.required, path, False)) and question.kind != "note",
        number=int(number[1]) if number else 0,
        when=json.dumps(conditions(filling.sheet, question.path)) if everything else "",
    )


# ---- what a script knows of when a question is asked -----------------------------------------------------

COMPARED = re.compile(r"^\s*(/[\w./-]+)\s*(!?=)\s*'([^']*)'\s*$")
SELECTED = re.compile(r"^\s*selected\(\s*(/[\w./-]+)\s*,\s*'([^']*)'\s*\)\s*$")
Condition = list[str]


def conditions(sheet: Sheet, path: str) -> list[Condition]:
    """When the question is asked: [path, = or != or has, value] that must all hold. Raises NotSimple."""
    found: list[Condition] = []
    for node in lineage(path):
        relevant = sheet.binds[node].relevant if node in sheet.binds else ""
        for part in re.split(r"\sand\s", relevant) if relevant.strip() else []:
            if compared := COMPARED.match(part):
                found.append(list(compared.groups()))
            elif selected := SELECTED.match(part):
                found.append([selected[1], "has", selected[2]])
            else:
                raise NotSimple(part)
    return found


class NotSimple(ValueError):
    """A condition that the script on the one page does not know: the form is asked page by page."""


@lru_cache(maxsize=32)
def fits_one_page(xform: str) -> bool:
    """Whether the whole form can stand on one page, where a script shows what is asked."""
    sheet = sheet_of(xform)
    try:
        for question in sheet.questions:
            conditions(sheet, question.path)
    except NotSimple:
        return False
    return True


@dataclass(frozen=True)
class Part:
    """Questions under one heading of the one page. when: as of a question; repeat: its path, or empty."""

    heading: str
    when: str
    repeat: str
    lines: list[Shown]


def parts(filling: Filling, lines: Iterable[Shown], language: str) -> list[Part]:
    """The questions by the innermost group that has a name."""
    found: list[tuple[str, Part]] = []
    sheet = filling.sheet
    for line in lines:
        path = collect.bare(line.name)
        group = next((node for node in reversed(lineage(path)[:-1]) if sheet.names.get(node) is not None), "")
        if not found or found[-1][0] != group:
            heading = filling.words(sheet.names[group], language, group) if group else ""
            repeat = group if group in sheet.repeats else ""
            when = json.dumps(conditions(sheet, group)) if group else "[]"
            found.append((group, Part(heading, when, repeat, [])))
        found[-1][1].lines.append(line)
    return [part for _group, part in found]


def first_wrong(filling: Filling, language: str) -> int | None:
    """The number of the first page on which something that is asked does not fit; None when all does."""
    for number, asked in enumerate(pages(filling.sheet)):
        if any(wrong_on(filling, asked, language).values()):
            return number
    return None


def wrong_on(filling: Filling, asked: Iterable[Asked], language: str) -> dict[str, str]:
    """What is wrong with the answers to these questions, by path."""
    return {
        path: filling.wrong(question, path, language)
        for question in asked
        for path in filling.paths(question)
        if filling.is_asked(path)
    }


def next_page(filling: Filling, after: int, *, back: bool = False) -> int | None:
    """The number of the next page on which anything is asked, or of the one before; None for none."""
    cut = pages(filling.sheet)
    order = range(after - 1, -1, -1) if back else range(after + 1, len(cut))
    for number in order:
        if any(filling.is_asked(path) for question in cut[number] for path in filling.paths(question)):
            return number
    return None


def hidden(filling: Filling, but: Iterable[Shown]) -> list[tuple[str, Any]]:
    """What was answered on other pages, which each page carries on."""
    here = {each.name for each in but}
    files = {q.path for q in filling.sheet.questions if q.kind in FILES}
    asked = {path for q in filling.sheet.questions if q.path not in files for path in filling.paths(q)}
    return [(path, said) for path, said in filling.answers.items() if path in asked - here and said]
