"""Opens a round of each kind in a gathering of the demo of their own, and prints their paths in JSON.

`python -m tests.ways_of_demo` prints {gathering, votes, dots, pairs, ranking, gradient, apart}: the last one
is closed and kept apart. Elders and chiefs, and so the third card of the demo, sit at tables that write now.
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

    from jukwaa.dialogue import actions, analysis
    from jukwaa.dialogue.hall import actions as hall
    from jukwaa.dialogue.models import Round
    from jukwaa.programmes.access import get_programme
    from jukwaa.programmes.queries import participants
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
    women = actions.prepare_round(gathering=gathering, kind="problems", question="?", women=True, by=None)
    make.statement(women)
    actions.close_round(round=actions.open_round(round=women, by=None), by=None)
    found["apart"] = reverse("dialogue:round", args=[programme.slug, women.pk])
    elders = list(participants(programme).filter(constituency__name="Elders and chiefs"))
    actions.attend(gathering=gathering, people=elders, state="came", by=None)
    analysis.seat_tables(gathering, people=elders, tables=2, rounds=1, spread=[], apart=[], by=None)
    step = hall.add_step(gathering=gathering, title="At tables", kind="tables", who="tables", by=None)
    hall.begin_step(step=step, by=None)
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
