"""Files are read whole or refused with every fault: where it is, what is wrong, and the mend."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground import Fault, Refused, VoteTable, read_constituencies, read_conversation, read_votes

COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    '1500000000000,x,0,4,1,0,1,"Clean water, first"\n'
    "1500000000001,x,1,4,0,1,-1,Roads\n"
    "1500000000002,x,10,4,0,1,0,Schools\n"
)
VOTES = (
    "timestamp,datetime,comment-id,voter-id,vote\n"
    "1500000000003,x,0,7,1\n"
    "1500000000005,x,0,7,-1\n"
    "1500000000004,x,1,8,0\n"
)


def export(folder: Path, **files: str) -> Path:
    """A folder of an export: what is named, and comments and votes that fit."""
    for name, text in {"comments": COMMENTS, "votes": VOTES, **files}.items():
        kind = "json" if name == "format" else "csv"
        if text:
            (folder / f"{name.replace('_', '-')}.{kind}").write_text(text, "utf-8")
    return folder


def plain(folder: Path, text: str) -> Path:
    file = folder / "votes.csv"
    file.write_text(text, "utf-8")
    return file


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as refused:
        read_conversation(path)
    return refused.value.faults


def test_an_export_is_read_with_its_revotes(tmp_path):
    said = read_conversation(export(tmp_path, summary='topic,"Water, roads"\nurl,x\n'))

    assert said.topic == "Water, roads"
    assert [statement.id for statement in said.statements] == ["0", "1", "10"]
    assert said.statements[0].text == "Clean water, first"
    assert [(event.ms, event.vote) for event in said.votes if event.participant == "7"] == [
        (1500000000003, 1),
        (1500000000005, -1),
    ]
    assert said.current_votes() == (("7", "0", -1), ("8", "1", 0))
    assert said.counting_votes() == (("7", "0", -1),)
    assert said.standing == ("0", "10")


def test_times_in_seconds_become_milliseconds(tmp_path):
    said = read_conversation(
        export(
            tmp_path,
            comments=COMMENTS.replace("15000000000", "1500000"),
            votes=VOTES.replace("15000000000", "1500000"),
        )
    )

    assert {event.ms for event in said.votes} == {150000003000, 150000005000, 150000004000}
    assert said.statements[0].created == 150000000000


def test_a_matrix_stands_in_for_votes(tmp_path):
    matrix = "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,10\n"
    matrix += "7,0,0,2,1,1,1,,-1\n8,,0,1,0,0,,0,\n"
    said = read_conversation(export(tmp_path, votes="", participants_votes=matrix))

    assert said.current_votes() == (("7", "0", 1), ("7", "10", -1), ("8", "1", 0))
    assert {event.ms for event in said.votes} == {None}


def test_a_plain_csv_may_name_constituencies(tmp_path):
    said = read_conversation(
        plain(tmp_path, "participant,statement,vote,constituency\nann,Water,+1,miners\nben,Water,0,\n")
    )

    assert said.current_votes() == (("ann", "Water", 1), ("ben", "Water", 0))
    assert said.constituencies == {"ann": "miners"}


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path):
    said = read_conversation(plain(tmp_path, "\ufeffparticipant,statement,vote\n\nann,Water,1\n"))

    assert said.current_votes() == (("ann", "Water", 1),)


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "wrong"),
    [
        ("0,7,-1", "0,7,7", 3, "vote", "7 is not a vote"),
        ("0,7,-1", "0,7,nan", 3, "vote", "nan is not a vote"),
        ("0,7,-1", "0,7,", 3, "vote", "the cell is empty"),
        ("0,7,-1", "0,,-1", 3, "voter-id", "the cell is empty"),
        ("1,8,0", "99,8,0", 4, "comment-id", "no statement 99 is in comments.csv"),
        ("x,1,8,0", "x,1,8", 4, "", "the row has 4 cells and the header 5"),
        ("x,1,8,0", 'x,"1,8,0', 4, "", "the row cannot be read (unexpected end of data)"),
        ("1500000000004", "yesterday", 4, "timestamp", "yesterday is not a time"),
        ("1500000000004", "-4", 4, "timestamp", "-4 is not a time"),
        ("comment-id,voter-id", "comment-id,comment-id", 1, "voter-id", "there is no column voter-id"),
    ],
)
def test_a_vote_that_does_not_fit_is_refused_where_it_stands(tmp_path, old, new, row, column, wrong):
    fault, *_ = faults_of(export(tmp_path, votes=VOTES.replace(old, new)))

    assert (fault.file, fault.row, fault.column, fault.wrong) == ("votes.csv", row, column, wrong)
    assert fault.mend


def test_all_faults_are_told_at_once(tmp_path):
    faults = faults_of(
        export(
            tmp_path,
            comments=COMMENTS.replace("x,10,", "x,0,").replace(",-1,Roads", ",2,Roads"),
            votes=VOTES.replace("7,1", "7,5").replace("8,0", "8,x"),
        )
    )

    assert [(fault.file, fault.row) for fault in faults] == [
        ("comments.csv", 3),
        ("comments.csv", 4),
        ("votes.csv", 2),
        ("votes.csv", 4),
        ("votes.csv", 4),
    ]


def test_many_faults_are_counted_and_not_all_read_out(tmp_path):
    rows = "".join(f"p{number},Water,7\n" for number in range(30))
    with pytest.raises(Refused, match=r"And 10 more faults\.") as refused:
        read_conversation(plain(tmp_path, "participant,statement,vote\n" + rows))

    assert len(refused.value.faults) == 30
    assert str(refused.value).startswith(
        "votes.csv, row 2, column vote: 7 is not a vote. Write 1 for agree, -1 for disagree or 0 for pass."
    )


@pytest.mark.parametrize(
    ("text", "row", "wrong"),
    [
        ("", None, "the file is empty"),
        ("participant,statement\n", 1, "there is no column vote"),
        ("participant,statement,vote,vote\n", 1, "there are two columns vote"),
        (
            "participant,statement,vote\nann,Water,1\nann,Water,0\n",
            3,
            "ann has another vote on Water further up",
        ),
        (
            "participant,statement,vote,constituency\na,W,1,x\na,V,1,y\n",
            3,
            "a belongs to x further up and to y here",
        ),
    ],
)
def test_a_plain_csv_that_does_not_fit_is_refused(tmp_path, text, row, wrong):
    [fault] = faults_of(plain(tmp_path, text))

    assert (fault.row, fault.wrong) == (row, wrong)


@pytest.mark.parametrize(
    ("column", "cell", "wrong"),
    [
        ("weight", "heavy", "heavy is not a weight"),
        ("weight", "0", "0 is not a weight"),
        ("weight", "-2", "-2 is not a weight"),
        ("weight", "inf", "inf is not a weight"),
        ("weight", "nan", "nan is not a weight"),
        ("probability", "0", "0 is not a probability"),
        ("probability", "1.01", "1.01 is not a probability"),
        ("probability", "1_0", "1_0 is not a probability"),
        ("moment", "", "the cell is empty"),
    ],
)
def test_an_optional_cell_that_does_not_fit_is_refused(tmp_path, column, cell, wrong):
    [fault] = faults_of(plain(tmp_path, f"participant,statement,vote,{column}\nann,Water,1,{cell}\n"))

    assert (fault.file, fault.row, fault.column, fault.wrong) == ("votes.csv", 2, column, wrong)
    assert fault.mend


@pytest.mark.parametrize(
    ("column", "one", "other", "wrong"),
    [
        ("gender", "woman", "man", "ann has gender woman further up and man here"),
        ("weight", "2", "3", "ann has weight 2.0 further up and 3.0 here"),
    ],
)
def test_one_person_has_one_gender_and_one_weight(tmp_path, column, one, other, wrong):
    text = f"participant,statement,vote,{column}\nann,Water,1,{one}\nann,Roads,1,\nann,Schools,1,{other}\n"
    [fault] = faults_of(plain(tmp_path, text))

    assert (fault.row, fault.column, fault.wrong) == (4, column, wrong)


def test_the_same_vote_with_another_probability_is_refused(tmp_path):
    text = "participant,statement,vote,probability\nann,Water,1,0.5\nann,Water,1,0.25\n"
    [fault] = faults_of(plain(tmp_path, text))

    assert (fault.row, fault.column) == (3, "probability")


def test_all_optional_columns_are_read_at_once(tmp_path):
    said = read_conversation(
        plain(
            tmp_path,
            "participant,statement,vote,moment,constituency,gender,weight,probability\n"
            "ann,Water,0,1500000000002,miners,woman,1.5,0.25\n"
            "ann,Water,1,1500000000001,,,,\n"
            "ben,Roads,-1,1500000000003,,man,,1\n",
        )
    )

    assert said.votes == (
        (1500000000001, "ann", "Water", 1, None),
        (1500000000002, "ann", "Water", 0, 0.25),
        (1500000000003, "ben", "Roads", -1, 1.0),
    )
    assert said.current_votes() == (("ann", "Water", 0), ("ben", "Roads", -1))
    assert (said.constituencies, said.weights) == ({"ann": "miners"}, {"ann": 1.5})
    assert said.genders == {"ann": "woman", "ben": "man"}


def test_a_nul_among_the_text_is_refused_with_its_row(tmp_path):
    fault = faults_of(plain(tmp_path, "participant,statement,vote\nann,Wa\0ter,1\n"))[0]

    assert (fault.row, fault.wrong) == (2, "the character NUL is no text")


def test_text_that_is_not_utf_8_is_refused_with_its_row(tmp_path):
    file = tmp_path / "votes.csv"
    file.write_bytes(b"participant,statement,vote\nann,Water,1\nren\xe9,Water,1\n")

    fault = faults_of(file)[0]

    assert (fault.row, fault.value) == (3, "0xe9")


@pytest.mark.parametrize(
    "declared",
    [
        "agree=-1;disagree=+1;pass=0;format=polis-export/1",
        "agree=+1;disagree=-1",
        "agree=1;disagree=1;pass=0",
        "whatever",
        "agree=+1;disagree=-1;pass=0;format=polis-export/9",
    ],
)
def test_another_sign_than_the_declared_one_is_refused(tmp_path, declared):
    [fault] = faults_of(export(tmp_path, summary=f"topic,x\nvote-convention,{declared}\n"))

    assert (fault.file, fault.row, fault.column) == ("summary.csv", 2, "vote-convention")


def test_the_declared_sign_is_read(tmp_path):
    declared = "agree=+1;disagree=-1;pass=0;format=polis-export/1"
    sidecar = json.dumps({"format": "polis-export/1", "vote-convention": declared})

    assert read_conversation(export(tmp_path, summary=f"vote-convention,{declared}\n", format=sidecar)).votes


def test_votes_turned_round_against_the_matrix_are_refused(tmp_path):
    matrix = "participant,0,1,10\n7,1,,\n8,,0,\n"
    [fault] = faults_of(export(tmp_path, participants_votes=matrix))

    assert fault.wrong == "1 of 1 votes have the opposite sign in participants-votes.csv"


def test_a_file_that_is_not_there_is_named(tmp_path):
    [fault] = faults_of(tmp_path / "nowhere")
    assert fault.wrong == "the file is not there"
    assert {each.file for each in faults_of(tmp_path)} == {"comments.csv", "votes.csv"}


def test_constituencies_are_read_from_a_file_of_their_own(tmp_path):
    file = tmp_path / "who.csv"
    file.write_text("participant,constituency\nann,miners\nmama,women\n")

    assert read_constituencies(file) == {"ann": "miners", "mama": "women"}


def test_the_known_conversation_gives_the_known_numbers(shared_data):
    said = read_conversation(shared_data / "opendata" / "vtaiwan.uberx")

    assert len(said.participants) == 1_921
    assert len(said.statements) == 197
    assert len(said.votes) == 49_997
    assert len(said.current_votes()) == 49_443


def test_every_known_conversation_holds_the_same_votes_twice(shared_data):
    for folder in sorted((shared_data / "opendata").iterdir()):
        if not (folder / "votes.csv").exists() or not (folder / "participants-votes.csv").exists():
            continue
        header, *rows = (folder / "participants-votes.csv").read_text("utf-8").splitlines()
        names = header.split(",")
        first = next(place for place, name in enumerate(names) if name.isdigit())
        matrix = {
            (cells[0], names[place]): int(cells[place])
            for cells in (row.split(",") for row in rows)
            for place in range(first, len(names))
            if cells[place]
        }
        current = {(who, what): vote for who, what, vote in read_conversation(folder).current_votes()}
        assert current == matrix, folder.name


@given(
    votes=st.lists(
        st.tuples(
            st.sampled_from(
                ["ann", "ben", "10", "9", " ann", "", "Hélène of the far side of the river", "é"]
            ),
            st.sampled_from(["Water", "Ro,ads", "x", "Roads to the market, and back" * 3, "two\nlines"]),
            st.sampled_from(["1", "+1", "0", "-1", "7", ""]),
        ),
        max_size=8,
    )
)
@settings(deadline=None)
def test_reading_at_once_gives_what_reading_row_by_row_gives(tmp_path_factory, votes):
    place = tmp_path_factory.mktemp("quick")
    at_once, row_by_row = place / "votes.csv", place / "slow" / "votes.csv"
    row_by_row.parent.mkdir()
    with at_once.open("w", newline="") as stream:
        csv.writer(stream).writerows([("participant", "statement", "vote"), *votes])
    with row_by_row.open("w", newline="") as stream:  # another order of columns is never read at once
        csv.writer(stream).writerows([("vote", "statement", "participant"), *(each[::-1] for each in votes)])

    def table(file: Path) -> VoteTable:
        conversation = read_conversation(file)
        return VoteTable.from_rows(conversation.counting_votes(), statements=conversation.standing)

    seen = [outcome(read) for read in (lambda: table(at_once), lambda: read_votes(at_once))]
    assert seen == [outcome(lambda: table(row_by_row))] * 2


@pytest.mark.parametrize(
    "broken", [None, "ann,Water,7", 'ann,"Water', "ann,Water", "ann,Ro\xe9ds\0,1", "p3,s3,1"]
)
@pytest.mark.parametrize("place", [0, 150, 399])
def test_a_file_is_read_alike_whatever_the_size_of_the_pieces(tmp_path, monkeypatch, broken, place):
    lines = [f"p{n // 10},s{n % 10},{n % 3 - 1}" for n in range(400)]
    lines[place:place] = [broken] if broken else []
    file = plain(tmp_path, "\n".join(["participant,statement,vote", *lines]))
    seen = []
    for piece in (1 << 22, 1000, 10):
        monkeypatch.setattr("commonground._columns.PIECE", piece)
        seen.append(outcome(lambda: read_votes(file)))

    assert seen[0] == seen[1] == seen[2]
    assert isinstance(seen[0], str) == (broken is None)


def outcome(read: Callable[[], VoteTable]) -> str | set[tuple[int | None, str, str]]:
    try:
        return read().digest
    except Refused as refused:
        return {(fault.row, fault.column, fault.wrong) for fault in refused.faults}


def test_votes_by_place_are_votes_by_name():
    rows = [("b", "y", 1), ("a", "x", -1), ("b", "x", 0)]
    placed = VoteTable.from_places(
        ["b", "a"], ["y", "x"], np.array([0, 1, 0]), np.array([0, 1, 1]), np.array([1, -1, 0], np.int8)
    )

    assert placed.digest == VoteTable.from_rows(rows).digest
    with pytest.raises(ValueError, match="somebody votes twice"):
        VoteTable.from_places(["a"], ["x"], np.array([0, 0]), np.array([0, 0]), np.array([1, 1], np.int8))
