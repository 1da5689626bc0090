"""What a withdrawal erases, and which copies it cannot reach.

Copies are found from what stays in the record after an erasure: when something was said of somebody, and in
which room. So a copy that another laptop tells of later is found too, and no list of names is kept for it.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from jukwaa.programmes.models import Copy, Participant, Programme
from jukwaa.programmes.queries import day_of_time, standing
from jukwaa.record.fold import batches
from jukwaa.record.models import Event, Kind, Recorded

# What is told apart in a report, by model; everything else is told together.
WORDS: dict[str, Promise] = {
    "field.testimony": ngettext_lazy("%(count)d testimony", "%(count)d testimonies", "count"),
    "field.quote": ngettext_lazy("%(count)d quote", "%(count)d quotes", "count"),
    "field.submission": ngettext_lazy("%(count)d filled-in form", "%(count)d filled-in forms", "count"),
    "dialogue.vote": ngettext_lazy("%(count)d vote", "%(count)d votes", "count"),
    "dialogue.statement": ngettext_lazy("%(count)d statement", "%(count)d statements", "count"),
    "programmes.consent": ngettext_lazy("%(count)d consent", "%(count)d consents", "count"),
    "programmes.card": ngettext_lazy("%(count)d card", "%(count)d cards", "count"),
    "stories.story": ngettext_lazy("%(count)d story", "%(count)d stories", "count"),
}
OTHERS = ngettext_lazy("%(count)d other entry", "%(count)d other entries", "count")


@dataclass(frozen=True)
class Report:
    """What went, in words, and the copies that have to be called back. It is shown once and kept nowhere."""

    erased: tuple[str, ...]
    copies: tuple[Copy, ...]


def report_on(programme: Programme, people: Collection[uuid.UUID]) -> Report:
    """What is held of these people now, to be asked before it is erased."""
    held = what_is_held(people)
    said = [str(words % {"count": held[label]}) for label, words in WORDS.items() if held[label]]
    if others := sum(held.values()) - sum(held[label] for label in WORDS):
        said.append(str(OTHERS % {"count": others}))
    return Report(tuple(said), tuple(copies_with(programme, people)))


def what_is_held(people: Collection[uuid.UUID]) -> Counter[str]:
    """How many rows are theirs, by model."""
    held: Counter[str] = Counter()
    for model in apps.get_models():
        if issubclass(model, Recorded) and not issubclass(model, Participant):
            held[model._meta.label_lower] = model._default_manager.filter(subject__in=people).count()
    return held


# ---- copies ----------------------------------------------------------------------------------------------


def copies(programme: Programme) -> QuerySet[Copy]:
    """Every copy that was taken, the latest first."""
    return standing(Copy.objects.filter(programme=programme))


def copies_with(programme: Programme, people: Collection[uuid.UUID]) -> list[Copy]:
    """The copies, not known to be destroyed, that may hold something of these people."""
    spans = _spans(dict.fromkeys(people, timezone.localdate()))
    return [copy for copy in copies(programme).filter(destroyed_on=None) if _may_hold(copy, spans)]


def copies_to_call_back(programme: Programme) -> list[Copy]:
    """The copies, not known to be destroyed, that may hold something of somebody forgotten since."""
    gone = Event.objects.filter(kind=Kind.WITHDRAWAL, stream__programme=programme.pk)
    times = gone.values_list("object").annotate(Min("hlc")).order_by()
    spans = _spans({whose: day_of_time(hlc) for whose, hlc in times})
    return [copy for copy in copies(programme).filter(destroyed_on=None) if _may_hold(copy, spans)]


@dataclass(frozen=True)
class _Span:
    """From which day to which something of somebody was held in a room."""

    room: str
    first: date
    last: date


def _spans(ends: Mapping[uuid.UUID, date]) -> set[_Span]:
    """Where and from when on something was said of these people, until the day given for each."""
    spans = set()
    for some in batches(sorted(ends)):
        said = Event.objects.filter(subject__in=some).exclude(kind=Kind.WITHDRAWAL)
        for whose, model, hlc in said.values_list("subject", "model").annotate(Min("hlc")).order_by():
            spans.add(_Span(model.partition(".")[0], day_of_time(hlc), ends[whose]))
    return spans


def _may_hold(copy: Copy, spans: Collection[_Span]) -> bool:
    """By whole days, so rather one copy too many than one too few."""
    everything = copy.holds == Copy.Holds.ALL
    return any(
        (everything or span.room == copy.holds) and span.first <= copy.day <= span.last for span in spans
    )
