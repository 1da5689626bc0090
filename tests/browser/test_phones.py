"""Phones with scripts in a real browser: an outbox that loses nothing, and a tablet that remembers nobody."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from tests.browser.conftest import PHONE, impatient, launched, until
from tests.browser.test_road import begin_to_vote, show_card, statement
from tests.lengths import HAND_OVERS
from tests.room import Room, served_room

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGREE, DISAGREE = "button[name=choice][value='1']", "button[name=choice][value='-1']"
STATEMENTS = 8
Phone = Callable[[], Page]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with served_room(tmp_path_factory.mktemp("room"), people=50, statements=STATEMENTS) as found:
        yield found


@pytest.fixture
def page(browser: Browser, room: Room) -> Page:
    """A phone with scripts, on which nothing was shown yet."""
    return browser.new_context(viewport=PHONE, base_url=room.site, locale="en").new_page()


@pytest.fixture
def card(page: Page, room: Room) -> str:
    """A card that was shown on the phone; the vote has begun."""
    number = room.cards.pop()
    begin_to_vote(page, number)
    until(page, lambda: page.evaluate("localStorage.getItem('jukwaa-deck')"))
    return number


def kept(page: Page) -> list[dict[str, str]]:
    """What waits in the phone's outbox."""
    box = page.evaluate("localStorage.getItem('jukwaa-outbox')")
    return json.loads(box)["items"] if box else []


def answers(page: Page, room: Room) -> list[str]:
    """The statements of which the server has this person's answer."""
    page.goto(f"{room.round}answers/")
    return [line.inner_text() for line in page.locator("main .list > li > p:first-child").all()]


def press(page: Page, button: str = AGREE) -> str:
    """Press a button once it can be no second tap any more, and give the statement that it answered."""
    page.wait_for_timeout(600)
    expect(page.locator(button)).to_be_enabled()
    said = statement(page)
    page.locator(button).click()
    return said


def test_an_answer_is_received_and_the_next_question_is_there(page: Page, card: str, room: Room):
    first = press(page)

    expect(page.locator("main h1")).not_to_have_text(first)
    expect(page.locator(".outbox")).to_have_text("Received.")
    assert kept(page) == []
    assert answers(page, room) == [first]


def test_without_connection_one_goes_on_and_nothing_is_lost_by_a_reload(page: Page, card: str, room: Room):
    page.context.set_offline(True)
    said = []
    for number in range(3):
        said.append(press(page))
        expect(page.locator(".outbox")).to_contain_text(f"Saved here ({number + 1})")
    assert [each["choice"] for each in kept(page)] == ["1", "1", "1"]

    page.context.set_offline(False)
    page.reload()

    until(page, lambda: not kept(page))
    expect(page.locator(".outbox")).to_have_text("Received.")
    assert sorted(answers(page, room)) == sorted(said)


def test_everything_can_be_answered_without_connection(page: Page, card: str, room: Room):
    page.context.set_offline(True)
    for _statement in range(STATEMENTS):
        press(page)
    expect(page.locator(".outbox")).to_contain_text(f"All answers ({STATEMENTS}) are saved here")

    page.context.set_offline(False)

    expect(page.locator("main h1")).to_contain_text("Thank you")
    assert len(set(answers(page, room))) == STATEMENTS


def test_coming_back_on_line_sends_what_waits(page: Page, card: str, room: Room):
    page.context.set_offline(True)
    said = press(page, DISAGREE)
    expect(page.locator(".outbox")).to_contain_text("Saved here")

    page.context.set_offline(False)

    until(page, lambda: not kept(page))
    assert answers(page, room) == [said]


