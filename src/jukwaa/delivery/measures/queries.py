"""What indicators tell: how far each has come, what its sources say, and who may see which figure."""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.enums import TextChoices
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.delivery.measures import computing
from jukwaa.delivery.measures.catalogue import FALLBACK
from jukwaa.delivery.models import DISAGGREGATION, Indicator, Measurement
from jukwaa.programmes.disclosure import Frame, about, drawn_share, enough, in_words, shown_share
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import day_of, standing
from jukwaa.record.models import Translation

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

# So many figures are drawn, the last ones; the others are in the list.
DRAWN = 60
# Asked in one query; a database takes a long row of conditions, and no endless one.
AT_ONCE = 200
# What tells people apart, whatever the figure is of: behind each group stand the people who were asked.
OF_PEOPLE = frozenset({"W", "A", "R", "O", "L", "G"})


# ---- indicators ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """An indicator's words as its reader gets them. unchecked: translated, and no speaker has checked it."""

    name: str
    definition: str
    unit: str
    source: str
    unchecked: bool = False


class Measured(TypedDict):
    """What `indicators` adds: the day of the last figure, or None."""

    last_on: date | None


def indicators(
    programme: Programme, *, public: bool = False
) -> QuerySet[WithAnnotations[Indicator, Measured]]:
    """The programme's indicators by cycle and name, with the day of the last figure of each.

    With public=True those that everybody may see.
    """
    found = standing(Indicator.objects.filter(programme=programme)).select_related("programme", "tells_of")
    found = found.filter(public=True) if public else found
    last = standing(Measurement.objects.filter(indicator=OuterRef("pk"))).order_by("-on").values("on")[:1]
    return found.annotate(last_on=Subquery(last)).order_by("cycle", "name", "pk")


def removed_indicators(programme: Programme) -> QuerySet[Indicator]:
    """Those that were taken away and can be put back."""
    return Indicator.objects.filter(programme=programme, removed=True, merged_into=None).order_by(
        "-hlc", "pk"
    )


def find_indicator(programme: Programme, pk: uuid.UUID) -> Indicator | None:
    """An indicator of the programme, also one that was taken away."""
    return Indicator.objects.filter(programme=programme, merged_into=None, pk=pk).first()


def is_measured(indicator: Indicator) -> bool:
    """Whether a figure of it was ever kept, also one that was taken away since."""
    return Measurement.objects.filter(indicator=indicator).exists()


def translations(indicator: Indicator) -> QuerySet[Translation]:
    """What its words say in other languages."""
    found = Translation.objects.filter(object=indicator.pk, field__in=Indicator.WORDED)
    return standing(found).order_by("language", "field")


def in_the_readers_language(found: Iterable[Indicator]) -> list[Indicator]:
    """The indicators, each with `said`: its words in the language of this request, or its own. One query."""
    rows = list(found)
    language = get_language() or FALLBACK
    asked = Translation.objects.filter(
        object__in=[row.pk for row in rows], language=language, field__in=Indicator.WORDED
    )
    told: dict[uuid.UUID, dict[str, Translation]] = defaultdict(dict)
    for each in standing(asked):
        told[each.object][each.field] = each
    for row in rows:
        row.said = _said(row, {} if row.language == language else told[row.pk])  # type: ignore[attr-defined]
    return rows


def _said(row: Indicator, told: dict[str, Translation]) -> Said:
    words = {name: told[name].text if name in told else getattr(row, name) for name in Indicator.WORDED}
    # What came with the catalogue was checked once for everybody.
    unchecked = any(not each.reviewed_by and each.made_by != "catalogue" for each in told.values())
    return Said(**words, unchecked=unchecked)


def units_of(found: Iterable[Indicator]) -> dict[uuid.UUID, frozenset[str]]:
    """What the unit of each may be called: in its own language and in those that it was translated to."""
    rows = list(found)
    names: dict[uuid.UUID, set[str]] = {row.pk: {row.unit.casefold()} for row in rows}
    asked = standing(Translation.objects.filter(object__in=names, field="unit"))
    for pk, text in asked.values_list("object", "text"):
        names[pk].add(text.casefold())
    return {pk: frozenset(said) for pk, said in names.items()}


