"""Submissions with large files over a real line that is cut at any byte: all is here, once."""

import hashlib
import http.client
import itertools
import json
import random
import sys
from dataclasses import dataclass, field
from email.message import Message

import pytest

from tests.field import sheets
from tests.field.collect_sim import Collect, Filled
from tests.field.cutting import Cut, Line
from tests.lengths import CUTS, LARGE, SUBMISSIONS
from tests.served import environment_of, migrate, run, served

pytestmark = [pytest.mark.slow, pytest.mark.soak]


@dataclass
class OverTheLine:
    """What the simulated phone asks with, over TCP instead of in this process."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def head(self, address: str):
        return self._ask("HEAD", address, None, {})

    def generic(self, method: str, address: str, body: bytes, *, content_type: str):
        return self._ask(method, address, body, {"Content-Type": content_type})

    def _ask(self, method: str, address: str, body: bytes | None, headers: dict[str, str]):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, address, body, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return Answer(0, Message())
        finally:
            line.close()
        return Answer(answer.status, answer.headers)


@dataclass
class Answer:
    """What came back; status 0: nothing did."""

    status_code: int
    headers: Message

    def __getitem__(self, name: str) -> str:
        # Of an answer that was cut the header may be gone: then Collect goes by this (field.md §1.1).
        return self.headers.get(name, "10000000")


def cuts(chance: random.Random) -> list[Cut]:
    """Places to cut: in the headers, in the text, in the files, in the answer."""
    there = [Cut(there=chance.randrange(1, LARGE * 2)) for _ in range(CUTS * 3 // 4)]
    back = [Cut(back=chance.randrange(0, 200)) for _ in range(CUTS - len(there))]
    some = [*there, *back]
    chance.shuffle(some)
    return some


def test_whatever_is_cut_on_the_way_all_of_it_is_here_once(tmp_path):
    chance = random.Random(6)
    environment = environment_of(tmp_path)
    migrate(tmp_path, environment)
    told = json.loads(run([sys.executable, "-m", "tests.collecting", "0"], environment))
    filled = [
        Filled(
            sheets.filled(f"uuid:{number}", photos=("one.jpg",)),
            {"voice.amr": chance.randbytes(LARGE), "one.jpg": chance.randbytes(LARGE // 10)},
        )
        for number in range(SUBMISSIONS)
    ]

    with served(tmp_path, environment) as server:
        line = Line(server.port, iter(cuts(chance)))
        phone = Collect(
            told["token"], itertools.repeat("through"), list(filled), client=OverTheLine(line.port)
        )
        tries = 0
        while phone.waiting and tries < CUTS:
            phone.send_all()
            tries += 1
        line.close()
    here = json.loads(run([sys.executable, "-m", "tests.collecting", "digests"], environment))

    assert (phone.waiting, line.made) == ([], CUTS)
    assert here == digests_of(filled)


def digests_of(filled: list[Filled]) -> list[list[str]]:
    """Of each text its digest and those of its files."""
    return sorted([digest(each.xml), *sorted(map(digest, each.files.values()))] for each in filled)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
