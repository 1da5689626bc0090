"""The engine at the command line: `python -m commonground --help`."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from commonground import (
    _agenda_command,
    _committee_command,
    _equity_command,
    _panel_command,
    _priorities_command,
    _tables_command,
)
from commonground._agreement import Count
from commonground._cluster import cluster
from commonground._columns import About
from commonground._differences import Change, changes, differences
from commonground._draw import Drawn, draw
from commonground._flags import flags
from commonground._ground import Ground, lay
from commonground._keeping import go_on_from, keep
from commonground._mapping import as_plain, as_text
from commonground._parquet import is_parquet, write_parquet
from commonground._progress import shown
from commonground._reading import (
    Conversation,
    in_columns,
    read_at_once,
    read_constituencies,
    read_conversation,
    read_counts,
    shelved,
)
from commonground._report import report
from commonground._routing import Router
from commonground._shelf import Engine, Local, Votes
from commonground._version import __version__
from commonground._votes import VoteTable
from commonground._writing import write_conversation

CORE = 8
INPUT = (
    "folder of a Polis export, JSON, or CSV or Parquet with participant, statement, vote and perhaps moment, "
    "constituency, gender, weight, probability"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 when done, 2 with one sentence a fault when it cannot be."""
    options = parser().parse_args(arguments)
    try:
        with shown(sys.stderr) if sys.stderr.isatty() else contextlib.nullcontext():
            options.do(options)
    except BrokenPipeError:
        return 0
    except (ValueError, OSError) as error:
        print(told(error), file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """What may be said on the command line."""
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("input", help=INPUT)
    belonging = argparse.ArgumentParser(add_help=False)
    belonging.add_argument(
        "--constituency",
        "--constituencies",
        dest="constituencies",
        metavar="FILE",
        help="CSV with participant, constituency",
    )
    drawing = argparse.ArgumentParser(add_help=False)
    drawing.add_argument(
        "--counted",
        metavar="FILE",
        help="CSV with constituency, statement, agree, disagree, pass: votes counted by hands or on paper",
    )
    drawing.add_argument(
        "--everyone-asked",
        metavar="NAME",
        action="append",
        default=[],
        help="a constituency of which every member was asked; may be said several times",
    )
    drawing.add_argument(
        "--threshold", type=float, default=0.6, help="share of each constituency that must agree (0.6)"
    )
    drawing.add_argument("--seed", type=int, default=7, help="seed of all random choices (7)")
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument(
        "--before",
        metavar="FILE",
        help="go on from a map that --keep kept: INPUT holds the new votes only, and nobody else moves",
    )
    running.add_argument("--keep", metavar="FILE", help="keep what the next map needs to go on: personal")
    running.add_argument(
        "--engine", choices=("local", "dask"), default="local", help="this machine (local), or a Dask cluster"
    )
    running.add_argument(
        "--scheduler", metavar="ADDRESS", help="the cluster's scheduler; without it a cluster on this machine"
    )
    running.add_argument(
        "--store",
        metavar="FOLDER",
        help="keep the votes in files of this folder, not in memory; all workers must see it",
    )
    top = argparse.ArgumentParser(
        prog="commonground",
        description="Finds what every group can live with: from votes to findings and a map.",
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    whole = [reading, belonging, drawing]
    figures = commands.add_parser(
        "map", parents=[*whole, running], help="write everything as JSON, each person's place too: personal"
    )
    figures.add_argument("--json", metavar="OUT", required=True, help="the file to write; - prints it")
    figures.set_defaults(do=write_map)
    page = commands.add_parser("report", parents=whole, help="write one self-contained page for readers")
    page.add_argument("-o", "--output", metavar="FILE", required=True, help="the page to write")
    page.set_defaults(do=write_report)
    asking = commands.add_parser("next", parents=whole, help="say which statement to ask somebody next")
    asking.add_argument("--participant", metavar="ID", required=True, help="whom to ask")
    asking.add_argument("--core", action="store_true", help="ask first what parts people most: for a map")
    asking.set_defaults(do=say_next)
    turning = commands.add_parser("convert", parents=[reading], help="write the same votes in another form")
    turning.add_argument("output", help="a .csv, .parquet or .json file, else a folder as Polis exports it")
    turning.set_defaults(do=convert)
    change = commands.add_parser("compare", parents=[belonging], help="say what changed between two rounds")
    change.add_argument("before", help=INPUT)
    change.add_argument("after", help="the same people's later votes, the statements by the same ids")
    change.add_argument("--json", metavar="OUT", help="write the figures; - prints them")
    change.set_defaults(do=compare)
    _agenda_command.add_to(commands, [reading, belonging])
    _committee_command.add_to(commands, [reading, belonging])
    _priorities_command.add_to(commands)
    _panel_command.add_to(commands)
    _tables_command.add_to(commands)
    _equity_command.add_to(commands, [reading, belonging])
    looking = commands.add_parser(
        "check", parents=whole, help="say whether the files fit, and what in the votes looks spoiled"
    )
    looking.set_defaults(do=check)
    return top


# ---- commands --------------------------------------------------------------------------------------------


def write_map(options: argparse.Namespace) -> None:
    """Everything as JSON."""
    with contextlib.ExitStack() as stack:
        votes, texts, about = gathered(options, stack)
        belongs = belonging(options, about.constituencies)
        ground = ground_under(votes, options)
        drawn = drawn_from(ground or votes, belongs, options)
        votes = ground.votes if ground else votes
        plain = as_plain(texts, votes, drawn, belongs, counts(options), about=about)
        write(as_text(plain, drawn.map), options.json)


def ground_under(votes: Votes, options: argparse.Namespace) -> Ground | None:
    """What the map stands on, where it goes on from another or is to be kept; else None."""
    if not options.before and not options.keep:
        return None
    ground: Ground | None
    if options.before:
        new = votes if isinstance(votes, VoteTable) else votes.take(np.arange(len(votes.participants)))
        ground = go_on_from(options.before).take_in(new)
    else:
        ground = lay(votes, seed=options.seed)
    if ground is None:
        raise ValueError("There is no map to keep: fewer than 20 people or 5 statements have votes.")
    if options.keep:
        keep(ground, options.keep)
    return ground


def gathered(options: argparse.Namespace, stack: contextlib.ExitStack) -> tuple[Votes, dict[str, str], About]:
    """The votes that count where the engine finds them, the statements' words, and who is who."""
    source = Path(options.input)
    engine: Engine = Local()
    if options.engine == "dask":
        engine = stack.enter_context(cluster(options.scheduler))
    elif options.scheduler:
        raise ValueError("--scheduler goes with --engine dask.")
    folder = Path(options.store) if options.store else None
    if folder is None and options.engine == "dask":
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="commonground-")))
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    if is_parquet(source) and source.exists():
        shelf, about = shelved(source, folder)
        return replace(shelf, engine=engine), {}, about
    texts: dict[str, str] = {}
    if in_columns(source):
        columns = read_at_once(source)
        votes, about = columns.table(), columns.about
    else:
        conversation = read_conversation(source)
        votes, about = table(conversation), of_conversation(conversation)
        texts = {statement.id: statement.text for statement in conversation.statements}
    return votes if folder is None else votes.shelf.stored(folder, engine), texts, about


