"""Uploads: a photo is painted anew from its pixels, a recording from its sound, a PDF from its pages.

What a file says of itself (its name, its type) is not believed: its first bytes are (trust.md §3.11). Other
programs do the work, with limits of time and memory: `repaint.py` for photos and PDF, ffmpeg for recordings.
ffmpeg need not be there: then a recording stays as it came, and `Recording.clean` says so.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from jukwaa.field import repaint

MB = 1_000_000
# Together they fit into the 32 MB that the server takes in one request.
LARGEST_PHOTO = 15 * MB
LARGEST_RECORDING = 16 * MB
MOST_PIXELS = 40_000_000
PHOTO_MIME = "image/jpeg"
PHOTO_MARKS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")
HEIC = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"heif", b"avif"})
OPUS = "audio/ogg"
MP3 = "audio/mpeg"
# What a row says of a recording that was made anew; what came from outside is never called so.
CLEAN = "audio/ogg; codecs=opus"
SECONDS_TO_CLEAN = 60
# By the clock, on a laptop that is busy; repaint.py holds itself to fewer seconds of work.
SECONDS_TO_PAINT = 90
SECONDS_TO_CLEAN_LATER = 900  # for a recording of hours, when nobody waits before a page
MEMORY = 1_000_000_000

# How ffmpeg calls what we saw in the first bytes: it is told, and does not guess.
DEMUXERS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/amr": "amr",
    "audio/webm": "matroska",
    "audio/wav": "wav",
    "audio/mp4": "mov",
    "audio/aac": "aac",
}


class Refused(ValueError):
    """A file that is not taken; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Photo:
    """A photo made anew from its pixels: a JPEG of at most 1600 pixels a side, without anything hidden."""

    data: bytes


@dataclass(frozen=True)
class Recording:
    """A recording, and the kind of audio that its first bytes say it is. clean: made anew from its sound."""

    data: bytes
    mime: str
    clean: bool = False


def kind_of(data: bytes) -> str:
    """“photo” or “sound” for what may say where and with what it was made; empty for anything else."""
    # Also what cannot be read, or is of a kind that we do not take, may say it.
    if data.startswith(PHOTO_MARKS) or data[8:12] == b"WEBP" or (data[4:8] == b"ftyp" and data[8:12] in HEIC):
        return "photo"
    return "sound" if audio_mime(data) else ""


