"""A laptop on a stick: whole or not at all, never in the way of a vote, and gone on from elsewhere."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jukwaa.record import backup
from tests import served
from tests.lengths import BACKUP_KILLS
from tests.served import JUKWAA, Phone, Prepared

pytestmark = [pytest.mark.sqlite, pytest.mark.slow]

KEY = "5a" * 32
PHONES, STATEMENTS = 6, 60


def earlier_of(stick: Path) -> str:
    return min(each.name for each in newest(stick).parent.glob("0*"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "first"
    folder.mkdir()
    return folder


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return served.environment_of(home)


@pytest.fixture
def ready(home: Path, environment: dict[str, str]) -> Prepared:
    """A home with an open round."""
    return served.prepare(home, environment, phones=PHONES, statements=STATEMENTS)


def ask(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run `jukwaa` to its end, whatever it says."""
    return subprocess.run(
        [*JUKWAA, *words], cwd=served.ROOT, env=environment, capture_output=True, text=True, check=False
    )


def backed_up(environment: dict[str, str], stick: Path) -> None:
    done = ask(environment, "backup", "--to", str(stick))
    assert done.returncode == 0, done.stderr


def elsewhere(environment: dict[str, str], tmp_path: Path, name: str = "second") -> dict[str, str]:
    """The environment of a second laptop with the same key and nothing in its home."""
    return environment | {"JUKWAA_HOME": str(tmp_path / name)}


def votes_in(environment: dict[str, str], home: Path) -> set[tuple[str, str]]:
    """Which card voted on which statement."""
    shutil.copy(home / "phones.json", environment["JUKWAA_HOME"])
    told = served.run([sys.executable, "-m", "tests.open_round", "votes"], environment)
    return {(cookie, statement) for cookie, statement, _choice in json.loads(told)}


def newest(stick: Path) -> Path:
    [shelf] = stick.glob("jukwaa-*")
    return max(each for each in shelf.iterdir() if each.name[0].isdigit())


@contextlib.contextmanager
def voting(
    port: int, ready: Prepared, allowed: threading.Semaphore
) -> Iterator[list[tuple[str, str, float]]]:
    """Phones that cast what votes are allowed: (card, statement, when it was acknowledged) of each."""
    acknowledged: list[tuple[str, str, float]] = []
    voters = [
        threading.Thread(
            target=vote, args=[Phone(port, ready.path, cookie), acknowledged, allowed], daemon=True
        )
        for cookie in ready.cookies
    ]
    for voter in voters:
        voter.start()
    yield acknowledged
    for voter in voters:
        voter.join()


def vote(phone: Phone, acknowledged: list[tuple[str, str, float]], allowed: threading.Semaphore) -> None:
    """Vote on one statement after the other; each is noted once the server has said that it has it."""
    with contextlib.closing(phone), contextlib.suppress(OSError, http.client.HTTPException):
        phone.open()
        while phone.shown:
            allowed.acquire()
            statement = phone.vote(1)
            acknowledged.append((phone.cookie, statement, time.monotonic()))
            time.sleep(0.02)


def until(so: Callable[[], object]) -> None:
    """Wait until it is so, for a minute at most."""
    for _ in range(600):
        if so():
            return
        time.sleep(0.1)
    raise AssertionError("it never was so")


@contextlib.contextmanager
def phone_at(port: int, ready: Prepared) -> Iterator[Phone]:
    """A phone with the first card, its voting page open."""
    with contextlib.closing(Phone(port, ready.path, ready.cookies[0])) as phone:
        phone.open()
        yield phone


# ---- while people vote -----------------------------------------------------------------------------------


def test_every_vote_acknowledged_before_the_backup_began_is_on_the_second_laptop(
    home, stick, environment, ready, tmp_path
):
    # However slow the machine, some votes come before each backup, and some after the last began.
    allowed = threading.Semaphore(0)
    with (
        served.served(home, environment) as server,
        voting(server.port, ready, allowed) as acknowledged,
    ):
        for number in range(3):
            allowed.release(100)
            until(lambda: len(acknowledged) > 100 * number + 20)  # noqa: B023 - asked at once
            began = time.monotonic()
            if number == 2:
                allowed.release(PHONES * STATEMENTS - 3 * 100)
            backed_up(environment, stick)
        until(lambda: len(acknowledged) > 3 * 100)
        server.kill()
    second = elsewhere(environment, tmp_path)

    done = ask(second, "take-over", str(stick))

    before = {(cookie, statement) for cookie, statement, at in acknowledged if at < began}
    assert done.returncode == 0, done.stderr
    assert len(before) > 60
    assert len(acknowledged) > len(before)
    assert before <= votes_in(second, home)
    assert ask(second, "check").returncode == 0


def test_a_phone_goes_on_voting_at_the_second_laptop_without_showing_its_card_again(
    home, stick, environment, ready, tmp_path
):
    with served.served(home, environment) as server, phone_at(server.port, ready) as phone:
        phone.vote(1)
        backed_up(environment, stick)
    second = elsewhere(environment, tmp_path)
    ask(second, "take-over", str(stick))

    with (
        served.served(Path(second["JUKWAA_HOME"]), second) as server,
        phone_at(server.port, ready) as phone,
    ):
        phone.vote(-1)

    assert len(votes_in(second, home)) == 2


