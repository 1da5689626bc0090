"""Forms of the election: terms, nominations, the count, objections, seats and auditors."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda import queries as room
from jukwaa.agenda.election import queries, terms
from jukwaa.agenda.election.terms import Kept
from jukwaa.agenda.forms import BallotForm, CandidateForm, card_number, day, holder_of, long, short
from jukwaa.agenda.models import (
    AuthorityEndorsement,
    Candidate,
    HandCount,
    LeadershipGroup,
    Nomination,
    Seat,
)
from jukwaa.programmes.models import Constituency, Gender, Organisation, Participant, Programme
from jukwaa.programmes.queries import constituencies, organisations


class TermsForm(forms.Form):
    """Each clause of the terms of reference, to be worded anew; one that is emptied is left out."""

    def __init__(self, *args: Any, group: LeadershipGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept: dict[str, Kept] = {each["key"]: each for each in group.terms}
        self.clauses = terms.template()
        for clause in self.clauses:
            agreed = kept.get(clause["key"])
            # A clause that the group left out stays empty; before anything was agreed the template stands.
            text = agreed["text"] if agreed else ("" if kept else clause["text"])
            self.fields[clause["key"]] = long(
                label=agreed["title"] if agreed else clause["title"], required=False, initial=text
            )

    def agreed(self) -> list[Kept]:
        """The clauses as they were worded."""
        said = self.cleaned_data
        return [
            Kept(key=each["key"], title=str(self.fields[each["key"]].label), text=said[each["key"]])
            for each in self.clauses
        ]


class NominationForm(CandidateForm):
    """A nomination that came on paper or from the floor."""

    how = forms.ChoiceField(
        label=_("How it came"),
        choices=[(how.value, how.label) for how in (Nomination.How.FLOOR, Nomination.How.PAPER)],
        widget=forms.RadioSelect,
    )
    said_on = day(label=_("On which day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said_on"].initial = timezone.localdate
        self.fields["how"].initial = Nomination.How.FLOOR.value


class NominateByCardForm(forms.Form):
    """Whom a participant nominates, of their own constituency."""

    name = short(label=_("Whom do you trust to sit in it? Write the name"), required=False)
    gender = forms.ChoiceField(
        label=_("Is it a woman or a man?"), choices=Gender.choices, widget=forms.RadioSelect, required=False
    )
    myself = forms.BooleanField(label=_("I mean myself"), required=False)
    own_name = short(label=_("Your name, if you mean yourself"), required=False)

    def clean(self) -> None:
        super().clean()
        field = "own_name" if self.cleaned_data.get("myself") else "name"
        if not self.cleaned_data.get(field) and not self.errors:
            self.add_error(field, _("Write the name of the person whom you nominate."))

    def nominated(self) -> dict[str, Any]:
        """What the action needs."""
        said = self.cleaned_data
        myself = said["myself"]
        return {
            "name": said["own_name"] if myself else said["name"],
            "gender": said["gender"],
            "myself": myself,
        }


class CodeForm(forms.Form):
    """The short code of somebody who was nominated."""

    code = forms.CharField(
        label=_("The ten digits of your code"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "14"}),
    )


class NomineeForm(forms.Form):
    """What a nominee says who stands."""

    says = forms.CharField(
        label=_("What you say of yourself"),
        required=False,
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence or two. Everybody with a card reads it."),
    )


class LinkForm(forms.Form):
    """Where a personal link is mailed to, if whoever it is for wants that."""

    address = forms.CharField(
        label=_("Their mail address, if they want the link by mail"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
        help_text=_("Nobody reads it here again: only the computer that sends mail can open it."),
    )


class CountRuleForm(forms.Form):
    """How the vote is counted, said before it is open."""

    paper = forms.BooleanField(
        label=_("The paper slip is the ballot of record"),
        required=False,
        help_text=_(
            "Everybody with a card gets one slip. Two people count each box apart from each other, and the "
            "slips typed in check them. Without it, phones alone vote."
        ),
    )
    recount_within = forms.IntegerField(
        label=_("Count again when so few ticks part two people"),
        min_value=0,
        max_value=10_000,
        help_text=_("One who was chosen and one of the same constituency who was not."),
    )
    seed = forms.IntegerField(
        label=_("Number drawn before everybody"),
        min_value=0,
        max_value=1_000_000,
        help_text=_("The order of the names on the slips follows from it: nobody chooses who stands first."),
    )
    objection_days = forms.IntegerField(
        label=_("Days in which anybody may object"), min_value=1, max_value=365
    )

    @staticmethod
    def initial_of(group: LeadershipGroup) -> dict[str, Any]:
        """What was said before; on paper unless somebody said otherwise, for that is the safe way."""
        said = {name: getattr(group, name) for name in CountRuleForm.base_fields}
        return said if group.seed else said | {"paper": True, "recount_within": 3, "seed": None}


class PrintForm(forms.Form):
    """Which slips to print."""

    first = forms.IntegerField(label=_("From number"), min_value=1, max_value=100_000, initial=1)
    many = forms.IntegerField(label=_("How many"), min_value=1, max_value=400, initial=40)


class GiveSlipForm(forms.Form):
    """Whose card is shown at the desk where slips are given."""

    card = card_number(label=_("Number on the voter's card"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme

    def clean_card(self) -> Participant | None:
        return holder_of(self.cleaned_data["card"], self.programme)


class SlipForm(BallotForm):
    """What is ticked on one slip."""

    number = forms.IntegerField(label=_("Number on the slip"), min_value=1, max_value=100_000)
    spoilt = forms.BooleanField(label=_("It cannot be read: it counts for nobody"), required=False)


class CountForm(forms.Form):
    """What one person counts of one box."""

    slips = forms.IntegerField(label=_("Slips in the box"), min_value=0, max_value=100_000)
    spoilt = forms.IntegerField(
        label=_("Of them, slips that cannot be read"), min_value=0, max_value=100_000, initial=0
    )

    def __init__(
        self, *args: Any, group: LeadershipGroup, own: HandCount | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stand = room.on_the_ballot(group)
        if own is not None:
            self.fields["slips"].initial, self.fields["spoilt"].initial = own.slips, own.spoilt
        for one in self.stand:
            self.fields[str(one.pk)] = forms.IntegerField(
                label=f"{one} ({one.constituency})",
                min_value=0,
                max_value=100_000,
                initial=own.ticks.get(str(one.pk), 0) if own else None,
            )

    def lines(self) -> Iterator[tuple[Candidate, BoundField]]:
        """Each candidate with the field for their ticks."""
        for one in self.stand:
            yield one, self[str(one.pk)]

    def ticks(self) -> dict[uuid.UUID, int]:
        """The ticks that were counted, by candidate."""
        return {one.pk: self.cleaned_data[str(one.pk)] for one in self.stand}


class AuthorityForm(forms.Form):
    """How an authority stands to the group."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), empty_label=_("choose one")
    )
    office = short(label=_("Office"), help_text=_("It stays when the officer moves on. No name of a person."))
    stand = forms.ChoiceField(
        label=_("Where they stand"), choices=AuthorityEndorsement.Stand.choices, widget=forms.RadioSelect
    )
    reservation = long(label=_("Their reservation, in their words"), required=False)
    reference = short(label=_("Letter or minute where it is written"), required=False)
    said_on = day(label=_("On which day"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations(programme)  # type: ignore[attr-defined]
        self.fields["said_on"].initial = timezone.localdate


class ObjectForm(forms.Form):
    """What somebody has against those who are proposed."""

    seat = forms.ChoiceField(label=_("Against whom"), required=False)
    text = long(
        label=_("What you object to, and why"),
        help_text=_("Only what can be a reason against their sitting in the group."),
    )
    confidential = forms.BooleanField(
        label=_("In confidence: only those who answer read it"), required=False, initial=True
    )

    def __init__(self, *args: Any, group: LeadershipGroup, names: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {str(seat.pk): seat for seat in queries.proposed(group)}
        told = [(pk, _of_seat(seat, names)) for pk, seat in self.seats.items()]
        self.fields["seat"].choices = [("", _("the whole group")), *told]  # type: ignore[attr-defined]

    def objection(self) -> dict[str, Any]:
        """What the action needs."""
        said = self.cleaned_data
        return said | {"seat": self.seats.get(said["seat"])}


def _of_seat(seat: Seat, names: bool) -> str:
    name = seat.holder if names else seat.public_name
    return f"{seat.constituency}: {name}" if name else str(seat.constituency)


class NoteObjectionForm(ObjectForm):
    """An objection that came on paper or from the floor."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_("Of which group it came"),
        required=False,
        empty_label=_("not said"),
    )
    how = forms.ChoiceField(
        label=_("How it came"),
        choices=[(how.value, how.label) for how in (Nomination.How.PAPER, Nomination.How.FLOOR)],
        widget=forms.RadioSelect,
        initial=Nomination.How.PAPER.value,
    )
    received_on = day(label=_("Received on"))

    def __init__(self, *args: Any, group: LeadershipGroup, **kwargs: Any) -> None:
        super().__init__(*args, group=group, **kwargs)
        self.fields["constituency"].queryset = constituencies(group.programme)  # type: ignore[attr-defined]
        self.fields["received_on"].initial = timezone.localdate


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = long(label=_("Answer"))
    upheld = forms.ChoiceField(
        label=_("Is the objection right?"),
        choices=[("yes", _("Yes: the seat is not confirmed as it is")), ("no", _("No: it stays as it is"))],
        widget=forms.RadioSelect,
    )
    shown = forms.BooleanField(
        label=_("Show objection and answer to everybody: I read both, and they name nobody"), required=False
    )

    def said(self) -> dict[str, Any]:
        """What the action needs."""
        return self.cleaned_data | {"upheld": self.cleaned_data["upheld"] == "yes"}


class HolderForm(forms.Form):
    """What somebody says who takes a seat."""

    named = forms.BooleanField(label=_("Everybody may read my name on the page of the group"), required=False)


class HandoverForm(forms.Form):
    """A word for whoever comes next."""

    note = long(
        label=_("What is open, who to talk to, where the papers are"),
        required=False,
        help_text=_("Whoever holds the seat after you reads it, and the staff."),
    )


class AuditorForm(forms.Form):
    """Who is named to compute a slate again."""

    name = short(label=_("Name"))
    organisation = short(label=_("For which organisation they check"))
