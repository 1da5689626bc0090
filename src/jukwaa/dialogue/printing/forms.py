"""What staff choose before they print."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.models import Gathering, Round
from jukwaa.dialogue.printing.queries import SHEETS, rounds
from jukwaa.field import languages

MOST = 60


class KitForm(forms.Form):
    """Language, round, and of some sheets how many. What is not said, or not so, is as usual."""

    language = forms.ChoiceField(label=_("Language of what is printed"))
    round = forms.ModelChoiceField(Round.objects.none(), label=_("Round"), empty_label=None)

    def __init__(self, gathering: Gathering, data: Any) -> None:
        super().__init__(data or None)
        own = gathering.programme.languages.split()
        codes = dict.fromkeys([*own, *dict(settings.LANGUAGES)])
        choices = [(code, languages.NAMES.get(code, code)) for code in codes]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        self.fields["round"].queryset = rounds(gathering)  # type: ignore[attr-defined]
        self.fields["round"].label_from_instance = _called  # type: ignore[attr-defined]
        self.usual: dict[str, Any] = {
            "language": gathering.programme.first_language,
            "round": rounds(gathering).first(),
        }
        for name, sheet in SHEETS.items():
            if sheet.how_many:
                self.fields[name] = forms.IntegerField(label=sheet.how_many, min_value=0, max_value=MOST)
                self.usual[name] = sheet.many
        self.initial = self.usual

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, and where nothing was, the usual."""
        self.full_clean()
        return self.usual | getattr(self, "cleaned_data", {})


def _called(round_: Round) -> str:
    """What a round is called in the list; one that is held for a group alone says so."""
    return f"{round_} – {round_.asked}" if round_.kept_apart else str(round_)
