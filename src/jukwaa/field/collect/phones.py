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
from django.utils.cache import get_conditional_response
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from jukwaa.field.collect import actions, logins, openrosa, queries
from jukwaa.field.models import Collector, Edition, Submission
from jukwaa.programmes.access import get_programme
from jukwaa.record import blobs

TEXT = "text/xml; charset=utf-8"
Page = Callable[..., HttpResponse]


def for_collector(page: Page) -> Page:
    """The door of these pages: a token in the address, or a log-in, of a collector who was not revoked."""

    @csrf_exempt
    @wraps(page)
    def opened(request: HttpRequest, *, token: str = "", programme: str = "", **asked: Any) -> HttpResponse:
        if programme:
            return _by_login(request, programme, lambda collector: page(request, collector, **asked))
        collector = queries.collector_with(token)
        return _turned_away() if collector is None else page(request, collector, **asked)

    opened.says_itself = True  # type: ignore[attr-defined]  # in XML, also what is too large: web/middleware.py
    return opened


def _turned_away() -> HttpResponse:
    return said(_("This phone may not send here any more. Ask for a new code."), status=401)


def _by_login(request: HttpRequest, slug: str, opened: Callable[[Collector], HttpResponse]) -> HttpResponse:
    """Whoever proves a collector's password comes in; a wrong one counts against that log-in's hour."""
    given = logins.read(request.headers.get("Authorization", ""))
    collector = given and queries.collector_called(get_programme(slug), given.login)
    if not given or not collector:
        return _asked_who(request)
    if queries.too_many_wrong_passwords(collector):
        return said(_("Too many wrong passwords. Wait an hour, or ask for a new code."), status=429)
    try:
        proved = _proves(request, given, collector)
    except logins.Stale:
        return _asked_who(request, stale=True)
    if not proved:
        actions.note_wrong_password(collector=collector)
        return _asked_who(request)
    return opened(collector)


def _proves(request: HttpRequest, given: logins.Given, collector: Collector) -> bool:
    if given.digest is not None:
        path, method = request.get_full_path(), request.method or ""
        if not logins.fits(given.digest, secret=collector.digest, method=method, path=path):
            return False
        # Whoever listens in on the Wi-Fi could say the same words over another submission.
        if not actions.take_turn(nonce=given.digest["nonce"], turn=logins.turn_of(given.digest)):
            raise logins.Stale
        return True
    return request.is_secure() and constant_time_compare(
        queries.hash_token(given.password), collector.token_hash
    )


def _asked_who(request: HttpRequest, *, stale: bool = False) -> HttpResponse:
    answer = _turned_away()
    answer["WWW-Authenticate"] = logins.challenges(secure=request.is_secure(), stale=stale)
    return answer


def _address(request: HttpRequest, page: str, **asked: Any) -> str:
    """Where one of these pages is for whoever came in through this door."""
    match = request.resolver_match
    assert match is not None  # noqa: S101 (a view runs because its address was resolved)
    door = {word: said for word, said in match.kwargs.items() if word in {"token", "programme"}}
    return request.build_absolute_uri(reverse(f"{match.namespace}:{page}", kwargs=door | asked))


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
    return framed(
        openrosa.form_list(
            openrosa.Listed(
                form_id=edition.form.form_id,
                name=edition.form.title,
                version=edition.version,
                md5=edition.md5,
                download=_address(request, "form", edition=edition.pk),
                manifest=_address(request, "manifest", edition=edition.pk)
                if edition.has_files  # type: ignore[attr-defined]
                else "",
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
    found = _edition(collector, edition)
    return _unless_known(request, framed(blobs.read(found.xform)), found.md5)


@for_collector
@require_GET
def manifest(request: HttpRequest, collector: Collector, edition: uuid.UUID) -> HttpResponse:
    """The files that the form shows."""
    found = _edition(collector, edition)
    return framed(
        openrosa.manifest(
            (
                each.name,
                each.md5,
                _address(request, "form_file", edition=found.pk, name=each.name),
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
    return _unless_known(request, answer, found.md5)


def _unless_known(request: HttpRequest, answer: HttpResponse, md5: str) -> HttpResponse:
    """The answer, or 304 to a phone that has these bytes."""
    answer["ETag"] = f'"{md5}"'
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


@for_collector
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, collector: Collector) -> HttpResponse:
    """HEAD: whether one may send, and how much at once. POST: a submission, or some more of its files."""
    if request.method == "HEAD":
        return framed("", status=204)
    if int(request.META.get("CONTENT_LENGTH") or 0) > openrosa.LARGEST_POST:
        return said(
            _("This is more than is taken at once. Make its photos or recordings smaller."), status=413
        )
    body = request.read()
    try:
        receipt = _received(request, collector, body)
    except openrosa.Unreadable as wrong:
        return said(str(wrong), status=400)
    except actions.Forgotten:
        return said(
            _("Whoever spoke asked to be forgotten. It is not kept here; delete it on the phone too."),
            status=202,
        )
    if not receipt.new:
        return said(_("It was here already. All of it is on disk."), status=202)
    if receipt.submission.state == Submission.State.RECEIVED:
        return said(_("Received, and on disk."), status=201)
    return said(_("Received, and on disk. Somebody will look at it."), status=202)


def _received(request: HttpRequest, collector: Collector, body: bytes) -> actions.Receipt:
    """What became of the submission. Raises openrosa.Unreadable when its bytes are kept, or Forgotten."""
    try:
        xml, parts = unpacked(request, body)
        return actions.receive_submission(collector=collector, xml=xml, parts=parts)
    except openrosa.Unreadable as wrong:
        actions.keep_unreadable(collector=collector, body=body, reason=str(wrong))
        raise


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
