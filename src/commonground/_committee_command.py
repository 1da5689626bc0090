"""`commonground committee`: approval ballots in, a slate out, and a published slate verified."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commonground._exceptions import Fault, Refused
from commonground._reading import read_constituencies, read_conversation
from commonground._sheets import rows_of
from commonground._votes import VoteTable
from commonground.committee import Committee, Kind, Quota, elect, explain


def add_to(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Put the verb beside the others."""
    verb = commands.add_parser(
        "committee", parents=parents, help="elect a leadership group from approval ballots, within quotas"
    )
    verb.add_argument("--seats", type=int, metavar="N", required=True, help="how many members")
    verb.add_argument("--candidates", metavar="FILE", help="CSV with candidate and what is known of each")
    verb.add_argument(
        "--quotas", metavar="FILE", help="CSV with column, value, least, most; an empty most is no limit"
    )
    verb.add_argument(
        "--one-per",
        metavar="COLUMN",
        action="append",
        default=[],
        help="a column of which each value has one member at most; may be said several times",
    )
    verb.add_argument("-o", "--output", metavar="FILE", help="a .json or .csv file to write")
    verb.add_argument("--explain", action="store_true", help="tell it in plain words")
    verb.add_argument("--verify", metavar="RESULT", help="a published slate (.json) to check")
    verb.set_defaults(do=do)


def do(options: argparse.Namespace) -> None:
    """Elect, or verify what was published."""
    conversation = read_conversation(options.input)
    belongs = (
        read_constituencies(options.constituencies)
        if options.constituencies
        else dict(conversation.constituencies) or None
    )
    elected = elect(
        VoteTable.from_rows(conversation.counting_votes(), statements=conversation.standing),
        seats=options.seats,
        candidates=read_candidates(options.candidates) if options.candidates else None,
        constituencies=belongs,
        quotas=read_quotas(options.quotas) if options.quotas else (),
        one_per=options.one_per,
    )
    if options.verify:
        verify(Path(options.verify), elected)
        return
    if options.output:
        Path(options.output).write_text(written(elected, Path(options.output).suffix), "utf-8")
    if options.explain or not options.output:
        print(explain(elected))


def read_candidates(path: str) -> dict[str, Kind]:
    """What is known of each candidate, from a CSV whose first column is candidate. Raises Refused."""
    faults: list[Fault] = []
    found: dict[str, Kind] = {}
    for row in rows_of(Path(path), ("candidate",), faults):
        name = row.needed("candidate")
        if name in found:
            row.refuse(
                "candidate", name or "", f"{name} stands further up", "Keep one row for each candidate"
            )
        elif name is not None:
            found[name] = {column: row.cell(column) for column in row.columns if column != "candidate"}
    if faults:
        raise Refused(tuple(faults))
    return found


def read_quotas(path: str) -> list[Quota]:
    """Quotas from a CSV with column, value, least, most. Raises Refused."""
    faults: list[Fault] = []
    found = []
    for row in rows_of(Path(path), ("column", "value", "least"), faults):
        column, value, least = row.needed("column"), row.needed("value"), row.whole("least")
        most = row.whole("most") if row.cell("most") else None
        if column is not None and value is not None and least is not None:
            found.append(Quota(column, value, least, most))
    if faults:
        raise Refused(tuple(faults))
    return found


def verify(file: Path, elected: Committee) -> None:
    """Say that the slate is what these ballots and quotas give. Raises ValueError if not."""
    try:
        told = json.loads(file.read_text("utf-8"))
        members, score, digest = set(told["members"]), float(told["score"]), told["digest"]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file.name} is no slate that `commonground committee -o` wrote.") from error
    if digest != elected.digest:
        raise ValueError(f"{file.name} follows from other ballots: its digest is {digest}.")
    if members != set(elected.members) or abs(score - elected.score) > 1e-6:
        raise ValueError(f"{file.name}: these ballots and quotas elect {', '.join(elected.members)}.")
    print(f"It holds: {len(members)} members, and no slate within the quotas is worth more.")


def written(elected: Committee, suffix: str) -> str:
    """The slate in the form that the file's name asks for."""
    match suffix:
        case ".json":
            return json.dumps(elected.as_json(), ensure_ascii=False, indent=1) + "\n"
        case ".csv":
            return as_csv(elected.alternates)
    raise ValueError(f"A slate is written as .json or .csv, not as {suffix or 'nothing'}.")


def as_csv(alternates: Mapping[str, str | None]) -> str:
    """A row for each member, with who takes their seat if they leave."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["member", "alternate"])
    table.writerows((member, instead or "") for member, instead in alternates.items())
    return text.getvalue()
