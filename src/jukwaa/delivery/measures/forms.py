"""What staff type about indicators and figures. The actions say what fits; forms show where it does not."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery.forms import Day
from jukwaa.delivery.measures import actions, queries
from jukwaa.delivery.measures.catalogue import Entry
from jukwaa.delivery.measures.queries import Way
from jukwaa.delivery.models import DISAGGREGATION, Indicator, Measurement
from jukwaa.field import languages
from jukwaa.programmes.models import Cycle, Programme
from jukwaa.programmes.queries import standing


def _figure(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=required,
        max_digits=20,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def refused(form: forms.BaseForm, wrong: actions.Unfit) -> None:
    """Show what an action refused beside the field that it is about, or above all."""
    field = wrong.field
    if field == "cells":
        field = next((name for name in form.fields if name.startswith("apart_")), "")
    form.add_error(field if field in form.fields else None, str(wrong))


class Search(forms.Form):
    """What to look for among indicators; what does not fit is left out of the search."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)
    cycle = forms.ChoiceField(
        label=gettext_lazy("Shift"),
        required=False,
        choices=[("", gettext_lazy("all four")), *Cycle.choices],
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How it goes"),
        required=False,
        choices=[("", gettext_lazy("whichever way")), *Way.choices],
    )
    due = forms.BooleanField(label=gettext_lazy("A figure is waited for"), required=False)

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class FigureSearch(forms.Form):
    """What to look for among the figures of an indicator."""

    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=200)
    since = forms.DateField(label=gettext_lazy("From the day"), required=False, widget=Day())
    until = forms.DateField(label=gettext_lazy("To the day"), required=False, widget=Day())

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


# ---- indicators ------------------------------------------------------------------------------------------