def names_of(programme: Programme) -> dict[str, list[Indicator]]:
    """The programme's indicators by what they are called in any language, and by their id; for an import."""
    rows = {row.pk: row for row in indicators(programme)}
    found: dict[str, list[Indicator]] = defaultdict(list)
    told = standing(Translation.objects.filter(object__in=rows, field="name"))
    said = [(pk, row.name) for pk, row in rows.items()] + [(pk, str(pk)) for pk in rows]
    for pk, name in [*said, *told.values_list("object", "text")]:
        if rows[pk] not in found[name.casefold()]:
            found[name.casefold()].append(rows[pk])
    return found


# ---- figures ---------------------------------------------------------------------------------------------


def figures(indicator: Indicator) -> QuerySet[Measurement]:
    """Its figures, the last day first."""
    # Through the indicator, so that each of them knows it without asking.
    return standing(indicator.measurements.all()).order_by("-on", "source", "pk")


def figures_with(
    indicator: Indicator, *, source: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Measurement]:
    """Its figures of a source and a time, the last day first."""
    found = figures(indicator)
    found = found.filter(source__icontains=source) if source else found
    found = found.filter(on__gte=since) if since else found
    return found.filter(on__lte=until) if until else found


def removed_figures(indicator: Indicator) -> QuerySet[Measurement]:
    """Its figures that were taken away and can be put back, the last that was first."""
    return Measurement.objects.filter(indicator=indicator, removed=True, merged_into=None).order_by(
        "-hlc", "pk"
    )


def find_figure(programme: Programme, pk: uuid.UUID, *, public: bool) -> Measurement | None:
    """A figure with its indicator, if it may be seen; for staff also one that was taken away."""
    found = Measurement.objects.filter(programme=programme, merged_into=None, pk=pk)
    found = found.filter(indicator__removed=False).select_related(
        "indicator__programme", "indicator__tells_of"
    )
    return (found.filter(removed=False, indicator__public=True) if public else found).first()


def same_figure(made: Measurement) -> Measurement | None:
    """The figure that this source has for this day already, or None."""
    found = standing(Measurement.objects.filter(indicator=made.indicator_id, on=made.on))
    return found.filter(source__iexact=made.source).exclude(pk=made.pk).first()


def days_and_sources(found: Iterable[uuid.UUID], days: Iterable[date]) -> set[tuple[uuid.UUID, date, str]]:
    """Which source has a figure of which indicator for which of the days; for an import."""
    asked = standing(Measurement.objects.filter(indicator__in=set(found), on__in=set(days)))
    said = asked.values_list("indicator_id", "on", "source")
    return {(pk, on, source.casefold()) for pk, on, source in said}


def last_figures(found: Sequence[WithAnnotations[Indicator, Measured]]) -> dict[uuid.UUID, list[Measurement]]:
    """What the sources say on the last day of each indicator, in a query for every 200 of them."""
    told: dict[uuid.UUID, list[Measurement]] = defaultdict(list)
    measured = [row for row in found if row.last_on is not None]
    for start in range(0, len(measured), AT_ONCE):
        asked = Q()
        for row in measured[start : start + AT_ONCE]:
            asked |= Q(indicator=row.pk, on=row.last_on)
        for each in standing(Measurement.objects.filter(asked)).order_by("source", "pk"):
            told[each.indicator_id].append(each)
    return told


# ---- who may see which figure ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Amount:
    """A figure as its reader may see it: for drawing, None where it may not be drawn, and in words.

    few: it is a count of fewer people than are told apart; less than any that is shown.
    """

    value: Decimal | None
    words: str
    few: bool = False

    @property
    def is_shown(self) -> bool:
        return self.value is not None


HIDDEN = gettext_lazy("too few people")


def number(value: Decimal) -> str:
    """A number without needless zeros, as the reader's language writes it."""
    return number_format(plain(value), use_l10n=True, force_grouping=abs(value) >= 10_000)


def plain(value: Decimal) -> str:
    """A number without needless zeros, as a file or a field wants it: 12.5, 1200."""
    return f"{value.normalize():f}"


