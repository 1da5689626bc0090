"""Where phones find this laptop: its number on each network, whether it answers there, the Wi-Fi's code."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys

# Names of networks inside the machine itself, which no phone is on.
INSIDE = ("lo", "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap")
_ASK_FOR_THE_ADDRESS = 0x8915  # SIOCGIFADDR of Linux
WAIT = 0.3


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
    """The addresses of this machine's own name, as Windows and macOS know it."""
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
