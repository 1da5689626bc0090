"""Words that a spreadsheet would run: in no file of the site is a cell a formula."""

import csv
import io
import re
import zipfile
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from jukwaa import record
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue.hall import actions as in_the_hall
from jukwaa.programmes import queries
from jukwaa.programmes.books import WRITERS
from jukwaa.programmes.models import Role
from tests import make
from tests.web.test_access import ROUTES, address, client_of, world

__all__ = ["world"]

FORMULA = "=HYPERLINK(0)"
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?(e[-+]?\d+)?", re.IGNORECASE)


@pytest.fixture
def dangerous(world) -> SimpleNamespace:
    """The programme of the access tests, in which every name and every sentence is a formula."""
    rows = [world.programme, *queries.constituencies(world.programme), *queries.places(world.programme)]
    rows += [*queries.organisations(world.programme)]
    for row in rows:
        name = "title" if row == world.programme else "name"
        record.put("programmes.renamed", row, **{name: FORMULA}, by=None)
    for person in queries.participants(world.programme):
        record.put("programmes.participant_changed", person, called=FORMULA, by=None)
    for round_ in (world.round, world.road.problems):
        record.put("dialogue.round_changed", round_, question=FORMULA, by=None)
        for statement in round_.statements.all():
            record.put("dialogue.statement_reworded", statement, text=FORMULA, by=None)
    hall = world.road.gathering
    record.put("dialogue.gathering_changed", hall, title=FORMULA, by=None)
    dialogue.attend(gathering=hall, people=[world.ann], state="came", by=None)
    in_the_hall.write_note(
        gathering=hall, kind="action", text=FORMULA, owner=FORMULA, reason="@SUM(1)", by=None
    )
    for row in (world.road.row, world.road.commitment, world.road.problem):
        for name in ("action", "title", "text"):
            if hasattr(row, name):
                record.put("agenda.changed", row, **{name: FORMULA}, by=None)
    return world


@pytest.mark.slow
def test_no_cell_of_any_file_is_a_formula(dangerous):
    client, sheets, wrong = client_of(Role.COORDINATOR, dangerous), 0, []
    for route in ROUTES:
        urls = [address(route, dangerous)]
        if route == "dialogue:export_file":
            urls = [urls[0].replace(".json", f".{ending}") for ending in WRITERS]
        for url in urls:
            answer = client.get(url)
            for name, cells in cells_of(answer):
                sheets += 1
                wrong += [f"{route} {name}: {cell}" for cell in cells if runs(cell)]

    assert wrong == []
    assert sheets > 20


def runs(cell: str) -> bool:
    """Whether a spreadsheet takes the cell for a formula; a number with a sign is none."""
    return cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(cell)


def cells_of(answer: Any) -> list[tuple[str, list[str]]]:
    """Each table in the file, with its cells; of a workbook only those that are formulas."""
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    make.let_go(answer)
    if kind.startswith("text/csv"):
        return [("", read(said))]
    if not said.startswith(b"PK"):
        return []
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(said))
        return [
            (sheet.title, [f"={c.value}" for row in sheet.iter_rows() for c in row if c.data_type == "f"])
            for sheet in book
        ]
    with zipfile.ZipFile(io.BytesIO(said)) as packed:
        return [(name, read(packed.read(name))) for name in packed.namelist() if name.endswith(".csv")]


def read(said: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(said.decode("utf-8-sig"))) for cell in row]
