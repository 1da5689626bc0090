"""Who of those who spoke was told what came of it, in the demo programme: many late, some not yet."""

from __future__ import annotations

from jukwaa.programmes.models import Role
from jukwaa.stories.answering import actions, queries
from jukwaa.stories.models import Answered
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

# Of the testimonies in their order: how many were told next, how, and how many days ago.
TOLD = [
    (8, Answered.Way.VISIT, 186),
    (6, Answered.Way.GATHERING, 160),
    (4, Answered.Way.LETTER, 90),
    (3, Answered.Way.CALL, 31),
]


def tell_what_came(cast: Cast, days: Calendar) -> None:
    """Tell most of those who gave testimony; those who proposed something still wait."""
    lead = cast.member(Role.COORDINATOR)
    heard = [each.pk for each in queries.contributions(cast.programme) if each.came == "told"]
    for number, way, ago in TOLD:
        now, heard = heard[:number], heard[number:]
        actions.mark_answered(programme=cast.programme, said=now, way=way, on=days.ago(ago), by=lead)
