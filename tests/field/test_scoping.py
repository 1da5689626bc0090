"""Before the field: who stands where on the map, whether the time is right, what to find out, who checks."""

import pytest
from django.urls import reverse

from jukwaa import record
from jukwaa.dialogue.models import Statement
from jukwaa.dialogue.steering import actions as steering
from jukwaa.field.models import Check, ResearchQuestion, Review, Stakeholder
from jukwaa.field.scoping import actions, queries
from jukwaa.field.scoping.typical import TYPICAL
from jukwaa.programmes.actions import merge_rows
from jukwaa.programmes.models import Role
from jukwaa.record.models import Event
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make.programme()


@pytest.fixture
def browser(programme):
    return make.client_of(make.member(programme, role=Role.RESEARCHER))


def page(name, row, *args):
    return reverse(f"field:{name}", args=[row.slug, *args])


def somebody(programme, **others):
    return actions.add_stakeholder(
        **({"programme": programme, "name": "Migrants", "power": 1, "interest": 5, "by": None} | others)
    )


# ---- the stakeholder map ---------------------------------------------------------------------------------


def test_declared_groups_and_organisations_come_to_the_map_once(programme):
    make.constituency(programme, name="Panners")
    make.organisation(programme, name="Mines office")

    actions.place_declared(programme=programme, by=None)
    again = actions.place_declared(programme=programme, by=None)

    assert [str(each) for each in queries.stakeholders(programme)] == ["Panners", "Mines office"]
    assert again == []


def test_one_that_was_taken_off_the_map_can_come_back(programme):
    make.constituency(programme, name="Panners")
    [panners] = actions.place_declared(programme=programme, by=None)
    actions.remove_stakeholder(stakeholder=panners, by=None)

    actions.place_declared(programme=programme, by=None)

    assert queries.stakeholders(programme) == [panners]


def test_a_group_that_another_computer_took_away_is_not_on_the_map(programme):
    group = make.constituency(programme)
    actions.place_declared(programme=programme, by=None)
    record.put("programmes.constituency_removed", group, removed=True, by=None)

    assert queries.stakeholders(programme) == []


@pytest.mark.parametrize("made", [make.organisation, make.constituency])
def test_two_that_are_merged_stand_in_one_place_with_what_was_said_of_this_one(programme, made):
    one, other = made(programme, name="Mines office"), made(programme, name="Office of mines")
    actions.place_declared(programme=programme, by=None)
    kept, double = (Stakeholder.objects.get(pk=Stakeholder.id_on_the_map(row)) for row in (one, other))
    actions.change_stakeholder(stakeholder=kept, silences="Orders from above", by=None)
    actions.change_stakeholder(stakeholder=double, silences="Nothing", by=None)

    merge_rows(row=other, into=one, by=None)
    reactions.work_once()
    reactions.work_once()

    [shown] = queries.stakeholders(programme)
    assert (shown, shown.silences) == (kept, "Orders from above")
    assert queries.not_on_the_map(programme) == []


def test_of_two_that_are_merged_the_one_on_the_map_stays_there_with_what_was_said(programme):
    one, other = make.organisation(programme, name="Mines office"), make.organisation(programme, name="Twin")
    actions.place_declared(programme=programme, by=None)
    gone, double = (Stakeholder.objects.get(pk=Stakeholder.id_on_the_map(row)) for row in (one, other))
    actions.remove_stakeholder(stakeholder=gone, by=None)
    actions.change_stakeholder(stakeholder=double, power=5, how="By a letter", by=None)

    merge_rows(row=other, into=one, by=None)
    reactions.work_once()

    [shown] = queries.stakeholders(programme)
    assert (str(shown), shown.power, shown.how) == ("Mines office", 5, "By a letter")
    assert actions.place_declared(programme=programme, by=None) == []


def test_those_whom_it_touches_and_who_have_no_power_are_to_be_heard_first(programme):
    migrants = somebody(programme, silences="Their status")
    company = somebody(programme, name="The mine", power=5, interest=3)

    said = queries.reading(queries.stakeholders(programme))

    assert (said.unheard, said.mighty, said.silent) == ([migrants], [company], [company])


