"""A whole workshop in a browser, from the run sheet to the aide-memoire, by a facilitator and three people.

Ana has a phone on which scripts are off; Bea's loses its connection for a while; Cai has none, and takes the
shared tablet. Juma runs the gathering at a laptop, and Neema counts hands beside him.
"""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, until
from tests.browser.test_road import show_card
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "Workshop at the school, Nyakasanda"
NEXT = "Dialogue at the district hall"
QUESTION = "What must change at the river?"
QUOTE = "Nobody asked us before the licence was given."
WATER = "The well by the processing site is not safe to drink from."
PROPOSED = "The well near the processing site isn't safe to drink."
OURS = "Dust from the mill gets into the school."
NODDED = "Dust from the mill reaches the school."
WOMEN, PIT = "Women panners and processors", "Pit workers"
AGREE = "button[name=choice][value='1']"

Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, shown: Demo) -> Window:
    """Opens a browser of its own for somebody."""

    def open_one(size: dict[str, int] = DESK, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport=size, java_script_enabled=scripts, locale="en", base_url=shown.site
        )
        return context.new_page()

    return open_one


def test_a_workshop_from_the_run_sheet_to_the_aide_memoire(window: Window, shown: Demo):
    juma, neema, wall = window(), window(), window()
    ana, bea, tablet = window(PHONE, scripts=False), window(PHONE), window({"width": 800, "height": 1200})
    log_in(juma, "juma", shown)
    log_in(neema, "neema", shown)

    hall = call_the_gathering(juma, TITLE)
    take_a_run_sheet(juma, hall)
    weigh_what_may_go_wrong(juma, hall)
    cards = print_cards(juma, 5)
    for name, group, card in [
        ("Ana", WOMEN, cards[0]),
        ("Bea", PIT, cards[1]),
        ("Cai", PIT, cards[2]),
        ("Dina", WOMEN, cards[3]),
    ]:
        welcome(juma, hall, name, group, card)

    round_ = prepare(juma, hall, QUESTION, "votes")
    seed_from_a_quote(juma, round_, QUOTE)
    add(juma, round_, WATER)
    begin_the_vote(juma, hall)
    put_on_the_wall(juma, hall, "the question, and how many have answered")
    look_at_the_wall(juma, wall, hall)
    expect(wall.locator("h1")).to_have_text(QUESTION)

    vote_without_scripts(ana, cards[0])
    vote_without_connection(bea, cards[1])
    vote_at_the_tablet(tablet, shown, hall, cards[2])
    expect(wall.locator(".wall-answered")).to_have_text("Fewer than 10 have answered.")

    count_hands(juma, round_, WOMEN)
    count_hands(neema, round_, WOMEN)
    expect(neema.locator("main")).to_contain_text("1 of 1")

    code = propose(ana, round_, PROPOSED)
    second = propose(bea, round_, OURS)
    join(juma, round_, WATER, PROPOSED)
    reword_with_a_nod(juma, bea, round_, OURS, NODDED)
    hear_the_room(juma, ana, hall)

    close(juma, hall)
    put_on_the_wall(juma, hall, "what the groups say")
    expect(wall.locator("main.wall-results")).to_be_visible()
    assert "Ana" not in wall.locator("body").inner_text()
    take_up(juma, round_, QUOTE)

    weigh_with_dots(juma, ana, hall)

    write_down(juma, hall)
    juma.goto(f"{hall}minutes/")
    for said in ("The well is tested first.", "District water engineer", "It would close two mills.", QUOTE):
        expect(juma.locator("main")).to_contain_text(said)
    publish_the_memoire(juma, window(PHONE, scripts=False), hall)
    export(juma, hall)

    for proposed in (code, second):
        ask_what_became(ana, proposed)
    carry_over(juma)


# ---- before ----------------------------------------------------------------------------------------------


def log_in(page: Page, name: str, shown: Demo) -> None:
    page.goto("/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", shown.passwords[name])
    page.click("main button")
    page.wait_for_url(lambda url: "/login/" not in url)


