"""The page that answers a vote is filled in to what the template would have made of it."""

import re

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from jukwaa.dialogue import letter, queries
from jukwaa.dialogue.models import Said, Voice
from jukwaa.programmes.models import Participant
from tests import make

PATH = "/p/geita/dialogue/rounds/3f2b6f0e-6d5c-4f5e-9a54-8f3b5a1c2d3e/vote/"
LAST = "1f2b6f0e-6d5c-4f5e-9a54-8f3b5a1c2d3e"
NEXT = "2f2b6f0e-6d5c-4f5e-9a54-8f3b5a1c2d3e"


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().post(PATH)
    request.participant = Participant()
    return request


def whole(request: HttpRequest, turn: queries.Turn, said: int) -> str:
    """The same page by the template alone."""
    shown = {"turn": turn, "said": said, "last": [("back", LAST)], "hidden": letter.hidden(turn)}
    return render_to_string("dialogue/vote.html", shown, request)


def without_tokens(page: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w{64}"', r"\1", page)


@pytest.mark.parametrize("language", ["en", "sw", "fr"])
@pytest.mark.parametrize("said", [1, 0, -1])
@pytest.mark.parametrize(
    "words",
    [
        Said("The water is dirty.", "en"),
        Said("<b>Maji</b> & \"dawa\" 'yetu'", "sw"),
        Said("\ue000token\ue001 {{ turn }} %(number)s", ""),
        Said("Maji ni machafu.", "sw", "en", unchecked=True),
        Said("Maji ni machafu.", "sw", "en", unchecked=False),
        Said("Maji ni machafu.", "sw", picture="water", photo=True),
        Said("Maji ni machafu.", "sw", voices=(Voice("sw", False), Voice("en", True), Voice("suk", False))),
    ],
)
def test_a_filled_page_is_the_template_s_own(request_, language: str, said: int, words: Said):
    with translation.override(language):
        for answered in (3, 4):
            turn = queries.Turn(NEXT, words, answered, 1234, probability=0.25)

            filled = letter.next_card(request_, turn, said=said, last=LAST)

            assert without_tokens(filled) == without_tokens(whole(request_, turn, said))


def test_each_page_has_a_token_of_its_own_and_says_it_once(request_):
    turn = queries.Turn(NEXT, Said("The water is dirty.", "en"), 1, 2)

    one, other = (letter.next_card(request_, turn, said=1, last=LAST) for _ in range(2))

    tokens = [re.findall(r'csrfmiddlewaretoken" value="(\w{64})"', page) for page in (one, other)]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]


@pytest.mark.django_db
def test_the_answer_to_a_vote_is_filled_in_for_whoever_votes(client):
    round_ = make.round_(opened=True, statements=3)
    for number in (1, 2):
        phone = make.phone_of(make.participant(round_.programme))
        path = f"/p/{round_.programme.slug}/dialogue/rounds/{round_.pk}/vote/"
        first = re.search(r'"statement" value="([^"]+)"', phone.get(path).text)[1]

        page = phone.post(path, {"statement": first, "choice": "1"}).text

        assert f'name="back" value="{first}"' in page, number
        assert "2 of 3" in page or "2" in page
        assert first not in re.findall(r'"statement" value="([^"]+)"', page)
