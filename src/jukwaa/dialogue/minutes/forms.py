"""What is typed after a gathering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.minutes import memo
from jukwaa.dialogue.minutes.actions import LONGEST_SECTION
from jukwaa.dialogue.models import Memoire


class MemoireForm(forms.Form):
    """The six sections of an aide-memoire."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Memoire.SECTIONS:
            self.fields[name] = forms.CharField(
                label=memo.title(name),
                required=False,
                max_length=LONGEST_SECTION,
                widget=forms.Textarea(attrs={"rows": 6}),
            )
        self.fields["purpose"].help_text = _("A line that begins with “- ” becomes a point of a list.")
        self.fields["next"].help_text = _(
            "Name an office or an organisation; a person only if they agreed to be named."
        )
