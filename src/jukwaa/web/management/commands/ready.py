"""`jukwaa ready`: what must be done before another server than ours serves the site."""

from typing import Any

from django.core.management.base import BaseCommand

from jukwaa.web import server


class Command(BaseCommand):
    help = "Bring the database up to date, see whether it is a restored copy, and collect the static files."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        server.make_ready()
        self.stdout.write("ready")
