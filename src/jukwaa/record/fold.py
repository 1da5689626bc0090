"""From events to rows: a row is the fold of its events by (hlc, stream), whatever order they came in."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction

from jukwaa.record import locks, payload, rows
from jukwaa.record.models import Conflict, Event, Kind, Recorded, Removable, Waiting, Withdrawal

_BATCH = 500

Model = type[Recorded]


def fold(model: Model, events: Iterable[Event], *, withdrawn: bool = False) -> Recorded | None:
    """The row that the events say, or None: not whole yet, or all personal and withdrawn.

    Pure. A withdrawn row's personal fields are blank, whichever node erased them first.
    """
    if withdrawn and payload.vanishes(model):
        return None
    events = list(events)
    said: dict[str, Any] = {}
    last: Event | None = None
    subject: uuid.UUID | None = None
    for event in sorted(events, key=lambda e: (e.hlc, str(e.stream_id))):
        try:
            said |= payload.said_in(event, model)
        except ValueError:
            continue  # What does not fit says nothing; `receive` showed it to a person.
        last, subject = event, event.subject or subject
    known = payload.fields_of(model)
    erased = withdrawn or (last is not None and any(e.personal is None for e in events))
    if erased:
        if payload.vanishes(model):
            return None
        said |= {n: payload.blank(known[n]) for n in model.PERSONAL if withdrawn or n not in said}
    if any(e.schema < model.SCHEMA for e in events):
        # Schemas only grow: what an older version could not say has its constant default.
        said = {n: payload.clean(f, f.get_default()) for n, f in known.items() if f.has_default()} | said
    if last is None or said.keys() != known.keys():
        return None
    values = {known[n].attname: v for n, v in said.items()}
    return model(id=last.object, hlc=last.hlc, subject=subject, **values)


def settle(model: Model, ids: Iterable[uuid.UUID]) -> None:
    """Make these rows what their events say, and then whatever waited for them or pointed at them."""
    settle_all({model: set(ids)})


def settle_all(due: Mapping[Model, set[uuid.UUID]]) -> None:
    """Settle rows of several models, and whatever follows from that."""
    queue = {model: set(ids) for model, ids in due.items()}
    while queue:
        model, ids = queue.popitem()
        for some in batches(sorted(ids)):
            for other, more in _settle_some(model, some):
                queue.setdefault(other, set()).update(more)


def resettle(*chosen: Model) -> None:
    """Settle every row of these models, or of all: after a migration, or when the cache is in doubt."""
    for model in chosen or recorded_models():
        label = model._meta.label_lower
        ids = Event.objects.filter(model=label).values_list("object", flat=True).distinct()
        settle(model, list(ids))


@cache
def recorded_models() -> tuple[Model, ...]:
    """Every recorded model, those pointed at before those that point."""
    found = [m for m in apps.get_models() if issubclass(m, Recorded)]
    return tuple(sorted(found, key=lambda m: m._meta.label_lower))


def _settle_some(model: Model, ids: Sequence[uuid.UUID]) -> Iterator[tuple[Model, set[uuid.UUID]]]:
    """Settle up to a batch of rows; yields the rows of other models, or of this, to settle next."""
    wanted = _wanted(model, ids)
    missing = _missing(model, wanted)
    before = set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
    stand = _write_what_fits(model, [row for row in wanted if row.pk not in missing])
    gone = before - {row.pk for row in stand}
    for pk in gone:
        yield from _pointing_at(model, pk)
    model._default_manager.filter(pk__in=gone)._raw_delete(using=connection.alias)
    _show_unfit(model, ids, {row.pk for row in wanted} - missing.keys() - {row.pk for row in stand})
    Waiting.objects.filter(object__in=ids).delete()
    Waiting.objects.bulk_create(
        [
            Waiting(model=model._meta.label_lower, object=pk, needs=need)
            for pk, needs in missing.items()
            for need in needs
        ]
    )
    notice_conflicts(model, ids)
    appeared = {row.pk for row in stand} - before
    yield from _waiting_for(appeared)


def _write_what_fits(model: Model, wanted: Sequence[Recorded]) -> Sequence[Recorded]:
    """Write those of the rows that the table's own constraints let in, and return them."""
    try:
        with transaction.atomic():
            rows.upsert(model, wanted)
    except (DataError, IntegrityError):
        if len(wanted) == 1:
            return []
        return [row for one in wanted for row in _write_what_fits(model, [one])]
    return wanted


def _show_unfit(model: Model, ids: Sequence[uuid.UUID], unfit: set[uuid.UUID]) -> None:
    """Show a person the rows that the table does not let in: another node said a vote of 7."""
    label, name = model._meta.label_lower, "what the table lets in"
    Conflict.objects.filter(model=label, fields=name, object__in=ids).exclude(object__in=unfit).delete()
    Conflict.objects.bulk_create(
        [Conflict(model=label, fields=name, key="", object=pk) for pk in unfit], ignore_conflicts=True
    )


