"""The personal link of an office: it opens all its promises, without a log-in, for whoever holds it now."""

from __future__ import annotations

from jukwaa.delivery.models import Office
from jukwaa.programmes import links
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing

KIND = "delivery.office"
LASTS = links.LASTS


def sign(office: Office) -> str:
    """The last part of the address that opens the office's page; it lasts from now on."""
    return links.token(KIND, office.pk, office.link)


def open_link(programme: Programme, token: str) -> Office | None:
    """The office that the link is for; None when it is forged, too old, ended, or of another programme."""
    try:
        pk, generation = links.read(KIND, token)
    except links.BadLink:
        return None
    offices = standing(Office.objects.select_related("organisation", "programme"))
    return offices.filter(programme=programme, pk=pk, link=generation).first()
