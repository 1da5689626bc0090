"""Every public thing of the demo walks back to a voice and forward to an answer, by links, as anybody may."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue.actions import add_statement
from jukwaa.dialogue.models import Descent, Source, Statement
from jukwaa.programmes.models import OfProgramme
from jukwaa.stories import trace, walk
from jukwaa.web.geita import SLUG, promises
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HREF = re.compile(r'<a\b[^>]*\bhref="([^"#]*)')
VOICE = re.compile(r'<p class="joint-kind">Voice|Proposed by somebody who took part')
# The pages of things on the road; a finding is told on its statement's page, a report on its promise's.
THING = re.compile(
    rf"^/p/{SLUG}/(dialogue/statements|agenda/(problems|roadmap|rows)|delivery(/outcomes)?|stories)/"
    r"[0-9a-f-]{36}/$"
)


@dataclass
class Site:
    """The site as anybody reads it: each page is asked for once."""

    client: Client = field(default_factory=Client)
    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    def page(self, address: str) -> str:
        """The page at the address; empty for what is no page of ours."""
        if address not in self.pages:
            answer = self.client.get(address, follow=True)
            html = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
            self.pages[address] = answer.content.decode() if html else ""
            make.let_go(answer)
        return self.pages[address]

    def links(self, address: str) -> list[str]:
        """Where the page leads within the site; of what is asked of a page only which of several it is."""
        found = [urlsplit(urljoin(address, unescape(each))) for each in HREF.findall(self.page(address))]
        return [
            f"{each.path}?{each.query}" if each.query.startswith("page=") else each.path
            for each in found
            if not each.netloc
        ]

    def answer(self, code: str) -> str:
        """What the bearer of the code reads."""
        if code not in self.answers:
            said = {"code": code, "language": "en"}
            self.answers[code] = self.client.post(reverse("web:trace"), said).content.decode()
        return self.answers[code]

    def things(self) -> set[str]:
        """The pages of things that links lead to from the programme's own page."""
        todo, seen = [reverse("web:road", args=[SLUG])], set()
        while todo:
            address = todo.pop()
            if address not in seen and address.startswith(f"/p/{SLUG}/"):
                seen.add(address)
                todo += self.links(address)
        return {address for address in seen if THING.match(address)}


def public_things() -> Iterator[OfProgramme]:
    """Whatever stands on the road and the public may see."""
    for kind, model in walk.KINDS.items():
        if kind not in {"testimony", "quote"}:
            for row in model._default_manager.filter(removed=False, merged_into=None):
                thing = walk.find(kind, row.pk, row.programme)
                if thing and thing.programme.slug == SLUG and trace.thread(thing) is not None:
                    yield thing


def page_of(thing: OfProgramme) -> str:
    """Where the public reads of the thing."""
    match thing:
        case trace.Finding():
            return thing.statement.get_absolute_url()
        case trace.Solution():
            return thing.problem.get_absolute_url()
        case trace.Report():
            return thing.commitment.get_absolute_url()
    return thing.get_absolute_url()


def codes_behind(address: str) -> set[str]:
    """The trace codes of the statement at the address, of those that it was made of, and of their voices."""
    wanted, found = {address.rstrip("/").rpartition("/")[2]}, set()
    while wanted:
        found |= wanted
        parents = Descent.objects.filter(statement__in=wanted).values_list("parent", flat=True)
        wanted = {str(pk) for pk in parents} - found
    codes = set(
        Statement.objects.filter(pk__in=found, by_participant=True).values_list("trace_code", flat=True)
    )
    tied = Source.objects.filter(statement__in=found, removed=False)
    return codes | set(tied.values_list("quote__testimony__trace_code", flat=True))


def dead_ends(site: Site) -> list[str]:
    """Where the golden thread breaks off for somebody who follows the site's links."""
    found, ends = site.things(), []
    ends += [f"no link leads to {page_of(t)}" for t in public_things() if page_of(t) not in found]
    for address in sorted(found):
        if end := dead_end(site, address):
            ends.append(f"{end} {address}")
    return sorted({*ends})


def dead_end(site: Site, address: str) -> str:
    """What is missing on the way back from a page to a voice and on to an answer; empty for nothing."""
    threads = [link for link in site.links(address) if "/thread/" in link]
    if not threads:
        return "no thread on"
    thread = threads[0]
    if not VOICE.search(site.page(thread)):
        return "no voice behind"
    if reverse("web:trace") not in site.links(thread):
        return "no way to ask for an answer from"
    said = {link for link in [address, *site.links(thread)] if "/dialogue/statements/" in link}
    codes = set().union(*(codes_behind(link) for link in said))
    if not codes:
        return "nobody has a code for"
    if not any(f'href="{address}"' in site.answer(code) for code in codes):
        return "no answer tells of"
    return ""


def test_every_public_thing_walks_back_to_a_voice_and_forward_to_an_answer(written):
    site = Site()

    assert dead_ends(site) == []
    assert len(site.things()) > 100
    assert len(site.answers) > 60


def test_planted_dead_ends_are_found(written):
    """A change that nobody promised, and a statement that nobody said: both are public."""
    said = Statement.objects.get(text=promises.ONLINE)
    unsaid = add_statement(round=said.round, text="The scales are false.", by=None)
    unpromised = make.outcome(commitment=None, programme=written.programme, what="They weigh in the open.")
    site = Site()

    found = [dead_end(site, thing.get_absolute_url()) for thing in (unsaid, unpromised, said)]

    assert found == ["no voice behind", "no voice behind", ""]
