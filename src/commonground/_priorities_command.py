"""`commonground priorities`: dots, lists, picture pairs, ratings or gradients in, a ranked list out."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from commonground._certified import (
    Table,
    add_counted,
    add_output,
    check_same,
    counts_of,
    items_of,
    read_ballots,
    read_rows,
    write_result,
)
from commonground._reading import read_constituencies
from commonground._sheets import SheetRow
from commonground.priorities import (
    BLOCK,
    Priorities,
    Threshold,
    by_dots,
    by_gradients,
    by_lists,
    by_pairs,
    by_scale,
    by_votes,
    explain,
)

COLUMNS = {
    "votes": ("participant", "statement", "vote"),
    "dots": ("voter", "item"),
    "lists": ("voter", "item", "place"),
    "pairs": ("voter", "chosen", "other"),
    "scale": ("voter", "item", "rating"),
    "gradients": ("voter", "item", "step"),
}


@dataclass
class Said:
    """What stands in the ballots, by voter, and who belongs where."""

    dots: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    pairs: list[tuple[str, str, str]] = field(default_factory=list)
    belongs: dict[str, str] = field(default_factory=dict)
    moments: list[float] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


def add_to(commands: Any) -> None:
    """Put the verb beside the others."""
    verb = commands.add_parser(
        "priorities", help="rank what matters most, every constituency counting the same"
    )
    verb.add_argument("method", choices=sorted(COLUMNS), help="how people were asked")
    verb.add_argument(
        "input",
        help="CSV, a row for each thing said: "
        + "; ".join(f"{method}: {', '.join(columns)}" for method, columns in COLUMNS.items())
        + "; and perhaps constituency, and moment in seconds",
    )
    verb.add_argument("--constituencies", metavar="FILE", help="CSV with participant, constituency")
    verb.add_argument("--first", type=int, default=5, metavar="N", help="how many count as the top (5)")
    verb.add_argument("--cap", type=int, default=3, metavar="N", help="dots that each voter has (3)")
    verb.add_argument(
        "--points", type=int, default=9, metavar="N", help="steps of the scale: 9, or 5 faces (9)"
    )
    verb.add_argument(
        "--support", type=int, default=3, metavar="STEP", help="last gradient that supports (3)"
    )
    verb.add_argument("--share", type=float, default=0.7, help="share of each constituency to reach (0.7)")
    verb.add_argument("--blocks", type=int, default=0, metavar="N", help="blocks that stop nothing (0)")
    verb.add_argument(
        "--declared-at", type=float, metavar="SECONDS", help="when that threshold was said, since 1970"
    )
    verb.add_argument(
        "--everyone-asked", action="store_true", help="nobody else is meant: the shares are exact"
    )
    verb.add_argument("--seed", type=int, default=7, help="seed of the intervals (7)")
    add_counted(verb)
    add_output(verb)
    verb.set_defaults(do=do)


def do(options: argparse.Namespace) -> None:
    """Rank, or verify what was published."""
    if options.method == "votes":
        _, votes, belongs = read_ballots(options)
        found = by_votes(
            votes,
            constituencies=belongs,
            counted=counts_of(options),
            first=options.first,
            everyone=options.everyone_asked,
            seed=options.seed,
        )
    else:
        found = METHODS[options.method](read(options), options)
    if options.verify:
        check_same(options.verify, found.as_json(), "ranked list")
        print(f"It holds: {len(found.items)} items in this order, by this rule.")
        return
    words = explain(found)
    if options.output:
        write_result(options.output, found.as_json(), "What matters most", words, tables(found))
    if options.explain or not options.output:
        print(words)


def read(options: argparse.Namespace) -> Said:
    """The ballots. Raises Refused."""
    said = Said(items=items_of(options))
    number = {"lists": "place", "scale": "rating", "gradients": "step"}.get(options.method)

    def take(row: SheetRow) -> None:
        voter = row.needed("voter")
        if voter is None:
            return
        if group := row.cell("constituency"):
            said.belongs[voter] = group
        if (moment := row.number_in("moment", 0, float("inf"), "a moment")) is not None:
            said.moments.append(moment)
        if options.method == "pairs":
            chosen, other = row.needed("chosen"), row.needed("other")
            if chosen is not None and other is not None:
                said.pairs.append((voter, chosen, other))
        elif number is None:
            take_dot(said, row, voter)
        else:
            take_number(said, row, voter, number)

    read_rows(options.input, COLUMNS[options.method], take)
    if options.constituencies:
        said.belongs = read_constituencies(options.constituencies)
    return said


def take_dot(said: Said, row: SheetRow, voter: str) -> None:
    """A dot; a row without an item is somebody who put none."""
    dots = said.dots.setdefault(voter, [])
    if (item := row.cell("item")) in dots:
        row.refuse("item", item, f"{voter} put a dot on it before", "Leave one dot on it")
    elif item:
        dots.append(item)


def take_number(said: Said, row: SheetRow, voter: str, column: str) -> None:
    """A place, a rating or a gradient."""
    item, value = row.needed("item"), row.whole(column)
    numbers = said.numbers.setdefault(voter, {})
    if item in numbers:
        row.refuse("item", item or "", f"{voter} named it before", "Keep one of the two rows")
    elif item is not None and value is not None:
        numbers[item] = value


def lists(said: Said) -> dict[str, list[str]]:
    """Each voter's items in the order of their places. Raises ValueError for two on one place."""
    for voter, places in said.numbers.items():
        if len(set(places.values())) < len(places):
            raise ValueError(f"{voter!r} put two items on one place: give each its own, 1 for the first")
    return {voter: sorted(places, key=lambda item: places[item]) for voter, places in said.numbers.items()}


