"""What changes by forms on phones: editions published and retired, collectors, and what is sent."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field.collect import openrosa, queries
from jukwaa.field.collect.xlsform import Made
from jukwaa.field.models import Attachment, Collector, Edition, Form, FormFile, Submission, Unreadable
from jukwaa.programmes.models import Programme
from jukwaa.record import blobs
from jukwaa.record.write import By, Withdrawn

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REALM = "Jukwaa"
USER = "collector"


class SameVersion(ValueError):
    """A version that is here already, with other content."""


# ---- forms -----------------------------------------------------------------------------------------------


@transaction.atomic
def add_edition(*, programme: Programme, made: Made, sheet: bytes, by: By) -> Edition:
    """Keep an edition of a form as a draft; the same sheet again gives the one that is here.

    Raises SameVersion when this version is here with other content.
    """
    form = queries.forms(programme).filter(form_id=made.form_id).first()
    same = form and queries.editions(form).filter(version=made.version).first()
    if same:
        if same.md5 == made.md5:
            return same
        raise SameVersion(
            _("Version %(version)s of %(form)s is here with other questions. Give this one another version.")
            % {"version": made.version, "form": made.form_id}
        )
    with record.act(by=by, programme=programme):
        if form is None:
            form = record.fact(
                "field.form_added", Form(programme=programme, form_id=made.form_id, title=made.title), by=by
            )
        edition = Edition(
            programme=programme,
            form=form,
            version=made.version,
            sheet=blobs.keep(sheet, mime=XLSX),
            xform=blobs.keep(made.xform, mime="text/xml"),
            md5=made.md5,
            languages=" ".join(made.languages),
            questions=[asdict(question) for question in made.questions],
            warnings=[*made.warnings, *made.untranslated],
        )
        return record.fact("field.edition_added", edition, by=by)


def publish_edition(*, edition: Edition, by: By) -> Edition:
    """Let phones fetch this edition; the one published before it is retired, and still taken in."""
    with record.act(by=by, programme=edition.programme_id):
        for other in (
            queries.editions(edition.form).filter(state=Edition.State.PUBLISHED).exclude(pk=edition.pk)
        ):
            record.put("field.edition_retired", other, state=Edition.State.RETIRED, by=by)
        return record.put("field.edition_published", edition, state=Edition.State.PUBLISHED, by=by)


def retire_edition(*, edition: Edition, by: By) -> Edition:
    """Let no phone fetch it any more; what was filled in before is still taken in."""
    return record.put("field.edition_retired", edition, state=Edition.State.RETIRED, by=by)


def add_form_file(*, edition: Edition, name: str, data: bytes, mime: str, by: By) -> FormFile:
    """Keep a picture, sound or list that the edition shows; one of the same name is replaced."""
    row = FormFile(
        id=uuid.uuid5(edition.pk, name),
        programme_id=edition.programme_id,
        edition=edition,
        name=name,
        file=blobs.keep(data, mime=mime),
        mime=mime,
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
    )
    return record.put("field.form_file_kept", row, by=by)


# ---- who may send ----------------------------------------------------------------------------------------


def add_collector(*, programme: Programme, name: str, by: By) -> tuple[Collector, str]:
    """Let somebody's phone fetch forms and send; gives the token that is shown once."""
    token = secrets.token_urlsafe(24)
    row = Collector(
        programme=programme,
        name=name.strip(),
        token_hash=queries.hash_token(token),
        digest=digest_of(token),
    )
    return record.fact("field.collector_added", row, by=by), token


def digest_of(token: str) -> str:
    """What Digest authentication compares (RFC 7616 §3.4.2, A1)."""
    return hashlib.md5(f"{USER}:{REALM}:{token}".encode(), usedforsecurity=False).hexdigest()


def revoke_collector(*, collector: Collector, by: By) -> Collector:
    """Let this token open nothing any more; what it sent stays."""
    return record.put("field.collector_revoked", collector, revoked=True, by=by)


