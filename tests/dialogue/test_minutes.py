"""What a gathering comes to: minutes that tell what was decided, agreed and left open, and nothing more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jukwaa import record
from jukwaa.dialogue import actions, analysis
from jukwaa.dialogue.counting import actions as counting
from jukwaa.dialogue.hall import actions as hall
from jukwaa.dialogue.minutes import queries
from jukwaa.dialogue.models import Gathering, Mark, Note, Risk, Round, Statement
from jukwaa.programmes.models import Member
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Gathering:
    """A workshop with two groups, of which three came and one was only asked."""
    gathering = make.gathering(title="Workshop in Nyakasanda")
    panners = make.constituency(gathering.programme, name="Panners")
    make.constituency(gathering.programme, name="Owners")
    ann, ben, cat, dan = (
        make.participant(gathering.programme, constituency=panners, gender=gender, called=called)
        for gender, called in [("woman", "Ann"), ("man", "Ben"), ("woman", "Cat"), ("man", "Dan")]
    )
    actions.attend(gathering=gathering, people=[ann, ben], state="came", by=None)
    actions.attend(gathering=gathering, people=[cat], state="left", by=None)
    actions.attend(gathering=gathering, people=[dan], state="invited", by=None)
    return gathering


@pytest.fixture
def flo(workshop: Gathering) -> Member:
    return make.member(workshop.programme)


def a_round(gathering: Gathering, *texts: str, opened: bool = True, **others) -> Round:
    said = {"kind": "problems", "question": "What hurts most?", "by": None} | others
    prepared = actions.prepare_round(gathering=gathering, **said)
    for text in texts:
        make.statement(prepared, text=text)
    return actions.open_round(round=prepared, by=None) if opened else prepared


def page(gathering: Gathering, flo: Member, name: str = "minutes") -> str:
    address = reverse(f"dialogue:{name}", args=[gathering.programme.slug, gathering.pk])
    return make.client_of(flo).get(address).content.decode()


# ---- who was there ---------------------------------------------------------------------------------------


def test_whoever_left_had_come_and_whoever_was_only_asked_had_not(workshop):
    [row] = queries.attended(workshop)

    assert (row.asked, row.came, row.women, row.men, row.others) == (4, 3, 2, 1, 0)


def test_the_minutes_name_the_group_that_nobody_came_of(workshop, flo):
    assert "Nobody of Owners was there." in page(workshop, flo)


def test_no_name_of_anybody_stands_in_the_minutes(workshop, flo):
    told = page(workshop, flo)

    assert not any(name in told for name in ("Ann", "Ben", "Cat", "Dan"))


def test_speaking_time_is_told_by_group_and_gender(workshop, flo):
    ann = workshop.attendances.get(participant__called="Ann").participant
    speech = actions.begin_speech(gathering=workshop, participant=ann, by=flo)
    record.put("dialogue.speech_ended", speech, seconds=600, by=flo)

    (_title, genders), (_groups, groups) = queries.airtime(workshop)

    assert [(row.who, row.minutes, row.share) for row in genders] == [("Women", 10, 100), ("Men", 0, 0)]
    assert [(row.who, row.share) for row in groups] == [("Panners", 100), ("Owners", 0)]


# ---- what was decided ------------------------------------------------------------------------------------


def test_a_facilitator_writes_a_next_step_and_the_minutes_tell_who_does_it_until_when(workshop, flo):
    address = reverse("dialogue:notes", args=[workshop.programme.slug, workshop.pk])
    said = {"kind": "action", "text": "Dig a well", "owner": "District engineer", "due_on": "2027-03-01"}

    make.client_of(flo).post(address, said)

    told = page(workshop, flo)
    assert "Dig a well" in told
    assert "District engineer" in told
    assert "1 March 2027" in told


def test_a_note_is_taken_out_and_put_back(workshop, flo):
    note = hall.write_note(gathering=workshop, kind="decision", text="No mercury", by=flo)
    browser, where = make.client_of(flo), [workshop.programme.slug, note.pk]

    browser.post(reverse("dialogue:remove_note", args=where))
    without = page(workshop, flo)
    later = page(workshop, flo, "notes")
    browser.post(reverse("dialogue:restore_note", args=where))

    assert "No mercury" not in without
    assert "Taken away" in later
    assert "No mercury" in page(workshop, flo)


def test_a_note_is_said_anew(workshop, flo):
    note = hall.write_note(gathering=workshop, kind="decision", text="No mercury", by=flo)
    said = {"kind": "disagreement", "text": "Mercury", "reason": "Owners want two years more."}

    make.client_of(flo).post(reverse("dialogue:edit_note", args=[workshop.programme.slug, note.pk]), said)

    told = page(workshop, flo)
    assert "Owners want two years more." in told
    assert "No mercury" not in told


def test_a_note_without_words_is_refused_and_the_rest_stays_in_the_form(workshop, flo):
    address = reverse("dialogue:notes", args=[workshop.programme.slug, workshop.pk])

    told = make.client_of(flo).post(address, {"kind": "action", "text": " ", "owner": "The engineer"})

    assert not Note.objects.exists()
    assert "The engineer" in told.content.decode()


def test_what_a_table_did_not_bring_to_the_plenary_is_not_in_the_minutes(workshop, flo):
    for text, plenary in [("Only our table", False), ("Brought forward", True)]:
        note = Note(
            programme_id=workshop.programme_id, gathering=workshop, text=text, table=2, plenary=plenary
        )
        record.fact("dialogue.note_written", note, by=flo)

    told = page(workshop, flo)
    assert "Brought forward" in told
    assert "Only our table" not in told


# ---- what was asked and said -----------------------------------------------------------------------------


def test_an_agreed_problem_stands_there_with_what_each_group_said(workshop, flo):
    make.drawn(
        a_round(workshop, "The water is dirty."),
        agree=40,
        group=workshop.programme.constituencys.get(name="Panners"),
    )
    owners = workshop.programme.constituencys.get(name="Owners")
    round_ = a_round(workshop, "Roads are bad.")
    for group in (owners, workshop.programme.constituencys.get(name="Panners")):
        people = make.actions.add_participants(
            programme=workshop.programme, constituency=group, count=40, by=None
        )
        rows = [(round_.statements.get().pk, who.pk, 1) for who in people]
        actions.cast_votes(round=round_, rows=rows, channel="web", by=None)
    actions.close_round(round=round_, by=None)
    analysis.redraw(round_)

    found = queries.minutes(workshop)

    assert [result.statement.text for result in found.problems] == ["Roads are bad."]
    assert "Owners: 40 of 40" in page(workshop, flo)


def test_a_round_that_a_group_keeps_to_itself_is_not_in_the_minutes_before_it_is_released(workshop, flo):
    round_ = a_round(workshop, "They beat us.", question="Among women?")
    record.put("dialogue.round_changed", round_, women=True, by=flo)
    before = page(workshop, flo)

    record.put("dialogue.round_released", round_, released_at=round_.opened_at, by=flo)

    assert "Among women?" not in before
    assert "Among women?" in page(workshop, flo)


def test_nothing_of_risks_is_in_the_minutes(workshop, flo):
    risk = Risk(programme_id=workshop.programme_id, gathering=workshop, who="The chief", harm="Beaten")
    record.fact("dialogue.risk_noted", risk, by=flo)

    assert "Beaten" not in page(workshop, flo)


def test_the_minutes_tell_what_became_of_a_proposal(workshop, flo):
    ann = workshop.attendances.get(participant__called="Ann").participant
    round_ = a_round(workshop, "The water is dirty.")
    proposed = actions.propose_statement(round=round_, text="Light at night.", by=ann)
    actions.reject_statement(statement=proposed, reason=Statement.Reason.SAME, by=flo)

    assert "not put to the vote: Another statement says the same." in page(workshop, flo)


def test_reasons_for_a_block_are_told_as_a_moderator_put_them_on_record_and_not_before(workshop, flo):
    ann = workshop.attendances.get(participant__called="Ann").participant
    round_ = a_round(workshop, "A fee for each pit.")
    record.put("dialogue.round_changed", round_, method=Round.Method.GRADIENT, by=flo)
    statement = round_.statements.get()
    mark = Mark(
        id=Mark.id_for(statement.pk, ann.pk),
        subject=ann.pk,
        statement=statement,
        participant=ann,
        value=8,
        reason="We cannot pay what Musa asks.",
        channel="web",
    )
    record.put("dialogue.mark_given", mark, by=ann)
    before = page(workshop, flo)

    counting.put_reason_on_record(mark=mark, text="They cannot pay.", by=flo)

    assert "1 person answered" in before
    assert "We cannot pay" not in before
    assert "They cannot pay." in page(workshop, flo)
    assert "Musa" not in page(workshop, flo)


def test_the_minutes_can_be_printed(workshop, flo):
    assert '<article class="memo minutes">' in page(workshop, flo, "print_minutes")
