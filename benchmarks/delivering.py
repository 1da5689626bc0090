"""Pages of what was agreed and promised, when there is much of it: how long each takes to answer."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.served import migrate, run, served

ROWS, EVENTS = 10_000, 100_000
FEW_ROWS, FEW_EVENTS = 200, 2_000
TIMES = 7
# The most that a page may take, in milliseconds; the others are only printed.
ALLOWED = {"overview": 500, "thread of a problem": 300, "thread of a row": 300, "thread of a promise": 300}


def measure(home: Path, environment: dict[str, str], *, quick: bool) -> Iterator[str]:
    """Write it, then ask each page some times over: the middle and the slowest in ms, and its size."""
    migrate(home, environment)
    rows, events = (FEW_ROWS, FEW_EVENTS) if quick else (ROWS, EVENTS)
    begun = time.perf_counter()
    told = json.loads(run([sys.executable, "-m", "tests.promising", str(rows), str(events)], environment))
    took = time.perf_counter() - begun
    yield f"  {rows:,} rows and {events:,} events of promises, written by the record in {took:.0f} s"
    with served(home, environment) as server:
        for what, path in told["pages"].items():
            yield asked(f"http://127.0.0.1:{server.port}{path}", what, told["cookie"])


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
