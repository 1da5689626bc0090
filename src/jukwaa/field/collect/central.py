"""The part of ODK Central's programming interface that pyodk and OData readers need.

Read, but for two things that researchers may do: send a submission, and review one.

A log-in of the staff who may listen is exchanged for a token that lives two hours, or until the password or
the role changes. A programme is a project; ids that ODK wants as numbers are odata.number of ours.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import authenticate
from django.core import signing
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jukwaa.field.collect import actions, odata, openrosa, queries
from jukwaa.field.models import Collector, Form, Submission
from jukwaa.programmes.access import P, get_programme, may
from jukwaa.programmes.actions import note_copy
from jukwaa.programmes.download import served
from jukwaa.programmes.models import Account, Copy, Member, Programme
from jukwaa.programmes.queries import standing
from jukwaa.record import blobs

TOKEN_LIVES = 2 * 60 * 60
_SALT = "jukwaa.collect.central"
Page = Callable[..., HttpResponseBase]


def refused(status: int, words: str) -> JsonResponse:
    """No, and why, as ODK's programs read it."""
    return JsonResponse({"code": float(status), "message": words}, status=status)


@csrf_exempt
@require_POST
def sessions(request: HttpRequest, programme: str) -> HttpResponse:
    """A token for a log-in. Wrong passwords are counted by axes, as on the log-in page."""
    try:
        said = json.loads(request.body)
        login, password = str(said["email"]), str(said["password"])
    except (ValueError, KeyError, TypeError):
        return refused(400, _("Send {“email”: log-in, “password”: password} as JSON."))
    account = authenticate(request, username=login, password=password)
    if not isinstance(account, Account) or _member(account, programme) is None:
        return refused(401, _("This log-in and password do not open this programme."))
    return JsonResponse({"token": _token(account), "expiresIn": TOKEN_LIVES})


def _token(account: Account) -> str:
    return signing.dumps([str(account.pk), account.get_session_auth_hash()], salt=_SALT)


def _member(account: Account, slug: str) -> Member | None:
    """The member that the account is, if it may listen. Raises Http404 for an unknown programme."""
    programme = get_programme(slug)
    found = standing(Member.objects.filter(programme=programme, account=account.pk)).first()
    if found is None or not may(found, P.LISTEN):
        return None
    found.programme = programme
    return found


def _bearer(request: HttpRequest) -> Account | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    try:
        pk, seal = signing.loads(token, salt=_SALT, max_age=TOKEN_LIVES)
    except signing.BadSignature:
        return None
    account = Account.objects.filter(pk=pk, is_active=True).first()
    return account if scheme == "Bearer" and account and account.get_session_auth_hash() == seal else None


def for_reader(page: Page) -> Page:
    """The door of these pages: a token of somebody who may listen in this programme; else 401."""
    return csrf_exempt(require_GET(_for_staff(page)))


def for_researcher(method: str) -> Callable[[Page], Page]:
    """The same door for a page that also takes this method, of those who may research; others get 403."""

    def door(page: Page) -> Page:
        @wraps(page)
        def asked_to_write(request: HttpRequest, member: Member, **asked: Any) -> HttpResponseBase:
            if request.method == method and not may(member, P.RESEARCH):
                return refused(403, _("Your role in this programme does not allow this."))
            return page(request, member, **asked)

        return csrf_exempt(require_http_methods(["GET", method])(_for_staff(asked_to_write)))

    return door


def _for_staff(page: Page) -> Page:
    @wraps(page)
    def opened(request: HttpRequest, programme: str, project: int = -1, **asked: Any) -> HttpResponseBase:
        account = _bearer(request)
        member = account and _member(account, programme)
        if not member:
            return refused(401, _("Log in first: POST the log-in to sessions."))
        if project not in {-1, odata.number(member.programme.pk)}:
            return refused(404, _("There is no such project."))
        try:
            answer = page(request, member, **asked)
        except Http404:
            return refused(404, _("There is no such thing here."))
        except (odata.Refused, openrosa.Unreadable) as wrong:
            return refused(400, str(wrong))
        answer["Cache-Control"] = "no-store"
        return answer

    return opened


@for_reader
def current_user(_request: HttpRequest, member: Member) -> HttpResponse:
    """Who asks."""
    return JsonResponse(
        {"id": odata.number(member.pk), "displayName": member.name, "createdAt": _made(member.pk)}
    )


