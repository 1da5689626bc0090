"""Rounds of dots, pairs, orders and steps: what people may give, on which page, and what it comes to."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from commonground.__main__ import main
from jukwaa.dialogue import actions, analysis
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.counting import queries
from jukwaa.dialogue.counting.actions import give_marks, put_reason_on_record
from jukwaa.dialogue.counting.queries import Given
from jukwaa.dialogue.models import Gradient, Mark, Note, Round
from jukwaa.dialogue.phone import actions as phone
from jukwaa.field.media import Photo, Recording
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Participant
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db

METHODS = ("dots", "pairs", "ranking", "gradient")


def opened(method: str, *, statements: int = 4, dots: int = 2) -> Round:
    programme = make.programme(public=True)
    return make.round_(programme, opened=True, statements=statements, method=method, dots=dots)


def ids(round_: Round) -> list:
    return list(round_.statements.order_by("position").values_list("pk", flat=True))


def give(round_: Round, who: Participant, *given: Given) -> list[Mark]:
    return give_marks(round=round_, given=given, participant=who, by=who)


def answered(method: str, *, dots: int = 3) -> Round:
    """Twelve of two groups answered; the pit puts the first statement first, the pans the second."""
    round_ = opened(method, statements=3, dots=dots)
    first, second, third = ids(round_)
    for name, liked in (("Pit workers", first), ("Panners", second)):
        group = make.constituency(round_.programme, name=name)
        for _number in range(12):
            who = make.participant(round_.programme, constituency=group)
            other = second if liked == first else first
            give(
                round_,
                who,
                *{
                    "dots": [Given(liked, 1), Given(third, 1)],
                    "ranking": [Given(liked, 1), Given(third, 2), Given(other, 3)],
                    "pairs": [
                        Given(
                            liked if liked in pair else third,
                            1,
                            next(iter({*pair} - {liked if liked in pair else third})),
                        )
                        for pair in queries.pairs(round_, who)
                    ],
                    "gradient": [
                        Given(third, 2),
                        Given(liked, 1),
                        Given(other, 8, reason="It takes our water."),
                    ],
                }[method],
            )
    return round_


def phone_page(round_: Round, who: Participant, name: str = "mark", **asked: object) -> str:
    address = reverse(f"dialogue:{name}", args=[round_.programme.slug, round_.pk])
    return make.phone_of(who).get(address, asked).content.decode()


def press(round_: Round, who: Participant, *, status: int = 200, **said: object) -> str:
    """Press a button on the round's page, and go where that leads."""
    address = reverse("dialogue:mark", args=[round_.programme.slug, round_.pk])
    answer = make.phone_of(who).post(address, said, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def staff_of(round_: Round) -> Client:
    return make.client_of(make.member(round_.programme))


# ---- what may be given -----------------------------------------------------------------------------------


def test_nobody_places_more_dots_than_they_have():
    round_ = opened("dots")
    ann = make.participant(round_.programme)
    one, two, three, _four = ids(round_)
    give(round_, ann, Given(one, 1), Given(two, 1))

    with pytest.raises(ValueError, match="You have 2 dots, and all are placed"):
        give(round_, ann, Given(three, 1))

    assert {g.statement for g in queries.given(round_, ann).values() if g.value} == {one, two}
    give(round_, ann, Given(one, 0), Given(three, 1))
    assert {g.statement for g in queries.given(round_, ann).values() if g.value} == {two, three}


def test_two_dots_on_one_statement_are_refused():
    round_ = opened("dots")
    ann = make.participant(round_.programme)

    with pytest.raises(ValueError, match="one dot from each person"):
        give(round_, ann, Given(ids(round_)[0], 2))


def test_the_same_given_again_is_kept_once():
    round_ = opened("dots")
    ann = make.participant(round_.programme)
    give(round_, ann, Given(ids(round_)[0], 1))

    give(round_, ann, Given(ids(round_)[0], 1))

    assert Mark.objects.count() == 1
    assert Event.objects.filter(verb="dialogue.mark_given").count() == 1


def test_marks_are_sealed_like_votes_so_that_nobody_sees_who_came_when():
    round_ = opened("dots")
    give(round_, make.participant(round_.programme), Given(ids(round_)[0], 1))

    said = Event.objects.get(verb="dialogue.mark_given")
    assert said.stream.klass == "votes"
    assert said.hlc >> 16 == int(round_.opened_at.timestamp() * 1000)


def test_two_statements_never_share_a_place():
    round_ = opened("ranking")
    ann = make.participant(round_.programme)
    one, two, *_rest = ids(round_)

    with pytest.raises(ValueError, match="Two statements have place 1"):
        give(round_, ann, Given(one, 1), Given(two, 1))
    with pytest.raises(ValueError, match="places from 1 to 2"):
        give(round_, ann, Given(one, 3))


def test_a_pair_that_was_not_put_to_somebody_is_refused():
    round_ = opened("pairs", dots=1)
    ann = make.participant(round_.programme)
    [(one, other)] = queries.pairs(round_, ann)
    third = next(pk for pk in ids(round_) if pk not in (one, other))

    with pytest.raises(ValueError, match="not put to you together"):
        give(round_, ann, Given(third, 1, one))

    give(round_, ann, Given(one, 1, other))
    give(round_, ann, Given(other, 1, one))
    assert Mark.objects.get().statement_id == other


@pytest.mark.parametrize("step", [Gradient.ASIDE, Gradient.DISAGREE, Gradient.FORMAL, Gradient.BLOCK])
def test_whoever_stands_aside_or_blocks_says_why(step):
    round_ = opened("gradient")
    ann = make.participant(round_.programme)

    with pytest.raises(ValueError, match="Say why"):
        give(round_, ann, Given(ids(round_)[0], step))

    give(round_, ann, Given(ids(round_)[0], step, reason="It takes our water."))
    assert Mark.objects.get().reason == "It takes our water."


@pytest.mark.parametrize("value", [0, 9, -1])
def test_a_step_that_is_none_is_refused(value):
    round_ = opened("gradient")

    with pytest.raises(ValueError, match="one of the eight steps"):
        give(round_, make.participant(round_.programme), Given(ids(round_)[0], value))


def test_a_closed_round_takes_no_marks_and_loses_none():
    round_ = opened("dots")
    ann = make.participant(round_.programme)
    give(round_, ann, Given(ids(round_)[0], 1))
    actions.close_round(round=round_, by=None)

    with pytest.raises(actions.RoundClosed):
        give(round_, ann, Given(ids(round_)[1], 1))

    assert Mark.objects.count() == 1


def test_a_statement_of_another_round_gets_no_mark():
    round_, other = opened("dots"), opened("dots")

    with pytest.raises(actions.NotPutToTheVote):
        give(round_, make.participant(round_.programme), Given(ids(other)[0], 1))


def test_votes_go_to_rounds_of_votes_alone():
    dots, votes = opened("dots"), make.round_(opened=True)
    ann = make.participant(votes.programme)

    with pytest.raises(actions.NotPutToTheVote):
        actions.cast_vote(statement=dots.statements.select_related("round").first(), choice=1, by=ann)
    with pytest.raises(actions.NotPutToTheVote):
        give(votes, ann, Given(ids(votes)[0], 1))


def test_whoever_asks_to_be_forgotten_takes_their_marks_along():
    round_ = opened("gradient")
    ann = make.participant(round_.programme)
    [mark] = give(round_, ann, Given(ids(round_)[0], 8, reason="It takes our water."))
    put_reason_on_record(mark=mark, text="It takes water.", by=None)

    programmes.forget_participant(participant=ann, by=None)

    assert Mark.objects.count() == 0
    assert not Note.objects.exclude(reason="").exists()


# ---- pairs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statements", [3, 5, 8, 12])
def test_every_statement_is_seen_about_as_often_and_always_the_same_by_one_person(statements):
    round_ = opened("pairs", statements=statements, dots=9)
    people = [make.participant(round_.programme) for _number in range(6)]

    for who in people:
        pairs = queries.pairs(round_, who)
        assert pairs == queries.pairs(round_, who)
        assert (
            len({frozenset(pair) for pair in pairs})
            == len(pairs)
            == min(9, statements * (statements - 1) // 2)
        )
        seen = Counter(dict.fromkeys(ids(round_), 0)) + Counter(pk for pair in pairs for pk in pair)
        assert max(seen.values()) - min(seen.get(pk, 0) for pk in ids(round_)) <= 2
    assert len({tuple(queries.pairs(round_, who)) for who in people}) > 1


# ---- pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_the_way_to_vote_leads_to_the_page_of_the_rounds_kind(method):
    round_ = opened(method)
    phone = make.phone_of(make.participant(round_.programme))

    answer = phone.get(reverse("dialogue:vote", args=[round_.programme.slug, round_.pk]), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("dialogue:mark", args=[round_.programme.slug, round_.pk])
    assert answer.status_code == 200
    assert "Statement" in answer.content.decode()


def test_dots_are_placed_and_taken_back_by_tapping():
    round_ = opened("dots")
    ann = make.participant(round_.programme)
    one, two, *_rest = ids(round_)

    assert "You have 2 dots to place" in phone_page(round_, ann)
    assert "You have one dot to place" in press(round_, ann, statement=one, dot=1)
    assert "All your dots are placed" in press(round_, ann, statement=two, dot=1)
    assert "You have one dot to place" in press(round_, ann, statement=one, dot=0)


def test_one_dot_too_many_is_said_in_a_sentence_and_nothing_is_lost():
    round_ = opened("dots", dots=1)
    ann = make.participant(round_.programme)
    one, two, *_rest = ids(round_)
    press(round_, ann, statement=one, dot=1)

    told = press(round_, ann, statement=two, dot=1, status=409)

    assert "You have 1 dot, and it is placed" in told
    assert Mark.objects.get(value=1).statement_id == one


def test_others_dots_are_shown_to_those_alone_who_placed_all_of_theirs():
    round_ = answered("dots", dots=2)
    actions.publish_results(round=round_, shown=True, by=None)
    ann = make.participant(round_.programme)
    one, two, *_rest = ids(round_)

    assert "Dots of all" not in press(round_, ann, statement=one, dot=1)
    assert "Dots of all: 25" in press(round_, ann, statement=two, dot=1)


def test_an_order_grows_by_tapping_and_can_be_undone_and_mended():
    round_ = opened("ranking")
    ann = make.participant(round_.programme)
    one, two, *_rest = ids(round_)

    assert "What comes first?" in phone_page(round_, ann)
    assert "What comes on place 2?" in press(round_, ann, statement=one)
    assert "What comes first?" in press(round_, ann, statement=one, out=1)
    press(round_, ann, statement=one)
    assert "Your voice is counted" in press(round_, ann, statement=two)
    told = press(round_, ann, statement=two, up=1, then="answers")
    assert told.index("Statement 2") < told.index("Statement 1")


def test_a_double_tap_gives_one_place():
    round_ = opened("ranking")
    ann = make.participant(round_.programme)
    press(round_, ann, statement=ids(round_)[0])

    press(round_, ann, statement=ids(round_)[0])

    assert Mark.objects.filter(value__gt=0).count() == 1


def test_one_pair_comes_after_the_other_and_can_be_undone():
    round_ = opened("pairs")
    ann = make.participant(round_.programme)
    (one, other), (third, fourth) = queries.pairs(round_, ann)

    assert "1 of 2" in phone_page(round_, ann)
    told = press(round_, ann, statement=one, other=other)
    assert "2 of 2" in told
    assert f"?one={one}&amp;other={other}" in told or f"?one={other}&amp;other={one}" in told
    assert "You chose this one." in phone_page(round_, ann, one=one, other=other)
    assert "Your voice is counted" in press(round_, ann, statement=third, other=fourth)
    assert "My answers" in phone_page(round_, ann, "mark_answers")


def test_a_block_is_kept_once_it_has_a_reason():
    round_ = opened("gradient", statements=1)
    ann = make.participant(round_.programme)
    [one] = ids(round_)

    told = press(round_, ann, statement=one, step=8)
    assert "Why? Say it in a few words." in told
    assert Mark.objects.count() == 0
    assert "This field is required" in press(round_, ann, statement=one, step=8, reason=" ")
    assert "Your voice is counted" in press(round_, ann, statement=one, step=8, reason="It takes our water.")
    assert "It takes our water." in phone_page(round_, ann, "mark_answers")


@pytest.mark.parametrize("method", METHODS)
def test_a_page_left_open_since_yesterday_says_that_the_round_is_closed(method):
    round_ = opened(method)
    ann = make.participant(round_.programme)
    actions.close_round(round=round_, by=None)

    told = press(round_, ann, statement=ids(round_)[0], other=ids(round_)[1], step=1, dot=1, status=409)

    assert "This vote is closed" in told
    assert "This vote is closed" in phone_page(round_, ann)


@pytest.mark.parametrize("said", [{}, {"statement": "none"}, {"statement": "none", "step": "12"}])
@pytest.mark.parametrize("method", METHODS)
def test_what_no_button_says_is_not_found(method, said):
    round_ = opened(method)

    press(round_, make.participant(round_.programme), status=404, **said)


# ---- the rule --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "rule"),
    [
        ("dots", "puts up to 7 dots"),
        ("pairs", "up to 7 times"),
        ("ranking", "up to 7 statements in order"),
        ("gradient", "60 of 100 people or more consent (steps 1 to 4), and nobody blocks it"),
    ],
)
def test_the_rule_is_said_before_the_round_is_opened_and_stands_then(method, rule):
    round_ = make.round_(statements=1, method=method, dots=7)
    client = staff_of(round_)

    told = client.get(
        reverse("dialogue:open_round", args=[round_.programme.slug, round_.pk])
    ).content.decode()

    assert rule in told
    actions.open_round(round=round_, by=None)
    with pytest.raises(actions.RoundOpened):
        actions.change_round(
            round=round_, kind="problems", question="?", language="en", threshold="0.6", answers=None,
            method="votes", by=None,
        )  # fmt: skip


def test_a_round_of_dots_is_prepared_on_the_page():
    gathering = make.gathering()
    client = make.client_of(make.member(gathering.programme))
    said = {"question": "What hurts most?", "kind": "problems", "language": "sw", "threshold": "0.60"}

    client.post(
        reverse("dialogue:prepare_round", args=[gathering.programme.slug, gathering.pk]),
        said | {"method": "dots", "dots": "5"},
    )

    assert [(r.method, r.dots) for r in gathering.rounds.all()] == [("dots", 5)]


def test_a_round_of_pairs_asks_for_eight_unless_told_otherwise():
    gathering = make.gathering()
    client = make.client_of(make.member(gathering.programme))
    said = {
        "question": "Which?",
        "kind": "problems",
        "language": "sw",
        "threshold": "0.60",
        "method": "pairs",
    }

    client.post(reverse("dialogue:prepare_round", args=[gathering.programme.slug, gathering.pk]), said)

    assert [r.dots for r in gathering.rounds.all()] == [8]


def test_nobody_gets_more_dots_than_there_can_be():
    with pytest.raises(ValueError, match="1 to 20"):
        make.round_(method="dots", dots=0)


# ---- what it comes to ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_anybody_can_compute_the_kept_result_again_from_its_files(method, tmp_path, monkeypatch, capsys):
    round_ = actions.close_round(round=answered(method), by=None)
    analysis.settle(round_, places=2, by=None)
    answer = staff_of(round_).get(reverse("dialogue:settled_files", args=[round_.programme.slug, round_.pk]))
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    monkeypatch.chdir(folder)
    _, *words = (folder / "COMMAND.txt").read_text().split()

    assert main(words) == 0
    assert "It holds" in capsys.readouterr().out
    assert not any(
        str(mark.participant_id) in (folder / file.name).read_text()
        for mark in Mark.objects.all()
        for file in folder.iterdir()
    )


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("dots", "100 in 100 put a dot on it"),
        ("ranking", "comparisons"),
        ("pairs", "times in 100"),
        ("gradient", "It passes."),
    ],
)
def test_staff_read_what_it_came_to_in_words_first(method, words):
    round_ = actions.close_round(round=answered(method), by=None)
    analysis.settle(round_, places=1, by=None)

    told = staff_of(round_).get(
        reverse("dialogue:results", args=[round_.programme.slug, round_.pk]), follow=True
    ).content.decode()  # fmt: skip

    assert words in told
    assert room.settled(round_).get().rule["method"] == method


