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
from pathlib import Path

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
    coordinator = make.client_of(make.member(chosen.programme, role=Role.COORDINATOR))
    slug = chosen.programme.slug
    coordinator.post(
        reverse("agenda:auditors", args=[slug, chosen.pk]), {"name": "Rehema", "organisation": "A union"}
    )
    auditor = queries.auditors(chosen)[0][0]
    given = coordinator.post(reverse("agenda:auditor_link", args=[slug, auditor.pk])).content.decode()
    address = re.search(r"http://testserver(/p/[^<]+/audit/[^<]+/)<", given)
    assert address is not None
    answer = Client().post(address.group(1))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            (tmp_path / Path(name).name).write_bytes(archive.read(name))
    return tmp_path


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
        return commonground.main(line[line.index("committee") :]) == 0


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