def _made(pk: uuid.UUID) -> str | None:
    """When a row was written first; ODK's programs want to know."""
    found = queries.written([pk]).get(pk)
    return queries.iso(found[0]) if found else None


def _project(programme: Programme) -> dict[str, Any]:
    return {"id": odata.number(programme.pk), "name": programme.title, "createdAt": _made(programme.pk)}


@for_reader
def projects(_request: HttpRequest, member: Member) -> HttpResponse:
    """The programme, as the only project at this address."""
    return JsonResponse([_project(member.programme)], safe=False)


@for_reader
def project(_request: HttpRequest, member: Member) -> HttpResponse:
    """The programme."""
    return JsonResponse(_project(member.programme))


@for_reader
def app_users(_request: HttpRequest, member: Member) -> HttpResponse:
    """Whose phones collect; a token is never shown again."""
    return JsonResponse([_user(each, member) for each in queries.collectors(member.programme)], safe=False)


def _user(collector: Collector, member: Member) -> dict[str, Any]:
    return {
        "projectId": odata.number(member.programme.pk),
        "id": odata.number(collector.pk),
        "type": "field_key",
        "displayName": collector.name,
        "createdAt": _made(collector.pk),
        "updatedAt": None,
        "deletedAt": None,
        "token": None,
    }


def _form(form: Form, member: Member) -> dict[str, Any]:
    newest = queries.published(form.programme_id).filter(form=form).first() or queries.editions(form).first()
    if newest is None:
        raise Http404
    made, changed = queries.written([newest.pk])[newest.pk]
    published = queries.written([newest.pk], "field.edition_published").get(newest.pk)
    return {
        "projectId": odata.number(member.programme.pk),
        "xmlFormId": form.form_id,
        "name": form.title,
        "version": newest.version,
        "hash": newest.md5,
        "state": "open" if newest.state == newest.State.PUBLISHED else "closed",
        "createdAt": _made(form.pk),
        "updatedAt": queries.iso(changed) if changed != made else None,
        "publishedAt": queries.iso(published[1]) if published else None,
        "enketoId": None,
        "keyId": None,
    }


def _find(member: Member, form: str) -> Form:
    return get_object_or_404(queries.forms(member.programme), form_id=form)


@for_reader
def forms(_request: HttpRequest, member: Member) -> HttpResponse:
    """The programme's forms."""
    return JsonResponse([_form(each, member) for each in queries.forms(member.programme)], safe=False)


@for_reader
def form(_request: HttpRequest, member: Member, form: str) -> HttpResponse:
    """One form."""
    return JsonResponse(_form(_find(member, form), member))


@for_reader
def form_xml(_request: HttpRequest, member: Member, form: str) -> HttpResponse:
    """The form as phones read it."""
    newest = queries.editions(_find(member, form)).first()
    if newest is None:
        raise Http404
    return HttpResponse(blobs.read(newest.xform), content_type="application/xml")


def _submission(row: Submission) -> dict[str, Any]:
    return {
        "instanceId": row.instance_id,
        "submitterId": odata.number(row.collector_id) if row.collector_id else 0,
        "createdAt": queries.iso(row.received_at),
        "updatedAt": queries.iso(queries.moment(row.hlc)) if row.review else None,
        "deviceId": None,
        "reviewState": odata.REVIEWS[row.review],
    }


@for_researcher("POST")
def submissions(request: HttpRequest, member: Member, form: str) -> HttpResponseBase:
    """What came in of the form, written as it is read; `offset` and `limit` give a part. POST sends one."""
    if request.method == "POST":
        return _sent(request, member, _find(member, form))
    rows = queries.told(_find(member, form))
    _copied(member, form)
    start, size = request.GET.get("offset", "0"), request.GET.get("limit", "")
    first = int(start) if start.isdecimal() else 0
    part = rows[first : first + int(size)] if size.isdecimal() else rows[first:]

    def parts() -> Any:
        yield "["
        for place, row in enumerate(part.iterator(chunk_size=queries.A_CHUNK)):
            yield ("," if place else "") + json.dumps(_submission(row))
        yield "]"

    return StreamingHttpResponse(parts(), content_type="application/json; charset=utf-8")


