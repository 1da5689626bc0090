"""The golden thread both ways, and the answer to a trace code."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from jukwaa import record
from jukwaa.dialogue.models import Source
from jukwaa.field import models as field
from jukwaa.programmes import cards
from jukwaa.programmes.models import Audience, Member, Purpose, Role
from jukwaa.stories import actions, trace
from jukwaa.stories.trace import PUBLIC, Reader
from tests import make
from tests.stories.conftest import fact, finding_of, statement_in

pytestmark = pytest.mark.django_db

WHOLE = ["voice", "statement", "group", "problem", "voice", "statement", "group", "solution"]
WHOLE += ["road", "promise", "report", "outcome", "story"]


@pytest.fixture
def story(road):
    make.consent(road.voice, Purpose.STORY, Audience.PUBLIC)
    told = actions.write_story(
        outcome=road.outcome, title="Clean", text="It is clean.", teller=road.voice, by=None
    )
    return actions.publish_story(story=told, audience=Audience.PUBLIC, by=None)


@pytest.fixture
def researcher(programme) -> Reader:
    return Reader.of(Member(programme=programme, role=Role.RESEARCHER))


@pytest.fixture
def observer(programme) -> Reader:
    return Reader.of(Member(programme=programme, role=Role.OBSERVER))


def kinds(joints) -> list[str]:
    return [joint.kind for joint in joints if not joint.waiting]


def words(found) -> str:
    return " ".join(f"{j.words} {j.evidence}" for j in found.joints)


def test_the_thread_of_a_story_goes_back_to_the_voices(road, story):
    found = trace.thread(story)

    assert kinds(found.joints) == [kind for i, kind in enumerate(WHOLE) if i != 4]
    assert found.joints[-1].here


def test_the_thread_of_a_statement_goes_on_to_the_story(road, story):
    found = trace.thread(road.statement)

    assert kinds(found.joints) == ["voice", "statement", "group", "problem", "solution", *WHOLE[8:]]
    assert [j.kind for j in found.joints if j.here] == ["statement"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("statement", "statement"),
        ("finding", "group"),
        ("problem", "problem"),
        ("solution", "solution"),
        ("row", "road"),
        ("commitment", "promise"),
        ("report", "report"),
        ("outcome", "outcome"),
    ],
)
def test_a_thread_can_be_taken_up_anywhere(road, story, name, kind):
    found = trace.thread(getattr(road, name))

    assert [j.kind for j in found.joints if j.here] == [kind]
    assert {"voice", "statement", "promise", "report", "outcome", "story"} <= set(kinds(found.joints))


def test_it_says_what_is_still_missing(road):
    bare = fact(statement_in(road.problems, "Too dark."))

    assert trace.thread(bare).joints[-1] == trace.Joint(
        "group", "It has not been taken up yet.", waiting=True
    )


def test_a_thread_that_forks_tells_each_way_on_its_own(road):
    actions.write_story(outcome=road.outcome, title="A", text="a", by=None)
    second = fact(type(road.row)(**{**told_again(road.row), "action": "Fence the well"}))

    found = trace.thread(road.problem)

    assert kinds(found.trunk)[-1] == "solution"
    assert [way[0].words for way in found.ways] == ["Put up a pump", "Fence the well"]
    assert kinds(found.ways[1]) == ["road"]
    assert second.solution_id == road.solution.pk


def told_again(row) -> dict:
    return {
        f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in {"id", "hlc"}
    }


def test_the_public_does_not_read_a_voice_without_its_consent(road):
    found = words(trace.thread(road.statement, reader=PUBLIC))

    assert "Maji" not in found
    assert "kept inside the programme" in found


def test_the_public_reads_a_voice_that_consents_to_be_quoted(road):
    make.consent(road.voice, Purpose.QUOTE, Audience.PUBLIC)

    assert "Maji ni machafu." in words(trace.thread(road.statement, reader=PUBLIC))


def test_a_consent_for_the_programme_does_not_reach_the_public(road, observer):
    make.consent(road.voice, Purpose.QUOTE, Audience.PROGRAMME)

    assert "Maji" not in words(trace.thread(road.statement, reader=PUBLIC))
    assert "Maji" in words(trace.thread(road.statement, reader=observer))


def test_who_may_listen_reads_every_voice_and_an_observer_does_not(road, researcher, observer):
    assert "Maji" in words(trace.thread(road.statement, reader=researcher))
    assert "Maji" not in words(trace.thread(road.statement, reader=observer))


def test_testimonies_and_quotes_have_a_thread_only_for_who_may_listen(road, researcher, observer):
    for thing in (road.testimony, road.quote):
        assert trace.thread(thing, reader=PUBLIC) is None
        assert trace.thread(thing, reader=observer) is None
        assert kinds(trace.thread(thing, reader=researcher).joints)[-1] == "outcome"


def test_the_public_sees_rounded_figures_and_staff_exact_ones(road, observer):
    assert "83 % of about 30 people agreed" in words(trace.thread(road.finding, reader=PUBLIC))
    assert "23 of 31 people agreed" in words(trace.thread(road.finding, reader=observer))


def test_a_row_kept_inside_hides_all_that_came_of_it(road, story, observer):
    record.put("agenda.row_changed", road.row, public=False, by=None)

    assert trace.thread(road.row) is None
    assert trace.thread(road.commitment) is None
    assert "pump" not in words(trace.thread(road.problem)).replace("A pump", "")
    assert "Put up a pump" in words(trace.thread(road.problem, reader=observer))


def test_a_story_hides_what_is_kept_inside_on_its_way(road, story):
    record.put("agenda.row_changed", road.row, public=False, by=None)

    found = trace.thread(story)

    assert "Put up" not in words(found)
    assert "This is kept inside the programme." in words(found)


def test_what_waits_for_a_moderator_has_no_public_thread(road):
    proposed = fact(statement_in(road.problems, "Names somebody.", state="proposed"))

    assert trace.thread(proposed) is None


def test_what_the_groups_said_is_not_told_while_they_vote(road):
    record.put("dialogue.round_reopened", road.problems, closed_at=None, by=None)

    assert trace.thread(road.finding) is None
    assert "people agreed" not in words(trace.thread(road.statement))


def test_withdrawn_words_are_gone_from_the_thread_and_the_thread_holds(road, story):
    make.consent(road.voice, Purpose.QUOTE, Audience.PUBLIC)
    record.withdraw(road.voice.pk, by=None, programme=road.problem.programme)

    found = trace.thread(trace_again(road.problem))

    assert "Maji" not in words(found)
    assert "wash water is dirty." not in words(found)
    assert "taken back" in words(found)
    assert "outcome" in kinds(found.joints)


def trace_again(row):
    return type(row).objects.get(pk=row.pk)


def test_a_thread_takes_few_queries_however_many_things_are_on_it(road, story, django_assert_max_num_queries):
    for number in range(5):
        voice = make.participant(road.problem.programme)
        told = fact(
            field.Testimony(
                programme=voice.programme, voice=voice, subject=voice.pk, trace_code=cards.new_trace_code()
            )
        )
        quote = fact(
            field.Quote(programme=voice.programme, testimony=told, subject=voice.pk, text=f"{number}")
        )
        fact(Source(programme=voice.programme, statement=road.statement, quote=quote))

    with django_assert_max_num_queries(24):
        trace.thread(trace_again(road.statement))


# ---- the answer ------------------------------------------------------------------------------------------


def sentences(code: str) -> str:
    return " ".join(step.sentence for step in trace.answer(code).steps)


def test_the_answer_to_a_testimony_walks_the_whole_road(road, story):
    told = sentences(road.testimony.trace_code)

    for part in (
        "We heard what you said",
        "The wash water is dirty.",
        "Every group can probably live with it.",
        "It is on the agenda",
        "It was decided",
        "A promise was made",
        "The owner says that it is done.",
        "What changed",
        "A story tells of it",
    ):
        assert part in told


def test_the_answer_holds_neither_the_testimony_nor_the_quote(road, story):
    told = sentences(road.testimony.trace_code)

    assert "Raw words" not in told
    assert "Maji" not in told


@pytest.mark.parametrize(
    ("others", "said"), [(1, "It was put to the vote"), (12, "With what about 10 others")]
)
def test_the_answer_tells_with_how_many_others_it_was_grouped_from_ten_on(road, others, said):
    programme = road.problem.programme
    for _number in range(others):
        voice = make.participant(programme)
        other = fact(
            field.Testimony(
                programme=programme, voice=voice, subject=voice.pk, trace_code=cards.new_trace_code()
            )
        )
        quote = fact(field.Quote(programme=programme, testimony=other, subject=voice.pk, text="Me too"))
        fact(Source(programme=programme, statement=road.statement, quote=quote))

    assert said in sentences(road.testimony.trace_code)


def test_a_code_may_be_typed_with_spaces_and_dashes(road):
    code = road.testimony.trace_code

    assert trace.answer(f" {code[:4]}-{code[4:8]} {code[8:]} ") == trace.answer(code)


@pytest.mark.parametrize("typed", ["", "123", "12345678901234", "abcdefghijkl", "²²²²²²²²²²²²"])
def test_what_is_no_trace_code_is_said_to_be_none(typed):
    with pytest.raises(trace.Mistyped, match="twelve digits"):
        trace.answer(typed)


def test_a_wrong_digit_is_noticed(road):
    code = road.testimony.trace_code
    wrong = code[:5] + str((int(code[5]) + 1) % 10) + code[6:]

    with pytest.raises(trace.Mistyped, match="not right"):
        trace.answer(wrong)


def test_an_unknown_code_has_no_answer(db):
    assert trace.answer(cards.new_trace_code()) is None


def test_a_rejected_statement_is_answered_with_the_reason_and_not_its_words(road):
    mine = fact(statement_in(road.problems, "Juma did it.", state="rejected", reason="person"))

    told = sentences(mine.trace_code)

    assert "It was not put to the vote. The reason: It names a person" in told
    assert "Juma" not in told


def test_a_statement_that_waits_is_answered_so(road):
    mine = fact(statement_in(road.problems, "Too dark.", state="proposed"))

    assert "A moderator reads it" in sentences(mine.trace_code)


def test_a_statement_that_was_not_taken_up_is_answered_so(road):
    mine = fact(statement_in(road.problems, "Too dark."))

    assert "It was not taken up so far." in sentences(mine.trace_code)


def test_a_promise_that_nobody_reports_on_is_said_to_be_overdue(road):
    record.put("delivery.report_removed", road.report, removed=True, by=None)
    record.put(
        "delivery.commitment_changed",
        road.commitment,
        due_on=timezone.localdate() - timedelta(days=1),
        by=None,
    )

    told = sentences(road.testimony.trace_code)

    assert "It was due 1 day ago. Nothing has been reported yet, for" in told


def test_a_dispute_is_told_to_those_who_spoke_first(road):
    verdict = make.disputed(road.report)

    assert "it is not so" in sentences(road.testimony.trace_code)
    told = sentences(verdict.trace_code)
    assert told.startswith("We counted your answer about a promise. A promise was made")
    assert "dispute" not in told.lower()


def test_what_somebody_asked_to_forget_is_said_to_be_erased_and_nothing_more(road):
    record.withdraw(road.voice.pk, by=None, programme=road.problem.programme)

    told = trace.answer(road.testimony.trace_code).steps

    assert [step.sentence for step in told] == ["You asked us to forget what you said. It is erased."]


def test_the_answer_names_no_day_on_which_somebody_spoke(road):
    record.put("field.testimony_changed", road.testimony, given_on=date(2026, 2, 17), by=None)

    assert "17" not in " ".join(step.when for step in trace.answer(road.testimony.trace_code).steps)


def test_findings_taken_up_anew_are_told_once(road):
    fact(finding_of(road.statement))

    assert sentences(road.testimony.trace_code).count("Every group can probably live with it.") == 1
