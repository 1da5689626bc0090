"""Photos and recordings that came with a page before the form is sent: put by, cleaned already, for a day.

The page carries a signed word for each; whoever has the page can send it. Nothing of them is in the record.
When anybody is forgotten all of them go, as nobody knows whose they are: who was at it attaches theirs again.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from jukwaa.field import media
from jukwaa.field.models import Attachment

SALT = "field.held"
A_DAY = 24 * 3600
ENDINGS = {media.PHOTO_MIME: "jpg", media.CLEAN: "ogg", media.OPUS: "ogg", "audio/mpeg": "mp3"}
ENDINGS |= {"audio/amr": "amr", "audio/webm": "webm", "audio/wav": "wav", "audio/mp4": "m4a"}


@dataclass(frozen=True)
class Held:
    """A file that is put by. word: what the page carries of it; name: as the submission will call it."""

    word: str
    name: str
    mime: str
    cleaning: str


class Gone(ValueError):
    """It was put by more than a day ago, or never here."""


def put_by(data: bytes, kind: str) -> Held:
    """Clean an image or audio and put it by. Raises media.Refused with a sentence for whoever sent it."""
    if kind == "image":
        made, mime, cleaning = media.read_photo(data).data, media.PHOTO_MIME, Attachment.Cleaning.DONE
    else:
        sound = media.take_recording(data)
        made, mime = sound.data, sound.mime
        cleaning = Attachment.Cleaning.DONE if sound.clean else Attachment.Cleaning.SOUND
    key = _write(made)
    # The name follows from what came, so that the same sent twice is the same submission.
    name = f"{hashlib.sha256(data).hexdigest()[:12]}.{ENDINGS[mime]}"
    return Held(signing.dumps([key, name, mime, cleaning], salt=SALT), name, mime, cleaning)


def put_by_as_it_came(data: bytes) -> Held:
    """Put by what cannot be read here, so that it is not lost: it came from a phone that cannot be asked."""
    key = _write(data)
    name = f"{hashlib.sha256(data).hexdigest()[:12]}.bin"
    said = [key, name, "application/octet-stream", Attachment.Cleaning.CANNOT]
    return Held(signing.dumps(said, salt=SALT), *said[1:])


def _write(data: bytes) -> str:
    key = secrets.token_hex(16)
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / key).write_bytes(data)
    return key


def find(word: str) -> Held:
    """The file that the page's word is for. Raises Gone."""
    try:
        key, name, mime, cleaning = signing.loads(word, salt=SALT, max_age=A_DAY)
    except (signing.BadSignature, ValueError) as wrong:
        raise Gone(_("This file is not here any more. Attach it again.")) from wrong
    if not (folder() / key).exists():
        raise Gone(_("This file is not here any more. Attach it again."))
    return Held(word, name, mime, cleaning)


def read(held: Held) -> bytes:
    """Its bytes. Raises Gone."""
    try:
        return _path(held).read_bytes()
    except FileNotFoundError as wrong:
        raise Gone(_("This file is not here any more. Attach it again.")) from wrong


def drop(held: Held) -> None:
    """Put it by no longer."""
    _path(held).unlink(missing_ok=True)


def _path(held: Held) -> Path:
    key: str = signing.loads(held.word, salt=SALT)[0]
    return folder() / key


def folder() -> Path:
    """Where they lie."""
    return Path(settings.JUKWAA_HOME) / "half-filled"


def forget(*, older: float = A_DAY) -> int:
    """Let go what lies here for longer than so many seconds; gives how much it was."""
    gone = 0
    for each in folder().glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if each.stat().st_mtime <= time.time() - older:
                each.unlink()
                gone += 1
    return gone
