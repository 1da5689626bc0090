"""What officers and staff fill in about promises: more time, transfers, answers by card."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.delivery.actions import LONGEST_REASON
from jukwaa.delivery.models import Commitment, Report
from jukwaa.delivery.promises.actions import LONGEST
from jukwaa.delivery.queries import concerns
from jukwaa.dialogue.models import Channel
from jukwaa.programmes import cards
from jukwaa.programmes.actions import look_up_card
from jukwaa.programmes.models import Participant, Purpose
from jukwaa.programmes.queries import has_consent, opens


class Day(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def words(lines: int, **more: Any) -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": lines}), **more)


class TimeForm(forms.Form):
    """Until when more time is asked for, and why."""

    until = forms.DateField(label=_("Until which day?"), widget=Day())
    reason = words(
        3,
        label=_("Why?"),
        help_text=_("A few words. Everybody can read them. Leave out names of people."),
        max_length=LONGEST,
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitment = commitment

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day <= self.commitment.last_day:
            raise forms.ValidationError(_("The new day must be later than the day that counts now."))
        if day < timezone.localdate():
            raise forms.ValidationError(_("The new day has passed already. Write a day to come."))
        return day


class AnswerTimeForm(forms.Form):
    """What is answered to whoever asks for more time."""

    words = words(
        2,
        label=_("What was said to it"),
        help_text=_("Who decided, and on what condition. Everybody can read it."),
        required=False,
        max_length=LONGEST,
    )


class TransferForm(forms.Form):
    """Since when somebody else holds an office."""

    on = forms.DateField(label=_("Holds the office from"), widget=Day())
    note = words(
        4,
        label=_("What the one before leaves"),
        help_text=_("What is open, where the papers are. No names of people: the office keeps this."),
        required=False,
        max_length=LONGEST,
    )


WAYS = [
    (Channel.PAPER.value, _("a paper sheet")),
    (Channel.HELPER.value, _("told to a helper, at a visit")),
    (Channel.HANDS.value, _("at a meeting, by show of cards")),
]


class AnswersForm(forms.Form):
    """What people say of a report by their cards: one card a line."""

    channel = forms.ChoiceField(label=_("How it came"), choices=WAYS, widget=forms.RadioSelect)
    yes = words(
        4, label=_("Cards that say: it is so"), help_text=_("One number a line, 16 digits."), required=False
    )
    no = words(
        4,
        label=_("Cards that say: it is not so"),
        help_text=_("One number a line, 16 digits."),
        required=False,
    )
    reason = words(
        3,
        label=_("What is not so?"),
        help_text=_(
            "Needed where a card says no, in their words. Enter those who give another reason by themselves."
        ),
        required=False,
        max_length=LONGEST_REASON,
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report

    def clean_yes(self) -> list[Participant]:
        return self._cards("yes")

    def clean_no(self) -> list[Participant]:
        return self._cards("no")

    def _cards(self, name: str) -> list[Participant]:
        """Who holds the cards; each line that does not fit is named in a sentence."""
        people, wrong = [], []
        for number, line in enumerate(self.cleaned_data[name].splitlines(), start=1):
            if line.strip():
                try:
                    people.append(self._holder(line))
                except forms.ValidationError as error:
                    wrong.append(_("Line %(number)d: %(why)s") % {"number": number, "why": error.messages[0]})
        if wrong:
            raise forms.ValidationError(wrong)
        return people

    def _holder(self, line: str) -> Participant:
        digits = cards.only_digits(line)
        if len(digits) != 16 or not cards.is_sound(digits):
            raise forms.ValidationError(_("This is not a card number: it has 16 digits. Read it once more."))
        card = look_up_card(digits, programme=self.report.programme)
        if card is None or card.participant is None or not opens(card):
            raise forms.ValidationError(_("No card with this number was handed out in this programme."))
        person = card.participant
        if not has_consent(person, Purpose.TAKE_PART):
            raise forms.ValidationError(_("Whose card it is has not agreed to take part. Ask them first."))
        if not concerns(self.report, person):
            raise forms.ValidationError(_("This promise was made to other people."))
        return person

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if not self.errors and not (said["yes"] or said["no"]):
            self.add_error("yes", _("Write the number of at least one card."))
        if said.get("no") and not said.get("reason", "").strip():
            self.add_error("reason", _("Say in a few words what is not so."))
