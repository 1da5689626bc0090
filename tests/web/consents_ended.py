"""`python -m tests.web.consents_ended prepare 40`: stories whose tellers' consent ended. `… count`: see below."""

import json
import sys

import django

django.setup()

from django.db.models import Count  # noqa: E402

from jukwaa.programmes import actions as programmes  # noqa: E402
from jukwaa.programmes.models import Audience, Purpose  # noqa: E402
from jukwaa.record.models import Event  # noqa: E402
from jukwaa.stories import actions as stories  # noqa: E402
from tests import make  # noqa: E402
from tests.stories.conftest import walked  # noqa: E402


def prepare(number: int) -> None:
    """Tell that many stories, in two programmes, and end their tellers' consents."""
    for programme in (make.programme(), make.programme()):
        outcome = walked(programme, make.participant(programme)).outcome
        for _story in range(number // 2):
            teller = make.participant(programme)
            make.consent(teller, Purpose.STORY, Audience.PUBLIC)
            story = stories.write_story(outcome=outcome, title="A", text="B", teller=teller, by=None)
            stories.publish_story(story=story, audience=Audience.PUBLIC, by=None)
            programmes.end_consent(participant=teller, purpose=Purpose.STORY, by=None)


def count() -> dict[str, object]:
    """How many events have a reaction, and how often each story was taken back."""
    said = Event.objects.filter(verb__in=["programmes.consent_said", "programmes.consent_ended"]).count()
    taken_back = Event.objects.filter(verb="stories.story_unpublished").values("object")
    times = taken_back.annotate(times=Count("pk")).values_list("times", flat=True)
    return {"events": said, "taken_back": list(times)}


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        print(json.dumps(count()))  # noqa: T201
