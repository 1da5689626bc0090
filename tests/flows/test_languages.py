"""Every page that a participant or the public can reach from the home speaks the reader's language."""

import datetime
import functools
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from jukwaa.agenda.models import LeadershipGroup
from jukwaa.delivery.models import Measurement
from jukwaa.dialogue.hall.actions import show_on_wall
from jukwaa.dialogue.models import Round, Wall
from jukwaa.dialogue.printing.queries import SHEETS
from jukwaa.programmes.access import CARD_COOKIE, sign_card
from jukwaa.programmes.models import Card, Constituency, Place
from tests import make
from tests.repo import catalogues

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HREF = re.compile(r'<a\b[^>]*\bhref="([^"#]*)')
READ_OUT = {"aria-label", "alt", "title", "placeholder", "data-label"}
# Pages with a page for each of very many: one stands for the others.
PER_KIND = 1
# Each language's name stands on every page in that language itself.
IN_EVERY_LANGUAGE = {"English"}


class Words(HTMLParser):
    """The words of a page: its texts, and the attributes that are read out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: set[str] = set()
        self.language = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        self.words |= {value.strip() for name, value in attrs if name in READ_OUT and value}

    def handle_data(self, data: str) -> None:
        self.words.add(" ".join(data.split()))


@functools.cache
def english_of(language: str) -> frozenset[str]:
    """English words that the catalogue says otherwise."""
    catalogue = polib.pofile(str(catalogues.LOCALE / language / "LC_MESSAGES" / "django.po"))
    said = {
        (english, other)
        for entry in catalogue
        for english, other in (
            (entry.msgid, entry.msgstr or entry.msgstr_plural.get(0)),
            (entry.msgid_plural, entry.msgstr_plural.get(1)),
        )
    }
    return frozenset(english for english, other in said if english and english != other) - IN_EVERY_LANGUAGE


def given_names() -> set[str]:
    """What the programme's own people wrote, which is the same in every language: what they called its groups
    and places, the clauses that a leadership group agreed on, whom figures tell apart.
    """
    clauses = [clause for group in LeadershipGroup.objects.all() for clause in group.terms]
    return {
        *Constituency.objects.values_list("name", flat=True),
        *Place.objects.values_list("name", flat=True),
        *(clause[part] for clause in clauses for part in ("title", "text")),
        *(cell["group"] for figure in Measurement.objects.all() for cell in figure.cells),
    }


def leftovers(client: Client, language: str) -> list[str]:
    """Addresses from the home on whose page is not in the language, or has English words of the code."""
    english, kinds, found = english_of(language) - given_names(), Counter[str](), list[str]()
    todo, visited = [reverse("web:home"), reverse("programmes:join"), "/no-such-page/"], set[str]()
    while todo:
        address = todo.pop()
        kind = re.sub(r"[0-9a-f-]{36}", "*", urlsplit(address).path)
        if address in visited or kinds[kind] >= PER_KIND:
            continue
        visited.add(address)
        kinds[kind] += 1
        answer = client.get(address, follow=True)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        words = Words(page)
        found += [f"{address}: {word}" for word in words.words & english]
        if words.language != language:
            found.append(f"{address} is in {words.language!r}")
        links = (urljoin(answer.request["PATH_INFO"], unescape(link)) for link in HREF.findall(page))
        todo += [link for link in links if link.startswith("/") and not link.startswith("/static/")]
    assert len(visited) > 25
    return found


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
@pytest.mark.parametrize("who", ["anybody", "card"])
def test_no_english_is_left_on_a_page_for_participants_or_the_public(written, who, language):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if who == "card":
        client.cookies[CARD_COOKIE] = sign_card(Card.objects.get(participant=written.cards[0][0]))

    assert leftovers(client, language) == []


def spoken(client: Client, address: str, language: str) -> set[str]:
    """English words of the code on one page, which is there and is in the language."""
    answer = client.get(address, follow=True)
    page = Words(answer.content.decode())
    assert (answer.status_code, page.language) == (200, language)
    return page.words & english_of(language)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
@pytest.mark.parametrize("method", Round.Method.values)
def test_no_english_is_left_where_people_answer(method, language):
    programme = make.programme(public=True)
    round_ = make.round_(programme, opened=True, statements=4, method=method)
    phone = make.phone_of(make.participant(programme))
    phone.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    assert spoken(phone, reverse("dialogue:take_part", args=[programme.slug]), language) == set()
    pages = ("vote", "answers") if method == Round.Method.VOTES else ("mark", "mark_answers")
    for page in pages:
        address = reverse(f"dialogue:{page}", args=[programme.slug, round_.pk])
        assert spoken(phone, address, language) == set()


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_no_english_is_left_on_the_wall_and_on_what_is_printed(language):
    programme = make.programme(public=True)
    flo = make.member(programme)
    round_ = make.round_(programme, opened=True, statements=4)
    hall, client = [programme.slug, round_.gathering_id], make.client_of(flo)

    for showing in Wall:
        show_on_wall(gathering=round_.gathering, wall=showing, round=round_, by=flo)
        assert spoken(client, f"{reverse('dialogue:wall', args=hall)}?in={language}", language) == set()
    for sheet in SHEETS:
        printed = reverse("dialogue:print_sheet", args=[*hall, sheet])
        assert spoken(client, f"{printed}?language={language}", language) == set()


def test_a_page_with_an_english_word_is_noticed():
    assert Words('<html lang="sw"><p>Disagree</p></html>').words & english_of("sw") == {"Disagree"}


@pytest.mark.parametrize(
    ("language", "unchecked"),
    [("sw", "Hakuna msemaji wa Kiswahili"), ("fr", "Personne dont le français est la langue")],
)
def test_consent_says_in_its_own_language_that_no_speaker_checked_it(language, unchecked):
    programme = make.programme()
    phone = make.phone_of(make.participant(programme))
    phone.post(reverse("set_language"), {"language": language, "next": "/"})

    page = phone.get(reverse("programmes:consent", args=[programme.slug])).content.decode()

    assert f'<html lang="{language}"' in page
    assert unchecked in page


@pytest.mark.parametrize(("language", "day"), [("sw", "23 Novemba 2026"), ("fr", "23 novembre 2026")])
def test_a_language_chosen_by_its_button_is_remembered_and_days_are_said_in_it(language, day):
    programme = make.programme(public=True)
    row = make.row(make.problem(programme), due_on=datetime.date(2026, 11, 23), public=True)
    browser = Client()
    browser.post(reverse("set_language"), {"language": language, "next": "/"})

    page = browser.get(row.get_absolute_url()).content.decode()

    assert day in page
