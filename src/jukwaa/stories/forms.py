"""What staff fill in to write a story and to give out a publication, and what anybody searches for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jukwaa.delivery.models import Outcome
from jukwaa.field import languages, media
from jukwaa.field.models import Testimony
from jukwaa.programmes import cards, files
from jukwaa.programmes.actions import look_up_card
from jukwaa.programmes.models import Audience, Participant, Programme
from jukwaa.programmes.queries import opens, standing
from jukwaa.stories.models import Publication, Story

KINDS = [
    ("", _("Stories and publications")),
    ("story", _("Stories only")),
    ("publication", _("Publications only")),
]


class Search(forms.Form):
    """What to look for among stories and publications; what does not fit is left out of the search."""

    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Which"), choices=KINDS, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, spoken: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, languages.NAMES.get(code, code)) for code in spoken]
        _choose(self, "language", [("", _("any")), *names])

    def chosen(self) -> dict[str, str]:
        """What was asked for and can be looked for."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class StoryForm(forms.Form):
    """A story's words and its photo."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Story"),
        help_text=_(
            "What changed, for whom, and what did not. Leave out names, and what could tell who somebody is."
        ),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    language = forms.ChoiceField(label=_("Language"))
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP, at most 15 MB. Only with a teller who agreed to a photo. Place and time "
            "hidden in the file are taken out."
        ),
    )
    photo_shows = forms.CharField(
        label=_("What the photo shows"),
        required=False,
        max_length=200,
        help_text=_("For those who cannot see it. No names."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "language", languages.choices(programme))

    def clean_photo(self) -> media.Photo | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        if upload is None:
            return None
        try:
            return media.read_photo(upload.read(media.LARGEST_PHOTO + 1))
        except media.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


class NewStoryForm(StoryForm):
    """A story with the outcome that it tells of and, if somebody tells it, who."""

    outcome = forms.ModelChoiceField(
        Outcome.objects.none(),
        label=_("Which outcome it tells of"),
        empty_label=_("choose an outcome"),
    )
    teller = forms.CharField(
        label=_("Who tells it"),
        required=False,
        max_length=40,
        help_text=_(
            "The number on their card, or the trace code of what they said. Empty if nobody tells it: such a "
            "story can only tell what is public, and has no photo."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    field_order = ("outcome", "teller", "title", "text", "language", "photo", "photo_shows")

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        self.programme = programme
        self.fields["outcome"].queryset = standing(  # type: ignore[attr-defined]
            Outcome.objects.filter(programme=programme)
        )

    def clean_teller(self) -> Participant | None:
        digits = cards.only_digits(self.cleaned_data["teller"])
        if not digits:
            return None
        if len(digits) not in {12, 16} or not cards.is_sound(digits):
            raise forms.ValidationError(
                _("A card number has 16 digits and a trace code 12. Read it once more.")
            )
        teller = self._by_card(digits) if len(digits) == 16 else self._by_trace_code(digits)
        if teller is None:
            raise forms.ValidationError(_("Nobody in this programme has this number. Read it once more."))
        return teller

    def _by_card(self, digits: str) -> Participant | None:
        card = look_up_card(digits, programme=self.programme)
        return card.participant if card is not None and opens(card) else None

    def _by_trace_code(self, digits: str) -> Participant | None:
        told = standing(Testimony.objects.filter(programme=self.programme, trace_code=digits))
        testimony = told.select_related("voice").first()
        return testimony.voice if testimony else None

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if given.get("photo") and "teller" in given and given["teller"] is None:
            self.add_error(
                "photo",
                _("A photo needs a teller who agreed to it. Say who tells the story, or leave it out."),
            )


class ChangedStoryForm(StoryForm):
    """A story said anew; its photo stays unless there is another or it goes."""

    without_photo = forms.BooleanField(label=_("Take the photo out"), required=False)

    field_order = ("title", "text", "language", "photo", "photo_shows", "without_photo")

    def __init__(self, *args: Any, story: Story, **kwargs: Any) -> None:
        super().__init__(*args, programme=story.programme, **kwargs)
        if story.teller_id is None:
            for name in ("photo", "photo_shows", "without_photo"):
                del self.fields[name]
        elif not story.photo:
            del self.fields["without_photo"]


class TellForm(forms.Form):
    """To whom a story is told."""

    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        help_text=_("The teller must have agreed to this audience."),
    )


class PublicationForm(forms.Form):
    """A publication and its file."""

    title = forms.CharField(label=_("Title"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=Publication.Kind.choices)
    summary = forms.CharField(
        label=_("What it holds"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    language = forms.ChoiceField(label=_("Language"))
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "PDF, PNG, JPEG, MP4, WebM, MP3, Ogg, ODT or EPUB, at most 20 MB. A file can hold its author's "
            "name: look at its properties before you give it out."
        ),
    )
    published_on = forms.DateField(
        label=_("Published on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    public = forms.BooleanField(
        label=_("Everybody may see it"),
        required=False,
        help_text=_("Without this only the people of the programme see it."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "language", languages.choices(programme))

    def clean_file(self) -> bytes:
        """The file's bytes, of a kind that may be given out; empty when none was chosen."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if upload is None:
            return b""
        data: bytes = upload.read(files.LARGEST + 1)
        try:
            files.kind_of(data)
        except files.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return data


def said_of_story(story: Story) -> dict[str, Any]:
    """A story as its form shows it."""
    return {name: getattr(story, name) for name in ("title", "text", "language", "photo_shows")}


def said_of_publication(one: Publication) -> dict[str, Any]:
    """A publication as its form shows it."""
    names = ("title", "kind", "summary", "language", "published_on", "public")
    return {name: getattr(one, name) for name in names}


def _choose(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]
