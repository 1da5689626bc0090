"""What those say whom a promise concerns: one verdict each, a reason for a dispute, and who sees it."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from jukwaa import record
from jukwaa.delivery import actions, queries
from jukwaa.delivery.models import Verdict
from jukwaa.delivery.queries import Said
from jukwaa.programmes import actions as programmes
from jukwaa.programmes import cards
from jukwaa.record.clock import COUNTER_BITS
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return make.report()


@pytest.fixture
def ann(report):
    return make.participant(report.programme)


def test_a_verdict_said_anew_replaces_the_last_and_keeps_its_trace_code(report, ann):
    first = make.confirmed(report, by=ann)
    again = make.disputed(report, by=ann)

    verdict = Verdict.objects.get()
    assert (verdict.kind, verdict.reason) == ("dispute", "The pump is dry.")
    assert verdict.trace_code == first.trace_code == again.trace_code
    assert cards.is_sound(verdict.trace_code)
    assert verdict.subject == ann.pk


def test_a_confirmation_after_a_dispute_takes_its_reason_away(report, ann):
    actions.screen_reason(verdict=make.disputed(report, by=ann), shown=True, by=None)

    make.confirmed(report, by=ann)

    assert Verdict.objects.get().reason == ""
    assert queries.said_of([report])[report.pk] == Said(confirm=1)


@pytest.mark.parametrize(("reason", "said"), [("  ", "what is not so"), ("a" * 501, "500 letters")])
def test_a_dispute_needs_a_reason_that_can_be_read(report, ann, reason, said):
    with pytest.raises(ValueError, match=said):
        make.disputed(report, by=ann, reason=reason)

    assert not Verdict.objects.exists()


def test_who_takes_part_in_another_programme_is_not_concerned(report):
    with pytest.raises(actions.NotConcerned):
        make.confirmed(report, by=make.participant(make.programme()))


def test_a_report_that_was_overtaken_is_not_answered_any_more(report, ann):
    make.report(report.commitment, text="The pump stands again.")

    with pytest.raises(actions.Overtaken):
        make.confirmed(report, by=ann)


def test_a_report_that_was_taken_away_is_not_answered(report, ann):
    actions.remove_report(report=report, by=None)

    with pytest.raises(actions.Closed):
        make.disputed(report, by=ann)


def test_a_reason_is_shown_once_somebody_saw_that_it_names_nobody(report, ann):
    verdict = make.disputed(report, by=ann)
    assert queries.said_of([report])[report.pk].reasons == ()
    assert list(queries.reasons(report.programme, waiting=True)) == [verdict]

    actions.screen_reason(verdict=verdict, shown=True, by=None)
    assert queries.said_of([report])[report.pk].reasons == ("The pump is dry.",)
    assert list(queries.reasons(report.programme, waiting=False)) == [verdict]

    actions.screen_reason(verdict=verdict, shown=False, by=None)
    assert queries.said_of([report])[report.pk] == Said(dispute=1)


def test_another_reason_waits_again_and_the_same_one_does_not(report, ann):
    actions.screen_reason(verdict=make.disputed(report, by=ann), shown=True, by=None)

    assert make.disputed(report, by=ann).screening == "shown"
    assert make.disputed(report, by=ann, reason="Amina has the key.").screening == "waits"


def test_only_the_words_that_were_read_are_shown(report, ann):
    read = make.disputed(report, by=ann)
    make.disputed(report, by=ann, reason="Amina has the key.")

    with pytest.raises(actions.SaidAnew):
        actions.screen_reason(verdict=read, shown=True, by=None)

    assert queries.said_of([report])[report.pk].reasons == ()


def test_the_words_that_were_read_are_said_with_the_screening(report, ann):
    verdict = make.disputed(report, by=ann)

    actions.screen_reason(verdict=verdict, shown=True, by=None)

    said = Event.objects.get(verb="delivery.reason_screened")
    assert json.loads(said.personal).keys() >= {"reason", "screening"}


def test_a_verdict_goes_with_whoever_said_it(report, ann):
    make.disputed(report, by=ann)

    programmes.forget_participant(participant=ann, by=ann)

    assert not Verdict.objects.exists()
    assert queries.status_of(report.commitment) == "done"


def test_nothing_is_kept_of_whoever_asked_to_be_forgotten(report, ann):
    programmes.forget_participant(participant=ann, by=ann)

    with pytest.raises(record.Withdrawn):
        make.confirmed(report, by=ann)


@pytest.mark.parametrize(
    ("people", "public"),
    [(0, "fewer than ten"), (1, "fewer than ten"), (9, "fewer than ten"), (10, "about 10"), (13, "about 15")],
)
def test_others_than_staff_read_no_small_count_and_no_exact_one(people, public):
    with override("en"):
        said = Said(confirm=people, dispute=people)
        assert said.sentences(exact=False) == [
            f"Of those whom it concerns, {public} say: it is so.",
            f"Of those whom it concerns, {public} say: it is not so.",
        ]
        assert f", {people} say" in said.sentences(exact=True)[0]


def test_a_participant_is_asked_of_the_last_report_on_each_public_promise(report, ann):
    kept_inside = make.report(make.commitment(make.row(report.commitment.row.problem, public=False)))
    newer = make.report(report.commitment, text="It runs.")
    other = make.report(make.commitment(report.commitment.row))
    make.confirmed(other, by=ann)

    asked = queries.questions(ann)

    assert [question.report for question in asked] == [newer, other]
    assert asked[0].verdict is None
    assert asked[1].verdict is not None
    assert kept_inside not in [question.report for question in asked]


def test_the_record_does_not_tell_who_answered_when(report, ann):
    other = make.participant(report.programme)
    make.confirmed(report, by=ann)
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        make.disputed(report, by=other)

    said = Event.objects.filter(model="delivery.verdict")
    assert {event.stream.klass for event in said} == {"votes"}
    assert {event.id.version for event in said} == {4}
    assert len({event.hlc >> COUNTER_BITS for event in said}) == 1
