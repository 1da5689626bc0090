"""Who might be harmed, what harmed, and freezing and erasing one gathering's lists."""

from __future__ import annotations

import contextlib
import io
import itertools
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from jukwaa import record
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis, queries
from jukwaa.dialogue.door import actions
from jukwaa.dialogue.door import queries as at_the_door
from jukwaa.dialogue.hall import actions as in_the_hall
from jukwaa.dialogue.models import Attendance, Gathering, Hand, Incident, Note, Risk, Speech, Step, Vote
from jukwaa.dialogue.printing.queries import SHEETS
from jukwaa.programmes.books import WRITERS
from jukwaa.programmes.models import Entry, Participant, Role
from jukwaa.record.models import Event, Stream
from tests import make
from tests.served import JUKWAA, environment_of, migrate, run

pytestmark = pytest.mark.django_db

CANARY = "Kanaria"


@pytest.fixture
def hall() -> Gathering:
    return make.gathering(make.programme(), title="Workshop")


@pytest.fixture
def ann(hall: Gathering) -> Participant:
    """Somebody who was there, spoke, sat at a table and voted, and is called as nobody else."""
    group = make.constituency(hall.programme, name="Panners")
    ann, ben = (
        make.participant(hall.programme, constituency=group, gender="woman", called=name)
        for name in (f"{CANARY} Ann", f"{CANARY} Ben")
    )
    dialogue.attend(gathering=hall, people=[ann, ben], state="came", by=None)
    dialogue.begin_speech(gathering=hall, participant=ann, by=None)
    dialogue.end_speech(gathering=hall, by=None)
    analysis.seat_tables(hall, people=[ann, ben], tables=1, rounds=1, spread=[], apart=[], by=None)
    analysis.keep_voice(hall, by=None)
    actions.add_risk(gathering=hall, who=f"{CANARY} women", harm="A raid", by=None)
    held = dialogue.prepare_round(gathering=hall, kind="problems", question="What hurts?", by=None)
    statement = dialogue.add_statement(round=held, text="The water is dirty.", by=None)
    dialogue.open_round(round=held, by=None)
    statement.round.refresh_from_db()
    dialogue.cast_vote(statement=statement, choice=1, by=ann)
    in_the_hall.raise_hand(gathering=hall, participant=ben, by=None)
    step = in_the_hall.add_step(gathering=hall, title="At tables", who="tables", by=None)
    in_the_hall.begin_step(step=step, by=None)
    in_the_hall.write_note(
        gathering=hall, kind="action", text="A pump.", owner=f"{CANARY} Ben", step=step, by=None
    )
    return ann


def staff(hall: Gathering, role: str = Role.COORDINATOR) -> Client:
    return make.client_of(make.member(hall.programme, role=role))


def address(hall: Gathering, name: str) -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk])


# ---- who might be harmed ---------------------------------------------------------------------------------


def test_the_gatherings_page_says_calmly_that_nobody_looked_yet(hall):
    desk = staff(hall, Role.FACILITATOR)
    before = desk.get(hall.get_absolute_url()).content.decode()

    desk.post(address(hall, "risks"), {"screened": "change"})

    assert "Nobody has noted yet who might be harmed" in before
    assert "Nobody has noted yet" not in desk.get(hall.get_absolute_url()).content.decode()


def test_a_facilitator_writes_down_a_risk_from_a_question(hall):
    desk = staff(hall, Role.FACILITATOR)
    form = desk.get(address(hall, "add_risk") + "?about=raid").content.decode()

    said = {"who": "Pit workers", "harm": "A raid", "level": "high", "measure": "", "tell": "The chief"}
    page = desk.post(address(hall, "add_risk"), said, follow=True).content.decode()

    assert "Does anybody come whose work has no licence?" in form
    assert "Pit workers" in page
    assert "Nothing is done about it yet." in page


# ---- what harmed -----------------------------------------------------------------------------------------


