"""Which row or problem an address means, to those who may draft it; how a form is answered; the way back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from jukwaa.agenda.actions import Refused
from jukwaa.agenda.models import Problem, RoadmapRow, Solution
from jukwaa.agenda.queries import problems, rows
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import standing

Crumbs = list[tuple[Any, str]]


def facilitator(request: HttpRequest, programme: str) -> Member:
    """Who facilitates. Http404 and PermissionDenied as at the door."""
    return get_member(request, programme, P.FACILITATE)


def get_row(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, RoadmapRow]:
    """Who facilitates, and the row."""
    member = facilitator(request, programme)
    return member, get_object_or_404(rows(member.programme), pk=pk)


def get_problem(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Problem]:
    """Who facilitates, and the problem."""
    member = facilitator(request, programme)
    return member, get_object_or_404(problems(member.programme), pk=pk)


def solution_of(programme: Programme, pk: uuid.UUID) -> Solution:
    """A solution of a problem that stands. Raises Http404."""
    found = standing(Solution.objects.filter(programme=programme, problem__removed=False))
    return get_object_or_404(found.select_related("programme", "problem__programme"), pk=pk)


def done(request: HttpRequest, form: Form, act: Callable[[], Any]) -> Any:
    """What the action gives once a sound form was posted; else None. When it refuses, the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
    except (ValueError, Refused) as refused:
        form.add_error(None, str(refused))
        return None


def allowed(request: HttpRequest, act: Callable[[], Any], said: str) -> bool:
    """Whether the action was done; says so, or why not."""
    try:
        act()
    except (ValueError, Refused) as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, said)
    return True


def form_page(
    request: HttpRequest, title: str, form: Form, button: str, crumbs: Crumbs, **more: Any
) -> HttpResponse:
    """A page with one form, and the way back that the crumbs end in."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-1][1]}
    return render(request, "agenda/drafting/form.html", shown | more)


def way(of: Programme, *under: Problem | RoadmapRow) -> Crumbs:
    """The way to a page: the agenda, and what it stands under."""
    first: Crumbs = [(_("Agenda"), reverse("agenda:agenda", args=[of.slug]))]
    return [*first, *((Truncator(str(thing)).words(5), thing.get_absolute_url()) for thing in under)]


def way_by_roadmap(of: Programme) -> Crumbs:
    """The way to a page under the roadmap."""
    return [*way(of), (_("Roadmap"), reverse("agenda:roadmap", args=[of.slug]))]
