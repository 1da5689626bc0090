"""A donor, who is anybody: a figure to its source, a change to the voice it came from, and the files home."""

import io
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE, Opened
from tests.browser.test_axe import Window, window  # noqa: F401 (a fixture)
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RESULTS = "/p/geita/delivery/results/"
FIGURE, CHANGE = "Price share", "Women who sell gold at Nyakasanda and Igunda Hill"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_donor_follows_a_figure_and_a_change_down_to_a_voice_and_takes_the_files_home(
    opened: Opened,
    window: Window,  # noqa: F811
    shown: Demo,
    size: dict[str, int],
):
    page, seen = opened(size), [RESULTS, f"{RESULTS}iati.xml"]
    page.goto("/p/geita/delivery/outcomes/")
    page.get_by_role("link", name="Results").click()
    main = page.locator("main")

    # The sentence of the results is that of the indicator, and there each figure has its source.
    said = main.locator("li", has_text=FIGURE).locator("p").nth(1).inner_text()
    page.get_by_role("link", name=FIGURE).click()
    assert said.startswith(page.locator(".lede").inner_text())
    seen.append(page.url)
    main.locator(".figures td.number a").last.click()
    expect(main).to_contain_text("Source")
    seen.append(page.url)

    # What a change claims stands beside its evidence, and behind it is what somebody said.
    page.goto(RESULTS)
    page.get_by_role("link", name=CHANGE).click()
    for words in ("The world price rose", "What one can look at", "It is so in part."):
        expect(main).to_contain_text(words)
    seen.append(page.url)
    page.get_by_role("link", name="See the way from the first voice").click()
    voice = page.locator(".joint").first
    expect(voice).to_contain_text("Voice")
    expect(voice).to_contain_text("I would be glad if the day's price stood on a board at every site.")
    seen.append(page.url)

    page.goto(RESULTS)
    book = openpyxl.load_workbook(taken(page, main.get_by_role("link", name="XLSX")), read_only=True)
    assert CHANGE in {cell for row in book["outcomes"].iter_rows(values_only=True) for cell in row}
    page.get_by_role("link", name="IATI").click()
    page.get_by_label("Your organisation's identifier").fill("GB-COH-02188452")
    page.get_by_label("Your own number").fill("geita-7")
    report = ElementTree.parse(taken(page, page.get_by_role("button", name="Make the file"))).getroot()
    assert report.findtext(".//iati-identifier") == "GB-COH-02188452-geita-7"
    assert FIGURE in {each.text for each in report.iterfind(".//indicator/title/narrative")}
    assert found(window(size, "en"), seen) == []


def taken(page: Page, what: Locator) -> io.BytesIO:
    """The file that comes when it is pressed."""
    with page.expect_download() as coming:
        what.click()
    return io.BytesIO(Path(coming.value.path()).read_bytes())


def found(page: Page, addresses: list[str]) -> list[str]:
    """What axe finds on these pages."""
    wrong = []
    for address in addresses:
        page.goto(address)
        wrong += violations(page)
    return wrong
