"""The page that answers every vote: a template rendered once for each shape that it takes, then filled in.

A shape is all that the template decides by. What it only shows is a gap, and comes in escaped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from types import SimpleNamespace

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from jukwaa.dialogue import queries
from jukwaa.dialogue.models import Said
from jukwaa.programmes.access import whose

# Characters that no keyboard writes: between them stands the name of a gap.
_OPENS, _CLOSES = "\ue000", "\ue001"
_GAP = re.compile(f"{_OPENS}([a-z]+){_CLOSES}")


def next_card(request: HttpRequest, turn: queries.Turn, *, said: int, last: object) -> str:
    """The page after a vote: what was said, the way back to the last statement, and the turn's statement."""
    words = turn.said
    pieces = _letter(get_language() or "en", request.path, said, replace(words, text=_gap("text")))
    gaps = {
        "text": escape(words.text),
        "number": str(turn.number),
        "total": str(turn.total),
        "statement": str(turn.statement),
        "asked": str(turn.probability),
        "last": str(last),
        # The vote came with it, so it is good for the next; making another takes longer than asking SQLite.
        "token": escape(request.POST.get("csrfmiddlewaretoken") or get_token(request)),
        "whose": whose(request.participant),  # type: ignore[attr-defined]
    }
    return "".join(gaps[piece] if gap else piece for gap, piece in pieces)


def hidden(turn: queries.Turn) -> list[tuple[str, object]]:
    """What the three buttons send beside the choice: the statement, and with which chance it was asked."""
    asked = [("asked", str(turn.probability))] if turn.probability is not None else []
    return [("statement", turn.statement), *asked]


@lru_cache(maxsize=512)
def _letter(
    language: str,  # noqa: ARG001 - Django knows it; the cache must too
    path: str,
    said: int,
    words: Said,
) -> tuple[tuple[bool, str], ...]:
    """The page of this shape in pieces: (whether it is a gap, its name or its words)."""
    turn = SimpleNamespace(
        choice=None,
        statement=_gap("statement"),
        number=_gap("number"),
        total=_gap("total"),
        said=words,
    )
    page = render_to_string(
        "dialogue/vote.html",
        {
            "request": {"path": path},
            "turn": turn,
            "said": said,
            "last": [("back", _gap("last"))],
            "hidden": [("statement", _gap("statement")), ("asked", _gap("asked"))],
            "csrf_token": _gap("token"),
            "whose": _gap("whose"),
        },
    )
    return tuple((place % 2 == 1, piece) for place, piece in enumerate(_GAP.split(page)))


def _gap(name: str) -> str:
    return f"{_OPENS}{name}{_CLOSES}"
