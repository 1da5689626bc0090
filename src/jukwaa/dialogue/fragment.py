"""A part of a page that its page asks for again and again (web/refresh.js), and gets only when it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


def fragment(request: HttpRequest, template: str, shown: Mapping[str, Any]) -> HttpResponse:
    """The part as HTML with an ETag of its content, or 304 where the browser has it already.

    It must not hold a form's token, which is another each time: let its buttons name a form of the page
    (`form="act" formaction="…"`).
    """
    answer = render(request, template, shown)
    etag = quote_etag(hashlib.sha256(answer.content).hexdigest()[:32])
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    return get_conditional_response(request, etag=etag, response=answer) or answer
