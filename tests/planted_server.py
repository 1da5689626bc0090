"""A server with a planted bug: `python -m tests.planted_server BUG serve …`.

late: a vote is acknowledged at once and written half a second later.
early: whoever waits for another's commit is answered before it.
doubled: each vote is a row of its own, whatever was voted before.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid
from typing import Any

import django

django.setup()

from jukwaa import cli  # noqa: E402
from jukwaa.dialogue import actions  # noqa: E402
from jukwaa.dialogue.models import Vote  # noqa: E402
from jukwaa.record import together  # noqa: E402
from jukwaa.record.strand import step_aside  # noqa: E402

cast_vote, commit = actions.cast_vote, together._commit


def cast_vote_later(**said: Any) -> None:
    """Answer first, write afterwards."""
    threading.Timer(0.5, lambda: cast_vote(**said)).start()


def commit_after_answering(line: list[together._Waiting]) -> None:
    """Tell those who wait that it is over, and only then write: long after any kill that a test sends."""
    for each in line[1:]:
        each.over = True
        each.called.set()
    if line[1:]:
        step_aside()
        time.sleep(30)
    commit(line)


def plant(bug: str) -> None:
    """Put the bug in the place of what is right."""
    if bug == "late":
        actions.cast_vote = cast_vote_later  # type: ignore[assignment]
    elif bug == "early":
        together._commit = commit_after_answering
    else:
        Vote.id_for = staticmethod(lambda *_of: uuid.uuid4())  # type: ignore[method-assign]


if __name__ == "__main__":
    plant(sys.argv.pop(1))
    cli.main()
