"""What people type and press in the delivery room: staff, owners by their link, and those affected."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery import queries
from jukwaa.delivery.actions import LONGEST_REASON
from jukwaa.delivery.models import Commitment, Outcome, Report
from jukwaa.delivery.queries import Stands
from jukwaa.field import media
from jukwaa.programmes.models import Cycle, Organisation, Programme
from jukwaa.programmes.queries import standing


class Day(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _some_lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class Search(forms.Form):
    """What to look for among promises; what does not fit is left out of the search."""

    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    owner = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Who promised"), required=False, empty_label=_("anybody")
    )
    stands = forms.ChoiceField(choices=[("", ""), *Stands.choices], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, programme: Programme, public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = queries.owners(programme, public=public)  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


# ---- promises and reports --------------------------------------------------------------------------------


class CommitmentForm(forms.Form):
    """What an office promised, and until when."""

    promise = forms.CharField(
        label=_("What was promised"),
        help_text=_("In the owner's words, so that anybody can see whether it is done."),
        max_length=2000,
        widget=_some_lines(),
    )
    owner_office = forms.CharField(
        label=_("Which office promised it"),
        help_text=_("The office, not the person: it stays when the officer moves on."),
        max_length=200,
    )
    owner_organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Of which organisation"), empty_label=_("choose an organisation")
    )
    made_on = forms.DateField(label=_("Made on"), widget=Day())
    due_on = forms.DateField(label=_("Due on"), widget=Day())

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = standing(Organisation.objects.filter(programme=programme))
        self.fields["owner_organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        made, due = self.cleaned_data.get("made_on"), self.cleaned_data.get("due_on")
        if made and due and due < made:
            self.add_error("due_on", _("It is due before it was made. Change one of the two days."))


class NewCommitmentForm(CommitmentForm):
    """A promise, with the row of the roadmap that it was made for."""

    row = forms.ModelChoiceField(
        RoadmapRow.objects.none(), label=_("For which row of the roadmap"), empty_label=_("choose a row")
    )

    field_order = ("row", "promise", "owner_office", "owner_organisation", "made_on", "due_on")

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        self.fields["row"].queryset = queries.rows_to_promise(programme)  # type: ignore[attr-defined]


def said_of_commitment(commitment: Commitment) -> dict[str, Any]:
    """A promise as its form shows it."""
    return {name: getattr(commitment, name) for name in CommitmentForm.base_fields}


def usual_for(row: RoadmapRow | None) -> dict[str, Any]:
    """What a promise for that row mostly says."""
    today = timezone.localdate()
    if row is None:
        return {"made_on": today}
    said = {name: getattr(row, name) for name in ("owner_office", "owner_organisation", "due_on")}
    return said | {"row": row, "made_on": today}


LARGEST_FILE = 5 * media.MB


class OwnerReportForm(forms.Form):
    """What the owner says, after they pressed how it stands. Two minutes on a phone."""

    text = forms.CharField(
        label=_("What was done?"),
        help_text=_("A few words. Leave out names of people."),
        max_length=2000,
        widget=_some_lines(),
    )
    evidence = forms.CharField(
        label=_("How can one see it?"),
        help_text=_("A list, a receipt, a place to look."),
        required=False,
        max_length=1000,
        widget=_some_lines(2),
    )
    evidence_link = forms.URLField(
        label=_("Where can it be read?"),
        help_text=_("An address that begins with https://"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    evidence_file = forms.FileField(
        label=_("A file"),
        required=False,
        help_text=_(
            "A PDF of at most 5 MB. Staff read it before others see it. Its author's name, comments and "
            "whatever else is not on its pages is taken out."
        ),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("Of the thing, not of faces. Place and time hidden in the file are taken out."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    next_step = forms.CharField(
        label=_("What is the next step?"), required=False, max_length=1000, widget=_some_lines(2)
    )
    next_step_on = forms.DateField(label=_("Until when?"), required=False, widget=Day())

    field_order: tuple[str, ...] = (
        "text",
        "next_step",
        "next_step_on",
        "evidence",
        "photo",
        "evidence_link",
        "evidence_file",
    )
    # What most owners leave empty stands folded up, so that the page fits two presses.
    FOLDED = ("evidence_link", "evidence_file")

    def open_fields(self) -> list[forms.BoundField]:
        """What stands in sight, and whatever else has something to say."""
        return [field for field in self.visible_fields() if field.name not in self.FOLDED or field.errors]

    def folded_fields(self) -> list[forms.BoundField]:
        """What is folded up until somebody asks for it."""
        return [field for field in self.visible_fields() if field.name in self.FOLDED and not field.errors]

    def clean_evidence_file(self) -> bytes:
        upload: UploadedFile[bytes] | None = self.cleaned_data["evidence_file"]
        if upload is None:
            return b""
        data: bytes = upload.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than 5 MB. Send a photo of its first page."))
        try:
            return media.read_document(data)
        except media.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_photo(self) -> media.Photo | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["photo"]
        if upload is None:
            return None
        try:
            return media.read_photo(upload.read(media.LARGEST_PHOTO + 1))
        except media.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


def said_before(report: Report | None) -> dict[str, Any]:
    """What the owner said last, to begin the next report with: most of it mostly holds."""
    kept = ("text", "evidence", "evidence_link", "next_step", "next_step_on")
    return {name: getattr(report, name) for name in kept} if report else {}


class ReportForm(OwnerReportForm):
    """A report that staff write down for the owner, with how it stands and the day."""

    status = forms.ChoiceField(
        label=_("How it stands, says the owner"), choices=Report.Status.choices, widget=forms.RadioSelect
    )
    reported_on = forms.DateField(label=_("The owner said so on"), widget=Day())

    field_order = ("status", *OwnerReportForm.field_order, "reported_on")

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made_on = commitment.made_on

    def clean_reported_on(self) -> date:
        day: date = self.cleaned_data["reported_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Write the day of the report."))
        if day < self.made_on:
            raise forms.ValidationError(_("A report comes after the promise was made. Change the day."))
        return day


class ReasonForm(forms.Form):
    """What is not so, says who disputes a report."""

    reason = forms.CharField(
        label=_("What is not so?"),
        help_text=_("A few words. Leave out names of people. Somebody reads it before it is shown."),
        max_length=LONGEST_REASON,
        widget=_some_lines(4),
    )


# ---- outcomes --------------------------------------------------------------------------------------------


class OutcomeForm(forms.Form):
    """Something that changed. What is claimed begins with: possible, minor."""

    who = forms.CharField(label=_("Who changed"), help_text=_("A group or an office."), max_length=200)
    what = forms.CharField(
        label=_("What they do differently"),
        help_text=_("What one can see them do, not what they were told or given."),
        max_length=1000,
        widget=_some_lines(2),
    )
    when = forms.CharField(label=_("When"), max_length=100)
    where = forms.CharField(
        label=_("Where"), help_text=_("As coarsely as will do: the district."), max_length=200
    )
    cycle = forms.ChoiceField(label=_("In which of the four shifts"), choices=Cycle.choices)
    commitment = forms.ModelChoiceField(
        Commitment.objects.none(),
        label=_("The promise behind it"),
        required=False,
        empty_label=_("none"),
    )
    other_causes = forms.CharField(
        label=_("What else may have brought it about"),
        help_text=_(
            "Others who worked for it, laws, prices, the season. If you know of nothing, write that."
        ),
        max_length=2000,
        widget=_some_lines(),
    )
    contribution = forms.ChoiceField(
        label=_("The part of the dialogue in it"),
        help_text=_("Possible is an honest answer. Claim more only if you can say why."),
        choices=Outcome.Contribution.choices,
        widget=forms.RadioSelect,
    )
    size = forms.ChoiceField(
        label=_("How large that part is"), choices=Outcome.Size.choices, widget=forms.RadioSelect
    )
    bearing = forms.ChoiceField(
        label=_("For better or worse"),
        help_text=_("A change that harmed somebody belongs here as much as one that helped."),
        choices=Outcome.Bearing.choices,
        widget=forms.RadioSelect,
    )
    unexpected = forms.BooleanField(label=_("Nobody had expected it"), required=False)
    how = forms.CharField(
        label=_("How the dialogue may have helped"), required=False, max_length=2000, widget=_some_lines()
    )
    significance = forms.CharField(
        label=_("Why it matters"), required=False, max_length=2000, widget=_some_lines(2)
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("What somebody could look at: a list, a law, a count."),
        required=False,
        max_length=2000,
        widget=_some_lines(2),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        promised = queries.promised(programme).order_by("promise")
        self.fields["commitment"].queryset = promised  # type: ignore[attr-defined]


MODEST = {
    "contribution": Outcome.Contribution.POSSIBLE,
    "size": Outcome.Size.MINOR,
    "bearing": Outcome.Bearing.BETTER,
}


def said_of_outcome(outcome: Outcome) -> dict[str, Any]:
    """An outcome as its form shows it."""
    return {name: getattr(outcome, name) for name in OutcomeForm.base_fields}
