"""How good the engine is, in figures: `python -m benchmarks.engine_figures [NAME …]`, else all but peers.

compatible  Polis' own output against commonground.polis
order       shuffled rows and other names
stability   a tenth of the votes dropped, ten times over, on the real conversations
prediction  hidden votes, on the real conversations
null        worlds without groups
sayings     what found groups are said to differ on
routing     which statement next, against Polis' priorities
peers       20,000 people in four camps, against red-dwarf (or `peers=100000`); needs its own environment:
            python3 -m venv benchmarks/.peers && benchmarks/.peers/bin/pip install red-dwarf==0.4.0

Real conversations are looked for in ../shared/data, or JUKWAA_DATA.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import adjusted_rand_score, log_loss, roc_auc_score

import commonground
from commonground import Router, VoteTable, polis
from commonground._agreement import Counts
from commonground._fit import Cast, fit
from commonground._groups import says
from tests.commonground import worlds

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("JUKWAA_DATA", ROOT.parent / "shared" / "data"))
PEERS = Path(os.environ.get("JUKWAA_PEERS", ROOT / "benchmarks" / ".peers")) / "bin" / "python"
RUNS = 10

Rows = list[tuple[str, str, int]]


def conversations() -> dict[str, Rows]:
    """The real conversations, the votes that count."""
    folders = sorted((DATA / "opendata").iterdir())
    return {folder.name: list(commonground.read_conversation(folder).counting_votes()) for folder in folders}


# ---- compatible ------------------------------------------------------------------------------------------


def compatible() -> None:
    """Polis' output and ours, how far apart."""
    print(
        f"{'conversation':34}{'|cos|':>14}{'centre':>10}{'projections':>13}{'consensus':>11}{'priorities':>12}"
    )
    for folder in sorted((DATA / "polis-output").iterdir()):
        if (folder / "math-pca2.json").exists():
            print(f"{folder.name:34}{apart(folder)}")


def apart(folder: Path) -> str:
    """The largest differences of one conversation."""
    theirs = json.loads((folder / "math-pca2.json").read_text())
    rows = [
        (
            str(each.get("participant_id", each.get("pid"))),
            str(each.get("statement_id", each.get("tid"))),
            each["vote"],
        )
        for each in json.loads((folder / "votes.json").read_text())
    ]
    base = theirs["base-clusters"]
    members = dict(zip(base["id"], base["members"], strict=True))
    groups = {
        str(who): group["id"]
        for group in theirs["group-clusters"]
        for one in group["members"]
        for who in members[one]
    }
    meta = set(map(str, theirs["meta-tids"]))
    ours = polis.analyse(
        VoteTable.from_rows(rows, statements=map(str, theirs["tids"])),
        taken_away=set(map(str, theirs["mod-out"])) - meta,
        meta=meta,
        groups=groups,
    )
    place = [list(map(str, theirs["tids"])).index(name) for name in ours.statements]
    axes = np.array(theirs["pca"]["comps"])[:, place]
    cosines = (axes * ours.components).sum(axis=1) / np.linalg.norm(axes, axis=1)
    spots = dict(zip(ours.participants, ours.projections * np.sign(cosines), strict=True))
    far = max(
        np.abs(np.mean([spots[str(who)] for who in each], axis=0) - (x, y)).max()
        for each, x, y in zip(base["members"], base["x"], base["y"], strict=True)
    )
    aware, priorities = theirs["group-aware-consensus"], theirs["comment-priorities"]
    return (
        f"{np.abs(cosines).min():>14.10f}"
        f"{np.abs(ours.centre - np.array(theirs['pca']['center'])[place]).max():>10.1e}{far:>13.1e}"
        f"{max(abs(ours.group_aware_consensus[name] - aware[name]) for name in aware):>11.1e}"
        f"{max(abs(ours.priorities[name] - priorities[name]) for name in priorities):>12.1e}"
    )


# ---- order -----------------------------------------------------------------------------------------------


