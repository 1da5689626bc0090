"""What a researcher adds to a filled-in form before it becomes testimonies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import Constituency, Place, Programme
from jukwaa.programmes.queries import constituencies, places


class MakeForm(forms.Form):
    """To whom the person belongs, and where they spoke, in the programme's own words."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_("Constituency"),
        empty_label=_("not said"),
        required=False,
        help_text=_("You choose it, by what the person said they do. A card decides for itself."),
    )
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("Place"), empty_label=_("not said"), required=False
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]
