"""That people were told what came of what they said, and how the answer sounds."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue.models import Spoken
from jukwaa.field.media import Recording
from jukwaa.programmes.models import Member, Programme
from jukwaa.record import blobs
from jukwaa.record.write import By
from jukwaa.stories.answering import queries
from jukwaa.stories.models import Answered
from jukwaa.stories.trace import Contribution, is_forgotten


def note_opened(*, said: Contribution, on: date | None = None) -> Answered | None:
    """They opened the page of their trace code themselves: they are answered. Nobody is named, nor the hour.

    None when they were answered before, or asked to be forgotten.
    """
    if is_forgotten(said) or queries.is_answered(said.pk):
        return None
    row = _answered(said.programme, said.pk, said.subject, Answered.Way.PAGE, on or timezone.localdate())
    # The hour in the record would tell who has the slip by whoever was seen with a phone then.
    return record.put("stories.answer_opened", row, by=None, sitting=_midnight(row.told_on), removed=False)


def mark_answered(
    *,
    programme: Programme,
    said: Collection[uuid.UUID],
    way: str,
    by: Member,
    on: date | None = None,
) -> Sequence[uuid.UUID]:
    """Note that these were told what came of what they said; those answered before stay as they were.

    said: ids of contributions. Gives the ids of those newly answered. Raises ValueError for a day that has
    not come, or a way that there is not.
    """
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise ValueError(_("That day has not come yet. Say on which day they were told."))
    if way == Answered.Way.PAGE:
        raise ValueError(_("Only those who spoke open their page themselves. Choose how you told them."))
    found = [each for each in queries.contributions(programme) if each.pk in set(said) and not each.answered]
    rows = [_answered(programme, each.pk, each.subject, way, on, by) for each in found]
    for row in rows:
        row.removed = False
    if rows:
        record.puts("stories.answer_given", rows, by=by)
    return [each.pk for each in found]


def take_back_answer(*, answered: Answered, by: Member) -> Answered:
    """It was noted by mistake: they are on the duty list again."""
    return record.put("stories.answer_taken_back", answered, removed=True, by=by)


def _answered(
    programme: Programme,
    of: uuid.UUID,
    subject: uuid.UUID | None,
    way: str,
    on: date,
    by: Member | None = None,
) -> Answered:
    return Answered(
        id=Answered.id_for(of),
        subject=subject,
        programme=programme,
        of=of,
        way=Answered.Way(way).value,
        told_on=on,
        told_by=by,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def keep_reading(
    *,
    programme: Programme,
    of: uuid.UUID,
    subject: uuid.UUID | None,
    language: str,
    sound: Recording,
    by: By,
) -> Spoken:
    """Keep how an answer, or one step of it, sounds in a language; recorded anew it replaces the last.

    of: `queries.whole_of` an answer or `queries.words_of` a step. subject: whose words are heard in it.
    """
    row = Spoken(
        id=Spoken.id_for(of, language, Spoken.By.PERSON),
        subject=subject,
        programme=programme,
        object=of,
        language=language,
        sound=blobs.keep(sound.data, mime=sound.mime),
        mime=sound.mime,
        made_by=Spoken.By.PERSON.value,
    )
    return record.put("stories.answer_spoken", row, by=by, removed=False)


def remove_reading(*, spoken: Spoken, by: By) -> Spoken:
    """Take a recording of an answer away; the machine is heard again where it can."""
    return record.put("stories.answer_silenced", spoken, removed=True, by=by)
