"""What people fill in, in the agenda room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField, BoundWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda import queries
from jukwaa.agenda.models import (
    Candidate,
    LeadershipGroup,
    Problem,
    RoadmapRow,
    Seat,
    Solution,
    Spokesperson,
)
from jukwaa.dialogue.models import Finding, Gathering, Gradient
from jukwaa.dialogue.queries import gatherings
from jukwaa.programmes import cards
from jukwaa.programmes.actions import look_up_card
from jukwaa.programmes.models import (
    Constituency,
    Cycle,
    Gender,
    Organisation,
    Participant,
    Place,
    Programme,
    Purpose,
)
from jukwaa.programmes.queries import (
    constituencies,
    has_consent,
    opens,
    organisations,
    places,
)


class Day(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def short(**more: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(max_length=200, **more)


def long(*, lines: int = 3, **more: Any) -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": lines}), **more)


def day(**more: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(widget=Day(), **more)


# ---- problems and solutions ------------------------------------------------------------------------------


def check_words(title: str, finding: Finding) -> None:
    """Raises ValidationError when the title is what one person said."""
    if queries.is_one_persons(title, finding):
        raise forms.ValidationError(
            _("These are one person's words, and they may take them back. Say it in words of all groups.")
        )


def words_of_all(label: Any, hint: Any) -> forms.CharField:
    """A sentence of the agenda."""
    return forms.CharField(
        label=label, help_text=hint, max_length=280, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProblemForm(forms.Form):
    """A finding in the words of the agenda."""

    title = words_of_all(_("Problem"), _("What must change, in one sentence that every group can accept."))
    cycle = forms.ChoiceField(
        label=_("Which of the programme's four shifts it is about"),
        choices=Cycle.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding = finding

    def clean_title(self) -> str:
        check_words(self.cleaned_data["title"], self.finding)
        return str(self.cleaned_data["title"])


class SolutionForm(forms.Form):
    """An answer in the words of the agenda."""

    title = words_of_all(_("Answer"), _("What would help, in one sentence that every group can accept."))

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding = finding

    def clean_title(self) -> str:
        check_words(self.cleaned_data["title"], self.finding)
        return str(self.cleaned_data["title"])


class AgreeForm(forms.Form):
    """Which finding is the answer, and in what words."""

    finding = forms.ModelChoiceField(
        Finding.objects.none(),
        label=_("Finding"),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=_("Those of the solutions rounds that asked about this problem."),
    )
    title = words_of_all(_("Answer"), _("What would help, in one sentence that every group can accept."))

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = self.fields["finding"]
        found.queryset = queries.answers_to_take_up(problem)  # type: ignore[attr-defined]
        found.label_from_instance = lambda one: one.statement.text  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        if finding := self.cleaned_data.get("finding"):
            check_words(self.cleaned_data["title"], finding)
        return str(self.cleaned_data["title"])


# ---- the roadmap -----------------------------------------------------------------------------------------


class NumberField(forms.CharField):
    """A number as it was written, with a point or a comma; empty when it is not known."""

    def __init__(self, **more: Any) -> None:
        box = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(required=False, max_length=40, widget=box, **more)

    def clean(self, value: Any) -> str:
        words = str(super().clean(value)).replace(" ", "").replace(",", ".")
        if words and queries.number(words) is None:
            raise forms.ValidationError(_("Write a number, such as 12 or 0.5; what it counts is the unit."))
        return words


class RowForm(forms.Form):
    """A row of the roadmap, in five parts."""

    action = long(label=_("What will be done"), help_text=_("One action that one office can lead."))
    theme = short(label=_("Theme"), help_text=_("A word or two: “Licences”."))
    solution = forms.ModelChoiceField(
        Solution.objects.none(),
        label=_("Which agreed answer it carries out"),
        required=False,
        empty_label=_("none of them"),
    )
    level = forms.ChoiceField(
        label=_("Level"), choices=RoadmapRow.Level.choices, widget=forms.RadioSelect, initial="district"
    )
    owner_office = short(
        label=_("Office that leads"),
        help_text=_("The office, not the person: officers are transferred, the office keeps its word."),
    )
    owner_organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Of which organisation"), empty_label=_("choose one")
    )
    partners = long(label=_("Partners"), required=False, lines=2)
    first_step = long(label=_("First step within 30 days"), required=False, lines=2)
    first_step_on = day(label=_("First step by"), required=False)
    starts_on = day(label=_("Starts on"), required=False)
    due_on = day(label=_("Due on"))
    resources = long(label=_("Money and other resources"), required=False, lines=2)
    secured = forms.BooleanField(label=_("The money is secured"), required=False)
    indicator = short(label=_("Indicator"), required=False, help_text=_("What one counts to see the change."))
    unit = short(
        label=_("Unit"), required=False, help_text=_("What the numbers count: “days”, “% of sites”.")
    )
    direction = forms.ChoiceField(
        label=_("Which way it should go"),
        choices=RoadmapRow.Direction.choices,
        widget=forms.RadioSelect,
        initial=RoadmapRow.Direction.RISE,
    )
    baseline = NumberField(label=_("Today (baseline)"))
    target = NumberField(label=_("Target"))
    public = forms.BooleanField(
        label=_("Everybody may see it"),
        required=False,
        initial=True,
        help_text=_("Without this only the programme's staff sees the row and what comes of it."),
    )

    PARTS = (
        (_("What"), ("action", "theme", "solution", "level")),
        (_("Who"), ("owner_office", "owner_organisation", "partners")),
        (_("When"), ("starts_on", "first_step", "first_step_on", "due_on")),
        (
            _("With what, and how one will see it"),
            ("resources", "secured", "indicator", "unit", "direction", "baseline", "target"),
        ),
        (_("Who sees it"), ("public",)),
    )

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_problem = Solution.objects.filter(problem=problem, removed=False, merged_into=None)
        self.fields["solution"].queryset = of_problem  # type: ignore[attr-defined]
        leads = self.fields["owner_organisation"]
        leads.queryset = organisations(problem.programme)  # type: ignore[attr-defined]
        if not of_problem.exists():
            del self.fields["solution"]

    def parts(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """The parts of the form, each with its heading and its fields."""
        for heading, names in self.PARTS:
            yield heading, [self[name] for name in names if name in self.fields]

    def clean(self) -> None:
        super().clean()
        starts, due = self.cleaned_data.get("starts_on"), self.cleaned_data.get("due_on")
        if starts and due and due < starts:
            self.add_error("due_on", _("It is due before it starts. Change one of the two days."))
        if self.cleaned_data.get("first_step") and not self.cleaned_data.get("first_step_on"):
            self.add_error("first_step_on", _("Say by which day the first step is taken."))
        counts = self.cleaned_data.get("baseline") or self.cleaned_data.get("target")
        if counts and not self.cleaned_data.get("unit"):
            self.add_error("unit", _("Say what the numbers count: “days”, “applications in a year”."))

    @staticmethod
    def initial_of(row: RoadmapRow) -> dict[str, Any]:
        """A row as the form shows it."""
        return {name: getattr(row, name) for name in RowForm.base_fields}


class EndorseForm(forms.Form):
    """Where one constituency stands to a row."""

    gradient = forms.TypedChoiceField(
        label=_("Where they stand"), choices=Gradient.choices, coerce=int, widget=forms.RadioSelect
    )
    reservation = long(
        label=_("Their reservation, in their words"),
        required=False,
        help_text=_("It stays on record, and everybody can read it. Leave out names of people."),
    )
    spokesperson = forms.ModelChoiceField(
        Spokesperson.objects.none(),
        label=_("Who said it for them"),
        required=False,
        empty_label=_("somebody who has not spoken before"),
    )
    office = short(
        label=_("Office of who said it"),
        required=False,
        help_text=_("“Chair of the panners' group”. It stands beside the reservation, for everybody."),
    )
    name = short(label=_("Name"), required=False)
    named = forms.BooleanField(
        label=_("They agreed that everybody may read their name"),
        required=False,
        help_text=_("Without this only the staff reads the name. It can be forgotten; the office stays."),
    )
    present = forms.IntegerField(
        label=_("How many of them were there"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Only the staff sees the number."),
    )
    gathering = forms.ModelChoiceField(
        Gathering.objects.none(), label=_("At which gathering"), required=False, empty_label=_("none")
    )
    said_on = day(label=_("On which day"))

    def __init__(
        self, *args: Any, programme: Programme, spoken: QuerySet[Spokesperson], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gathering"].queryset = gatherings(programme)  # type: ignore[attr-defined]
        self.fields["spokesperson"].queryset = spoken  # type: ignore[attr-defined]
        if not spoken:
            del self.fields["spokesperson"]
        self.fields["said_on"].initial = timezone.localdate

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("name") and not said.get("office"):
            self.add_error("office", _("Write the office in which they spoke; the name alone is not enough."))
        elif said.get("reservation") and not (said.get("office") or said.get("spokesperson")):
            self.add_error("office", _("Write who made this reservation: an office at least."))
        if said.get("named") and said.get("office") and not said.get("name"):
            self.add_error("name", _("Write the name of the person who agreed to be named."))

    def gradients(self) -> list[tuple[BoundWidget, Gradient]]:
        """The eight steps, each with its button."""
        return list(zip(self["gradient"], Gradient, strict=True))

    def clean_present(self) -> int:
        return self.cleaned_data["present"] or 0


class AffectedForm(forms.Form):
    """Whom a row affects: each of the groups, at each of the places, or everywhere."""

    groups = forms.ModelMultipleChoiceField(
        Constituency.objects.none(),
        label=_("Which groups does it affect?"),
        help_text=_("They confirm or dispute, by their cards, what is reported on it."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Name at least one group that this affects: they confirm or dispute it later.")
        },
    )
    places = forms.ModelMultipleChoiceField(
        Place.objects.none(),
        label=_("Where?"),
        help_text=_("A district counts with its sites. Leave all empty for everywhere."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, row: RoadmapRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].queryset = constituencies(row.programme)  # type: ignore[attr-defined]
        self.fields["places"].queryset = places(row.programme)  # type: ignore[attr-defined]

    def affected(self) -> list[tuple[Constituency, Place | None]]:
        """What was named: each group at each place."""
        where = list(self.cleaned_data["places"]) or [None]
        return [(group, place) for group in self.cleaned_data["groups"] for place in where]

    @staticmethod
    def initial_of(row: RoadmapRow) -> dict[str, Any]:
        """Whom the row affects, as the form shows it."""
        named = list(queries.affected(row))
        return {
            "groups": {one.constituency_id for one in named},
            "places": {one.place_id for one in named if one.place_id},
        }


class AdoptForm(AffectedForm):
    """The day on which a row was adopted, and whom it affects."""

    on = day(label=_("Adopted on"))

    field_order = ("on", "groups", "places")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate


ADOPTED = {"": None, "yes": True, "no": False}


class RoadmapSearch(forms.Form):
    """Which rows of the roadmap to show; what does not fit is left out of the search."""

    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    level = forms.ChoiceField(
        label=_("Level"), choices=[("", _("any")), *RoadmapRow.Level.choices], required=False
    )
    owner = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Who leads"), required=False, empty_label=_("anybody")
    )
    adopted = forms.ChoiceField(
        label=_("Adopted"),
        choices=[("", _("or not")), ("yes", _("yes")), ("no", _("not yet"))],
        required=False,
    )

    def __init__(self, *args: Any, programme: Programme, public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(theme, theme) for theme in queries.themes(programme, public=public)]
        self.fields["theme"].choices = [("", _("any")), *named]  # type: ignore[attr-defined]
        leading = queries.owners(programme, public=public)
        self.fields["owner"].queryset = leading  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        self.full_clean()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return said | ({"adopted": ADOPTED[said["adopted"]]} if "adopted" in said else {})


class AgendaSearch(forms.Form):
    """Which problems to show."""

    words = forms.CharField(label=_("Words"), required=False, max_length=200)

    def chosen(self) -> str:
        """The words that were asked for."""
        self.full_clean()
        return str(self.cleaned_data.get("words", ""))


# ---- leadership groups -----------------------------------------------------------------------------------

MANDATE = _(
    "The group carries the roadmap on: it follows each promise, asks the owners to report, and tells the "
    "people whom it concerns. It meets at least four times a year and publishes what it decided within two "
    "weeks. It decides when every constituency that is there can live with it. A member serves two years, "
    "may stand down at any time, and is then followed by the alternate."
)


class GroupForm(forms.Form):
    """What a leadership group is called, what it is for and how long."""

    name = short(label=_("Name"), initial=_("Learning and Leadership Group"))
    mandate = long(
        label=_("Terms of reference"),
        lines=8,
        required=False,
        initial=MANDATE,
        help_text=_("A first draft: change it with the group before it is endorsed."),
    )
    gathering = forms.ModelChoiceField(
        Gathering.objects.none(), label=_("Nominated at"), required=False, empty_label=_("not said")
    )
    term_starts = day(label=_("Term starts"), required=False)
    term_ends = day(label=_("Term ends"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gathering"].queryset = gatherings(programme)  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        starts, ends = self.cleaned_data.get("term_starts"), self.cleaned_data.get("term_ends")
        if starts and ends and ends < starts:
            self.add_error("term_ends", _("The term ends before it starts. Change one of the two days."))

    @staticmethod
    def initial_of(group: LeadershipGroup) -> dict[str, Any]:
        """A group as the form shows it."""
        return {name: getattr(group, name) for name in GroupForm.base_fields}


class SeatForm(forms.Form):
    """For whom a seat is."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(), label=_("Constituency"), empty_label=_("choose one")
    )
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Place"),
        required=False,
        empty_label=_("anywhere"),
        help_text=_("The public sees it only if it is larger than a site."),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations(programme)  # type: ignore[attr-defined]