def amount(figure: str, value: Decimal, sample: int | None, *, exact: bool) -> Amount:
    """A figure as its reader may see it: exact, or where it tells of people by the 10-5 rule.

    sample: how many people it tells of; a share or an average of which nobody knows that is not shown.
    """
    if exact or figure == Indicator.Figure.OTHER:
        return Amount(value, number(value))
    if figure == Indicator.Figure.PEOPLE:
        people = int(value)
        few = not enough(people)
        return Amount(None if few else Decimal(about(people)), in_words(people), few=few)
    if figure == Indicator.Figure.AVERAGE:
        hidden = sample is None or not enough(sample)
        return Amount(None, str(HIDDEN)) if hidden else Amount(value, number(value))
    return _share(value, sample)


def _amount_of(figure: str, value: Decimal | None, sample: int | None, *, exact: bool) -> Amount | None:
    """As `amount`, of a figure that may be missing."""
    return None if value is None else amount(figure, value, sample, exact=exact)


def _share(value: Decimal, sample: int | None) -> Amount:
    part = round(value * sample / 100) if sample else 0
    words = shown_share(part, sample) if sample else None
    if sample is None or words is None:
        return Amount(None, str(HIDDEN))
    drawn = drawn_share(part, sample)
    return Amount(None if drawn is None else Decimal(drawn), words.removesuffix("%").strip())


@dataclass(frozen=True)
class Cell:
    """A figure told apart: of which group, and of how many people where that was asked."""

    apart: str
    group: str
    amount: Amount
    shown_people: str


def cells(figure: Measurement, *, exact: bool) -> dict[str, list[Cell]]:
    """What the figure is told apart by, each with its groups as the reader may see them.

    A group with too few people is not shown, and neither is the one that would give it away: where one would
    be the only one hidden, the smallest of the others is hidden too.
    """
    found: dict[str, list[Cell]] = {}
    for by, said in groupby(figure.cells, key=lambda cell: cell["by"]):
        told = list(said)
        kind = _kind(figure.indicator.figure, by)
        amounts = [_cell_amount(kind, cell, exact=exact) for cell in told]
        if not exact:
            _hide_what_gives_away(told, amounts)
        shown = [
            Cell(
                by, cell["group"], each, people_in_words(cell["people"], exact=exact) if each.is_shown else ""
            )
            for cell, each in zip(told, amounts, strict=True)
        ]
        found[str(DISAGGREGATION.get(by, by))] = shown
    return found


def _kind(figure: str, by: str) -> str:
    """A price or a site told apart by who was asked is a figure of people there."""
    about_people = figure == Indicator.Figure.OTHER and by in OF_PEOPLE
    return Indicator.Figure.AVERAGE.value if about_people else figure


def _cell_amount(kind: str, cell: dict[str, Any], *, exact: bool) -> Amount:
    return amount(kind, Decimal(str(cell["value"])), cell["people"], exact=exact)


def _hide_what_gives_away(told: Sequence[dict[str, Any]], amounts: list[Amount]) -> None:
    hidden = [place for place, each in enumerate(amounts) if not each.is_shown]
    if len(hidden) != 1 or len(told) < 2:
        return
    others = [place for place in range(len(told)) if place not in hidden]
    smallest = min(others, key=lambda place: (told[place]["people"] or 0, told[place]["value"]))
    amounts[smallest] = Amount(None, str(HIDDEN))


def people_in_words(asked: int | None, *, exact: bool) -> str:
    """How many were asked, in words: by the 10-5 rule for all but staff; empty when nobody knows."""
    return "" if asked is None else in_words(asked, Frame.STAFF if exact else Frame.PUBLIC)


@dataclass(frozen=True)
class Told:
    """One source's figure as its reader may see it."""

    figure: Measurement
    amount: Amount
    low: Amount | None
    high: Amount | None
    shown_people: str

    @property
    def sureness(self) -> str:
        """How sure it is, in words: counted in full, an interval, or not said."""
        if self.figure.exact:
            return _("counted in full")
        if self.low is None or self.high is None:
            return _("not said")
        if not (self.low.is_shown and self.high.is_shown and self.amount.is_shown):
            return str(HIDDEN)
        return _("likely between %(low)s and %(high)s") % {"low": self.low.words, "high": self.high.words}


