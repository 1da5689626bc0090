"""Hands counted without names say what the same votes by phone say, wherever one statement is looked at."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground import Drawn, VoteTable, differences, draw
from commonground.__main__ import main
from commonground._hands import dealt
from commonground.agenda import agree_on_agenda, violations
from commonground.priorities import by_dots, by_votes

GROUPS, STATEMENTS = ("men", "women"), ("road", "tax", "water")

few = st.integers(0, 6)
counts = st.dictionaries(
    st.tuples(st.sampled_from(GROUPS), st.sampled_from(STATEMENTS)), st.tuples(few, few, few), min_size=1
).map(lambda found: [(*where, *said) for where, said in found.items() if sum(said)])


def by_phone(counted):
    """The slow way: a phone for each hand, another for each statement; and who belongs where."""
    rows, belongs = [], {}
    for group, statement, *numbers in counted:
        for choice, many in zip((1, -1, 0), numbers, strict=True):
            for number in range(many):
                who = f"{group} {statement} {choice} {number}"
                rows.append((who, statement, choice))
                belongs[who] = group
    return rows, belongs


def phones():
    """Five men and five women who say different things, so that no group is silent."""
    rows = [(f"{group}{n}", what, (n + place) % 3 - 1) for group in GROUPS for n in range(5)
            for place, what in enumerate(STATEMENTS)]  # fmt: skip
    return rows, {who: who[:-1] for who, _, _ in rows}


@given(counts)
def test_hands_give_the_agreement_that_the_same_votes_by_phone_give(counted):
    rows, belongs = phones()
    more, theirs = by_phone(counted)
    every = VoteTable.from_rows(rows + more)

    by_hands = draw(VoteTable.from_rows(rows), constituencies=belongs, counted=counted)

    said = draw(every, constituencies=belongs | theirs)
    assert by_hands.findings == said.findings
    assert differences(VoteTable.from_rows(rows), constituencies=belongs, counted=counted) == differences(
        every, constituencies=belongs | theirs
    )


@given(counts)
def test_hands_rank_statements_as_the_same_votes_by_phone_do(counted):
    rows, belongs = phones()
    more, theirs = by_phone(counted)

    by_hands = by_votes(VoteTable.from_rows(rows), constituencies=belongs, counted=counted)

    said = by_votes(VoteTable.from_rows(rows + more), constituencies=belongs | theirs)
    assert by_hands.items == said.items


@given(counts)
def test_ballots_of_nobody_say_what_was_counted_and_none_says_two_things(counted):
    rows, belongs = dealt(counted)

    found = Counter((belongs[who], what, choice) for who, what, choice in rows)
    told = {(g, s, c): n for g, s, *said in counted for c, n in zip((1, -1, 0), said, strict=True) if n}
    assert found == told
    assert len({(who, what) for who, what, _ in rows}) == len(rows)
    wishes = Counter(who for who, _, choice in rows if choice == 1)
    for group in set(belongs.values()):
        own = [wishes[who] for who, where in belongs.items() if where == group]
        assert max(own) - min(own) <= 1


@given(counts)
def test_hands_dealt_together_say_the_same_and_fall_to_as_few_ballots_as_can_be(counted):
    rows, belongs = dealt(counted, together=True)

    assert Counter((belongs[who], what, choice) for who, what, choice in rows) == Counter(
        (belongs[who], what, choice) for who, what, choice in dealt(counted)[0]
    )
    for group in set(belongs.values()):
        wish = {who for who, _, choice in rows if choice == 1 and belongs[who] == group}
        assert len(wish) == max((agree for g, _, agree, *_ in counted if g == group), default=0)


def test_dots_on_a_sheet_weigh_what_dots_by_phone_weigh():
    sheet = [("women", "water", 4, 0, 1), ("women", "road", 1, 0, 4)]
    men = {"m0": ["road"], "m1": ["road", "tax"]}
    women = {f"w{n}": ["water"] for n in range(4)} | {"w4": ["road"]}
    belongs = dict.fromkeys(men, "men")

    found = by_dots(men, cap=2, constituencies=belongs, counted=sheet)

    said = by_dots(men | women, cap=2, constituencies=belongs | dict.fromkeys(women, "women"))
    assert found.items == said.items


def test_more_dots_on_a_sheet_than_its_people_have_are_refused():
    with pytest.raises(ValueError, match="put 2 dots and has 1: take 1 away"):
        by_dots({}, cap=1, counted=[("women", "water", 2, 0, 0), ("women", "road", 1, 0, 1)])


def test_an_agenda_with_hands_can_be_verified_from_the_votes_and_the_counts():
    rows, belongs = phones()
    votes, counted = VoteTable.from_rows(rows), [("women", "water", 20, 0, 0), ("women", "road", 2, 18, 0)]

    agenda = agree_on_agenda(votes, seats=1, constituencies=belongs, counted=counted)

    assert agenda.chosen == ("water",)
    assert agenda.constituencies == {"men": 5, "women": 25}
    assert violations(agenda, votes, belongs, counted) == []
    assert agenda.digest != agree_on_agenda(votes, seats=1, constituencies=belongs).digest


def test_hands_are_part_of_what_a_drawing_follows_from_and_come_back_from_json():
    rows, belongs = phones()
    votes, counted = VoteTable.from_rows(rows), [("women", "water", 20, 1, 2)]

    drawn = draw(votes, constituencies=belongs, counted=counted)

    assert drawn.digest != draw(votes, constituencies=belongs).digest
    assert Drawn.from_json(drawn.as_json()).finding("water") == drawn.finding("water")
    assert drawn.map == draw(votes, constituencies=belongs).map


def test_a_hand_that_bears_a_participants_name_is_refused():
    votes = VoteTable.from_rows([("hand 0001 of women", "water", 1)])

    with pytest.raises(ValueError, match="call the participant otherwise"):
        by_votes(votes, constituencies={"hand 0001 of women": "women"}, counted=[("women", "water", 1, 0, 0)])


@pytest.mark.parametrize("method", ["votes", "dots"])
def test_the_command_line_counts_hands_beside_ballots(tmp_path, capsys, method):
    head = {"votes": "participant,statement,vote,constituency\nann,Water,1,men\nben,Road,1,men\n",
            "dots": "voter,item,constituency\nann,Water,men\nben,Road,men\n"}  # fmt: skip
    (tmp_path / "said.csv").write_text(head[method])
    (tmp_path / "hands.csv").write_text("constituency,statement,agree,disagree,pass\nwomen,Water,9,0,1\n")
    words = ["priorities", method, str(tmp_path / "said.csv"), "--counted", str(tmp_path / "hands.csv")]

    assert main([*words, "-o", str(tmp_path / "result.json"), "--explain"]) == 0
    assert "1. Water" in capsys.readouterr().out
    assert main([*words, "--verify", str(tmp_path / "result.json")]) == 0
    assert main([*words[:-2], "--verify", str(tmp_path / "result.json")]) == 2


def test_items_that_nobody_chose_are_in_the_list_when_they_are_named(tmp_path, capsys):
    (tmp_path / "said.csv").write_text("voter,item\nann,Water\n")
    (tmp_path / "items.csv").write_text("item\nWater\nRoad\n")

    words = ["priorities", "dots", str(tmp_path / "said.csv"), "--items", str(tmp_path / "items.csv")]

    assert main(words) == 0
    assert "2. Road" in capsys.readouterr().out
