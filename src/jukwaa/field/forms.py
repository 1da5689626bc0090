"""What people type in the field room, checked and put in its place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jukwaa.field import languages, media, queries
from jukwaa.field.models import Quote, Testimony, Theme
from jukwaa.field.voices import times
from jukwaa.programmes import cards
from jukwaa.programmes.actions import look_up_card
from jukwaa.programmes.models import Constituency, Cycle, Gender, Participant, Place, Programme
from jukwaa.programmes.queries import constituencies, opens, places

LONGEST_TEXT = 20_000
CODES = {"gender", "language"}
GENDERS = [choice for choice in Gender.choices if choice[0]]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Search(forms.Form):
    """What to look for among testimonies; what does not fit is left out of the search."""

    words = forms.CharField(label=_("Words or trace code"), required=False, max_length=200)
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Place"), required=False)
    constituency = forms.ModelChoiceField(
        Constituency.objects.none(), label=_("Constituency"), required=False
    )
    theme = forms.ModelChoiceField(Theme.objects.none(), label=_("Theme"), required=False)
    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=[("", _("any")), *GENDERS])
    language = forms.ChoiceField(label=_("Language"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=_day())
    until = forms.DateField(label=_("To day"), required=False, widget=_day())

    field_order = (
        "words", "place", "constituency", "gender", "theme", "language", "since", "until"
    )  # fmt: skip

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, "place", places(programme))
        _choose_from(self, "constituency", constituencies(programme))
        _choose_from(self, "theme", queries.themes(programme))
        spoken = set(queries.find_testimonies(programme).order_by().values_list("language", flat=True))
        said = [choice for choice in languages.choices(programme) if choice[0] in spoken]
        _choose_language(self, [("", _("any")), *said])

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def asked(self) -> list[tuple[str, Any]]:
        """The same in words: the name of each field that was filled in, and what was chosen."""
        codes: dict[str, Any] = {name: dict(self.fields[name].choices) for name in CODES}  # type: ignore[attr-defined]
        return [
            (str(self.fields[name].label), codes.get(name, {}).get(value, value))
            for name, value in self.chosen().items()
        ]


class TestimonyForm(forms.Form):
    """What one person said: where, when, in which language."""

    text = forms.CharField(
        label=_("What they said"),
        help_text=_("In their own words. Leave out names of people and of their employers."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    language = forms.ChoiceField(label=_("Language"))
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Place"),
        required=False,
        help_text=_("As coarse as will do: the district is often enough."),
    )
    given_on = forms.DateField(
        label=_("Day on which they said it"),
        required=False,
        widget=_day(),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        _choose_from(self, "place", places(programme))
        _choose_language(self, languages.choices(programme))


class NewTestimonyForm(TestimonyForm):
    """A testimony with its recording, its photo, and the card of the person who spoke."""

    audio = forms.FileField(
        label=_("Recording"),
        required=False,
        help_text=_(
            "Ogg, Opus, MP3, M4A, WAV, WebM or AMR, at most 16 MB. Only the sound is kept, not what the "
            "phone wrote into it. A voice can be recognised."
        ),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP, at most 15 MB. It is painted anew, so place and time hidden in it are gone; "
            "what it shows stays."
        ),
    )

    card = forms.CharField(
        label=_("Card number of the person who spoke"),
        required=False,
        max_length=40,
        help_text=_(
            "With it they can later change what they agree to, by their card. Without it they can still be "
            "forgotten, by the trace code on the slip."
        ),
    )

    field_order = ("text", "audio", "photo", "card", "language", "place", "given_on")

    def clean_audio(self) -> media.Recording | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["audio"]
        return _taken(upload, media.LARGEST_RECORDING, media.take_recording) if upload else None

    def clean_photo(self) -> media.Photo | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        return _taken(upload, media.LARGEST_PHOTO, media.read_photo) if upload else None

    def clean_card(self) -> Participant | None:
        digits = cards.only_digits(self.cleaned_data["card"])
        if not digits:
            return None
        if len(digits) != 16 or not cards.is_sound(digits):
            raise forms.ValidationError(_("This is not a card number: it has 16 digits. Read it once more."))
        card = look_up_card(digits, programme=self.programme)
        if card is None or not opens(card):
            raise forms.ValidationError(_("No card with this number was handed out in this programme."))
        return card.participant

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if not (given.get("text") or given.get("audio") or "audio" in self.errors):
            self.add_error("text", _("Write down what they said, or attach a recording."))


def _taken(upload: UploadedFile[bytes], largest: int, read: Any) -> Any:
    """The file as `read` makes it; a file that is too large is told so by its first bytes alone."""
    try:
        return read(upload.read(largest + 1))
    except media.Refused as refused:
        raise forms.ValidationError(str(refused)) from refused


class TimeField(forms.CharField):
    """When something is heard in a recording: typed as 1:05, given as seconds."""

    def __init__(self, **said: Any) -> None:
        super().__init__(required=False, max_length=12, widget=forms.TextInput(attrs={"size": 8}), **said)

    def prepare_value(self, value: Any) -> Any:
        return times.clock(value) if isinstance(value, int | float) else value

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        try:
            return times.seconds(said) if said else None
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class QuoteForm(forms.Form):
    """Words taken from a testimony; from and to: where they are heard, when it has a recording."""

    text = forms.CharField(
        label=_("The words"),
        help_text=_("Copied from the testimony. Leave out what could tell who spoke."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    start = TimeField(label=_("Heard from"), help_text=_("Minutes and seconds: 1:05"))
    end = TimeField(label=_("to"))

    def __init__(self, *args: Any, testimony: Testimony, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not testimony.audio:
            del self.fields["start"], self.fields["end"]

    def clean(self) -> None:
        super().clean()
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if not self.errors and ((start is None) != (end is None) or (end is not None and start >= end)):
            self.add_error("end", _("A stretch has a start and a later end. Write both, or neither."))


class ThemeForm(forms.Form):
    """What quotes can be about."""

    title = forms.CharField(label=_("Theme"), max_length=120)
    cycle = forms.ChoiceField(
        label=_("The shift that it belongs to"),
        required=False,
        choices=[("", _("none of the four")), *Cycle.choices],
    )

    meaning = forms.CharField(
        label=_("What belongs to it"),
        help_text=_("And what does not, with an example: so that two people code alike."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, programme: Programme, theme: Theme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme, self.theme = programme, theme

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        alike = queries.themes(self.programme).filter(title__iexact=title)
        if any(theme != self.theme for theme in alike):
            raise forms.ValidationError(_("There is a theme of this name already. Give this one another."))
        return title


def quote_said(quote: Quote) -> dict[str, Any]:
    """A quote as its form shows it."""
    return {"text": quote.text, "start": quote.start, "end": quote.end}


def _choose_from(form: forms.Form, name: str, rows: Any, *, empty: Any = None) -> None:
    field = form.fields[name]
    field.queryset = rows  # type: ignore[attr-defined]
    field.empty_label = empty or (_("any") if isinstance(form, Search) else _("not said"))  # type: ignore[attr-defined]


def _choose_language(form: forms.Form, choices: list[Any]) -> None:
    form.fields["language"].choices = choices  # type: ignore[attr-defined]
