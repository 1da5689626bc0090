"""Hands and papers count like phones: twice counted, nobody twice, never more than are here."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from commonground.__main__ import main
from jukwaa.dialogue import actions, analysis
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.counting import queries
from jukwaa.dialogue.counting.actions import (
    Miscounted,
    Sheet,
    count,
    enter_paper_votes,
    take_back_counts,
)
from jukwaa.dialogue.door import actions as door
from jukwaa.dialogue.models import Channel, Round, Statement, Tally, Vote
from jukwaa.dialogue.queries import HandCount
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Constituency, Member, Participant
from jukwaa.record import blobs
from tests import make

pytestmark = pytest.mark.django_db


class Hall:
    """A round of one statement, a group of whom some came, and two who count: Flo and Bea."""

    def __init__(self, *, here: int = 14, women: int = 0, **others: object) -> None:
        self.round: Round = make.round_(opened=True, **others)
        self.group: Constituency = make.constituency(self.round.programme, name="Pit workers")
        self.people: list[Participant] = [
            make.participant(
                self.round.programme, constituency=self.group, gender="woman" if n < women else "man"
            )
            for n in range(here)
        ]
        actions.attend(gathering=self.round.gathering, people=self.people, state="came", by=None)
        self.flo: Member = make.member(self.round.programme, name="Flo")
        self.bea: Member = make.member(self.round.programme, name="Bea")

    @property
    def statement(self) -> Statement:
        return self.round.statements.select_related("round__gathering", "round__programme").first()

    def vote(self, many: int, choice: int = 1) -> None:
        for who in self.people[:many]:
            actions.cast_vote(statement=self.statement, choice=choice, by=who)

    def count(self, by: Member, gender: str = "", channel: str = Channel.HANDS, **said: int) -> None:
        sheet = Sheet(self.round, self.group, gender, channel)
        count(sheet=sheet, counts={self.statement: HandCount(**said)}, by=by)

    def both(self, gender: str = "", channel: str = Channel.HANDS, **said: int) -> None:
        self.count(self.flo, gender, channel, **said)
        self.count(self.bea, gender, channel, **said)

    @property
    def rows(self) -> list[tuple[int, int, int]]:
        return [tuple(numbers) for _group, _statement, *numbers in room.hand_rows(self.round)]

    @property
    def state(self) -> str:
        [one] = room.counted(self.round)
        return one.state

    def address(self, name: str = "count_group", **query: str) -> str:
        args = [self.round.programme.slug, self.round.pk]
        args += [self.group.pk] if name in {"count_group", "undo_count"} else []
        return reverse(f"dialogue:{name}", args=args, query=query)

    def post(self, by: Member, *, name: str = "count_group", **said: object) -> str:
        """What is typed on the page, by the statement's column, and what it answers."""
        pk = self.statement.pk.hex
        typed = {n if n in {"people", "photo", "card", "sure"} else f"{n}-{pk}": v for n, v in said.items()}
        return make.client_of(by).post(self.address(name), typed, follow=True).content.decode()


# ---- two people count ------------------------------------------------------------------------------------


def test_a_count_counts_once_a_second_person_has_counted_the_same():
    hall = Hall()
    hall.count(hall.flo, agree=9, disagree=2, passes=1)
    assert (hall.state, hall.rows) == ("once", [])

    hall.count(hall.bea, agree=9, disagree=2, passes=1)

    assert (hall.state, hall.rows) == ("counts", [(9, 2, 1)])


def test_nobody_checks_their_own_count():
    hall = Hall()
    hall.count(hall.flo, agree=9)

    with pytest.raises(Miscounted, match="Nobody checks their own count"):
        hall.count(hall.flo, agree=9)

    assert hall.state == "once"


def test_two_counts_that_differ_do_not_count_until_they_are_alike():
    hall = Hall()
    hall.count(hall.flo, agree=9)
    hall.count(hall.bea, agree=8)
    assert (hall.state, hall.rows) == ("differ", [])

    hall.count(hall.flo, agree=8)

    assert (hall.state, hall.rows) == ("counts", [(8, 0, 0)])