class IndicatorForm(forms.Form):
    """An indicator: what is counted, from where to where, and who measures."""

    cycle = forms.ChoiceField(label=gettext_lazy("In which of the four shifts"), choices=Cycle.choices)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    definition = forms.CharField(
        label=gettext_lazy("What exactly is counted"),
        help_text=gettext_lazy("So that two people who count by it come to the same figure."),
        max_length=1000,
        widget=_lines(),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("%, days, people, tonnes a year. It stands once a figure was kept."),
        max_length=60,
    )
    figure = forms.ChoiceField(
        label=gettext_lazy("What its figures are"),
        help_text=gettext_lazy("Those of people are rounded for the public, and few people are not shown."),
        choices=Indicator.Figure.choices,
        widget=forms.RadioSelect,
    )
    better = forms.ChoiceField(
        label=gettext_lazy("Which way is good"),
        choices=Indicator.Better.choices,
        widget=forms.RadioSelect,
    )
    baseline = _figure(
        gettext_lazy("Baseline"), gettext_lazy("What it was at the beginning, if it is known.")
    )
    baseline_on = forms.DateField(label=gettext_lazy("Baseline of the day"), required=False, widget=Day())
    baseline_sample = forms.IntegerField(
        label=gettext_lazy("How many were asked for the baseline"), required=False, min_value=0
    )
    target = _figure(gettext_lazy("Target"))
    target_on = forms.DateField(label=gettext_lazy("Target by the day"), required=False, widget=Day())
    measured_by = forms.CharField(
        label=gettext_lazy("Who measures"),
        help_text=gettext_lazy("An office or a group, no person."),
        required=False,
        max_length=200,
    )
    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=Indicator.Every.choices)
    source = forms.CharField(
        label=gettext_lazy("Where its figures come from"), required=False, max_length=300
    )
    standard = forms.CharField(
        label=gettext_lazy("Standard"),
        help_text=gettext_lazy("SDG 8.3.1, planetGOLD, CRAFT, if it is one of theirs."),
        required=False,
        max_length=200,
    )
    apart = forms.MultipleChoiceField(
        label=gettext_lazy("Told apart by"),
        required=False,
        choices=list(DISAGGREGATION.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    tells_of = forms.ModelChoiceField(
        RoadmapRow.objects.none(),
        label=gettext_lazy("Action of the roadmap that it tells of"),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    public = forms.BooleanField(label=gettext_lazy("Everybody may see it"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = standing(RoadmapRow.objects.filter(programme=programme))
        self.fields["tells_of"].queryset = rows  # type: ignore[attr-defined]


class NewIndicatorForm(IndicatorForm):
    """An indicator of the programme's own, with the language that its words are in."""

    language = forms.ChoiceField(label=gettext_lazy("Language of these words"))
    field_order = ("cycle", "language", "name")

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]


USUAL = {
    "public": True,
    "better": Indicator.Better.MORE,
    "figure": Indicator.Figure.OTHER,
    "every": Indicator.Every.HALF,
}


def said_of_entry(entry: Entry, programme: Programme) -> dict[str, Any]:
    """An indicator of the catalogue as the form shows it, in the programme's first language."""
    words = entry.said(programme.first_language)
    said = {name: getattr(words, name) for name in Indicator.WORDED}
    same = {
        name: getattr(entry, name) for name in ("cycle", "figure", "better", "every", "standard", "apart")
    }
    return said | same | {"language": words.language, "public": True}


def said_of_indicator(indicator: Indicator) -> dict[str, Any]:
    """An indicator as its form shows it."""
    said = {name: _shown(getattr(indicator, name)) for name in actions.SAID_OF_INDICATORS}
    return said | {"apart": indicator.apart.split()}


def _shown(value: Any) -> Any:
    """A figure without the zeros that its column keeps."""
    return queries.plain(value) if isinstance(value, Decimal) else value


class TranslationForm(forms.Form):
    """What an indicator's words say in another language."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    definition = forms.CharField(
        label=gettext_lazy("What exactly is counted"), max_length=1000, widget=_lines()
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=60)
    source = forms.CharField(
        label=gettext_lazy("Where its figures come from"), required=False, max_length=300
    )
    made_by = forms.CharField(label=gettext_lazy("Who translated it, or which machine"), max_length=120)
    reviewed_by = forms.CharField(
        label=gettext_lazy("Which speaker of the language checked it"),
        help_text=gettext_lazy("Left empty, readers are told that nobody has."),
        required=False,
        max_length=120,
    )


# ---- figures ---------------------------------------------------------------------------------------------


class Cells(forms.CharField):
    """Lines that tell a figure apart by one thing, each a group."""

    def __init__(self, key: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key

    def clean(self, value: Any) -> list[dict[str, Any]]:
        return cells_in(super().clean(value), self.key)


class FigureForm(forms.Form):
    """One figure from one source; told apart in a box for each way that the indicator is."""

    value = _figure(gettext_lazy("Figure"), required=True)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=60)
    on = forms.DateField(
        label=gettext_lazy("Of the day"),
        help_text=gettext_lazy("Of a time, such as a month: its last day."),
        widget=Day(),
    )
    since = forms.DateField(label=gettext_lazy("First day, if it is of a time"), required=False, widget=Day())
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("A register, a survey, an office; no person."),
        max_length=300,
    )
    method = forms.CharField(
        label=gettext_lazy("Method"),
        help_text=gettext_lazy("How it was counted or asked, so that the next one does the same."),
        required=False,
        max_length=1000,
        widget=_lines(2),
    )
    exact = forms.BooleanField(label=gettext_lazy("Everything was counted: it is exact"), required=False)
    low = _figure(gettext_lazy("Likely at least"))
    high = _figure(gettext_lazy("Likely at most"))
    sample = forms.IntegerField(label=gettext_lazy("How many were asked"), required=False, min_value=0)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boxes = {f"apart_{key}": key for key, _word in indicator.dimensions}
        for (key, word), name in zip(indicator.dimensions, self.boxes, strict=True):
            self.fields[name] = Cells(
                key,
                label=_("Told apart by %(what)s") % {"what": word},
                help_text=_("A line for each group: group; figure; how many were asked. Women; 34; 120"),
                required=False,
                max_length=4000,
                widget=_lines(),
            )

    def said(self) -> dict[str, Any]:
        """The figure as an action takes it."""
        own = {name: self.cleaned_data[name] for name in actions.SAID_OF_FIGURES if name != "cells"}
        return own | {"cells": [cell for name in self.boxes for cell in self.cleaned_data[name]]}


def cells_in(text: str, key: str) -> list[dict[str, Any]]:
    """The cells that lines of "group; figure; how many" say. Raises ValidationError, naming the line."""
    found = []
    for line, words in enumerate(text.splitlines(), 1):
        parts = [part.strip() for part in words.split(";")]
        if not words.strip():
            continue
        try:
            group, value = parts[0], Decimal(parts[1])
            people = int(parts[2]) if parts[2:] and parts[2] else None
            if len(parts) > 3 or not group or not value.is_finite():
                raise ValueError
        except (ValueError, IndexError, InvalidOperation) as wrong:
            raise forms.ValidationError(
                _("Line %(line)d: write group; figure; how many were asked, such as Women; 34; 120.")
                % {"line": line}
            ) from wrong
        found.append({"by": key, "group": group, "value": float(value), "people": people})
    return found


class CorrectionForm(FigureForm):
    """A figure said anew, and what was wrong with it."""

    why = forms.CharField(
        label=gettext_lazy("What was wrong?"),
        help_text=gettext_lazy("Readers see it. The old figure stays on record."),
        max_length=500,
        widget=_lines(2),
    )


def usual_figure(indicator: Indicator) -> dict[str, Any]:
    """What a new figure mostly says."""
    said: queries.Said = indicator.said  # type: ignore[attr-defined]
    return {"unit": said.unit, "on": timezone.localdate(), "source": said.source}


def said_of_figure(figure: Measurement) -> dict[str, Any]:
    """A figure as its form shows it."""
    said = {name: _shown(getattr(figure, name)) for name in actions.SAID_OF_FIGURES if name != "cells"}
    lines: dict[str, list[str]] = {}
    for cell in figure.cells:
        people = "" if cell["people"] is None else f"; {cell['people']}"
        lines.setdefault(f"apart_{cell['by']}", []).append(f"{cell['group']}; {cell['value']:g}{people}")
    return said | {name: "\n".join(of) for name, of in lines.items()}


class SheetForm(forms.Form):
    """A table of figures to take in."""

    table = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("CSV or XLSX, with the headings of the empty table."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
