"""Reads conversations from files: a folder that Polis exported, one plain CSV, Parquet, or our own JSON.

Files are checked whole before anything is given back. What does not fit is said with file, row, column and
mend, all of it at once.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from commonground._agreement import Count
from commonground._columns import ONE_CONSTITUENCY, SECONDS_END, About, Columns, agree_on, read_columns
from commonground._exceptions import Fault, Refused
from commonground._parquet import is_parquet, read_parquet, shelve
from commonground._sheets import (
    CONVENTION,
    FORMAT,
    SIGN_MEND,
    VOTE_MEND,
    VOTES,
    judge_declaration,
    missing,
    rows_of,
    sheet,
)
from commonground._shelf import Shelf
from commonground._votes import Row, VoteTable

MATRICES = ("participants-votes.csv", "participant-votes.csv")
ABOUT_A_PARTICIPANT = {"participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"}


class VoteEvent(NamedTuple):
    """A vote as it was cast. `ms`: when, in milliseconds since 1970; None where the file does not say.

    probability: with which the participant was asked just this statement, where it was written down.
    """

    ms: int | None
    participant: str
    statement: str
    vote: int
    probability: float | None = None


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
    constituencies, genders, weights: by participant, where the file says so. A weight is how many people of
    the whole a voter stands for, up to a common factor; it describes, it never decides.
    """

    topic: str
    description: str
    url: str
    statements: tuple[Statement, ...]
    votes: tuple[VoteEvent, ...]
    constituencies: Mapping[str, str] = field(default_factory=dict)
    genders: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

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
    """Read a folder exported from Polis, old or new, CSV, Parquet, or the JSON of write_conversation().

    CSV and Parquet have participant, statement, vote, and perhaps moment (when, in milliseconds since 1970;
    then a person's later vote replaces the earlier one), constituency, gender and weight of the participant,
    and probability (with which this statement was asked). Raises Refused with every fault in the files, the
    first thousand where there are more; nothing is read by halves.
    """
    place = Path(path)
    faults: list[Fault] = []
    if is_parquet(place) and place.exists():
        columns = read_parquet(place, faults)
        conversation = as_conversation(place.stem, columns)
    elif place.is_dir():
        conversation = read_polis(place, faults)
    elif place.is_file():
        conversation = (read_json if place.suffix == ".json" else read_plain)(place, faults)
    else:
        raise Refused((missing(str(path), "Name the folder of a Polis export, or a CSV or Parquet file"),))
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
            agree_on(row, "constituency", who, constituency, belongs, ONE_CONSTITUENCY)
    return belongs


def read_votes(path: str | os.PathLike[str]) -> VoteTable:
    """The votes that count of any file or folder that read_conversation() reads, and nothing else of it.

    Millions of votes in CSV or Parquet take no more memory than their numbers. Raises Refused.
    """
    if in_columns(Path(path)):
        return read_at_once(Path(path)).table()
    conversation = read_conversation(path)
    return VoteTable.from_rows(conversation.counting_votes(), statements=conversation.standing)


def in_columns(file: Path) -> bool:
    """Whether the votes can be read without making an object of each."""
    return (file.is_file() and file.suffix != ".json") or (file.is_dir() and is_parquet(file))


def read_at_once(file: Path) -> Columns:
    """The votes of a CSV or of Parquet in columns. Raises Refused."""
    faults: list[Fault] = []
    columns = (read_parquet if is_parquet(file) else read_columns)(file, faults)
    if faults:
        raise Refused(tuple(faults))
    return columns


def shelved(file: Path, folder: Path | None) -> tuple[Shelf, About]:
    """The votes of Parquet in blocks, in files of a folder or in memory. Raises Refused."""
    faults: list[Fault] = []
    found = shelve(file, faults, folder)
    if faults:
        raise Refused(tuple(faults))
    return found


