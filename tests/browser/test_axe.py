"""axe-core finds nothing on the pages that people and staff meet, in three languages and at both sizes."""

import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_road import show_card
from tests.demo import Demo
from tests.served import environment_of, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = ["en", "sw", "fr"]
SIZES = {"phone": PHONE, "desk": DESK}
# Every page that a participant or the public meets: add yours. {round} is the one that is open.
PUBLIC = ["/", "/join/", "/answer/", "/login/", "/p/geita/", "/p/geita/agenda/", "/p/geita/stories/"]
PARTICIPANT = [
    "/p/geita/me/",
    "/p/geita/dialogue/take-part/",
    "/p/geita/dialogue/rounds/{round}/vote/",
    "/p/geita/dialogue/rounds/{round}/answers/",
    "/p/geita/dialogue/rounds/{round}/propose/",
    "/p/geita/dialogue/gatherings/{gathering}/my-table/",
    "/p/geita/delivery/say/",
]
# Every page of the staff in a gathering, and in the first of its rounds: add yours.
STAFF = [
    "", "edit/", "attendance/", "attendance/print/", "tables/", "tables/print/", "voice/", "prepare/",
    "door/", "door/walk-in/", "joining/", "joining/print/", "risks/", "risks/add/", "happened/", "freeze/",
    "run-sheet/", "run-sheet/print/", "run-sheet/add/?day=1",
    "console/", "console/?show=plan", "console/?show=people", "plenary/", "notes/", "carry/", "counting/",
    "kiosk/", "projector/", "print/",
    "minutes/", "minutes/print/", "memoire/", "memoire/en/edit/", "memoire/en/print/", "memoire/en/publish/",
    "export/", "backup/",
]  # fmt: skip
OF_A_ROUND = ["", "moderation/", "results/", "shortlist/", "map/", "differences/", "media/", "count/", "hall/", "add/"]
SHEETS = ["join", "signs", "signin", "questions", "rule", "statements", "dots", "tally", "scale"]
WALL = ["join", "question", "results", "map", "step", "blank"]

Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, shown: Demo) -> Iterator[Window]:
    """Opens a window in which scripts run, so that axe can."""
    opened = []

    def open_one(size: dict[str, int], language: str) -> Page:
        context = browser.new_context(
            viewport=size, locale=language, base_url=shown.site, reduced_motion="reduce"
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_one
    for context in opened:
        context.close()


def log_in(page: Page, shown: Demo) -> None:
    page.goto("/login/")
    page.locator("input[name=username]").fill("juma")
    page.locator("input[name=password]").fill(shown.passwords["juma"])
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def speak(page: Page, language: str) -> None:
    """Choose the language by the switch at the foot of the page, if it is another."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f".languages button[value={language}]").click()


def open_round(page: Page) -> str:
    page.goto("/p/geita/dialogue/take-part/")
    address = page.locator("main a[href*='/rounds/']").first.get_attribute("href") or ""
    return address.split("/rounds/")[1].split("/")[0]


def wall(shown: Demo, kind: str, which: str = "closed") -> str:
    """Put that on the wall of the demo's first gathering, or of the one with an open round; its path."""
    command = [*PUT_UP, kind, which]
    return run(command, environment_of(shown.home)).strip()


PUT_UP = [sys.executable, "-m", "tests.wall_of_demo"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_a_participants_pages(window: Window, shown: Demo, size: str, language: str):
    page, found = window(SIZES[size], language), []
    for address in PUBLIC:
        page.goto(address)
        found += violations(page)
    show_card(page, shown.cards[2])
    speak(page, language)
    of = open_round(page)
    for address in PARTICIPANT:
        page.goto(address.format(round=of))
        found += violations(page)

    assert page.locator("html").get_attribute("lang") == language
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_the_staffs_pages_around_a_gathering(
    window: Window, shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    log_in(page, shown)
    page.goto("/p/geita/dialogue/")
    address = page.locator("main a[href*='/gatherings/']:not([href*='/add/'])").last.get_attribute("href")
    gathering = (address or "").rstrip("/").split("/")[-1]
    for path in [*STAFF, *(f"{STAFF[1]}{sheet}/?language={language}" for sheet in SHEETS)]:
        answer = page.goto(path.format(gathering=gathering))
        assert answer
        assert answer.ok, path
        found += violations(page)

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_wall(window: Window, shown: Demo, language: str):
    page, found = window(DESK, language), []
    for kind in WALL:
        page.goto(f"{wall(shown, kind)}?in={language}")
        assert page.locator(f"main.wall-{kind}").count() == 1
        found += violations(page)

    assert found == []
