"""Maps and findings: drawn when due, kept without anybody's place, taken up with their evidence."""

import json
import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

import commonground
from jukwaa.dialogue import actions, analysis, queries
from jukwaa.dialogue.models import LastDrawn, Round, Snapshot, Statement
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.actions import forget_participant
from tests import make

pytestmark = pytest.mark.django_db


def two_camps(*, people: int = 60, statements: int = 12) -> Round:
    """A closed round in which two halves answer every statement the opposite way, nine times in ten."""
    rng = random.Random(3)
    round_ = make.round_(opened=True, statements=statements)
    group = make.constituency(round_.programme)
    crowd = programmes.add_participants(programme=round_.programme, constituency=group, count=people, by=None)
    rows = [
        (said.pk, who.pk, (1 if (place + number) % 2 else -1) * (-1 if rng.random() < 0.1 else 1))
        for number, said in enumerate(round_.statements.order_by("position"))
        for place, who in enumerate(crowd)
    ]
    actions.cast_votes(round=round_, rows=rows, channel="import", by=None)
    return actions.close_round(round=round_, by=None)


def statement_of(round_: Round) -> Statement:
    return round_.statements.select_related("round").order_by("position")[0]


def test_a_round_is_drawn_with_a_finding_for_each_statement():
    round_ = make.round_(opened=True, statements=2)

    snapshot = make.drawn(round_, agree=28, disagree=2)

    assert (snapshot.voters, snapshot.votes) == (30, 60)
    [one, other] = queries.results(round_, snapshot)
    assert (one.label, one.rows[0].agree, one.rows[0].count) == ("common ground", 28, "28 of 30")
    assert one.certainty == other.certainty
    assert len(snapshot.inputs) == 64


def test_only_rounds_in_whose_programme_something_was_done_are_due():
    one, other = make.round_(opened=True), make.round_(opened=True)
    assert set(queries.rounds_to_redraw()) == {one, other}
    assert analysis.redraw_due() == 2
    assert queries.rounds_to_redraw() == []

    ann = make.participant(one.programme)
    actions.cast_vote(statement=statement_of(one), choice=1, by=ann)

    assert queries.rounds_to_redraw() == [one]
    assert analysis.redraw_due() == 1


def test_a_round_that_cannot_be_drawn_keeps_no_other_from_it(monkeypatch, caplog):
    for _round in range(2):
        make.round_(opened=True)
    ill, well = queries.rounds_to_redraw()
    votes_of = analysis.votes_of

    def votes_of_all_but_one(round_: Round) -> commonground.VoteTable:
        if round_ == ill:
            raise ArithmeticError
        return votes_of(round_)

    monkeypatch.setattr(analysis, "votes_of", votes_of_all_but_one)

    assert analysis.redraw_due() == 1
    assert LastDrawn.objects.get().round == well
    assert str(ill.pk) in caplog.text


def more(round_: Round, *, agree: int) -> Snapshot:
    """The round drawn anew after it was open again for so many more people."""
    if not round_.is_open():
        round_ = actions.reopen_round(round=round_, by=None)
    return make.drawn(round_, agree=agree)


def latest() -> Snapshot:
    """What was drawn last."""
    return LastDrawn.objects.get().snapshot


def test_what_is_no_vote_makes_a_round_due_and_draws_nothing():
    round_ = make.round_(opened=True)
    analysis.redraw_due()
    drawn_at = latest().drawn_at

    make.testimony(round_.programme)

    assert queries.rounds_to_redraw() == [round_]
    assert analysis.redraw_due() == 0
    assert latest().drawn_at == drawn_at
    assert queries.rounds_to_redraw() == []


def test_a_round_that_is_not_opened_is_not_drawn():
    make.round_(statements=1)

    assert analysis.redraw_due() == 0


def test_a_forgotten_persons_votes_leave_the_drawing():
    round_ = make.round_(opened=True)
    snapshot = make.drawn(round_, agree=30)
    ann = next(iter(round_.programme.participants.all()))

    forget_participant(participant=ann, by=None)
    analysis.redraw_due()

    again = latest()
    assert (snapshot.votes, again.votes) == (30, 29)
    assert snapshot.inputs != again.inputs


