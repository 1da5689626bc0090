"""Who reads a statement or a round's question out: `{% load spoken %}`."""

from django import template

from jukwaa.dialogue.models import Round, Statement, Voice
from jukwaa.dialogue.phone import queries

register = template.Library()


@register.simple_tag
def voices_of(row: Statement | Round) -> tuple[Voice, ...]:
    """Who reads the row out, by language."""
    return queries.voices_of([row.pk]).get(row.pk, ())
