"""`commonground tables`: a list of people in, printed table sheets out, and a published seating verified."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commonground._certified import Table, add_output, read_published, read_rows, write_result
from commonground._quotas import Kind, read_kinds
from commonground._sheets import SheetRow
from commonground.tables import WOMEN, Moved, Pair, Seating, explain, faults, reseat, seat


def add_to(commands: Any) -> None:
    """Put the verb beside the others."""
    verb = commands.add_parser("tables", help="seat people at tables over several rounds")
    verb.add_argument("input", help="CSV with person, and what is known of each")
    verb.add_argument("--tables", type=int, metavar="N", help="how many tables")
    verb.add_argument("--rounds", type=int, default=1, metavar="N", help="how many rounds (1)")
    verb.add_argument(
        "--spread", metavar="COLUMNS", default="", help="columns to spread: constituency,gender"
    )
    verb.add_argument(
        "--alone",
        default="=".join(WOMEN),
        metavar="COLUMN=VALUE",
        help="of whom nobody sits alone (gender=woman)",
    )
    verb.add_argument("--apart", metavar="FILE", help="CSV with person, other: who never share a table")
    verb.add_argument("--language", metavar="COLUMN", help="languages, of which all at a table share one")
    verb.add_argument("--before", metavar="RESULT", help="a seating (.json) to go on from")
    verb.add_argument(
        "--arrived", metavar="FILE", help="CSV with person: who came late; INPUT holds them too"
    )
    verb.add_argument("--gone", metavar="FILE", help="CSV with person: who is no more there")
    verb.add_argument("--from-round", type=int, default=1, metavar="N", help="from which round on (1)")
    verb.add_argument("--solver", choices=("CP-SAT", "annealing"), help="the first that is installed")
    verb.add_argument("--seed", type=int, default=7, help="seed of what is drawn by chance (7)")
    add_output(verb)
    verb.set_defaults(do=do)


def do(options: argparse.Namespace) -> None:
    """Seat, seat anew, or verify what was published."""
    people = read_kinds(options.input, "person")
    if options.verify:
        verify(options.verify, people)
        return
    moved: tuple[Moved, ...] = ()
    if options.before:
        seating, moved = reseat(
            read_seating(options.before),
            people,
            arrived=read_names(options.arrived),
            gone=read_names(options.gone),
            from_round=options.from_round,
        )
    else:
        seating = seated(people, options)
    if options.output:
        write_result(options.output, seating.as_json(), "Tables", explain(seating), sheets(seating))
    if options.explain or not options.output:
        print(explain(seating))
    for each in moved:
        where = "arrives" if each.came_from is None else f"moves from table {each.came_from}"
        print(f"Round {each.round}: {each.person} {where} to table {each.to}.")


def seated(people: Mapping[str, Kind], options: argparse.Namespace) -> Seating:
    """A new seating."""
    if options.tables is None:
        raise ValueError("Say how many tables there are: --tables 8.")
    column, _, value = options.alone.partition("=")
    return seat(
        people,
        tables=options.tables,
        rounds=options.rounds,
        spread=[name for name in options.spread.split(",") if name],
        alone=(column, value) if column and value else None,
        apart=read_pairs(options.apart),
        language=options.language,
        solver=options.solver,
        seed=options.seed,
    )


def read_names(path: str | None) -> list[str]:
    """People by name; nobody without a file. Raises Refused."""
    return list(read_kinds(path, "person")) if path else []


def read_pairs(path: str | None) -> list[Pair]:
    """Pairs of people; none without a file. Raises Refused."""
    found: list[Pair] = []

    def take(row: SheetRow) -> None:
        one, other = row.needed("person"), row.needed("other")
        if one is not None and other is not None:
            found.append((one, other))

    if path:
        read_rows(path, ("person", "other"), take)
    return found


def read_seating(path: str) -> Seating:
    """A seating from what as_json() gave. Raises ValueError for a file that is none."""
    plain = read_published(path, "seating")
    try:
        return Seating(
            **{
                **plain,
                "rounds": tuple(tuple(tuple(table) for table in tables) for tables in plain["rounds"]),
                "spread": tuple(plain["spread"]),
                "alone": plain["alone"] and tuple(plain["alone"]),
                "apart": tuple(tuple(pair) for pair in plain["apart"]),
            }
        )
    except (KeyError, TypeError) as error:
        name = Path(path).name
        raise ValueError(f"{name} is no seating that `commonground tables -o` wrote: {error}.") from error


def verify(path: str, people: Mapping[str, Kind]) -> None:
    """Say that the seating holds. Raises ValueError with everything that does not."""
    seating = read_seating(path)
    if found := faults(seating, people):
        raise ValueError("\n".join(f"{Path(path).name}: {fault}." for fault in found))
    print(f"It holds: {seating.meetings} different pairs meet, and every rule is kept.")


def sheets(seating: Seating) -> list[Table]:
    """Everybody's tables, and of each round who sits at which."""
    rounds = [f"round {number}" for number in range(1, len(seating.rounds) + 1)]
    own = [[who, *(table or "" for table in seating.where(who))] for who in seating.people]
    of_rounds = [
        Table(
            f"Round {number}",
            ["table", "people"],
            [[place, ", ".join(table)] for place, table in enumerate(tables, 1)],
        )
        for number, tables in enumerate(seating.rounds, 1)
    ]
    return [Table("Who sits where", ["person", *rounds], own), *of_rounds]
