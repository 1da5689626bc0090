"""The demo programme holds what it promises, and every link in it leads somewhere, for everybody."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.agenda.models import LeadershipGroup, RoadmapRow
from jukwaa.agenda.queries import balance
from jukwaa.delivery.models import Commitment, Outcome
from jukwaa.delivery.queries import status_of
from jukwaa.dialogue.models import Attendance, Finding, Gathering, Round, Statement, Vote
from jukwaa.dialogue.queries import counted, results
from jukwaa.dialogue.steering.queries import waiting
from jukwaa.field.collect.queries import in_order
from jukwaa.field.models import Submission, Testimony
from jukwaa.programmes.access import CARD_COOKIE, sign_card
from jukwaa.programmes.models import Account, Card, Participant
from jukwaa.programmes.queries import head_counts, standing
from jukwaa.stories.models import Story
from jukwaa.web.geita import promises
from tests import make
from tests.lengths import PAGES_OF_A_KIND

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HREF = re.compile(r'<a\b[^>]*\bhref="([^"#]*)')


def test_it_holds_people_voices_statements_and_votes(written):
    assert Participant.objects.filter(heard=False).count() == 120
    assert len(head_counts(written.programme)) >= 8
    assert {t.language for t in Testimony.objects.all()} == {"sw", "en"}
    assert Statement.objects.filter(round__kind=Round.Kind.PROBLEMS).count() >= 40
    assert Vote.objects.count() > 3000


def test_the_groups_clash_over_the_elders_part_and_agree_on_much_else(written):
    workshop = Round.objects.exclude(closed_at=None).order_by("opened_at").first()
    said = {r.statement.text: r for r in results(workshop, workshop.snapshot)}

    heard = next(r for text, r in said.items() if text.startswith("Elders and chiefs must be consulted"))
    enough = next(r for text, r in said.items() if text.startswith("The part of chiefs"))

    assert (heard.label, enough.label) == ("divided", "divided")
    assert "Elders and chiefs" in enough.against
    assert "Elders and chiefs" not in heard.against
    assert sum(r.label == "common ground" for r in said.values()) >= 7


def test_every_problem_and_solution_taken_up_is_common_ground(written):
    assert {f.label for f in Finding.objects.all()} == {"common ground"}


def test_promises_are_kept_late_disputed_and_silent(written):
    stand = Counter(status_of(c) for c in Commitment.objects.all())

    assert stand["late"] == 1
    assert stand["disputed"] == 1
    assert stand["done"] >= 2


def test_the_forms_that_came_in_answer_what_the_form_asks(written):
    sent = standing(Submission.objects.filter(programme=written.programme))

    assert len(sent) >= 3
    assert all(question for each in sent for question, _path, _answer in in_order(each))


def test_each_row_is_adopted_with_its_reservations_on_record(written):
    assert not RoadmapRow.objects.filter(adopted_on=None).exists()
    row = RoadmapRow.objects.get(action=promises.PROMISES[5].action)
    assert "our signature" in row.endorsements.get(constituency__name="Elders and chiefs").reservation


def test_half_of_the_leadership_group_are_women(written):
    assert balance(LeadershipGroup.objects.get(name=promises.GROUP_NAME)).women >= 0.5


def test_the_outcome_that_cannot_be_proven_says_so(written):
    outcome = Outcome.objects.get(who="Parliament")

    assert (outcome.contribution, outcome.size, outcome.proof) == ("possible", "minor", "unproven")
    assert Story.objects.exclude(published_on=None).count() == 2


def test_a_session_is_under_way_with_counts_that_wait_and_words_that_come_in(written):
    session = Gathering.objects.get(kind=Gathering.Kind.THEMATIC)
    vote = session.rounds.get(method=Round.Method.VOTES)

    assert {each.state for each in counted(vote)} == {"counts", "once", "differ"}
    assert vote.is_open()
    assert waiting(vote).count() == 5
    assert session.attendances.filter(state=Attendance.State.CAME).count() > 40
    assert session.rounds.get(women=True).kept_apart
    assert len(written.blank) == 3


@pytest.mark.parametrize("who", ["anybody", "card", "neema", "juma", "asha", "rehema", "peter"])
def test_no_link_leads_nowhere(written, who):
    client = browser(written, who)

    visited, broken = crawl(client)

    assert not broken
    assert len(visited) > 40


def browser(written, who: str) -> Client:
    """The browser of a member of the staff, of somebody with a card, or of anybody."""
    client = Client()
    if who == "card":
        card = Card.objects.get(participant=written.cards[0][0])
        client.cookies[CARD_COOKIE] = sign_card(card)
    elif who != "anybody":
        client.force_login(Account.objects.get(login=who), "django.contrib.auth.backends.ModelBackend")
    return client


def crawl(client: Client) -> tuple[set[str], list[str]]:
    """Follow every link from the home on; gives the addresses, and which did not answer with a page."""
    todo, visited, broken, kinds = [reverse("web:home")], set(), [], Counter[str]()
    while todo:
        address = todo.pop()
        kind = re.sub(r"[0-9a-f-]{36}", "*", urlsplit(address).path)
        if address in visited or kinds[kind] >= PAGES_OF_A_KIND:
            continue
        visited.add(address)
        kinds[kind] += 1
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            broken.append(f"{answer.status_code} {address}")
        elif answer["Content-Type"].startswith("text/html"):
            here = answer.request["PATH_INFO"]
            links = (urljoin(here, unescape(link)) for link in HREF.findall(answer.content.decode()))
            todo += [link for link in links if link.startswith("/") and not link.startswith("/static/")]
        make.let_go(answer)
    return visited, broken
