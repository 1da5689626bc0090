"""What people say, choose and show on phones, and what staff put beside a statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.actions import LONGEST_STATEMENT
from jukwaa.dialogue.models import Round, Statement
from jukwaa.dialogue.phone import speech
from jukwaa.dialogue.phone.pictures import PICTURES
from jukwaa.field import languages, media
from jukwaa.programmes import cards
from jukwaa.programmes.models import Card
from jukwaa.programmes.queries import card_by_number, card_by_secret

Taken = TypeVar("Taken")


def taken(upload: UploadedFile[bytes] | None, largest: int, read: Callable[[bytes], Taken]) -> Taken | None:
    """What the upload holds, or None without one. Raises ValidationError with the sentence of who read it."""
    if upload is None:
        return None
    try:
        return read(upload.read(largest + 1))
    except media.Refused as refused:
        raise forms.ValidationError(str(refused)) from refused


def heard(data: bytes) -> media.Recording:
    """The recording in these bytes, cleaned. Raises Refused."""
    return speech.clean(media.read_recording(data))


class Recorder(forms.FileInput):
    """A recording: made here where the browser can, by the phone's own recorder, or a file."""

    def __init__(self) -> None:
        super().__init__(
            {
                "accept": "audio/*",
                "capture": "user",
                "data-recorder": "",
                "data-most": media.LARGEST_RECORDING,
                "data-longest": speech.LONGEST_SOUND,
                "data-record": _("Record"),
                "data-stop": _("Stop"),
                "data-large": _(
                    "This recording is larger than 16 MB. Choose a shorter one; nothing was lost."
                ),
            }
        )


TOO_LONG = _("A statement has at most %(limit_value)s characters; yours has %(show_value)s. Make it shorter.")


class ProposalForm(forms.Form):
    """What a participant wants others to vote on, written or said aloud."""

    text = forms.CharField(
        label=_("What should others say yes or no to?"),
        help_text=_("One thing, in a short sentence. Leave out names of people."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        # Said by the site, not cut off by the browser: whoever pastes more keeps all of it.
        validators=[MaxLengthValidator(LONGEST_STATEMENT, TOO_LONG)],
    )
    sound = forms.FileField(
        label=_("Or say it"),
        required=False,
        widget=Recorder(),
        help_text=_(
            "At most five minutes. Somebody of the programme listens and writes it down. "
            "A voice can be recognised."
        ),
    )

    def clean_sound(self) -> media.Recording | None:
        return taken(self.cleaned_data["sound"], media.LARGEST_RECORDING, heard)

    def clean(self) -> None:
        super().clean()
        if not self.errors and not (self.cleaned_data.get("text") or self.cleaned_data.get("sound")):
            self.add_error("text", _("Write a sentence, or say it aloud."))


class PictureForm(forms.Form):
    """The icon, or the photo, on a statement's card."""

    picture = forms.ChoiceField(
        label=_("Picture"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("none")), *PICTURES.items()],
        help_text=_("Everybody gets it with the statement."),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP, at most 15 MB. It is painted anew, so place and time hidden in it are gone; "
            "what it shows stays. Phones load it only when somebody taps it. Show nobody's face."
        ),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    no_photo = forms.BooleanField(label=_("Take the photo away"), required=False)

    def clean_photo(self) -> media.Photo | None:
        return taken(self.cleaned_data["photo"], media.LARGEST_PHOTO, media.read_photo)


class VoiceForm(forms.Form):
    """A recording of the words in one language."""

    language = forms.ChoiceField(label=_("Language"))
    sound = forms.FileField(
        label=_("Recording"),
        widget=Recorder(),
        help_text=_("Read the sentence out once, slowly. At most 16 MB; five minutes of it are kept."),
    )

    def __init__(self, *args: Any, of: Statement | Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language: Any = self.fields["language"]
        language.choices = languages.choices(of.programme)

    def clean_sound(self) -> media.Recording | None:
        return taken(self.cleaned_data["sound"], media.LARGEST_RECORDING, heard)


def read_card(said: str) -> Card | None:
    """The card whose number was typed, or whose square a reader read; None where there is none such.

    Raises ValidationError for what cannot be a number.
    """
    _before, code, secret = said.strip().partition("/c/")
    if code:
        return card_by_secret(secret.rstrip("/"))
    digits = cards.only_digits(said)
    if len(digits) != 16 or not cards.is_sound(digits):
        raise forms.ValidationError(_("This is not a card number: it has 16 digits. Read it once more."))
    return card_by_number(digits)
