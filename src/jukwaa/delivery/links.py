"""The owner's personal link: it opens the report page of one promise, without a log-in, for a time.

The address holds the promise's id and the number of the link, signed with this node's key. Giving a new link,
or ending it, raises the number that the promise keeps: every link before it is dead.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing

from jukwaa.delivery import queries
from jukwaa.delivery.models import Commitment
from jukwaa.programmes.models import Programme

SALT = "jukwaa.delivery.link"
LASTS = timedelta(days=90)


def sign(commitment: Commitment) -> str:
    """The last part of the address that opens the promise's report page; it lasts from now on."""
    return signing.TimestampSigner(salt=SALT).sign(f"{commitment.pk.hex}-{commitment.link}")


def open_link(programme: Programme, token: str) -> Commitment | None:
    """The promise that the link is for; None when it is forged, too old, ended, or of another programme."""
    try:
        said = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LASTS)
    except signing.BadSignature:
        return None
    pk, _dash, number = said.partition("-")
    found = queries.commitments(programme).filter(pk=uuid.UUID(pk)).first()
    return found if found is not None and str(found.link) == number else None
