"""How long `jukwaa import-polis` takes with a real conversation, its memory, and how fast its pages open."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.served import JUKWAA, ROOT, Server, migrate, served

WHOLE, SMALL = "vtaiwan.uberx", "london.youth.policing"


@dataclass(frozen=True)
class Figures:
    """An import in seconds and its peak memory in megabytes; the first opening of its pages in seconds."""

    votes: int
    seconds: float
    megabytes: float
    map: float
    findings: float

    def __str__(self) -> str:
        return (
            f"{self.votes:,} votes in {self.seconds:.1f} s, {self.megabytes:.0f} MB at most; "
            f"map opens in {self.map:.2f} s, findings in {self.findings:.2f} s"
        )


def conversation(quick: bool) -> Path | None:
    """The folder of a real conversation, a small one if it is to be quick; None where there is none."""
    data = Path(os.environ.get("JUKWAA_DATA", ROOT.parent / "shared" / "data"))
    folder = data / "opendata" / (SMALL if quick else WHOLE)
    return folder if folder.is_dir() else None


def measure(home: Path, environment: dict[str, str], folder: Path) -> Figures:
    """Import the folder into a fresh database, then open its map and its findings."""
    migrate(home, environment)
    seconds, megabytes, told = timed([*JUKWAA, "import-polis", str(folder)], environment)
    votes = int(re.search(r"Votes +([\d,]+)", told)[1].replace(",", ""))  # type: ignore[index]
    login, password = re.search(r"as +(\S+) +(\S+)", told).groups()  # type: ignore[union-attr]
    paths = {name: re.search(rf"The {name} +http://[^/]+(\S+)", told)[1] for name in ("map", "findings")}  # type: ignore[index]
    with served(home, environment) as server:
        session = log_in(server, login, password)
        opened = {name: opening(server, path, session) for name, path in paths.items()}
    return Figures(votes, seconds, megabytes, **opened)


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Seconds, peak memory in megabytes and words of a command."""
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        told = process.stdout.read() if process.stdout else ""
        # Of this process alone: the sum over all children would remember the largest there ever was.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(told)
    return time.perf_counter() - begun, usage.ru_maxrss / 1024, told


def log_in(server: Server, login: str, password: str) -> str:
    """The cookies of somebody who logged in."""
    token = "t" * 32
    body = urlencode({"username": login, "password": password, "csrfmiddlewaretoken": token})
    headers = {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/login/", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    found = re.search(r"sessionid=[^;]+", str(answer.headers))
    if found is None:
        raise RuntimeError(f"nobody was logged in: {answer.status}")
    return found[0]


def opening(server: Server, path: str, session: str) -> float:
    """Seconds until the page is here, the first time that it is asked for."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": session})
    answer = connection.getresponse()
    page = answer.read()
    seconds = time.perf_counter() - begun
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {page[:500]!r}")
    return seconds
