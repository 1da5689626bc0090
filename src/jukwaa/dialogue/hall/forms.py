"""What people type and press in the hall."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jukwaa.dialogue.actions import LONGEST_STATEMENT
from jukwaa.dialogue.hall import queries
from jukwaa.dialogue.hall.actions import LONGEST_NOTE, LONGEST_STEP
from jukwaa.dialogue.models import Gathering, Note, Round, Step
from jukwaa.dialogue.queries import rounds_not_closed
from jukwaa.field import languages

MOST_DAYS = 10


class Day(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class BeginForm(forms.Form):
    """Which run sheet to begin with, as a question that is asked before the old one goes."""

    sheet = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    sure = forms.CharField(required=False, widget=forms.HiddenInput)


class HoursForm(forms.Form):
    """When each day begins."""

    def __init__(self, days: list[queries.Day], *args: Any) -> None:
        super().__init__(*args)
        for day in days:
            self.fields[f"day-{day.number}"] = forms.TimeField(
                label=_("Day %(day)s begins at") % {"day": day.number},
                initial=f"{day.begins:%H:%M}",
                widget=forms.TimeInput(attrs={"type": "time"}),
            )


class StepForm(forms.Form):
    """One step of the run sheet."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Name"), max_length=120)
    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=MOST_DAYS, initial=1)
    minutes = forms.IntegerField(
        label=pgettext_lazy("time", "Minutes"), min_value=1, max_value=LONGEST_STEP, initial=30
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Step.Kind.choices)
    who = forms.ChoiceField(label=_("Who may do what"), choices=Step.Who.choices)
    instructions = forms.CharField(
        label=_("How it is done"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    materials = forms.CharField(
        label=_("Materials"),
        help_text=_("With commas between them. They are listed over all steps."),
        required=False,
        max_length=400,
    )
    round = forms.ModelChoiceField(
        Round.objects.none(), label=_("Round"), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = queries.rounds_of(gathering)  # type: ignore[attr-defined]


class TableForm(forms.Form):
    """What a table wrote: answers to the three questions, or anything else."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for place, question in enumerate([*queries.QUESTIONS, _("Anything else")], 1):
            self.fields[f"q{place % 4}"] = forms.CharField(
                label=question,
                required=False,
                max_length=LONGEST_NOTE,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> None:
        super().clean()
        if not self.errors and not self.said:
            self.add_error(None, _("Nothing is written yet. Answer at least one of the questions."))

    @property
    def said(self) -> list[tuple[int, str]]:
        """The number of the question, 0 for anything else, and what was written."""
        found = [(int(name[1:]), text.strip()) for name, text in self.cleaned_data.items()]
        return [(question, text) for question, text in found if text]


class NoteForm(forms.Form):
    """A decision, an action, a disagreement or a note."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=Note.Kind.choices,
        widget=forms.RadioSelect,
        initial=Note.Kind.DECISION,
    )
    text = forms.CharField(
        label=_("In words"),
        help_text=_("As you would read it out. Leave out names of people who are not here."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    owner = forms.CharField(
        label=_("Who does it"),
        help_text=_("For an action: an office or a group, rather than a person."),
        required=False,
        max_length=120,
    )
    due_on = forms.DateField(label=_("Until when"), required=False, widget=Day())
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("For a disagreement: the reasons of each side."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> None:
        super().clean()
        needed: dict[str, tuple[str, str | Promise]] = {
            Note.Kind.ACTION: ("owner", _("Say who does it: an action that nobody does is none.")),
            Note.Kind.DISAGREEMENT: (
                "reason",
                _("Say why: a disagreement is worth as much as its reasons."),
            ),
        }
        missing = needed.get(self.cleaned_data.get("kind", ""))
        if missing and not self.cleaned_data.get(missing[0]):
            self.add_error(missing[0], str(missing[1]))


class ToVoteForm(forms.Form):
    """A table's note as a statement, and the round that it goes to."""

    text = forms.CharField(
        label=_("Statement"),
        help_text=_("One thing, in short words that can be read aloud. No names of people."),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language"))
    round = forms.ModelChoiceField(Round.objects.none(), label=_("Round"), empty_label=None)

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages.choices(gathering.programme)  # type: ignore[attr-defined]
        open_ = rounds_not_closed(gathering.programme)
        self.fields["round"].queryset = open_  # type: ignore[attr-defined]
