"""Quotas: what a panel or a committee must have of each, and the two ways out when it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from commonground._certified import read_rows
from commonground._sheets import SheetRow

Real = NDArray[np.floating[Any]]
Kind = Mapping[str, str]
Rule = tuple[Real, float, float]  # whom it counts, and from how many to how many

CROSS = "+"  # a quota on constituency+gender counts panners+woman
MOST_CROSSED = 5_000


@dataclass(frozen=True)
class Quota:
    """At least `least` and at most `most` people whose `column` says `value`; most None for no limit.

    Columns may be crossed: column "constituency+gender" with value "panners+woman".
    """

    column: str
    value: str
    least: int = 0
    most: int | None = None

    def __str__(self) -> str:
        top = "or more" if self.most is None else f"to {self.most}"
        return f"{self.least} {top} with {self.column} {self.value}"

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Each column with its value, one unless it is crossed. Raises ValueError where they do not match."""
        columns = self.column.split(CROSS)
        values = self.value.split(CROSS) if len(columns) > 1 else [self.value]
        if len(columns) != len(values):
            raise ValueError(f"the quota {self} crosses {len(columns)} columns: write a value for each")
        return tuple(zip(columns, values, strict=True))


@dataclass(frozen=True)
class Mend:
    """A quota that can be kept, instead of one that cannot."""

    was: Quota
    would_be: Quota


class CannotBeMet(ValueError):
    """Nobody can be chosen so that the quotas are kept.

    mends: the smallest change of the quotas; empty where no change helps. recruits: the fewest further
    people, by what each would have to be, and how many of them; empty where no further people help.
    """

    mends: tuple[Mend, ...]
    recruits: tuple[tuple[Kind, int], ...]

    def __init__(
        self, mends: tuple[Mend, ...], recruits: tuple[tuple[Kind, int], ...], what: str = "committee"
    ) -> None:
        self.mends, self.recruits = mends, recruits
        changed = "; ".join(f"{mend.was} becomes {mend.would_be}" for mend in mends)
        wanted = ", ".join(f"{many} {' '.join(kind.values())}".rstrip() for kind, many in recruits)
        verb = "recruit" if what == "panel" else "nominate"
        said = [f"No {what} keeps these quotas."]
        if changed:
            said.append(f"Change them: {changed}.")
        if wanted:
            said.append(f"Or {verb} {wanted}." if changed else f"{verb.title()} {wanted}.")
        super().__init__(" ".join(said))


def value_of(kind: Kind, column: str) -> str:
    """What the column says of somebody; of a crossed one all its parts, and nothing where one is unknown."""
    parts = [kind.get(name, "") for name in column.split(CROSS)]
    return CROSS.join(parts) if all(parts) else ""


def ruled(kinds: Sequence[Kind], quotas: Sequence[Quota]) -> tuple[Rule, ...]:
    """Each quota as whom it counts, and from how many to how many."""
    return tuple(
        (
            np.array([value_of(kind, quota.column) == quota.value for kind in kinds], float),
            float(quota.least),
            np.inf if quota.most is None else float(quota.most),
        )
        for quota in quotas
    )


def single(kinds: Sequence[Kind], columns: Sequence[str]) -> list[Quota]:
    """One at most of each value of the columns; an unknown value is not limited."""
    values = {(column, kind[column]) for column in columns for kind in kinds if kind.get(column)}
    return [Quota(column, value, 0, 1) for column, value in sorted(values)]


def check_quotas(quotas: Sequence[Quota], kinds: Iterable[Kind], seats: int, who: str) -> None:
    """Refuse quotas that cannot be meant, with the mend. who: what people are called. Raises ValueError."""
    kinds = list(kinds)
    for quota in quotas:
        if quota.most is not None and quota.least > quota.most:
            raise ValueError(f"the quota {quota} asks for more than it allows: lower or raise one")
        if quota.least < 0 or quota.least != int(quota.least):
            raise ValueError(f"the quota {quota} asks for a number of members: write 0, 1, 2 …")
        for column, value in quota.parts:
            known = {kind.get(column, "") for kind in kinds} - {""}
            if not known:
                raise ValueError(f"the quota {quota} names a column that no {who} has")
            if value not in known:
                raise ValueError(
                    f"the quota {quota} names a value that no {who} has: mend it, or find such people"
                )
    for column in sorted({quota.column for quota in quotas}):
        asked = sum(quota.least for quota in quotas if quota.column == column)
        if asked > seats:
            raise ValueError(
                f"the quotas on {column} ask for {asked} people and there are {seats} seats: lower one"
            )


