"""The command line and the page it writes: one file, no scripts, every word escaped."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from commonground.__main__ import main
from tests.commonground import worlds

VOID = {"meta", "br", "line", "circle", "path", "polygon", "link", "img"}


class Page(HTMLParser):
    """Reads a page: its tags in order, its words, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def sheet(folder: Path, rows: worlds.Rows, constituencies: dict[str, str] | None = None) -> Path:
    file = folder / "votes.csv"
    lines = ["participant,statement,vote,constituency"]
    lines += [f"{who},{what},{vote},{(constituencies or {}).get(who, '')}" for who, what, vote in rows]
    file.write_text("\n".join(lines), "utf-8")
    return file


def written(folder: Path, file: Path, *words: str) -> str:
    assert main(["report", str(file), "-o", str(folder / "report.html"), *words]) == 0
    return (folder / "report.html").read_text("utf-8")


def test_the_report_says_map_statements_and_intervals_on_one_page(tmp_path):
    world = worlds.spatial_world(people=200, statements=40, votes=36, seed=2)
    text = written(tmp_path, sheet(tmp_path, world.rows))
    page = Page(text)

    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not re.search(r"https?://|url\(|@import", text)
    assert sum(attributes.get("class") == "likely" for _, attributes in page.tags) == 40
    assert any(attributes.get("aria-label") == "Crowds on the opinion map" for _, attributes in page.tags)
    assert "groups found in the votes" in page.words
    assert "stay together when a fifth of the votes is missing" in page.words
    assert "stay together when people are drawn anew" in page.words
    assert "points apart" in page.words
    for heading in ("Common ground", "Divided", "Not enough voices yet", "How this was computed"):
        assert heading in page.words


def test_the_report_tells_constituencies_apart(tmp_path):
    world = worlds.class_world(people=120, statements=12, votes=12, shares=(0.5, 0.5))
    groups = {who: ["Miners' union", "Women <of> Geita"][camp] for who, camp in world.camps.items()}
    page = Page(written(tmp_path, sheet(tmp_path, world.rows, groups)))

    assert "Women <of> Geita" in page.words
    assert "Probably against: " in page.words
    assert sum(attributes.get("class") == "name" for _, attributes in page.tags) >= 24


def test_the_report_says_what_sets_constituencies_apart(tmp_path):
    rows = [(f"m{n}", "Pits", 1) for n in range(30)] + [(f"w{n}", "Pits", -1) for n in range(30)]
    rows += [(f"{side}{n}", "Water", 1) for n in range(30) for side in "mw"]
    groups = {who: "Miners" if who[0] == "m" else "Women" for who, _, _ in rows}
    page = Page(written(tmp_path, sheet(tmp_path, rows, groups)))

    [apart] = re.findall(r"What sets constituencies apart(.*?)The opinion map", page.words, re.DOTALL)
    assert re.findall(r"(Miners|Women|Pits|Water| \d+ in 100 agree here, \d+ elsewhere)", apart) == [
        "Miners",
        "Pits",
        " 97 in 100 agree here, 3 elsewhere",
        "Women",
        "Pits",
        " 3 in 100 agree here, 97 elsewhere",
    ]


def test_what_people_wrote_is_never_taken_for_markup(tmp_path):
    rows = [(f"p{n}", "<script>alert(1)</script> & \u202e", 1) for n in range(30)]
    page = Page(written(tmp_path, sheet(tmp_path, rows)))

    assert "<script>alert(1)</script> &" in page.words


def test_the_same_votes_in_another_order_write_the_same_page(tmp_path):
    rows = worlds.class_world(people=60, statements=12, votes=10).rows

    assert written(tmp_path, sheet(tmp_path, rows)) == written(tmp_path, sheet(tmp_path, rows[::-1]))


def test_nobody_is_named_in_the_report(tmp_path):
    world = worlds.spatial_world(people=200, statements=30, votes=25)
    text = written(tmp_path, sheet(tmp_path, world.rows))

    assert not re.search(r"\bp\d{4}\b", text)


def test_faults_are_told_in_sentences_and_end_with_two(tmp_path, capsys):
    (tmp_path / "votes.csv").write_text("participant,statement,vote\nann,Water,7\n")

    assert main(["report", str(tmp_path / "votes.csv"), "-o", str(tmp_path / "report.html")]) == 2
    assert capsys.readouterr().err == (
        "votes.csv, row 2, column vote: 7 is not a vote. Write 1 for agree, -1 for disagree or 0 for pass.\n"
    )
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    "rows", ["", "ann,Water,1\n", "ann,Water,0\nann,Roads,0\n"], ids=["none", "one", "all pass"]
)
def test_little_input_makes_a_short_page(tmp_path, rows):
    (tmp_path / "votes.csv").write_text("participant,statement,vote\n" + rows)
    page = Page(written(tmp_path, tmp_path / "votes.csv"))

    assert "No map is drawn of fewer than 20 people" in page.words


def test_the_engine_is_started_by_its_name(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "commonground", "report", str(tmp_path), "-o", "x"],
        capture_output=True,
        text=True,
        env=os.environ,
    )

    assert done.returncode == 2
    assert "comments.csv: the file is not there" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_report_fits_the_screen(tmp_path, width):
    from playwright.sync_api import sync_playwright

    world = worlds.spatial_world(people=200, statements=30, votes=25, seed=2)
    groups = {who: f"Constituency of the people of number {camp}" for who, camp in world.camps.items()}
    written(tmp_path, sheet(tmp_path, world.rows, groups))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=True)
        page.goto((tmp_path / "report.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        browser.close()
