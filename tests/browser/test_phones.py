"""Phones with scripts in a real browser: an outbox that loses nothing, and a tablet that remembers nobody."""

import json
import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_road import begin_to_vote, statement
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGREE, DISAGREE = "button[name=choice][value='1']", "button[name=choice][value='-1']"
Phone = Callable[..., Page]


@pytest.fixture
def phone(browser: Browser, shown: Demo) -> Iterator[Phone]:
    """Opens a phone with scripts on which a card was shown and the vote begun."""
    contexts: list[BrowserContext] = []

    def begun(card: str | None) -> Page:
        context = browser.new_context(viewport=PHONE, base_url=shown.site, locale="en")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if card:
            begin_to_vote(page, card)
            page.wait_for_function("localStorage.getItem('jukwaa-deck')")
        return page

    yield begun
    for context in contexts:
        context.close()


def kept(page: Page) -> list[dict[str, str]]:
    """What waits in the phone's outbox."""
    box = page.evaluate("localStorage.getItem('jukwaa-outbox')")
    return json.loads(box)["items"] if box else []


def answered(page: Page) -> int:
    """How many answers the server has of this person."""
    page.goto(re.sub(r"vote/.*", "answers/", page.url))
    return page.locator("main .list > li").count()


def press(page: Page, button: str = AGREE) -> str:
    """Press a button once a second tap is none any more, and give the statement that it answered."""
    said = statement(page)
    page.wait_for_timeout(600)
    page.locator(button).click()
    return said


def test_an_answer_is_saved_here_then_received_and_the_next_question_is_there(phone: Phone, shown: Demo):
    page = phone(shown.cards[2])

    first = press(page)

    expect(page.locator("main h1")).not_to_have_text(first)
    expect(page.get_by_role("status").last).to_have_text(re.compile("Received|Imepokelewa"))
    assert kept(page) == []
    assert answered(page) >= 1


def test_without_connection_one_goes_on_and_nothing_is_lost_by_a_reload(phone: Phone, shown: Demo):
    page = phone(shown.cards[3])
    before = answered(page)
    page.go_back()
    page.context.set_offline(True)

    said = [press(page) for _question in range(3)]
    expect(page.locator(".outbox")).to_contain_text("3")
    waiting = kept(page)
    page.context.set_offline(False)
    page.reload()

    expect(page.locator(".outbox")).to_have_text(re.compile("Received|Imepokelewa"))
    assert len(set(said)) == 3
    assert [each["choice"] for each in waiting] == ["1", "1", "1"]
    assert kept(page) == []
    assert answered(page) == before + 3


def test_coming_back_on_line_sends_what_waits(phone: Phone, shown: Demo):
    page = phone(shown.cards[4])
    page.context.set_offline(True)
    press(page, DISAGREE)
    expect(page.locator(".outbox")).not_to_be_empty()
    assert len(kept(page)) == 1

    page.context.set_offline(False)

    page.wait_for_function("JSON.parse(localStorage.getItem('jukwaa-outbox')).items.length === 0")
    assert answered(page) >= 1


def test_the_second_tap_of_a_double_tap_answers_nothing(phone: Phone, shown: Demo):
    page = phone(shown.cards[5])
    before = answered(page)
    page.go_back()
    page.wait_for_timeout(600)

    page.locator(AGREE).dblclick()

    page.wait_for_function("JSON.parse(localStorage.getItem('jukwaa-outbox')).items.length === 0")
    page.wait_for_timeout(300)
    assert answered(page) == before + 1


def test_a_page_left_open_since_yesterday_sends_its_answer_all_the_same(phone: Phone, shown: Demo):
    page = phone(shown.cards[6])
    before = answered(page)
    page.go_back()
    page.context.clear_cookies(name="csrftoken")

    press(page)

    page.wait_for_function("JSON.parse(localStorage.getItem('jukwaa-outbox')).items.length === 0")
    assert answered(page) == before + 1


