"""What is typed at the door. Each error is one sentence with what to do."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.door import queries
from jukwaa.dialogue.models import Incident, Risk, Screened
from jukwaa.field import languages
from jukwaa.programmes import cards
from jukwaa.programmes.actions import look_up_card
from jukwaa.programmes.consent import QUESTIONS, Answer
from jukwaa.programmes.models import Audience, Card, Consent, Gender, Programme, Purpose
from jukwaa.programmes.queries import constituencies


def shown_card(programme: Programme, typed: str) -> Card:
    """The card of which a number was typed or a code scanned. Raises ValidationError."""
    card = queries.card_scanned(programme, typed) if "/c/" in typed else _card_typed(programme, typed)
    if card is None:
        raise forms.ValidationError(
            gettext("This is no card of this programme. Look again, or take another card.")
        )
    if card.state == Card.State.REVOKED:
        raise forms.ValidationError(
            gettext("This card is no longer valid. Find the person by name and give them another one.")
        )
    return card


def _card_typed(programme: Programme, typed: str) -> Card | None:
    try:
        digits = cards.read_number(typed)
    except ValueError as wrong:
        raise forms.ValidationError(str(wrong)) from wrong
    return look_up_card(digits, programme=programme)


def card_to_give(programme: Programme, typed: str, *, holder: uuid.UUID | None = None) -> Card:
    """The card that can be given to the holder now. Raises ValidationError: what is wrong with it."""
    card = shown_card(programme, typed)
    if card.state == Card.State.ISSUED:
        raise forms.ValidationError(gettext("This card is in somebody's hand already. Take another card."))
    if card.participant_id not in (None, holder):
        raise forms.ValidationError(gettext("This card was printed for somebody else. Take another card."))
    return card


class WelcomeForm(forms.Form):
    """What somebody at the door agrees to, and the card that they are given. Only what was asked is noted."""

    def __init__(
        self,
        programme: Programme,
        *args: Any,
        said: dict[str, Consent],
        holder: uuid.UUID | None = None,
        waiting: Card | None = None,
    ) -> None:
        super().__init__(*args)
        self.programme, self.holder, self.waiting = programme, holder, waiting
        before = said.get(Purpose.TAKE_PART)
        self.agreed_before = before is not None and before.given
        for question in QUESTIONS:
            before = said.get(question.purpose)
            needed = question.purpose == Purpose.TAKE_PART and before is None
            self.fields[question.purpose.value] = forms.ChoiceField(
                label=str(question.words),
                choices=_answers(question.asks_audience),
                # The first thing to do on the page, by keyboard too; a browser takes the first button of it.
                widget=forms.RadioSelect(attrs={"autofocus": True} if needed else {}),
                required=needed,
                initial=(before.audience if before.given else "no") if before else None,
                error_messages={"required": _("Read it out, then choose yes or no.")},
            )
        self.fields["witness"] = forms.CharField(
            label=_("Witness"),
            required=False,
            max_length=200,
            help_text=_("Who else heard it: a role will do, such as “a woman of her group”."),
        )
        self.fields["card"] = forms.CharField(
            label=_("Number on the card that you give them"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            help_text=_("Type or scan it. Leave it empty where no card is given."),
        )
        if waiting is not None:
            self.fields["printed"] = forms.BooleanField(
                label=_("Give them the card that was printed for them"), required=False, initial=True
            )

    def clean_card(self) -> Card | None:
        typed = self.cleaned_data["card"]
        return card_to_give(self.programme, typed, holder=self.holder) if typed else None

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        answer = said.get(Purpose.TAKE_PART.value)
        agrees = answer != "no" if answer else self.agreed_before
        if said.get("card") and not agrees and Purpose.TAKE_PART.value not in self.errors:
            self.add_error(
                "card",
                gettext(
                    "Who does not agree to take part gets no card. Leave the number empty, or ask again."
                ),
            )
        if agrees and said.get("printed") and not said.get("card"):
            said["card"] = self.waiting
        return said

    @property
    def answers(self) -> list[Answer]:
        """What was asked now, as `actions.welcome` takes it."""
        return [
            Answer(question.purpose, said != "no", Audience.PROGRAMME.value if said == "no" else said)
            for question in QUESTIONS
            if (said := self.cleaned_data[question.purpose.value])
        ]

    @property
    def first(self) -> forms.BoundField:
        """The one question without which nobody votes."""
        return self[Purpose.TAKE_PART.value]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[q.purpose.value] for q in QUESTIONS if q.purpose != Purpose.TAKE_PART]


def _answers(asks_audience: bool) -> list[tuple[str, str]]:
    """Yes, before each audience where that is asked, and no."""
    no = ("no", gettext("No"))
    if not asks_audience:
        return [(Audience.PROGRAMME.value, gettext("Yes")), no]
    return [*((a.value, gettext("Yes: %(audience)s") % {"audience": a.label}) for a in Audience), no]


class WalkInForm(WelcomeForm):
    """Somebody whom nobody expected: their group, and as little else as possible."""

    field_order = ("constituency", "gender", "spoken", "called")

    def __init__(self, programme: Programme, *args: Any) -> None:
        super().__init__(programme, *args, said={})
        self.fields[Purpose.TAKE_PART.value].widget.attrs.pop("autofocus")  # the group comes first here
        self.fields["constituency"] = forms.ModelChoiceField(
            label=_("Group"),
            queryset=constituencies(programme),
            widget=forms.RadioSelect(attrs={"autofocus": True}),
            empty_label=None,
        )
        self.fields["gender"] = forms.ChoiceField(
            label=_("Gender"), choices=Gender.choices, required=False, widget=forms.RadioSelect, initial=""
        )
        self.fields["spoken"] = forms.ChoiceField(
            label=_("Language"),
            choices=[(code, languages.NAMES.get(code, code)) for code in programme.languages.split()],
        )
        self.fields["called"] = forms.CharField(
            label=_("What to call them"),
            required=False,
            max_length=60,
            help_text=_("Only if they wish it kept. The card's number is enough."),
        )
        self.order_fields(self.field_order)

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in self.field_order]


# ---- who might be harmed, and what harmed ----------------------------------------------------------------


def _words(label: Any, hint: Any = "", *, required: bool = True) -> forms.CharField:
    rows = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=2000, widget=rows)


class RiskForm(forms.Form):
    """Who might be harmed, how, and what is done about it."""

    who = _words(_("Who might be harmed"), _("A group or a role, not a name: “women who pan at site B”."))
    harm = _words(_("How"))
    level = forms.ChoiceField(
        label=_("How likely, and how grave"),
        choices=Risk.Level.choices,
        initial=Risk.Level.MEDIUM,
        widget=forms.RadioSelect,
    )
    measure = _words(_("What is done about it"), required=False)
    tell = _words(
        _("Whom to tell if it happens"), _("An office or a role, and how to reach it."), required=False
    )


class DecisionForm(forms.Form):
    """What follows from what was written down."""

    screened = forms.ChoiceField(
        label=_("What you decide"),
        choices=[(value, label) for value, label in Screened.choices if value],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )


class IncidentForm(forms.Form):
    """What harmed, or nearly harmed, somebody. Nobody's name is asked."""

    happened_on = forms.DateField(
        label=_("When"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    what = _words(
        _("What happened"),
        _("Without names, and no more than is needed to act. Do not ask anybody for details."),
    )
    done = _words(_("What was done"), required=False)
    told = _words(_("Who was told"), _("An office or a role."), required=False)


class FollowForm(forms.Form):
    """What was done about an incident, and whether it is closed."""

    done = _words(_("What was done"), required=False)
    told = _words(_("Who was told"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=Incident.State.choices, widget=forms.RadioSelect)


class PurgeForm(forms.Form):
    """The last question before lists are erased."""

    incidents = forms.BooleanField(label=_("Erase the incidents of this gathering too"), required=False)
    sure = forms.BooleanField(
        label=_("I know that nobody can bring these lists back"),
        error_messages={"required": _("Tick this first, if you really want to erase the lists.")},
    )


# ---- how phones join -------------------------------------------------------------------------------------


class WifiForm(forms.Form):
    """The room's Wi-Fi, for the code on the wall."""

    network = forms.CharField(
        label=_("Name of the Wi-Fi"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Its password"),
        required=False,
        strip=False,
        max_length=63,
        help_text=_(
            "Kept in this browser until it is closed, and nowhere else. Leave it empty if it has none."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
