"""Statements joined, split, carried over, put in order and worded anew, with two facilitators at once."""

import pytest

from jukwaa import record
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.models import Descent, Round, Statement, Tally, Vote, Wording
from jukwaa.dialogue.steering import actions, queries
from jukwaa.programmes.actions import forget_participant
from jukwaa.programmes.models import Gender
from jukwaa.stories import trace
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return make.round_(opened=True)


def proposed(in_round: Round, text: str, by=None) -> Statement:
    by = by or make.participant(in_round.programme, language="en")
    return dialogue.propose_statement(round=in_round, text=text, by=by)


def fresh(statement: Statement) -> Statement:
    return Statement.objects.select_related("round", "programme").get(pk=statement.pk)


def told(statement: Statement) -> str:
    """What the statement's trace code answers, in one text."""
    return " ".join(step.sentence for step in trace.answer(statement.trace_code).steps)


# ---- two facilitators ------------------------------------------------------------------------------------


def test_what_another_facilitator_decided_is_not_overwritten(round_):
    statement = proposed(round_, "Free the licences.")
    seen = queries.as_seen(statement)
    actions.reject(statement=statement, reason="same", seen=seen, by=None)

    with pytest.raises(actions.Moved) as moved:
        actions.approve(statement=statement, seen=seen, by=None)

    assert (moved.value.now.state, moved.value.now.reason) == ("rejected", "same")
    assert fresh(statement).state == "rejected"


def test_words_that_changed_since_they_were_seen_are_not_put_to_the_vote(round_):
    ann = make.participant(round_.programme)
    statement = proposed(round_, "Free the licences.", ann)
    seen = queries.as_seen(statement)
    asked = actions.propose_wording(statement=statement, text="Licences for all.", by=None)
    actions.answer_wording(wording=asked, yes=True, by=ann)

    with pytest.raises(actions.Moved):
        actions.approve(statement=statement, seen=seen, by=None)


def test_a_statement_that_is_on_the_vote_can_be_kept_from_it_and_its_votes_wait(round_):
    statement = fresh(round_.statements.get())
    dialogue.cast_vote(statement=statement, choice=1, by=make.participant(round_.programme))

    actions.reject(statement=statement, reason="person", by=None)
    assert not room.put_to_the_vote(round_)

    actions.approve(statement=statement, by=None)
    assert room.put_to_the_vote(round_).get().votes.count() == 1


# ---- joined ----------------------------------------------------------------------------------------------


def test_one_statement_speaks_for_several_and_every_code_answers(round_):
    one, other = proposed(round_, "Water is dirty."), proposed(round_, "The water is dirty here.")

    carries_on = actions.join(statements=[one, other], into=one, by=None)

    assert carries_on == one
    assert fresh(other).state == Statement.State.JOINED
    actions.approve(statement=fresh(one), by=None)
    assert "joined with what others said" in told(other)
    assert "“Water is dirty.”" in told(other)
    assert "The water is dirty here." not in told(one)


def test_votes_on_what_was_joined_stay_where_they_are(round_):
    one, other = (
        make.statement(round_, text="Dirty water."),
        make.statement(round_, text="Dirty, dirty water."),
    )
    ann = make.participant(round_.programme)
    dialogue.cast_vote(statement=fresh(other), choice=1, by=ann)

    actions.join(statements=[one, other], into=one, by=None)

    assert [vote.statement_id for vote in Vote.objects.all()] == [other.pk]
    assert room.vote_rows(round_) == []
    with pytest.raises(dialogue.NotPutToTheVote):
        dialogue.cast_vote(statement=fresh(other), choice=-1, by=ann)


def test_new_words_for_several_are_the_staffs_and_undoing_takes_them_away(round_):
    one, other = make.statement(round_, text="Dirty water."), proposed(round_, "The water is dirty.")

    made = actions.join(statements=[one, other], text="Our water is dirty.", by=None)
    assert (made.subject, made.state) == (None, "approved")
    assert [tie.parent for tie in queries.came_from(made)] == [one, other]

    actions.take_apart(statement=fresh(one), by=None)
    assert (fresh(one).state, fresh(other).state) == ("approved", "proposed")
    assert fresh(made).removed


