"""The voting page on a phone without scripts, through its address."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from jukwaa import record
from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import Statement, Vote
from jukwaa.programmes.models import Purpose
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make.participant(language="en")


@pytest.fixture
def phone(ann):
    return make.phone_of(ann)


@pytest.fixture
def round_(ann):
    return make.round_(ann.programme, opened=True, statements=3)


def page(name: str, thing) -> str:
    return reverse(f"dialogue:{name}", args=[thing.programme.slug, thing.pk])


def shown_on(answer) -> uuid.UUID:
    """Which statement the page asks about."""
    found = re.search(r'name="statement" value="([0-9a-f-]{36})"', answer.content.decode())
    assert found, answer.content.decode()
    return uuid.UUID(found[1])


def test_a_vote_is_answered_with_the_next_statement(phone, round_):
    first = shown_on(phone.get(page("vote", round_)))

    answer = phone.post(page("vote", round_), {"statement": first, "choice": "1"})

    assert answer.status_code == 200
    assert shown_on(answer) != first
    assert Vote.objects.get().choice == 1
    assert "2 of 3" in answer.content.decode()


def test_a_vote_sent_twice_is_one_vote(phone, round_):
    first = shown_on(phone.get(page("vote", round_)))

    for _time in range(2):
        answer = phone.post(page("vote", round_), {"statement": first, "choice": "-1"})

    assert [vote.choice for vote in Vote.objects.all()] == [-1]
    assert "2 of 3" in answer.content.decode()


def test_undo_goes_back_to_the_last_one_and_lets_it_be_changed(phone, round_):
    first = shown_on(phone.get(page("vote", round_)))
    answer = phone.post(page("vote", round_), {"statement": first, "choice": "1"})
    assert f'name="back" value="{first}"' in answer.content.decode()

    back = phone.post(page("vote", round_), {"back": first})
    assert shown_on(back) == first
    assert "You agreed." in back.content.decode()
    assert Vote.objects.get().choice == 1

    phone.post(page("vote", round_), {"statement": first, "choice": "0"})
    assert Vote.objects.get().choice == 0


def test_when_all_is_answered_it_thanks_and_says_what_comes_next(phone, round_, ann):
    proposal = actions.propose_statement(round=round_, text="Free the licences.", by=ann)
    answer = phone.get(page("vote", round_))
    for _statement in range(3):
        answer = phone.post(page("vote", round_), {"statement": shown_on(answer), "choice": "1"})

    words = answer.content.decode()
    assert "Thank you" in words
    assert proposal.spoken_code in words
    assert 'name="back"' in words


def test_a_closed_round_answers_409_and_says_that_nothing_was_lost(phone, round_):
    first = shown_on(phone.get(page("vote", round_)))
    actions.close_round(round=round_, by=None)

    answer = phone.post(page("vote", round_), {"statement": first, "choice": "1"})

    assert answer.status_code == 409
    assert "Nothing was lost" in answer.content.decode()
    assert not Vote.objects.exists()
    assert "Nothing was lost" in phone.get(page("vote", round_)).content.decode()


def test_a_paused_round_says_so_and_that_answers_are_kept(phone, round_):
    first = shown_on(phone.get(page("vote", round_)))
    phone.post(page("vote", round_), {"statement": first, "choice": "1"})
    record.put("dialogue.round_paused", round_, paused_at=timezone.now(), by=None)

    answers = [
        phone.get(page("vote", round_)),
        phone.post(page("vote", round_), {"statement": first, "choice": "-1"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 409]
    for answer in answers:
        assert "The facilitator has paused the voting" in answer.text
        assert "Your answers are kept." in answer.text
    assert Vote.objects.get().choice == 1


def test_a_page_left_open_since_yesterday_says_that_nothing_was_sent_and_gives_the_words_back(ann, round_):
    phone = Client(enforce_csrf_checks=True)
    phone.cookies = make.phone_of(ann).cookies
    statement = round_.statements.first().pk

    vote = phone.post(page("vote", round_), {"statement": statement, "choice": "1"})
    proposal = phone.post(page("propose", round_), {"text": "Free the <licences>."})

    assert (vote.status_code, proposal.status_code) == (403, 403)
    assert "Nothing was sent" in vote.text
    assert f'href="{page("vote", round_)}?statement={statement}"' in vote.text
    assert "Free the &lt;licences&gt;." in proposal.text
    assert not Vote.objects.exists()


def test_the_language_is_chosen_on_the_voting_page_itself(phone, round_):
    first = shown_on(phone.get(page("vote", round_)))
    card = phone.post(page("vote", round_), {"statement": first, "choice": "1"}).text
    assert 'form="v" formaction="/language/setlang/"' in card

    answer = phone.post(
        "/language/setlang/", {"language": "sw", "next": page("vote", round_), "statement": first}
    )

    assert answer["Location"] == page("vote", round_)
    assert 'lang="sw"' in phone.get(answer["Location"]).text.partition("<head>")[0]


def test_what_is_ahead_is_what_this_person_has_not_answered(phone, round_, ann):
    first = shown_on(phone.get(page("vote", round_)))
    phone.post(page("vote", round_), {"statement": first, "choice": "1"})

    said = phone.get(page("ahead", round_)).json()

    others = round_.statements.exclude(pk=first)
    assert {card["statement"] for card in said["cards"]} == {
        str(pk) for pk in others.values_list("pk", flat=True)
    }
    assert said["whose"] in phone.get(page("vote", round_)).text
    assert (
        said["whose"]
        != make.phone_of(make.participant(ann.programme)).get(page("ahead", round_)).json()["whose"]
    )

    actions.close_round(round=round_, by=None)
    assert phone.get(page("ahead", round_)).status_code == 404


def test_a_statement_of_another_round_is_not_found(phone, round_, ann):
    other = make.round_(ann.programme, opened=True).statements.get()

    for statement in (other.pk, uuid.uuid4(), "no id"):
        answer = phone.post(page("vote", round_), {"statement": statement, "choice": "1"})
        assert answer.status_code == 404
    assert not Vote.objects.exists()


@pytest.mark.parametrize("choice", ["2", "", "agree", "1.0"])
def test_a_choice_that_no_button_says_is_refused(phone, round_, choice):
    first = shown_on(phone.get(page("vote", round_)))

    assert phone.post(page("vote", round_), {"statement": first, "choice": choice}).status_code == 400
    assert not Vote.objects.exists()


def test_a_round_that_was_not_opened_is_not_found(phone, ann):
    prepared = make.round_(ann.programme, statements=1)

    for name in ("vote", "answers", "propose"):
        assert phone.get(page(name, prepared)).status_code == 404


def test_without_a_card_one_is_asked_for_it(client, round_):
    for name in ("vote", "answers", "propose"):
        answer = client.get(page(name, round_))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("programmes:join"))


def test_who_has_not_agreed_to_take_part_is_asked_first(round_, ann):
    ben = make.participant(ann.programme, consented=False)
    phone = make.phone_of(ben)
    statement = round_.statements.first()

    answer = phone.post(page("vote", round_), {"statement": statement.pk, "choice": "1"})
    assert answer.status_code == 302
    assert reverse("programmes:consent", args=[ann.programme.slug]) in answer["Location"]
    assert not Vote.objects.exists()

    make.consent(ben, Purpose.TAKE_PART)
    assert phone.post(page("vote", round_), {"statement": statement.pk, "choice": "1"}).status_code == 200


def test_a_card_of_another_programme_opens_nothing(round_):
    otto = make.phone_of(make.participant())

    answer = otto.post(page("vote", round_), {"statement": round_.statements.first().pk, "choice": "1"})

    assert answer.status_code == 302
    assert not Vote.objects.exists()


def test_nothing_stays_in_a_shared_phone(phone, round_):
    answer = phone.get(page("vote", round_))

    assert "no-store" in answer["Cache-Control"]
    assert "<title>Jukwaa</title>" in answer.content.decode()


def test_the_voting_page_needs_no_script_and_little_air(phone, round_):
    answer = phone.get(page("vote", round_))

    page_ = answer.content.decode()
    assert re.findall(r"<script[^>]*>", page_) == ['<script src="/static/dialogue/outbox.js" defer>']
    assert len(answer.content) < 4_000


def test_a_vote_asks_the_database_few_things(phone, round_, django_assert_max_num_queries):
    first = shown_on(phone.get(page("vote", round_)))
    second = shown_on(phone.post(page("vote", round_), {"statement": first, "choice": "1"}))

    # The door 2, round and statement 2, the record 5, the next statement 2, and the savepoint of this test 2.
    # On PostgreSQL the record also takes a lane and locks, and its savepoint is counted.
    with django_assert_max_num_queries(16 if connection.vendor == "postgresql" else 13):
        phone.post(page("vote", round_), {"statement": second, "choice": "1"})


def test_my_answers_are_listed_each_with_a_way_to_change_it(phone, round_):
    first = shown_on(phone.get(page("vote", round_)))
    phone.post(page("vote", round_), {"statement": first, "choice": "-1"})

    listed = phone.get(page("answers", round_)).content.decode()
    assert "You disagreed." in listed
    change = f"{page('vote', round_)}?statement={first}"
    assert change in listed

    again = phone.get(change)
    assert shown_on(again) == first
    assert "You disagreed." in again.content.decode()


def test_nobody_sees_another_ones_answers(phone, round_, ann):
    first = shown_on(phone.get(page("vote", round_)))
    phone.post(page("vote", round_), {"statement": first, "choice": "-1"})
    ben = make.phone_of(make.participant(ann.programme))

    assert "You have not answered yet" in ben.get(page("answers", round_)).content.decode()


def test_a_statement_is_proposed_and_its_trace_code_shown_to_its_author_alone(phone, round_, ann):
    answer = phone.post(page("propose", round_), {"text": "Free the licences."}, follow=True)

    statement = Statement.objects.get(by_participant=True)
    assert statement.spoken_code in answer.content.decode()
    assert statement.subject == ann.pk
    ben = make.phone_of(make.participant(ann.programme))
    assert ben.get(page("proposed", statement)).status_code == 404


def test_an_author_reads_why_a_proposal_was_not_put_to_the_vote(phone, round_, ann):
    statement = actions.propose_statement(round=round_, text="Juma lies.", by=ann)
    actions.reject_statement(statement=statement, reason=Statement.Reason.PERSON, by=None)

    assert "It names a person" in phone.get(page("answers", round_)).content.decode()


def test_a_proposal_that_does_not_fit_is_refused_with_what_was_written(phone, round_, ann):
    empty = phone.post(page("propose", round_), {"text": ""})
    assert empty.status_code == 200
    assert not Statement.objects.filter(by_participant=True).exists()

    for number in range(actions.MOST_WAITING):
        actions.propose_statement(round=round_, text=f"Proposal {number}", by=ann)
    full = phone.post(page("propose", round_), {"text": "One more of mine"}).content.decode()
    assert "wait for a moderator" in full
    assert "One more of mine" in full


def test_a_closed_round_takes_no_proposals(phone, round_):
    actions.close_round(round=round_, by=None)

    assert phone.post(page("propose", round_), {"text": "Too late."}).status_code == 409


def test_the_open_questions_are_listed(phone, round_, ann):
    make.round_(ann.programme, question="Not opened", statements=1)
    address = reverse("dialogue:take_part", args=[ann.programme.slug])
    listed = phone.get(address).content.decode()
    assert page("vote", round_) in listed
    assert "Not opened" not in listed

    actions.close_round(round=round_, by=None)
    assert "Nothing is asked now" in phone.get(address).content.decode()


def test_looking_at_pages_changes_nothing(phone, round_):
    for name in ("vote", "answers", "propose"):
        phone.get(page(name, round_), {"statement": round_.statements.first().pk, "choice": "1"})

    assert not queries.vote_rows(round_)


def test_a_swahili_reader_meets_the_translation_and_is_told_that_it_is_one():
    round_ = make.round_(opened=True)
    statement = round_.statements.get()
    actions.translate(row=statement, language="sw", text="Maji ni machafu.", made_by="Neema", by=None)
    phone = make.phone_of(make.participant(round_.programme))
    address = reverse("dialogue:vote", args=[round_.programme.slug, round_.pk])

    english = phone.get(address, headers={"Accept-Language": "en"}).content.decode()
    swahili = phone.get(address, headers={"Accept-Language": "sw"}).content.decode()

    assert statement.text in english
    assert "Maji ni machafu." not in english
    assert '<h1 class="statement" lang="sw">Maji ni machafu.</h1>' in swahili
    assert "English" in swahili


def test_a_translation_that_a_speaker_checked_says_so_to_staff_and_nothing_to_readers(client):
    round_ = make.round_(opened=True)
    flo = make.client_of(make.member(round_.programme))
    statement = round_.statements.get()
    address = reverse("dialogue:translate_statement", args=[round_.programme.slug, statement.pk])
    said = {"language": "fr", "text": "Eau sale.", "made_by": "Neema", "reviewed_by": "Hery"}

    page = flo.post(address, said, follow=True).content.decode()

    assert "Checked by Hery" in page
    assert queries.in_the_readers_language([statement])[0].said.text == statement.text
    with translation.override("fr"):
        said_in_french = queries.in_the_readers_language([statement])[0].said
    assert (said_in_french.text, said_in_french.unchecked) == ("Eau sale.", False)
