"""What staff type about forms, and those who fill them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from jukwaa.field.collect import openrosa
from jukwaa.field.collect.importing import Asked, Export, Media, read
from jukwaa.field.collect.importing import Refused as NoExport
from jukwaa.field.collect.validate import what_javarosa_says
from jukwaa.field.collect.xlsform import LARGEST_SHEET, Made, Refused, located, read_sheet
from jukwaa.field.models import Edition, Submission

LARGEST_FILE = 10_000_000


class SheetForm(forms.Form):
    """A form as its author wrote it."""

    sheet = forms.FileField(
        label=_("XLSForm"),
        help_text=_("An .xlsx file with the sheets survey, choices and settings, as for ODK or KoboToolbox."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    made: Made
    sheet_data: bytes

    def __init__(self, *args: Any, card: Mapping[str, str], **kwargs: Any) -> None:
        """card: the words of the referral card, for a sheet that has a place for them."""
        super().__init__(*args, **kwargs)
        self.card = card

    def clean_sheet(self) -> UploadedFile:  # type: ignore[type-arg]
        """The form that the sheet makes, as `made`; what pyxform or JavaRosa says when it makes none."""
        upload: UploadedFile = self.cleaned_data["sheet"]  # type: ignore[type-arg]
        self.sheet_data = upload.read(LARGEST_SHEET + 1)
        try:
            self.made = read_sheet(self.sheet_data, name=upload.name or "", card=self.card)
        except Refused as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if wrong_in_it := what_javarosa_says(self.made.xform):
            said = located(wrong_in_it, self.sheet_data, name=upload.name or "")
            raise forms.ValidationError(
                gettext("Phones would not open this form: %(words)s") % {"words": said}
            )
        return upload


# What fits a card for the pocket (54 by 85.6 mm) under its heading.
MOST_WORDS, MOST_LINES = 300, 8
EXAMPLE = gettext_noop(
    "[Office], [where it is]\nPhone: [number]. Open: [days and hours]\n"
    "At night and on Sundays: [who answers, and the number]"
)


class ReferralForm(forms.Form):
    """Where help is found here, in each of the programme's languages."""

    def __init__(self, *args: Any, languages: Mapping[str, str], **kwargs: Any) -> None:
        """languages: names by code."""
        super().__init__(*args, **kwargs)
        for code, name in languages.items():
            self.fields[code] = forms.CharField(
                label=name,
                required=False,
                help_text=_("At most 300 characters on 8 lines, so that it fits a card for the pocket."),
                widget=forms.Textarea(attrs={"rows": 5, "lang": code}),
                validators=[_fits_a_card],
            )


def _fits_a_card(words: str) -> None:
    words = words.replace("\r\n", "\n")
    if "[" in words or "]" in words:
        raise forms.ValidationError(
            gettext("Put the office, the number and the hours where the brackets stand.")
        )
    if "${" in words:
        raise forms.ValidationError(gettext("Phones would take “${” for a question. Leave it out."))
    if len(words) > MOST_WORDS or words.count("\n") >= MOST_LINES:
        raise forms.ValidationError(
            gettext("This does not fit a card. Say it in 300 characters, on at most 8 lines.")
        )


class FormFileForm(forms.Form):
    """A picture, sound or list that a form shows."""

    file = forms.FileField(label=_("File"), help_text=_("Under the name by which the form calls it."))

    def clean_file(self) -> UploadedFile:  # type: ignore[type-arg]
        """A file of ordinary name and size."""
        upload: UploadedFile = self.cleaned_data["file"]  # type: ignore[type-arg]
        if (upload.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                gettext("This file is larger than 10 MB. Make it smaller: phones must fetch it.")
            )
        if not openrosa.is_file_name(upload.name or ""):
            raise forms.ValidationError(gettext("This file has a name that no phone takes. Give it another."))
        return upload


class ExportForm(forms.Form):
    """An export of KoboToolbox or ODK Central, to be imported."""

    export = forms.FileField(
        label=_("Export"),
        help_text=_("An .xlsx or .csv of all versions, or the .zip of .csv files that ODK Central makes."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.zip"}),
    )
    attached = forms.FileField(
        label=_("Photos and recordings"),
        required=False,
        help_text=_("The .zip of media, if there is one. Several are imported one after the other."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )

    found: Export

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean_export(self) -> UploadedFile:  # type: ignore[type-arg]
        """The rows of the export, as `found`."""
        upload: UploadedFile = self.cleaned_data["export"]  # type: ignore[type-arg]
        try:
            self.found = read(upload.name or "", upload.read(), self.asked)
        except NoExport as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return upload

    def clean_attached(self) -> bytes | None:
        """The bytes of the ZIP, if there is one."""
        upload: UploadedFile | None = self.cleaned_data["attached"]  # type: ignore[type-arg]
        if upload is None:
            return None
        data = bytes(upload.read())
        try:
            Media(data)
        except NoExport as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return data


class CollectorForm(forms.Form):
    """Somebody whose phone collects."""

    name = forms.CharField(
        label=_("Who collects"),
        max_length=80,
        help_text=_("So that you know whose phone to stop when it is lost."),
    )


class ReviewForm(forms.Form):
    """What a person found on looking at a submission."""

    review = forms.ChoiceField(choices=[c for c in Submission.Review.choices if c[0]])


class Search(forms.Form):
    """What to look for among the submissions of a form."""

    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    edition = forms.ModelChoiceField(Edition.objects.none(), label=_("Version"), required=False)
    review = forms.ChoiceField(label=_("Review"), required=False)
    missing = forms.BooleanField(label=_("only those of which files are missing"), required=False)

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
        self.fields["review"].choices = [("any", _("any")), *Submission.Review.choices]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        if not self.is_bound:
            return {}
        self.full_clean()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        review = self.cleaned_data.get("review", "any")
        said.pop("review", None)
        return said if review in {"any", None} or "review" not in self.data else said | {"review": review}
