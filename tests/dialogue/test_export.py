"""A gathering as files: nobody is named, nothing kept apart leaves, and Polis' tools read the rounds back."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from commonground import read_conversation
from commonground.__main__ import main
from jukwaa import record
from jukwaa.dialogue import actions, polis, queries
from jukwaa.dialogue.counting.actions import give_marks, put_reason_on_record
from jukwaa.dialogue.counting.queries import Given
from jukwaa.dialogue.minutes import export
from jukwaa.dialogue.models import Round, Statement, Vote
from jukwaa.programmes.models import Participant
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def voted() -> Round:
    """A round of three statements on which eight people of two groups voted, one of them rejected."""
    round_ = make.round_(opened=True, statements=3)
    lot = random.Random(3)
    for name in ("Panners", "Owners"):
        group = make.constituency(round_.programme, name=name)
        for _ in range(4):
            ann = make.participant(round_.programme, constituency=group, called="Neema Said")
            for statement in round_.statements.select_related("round"):
                actions.cast_vote(statement=statement, choice=lot.choice([1, 0, -1]), by=ann)
    proposed = actions.propose_statement(round=round_, text="=cmd|' /C calc'!A0", by=ann)
    actions.reject_statement(statement=proposed, reason=Statement.Reason.UNCLEAR, by=None)
    return round_


def got(round_: Round, ending: str) -> bytes:
    flo = make.member(round_.programme)
    address = reverse("dialogue:export_file", args=[round_.programme.slug, round_.gathering_id, ending])
    return b"".join(make.client_of(flo).get(address).streaming_content)


def table(round_: Round, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(got(round_, "zip"))) as packed:
        [file] = [each for each in packed.namelist() if each.endswith(f"/{name}.csv")]
        return list(csv.DictReader(io.StringIO(packed.read(file).decode())))


def test_every_vote_is_there_once_under_a_number_that_is_nobodys_id(voted):
    votes = table(voted, "votes")

    assert len(votes) == Vote.objects.count() == 24
    assert {row["person"] for row in votes} == {str(number) for number in range(1, 9)}
    everything = got(voted, "json").decode()
    for person in Participant.objects.all():
        assert str(person.pk) not in everything
        assert person.pk.hex not in everything
    assert "Neema" not in everything


def test_numbers_are_drawn_anew_for_each_export(voted):
    once, again = (export.Export.of(voted.gathering, rng=random.Random(seed)).people for seed in (1, 2))

    assert once.keys() == again.keys()
    assert once != again


def test_what_a_spreadsheet_would_run_is_quoted(voted):
    [rejected] = [row for row in table(voted, "statements") if row["state"] == "rejected"]
    book = openpyxl.load_workbook(io.BytesIO(got(voted, "xlsx")))
    cells = [cell for row in book["statements"] for cell in row if str(cell.value).startswith("=cmd")]

    assert rejected["text"] == "'=cmd|' /C calc'!A0"
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_three_files_hold_the_same_tables(voted):
    book = openpyxl.load_workbook(io.BytesIO(got(voted, "xlsx")))
    told = json.loads(got(voted, "json"))

    for name, *_ in export.TABLES:
        rows = len(table(voted, name))
        assert (name, book[name].max_row - 1) == (name, rows)
        assert (name, len(told[name])) == (name, rows)


def test_the_readme_says_what_every_column_means(voted):
    said = json.loads(got(voted, "json"))["readme"]

    for name, _row, columns, _rows in export.TABLES:
        assert f"\n{name}: " in said
        assert all(f"\n  {column}: " in said for column in columns)


def test_why_somebody_blocks_stands_beside_no_number(voted):
    steps = actions.prepare_round(
        gathering=voted.gathering, kind="problems", question="How far?", method="gradient", by=None
    )
    plan, ann = make.statement(steps), make.participant(voted.programme)
    steps = actions.open_round(round=steps, by=None)
    [mark] = give_marks(round=steps, given=[Given(plan.pk, 8, reason="Musa lies.")], participant=ann, by=ann)

    put_reason_on_record(mark=mark, text="There is no trust.", by=None)

    assert [row["value"] for row in table(voted, "marks")] == ["8"]
    assert "Musa lies." not in got(voted, "json").decode()
    assert [row["reason"] for row in table(voted, "notes")] == ["There is no trust."]


def test_a_round_that_is_kept_apart_is_in_no_file(voted):
    record.put("dialogue.round_changed", voted, women=True, by=None)
    flo = make.client_of(make.member(voted.programme))

    assert table(voted, "rounds") == table(voted, "votes") == table(voted, "statements") == []
    assert flo.get(reverse("dialogue:polis_file", args=[voted.programme.slug, voted.pk])).status_code == 404


def test_a_statement_names_the_quote_it_came_from_and_not_the_testimony_around_it(voted):
    quote = make.usable_quote(voted.programme)
    actions.add_statement(round=voted, text="The water is dirty.", quotes=[quote], by=None)

    [source] = table(voted, "sources")
    assert source["statement"] == "5"
    assert "The water is dirty. We drink it." not in got(voted, "json").decode()


# ---- Polis -----------------------------------------------------------------------------------------------


def as_polis(voted: Round, folder: Path) -> Path:
    flo = make.client_of(make.member(voted.programme))
    answer = flo.get(reverse("dialogue:polis_file", args=[voted.programme.slug, voted.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        packed.extractall(folder)
    [found] = folder.iterdir()
    return found


def counts(round_: Round) -> list[Any]:
    said = {each.pk.hex: each.text for each in queries.put_to_the_vote(round_)}
    found: dict[str, list[int]] = {}
    for _group, statement, *figures in queries.heard(round_):
        before = found.get(said[statement], [0, 0, 0])
        found[said[statement]] = [a + b for a, b in zip(before, figures, strict=True)]
    return sorted(found.items())


def test_a_round_that_goes_out_to_polis_and_comes_in_again_has_the_same_counts(voted, tmp_path, settings):
    settings.JUKWAA_HOME = tmp_path
    folder = as_polis(voted, tmp_path / "out")

    again = polis.import_export(polis.read(folder), coordinator=make.account(), pace=polis.Pace(pause=0))

    assert counts(again) == counts(voted)
    rejected = Statement.objects.get(round=again, state=Statement.State.REJECTED)
    assert rejected.text == "=cmd|' /C calc'!A0"


def test_the_engine_reads_the_round_with_its_constituencies(voted, tmp_path, capsys):
    folder = as_polis(voted, tmp_path / "out")

    found = read_conversation(folder)
    main(["check", str(folder)])

    assert len(found.counting_votes()) == 24
    assert sorted(found.constituencies.values()) == ["Owners"] * 4 + ["Panners"] * 4
    assert (folder / "votes.csv").exists()
    assert {event.ms for event in found.votes} == {int(voted.opened_at.timestamp() * 1000)}
