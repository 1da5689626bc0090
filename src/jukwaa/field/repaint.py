"""Run as a program of its own: a photo or a PDF comes in, the same goes out without what is hidden in it.

Of a photo (`repaint.py photo`) a new picture is painted with its pixels, as a JPEG. Of a PDF (`repaint.py
document`) only what stands on its pages goes into a new one: no author, no comments, no earlier versions, no
attachments, nothing that runs, and no place in the photos on it.

A file that would fill the memory, or that crashes what reads it, takes this process down and no other. It
knows nothing of Jukwaa. Exit status 3: nothing here can be read.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import warnings
from typing import Any

SECONDS = 30
MEMORY = 900_000_000  # address space, of which the interpreter takes a third; a photo of 40 MP fits
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
UNREADABLE = 3

# What a page needs to look as it does (ISO 32000-1, table 30); of what lies on it, links and filled fields.
OF_A_PAGE = frozenset(
    {"/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group", "/Annots"}
)
OF_WHAT_LIES_ON_IT = frozenset(
    {"/Type", "/Subtype", "/Rect", "/F", "/AP", "/AS", "/MK", "/DA", "/Border", "/BS", "/C", "/A"}
    | {"/FT", "/Ff", "/T", "/V", "/Q", "/MaxLen", "/Opt"}
)
LYING = frozenset({"/Link", "/Widget"})
# What any part of a file may tell of its making (ISO 32000-1, 14.3 and 14.5).
TOLD_BESIDE = ("/Metadata", "/PieceInfo", "/LastModified")
# Of a JPEG's segments, those without which its colours are others: JFIF, the colour profile, Adobe's.
SEGMENTS_OF_COLOUR = frozenset({0xE0, 0xE2, 0xEE})
COMMENT, START_OF_SCAN = 0xFE, 0xDA
# In a scan, 0xFF is a sample when 0 follows it, and a place to begin anew with 0xD0 to 0xD7.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def limit() -> None:
    """Let this process take so much time and memory and no more, where the system can hold it to that."""
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows has none
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def repainted(data: bytes) -> bytes:
    """Only pixels travel: a new picture is painted with them, and saved with no word of the old one."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=FORMATS) as found:
        warnings.simplefilter("ignore")
        found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        sees_through = found.mode in {"P", "PA", "LA", "RGBA"} or "transparency" in found.info
        which_way_is_up = found.getexif().tobytes()
        wanted = "RGBA" if sees_through else "RGB"
        # A photo of forty million pixels is held once, not twice: in its own mode it is made small as it is.
        small = found if found.mode == wanted else found.convert(wanted)
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        small.info["exif"] = which_way_is_up
        upright = ImageOps.exif_transpose(small)
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright.convert("RGB"), mask=upright if upright.mode == "RGBA" else None)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def reprinted(data: bytes) -> bytes:
    """The pages of a PDF as they look, in a file that tells nothing else. Any error: it cannot be read."""
    from pypdf import PdfReader, PdfWriter

    logging.disable()  # of what is wrong in the file nobody reads here
    reader, writer = PdfReader(io.BytesIO(data)), PdfWriter()
    if not reader.pages:
        raise ValueError
    for page in reader.pages:
        _keep(page, OF_A_PAGE)
        _clear_what_lies_on(page)
        _clear(page, set())
        writer.add_page(page)
    writer.reattach_fields()
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _keep(found: Any, names: frozenset[str]) -> None:
    for name in set(found) - names:
        del found[name]


def _clear_what_lies_on(page: Any) -> None:
    """Leave links to addresses and filled fields; comments and files that hang on the page go."""
    from pypdf.generic import ArrayObject, NameObject

    kept = ArrayObject()
    for reference in page.get("/Annots", ()):
        found = reference.get_object()
        if found.get("/Subtype") in LYING:
            _keep(found, OF_WHAT_LIES_ON_IT)
            if "/A" in found and found["/A"].get("/S") != "/URI":
                del found["/A"]
            kept.append(found)
    page[NameObject("/Annots")] = kept


def _clear(part: Any, seen: set[int]) -> None:
    """Take out of a part of the file, and of all its parts, what it tells beside what it shows."""
    from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

    part = part.get_object()
    if id(part) in seen or not isinstance(part, ArrayObject | DictionaryObject):
        return
    seen.add(id(part))
    if isinstance(part, ArrayObject):
        for each in part:
            _clear(each, seen)
        return
    for name in TOLD_BESIDE:
        part.pop(name, None)
    for name, value in list(part.items()):
        found = value.get_object()
        if isinstance(found, StreamObject) and "/JPXDecode" in _filters(found):
            raise ValueError  # JPEG 2000 may tell as much as a JPEG, and nothing here takes it out
        if isinstance(found, StreamObject) and "/DCTDecode" in _filters(found):
            part[name] = _without_tags(found)
        _clear(part[name], seen)


def _filters(stream: Any) -> list[str]:
    filters = stream.get("/Filter", ())
    return [filters] if isinstance(filters, str) else [str(each) for each in filters]


def _without_tags(stream: Any) -> Any:
    """The same photo on the page; its pixels are not touched."""
    from pypdf.generic import DecodedStreamObject, NameObject

    made = DecodedStreamObject()
    made.update({name: value for name, value in stream.items() if name != "/Length"})
    made[NameObject("/Filter")] = NameObject("/DCTDecode")
    made.set_data(without_tags(stream.get_data()))
    return made


def without_tags(jpeg: bytes) -> bytes:
    """A JPEG without the segments that tell of it (ITU-T T.81, annex B), and without whatever follows it.

    Some cameras put a second picture after the first, with words of its own. ValueError or IndexError: this
    is no JPEG.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        raise ValueError
    made, at = bytearray(jpeg[:2]), 2
    while jpeg[at : at + 2] != b"\xff\xd9":
        marker, ends = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at] != 0xFF or ends < at + 4:
            raise ValueError
        if marker == START_OF_SCAN:
            next_one = MARKER.search(jpeg, ends)
            ends = next_one.start() if next_one else len(jpeg)
        tells = 0xE0 <= marker <= 0xEF or marker == COMMENT
        if marker in SEGMENTS_OF_COLOUR or not tells:
            made += jpeg[at:ends]
        at = ends
    return bytes(made) + b"\xff\xd9"


MAKERS = {"photo": repainted, "document": reprinted}


def main() -> int:
    limit()
    try:
        made = MAKERS[sys.argv[1]](sys.stdin.buffer.read())
    except Exception:  # noqa: BLE001 (whatever it was, nothing here can be read)
        return UNREADABLE
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