def test_a_block_stops_what_most_want_and_its_reason_is_seen_once_a_moderator_read_it():
    round_ = answered("gradient")
    actions.close_round(round=round_, by=None)
    analysis.settle(round_, places=3, by=None)
    client = staff_of(round_)
    address = reverse("dialogue:shortlist", args=[round_.programme.slug, round_.pk])

    told = client.get(address).content.decode()
    assert "12 people block it." in told
    assert "It takes our water." not in told

    reason = room.reasons(round_)[0]
    client.post(
        reverse("dialogue:reasons", args=[round_.programme.slug, round_.pk]),
        {"mark": reason.mark.pk, "text": "It takes water that panners need."},
    )
    told = client.get(address).content.decode()
    assert "It takes water that panners need." in told
    assert "It takes our water." not in told
    assert Note.objects.get().kind == Note.Kind.DISAGREEMENT


@pytest.mark.parametrize("method", METHODS)
def test_the_public_sees_an_order_and_no_count_below_ten(method):
    round_ = actions.close_round(round=answered(method), by=None)
    analysis.settle(round_, places=2, by=None)
    address = reverse("dialogue:public_results", args=[round_.programme.slug, round_.pk])

    told = Client().get(address).content.decode()

    assert "About 25 people answered" in told
    assert "It takes our water." not in told
    assert "Panners" not in told


