"""What people type and press when they steer what is put to the vote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.models import Round, Statement
from jukwaa.dialogue.queries import rounds_not_closed
from jukwaa.dialogue.steering.actions import LONGEST_STATEMENT, MOST_HANDS, MOST_PARTS
from jukwaa.field import languages
from jukwaa.field.models import MeetingProblem, ResearchQuestion
from jukwaa.field.scoping.queries import questions_to_ask
from jukwaa.field.visits.queries import released_problems
from jukwaa.programmes.models import Programme


class RejectForm(forms.Form):
    """Why a statement is not put to the vote, as its author will read it."""

    reason = forms.ChoiceField(
        label=_("Why? Who proposed it will read this."),
        choices=Statement.Reason.choices,
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class JoinForm(forms.Form):
    """Which words carry on for statements that are joined."""

    into = forms.ChoiceField(label=_("Which words carry on?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("New words"),
        help_text=_("Only if none of these says it for all. They become the staff's words."),
        max_length=LONGEST_STATEMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, statements: Sequence[Statement], *args: Any) -> None:
        super().__init__(*args)
        these = [(str(statement.pk), f"“{statement.text}”") for statement in statements]
        self.fields["into"].choices = [*these, ("new", _("new words, below"))]  # type: ignore[attr-defined]
        self.fields["into"].initial = str(statements[0].pk)

    def clean(self) -> None:
        super().clean()
        new, text = self.cleaned_data.get("into") == "new", self.cleaned_data.get("text")
        if new and not text and "text" not in self.errors:
            self.add_error("text", _("Write the new words, or choose one of the statements."))
        if text and not new and "into" not in self.errors:
            self.add_error("into", _("You wrote new words: choose them, or take them away."))


class SplitForm(forms.Form):
    """The parts of a statement that says several things, one in each field."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_PARTS + 1):
            self.fields[f"part_{number}"] = forms.CharField(
                label=_("Part %(number)s") % {"number": number},
                max_length=LONGEST_STATEMENT,
                required=number <= 2,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """As many fields as most need."""
        return [self[f"part_{number}"] for number in range(1, 4)]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """The others."""
        return [self[f"part_{number}"] for number in range(4, MOST_PARTS + 1)]

    @property
    def parts(self) -> list[str]:
        """What was written, in order."""
        return [self.cleaned_data[f"part_{number}"] for number in range(1, MOST_PARTS + 1)]


class RewordForm(forms.Form):
    """Other words for a statement."""

    text = forms.CharField(
        label=_("In other words"),
        help_text=_("One thing, in short words that can be read aloud. No names of people."),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages.choices(programme)  # type: ignore[attr-defined]


class HandsForm(forms.Form):
    """How many of a group raised their hand to release what it said."""

    hands = forms.IntegerField(
        label=_("How many of the group raised their hand for it?"),
        help_text=_("Ask them together, without the others in the room. One “no” is reason to wait."),
        min_value=1,
        max_value=MOST_HANDS,
    )


class OursForm(forms.Form):
    """Somebody of a group says for it that others may see what it said."""

    agreed = forms.BooleanField(label=_("We talked about it in our group, and nobody said no."))


class BringInForm(forms.Form):
    """What comes from the field, and the round that it goes to."""

    problems = forms.ModelMultipleChoiceField(
        MeetingProblem.objects.none(),
        label=_("What groups agreed on by themselves, and released"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    questions = forms.ModelMultipleChoiceField(
        ResearchQuestion.objects.none(),
        label=_("Research questions to choose among"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    round = forms.ModelChoiceField(Round.objects.none(), label=_("Round"), empty_label=None)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = rounds_not_closed(programme)  # type: ignore[attr-defined]
        self.fields["problems"].label_from_instance = _with_its_group  # type: ignore[attr-defined]
        for name, found in (
            ("problems", released_problems(programme)),
            ("questions", questions_to_ask(programme)),
        ):
            if found.exists():
                self.fields[name].queryset = found  # type: ignore[attr-defined]
            else:
                del self.fields[name]


def _with_its_group(problem: MeetingProblem) -> str:
    return f"{problem.meeting.constituency}: {problem.text}"
