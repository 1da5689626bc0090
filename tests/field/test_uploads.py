"""What phones write into photos and recordings does not come out, whatever they send; nothing falls over."""

import io
import json
import re
import resource
import shutil
import sys
from pathlib import Path

import exifread
import mutagen
import pytest
from PIL import Image

from jukwaa import record
from jukwaa.field import media, repaint
from jukwaa.field.collect import actions as collect
from jukwaa.field.collect import queries
from jukwaa.field.collect.xlsform import read_sheet
from jukwaa.field.models import Attachment
from jukwaa.record import blobs
from tests import make, served
from tests.field import sheets, uploads
from tests.field.sounds import amr
from tests.field.test_media import with_secrets
from tests.served import environment_of

# What our own ffmpeg says of itself, the same in every recording.
OUR_ENCODER = ("encoder", "Lavc libopus")
CLEANED = """
import django, json
django.setup()
from tests.field.test_uploads import cleaned
print(json.dumps(cleaned()))
"""
HALF_A_GIGABYTE = 512 * 1024  # kB, as the system counts

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not there")


def told_by_others(file: uploads.File, data: bytes) -> list[str]:
    """What readers that know nothing of us find in it, beside picture and sound."""
    found = [f"{file.name}: {word!r}" for word in planted() if word in data]
    if file.kind == "sound":
        tags = mutagen.File(io.BytesIO(data)).tags
        return [*found, *(f"{file.name}: {tag}" for tag in (tags or {}) if tag != OUR_ENCODER)]
    exif = exifread.process_file(io.BytesIO(data), details=True)
    with Image.open(io.BytesIO(data)) as picture:
        info = set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    return [*found, *(f"{file.name}: {tag}" for tag in [*exif, *info])]


def planted() -> list[bytes]:
    return [uploads.TEXT, uploads.PLANTED.encode("utf-16-le"), uploads.PLANTED.encode("utf-16-be")]


def cleaned() -> dict[str, object]:
    """What comes out of the corpus, which good files were refused, and the most memory it took, in kB."""
    files = uploads.corpus()
    found, refused = [], []
    for file in files:
        try:
            if file.kind == "photo":
                data = media.read_photo(file.data).data
            else:
                sound = media.take_recording(file.data)
                assert sound.clean, file.name
                data = sound.data
        except media.Refused:
            if file.good:
                refused.append(file.name)
            continue
        found += told_by_others(file, data)
    # Not what the system says of this process since its beginning: that counts from whoever began it.
    here = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
    most = max(here, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return {"files": len(files), "found": found, "refused": refused, "most": most}


@pytest.mark.slow
@needs_ffmpeg
def test_of_two_hundred_files_nothing_comes_out_but_pixels_and_sound(tmp_path: Path):
    # In a process of its own: the system remembers the most that this one ever took.
    told = json.loads(served.run([sys.executable, "-c", CLEANED], environment_of(tmp_path)))

    assert told["files"] >= 200
    assert told["found"] == []
    assert told["refused"] == []
    assert told["most"] < HALF_A_GIGABYTE


def test_every_file_of_the_corpus_that_is_good_says_something_before_it_is_cleaned():
    """The test above would be worth nothing if the words were not in the files."""
    files = [*uploads.photographs(), *uploads.polyglots()]

    assert [f.name for f in files if f.good and not any(word in f.data for word in planted())] == []


def test_a_photo_that_takes_too_much_memory_takes_down_its_own_process_only():
    out = io.BytesIO()
    Image.new("RGBA", (8000, 5000)).save(out, "PNG")
    starved = ["prlimit", "--as=200000000", "--", sys.executable, "-I", repaint.__file__, "photo"]

    assert media.limited(starved, out.getvalue(), 30) == b""


# ---- what phones with Collect send -----------------------------------------------------------------------


@pytest.fixture
def sent(db):
    """Sends a form with a photo and a recording, as a phone does."""
    programme = make.programme()
    sheet = sheets.testimony()
    made = read_sheet(sheet, name="form.md")
    draft = collect.add_edition(programme=programme, made=made, sheet=sheet, by=None)
    collect.publish_edition(edition=draft, by=None)
    collector, _token = collect.add_collector(programme=programme, name="Asha", by=None)

    def send(**files: bytes):
        parts = [collect.Part(name.replace("_", "."), data, "image/jpeg") for name, data in files.items()]
        return collect.receive_submission(collector=collector, xml=sheets.filled(), parts=parts).submission

    return send


@needs_ffmpeg
def test_what_a_phone_sent_is_made_anew_and_the_original_is_on_no_disk(
    sent, django_capture_on_commit_callbacks
):
    submission = sent(one_jpg=with_secrets(), voice_amr=amr())
    came = {each.file for each in queries.attachments(submission)}

    with django_capture_on_commit_callbacks(execute=True):
        collect.clean_due()

    kept = {each.name: each for each in queries.attachments(submission)}
    assert {each.cleaning for each in kept.values()} == {"clean"}
    assert b"SECRET" not in blobs.read(kept["one.jpg"].file)
    assert blobs.read(kept["voice.amr"].file).startswith(b"OggS")
    assert not any(blobs.path_of(sha256).exists() for sha256 in came)
    assert collect.clean_due() == 0


@needs_ffmpeg
def test_a_phone_that_sends_the_same_again_changes_nothing(sent):
    submission = sent(one_jpg=with_secrets())
    collect.clean_due()

    again = sent(one_jpg=with_secrets())

    assert again == submission
    assert [each.cleaning for each in queries.attachments(submission)] == ["clean"]
    assert collect.clean_due() == 0


def test_without_ffmpeg_a_recording_waits_as_it_came_and_says_so(sent, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    submission = sent(voice_amr=amr())

    assert collect.clean_due() == 0

    [kept] = queries.attachments(submission)
    assert kept.is_as_the_phone_made_it
    assert blobs.read(kept.file) == amr()


def test_what_cannot_be_read_is_kept_as_it_came_and_says_so(sent):
    broken = with_secrets()[:400]
    submission = sent(one_jpg=broken)

    collect.clean_due()

    [kept] = queries.attachments(submission)
    assert (kept.cleaning, blobs.read(kept.file)) == (Attachment.Cleaning.CANNOT, broken)
    assert collect.clean_due() == 0


def test_of_whoever_asked_to_be_forgotten_meanwhile_nothing_is_made_anew(sent):
    submission = sent(one_jpg=with_secrets())
    record.withdraw(submission.subject, by=None, programme=submission.programme_id)

    assert collect.clean_due() == 0
