"""The two-page aide-memoire: a draft composed from the record, as a page, as PDF, and for Word.

What it says of people follows the 10–5 rule, because it is handed out: no count under ten, none exact.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from jukwaa.dialogue import queries as room
from jukwaa.dialogue.minutes import queries
from jukwaa.dialogue.models import Gathering, Memoire, Round
from jukwaa.dialogue.printing.pdf import make_pdf
from jukwaa.dialogue.queries import Result
from jukwaa.field import languages
from jukwaa.programmes.disclosure import shown_count
from jukwaa.programmes.queries import constituencies
from jukwaa.record.payload import fields_of

PAGES = 2
MOST_STATEMENTS = 8
TEMPLATE = Path(__file__).parent / "aide-memoire.docx"


# ---- the draft -------------------------------------------------------------------------------------------


def draft(gathering: Gathering, language: str) -> dict[str, str]:
    """Every section as it follows from the record, in that language; "- " begins a point."""
    with override(language):
        found = queries.minutes(gathering)
        return {
            "purpose": _purpose(found),
            "there": _there(found),
            "common": _common(found),
            "apart": _apart(found),
            "next": _next(found),
            "follow": _follow(gathering),
        }


def _purpose(found: queries.Minutes) -> str:
    of = found.gathering
    when = [date_format(day, "j F Y") for day in dict.fromkeys([of.starts_on, of.ends_on]) if day]
    where = of.place if of.place and of.place.level != "site" else None
    about = " · ".join(filter(None, [str(of.get_kind_display()), str(where or ""), " – ".join(when)]))
    asked = [f"- {each.round.said.text}" for each in found.asked]
    told = [about]
    if asked:
        told += [_("We asked ourselves:"), *asked]
    return "\n".join(told)


def _there(found: queries.Minutes) -> str:
    if not found.came:
        return _("Who came was not written down.")
    said = {"people": shown_count(found.came), "women": shown_count(found.women)}
    told = [_("People who came: %(people)s. Women among them: %(women)s.") % said]
    groups = [row.group for row in found.attended if row.came and row.group]
    if groups:
        told.append(_("Groups that were there: %(groups)s.") % {"groups": ", ".join(groups)})
    # That no woman of a group came is a count under ten: only that a whole group was missing is told.
    there = set(groups)
    declared = constituencies(found.gathering.programme)
    absent = [group.name for group in declared if group.name not in there]
    if absent:
        told.append(_("Groups that were missing: %(groups)s.") % {"groups": ", ".join(absent)})
    return "\n".join(told)


def _common(found: queries.Minutes) -> str:
    """Decisions first, then what every group can live with."""
    told = [f"- {note.text}" for note in found.decisions]
    for title, results in (
        (_("Every group can live with calling these problems:"), _public(found, found.problems)),
        (_("Every group can live with these answers:"), _public(found, found.solutions)),
    ):
        if results:
            told += [title, *(f"- {result.statement.said.text}" for result in results)]
    for each in found.asked:
        told += _in_order(each.round)
    return "\n".join(told) or _("Nothing was agreed yet.")


def _in_order(round: Round) -> list[str]:
    """What a round that is not of votes put first, or what passes of it, as everybody may know it."""
    kept = room.kept_of(round) if round.shows_results() else None
    lines = room.public_list(round, kept).lines if kept else ()
    steps = round.method == Round.Method.GRADIENT
    told = [line.statement.said.text for line in lines if line.passes or not steps][:MOST_STATEMENTS]
    if not told:
        return []
    title = (
        _("What passes of “%(question)s”:") if steps else _("What people put first, asked “%(question)s”:")
    )
    return [title % {"question": round.said.text}, *(f"- {text}" for text in told)]


def _public(found: queries.Minutes, results: Sequence[Result]) -> list[Result]:
    """Those whose round shows its results to everybody, the most agreed first, as many as two pages hold."""
    shows = {each.round.pk for each in found.asked if each.round.shows_results()}
    return [result for result in results if result.statement.round_id in shows][:MOST_STATEMENTS]


def _apart(found: queries.Minutes) -> str:
    told = [f"- {note.text}" + (f" ({note.reason})" if note.reason else "") for note in found.disagreements]
    told += [f"- {each.statement.said.text} ({_where(each)})" for each in _public(found, found.open)]
    return "\n".join(told) or _("No disagreement was written down.")


def _where(result: Result) -> str:
    """Which groups mostly agree and which mostly do not, as coarse as everybody may see it."""
    by_word: dict[str, list[str]] = {}
    for row in result.rows:
        by_word.setdefault(row.word, []).append(row.label)
    return "; ".join(f"{word}: {', '.join(groups)}" for word, groups in by_word.items())


def _next(found: queries.Minutes) -> str:
    told = []
    for note in found.next_steps:
        who = note.doer or _("nobody named yet")
        until = f", {date_format(note.due_on, 'j F Y')}" if note.due_on else ""
        told.append(f"- {note.text} – {who}{until}")
    return "\n".join(told) or _("No next step was written down.")


def _follow(gathering: Gathering) -> str:
    return "\n".join(
        [
            _("Whoever said something has a slip with a trace code of twelve digits."),
            _("Type it on the page “What happened to what I said?”, or read it to anybody of the programme."),
            _("This paper and what came of it are on the page of the programme: %(programme)s.")
            % {"programme": gathering.programme},
        ]
    )


# ---- as it stands ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """A section: its field, its title, its words, and whether a person wrote them."""

    name: str
    title: str
    words: str
    written: bool

    @property
    def blocks(self) -> list[tuple[str, list[str]]]:
        """Its paragraphs ("p") and lists ("ul"), each with its lines."""
        return list(blocks(self.words))


def blocks(words: str) -> Iterator[tuple[str, list[str]]]:
    """Words as paragraphs and lists, in their order: lines that begin with "- " stand in a list together."""
    points: list[str] = []
    for line in filter(None, map(str.strip, words.splitlines())):
        if line.startswith("- "):
            points.append(line[2:])
            continue
        if points:
            yield "ul", points
            points = []
        yield "p", [line]
    if points:
        yield "ul", points


@dataclass(frozen=True)
class Memo:
    """An aide-memoire as it stands: what was written of it, and the rest as it follows from the record."""

    gathering: Gathering
    language: str
    sections: list[Section]
    row: Memoire | None

    @property
    def words(self) -> dict[str, str]:
        return {section.name: section.words for section in self.sections}

    @property
    def published(self) -> bool:
        return self.row is not None and self.row.published_at is not None

    @property
    def language_name(self) -> str:
        return languages.NAMES.get(self.language, self.language)

    @property
    def pages(self) -> int:
        """How many A4 pages it takes, by its lines: a little too many rather than too few."""
        return math.ceil(_lines(self) / LINES_A_PAGE)

    @property
    def too_long(self) -> bool:
        return self.pages > PAGES

    @property
    def small_numbers(self) -> list[str]:
        """Numbers under ten that a person wrote: each may tell of somebody, if it counts people."""
        said = " ".join(section.words for section in self.sections if section.written)
        return sorted(set(re.findall(r"(?<![\w.,:/-])[0-9](?![\w.,:/-]|\s*(?:[A-Z]|\d))", said)))


# Measured on what WeasyPrint makes of memoire_pdf.html: A4, 10 points (tests/dialogue/test_memoire.py).
LETTERS_A_LINE, LINES_A_PAGE, HEADING, GAP = 84, 52, 2.2, 0.25


def _lines(memo: Memo) -> float:
    """How many lines of a page it takes: its title, then each section's heading, paragraphs and lists."""
    took = 4.0
    for section in memo.sections:
        took += HEADING
        for kind, lines in section.blocks:
            letters = LETTERS_A_LINE - (3 if kind == "ul" else 0)
            took += GAP + sum(math.ceil(len(line) / letters) for line in lines)
    return took


