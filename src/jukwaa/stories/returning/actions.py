"""What people correct in what was brought back to them."""

from __future__ import annotations

import re
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue.models import Finding
from jukwaa.programmes.models import Constituency, Member, Place, Programme
from jukwaa.record.write import By
from jukwaa.stories.models import Correction

LONGEST = 600
# What looks like a phone number: nobody is to be found by what they correct.
NUMBER = re.compile(r"(?:\d[ .\-]?){7,}")


def note_correction(
    *,
    programme: Programme,
    text: str,
    by: By,
    place: Place | None = None,
    constituency: Constituency | None = None,
    finding: Finding | None = None,
    language: str = "",
    said_on: date | None = None,
) -> Correction:
    """Write down what people of a place or a group say instead. Raises ValueError for what does not fit."""
    words = " ".join(text.split())
    if not words:
        raise ValueError(_("Write down what they say instead."))
    if len(words) > LONGEST:
        raise ValueError(_("Write it shorter: at most %(most)d characters.") % {"most": LONGEST})
    if NUMBER.search(words):
        raise ValueError(_("This holds what looks like a phone number. Leave it out."))
    if place is None and constituency is None:
        raise ValueError(_("Say which place or which group it comes from."))
    row = Correction(
        programme=programme,
        finding=finding,
        place=place,
        constituency=constituency,
        text=words,
        language=language or programme.first_language,
        said_on=said_on or timezone.localdate(),
        taken_by=by if isinstance(by, Member) else None,
    )
    return record.fact("stories.correction_noted", row, by=by)


def remove_correction(*, correction: Correction, by: By) -> Correction:
    """Take a correction away, as when it names somebody: its words are erased."""
    with record.act(by=by, programme=correction.programme_id, alone=True):
        record.put("stories.correction_removed", correction, removed=True, by=by)
        record.withdraw(
            correction.pk, by=by, programme=correction.programme_id, verb="stories.correction_erased"
        )
    return correction
