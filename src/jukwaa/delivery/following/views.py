"""Pages of following: a form without an account, the link that confirms it, feeds; and addresses given."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jukwaa.delivery.following import actions, forms, queries
from jukwaa.delivery.following.queries import Followed
from jukwaa.programmes.access import P, get_member, get_programme, get_public_programme
from jukwaa.programmes.books import for_xml
from jukwaa.programmes.models import Programme
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post import line
from jukwaa.programmes.post import queries as mail
from jukwaa.programmes.post.letter import read_confirm_token
from jukwaa.record import clock

IN_A_FEED = 30

form_page = require_http_methods(["GET", "HEAD", "POST"])


# ---- following -------------------------------------------------------------------------------------------


@form_page
def follow(request: HttpRequest, programme: str) -> HttpResponse:
    """Follow the whole programme."""
    of = get_public_programme(request, programme)
    return _follow(request, of, queries.programme_followed(of))


@form_page
def follow_row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Follow one row of the roadmap."""
    of = get_public_programme(request, programme)
    return _follow(request, of, _there(queries.row_followed(of, row)))


@form_page
def follow_promise(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """Follow one promise."""
    of = get_public_programme(request, programme)
    return _follow(request, of, _there(queries.promise_followed(of, commitment)))


def _there(followed: Followed | None) -> Followed:
    if followed is None:
        raise Http404
    return followed


def _follow(request: HttpRequest, of: Programme, followed: Followed) -> HttpResponse:
    form = forms.FollowForm(request.POST or None)
    by_mail = of.public and not line.missing() and mail.place_of(of) in {mail.Place.HERE, mail.Place.NOWHERE}
    if request.method == "POST" and by_mail and form.is_valid():
        try:
            actions.ask_to_follow(
                programme=of,
                followed=followed,
                language=translation.get_language() or "en",
                **form.cleaned_data,
            )
        except post.NotGiven as wrong:
            form.add_error(None, str(wrong))
        else:
            return render(request, "delivery/following/asked.html", {"followed": followed})
    shown = {
        "form": form,
        "by_mail": by_mail,
        "followed": followed,
        "feed": request.build_absolute_uri(followed.way("feed", of)),
        "latest": _latest(of, followed, 5),
    }
    return render(request, "delivery/following/follow.html", shown)


def _latest(of: Programme, followed: Followed, most: int) -> list[queries.Change]:
    return queries.changes(queries.Asked(of, until=clock.until(timezone.now()), of=followed.id, most=most))


@never_cache
@form_page
def confirm(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """The link in the mail: a button confirms, for some mail programs open every link by themselves."""
    of = get_programme(programme)
    pk = read_confirm_token(token)
    if pk is None:
        raise Http404
    asking = mail.asking(of, pk)
    confirmed = request.method == "POST" and asking is not None
    if confirmed and asking is not None:
        post.confirm(asking=asking)
    shown = {"asking": asking, "confirmed": confirmed, "programme": of if of.public else None, "of": of}
    return render(request, "delivery/following/confirm.html", shown)


# ---- feeds -----------------------------------------------------------------------------------------------


@require_safe
def feed(request: HttpRequest, programme: str) -> HttpResponse:
    """What changed in the programme, as an Atom feed."""
    of = get_public_programme(request, programme)
    return _feed(request, of, queries.programme_followed(of))


@require_safe
def feed_row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """What changed about one row of the roadmap, as an Atom feed."""
    of = get_public_programme(request, programme)
    return _feed(request, of, _there(queries.row_followed(of, row)))


@require_safe
def feed_promise(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """What changed about one promise, as an Atom feed."""
    of = get_public_programme(request, programme)
    return _feed(request, of, _there(queries.promise_followed(of, commitment)))


def _feed(request: HttpRequest, of: Programme, followed: Followed) -> HttpResponse:
    made = Atom1Feed(
        title=for_xml(_("What changed: %(what)s") % {"what": followed.words}),
        link=request.build_absolute_uri(followed.path),
        feed_url=request.build_absolute_uri(),
        feed_guid=f"urn:uuid:{followed.id}",
        description="",
        language=translation.get_language(),
    )
    for change in _latest(of, followed, IN_A_FEED):
        made.add_item(
            title=for_xml(change.words),
            link=request.build_absolute_uri(change.path),
            description="",
            # What is said anew of the same thing is another entry.
            unique_id=f"urn:uuid:{uuid.uuid5(change.id, str(change.at))}",
            pubdate=change.moment,
            updateddate=change.moment,
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


# ---- addresses of owners, members and nominees -------------------------------------------------------------


@never_cache
@form_page
def give_mail(request: HttpRequest, programme: str, kind: str, of: uuid.UUID) -> HttpResponse:
    """Where the owner of a promise, a member or a nominee is written to; never shown again once given."""
    member = get_member(request, programme, P.DELIVER)
    found = _reader(member.programme, kind, of)
    form = forms.AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        post.give_address(programme=member.programme, role=found.role, of=of, by=member, **form.cleaned_data)
        messages.success(request, _("Sealed. Only the mail that goes there opens it."))
        return redirect("delivery:give_mail", programme, kind, of)
    shown = {
        "found": found,
        "kind": kind,
        "of": of,
        "form": form,
        "given": mail.addresses(member.programme, found.role, of).count(),
        "missing": line.missing(),
        "crumbs": [
            (_("Promises"), reverse("delivery:commitments", args=[programme])),
            (found.what, found.path),
        ],
    }
    return render(request, "delivery/following/give_mail.html", shown)


@require_POST
def end_mail(request: HttpRequest, programme: str, kind: str, of: uuid.UUID) -> HttpResponse:
    """Write there no more; the addresses are erased."""
    member = get_member(request, programme, P.DELIVER)
    found = _reader(member.programme, kind, of)
    post.end_addresses_of(programme=member.programme, role=found.role, of=of, by=member)
    messages.success(request, _("Erased. Nobody is written to about this by mail."))
    return redirect("delivery:give_mail", programme, kind, of)


def _reader(programme: Programme, kind: str, of: uuid.UUID) -> queries.Reader:
    found = queries.reader(programme, kind, of)
    if found is None:
        raise Http404
    return found
