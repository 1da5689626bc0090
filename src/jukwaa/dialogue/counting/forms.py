"""What people type and press when they give marks, and when hands and papers are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.counting.actions import Sheet
from jukwaa.dialogue.counting.queries import LONGEST_REASON, NEEDS_REASON, Before, Given
from jukwaa.dialogue.models import Channel, Gradient, Round, Statement
from jukwaa.dialogue.queries import HandCount
from jukwaa.field import media
from jukwaa.programmes import cards
from jukwaa.programmes.actions import look_up_card
from jukwaa.programmes.models import Gender, Participant, Programme
from jukwaa.programmes.queries import opens

# ---- a participant ---------------------------------------------------------------------------------------


class ReasonForm(forms.Form):
    """Why somebody stands aside or blocks."""

    reason = forms.CharField(
        label=_("Why? Say it in a few words."),
        help_text=_("A moderator reads it first. Leave out names of people."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class OnRecordForm(forms.Form):
    """A reason as it goes on record."""

    mark = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("As it goes on record, without names of people"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


# ---- a show of hands -------------------------------------------------------------------------------------


class SheetForm(forms.Form):
    """Whose hands are counted, and how."""

    channel = forms.ChoiceField(
        label=_("What you count"),
        choices=[(Channel.HANDS, _("a show of hands")), (Channel.PAPER, _("papers, cards or dots"))],
        required=False,
    )
    gender = forms.ChoiceField(
        label=_("Women and men"),
        choices=[
            ("", _("all together")),
            (Gender.WOMAN, _("women alone")),
            (Gender.MAN, _("men alone")),
        ],
        required=False,
    )

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(initial={"channel": sheet.channel, "gender": sheet.gender})
        if sheet.round.method == Round.Method.DOTS:
            del self.fields["channel"]


HANDS = (("agree", _("Agree")), ("disagree", _("Disagree")), ("passes", _("Pass")))
ALSO = (
    ("also_agree", _("Agree, by phone too")),
    ("also_disagree", _("Disagree, by phone too")),
    ("also_passes", _("Pass, by phone too")),
)


@dataclass(frozen=True)
class CountRow:
    """A line of the grid: the statement, its fields, what was counted before, and what is wrong with it."""

    statement: Statement
    fields: Sequence[BoundField]
    before: Before | None
    wrong: str


class CountForm(forms.Form):
    """What one person counts of a constituency: all statements on one screen.

    also: whether anybody of it answered by phone, so that some hands may be counted twice.
    """

    photo = forms.FileField(
        label=_("Photo of the cards or the sheet"),
        required=False,
        help_text=_("Place and time hidden in it are taken out. No faces, please."),
    )

    def __init__(
        self,
        round: Round,
        statements: Sequence[Statement],
        before: Mapping[UUID, Before],
        *args: Any,
        also: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.round, self.statements, self.before = round, statements, before
        self.wrong: dict[UUID, str] = {}
        self.dots = round.method == Round.Method.DOTS
        self.columns = (("dots", _("Dots")),) if self.dots else HANDS + (ALSO if also else ())
        if self.dots:
            self.fields["people"] = number(_("How many people had dots"), required=True)
        for place, statement in enumerate(statements, 1):
            for name, label in self.columns:
                self.fields[f"{name}-{statement.pk.hex}"] = number(f"{place}. {label}")
        self.order_fields(
            [*(["people"] if self.dots else []), *(n for n in self.fields if n != "photo"), "photo"]
        )

    @property
    def rows(self) -> list[CountRow]:
        """The lines of the grid."""
        return [
            CountRow(
                statement,
                [self[f"{name}-{statement.pk.hex}"] for name, _label in self.columns],
                self.before.get(statement.pk),
                self.wrong.get(statement.pk, ""),
            )
            for statement in self.statements
        ]

    def counts(self) -> dict[Statement, HandCount]:
        """What was filled in; a line left empty was not counted."""
        found = {}
        for statement in self.statements:
            said = {n: self.cleaned_data.get(f"{n}-{statement.pk.hex}") for n, _label in self.columns}
            if any(number is not None for number in said.values()):
                found[statement] = HandCount(**{name: number or 0 for name, number in said.items()})
        if self.dots:
            people = self.cleaned_data["people"]
            found = {
                s: HandCount(dots=c.dots, passes=people - c.dots)
                for s, c in {s: found.get(s, HandCount()) for s in self.statements}.items()
            }
        return found

    def clean_photo(self) -> media.Photo | None:
        """The photo painted anew."""
        upload = self.cleaned_data["photo"]
        if not upload:
            return None
        try:
            return media.read_photo(upload.read(media.LARGEST_PHOTO + 1))
        except media.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


def number(label: Any, *, required: bool = False) -> forms.IntegerField:
    """A count of people."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "size": "3", "autocomplete": "off"})
    field = forms.IntegerField(label=label, required=required, min_value=0, max_value=999, widget=widget)
    field.error_messages["min_value"] = _("A count is 0 or more.")
    field.error_messages["invalid"] = _("Write a whole number.")
    return field


