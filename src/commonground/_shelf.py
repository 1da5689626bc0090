"""Votes in fixed blocks of people, and the engines that go through them.

Whatever is summed over people is summed within each block first, and then block by block in one fixed tree.
The blocks follow from the number of people alone, so that one process, many threads, a cluster, and votes
that never are in memory all at once give the same figures to the last bit.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from commonground._votes import AGREE, DISAGREE, PASS, Ballots, VoteTable, Whole, mixed, sums

Item = TypeVar("Item")
Part = TypeVar("Part")

IN_A_BLOCK = 8192  # people; a table of no more is one block
MOST_BLOCKS = 64
VOTES = (AGREE, DISAGREE, PASS)


class Addable(Protocol):
    """What can be added to its like."""

    def __add__(self, other: Any, /) -> Any:
        """The sum."""


Sum = TypeVar("Sum", bound=Addable)


@dataclass(frozen=True, eq=False)
class Block:
    """The votes of the people from `first` up to, not including, `last`: here, or in a file."""

    first: int
    last: int
    source: Ballots | Path

    def ballots(self) -> Ballots:
        """The votes, those of each person by statement."""
        if isinstance(self.source, Ballots):
            return self.source
        # Not np.load(): it reads a header by ast, where threads that meet fail at times in Python 3.11.
        with self.source.open("rb") as stream:
            people, votes, width = np.fromfile(stream, "<i8", 3).tolist()
            return Ballots(
                np.fromfile(stream, "<i8", people + 1),
                np.fromfile(stream, f"<u{width}", votes),
                np.fromfile(stream, "<i1", votes),
            )


class Engine(Protocol):
    """Goes through blocks, in whatever way, and gives what was found in their order."""

    def each(self, do: Callable[[Item], Part], items: Sequence[Item]) -> list[Part]:
        """What `do` gives for each."""


class Local:
    """This machine: a thread for each core; NumPy and SciPy let go of Python's lock while they reckon."""

    def each(self, do: Callable[[Item], Part], items: Sequence[Item]) -> list[Part]:
        """What `do` gives for each."""
        if len(items) < 2:
            return [do(item) for item in items]
        with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as threads:
            return list(threads.map(do, items))


def added(parts: Sequence[Sum]) -> Sum:
    """The sum of the parts: neighbours first, then neighbouring pairs, and so on, on every engine."""
    while len(parts) > 1:
        pairs = [one + other for one, other in zip(parts[::2], parts[1::2], strict=False)]
        parts = [*pairs, *parts[len(parts) - len(parts) % 2 :]]
    return parts[0]


