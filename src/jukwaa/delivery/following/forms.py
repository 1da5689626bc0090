"""What is typed to follow something, or to write to somebody."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import Address
from jukwaa.programmes.post import actions

TYPED = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}


class FollowForm(forms.Form):
    """Where to write, and how often."""

    # No type="email": a browser's own check speaks its own language, and refuses names that are right.
    address = forms.CharField(label=_("Mail address"), max_length=300, widget=forms.TextInput(attrs=TYPED))
    rhythm = forms.ChoiceField(
        label=_("How often?"),
        choices=Address.Rhythm.choices,
        initial=Address.Rhythm.DAILY,
        widget=forms.RadioSelect,
    )

    def clean_address(self) -> str:
        return read(self.cleaned_data["address"])


class AddressForm(forms.Form):
    """Where somebody is written to, and in which language."""

    address = forms.CharField(label=_("Mail address"), max_length=300, widget=forms.TextInput(attrs=TYPED))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def clean_address(self) -> str:
        return read(self.cleaned_data["address"])


def read(typed: str) -> str:
    """The address; what is wrong with it is said at the field."""
    try:
        return actions.read_address(typed)
    except actions.NotGiven as wrong:
        raise forms.ValidationError(str(wrong)) from wrong
