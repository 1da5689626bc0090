"""Forgetting: a withdrawn subject's personal parts, rows and files go, and stay gone."""

from __future__ import annotations

import uuid
from collections import defaultdict

from jukwaa.record import blobs, payload
from jukwaa.record.fold import settle
from jukwaa.record.models import BlobUse, Event, Withdrawal


def erase(subject: uuid.UUID) -> None:
    """Erase everything personal said of the subject here, and remember to refuse whatever comes later.

    The chain of hashes still verifies: it covers salted digests, and those stay.
    """
    Withdrawal.objects.bulk_create([Withdrawal(subject=subject)], ignore_conflicts=True)
    said = Event.objects.filter(subject=subject)
    touched = defaultdict(set)
    for label, pk in said.values_list("model", "object").distinct():
        touched[label].add(pk)
    uses = BlobUse.objects.filter(event__subject=subject)
    named = set(uses.values_list("sha256", flat=True))
    uses.delete()
    said.update(personal=None, personal_salt=None)
    for label, ids in touched.items():
        if model := payload.model_named(label):
            settle(model, ids)
    blobs.drop_unused(named)
