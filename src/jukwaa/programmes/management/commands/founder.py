"""`jukwaa manage founder LOGIN`: the first login of a node, which may begin programmes."""

import argparse
import getpass
import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from jukwaa.programmes import actions, queries


class Command(BaseCommand):
    help = (
        "Make a login that may begin programmes, or let one that is here begin them. "
        "The password is asked for, or read from the variable JUKWAA_FOUNDER_PASSWORD."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("login", help="a short name without spaces")
        parser.add_argument(
            "--password", action="store_true", help="give a login that is here a new password"
        )

    def handle(self, **options: Any) -> None:
        login = options["login"]
        account = queries.account_called(login)
        try:
            if account is None:
                actions.create_account(login=login, password=ask(login), founder=True)
                self.stdout.write(f"{login} can log in and begin programmes.")
                return
            if options["password"]:
                actions.change_password(account=account, password=ask(login))
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from None
        actions.make_founder(account=account)
        self.stdout.write(f"{account.login} can begin programmes.")


def ask(login: str) -> str:
    """The new password, typed twice, or taken from the environment. Never from the command's own words,
    which everybody on the machine can list."""
    if given := os.environ.get("JUKWAA_FOUNDER_PASSWORD"):
        return given
    first = getpass.getpass(f"A password for {login} (12 characters or more): ")
    if getpass.getpass("Once more: ") != first:
        raise CommandError("the two passwords differ; nothing was done")
    return first
