"""A PostgreSQL cluster of one's own: on a free loopback port, in a temporary folder, gone afterwards."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg


def find_programs() -> Path | None:
    """The folder that holds initdb and pg_ctl, the newest version first; None where there is none."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True
    )
    for folder in [*versions, Path("/usr/local/bin")]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


@contextlib.contextmanager
def cluster(programs: Path, *, durable: bool = True) -> Iterator[str]:
    """Start a cluster and give its URL; stop it and remove it at the end.

    One that is not durable never waits for the disk: a power cut may spoil it, a killed client cannot.
    """
    folder = Path(tempfile.mkdtemp(prefix="jukwaa-postgres-"))
    password = secrets.token_urlsafe(16)
    (folder / "password").write_text(password)
    owner = _not_root(folder)
    port = _free_port()
    data = str(folder / "data")
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c max_connections=60"
    )
    if not durable:
        options += " -c fsync=off -c full_page_writes=off"
    try:
        _run(owner, programs / "initdb", "-D", data, "-U", "jukwaa", "-E", "UTF8", "--locale=C.UTF-8", "-A",
             "scram-sha-256", f"--pwfile={folder / 'password'}")  # fmt: skip
        _run(owner, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgres://jukwaa:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run(owner, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def new_database(server: str) -> Iterator[str]:
    """An empty database on the server of this one: its URL, until the end of the block."""
    name = f"tests_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _not_root(folder: Path) -> list[str]:
    """The words that run a command as somebody else when we are root, for PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"
    for path in [folder, *folder.iterdir()]:
        shutil.chown(path, user)
    return ["runuser", "-u", user, "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(owner: list[str], *command: object) -> None:
    done = subprocess.run(
        [*owner, *map(str, command)], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")
