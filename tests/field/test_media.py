"""Uploads: what is taken, what is refused, and what does not travel along."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import IFD, Base

from jukwaa.field import media


def photo_of(size: tuple[int, int] = (64, 48), *, kind: str = "JPEG", **saved: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "goldenrod").save(out, kind, **saved)
    return out.getvalue()


def with_secrets() -> bytes:
    """A photo that says where and with which device it was taken."""
    exif = Image.Exif()
    exif[Base.Make] = "SECRET-MAKE"
    exif[Base.BodySerialNumber] = "SECRET-SERIAL"
    exif.get_ifd(IFD.GPSInfo)[2] = (2.0, 52.0, 17.0)
    return photo_of(exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20)


def test_nothing_hidden_in_a_photo_travels_along():
    before = with_secrets() + b"SECRET-TAIL"
    assert b"SECRET" in before

    after = media.read_photo(before).data

    assert b"SECRET" not in after
    assert not Image.open(io.BytesIO(after)).getexif()


def test_a_large_photo_becomes_small_enough():
    after = Image.open(io.BytesIO(media.read_photo(photo_of((4000, 3000))).data))

    assert (after.format, max(after.size)) == ("JPEG", 1600)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_jpeg_png_and_webp_are_taken(kind):
    assert media.read_photo(photo_of(kind=kind)).data.startswith(b"\xff\xd8")


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[Base.Orientation] = 6

    after = Image.open(io.BytesIO(media.read_photo(photo_of((60, 40), exif=exif)).data))

    assert after.size == (40, 60)


def test_what_a_picture_leaves_transparent_is_white():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")

    after = Image.open(io.BytesIO(media.read_photo(out.getvalue()).data))

    assert min(after.getpixel((4, 4))) > 250


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked():
    """A small PNG that says it is 20,000 pixels wide and high."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks
    )

    with pytest.raises(media.Refused, match="40 million"):
        media.read_photo(bomb)


def test_a_photo_of_more_than_15_mb_is_refused():
    with pytest.raises(media.Refused, match="15 MB"):
        media.read_photo(b"\xff" * (media.LARGEST_PHOTO + 1))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(30),
        photo_of()[:200],
        b"%PDF-1.7",
    ],
)
def test_what_is_no_photo_is_refused_plainly(data):
    with pytest.raises(media.Refused, match="Send a JPEG, PNG or WebP"):
        media.read_photo(data)


@given(data=st.binary(max_size=400), start=st.sampled_from([b"", photo_of()[:60], photo_of(kind="PNG")[:40]]))
def test_no_bytes_bring_the_reader_of_photos_down(data, start):
    with contextlib.suppress(media.Refused):
        media.read_photo(start + data)


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"OggS\x00", "audio/ogg"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x18ftyp3gp4", "audio/mp4"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x1a\x45\xdf\xa3\x01", "audio/webm"),
        (b"#!AMR\n", "audio/amr"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
    ],
)
def test_a_recording_is_known_by_its_first_bytes(data, mime):
    assert media.read_recording(data).mime == mime


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90", b"<html>", b"\xff\xd8\xff\xe0", b"\xff\xff\xff\xff", b"RIFF\0\0\0\0AVI "]
)
def test_what_is_no_recording_is_refused_plainly(data):
    with pytest.raises(media.Refused, match="Send Ogg, Opus, MP3"):
        media.read_recording(data)


def test_a_recording_of_more_than_16_mb_is_refused():
    with pytest.raises(media.Refused, match="16 MB"):
        media.read_recording(b"OggS" + bytes(media.LARGEST_RECORDING))
