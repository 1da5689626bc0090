"""The pages of forms on phones in a real browser: axe finds nothing, and an import goes on by itself."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE
from tests.lengths import AT_LENGTH
from tests.served import environment_of, migrate, run, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Every page of forms that staff meet: add yours.
OF_THE_FORM = ["", "sites/", "import/"]
OF_THE_REFERRAL_CARD = ["referral-card/", "referral-card/edit/", "referral-card/print/"]
OF_AN_EDITION = ["", "preview/?language=sw", "preview/?language=fr", "publish/"]


@dataclass(frozen=True)
class Collecting:
    """A served programme that collects: its forms, the one with submissions, the cookie of its staff."""

    site: str
    forms: str
    form: str
    cookie: str

    def page(self, browser: Browser, size: dict[str, int]) -> Page:
        """A window of somebody who researches."""
        context = browser.new_context(viewport=size, base_url=self.site, reduced_motion="reduce")
        context.add_cookies([{"name": "sessionid", "value": self.cookie, "url": self.site}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page


@pytest.fixture(scope="module")
def collecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collecting]:
    home = tmp_path_factory.mktemp("collecting")
    environment = environment_of(home)
    migrate(home, environment)
    told = json.loads(run([sys.executable, "-m", "tests.collecting", "40"], environment))
    forms = f"/p/{told['slug']}/field/forms/"
    with served(home, environment) as server:
        site = f"http://127.0.0.1:{server.port}"
        yield Collecting(site, forms, f"{forms}{told['form']}/", told["cookie"])


@pytest.mark.parametrize("size", [PHONE, DESK] if AT_LENGTH else [PHONE], ids=lambda size: str(size["width"]))
def test_axe_finds_nothing_on_the_pages_of_forms(browser: Browser, collecting: Collecting, size):
    page, found = collecting.page(browser, size), []
    page.goto(collecting.forms)
    page.get_by_role("button", name="Testimony").click()
    edition = page.url
    for address in [
        collecting.forms,
        *(collecting.forms + path for path in OF_THE_REFERRAL_CARD),
        *(collecting.form + path for path in OF_THE_FORM),
        *(edition + path for path in OF_AN_EDITION),
    ]:
        page.goto(address)
        found += violations(page)

    assert found == []


def test_an_import_is_looked_at_and_then_goes_on_by_itself(browser: Browser, collecting: Collecting):
    page = collecting.page(browser, PHONE)
    rows = "".join(f"{'nyarugusu' if n % 3 else 'atlantis'},Words {n},new-{n}\n" for n in range(30))
    table = {"name": "e.csv", "mimeType": "text/csv", "buffer": f"site,words,_uuid\n{rows}".encode()}

    page.goto(f"{collecting.form}import/")
    page.set_input_files("input[name=export]", table)
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("main")).to_contain_text("“atlantis” is not among the choices")
    found = violations(page)
    page.get_by_role("button", name="Take in all 20").click()

    expect(page.locator("body")).to_contain_text("Taken in: 20 submissions", timeout=60_000)
    expect(page.locator("main")).to_contain_text("60 came in")
    assert found == []
