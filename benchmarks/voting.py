"""How many votes a second the real voting page takes: one server, and phones in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.served import ROOT, Prepared, Server, prepare, served

STATEMENTS = 50
# Clients, seconds, and phones: enough for three times as many votes as we hope for.
FULL = ((1, 8.0, 120), (8, 8.0, 200), (32, 8.0, 200))
QUICK = ((1, 0.3, 1), (8, 0.3, 8))


@dataclass(frozen=True)
class Figures:
    """What so many clients at once saw. waits: of each vote, in milliseconds, the shortest first."""

    clients: int
    seconds: float
    waits: list[float]
    cpu: float

    def wait(self, share: float) -> float:
        """How long this share of the votes waited at most, in milliseconds."""
        return self.waits[min(int(share * len(self.waits)), len(self.waits) - 1)]

    def __str__(self) -> str:
        return (
            f"{self.clients:>8}{len(self.waits):>8,}{len(self.waits) / self.seconds:>9.0f}"
            f"{self.wait(0.5):>8.1f}{self.wait(0.95):>8.1f}{self.wait(0.99):>8.1f}"
            f"{self.cpu / len(self.waits):>15.2f}"
        )


def measure(home: Path, environment: dict[str, str], *, quick: bool) -> Iterator[Figures]:
    """Serve an open round of 50 statements, and let 1, 8 and 32 clients vote, one after another."""
    runs = QUICK if quick else FULL
    round_ = prepare(home, environment, phones=1 + sum(phones for *_, phones in runs), statements=STATEMENTS)
    phones = iter(round_.cookies)
    with served(home, environment) as server:
        # The first phone finds a server that has not opened a page yet, and is not counted.
        vote(server, round_, [next(phones)], clients=1, seconds=0.1)
        for clients, seconds, count in runs:
            yield vote(server, round_, list(islice(phones, count)), clients, seconds)


def vote(server: Server, round_: Prepared, cookies: list[str], clients: int, seconds: float) -> Figures:
    """Let so many clients vote for so long."""
    asked = {
        "port": server.port,
        "path": round_.path,
        "cookies": cookies,
        "clients": clients,
        "seconds": seconds,
    }
    before = cpu_milliseconds(server)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        cwd=ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    said = json.loads(done.stdout)
    return Figures(clients, said["seconds"], sorted(said["milliseconds"]), cpu_milliseconds(server) - before)


def cpu_milliseconds(server: Server) -> float:
    """What the server itself, without worker and database, has spent on its core."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
