"""What changes by forms on phones: editions published and retired, collectors, and what is sent."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from mimetypes import guess_type
from time import monotonic

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field import media
from jukwaa.field.collect import logins, openrosa, queries, referral
from jukwaa.field.collect.importing import Media
from jukwaa.field.collect.stash import Stash
from jukwaa.field.collect.xlsform import Made, read_sheet
from jukwaa.field.models import (
    AnsweredQuestion,
    Attachment,
    Collector,
    Edition,
    Form,
    FormFile,
    Referral,
    Submission,
    Unreadable,
    WrongPassword,
)
from jukwaa.field.queries import names_somebody_forgotten, numbers_in
from jukwaa.programmes.models import Member, Participant, Programme
from jukwaa.record import blobs, locks, together
from jukwaa.record.write import By, Withdrawn

OTHER = "application/octet-stream"
# Seconds of importing between two pages, so that whoever waits sees how far it is.
AT_ONCE = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
            warnings=[*made.untranslated, *made.warnings],
            referral=made.referral,
        )
        record.fact("field.edition_added", edition, by=by)
        _take_from_inbox(edition, by=by)
        return edition


def _take_from_inbox(edition: Edition, *, by: By) -> None:
    """Give what came before its form did the edition that it was filled in with."""
    asked = queries.questions(edition)
    for row in queries.strangers(edition).iterator(chunk_size=500):
        sent = openrosa.read_submission(blobs.read(row.xml))
        record.put(
            "field.submission_recognised",
            row,
            edition=edition,
            expected=sent.expected(asked),
            state=_state(row),
            by=by,
        )


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


@transaction.atomic
def write_referral_card(*, programme: Programme, words: Mapping[str, str], by: By) -> None:
    """Say where help is found here. words: by language; a language that is not named stays as it is."""
    here = {row.language: row.text for row in referral.referrals(programme)}
    with record.act(by=by, programme=programme):
        for language, typed in words.items():
            text = "\n".join(line.strip() for line in typed.strip().splitlines())
            if text == here.get(language, ""):
                continue
            row = Referral(
                id=uuid.uuid5(programme.pk, f"referral\n{language}"),
                programme=programme,
                language=language,
                text=text,
            )
            record.put("field.referral_written", row, by=by)


def renew_edition(*, edition: Edition, by: By) -> Edition:
    """The same questions as a new version with the words that the referral card has now, as a draft."""
    sheet = blobs.read(edition.sheet)
    name = "form.xlsx" if zipfile.is_zipfile(io.BytesIO(sheet)) else "form.md"
    made = read_sheet(sheet, name=name, card=referral.card(edition.programme))
    return add_edition(programme=edition.programme, made=made, sheet=sheet, by=by)


# ---- who may send ----------------------------------------------------------------------------------------


def add_collector(*, programme: Programme, name: str, by: By) -> tuple[Collector, str]:
    """Let somebody's phone fetch forms and send; gives the token that is shown once."""
    token = secrets.token_urlsafe(24)
    row = Collector(programme=programme, name=name.strip(), token_hash=queries.hash_token(token))
    row.digest = logins.secret_of(row.login, logins.REALM, token)
    return record.fact("field.collector_added", row, by=by), token


@transaction.atomic
def note_wrong_password(*, collector: Collector, at: datetime | None = None) -> None:
    """Count a wrong password against the log-in's budget for the hour (queries.too_many_wrong_passwords)."""
    now = at or timezone.now()
    WrongPassword.objects.filter(at__lte=now - queries.WRONG_PASSWORDS_COUNTED).delete()
    WrongPassword.objects.create(collector=collector, at=now)


@transaction.atomic
def take_turn(*, nonce: str, turn: int, at: datetime | None = None) -> bool:
    """Whether this is a later answer to our question than all before it; one that was heard before is not."""
    now = at or timezone.now()
    AnsweredQuestion.objects.filter(at__lte=now - timedelta(seconds=logins.NONCE_LIVES)).delete()
    _row, made = AnsweredQuestion.objects.get_or_create(nonce=nonce, defaults={"turn": turn, "at": now})
    return made or bool(AnsweredQuestion.objects.filter(nonce=nonce, turn__lt=turn).update(turn=turn))


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
    cleaning: str = ""  # what is known of it already; otherwise its first bytes say it


