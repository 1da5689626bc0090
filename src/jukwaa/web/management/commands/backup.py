"""`jukwaa backup`: this laptop's whole node on a stick, while it runs."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jukwaa.programmes.actions import note_backup
from jukwaa.record import backup


class Command(BaseCommand):
    help = (
        "Back this laptop up to a stick, while it runs. The backup before stays until the new one is whole."
    )
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a folder on the stick")

    def handle(self, **options: Any) -> None:
        try:
            made = backup.make(options["to"].expanduser().resolve())
        except backup.Refused as refused:
            raise CommandError(str(refused)) from None
        note_backup(folder=str(made.folder))
        size = f"{made.bytes / 1_000_000:.1f} MB in {made.seconds:.1f} s"
        self.stdout.write(f"{made.folder} stands at {made.at:%H:%M:%S} UTC: {size}")
        if not settings.SQLITE_KEY:
            self.stdout.write("It is not encrypted, as the database is not: keep the stick on you.")
