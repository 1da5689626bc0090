"""A laptop's whole node on a stick, while it runs: written whole or not at all, and taken over from there.

A folder on the stick (the shelf) holds the last two backups, each a folder with the database, the secret key
and a manifest, and beside them the files (blobs), kept once for both. What is on the stick is as protected as
the laptop's own database: encrypted when there is a key (JUKWAA_SQLITE_KEY), which is never on the stick.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _
from sqlcipher3 import dbapi2

from jukwaa.record import blobs

FORMAT, EDITION = "jukwaa backup", 1
DATABASE, SECRET, MANIFEST, FILES = "jukwaa.sqlite3", "secret.key", "manifest.json", "blobs"
KEPT = 2
PIECE = 1 << 20
# So much stays free on a stick: a full one is slow, and some lie about their last megabytes.
SPARE = 16 << 20


class Refused(Exception):
    """No backup was made, or none is taken over; its text says why and what to do. Nothing was lost.

    words, about: the sentence as it is translated, and what is filled in: who reads it later reads their own
    language.
    """

    def __init__(self, words: str, **about: object) -> None:
        self.words = words
        self.about = {name: str(value) for name, value in about.items()}
        super().__init__(words % self.about if about else words)


class Damaged(Refused):
    """What is on the stick is not what was written."""


# ---- what a backup is ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    at: when the copy of the database was begun; whatever was acknowledged before is in it. size: its bytes.
    files, blobs: sha256 by name, of the backup's own files and of those that both share.
    """

    at: str
    version: str
    encrypted: bool
    files: dict[str, str]
    blobs: list[str]
    size: int = 0
    format: str = FORMAT
    edition: int = EDITION

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def sealed(self) -> bytes:
        """The manifest as it is written, with a digest of itself."""
        said = asdict(self)
        return json.dumps(said | {"seal": seal(said)}, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a backup. Raises Refused when it is not there, cut off or changed."""
        try:
            said = json.loads((folder / MANIFEST).read_bytes())
            stated = said.pop("seal")
            found = cls(**said)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise Damaged(_("%(name)s has no whole manifest.") % {"name": folder.name}) from None
        if found.format != FORMAT or found.edition != EDITION:
            raise Refused(_("%(name)s was written by another edition of Jukwaa.") % {"name": folder.name})
        if found.encrypted and not settings.SQLITE_KEY:
            raise Refused(
                _("The backup is encrypted. Set JUKWAA_SQLITE_KEY as it was set on the first laptop.")
            )
        if not hmac.compare_digest(str(stated), seal(said)):
            raise Damaged(
                _("The manifest of %(name)s was changed, or JUKWAA_SQLITE_KEY is another than before.")
                % {"name": folder.name}
            )
        return found


def seal(said: Mapping[str, Any]) -> str:
    """A digest of the manifest; keyed when the database is: nobody without the key can make another."""
    key = settings.SQLITE_KEY if said["encrypted"] else ""
    return hmac.new(key.encode(), json.dumps(said, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def shelf_in(folder: Path) -> Path:
    """Where this node's backups lie in the folder: a stick may carry those of several laptops."""
    mine = hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest()[:8]
    return folder / f"jukwaa-{mine}"


def generations(shelf: Path) -> list[Path]:
    """The backups on the shelf, the latest first; one that was broken off is not among them."""
    if not shelf.is_dir():
        return []
    there = [each for each in shelf.iterdir() if each.is_dir() and each.suffix != ".part"]
    found = [each for each in there if each.name.partition("-")[0].isdigit()]
    return sorted(found, key=lambda each: int(each.name.partition("-")[0]), reverse=True)


# ---- making one ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A backup that is whole on the stick: where, as of when, how large, and how long it took in seconds."""

    folder: Path
    at: datetime
    bytes: int
    seconds: float


def make(folder: Path) -> Made:
    """Back up this node into the folder, beside the one before. Raises Refused; the one before then stays.

    Readers and writers of the database go on meanwhile.
    """
    _see_that_it_can_be(folder)
    began = timezone.now()
    try:
        with _alone(), _snapshot() as copy:
            named = files_named_in(copy)
            _see_that_it_fits(folder, copy, named)
            made = _write(shelf_in(folder), copy, named, began)
    except OSError as error:
        raise _refusal(error, folder) from error
    return Made(made, began, _size(made), (timezone.now() - began).total_seconds())


def _see_that_it_can_be(folder: Path) -> None:
    if connection.vendor != "sqlite":
        raise Refused(_("This node keeps its rows in PostgreSQL: back it up with pg_dump."))
    if not folder.is_dir():
        raise Refused(_("%(folder)s is not there. Put the stick in, or name another folder."), folder=folder)


def _see_that_it_fits(folder: Path, copy: Path, named: Mapping[str, int]) -> None:
    pool = shelf_in(folder) / FILES
    new = sum(size for sha256, size in named.items() if not _is_there(pool, sha256, size))
    needed = copy.stat().st_size + new + SPARE
    if shutil.disk_usage(folder).free < needed:
        raise _full(folder, needed)


def _full(folder: Path, needed: int = 0) -> Refused:
    if not needed:
        return Refused(_("%(folder)s is full. Free some space on it, or take a larger stick."), folder=folder)
    words = _("%(folder)s is full. Free some space on it, or take a larger stick: it needs %(megabytes)s MB.")
    return Refused(words, folder=folder, megabytes=-(-needed // 1_000_000))


def _refusal(error: OSError, folder: Path) -> Refused:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(folder)
    words = _("%(folder)s could not be written (%(why)s). Is the stick still in?")
    return Refused(words, folder=folder, why=error.strerror or error)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let nobody else back up this node meanwhile. The system lets go when the process ends."""
    with (Path(settings.JUKWAA_HOME) / "backup.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(_("Another backup is being made. Wait until it is done.")) from None
        yield


@contextlib.contextmanager
def _snapshot() -> Iterator[Path]:
    """The database as it is at one moment, in a file beside it, encrypted as it is; gone afterwards.

    Beside it and not on the stick at once: while it is copied the write-ahead log grows; sticks are slow.
    """
    copy = Path(settings.JUKWAA_HOME) / "backup.sqlite3"
    copy.unlink(missing_ok=True)
    try:
        try:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(copy)])
        except DatabaseError as error:
            told = _("The database could not be copied on this laptop (%(why)s). Is its own disk full?")
            raise Refused(told, why=error) from error
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def files_named_in(copy: Path) -> dict[str, int]:
    """The size of each file that the copied database names. Raises Refused when it cannot be read."""
    with contextlib.closing(opened(copy)) as database:
        return dict(database.execute("SELECT sha256, size FROM record_blob").fetchall())


def opened(copy: Path) -> Any:
    """A connection to the copied database, by this node's key. Raises Refused when that does not open it."""
    database = dbapi2.connect(copy)
    try:
        if settings.SQLITE_KEY:
            database.execute("PRAGMA cipher_log_level = NONE")
            database.execute(f"PRAGMA key = \"x'{settings.SQLITE_KEY}'\"")
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError:
        database.close()
        raise Refused(
            _("The copied database cannot be opened. Set JUKWAA_SQLITE_KEY as on the first laptop.")
        ) from None
    return database


def _write(shelf: Path, copy: Path, named: Mapping[str, int], began: datetime) -> Path:
    """Write the backup in a folder that nobody takes for one; it gets its name once it is all on disk."""
    shelf.mkdir(exist_ok=True)
    _clear(shelf)
    pool = shelf / FILES
    kept = [sha256 for sha256, size in named.items() if _keep_file(pool, sha256, size)]
    number = int(generations(shelf)[0].name.partition("-")[0]) + 1 if generations(shelf) else 1
    name = f"{number:06d}-{began:%Y-%m-%d-%H%M}"
    part = shelf / f"{name}.part"
    part.mkdir()
    files = {DATABASE: copy_whole(copy, part / DATABASE)}
    if not settings.ON_A_SERVER:
        files[SECRET] = write_whole(part / SECRET, settings.SECRET_KEY.encode())
    manifest = Manifest(
        at=began.isoformat(),
        version=settings.VERSION,
        encrypted=bool(settings.SQLITE_KEY),
        files=files,
        blobs=sorted(kept),
        size=copy.stat().st_size,
    )
    write_whole(part / MANIFEST, manifest.sealed())
    sync_folder(part)
    whole = part.rename(shelf / name)
    sync_folder(shelf)
    sync_folder(shelf.parent)
    _let_go_of_older(shelf)
    return whole


def _clear(shelf: Path) -> None:
    """Take away what a backup that was broken off left behind."""
    for left in shelf.glob("*.part"):
        shutil.rmtree(left)
    for left in (shelf / FILES).glob("*/*.part"):
        left.unlink()


def _is_there(pool: Path, sha256: str, size: int) -> bool:
    there = pool / sha256[:2] / sha256
    return there.is_file() and there.stat().st_size == size


def _keep_file(pool: Path, sha256: str, size: int) -> bool:
    """See that the file is on the stick; False for one whose voice withdrew since the copy was begun."""
    if _is_there(pool, sha256, size):
        return True
    target = pool / sha256[:2] / sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        copied = copy_whole(blobs.path_of(sha256), part)
    except FileNotFoundError:
        return False
    if copied != sha256:
        part.unlink()
        raise Refused(
            _("The file %(name)s on this laptop is damaged: run `jukwaa check`.") % {"name": sha256[:12]}
        )
    part.replace(target)
    sync_folder(target.parent)
    return True


def _let_go_of_older(shelf: Path) -> None:
    """Keep the last two backups, and of the files those that one of them names."""
    for old in generations(shelf)[KEPT:]:
        # Renamed first: half a backup must not look like one.
        shutil.rmtree(old.rename(old.with_suffix(".part")))
    named: set[str] = set()
    for each in generations(shelf):
        try:
            named |= set(Manifest.read(each).blobs)
        except Refused:
            return
    for held in (shelf / FILES).glob("*/*"):
        if held.name not in named:
            held.unlink()


def copy_whole(source: Path, target: Path) -> str:
    """Copy the file, on disk when this returns; gives the sha256 of what was read."""
    digest = hashlib.sha256()
    with source.open("rb") as from_, target.open("wb") as to:
        while piece := from_.read(PIECE):
            digest.update(piece)
            to.write(piece)
        to.flush()
        os.fsync(to.fileno())
    return digest.hexdigest()


def write_whole(target: Path, data: bytes) -> str:
    """Write the file, on disk when this returns; gives its sha256."""
    with target.open("wb") as to:
        to.write(data)
        to.flush()
        os.fsync(to.fileno())
    return hashlib.sha256(data).hexdigest()


def sync_folder(folder: Path) -> None:
    """See that the names in the folder are on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _size(generation: Path) -> int:
    return sum(each.stat().st_size for each in generation.iterdir())


# ---- taking over -----------------------------------------------------------------------------------------


def find(folder: Path, which: str = "") -> Path:
    """The latest backup in the folder, or the one of that name.

    Raises Refused when there is none, or when those of several laptops are there.
    """
    shelves = (
        [folder] if generations(folder) else sorted(s for s in folder.glob("jukwaa-*") if generations(s))
    )
    if not shelves:
        raise Refused(_("There is no backup in %(folder)s.") % {"folder": folder})
    if len(shelves) > 1:
        names = ", ".join(str(each) for each in shelves)
        raise Refused(
            _("Backups of several laptops are there. Name one of these folders: %(names)s") % {"names": names}
        )
    found = generations(shelves[0])
    chosen = [each for each in found if each.name == which] if which else found[:1]
    if not chosen:
        names = ", ".join(each.name for each in found)
        raise Refused(
            _("There is no backup %(name)s; there are: %(names)s") % {"name": which, "names": names}
        )
    return chosen[0]


def take_over(generation: Path) -> Manifest:
    """Make an empty home of the backup, each file checked as it is copied. Raises Refused.

    The database gets its name last: a take-over that was broken off has left none, and may be tried again.
    """
    home = Path(settings.JUKWAA_HOME)
    database = Path(settings.DATABASES["default"]["NAME"])
    if database.exists():
        raise Refused(
            _("%(home)s holds a database already. Set JUKWAA_HOME to a new folder.") % {"home": home}
        )
    part = home / "taken-over.sqlite3"
    with _damage_named(generation):
        manifest = Manifest.read(generation)
        for sha256 in manifest.blobs:
            _take_file(generation.parent / FILES / sha256[:2] / sha256, blobs.path_of(sha256), sha256)
        _take_file(generation / DATABASE, part, manifest.files[DATABASE])
        _see_that_it_is_known(part)
        if SECRET in manifest.files:
            _take_file(generation / SECRET, home / SECRET, manifest.files[SECRET])
    part.rename(database)
    sync_folder(home)
    return manifest


@contextlib.contextmanager
def _damage_named(generation: Path) -> Iterator[None]:
    """Name the earlier backup where this one is not whole."""
    try:
        yield
    except Damaged as damage:
        others = [each.name for each in generations(generation.parent) if each != generation]
        if not others:
            raise
        told = _("Another one is there: name it with --which %(name)s") % {"name": others[0]}
        raise Damaged(f"{damage} {told}") from damage
    except OSError as error:
        raise _refusal(error, generation) from error


def _take_file(source: Path, target: Path, sha256: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        if copy_whole(source, part) != sha256:
            raise Damaged(
                _("%(name)s on the stick is damaged; nothing was taken over.") % {"name": source.name}
            )
        part.replace(target)
    except FileNotFoundError:
        raise Damaged(
            _("%(name)s is missing on the stick; nothing was taken over.") % {"name": source.name}
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _see_that_it_is_known(copy: Path) -> None:
    """Refuse a database of a later Jukwaa, which this one would not understand."""
    with contextlib.closing(opened(copy)) as database:
        applied = set(database.execute("SELECT app, name FROM django_migrations").fetchall())
        ours = {app.rpartition(".")[2] for app in settings.INSTALLED_APPS}
    known = set(MigrationLoader(None).disk_migrations)
    if any(app in ours and (app, name) not in known for app, name in applied):
        raise Refused(_("The backup was made by a later Jukwaa. Install the same version here."))


# ---- how it stands ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How backups stand on this laptop, as whoever makes them wrote it down; beside the database, not in it.

    folder: where they go, "" while none are made. every: minutes between two. at, bytes, seconds: of the last
    that is whole. trouble: why none could be made since then, "" when all is well; about: what is filled into
    that sentence. same_disk: the folder lies on the laptop's own disk.
    """

    folder: str = ""
    every: int = 0
    at: str = ""
    bytes: int = 0
    seconds: float = 0.0
    trouble: str = ""
    about: dict[str, str] = field(default_factory=dict)
    same_disk: bool = False

    @property
    def told(self) -> str:
        """Why no backup could be made, in the reader's language."""
        # gettext answers nothing with the head of its catalogue.
        words = _(self.trouble) if self.trouble else ""
        return words % self.about if self.about else words

    @property
    def moment(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if self.at else None

    def minutes_old(self, at: datetime | None = None) -> int | None:
        """How old the last backup is, in whole minutes; None before the first."""
        if self.moment is None:
            return None
        return max(0, int(((at or timezone.now()) - self.moment).total_seconds() // 60))


def standing() -> Standing:
    """How backups stand."""
    try:
        return Standing(**json.loads(_noted().read_bytes()))
    except (OSError, ValueError, TypeError):
        return Standing()


def note(**changes: Any) -> Standing:
    """Write down how backups stand now."""
    found = Standing(**(asdict(standing()) | changes))
    part = _noted().with_suffix(".part")
    part.write_text(json.dumps(asdict(found)), encoding="utf-8")
    part.replace(_noted())
    return found


def _noted() -> Path:
    return Path(settings.JUKWAA_HOME) / "backup.json"


def keep(folder: Path, every: int, *, make: Callable[[Path], Made] = make) -> Standing:
    """Make a backup and write down how it went; never raises for a stick that is away, full or slow."""
    about = {"folder": str(folder), "every": every}
    try:
        made = make(folder)
    except Refused as refused:
        return note(**about, trouble=refused.words, about=refused.about)
    same = folder.stat().st_dev == Path(settings.JUKWAA_HOME).stat().st_dev
    told = {"at": made.at.isoformat(), "bytes": made.bytes, "seconds": made.seconds}
    return note(**about, **told, trouble="", about={}, same_disk=same)
