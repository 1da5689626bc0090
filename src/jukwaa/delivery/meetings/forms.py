"""What people type and press around a leadership group's meetings: staff, and members without a log-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda.models import RoadmapRow, Seat
from jukwaa.delivery.meetings import doors, queries
from jukwaa.delivery.meetings.actions import LONGEST_NOTE
from jukwaa.delivery.models import (
    AgendaItem,
    GroupMeeting,
    GroupRule,
    MeetingReply,
    Presence,
    Task,
)
from jukwaa.delivery.queries import rows_to_promise
from jukwaa.programmes.models import Organisation
from jukwaa.programmes.queries import standing


class Day(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _some_lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class RuleForm(forms.Form):
    """How a group decides, and what its quorum is."""

    decides = forms.ChoiceField(
        label=_("How the group decides"), choices=GroupRule.Decides.choices, widget=forms.RadioSelect
    )
    needed = forms.IntegerField(
        label=_("The share that is needed, in 100"),
        help_text=_(
            "By steps: how many of 100 can go along at least, such as 80. By majority: more than this, such "
            "as 50. By consent it is not used."
        ),
        min_value=0,
        max_value=100,
        required=False,
    )
    quorum = forms.IntegerField(
        label=_("Quorum: how many of 100 seats that are held"), min_value=1, max_value=100
    )
    quorum_groups = forms.IntegerField(
        label=_("Quorum: from how many constituencies, at least"),
        help_text=_("0 if it does not matter."),
        min_value=0,
        max_value=100,
    )

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        said["needed"] = said.get("needed") or 0
        decides = said.get("decides")
        if decides == GroupRule.Decides.MAJORITY and not 50 <= said["needed"] < 100:
            self.add_error("needed", _("A majority is more than a share from 50 to 99 in 100."))
        if decides == GroupRule.Decides.GRADIENT and said["needed"] < 50:
            self.add_error("needed", _("The share that can go along is from 50 to 100 in 100."))


def usual_rule(rule: GroupRule | None) -> dict[str, Any]:
    """The rule that stands, or the one that most groups begin with."""
    if rule is None:
        return {"decides": GroupRule.Decides.CONSENT, "needed": 80, "quorum": 50, "quorum_groups": 0}
    return {name: getattr(rule, name) for name in RuleForm.base_fields}


class MeetingForm(forms.Form):
    """When and where a meeting is."""

    title = forms.CharField(label=_("What it is called"), max_length=200)
    on = forms.DateField(label=_("On which day"), widget=Day())
    begins = forms.CharField(
        label=_("When it begins"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "time"}),
    )
    where = forms.CharField(
        label=_("Where it is, or the number to call"),
        help_text=_("Members see it, the public does not."),
        max_length=300,
    )

    def __init__(self, *args: Any, rule: GroupRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day < self.rule.declared_on:
            raise forms.ValidationError(
                _("The meeting is before the day on which its rule was declared. Change the day.")
            )
        return day


def said_of_meeting(meeting: GroupMeeting) -> dict[str, Any]:
    """A meeting as its form shows it."""
    return {name: getattr(meeting, name) for name in MeetingForm.base_fields}


class ItemForm(forms.Form):
    """Something on the agenda."""

    title = forms.CharField(label=_("What it is about"), max_length=300)
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=0, max_value=600, initial=15)
    lead = forms.CharField(
        label=_("Who leads"),
        help_text=_("The seat or office, not the person."),
        required=False,
        max_length=200,
    )


def said_of_item(item: AgendaItem) -> dict[str, Any]:
    """An item as its form shows it."""
    return {name: getattr(item, name) for name in ItemForm.base_fields}


class QuestionForm(forms.Form):
    """A question put to the members between meetings."""

    text = forms.CharField(
        label=_("The question"),
        help_text=_("So that one can say yes or no."),
        max_length=500,
        widget=_some_lines(2),
    )
    until = forms.DateField(label=_("Answers until"), widget=Day())

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Give the members some days to answer."))
        return day


class NoteForm(forms.Form):
    """What a member adds to an answer, in a few words."""

    note = forms.CharField(
        label=_("Something to add?"), required=False, max_length=LONGEST_NOTE, widget=_some_lines(2)
    )


class CodeForm(forms.Form):
    """The code that a member types."""

    code = forms.CharField(
        label=_("Your member's code"),
        help_text=_("10 digits, on the call that you were given"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        try:
            return doors.read_code(self.cleaned_data["code"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


# ---- seats, one by one -----------------------------------------------------------------------------------


def holder_of(seat: Seat) -> str:
    """A seat as its group's staff call it: with its holder, whether named to the public or not."""
    return f"{seat.holder} · {seat.constituency}" if seat.holder else str(seat.constituency)


def name_of(seat: Seat) -> str:
    """What a form calls the seat."""
    return f"seat-{seat.pk}"


