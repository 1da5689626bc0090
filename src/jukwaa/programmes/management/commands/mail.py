"""`jukwaa manage mail`: how the mail of this node stands, and a test."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jukwaa.programmes.models import Home, Message, Programme
from jukwaa.programmes.post import actions, line, queries, sending


class Command(BaseCommand):
    help = "Say how the mail of this computer stands; with --test, send a mail to an address."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--test", default="", metavar="ADDRESS", help="where to send a test")

    def handle(self, **options: Any) -> None:
        if lacking := line.missing():
            raise CommandError(f"{lacking} docs/how-to/set-up-mail.md tells how.")
        if options["test"]:
            self.send_test(options["test"])
        trouble = queries.outbox().trouble
        self.stdout.write(str(line.REASONS[trouble]) if trouble else "The mail server was last found well.")
        for programme in Programme.objects.filter(pk__in=Home.objects.values("programme")).order_by("slug"):
            waiting = Message.objects.filter(programme=programme, state=Message.State.QUEUED).count()
            self.stdout.write(f"{programme.slug}: {queries.place_of(programme).label} Waiting: {waiting}.")

    def send_test(self, to: str) -> None:
        """Send a test, or say in a sentence why it does not go."""
        try:
            sending.send_test(to=to, language="en")
        except actions.NotGiven as wrong:
            raise CommandError(str(wrong)) from None
        except (line.Trouble, line.Refused, line.NotNow) as wrong:
            raise CommandError(str(line.REASONS[str(wrong)])) from None
        self.stdout.write("The mail server took it. Look whether it arrives, also among the spam.")
