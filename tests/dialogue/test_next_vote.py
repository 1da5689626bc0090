"""What somebody changed elsewhere holds at the very next vote, whatever this server has seen before."""

import re

import pytest
from django.urls import reverse

from jukwaa import record
from jukwaa.dialogue import actions
from jukwaa.dialogue.models import Statement, Vote
from jukwaa.dialogue.phone import actions as phone
from jukwaa.dialogue.steering import actions as steering
from jukwaa.field.media import Recording
from jukwaa.programmes.models import Card, Purpose
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make.participant(language="en")


@pytest.fixture
def round_(ann):
    return make.round_(ann.programme, opened=True, statements=4)


@pytest.fixture
def vote(ann, round_):
    """Vote on what is shown; gives the answer. Ann has voted once when a test begins."""
    phone = make.phone_of(ann)
    path = reverse("dialogue:vote", args=[round_.programme.slug, round_.pk])
    shown = [phone.get(path)]

    def vote(language="en"):
        asked = re.search(r'name="statement" value="([0-9a-f-]{36})"', shown[0].content.decode())[1]
        shown[0] = phone.post(
            path, {"statement": asked, "choice": "1"}, headers={"Accept-Language": language}
        )
        return shown[0]

    assert vote().status_code == 200
    return vote


def test_a_revoked_card_casts_no_vote_more(vote, ann):
    card = Card.objects.get(participant=ann)
    record.put("programmes.card_revoked", card, state=Card.State.REVOKED, by=None)

    answer = vote()

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("programmes:join"))
    assert Vote.objects.count() == 1


def test_who_no_longer_agrees_casts_no_vote_more(vote, ann):
    make.consent(ann, Purpose.TAKE_PART, given=False)

    answer = vote()

    assert answer.status_code == 302
    assert "consent" in answer["Location"]
    assert Vote.objects.count() == 1


def test_who_asked_to_be_forgotten_casts_no_vote_more(vote, ann):
    record.withdraw(ann.pk, by=None, programme=ann.programme)

    assert vote().status_code == 302
    assert not Vote.objects.exists()


def test_a_closed_round_takes_no_vote_more(vote, round_):
    actions.close_round(round=round_, by=None)

    assert vote().status_code == 409
    assert Vote.objects.count() == 1


def test_a_hidden_round_takes_no_vote_more(vote, round_):
    record.put("dialogue.round_hidden", round_, hidden=True, by=None)

    assert vote().status_code == 404
    assert Vote.objects.count() == 1


def test_a_statement_taken_back_takes_no_vote_more(vote, round_):
    for statement in round_.statements.all():
        record.put("dialogue.statement_rejected", statement, state=Statement.State.REJECTED, by=None)

    assert vote().status_code == 200  # which says so, and loses nothing
    assert Vote.objects.count() == 1


def test_a_removed_programme_takes_no_vote_more(vote, ann):
    record.put("programmes.programme_removed", ann.programme, removed=True, by=None)

    assert vote().status_code == 404
    assert Vote.objects.count() == 1


def test_other_words_are_shown_in_the_very_next_answer(vote, round_):
    for statement in round_.statements.all():
        record.put("dialogue.statement_reworded", statement, text="The river is brown.", by=None)

    assert "The river is brown." in vote().content.decode()


def test_a_paused_round_takes_no_vote_more(vote, round_):
    steering.pause_round(round=round_, by=None)

    assert vote().status_code == 409
    assert Vote.objects.count() == 1


def test_a_translation_is_shown_in_the_very_next_answer(vote, round_):
    for statement in round_.statements.all():
        actions.translate(row=statement, language="sw", text="Mto ni mchafu.", made_by="person", by=None)

    assert "Mto ni mchafu." in vote("sw").content.decode()


def test_a_picture_is_shown_in_the_very_next_answer(vote, round_):
    for statement in round_.statements.all():
        phone.choose_picture(statement=statement, picture="water", by=None)

    assert "icon picture" in vote().content.decode()


def test_a_voice_is_offered_in_the_very_next_answer(vote, round_):
    for statement in round_.statements.all():
        phone.keep_voice(of=statement, language="en", sound=Recording(b"OggS", "audio/ogg"), by=None)

    assert "<audio" in vote().content.decode()


def test_a_voice_taken_away_is_not_offered_in_the_very_next_answer(vote, round_):
    kept = [
        phone.keep_voice(of=each, language="en", sound=Recording(b"OggS", "audio/ogg"), by=None)
        for each in round_.statements.all()
    ]
    vote()
    for each in kept:
        phone.remove_voice(spoken=each, by=None)

    assert "<audio" not in vote().content.decode()