def test_anybody_on_the_staff_writes_an_incident_and_few_read_it(hall):
    observer = staff(hall, Role.OBSERVER)
    said = {"happened_on": "2026-03-01", "what": "A threat at the pit", "done": "", "told": ""}

    told = observer.post(address(hall, "write_incident"), said, follow=True)

    listed = reverse("dialogue:incidents", args=[hall.programme.slug])
    assert "A threat at the pit" not in told.content.decode()
    assert observer.get(listed).status_code == 403
    assert staff(hall, Role.FACILITATOR).get(listed).status_code == 403
    assert "A threat at the pit" in staff(hall).get(listed).content.decode()


def test_an_incident_is_closed_with_what_was_done(hall):
    row = actions.write_incident(
        programme=hall.programme, gathering=hall, happened_on=date(2026, 3, 1), what="A threat", by=None
    )

    there = reverse("dialogue:incident", args=[hall.programme.slug, row.pk])
    staff(hall).post(there, {"done": "Spoke to the chief", "told": "", "state": "closed"})

    row.refresh_from_db()
    assert (row.state, row.done) == ("closed", "Spoke to the chief")


def test_no_word_of_a_risk_or_incident_is_in_a_plain_part_of_the_record(hall):
    actions.add_risk(gathering=hall, who=CANARY, harm=CANARY, by=None)
    actions.write_incident(
        programme=hall.programme, gathering=hall, happened_on=date(2026, 3, 1), what=CANARY, by=None
    )

    said = [f"{event.plain} {event.verb}" for event in Event.objects.all()]
    assert not any(CANARY in words or "2026-03-01" in words for words in said)


# ---- freezing --------------------------------------------------------------------------------------------


def pages(hall: Gathering) -> list[str]:
    """Every address of the dialogue room that this gathering, its round and its people have."""
    held = hall.rounds.first()
    known: dict[str, list[object]] = {
        "programme": [hall.programme.slug],
        "gathering": [hall.pk],
        "round": [held.pk],
        "statement": [held.statements.first().pk],
        "participant": [Participant.objects.filter(called__startswith=CANARY).first().pk],
        "risk": [Risk.objects.first().pk],
        "step": [Step.objects.first().pk],
        "note": [Note.objects.first().pk],
        "sheet": [*SHEETS],
        "language": ["en"],
        "ending": [*WRITERS, "docx", "pdf"],
    }
    found = [hall.programme.get_absolute_url()]
    _includes, resolver = get_resolver().namespace_dict["dialogue"]
    for name in {key for key in resolver.reverse_dict if isinstance(key, str)}:
        needed = set(resolver.reverse_dict.getlist(name)[0][0][0][1]) | {"programme"}
        if needed <= known.keys():
            for values in itertools.product(*(known[key] for key in needed)):
                with contextlib.suppress(NoReverseMatch):
                    found.append(reverse(f"dialogue:{name}", kwargs=dict(zip(needed, values, strict=True))))
    return sorted(found)


def shown(client: Client, hall: Gathering) -> set[str]:
    """The addresses whose answer names somebody who was there."""
    found = set()
    for url in pages(hall):
        if CANARY.encode() in content(client.get(url, follow=True)):
            found.add(url)
    return found


def content(answer: Any) -> bytes:
    """What came, and what is packed in it or written on its pages."""
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    make.let_go(answer)
    if said.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(said)) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    if said.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(said)).pages).encode()
    return said


@pytest.mark.slow
def test_frozen_lists_are_shown_to_nobody_on_any_page(hall, ann):
    clients = [staff(hall, role) for role in Role.values] + [Client(), make.phone_of(ann)]
    before = set().union(*(shown(client, hall) for client in clients))

    actions.freeze(gathering=hall, by=None)

    lists = ("attendance", "door", "tables", "print_tables", "voice", "risks", "console", "notes", "minutes")
    assert {address(hall, name) for name in lists} <= before
    printed = {
        reverse("dialogue:print_sheet", args=[hall.programme.slug, hall.pk, n]) for n in ("signs", "signin")
    }
    assert printed <= before
    assert set().union(*(shown(client, hall) for client in clients)) == set()


def test_nothing_is_added_to_frozen_lists(hall, ann):
    actions.freeze(gathering=hall, by=None)
    told = staff(hall).post(address(hall, "attendance"), {"person": str(ann.pk), "state": "left"})

    for write in (dialogue.begin_speech, in_the_hall.give_word, in_the_hall.raise_hand):
        with pytest.raises(dialogue.Frozen):
            write(gathering=hall, participant=ann, by=None)
    with pytest.raises(dialogue.Frozen):
        in_the_hall.write_note(gathering=hall, text="A pump.", owner="Ben", by=None)
    assert told.status_code == 403
    assert "are frozen" in told.content.decode()


