"""Files, kept by what they hold: the record names a sha256, the bytes lie in the node's folder."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jukwaa.record import locks, payload
from jukwaa.record.models import Blob, BlobUse, Event


def keep(data: bytes, *, mime: str) -> str:
    """Keep the bytes and return their sha256 in hexadecimal; on disk before this returns."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several may keep the same bytes at once: each writes a file of its own, and the last name wins.
        unfinished = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
        with unfinished.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(path)
        _sync_folder(path.parent)
    Blob.objects.bulk_create([Blob(sha256=sha256, size=len(data), mime=mime)], ignore_conflicts=True)
    return sha256


def read(sha256: str) -> bytes:
    """The bytes of a file. Raises FileNotFoundError when it is not here (yet, or any more)."""
    return path_of(sha256).read_bytes()


def path_of(sha256: str) -> Path:
    """Where the file lies, whether or not it is here."""
    if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
        raise ValueError(f"{sha256[:80]!r} is not a sha256 in hexadecimal")
    return Path(settings.JUKWAA_HOME) / "blobs" / sha256[:2] / sha256


def note(events: Iterable[Event]) -> None:
    """Note which files the events name, so that a file goes when nothing names it any more."""
    uses = [
        BlobUse(sha256=sha256, event=event)
        for event in events
        if event.personal is not None and (model := payload.model_named(event.model))
        for sha256 in payload.blobs_in(event, model)
    ]
    if uses:
        BlobUse.objects.bulk_create(uses, ignore_conflicts=True)


def must_be_here(events: Iterable[Event]) -> None:
    """Refuse to store events that name a file which is gone: whoever sent it has it, and sends it again.

    Somebody may ask to be forgotten between the moment that the same bytes were kept anew and this one.
    Raises FileNotFoundError.
    """
    for event in events:
        if event.personal is not None and (model := payload.model_named(event.model)):
            for sha256 in payload.blobs_in(event, model):
                path_of(sha256).stat()


def drop_unused(named: Iterable[str]) -> None:
    """Delete those of these files that no event names any more, once the transaction has held."""
    for sha256 in named:
        if not BlobUse.objects.filter(sha256=sha256).exists():
            Blob.objects.filter(pk=sha256).delete()
            transaction.on_commit(partial(_drop, sha256))


@transaction.atomic
def _drop(sha256: str) -> None:
    """Delete the file, while nobody writes, unless somebody kept the same bytes meanwhile."""
    locks.hold_all()
    if not (Blob.objects.filter(pk=sha256).exists() or BlobUse.objects.filter(sha256=sha256).exists()):
        path_of(sha256).unlink(missing_ok=True)


def faults() -> list[str]:
    """What is wrong with the files: missing, or not what their name says. Empty when all is well."""
    found = []
    for sha256 in Blob.objects.values_list("pk", flat=True).iterator():
        path = path_of(sha256)
        if not path.exists():
            found.append(f"{sha256}: the file is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            found.append(f"{sha256}: the file does not hold what its name says")
    return found


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
