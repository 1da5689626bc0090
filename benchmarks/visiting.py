"""What travels to a participant's phone, as a real browser counts it, and how soon there is something to see.

Chromium says how many bytes came over the line for each request, headers included. The waiting is measured
with 400 kbit/s, 400 ms and a processor six times slower.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.room import READ_IN, Room, served_room

PHONE = {"width": 360, "height": 640}
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
TIMES_SLOWER = 6
STATEMENTS, VOTES = 50, 10


@dataclass
class Line:
    """The wire of one browser: bytes by request since it was last read, headers included."""

    page: Page
    session: Any = None
    asked: dict[str, str] = field(default_factory=dict)
    came: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = self.page.context.new_cdp_session(self.page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._begins)
        self.session.on("Network.loadingFinished", self._ends)

    def slow(self) -> None:
        """Make the line and the processor those of an old phone at the edge of a network."""
        self.session.send("Network.emulateNetworkConditions", SLOW)
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})

    def read(self) -> list[tuple[str, int]]:
        """What came since this was asked last: (path, bytes) of each request that was not in the cache."""
        self.page.wait_for_load_state("networkidle")
        came, self.came = self.came, []
        return came

    def _begins(self, said: dict[str, Any]) -> None:
        if said.get("redirectResponse"):
            self.came.append((self.asked[said["requestId"]], said["redirectResponse"]["encodedDataLength"]))
        self.asked[said["requestId"]] = said["request"]["url"]

    def _ends(self, said: dict[str, Any]) -> None:
        url = self.asked.get(said["requestId"], "")
        if url.startswith("http") and said["encodedDataLength"]:
            self.came.append((url, round(said["encodedDataLength"])))


@dataclass(frozen=True)
class Visit:
    """What was measured. way: from the card's number to the first statement. first: the voting page alone, in
    a new browser. votes: each further one, in bytes. painted: its largest paint, in seconds.
    """

    way: list[tuple[str, int]]
    first: list[tuple[str, int]]
    votes: list[int]
    painted: float


def measure(home: Path, environment: dict[str, str]) -> Iterator[str]:
    """A line for each request in the heaviest language, then the sums."""
    with served_room(home, people=3, statements=STATEMENTS, environment=environment) as room:
        by_language = {language: visit(room, language) for language in READ_IN}
    said = max(by_language.values(), key=lambda visited: weight(visited.way))
    for url, size in said.way:
        yield f"  {url.removeprefix(room.site)[:60]:62}{size:>8,} bytes"
    yield f"  {'from the card’s number to the first statement, in all':62}{weight(said.way):>8,} bytes"
    first = f"the voting page in a new browser, {len(said.first)} requests"
    yield f"  {first:62}{weight(said.first):>8,} bytes"
    for language, visited in by_language.items():
        yield f"  {f'each further vote in {language}, at most':62}{max(visited.votes):>8,} bytes"
    slowest = max(visited.painted for visited in by_language.values())
    yield f"  {'largest paint at 400 kbit/s, 400 ms, processor six times slower':64}{slowest:>6.2f} s"


def weight(came: list[tuple[str, int]]) -> int:
    """The bytes of several requests together."""
    return sum(size for _url, size in came)


def visit(room: Room, language: str) -> Visit:
    """Walk the way in a new browser, vote, and open the voting page again in another one that is slow."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        line = Line(new_page(chromium, room, language))
        begin(line.page, room.cards.pop())
        way = line.read()
        votes = [weight(vote(line)) for _vote in range(VOTES)]
        cookies = line.page.context.cookies()
        other = Line(new_page(chromium, room, language))
        other.page.context.add_cookies(cookies)  # type: ignore[arg-type]
        other.slow()
        other.page.goto(f"{room.round}vote/")
        first = other.read()
        painted = largest_paint(other.page)
        chromium.close()
    return Visit(way, first, votes, painted)


def new_page(chromium: Browser, room: Room, language: str) -> Page:
    return chromium.new_context(viewport=PHONE, base_url=room.site, locale=language).new_page()  # type: ignore[arg-type]


def begin(page: Page, number: str) -> None:
    """Type a card's number and go on to the first statement."""
    page.goto("/join/")
    page.locator("input[inputmode]").fill(number)
    page.locator("main button").first.click()
    page.locator("a.button-primary").first.click()
    page.locator("form.votes").wait_for()


def vote(line: Line) -> list[tuple[str, int]]:
    """One vote, and what travelled for it. No sooner than a second tap of the last could be."""
    line.page.wait_for_timeout(600)
    before = line.page.locator("main h1").inner_text()
    line.page.locator("button[name=choice]").first.click()
    line.page.locator("main h1", has_not_text=before).wait_for()
    return line.read()


def largest_paint(page: Page) -> float:
    """Seconds from the first byte asked for to the largest thing painted, as the browser saw it."""
    milliseconds = page.evaluate(
        """() => new Promise((tell) =>
             new PerformanceObserver((list) => tell(list.getEntries().at(-1).startTime))
             .observe({ type: "largest-contentful-paint", buffered: true }))"""
    )
    return float(milliseconds) / 1000
