"""Uploads from the field: a photo is rebuilt from its pixels, a recording is taken only if it is one we know.

What a file says of itself (its name, its type) is not believed: its first bytes are (trust.md §3.11).
A recording is kept as it came: it may carry what the phone wrote into it. The page that takes it says so.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MB = 1_000_000
# Together they fit into the 32 MB that the server takes in one request.
LARGEST_PHOTO = 15 * MB
LARGEST_RECORDING = 16 * MB
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
PHOTO_MIME = "image/jpeg"
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")


class Refused(ValueError):
    """A file that is not taken; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Photo:
    """A photo made anew from its pixels: a JPEG of at most 1600 pixels a side, without anything hidden."""

    data: bytes


@dataclass(frozen=True)
class Recording:
    """A recording as it came, and the kind of audio that its first bytes say it is."""

    data: bytes
    mime: str


def read_photo(data: bytes) -> Photo:
    """The photo in these bytes, rebuilt. Raises Refused when it is none, too large, or too many pixels."""
    if len(data) > LARGEST_PHOTO:
        raise Refused(_("This photo is larger than 15 MB. Take it again with a smaller picture size."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own warning of large pictures: ours is stricter
            return Photo(_rebuilt(data))
    except (_TooManyPixels, Image.DecompressionBombError) as error:
        raise Refused(_("This photo has more than 40 million pixels. Send a smaller one.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(_("This file is not a photo that can be read. Send a JPEG, PNG or WebP.")) from error


class _TooManyPixels(Exception):
    """Unpacked, the photo would fill the memory."""


def _rebuilt(data: bytes) -> bytes:
    """Only pixels travel: a new picture is painted with them, and saved with no word of the old one."""
    with Image.open(io.BytesIO(data), formats=PHOTO_FORMATS) as found:
        if found.width * found.height > MOST_PIXELS:
            raise _TooManyPixels
        found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(found)
        flat = Image.new("RGB", upright.size, "white")
        upright = upright.convert("RGBA") if upright.mode in {"P", "PA", "LA", "RGBA"} else upright
        flat.paste(upright.convert("RGB"), mask=upright if upright.mode == "RGBA" else None)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


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
