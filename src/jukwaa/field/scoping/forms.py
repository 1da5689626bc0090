"""What people type before the field, checked and put in its place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.field import languages
from jukwaa.field.models import Check, Level, Review, Stakeholder
from jukwaa.programmes.models import Programme

ROWS = {"rows": 3}


def long(**said: Any) -> forms.CharField:
    """A field of some lines."""
    return forms.CharField(max_length=2_000, widget=forms.Textarea(attrs=ROWS), **said)


class StakeholderForm(forms.Form):
    """Where somebody stands, what silences them, and how they are heard all the same."""

    name = forms.CharField(
        label=_("Who"), max_length=120, help_text=_("A group or a body, never one person: “Women panners”.")
    )
    power = forms.TypedChoiceField(
        label=_("Power over what is decided"), choices=Level, coerce=int, widget=forms.RadioSelect
    )
    interest = forms.TypedChoiceField(
        label=_("How much it touches them"), choices=Level, coerce=int, widget=forms.RadioSelect
    )
    silences = long(
        label=_("What silences them"),
        required=False,
        help_text=_("What keeps them from speaking: lost pay, fear, custom, no phone. No names."),
    )
    how = long(label=_("How we hear them all the same"), required=False)

    def __init__(self, *args: Any, stakeholder: Stakeholder | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stakeholder is not None and (stakeholder.constituency_id or stakeholder.organisation_id):
            del self.fields["name"]


class MoveForm(forms.Form):
    """Where a point was put down on the map."""

    power = forms.TypedChoiceField(choices=Level, coerce=int)
    interest = forms.TypedChoiceField(choices=Level, coerce=int)


class CheckForm(forms.Form):
    """An answer on the checklist, and how we know."""

    answer = forms.ChoiceField(label=_("Answer"), choices=Check.Answer, widget=forms.RadioSelect)
    because = long(
        label=_("How we know"),
        required=False,
        help_text=_("Who said so, or what you saw, by office or group. No names."),
    )


class QuestionForm(forms.Form):
    """Something to find out."""

    text = forms.CharField(
        label=_("What do we want to find out?"),
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One thing, in words that people at the sites use."),
    )
    language = forms.ChoiceField(label=_("Language"))
    why = long(label=_("Why it matters, and to whom"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]


class ChooseForm(forms.Form):
    """With whom a question was chosen or left aside."""

    chosen_with = long(
        label=_("With whom, and how"),
        help_text=_("“31 women panners at Nyakasanda, by a show of hands”. Groups and numbers, no names."),
    )


class ReviewerForm(forms.Form):
    """Somebody in the reference group."""

    name = forms.CharField(label=_("Name"), max_length=120)
    office = forms.CharField(label=_("Where from"), max_length=120, required=False)
    knows = forms.CharField(
        label=_("What they know well"),
        max_length=200,
        required=False,
        help_text=_("Law, gender, geology, statistics, a language."),
    )


class ReviewForm(forms.Form):
    """What somebody of the reference group found."""

    of = forms.ChoiceField(label=_("What was checked"), choices=Review.Of)
    said_on = forms.DateField(
        label=_("When"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Review.Verdict, widget=forms.RadioSelect)
    remarks = long(label=_("What they said"), required=False, help_text=_("What should change, if anything."))
    answer = long(label=_("What was done about it"), required=False)
