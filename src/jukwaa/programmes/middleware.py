"""Asking for a card where one is needed."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from jukwaa.programmes.access import NoCard


class AskForCard:
    """Sends whoever shows no valid card to the page that asks for one, and back afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, NoCard):
            return None
        return redirect(f"{reverse('programmes:join')}?{urlencode({'next': request.path})}")
