"""What a participant is asked now by rooms further up the road: `{% load asked %}`."""

from django import template

from jukwaa.agenda import queries
from jukwaa.agenda.election.queries import nominating
from jukwaa.agenda.models import LeadershipGroup
from jukwaa.programmes.models import Participant

register = template.Library()


@register.simple_tag
def ballots_asked(participant: Participant) -> list[LeadershipGroup]:
    """The leadership groups on which the participant can vote now."""
    return queries.ballots_asked(participant)


@register.simple_tag
def nominations_asked(participant: Participant) -> list[LeadershipGroup]:
    """The leadership groups for which the participant can nominate somebody now."""
    return nominating(participant.programme) if participant.constituency_id else []
