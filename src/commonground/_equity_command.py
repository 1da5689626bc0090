"""`commonground equity`: turns, statements, ballots, ratings or codes in, who is heard out."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from commonground._certified import Table, add_output, check_same, read_ballots, read_rows, write_result
from commonground._quotas import read_kinds
from commonground._sheets import SheetRow, decimal
from commonground._version import __version__
from commonground.equity import (
    Findings,
    Turn,
    agenda_equity,
    alpha,
    change_of,
    chart_of,
    deliberative_reason,
    explain,
    heard,
    saturations,
    survival,
)

Result = tuple[dict[str, Any], str, list[Table]]


def add_to(commands: Any, parents: list[argparse.ArgumentParser]) -> None:
    """Put the verb and what it can measure beside the others."""
    verb = commands.add_parser("equity", help="say who is heard, beside what chance gives")
    kinds = verb.add_subparsers(required=True, metavar="KIND")
    for name, (_, help_, columns) in KINDS.items():
        kind = kinds.add_parser(name, help=help_, parents=parents if name == "agenda" else [])
        if name != "agenda":
            kind.add_argument("input", help=f"CSV with {', '.join(columns)}")
        kind.add_argument("--seed", type=int, default=7, help="seed of what is drawn by chance (7)")
        add_output(kind)
        kind.set_defaults(do=do, kind=name)
        if name in ARGUMENTS:
            ARGUMENTS[name](kind)


ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], Any]] = {
    "voice": lambda kind: (
        kind.add_argument("--people", metavar="FILE", required=True, help="CSV with person, table, gender …"),
        kind.add_argument("--columns", default="constituency,gender", help="(constituency,gender)"),
    ),
    "statements": lambda kind: kind.add_argument(
        "--steps", required=True, help="the steps in their order: proposed,problem,agenda"
    ),
    "agenda": lambda kind: kind.add_argument("--seats", type=int, required=True, help="places of the agenda"),
    "alpha": lambda kind: kind.add_argument("--level", default="nominal", help="or ordinal, interval, ratio"),
}


def do(options: argparse.Namespace) -> None:
    """Measure, or verify what was published."""
    plain, words, tables = KINDS[options.kind][0](options)
    if options.verify:
        check_same(options.verify, plain, "account of who is heard")
        print("It holds: these inputs give the same figures.")
        return
    if options.output:
        write_result(options.output, plain, "Who is heard", words, tables)
    if options.explain or not options.output:
        print(words)


def as_result(findings: Findings) -> Result:
    """Measures as they are written."""
    columns = ["measure", "of", "value", "fair", "low", "high", "p", "q", "base", "in words"]
    rows = [
        [m.name, m.group, m.value, m.fair, m.low, m.high, m.p, m.q, m.base, m.says] for m in findings.measures
    ]
    missing = [
        [", ".join(filter(None, each.cell.values())), each.voices, each.invited] for each in findings.missing
    ]
    tables = [Table("Figures", columns, rows)]
    if missing:
        tables.append(Table("Who is missing", ["who", "heard", "there"], missing))
    return findings.as_json(), explain(findings), tables


def figured(inputs: Any, said: dict[str, Any], words: str, table: Table, seed: int) -> Result:
    """Any other figures, with what they follow from."""
    text = json.dumps(inputs, sort_keys=True, ensure_ascii=False)
    kept = {"seed": seed, "digest": hashlib.sha256(text.encode()).hexdigest(), "version": __version__}
    return {**said, **kept}, words, [table]


# ---- what can be measured --------------------------------------------------------------------------------


def voice(options: argparse.Namespace) -> Result:
    """Who speaks. A turn without a person names the group of somebody whom nobody knew."""
    turns: list[Turn] = []
    columns = options.columns.split(",")

    def take(row: SheetRow) -> None:
        kind = {column: row.cell(column) for column in columns if row.cell(column)}
        person = "" if kind and not row.cell("person") else row.needed("person")
        seconds = row.number_in("seconds", 0, float("inf"), "a length in seconds")
        moment = row.number_in("moment", -1, float("inf"), "a moment")
        if person is not None:
            length = 1.0 if seconds is None else seconds
            turns.append(Turn(person, length, moment or float(len(turns)), kind if not person else None))

    read_rows(options.input, ("person",), take)
    people = read_kinds(options.people, "person")
    return as_result(heard(turns, people, columns=columns, seed=options.seed))


def statements(options: argparse.Namespace) -> Result:
    """Whose statements stay."""
    steps = options.steps.split(",")
    said: dict[str, tuple[str, int]] = {}

    def take(row: SheetRow) -> None:
        name, group, reached = row.needed("statement"), row.needed("group"), row.needed("reached")
        if reached is not None and reached not in steps:
            row.refuse("reached", reached, f"{reached} is no step", f"Write {', '.join(steps)}")
        elif name is not None and group is not None and reached is not None:
            said[name] = group, steps.index(reached) + 1

    read_rows(options.input, ("statement", "group", "reached"), take)
    return as_result(survival(said, steps=steps, seed=options.seed))


def agenda(options: argparse.Namespace) -> Result:
    """Who made the agenda."""
    _, votes, belongs = read_ballots(options)
    if belongs is None:
        raise ValueError("Say who belongs where: --constituency FILE, or a column constituency.")
    return as_result(agenda_equity(votes, seats=options.seats, constituencies=belongs, seed=options.seed))


def reason(options: argparse.Namespace) -> Result:
    """Whether who reasons alike chooses alike."""
    rated: dict[str, dict[str, list[float]]] = {"consideration": {}, "policy": {}}

    def take(row: SheetRow) -> None:
        person = row.needed("person")
        for column in row.columns:
            kind, _, _ = column.partition(" ")
            if kind not in rated or person is None:
                continue
            value = decimal(row.cell(column))
            if value is None:
                row.refuse(column, row.cell(column), "it is no number", "Write a rating")
            else:
                rated[kind].setdefault(person, []).append(value)

    read_rows(options.input, ("person",), take)
    said = deliberative_reason(
        list(rated["consideration"].values()), list(rated["policy"].values()), seed=options.seed
    )
    words = (
        f"Deliberative Reason Index of {said.people} people: {said.plain:.3f}, penalised "
        f"{said.penalised:.3f}; by chance {said.null:.3f}. Above chance: {said.above:.3f} (p = {said.p:.3f})."
    )
    figures = [said.plain, said.penalised, said.null, said.above, said.p, said.people]
    table = Table("Figures", ["plain", "penalised", "null", "above", "p", "people"], [figures])
    return figured(rated, said.as_json(), words, table, options.seed)


def coders(options: argparse.Namespace) -> Result:
    """Whether coders see the same."""
    codes: dict[str, dict[str, float | str]] = {}

    def take(row: SheetRow) -> None:
        unit, coder, code = row.needed("unit"), row.needed("coder"), row.needed("code")
        if unit is not None and coder is not None and code is not None:
            number = decimal(code)
            codes.setdefault(coder, {})[unit] = code if number is None else number

    read_rows(options.input, ("unit", "coder", "code"), take)
    units = sorted({unit for each in codes.values() for unit in each})
    found = alpha([[each.get(unit) for unit in units] for each in codes.values()], level=options.level)
    judged = (
        "can be relied on" if found >= 0.8 else "can be used tentatively" if found >= 0.667 else "is too low"
    )
    words = f"Krippendorff's alpha of {len(codes)} coders and {len(units)} units: {found:.3f}. It {judged}."
    table = Table(
        "Figures", ["coders", "units", "level", "alpha"], [[len(codes), len(units), options.level, found]]
    )
    return figured(codes, {"alpha": found, "level": options.level}, words, table, options.seed)


def change(options: argparse.Namespace) -> Result:
    """What changed in the same people."""
    pairs: dict[tuple[str, str], list[tuple[int, int]]] = {}

    def take(row: SheetRow) -> None:
        item, group = row.needed("item"), row.cell("group") or "everyone"
        before, after = decimal(row.cell("before")), decimal(row.cell("after"))
        if before is None or after is None or before % 1 or after % 1:
            row.refuse(
                "before", row.cell("before"), "before and after are no whole numbers", "Write 1, 2, 3 …"
            )
        elif item is not None:
            pairs.setdefault((item, group), []).append((int(before), int(after)))

    read_rows(options.input, ("person", "item", "before", "after"), take)
    found = change_of(pairs)
    words = "\n".join(
        f"{each.item}, {each.group}: {each.up} of {each.people} up, {each.down} down during the dialogue"
        f"{'' if each.q < 0.1 else '; chance could explain it'}."
        for each in found
    )
    columns = ["item", "group", "people", "mean", "up", "down", "effect", "p", "q"]
    table = Table("Figures", columns, [[getattr(each, column) for column in columns] for each in found])
    inputs = {f"{item}\0{group}": sorted(said) for (item, group), said in pairs.items()}
    return figured(inputs, {"changes": [asdict(each) for each in found]}, words, table, options.seed)


def chart(options: argparse.Namespace) -> Result:
    """A series with its limits."""
    values: list[float] = []

    def take(row: SheetRow) -> None:
        value = decimal(row.cell("value"))
        if value is None:
            row.refuse("value", row.cell("value"), "it is no number", "Write what was measured")
        else:
            values.append(value)

    read_rows(options.input, ("value",), take)
    found = chart_of(values)
    odd = [f"point {place + 1} is beyond the limits" for place in found.outside]
    odd += [f"eight in a row end at point {place + 1}" for place in found.runs]
    words = f"Limits {found.low:.3g} and {found.high:.3g}: {'; '.join(odd) or 'nothing has changed'}."
    rows = [[place, value] for place, value in enumerate(values, 1)]
    return figured(values, asdict(found), words, Table("Series", ["point", "value"], rows), options.seed)


def saturation(options: argparse.Namespace) -> Result:
    """Whether field research has heard enough."""
    said: dict[str, dict[str, list[str]]] = {}

    def take(row: SheetRow) -> None:
        voice_, thing = row.needed("voice"), row.cell("problem")
        if voice_ is not None:
            things = said.setdefault(row.cell("stratum") or "everyone", {}).setdefault(voice_, [])
            things += [thing] if thing else []

    read_rows(options.input, ("voice", "problem"), take)
    found, stop = saturations(
        {stratum: [people[who] for who in sorted(people)] for stratum, people in said.items()},
        seed=options.seed,
    )
    words = "\n".join(
        [
            "Enough: go on to the workshop." if stop else "Not enough yet: go on asking.",
            *(
                f"{each.stratum}: {each.people} people named {each.things} problems; the next one is new "
                f"with {100 * each.new:.0f} in 100; about {each.unseen:.0f} more are out there."
                for each in found
            ),
        ]
    )
    columns = ["stratum", "people", "mentions", "things", "new", "low", "high", "unseen"]
    table = Table("Figures", columns, [[getattr(each, column) for column in columns] for each in found])
    return figured(
        said, {"strata": [asdict(each) for each in found], "stop": stop}, words, table, options.seed
    )


KINDS: Mapping[str, tuple[Callable[[argparse.Namespace], Result], str, Sequence[str]]] = {
    "voice": (voice, "speaking time by group and table", ("person", "seconds", "moment")),
    "statements": (statements, "whose statements stay", ("statement", "group", "reached")),
    "agenda": (agenda, "who made the agenda: beans, influence, satisfaction", ()),
    "reason": (reason, "Deliberative Reason Index", ("person", "consideration 1 …", "policy 1 …")),
    "alpha": (coders, "Krippendorff's alpha", ("unit", "coder", "code")),
    "change": (change, "the same people before and after", ("person", "item", "group", "before", "after")),
    "chart": (chart, "XmR chart of a series", ("value",)),
    "saturation": (saturation, "has field research heard enough", ("stratum", "voice", "problem")),
}
