"""Writes conversations: a folder as Polis exports it, CSV, Parquet, or JSON that keeps everything."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from commonground._columns import About, Columns
from commonground._parquet import write_parquet
from commonground._reading import OURS, Conversation, VoteEvent, natural
from commonground._sheets import FORMAT

DECLARATION = f"agree=+1;disagree=-1;pass=0;format={FORMAT}"
NUMBERS = ("votes", "agrees", "disagrees", "passes")

Cell = str | int | float | None


def write_conversation(
    conversation: Conversation,
    path: str | os.PathLike[str],
    *,
    groups: Mapping[str, str] | None = None,
) -> None:
    """Write what read_conversation() reads back: CSV, Parquet or JSON by the ending, else a folder.

    JSON and the folder (polis-export/1) keep everything; CSV and Parquet keep votes, moments, probabilities,
    and the constituencies, genders and weights of those who voted.
    `groups` (participant -> group) are for the folder's group-id and comment-groups.csv only.
    Raises ValueError where some votes have a time and others none, and FileExistsError for a folder that
    holds files.
    """
    place = Path(path)
    times = {event.ms is None for event in conversation.votes}
    if len(times) > 1:
        raise ValueError("some votes have a time and others have none: write them apart")
    if place.suffix == ".json":
        write_json(conversation, place)
    elif place.suffix == ".csv":
        write_plain(conversation, place)
    elif place.suffix == ".parquet":
        write_parquet(as_columns(conversation), place)
    else:
        write_polis(conversation, place, groups or {})


def write_json(conversation: Conversation, file: Path) -> None:
    """Everything in one file."""
    said = {
        "format": OURS,
        "topic": conversation.topic,
        "description": conversation.description,
        "url": conversation.url,
        "statements": [asdict(statement) for statement in conversation.statements],
        "votes": [event if event.probability is not None else event[:4] for event in conversation.votes],
        "constituencies": dict(sorted(conversation.constituencies.items())),
        "genders": dict(sorted(conversation.genders.items())),
        "weights": dict(sorted(conversation.weights.items())),
    }
    file.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


def write_plain(conversation: Conversation, file: Path) -> None:
    """A row a vote; the statement by its id."""
    columns = [name for name, there in plain_columns(conversation).items() if there]
    about: dict[str, Mapping[str, Cell]] = {
        "constituency": conversation.constituencies,
        "gender": conversation.genders,
        "weight": conversation.weights,
    }

    def cell(event: VoteEvent, name: str) -> Cell:
        known: dict[str, Cell] = {
            "participant": event.participant,
            "statement": event.statement,
            "vote": event.vote,
            "moment": event.ms,
            "probability": event.probability,
        }
        return about[name].get(event.participant) if name in about else known[name]

    write_sheet(file, columns, ([cell(event, name) for name in columns] for event in conversation.votes))


def as_columns(conversation: Conversation) -> Columns:
    """The votes in columns."""
    people: dict[str, int] = {}
    statements: dict[str, int] = {}
    votes = conversation.votes
    there = plain_columns(conversation)
    return Columns(
        rows=np.array([people.setdefault(each.participant, len(people)) for each in votes], np.int32),
        columns=np.array(
            [statements.setdefault(each.statement, len(statements)) for each in votes], np.int32
        ),
        values=np.array([each.vote for each in votes], np.int8),
        moments=np.array([each.ms for each in votes], np.int64) if there["moment"] else None,
        probabilities=(
            np.array([each.probability for each in votes], np.float64) if there["probability"] else None
        ),
        people=list(people),
        statements=list(statements),
        about=About(
            dict(conversation.constituencies), dict(conversation.genders), dict(conversation.weights)
        ),
    )


def plain_columns(conversation: Conversation) -> dict[str, bool]:
    """The columns of a plain table, in their order, and whether the conversation has any of it."""
    return {
        "participant": True,
        "statement": True,
        "vote": True,
        "moment": any(event.ms is not None for event in conversation.votes),
        "constituency": bool(conversation.constituencies),
        "gender": bool(conversation.genders),
        "weight": bool(conversation.weights),
        "probability": any(event.probability is not None for event in conversation.votes),
    }


def write_polis(conversation: Conversation, folder: Path, groups: Mapping[str, str]) -> None:
    """The files of polis-export/1, and constituencies.csv where there are any."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} holds files already: name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    current = {(who, what): vote for who, what, vote in conversation.current_votes()}
    names = sorted(set(groups.values()))
    write_summary(conversation, folder / "summary.csv", len(names))
    write_comments(conversation, folder / "comments.csv")
    there = plain_columns(conversation)
    if there["moment"] or there["probability"]:
        write_events(conversation, folder / "votes.csv", there["moment"], there["probability"])
    write_matrix(conversation, folder / "participant-votes.csv", current, groups, names)
    write_groups(conversation, folder / "comment-groups.csv", current, groups, names)
    sidecar = {"format": FORMAT, "vote-convention": DECLARATION}
    (folder / "format.json").write_text(json.dumps(sidecar, indent=1) + "\n", "utf-8")
    if conversation.constituencies:
        belongs = sorted(conversation.constituencies.items(), key=lambda each: natural(each[0]))
        write_sheet(folder / "constituencies.csv", ["participant", "constituency"], map(list, belongs))

    about = conversation.genders, conversation.weights
    if any(about):
        people = sorted({*conversation.genders, *conversation.weights}, key=natural)
        rows = ([who, *(each.get(who) for each in about)] for who in people)
        write_sheet(folder / "participants.csv", ["participant", "gender", "weight"], rows)


