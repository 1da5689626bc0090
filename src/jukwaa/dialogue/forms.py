"""What people type and press in the dialogue room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue import queries
from jukwaa.dialogue.actions import CHOICES, LONGEST_STATEMENT, MOST_DOTS
from jukwaa.dialogue.models import Attendance, Finding, Gathering, Round
from jukwaa.field import languages
from jukwaa.field.models import Theme
from jukwaa.field.queries import themes
from jukwaa.programmes.models import Certificate, Constituency, Participant, Place, Programme, Stage
from jukwaa.programmes.queries import constituencies, places, stages


def read_choice(said: str) -> int:
    """A press of a button as a vote. Raises BadRequest for what none of the buttons says."""
    for choice in CHOICES:
        if said == str(choice):
            return choice
    raise BadRequest("a vote is -1, 0 or 1")


def read_probability(said: str) -> Decimal | None:
    """With which chance the page asked, as it wrote it; None where it did not say, or nothing that can be."""
    try:
        probability = Decimal(said)
    except InvalidOperation:
        return None
    return probability if 0 < probability <= 1 else None


class Day(forms.DateInput):
    """A date as the browser asks for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RegisterForm(forms.Form):
    """Which lines of the register are listed."""

    q = forms.CharField(label=_("What they are called"), required=False, max_length=60)
    group = forms.ModelChoiceField(
        Constituency.objects.none(), label=_("Group"), required=False, empty_label=_("– all –")
    )
    state = forms.ChoiceField(
        label=_("How far they have come"),
        required=False,
        choices=[("", _("– all –")), *Attendance.State.choices],
    )

    def __init__(self, *args: Any, programme: Programme) -> None:
        super().__init__(*args)
        self.fields["group"].queryset = constituencies(programme)  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """The search as `queries.search_attendance` takes it; everything when it makes no sense."""
        said = self.cleaned_data if self.is_valid() else {}
        return {"words": said.get("q", ""), "group": said.get("group"), "state": said.get("state", "")}


class GatheringForm(forms.Form):
    """Where and when people meet."""

    title = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Gathering.Kind.choices)
    stage = forms.ModelChoiceField(
        Stage.objects.none(), label=_("Stage of the road"), required=False, empty_label=_("none")
    )
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Place"),
        required=False,
        empty_label=_("not said"),
        help_text=_("The public sees it only if it is larger than a site."),
    )
    starts_on = forms.DateField(label=_("Starts on"), required=False, widget=Day())
    ends_on = forms.DateField(label=_("Ends on"), required=False, widget=Day())

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = stages(programme)  # type: ignore[attr-defined]
        self.fields["place"].queryset = places(programme)  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It ends before it starts. Change one of the two days."))


