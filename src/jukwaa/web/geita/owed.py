"""What each side of the demo programme's roadmap owes the other, and who speaks for the groups."""

from __future__ import annotations

from jukwaa.agenda.drafting import actions
from jukwaa.agenda.models import RoadmapRow, Spokesperson
from jukwaa.programmes.models import Constituency, Organisation, Role
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.promises import PROMISES

PANNERS, WORKERS, OWNERS = (
    "Women panners and processors",
    "Pit workers",
    "Pit owners and licence holders",
)
TRADERS, ELDERS, NEIGHBOURS = "Traders and buyers", "Elders and chiefs", "Farmers and neighbours"
OFFICE, COUNCIL, SURVEY = (
    "Resident Mines Office, Geita",
    "Geita District Council",
    "Geological Survey, Lake Zone",
)
UNION, CENTRE, MINE = (
    "Geita Small Miners' Cooperative Union",
    "Geita Gold Buying Centre",
    "Lakeside Gold Mine Ltd",
)

# For each row of the roadmap, in their order: who owes what to whom; "" is everybody whom it concerns.
OWED = [
    [
        (OFFICE, PANNERS, "files the same day and gives a receipt"),
        (OFFICE, OWNERS, "files the same day and gives a receipt"),
        (PANNERS, OFFICE, "bring their papers and pay the fee"),
        (OWNERS, OFFICE, "bring their papers and pay the fee"),
        (COUNCIL, OFFICE, "gives the room at the market"),
    ],
    [
        (COUNCIL, PANNERS, "answers a report within two weeks"),
        (PANNERS, COUNCIL, "report by card when they are asked for a man's permission"),
    ],
    [
        (SURVEY, PANNERS, "repairs a retort within a month"),
        (PANNERS, SURVEY, "lock the retorts up and note who used them"),
        (OWNERS, PANNERS, "leave the keeping of the retorts to the women's group"),
    ],
    [
        (CENTRE, TRADERS, "sends the price by six in the morning"),
        (TRADERS, "", "write the price up before the first sale"),
        (CENTRE, WORKERS, "makes nobody sell at it"),
    ],
    [
        (MINE, "", "tells of blasting and of new fences a day before"),
        (UNION, MINE, "passes it on to the sites the same day"),
        (NEIGHBOURS, COUNCIL, "bring what happened to the forum before they bring it to the police"),
    ],
    [
        (ELDERS, OFFICE, "answer within 21 days"),
        (OFFICE, ELDERS, "writes their answer into the file, whatever it is"),
    ],
    [
        (MINE, NEIGHBOURS, "lends the digger and pays the laboratory"),
        (NEIGHBOURS, MINE, "give six days of work"),
        (WORKERS, NEIGHBOURS, "give six days of work"),
    ],
    [
        (UNION, OWNERS, "brings figures from its books"),
        (CENTRE, UNION, "lends its own figures"),
    ],
]

# Who made the reservations, by their group: the office, the name, and whether they agreed to be named.
SPOKE = {
    OWNERS: ("Secretary of the cooperative union", "Hamisi Kaswahili", True),
    TRADERS: ("Speaker of the buyers at Igunda Hill", "", False),
    ELDERS: ("Chair of the council of elders", "Mzee Lukanda", True),
}


def owe_each_other(cast: Cast, row: RoadmapRow) -> None:
    """What each side owes the other for a row, written down before anybody is asked where they stand."""
    place = [promise.action for promise in PROMISES].index(row.action)
    for debtor, creditor, what in OWED[place]:
        actions.owe(
            row=row,
            debtor=_side(cast, debtor),
            creditor=_side(cast, creditor) if creditor else None,
            what=what,
            by=cast.member(Role.FACILITATOR),
        )


def _side(cast: Cast, name: str) -> Constituency | Organisation:
    return cast.constituencies[name] if name in cast.constituencies else cast.organisations[name]


def speaker(cast: Cast, group: str) -> Spokesperson | None:
    """Who says it when the group has a reservation."""
    if group not in SPOKE:
        return None
    office, name, named = SPOKE[group]
    constituency, by = cast.constituencies[group], cast.member(Role.FACILITATOR)
    return actions.speak_for(constituency=constituency, office=office, name=name, named=named, by=by)
