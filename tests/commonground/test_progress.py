"""Whoever waits at a screen sees how far long work is; whoever pipes it sees nothing."""

import io

import pytest

from commonground import _progress
from commonground._progress import shown, watched


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_progress, "SECONDS_BETWEEN", 0.0)


def test_a_bar_is_drawn_over_itself_and_wiped_away():
    screen = io.StringIO()

    with shown(screen):
        passed = list(watched("abcd", "Drawing people anew", 4))

    lines = screen.getvalue().split("\r")
    assert passed == list("abcd")
    assert any(line.startswith("Drawing people anew [###############               ] 50 %") for line in lines)
    assert lines[-2:] == [" " * len(lines[-3]), ""]


def test_where_nobody_knows_how_much_there_is_no_bar_is_made_up():
    screen = io.StringIO()

    with shown(screen):
        list(watched(iter("ab"), "Laying the map"))

    assert "Laying the map …" in screen.getvalue()
    assert "%" not in screen.getvalue()


def test_nothing_is_said_where_nobody_listens(capsys: pytest.CaptureFixture[str]):
    assert list(watched([1, 2], "Reading votes.csv", 2)) == [1, 2]
    assert capsys.readouterr() == ("", "")