def test_a_card_that_is_gone_from_the_phone_keeps_the_answer_until_it_is_shown_again(
    phone: Phone, shown: Demo
):
    page = phone(shown.cards[7])
    before = answered(page)
    page.go_back()
    page.context.clear_cookies(name="jukwaa_card")

    press(page)
    expect(page.locator("input[inputmode]")).to_be_visible()
    assert len(kept(page)) == 1
    begin_to_vote(page, shown.cards[7])

    page.wait_for_function("JSON.parse(localStorage.getItem('jukwaa-outbox')).items.length === 0")
    assert answered(page) == before + 1


def test_another_person_s_card_empties_the_outbox(phone: Phone, shown: Demo):
    page = phone(shown.cards[8])
    page.context.set_offline(True)
    press(page)
    expect(page.locator(".outbox")).not_to_be_empty()
    page.context.set_offline(False)
    page.context.clear_cookies(name="jukwaa_card")

    page.evaluate("removeEventListener")  # the page stays as it is until the next card is shown
    begin_to_vote(page, shown.cards[9])

    assert kept(page) == []


def test_leaving_sends_what_waits_and_leaves_nothing(phone: Phone, shown: Demo):
    page = phone(shown.cards[10])
    before = answered(page)
    page.go_back()
    page.route("**/vote/", lambda route: route.abort())
    press(page)
    expect(page.locator(".outbox")).not_to_be_empty()
    page.unroute("**/vote/")

    page.goto("/p/geita/me/")
    page.locator("form[action$='/leave/'] button").click()

    page.wait_for_url("**/join/**")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    begin_to_vote(page, shown.cards[10])
    assert answered(page) == before + 1


def test_photos_and_sounds_travel_only_when_they_are_tapped(phone: Phone, shown: Demo):
    page = phone(None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    begin_to_vote(page, shown.cards[11])
    page.wait_for_timeout(500)

    assert not [url for url in asked if "/sounds/" in url or "/photo/" in url]


# ---- the shared tablet -----------------------------------------------------------------------------------

HAND_OVERS = 500 if os.environ.get("JUKWAA_SOAK") else 30


@pytest.mark.parametrize("scripts", [False, True], ids=["no scripts", "scripts"])
def test_the_next_person_finds_nothing_of_the_last_by_any_way_back(
    browser: Browser, shown: Demo, scripts: bool
):
    context = browser.new_context(
        viewport={"width": 800, "height": 1200}, base_url=shown.site, java_script_enabled=scripts
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    share(page, shown)
    leaks = []
    for number in range(HAND_OVERS // 2):
        page.locator("input[name=number]").fill(shown.cards[12 + number % 20])
        page.locator("main button").first.click()
        if number % 3 == 0 and page.locator(AGREE).count():
            page.locator(AGREE).click()
        secret = statement(page)
        if page.locator("button[name=next]").count():
            page.locator("button[name=next]").click()
        for way in (page.reload, page.go_back, page.reload, page.go_back, page.go_forward, page.go_forward):
            way()
            words = page.locator("body").inner_text()
            if page.locator("form.votes").count() or (secret in words and "card" not in secret.lower()):
                leaks.append((number, way.__name__, words[:200]))
        page.goto("/p/geita/dialogue/kiosk/")

    context.close()
    assert leaks == []


def share(page: Page, shown: Demo) -> None:
    """A facilitator makes the browser a shared tablet at the gathering whose round is open."""
    page.goto("/login/")
    page.locator("input[name=username]").fill("neema")
    page.locator("input[name=password]").fill(shown.passwords["neema"])
    page.locator("main button").first.click()
    page.goto("/p/geita/dialogue/")
    gatherings = [a.get_attribute("href") for a in page.locator("main a[href*='/gatherings/']").all()]
    for address in filter(None, gatherings):
        page.goto(f"{address}")
        if page.locator("main .chip", has_text=re.compile("open", re.I)).count():
            page.goto(f"{address}kiosk/")
            page.locator("main form button").first.click()
            return
    raise AssertionError("no gathering has an open round")