def test_what_is_no_longer_put_to_the_vote_leaves_the_drawing():
    round_ = make.round_(opened=True, statements=2)
    make.drawn(round_)
    gone = statement_of(round_)

    actions.reject_statement(statement=gone, reason="same", by=None)
    before = queries.results(round_, latest())
    assert gone not in [result.statement for result in before]
    analysis.redraw_due()

    assert latest().finding_of(gone.pk) is None


def test_a_drawing_is_kept_as_it_was_and_can_be_looked_at_again(time_machine):
    round_ = make.round_(opened=True)
    time_machine.move_to(datetime(2027, 3, 1, 9, 59, tzinfo=UTC))
    first = make.drawn(round_, agree=30)
    time_machine.move_to(datetime(2027, 3, 1, 10, 1, tzinfo=UTC))

    second = more(round_, agree=5)

    assert round_.snapshot == second
    assert [one.votes for one in round_.snapshots.all()] == [35, 30]
    coordinator = make.member(round_.programme, role="coordinator")
    page = make.client_of(coordinator).get(
        reverse("dialogue:results", args=[round_.programme.slug, round_.pk]), {"drawn": first.pk}
    )
    assert "30 votes of 30 people" in page.content.decode()


def test_of_an_hour_only_the_last_drawing_is_kept_and_what_was_taken_up(time_machine):
    round_ = make.round_(opened=True)
    for minute in (1, 2, 3):
        time_machine.move_to(datetime(2027, 3, 1, 10, minute, tzinfo=UTC))
        more(round_, agree=30)
    assert [one.votes for one in round_.snapshots.all()] == [90]

    actions.take_up_finding(statement=statement_of(round_), by=None)
    time_machine.move_to(datetime(2027, 3, 1, 10, 4, tzinfo=UTC))
    more(round_, agree=1)

    assert [one.votes for one in round_.snapshots.all()] == [91, 90]


def test_nobody_can_lay_two_drawings_side_by_side_to_see_how_the_forgotten_voted(time_machine):
    round_ = make.round_(opened=True)
    time_machine.move_to(datetime(2027, 3, 1, 9, 0, tzinfo=UTC))
    make.drawn(round_, agree=30)
    time_machine.move_to(datetime(2027, 3, 1, 11, 0, tzinfo=UTC))

    forget_participant(participant=next(iter(round_.programme.participants.all())), by=None)
    analysis.redraw_due()

    assert [one.votes for one in round_.snapshots.all()] == [29]


def test_where_groups_differ_is_told_in_words_to_staff_alone():
    round_ = make.round_(opened=True, statements=1)
    women, men = (make.constituency(round_.programme, name=name) for name in ("Panners", "Pit owners"))
    make.drawn(round_, agree=30, group=women)
    actions.reopen_round(round=round_, by=None)
    make.drawn(round_, agree=0, disagree=30, group=men)
    address = reverse("dialogue:differences", args=[round_.programme.slug, round_.pk])

    page = make.client_of(make.member(round_.programme)).get(address).content.decode()

    assert page.index("Panners") < page.index("They agree more than the others:")
    assert page.index("Pit owners") < page.index("They agree less than the others:")


def test_without_a_clear_difference_the_page_says_so():
    round_ = make.round_(opened=True)
    make.drawn(round_, agree=30)
    address = reverse("dialogue:differences", args=[round_.programme.slug, round_.pk])

    page = make.client_of(make.member(round_.programme)).get(address).content.decode()

    assert "No group clearly stands apart" in page


def test_the_same_votes_give_the_same_drawing():
    round_ = two_camps()

    first = json.dumps(analysis.redraw(round_).drawn)
    Snapshot.objects.all().delete()

    assert json.dumps(analysis.redraw(round_).drawn) == first


def test_no_place_of_any_person_is_kept():
    round_ = two_camps()

    snapshot = analysis.redraw(round_)

    assert snapshot.drawn["said"]["map"]["places"] == {}
    kept = json.dumps(snapshot.drawn)
    assert not any(str(p.pk) in kept for p in round_.programme.participants.all())


