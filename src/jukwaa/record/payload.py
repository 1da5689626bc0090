"""What an event says: values made plain, split in two parts, salted, hashed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import rfc8785
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from jukwaa.record.models import BlobField, Recorded

if TYPE_CHECKING:
    Field = models.Field[Any, Any]

    from jukwaa.record.models import Event

HEADER = frozenset({"id", "hlc", "subject"})
FIRST = "0" * 64
SHA256 = re.compile("[0-9a-f]{64}")

# What fits into each kind of column on every database; the others hold whole numbers as far as JSON does.
_WIDEST = (-(2**53) + 1, 2**53 - 1)
_RANGES = {
    "SmallIntegerField": (-(2**15), 2**15 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
    "IntegerField": (-(2**31), 2**31 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "PositiveBigIntegerField": (0, 2**53 - 1),
}


@cache
def fields_of(model: type[Recorded]) -> dict[str, Field]:
    """The fields that an event of this model may say, by name."""
    return {f.name: f for f in model._meta.concrete_fields if f.name not in HEADER}


@cache
def vanishes(model: type[Recorded]) -> bool:
    """Whether a withdrawal deletes the row: everything that it says is personal."""
    return not model.PLAIN


def model_named(label: str) -> type[Recorded] | None:
    """The recorded model of that label, or None when this version does not know it."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, Recorded) and model._meta.label_lower == label else None


def clean(field: Field, value: Any) -> Any:
    """The value as the field's Python type, the same on every database. Raises ValueError if it does not fit.

    SQLite would take what PostgreSQL refuses (overlong text, numbers beyond the column, the NUL character),
    so what fits is decided here, before anything is hashed.
    """
    if isinstance(value, models.Model):
        value = value.pk
    if value is None:
        if not field.null:
            raise ValueError(f"{field.name}: something has to be said")
        return None
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    try:
        return _fitting(target, target.to_python(value))
    except ValidationError as wrong:
        raise ValueError(f"{field.name}: {' '.join(wrong.messages)}") from wrong
    except (ArithmeticError, TypeError, ValueError) as wrong:
        raise ValueError(f"{field.name}: {wrong}") from wrong


def _fitting(field: Field, value: Any) -> Any:
    match value:
        case str():
            return _text(field, value)
        case bool() | uuid.UUID():
            return value
        case int():
            return _integer(field, value)
        case Decimal():
            return _decimal(field, value)
        case datetime():
            return _moment(value)
        case date():
            return value
        case _:
            return _nested(json.loads(canonical(value)))


def _text(field: Field, text: str) -> str:
    if "\0" in text:
        raise ValueError("a text cannot hold the NUL character")
    if not text.isascii():
        text.encode()  # half a character (a lone surrogate) is a UnicodeEncodeError, so a ValueError
    if field.max_length is not None and len(text) > field.max_length:
        raise ValueError(f"at most {field.max_length} characters, not {len(text)}")
    if isinstance(field, BlobField) and text and not SHA256.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is not a sha256 in hexadecimal")
    return text


def _integer(field: Field, number: int) -> int:
    low, high = _RANGES.get(field.get_internal_type(), _WIDEST)
    if not low <= number <= high:
        raise ValueError(f"a number from {low} to {high}, not {number}")
    return number


def _decimal(field: Field, number: Decimal) -> Decimal:
    places, digits = getattr(field, "decimal_places", 0), getattr(field, "max_digits", 0)
    if not number.is_finite():
        raise ValueError(f"a number, not {number}")
    number = number.quantize(Decimal(1).scaleb(-places))
    if abs(number) >= Decimal(10) ** (digits - places):
        raise ValueError(f"at most {digits} digits, not {number}")
    return number


