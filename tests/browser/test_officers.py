"""A mining officer and a company officer report by the link of their office, with scripts off."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, Opened
from tests.browser.test_axe import Window, log_in, window  # noqa: F401 (a fixture)
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MINES, COMPANY = "Resident mines officer", "Environment manager"


def link_of(page: Page, shown: Demo, office: str) -> str:
    """The personal link that staff give to the office."""
    log_in(page, shown)
    page.goto("/p/geita/delivery/offices/")
    page.locator("li", has_text=office).get_by_role("link", name=re.compile("Give a (new )?link")).click()
    page.get_by_role("button", name="Yes, make a link").click()
    return page.locator(".slip-address").inner_text()


def test_a_mining_officer_new_in_office_reports_in_three_presses(opened: Opened, shown: Demo):
    phone = opened()
    phone.goto(link_of(opened(), shown, MINES))
    expect(phone.locator("main")).to_contain_text("The weekly sheets are in the grey file.")

    phone.get_by_role("link", name="Report").first.click()
    phone.get_by_role("button", name="Something blocks it").click()
    expect(phone.locator("textarea[name=text]")).to_have_value(re.compile("The form is ready"))
    phone.locator("textarea[name=text]").fill("The region answers next week.")
    phone.get_by_role("button", name="Send it").click()

    expect(phone.locator("h1")).to_contain_text("Thank you. It is kept.")
    expect(phone.locator("main")).to_contain_text("The region answers next week.")
    phone.get_by_role("link", name="My next promise").click()
    expect(phone.locator("main")).to_contain_text("My promises, next to report first")


def test_a_company_officer_asks_for_more_time_and_both_days_stay(
    opened: Opened,
    window: Window,  # noqa: F811
    shown: Demo,
):
    link = link_of(opened(), shown, COMPANY)
    phone = opened()
    phone.goto(link)
    expect(phone.locator("main")).to_contain_text("more time was agreed to")
    phone.get_by_role("link", name="Report").first.click()
    phone.get_by_role("link", name="Ask for more time").click()
    phone.locator("input[name=until]").fill("2020-01-01")
    phone.locator("textarea[name=reason]").fill("The digger is in Mwanza.")
    phone.get_by_role("button", name="Send it").click()
    expect(phone.locator("main")).to_contain_text("must be later")
    expect(phone.locator("textarea[name=reason]")).to_have_value("The digger is in Mwanza.")
    phone.locator("input[name=until]").fill("2099-01-01")
    phone.get_by_role("button", name="Send it").click()

    expect(phone.locator("main")).to_contain_text("You asked for more time, until 1 January 2099.")
    seen = window(PHONE, "en")
    found = []
    for path in ("", "print/", "history/"):
        seen.goto(link + path)
        found += violations(seen)
    seen.goto(link)
    seen.get_by_role("link", name="Report").first.click()
    found += violations(seen)
    seen.get_by_role("button", name="On track").click()
    assert found + violations(seen) == []