class NominateForm(forms.Form):
    """Who is nominated for a seat."""

    holder = short(
        label=_("Name of the nominee"), help_text=_("The public sees it only if they agree to it.")
    )
    gender = forms.ChoiceField(
        label=_("Gender"), choices=Gender.choices, widget=forms.RadioSelect, required=False
    )
    alternate = short(
        label=_("Alternate"),
        required=False,
        help_text=_("Who sits when the holder cannot. Only the staff sees it."),
    )

    @staticmethod
    def initial_of(seat: Seat) -> dict[str, Any]:
        """The alternate of whoever stood down is asked first."""
        return {"holder": seat.alternate}


class AcceptForm(forms.Form):
    """What a nominee says."""

    named = forms.BooleanField(
        label=_("They agree that everybody may read their name here"),
        required=False,
        help_text=_("Ask them. Without this the public sees the constituency, and no name."),
    )


class GroupEndorseForm(forms.Form):
    """How one constituency counted on a leadership group."""

    yes = forms.IntegerField(label=_("For it"), min_value=0, max_value=100_000)
    no = forms.IntegerField(label=_("Against it"), min_value=0, max_value=100_000)
    reservation = long(
        label=_("Their reservation, in their words"),
        required=False,
        help_text=_("It stays on record, and everybody can read it. Leave out names of people."),
    )
    said_on = day(label=_("On which day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said_on"].initial = timezone.localdate


# ---- who stands for a leadership group, and the ballot on it ---------------------------------------------


def card_number(**more: Any) -> forms.CharField:
    """The number of somebody's card."""
    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "size": "19"}
    )
    return forms.CharField(max_length=60, widget=widget, help_text=_("16 digits"), **more)


