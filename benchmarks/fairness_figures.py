"""How fair the agenda and the committee are, in figures: `python -m benchmarks.fairness_figures [NAME …]`.

agenda      claims left open in 300 random weighted profiles; abcvoting's equal shares on 150; 10,000 voters
committee   abcvoting's PAV on 150 profiles; 140 voters, 40 candidates, 12 seats with quotas

The oracle needs its own environment, for it is not ours to ship:
    python3 -m venv benchmarks/.peers && benchmarks/.peers/bin/pip install abcvoting==2.19.2
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from commonground import VoteTable
from commonground.agenda import agree_on_agenda, violations
from commonground.committee import Quota, elect

PEERS = Path(os.environ.get("JUKWAA_PEERS", Path(__file__).parent / ".peers")) / "bin" / "python"
ORACLE = """
import json, sys
from abcvoting import abcrules
from abcvoting.preferences import Profile
said = []
for rule, candidates, seats, ballots in json.load(sys.stdin):
    profile = Profile(candidates)
    profile.add_voters(ballots)
    found = abcrules.compute(rule, profile, committeesize=seats, resolute=False)
    said.append([sorted(each) for each in found])
json.dump(said, sys.stdout)
"""
PROFILES = 150

Ballots = list[list[int]]
T = TypeVar("T")


def main(names: Sequence[str]) -> None:
    """Print the figures."""
    for name in names or FIGURES:
        print(f"\n== {name}")
        FIGURES[name]()


def agenda() -> None:
    """Claims, the oracle, and speed."""
    rng = np.random.default_rng(1)
    open_ = 0
    for _profile in range(300):
        votes, groups = weighted_profile(rng)
        seats = int(rng.integers(1, 10))
        open_ += bool(violations(agree_on_agenda(votes, seats=seats, constituencies=groups), votes, groups))
    print(f"profiles with a claim left open, or a bean too many: {open_} of 300")
    same = compared("equal-shares", lambda votes, seats: agree_on_agenda(votes, seats=seats).chosen)
    print(f"one of abcvoting's equal-shares committees: {same}")
    wants = np.argwhere(rng.random((10_000, 200)) < 0.3)
    votes = VoteTable.from_rows([(f"p{who}", f"i{item}", 1) for who, item in wants])
    groups = {who: f"g{place % 8}" for place, who in enumerate(votes.participants)}
    timed(
        "10,000 voters, 200 items, 20 seats", lambda: agree_on_agenda(votes, seats=20, constituencies=groups)
    )


def committee() -> None:
    """The oracle, and speed within quotas."""
    same = compared("pav", lambda votes, seats: elect(votes, seats=seats).members)
    print(f"one of abcvoting's PAV committees: {same}")
    rng = np.random.default_rng(3)
    known = {
        f"c{number}": {
            "gender": "woman" if number % 2 else "man",
            "constituency": f"g{number % 6}",
            "site": f"s{number % 5}",
        }
        for number in range(40)
    }
    groups = {f"p{number}": f"g{number % 6}" for number in range(140)}
    likes = rng.random((140, 40))
    rows = [
        (f"p{who}", f"c{name}", int(likes[who, name] < (0.5 if who % 6 == name % 6 else 0.12)))
        for who in range(140)
        for name in range(40)
    ]
    quotas = [
        Quota("gender", "woman", 6),
        *(Quota("constituency", f"g{group}", 2, 2) for group in range(6)),
        *(Quota("site", f"s{site}", 2) for site in range(5)),
    ]
    votes = VoteTable.from_rows(rows)
    elected = timed(
        "140 voters, 40 candidates, 12 seats, quotas, alternates and all",
        lambda: elect(votes, seats=12, candidates=known, constituencies=groups, quotas=quotas),
    )
    least = min(elected.represented.values())
    print(f"price of the quotas {100 * elected.price:.1f} %, represented: {100 * least:.0f} % or more")


def weighted_profile(rng: np.random.Generator) -> tuple[VoteTable, dict[str, str]]:
    """A random profile of one to five constituencies, with votes for and against."""
    groups = int(rng.integers(1, 6))
    people, items = int(rng.integers(groups, 60)), int(rng.integers(2, 20))
    said = rng.choice([-1, 0, 1], p=[0.2, 0.4, 0.4], size=(people, items))
    rows = [(f"p{who}", f"i{item}", int(said[who, item])) for who in range(people) for item in range(items)]
    return VoteTable.from_rows(rows), {f"p{who}": f"g{int(rng.integers(0, groups))}" for who in range(people)}


def compared(rule: str, ours: Callable[[VoteTable, int], Sequence[str]]) -> str:
    """How often ours is one of the oracle's committees, on the same random profiles."""
    if not PEERS.exists():
        return f"not measured: {PEERS} is not there (see the top of this file)"
    rng = np.random.default_rng(2)
    asked: list[tuple[str, int, int, Ballots]] = []
    for _profile in range(PROFILES):
        candidates = int(rng.integers(4, 9))
        likes = rng.random((int(rng.integers(5, 30)), candidates)) < rng.uniform(0.2, 0.6)
        likes[0] = True  # so that there are enough candidates whom somebody wants
        ballots = [np.flatnonzero(each).tolist() for each in likes if each.any()]
        asked.append((rule, candidates, int(rng.integers(1, candidates)), ballots))
    done = subprocess.run(
        [PEERS, "-c", ORACLE], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    same = 0
    for (_, _, seats, ballots), theirs in zip(asked, json.loads(done.stdout), strict=True):
        rows = [(f"p{who}", f"{name}", 1) for who, names in enumerate(ballots) for name in names]
        same += sorted(int(name) for name in ours(VoteTable.from_rows(rows), seats)) in theirs
    return f"{same} of {PROFILES}"


def timed(what: str, do: Callable[[], T]) -> T:
    """Do it, and print how long it took."""
    begun, busy = time.perf_counter(), time.process_time()
    found = do()
    print(f"{what}: {time.perf_counter() - begun:.2f} s, {time.process_time() - busy:.2f} s of it computing")
    return found


FIGURES: dict[str, Callable[[], None]] = {"agenda": agenda, "committee": committee}

if __name__ == "__main__":
    main(sys.argv[1:])
