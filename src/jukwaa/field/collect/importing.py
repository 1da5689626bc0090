"""Exports of KoboToolbox and ODK Central, read as the submissions that they were made of.

A table as CSV, XLSX, or a ZIP of CSV files; repeats on sheets or in files of their own; headings by name or
by label, with their groups or without; media in a ZIP beside it. A row that does not fit is refused by file,
row and field; the others are taken. What is here already, by its uuid, is not taken twice.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath

import openpyxl
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from lxml import etree

from jukwaa.field.collect.xlsform import XFORMS, Question, parser

MB = 1_000_000
# Unpacked, a table may hold so much: more would not fit into a laptop's memory.
LARGEST_TABLES = 300 * MB
LARGEST_FILE = 32 * MB
MOST_FAULTS = 200
UUIDS = ("meta/instanceID", "meta-instanceID", "instanceID", "KEY", "_uuid")
SENT_AT = ("SubmissionDate", "_submission_time")
VERSIONS = ("FormVersion", "__version__")
PARENTS = ("PARENT_KEY", "_submission__uuid")
YES = frozenset({"1", "1.0", "true", "yes"})


class Refused(ValueError):
    """A file that is no export; the sentence says what to send instead."""


@dataclass(frozen=True)
class Fault:
    """What does not fit, and where. row: as a spreadsheet numbers it."""

    file: str
    row: int
    field: str
    what: str

    def __str__(self) -> str:
        return _("%(file)s, row %(row)d, %(field)s: %(what)s") % {
            "file": self.file,
            "row": self.row,
            "field": self.field,
            "what": self.what,
        }


@dataclass(frozen=True)
class Asked:
    """The form that an export is of. version: the one to take a row for that names none of `versions`.

    choices: of each question, what its choices are called -> their names.
    """

    form_id: str
    version: str
    versions: frozenset[str]
    questions: tuple[Question, ...]
    choices: Mapping[str, Mapping[str, str]]

    @property
    def root(self) -> str:
        """What the form calls its whole."""
        return self.questions[0].path.split("/")[1] if self.questions else "data"


@dataclass(frozen=True)
class Row:
    """One submission of an export: its text, when it was sent, and the names of its files."""

    number: int
    uuid: str
    xml: bytes
    sent_at: datetime | None
    files: tuple[str, ...]


@dataclass
class Export:
    """An export that was read. unknown: headings that no question has; they are left out."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


Line = dict[str, str]


@dataclass(frozen=True)
class Table:
    """A sheet or a file, its headings, and its lines by heading."""

    file: str
    name: str
    heads: tuple[str, ...]
    lines: list[Line]


def choices_of(xform: bytes) -> dict[str, dict[str, str]]:
    """Of each question with choices, by path: names and labels in every language -> the choice's name."""
    root = etree.fromstring(xform, parser())
    texts: dict[str, list[str]] = defaultdict(list)
    for text in root.iter(f"{XFORMS}text"):
        texts[text.get("id", "")] += [(value.text or "").strip() for value in text]
    found: dict[str, dict[str, str]] = {}
    for node in [*root.iter(f"{XFORMS}select"), *root.iter(f"{XFORMS}select1")]:
        itemset = node.find(f"{XFORMS}itemset")
        listed = (
            re.search(r"instance\('([^']+)'\)", itemset.get("nodeset", "")) if itemset is not None else None
        )
        path = f".//{XFORMS}instance[@id='{listed[1]}']//{XFORMS}item" if listed else ""
        items = root.iterfind(path) if path else iter(node.findall(f"{XFORMS}item"))
        mine = found.setdefault(node.get("ref", ""), {})
        for item in items:
            name = item.findtext(f"{XFORMS}name") or item.findtext(f"{XFORMS}value") or ""
            labels = [item.findtext(f"{XFORMS}label") or "", *texts[item.findtext(f"{XFORMS}itextId") or ""]]
            mine |= {label: name for label in labels if label and label != "-" and label not in mine}
            mine[name] = name
    return found


# ---- tables ----------------------------------------------------------------------------------------------


