"""What changes about indicators and figures. What does not fit is refused by its field, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jukwaa import record
from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery.measures import catalogue, queries
from jukwaa.delivery.models import DISAGGREGATION, Indicator, Measurement
from jukwaa.programmes.models import Cycle, Programme
from jukwaa.record.models import Translation
from jukwaa.record.write import By

LARGEST = Decimal(10) ** 14  # what a figure's column holds
DOUBLE = gettext_lazy("This source has a figure for this day already. Correct that one.")


class Unfit(ValueError):
    """A value that does not fit. field: where it was said; its text is one sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Refused(Exception):
    """What was asked for cannot be now. Its text is one sentence: why, and what to do."""


class Computed(Refused):
    """The platform works the indicator's figures out by itself."""


class Gone(Refused):
    """The indicator was taken away."""


# ---- indicators ------------------------------------------------------------------------------------------


@transaction.atomic
def add_indicator(
    *,
    programme: Programme,
    cycle: str,
    name: str,
    definition: str,
    unit: str,
    language: str,
    figure: str,
    better: str,
    every: str,
    by: By,
    apart: Sequence[str] = (),
    source: str = "",
    standard: str = "",
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
    baseline_sample: int | None = None,
    target: Decimal | None = None,
    target_on: date | None = None,
    measured_by: str = "",
    tells_of: RoadmapRow | None = None,
    public: bool = True,
    key: str = "",
) -> Indicator:
    """Add what the programme will look at; with a key of the catalogue it is one picked from there.

    Words that are still the catalogue's get its translations. Raises Unfit, ValueError for an unknown key or
    a choice that is none, and Refused for a computed indicator that is there already.
    """
    entry = catalogue.entries()[key] if key else None
    indicator = Indicator(
        programme=programme,
        cycle=Cycle(cycle).value,
        name=name.strip(),
        definition=definition.strip(),
        unit=unit.strip(),
        language=language,
        figure=Indicator.Figure(figure).value,
        better=Indicator.Better(better).value,
        every=Indicator.Every(every).value,
        apart=" ".join(apart),
        source=source.strip(),
        standard=standard.strip(),
        baseline=baseline,
        baseline_on=baseline_on,
        baseline_sample=baseline_sample,
        target=target,
        target_on=target_on,
        measured_by=measured_by.strip(),
        tells_of=tells_of,
        catalogue=key,
        computed=entry is not None and entry.computed,
        public=public,
    )
    _fits(indicator)
    if indicator.computed and queries.indicators(programme).filter(catalogue=key).exists():
        raise Refused(_("This indicator is there already: the platform computes it once for the programme."))
    record.fact("delivery.indicator_added", indicator, by=by)
    if entry is not None:
        _take_translations_along(indicator, entry, by)
    return indicator


def _take_translations_along(indicator: Indicator, entry: catalogue.Entry, by: By) -> None:
    own = entry.said(indicator.language)
    kept = [name for name in Indicator.WORDED if getattr(indicator, name) == getattr(own, name)]
    for code, words in entry.words.items():
        if code != indicator.language and own.language == indicator.language:
            said = {name: getattr(words, name) for name in kept}
            translate_indicator(indicator=indicator, language=code, said=said, made_by="catalogue", by=by)


SAID_OF_INDICATORS = (
    "cycle",
    "name",
    "definition",
    "unit",
    "figure",
    "better",
    "every",
    "source",
    "standard",
    "baseline",
    "baseline_on",
    "baseline_sample",
    "target",
    "target_on",
    "measured_by",
    "tells_of",
    "public",
)


@transaction.atomic
def change_indicator(*, indicator: Indicator, apart: Sequence[str], by: By, **said: Any) -> Indicator:
    """Say an indicator anew, by the fields of SAID_OF_INDICATORS. Its unit stands once it was measured.

    Translations of words that change go: they would say something else. Raises Unfit, and ValueError for a
    choice that is none.
    """
    before = Indicator.objects.get(pk=indicator.pk)
    anew = {name: said[name] for name in SAID_OF_INDICATORS} | {"apart": " ".join(apart)}
    told = Indicator(
        programme_id=before.programme_id, language=before.language, computed=before.computed, **anew
    )
    _fits(told)
    if told.unit != before.unit and queries.is_measured(before):
        raise Unfit(
            "unit",
            _("Figures were kept in “%(unit)s”, so the unit stands. Add another indicator.")
            % {"unit": before.unit},
        )
    record.put("delivery.indicator_changed", indicator, by=by, **anew)
    changed = [name for name in Indicator.WORDED if getattr(told, name) != getattr(before, name)]
    for old in queries.translations(before).filter(field__in=changed):
        with record.act(by=by, programme=before.programme_id):
            record.put("delivery.translation_removed", old, removed=True, by=by)
    return indicator