def read_photo(data: bytes) -> Photo:
    """The photo in these bytes, rebuilt. Raises Refused when it is none, too large, or too many pixels."""
    if len(data) > LARGEST_PHOTO:
        raise Refused(_("This photo is larger than 15 MB. Take it again with a smaller picture size."))
    try:
        _looks_like_a_photo(data)
    except (_TooManyPixels, Image.DecompressionBombError) as error:
        raise Refused(_("This photo has more than 40 million pixels. Send a smaller one.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(_not_a_photo(data)) from error
    # The interpreter alone: no site of ours, no settings, no database is at hand of what reads the photo.
    made = _made_anew(data, "photo")
    if not made:
        raise Refused(_not_a_photo(data))
    return Photo(made)


def _made_anew(data: bytes, kind: str) -> bytes:
    return _run([sys.executable, "-I", repaint.__file__, kind], data, SECONDS_TO_PAINT)


def read_document(data: bytes) -> bytes:
    """The PDF in these bytes, with what stands on its pages and nothing else: no author, nothing hidden.

    Raises Refused when it is none, or is locked by a password.
    """
    if not data.startswith(b"%PDF-"):
        raise Refused(_("This file is no PDF. Save it as PDF, or send a photo of it."))
    made = _made_anew(data, "document")
    if not made:
        raise Refused(
            _(
                "This PDF cannot be taken: it is damaged, locked, or has pictures of a rare kind. "
                "Print it into a new PDF."
            )
        )
    return made


class _TooManyPixels(Exception):
    """Unpacked, the photo would fill the memory."""


def _looks_like_a_photo(data: bytes) -> None:
    """Only the first bytes are read here, for the kind and the size that they tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own warning of large pictures: ours is stricter
        with Image.open(io.BytesIO(data), formats=repaint.FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise _TooManyPixels


def _not_a_photo(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return _(
            "This photo is of a kind (HEIC) that is not read here. On the phone choose “Most compatible” as "
            "the camera's format, or send a JPEG."
        )
    return _("This file is not a photo that can be read. Send a JPEG, PNG or WebP.")


def read_recording(data: bytes) -> Recording:
    """The recording in these bytes. Raises Refused when it is too large or of no kind we know."""
    if len(data) > LARGEST_RECORDING:
        raise Refused(
            _("This recording is larger than 16 MB. Save it as Ogg or MP3, or in parts, and send it again.")
        )
    mime = audio_mime(data)
    if mime is None:
        raise Refused(
            _("This file is not a recording that can be played. Send Ogg, Opus, MP3, M4A, WAV, WebM or AMR.")
        )
    return Recording(data, mime)


def audio_mime(data: bytes) -> str | None:
    """The kind of audio that the first bytes say it is, or None when it is none that we take."""
    for mark, mime in (
        (b"OggS", "audio/ogg"),
        (b"ID3", "audio/mpeg"),
        (b"#!AMR", "audio/amr"),
        (b"\x1a\x45\xdf\xa3", "audio/webm"),
    ):
        if data.startswith(mark):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[4:8] == b"ftyp" and data[8:11] in {b"M4A", b"M4B", b"mp4", b"iso", b"3gp", b"MSN", b"das"}:
        return "audio/mp4"
    # An AAC frame (ADTS), as some phones' recorders write it: twelve set bits, layer 0.
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0:
        return "audio/aac"
    # An MPEG frame without a tag: eleven set bits, layer III, and a bit rate and a sampling rate that exist.
    if len(data) > 3 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2:
        return "audio/mpeg" if data[2] >> 4 not in {0, 15} and data[2] >> 2 & 3 != 3 else None
    return None


# ---- recordings made anew --------------------------------------------------------------------------------


def can_clean() -> bool:
    """Whether recordings can be made anew here: whether ffmpeg is there."""
    return shutil.which("ffmpeg") is not None


def take_recording(data: bytes) -> Recording:
    """The recording in these bytes as Ogg Opus, without what the phone wrote into it.

    As it came (`clean` is False) where there is no ffmpeg, or when it takes too long to wait for. Raises
    Refused when it is no recording that can be heard.
    """
    came = read_recording(data)
    if not can_clean():
        return came
    made = made_anew(came, seconds=SECONDS_TO_CLEAN)
    if made is None and not _can_be_heard(came):
        raise Refused(_("This recording cannot be played. Record it once more, or send another file."))
    return made or came


def made_anew(recording: Recording, mime: str = OPUS, *, seconds: int, longest: int = 0) -> Recording | None:
    """The recording as Ogg Opus or MP3, mono, without what the phone wrote into it, or None when that fails.

    seconds: how long to wait for it. longest: how many seconds of sound are kept; 0 for all.
    """
    cut = ["-t", str(longest)] if longest else []
    with tempfile.TemporaryDirectory(prefix="jukwaa-sound-") as folder:
        came = Path(folder) / "came"
        came.write_bytes(recording.data)
        command = [*_FFMPEG, "-f", DEMUXERS[recording.mime], "-i", str(came), *_ONLY_SOUND, *cut, *_AS[mime]]
        made = limited(command, b"", seconds)
    return Recording(made, mime, clean=True) if made else None


def _can_be_heard(recording: Recording) -> bool:
    """Whether its first second can be made anew."""
    return made_anew(recording, seconds=SECONDS_TO_CLEAN, longest=1) is not None


_FFMPEG = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"]
_FFMPEG += ["-protocol_whitelist", "file,pipe"]
_ONLY_SOUND = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]
_ONLY_SOUND += ["-fflags", "+bitexact"]
_AS = {
    OPUS: ["-ac", "1", "-ar", "24000", "-c:a", "libopus", "-b:a", "20k", "-f", "ogg", "pipe:1"],
    # Frames and nothing else: no tags, and no index, which would need a file that can be gone back in.
    MP3: [
        *["-ac", "1", "-ar", "24000", "-c:a", "libmp3lame", "-b:a", "32k"],
        *["-id3v2_version", "0", "-write_xing", "0", "-f", "mp3", "pipe:1"],
    ],
}


def limited(command: list[str], given: bytes, seconds: int) -> bytes:
    """What the program wrote, held to so much memory and time where the system can."""
    if shutil.which("prlimit"):
        command = ["prlimit", f"--as={MEMORY}", f"--cpu={seconds}", "--", *command]
    return _run(command, given, seconds)


def _run(command: list[str], given: bytes, seconds: int) -> bytes:
    """What the program wrote; nothing when it failed, or took too long or too much."""
    alone = {"PATH": os.environ.get("PATH", os.defpath)}  # nothing of ours: no key, no address of a database
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=seconds, check=False, env=alone
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""
