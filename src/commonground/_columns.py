"""Votes in columns: millions of them from one CSV, in the memory that their numbers take."""

from __future__ import annotations

import math
import os
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from commonground._exceptions import Fault
from commonground._progress import watched
from commonground._sheets import BYTE_ORDER_MARK, MOST_FAULTS, VOTES, SheetRow, lines_of, missing, rows_from
from commonground._votes import VoteTable, Whole, mixed

Real = NDArray[np.floating[Any]]
SIMPLE = b"participant,statement,vote"
PIECE = 1 << 22  # bytes that are looked at together
AHEAD = 2  # pieces, each by a thread of its own
WIDEST = 64  # bytes of an id that is read the quick way
ONE_CONSTITUENCY = "Put each participant in one constituency"
SECONDS_END = 10**11  # a time below this is in seconds: as milliseconds it would lie in 1973


@dataclass(frozen=True, eq=False)
class About:
    """What a file says of participants beside their votes."""

    constituencies: dict[str, str] = field(default_factory=dict)
    genders: dict[str, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    def note(self, row: SheetRow, who: str) -> None:
        """What a row says of its participant."""
        for column, known, mend in (
            ("constituency", self.constituencies, ONE_CONSTITUENCY),
            ("gender", self.genders, "Write the same gender in all rows of a participant"),
        ):
            if row.cell(column):
                agree_on(row, column, who, row.cell(column), known, mend)
        weight = row.number_in("weight", 0, math.inf, "a weight")
        if weight is not None:
            mend = "Write the same weight in all rows of a participant"
            agree_on(row, "weight", who, weight, self.weights, mend)


@dataclass(frozen=True, eq=False)
class Columns:
    """Every vote of a file, in its order: the places of person and statement in the lists, and the vote.

    moments are in milliseconds since 1970, None where the file has none. probabilities, of having been asked
    this statement, are nan where a vote has none, and None where none has.
    """

    people: Sequence[str]
    statements: Sequence[str]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]
    moments: Whole | None
    probabilities: Real | None
    about: About

    def in_order(self) -> Columns:
        """By time; votes of one time stay as they stand."""
        if self.moments is None or np.all(self.moments[1:] >= self.moments[:-1]):
            return self
        return self.at(np.argsort(self.moments, kind="stable"))

    def at(self, places: Whole) -> Columns:
        """Some of the votes."""
        return Columns(
            self.people,
            self.statements,
            self.rows[places],
            self.columns[places],
            self.values[places],
            None if self.moments is None else self.moments[places],
            None if self.probabilities is None else self.probabilities[places],
            self.about,
        )

    @cached_property
    def pairs(self) -> tuple[Whole, Whole]:
        """The votes sorted by person and statement, those of one pair as they stand; and each one's pair."""
        keys = self.rows.astype(np.int64) * max(len(self.statements), 1) + self.columns
        order = np.argsort(keys, kind="stable")
        return order, keys[order]

    def once(self) -> Columns:
        """Each pair once; of those said more often, the first."""
        order, keys = self.pairs
        again = np.flatnonzero(keys[1:] == keys[:-1]) + 1
        return self.at(np.sort(np.delete(order, again))) if len(again) else self

    def table(self) -> VoteTable:
        """The votes that count: of each pair the latest."""
        ordered = self.in_order()
        order, keys = ordered.pairs
        latest = order[np.append(keys[1:] != keys[:-1], True)] if len(keys) else order
        return VoteTable.from_places(
            self.people,
            self.statements,
            ordered.rows[latest],
            ordered.columns[latest],
            ordered.values[latest],
        )


def read_columns(file: Path, faults: list[Fault]) -> Columns:
    """The votes of a CSV with participant, statement, vote and perhaps more columns."""
    growing = Growing(file.name)
    if not file.exists():
        faults.append(missing(file.name, f"Put it into {file.resolve().parent.name}"))
    else:
        with file.open("rb") as stream:
            growing.read(stream, faults)
    return growing.done(faults)


