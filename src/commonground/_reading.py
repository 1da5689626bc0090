"""Reads conversations from files: a folder that Polis exported, one plain CSV, or our own JSON.

Files are checked whole before anything is given back. What does not fit is said with file, row, column and
mend, all of it at once.
"""

from __future__ import annotations

import csv
import io
import json
import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from commonground._agreement import Count
from commonground._exceptions import Fault, Refused
from commonground._votes import Row, VoteTable

VOTES = {"1": 1, "+1": 1, "0": 0, "-1": -1}
VOTE_MEND = "Write 1 for agree, -1 for disagree or 0 for pass"
FORMAT = "polis-export/1"
CONVENTION = {"agree": 1, "disagree": -1, "pass": 0}
DECLARED = "# vote-convention:"
SIGN_MEND = "Export again with agree as 1 and disagree as -1"
MATRICES = ("participants-votes.csv", "participant-votes.csv")
ABOUT_A_PARTICIPANT = {"participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"}
SECONDS_END = 10**11  # a time below this is in seconds: as milliseconds it would lie in 1973


class VoteEvent(NamedTuple):
    """A vote as it was cast. `ms`: when, in milliseconds since 1970; None where the file does not say."""

    ms: int | None
    participant: str
    statement: str
    vote: int


@dataclass(frozen=True)
class Statement:
    """A statement. moderated: 1 approved, -1 taken away, 0 not looked at. created: in ms since 1970."""

    id: str
    text: str
    author: str | None = None
    moderated: int = 0
    created: int | None = None
    meta: bool = False


@dataclass(frozen=True)
class Conversation:
    """What a file or folder held.

    statements: by id, those without votes included. votes: every event, in the order of time (the file's
    where it gives no times); a person's later vote on a statement replaces the earlier one.
    constituencies: participant -> constituency, where the file says so.
    """

    topic: str
    description: str
    url: str
    statements: tuple[Statement, ...]
    votes: tuple[VoteEvent, ...]
    constituencies: Mapping[str, str] = field(default_factory=dict)

    @property
    def participants(self) -> tuple[str, ...]:
        """Everyone who voted, by id."""
        return tuple(sorted({event.participant for event in self.votes}, key=natural))

    def current_votes(self) -> tuple[Row, ...]:
        """The votes that count, (participant, statement, vote): of each pair the latest."""
        latest = {(event.participant, event.statement): event.vote for event in self.votes}
        return tuple((participant, statement, vote) for (participant, statement), vote in latest.items())

    @property
    def standing(self) -> tuple[str, ...]:
        """The ids of the statements that moderators did not take away."""
        return tuple(statement.id for statement in self.statements if statement.moderated >= 0)

    def counting_votes(self) -> tuple[Row, ...]:
        """The current votes on statements that were not taken away."""
        standing = set(self.standing)
        return tuple(row for row in self.current_votes() if row[1] in standing)


def read_conversation(path: str | os.PathLike[str]) -> Conversation:
    """Read a folder exported from Polis, old or new, a CSV, or the JSON that write_conversation() makes.

    The CSV has participant, statement, vote, and perhaps moment (when, in milliseconds since 1970; then a
    person's later vote replaces the earlier one) and constituency. Raises Refused with every fault in the
    files; nothing is read by halves.
    """
    place = Path(path)
    faults: list[Fault] = []
    if place.is_dir():
        conversation = read_polis(place, faults)
    elif place.is_file():
        conversation = (read_json if place.suffix == ".json" else read_plain)(place, faults)
    else:
        raise Refused((missing(str(path), "Name the folder of a Polis export, or a CSV file"),))
    if faults:
        raise Refused(tuple(faults))
    return conversation


def read_constituencies(path: str | os.PathLike[str]) -> dict[str, str]:
    """Who belongs to which constituency, from a CSV with participant, constituency. Raises Refused."""
    faults: list[Fault] = []
    belongs = belongings(Path(path), faults)
    if faults:
        raise Refused(tuple(faults))
    return belongs


