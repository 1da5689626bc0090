"""Two workers at once follow each stream once between them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
