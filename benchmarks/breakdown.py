"""Where a vote's time goes: `python -m benchmarks.breakdown VOTES`, in one process and without HTTP.

Reads {path, cookies} of an open round from standard input, and prints microseconds a vote, part by part. What
one part calls and another one measures counts for that other alone.
"""

from __future__ import annotations

import functools
import gc
import io
import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import django

django.setup()

from django.core.handlers.base import BaseHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

import commonground  # noqa: E402
from benchmarks.load import STATEMENT, TOKEN  # noqa: E402
from jukwaa.dialogue import actions, analysis, letter, queries, views  # noqa: E402
from jukwaa.record import payload, rows, write  # noqa: E402

# What is measured: the words in the table, where it lies, its name there.
PARTS: list[tuple[str, Any, str]] = [
    ("its address", BaseHandler, "resolve_request"),
    ("who asks: programme, card, consent", views, "get_participant"),
    ("the round and the statement", queries, "find_statement"),
    ("the action", actions, "cast_vote"),
    ("the record: one put", write, "put"),
    ("a place in the stream", write, "claim"),
    ("what is known of the row", rows, "past"),
    ("payload: cleaned and split", payload, "said_by"),
    ("payload: cleaned and split", payload, "split"),
    ("hash and salts", payload, "hash_of"),
    ("hash and salts", write, "_seal"),
    ("event and row written", rows, "insert"),
    ("COMMIT, until it is on disk", BaseDatabaseWrapper, "_commit"),
    ("what to ask next", analysis, "next_turn"),
    ("which statements are open", queries, "deck"),
    ("chance of each", commonground.Router, "choose"),
    ("its words", queries, "words"),
    ("the page", letter, "next_card"),
]
_TOP = "Django: request, response, middleware"


class Clock:
    """Adds up the time of each part, without that of the parts within."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.within: list[float] = []

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time added to the part's."""

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            self.within.append(0.0)
            begun = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - begun
                self.spent[name] += took - self.within.pop()
                if self.within:
                    self.within[-1] += took

        return called


def main(votes: int) -> None:
    """Cast so many votes, and print what each part of one took."""
    told = json.load(sys.stdin)
    clock = Clock()
    for name, place, attribute in PARTS:
        setattr(place, attribute, clock.timed(name, getattr(place, attribute)))
    ask = clock.timed(_TOP, functools.partial(answer, get_wsgi_application(), told["path"]))
    for _vote in zip(range(50), cast(ask, told["cookies"][:2]), strict=False):
        pass  # the first pages find empty caches
    gc.collect()
    gc.freeze()
    clock.spent.clear()
    cpu, begun = time.process_time(), time.perf_counter()
    done = sum(1 for _vote in zip(range(votes), cast(ask, told["cookies"][2:]), strict=False))
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    for name in dict.fromkeys([_TOP, *(name for name, *_ in PARTS)]):
        print(f"  {name:44}{clock.spent[name] / done * 1e6:>8,.0f} µs")
    print(f"  {'in all':44}{took / done * 1e6:>8,.0f} µs, of which {cpu / done * 1e6:,.0f} on the core")


def cast(ask: Callable[..., bytes], cookies: list[str]) -> Iterator[None]:
    """One phone after the other votes on all that it is shown."""
    for cookie in cookies:
        token = secrets.token_hex(16)
        page = ask("GET", cookie, token, b"")
        while (shown := STATEMENT.search(page)) and (proof := TOKEN.search(page)):
            said = b"csrfmiddlewaretoken=%s&statement=%s&choice=1" % (proof[1], shown[1])
            page = ask("POST", cookie, token, said)
            yield


def answer(application: Any, path: str, method: str, cookie: str, token: str, body: bytes) -> bytes:
    """The page that the application answers with."""
    asked = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": f"jukwaa_card={cookie}; csrftoken={token}",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    told: list[str] = []
    pieces = application(asked, lambda status, _headers, _problem=None: told.append(status))
    page = b"".join(pieces)
    pieces.close()
    if told != ["200 OK"]:
        raise RuntimeError(f"{told}: {page[:500]!r}")
    return page


if __name__ == "__main__":
    main(int(sys.argv[1]))
