"""Findings taken up as problems and as answers to them."""

import pytest

from jukwaa.agenda import actions, queries
from jukwaa.programmes.models import Cycle
from tests import make

pytestmark = pytest.mark.django_db


def test_a_finding_becomes_a_problem_on_the_agenda():
    finding = make.finding()

    problem = actions.take_up_problem(finding=finding, title=" Dirty\nwater ", cycle=Cycle.LAND, by=None)

    assert list(queries.problems(finding.programme)) == [problem]
    assert (problem.title, problem.cycle) == ("Dirty water", "C3")


def test_a_finding_is_taken_up_once():
    problem = make.problem()

    with pytest.raises(actions.OnTheAgenda, match="on the agenda already"):
        actions.take_up_problem(finding=problem.finding, title="Again", cycle="C1", by=None)


def test_a_problem_needs_a_title_and_a_cycle_that_there_is():
    finding = make.finding()

    with pytest.raises(ValueError, match="needs a title"):
        actions.take_up_problem(finding=finding, title="  ", cycle="C1", by=None)
    with pytest.raises(ValueError, match="C9"):
        actions.take_up_problem(finding=finding, title="Water", cycle="C9", by=None)


def test_the_list_of_findings_shows_what_is_not_taken_up_yet():
    problem = make.problem()
    waiting = make.finding(problem.programme)

    assert list(queries.findings_to_take_up(problem.programme)) == [waiting]

    actions.remove_problem(problem=problem, by=None)
    assert set(queries.findings_to_take_up(problem.programme)) == {waiting, problem.finding}


def test_a_problem_is_said_anew():
    problem = make.problem()

    actions.change_problem(problem=problem, title="No clean water", cycle=Cycle.JOBS, by=None)

    problem.refresh_from_db()
    assert (problem.title, problem.cycle) == ("No clean water", "C2")


def test_a_problem_that_rows_build_on_stays():
    row = make.row()

    with pytest.raises(actions.BuiltOn, match="Take them away first"):
        actions.remove_problem(problem=row.problem, by=None)

    actions.remove_row(row=row, by=None)
    actions.remove_problem(problem=row.problem, by=None)
    assert not queries.problems(row.programme)
    with pytest.raises(actions.BuiltOn, match="Put that back first"):
        actions.restore_row(row=row, by=None)


def test_a_removed_problem_comes_back_unless_its_finding_was_taken_up_anew():
    problem = make.problem()
    actions.remove_problem(problem=problem, by=None)
    again = actions.take_up_problem(finding=problem.finding, title="Water", cycle="C3", by=None)

    with pytest.raises(actions.OnTheAgenda):
        actions.restore_problem(problem=problem, by=None)

    actions.remove_problem(problem=again, by=None)
    actions.restore_problem(problem=problem, by=None)
    assert list(queries.problems(problem.programme)) == [problem]


def test_an_answer_comes_of_a_round_that_asked_about_its_problem():
    solution = make.solution()
    other = make.problem(solution.programme, title="Mercury")

    with pytest.raises(ValueError, match="does not answer this problem"):
        actions.agree_solution(problem=other, finding=solution.finding, title="A pump", by=None)
    with pytest.raises(ValueError, match="solutions round"):
        actions.take_up_problem(finding=solution.finding, title="A pump", cycle="C1", by=None)
    with pytest.raises(actions.OnTheAgenda, match="already"):
        actions.agree_solution(problem=solution.problem, finding=solution.finding, title="Again", by=None)


def test_the_answers_that_can_be_agreed_are_those_of_the_problem():
    problem = make.problem()
    other = make.problem(problem.programme, title="Mercury")
    answer = make.finding(problem.programme, answers=problem.finding)

    assert list(queries.answers_to_take_up(problem)) == [answer]
    assert not queries.answers_to_take_up(other)

    actions.agree_solution(problem=problem, finding=answer, title="A pump", by=None)
    assert not queries.answers_to_take_up(problem)


def test_an_answer_that_a_row_builds_on_stays():
    solution = make.solution()
    row = make.row(solution.problem, solution=solution)

    with pytest.raises(actions.BuiltOn, match="Take the row away first"):
        actions.remove_solution(solution=solution, by=None)

    actions.remove_row(row=row, by=None)
    actions.remove_solution(solution=solution, by=None)
    assert queries.problems(row.programme).get().answers == []


def test_the_agenda_shows_each_problem_with_its_answers_and_its_rows():
    solution = make.solution()
    kept = make.row(solution.problem, solution=solution, public=False)
    shown = make.row(solution.problem, action="Clean the pond")

    [problem] = queries.problems(solution.programme)
    [public] = queries.problems(solution.programme, public=True)

    assert (problem.answers, set(problem.actions)) == ([solution], {kept, shown})
    assert public.actions == [shown]


def test_problems_are_found_by_their_words_and_those_of_their_answers():
    solution = make.solution()
    make.problem(solution.programme, title="Mercury in the air")
    found = queries.problems(solution.programme)

    assert [p.title for p in queries.problems_with("MERCURY air", found)] == ["Mercury in the air"]
    assert list(queries.problems_with("pump", found)) == [solution.problem]
    assert not queries.problems_with("pump mercury", found)
