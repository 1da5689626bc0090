"""`commonground agenda`: ballots in, an agenda out, and a published agenda verified."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from commonground._exceptions import Refused
from commonground._reading import read_constituencies, read_conversation
from commonground._sheets import rows_of
from commonground._votes import VoteTable
from commonground.agenda import Agenda, agenda_from, agree_on_agenda, explain, violations

STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #999}td.number{text-align:right}"
)


def add_to(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Put the verb beside the others."""
    verb = commands.add_parser(
        "agenda",
        parents=parents,
        help="choose what goes on the agenda, every constituency with the same budget",
    )
    verb.add_argument("--seats", type=float, metavar="N", help="how much the agenda has room for")
    verb.add_argument("--costs", metavar="FILE", help="CSV with statement, cost; 1 for what it does not name")
    verb.add_argument(
        "--delegates", metavar="FILE", help="CSV with constituency, delegates: half of them are the quorum"
    )
    verb.add_argument(
        "--veto-free",
        metavar="ID",
        action="append",
        default=[],
        help="an item that nobody can keep out, declared before the vote; may be said several times",
    )
    verb.add_argument("--seed", type=int, default=7, help="seed of the lot between equal prices (7)")
    verb.add_argument("-o", "--output", metavar="FILE", help="a .json, .csv or .html file to write")
    verb.add_argument("--explain", action="store_true", help="tell it in plain words")
    verb.add_argument(
        "--verify", metavar="RESULT", help="a published agenda (.json) to check against these ballots"
    )
    verb.set_defaults(do=do)


def do(options: argparse.Namespace) -> None:
    """Choose, or verify what was published."""
    conversation = read_conversation(options.input)
    votes = VoteTable.from_rows(conversation.counting_votes(), statements=conversation.standing)
    belongs = (
        read_constituencies(options.constituencies)
        if options.constituencies
        else dict(conversation.constituencies) or None
    )
    texts = {statement.id: statement.text for statement in conversation.statements}
    if options.verify:
        verify(Path(options.verify), votes, belongs)
        return
    if options.seats is None:
        raise ValueError("Say how much the agenda has room for: --seats 10.")
    agenda = agree_on_agenda(
        votes,
        seats=options.seats,
        constituencies=belongs,
        costs=numbers(options.costs, "statement", "cost"),
        delegates={g: int(n) for g, n in numbers(options.delegates, "constituency", "delegates").items()},
        veto_free=options.veto_free,
        seed=options.seed,
    )
    if options.output:
        Path(options.output).write_text(written(agenda, texts, Path(options.output).suffix), "utf-8")
    if options.explain or not options.output:
        print(explain(agenda, texts))


def numbers(file: str | None, name: str, number: str) -> dict[str, float]:
    """A number for each name, from a CSV of two columns; none without a file. Raises Refused."""
    if file is None:
        return {}
    faults: list[Any] = []
    found = {}
    for row in rows_of(Path(file), (name, number), faults):
        key, value = row.needed(name), row.number_in(number, 0, float("inf"), f"a {number}")
        if key is not None and value is not None:
            found[key] = value
    if faults:
        raise Refused(tuple(faults))
    return found


def verify(file: Path, votes: VoteTable, belongs: Mapping[str, str] | None) -> None:
    """Say that the agenda holds. Raises ValueError with everything that does not."""
    try:
        agenda = agenda_from(json.loads(file.read_text("utf-8")))
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{file.name} is no agenda that `commonground agenda -o` wrote: {error}.") from error
    if found := violations(agenda, votes, belongs):
        raise ValueError("\n".join(f"{file.name}: {fault}." for fault in found))
    print(f"It holds: {len(agenda.chosen)} items, everything paid for, no claim left open.")


def written(agenda: Agenda, texts: Mapping[str, str], suffix: str) -> str:
    """The agenda in the form that the file's name asks for."""
    match suffix:
        case ".json":
            return json.dumps(agenda.as_json(), ensure_ascii=False, indent=1) + "\n"
        case ".csv":
            return as_csv(agenda)
        case ".html":
            return as_page(agenda, texts)
    raise ValueError(f"An agenda is written as .json, .csv or .html, not as {suffix or 'nothing'}.")


def as_csv(agenda: Agenda) -> str:
    """A row for each item, with what each constituency said and paid."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    groups = list(agenda.constituencies)
    said = [f"{what} {group}" for group in groups for what in ("for", "against", "paid")]
    table.writerow(["place", "item", "cost", "how", "blocked by", *said])
    for item in agenda.items:
        figures = [each[group] for group in groups for each in (item.approve, item.against, item.paid)]
        table.writerow(
            [item.chosen or "", item.item, item.cost, item.how or "", "; ".join(item.blocked_by), *figures]
        )
    return text.getvalue()


def as_page(agenda: Agenda, texts: Mapping[str, str]) -> str:
    """One page: in plain words for everybody, then all figures for who wants to check them."""
    words = "".join(f"<p>{escape(line)}</p>" for line in explain(agenda, texts).split("\n"))
    groups = list(agenda.constituencies)
    head = "".join(f"<th scope='col'>{escape(name)}<br>for / against / paid</th>" for name in groups)
    rows = "".join(
        f"<tr>{number(item.chosen or '–')}<th scope='row'>{escape(texts.get(item.item) or item.item)}</th>"
        + "".join(number(f"{item.approve[g]} / {item.against[g]} / {item.paid[g]:.2f}") for g in groups)
        + "</tr>"
        for item in agenda.items
    )
    claims = "".join(
        f"<tr><th scope='row'>{escape(texts.get(claim.item) or claim.item)}</th>{number(claim.items)}"
        f"{number(f'{claim.weight:.4f}')}{number(f'{claim.needed:.4f}')}</tr>"
        for claim in agenda.certificate or ()
    )
    by_head = ", ".join(escape(texts.get(item) or item) for item in agenda.by_head)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>The agenda</title>"
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style></head><body>"
        f"<h1>The agenda</h1>{words}<h2>Who wanted it, and who paid</h2>"
        f"<table><tr><th>Place</th><th>Item</th>{head}</tr>{rows}</table>"
        "<h2>The certificate</h2><p>EJR+: for each item left out, the supporters who have fewer than so many "
        "chosen items must weigh less than needed.</p>"
        f"<table><tr><th>Item</th><th>Items</th><th>Weight</th><th>Needed</th></tr>{claims}</table>"
        f"<h2>By head</h2><p>With one bean for each head it would have been: {by_head or 'nothing'}.</p>"
        f"<p>Seed {agenda.seed}, commonground {escape(agenda.version)}, inputs {agenda.digest}.</p>"
        "</body></html>\n"
    )


def number(value: object) -> str:
    """A cell of the page."""
    return f"<td class='number'>{value}</td>"