def test_the_public_sees_nothing_of_few():
    round_ = opened("dots")
    group = make.constituency(round_.programme)
    give(round_, make.participant(round_.programme, constituency=group), Given(ids(round_)[0], 1))
    actions.close_round(round=round_, by=None)
    analysis.settle(round_, places=2, by=None)

    told = Client().get(reverse("dialogue:public_results", args=[round_.programme.slug, round_.pk]))

    assert "too few to show" in told.content.decode()
    assert "Statement 1" not in told.content.decode()


@pytest.mark.parametrize("method", METHODS)
def test_every_kind_of_page_has_what_a_voting_card_has(method):
    round_ = opened(method, statements=2)
    for said in round_.statements.all():
        phone.choose_picture(statement=said, picture="water", by=None)
        phone.set_photo(statement=said, photo=Photo(b"\xff\xd8"), by=None)
        phone.keep_voice(of=said, language="en", sound=Recording(b"OggS", "audio/ogg"), by=None)
    ann = make.participant(round_.programme, language="en")

    page = make.phone_of(ann).get(reverse("dialogue:mark", args=[round_.programme.slug, round_.pk])).text

    said = next(str(pk) for pk in ids(round_) if str(pk) in page)
    assert f'src="../../../statements/{said}/photo/"' in page
    assert f'src="../../../sounds/{said}/en/"' in page
    assert "icon picture" in page
    assert reverse("dialogue:propose", args=[round_.programme.slug, round_.pk]) in page
    assert reverse("dialogue:mark_answers", args=[round_.programme.slug, round_.pk]) in page
    assert 'name="language" value="fr"' in page
