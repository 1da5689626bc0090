"""A real mail server on loopback: it takes mail, refuses it, hangs up or dies, as the test says."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.served import free_port

USER, PASSWORD = "dialogue", "samaki wa ziwa"


@dataclass
class Inbox:
    """What the server took, and how it behaves. answers: for an address, what it says to RCPT instead of 250.

    after_data: what it says once it has the whole message, or "hang up" to say nothing and close; stalls:
    it has the message and says nothing. asked: for whom mail was offered, taken or not.
    """

    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    after_data: list[str] = field(default_factory=list)
    stalls: bool = False
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.after_data.pop(0) if self.after_data else "250 OK"
        if answer.startswith("250") or answer == "hang up":
            self.raw.append(bytes(envelope.content or b""))
            self.taken.append(message_from_bytes(bytes(envelope.content or b""), policy=policy.default))
            self.to += envelope.rcpt_tos
        while self.stalls:
            await asyncio.sleep(0.1)
        if answer == "hang up":
            assert server.transport is not None
            server.transport.abort()
        return answer


@contextlib.contextmanager
def mail_server(*, tls: str = "none", folder: Path | None = None, login: bool = False) -> Iterator[Inbox]:
    """A server that speaks plainly, by STARTTLS or by TLS, its certificate's authority in `folder`/ca.pem."""
    inbox = Inbox(port=free_port())
    said: dict[str, Any] = {}
    context = certificate(folder) if folder is not None else None
    if tls == "starttls":
        said |= {"tls_context": context, "require_starttls": True}
    if tls == "tls":
        said |= {"ssl_context": context}
    if login:
        said |= {"authenticator": let_in, "auth_required": True, "auth_require_tls": tls == "starttls"}
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **said)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1, by an authority that only whoever reads `folder`/ca.pem believes."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def let_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any) -> AuthResult:
    """Whether the login is the one that the tests know."""
    known = isinstance(said, LoginPassword) and (said.login, said.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=known, handled=False)
