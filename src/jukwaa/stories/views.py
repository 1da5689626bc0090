"""Pages of the stories room: the library for everybody, and writing, telling and taking back for staff."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jukwaa.field.media import PHOTO_MIME
from jukwaa.programmes import files
from jukwaa.programmes.access import P, get_member, get_public_programme, may
from jukwaa.programmes.models import Audience, Member, Programme
from jukwaa.programmes.queries import changes
from jukwaa.record import blobs
from jukwaa.stories import actions, forms, queries
from jukwaa.stories.models import Publication, Story
from jukwaa.stories.trace import Reader

A_PAGE = 25


# ---- for everybody ---------------------------------------------------------------------------------------


@require_safe
def library(request: HttpRequest, programme: str) -> HttpResponse:
    """The stories and publications that whoever asks may see, to be searched."""
    of = get_public_programme(request, programme)
    told, given_out = _told(request, of), _given_out(request, of)
    search = forms.Search(request.GET, spoken=queries.languages_of(told, given_out))
    chosen = search.chosen()
    page = Paginator(queries.library(told, given_out, **chosen), A_PAGE).get_page(request.GET.get("page"))
    shown = {"search": search, "chosen": chosen, "page": page, "query": _query(request)}
    if _may_publish(request):
        shown["untold"] = queries.outcomes_untold(of)
    return render(request, "stories/library.html", shown)


def _query(request: HttpRequest) -> str:
    """What was searched for, as the pager's links carry it on."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"{asked.urlencode()}&" if asked else ""


def _may_publish(request: HttpRequest) -> bool:
    return may(request.member, P.PUBLISH)  # type: ignore[attr-defined]


def _told(request: HttpRequest, of: Programme) -> QuerySet[Story]:
    """The stories that whoever asks may see: all of them for those who write them."""
    if _may_publish(request):
        return queries.stories(of).exclude(text="")
    reader = Reader.of(request.member, request.participant)  # type: ignore[attr-defined]
    return queries.told_to(reader.audience, programme=of)


def _given_out(request: HttpRequest, of: Programme) -> QuerySet[Publication]:
    inside = request.member or request.participant  # type: ignore[attr-defined]
    return queries.publications(of, public=not inside)


