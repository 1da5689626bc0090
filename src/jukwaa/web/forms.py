"""What visitors fill in on the site's own pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TraceForm(forms.Form):
    """The code on the slip that somebody took home."""

    code = forms.CharField(
        label=_("Trace code"),
        help_text=_("The twelve digits on your slip."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
