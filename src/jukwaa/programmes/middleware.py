"""Asking for a card and for consent where they are needed, and leaving nothing in a browser's memory."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from jukwaa.programmes.access import NoCard, NoConsent


class AskForCard:
    """Sends whoever shows no valid card, or has not agreed to take part, to the page that asks, and back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known = getattr(request, "participant", None) or getattr(request, "member", None)
        if known and not response.has_header("Cache-Control"):
            # The next person on a shared phone or laptop does not see by "back" what this one saw.
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        match problem:
            case NoCard():
                asks = reverse("programmes:join")
            case NoConsent(args=[slug]):
                asks = reverse("programmes:consent", args=[slug])
            case _:
                return None
        return redirect(f"{asks}?{urlencode({'next': request.path})}")
