"""The hall: every group is seated at every table, and who is heard is told in words first."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonground import _seating
from commonground.__main__ import main
from jukwaa.dialogue import actions, analysis, queries
from jukwaa.dialogue.models import Gathering, Speech
from jukwaa.programmes import actions as programmes
from jukwaa.programmes import selection
from jukwaa.programmes.models import Certificate, Member, Participant
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def little_effort(monkeypatch):
    """Enough for rooms as small as these."""
    monkeypatch.setattr(_seating, "EFFORT", 1.0)


@pytest.fixture
def hall() -> Gathering:
    """A gathering with twelve people of two groups, half of them women."""
    gathering = make.gathering()
    for name in ("Panners", "Owners"):
        group = make.constituency(gathering.programme, name=name)
        for gender in ("woman", "man"):
            for number in range(3):
                make.participant(
                    gathering.programme, constituency=group, gender=gender, called=f"{name} {gender} {number}"
                )
    return gathering


@pytest.fixture
def flo(hall: Gathering) -> Member:
    return make.member(hall.programme)


def people(hall: Gathering) -> list[Participant]:
    return queries.present(hall)


def address(hall: Gathering, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk])


def seated(hall: Gathering, flo: Member, **others) -> Certificate:
    said = {
        "people": people(hall),
        "tables": 3,
        "rounds": 2,
        "spread": ["constituency", "gender"],
        "apart": [],
    }
    return analysis.seat_tables(hall, by=flo, **(said | others))


# ---- tables ----------------------------------------------------------------------------------------------


def test_a_facilitator_seats_everybody_with_every_group_at_every_table(hall, flo):
    answer = make.client_of(flo).post(
        address(hall, "seat_tables"),
        {"source": "", "tables": 3, "rounds": 2, "spread": ["constituency", "gender"]},
        follow=True,
    )

    seating = queries.seatings(hall).get()
    assert "12 people;" in answer.content.decode()
    for _round, tables in queries.table_sheets(seating):
        for _place, entries in tables:
            assert sorted(e.line["constituency"] for e in entries) == ["Owners"] * 2 + ["Panners"] * 2
            assert sorted(e.line["gender"] for e in entries) == ["man"] * 2 + ["woman"] * 2


def test_who_is_kept_apart_never_shares_a_table(hall, flo):
    one, other = people(hall)[0], people(hall)[7]
    make.client_of(flo).post(
        address(hall, "seat_tables"),
        {"source": "", "tables": 3, "rounds": 3, "one-0": str(one.pk), "other-0": str(other.pk)},
    )
    seats = {s.entry.participant_id: s.tables for s in queries.seats(queries.seatings(hall).get())}

    assert not any(a == b for a, b in zip(seats[one.pk], seats[other.pk], strict=True))


def test_the_people_of_a_panel_can_be_seated_instead_of_everybody(hall, flo):
    panel = selection.draw(
        programme=hall.programme, title="Dialogue", size=6, quotas=[], household=False, by=flo
    )
    programmes.draw_number(certificate=panel, number=1, by=flo)
    make.client_of(flo).post(
        address(hall, "seat_tables"), {"source": str(panel.pk), "tables": 2, "rounds": 1}
    )

    assert queries.seatings(hall).get().people == 6


def test_what_cannot_be_seated_is_refused_in_a_sentence(hall, flo):
    told = make.client_of(flo).post(address(hall, "seat_tables"), {"source": "", "tables": 20, "rounds": 1})

    assert "12 people cannot sit at 20 tables. Take fewer tables." in told.content.decode()
    assert not queries.seatings(hall).exists()


def test_late_and_missing_people_disturb_nobody(hall, flo):
    seated(hall, flo)
    before = {s.entry.participant_id: s.tables for s in queries.seats(queries.seatings(hall).first())}
    group = people(hall)[0].constituency
    late = make.participant(hall.programme, constituency=group, gender="woman", called="Late")
    gone = people(hall)[1]
    told = make.client_of(flo).post(
        address(hall, "change_tables"),
        {"from_round": 2, "gone": [str(gone.pk)], "arrived": [str(late.pk)]},
        follow=True,
    )

    after = {s.entry.participant_id: s.tables for s in queries.seats(queries.seatings(hall).first())}
    assert "Nobody had to move." in told.content.decode()
    assert after[late.pk][0] is None
    assert after[late.pk][1] is not None
    assert after[gone.pk] == (before[gone.pk][0], None)
    assert all(after[who] == tables for who, tables in before.items() if who != gone.pk)
    assert queries.seatings(hall).count() == 2


def test_the_seating_can_be_checked_from_its_files(hall, flo, tmp_path: Path, monkeypatch, capsys):
    seated(hall, flo)
    answer = make.client_of(flo).get(address(hall, "tables_files"))

    assert run_command(answer.content, tmp_path, monkeypatch) == 0
    assert "It holds" in capsys.readouterr().out


def run_command(archive: bytes, folder: Path, monkeypatch) -> int:
    """Unpack the files and run the line that comes with them."""
    zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
    [inside] = folder.iterdir()
    monkeypatch.chdir(inside)
    _, *words = (inside / "COMMAND.txt").read_text().split()
    return main(words)


def test_the_print_has_a_sheet_for_the_door_and_one_a_round(hall, flo):
    seated(hall, flo)
    told = make.client_of(flo).get(address(hall, "print_tables")).content.decode()

    assert told.count('<article class="memo">') == 3
    assert told.count("Panners woman 0") == 3


def test_before_anybody_is_seated_the_page_says_what_to_do(hall, flo):
    client = make.client_of(flo)

    assert "Seat the tables" in client.get(address(hall, "tables")).content.decode()
    assert client.get(address(hall, "change_tables")).url == address(hall, "seat_tables")
    assert client.get(address(hall, "print_tables")).status_code == 404


# ---- who is heard ----------------------------------------------------------------------------------------


def speaks(hall: Gathering, flo: Member, called: str, seconds: int) -> None:
    who = next(person for person in people(hall) if person.called == called)
    begun = timezone.now() - timedelta(seconds=seconds)
    actions.begin_speech(gathering=hall, participant=who, by=flo, at=begun)
    actions.end_speech(gathering=hall, by=flo, at=begun + timedelta(seconds=seconds))


def voice(hall: Gathering, client: Client) -> str:
    return client.get(address(hall, "voice")).content.decode()


def test_tapping_a_name_begins_a_speech_and_the_next_tap_ends_it(hall, flo):
    first, second = people(hall)[:2]
    client = make.client_of(flo)
    client.post(address(hall, "speak"), {"person": str(first.pk)})
    assert f"{first.called} speaks now." in voice(hall, client)
    client.post(address(hall, "speak"), {"person": str(second.pk)})

    assert [(s.participant_id, s.seconds is None) for s in queries.speeches(hall)] == [
        (first.pk, False),
        (second.pk, True),
    ]
    client.post(address(hall, "speak"))
    assert queries.speaking(hall) is None


def test_a_slip_of_the_finger_is_taken_back(hall, flo):
    client = make.client_of(flo)
    client.post(address(hall, "speak"), {"person": str(people(hall)[0].pk)})
    client.post(address(hall, "speak"), {"undo": "1"})

    assert not queries.speeches(hall).exists()


def test_women_who_are_not_heard_stand_first_with_what_to_do(hall, flo):
    for name in ("Panners", "Owners"):
        for number in range(3):
            speaks(hall, flo, f"{name} man {number}", 120)
    told = voice(hall, make.client_of(flo))

    assert "Women: 50 in 100 of the seats and 0 in 100 of the time. Ask them to speak next." in told
    assert told.index("Ask them to speak next") < told.index("The figures")
    assert "Women, Owners: none of 3 has spoken." in told


def test_equal_time_asks_nobody_to_do_anything(hall, flo):
    for person in people(hall):
        speaks(hall, flo, person.called, 60)
    told = voice(hall, make.client_of(flo))

    assert "Ask them to speak next" not in told
    assert "Who is missing" not in told
    assert "Owners: 50 in 100 of the seats and 50 in 100 of the time." in told


def test_what_is_kept_can_be_computed_again_from_its_files(hall, flo, tmp_path, monkeypatch, capsys):
    speaks(hall, flo, "Panners woman 1", 30)
    owners = next(person.constituency for person in people(hall) if person.called == "Owners man 1")
    actions.begin_speech(gathering=hall, constituency=owners, gender="woman", by=flo)
    actions.begin_speech(gathering=hall, constituency=owners, by=flo)
    speaks(hall, flo, "Owners man 1", 90)
    client = make.client_of(flo)
    client.post(address(hall, "keep_voice"))
    speaks(hall, flo, "Owners man 2", 90)
    answer = client.get(address(hall, "voice_files"))

    assert run_command(answer.content, tmp_path, monkeypatch) == 0
    assert "It holds" in capsys.readouterr().out
    assert Certificate.objects.get().kind == "voice"


def test_a_speech_says_a_name_or_a_group(hall, flo):
    with pytest.raises(ValueError, match="tap a name, or a group"):
        actions.begin_speech(gathering=hall, by=flo)


def test_what_was_recorded_before_groups_could_be_tapped_is_read_as_before(hall):
    said = {"participant": str(people(hall)[0].pk), "seconds": 60}

    assert Speech.upcast(1, said) == said | {"constituency": None, "gender": ""}


def test_nothing_is_kept_before_anybody_spoke(hall, flo):
    told = make.client_of(flo).post(address(hall, "keep_voice"), follow=True).content.decode()

    assert "Nobody has spoken yet. Tap a name when somebody does." in told
    assert not Certificate.objects.exists()


def test_who_is_forgotten_is_forgotten_here_too(hall, flo):
    speaks(hall, flo, "Panners woman 1", 30)
    seated(hall, flo)
    who = next(person for person in people(hall) if person.called == "Panners woman 1")
    programmes.forget_participant(participant=who, by=flo)

    assert not Speech.objects.filter(participant_id=who.pk).exists()
    assert len(queries.seats(queries.seatings(hall).get())) == 11
    assert "asked to be forgotten since" in make.client_of(flo).get(address(hall, "tables")).content.decode()


def test_whose_statements_come_through_is_told_by_group(hall, flo):
    round_ = make.round_(hall.programme, opened=True)
    gathering = round_.gathering
    who = people(hall)[0]
    actions.propose_statement(round=round_, text="Light in the pits.", by=who)
    told = voice(gathering, make.client_of(flo))

    actions.begin_speech(gathering=gathering, participant=who, by=flo)
    kept = analysis.keep_voice(gathering, by=flo)
    assert str(round_.statements.last().pk) not in str(kept.said)
    assert not any(str(said.pk) in str(kept.said) for said in round_.statements.all())
    assert "Whose statements come through" in told
    assert "1 of 1" in told
    assert "0 of 0" in told


def test_an_observer_does_not_see_who_spoke(hall, flo):
    observer = make.client_of(make.member(hall.programme, role="observer"))

    for name in ("voice", "tables", "voice_files", "tables_files"):
        assert observer.get(address(hall, name)).status_code == 403


# ---- the register of who comes ---------------------------------------------------------------------------


def note(hall: Gathering, client: Client, state: str, *people: Participant) -> str:
    said = {"state": state, "person": [str(person.pk) for person in people]}
    return client.post(address(hall, "attendance"), said, follow=True).content.decode()


def test_who_comes_is_counted_by_group_from_one_register(hall, flo):
    client = make.client_of(flo)
    everybody = people(hall)
    note(hall, client, "invited", *everybody)
    told = note(hall, client, "came", *everybody[:4])

    assert "4 here, 4 came, of" in told
    [panners, owners] = queries.attendance_counts(queries.attendance(hall))
    assert (panners.group, panners.asked, panners.here) == ("Panners", 6, 4)
    assert (owners.group, owners.here) == ("Owners", 0)
    assert panners.women == sum(person.gender == "woman" for person in everybody[:4])


def test_somebody_noted_twice_is_one_row(hall, flo):
    who = people(hall)[0]
    for state in ("came", "left", "came"):
        actions.attend(gathering=hall, people=[who], state=state, by=flo)

    assert [row.state for row in queries.attendance(hall)] == ["came"]


def test_a_panel_is_taken_over_once_with_its_answers(hall, flo):
    panel = selection.draw(programme=hall.programme, title="D", size=4, quotas=[], household=False, by=flo)
    programmes.draw_number(certificate=panel, number=3, by=flo)
    entry = panel.entries.filter(state="invited").first()
    programmes.move_entry(entry=entry, state="accepted", by=flo)
    client = make.client_of(flo)
    for _time in range(2):
        client.post(address(hall, "attendance"), {"panel": str(panel.pk)})

    states = sorted(row.state for row in queries.attendance(hall))
    assert states == ["accepted", "invited", "invited", "invited"]


def test_who_is_here_is_who_is_seated_and_listened_to(hall, flo):
    client = make.client_of(flo)
    note(hall, client, "came", *people(hall)[:6])
    client.post(address(hall, "seat_tables"), {"source": "here", "tables": 2, "rounds": 1})

    assert queries.seatings(hall).get().people == 6
    assert len(people(hall)) == 6


def test_whoever_is_seated_can_be_missing_whether_or_not_they_are_noted_as_here(hall, flo):
    seated(hall, flo)
    gone = people(hall)[1]
    client = make.client_of(flo)
    note(hall, client, "came", people(hall)[0])
    told = client.post(address(hall, "change_tables"), {"from_round": 1, "gone": [str(gone.pk)]}, follow=True)

    assert "Nobody had to move." in told.content.decode()
    assert gone.pk not in {
        s.entry.participant_id for s in queries.seats(queries.seatings(hall).first()) if any(s.tables)
    }


def test_nobody_ticked_is_told_and_an_unknown_state_is_not_found(hall, flo):
    client = make.client_of(flo)

    assert "Tick somebody first." in note(hall, client, "came")
    assert client.post(address(hall, "attendance"), {"state": "asleep"}).status_code == 404


def test_who_is_forgotten_is_not_in_the_register(hall, flo):
    who = people(hall)[0]
    actions.attend(gathering=hall, people=[who], state="came", by=flo)
    programmes.forget_participant(participant=who, by=flo)

    assert not queries.attendance(hall).exists()
