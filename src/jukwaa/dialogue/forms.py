"""What people type and press in the dialogue room."""

from __future__ import annotations

from django import forms
from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.actions import CHOICES, LONGEST_STATEMENT


def read_choice(said: str) -> int:
    """A press of a button as a vote. Raises BadRequest for what none of the buttons says."""
    for choice in CHOICES:
        if said == str(choice):
            return choice
    raise BadRequest("a vote is -1, 0 or 1")


class ProposalForm(forms.Form):
    """What a participant wants others to vote on."""

    text = forms.CharField(
        label=_("What should others say yes or no to?"),
        help_text=_("One thing, in a short sentence. Leave out names of people."),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
