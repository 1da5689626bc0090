"""What is typed after a gathering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.minutes.actions import LONGEST_NOTE
from jukwaa.dialogue.models import Note


class NoteForm(forms.Form):
    """A decision, a next step, a disagreement, or something else worth keeping."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Note.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What"),
        help_text=_("Everybody on the staff reads the minutes. Leave out names of people."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Of a disagreement: the reasons of each side."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.CharField(
        label=_("Who does it"),
        help_text=_("An office or an organisation; a person only if they agreed to be named."),
        required=False,
        max_length=200,
    )
    due_on = forms.DateField(
        label=_("Until when"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    @classmethod
    def of(cls, note: Note, data: Any = None) -> NoteForm:
        """The form, filled with what the note says."""
        return cls(data, initial={name: getattr(note, name) for name in cls.base_fields})
