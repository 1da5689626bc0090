"""Times of a recording in templates."""

from __future__ import annotations

from django import template

from jukwaa.field.voices import times

register = template.Library()
register.filter("clock", times.clock)
