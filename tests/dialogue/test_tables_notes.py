"""What the tables write, brought to the plenary and to the vote; decisions, actions and disagreements."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from commonground import _seating
from jukwaa.dialogue import actions as room_actions
from jukwaa.dialogue import analysis
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.hall import actions, queries
from jukwaa.dialogue.models import Gathering, Note, Statement, Step
from jukwaa.programmes.models import Member, Participant
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def little_effort(monkeypatch):
    """Enough for rooms as small as these."""
    monkeypatch.setattr(_seating, "EFFORT", 1.0)


@pytest.fixture
def hall() -> Gathering:
    """A gathering with two steps at tables, of which the first runs, and eight people at two tables."""
    gathering = make.gathering()
    group = make.constituency(gathering.programme, name="Panners")
    people = [
        make.participant(gathering.programme, constituency=group, called=f"Ann {number}")
        for number in range(8)
    ]
    analysis.seat_tables(gathering, people=people, tables=2, rounds=2, spread=[], apart=[], by=None)
    for title in ("Where are we?", "How?"):
        actions.add_step(gathering=gathering, title=title, who="tables", by=None)
    actions.begin_step(step=queries.steps(gathering).first(), by=None)
    return gathering


@pytest.fixture
def flo(hall: Gathering) -> Member:
    return make.member(hall.programme)


def address(hall: Gathering, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk])


def of_note(note: Note, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[note.programme.slug, note.pk])


def sits_at(hall: Gathering, table: int) -> Participant:
    seats = room.seats(room.seatings(hall).get())
    return next(seat.entry.participant for seat in seats if seat.tables[0] == table)


def first_step(hall: Gathering) -> Step:
    return queries.breakouts(hall)[0]


def noted(hall: Gathering, table: int = 1, text: str = "A pump.") -> Note:
    return actions.write_note(
        gathering=hall, step=first_step(hall), table=table, question=3, text=text, by=None
    )


# ---- at a table ------------------------------------------------------------------------------------------


def test_somebody_at_a_table_answers_the_three_questions_on_their_phone(hall):
    phone = make.phone_of(sits_at(hall, 2))

    told = phone.post(
        address(hall, "my_table"),
        {"q1": "We wash where we drink.", "q3": "A pond.", "q0": "Ask Geita."},
        follow=True,
    ).content.decode()

    wrote = queries.table_notes(hall, first_step(hall), 2)
    assert [(title, [n.text for n in rows]) for title, rows in wrote.sections] == [
        ("Where are we?", ["We wash where we drink."]),
        ("How?", ["A pond."]),
        ("", ["Ask Geita."]),
    ]
    assert "Table 2" in told
    assert "We wash where we drink." in told


def test_the_phone_shows_the_way_to_the_table_while_tables_write(hall):
    ann = sits_at(hall, 1)
    room_actions.attend(gathering=hall, people=[ann], state="came", by=None)
    phone, take_part = make.phone_of(ann), reverse("dialogue:take_part", args=[hall.programme.slug])
    assert "What my table writes" in phone.get(take_part).content.decode()

    actions.end_step(step=first_step(hall), by=None)

    assert "What my table writes" not in phone.get(take_part).content.decode()


def test_a_table_reads_its_own_notes_alone(hall):
    noted(hall, table=1, text="Only ours.")

    assert "Only ours." not in make.phone_of(sits_at(hall, 2)).get(address(hall, "my_table")).content.decode()
    assert "Only ours." in make.phone_of(sits_at(hall, 1)).get(address(hall, "my_table")).content.decode()


def test_an_empty_sheet_is_refused_in_a_sentence(hall):
    told = make.phone_of(sits_at(hall, 1)).post(address(hall, "my_table"), {"q1": "  "}).content.decode()

    assert "Nothing is written yet. Answer at least one of the questions." in told


def test_what_is_too_long_stays_in_the_form(hall):
    told = (
        make.phone_of(sits_at(hall, 1)).post(address(hall, "my_table"), {"q1": "x" * 2001}).content.decode()
    )

    assert "x" * 2001 in told
    assert not Note.objects.exists()


def test_after_the_time_at_tables_nothing_is_written_any_more(hall):
    actions.end_step(step=first_step(hall), by=None)
    phone = make.phone_of(sits_at(hall, 1))

    told = phone.post(address(hall, "my_table"), {"q1": "Late."}).content.decode()

    assert "The time at tables is over. What you wrote is kept." in told
    assert not Note.objects.exists()


def test_who_has_no_seat_has_no_table(hall):
    late = make.participant(hall.programme)

    told = make.phone_of(late).post(address(hall, "my_table"), {"q1": "Mine."}).content.decode()

    assert "You have no table now." in told
    assert not Note.objects.exists()


def test_the_second_time_at_tables_has_the_second_round_of_the_seating(hall):
    second = queries.breakouts(hall)[1]
    actions.begin_step(step=second, by=None)

    seats = room.seats(room.seatings(hall).get())
    assert queries.breakout_now(hall) == second
    assert any(seat.tables[0] != seat.tables[1] for seat in seats)
    assert all(queries.table_of(hall, second, seat.entry.participant) == seat.tables[1] for seat in seats)


# ---- in the plenary --------------------------------------------------------------------------------------


def plenary(hall: Gathering, client: Client, **asked: object) -> str:
    return client.get(address(hall, "plenary"), asked).content.decode()


def test_tables_are_heard_one_after_the_other(hall, flo):
    noted(hall, table=1, text="A pump.")
    noted(hall, table=2, text="A pond.")
    client = make.client_of(flo)

    first, second = plenary(hall, client), plenary(hall, client, table=2)

    assert "A pump." in first
    assert "A pond." not in first
    assert "Next: table 2" in first
    assert "A pond." in second
    assert "All tables were heard: back to the console" in second


def test_what_was_brought_to_the_plenary_is_marked_and_can_be_unmarked(hall, flo):
    note, client = noted(hall), make.client_of(flo)

    assert (
        "brought to the plenary"
        in client.post(of_note(note, "bring_note"), {"brought": "1"}, follow=True).content.decode()
    )
    client.post(of_note(note, "bring_note"), {"brought": "0"})

    note.refresh_from_db()
    assert not note.plenary


def test_a_tables_note_is_put_to_the_vote(hall, flo):
    note = noted(hall, text="A pump at the washing place, near the road.")
    round_ = room_actions.prepare_round(gathering=hall, kind="problems", question="What?", by=None)

    make.client_of(flo).post(
        of_note(note, "note_to_vote"), {"text": "A pump.", "language": "en", "round": str(round_.pk)}
    )

    note.refresh_from_db()
    assert Statement.objects.get().text == "A pump."
    assert note.plenary


def test_a_note_longer_than_a_statement_stays_in_the_form_with_the_reason(hall, flo):
    note = noted(hall, text="x" * 400)
    round_ = room_actions.prepare_round(gathering=hall, kind="problems", question="What?", by=None)
    said = {"text": note.text, "language": "en", "round": str(round_.pk)}

    told = make.client_of(flo).post(of_note(note, "note_to_vote"), said).content.decode()

    assert note.text in told
    assert not Statement.objects.exists()


def test_a_closed_round_takes_no_note(hall, flo):
    closed = make.round_(hall.programme, opened=True)
    room_actions.close_round(round=closed, by=None)
    said = {"text": "A pump.", "language": "en", "round": str(closed.pk)}

    make.client_of(flo).post(of_note(noted(hall), "note_to_vote"), said)

    assert not closed.statements.filter(text="A pump.").exists()


def test_a_tables_note_becomes_a_decision_and_stands_among_them(hall, flo):
    note, client = noted(hall), make.client_of(flo)
    client.post(
        of_note(note, "edit_note"), {"kind": "decision", "text": "We ask for a pump.", "seen": note.hlc}
    )

    told = client.get(address(hall, "notes")).content.decode()

    note.refresh_from_db()
    assert (note.kind, note.table, note.plenary) == ("decision", 1, True)
    assert "We ask for a pump." in told


# ---- what was decided ------------------------------------------------------------------------------------


def write(hall: Gathering, flo: Member, **said: str) -> str:
    return make.client_of(flo).post(address(hall, "notes"), said, follow=True).content.decode()


def test_a_decision_is_written_down_with_its_step(hall, flo):
    told = write(hall, flo, kind="decision", text="Six problems go on.")

    assert "Six problems go on." in told
    assert Note.objects.get().step == first_step(hall)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("action", "Say who does it: an action that nobody does is none."),
        ("disagreement", "Say why: a disagreement is worth as much as its reasons."),
    ],
)
def test_what_is_missing_is_named_and_the_words_stay(hall, flo, kind, sentence):
    told = write(hall, flo, kind=kind, text="Test the water.")

    assert sentence in told
    assert "Test the water." in told
    assert not Note.objects.exists()


def test_an_action_has_its_owner_and_its_date(hall, flo):
    told = write(
        hall, flo, kind="action", text="Test the water.", owner="District office", due_on="2027-01-15"
    )

    assert "District office · until 15 January 2027" in told


def test_a_removed_note_is_put_back(hall, flo):
    write(hall, flo, kind="decision", text="Six problems go on.")
    note, client = Note.objects.get(), make.client_of(flo)

    told = client.post(of_note(note, "remove_note"), follow=True).content.decode()
    assert "The note is removed." in told
    assert not queries.notes(hall).exists()
    client.post(of_note(note, "restore_note"))
    assert queries.notes(hall).get() == note


def test_two_who_write_the_same_note_anew_lose_neither_words(hall, flo):
    write(hall, flo, kind="decision", text="Six problems go on.")
    note = Note.objects.get()
    stale = note.hlc
    juma = make.member(hall.programme, name="Juma")
    actions.change_note(note=note, kind="decision", text="Five go on.", by=juma)

    told = (
        make.client_of(flo)
        .post(of_note(note, "edit_note"), {"kind": "decision", "text": "Seven go on.", "seen": stale})
        .content.decode()
    )

    note.refresh_from_db()
    assert "Juma changed “Five go on.” meanwhile, so nothing was changed." in told
    assert "Seven go on." in told
    assert note.text == "Five go on."
