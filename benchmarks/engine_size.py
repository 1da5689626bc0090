"""How the engine copes with size: `python -m benchmarks.engine_size [NAME …]`, else all of them.

growth    100,000 to 50 million votes from Parquet: seconds, memory, and the exponent of the growth
          (`growth=3000000` goes no further)
csv       100,000 people x 500, 3.0 million votes, from CSV to JSON
updates   new votes on a map of 3.0 million
engines   memory, files, a cluster of two processes, and one that loses a worker: the same bytes?
broken    a CSV of 10 million rows whose last but one line is broken

Votes are made up: four camps of 40, 30, 20 and 10 %. Each run is a process of its own. Files go to a
temporary folder, or to JUKWAA_BENCH.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((3_334, 500, 30), (33_334, 500, 30), (100_000, 500, 30), (300_000, 1000, 33), (1_000_000, 1000, 50))
AT_ONCE = 25_000  # people

RUN = """
import json, resource, sys, time
begun = time.perf_counter(), time.process_time()
from commonground.__main__ import main
code = main(sys.argv[1:])
print(json.dumps({"code": code, "seconds": time.perf_counter() - begun[0],
                  "cpu": time.process_time() - begun[1],
                  "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))
"""


def command(*words: str) -> dict:
    """What one command took, and what it said to who waits."""
    words = (sys.executable, "-c", RUN, *words)
    done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT)
    return {**json.loads(done.stdout.splitlines()[-1]), "said": done.stderr}


def world(folder: Path, people: int, statements: int, each: int) -> Path:
    """A folder of Parquet, by participant."""
    place = folder / f"{people}x{statements}x{each}"
    if place.exists():
        return place
    place.mkdir(parents=True)
    rng = np.random.default_rng(1)
    rates, known = rng.beta(0.7, 0.7, (4, statements)), duckdb.connect()
    for number, first in enumerate(range(0, people, AT_ONCE)):
        count = min(AT_ONCE, people - first)
        camp = rng.choice(4, count, p=(0.4, 0.3, 0.2, 0.1))
        asked = np.argpartition(rng.random((count, statements), np.float32), each, axis=1)[:, :each]
        agree = rng.random((count, each)) < rates[camp[:, None], asked]
        votes = {
            "who": np.repeat(np.arange(first, first + count), each),
            "what": asked.ravel(),
            "vote": np.where(agree, 1, -1).astype(np.int8).ravel(),
        }
        known.register("votes", votes)
        known.execute(
            "COPY (SELECT 'p' || who AS participant, 's' || what AS statement, vote FROM votes) "
            f"TO '{place / f'part-{number:03}.parquet'}' (FORMAT parquet)"
        )
    return place


def as_csv(place: Path) -> Path:
    """The same as one CSV."""
    file = place.with_suffix(".csv")
    if not file.exists():
        duckdb.execute(f"COPY (SELECT * FROM '{place}/*.parquet') TO '{file}' (HEADER)")
    return file


def growth(folder: Path, most: int = 50_000_000) -> None:
    """Seconds and memory by the number of votes."""
    print(f"{'people':>10}{'statements':>12}{'votes':>12}{'seconds':>9}{'CPU s':>8}{'MB':>7}  groups")
    seen = []
    for people, statements, each in SIZES:
        if people * each > 1.01 * most:
            continue
        place, out = world(folder, people, statements, each), folder / "map.json"
        took = command("map", str(place), "--json", str(out))
        plain = out.read_text("utf-8")
        groups = json.loads(plain[plain.rindex('"evidence": ') + 12 : plain.rindex(', "axes": ')])["number"]
        print(
            f"{people:>10,}{statements:>12,}{people * each:>12,}{took['seconds']:>9.1f}{took['cpu']:>8.1f}"
            f"{took['mb']:>7.0f}  {groups}",
            flush=True,
        )
        seen.append((people * each, took["seconds"]))
    votes, seconds = np.log(np.array(seen)).T
    print(f"seconds grow with votes to the power of {np.polyfit(votes, seconds, 1)[0]:.2f}")


def csv(folder: Path) -> None:
    """The figure that the engine is held to."""
    took = command("map", str(as_csv(world(folder, 100_000, 500, 30))), "--json", str(folder / "map.json"))
    print(
        f"3.0 M votes from CSV: {took['seconds']:.1f} s ({took['cpu']:.1f} s of the processors), "
        f"{took['mb']:.0f} MB"
    )


def updates(folder: Path) -> None:
    """How long new votes take."""
    import commonground
    from commonground import VoteTable

    votes = commonground.read_votes(world(folder, 100_000, 500, 30))
    begun = time.perf_counter()
    ground = commonground.lay(votes)
    print(f"all {len(votes):,} votes: {time.perf_counter() - begun:.2f} s")
    assert ground is not None
    rng = np.random.default_rng(5)
    for count in (100, 1_000, 10_000, 100_000):
        who, what = rng.integers(110_000, size=count), rng.integers(500, size=count)
        pairs = {(f"p{one}", f"s{two}"): 1 for one, two in zip(who, what, strict=True)}
        new = VoteTable.from_rows([(*pair, vote) for pair, vote in pairs.items()])
        begun = time.perf_counter()
        after = ground.take_in(new)
        taken = time.perf_counter() - begun
        commonground.draw(after)
        print(
            f"{len(new):>8,} new votes: {taken:.2f} s, with findings and picture "
            f"{time.perf_counter() - begun:.2f} s"
        )


def engines(folder: Path) -> None:
    """Whether all engines draw the same bytes."""
    import commonground
    from commonground._cluster import Cluster, cluster
    from commonground._shelf import Shelf

    place, bytes_of = world(folder, 100_000, 500, 30), {}
    for name, words in (
        ("memory", []),
        ("files", ["--store", str(folder / "store")]),
        ("two processes", ["--engine", "dask"]),
    ):
        took = command("map", str(place), "--json", str(folder / "map.json"), *words)
        bytes_of[name] = (folder / "map.json").read_bytes()
        same = bytes_of[name] == bytes_of["memory"]
        print(f"{name:16}{took['seconds']:>7.1f} s{took['mb']:>7.0f} MB  same bytes: {same}", flush=True)

    class Unlucky(Cluster):
        asked = 0

        def each(self, do, items):
            self.asked += 1
            if self.asked == 5:
                os.kill(next(iter(self.client.run(os.getpid).values())), signal.SIGKILL)
            return super().each(do, items)

    votes = commonground.read_votes(place)
    begun = time.perf_counter()
    with cluster(workers=2) as two:
        unlucky = Unlucky(two.client)
        one: Shelf = votes.shelf.stored(folder / "store", unlucky)
        seen = commonground.draw(one).as_json(persons=True)
    took = time.perf_counter() - begun
    same = seen == commonground.draw(votes).as_json(persons=True)
    print(f"{'one killed':16}{took:>7.1f} s            same: {same}")


def broken(folder: Path) -> None:
    """How a long file with a broken line is refused."""
    file = folder / "broken.csv"
    with file.open("w") as stream:
        stream.write("participant,statement,vote\n")
        for first in range(0, 10_000_000, 100_000):
            stream.writelines(f"p{n // 50},s{n % 50},1\n" for n in range(first, first + 100_000))
        stream.write("ann,Water,agree\nben,Water,1\n")
    took = command("map", str(file), "--json", str(folder / "map.json"))
    print(
        f"10 million rows: {took['seconds']:.1f} s, {took['mb']:.0f} MB, exit {took['code']}: {took['said']}"
    )


FIGURES = {"growth": growth, "csv": csv, "updates": updates, "engines": engines, "broken": broken}


@contextlib.contextmanager
def place_for_files() -> Iterator[Path]:
    """Where the made-up votes lie."""
    if os.environ.get("JUKWAA_BENCH"):
        yield Path(os.environ["JUKWAA_BENCH"])
    else:
        with tempfile.TemporaryDirectory(prefix="jukwaa-bench-") as folder:
            yield Path(folder)


def main(names: Sequence[str] = ()) -> None:
    """Print the figures of these names."""
    with place_for_files() as folder:
        for name in names or FIGURES:
            figure, _, size = name.partition("=")
            print(f"\n== {figure}", flush=True)
            FIGURES[figure](folder, *([int(size)] if size else []))


if __name__ == "__main__":
    main(sys.argv[1:])
