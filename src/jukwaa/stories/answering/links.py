"""What an answer's page holds of whose it is: signed for an hour, so that nothing in it is a trace code."""

from __future__ import annotations

import uuid

from django.core import signing

SALT = "stories.answering.sound"
SECONDS = 3600
OWN, MACHINE, PAGE = "own", "machine", "page"


def token(said: uuid.UUID, what: str) -> str:
    """What a page holds of an answer, and an address of one of its sounds.

    what: PAGE; or OWN for what they said themselves, MACHINE and a language, or the id of a recording.
    """
    return signing.dumps([str(said), what], salt=SALT)


def read(value: str) -> tuple[uuid.UUID, str]:
    """The contribution and the sound. Raises signing.BadSignature for what is not ours or too old."""
    said, what = signing.loads(value, salt=SALT, max_age=SECONDS)
    return uuid.UUID(said), what
