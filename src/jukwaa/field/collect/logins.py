"""User name and password of a phone, where the token is not in the address: Digest, and Basic on https.

RFC 7616 with MD5 and qop=auth, which is what ODK Collect speaks; RFC 7617 for Basic.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from urllib.request import parse_http_list, parse_keqv_list

from django.core import signing
from django.utils.crypto import constant_time_compare

REALM = "Jukwaa"
# Seconds for which an answer to one question of ours is taken.
NONCE_LIVES = 300
TURN = re.compile(r"[0-9a-fA-F]{8}")
_nonces = signing.TimestampSigner(salt="jukwaa.collect.nonce", sep=".")


class Stale(Exception):
    """The right words to a question that is too old, or not ours: ask again."""


@dataclass(frozen=True)
class Given:
    """Who somebody says they are, and how they prove it: a password, or the fields of a Digest."""

    login: str
    password: str = ""
    digest: Mapping[str, str] | None = None


def read(header: str) -> Given | None:
    """What an Authorization header says, or None when it says nothing that we take."""
    scheme, _space, rest = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            login, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
        except ValueError:
            return None
        return Given(login, password) if colon else None
    if scheme.lower() == "digest":
        try:
            said = parse_keqv_list(parse_http_list(rest))
        except (ValueError, IndexError):
            return None
        return Given(said.get("username", ""), digest=said)
    return None


def challenges(*, secure: bool, stale: bool = False) -> str:
    """What WWW-Authenticate asks for. Basic would show the password to the whole Wi-Fi: on https only."""
    question = _nonces.sign(secrets.token_hex(8))
    digest = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{question}"'
    digest += ", stale=true" if stale else ""
    return f'{digest}, Basic realm="{REALM}"' if secure else digest


def fits(said: Mapping[str, str], *, secret: str, method: str, path: str) -> bool:
    """Whether the fields of a Digest prove the password. secret: `secret_of` it. path: with its query.

    Raises Stale when they do, but the question is older than NONCE_LIVES or none of ours.
    """
    if said.get("realm") != REALM or said.get("qop") != "auth" or not said.get("cnonce"):
        return False
    if not TURN.fullmatch(said.get("nc", "")):
        return False
    if said.get("algorithm", "MD5").upper() != "MD5" or unquote(said.get("uri", "")) != unquote(path):
        return False
    wanted = response(secret, method, said)
    if not constant_time_compare(wanted, said.get("response", "")):
        return False
    try:
        _nonces.unsign(said.get("nonce", ""), max_age=NONCE_LIVES)
    except signing.BadSignature as old:
        raise Stale from old
    return True


def turn_of(said: Mapping[str, str]) -> int:
    """Which answer to our question this is: the first, the second, … (nc). Said to `fits` before."""
    return int(said["nc"], 16)


def response(secret: str, method: str, said: Mapping[str, str]) -> str:
    """What somebody who knows the password answers (RFC 7616 §3.4.1)."""
    asked = _md5(f"{method}:{said.get('uri', '')}")
    middle = ":".join(said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
    return _md5(f"{secret}:{middle}:{asked}")


def secret_of(login: str, realm: str, password: str) -> str:
    """What is kept to check a Digest (RFC 7616 §3.4.2, A1)."""
    return _md5(f"{login}:{realm}:{password}")


def _md5(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()
