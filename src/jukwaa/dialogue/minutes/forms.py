"""What is typed after a gathering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.minutes import memo
from jukwaa.dialogue.minutes.actions import LONGEST_NOTE, LONGEST_SECTION
from jukwaa.dialogue.models import Memoire, Note


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


class MemoireForm(forms.Form):
    """The six sections of an aide-memoire."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Memoire.SECTIONS:
            self.fields[name] = forms.CharField(
                label=memo.title(name),
                required=False,
                max_length=LONGEST_SECTION,
                widget=forms.Textarea(attrs={"rows": 6}),
            )
        self.fields["purpose"].help_text = _("A line that begins with “- ” becomes a point of a list.")
        self.fields["next"].help_text = _(
            "Name an office or an organisation; a person only if they agreed to be named."
        )
