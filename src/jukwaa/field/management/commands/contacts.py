"""`jukwaa contacts`: what a custodian does with the contact book, on a computer of their own.

It asks no database and no network. The private key is a file that only its owner may read.
"""

import argparse
import csv
import io
import os
import sys
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jukwaa.field.contacts import book


class Command(BaseCommand):
    help = "Open a sealed contact book with a custodian's private key, or seal it anew for other custodians."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        ways = parser.add_subparsers(dest="way", required=True)
        key = ways.add_parser("key", help="make a key; its public half is printed")
        key.add_argument("file", type=Path, help="a new file for the private key")
        opened = ways.add_parser("open", help="print what the book says, as CSV")
        reseal = ways.add_parser("reseal", help="write the same book for other custodians")
        reseal.add_argument(
            "--to", action="append", required=True, metavar="age1…", help="a public key; repeat"
        )
        reseal.add_argument("-o", "--output", type=Path, required=True, help="a new file for the book")
        for each in (opened, reseal):
            each.add_argument("--identity", type=Path, required=True, help="the file of your private key")
            each.add_argument("book", type=Path)

    def handle(self, **options: Any) -> None:
        try:
            match options["way"]:
                case "key":
                    self.stdout.write(make_key(options["file"]))
                case "open":
                    self.stdout.write(
                        opened(_book(options["book"]), _identity(options["identity"])), ending=""
                    )
                case "reseal":
                    anew = book.reseal(_book(options["book"]), _identity(options["identity"]), options["to"])
                    _write_new(
                        options["output"], book.write_book(anew.programme, anew.recipients, anew.entries)
                    )
                    self.stdout.write(f"{len(anew.entries)} entries, for {len(anew.recipients)} custodians")
        except (OSError, ValueError) as wrong:
            raise CommandError(str(wrong)) from None


def make_key(file: Path) -> str:
    """Write a new private key, for its owner alone to read; gives the public one. Raises OSError."""
    key = pyrage.x25519.Identity.generate()
    _write_new(file, f"# public key: {key.to_public()}\n{key}\n".encode())
    return str(key.to_public())


def _write_new(file: Path, data: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)


def _identity(file: Path) -> Any:
    lines = [line.strip() for line in file.read_text().splitlines()]
    keys = [line for line in lines if line.startswith(book.PRIVATE)]
    if len(keys) != 1:
        raise ValueError(f"{file}: one line has to begin with {book.PRIVATE}")
    try:
        return pyrage.x25519.Identity.from_str(keys[0])
    except pyrage.IdentityError:
        raise ValueError(f"{file}: the private key is damaged") from None


def _book(file: Path) -> book.Book:
    return book.read_book(file.read_bytes())


def opened(sealed: book.Book, identity: Any) -> str:
    """What the book says: a line for each person, with what they are to be told or asked."""
    people: dict[str, dict[str, str]] = {}
    errands: dict[str, list[str]] = {}
    for entry in sealed.entries:
        try:
            said = book.unseal(entry.sealed, identity)
        except book.CannotOpen:
            print(f"{entry.name}: this key does not open it", file=sys.stderr)
            continue
        if entry.kind == "contacts":
            people[entry.id] = said
        else:
            errands.setdefault(said["entry"], []).append(f"{said['words']} ({said['asked by']})")
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["name", "phone", "mind", "errands"])
    for pk, said in people.items():
        table.writerow([said["name"], said["phone"], said["more"], " | ".join(errands.get(pk, []))])
    return out.getvalue()
