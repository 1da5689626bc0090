"""Opens a round of each kind in a gathering of the demo of their own, and prints their paths in JSON.

`python -m tests.ways_of_demo` prints {gathering, votes, dots, pairs, ranking, gradient, apart}: the last one
is closed and kept apart. Elders and chiefs, and so the third card of the demo, sit at tables that write now.
Of the reading room it prints the ids {heard, written, quote, uncoded}: a testimony with a recording, its
translation, and two quotes.
"""

import io
import json
import os
import wave

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
    print(json.dumps(found | read(programme)))  # noqa: T201


def read(programme) -> dict[str, str]:
    """A testimony with twenty seconds of silence, written down and translated, and quotes to look at."""
    from jukwaa.field import actions
    from jukwaa.field.coding.actions import code_quote
    from jukwaa.field.media import read_recording
    from jukwaa.field.queries import themes
    from jukwaa.field.voices import actions as voices
    from jukwaa.field.voices import times
    from jukwaa.programmes.models import Member

    sound = io.BytesIO()
    with wave.open(sound, "wb") as written:
        written.setparams((1, 1, 8000, 0, "NONE", ""))
        written.writeframes(b"\x80" * 8000 * 20)
    asha = Member.objects.get(programme=programme, role="researcher")
    heard = actions.record_testimony(
        programme=programme, audio=read_recording(sound.getvalue()), language="sw", by=asha
    )
    parts = times.read("0:02 Maji ni machafu.\n0:09 Tunayanywa.")
    voices.write_down(testimony=heard, segments=parts, by=asha)
    english = times.read("0:02 The water is dirty.\n0:09 We drink it.")
    translated = voices.translate_testimony(testimony=heard, segments=english, language="en", by=asha)
    quote = actions.take_quote(testimony=heard, text="Tunayanywa.", start=9, end=12, by=asha)
    code_quote(quote=quote, theme=themes(programme)[0], sort="problem", when="present", by=asha)
    uncoded = actions.take_quote(testimony=heard, text="Maji ni machafu.", by=asha)
    found = {"heard": heard, "written": translated, "quote": quote, "uncoded": uncoded}
    return {name: str(row.pk) for name, row in found.items()}


if __name__ == "__main__":
    main()
