"""The duty list: who spoke and was not told yet; and how far each group's statements come."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa import record
from jukwaa.dialogue.models import Descent
from jukwaa.field.media import Recording
from jukwaa.programmes.disclosure import Frame
from jukwaa.programmes.models import Role
from jukwaa.stories import trace
from jukwaa.stories.answering import actions, queries, survival
from jukwaa.stories.models import Answered
from tests import make
from tests.stories.conftest import fact, statement_in

TODAY = timezone.localdate()


def spoke(programme, days: int, **others):
    """Somebody told a researcher something so many days ago."""
    return make.testimony(programme, given_on=TODAY - timedelta(days=days), **others)


@pytest.fixture
def lead(programme):
    return make.member(programme, role=Role.COORDINATOR, name="Neema")


@pytest.fixture
def desk(lead) -> Client:
    return make.client_of(lead)


def page(programme, name: str = "duty", *args: object) -> str:
    return reverse(f"stories:{name}", args=[programme.slug, *args])


def text(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def waiting(programme) -> list:
    return [each.pk for each in queries.contributions(programme) if not each.answered]


# ---- who waits -------------------------------------------------------------------------------------------


def test_those_who_wait_longest_come_first(programme, desk):
    late, early = spoke(programme, 5), spoke(programme, 90)

    assert waiting(programme) == [early.pk, late.pk]
    assert "2 wait to hear what came of what they said. 1 for more than 60 days." in text(
        desk.get(page(programme))
    )


def test_testimonies_proposals_and_answers_about_promises_are_all_owed_an_answer(road):
    ben = make.participant(road.problem.programme)
    mine = fact(statement_in(road.problems, "Too dark.", by_participant=True, subject=ben.pk))
    verdict = make.disputed(road.report)

    came = {each.pk: each.came for each in queries.contributions(road.problem.programme)}

    assert came == {road.testimony.pk: "told", mine.pk: "proposed", verdict.pk: "promise"}


def test_whoever_asked_to_be_forgotten_is_not_on_the_list(road):
    record.withdraw(road.voice.pk, by=None, programme=road.problem.programme)

    assert queries.contributions(road.problem.programme) == []


def test_the_list_holds_no_words_and_no_names(programme, desk):
    ann = make.participant(programme, called="Ann Nyanda")
    said = spoke(programme, 5, voice=ann, text="Raw words.")

    for name in ("duty", "duty_csv", "visit_list", "letters"):
        shown = desk.get(page(programme, name)).content.decode()
        assert "Nyanda" not in shown
        assert "Raw words" not in shown
        if name != "duty_csv":
            assert queries.spaced(said.trace_code) in shown


# ---- they were told --------------------------------------------------------------------------------------


def test_one_is_marked_as_told_with_how_when_and_by_whom(programme, desk, lead):
    said, other = spoke(programme, 70), spoke(programme, 3)
    day = TODAY - timedelta(days=20)

    desk.post(page(programme), {"said": [said.pk], "way": "visit", "on": day.isoformat()})

    [told] = Answered.objects.all()
    assert (told.of, told.way, told.told_on, told.told_by) == (said.pk, "visit", day, lead)
    assert waiting(programme) == [other.pk]


def test_all_whom_a_search_finds_are_marked_at_once(programme, desk):
    spoke(programme, 70, language="suk"), spoke(programme, 3, language="suk")
    other = spoke(programme, 3, language="sw")

    desk.post(page(programme) + "?language=suk", {"all": "1", "way": "radio", "on": TODAY.isoformat()})

    assert waiting(programme) == [other.pk]


def test_the_first_time_counts(programme, lead):
    said = spoke(programme, 70)
    given = {"programme": programme, "said": [said.pk], "by": lead}
    actions.mark_answered(**given, way="visit", on=TODAY - timedelta(days=30))

    assert actions.mark_answered(**given, way="radio") == []

    assert Answered.objects.get().way == "visit"


def test_a_mark_is_taken_back_and_made_again(programme, desk, lead):
    said = spoke(programme, 70)
    actions.mark_answered(programme=programme, said=[said.pk], way="visit", by=lead)

    desk.post(page(programme, "take_back_answer", said.pk))
    assert waiting(programme) == [said.pk]

    actions.mark_answered(programme=programme, said=[said.pk], way="letter", by=lead)
    assert waiting(programme) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"way": "visit", "on": (TODAY + timedelta(days=1)).isoformat()}, "That day has not come yet"),
        ({"way": "page", "on": TODAY.isoformat()}, "Select a valid choice"),
        ({"way": "visit", "on": "soon"}, "Enter a valid date"),
    ],
)
def test_what_does_not_fit_is_said_and_the_ticks_stay(programme, desk, said, told):
    one = spoke(programme, 70)

    answer = desk.post(page(programme), {"said": [one.pk], **said}).content.decode()

    assert told in answer
    assert re.search(rf'value="{one.pk}" checked', answer)
    assert not Answered.objects.exists()


def test_nobody_of_another_programme_is_marked(programme, lead):
    other = spoke(make.programme(), 70)

    assert actions.mark_answered(programme=programme, said=[other.pk], way="visit", by=lead) == []


def test_the_share_told_in_time_counts_those_who_waited_long_enough(programme, lead):
    soon, late, never, _new = (spoke(programme, days) for days in (80, 90, 100, 3))
    for said, ago in ((soon, 30), (late, 10)):
        actions.mark_answered(
            programme=programme, said=[said.pk], way="visit", by=lead, on=TODAY - timedelta(days=ago)
        )

    whole = queries.Share.of("", queries.contributions(programme))

    assert (whole.said, whole.answered, whole.due, whole.in_time) == (4, 2, 3, 1)
    assert (whole.seen(Frame.STAFF).percent, whole.seen(Frame.STAFF).days) == ("33 %", "65")
    assert never.pk in waiting(programme)


def test_the_public_sees_no_share_of_fewer_than_twenty(programme, lead):
    for said in [spoke(programme, 70) for _number in range(12)]:
        actions.mark_answered(programme=programme, said=[said.pk], way="visit", by=lead)

    whole = queries.Share.of("", queries.contributions(programme)).seen()

    assert (whole.said, whole.percent) == ("10", "–")
    assert "12" not in text(Client().get(page(programme, "answers"))).partition("Who was told")[2]


def test_the_words_are_ready_to_be_read_in_their_language(road, desk):
    of = road.problem.programme

    answer = desk.get(page(of, "tell_answer", road.testimony.pk))

    assert '<ol class="list" lang="sw">' in answer.content.decode()
    assert "It was decided" in text(desk.get(page(of, "tell_answer", road.testimony.pk) + "?language=en"))


def test_a_statement_that_nobody_proposed_has_no_answer_to_tell(road, desk, programme):
    own = fact(statement_in(road.problems, "The road is bad."))

    assert desk.get(page(programme, "tell_answer", own.pk)).status_code == 404


def test_a_recording_of_the_whole_is_kept_and_taken_away(road, desk, programme):
    address = page(programme, "tell_answer", road.testimony.pk)
    noise = SimpleUploadedFile("a.ogg", b"no sound at all", "audio/ogg")
    assert "Mistake" in text(desk.post(address, {"record": "1", "language": "suk", "sound": noise}))
    kept = actions.keep_reading(
        programme=programme,
        of=queries.whole_of(road.testimony),
        subject=road.voice.pk,
        language="suk",
        sound=Recording(b"OggS" + bytes(40), "audio/ogg"),
        by=None,
    )
    assert list(queries.readings([kept.object])) == [kept.object]

    desk.post(address, {"remove": str(kept.pk)})

    assert queries.readings([kept.object]) == {}


# ---- how far statements come -----------------------------------------------------------------------------


@pytest.fixture
def panners(road, programme):
    """The group of the voice behind the statement that went the whole way."""
    group = road.group
    record.put("programmes.participant_changed", road.voice, constituency=group, by=None)
    return group


def test_each_statement_counts_for_every_step_that_it_reached(road, programme, panners):
    found = survival.reach(programme)

    [_all, ladder] = [each for each in survival.ladders(programme, found, Frame.STAFF) if each.counts[0]]

    assert ladder.group == panners.pk
    assert ladder.counts == (1, 1, 1, 1, 1, 1, 1, 1)


def test_it_is_said_where_most_fall_out(road, programme, panners):
    for number in range(4):
        row = statement_in(
            road.problems, f"Too dark {number}.", state="rejected", by_participant=True, subject=road.voice.pk
        )
        fact(row)

    ladder = survival.Ladder.of(survival.reach(programme), panners, Frame.STAFF)

    assert ladder.counts[:2] == (5, 1)
    assert ladder.sentence == (
        "Of 5 statements 1 is promised. Most fell out between “said” and “put to the vote”: 4."
    )


def test_what_a_group_keeps_to_itself_is_not_counted(road, programme, panners):
    before = survival.Ladder.of(survival.reach(programme), None, Frame.STAFF).counts
    apart = make.round_(programme, constituency=panners, opened=True)
    fact(statement_in(apart, "Between us.", by_participant=True, subject=road.voice.pk))

    assert survival.Ladder.of(survival.reach(programme), None, Frame.STAFF).counts == before


def test_the_public_sees_no_figure_of_a_group_with_fewer_than_ten_statements(road, programme, panners):
    answer = text(Client().get(page(programme, "answers")))

    assert "Fewer than ten statements. They are counted with all statements." in answer
    assert "Panners: 1" not in answer
    assert "Of <10" not in answer


def test_staff_open_the_list_behind_a_figure_and_the_public_only_what_was_voted_on(
    road, programme, panners, desk
):
    hidden = fact(statement_in(road.problems, "Juma did it.", state="rejected", reason="person"))
    address = page(programme, "survivors", "said")

    of_group = text(desk.get(address + f"?group={panners.pk}"))
    of_all = text(desk.get(address))
    public = text(Client().get(address + f"?group={panners.pk}"))

    seen = [("The wash water is dirty." in page, hidden.text in page) for page in (of_group, of_all, public)]
    assert seen == [(True, False), (True, True), (True, False)]
    assert "Panners" not in public


def test_the_picture_has_its_words_and_its_table(road, programme, panners, desk):
    answer = desk.get(page(programme, "answers")).content.decode()

    assert answer.count("<svg viewBox") == answer.count("<desc ")
    assert "Statements that reached each step, by group" in answer
    assert f"?group={panners.pk}" in answer


# ---- what nobody said ------------------------------------------------------------------------------------


def test_staff_are_shown_what_has_no_voice_behind_it(road, programme, desk):
    unsaid = fact(statement_in(road.problems, "The scales are false."))
    unpromised = make.outcome(commitment=None, programme=programme, what="weigh in the open")

    assert {*queries.without_a_voice(programme)} == {road.answer, unsaid, unpromised}
    assert "No voice behind it" in text(desk.get(page(programme, "answers")))
    assert "No voice behind it" not in text(Client().get(page(programme, "answers")))


def test_a_statement_joined_of_proposals_has_a_voice(road, programme):
    ben = make.participant(programme)
    joined = fact(statement_in(road.problems, "Light and scales."))
    one = fact(statement_in(road.problems, "Too dark.", by_participant=True, subject=ben.pk, state="joined"))
    fact(Descent(programme=programme, statement=joined, parent=one, how="joined"))

    assert joined not in queries.without_a_voice(programme)
    [own, *_onward] = trace.thread(joined).joints
    assert own.evidence == "Proposed by somebody who took part"
