"""The room's one door to the engine: panels drawn by lot from the register, and whom to call afterwards."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from commonground.panels import (
    CannotBeMet,
    Kind,
    Lottery,
    Quota,
    Stratum,
    attrition,
    choose_alternates,
    draw_panel,
    expected_drop_out,
    replacements,
)
from jukwaa.programmes import actions, queries
from jukwaa.programmes.download import sheet
from jukwaa.programmes.models import Certificate, Entry, Participant, Programme
from jukwaa.record.write import By

__all__ = [
    "COLUMNS",
    "CannotBeMet",
    "Quota",
    "Stratum",
    "draw",
    "files",
    "kinds_of",
    "next_ones",
    "ready",
    "strata",
]

COLUMNS = ("constituency", "gender", "site", "age")
TICKETS = 1000
S = Entry.State


def kinds_of(programme: Programme) -> dict[Participant, Kind]:
    """Everybody in the register who belongs to a constituency, with what quotas may ask of them."""
    people = queries.participants(programme).filter(constituency__isnull=False)
    return {
        person: {
            "constituency": str(person.constituency),
            "gender": person.gender,
            "site": str(person.place or ""),
            "age": person.age_band,
            "household": person.household,
        }
        for person in people.select_related("constituency", "place").order_by("pk")
    }


def draw(
    *,
    programme: Programme,
    title: str,
    size: int,
    quotas: Sequence[Quota],
    household: bool,
    by: By,
    about: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Certificate:
    """Work out the lottery and keep it. Raises ValueError for what does not fit, and CannotBeMet.

    The seed only says which of people alike is on which ticket; nobody chooses it.
    """
    register = kinds_of(programme)
    numbered = {name(number): kind for number, kind in enumerate(register.values(), 1)}
    lottery = draw_panel(
        numbered,
        size=size,
        quotas=quotas,
        household="household" if household else None,
        tickets=TICKETS,
        seed=secrets.randbelow(1_000_000),
    )
    certificate = Certificate(
        programme=programme,
        kind=Certificate.Kind.PANEL,
        about=about,
        title=title,
        rule={"size": size, "quotas": [asdict(quota) for quota in quotas], "household": lottery.household},
        seed=lottery.seed,
        engine=lottery.version,
        digest=lottery.digest,
        said=as_said(lottery),
    )
    people = [(person, dict(kind), S.LISTED) for person, kind in register.items()]
    return actions.issue_certificate(certificate=certificate, people=people, by=by, at=at)


def name(number: int) -> str:
    """Who somebody is in the files: their number, such that names sort as numbers do."""
    return f"{number:05}"


def as_said(lottery: Lottery) -> dict[str, object]:
    """The lottery with everybody by their number."""
    return {
        "chances": list(lottery.chances),
        "tickets": [[place + 1 for place in ticket] for ticket in lottery.tickets],
        "excluded": [int(who) for who in lottery.excluded],
        "least": lottery.least,
        "most": lottery.most,
        "gini": lottery.gini,
        "off": lottery.off,
    }


def quotas_of(certificate: Certificate) -> list[Quota]:
    """What every panel of it keeps."""
    return [Quota(**quota) for quota in certificate.rule["quotas"]]


# ---- after the draw --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawing:
    """Those whom a panel was drawn from, as the engine wants them: by number."""

    entries: dict[str, Entry]

    @classmethod
    def of(cls, certificate: Certificate) -> Drawing:
        return cls({name(entry.number): entry for entry in queries.entries(certificate)})

    @property
    def kinds(self) -> dict[str, Kind]:
        return {who: entry.line for who, entry in self.entries.items()}

    def those(self, *states: str) -> list[str]:
        """Who has come so far."""
        return [who for who, entry in self.entries.items() if entry.state in states]

    def named(self, found: Iterable[str]) -> list[Entry]:
        """Their entries."""
        return [self.entries[who] for who in found]


def ready(certificate: Certificate, *, many: int) -> list[Entry]:
    """Whom to keep ready, by how much they help when members drop out as those before them did."""
    drawing = Drawing.of(certificate)
    answered = {who: entry.state in {S.REFUSED, S.LEFT} for who, entry in drawing.entries.items()}
    past = {who: answered[who] for who in drawing.those(S.ACCEPTED, S.REFUSED, S.LEFT)}
    found = choose_alternates(
        drawing.kinds,
        drawing.those(S.INVITED, S.ACCEPTED),
        quotas=quotas_of(certificate),
        many=many,
        drop_out=expected_drop_out(drawing.kinds, past, ("constituency", "gender", "site")),
        household=certificate.rule["household"],
        unavailable=drawing.those(S.REFUSED, S.LEFT),
        seed=certificate.seed,
    )
    return drawing.named(found.people)


def next_ones(certificate: Certificate, *, many: int) -> list[Entry]:
    """Whom to call for a free seat, the one who mends the quotas best first; nobody while no seat is free."""
    drawing = Drawing.of(certificate)
    present = drawing.those(S.INVITED, S.ACCEPTED)
    if len(present) >= certificate.rule["size"]:
        return []
    found = replacements(
        drawing.kinds,
        present,
        size=certificate.rule["size"],
        quotas=quotas_of(certificate),
        household=certificate.rule["household"],
        unavailable=drawing.those(S.REFUSED, S.LEFT),
        seed=certificate.seed,
    )
    return drawing.named(found[:many])


def strata(certificate: Certificate) -> tuple[Stratum, ...]:
    """What became of the invited, by constituency, gender, site and age."""
    drawing = Drawing.of(certificate)
    states = {
        who: drawing.entries[who].state for who in drawing.those(S.INVITED, S.ACCEPTED, S.REFUSED, S.LEFT)
    }
    return attrition(drawing.kinds, states, COLUMNS) if states else ()


# ---- so that anybody can compute it again ----------------------------------------------------------------


def files(certificate: Certificate) -> dict[str, str]:
    """The inputs and the lottery as files, with the line that verifies them."""
    entries = list(queries.entries(certificate))
    columns = [*COLUMNS, "household"]
    quotas = quotas_of(certificate)
    lottery = Lottery(
        people=tuple(name(number) for number in range(1, certificate.people + 1)),
        chances=tuple(certificate.said["chances"]),
        tickets=tuple(tuple(number - 1 for number in ticket) for ticket in certificate.said["tickets"]),
        size=certificate.rule["size"],
        quotas=tuple(quotas),
        household=certificate.rule["household"],
        seed=certificate.seed,
        digest=certificate.digest,
        version=certificate.engine,
    )
    return {
        "people.csv": sheet(
            ["person", *columns], ([name(e.number), *(e.line[column] for column in columns)] for e in entries)
        ),
        "quotas.csv": sheet(
            ["column", "value", "least", "most"],
            ([q.column, q.value, q.least, "" if q.most is None else q.most] for q in quotas),
        ),
        "lottery.json": json.dumps(lottery.as_json(), ensure_ascii=False, indent=1) + "\n",
        "COMMAND.txt": "commonground panel people.csv --verify lottery.json\n",
    }
