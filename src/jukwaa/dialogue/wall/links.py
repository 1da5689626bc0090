"""The address of a gathering's wall: whoever has it sees what the projector shows, and nothing else.

It holds the gathering's id, signed with this node's key, so that the projector's computer and a tablet at the
back of the hall need no log-in, and a session that ends at noon does not darken the wall.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing

from jukwaa.dialogue import queries
from jukwaa.dialogue.models import Gathering
from jukwaa.programmes.models import Programme

SALT = "jukwaa.dialogue.wall"
LASTS = timedelta(days=14)


def sign(gathering: Gathering) -> str:
    """The last part of the wall's address; it lasts two weeks from now on."""
    return signing.TimestampSigner(salt=SALT).sign(gathering.pk.hex)


def open_link(programme: Programme, link: str) -> Gathering | None:
    """The gathering whose wall it is; None when it is forged, too old, of another programme, or frozen."""
    try:
        said = signing.TimestampSigner(salt=SALT).unsign(link, max_age=LASTS)
    except signing.BadSignature:
        return None
    gatherings = queries.gatherings(programme).filter(frozen=False).select_related("wall_round__constituency")
    found = gatherings.filter(pk=uuid.UUID(said)).first()
    if found is not None:
        found.programme = programme
    return found
