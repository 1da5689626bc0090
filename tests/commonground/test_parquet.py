"""Parquet holds what a CSV holds, is refused as plainly, and draws the same map."""

import subprocess
import sys

import duckdb
import pytest

from commonground import Fault, NotInstalled, Refused, read_conversation, read_votes, write_conversation
from commonground.__main__ import main
from tests.commonground import worlds
from tests.commonground.test_report import sheet

OF_PEOPLE = ("constituency", "gender", "weight")


def parquet(folder, select, name="votes.parquet"):
    """A Parquet file of what an SQL query gives."""
    duckdb.connect().execute(f"COPY ({select}) TO '{folder / name}' (FORMAT parquet)")
    return folder / name


def votes(*rows, columns=("participant", "statement", "vote")):
    """The query that gives these rows, each a text of SQL."""
    return f"SELECT * FROM (VALUES {', '.join(f'({row})' for row in rows)}) AS t({', '.join(columns)})"


def faults_of(path) -> tuple[Fault, ...]:
    with pytest.raises(Refused) as refused:
        read_conversation(path)
    return refused.value.faults


@pytest.mark.parametrize("vote", ["1::TINYINT", "1.0::DOUBLE", "'+1'", "1::BIGINT"])
def test_a_vote_may_be_any_kind_of_number(tmp_path, vote):
    said = read_conversation(parquet(tmp_path, votes(f"7, 'Water', {vote}")))

    assert said.current_votes() == (("7", "Water", 1),)


def test_all_optional_columns_are_read(tmp_path):
    columns = ["participant", "statement", "vote", "moment", *OF_PEOPLE, "probability"]

    file = parquet(
        tmp_path,
        votes(
            "'ann', 'Water', 0, 1500000000002, 'miners', 'woman', 1.5, 0.25",
            "'ann', 'Water', 1, 1500000000001, NULL, ' ', NULL, NULL",
            columns=columns,
        ),
    )
    said = read_conversation(file)

    assert said.votes == (
        (1500000000001, "ann", "Water", 1, None),
        (1500000000002, "ann", "Water", 0, 0.25),
    )
    about = said.constituencies, said.genders, said.weights
    assert about == ({"ann": "miners"}, {"ann": "woman"}, {"ann": 1.5})


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        ("'ann', 'Water', 7", "vote", "7 is not a vote"),
        ("'ann', 'Water', NULL", "vote", "the cell is empty"),
        ("'ann', 'Water', 0.5", "vote", "0.5 is not a vote"),
        ("'ann', 'Water', 'nan'::DOUBLE", "vote", "nan is not a vote"),
        ("'ann', 'Water', 'agree'", "vote", "agree is not a vote"),
        ("NULL, 'Water', 1", "participant", "the cell is empty"),
        ("'ann', ' ', 1", "statement", "the cell is empty"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_where_it_stands(tmp_path, row, column, wrong):
    [fault] = faults_of(parquet(tmp_path, f"{votes(row)} UNION ALL BY NAME {votes(row)} LIMIT 1"))

    assert (fault.file, fault.row, fault.column, fault.wrong) == ("votes.parquet", 1, column, wrong)
    assert fault.mend


@pytest.mark.parametrize(
    ("column", "cell", "wrong"),
    [
        ("weight", "0.0", "0.0 is not a weight"),
        ("weight", "'heavy'", "heavy is not a weight"),
        ("weight", "'nan'::DOUBLE", "nan is not a weight"),
        ("weight", "'inf'::DOUBLE", "inf is not a weight"),
        ("probability", "1.5", "1.5 is not a probability"),
        ("moment", "-4", "-4 is not a time"),
        ("moment", "NULL::BIGINT", "the cell is empty"),
    ],
)
def test_an_optional_cell_that_does_not_fit_is_refused(tmp_path, column, cell, wrong):
    columns = ["participant", "statement", "vote", column]
    [fault] = faults_of(parquet(tmp_path, votes(f"'ann', 'Water', 1, {cell}", columns=columns)))

    assert (fault.row, fault.column, fault.wrong) == (1, column, wrong)


@pytest.mark.parametrize(
    ("rows", "columns", "wrong"),
    [
        (["'ann', 1"], ["participant", "vote"], "there is no column statement"),
        (
            ["'ann', 'Water', 1", "'ann', 'Water', 0"],
            ["participant", "statement", "vote"],
            "ann has another vote on Water further up",
        ),
        (
            ["'ann', 'Water', 1, 'x'", "'ann', 'Roads', 0, 'y'"],
            ["participant", "statement", "vote", "constituency"],
            "ann has constituency x in some rows and y in others",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path, rows, columns, wrong):
    [fault] = faults_of(parquet(tmp_path, votes(*rows, columns=columns)))

    assert fault.wrong == wrong


def test_what_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "votes.parquet").write_bytes(b"participant,statement,vote")
    [fault] = faults_of(tmp_path / "votes.parquet")

    assert fault.wrong == "the file is not Parquet, or only a part of it"


def test_the_same_votes_draw_the_same_bytes_from_csv_from_one_file_and_from_a_folder(tmp_path):
    rows = worlds.spatial_world(people=60, statements=20, votes=15).rows
    csv = sheet(tmp_path, rows)
    assert main(["convert", str(csv), str(tmp_path / "votes.parquet")]) == 0
    (tmp_path / "parts").mkdir()
    for part in range(3):
        query = f"SELECT * FROM '{tmp_path / 'votes.parquet'}' WHERE hash(participant) % 3 = {part}"
        parquet(tmp_path / "parts", query, f"part-{part}.parquet")
    for name in ("votes.csv", "votes.parquet", "parts"):
        assert main(["map", str(tmp_path / name), "--json", str(tmp_path / f"{name}.json")]) == 0

    seen = {(tmp_path / f"{name}.json").read_bytes() for name in ("votes.csv", "votes.parquet", "parts")}
    assert len(seen) == 1
    assert read_votes(csv).digest == read_votes(tmp_path / "parts").digest


def test_without_duckdb_a_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    (tmp_path / "votes.parquet").write_bytes(b"")
    with pytest.raises(NotInstalled, match=r"pip install 'jukwaa\[io\]'"):
        read_conversation(tmp_path / "votes.parquet")
    csv = sheet(tmp_path, [("ann", "Water", 1)])
    with pytest.raises(NotInstalled):
        write_conversation(read_conversation(csv), tmp_path / "out.parquet")


def test_reading_a_csv_does_not_ask_for_duckdb(tmp_path):
    code = "import sys, commonground as c; c.read_votes(sys.argv[1]); print('duckdb' in sys.modules)"
    file = sheet(tmp_path, [("ann", "Water", 1)])
    done = subprocess.run([sys.executable, "-c", code, str(file)], check=True, capture_output=True, text=True)

    assert done.stdout == "False\n"
