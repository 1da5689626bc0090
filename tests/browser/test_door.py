"""The desk at the door in a browser without scripts, by keyboard alone, as a scanner types."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Opened
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def log_in(page: Page, shown: Demo) -> None:
    page.goto("/login/")
    page.fill("[name=username]", "juma")
    page.fill("[name=password]", shown.passwords["juma"])
    page.click("main button")


def blank_card(page: Page) -> str:
    """The number of a card that is printed now."""
    page.goto("/p/geita/cards/")
    page.fill("[name=count]", "1")
    page.locator("form[action$='/cards/print/blank/'] button").click()
    return re.sub(r"\D", "", re.search(r"\d{4} \d{4} \d{4} \d{4}", page.inner_text("body"))[0])


def expect_somebody(page: Page, name: str) -> None:
    """Somebody of that name is in the programme, and was not asked for consent."""
    page.goto("/p/geita/people/add/")
    page.select_option("[name=constituency]", index=1)
    page.fill("[name=called]", name)
    page.locator("main form button.button-primary").click()


def test_a_person_is_received_with_few_keys_in_two_pages(opened: Opened, shown: Demo):
    page = opened(DESK)
    log_in(page, shown)
    number = blank_card(page)
    expect_somebody(page, "Zuhura")
    page.goto("/p/geita/dialogue/")
    page.locator("main a[href*='/gatherings/']").first.click()
    page.locator("main a[href$='/door/']").click()
    expect(page.locator("#q")).to_be_focused()
    pages: list[str] = []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    keys = 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    press(*"Zuhura", "Enter")
    expect(page.locator("h1")).to_have_text("Zuhura")
    expect(page.locator("[name=take_part]").first).to_be_focused()
    press("Space")
    while page.evaluate("document.activeElement.name") != "card":
        press("Tab")
    # A scanner types the number, and Enter after it.
    page.keyboard.type(number)
    press("Enter")

    expect(page.locator(".door-last")).to_contain_text("Zuhura is here.")
    # Six letters of a name, Enter, yes, to the card, Enter; on the page of the person and the desk.
    assert keys <= 12
    assert len(pages) == 2
    assert page.evaluate("document.activeElement.name") == "q"