def test_the_second_person_does_not_see_the_first_ones_numbers_and_both_see_where_they_differ():
    hall = Hall()
    hall.count(hall.flo, agree=13)

    told = make.client_of(hall.bea).get(hall.address()).content.decode()
    assert "Counted once, by Flo" in told
    assert 'value="13"' not in told
    assert "13 agree" not in told
    assert "Take back what I counted" not in told

    told = hall.post(hall.bea, agree=12)
    assert "One count does not fit: count again." in told
    told = make.client_of(hall.flo).get(hall.address()).content.decode()
    assert "Flo: 13 agree" in told
    assert "Bea: 12 agree" in told


def test_a_slip_is_taken_back_by_who_made_it_alone():
    hall = Hall()
    hall.both(agree=9)

    take_back_counts(sheet=Sheet(hall.round, hall.group), by=hall.bea)

    assert (hall.state, hall.rows) == ("once", [])
    hall.count(hall.bea, agree=9)
    assert hall.rows == [(9, 0, 0)]


@pytest.mark.parametrize("of_the_other", [3, 5])
def test_what_was_counted_of_two_groups_that_are_merged_adds_up(of_the_other):
    hall = Hall()
    hall.both(agree=3)
    kept, hall.group = hall.group, make.constituency(hall.round.programme, name="Workers in the pit")
    came = [make.participant(hall.round.programme, constituency=hall.group) for _who in range(9)]
    actions.attend(gathering=hall.round.gathering, people=came, state="came", by=None)
    hall.both(agree=of_the_other)

    programmes.merge_rows(row=hall.group, into=kept, by=None)

    assert (hall.state, hall.rows) == ("counts", [(3 + of_the_other, 0, 0)])


def test_it_is_known_who_counted():
    hall = Hall()
    hall.both(agree=9)

    assert {row.by for row in Tally.objects.all()} == {hall.flo.pk, hall.bea.pk}


# ---- nobody twice, and never more than are here ----------------------------------------------------------


def test_hands_that_voted_by_phone_too_are_counted_once():
    hall = Hall()
    hall.vote(6)
    hall.both(agree=10, also_agree=4, passes=1)

    assert hall.rows == [(6, 0, 1)]


def test_more_hands_than_are_here_are_refused_with_what_is_here():
    hall = Hall(here=14)
    hall.vote(9)

    with pytest.raises(Miscounted) as refused:
        hall.count(hall.flo, agree=7)

    assert str(refused.value) == (
        "Pit workers: only 14 came. 9 voted by phone, and you count 7 more hands. Count again, or say "
        "how many of the hands voted by phone too."
    )
    assert not Tally.objects.exists()
    hall.count(hall.flo, agree=7, also_agree=2)


def test_women_are_not_more_than_the_women_who_are_here():
    hall = Hall(here=10, women=3)

    with pytest.raises(Miscounted, match="women: only 3 came"):
        hall.count(hall.flo, "woman", agree=4)

    hall.both("woman", agree=3)
    hall.both("man", agree=7)
    assert hall.rows == [(10, 0, 0)]


def test_who_left_was_here():
    hall = Hall(here=2)
    actions.attend(gathering=hall.round.gathering, people=hall.people, state="left", by=None)

    hall.both(agree=2)

    assert hall.rows == [(2, 0, 0)]


def test_papers_and_hands_of_one_group_are_not_more_than_are_here():
    hall = Hall(here=5)
    hall.both(agree=3)

    with pytest.raises(Miscounted, match="you count 6 more hands"):
        hall.count(hall.flo, channel=Channel.PAPER, agree=3)


