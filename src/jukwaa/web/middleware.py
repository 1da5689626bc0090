"""Saying no to what is too large before anybody reads it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jukwaa.field.media import LARGEST_PHOTO, LARGEST_RECORDING, MB


class RefuseTooLarge:
    """Answers a request of more bytes than the site takes with one page, in the reader's language.

    It stands before whatever looks into a form; the web server has thrown the bytes away, or never read them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdecimal() and int(said) >= settings.LARGEST_REQUEST:
            return too_large(request)
        return self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse:
    """The page for more than the site takes at once: a film, or a recording of hours."""
    shown = {"recording": LARGEST_RECORDING // MB, "photo": LARGEST_PHOTO // MB, "again": request.path}
    return render(request, "web/too_large.html", shown, status=413)
