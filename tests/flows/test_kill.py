"""kill -9 at any moment of voting loses no vote that was acknowledged, and doubles none."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lengths import KILLS
from tests.served import JUKWAA, Phone, Prepared, Server, environment_of, prepare, run, start

PHONES = 8

pytestmark = [pytest.mark.slow, pytest.mark.soak]


def test_a_kill_at_any_moment_loses_no_acknowledged_vote(tmp_path: Path) -> None:
    kill_again_and_again(tmp_path, environment_of(tmp_path), kills=KILLS)


@pytest.mark.postgres
@pytest.mark.only_soak
def test_a_kill_of_eight_threads_on_postgresql_loses_none_either(tmp_path: Path, database: str) -> None:
    kill_again_and_again(tmp_path, environment_of(tmp_path, database), kills=max(3, KILLS // 4))


def kill_again_and_again(home: Path, environment: dict[str, str], *, kills: int) -> None:
    """Kill the server while phones vote, so many times, and look each time for what it acknowledged."""
    round_ = prepare(home, environment, phones=PHONES * kills, statements=60)
    acknowledged: dict[tuple[str, str], int] = {}
    rng = random.Random(11)

    for kill in range(kills):
        cookies = round_.cookies[kill * PHONES : (kill + 1) * PHONES]
        server = start(home, environment)
        vote_until_killed(server, round_, cookies, acknowledged, after=rng.uniform(0, 0.4))
        kept = votes_kept(environment)
        lost = {k: v for k, v in acknowledged.items() if kept.get(k) != v}
        assert not lost, f"kill {kill + 1}: {len(lost)} of {len(acknowledged)} acknowledged votes are lost"

    assert len(acknowledged) > kills * PHONES
    assert json.loads(run([sys.executable, "-m", "tests.open_round", "events"], environment)) == len(kept)
    assert "record: whole" in run([*JUKWAA, "check"], environment)


@pytest.mark.parametrize("bug", ["late", "early"])
def test_the_harness_sees_a_vote_that_was_acknowledged_and_not_kept(tmp_path: Path, bug: str) -> None:
    environment = environment_of(tmp_path)
    round_ = prepare(tmp_path, environment, phones=PHONES, statements=60)
    acknowledged: dict[tuple[str, str], int] = {}

    server = start(tmp_path, environment, program=[sys.executable, "-m", "tests.planted_server", bug])
    vote_until_killed(server, round_, round_.cookies, acknowledged, after=1)
    kept = votes_kept(environment)

    assert any(kept.get(k) != v for k, v in acknowledged.items())


def vote_until_killed(
    server: Server,
    round_: Prepared,
    cookies: list[str],
    acknowledged: dict[tuple[str, str], int],
    *,
    after: float,
) -> None:
    """Let each phone vote as fast as it can; kill the server some time after the first acknowledgement."""
    first = threading.Event()

    def go_on(cookie: str, choices: Iterator[int]) -> None:
        with (
            contextlib.closing(Phone(server.port, round_.path, cookie)) as phone,
            contextlib.suppress(OSError, http.client.HTTPException),  # the server is gone
        ):
            phone.open()
            while phone.shown:
                choice = next(choices)
                acknowledged[(cookie, phone.vote(choice))] = choice
                first.set()

    choices = [iter(random.Random(i).choices([-1, 0, 1], k=1000)) for i in range(len(cookies))]
    threads = [threading.Thread(target=go_on, args=pair) for pair in zip(cookies, choices, strict=True)]
    for thread in threads:
        thread.start()
    assert first.wait(30), (server.home / "server.log").read_text()
    time.sleep(after)
    server.kill()
    for thread in threads:
        thread.join()


def votes_kept(environment: dict[str, str]) -> dict[tuple[str, str], int]:
    """The votes in the database, by card cookie and statement."""
    told = json.loads(run([sys.executable, "-m", "tests.open_round", "votes"], environment))
    kept = {(cookie, statement): choice for cookie, statement, choice in told}
    assert len(kept) == len(told), f"{len(told) - len(kept)} votes are doubled"
    return kept