def test_hands_stop_counting_when_phones_after_them_make_it_more_than_are_here():
    hall = Hall(here=5)
    hall.both(agree=5)
    assert hall.state == "counts"

    hall.vote(1)

    assert (hall.state, hall.rows) == ("many", [])
    told = make.client_of(hall.flo).get(hall.address("count")).content.decode()
    assert "count again" in told
    hall.count(hall.flo, agree=5, also_agree=1)
    hall.count(hall.bea, agree=5, also_agree=1)
    assert hall.rows == [(4, 0, 0)]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"agree": -1}, "A count is 0 or more"),
        ({"agree": 2, "also_agree": 3}, "3 of 2 hands cannot have voted by phone too"),
        ({"agree": 6, "also_agree": 5}, "5 of them voted by phone too, but only 4 did"),
    ],
)
def test_numbers_that_cannot_be_are_refused(said, wrong):
    hall = Hall()
    hall.vote(4)

    with pytest.raises(Miscounted, match=wrong):
        hall.count(hall.flo, **said)


def test_where_nobody_is_noted_as_here_nobody_is_counted():
    hall = Hall(here=0)

    with pytest.raises(ValueError, match="Note who came first"):
        hall.count(hall.flo, agree=1)


def test_a_closed_round_takes_no_hands():
    hall = Hall()
    actions.close_round(round=hall.round, by=None)

    with pytest.raises(actions.RoundClosed):
        hall.count(hall.flo, agree=1)


@pytest.mark.parametrize("method", ["pairs", "ranking", "gradient"])
def test_hands_tell_nothing_where_each_answers_for_themself(method):
    hall = Hall(method=method)

    with pytest.raises(ValueError, match="enter their paper with their card"):
        hall.count(hall.flo, agree=1)


numbers = st.integers(0, 5)
counts = st.builds(
    lambda agree, disagree, passes, also: HandCount(agree, disagree, passes, min(also, agree)),
    numbers, numbers, numbers, numbers,
)  # fmt: skip
tries = st.lists(st.tuples(st.sampled_from(["", "woman", "man"]), st.booleans(), counts), max_size=6)


@settings(max_examples=25, deadline=None)
@given(here=st.integers(1, 9), women=numbers, before=numbers, after=numbers, tries=tries)
def test_however_people_count_no_group_says_more_than_are_here(here, women, before, after, tries):
    hall = Hall(here=here, women=min(women, here))
    hall.vote(min(before, here))
    for gender, on_paper, said in tries:
        for who in (hall.flo, hall.bea):
            try:
                sheet = Sheet(hall.round, hall.group, gender, Channel.PAPER if on_paper else Channel.HANDS)
                count(sheet=sheet, counts={hall.statement: said}, by=who)
            except ValueError:
                pass
    hall.vote(min(before + after, here), choice=-1)

    voted = Vote.objects.filter(participant__in=hall.people).count()
    counted = sum(sum(row) for row in hall.rows)
    assert voted + counted <= here
    assert counted == slowly(hall, voted)


def slowly(hall: Hall, voted: int) -> int:
    """The obvious count: what two people wrote alike, less who voted by phone too, if all of them fit in."""
    written: dict[tuple[str, str], Counter] = {}
    for row in Tally.objects.filter(removed=False, statement=hall.statement):
        said = (row.agree, row.disagree, row.passes, row.also_agree, row.also_disagree, row.also_passes)
        written.setdefault((row.gender, row.channel), Counter())[said] += 1
    alike = {
        place: sum(said[:3]) - sum(said[3:])
        for place, found in written.items()
        for said, people in found.items()
        if people == 2
    }
    gone = set()
    for gender in ("woman", "man"):
        own = sum(more for (g, _channel), more in alike.items() if g == gender)
        phones = Vote.objects.filter(participant__in=hall.people, participant__gender=gender).count()
        if own and own + phones > sum(p.gender == gender for p in hall.people):
            gone |= {place for place in alike if place[0] == gender}
    if sum(alike.values()) + voted > len(hall.people):
        return 0
    return sum(more for place, more in alike.items() if place not in gone)


# ---- one result ------------------------------------------------------------------------------------------


