"""The import contracts hold, and each of them breaks on a planted breach: that one, and no other."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.guards import ROOT

ROOMS = "Rooms know only the rooms before them"
INSIDE = "Inside a room, HTTP calls the rules, never the reverse"
PRIVATE = "Views and forms are private to their room"
PLAIN = "The engine is plain mathematics"
DOOR = "One door to the engine"


def contracts(tree: Path) -> dict[str, bool]:
    """Each contract's name, and whether it is kept in that tree."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache", "--config", tree / "pyproject.toml"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src"), "COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(.+?) (KEPT|BROKEN)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return {name: verdict == "KEPT" for name, verdict in found}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources and the contracts."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_all_contracts_are_kept():
    assert contracts(ROOT) == dict.fromkeys([ROOMS, INSIDE, PRIVATE, PLAIN, DOOR], True)


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("jukwaa/dialogue/planted.py", "import jukwaa.agenda.models", ROOMS),
        ("jukwaa/record/planted.py", "import jukwaa.programmes.models", ROOMS),
        ("jukwaa/kitchen/__init__.py", "", ROOMS),
        ("jukwaa/programmes/models.py", "import jukwaa.programmes.actions", INSIDE),
        ("jukwaa/dialogue/queries.py", "import jukwaa.dialogue.actions", INSIDE),
        ("jukwaa/agenda/planted.py", "import jukwaa.dialogue.views", PRIVATE),
        ("jukwaa/agenda/planted.py", "import jukwaa.dialogue.forms", PRIVATE),
        ("commonground/planted.py", "import django.conf", PLAIN),
        ("commonground/planted.py", "import jukwaa.record.clock", PLAIN),
        ("jukwaa/agenda/planted.py", "import commonground", DOOR),
        ("jukwaa/dialogue/views.py", "import commonground", DOOR),
    ],
)
def test_a_planted_import_breaks_its_contract_and_no_other(tree: Path, module: str, line: str, broken: str):
    path = tree / "src" / module
    path.parent.mkdir(exist_ok=True)
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", "utf-8")
    planted = tree / "src" / f"{line.removeprefix('import ').replace('.', '/')}.py"
    if line.startswith("import jukwaa") and not planted.exists():
        planted.touch()

    assert [name for name, kept in contracts(tree).items() if not kept] == [broken]
