"""Terms of reference to begin with: clauses that each programme words anew, in its own language.

Shipped as data: a clause is a key that stays and words that are translated. A group keeps its own copy.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

from django.utils.translation import gettext_lazy as _


class Clause(NamedTuple):
    """A clause of the template. title and text are translated when they are shown."""

    key: str
    title: Any
    text: Any


class Kept(TypedDict):
    """A clause as a group keeps it, in the words that were agreed."""

    key: str
    title: str
    text: str


TEMPLATE = [
    Clause(
        "purpose",
        _("What the group is for"),
        _(
            "The group carries the roadmap on. It follows each promise, asks those who made it to "
            "report, and tells the people whom it concerns."
        ),
    ),
    Clause(
        "seats",
        _("Seats and balance"),
        _(
            "Every constituency has a seat. At least half of the members are women. No organisation "
            "has more than one seat, and no site more than a third of them."
        ),
    ),
    Clause(
        "choice",
        _("How members are chosen"),
        _(
            "People are nominated from inside their own constituency and asked whether they accept. "
            "Everybody with a card ticks those whom they trust. The slips are counted by two people "
            "apart from each other."
        ),
    ),
    Clause(
        "objections",
        _("Objections"),
        _(
            "Those who are proposed are made known. For two weeks anybody may object, openly or in "
            "confidence, and says why. Every objection is answered before a seat is confirmed."
        ),
    ),
    Clause(
        "meetings",
        _("Meetings and quorum"),
        _(
            "The group meets at least four times a year. It can decide when more than half of its "
            "members are there, and women are among them. Whoever cannot come says so and sends the "
            "alternate."
        ),
    ),
    Clause(
        "decisions",
        _("How it decides"),
        _(
            "The group decides when every constituency that is there can live with it. Where one "
            "cannot, its reasons go on record and the matter comes back at the next meeting."
        ),
    ),
    Clause(
        "record",
        _("Minutes"),
        _(
            "What was decided, who does it and by when is read back at the end and published within "
            "two weeks."
        ),
    ),
    Clause(
        "interests",
        _("Interests of their own"),
        _(
            "Whoever would gain or lose by a decision says so before it is discussed, and does not "
            "take part in it. No member takes money or favours for their part in the group."
        ),
    ),
    Clause(
        "term",
        _("Term and endorsement"),
        _(
            "A member serves two years and may be chosen once more. Each year every constituency is "
            "asked whether it still endorses the group."
        ),
    ),
    Clause(
        "leaving",
        _("Standing down and handing over"),
        _(
            "A member may stand down at any time, and is then followed by the alternate. Whoever "
            "leaves writes down what is open, who to talk to and where the papers are."
        ),
    ),
]


def template() -> list[Kept]:
    """The template in the language of whoever reads it now, to be worded anew."""
    return [Kept(key=each.key, title=str(each.title), text=str(each.text)) for each in TEMPLATE]
