"""What changes with what people said: a filled-in form becomes testimonies."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field import media
from jukwaa.field.actions import add_writing, keep_first_writing, record_testimony
from jukwaa.field.media import OPUS, Photo, Recording, read_photo
from jukwaa.field.models import Attachment, Submission, Testimony, Writing
from jukwaa.field.voices import queries, times
from jukwaa.field.voices.times import Segment
from jukwaa.programmes.actions import add_voice, give_consent
from jukwaa.programmes.cards import Draw
from jukwaa.programmes.models import Audience, Constituency, Member, Participant, Place, Purpose
from jukwaa.record import blobs
from jukwaa.record.write import By

DONE = Attachment.Cleaning.DONE


class NotToBeMade(ValueError):
    """No testimony is made of this form; the sentence says why."""


def make_testimonies(
    *,
    submission: Submission,
    constituency: Constituency | None,
    place: Place | None,
    by: By,
    draw: Draw = secrets.randbelow,
) -> list[Testimony]:
    """Make a testimony of each answer of the form, with what the person agreed to.

    Who holds the card that the form names is whose words they are; without one, the voice of the form is.
    Raises NotToBeMade for a child, without a yes, without an answer, or when they were made before; and
    media.Refused for a file that cannot be played or seen.
    """
    filled = queries.read(submission)
    _may_be_made(submission, filled)
    # Before the transaction, so that nobody's vote waits for a recording that is made anew.
    sounds = {spoken.about: _recording(spoken.sound) for spoken in filled.spoken}
    photo = _photo(filled.photo)
    with transaction.atomic():
        _may_be_made(submission, filled)  # somebody else may have been quicker
        voice = queries.speaker(submission, filled) or add_voice(
            programme=submission.programme,
            voice=_voice_of(submission),
            constituency=constituency,
            place=place,
            gender=filled.gender,
            age_band=filled.age_band,
            language=filled.language,
            by=by,
        )
        _note_consents(voice, filled, submission, by=by)
        return [
            record_testimony(
                programme=submission.programme,
                # The same form gives the same testimonies, on whichever node they are made.
                pk=uuid.uuid5(submission.pk, spoken.about),
                submission=submission,
                voice=voice,
                place=place,
                given_on=submission.received_at.date(),
                language=filled.language or submission.programme.first_language,
                text=spoken.words,
                audio=sounds[spoken.about],
                photo=photo if number == 0 else None,
                about=spoken.about,
                danger=filled.danger,
                by=by,
                draw=draw,
            )
            for number, spoken in enumerate(filled.spoken)
        ]


def _may_be_made(submission: Submission, filled: queries.Filled) -> None:
    if filled.child:
        raise NotToBeMade(_("The person who spoke is under 18. Nothing is made of this form."))
    if not filled.agreed:
        raise NotToBeMade(_("The person did not agree to be heard and kept. Nothing is made of this form."))
    if not filled.spoken:
        raise NotToBeMade(_("There are no words and no recording here yet. Let the phone send once more."))
    if queries.made_of(submission).exists():
        raise NotToBeMade(_("Testimonies were made of this form before."))


def _voice_of(submission: Submission) -> uuid.UUID:
    if submission.subject is None:
        raise NotToBeMade(_("Nobody's voice is known to be in this form."))
    return submission.subject


def _note_consents(voice: Participant, filled: queries.Filled, submission: Submission, *, by: By) -> None:
    for purpose, given in ((Purpose.QUOTE, filled.may_quote), (Purpose.VOICE, filled.may_voice)):
        give_consent(
            participant=voice,
            purpose=purpose,
            given=given,
            audience=Audience.PROGRAMME,
            version=f"{submission.form_id} {submission.version}",
            language=filled.language,
            witness=filled.witness,
            way=filled.way,
            recording=filled.consent_voice.file if filled.consent_voice else "",
            danger=filled.danger,
            said_on=submission.received_at.date(),
            by=by,
        )


def _recording(sound: Attachment | None) -> Recording | None:
    if sound is None:
        return None
    data = blobs.read(sound.file)
    if sound.cleaning == DONE:
        return Recording(data, OPUS, clean=True)
    came = media.read_recording(data)
    # What nobody can hear now may be mended one day: it stays as it came, and the page says so.
    made = media.made_anew(came, seconds=media.SECONDS_TO_CLEAN) if media.can_clean() else None
    return made or came


def _photo(photo: Attachment | None) -> Photo | None:
    if photo is None:
        return None
    data = blobs.read(photo.file)
    return Photo(data) if photo.cleaning == DONE else read_photo(data)


# ---- written down, translated, read by a second person -----------------------------------------------------


@transaction.atomic
def write_down(*, testimony: Testimony, segments: Sequence[Segment], by: By, machine: str = "") -> Writing:
    """Keep what is heard in the recording, in its own language; the words before stay beside it.

    They become the testimony's words at once; those that a machine drafted only once somebody has read them.
    What stands there already is not written again. Raises ValueError where there are no words.
    """
    text = times.words_of(segments)
    if not text:
        raise ValueError(_("Nothing is written down yet. Write what is heard."))
    newest = queries.newest_transcript(testimony)
    if newest and (newest.segments, newest.machine) == ([*segments], machine):
        return newest
    with record.act(by=by, programme=testimony.programme_id, klass=Testimony.KLASS):
        keep_first_writing(testimony=testimony, by=by)
        written = add_writing(testimony=testimony, text=text, segments=segments, machine=machine, by=by)
        if written.holds:
            record.put("field.testimony_changed", testimony, text=text, by=by)
    return written


@transaction.atomic
def translate_testimony(
    *,
    testimony: Testimony,
    segments: Sequence[Segment],
    language: str,
    by: By,
    machine: str = "",
    source: Writing | None = None,
) -> Writing:
    """Keep what the testimony says in another language; what stands there already is not written again.

    Raises ValueError without words, or for the language in which it was said.
    """
    if language == testimony.language:
        raise ValueError(_("This is the language in which it was said. Choose another one."))
    text = times.words_of(segments)
    if not text:
        raise ValueError(_("Nothing is translated yet. Write at least one line."))
    newest = next((each for each in queries.translations(testimony) if each.language == language), None)
    if newest and (newest.segments, newest.machine) == ([*segments], machine):
        return newest
    return add_writing(
        testimony=testimony,
        text=text,
        segments=segments,
        language=language,
        translation=True,
        machine=machine,
        source=source.pk if source else None,
        by=by,
    )


@transaction.atomic
def review_writing(*, writing: Writing, by: Member) -> Writing:
    """Say that one has read it against what was said and that it is right.

    Raises ValueError for whoever wrote it.
    """
    if writing.written_by_id == by.pk:
        raise ValueError(_("You wrote this yourself. Let somebody else read it."))
    with record.act(by=by, programme=writing.programme_id, klass=Testimony.KLASS):
        told = record.put("field.writing_reviewed", writing, reviewed_by=by, by=by)
        if not writing.translation and queries.transcript(writing.testimony) == told:
            record.put("field.testimony_changed", writing.testimony, text=told.text, by=by)
    return told
