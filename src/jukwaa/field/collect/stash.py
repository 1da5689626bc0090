"""What somebody is about to import, between looking at it and taking it in.

It lies in the node's folder for a day at most, and goes as soon as it is taken in or anybody is forgotten.
"""

from __future__ import annotations

import base64
import json
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from jukwaa.field.collect.importing import MOST_FAULTS, Export, Row

A_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Stash:
    """A folder with the rows of an export and, perhaps, its media."""

    folder: Path

    @property
    def name(self) -> uuid.UUID:
        """What it is called in an address."""
        return uuid.UUID(self.folder.name)

    @property
    def said(self) -> dict[str, Any]:
        """Whose it is and for which form, how many rows there are, the first faults, and unknown headings."""
        found: dict[str, Any] = json.loads((self.folder / "said.json").read_text("utf-8"))
        return found

    def rows(self, start: int = 0) -> Iterator[Row]:
        """The rows that fit, from that one on."""
        with (self.folder / "rows.jsonl").open(encoding="utf-8") as lines:
            for place, line in enumerate(lines):
                if place >= start:
                    said = json.loads(line)
                    said["xml"] = base64.b64decode(said["xml"])
                    said["sent_at"] = said["sent_at"] and datetime.fromisoformat(said["sent_at"])
                    yield Row(**said | {"files": tuple(said["files"])})

    def media(self) -> bytes | None:
        """The ZIP of media that came with it, if any."""
        path = self.folder / "media.zip"
        return path.read_bytes() if path.exists() else None

    def drop(self) -> None:
        """Leave nothing of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _home() -> Path:
    return Path(settings.JUKWAA_HOME) / "imports"


def keep(export: Export, media: bytes | None, *, by: uuid.UUID, form: uuid.UUID) -> Stash:
    """Keep what was read until its owner has looked."""
    home = _home()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = home / str(uuid.uuid4())
    folder.mkdir(mode=0o700)
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as out:
        for row in export.rows:
            said = asdict(row) | {"xml": base64.b64encode(row.xml).decode()}
            out.write(json.dumps(said | {"sent_at": row.sent_at and row.sent_at.isoformat()}) + "\n")
    if media is not None:
        (folder / "media.zip").write_bytes(media)
    said = {
        "by": str(by),
        "form": str(form),
        "rows": len(export.rows),
        "faults": [str(fault) for fault in export.faults[:MOST_FAULTS]],
        "more": max(0, len(export.faults) - MOST_FAULTS),
        "unknown": export.unknown,
    }
    (folder / "said.json").write_text(json.dumps(said), "utf-8")
    return Stash(folder)


def forget(*, older: float = A_DAY) -> int:
    """Let go what lies here for longer than so many seconds; gives how much it was."""
    old = [each for each in _home().glob("*") if each.stat().st_mtime <= time.time() - older]
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)


def find(name: uuid.UUID, *, by: uuid.UUID, form: uuid.UUID) -> Stash | None:
    """What this member left under that name for that form, if it is here still."""
    found = Stash(_home() / str(name))
    try:
        said = found.said
    except OSError:
        return None
    return found if (said["by"], said["form"]) == (str(by), str(form)) else None
