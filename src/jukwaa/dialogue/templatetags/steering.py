"""What a participant's pages ask the steering corner: `{% load steering %}`."""

from __future__ import annotations

from django import template

from jukwaa.dialogue.models import Round, Statement, Wording
from jukwaa.dialogue.queries import Answer, in_the_readers_language
from jukwaa.dialogue.steering import queries
from jukwaa.programmes.models import Participant

register = template.Library()


@register.simple_tag
def wordings_asked(participant: Participant) -> list[Wording]:
    """Other words for statements of this participant, to which they are asked to nod."""
    return queries.asked_of(participant)


@register.simple_tag
def rounds_to_release(participant: Participant) -> list[Round]:
    """Closed rounds of the participant's own group that it has not released, in the reader's language."""
    return in_the_readers_language(queries.to_release(participant))


@register.simple_tag
def answers_off_the_vote(round: Round, participant: Participant) -> list[Answer]:
    """What the participant said to statements that were taken off the vote since."""
    return queries.answers_off_the_vote(round, participant)


@register.simple_tag
def line_of(statement: Statement) -> queries.Line:
    """The statement with where it came from, where it goes on, and what its author was asked."""
    return queries.lines([statement])[0]