def cannot_be_met(
    kinds: Sequence[Kind], quotas: Sequence[Quota], seats: int, what: str, hard: Sequence[Quota] = ()
) -> CannotBeMet:
    """Both ways out: the smallest change, and the fewest people to find. `hard` quotas never give way."""
    return CannotBeMet(
        smallest_change(kinds, quotas, seats, hard), fewest_recruits(kinds, quotas, seats, hard), what
    )


def smallest_change(
    kinds: Sequence[Kind], quotas: Sequence[Quota], seats: int, hard: Sequence[Quota] = ()
) -> tuple[Mend, ...]:
    """The fewest places by which quotas must give way so that they can all be kept; none where none help."""
    rules, kept = ruled(kinds, quotas), ruled(kinds, hard)
    people, many = len(kinds), len(quotas)
    # `less` lowers what is asked for, `more` raises what is allowed: least <= count + less - more <= most.
    soft = np.hstack(
        [np.array([who for who, _, _ in rules]).reshape(many, people), np.eye(many), -np.eye(many)]
    )
    fixed = np.array(
        [np.concatenate([who, np.zeros(2 * many)]) for who, _, _ in [*kept, everybody(people, seats)]]
    )
    low, high = bounds([*rules, *kept, everybody(people, seats)])
    found = scipy.optimize.milp(
        np.concatenate([np.zeros(people), np.ones(2 * many)]),
        integrality=np.ones(people + 2 * many, int),
        bounds=scipy.optimize.Bounds(0, np.concatenate([np.ones(people), np.full(2 * many, np.inf)])),
        constraints=scipy.optimize.LinearConstraint(np.vstack([soft, fixed]), low, high),
    )
    if found.x is None:
        return ()
    down, up = np.round(found.x[people:]).astype(int).reshape(2, many)
    return tuple(
        Mend(quota, given_way(quota, int(fewer), int(extra)))
        for quota, fewer, extra in zip(quotas, down, up, strict=True)
        if fewer or extra
    )


def everybody(people: int, seats: int) -> Rule:
    """All seats are taken."""
    return np.ones(people), float(seats), float(seats)


def bounds(rules: Sequence[Rule]) -> tuple[Real, Real]:
    """From how many to how many, by rule."""
    return np.array([least for _, least, _ in rules]), np.array([most for _, _, most in rules])


def given_way(quota: Quota, fewer: int, extra: int) -> Quota:
    """The quota asking for fewer and allowing more."""
    most = None if quota.most is None else quota.most + extra
    return replace(quota, least=quota.least - fewer, most=most)