# ---- a paper ---------------------------------------------------------------------------------------------


class CardForm(forms.Form):
    """Whose paper it is, by the number of their card."""

    card = forms.CharField(
        label=_("Number on the card"),
        help_text=_("16 digits"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": "19"}
        ),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme

    def clean_card(self) -> Participant:
        """Whose card it is."""
        digits = cards.only_digits(self.cleaned_data["card"])
        if len(digits) != 16 or not cards.is_sound(digits):
            raise forms.ValidationError(_("This is not a card number: it has 16 digits. Read it once more."))
        card = look_up_card(digits, programme=self.programme)
        if card is None or not opens(card) or card.participant is None:
            raise forms.ValidationError(_("No card with this number was handed out in this programme."))
        return card.participant


NOT_ON_PAPER: tuple[str, Any] = ("", _("not on the paper"))
CHOICES = [NOT_ON_PAPER, ("1", _("agree")), ("-1", _("disagree")), ("0", _("pass"))]


class PaperForm(CardForm):
    """A whole paper of somebody with a card: a field for each statement."""

    def __init__(self, *args: Any, round: Round, statements: Sequence[Statement], **kwargs: Any) -> None:
        super().__init__(*args, programme=round.programme, **kwargs)
        self.round, self.statements = round, statements
        for place, statement in enumerate(statements, 1):
            self.fields[f"said-{statement.pk.hex}"] = self._said(f"{place}. {statement.text}")
            if round.method == Round.Method.GRADIENT:
                self.fields[f"reason-{statement.pk.hex}"] = forms.CharField(
                    label=_("Why, if they stand aside or block"), required=False, max_length=LONGEST_REASON
                )

    def _said(self, label: str) -> forms.Field:
        if self.round.method == Round.Method.RANKING:
            field = number(label)
            field.help_text = _("1 for the first; leave it empty if it has no place.")
            return field
        if self.round.method == Round.Method.DOTS:
            return forms.BooleanField(label=label, required=False)
        steps = [(str(g.value), f"{g.value}. {g.label}") for g in Gradient]
        choices = CHOICES if self.round.method == Round.Method.VOTES else [NOT_ON_PAPER, *steps]
        return forms.ChoiceField(label=label, choices=choices, required=False)

    @property
    def choices(self) -> dict[UUID, int]:
        """The votes on the paper."""
        said = {s.pk: self.cleaned_data[f"said-{s.pk.hex}"] for s in self.statements}
        return {pk: int(choice) for pk, choice in said.items() if choice != ""}

    @property
    def given(self) -> list[Given]:
        """The dots, places or steps on the paper. Dots and places that it does not have are taken back."""
        found = []
        for statement in self.statements:
            value = int(self.cleaned_data[f"said-{statement.pk.hex}"] or 0)
            if self.round.method == Round.Method.GRADIENT and not value:
                continue
            reason = self.cleaned_data.get(f"reason-{statement.pk.hex}", "") if value in NEEDS_REASON else ""
            found.append(Given(statement.pk, value, reason=reason))
        return found

    @property
    def read_back(self) -> list[tuple[Statement, str]]:
        """What the paper says, in words, to be read out before it counts."""
        if self.round.method == Round.Method.VOTES:
            words = dict(CHOICES)
            return [(s, str(words[str(self.choices[s.pk])])) for s in self.statements if s.pk in self.choices]
        known = {one.statement: one for one in self.given if one.value}
        return [(s, self._words(known[s.pk])) for s in self.statements if s.pk in known]

    def _words(self, one: Given) -> str:
        if self.round.method == Round.Method.DOTS:
            return str(_("a dot"))
        if self.round.method == Round.Method.RANKING:
            return str(_("place %(place)s")) % {"place": one.value}
        step = Gradient(one.value)
        return f"{step.value}. {step.label}" + (f": {one.reason}" if one.reason else "")
