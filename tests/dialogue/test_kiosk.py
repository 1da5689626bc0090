"""A shared tablet: one card at a time, nothing of it left for the next person."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa import record
from jukwaa.dialogue import actions
from jukwaa.dialogue.models import Channel, Statement, Vote
from jukwaa.dialogue.phone import actions as phone
from jukwaa.field.media import Recording
from jukwaa.programmes import access, queries
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Purpose
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return make.round_(opened=True, statements=2)


@pytest.fixture
def ann(round_):
    return make.participant(round_.programme, language="en")


@pytest.fixture
def tablet(round_):
    """A facilitator's browser after they made it a shared tablet."""
    flo = make.client_of(make.member(round_.programme))
    answer = flo.post(reverse("dialogue:start_kiosk", args=[round_.programme.slug, round_.gathering_id]))
    assert answer.status_code == 303
    return flo


def kiosk(round_) -> str:
    return reverse("dialogue:kiosk", args=[round_.programme.slug])


def press(tablet: Client, round_, **said: str):
    return tablet.post(reverse("dialogue:kiosk_vote", args=[round_.programme.slug]), said)


def show_card(tablet: Client, round_, participant) -> str:
    number = make.card(participant)[1].number
    answer = tablet.post(kiosk(round_), {"number": number})
    assert answer.status_code == 303
    return tablet.get(answer["Location"]).text


def asked_on(page: str) -> str:
    return re.search(r'name="statement" value="([0-9a-f-]{36})"', page)[1]


def test_sharing_a_tablet_ends_the_log_in_on_it(tablet, round_):
    assert tablet.get(reverse("programmes:desk", args=[round_.programme.slug])).status_code == 404
    assert "Your turn" in tablet.get(kiosk(round_)).text


def test_only_a_facilitator_makes_a_tablet_shared(round_, client):
    page = reverse("dialogue:start_kiosk", args=[round_.programme.slug, round_.gathering_id])

    assert client.post(page).status_code == 404
    assert make.client_of(make.member(round_.programme, role="observer")).post(page).status_code == 403
    assert access.TABLET_COOKIE not in client.cookies


def test_a_turn_is_one_card_and_its_votes_say_that_they_came_by_a_tablet(tablet, round_, ann):
    page = show_card(tablet, round_, ann)

    for _statement in range(2):
        answer = press(tablet, round_, statement=asked_on(page), choice="1")
        assert answer.status_code == 303
        page = tablet.get(answer["Location"]).text

    assert {(v.participant_id, v.channel) for v in Vote.objects.all()} == {(ann.pk, Channel.KIOSK)}
    assert Vote.objects.count() == 2
    assert "Thank you. Every answer is counted." in page
    assert access.TURN_COOKIE not in {k for k, v in tablet.cookies.items() if v.value}


def test_undo_goes_back_to_the_last_statement(tablet, round_, ann):
    first = asked_on(show_card(tablet, round_, ann))
    press(tablet, round_, statement=first, choice="1")
    assert "You agreed." in tablet.get(kiosk(round_)).text

    press(tablet, round_, back="1")
    page = tablet.get(kiosk(round_)).text
    assert asked_on(page) == first

    press(tablet, round_, statement=first, choice="-1")
    assert Vote.objects.get().choice == -1


def test_the_next_person_meets_nothing_of_the_last(tablet, round_, ann):
    first = asked_on(show_card(tablet, round_, ann))
    press(tablet, round_, statement=first, choice="1")

    page = tablet.get(press(tablet, round_, next="1")["Location"]).text

    assert "You agreed" not in page
    assert "form.votes" not in page
    assert 'class="votes"' not in page
    late = press(tablet, round_, statement=first, choice="-1")
    assert "That turn has ended" in tablet.get(late["Location"]).text
    assert Vote.objects.get().choice == 1


def test_a_statement_taken_off_the_vote_while_it_is_read_ends_no_turn(tablet, round_, ann):
    first = asked_on(show_card(tablet, round_, ann))
    statement = round_.statements.get(pk=first)
    actions.reject_statement(statement=statement, reason="person", by=None)

    answer = press(tablet, round_, statement=first, choice="1")

    assert asked_on(tablet.get(answer["Location"]).text) != first
    assert not Vote.objects.exists()