def read_counts(path: str | os.PathLike[str]) -> tuple[Count, ...]:
    """Votes that were counted without names, from a CSV: constituency, statement, agree, disagree, pass.

    One row a constituency and statement. Raises Refused.
    """
    faults: list[Fault] = []
    counted: dict[tuple[str, str], Count] = {}
    for row in rows_of(Path(path), ("constituency", "statement", "agree", "disagree", "pass"), faults):
        constituency, statement = row.needed("constituency"), row.needed("statement")
        agree, disagree, passes = (row.whole(column) for column in ("agree", "disagree", "pass"))
        if constituency is None or statement is None or agree is None or disagree is None or passes is None:
            continue
        if (constituency, statement) in counted:
            wrong = f"{constituency} is counted on {statement} further up"
            row.refuse("statement", statement, wrong, "Put both counts into one row")
        counted[constituency, statement] = constituency, statement, agree, disagree, passes
    if faults:
        raise Refused(tuple(faults))
    return tuple(counted.values())


def belongings(file: Path, faults: list[Fault]) -> dict[str, str]:
    """Who belongs to which constituency."""
    belongs: dict[str, str] = {}
    for row in rows_of(file, ("participant", "constituency"), faults):
        who, constituency = row.needed("participant"), row.needed("constituency")
        if who is not None and constituency is not None:
            belong(row, who, constituency, belongs)
    return belongs


def read_votes(path: str | os.PathLike[str]) -> VoteTable:
    """The votes that count of any file or folder that read_conversation() reads, and nothing else of it.

    Quick for a CSV of participant, statement and vote alone, which is not held in memory. Raises Refused.
    """
    table = quick_table(Path(path))
    if table is not None:
        return table
    conversation = read_conversation(path)
    return VoteTable.from_rows(conversation.counting_votes(), statements=conversation.standing)


def quick_table(file: Path) -> VoteTable | None:
    """The votes of a CSV in which everything is as it should be; None where somebody has to look closer."""
    people: dict[str, int] = {}
    statements: dict[str, int] = {}
    rows, columns, values = array("i"), array("i"), array("b")
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            if next(lines, None) != ["participant", "statement", "vote"]:
                return None
            for who, what, vote in lines:
                rows.append(people.setdefault(who, len(people)))
                columns.append(statements.setdefault(what, len(statements)))
                values.append(VOTES[vote])
        if any(not name or name != name.strip() or "\0" in name for name in (*people, *statements)):
            return None
        places = (np.frombuffer(each, each.typecode) for each in (rows, columns, values))
        return VoteTable.from_places(list(people), list(statements), *places)
    except (OSError, ValueError, KeyError, csv.Error):
        return None


def natural(name: str) -> tuple[int, int, str]:
    """An order of ids in which 10 comes after 9."""
    return (0, int(name), "") if name.isascii() and name.isdigit() else (1, 0, name)


# ---- a plain CSV -----------------------------------------------------------------------------------------


def read_plain(file: Path, faults: list[Fault]) -> Conversation:
    """Votes from one CSV; the statement's id is its text."""
    votes: list[VoteEvent] = []
    said: dict[tuple[str, str], int] = {}
    belongs: dict[str, str] = {}
    for row in rows_of(file, ("participant", "statement", "vote"), faults):
        who, statement, vote = row.needed("participant"), row.needed("statement"), row.vote("vote")
        moment = row.time("moment", required="moment" in row.columns)
        if who is None or statement is None or vote is None:
            continue
        known = said.setdefault((who, statement), vote)
        if known != vote and "moment" not in row.columns:
            wrong = f"{who} has another vote on {statement} further up"
            row.refuse("vote", row.cell("vote"), wrong, "Keep the one that counts")
        votes.append(VoteEvent(moment, who, statement, vote))
        if row.cell("constituency"):
            belong(row, who, row.cell("constituency"), belongs)
    names = sorted({statement for _, statement in said}, key=natural)
    return Conversation(
        topic=file.stem,
        description="",
        url="",
        statements=tuple(Statement(name, name) for name in names),
        votes=in_order(votes),
        constituencies=belongs,
    )


