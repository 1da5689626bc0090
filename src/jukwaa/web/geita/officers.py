"""Whom each row of the demo roadmap affects, and what its officers do by their links."""

from __future__ import annotations

from django.db import transaction

from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery.models import Commitment
from jukwaa.delivery.promises import actions, queries
from jukwaa.dialogue.models import Channel
from jukwaa.programmes.models import Constituency, Place, Role
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

# Those who can see for themselves whether it is so, by the row's action: groups and places. Else everybody.
AFFECTED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "A licence clerk sits at the market every week and files for whoever comes": (
        ("Women panners and processors", "Pit owners and licence holders"),
        (),
    ),
    "Every licence office hangs up, in Swahili, what may and may not be asked of an applicant": (
        ("Women panners and processors", "Pit owners and licence holders"),
        (),
    ),
    "Three retorts at each site, kept by the women's group, with a day's training": (
        ("Women panners and processors", "Pit workers"),
        ("Geita District", "Mbogwe District"),
    ),
    "Fill in the eleven open pits at Ibondo ya Juu and test the four wells below them": (
        ("Farmers and neighbours", "Women panners and processors"),
        ("Ibondo ya Juu",),
    ),
}


def affected(cast: Cast, action: str) -> list[tuple[Constituency, Place | None]]:
    """Whom the row with that action affects."""
    groups, places = AFFECTED.get(action, (tuple(cast.constituencies), ()))
    where: list[Place | None] = [cast.places[name] for name in places] or [None]
    return [(cast.constituencies[group], place) for group in groups for place in where]


CLERK = "A licence clerk sits at the market every week and files for whoever comes"
NOTICE = "Every licence office hangs up, in Swahili, what may and may not be asked of an applicant"
RETORTS = "Three retorts at each site, kept by the women's group, with a day's training"
FORUM = "A forum of small miners, elders, neighbours and the large mine meets every three months"
PITS = "Fill in the eleven open pits at Ibondo ya Juu and test the four wells below them"
LEFT_BEHIND = "The weekly sheets are in the grey file. The market chair keeps the key of the room."


def keep(cast: Cast, rows: dict[str, RoadmapRow], days: Calendar) -> None:
    """A mines officer moves on and the office stays; two ask for more time; answers come in on paper."""
    lead = cast.member(Role.COORDINATOR)
    made = {action: row.commitments.get() for action, row in rows.items()}
    with transaction.atomic():
        office = queries.office_of(made[CLERK])
        actions.give_link(office=office, by=lead)
        actions.hand_over(office=office, on=days.ago(24), note=LEFT_BEHIND, by=lead)
        _more_time(cast, made, days)
        _on_paper(cast, made)


def _more_time(cast: Cast, made: dict[str, Commitment], days: Calendar) -> None:
    actions.ask_for_time(
        commitment=made[NOTICE],
        until=days.ago(-30),
        reason="The printer delivered two of five. The rest come with the next lorry.",
        by=None,
        by_owner=True,
    )
    asked = actions.ask_for_time(
        commitment=made[PITS],
        until=days.ago(-160),
        reason="The digger is under repair until the dry season.",
        by=None,
        by_owner=True,
    )
    actions.answer_time(
        asked=asked,
        agreed=True,
        words="The leadership group agreed, if the pits are fenced in until then.",
        by=cast.member(Role.FACILITATOR),
    )


def _on_paper(cast: Cast, made: dict[str, Commitment]) -> None:
    """Two sheets: a meeting that confirms, and a helper who brings a reason that nobody has screened yet."""
    facilitator = cast.member(Role.FACILITATOR)
    farmers, panners = cast.people["Farmers and neighbours"], cast.people["Women panners and processors"]
    actions.take_answers(
        report=made[FORUM].reports.latest("reported_on"),
        yes=farmers[:11],
        no=[],
        reason="",
        channel=Channel.HANDS,
        by=facilitator,
    )
    actions.take_answers(
        report=made[RETORTS].reports.latest("reported_on"),
        yes=[],
        no=[panners[20]],
        reason="The store is locked, and Mzee Kulwa has the key.",
        channel=Channel.HELPER,
        by=facilitator,
    )
