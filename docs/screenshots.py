"""Takes the pictures of docs/screenshots anew: `python -m docs.screenshots`.

Seeds the demo programme into a folder of its own, serves it, and opens the main pages in headless Chromium,
at both sizes, with scripts off, as each of the people concerned.
"""

import io
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.demo import Demo, demo
from tests.served import environment_of, run

SIZES = {"phone": (360, 640), "desk": (1280, 800), "wall": (1280, 720)}
FOLDER = Path(__file__).parent / "screenshots"
COLOURS = 64
LONGEST = 1600


def main() -> None:
    """Write every picture."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with demo(Path(folder)) as shown:
            for size in ("phone", "desk"):
                anybody(Camera.of(browser, shown.site, size))
                participant(Camera.of(browser, shown.site, size), shown)
                staff(Camera.of(browser, shown.site, size), shown)
                hall(Camera.of(browser, shown.site, size), shown)
                agenda(Camera.of(browser, shown.site, size))
                leadership(Camera.of(browser, shown.site, size), shown)
                field(Camera.of(browser, shown.site, size), shown)
                after(Camera.of(browser, shown.site, size), shown)
            walls(Camera.of(browser, shown.site, "wall"), shown)
            other_ways(Camera.of(browser, shown.site, "phone"), shown)


class Camera(NamedTuple):
    """One browser window of one size, with scripts off."""

    page: Page
    site: str
    size: str

    @classmethod
    def of(cls, browser: Browser, site: str, size: str) -> "Camera":
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=False, locale="en"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        return cls(page, site, size)

    def go(self, address: str) -> None:
        """Open a page of the site."""
        answer = self.page.goto(self.site + address)
        if answer is None or not answer.ok:
            raise RuntimeError(f"{address} does not open")

    def address(self, words: str) -> str:
        """Where the first link with these words leads."""
        return self.page.get_by_role("link", name=words).first.get_attribute("href") or ""

    def follow(self, words: str) -> None:
        """Follow the first link with these words."""
        self.page.get_by_role("link", name=words).first.click()

    def take(self, name: str) -> None:
        """Keep what is seen, as far as somebody would scroll."""
        picture = Image.open(io.BytesIO(self.page.screenshot(full_page=True)))
        picture = picture.crop((0, 0, picture.width, min(picture.height, LONGEST)))
        picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}-{self.size}.png", optimize=True)


def anybody(camera: Camera) -> None:
    """What everybody may see."""
    for name, address in {
        "home": "/",
        "road": "/p/geita/",
        "agenda": "/p/geita/agenda/",
        "roadmap": "/p/geita/agenda/roadmap/",
        "promises": "/p/geita/delivery/",
        "outcomes": "/p/geita/delivery/outcomes/",
        "library": "/p/geita/stories/",
        "forget": "/forget/",
        "giving-back": "/p/geita/stories/back/",
    }.items():
        camera.go(address)
        camera.take(name)
    camera.go("/p/geita/")
    camera.follow("Pre-dialogue workshop")
    camera.follow("What must change")
    camera.take("results")
    camera.follow("The map")
    camera.take("map")
    camera.go("/p/geita/stories/")
    camera.follow("Niliandika jina langu")
    camera.take("story")
    camera.page.locator("a[href*='/thread/']").first.click()
    camera.take("thread")
    camera.go("/p/geita/stories/back/")
    camera.page.locator("main .list a").first.click()
    camera.take("given-back")
    camera.go(camera.page.url.removeprefix(camera.site) + "print/")
    camera.take("given-back-print")


def participant(camera: Camera, shown: Demo) -> None:
    """A panner with her card."""
    camera.go("/join/")
    camera.take("join")
    camera.page.locator("input[type=text], input[inputmode]").first.fill(shown.cards[0])
    camera.page.locator("main button").first.click()
    camera.take("take-part")
    camera.page.locator("a.button-primary").first.click()
    camera.take("vote")
    camera.page.locator("button[name=choice]").first.click()
    camera.take("vote-next")
    camera.go("/p/geita/delivery/say/")
    camera.take("confirm-or-dispute")
    camera.go("/answer/")
    camera.page.locator("main input:not([type=hidden])").first.fill(shown.trace_code)
    camera.page.locator("main button").first.click()
    camera.take("answer")


def staff(camera: Camera, shown: Demo) -> None:
    """The coordinator."""
    log_in(camera, shown, "neema")
    for name, address in {
        "desk": "/p/geita/desk/",
        "testimonies": "/p/geita/field/",
        "rounds": "/p/geita/dialogue/",
        "people": "/p/geita/people/",
        "contacts": "/p/geita/field/contacts/",
        "copies": "/p/geita/copies/",
        "consents": "/p/geita/people/consents/",
    }.items():
        camera.go(address)
        camera.take(f"staff-{name}")
    camera.go("/p/geita/people/panels/")
    camera.page.locator(".list a").first.click()
    camera.take("staff-panel")
    camera.go("/p/geita/dialogue/")
    gathering = camera.page.locator("main a[href*='/gatherings/']:not([href$='/add/'])").first
    address = (gathering.get_attribute("href") or "").removeprefix(camera.site)
    camera.go(f"{address}voice/")
    speak(camera)
    camera.take("staff-voice")
    camera.go("/p/geita/dialogue/")
    camera.page.locator("main a[href*='/rounds/']").last.click()
    camera.page.locator("a[href$='/shortlist/']").first.click()
    camera.take("staff-list")


def hall(camera: Camera, shown: Demo) -> None:
    """Juma, who facilitates: the session under way, the meeting to come and the workshop that was held."""
    log_in(camera, shown, "juma")
    camera.go("/p/geita/dialogue/")
    session = camera.address("Thematic session: gold without mercury")
    meeting = camera.address("Leadership group, third meeting")
    workshop = camera.address("Pre-dialogue workshop")
    round_ = camera.address("What would take the last mercury")
    for name, address in {
        "gathering": session,
        "run-sheet": f"{meeting}run-sheet/",
        "console": f"{session}console/",
        "door": f"{session}door/",
        "joining": f"{session}joining/",
        "tables": f"{session}plenary/",
        "minutes": f"{workshop}minutes/",
        "aide-memoire": f"{workshop}memoire/en/",
        "print-sheet": f"{session}print/tally/?language=en",
        "moderation": f"{round_}moderation/",
        "count": f"{round_}count/",
    }.items():
        camera.go(address)
        camera.take(f"staff-{name}")
    camera.go(f"{round_}count/")
    camera.follow("Pit workers")
    camera.take("staff-count-grid")
    camera.go(f"{session}kiosk/")
    camera.page.locator("main form button").first.click()
    camera.take("kiosk")


def agenda(camera: Camera) -> None:
    """What everybody reads of the agenda and of whoever carries it on."""
    camera.go("/p/geita/agenda/")
    camera.page.locator("main a[href*='/computed/']").first.click()
    camera.take("agenda-computed")
    camera.go("/p/geita/agenda/roadmap/")
    camera.page.locator("main a[href*='/roadmap/for/']").first.click()
    camera.take("agenda-of-a-group")
    for name, group, words in (
        ("members", "Geita Learning and Leadership Group", "Members and balance"),
        ("slate", "Site group, Nyakasanda", "Who was chosen, and how"),
    ):
        camera.go("/p/geita/agenda/groups/")
        camera.follow(group)
        camera.follow(words)
        camera.take(f"leadership-{name}")
    camera.go("/p/geita/delivery/meetings/")
    camera.page.locator("main .list-title a").first.click()
    camera.take("leadership-minutes")


def leadership(camera: Camera, shown: Demo) -> None:
    """Juma drafts a row, leads through an election and calls a meeting; a member replies by their link."""
    log_in(camera, shown, "juma")
    camera.go("/p/geita/agenda/roadmap/")
    camera.page.locator("main th a").first.click()
    camera.page.locator("main a[href$='/draft/']").first.click()
    camera.take("staff-draft")
    camera.go("/p/geita/agenda/groups/")
    camera.follow("Site group, Nyakasanda")
    camera.follow("The election, step by step")
    camera.take("staff-election")
    camera.go("/p/geita/delivery/meetings/")
    camera.take("staff-group-meetings")
    camera.page.locator("main .list-title a").first.click()
    camera.take("staff-group-meeting")
    camera.go("/p/geita/delivery/meetings/")
    camera.follow("Links and codes for members")
    camera.page.locator("main input[type=checkbox]").first.check()
    camera.page.locator("main .button-primary").click()
    camera.page.goto(camera.page.locator(".slip-link").first.inner_text())
    camera.take("member-reply")


def field(camera: Camera, shown: Demo) -> None:
    """Asha, who researches: before the field, at the sites, with forms, and in the reading room."""
    log_in(camera, shown, "asha")
    room = "/p/geita/field/"
    for name, path in {
        "scoping": "scoping/",
        "scoping-map": "scoping/stakeholders/",
        "scoping-ready": "scoping/ready/",
        "scoping-questions": "scoping/questions/",
        "scoping-reference": "scoping/reference/",
        "sites": "sites/",
        "visits": "visits/",
        "forms": "forms/",
        "phones": "collectors/",
        "waiting": "waiting/",
        "reviews": "reviews/",
        "codes": "codes/",
        "code": "codes/next/",
        "differences": "codes/differences/",
        "check-quotes": "codes/check/",
        "draft-statement": "codes/draft/",
        "saturation": "codes/heard/",
        "codebook": "themes/",
    }.items():
        camera.go(room + path)
        camera.take(f"staff-{name}")
    camera.go(f"{room}sites/")
    camera.follow("Nyakasanda")
    camera.take("staff-site")
    camera.go(f"{room}visits/")
    camera.page.locator("main a[href*='/visits/']:not([href$='/add/'])").last.click()
    camera.take("staff-visit")
    camera.go(f"{room}visits/")
    camera.page.locator("main a[href*='/meetings/']:not([href$='/add/'])").first.click()
    camera.take("staff-meeting")
    read(camera, room)
    fill_in(camera, room)


def read(camera: Camera, room: str) -> None:
    """A testimony with its recording, written down and translated."""
    camera.go(f"{room}?words=nikiosha+mchanga")
    camera.take("staff-search")
    camera.page.locator("main .list-title a").first.click()
    camera.take("staff-testimony")
    testimony = camera.page.url.removeprefix(camera.site)
    for way in ("transcribe", "translate"):
        camera.go(f"{testimony}{way}/")
        camera.take(f"staff-{way}")


def fill_in(camera: Camera, room: str) -> None:
    """A form, how it looks before phones have it, and how it is filled in without an app."""
    camera.go(f"{room}forms/")
    camera.follow("Testimony")
    camera.take("staff-form")
    form = camera.page.url.removeprefix(camera.site)
    camera.page.locator("main a[href*='/editions/']").first.click()
    camera.take("staff-edition")
    camera.go(f"{camera.page.url.removeprefix(camera.site)}preview/?language=en")
    camera.take("staff-preview")
    camera.go(form)
    camera.follow("Fill it in without an app")
    camera.take("staff-without-an-app")
    camera.page.locator("main .button-primary").first.click()
    camera.page.locator("main input[type=radio]").nth(1).check()
    camera.page.get_by_role("button", name="Go on").click()
    camera.take("fill-in")


def after(camera: Camera, shown: Demo) -> None:
    """What came of it: for a donor, for the coordinator, and for an officer by the office's link."""
    room = "/p/geita/delivery/"
    for name, address in {
        "donor-results": f"{room}results/",
        "shifts": f"{room}measures/",
        "following": f"{room}following/",
        "who-was-answered": "/p/geita/stories/answers/",
        "offices": "/p/geita/offices/",
    }.items():
        camera.go(address)
        camera.take(name)
    camera.go(f"{room}results/")
    camera.follow("Median days to a licence")
    camera.take("indicator")
    camera.go(f"{room}results/")
    camera.follow("Women who sell gold")
    camera.take("outcome")
    outcome = camera.page.url.removeprefix(camera.site)
    log_in(camera, shown, "neema")
    for name, address in {
        "overview": "/p/geita/overview/",
        "duty": "/p/geita/stories/answers/duty/",
        "mail": "/p/geita/mail/",
        "contribution": f"{outcome}contribution/",
    }.items():
        camera.go(address)
        camera.take(f"staff-{name}")
    camera.go(f"{room}offices/")
    office = camera.page.locator("li", has_text="Resident mines officer")
    office.locator("a[href$='/link/']").first.click()
    camera.page.locator("main .button-primary").click()
    camera.go(camera.page.locator(".slip-address").inner_text().removeprefix(camera.site))
    camera.take("my-promises")


