"""Pages that bring back to a place or a group what was heard, said and done; and take down what is wrong."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jukwaa.dialogue.phone import speech
from jukwaa.field.languages import NAMES
from jukwaa.field.media import Refused
from jukwaa.programmes.access import P, get_member, get_public_programme, may
from jukwaa.programmes.models import Constituency, Place, Programme
from jukwaa.programmes.queries import constituencies, places, standing
from jukwaa.stories.models import Correction
from jukwaa.stories.returning import actions, forms, queries


@require_safe
def returns(request: HttpRequest, programme: str) -> HttpResponse:
    """To which places and groups something is brought back."""
    of = get_public_programme(request, programme)
    shown = {"groups": constituencies(of), "places": places(of)}
    return render(request, "stories/returning/returns.html", shown)


@require_safe
def returned(request: HttpRequest, programme: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """What is brought back to one place or group, with what its people corrected."""
    of = get_public_programme(request, programme)
    told = _told(of, kind, pk)
    shown = {"told": told, "crumbs": [*_crumbs(of), (told.to, "")], "machine": _can_be_said()}
    shown["corrects"] = may(request.member, P.PEOPLE)  # type: ignore[attr-defined]
    return render(request, "stories/returning/returned.html", shown)


@require_safe
def print_return(request: HttpRequest, programme: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """The same on two pages of paper."""
    of = get_public_programme(request, programme)
    return render(request, "stories/returning/print.html", {"told": _told(of, kind, pk).on_paper()})


@require_safe
def script(request: HttpRequest, programme: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """The same as words to be read out, in the language of this request."""
    of = get_public_programme(request, programme)
    words = queries.script(_told(of, kind, pk))
    answer = HttpResponse(words, content_type="text/plain; charset=utf-8")
    answer["Content-Language"] = get_language() or "en"
    return answer


@require_safe
def sound(request: HttpRequest, programme: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """The words as the machine reads them out, until a person has; Http404 where it cannot."""
    of = get_public_programme(request, programme)
    told = _told(of, kind, pk)
    try:
        spoken = speech.say(queries.script(told), (get_language() or "en").partition("-")[0])
    except Refused:
        raise Http404 from None
    answer = HttpResponse(spoken.data, content_type=spoken.mime)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _can_be_said() -> bool:
    return (get_language() or "en").partition("-")[0] in speech.machine_languages()


def correct(request: HttpRequest, programme: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Take down what people say is wrong."""
    member = get_member(request, programme, P.PEOPLE)
    told = _told(member.programme, kind, pk)
    usual = {"said_on": timezone.localdate(), "finding": request.GET.get("finding")}
    form = forms.CorrectionForm(told, member.programme, NAMES, request.POST or None, initial=usual)
    where: dict[str, Any] = {
        "place": told.to if isinstance(told.to, Place) else None,
        "constituency": told.to if isinstance(told.to, Constituency) else None,
    }
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_correction(programme=member.programme, by=member, **where, **form.cleaned_data)
        except ValueError as wrong:
            form.add_error("text", str(wrong))
        else:
            messages.success(request, _("Written down. It stands beside what it corrects."))
            return redirect("stories:returned", programme, kind, pk)
    here = reverse("stories:returned", args=[programme, kind, pk])
    shown = {"form": form, "told": told, "back": here}
    shown["crumbs"] = [*_crumbs(member.programme), (told.to, here), (_("Correct"), "")]
    return render(request, "stories/returning/correct.html", shown)


def remove_correction(request: HttpRequest, programme: str, correction: uuid.UUID) -> HttpResponse:
    """Erase a correction, after asking."""
    member = get_member(request, programme, P.PEOPLE)
    rows = standing(Correction.objects.filter(programme=member.programme))
    found = get_object_or_404(rows, pk=correction)
    if request.method == "POST":
        actions.remove_correction(correction=found, by=member)
        messages.success(request, _("The correction is erased."))
        return redirect("stories:returns", programme)
    shown = {
        "question": _("Erase this correction: “%(words)s”?") % {"words": found},
        "consequences": [_("Its words are erased for ever. Do this when they tell who said it.")],
        "yes": _("Yes, erase it"),
        "back": reverse("stories:returns", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


def _told(of: Programme, kind: str, pk: uuid.UUID) -> queries.Return:
    to = queries.find(of, kind, pk)
    if to is None:
        raise Http404
    return queries.returned(of, to)


def _crumbs(of: Programme) -> list[tuple[Any, str]]:
    return [(_("What we bring back"), reverse("stories:returns", args=[of.slug]))]
