"""What people fill in while the agenda is drafted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda.drafting import catalogues
from jukwaa.agenda.drafting.texts import Line
from jukwaa.agenda.models import Amendment, Argument, Cause, Obligation, Problem, Solution
from jukwaa.dialogue.models import Round, Statement
from jukwaa.dialogue.queries import put_to_the_vote
from jukwaa.programmes.models import Constituency, Organisation, Programme
from jukwaa.programmes.queries import constituencies, organisations, standing

Party = Constituency | Organisation


def short(**more: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(max_length=200, **more)


def long(*, lines: int = 3, **more: Any) -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": lines}), **more)


class PartyField(forms.ChoiceField):
    """A constituency or an organisation of the programme; empty for nobody in particular."""

    def choose_from(self, programme: Programme, empty: str) -> None:
        """Offer the programme's sides, and what nobody in particular is called."""
        sides: list[Party] = [*constituencies(programme), *organisations(programme)]
        self.parties = {str(party.pk): party for party in sides}
        groups = [(str(side.pk), str(side)) for side in sides if isinstance(side, Constituency)]
        bodies = [(str(side.pk), str(side)) for side in sides if isinstance(side, Organisation)]
        self.choices = [("", empty), (_("Constituencies"), groups), (_("Organisations"), bodies)]

    def clean(self, value: Any) -> Party | None:
        return self.parties.get(super().clean(value))