def test_after_a_minute_the_server_refuses_what_the_browser_kept(tablet, round_, ann):
    page = show_card(tablet, round_, ann)

    with time_machine.travel(timezone.now() + timedelta(seconds=62)):
        answer = press(tablet, round_, statement=asked_on(page), choice="1")
        assert "That turn has ended" in tablet.get(answer["Location"]).text
        assert 'class="votes"' not in tablet.get(kiosk(round_)).text

    assert not Vote.objects.exists()


def test_without_scripts_the_page_ends_the_turn_by_itself(tablet, round_, ann):
    show_card(tablet, round_, ann)
    ends = re.fullmatch(r"(\d+); url=(.+)", tablet.get(kiosk(round_))["Refresh"])

    answer = tablet.get(ends[2])

    assert int(ends[1]) <= 61
    assert "A minute passed" in answer.text
    assert 'class="votes"' not in tablet.get(kiosk(round_)).text


def test_a_kept_page_of_the_last_person_can_send_nothing(round_, ann):
    flo = Client(enforce_csrf_checks=True)
    flo.cookies = make.client_of(make.member(round_.programme)).cookies
    start = reverse("dialogue:start_kiosk", args=[round_.programme.slug, round_.gathering_id])
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', flo.get(start).text)[1]
    flo.post(start, {"csrfmiddlewaretoken": token})
    kept = ""
    for person in (ann, make.participant(round_.programme)):
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', flo.get(kiosk(round_)).text)[1]
        flo.post(kiosk(round_), {"number": make.card(person)[1].number, "csrfmiddlewaretoken": token})
        kept = kept or flo.get(kiosk(round_)).text
    stale = re.search(r'csrfmiddlewaretoken" value="(\w+)"', kept)[1]

    answer = press(flo, round_, statement=asked_on(kept), choice="1", csrfmiddlewaretoken=stale)

    assert answer.status_code == 403
    assert "Nothing was sent" in answer.text
    assert not Vote.objects.exists()


@pytest.mark.parametrize("number", ["", "12", "1234 5678 9012 3456", "x" * 200])
def test_what_is_no_card_number_is_answered_in_a_sentence(tablet, round_, number):
    answer = tablet.get(tablet.post(kiosk(round_), {"number": number})["Location"])

    assert "This is not a card number" in answer.text


def test_wrong_revoked_and_foreign_cards_get_the_same_answer_and_count_as_wrong(tablet, round_, ann):
    lost, minted = make.card(ann)
    programmes.revoke_card(card=lost, by=None)
    foreign = make.card(make.participant())[1].number
    for number in (minted.number, foreign):
        answer = tablet.get(tablet.post(kiosk(round_), {"number": number})["Location"])
        assert "This number opens nothing here" in answer.text
    for _number in range(queries.WRONG_CODES_AN_HOUR - 2):
        programmes.note_wrong_code()

    answer = tablet.get(tablet.post(kiosk(round_), {"number": make.card(ann)[1].number})["Location"])

    assert "Too many wrong numbers" in answer.text


def test_a_card_revoked_during_a_turn_ends_it(tablet, round_, ann):
    page = show_card(tablet, round_, ann)
    programmes.revoke_card(card=queries.cards_of(ann).get(), by=None)

    answer = press(tablet, round_, statement=asked_on(page), choice="1")

    assert "That turn has ended" in tablet.get(answer["Location"]).text
    assert not Vote.objects.exists()


def test_a_square_scanned_on_the_tablet_is_a_turn_and_no_longer(tablet, round_, ann):
    minted = make.card(ann)[1]

    answer = tablet.post(reverse("programmes:scan", args=[minted.secret]))

    assert answer["Location"] == kiosk(round_)
    assert access.CARD_COOKIE not in {k for k, v in tablet.cookies.items() if v.value}
    assert 'class="votes"' in tablet.get(kiosk(round_)).text


