"""Causes, what the groups disagree on, texts amended clause by clause, and a computed agenda changed."""

import json
from datetime import date

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonground.__main__ import main
from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.agenda.drafting import actions, queries, texts
from jukwaa.agenda.models import Cause, Side
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.queries import put_to_the_vote
from tests import make
from tests.agenda.test_pages import ANYBODY, page, read, sent

pytestmark = pytest.mark.django_db


# ---- causes ----------------------------------------------------------------------------------------------


@pytest.fixture
def problem():
    return make.problem()


def tree(problem) -> list[tuple[str, int]]:
    return [(str(branch.cause), depth) for branch, depth in flat(queries.causes(problem))]


def flat(branches, depth: int = 0):
    for branch in branches:
        yield branch, depth
        yield from flat(branch.under, depth + 1)


def test_causes_stand_under_what_they_explain(problem):
    deep = actions.add_cause(problem=problem, text="No pump", by=None)
    actions.add_cause(problem=problem, text="No money", under=deep, by=None)
    actions.add_cause(problem=problem, text="No rain", by=None)

    assert tree(problem) == [("No pump", 0), ("No money", 1), ("No rain", 0)]
    with pytest.raises(agenda.BuiltOn, match="under this one"):
        actions.remove_cause(cause=deep, by=None)
    with pytest.raises(ValueError, match="Write the cause"):
        actions.add_cause(problem=problem, text=" ", by=None)
    with pytest.raises(ValueError, match="another problem"):
        actions.add_cause(problem=make.problem(problem.programme), text="No", under=deep, by=None)


def test_a_cause_moves_up_down_in_and_out_and_says_when_it_cannot(problem):
    a, b, c = (actions.add_cause(problem=problem, text=text, by=None) for text in "ABC")

    actions.move_cause(cause=c, to="up", by=None)
    assert tree(problem) == [("A", 0), ("C", 0), ("B", 0)]
    actions.move_cause(cause=again(c), to="in", by=None)
    actions.move_cause(cause=again(b), to="in", by=None)
    assert tree(problem) == [("A", 0), ("C", 1), ("B", 1)]
    actions.move_cause(cause=again(c), to="down", by=None)
    actions.move_cause(cause=again(b), to="out", by=None)
    assert tree(problem) == [("A", 0), ("C", 1), ("B", 0)]

    for cause, way in ((a, "up"), (a, "out"), (b, "down"), (c, "in")):
        with pytest.raises(actions.CannotMove):
            actions.move_cause(cause=again(cause), to=way, by=None)
    with pytest.raises(ValueError, match="up, down, in or out"):
        actions.move_cause(cause=again(a), to="away", by=None)


def again(cause: Cause) -> Cause:
    return Cause.objects.select_related("problem", "under").get(pk=cause.pk)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["up", "down", "in", "out"])), max_size=12)
)
def test_no_move_loses_a_cause_and_each_offered_move_can_be_made(db, moves):
    problem = make.problem()
    causes = [actions.add_cause(problem=problem, text=str(number), by=None) for number in range(5)]
    for number, way in moves:
        offered = {branch.cause.pk: branch.moves for branch, _depth in flat(queries.causes(problem))}
        if way in offered[causes[number].pk]:
            actions.move_cause(cause=again(causes[number]), to=way, by=None)
        assert sorted(text for text, _depth in tree(problem)) == list("01234")


def test_causes_that_two_nodes_put_under_each_other_are_still_told(problem):
    a, b = (actions.add_cause(problem=problem, text=text, by=None) for text in "AB")
    record.put("agenda.cause_moved", a, by=None, under=b)
    record.put("agenda.cause_moved", b, by=None, under=a)

    assert tree(problem) == [("A", 0), ("B", 1)]


# ---- we agree that we disagree ---------------------------------------------------------------------------


def test_each_sides_words_and_what_would_settle_it_stand_side_by_side(problem):
    panners, chiefs = make.constituency(problem.programme), make.constituency(problem.programme)
    said = actions.agree_to_disagree(
        problem=problem, question="Who owns the water?", would_settle="The district's register", by=None
    )
    actions.take_side(disagreement=said, constituency=panners, words="Everybody.", by=None)
    actions.take_side(disagreement=said, constituency=chiefs, words="We do.", by=None)
    actions.take_side(disagreement=said, constituency=chiefs, words="The village does.", by=None)

    [told] = queries.disagreements(problem)
    assert [(side.constituency, side.words) for side in told.said] == [
        (panners, "Everybody."),
        (chiefs, "The village does."),
    ]
    assert Side.objects.count() == 2

    actions.settle_disagreement(disagreement=said, settled="The register says the village.", by=None)
    assert not queries.open_disagreements(problem.programme)
    assert queries.disagreements(problem).get().settled_on == timezone.localdate()


