"""The room's one door to the engine: what the usual ups and downs of a series explain, and what not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from commonground.equity import Chart, chart_of

__all__ = ["FEWEST", "Chart", "limits"]

# The engine draws limits from three points on; with fewer than these they say nothing that holds.
FEWEST = 5


def limits(values: Sequence[float]) -> Chart | None:
    """The XmR chart of a series in the order of its days (Wheeler), or None while it is too short for one.

    What was never below nothing has no limit below it.
    """
    if len(values) < FEWEST:
        return None
    chart = chart_of(values)
    return replace(chart, low=max(chart.low, 0.0)) if min(values) >= 0 else chart
