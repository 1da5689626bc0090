"""What changed, as followers and feeds are told: only what the public may see, people by the 10-5 rule."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa.agenda.models import Candidate, RoadmapRow, Seat
from jukwaa.delivery import queries as delivery
from jukwaa.delivery.models import Commitment, GroupMeeting, Noticed, Report, Verdict
from jukwaa.programmes.disclosure import shown_count
from jukwaa.programmes.models import Address, Programme
from jukwaa.programmes.queries import standing
from jukwaa.record.clock import COUNTER_BITS
from jukwaa.record.models import Event, Recorded


@dataclass(frozen=True)
class Change:
    """Something that changed. at: a time of the record. of: what one may follow that it is about."""

    at: int
    id: uuid.UUID
    words: str
    path: str
    of: frozenset[uuid.UUID]

    @property
    def moment(self) -> datetime:
        """When it changed."""
        return moment_of(self.at)


def moment_of(time: int) -> datetime:
    """When that was, of a time of the record."""
    return datetime.fromtimestamp((time >> COUNTER_BITS) / 1000, UTC)


@dataclass(frozen=True)
class Asked:
    """Which changes are asked for: of a programme, or of a row or promise in it (`of`).

    After since and until then, in times of the record; at most so many of each kind, the latest, or all.
    """

    programme: Programme
    until: int
    since: int = 0
    of: uuid.UUID | None = None
    most: int | None = None

    @property
    def is_of_programme(self) -> bool:
        """Whether all that changed is asked for."""
        return self.of is None or self.of == self.programme.pk

    def holds(self, row: str = "", promise: str = "") -> Q:
        """What a query must hold for what is followed; row, promise: how it reaches them, as "commitment"."""
        if self.is_of_programme:
            return Q()
        found = Q(**{row: self.of}) if row else Q()
        return found | Q(**{promise: self.of}) if promise else found


def changes(asked: Asked) -> list[Change]:
    """What changed that the public may see, the latest first, in the active language."""
    found = [
        change for source in SOURCES for change in source(asked) if asked.since < change.at <= asked.until
    ]
    return sorted(found, key=lambda change: (change.at, str(change.id)), reverse=True)[: asked.most]


def about(found: Iterable[Change], of: uuid.UUID) -> list[Change]:
    """Those of the changes that are about what somebody follows: a programme, a row or a promise."""
    return [change for change in found if of in change.of]


# ---- where changes come from -----------------------------------------------------------------------------


def _reported(asked: Asked) -> list[Change]:
    rows = delivery.reports(asked.programme, public=True).filter(hlc__gt=asked.since)
    found = _latest(rows.filter(asked.holds("commitment__row", "commitment")), asked)
    return [
        _of_promise(
            at,
            pk,
            found[pk].commitment,
            asked.programme,
            _("The owner reports on “%(promise)s”: %(status)s.")
            % {"promise": found[pk].commitment, "status": found[pk].get_status_display()},
        )
        for pk, at in _times("delivery.report_made", found)
    ]


def _judged(asked: Asked) -> list[Change]:
    noticed = Noticed.objects.filter(from_then__gt=asked.since, from_then__lte=asked.until)
    reports = delivery.reports(asked.programme, public=True).filter(pk__in=noticed.values("report"))
    found = _latest(reports.filter(asked.holds("commitment__row", "commitment")), asked)
    said = delivery.said_of(found.values())
    return [
        _of_promise(
            row.from_then,
            uuid.uuid5(row.report, "verdicts"),
            found[row.report].commitment,
            asked.programme,
            _("What those say whom “%(promise)s” concerns: %(said)s")
            % {
                "promise": found[row.report].commitment,
                "said": " ".join(said[row.report].sentences(exact=False)),
            },
        )
        for row in noticed.filter(report__in=found)
    ]


def _adopted(asked: Asked) -> list[Change]:
    rows = standing(RoadmapRow.objects.filter(programme=asked.programme, public=True, hlc__gt=asked.since))
    found = _latest(rows.exclude(adopted_on=None).filter(asked.holds("pk")), asked)
    return [
        Change(
            at,
            pk,
            _("Adopted: “%(row)s”.") % {"row": found[pk]},
            reverse("agenda:row", args=[asked.programme.slug, pk]),
            frozenset({asked.programme.pk, pk}),
        )
        # Adopted again, it is the last time that counts.
        for pk, at in dict(_times("agenda.row_adopted", found)).items()
    ]


def _promised(asked: Asked) -> list[Change]:
    rows = delivery.promised(asked.programme, public=True).filter(hlc__gt=asked.since)
    found = _latest(rows.filter(asked.holds("row", "pk")), asked)
    return [
        _of_promise(
            at, pk, found[pk], asked.programme, _("A new promise: “%(promise)s”.") % {"promise": found[pk]}
        )
        for pk, at in _times("delivery.commitment_made", found)
    ]


def _turned_out(asked: Asked) -> list[Change]:
    rows = delivery.outcomes(asked.programme, public=True).filter(hlc__gt=asked.since)
    found = _latest(rows.filter(asked.holds("commitment__row", "commitment")), asked)
    return [
        Change(
            at,
            pk,
            _("Something changed: %(outcome)s.") % {"outcome": str(found[pk]).rstrip(".")},
            found[pk].get_absolute_url(),
            frozenset({asked.programme.pk, *_of(found[pk].commitment)}),
        )
        for pk, at in _times("delivery.outcome_recorded", found)
    ]


def _decided(asked: Asked) -> list[Change]:
    if not asked.is_of_programme:
        return []
    rows = standing(GroupMeeting.objects.filter(programme=asked.programme, hlc__gt=asked.since))
    found = _latest(rows.exclude(published_on=None), asked)
    return [
        Change(
            at,
            pk,
            _("The leadership group tells what it decided: “%(title)s”.") % {"title": found[pk]},
            reverse("delivery:meeting", args=[asked.programme.slug, pk]),
            frozenset({asked.programme.pk}),
        )
        for pk, at in dict(_times("delivery.minutes_published", found)).items()
    ]


SOURCES: list[Callable[[Asked], list[Change]]] = [
    _reported,
    _judged,
    _adopted,
    _promised,
    _turned_out,
    _decided,
]

Row = TypeVar("Row", bound=Recorded)


def _latest(rows: QuerySet[Row], asked: Asked) -> dict[uuid.UUID, Row]:
    return {row.pk: row for row in rows.order_by("-hlc", "pk")[: asked.most]}


def _of(promise: Commitment | None) -> set[uuid.UUID]:
    return {promise.pk, promise.row_id} if promise is not None else set()


def _of_promise(at: int, pk: uuid.UUID, promise: Commitment, programme: Programme, words: str) -> Change:
    path = reverse("delivery:commitment", args=[programme.slug, promise.pk])
    return Change(at, pk, words, path, frozenset({programme.pk, *_of(promise)}))


def _times(verb: str, rows: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
    """When that was said of each of the rows: one that only changed since says nothing new."""
    said = Event.objects.filter(object__in=list(rows), verb=verb)
    return list(said.order_by("hlc").values_list("object", "hlc"))


# ---- what the public reads of verdicts -------------------------------------------------------------------


def shown_of(report: Report) -> str:
    """What the public reads of a report's verdicts: both counts by the 10-5 rule, whether any disputes."""
    said = delivery.said_of([report])[report.pk]
    return f"{shown_count(said.confirm)}/{shown_count(said.dispute)}/{bool(said.dispute)}"