class Growing:
    """Columns while a file is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.people: dict[str, int] = {}
        self.statements: dict[str, int] = {}
        self.pieces: list[tuple[NDArray[Any], ...]] = []  # rows, columns, values, numbers in the sheet
        self.cells = array("i"), array("i"), array("b"), array("i")
        self.moments, self.probabilities = array("q"), array("d")
        self.timed = self.drawn = False
        self.about = About()

    def read(self, stream: BinaryIO, faults: list[Fault]) -> None:
        """Read all of it: by pieces as long as every row is as simple as can be, then row by row."""
        header = stream.readline()
        begun = header.removeprefix(BYTE_ORDER_MARK).rstrip(b"\r\n") == SIMPLE
        number, left = 1, header
        if begun:
            number, left = self.quickly(stream)
        self.settle()
        if left or not begun:
            lines = lines_of(self.file, chain(left.splitlines(keepends=True), stream), number, faults)
            head = iter([(1, SIMPLE.decode().split(","))]) if begun else iter(())
            self.carefully(chain(head, lines), faults)
            self.settle()

    def quickly(self, stream: BinaryIO) -> tuple[int, bytes]:
        """Read simple pieces; gives the number of the next row, and what was read but not taken.

        Two pieces are looked at together; they are taken in the order of the file.
        """
        number, ahead = 2, deque[tuple[bytes, Future[Simple | None]]]()
        many = os.fstat(stream.fileno()).st_size / PIECE
        pieces = watched(iter(partial(stream.read, PIECE), b""), f"Reading {self.file}", many)
        with ThreadPoolExecutor(AHEAD) as threads:
            while True:
                while len(ahead) < AHEAD and (piece := next(pieces, b"")):
                    piece += stream.readline()
                    ahead.append((piece, threads.submit(simple, piece)))
                if not ahead:
                    return number, b""
                piece, seen = ahead.popleft()
                found = seen.result()
                if found is None:
                    return number, b"".join([piece, *(each for each, _ in ahead)])
                number += self.take(found, number)

    def take(self, found: Simple, first: int) -> int:
        """Take in the rows of a piece; how many they are."""
        (people, rows), (statements, columns), (votes, said) = found
        person = np.array([self.people.setdefault(name, len(self.people)) for name in people], np.int32)
        statement = np.array(
            [self.statements.setdefault(name, len(self.statements)) for name in statements], np.int32
        )
        value = np.array([VOTES[vote] for vote in votes], np.int8)
        numbers = np.arange(first, first + len(rows), dtype=np.int32)
        self.pieces.append((person[rows], statement[columns], value[said], numbers))
        return len(rows)

    def carefully(self, lines: Iterator[tuple[int, list[str]]], faults: list[Fault]) -> None:
        """Take in row by row, with all the columns there may be."""
        for row in rows_from(self.file, lines, ("participant", "statement", "vote"), faults):
            if not self.timed and "moment" in row.columns:
                self.timed = True
            who, statement, vote = row.needed("participant"), row.needed("statement"), row.vote("vote")
            moment = row.time("moment", required=self.timed)
            probability = row.number_in("probability", 0, 1, "a probability")
            if who is None or statement is None or vote is None:
                continue
            self.about.note(row, who)
            rows, columns, values, numbers = self.cells
            rows.append(self.people.setdefault(who, len(self.people)))
            columns.append(self.statements.setdefault(statement, len(self.statements)))
            values.append(vote)
            numbers.append(row.number)
            self.moments.append(moment or 0)
            self.probabilities.append(math.nan if probability is None else probability)
            self.drawn |= probability is not None

    def settle(self) -> None:
        """Make numbers of what was read row by row."""
        self.pieces.append(tuple(np.frombuffer(each, each.typecode) for each in self.cells))
        self.cells = array("i"), array("i"), array("b"), array("i")

    def done(self, faults: list[Fault]) -> Columns:
        """The columns; somebody's two votes on a statement are a fault where no moment tells which counts."""
        rows, columns, values, numbers = (
            np.concatenate([piece[at] for piece in self.pieces]) for at in range(4)
        )
        moments = np.frombuffer(self.moments, np.int64) if self.timed else None
        if moments is not None and len(moments) and moments.max() < SECONDS_END:
            moments = moments * 1000
        chances = np.frombuffer(self.probabilities, np.float64) if self.drawn else None
        found = Columns(
            list(self.people), list(self.statements), rows, columns, values, moments, chances, self.about
        )
        if not self.timed:
            self.twice(found, numbers, faults)
        return found if self.timed else found.once()

    def twice(self, found: Columns, numbers: NDArray[np.int32], faults: list[Fault]) -> None:
        """A fault for every vote that says something else than one of its pair above it."""
        order, keys = found.pairs
        again = np.flatnonzero(keys[1:] == keys[:-1]) + 1
        for place in again[np.argsort(order[again])][:MOST_FAULTS]:
            before, now = order[place - 1], order[place]
            for column, said in (("vote", found.values), ("probability", found.probabilities)):
                if said is None or same(said[before], said[now]):
                    continue
                who, what = found.people[found.rows[now]], found.statements[found.columns[now]]
                wrong, value = f"{who} has another {column} on {what} further up", str(said[now])
                faults.append(
                    Fault(self.file, int(numbers[now]), column, value, wrong, "Keep the one that counts")
                )


