"""`jukwaa seed`: the Geita demo programme, through the same actions as everything else."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from jukwaa.programmes.cards import spaced
from jukwaa.programmes.queries import slug_is_taken
from jukwaa.web import geita


class Command(BaseCommand):
    help = "Write the Geita demo programme, and print its addresses, logins and three cards to try."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--site",
            default="http://127.0.0.1:8000",
            help="the site's address, for what is printed (default: %(default)s)",
        )

    def handle(self, *, site: str, **options: Any) -> None:
        if slug_is_taken(geita.SLUG):
            raise CommandError(
                f"There is a programme “{geita.SLUG}” in this database already. "
                "Set JUKWAA_HOME to an empty folder to write the demo programme there."
            )
        self.stdout.write(told(geita.write(), site))


def told(written: geita.Written, site: str) -> str:
    """What a newcomer needs: where to look, how to log in, which cards to try. It cannot be printed again."""
    programme = site + reverse("web:road", args=[written.programme.slug])
    lines = [
        "The Geita demo programme. People and sites are invented.",
        "",
        f"  The programme         {programme}",
        f"  Staff log in          {site}{reverse('programmes:login')}",
        f"  A card takes part     {site}{reverse('programmes:join')}",
        f"  What happened to it?  {site}{reverse('web:trace')}",
        "",
        "Logins",
        *(f"  {said.login:<8} {said.password}   {said.member.get_role_display()}" for said in written.logins),
        "",
        "Cards to try: three phones, or three private windows",
        *(f"  {spaced(said.number)}   {person.constituency}" for person, said in written.cards),
        "",
        "Blank cards, to hand out at the door",
        *(f"  {spaced(said.number)}" for said in written.blank),
        "",
        "Trace code of a panner's testimony",
        f"  {spaced(written.trace_code)}",
        "",
    ]
    return "\n".join(lines)
