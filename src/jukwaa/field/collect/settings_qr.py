"""The square that sets up ODK Collect on a phone: server, token and safe habits, in one picture."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe

COLOUR = "#8a3b1e"


def settings_for(
    server: str, *, programme: str, language: str, username: str, admin_password: str
) -> dict[str, Any]:
    """Collect's settings (docs.getodk.org/collect-import-export). server: the address with the token in it.
    username: what the forms call whoever collects, where they ask for it.

    What was sent leaves the phone, and whoever finds the phone cannot change the server.
    """
    return {
        "general": {
            "protocol": "odk_default",
            "server_url": server,
            "form_update_mode": "match_exactly",
            "periodic_form_updates_check": "every_fifteen_minutes",
            "automatic_update": True,
            "autosend": "wifi_and_cellular",
            "delete_send": True,
            "image_size": "medium",
            "app_language": language,
            "metadata_username": username,
        },
        "admin": {"change_server": False, "admin_pw": admin_password},
        "project": {"name": programme, "icon": programme[:1].upper(), "color": COLOUR},
    }


def encoded(settings: dict[str, Any]) -> str:
    """Settings as the square holds them: JSON, packed by zlib, in Base64."""
    return base64.b64encode(zlib.compress(json.dumps(settings).encode())).decode()


def square(settings: dict[str, Any]) -> SafeString:
    """The square as SVG that takes the size it is given."""
    drawn = segno.make(encoded(settings), error="l", micro=False).svg_inline(
        omitsize=True, svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 (drawn from our own settings)
