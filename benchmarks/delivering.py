"""Pages of what was agreed, promised and measured, when there is much of it: how long each takes."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from benchmarks import collecting
from tests.served import migrate, run, served

ROWS, EVENTS, FIGURES = 10_000, 100_000, 1_000_000
FEW = (200, 2_000, 2_000)
TIMES = 7
# The most that a page may take, in milliseconds; the others are only printed.
ALLOWED = {"overview": 500, "thread of a problem": 300, "thread of a row": 300, "thread of a promise": 300}


def measure(home: Path, environment: dict[str, str], *, quick: bool) -> Iterator[str]:
    """Write it, then ask each page some times over: the middle and the slowest in ms, and its size.

    Then each file once: its first byte and its last, its size, and the memory of the server.
    """
    migrate(home, environment)
    rows, events, figures = FEW if quick else (ROWS, EVENTS, FIGURES)
    many = [str(number) for number in (rows, events, figures)]
    told = json.loads(run([sys.executable, "-m", "tests.promising", *many], environment))
    took, bulk = told["seconds"]
    yield f"  {rows:,} rows and {events:,} events of promises, written by the record in {took:.0f} s"
    yield f"  {figures:,} figures, written into the table alone in {bulk:.0f} s"
    with served(home, environment) as server:
        for what, path in told["pages"].items():
            yield asked(f"http://127.0.0.1:{server.port}{path}", what, told["cookie"])
        for what, path in told["files"].items():
            yield collecting.ask(server, what, path, {"Cookie": f"sessionid={told['cookie']}"})


def asked(url: str, what: str, cookie: str) -> str:
    """Ask some times over."""
    # The first time the server reads its code and opens its connections.
    requests.get(url, headers={"Cookie": f"sessionid={cookie}"}, timeout=300)
    waits, size = [], 0
    for _time in range(TIMES):
        begun = time.perf_counter()
        answer = requests.get(url, headers={"Cookie": f"sessionid={cookie}"}, timeout=300)
        waits.append(1000 * (time.perf_counter() - begun))
        answer.raise_for_status()
        size = len(answer.content)
        if waits[0] > 5000:
            break
    middle = statistics.median(waits)
    allowed = ALLOWED.get(what)
    said = f", at most {allowed}: {'kept' if middle < allowed else 'NOT KEPT'}" if allowed else ""
    return f"  {what:28}{middle:>8,.0f} ms{max(waits):>9,.0f} ms{size // 1000:>8,} kB{said}"