def write_report(options: argparse.Namespace) -> None:
    """The page."""
    conversation, votes, belongs = read(options)
    apart = differences(votes, constituencies=belongs, counted=counts(options)) if belongs else ()
    page = report(conversation, drawn_from(votes, belongs, options), apart=apart)
    Path(options.output).write_text(page, "utf-8")


def say_next(options: argparse.Namespace) -> None:
    """The next statement for one participant."""
    conversation, votes, belongs = read(options)
    me = options.participant
    seen = {statement for who, statement, _ in votes if who == me}
    mine = (belongs or {}).get(me)
    by_others = {
        each.id
        for each in conversation.statements
        if each.author and (belongs or {}).get(each.author, mine) != mine
    }
    map_ = drawn_from(votes, belongs, options).map if options.core else None
    router = Router.of(votes, constituencies=belongs, counted=counts(options), rng=options.seed)
    chosen = router.choose(
        mine,
        seen=seen,
        rng=np.random.default_rng([options.seed, len(seen), *me.encode()]),
        core=map_.core(CORE) if map_ else (),
        elsewhere=by_others,
        closed=closed(conversation),
    )
    texts = {statement.id: statement.text for statement in conversation.statements}
    put(None if chosen is None else {**asdict(chosen), "text": texts[chosen.statement]}, "-")


