"""What is typed into the contact book, to be sealed at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.field.contacts import book

OFF = {"autocomplete": "off", "spellcheck": "false"}


class ContactForm(forms.Form):
    """How somebody can be reached. What was sealed before is never shown."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs=OFF))
    phone = forms.CharField(
        label=_("Phone number"), max_length=60, widget=forms.TextInput(attrs={**OFF, "inputmode": "tel"})
    )
    more = forms.CharField(
        label=_("What to mind when calling"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=OFF),
        help_text=_("Such as: only in the evening; say nothing to others who answer."),
    )


class ErrandForm(forms.Form):
    """What the custodians are asked to tell or ask."""

    words = forms.CharField(
        label=_("What should they be told or asked?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CustodianForm(forms.Form):
    """Who can open the book: a name, and the public half of a key."""

    name = forms.CharField(label=_("Name"), max_length=120)
    recipient = forms.CharField(
        label=_("Public key"),
        max_length=200,
        widget=forms.TextInput(attrs=OFF),
        help_text=_("It begins with age1. The private key stays with the custodian and never comes here."),
    )

    def clean_recipient(self) -> Any:
        try:
            return book.read_recipient(self.cleaned_data["recipient"])
        except book.NotAKey as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class BookForm(forms.Form):
    """A book that a custodian sealed anew."""

    file = forms.FileField(label=_("The book, sealed anew"))
