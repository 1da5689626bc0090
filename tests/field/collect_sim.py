"""A phone with ODK Collect on it, as far as a server can tell (field.md §1.1), and a network that fails it.

What Collect does: asks HEAD first and goes no further without a 204; sends the text with every POST, up to
101 files or as many bytes as HEAD allowed, all but the last POST marked incomplete; stops at the first answer
that is neither 201 nor 202, and begins from the start another time; deletes what was sent once all is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

MOST_FILES = 101


@dataclass(frozen=True)
class Filled:
    """A form that was filled in: its text and its files by name."""

    xml: bytes
    files: dict[str, bytes]


# What the network does with one POST: "through", "cut" (some of the body arrives), "lost" (the server answers
# and the phone never hears it), "twice" (the body arrives two times).
Fate = str


@dataclass
class Collect:
    """One phone. most_bytes: what the server said that one POST may hold."""

    token: str
    fates: Iterator[Fate]
    waiting: list[Filled] = field(default_factory=list)
    sent: list[Filled] = field(default_factory=list)
    client: Client = field(default_factory=Client)

    def send_all(self) -> None:
        """Try once to send everything that waits, in turn."""
        for filled in list(self.waiting):
            if self._send(filled):
                self.waiting.remove(filled)
                self.sent.append(filled)

    def _send(self, filled: Filled) -> bool:
        address = reverse("collect:submission", args=[self.token])
        head = self.client.head(address)
        if head.status_code != 204:
            return False
        most = int(head["X-OpenRosa-Accept-Content-Length"])
        return all(self._post(address, body) for body in self._bodies(filled, most))

    def _bodies(self, filled: Filled, most: int) -> Iterator[bytes]:
        batches: list[dict[str, bytes]] = [{}]
        for name, data in filled.files.items():
            size = len(filled.xml) + sum(map(len, batches[-1].values()))
            if batches[-1] and (len(batches[-1]) >= MOST_FILES or size + len(data) > most):
                batches.append({})
            batches[-1][name] = data
        for place, batch in enumerate(batches):
            parts: dict[str, object] = {
                "xml_submission_file": SimpleUploadedFile("s.xml", filled.xml, "text/xml")
            }
            parts |= {name: SimpleUploadedFile(name, data) for name, data in batch.items()}
            if place < len(batches) - 1:
                parts["*isIncomplete*"] = "yes"
            yield encode_multipart(BOUNDARY, parts)

    def _post(self, address: str, body: bytes) -> bool:
        fate = next(self.fates)
        arrives = body[: len(body) * 2 // 3] if fate == "cut" else body
        status = self._arrive(address, arrives)
        if fate == "twice":
            status = self._arrive(address, arrives)
        return fate != "lost" and status in {201, 202}

    def _arrive(self, address: str, body: bytes) -> int:
        return self.client.generic("POST", address, body, content_type=MULTIPART_CONTENT).status_code