def convert(options: argparse.Namespace) -> None:
    """The same votes in another form."""
    source, target = Path(options.input), Path(options.output)
    if in_columns(source) and target.suffix == ".parquet":
        write_parquet(read_at_once(source).in_order(), target)
    else:
        write_conversation(read_conversation(source), target)


def compare(options: argparse.Namespace) -> None:
    """What changed between two rounds."""
    before, after = read_conversation(options.before), read_conversation(options.after)
    belongs = belonging(options, after.constituencies) or belonging(options, before.constituencies)
    found = changes(table(before), table(after), constituencies=belongs)
    if options.json:
        put([{**asdict(each), "clear": each.clear} for each in found], options.json)
        return
    texts = {each.id: each.text for conversation in (before, after) for each in conversation.statements}
    for each in found:
        print(of_change(each, texts[each.statement]))
    if not found:
        print("Nobody voted on the same statement both times.")


def of_change(change: Change, text: str) -> str:
    """One statement's change in words."""
    sure = "" if change.clear else " It may be chance."
    return (
        f"{text}\n  Of {change.people:,} people {round(100 * change.before)} in 100 agreed before and "
        f"{round(100 * change.after)} after; {change.up:,} moved towards it, {change.down:,} away.{sure}"
    )


def check(options: argparse.Namespace) -> None:
    """Whether the files fit, and what looks spoiled."""
    conversation, votes, belongs = read(options)
    print(
        f"The files fit: {len(conversation.participants):,} participants, "
        f"{len(conversation.statements):,} statements, {len(conversation.votes):,} votes, "
        f"{len(votes):,} of which count."
    )
    map_ = drawn_from(votes, belongs, options).map
    groups: dict[str, Collection[str]] = {}
    for group in (map_.groups if map_ else None) or ():
        groups[f"group {group.name}"] = [
            who for who, place in (map_.places if map_ else {}).items() if place.group == group.name
        ]
    found = flags(
        votes,
        events=conversation.votes,
        groups=groups,
        constituencies=belongs,
        threshold=options.threshold,
    )
    for flag in found:
        print(f"To look at: {flag.kind}. {flag.reason[0].upper()}{flag.reason[1:]}.")
    print("Nothing was taken away." if found else "Nothing looks spoiled.")


# ---- parts -----------------------------------------------------------------------------------------------


def read(options: argparse.Namespace) -> tuple[Conversation, VoteTable, dict[str, str] | None]:
    """The conversation, the votes that count, and who belongs where."""
    conversation = read_conversation(options.input)
    return conversation, table(conversation), belonging(options, conversation.constituencies)


def table(conversation: Conversation) -> VoteTable:
    """The votes that count."""
    return VoteTable.from_rows(conversation.counting_votes(), statements=conversation.standing)


def of_conversation(conversation: Conversation) -> About:
    """What it says of participants."""
    return About(dict(conversation.constituencies), dict(conversation.genders), dict(conversation.weights))


def closed(conversation: Conversation) -> set[str]:
    """Statements that moderators took away."""
    return {statement.id for statement in conversation.statements} - set(conversation.standing)


def belonging(options: argparse.Namespace, own: Mapping[str, str]) -> dict[str, str] | None:
    """Who belongs to which constituency: by the file that was named, else by the input's own word."""
    if options.constituencies:
        return read_constituencies(options.constituencies)
    return dict(own) or None


def drawn_from(votes: Votes | Ground, belongs: dict[str, str] | None, options: argparse.Namespace) -> Drawn:
    """Draw what the options ask for."""
    return draw(
        votes,
        constituencies=belongs,
        threshold=options.threshold,
        everyone_asked=options.everyone_asked,
        counted=counts(options),
        rng=options.seed,
    )


def counts(options: argparse.Namespace) -> tuple[Count, ...]:
    """Votes that were counted without names."""
    return read_counts(options.counted) if options.counted else ()


def put(plain: Any, file: str) -> None:
    """Write JSON to a file, or print it."""
    write([json.dumps(plain, ensure_ascii=False)], file)


def write(pieces: Iterable[str], file: str) -> None:
    """Write a line in pieces to a file, or print it."""
    with (
        contextlib.nullcontext(sys.stdout)
        if file == "-"
        else Path(file).open("w", encoding="utf-8") as stream
    ):
        stream.writelines(chain(pieces, "\n"))


def told(error: ValueError | OSError) -> str:
    """What went wrong, for who stands at the command line."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or 'cannot be opened').lower()}."
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
