"""What the worker does, and how long it rests; two at once follow each stream once between them."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from jukwaa.web.management.commands import work
from tests.served import JUKWAA, environment_of, migrate, run

STORIES = 40


@pytest.mark.slow
def test_two_workers_on_sqlite_take_back_each_story_once(tmp_path: Path):
    take_back_with_two_workers(tmp_path, environment_of(tmp_path))


@pytest.mark.slow
@pytest.mark.postgres
def test_two_workers_on_postgresql_take_back_each_story_once(tmp_path: Path, database: str):
    take_back_with_two_workers(tmp_path, environment_of(tmp_path, database))


def take_back_with_two_workers(home: Path, environment: dict[str, str]) -> None:
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "jukwaa.settings"}
    preparing = [sys.executable, "-m", "tests.web.consents_ended"]
    migrate(home, environment)
    run([*preparing, "prepare", str(STORIES)], environment)

    working = [
        subprocess.Popen([*JUKWAA, "work", "--once"], env=environment, stdout=subprocess.PIPE, text=True)
        for _worker in range(2)
    ]
    for worker in working:
        worker.communicate()

    counted = json.loads(run([*preparing, "count"], environment))
    assert counted == {"taken_back": [1] * STORIES, "left": 0, "failed": 0}
    assert all(worker.returncode == 0 for worker in working)


class Morning:
    """A clock of its own: drawing takes the core so long, and the machine lets it wait so long besides."""

    def __init__(self, *, drawing: float, waiting: float) -> None:
        self.now = self.used = 0.0
        self.drawn_at: list[float] = []
        self.takes = (drawing, drawing + waiting)

    def monotonic(self) -> float:
        return self.now

    def thread_time(self) -> float:
        return self.used

    def draw(self) -> int:
        self.drawn_at.append(self.now)
        self.used += self.takes[0]
        self.now += self.takes[1]
        return 0

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def is_set(self) -> bool:
        return len(self.drawn_at) == 2


@pytest.mark.parametrize(
    ("drawing", "waiting", "rests"),
    [
        pytest.param(2, 0, 10, id="five times as long as it drew"),
        pytest.param(2, 20, 10, id="no longer where the machine was busy"),
        pytest.param(60, 0, 30, id="never longer than half a minute"),
    ],
)
def test_between_two_drawings_the_machine_is_for_those_who_vote(
    monkeypatch, drawing: float, waiting: float, rests: float
):
    morning = Morning(drawing=drawing, waiting=waiting)
    monkeypatch.setattr(work, "time", morning)
    monkeypatch.setattr(work, "os", SimpleNamespace(nice=lambda _: None))
    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    monkeypatch.setattr(work, "reactions", SimpleNamespace(react_once=lambda: 0, ask_once=morning.draw))

    work.work(morning)  # type: ignore[arg-type]  # it is its own event

    first, second = morning.drawn_at
    assert second - first == drawing + waiting + rests
