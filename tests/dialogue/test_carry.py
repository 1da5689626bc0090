"""What one gathering leaves goes on at the next: nothing is retyped, and every trace code still answers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jukwaa import record
from jukwaa.dialogue import actions
from jukwaa.dialogue.actions import KeptApart, RoundClosed, VotedOn
from jukwaa.dialogue.minutes import actions as after
from jukwaa.dialogue.minutes import export, memo, queries
from jukwaa.dialogue.models import Descent, Round, Source, Spoken, Statement
from jukwaa.dialogue.steering import actions as steering
from jukwaa.field import actions as field
from jukwaa.programmes.models import Participant
from jukwaa.record import blobs
from jukwaa.record.models import Translation
from jukwaa.stories.trace import answer
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Participant:
    return make.participant()


@pytest.fixture
def earlier(ann) -> Round:
    """A round that is open, with one statement of everybody and one that Ann proposed."""
    return make.round_(ann.programme, opened=True, statements=1)


@pytest.fixture
def said(earlier, ann) -> Statement:
    """What Ann said: put to the vote, with a translation, a sound, a picture and a source."""
    statement = actions.propose_statement(round=earlier, text="The water is dirty.", by=ann)
    actions.approve_statement(statement=statement, by=None)
    record.put("dialogue.statement_pictured", statement, picture="water", bears="problem", by=None)
    actions.translate(row=statement, language="sw", text="Maji machafu.", made_by="Flo", by=None)
    spoken = Spoken(
        id=Spoken.id_for(statement.pk, "sw", "person"),
        subject=ann.pk,
        programme_id=statement.programme_id,
        object=statement.pk,
        language="sw",
        sound=blobs.keep(b"OggS sound", mime="audio/ogg"),
        mime="audio/ogg",
        made_by="person",
    )
    record.put("dialogue.statement_spoken", spoken, by=None)
    quote = make.quote(make.testimony(ann.programme, voice=ann))
    source = Source(programme_id=statement.programme_id, statement=statement, quote=quote)
    record.fact("dialogue.statement_sourced", source, by=None)
    return statement


@pytest.fixture
def later(ann) -> Round:
    """The round of the next gathering, not opened yet."""
    return make.round_(ann.programme, question="What do we do first?")


def page(round_: Round, flo=None):
    flo = flo or make.client_of(make.member(round_.programme))
    return flo, reverse("dialogue:carry", args=[round_.programme.slug, round_.gathering_id])


def steps(code: str) -> list[str]:
    return [step.sentence for step in answer(code).steps]


# ---- everything comes along ------------------------------------------------------------------------------


def test_words_translation_sound_picture_and_source_come_along_and_stay_the_same_voices(said, later, ann):
    [fresh] = after.carry_over(round=later, statements=[said], by=None)

    assert (fresh.text, fresh.language, fresh.picture) == ("The water is dirty.", "en", "water")
    assert (fresh.subject, fresh.bears, fresh.by_participant) == (ann.pk, "problem", True)
    assert Translation.objects.get(object=fresh.pk).text == "Maji machafu."
    assert Spoken.objects.get(object=fresh.pk).sound == Spoken.objects.get(object=said.pk).sound
    assert [source.quote for source in fresh.sources.all()] == [source.quote for source in said.sources.all()]
    assert fresh.trace_code != said.trace_code


def test_when_the_voice_withdraws_the_carried_words_go_too(said, later, ann):
    [fresh] = after.carry_over(round=later, statements=[said], by=None)

    record.withdraw(ann.pk, by=None, programme=ann.programme_id)

    assert Statement.objects.get(pk=fresh.pk).text == ""
    assert not Translation.objects.filter(object=fresh.pk).exclude(text="").exists()


def test_a_facilitator_ticks_a_statement_and_it_is_in_the_round(said, later):
    flo, address = page(later)

    flo.post(address, {"round": str(later.pk), "statement": [str(said.pk)]})

    assert [each.text for each in later.statements.all()] == ["The water is dirty."]
    assert "Take it out again" in flo.get(address).content.decode()


def test_what_was_carried_over_is_not_offered_and_not_carried_a_second_time(said, later):
    after.carry_over(round=later, statements=[said], by=None)

    again = after.carry_over(round=later, statements=[said], by=None)

    offered = [row.statement for _round, rows in queries.candidates(later, later.gathering) for row in rows]
    assert again == []
    assert said not in offered


def test_nearly_the_same_statement_in_the_round_is_noticed(said, later):
    make.statement(later, text="The water is dirty here.")
    flo, address = page(later)

    told = flo.get(address).content.decode()

    assert "The round holds nearly the same: “The water is dirty here.”" in told


def test_what_a_group_keeps_to_itself_is_not_offered(said, later):
    record.put("dialogue.round_changed", said.round, women=True, by=None)

    assert queries.candidates(later, later.gathering) == []


def test_nothing_is_carried_into_a_closed_round(said, later):
    make.statement(later)
    actions.open_round(round=later, by=None)
    actions.close_round(round=later, by=None)

    with pytest.raises(RoundClosed):
        after.carry_over(round=later, statements=[said], by=None)


def test_a_carrying_over_is_undone_until_somebody_answered(said, later, ann):
    [fresh] = after.carry_over(round=later, statements=[said], by=None)
    flo, _address = page(later)
    undo = reverse("dialogue:take_back_carried", args=[later.programme.slug, fresh.pk])
    flo.post(undo)
    gone = queries.carried_in(later.gathering)
    [again] = after.carry_over(round=later, statements=[said], by=None)
    actions.open_round(round=later, by=None)
    actions.cast_vote(statement=again, choice=1, by=ann)

    with pytest.raises(VotedOn):
        after.take_back_carried(statement=again, by=None)

    assert gone == []


def test_what_was_kept_for_a_later_round_stands_in_its_own_again_when_it_is_taken_back(said, later):
    kept = steering.carry_over(statement=said, to=later, by=None)
    said.refresh_from_db()
    away = said.state
    sound = Spoken.objects.get(object=kept.pk).sound

    after.take_back_carried(statement=kept, by=None)

    said.refresh_from_db()
    assert (away, said.state) == ("joined", "approved")
    assert sound == Spoken.objects.get(object=said.pk).sound
    assert steps(said.trace_code)[-1] == "People are voting on it now."


def test_words_that_a_group_keeps_to_itself_are_not_carried_even_when_they_are_ticked(said, later):
    said.round = record.put("dialogue.round_changed", said.round, women=True, by=None)

    with pytest.raises(KeptApart):
        after.carry_over(round=later, statements=[said], by=None)


def test_an_export_tells_where_a_carried_statement_came_from(said, later):
    after.carry_over(round=later, statements=[said], by=None)
    actions.open_round(round=later, by=None)

    [row] = export._descent(export.Export.of(later.gathering))

    assert row == (1, Descent.How.CARRIED, None, "The water is dirty.")


# ---- trace codes -----------------------------------------------------------------------------------------


def test_the_old_code_tells_that_it_was_carried_on_and_what_came_of_it_there(said, later):
    [fresh] = after.carry_over(round=later, statements=[said], by=None)
    actions.open_round(round=later, by=None)

    told = steps(said.trace_code)

    where = told.index("It was carried on to a later round: “What do we do first?”")
    assert told[where + 1 :] == [
        "It was put to the vote in these words: “The water is dirty.”",
        "People are voting on it now.",
    ]
    assert told[:where] == steps(said.trace_code)[:where]
    assert "It was put to the vote in these words: “The water is dirty.”" in steps(fresh.trace_code)


def test_a_code_tells_nothing_of_a_later_round_that_is_kept_apart(said, later):
    record.put("dialogue.round_changed", later, women=True, by=None)
    after.carry_over(round=later, statements=[said], by=None)

    assert steps(said.trace_code)[-1] == "It was carried on to a later round."


def test_everybodys_trace_code_still_answers_after_the_gathering(said, later, ann):
    testimony = make.testimony(ann.programme)
    field.take_quote(testimony=testimony, text="The water is dirty.", by=None)
    refused = actions.propose_statement(round=said.round, text="Light.", by=ann)
    actions.reject_statement(statement=refused, reason=Statement.Reason.TOPIC, by=None)
    given = [testimony.trace_code, *Statement.objects.values_list("trace_code", flat=True)]
    gathering = said.round.gathering

    actions.close_round(round=said.round, by=None)
    words = memo.draft(gathering, "en")
    after.publish_memoire(gathering=gathering, language="en", sections=words, by=None)
    export.readme(export.Export.of(gathering))
    after.carry_over(round=later, statements=[said], by=None)

    assert len(given) == 4
    assert all(answer(code) is not None for code in given)
    assert all(answer(each.trace_code) for each in Statement.objects.all())
