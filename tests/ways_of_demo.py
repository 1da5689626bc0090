"""Opens a round of each kind in a gathering of the demo of their own, and prints their paths in JSON.

`python -m tests.ways_of_demo` prints {gathering, votes, dots, pairs, ranking, gradient}.
"""

import json
import os

import django

WORDS = ["The well is not safe.", "The mill is too near the school.", "Nobody inspects the shafts."]


def main() -> None:
    """Open them and print where they are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jukwaa.settings")
    django.setup()
    from django.urls import reverse

    from jukwaa.dialogue import actions
    from jukwaa.dialogue.models import Round
    from jukwaa.programmes.access import get_programme
    from jukwaa.record.streams import open_node
    from tests import make

    open_node()
    programme = get_programme("geita")
    gathering = make.gathering(programme, title="Every way to answer")
    found = {"gathering": reverse("dialogue:gathering", args=[programme.slug, gathering.pk])}
    for method in Round.Method.values:
        round_ = actions.prepare_round(
            gathering=gathering,
            kind="problems",
            question=f"By {method}: what weighs most?",
            method=method,
            by=None,
        )
        for words in WORDS:
            make.statement(round_, text=words)
        actions.open_round(round=round_, by=None)
        found[method] = reverse("dialogue:round", args=[programme.slug, round_.pk])
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