def order() -> None:
    """Whether shuffled rows draw the same bytes, and other names the same groups."""
    rng = np.random.default_rng(1)
    for name, rows in conversations().items():
        one = commonground.draw(VoteTable.from_rows(rows))
        shuffled = [rows[place] for place in rng.permutation(len(rows))]
        other = commonground.draw(VoteTable.from_rows(shuffled))
        same = json.dumps(one.as_json(persons=True)) == json.dumps(other.as_json(persons=True))
        people = sorted({who for who, _, _ in rows})
        called = dict(zip(people, (f"x{n}" for n in rng.permutation(len(people))), strict=True))
        renamed = commonground.draw(VoteTable.from_rows([(called[who], *rest) for who, *rest in rows])).map
        alike, far = 1.0, 0.0
        if one.map and renamed:
            pairs = [(one.map.places[who], renamed.places[called[who]]) for who in people]
            alike = adjusted_rand_score(*zip(*((str(a.group), str(b.group)) for a, b in pairs), strict=True))
            far = max(abs(a.x - b.x) + abs(a.y - b.y) for a, b in pairs)
        print(f"{name:34} same bytes: {same}; renamed: ARI {alike:.2f}, farthest {far:.0e}")


# ---- stability -------------------------------------------------------------------------------------------


def stability() -> None:
    """How alike the groups are when a tenth of the votes is missing; Polis' way in the same runs."""
    print(
        f"{'conversation':34}{'k':>12}{'labelled ARI':>14}{'of eligible':>13}{'as a class':>12}{'Polis':>8}"
    )
    means = []
    for name, rows in conversations().items():
        rng, maps, theirs = np.random.default_rng(2), [], []
        for _ in range(RUNS):
            votes = VoteTable.from_rows([row for row in rows if rng.random() >= 0.1])
            maps.append(commonground.draw(votes).map)
            theirs.append(polis.analyse(votes).groups)
        found = [drawn.evidence.number for drawn in maps]
        numbers = ",".join(f"{k or 'none'}:{found.count(k)}" for k in sorted(set(found), key=str))
        labels = [{who: place.group for who, place in drawn.places.items() if place.group} for drawn in maps]
        eligible = [sum(place.votes >= 20 for place in drawn.places.values()) for drawn in maps]
        able = [{who for who, place in drawn.places.items() if place.votes >= 20} for drawn in maps]
        share = np.mean([len(each) / max(all_, 1) for each, all_ in zip(labels, eligible, strict=True)])
        pairs = [(a, b) for a, b in combinations(range(RUNS), 2) if labels[a] and labels[b]]
        sure = (
            np.mean([like(labels[a], labels[b], set(labels[a]) & set(labels[b])) for a, b in pairs])
            if pairs
            else np.nan
        )
        loose = (
            np.mean([like(labels[a], labels[b], able[a] & able[b]) for a, b in pairs]) if pairs else np.nan
        )
        usual = np.mean([like(a, b, set(a) & set(b)) for a, b in combinations(theirs, 2)])
        means.append((sure, share if pairs else np.nan, loose, usual))
        print(f"{name:34}{numbers:>12}{sure:>14.2f}{share:>13.2f}{loose:>12.2f}{usual:>8.2f}", flush=True)
    print(f"{'mean':46}{'{:>14.2f}{:>13.2f}{:>12.2f}{:>8.2f}'.format(*np.nanmean(means, axis=0))}")


def like(one: dict, other: dict, people: set) -> float:
    """How alike two labellings are on these people."""
    who = sorted(people)
    return adjusted_rand_score([str(one.get(each)) for each in who], [str(other.get(each)) for each in who])


# ---- prediction ------------------------------------------------------------------------------------------


def prediction() -> None:
    """How well hidden votes are said: agree against disagree, a tenth hidden."""
    print(f"{'conversation':34}{'ours':>8}{'AUC':>7}{'in bins':>9}{'Polis':>8}{'AUC':>7}{'statement':>11}")
    means = []
    for name, rows in conversations().items():
        if name.startswith("london"):
            continue
        rng = np.random.default_rng(3)
        fate = rng.random(len(rows))
        shown = [row for row, chance in zip(rows, fate, strict=True) if chance >= 0.1]
        hidden = [row for row, chance in zip(rows, fate, strict=True) if chance < 0.1 and row[2]]
        known = {who for who, _, _ in shown}, {what for _, what, _ in shown}
        hidden = [row for row in hidden if row[0] in known[0] and row[1] in known[1]]
        truth = np.array([vote > 0 for _, _, vote in hidden])
        ours, theirs, plain = (
            said(shown, hidden, rng),
            of_groups(shown, hidden),
            of_groups(shown, hidden, alone=True),
        )
        loss = [log_loss(truth, guess) for guess in (ours, theirs, plain)]
        means.append(loss)
        print(
            f"{name:34}{loss[0]:>8.3f}{roc_auc_score(truth, ours):>7.3f}{calibration(truth, ours):>9.3f}"
            f"{loss[1]:>8.3f}{roc_auc_score(truth, theirs):>7.3f}{loss[2]:>11.3f}",
            flush=True,
        )
    print(f"{'mean':34}{'{:>8.3f}{:>24.3f}{:>18.3f}'.format(*np.mean(means, axis=0))}")