# ---- what is sent ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A file that came with a submission."""

    name: str
    data: bytes
    mime: str


class Forgotten(Exception):
    """Whoever spoke has asked to be forgotten: nothing is kept, and the phone may delete it."""


@transaction.atomic
def receive_submission(
    *, collector: Collector, xml: bytes, parts: Sequence[Part] = (), at: datetime | None = None
) -> Submission:
    """Keep what a phone sent, on disk when this returns: the same again is the same row with its new files.

    Another text under the same instance id is kept beside the first, as a variant; a form that is not known
    here is kept for whoever knows it. Raises Forgotten, or openrosa.Unreadable.
    """
    sent = openrosa.read_submission(xml)
    programme_id = collector.programme_id
    edition = queries.edition_for(programme_id, sent.form_id, sent.version)
    row = Submission(
        id=Submission.id_for(programme_id, sent.form_id, sent.instance_id, hashlib.sha256(xml).hexdigest()),
        programme_id=programme_id,
        subject=voice_of(programme_id, sent.instance_id),
        edition=edition,
        form_id=sent.form_id,
        version=sent.version,
        instance_id=sent.instance_id,
        deprecated_id=sent.deprecated_id,
        xml=blobs.keep(xml, mime="text/xml"),
        answers=sent.answers,
        expected=sent.expected(queries.questions(edition)) if edition else [],
        collector=collector,
        received_at=at or timezone.now(),
    )
    try:
        with record.act(by=collector, programme=programme_id, klass=Submission.KLASS):
            kept = Submission.objects.filter(pk=row.pk).first() or _keep(row, sent, by=collector)
            _keep_parts(kept, parts, by=collector)
            return kept
    except Withdrawn as gone:
        raise Forgotten from gone


def voice_of(programme_id: uuid.UUID, instance_id: str) -> uuid.UUID:
    """Whose words a filled-in form holds: somebody of whom nothing is known but this; all its versions are
    theirs, so that forgetting one forgets them all, whatever arrives later."""
    return uuid.uuid5(programme_id, f"voice of {instance_id}")


def _keep(row: Submission, sent: openrosa.Sent, *, by: By) -> Submission:
    others = queries.of_instance(row.programme_id, sent.form_id, sent.instance_id)
    if row.edition_id is None:
        row.state = Submission.State.UNKNOWN
    elif others.exists() or sent.deprecated_id:
        row.state = Submission.State.VARIANT
    return record.put("field.submission_received", row, by=by)


def _keep_parts(row: Submission, parts: Iterable[Part], *, by: By) -> None:
    known = {(each.name, each.file) for each in queries.attachments(row)}
    named = set(row.answers.values())
    fresh = []
    for part in parts:
        sha256 = blobs.keep(part.data, mime=part.mime)
        if (part.name, sha256) not in known:
            fresh.append(
                Attachment(
                    id=Attachment.id_for(row.pk, part.name, sha256),
                    programme_id=row.programme_id,
                    subject=row.subject,
                    submission=row,
                    name=part.name,
                    file=sha256,
                    mime=part.mime,
                    named=part.name in named,
                )
            )
    record.puts("field.attachment_received", fresh, by=by)


def keep_unreadable(
    *, collector: Collector, body: bytes, reason: str, at: datetime | None = None
) -> Unreadable:
    """Keep the bytes of what could not be read, for a person to look at."""
    row = Unreadable(
        programme_id=collector.programme_id,
        body=blobs.keep(body, mime="application/octet-stream"),
        reason=reason,
        collector=collector,
        received_at=at or timezone.now(),
    )
    row.subject = row.pk
    return record.fact("field.unreadable_kept", row, by=collector)


def review_submission(*, submission: Submission, review: str, by: By) -> Submission:
    """Say what a person found on looking at it. Raises ValueError for another word."""
    return record.put("field.submission_reviewed", submission, review=Submission.Review(review).value, by=by)
