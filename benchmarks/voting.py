"""How many votes a second the real voting page takes: one server, and phones in a process of their own.

On SQLite it is the laptop's `jukwaa serve`; on PostgreSQL also the server's Granian behind nginx.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.behind import Behind, behind_nginx, missing
from tests.flows.test_crowd import STALLED, half_a_vote
from tests.served import ROOT, Prepared, Server, prepare, served

STATEMENTS = 50
FIRST = 16
# Clients, seconds, and phones: enough for three times as many votes as we hope for.
FULL = ((1, 8.0, 120), (8, 8.0, 200), (32, 8.0, 200))
QUICK = ((1, 0.3, 1), (8, 0.3, 8))


@dataclass(frozen=True)
class Figures:
    """What so many clients at once saw. waits: of each vote, in milliseconds, the shortest first."""

    how: str
    clients: int
    seconds: float
    waits: list[float]
    cpu: float

    def wait(self, share: float) -> float:
        """How long this share of the votes waited at most, in milliseconds."""
        return self.waits[min(int(share * len(self.waits)), len(self.waits) - 1)]

    def __str__(self) -> str:
        return (
            f"{self.how:32}{self.clients:>8}{len(self.waits):>8,}{len(self.waits) / self.seconds:>9.0f}"
            f"{self.wait(0.5):>8.1f}{self.wait(0.95):>8.1f}{self.wait(0.99):>8.1f}"
            f"{self.cpu / len(self.waits):>12.2f}"
        )


def measure(home: Path, environment: dict[str, str], *, quick: bool) -> Iterator[Figures]:
    """Serve an open round of 50 statements, and let 1, 8 and 32 clients vote, one after another.

    Then 32 once more beside phones that stall; and, on PostgreSQL, all behind nginx instead.
    """
    runs = QUICK if quick else FULL
    needed = 2 * (FIRST + sum(phones for *_, phones in runs) + runs[-1][-1])
    round_ = prepare(home, environment, phones=needed, statements=STATEMENTS)
    phones = iter(round_.cookies)
    with served(home, environment) as server:
        yield from each(server, "jukwaa serve", round_, phones, runs)
        with contextlib.ExitStack() as stack:
            for _phone in range(STALLED):
                stalled = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                stalled.sendall(half_a_vote(round_))
            clients, seconds, count = runs[-1]
            beside = f"the same, {STALLED} phones stalled"
            yield vote(server, beside, round_, list(islice(phones, count)), clients, seconds)
    if "DATABASE_URL" in environment and not missing():
        with behind_nginx(home, environment) as server:
            yield from each(server, "nginx, Granian 2 x 4", round_, phones, runs)


def each(
    server: Server | Behind,
    how: str,
    round_: Prepared,
    phones: Iterator[str],
    runs: Sequence[tuple[int, float, int]],
) -> Iterator[Figures]:
    """So many clients after so many."""
    # The first phones find processes that have not opened a page yet, and are not counted.
    vote(server, how, round_, list(islice(phones, FIRST)), clients=FIRST, seconds=1.0)
    for clients, seconds, count in runs:
        yield vote(server, how, round_, list(islice(phones, count)), clients, seconds)


def vote(
    server: Server | Behind, how: str, round_: Prepared, cookies: list[str], clients: int, seconds: float
) -> Figures:
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
    return Figures(
        how, clients, said["seconds"], sorted(said["milliseconds"]), cpu_milliseconds(server) - before
    )


def cpu_milliseconds(server: Server | Behind) -> float:
    """What the server's own processes, without worker, proxy and database, have spent on the cores."""
    first = server.process.pid
    workers = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    spent = 0
    for pid in [first, *workers] if isinstance(server, Behind) else [first]:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent * 1000 / os.sysconf("SC_CLK_TCK")
