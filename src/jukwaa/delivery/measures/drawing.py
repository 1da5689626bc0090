"""The chart of an indicator as lengths: where points, ranges and lines lie in a drawing of 360 x 230."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import floor, log10

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa.delivery.charts import Chart, limits
from jukwaa.delivery.measures.queries import Point, Reading, known, number, plain

WIDTH, HEIGHT = 360, 230
LEFT, RIGHT, TOP, BOTTOM = 52, 346, 16, 198
STEPS = 4


@dataclass(frozen=True)
class Dot:
    """A figure: its place, and whether usual ups and downs do not explain it."""

    x: float
    y: float
    outside: bool = False


@dataclass(frozen=True)
class Line:
    """A line between two places."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Mark:
    """A word at a place."""

    at: float
    word: str


@dataclass(frozen=True)
class Series:
    """The series of one source and its XmR limits, in words; chart None while it is too short."""

    source: str
    points: tuple[Point, ...]
    chart: Chart | None

    @property
    def sentence(self) -> str:
        """What the limits say: whether anything happened that usual ups and downs do not explain."""
        if self.chart is None:
            return ""
        said = {"source": self.source, "low": _rough(self.chart.low), "high": _rough(self.chart.high)}
        strange = sorted({*self.chart.outside, *self.chart.runs})
        if not strange:
            return (
                _(
                    "By the figures of “%(source)s”, usual ups and downs reach from %(low)s to %(high)s; "
                    "all lie within, so they do not prove a change."
                )
                % said
            )
        days = ", ".join(date_format(self.points[place].on) for place in strange)
        return ngettext(
            "By the figures of “%(source)s”, usual ups and downs reach from %(low)s to %(high)s; "
            "something else happened by %(days)s.",
            "By the figures of “%(source)s”, usual ups and downs reach from %(low)s to %(high)s; "
            "something else happened by these days: %(days)s.",
            len(strange),
        ) % (said | {"days": days})


def _rough(value: float) -> str:
    return number(Decimal(f"{value:.3g}"))


def series_of(points: Sequence[Point]) -> Series | None:
    """The figures of the source that has most: several sources are never mixed, so one alone has limits.

    None for figures that are worked out: they are what they are, without ups and downs of measuring.
    """
    by_source: dict[str, list[tuple[Point, float]]] = {}
    for point in points:
        for each in point.shown:
            if each.figure.indicator.computed:
                return None
            by_source.setdefault(each.figure.source, []).append((point, float(known(each.amount))))
    if not by_source:
        return None
    source, said = max(by_source.items(), key=lambda pair: len(pair[1]))
    return Series(source, tuple(point for point, _v in said), limits([value for _p, value in said]))


@dataclass(frozen=True)
class Drawing:
    """What is drawn. ranges: of days on which sources differ; whiskers: intervals; band: the limits."""

    ticks: tuple[Mark, ...]
    days: tuple[Mark, ...]
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    ranges: tuple[Line, ...]
    whiskers: tuple[Line, ...]
    baseline: Dot | None
    target: Mark | None
    band: Line | None
    description: str

    @property
    def band_height(self) -> float:
        """How high the band is; 0 where there is none."""
        return round(self.band.y2 - self.band.y1, 1) if self.band else 0


def draw(reading: Reading, points: Sequence[Point], series: Series | None) -> Drawing | None:
    """The drawing of the points that may be shown, or None where there is none."""
    shown = [point for point in points if point.ends]
    if not shown:
        return None
    start = reading.indicator.baseline_on
    before = reading.baseline.value if reading.baseline else None
    days = [point.on for point in shown] + ([start] if start and before is not None else [])
    chart = series.chart if series else None
    scale = Scale.over(days, _heights(reading, shown, chart))
    strange = (
        {series.points[place].on for place in (*chart.outside, *chart.runs)} if series and chart else set()
    )
    target = reading.indicator.target
    return Drawing(
        ticks=tuple(Mark(scale.y(step), number_of(step)) for step in scale.steps),
        days=tuple(Mark(scale.x(day), date_format(day, "M Y")) for day in sorted({min(days), max(days)})),
        lines=tuple(_between(one, other, scale) for one, other in pairwise(shown) if _both_sure(one, other)),
        dots=tuple(
            Dot(scale.x(point.on), scale.y(value), point.on in strange)
            for point in shown
            for value in _values(point)
        ),
        ranges=tuple(_upright(point.on, _values(point), scale) for point in shown if point.differs),
        whiskers=tuple(_intervals(shown, scale)),
        baseline=Dot(scale.x(start), scale.y(float(before))) if start and before is not None else None,
        target=Mark(scale.y(float(target)), number(target)) if target is not None else None,
        band=Line(LEFT, scale.y(chart.high), RIGHT, scale.y(chart.low)) if chart else None,
        description=reading.sentence,
    )


@dataclass(frozen=True)
class Scale:
    """Where days and values lie."""

    first: date
    days: int
    steps: tuple[float, ...]

    @classmethod
    def over(cls, days: Sequence[date], values: Sequence[float]) -> Scale:
        """One that has room for all of them, with round steps."""
        low, high = min(values), max(values)
        step = _round_step((high - low or abs(high) or 1) / STEPS)
        bottom = floor(low / step) * step
        steps = [bottom]
        while steps[-1] < high:
            steps.append(round(steps[-1] + step, 9))
        if len(steps) == 1:
            steps.append(bottom + step)
        return cls(min(days), (max(days) - min(days)).days, tuple(steps))

    def x(self, day: date) -> float:
        if not self.days:
            return (LEFT + RIGHT) / 2
        return round(LEFT + 10 + (RIGHT - LEFT - 20) * (day - self.first).days / self.days, 1)

    def y(self, value: float) -> float:
        low, high = self.steps[0], self.steps[-1]
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10 ... that is not less."""
    power = 10.0 ** floor(log10(rough))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= rough - 1e-9)


def number_of(value: float) -> str:
    """A step of the scale as a word."""
    return number(Decimal(plain(Decimal(str(value)))))


def _values(point: Point) -> list[float]:
    return sorted({float(each.amount.value) for each in point.shown if each.amount.value is not None})


def _heights(reading: Reading, shown: Sequence[Point], chart: Chart | None) -> list[float]:
    found = [value for point in shown for value in _values(point)]
    for point in shown:
        for each in point.shown:
            found += [float(end.value) for end in (each.low, each.high) if end and end.value is not None]
    if reading.baseline and reading.baseline.value is not None:
        found.append(float(reading.baseline.value))
    if reading.indicator.target is not None:
        found.append(float(reading.indicator.target))
    return found + ([chart.low, chart.high] if chart else [])


def _both_sure(one: Point, other: Point) -> bool:
    """A line joins two days that have one figure each: through a range it would be a mean."""
    return not one.differs and not other.differs


def _between(one: Point, other: Point, scale: Scale) -> Line:
    [here], [there] = _values(one), _values(other)
    return Line(scale.x(one.on), scale.y(here), scale.x(other.on), scale.y(there))


def _upright(day: date, values: Sequence[float], scale: Scale) -> Line:
    return Line(scale.x(day), scale.y(values[0]), scale.x(day), scale.y(values[-1]))


def _intervals(shown: Sequence[Point], scale: Scale) -> list[Line]:
    return [
        _upright(point.on, [float(each.low.value), float(each.high.value)], scale)
        for point in shown
        for each in point.shown
        if each.low and each.high and each.low.value is not None and each.high.value is not None
    ]