def holder_of(said: str, programme: Programme) -> Participant | None:
    """Whose card it is; None when nothing was written. Raises ValidationError for no valid card."""
    digits = cards.only_digits(said)
    if not digits:
        return None
    if len(digits) != 16 or not cards.is_sound(digits):
        raise forms.ValidationError(_("This is not a card number: it has 16 digits. Read it once more."))
    card = look_up_card(digits, programme=programme)
    if card is None or not opens(card):
        raise forms.ValidationError(_("No card with this number was handed out in this programme."))
    return card.participant


class CandidateForm(forms.Form):
    """Who is nominated for a leadership group, and what they say of themselves."""

    name = short(label=_("Name"), help_text=_("It stands on the ballot if they consent."))
    constituency = forms.ModelChoiceField(
        Constituency.objects.none(), label=_("Constituency"), empty_label=_("choose one")
    )
    gender = forms.ChoiceField(
        label=_("Gender"), choices=Gender.choices, widget=forms.RadioSelect, required=False
    )
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("Place"), required=False, empty_label=_("not said")
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), required=False, empty_label=_("none")
    )
    says = forms.CharField(
        label=_("What they say of themselves"),
        required=False,
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence or two, in their words. Everybody with a card reads it."),
    )
    participant = card_number(label=_("Number on their card, if they have one"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations(programme)  # type: ignore[attr-defined]

    def clean_participant(self) -> Participant | None:
        return holder_of(self.cleaned_data["participant"], self.programme)


class ChangeCandidateForm(CandidateForm):
    """Who a candidate is, said anew; whose card it was stays."""

    participant = None  # type: ignore[assignment]
    clean_participant = None  # type: ignore[assignment]

    @staticmethod
    def initial_of(candidate: Candidate) -> dict[str, Any]:
        """A candidate as the form shows them."""
        return {name: getattr(candidate, name) for name in ChangeCandidateForm.base_fields}


class QuotasForm(forms.Form):
    """How many are chosen, and from how many to how many of each kind."""

    size = forms.IntegerField(label=_("How many members are chosen"), min_value=1, max_value=200)
    one_per_organisation = forms.BooleanField(label=_("At most one of each organisation"), required=False)

    def __init__(self, *args: Any, group: LeadershipGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = queries.register(group)
        self.fields["size"].initial = group.size or None
        self.fields["one_per_organisation"].initial = group.one_per_organisation
        for line in self.register:
            quota = line.quota
            for end, words in (("least", _("%(kind)s: at least")), ("most", _("%(kind)s: at most"))):
                label = words % {"kind": line.kind}
                self.fields[_field(line, end)] = forms.IntegerField(
                    label=label,
                    min_value=0,
                    max_value=200,
                    required=False,
                    initial=(getattr(quota, end) or None if end == "least" else quota.most)
                    if quota
                    else None,
                    widget=forms.NumberInput(attrs={"aria-label": label}),
                )

    def lines(self) -> Iterator[tuple[queries.Counted, BoundField, BoundField]]:
        """Each kind, with its smallest and its largest number."""
        for line in self.register:
            yield line, self[_field(line, "least")], self[_field(line, "most")]

    def clean(self) -> None:
        super().clean()
        for line in self.register:
            least, most = (self.cleaned_data.get(_field(line, end)) for end in ("least", "most"))
            if most is not None and most < (least or 0):
                self.add_error(
                    _field(line, "most"),
                    _("“%(kind)s” has a smallest number above its largest. Lower one or raise the other.")
                    % {"kind": line.kind},
                )

    def quotas(self) -> list[queries.Quota]:
        """The quotas that were written; an empty line is none."""
        found = []
        for line in self.register:
            least, most = (self.cleaned_data.get(_field(line, end)) for end in ("least", "most"))
            if least or most is not None:
                found.append(queries.Quota(line.column, line.value, least or 0, most))
        return found


def _field(line: queries.Counted, end: str) -> str:
    return f"{line.column}-{line.value}-{end}"


class BallotForm(forms.Form):
    """Whom somebody approves of: any of those on the ballot, or nobody."""

    approved = forms.MultipleChoiceField(
        label=_("Whom you trust"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("One of these names is not on the ballot, or no longer. Look at it again.")
        },
    )

    def __init__(
        self, *args: Any, group: LeadershipGroup, named: frozenset[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stand = queries.on_the_ballot(group)
        self.fields["approved"].choices = [(str(one.pk), str(one)) for one in self.stand]  # type: ignore[attr-defined]
        self.fields["approved"].initial = sorted(named or ())

    def names(self) -> list[tuple[Candidate, bool]]:
        """Everybody on the ballot, in its order, and whether they are ticked."""
        ticked = set(self["approved"].value() or ())
        return [(one, str(one.pk) in ticked) for one in self.stand]

    def chosen(self) -> list[Candidate]:
        """Those who were ticked."""
        return [one for one in self.stand if str(one.pk) in self.cleaned_data["approved"]]


class PaperForm(BallotForm):
    """A ballot on paper, with the number of the voter's card."""

    card = card_number(label=_("Number on the voter's card"))

    def __init__(self, *args: Any, group: LeadershipGroup, **kwargs: Any) -> None:
        super().__init__(*args, group=group, **kwargs)
        self.programme = group.programme

    def clean_card(self) -> Participant | None:
        voter = holder_of(self.cleaned_data["card"], self.programme)
        if voter is None or not has_consent(voter, Purpose.TAKE_PART):
            raise forms.ValidationError(
                _("Whoever has this card has not agreed to take part. Note their consent first.")
            )
        return voter
