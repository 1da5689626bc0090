"""What a participant's phone shows: joining, consent, one's own page, leaving, being forgotten."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa.programmes import actions, queries
from jukwaa.programmes.access import CARD_COOKIE
from jukwaa.programmes.cards import with_check_digits
from jukwaa.programmes.consent import QUESTIONS
from jukwaa.programmes.models import Participant, Purpose
from tests import make

pytestmark = pytest.mark.django_db

UNKNOWN = "This number opens nothing here"
YES = {"take_part": "1-programme"} | {q.purpose.value: "no" for q in QUESTIONS[1:]}


@pytest.fixture
def ann() -> Participant:
    return make.participant(make.programme(languages="en sw"), consented=False)


def of(participant: Participant, name: str, *args) -> str:
    return reverse(f"programmes:{name}", args=[participant.programme.slug, *args])


# ---- joining ---------------------------------------------------------------------------------------------


def test_a_card_number_opens_the_page_that_asks_for_consent_and_then_the_questions(ann):
    _card, minted = make.card(ann)
    phone = Client()

    answer = phone.post("/join/", {"number": minted.spaced}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(of(ann, "consent"))

    answer = phone.post(answer.redirect_chain[-1][0], YES)
    assert answer.url == reverse("dialogue:take_part", args=[ann.programme.slug])


def test_a_wrong_digit_is_noticed_before_anything_is_counted(ann):
    _card, minted = make.card(ann)
    wrong = minted.number[:5] + str((int(minted.number[5]) + 1) % 10) + minted.number[6:]

    answer = Client().post("/join/", {"number": wrong})

    assert "One digit seems wrong" in answer.text
    assert CARD_COOKIE not in answer.cookies
    assert not queries.WrongCode.objects.exists()


@pytest.mark.parametrize(
    ("typed", "mend"), [("1234", "you typed 4"), ("1234 5678 9012 345x", "digits only"), ("", "required")]
)
def test_what_is_no_card_number_is_told_how_to_mend(typed, mend):
    assert mend in Client().post("/join/", {"number": typed}).text


def test_every_number_that_opens_nothing_gets_the_same_answer(ann):
    unknown = with_check_digits("12345678901234")
    card, revoked = make.card(ann)
    actions.revoke_card(card=card, by=None)
    [(_card, blank)] = actions.mint_cards(programme=ann.programme, count=1, by=None)
    ben = make.participant(ann.programme)
    _card, withdrawn = make.card(ben)
    actions.forget_participant(participant=ben, by=ben)

    for number in (unknown, revoked.number, blank.number, withdrawn.number):
        answer = Client().post("/join/", {"number": number})
        assert UNKNOWN in answer.text
        assert CARD_COOKIE not in answer.cookies


def test_too_many_wrong_numbers_close_the_door_for_numbers_but_not_for_codes(ann):
    _card, minted = make.card(ann)
    for _try in range(queries.WRONG_CODES_AN_HOUR):
        actions.note_wrong_code(at=timezone.now())

    refused = Client().post("/join/", {"number": minted.number})

    assert refused.status_code == 429
    assert "Please wait" in refused.text
    assert CARD_COOKIE in Client().post(f"/c/{minted.secret}").cookies


def test_a_wrong_number_is_counted_whatever_phone_it_comes_from():
    number = with_check_digits("12345678901234")

    for _phone in range(3):
        Client().post("/join/", {"number": number})

    assert queries.WrongCode.objects.count() == 3


def test_a_code_first_shows_a_button_in_the_holders_language_and_changes_nothing(ann):
    actions.change_participant(
        participant=ann,
        constituency=None,
        place=None,
        called="",
        gender="",
        age_band="",
        language="sw",
        by=None,
    )
    _card, minted = make.card(ann)
    phone = Client()

    looked = phone.get(f"/c/{minted.secret}")
    assert CARD_COOKIE not in looked.cookies
    assert '<html lang="sw"' in looked.text

    pressed = phone.post(f"/c/{minted.secret}")
    assert pressed.cookies[CARD_COOKIE]["httponly"]
    assert phone.get(of(ann, "me")).headers["Content-Language"] == "sw"


def test_the_language_can_be_switched_on_the_page_of_a_code_and_is_forgotten_on_leaving(ann):
    _card, minted = make.card(ann)
    phone = Client()
    address = f"/c/{minted.secret}"

    switched = phone.post("/language/setlang/", {"language": "fr", "next": address}, follow=True)
    assert '<html lang="fr"' in switched.text

    phone.post("/leave/")
    assert '<html lang="en"' in phone.get(address).text


def test_a_code_that_opens_nothing_says_so():
    answer = Client().get("/c/0123456789abcdef0123456789abcdef")

    assert answer.status_code == 404
    assert "opens nothing here" in answer.text


def test_who_comes_without_a_card_is_asked_for_it_and_brought_back(ann):
    _card, minted = make.card(ann)
    phone = Client()

    asked = phone.get(of(ann, "me"))
    assert asked.url.startswith("/join/?next=")

    answer = phone.post(asked.url, {"number": minted.number, "next": of(ann, "me")})
    assert answer.url == of(ann, "me")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/p/other/me/"])
def test_a_card_leads_nowhere_but_into_its_own_programme(ann, elsewhere):
    _card, minted = make.card(ann)

    answer = Client().post("/join/", {"number": minted.number, "next": elsewhere})

    assert answer.url == reverse("dialogue:take_part", args=[ann.programme.slug])


def test_a_card_opens_no_other_programme(ann):
    other = make.participant()

    assert make.phone_of(ann).get(of(other, "me")).url.startswith("/join/")


def test_leaving_makes_the_phone_forget_the_card(ann):
    phone = make.phone_of(ann)
    assert phone.get(of(ann, "me")).status_code == 200
    assert phone.get("/leave/").status_code == 405

    answer = phone.post("/leave/", follow=True)

    assert "has forgotten the card" in answer.text
    assert phone.get(of(ann, "me")).status_code == 302


def test_a_forged_cookie_opens_nothing(ann):
    card, _minted = make.card(ann)
    phone = Client()
    phone.cookies[CARD_COOKIE] = str(card.pk)

    assert phone.get(of(ann, "me")).status_code == 302


def test_a_revoked_card_is_refused_on_the_phone_that_still_holds_it(ann):
    phone = make.phone_of(ann)

    actions.revoke_card(card=queries.cards_of(ann).get(), by=None)

    assert phone.get(of(ann, "me")).status_code == 302


def test_nothing_that_a_phone_shows_stays_in_its_memory(ann):
    phone = make.phone_of(ann)
    _card, minted = make.card(ann)

    for address in (of(ann, "me"), of(ann, "consent"), of(ann, "forget_me"), "/join/", f"/c/{minted.secret}"):
        answer = phone.get(address)
        assert "no-store" in answer["Cache-Control"], address
        assert make.scripts_of(answer) <= {"/static/dialogue/outbox.js"}
        assert "<title>Jukwaa</title>" in answer.text


def test_every_phone_page_can_be_read_in_three_languages(ann):
    phone = make.phone_of(ann)
    for address in (of(ann, "me"), of(ann, "consent"), "/join/"):
        for code in ("sw", "fr", "en"):
            answer = phone.post("/language/setlang/", {"language": code, "next": address}, follow=True)
            assert answer.redirect_chain[-1][0] == address
            assert f'<html lang="{code}"' in answer.text


# ---- consent ---------------------------------------------------------------------------------------------


def test_nobody_takes_part_without_consent(ann):
    phone = make.phone_of(ann)
    questions = reverse("dialogue:take_part", args=[ann.programme.slug])

    assert phone.get(questions).url.startswith(of(ann, "consent"))

    phone.post(of(ann, "consent"), YES)
    assert phone.get(questions).status_code == 200

    phone.post(of(ann, "end_consent", "take_part"))
    assert phone.get(questions).url.startswith(of(ann, "consent"))


def test_saying_nothing_to_a_question_is_no_and_taking_part_must_be_said(ann):
    phone = make.phone_of(ann)
    text = phone.get(of(ann, "consent")).text
    assert text.count('value="no"') == len(QUESTIONS)
    assert text.count("checked") == len(QUESTIONS) - 1

    refused = phone.post(of(ann, "consent"), {k: v for k, v in YES.items() if k != "take_part"})

    assert "Choose yes or no" in refused.text
    assert not queries.consents(ann)


def test_who_says_no_is_left_alone(ann):
    phone = make.phone_of(ann)

    answer = phone.post(of(ann, "consent"), YES | {"take_part": "no"}, follow=True)

    assert "You do not take part" in answer.text
    assert not queries.has_consent(ann, Purpose.TAKE_PART)


def test_an_audience_is_agreed_to_for_each_purpose(ann):
    make.phone_of(ann).post(of(ann, "consent"), YES | {"quote": "3-public", "story": "2-report"})

    assert queries.has_consent(ann, Purpose.QUOTE, "3-public")
    assert queries.has_consent(ann, Purpose.STORY, "2-report")
    assert not queries.has_consent(ann, Purpose.STORY, "3-public")
    assert not queries.has_consent(ann, Purpose.VOICE)


def test_newspapers_are_not_agreed_to_on_a_phone(ann):
    answer = make.phone_of(ann).post(of(ann, "consent"), YES | {"quote": "4-media"})

    assert answer.status_code == 200
    assert not queries.consents(ann)


def test_words_that_no_speaker_has_checked_say_so_where_consent_is_asked(ann):
    phone = make.phone_of(ann)

    english = phone.get(of(ann, "consent")).text
    swahili = phone.get(of(ann, "consent"), headers={"accept-language": "sw"}).text

    assert "notice-warning" not in english
    assert "notice-warning" in swahili


def test_what_was_agreed_to_on_paper_is_offered_on_the_phone_too(ann):
    make.consent(ann, Purpose.QUOTE, "4-media")
    phone = make.phone_of(ann)
    assert "newspapers" in phone.get(of(ann, "consent")).text

    phone.post(of(ann, "consent"), YES | {"quote": "4-media"})

    assert queries.has_consent(ann, Purpose.QUOTE, "4-media")


def test_unchanged_answers_are_not_written_again(ann):
    phone = make.phone_of(ann)
    phone.post(of(ann, "consent"), YES)
    before = queries.consents(ann)["quote"].hlc

    phone.post(of(ann, "consent"), YES | {"story": "2-report"})

    assert queries.consents(ann)["quote"].hlc == before
    assert queries.has_consent(ann, Purpose.STORY)


# ---- one's own page --------------------------------------------------------------------------------------


def test_one_purpose_is_ended_by_one_press(ann):
    phone = make.phone_of(ann)
    phone.post(of(ann, "consent"), YES | {"quote": "3-public"})
    assert of(ann, "end_consent", "quote") in phone.get(of(ann, "me")).text

    phone.post(of(ann, "end_consent", "quote"))

    assert not queries.has_consent(ann, Purpose.QUOTE)
    assert of(ann, "end_consent", "quote") not in phone.get(of(ann, "me")).text
    assert phone.post(of(ann, "end_consent", "nonsense")).status_code == 404


def test_forget_me_says_what_goes_and_what_stays_and_then_does_it(ann):
    phone = make.phone_of(ann)
    _card, minted = make.card(ann)
    asked = phone.get(of(ann, "forget_me")).text
    assert "It goes for ever" in asked
    assert "It stays" in asked
    assert queries.participants(ann.programme).exists()

    answer = phone.post(of(ann, "forget_me"), follow=True)

    assert "It is done" in answer.text
    assert not queries.participants(ann.programme).exists()
    assert phone.get(of(ann, "me")).status_code == 302
    assert UNKNOWN in Client().post("/join/", {"number": minted.number}).text