def test_a_disagreement_says_what_would_settle_it(problem):
    with pytest.raises(ValueError, match="what would settle it"):
        actions.agree_to_disagree(problem=problem, question="Who?", would_settle=" ", by=None)
    said = actions.agree_to_disagree(problem=problem, question="Who?", would_settle="A map", by=None)
    with pytest.raises(ValueError, match="still to come"):
        actions.settle_disagreement(disagreement=said, settled="So.", on=date(2999, 1, 1), by=None)


# ---- texts, clause by clause -----------------------------------------------------------------------------


@pytest.fixture
def solution():
    found = make.solution()
    actions.write_text(solution=found, clauses=["A pump.", "", "  A  guard. "], by=None)
    return found


def reads(solution) -> list[str]:
    return [line.text for line in queries.text_of(solution)]


def test_the_text_is_computed_from_the_amendments_accepted(solution):
    first, second = queries.text_of(solution)
    asked = {"solution": solution, "by": None}
    two = actions.propose_amendment(kind="replace", at=first.id, text="Two pumps.", **asked)
    three = actions.propose_amendment(kind="replace", at=first.id, text="Three pumps.", **asked)
    key = actions.propose_amendment(kind="insert", at=first.id, text="A key each.", **asked)
    gone = actions.propose_amendment(kind="strike", at=second.id, **asked)
    assert reads(solution) == ["A pump.", "A guard."]

    actions.accept_amendment(amendment=two, by=None)
    with pytest.raises(actions.TextStands, match="reads otherwise"):
        actions.accept_amendment(amendment=three, by=None)
    actions.accept_amendment(amendment=key, by=None)
    actions.accept_amendment(amendment=gone, by=None)
    top = actions.propose_amendment(kind="insert", at=None, text="Before the rains:", **asked)
    actions.accept_amendment(amendment=top, by=None)
    later = actions.propose_amendment(kind="replace", at=key.pk, text="Two keys each.", **asked)
    actions.accept_amendment(amendment=later, by=None)

    assert reads(solution) == ["Before the rains:", "Two pumps.", "Two keys each."]
    found = texts.versions(list(queries.clauses(solution)), queries.amendments(solution))
    assert [len(version.lines) for version in found] == [2, 2, 3, 2, 3, 3]


def test_an_amendment_is_declined_with_a_reason_and_a_decision_is_taken_back(solution):
    first = queries.text_of(solution)[0]
    asked = actions.propose_amendment(solution=solution, kind="strike", at=first.id, by=None)

    with pytest.raises(ValueError, match="why it is declined"):
        actions.decline_amendment(amendment=asked, reason="", by=None)
    actions.decline_amendment(amendment=asked, reason="The panners need it.", by=None)
    with pytest.raises(actions.Decided):
        actions.accept_amendment(amendment=asked, by=None)
    assert reads(solution) == ["A pump.", "A guard."]

    actions.take_back_decision(amendment=asked, by=None)
    actions.accept_amendment(amendment=asked, by=None)
    other = actions.propose_amendment(solution=solution, kind="insert", at=None, text="Soon:", by=None)
    actions.accept_amendment(amendment=other, by=None)
    with pytest.raises(actions.Decided, match="later amendment"):
        actions.take_back_decision(amendment=asked, by=None)
    actions.take_back_decision(amendment=other, by=None)
    actions.take_back_decision(amendment=asked, by=None)
    assert reads(solution) == ["A pump.", "A guard."]


def test_an_amendment_that_cannot_be_is_refused_in_a_sentence(solution):
    first = queries.text_of(solution)[0]
    for wrong, sentence in (
        ({"kind": "replace", "at": first.id, "text": ""}, "Write the new words"),
        ({"kind": "replace", "at": first.id, "text": "A pump."}, "says this already"),
        ({"kind": "strike", "at": None}, "Choose a clause"),
        ({"kind": "strike", "at": solution.pk}, "Choose a clause"),
        ({"kind": "sing", "at": first.id}, "sing"),
    ):
        with pytest.raises(ValueError, match=sentence):
            actions.propose_amendment(solution=solution, by=None, **wrong)
    with pytest.raises(ValueError, match="not written yet"):
        other = make.solution(solution.problem, title="Other")
        actions.propose_amendment(solution=other, kind="insert", text="A", by=None)


def test_the_first_words_stand_once_an_amendment_was_proposed(solution):
    actions.write_text(solution=solution, clauses=["A well."], by=None)
    assert reads(solution) == ["A well."]
    actions.propose_amendment(solution=solution, kind="insert", text="Soon:", by=None)

    with pytest.raises(actions.TextStands, match="by an amendment"):
        actions.write_text(solution=solution, clauses=["A river."], by=None)


