"""What an answer weighs on the wire in each language, headers included, where a statement has all it can."""

from __future__ import annotations

import gzip
import http.cookies
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from tests.room import READ_IN, Room, served_room

pytestmark = pytest.mark.slow

# A tenth below what a vote may weigh (4,000 bytes), for what a statement may get one day.
MOST_OF_A_VOTE = 3_600


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with served_room(tmp_path_factory.mktemp("room"), people=len(READ_IN), statements=3) as found:
        yield found


class Phone:
    """A phone that reads a language, and keeps cookies."""

    def __init__(self, room: Room, language: str) -> None:
        self.site = urlsplit(room.site).netloc
        self.cookies = {"django_language": language}
        self.page = ""

    def ask(self, path: str, **said: str) -> int:
        """Open the page, or send a form of the last one; gives the bytes of the whole answer."""
        body = ""
        if said:
            said["csrfmiddlewaretoken"] = self.hidden("csrfmiddlewaretoken")
            body = urlencode(said)
        came = self._came(path, body)
        head, _, content = came.partition(b"\r\n\r\n")
        for name, morsel in http.cookies.SimpleCookie(
            ";".join(re.findall(r"Set-Cookie:\s*([^;\r]+)", head.decode()))
        ).items():
            if name != "django_language":
                self.cookies[name] = morsel.value
        self.page = (gzip.decompress(content) if b"Content-Encoding: gzip" in head else content).decode()
        return len(came)

    def hidden(self, name: str) -> str:
        """What a form of the page sends along under this name."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, self.page
        return found[1]

    def _came(self, path: str, body: str) -> bytes:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{'POST' if body else 'GET'} {path} HTTP/1.1",
            f"Host: {self.site}",
            "Connection: close",
            "Accept-Encoding: gzip, deflate",
            f"Cookie: {kept}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        host, _, port = self.site.partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall("\r\n".join([*lines, "", body]).encode())
            return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize("language", READ_IN)
def test_a_vote_fits_with_a_tenth_to_spare_in_every_language(room: Room, language: str) -> None:
    phone = Phone(room, language)
    phone.ask("/join/")
    phone.ask("/join/", number=room.cards.pop())
    phone.ask(f"{room.round}vote/")

    weighs = phone.ask(
        f"{room.round}vote/", choice="-1", statement=phone.hidden("statement"), asked=phone.hidden("asked")
    )

    for part in (
        "Statement ",
        "<details><summary>",
        "/photo/",
        "/sounds/",
        "Kisukuma",
        "picture",
        'class="said"',
    ):
        assert part in phone.page
    assert weighs <= MOST_OF_A_VOTE
