"""`make bench`: what was measured here, now. `python -m benchmarks [PART …] [--quick]`.

Parts: import, record, disk, breakdown, votes, visit (these when none is named), collect, room, delivery,
engine, engine_size.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import behind, collecting, delivering, importing, room, visiting, voting
from tests.cluster import cluster, find_programs
from tests.served import JUKWAA, environment_of, migrate, prepare, run

PARTS = ("import", "record", "disk", "breakdown", "votes", "visit")
LONG = ("collect", "room", "delivery")
OF_THEIR_OWN = ("engine", "engine_size")


@dataclass(frozen=True)
class Place:
    """Where something is measured: a database's name, an empty home, and the environment of its processes."""

    name: str
    home: Path
    environment: dict[str, str]


def main(words: list[str]) -> int:
    """Measure the parts that were named, and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join([*PARTS, *LONG, *OF_THEIR_OWN]))
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that it runs")
    said = parser.parse_args(words)
    if unknown := set(said.parts) - {*PARTS, *LONG, *OF_THEIR_OWN}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    print(machine(), flush=True)
    with contextlib.ExitStack() as stack:
        for part in said.parts or PARTS:
            if part in OF_THEIR_OWN:
                importlib.import_module(f"benchmarks.{part}").main()
            else:
                MEASURE[part](said.quick, stack)
    return 0


def machine() -> str:
    """What it is measured on, and how busy it is with other things."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}. Load before: {busy:.1f}"
        + (" (busy with other things: the figures are too slow)" if busy > 0.5 else "")
    )


def place(name: str, stack: contextlib.ExitStack, database: str = "") -> Place:
    """A fresh home, gone when the stack is."""
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jukwaa-bench-")))
    return Place(name, home, environment_of(home, database))


def places(quick: bool, stack: contextlib.ExitStack) -> Iterator[Place]:
    """SQLite, then PostgreSQL where it is installed; SQLite alone if it is to be quick."""
    yield place("SQLite", stack)
    if quick:
        return
    programs = find_programs()
    if programs is None:
        print("Not measured on PostgreSQL: neither initdb nor pg_ctl is installed (Debian: postgresql)")
        return
    with cluster(programs) as url:
        yield place("PostgreSQL", stack, url)


def measure_import(quick: bool, stack: contextlib.ExitStack) -> None:
    """How long a real conversation takes to come in, and its pages to open."""
    heading("Import of a Polis export by `jukwaa import-polis`, and its pages over HTTP")
    folder = importing.conversation(quick)
    if folder is None:
        print("Not measured: set JUKWAA_DATA to the folder that holds opendata/")
        return
    for where in places(quick, stack):
        figures = importing.measure(where.home, where.environment, folder)
        print(f"{where.name:12}{figures}", flush=True)


def measure_record(quick: bool, stack: contextlib.ExitStack) -> None:
    """What the record adds to a plain row."""
    heading("The record: a vote without HTTP, each way")
    for where in places(quick, stack):
        print(where.name)
        migrate(where.home, where.environment)
        votes = "200" if quick else "2000"
        print(run([sys.executable, "-m", "benchmarks.record", votes], where.environment), end="", flush=True)


def measure_votes(quick: bool, stack: contextlib.ExitStack) -> None:
    """How many votes a second the real voting page takes."""
    heading("Votes over HTTP: `jukwaa serve` with its worker; acknowledged on disk, answered with the next")
    if lacking := behind.missing():
        print(f"Not measured behind a proxy: not installed: {', '.join(lacking)}")
    print(f"{'':44}{'clients':>8}{'votes':>8}{'votes/s':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}"
          f"{'CPU ms each':>12}")  # fmt: skip
    for where in places(quick, stack):
        for figures in voting.measure(where.home, where.environment, quick=quick):
            print(f"{where.name:12}{figures}", flush=True)


def measure_disk(quick: bool, stack: contextlib.ExitStack) -> None:
    """How often the disk can promise to hold something: no commit that waits for it alone is quicker."""
    heading("The disk: 4 kB written, and waited for until it is held")
    folder = place("disk", stack).home
    for name, wait in (("fsync", os.fsync), ("fdatasync", os.fdatasync)):
        done, seconds = 0, 0.2 if quick else 3.0
        with (folder / name).open("wb", buffering=0) as file:
            begun = time.perf_counter()
            while time.perf_counter() - begun < seconds:
                file.write(b"x" * 4096)
                wait(file.fileno())
                done += 1
        print(f"  {name:12}{done / seconds:>8,.0f} a second")


def measure_breakdown(quick: bool, stack: contextlib.ExitStack) -> None:
    """Where the time of a vote goes."""
    heading("Where a vote's time goes: one process, one thread, no HTTP")
    for where in places(quick, stack):
        votes = 100 if quick else 2000
        told = prepare(where.home, where.environment, phones=4 + votes // 50, statements=50)
        asked = json.dumps({"path": told.path, "cookies": told.cookies})
        run([*JUKWAA, "ready"], where.environment)
        print(where.name)
        command = [sys.executable, "-m", "benchmarks.breakdown", str(votes)]
        print(run(command, where.environment, given=asked), end="", flush=True)


def measure_room(quick: bool, stack: contextlib.ExitStack) -> None:
    """Whether a laptop holds a full room."""
    heading("A full room: phones that join by their QR codes and vote as people do, on a laptop's SQLite")
    where = place("SQLite", stack)
    for line in room.measure(where.home, where.environment, quick=quick):
        print(line, flush=True)


def measure_collect(quick: bool, stack: contextlib.ExitStack) -> None:
    """Whether forms come in beside votes, and a hundred thousand of them can be worked with."""
    heading("Forms from the field: waits in ms (half, 95 %, 99 %); then first byte, last byte, size, memory")
    for where in places(quick, stack):
        print(where.name)
        for line in collecting.measure(where.home, where.environment, quick=quick):
            print(line, flush=True)


def measure_delivery(quick: bool, stack: contextlib.ExitStack) -> None:
    """Whether what was agreed, promised and measured can be looked at when there is much of it."""
    heading("Roadmap, promises, figures, for staff. Pages: half of the times, the slowest, size")
    print("Then files: first byte, last byte, size, memory")
    for where in places(quick, stack):
        print(where.name)
        for line in delivering.measure(where.home, where.environment, quick=quick):
            print(line, flush=True)


def measure_visit(_quick: bool, stack: contextlib.ExitStack) -> None:
    """How many bytes a participant's first visit takes."""
    heading("A participant's first visit: what travels to the phone, headers included")
    where = place("SQLite", stack)
    for line in visiting.measure(where.home, where.environment):
        print(line, flush=True)


def heading(words: str) -> None:
    print(f"\n{words}")


MEASURE: dict[str, Callable[[bool, contextlib.ExitStack], None]] = {
    "import": measure_import,
    "record": measure_record,
    "disk": measure_disk,
    "breakdown": measure_breakdown,
    "votes": measure_votes,
    "collect": measure_collect,
    "room": measure_room,
    "visit": measure_visit,
    "delivery": measure_delivery,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
