"""A server with a planted bug: a vote is acknowledged at once and written half a second later."""

from __future__ import annotations

import threading
from typing import Any

import django

django.setup()

from jukwaa import cli  # noqa: E402
from jukwaa.dialogue import actions  # noqa: E402

cast_vote = actions.cast_vote


def cast_vote_later(**said: Any) -> None:
    """Answer first, write afterwards."""
    threading.Timer(0.5, lambda: cast_vote(**said)).start()


actions.cast_vote = cast_vote_later  # type: ignore[assignment]

if __name__ == "__main__":
    cli.main()
