"""Personal links: an address that opens one row, without a log-in, for a time.

The address holds the row's id and a generation, signed with this node's key for one kind of link. The row
keeps the generation that counts; giving a new link, or ending it, raises it: every link before is dead.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from jukwaa.programmes.cards import with_check_digits

LASTS = timedelta(days=90)


class BadLink(Exception):
    """The link is forged, of another kind, cut short or too old."""


def token(kind: str, row: uuid.UUID, generation: int) -> str:
    """The last part of an address that opens the row; it lasts from now on. One kind opens no other."""
    return _signer(kind).sign(f"{row.hex}-{generation}")


def read(kind: str, token: str, *, lasts: timedelta = LASTS) -> tuple[uuid.UUID, int]:
    """The row's id and the generation that the link was given with. Raises BadLink.

    Whether that generation still counts is for the room to say, which knows the row.
    """
    try:
        said = _signer(kind).unsign(token, max_age=lasts)
    except signing.BadSignature as error:
        raise BadLink from error
    pk, _dash, generation = said.partition("-")
    return uuid.UUID(pk), int(generation)


def code(kind: str, row: uuid.UUID, generation: int) -> str:
    """Ten digits that stand for the link where nobody can copy one: read out, or keyed on any phone.

    Two are check digits. Nothing of it is kept: whoever looks one up compares it with those of the rows that
    wait for an answer, and counts wrong ones as for cards (programmes.actions.note_wrong_code).
    """
    told = salted_hmac(f"jukwaa.{kind}.code", f"{row.hex}-{generation}", algorithm="sha256").digest()
    return with_check_digits(f"{int.from_bytes(told[:8]) % 10**8:08d}")


def _signer(kind: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"jukwaa.{kind}.link")