def test_a_reader_for_squares_types_the_whole_address(tablet, round_, ann):
    minted = make.card(ann)[1]

    tablet.post(kiosk(round_), {"number": f"http://192.168.1.2:8000/c/{minted.secret}"})

    assert 'class="votes"' in tablet.get(kiosk(round_)).text


def test_a_paused_round_says_so_and_keeps_the_answers(tablet, round_, ann):
    page = show_card(tablet, round_, ann)
    press(tablet, round_, statement=asked_on(page), choice="1")
    second = asked_on(tablet.get(kiosk(round_)).text)
    record.put("dialogue.round_paused", round_, paused_at=timezone.now(), by=None)

    answer = tablet.get(press(tablet, round_, statement=second, choice="1")["Location"])

    assert "The facilitator has paused the voting. Your answers are kept." in answer.text
    assert Vote.objects.count() == 1


def test_a_round_closed_in_between_is_a_sentence(tablet, round_, ann):
    page = show_card(tablet, round_, ann)
    actions.close_round(round=round_, by=None)

    answer = tablet.get(press(tablet, round_, statement=asked_on(page), choice="1")["Location"])

    assert "This vote was closed before the last answer came" in answer.text
    assert not Vote.objects.exists()


@pytest.fixture
def ben(round_):
    """Somebody who was not asked yet whether they take part."""
    return make.participant(round_.programme, consented=False)


def test_who_was_not_asked_yet_agrees_on_the_tablet_and_votes(tablet, round_, ben):
    page = show_card(tablet, round_, ben)
    assert "May we keep what you vote" in page
    assert 'class="votes"' not in page

    page = tablet.get(press(tablet, round_, take_part="yes")["Location"]).text
    press(tablet, round_, statement=asked_on(page), choice="1")

    assert queries.has_consent(ben, Purpose.TAKE_PART)
    assert Vote.objects.get().participant_id == ben.pk


def test_who_says_no_on_the_tablet_votes_nothing_and_the_turn_ends(tablet, round_, ben):
    show_card(tablet, round_, ben)

    page = tablet.get(press(tablet, round_, take_part="no")["Location"]).text

    assert "You do not take part, and nobody minds." in page
    assert not queries.has_consent(ben, Purpose.TAKE_PART)
    assert "That turn has ended" in tablet.get(press(tablet, round_, take_part="yes")["Location"]).text


def test_without_consent_the_tablet_takes_no_vote(tablet, round_, ben):
    show_card(tablet, round_, ben)

    press(tablet, round_, statement=str(round_.statements.first().pk), choice="1")

    assert not Vote.objects.exists()


def test_where_only_dots_are_asked_the_tablet_says_which_way_to_answer(tablet, round_, ann):
    actions.close_round(round=round_, by=None)
    dots = actions.prepare_round(
        gathering=round_.gathering, kind="problems", question="What weighs most?", method="dots", by=None
    )
    make.statement(dots)
    actions.open_round(round=dots, by=None)

    page = tablet.post(kiosk(round_), {"number": make.card(ann)[1].number}, follow=True).text

    assert "answered on a phone with your card, or on paper" in page


def test_no_page_of_the_tablet_stays_in_a_cache(tablet, round_, ann):
    show_card(tablet, round_, ann)

    assert "no-store" in tablet.get(kiosk(round_))["Cache-Control"]
    assert "no-store" in press(tablet, round_, next="1")["Cache-Control"]


def test_the_tablet_hears_what_is_put_to_the_vote(tablet, round_, ann):
    said = Statement.objects.filter(round=round_).first()
    phone.keep_voice(of=said, language="en", sound=Recording(b"OggS", "audio/ogg"), by=None)
    sound = reverse("dialogue:sound", args=[round_.programme.slug, said.pk, "en"])
    assert tablet.get(sound).status_code == 404

    show_card(tablet, round_, ann)

    assert tablet.get(sound).status_code == 200


def test_sharing_ends_and_nothing_is_left_of_it(tablet, round_, ann):
    show_card(tablet, round_, ann)

    tablet.post(reverse("dialogue:end_kiosk", args=[round_.programme.slug]))

    assert "This is not a shared tablet" in tablet.get(kiosk(round_)).text