def told(figure: Measurement, indicator: Indicator, *, exact: bool) -> Told:
    """A figure as its reader may see it."""
    kind, sample = indicator.figure, figure.sample
    return Told(
        figure,
        amount(kind, figure.value, sample, exact=exact),
        _amount_of(kind, figure.low, sample, exact=exact),
        _amount_of(kind, figure.high, sample, exact=exact),
        people_in_words(sample, exact=exact),
    )


# ---- how far it has come ---------------------------------------------------------------------------------


class Way(TextChoices):
    """Which way an indicator goes, from its baseline to its target."""

    REACHED = "reached", gettext_lazy("target reached")
    BETTER = "better", gettext_lazy("getting better")
    SAME = "same", gettext_lazy("as before")
    WORSE = "worse", gettext_lazy("getting worse")
    UNSURE = "unsure", gettext_lazy("sources differ")
    NO_BASELINE = "no_baseline", gettext_lazy("nothing to compare with")
    UNMEASURED = "unmeasured", gettext_lazy("not measured yet")
    HIDDEN = "hidden", HIDDEN


@dataclass(frozen=True)
class Point:
    """What the sources say of one day. Several are a range, and never their mean."""

    on: date
    figures: tuple[Told, ...]

    @property
    def shown(self) -> tuple[Told, ...]:
        return tuple(each for each in self.figures if each.amount.is_shown)

    @property
    def ends(self) -> tuple[Amount, Amount] | None:
        """The least and the most that a source says, or None when none may be shown."""
        amounts = [each.amount for each in self.shown]
        if not amounts:
            return None
        return min(amounts, key=known), max(amounts, key=known)

    @property
    def differs(self) -> bool:
        """Whether its sources say different things."""
        ends = self.ends
        return ends is not None and ends[0].value != ends[1].value

    @property
    def words(self) -> str:
        """The figure, or the range of several, in words without its unit."""
        ends = self.ends
        if ends is None:
            return self.figures[0].amount.words
        if self.differs:
            return _("between %(low)s and %(high)s") % {"low": ends[0].words, "high": ends[1].words}
        return ends[0].words


def known(of: Amount) -> Decimal:
    """The value of a figure that is shown."""
    return cast("Decimal", of.value)


def points(indicator: Indicator, found: Iterable[Measurement], *, exact: bool) -> list[Point]:
    """The figures by day, the earliest first."""
    rows = sorted(found, key=lambda each: (each.on, each.source, each.pk))
    return [
        Point(on, tuple(told(each, indicator, exact=exact) for each in of_a_day))
        for on, of_a_day in groupby(rows, key=lambda each: each.on)
    ]