def read_tables(name: str, data: bytes) -> list[Table]:
    """The tables of a file, that of the submissions first. Raises Refused."""
    end = PurePosixPath(name.lower()).suffix
    try:
        if end == ".csv":
            return [_csv(name, data)]
        if end == ".xlsx":
            return _workbook(name, data)
        if end == ".zip":
            return _zip_of_csv(data)
    except (zipfile.BadZipFile, UnicodeDecodeError, csv.Error, KeyError, OSError, ValueError) as wrong:
        if isinstance(wrong, Refused):
            raise
        raise Refused(
            _("%(file)s cannot be read. Export it again as XLSX or CSV.") % {"file": name}
        ) from wrong
    raise Refused(_("Send a table as .csv or .xlsx, or a .zip of .csv files."))


def _csv(name: str, data: bytes) -> Table:
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    first = text.readline()
    separator = max(",;\t", key=first.count)
    text.seek(0)
    return _table(name, PurePosixPath(name).stem, csv.reader(text, delimiter=separator))


def _table(file: str, name: str, rows: Iterable[Iterable[object]]) -> Table:
    rest = iter(rows)
    heads = tuple(_word(head) for head in next(rest, ()))
    lines = [dict(zip(heads, map(_word, row), strict=False)) for row in rest]
    return Table(file, name, heads, lines)


def _word(value: object) -> str:
    """A cell as a form would hold it."""
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _workbook(name: str, data: bytes) -> list[Table]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        _must_fit(packed)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [
        _table(f"{name}, {sheet.title}", sheet.title, sheet.iter_rows(values_only=True)) for sheet in book
    ]


def _zip_of_csv(data: bytes) -> list[Table]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [each for each in packed.namelist() if each.lower().endswith(".csv")]
        _must_fit(packed, set(names))
        tables = [_csv(PurePosixPath(each).name, packed.read(each)) for each in names]
    if not tables:
        raise Refused(_("This ZIP holds no .csv file. Photos and recordings go into the second field."))
    return sorted(tables, key=lambda table: "PARENT_KEY" in table.heads)


def _must_fit(packed: zipfile.ZipFile, names: set[str] | None = None) -> None:
    size = sum(each.file_size for each in packed.infolist() if names is None or each.filename in names)
    if size > LARGEST_TABLES:
        raise Refused(_("Unpacked, this is more than 300 MB of tables. Export it in parts."))


# ---- headings --------------------------------------------------------------------------------------------


def _headings(questions: Iterable[Question]) -> dict[str, Question]:
    """All that an export may call a question (path, name, words), where only one is called so."""
    called: dict[str, set[str]] = defaultdict(set)
    by_path = {question.path: question for question in questions}
    for path, question in by_path.items():
        names = path.split("/")[2:]
        inside = path.removeprefix(question.repeat).strip("/").split("/") if question.repeat else names
        words = {sign.join(some) for sign in "/-:." for some in (names, inside)}
        for word in {*words, question.name, *question.labels.values()}:
            called[word].add(path)
    return {word: by_path[paths.pop()] for word, paths in called.items() if len(paths) == 1}


@dataclass(frozen=True)
class Column:
    """What a heading holds. choice: of a select_multiple's split columns, which choice."""

    question: Question
    choice: str = ""


def columns(heads: Iterable[str], asked: Asked, repeat: str = "") -> tuple[dict[str, Column], list[str]]:
    """The headings that are questions outside repeats, or in that one; and those that nobody knows."""
    known = _headings(q for q in asked.questions if q.repeat == repeat)
    found: dict[str, Column] = {}
    unknown = []
    for head in heads:
        if head in known:
            found[head] = Column(known[head])
            continue
        # With labels, KoboToolbox writes the groups before the question: Group/Question.
        start, _slash, end = head.rpartition("/")
        question = known.get(start) or known.get(start.rpartition("/")[2])
        names = asked.choices.get(question.path, {}) if question else {}
        if question and (choice := names.get(end)):
            found[head] = Column(question, choice)
        elif end in known:
            found[head] = Column(known[end])
        elif head and not _is_the_systems(head):
            unknown.append(head)
    return found, unknown


SYSTEM = re.compile(
    r"_.*|__version__|.*_URL|.*_url|(meta[/:-])?(instance(ID|Name)|rootUuid|deprecatedID|audit)|KEY|SET-OF-.*|PARENT_KEY|"
    r"SubmissionDate|Submitter(ID|Name)|Attachments(Present|Expected)|Status|ReviewState|DeviceID|Edits|"
    r"FormVersion|formhub/uuid"
)


def _is_the_systems(head: str) -> bool:
    return SYSTEM.fullmatch(head) is not None


# ---- rows ------------------------------------------------------------------------------------------------