def same(one: float, other: float) -> bool:
    """Whether two numbers are alike, both missing included."""
    return one == other or (math.isnan(one) and math.isnan(other))


def agree_on(row: SheetRow, column: str, who: str, value: Any, known: dict[str, Any], mend: str) -> None:
    """Note what a row says of its participant, or refuse it where a row above says something else."""
    before = known.setdefault(who, value)
    if before != value:
        wrong = f"{who} has {column} {before} further up and {value} here"
        if column == "constituency":
            wrong = f"{who} belongs to {before} further up and to {value} here"
        row.refuse(column, str(value), wrong, mend)


Named = tuple[list[str], Whole]
Simple = tuple[Named, Named, Named]


def simple(piece: bytes) -> Simple | None:
    """The participants, statements and votes of some rows; None where one of the rows is not simple."""
    text = np.frombuffer(
        (piece if piece.endswith(b"\n") else piece + b"\n").replace(b"\r\n", b"\n"), np.uint8
    )
    marks = np.flatnonzero((text == ord(",")) | (text == ord("\n")))
    if len(marks) % 3 or np.any(text == ord('"')) or np.any(text == 0) or np.any(text == ord("\r")):
        return None
    if np.any(text[marks].reshape(-1, 3) != np.frombuffer(b",,\n", np.uint8)):
        return None
    starts = np.concatenate(([0], marks[:-1] + 1)).reshape(-1, 3)
    ends = marks.reshape(-1, 3)
    who, what, vote = (names_in(text, starts[:, place], ends[:, place]) for place in range(3))
    if who is None or what is None or vote is None or any(each not in VOTES for each in vote[0]):
        return None
    return who, what, vote


def names_in(text: NDArray[np.uint8], starts: Whole, ends: Whole) -> Named | None:
    """The different texts between starts and ends, and which of them each is; None where they are not simple.

    Texts are compared whole, by words of eight bytes; only the search for equal ones goes by a digest.
    """
    width = int((ends - starts).max(initial=0))
    if not 0 < width <= WIDEST or np.any(ends == starts):
        return None
    words = np.zeros((len(starts), -(-width // 8) * 8), np.uint8)
    for place in range(width):
        at = starts + place
        words[:, place] = np.where(at < ends, text[np.minimum(at, len(text) - 1)], 0)
    numbers = words.view(np.uint64)
    digests = numbers[:, 0]
    for column in range(1, numbers.shape[1]):
        digests = mixed(digests) + numbers[:, column]
    first, which = np.unique(digests, return_index=True, return_inverse=True)[1:]
    if np.any(numbers[first][which] != numbers):
        return None  # two texts of one digest
    try:
        names = [words[place].tobytes().rstrip(b"\0").decode() for place in first]
    except UnicodeDecodeError:
        return None
    return None if any(name != name.strip() for name in names) else (names, which)
