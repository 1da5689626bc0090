"""Two hundred files as phones and mischief make them, each with words in it that must not come out."""

from __future__ import annotations

import io
import itertools
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, PngImagePlugin
from PIL.ExifTags import IFD, Base

from tests.field.sounds import amr, wav

PLANTED = "PLANTED-SECRET"
TEXT = PLANTED.encode()


class File(NamedTuple):
    """One file. kind: photo or sound; sound of body: whether it can be read, so must be taken."""

    name: str
    kind: str
    data: bytes
    good: bool


def corpus() -> list[File]:
    """All of them; recordings other than WAV and AMR only where there is ffmpeg to make them."""
    photos, sounds = list(photographs()), list(recordings())
    cut = [*truncated(photos[::5]), *truncated(sounds[::2])]
    return [*photos, *sounds, *cut, *bombs(), *polyglots(), *strangers()]


# ---- photos ----------------------------------------------------------------------------------------------


def photographs() -> Iterator[File]:
    """Cameras' photos, with place, serial number, thumbnail, XMP, IPTC, comments and profiles."""
    sizes, modes = [(64, 48), (48, 64), (2000, 1500)], ["RGB", "L", "CMYK"]
    for (w, h), mode, way in itertools.product(sizes, modes, [1, 3, 6, 8]):
        yield File(f"jpeg-{mode}-{w}x{h}-{way}", "photo", _jpeg((w, h), mode, way), good=True)
    for size, mode in itertools.product(sizes, ["RGB", "RGBA", "P", "LA", "L", "1", "I;16"]):
        yield File(f"png-{mode}-{size[0]}", "photo", _png(size, mode), good=True)
    for size, mode in itertools.product(sizes, ["RGB", "RGBA"]):
        yield File(f"webp-{mode}-{size[0]}", "photo", _webp(size, mode), good=True)


def _exif(way: int) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Orientation] = way
    exif[Base.Make] = exif[Base.Model] = exif[Base.Artist] = exif[Base.ImageDescription] = PLANTED
    exif[Base.BodySerialNumber] = exif[Base.CameraOwnerName] = PLANTED
    exif[Base.MakerNote] = TEXT * 20
    exif[Base.XPComment] = PLANTED.encode("utf-16-le")
    exif.get_ifd(IFD.GPSInfo).update(
        {1: "S", 2: (2.0, 52.0, 17.0), 3: "E", 4: (32.0, 10.0, 3.0), 29: PLANTED}
    )
    return exif


def _with_a_thumbnail(exif: bytes) -> bytes:
    """Behind the tags lies a small JPEG, as cameras put it there, with a comment of its own."""
    out = io.BytesIO()
    Image.new("RGB", (16, 12), "red").save(out, "JPEG", comment=TEXT)
    return exif + out.getvalue()


def _jpeg(size: tuple[int, int], mode: str, way: int) -> bytes:
    out = io.BytesIO()
    exif = _with_a_thumbnail(_exif(way).tobytes())
    Image.new(mode, size).save(out, "JPEG", exif=exif, comment=TEXT, icc_profile=TEXT * 30)
    made = out.getvalue()
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><dc:creator>" + TEXT + b"</dc:creator></x:xmpmeta>"
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(TEXT) + 5)
    iptc += b"\x1c\x02\x50" + struct.pack(">H", len(TEXT)) + TEXT
    blocks = b"".join(
        b"\xff" + kind + struct.pack(">H", len(said) + 2) + said
        for kind, said in ((b"\xe1", xmp), (b"\xed", iptc), (b"\xef", TEXT))
    )
    return made[:2] + blocks + made[2:] + TEXT


def _png(size: tuple[int, int], mode: str) -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", PLANTED)
    said.add_text("Software", PLANTED, zip=True)
    said.add_itxt("XML:com.adobe.xmp", f"<x>{PLANTED}</x>")
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG", pnginfo=said, exif=_exif(6), icc_profile=TEXT * 30)
    return out.getvalue() + TEXT


def _webp(size: tuple[int, int], mode: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "WEBP", exif=_exif(3).tobytes(), xmp=TEXT, icc_profile=TEXT * 30)
    return out.getvalue() + TEXT


# ---- recordings ------------------------------------------------------------------------------------------

# Ending, what ffmpeg is told to make of a tone.
MADE = [
    ("mp3", ["-c:a", "libmp3lame", "-id3v2_version", "3", "-write_id3v1", "1"]),
    ("mp3", ["-c:a", "libmp3lame", "-id3v2_version", "4"]),
    ("m4a", ["-c:a", "aac"]),
    ("mp4", ["-c:a", "aac", "-movflags", "+faststart+use_metadata_tags"]),
    ("3gp", ["-c:a", "aac", "-ac", "1"]),
    ("ogg", ["-c:a", "libopus"]),
    ("ogg", ["-c:a", "libvorbis"]),
    ("webm", ["-c:a", "libopus"]),
    ("wav", ["-c:a", "pcm_s16le"]),
]
TAGS = [
    "title",
    "artist",
    "comment",
    "location",
    "location-eng",
    "com.apple.quicktime.location.ISO6709",
    "encoder",
]


def recordings() -> Iterator[File]:
    """Phones' recordings, with ID3, comments, places, covers and chapters."""
    for number in range(3):
        yield File(f"amr-{number}", "sound", amr(20 + 10 * number) + TEXT * number, good=True)
        yield File(f"wav-{number}", "sound", _wav_with_words(0.2 + number / 10), good=True)
    if not shutil.which("ffmpeg"):
        return
    for (ending, said), channels in itertools.product(MADE, ["1", "2"]):
        channels = "1" if ending == "3gp" else channels
        made = _by_ffmpeg(ending, [*said, "-ac", channels])
        yield File(f"{ending}-{said[1]}-{channels}", "sound", made, good=True)


