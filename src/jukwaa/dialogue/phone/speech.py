"""Sounds for statements: espeak-ng reads words out, and what is recorded is made small (`field.media`).

Both are asked as processes with limits of time and memory, and neither has to be there.
"""

from __future__ import annotations

import shutil
from functools import cache

from django.utils.translation import gettext as _

from jukwaa.field import media
from jukwaa.field.media import Recording, Refused

SECONDS_TO_SPEAK = 20
LONGEST_SOUND = 300  # seconds of a recording that are kept


@cache
def machine_languages() -> frozenset[str]:
    """The languages that the machine here can read out, by code; none without espeak-ng."""
    if not shutil.which("espeak-ng"):
        return frozenset()
    told = media.limited(["espeak-ng", "--voices"], b"", SECONDS_TO_SPEAK).decode()
    codes = [line.split()[1] for line in told.splitlines()[1:] if len(line.split()) > 1]
    return frozenset(code.partition("-")[0] for code in codes)


def say(text: str, language: str) -> Recording:
    """The words as the machine reads them. Raises Refused where it cannot."""
    if language not in machine_languages():
        raise Refused(_("The machine on this computer cannot read this language out. Record a person."))
    # The words come by standard input: what begins with a dash is no option of the program.
    spoken = media.limited(
        ["espeak-ng", "-v", language, "-s", "140", "--stdin", "--stdout"], text.encode(), SECONDS_TO_SPEAK
    )
    if not spoken:
        raise Refused(_("The machine could not read these words out. Record a person."))
    return clean(Recording(spoken, "audio/wav"))


def clean(recording: Recording) -> Recording:
    """The recording as MP3, mono, at most five minutes, without what the phone wrote into it.

    Every phone plays MP3; Opus would be smaller, but no iPhone before iOS 18.4 plays it in Ogg. As it came
    where there is no ffmpeg. Raises Refused when nothing in it can be heard.
    """
    if not media.can_clean():
        return recording
    made = media.made_anew(recording, media.MP3, seconds=media.SECONDS_TO_CLEAN, longest=LONGEST_SOUND)
    if made is None:
        raise Refused(_("This recording cannot be played. Record it once more, or send another file."))
    return made
