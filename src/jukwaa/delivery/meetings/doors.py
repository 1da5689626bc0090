"""The doors by which a member answers without a log-in: a signed link, and a code of ten digits.

Both follow the seat's `MemberKey`. The code's digits are kept nowhere: only a digest keyed by this node, so
that it opens nothing elsewhere. Guesses are counted with those of cards, 60 an hour
(`programmes.queries.too_many_wrong_codes`), among a hundred million codes.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from jukwaa.agenda.models import Seat
from jukwaa.delivery.models import MemberKey, Way
from jukwaa.programmes import links
from jukwaa.programmes.cards import Draw, is_sound, only_digits, with_check_digits

KIND = "delivery.meetings"
# How many digits a code has: eight and two check digits, so that it is told from a card and a trace code.
DIGITS = 10
CODE_LASTS = timedelta(days=120)
# What a typed code opens on a phone that many may use.
TYPED_LASTS = timedelta(hours=1)


def sign(key: MemberKey, way: str = Way.LINK) -> str:
    """The last part of the address that opens the member's page; it lasts from now on."""
    return links.token(f"{KIND}.{Way(way).value}", key.pk, key.link)


def read(token: str) -> tuple[uuid.UUID, int, Way]:
    """The key's id, the number of the link, and by which way it was opened. Raises links.BadLink."""
    try:
        return (*links.read(f"{KIND}.{Way.LINK.value}", token), Way.LINK)
    except links.BadLink:
        return (*links.read(f"{KIND}.{Way.CODE.value}", token, lasts=TYPED_LASTS), Way.CODE)


def new_code(draw: Draw) -> str:
    """A new code, ten digits."""
    return with_check_digits(f"{draw(10 ** (DIGITS - 2)):0{DIGITS - 2}d}")


def read_code(text: str) -> str:
    """The ten digits that somebody typed. Raises ValueError, which says what to look at again."""
    digits = only_digits(text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) != DIGITS:
        raise ValueError(_("A member's code has 10 digits. Look at the call again."))
    if not is_sound(digits):
        raise ValueError(_("One digit seems wrong. Look at the call again."))
    return digits


def digest(code: str) -> str:
    """What is kept of a code: a digest keyed by this node."""
    return salted_hmac(f"jukwaa.{KIND}.digest", code, algorithm="sha256").hexdigest()


def digest_of_holder(seat: Seat) -> str:
    """What tells whether the same person still holds the seat, and nothing else."""
    return salted_hmac(f"jukwaa.{KIND}.holder", f"{seat.pk.hex}{seat.holder}", algorithm="sha256").hexdigest()
