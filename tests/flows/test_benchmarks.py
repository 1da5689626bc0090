"""The benchmarks run, and say what they should."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.lengths import AT_LENGTH
from tests.served import environment_of, run

# The others take long to begin with, and `make soak` runs them too.
PARTS = [] if AT_LENGTH else ["visit"]


@pytest.mark.soak
@pytest.mark.slow
def test_every_part_runs_quickly_and_a_first_visit_fits_thirty_kilobytes(tmp_path: Path) -> None:
    told = run([sys.executable, "-m", "benchmarks", *PARTS, "--quick"], environment_of(tmp_path))

    if AT_LENGTH:
        assert len(re.findall(r"^SQLite +jukwaa serve +[18] +\d+", told, re.MULTILINE)) == 2
        assert re.search(r"^SQLite +the same, 50 phones stalled +8 +\d+", told, re.MULTILINE)
        assert re.search(r"^  COMMIT, until it is on disk +[\d,]+ µs$", told, re.MULTILINE)
        assert re.search(r"^  fdatasync +[\d,]+ a second$", told, re.MULTILINE)
    assert bytes_of("in all", told) <= 30_000
    assert bytes_of("in a new browser, [1-4] requests", told) <= 30_000
    for language in ("en", "sw", "fr"):
        assert bytes_of(f"each further vote in {language}, at most", told) <= 3_600
    assert re.search(r"largest paint .* \d+\.\d\d s", told)


def bytes_of(what: str, told: str) -> int:
    """The bytes on the line that ends so."""
    return int(re.search(rf"{what} +([\d,]+) bytes", told)[1].replace(",", ""))


@pytest.mark.slow
def test_a_room_of_phones_joins_and_votes_without_an_error(tmp_path: Path) -> None:
    told = run([sys.executable, "-m", "benchmarks", "room", "--quick"], environment_of(tmp_path))

    assert "  errors: 0\n" in told
    assert re.search(r"^  votes: \d+, p50 ", told, re.MULTILINE)
