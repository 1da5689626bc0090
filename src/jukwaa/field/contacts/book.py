"""Sealing and opening: what a contact book is made of. Needs no database, so that a custodian can run it.

Everything is sealed with age (X25519) by pyrage, in the armoured form that the `age` tool reads too. Each
entry is filled up to the same length before, so that a long name cannot be told from a short one.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyrage
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

FORMAT = "jukwaa contact book 1"
LENGTH = 1024
PRIVATE = "AGE-SECRET-KEY-"
LARGEST_BOOK = 20_000_000


class NotAKey(ValueError):
    """What was given is no public key; its text says what to do."""


class CannotOpen(ValueError):
    """The file is no contact book, or this private key does not open it."""


def read_recipient(typed: str) -> str:
    """A public key as age writes it. Raises NotAKey, and says so loudly for a private one."""
    key = "".join(typed.split())
    if key.upper().startswith(PRIVATE):
        raise NotAKey(
            _("This is a private key. It was not kept, but whoever saw it can read the book: make a new one.")
        )
    try:
        pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise NotAKey(
            _("This is no public key. It begins with age1 and is one word; copy all of it.")
        ) from None
    return key


def seal(said: dict[str, str], recipients: Sequence[str]) -> str:
    """The words, for the private keys of these alone. Raises ValueError if they are too long."""
    text = json.dumps(said, ensure_ascii=False).encode()
    if len(text) > LENGTH:
        raise ValueError(_("This is too long to be sealed. Write it shorter."))
    keys = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    return str(pyrage.encrypt(text.ljust(LENGTH), keys, armored=True).decode())


def unseal(sealed: str, identity: Any) -> dict[str, str]:
    """What was sealed. Raises CannotOpen."""
    try:
        said: dict[str, str] = json.loads(pyrage.decrypt(sealed.encode(), [identity]))
    except pyrage.DecryptError:
        raise CannotOpen(_("This private key does not open it.")) from None
    return said


def is_sealed(text: str) -> bool:
    """Whether the text looks like something that was sealed."""
    return text.startswith("-----BEGIN AGE ENCRYPTED FILE-----") and len(text) < 8 * LENGTH


def tokens_of(person: uuid.UUID) -> list[uuid.UUID]:
    """Under which ids this computer keeps what is sealed of the person: the present one, then older ones.

    Worked out with its secret key: nobody who has only the database can tie an entry to a person.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [
        salted_hmac("jukwaa.contacts", str(person), secret=k, algorithm="sha256").digest() for k in keys
    ]
    return [uuid.UUID(bytes=digest[:16]) for digest in digests]


# ---- the file that a custodian takes along ---------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One sealed thing in a book. kind: "contacts" or "errands"."""

    kind: str
    id: str
    sealed: str

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.id}.age"


def write_book(programme: str, recipients: Sequence[str], entries: Iterable[Entry]) -> bytes:
    """All of it as a zip: a list of who can open it, and a file for each entry, which `age` opens too."""
    out = io.BytesIO()
    heading = {"format": FORMAT, "programme": programme, "recipients": list(recipients)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("book.json", json.dumps(heading, indent=1, ensure_ascii=False))
        for entry in entries:
            packed.writestr(entry.name, entry.sealed)
    return out.getvalue()


@dataclass(frozen=True)
class Book:
    """A contact book as it was read: for whom it is sealed, and what is in it."""

    programme: str
    recipients: tuple[str, ...]
    entries: tuple[Entry, ...]


def read_book(data: bytes) -> Book:
    """The book in these bytes, still sealed. Raises CannotOpen."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_BOOK:
                raise CannotOpen(_("This file is larger than any contact book."))
            heading = json.loads(packed.read("book.json"))
            entries = tuple(_entries(packed))
        if heading["format"] != FORMAT:
            raise KeyError("format")
        recipients = tuple(read_recipient(each) for each in heading["recipients"])
        return Book(str(heading["programme"]), recipients, entries)
    except (zipfile.BadZipFile, KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError, NotAKey):
        raise CannotOpen(_("This file is no contact book.")) from None


def _entries(packed: zipfile.ZipFile) -> Iterator[Entry]:
    for each in packed.namelist():
        kind, _slash, file = each.partition("/")
        if kind in {"contacts", "errands"} and file.endswith(".age"):
            yield Entry(kind, file.removesuffix(".age"), packed.read(each).decode())


def reseal(book: Book, identity: Any, recipients: Sequence[str]) -> Book:
    """The same book for other custodians, by one who can open it. Raises CannotOpen or NotAKey."""
    keys = tuple(read_recipient(each) for each in recipients)
    entries = tuple(Entry(e.kind, e.id, seal(unseal(e.sealed, identity), keys)) for e in book.entries)
    return Book(book.programme, keys, entries)