class Forgotten(Exception):
    """Whoever spoke has asked to be forgotten: nothing is kept, and the phone may delete it."""


@dataclass(frozen=True)
class Receipt:
    """What became of what was sent. new: whether its text was not here before."""

    submission: Submission
    new: bool


def receive_submission(
    *,
    collector: Collector | None = None,
    filled_by: Member | Participant | None = None,
    xml: bytes,
    parts: Sequence[Part] = (),
    at: datetime | None = None,
) -> Receipt:
    """Keep what a collector's phone sent, or somebody filled in on a page; on disk when this returns.

    The same again is the same row with its new files. What a participant fills in is their own: it goes when
    they ask to be forgotten.

    Another text under the same instance id is kept beside the first, as a variant; a text that says which
    one it replaces replaces it, or is a variant too when that one is not here or was replaced already; a form
    that is not known here is kept for whoever knows it. Of somebody under 18 nothing is kept but that, and no
    file. Raises Forgotten, or openrosa.Unreadable.
    """
    by = collector or filled_by
    if by is None:
        raise ValueError("somebody sends it: a collector, a member or a participant")
    return _receive(by.programme_id, xml, parts, collector=collector, at=at, by=by)


def import_submission(
    *, programme: Programme, xml: bytes, parts: Sequence[Part] = (), at: datetime | None = None, by: By
) -> Receipt:
    """Keep a submission of an export. What is here under its instance id stays as it is, and gets the files
    that it lacks. Raises Forgotten, or openrosa.Unreadable.
    """
    sent = openrosa.read_submission(xml)
    here = queries.of_instance(programme.pk, sent.form_id, sent.instance_id).first()
    if here is None:
        return _receive(programme.pk, xml, parts, by=by, at=at)
    lacked = queries.completeness(here).missing
    wanted = [part for part in parts if part.name in lacked]
    if wanted:
        kept = [blobs.keep(part.data, mime=part.mime) for part in wanted]
        with _forgotten(kept), record.act(by=by, programme=programme, klass=Submission.KLASS):
            _hold(here, wanted, kept)
            _keep_parts(here, wanted, kept, by=by)
    return Receipt(here, new=False)


@contextmanager
def _forgotten(kept: Sequence[str]) -> Iterator[None]:
    """Leave no file behind of somebody who asked to be forgotten. Raises Forgotten."""
    try:
        yield
    except Withdrawn as gone:
        with transaction.atomic():
            blobs.drop_unused(kept)
        raise Forgotten from gone


def import_some(*, programme: Programme, stashed: Stash, start: int, by: By) -> int:
    """Take in rows of an export from that one on, until AT_ONCE seconds are over; gives where it stopped.

    Whoever asked to be forgotten is not taken in again.
    """
    media, done, begun = Media(stashed.media()), start, monotonic()
    for row in stashed.rows(start):
        parts = [Part(name, data, guess_type(name)[0] or OTHER) for name, data in media.of(row)]
        with suppress(Forgotten):
            import_submission(programme=programme, xml=row.xml, parts=parts, at=row.sent_at, by=by)
        done += 1
        if monotonic() - begun > AT_ONCE:
            break
    return done


def _receive(
    programme_id: uuid.UUID,
    xml: bytes,
    parts: Sequence[Part],
    *,
    by: By,
    collector: Collector | None = None,
    at: datetime | None = None,
) -> Receipt:
    sent = openrosa.read_submission(xml).without_a_childs_words()
    if sent.of_a_child:
        xml, parts = sent.in_xml(), ()
    if names_somebody_forgotten(programme_id, sent.answers.values()):
        raise Forgotten
    # Before the transaction, so that nobody's vote waits for a disk that takes in a recording.
    files = [xml, *(part.data for part in parts)]
    mimes = ["text/xml", *(part.mime for part in parts)]
    kept = [blobs.keep(data, mime=mime) for data, mime in zip(files, mimes, strict=True)]
    edition = queries.edition_for(programme_id, sent.form_id, sent.version)
    row = Submission(
        id=Submission.id_for(programme_id, sent.form_id, sent.instance_id, kept[0]),
        programme_id=programme_id,
        subject=by.pk
        if isinstance(by, Participant)
        else voice_of(programme_id, sent.form_id, sent.instance_id, sent.deprecated_id),
        edition=edition,
        form_id=sent.form_id,
        version=sent.version,
        instance_id=sent.instance_id,
        deprecated_id=sent.deprecated_id,
        xml=kept[0],
        answers=sent.answers,
        expected=sent.expected(queries.questions(edition)) if edition else [],
        collector=collector,
        received_at=at or timezone.now(),
    )
    receipts = []

    def keep() -> None:
        with record.act(by=by, programme=programme_id, klass=Submission.KLASS):
            _hold(row, parts, kept[1:])
            here = Submission.objects.filter(pk=row.pk).first()
            found = here or _keep(row, by=by)
            _keep_parts(found, parts, kept[1:], by=by)
            receipts.append(Receipt(found, new=here is None))

    with _forgotten(kept):
        if together.possible():
            together.write(keep)  # with the votes that wait, so that the disk is waited for once
        else:
            keep()
    return receipts[-1]


