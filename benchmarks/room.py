"""A full room on a laptop: 200 phones join by their QR codes within a minute and vote for ten."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.served import Prepared, Server, prepare, served

STATEMENT = re.compile(r'name="statement" value="([0-9a-f-]{36})"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True)
class Size:
    """How many phones, and in seconds: how long they join, vote, and think at most before each vote."""

    phones: int
    joining: float
    voting: float
    thinking: float


FULL = Size(phones=200, joining=60, voting=600, thinking=8)
QUICK = Size(phones=12, joining=1, voting=2, thinking=0.2)


@dataclass
class Seen:
    """What the phones saw: seconds until each answer, and what went wrong."""

    joins: list[float] = field(default_factory=list)
    votes: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass
class Guest:
    """One phone, which keeps its cookies and its connection."""

    port: int
    waits: list[float]
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, path: str, **said: str) -> None:
        """Open the page, or post what is said; follow where it leads. RuntimeError for an error page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if said:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            token = TOKEN.search(self.page)
            said |= {"csrfmiddlewaretoken": token[1] if token else ""}
            body = "&".join(f"{name}={value}" for name, value in said.items())
        begun = time.perf_counter()
        self.connection.request("POST" if said else "GET", path, body, headers)
        answer = self.connection.getresponse()
        self.page = answer.read().decode()
        self.waits.append(time.perf_counter() - begun)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in {302, 303}:
            self.ask(answer.headers["Location"])
        elif answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}")


def measure(home: Path, environment: dict[str, str], *, quick: bool) -> Iterator[str]:
    """Fill the room, and say what its phones and the server's memory showed."""
    size = QUICK if quick else FULL
    # Who thinks half the longest time, on the mean, gets through so many statements at most.
    statements = int(size.voting / size.thinking * 3)
    round_ = prepare(home, environment, phones=size.phones, statements=statements)
    seen, memory = Seen(), []
    with served(home, environment) as server:
        over = time.monotonic() + size.joining + size.voting
        guests = [
            threading.Thread(target=take_part, args=[server, round_, number, size, over, seen], daemon=True)
            for number in range(size.phones)
        ]
        for guest in guests:
            guest.start()
        while any(guest.is_alive() for guest in guests):
            memory.append(megabytes(server))
            time.sleep(min(5, size.voting / 4))
    joined = max(1, int(len(memory) * size.joining / (size.joining + size.voting)))
    yield f"  {size.phones} phones joined within {size.joining:.0f} s and voted for {size.voting:.0f} s"
    yield f"  errors: {len(seen.errors)} {sorted(set(seen.errors))[:3] if seen.errors else ''}".rstrip()
    for what, waits in (("pages while joining", seen.joins), ("votes", seen.votes)):
        ranked = sorted(1000 * wait for wait in waits)
        at = [ranked[min(int(share * len(ranked)), len(ranked) - 1)] for share in (0.5, 0.95, 0.99, 1)]
        named = zip(("p50", "p95", "p99", "most"), at, strict=True)
        yield f"  {what}: {len(ranked):,}, " + ", ".join(f"{name} {ms:,.0f} ms" for name, ms in named)
    while_voting = memory[joined - 1 :]
    quarters = [while_voting[(len(while_voting) - 1) * quarter // 4] for quarter in range(5)]
    told = ", ".join(f"{each:.0f}" for each in quarters)
    yield f"  the server's memory, from when all had joined to the end in quarters: {told} MB"


def take_part(server: Server, round_: Prepared, number: int, size: Size, over: float, seen: Seen) -> None:
    """One person: scans the card at some moment of the first minute, then reads, thinks and votes."""
    rng = random.Random(number)
    time.sleep(rng.uniform(0, size.joining))
    guest = Guest(server.port, seen.joins)
    try:
        card = f"/c/{round_.secrets[number]}"
        guest.ask(card)
        guest.ask(card, enter="1")
        guest.ask(round_.path)
        guest.waits = seen.votes
        while shown := STATEMENT.search(guest.page):
            time.sleep(rng.uniform(0, size.thinking))
            guest.ask(round_.path, statement=shown[1], choice=rng.choice(["1", "0", "-1"]))
            if time.monotonic() > over:
                break
    except (OSError, RuntimeError, http.client.HTTPException) as error:
        seen.errors.append(f"{type(error).__name__}: {error}")
    finally:
        guest.connection.close()


def megabytes(server: Server) -> float:
    """How much memory the server itself holds, without its worker, and without the pages of the database's
    file that it has read.
    """
    told = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", told)[1]) / 1000