def test_the_map_shows_crowds_of_ten_and_says_what_its_axes_mean():
    round_ = two_camps()

    picture = queries.picture(round_, analysis.redraw(round_))

    assert picture is not None
    assert picture.cells
    assert all(cell.count >= 10 for cell in picture.cells)
    assert picture.right
    assert picture.left
    assert "60" in picture.sentence


def test_two_camps_are_found_and_told_with_rounded_figures():
    round_ = two_camps(people=100, statements=24)

    picture = queries.picture(round_, analysis.redraw(round_))

    assert picture is not None
    assert [camp.size for camp in picture.camps] == ["50", "50"]
    assert all(5 <= share <= 95 for camp in picture.camps for _said, *shares in camp.says for share in shares)
    assert "2 groups of opinion stand out: 50, 50 people" in picture.lede
    assert all(camp.steady > 80 for camp in picture.camps)


def test_too_few_people_have_no_map():
    round_ = make.round_(opened=True, statements=6)

    assert queries.picture(round_, make.drawn(round_, agree=9)) is None


def test_a_declared_group_that_nobody_heard_keeps_common_ground_away():
    round_ = make.round_(opened=True)
    make.constituency(round_.programme, name="Large mine")

    [result] = queries.results(round_, make.drawn(round_, agree=40))

    assert result.label == "not enough voices yet"
    assert "Large mine" in result.ask


def test_without_declared_groups_all_count_as_one():
    round_ = make.round_(opened=True)
    people = [make.participant(round_.programme) for _number in range(25)]
    for who in people:
        actions.cast_vote(statement=statement_of(round_), choice=1, by=who)

    [result] = queries.results(round_, analysis.redraw(round_))

    assert (result.label, result.rows[0].agree) == ("common ground", 25)


def test_drawn_gives_the_engines_own_view():
    round_ = make.round_(opened=True)
    assert analysis.drawn(round_) is None
    make.drawn(round_, agree=30)

    drawn = analysis.drawn(round_)

    assert isinstance(drawn, commonground.Drawn)
    assert drawn.findings[0].label == "common ground"


# ---- taking up -------------------------------------------------------------------------------------------


def test_a_finding_keeps_its_figures_rule_seed_and_the_digest_of_the_votes():
    round_ = make.round_(opened=True, threshold="0.65")
    snapshot = make.drawn(round_, agree=28, disagree=2)

    finding = actions.take_up_finding(statement=statement_of(round_), by=None)

    assert (finding.label, finding.threshold, finding.seed) == ("common ground", Decimal("0.65"), 7)
    assert (finding.inputs, finding.engine, finding.voters) == (snapshot.inputs, snapshot.engine, 30)
    [figures] = finding.figures
    assert (figures["agree"], figures["disagree"], figures["passes"]) == (28, 2, 0)
    assert figures["low"] < figures["estimate"] < figures["high"]
    assert "65 of 100" in finding.rule
    assert queries.Result.of_finding(finding).rows[0].count == "28 of 30"


def test_a_finding_is_taken_up_once_from_a_closed_and_drawn_round():
    round_ = make.round_(opened=True)
    statement = statement_of(round_)
    with pytest.raises(actions.RoundStillOpen):
        actions.take_up_finding(statement=statement, by=None)

    actions.close_round(round=round_, by=None)
    with pytest.raises(actions.NotDrawn):
        actions.take_up_finding(statement=statement_of(round_), by=None)

    analysis.redraw_due()
    actions.take_up_finding(statement=statement_of(round_), by=None)
    with pytest.raises(actions.AlreadyTakenUp):
        actions.take_up_finding(statement=statement_of(round_), by=None)


def test_a_finding_stays_when_the_words_it_is_about_are_taken_back():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True)
    statement = actions.propose_statement(round=round_, text="Free the licences.", by=ann)
    actions.approve_statement(statement=statement, by=None)
    make.drawn(round_)
    statement = round_.statements.select_related("round").get(pk=statement.pk)
    finding = actions.take_up_finding(statement=statement, by=None)

    forget_participant(participant=ann, by=None)

    finding = queries.findings(ann.programme).get()
    assert finding.statement.text == ""
    assert finding.figures[0]["agree"] == 30
