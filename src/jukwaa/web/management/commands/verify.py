"""`jukwaa check`: whether the configuration, the database, the record and the files are whole."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jukwaa import record
from jukwaa.record import blobs
from jukwaa.record.models import Conflict, Quarantined, Stream, Waiting


class Command(BaseCommand):
    help = "See whether the configuration, the database, the record and the files are whole."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("the database is not up to date: `jukwaa manage migrate` first")
        faults = self.tell("configuration", configuration())
        faults += self.tell("database", database())
        faults += self.tell("record", streams())
        faults += self.tell("files", blobs.faults())
        for count, words in unsettled():
            if count:
                self.stdout.write(f"to look at: {count} {words}")
        if faults:
            sys.exit(1)

    def tell(self, what: str, found: Iterable[str]) -> int:
        """Say one line for each fault, or that there is none; give how many."""
        lines = list(found)
        for line in lines:
            self.stdout.write(f"FAULT in the {what}: {line}")
        if not lines:
            self.stdout.write(f"{what}: whole")
        return len(lines)


def configuration() -> Iterator[str]:
    """What Django's own checks find wrong."""
    for found in checks.run_checks(databases=[connection.alias]):
        if found.is_serious() and not found.is_silenced():
            yield str(found).replace("\n", " ")


def database() -> Iterator[str]:
    """What SQLite finds wrong with its file; PostgreSQL checks its own pages as it reads them."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for (line,) in cursor.execute("PRAGMA integrity_check").fetchall():
            if line != "ok":
                yield line
        for table, row, target, _ in cursor.execute("PRAGMA foreign_key_check").fetchall():
            yield f"row {row} of {table} points to a row that is not in {target}"


def streams() -> Iterator[str]:
    """What is wrong with any stream of the record: gaps, broken links, changed words."""
    for stream in Stream.objects.order_by("pk"):
        yield from map(str, record.verify(stream))


def unsettled() -> list[tuple[int, str]]:
    """What is no fault, but waits for a person."""
    return [
        (Conflict.objects.count(), "rows that clash with another and should be merged"),
        (Waiting.objects.count(), "links to rows that have not arrived yet"),
        (Quarantined.objects.count(), "events that were received and cannot be right"),
    ]
