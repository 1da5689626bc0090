"""Mail in processes of their own: killed while it sends, and what lies on the disk without the key."""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jukwaa.programmes.post import home as key_files
from tests import served
from tests.mail_server import Inbox, mail_server

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

ADDRESS = "anna.the.panner@example.org"


@pytest.fixture
def inbox():
    with mail_server() as opened:
        yield opened


@pytest.fixture
def environment(tmp_path: Path, inbox: Inbox) -> dict[str, str]:
    """A home with an address and a message that waits, and a mail server for it."""
    found = served.environment_of(tmp_path / "home") | {
        "JUKWAA_URL": "https://jukwaa.example.org",
        "JUKWAA_MAIL_HOST": "127.0.0.1",
        "JUKWAA_MAIL_PORT": str(inbox.port),
        "JUKWAA_MAIL_TLS": "none",
        "JUKWAA_MAIL_FROM": "dialogue@example.org",
    }
    (tmp_path / "home").mkdir()
    served.migrate(tmp_path / "home", found)
    served.run([sys.executable, "-m", "tests.mailed", ADDRESS], found)
    return found


def test_killed_between_sending_and_marking_nothing_is_lost(environment, inbox, tmp_path):
    """The server has it and has not answered when the worker is killed: it comes again, as the same mail."""
    inbox.stalls = True
    worker = start_worker(environment, tmp_path)
    wait_for(lambda: len(inbox.taken) == 1)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    inbox.stalls = False

    served.run([*served.JUKWAA, "work", "--once"], environment)
    served.run([*served.JUKWAA, "work", "--once"], environment)

    assert inbox.to == [ADDRESS, ADDRESS]
    assert len({mail["Message-ID"] for mail in inbox.taken}) == 1


def start_worker(environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "home" / "work.log").open("ab") as log:
        command = [*served.JUKWAA, "work"]
        return subprocess.Popen(command, cwd=served.ROOT, env=environment, stdout=log, stderr=log)


def wait_for(happened) -> None:
    """Wait with patience, for a busy machine is slow."""
    for _ in range(1200):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("it never happened")


def test_no_file_but_the_key_can_tell_an_address(environment, inbox, tmp_path):
    """Database, log, export and backup tell neither the address nor the words that wait."""
    inbox.answers[ADDRESS] = f"451 4.7.1 <{ADDRESS}> later"
    worker = start_worker(environment, tmp_path)
    wait_for(lambda: inbox.asked)
    os.kill(worker.pid, signal.SIGTERM)
    worker.wait()
    (tmp_path / "stick").mkdir()
    served.run([*served.JUKWAA, "backup", "--to", str(tmp_path / "stick")], environment)
    export = tmp_path / "geita.ndjson.gz"
    served.run([*served.JUKWAA, "export", "geita", "-o", str(export)], environment)

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    held = {file: file.read_bytes() for file in files}
    held[export] = gzip.decompress(held[export])

    assert any(file.name == "jukwaa.sqlite3" and b"BEGIN AGE" in words for file, words in held.items())
    for words in held.values():
        assert b"anna.the.panner" not in words
        assert b"A secret that only they read" not in words
    keys = [file for file in files if file.name == key_files.KEY]
    assert keys == [tmp_path / "home" / key_files.KEY]
