"""The Geita demo programme, seeded into a home of its own and served, as `make demo` does."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.served import JUKWAA, environment_of, made_once, run, served


class Demo(NamedTuple):
    """Where it is served and kept, and what `jukwaa seed` printed: passwords, cards, a trace code."""

    site: str
    home: Path
    passwords: dict[str, str]
    cards: list[str]
    trace_code: str


@contextlib.contextmanager
def demo(home: Path) -> Iterator[Demo]:
    """Seed and serve for the length of a block."""
    around = environment_of(home)
    seed(home)
    told = (home / "told").read_text("utf-8")
    passwords = dict(re.findall(r"^  (\w+) +(\w{4}-\w{4}-\w{4}-\w{4}) ", told, re.MULTILINE))
    cards = re.findall(r"^  (\d{4} \d{4} \d{4} \d{4}) ", told, re.MULTILINE)
    [code] = re.findall(r"^  (\d{4} \d{4} \d{4})$", told, re.MULTILINE)
    with served(home, around) as server:
        yield Demo(f"http://127.0.0.1:{server.port}", home, passwords, cards, code)


def seed(home: Path) -> None:
    """The demo programme as `jukwaa seed` writes it, and in `told` what that printed."""
    shutil.copytree(made_once("seeded", _write), home, dirs_exist_ok=True)


def _write(home: Path) -> None:
    around = environment_of(home)
    run([*JUKWAA, "ready"], around)
    (home / "told").write_text(run([*JUKWAA, "seed"], around), "utf-8")
