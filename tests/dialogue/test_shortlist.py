"""A closed round becomes a shortlist: every group with the same budget, and a certificate for anybody."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from commonground.__main__ import main
from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import Round
from jukwaa.programmes import actions as programmes
from tests import make

pytestmark = pytest.mark.django_db


def asked(kind: str, *, statements: int = 1) -> Round:
    """An open round of that kind; one of solutions answers a problem."""
    answers = make.finding() if kind == Round.Kind.SOLUTIONS else None
    programme = answers.programme if answers else None
    return make.round_(programme, opened=True, statements=statements, kind=kind, answers=answers)


def of_two_groups(kind: str = Round.Kind.SOLUTIONS) -> Round:
    """Thirty of the pit want the first two statements; ten of the pans the third, and not the first."""
    round_ = asked(kind, statements=3)
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
    assert "The round is still open." in page(asked(Round.Kind.SOLUTIONS))


@pytest.mark.parametrize("places", ["0", "many", "51"])
def test_a_number_of_places_that_cannot_be_is_refused_on_the_page(places: str):
    told = page(of_two_groups(), places=places)

    assert "On the agenda" not in told
    assert 'role="alert"' in told


def test_few_votes_are_said_to_be_few():
    round_ = asked(Round.Kind.SOLUTIONS, statements=5)
    statement = round_.statements.select_related("round").first()
    group = make.constituency(round_.programme)
    for _person in range(6):
        ann = make.participant(round_.programme, constituency=group)
        actions.cast_vote(statement=statement, choice=1, by=ann)
    actions.close_round(round=round_, by=None)

    assert "Only 20 in 100 of all votes were cast." in page(round_)


# ---- kept --------------------------------------------------------------------------------------------------


def address(round_: Round, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[round_.programme.slug, round_.pk])


def test_a_problems_round_comes_to_a_ranked_list_every_group_counting_the_same():
    told = page(of_two_groups(Round.Kind.PROBLEMS), places=1)

    assert "What matters most" in told
    assert told.count("50 in 100 agree; fewest, 0, among: Panners.") == 2
    assert told.count("50 in 100 agree; fewest, 0, among: Pit workers.") == 1


@pytest.mark.parametrize("kind", Round.Kind.values)
def test_closing_a_round_keeps_what_it_comes_to(kind: str):
    round_ = actions.reopen_round(round=of_two_groups(kind), by=None)
    told = staff_of(round_).post(address(round_, "close_round"), follow=True)

    kept = queries.settled(round_).get()
    assert told.status_code == 200
    assert kept.said["voters"] == 40
    assert "Kept on" in page(round_)


@pytest.mark.parametrize("kind", Round.Kind.values)
def test_what_was_kept_can_be_computed_again_from_its_files(kind: str, tmp_path: Path, monkeypatch, capsys):
    round_ = of_two_groups(kind)
    client = staff_of(round_)
    client.post(address(round_, "shortlist"), {"places": 2})
    answer = client.get(address(round_, "settled_files"))
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    monkeypatch.chdir(folder)
    _, *words = (folder / "COMMAND.txt").read_text().split()

    assert main(words) == 0
    assert "It holds" in capsys.readouterr().out
    people = {str(vote.participant_id) for vote in round_.statements.first().votes.all()}
    assert not any(who in (folder / "votes.csv").read_text() for who in people)


def test_a_trial_with_other_places_says_that_it_is_one_and_changes_nothing():
    round_ = of_two_groups()
    staff_of(round_).post(address(round_, "shortlist"), {"places": 2})

    assert "This is a trial." in page(round_, places=1)
    assert queries.settled(round_).get().rule["places"] == 2


def test_when_the_votes_are_not_the_same_any_more_the_page_says_so():
    round_ = of_two_groups()
    staff_of(round_).post(address(round_, "shortlist"), {"places": 2})
    vote = round_.statements.first().votes.first()
    programmes.forget_participant(participant=vote.participant, by=None)

    assert "The votes are not the same any more" in page(round_)


def test_an_open_round_keeps_nothing():
    round_ = make.round_(opened=True, statements=2)
    told = staff_of(round_).post(address(round_, "shortlist"), {"places": 2}, follow=True).content.decode()

    assert "close the round first" in told
    assert not queries.settled(round_).exists()


def test_only_who_facilitates_keeps_and_takes_the_votes_along():
    round_ = of_two_groups()
    observer = make.client_of(make.member(round_.programme, role="observer"))

    assert observer.get(address(round_, "shortlist")).status_code == 200
    assert observer.post(address(round_, "shortlist"), {"places": 2}).status_code == 403
    assert observer.get(address(round_, "settled_files")).status_code == 403
