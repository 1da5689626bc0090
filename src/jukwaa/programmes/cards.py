"""Card numbers, trace codes and first passwords: read aloud, keyed on any phone, checked for slips.

A card number has 16 digits: 14 and two check digits (ISO 7064, mod 97-10). A trace code has 12: 10 and two.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import segno
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

# How many of a card number's digits are kept, to find the card by.
SHELF = 7
# How many digits a card number has.
NUMBER = 16
# Neither 0 nor o, 1 nor l nor i: a password read from paper is typed right.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

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


def read_number(text: str) -> str:
    """The sixteen digits that somebody typed. Raises ValueError, which says what to look at again."""
    digits = only_digits(text)
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(gettext("A card number has digits only. Look at the card again."))
    if len(digits) != NUMBER:
        said = ngettext(
            "A card number has 16 digits; you typed %(count)d. Look at the card again.",
            "A card number has 16 digits; you typed %(count)d. Look at the card again.",
            len(digits),
        )
        raise ValueError(said % {"count": len(digits)})
    if not is_sound(digits):
        raise ValueError(gettext("One digit seems wrong. Look at the card again."))
    return digits


def spaced(digits: str) -> str:
    """In groups of four, to be read aloud."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def hash_secret(secret: str) -> str:
    """What is kept of a QR secret: 128 random bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


class NumberHasher(Argon2PasswordHasher):
    """Argon2 as light as OWASP allows (19 MiB, two rounds): cards are many, and random already."""

    algorithm = "argon2card"
    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1


def hash_number(number: str) -> str:
    """What is kept of a card number: a salted, slow digest, for 36 random bits alone would be guessed."""
    return make_password(number, hasher=NumberHasher())


def is_number(number: str, kept: str) -> bool:
    """Whether the number is the one of which that was kept."""
    return NumberHasher().verify(number, kept)


def new_password(draw: Draw = secrets.randbelow) -> str:
    """A first password of 16 letters in groups of four, to be shown once (79 random bits)."""
    letters = "".join(LETTERS[draw(len(LETTERS))] for _number in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def qr_code(text: str) -> SafeString:
    """The text as a QR code: an SVG that takes the size it is given."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308 (segno draws squares, whatever the text says)
