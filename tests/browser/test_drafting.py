"""A facilitator drafts the agenda with the keyboard alone, on a phone, with scripts off."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_causes_are_moved_by_keyboard_and_the_focus_goes_along(opened: Opened, shown: Demo):
    page = opened()
    log_in(page, shown)
    page.goto("/p/geita/agenda/")
    page.goto(page.locator("main h2 a").nth(2).get_attribute("href") + "causes/")
    causes = page.locator(".branches > li > p")
    before = causes.all_inner_texts()

    page.locator(".branches button[value=down]").first.focus()
    page.keyboard.press("Enter")
    expect(causes).to_have_text(list(reversed_top(before)))
    expect(page.locator("button:focus")).to_contain_text(before[0])

    page.keyboard.press("Enter")
    expect(causes).to_have_text(before)
    expect(page.locator("button:focus")).to_contain_text(before[0])


def reversed_top(texts: list[str]) -> list[str]:
    """The first cause after the last, with those under it: the demo has two at the top."""
    return [texts[-1], *texts[:-1]]


def log_in(page: Page, shown: Demo) -> None:
    page.goto("/login/")
    page.locator("input[name=username]").fill("juma")
    page.locator("input[name=password]").fill(shown.passwords["juma"])
    page.locator("main button").first.click()
