"""What every answer passes: a no to what is too large, before anybody reads it; the policy for browsers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from jukwaa.field.media import LARGEST_PHOTO, LARGEST_RECORDING, MB


class ContentSecurityPolicy:
    """Adds the policy of the settings, put into words once: no page has one of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, _policy())
        return response


@cache
def _policy() -> str:
    return str(build_policy())


class RefuseTooLarge:
    """Answers a request of more bytes than the site takes with one page, in the reader's language.

    It stands before whatever looks into a form; the web server has thrown the bytes away, or never read them.
    A view with the attribute `says_itself` answers by itself, in words that its visitor's program knows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = str(request.META.get("CONTENT_LENGTH", ""))
        length = int(said) if said.isdecimal() else 0
        if length >= settings.LARGEST_REQUEST and not says_itself(request.path_info):
            return too_large(request)
        return self.get_response(request)


def says_itself(path: str) -> bool:
    """Whether the view at this address answers by itself what is too large."""
    try:
        return getattr(resolve(path).func, "says_itself", False)
    except Resolver404:
        return False


def too_large(request: HttpRequest) -> HttpResponse:
    """The page for more than the site takes at once: a film, or a recording of hours."""
    shown = {"recording": LARGEST_RECORDING // MB, "photo": LARGEST_PHOTO // MB, "again": request.path}
    return render(request, "web/too_large.html", shown, status=413)
