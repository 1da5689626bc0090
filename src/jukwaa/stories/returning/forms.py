"""What is taken down when people say that something is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.models import Finding
from jukwaa.programmes.models import Programme
from jukwaa.stories.returning.actions import LONGEST
from jukwaa.stories.returning.queries import Return


class CorrectionForm(forms.Form):
    """About which of what was brought back, and what they say instead."""

    finding = forms.ModelChoiceField(
        Finding.objects.none(), label=_("About what"), required=False, empty_label=_("all that we heard here")
    )
    text = forms.CharField(
        label=_("What do they say instead?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In their words. No name, and nothing that tells who said it: everybody can read it."),
    )
    language = forms.ChoiceField(label=_("Language"))
    said_on = forms.DateField(
        label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self, told: Return, programme: Programme, languages: dict[str, Any], *args: Any, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        findings = self.fields["finding"]
        ids = [each.finding.pk for each in told.findings]
        findings.queryset = Finding.objects.filter(pk__in=ids).select_related("statement")  # type: ignore[attr-defined]
        words = {each.finding.pk: each.words for each in told.findings}
        findings.label_from_instance = lambda row: words[row.pk]  # type: ignore[attr-defined]
        spoken = programme.languages.split()
        self.fields["language"].choices = [(c, languages.get(c, c)) for c in spoken]  # type: ignore[attr-defined]