def test_a_site_that_is_away_for_minutes_is_asked_again_until_it_answers(page: Page, room: Room):
    page.clock.install()
    begin_to_vote(page, room.cards.pop())
    until(page, lambda: page.evaluate("localStorage.getItem('jukwaa-deck')"))
    page.route(
        "**/vote/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    said = [press(page), press(page)]
    expect(page.locator(".outbox")).to_contain_text("Saved here (2)")
    for _minute in range(5):
        page.clock.fast_forward(60_000)
    assert len(kept(page)) == 2

    page.unroute("**/vote/")
    page.clock.fast_forward(31_000)

    expect(page.locator(".outbox")).to_have_text("Received.")
    assert sorted(answers(page, room)) == sorted(said)


def test_what_waits_outlives_the_browser_and_is_sent_when_the_card_is_shown_again(
    playwright: Playwright, room: Room, tmp_path: Path
):
    window: dict[str, Any] = {
        "executable_path": shutil.which("chromium"),
        "args": ["--no-sandbox"],
        "viewport": PHONE,
        "base_url": room.site,
        "locale": "en",
    }
    context = playwright.chromium.launch_persistent_context(tmp_path, **window)
    page = context.new_page()
    number = room.cards.pop()
    begin_to_vote(page, number)
    until(page, lambda: page.evaluate("localStorage.getItem('jukwaa-deck')"))
    context.set_offline(True)
    said = press(page)
    expect(page.locator(".outbox")).to_contain_text("Saved here (1)")
    context.close()

    context = playwright.chromium.launch_persistent_context(tmp_path, **window)
    page = context.new_page()
    show_card(page, number)

    until(page, lambda: not kept(page))
    assert answers(page, room) == [said]
    context.close()


def test_two_tabs_of_one_phone_lose_nothing_and_both_hear_that_it_is_received(
    page: Page, card: str, room: Room
):
    other = page.context.new_page()
    other.goto(f"{room.round}vote/")
    page.context.set_offline(True)
    said = [press(page), press(page)]
    expect(page.locator(".outbox")).to_contain_text("Saved here (2)")
    # A tab shows for a moment still what it was just answered, so what it asks next is heard from the press.
    third = press(other)
    while third in said:
        third = press(other)
    said.append(third)
    expect(other.locator(".outbox")).to_contain_text("Saved here (3)")
    # Only the other tab hears of the connection: the first one must be told by it.
    page.route("**/vote/", lambda route: route.abort())

    page.context.set_offline(False)

    expect(other.locator(".outbox")).to_have_text("Received.")
    expect(page.locator(".outbox")).to_have_text("Received.")
    page.unroute("**/vote/")
    assert kept(page) == []
    assert sorted(answers(page, room)) == sorted(said)


def test_without_a_network_a_link_does_not_lead_away_from_what_waits(page: Page, card: str):
    page.context.set_offline(True)
    press(page)
    expect(page.locator(".outbox")).to_contain_text("Saved here (1)")

    page.get_by_role("link", name="My answers").click()

    assert page.url.endswith("/vote/")
    expect(page.locator(AGREE)).to_be_visible()


def test_what_waits_does_not_take_another_page_away_from_its_reader(page: Page, card: str, room: Room):
    page.context.set_offline(True)
    press(page)
    expect(page.locator(".outbox")).to_contain_text("Saved here (1)")
    page.route(
        "**/vote/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    page.context.set_offline(False)
    page.goto(f"{room.programme}me/")
    page.locator("form[action$='/take-part/end/'] button, form[action*='/consent/'] button").first.click()
    page.wait_for_load_state()
    page.unroute("**/vote/")

    page.goto(f"{room.programme}me/")
    page.wait_for_load_state("networkidle")

    expect(page.locator("main")).to_contain_text("You do not take part.")
    assert len(kept(page)) == 1


def test_the_second_tap_of_a_double_tap_answers_nothing(page: Page, card: str, room: Room):
    first = statement(page)
    page.wait_for_timeout(600)

    page.locator(AGREE).dblclick()

    until(page, lambda: not kept(page) and statement(page) != first)
    assert answers(page, room) == [first]


def test_a_page_left_open_since_yesterday_sends_its_answer_all_the_same(page: Page, card: str, room: Room):
    page.context.clear_cookies(name="csrftoken")

    said = press(page)

    expect(page.locator("main h1")).not_to_have_text(said)
    assert answers(page, room) == [said]


def test_a_card_that_the_browser_forgot_keeps_the_answer_until_it_is_shown_again(
    page: Page, card: str, room: Room
):
    page.context.clear_cookies(name="jukwaa_card")
    said = press(page)
    expect(page.locator("input[inputmode]")).to_be_visible()
    assert len(kept(page)) == 1

    show_card(page, card)

    until(page, lambda: not kept(page))
    assert answers(page, room) == [said]


def test_another_person_s_card_empties_the_outbox(page: Page, card: str, room: Room):
    page.context.clear_cookies(name="jukwaa_card")
    press(page)
    expect(page.locator("input[inputmode]")).to_be_visible()

    begin_to_vote(page, room.cards.pop())

    until(page, lambda: not kept(page))
    assert answers(page, room) == []


def test_leaving_sends_what_waits_first_and_leaves_nothing(page: Page, card: str, room: Room):
    page.route(
        "**/vote/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    said = press(page)
    expect(page.locator(".outbox")).to_contain_text("Saved here")
    page.goto(f"{room.programme}me/")
    page.unroute("**/vote/")

    page.locator("form[action$='/leave/'] button").click()

    page.wait_for_url("**/join/**")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    show_card(page, card)
    assert answers(page, room) == [said]


def test_leaving_without_connection_asks_first(page: Page, card: str, room: Room):
    page.route(
        "**/vote/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    press(page)
    expect(page.locator(".outbox")).to_contain_text("Saved here")
    page.goto(f"{room.programme}me/")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))

    page.locator("form[action$='/leave/'] button").click()

    until(page, lambda: asked)
    assert "not sent yet: 1" in asked[0]
    assert len(kept(page)) == 1


def test_photos_and_sounds_travel_only_when_they_are_tapped(page: Page, room: Room):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    begin_to_vote(page, room.cards.pop())
    # Twice painted, a page has asked for all that it wants without a tap, on a slow machine too.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/sounds/" in url or "/photo/" in url]

    for _statement in range(STATEMENTS):
        if page.locator("summary", has_text="Photo").count():
            break
        press(page)
        expect(page.locator(".outbox")).to_have_text("Received.")
    page.locator("summary", has_text="Photo").click()

    until(page, lambda: [url for url in asked if "/photo/" in url])


def test_answers_that_come_after_the_vote_closed_are_told_and_stay_readable(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
):
    with served_room(tmp_path_factory.mktemp("closing"), people=1, statements=4) as room:
        context = browser.new_context(viewport=PHONE, base_url=room.site, locale="en")
        phone = context.new_page()
        begin_to_vote(phone, room.cards.pop())
        until(phone, lambda: phone.evaluate("localStorage.getItem('jukwaa-deck')"))
        context.set_offline(True)
        said = [press(phone), press(phone)]
        expect(phone.locator(".outbox")).to_contain_text("Saved here (2)")
        close(browser, room)

        context.set_offline(False)

        told = phone.locator(".late")
        expect(told).to_contain_text("They are not counted: 2.")
        phone.reload()
        for each in said:
            expect(told).to_contain_text(each)
        assert kept(phone) == []
        context.close()


def close(browser: Browser, room: Room) -> None:
    """A facilitator closes the round."""
    page = browser.new_context(base_url=room.site).new_page()
    log_in(page, room)
    page.goto(f"{room.round}close/")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    page.context.close()


def test_a_screen_reader_hears_once_that_answers_are_received(page: Page, card: str):
    heard: list[str] = []
    page.expose_function("heard", lambda words: heard.extend([words]))
    page.evaluate(
        """() => new MutationObserver((all) => all.forEach(() =>
             window.heard(document.querySelector(".outbox").textContent)))
             .observe(document.querySelector(".outbox"), { childList: true })"""
    )

    for _answer in range(3):
        said = press(page)
        until(page, lambda said=said: statement(page) != said)

    assert heard == ["Received."]


@pytest.mark.parametrize("width", [240, 320])
def test_the_voting_page_fits_a_small_screen(page: Page, card: str, width: int):
    page.set_viewport_size({"width": width, "height": 320})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_voice_is_recorded_on_the_page_listened_to_and_sent(playwright: Playwright, room: Room):
    microphone = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with launched(playwright, *microphone) as chromium:
        context = chromium.new_context(viewport=PHONE, base_url=room.site, locale="en")
        page = context.new_page()
        begin_to_vote(page, room.cards.pop())
        page.goto(f"{room.round}propose/")
        page.get_by_role("button", name="Record").click()
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        page.wait_for_timeout(1500)
        page.get_by_role("button", name="Stop").click()
        player = page.locator("audio")
        until(page, lambda: player.evaluate("one => one.readyState >= 1 && one.src.startsWith('blob:')"))

        page.get_by_role("button", name="Send it").click()

        expect(page.locator("h1")).to_have_text("It is kept")
        sound = page.request.get(page.locator("audio").evaluate("one => one.src"))
        assert sound.status == 200
        assert len(sound.body()) > 1000


def test_what_an_iphone_records_is_sent_and_plays_to_its_end(
    page: Page, card: str, room: Room, tmp_path: Path
):
    made = tmp_path / "voice.m4a"
    tone = ["-f", "lavfi", "-i", "sine=d=2", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-loglevel", "error", *tone, str(made)], check=True)
    page.goto(f"{room.round}propose/")
    page.locator("input[type=file]").set_input_files(made)
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("h1")).to_have_text("It is kept")

    player = page.locator("audio")
    player.evaluate("one => { one.playbackRate = 4; one.play(); }")

    until(page, lambda: player.evaluate("one => one.ended && one.duration > 1.5"))


# ---- the shared tablet -----------------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.parametrize("scripts", [False, True], ids=["no scripts", "scripts"])
def test_the_next_person_finds_nothing_of_the_last_by_any_way_back(
    browser: Browser, room: Room, scripts: bool
):
    context = browser.new_context(
        viewport={"width": 800, "height": 1200}, base_url=room.site, java_script_enabled=scripts
    )
    page = context.new_page()
    share(page, room)
    leaks = []
    for number in range(HAND_OVERS // 2):
        hold(page, room.cards[number % len(room.cards)], answer=number < STATEMENTS)
        for way in (page.reload, page.go_back, page.reload, page.go_back, page.go_forward, page.go_forward):
            way()
            if found := of_somebody(page):
                leaks.append((number, way.__name__, found))

    context.close()
    assert leaks == []


def share(page: Page, room: Room) -> None:
    """A facilitator makes the browser a shared tablet."""
    log_in(page, room)
    page.goto(f"{room.gathering}kiosk/")
    page.locator("main form button").first.click()
    expect(page.locator("input[name=number]")).to_be_visible()


def log_in(page: Page, room: Room) -> None:
    """A facilitator logs in."""
    page.goto("/login/")
    page.locator("input[name=username]").fill(room.login)
    page.locator("input[name=password]").fill(room.password)
    page.locator("main button").first.click()


def hold(page: Page, number: str, *, answer: bool) -> None:
    """Somebody's turn: their number, perhaps an answer, and on to the next person."""
    page.goto(f"{page.url.partition('?')[0]}")
    page.locator("input[name=number]").fill(number)
    page.locator("main button").first.click()
    expect(page.locator("form.votes")).to_be_visible()
    if answer:
        page.locator(AGREE).click()
        expect(page.get_by_text("You agreed.")).to_be_visible()
    page.locator("button[name=next]").click()
    expect(page.locator("input[name=number]")).to_be_visible()


def of_somebody(page: Page) -> str:
    """What the page shows of a person: a statement asked, something pressed, a number typed; else nothing."""
    words = page.locator("body").inner_text()
    typed = page.locator("input[name=number]")
    told = ("You agreed", "You disagreed", "You passed", "Statement ")
    shown = [word for word in told if word in words]
    if typed.count() and typed.input_value():
        shown.append(typed.input_value())
    return ", ".join(shown)


@pytest.fixture
def tablet(browser: Browser, room: Room) -> Page:
    """A shared tablet with scripts, with a clock that the test can move."""
    context = browser.new_context(viewport={"width": 800, "height": 1200}, base_url=room.site)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.clock.install()
    share(page, room)
    return page


def test_a_turn_ends_by_itself_after_a_minute_in_which_nothing_was_answered(tablet: Page, room: Room):
    tablet.locator("input[name=number]").fill(room.cards[0])
    tablet.locator("main button").first.click()
    expect(tablet.locator("form.votes")).to_be_visible()
    expect(tablet.locator("[data-idle]")).to_be_hidden()

    tablet.clock.fast_forward(50_000)
    expect(tablet.locator("[data-idle]")).to_be_visible()
    tablet.clock.fast_forward(11_000)

    expect(tablet.locator("input[name=number]")).to_be_visible()
    expect(tablet.locator("main")).to_contain_text("A minute passed")
    for way in (tablet.go_back, tablet.reload, tablet.go_forward):
        way()
        assert of_somebody(tablet) == ""


def test_a_turn_ends_by_itself_after_a_minute_without_scripts(browser: Browser, room: Room):
    context = browser.new_context(
        viewport={"width": 800, "height": 1200}, base_url=room.site, java_script_enabled=False
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    share(page, room)
    page.locator("input[name=number]").fill(room.cards[0])
    page.locator("main button").first.click()
    expect(page.locator("form.votes")).to_be_visible()

    # The minute passes in the browser's own time, which runs as fast as the processor allows.
    line = context.new_cdp_session(page)
    line.send("Emulation.setVirtualTimePolicy", {"policy": "advance", "budget": 62_000})

    page.wait_for_url("**/kiosk/?said=idle", wait_until="commit")
    assert 'name="choice"' not in context.request.get(f"{room.programme}dialogue/kiosk/").text()
    context.close()


# ---- these tests see what they are for -------------------------------------------------------------------


def plant(page: Page, at: str, right: str, wrong: str) -> None:
    """Give the browser that file or page with a bug in it."""

    def answer(route: Route) -> None:
        came = route.fetch()
        assert right in came.text()
        route.fulfill(response=came, body=came.text().replace(right, wrong))

    page.route(at, answer)


def test_an_outbox_that_drops_what_waits_at_a_reload_is_seen(page: Page, card: str, room: Room):
    plant(page, "**/outbox*.js", "if (box().whose !== whose) empty();", "empty();")
    page.goto(f"{room.round}vote/")
    until(page, lambda: page.evaluate("localStorage.getItem('jukwaa-deck')"))

    with impatient(), pytest.raises(AssertionError):
        test_without_connection_one_goes_on_and_nothing_is_lost_by_a_reload(page, card, room)


def test_a_photo_that_loads_without_a_tap_is_seen(page: Page, room: Room):
    plant(page, "**/vote/", "<details>", "<details open>")

    with impatient(), pytest.raises(AssertionError):
        test_photos_and_sounds_travel_only_when_they_are_tapped(page, room)


def test_a_tablet_that_waits_for_ever_is_seen(tablet: Page, room: Room):
    plant(tablet, "**/kiosk*.js", "if (!left) over();", "if (!left) return;")

    with impatient(), pytest.raises(AssertionError):
        test_a_turn_ends_by_itself_after_a_minute_in_which_nothing_was_answered(tablet, room)