def natural(name: str) -> tuple[int, int, str]:
    """An order of ids in which 10 comes after 9."""
    return (0, int(name), "") if name.isascii() and name.isdigit() else (1, 0, name)


# ---- a plain CSV -----------------------------------------------------------------------------------------


def read_plain(file: Path, faults: list[Fault]) -> Conversation:
    """Votes from one CSV; the statement's id is its text."""
    columns = read_columns(file, faults)
    return Conversation("", "", "", (), ()) if faults else as_conversation(file.stem, columns)


def as_conversation(topic: str, columns: Columns) -> Conversation:
    """A conversation whose statements are known by their text."""
    found = columns.in_order()
    moments = [None] * len(found.values) if found.moments is None else found.moments.tolist()
    chances = [None] * len(found.values)
    if found.probabilities is not None:
        chances = [None if np.isnan(each) else each for each in found.probabilities.tolist()]
    votes = [
        VoteEvent(ms, found.people[row], found.statements[column], vote, chance)
        for ms, row, column, vote, chance in zip(
            moments, found.rows.tolist(), found.columns.tolist(), found.values.tolist(), chances, strict=True
        )
    ]
    return Conversation(
        topic=topic,
        description="",
        url="",
        statements=tuple(Statement(name, name) for name in sorted(found.statements, key=natural)),
        votes=tuple(votes) if found.moments is not None else in_order(votes),
        constituencies=found.about.constituencies,
        genders=found.about.genders,
        weights=found.about.weights,
    )


def in_order(votes: list[VoteEvent]) -> tuple[VoteEvent, ...]:
    """Votes by time, those of one time as they stand; without times by participant and statement, once."""
    if any(event.ms is not None for event in votes):
        factor = to_milliseconds([event.ms for event in votes])
        timed = [VoteEvent((event.ms or 0) * factor, *event[1:]) for event in votes]
        return tuple(sorted(timed, key=lambda event: event.ms or 0))
    once = {event[1:4]: event for event in reversed(votes)}.values()
    return tuple(sorted(once, key=lambda event: (natural(event.participant), natural(event.statement))))


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
            genders=dict(said.get("genders", {})),
            weights=dict(said.get("weights", {})),
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
    of_people = read_participants(folder / "participants.csv", faults)
    return Conversation(
        topic=about.get("topic", "") or folder.name,
        description=about.get("conversation-description", ""),
        url=about.get("url", ""),
        statements=statements,
        votes=votes,
        constituencies=belongings(declared, faults) if declared.exists() else {},
        genders=of_people.genders,
        weights=of_people.weights,
    )


def read_participants(file: Path, faults: list[Fault]) -> About:
    """Genders and weights, where there are any."""
    about = About()
    if file.exists():
        for row in rows_of(file, ("participant",), faults):
            who = row.needed("participant")
            if who is not None:
                about.note(row, who)
    return about


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
    """Every vote as it was cast, by time; those of one time as the file has them.

    Only our own exports of votes without times have no timestamps; they are there for the probabilities.
    """
    votes: list[VoteEvent] = []
    said: dict[tuple[str, str], int] = {}
    for row in rows_of(file, ("comment-id", "voter-id", "vote"), faults):
        timed = "timestamp" in row.columns
        moment = row.time("timestamp", required=timed)
        statement, who, vote = row.needed("comment-id"), row.needed("voter-id"), row.vote("vote")
        probability = row.number_in("probability", 0, 1, "a probability")
        if statement is not None and statement not in known:
            row.refuse("comment-id", statement, f"no statement {statement} is in comments.csv", UNKNOWN_MEND)
            continue
        if statement is None or who is None or vote is None or (timed and moment is None):
            continue
        if not timed and said.setdefault((who, statement), vote) != vote:
            wrong = f"{who} has another vote on {statement} further up"
            row.refuse("vote", str(vote), wrong, "Keep the one that counts, or add a column timestamp")
        votes.append(VoteEvent(moment, who, statement, vote, probability))
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
