"""Promises and reports: what is refused, what counts, and how a promise stands on a day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.delivery import actions, links, queries
from jukwaa.delivery.models import Commitment, Report, Verdict
from jukwaa.delivery.queries import MOST_SILENCE, standing_of, status_of
from jukwaa.programmes.models import Programme
from tests import make

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def said_of(commitment: Commitment, **anew) -> dict:
    """All that can be said anew of a promise, as it is now, but for what is given."""
    names = ("promise", "owner_office", "owner_organisation", "made_on", "due_on")
    return {name: getattr(commitment, name) for name in names} | anew


# ---- promises --------------------------------------------------------------------------------------------


def test_a_promise_is_due_when_it_is_made_or_later():
    with pytest.raises(ValueError, match="due on the day it is made"):
        make.commitment(made_on=TODAY, due_on=ago(1))

    assert make.commitment(made_on=TODAY, due_on=TODAY).due_on == TODAY


@pytest.mark.parametrize("missing", ["promise", "owner_office"])
def test_a_promise_says_what_and_by_whom(missing):
    with pytest.raises(ValueError, match="A promise"):
        make.commitment(**{missing: "  "})


def test_an_organisation_of_another_programme_cannot_promise():
    with pytest.raises(ValueError, match="another programme"):
        make.commitment(owner_organisation=make.organisation(make.programme()))


def test_nothing_is_promised_for_a_row_that_was_taken_away():
    row = make.row()
    agenda.remove_row(row=row, by=None)

    with pytest.raises(actions.Closed):
        make.commitment(row)


def test_the_words_of_a_promise_stand_once_the_owner_reported():
    commitment = make.commitment()
    actions.change_commitment(commitment=commitment, by=None, **said_of(commitment, promise="A better pump"))
    make.report(commitment)

    with pytest.raises(actions.Reported):
        actions.change_commitment(
            commitment=commitment, by=None, **said_of(commitment, promise="A worse one")
        )

    later = said_of(commitment, due_on=TODAY + timedelta(days=90), owner_office="Acting engineer")
    assert actions.change_commitment(commitment=commitment, by=None, **later).promise == "A better pump"


def test_an_officers_transfer_leaves_reports_and_verdicts_where_they_are():
    commitment = make.commitment()
    make.confirmed(make.report(commitment))

    actions.change_commitment(commitment=commitment, by=None, **said_of(commitment, owner_office="Mayor"))

    assert Verdict.objects.filter(report__commitment=commitment).count() == 1


def test_only_a_promise_of_which_nothing_was_said_can_be_taken_away():
    commitment = make.commitment()
    report = make.report(commitment)
    with pytest.raises(actions.Reported):
        actions.remove_commitment(commitment=commitment, by=None)

    actions.remove_report(report=report, by=None)
    actions.remove_commitment(commitment=commitment, by=None)

    assert not queries.commitments(commitment.programme).exists()


# ---- reports ---------------------------------------------------------------------------------------------


def test_a_report_on_a_promise_that_was_taken_away_is_refused():
    commitment = actions.remove_commitment(commitment=make.commitment(), by=None)

    with pytest.raises(actions.Closed):
        make.report(commitment)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "nearly"},
        {"text": " "},
        {"reported_on": TODAY + timedelta(days=1)},
        {"reported_on": ago(31)},
    ],
)
def test_a_report_that_does_not_fit_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        make.report(**wrong)

    assert not Report.objects.exists()


def test_a_report_sent_twice_is_one():
    commitment = make.commitment()
    first = make.report(commitment, status="late", next_step="Buy the pump")

    assert make.report(commitment, status="late", next_step="Buy the pump") == first
    assert make.report(commitment, status="late", next_step="Buy two pumps") != first
    assert Report.objects.count() == 2


def test_the_report_before_counts_again_when_the_last_is_taken_away():
    commitment = make.commitment()
    make.report(commitment, status="on_track", reported_on=ago(3))
    last = make.report(commitment, status="done")
    assert status_of(commitment) == "done"

    actions.remove_report(report=last, by=None)

    assert status_of(commitment) == "on_track"


# ---- the owner's link ------------------------------------------------------------------------------------


def test_a_link_opens_its_promise_until_a_new_one_is_given_or_it_ends():
    commitment = make.commitment()
    programme = commitment.programme
    assert (
        links.open_link(programme, links.sign(actions.give_link(commitment=commitment, by=None)))
        == commitment
    )

    old = links.sign(commitment)
    actions.give_link(commitment=Commitment.objects.get(), by=None)
    assert links.open_link(programme, old) is None

    new = links.sign(Commitment.objects.get())
    assert links.open_link(programme, new) == commitment
    actions.end_link(commitment=commitment, by=None)
    assert links.open_link(programme, new) is None


# ---- how a promise stands --------------------------------------------------------------------------------


def test_a_promise_on_which_nobody_reported_is_silent_with_days():
    standing = standing_of(make.commitment())

    assert standing.stands == "silent"
    assert standing.words == "silent, 30 days"
    assert standing.sentence == "Nothing has been reported yet, for 30 days."


def test_a_promise_past_its_day_is_late_with_days_and_its_silence_is_said():
    standing = standing_of(make.commitment(made_on=ago(200), due_on=ago(62)))

    assert standing.words == "late, 62 days"
    assert standing.sentence == "It was due 62 days ago. Nothing has been reported yet, for 200 days."


def test_an_owner_who_was_on_track_long_ago_is_silent():
    commitment = make.commitment(made_on=ago(120))
    make.report(commitment, status="on_track", reported_on=ago(100))

    assert standing_of(commitment).sentence == "Nothing has been heard from the owner for 100 days."
    assert status_of(commitment, ago(40)) == "on_track"


def test_one_dispute_of_the_last_report_is_enough_until_the_owner_reports_anew():
    commitment = make.commitment()
    report = make.report(commitment)
    make.confirmed(report)
    make.disputed(report)
    assert status_of(commitment) == "disputed"

    make.report(commitment, text="It runs again.")

    assert status_of(commitment) == "done"


# Days ago, close enough to each other and 90 days apart, so that they often meet at an edge.
DAYS = st.sampled_from([0, 1, 2, 90, 91, 92, 180, 181, 182])
SAID = st.tuples(DAYS, st.sampled_from(Report.Status.values), st.booleans(), st.booleans())


def slowly(commitment: Commitment, on: date) -> str:
    """What as_they_stand says, read one row after the other."""
    told = [r for r in Report.objects.all() if r.commitment_id == commitment.pk and not r.removed]
    told = sorted((r for r in told if r.reported_on <= on), key=lambda r: (r.reported_on, r.hlc))
    overdue = commitment.due_on < on
    if not told:
        return "late" if overdue else "silent"
    last = told[-1]
    if any(v.report_id == last.pk and v.kind == "dispute" for v in Verdict.objects.all()):
        return "disputed"
    if last.status == "done":
        return "done"
    if last.status == "late" or overdue:
        return "late"
    if last.status == "on_track" and on - last.reported_on > MOST_SILENCE:
        return "silent"
    return last.status


class HowPromisesStand(TestCase):
    """A Hypothesis test in a class: each example has its own transaction."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.row = make.row()
        cls.people = [make.participant(cls.row.programme) for _person in range(2)]

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @example(made=182, due=-30, said=[(91, "on_track", False, False)], on=1)
    @example(made=182, due=-30, said=[(92, "on_track", False, False)], on=1)
    @given(made=DAYS, due=DAYS | st.just(-30), said=st.lists(SAID, max_size=3), on=DAYS)
    def test_how_a_promise_stands_is_what_a_slow_reader_says(self, made, due, said, on):
        commitment = make.commitment(self.row, made_on=ago(max(made, due)), due_on=ago(due))
        for day, status, disputed, removed in said:
            report = make.report(
                commitment, status=status, text=f"{day}", reported_on=ago(min(day, max(made, due)))
            )
            if disputed and not queries.is_overtaken(report):
                make.disputed(report, by=self.people[0])
            if removed:
                actions.remove_report(report=report, by=None)

        assert status_of(commitment, ago(on)) == slowly(commitment, ago(on))


def test_promises_are_counted_as_they_stand_and_found_by_it():
    row = make.row()
    programme: Programme = row.programme
    done, silent = make.commitment(row), make.commitment(row)
    make.report(done)

    assert queries.counts(queries.promised(programme)) == {"done": 1, "silent": 1}
    assert list(queries.commitments(programme, stands="done")) == [done]
    assert list(queries.commitments(programme, words=silent.promise)) == [silent]


def test_what_is_kept_inside_the_programme_is_not_public():
    commitment = make.commitment()
    outcome, report = make.outcome(commitment), make.report(commitment)
    programme = commitment.programme
    assert report in queries.reports(programme, public=True)

    agenda.show_row(row=commitment.row, public=False, by=None)

    assert not queries.commitments(programme, public=True).exists()
    assert not queries.reports(programme, public=True).exists()
    assert outcome not in queries.outcomes(programme, public=True)
    assert commitment in queries.commitments(programme)


def test_what_was_merged_is_shown_once():
    row = make.row()
    one, other = make.commitment(row), make.commitment(row)

    record.put("programmes.rows_merged", other, merged_into=one.pk, by=None)

    assert list(queries.commitments(row.programme)) == [one]
