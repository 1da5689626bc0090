"""What a participant's first visit weighs, from the card's address to the first statement, for a browser."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from pathlib import Path

from tests.served import Prepared, Server, prepare, served

AS_A_BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept-Language": "sw", "Accept": "text/html"}


def measure(home: Path, environment: dict[str, str]) -> Iterator[str]:
    """A line for each answer, then their sum."""
    round_ = prepare(home, environment, phones=1, statements=50)
    total = 0
    with served(home, environment) as server:
        for what, size in visit(server, round_):
            total += size
            yield f"  {what:40}{size:>8,} bytes"
    yield f"  {'in all':40}{total:>8,} bytes"


def visit(server: Server, round_: Prepared) -> Iterator[tuple[str, int]]:
    """The pages from the card's number to the first statement, and every file that they name, once."""
    cookie = {"Cookie": f"jukwaa_card={round_.cookies[0]}"}
    named: set[str] = set()
    programme, _, _ = round_.path.partition("dialogue/")
    for what, path, headers in (
        ("the page that asks for the card", "/join/", {}),
        ("the page that asks for consent", f"{programme}me/consent/", cookie),
        ("what is asked now", f"{programme}dialogue/take-part/", cookie),
        ("the first statement", round_.path, cookie),
    ):
        size, page = ask(server, path, headers)
        yield what, size
        for name in re.findall(rb'(?:href|src)="(/static/[^"]+)"', page):
            if name.decode() not in named:
                named.add(name.decode())
                yield name.decode(), ask(server, name.decode(), {})[0]


def ask(server: Server, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """The bytes of an answer, its headers included, and its page as it came."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers=AS_A_BROWSER | headers)
    answer = connection.getresponse()
    page = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    start = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n")
    return start + sum(len(f"{k}: {v}\r\n") for k, v in answer.getheaders()) + len(page), page
