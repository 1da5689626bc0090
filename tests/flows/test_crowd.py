"""Many at once: the same vote two hundred times is one vote, and phones that stall hold up nobody."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from pathlib import Path

import pytest

from tests.lengths import CROWD, CROWD_ROUNDS
from tests.served import JUKWAA, Phone, Prepared, Server, environment_of, prepare, run, served, start

STALLED = 50
LONG_FORM = 8192  # bytes: more than LONGEST_IN_LANE of web/server.py

pytestmark = [pytest.mark.slow, pytest.mark.soak]


def test_the_same_vote_from_many_threads_at_once_is_one_vote(tmp_path: Path) -> None:
    vote_all_at_once(tmp_path, environment_of(tmp_path))


@pytest.mark.postgres
def test_the_same_vote_from_many_threads_at_once_is_one_vote_on_postgresql(
    tmp_path: Path, database: str
) -> None:
    vote_all_at_once(tmp_path, environment_of(tmp_path, database))


def vote_all_at_once(home: Path, environment: dict[str, str]) -> None:
    round_ = prepare(home, environment, phones=1, statements=CROWD_ROUNDS)

    with served(home, environment) as server:
        for statement in round_.statements:
            assert answers(server, round_, statement) == [200] * CROWD

    told = votes(environment)
    assert sorted(statement for _cookie, statement, _choice in told) == sorted(round_.statements)
    assert "record: whole" in run([*JUKWAA, "check"], environment)


def test_the_harness_sees_a_doubled_vote(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    round_ = prepare(tmp_path, environment, phones=1, statements=1)

    server = start(tmp_path, environment, program=[sys.executable, "-m", "tests.planted_server", "doubled"])
    try:
        answers(server, round_, round_.statements[0])
    finally:
        server.kill()

    assert len(votes(environment)) > 1


def answers(server: Server, round_: Prepared, statement: str) -> list[int]:
    """What each of the crowd is answered when all vote on the statement with one card at the same moment.

    Every third sends a long form, so that threads beside the strand write too (web/server.py).
    """
    ready, told = threading.Barrier(CROWD), []

    def vote(number: int) -> None:
        with contextlib.closing(Phone(server.port, round_.path, round_.cookies[0], shown=statement)) as phone:
            ready.wait()
            long = number % 3 == 0
            phone.vote(number % 3 - 1, beside=LONG_FORM if long else 0)  # raises on any other answer than 200
            told.append(200)

    threads = [threading.Thread(target=vote, args=[number]) for number in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def votes(environment: dict[str, str]) -> list[list[str]]:
    """Every row of a vote."""
    return list(json.loads(run([sys.executable, "-m", "tests.open_round", "votes"], environment)))


def test_fifty_phones_that_send_half_a_vote_and_stall_hold_up_nobody(tmp_path: Path) -> None:
    environment = environment_of(tmp_path)
    round_ = prepare(tmp_path, environment, phones=4, statements=5)

    with served(tmp_path, environment) as server, contextlib.ExitStack() as stack:
        for _phone in range(STALLED):
            stalled = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            stalled.sendall(half_a_vote(round_))
        for cookie in round_.cookies:
            phone = stack.enter_context(contextlib.closing(Phone(server.port, round_.path, cookie)))
            phone.open()
            while phone.shown:
                phone.vote(1)

    # Each gave up after 30 seconds if it was not answered, and a stalled request is held for 60.
    assert len(votes(environment)) == 4 * 5


def half_a_vote(round_: Prepared) -> bytes:
    """The beginning of a vote whose rest never comes."""
    return (
        f"POST {round_.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: jukwaa_card={round_.cookies[0]}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 200\r\n\r\nstatement="
    ).encode()