def _moment(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _nested(value: Any) -> Any:
    """What a JSON field holds, if no text in it has a NUL."""
    match value:
        case str() if "\0" in value:
            raise ValueError("a text cannot hold the NUL character")
        case dict():
            return {_nested(name): _nested(held) for name, held in value.items()}
        case list():
            return [_nested(held) for held in value]
        case _:
            return value


def said_by(row: Recorded, names: frozenset[str] | set[str] | None = None) -> dict[str, Any]:
    """The row's cleaned values, all or only those named; the row then holds the cleaned values too."""
    said = {}
    for name, field in fields_of(type(row)).items():
        if names is None or name in names:
            value = clean(field, getattr(row, field.attname))
            setattr(row, field.attname, value)
            said[name] = value
    return said


def split(model: type[Recorded], said: dict[str, Any]) -> tuple[str, str]:
    """The plain and the personal part, each as canonical JSON."""
    plain = {n: _plain_value(v) for n, v in said.items() if n not in model.PERSONAL}
    personal = {n: _plain_value(v) for n, v in said.items() if n in model.PERSONAL}
    write = canonical_flat if _is_flat(model) else canonical
    return write(plain), write(personal)


@cache
def _is_flat(model: type[Recorded]) -> bool:
    nested = (models.JSONField, models.FloatField)
    return not any(isinstance(f, nested) for f in fields_of(model).values())


def _plain_value(value: Any) -> Any:
    if isinstance(value, (uuid.UUID, Decimal)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def canonical(value: Any) -> str:
    """RFC 8785 JSON: one text for one value, on every node. Raises ValueError for what JSON cannot say."""
    return rfc8785.dumps(value).decode()


def canonical_flat(value: dict[str, Any]) -> str:
    """The same text, four times faster, for texts, whole numbers and truths under plain names.

    Python's own JSON differs from RFC 8785 only in how it writes fractions and sorts names beyond ASCII.
    """
    return _flat.encode(value)


_flat = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def salt() -> str:
    return secrets.token_hex(16)


def digest(salt: str, text: str) -> str:
    """The salted digest of one part of a payload."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def hash_of(event: Event) -> str:
    """The event's hash: previous hash, header, and the digests of both parts. Holds after an erasure."""
    header: dict[str, Any] = {
        "id": str(event.id),
        "stream": str(event.stream_id),
        "seq": event.seq,
        "hlc": str(event.hlc),  # beyond what JSON numbers hold exactly
        "act": str(event.act),
        "rest": event.rest,
        "verb": event.verb,
        "kind": event.kind,
        "model": event.model,
        "schema": event.schema,
        "object": str(event.object),
        "subject": str(event.subject or ""),
        "actor": str(event.actor or ""),
        "plain": digest(event.plain_salt, event.plain),
        "personal": event.personal_digest,
        "previous": event.previous,
    }
    return hashlib.sha256(canonical_flat(header).encode()).hexdigest()


def said_in(event: Event, model: type[Recorded]) -> dict[str, Any]:
    """What the event says today: both parts, raised to the present schema, as Python values."""
    said = json.loads(event.plain)
    if event.personal is not None:
        said |= json.loads(event.personal)
    said = model.upcast(event.schema, said) if event.schema < model.SCHEMA else said
    known = fields_of(model)
    return {n: clean(known[n], v) for n, v in said.items() if n in known}


def keys_of(row: Recorded) -> set[uuid.UUID]:
    """What the row is forgotten with: itself, whose it is, and the list that it stands on."""
    keys: set[uuid.UUID] = {row.pk}
    if row.subject:
        keys.add(row.subject)
    if row.LIST and (under := getattr(row, fields_of(type(row))[row.LIST].attname)):
        keys.add(row.list_under(under))
    return keys


def keys_in(event: Event, model: type[Recorded] | None) -> set[uuid.UUID]:
    """The same of what an event says; a put of other fields does not say on which list the row stands."""
    keys: set[uuid.UUID] = {event.object}
    if event.subject:
        keys.add(event.subject)
    if model is not None and model.LIST and event.personal is not None:
        said = json.loads(event.plain) | json.loads(event.personal)
        with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
            keys.add(model.list_under(uuid.UUID(said[model.LIST])))
    return keys


@cache
def listed() -> dict[str, type[Recorded]]:
    """The models whose rows stand on lists, by label."""
    found = [m for m in apps.get_models() if issubclass(m, Recorded) and m.LIST]
    return {m._meta.label_lower: m for m in found}


def blank(field: Field) -> Any:
    """What a personal field holds when its words are gone."""
    if field.null:
        return None
    if field.has_default():
        return clean(field, field.get_default())
    return clean(field, "") if isinstance(field, (models.TextField, models.CharField)) else None


def blobs_in(event: Event, model: type[Recorded]) -> set[str]:
    """The digests of the files that the event names."""
    names = _blob_fields(model)
    if not names:
        return set()
    said = json.loads(event.plain) | json.loads(event.personal or "{}")
    named = {str(said.get(name, "")) for name in names}
    return {sha256 for sha256 in named if SHA256.fullmatch(sha256)}


@cache
def _blob_fields(model: type[Recorded]) -> tuple[str, ...]:
    return tuple(n for n, f in fields_of(model).items() if isinstance(f, BlobField))
