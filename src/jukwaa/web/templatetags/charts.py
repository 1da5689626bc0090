"""What a chart of bars needs of arithmetic: where each line stands, and how long its bar is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()

LINE = 40


@register.filter
def bars_high(bars: Sequence[Any]) -> int:
    """How high a chart of these bars is, in pixels."""
    return LINE * len(bars)


@register.filter
def laid_out(bars: Sequence[Any]) -> list[tuple[Any, int, str, str | None]]:
    """Each bar with where its words stand, how long it is, and how much of it is filled, if only part is."""
    most = max((bar.value for bar in bars), default=0) or 1
    return [
        (bar, LINE * place + 18, _long(bar.value, most), None if bar.part is None else _long(bar.part, most))
        for place, bar in enumerate(bars)
    ]


def _long(value: int, most: int) -> str:
    return f"{100 * value / most:.2f}%"