def said(shown: Rows, hidden: Rows, rng: np.random.Generator) -> np.ndarray:
    """The probability of agreeing, by the model; from vote to chance as learnt on some of `shown`."""
    fate = rng.random(len(shown)) < 0.1
    inner = [row for row, out in zip(shown, fate, strict=True) if not out]
    tried = [row for row, out in zip(shown, fate, strict=True) if out and row[2]]
    at, truth = expected(inner, tried), np.array([vote > 0 for _, _, vote in tried])
    best = minimize(lambda ab: log_loss(truth, np.clip(expit(ab[0] + ab[1] * at), 1e-6, 1 - 1e-6)), [0, 3])
    return np.clip(expit(best.x[0] + best.x[1] * expected(shown, hidden)), 1e-6, 1 - 1e-6)


def expected(shown: Rows, hidden: Rows) -> np.ndarray:
    """The votes that the model expects."""
    table = VoteTable.from_rows(
        shown, statements={what for _, what, _ in hidden} | {what for _, what, _ in shown}
    )
    shape = len(table.participants), len(table.statements)
    now = fit(
        Cast.of(table.rows, table.columns, table.values.astype(float), shape), rng=np.random.default_rng(1)
    )
    row = {who: place for place, who in enumerate(table.participants)}
    column = {what: place for place, what in enumerate(table.statements)}
    asked = [(row.get(who, 0), column[what]) for who, what, _ in hidden]
    return says(now, *np.array(asked).T)


def of_groups(shown: Rows, hidden: Rows, *, alone: bool = False) -> np.ndarray:
    """The probability of agreeing by Polis' group rates, or by the statement's alone."""
    groups = {} if alone else dict(polis.analyse(VoteTable.from_rows(shown)).groups)
    tally: dict[tuple, int] = {}
    for who, what, vote in shown:
        for group in {None, groups.get(who)}:
            tally[group, what, vote] = tally.get((group, what, vote), 0) + 1
    return np.array([rate(tally, groups.get(who), what) for who, what, _ in hidden])


def rate(tally: dict[tuple, int], group: int | None, what: str) -> float:
    """A share with one vote of each kind added."""
    agree, disagree = (tally.get((group, what, vote), 0) for vote in (1, -1))
    return (agree + 1) / (agree + disagree + 2)


def calibration(truth: np.ndarray, guess: np.ndarray) -> float:
    """How far shares are from what was said of them, the mean over ten equal bins."""
    parts = np.array_split(np.argsort(guess), 10)
    return float(np.mean([abs(truth[part].mean() - guess[part].mean()) for part in parts]))


# ---- null ------------------------------------------------------------------------------------------------


def null() -> None:
    """How often groups are claimed where there are none."""
    claimed = tried = invented = 0
    for statements, votes in ((60, 22), (60, 30), (60, 40), (120, 22), (120, 30), (120, 40)):
        for seed in range(12):
            rows = worlds.null_world(people=200, statements=statements, votes=votes, seed=seed).rows
            table = VoteTable.from_rows(rows)
            drawn = commonground.draw(table).map
            claimed += drawn.evidence.number is not None
            invented += len(set(polis.analyse(table).groups.values())) > 1
            tried += 1
        print(f"{statements} statements, {votes} votes: {claimed} of {tried} so far", flush=True)
    print(f"groups claimed in {claimed} of {tried} worlds without any; Polis' rule in {invented}")
    nothing_apart()
    intervals()


def nothing_apart() -> None:
    """How often anything is called representative where constituencies are parted by lot."""
    named = worlds_with = 0
    for seed in range(60):
        votes = VoteTable.from_rows(worlds.null_world(people=200, votes=30, seed=seed).rows)
        lot = np.random.default_rng(seed).integers(3, size=len(votes.participants))
        belongs = {who: "abc"[at] for who, at in zip(votes.participants, lot, strict=True)}
        clear = sum(each.clear for each in commonground.differences(votes, constituencies=belongs))
        named, worlds_with = named + clear, worlds_with + bool(clear)
    print(f"constituencies by lot: {named} statements called representative, in {worlds_with} of 60 worlds")


