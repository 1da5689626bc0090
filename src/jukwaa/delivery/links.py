"""The owner's personal link: it opens the report page of one promise, without a log-in, for a time."""

from __future__ import annotations

from jukwaa.delivery import queries
from jukwaa.delivery.models import Commitment
from jukwaa.programmes import links
from jukwaa.programmes.models import Programme

KIND = "delivery"
LASTS = links.LASTS


def sign(commitment: Commitment) -> str:
    """The last part of the address that opens the promise's report page; it lasts from now on."""
    return links.token(KIND, commitment.pk, commitment.link)


def open_link(programme: Programme, token: str) -> Commitment | None:
    """The promise that the link is for; None when it is forged, too old, ended, or of another programme."""
    try:
        pk, generation = links.read(KIND, token)
    except links.BadLink:
        return None
    found = queries.commitments(programme).filter(pk=pk).first()
    return found if found is not None and found.link == generation else None
