"""What is typed about mail."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.post import actions


class AddressForm(forms.Form):
    """One mail address, as it is typed; what was given before is never shown."""

    # No type="email": a browser's own check speaks its own language, and refuses names that are right.
    address = forms.CharField(
        label=_("Mail address"),
        max_length=300,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "email",
                "inputmode": "email",
                "spellcheck": "false",
                "autocapitalize": "none",
            }
        ),
    )

    def clean_address(self) -> str:
        try:
            return actions.read_address(self.cleaned_data["address"])
        except actions.NotGiven as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
