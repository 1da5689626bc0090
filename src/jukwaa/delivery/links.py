"""The owner's personal link: it opens the report page of one promise, without a log-in, for a time."""

from __future__ import annotations

from jukwaa.delivery.models import Commitment
from jukwaa.programmes import links
from jukwaa.programmes.models import Programme

KIND = "delivery"
LASTS = links.LASTS


def sign(commitment: Commitment) -> str:
    """The last part of the address that opens the promise's report page; it lasts from now on."""
    return links.token(KIND, commitment.pk, commitment.link)


def open_link(programme: Programme, token: str) -> Commitment | None:
    """The promise that the link is for, taken away or not; None for a link forged, ended, or too old."""
    try:
        pk, generation = links.read(KIND, token)
    except links.BadLink:
        return None
    promises = Commitment.objects.select_related("programme", "row", "owner_organisation")
    return promises.filter(programme=programme, pk=pk, link=generation, merged_into=None).first()
