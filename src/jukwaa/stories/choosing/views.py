"""Pages of the most significant changes: what was chosen and why, and noting a choice."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jukwaa.programmes.access import P, get_member, get_public_programme, may
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import not_forgotten
from jukwaa.stories.choosing import actions, forms, queries
from jukwaa.stories.models import Selection


@require_safe
def significant(request: HttpRequest, programme: str) -> HttpResponse:
    """Which stories panels chose, and why."""
    of = get_public_programme(request, programme)
    public = not may(request.member, P.SEE)  # type: ignore[attr-defined]
    shown = {"choices": queries.shown(of, public=public), "crumbs": [*_crumbs(of), (_title(), "")]}
    return render(request, "stories/choosing/significant.html", shown)


def _title() -> str:
    return _("The most significant changes")


def _crumbs(of: Programme) -> list[tuple[Any, str]]:
    return [(_("Stories and publications"), reverse("stories:library", args=[of.slug]))]


def choose(request: HttpRequest, programme: str) -> HttpResponse:
    """Note which story a panel chose."""
    member = get_member(request, programme, P.PUBLISH)
    usual = {"held_on": timezone.localdate(), "level": "first"}
    form = forms.ChoiceForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        said = form.chosen_words()
        try:
            actions.choose(
                programme=member.programme,
                by=member,
                panel=form.panel(),
                **(said | {"read": list(said["read"])}),
            )
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("The choice is kept, with its reasons."))
            return redirect("stories:significant", programme)
    here = reverse("stories:significant", args=[programme])
    crumbs = [*_crumbs(member.programme), (_title(), here), (_("Note a choice"), "")]
    shown = {"form": form, "back": here, "crumbs": crumbs}
    return render(request, "stories/choosing/choose.html", shown)


def _selection(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Selection]:
    """Who asks, and the choice. Raises Http404 once its words were erased: then it stays as it is."""
    member = get_member(request, programme, P.PUBLISH)
    return member, get_object_or_404(not_forgotten(queries.selections(member.programme)), pk=pk)


def remove(request: HttpRequest, programme: str, selection: uuid.UUID) -> HttpResponse:
    """Take a choice away that was noted by mistake, after asking."""
    member, found = _selection(request, programme, selection)
    here = reverse("stories:significant", args=[programme])
    if request.method == "POST":
        actions.remove(selection=found, by=member)
        messages.success(request, _("The choice is taken away."))
        return redirect(here)
    shown = {
        "question": _("Take this choice away?"),
        "consequences": [
            f"“{found}”",
            _("The story stays. The record keeps that it was chosen, without its reasons."),
        ],
        "yes": _("Yes, take it away"),
        "back": here,
    }
    return render(request, "web/confirm.html", shown)


def erase_reasons(request: HttpRequest, programme: str, selection: uuid.UUID) -> HttpResponse:
    """Erase the words of a choice, as when they name somebody, after asking."""
    member, found = _selection(request, programme, selection)
    here = reverse("stories:significant", args=[programme])
    if request.method == "POST":
        actions.erase_reasons(selection=found, by=member)
        messages.success(request, _("The reasons are erased."))
        return redirect(here)
    shown = {
        "question": _("Erase the reasons of this choice?"),
        "consequences": [
            *(f"“{words}”" for words in (found.reasons, found.doubts) if words),
            _("They are erased here, and wherever the record went."),
            _("Which story was chosen stays, and by whom. It cannot be taken away any more."),
        ],
        "yes": _("Yes, erase them for ever"),
        "back": here,
    }
    return render(request, "web/confirm.html", shown)