def test_more_power_is_further_up_and_more_interest_further_right(programme):
    somebody(programme, name="A", power=1, interest=1)
    somebody(programme, name="B", power=5, interest=5)

    low, high = queries.dots(queries.stakeholders(programme))

    assert high.x > low.x
    assert high.y < low.y


def test_no_two_on_the_map_lie_on_each_other(programme):
    for number in range(6):
        somebody(programme, name=f"Group {number}")

    found = {(dot.x, dot.y) for dot in queries.dots(queries.stakeholders(programme))}

    assert len(found) == 6


def test_more_than_a_cell_holds_are_counted_at_its_last_point(programme):
    for number in range(8):
        somebody(programme, name=f"Group {number}")

    found = queries.dots(queries.stakeholders(programme))

    assert [dot.crowded for dot in found] == [0, 0, 0, 0, 0, 2]


def test_a_point_is_moved_by_its_form_and_by_hand_alike(programme, browser):
    migrants = somebody(programme)

    by_form = {"name": "Migrants", "power": 2, "interest": 4, "silences": "", "how": ""}
    browser.post(page("edit_stakeholder", programme, migrants.pk), by_form)
    of_form = Stakeholder.objects.get()
    browser.post(page("move_stakeholder", programme, migrants.pk), {"power": 3, "interest": 5})

    assert (of_form.power, of_form.interest) == (2, 4)
    assert (Stakeholder.objects.get().power, Stakeholder.objects.get().interest) == (3, 5)


@pytest.mark.parametrize("put", [{"power": 9, "interest": 1}, {"power": "", "interest": 1}, {}])
def test_a_point_put_down_beside_the_map_stays_where_it_was(programme, browser, put):
    migrants, before = somebody(programme), Event.objects.count()

    answer = browser.post(page("move_stakeholder", programme, migrants.pk), put, follow=True)

    assert "stays where it was" in answer.text
    assert Event.objects.count() == before


def test_a_typical_group_fills_the_form(programme, browser):
    women = next(n for n, each in enumerate(TYPICAL) if each.name == "Women miners")

    shown = browser.get(page("add_stakeholder", programme), {"like": women})

    assert "no phone of their own" in shown.text


@pytest.mark.parametrize("like", ["99", "x", "-1", "²"])
def test_a_typical_group_that_there_is_not_leaves_the_form_empty(programme, browser, like):
    assert browser.get(page("add_stakeholder", programme), {"like": like}).status_code == 200


def test_an_observer_does_not_read_what_silences_whom(programme):
    observer = make.client_of(make.member(programme, role=Role.OBSERVER))

    assert observer.get(page("stakeholders", programme)).status_code == 403


# ---- readiness -------------------------------------------------------------------------------------------


def test_a_later_answer_takes_the_place_of_the_earlier_one(programme):
    for answer in ("yes", "no"):
        actions.answer_check(programme=programme, key="context.safe", answer=answer, by=None)

    said = queries.readiness(queries.checklist(programme))

    assert Check.objects.count() == 1
    assert (said.yes, [line.key for line in said.no], len(said.open)) == (0, ["context.safe"], 10)


def test_what_is_partly_so_or_not_known_is_open(programme):
    for key, answer in (("demand.miners", "partly"), ("demand.state", "unknown"), ("time.alone", "yes")):
        actions.answer_check(programme=programme, key=key, answer=answer, by=None)

    said = queries.readiness(queries.checklist(programme))

    assert (said.yes, len(said.no), len(said.open)) == (1, 0, 10)


def test_a_question_that_is_not_on_the_checklist_is_refused(programme, browser):
    with pytest.raises(ValueError, match="not on the checklist"):
        actions.answer_check(programme=programme, key="mood", answer="yes", by=None)

    assert browser.get(page("answer_check", programme, "mood")).status_code == 404


# ---- research questions ----------------------------------------------------------------------------------


