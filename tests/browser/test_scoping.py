"""The stakeholder map in a browser: a point is dragged where scripts run, and moved by its form where not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAP = "/p/geita/field/scoping/stakeholders/"
Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, shown: Demo) -> Iterator[Window]:
    """Opens the map for the researcher."""
    opened = []

    def open_one(size: dict[str, int], *, scripts: bool) -> Page:
        context = browser.new_context(
            viewport=size, java_script_enabled=scripts, locale="en", base_url=shown.site
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto("/login/")
        page.locator("[name=username]").fill("asha")
        page.locator("[name=password]").fill(shown.passwords["asha"])
        page.locator("main button").first.click()
        page.wait_for_url(lambda url: "/login/" not in url)
        page.goto(MAP)
        return page

    yield open_one
    for context in opened:
        context.close()


def steps_of(page: Page, who: str) -> list[str]:
    """The power and the interest that the table says."""
    row = page.locator("tbody tr", has=page.get_by_role("link", name=who, exact=True))
    return row.locator("td").all_inner_texts()[1:3]


def test_a_point_that_is_dragged_to_another_cell_stays_there(window):
    page = window(DESK, scripts=True)
    point = page.locator("svg a", has=page.locator("title", has_text="Mercury sellers")).locator(".dot")
    cell = page.locator(".cell[data-power='5'][data-interest='1']")
    point.scroll_into_view_if_needed()

    start, end = point.bounding_box(), cell.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 20, steps=5)
    page.mouse.up()

    expect(page.get_by_text("Moved: Mercury sellers")).to_be_visible(timeout=20_000)
    assert steps_of(page, "Mercury sellers") == ["high", "very low"]


def test_a_point_opens_its_form_by_a_click_and_by_the_keyboard(window):
    page = window(DESK, scripts=True)
    point = page.locator("svg a", has=page.locator("title", has_text="Pit workers")).first

    point.locator(".dot").click()
    by_click = page.locator("h1").inner_text()
    page.goto(MAP)
    point.focus()
    page.keyboard.press("Enter")

    assert by_click == page.locator("h1").inner_text() == "Pit workers"


def test_without_scripts_a_point_is_moved_by_its_form(window):
    page = window(PHONE, scripts=False)

    page.get_by_role("link", name="Migrants at new rushes", exact=True).click()
    page.locator("[name=power][value='3']").check()
    page.get_by_role("button", name="Keep it").click()

    assert steps_of(page, "Migrants at new rushes") == ["medium", "high"]
    assert not page.get_by_text("Or drag it.").is_visible()
