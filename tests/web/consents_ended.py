"""`python -m tests.web.consents_ended prepare 40` tells stories whose consent ended; `… count` counts."""

import json
import sys

import django

django.setup()

from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from jukwaa.programmes import actions as programmes  # noqa: E402
from jukwaa.programmes.models import Audience, Purpose  # noqa: E402
from jukwaa.record.models import Done, Event  # noqa: E402
from jukwaa.stories import actions as stories  # noqa: E402
from jukwaa.web import queries, reactions  # noqa: E402
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
    """How often each story was taken back, and how many streams are left to follow or failed."""
    taken_back = Event.objects.filter(verb="stories.story_unpublished").values("object")
    times = taken_back.annotate(times=Count("pk")).values_list("times", flat=True)
    left = queries.streams_to_follow(reactions.REACTIONS, at=timezone.now())
    failed = Done.objects.filter(failures__gt=0).count()
    return {"taken_back": list(times), "left": len(left), "failed": failed}


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        print(json.dumps(count()))  # noqa: T201
