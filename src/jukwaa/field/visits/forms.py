"""What people type around visits and meetings, checked and put in its place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jukwaa.field import languages, media
from jukwaa.field.models import Meeting, Visit
from jukwaa.field.visits.actions import MOST_HANDS
from jukwaa.field.visits.profile import ASKED
from jukwaa.programmes.models import Constituency, Place, Programme
from jukwaa.programmes.queries import constituencies, places


def day(**said: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **said)


def long(**said: Any) -> forms.CharField:
    """A field of some lines."""
    return forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}), **said)


class VisitForm(forms.Form):
    """The plan of a visit."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Where"), empty_label=_("– choose –"))
    starts_on = day(label=_("First day"))
    ends_on = day(label=_("Last day"), required=False)
    purpose = long(label=_("What for"), required=False)
    goes = long(
        label=_("Who goes"),
        required=False,
        help_text=_("Who listens, who writes, who drives. A woman among them where women are to be heard."),
    )
    bring = long(
        label=_("What to bring"),
        required=False,
        help_text=_(
            "Cards and slips, consent sheets, the referral list, water, first aid, a charged battery."
        ),
    )
    consent = long(
        label=_("Consent"),
        help_text=_("Whose leave you ask first, in which language, and how people can say no."),
    )
    safety = long(
        label=_("Safety"),
        help_text=_("What could harm the people there or you, and what you do about it. When you turn back."),
    )
    tell = long(
        label=_("Whom to tell"),
        help_text=_("Who knows where you are, when you must be back, and whom they call if you are not."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))


class MarkForm(forms.Form):
    """Whether a visit was made, and what came of it."""

    state = forms.ChoiceField(label=_("The visit is"), choices=Visit.State, widget=forms.RadioSelect)
    note = long(label=_("What came of it"), required=False)


class NoteForm(forms.Form):
    """What was seen at a visit."""

    text = long(
        label=_("What you saw"),
        required=False,
        help_text=_(
            "Of the place, never of a person: no names, no numbers of pits, nothing that leads there."
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
    no_face = forms.BooleanField(
        label=_("Nobody can be recognised in the photo, nor the way to the pit"), required=False
    )

    def clean_photo(self) -> media.Photo | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        if not upload:
            return None
        try:
            return media.read_photo(upload.read(media.LARGEST_PHOTO + 1))
        except media.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("photo") and not said.get("no_face"):
            self.add_error(
                "no_face",
                _("Look at the photo once more and tick this, or leave it out. Choose the file again."),
            )
        if not (said.get("text") or said.get("photo") or "photo" in self.errors):
            self.add_error("text", _("Write what you saw, or attach a photo."))


class SpotForm(forms.Form):
    """About where a district lies."""

    north = forms.DecimalField(
        label=_("Degrees north"),
        min_value=-90,
        max_value=90,
        help_text=_("South of the equator it is less than nought: -2.9. One figure after the point is kept."),
    )
    east = forms.DecimalField(label=_("Degrees east"), min_value=-180, max_value=180)


class ProfileForm(forms.Form):
    """What a site is like. Of the site, never of a person."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Site"), empty_label=_("– choose –"))
    seen_on = day(label=_("Seen on"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = places(programme).filter(level=Place.Level.SITE)
        self.fields["place"].queryset = sites  # type: ignore[attr-defined]
        for name, asked in ASKED.items():
            self.fields[name] = _choices(asked.label, list(asked.choices.items()), asked.several)
        self.fields["notes"] = long(label=_("What else you saw"), required=False, help_text=_("No names."))

    def said(self) -> dict[str, Any]:
        """The answers by name, without those that were not given."""
        names = [*ASKED, "notes"]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


def _choices(label: Any, choices: list[tuple[str, Any]], several: bool) -> forms.Field:
    if several:
        return forms.MultipleChoiceField(
            label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
        )
    return forms.ChoiceField(label=label, choices=[("", _("not said")), *choices], required=False)


class MeetingForm(forms.Form):
    """A meeting of one constituency by itself."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(), label=_("Constituency"), empty_label=_("– choose –")
    )
    women = forms.BooleanField(label=_("Only its women"), required=False)
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("Where"), required=False, empty_label=_("not said")
    )
    held_on = day(label=_("When"))
    came = forms.IntegerField(label=_("How many came"), min_value=1, max_value=MOST_HANDS, required=False)
    note = long(label=_("Notes"), required=False, help_text=_("What was said, not who said it."))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]


class AgreeForm(forms.Form):
    """What the meeting agreed on, one problem a line."""

    problems = forms.CharField(
        label=_("Add problems, one in each line"),
        help_text=_("As the group says it, and only what it agreed on. Read each one back to them."),
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]


class ProblemForm(forms.Form):
    """A problem of the list, worded anew."""

    text = forms.CharField(label=_("Problem"), max_length=280, widget=forms.Textarea(attrs={"rows": 3}))
    language = forms.ChoiceField(label=_("Language"))
    kept = forms.BooleanField(
        label=_("It stays with the group"),
        required=False,
        help_text=_("It crosses to nobody, even when the group releases the others."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]


class ReleaseForm(forms.Form):
    """Who said for the group that its list may cross, and how the group said so."""

    released_by = forms.CharField(
        label=_("Who spoke for the group"),
        max_length=120,
        help_text=_(
            "A name, or what they are: “its spokeswoman”. Write a name only if they want it written."
        ),
    )
    way = forms.ChoiceField(label=_("How the group said so"), choices=Meeting.Way, widget=forms.RadioSelect)
    hands = forms.IntegerField(label=_("How many hands"), min_value=1, max_value=MOST_HANDS, required=False)

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("way") == Meeting.Way.HANDS and not said.get("hands") and "hands" not in self.errors:
            self.add_error(
                "hands", _("Count the hands of the group: at least one. Without them nothing crosses.")
            )
