"""Indicators of the fourth shift that the platform works out from its own record; nobody types them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa.agenda.models import Endorsement, RoadmapRow
from jukwaa.delivery.models import Commitment, Indicator, Measurement, Outcome
from jukwaa.delivery.queries import Stands, as_they_stand, counts_in_words, outcomes, promised
from jukwaa.dialogue.models import Gradient
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing

# The ends of so many months are worked out anew for a chart.
MONTHS = 6


@dataclass(frozen=True)
class Worked:
    """A figure that was worked out, None while there is nothing to work it out of; and of what, in words."""

    value: Decimal | None
    sentence: str
    cells: list[dict[str, Any]] = field(default_factory=list)


def work_out(indicator: Indicator, *, public: bool, on: date) -> Worked:
    """The figure of a computed indicator on that day; with public=True of what everybody may see."""
    return COMPUTED[indicator.catalogue](indicator.programme, public, on)


def figure(indicator: Indicator, *, public: bool, on: date) -> Measurement | None:
    """As a figure like any other, but kept nowhere; None while there is nothing to work it out of."""
    found = work_out(indicator, public=public, on=on)
    if found.value is None:
        return None
    return Measurement(
        programme_id=indicator.programme_id,
        indicator=indicator,
        on=on,
        value=found.value,
        unit=indicator.unit,
        source=_("computed from the record"),
        method=found.sentence,
        exact=True,
        cells=found.cells,
    )


def figures(indicator: Indicator, *, public: bool, on: date) -> list[Measurement]:
    """Today's figure; where the record tells how it was, also those at the ends of the months before."""
    days = [*month_ends(on, MONTHS), on] if indicator.catalogue in WITH_A_PAST else [on]
    found = (figure(indicator, public=public, on=day) for day in days)
    return [each for each in found if each is not None]


def month_ends(on: date, months: int) -> Iterator[date]:
    """The last days of the months before, the earliest first."""
    ends = []
    for _month in range(months):
        on = on.replace(day=1) - timedelta(days=1)
        ends.append(on)
    return reversed(ends)


# ---- what is worked out ----------------------------------------------------------------------------------


def roadmap_delivery(programme: Programme, public: bool, on: date) -> Worked:
    """Promises done and not disputed, of all; also by level and theme of their rows."""
    made = promised(programme, public=public).filter(made_on__lte=on).order_by()
    said = list(as_they_stand(made, on).values_list("stands", "row__level", "row__theme"))
    if not said:
        return Worked(None, _("No promise has been made yet."))
    levels = dict(RoadmapRow.Level.choices)
    cells = [
        *_told_apart("level", ((str(levels.get(level, level)), stands) for stands, level, _theme in said)),
        *_told_apart("theme", ((theme, stands) for stands, _level, theme in said)),
    ]
    counted = Counter(stands for stands, _level, _theme in said)
    return Worked(_share(counted[Stands.DONE], len(said)), counts_in_words(counted), cells)


def _told_apart(by: str, said: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    made: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for group, stands in said:
        made[group] += 1
        done[group] += stands == Stands.DONE
    return [
        {"by": by, "group": group, "value": float(_share(done[group], made[group])), "people": None}
        for group in sorted(made)
    ]


def real_commitments(programme: Programme, public: bool, on: date) -> Worked:  # noqa: ARG001 - as it is now
    """Adopted actions that an owner promised for a day, with secured money, of all."""
    made = standing(Commitment.objects.filter(row=OuterRef("pk")))
    rows = _adopted(programme, public).annotate(made=Exists(made))
    found = rows.aggregate(
        all=Count("pk"),
        promised=Count("pk", filter=Q(made=True)),
        real=Count("pk", filter=Q(made=True, secured=True)),
    )
    if not found["all"]:
        return Worked(None, _("No action has been adopted yet."))
    said = _("Of %(all)d adopted actions %(promised)d are promised, %(real)d of them with secured money.")
    return Worked(_share(found["real"], found["all"]), said % found)


def agreement_quality(programme: Programme, public: bool, on: date) -> Worked:  # noqa: ARG001 - as it is now
    """Adopted actions that no constituency disagrees with or blocks, of all."""
    against = standing(Endorsement.objects.filter(row=OuterRef("pk"), gradient__gte=Gradient.DISAGREE))
    rows = _adopted(programme, public).annotate(against=Exists(against))
    found = rows.aggregate(all=Count("pk"), objected=Count("pk", filter=Q(against=True)))
    if not found["all"]:
        return Worked(None, _("No action has been adopted yet."))
    said = _("Of %(all)d adopted actions a constituency objects to %(objected)d.") % found
    return Worked(_share(found["all"] - found["objected"], found["all"]), said)


def policy_change(programme: Programme, public: bool, on: date) -> Worked:  # noqa: ARG001 - as it is now
    """Outcomes that somebody independent substantiated in full."""
    found = (
        outcomes(programme, public=public)
        .order_by()
        .aggregate(all=Count("pk"), proven=Count("pk", filter=Q(proof=Outcome.Proof.FULLY)))
    )
    said = ngettext(
        "Of %(all)d recorded outcome %(proven)d is substantiated in full.",
        "Of %(all)d recorded outcomes %(proven)d are substantiated in full.",
        found["all"],
    )
    return Worked(Decimal(found["proven"]), said % found)


COMPUTED: dict[str, Callable[[Programme, bool, date], Worked]] = {
    "roadmap-delivery": roadmap_delivery,
    "real-commitments": real_commitments,
    "policy-or-practice-change": policy_change,
    "agreement-quality": agreement_quality,
}
# Of which the record tells how they were on an earlier day.
WITH_A_PAST = frozenset({"roadmap-delivery"})


def _adopted(programme: Programme, public: bool) -> Any:
    rows = standing(RoadmapRow.objects.filter(programme=programme, adopted_on__isnull=False)).order_by()
    return rows.filter(public=True) if public else rows


def _share(part: int, whole: int) -> Decimal:
    return Decimal(round(100 * part / whole))
