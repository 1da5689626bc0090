"""A panel chooses the story of the most significant change, and says why."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.programmes.models import Constituency, Programme
from jukwaa.record.write import By
from jukwaa.stories.choosing import queries
from jukwaa.stories.models import Selection, Story

# Of fewer nothing is chosen.
FEWEST = 2


@dataclass(frozen=True)
class Bench:
    """How many of a constituency sat on the panel."""

    constituency: Constituency
    women: int = 0
    men: int = 0
    others: int = 0

    @property
    def people(self) -> int:
        return self.women + self.men + self.others


@transaction.atomic
def choose(
    *,
    programme: Programme,
    level: str,
    where: str,
    panel: Sequence[Bench],
    read: Sequence[Story],
    chosen: Story,
    reasons: str,
    by: By,
    cycle: str = "",
    doubts: str = "",
    held_on: date | None = None,
) -> Selection:
    """Note which of the stories a panel chose, and why. Raises ValueError for what does not fit.

    On the second level only stories are read that a panel chose on the first.
    """
    day = held_on or timezone.localdate()
    if day > timezone.localdate():
        raise ValueError(_("This day is still to come. Note the choice once it is made."))
    if not reasons.strip():
        raise ValueError(_("Write why this story was chosen: without reasons it is no more than a vote."))
    if not any(bench.people for bench in panel):
        raise ValueError(_("Say how many people of which group chose."))
    _can_be_chosen(programme, Selection.Level(level), read, chosen)
    pk = uuid.uuid4()
    row = Selection(
        id=pk,
        subject=pk,
        programme=programme,
        level=level,
        cycle=cycle,
        where=where.strip(),
        held_on=day,
        panel=[asdict(b) | {"constituency": str(b.constituency.pk)} for b in panel if b.people],
        read=[str(story.pk) for story in read],
        chosen=chosen,
        reasons=reasons.strip(),
        doubts=doubts.strip(),
    )
    return record.fact("stories.most_significant_chosen", row, by=by)


def _can_be_chosen(
    programme: Programme, level: Selection.Level, read: Sequence[Story], chosen: Story
) -> None:
    if len({story.pk for story in read}) < FEWEST:
        raise ValueError(_("Tick at least two stories that the panel read."))
    if chosen not in read:
        raise ValueError(_("The story that was chosen must be one of those that the panel read."))
    if any(story.programme_id != programme.pk for story in read):
        raise ValueError("a story is of another programme")
    before = {story.pk for story in queries.chosen_before(programme)}
    if level == Selection.Level.SECOND and not {story.pk for story in read} <= before:
        raise ValueError(_("For the whole programme only stories are read that a panel chose before."))


def remove(*, selection: Selection, by: By) -> Selection:
    """Take away a choice that was noted by mistake; its words are erased."""
    with record.act(by=by, programme=selection.programme_id, alone=True):
        record.put("stories.most_significant_removed", selection, removed=True, by=by)
        erase_reasons(selection=selection, by=by)
    return selection


def erase_reasons(*, selection: Selection, by: By) -> None:
    """Erase why it was chosen, and what was said against it, as when they name somebody. The choice stays."""
    record.withdraw(
        selection.pk, by=by, programme=selection.programme_id, verb="stories.selection_reasons_erased"
    )
