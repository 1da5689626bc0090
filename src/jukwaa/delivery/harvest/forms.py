"""What is typed about outcomes: evidence, what somebody independent says, how evidence is weighed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jukwaa.delivery.models import Evidence, Substantiation
from jukwaa.programmes import files

Answer = Substantiation.Answer


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class EvidenceForm(forms.Form):
    """Something that one can look at to see whether an outcome is so."""

    what = forms.CharField(
        label=_("What it shows"), help_text=_("One sentence. Leave out names of people."), max_length=500
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices)
    source = forms.CharField(
        label=_("Where it comes from"), help_text=_("The office or group, not the person."), max_length=200
    )
    dated_on = forms.DateField(
        label=_("Of the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    address = forms.URLField(
        label=_("Address on the web"), required=False, assume_scheme="https", max_length=500
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "A PDF, a photo, a recording, at most 20 MB. From a photo and a PDF whatever cannot be seen is "
            "taken out: place, time, who made it. From other files it is not, so look first."
        ),
    )
    public = forms.BooleanField(
        label=_("Everybody may see it"),
        help_text=_("Only if it names nobody, and whoever gave it agrees."),
        required=False,
    )

    def clean_file(self) -> bytes:
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        return upload.read(files.LARGEST + 1) if upload else b""


class AskForm(forms.Form):
    """Who is asked whether an outcome is so; and what they answered, if they did already."""

    office = forms.CharField(
        label=_("Which office is asked"),
        help_text=_("One that knows, and gains nothing by it. The office, not the person."),
        max_length=200,
    )
    independent = forms.CharField(
        label=_("Why they know, and gain nothing by it"), max_length=500, widget=_lines(2)
    )
    answer = forms.ChoiceField(
        label=_("What they say"),
        choices=[("", _("They have not answered yet: make a personal link for them")), *Answer.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    says = forms.CharField(label=_("In their words"), required=False, max_length=2000, widget=_lines(3))

    def clean(self) -> None:
        super().clean()
        _says_what_is_not_so(self)


class AnswerForm(forms.Form):
    """What somebody independent answers."""

    answer = forms.ChoiceField(label=_("Is it so?"), choices=Answer.choices, widget=forms.RadioSelect)
    says = forms.CharField(
        label=_("In your words"),
        help_text=_("What you saw or know of it. Leave out names of people: everybody can read this."),
        required=False,
        max_length=2000,
        widget=_lines(4),
    )

    def clean(self) -> None:
        super().clean()
        _says_what_is_not_so(self)


def _says_what_is_not_so(form: forms.Form) -> None:
    said: dict[str, Any] = form.cleaned_data
    if said.get("answer") in {Answer.PARTLY, Answer.NOT} and not (said.get("says") or "").strip():
        form.add_error("says", _("Write what is not so, in a few words."))


class PackageForm(forms.Form):
    """What is seen that might tell whether the dialogue contributed."""

    seen = forms.CharField(
        label=_("What is seen"),
        help_text=_(
            "As one could show it to somebody who doubts. What hangs together goes into one entry, so that "
            "it is not counted twice."
        ),
        max_length=500,
        widget=_lines(2),
    )


class WeighForm(forms.Form):
    """How likely one would see it, if the dialogue contributed and if it did not."""

    if_so = forms.IntegerField(
        label=_("If the dialogue did contribute: in how many of 100 such cases would one see this?"),
        min_value=1,
        max_value=99,
    )
    if_not = forms.IntegerField(
        label=_("If the dialogue did not contribute: in how many of 100 would one see it all the same?"),
        min_value=1,
        max_value=99,
    )
    why = forms.CharField(label=_("Why"), required=False, max_length=500, widget=_lines(2))


class IatiForm(forms.Form):
    """Under which identifiers the results are reported to IATI."""

    organisation = forms.CharField(
        label=_("Your organisation's identifier in IATI"),
        help_text=_("For example GB-COH-02188452. Whoever reports to IATI knows it."),
        max_length=80,
    )
    activity = forms.CharField(
        label=_("Your own number for this activity"),
        help_text=_("The same each time: IATI knows the activity by it."),
        max_length=60,
    )
