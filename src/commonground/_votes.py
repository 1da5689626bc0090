"""Votes as a sparse table: who said what to which statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from commonground._exceptions import NotAVote, TwoVotes

if TYPE_CHECKING:
    from commonground._shelf import Shelf

Whole = NDArray[np.int64]
Row = tuple[str, str, int]

AGREE, PASS, DISAGREE = 1, 0, -1
CHOICES = (AGREE, PASS, DISAGREE)
ROUNDS_OF_MARKS = 4


@dataclass(frozen=True, eq=False)
class Ballots:
    """Votes of some people one after the other: where each one's begin, on which statements, and what."""

    starts: Whole
    columns: NDArray[np.integer[Any]]
    values: NDArray[np.int8]

    @classmethod
    def of(cls, votes: VoteTable) -> Ballots:
        """The votes of a table."""
        return cls(votes.starts, votes.columns, votes.values)


@dataclass(frozen=True, eq=False)
class VoteTable:
    """Votes, one row a participant, in the order of ids; a pass is 0, not voted is not there.

    participants, statements: the ids, sorted. Statements may have no votes; every participant has one.
    starts: where each participant's votes begin and end, length participants + 1.
    columns, values: of each vote the place of its statement, and -1, 0 or 1.
    """

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    starts: Whole
    columns: Whole
    values: NDArray[np.int8]

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[object, object, object]], *, statements: Iterable[str] = ()
    ) -> Self:
        """The table of rows (participant, statement, vote), the same whatever their order.

        `statements` names some that may have no votes yet. A row said twice counts once.
        Raises NotAVote, TwoVotes, and TypeError for an id that is not text.
        """
        said: dict[tuple[str, str], int] = {}
        for participant, statement, vote in rows:
            if not (isinstance(participant, str) and isinstance(statement, str)):
                raise TypeError(f"ids are text, not {participant!r} and {statement!r}")
            if isinstance(vote, bool) or not isinstance(vote, int | np.integer) or vote not in CHOICES:
                raise NotAVote(vote)
            if said.setdefault((participant, statement), int(vote)) != vote:
                raise TwoVotes(participant, statement)
        return cls._of(said, {statement for _, statement in said} | set(statements))

    @classmethod
    def _of(cls, said: dict[tuple[str, str], int], named: set[str]) -> Self:
        people = tuple(sorted({participant for participant, _ in said}))
        statements = tuple(sorted(named))
        row_of = {name: place for place, name in enumerate(people)}
        column_of = {name: place for place, name in enumerate(statements)}
        count = len(said)
        rows = np.fromiter((row_of[who] for who, _ in said), np.int64, count)
        columns = np.fromiter((column_of[what] for _, what in said), np.int64, count)
        values = np.fromiter(said.values(), np.int8, count)
        order = np.lexsort((columns, rows))
        starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(people))))).astype(np.int64)
        return cls(people, statements, starts, columns[order], values[order])

    @classmethod
    def from_places(
        cls,
        people: Sequence[str],
        statements: Sequence[str],
        rows: NDArray[np.integer[Any]],
        columns: NDArray[np.integer[Any]],
        values: NDArray[np.int8],
    ) -> Self:
        """The table of votes that name people and statements by their places in the two lists.

        For millions of votes. Raises ValueError where somebody votes twice on a statement, even alike.
        """
        row_order, column_order = (
            np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
            for names in (people, statements)
        )
        width = max(len(statements), 1)
        keys = np.argsort(row_order)[rows] * width + np.argsort(column_order)[columns]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        if np.any(keys[1:] == keys[:-1]):
            raise ValueError("somebody votes twice on a statement")
        sorted_rows, sorted_columns = np.divmod(keys, width)
        counts = np.bincount(sorted_rows, minlength=len(people))
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        named = tuple(people[place] for place in row_order)
        return cls(
            named, tuple(statements[place] for place in column_order), starts, sorted_columns, values[order]
        )

    def with_votes(self, new: VoteTable) -> VoteTable:
        """The table with more votes; a person's new vote on a statement replaces the one before.

        Only the votes of people who are in `new` are sorted; the rest is copied.
        """
        people, mine, theirs = joined(self.participants, new.participants)
        statements, my_columns, their_columns = joined(self.statements, new.statements)
        width = max(len(statements), 1)
        touched = np.zeros(len(people), bool)
        touched[theirs] = True
        moved = touched[mine][self.rows]
        keys = np.concatenate(
            [
                mine[self.rows[moved]] * width + my_columns[self.columns[moved]],
                theirs[new.rows] * width + their_columns[new.columns],
            ]
        )
        said = np.concatenate([self.values[moved], new.values])
        order = np.argsort(keys, kind="stable")
        order = order[np.append(keys[order][1:] != keys[order][:-1], True)] if len(order) else order
        counts = np.zeros(len(people), np.int64)
        counts[mine] = np.diff(self.starts)
        counts[touched] = 0
        counts += np.bincount(keys[order] // width, minlength=len(people))
        anew = np.repeat(touched, counts)
        columns, values = np.empty(len(anew), np.int64), np.empty(len(anew), np.int8)
        columns[anew], values[anew] = keys[order] % width, said[order]
        columns[~anew], values[~anew] = my_columns[self.columns[~moved]], self.values[~moved]
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return VoteTable(people, statements, starts, columns, values)

    def __len__(self) -> int:
        """How many votes there are, passes included."""
        return len(self.values)

    def __iter__(self) -> Iterator[Row]:
        """The rows that the table was made of, sorted."""
        for row, column, value in zip(self.rows, self.columns, self.values, strict=True):
            yield self.participants[row], self.statements[column], int(value)

    @cached_property
    def rows(self) -> Whole:
        """Of each vote the place of its participant."""
        return np.repeat(np.arange(len(self.participants)), np.diff(self.starts))

    @cached_property
    def shelf(self) -> Shelf:
        """The same votes in blocks."""
        from commonground._shelf import Shelf

        return Shelf.of(self)

    @property
    def digest(self) -> str:
        """SHA-256 of what the table says: the same for the same votes in any order, on any machine."""
        return self.shelf.digest

    @cached_property
    def marks(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """A number for each participant and each statement that follows from the votes alone, not from names.

        Two people with equal marks gave the same votes to statements with equal marks. Colour refinement of
        the graph of votes: each mark is the mixed sum of the marks it touches, four times over.
        """
        rows, columns = self.rows, self.columns
        said = (self.values.astype(np.int64) + 2).astype(np.uint64)
        people = np.zeros(len(self.participants), np.uint64)
        statements = np.zeros(len(self.statements), np.uint64)
        for _ in range(ROUNDS_OF_MARKS):
            people = mixed(sums(mixed(statements[columns] + said), rows, len(people)))
            statements = mixed(sums(mixed(people[rows] + said), columns, len(statements)))
        return people, statements

    @cached_property
    def by_content(self) -> tuple[Whole, Whole, Whole]:
        """The votes in an order that names and rows have no say in, so that renaming changes no figure.

        Gives the order of the participants, the order of the statements, and the order of the votes (by
        participant, then statement, in those orders). Ties are people whom the votes cannot tell apart.
        """
        people, statements = (np.argsort(marks, kind="stable") for marks in self.marks)
        row_rank, column_rank = np.argsort(people), np.argsort(statements)
        return people, statements, np.lexsort((column_rank[self.columns], row_rank[self.rows]))


def joined(one: Sequence[str], other: Sequence[str]) -> tuple[tuple[str, ...], Whole, Whole]:
    """All names of two sorted lists, sorted, and where those of each list are among them."""
    names = tuple(sorted({*one, *other}))
    place = {name: number for number, name in enumerate(names)}
    mine, theirs = (np.array([place[name] for name in each], np.int64) for each in (one, other))
    return names, mine, theirs


def mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number stirred so that near ones come out far apart (the finaliser of SplitMix64)."""
    stirred = numbers + np.uint64(0x9E3779B97F4A7C15)
    stirred = (stirred ^ (stirred >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    stirred = (stirred ^ (stirred >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return stirred ^ (stirred >> np.uint64(31))


def sums(numbers: NDArray[np.uint64], places: NDArray[np.integer[Any]], length: int) -> NDArray[np.uint64]:
    """The sum of the numbers at each place, exact and wrapping, so that their order does not matter."""
    total = np.zeros(length, np.uint64)
    np.add.at(total, places, numbers)
    return total