def call_the_gathering(page: Page, title: str) -> str:
    """Make it for today and tomorrow, and give its address."""
    today = datetime.now(UTC).date()
    page.goto("/p/geita/dialogue/gatherings/add/")
    page.get_by_label("Name").fill(title)
    page.select_option("[name=kind]", "workshop")
    page.fill("[name=starts_on]", today.isoformat())
    page.fill("[name=ends_on]", (today + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Call it").click()
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def take_a_run_sheet(page: Page, hall: str) -> None:
    page.goto(hall)
    page.get_by_role("link", name="Run sheet").first.click()
    page.locator("button[name=sheet][value=workshop]").click()
    expect(page.get_by_role("link", name="What must change: the vote")).to_be_visible()


def weigh_what_may_go_wrong(page: Page, hall: str) -> None:
    page.goto(hall)
    page.get_by_role("link", name="Take five minutes for it").click()
    page.get_by_role("link", name="Write it down").first.click()
    page.get_by_label("Who might be harmed").fill("Women who dig without a licence")
    page.get_by_label("How", exact=True).fill("They could be arrested on the way home.")
    page.get_by_label("possible").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_label("hold it as planned").check()
    page.get_by_role("button", name="Note the decision").click()
    expect(page.locator(".lede")).to_have_text("Decided: hold it as planned.")


def print_cards(page: Page, count: int) -> list[str]:
    page.goto("/p/geita/cards/")
    page.fill("[name=count]", str(count))
    page.get_by_role("button", name="Print blank cards").click()
    return re.findall(r"\d{4} \d{4} \d{4} \d{4}", page.locator("body").inner_text())


def welcome(page: Page, hall: str, name: str, group: str, card: str) -> None:
    """Somebody who is not on the list comes to the door, agrees, and gets a card."""
    page.goto(f"{hall}door/")
    page.get_by_role("link", name="Not on the list").click()
    page.get_by_label(group).check()
    page.get_by_label("woman", exact=True).check()
    page.select_option("[name=spoken]", "en")
    page.fill("[name=called]", name)
    page.locator("[name=take_part]").first.check()
    page.fill("[name=card]", card)
    page.get_by_role("button", name="They are here").click()
    expect(page.locator(".door-last")).to_contain_text(f"{name} is here.")


def prepare(page: Page, hall: str, question: str, method: str, dots: int = 0) -> str:
    """A round about problems; its address."""
    page.goto(f"{hall}prepare/")
    page.get_by_label("Question", exact=True).fill(question)
    page.check("[name=kind][value=problems]")
    page.select_option("[name=language]", "en")
    page.check(f"[name=method][value={method}]")
    if dots:
        page.fill("[name=dots]", str(dots))
    page.get_by_role("button", name="Prepare it").click()
    expect(page.locator("h1")).to_have_text(question)
    return page.url


def seed_from_a_quote(page: Page, round_: str, quote: str) -> None:
    page.goto(round_)
    page.get_by_role("link", name="Make statements from quotes").click()
    page.get_by_label(quote).check()
    page.get_by_role("button", name="Make a statement of these").click()
    page.get_by_role("button", name="Put it to the vote").click()
    expect(page.locator("main")).to_contain_text(quote)


def add(page: Page, round_: str, words: str) -> None:
    page.goto(f"{round_}add/")
    page.locator("[name=text]").fill(words)
    page.select_option("[name=language]", "en")
    page.locator("main button.button-primary").click()
    expect(page.locator("main")).to_contain_text("The statement is put to the vote.")


# ---- in the room -----------------------------------------------------------------------------------------


def begin_the_vote(page: Page, hall: str) -> None:
    """Go to the step of the vote, hold the round in it, and open it."""
    page.goto(f"{hall}console/")
    page.get_by_text("Go to another step").click()
    page.select_option("#go-to", label="What must change: the vote")
    page.get_by_role("button", name="Go to it").click()
    expect(page.locator(".step-title")).to_have_text("What must change: the vote")
    page.get_by_role("button", name="Hold this round").click()
    page.get_by_role("button", name="Open the round").click()
    expect(page.get_by_role("button", name="Close the round")).to_be_visible()


def put_on_the_wall(page: Page, hall: str, what: str) -> None:
    page.goto(f"{hall}console/")
    page.get_by_role("button", name=what).click()
    expect(page.get_by_role("button", name=what)).to_have_attribute("aria-pressed", "true")


def look_at_the_wall(page: Page, wall: Page, hall: str) -> None:
    page.goto(f"{hall}projector/")
    address = page.get_by_role("link", name="English").first.get_attribute("href")
    wall.goto(address or "")


def vote_without_scripts(page: Page, card: str) -> None:
    show_card(page, card)
    to_round(page)
    page.locator(AGREE).click()
    expect(page.locator("main [role=status]")).to_have_text("You agreed.")
    page.locator(AGREE).click()
    expect(page.locator("main h1")).to_contain_text("Your voice is counted")


def to_round(page: Page, question: str = QUESTION) -> None:
    """From the page of what is asked, into the round with this question."""
    page.goto("/p/geita/dialogue/take-part/")
    page.locator("main li", has_text=question).locator("a").first.click()


def vote_without_connection(page: Page, card: str) -> None:
    """The phone keeps the answers and sends them when it is on line again."""
    show_card(page, card)
    to_round(page)
    until(page, lambda: page.evaluate("localStorage.getItem('jukwaa-deck')"))
    page.context.set_offline(True)
    for number in (1, 2):
        page.wait_for_timeout(600)
        page.locator(AGREE).click()
        expect(page.locator(".outbox")).to_contain_text(f"({number})")
    page.context.set_offline(False)
    expect(page.locator("main h1")).to_contain_text("Your voice is counted")


def vote_at_the_tablet(page: Page, shown: Demo, hall: str, card: str) -> None:
    """The tablet is shared, one card takes a turn at it, and nothing of it stays."""
    log_in(page, "juma", shown)
    page.goto(f"{hall}kiosk/")
    page.get_by_role("button", name="Yes, share it").click()
    page.fill("[name=number]", card)
    page.get_by_role("button", name="Go on").click()
    page.locator(AGREE).click()
    expect(page.get_by_text("You agreed.")).to_be_visible()
    page.get_by_role("button", name="I am done: next person").click()
    expect(page.locator("[name=number]")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=number]")).to_have_value("")
    expect(page.locator("body")).not_to_contain_text("You agreed.")


def count_hands(page: Page, round_: str, group: str) -> None:
    """One of the two women here raised her hand, and had not voted by phone."""
    page.goto(f"{round_}count/")
    page.get_by_role("link", name=group).click()
    row = page.locator("table.grid tbody tr").first
    for place, number in enumerate("100000"):
        row.locator("input").nth(place).fill(number)
    page.get_by_role("button", name="Keep my count").click()


def propose(page: Page, round_: str, words: str) -> str:
    """Send it; the trace code."""
    page.goto(f"{round_}propose/")
    page.locator("[name=text]").fill(words)
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("main h1")).to_contain_text("It is kept")
    return page.locator("p.statement strong").inner_text()


def join(page: Page, round_: str, one: str, other: str) -> None:
    """The two stand side by side, and the facilitator lets the first speak for both."""
    page.goto(f"{round_}moderation/")
    pair = page.locator(".pair", has_text=other)
    expect(pair).to_contain_text(one)
    pair.get_by_role("link", name="Join them").click()
    page.get_by_label(one).check()
    page.get_by_role("button", name="Join them").click()
    expect(page.locator("main")).to_contain_text("one other goes on in it")


def reword_with_a_nod(page: Page, author: Page, round_: str, words: str, anew: str) -> None:
    """The author is asked on the phone, says yes, and the new words are put to the vote."""
    page.goto(f"{round_}moderation/")
    line = page.locator(".steered > li", has_text=words)
    line.get_by_text("More", exact=True).click()
    line.get_by_role("link", name="Reword").click()
    page.locator("[name=text]").fill(anew)
    page.get_by_role("button", name="Ask the author").click()
    author.goto("/p/geita/dialogue/take-part/")
    expect(author.locator(".notice")).to_contain_text(anew)
    author.get_by_role("button", name="Yes, take the new words").click()
    page.goto(f"{round_}moderation/")
    page.locator(".steered > li", has_text=anew).get_by_role("button", name="Put it to the vote").click()
    expect(page.locator("[data-order]")).to_contain_text(anew)


def hear_the_room(page: Page, ana: Page, hall: str) -> None:
    """A group is tapped, Ana raises her hand on her phone, stands in the queue, and speaks."""
    ana.goto("/p/geita/dialogue/take-part/")
    ana.get_by_role("button", name="I would like to speak").click()
    page.goto(f"{hall}console/")
    of_group(page, PIT).get_by_role("button", name="man", exact=False).first.click()
    expect(page.locator(".queue-first")).to_contain_text("Ana")
    page.locator(".queue-first").get_by_role("button", name="They speak").click()
    expect(page.locator(".queue")).to_have_count(0)


def of_group(page: Page, group: str) -> Locator:
    return page.locator(".group-taps li", has_text=group)


def close(page: Page, hall: str) -> None:
    page.goto(f"{hall}console/")
    page.get_by_role("button", name="Close the round").click()
    expect(page.get_by_text("The round is closed.")).to_be_visible()


def take_up(page: Page, round_: str, words: str) -> None:
    """What the groups agree on is taken up as a problem.

    The worker draws it, and everything else on this machine comes before the worker.
    """
    shown = page.get_by_role("link", name=words)
    until(page, lambda: page.goto(f"{round_}results/") and shown.count(), times=4)
    page.get_by_role("link", name=words).first.click()
    page.get_by_role("link", name="Take up this finding").click()
    page.locator("main button.button-primary").click()
    expect(page.locator("main")).to_contain_text(words)


def weigh_with_dots(juma: Page, ana: Page, hall: str) -> None:
    question = "Which of these weighs most?"
    round_ = prepare(juma, hall, question, "dots", dots=1)
    add(juma, round_, WATER)
    add(juma, round_, NODDED)
    juma.goto(round_)
    juma.get_by_role("link", name="Open the round").click()
    juma.locator("main button.button-primary").click()
    to_round(ana, question)
    ana.get_by_role("button", name=f"Put a dot on: {WATER}").click()
    expect(ana.locator("main h1")).to_contain_text("All your dots are placed")
    juma.goto(f"{round_}close/")
    juma.locator("main button.button-primary").click()
    expect(juma.locator(".lede")).to_have_text("Closed. One person voted.")


# ---- after -----------------------------------------------------------------------------------------------


def write_down(page: Page, hall: str) -> None:
    """A decision, an action that has an owner, and a disagreement with its reason."""
    note(page, hall, "decision", text="The well is tested first.")
    note(page, hall, "action", text="Test the water", owner="District water engineer")
    note(page, hall, "disagreement", text="Whether the mill moves", reason="It would close two mills.")


def note(page: Page, hall: str, kind: str, **fields: str) -> None:
    page.goto(f"{hall}notes/?kind={kind}#write")
    page.check(f"[name=kind][value={kind}]")
    for name, words in fields.items():
        page.locator(f"main [name={name}]").fill(words)
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text(fields["text"])


def publish_the_memoire(page: Page, anybody: Page, hall: str) -> None:
    """Everybody reads it, and it comes as PDF and for Word."""
    page.goto(f"{hall}memoire/en/")
    page.get_by_role("link", name="Show it to everybody").click()
    page.locator("main button.button-primary").click()
    expect(page.locator(".lede")).to_contain_text("Everybody can read it")
    assert download(page, "PDF").startswith(b"%PDF")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(download(page, "Word"))).namelist()
    address = page.get_by_role("link", name="The page that everybody sees").get_attribute("href")
    anybody.goto(address or "")
    expect(anybody.locator("main")).to_contain_text("The well is tested first.")


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as begun:
        page.get_by_role("link", name=name).first.click()
    return begun.value.path().read_bytes()


def export(page: Page, hall: str) -> None:
    page.goto(f"{hall}export/")
    names = zipfile.ZipFile(io.BytesIO(download(page, "CSV files (ZIP)"))).namelist()
    assert any("statements" in name for name in names)


def ask_what_became(page: Page, code: str) -> None:
    page.goto("/answer/")
    page.locator("main input:not([type=hidden])").first.fill(code)
    page.locator("main button").first.click()
    expect(page.locator("main")).to_contain_text("put to the vote")


def carry_over(page: Page) -> None:
    """What was agreed comes into the next gathering without being typed again."""
    hall = call_the_gathering(page, NEXT)
    round_ = prepare(page, hall, "What do we do about it?", "votes")
    page.goto(f"{hall}carry/")
    page.locator("section", has_text=QUESTION).get_by_label(QUOTE).check()
    page.get_by_role("button", name="Carry over what is ticked").click()
    page.goto(round_)
    expect(page.locator("main ol.list")).to_contain_text(QUOTE)