@require_safe
def story(request: HttpRequest, programme: str, story: uuid.UUID) -> HttpResponse:
    """One story, with the way it came; for those who write it also to whom it may be told."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(_told(request, of), pk=story)
    shown = {"story": found, "photo": _photo_of(found), "crumbs": [*_crumbs(of), (found.title, "")]}
    if _may_publish(request):
        shown |= {"audiences": _audiences(found), "changes": changes(found)}
    return render(request, "stories/story.html", shown)


def _photo_of(found: Story) -> str:
    """The photo's digest if whoever asks may see it: readers by the teller's consent, writers always."""
    return str(getattr(found, "seen_photo", found.photo))


def _audiences(found: Story) -> list[tuple[Audience, list[Any]]]:
    """Each audience with the consents that are missing for it."""
    said = {"teller": found.teller, "photo": found.photo}
    return [(a, queries.missing_consents(**said, audience=a)) for a in Audience]


@require_safe
def photo(request: HttpRequest, programme: str, story: uuid.UUID) -> HttpResponse:
    """A story's photo, for those who may see it today."""
    found = get_object_or_404(_told(request, get_public_programme(request, programme)), pk=story)
    answer = _file(_photo_of(found), PHOTO_MIME)
    # Nobody keeps it: the teller may take it back tomorrow.
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def publication(request: HttpRequest, programme: str, publication: uuid.UUID) -> HttpResponse:
    """One publication, with its file to take along."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(_given_out(request, of), pk=publication)
    shown = {"publication": found, "crumbs": [*_crumbs(of), (found.title, "")]}
    if _may_publish(request):
        shown["changes"] = changes(found)
    return render(request, "stories/publication.html", shown)


@require_safe
def file(request: HttpRequest, programme: str, publication: uuid.UUID) -> HttpResponse:
    """A publication's file, to keep and not to open in the site's name."""
    found = get_object_or_404(_given_out(request, get_public_programme(request, programme)), pk=publication)
    answer = _file(found.file, files.mime_of(found.file_name))
    answer["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _file(sha256: str, mime: str) -> HttpResponse:
    """A file of ours: never run, never guessed at. Http404 when it is not here."""
    if not sha256 or not blobs.path_of(sha256).exists():
        raise Http404
    answer = HttpResponse(blobs.read(sha256), content_type=mime)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


# ---- writing and telling ---------------------------------------------------------------------------------


def write(request: HttpRequest, programme: str) -> HttpResponse:
    """Write a story down; it is told to nobody yet."""
    member = get_member(request, programme, P.PUBLISH)
    usual = {"language": member.programme.first_language, "outcome": request.GET.get("outcome")}
    form = forms.NewStoryForm(
        request.POST or None, request.FILES or None, programme=member.programme, initial=usual
    )
    if request.method == "POST" and form.is_valid():
        written = actions.write_story(by=member, **form.cleaned_data)
        messages.success(request, _("Written down. Nobody sees it yet: choose to whom it is told."))
        return redirect(written)
    return _story_form(request, member, form, _("Write a story"))


def change(request: HttpRequest, programme: str, story: uuid.UUID) -> HttpResponse:
    """Say a story anew."""
    member = get_member(request, programme, P.PUBLISH)
    found = _story(member, story)
    form = forms.ChangedStoryForm(
        request.POST or None, request.FILES or None, story=found, initial=forms.said_of_story(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_story(story=found, by=member, **form.cleaned_data)
        except actions.NotConsented as refused:
            form.add_error("photo", str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    return _story_form(request, member, form, _("Change the story"), found)


def tell(request: HttpRequest, programme: str, story: uuid.UUID) -> HttpResponse:
    """Tell a story to an audience; refused, in words, without the consents that it needs."""
    member = get_member(request, programme, P.PUBLISH)
    found = _story(member, story)
    form = forms.TellForm(request.POST or None, initial={"audience": found.audience})
    refused: Exception | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_story(story=found, audience=form.cleaned_data["audience"], by=member)
        except (actions.NotConsented, actions.NotPublic) as said:
            refused = said
        else:
            messages.success(request, _("The story is told."))
            return redirect(found)
    crumbs = [*_crumbs(member.programme), (found.title, found.get_absolute_url()), (_("Tell it"), "")]
    shown = {"form": form, "story": found, "refused": refused, "crumbs": crumbs}
    return render(request, "stories/tell.html", shown, status=409 if refused else 200)


def take_back(request: HttpRequest, programme: str, story: uuid.UUID) -> HttpResponse:
    """Take a story back, after asking."""
    member = get_member(request, programme, P.PUBLISH)
    found = _story(member, story)
    if request.method == "POST":
        actions.unpublish_story(story=found, by=member)
        messages.success(request, _("The story is taken back. Only those who write stories see it."))
        return redirect(found)
    shown = {
        "question": _("Take the story “%(title)s” back?") % {"title": found.title},
        "consequences": [
            _("At once nobody reads it here any more, but those who write stories."),
            _("Copies that others printed or saved stay with them."),
        ],
        "yes": _("Yes, take it back"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def remove(request: HttpRequest, programme: str, story: uuid.UUID) -> HttpResponse:
    """Take a story away, after asking."""
    member = get_member(request, programme, P.PUBLISH)
    found = _story(member, story)
    if request.method == "POST":
        actions.remove_story(story=found, by=member)
        messages.success(request, _("The story is removed."))
        return redirect("stories:library", programme)
    shown = {
        "question": _("Remove the story “%(title)s”?") % {"title": found.title},
        "consequences": [_("Nobody sees it any more, you neither. The record keeps that it was there.")],
        "yes": _("Yes, remove it"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def _story(member: Member, pk: uuid.UUID) -> Story:
    return get_object_or_404(queries.stories(member.programme), pk=pk)


def _story_form(
    request: HttpRequest, member: Member, form: forms.StoryForm, title: str, found: Story | None = None
) -> HttpResponse:
    shown = {
        "form": form,
        "title": title,
        "story": found,
        "crumbs": [*_crumbs(member.programme), (title, "")],
    }
    return render(request, "stories/story_form.html", shown)


def _crumbs(of: Programme) -> list[tuple[Any, str]]:
    return [(_("Stories and publications"), reverse("stories:library", args=[of.slug]))]


# ---- publications ----------------------------------------------------------------------------------------


def add_publication(request: HttpRequest, programme: str) -> HttpResponse:
    """Add a publication."""
    member = get_member(request, programme, P.PUBLISH)
    usual = {"language": member.programme.first_language, "published_on": timezone.localdate()}
    form = forms.PublicationForm(
        request.POST or None, request.FILES or None, programme=member.programme, initial=usual
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        added = actions.add_publication(programme=member.programme, by=member, data=said.pop("file"), **said)
        messages.success(request, _("The publication is added."))
        return redirect(added)
    return _publication_form(request, member, form, _("Add a publication"))


def change_publication(request: HttpRequest, programme: str, publication: uuid.UUID) -> HttpResponse:
    """Say a publication anew, or give it another file."""
    member = get_member(request, programme, P.PUBLISH)
    found = get_object_or_404(queries.publications(member.programme, public=False), pk=publication)
    form = forms.PublicationForm(
        request.POST or None,
        request.FILES or None,
        programme=member.programme,
        initial=forms.said_of_publication(found),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.change_publication(publication=found, by=member, data=said.pop("file"), **said)
        messages.success(request, _("Saved."))
        return redirect(found)
    return _publication_form(request, member, form, _("Change the publication"), found)


def remove_publication(request: HttpRequest, programme: str, publication: uuid.UUID) -> HttpResponse:
    """Take a publication away, after asking."""
    member = get_member(request, programme, P.PUBLISH)
    found = get_object_or_404(queries.publications(member.programme, public=False), pk=publication)
    if request.method == "POST":
        actions.remove_publication(publication=found, by=member)
        messages.success(request, _("The publication is removed."))
        return redirect("stories:library", programme)
    shown = {
        "question": _("Remove the publication “%(title)s”?") % {"title": found.title},
        "consequences": [_("Its page and its file are gone from the site. Copies that others took stay.")],
        "yes": _("Yes, remove it"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def _publication_form(
    request: HttpRequest,
    member: Member,
    form: forms.PublicationForm,
    title: str,
    found: Publication | None = None,
) -> HttpResponse:
    crumbs = [*_crumbs(member.programme), (title, "")]
    shown = {"form": form, "title": title, "publication": found, "crumbs": crumbs}
    return render(request, "stories/publication_form.html", shown)
