"""From a panner's words to a promise, what became of it, and back to her: the whole road, by links."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.delivery.models import Outcome
from jukwaa.dialogue.models import Source, Statement
from jukwaa.stories import walk
from jukwaa.stories.models import Story
from jukwaa.web.geita import promises
from tests import make

pytestmark = pytest.mark.django_db

KIND_OF = {model: kind for kind, model in walk.KINDS.items()}
# What a panner said, and each thing that came of it, in the order of the road.
ROAD = [
    "Siku hizi maombi ni kwenye mtandao tu",
    promises.ONLINE,
    promises.PROBLEMS[promises.ONLINE][0],
    promises.SOLUTIONS[promises.CLERK][0],
    "A licence clerk sits at the market every week",
    "From July, a clerk is at Nyakasanda",
    "They file a woman's application without asking for her husband",
    "Niliandika jina langu mwenyewe",
]


def page(client: Client, address: str) -> str:
    """The words of a page, as they are read."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def thread_of(thing) -> str:
    programme = thing.programme.slug
    return reverse("web:thread", args=[programme, KIND_OF[type(thing)], thing.pk])


def test_the_thread_runs_from_her_words_to_the_story(written):
    source = Source.objects.get(statement__text=promises.ONLINE)
    researcher = make.client_of(written.logins[2].member)

    read = page(researcher, thread_of(source.quote))

    places = [read.find(words) for words in ROAD]
    assert -1 not in places, [w for w, place in zip(ROAD, places, strict=True) if place < 0]


def test_the_thread_runs_back_from_the_story_to_her_words(written):
    story = Story.objects.get(title="Niliandika jina langu mwenyewe")

    read = page(Client(), thread_of(story))

    places = [read.find(words) for words in ROAD]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("what", [changed.what for changed in promises.OUTCOMES])
def test_every_outcome_walks_back_to_somebodys_words(written, what):
    outcome = Outcome.objects.get(what=what)
    statement = outcome.commitment.row.problem.finding.statement

    assert statement.text in page(Client(), thread_of(outcome))


def test_she_reads_what_became_of_her_words_by_her_trace_code(written):
    answer = Client().post(reverse("web:trace"), {"code": written.trace_code, "language": "en"})

    read = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    for words in [promises.ONLINE, "From July, a clerk is at Nyakasanda"]:
        assert words in read


def test_the_links_of_the_thread_lead_to_its_evidence(written):
    statement = Statement.objects.get(text=promises.ONLINE)
    client = Client()
    links = re.findall(r'href="(/p/[^"#]+)"', client.get(thread_of(statement)).content.decode())

    rooms = {link.split("/")[3] for link in links if len(link.split("/")) > 4}
    assert {"dialogue", "agenda", "delivery", "stories"} <= rooms
    for link in links:
        assert client.get(link, follow=True).status_code == 200, link