def log_in(camera: Camera, shown: Demo, who: str) -> None:
    """Log in as somebody of the staff."""
    camera.go("/login/")
    camera.page.fill("[name=username]", who)
    camera.page.fill("[name=password]", shown.passwords[who])
    camera.page.locator("main button").first.click()


def walls(camera: Camera, shown: Demo) -> None:
    """What the projector shows: how to join, a question, and what the groups said."""
    for kind in ("join", "question", "results"):
        command = [sys.executable, "-m", "tests.wall_of_demo", kind, "closed"]
        camera.go(f"{run(command, environment_of(shown.home)).strip()}?in=en")
        camera.take(kind)


def other_ways(camera: Camera, shown: Demo) -> None:
    """A panner in a round of dots, and in one of steps of agreement."""
    told = json.loads(run([sys.executable, "-m", "tests.ways_of_demo"], environment_of(shown.home)))
    camera.go("/join/")
    camera.page.locator("input[inputmode]").first.fill(shown.cards[1])
    camera.page.locator("main button").first.click()
    for method in ("dots", "gradient"):
        camera.go(f"{told[method]}mark/")
        camera.take(f"mark-{method}")


def speak(camera: Camera) -> None:
    """Some tap of names, as in a hall, unless there were some."""
    for place in (2, 30, 44, 60):
        if not camera.page.locator(".taps").first.is_visible():
            camera.page.locator("details summary").first.click()
        camera.page.locator(".taps button").nth(place).click()
        camera.page.wait_for_timeout(1100)
    camera.page.locator("main form button").first.click()


if __name__ == "__main__":
    main()
