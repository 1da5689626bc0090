"""Out of a PDF comes what stands on its pages, and nothing of who made it, where, or what it said before."""

import contextlib
import io
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link, Text
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from weasyprint import HTML, Attachment

from jukwaa.field import media, repaint
from tests import make
from tests.lengths import AT_LENGTH

SECRET = "Siriyamgodi"
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def photo(**how: object) -> bytes:
    """A JPEG that tells its place and its owner in every way that a JPEG can."""
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif[0x8825] = {1: "S", 2: (2.0, 52.0, 3.0), 29: SECRET}
    out = io.BytesIO()
    picture = Image.effect_mandelbrot((320, 200), (-2, -1, 1, 1), 60).convert("RGB")
    picture.save(out, "JPEG", exif=exif, comment=SECRET.encode(), **how)
    return out.getvalue() + photo_after()


def photo_after() -> bytes:
    """The second picture that some cameras put behind the first."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "JPEG", comment=SECRET.encode())
    return out.getvalue()


def pasted() -> DecodedStreamObject:
    """The photo as a page holds it, byte by byte."""
    made = DecodedStreamObject()
    made.set_data(photo(quality=90))
    names = {"Type": "XObject", "Subtype": "Image", "ColorSpace": "DeviceRGB", "Filter": "DCTDecode"}
    made.update({NameObject(f"/{name}"): NameObject(f"/{value}") for name, value in names.items()})
    sizes = {"Width": 320, "Height": 200, "BitsPerComponent": 8}
    made.update({NameObject(f"/{name}"): NumberObject(size) for name, size in sizes.items()})
    return made


@pytest.fixture(scope="module")
def letter() -> bytes:
    """A letter as an office sends it: written by somebody, with a photo, a form, comments, and a script."""
    page = (
        f"<html lang=en><meta name=author content='{SECRET}'><title>{SECRET}</title>"
        "<style>@page{size:A5}</style><h1>The pump runs</h1><p><a href='https://example.org/pump'>Where</a></p>"
        "<p><input name=amount value='Forty buckets'></p>"
    )
    drawn = HTML(string=page).write_pdf(
        pdf_forms=True,
        custom_metadata=True,
        attachments=[Attachment(string=SECRET, name=f"{SECRET}.txt")],
    )
    writer = PdfWriter(clone_from=io.BytesIO(drawn))
    writer.add_annotation(0, Text(text=SECRET, rect=(50, 50, 90, 90), title_bar=SECRET))
    writer.add_annotation(0, Link(rect=(1, 1, 9, 9), url="https://example.org/other"))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(SECRET)}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.xmp_metadata = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><!-- {SECRET} --></x:xmpmeta>".encode()
    page_one = writer.pages[0]
    page_one["/Resources"][NameObject("/XObject")] = DictionaryObject({NameObject("/Photo"): pasted()})
    page_one[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Office"): TextStringObject(SECRET)})
    page_one[NameObject("/AA")] = DictionaryObject({NameObject("/O"): DictionaryObject(script)})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def all_in(pdf: bytes) -> bytes:
    """Every byte of it, packed ones unpacked, found without any reader of PDF."""
    found = [pdf, pdf.replace(b"\x00", b"")]
    for packed in STREAM.findall(pdf):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(packed.rstrip(b"\r\n")))
    return b"\n".join(found)


def test_nobody_is_named_in_what_comes_out(letter: bytes):
    assert SECRET.encode() in all_in(letter)

    clean = media.read_document(letter)

    inside = all_in(clean)
    for told in (SECRET.encode(), b"JavaScript", b"EmbeddedFile", b"/Metadata", b"/PieceInfo", b"WeasyPrint"):
        assert told not in inside
    assert not PdfReader(io.BytesIO(clean)).metadata


def test_what_stands_on_the_pages_stays(letter: bytes):
    clean = PdfReader(io.BytesIO(media.read_document(letter)))

    [page] = clean.pages
    assert "The pump runs" in page.extract_text()
    assert [round(float(side)) for side in page.mediabox[2:]] == [420, 595]
    kinds = [each.get_object()["/Subtype"] for each in page["/Annots"]]
    assert sorted(kinds) == ["/Link", "/Link", "/Widget"]
    assert (clean.get_fields() or {})["amount"]["/V"] == "Forty buckets"
    kept = Image.open(io.BytesIO(page["/Resources"]["/XObject"]["/Photo"].get_data()))
    assert kept.tobytes() == Image.open(io.BytesIO(photo(quality=90))).tobytes()


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler-utils")
def test_others_read_it_too(letter: bytes):
    told = subprocess.run(
        ["pdftotext", "-", "-"], input=media.read_document(letter), capture_output=True, check=True
    )

    assert b"The pump runs" in told.stdout
    assert told.stderr == b""


def test_an_earlier_version_does_not_travel_along(tmp_path: Path):
    (tmp_path / "first.pdf").write_bytes(make.pdf(SECRET))
    writer = PdfWriter(tmp_path / "first.pdf", incremental=True)
    writer.pages[0][NameObject("/Contents")] = PdfReader(io.BytesIO(make.pdf("Clean"))).pages[0]["/Contents"]
    out = io.BytesIO()
    writer.write(out)
    assert SECRET.encode() in all_in(out.getvalue())

    inside = all_in(media.read_document(out.getvalue()))

    assert SECRET.encode() not in inside
    assert b"Clean" in inside


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"quality": 100, "subsampling": 0}])
def test_a_photo_loses_its_words_and_no_pixel(how: dict[str, object]):
    before = photo(**how)

    after = repaint.without_tags(before)

    assert SECRET.encode() not in after
    assert Image.open(io.BytesIO(after)).tobytes() == Image.open(io.BytesIO(before)).tobytes()


def test_a_locked_or_broken_file_or_one_with_jpeg_2000_is_refused_with_the_way_out():
    writer = PdfWriter(clone_from=io.BytesIO(make.pdf()))
    writer.encrypt("neno la siri")
    locked = io.BytesIO()
    writer.write(locked)

    rare = PdfWriter(clone_from=io.BytesIO(make.pdf()))
    picture = pasted()
    picture[NameObject("/Filter")] = NameObject("/JPXDecode")
    rare.pages[0][NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Photo"): picture})}
    )
    out = io.BytesIO()
    rare.write(out)

    for data in (locked.getvalue(), out.getvalue(), make.pdf()[:200], b"%PDF-1.7"):
        with pytest.raises(media.Refused, match="Print it into a new PDF"):
            media.read_document(data)
    with pytest.raises(media.Refused, match="no PDF"):
        media.read_document(b"<html>")


@settings(max_examples=500 if AT_LENGTH else 6, deadline=None)
@given(cut=st.integers(0, 700), put=st.binary(max_size=30))
def test_no_bytes_bring_the_reader_down(cut: int, put: bytes):
    whole = make.pdf("Words")
    with contextlib.suppress(media.Refused):
        assert media.read_document(whole[:cut] + put + whole[cut:]).startswith(b"%PDF")
