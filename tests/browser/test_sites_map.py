"""The map of districts in a browser: Leaflet's where scripts run, the page's drawing elsewhere."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, Opened
from tests.browser.test_axe import log_in
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SITES = "/p/geita/field/sites/"


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(browser: Browser, shown: Demo, request: pytest.FixtureRequest) -> Page:
    """The researcher's window, in which scripts run."""
    context = browser.new_context(
        viewport=request.param, base_url=shown.site, locale="en", reduced_motion="reduce"
    )
    page = context.new_page()
    log_in(page, shown, "asha")
    return page


def apart(page: Page) -> float:
    """How many pixels lie between the first two districts on the map."""
    one, other = (page.locator(".district").nth(n).bounding_box() for n in (0, 1))
    assert one
    assert other
    return abs(one["x"] - other["x"]) + abs(one["y"] - other["y"])


def test_the_map_is_reached_by_keys_says_what_the_table_says_and_asks_nobody_else(page: Page, shown: Demo):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(reduced_motion="reduce")  # so that nothing is measured while it moves
    page.goto(SITES)
    frame = page.get_by_role("group", name="Map of the districts")
    expect(frame.locator(".leaflet-map-pane")).to_be_attached()
    expect(page.locator(".districts > svg")).to_have_count(0)
    before = apart(page)

    frame.press("+")
    nearer = apart(page)
    frame.press("-")
    frame.get_by_role("button", name="Nearer").press("Enter")
    page.get_by_role("button", name="Geita District, Sites: 2").press("Enter")

    assert nearer > before
    assert apart(page) > before
    expect(page.locator(".leaflet-popup")).to_contain_text("Sites: 2")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert {f"http://{urlsplit(address).netloc}" for address in asked} == {shown.site}


def test_the_drawing_stays_where_the_districts_cannot_be_read(page: Page):
    page.route("**/districts.geojson", lambda route: route.fulfill(body="<p>Gone</p>"))

    with page.expect_response("**/districts.geojson"):
        page.goto(SITES)

    expect(page.locator(".districts > svg")).to_be_visible()
    expect(page.locator(".districts-map")).to_have_count(0)


def test_without_scripts_the_map_is_a_drawing_with_its_table(opened: Opened, shown: Demo):
    page = opened()
    log_in(page, shown, "asha")

    page.goto(SITES)

    expect(page.locator(".districts > svg circle")).to_have_count(2)
    expect(page.get_by_role("table")).to_contain_text("Geita District")
    expect(page.locator(".leaflet-container")).to_have_count(0)
