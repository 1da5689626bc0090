"""How fair and fast panels and tables are: `python -m benchmarks.panel_figures [NAME …]`.

panels      the least chance beside the maximin of sortition-algorithms, on pools made as its own fixture is
            and on one of 280 people with households; how long both take; 2,000 people with 12 quotas
tables      48 people at 8 tables in 4 rounds, by both solvers; a larger room; somebody late

The oracle needs its own environment, for it is not ours to ship:
    python3 -m venv benchmarks/.sortition
    benchmarks/.sortition/bin/pip install sortition-algorithms==0.12.15
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from commonground.panels import Kind, Quota, draw_panel, violations
from commonground.tables import faults, reseat, seat

PEER = Path(os.environ.get("JUKWAA_SORTITION", Path(__file__).parent / ".sortition")) / "bin" / "python"
ORACLE = """
import json, sys, time
from sortition_algorithms import Settings, read_in_features, read_in_people
from sortition_algorithms.committee_generation import find_distribution_maximin
asked = json.load(sys.stdin)
settings = Settings(
    id_column="id",
    columns_to_keep=[],
    check_same_address=asked["household"],
    check_same_address_columns=["household"] if asked["household"] else [],
    selection_algorithm="maximin",
    solver_backend="highspy",
    random_number_seed=1,
)
rows = asked["features"]
features, _, _ = read_in_features(list(rows[0]), rows)
people, _ = read_in_people(list(asked["people"][0]), asked["people"], features, settings)
begun = time.perf_counter()
panels, shares, _ = find_distribution_maximin(
    features, people, asked["size"], settings.check_same_address_columns, settings.solver_backend
)
took = time.perf_counter() - begun
chance = {who: 0.0 for who in people}
for panel, share in zip(panels, shares):
    for who in panel:
        chance[who] += share
json.dump({"least": min(chance.values()), "seconds": took}, sys.stdout)
"""
GROUPS = ("panners", "pit", "owners", "dealers", "company", "government")
SITES = ("Geita", "Chunya", "Mirerani", "Tarime")
THEIRS = {  # how the peer's fixture is asked: of 150 people, each value as likely as any other, 22 are drawn
    "gender": {"Female": (11, 12), "Male": (10, 11), "other": (0, 1)},
    "age": {"16-29": (5, 7), "30-44": (5, 7), "45-59": (5, 6), "60+": (5, 6)},
    "education": {"none": (5, 7), "level 1": (5, 7), "level 2": (5, 6), "level 4": (5, 6)},
    "region": dict.fromkeys((f"region {number}" for number in range(8)), (2, 5)),
}

T = TypeVar("T")


def main(names: Sequence[str]) -> None:
    """Print the figures."""
    for name in names or FIGURES:
        print(f"\n== {name}")
        FIGURES[name]()


def panels() -> None:
    """The least chance and the time, beside the peer's."""
    for seed in (1, 2, 3):
        people, quotas = pool_like_theirs(seed)
        beside(f"150 people as in its fixture, seed {seed}", people, quotas, 22, household=False)
    people, quotas = pool_of_a_site(280, seed=1)
    beside("280 people", people, quotas, 48, household=False)
    beside("280 people, one of a household", people, quotas, 48, household=True)
    people, quotas = pool_of_a_site(2000, seed=1)
    lottery = timed(
        "2,000 people, 12 quotas, one of a household, the lottery too",
        lambda: draw_panel(people, size=48, quotas=quotas, household="household"),
    )
    print(f"  tickets in all {sum(lottery.tickets_of.values())}, most off a chance {lottery.off:.4f}")


def beside(what: str, people: dict[str, Kind], quotas: list[Quota], size: int, *, household: bool) -> None:
    """Ours and theirs on one pool."""
    own = "household" if household else None
    lottery = timed(
        f"{what}: leximin with 1,000 tickets",
        lambda: draw_panel(people, size=size, quotas=quotas, household=own),
    )
    wrong = violations(lottery, people)
    print(f"  least chance {lottery.least:.7f}, most off {lottery.off:.4f}, wrong: {wrong or 'nothing'}")
    if not PEER.exists():
        print(f"  not compared: {PEER} is not there (see the top of this file)")
        return
    theirs = asked_theirs(people, quotas, size, household=household)
    print(f"  sortition-algorithms, maximin alone: {theirs['least']:.7f} in {theirs['seconds']:.2f} s")


