"""The line to the mail server: one message at a time, and why it did not go.

A server's own words are never kept or logged: they mostly repeat the address.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Python would fold a long link in a header into coded words, which no mail program opens.
UNFOLDED = SMTP.clone(max_line_length=998)
# Seconds that a server may take for each answer.
PATIENCE = 20.0
STARTTLS, TLS = "starttls", "tls"

# Why a message did not go, or why none can.
REASONS = {
    "unreachable": gettext_lazy("The mail server cannot be reached."),
    "certificate": gettext_lazy("The mail server's certificate is not to be believed."),
    "no_tls": gettext_lazy("The mail server offers no encryption (STARTTLS)."),
    "login": gettext_lazy("The mail server refuses the login."),
    "sender": gettext_lazy("The mail server does not let us send from JUKWAA_MAIL_FROM."),
    "unknown": gettext_lazy("The mail server does not know this address, or takes nothing for it."),
    "refused": gettext_lazy("The mail server refused this message."),
    "later": gettext_lazy("The mail server asked us to try again later, again and again."),
    "dropped": gettext_lazy("The mail server hung up in the middle, again and again."),
    "too_old": gettext_lazy("It waited too long and is no longer so."),
    "unopened": gettext_lazy("The address is sealed for another computer. Ask for it again."),
    "put_back": gettext_lazy("It was in a database that was put back, and may have been sent before."),
}


class Trouble(Exception):
    """Nothing can be sent now; its text is one of REASONS."""


class Refused(Exception):
    """This message will never be taken; its text is one of REASONS."""


class NotNow(Exception):
    """This message was not taken now; its text is one of REASONS. "dropped": or it was, and nobody knows."""


def missing() -> str:
    """What has to be set before mail can go out, in a sentence; empty when all is there."""
    needed = {
        name: getattr(settings, name) for name in ("JUKWAA_MAIL_HOST", "JUKWAA_MAIL_FROM", "JUKWAA_URL")
    }
    lacking = [name for name, value in needed.items() if not value]
    if lacking:
        return _("Mail is not set up on this computer: %(names)s is not set.") % {"names": ", ".join(lacking)}
    if "@" not in sender():
        return _("JUKWAA_MAIL_FROM holds no mail address.")
    return ""


def sender() -> str:
    """The address that mail comes from."""
    return parseaddr(settings.JUKWAA_MAIL_FROM)[1]


def host() -> str:
    """This site's own name, as it says it to the mail server: never the name of the laptop."""
    return urlsplit(settings.JUKWAA_URL).hostname or "localhost"


@contextlib.contextmanager
def opened() -> Iterator[smtplib.SMTP]:
    """A line to the server, encrypted and logged in. Raises Trouble."""
    try:
        server = _connected()
    except ssl.SSLCertVerificationError:
        raise Trouble("certificate") from None
    except (OSError, smtplib.SMTPException):
        raise Trouble("unreachable") from None
    try:
        _log_in(server)
        yield server
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _connected() -> smtplib.SMTP:
    to, name = settings.JUKWAA_MAIL_HOST, host()
    if settings.JUKWAA_MAIL_TLS == TLS:
        port = settings.JUKWAA_MAIL_PORT or smtplib.SMTP_SSL_PORT
        return smtplib.SMTP_SSL(to, port, name, timeout=PATIENCE, context=_trust())
    server = smtplib.SMTP(to, settings.JUKWAA_MAIL_PORT or 587, name, timeout=PATIENCE)
    if settings.JUKWAA_MAIL_TLS == STARTTLS:
        try:
            server.starttls(context=_trust())
        except smtplib.SMTPNotSupportedError:
            server.close()
            raise Trouble("no_tls") from None
        except BaseException:
            server.close()
            raise
    return server


def _trust() -> ssl.SSLContext:
    trust = ssl.create_default_context()
    if settings.JUKWAA_MAIL_CA:
        trust.load_verify_locations(settings.JUKWAA_MAIL_CA)
    return trust


def _log_in(server: smtplib.SMTP) -> None:
    if not settings.JUKWAA_MAIL_USER:
        return
    try:
        server.login(settings.JUKWAA_MAIL_USER, settings.JUKWAA_MAIL_PASSWORD)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
        raise Trouble("login") from None
    except (OSError, smtplib.SMTPException):
        raise Trouble("unreachable") from None


def hand_over(server: smtplib.SMTP, message: EmailMessage, to: str) -> None:
    """Give the server one message for one address. Raises Refused, NotNow or Trouble."""
    try:
        server.sendmail(sender(), [to], message.as_bytes(policy=UNFOLDED))
    except smtplib.SMTPRecipientsRefused as refused:
        [(code, _words)] = refused.recipients.values()
        raise _refusal(code, "unknown") from None
    except smtplib.SMTPSenderRefused as refused:
        if refused.smtp_code >= 500:
            raise Trouble("sender") from None
        raise NotNow("later") from None
    except smtplib.SMTPResponseException as refused:
        raise _refusal(refused.smtp_code, "refused") from None
    except (OSError, smtplib.SMTPException):
        raise NotNow("dropped") from None


def _refusal(code: int, reason: str) -> Exception:
    return Refused(reason) if code >= 500 else NotNow("later")
