"""How many phones reach this laptop, counted for a few minutes without keeping whose they are."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MINUTES = 5
MOST = 5_000

# Of each phone a number that only this process can make again, and when it was seen last. Never on disk.
_seen: dict[int, float] = {}
_salt = secrets.token_hex(16)


class CountPhones:
    """Notes that somebody other than this laptop asked for a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        note(settings.AXES_CLIENT_IP_CALLABLE(request))
        return self.get_response(request)


def note(address: str, at: float | None = None) -> None:
    """Somebody at this address asked for a page; this laptop's own browser is not counted."""
    if address.startswith("127.") or address in {"", "::1"}:
        return
    if len(_seen) >= MOST:
        seen(at)
    if len(_seen) < MOST:
        _seen[hash((_salt, address))] = time.monotonic() if at is None else at


def seen(at: float | None = None) -> int:
    """How many phones asked for a page in the last minutes; older ones are forgotten now."""
    since = (time.monotonic() if at is None else at) - MINUTES * 60
    for phone in [each for each, last in list(_seen.items()) if last < since]:
        _seen.pop(phone, None)
    return len(_seen)