def _hold(row: Submission, parts: Iterable[Part], kept: Iterable[str]) -> None:
    """Let nobody else decide meanwhile what stands of this form, nor wait for us while we wait for them."""
    locks.hold_words({f"{row.subject}"})
    before = {each.pk for each in queries.current(row.programme_id, row.form_id, row.deprecated_id)}
    files = {Attachment.id_for(row.pk, part.name, sha) for part, sha in zip(parts, kept, strict=True)}
    locks.hold(row.programme_id, {row.pk, *files, *before})


def voice_of(programme_id: uuid.UUID, form_id: str, instance_id: str, deprecated_id: str = "") -> uuid.UUID:
    """Whose words a filled-in form holds: somebody of whom nothing is known but this; all its versions are
    theirs, so that forgetting one forgets them all, whatever arrives later."""
    first = queries.of_instance(programme_id, form_id, deprecated_id).first() if deprecated_id else None
    if first and first.subject:
        return first.subject
    return uuid.uuid5(programme_id, f"voice of {deprecated_id or instance_id}")


def _keep(row: Submission, *, by: By) -> Submission:
    row.state = _state(row)
    if row.state == Submission.State.RECEIVED and row.deprecated_id:
        [before] = queries.current(row.programme_id, row.form_id, row.deprecated_id)
        record.put("field.submission_replaced", before, state=Submission.State.REPLACED, by=by)
    return record.put("field.submission_received", row, by=by)


def _state(row: Submission) -> str:
    """Where it stands beside what is here already."""
    state = Submission.State
    if not queries.edition_for(row.programme_id, row.form_id, row.version):
        return state.UNKNOWN
    if queries.of_instance(row.programme_id, row.form_id, row.instance_id).exclude(pk=row.pk).exists():
        return state.VARIANT
    before = queries.current(row.programme_id, row.form_id, row.deprecated_id)
    return state.VARIANT if row.deprecated_id and before.count() != 1 else state.RECEIVED


def _keep_parts(row: Submission, parts: Iterable[Part], kept: Iterable[str], *, by: By) -> None:
    known = set(queries.attachments(row).values_list("pk", flat=True))
    named = set(row.answers.values())
    fresh = []
    for part, sha256 in zip(parts, kept, strict=True):
        pk = Attachment.id_for(row.pk, part.name, sha256)
        if {pk, Attachment.clean_id(pk)} & known:
            continue
        known.add(pk)
        fresh.append(
            Attachment(
                id=pk,
                programme_id=row.programme_id,
                subject=row.subject,
                submission=row,
                name=part.name,
                file=sha256,
                mime=part.mime,
                named=part.name in named,
                cleaning=part.cleaning or media.kind_of(part.data),
            )
        )
    record.puts("field.attachment_received", fresh, by=by)
    blobs.drop_unused(set(kept) - {each.file for each in fresh})


# ---- photos and recordings made anew ---------------------------------------------------------------------

CLEANED_AT_ONCE = 5


def clean_due(*, many: int = CLEANED_AT_ONCE) -> int:
    """Make photos and recordings anew that came from phones, the earliest first; gives how many it looked at.

    What the phone wrote into them is gone then, here and wherever the record goes. Where there is no ffmpeg
    recordings wait; what cannot be read is kept as it came, and says so.
    """
    due = list(queries.to_be_cleaned()[:many])
    for attachment in due:
        _clean(attachment)
    return len(due)


