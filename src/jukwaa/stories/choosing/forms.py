"""What a panel chose, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import Cycle, Programme
from jukwaa.programmes.queries import constituencies
from jukwaa.stories.choosing import queries
from jukwaa.stories.choosing.actions import Bench
from jukwaa.stories.models import Selection, Story


class ChoiceForm(forms.Form):
    """Which stories a panel read, which it chose, why, and who sat on it."""

    level = forms.ChoiceField(
        label=_("Chosen for"), choices=Selection.Level.choices, widget=forms.RadioSelect
    )
    where = forms.CharField(
        label=_("Who chose, and where"), help_text=_("For example: leadership group, Geita"), max_length=200
    )
    held_on = forms.DateField(
        label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    cycle = forms.ChoiceField(
        label=_("In which shift"), choices=[("", _("any")), *Cycle.choices], required=False
    )
    read = forms.ModelMultipleChoiceField(
        Story.objects.none(),
        label=_("Which stories the panel read"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least two stories that the panel read.")},
    )
    chosen = forms.ModelChoiceField(
        Story.objects.none(), label=_("Which one it chose"), empty_label=_("choose a story")
    )
    reasons = forms.CharField(
        label=_("Why this one"),
        help_text=_("In the panel's words. Everybody can read it; leave out names."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    doubts = forms.CharField(
        label=_("What was said against it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("read", "chosen"):
            self.fields[name].queryset = queries.told(programme)  # type: ignore[attr-defined]
        self.groups = list(constituencies(programme))
        for group in self.groups:
            for kind, label in (("women", _("women")), ("men", _("men")), ("others", _("others"))):
                self.fields[f"{kind}_{group.pk.hex}"] = forms.IntegerField(
                    label=f"{group}: {label}", required=False, min_value=0, max_value=99
                )

    def panel(self) -> list[Bench]:
        """Who sat there, by constituency."""
        said = self.cleaned_data
        return [
            Bench(group, *(said.get(f"{kind}_{group.pk.hex}") or 0 for kind in ("women", "men", "others")))
            for group in self.groups
        ]

    def chosen_words(self) -> dict[str, Any]:
        """What was said beside the panel."""
        return {name: self.cleaned_data[name] for name in self.base_fields}
