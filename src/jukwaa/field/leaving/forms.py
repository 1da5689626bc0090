"""What somebody types who wants to be forgotten."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.field.leaving.queries import Mistyped, read_digits


class LeaveForm(forms.Form):
    """The number on one's card, or the code on one's slip. sure: said on the second page."""

    digits = forms.CharField(
        label=_("The number on your card or slip"),
        help_text=_("16 digits on a card, 12 on a slip of paper"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_digits(self) -> Any:
        try:
            return read_digits(self.cleaned_data["digits"])
        except Mistyped as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
