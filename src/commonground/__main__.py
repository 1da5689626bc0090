"""The engine at the command line: `python -m commonground --help`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from commonground._draw import Drawn, draw
from commonground._reading import Conversation, read_constituencies, read_conversation
from commonground._report import report
from commonground._version import __version__
from commonground._votes import VoteTable


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 when done, 2 with one sentence a fault when it cannot be."""
    options = parser().parse_args(arguments)
    try:
        conversation = read_conversation(options.input)
        options.do(conversation, drawn_from(conversation, options), options)
    except BrokenPipeError:
        return 0
    except (ValueError, OSError) as error:
        print(told(error), file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """What may be said on the command line."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "input", help="folder of a Polis export, or a CSV with participant, statement, vote[, constituency]"
    )
    shared.add_argument("--constituencies", metavar="FILE", help="CSV with participant, constituency")
    shared.add_argument(
        "--everyone-asked",
        metavar="NAME",
        action="append",
        default=[],
        help="a constituency of which every member was asked; may be said several times",
    )
    shared.add_argument(
        "--threshold", type=float, default=0.6, help="share of each constituency that must agree (0.6)"
    )
    shared.add_argument("--seed", type=int, default=7, help="seed of the map's random choices (7)")
    top = argparse.ArgumentParser(
        prog="commonground",
        description="Finds what every group can live with: from votes to findings and a map.",
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    page = commands.add_parser("report", parents=[shared], help="write one self-contained page for readers")
    page.add_argument("-o", "--output", metavar="FILE", required=True, help="the page to write")
    page.set_defaults(do=write_report)
    figures = commands.add_parser("draw", parents=[shared], help="print findings and map as JSON")
    figures.add_argument(
        "--persons", action="store_true", help="with each person's place: personal, not to be given on"
    )
    figures.set_defaults(do=print_drawing)
    return top


def drawn_from(conversation: Conversation, options: argparse.Namespace) -> Drawn:
    """Draw what counts of a conversation."""
    belongs = conversation.constituencies or None
    if options.constituencies:
        belongs = read_constituencies(options.constituencies)
    votes = VoteTable.from_rows(conversation.counting_votes(), statements=conversation.standing)
    return draw(
        votes,
        constituencies=belongs,
        threshold=options.threshold,
        everyone_asked=options.everyone_asked,
        rng=options.seed,
    )


def write_report(conversation: Conversation, drawn: Drawn, options: argparse.Namespace) -> None:
    """Write the page."""
    Path(options.output).write_text(report(conversation, drawn), "utf-8")


def print_drawing(_conversation: Conversation, drawn: Drawn, options: argparse.Namespace) -> None:
    """Print the figures."""
    print(json.dumps(drawn.as_json(persons=options.persons), ensure_ascii=False, indent=1))


def told(error: ValueError | OSError) -> str:
    """What went wrong, for who stands at the command line."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or 'cannot be opened').lower()}."
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
