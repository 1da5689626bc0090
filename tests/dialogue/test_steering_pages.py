"""Steering through its pages: what moderators press, what authors and groups are asked on their phones."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.models import Round, Statement, Unlike, Vote
from jukwaa.dialogue.phone.actions import choose_picture, propose_aloud
from jukwaa.dialogue.steering import actions, queries
from jukwaa.field.media import Recording
from jukwaa.programmes.models import Gender
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def flo():
    return make.member()


@pytest.fixture
def browser(flo):
    return make.client_of(flo)


@pytest.fixture
def round_(flo):
    return make.round_(flo.programme, opened=True)


def page(name: str, thing) -> str:
    return reverse(f"dialogue:{name}", args=[thing.programme.slug, thing.pk])


def sent(client, url: str, said: dict | None = None) -> str:
    return client.post(url, said or {}, follow=True).content.decode()


def proposed(in_round: Round, text: str, by=None) -> Statement:
    by = by or make.participant(in_round.programme, language="en")
    return dialogue.propose_statement(round=in_round, text=text, by=by)


# ---- the page that keeps itself fresh --------------------------------------------------------------------


def test_the_list_is_sent_again_only_when_it_changed(browser, round_):
    now = page("moderation_now", round_)
    first = browser.get(now)
    assert browser.get(now, headers={"if-none-match": first["ETag"]}).status_code == 304

    proposed(round_, "Free the licences.")

    again = browser.get(now, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert "Free the licences." in again.content.decode()
    assert "<html" not in again.content.decode()


def test_the_page_works_whole_without_asking_again(browser, round_):
    proposed(round_, "Free the licences.")

    told = browser.get(page("moderation", round_)).content.decode()

    assert "One statement waits for you. One is put to the vote." in told
    assert page("moderation_now", round_) in told


def test_where_nothing_waits_the_page_says_so(browser, round_):
    assert (
        "Nothing waits for you. One is put to the vote."
        in browser.get(page("moderation", round_)).content.decode()
    )


def test_what_was_said_aloud_is_heard_where_it_is_written_down_and_its_author_is_asked(browser, round_):
    ann = make.participant(round_.programme)
    said = propose_aloud(round=round_, sound=Recording(b"RIFF", "audio/wav"), by=ann)
    address = reverse("dialogue:reword_statement", args=[round_.programme.slug, said.pk])

    told = browser.get(address).content.decode()
    listed = browser.get(page("moderation", round_)).content.decode()
    sent(browser, address, {"text": "We wash where we drink.", "language": "en"})
    asked = (
        make.phone_of(ann).get(reverse("dialogue:take_part", args=[round_.programme.slug])).content.decode()
    )

    assert "<audio" in told
    assert "<blockquote" not in told
    assert reverse("dialogue:split_statement", args=[round_.programme.slug, said.pk]) not in listed
    assert "You said it aloud." in asked
    assert "We wash where we drink." in asked
    assert "“”" not in asked


def test_two_that_are_near_copies_show_their_pictures(browser, round_):
    for words in ("The well at the mill is broken.", "The well at the mill is broken now."):
        choose_picture(statement=make.statement(round_, text=words), picture="water", by=None)

    told = browser.get(page("moderation", round_)).content.decode()

    assert told.count('<span class="own-picture">') == 2


def test_a_list_of_many_statements_takes_as_many_queries_as_one_of_few(browser, round_):
    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            browser.get(page("moderation_now", round_))
        return len(context)

    proposed(round_, "The first.")
    few = asked()
    for number in range(20):
        proposed(round_, f"Proposal {number}")

    assert asked() == few


# ---- deciding --------------------------------------------------------------------------------------------


def test_the_second_of_two_facilitators_is_told_how_it_stands(browser, round_):
    statement = proposed(round_, "Free the licences.")
    seen = queries.as_seen(statement)
    other = make.client_of(make.member(round_.programme, name="Otto"))
    sent(other, page("reject_statement", statement), {"reason": "same", "seen": seen})

    told = sent(browser, page("approve_statement", statement), {"seen": seen})

    assert "Somebody else changed “Free the licences.” a moment ago" in told
    assert "Another statement says the same." in told
    assert Statement.objects.get(pk=statement.pk).state == "rejected"


def test_an_author_reads_why_their_statement_left_the_vote(browser, round_):
    ann = make.participant(round_.programme, language="en")
    statement = proposed(round_, "Juma lies.", ann)
    actions.approve(statement=statement, by=None)

    browser.post(page("reject_statement", statement), {"reason": "person"})

    assert "names a person" in make.phone_of(ann).get(page("proposed", statement)).content.decode()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"bears": "solution"}, ("solution", "")),
        ({"looks": "ahead"}, ("", "ahead")),
        ({"bears": ""}, ("", "")),
    ],
)
def test_what_a_statement_is_about_is_said_in_one_tap(browser, round_, said, kept):
    statement = round_.statements.get()

    browser.post(page("read_statement", statement), said)

    statement.refresh_from_db()
    assert (statement.bears, statement.looks) == kept


@pytest.mark.parametrize("said", [{}, {"bears": "mine"}, {"looks": "up"}])
def test_a_tap_that_says_nothing_we_know_is_not_found(browser, round_, said):
    assert browser.post(page("read_statement", round_.statements.get()), said).status_code == 404


def test_a_vote_on_what_was_joined_a_moment_ago_shows_the_next_statement(round_):
    one, other = round_.statements.get(), make.statement(round_, text="Dirty water.")
    phone = make.phone_of(make.participant(round_.programme))
    actions.join(statements=[one, other], into=other, by=None)

    answer = phone.post(page("vote", round_), {"statement": one.pk, "choice": "1"})

    assert answer.status_code == 200
    assert "taken off the vote a moment ago" in answer.content.decode()
    assert "Dirty water." in answer.content.decode()
    assert not Vote.objects.exists()


def test_what_somebody_said_to_a_joined_statement_stays_among_their_answers(round_):
    ann = make.participant(round_.programme, language="en")
    one, other = round_.statements.get(), make.statement(round_, text="Dirty water.")
    dialogue.cast_vote(
        statement=Statement.objects.select_related("round").get(pk=other.pk), choice=-1, by=ann
    )
    actions.join(statements=[one, other], into=one, by=None)

    told = make.phone_of(ann).get(page("answers", round_)).content.decode()

    assert "Not asked any more" in told
    assert "Dirty water." in told
    assert f"?statement={other.pk}" not in told


def test_a_statement_that_waits_is_not_voted_on(round_):
    ann = make.participant(round_.programme)
    waiting = proposed(round_, "Not yet.")

    told = make.phone_of(ann).post(page("vote", round_), {"statement": waiting.pk, "choice": "1"})

    assert "Not yet." not in told.content.decode()
    assert not Vote.objects.exists()


# ---- the order -------------------------------------------------------------------------------------------


def test_statements_are_put_in_order_by_their_numbers(browser, flo):
    round_ = make.round_(flo.programme, statements=3)
    one, two, three = room.put_to_the_vote(round_)
    numbers = {f"place/{one.pk}/1": "3", f"place/{two.pk}/2": "2", f"place/{three.pk}/3": "3"}

    browser.post(page("order_statements", round_), numbers)
    assert list(room.put_to_the_vote(round_)) == [two, three, one]

    browser.post(page("place_statement", one), {"number": "1"})
    assert list(room.put_to_the_vote(round_)) == [one, two, three]


@pytest.mark.parametrize("typed", ["first", "-1", "1.5", "9" * 40, "²"])
def test_a_place_that_is_no_number_is_told(browser, flo, typed):
    round_ = make.round_(flo.programme, statements=2)
    one, _two = room.put_to_the_vote(round_)

    assert "whole number" in sent(browser, page("place_statement", one), {"number": typed})
    assert "whole number" in sent(browser, page("order_statements", round_), {f"place/{one.pk}/1": typed})


# ---- joining, splitting, carrying over -------------------------------------------------------------------


def test_near_copies_stand_side_by_side_and_are_joined_or_told_apart(browser, round_):
    one = make.statement(round_, text="The bridge must be repaired.")
    other = make.statement(round_, text="The bridge must not be repaired.")
    told = browser.get(page("moderation", round_)).content.decode()
    assert "One of the two says “not”" in told

    pair = f"{one.pk.hex}.{other.pk.hex}"
    assert "Perhaps the same" not in sent(browser, page("tell_apart", round_), {"pair": f"later:{pair}"})
    assert not Unlike.objects.exists()
    assert "are not shown as alike again" in sent(
        browser, page("tell_apart", round_), {"pair": f"differ:{pair}"}
    )
    assert Unlike.objects.count() == 1


def test_ticked_statements_are_joined_after_saying_what_that_means(browser, round_):
    one, other = proposed(round_, "Dirty water."), proposed(round_, "Bad water.")
    ticked = {"statement": [one.pk, other.pk]}
    asked = browser.get(page("join_statements", round_), ticked).content.decode()
    assert "Votes on them stay where they are and are not moved" in asked

    assert "Joined." in sent(browser, page("join_statements", round_), ticked | {"into": one.pk})

    other.refresh_from_db()
    assert other.state == "joined"
    assert "Undone" in sent(browser, page("take_apart", other))


def test_what_cannot_be_joined_is_told_in_one_sentence(browser, round_):
    one = proposed(round_, "Dirty water.")
    elsewhere = make.statement(make.round_(round_.programme), text="Licences.")
    url = page("join_statements", round_)

    assert "Tick at least two different" in sent(
        browser, url, {"statement": [one.pk, one.pk], "into": one.pk}
    )
    assert "Only statements of one round" in sent(browser, url, {"statement": [one.pk, elsewhere.pk]})
    two = {"statement": [one.pk, proposed(round_, "Bad water.").pk], "into": "new"}
    assert "Write the new words" in sent(browser, url, two | {"text": ""})
    long = sent(browser, url, two | {"text": "x" * 5000})
    assert "at most 280" in long
    assert "x" * 5000 in long


def test_a_statement_is_split_on_its_page_and_nothing_typed_is_lost(browser, round_):
    whole = proposed(round_, "Dirty water and no licences.")
    url = page("split_statement", whole)
    assert "at least two different parts" in sent(browser, url, {"part_1": "Same.", "part_2": "Same."})
    assert "This field is required" in sent(browser, url, {"part_1": "Kept words.", "part_2": ""})
    assert "Kept words." in sent(browser, url, {"part_1": "Kept words.", "part_2": "x" * 5000})

    assert "Split." in sent(browser, url, {"part_1": "Dirty water.", "part_2": "No licences."})
    assert [line.text for line in queries.waiting(round_)] == ["Dirty water.", "No licences."]


def test_a_solution_is_carried_over_in_one_step(browser, flo):
    found = make.finding(flo.programme)
    round_ = make.round_(flo.programme, opened=True)
    solutions = make.round_(flo.programme, kind="solutions", answers=found)
    pump = proposed(round_, "Build a pump.")
    browser.post(page("read_statement", pump), {"bears": "solution"})
    assert "Keep it for the solutions round" in browser.get(page("moderation", round_)).content.decode()
    assert solutions.question in browser.get(page("carry_statement", pump)).content.decode()

    assert "Carried over" in sent(browser, page("carry_statement", pump), {"to": solutions.pk})
    assert solutions.statements.get().text == "Build a pump."
    assert "Choose a round" in sent(browser, page("carry_statement", pump), {"to": "nowhere"})


# ---- other words -----------------------------------------------------------------------------------------


def test_an_author_is_asked_on_every_page_of_theirs_and_nods(browser, round_):
    ann = make.participant(round_.programme, language="en")
    statement, phone = proposed(round_, "Lisences free.", ann), make.phone_of(ann)
    told = sent(browser, page("reword_statement", statement), {"text": "Free licences.", "language": "en"})
    assert "The author is asked" in told

    take_part = reverse("dialogue:take_part", args=[round_.programme.slug])
    for url in (take_part, page("answers", round_), page("proposed", statement)):
        assert "Free licences." in phone.get(url).content.decode()
    [asked] = queries.asked_of(ann)
    assert "The new words stand" in sent(phone, page("answer_wording", asked), {"answer": "yes"})
    assert Statement.objects.get(pk=statement.pk).text == "Free licences."
    assert "Free licences." not in phone.get(take_part).content.decode()


def test_nobody_else_is_asked_or_may_answer(round_):
    asked = actions.propose_wording(statement=proposed(round_, "Lisences."), text="Licences.", by=None)
    stranger = make.phone_of(make.participant(round_.programme))

    assert stranger.post(page("answer_wording", asked), {"answer": "yes"}).status_code == 404


def test_words_of_the_field_are_not_reworded_and_it_is_said_why(browser, flo):
    quote = make.usable_quote(flo.programme, text="We drink it.")
    statement = make.statement(make.round_(flo.programme), text="We drink it.", quotes=[quote])

    told = sent(browser, page("reword_statement", statement), {"text": "They drink it.", "language": "en"})

    assert "spoken at a mine site" in told
    assert Statement.objects.get().text == "We drink it."


# ---- paused and apart ------------------------------------------------------------------------------------


def test_a_round_is_paused_and_goes_on_with_a_button(browser, round_):
    ann = make.participant(round_.programme)
    vote = {"statement": round_.statements.get().pk, "choice": "1"}

    assert "Paused" in sent(browser, page("pause_round", round_))
    assert make.phone_of(ann).post(page("vote", round_), vote).status_code == 409
    assert "cannot be paused" in sent(browser, page("pause_round", round_))

    assert "goes on" in sent(browser, page("resume_round", round_), {"from": "moderation"})
    assert make.phone_of(ann).post(page("vote", round_), vote).status_code == 200
    assert "not paused" in sent(browser, page("resume_round", round_))


def test_a_round_is_prepared_for_women_of_one_group_and_says_so_before_it_opens(browser, flo):
    panners = make.constituency(flo.programme, name="Panners")
    said = {"question": "What hurts?", "kind": "problems", "language": "en", "threshold": "0.60"}
    browser.post(
        page("prepare_round", make.gathering(flo.programme)),
        said | {"constituency": panners.pk, "women": "on"},
    )
    round_ = Round.objects.get()
    make.statement(round_)

    asked = browser.get(page("open_round", round_)).content.decode()

    assert "Only women of “Panners” are asked." in asked
    assert "60 of 100 people" in asked
    assert "shown to nobody else until they release it" in asked


def test_a_group_releases_its_round_on_a_phone_of_its_own(browser, flo):
    ann = make.participant(flo.programme, gender=Gender.WOMAN, language="en")
    juma = make.participant(flo.programme, gender=Gender.MAN, language="en")
    round_ = make.round_(flo.programme, opened=True, women=True)
    dialogue.close_round(round=round_, by=None)
    phone, url = make.phone_of(ann), page("release_ours", round_)
    take_part = reverse("dialogue:take_part", args=[flo.programme.slug])
    assert url in phone.get(take_part).content.decode()
    assert url not in make.phone_of(juma).get(take_part).content.decode()
    assert "nothing here that your group" in sent(make.phone_of(juma), url, {"agreed": "on"})

    sent(phone, url)
    assert Round.objects.get().kept_apart
    assert "The others can see now" in sent(phone, url, {"agreed": "on"})
    assert not Round.objects.get().kept_apart


def test_staff_note_the_hands_with_which_a_group_released_its_round(browser, flo):
    round_ = make.round_(flo.programme, opened=True, women=True)
    assert "Close the round first" in sent(browser, page("release_round", round_), {"hands": "12"})
    dialogue.close_round(round=round_, by=None)
    sent(browser, page("release_round", round_), {"hands": "0"})
    assert Round.objects.get().kept_apart

    assert "with 12 hands" in sent(browser, page("release_round", round_), {"hands": "12"})
    assert "Kept apart again" in sent(browser, page("keep_round_apart", round_))
    assert Round.objects.get().kept_apart


def test_whoever_is_not_of_the_group_finds_no_round(flo):
    round_ = make.round_(flo.programme, opened=True, women=True)
    juma = make.phone_of(make.participant(flo.programme, gender=Gender.MAN))

    for name in ("vote", "answers", "propose", "round", "public_results"):
        assert juma.get(page(name, round_)).status_code == 404