def fewest_recruits(
    kinds: Sequence[Kind], quotas: Sequence[Quota], seats: int, hard: Sequence[Quota] = ()
) -> tuple[tuple[Kind, int], ...]:
    """The fewest further people with whom the quotas can be kept, by what they would be; none if none help.

    Quotas on different columns do not see who bears which value, so the programme counts recruits by column
    (crossed columns count together) and only then puts columns together.
    """
    blocks = [recruits_of(block, kinds, quotas) for block in blocks_of(quotas)]
    people, rules, kept = len(kinds), ruled(kinds, quotas), ruled(kinds, hard)
    new = [kind for block in blocks for kind in block] or [{}]
    places = np.cumsum([0, *(len(block) for block in blocks)]) if blocks else np.array([0, 1])
    many = len(new)
    rows = [
        np.concatenate([who, ruled(new, [q])[0][0]]) for (who, _, _), q in zip(rules, quotas, strict=True)
    ]
    rows += [np.concatenate([who, np.zeros(many)]) for who, _, _ in kept]
    # Every block has as many recruits as the first, and they fill the seats with those there are.
    first = np.concatenate([np.zeros(people), np.arange(many) < places[1]])
    rows.append(first + np.concatenate([np.ones(people), np.zeros(many)]))
    low, high = map(list, bounds([*rules, *kept, everybody(people, seats)]))
    for begin, end in pairwise(places[1:]):
        own = np.concatenate([np.zeros(people), (np.arange(many) >= begin) & (np.arange(many) < end)])
        rows.append(own - first)
        low.append(0.0)
        high.append(0.0)
    found = scipy.optimize.milp(
        first,
        integrality=np.ones(people + many, int),
        bounds=scipy.optimize.Bounds(0, np.concatenate([np.ones(people), np.full(many, seats)])),
        constraints=scipy.optimize.LinearConstraint(np.array(rows), np.array(low), np.array(high)),
    )
    if found.x is None:
        return ()
    numbers = np.round(found.x[people:]).astype(int)
    return put_together(
        [
            [kind for kind, number in zip(block, numbers[begin:], strict=False) for _recruit in range(number)]
            for block, begin in zip(blocks or [new], places, strict=False)
        ]
    )


def blocks_of(quotas: Sequence[Quota]) -> list[tuple[str, ...]]:
    """Columns of quotas; those that some quota crosses stand together."""
    blocks: list[set[str]] = []
    for quota in quotas:
        names = set(quota.column.split(CROSS))
        touched = [block for block in blocks if block & names]
        blocks = [block for block in blocks if block not in touched] + [names.union(*touched)]
    return sorted(tuple(sorted(block)) for block in blocks)


def recruits_of(columns: Sequence[str], kinds: Sequence[Kind], quotas: Sequence[Quota]) -> list[Kind]:
    """What a recruit may be in these columns: any value that somebody has or a quota names."""
    values = []
    for column in columns:
        asked = {value for quota in quotas for name, value in quota.parts if name == column}
        values.append(sorted({kind[column] for kind in kinds if kind.get(column)} | asked))
    if np.prod([len(each) for each in values]) > MOST_CROSSED:
        raise ValueError(f"the quotas cross {' and '.join(columns)} in too many ways: cross fewer columns")
    return [dict(zip(columns, each, strict=True)) for each in product(*values)]


def put_together(blocks: Sequence[Sequence[Kind]]) -> tuple[tuple[Kind, int], ...]:
    """Recruits with a value in every column, in as few kinds as the order of values gives, and how many."""
    many: dict[tuple[tuple[str, str], ...], int] = {}
    for parts in zip(*(sorted(block, key=lambda kind: common(block, kind)) for block in blocks), strict=True):
        kind = tuple(item for part in parts for item in part.items())
        many[kind] = many.get(kind, 0) + 1
    return tuple((dict(kind), number) for kind, number in many.items())


def common(block: Sequence[Kind], kind: Kind) -> tuple[int, list[str]]:
    """Where a value stands: the commonest first."""
    return -sum(other == kind for other in block), list(kind.values())


# ---- sheets ----------------------------------------------------------------------------------------------


def read_quotas(path: str) -> list[Quota]:
    """Quotas from a CSV with column, value, least, most. Raises Refused."""
    found: list[Quota] = []

    def take(row: SheetRow) -> None:
        column, value, least = row.needed("column"), row.needed("value"), row.whole("least")
        most = row.whole("most") if row.cell("most") else None
        if column is not None and value is not None and least is not None:
            found.append(Quota(column, value, least, most))

    read_rows(path, ("column", "value", "least"), take)
    return found


def read_kinds(path: str, name: str) -> dict[str, Kind]:
    """What is known of each, by column, from a CSV with the column `name`. Raises Refused."""
    found: dict[str, Kind] = {}

    def take(row: SheetRow) -> None:
        who = row.needed(name)
        if who in found:
            row.refuse(name, who or "", f"{who} stands further up", f"Keep one row for each {name}")
        elif who is not None:
            found[who] = {column: row.cell(column) for column in row.columns if column != name}

    read_rows(path, (name,), take)
    return found
