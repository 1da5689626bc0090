"""A real server on a home of its own, with a round that is open and phones that may vote in it."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.cluster import find_programs, new_database

ROOT = Path(__file__).resolve().parent.parent
JUKWAA = [sys.executable, "-m", "jukwaa"]


@dataclass
class Server:
    """`jukwaa serve` in a process group of its own, so that it can be killed with its worker."""

    home: Path
    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """kill -9, of the server and all that belongs to it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def environment_of(home: Path, database: str = "") -> dict[str, str]:
    """The environment of a server that keeps everything in this folder, or its rows in that database."""
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    kept |= {
        "DJANGO_SETTINGS_MODULE": "jukwaa.settings",
        "JUKWAA_HOME": str(home),
        "SECRET_KEY": "only for this test, nowhere else: " + "x" * 30,
    }
    if database:
        kept |= {"DATABASE_URL": database, "JUKWAA_ALLOWED_HOSTS": "127.0.0.1"}
    return kept


def start(
    home: Path, environment: dict[str, str], *, program: list[str] | None = None, port: int = 0
) -> Server:
    """Start a server, jukwaa or another program, on this port or a free one and wait until it answers."""
    port = port or free_port()
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*(program or JUKWAA), "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = Server(home, environment, port, process)
    for _ in range(1200):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return server
        time.sleep(0.1)
    server.kill()
    raise RuntimeError((home / "server.log").read_text())


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Prepared:
    """An open round: where one votes, each phone's card cookie and QR secret, and the statements' ids."""

    path: str
    cookies: list[str]
    secrets: list[str]
    statements: list[str]


def prepare(home: Path, environment: dict[str, str], *, phones: int, statements: int) -> Prepared:
    """Make a programme with an open round and participants whose cards are handed out."""

    def opened(folder: Path, around: dict[str, str]) -> None:
        migrate(folder, around)
        told = run([sys.executable, "-m", "tests.open_round", str(phones), str(statements)], around)
        (folder / "prepared.json").write_text(told, "utf-8")

    if environment == environment_of(home):
        name = f"open-round-{phones}-{statements}"
        made = made_once(name, lambda folder: opened(folder, environment_of(folder)))
        shutil.copytree(made, home, dirs_exist_ok=True)
    else:
        opened(home, environment)
    return Prepared(**json.loads((home / "prepared.json").read_text("utf-8")))


def migrate(home: Path, environment: dict[str, str]) -> None:
    """Every table, with nothing in it: a copy of what was migrated once, unless it is to be encrypted."""
    if "JUKWAA_SQLITE_KEY" in environment:
        run(MIGRATE, environment)
    elif url := environment.get("DATABASE_URL"):
        dumped = made_once("migrated-on-postgresql", lambda folder: dump_migrated(folder, url, environment))
        with psycopg.connect(url) as connection:
            connection.execute((dumped / "dump.sql").read_bytes())
    else:
        empty = made_once("migrated", lambda folder: run(MIGRATE, environment_of(folder)))
        shutil.copytree(empty, home, dirs_exist_ok=True)


MIGRATE = [*JUKWAA, "manage", "migrate", "-v0"]


def dump_migrated(folder: Path, server: str, environment: dict[str, str]) -> None:
    """Write what migrating makes of an empty database on the server."""
    programs = find_programs()
    assert programs, "there is a server, so its programs are there"
    with new_database(server) as url:
        run(MIGRATE, environment | {"DATABASE_URL": url})
        dumped = run([str(programs / "pg_dump"), "--inserts", "--no-owner", url], environment)
    # What begins so is for psql and not for the server.
    said = [line for line in dumped.splitlines() if not line.startswith("\\")]
    (folder / "dump.sql").write_text("\n".join(said), "utf-8")


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first of the tests' processes makes and all others find: to be copied only."""
    folder = shelf() / name
    with (shelf() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = Path(tempfile.mkdtemp(dir=shelf()))
            make(unfinished)
            unfinished.rename(folder)
    return folder


@functools.cache
def shelf() -> Path:
    """Where what is made once is kept: the suite's folder, or one that goes away with this process."""
    if "JUKWAA_TESTS_SHELF" in os.environ:
        return Path(os.environ["JUKWAA_TESTS_SHELF"])
    own = Path(tempfile.mkdtemp(prefix="jukwaa-shelf-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def run(command: list[str], environment: dict[str, str], *, given: str = "") -> str:
    """Run a command to its end and give what it printed."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return done.stdout


@dataclass
class Phone:
    """One browser with one card: keeps its connection, reads the statement it is shown, votes on it."""

    port: int
    path: str
    cookie: str
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    connection: http.client.HTTPConnection | None = None
    shown: str | None = None

    def open(self) -> None:
        """Open the voting page."""
        self.shown = self._ask("GET", None)

    def vote(self, choice: int, *, beside: int = 0) -> str:
        """Vote on the statement that is shown; returns its id once the server has acknowledged the vote.

        beside: so many bytes that mean nothing go with it.
        """
        if self.shown is None:
            raise RuntimeError("nothing is left to vote on")
        voted = self.shown
        self.shown = self._ask("POST", f"statement={voted}&choice={choice}&beside={'x' * beside}")
        return voted

    def close(self) -> None:
        """Let the connection go."""
        if self.connection is not None:
            self.connection.close()

    def _ask(self, method: str, body: str | None) -> str | None:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Cookie": f"jukwaa_card={self.cookie}; csrftoken={self.token}",
            "X-CSRFToken": self.token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request(method, self.path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {page[:2000]}")
        found = re.search(r'name="statement" value="([0-9a-f-]{36})"', page)
        return found.group(1) if found else None


@contextlib.contextmanager
def served(home: Path, environment: dict[str, str]) -> Iterator[Server]:
    """A server for the length of a block."""
    server = start(home, environment)
    try:
        yield server
    finally:
        server.kill()