def _wav_with_words(seconds: float) -> bytes:
    sound = wav(seconds)
    words = b"INFOIART" + struct.pack("<I", len(TEXT) + len(TEXT) % 2) + TEXT + b"\0" * (len(TEXT) % 2)
    made = sound + b"LIST" + struct.pack("<I", len(words)) + words
    return made[:4] + struct.pack("<I", len(made) - 8) + made[8:]


def _by_ffmpeg(ending: str, said: list[str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out, chapters = Path(folder) / f"made.{ending}", Path(folder) / "chapters"
        chapters.write_text(f";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=300\ntitle={PLANTED}\n")
        tags = [each for tag in TAGS for each in ("-metadata", f"{tag}={PLANTED}")]
        of_stream = [each for tag in TAGS for each in ("-metadata:s:a:0", f"{tag}={PLANTED}")]
        command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=0.4"]
        command += [
            "-i",
            str(chapters),
            "-map",
            "0:a",
            "-map_chapters",
            "1",
            *tags,
            *of_stream,
            *said,
            str(out),
        ]
        subprocess.run(command, check=True)
        return out.read_bytes()


# ---- what nobody means well ------------------------------------------------------------------------------


def truncated(files: list[File]) -> Iterator[File]:
    """The same, cut off: of a recording some may still be heard, and whether it is taken is all one."""
    for file, tenths in itertools.product(files, [1, 4, 8]):
        data = file.data.replace(TEXT, b"") if tenths == 8 else file.data
        yield File(f"{file.name}-cut-{tenths}", file.kind, data[: len(data) * tenths // 10], good=False)


def bombs() -> Iterator[File]:
    """Small files that unpack to much."""
    for mode in ("1", "P", "RGB", "RGBA"):
        out = io.BytesIO()
        Image.new(mode, (8000, 5000)).save(out, "PNG")
        yield File(f"forty-million-{mode}", "photo", out.getvalue(), good=True)
    for side in (6400, 20_000, 60_000):
        yield File(f"png-bomb-{side}", "photo", _png_that_says(side), good=False)
    said = PngImagePlugin.PngInfo()
    said.add_text("bomb", "0" * 900_000, zip=True)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=said)
    yield File("png-text-bomb", "photo", out.getvalue(), good=True)
    huge = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        0xFFFFFFFF,
        b"WAVE",
        b"fmt ",
        16,
        1,
        65535,
        192_000,
        9,
        9,
        16,
        b"data",
        0xFFFFFFF0,
    )
    yield File("wav-of-65535-channels", "sound", huge + bytes(4000), good=False)
    yield File(
        "mp4-of-atoms", "sound", b"\0\0\0\x18ftypM4A \0\0\0\0" + b"\0\0\0\x08moov" * 20_000, good=False
    )
    yield File("webm-without-end", "sound", b"\x1a\x45\xdf\xa3" + b"\xff" * 5000, good=False)
    yield File("amr-of-five-minutes", "sound", amr(15_000), good=True)


def _png_that_says(side: int) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks
    )


def polyglots() -> Iterator[File]:
    """Files that are two things at once: only the picture or the sound may be left."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("evil.html", f"<script>{PLANTED}</script>")
    script = b"<html><script>" + TEXT + b"</script></html>"
    for number, (start, tail) in enumerate(
        itertools.product(
            ["jpeg", "png", "webp"], [packed.getvalue(), script, b"%PDF-1.7 " + TEXT, b"MZ" + TEXT]
        )
    ):
        made = {
            "jpeg": _jpeg((32, 24), "RGB", 1),
            "png": _png((32, 24), "RGB"),
            "webp": _webp((32, 24), "RGB"),
        }
        yield File(f"{start}-and-{number}", "photo", made[start] + tail, good=True)
    for tail in (packed.getvalue(), script):
        yield File("amr-and-another", "sound", amr(20) + tail, good=True)
        yield File("wav-and-another", "sound", _wav_with_words(0.2) + tail, good=True)
    yield File("playlist", "sound", b"#EXTM3U\nfile:///etc/passwd\n", good=False)
    yield File("ogg-that-is-a-playlist", "sound", b"OggS#EXTM3U\nfile:///etc/passwd\n", good=False)
    yield File(
        "mp3-that-is-a-list",
        "sound",
        b"ID3\x04\0\0\0\0\0\0ffconcat version 1.0\nfile /etc/passwd\n",
        good=False,
    )


def strangers() -> Iterator[File]:
    """Other things, under names of photos and recordings."""
    gif = io.BytesIO()
    Image.new("P", (8, 8)).save(gif, "GIF", comment=TEXT)
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + TEXT
    others = [b"", b"\xff\xd8\xff", b"<svg onload='x'>" + TEXT, gif.getvalue(), heic, b"MZ" + TEXT]
    others += [b"%PDF-1.7" + TEXT, b"BM" + bytes(60) + TEXT, b"II*\0" + TEXT * 9, b"PK\x03\x04" + TEXT]
    others += [bytes(5000), b"\x89PNG\r\n\x1a\n", b"RIFF"]
    for number, data in enumerate(others):
        yield File(f"stranger-{number}", "photo", data, good=False)
        yield File(f"stranger-{number}", "sound", data, good=False)