@dataclass(frozen=True)
class Reading:
    """How far an indicator has come, as its reader may see it. last: its last day, or None."""

    indicator: Indicator
    baseline: Amount | None
    last: Point | None
    today: date

    @property
    def way(self) -> Way:
        """Which way it goes; where its sources differ so much that one cannot tell, UNSURE."""
        if self.last is None:
            return Way.UNMEASURED
        if self.last.ends is None:
            return Way.HIDDEN
        if self.indicator.target is not None and all(self._is_there(each) for each in self.last.ends):
            return Way.REACHED
        before = self._before
        if before is None:
            return Way.NO_BASELINE
        gone = {self._side(known(each) - before) for each in self.last.ends}
        return gone.pop() if len(gone) == 1 else Way.UNSURE

    def _is_there(self, seen: Amount) -> bool:
        target = cast("Decimal", self.indicator.target)
        more = self.indicator.better == Indicator.Better.MORE
        return known(seen) >= target if more else known(seen) <= target

    @property
    def _before(self) -> Decimal | None:
        """What to compare with; for a count of too few people something less than any that is shown."""
        if self.baseline is None:
            return None
        return Decimal(0) if self.baseline.few else self.baseline.value

    def _side(self, gone: Decimal) -> Way:
        if not gone:
            return Way.SAME
        return Way.BETTER if (gone > 0) == (self.indicator.better == Indicator.Better.MORE) else Way.WORSE

    @property
    def shares(self) -> tuple[int, int] | None:
        """How much of the way from baseline to target is done, in per cent: by the least and the most."""
        target, before = self.indicator.target, self.baseline
        if self.last is None or self.last.ends is None or target is None or before is None:
            return None
        if before.value is None or before.value == target:
            return None
        whole = target - before.value
        done = sorted(int(100 * (known(each) - before.value) / whole) for each in self.last.ends)
        return done[0], done[-1]

    @property
    def sentence(self) -> str:
        """Where it stands, in a sentence: from what to what, and where it should be by when."""
        return _ended(self._change(), self._goal())

    def _change(self) -> str:
        name, unit = self.indicator.said.name, self.indicator.said.unit  # type: ignore[attr-defined]
        before, last = self.baseline, self.last
        if last is None:
            return self._unmeasured(name)
        if last.ends is None:
            return _("%(name)s: %(hidden)s") % {"name": name, "hidden": last.words}
        said = {"name": name, "now": with_unit(last.words, unit), "before": before and before.words}
        base = self._before
        if base is None:
            said["day"] = date_format(last.on)
            return _("%(name)s: %(now)s on %(day)s") % said
        moved = {(known(each) > base) - (known(each) < base) for each in last.ends}
        if moved == {1}:
            return _("%(name)s rose from %(before)s to %(now)s") % said
        if moved == {-1}:
            return _("%(name)s fell from %(before)s to %(now)s") % said
        if moved == {0}:
            return _("%(name)s is as before, %(now)s") % said
        return _("%(name)s was %(before)s and is now %(now)s") % said

    def _unmeasured(self, name: str) -> str:
        if self.baseline is None or self.indicator.baseline_on is None:
            return _("%(name)s is not measured yet") % {"name": name}
        return _("%(name)s was %(before)s in %(month)s and has not been measured since") % {
            "name": name,
            "before": with_unit(self.baseline.words, self.indicator.said.unit),  # type: ignore[attr-defined]
            "month": date_format(self.indicator.baseline_on, "F Y"),
        }

    def _goal(self) -> str:
        if self.indicator.target is None or self.indicator.target_on is None:
            return _("no target is set")
        return _("the target is %(target)s, by %(month)s") % {
            "target": number(self.indicator.target),
            "month": date_format(self.indicator.target_on, "F Y"),
        }

    @property
    def verdict(self) -> str:
        """What that means, in one to three short sentences; empty when there is nothing to say."""
        said = [*self._judged(), *self._doubts()]
        end = self.indicator.target_on
        if end is not None and end < self.today and self.way != Way.REACHED:
            said.append(_("The day for the target has passed."))
        return " ".join(said)

    def _judged(self) -> Iterator[str]:
        way, shares = self.way, self.shares
        if way == Way.BETTER and shares is not None:
            yield part_of_the_way(*shares)
        elif way in JUDGED:
            yield str(JUDGED[way])

    def _doubts(self) -> Iterator[str]:
        """What speaks for caution: sources that differ, and intervals that hold the baseline."""
        if self.last is None or self.last.ends is None:
            return
        if self.last.differs:
            sources = len(self.last.shown)
            yield ngettext(
                "%(number)d source differs, so the range is given and no mean.",
                "%(number)d sources differ, so the range is given and no mean.",
                sources,
            ) % {"number": sources}
        before = self.baseline.value if self.baseline else None
        if before is not None and any(_holds(each, before) for each in self.last.shown):
            yield _("The figure is so unsure that it may be no change at all.")

    @property
    def due_on(self) -> date | None:
        """When the next figure should come; None where none is typed or none was ever due."""
        last = self.last.on if self.last else self.indicator.baseline_on
        return None if last is None or self.indicator.computed else last + EVERY[self.indicator.every]

    @property
    def is_due(self) -> bool:
        """Whether a figure is waited for."""
        if self.indicator.computed:
            return False
        return self.due_on is None or self.due_on <= self.today


JUDGED = {
    Way.REACHED: gettext_lazy("The target is reached."),
    Way.BETTER: gettext_lazy("It is getting better."),
    Way.SAME: gettext_lazy("It has not moved."),
    Way.WORSE: gettext_lazy("It is getting worse."),
    Way.UNSURE: gettext_lazy("One cannot say whether it got better."),
}
EVERY = {
    Indicator.Every.MONTH.value: timedelta(days=31),
    Indicator.Every.QUARTER.value: timedelta(days=92),
    Indicator.Every.HALF.value: timedelta(days=184),
    Indicator.Every.YEAR.value: timedelta(days=366),
}


