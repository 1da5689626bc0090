"""The chair of a leadership group at a phone: a meeting from its call to published minutes, without scripts.

Esther, a member, answers by the code on her slip; the chair is logged in as the programme's facilitator.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEETINGS = "/p/geita/delivery/meetings/"
TITLE = "Extraordinary meeting on the water"
DECIDED = "The group visits the washing place before the rains."


def test_the_chair_calls_a_meeting_holds_it_and_publishes_what_was_decided(opened: Opened, shown: Demo):
    chair, esther, reader = opened(), opened(), opened()
    log_in(chair, shown)

    call(chair)
    code = slip_for(chair, "Esther Nyanda")
    reply_by_code(esther, code)
    see_who_comes(chair, "1 of 10 seats say that they come; 5 make the quorum.")
    hold(chair, absent=2)
    decide(chair)
    give_task(chair)
    sign_off_and_publish(chair)

    reader.goto(MEETINGS)
    reader.get_by_role("link", name=TITLE).click()
    said = reader.locator("main")
    expect(said).to_contain_text(DECIDED)
    expect(said).to_contain_text("Decided. Consent: 7, stood aside: 1, blocked: 0.")
    expect(said).to_contain_text("Ask the owner of the washing place")
    expect(said).not_to_contain_text("0700 123 456")
    expect(said).not_to_contain_text("Mariamu Salum")


def log_in(page: Page, shown: Demo) -> None:
    page.goto("/login/")
    page.locator("input[name=username]").fill("juma")
    page.locator("input[name=password]").fill(shown.passwords["juma"])
    page.locator("main button").first.click()


def call(page: Page) -> None:
    page.goto(MEETINGS)
    # The dialogue's group is the first of several.
    page.get_by_role("link", name="Call a meeting").first.click()
    page.get_by_label("What it is called").fill(TITLE)
    page.get_by_label("On which day").fill(date.today().isoformat())
    page.get_by_label("Where it is, or the number to call").fill("0700 123 456")
    page.get_by_role("button", name="Call it").click()
    # What is late comes onto the agenda of the next meeting by itself.
    expect(page.locator("main")).to_contain_text(re.compile(r"disputed, \d+ days late"))
    page.get_by_role("link", name="Add an item").click()
    page.get_by_label("What it is about").fill("The washing place")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("main")).to_contain_text("The washing place")


def slip_for(page: Page, name: str) -> str:
    page.goto(MEETINGS)
    page.get_by_role("link", name="Links and codes for members").first.click()
    for box in page.locator("main input[type=checkbox]").all():
        box.uncheck()
    page.get_by_label(re.compile(name)).check()
    page.get_by_role("button", name="Make the slips").click()
    return page.locator(".slip-code strong").inner_text()


def reply_by_code(page: Page, code: str) -> None:
    page.goto("/reply/")
    page.get_by_label("Your member's code").fill(code)
    page.locator("main .button-primary").click()
    page.locator("section", has_text=TITLE).get_by_role("button", name="I come").click()
    expect(page.locator("section", has_text=TITLE)).to_contain_text("You said: I come")


def see_who_comes(page: Page, sentence: str) -> None:
    page.goto(MEETINGS)
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("main .lede")).to_contain_text(sentence)


def hold(page: Page, *, absent: int) -> None:
    page.get_by_role("link", name="Begin: who is here").click()
    seats = page.locator("main select").all()
    # Esther's reply is filled in.
    assert [seat.input_value() for seat in seats].count("came") == 1
    for number, seat in enumerate(seats):
        seat.select_option("absent" if number >= len(seats) - absent else "came")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("main .lede")).to_contain_text("There is a quorum.")


def decide(page: Page) -> None:
    page.get_by_role("link", name="Record a decision").click()
    page.get_by_label("What is decided").fill(DECIDED)
    page.get_by_label(re.compile("Mzee Lukanda")).select_option("5")
    page.get_by_label(re.compile("Reasons")).fill("The way is long.")
    page.get_by_role("button", name="Record it").click()


def give_task(page: Page) -> None:
    page.get_by_role("link", name="Give a task").click()
    page.get_by_label("What is to be done").fill("Ask the owner of the washing place")
    page.get_by_label("Until when").fill((date.today() + timedelta(days=14)).isoformat())
    page.get_by_role("button", name="Note it").click()


def sign_off_and_publish(page: Page) -> None:
    page.get_by_role("link", name="Read back and sign off").click()
    page.get_by_label(re.compile("The minutes were read back")).check()
    page.get_by_role("button", name="Sign off").click()
    page.get_by_role("link", name="Publish the minutes").click()
    page.get_by_role("button", name="Yes, publish them").click()
    expect(page.locator("main")).to_contain_text("Everybody can read the minutes.")
