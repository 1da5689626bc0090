"""`jukwaa take-over`: this laptop goes on where the backup on the stick stands."""

import argparse
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jukwaa.record import backup


class Command(BaseCommand):
    help = "Make an empty home of the latest backup in the folder, each file checked as it is copied."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the first laptop was backed up to")
        parser.add_argument("--which", default="", metavar="NAME", help="an earlier backup than the latest")

    def handle(self, **options: Any) -> None:
        try:
            chosen = backup.find(options["folder"].expanduser().resolve(), options["which"])
            manifest = backup.take_over(chosen)
        except backup.Refused as refused:
            raise CommandError(str(refused)) from None
        ago = int((timezone.now() - manifest.moment).total_seconds() // 60)
        lines = [
            f"Taken over into {settings.JUKWAA_HOME}: {chosen.name}, {len(manifest.blobs)} files.",
            f"It stands at {manifest.moment:%H:%M:%S} UTC on {manifest.moment:%d %B %Y}, {ago} minutes ago.",
            "What came in on the first laptop after that is not here. Do not let both serve the same people.",
            "Now: jukwaa serve, with the first laptop's --host and --port, at its address.",
        ]
        own = os.environ.get("SECRET_KEY")
        if own and backup.SECRET in manifest.files and own != read_secret():
            lines.append("SECRET_KEY is set here: unset it, or everybody shows their card anew.")
        self.stdout.write("\n".join(lines))


def read_secret() -> str:
    """The secret key that came with the backup."""
    return (Path(settings.JUKWAA_HOME) / backup.SECRET).read_text(encoding="ascii").strip()