def translate_indicator(
    *,
    indicator: Indicator,
    language: str,
    said: Mapping[str, str],
    made_by: str,
    by: By,
    reviewed_by: str = "",
) -> None:
    """Keep what an indicator's words say in another language, by the names of `Indicator.WORDED`.

    Said anew they replace the last; empty words are left out. Raises Unfit for the indicator's own language.
    """
    if language == indicator.language:
        raise Unfit("language", _("It is in this language already. Choose another."))
    with record.act(by=by, programme=indicator.programme_id):
        for field, text in said.items():
            if text.strip():
                translation = Translation(
                    id=Translation.id_for(indicator.pk, field, language),
                    model=Indicator._meta.label_lower,
                    object=indicator.pk,
                    field=field,
                    language=language,
                    text=text.strip(),
                    made_by=made_by,
                    reviewed_by=reviewed_by,
                )
                record.put("delivery.indicator_translated", translation, by=by)


def remove_indicator(*, indicator: Indicator, by: By) -> Indicator:
    """Take an indicator away with its figures; `restore_indicator` puts both back."""
    return record.put("delivery.indicator_removed", indicator, removed=True, by=by)


def restore_indicator(*, indicator: Indicator, by: By) -> Indicator:
    """Put back an indicator that was taken away."""
    return record.put("delivery.indicator_restored", indicator, removed=False, by=by)


def _fits(indicator: Indicator) -> None:
    """Raises Unfit for what no indicator can say."""
    for name, missing in (
        ("name", _("An indicator needs a name.")),
        ("definition", _("Say what exactly is counted, so that two people count the same.")),
        ("unit", _("An indicator needs a unit: %, days, people, tonnes a year.")),
    ):
        if not getattr(indicator, name).strip():
            raise Unfit(name, missing)
    unknown = set(indicator.apart.split()) - DISAGGREGATION.keys()
    if unknown:
        raise ValueError(f"figures cannot be told apart by {', '.join(sorted(unknown))}")
    row = indicator.tells_of
    if row is not None and row.programme_id != indicator.programme_id:
        raise Unfit("tells_of", _("“%(thing)s” belongs to another programme.") % {"thing": row})
    for name in ("baseline", "target"):
        _has_a_day(indicator, name)
        _can_be(indicator.figure, name, getattr(indicator, name))
    _not_below_nobody("baseline_sample", indicator.baseline_sample)
    _leads_on(indicator)


def _has_a_day(indicator: Indicator, name: str) -> None:
    value, day = getattr(indicator, name), getattr(indicator, f"{name}_on")
    if value is not None and day is None:
        if name == "baseline":
            raise Unfit("baseline_on", _("Say of which day the baseline is."))
        raise Unfit("target_on", _("Say by which day the target should be reached."))
    if value is None and day is not None:
        raise Unfit(name, _("There is a day without a figure. Write the figure, or take the day out."))


def _leads_on(indicator: Indicator) -> None:
    """A baseline was measured, and lies on the hither side of the target, before it."""
    before, after = indicator.baseline, indicator.target
    if indicator.baseline_on is not None and indicator.baseline_on > timezone.localdate():
        raise Unfit("baseline_on", _("This day is still to come. A baseline was measured."))
    if before is None or after is None:
        return
    beyond = before > after if indicator.better == Indicator.Better.MORE else before < after
    if beyond:
        raise Unfit(
            "baseline",
            _("The baseline lies beyond the target already. Change one of them, or which way is good."),
        )
    if indicator.baseline_on and indicator.target_on and indicator.target_on <= indicator.baseline_on:
        raise Unfit("target_on", _("The target is due before the baseline was measured. Change a day."))


def _can_be(figure: str, field: str, value: Decimal | None) -> None:
    """Raises Unfit for a figure that such a thing cannot have."""
    if value is None:
        return
    if not value.is_finite() or abs(value) >= LARGEST:
        raise Unfit(field, _("This is no number that can be kept."))
    if figure == Indicator.Figure.SHARE and not 0 <= value <= 100:
        raise Unfit(field, _("A share lies between 0 and 100 per cent."))
    if figure == Indicator.Figure.PEOPLE and (value < 0 or value != value.to_integral_value()):
        raise Unfit(field, _("A count of people is a whole number, 0 or more."))


def _not_below_nobody(field: str, people: int | None) -> None:
    if people is not None and not 0 <= people < 2**31:
        raise Unfit(field, _("How many were asked is a whole number, 0 or more."))


# ---- figures ---------------------------------------------------------------------------------------------

Cell = dict[str, Any]
SAID_OF_FIGURES = (
    "since",
    "on",
    "value",
    "unit",
    "source",
    "method",
    "low",
    "high",
    "exact",
    "sample",
    "cells",
)


@transaction.atomic
def measure(
    *,
    indicator: Indicator,
    on: date,
    value: Decimal,
    unit: str,
    source: str,
    by: By,
    since: date | None = None,
    method: str = "",
    low: Decimal | None = None,
    high: Decimal | None = None,
    exact: bool = False,
    sample: int | None = None,
    cells: Sequence[Cell] = (),
) -> Measurement:
    """Keep one figure of an indicator, from one source. Raises Unfit, Computed, and Gone.

    unit: the indicator's own, in whatever language it is said. since: where it is of a time, not of a day.
    """
    said = {
        "since": since,
        "on": on,
        "value": value,
        "unit": unit,
        "source": source,
        "method": method,
        "low": low,
        "high": high,
        "exact": exact,
        "sample": sample,
        "cells": cells,
    }
    made = ready(indicator, units=queries.units_of([indicator])[indicator.pk], **said)
    if queries.same_figure(made) is not None:
        raise Unfit("source", str(DOUBLE))
    return record.fact("delivery.figure_measured", made, by=by)