def test_what_speaks_for_and_against_stands_side_by_side(solution):
    actions.argue(solution=solution, side="pro", text="It is near.", by=None)
    wrong = actions.argue(solution=solution, side="con", text="It breaks.", by=None)
    assert {side: len(said) for side, said in queries.arguments(solution).items()} == {"pro": 1, "con": 1}

    actions.remove_argument(argument=wrong, by=None)
    assert queries.arguments(solution)["con"] == []
    with pytest.raises(ValueError, match="perhaps"):
        actions.argue(solution=solution, side="perhaps", text="It is near.", by=None)


# ---- a computed agenda, changed by a facilitator ---------------------------------------------------------


@pytest.fixture
def certificate():
    """An agenda of two places, on which six people of one group want A, four B and nobody C."""
    programme = make.programme(public=True)
    problem = make.problem(programme)
    round_ = make.round_(programme, kind="solutions", answers=problem.finding)
    statements = [make.statement(round_, text=text) for text in "ABC"]
    dialogue.open_round(round=round_, by=None)
    group = make.constituency(programme)
    for number in range(10):
        who = make.participant(programme, constituency=group)
        for statement, wants in zip(statements, (number < 6, number >= 6, False), strict=True):
            statement.refresh_from_db()
            dialogue.cast_vote(statement=statement, choice=1 if wants else 0, by=who)
    return analysis.settle(dialogue.close_round(round=round_, by=None), places=2, by=None)


def told(certificate) -> list[tuple[str, int | None, int | None]]:
    [(found, round_)] = queries.computed(certificate.programme, public=True)
    return [(one.statement.text, one.computed, one.now) for one in queries.agenda_of(found, round_).placed]


def test_what_the_facilitator_changed_stands_beside_what_was_computed(certificate):
    [(_found, round_)] = queries.computed(certificate.programme, public=True)
    a, _b, c = put_to_the_vote(round_)
    assert told(certificate) == [("A", 1, 1), ("B", 2, 2)]

    change = {"certificate": certificate, "by": None}
    actions.change_agenda(statement=a, place=None, reason="It is done already.", **change)
    actions.change_agenda(statement=c, place=1, reason="The law asks for it.", **change)

    assert told(certificate) == [("C", None, 1), ("B", 2, 2), ("A", 1, None)]
    found = queries.agenda_of(certificate, round_)
    assert found.placed[0].change.reason == "The law asks for it."
    assert found.changes == 2

    actions.take_back_agenda_change(change=found.placed[0].change, by=None)
    assert told(certificate) == [("B", 2, 1), ("A", 1, None)]


def test_everybody_reads_the_computed_agenda_beside_the_changed_one_with_the_reason(certificate):
    programme = certificate.programme
    flo = make.client_of(make.member(programme))
    [(_found, round_)] = queries.computed(programme, public=True)
    statement = put_to_the_vote(round_)[0]
    address = page("computed", programme, certificate=certificate.pk)
    assert "The facilitator changed nothing." in read(ANYBODY, address)

    change = page("change_agenda", programme, certificate=certificate.pk)
    assert "This field is required" in sent(flo, change, statement=statement.pk)
    sent(flo, change, statement=statement.pk, reason="It is done already.")

    words = read(ANYBODY, address)
    assert "the facilitator made 1 change" in words
    assert "A 1 – It is done already." in words
    assert address in ANYBODY.get(page("agenda", programme)).content.decode()


def test_the_computed_agenda_verifies_from_its_files_alone_and_one_altered_figure_is_found(
    certificate, tmp_path, monkeypatch, capsys
):
    [(_found, round_)] = queries.computed(certificate.programme, public=True)
    statement = put_to_the_vote(round_)[0]
    actions.change_agenda(
        certificate=certificate, statement=statement, place=None, reason="It is done.", by=None
    )
    files = analysis.settled_files(round_, certificate)
    monkeypatch.chdir(tmp_path)

    def checked(**altered: str) -> bool:
        for name, text in (files | altered).items():
            (tmp_path / name).write_text(text, "utf-8")
        code = main(files["COMMAND.txt"].split()[1:])
        return code == 0 and "It holds" in capsys.readouterr().out

    assert checked()
    ballot = files["votes.csv"].replace(f"{statement.pk},1,", f"{statement.pk},0,", 1)
    assert ballot != files["votes.csv"]
    assert not checked(**{"votes.csv": ballot})
    figure = json.loads(files["result.json"])
    figure["items"][0]["chosen"] = 2
    assert not checked(**{"result.json": json.dumps(figure)})


def test_a_change_of_the_agenda_says_why_and_changes_something(certificate):
    [(_found, round_)] = queries.computed(certificate.programme, public=True)
    a = put_to_the_vote(round_)[0]
    elsewhere = make.statement()
    for statement, place, reason, sentence in (
        (a, None, " ", "Write why"),
        (a, 1, "So", "computed so"),
        (a, 0, "So", "first place is 1"),
        (elsewhere, 1, "So", "not put to the vote"),
    ):
        with pytest.raises(ValueError, match=sentence):
            actions.change_agenda(
                certificate=certificate, statement=statement, place=place, reason=reason, by=None
            )
