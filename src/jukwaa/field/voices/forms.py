"""What a researcher adds to a filled-in form before it becomes testimonies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.field import languages
from jukwaa.field.models import Testimony
from jukwaa.field.voices import times
from jukwaa.programmes.models import Constituency, Place, Programme
from jukwaa.programmes.queries import constituencies, places


class MakeForm(forms.Form):
    """To whom the person belongs, and where they spoke, in the programme's own words."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_("Constituency"),
        empty_label=_("not said"),
        required=False,
        help_text=_("You choose it, by what the person said they do. A card decides for itself."),
    )
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("Place"), empty_label=_("not said"), required=False
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]


MACHINE: dict[str, Any] = {
    "label": _("Drafted by a machine: which?"),
    "required": False,
    "max_length": 80,
    "help_text": _("Leave it empty if a person wrote this. A machine's words stay in the room until read."),
}


class TranscriptForm(forms.Form):
    """What is heard, line by line, with times."""

    text = forms.CharField(
        label=_("What is heard"),
        help_text=_("A line may begin with its time: 1:05 Maji ni machafu. Leave out names of people."),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 16, "data-times": "", "spellcheck": "false"}),
    )
    machine = forms.CharField(**MACHINE)

    def clean_text(self) -> list[times.Segment]:
        try:
            return times.read(self.cleaned_data["text"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class TranslationForm(forms.Form):
    """What each part says in another language."""

    language = forms.ChoiceField(label=_("Language"))
    machine = forms.CharField(**MACHINE)

    def __init__(self, *args: Any, testimony: Testimony, parts: list[times.Segment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.testimony, self.parts = testimony, parts
        others = [one for one in languages.choices(testimony.programme) if one[0] != testimony.language]
        self.fields["language"].choices = others  # type: ignore[attr-defined]
        for number, part in enumerate(parts):
            self.fields[f"part{number}"] = forms.CharField(
                label=_("Part %(number)s") % {"number": number + 1},
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 2 + len(part["words"]) // 60}),
            )

    @property
    def beside(self) -> list[tuple[times.Segment, forms.BoundField]]:
        """Each part of what was said with the field for what it says in the other language."""
        return [(part, self[f"part{number}"]) for number, part in enumerate(self.parts)]

    @property
    def segments(self) -> list[times.Segment]:
        """The parts in the other language, with the times of those that they say."""
        said = self.cleaned_data
        return [
            times.Segment(start=part["start"], end=part["end"], words=said[f"part{number}"])
            for number, part in enumerate(self.parts)
        ]
