"""Forgetting: a withdrawn subject's personal parts, rows and files go, and stay gone."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from jukwaa.record import blobs, locks, payload
from jukwaa.record.fold import Model, batches, settle_all
from jukwaa.record.models import BlobUse, Event, Kind, Withdrawal


def erase(subject: uuid.UUID) -> None:
    """Erase everything personal said of the subject here, and remember to refuse whatever comes later.

    The chain of hashes still verifies: it covers salted digests, and those stay.
    """
    locks.hold_all()
    Withdrawal.objects.bulk_create([Withdrawal(subject=subject)], ignore_conflicts=True)
    said = Event.objects.filter(subject=subject).exclude(kind=Kind.WITHDRAWAL)
    touched: dict[Model, set[uuid.UUID]] = defaultdict(set)
    for label, pk in said.values_list("model", "object").distinct():
        if model := payload.model_named(label):
            touched[model].add(pk)
    scrub(set(said.values_list("object", flat=True)))
    settle_all(touched)


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
    """Those of the rows of which some event is of a subject that asked to be forgotten."""
    gone = Withdrawal.objects.values("subject")
    return {
        pk
        for some in batches(sorted(rows))
        for pk in Event.objects.filter(object__in=some, subject__in=gone).values_list("object", flat=True)
    }
