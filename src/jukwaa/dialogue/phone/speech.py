"""Sounds made and cleaned by programs beside us: espeak-ng reads words out, ffmpeg makes a recording small.

Both are asked as processes with limits of time and memory, and neither has to be there.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from jukwaa.field.media import Recording, Refused

SECONDS_TO_SPEAK = 20
SECONDS_TO_CLEAN = 60
LONGEST_SOUND = 300  # seconds of a recording that are kept
MEMORY = 1_000_000_000
MP3 = "audio/mpeg"

# How ffmpeg calls what `field.media` saw in the first bytes: it is told, and does not guess.
DEMUXERS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/amr": "amr",
    "audio/webm": "matroska",
    "audio/wav": "wav",
    "audio/mp4": "mov",
    "audio/aac": "aac",
}


@cache
def machine_languages() -> frozenset[str]:
    """The languages that the machine here can read out, by code; none without espeak-ng."""
    if not shutil.which("espeak-ng"):
        return frozenset()
    told = _run(["espeak-ng", "--voices"], b"", SECONDS_TO_SPEAK).decode()
    codes = [line.split()[1] for line in told.splitlines()[1:] if len(line.split()) > 1]
    return frozenset(code.partition("-")[0] for code in codes)


def say(text: str, language: str) -> Recording:
    """The words as the machine reads them. Raises Refused where it cannot."""
    if language not in machine_languages():
        raise Refused(_("The machine on this computer cannot read this language out. Record a person."))
    # The words come by standard input: what begins with a dash is no option of the program.
    spoken = _run(
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
    if not shutil.which("ffmpeg"):
        return recording
    with tempfile.TemporaryDirectory(prefix="jukwaa-sound-") as folder:
        came = Path(folder) / "came"
        came.write_bytes(recording.data)
        made = _run(
            [*_FFMPEG, "-f", DEMUXERS[recording.mime], "-i", str(came), *_AS_MP3], b"", SECONDS_TO_CLEAN
        )
    if not made:
        raise Refused(_("This recording cannot be played. Record it once more, or send another file."))
    return Recording(made, MP3)


_FFMPEG = [
    "ffmpeg",
    "-nostdin",
    "-hide_banner",
    "-loglevel",
    "error",
    "-threads",
    "1",
    "-protocol_whitelist",
    "file,pipe",
]
_AS_MP3 = [
    *(
        "-map",
        "0:a:0",
        "-vn",
        "-sn",
        "-dn",
        "-map_metadata",
        "-1",
        "-map_chapters",
        "-1",
        "-fflags",
        "+bitexact",
    ),
    *(
        "-t",
        str(LONGEST_SOUND),
        "-ac",
        "1",
        "-ar",
        "24000",
        "-c:a",
        "libmp3lame",
        "-b:a",
        "32k",
        # Frames and nothing else: no tags, and no index, which would need a file that can be gone back in.
        "-id3v2_version",
        "0",
        "-write_xing",
        "0",
        "-f",
        "mp3",
        "pipe:1",
    ),
]


def _run(command: list[str], given: bytes, seconds: int) -> bytes:
    """What the program wrote; nothing when it failed, or took too long or too much."""
    if shutil.which("prlimit"):
        command = ["prlimit", f"--as={MEMORY}", f"--cpu={seconds}", "--", *command]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""
