"""From nominations to a published certificate, and from the auditor's files alone to the same answer."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonground import __main__ as commonground
from jukwaa.agenda import actions, choice
from jukwaa.agenda import queries as room
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import queries
from jukwaa.agenda.models import FilesTaken
from jukwaa.agenda.queries import GENDER, Quota
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.programmes import actions as programmes
from jukwaa.programmes import links
from jukwaa.programmes.models import Role
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def chosen():
    """A group that two constituencies of five slips each chose, from nominations on; its slate."""
    programme = make.programme(public=True)
    group = make.group(programme)
    clerks = [make.member(programme, role=Role.FACILITATOR, name=name) for name in ("Flo", "Gus")]
    boxes = [make.constituency(programme, name=name) for name in ("Panners", "Owners")]
    actions.set_quotas(group=group, size=2, quotas=[Quota(GENDER, "woman", 1)], by=None)
    election.fix_count_rule(group=group, paper=True, recount_within=0, seed=19, objection_days=14, by=None)
    for box in boxes:
        for name, gender in (("Neema", "woman"), ("Juma", "man")):
            nominee = election.nominate_from_the_room(
                group=group, name=f"{name} of {box}", gender=gender, constituency=box, how="floor", by=None
            )
            nominee = election.give_nominee_link(candidate=nominee, by=None)
            by_link = links.token(queries.NOMINEE, nominee.pk, nominee.link)
            answered = Client().post(
                reverse("agenda:nominee", args=[programme.slug, by_link]), {"said": "yes", "says": "Water."}
            )
            assert answered.status_code == 302
    actions.open_ballot(group=group, by=None)
    actions.close_ballot(group=group, by=None)
    stand = room.on_the_ballot(group)
    for index, box in enumerate(boxes):
        own = [one for one in stand if one.constituency == box]
        ticks = dict.fromkeys((one.pk for one in stand), 0)
        for number in range(1, 6):
            named = [own[0].pk] if number < 3 else [one.pk for one in own if "Juma" in one.name]
            for pk in named:
                ticks[pk] += 1
            election.type_in_slip(
                group=group, constituency=box, number=10 * index + number, approved=named, by=clerks[0]
            )
        for clerk in clerks:
            election.count_box(group=group, constituency=box, slips=5, spoilt=0, ticks=ticks, by=clerk)
    return choice.choose(group=group, by=None)


@pytest.fixture
def taken(chosen, tmp_path) -> Path:
    """The folder with what a named auditor took by their link."""
    return take(chosen, tmp_path)


def take(certificate, folder: Path) -> Path:
    """Name an auditor of what was computed, give them their link, and take the files with it."""
    coordinator = make.client_of(make.member(certificate.programme, role=Role.COORDINATOR))
    slug = certificate.programme.slug
    coordinator.post(
        reverse("agenda:auditors", args=[slug, certificate.pk]), {"name": "Rehema", "organisation": "A union"}
    )
    auditor = queries.auditors(certificate)[0][0]
    given = coordinator.post(reverse("agenda:auditor_link", args=[slug, auditor.pk])).content.decode()
    address = re.search(r"http://testserver(/p/[^<]+/audit/[^<]+/)<", given)
    assert address is not None
    answer = Client().post(address.group(1))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            (folder / Path(name).name).write_bytes(archive.read(name))
    return folder


def computed_again(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the line in the auditor's files says, run where they are."""
    line = (folder / "COMMAND.txt").read_text().split()
    return subprocess.run(
        [sys.executable, *line[1:]], cwd=folder, capture_output=True, text=True, check=False
    )


def holds(folder: Path) -> bool:
    """Whether that line, said to the engine here, finds nothing wrong."""
    line = (folder / "COMMAND.txt").read_text().split()
    with contextlib.chdir(folder):
        return commonground.main(line[line.index("commonground") + 1 :]) == 0


def test_an_auditor_computes_the_published_slate_again_from_their_files_alone(chosen, taken):
    public = Client().get(reverse("agenda:slate", args=[chosen.programme.slug, chosen.pk]))

    said = computed_again(taken)

    assert (said.returncode, said.stderr) == (0, "")
    assert "It holds: 2 members" in said.stdout
    for file in taken.iterdir():
        assert hashlib.sha256(file.read_bytes()).hexdigest() in public.text
    with (taken / "counts.csv").open() as told:
        slips = sum(int(row["counted"]) for row in csv.DictReader(told) if row["candidate"] == "slips")
    assert slips == 10


