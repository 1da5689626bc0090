"""The public site's frame, and the pages that look along the whole road."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jukwaa.dialogue.queries import in_the_readers_language
from jukwaa.programmes.access import get_public_programme
from jukwaa.programmes.models import Account
from jukwaa.programmes.queries import programmes_of, stations
from jukwaa.stories import walk
from jukwaa.stories.answering.forms import TraceForm
from jukwaa.stories.queries import library, public_stories, publications
from jukwaa.stories.trace import Reader
from jukwaa.stories.trace import thread as thread_of
from jukwaa.web import queries

NEWEST = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Jukwaa is, the public programmes, the ways in, and the newest stories and publications."""
    shown = {
        "programmes": queries.public_programmes(),
        "newest": library(public_stories(), publications())[:NEWEST],
        "form": TraceForm(),
        "memberships": programmes_of(request.user) if isinstance(request.user, Account) else [],
    }
    return render(request, "web/home.html", shown)


@require_safe
def road(request: HttpRequest, programme: str) -> HttpResponse:
    """A programme's page: its road, with what came of each stage, and the ways into each room."""
    of = get_public_programme(request, programme)
    reader = _reader(request)
    counted = queries.tally(of, reader)
    shown = {
        "stations": queries.road(of, counted, reader),
        "counts": queries.counts(counted, reader),
        "open_rounds": in_the_readers_language(queries.open_rounds([of])),
        "threads": queries.threads(of),
    }
    return render(request, "web/road.html", shown)


@require_safe
def thread(request: HttpRequest, programme: str, kind: str, pk: uuid.UUID) -> HttpResponse:
    """The golden thread of one thing, both ways, as far as whoever asks may see it."""
    of = get_public_programme(request, programme)
    thing = walk.find(kind, pk, of)
    told = thread_of(thing, reader=_reader(request)) if thing else None
    if told is None:
        raise Http404
    return render(request, "web/thread.html", {"thread": told, "stations": stations(of)})


def _reader(request: HttpRequest) -> Reader:
    """Whoever asks, as get_public_programme found them."""
    return Reader.of(request.member, request.participant)  # type: ignore[attr-defined]


def no_access(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for staff whose role does not allow what they asked for."""
    return render(request, "web/403.html", {"said": str(exception)}, status=403)


# The fields in which people write sentences; numbers of cards and passwords are not given back.
WRITTEN = ("text", "reason", "q1", "q2", "q3", "q0")


def left_open(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that waited too long, or that somebody else's card came before: nothing was sent.

    Words that were written into it are shown, to be copied; what is done with them is pressed anew.
    """
    again = {"statement": said} if (said := request.POST.get("statement", "")) else {}
    shown = {
        "again": f"{request.path}?{urlencode(again)}" if again else request.path,
        "written": "\n\n".join(filter(None, (request.POST.get(name, "") for name in WRITTEN))),
    }
    return render(request, "web/left_open.html", shown, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere, or nowhere for this visitor."""
    return render(request, "web/404.html", status=404)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
    return render(request, "web/500.html", status=500)
