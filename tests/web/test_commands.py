"""The commands by which an operator looks after a node."""

import gzip
import io
import json
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from jukwaa import record
from jukwaa.programmes.models import Programme
from jukwaa.record import blobs
from jukwaa.record.models import Event
from jukwaa.record.streams import node

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    """A programme of two events, one after the other in one stream."""
    begun = Programme(title="Geita", slug="geita", country="TZ")
    with record.act(by=None, programme=begun):
        record.fact("programmes.programme_started", begun, by=None)
        return record.put("programmes.programme_described", begun, by=None, summary="Dhahabu na maji")


def run(*words: str) -> str:
    """What a command says."""
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_export_writes_every_event_a_line_and_warns_what_the_file_holds(programme: Programme, tmp_path: Path):
    file = tmp_path / "geita.ndjson.gz"

    said = run("export", "geita", "-o", str(file))

    heading, *events = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert heading["programme"] == str(programme.pk)
    assert [event["verb"] for event in events] == [
        "programmes.programme_started",
        "programmes.programme_described",
    ]
    assert "2 events of Geita" in said
    assert "people's words and names" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*geita*")] == ["geita.ndjson.gz"]


def test_what_was_exported_can_be_received(programme: Programme, tmp_path: Path):
    file = tmp_path / "geita.ndjson.gz"
    run("export", str(programme.pk), "-o", str(file))
    _, *events = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    before = Event.objects.count()

    record.receive(events)

    assert Event.objects.count() == before, "it was all there already"


def test_export_never_writes_over_a_file_and_names_the_programmes(programme: Programme, tmp_path: Path):
    file = tmp_path / "mine.gz"
    file.write_text("keep me")

    with pytest.raises(CommandError, match="is there already"):
        run("export", "geita", "-o", str(file))
    with pytest.raises(CommandError, match="there are: geita"):
        run("export", "gieta", "-o", str(tmp_path / "new.gz"))
    with pytest.raises(CommandError, match="there is no folder"):
        run("export", "geita", "-o", str(tmp_path / "nowhere" / "new.gz"))

    assert file.read_text() == "keep me"


def test_check_finds_a_sound_node_whole(programme: Programme):
    blobs.keep(b"sauti", mime="audio/ogg")

    said = run("verify")

    assert said.splitlines()[:4] == [
        "configuration: whole",
        "database: whole",
        "record: whole",
        "files: whole",
    ]


def test_check_finds_a_changed_word_of_the_record(programme: Programme):
    Event.objects.filter(seq=1).update(plain='{"summary":"Fedha"}')

    assert "FAULT in the record: stream" in refused()


def test_check_finds_a_missing_event(programme: Programme):
    Event.objects.filter(seq=0).delete()

    assert "event 0 should stand here" in refused()


def test_check_finds_files_that_are_gone_or_not_what_they_were():
    gone, other = blobs.keep(b"sauti", mime="audio/ogg"), blobs.keep(b"picha", mime="image/jpeg")
    blobs.path_of(gone).unlink()
    blobs.path_of(other).write_bytes(b"paka")

    said = refused()

    assert f"{gone}: the file is missing" in said
    assert f"{other}: the file does not hold what its name says" in said


@pytest.mark.sqlite
def test_check_finds_a_link_that_leads_nowhere(programme: Programme):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("DELETE FROM record_stream")
        said = refused()
        connection.needs_rollback = True

    assert "of record_event points to a row that is not in record_stream" in said


def refused() -> str:
    """What check says of a node with a fault; it must end with status 1."""
    out = io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("verify", stdout=out)
    return out.getvalue()


def test_every_start_takes_a_new_incarnation_as_the_database_may_be_a_copy(settings, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path / "static"
    run("ready")
    first = node().incarnation

    run("ready")

    assert node().incarnation != first