def test_hands_enter_the_drawing_as_the_same_votes_by_phone_would():
    by_hands, by_phone = Hall(here=12), Hall(here=12)
    by_hands.vote(2)
    by_hands.both(agree=7, disagree=2, passes=1)
    for number, who in enumerate(by_phone.people):
        choice = 1 if number < 9 else -1 if number < 11 else 0
        actions.cast_vote(statement=by_phone.statement, choice=choice, by=who)

    drawn, said = (analysis.redraw(hall.round) for hall in (by_hands, by_phone))

    [hands], [phones] = drawn.findings(), said.findings()
    wanted = ("label", "certainty", "acceptable", "agree", "disagree", "passes")
    assert {name: hands[name] for name in wanted} == {name: phones[name] for name in wanted}
    figures = ("agree", "disagree", "passes", "estimate", "low", "high", "reaches")
    assert [hands["agreement"][0][f] for f in figures] == [phones["agreement"][0][f] for f in figures]


def test_hands_are_drawn_anew_and_are_part_of_what_the_drawing_follows_from():
    hall = Hall()
    hall.vote(3)
    before = analysis.redraw(hall.round)

    hall.both(agree=5)

    after = analysis.redraw(hall.round)
    assert after.inputs != before.inputs
    assert after.drawn["said"]["map"] == before.drawn["said"]["map"]
    assert (before.voters, after.voters) == (3, 8)
    assert [line.voted for line in room.turnout(hall.round)] == [8]


def test_what_is_asked_next_knows_of_hands():
    hall = Hall(statements=2)
    hall.both(agree=9)

    counts = analysis.asking(hall.round.pk, moment=-1).router.counts
    assert sorted(counts.voices.sum(axis=0).tolist()) == [0, 9]


def test_the_ways_people_answered_stand_beside_the_result():
    hall = Hall()
    hall.vote(3)
    hall.both(agree=5)
    analysis.redraw(hall.round)
    client = make.client_of(hall.flo)

    page = client.get(hall.address("results")).content.decode()
    table = client.get(hall.address("results_csv")).content.decode()
    said = json.loads(client.get(hall.address("results_json")).content)

    assert [(each.channel, each.people) for each in room.by_channel(hall.round)] == [
        ("phone", 3),
        ("show of hands", 5),
    ]
    assert "Show of hands" in page
    assert "hands_agree" in table
    assert ",5,0,0" in table
    assert said["channels"] == [["phone", 3], ["show of hands", 5]]


@pytest.mark.parametrize("method", ["votes", "dots"])
def test_a_result_with_hands_can_be_computed_again_from_its_files(method, tmp_path, monkeypatch, capsys):
    hall = Hall(method=method)
    sheet = Sheet(hall.round, hall.group, channel=Channel.PAPER)
    said = HandCount(dots=4, passes=6) if method == "dots" else HandCount(agree=4, passes=6)
    for who in (hall.flo, hall.bea):
        count(sheet=sheet, counts={hall.statement: said}, by=who)
    if method == "votes":
        hall.vote(3)
    actions.close_round(round=hall.round, by=None)
    analysis.settle(hall.round, places=1, by=None)
    answer = make.client_of(hall.flo).get(hall.address("settled_files"))
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    monkeypatch.chdir(folder)
    _, *words = (folder / "COMMAND.txt").read_text().split()

    assert "--counted" in words
    assert main(words) == 0
    assert "It holds" in capsys.readouterr().out


def test_an_agenda_with_hands_says_that_they_are_dealt_and_whether_it_matters():
    answers = make.finding()
    hall = Hall(kind="solutions", answers=answers, programme_=answers.programme)
    hall.both(agree=9)
    actions.close_round(round=hall.round, by=None)

    told = make.client_of(hall.flo).get(hall.address("shortlist")).content.decode()

    assert "spread evenly over them" in told
    assert "the agenda would be the same" in told


def test_a_withdrawal_leaves_what_was_counted_of_nobody():
    hall = Hall()
    hall.vote(3)
    hall.both(agree=5, also_agree=1)

    programmes.forget_participant(participant=hall.people[0], by=None)

    assert hall.rows == [(4, 0, 0)]
    assert Vote.objects.count() == 2


