"""`jukwaa import-polis`: a programme of a folder that Polis exported."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from jukwaa.dialogue import analysis, polis
from jukwaa.dialogue.models import Round
from jukwaa.programmes import actions, queries
from jukwaa.programmes.cards import new_password
from jukwaa.programmes.models import Account


class Command(BaseCommand):
    help = (
        "Make a programme of a folder that Polis exported, once all its files are checked. "
        "If it is broken off, the same command goes on where it stopped."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where summary.csv, comments.csv and votes.csv are")
        parser.add_argument("--coordinator", metavar="LOGIN", help="who coordinates it; else a login is made")
        parser.add_argument("--title", default="", help="what to call the programme; else as Polis called it")
        parser.add_argument("--language", default="en", help="code of the language (default: %(default)s)")
        parser.add_argument("--public", action="store_true", help="show the programme to everybody")
        parser.add_argument(
            "--site",
            default="http://127.0.0.1:8000",
            help="the site's address, for what is printed (default: %(default)s)",
        )

    def handle(self, *, folder: Path, coordinator: str | None, site: str, **options: Any) -> None:
        export = self.read(folder)
        try:
            with polis.alone():
                round_ = polis.import_export(
                    export,
                    coordinator=named(coordinator) if coordinator else self.made(export, site),
                    title=options["title"],
                    language=options["language"],
                    public=options["public"],
                    pace=polis.Pace(progress=self.show),
                )
        except polis.Busy:
            raise CommandError("another import is at work here; start this one when it is done") from None
        self.stdout.write(told(export, round_, site))

    def read(self, folder: Path) -> polis.Export:
        """The export, if every file fits and it is not here yet."""
        try:
            export = polis.read(folder)
        except analysis.Refused as refused:
            raise CommandError(f"{folder} is not imported, and nothing was written.\n{refused}") from None
        if (found := polis.imported(export)) is not None:
            raise CommandError(
                f"{folder} was imported before: it is the programme “{found}”, /p/{found.slug}/. "
                "Nothing was written. Set JUKWAA_HOME to another folder to import it there."
            )
        return export

    def made(self, export: polis.Export, site: str) -> Account:
        """A login for this import, its password said at once; a new one if a broken-off import made it."""
        login, password = f"polis-{export.digest[:8]}", new_password()
        account = queries.account_called(login)
        if account is None:
            account = actions.create_account(login=login, password=password)
        else:
            actions.change_password(account=account, password=password)
        self.stdout.write(f"  Log in at      {site}{reverse('programmes:login')}")
        self.stdout.write(f"  as             {login}   {password}")
        self.stdout.flush()
        return account

    def show(self, what: str, done: int, total: int) -> None:
        """How far it is, on one line of a terminal; nothing in a file or a pipe."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{what}: {done:,} of {total:,}   ", ending="\n" if done == total else "")
            self.stderr.flush()


def named(login: str) -> Account:
    """The account of that login."""
    account = queries.account_called(login)
    if account is None:
        raise CommandError(f"there is no login {login}: make it with `jukwaa manage founder {login}`")
    return account


def told(export: polis.Export, round_: Round, site: str) -> str:
    """What is there now, and where to look."""
    said, place = export.conversation, [round_.programme.slug, round_.pk]
    lines = [
        f"  People         {len(said.participants):,}",
        f"  Statements     {len(said.statements):,}, {len(said.standing):,} of them put to the vote",
        f"  Votes          {len(said.votes):,}, {len(said.current_votes()):,} of them count",
        f"  The programme  {site}{reverse('web:road', args=place[:1])}",
        f"  The map        {site}{reverse('dialogue:map', args=place)}",
        f"  The findings   {site}{reverse('dialogue:results', args=place)}",
    ]
    return "\n".join(lines)