def in_order(votes: list[VoteEvent]) -> tuple[VoteEvent, ...]:
    """Votes by time, those of one time as they stand; without times by participant and statement, once."""
    if any(event.ms is not None for event in votes):
        factor = to_milliseconds([event.ms for event in votes])
        timed = [VoteEvent((event.ms or 0) * factor, *event[1:]) for event in votes]
        return tuple(sorted(timed, key=lambda event: event.ms or 0))
    return tuple(sorted(set(votes), key=lambda event: (natural(event.participant), natural(event.statement))))


def belong(row: SheetRow, who: str, constituency: str, belongs: dict[str, str]) -> None:
    """Note who belongs where; nobody belongs to two constituencies."""
    before = belongs.setdefault(who, constituency)
    if before != constituency:
        wrong = f"{who} belongs to {before} further up and to {constituency} here"
        row.refuse("constituency", constituency, wrong, "Put each participant in one constituency")


# ---- our own JSON ----------------------------------------------------------------------------------------

OURS = "commonground/1"


def read_json(file: Path, faults: list[Fault]) -> Conversation:
    """All that write_conversation() put into one JSON file."""
    nothing = Conversation("", "", "", (), ())
    mend = "Write it again with `python -m commonground convert`"
    try:
        said = json.loads(file.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        faults.append(Fault(file.name, row, "", "", "the file is not JSON in UTF-8", mend))
        return nothing
    if not isinstance(said, dict) or said.get("format") != OURS:
        faults.append(Fault(file.name, None, "format", "", f"the file does not say that it is {OURS}", mend))
        return nothing
    try:
        conversation = Conversation(
            topic=str(said["topic"]),
            description=str(said["description"]),
            url=str(said["url"]),
            statements=tuple(Statement(**each) for each in said["statements"]),
            votes=tuple(VoteEvent(*each) for each in said["votes"]),
            constituencies=dict(said["constituencies"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        faults.append(Fault(file.name, None, "", "", f"something is missing or too much ({error})", mend))
        return nothing
    known = {statement.id for statement in conversation.statements}
    for number, event in enumerate(conversation.votes, start=1):
        if event.vote not in VOTES.values() or isinstance(event.vote, bool):
            wrong = f"vote number {number} is {event.vote!r}, which is not a vote"
            faults.append(Fault(file.name, None, "votes", str(event.vote), wrong, VOTE_MEND))
        elif event.statement not in known:
            wrong = f"vote number {number} is on {event.statement!r}, which is no statement of this file"
            faults.append(Fault(file.name, None, "votes", str(event.statement), wrong, UNKNOWN_MEND))
    return conversation


# ---- a folder from Polis ---------------------------------------------------------------------------------


def read_polis(folder: Path, faults: list[Fault]) -> Conversation:
    """Votes and statements of a Polis export; votes.csv where it is there, else the matrix."""
    about = read_summary(folder / "summary.csv", faults)
    read_sidecar(folder / "format.json", faults)
    statements = read_statements(folder / "comments.csv", faults)
    known = {statement.id for statement in statements}
    votes_file = folder / "votes.csv"
    matrix_file = next((folder / name for name in MATRICES if (folder / name).exists()), None)
    matrix = read_matrix(matrix_file, known, faults) if matrix_file else ()
    if votes_file.exists():
        votes = read_events(votes_file, known, faults)
        if matrix_file:
            compare_signs(votes, matrix, matrix_file.name, faults)
    elif matrix_file:
        votes = matrix
    else:
        faults.append(missing("votes.csv", f"Put it, or {MATRICES[0]}, into {folder.name}"))
        votes = ()
    declared = folder / "constituencies.csv"
    return Conversation(
        topic=about.get("topic", "") or folder.name,
        description=about.get("conversation-description", ""),
        url=about.get("url", ""),
        statements=statements,
        votes=votes,
        constituencies=belongings(declared, faults) if declared.exists() else {},
    )


def read_summary(file: Path, faults: list[Fault]) -> dict[str, str]:
    """The export's own account of itself; {} where there is none."""
    about: dict[str, str] = {}
    if not file.exists():
        return about
    for number, cells in sheet(file, faults):
        if len(cells) != 2:
            wrong, mend = (
                f"the row has {len(cells)} cells, not a name and a value",
                "Put the value in quotation marks",
            )
            faults.append(Fault(file.name, number, "", ",".join(cells), wrong, mend))
            continue
        about[cells[0]] = cells[1]
        if cells[0] == "vote-convention":
            judge_declaration(cells[1], file.name, number, faults)
    return about


def read_sidecar(file: Path, faults: list[Fault]) -> None:
    """format.json, where it is there, must declare the sign that is read here."""
    if not file.exists():
        return
    try:
        said = json.loads(file.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        said = None
    declared = said.get("vote-convention") if isinstance(said, dict) else None
    votes = said.get("vote") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not (isinstance(declared, str) or isinstance(votes, dict)):
        wrong = "the file does not say which sign stands for agree"
        faults.append(Fault(file.name, None, "", "", wrong, "Export it again, or take the file away"))
        return
    if isinstance(votes, dict) and votes != CONVENTION:
        wrong = f"votes are declared as {json.dumps(votes)}"
        faults.append(Fault(file.name, None, "vote", json.dumps(votes), wrong, SIGN_MEND))
    if said.get("format", FORMAT) != FORMAT:
        wrong = f"{said['format']} is not a format that is read here"
        faults.append(Fault(file.name, None, "format", str(said["format"]), wrong, f"Export it as {FORMAT}"))
    if isinstance(declared, str):
        judge_declaration(declared, file.name, None, faults)


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


def read_statements(file: Path, faults: list[Fault]) -> tuple[Statement, ...]:
    """The statements, by id."""
    statements: dict[str, Statement] = {}
    times = []
    for row in rows_of(file, ("comment-id", "comment-body"), faults):
        name = row.needed("comment-id")
        moderated = row.choice("moderated", {"-1": -1, "0": 0, "1": 1, "": 0}, "Write -1, 0 or 1")
        meta = row.choice("is-meta", {"0": 0, "1": 1, "": 0, "false": 0, "true": 1}, "Write true or false")
        created = row.time("timestamp")
        if name is None or moderated is None or meta is None:
            continue
        if name in statements:
            row.refuse("comment-id", name, f"statement {name} is there twice", "Keep one of the two")
            continue
        text, author = row.cell("comment-body"), row.cell("author-id") or None
        statements[name] = Statement(name, text, author, moderated, created, bool(meta))
        times.append(created)
    factor = to_milliseconds(times)
    return tuple(
        replace(statement, created=None if statement.created is None else statement.created * factor)
        for statement in sorted(statements.values(), key=lambda statement: natural(statement.id))
    )


def read_events(file: Path, known: set[str], faults: list[Fault]) -> tuple[VoteEvent, ...]:
    """Every vote as it was cast, by time; those of one time as the file has them."""
    votes: list[VoteEvent] = []
    for row in rows_of(file, ("timestamp", "comment-id", "voter-id", "vote"), faults):
        moment = row.time("timestamp", required=True)
        statement, who, vote = row.needed("comment-id"), row.needed("voter-id"), row.vote("vote")
        if statement is not None and statement not in known:
            row.refuse("comment-id", statement, f"no statement {statement} is in comments.csv", UNKNOWN_MEND)
            continue
        if moment is not None and statement is not None and who is not None and vote is not None:
            votes.append(VoteEvent(moment, who, statement, vote))
    return in_order(votes)


UNKNOWN_MEND = "Add the statement there, or take the votes on it away"


def read_matrix(file: Path, known: set[str], faults: list[Fault]) -> tuple[VoteEvent, ...]:
    """The latest votes: a row a participant, a column a statement, an empty cell where nobody voted."""
    votes: list[VoteEvent] = []
    asked = False
    for row in rows_of(file, ("participant",), faults):
        statements = [name for name in row.columns if name not in ABOUT_A_PARTICIPANT]
        if not asked:
            asked = True
            for name in sorted(set(statements) - known, key=natural):
                wrong = f"no statement {name} is in comments.csv"
                faults.append(Fault(file.name, 1, name, name, wrong, UNKNOWN_MEND))
        who = row.needed("participant")
        for name in statements:
            vote = row.vote(name) if row.cell(name) else None
            if who is not None and vote is not None:
                votes.append(VoteEvent(None, who, name, vote))
    twice = [pair for pair, times in Counter(event[1:3] for event in votes).items() if times > 1]
    for who in sorted({pair[0] for pair in twice}, key=natural):
        wrong = f"participant {who} has two rows"
        faults.append(Fault(file.name, None, "participant", who, wrong, "Keep one of the two"))
    return in_order(votes)


def compare_signs(
    votes: tuple[VoteEvent, ...], matrix: tuple[VoteEvent, ...], name: str, faults: list[Fault]
) -> None:
    """One version of the export wrote votes.csv with the signs turned round: then the two files disagree."""
    latest = {event[1:3]: event.vote for event in votes}
    products = [latest.get(event[1:3], 0) * event.vote for event in matrix]
    opposite, same = products.count(-1), products.count(1)
    if opposite > same:
        wrong = f"{opposite} of {opposite + same} votes have the opposite sign in {name}"
        faults.append(Fault("votes.csv", None, "vote", "", wrong, SIGN_MEND))


def to_milliseconds(times: list[int | None]) -> int:
    """By how much to multiply times that are all in seconds, or all in milliseconds."""
    return 1000 if max((time for time in times if time is not None), default=SECONDS_END) < SECONDS_END else 1


# ---- sheets ----------------------------------------------------------------------------------------------


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

    def refuse(self, column: str, value: str, wrong: str, mend: str) -> None:
        """Note a fault in a cell."""
        self.faults.append(Fault(self.file, self.number, column, value, wrong, mend))


def rows_of(file: Path, required: tuple[str, ...], faults: list[Fault]) -> Iterator[SheetRow]:
    """The rows below the header, each as wide as it."""
    if not file.exists():
        faults.append(missing(file.name, f"Put it into {file.resolve().parent.name}"))
        return
    lines = sheet(file, faults)
    number, header = next(lines, (0, []))
    if header and header[0].startswith(DECLARED):
        judge_declaration(",".join(header).removeprefix(DECLARED), file.name, number, faults)
        number, header = next(lines, (0, []))
    names = [name.strip() for name in header]
    if not names:
        if not any(fault.file == file.name for fault in faults):
            faults.append(Fault(file.name, None, "", "", "the file is empty", "Save the table into it again"))
        return
    absent = [name for name in required if name not in names]
    mend = f"Name the columns in its first row: {', '.join(required)}"
    faults += [Fault(file.name, number, name, "", f"there is no column {name}", mend) for name in absent]
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    mend = "Keep one of the two"
    faults += [Fault(file.name, number, name, name, f"there are two columns {name}", mend) for name in twice]
    columns = {name: place for place, name in enumerate(names)}
    for number, cells in lines:
        if len(cells) != len(names):
            wrong = f"the row has {len(cells)} cells and the header {len(names)}"
            mend = "Put text with commas in quotation marks, or fill in the missing cells"
            faults.append(Fault(file.name, number, "", ",".join(cells), wrong, mend))
        elif not absent and not twice:
            yield SheetRow(file.name, number, columns, cells, faults)


def sheet(file: Path, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not blank, numbered as a spreadsheet numbers them."""
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        byte = f"{raw[error.start]:#04x}"
        wrong, mend = f"the byte {byte} is not UTF-8 text", "Save the file as CSV in UTF-8"
        faults.append(Fault(file.name, row, "", byte, wrong, mend))
        return
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        wrong, mend = "the character NUL is no text", "Save the file as CSV in UTF-8"
        faults.append(Fault(file.name, row, "", "\0", wrong, mend))
        return
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if cells:
                yield number, cells
    except csv.Error as error:
        mend = "Close the quotation marks around its text"
        faults.append(Fault(file.name, number + 1, "", "", f"the row cannot be read ({error})", mend))


def missing(file: str, mend: str) -> Fault:
    """A file that is not there."""
    return Fault(file, None, "", "", "the file is not there", mend)
