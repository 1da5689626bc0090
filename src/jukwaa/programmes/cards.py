"""Card numbers and trace codes: digits that can be read aloud, keyed on any phone, and checked for slips.

A card number has 16 digits: 14 and two check digits (ISO 7064, mod 97-10). A trace code has 12: 10 and two.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

SHELF = 7

Draw = Callable[[int], int]


@dataclass(frozen=True)
class Minted:
    """A new card's number and QR secret. Printed once; only their hashes are kept."""

    number: str
    secret: str

    @property
    def spaced(self) -> str:
        return spaced(self.number)


def mint(draw: Draw = secrets.randbelow) -> Minted:
    """A new card number and a 128-bit secret for its QR code; `draw(n)` gives a number below n."""
    number = with_check_digits(f"{draw(10**14):014d}")
    return Minted(number, f"{draw(2**128):032x}")


def new_trace_code(draw: Draw = secrets.randbelow) -> str:
    """A new trace code, 12 digits."""
    return with_check_digits(f"{draw(10**10):010d}")


def with_check_digits(digits: str) -> str:
    """The digits and their two check digits: together they leave 1 when divided by 97."""
    return f"{digits}{98 - int(digits + '00') % 97:02d}"


def is_sound(digits: str) -> bool:
    """Whether the check digits fit, so that no single digit is wrong and no two neighbours are swapped."""
    return digits.isascii() and digits.isdigit() and int(digits) % 97 == 1


def only_digits(text: str) -> str:
    """What somebody typed or said, without spaces, dots and dashes."""
    return "".join(c for c in text if c not in " -.–\u00a0\t")


def spaced(digits: str) -> str:
    """In groups of four, to be read aloud."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def hash_secret(secret: str) -> str:
    """What is kept of a QR secret: 128 random bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
