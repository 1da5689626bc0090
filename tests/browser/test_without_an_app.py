"""Forms on a page in a real browser: without scripts, without connection, and after it was closed."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE
from tests.field.sounds import wav
from tests.field_room import FieldRoom, served_field_room
from tests.served import environment_of, run

pytestmark = [pytest.mark.browser, pytest.mark.slow]
expect.set_options(timeout=60_000)

SAYS = "The water is far, and the young wait."
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldRoom]:
    with served_field_room(tmp_path_factory.mktemp("field")) as found:
        yield found


@pytest.fixture
def phone(browser: Browser, room: FieldRoom) -> Iterator[Opened]:
    """Opens a window of its own in which the researcher is logged in."""
    contexts: list[BrowserContext] = []

    def open_one(*, scripts: bool = True, size: dict[str, int] = PHONE) -> Page:
        context = browser.new_context(
            viewport=size, base_url=room.site, locale="en", java_script_enabled=scripts, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        log_in(page, room)
        return page

    yield open_one
    for context in contexts:
        context.close()


def log_in(page: Page, room: FieldRoom) -> None:
    page.goto("/login/")
    page.locator("input[name=username]").fill(room.login)
    page.locator("input[name=password]").fill(room.password)
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()


def choose(page: Page, question: str, answer: str) -> None:
    page.locator(f"[name$='/{question}'][value='{answer}']").check()


def kept(room: FieldRoom) -> list[dict[str, str]]:
    """What the server has, each submission's answers by the last word of their path."""
    told = run([sys.executable, "-c", TELL], environment_of(room.home))
    return json.loads(told.strip().splitlines()[-1])


TELL = """
import json, django
django.setup()
from jukwaa.field.models import Submission
print(json.dumps([{p.rpartition("/")[2]: s for p, s in row.answers.items() if s} for row in
                  Submission.objects.order_by("received_at")]))
"""


def speak(page: Page, words: str = SAYS) -> None:
    """Fill the one page in for a person of 25 to 34."""
    choose(page, "age", "25_34")
    choose(page, "agreed", "yes")
    choose(page, "consent_by", "signature")
    choose(page, "may_quote", "yes")
    choose(page, "may_voice", "no")
    choose(page, "language", "sw")
    page.locator("[name$='/hurts_words']").fill(words)
    choose(page, "danger", "no")


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep it, and send it").click()


def on_the_phone(page: Page) -> int:
    return page.locator("#waiting li").count()


def test_without_scripts_a_whole_testimony_is_given_page_by_page(phone: Opened, room: FieldRoom):
    page = phone(scripts=False)
    before = len(kept(room))
    page.goto(room.testimony)
    choose(page, "age", "25_34")
    go_on(page)
    choose(page, "agreed", "yes")
    go_on(page)
    choose(page, "consent_by", "signature")
    go_on(page)
    choose(page, "may_quote", "yes")
    choose(page, "may_voice", "no")
    while page.get_by_role("button", name="Go on").count():
        for question, answer in (("language", "sw"), ("danger", "no")):
            if page.locator(f"input[type=radio][name$='/{question}']").count():
                choose(page, question, answer)
        if page.locator("textarea[name$='/hurts_words']").count():
            page.locator("textarea[name$='/hurts_words']").fill(SAYS)
            sound = {"name": "a.wav", "mimeType": "audio/wav", "buffer": wav()}
            page.locator("input[type=file][name$='/hurts']").set_input_files(sound)
        go_on(page)

    expect(page.locator("h1")).to_have_text("It is kept. Thank you.")
    [new] = kept(room)[before:]
    assert new["hurts_words"] == SAYS
    assert new["hurts"].endswith((".ogg", ".wav"))


def test_somebody_under_18_is_stopped_on_both_kinds_of_page(phone: Opened, room: FieldRoom):
    page = phone(scripts=False)
    page.goto(room.testimony)
    choose(page, "age", "under_18")
    go_on(page)
    expect(page.locator("main")).to_contain_text("give them the local referral card")
    assert page.locator("input:not([type=hidden])").count() == 0

    whole = phone()
    whole.goto(f"{room.testimony}whole/")
    expect(whole.locator("#whole")).to_be_visible()
    assert whole.get_by_text("Does the person agree").is_hidden()
    choose(whole, "age", "under_18")

    expect(whole.get_by_text("give them the local referral card")).to_be_visible()
    assert whole.get_by_text("Does the person agree").is_hidden()
    assert whole.locator("[name$='/hurts_words']").is_hidden()


