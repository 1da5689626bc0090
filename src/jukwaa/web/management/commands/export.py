"""`jukwaa export`: a programme's whole record as one compressed file, a JSON object a line."""

import argparse
import gzip
import json
import os
import secrets
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jukwaa import record
from jukwaa.programmes.actions import note_copy
from jukwaa.programmes.models import Copy, Programme

WARNING = (
    "This file holds everything that was recorded, people's words and names with it. "
    "Give it to nobody who may not read all of it, and encrypt it before it travels."
)


class Command(BaseCommand):
    help = "Write a programme's whole record, one JSON object a line, compressed. It holds personal data."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("programme", help="its short name or its id")
        parser.add_argument(
            "-o", "--output", type=Path, required=True, help="a new file, such as geita.ndjson.gz"
        )

    def handle(self, **options: Any) -> None:
        programme, target = find(options["programme"]), options["output"]
        if target.exists():
            raise CommandError(f"{target} is there already: name a new file")
        if not target.parent.is_dir():
            raise CommandError(f"there is no folder {target.parent}")
        events = write(programme, target)
        note_copy(programme=programme, kind=Copy.Kind.EXPORT, holds=Copy.Holds.ALL, name=target.name, by=None)
        self.stdout.write(f"{events} events of {programme.title} are in {target}")
        self.stderr.write(WARNING)


def find(name: str) -> Programme:
    """The programme of that short name or id."""
    try:
        wanted = {"pk": uuid.UUID(name)}
    except ValueError:
        wanted = {"slug": name}  # type: ignore[dict-item]
    found = list(Programme.objects.filter(**wanted))
    if len(found) != 1:
        names = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"{len(found)} programmes are called {name}; there are: {names}")
    return found[0]


def write(programme: Programme, target: Path) -> int:
    """Write a heading and every event; the file has its name only once it is whole. Gives how many events."""
    heading = {
        "format": "jukwaa record",
        "edition": 1,
        "programme": str(programme.pk),
        "made_by": settings.VERSION,
    }
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    count = 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
                packed.write(line(heading))
                for batch in record.bundle(programme.pk, {}):
                    packed.writelines(map(line, batch))
                    count += len(batch)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def line(said: dict[str, Any]) -> bytes:
    """One JSON object, one line."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
