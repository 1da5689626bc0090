"""What coders choose and what researchers draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jukwaa.field import languages, queries
from jukwaa.field.coding import codebook
from jukwaa.field.models import Coding, Quote, Theme
from jukwaa.programmes.models import Cycle, Programme


class CodeForm(forms.Form):
    """What a quote is about."""

    theme = forms.ModelChoiceField(
        Theme.objects.none(), label=_("What they are about"), empty_label=_("choose a theme")
    )
    sort = forms.ChoiceField(
        label=_("A problem, or a proposal?"), choices=Coding.Sort, widget=forms.RadioSelect
    )
    when = forms.ChoiceField(label=_("Of when do they speak?"), choices=Coding.When, widget=forms.RadioSelect)
    cycle = forms.ChoiceField(
        label=_("The shift that it belongs to"),
        required=False,
        choices=[("", _("none of the four")), *Cycle.choices],
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = queries.themes(programme)  # type: ignore[attr-defined]


class CodebookForm(forms.Form):
    """A codebook from elsewhere."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_(
            "A table (CSV) with the columns theme, shift and meaning, or a REFI-QDA codebook (.qdc)."
        ),
    )

    def clean_file(self) -> list[codebook.Entry]:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            return codebook.read(upload.read(codebook.LARGEST + 1))
        except codebook.NoCodebook as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class DraftForm(forms.Form):
    """Words for a statement, and the quotes that they come from."""

    quotes = forms.ModelMultipleChoiceField(
        Quote.objects.none(),
        label=_("Quotes that say the same"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one quote.")},
    )
    text = forms.CharField(
        label=_("The statement"),
        help_text=_("One thing, in short words, that somebody can agree or disagree with."),
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, programme: Programme, theme: Theme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quotes"].queryset = queries.quotes_to_use(programme, theme=theme)  # type: ignore[attr-defined]
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]