def test_a_question_is_chosen_with_people_or_not_at_all(programme, browser):
    asked = actions.add_question(programme=programme, text="Who is told of accidents?", by=None)

    refused = browser.post(page("choose_question", programme, asked.pk), {"chosen_with": " "})
    browser.post(page("choose_question", programme, asked.pk), {"chosen_with": "31 panners, by hands"})

    assert refused.status_code == 200
    chosen = ResearchQuestion.objects.get()
    assert (chosen.state, chosen.chosen_with) == ("chosen", "31 panners, by hands")


def test_a_decision_on_a_question_can_be_undone(programme, browser):
    asked = actions.add_question(programme=programme, text="Who is told of accidents?", by=None)
    actions.leave_question(question=asked, because="Nobody", by=None)

    browser.post(page("reconsider_question", programme, asked.pk))

    assert ResearchQuestion.objects.get().state == "proposed"


def test_questions_keep_the_order_that_people_gave_them(programme):
    first, second, third = (
        actions.add_question(programme=programme, text=text, by=None) for text in ("A?", "B?", "C?")
    )

    actions.move_question(question=third, earlier=True, by=None)
    actions.move_question(question=first, earlier=True, by=None)

    assert list(queries.questions(programme)) == [first, third, second]


def test_proposed_questions_can_be_put_to_people_in_a_round(programme):
    asked = actions.add_question(programme=programme, text="Who is told of accidents?", by=None)

    [made] = steering.bring_in(round=make.round_(programme), questions=[asked], by=None)

    assert (made.text, made.state) == ("Who is told of accidents?", Statement.State.APPROVED)
    assert ResearchQuestion.objects.get().statement == made.pk
    assert not queries.questions_to_ask(programme)


def test_a_question_without_words_is_refused(programme, browser):
    answer = browser.post(page("questions", programme), {"text": "", "language": "en", "why": "It matters"})

    assert "It matters" in answer.text
    assert not ResearchQuestion.objects.exists()


def test_a_facilitator_reads_the_questions_and_proposes_none(programme):
    flo = make.client_of(make.member(programme, role=Role.FACILITATOR))

    answer = flo.post(page("questions", programme), {"text": "Mine?", "language": "en"})

    assert (flo.get(page("questions", programme)).status_code, answer.status_code) == (200, 403)
    assert not ResearchQuestion.objects.exists()


# ---- the reference group ---------------------------------------------------------------------------------


def verdict(reviewer, **others):
    said = {"of": "method", "verdict": "good", "said_on": "2026-03-01", "by": None}
    return actions.note_review(reviewer=reviewer, **(said | others))


def test_a_verdict_that_asks_for_a_change_says_which(programme, browser):
    mwajuma = actions.add_reviewer(programme=programme, name="Dr Mwajuma", by=None)

    given = {"of": "method", "verdict": "changes", "said_on": "2026-03-01", "remarks": ""}
    answer = browser.post(page("add_review", programme, mwajuma.pk), given)

    assert "Write down what should change" in answer.text
    assert not Review.objects.exists()


def test_a_remark_waits_until_somebody_says_what_was_done(programme):
    mwajuma = actions.add_reviewer(programme=programme, name="Dr Mwajuma", by=None)
    verdict(mwajuma)
    remark = verdict(mwajuma, verdict="changes", remarks="Too long.")

    waits = list(queries.unanswered(programme))
    actions.change_review(review=remark, answer="A third shorter.", by=None)

    assert waits == [remark]
    assert not queries.unanswered(programme)


def test_whoever_leaves_the_reference_group_can_be_forgotten_with_their_words(programme, browser):
    mwajuma = actions.add_reviewer(programme=programme, name="Dr Mwajuma", by=None)
    verdict(mwajuma, verdict="again", remarks="Ask my colleague Zuhura.")

    browser.post(page("forget_reviewer", programme, mwajuma.pk))

    kept = Review.objects.get()
    assert (kept.verdict, kept.remarks) == ("again", "")
    assert not Event.objects.filter(personal__contains="Zuhura").exists()
    assert "Mwajuma" not in browser.get(page("reference_group", programme)).text
