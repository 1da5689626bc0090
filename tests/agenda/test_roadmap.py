"""Rows of the roadmap, where the groups stand to them, and their adoption."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jukwaa import record
from jukwaa.agenda import actions, queries
from jukwaa.agenda.models import Endorsement, RoadmapRow
from jukwaa.dialogue.models import Gradient
from jukwaa.programmes.queries import constituencies
from jukwaa.web.templatetags import look
from tests import make

pytestmark = pytest.mark.django_db


# ---- rows ------------------------------------------------------------------------------------------------


def test_a_row_says_who_does_what_by_when():
    row = make.row(owner_office="District engineer", baseline="0", target="2", secured=True)

    kept = queries.rows(row.programme).get()
    assert (kept.owner_office, kept.baseline, kept.target) == ("District engineer", "0", "2")
    assert kept.secured
    assert kept.public
    assert kept.adopted_on is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"starts_on": date(2027, 7, 1)}, "Change one of the dates"),
        ({"action": " "}, "write the action"),
        ({"owner_office": ""}, "write the office"),
        ({"level": "village"}, "village"),
    ],
)
def test_a_row_that_cannot_be_is_refused_in_a_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        make.row(**wrong)


def test_a_row_keeps_to_its_problem_and_its_programme():
    solution, elsewhere = make.solution(), make.organisation(make.programme())
    other = make.problem(solution.programme, title="Mercury")

    with pytest.raises(ValueError, match="another problem"):
        make.row(other, solution=solution)
    with pytest.raises(ValueError, match="another programme"):
        make.row(other, owner_organisation=elsewhere)


def test_a_row_is_changed_only_where_it_is_said_otherwise():
    row = make.row(target="2")
    before = len(record.history(row))

    actions.change_row(row=row, action=row.action, by=None)
    assert len(record.history(row)) == before

    actions.change_row(row=row, action="Put up two pumps", target="2", by=None)
    row.refresh_from_db()
    assert row.action == "Put up two pumps"
    assert "target" not in record.history(row)[-1].plain


def test_a_change_that_does_not_fit_leaves_the_row_as_it_was():
    row = make.row()

    with pytest.raises(ValueError, match="Change one of the dates"):
        actions.change_row(row=row, starts_on=date(2028, 1, 1), action="Another", by=None)

    assert (row.action, row.starts_on) == ("Put up a pump", None)


def test_a_removed_row_comes_back():
    row = make.row()

    actions.remove_row(row=row, by=None)
    assert not queries.rows(row.programme)
    assert list(queries.removed_rows(row.programme)) == [row]

    actions.restore_row(row=row, by=None)
    assert list(queries.rows(row.programme)) == [row]


def test_rows_are_found_by_words_level_theme_owner_problem_and_adoption():
    pump = make.row(level="district")
    filter_ = make.row(pump.problem, action="Dig a sand filter", level="site", theme="Filters")
    other = make.row(make.problem(pump.programme, title="Mercury"), action="Lend retorts", theme="Mercury")
    make.adopted(other)

    def found(**asked):
        return set(queries.rows(pump.programme, **asked))

    assert found() == {pump, filter_, other}
    assert found(words="SAND filter") == {filter_}
    assert found(words="mercury") == {other}
    assert found(level="site") == {filter_}
    assert found(theme="Water") == {pump}
    assert found(owner=pump.owner_organisation) == {pump}
    assert found(problem=pump.problem) == {pump, filter_}
    assert found(adopted=True) == {other}
    assert found(adopted=False) == {pump, filter_}
    assert queries.themes(pump.programme) == ["Filters", "Mercury", "Water"]


def test_what_is_kept_inside_is_in_no_public_list():
    kept = make.row(public=False, theme="Secret")

    assert not queries.public_rows(kept.programme)
    assert queries.themes(kept.programme, public=True) == []
    assert not queries.owners(kept.programme, public=True)

    actions.show_row(row=kept, public=True, by=None)
    assert list(queries.public_rows(kept.programme)) == [kept]
    assert list(queries.owners(kept.programme, public=True)) == [kept.owner_organisation]


# ---- where the groups stand ------------------------------------------------------------------------------


def test_a_group_says_where_it_stands_and_can_say_it_anew():
    row = make.row()
    [group] = constituencies(row.programme)
    said = {"row": row, "constituency": group, "by": None}

    actions.endorse(**said, gradient=Gradient.RESERVED, reservation="Only by day.", present=7)
    actions.endorse(**said, gradient=Gradient.ESSENCE, present=9)

    [kept] = Endorsement.objects.all()
    assert (kept.gradient, kept.present, kept.reservation) == (Gradient.ESSENCE, 9, "")
    assert kept.said_on == timezone.localdate()
    assert len(record.history(kept)) == 2, "what was said before stays in the record"


@pytest.mark.parametrize("gradient", sorted(actions.NEED_WORDS))
def test_who_has_something_against_a_row_says_what(gradient):
    row = make.row()

    with pytest.raises(ValueError, match="in their words"):
        actions.endorse(row=row, constituency=constituencies(row.programme).get(), gradient=gradient, by=None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"gradient": 9}, "9"),
        ({"gradient": Gradient.FULL, "reservation": "But"}, "Full support has no reservation"),
        ({"present": -1}, "none or more"),
        ({"said_on": date(2999, 1, 1)}, "still to come"),
    ],
)
def test_an_endorsement_that_cannot_be_is_refused_in_a_sentence(wrong, sentence):
    row = make.row()
    said = {"constituency": constituencies(row.programme).get(), "gradient": Gradient.ESSENCE} | wrong

    with pytest.raises(ValueError, match=sentence):
        actions.endorse(row=row, by=None, **said)


def test_a_group_of_another_programme_has_no_say():
    with pytest.raises(ValueError, match="another programme"):
        actions.endorse(row=make.row(), constituency=make.constituency(make.programme()), gradient=1, by=None)


def test_what_was_entered_by_mistake_is_taken_away():
    row = make.endorsed(make.row())

    actions.remove_endorsement(endorsement=row.endorsements.get(), by=None)

    assert queries.standing_of(row).spoke == 0
    make.endorsed(row)
    assert queries.standing_of(row).spoke == 1


def test_what_was_said_of_other_words_does_not_count():
    row = make.endorsed(make.row(), gradient=Gradient.RESERVED)

    actions.change_row(row=row, theme="Rain", secured=True, public=False, by=None)
    assert queries.standing_of(row).missing == ()

    actions.change_row(row=row, due_on=date(2028, 1, 1), by=None)
    standing = queries.standing_of(row)
    assert [stand.outdated for stand in standing.stands] == [True]
    assert standing.missing == tuple(constituencies(row.programme))
    assert len(standing.reservations) == 1, "the reservation stays on record"

    make.endorsed(row)
    assert queries.standing_of(row).missing == ()


def test_the_standing_is_a_sentence_that_names_the_groups():
    row = make.row()
    first = constituencies(row.programme).get()
    chiefs, owners = (
        make.constituency(row.programme, name="Chiefs"),
        make.constituency(row.programme, name="Owners"),
    )
    assert queries.standing_of(row).sentence == "No group has said yet where it stands."

    actions.endorse(row=row, constituency=first, gradient=Gradient.FULL, by=None)
    actions.endorse(
        row=row, constituency=chiefs, gradient=Gradient.FORMAL, reservation="Ask us first.", by=None
    )
    assert queries.standing_of(row).sentence == (
        "1 of 3 groups can live with it. Against it, but letting it go on: Chiefs. Not heard yet: Owners."
    )

    for group in (chiefs, owners):
        actions.endorse(row=row, constituency=group, gradient=Gradient.RESERVED, reservation="But.", by=None)
    assert queries.standing_of(row).sentence == (
        "All groups can live with it. With a reservation: Chiefs, Owners."
    )


def test_each_step_of_the_gradient_has_a_shape_of_its_own_and_its_place():
    assert len({step.shape for step in Gradient} & look.ICONS.keys()) == 8
    assert [step.share for step in (Gradient.FULL, Gradient.BLOCK)] == [1, 0]
    assert [step.side for step in Gradient] == [*["for"] * 3, *["neutral"] * 2, *["against"] * 2, "block"]


# ---- adoption --------------------------------------------------------------------------------------------


def test_a_row_is_adopted_once_every_group_spoke_and_none_blocks():
    row = make.row()
    chiefs = make.constituency(row.programme, name="Chiefs")
    first = constituencies(row.programme).first()
    actions.endorse(row=row, constituency=first, gradient=Gradient.FORMAL, reservation="No.", by=None)

    with pytest.raises(actions.NotAgreed, match="Not heard on it yet: Chiefs"):
        actions.adopt_row(row=row, affected=make.affected(row), by=None)

    actions.endorse(row=row, constituency=chiefs, gradient=Gradient.BLOCK, reservation="Our land.", by=None)
    with pytest.raises(actions.NotAgreed, match="Chiefs blocks it"):
        actions.adopt_row(row=row, affected=make.affected(row), by=None)

    actions.endorse(row=row, constituency=chiefs, gradient=Gradient.NEUTRAL, by=None)
    actions.adopt_row(row=row, affected=make.affected(row), on=date(2026, 3, 1), by=None)
    row.refresh_from_db()
    assert row.adopted_on == date(2026, 3, 1)
    assert [stand.said.reservation for stand in queries.standing_of(row).reservations] == ["No."]


def test_a_row_cannot_be_adopted_where_no_group_is_declared_or_on_a_day_to_come():
    row = make.endorsed(make.row())

    with pytest.raises(ValueError, match="still to come"):
        make.adopted(row, on=timezone.localdate() + timedelta(days=1))
    assert "Declare the groups first" in queries.Standing(()).refusal


def test_an_adopted_row_stands_until_its_adoption_is_taken_back():
    row = make.adopted(make.row())

    for act in (
        lambda: actions.change_row(row=row, action="Another", by=None),
        lambda: actions.remove_row(row=row, by=None),
        lambda: actions.adopt_row(row=row, affected=make.affected(row), by=None),
    ):
        with pytest.raises(actions.RowAdopted):
            act()
    actions.secure_row(row=row, secured=True, by=None)
    actions.take_back_adoption(row=row, by=None)
    actions.change_row(row=row, action="Another", by=None)

    row.refresh_from_db()
    assert (row.action, row.secured, row.adopted_on) == ("Another", True, None)
    with pytest.raises(actions.NotAgreed, match="not adopted"):
        actions.take_back_adoption(row=row, by=None)


# ---- the standing has a slow twin ------------------------------------------------------------------------

SAYINGS = st.lists(
    st.one_of(
        st.tuples(st.just("says"), st.integers(0, 2), st.sampled_from(list(Gradient))),
        st.tuples(st.just("unsays"), st.integers(0, 2), st.just(None)),
        st.tuples(st.just("changes"), st.just(0), st.just(None)),
    ),
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sayings=SAYINGS)
def test_the_standing_is_what_was_said_last_of_the_words_of_today(db, sayings):
    row, groups = a_row_and_three_groups()
    twin: dict = {}
    for number, (what, who, gradient) in enumerate(sayings):
        say(row, groups[who], what, gradient, number)
        if what == "says":
            twin[groups[who].pk] = gradient
        elif what == "unsays":
            twin.pop(groups[who].pk, None)
        else:
            twin.clear()

    standing = queries.standing_of(RoadmapRow.objects.get(pk=row.pk))

    assert {s.constituency.pk: s.gradient for s in standing.stands if s.gradient} == twin
    assert {g.pk for g in standing.missing} == {g.pk for g in groups} - twin.keys()
    assert {g.pk for g in standing.blocks} == {pk for pk, said in twin.items() if said == 8}
    assert {g.pk for g in standing.dissent} == {pk for pk, said in twin.items() if said in {6, 7}}
    assert {g.pk for g in standing.support} == {pk for pk, said in twin.items() if said <= 5}
    assert (standing.refusal == "") == (len(twin) == 3 and 8 not in twin.values())


def a_row_and_three_groups():
    programme = make.programme()
    groups = [make.constituency(programme) for _ in range(3)]
    problem = make.problem(programme)
    return make.row(problem), groups


def say(row, group, what, gradient, number):
    if what == "says":
        words = "Because." if gradient in actions.NEED_WORDS else ""
        actions.endorse(row=row, constituency=group, gradient=gradient, reservation=words, by=None)
    elif what == "unsays":
        for said in Endorsement.objects.filter(row=row, constituency=group, removed=False):
            actions.remove_endorsement(endorsement=said, by=None)
    else:
        actions.change_row(row=row, action=f"Put up {number} pumps", by=None)
