"""axe-core finds nothing on the pages that people and staff meet, in three languages and at two sizes."""

import itertools
import json
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_road import show_card
from tests.demo import Demo
from tests.lengths import AT_LENGTH
from tests.served import environment_of, run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.soak]

LANGUAGES = ["en", "sw", "fr"]
SIZES = {"phone": PHONE, "desk": DESK}
# Of participants' pages each in one language and at one size, in turn, and of staff's all in one; with
# `make soak` each page in each language at each size.
EVERY = list(itertools.product(SIZES, LANGUAGES))
SHOWN = EVERY if AT_LENGTH else [("phone", "en"), ("phone", "sw"), ("desk", "fr")]
SHOWN_TO_STAFF = EVERY if AT_LENGTH else [("phone", "fr")]
# Every page that a participant or the public meets: add yours. {round} is the one that is open.
PUBLIC = ["/", "/join/", "/answer/", "/login/", "/p/geita/", "/p/geita/agenda/", "/p/geita/stories/"]
PUBLIC += ["/forget/", "/p/geita/stories/back/", "/p/geita/offices/"]
PUBLIC += [f"/p/geita/delivery/measures/{page}" for page in ("", "shift/C1/", "all/")]
PUBLIC += [f"/p/geita/agenda/{each}/" for each in ("roadmap", "roadmap/print", "versions", "goals")]
PUBLIC += ["/reply/", "/p/geita/delivery/meetings/"]
PUBLIC += ["/p/geita/delivery/", "/p/geita/delivery/following/"]
PUBLIC += [f"/p/geita/stories/answers/{each}" for each in ("", "far/voted/")]
PUBLIC += ["/p/geita/agenda/groups/", "/p/geita/agenda/nominee/"]
PUBLIC += [f"/p/geita/delivery/{each}/" for each in ("outcomes", "results")]
PUBLIC += ["/p/geita/delivery/results/iati.xml", "/p/geita/stories/significant/"]
PARTICIPANT = [
    "/p/geita/me/",
    "/p/geita/dialogue/take-part/",
    "/p/geita/dialogue/rounds/{round}/vote/",
    "/p/geita/dialogue/rounds/{round}/answers/",
    "/p/geita/dialogue/rounds/{round}/propose/",
    "/p/geita/delivery/say/",
    "/p/geita/stories/answers/mine/",
]
# Every page of the staff in a gathering, and in the first of its rounds: add yours.
STAFF = [
    "", "edit/", "attendance/", "attendance/print/", "tables/", "voice/", "prepare/",
    "door/", "door/walk-in/", "joining/", "joining/print/", "risks/", "risks/add/", "happened/", "freeze/",
    "run-sheet/", "run-sheet/print/", "run-sheet/add/?day=1",
    "console/", "console/?show=plan", "console/?show=people", "plenary/", "notes/", "carry/", "counting/",
    "kiosk/", "projector/", "print/",
    "minutes/", "minutes/print/", "memoire/", "memoire/en/edit/", "memoire/en/print/", "memoire/en/publish/",
    "export/", "backup/",
]  # fmt: skip
OF_A_ROUND = [
    "",
    "moderation/",
    "results/",
    "shortlist/",
    "map/",
    "differences/",
    "media/",
    "count/",
    "hall/",
    "add/",
]
# What a moderator does with a statement, and what is asked before a round changes.
OF_A_STATEMENT = ["", "reword/", "split/", "reject/", "translate/", "picture/", "carry/"]
ASKED_BEFORE = {"votes": ["close/", "paper/"], "apart": ["release/"], "gradient": ["reasons/"]}
# Pages of the field room around scoping and visits. Those of one row are found by their links.
FIELD = [
    "scoping/", "scoping/stakeholders/", "scoping/stakeholders/add/?like=4", "scoping/ready/",
    "scoping/ready/context.safe/", "scoping/questions/", "scoping/reference/", "scoping/reference/add/",
    "sites/", "sites/profiles/add/", "visits/", "visits/add/", "meetings/add/",
]  # fmt: skip
# Every page of a coordinator beside those.
COORDINATOR = [
    *(f"delivery/measures/{page}" for page in ("catalogue/", "catalogue/felt-influence/", "new/", "import/")),
    *(f"stories/answers/{page}" for page in ("", "duty/", "duty/visit/")),
    "overview/",
    "copies/",
    "people/consents/",
    "field/contacts/",
    "field/contacts/sealed-anew/",
]
COORDINATOR += ["mail/", "mail/from-here/"]
COORDINATOR += ["delivery/offices/", "delivery/offices/links/", "delivery/reasons/"]
# Every page of the reading room; {heard} is a testimony with a recording, {written} a translation: add yours.
READING = [
    "", "?gender=woman&since=2026-01-01", "add/", "waiting/", "reviews/", "themes/",
    "{heard}/", "{heard}/transcribe/", "{heard}/translate/", "{heard}/quote/?part=1", "{heard}/edit/",
    "writings/{written}/", "quotes/{quote}/", "quotes/{uncoded}/code/",
    "codes/", "codes/differences/", "codes/check/", "codes/draft/", "codes/heard/", "codes/codebook/import/",
    "codes/one-is-enough/",
]  # fmt: skip
# Of a group's meetings: pages of one that is called, of one that is held, and of the group.
CALLED = ["", "send/", "print/", "sign-in/", "add/", "change/", "replies/", "here/"]
HELD = ["", "decide/", "task/", "sign/", "minutes/", "publish/"]
# Of a leadership group, found from the list of groups: add yours.
OF_A_GROUP = [
    "", "election/", "terms/", "members/", "count/", "slips/?first=1&many=1", "slips/give/", "authorities/",
    "propose/", "confirm/", "objections/", "nominate/", "quotas/",
]  # fmt: skip
SHEETS = ["join", "signs", "signin", "questions", "rule", "statements", "dots", "tally", "scale"]
METHODS = ["dots", "pairs", "ranking", "gradient"]
WALL = ["join", "question", "results", "map", "step", "blank"]

Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, shown: Demo) -> Window:
    """Opens a window in which scripts run, so that axe can."""

    def open_one(size: dict[str, int], language: str) -> Page:
        context = browser.new_context(
            viewport=size, locale=language, base_url=shown.site, reduced_motion="reduce"
        )
        return context.new_page()

    return open_one


