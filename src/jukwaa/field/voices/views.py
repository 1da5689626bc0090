"""Pages on which filled-in forms become testimonies, and these are written down, translated and reviewed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jukwaa.field import languages
from jukwaa.field.media import Refused
from jukwaa.field.models import Submission, Testimony, Writing
from jukwaa.field.voices import actions, forms, queries, times
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.models import Member
from jukwaa.programmes.queries import places, standing

A_PAGE = 25


def waiting(request: HttpRequest, programme: str) -> HttpResponse:
    """Filled-in testimony forms that wait for a person to make testimonies of them."""
    member = get_member(request, programme, P.RESEARCH)
    page = Paginator(queries.waiting(member.programme), A_PAGE).get_page(request.GET.get("page"))
    rows = [(form, queries.read(form)) for form in page.object_list]
    return render(
        request, "field/voices/waiting.html", {"page": page, "rows": rows, "crumbs": _crumbs(member)}
    )


def make(request: HttpRequest, programme: str, submission: uuid.UUID) -> HttpResponse:
    """Make testimonies of one form; of a child's form, say only that it is one."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(standing(Submission.objects.filter(programme=member.programme)), pk=submission)
    found.programme = member.programme
    filled = queries.read(found)
    form = forms.MakeForm(request.POST or None, programme=member.programme, initial=_guessed(filled, member))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_testimonies(submission=found, by=member, **form.cleaned_data)
        except (actions.NotToBeMade, Refused) as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("The testimonies are made."))
            return redirect(made[0])
    shown = {
        "submission": found,
        "filled": filled,
        "holder": queries.speaker(found, filled),
        "about": dict(Testimony.About.choices),
        "made": standing(queries.made_of(found)),
        "form": form,
        "crumbs": [*_crumbs(member), (_("Forms that wait"), reverse("field:waiting", args=[programme]))],
    }
    return render(request, "field/voices/make.html", shown)


def _guessed(filled: queries.Filled, member: Member) -> dict[str, Any]:
    return {"place": places(member.programme).filter(name__iexact=filled.place).first()}


# ---- written down, translated, read by a second person -----------------------------------------------------


def transcribe(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """Write down what is heard beside the recording; the newest writing is where one goes on from."""
    member = get_member(request, programme, P.RESEARCH)
    found = testimony_of(member, testimony)
    newest = queries.newest_transcript(found)
    begun = times.typed(newest.segments) if newest else found.text
    form = forms.TranscriptForm(request.POST or None, initial={"text": begun})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.write_down(testimony=found, segments=said["text"], machine=said["machine"], by=member)
        except ValueError as wrong:
            form.add_error("text", str(wrong))
        else:
            messages.success(request, _("Kept. What was written before stays beside it."))
            return redirect(found)
    return render(request, "field/voices/transcribe.html", _beside(request, member, found, form))


def translate(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """Say beside each part what it says in another language."""
    member = get_member(request, programme, P.RESEARCH)
    found = testimony_of(member, testimony)
    parts = queries.parts(found)
    if not parts:
        messages.error(request, _("Nothing is written down yet. Write down what is heard first."))
        return redirect("field:transcribe", programme, found.pk)
    begun = _begun(found, parts, request.GET.get("language", ""))
    form = forms.TranslationForm(request.POST or None, testimony=found, parts=parts, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            actions.translate_testimony(
                testimony=found,
                segments=form.segments,
                language=form.cleaned_data["language"],
                machine=form.cleaned_data["machine"],
                source=queries.transcript(found),
                by=member,
            )
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Kept. It stays in the room until somebody else has read it."))
            return redirect(found)
    return render(request, "field/voices/translate.html", _beside(request, member, found, form))


def _begun(found: Testimony, parts: list[times.Segment], language: str) -> dict[str, Any]:
    """The newest translation into that language, where it has as many parts as there are now."""
    written = next((each for each in queries.translations(found) if each.language == language), None)
    if written is None or len(written.segments) != len(parts):
        return {"language": language}
    said = {f"part{number}": part["words"] for number, part in enumerate(written.segments)}
    return said | {"language": language}


def _beside(request: HttpRequest, member: Member, found: Testimony, form: Any) -> dict[str, Any]:
    code = (spaced(found.trace_code), found.get_absolute_url())
    return {
        "testimony": found,
        "form": form,
        "at": seconds_asked(request),
        "crumbs": [*_crumbs(member), code],
    }


def writing(request: HttpRequest, programme: str, writing: uuid.UUID) -> HttpResponse:
    """One version of what was written down or translated, beside what was said."""
    member = get_member(request, programme, P.LISTEN)
    found = _writing(member, writing)
    shown = _beside(request, member, found.testimony, None)
    parts = queries.parts(found.testimony)
    said = found.segments
    shown |= {
        "writing": found,
        "language": languages.NAMES.get(found.language, found.language),
        "pairs": list(zip(parts, said, strict=True)) if len(parts) == len(said) else [],
        "may_review": not found.holds and found.written_by_id != member.pk,
    }
    return render(request, "field/voices/writing.html", shown)


def _writing(member: Member, pk: uuid.UUID) -> Writing:
    rows = standing(Writing.objects.filter(programme=member.programme)).exclude(text="")
    found = get_object_or_404(rows.select_related("written_by", "reviewed_by"), pk=pk)
    found.testimony = testimony_of(member, found.testimony_id)
    return found


@require_POST
def review_writing(request: HttpRequest, programme: str, writing: uuid.UUID) -> HttpResponse:
    """Say that it was read against what was said, and that it is right."""
    member = get_member(request, programme, P.RESEARCH)
    found = _writing(member, writing)
    try:
        actions.review_writing(writing=found, by=member)
    except ValueError as wrong:
        messages.error(request, str(wrong))
        return redirect("field:writing", programme, found.pk)
    messages.success(request, _("Noted: you have read it and it is right."))
    return redirect(found.testimony)


def reviews(request: HttpRequest, programme: str) -> HttpResponse:
    """Translations and machines' drafts that a second person has to read."""
    member = get_member(request, programme, P.RESEARCH)
    page = Paginator(queries.to_review(member.programme, member), A_PAGE).get_page(request.GET.get("page"))
    rows = [(each, languages.NAMES.get(each.language, each.language)) for each in page.object_list]
    shown = {"page": page, "rows": rows, "crumbs": _crumbs(member)}
    return render(request, "field/voices/reviews.html", shown)


def testimony_of(member: Member, pk: uuid.UUID) -> Testimony:
    """The testimony of that id in the member's programme, unless it was withdrawn. Raises Http404."""
    rows = standing(Testimony.objects.filter(programme=member.programme)).exclude(text="", audio="")
    found = get_object_or_404(rows.select_related("place", "voice__constituency", "collected_by"), pk=pk)
    found.programme = member.programme
    return found


def seconds_asked(request: HttpRequest) -> float | None:
    """Where the recording is to begin: ?at=65.5, as a tap on a time says it where no script runs."""
    try:
        at = float(request.GET.get("at", ""))
    except ValueError:
        return None
    return at if 0 <= at <= times.LONGEST else None


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    return [
        (_("Desk"), reverse("programmes:desk", args=[slug])),
        (_("Testimonies"), reverse("field:testimonies", args=[slug])),
    ]
