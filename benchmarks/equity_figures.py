"""How the measures of who is heard hold beside others: `python -m benchmarks.equity_figures`.

Krippendorff's alpha beside the package `krippendorff`, and how long a thousand permutations of the
Deliberative Reason Index take. The oracle needs an environment of its own:
    python3 -m venv benchmarks/.peers && benchmarks/.peers/bin/pip install krippendorff==0.9.0
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import numpy as np

from commonground.equity import alpha, deliberative_reason

PEER = Path(os.environ.get("JUKWAA_KRIPPENDORFF", Path(__file__).parent / ".peers")) / "bin" / "python"
ORACLE = """
import json, sys
import krippendorff, numpy as np
said = []
for level, rows in json.load(sys.stdin):
    data = np.array([[np.nan if code is None else code for code in row] for row in rows], float)
    said.append(krippendorff.alpha(reliability_data=data, level_of_measurement=level))
json.dump(said, sys.stdout)
"""
TABLES = 200


def main() -> None:
    """Print the figures."""
    print(f"Krippendorff's alpha, greatest difference: {against_krippendorff()}")
    rng = np.random.default_rng(4)
    for people in (20, 100, 300):
        begun = time.perf_counter()
        deliberative_reason(rng.random((people, 40)), rng.random((people, 8)))
        print(f"index of {people} people with 1,000 permutations: {time.perf_counter() - begun:.2f} s")


def against_krippendorff() -> str:
    """The greatest difference on random tables of every level, with gaps."""
    if not PEER.exists():
        return f"not measured: {PEER} is not there (see the top of this file)"
    rng = np.random.default_rng(3)
    asked: list[tuple[str, list[list[float | None]]]] = []
    for number in range(TABLES):
        shape = int(rng.integers(2, 6)), int(rng.integers(3, 40))
        codes = rng.integers(1, int(rng.integers(3, 7)), size=shape)
        codes[0, :2] = [1, 2]
        gaps = rng.random(shape) < 0.2
        gaps[:2, :2] = False
        rows = [
            [None if gap else float(c) for c, gap in zip(*both, strict=True)]
            for both in zip(codes, gaps, strict=True)
        ]
        asked.append((["nominal", "ordinal", "interval", "ratio"][number % 4], rows))
    done = subprocess.run(
        [PEER, "-c", ORACLE], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    apart = [
        abs(alpha(rows, level=level) - theirs)
        for (level, rows), theirs in zip(asked, json.loads(done.stdout), strict=True)
    ]
    return f"{max(apart):.1e} on {TABLES} tables"


if __name__ == "__main__":
    main()