@pytest.fixture(scope="module")
def rooms(shown: Demo) -> dict[str, str]:
    """The paths of a gathering and of a round of each kind in it."""
    told = run([sys.executable, "-m", "tests.ways_of_demo"], environment_of(shown.home))
    return json.loads(told)


def log_in(page: Page, shown: Demo, who: str = "juma") -> None:
    page.goto("/login/")
    page.locator("input[name=username]").fill(who)
    page.locator("input[name=password]").fill(shown.passwords[who])
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def speak(page: Page, language: str) -> None:
    """Choose the language by the switch at the foot of the page, if it is another."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f".languages button[value={language}]").click()


def looked_at(page: Page, address: str) -> list[str]:
    """Open a page that must be there, and give what axe finds on it."""
    answer = page.goto(address)
    assert answer
    assert answer.ok, address
    return violations(page)


def last(page: Page, of: str) -> str:
    """The address of the last gathering or round on the page."""
    link = page.locator(f"main a[href*='{of}']:not([href*='/add/'])").last
    return link.get_attribute("href") or ""


def first(page: Page, links: str) -> str:
    """The address of the first of these links on the page, also of one that is folded away."""
    return page.locator(links).first.get_attribute("href") or ""


def open_round(page: Page) -> str:
    page.goto("/p/geita/dialogue/take-part/")
    address = page.locator("main a[href*='/rounds/']").first.get_attribute("href") or ""
    return address.split("/rounds/")[1].split("/")[0]


def wall(shown: Demo, kind: str, which: str = "closed") -> str:
    """Put that on the wall of the demo's first gathering, or of the one with an open round; its path."""
    command = [*PUT_UP, kind, which]
    return run(command, environment_of(shown.home)).strip()


PUT_UP = [sys.executable, "-m", "tests.wall_of_demo"]


