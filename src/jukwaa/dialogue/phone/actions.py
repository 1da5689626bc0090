"""What changes on and for phones: pictures, sounds, and what somebody proposes by speaking."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue import actions
from jukwaa.dialogue.models import Round, Spoken, Statement
from jukwaa.dialogue.phone.pictures import PICTURES
from jukwaa.field.media import PHOTO_MIME, Photo, Recording
from jukwaa.programmes.cards import Draw, new_trace_code
from jukwaa.programmes.models import Participant
from jukwaa.record import blobs
from jukwaa.record.write import By


def choose_picture(*, statement: Statement, picture: str, by: By) -> Statement:
    """Put an icon on the statement's card, or none. Raises ValueError for one that there is not."""
    if picture and picture not in PICTURES:
        raise ValueError(_("There is no such picture. Choose one of those shown."))
    return record.put("dialogue.picture_chosen", statement, picture=picture, by=by)


def set_photo(*, statement: Statement, photo: Photo | None, by: By) -> Statement:
    """Put a photo on the statement's card, or take it away."""
    kept = blobs.keep(photo.data, mime=PHOTO_MIME) if photo else ""
    return record.put("dialogue.photo_chosen", statement, photo=kept, by=by)


def keep_voice(
    *,
    of: Statement | Round,
    language: str,
    sound: Recording,
    by: By,
    made_by: str = Spoken.By.PERSON,
) -> Spoken:
    """Keep how the row's words sound in a language; recorded anew it replaces the last of the same kind."""
    row = Spoken(
        id=Spoken.id_for(of.pk, language, made_by),
        subject=of.subject,
        programme_id=of.programme_id,
        object=of.pk,
        language=language,
        sound=blobs.keep(sound.data, mime=sound.mime),
        mime=sound.mime,
        made_by=Spoken.By(made_by).value,
    )
    return record.put("dialogue.words_spoken", row, by=by, removed=False)


def keep_machine_voices(*, made: Iterable[tuple[Statement | Round, str, Recording]], by: By) -> int:
    """Keep what the machine read out: the row, the language, the sound. Gives their number."""
    kept = [
        keep_voice(of=row, language=language, sound=sound, made_by=Spoken.By.MACHINE, by=by)
        for row, language, sound in made
    ]
    return len(kept)


def remove_voice(*, spoken: Spoken, by: By) -> Spoken:
    """Take a reading away; the machine's is heard again where a person's goes."""
    return record.put("dialogue.voice_removed", spoken, removed=True, by=by)


@transaction.atomic
def propose_aloud(
    *,
    round: Round,
    sound: Recording,
    by: Participant,
    text: str = "",
    at: datetime | None = None,
    draw: Draw = secrets.randbelow,
) -> Statement:
    """Keep what a participant said aloud, and may have written too, for a moderator.

    Without words the statement waits until a moderator writes them down. Raises RoundClosed, TooManyWaiting
    or ValueError.
    """
    if text.strip():
        said = actions.propose_statement(round=round, text=text, by=by, at=at, draw=draw)
    else:
        actions.may_propose(round=round, by=by, at=at)
        said = Statement(
            programme_id=round.programme_id,
            round=round,
            language=by.language or round.language,
            position=Statement.objects.filter(round=round).count(),
            trace_code=new_trace_code(draw),
            by_participant=True,
            subject=by.pk,
        )
        record.fact("dialogue.statement_proposed", said, by=by)
    keep_voice(of=said, language=said.language, sound=sound, by=by)
    return said