def test_a_withdrawal_of_one_whose_hand_was_up_does_not_take_the_others_away():
    hall = Hall(here=5)
    hall.both(agree=5)

    programmes.forget_participant(participant=hall.people[0], by=None)

    assert hall.rows == [(5, 0, 0)]
    with pytest.raises(Miscounted, match="only 4 came"):
        hall.count(hall.flo, channel=Channel.PAPER, agree=1)


def test_hands_stand_when_a_gatherings_lists_are_purged():
    hall = Hall(here=5)
    hall.both(agree=5)

    door.purge(gathering=hall.round.gathering, incidents=False, by=None)

    assert hall.rows == [(5, 0, 0)]


def test_whoever_closes_a_round_is_told_of_counts_that_wait():
    hall = Hall()
    hall.count(hall.flo, agree=5)

    told = make.client_of(hall.flo).get(hall.address("close_round")).content.decode()

    assert "1 count of hands waits for a second person" in told


def test_where_all_who_are_here_were_asked_the_hall_is_told_exactly():
    hall = Hall(here=14)
    hall.vote(4)
    hall.both(agree=8, disagree=2)

    told = make.client_of(hall.flo).get(hall.address("in_the_room")).content.decode()

    assert "Pit workers: all 14 who came were asked." in told
    assert "12 of all 14" in told
    assert "likely" not in told


def test_where_some_were_not_asked_the_hall_is_told_of_how_many():
    hall = Hall(here=14)
    hall.both(agree=8, disagree=2)

    told = make.client_of(hall.flo).get(hall.address("in_the_room")).content.decode()

    assert "8 of 10; 14 came" in told
    assert "were asked." not in told


def test_dots_on_a_sheet_are_no_votes():
    hall = Hall(method="dots")
    for who in (hall.flo, hall.bea):
        count(
            sheet=Sheet(hall.round, hall.group, channel=Channel.PAPER),
            counts={hall.statement: HandCount(dots=9, passes=1)},
            by=who,
        )

    assert room.hand_rows(hall.round)
    assert analysis.redraw(hall.round).findings()[0]["label"] == "not enough voices yet"
    assert hall.round not in room.rounds_to_redraw()


def test_in_a_round_for_one_group_alone_no_other_is_counted():
    hall = Hall()
    other = make.constituency(hall.round.programme, name="Panners")
    stranger = make.participant(hall.round.programme, constituency=other)
    hall.round.constituency = hall.group
    actions.attend(gathering=hall.round.gathering, people=[stranger], state="came", by=None)

    with pytest.raises(ValueError, match="for one group alone"):
        count(sheet=Sheet(hall.round, other), counts={hall.statement: HandCount(agree=1)}, by=hall.flo)
    with pytest.raises(ValueError, match="for one group alone"):
        enter_paper_votes(round=hall.round, participant=stranger, choices={hall.statement.pk: 1}, by=hall.flo)


def test_in_a_round_for_women_alone_women_are_counted():
    hall = Hall(women=2)
    hall.round.women = True

    with pytest.raises(ValueError, match="Count women alone"):
        hall.count(hall.flo, agree=1)
    with pytest.raises(ValueError, match="for women alone"):
        enter_paper_votes(
            round=hall.round, participant=hall.people[5], choices={hall.statement.pk: 1}, by=hall.flo
        )


# ---- the page --------------------------------------------------------------------------------------------


def test_what_was_typed_stays_when_it_cannot_be():
    hall = Hall(here=3)

    told = hall.post(hall.flo, agree=4, disagree=1)

    assert "only 3 came" in told
    assert 'value="4"' in told
    assert not Tally.objects.exists()


def test_a_line_that_is_left_empty_was_not_counted():
    hall = Hall(statements=2)

    hall.post(hall.flo, agree=4)

    assert [row.statement_id for row in Tally.objects.all()] == [hall.statement.pk]


def test_the_page_takes_a_count_back():
    hall = Hall()
    hall.post(hall.flo, agree=4)

    assert "1 count is taken back" in hall.post(hall.flo, name="undo_count")
    assert room.counted(hall.round) == []


