"""Sending what waits in the outbox: one process at a time, outside any transaction.

A message is first marked as being sent, then counted on disk, then handed to the mail server, then marked as
sent. Whoever is killed in between leaves it marked, and whoever comes next sends it again: nothing is lost,
and at worst one message comes twice, under one Message-ID, by which mail programs know it as the same.
"""

from __future__ import annotations

import logging
import smtplib
import uuid
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jukwaa.programmes.models import Address, Message
from jukwaa.programmes.post import actions, home, letter, line, queries

log = logging.getLogger(__name__)

# Between two looks at what else the process has to do.
AT_ONCE = 50


def send_due(*, at: datetime | None = None, most: int = AT_ONCE) -> int:
    """Send what is due, as far as the mail server takes it; gives how many messages went out."""
    at = at or timezone.now()
    if line.missing() or not home.has_key():
        return 0
    with home.sending_alone() as alone:
        if not alone:
            return 0
        # Nobody else is sending: whoever was, died.
        actions.take_up_again(at=at)
        actions.give_up_old(at=at)
        if not queries.may_try(at) or not (due := queries.to_send(at, most)):
            return 0
        return _send(due, at)


def _send(due: list[Message], at: datetime) -> int:
    sent = 0
    try:
        while due:
            with line.opened() as server:
                actions.line_is_well()
                while due:
                    outcome = _send_one(due.pop(0), server, at)
                    sent += outcome is SENT
                    if outcome is DROPPED:
                        break
    except line.Trouble as trouble:
        actions.note_trouble(reason=str(trouble), at=at)
        log.warning("No mail goes out: %s", _in_english(str(trouble)))
    return sent


SENT, NOT_SENT, DROPPED = "sent", "not sent", "dropped"


def _send_one(message: Message, server: smtplib.SMTP, at: datetime) -> str:
    """Send one message; gives what became of it. Raises line.Trouble."""
    try:
        found = open_letter(message)
    except home.CannotOpen:
        actions.give_up(message=message, reason="unopened", at=at)
        return NOT_SENT
    if found is None:
        actions.forget(message=message)
        return NOT_SENT
    home.note_sent(actions.begin(message=message))
    try:
        line.hand_over(server, letter.written(found), found.to)
    except line.Refused as refused:
        actions.give_up(message=message, reason=str(refused), at=at)
        return NOT_SENT
    except line.NotNow as later:
        actions.put_off(message=message, reason=str(later), at=at)
        return DROPPED if str(later) == "dropped" else NOT_SENT
    except line.Trouble:
        actions.put_back(message=message)
        raise
    actions.note_sent(message=message, at=at)
    return SENT


def open_letter(message: Message) -> letter.Letter | None:
    """What the message says and to whom; None when the address ended meanwhile. Raises home.CannotOpen."""
    said = home.unseal(message.sealed)
    to = str(said.get("to", ""))
    if message.address is not None:
        row = Address.objects.filter(pk=message.address).first()
        if row is None:
            return None
        to = str(home.unseal(row.sealed)["address"])
    return letter.read(message, said, to)


def send_test(*, to: str, language: str) -> None:
    """Send a mail to see whether mail is set up. Raises line.Trouble, line.Refused or line.NotNow."""
    with translation.override(language):
        said = letter.Letter(
            id=uuid.uuid4(),
            to=actions.read_address(to),
            subject=_("A test"),
            text=_("Mail from this site arrives. There is nothing to do."),
            language=language,
            why=_("You get this because somebody who sets up mail typed this address."),
        )
    with line.opened() as server:
        line.hand_over(server, letter.written(said), said.to)


def _in_english(reason: str) -> str:
    with translation.override("en"):
        return str(line.REASONS[reason])
