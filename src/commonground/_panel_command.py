"""`commonground panel`: a register in, a printed lottery out, and a published lottery verified."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commonground._certified import Table, add_output, read_published, read_rows, write_result
from commonground._quotas import Kind, read_kinds, read_quotas
from commonground._sheets import SheetRow
from commonground.panels import (
    Lottery,
    Quota,
    attrition,
    choose_alternates,
    draw_panel,
    explain,
    violations,
)


def add_to(commands: Any) -> None:
    """Put the verb beside the others."""
    verb = commands.add_parser("panel", help="draw a panel by lot, within quotas, as evenly as can be")
    verb.add_argument("input", help="CSV of the register: person, and what is known of each")
    verb.add_argument("--size", type=int, metavar="N", help="how many are drawn")
    verb.add_argument(
        "--quotas",
        metavar="FILE",
        help="CSV with column, value, least, most; crossed: constituency+gender, panners+woman",
    )
    verb.add_argument("--household", metavar="COLUMN", help="a column of which a panel has each value once")
    verb.add_argument("--tickets", type=int, default=1000, metavar="N", help="panels to print (1000)")
    verb.add_argument("--drawn", type=int, metavar="NUMBER", help="the number that was drawn: name its panel")
    verb.add_argument("--alternates", type=int, default=0, metavar="N", help="and so many to keep ready")
    verb.add_argument(
        "--states",
        metavar="FILE",
        help="CSV with person, state (invited, accepted, refused, left): tell what became of each stratum",
    )
    verb.add_argument("--seed", type=int, default=7, help="seed of the tickets and alternates (7)")
    add_output(verb)
    verb.set_defaults(do=do)


def do(options: argparse.Namespace) -> None:
    """Draw, or verify what was published."""
    people = read_kinds(options.input, "person")
    if options.verify:
        verify(options.verify, people)
        return
    quotas = read_quotas(options.quotas) if options.quotas else []
    if options.states:
        tell_strata(people, read_states(options.states, people), quotas)
        return
    if options.size is None:
        raise ValueError("Say how many are drawn: --size 48.")
    lottery = draw_panel(
        people,
        size=options.size,
        quotas=quotas,
        household=options.household,
        tickets=options.tickets,
        seed=options.seed,
    )
    if options.output:
        write_result(
            options.output, lottery.as_json(), "The lottery", explain(lottery), tables(lottery, people)
        )
    if options.explain or not options.output:
        print(explain(lottery))
    if options.drawn is not None:
        tell_panel(lottery, people, options)


def read_states(path: str, people: Mapping[str, Kind]) -> dict[str, str]:
    """What became of each who was invited. Raises Refused."""
    found: dict[str, str] = {}

    def take(row: SheetRow) -> None:
        who, state = row.needed("person"), row.needed("state")
        if who is not None and who not in people:
            row.refuse("person", who, f"{who} is not in the register", "Mend the name")
        elif who is not None and state is not None:
            found[who] = state

    read_rows(path, ("person", "state"), take)
    return found


def tell_strata(people: Mapping[str, Kind], states: Mapping[str, str], quotas: list[Quota]) -> None:
    """Print what became of each stratum."""
    columns = sorted({quota.column for quota in quotas}) or sorted(
        {c for kind in people.values() for c in kind}
    )
    for each in attrition(people, states, columns):
        weight = "nobody is left" if each.weight is None else f"each stands for {each.weight:g}"
        print(
            f"{each.column} {each.value or '(unknown)'}: {each.invited} invited, {each.accepted} accepted, "
            f"{each.refused} refused, {each.left} left; {weight}."
        )


def tell_panel(lottery: Lottery, people: Mapping[str, Kind], options: argparse.Namespace) -> None:
    """Print the panel of the number that was drawn, and whom to keep ready."""
    panel = lottery.panel(options.drawn)
    print(f"Number {options.drawn:03}: {', '.join(panel)}.")
    if options.alternates:
        ready = choose_alternates(
            people,
            panel,
            quotas=lottery.quotas,
            many=options.alternates,
            household=lottery.household,
            seed=lottery.seed,
        )
        print(f"Keep ready, in this order: {', '.join(ready.people)}.")


def verify(file: str, people: Mapping[str, Kind]) -> None:
    """Say that the lottery holds. Raises ValueError with everything that does not."""
    name, told = Path(file).name, read_published(file, "lottery")
    try:
        lottery = lottery_from(told)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{name} is no lottery that `commonground panel -o` wrote: {error}.") from error
    if found := violations(lottery, people):
        raise ValueError("\n".join(f"{name}: {fault}." for fault in found))
    print(
        f"It holds: {len(lottery.tickets)} panels within the quotas, the least chance "
        f"{100 * lottery.least:.1f} in 100, and no lottery gives more."
    )


def lottery_from(plain: Mapping[str, Any]) -> Lottery:
    """A lottery from what as_json() gave. Raises KeyError or TypeError for what is none."""
    return Lottery(
        people=tuple(plain["people"]),
        chances=tuple(plain["chances"]),
        tickets=tuple(tuple(ticket) for ticket in plain["tickets"]),
        size=plain["size"],
        quotas=tuple(Quota(**each) for each in plain["quotas"]),
        household=plain["household"],
        seed=plain["seed"],
        digest=plain["digest"],
        version=plain["version"],
    )


def tables(lottery: Lottery, people: Mapping[str, Kind]) -> list[Table]:
    """Who has no chance, everybody's chance, the quotas and all tickets."""
    tickets = lottery.tickets_of
    columns = list(dict.fromkeys(q.column for q in lottery.quotas if q.column in next(iter(people.values()))))
    known = {who: [people[who].get(column, "") for column in columns] for who in lottery.people}
    chances = [
        [number, who, *known[who], chance, tickets[who]]
        for number, (who, chance) in enumerate(zip(lottery.people, lottery.chances, strict=True), 1)
    ]
    out = [[who, *known[who]] for who in lottery.excluded]
    return [
        Table("Everybody's chance", ["number", "person", *columns, "chance", "tickets"], chances),
        *([Table("Who has no chance", ["person", *columns], out)] if out else []),
        Table(
            "The quotas",
            ["column", "value", "least", "most"],
            [[q.column, q.value, q.least, q.most] for q in lottery.quotas],
        ),
        Table(
            "The tickets",
            ["ticket", "members, by number"],
            [
                [f"{number:03}", " ".join(str(place + 1) for place in ticket)]
                for number, ticket in enumerate(lottery.tickets)
            ],
            "Draw three digits, one after the other, from ten slips marked 0 to 9, before everybody.",
        ),
    ]