def test_a_joining_is_not_undone_once_people_voted_on_its_words(round_):
    one, other = make.statement(round_, text="Dirty water."), make.statement(round_, text="Bad water.")
    made = actions.join(statements=[one, other], text="Our water is dirty.", by=None)
    dialogue.cast_vote(statement=fresh(made), choice=1, by=make.participant(round_.programme))

    with pytest.raises(actions.VotedOn):
        actions.take_apart(statement=fresh(one), by=None)


def test_what_was_joined_twice_is_followed_to_the_words_that_stand(round_):
    texts = ("Water is dirty.", "The water is dirty.", "We drink dirty water.")
    one, two, three = (make.statement(round_, text=text) for text in texts)
    actions.join(statements=[one, two], into=two, by=None)
    actions.join(statements=[two, three], into=three, by=None)

    assert "“We drink dirty water.”" in told(fresh(one))


def test_two_that_two_nodes_joined_into_each_other_are_followed_once(round_):
    one, other = make.statement(round_, text="Water."), make.statement(round_, text="Dirty water.")
    actions.join(statements=[one, other], into=other, by=None)
    back = Descent(programme_id=round_.programme_id, statement=one, parent=other, how="joined")
    record.fact("dialogue.statement_descended", back, by=None)
    record.put("dialogue.statement_joined", fresh(other), state="joined", by=None)

    assert "joined with what others said" in told(fresh(one))
    assert "joined" in told(fresh(other))
    assert trace.thread(fresh(one), reader=trace.Reader.of(make.member(round_.programme)))


def test_the_words_that_carry_on_stay_when_another_author_is_forgotten(round_):
    ann, ben = make.participant(round_.programme), make.participant(round_.programme)
    one, other = proposed(round_, "Dirty water.", ann), proposed(round_, "The water is bad.", ben)
    actions.join(statements=[one, other], into=other, by=None)

    forget_participant(participant=ann, by=None)

    assert fresh(one).text == ""
    assert fresh(other).text == "The water is bad."


def test_a_joining_is_not_undone_once_hands_were_counted_on_its_words(round_):
    one, other = make.statement(round_, text="Dirty water."), make.statement(round_, text="Bad water.")
    made = actions.join(statements=[one, other], text="Our water is dirty.", by=None)
    group = make.constituency(round_.programme)
    counted = Tally(
        programme_id=round_.programme_id,
        statement=made,
        constituency=group,
        channel="hands",
        agree=3,
        by=make.member(round_.programme).pk,
    )
    record.fact("dialogue.hands_counted", counted, by=None)

    with pytest.raises(actions.VotedOn):
        actions.take_apart(statement=fresh(one), by=None)


def test_what_is_asked_again_in_a_later_round_is_followed_there(round_):
    statement = fresh(round_.statements.get())
    later = make.statement(make.round_(round_.programme, question="And now?"), text="Again.")
    tie = Descent(programme_id=round_.programme_id, statement=later, parent=statement, how="carried")
    record.fact("dialogue.statement_descended", tie, by=None)

    assert "carried on to a later round: “And now?”" in told(statement)
    assert "“Again.”" in told(statement)


def test_a_statement_is_not_joined_with_itself_or_with_one_of_another_round(round_):
    one = make.statement(round_, text="Water.")
    elsewhere = make.statement(make.round_(round_.programme, opened=True), text="Licences.")

    with pytest.raises(ValueError, match="two different"):
        actions.join(statements=[one, one], into=one, by=None)
    with pytest.raises(ValueError, match="one round"):
        actions.join(statements=[one, elsewhere], into=one, by=None)
    with pytest.raises(ValueError, match="at most 280"):
        actions.join(statements=[one, round_.statements.first()], text="x" * 5000, by=None)


def test_a_statement_that_was_joined_a_moment_ago_is_not_joined_again(round_):
    one, two, three = (make.statement(round_, text=text) for text in ("Water.", "Licences.", "Roads."))
    seen = {str(row.pk): queries.as_seen(row) for row in (one, two, three)}
    actions.join(statements=[one, two], into=one, seen=seen, by=None)

    with pytest.raises(actions.Moved):
        actions.join(statements=[two, three], into=three, seen=seen, by=None)


# ---- split and carried over ------------------------------------------------------------------------------