def intervals() -> None:
    """How many of the 90 % intervals of shares hold the truth, by the size of the constituency."""
    rng, voices = np.random.default_rng(7), np.array([60, 20, 18, 25, 10, 6])
    held = np.zeros(6)
    for _ in range(200):
        centre = rng.beta(4, 3, 30)
        truth = np.clip(rng.beta(6 * centre, 6 * (1 - centre), (6, 30)), 0.01, 0.99)
        agree = rng.binomial(voices[:, None], truth)
        rest = voices[:, None] - agree
        counts = Counts(tuple("abcdef"), agree, rest, 0 * agree, 10 * voices, np.zeros(6, bool))
        shares = commonground._agreement.share(counts, threshold=0.6)
        held += ((shares.low <= truth) & (truth <= shares.high)).mean(axis=1) / 200
    said = ", ".join(f"{size}: {100 * each:.0f} %" for size, each in zip(voices, held, strict=True))
    print(f"intervals that hold the truth, by voices of the constituency: {said}")


# ---- sayings ---------------------------------------------------------------------------------------------


def sayings() -> None:
    """How often found groups are said to differ on statements that all camps answer alike."""
    for people, statements in ((240, 40), (240, 80), (600, 80)):
        said = false = 0
        for seed in range(10):
            world = worlds.class_world(
                people=people, statements=statements, votes=36, dividing=0.4, seed=seed
            )
            drawn = commonground.draw(VoteTable.from_rows(world.rows)).map
            alike = np.ptp(world.rates, axis=0) < 1e-9
            for group in drawn.groups or ():
                said += len(group.says)
                false += sum(alike[int(saying.statement[1:])] for saying in group.says)
        print(f"{people} people, {statements} statements: {said} sayings, {false} of them false", flush=True)


# ---- routing ---------------------------------------------------------------------------------------------

SHARES = (0.4, 0.2, 0.14, 0.12, 0.08, 0.06)


def routing() -> None:
    """Ten votes a person: how well the ten best for every group are found."""
    print(f"{'people':>8}{'':>8}{'precision':>11}{'regret':>9}{'unseen cells':>14}")
    for people in (120, 240):
        for name, choose in (("mix", by_mix), ("Polis", by_polis)):
            seen = np.array([dialogue(people, choose, seed) for seed in range(8)])
            error = seen[:, 0].std(ddof=1) / np.sqrt(len(seen))
            precision, regret, unseen = seen.mean(axis=0)
            print(
                f"{people:>8}{name:>8}{precision:>7.2f} ± {error:.2f}{regret:>7.3f}{unseen:>13.1%}",
                flush=True,
            )


def dialogue(people: int, choose, seed: int) -> tuple[float, float, float]:
    """Precision, regret and unseen cells of one dialogue of 80 statements: half of them are there from the
    start, the others come one by one until half of the people have voted."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0.4, 1, 80) + rng.normal(0, 0.8, (6, 80))
    truth = expit(logits)
    agree, voices = np.zeros((6, 80), np.int64), np.zeros((6, 80), np.int64)
    group = rng.choice(6, people, p=SHARES)
    group[:6] = np.arange(6)
    for number, at in enumerate(rng.permutation(group)):
        open_ = 40 + min(40, (80 * number) // people)
        asked: list[int] = []
        for what in choose(agree, voices, at, open_, rng):
            asked.append(what)
            voices[at, what] += 1
            agree[at, what] += rng.random() < truth[at, what]
    counts = Counts(tuple("abcdef"), agree, voices - agree, 0 * agree, voices.sum(axis=1), np.zeros(6, bool))
    least = commonground._agreement.share(counts, threshold=0.6).estimate.min(axis=0)
    best, chosen = np.argsort(-truth.min(axis=0))[:10], np.argsort(-least)[:10]
    regret = truth.min(axis=0)[best].mean() - truth.min(axis=0)[chosen].mean()
    return len(set(best) & set(chosen)) / 10, regret, float((voices == 0).mean())


def by_mix(agree, voices, at, open_, rng):
    """Ours, the counts read anew for every person."""
    names = tuple(f"{place:02}" for place in range(80))
    counts = Counts(tuple("abcdef"), agree, voices - agree, 0 * agree, voices.sum(axis=1), np.zeros(6, bool))
    router, seen = Router.on(names, counts, 10, rng), []
    for _ in range(10):
        seen.append(router.choose("abcdef"[at], seen=seen, rng=rng, closed=names[open_:]).statement)
        yield int(seen[-1])


def by_polis(agree, voices, _at, open_, rng):
    """Polis' priorities without its map: every statement as extreme as any other."""
    seen: list[int] = []
    for _ in range(10):
        priority = polis.prioritise(agree, voices - agree, voices, np.ones(80))
        priority[[*seen, *range(open_, 80)]] = 0
        seen.append(int(rng.choice(80, p=priority / priority.sum())))
        yield seen[-1]


