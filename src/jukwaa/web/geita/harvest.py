"""What backs the demo's outcomes: evidence, who bears them out, what the dialogue had to do with it."""

from __future__ import annotations

from typing import NamedTuple

from jukwaa.delivery.harvest import actions
from jukwaa.delivery.models import Evidence, Outcome, Substantiation
from jukwaa.programmes.models import Cycle, Role
from jukwaa.stories.choosing import actions as choosing
from jukwaa.stories.choosing.queries import told
from jukwaa.stories.models import Selection
from jukwaa.web.geita import promises
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

Answer = Substantiation.Answer
Kind = Evidence.Kind


class Backing(NamedTuple):
    """What backs one outcome. seen: what is seen, with what two of the staff say of it in per cent."""

    evidence: list[tuple[str, str, str, int]]
    asked: list[tuple[str, str, str, str]]
    seen: list[tuple[str, tuple[int, int], tuple[int, int]]]


# In the order of the outcomes.
BACKING = [
    Backing(
        [("The act as it was published", Kind.DOCUMENT, "Government printer", 70)],
        [("Clerk's office of parliament", "It keeps the letters, and gains nothing by the answer.", "", "")],
        [("The stamped letter lies in the file of the committee", (60, 40), (50, 40))],
    ),
    Backing(
        [
            (
                "Thirty sales noted before the boards, thirty after",
                Kind.COUNT,
                "Women's group, Nyakasanda",
                60,
            ),
            ("Both boards, with the day's price", Kind.SEEN, "Field team", 45),
        ],
        [
            (
                "Savings group secretary, Nyakasanda",
                "She sees what comes into the box every week, and sells no gold.",
                Answer.PARTLY,
                "At Nyakasanda it is so. Of Igunda Hill I know nothing.",
            )
        ],
        [
            ("Sellers name the price on the board when they are asked how they know it", (85, 15), (80, 25)),
            ("Prices rose at sites without a board too", (50, 80), (45, 70)),
        ],
    ),
    Backing(
        [("Receipts 0001 to 0061", Kind.DOCUMENT, "Mines office, market desk", 50)],
        [
            (
                "Legal aid office, Geita",
                "It helps applicants of every office, and has no part in the desk.",
                Answer.FULLY,
                "Eleven of them came to us before; none was asked for her husband at the market.",
            )
        ],
        [
            ("The list of what may be asked bears the roadmap's number", (90, 5), (85, 10)),
            ("The desk stands where the panners asked for it", (80, 20), (80, 20)),
        ],
    ),
]
REASONS = (
    "She wrote her own name. For nine years nobody had asked her for it, and now there is a receipt with a "
    "day on it. The others tell of money; this one tells of who may ask."
)
DOUBTS = "The licence itself has not come yet."


def back_up(cast: Cast, outcomes: dict[str, Outcome], days: Calendar) -> None:
    """Give each outcome its evidence, ask those who know of it, weigh what the dialogue had to do with it."""
    researcher, facilitator = cast.member(Role.RESEARCHER), cast.member(Role.FACILITATOR)
    for changed, backing in zip(promises.OUTCOMES, BACKING, strict=False):
        outcome = outcomes[changed.what]
        for what, kind, source, ago in backing.evidence:
            actions.add_evidence(
                outcome=outcome,
                what=what,
                kind=kind,
                source=source,
                dated_on=days.ago(ago),
                public=True,
                by=researcher,
            )
        for office, independent, answer, says in backing.asked:
            asked = actions.ask_somebody(
                outcome=outcome, office=office, independent=independent, asked_on=days.ago(30), by=researcher
            )
            if answer:
                actions.answer(asked=asked, answer=answer, says=says, by=researcher)
        for seen, one, other in backing.seen:
            package = actions.add_package(outcome=outcome, seen=seen, by=researcher)
            for by, (if_so, if_not) in ((researcher, one), (facilitator, other)):
                actions.weigh(package=package, if_so=if_so, if_not=if_not, by=by)


def choose_a_story(cast: Cast, days: Calendar) -> None:
    """The leadership group read the stories and chose one."""
    read = list(told(cast.programme).order_by("-published_on"))
    groups = list(cast.constituencies.values())
    choosing.choose(
        programme=cast.programme,
        level=Selection.Level.FIRST,
        where="Leadership group, Geita",
        cycle=Cycle.JOBS,
        held_on=days.ago(12),
        panel=[choosing.Bench(group, women=1, men=number % 2) for number, group in enumerate(groups)],
        read=read,
        chosen=next(story for story in read if story.title == promises.STORIES[0].title),
        reasons=REASONS,
        doubts=DOUBTS,
        by=cast.member(Role.COMMUNICATIONS),
    )
