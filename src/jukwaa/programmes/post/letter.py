"""What a mail looks like: words alone and simple HTML, nothing that is fetched, and a link that ends it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jukwaa.programmes.models import Address, Message
from jukwaa.programmes.post import line

SALT, CONFIRM = "jukwaa.post.end", "jukwaa.post.confirm"


@dataclass(frozen=True)
class Letter:
    """One message as its reader gets it. why: they get it. end: the page that ends it, or empty."""

    id: uuid.UUID
    to: str
    subject: str
    text: str
    language: str
    why: str
    end: str = ""


def written(letter: Letter) -> EmailMessage:
    """The letter as a mail server takes it; however often it is sent, it has one Message-ID."""
    message = EmailMessage()
    message["From"] = settings.JUKWAA_MAIL_FROM
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = f"<{letter.id}@{line.host()}>"
    # Nobody's holiday note answers a machine, and this one answers none.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if letter.end:
        message["List-Unsubscribe"] = f"<{letter.end}>"
        if letter.end.startswith("https:"):
            # RFC 8058, which wants https: the mail program's own button ends it, without a page.
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with translation.override(letter.language):
        shown = {"letter": letter, "paragraphs": paragraphs(letter.text)}
        message.set_content(render_to_string("programmes/post/mail.txt", shown).strip() + "\n")
        message.add_alternative(render_to_string("programmes/post/mail.html", shown), subtype="html")
    # Last: whatever is said of content before goes to the part that is then the first.
    message["Content-Language"] = letter.language
    return message


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, apart by an empty line."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def why(role: str) -> str:
    """Why somebody of that role is written to, in the active language."""
    return {
        Address.Role.OWNER.value: _("You get this because a promise of your office is followed here."),
        Address.Role.MEMBER.value: _("You get this because you are a member of a leadership group."),
        Address.Role.NOMINEE.value: _("You get this because you were asked something and gave this address."),
        Address.Role.FOLLOWER.value: _("You get this because you asked to be told what changes."),
    }[role]


def end_link(address: uuid.UUID) -> str:
    """The address of the page that ends all mail to that one: a personal link, for ever."""
    return absolute(reverse("programmes:end_mail", args=[signing.Signer(salt=SALT).sign(address.hex)]))


def read_end_link(token: str) -> uuid.UUID | None:
    """Whose mail the link ends; None when it is forged."""
    return _read(token, SALT)


def confirm_token(asking: uuid.UUID) -> str:
    """The last part of the link that confirms: it holds the asking's id, signed."""
    return signing.Signer(salt=CONFIRM).sign(asking.hex)


def read_confirm_token(token: str) -> uuid.UUID | None:
    """Which asking the link confirms; None when it is forged."""
    return _read(token, CONFIRM)


def _read(token: str, salt: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(signing.Signer(salt=salt).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def absolute(path: str) -> str:
    """The path as an address that a mail can hold."""
    return f"{settings.JUKWAA_URL.rstrip('/')}{path}"


def read(message: Message, said: dict[str, Any], to: str) -> Letter:
    """The letter that a message's opened words are."""
    with translation.override(said["language"]):
        typed = _("You get this because somebody typed this address on our page.")
        return Letter(
            id=message.pk,
            to=to,
            subject=said["subject"],
            text=said["text"],
            language=said["language"],
            why=why(message.role) if message.address else typed,
            end=end_link(message.address) if message.address else "",
        )
