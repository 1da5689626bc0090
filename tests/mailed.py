"""Writes to somebody by mail, in a process and a home of its own: `python -m tests.mailed ADDRESS`."""

from __future__ import annotations

import sys

import django

django.setup()

from jukwaa.programmes import actions  # noqa: E402
from jukwaa.programmes.models import Address  # noqa: E402
from jukwaa.programmes.post import actions as post  # noqa: E402


def main(address: str) -> None:
    """A programme, an address, and a message that waits for it."""
    programme = actions.begin_programme(title="Geita", country="Tanzania", slug="geita", by=None)
    said = {"programme": programme, "role": Address.Role.OWNER, "of": programme.pk}
    post.give_address(address=address, language="en", by=None, **said)
    post.write(subject="A promise", text="A secret that only they read.", key="once", **said)


main(sys.argv[1])
