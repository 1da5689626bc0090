"""What every page knows: the programme it belongs to, and who looks at it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jukwaa.programmes.access import ROLES, whose


def who(request: HttpRequest) -> dict[str, Any]:
    """programme, member and participant as the view found them, and the permissions of the member.

    whose: what tells a phone that two pages are one person's.
    """
    member = getattr(request, "member", None)
    participant = getattr(request, "participant", None)
    return {
        "programme": getattr(request, "programme", None),
        "member": member,
        "participant": participant,
        "whose": whose(participant) if participant else "",
        "may": {p.name.lower(): True for p in ROLES[member.role]} if member else {},
    }