def _clean(attachment: Attachment) -> None:
    made = _made_anew(attachment)
    if made is None:
        record.put("field.attachment_not_readable", attachment, cleaning=Attachment.Cleaning.CANNOT, by=None)
        return
    data, mime = made
    clean = Attachment(
        id=Attachment.clean_id(attachment.pk),
        programme_id=attachment.programme_id,
        subject=attachment.subject,
        submission_id=attachment.submission_id,
        name=attachment.name,
        file=blobs.keep(data, mime=mime),
        mime=mime,
        named=attachment.named,
        cleaning=Attachment.Cleaning.DONE,
    )
    try:
        with record.act(by=None, programme=attachment.programme_id, klass=Attachment.KLASS):
            record.put("field.attachment_cleaned", clean, by=None)
            if not queries.may_keep_originals(attachment.submission):
                # Not whoever spoke is forgotten: only this row, with the file that it names.
                record.withdraw(
                    attachment.pk,
                    by=None,
                    programme=attachment.programme_id,
                    verb="field.original_dropped",
                )
            else:
                record.put("field.original_kept", attachment, cleaning=Attachment.Cleaning.NOTHING, by=None)
    except Withdrawn:
        blobs.drop_unused([clean.file])


def _made_anew(attachment: Attachment) -> tuple[bytes, str] | None:
    """The photo or the recording without what the phone wrote into it, and its kind; None if it cannot be."""
    try:
        data = blobs.read(attachment.file)
        if attachment.cleaning == Attachment.Cleaning.PHOTO:
            return media.read_photo(data).data, media.PHOTO_MIME
        made = media.made_anew(media.read_recording(data), seconds=media.SECONDS_TO_CLEAN_LATER)
    except (media.Refused, FileNotFoundError):
        return None
    return (made.data, made.mime) if made else None


def keep_unreadable(
    *, collector: Collector, body: bytes, reason: str, at: datetime | None = None
) -> Unreadable:
    """Keep the bytes of what could not be read, for a person to look at; the same again is the same row.

    They are of the voice of the form that they name, if they name one, and go with it. Raises Forgotten when
    they name a form or a card of somebody who asked to be forgotten.
    """
    programme_id = collector.programme_id
    if names_somebody_forgotten(programme_id, numbers_in(body)):
        raise Forgotten
    sha256 = blobs.keep(body, mime=OTHER)
    pk = uuid.uuid5(programme_id, f"unreadable\n{sha256}")
    if here := Unreadable.objects.filter(pk=pk).first():
        return here
    named = INSTANCE.search(body)
    row = Unreadable(
        id=pk,
        subject=voice_of(programme_id, "", named[1].decode("utf-8", "replace")) if named else pk,
        programme_id=programme_id,
        body=sha256,
        reason=reason,
        collector=collector,
        received_at=at or timezone.now(),
    )
    try:
        return record.put("field.unreadable_kept", row, by=collector)
    except Withdrawn as gone:
        blobs.drop_unused([row.body])
        raise Forgotten from gone


def erase_unreadable(*, unreadable: Unreadable, by: By) -> None:
    """Erase such bytes for good, when whoever spoke asks for it and nothing in them says who it was."""
    record.withdraw(unreadable.pk, by=by, programme=unreadable.programme_id, verb="field.unreadable_erased")


# The name that a phone gave the form, where even a body cut short has it.
INSTANCE = re.compile(rb"instanceID>\s*([^<\s]{1,200})\s*</")


def review_submission(*, submission: Submission, review: str, by: By) -> Submission:
    """Say what a person found on looking at it. Another version that is approved takes the place of the one
    that stood, or of the one that it says it replaces. Raises ValueError for another word.
    """
    review = Submission.Review(review).value
    with record.act(by=by, programme=submission.programme_id, klass=Submission.KLASS):
        if review == Submission.Review.APPROVED and submission.state == Submission.State.VARIANT:
            _let_stand(submission, by=by)
        return record.put("field.submission_reviewed", submission, review=review, by=by)


def _let_stand(variant: Submission, *, by: By) -> None:
    for instance in {variant.instance_id, variant.deprecated_id} - {""}:
        for before in queries.current(variant.programme_id, variant.form_id, instance):
            record.put("field.submission_replaced", before, state=Submission.State.REPLACED, by=by)
    record.put("field.submission_chosen", variant, state=Submission.State.RECEIVED, by=by)
