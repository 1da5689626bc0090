"""What is known of forms, collectors and submissions."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from jukwaa.field.collect.xlsform import Question
from jukwaa.field.models import Attachment, Collector, Edition, Form, FormFile, Submission, Unreadable
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing


def forms(programme: Programme) -> QuerySet[Form]:
    """The programme's forms, by title."""
    return standing(Form.objects.filter(programme=programme))


def editions(form: Form) -> QuerySet[Edition]:
    """A form's editions, the newest first."""
    return standing(Edition.objects.filter(form=form))


def published(programme_id: uuid.UUID) -> QuerySet[Edition]:
    """What phones may fetch, by title."""
    found = standing(Edition.objects.filter(programme=programme_id, state=Edition.State.PUBLISHED))
    return found.select_related("form").order_by("form__title")


def edition_for(programme_id: uuid.UUID, form_id: str, version: str) -> Edition | None:
    """The edition that a submission was filled in with, draft or retired as it may be."""
    return standing(
        Edition.objects.filter(programme=programme_id, form__form_id=form_id, version=version)
    ).first()


def questions(edition: Edition) -> list[Question]:
    """What the edition asks, in its order."""
    return [Question(**each) for each in edition.questions]


def files(edition: Edition) -> QuerySet[FormFile]:
    """The pictures, sounds and lists that the edition shows."""
    return standing(FormFile.objects.filter(edition=edition))


def collectors(programme: Programme) -> QuerySet[Collector]:
    """Whose phones may send, or might before."""
    return standing(Collector.objects.filter(programme=programme))


def collector_with(token: str) -> Collector | None:
    """Whose token it is, while it is not revoked."""
    found = Collector.objects.filter(token_hash=hash_token(token), revoked=False)
    return standing(found).select_related("programme").first()


def hash_token(token: str) -> str:
    """What is kept of a token: 192 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def submissions(form: Form) -> QuerySet[Submission]:
    """What was filled in of the form, the latest first."""
    found = standing(Submission.objects.filter(programme=form.programme_id, form_id=form.form_id))
    return found.select_related("edition", "collector")


def of_instance(programme_id: uuid.UUID, form_id: str, instance_id: str) -> QuerySet[Submission]:
    """All that was sent under one instance id."""
    return standing(
        Submission.objects.filter(programme=programme_id, form_id=form_id, instance_id=instance_id)
    )


def inbox(programme: Programme) -> QuerySet[Submission]:
    """What waits for a person: of forms not known here, and other versions of what is here."""
    waits = (Submission.State.UNKNOWN, Submission.State.VARIANT)
    return standing(Submission.objects.filter(programme=programme, state__in=waits, review=""))


def unreadable(programme: Programme) -> QuerySet[Unreadable]:
    """What phones sent and nobody could read."""
    return standing(Unreadable.objects.filter(programme=programme))


def attachments(submission: Submission) -> QuerySet[Attachment]:
    """The files that came with it, of each name the newest first."""
    return standing(Attachment.objects.filter(submission=submission))


@dataclass(frozen=True)
class Completeness:
    """How many of the files that a submission's text names are here, and which are not."""

    expected: int
    present: int
    missing: tuple[str, ...]


def completeness(submission: Submission) -> Completeness:
    """Judged from the text, whatever the phone says of it (field.md §1.3)."""
    here = set(attachments(submission).values_list("name", flat=True))
    missing = tuple(name for name in submission.expected if name not in here)
    return Completeness(len(submission.expected), len(submission.expected) - len(missing), missing)
