"""Files: what is acknowledged is here, and what nobody names any more is not."""

import pytest
from django.db import transaction

from jukwaa import record
from jukwaa.field import actions as field
from jukwaa.field.media import Recording
from jukwaa.record import blobs
from tests import make

SOUND = Recording(b"OggS" + bytes(40), "audio/ogg")


@pytest.mark.django_db(transaction=True)
def test_a_file_that_was_kept_anew_while_its_first_voice_is_forgotten_stays():
    programme = make.programme()
    first = field.record_testimony(programme=programme, audio=SOUND, by=None)
    with transaction.atomic():
        record.withdraw(first.subject, by=None, programme=programme)
        kept = blobs.keep(SOUND.data, mime=SOUND.mime)

    assert blobs.read(kept) == SOUND.data


@pytest.mark.django_db
def test_nothing_is_written_of_a_file_that_is_gone():
    programme = make.programme()
    first = field.record_testimony(programme=programme, audio=SOUND, by=None)
    blobs.path_of(first.audio).unlink()

    with pytest.raises(FileNotFoundError):
        record.put("field.testimony_changed", first, audio=first.audio, by=None)