def _sent(request: HttpRequest, member: Member, form: Form) -> HttpResponse:
    """Keep a submission's text. A text of another form, or one that is here otherwise, is refused."""
    sent = openrosa.read_submission(request.body)
    if sent.form_id != form.form_id:
        return refused(400, _("This is a submission of the form “%(form)s”.") % {"form": sent.form_id})
    try:
        receipt = actions.import_submission(programme=member.programme, xml=request.body, by=member)
    except actions.Forgotten:
        return refused(409, _("Whoever spoke asked to be forgotten. It is not kept here."))
    if not receipt.new and blobs.read(receipt.submission.xml) != request.body:
        return refused(409, _("A submission with this instance id is here with other words."))
    return JsonResponse(_submission(receipt.submission))


def _one(member: Member, form: str, instance: str) -> Submission:
    return get_object_or_404(queries.told(_find(member, form)), instance_id=instance)


@for_researcher("PATCH")
def submission(request: HttpRequest, member: Member, form: str, instance: str) -> HttpResponse:
    """One of them. PATCH says what a person found on looking at it: {"reviewState": …}."""
    _copied(member, form)
    row = _one(member, form, instance)
    if request.method == "PATCH":
        try:
            wanted = json.loads(request.body)["reviewState"]
            review = next(ours for ours, theirs in odata.REVIEWS.items() if theirs == wanted)
        except (ValueError, KeyError, TypeError, StopIteration):
            return refused(400, _("Send {“reviewState”: approved, hasIssues, rejected or null} as JSON."))
        row = actions.review_submission(submission=row, review=review, by=member)
    return JsonResponse(_submission(row))


@for_reader
def attachments(_request: HttpRequest, member: Member, form: str, instance: str) -> HttpResponse:
    """The files that its text names, and whether they are here."""
    row = _one(member, form, instance)
    here = set(queries.attachments(row).values_list("name", flat=True))
    names = dict.fromkeys([*row.expected, *sorted(here)])
    return JsonResponse([{"name": name, "exists": name in here} for name in names], safe=False)


@for_reader
def attachment(request: HttpRequest, member: Member, form: str, instance: str, name: str) -> HttpResponse:
    """One of these files."""
    found = queries.attachments(_one(member, form, instance)).filter(name=name).first()
    if found is None:
        raise Http404
    _copied(member, form)
    return served(request, found.file, found.mime, found.name)


# ---- OData -----------------------------------------------------------------------------------------------


@for_reader
def service(request: HttpRequest, member: Member, form: str) -> HttpResponseBase:
    """The service document: which tables there are."""
    asked = queries.columns(_find(member, form))
    where = request.build_absolute_uri(request.path).rstrip("/")
    value = [{"name": name, "kind": "EntitySet", "url": name} for name in odata.tables(asked)]
    return _odata(JsonResponse({"@odata.context": f"{where}/$metadata", "value": value}))


@for_reader
def metadata(_request: HttpRequest, member: Member, form: str) -> HttpResponse:
    """What the tables hold."""
    answer = HttpResponse(
        odata.metadata(queries.columns(_find(member, form))), content_type="application/xml"
    )
    answer["OData-Version"] = "4.0"
    return answer


@for_reader
def table(request: HttpRequest, member: Member, form: str, table: str) -> HttpResponseBase:
    """One table, written as it is read."""
    found = _find(member, form)
    asked = queries.columns(found)
    if table not in odata.tables(asked):
        raise Http404
    options = odata.read_options(request.GET.dict())
    _copied(member, form)
    kept = {k: v for k, v in request.GET.items() if k not in {"$skip", "$skiptoken"}}
    here = request.build_absolute_uri(request.path)
    context = f"{here.removesuffix(table)}$metadata"
    here = f"{here}?{urlencode(kept, safe='$')}" if kept else here
    feed = odata.feed(queries.told(found), asked, table, options, here=here, context=context)
    return _odata(StreamingHttpResponse(feed))


def _copied(member: Member, form: str) -> None:
    """Note that a program took forms out of the house: one note a day, however often it asks."""
    note_copy(programme=member.programme, kind=Copy.Kind.FEED, holds=Copy.Holds.FORMS, name=form, by=member)


def _odata(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Content-Type"] = "application/json; charset=utf-8; odata.metadata=minimal"
    answer["OData-Version"] = "4.0"
    return answer