@pytest.mark.parametrize(("size", "language"), SHOWN)
def test_axe_finds_nothing_on_a_participants_pages(window: Window, shown: Demo, size: str, language: str):
    page, found = window(SIZES[size], language), []
    turn, turns = (0, 1) if AT_LENGTH else (SHOWN.index((size, language)), len(SHOWN))
    for address in PUBLIC[turn::turns]:
        page.goto(address)
        found += violations(page)
    show_card(page, shown.cards[2])
    speak(page, language)
    of = open_round(page)
    for address in PARTICIPANT:
        found += looked_at(page, address.format(round=of))

    assert page.locator("html").get_attribute("lang") == language
    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_on_the_pages_of_an_election(window: Window, shown: Demo, size: str, language: str):
    page, found = window(SIZES[size], language), []
    log_in(page, shown, "neema")
    page.goto("/p/geita/agenda/groups/")
    speak(page, language)
    links = page.locator("main h2 a")
    for group in [links.nth(which).get_attribute("href") or "" for which in range(links.count())]:
        for path in OF_A_GROUP:
            found += looked_at(page, group + path)

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_on_the_staffs_pages_around_a_gathering(
    window: Window, shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    log_in(page, shown)
    page.goto("/p/geita/dialogue/")
    speak(page, language)
    gathering, round_ = last(page, "/gatherings/"), last(page, "/rounds/")
    for path in STAFF:
        found += looked_at(page, gathering + path)
    for path in OF_A_ROUND:
        found += looked_at(page, round_ + path)
    for sheet in SHEETS:
        found += looked_at(page, f"{gathering}print/{sheet}/?language={language}")

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_on_the_staffs_pages_of_one_person_or_statement_and_where_it_is_asked_first(
    window: Window, rooms: dict[str, str], shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    log_in(page, shown)
    page.goto(f"{rooms['gathering']}door/")
    speak(page, language)
    found += looked_at(page, first(page, "main .door-group a"))
    page.goto(f"{rooms['votes']}moderation/")
    statements = [link.get_attribute("href") or "" for link in page.locator(".steered .list-title a").all()]
    for path in OF_A_STATEMENT:
        found += looked_at(page, statements[0] + path)
    chosen = "&".join(f"statement={address.split('/')[-2]}" for address in statements[:2])
    found += looked_at(page, f"{rooms['votes']}join/?{chosen}")
    page.goto(f"{rooms['votes']}count/")
    found += looked_at(page, first(page, ".count-groups a"))
    for kind, paths in ASKED_BEFORE.items():
        for path in paths:
            found += looked_at(page, rooms[kind] + path)

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN)
def test_axe_finds_nothing_on_what_everybody_reads_of_a_round(
    window: Window, shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    page.goto("/p/geita/")
    speak(page, language)
    found += looked_at(page, first(page, "main a[href*='/gatherings/']"))
    found += looked_at(page, first(page, "main a[href*='/rounds/']"))
    found += looked_at(page, first(page, "main a[href$='/map/']"))

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_before_the_field_and_at_the_sites(
    window: Window, shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    log_in(page, shown, "asha")
    page.goto("/p/geita/field/scoping/")
    speak(page, language)
    for path in FIELD:
        found += looked_at(page, f"/p/geita/field/{path}")
    page.goto("/p/geita/field/visits/")
    links = [link.get_attribute("href") or "" for link in page.locator("main .list-title a").all()]
    for address in links:
        found += looked_at(page, address)
    for path in ("note/", "mark/", "print/", "forget/"):
        found += looked_at(page, links[0] + path)
    page.goto("/p/geita/field/sites/")
    found += looked_at(page, page.locator("main .list-title a").first.get_attribute("href") or "")

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_where_people_withdraw_and_are_told_back(
    window: Window, shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    log_in(page, shown, "neema")
    page.goto("/p/geita/desk/")
    speak(page, language)
    for path in COORDINATOR:
        found += looked_at(page, f"/p/geita/{path}")
    page.goto("/p/geita/people/consents/")
    page.locator("main .list a").first.click()
    found += violations(page)
    person = page.url.split("/people/")[1].split("/")[0]
    for path in (f"people/{person}/", f"field/contacts/of/{person}/"):
        found += looked_at(page, f"/p/geita/{path}")
    page.goto("/p/geita/stories/back/")
    returned = page.locator("main .list a").first.get_attribute("href") or ""
    for path in ("", "print/", "correct/"):
        found += looked_at(page, returned + path)

    assert found == []


# Where the agenda is drafted: pages of the first problem, answer, row and version, and of a computed agenda.
OF_AN_AGENDA = ["", "versions/freeze/", "goals/", "goals/add/", "goals/import/"]
OF_A_PROBLEM = ["", "edit/", "causes/", "disagree/"]
OF_AN_ANSWER = ["", "text/", "amend/", "argue/"]
OF_A_ROW = ["", "draft/", "align/"]


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_where_the_agenda_is_drafted(window: Window, shown: Demo, size: str, language: str):
    page, found, agenda = window(SIZES[size], language), [], "/p/geita/agenda/"
    log_in(page, shown)
    page.goto(agenda)
    speak(page, language)
    problems = [link.get_attribute("href") or "" for link in page.locator("main h2 a").all()]
    answer, computed = first(page, "main a[href*='/solutions/']"), first(page, "main a[href*='/computed/']")
    page.goto(f"{agenda}roadmap/")
    row, sheet = first(page, "main th a"), first(page, "main a[href*='/roadmap/for/']")
    page.goto(row)
    endorse = first(page, "main a[href*='/endorse/']")
    page.goto(f"{agenda}versions/")
    versions = page.locator("select[name=was] option").all()
    compared = [one.get_attribute("value") for one in versions]
    version = first(page, "main .list-title a")

    pages = [agenda + path for path in OF_AN_AGENDA]
    pages += [problem + path for problem in problems[:1] for path in OF_A_PROBLEM]
    pages += [answer + path for path in OF_AN_ANSWER]
    pages += [row + path for path in OF_A_ROW]
    pages += [endorse, sheet, version, computed, f"{computed}change/"]
    pages += [f"{agenda}versions/compare/?was={compared[-1]}&now={compared[0]}"]
    for address in pages:
        found += looked_at(page, address)

    assert found == []


# Where changes are backed up and chosen, and the desks: pages of their own, and of the first outcome.
CHANGES = [f"delivery/outcomes/{path}" for path in ("", "new/", "to-check/")]
CHANGES += ["delivery/results/", "delivery/results/iati.xml"]
CHANGES += ["stories/significant/", "stories/significant/choose/", "offices/"]
OF_AN_OUTCOME = ["", "evidence/add/", "ask/", "contribution/", "change/"]


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_where_changes_are_backed_up_and_at_the_desks(
    window: Window, shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    log_in(page, shown, "neema")
    page.goto("/desks/")
    speak(page, language)
    found += violations(page)
    for path in CHANGES:
        found += looked_at(page, f"/p/geita/{path}")
    found += looked_at(page, first(page, "main a[href*='/offices/']"))
    page.goto("/p/geita/delivery/outcomes/")
    outcome = first(page, "main .list-title a")
    for path in OF_AN_OUTCOME:
        found += looked_at(page, outcome + path)
    page.goto(f"{outcome}contribution/")
    found += looked_at(page, first(page, "main a[href*='/weigh/']"))
    page.goto(f"{outcome}ask/")
    page.locator("input[name=office]").fill("Clerk of the council")
    page.locator("textarea[name=independent]").fill("It keeps the letters, and gains nothing by them.")
    page.locator("main .button-primary").click()
    found += violations(page)
    found += looked_at(page, page.locator("main strong").inner_text())

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_in_the_reading_room(
    window: Window, rooms: dict[str, str], shown: Demo, size: str, language: str
):
    page, found = window(SIZES[size], language), []
    log_in(page, shown, "asha")
    page.goto("/p/geita/field/")
    speak(page, language)
    for path in READING:
        found += looked_at(page, f"/p/geita/field/{path.format(**rooms)}")

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN)
def test_axe_finds_nothing_where_people_answer_otherwise_or_share_a_tablet(
    window: Window, rooms: dict[str, str], shown: Demo, size: str, language: str
):
    phone, found = window(SIZES[size], language), []
    show_card(phone, shown.cards[2])
    speak(phone, language)
    for method in METHODS:
        found += looked_at(phone, f"{rooms[method]}mark/")
        found += looked_at(phone, f"{rooms[method]}mark/answers/")
    found += looked_at(phone, f"{rooms['gathering']}my-table/")
    assert phone.locator("main textarea").count()
    tablet = window(SIZES[size], language)
    log_in(tablet, shown)
    tablet.goto(f"{rooms['gathering']}kiosk/")
    speak(tablet, language)
    tablet.locator("main form button").first.click()
    found += violations(tablet)
    tablet.locator("input[name=number]").fill(shown.cards[2])
    tablet.locator("main button").first.click()
    found += violations(tablet)

    assert found == []


@pytest.mark.parametrize(("size", "language"), SHOWN_TO_STAFF)
def test_axe_finds_nothing_around_the_meetings_of_a_leadership_group(
    window: Window, shown: Demo, size: str, language: str
):
    page, found, meetings = window(SIZES[size], language), [], "/p/geita/delivery/meetings/"
    log_in(page, shown)
    page.goto(meetings)
    speak(page, language)
    found += looked_at(page, meetings)
    ways = [link.get_attribute("href") or "" for link in page.locator("main .buttons a").all()]
    rows = [link.get_attribute("href") or "" for link in page.locator("main .list-title a").all()]
    *listed, question = rows
    for address in [*ways, question, *(listed[0] + path for path in CALLED)]:
        found += looked_at(page, address)
    for path in HELD:
        found += looked_at(page, listed[-1] + path)
    page.goto(next(way for way in ways if "/keys/" in way))
    page.locator("main input[type=checkbox]").first.check()
    page.locator("main .button-primary").click()
    found += violations(page)
    page.goto(page.locator(".slip-link").first.inner_text())
    found += violations(page)

    assert found == []


def test_axe_finds_nothing_on_the_wall(window: Window, shown: Demo):
    page, found = window(DESK, "en"), []
    for number, kind in enumerate(WALL):
        address = wall(shown, kind)
        for size, language in EVERY if AT_LENGTH else EVERY[number::3]:
            page.set_viewport_size(SIZES[size])
            page.goto(f"{address}?in={language}")
            assert page.locator(f"main.wall-{kind}").count() == 1
            found += violations(page)

    assert found == []
