"""What a camera and a recorder write into a file beside the picture and the sound: none of it is kept."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from jukwaa.dialogue.phone import speech
from jukwaa.field.media import read_photo, read_recording

CANARY = b"Kanaria"
CODECS = {"mp3": "libmp3lame", "ogg": "libvorbis", "m4a": "aac", "webm": "libopus", "wav": "pcm_s16le"}


def test_a_photo_keeps_neither_place_nor_comment():
    taken, exif = io.BytesIO(), Image.Exif()
    exif[0x8825] = {1: "S", 2: (2.0, 52.0, 3.0)}
    exif[0x010E] = CANARY.decode()
    Image.new("RGB", (40, 40)).save(taken, "JPEG", exif=exif, comment=CANARY)
    assert CANARY in taken.getvalue()

    kept = Image.open(io.BytesIO(read_photo(taken.getvalue()).data))

    assert dict(kept.getexif()) == {}
    assert "comment" not in kept.info


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
@pytest.mark.parametrize("ending", CODECS)
def test_a_sound_keeps_no_tag_of_whoever_made_it(tmp_path: Path, ending: str):
    made = tmp_path / f"sound.{ending}"
    tone = ["-f", "lavfi", "-i", "sine=d=0.3", "-metadata", "title=Kanaria", "-c:a", CODECS[ending]]
    subprocess.run(["ffmpeg", "-loglevel", "error", *tone, str(made)], check=True)
    assert CANARY in made.read_bytes()

    assert CANARY not in speech.clean(read_recording(made.read_bytes())).data
