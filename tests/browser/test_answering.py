"""The panner with a trace code, on her phone and on paper; and the coordinator with the duty list."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import DESK, Opened
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def ask(page: Page, code: str) -> None:
    page.goto("/answer/")
    page.locator("main input:not([type=hidden])").first.fill(code)
    page.locator("main button").first.click()


def test_a_panner_reads_hears_and_prints_what_became_of_her_words(
    opened: Opened, shown: Demo, tmp_path: Path
):
    page = opened(language="en")
    ask(page, shown.trace_code)

    # It speaks as she spoke, whatever language the phone is set to, and its address tells nothing.
    assert page.locator("html").get_attribute("lang") == "sw"
    assert page.url.endswith("/answer/")
    assert len(page.content()) < 30_000
    page.locator("button[value=en]").click()
    main = page.locator("main")
    for words in (
        "We heard what you said",
        "Most agree:",
        "This was taken up as an answer",
        "The owner says that it is done.",
        "about 15 say: it is so.",
        "A story tells of it",
    ):
        expect(main).to_contain_text(words)

    # What is heard is there without a script, and it is said that a machine reads.
    player = page.locator("audio").first
    assert "read by a machine" in (player.get_attribute("aria-label") or "")
    assert page.request.get(player.get_attribute("src") or "").ok

    # From a step she goes on to what everybody may read, and back by the browser's own way.
    page.get_by_role("link", name=re.compile("A promise was made")).first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "/delivery/" in page.url

    ask(page, shown.trace_code)
    page.locator("button[value=en]").click()
    with page.expect_navigation():
        page.locator("button[name=print]").click()
    expect(page.locator("body")).to_contain_text("We heard what you said")
    paper = tmp_path / "answer.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    assert len(PdfReader(paper).pages) == 1
    assert "We heard what you said" in PdfReader(paper).pages[0].extract_text()


def test_the_coordinator_marks_who_was_told_and_takes_it_back(opened: Opened, shown: Demo):
    page = opened(DESK)
    page.goto("/login/")
    page.locator("input[name=username]").fill("neema")
    page.locator("input[name=password]").fill(shown.passwords["neema"])
    page.locator("main button").first.click()
    page.goto("/p/geita/stories/answers/duty/")
    first = page.locator("tbody th").first.inner_text()

    page.locator("input[name=said]").first.check()
    page.get_by_role("button", name="Mark those ticked").click()

    expect(page.locator("main")).to_contain_text("1 is marked as told.")
    expect(page.locator("tbody")).not_to_contain_text(first)
    page.get_by_role("link", name="Answered", exact=True).click()
    page.get_by_role("button", name=re.compile(first)).click()
    expect(page.locator("main")).to_contain_text("Taken back.")
