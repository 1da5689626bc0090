"""A facilitator at the console in a browser: clock and counts move, nothing else; a step is dragged."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, Opened
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEETING = "Leadership group, third meeting"


def log_in(page: Page, shown: Demo) -> None:
    page.goto("/login/")
    page.locator("main input:not([type=hidden]):not([type=password])").first.fill("juma")
    page.locator("main input[type=password]").fill(shown.passwords["juma"])
    page.locator("main button").first.click()


def go_to_meeting(page: Page, way: str) -> None:
    """Walk to the gathering, and by the button of that name into the hall."""
    page.goto("/p/geita/dialogue/")
    page.get_by_role("link", name=MEETING).click()
    page.get_by_role("link", name=way, exact=True).click()


@pytest.fixture
def desk(browser: Browser, shown: Demo) -> Page:
    """A facilitator's laptop, with scripts."""
    context = browser.new_context(viewport=DESK, locale="en", base_url=shown.site)
    page = context.new_page()
    log_in(page, shown)
    return page


def steps(page: Page) -> list[str]:
    return page.locator("[data-step] .list-title a").all_inner_texts()


def test_a_step_is_dragged_to_another_place_and_moved_back_by_keyboard(desk: Page):
    # All of the list is in sight: to scroll between press and drag would take hold of another step.
    desk.set_viewport_size({"width": 1280, "height": 2000})
    go_to_meeting(desk, "Run sheet")
    before = steps(desk)

    with desk.expect_navigation():
        end = {"x": 200, "y": 100}
        handle = desk.locator("[data-step] .handle").nth(1)
        handle.drag_to(desk.locator("[data-step]").nth(3), target_position=end)
    moved = steps(desk)
    while steps(desk) != before:
        up = desk.locator("[data-step]", has_text=before[1]).get_by_role("button", name="Up")
        up.focus()
        with desk.expect_navigation():
            desk.keyboard.press("Enter")

    assert moved != before
    assert sorted(moved) == sorted(before)


def test_a_thumb_drags_a_step(browser: Browser, shown: Demo):
    context = browser.new_context(viewport=PHONE, locale="en", base_url=shown.site, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    log_in(page, shown)
    go_to_meeting(page, "Run sheet")
    before = steps(page)
    page.locator("[data-step]").first.scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, document.querySelector('[data-step]').getBoundingClientRect().top)")
    handle = page.locator("[data-step] .handle").first.bounding_box()
    below = page.locator("[data-step]").nth(1).bounding_box()
    touch = context.new_cdp_session(page)

    def touches(kind: str, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": handle["x"] + 10, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    with page.expect_navigation():
        touches("touchStart", handle["y"] + 10)
        for part in range(1, 6):
            end = below["y"] + below["height"] - 5
            touches("touchMove", handle["y"] + 10 + (end - handle["y"] - 10) * part / 5)
        touches("touchEnd", 0)
    after = steps(page)
    context.close()

    assert after[:2] == [before[1], before[0]]


def test_the_console_follows_the_other_facilitator_by_a_line_and_moves_no_button(
    desk: Page, opened: Opened, shown: Demo
):
    go_to_meeting(desk, "Run the gathering")
    desk.get_by_role("button", name=re.compile("^Begin: ")).click()
    expect(desk.locator("[data-ends]")).to_have_text(re.compile(r"^\d+:\d\d left$"))
    title = desk.locator(".step-title").inner_text()
    other = opened()
    log_in(other, shown)
    go_to_meeting(other, "Run the gathering")

    other.get_by_role("button", name=re.compile("^Finish, and begin: ")).click()

    expect(other.locator("[data-ends]")).to_have_text(re.compile(r"^ends at \d\d:\d\d$"))
    expect(desk.get_by_text("Somebody else has gone on.")).to_be_visible()
    assert desk.locator(".step-title").inner_text() == title
    desk.get_by_role("button", name="5 minutes more").click()
    expect(desk.get_by_text("so nothing was changed")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("way", ["Run sheet", "Run the gathering", "What the tables say", "What was decided"])
def test_a_page_of_the_hall_fits_its_screen_without_scripts(opened: Opened, shown: Demo, size, way):
    page = opened(size)
    log_in(page, shown)

    go_to_meeting(page, way)

    assert page.locator("h1").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize(("width", "text"), [(240, "100%"), (360, "200%")])
def test_figures_and_choices_fit_a_small_screen_and_large_text(
    opened: Opened, shown: Demo, width: int, text: str
):
    page = opened({"width": width, "height": 640})
    log_in(page, shown)
    page.goto("/p/geita/dialogue/")
    of = {
        kind: list(dict.fromkeys(re.findall(rf'href="([^"]*/{kind}/[0-9a-f-]{{36}}/)"', page.content())))
        for kind in ("gatherings", "rounds")
    }
    ways = [address + way for address in of["gatherings"] for way in ("voice/", "carry/")]
    ways += [f"{address}results/" for address in of["rounds"]]

    wide = {}
    for way in ways:
        page.goto(way)
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
        wide[way] = page.evaluate("document.documentElement.scrollWidth")

    assert of["rounds"]
    assert {way: found for way, found in wide.items() if found > width} == {}
