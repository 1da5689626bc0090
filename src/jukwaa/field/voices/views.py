"""Pages on which filled-in forms become testimonies."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jukwaa.field.media import Refused
from jukwaa.field.models import Submission, Testimony
from jukwaa.field.voices import actions, forms, queries
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.models import Member
from jukwaa.programmes.queries import places, standing

A_PAGE = 25


def waiting(request: HttpRequest, programme: str) -> HttpResponse:
    """Filled-in testimony forms that wait for a person to make testimonies of them."""
    member = get_member(request, programme, P.RESEARCH)
    page = Paginator(queries.waiting(member.programme), A_PAGE).get_page(request.GET.get("page"))
    rows = [(form, queries.read(form)) for form in page.object_list]
    return render(
        request, "field/voices/waiting.html", {"page": page, "rows": rows, "crumbs": _crumbs(member)}
    )


def make(request: HttpRequest, programme: str, submission: uuid.UUID) -> HttpResponse:
    """Make testimonies of one form; of a child's form, say only that it is one."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(standing(Submission.objects.filter(programme=member.programme)), pk=submission)
    found.programme = member.programme
    filled = queries.read(found)
    form = forms.MakeForm(request.POST or None, programme=member.programme, initial=_guessed(filled, member))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_testimonies(submission=found, by=member, **form.cleaned_data)
        except (actions.NotToBeMade, Refused) as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("The testimonies are made."))
            return redirect(made[0])
    shown = {
        "submission": found,
        "filled": filled,
        "holder": queries.speaker(found, filled),
        "about": dict(Testimony.About.choices),
        "made": standing(queries.made_of(found)),
        "form": form,
        "crumbs": [*_crumbs(member), (_("Forms that wait"), reverse("field:waiting", args=[programme]))],
    }
    return render(request, "field/voices/make.html", shown)


def _guessed(filled: queries.Filled, member: Member) -> dict[str, Any]:
    return {"place": places(member.programme).filter(name__iexact=filled.place).first()}


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    return [
        (_("Desk"), reverse("programmes:desk", args=[slug])),
        (_("Testimonies"), reverse("field:testimonies", args=[slug])),
    ]
