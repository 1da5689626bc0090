"""Pages of the door: the desk where people come in."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jukwaa.dialogue import queries as dialogue
from jukwaa.dialogue.actions import attend
from jukwaa.dialogue.door import actions, forms, queries
from jukwaa.dialogue.models import Attendance, Gathering
from jukwaa.field import languages
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.actions import NotToBeHandedOut
from jukwaa.programmes.consent import is_unreviewed
from jukwaa.programmes.models import Member, Participant, Purpose
from jukwaa.programmes.queries import cards_of, consents, participants


def _at(request: HttpRequest, programme: str, pk: uuid.UUID, needed: P) -> tuple[Member, Gathering]:
    """Who of the staff asks, and the gathering. Raises PermissionDenied or Http404."""
    member = get_member(request, programme, needed)
    found = get_object_or_404(dialogue.gatherings(member.programme), pk=pk)
    found.programme = member.programme
    return member, found


def _crumbs(member: Member, found: Gathering, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    return [
        (_("Gatherings"), reverse("dialogue:gatherings", args=[slug])),
        (found, found.get_absolute_url()),
        *more,
    ]


def _desk(found: Gathering) -> str:
    return reverse("dialogue:door", args=[found.programme.slug, found.pk])


def _uuid(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


# ---- the desk --------------------------------------------------------------------------------------------


@never_cache
def door(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Find who stands before the desk, by name, by card or by group. POST: a number stands in no address."""
    member, found = _at(request, programme, gathering, P.PEOPLE)
    typed = request.POST.get("q", "").strip()
    shown: dict[str, Any] = {"typed": typed}
    if request.method == "POST" and typed:
        shown |= _found(found, typed)
        if "go" in shown:
            return redirect(shown["go"])
    shown |= {
        "gathering": found,
        "counters": queries.counters(found),
        "awaited": queries.awaited(found),
        "here": queries.here(found),
        "last": _last(request, found),
        "crumbs": _crumbs(member, found),
    }
    return render(request, "dialogue/door/door.html", shown)


def _found(found: Gathering, typed: str) -> dict[str, Any]:
    """Where a typed name or shown card leads: to one person's page (go), to some people, or to a sentence."""
    if queries.looks_like_a_card(typed):
        return _card_found(found, typed)
    people = list(queries.called(found.programme, typed))
    if len(people) == 1:
        return {"go": _page_of(found, people[0])}
    return {"people": dialogue.by_group(people), "nobody": not people}


def _card_found(found: Gathering, typed: str) -> dict[str, Any]:
    try:
        card = forms.shown_card(found.programme, typed)
    except ValidationError as wrong:
        return {"wrong": " ".join(wrong.messages)}
    if card.participant is None:
        return {"wrong": _("This card is blank. Find the person first; type its number when you give it.")}
    return {"go": _page_of(found, card.participant)}


def _page_of(found: Gathering, person: Participant) -> str:
    return reverse("dialogue:door_person", args=[found.programme.slug, found.pk, person.pk])


def _last(request: HttpRequest, found: Gathering) -> dict[str, Any] | None:
    """Who came in last, as the address says, with what undoing it would take back."""
    if (pk := _uuid(request.GET.get("last", ""))) is None:
        return None
    person = participants(found.programme).filter(pk=pk).first()
    return person and {
        "person": person,
        "before": request.GET.get("before", ""),
        "card": request.GET.get("card", ""),
        "agreed": request.GET.getlist("agreed"),
    }


@never_cache
def door_person(
    request: HttpRequest, programme: str, gathering: uuid.UUID, participant: uuid.UUID
) -> HttpResponse:
    """One person at the desk, on one screen: consent, card, and one button."""
    member, found = _at(request, programme, gathering, P.PEOPLE)
    people = participants(member.programme).select_related("constituency", "place")
    person = get_object_or_404(people, pk=participant)
    person.programme = member.programme
    said, waiting = consents(person), queries.printed_for(person)
    language = _read_in(request, member, person.language)
    with translation.override(_catalogue(language, member)):
        form = forms.WelcomeForm(
            member.programme, _posted(request), said=said, holder=person.pk, waiting=waiting
        )
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.welcome(
                gathering=found,
                participant=person,
                answers=form.answers,
                card=form.cleaned_data["card"],
                language=language,
                witness=form.cleaned_data["witness"],
                by=member,
            )
        except (NotToBeHandedOut, actions.NoCardWithoutConsent) as wrong:
            form.add_error("card", str(wrong))
        else:
            return _next(found, done)
    agreed = said.get(Purpose.TAKE_PART)
    held = queries.held(person)
    shown = {
        "gathering": found,
        "person": person,
        "form": form,
        "row": queries.noted(found, person),
        "agreed": agreed is not None and agreed.given,
        "asked": agreed is not None,
        "held": held,
        "known": agreed is not None and (held is not None or not agreed.given),
        "waiting": waiting,
        **_reading(member, language),
        "crumbs": _crumbs(member, found, (_("Door"), _desk(found))),
    }
    return render(request, "dialogue/door/person.html", shown)