UNSAID = f"{shown_count(0)}/{shown_count(0)}/False"


def report_of(verdict: uuid.UUID) -> Report | None:
    """Which report that verdict is about, while it is here."""
    found = Verdict.objects.filter(pk=verdict).select_related("report").first()
    return found.report if found is not None else None


# ---- who is called and asked -----------------------------------------------------------------------------


def meeting(pk: uuid.UUID) -> GroupMeeting | None:
    """The meeting of that id, cancelled or not."""
    return GroupMeeting.objects.filter(pk=pk).select_related("programme", "group", "rule").first()


def link_given_on(candidate: Candidate) -> date:
    """On which day the nominee was given their last link; today, when the record does not tell."""
    at = Event.objects.filter(object=candidate.pk, verb="agenda.nominee_link_given")
    last = at.order_by("-hlc").values_list("hlc", flat=True).first()
    return timezone.localdate(moment_of(last) if last else None)


# ---- what can be followed --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """What somebody follows: its id, what it is in a word, and where it is shown. kind: as in the address."""

    id: uuid.UUID
    words: str
    path: str
    kind: str = ""

    def way(self, name: str, programme: Programme) -> str:
        """The address of one of its pages here: "follow" or "feed"."""
        route = f"delivery:{name}_{self.kind}" if self.kind else f"delivery:{name}"
        return reverse(route, args=[programme.slug, self.id] if self.kind else [programme.slug])


def programme_followed(programme: Programme) -> Followed:
    """The whole programme, as something to follow."""
    return Followed(programme.pk, str(programme), programme.get_absolute_url())


def row_followed(programme: Programme, pk: uuid.UUID) -> Followed | None:
    """A row of the roadmap that everybody may see, as something to follow."""
    row = standing(RoadmapRow.objects.filter(programme=programme, public=True, pk=pk)).first()
    return Followed(pk, str(row), reverse("agenda:row", args=[programme.slug, pk]), "row") if row else None


def promise_followed(programme: Programme, pk: uuid.UUID) -> Followed | None:
    """A promise that everybody may see, as something to follow."""
    found = delivery.promised(programme, public=True).filter(pk=pk).first()
    path = reverse("delivery:commitment", args=[programme.slug, pk])
    return Followed(pk, str(found), path, "promise") if found else None


# ---- whom staff may give an address for ------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """Whom mail about a row goes to. what: the row in a word; when: they are written to, in a sentence."""

    role: str
    what: str
    when: str
    path: str


def reader(programme: Programme, kind: str, pk: uuid.UUID) -> Reader | None:
    """Of a promise (its owner), a seat (its holder) or a candidate (the nominee); None if there is none."""
    role = Address.Role
    if kind == "promise" and (promise := delivery.promised(programme).filter(pk=pk).first()):
        when = _(
            "They are written to a week before it is due, when it is overdue, and when nothing was heard for "
            "thirty days; never when it is done. Each mail has their personal link."
        )
        return Reader(
            role.OWNER, str(promise), when, reverse("delivery:commitment", args=[programme.slug, pk])
        )
    if kind == "seat" and (seat := standing(Seat.objects.filter(programme=programme, pk=pk)).first()):
        when = _("They get each call with their personal link, once they have one, and a reminder to reply.")
        group = reverse("agenda:group", args=[programme.slug, seat.group_id])
        return Reader(role.MEMBER, f"{seat.constituency}: {seat}", when, group)
    if kind == "candidate":
        candidate = standing(Candidate.objects.filter(programme=programme, pk=pk)).first()
        if candidate is not None:
            when = _("They get their personal link, and are reminded twice while they have not answered.")
            group = reverse("agenda:group", args=[programme.slug, candidate.group_id])
            return Reader(role.NOMINEE, str(candidate), when, group)
    return None
