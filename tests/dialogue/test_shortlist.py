"""A closed round becomes a shortlist: every group with the same budget, and a certificate for anybody."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue import actions
from jukwaa.dialogue.models import Round
from jukwaa.programmes import actions as programmes
from tests import make

pytestmark = pytest.mark.django_db


def of_two_groups() -> Round:
    """Thirty of the pit want the first two statements; ten of the pans the third, and not the first."""
    round_ = make.round_(opened=True, statements=3)
    first, second, third = round_.statements.order_by("position")
    pit, pan = (make.constituency(round_.programme, name=name) for name in ("Pit workers", "Panners"))
    for group, count, says in (
        (pit, 30, {first: 1, second: 1, third: 0}),
        (pan, 10, {first: -1, second: 0, third: 1}),
    ):
        people = programmes.add_participants(
            programme=round_.programme, constituency=group, count=count, by=None
        )
        rows = [(said.pk, who.pk, choice) for said, choice in says.items() for who in people]
        actions.cast_votes(round=round_, rows=rows, channel="import", by=None)
    return actions.close_round(round=round_, by=None)


def staff_of(round_: Round) -> Client:
    return make.client_of(make.member(round_.programme))


def page(round_: Round, name: str = "shortlist", **asked: object) -> str:
    address = reverse(f"dialogue:{name}", args=[round_.programme.slug, round_.pk])
    return staff_of(round_).get(address, asked).content.decode()


def test_both_groups_get_their_own_and_what_one_is_against_is_an_open_question():
    told = page(of_two_groups(), places=2)

    on, _, open_ = told.partition("Open questions")
    assert "Statement 2" in on
    assert "Paid for by: Panners." in on
    assert "Statement 1" in open_
    assert "Most of these disagree: Panners." in open_


def test_the_file_can_be_verified_and_names_what_it_follows_from():
    agenda = json.loads(page(of_two_groups(), "shortlist_json", places=2))

    assert [item["chosen"] for item in agenda["items"]] == [1, 2, None]
    assert agenda["certificate"] == []
    assert len(agenda["digest"]) == 64


def test_an_open_round_is_not_put_on_an_agenda():
    assert "The round is still open." in page(make.round_(opened=True))


@pytest.mark.parametrize("places", ["0", "many", "51"])
def test_a_number_of_places_that_cannot_be_is_refused_on_the_page(places: str):
    told = page(of_two_groups(), places=places)

    assert "On the agenda" not in told
    assert 'role="alert"' in told


def test_few_votes_are_said_to_be_few():
    round_ = make.round_(opened=True, statements=5)
    statement = round_.statements.select_related("round").first()
    for _person in range(6):
        actions.cast_vote(statement=statement, choice=1, by=make.participant(round_.programme))
    actions.close_round(round=round_, by=None)

    assert "Only 20 in 100 of all votes were cast." in page(round_)
