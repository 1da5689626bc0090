"""What changes in the field room: themes, testimonies, quotes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field import queries
from jukwaa.field.media import CLEAN, PHOTO_MIME, Photo, Recording
from jukwaa.field.models import Quote, Submission, Testimony, Theme, Unreadable, Writing
from jukwaa.programmes.actions import forget_participant
from jukwaa.programmes.cards import Draw, new_trace_code
from jukwaa.programmes.models import Member, Participant, Place, Programme
from jukwaa.record import blobs
from jukwaa.record.write import By


def add_theme(*, programme: Programme, title: str, cycle: str = "", meaning: str = "", by: By) -> Theme:
    """Add something that quotes can be about."""
    theme = Theme(programme=programme, title=title, cycle=cycle, meaning=meaning)
    return record.fact("field.theme_added", theme, by=by)


def change_theme(*, theme: Theme, title: str, cycle: str, meaning: str, by: By) -> Theme:
    """Name the theme anew, say anew what belongs to it, or tie it to another cycle."""
    return record.put("field.theme_changed", theme, title=title, cycle=cycle, meaning=meaning, by=by)


def remove_theme(*, theme: Theme, by: By) -> Theme:
    """Take the theme away; quotes coded to it stay, without a theme that is shown."""
    return record.put("field.theme_removed", theme, removed=True, by=by)


@transaction.atomic
def record_testimony(
    *,
    programme: Programme,
    by: By,
    text: str = "",
    language: str = "sw",
    voice: Participant | None = None,
    place: Place | None = None,
    given_on: date | None = None,
    audio: Recording | None = None,
    photo: Photo | None = None,
    about: str = "",
    danger: bool = False,
    submission: Submission | None = None,
    pk: uuid.UUID | None = None,
    draw: Draw = secrets.randbelow,
) -> Testimony:
    """Keep what one person told us. Raises ValueError when there are neither words nor a recording.

    Without a participant the voice gets an id of its own, so that it can be withdrawn by its trace code.
    pk: of a testimony that follows from something, as from a form; otherwise a new one.
    """
    if not (text.strip() or audio):
        raise ValueError(_("A testimony has words or a recording. Write down or attach at least one."))
    testimony = Testimony(
        id=pk or uuid.uuid4(),
        programme=programme,
        voice=voice,
        subject=voice.pk if voice else uuid.uuid4(),
        place=place,
        collected_by_id=_member_id(by),
        given_on=given_on,
        language=language,
        text=text.strip(),
        audio=blobs.keep(audio.data, mime=audio.mime) if audio else "",
        audio_mime=(CLEAN if audio.clean else audio.mime) if audio else "",
        photo=blobs.keep(photo.data, mime=PHOTO_MIME) if photo else "",
        trace_code=new_trace_code(draw),
        about=about,
        danger=danger,
        submission=submission,
    )
    return record.fact("field.testimony_recorded", testimony, by=by)


def _member_id(by: By) -> uuid.UUID | None:
    return by.pk if isinstance(by, Member) else None


@transaction.atomic
def change_testimony(
    *,
    testimony: Testimony,
    text: str,
    language: str,
    place: Place | None,
    given_on: date | None,
    by: By,
) -> Testimony:
    """Write down anew what was said, in which language, where and when; the words before stay as a writing.

    Raises ValueError for nothing.
    """
    if not (text.strip() or testimony.audio):
        raise ValueError(_("A testimony has words or a recording. Write down or attach at least one."))
    changed = text.strip() != testimony.text
    with record.act(by=by, programme=testimony.programme_id, klass=Testimony.KLASS):
        if changed:
            keep_first_writing(testimony=testimony, by=by)
        told = record.put(
            "field.testimony_changed",
            testimony,
            text=text.strip(),
            language=language,
            place=place,
            given_on=given_on,
            by=by,
        )
        if changed and told.text:
            segments = [{"start": None, "end": None, "words": told.text}]
            add_writing(testimony=told, text=told.text, segments=segments, by=by)
    return told


def keep_first_writing(*, testimony: Testimony, by: By) -> None:
    """Keep the words as they were taken down, with who did, before anybody writes them anew."""
    if testimony.text and not queries.writings(testimony).exists():
        segments = [{"start": None, "end": None, "words": testimony.text}]
        first = _writing(testimony, testimony.text, segments, written_by_id=testimony.collected_by_id)
        record.fact("field.testimony_written", first, by=by)


def add_writing(
    *,
    testimony: Testimony,
    text: str,
    segments: Sequence[Mapping[str, Any]],
    by: By,
    **said: Any,
) -> Writing:
    """Keep a transcript or a translation, as `Writing` describes it, beside all that were written before."""
    written = _writing(testimony, text, segments, written_by_id=_member_id(by), **said)
    return record.fact("field.testimony_written", written, by=by)


def _writing(testimony: Testimony, text: str, segments: Sequence[Mapping[str, Any]], **said: Any) -> Writing:
    return Writing(
        programme_id=testimony.programme_id,
        subject=testimony.subject,
        testimony=testimony,
        text=text,
        segments=list(segments),
        **({"language": testimony.language} | said),
    )


def withdraw_testimony(*, testimony: Testimony, by: By) -> None:
    """Forget the voice for ever: this testimony and all else that the same person said, on every node."""
    subject = testimony.subject
    if testimony.voice is not None:
        forget_participant(participant=testimony.voice, by=by)
    elif subject is not None:
        record.withdraw(subject, by=by, programme=testimony.programme_id)
    if subject is not None:
        forget_forms_of(voice=subject, by=by)


def forget_forms_of(*, voice: uuid.UUID, by: By) -> int:
    """Forget the forms of a forgotten voice: those its testimonies were made of and those that name its card.

    Such a form belongs to a voice of its own: it is forgotten, with all that still comes, and so is what
    nobody could read and names the card. Gives how many went.
    """
    forms = [*queries.forms_behind(voice), *queries.forms_naming(voice)]
    found: dict[uuid.UUID, Submission | Unreadable] = {form.subject: form for form in forms if form.subject}
    found |= {row.pk: row for row in queries.unreadable_of(voice)}
    for whose, row in found.items():
        record.withdraw(whose, by=by, programme=row.programme_id)
    return len(found)


def forget_late_form(*, submission: uuid.UUID, by: By) -> bool:
    """Forget a form that came, from whichever computer, after whose card it names had been forgotten."""
    row = Submission.objects.filter(pk=submission).first()
    if row is None or not queries.names_somebody_forgotten(row.programme_id, row.answers.values()):
        return False
    record.withdraw(row.subject or row.pk, by=by, programme=row.programme_id)
    return True


def take_quote(
    *,
    testimony: Testimony,
    text: str,
    by: By,
    theme: Theme | None = None,
    language: str = "",
    start: float | None = None,
    end: float | None = None,
    writing: Writing | None = None,
) -> Quote:
    """Take words out of the testimony; start and end: seconds of its recording.

    theme: where it is settled already; otherwise coders say it. writing: the translation that the words are
    from. Raises ValueError when there are no words, for a stretch that ends before it starts, and for a
    translation or a machine's draft that no second person has read.
    """
    if writing is not None and not writing.holds:
        raise ValueError(_("Nobody has reviewed this text yet. Let a second person read it first."))
    if not text.strip():
        raise ValueError(_("A quote needs words. Copy them from the testimony."))
    quote = Quote(
        programme_id=testimony.programme_id,
        subject=testimony.subject,
        testimony=testimony,
        theme=theme,
        text=text.strip(),
        language=language or (writing.language if writing else testimony.language),
        start=start,
        end=end,
        writing=writing,
        worded_by_id=_member_id(by),
    )
    _in_order(start, end)
    return record.fact("field.quote_taken", quote, by=by)


def _in_order(start: float | None, end: float | None) -> None:
    if (start is None) != (end is None) or (start is not None and end is not None and not 0 <= start < end):
        raise ValueError(_("A stretch of the recording has a start and a later end. Write both, or neither."))


def change_quote(
    *,
    quote: Quote,
    text: str,
    by: By,
    language: str = "",
    start: float | None = None,
    end: float | None = None,
) -> Quote:
    """Word the quote anew, or say anew where in the recording it is heard.

    Raises ValueError when there are no words, or for a stretch that ends before it starts.
    """
    if not text.strip():
        raise ValueError(_("A quote needs words. To take it away, remove it."))
    _in_order(start, end)
    language = language or quote.language
    text = text.strip()
    # Who worded it last may not check it; other words than those checked are not checked.
    worded_by = quote.worded_by_id if text == quote.text else _member_id(by)
    return record.put(
        "field.quote_changed",
        quote,
        text=text,
        start=start,
        end=end,
        language=language,
        worded_by=worded_by,
        by=by,
    )


def remove_quote(*, quote: Quote, by: By) -> Quote:
    """Take the quote away. Statements that came from it stay, and keep their link to it."""
    return record.put("field.quote_removed", quote, removed=True, by=by)
