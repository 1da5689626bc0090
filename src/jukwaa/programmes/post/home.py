"""What makes this node the one that a programme's mail goes out from: files, never in the database.

Three small files in JUKWAA_HOME: `mail.key`, the private key (age, X25519) that opens addresses;
`mail.place`, the number of this node and where its key lay when it was made; `mail.sent`, how many messages
it began to send. A copy of the folder lies elsewhere, and a database put back from yesterday has sent less
than the file says: neither sends until somebody says that it should. The key is in no backup.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings

KEY, PLACE, SENT = "mail.key", "mail.place", "mail.sent"
LOCK, SENDING = "mail.lock", "mail.sending"
MACHINE = Path("/etc/machine-id")
# Addresses are filled up to this length, so that a long one cannot be told from a short one.
LENGTH = 512


class CannotOpen(ValueError):
    """It was sealed for another node."""


def recipient() -> str:
    """The public half of this node's key; the key is made when it is first asked for."""
    return str(pyrage.x25519.Identity.from_str(_secret()).to_public())


def has_key() -> bool:
    """Whether this node was ever given an address to keep, or a key to open addresses with."""
    return (settings.JUKWAA_HOME / KEY).exists()


def number_of_node() -> uuid.UUID:
    """Which node this is, as the programmes that it is the home of name it."""
    _secret()
    return uuid.UUID(_place()["node"])


def lies_where_it_was_made() -> bool:
    """Whether the key lies where it was made: a copy, or a folder put back, lies elsewhere."""
    return has_key() and bool(_place()["where"] == _where())


def settle_here() -> uuid.UUID:
    """Let the key lie where it does now, as another node than it was; gives its number."""
    _secret()
    with _alone():
        return _write_place()


def seal(said: dict[str, Any], key: str, *, length: int = 0) -> str:
    """The words for the private half of this public key alone, filled up to that length."""
    text = json.dumps(said, ensure_ascii=False).encode()
    to = pyrage.x25519.Recipient.from_str(key)
    return str(pyrage.encrypt(text.ljust(length), [to], armored=True).decode())


def unseal(sealed: str) -> dict[str, Any]:
    """What was sealed for this node. Raises CannotOpen."""
    if not has_key():
        raise CannotOpen
    try:
        opened = pyrage.decrypt(sealed.encode(), [pyrage.x25519.Identity.from_str(_secret())])
    except pyrage.DecryptError:
        raise CannotOpen from None
    said: dict[str, Any] = json.loads(opened)
    return said


def mark_of(*said: object) -> str:
    """What tells this node that it was given the same before; without its key, nobody can work it out."""
    text = "\n".join(str(each) for each in said)
    return hmac.new(_secret().encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def sent() -> int:
    """How many messages this node began to send, by its own count beside the database."""
    try:
        return int((settings.JUKWAA_HOME / SENT).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def note_sent(number: int) -> None:
    """Count up to that number, on disk before anything goes out."""
    own = settings.JUKWAA_HOME / f"{SENT}.new"
    with own.open("w", encoding="ascii") as file:
        file.write(str(number))
        file.flush()
        os.fsync(file.fileno())
    own.replace(settings.JUKWAA_HOME / SENT)


@contextlib.contextmanager
def sending_alone() -> Iterator[bool]:
    """Whether this process is the only one that sends mail of this folder, held until the end."""
    with (settings.JUKWAA_HOME / SENDING).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _secret() -> str:
    path = Path(settings.JUKWAA_HOME) / KEY
    if not path.exists():
        with _alone():
            if not path.exists():
                _write_key(path)
    return path.read_text(encoding="ascii").strip()


def _write_key(path: Path) -> None:
    own = path.with_suffix(".new")
    own.unlink(missing_ok=True)
    own.touch(mode=0o600)
    own.write_text(str(pyrage.x25519.Identity.generate()), encoding="ascii")
    own.replace(path)
    _write_place()


def _write_place() -> uuid.UUID:
    node = uuid.uuid4()
    own = settings.JUKWAA_HOME / f"{PLACE}.new"
    own.write_text(json.dumps({"node": str(node), "where": _where()}), encoding="ascii")
    own.replace(settings.JUKWAA_HOME / PLACE)
    return node


def _place() -> dict[str, str]:
    try:
        said: dict[str, str] = json.loads((settings.JUKWAA_HOME / PLACE).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        # Somebody brought the key alone, as after a laptop was lost.
        return {"node": str(uuid.UUID(int=0)), "where": ""}
    return said


def _where() -> str:
    """Where the key lies: which file of which machine. Copied, or put back, it is another one."""
    stands = (settings.JUKWAA_HOME / KEY).stat()
    machine = MACHINE.read_bytes() if MACHINE.exists() else b""
    said = f"{stands.st_ino}/{stands.st_ctime_ns}/{hashlib.sha256(machine).hexdigest()}"
    return hashlib.sha256(said.encode()).hexdigest()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: two that start together must not each make a key."""
    with (settings.JUKWAA_HOME / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