def test_a_facilitator_freezes_and_only_a_protector_shows_again(hall, ann):
    facilitator, protector = staff(hall, Role.FACILITATOR), staff(hall)
    facilitator.post(address(hall, "freeze"))
    refused = facilitator.post(address(hall, "show_lists"))
    hidden = facilitator.get(address(hall, "attendance")).content.decode()

    protector.post(address(hall, "show_lists"))

    assert refused.status_code == 403
    assert CANARY not in hidden
    assert CANARY in facilitator.get(address(hall, "attendance")).content.decode()


# ---- erasing ---------------------------------------------------------------------------------------------


def test_an_erasure_says_first_what_goes_and_what_stays(hall, ann):
    asked = staff(hall).post(address(hall, "purge"), {}).content.decode()

    assert "the register of 2 people, 1 speeches, 1 raised hands, 1 risks, and 2 lists" in asked
    assert "1 votes and 1 statements" in asked
    assert "Tick this first" in asked
    assert Attendance.objects.count() == 2


def test_erased_lists_are_gone_for_ever_and_votes_stay(hall, ann):
    actions.write_incident(
        programme=hall.programme, gathering=hall, happened_on=date(2026, 3, 1), what="A threat", by=None
    )

    staff(hall).post(address(hall, "purge"), {"sure": "on"})

    assert [model.objects.count() for model in (Attendance, Speech, Hand, Risk, Entry)] == [0] * 5
    assert (Vote.objects.count(), Incident.objects.count()) == (1, 1)
    lists = Event.objects.filter(
        model__in=["dialogue.attendance", "dialogue.speech", "dialogue.risk", "programmes.entry"]
    )
    assert lists.exists()
    assert not lists.filter(personal__isnull=False).exists()
    assert [fault for stream in Stream.objects.all() for fault in record.verify(stream)] == []


def test_incidents_are_erased_when_that_is_chosen(hall):
    actions.write_incident(
        programme=hall.programme, gathering=hall, happened_on=date(2026, 3, 1), what="A threat", by=None
    )

    actions.purge(gathering=hall, incidents=True, by=None)

    assert not Incident.objects.exists()


def test_erased_lists_cannot_be_shown_again_nor_filled(hall, ann):
    actions.purge(gathering=hall, incidents=False, by=None)
    told = staff(hall).post(address(hall, "show_lists"), follow=True).content.decode()

    hall.frozen = False  # as a page that was left open holds it
    with pytest.raises(record.Withdrawn):
        dialogue.attend(gathering=hall, people=[ann], state="came", by=None)
    assert "Nobody can bring them back." in told
    assert queries.is_purged(hall)


def test_another_gatherings_lists_stay(hall, ann):
    other = make.gathering(hall.programme, title="Dialogue")
    dialogue.attend(gathering=other, people=[ann], state="invited", by=None)

    actions.purge(gathering=hall, incidents=False, by=None)

    assert at_the_door.noted(other, ann) is not None


ERASE = """
import datetime
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue.door import actions
from jukwaa.record.models import Event
from tests import make
from tests.served import JUKWAA, environment_of, migrate, run

hall = make.gathering(make.programme())
ann = make.participant(hall.programme)
dialogue.attend(gathering=hall, people=[ann], state="came", by=None)
actions.add_risk(gathering=hall, who="Kanaria", harm="A raid by Kanaria", by=None)
if erase:
    actions.purge(gathering=hall, incidents=True, by=None)
"""


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("erase", [False, True])
def test_no_byte_of_an_erased_list_is_left_in_the_files(tmp_path: Path, erase: bool):
    around = environment_of(tmp_path)
    migrate(tmp_path, around)
    run([*JUKWAA, "manage", "shell", "-v0", "-c", f"erase = {erase}\n{ERASE}"], around)

    words = (b"Kanaria", b'"gathering":"')
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert any(word in held for word in words for held in files) is not erase
