"""What people fill in while the agenda is drafted."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from jukwaa.agenda.drafting import catalogues
from jukwaa.agenda.forms import long, short
from jukwaa.agenda.models import Obligation
from jukwaa.programmes.models import Constituency, Organisation, Programme
from jukwaa.programmes.queries import constituencies, organisations

Party = Constituency | Organisation


class PartyField(forms.ChoiceField):
    """A constituency or an organisation of the programme; empty for nobody in particular."""

    def choose_from(self, programme: Programme, empty: str) -> None:
        """Offer the programme's sides, and what nobody in particular is called."""
        self.parties: dict[str, Party] = {
            str(party.pk): party for party in [*constituencies(programme), *organisations(programme)]
        }
        groups = [(str(group.pk), str(group)) for group in constituencies(programme)]
        bodies = [(str(body.pk), str(body)) for body in organisations(programme)]
        self.choices = [("", empty), (_("Constituencies"), groups), (_("Organisations"), bodies)]

    def clean(self, value: Any) -> Party | None:
        return self.parties.get(super().clean(value))


class ObligationForm(forms.Form):
    """Who owes what to whom."""

    debtor = PartyField(label=_lazy("Who owes it"))
    creditor = PartyField(label=_lazy("To whom"), required=False)
    what = long(
        label=_lazy("What is owed"),
        lines=2,
        help_text=_lazy("One thing that one side does for the other: “repairs the retorts within a month”."),
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
        label=_lazy("Your comment"),
        help_text=_lazy("Those who draft the roadmap read it. Leave out names of people."),
    )


class StaffCommentForm(CommentForm):
    """The same by the staff, who may note what a constituency said."""

    constituency = forms.ModelChoiceField(
        Constituency.objects.none(),
        label=_lazy("Who says it"),
        required=False,
        empty_label=_lazy("the staff"),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["constituency"].queryset = constituencies(programme)  # type: ignore[attr-defined]


class ResolveForm(forms.Form):
    """What was done about a comment."""

    resolution = long(label=_lazy("What was done about it, or why nothing was"), lines=2)


class FreezeForm(forms.Form):
    """What a version is for."""

    title = short(label=_lazy("What this version is for"), help_text=_lazy("“Read out at the four sites”."))


class AlignForm(forms.Form):
    """Which goal a row serves, and how."""

    goal = forms.ChoiceField(label=_lazy("Goal"))
    how = long(label=_lazy("How the row serves it"), required=False, lines=2)

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

    catalogue = short(label=_lazy("Catalogue"), help_text=_lazy("“National plan 2026–2031”."))
    code = short(label=_lazy("Number or code"), help_text=_lazy("As it stands there: “3.2”."))
    title = long(label=_lazy("What it says"), lines=2)
    source = short(label=_lazy("Where it stands"), required=False)


class ChangeGoalForm(GoalForm):
    """The same of an entry that there is: rows name its code, so that stays."""

    catalogue = None  # type: ignore[assignment]
    code = None  # type: ignore[assignment]


class ImportForm(forms.Form):
    """A list of goals as a file."""

    file = forms.FileField(
        label=_lazy("The list as CSV"),
        help_text=_lazy("With the columns catalogue, code, title and source, as the download has them."),
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
