"""Times of a recording in templates."""

from __future__ import annotations

from django import template

from jukwaa.field.voices import times

register = template.Library()


@register.filter
def clock(at: float) -> str:
    """Seconds of a recording as one reads them beside words: 65.4 is 1:05."""
    return times.clock(int(at))
