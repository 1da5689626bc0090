"""ODK Validate: whether the engine inside ODK Collect (JavaRosa) takes a form.

It comes with pyxform, and asks for Java 8 or later; where there is none, phones find out themselves.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile

from pyxform.validators.error_cleaner import ErrorCleaner
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH

SECONDS = 30
# What ODK Validate says around what is wrong.
FRAME = re.compile(
    r">> .*|Result: .*|The following (files|nodes) .*|\$\{tmp\w+\}(\.xml)?|Caused by: .*|\s*\.\.\. \d+ more|"
    r"Error evaluating field .*"
)
# What only a reader of its source would understand.
INNARDS = re.compile(r"\s*Bad node: \S+|\b(?:org|java)\.[\w.]+(?:Exception|Error):?\s*")


def what_javarosa_says(xform: bytes) -> str:
    """What is wrong with the form, as one sentence; empty when nothing is, or where there is no Java."""
    java = shutil.which("java")
    if java is None:
        return ""
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(xform)
        file.flush()
        command = [java, "-Xmx256m", "-Djava.awt.headless=true", "-jar", ODK_VALIDATE_PATH, file.name]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return ""
    return in_one_sentence(done.stderr.decode("utf-8", "replace")) if done.returncode > 0 else ""


def in_one_sentence(said: str) -> str:
    """What ODK Validate printed, without its frame and its stack; questions as ${name}."""
    lines = [INNARDS.sub("", line).strip(" :") for line in ErrorCleaner.odk_validate(said).splitlines()]
    told = list(dict.fromkeys(line.rstrip(".") for line in lines if line and not FRAME.fullmatch(line)))
    return f"{'; '.join(told)}." if told else ""
