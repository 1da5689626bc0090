"""Files of publications: known by their first bytes, never by what their sender calls them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """What a file is: its media type and the ending of its name."""

    mime: str
    ending: str


PDF = Kind("application/pdf", "pdf")
PNG = Kind("image/png", "png")
JPEG = Kind("image/jpeg", "jpg")
MP4 = Kind("video/mp4", "mp4")
WEBM = Kind("video/webm", "webm")
MP3 = Kind("audio/mpeg", "mp3")
OGG = Kind("audio/ogg", "ogg")
ODT = Kind("application/vnd.oasis.opendocument.text", "odt")
EPUB = Kind("application/epub+zip", "epub")
KINDS = (PDF, PNG, JPEG, MP4, WEBM, MP3, OGG, ODT, EPUB)

# What stands where in the file. Nothing that runs when it is opened: no HTML, no SVG, no Office macros.
SIGNS: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"%PDF-", PDF),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"\xff\xd8\xff", JPEG),
    (4, b"ftyp", MP4),
    (0, b"\x1a\x45\xdf\xa3", WEBM),
    (0, b"ID3", MP3),
    (0, b"OggS", OGG),
    # Both are archives whose first entry, by their standards, says uncompressed what they are.
    (30, b"mimetypeapplication/vnd.oasis.opendocument.text", ODT),
    (30, b"mimetypeapplication/epub+zip", EPUB),
)


class Refused(Exception):
    """The file is too large, or of a kind that is not given out."""


def kind_of(data: bytes) -> Kind:
    """What the file is, by its bytes. Raises Refused with a sentence for whoever chose it."""
    if len(data) > LARGEST:
        raise Refused(
            _("The file has %(size)d MB; it may have %(largest)d. Make it smaller, or cut it in parts.")
            % {"size": len(data) // 1_048_576, "largest": LARGEST // 1_048_576}
        )
    for place, sign, kind in SIGNS:
        if data.startswith(sign, place):
            return kind
    raise Refused(
        _("This is none of the files that can be given out: %(endings)s. Save it as a PDF and choose that.")
        % {"endings": ", ".join(kind.ending for kind in KINDS)}
    )


def mime_of(file_name: str) -> str:
    """The media type that goes with a name that `name_for` made."""
    ending = file_name.rpartition(".")[2]
    return next((kind.mime for kind in KINDS if kind.ending == ending), "application/octet-stream")


def name_for(title: str, kind: Kind) -> str:
    """A plain file name from the title: what the sender called the file stays with the sender."""
    return f"{slugify(title)[:60].strip('-') or 'publication'}.{kind.ending}"
