"""Run as a program of its own: a photo comes in, a new picture painted with its pixels goes out, as a JPEG.

A photo that would fill the memory, or that crashes what reads it, takes this process down and no other. It
knows nothing of Jukwaa. Exit status 3: nothing here can be read.
"""

from __future__ import annotations

import io
import sys
import warnings

SECONDS = 30
MEMORY = 900_000_000  # address space, of which the interpreter takes a third; a photo of 40 MP fits
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
UNREADABLE = 3


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


def main() -> int:
    limit()
    try:
        made = repainted(sys.stdin.buffer.read())
    except Exception:  # noqa: BLE001 (whatever it was, nothing here can be read)
        return UNREADABLE
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