def test_a_statement_is_split_into_parts_that_stay_its_authors_and_back(round_):
    ann = make.participant(round_.programme)
    whole = proposed(round_, "Dirty water and no licences.", ann)

    water, licences = actions.split(statement=whole, texts=["Dirty water.", " ", "No licences."], by=None)

    assert {water.subject, licences.subject} == {ann.pk}
    assert (water.state, fresh(whole).state) == ("proposed", "joined")
    actions.approve(statement=water, by=None)
    assert "was split" in told(whole)
    assert "“Dirty water.”" in told(whole)

    actions.take_apart(statement=fresh(whole), by=None)
    assert fresh(whole).state == "proposed"
    assert fresh(water).removed


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "two different parts"),
        (["One thing.", "  "], "two different parts"),
        (["One thing.", " One  thing."], "two different parts"),
        ([f"Thing {n}." for n in range(9)], "at most 8"),
        (["One thing.", "x" * 5000], "at most 280"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused_in_a_sentence(round_, texts, said):
    whole = make.statement(round_, text="Both.")

    with pytest.raises(ValueError, match=said):
        actions.split(statement=whole, texts=texts, by=None)

    assert fresh(whole).state == "approved"


def test_a_solution_is_kept_for_the_solutions_round_with_its_author_and_translation():
    found = make.finding()
    problems = make.round_(found.programme, opened=True)
    solutions = make.round_(found.programme, kind="solutions", answers=found)
    statement = make.statement(problems, text="Build a pump.")
    dialogue.translate(row=statement, language="sw", text="Jenga pampu.", made_by="Asha", by=None)

    carried = actions.carry_over(statement=statement, to=solutions, by=None)

    assert (carried.round, carried.bears, carried.state) == (solutions, "solution", "approved")
    assert [said.text for said in room.translations(carried)] == ["Jenga pampu."]
    assert statement not in room.put_to_the_vote(problems)
    assert "kept for a later round" in told(fresh(statement))
    assert "“Build a pump.”" in told(fresh(statement))


def test_nothing_is_carried_to_the_same_or_to_a_closed_round(round_):
    statement = make.statement(round_, text="Build a pump.")
    closed = make.round_(round_.programme, opened=True)
    dialogue.close_round(round=closed, by=None)

    with pytest.raises(ValueError, match="another round"):
        actions.carry_over(statement=statement, to=round_, by=None)
    with pytest.raises(dialogue.RoundClosed):
        actions.carry_over(statement=statement, to=closed, by=None)


# ---- told apart, read, placed ----------------------------------------------------------------------------


def test_near_copies_are_shown_until_somebody_says_that_they_differ(round_):
    one = make.statement(round_, text="The bridge must be repaired.")
    other = make.statement(round_, text="The bridge must not be repaired.")
    [pair] = alike(round_)
    assert pair.one_says_not

    actions.tell_apart(one=other, other=one, by=None)

    assert alike(round_) == []


def alike(of_round: Round) -> list[queries.Pair]:
    return queries.alike(queries.lines(room.put_to_the_vote(of_round)))


def test_where_a_round_looks_is_told_with_its_base():
    round_ = make.round_(statements=4)
    one, two, three, four = room.put_to_the_vote(round_)
    assert "Nobody has read yet" in queries.forward_share(round_).sentence

    actions.say_of(statement=one, looks="ahead", bears="solution", by=None)
    actions.say_of(statement=two, looks="ahead", by=None)
    actions.say_of(statement=three, looks="back", bears="problem", by=None)
    dialogue.reject_statement(statement=four, reason="same", by=None)

    share = queries.forward_share(round_)
    assert (share.statements, share.ahead, share.back, share.percent_ahead) == (3, 2, 1, 67)
    assert "2 of 3 statements look ahead." in share.sentence
    assert "1 of 2 statements bear a solution." in share.sentence


def test_a_statement_is_placed_among_the_others():
    round_ = make.round_(statements=3)
    last = room.put_to_the_vote(round_).last()

    actions.place(statement=last, number=1, by=None)
    assert texts(round_) == ["Statement 3", "Statement 1", "Statement 2"]

    actions.place(statement=fresh(last), number=99, by=None)
    assert texts(round_) == ["Statement 1", "Statement 2", "Statement 3"]


def texts(of_round: Round) -> list[str]:
    return [statement.text for statement in room.put_to_the_vote(of_round)]


# ---- other words -----------------------------------------------------------------------------------------


def test_other_words_stand_when_the_author_nods(round_):
    ann = make.participant(round_.programme, language="en")
    statement = proposed(round_, "Lisences free.", ann)

    asked = actions.propose_wording(statement=statement, text="Free licences.", by=None)
    assert fresh(statement).text == "Lisences free."
    assert queries.asked_of(ann) == [asked]

    actions.answer_wording(wording=asked, yes=True, by=ann)
    assert fresh(statement).text == "Free licences."
    assert queries.asked_of(ann) == []


def test_an_author_keeps_their_own_words(round_):
    ann = make.participant(round_.programme)
    statement = proposed(round_, "Lisences free.", ann)

    actions.answer_wording(
        wording=actions.propose_wording(statement=statement, text="Free licences.", by=None),
        yes=False,
        by=ann,
    )

    assert fresh(statement).text == "Lisences free."
    assert Wording.objects.get().state == Wording.State.REFUSED


def test_nobody_nods_for_somebody_else(round_):
    asked = actions.propose_wording(statement=proposed(round_, "Lisences."), text="Licences.", by=None)

    with pytest.raises(actions.NeedsANod):
        actions.answer_wording(wording=asked, yes=True, by=make.participant(round_.programme))


def test_a_nod_that_comes_after_the_vote_began_changes_nothing(round_):
    ann = make.participant(round_.programme)
    statement = proposed(round_, "Lisences free.", ann)
    asked = actions.propose_wording(statement=statement, text="Free licences.", by=None)
    actions.approve(statement=statement, by=None)

    with pytest.raises(actions.VotedOn):
        actions.answer_wording(wording=asked, yes=True, by=ann)

    assert fresh(statement).text == "Lisences free."
    assert Wording.objects.get().state == Wording.State.TAKEN_BACK


def test_words_are_not_reworded_while_people_vote_on_them(round_):
    statement = proposed(round_, "Lisences free.")
    actions.approve(statement=statement, by=None)

    with pytest.raises(actions.VotedOn):
        actions.propose_wording(statement=statement, text="Free licences.", by=None)


def test_words_of_a_voice_stay_as_they_were_spoken():
    quote = make.usable_quote(text="We drink it.")
    statement = make.statement(make.round_(quote.programme), text="We drink it.", quotes=[quote])

    with pytest.raises(actions.WordsOfAVoice):
        dialogue.reword_statement(statement=statement, text="People drink it.", by=None)
    with pytest.raises(actions.WordsOfAVoice):
        actions.propose_wording(statement=statement, text="People drink it.", by=None)


def test_other_words_go_with_the_author_who_is_forgotten(round_):
    ann = make.participant(round_.programme)
    actions.propose_wording(statement=proposed(round_, "Mine.", ann), text="Mine, said well.", by=None)

    forget_participant(participant=ann, by=None)

    assert [wording.text for wording in Wording.objects.all()] in ([], [""])


# ---- paused ----------------------------------------------------------------------------------------------


def test_a_paused_round_takes_no_vote_shows_no_result_and_goes_on(round_):
    ann, statement = make.participant(round_.programme), round_.statements.get()

    actions.pause_round(round=round_, by=None)
    with pytest.raises(dialogue.RoundClosed):
        dialogue.cast_vote(statement=fresh(statement), choice=1, by=ann)
    assert not round_.shows_results()
    with pytest.raises(dialogue.RoundStillOpen):
        dialogue.take_up_finding(statement=fresh(statement), by=None)
    assert "paused" in told(statement)

    actions.resume_round(round=round_, by=None)
    dialogue.cast_vote(statement=fresh(statement), choice=1, by=ann)
    assert Vote.objects.count() == 1


def test_only_an_open_round_is_paused_and_only_a_paused_one_goes_on(round_):
    with pytest.raises(dialogue.RoundOpened):
        actions.resume_round(round=round_, by=None)
    actions.pause_round(round=round_, by=None)
    with pytest.raises(dialogue.RoundClosed):
        actions.pause_round(round=round_, by=None)
    dialogue.close_round(round=round_, by=None)
    with pytest.raises(dialogue.RoundOpened):
        actions.resume_round(round=round_, by=None)


def test_a_round_that_was_closed_while_paused_is_open_when_it_is_opened_again(round_):
    actions.pause_round(round=round_, by=None)
    dialogue.close_round(round=round_, by=None)

    assert dialogue.reopen_round(round=round_, by=None).is_open()


# ---- rounds apart ----------------------------------------------------------------------------------------


def apart(**others) -> Round:
    programme = make.programme()
    return make.round_(programme, opened=True, women=True, **others)


def test_a_round_for_women_of_a_group_is_for_nobody_else():
    programme = make.programme()
    panners, chiefs = make.constituency(programme), make.constituency(programme)
    round_ = make.round_(programme, opened=True, women=True, constituency=panners)
    ann = make.participant(programme, constituency=panners, gender=Gender.WOMAN)
    others = [
        make.participant(programme, constituency=panners, gender=Gender.MAN),
        make.participant(programme, constituency=chiefs, gender=Gender.WOMAN),
        make.participant(programme),
    ]

    assert room.open_rounds(ann) == [round_]
    assert room.find_round(ann, round_.pk) == round_
    for other in others:
        assert room.open_rounds(other) == []
        assert room.find_round(other, round_.pk) is None
        with pytest.raises(dialogue.RoundClosed):
            dialogue.cast_vote(statement=fresh(round_.statements.get()), choice=1, by=other)
        with pytest.raises(dialogue.RoundClosed):
            dialogue.propose_statement(round=round_, text="Me too.", by=other)


def test_somebody_of_the_group_releases_what_it_said_by_itself():
    round_ = apart()
    ann = make.participant(round_.programme, gender=Gender.WOMAN)
    juma = make.participant(round_.programme, gender=Gender.MAN)
    with pytest.raises(dialogue.RoundStillOpen):
        actions.release_round(round=round_, by=ann)
    dialogue.close_round(round=round_, by=None)

    with pytest.raises(actions.NotOfTheGroup):
        actions.release_round(round=round_, by=juma)
    assert queries.to_release(juma) == []
    assert queries.to_release(ann) == [round_]

    actions.release_round(round=round_, by=ann)
    assert round_.shows_results()
    assert round_.released_hands is None
    assert queries.to_release(ann) == []


@pytest.mark.parametrize("hands", [None, 0, -3, 10**9])
def test_staff_release_nothing_without_the_hands_of_the_group(hands):
    round_ = apart()
    dialogue.close_round(round=round_, by=None)

    with pytest.raises(ValueError, match="Count the hands"):
        actions.release_round(round=round_, hands=hands, by=make.member(round_.programme))

    assert round_.kept_apart


def test_a_release_is_taken_back_until_something_was_taken_up():
    round_ = apart()
    with pytest.raises(ValueError, match="not released"):
        actions.keep_round_apart(round=round_, by=None)
    make.drawn(round_)
    actions.release_round(round=round_, hands=12, by=None)
    actions.keep_round_apart(round=round_, by=None)
    assert not round_.shows_results()

    actions.release_round(round=round_, hands=12, by=None)
    dialogue.take_up_finding(statement=fresh(round_.statements.get()), by=None)
    with pytest.raises(actions.VotedOn):
        actions.keep_round_apart(round=round_, by=None)


def test_nothing_is_taken_up_or_carried_from_a_round_kept_apart():
    round_ = apart()
    statement = fresh(round_.statements.get())
    mixed = make.round_(round_.programme)
    with pytest.raises(actions.KeptApart):
        actions.carry_over(statement=statement, to=mixed, by=None)
    make.drawn(round_)
    with pytest.raises(actions.KeptApart):
        dialogue.take_up_finding(statement=fresh(statement), by=None)


def test_what_women_say_may_go_to_another_round_of_women_and_no_further():
    women, panners = Round(women=True), make.constituency(make.programme())
    of_panners = Round(constituency=panners)

    assert room.may_cross(women, Round(women=True))
    assert room.may_cross(women, Round(women=True, constituency=panners))
    assert not room.may_cross(women, Round())
    assert not room.may_cross(of_panners, women)
    assert room.may_cross(Round(), women)


def test_a_round_of_one_group_is_drawn_by_that_groups_voices_alone():
    programme = make.programme()
    panners = make.constituency(programme, name="Panners")
    chiefs = make.constituency(programme, name="Chiefs")
    make.participant(programme, constituency=chiefs)
    round_ = make.round_(programme, opened=True, constituency=panners)

    snapshot = make.drawn(round_, agree=30, group=panners)

    [found] = snapshot.findings()
    assert found["label"] == "common ground"
    assert [row["name"] for row in found["agreement"]] == ["Panners"]
    assert [line.constituency for line in room.turnout(round_)] == [panners]
