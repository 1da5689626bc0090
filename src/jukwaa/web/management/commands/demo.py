"""`jukwaa demo`: the Geita demo programme, written once and served."""

import argparse
import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from jukwaa.programmes.models import Programme
from jukwaa.web import server


class Command(BaseCommand):
    help = "Fill an empty database with the Geita demo programme and serve it."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="(default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")

    def handle(self, **options: Any) -> None:
        server.make_ready()
        # What seeding said (logins, cards) is said again at every start.
        words = Path(settings.JUKWAA_HOME) / "demo.txt"
        if not Programme.objects.exists():
            self.stdout.write("Writing the Geita demo programme …")
            self.stdout.flush()
            self.seed(words, f"http://127.0.0.1:{options['port']}")
        if words.exists():
            self.stdout.write(words.read_text(encoding="utf-8"))
        call_command("serve", host=options["host"], port=options["port"], stdout=self.stdout)

    def seed(self, words: Path, site: str) -> None:
        """Write the demo programme, and keep what there is to say about it where only we can read it."""
        said = io.StringIO()
        call_command("seed", site=site, stdout=said)
        words.touch(mode=0o600)
        words.write_text(said.getvalue(), encoding="utf-8")
