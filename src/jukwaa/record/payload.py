"""What an event says: values made plain, split in two parts, salted, hashed."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import rfc8785
from django.apps import apps
from django.db import models

from jukwaa.record.models import BlobField, Recorded

if TYPE_CHECKING:
    Field = models.Field[Any, Any]

    from jukwaa.record.models import Event

HEADER = frozenset({"id", "hlc", "subject"})
FIRST = "0" * 64


@cache
def fields_of(model: type[Recorded]) -> dict[str, Field]:
    """The fields that an event of this model may say, by name."""
    return {f.name: f for f in model._meta.concrete_fields if f.name not in HEADER}


@cache
def vanishes(model: type[Recorded]) -> bool:
    """Whether a withdrawal deletes the row: everything it says is personal."""
    return fields_of(model).keys() <= model.PERSONAL


@cache
def model_named(label: str) -> type[Recorded] | None:
    """The recorded model of that label, or None when this version does not know it."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, Recorded) else None


def clean(field: Field, value: Any) -> Any:
    """The value as the field's Python type, the same on every database; text without NUL."""
    if isinstance(value, models.Model):
        value = value.pk
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if value is None:
        return None
    value = target.to_python(value)
    if isinstance(value, str) and "\0" in value:
        raise ValueError(f"{field.name}: a text cannot hold the NUL character")
    if isinstance(value, Decimal) and isinstance(target, models.DecimalField):
        value = value.quantize(Decimal(1).scaleb(-target.decimal_places))
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
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
    return canonical(plain), canonical(personal)


def _plain_value(value: Any) -> Any:
    if isinstance(value, (uuid.UUID, Decimal)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def canonical(value: Any) -> str:
    """RFC 8785 JSON: one text for one value, on every node."""
    return rfc8785.dumps(value).decode()


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
    return hashlib.sha256(rfc8785.dumps(header)).hexdigest()


def said_in(event: Event, model: type[Recorded]) -> dict[str, Any]:
    """What the event says today: both parts, raised to the present schema, as Python values."""
    said = json.loads(event.plain)
    if event.personal is not None:
        said |= json.loads(event.personal)
    said = model.upcast(event.schema, said) if event.schema < model.SCHEMA else said
    known = fields_of(model)
    return {n: clean(known[n], v) for n, v in said.items() if n in known}


def blank(field: Field) -> Any:
    """What a personal field holds when its words are gone."""
    if field.null:
        return None
    if field.has_default():
        return clean(field, field.get_default())
    return clean(field, "") if isinstance(field, (models.TextField, models.CharField)) else None


def blobs_in(event: Event, model: type[Recorded]) -> set[str]:
    """The digests of the files that the event names."""
    said = json.loads(event.plain) | json.loads(event.personal or "{}")
    return {said[n] for n, f in fields_of(model).items() if isinstance(f, BlobField) and said.get(n)}
