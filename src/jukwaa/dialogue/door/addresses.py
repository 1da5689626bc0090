"""Where phones find this site: its addresses, short enough to type, their QR codes, and the Wi-Fi's code."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from jukwaa.programmes.cards import qr_code

# Names of networks inside the machine itself, which no phone is on.
INSIDE = ("lo", "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap")
_ASK_FOR_THE_ADDRESS = 0x8915  # SIOCGIFADDR of Linux
WAIT = 0.3
ONLY_HERE = ("127.", "localhost", "[::1]")


@dataclass(frozen=True)
class Address:
    """An address in its parts and as a QR code; `only_here` when no other computer can open it."""

    scheme: str
    host: str
    path: str

    @property
    def only_here(self) -> bool:
        return self.host.startswith(ONLY_HERE)

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
        return qr_code(self.whole)


def addresses_of(request: HttpRequest, path: str) -> list[Address]:
    """The path's addresses for other computers, the likeliest first; none where this laptop is on no network.

    A server has the name by which this page was asked for; a laptop has one on each of its networks.
    """
    return [Address(request.scheme or "http", host, path) for host in _hosts(request)]


def address_of(request: HttpRequest, path: str) -> Address:
    """The likeliest of them; where there is none, the one that only this laptop can open."""
    found = addresses_of(request, path)
    return found[0] if found else Address(request.scheme or "http", request.get_host(), path)


def to_join(request: HttpRequest) -> Address:
    """Where people take part with their card: what the wall shows, and what is printed."""
    return address_of(request, reverse("programmes:short"))


def _hosts(request: HttpRequest) -> list[str]:
    asked = request.get_host()
    if not is_local(request):
        return [asked]
    # As whoever asks typed it: behind a proxy the server's own port would be another one.
    name, _colon, port = asked.rpartition(":") if ":" in asked else (asked, "", "")
    own = [] if asked.startswith(ONLY_HERE) else [name]
    return [f"{each}:{port}" if port else each for each in dict.fromkeys([*own, *of_this_machine()])]


def is_local(request: HttpRequest) -> bool:
    """Whether the page was asked for by this laptop's own name or number, and not by the name of a server."""
    host = request.get_host()
    name = host.rpartition(":")[0] or host
    return name in {"localhost", "[::1]"} or name.replace(".", "").isdigit()


def of_this_machine() -> list[str]:
    """This machine's IPv4 addresses that a phone on the same network could reach, the likeliest first."""
    found = [*_spoken_from(), *_of_interfaces(), *_of_name()]
    return [each for each in dict.fromkeys(found) if not each.startswith(("127.", "169.254.", "0."))]


def _spoken_from() -> list[str]:
    """The address that this machine would speak from to the world outside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        # Naming a peer sends nothing; it only makes the system choose the address that it would speak from.
        probe.connect(("10.254.254.254", 9))
        return [str(probe.getsockname()[0])]
    return []


def _of_interfaces() -> list[str]:
    """The address of each network card, where the system tells them one by one: on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    import fcntl

    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _number, name in socket.if_nameindex():
            if name.startswith(INSIDE):
                continue
            asked = struct.pack("256s", name[:15].encode())
            with contextlib.suppress(OSError):
                told = fcntl.ioctl(probe.fileno(), _ASK_FOR_THE_ADDRESS, asked)
                found.append(socket.inet_ntoa(told[20:24]))
    return found


def _of_name() -> list[str]:
    """The addresses of this machine's own name, as Windows and macOS know it.

    Linux tells its cards, and without a network may look for its own name for seconds.
    """
    if sys.platform.startswith("linux"):
        return []
    with contextlib.suppress(OSError):
        return [str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return []


def answers(host: str, port: int) -> bool:
    """Whether something listens there: a site served on 127.0.0.1 alone does not, and no phone reaches it."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=WAIT):
        return True
    return False


def wifi_code(network: str, password: str) -> str:
    """What a phone's camera reads from a QR code to join a Wi-Fi."""
    name, secret = (_escaped(text) for text in (network, password))
    return f"WIFI:T:WPA;S:{name};P:{secret};;" if password else f"WIFI:T:nopass;S:{name};;"


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in '\\;,:"' else letter for letter in text)
