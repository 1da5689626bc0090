"""Catalogues of goals that a row may serve: those that come with Jukwaa, and a programme's own.

A catalogue is a CSV with the columns `catalogue,code,title,source`. What comes along stands in `goals/`:
the targets of the Sustainable Development Goals that the indicators of artisanal mining name. A folder there
that is called by a language holds the same lists with titles in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jukwaa.agenda.models import Goal
from jukwaa.programmes.download import out_of_cell, sheet
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing

SHIPPED = Path(__file__).parent / "goals"
MOST_ENTRIES = 2000
LONGEST_CODE, LONGEST_TITLE = 60, 400


@dataclass(frozen=True)
class Entry:
    """A goal: of which catalogue, its code there, what it says, and where one can read it."""

    catalogue: str
    code: str
    title: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.catalogue} {self.code}: {self.title}"


COLUMNS = tuple(field.name for field in fields(Entry))


def entry(catalogue: str, code: str, title: str, source: str = "") -> Entry:
    """An entry with its words tidied. Raises ValueError, in a sentence, for what is missing or too long."""
    words = [" ".join(said.split()) for said in (catalogue, code, title, source)]
    if not all(words[:3]):
        raise ValueError(_("An entry has a catalogue, a code and what it says."))
    if max(len(words[0]), len(words[1])) > LONGEST_CODE or len(words[2]) > LONGEST_TITLE:
        raise ValueError(
            _("A catalogue and a code have at most %(code)d letters, and what it says at most %(title)d.")
            % {"code": LONGEST_CODE, "title": LONGEST_TITLE}
        )
    return Entry(*words)


def shipped() -> tuple[Entry, ...]:
    """What comes with Jukwaa, in the reader's language where there is a list in it."""
    return _shipped_in(get_language() or "en")


@cache
def _shipped_in(language: str) -> tuple[Entry, ...]:
    titles = {(each.catalogue, each.code): each.title for each in _read_all(SHIPPED / language)}
    return tuple(
        replace(each, title=titles.get((each.catalogue, each.code), each.title))
        for each in _read_all(SHIPPED)
    )


def _read_all(folder: Path) -> list[Entry]:
    return [each for file in sorted(folder.glob("*.csv")) for each in read(file.read_text(encoding="utf-8"))]


def own(programme: Programme) -> list[Goal]:
    """The programme's own entries, by catalogue and code."""
    return list(standing(Goal.objects.filter(programme=programme)).order_by("catalogue", "code", "pk"))


def entries(programme: Programme) -> list[Entry]:
    """Everything a row may serve: the programme's own entries first, then what comes along."""
    ours = [Entry(goal.catalogue, goal.code, goal.title, goal.source) for goal in own(programme)]
    return [*ours, *shipped()]


def find(programme: Programme, catalogue: str, code: str) -> Entry | None:
    """One entry, or None."""
    return next(
        (each for each in entries(programme) if (each.catalogue, each.code) == (catalogue, code)), None
    )


def read(text: str) -> list[Entry]:
    """The entries of a CSV. Raises ValueError, naming the line, for what cannot be read."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if not {"catalogue", "code", "title"} <= set(table.fieldnames or ()):
        raise ValueError(_("The first line of the list names its columns: catalogue, code, title, source."))
    found: list[Entry] = []
    for row in table:
        said = [out_of_cell(row.get(name) or "") for name in COLUMNS]
        try:
            one = entry(*said)
        except ValueError as wrong:
            raise ValueError(
                _("Line %(line)d: %(wrong)s") % {"line": table.line_num, "wrong": wrong}
            ) from wrong
        if any((one.catalogue, one.code) == (each.catalogue, each.code) for each in found):
            raise ValueError(
                _("Line %(line)d: %(catalogue)s %(code)s stands in the list twice.")
                % {"line": table.line_num, "catalogue": one.catalogue, "code": one.code}
            )
        found.append(one)
        if len(found) > MOST_ENTRIES:
            raise ValueError(_("A list has at most %(most)d entries.") % {"most": MOST_ENTRIES})
    if not found:
        raise ValueError(_("The list has no entries."))
    return found


def written(found: Sequence[Entry]) -> str:
    """The entries as CSV, as `read` reads them."""
    return sheet(COLUMNS, [astuple(each) for each in found])
