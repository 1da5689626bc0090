"""Whom each row of the demo roadmap affects, and what its officers do by their links."""

from __future__ import annotations

from jukwaa.programmes.models import Constituency, Place
from jukwaa.web.geita.people import Cast

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
