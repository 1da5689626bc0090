"""The reading room in a browser: listening, jumping and writing down, with scripts and without."""

import json
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Opened
from tests.demo import Demo
from tests.served import environment_of, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]


# The page's policy lets no text be run as a script, so nothing here polls: the player says when it is there.
WHEN_AT_NINE = """player => new Promise(there => {
  const look = () => player.currentTime >= 9 && there(true);
  player.addEventListener("timeupdate", look);
  look();
})"""
GO_TO_FIFTEEN = """player => new Promise(there => {
  player.addEventListener("loadedmetadata", () => { player.currentTime = 15; }, { once: true });
  player.addEventListener("seeked", () => there(true), { once: true });
  player.preload = "metadata";
  player.load();
})"""


@pytest.fixture(scope="module")
def heard(shown: Demo) -> str:
    """The path of a testimony whose recording is twenty seconds long."""
    told = run([sys.executable, "-m", "tests.ways_of_demo"], environment_of(shown.home))
    return f"/p/geita/field/{json.loads(told)['heard']}/"


@pytest.fixture
def scripted(browser: Browser, shown: Demo) -> Iterator[Page]:
    context = browser.new_context(base_url=shown.site, locale="en")
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def log_in(page: Page, shown: Demo) -> None:
    page.goto("/login/")
    page.locator("input[name=username]").fill("asha")
    page.locator("input[name=password]").fill(shown.passwords["asha"])
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_tap_on_a_time_jumps_there_and_a_button_changes_the_speed(scripted: Page, shown: Demo, heard: str):
    log_in(scripted, shown)
    scripted.goto(heard)

    scripted.locator("a.at", has_text="0:09").first.click()
    scripted.locator("audio").evaluate(WHEN_AT_NINE)
    scripted.get_by_role("button", name="1.5").click()

    assert "?at" not in scripted.url
    assert scripted.evaluate("document.querySelector('audio').playbackRate") == 1.5
    expect(scripted.get_by_role("button", name="1.5")).to_have_attribute("aria-pressed", "true")


def test_a_key_puts_the_present_time_on_a_line_of_its_own(scripted: Page, shown: Demo, heard: str):
    log_in(scripted, shown)
    scripted.goto(f"{heard}transcribe/")
    scripted.locator("audio").evaluate(GO_TO_FIFTEEN)
    text = scripted.locator("textarea[name=text]")

    text.press("Control+End")
    text.press("Control+j")
    text.type("Kila siku.")
    scripted.get_by_role("button", name="Keep it").click()

    expect(scripted.locator(".part", has_text="Kila siku.").first).to_contain_text("0:15")


def test_without_scripts_times_are_typed_and_a_tap_loads_the_recording_there(
    opened: Opened, shown: Demo, heard: str
):
    page = opened()
    log_in(page, shown)
    page.goto(f"{heard}transcribe/")
    assert not page.locator(".speeds").is_visible()

    page.locator("textarea[name=text]").fill("0:03 Mwanzo.\n0:12 Mwisho.")
    page.locator("main form .button-primary").click()
    page.locator("a.at", has_text="0:12").first.click()

    assert page.url.endswith("?at=12.0#player")
    assert page.locator("audio source").get_attribute("src").endswith("#t=12.0")
