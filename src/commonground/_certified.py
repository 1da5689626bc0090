"""What the commands of fairness have in common: ballots in, a result out in the form its name asks for."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from commonground._agreement import Count
from commonground._exceptions import Fault, Refused
from commonground._reading import Conversation, read_constituencies, read_conversation, read_counts
from commonground._sheets import SheetRow, rows_of
from commonground._votes import VoteTable

STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #999}td.number{text-align:right}svg{max-width:100%;height:auto}"
)


@dataclass(frozen=True)
class Table:
    """A table of a page or a sheet: what its columns are called, and its rows; `note` stands above it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    note: str = ""


def add_output(verb: argparse.ArgumentParser) -> None:
    """What every result can be asked for."""
    verb.add_argument("-o", "--output", metavar="FILE", help="a .json, .csv or .html file to write")
    verb.add_argument("--explain", action="store_true", help="tell it in plain words")
    verb.add_argument("--verify", metavar="RESULT", help="a published result (.json) to check")


def add_counted(verb: argparse.ArgumentParser) -> None:
    """Where votes without names can be named too, and items that nobody voted on."""
    verb.add_argument(
        "--items", metavar="FILE", help="CSV with item: what people could choose, whether anybody did or not"
    )
    verb.add_argument(
        "--counted",
        metavar="FILE",
        help="CSV with constituency, statement, agree, disagree, pass: votes counted by hands or on paper",
    )


def counts_of(options: argparse.Namespace) -> tuple[Count, ...]:
    """Votes that were counted without names. Raises Refused."""
    return read_counts(options.counted) if options.counted else ()


def items_of(options: argparse.Namespace) -> list[str]:
    """What people could choose, where a file says it. Raises Refused."""
    found: list[str] = []
    if getattr(options, "items", None):
        read_rows(options.items, ("item",), lambda row: found.append(row.needed("item") or ""))
    return found


def read_ballots(options: argparse.Namespace) -> tuple[Conversation, VoteTable, dict[str, str] | None]:
    """The conversation, the votes that count, and who belongs where: by the file named, else its own word."""
    conversation = read_conversation(options.input)
    votes = VoteTable.from_rows(
        conversation.counting_votes(), statements=[*conversation.standing, *items_of(options)]
    )
    if options.constituencies:
        return conversation, votes, read_constituencies(options.constituencies)
    return conversation, votes, dict(conversation.constituencies) or None


def read_rows(path: str, required: tuple[str, ...], take: Callable[[SheetRow], None]) -> None:
    """Give each row of a CSV to `take`, which notes what does not fit. Raises Refused with every fault."""
    faults: list[Fault] = []
    for row in rows_of(Path(path), required, faults):
        take(row)
    if faults:
        raise Refused(tuple(faults))


def read_published(path: str, what: str) -> dict[str, Any]:
    """A result that was written as .json. Raises ValueError for a file that is none."""
    try:
        said = json.loads(Path(path).read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{Path(path).name} is no {what}: it is not JSON.") from error
    if not isinstance(said, dict) or "digest" not in said:
        raise ValueError(f"{Path(path).name} is no {what} that `-o` wrote: it has no digest.")
    return said


def differing(told: Mapping[str, Any], found: Mapping[str, Any]) -> set[str]:
    """The names of figures that were published otherwise than they are found; the version may differ."""
    plain = json.loads(json.dumps(found))
    return {name for name in plain if name != "version" and not alike(told.get(name), plain[name])}


def alike(told: Any, found: Any) -> bool:
    """Whether two values of JSON say the same, numbers up to a millionth."""
    if isinstance(found, dict):
        return (
            isinstance(told, dict)
            and told.keys() == found.keys()
            and all(alike(told[name], each) for name, each in found.items())
        )
    if isinstance(found, list):
        return (
            isinstance(told, list)
            and len(told) == len(found)
            and all(alike(one, other) for one, other in zip(told, found, strict=True))
        )
    if isinstance(found, int | float) and not isinstance(found, bool):
        return isinstance(told, int | float) and abs(told - found) <= 1e-6
    return bool(told == found)


def check_same(path: str, plain: Mapping[str, Any], what: str) -> None:
    """Refuse a published result that is not what these inputs give. Raises ValueError that names the parts.

    The version may be another: what matters is that it gives the same.
    """
    said, own = read_published(path, what), json.loads(json.dumps(plain))
    if said["digest"] != own["digest"]:
        raise ValueError(f"{Path(path).name} follows from other inputs: its digest is {said['digest']}.")
    names = sorted(set(said) | set(own) - {"version"})
    if wrong := [name for name in names if name != "version" and said.get(name) != own.get(name)]:
        raise ValueError(f"{Path(path).name}: these inputs give something else in {', '.join(wrong)}.")


def write_result(
    path: str, plain: Mapping[str, Any], title: str, words: str, tables: Sequence[Table]
) -> None:
    """Write a result in the form that the file's name asks for; as .csv its first table."""
    match Path(path).suffix:
        case ".json":
            text = json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
        case ".csv":
            text = as_csv(tables[0].columns, tables[0].rows)
        case ".html":
            text = as_page(title, words, tables, foot(plain))
        case suffix:
            raise ValueError(f"A result is written as .json, .csv or .html, not as {suffix or 'nothing'}.")
    Path(path).write_text(text, "utf-8")


def foot(plain: Mapping[str, Any]) -> str:
    """What a page ends with, so that it can be checked."""
    seed = f"Seed {plain['seed']}, " if "seed" in plain else ""
    return f"{seed}commonground {plain['version']}, inputs {plain['digest']}."


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    return text.getvalue()


def as_page(title: str, words: str, tables: Sequence[Table], end: str) -> str:
    """One page that needs no other file: in plain words for everybody, then all figures."""
    said = "".join(f"<p>{escape(line)}</p>" for line in words.split("\n") if line)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>{escape(title)}</title><meta name='viewport' content='width=device-width'>"
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{said}"
        f"{''.join(map(drawn, tables))}<p>{escape(end)}</p></body></html>\n"
    )


def drawn(table: Table) -> str:
    """A table of the page."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in table.columns)
    rows = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in table.rows)
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return f"<h2>{escape(table.title)}</h2>{note}<table><tr>{head}</tr>{rows}</table>"


def cell(value: object) -> str:
    """A cell; numbers stand to the right."""
    if value is None:
        return "<td></td>"
    if isinstance(value, float):
        return f"<td class='number'>{value:.3g}</td>"
    side = " class='number'" if isinstance(value, int) else ""
    return f"<td{side}>{escape(str(value))}</td>"