# ---- peers -----------------------------------------------------------------------------------------------

REDDWARF = """
import csv, json, resource, sys, time
begun = time.perf_counter()
from reddwarf.implementations.base import run_pipeline
with open(sys.argv[1]) as stream:
    votes = [{"participant_id": int(r["participant"]), "statement_id": int(r["statement"]),
              "vote": int(r["vote"]), "modified": 0} for r in csv.DictReader(stream)]
said = run_pipeline(votes=votes, random_state=1)
groups = said.participants_df["cluster_id"].dropna()
print(json.dumps({"seconds": time.perf_counter() - begun,
                  "groups": {int(k): int(v) for k, v in groups.items()},
                  "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))
"""
OURS = """
import json, resource, sys, time
begun = time.perf_counter()
from commonground.__main__ import main
main(["map", sys.argv[1], "--json", sys.argv[2]])
print(json.dumps({"seconds": time.perf_counter() - begun,
                  "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))
"""


def peers(people: int = 20_000, statements: int = 500, each: int = 30) -> None:
    """Four camps of 40, 30, 20 and 10 %: groups, seconds and memory, reading the same CSV."""
    rng = np.random.default_rng(1)
    shares = (0.4, 0.3, 0.2, 0.1)
    rates = rng.beta(0.7, 0.7, (4, statements))
    camp = rng.choice(4, people, p=shares)
    likely = np.tile(np.log(shares), (people, 1))
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "votes.csv", Path(folder) / "map.json"
        with file.open("w") as stream:
            stream.write("participant,statement,vote\n")
            for who in range(people):
                asked = rng.choice(statements, each, replace=False)
                votes = np.where(rng.random(each) < rates[camp[who], asked], 1, -1)
                said = np.where(votes > 0, rates[:, asked], 1 - rates[:, asked])
                likely[who] += np.log(np.maximum(said, 1e-12)).sum(axis=1)
                stream.writelines(f"{who},{what},{vote}\n" for what, vote in zip(asked, votes, strict=True))
        print(f"{people:,} people x {statements}, {people * each:,} votes")
        print(f"knowing all true rates: ARI {adjusted_rand_score(camp, likely.argmax(axis=1)):.3f}")
        seen = measured([sys.executable, "-c", OURS, str(file), str(out)])
        plain = json.loads(out.read_text())
        labels = [plain["participants"][str(who)]["group"] for who in range(people)]
        sure = [who for who in range(people) if labels[who]]
        alike = adjusted_rand_score(camp[sure], [labels[who] for who in sure])
        loose = adjusted_rand_score(camp, [str(label) for label in labels])
        print(
            f"ours: k {plain['evidence']['number']}, ARI {alike:.3f} of the "
            f"{len(sure) / people:.1%} labelled, {loose:.3f} of all, "
            f"{seen['seconds']:.1f} s, {seen['mb']:.0f} MB",
            flush=True,
        )
        if not PEERS.exists():
            print(f"red-dwarf is not installed in {PEERS}: see the top of this file")
            return
        theirs = measured([str(PEERS), "-c", REDDWARF, str(file)])
        who = [int(each) for each in theirs["groups"]]
        alike = adjusted_rand_score(camp[who], list(theirs["groups"].values()))
        print(
            f"red-dwarf: k {len(set(theirs['groups'].values()))}, ARI {alike:.3f}, "
            f"{theirs['seconds']:.1f} s, {theirs['mb']:.0f} MB: "
            f"{theirs['seconds'] / seen['seconds']:.0f} times ours"
        )


def measured(command: list[str]) -> dict:
    """What a process of its own said last."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


FIGURES = {
    "compatible": compatible,
    "order": order,
    "stability": stability,
    "prediction": prediction,
    "null": null,
    "sayings": sayings,
    "routing": routing,
    "peers": peers,
}


def main(names: list[str]) -> None:
    """Print the figures of these names."""
    for name in names or [name for name in FIGURES if name != "peers"]:
        figure, _, size = name.partition("=")
        print(f"\n== {figure}", flush=True)
        begun = time.perf_counter()
        FIGURES[figure](*([int(size)] if size else []))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(f"({time.perf_counter() - begun:.0f} s, {memory:.0f} MB)")


if __name__ == "__main__":
    main(sys.argv[1:])