@never_cache
def walk_in(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Somebody whom nobody expected, on one screen: group, consent, card, and one button."""
    member, found = _at(request, programme, gathering, P.PEOPLE)
    language = _read_in(request, member, request.POST.get("spoken", ""))
    with translation.override(_catalogue(language, member)):
        form = forms.WalkInForm(member.programme, _posted(request))
    form.initial = {"spoken": language}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = actions.walk_in(
                gathering=found,
                constituency=said["constituency"],
                gender=said["gender"],
                language=said["spoken"],
                called=said["called"].strip(),
                answers=form.answers,
                card=said["card"],
                witness=said["witness"],
                by=member,
            )
        except (NotToBeHandedOut, actions.NoCardWithoutConsent) as wrong:
            form.add_error("card", str(wrong))
        else:
            return _next(found, done)
    shown = {
        "gathering": found,
        "form": form,
        **_reading(member, language),
        "crumbs": _crumbs(member, found, (_("Door"), _desk(found))),
    }
    return render(request, "dialogue/door/walk_in.html", shown)


def _next(found: Gathering, done: actions.Welcomed) -> HttpResponse:
    """Back to the desk for whoever is next, with what undoes the last one in the address."""
    said = {"last": done.participant.pk, "before": done.before, "agreed": done.agreed}
    if done.card is not None:
        said["card"] = done.card.pk
    return redirect(f"{_desk(found)}?{urlencode(said, doseq=True)}")


def _read_in(request: HttpRequest, member: Member, theirs: str) -> str:
    """The language in which consent is read out: as chosen, else the person's, else the programme's first."""
    offered = member.programme.languages.split() or ["en"]
    asked = request.POST.get("asked_in") or request.GET.get("in") or theirs
    return asked if asked in offered else offered[0]


def _catalogue(language: str, member: Member) -> str:
    """The language nearest to it that the pages speak."""
    spoken = dict(settings.LANGUAGES)
    first = member.programme.first_language
    return language if language in spoken else first if first in spoken else "en"


def _reading(member: Member, language: str) -> dict[str, Any]:
    """In which language the questions stand on the page, in which others they can, and whether checked."""
    words = _catalogue(language, member)
    offered = [
        (code, languages.NAMES.get(code, code))
        for code in member.programme.languages.split()
        if code != language
    ]
    return {
        "language": language,
        "language_name": languages.NAMES.get(language, language),
        "words": words,
        "words_name": languages.NAMES.get(words, words),
        "languages": offered,
        "unreviewed": is_unreviewed(words),
    }


@require_POST
def door_undo(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Take back the last slip at the desk."""
    member, found = _at(request, programme, gathering, P.PEOPLE)
    person = get_object_or_404(participants(member.programme), pk=_known(request.POST.get("person", "")))
    before = request.POST.get("before", "")
    if before not in {"", *Attendance.State.values}:
        raise Http404
    card = _uuid(request.POST.get("card", ""))
    actions.undo_welcome(
        gathering=found,
        participant=person,
        before=before,
        card=cards_of(person).filter(pk=card).first() if card else None,
        agreed=[p for p in request.POST.getlist("agreed") if p in Purpose.values],
        by=member,
    )
    said = _("Taken back. %(name)s is not noted as here.") % {"name": person}
    if card:
        said += " " + _("The card that was given is no longer valid: take it back and use another.")
    messages.success(request, said)
    return redirect(_desk(found))


@require_POST
def door_leave(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Somebody leaves."""
    member, found = _at(request, programme, gathering, P.PEOPLE)
    person = get_object_or_404(participants(member.programme), pk=_known(request.POST.get("person", "")))
    attend(gathering=found, people=[person], state=Attendance.State.LEFT, by=member)
    messages.success(request, _("%(name)s has left.") % {"name": person})
    return redirect(_desk(found))


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if it says nothing: one button alone is an answer too."""
    return request.POST if request.method == "POST" else None


def _known(said: str) -> uuid.UUID:
    if (pk := _uuid(said)) is None:
        raise Http404
    return pk