def test_without_connection_what_is_filled_in_waits_on_the_phone_and_is_sent_later(
    phone: Opened, room: FieldRoom
):
    page = phone()
    page.goto(f"{room.testimony}whole/")
    before = len(kept(room))
    page.context.set_offline(True)
    for number in range(2):
        speak(page, f"{SAYS} {number}")
        keep(page)
        expect(page.locator("#waiting li")).to_have_count(number + 1)
    assert len(kept(room)) == before

    page.context.set_offline(False)

    expect(page.locator("#arrived li")).to_have_count(2)
    assert on_the_phone(page) == 0
    assert sorted(each["hurts_words"] for each in kept(room)[before:]) == [f"{SAYS} 0", f"{SAYS} 1"]


def test_what_is_missing_is_said_before_anything_is_kept(phone: Opened, room: FieldRoom):
    page = phone()
    page.goto(f"{room.testimony}whole/")
    choose(page, "age", "25_34")

    keep(page)

    expect(page.locator(".missing")).to_have_text("Please answer this.")
    assert on_the_phone(page) == 0


def test_what_waits_and_what_is_half_written_outlive_the_browser(
    playwright: Playwright, room: FieldRoom, tmp_path: Path
):
    before = len(kept(room))
    first = opened_again(playwright, tmp_path)
    page = first.new_page()
    log_in_at(page, room)
    page.goto(f"{room.site}{room.testimony}whole/")
    first.set_offline(True)
    speak(page)
    keep(page)
    expect(page.locator("#waiting li")).to_have_count(1)
    choose(page, "age", "18_24")
    choose(page, "agreed", "yes")
    page.wait_for_timeout(1000)
    first.close()

    again = opened_again(playwright, tmp_path)
    page = again.new_page()
    log_in_at(page, room)
    page.goto(f"{room.site}{room.testimony}whole/")

    expect(page.locator("#arrived li")).to_have_count(1)
    assert page.locator("[name$='/age'][value='18_24']").is_checked()
    again.close()
    assert [each["hurts_words"] for each in kept(room)[before:]] == [SAYS]


def opened_again(playwright, folder: Path) -> BrowserContext:
    """A browser that keeps what it keeps in the folder."""
    return playwright.chromium.launch_persistent_context(
        folder, executable_path=shutil.which("chromium"), args=["--no-sandbox"], viewport=PHONE, locale="en"
    )


def log_in_at(page: Page, room: FieldRoom) -> None:
    page.set_default_timeout(120_000)
    page.goto(f"{room.site}/login/")
    page.locator("input[name=username]").fill(room.login)
    page.locator("input[name=password]").fill(room.password)
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_what_a_phone_cannot_send_goes_by_a_file_and_is_taken_in_once(phone: Opened, room: FieldRoom):
    page = phone()
    page.goto(f"{room.testimony}whole/")
    before = len(kept(room))
    page.context.set_offline(True)
    speak(page)
    sound = {"name": "a.wav", "mimeType": "audio/wav", "buffer": wav()}
    page.locator("input[type=file][name$='/hurts']").set_input_files(sound)
    keep(page)
    expect(page.locator("#waiting li")).to_have_count(1)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save what waits to a file").click()

    desk = phone(size=DESK)
    for words in ("kept", "it was here already"):
        desk.goto(f"{room.forms.removesuffix('forms/')}fill/unsent/")
        desk.locator("input[type=file]").set_input_files(saved.value.path())
        desk.get_by_role("button", name="Take it in").click()
        expect(desk.locator("main .list")).to_contain_text(words)

    page.context.set_offline(False)
    expect(page.locator("#arrived li")).to_have_count(1)
    [new] = kept(room)[before:]
    assert (new["hurts_words"], bool(new["hurts"])) == (SAYS, True)


def test_a_person_with_a_card_fills_it_in_alone(browser: Browser, room: FieldRoom):
    context = browser.new_context(viewport=PHONE, base_url=room.site, locale="en", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(room.testimony.replace("/fill/", "/say/"))
    page.locator("main input:not([type=hidden])").first.fill(room.card)
    page.locator("main button").first.click()

    expect(page.locator("main")).to_contain_text("How old is the person who speaks?")
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_these_pages(phone: Opened, room: FieldRoom, size: dict[str, int]):
    page, found = phone(size=size), []
    field = room.forms.removesuffix("forms/")
    for path in (room.testimony, f"{room.testimony}ways/", f"{room.testimony}kept/", f"{field}fill/unsent/"):
        page.goto(path)
        found += violations(page)
    page.goto(room.testimony)
    choose(page, "age", "25_34")
    go_on(page)
    found += violations(page)
    go_on(page)
    found += violations(page)
    page.goto(room.site_profile)
    found += violations(page)
    page.goto(f"{room.testimony}whole/")
    speak(page)
    found += violations(page)

    assert found == []
