"""The leadership group: its seats, who holds them, and whether the groups endorse it."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jukwaa import record
from jukwaa.agenda import actions, queries
from jukwaa.agenda.models import Seat
from jukwaa.programmes.queries import constituencies
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db


def test_a_group_is_founded_and_said_anew():
    group = make.group()

    actions.change_group(
        group=group,
        name="Learning group",
        mandate="Meets four times a year.",
        gathering=None,
        term_starts=date(2026, 1, 1),
        term_ends=date(2028, 1, 1),
        by=None,
    )

    kept = queries.groups(group.programme).get()
    assert (kept.name, kept.term_ends) == ("Learning group", date(2028, 1, 1))


def test_a_term_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="Change one of the dates"):
        actions.found_group(
            programme=make.programme(),
            name="Group",
            term_starts=date(2026, 2, 1),
            term_ends=date(2026, 1, 1),
            by=None,
        )


def test_a_group_with_seats_stays():
    seat = make.seat()

    with pytest.raises(actions.BuiltOn, match="Take them away first"):
        actions.remove_group(group=seat.group, by=None)

    actions.remove_seat(seat=seat, by=None)
    actions.remove_group(group=seat.group, by=None)
    assert not queries.groups(seat.programme)


def test_a_seat_is_for_a_constituency_of_the_programme():
    with pytest.raises(ValueError, match="another programme"):
        make.seat(make.group(), constituency=make.constituency(make.programme()))


def test_a_nominee_accepts_the_seat_and_says_whether_to_be_named():
    seat = make.seat()

    actions.nominate(seat=seat, holder=" Neema  J. ", gender="woman", alternate="Asha", by=None)
    assert seat.state == Seat.State.NOMINATED
    assert seat.public_name == ""

    actions.accept_seat(seat=seat, by=None)
    assert (seat.holder, seat.public_name) == ("Neema J.", "")

    actions.accept_seat(seat=seat, named=True, by=None)
    seat.refresh_from_db()
    assert (seat.state, seat.public_name) == ("accepted", "Neema J.")


def test_a_seat_is_not_filled_twice():
    seat = make.seat(holder="Neema")

    with pytest.raises(actions.SeatHeld, match="taken by Neema"):
        actions.nominate(seat=seat, holder="Asha", by=None)


def test_nobody_has_two_seats_in_a_group():
    seat = make.seat(holder="Neema")
    other = make.seat(seat.group)

    with pytest.raises(actions.SeatHeld, match="has a seat in this group"):
        actions.nominate(seat=other, holder="NEEMA", by=None)


def test_a_seat_that_nobody_is_nominated_for_cannot_be_accepted_or_left():
    seat = make.seat()

    for act in (actions.accept_seat, actions.stand_down):
        with pytest.raises(actions.SeatVacant):
            act(seat=seat, by=None)
    with pytest.raises(ValueError, match="Write the name"):
        actions.nominate(seat=seat, holder=" ", by=None)


def test_who_stands_down_leaves_the_seat_to_the_next():
    seat = make.seat(holder="Neema", gender="woman", named=True)

    with pytest.raises(actions.SeatHeld):
        actions.remove_seat(seat=seat, by=None)
    actions.stand_down(seat=seat, by=None)
    seat.refresh_from_db()
    assert (seat.state, seat.holder, seat.gender, seat.named) == ("stood_down", "", "", False)

    actions.nominate(seat=seat, holder="Asha", gender="woman", by=None)
    assert queries.balance(seat.group).nominated == 1


def test_the_names_of_those_who_held_a_seat_can_be_forgotten_for_ever():
    seat = make.seat(holder="Neema Juma", gender="woman")
    actions.stand_down(seat=seat, by=None)
    actions.nominate(seat=seat, holder="Asha Salum", by=None)

    successor = actions.forget_holders(seat=seat, by=None)

    [left] = queries.seats(seat.group)
    assert (left, left.state, left.constituency) == (successor, "open", seat.constituency)
    said = "".join(event.personal or "" for event in Event.objects.all())
    assert "Neema" not in said
    assert "Asha" not in said
    seat.refresh_from_db()
    assert (seat.removed, seat.holder) == (True, "")
    with pytest.raises(record.Withdrawn):
        actions.nominate(seat=seat, holder="Neema Juma", by=None)


# ---- balance ---------------------------------------------------------------------------------------------


def test_the_balance_tells_who_sits_and_who_is_missing():
    group = make.group()
    waiting, absent = make.constituency(group.programme), make.constituency(group.programme)
    make.seat(group, holder="Neema", gender="woman")
    make.seat(group, holder="Juma", gender="man")
    make.seat(group, constituency=waiting)

    balance = queries.balance(group)

    assert (balance.seats, balance.filled, balance.women, balance.open) == (3, 2, 1, 1)
    assert balance.women_share == Fraction(1, 2)
    assert (balance.without, balance.unfilled) == ((absent,), (waiting,))
    assert balance.sentence == (f"2 of 3 seats are filled. Women hold 1 of the 2. Without a seat: {absent}.")


STATES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(list(Seat.State)),
        st.sampled_from(["woman", "man", "other", ""]),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=STATES)
def test_the_balance_is_what_one_counts_by_hand(db, states):
    group = make.group()
    declared = [make.constituency(group.programme) for _ in range(3)]
    for number, (who, state, gender, removed) in enumerate(states):
        brought_to(group, declared[who], state, gender, f"Person {number}", removed=removed)

    balance = queries.balance(group)

    there = [one for one in states if not (one[3] and one[1] in {"open", "stood_down"})]
    assert balance.seats == len(there)
    assert balance.filled == sum(one[1] == "accepted" for one in there)
    assert balance.nominated == sum(one[1] == "nominated" for one in there)
    assert balance.open == sum(one[1] in {"open", "stood_down"} for one in there)
    assert balance.women == sum(one[1:3] == ("accepted", "woman") for one in there)
    assert balance.unsaid == sum(one[1:3] == ("accepted", "") for one in there)
    seated = {one[0] for one in there}
    filled = {one[0] for one in there if one[1] == "accepted"}
    assert balance.without == tuple(g for i, g in enumerate(declared) if i not in seated)
    assert balance.unfilled == tuple(g for i, g in enumerate(declared) if i in seated - filled)


def brought_to(group, constituency, state, gender, name, *, removed):
    seat = make.seat(group, constituency=constituency)
    if state != Seat.State.OPEN:
        actions.nominate(seat=seat, holder=name, gender=gender, by=None)
    if state in {Seat.State.ACCEPTED, Seat.State.STOOD_DOWN}:
        actions.accept_seat(seat=seat, by=None)
    if state == Seat.State.STOOD_DOWN:
        actions.stand_down(seat=seat, by=None)
    if removed and not seat.held:
        actions.remove_seat(seat=seat, by=None)


# ---- endorsement -----------------------------------------------------------------------------------------


def endorsed(*counts):
    """A group, and what each of so many constituencies counted: (yes, no), or None where nobody was asked."""
    group = make.group()
    for count in counts:
        constituency = make.constituency(group.programme)
        if count:
            yes, no = count
            actions.endorse_group(group=group, constituency=constituency, yes=yes, no=no, by=None)
    return group


@pytest.mark.parametrize(
    ("counts", "stands"),
    [
        ([], False),
        ([(9, 1), (7, 3)], True),
        ([(9, 1), None], False),
        ([(10, 0), (5, 5)], False),
        ([(6, 4), (6, 4)], False),
        ([(2, 1), (2, 1)], True),
    ],
)
def test_a_group_is_endorsed_by_more_than_half_everywhere_and_two_thirds_on_average(counts, stands):
    assert queries.group_standing(endorsed(*counts)).endorsed is stands


def test_the_standing_of_a_group_names_who_does_not_endorse_it():
    group = endorsed((9, 1), (4, 6), None)
    _, second, third = constituencies(group.programme)

    standing = queries.group_standing(group)

    assert standing.objecting == (second,)
    assert standing.missing == (third,)
    assert standing.sentence == f"Not endorsed by: {second}. Not asked yet: {third}."


def test_each_constituency_counts_the_same_however_many_came():
    assert queries.group_standing(endorsed((99, 1), (6, 4))).mean == Fraction(99 + 60, 200)


def test_a_constituency_that_is_asked_again_has_one_answer():
    group = endorsed((4, 6))
    [only] = constituencies(group.programme)

    actions.endorse_group(group=group, constituency=only, yes=9, no=1, by=None)

    assert group.endorsements.count() == 1
    assert queries.group_standing(group).endorsed


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"yes": 0, "no": 0}, "at least one"),
        ({"yes": -1, "no": 3}, "none or more"),
        ({"said_on": date(2999, 1, 1)}, "still to come"),
    ],
)
def test_a_count_that_cannot_be_is_refused_in_a_sentence(wrong, sentence):
    group = make.group()
    said = {"constituency": make.constituency(group.programme), "yes": 3, "no": 1} | wrong

    with pytest.raises(ValueError, match=sentence):
        actions.endorse_group(group=group, by=None, **said)
