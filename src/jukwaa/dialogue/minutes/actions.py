"""What is changed after a gathering: its notes, its aide-memoire, and what is carried over to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue.minutes import memo
from jukwaa.dialogue.models import Gathering, Memoire, Note
from jukwaa.record.write import By

LONGEST_NOTE = 1000


# ---- notes -----------------------------------------------------------------------------------------------


def write_note(
    *,
    gathering: Gathering,
    kind: str,
    text: str,
    by: By,
    reason: str = "",
    owner: str = "",
    due_on: date | None = None,
) -> Note:
    """Write down what the plenary decided, promised or noted. Raises ValueError for words that do not fit."""
    note = Note(
        programme_id=gathering.programme_id,
        gathering=gathering,
        kind=Note.Kind(kind).value,
        text=_fitting(text),
        reason=reason.strip(),
        owner=owner.strip(),
        due_on=due_on,
        plenary=True,
        position=Note.objects.filter(gathering=gathering).count(),
    )
    return record.fact("dialogue.note_written", note, by=by)


def change_note(
    *, note: Note, kind: str, text: str, reason: str, owner: str, due_on: date | None, by: By
) -> Note:
    """Say the note anew. Raises ValueError for words that do not fit."""
    return record.put(
        "dialogue.note_changed",
        note,
        kind=Note.Kind(kind).value,
        text=_fitting(text),
        reason=reason.strip(),
        owner=owner.strip(),
        due_on=due_on,
        by=by,
    )


def remove_note(*, note: Note, by: By) -> Note:
    """Take the note out of the minutes; it can be put back."""
    return record.put("dialogue.note_removed", note, removed=True, by=by)


def restore_note(*, note: Note, by: By) -> Note:
    """Put a note back that was taken out."""
    return record.put("dialogue.note_restored", note, removed=False, by=by)


def _fitting(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError(_("A note needs words."))
    if len(text) > LONGEST_NOTE:
        told = _("A note has at most %(most)s letters; this one has %(count)s. Make two notes of it.")
        raise ValueError(told % {"most": LONGEST_NOTE, "count": len(text)})
    return text


# ---- the aide-memoire ------------------------------------------------------------------------------------

LONGEST_SECTION = 4000


def write_memoire(*, gathering: Gathering, language: str, sections: Mapping[str, str], by: By) -> Memoire:
    """Write sections of the aide-memoire; one left empty is composed from the record. Not public afterwards.

    Raises ValueError for a section that is too long for two pages.
    """
    for words in sections.values():
        if len(words) > LONGEST_SECTION:
            told = _(
                "A section has at most %(most)s letters; this one has %(count)s. Two pages is all there is."
            )
            raise ValueError(told % {"most": LONGEST_SECTION, "count": len(words)})
    row = _memoire(gathering, language, {name: sections.get(name, "").strip() for name in Memoire.SECTIONS})
    return record.put("dialogue.memoire_written", row, by=by)


def publish_memoire(
    *, gathering: Gathering, language: str, sections: Mapping[str, str], by: By, at: datetime | None = None
) -> Memoire:
    """Show everybody the aide-memoire in just these words, with their digest."""
    row = _memoire(gathering, language, {name: sections[name] for name in Memoire.SECTIONS})
    row.published_at = at or timezone.now()
    row.digest = memo.digest(language, sections)
    return record.put("dialogue.memoire_published", row, by=by)


def take_back_memoire(*, memoire: Memoire, by: By) -> Memoire:
    """Show it to nobody any more; its words stay for the staff. Paper that was handed out stays out."""
    return record.put("dialogue.memoire_taken_back", memoire, published_at=None, digest="", by=by)


def _memoire(gathering: Gathering, language: str, sections: Mapping[str, str]) -> Memoire:
    return Memoire(
        id=Memoire.id_for(gathering, language),
        programme_id=gathering.programme_id,
        gathering=gathering,
        language=language,
        **sections,
    )