def _wanted(model: Model, ids: Sequence[uuid.UUID]) -> list[Recorded]:
    """The rows that the log wants to stand, whether or not what they point to is here."""
    events: dict[uuid.UUID, list[Event]] = defaultdict(list)
    keys: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for event in Event.objects.filter(object__in=ids, model=model._meta.label_lower):
        if event.kind != Kind.WITHDRAWAL and event.schema <= model.SCHEMA:
            events[event.object].append(event)
            keys[event.object] |= payload.keys_in(event, model)
    forgotten = withdrawn_among(set().union(*keys.values()))
    folded = (fold(model, said, withdrawn=bool(keys[pk] & forgotten)) for pk, said in events.items())
    return [row for row in folded if row is not None]


def withdrawn_among(keys: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the people, rows and lists that were withdrawn."""
    return {
        pk
        for some in batches(sorted(keys))
        for pk in Withdrawal.objects.filter(pk__in=some).values_list("pk", flat=True)
    }


@cache
def _links(model: Model) -> tuple[models.ForeignKey[Any, Any], ...]:
    """The foreign keys that must find their row. One without a constraint never waits."""
    keys = (f for f in payload.fields_of(model).values() if isinstance(f, models.ForeignKey))
    held = (f for f in keys if f.db_constraint)  # type: ignore[attr-defined]
    return tuple(f for f in held if issubclass(f.related_model, Recorded))


def _missing(model: Model, wanted: Sequence[Recorded]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """For each row that cannot stand yet, the ids that it points to and that are not here."""
    missing: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for link in _links(model):
        pointed = {getattr(row, link.attname) for row in wanted} - {None}
        here = set(link.related_model._default_manager.filter(pk__in=pointed).values_list("pk", flat=True))
        for row in wanted:
            needs = getattr(row, link.attname)
            if needs is not None and needs not in here:
                missing[row.pk].add(needs)
    return missing


def _pointing_at(model: Model, pk: uuid.UUID) -> Iterator[tuple[Model, set[uuid.UUID]]]:
    for other in recorded_models():
        for link in _links(other):
            if link.related_model is model:
                found = other._default_manager.filter(**{link.attname: pk}).values_list("pk", flat=True)
                if found:
                    yield other, set(found)


def _waiting_for(appeared: set[uuid.UUID]) -> Iterator[tuple[Model, set[uuid.UUID]]]:
    for some in batches(sorted(appeared)):
        for label, pk in Waiting.objects.filter(needs__in=some).values_list("model", "object"):
            if model := payload.model_named(label):
                yield model, {pk}


def wake(appeared: set[uuid.UUID]) -> None:
    """Settle the rows that waited for these."""
    due: dict[Model, set[uuid.UUID]] = defaultdict(set)
    for model, ids in _waiting_for(appeared):
        due[model] |= ids
    settle_all(due)


def notice_conflicts(model: Model, ids: Iterable[uuid.UUID]) -> None:
    """Say anew which rows say the same and should be one, around the rows just written."""
    ids = sorted(ids)
    for fields in model.SAME:
        name = ",".join(fields)
        for some in batches(ids):
            known = Conflict.objects.filter(fields=name, object__in=some, model=model._meta.label_lower)
            keys = {c.key for c in known}
            here = {row: _key(row, fields) for row in _standing(model).filter(pk__in=some)}
            keys |= set(here.values())
            # Of two transactions that say the same at once, the second has to see the first.
            locks.hold_words(keys)
            for row in here:
                _notice(model, fields, name, row)
            clashes = Conflict.objects.filter(model=model._meta.label_lower, fields=name, key__in=keys)
            if not (clashing := sorted(set(clashes.values_list("key", flat=True)))):
                continue
            for key in clashing:
                _clear_if_settled(model, fields, name, key)
            for row in _standing(model).filter(pk__in=some):
                _notice(model, fields, name, row)


def _standing(model: Model) -> models.QuerySet[Any]:
    standing = model._default_manager.all()
    if issubclass(model, Removable):
        standing = standing.filter(removed=False, merged_into=None)  # type: ignore[misc]
    return standing


def _notice(model: Model, fields: tuple[str, ...], name: str, row: Recorded) -> None:
    values = {f: getattr(row, payload.fields_of(model)[f].attname) for f in fields}
    if any(v is None or v == "" for v in values.values()):
        return
    alike = list(_standing(model).filter(**values).values_list("pk", flat=True))
    if len(alike) > 1:
        key = _key(row, fields)
        label = model._meta.label_lower
        Conflict.objects.bulk_create(
            [Conflict(model=label, fields=name, key=key, object=pk) for pk in alike], ignore_conflicts=True
        )


def _clear_if_settled(model: Model, fields: tuple[str, ...], name: str, key: str) -> None:
    """Take back what no longer clashes: a row that says something else, or one left alone."""
    clashing = Conflict.objects.filter(model=model._meta.label_lower, fields=name, key=key)
    standing = _standing(model).in_bulk([c.object for c in clashing])
    still = [pk for pk, row in standing.items() if _key(row, fields) == key]
    clashing.exclude(object__in=still if len(still) > 1 else []).delete()


def _key(row: Recorded, fields: tuple[str, ...]) -> str:
    said = payload.said_by(row, set(fields))
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def batches(ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    """The ids, as many at a time as a statement takes on every database."""
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
