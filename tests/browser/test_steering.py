"""The page on which two facilitators steer, in a browser: it refreshes, and never under a hand."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def flo(browser: Browser, shown: Demo) -> Page:
    """A facilitator's window with scripts, on the list of the round that is open."""
    return steering(browser, shown, scripts=True)


def steering(browser: Browser, shown: Demo, *, scripts: bool, size: dict[str, int] = DESK) -> Page:
    context = browser.new_context(
        viewport=size, java_script_enabled=scripts, locale="en", base_url=shown.site
    )
    page = context.new_page()
    page.goto("/login/")
    page.locator("[name=username]").fill("juma")
    page.locator("[name=password]").fill(shown.passwords["juma"])
    page.locator("main button").first.click()
    page.goto("/p/geita/dialogue/")
    page.locator("li", has=page.locator(".chip", has_text="open")).locator("a").first.click()
    page.get_by_role("link", name="What is put to the vote").click()
    return page


def add(page: Page, words: str) -> None:
    page.get_by_role("link", name="Add in your words").click()
    page.locator("[name=text]").fill(words)
    page.locator("main button").first.click()


def texts(page: Page) -> list[str]:
    return page.locator("[data-order] .list-title").all_inner_texts()


def test_what_another_facilitator_adds_comes_by_itself_but_not_under_a_hand(flo, browser, shown):
    flo.clock.install()
    flo.reload()
    other = steering(browser, shown, scripts=False)
    field = flo.locator("[data-order] .place input").first
    asked: list[str] = []
    flo.on("request", lambda request: asked.append(request.url))
    field.fill("7")

    add(other, "Added by the other facilitator.")
    flo.clock.run_for(20_000)
    flo.locator("h1").click()
    flo.clock.run_for(20_000)
    expect(field).to_have_value("7")
    assert asked == []

    field.fill("1")
    flo.clock.run_for(20_000)
    expect(field).to_be_focused()
    assert asked == []

    flo.locator("h1").click()
    flo.clock.run_for(20_000)
    expect(flo.get_by_text("Added by the other facilitator.")).to_have_count(1)


def test_an_opened_line_stays_open_when_the_list_changes(flo, browser, shown):
    flo.clock.install()
    flo.reload()
    flo.locator("[data-order] details summary").first.click()
    flo.locator("h1").click()
    flo.evaluate("document.activeElement.blur()")

    add(steering(browser, shown, scripts=False), "Something more.")
    flo.clock.run_for(20_000)

    expect(flo.get_by_text("Something more.")).to_have_count(1)
    expect(flo.locator("[data-order] details").first).to_have_attribute("open", "")


def test_a_server_that_does_not_answer_is_told_and_the_list_stays(flo):
    flo.clock.install()
    flo.reload()
    before = texts(flo)
    flo.context.set_offline(True)

    flo.clock.run_for(20_000)

    expect(flo.locator("#now[data-lost]")).to_have_count(1)
    assert texts(flo) == before


def test_a_statement_is_dragged_to_another_place(flo):
    first, second, third = texts(flo)[:3]
    handle = flo.locator("[data-order] .handle").first
    handle.scroll_into_view_if_needed()
    at, target = handle.bounding_box(), flo.locator("[data-order] > li").nth(1).bounding_box()

    flo.mouse.move(at["x"] + 5, at["y"] + 5)
    flo.mouse.down()
    flo.mouse.move(at["x"] + 5, target["y"] + target["height"] - 5, steps=10)
    with flo.expect_navigation():
        flo.mouse.up()

    assert texts(flo)[:3] == [second, first, third]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_enter_key_in_a_place_puts_in_order_and_decides_nothing(browser, shown, scripts):
    page = steering(browser, shown, scripts=scripts, size=PHONE)
    first, second = texts(page)[:2]
    lede = page.locator(".lede").inner_text()

    place = page.locator("[data-order] .place input").nth(1)
    place.fill("1")
    with page.expect_navigation():
        place.press("Enter")

    assert texts(page)[:2] == [second, first]
    assert page.locator(".lede").inner_text() == lede