METHODS: dict[str, Callable[[Said, argparse.Namespace], Priorities]] = {
    "dots": lambda said, asked: by_dots(
        said.dots,
        cap=asked.cap,
        items=said.items,
        constituencies=said.belongs or None,
        counted=counts_of(asked),
        first=asked.first,
        everyone=asked.everyone_asked,
        seed=asked.seed,
    ),
    "lists": lambda said, asked: by_lists(
        lists(said),
        items=said.items,
        constituencies=said.belongs or None,
        first=asked.first,
        everyone=asked.everyone_asked,
        seed=asked.seed,
    ),
    "pairs": lambda said, asked: by_pairs(
        said.pairs,
        items=said.items,
        constituencies=said.belongs or None,
        first=asked.first,
        seed=asked.seed,
    ),
    "scale": lambda said, asked: by_scale(
        said.numbers,
        points=asked.points,
        constituencies=said.belongs or None,
        first=asked.first,
        everyone=asked.everyone_asked,
        seed=asked.seed,
    ),
    "gradients": lambda said, asked: by_gradients(
        said.numbers,
        threshold=Threshold(asked.support, asked.share, asked.blocks, asked.declared_at),
        moments=said.moments,
        constituencies=said.belongs or None,
        first=asked.first,
        everyone=asked.everyone_asked,
        seed=asked.seed,
    ),
}


def tables(found: Priorities) -> list[Table]:
    """The list with its figures, and how the proposals stood."""
    groups = list(found.groups)
    rows = [
        [
            each.place,
            each.item,
            each.equal,
            each.low,
            each.high,
            each.by_head,
            each.least,
            each.least_in,
            each.top,
        ]
        + [each.by_group[group] for group in groups]
        for each in found.items
    ]
    columns = ["place", "item", "equal footing", "low", "high", "by head", "least", "least in", "in the top"]
    listed = Table("The list", [*columns, *groups], rows, f"Figures: {found.measure}.")
    stood = [
        [each["item"], "passes" if each["passes"] else "does not pass", each["sure"], *each["steps"]]
        for each in found.more.get("outcomes", ())
    ]
    steps = [str(step) for step in range(1, BLOCK + 1)]
    return [listed, *([Table("What passes", ["item", "outcome", "sure", *steps], stood)] if stood else [])]