class ObligationForm(forms.Form):
    """Who owes what to whom."""

    debtor = PartyField(label=_("Who owes it"))
    creditor = PartyField(label=_("To whom"), required=False)
    what = long(
        label=_("What is owed"),
        lines=2,
        help_text=_("One thing that one side does for the other: “repairs the retorts within a month”."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["debtor"].choose_from(programme, _("choose one"))  # type: ignore[attr-defined]
        everybody = _("everybody whom it concerns")
        self.fields["creditor"].choose_from(programme, everybody)  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(line: Obligation) -> dict[str, Any]:
        """A line as the form shows it."""
        sides = {"debtor": line.debtor, "creditor": line.creditor}
        return {"what": line.what} | {name: str(side.pk) for name, side in sides.items() if side is not None}


class CommentForm(forms.Form):
    """A remark on the draft of a row."""

    text = long(
        label=_("Your comment"),
        help_text=_("Those who draft the roadmap read it. Leave out names of people."),
    )


class StaffCommentForm(CommentForm):
    """The same by the staff, who may note what a constituency said."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_("Who says it"),
        required=False,
        empty_label=_("the staff"),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]


class ResolveForm(forms.Form):
    """What was done about a comment."""

    resolution = long(label=_("What was done about it, or why nothing was"), lines=2)


class FreezeForm(forms.Form):
    """What a version is for."""

    title = short(label=_("What this version is for"), help_text=_("“Read out at the four sites”."))


class AlignForm(forms.Form):
    """Which goal a row serves, and how."""

    goal = forms.ChoiceField(label=_("Goal"))
    how = long(label=_("How the row serves it"), required=False, lines=2)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = catalogues.entries(programme)
        of: dict[str, list[tuple[str, str]]] = {}
        for number, each in enumerate(self.entries):
            of.setdefault(each.catalogue, []).append((str(number), f"{each.code}: {each.title}"))
        self.fields["goal"].choices = [("", _("choose one")), *of.items()]  # type: ignore[attr-defined]

    def clean_goal(self) -> catalogues.Entry:
        return self.entries[int(self.cleaned_data["goal"])]


class GoalForm(forms.Form):
    """An entry of a programme's own catalogue."""

    catalogue = short(label=_("Catalogue"), help_text=_("“National plan 2026–2031”."))
    code = short(label=_("Number or code"), help_text=_("As it stands there: “3.2”."))
    title = long(label=_("What it says"), lines=2)
    source = short(label=_("Where it stands"), required=False)


class ChangeGoalForm(GoalForm):
    """The same of an entry that there is: rows name its code, so that stays."""

    catalogue = None  # type: ignore[assignment]
    code = None  # type: ignore[assignment]


class ImportForm(forms.Form):
    """A list of goals as a file."""

    file = forms.FileField(
        label=_("The list as CSV"),
        help_text=_("With the columns catalogue, code, title and source, as the download has them."),
    )

    def clean_file(self) -> list[catalogues.Entry]:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(_("The file is too large for a list of goals."))
        try:
            return catalogues.read(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not text in UTF-8: save it as “CSV UTF-8”.")) from None
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


LARGEST = 1_000_000


class Compared(forms.Form):
    """Which two versions to compare; none is the roadmap of today."""

    was = forms.UUIDField(required=False)
    now = forms.UUIDField(required=False)

    def chosen(self) -> tuple[uuid.UUID | None, uuid.UUID | None]:
        """The two that were asked for."""
        self.full_clean()
        return self.cleaned_data.get("was"), self.cleaned_data.get("now")


# ---- problems --------------------------------------------------------------------------------------------


def sentence(**more: Any) -> forms.CharField:
    """A sentence of the agenda."""
    return forms.CharField(max_length=280, widget=forms.Textarea(attrs={"rows": 2}), **more)


class CauseForm(forms.Form):
    """A cause, in other words."""

    text = sentence(label=_("Cause"))


class NewCauseForm(CauseForm):
    """A cause, and which one it explains."""

    under = forms.ModelChoiceField(
        Cause.objects.none(),
        label=_("Which cause it explains"),
        required=False,
        empty_label=_("none: it explains the problem itself"),
    )

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        under = standing(Cause.objects.filter(problem=problem))
        self.fields["under"].queryset = under  # type: ignore[attr-defined]


class DisagreementForm(forms.Form):
    """On what the groups disagree, and what would settle it."""

    question = sentence(label=_("On what the groups disagree"), help_text=_("As a question."))
    would_settle = sentence(
        label=_("What would settle it"), help_text=_("A figure, a visit, a ruling, a trial.")
    )


class SideForm(forms.Form):
    """What one constituency says."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(), label=_("Constituency"), empty_label=_("choose one")
    )
    words = long(
        label=_("What they say, in their words"),
        help_text=_("Everybody can read it. Leave out names of people."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """How a disagreement was settled."""

    settled = long(label=_("How it was settled"), lines=2)
    on = forms.DateField(
        label=_("On which day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


# ---- solutions -------------------------------------------------------------------------------------------


class TextForm(forms.Form):
    """The first text of a solution, a clause a line."""

    clauses = forms.CharField(
        label=_("The text, one clause a line"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def clean_clauses(self) -> list[str]:
        return str(self.cleaned_data["clauses"]).splitlines()


class AmendForm(forms.Form):
    """A change of one clause, and why."""

    kind = forms.ChoiceField(
        label=_("What should change"), choices=Amendment.Kind.choices, widget=forms.RadioSelect
    )
    at = forms.ChoiceField(label=_("Which clause"), required=False)
    text = long(label=_("New words"), required=False, help_text=_("Empty to strike the clause."))
    because = long(label=_("Why"), required=False, lines=2)
    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_("Who proposes it"),
        required=False,
        empty_label=_("the facilitator"),
    )

    def __init__(self, *args: Any, solution: Solution, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbered = [(str(line.id), f"{place}. {line.text[:80]}") for place, line in enumerate(lines, 1)]
        self.fields["at"].choices = [  # type: ignore[attr-defined]
            ("", _("before the first clause")),
            *numbered,
        ]
        groups = constituencies(solution.programme)
        self.fields["constituency"].queryset = groups  # type: ignore[attr-defined]

    def clean_at(self) -> uuid.UUID | None:
        return uuid.UUID(self.cleaned_data["at"]) if self.cleaned_data["at"] else None


class DecideForm(forms.Form):
    """Whether an amendment is accepted, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accept", _("accept it")), ("decline", _("decline it"))],
        widget=forms.RadioSelect,
    )
    reason = long(label=_("Why"), required=False, lines=2, help_text=_("Needed when it is declined."))


class ArgueForm(forms.Form):
    """What speaks for a solution or against it."""

    side = forms.ChoiceField(
        label=_("For it or against it"), choices=Argument.Side.choices, widget=forms.RadioSelect
    )
    text = sentence(label=_("What speaks for it or against it"))
    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_("Who says it"),
        required=False,
        empty_label=_("nobody in particular"),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]


# ---- a computed agenda -----------------------------------------------------------------------------------


class ChangeAgendaForm(forms.Form):
    """Which statement should stand elsewhere on a computed agenda, and why."""

    statement = forms.ModelChoiceField(
        Statement.objects.none(), label=_("Statement"), empty_label=_("choose one")
    )
    place = forms.IntegerField(
        label=_("Its place"),
        min_value=1,
        max_value=200,
        required=False,
        help_text=_("Empty to leave it out."),
    )
    reason = long(label=_("Why"), lines=2, help_text=_("Everybody reads it beside what was computed."))

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["statement"]
        chosen.queryset = put_to_the_vote(round)  # type: ignore[attr-defined]
        chosen.label_from_instance = lambda one: one.text[:120]  # type: ignore[attr-defined]
