"""The page of a coordinator, of whoever works in several programmes, and of an office: how things stand."""

from __future__ import annotations

import uuid
from collections import Counter

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jukwaa.agenda import queries as agenda
from jukwaa.delivery import queries as delivery
from jukwaa.delivery.meetings import queries as meetings
from jukwaa.delivery.queries import Standing
from jukwaa.programmes.access import P, get_account, get_member, get_public_programme, may
from jukwaa.programmes.queries import organisations, programmes_of, stations
from jukwaa.web.desks import queries

A_PAGE = 25


@require_safe
def overview(request: HttpRequest, programme: str) -> HttpResponse:
    """A programme on one page for its staff: what waits, the road, who is missing, promises, seats."""
    member = get_member(request, programme, P.SEE)
    of = member.programme
    how = queries.promised(of)
    shown = {
        "waiting": queries.waiting(member, how),
        "stations": stations(of),
        "voices": queries.voices(of, linked=may(member, P.PEOPLE)),
        "promised": how,
        "seats": queries.seats(of),
        "mail": queries.mail(of),
        "meetings": meetings.meetings(of).filter(held=False, on__gte=timezone.localdate()).order_by("on")[:3],
        "several": len(programmes_of(get_account(request))) > 1,
    }
    return render(request, "web/desks/overview.html", shown)


@require_safe
@login_required
def desks(request: HttpRequest) -> HttpResponse:
    """All programmes in which whoever asks works: where each stands, and what waits longest in it."""
    return render(request, "web/desks/desks.html", {"desks": queries.desks(get_account(request))})


@require_safe
def offices(request: HttpRequest, programme: str) -> HttpResponse:
    """The offices and companies that lead something or promised something, and how that stands."""
    of = get_public_programme(request, programme)
    found = queries.offices(of, public=request.member is None)  # type: ignore[attr-defined]
    return render(request, "web/desks/offices.html", {"offices": found, "stations": stations(of)})


@require_safe
def office(request: HttpRequest, programme: str, organisation: uuid.UUID) -> HttpResponse:
    """What one office or company leads and promised, how that stands, and what it reported."""
    of = get_public_programme(request, programme)
    public = request.member is None  # type: ignore[attr-defined]
    found = get_object_or_404(organisations(of), pk=organisation)
    ids, _counts = delivery.in_order(of, public=public, owner=found)
    page = Paginator(ids, A_PAGE).get_page(request.GET.get("page"))
    promises = delivery.commitments(of, public=public).filter(pk__in=list(page))
    counts = Counter(delivery.counts(delivery.promised(of, public=public).filter(owner_organisation=found)))
    here = reverse("delivery:commitments", args=[programme])
    reports = delivery.reports(of, public=public).filter(commitment__owner_organisation=found)
    shown = {
        "organisation": found,
        "office": queries.Office(found, 0, counts),
        "bars": list(queries.stands_bars(counts, here, f"&owner={found.pk}")),
        "page": page,
        "promises": [(promise, Standing.of(promise)) for promise in promises],
        "rows": agenda.rows(of, public=public, owner=found)[:A_PAGE],
        "reports": reports[:A_PAGE],
        "crumbs": [(_("Offices"), reverse("web:offices", args=[programme])), (found, "")],
    }
    return render(request, "web/desks/office.html", shown)