class RoundForm(forms.Form):
    """The question, and the rule that will decide it."""

    question = forms.CharField(
        label=_("Question"),
        help_text=_("As you will read it out, in one sentence."),
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(
        label=_("What people say in answer"), choices=Round.Kind.choices, widget=forms.RadioSelect
    )
    answers = forms.ModelChoiceField(
        Finding.objects.none(),
        label=_("The problem that it answers"),
        required=False,
        empty_label=_("none: it asks for problems"),
        help_text=_("For solutions only: what the groups said of a problem, once you took it up."),
    )
    language = forms.ChoiceField(label=_("Language of the question"))
    method = forms.ChoiceField(
        label=_("How people answer"),
        choices=Round.Method.choices,
        widget=forms.RadioSelect,
        required=False,
        initial=Round.Method.VOTES,
    )
    dots = forms.IntegerField(
        label=_("How many dots, places or pairs each person has"),
        help_text=_("Left empty: three dots or places, eight pairs. More than ten pairs tire."),
        min_value=1,
        max_value=MOST_DOTS,
        required=False,
    )
    threshold = forms.TypedChoiceField(
        label=_("Agreement needed in every constituency"),
        choices=[(f"0.{n}", _("%(n)s of 100 people") % {"n": n}) for n in (50, 55, 60, 65, 70, 75, 80)],
        help_text=_("For votes and steps. Fixed before anybody votes: it stands once the round is open."),
        initial="0.60",
    )
    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_("For one group alone"),
        required=False,
        empty_label=_("for everybody"),
        help_text=_("What a group says by itself is shown to nobody else until it releases it."),
    )
    women = forms.BooleanField(
        label=_("For women alone"),
        required=False,
        help_text=_("Of that group, or of all. Only those whom the register knows as women are asked."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]
        found = self.fields["answers"]
        found.queryset = queries.findings(programme)  # type: ignore[attr-defined]
        found.label_from_instance = lambda finding: finding.statement.text  # type: ignore[attr-defined]
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        kind, answers = self.cleaned_data.get("kind"), self.cleaned_data.get("answers")
        self.cleaned_data["method"] = self.cleaned_data.get("method") or Round.Method.VOTES
        usual = 8 if self.cleaned_data["method"] == Round.Method.PAIRS else 3
        self.cleaned_data["dots"] = self.cleaned_data.get("dots") or usual
        if kind == Round.Kind.SOLUTIONS and not answers:
            self.add_error("answers", _("Solutions answer a problem: choose which."))
        if kind == Round.Kind.PROBLEMS and answers:
            self.add_error("answers", _("A round for problems answers none: choose “none”, or solutions."))


class StatementForm(forms.Form):
    """One sentence that people vote on."""

    text = forms.CharField(
        label=_("Statement"),
        help_text=_("One thing, in short words that can be read aloud. No names of people."),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]


class TranslationForm(forms.Form):
    """What something says in another language, and who made and checked it."""

    language = forms.ChoiceField(label=_("Language"))
    text = forms.CharField(
        label=_("In that language"),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    made_by = forms.CharField(label=_("Who translated it, or which machine"), max_length=120)
    reviewed_by = forms.CharField(
        label=_("Which speaker of the language checked it"),
        help_text=_("Left empty, readers are told that nobody has."),
        required=False,
        max_length=120,
    )

    def __init__(self, *args: Any, programme: Programme, original: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [pair for pair in languages.choices(programme) if pair[0] != original]
        self.fields["language"].choices = others  # type: ignore[attr-defined]


class FromQuotesForm(StatementForm):
    """A statement made of quotes, and the round that it goes to."""

    round = forms.ModelChoiceField(Round.objects.none(), label=_("Round"), empty_label=None)

    field_order = ("text", "language", "round")

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        self.fields["round"].queryset = queries.rounds_not_closed(programme)  # type: ignore[attr-defined]


class QuoteSearch(forms.Form):
    """Which quotes to choose from."""

    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    theme = forms.ModelChoiceField(
        Theme.objects.none(), label=_("Theme"), required=False, empty_label=_("any")
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = themes(programme)  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What was asked for and can be looked for."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ShortlistForm(forms.Form):
    """How much an agenda has room for, or how many problems are taken further."""

    places = forms.IntegerField(label=_("How many places?"), min_value=1, max_value=50, initial=10)


# ---- the hall --------------------------------------------------------------------------------------------

MOST_PAIRS = 3


class TablesForm(forms.Form):
    """Who is seated at how many tables, in how many rounds, and who is kept apart."""

    source = forms.ChoiceField(label=_("Who is there"))
    tables = forms.IntegerField(label=_("How many tables"), min_value=1, max_value=60, initial=4)
    rounds = forms.IntegerField(label=_("How many rounds"), min_value=1, max_value=8, initial=3)
    spread = forms.MultipleChoiceField(
        label=_("Spread over the tables"),
        choices=[("constituency", _("groups")), ("gender", _("women and men")), ("site", _("places"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["constituency", "gender"],
    )

    one_language = forms.BooleanField(
        label=_("All at a table speak one language"),
        required=False,
        help_text=_("The register knows one language of each person. Leave it out where most speak several."),
    )

    def __init__(
        self, people: Sequence[Participant], panels: Iterable[Certificate], here: int, *args: Any
    ) -> None:
        super().__init__(*args)
        self.people = people
        chosen = [(str(panel.pk), str(panel)) for panel in panels]
        everybody = _("everybody in the register (%(many)s)") % {"many": len(people)}
        came = [("here", _("who is here (%(many)s)") % {"many": here})] if here else []
        self.fields["source"].choices = [*came, *chosen, ("", everybody)]  # type: ignore[attr-defined]
        self.fields["source"].required = False
        names = [("", _("– nobody –")), *((str(p.pk), f"{p}, {p.constituency}") for p in people)]
        for number in range(MOST_PAIRS):
            for end, label in (("one", _("Keep apart")), ("other", _("from"))):
                self.fields[f"{end}-{number}"] = forms.ChoiceField(label=label, choices=names, required=False)

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of those who are kept apart."""
        return [(self[f"one-{number}"], self[f"other-{number}"]) for number in range(MOST_PAIRS)]

    @property
    def apart(self) -> list[tuple[Participant, Participant]]:
        """Who is kept apart from whom."""
        by_pk = {str(person.pk): person for person in self.people}
        said = [[self.cleaned_data[f"{end}-{n}"] for end in ("one", "other")] for n in range(MOST_PAIRS)]
        return [(by_pk[one], by_pk[other]) for one, other in said if one and other]


class ChangeTablesForm(forms.Form):
    """Who came late, who did not come, and from which round on."""

    def __init__(
        self, seated: Sequence[Participant], others: Sequence[Participant], rounds: int, *args: Any
    ) -> None:
        super().__init__(*args)
        self.by_pk = {str(person.pk): person for person in (*seated, *others)}
        self.fields["from_round"] = forms.IntegerField(
            label=_("From which round on"), min_value=1, max_value=rounds, initial=1
        )
        for name, label, people in (
            ("gone", _("Who is not there"), seated),
            ("arrived", _("Who came late"), others),
        ):
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=[(str(p.pk), f"{p}, {p.constituency}") for p in people],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def those(self, name: str) -> list[Participant]:
        """Who was ticked."""
        return [self.by_pk[pk] for pk in self.cleaned_data[name]]
