"""Everybody who spoke is answered: by their own page, by duty, aloud and on paper; and nothing names them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.agenda.drafting import actions as drafting
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue.phone import speech
from jukwaa.field.media import Recording
from jukwaa.programmes.actions import note_wrong_code
from jukwaa.programmes.models import Purpose
from jukwaa.programmes.queries import WRONG_CODES_AN_HOUR
from jukwaa.record import blobs
from jukwaa.record.models import Event
from jukwaa.stories import trace
from jukwaa.stories.answering import actions, links, queries
from jukwaa.stories.models import Answered
from tests import make
from tests.stories.conftest import OPENED, fact, finding_of, statement_in

SOUND = Recording(b"OggS" + bytes(40), "audio/ogg")


def opened(code: str, client: Client | None = None, **said: str) -> str:
    """The page of a trace code, in English unless another language is asked for."""
    answer = (client or Client()).post(reverse("web:trace"), {"code": code, "language": "en"} | said)
    assert answer.status_code == 200
    return answer.content.decode()


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# ---- the page --------------------------------------------------------------------------------------------


def test_the_page_speaks_the_language_in_which_they_spoke(road):
    page = Client().post(reverse("web:trace"), {"code": road.testimony.trace_code})

    assert '<html lang="sw">' in page.content.decode()
    assert page["Content-Language"] == "sw"


def test_another_language_is_chosen_without_typing_the_code_again(road):
    first = opened(road.testimony.trace_code)
    [again] = re.findall(r'name="page" value="([^"]+)"', first)

    second = Client().post(reverse("web:trace"), {"page": again, "language": "fr"}).content.decode()

    assert '<html lang="fr">' in second
    assert road.testimony.trace_code not in first + second


def test_a_page_left_open_too_long_asks_for_the_code_and_shows_nothing(road):
    page = Client().post(reverse("web:trace"), {"page": "no-token-of-ours"}).content.decode()

    assert "The page waited too long" in page


def test_the_address_of_a_sound_opens_no_page(road):
    sound = links.token(road.testimony.pk, f"{links.MACHINE} en")

    page = Client().post(reverse("web:trace"), {"page": sound}).content.decode()

    assert "The page waited too long" in page


def test_what_a_page_holds_opens_no_sound(road):
    page = links.token(road.testimony.pk, links.PAGE)

    assert Client().get(reverse("web:answer_sound", args=[page])).status_code == 404


def test_what_each_group_said_is_told_in_words_and_never_in_figures(road):
    told = words(opened(road.testimony.trace_code))

    assert "Most agree: Panners." in told
    assert "23" not in told


@pytest.mark.parametrize(
    ("others", "told"),
    [(3, "down. It was put to the vote in these words"), (12, "With what about 10 others")],
)
def test_with_how_many_others_is_told_once_they_are_ten(road, others, told):
    for _number in range(others):
        quote = make.quote(make.testimony(road.problem.programme), text="Dirty.")
        fact(trace.Source(programme=quote.programme, statement=road.statement, quote=quote))

    said = words(opened(road.testimony.trace_code))

    assert told in said
    assert str(others) not in said.partition("put to the vote")[0]


def test_silence_is_told_with_its_days(road):
    record.put("delivery.report_removed", road.report, removed=True, by=None)
    on = timezone.localdate()
    record.put(
        "delivery.commitment_changed",
        road.commitment,
        made_on=on - timedelta(days=100),
        due_on=on - timedelta(days=62),
        by=None,
    )

    told = words(opened(road.testimony.trace_code))

    assert "It was due 62 days ago. Nothing has been reported yet, for 100 days." in told


def test_a_statement_that_was_not_put_to_the_vote_is_told_how_to_say_it_anew(road):
    mine = fact(statement_in(road.problems, "Juma did it.", state="rejected", reason="person"))

    assert "You can say it once more, without the name or the place." in words(opened(mine.trace_code))


def test_a_divided_statement_is_told_why_it_is_not_on_the_agenda(road):
    mine = fact(statement_in(road.problems, "The elders decide."))
    divided = finding_of(mine)
    divided.label = "divided"
    fact(divided)

    told = words(opened(mine.trace_code))

    assert "It is not on the agenda yet. Only what every group can live with goes on the agenda." in told
    assert "You can ask at the next gathering" in told


def test_causes_and_what_the_groups_do_not_agree_on_are_told(road):
    drafting.add_cause(problem=road.problem, text="Nobody tests it.", by=None)
    apart = drafting.agree_to_disagree(
        problem=road.problem, question="Who pays the pump?", would_settle="The council's budget", by=None
    )
    drafting.take_side(disagreement=apart, constituency=road.group, words="The mine does.", by=None)

    told = words(opened(road.testimony.trace_code))

    assert "Why it is so, as the groups say: “Nobody tests it.”." in told
    assert "The groups agree that they disagree: “Who pays the pump?” Panners: “The mine does.”" in told
    assert "What would settle it: The council's budget" in told


def test_a_reservation_is_told_in_the_words_of_its_group(road):
    agenda.endorse(
        row=road.row,
        constituency=road.group,
        gradient=3,
        reservation="Not before the rains.",
        said_on=timezone.localdate(),
        by=None,
    )

    assert "1 has a reservation. Panners: “Not before the rains.”" in words(opened(road.testimony.trace_code))


def test_of_what_is_kept_inside_only_that_is_told(road):
    record.put("agenda.row_changed", road.row, public=False, by=None)

    told = words(opened(road.testimony.trace_code))

    assert "Some of what followed is kept inside the programme." in told
    assert "Put up a pump" not in told


def test_the_page_leads_on_to_what_everybody_may_read(road):
    links_ = re.findall(r'href="(/p/[^"]+)"', opened(road.testimony.trace_code))

    assert len(links_) > 4
    assert {Client().get(link).status_code for link in links_} == {200}


def test_the_page_of_a_programme_that_is_not_public_leads_nowhere(road):
    programme = road.problem.programme
    record.put("programmes.programme_changed", programme, public=False, by=None)

    assert "/p/" not in opened(road.testimony.trace_code)


def test_page_and_paper_are_light_and_load_no_script(road):
    page, paper = opened(road.testimony.trace_code), opened(road.testimony.trace_code, print="1")

    assert max(len(page), len(paper)) < 30_000
    assert "<script" not in page + paper
    assert "It was decided" in paper


def test_an_answer_takes_few_queries_however_many_said_the_same(road, django_assert_max_num_queries):
    for _number in range(12):
        quote = make.quote(make.testimony(road.problem.programme), text="Dirty.")
        fact(trace.Source(programme=quote.programme, statement=road.statement, quote=quote))

    with django_assert_max_num_queries(110):
        opened(road.testimony.trace_code)


# ---- what is heard ---------------------------------------------------------------------------------------


def sounds(page: str) -> list[str]:
    return [unescape(src) for src in re.findall(r'<audio[^>]* src="([^"]+)"', page)]


def spoken(road) -> None:
    """Give what they said a recording that was made anew."""
    kept = blobs.keep(b"their own voice", mime="audio/ogg")
    record.put(
        "field.testimony_changed", road.testimony, audio=kept, audio_mime="audio/ogg; codecs=opus", by=None
    )


def test_their_own_voice_is_heard_first_if_they_let_everybody_hear_it(road):
    spoken(road)
    make.consent(road.voice, Purpose.VOICE, "3-public")

    [own, *_others] = [s for s in sounds(opened(road.testimony.trace_code)) if heard(s) == b"their own voice"]

    assert road.testimony.trace_code not in own


@pytest.mark.parametrize("audience", ["1-programme", "2-report"])
def test_their_own_voice_is_not_heard_by_whoever_finds_the_slip(road, audience):
    spoken(road)
    make.consent(road.voice, Purpose.VOICE, audience)

    own = links.token(road.testimony.pk, links.OWN)

    assert b"their own voice" not in {heard(s) for s in sounds(opened(road.testimony.trace_code))}
    assert Client().get(reverse("web:answer_sound", args=[own])).status_code == 404


def heard(address: str) -> bytes:
    return Client().get(address).content


def test_a_recording_of_a_step_is_heard_until_its_words_change(road):
    programme = road.problem.programme
    actions.keep_reading(
        programme=programme,
        of=queries.words_of(road.testimony)[-1],
        subject=None,
        language="suk",
        sound=SOUND,
        by=None,
    )
    assert "Listen: Kisukuma, read out on" in opened(road.testimony.trace_code)

    record.put("delivery.outcome_changed", road.outcome, proof="fully", by=None)

    assert "Kisukuma" not in opened(road.testimony.trace_code)


@pytest.mark.skipif("en" not in speech.machine_languages(), reason="there is no espeak-ng")
def test_the_machine_reads_where_nobody_does_and_says_that_it_is_one(road):
    page = opened(road.testimony.trace_code)
    assert "Listen: English, read by a machine" in page

    actions.keep_reading(
        programme=road.problem.programme,
        of=queries.whole_of(road.testimony),
        subject=road.voice.pk,
        language="en",
        sound=SOUND,
        by=None,
    )

    assert "read by a machine" not in opened(road.testimony.trace_code)
    # What was read out then is not what is so now.
    record.put("delivery.outcome_changed", road.outcome, proof="fully", by=None)
    assert "read by a machine" in opened(road.testimony.trace_code)


def test_codes_are_guessed_no_more_easily_than_cards(road):
    for _time in range(WRONG_CODES_AN_HOUR):
        note_wrong_code()

    told = Client().post(reverse("web:trace"), {"code": road.testimony.trace_code})

    assert told.status_code == 429


def test_an_address_of_a_sound_that_is_not_ours_leads_nowhere(road):
    for token in ("x", links.token(road.testimony.pk, links.OWN)[:-1]):
        assert Client().get(reverse("web:answer_sound", args=[token])).status_code == 404


# ---- who was told ----------------------------------------------------------------------------------------


def test_whoever_opens_their_page_is_answered_and_nobody_is_named(road):
    opened(road.testimony.trace_code)
    opened(road.testimony.trace_code)

    [told] = Answered.objects.all()
    assert (told.of, told.way, told.told_by) == (road.testimony.pk, "page", None)
    [event] = Event.objects.filter(verb="stories.answer_opened")
    assert event.actor is None


def test_staff_who_look_a_code_up_have_not_told_anybody_yet(road):
    opened(road.testimony.trace_code, make.client_of(make.member(road.problem.programme)))

    assert not Answered.objects.exists()


def test_that_they_were_told_is_forgotten_with_them(road):
    opened(road.testimony.trace_code)

    record.withdraw(road.voice.pk, by=None, programme=road.problem.programme)
    opened(road.testimony.trace_code)

    assert not Answered.objects.exists()


# ---- what came of votes ----------------------------------------------------------------------------------


def test_whoever_voted_reads_what_came_of_it_and_not_how_they_voted(road):
    ann = make.participant(road.problem.programme)
    other = fact(statement_in(road.problems, "Too dark."))
    for statement, choice in ((road.statement, -1), (other, 1)):
        dialogue.cast_vote(statement=statement, choice=choice, by=ann, at=OPENED + timedelta(days=1))

    told = words(
        make.phone_of(ann).get(reverse("stories:of_my_votes", args=[ann.programme.slug])).content.decode()
    )

    assert "You answered 2 statements; 1 of them were taken up." in told
    assert "The wash water is dirty." in told
    assert "It was decided" in told
    assert "Too dark." not in told
    assert "You disagreed" not in told