def write_events(conversation: Conversation, file: Path, timed: bool, drawn: bool) -> None:
    """Every vote as it was cast."""
    header = [*["timestamp", "datetime"] * timed, "comment-id", "voter-id", "vote", *["probability"] * drawn]
    rows = (
        [
            *[event.ms, moment(event.ms)] * timed,
            event.statement,
            event.participant,
            event.vote,
            *[event.probability] * drawn,
        ]
        for event in conversation.votes
    )
    write_sheet(file, header, rows)


def write_summary(conversation: Conversation, file: Path, groups: int) -> None:
    """The export's account of itself, its sign declared in the last row."""
    authors = {statement.author for statement in conversation.statements if statement.author}
    cast = Counter(who for who, _, _ in conversation.current_votes())
    enough = min(7, len(conversation.statements))
    about: list[list[Cell]] = [
        ["url", conversation.url],
        ["voters", len(cast)],
        ["voters-in-conv", sum(count >= enough for count in cast.values())],
        ["commenters", len(authors)],
        ["comments", len(conversation.statements)],
        ["groups", groups],
        ["conversation-description", conversation.description],
        ["vote-convention", DECLARATION],
    ]
    write_sheet(file, ["topic", conversation.topic], about)


def write_comments(conversation: Conversation, file: Path) -> None:
    """The statements; agrees and disagrees count every event, revotes too, as Polis counts them."""
    tally = Counter((event.statement, event.vote) for event in conversation.votes)
    header = ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated"]
    rows = (
        [
            each.created,
            moment(each.created),
            each.id,
            each.author,
            tally[each.id, 1],
            tally[each.id, -1],
            each.moderated,
            str(each.meta).lower(),
            each.text,
        ]
        for each in conversation.statements
    )
    write_sheet(file, [*header, "is-meta", "comment-body"], rows)


def write_matrix(
    conversation: Conversation,
    file: Path,
    current: Mapping[tuple[str, str], int],
    groups: Mapping[str, str],
    names: Sequence[str],
) -> None:
    """The latest votes, a row a participant; an empty cell where nobody voted."""
    statements = [statement.id for statement in conversation.statements]
    wrote = Counter(statement.author for statement in conversation.statements)
    header = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *statements]

    def row(who: str) -> list[Cell]:
        cells = [current.get((who, statement)) for statement in statements]
        group = names.index(groups[who]) if who in groups else None
        cast = len(cells) - cells.count(None)
        return [who, group, wrote[who], cast, cells.count(1), cells.count(-1), *cells]

    write_sheet(file, header, (row(who) for who in conversation.participants))


def write_groups(
    conversation: Conversation,
    file: Path,
    current: Mapping[tuple[str, str], int],
    groups: Mapping[str, str],
    names: Sequence[str],
) -> None:
    """What each group says of each statement."""
    tally: Counter[tuple[str | None, str, int]] = Counter()
    for (who, what), vote in current.items():
        tally[None, what, vote] += 1
        tally[groups.get(who, ""), what, vote] += 1
    header = ["comment-id", "comment", *(f"total-{number}" for number in NUMBERS)]
    header += [f"group-{name.lower()}-{number}" for name in names for number in NUMBERS]

    def row(statement: str, text: str) -> list[Cell]:
        cells: list[Cell] = [statement, text]
        for group in (None, *names):
            counts = [tally[group, statement, vote] for vote in (1, -1, 0)]
            cells += [sum(counts), *counts]
        return cells

    write_sheet(file, header, (row(each.id, each.text) for each in conversation.statements))


def write_sheet(file: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A CSV file with a header."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(header)
        sheet.writerows(rows)


def moment(ms: int | None) -> str:
    """A time for people to read; empty where there is none or it lies beyond the calendar."""
    try:
        return "" if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError):
        return ""
