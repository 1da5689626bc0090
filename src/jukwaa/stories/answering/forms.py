"""What is filled in to hear an answer, and to give it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.phone import speech
from jukwaa.field import languages, media
from jukwaa.programmes.models import Place, Programme
from jukwaa.programmes.queries import places
from jukwaa.stories.answering.queries import CAME
from jukwaa.stories.models import Answered


class TraceForm(forms.Form):
    """The code on the slip that somebody took home."""

    code = forms.CharField(
        label=_("Trace code"),
        help_text=_("The twelve digits on your slip."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class Which(forms.Form):
    """Which of those who spoke are listed; what does not fit is left out of the search."""

    came = forms.ChoiceField(label=_("How it came"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("Place"), required=False, empty_label=_("any")
    )

    def __init__(self, *args: Any, programme: Programme, spoken: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "came", [("", _("any")), *CAME.items()])
        named = [(code, languages.NAMES.get(code, code)) for code in spoken]
        _choose(self, "language", [("", _("any")), *named])
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


# How staff tell people; those who open their page themselves are noted without them.
WAYS = [(way.value, way.label) for way in Answered.Way if way is not Answered.Way.PAGE]


class ToldForm(forms.Form):
    """How and when people were told what came of what they said."""

    way = forms.ChoiceField(label=_("How"), choices=WAYS)
    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, said: Any = None) -> None:
        super().__init__(said, initial={"on": timezone.localdate()})


class ReadingForm(forms.Form):
    """A recording of an answer, or of one step of it, as somebody reads it out."""

    language = forms.ChoiceField(label=_("Language"))
    step = forms.ChoiceField(label=_("What is read out"), required=False)
    sound = forms.FileField(
        label=_("Recording"),
        widget=forms.FileInput({"accept": "audio/*", "capture": "user"}),
        help_text=_("At most five minutes and 16 MB. Say no name. A voice can be recognised."),
    )

    def __init__(self, *args: Any, programme: Programme, steps: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "language", languages.choices(programme))
        parts = [(str(number), words) for number, words in enumerate(steps)]
        _choose(self, "step", [("", _("the whole answer")), *parts])

    def clean_sound(self) -> media.Recording:
        upload = self.cleaned_data["sound"]
        try:
            return speech.clean(media.read_recording(upload.read(media.LARGEST_RECORDING + 1)))
        except media.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


def _choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
