"""Puts something on the wall of a gathering of the demo, as its facilitator does, and prints the wall's path.

`python -m tests.wall_of_demo results closed`: the kind, and of which round: the first one, or the last, which
is open.
"""

import os
import sys

import django


def main(kind: str, which: str) -> None:
    """Put it up and print the path."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jukwaa.settings")
    django.setup()
    from django.urls import reverse

    from jukwaa import record
    from jukwaa.dialogue import queries
    from jukwaa.dialogue.models import Wall
    from jukwaa.dialogue.wall import links
    from jukwaa.programmes.access import get_programme
    from jukwaa.record.streams import open_node

    open_node()
    rounds = queries.rounds(get_programme("geita"))
    of = rounds.last() if which == "open" else rounds.first()
    if of is None:
        raise SystemExit("the demo has no round")
    gathering = of.gathering
    gathering.programme = of.programme
    record.put("dialogue.wall_shown", gathering, wall=Wall(kind).value, wall_round=of, by=None)
    print(reverse("dialogue:wall_link", args=[of.programme.slug, links.sign(gathering)]))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
