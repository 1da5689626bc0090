"""Statements: from the field, from the staff, from participants; moderated, worded, withdrawn."""

import pytest

from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import Statement
from jukwaa.dialogue.steering import actions as steering
from jukwaa.field.actions import withdraw_testimony
from jukwaa.programmes import cards
from jukwaa.programmes.actions import end_consent, forget_participant
from jukwaa.programmes.models import Purpose
from jukwaa.record.models import Translation
from tests import make

pytestmark = pytest.mark.django_db


def test_a_statement_has_a_trace_code_and_one_line():
    statement = make.statement(make.round_(), text="  The water \n is dirty. ")

    assert statement.text == "The water is dirty."
    assert cards.is_sound(statement.trace_code)
    assert statement.state == Statement.State.APPROVED


@pytest.mark.parametrize(("text", "said"), [(" \n", "needs words"), ("x" * 281, "at most 280")])
def test_words_that_nobody_could_read_aloud_are_refused(text, said):
    with pytest.raises(ValueError, match=said):
        actions.add_statement(round=make.round_(), text=text, by=None)


def test_a_statement_made_of_quotes_keeps_its_way_back_to_the_voices():
    one = make.usable_quote(text="Dirty water.")
    other = make.usable_quote(one.programme, text="We drink it.")
    round_ = make.round_(one.programme)

    statement = make.statement(round_, text="Dirty water.", quotes=[one, other])

    assert list(queries.sources(statement)) == [one, other]
    assert statement.subject == one.subject


def test_a_statement_takes_no_quote_that_nobody_checked_or_whose_voice_does_not_agree():
    checked, voice = make.usable_quote(), make.participant()
    round_ = make.round_(checked.programme)
    unchecked = make.quote(make.testimony(checked.programme, voice=checked.testimony.voice))
    refused = make.usable_quote(checked.programme)
    end_consent(participant=refused.testimony.voice, purpose=Purpose.QUOTE, by=None)
    elsewhere = make.usable_quote(voice=voice)

    for quotes in ([unchecked], [checked, unchecked], [refused], [elsewhere]):
        with pytest.raises(ValueError, match="second person checked"):
            make.statement(round_, text="Dirty water.", quotes=quotes)
    assert not round_.statements.exists()


def test_the_words_of_a_statement_go_with_the_voice_that_said_them():
    quote = make.usable_quote()
    round_ = make.round_(quote.programme)
    statement = make.statement(round_, text="Dirty water.", quotes=[quote])

    withdraw_testimony(testimony=quote.testimony, by=None)

    statement.refresh_from_db()
    assert statement.text == ""
    assert statement.sources.count() == 1
    assert not queries.sources(statement)
    assert not queries.put_to_the_vote(round_)


def test_a_participants_statement_waits_for_a_moderator():
    ann = make.participant(language="sw")
    round_ = make.round_(ann.programme, opened=True)

    statement = actions.propose_statement(round=round_, text="Free the licences.", by=ann)

    assert (statement.state, statement.language, statement.subject) == ("proposed", "sw", ann.pk)
    assert statement not in queries.put_to_the_vote(round_)
    assert list(queries.proposals(round_, ann)) == [statement]


def test_nothing_is_proposed_to_a_closed_round():
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True)
    actions.close_round(round=round_, by=None)

    with pytest.raises(actions.RoundClosed):
        actions.propose_statement(round=round_, text="Too late.", by=ann)


def test_nobody_floods_the_moderators():
    ann, ben = make.participant(), make.participant()
    round_ = make.round_(ann.programme, opened=True)
    for number in range(actions.MOST_WAITING):
        last = actions.propose_statement(round=round_, text=f"Proposal {number}", by=ann)

    with pytest.raises(actions.TooManyWaiting):
        actions.propose_statement(round=round_, text="One more", by=ann)

    actions.propose_statement(round=round_, text="From somebody else", by=ben)
    actions.approve_statement(statement=last, by=None)
    actions.propose_statement(round=round_, text="One more", by=ann)


def test_a_moderator_approves_rejects_and_takes_it_back():
    statement = proposed()

    actions.reject_statement(statement=statement, reason=Statement.Reason.PERSON, by=None)
    assert (statement.state, statement.reason) == ("rejected", "person")

    actions.requeue_statement(statement=statement, by=None)
    assert (statement.state, statement.reason) == ("proposed", "")

    actions.approve_statement(statement=statement, by=None)
    assert list(queries.put_to_the_vote(statement.round))[-1] == statement


def test_a_reason_is_one_of_ours_so_that_it_names_nobody():
    with pytest.raises(ValueError, match="not \\[Juma lies\\]"):
        actions.reject_statement(statement=proposed(), reason="Juma lies", by=None)


def proposed() -> Statement:
    ann = make.participant()
    round_ = make.round_(ann.programme, opened=True)
    return actions.propose_statement(round=round_, text="Free the licences.", by=ann)


def test_a_statement_is_reworded_until_somebody_voted_on_it():
    ann = make.participant()
    statement = make.statement(make.round_(ann.programme, opened=True))
    actions.reword_statement(statement=statement, text="Better words.", by=None)
    assert statement.text == "Better words."

    actions.cast_vote(statement=statement, choice=1, by=ann)
    with pytest.raises(actions.VotedOn):
        actions.reword_statement(statement=statement, text="Other words.", by=None)


def test_a_rewording_still_belongs_to_who_proposed_it():
    statement = proposed()
    ann_id = statement.subject

    ann = type(make.participant()).objects.get(pk=ann_id)
    asked = steering.propose_wording(statement=statement, text="Give licences to all.", by=None)
    steering.answer_wording(wording=asked, yes=True, by=ann)
    forget_participant(participant=ann, by=None)

    statement.refresh_from_db()
    assert statement.text == ""


def test_many_statements_of_an_import_keep_their_order():
    ann = make.participant()
    round_ = make.round_(ann.programme, statements=1)
    said = [
        actions.Worded("b", language="fr"),
        actions.Worded("a" * 400, author=ann.pk),
        actions.Worded("not this", state=Statement.State.REJECTED),
    ]

    added = actions.add_statements(round=round_, said=said, by=None)

    assert [s.text for s in queries.put_to_the_vote(round_)] == ["Statement 1", "b", "a" * 400]
    assert [s.language for s in added] == ["fr", "en", "en"]
    assert [s.by_participant for s in added] == [False, True, False]
    assert len({s.trace_code for s in added}) == 3


def test_a_translation_is_said_anew_and_never_in_the_statements_own_language():
    said = make.statement(text="The water is dirty.")

    for text in ("Maji ni machafu", "Maji si safi."):
        actions.translate(row=said, language="sw", text=text, made_by="Neema", by=None)
    with pytest.raises(ValueError, match="in this language already"):
        actions.translate(row=said, language="en", text="Dirty.", made_by="Neema", by=None)

    assert [t.text for t in Translation.objects.filter(object=said.pk)] == ["Maji si safi."]


def test_a_translation_goes_with_the_voice_whose_words_it_holds():
    ann = make.participant()
    theirs = make.usable_quote(voice=ann)
    said = make.statement(make.round_(ann.programme), quotes=[theirs])
    actions.translate(row=said, language="sw", text="Maji si safi.", made_by="Neema", by=None)

    forget_participant(participant=ann, by=None)

    assert not Translation.objects.filter(object=said.pk).exclude(text="").exists()