def ready(indicator: Indicator, *, units: frozenset[str], **said: Any) -> Measurement:
    """The figure, not kept yet, as what was said makes it. units: what the unit may be called.

    Raises Unfit for what does not fit, Computed, and Gone.
    """
    if indicator.computed:
        raise Computed(_("The platform computes these figures from the record, so none is typed."))
    if indicator.removed:
        raise Gone(_("This indicator was taken away. Put it back first."))
    words = {name: said[name].strip() for name in ("source", "method")}
    unit = said["unit"].strip()
    if not unit:
        raise Unfit("unit", _("A figure needs a unit: %(unit)s.") % {"unit": indicator.unit})
    if unit.casefold() not in units:
        raise Unfit(
            "unit",
            _("This indicator is measured in “%(own)s”, not in “%(other)s”: reckon it over first.")
            % {"own": indicator.unit, "other": unit},
        )
    cells = sorted((dict(cell) for cell in said["cells"]), key=lambda cell: (cell["by"], cell["group"]))
    anew = said | words | {"unit": indicator.unit, "cells": cells}
    made = Measurement(programme_id=indicator.programme_id, indicator=indicator, **anew)
    _is_a_figure(made)
    _are_cells(made)
    return made


def _is_a_figure(made: Measurement) -> None:
    figure = made.indicator.figure
    if not made.source:
        raise Unfit("source", _("Say where the figure comes from: a register, a survey, an office."))
    if made.on > timezone.localdate():
        raise Unfit("on", _("This day is still to come. A figure is of a day that was."))
    if made.since is not None and made.since > made.on:
        raise Unfit("since", _("The time ends before it begins. Change one of the two days."))
    for name in ("value", "low", "high"):
        _can_be(figure, name, getattr(made, name))
    _not_below_nobody("sample", made.sample)
    low, high = made.low, made.high
    if (low is None) != (high is None):
        missing = "low" if low is None else "high"
        raise Unfit(missing, _("An interval has two ends: write both, or neither."))
    if low is None or high is None:
        return
    if low > high:
        raise Unfit("low", _("At least is more than at most. Exchange the two."))
    if made.exact:
        raise Unfit("exact", _("What was counted in full has no interval. Take one of them out."))
    if not low <= made.value <= high:
        raise Unfit("value", _("The figure lies outside its own interval. Change one of the three."))


def _are_cells(made: Measurement) -> None:
    may = made.indicator.apart.split()
    seen: set[tuple[str, str]] = set()
    for cell in made.cells:
        place = (cell["by"], cell["group"].strip().casefold())
        if cell["by"] not in may:
            raise Unfit(
                "cells",
                _("This indicator's figures are not told apart by “%(what)s”.")
                % {"what": DISAGGREGATION.get(cell["by"], cell["by"])},
            )
        if not place[1]:
            raise Unfit("cells", _("A figure that is told apart names its group."))
        if place in seen:
            raise Unfit("cells", _("“%(group)s” is there twice.") % {"group": cell["group"]})
        seen.add(place)
        _can_be(made.indicator.figure, "cells", Decimal(str(cell["value"])))
        _not_below_nobody("cells", cell["people"])


@transaction.atomic
def measure_many(*, figures: Sequence[Measurement], by: By) -> int:
    """Keep many figures that `ready` made, all of them or none; gives how many."""
    record.facts("delivery.figure_measured", figures, by=by)
    return len(figures)


@transaction.atomic
def correct_figure(*, figure: Measurement, why: str, by: By, **said: Any) -> Measurement:
    """Say a figure anew, and why; what it said before stays on record. Raises as `measure` does.

    said: the fields of SAID_OF_FIGURES.
    """
    if not why.strip():
        raise Unfit("why", _("Say in a few words what was wrong. The old figure stays on record."))
    made = ready(figure.indicator, units=queries.units_of([figure.indicator])[figure.indicator_id], **said)
    double = queries.same_figure(made)
    if double is not None and double.pk != figure.pk:
        raise Unfit("source", str(DOUBLE))
    anew = {name: getattr(made, name) for name in SAID_OF_FIGURES}
    return record.put("delivery.figure_corrected", figure, why=why.strip(), by=by, **anew)


def remove_figure(*, figure: Measurement, by: By) -> Measurement:
    """Take away a figure that was kept by mistake; `restore_figure` puts it back."""
    return record.put("delivery.figure_removed", figure, removed=True, by=by)


def restore_figure(*, figure: Measurement, by: By) -> Measurement:
    """Put back a figure that was taken away. Raises Refused when its source has another for that day now."""
    if queries.same_figure(figure) is not None:
        raise Refused(str(DOUBLE))
    return record.put("delivery.figure_restored", figure, removed=False, by=by)