def read(name: str, data: bytes, asked: Asked) -> Export:
    """The submissions in an export of this form, and what does not fit. Raises Refused."""
    main, *others = read_tables(name, data)
    heads, unknown = columns(main.heads, asked)
    if not heads:
        raise Refused(
            _("None of the headings of %(file)s is a question of this form: is it an export of another?")
            % {"file": main.file}
        )
    found = Export(unknown=unknown)
    if not any(word in main.heads for word in UUIDS):
        raise Refused(
            _("%(file)s has no column _uuid, KEY or meta/instanceID: a row could not be known again.")
            % {"file": main.file}
        )
    inside = _repeats(others, asked, found)
    seen: dict[str, int] = {}
    for number, line in enumerate(main.lines, 2):
        if not any(line.values()):
            continue
        uuid = _uuid(line)
        faults: list[Fault] = []
        if not uuid:
            faults.append(Fault(main.file, number, "_uuid", _("there is none")))
        elif uuid in seen:
            twice = _("it is in row %(row)d already") % {"row": seen[uuid]}
            faults.append(Fault(main.file, number, "_uuid", twice))
        seen.setdefault(uuid, number)
        answers = _answers(line, heads, asked, Place(main.file, number), faults)
        sent_at = _moment(line, Place(main.file, number), faults)
        found.faults += faults
        if not faults and not (inside.bad & _keys(line)):
            repeats = {
                repeat: [each for key in _keys(line) for each in rows.get(key, [])]
                for repeat, rows in inside.rows.items()
            }
            found.rows.append(_row(number, uuid, line, answers, repeats, sent_at, asked))
    return found


@dataclass(frozen=True)
class Place:
    """A row of a file."""

    file: str
    number: int


def _uuid(line: Line) -> str:
    said = next((line[word] for word in UUIDS if line.get(word)), "")
    return said if not said or said.startswith("uuid:") else f"uuid:{said}"


def _keys(line: Line) -> set[str]:
    """What rows of repeats may call this one: its uuid, with and without its prefix."""
    return {line[word].removeprefix("uuid:") for word in UUIDS if line.get(word)}


def _moment(line: Line, place: Place, faults: list[Fault]) -> datetime | None:
    head = next((word for word in SENT_AT if line.get(word)), "")
    if not head:
        return None
    try:
        at = parse_datetime(line[head])
    except ValueError:
        at = None
    if at is None:
        faults.append(
            Fault(place.file, place.number, head, _("“%(said)s” is no date") % {"said": line[head]})
        )
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(at, timezone.now())


@dataclass
class _Inside:
    """Rows of repeats, by repeat and by the submission that they belong to; bad: those with a fault."""

    rows: dict[str, dict[str, list[dict[str, str]]]] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)


def _repeats(tables: Iterable[Table], asked: Asked, found: Export) -> _Inside:
    inside = _Inside()
    known = dict.fromkeys(question.repeat for question in asked.questions if question.repeat)
    for table in tables:
        repeat = next((path for path in known if _is_of(table, path)), "")
        parent = next((word for word in PARENTS if word in table.heads), "")
        if not repeat or not parent:
            found.unknown.append(table.name)
            continue
        heads, unknown = columns(table.heads, asked, repeat)
        found.unknown += unknown
        rows = inside.rows.setdefault(repeat, defaultdict(list))
        for number, line in enumerate(table.lines, 2):
            key = line.get(parent, "").removeprefix("uuid:")
            faults: list[Fault] = []
            answers = _answers(line, heads, asked, Place(table.file, number), faults)
            found.faults += faults
            if faults or "/" in key:
                inside.bad.add(key.partition("/")[0])
            if "/" in key:
                deep = _("a repeat inside a repeat cannot be imported")
                found.faults.append(Fault(table.file, number, parent, deep))
            rows[key].append(answers)
    return inside


def _is_of(table: Table, repeat: str) -> bool:
    """A sheet is called as the repeat (of which Excel keeps 31 letters), a file ends in its path."""
    names = repeat.split("/")[2:]
    return (
        table.name in {names[-1], "/".join(names)}
        or (len(table.name) == 31 and names[-1].startswith(table.name))
        or table.name.endswith(f"-{'-'.join(names)}")
        or table.name.endswith(f"-{names[-1]}")
    )


