"""`commonground agenda`: ballots in, an agenda out, and a published agenda verified."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commonground._agreement import Count
from commonground._certified import (
    Table,
    add_counted,
    add_output,
    counts_of,
    read_ballots,
    read_published,
    read_rows,
    write_result,
)
from commonground._sheets import SheetRow
from commonground._votes import VoteTable
from commonground.agenda import Agenda, agenda_from, agree_on_agenda, explain, violations


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
    add_counted(verb)
    add_output(verb)
    verb.set_defaults(do=do)


def do(options: argparse.Namespace) -> None:
    """Choose, or verify what was published."""
    conversation, votes, belongs = read_ballots(options)
    texts = {statement.id: statement.text for statement in conversation.statements}
    if options.verify:
        verify(options.verify, votes, belongs, counts_of(options), delegates_of(options))
        return
    if options.seats is None:
        raise ValueError("Say how much the agenda has room for: --seats 10.")
    agenda = agree_on_agenda(
        votes,
        seats=options.seats,
        constituencies=belongs,
        costs=numbers(options.costs, "statement", "cost"),
        delegates=delegates_of(options),
        veto_free=options.veto_free,
        counted=counts_of(options),
        seed=options.seed,
    )
    words = explain(agenda, texts)
    if options.output:
        write_result(options.output, agenda.as_json(), "The agenda", words, tables(agenda, texts))
    if options.explain or not options.output:
        print(words)


def delegates_of(options: argparse.Namespace) -> dict[str, int]:
    """How many delegates each constituency has."""
    return {g: int(n) for g, n in numbers(options.delegates, "constituency", "delegates").items()}


def numbers(file: str | None, name: str, number: str) -> dict[str, float]:
    """A number for each name, from a CSV of two columns; none without a file. Raises Refused."""
    found: dict[str, float] = {}

    def take(row: SheetRow) -> None:
        key, value = row.needed(name), row.number_in(number, 0, float("inf"), f"a {number}")
        if key is not None and value is not None:
            found[key] = value

    if file is not None:
        read_rows(file, (name, number), take)
    return found


def verify(
    file: str,
    votes: VoteTable,
    belongs: Mapping[str, str] | None,
    counted: Sequence[Count] = (),
    delegates: Mapping[str, int] | None = None,
) -> None:
    """Say that the agenda holds. Raises ValueError with everything that does not."""
    name = Path(file).name
    try:
        agenda = agenda_from(read_published(file, "agenda"))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{name} is no agenda that `commonground agenda -o` wrote: {error}.") from error
    if found := violations(agenda, votes, belongs, counted, delegates=delegates):
        raise ValueError("\n".join(f"{name}: {fault}." for fault in found))
    print(f"It holds: {len(agenda.chosen)} items, everything paid for, no claim left open.")


def tables(agenda: Agenda, texts: Mapping[str, str]) -> list[Table]:
    """What each constituency said of each item and paid for it, the certificate, and the list by head."""
    groups = list(agenda.constituencies)
    said = [f"{what} {group}" for group in groups for what in ("for", "against", "paid")]
    items = [
        [
            item.chosen or "",
            texts.get(item.item) or item.item,
            item.cost,
            item.how or "",
            "; ".join(item.blocked_by),
        ]
        + [each[group] for group in groups for each in (item.approve, item.against, item.paid)]
        for item in agenda.items
    ]
    claims = [
        [texts.get(claim.item) or claim.item, claim.items, claim.weight, claim.needed]
        for claim in agenda.certificate or ()
    ]
    return [
        Table("Who wanted it, and who paid", ["place", "item", "cost", "how", "blocked by", *said], items),
        Table(
            "The certificate",
            ["item", "items", "weight", "needed"],
            claims,
            "EJR+: for each item left out, the supporters who have fewer than so many chosen items must "
            "weigh less than needed.",
        ),
        Table(
            "By head",
            ["item"],
            [[texts.get(item) or item] for item in agenda.by_head],
            "With one bean for each head it would have been these.",
        ),
    ]
