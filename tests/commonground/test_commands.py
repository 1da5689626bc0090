"""What the command line does: map, next, convert, compare, check; faults in sentences, never a traceback."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from commonground import read_conversation
from commonground.__main__ import main
from tests.commonground import worlds
from tests.commonground.test_report import sheet

COMMANDS = ("map", "report", "next", "convert", "compare", "check")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Two constituencies who part on much."""
    world = worlds.class_world(people=150, statements=30, votes=26, shares=(0.5, 0.5), dividing=0.8, seed=4)
    groups = {who: ["miners", "women"][camp] for who, camp in world.camps.items()}
    return sheet(tmp_path, world.rows, groups)


def said(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def test_map_writes_everything_that_is_known(room, tmp_path):
    assert main(["map", str(room), "--json", str(tmp_path / "map.json")]) == 0
    plain = json.loads((tmp_path / "map.json").read_text("utf-8"))

    assert len(plain["participants"]) == 150
    person = next(iter(plain["participants"].values()))
    assert set(person) == {"x", "y", "ellipse", "group", "stability", "votes"}
    assert person["ellipse"]["long"] >= person["ellipse"]["short"] > 0
    assert [set(group) for group in plain["groups"]] == [
        {"name", "size", "stability", "resampled", "statements"}
    ] * 2
    assert len(plain["statements"]) == 30
    statement = next(iter(plain["statements"].values()))
    assert statement["low"] if "low" in statement else statement["agreement"][0]["low"]
    for key in ("label", "per_head", "equal_footing", "least", "among_best", "ranks", "between", "bridging"):
        assert statement[key] is not None
    assert plain["evidence"]["number"] == 2
    assert plain["differences"]
    assert (plain["seed"], bool(plain["version"]), bool(plain["method"])) == (7, True, True)


def test_map_gives_the_same_bytes_for_shuffled_rows(room, tmp_path):
    head, *rows = room.read_text().splitlines()
    other = tmp_path / "votes" / "votes.csv"
    other.parent.mkdir()
    other.write_text("\n".join([head, *rows[::-1]]))
    for file, out in ((room, "one.json"), (other, "other.json")):
        assert main(["map", str(file), "--json", str(tmp_path / out)]) == 0

    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()


def test_what_bridges_is_between_what_each_side_wants(tmp_path, capsys):
    rows = []
    for n in range(60):
        side = 1 if n < 45 else -1
        rows += [(f"p{n:02}", f"theirs{k}", side * (-1) ** k) for k in range(6)] + [(f"p{n:02}", "both", 1)]
        rows += [(f"p{n:02}", "neither", -1)]
    groups = {f"p{n:02}": "miners" if n < 45 else "women" for n in range(60)}
    assert main(["map", str(sheet(tmp_path, rows, groups)), "--json", "-"]) == 0
    score = {name: each["bridging"] for name, each in said(capsys)["statements"].items()}

    assert score["both"] > 0.8
    assert score["neither"] < -0.8
    assert abs(score["theirs0"]) < 0.35


def test_next_says_a_statement_with_its_probability(room, capsys):
    assert main(["next", str(room), "--participant", "p0001"]) == 0
    one = said(capsys)

    assert set(one) == {"statement", "probability", "why", "text"}
    seen = {what for who, what, _ in read_conversation(room).current_votes() if who == "p0001"}
    assert one["statement"] not in seen
    assert 0 < one["probability"] <= 1
    assert main(["next", str(room), "--participant", "p0001"]) == 0
    assert said(capsys) == one


def test_next_begins_with_the_core_where_a_map_is_wanted(room, capsys):
    assert main(["next", str(room), "--participant", "somebody new", "--core"]) == 0

    assert said(capsys)["why"] == "core"


def test_next_says_null_when_all_is_seen(tmp_path, capsys):
    file = sheet(tmp_path, [("ann", "water", 1)])
    assert main(["next", str(file), "--participant", "ann"]) == 0

    assert said(capsys) is None


@pytest.mark.parametrize("name", ["out", "out.csv", "out.json", "out.parquet"])
def test_convert_keeps_the_votes(room, tmp_path, name):
    assert main(["convert", str(room), str(tmp_path / name)]) == 0

    assert read_conversation(tmp_path / name).votes == read_conversation(room).votes


def test_compare_says_what_moved(tmp_path, capsys):
    for name, vote in (("before", -1), ("after", 1)):
        (tmp_path / name).mkdir()
        sheet(tmp_path / name, [(f"p{n}", "Water", vote) for n in range(12)])
    files = [str(tmp_path / name / "votes.csv") for name in ("before", "after")]

    assert main(["compare", *files]) == 0
    assert capsys.readouterr().out == (
        "Water\n  Of 12 people 0 in 100 agreed before and 100 after; 12 moved towards it, 0 away.\n"
    )
    assert main(["compare", *files, "--json", "-"]) == 0
    [change] = json.loads(capsys.readouterr().out)
    assert (change["up"], change["clear"]) == (12, True)


def test_check_says_that_files_fit_and_what_looks_spoiled(room, tmp_path, capsys):
    assert main(["check", str(room)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The files fit: 150 participants, 30 statements, ")
    rows = [(f"p{n}", f"s{what:02}", (-1) ** (what // 3)) for n in range(30) for what in range(20)]
    rows += [(f"q{n}", f"s{what:02}", (-1) ** (n * what)) for n in range(30) for what in range(15)]
    (tmp_path / "spoiled").mkdir()
    assert main(["check", str(sheet(tmp_path / "spoiled", rows))]) == 0
    out = capsys.readouterr().out
    assert "To look at: same ballots. 30 people gave the same 20 votes" in out
    assert out.endswith("Nothing was taken away.\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_file_is_told_in_a_sentence(command, tmp_path, capsys):
    more = {
        "map": ["--json", "-"],
        "report": ["-o", str(tmp_path / "x.html")],
        "next": ["--participant", "ann"],
        "convert": [str(tmp_path / "x.json")],
        "compare": [str(tmp_path / "nowhere")],
        "check": [],
    }[command]

    assert main([command, str(tmp_path / "nowhere"), *more]) == 2
    assert "the file is not there" in capsys.readouterr().err


def test_help_explains_itself(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    for command in COMMANDS:
        assert command in out


@pytest.mark.parametrize(
    "row", ["ann,Water,7", "ann,Water,NaN", "ann,Water", "ann,Water,1,1", 'ann,"Water,1']
)
def test_a_broken_line_near_the_end_is_named(tmp_path, row, capsys):
    lines = [f"p{n},Water,1" for n in range(20_000)]
    (tmp_path / "votes.csv").write_text("\n".join(["participant,statement,vote", *lines, row, "ben,Water,1"]))

    assert main(["map", str(tmp_path / "votes.csv"), "--json", "-"]) == 2
    assert "votes.csv, row 20002" in capsys.readouterr().err


@pytest.mark.parametrize("columns", ["participant,statement,vote", "participant,statement,vote,gender"])
def test_a_long_file_with_a_broken_line_is_refused_in_little_memory(tmp_path, columns, capsys):
    more = "," * columns.count("gender")
    lines = "".join(f"p{n % 30_000},s{n // 30_000},1{more}\n" for n in range(300_000))
    broken = f"{columns}\n{lines}ann,Water,agree{more}\nben,Water,1{more}\n"
    (tmp_path / "votes.csv").write_text(broken)
    tracemalloc.start()

    assert main(["map", str(tmp_path / "votes.csv"), "--json", "-"]) == 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert capsys.readouterr().err == (
        "votes.csv, row 300002, column vote: agree is not a vote. "
        "Write 1 for agree, -1 for disagree or 0 for pass.\n"
    )
    assert peak < 200 * 300_000  # bytes; 60 to 130 a row, where an object for each vote would take 300


def test_a_file_full_of_faults_is_not_read_to_its_end(tmp_path, capsys):
    (tmp_path / "votes.csv").write_text("participant,statement,vote\n" + "ann,Water,7\n" * 5_000)

    assert main(["check", str(tmp_path / "votes.csv")]) == 2
    assert "And 981 more faults." in capsys.readouterr().err


def test_hands_counted_on_paper_are_read_beside_the_votes(tmp_path, capsys):
    rows = [(f"m{n}", "Water", 1) for n in range(20)]
    file = sheet(tmp_path, rows, {who: "miners" for who, _, _ in rows})
    hands = tmp_path / "hands.csv"
    hands.write_text("constituency,statement,agree,disagree,pass\nwomen,Water,28,1,2\n")

    assert main(["map", str(file), "--json", "-", "--counted", str(hands)]) == 0
    plain = said(capsys)
    assert plain["constituencies"] == ["miners", "women"]
    assert plain["statements"]["Water"]["label"] == "common ground"
    assert plain["statements"]["Water"]["agree"] == 48
    assert main(["report", str(file), "-o", str(tmp_path / "x.html"), "--counted", str(hands)]) == 0
    assert "28 of 31 agree" in (tmp_path / "x.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("women,Water,-1,0,0", "hands.csv, row 2, column agree: -1 is not a number of people"),
        ("women,Water,1,,0", "hands.csv, row 2, column disagree: nothing is not a number of people"),
        ("women,Water,1,0,0\nwomen,Water,2,0,0", "hands.csv, row 3, column statement: women is counted"),
        ("women,Roads,1,0,0", "votes were counted on 'Roads', which is no statement here"),
    ],
)
def test_hands_that_do_not_fit_are_refused(tmp_path, capsys, row, wrong):
    file = sheet(tmp_path, [("ann", "Water", 1)], {"ann": "miners"})
    (tmp_path / "hands.csv").write_text(f"constituency,statement,agree,disagree,pass\n{row}\n")

    assert main(["map", str(file), "--json", "-", "--counted", str(tmp_path / "hands.csv")]) == 2
    assert wrong in capsys.readouterr().err


def test_the_engine_is_there_at_once_and_its_heavy_parts_only_when_they_are_used():
    """Each start of a laptop's server and worker would wait for them."""
    asked = "import commonground, sys; print({'scipy.stats', 'scipy.optimize'} & set(sys.modules))"

    assert subprocess.check_output([sys.executable, "-c", asked], text=True) == "set()\n"