def bounds(people: int) -> list[tuple[int, int]]:
    """From where to where each block goes."""
    count = 1
    while count < MOST_BLOCKS and people > count * IN_A_BLOCK:
        count *= 2
    edges = [people * place // count for place in range(count + 1)]
    return list(pairwise(edges))


@dataclass(frozen=True, eq=False)
class Shelf:
    """All votes of a conversation in blocks, with the engine that goes through them.

    participants, statements: the ids, sorted. Every participant has voted.
    """

    participants: Sequence[str]
    statements: tuple[str, ...]
    blocks: tuple[Block, ...]
    engine: Engine = field(default_factory=Local)
    tallied: dict[bytes, NDArray[np.int64]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, votes: VoteTable, engine: Engine | None = None) -> Shelf:
        """The votes of a table, which are not copied."""
        blocks = []
        for first, last in bounds(len(votes.participants)):
            part = slice(votes.starts[first], votes.starts[last])
            starts = votes.starts[first : last + 1] - votes.starts[first]
            blocks.append(Block(first, last, Ballots(starts, votes.columns[part], votes.values[part])))
        return cls(votes.participants, votes.statements, tuple(blocks), engine or Local())

    def stored(self, folder: Path, engine: Engine) -> Shelf:
        """The same votes in files of a folder, for an engine whose workers all see it."""
        blocks = tuple(store(block, folder) for block in self.blocks)
        return Shelf(self.participants, self.statements, blocks, engine)

    def __len__(self) -> int:
        """How many votes there are, passes included."""
        return int(self.counts.sum())

    def each(self, do: Callable[[Block], Part]) -> list[Part]:
        """What `do` gives for each block."""
        return self.engine.each(do, self.blocks)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the votes say: the same for the same votes in any order, on any engine."""
        names = json.dumps([list(self.participants), self.statements], separators=(",", ":"))
        said = hashlib.sha256(names.encode())
        for part in self.each(digest_of):
            said.update(part)
        return said.hexdigest()

    def tally(self, group: Whole, number: int) -> NDArray[np.int64]:
        """How many of each group agree, disagree and pass on each statement, 3 x number x statements.

        `group` holds the group of each participant, -1 for none.
        """
        key = hashlib.sha256(group.tobytes()).digest() + number.to_bytes(4, "big")
        if key not in self.tallied:
            do = partial(tally_of, number=number, statements=len(self.statements))
            self.tallied[key] = added(self.engine.each(do, self.with_their(group)))
        return self.tallied[key]

    def with_their(self, values: NDArray[Any]) -> list[tuple[Block, NDArray[Any]]]:
        """Each block with the values of its own people."""
        return [(block, values[block.first : block.last]) for block in self.blocks]

    @cached_property
    def counts(self) -> Whole:
        """How many votes each participant cast."""
        return np.concatenate([np.zeros(0, np.int64), *self.each(counts_of)])

    @property
    def marks(self) -> NDArray[np.uint64]:
        """A number for each participant that follows from the votes alone; two rounds of VoteTable.marks."""
        return self.all_marks[0]

    @property
    def statement_order(self) -> Whole:
        """The statements in an order that follows from the votes alone."""
        return np.argsort(self.all_marks[1], kind="stable")

    @cached_property
    def all_marks(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """The marks of participants and statements."""
        m = len(self.statements)
        first = added(self.each(partial(marks_of_statements, statements=m)))
        parts = self.each(partial(marks_of_all, marks=mixed(first)))
        return np.concatenate([part[0] for part in parts]), mixed(added([part[1] for part in parts]))

    def take(self, people: Whole) -> VoteTable:
        """The votes of some people, given by their places in order."""
        chosen = np.zeros(len(self.participants), bool)
        chosen[people] = True
        parts = self.engine.each(take_of, self.with_their(chosen))
        counts, columns, values = (np.concatenate([part[at] for part in parts]) for at in range(3))
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        names = tuple(self.participants[place] for place in people)
        return VoteTable(names, self.statements, starts, columns.astype(np.int64), values)


Votes = VoteTable | Shelf


def on_shelf(votes: Votes) -> Shelf:
    """The votes in blocks."""
    return votes if isinstance(votes, Shelf) else votes.shelf


# ---- what is found in one block --------------------------------------------------------------------------


def digest_of(block: Block) -> bytes:
    """SHA-256 of a block's votes."""
    ballots = block.ballots()
    said = hashlib.sha256(np.diff(ballots.starts).astype("<i4").tobytes())
    said.update(ballots.columns.astype("<i4").tobytes())
    said.update(ballots.values.astype("<i1").tobytes())
    return said.digest()


def counts_of(block: Block) -> Whole:
    """How many votes each person of a block cast."""
    counts: Whole = np.diff(block.ballots().starts)
    return counts


def tally_of(mine: tuple[Block, Whole], number: int, statements: int) -> NDArray[np.int64]:
    """The counts of one block, given the groups of its people."""
    block, group = mine
    ballots = block.ballots()
    groups = np.repeat(group, np.diff(ballots.starts))
    counts = []
    for vote in VOTES:
        cast = (ballots.values == vote) & (groups >= 0)
        cells = groups[cast] * statements + ballots.columns[cast]
        counts.append(np.bincount(cells, minlength=number * statements).reshape(number, statements))
    return np.array(counts)


def marks_of_statements(block: Block, statements: int) -> NDArray[np.uint64]:
    """What the people of a block add to the marks of the statements."""
    ballots = block.ballots()
    said = (ballots.values.astype(np.int64) + 2).astype(np.uint64)
    people = mixed(of_each_person(ballots, mixed(said)))
    touched = mixed(np.repeat(people, np.diff(ballots.starts)) + said)
    return sums(touched, ballots.columns, statements)


def marks_of_all(block: Block, marks: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The marks of a block's people, and what these add to the marks of the statements."""
    ballots = block.ballots()
    said = (ballots.values.astype(np.int64) + 2).astype(np.uint64)
    people = mixed(of_each_person(ballots, mixed(marks[ballots.columns] + said)))
    touched = mixed(np.repeat(people, np.diff(ballots.starts)) + said)
    return people, sums(touched, ballots.columns, len(marks))


def of_each_person(ballots: Ballots, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The sum of each person's numbers."""
    whole = np.concatenate((np.zeros(1, np.uint64), np.cumsum(numbers)))
    total: NDArray[np.uint64] = whole[ballots.starts[1:]] - whole[ballots.starts[:-1]]
    return total


def take_of(mine: tuple[Block, NDArray[np.bool_]]) -> tuple[Whole, NDArray[Any], NDArray[np.int8]]:
    """How many votes the chosen people of a block cast, on what, and which."""
    block, chosen = mine
    ballots = block.ballots()
    counts = np.diff(ballots.starts)
    kept = np.repeat(chosen, counts)
    return counts[chosen], ballots.columns[kept], ballots.values[kept]


def store(block: Block, folder: Path) -> Block:
    """The block in a file of the folder."""
    file = folder / f"block-{block.first:010}.votes"
    ballots = block.ballots()
    columns = ballots.columns.astype("<u2" if ballots.columns.max(initial=0) < 1 << 16 else "<u4")
    sizes = len(ballots.starts) - 1, len(ballots.values), columns.itemsize
    with file.open("wb") as stream:
        for numbers in (np.array(sizes, "<i8"), ballots.starts.astype("<i8"), columns, ballots.values):
            numbers.tofile(stream)
    return Block(block.first, block.last, file)
