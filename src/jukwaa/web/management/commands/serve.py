"""`jukwaa serve`: the site on this machine, with its worker."""

import argparse
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jukwaa.web import server


class Command(BaseCommand):
    help = "Serve the site, with its worker."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="0.0.0.0 lets phones on the same Wi-Fi in (default: %(default)s)",
        )
        parser.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")
        parser.add_argument(
            "--backup-to",
            metavar="FOLDER",
            type=Path,
            help="a folder on a stick, to which this laptop is backed up while it runs",
        )

    def handle(self, **options: Any) -> None:
        if options["backup_to"]:
            # The worker makes the backups, and reads its settings from the environment.
            os.environ["JUKWAA_BACKUP"] = str(options["backup_to"].expanduser().resolve())
        server.make_ready()
        for address in server.addresses(options["host"], options["port"]):
            self.stdout.write(f"Jukwaa is at {address}")
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
        try:
            server.serve(host=options["host"], port=options["port"])
        except OSError as error:
            where = f"{options['host']}:{options['port']}"
            raise CommandError(f"{where} cannot be used ({error.strerror}): choose another --port") from error