def _answers(
    line: Line, heads: Mapping[str, Column], asked: Asked, place: Place, faults: list[Fault]
) -> dict[str, str]:
    """Answers by path, in the order of the form."""
    said: dict[str, str] = {}
    split: dict[str, list[str]] = defaultdict(list)
    for head, column in heads.items():
        if column.choice:
            chosen = split[column.question.path]
            chosen += [column.choice] if line.get(head, "").lower() in YES else []
    for head, column in heads.items():
        value, path = line.get(head, ""), column.question.path
        if not value or column.choice:
            continue
        try:
            said[path] = _answer(column.question, value, asked)
        except ValueError as wrong:
            # With labels the whole answer cannot be taken apart; its columns can.
            if not split.get(path):
                faults.append(Fault(place.file, place.number, head, str(wrong)))
    for path, chosen in split.items():
        said.setdefault(path, " ".join(chosen))
    return {q.path: said[q.path] for q in asked.questions if said.get(q.path)}


def _answer(question: Question, value: str, asked: Asked) -> str:
    names = asked.choices.get(question.path)
    if names:
        return _chosen(question, value, names)
    kinds = {"integer": int, "int": int, "decimal": float, "date": date.fromisoformat}
    if question.type in kinds:
        try:
            kinds[question.type](value)  # type: ignore[operator]
        except ValueError:
            words = {
                "integer": _("“%(said)s” is no whole number"),
                "int": _("“%(said)s” is no whole number"),
                "decimal": _("“%(said)s” is no number"),
                "date": _("“%(said)s” is no day, as 2026-11-26"),
            }
            raise ValueError(words[question.type] % {"said": value[:60]}) from None
    return PurePosixPath(value).name if question.is_file else value


def _chosen(question: Question, value: str, names: Mapping[str, str]) -> str:
    if value in names:
        return names[value]
    if question.type.startswith("select all"):
        words = value.split()
        if all(word in names for word in words):
            return " ".join(names[word] for word in words)
    raise ValueError(_("“%(said)s” is not among the choices") % {"said": value[:60]})


def _row(
    number: int,
    uuid: str,
    line: Line,
    answers: Mapping[str, str],
    repeats: Mapping[str, list[dict[str, str]]],
    sent_at: datetime | None,
    asked: Asked,
) -> Row:
    version = next((line[word] for word in VERSIONS if line.get(word)), "")
    root = etree.Element(
        asked.root, id=asked.form_id, version=version if version in asked.versions else asked.version
    )
    files = []
    for question in asked.questions:
        if question.path in answers:
            _grow(root, question.path.split("/")[2:], answers[question.path])
            files += [answers[question.path]] if question.is_file else []
    for repeat, rows in repeats.items():
        for told in rows:
            *groups, last = repeat.split("/")[2:]
            here = etree.SubElement(_grow(root, groups), last)
            for path, value in told.items():
                _grow(here, path.removeprefix(repeat).strip("/").split("/"), value)
            files += [told[q.path] for q in asked.questions if q.is_file and q.path in told]
    _grow(root, ["meta", "instanceID"], uuid)
    return Row(number, uuid, etree.tostring(root, encoding="utf-8"), sent_at, tuple(files))


ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _grow(node: etree._Element, names: Iterable[str], value: str = "") -> etree._Element:
    for name in names:
        found = node.find(name)
        node = etree.SubElement(node, name) if found is None else found
    if value:
        node.text = ILLEGAL.sub("", value)
    return node


# ---- media -----------------------------------------------------------------------------------------------


class Media:
    """A ZIP of photos and recordings, as KoboToolbox and ODK Central pack them; read one at a time."""

    def __init__(self, data: bytes | None) -> None:
        """Raises Refused for what is no ZIP."""
        self.names: dict[str, list[str]] = defaultdict(list)
        if data is None:
            return
        try:
            self.packed = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as wrong:
            raise Refused(_("The media are no ZIP that can be read.")) from wrong
        for each in self.packed.infolist():
            if not each.is_dir() and each.file_size <= LARGEST_FILE and not each.flag_bits & 1:
                self.names[PurePosixPath(each.filename).name].append(each.filename)

    def of(self, row: Row) -> Iterator[tuple[str, bytes]]:
        """The files of a submission that are here. One name in several folders: that under its uuid."""
        for name in dict.fromkeys(row.files):
            found = self.names.get(name, [])
            mine = [each for each in found if row.uuid.removeprefix("uuid:") in each] or found
            if len(mine) == 1:
                with self.packed.open(mine[0]) as file:
                    yield name, file.read(LARGEST_FILE)