def test_a_laptops_own_secret_key_comes_along_so_that_sessions_go_on(home, stick, tmp_path):
    environment = {k: v for k, v in served.environment_of(home).items() if k != "SECRET_KEY"}
    served.migrate(home, environment)
    backed_up(environment, stick)

    done = ask(elsewhere(environment, tmp_path), "take-over", str(stick))
    other = ask(elsewhere(environment, tmp_path, "third") | {"SECRET_KEY": "x" * 60}, "take-over", str(stick))

    assert (tmp_path / "second" / "secret.key").read_text() == (home / "secret.key").read_text()
    assert "unset it" not in done.stdout
    assert "unset it" in other.stdout


def test_the_server_backs_itself_up_while_it_runs(home, stick, environment, ready):
    with served.served(home, environment | {"JUKWAA_BACKUP": str(stick)}):
        noted = once_noted(home, "at")

    assert newest(stick).name.startswith("000001-")
    assert noted["folder"] == str(stick)
    assert noted["trouble"] == ""


def test_a_stick_that_is_away_is_told_of_and_holds_nothing_up(home, stick, environment, ready):
    away = environment | {"JUKWAA_BACKUP": str(stick / "away")}
    with served.served(home, away) as server, phone_at(server.port, ready) as phone:
        phone.vote(1)
        noted = once_noted(home, "trouble")

    assert "Put the stick in" in noted["trouble"]


def once_noted(home: Path, what: str) -> dict[str, Any]:
    """How backups stand, once that is known of them."""

    def noted() -> dict[str, Any]:
        file = home / "backup.json"
        return json.loads(file.read_text()) if file.exists() else {}

    until(lambda: noted().get(what))
    return noted()


# ---- whole or not at all ---------------------------------------------------------------------------------


@pytest.mark.soak
def test_a_backup_that_is_killed_at_any_moment_leaves_the_last_whole_one(
    home, stick, environment, ready, tmp_path
):
    backed_up(environment, stick)
    lot = random.Random(5)
    for number in range(BACKUP_KILLS):
        running = subprocess.Popen(
            [*JUKWAA, "backup", "--to", str(stick)], cwd=served.ROOT, env=environment, start_new_session=True
        )
        time.sleep(lot.uniform(0.3, 1.2))
        running.send_signal(signal.SIGKILL)
        running.wait()

        second = elsewhere(environment, tmp_path, f"after-{number}")
        done = ask(second, "take-over", str(stick))
        assert done.returncode == 0, done.stderr

    backed_up(environment, stick)
    assert not list(stick.glob("jukwaa-*/*.part"))


def test_what_was_broken_off_is_no_backup(tmp_path):
    for name in ("000001-2026-11-26-2019", "000002-2026-11-26-2020.part", "files"):
        (tmp_path / name).mkdir()

    assert [each.name for each in backup.generations(tmp_path)] == ["000001-2026-11-26-2019"]


def test_two_backups_are_kept_and_no_more(home, stick, environment, ready):
    for _ in range(3):
        backed_up(environment, stick)

    [shelf] = stick.glob("jukwaa-*")
    assert [each.name[:6] for each in sorted(shelf.iterdir()) if each.name[0].isdigit()] == [
        "000002",
        "000003",
    ]


@pytest.mark.parametrize("harm", ["changed", "cut off", "missing", "manifest"])
def test_a_damaged_stick_is_refused_and_the_earlier_backup_is_named(
    harm, home, stick, environment, ready, tmp_path
):
    backed_up(environment, stick)
    backed_up(environment, stick)
    database, manifest = newest(stick) / "jukwaa.sqlite3", newest(stick) / "manifest.json"
    whole = database.read_bytes()
    if harm == "changed":
        database.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    elif harm == "cut off":
        database.write_bytes(whole[: len(whole) // 2])
    elif harm == "missing":
        database.unlink()
    else:
        manifest.write_bytes(manifest.read_bytes().replace(b'"edition": 1', b'"edition": 1,"bytes": 0'))
    second = elsewhere(environment, tmp_path)

    refused = ask(second, "take-over", str(stick))
    earlier = ask(second, "take-over", str(stick), "--which", earlier_of(stick))

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "--which 000001-" in refused.stderr
    assert earlier.returncode == 0, earlier.stderr


def test_a_home_that_holds_something_is_not_overwritten(home, stick, environment, ready):
    backed_up(environment, stick)
    before = (home / "jukwaa.sqlite3").read_bytes()

    refused = ask(environment, "take-over", str(stick))

    assert refused.returncode == 1
    assert "holds a database already" in refused.stderr
    assert (home / "jukwaa.sqlite3").read_bytes() == before


def test_an_encrypted_laptop_is_encrypted_on_the_stick_and_its_key_is_not_there(home, stick, tmp_path):
    environment = served.environment_of(home) | {"JUKWAA_SQLITE_KEY": KEY}
    served.prepare(home, environment, phones=2, statements=2)
    backed_up(environment, stick)
    second = elsewhere(environment, tmp_path)

    without = ask({k: v for k, v in second.items() if k != "JUKWAA_SQLITE_KEY"}, "take-over", str(stick))
    with_key = ask(second, "take-over", str(stick))

    everything = b"".join(each.read_bytes() for each in stick.rglob("*") if each.is_file())
    assert KEY.encode() not in everything
    assert b"Statement 1" not in everything
    assert without.returncode == 1
    assert "Set JUKWAA_SQLITE_KEY" in without.stderr
    assert with_key.returncode == 0, with_key.stderr


def test_a_full_stick_is_refused_before_anything_is_written(home, stick, environment, ready):
    script = "import shutil; from jukwaa.record import backup; backup.SPARE = 1 << 60; "
    script = "import django; django.setup(); " + script
    script += f"from pathlib import Path; backup.make(Path({str(stick)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=served.ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert "is full. Free some space on it" in done.stderr
    assert not list(stick.iterdir())
