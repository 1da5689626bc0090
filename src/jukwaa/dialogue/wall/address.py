"""Where phones find this site: an address short enough to type, and a QR code of it."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from functools import lru_cache

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

ONLY_HERE = ("127.", "localhost", "[::1]")


@dataclass(frozen=True)
class Address:
    """An address in its parts and as a QR code; `only_here` when no other computer can open it."""

    scheme: str
    host: str
    path: str
    only_here: bool

    @property
    def whole(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}"

    @property
    def typed(self) -> str:
        """As one types it."""
        return f"{self.host}{self.path}".rstrip("/")

    @property
    def qr(self) -> SafeString:
        """The QR code as SVG that takes the size it is given."""
        return _qr(self.whole)


def address_of(request: HttpRequest, path: str) -> Address:
    """The path's address for other computers: by the name this page was asked by, or the Wi-Fi address."""
    host = request.get_host()
    if host.startswith(ONLY_HERE):
        _name, _colon, port = host.rpartition(":")
        host = f"{wifi}:{port}" if (wifi := wifi_address()) else host
    return Address(request.scheme or "http", host, path, host.startswith(ONLY_HERE))


def wifi_address() -> str:
    """This machine's address on the Wi-Fi; empty where it is on none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        # Naming a peer sends nothing; it only makes the system choose the address that it would speak from.
        probe.connect(("10.254.254.254", 9))
        return str(probe.getsockname()[0])
    return ""


@lru_cache(maxsize=32)
def _qr(address: str) -> SafeString:
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 (drawn from our own address)