class KeysForm(forms.Form):
    """Whose links and codes are given anew."""

    def __init__(self, *args: Any, seats: Sequence[Seat], without: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        self.fields["for_whom"] = forms.MultipleChoiceField(
            label=_("For whom"),
            choices=[(str(seat.pk), holder_of(seat)) for seat in seats],
            initial=[str(seat.pk) for seat in without],
            widget=forms.CheckboxSelectMultiple,
        )

    def chosen(self) -> list[Seat]:
        """The seats that were ticked."""
        return [seat for seat in self.seats if str(seat.pk) in self.cleaned_data["for_whom"]]


BY_REPLY = {
    MeetingReply.Comes.COMES.value: Presence.State.CAME.value,
    MeetingReply.Comes.ALTERNATE.value: Presence.State.ALTERNATE.value,
    MeetingReply.Comes.CANNOT.value: Presence.State.APOLOGIES.value,
}


class AttendanceForm(forms.Form):
    """Who is there: begins with what they replied."""

    def __init__(self, *args: Any, seats: Sequence[Seat], states: Mapping[Any, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        for seat in seats:
            self.fields[name_of(seat)] = forms.ChoiceField(
                label=holder_of(seat),
                choices=Presence.State.choices,
                initial=states.get(seat.pk, Presence.State.ABSENT.value),
            )

    def states(self) -> dict[Seat, str]:
        """Each seat and its state."""
        return {seat: self.cleaned_data[name_of(seat)] for seat in self.seats}


class DecisionForm(forms.Form):
    """What was put to the group and where each seat stands that is there. All begin with the usual answer."""

    text = forms.CharField(
        label=_("What is decided"),
        help_text=_(
            "As it was read to the group. Everybody can read it once it is published: leave out names."
        ),
        max_length=2000,
        widget=_some_lines(),
    )
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(), label=_("On which item"), required=False, empty_label=_("none")
    )
    reasons = forms.CharField(
        label=_("Reasons of whoever stands aside or blocks, in their words"),
        required=False,
        max_length=2000,
        widget=_some_lines(2),
    )

    def __init__(self, *args: Any, meeting: GroupMeeting, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        self.fields["item"].queryset = queries.items(meeting)  # type: ignore[attr-defined]
        choices = queries.choices(meeting.rule)
        for seat in seats:
            self.fields[name_of(seat)] = forms.ChoiceField(
                label=holder_of(seat), choices=choices, initial=choices[0][0]
            )
        self.order_fields(["text", "item", *[name_of(seat) for seat in seats], "reasons"])

    def stances(self) -> dict[Seat, str]:
        """Each seat and where it stands."""
        return {seat: self.cleaned_data[name_of(seat)] for seat in self.seats}


class TaskForm(forms.Form):
    """What a seat is given to do, by a day."""

    what = forms.CharField(label=_("What is to be done"), max_length=1000, widget=_some_lines(2))
    seat = forms.ChoiceField(label=_("Who does it"))
    due_on = forms.DateField(label=_("Until when"), widget=Day())
    decision = forms.ChoiceField(label=_("It follows from"), required=False)

    def __init__(
        self,
        *args: Any,
        meeting: GroupMeeting,
        seats: Sequence[Seat],
        decisions: Sequence[queries.Decided],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.seats, self.decisions = meeting, seats, decisions
        self.fields["seat"].choices = [(str(seat.pk), holder_of(seat)) for seat in seats]  # type: ignore[attr-defined]
        of = [(str(one.decision.pk), one.decision.text[:80]) for one in decisions if one.decision.agreed]
        self.fields["decision"].choices = [("", _("no decision")), *of]  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < self.meeting.on:
            raise forms.ValidationError(_("It is due before the meeting. Change the day."))
        return day

    def chosen(self) -> dict[str, Any]:
        """What was said, with seat and decision as rows."""
        said = self.cleaned_data
        decision = [one.decision for one in self.decisions if str(one.decision.pk) == said["decision"]]
        return {
            "what": said["what"],
            "due_on": said["due_on"],
            "seat": next(seat for seat in self.seats if str(seat.pk) == said["seat"]),
            "decision": decision[0] if decision else None,
        }


class PromiseForm(forms.Form):
    """Which office takes a task on as a promise, for which row of the roadmap."""

    row = forms.ModelChoiceField(
        RoadmapRow.objects.none(), label=_("For which row of the roadmap"), empty_label=_("choose a row")
    )
    owner_office = forms.CharField(
        label=_("Which office promises it"),
        help_text=_("The office, not the person: it stays when the officer moves on."),
        max_length=200,
    )
    owner_organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Of which organisation"), empty_label=_("choose an organisation")
    )
    made_on = forms.DateField(label=_("Made on"), widget=Day())
    due_on = forms.DateField(label=_("Due on"), widget=Day())

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = task.meeting.programme
        self.fields["row"].queryset = rows_to_promise(of)  # type: ignore[attr-defined]
        organisations = standing(Organisation.objects.filter(programme=of))
        self.fields["owner_organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        made, due = self.cleaned_data.get("made_on"), self.cleaned_data.get("due_on")
        if made and due and due < made:
            self.add_error("due_on", _("It is due before it was made. Change one of the two days."))


class SignForm(forms.Form):
    """Who signs the minutes off, after they were read back in the room."""

    read_back = forms.BooleanField(
        label=_("The minutes were read back in the room, and nobody said that it was otherwise.")
    )
    seat = forms.ChoiceField(label=_("Who signs them off"))
    signed_on = forms.DateField(label=_("On which day"), widget=Day())

    def __init__(self, *args: Any, meeting: GroupMeeting, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.seats = meeting, seats
        self.fields["seat"].choices = [(str(seat.pk), holder_of(seat)) for seat in seats]  # type: ignore[attr-defined]

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if not self.meeting.on <= day <= timezone.localdate():
            raise forms.ValidationError(
                _("Minutes are signed on the day of the meeting or later, and not in the future.")
            )
        return day

    def signer(self) -> Seat:
        """The seat that signs."""
        return next(seat for seat in self.seats if str(seat.pk) == self.cleaned_data["seat"])


def usual_meeting() -> dict[str, Any]:
    """In a fortnight, so that everybody hears of it in time."""
    return {"title": _("Meeting of the group"), "on": timezone.localdate() + timedelta(days=14)}
