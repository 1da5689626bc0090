"""Forgetting: the personal parts, rows and files of a person, a row or a list go, and stay gone."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import Q

from jukwaa.record import blobs, locks, payload
from jukwaa.record.fold import Model, batches, settle_all, withdrawn_among
from jukwaa.record.models import BlobUse, Event, Kind, Quarantined, Withdrawal


def erase(key: uuid.UUID) -> None:
    """Erase everything personal said of a person, row or list here, and remember to refuse what comes later.

    The chain of hashes still verifies: it covers salted digests, and those stay.
    """
    locks.hold_all()
    Withdrawal.objects.bulk_create([Withdrawal(subject=key)], ignore_conflicts=True)
    said = Event.objects.filter(Q(subject=key) | Q(object=key)).exclude(kind=Kind.WITHDRAWAL)
    touched: dict[Model, set[uuid.UUID]] = defaultdict(set)
    for label, pk in [*said.values_list("model", "object").distinct(), *_listed_under(key)]:
        if model := payload.model_named(label):
            touched[model].add(pk)
    scrub({*said.values_list("object", flat=True), *set().union(*touched.values())})
    # What could not be right may be theirs all the same: that it came stays, and nothing of what it said.
    theirs = Q(wire__contains=str(key)) | Q(hash__in=said.values("hash"))
    Quarantined.objects.filter(theirs).update(wire="", reason=FORGOTTEN)
    settle_all(touched)


FORGOTTEN = "it named somebody who was forgotten"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def names_somebody_forgotten(wire: str) -> bool:
    """Whether a text, whole or broken, names a person, row or list that was withdrawn."""
    return bool(withdrawn_among({uuid.UUID(found) for found in UUID.findall(wire)}))


def _listed_under(key: uuid.UUID) -> Iterator[tuple[str, uuid.UUID]]:
    """The rows of a list, whether or not they stand yet: only the personal part of an event says the list."""
    models = payload.listed()
    for event in Event.objects.filter(model__in=models, personal__isnull=False).iterator():
        if key in payload.keys_in(event, models[event.model]):
            yield event.model, event.object


def scrub(rows: Collection[uuid.UUID]) -> None:
    """Erase the personal part of all that was said of these rows, and the files that it named.

    All of it, for not every event knows whose the row is: a node may have worded a statement anew before it
    heard of its voice.
    """
    for some in batches(sorted(rows)):
        said = Event.objects.filter(object__in=some)
        uses = BlobUse.objects.filter(event__in=said)
        named = set(uses.values_list("sha256", flat=True))
        uses.delete()
        said.update(personal=None, personal_salt=None)
        blobs.drop_unused(named)


def forgotten_among(rows: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the rows that were withdrawn: themselves, with whose they are, or with their list.

    What comes later need not say on which list it stands: a row of a list is gone once any of it was erased.
    """
    models, gone = payload.listed(), set()
    for some in batches(sorted(rows)):
        keys: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for event in Event.objects.filter(object__in=some).exclude(kind=Kind.WITHDRAWAL):
            keys[event.object] |= payload.keys_in(event, models.get(event.model))
            if event.model in models and event.personal is None:
                gone.add(event.object)
        forgotten = withdrawn_among(set().union(*keys.values()))
        gone |= {pk for pk, own in keys.items() if own & forgotten}
    return gone
