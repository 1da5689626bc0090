"""The road from a voice to an outcome, walked by thumb and by keyboard in a browser without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Opened
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = (
    "/",
    "/p/geita/",
    "/p/geita/agenda/",
    "/p/geita/agenda/roadmap/",
    "/p/geita/delivery/",
    "/p/geita/delivery/outcomes/",
    "/p/geita/stories/",
    "/join/",
    "/answer/",
    "/login/",
)


def show_card(page: Page, number: str) -> None:
    """Type the number of a card, as somebody whose phone cannot read the square."""
    page.goto("/join/")
    page.locator("input[inputmode]").fill(number)
    page.locator("main button").first.click()


def begin_to_vote(page: Page, number: str) -> None:
    show_card(page, number)
    page.locator("a.button-primary").first.click()


def statement(page: Page) -> str:
    return page.locator("main h1").inner_text()


def test_a_panner_votes_with_her_card_and_takes_it_back(opened: Opened, shown: Demo):
    page = opened()
    begin_to_vote(page, shown.cards[0])
    first = statement(page)

    page.locator("button[name=choice][value='1']").click()

    expect(page.locator("main h1")).not_to_have_text(first)
    page.locator("button[name=back]").first.click()
    expect(page.locator("main h1")).to_have_text(first)


def test_a_panner_votes_by_keyboard_alone(opened: Opened, shown: Demo):
    page = opened()
    begin_to_vote(page, shown.cards[1])
    first = statement(page)

    for _step in range(20):
        page.keyboard.press("Tab")
        if page.locator("button[name=choice][value='-1']:focus").count():
            break
    page.keyboard.press("Enter")

    expect(page.locator("main h1")).not_to_have_text(first)


def test_the_card_speaks_the_language_of_its_holder(opened: Opened, shown: Demo):
    page = opened(language="en")
    begin_to_vote(page, shown.cards[0])

    assert page.locator("html").get_attribute("lang") == "sw"
    assert page.get_by_role("button", name="Nakubali", exact=True).is_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_anybody_follows_a_story_back_to_a_voice(opened: Opened, size: dict[str, int]):
    page = opened(size)
    page.goto("/")
    page.get_by_role("link", name=re.compile("Geita")).first.click()
    page.goto("/p/geita/stories/")
    page.locator("main a[href*='/stories/']:not([href*='/back/'])").first.click()
    page.locator("a[href*='/thread/']").first.click()

    words = page.locator("main").inner_text()
    for joint in ("problem", "promise", "outcome", "story"):
        assert joint in words.lower()


def test_the_coordinator_logs_in_and_finds_the_work(opened: Opened, shown: Demo):
    page = opened(DESK)
    page.goto("/login/")
    page.get_by_label("Login").fill("neema")
    page.get_by_label("Password").fill(shown.passwords["neema"])
    page.locator("main button").first.click()
    page.goto("/p/geita/desk/")

    expect(page.locator("h1")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    answer = page.goto("/p/geita/desk/")
    assert answer is not None
    assert answer.status == 404, "to whoever is not of the staff there is no such page"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_fits_its_screen_and_tells_what_it_is(opened: Opened, size: dict[str, int]):
    page = opened(size)
    found = []
    for address in PUBLIC:
        page.goto(address)
        if (page.locator("h1").count(), page.locator("main").count(), bool(page.title())) != (1, 1, True):
            found.append(f"{address} does not tell what it is")
        parts = page.locator("main > *, header, footer").all()
        reach = max(box["x"] + box["width"] for part in parts if (box := part.bounding_box()))
        if reach > size["width"] + 1:
            found.append(f"{address} is {reach} wide")
    assert found == []


def test_what_is_pressed_is_as_large_as_a_thumb(opened: Opened):
    page = opened()
    small = []
    for address in PUBLIC:
        page.goto(address)
        small += [
            (address, part.inner_text(), box["height"])
            for part in page.locator("button, a.button, select, input:not([type=hidden])").all()
            if (box := part.bounding_box()) and box["height"] < 44
        ]
    assert small == []


def test_every_field_has_a_name_that_is_read_out(opened: Opened):
    page = opened()
    for address in ("/join/", "/answer/", "/login/"):
        page.goto(address)
        for part in page.locator("main input:not([type=hidden]), main select, main textarea").all():
            told = part.get_attribute("id")
            assert page.locator(f"label[for='{told}']").inner_text().strip()