def test_a_photo_of_the_cards_is_kept_without_where_it_was_taken():
    hall = Hall()
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Nyarugusu"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)

    hall.post(hall.flo, agree=4, photo=SimpleUploadedFile("cards.jpg", out.getvalue()))

    [photo] = queries.photos(hall.round, hall.group)
    assert b"Nyarugusu" not in blobs.read(photo)


def test_dots_on_a_sheet_are_counted_with_the_people_who_had_them():
    hall = Hall(method="dots", statements=2, dots=2)
    hall.post(hall.flo, people=6, dots=5)
    hall.post(hall.bea, people=6, dots=5)

    first, second = room.put_to_the_vote(hall.round)
    assert sorted(room.hand_rows(hall.round)) == sorted(
        [(str(hall.group.pk), str(first.pk), 5, 0, 1), (str(hall.group.pk), str(second.pk), 0, 0, 6)]
    )


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"people": 3, "dots": 4}, "A count is 0 or more"),
        ({"people": 30, "dots": 4}, "only 14 came"),
        ({"dots": 4}, "This field is required"),
    ],
)
def test_dots_that_cannot_be_are_refused(said, wrong):
    hall = Hall(method="dots", statements=2, dots=1)

    assert wrong in hall.post(hall.flo, **said)
    assert not Tally.objects.exists()


# ---- papers ----------------------------------------------------------------------------------------------


def test_a_paper_is_read_back_before_it_counts():
    hall = Hall()
    ann = hall.people[0]
    _card, minted = make.card(ann)

    told = hall.post(hall.flo, name="paper", card=minted.spaced, said="1")
    assert "Read this out" in told
    assert not Vote.objects.exists()

    told = hall.post(hall.flo, name="paper", card=minted.spaced, said="1", sure="1")
    assert "The paper is kept" in told
    assert [(v.participant_id, v.choice, v.channel) for v in Vote.objects.all()] == [(ann.pk, 1, "paper")]


def test_a_paper_of_somebody_who_voted_by_phone_replaces_that_and_says_so():
    hall = Hall()
    hall.vote(1, choice=-1)
    _card, minted = make.card(hall.people[0])

    assert "The paper replaces" in hall.post(hall.flo, name="paper", card=minted.number, said="1")
    hall.post(hall.flo, name="paper", card=minted.number, said="1", sure="1")

    assert Vote.objects.get().choice == 1


@pytest.mark.parametrize(
    ("card", "wrong"), [("1234", "it has 16 digits"), ("12345678901234 06", "16 digits"), ("", "required")]
)
def test_a_card_that_is_none_is_named_and_nothing_is_lost(card, wrong):
    hall = Hall()

    told = hall.post(hall.flo, name="paper", card=card, said="1", sure="1")

    assert wrong in told
    assert '<option value="1" selected>' in told
    assert not Vote.objects.exists()


def test_nobody_gives_a_paper_without_having_agreed_to_take_part():
    hall = Hall()
    ann = make.participant(hall.round.programme, constituency=hall.group, consented=False)

    with pytest.raises(ValueError, match="has not agreed to take part"):
        enter_paper_votes(round=hall.round, participant=ann, choices={hall.statement.pk: 1}, by=hall.flo)


def test_an_empty_paper_is_refused():
    hall = Hall()

    with pytest.raises(ValueError, match="The paper is empty"):
        enter_paper_votes(round=hall.round, participant=hall.people[0], choices={}, by=hall.flo)


@pytest.mark.parametrize(
    ("method", "said", "value"), [("ranking", "1", 1), ("dots", "on", 1), ("gradient", "3", 3)]
)
def test_dots_places_and_steps_are_entered_from_paper(method, said, value):
    hall = Hall(method=method)
    _card, minted = make.card(hall.people[0])

    told = hall.post(hall.flo, name="paper", card=minted.number, said=said, sure="1")

    assert "The paper is kept" in told
    [one] = room.marks_given(hall.round)
    assert (one.value, one.channel) == (value, "paper")