def title(section: str) -> str:
    """What stands above the section."""
    return str(fields_of(Memoire)[section].verbose_name)


def memo(gathering: Gathering, language: str) -> Memo:
    """The aide-memoire of the gathering in that language."""
    row = Memoire.objects.filter(pk=Memoire.id_for(gathering, language), removed=False).first()
    composed = draft(gathering, language)
    with override(language):
        sections = [
            Section(
                name,
                title(name),
                (getattr(row, name) if row else "") or composed[name],
                bool(row and getattr(row, name)),
            )
            for name in Memoire.SECTIONS
        ]
    return Memo(gathering, language, sections, row)


def published(gathering: Gathering, language: str) -> Memo | None:
    """The aide-memoire as it was published, in just those words; None where it was not."""
    rows = Memoire.objects.filter(gathering=gathering, removed=False, published_at__isnull=False)
    row = rows.filter(language=language).first()
    if row is None:
        return None
    with override(language):
        sections = [Section(name, title(name), getattr(row, name), True) for name in Memoire.SECTIONS]
    return Memo(gathering, language, sections, row)


def changed(gathering: Gathering, language: str, said: Mapping[str, str]) -> dict[str, str]:
    """What a person wrote otherwise than it was composed; "" for the rest, which follows the record."""
    composed = draft(gathering, language)
    tidy = {name: "\n".join(words.strip().splitlines()) for name, words in said.items()}
    return {name: "" if words == composed[name] else words for name, words in tidy.items()}


def digest(language: str, sections: Mapping[str, str]) -> str:
    """The sha256 of the words in their order, in hexadecimal: whoever holds the paper can compare."""
    said = [language, *(sections[name] for name in Memoire.SECTIONS)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


# ---- as files --------------------------------------------------------------------------------------------


def as_pdf(found: Memo) -> bytes:
    """The memo as PDF, A4. Raises ImportError or OSError unless `can_make_pdf`."""
    with override(found.language):
        return make_pdf(render_to_string("dialogue/minutes/memoire_pdf.html", {"memo": found}))


def write_docx(found: Memo, to: IO[bytes]) -> None:
    """The memo as a Word file, from the template beside this module, for those who go on writing there."""
    # Imported here: nobody who votes needs Word in memory.
    from docxtpl import DocxTemplate

    document = DocxTemplate(TEMPLATE)
    sections = [
        {"title": section.title, "blocks": [{"kind": k, "lines": lines} for k, lines in section.blocks]}
        for section in found.sections
    ]
    with override(found.language):
        about = {
            "title": str(found.gathering),
            "kind": _("Aide-memoire"),
            "programme": str(found.gathering.programme),
            "sections": sections,
        }
    # autoescape: words may hold & and <, which would break the file's XML.
    document.render(about, autoescape=True)
    document.save(to)


def as_docx(found: Memo) -> bytes:
    """The memo as the bytes of a Word file."""
    out = io.BytesIO()
    write_docx(found, out)
    return out.getvalue()
