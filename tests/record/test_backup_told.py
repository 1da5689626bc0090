"""Why no backup could be made is told to each reader in their language, with what was filled in."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation

from jukwaa.record import backup


def test_a_trouble_is_translated_when_it_is_read(tmp_path: Path, settings, monkeypatch):
    settings.JUKWAA_HOME = tmp_path
    away = tmp_path / "away"

    def make(folder: Path) -> backup.Made:
        raise backup.Refused("%(folder)s is not there. Put the stick in.", folder=folder)

    backup.keep(away, 5, make=make)
    monkeypatch.setattr(backup, "_", lambda words: f"{translation.get_language()}: {words}")

    with translation.override("sw"):
        told = backup.standing().told

    assert told == f"sw: {away} is not there. Put the stick in."


def test_once_a_backup_is_made_nothing_of_the_trouble_stays(tmp_path: Path, settings):
    settings.JUKWAA_HOME = tmp_path
    backup.note(trouble="%(folder)s is full.", about={"folder": "stick"})

    backup.note(trouble="", about={})

    assert (backup.standing().told, backup.standing().about) == ("", {})
