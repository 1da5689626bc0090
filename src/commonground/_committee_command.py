"""`commonground committee`: approval ballots in, a slate out, and a published slate verified."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from commonground._certified import (
    Table,
    add_output,
    differing,
    read_ballots,
    read_published,
    write_result,
)
from commonground._quotas import read_kinds, read_quotas
from commonground.committee import Committee, elect, explain


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
    add_output(verb)
    verb.set_defaults(do=do)


def do(options: argparse.Namespace) -> None:
    """Elect, or verify what was published."""
    _, votes, belongs = read_ballots(options)
    elected = elect(
        votes,
        seats=options.seats,
        candidates=read_kinds(options.candidates, "candidate") if options.candidates else None,
        constituencies=belongs,
        quotas=read_quotas(options.quotas) if options.quotas else (),
        one_per=options.one_per,
    )
    if options.verify:
        verify(options.verify, elected)
        return
    words = explain(elected)
    if options.output:
        write_result(options.output, elected.as_json(), "The leadership group", words, tables(elected))
    if options.explain or not options.output:
        print(words)


def verify(file: str, elected: Committee) -> None:
    """Say that the slate is what these ballots and quotas give. Raises ValueError if not."""
    name, told = Path(file).name, read_published(file, "slate")
    try:
        members, score = set(told["members"]), float(told["score"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name} is no slate that `commonground committee -o` wrote.") from error
    if told["digest"] != elected.digest:
        raise ValueError(f"{name} follows from other ballots: its digest is {told['digest']}.")
    if members != set(elected.members) or abs(score - elected.score) > 1e-6:
        raise ValueError(f"{name}: these ballots and quotas elect {', '.join(elected.members)}.")
    if wrong := sorted(differing(told, elected.as_json())):
        raise ValueError(f"{name}: the ballots and quotas give another {', another '.join(wrong)}.")
    print(f"It holds: {len(members)} members, and no slate within the quotas is worth more.")


def tables(elected: Committee) -> list[Table]:
    """Who is elected, whose voters they stand for, the quotas, and the claims that came nearest."""
    return [
        Table(
            "Elected",
            ["member", "alternate"],
            [[m, instead or ""] for m, instead in elected.alternates.items()],
        ),
        Table(
            "Voters with at least one member", ["constituency", "share"], list(elected.represented.items())
        ),
        Table(
            "Quotas",
            ["column", "value", "least", "most"],
            [[q.column, q.value, q.least, q.most] for q in elected.quotas],
            f"They cost {100 * elected.price:.1f} in 100 of the best slate's worth without them.",
        ),
        Table(
            "Claims",
            ["candidate", "items", "weight", "needed"],
            [[claim.item, claim.items, claim.weight, claim.needed] for claim in elected.claims],
            "EJR+, which quotas may break: a claim is good where the weight is as much as is needed.",
        ),
    ]