def _ended(change: str, goal: str) -> str:
    return _("%(change)s; %(goal)s.") % {"change": change, "goal": goal}


def with_unit(words: str, unit: str) -> str:
    """A number in words with its unit, which stays on its line."""
    return f"{words}\N{NO-BREAK SPACE}{unit}"


def part_of_the_way(least: int, most: int) -> str:
    """How much of the way is done, in a sentence."""
    if least == most:
        return _("%(done)d %% of the way is done.") % {"done": least}
    return _("Between %(least)d and %(most)d %% of the way is done.") % {"least": least, "most": most}


def _holds(seen: Told, value: Decimal) -> bool:
    low, high = seen.low, seen.high
    if low is None or high is None or low.value is None or high.value is None:
        return False
    return low.value <= value <= high.value and seen.amount.value != value


def reading(
    indicator: Indicator, last: Iterable[Measurement], *, exact: bool, on: date | None = None
) -> Reading:
    """How far it has come, by what its sources say on its last day; it has its `said` already."""
    before = _amount_of(indicator.figure, indicator.baseline, indicator.baseline_sample, exact=exact)
    found = points(indicator, last, exact=exact)
    return Reading(indicator, before, found[-1] if found else None, on or timezone.localdate())


def readings(programme: Programme, *, public: bool, cycle: str = "") -> list[Reading]:
    """Every indicator of the programme, or of one cycle, with how far it has come.

    Two queries, one more for every 200 indicators, and one for each that the platform computes.
    """
    found = indicators(programme, public=public)
    rows = in_the_readers_language(found.filter(cycle=cycle) if cycle else found)
    last = last_figures(rows)  # type: ignore[arg-type]
    for row in rows:
        if row.computed:
            worked = computing.figure(row, public=public, on=timezone.localdate())
            last[row.pk] = [worked] if worked else []
    return [reading(row, last[row.pk], exact=not public) for row in rows]


def those(found: Iterable[Reading], *, words: str = "", way: str = "", due: bool = False) -> list[Reading]:
    """The readings that fit what is given; each of the words is in name, definition, source or standard."""
    return [
        each
        for each in found
        if (not way or each.way == way)
        and (not due or each.is_due)
        and all(_tells_of(each.indicator, word) for word in words.casefold().split())
    ]


def _tells_of(indicator: Indicator, word: str) -> bool:
    said: Said = indicator.said  # type: ignore[attr-defined]
    return any(
        word in text.casefold()
        for text in (said.name, said.definition, said.source, indicator.name, indicator.standard)
    )


def tally(found: Sequence[Reading]) -> str:
    """How many indicators go which way, in words: "Target reached: 1, getting better: 3." Empty for none."""
    counted = Counter(each.way for each in found)
    said = ", ".join(f"{way.label}: {counted[way]}" for way in Way if counted[way])
    return f"{said[:1].upper()}{said[1:]}." if said else ""


# ---- what it said before ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """What a figure said until it was corrected: on which day that was, by whom, and why."""

    said: str
    on: date
    by: str
    why: str


def versions(figure: Measurement) -> list[Version]:
    """What the figure said before each correction, the newest first; from the record, for staff."""
    events = [event for event in record.history(figure) if event.verb in CORRECTING]
    names = dict(Member.objects.filter(pk__in={e.actor for e in events if e.actor}).values_list("pk", "name"))
    found, before = [], ""
    for event in events:
        words = json.loads(event.plain)
        now = _in_words(words)
        if event.verb == "delivery.figure_corrected":
            by = names.get(event.actor, "") if event.actor else ""
            found.append(Version(before, day_of(event), by, words["why"]))
        before = now
    return found[::-1]


CORRECTING = frozenset({"delivery.figure_measured", "delivery.figure_corrected"})


def _in_words(words: dict[str, Any]) -> str:
    """A figure as an event says it: 240 days, 3 March 2026, mines office."""
    value = with_unit(number(Decimal(str(words["value"]))), words["unit"])
    interval = f" ({words['low']}–{words['high']})" if words["low"] is not None else ""
    return f"{value}{interval}, {date_format(date.fromisoformat(words['on']))}, {words['source']}"