def test_who_took_the_ballot_files_and_when_is_noted_and_nobody_else_gets_them(chosen, taken):
    [taken_once] = FilesTaken.objects.all()

    assert (taken_once.auditor.name, taken_once.digests) == ("Rehema", chosen.said["files"])
    ended = links.token(queries.AUDITOR, taken_once.auditor.pk, 0)
    assert Client().post(reverse("agenda:audit", args=[chosen.programme.slug, ended])).status_code == 404


def test_one_altered_ballot_is_detected(taken):
    ballots = (taken / "ballots.csv").read_text().splitlines()
    ballots[1] = ballots[1][:-1] + ("0" if ballots[1].endswith("1") else "1")
    (taken / "ballots.csv").write_text("\n".join(ballots) + "\n")

    said = computed_again(taken)

    assert said.returncode != 0
    assert "other ballots" in said.stderr


def test_any_one_altered_figure_of_the_slate_is_detected(taken):
    assert holds(taken)
    published = json.loads((taken / "slate.json").read_text())
    altered = {
        "members": lambda told: told | {"members": sorted({"1", "2", "3", "4"} - set(told["members"]))},
        "score": lambda told: told | {"score": told["score"] + 0.1},
        "free": lambda told: told | {"free": told["free"] + 0.1},
        "price": lambda told: told | {"price": told["price"] + 0.01},
        "represented": lambda told: told | {"represented": told["represented"] | {"Panners": 0.99}},
        "alternates": lambda told: told | {"alternates": dict.fromkeys(told["alternates"], "9")},
    }

    undetected = []
    for figure, alter in altered.items():
        (taken / "slate.json").write_text(json.dumps(alter(published)))
        if holds(taken):
            undetected.append(figure)

    assert undetected == []


# ---- an agenda -------------------------------------------------------------------------------------------


@pytest.fixture
def agenda(tmp_path) -> Path:
    """What an auditor took of an agenda of one place, which two constituencies voted on."""
    answered = make.finding()
    round_ = make.round_(answered.programme, kind="solutions", opened=True, statements=3, answers=answered)
    ladders, pumps, boards = round_.statements.select_related("round").order_by("position")
    for name, liked in (("Panners", (ladders, pumps)), ("Owners", (ladders, boards))):
        own = make.constituency(round_.programme, name=name)
        people = programmes.add_participants(programme=round_.programme, constituency=own, count=5, by=None)
        rows = [(s.pk, who.pk, 1 if s in liked else -1) for s in (ladders, pumps, boards) for who in people]
        dialogue.cast_votes(round=round_, rows=rows, channel="import", by=None)
    return take(analysis.settle(dialogue.close_round(round=round_, by=None), places=1, by=None), tmp_path)


def test_an_auditor_computes_the_agenda_again_from_their_files_alone(agenda):
    assert holds(agenda)


def test_one_altered_vote_of_an_agenda_is_detected(agenda):
    votes = (agenda / "votes.csv").read_text().splitlines()
    columns = votes[0].split(",")
    first = votes[1].split(",")
    first[columns.index("vote")] = str(-int(first[columns.index("vote")]))
    (agenda / "votes.csv").write_text("\n".join([votes[0], ",".join(first), *votes[2:]]) + "\n")

    assert not holds(agenda)


def test_any_one_altered_figure_of_an_agenda_is_detected(agenda):
    published = json.loads((agenda / "result.json").read_text())

    undetected = [path for path in numbers(published) if found_nothing(agenda, published, path)]

    assert undetected == []


def numbers(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each number stands in what was published about an item."""
    pairs = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for name, value in pairs:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if "items" in path:
                yield (*path, name)
        else:
            yield from numbers(value, (*path, name))


def found_nothing(folder: Path, published: dict[str, Any], path: tuple[Any, ...]) -> bool:
    """Whether the figure there can be one more and nobody notices."""
    altered = json.loads(json.dumps(published))
    inner = altered
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] += 1
    (folder / "result.json").write_text(json.dumps(altered))
    return holds(folder)