def asked_theirs(
    people: dict[str, Kind], quotas: list[Quota], size: int, *, household: bool
) -> dict[str, Any]:
    """The peer's maximin."""
    columns = sorted({quota.column for quota in quotas})
    features = [
        {
            "feature": q.column,
            "value": q.value,
            "min": str(q.least),
            "max": str(size if q.most is None else q.most),
        }
        for q in quotas
    ]
    rows = [
        {"id": who, "household": kind.get("household", ""), **{c: kind[c] for c in columns}}
        for who, kind in people.items()
    ]
    asked = {"features": features, "people": rows, "size": size, "household": household}
    done = subprocess.run(
        [PEER, "-c", ORACLE], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return found


def pool_like_theirs(seed: int) -> tuple[dict[str, Kind], list[Quota]]:
    """150 people, each value of each column as likely as any other but the few "other"."""
    rng = np.random.default_rng(seed)
    chances = {"gender": [0.49, 0.49, 0.02]}
    people: dict[str, Kind] = {
        f"p{number}": {c: str(rng.choice(list(v), p=chances.get(c))) for c, v in THEIRS.items()}
        for number in range(150)
    }
    there = {(c, kind[c]) for kind in people.values() for c in THEIRS}
    return people, [
        Quota(c, v, *ends) for c, vs in THEIRS.items() for v, ends in vs.items() if (c, v) in there
    ]


def pool_of_a_site(many: int, *, seed: int) -> tuple[dict[str, Kind], list[Quota]]:
    """People of six constituencies and four sites, some living together; 12 quotas for a panel of 48."""
    rng = np.random.default_rng(seed)
    group = rng.choice(GROUPS, many, p=[0.3, 0.3, 0.12, 0.12, 0.08, 0.08])
    women = dict(zip(GROUPS, (0.6, 0.15, 0.2, 0.4, 0.25, 0.3), strict=True))
    site = rng.choice(SITES, many, p=[0.4, 0.3, 0.2, 0.1])
    home = rng.integers(0, int(many * 0.9), many)
    people: dict[str, Kind] = {
        f"p{number:04}": {
            "constituency": str(group[number]),
            "gender": "woman" if rng.random() < women[str(group[number])] else "man",
            "site": str(site[number]),
            "household": f"h{home[number]}",
        }
        for number in range(many)
    }
    quotas = [Quota("gender", "woman", 24, 24), Quota("gender", "man", 24, 24)]
    quotas += [Quota("constituency", name, 7, 9) for name in GROUPS]
    quotas += [Quota("site", name, 6, 24) for name in SITES]
    return people, quotas


def tables() -> None:
    """Distinct meetings within exact quotas."""
    for seed in (1, 2, 3):
        people = room(48, seed=seed)
        for solver in ("CP-SAT", "annealing"):
            seating = timed(
                f"48 people, 8 tables, 4 rounds, 3 columns, seed {seed}, {solver}",
                lambda people=people, solver=solver: seat(
                    people, tables=8, rounds=4, spread=["constituency", "gender", "site"], solver=solver
                ),
            )
            print(
                f"  {seating.meetings} of {seating.possible} meetings, {seating.deviation} off the quotas, "
                f"wrong: {faults(seating, people) or 'nothing'}"
            )
    people = room(120, seed=4)
    hall = timed(
        "120 people, 15 tables, 3 rounds, annealing",
        lambda: seat(people, tables=15, rounds=3, spread=["constituency", "gender"], solver="annealing"),
    )
    late = {**people, "late": people["p000"]}
    after, moved = timed(
        "one late and two gone", lambda: reseat(hall, late, arrived=["late"], gone=["p003", "p004"])
    )
    print(
        f"  {hall.meetings} of {hall.possible} meetings; {len(moved) - 3} others moved, {after.deviation} off"
    )


def room(many: int, *, seed: int) -> dict[str, Kind]:
    """People of six constituencies and four sites, as they come."""
    rng = np.random.default_rng(seed)
    return {
        f"p{number:03}": {
            "constituency": f"group {rng.integers(6)}",
            "gender": "woman" if rng.random() < 0.45 else "man",
            "site": f"site {rng.integers(4)}",
        }
        for number in range(many)
    }


def timed(what: str, do: Callable[[], T]) -> T:
    """Do it, and print how long it took."""
    begun = time.perf_counter()
    found = do()
    print(f"{what}: {time.perf_counter() - begun:.2f} s", flush=True)
    return found


FIGURES: dict[str, Callable[[], None]] = {"panels": panels, "tables": tables}

if __name__ == "__main__":
    main(sys.argv[1:])
