"""How long the engine takes to read and draw, and how much memory: `python -m benchmarks.engine`.

Each conversation runs in a process of its own, on one core.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SMALL = ("120 people x 40", "200 people x 60")


def main() -> int:
    """Print a line for each conversation in the data folder, and for two the size of a dialogue."""
    data = Path(os.environ.get("JUKWAA_DATA", ROOT.parent / "shared" / "data")) / "opendata"
    heads = f"{'people':>8}{'votes':>9}{'read s':>8}{'draw s':>8}{'JSON kB':>9}{'peak MB':>9}  groups"
    print(f"{'conversation':36}{heads}")
    for name in [*SMALL, *(str(folder) for folder in sorted(data.glob("*")) if folder.is_dir())]:
        seen = subprocess.run(
            [sys.executable, "-m", "benchmarks.engine", name],
            env={**os.environ, **ONE_CORE},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        figures = json.loads(seen.stdout)
        print(
            f"{Path(name).name:36}{figures['people']:>8,}{figures['votes']:>9,}{figures['read']:>8.2f}"
            f"{figures['draw']:>8.2f}{figures['json']:>9.0f}{figures['peak']:>9.0f}  {figures['groups']}"
        )
    if not data.is_dir():
        print(f"No conversations in {data}: set JUKWAA_DATA to the folder that holds opendata/.")
    return 0


def measure(name: str) -> dict[str, float | int | str]:
    """Read and draw one conversation in this process."""
    import commonground

    begun = time.perf_counter()
    rows = made_up(name) if name in SMALL else commonground.read_conversation(name).current_votes()
    votes = commonground.VoteTable.from_rows(rows)
    read = time.perf_counter()
    drawn = commonground.draw(votes)
    done = time.perf_counter()
    evidence = drawn.map.evidence if drawn.map else None
    return {
        "people": drawn.participants,
        "votes": drawn.votes,
        "read": read - begun,
        "draw": done - read,
        "json": len(json.dumps(drawn.as_json())) / 1000,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "groups": str(evidence.number or evidence.reason) if evidence else "no map",
    }


def made_up(name: str) -> list[tuple[str, str, int]]:
    """A dialogue's worth of votes: two camps, 30 votes a person."""
    import numpy as np

    people, statements = (int(word) for word in name.replace("people x", "").split())
    rng = np.random.default_rng(1)
    leaning = rng.normal(size=statements) + np.outer([1.5, -1.5], rng.normal(size=statements))
    return [
        (f"p{who}", f"s{what}", (1 if rng.random() < 1 / (1 + np.exp(-leaning[who % 2, what])) else -1))
        for who in range(people)
        for what in rng.choice(statements, size=30, replace=False)
    ]


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    print(json.dumps(measure(sys.argv[1])))
