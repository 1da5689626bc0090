"""What every page knows: the programme it belongs to, and who looks at it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jukwaa.programmes.access import ROLES


def who(request: HttpRequest) -> dict[str, Any]:
    """programme, member and participant as the view found them, and the permissions of the member."""
    member = getattr(request, "member", None)
    return {
        "programme": getattr(request, "programme", None),
        "member": member,
        "participant": getattr(request, "participant", None),
        "may": {p.name.lower(): True for p in ROLES[member.role]} if member else {},
    }
