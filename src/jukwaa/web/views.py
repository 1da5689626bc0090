"""The public site's frame, and the pages that look along the whole road."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def no_access(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for staff whose role does not allow what they asked for."""
    return render(request, "web/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere, or nowhere for this visitor."""
    return render(request, "web/404.html", status=404)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
    return render(request, "web/500.html", status=500)
