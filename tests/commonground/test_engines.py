"""One machine, files instead of memory, a cluster, a cluster that loses a worker: the same bytes."""

import os
import signal
import sys
from itertools import pairwise

import numpy as np
import pytest

from commonground import NotInstalled, VoteTable, draw
from commonground.__main__ import main
from commonground._cluster import Cluster, cluster
from commonground._shelf import IN_A_BLOCK, Shelf, added, bounds
from tests.commonground import worlds


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A file of so many people that they are four blocks, and not all are fitted at first."""
    rng = np.random.default_rng(1)
    people, statements, each = 21_000, 24, 20
    rates = rng.beta(0.7, 0.7, (3, statements))
    camp = rng.choice(3, people, p=(0.5, 0.3, 0.2))
    asked = np.argsort(rng.random((people, statements)), axis=1)[:, :each]
    agree = rng.random((people, each)) < rates[camp[:, None], asked]
    file = tmp_path_factory.mktemp("many") / "votes.csv"
    lines = (
        f"p{who},s{what},{1 if yes else -1}"
        for who in range(people)
        for what, yes in zip(asked[who], agree[who], strict=True)
    )
    file.write_text("\n".join(["participant,statement,vote", *lines]))
    return file


@pytest.fixture(scope="module")
def local(many):
    """What one process draws of it."""
    assert main(["map", str(many), "--json", str(many.parent / "local.json")]) == 0
    return (many.parent / "local.json").read_bytes()


def drawn(file, *words):
    """The bytes of map.json."""
    out = file.parent / "other.json"
    assert main(["map", str(file), "--json", str(out), *words]) == 0
    return out.read_bytes()


def test_files_instead_of_memory_draw_the_same_bytes(many, local, tmp_path):
    assert drawn(many, "--store", str(tmp_path / "store")) == local
    assert len(list((tmp_path / "store").iterdir())) == 4


def test_parquet_draws_the_same_bytes_from_memory_and_from_files(many, local, tmp_path):
    parquet = tmp_path / "votes.parquet"
    assert main(["convert", str(many), str(parquet)]) == 0

    assert drawn(parquet) == local
    assert drawn(parquet, "--store", str(tmp_path / "store")) == local


@pytest.mark.slow
def test_a_cluster_of_two_processes_draws_the_same_bytes(many, local):
    assert drawn(many, "--engine", "dask") == local


class Unlucky(Cluster):
    """A cluster of which one worker is killed at the third time of asking."""

    asked = 0

    def each(self, do, items):
        self.asked += 1
        if self.asked == 3:
            process = next(iter(self.client.run(os.getpid).values()))
            os.kill(process, signal.SIGKILL)
        return super().each(do, items)


@pytest.mark.slow
@pytest.mark.only_soak
def test_losing_a_worker_on_the_way_changes_nothing(many, tmp_path):
    from commonground import read_votes

    votes = read_votes(many)
    with cluster(workers=2) as two:
        unlucky = Unlucky(two.client)
        seen = draw(votes.shelf.stored(tmp_path, unlucky))

    assert unlucky.asked > 3
    assert seen.as_json(persons=True) == draw(votes).as_json(persons=True)


def test_a_scheduler_that_does_not_answer_is_told_in_a_sentence(tmp_path, capsys):
    file = tmp_path / "votes.csv"
    file.write_text("participant,statement,vote\nann,Water,1\n")

    assert main(["map", str(file), "--json", "-", "--scheduler", "x"]) == 2
    assert capsys.readouterr().err == "--scheduler goes with --engine dask.\n"


def test_without_dask_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NotInstalled, match=r"pip install 'jukwaa\[cluster\]'"), cluster():
        pass


@pytest.mark.parametrize("people", [0, 1, IN_A_BLOCK, IN_A_BLOCK + 1, 100_000, 10**7])
def test_blocks_hold_everyone_once_and_follow_from_the_number_of_people(people):
    edges = bounds(people)

    assert edges[0][0] == 0
    assert edges[-1][1] == people
    assert all(one[1] == other[0] for one, other in pairwise(edges))
    sizes = [last - first for first, last in edges]
    assert max(sizes) - min(sizes) <= 1
    assert len(edges) in (1, 2, 4, 8, 16, 32, 64)


def test_sums_are_added_as_a_tree():
    assert added([f"({n})" for n in range(5)]) == "(0)(1)(2)(3)(4)"

    class Shown(str):
        __slots__ = ()

        def __add__(self, other):
            return Shown(f"[{self!s} {other!s}]")

    assert added([Shown(n) for n in range(5)]) == "[[[0 1] [2 3]] 4]"


def test_tallies_are_counted_as_vote_by_vote():
    rows = worlds.null_world(people=40, statements=9, votes=5).rows
    votes = VoteTable.from_rows(rows)
    group = np.arange(40) % 4 - 1
    counts = Shelf.of(votes).tally(group, 3)

    place = {who: at for at, who in enumerate(votes.participants)}
    for kind, vote in enumerate((1, -1, 0)):
        for number in range(3):
            for column, statement in enumerate(votes.statements):
                said = [
                    1
                    for who, what, cast in rows
                    if (what, cast, group[place[who]]) == (statement, vote, number)
                ]
                assert counts[kind, number, column] == len(said)
