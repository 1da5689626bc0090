"""The wall in a browser: it follows, outlives the laptop, is paged by keys and fits every projector."""

import itertools
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo import Demo, seed
from tests.lengths import AT_LENGTH
from tests.served import Server, environment_of, free_port, run, start

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.soak]

PROJECTORS = [(1024, 768), (1280, 720), (1920, 1080)] if AT_LENGTH else [(1024, 768)]
# The smallest size in which the scene says anything, in pixels.
SMALLEST = """Math.min(...[...document.querySelectorAll(".wall-scene *")]
    .filter(part => part.innerText && !part.closest("svg, .visually-hidden"))
    .map(part => parseFloat(getComputedStyle(part).fontSize)))"""
KINDS = ["join", "question", "results", "map", "step"]


def put_up(home: Path, kind: str, which: str = "closed") -> str:
    """Put that on the wall; its path, in English."""
    told = run([sys.executable, "-m", "tests.wall_of_demo", kind, which], environment_of(home))
    return f"{told.strip()}?in=en"


@pytest.fixture
def page(browser: Browser, shown: Demo) -> Page:
    """The projector's window, with a clock that the test can move."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, base_url=shown.site)
    window = context.new_page()
    window.clock.install()
    return window


def test_the_wall_follows_what_the_facilitator_shows(page: Page, shown: Demo):
    page.goto(put_up(shown.home, "join"))
    expect(page.locator("h1")).to_have_text("Take part with your card")

    put_up(shown.home, "question")
    page.clock.fast_forward(3000)

    expect(page.locator("h1")).to_have_text("What must change at the sites and around them?")


def test_a_wall_on_which_nothing_changes_is_answered_without_a_page(page: Page, shown: Demo):
    page.goto(put_up(shown.home, "join"))
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status))

    for number in range(6):
        page.clock.fast_forward(3000)
        while len(answers) <= number:
            page.wait_for_event("response")

    # The page itself came without being kept, so the first answer is a page; the others are not.
    assert answers == [200, *[304] * 5]


def test_arrows_turn_the_pages_of_results_and_polling_stays_on_them(page: Page, shown: Demo):
    page.goto(put_up(shown.home, "results"))
    first = page.locator("h1").inner_text()

    page.keyboard.press("ArrowRight")
    expect(page.locator(".wall-pages span")).to_contain_text("2/")
    second = page.locator("h1").inner_text()
    page.clock.fast_forward(3000)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".wall-pages span")).to_contain_text("3/")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).to_have_text(second)
    page.keyboard.press("ArrowLeft")

    expect(page.locator("h1")).to_have_text(first)


def test_when_the_laptop_is_away_the_last_picture_stays_and_the_wall_comes_back_alone(
    browser: Browser, tmp_path: Path
):
    around = environment_of(tmp_path)
    seed(tmp_path)
    address, port = put_up(tmp_path, "join"), free_port()
    server: Server = start(tmp_path, around, port=port)
    page = browser.new_page()
    page.clock.install()
    try:
        page.goto(f"http://127.0.0.1:{port}{address}")
        server.kill()
        page.clock.fast_forward(10_000)
        expect(page.locator("#waiting")).to_be_hidden()
        page.clock.fast_forward(31_000)

        expect(page.locator("#waiting")).to_contain_text("Waiting for the laptop.")
        expect(page.locator("h1")).to_have_text("Take part with your card")

        put_up(tmp_path, "question")
        server = start(tmp_path, around, port=port)
        page.clock.fast_forward(3000)

        expect(page.locator("h1")).to_have_text("What must change at the sites and around them?")
        expect(page.locator("#waiting")).to_be_hidden()
    finally:
        server.kill()


def test_every_scene_fits_and_can_be_read_from_ten_metres(browser: Browser, shown: Demo):
    context = browser.new_context(base_url=shown.site)
    page, wrong, corners, address = context.new_page(), [], set(), ""
    for kind, (width, height) in itertools.product(KINDS, PROJECTORS):
        page.set_viewport_size({"width": width, "height": height})
        address = put_up(shown.home, kind) if (width, height) == PROJECTORS[0] else address
        page.goto(address)
        for number in range(1, 8 if kind == "results" else 2):
            said = f"{width}x{height}, {kind} {number}"
            for part in page.locator("h1, .wall-scene p, .wall-scene li, tbody th, tbody td, svg").all():
                box = part.bounding_box()
                if box and (box["y"] + box["height"] > height + 1 or box["x"] + box["width"] > width + 1):
                    wrong.append(f"{said}: {(part.text_content() or part)!r:.40} is cut off")
            smallest = page.evaluate(SMALLEST)
            if smallest < 0.018 * width:
                wrong.append(f"{said}: {smallest} px")
            box = page.locator(".wall-join .wall-qr").bounding_box()
            corners.add((width, round(box["x"]), round(box["y"])) if box else None)
            if kind == "results":
                page.keyboard.press("ArrowRight")
                expect(page.locator(".wall-pages span")).to_contain_text(f"{number + 1}/")
    context.close()

    assert wrong == []
    assert len(corners) == len(PROJECTORS), "the way to join is always in the same corner"
