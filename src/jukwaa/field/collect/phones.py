"""The OpenRosa server: what a phone with ODK Collect or KoboCollect fetches and sends.

Nothing is acknowledged before it is on disk, and nothing that a phone holds is refused for good unless it is
no submission at all: then its bytes are kept here, and the phone keeps its own.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from jukwaa.field.collect import actions, openrosa, queries
from jukwaa.field.models import Collector, Edition
from jukwaa.record import blobs

TEXT = "text/xml; charset=utf-8"
Page = Callable[..., HttpResponse]


def for_collector(page: Page) -> Page:
    """The door of these pages: the token in the address, of a collector who was not revoked; else 401."""

    @csrf_exempt
    @wraps(page)
    def opened(request: HttpRequest, token: str, **asked: Any) -> HttpResponse:
        collector = queries.collector_with(token)
        if collector is None:
            return said(_("This phone may not send here any more. Ask for a new code."), status=401)
        return page(request, collector, **asked)

    return opened


def said(message: str, *, status: int, nature: str = "submit_success") -> HttpResponse:
    """An answer that the phone shows its owner."""
    return framed(openrosa.answer(message, nature if status < 300 else "error"), status=status)


def framed(text: str | bytes, *, status: int = 200) -> HttpResponse:
    """An OpenRosa answer: XML with the header without which phones believe nobody."""
    answer = HttpResponse(text, content_type=TEXT, status=status)
    answer["X-OpenRosa-Version"] = openrosa.VERSION
    answer["X-OpenRosa-Accept-Content-Length"] = str(openrosa.MOST_BYTES)
    return answer


@for_collector
@require_GET
def form_list(request: HttpRequest, collector: Collector) -> HttpResponse:
    """The forms that this phone may fetch."""
    token = request.path.split("/")[2]

    def where(name: str, edition: Edition) -> str:
        return request.build_absolute_uri(reverse(f"collect:{name}", args=[token, edition.pk]))

    return framed(
        openrosa.form_list(
            openrosa.Listed(
                form_id=edition.form.form_id,
                name=edition.form.title,
                version=edition.version,
                md5=edition.md5,
                download=where("form", edition),
                manifest=where("manifest", edition) if queries.files(edition).exists() else "",
            )
            for edition in queries.published(collector.programme_id)
        )
    )


def _edition(collector: Collector, pk: uuid.UUID) -> Edition:
    """An edition that is published. Raises Http404."""
    found = queries.published(collector.programme_id).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@for_collector
@require_GET
def form(request: HttpRequest, collector: Collector, edition: uuid.UUID) -> HttpResponse:
    """One form."""
    return framed(blobs.read(_edition(collector, edition).xform))


@for_collector
@require_GET
def manifest(request: HttpRequest, collector: Collector, edition: uuid.UUID) -> HttpResponse:
    """The files that the form shows."""
    found, token = _edition(collector, edition), request.path.split("/")[2]
    return framed(
        openrosa.manifest(
            (
                each.name,
                each.md5,
                request.build_absolute_uri(reverse("collect:form_file", args=[token, found.pk, each.name])),
            )
            for each in queries.files(found)
        )
    )


@for_collector
@require_GET
def form_file(request: HttpRequest, collector: Collector, edition: uuid.UUID, name: str) -> HttpResponse:
    """One of them."""
    found = queries.files(_edition(collector, edition)).filter(name=name).first()
    if found is None:
        raise Http404
    answer = HttpResponse(blobs.read(found.file), content_type=found.mime)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@for_collector
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, collector: Collector) -> HttpResponse:
    """HEAD: whether one may send, and how much at once. POST: a submission, or some more of its files."""
    if request.method == "HEAD":
        return framed("", status=204)
    body = request.read()
    try:
        xml, parts = unpacked(request, body)
        actions.receive_submission(collector=collector, xml=xml, parts=parts)
    except openrosa.Unreadable as wrong:
        actions.keep_unreadable(collector=collector, body=body, reason=str(wrong))
        return said(str(wrong), status=400)
    except actions.Forgotten:
        return said(
            _("Whoever spoke asked to be forgotten. It is not kept here; delete it on the phone too."),
            status=202,
        )
    return said(_("Received, and on disk."), status=201)


def unpacked(request: HttpRequest, body: bytes) -> tuple[bytes, list[actions.Part]]:
    """The text of the submission and the files beside it. Raises openrosa.Unreadable."""
    # Django takes a last part that was cut off for a whole one; the closing boundary ends in two dashes.
    if not body.rstrip(b"\r\n").endswith(b"--"):
        raise openrosa.Unreadable(_("What was sent is cut off, or not in parts as phones send it."))
    handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    try:
        _post, files = MultiPartParser(request.META, io.BytesIO(body), handlers).parse()
    except (MultiPartParserError, TooManyFilesSent) as wrong:
        raise openrosa.Unreadable(
            _("What was sent is cut off, or not in parts as phones send it.")
        ) from wrong
    xml = files.pop("xml_submission_file", None)
    if not xml:
        raise openrosa.Unreadable(_("What was sent has no part called xml_submission_file."))
    parts = []
    for name, uploads in files.lists():
        if not openrosa.is_file_name(name):
            raise openrosa.Unreadable(_("One of the files has a name that is none."))
        parts += [
            actions.Part(name, each.read(), each.content_type or "application/octet-stream")
            for each in uploads
        ]
    return xml[0].read(), parts
