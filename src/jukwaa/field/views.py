"""Pages of the field room. Raw voices are for those who may listen; nobody else sees that they exist."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jukwaa.field import actions, forms, languages, queries
from jukwaa.field.media import PHOTO_MIME
from jukwaa.field.models import Quote, Testimony, Writing
from jukwaa.field.voices import queries as voices
from jukwaa.field.voices.views import seconds_asked, testimony_of
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.download import served
from jukwaa.programmes.erasure import report_on
from jukwaa.programmes.models import Member
from jukwaa.programmes.queries import changes

A_PAGE = 25


# ---- testimonies -----------------------------------------------------------------------------------------


def testimonies(request: HttpRequest, programme: str) -> HttpResponse:
    """Everything that people told the programme's researchers, to be searched."""
    member = get_member(request, programme, P.LISTEN)
    search = forms.Search(request.GET, programme=member.programme)
    chosen = search.chosen()
    found = queries.find_testimonies(member.programme, **chosen)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = {"search": search, "chosen": chosen, "asked": search.asked(), "page": page}
    shown["query"] = _query(request)
    shown["crumbs"] = _crumbs(member)[:1]
    return render(request, "field/testimonies.html", shown)


def _query(request: HttpRequest) -> str:
    """What was searched for, as the pager's links carry it on."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"{asked.urlencode()}&" if asked else ""


def add_testimony(request: HttpRequest, programme: str) -> HttpResponse:
    """Take down what somebody says, with a recording and a photo."""
    member = get_member(request, programme, P.RESEARCH)
    form = forms.NewTestimonyForm(
        request.POST or None, request.FILES or None, programme=member.programme, initial=_usual(member)
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kept = actions.record_testimony(programme=member.programme, voice=said.pop("card"), by=member, **said)
        messages.success(request, _("Kept. Print the slip and give it to the person who spoke."))
        return redirect(kept)
    return render(request, "field/testimony_form.html", {"form": form, "crumbs": _crumbs(member)})


def _usual(member: Member) -> dict[str, Any]:
    return {"language": member.programme.languages.split()[0] if member.programme.languages else "en"}


def testimony(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """One testimony: words, recording, photo, and the quotes taken from it."""
    member = get_member(request, programme, P.LISTEN)
    found = testimony_of(member, testimony)
    shown = {
        "testimony": found,
        "trace_code": spaced(found.trace_code),
        "at": seconds_asked(request),
        "spoken": languages.NAMES.get(found.language, found.language),
        "transcript": voices.transcript(found),
        "draft": _drafted(found),
        "parts": voices.parts(found),
        "translations": _translated(found),
        "writings": queries.writings(found),
        "quotes": queries.quotes_of(found),
        "facts": _facts(found),
        "changes": changes(found),
        "crumbs": [*_crumbs(member), (spaced(found.trace_code), "")],
    }
    return render(request, "field/testimony.html", shown)


def _translated(found: Testimony) -> list[tuple[Writing, str]]:
    """The newest translation into each language, with the language's name."""
    return [(each, languages.NAMES.get(each.language, each.language)) for each in voices.translations(found)]


def _drafted(found: Testimony) -> Writing | None:
    """A machine's draft that is newer than what holds, for somebody to read."""
    newest = voices.newest_transcript(found)
    return newest if newest and not newest.holds else None


def _facts(found: Testimony) -> list[tuple[str, Any]]:
    voice = found.voice
    return [
        (_("Trace code"), spaced(found.trace_code)),
        (_("Constituency"), voice.constituency if voice else _("not known: no card was shown")),
        (_("Place"), found.place),
        (_("Language"), languages.NAMES.get(found.language, found.language)),
        (_("Said on"), found.given_on),
        (_("Taken down by"), found.collected_by),
    ]


def edit_testimony(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """Write down anew what was said."""
    member = get_member(request, programme, P.RESEARCH)
    found = testimony_of(member, testimony)
    said = {name: getattr(found, name) for name in ("text", "language", "place", "given_on")}
    form = forms.TestimonyForm(request.POST or None, programme=member.programme, initial=said)
    form.fields["text"].required = not found.audio
    if request.method == "POST" and form.is_valid():
        actions.change_testimony(testimony=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    crumbs = [*_crumbs(member), (spaced(found.trace_code), found.get_absolute_url()), (_("Edit"), "")]
    return render(request, "field/testimony_form.html", {"form": form, "testimony": found, "crumbs": crumbs})


def slip(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """The slip of paper that the person who spoke takes home."""
    member = get_member(request, programme, P.RESEARCH)
    found = testimony_of(member, testimony)
    return render(request, "field/slip.html", {"testimony": found, "trace_code": spaced(found.trace_code)})


def forget(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """Forget the voice for ever, after saying what goes with it."""
    member = get_member(request, programme, P.RESEARCH)
    found = testimony_of(member, testimony)
    if request.method == "POST":
        report = report_on(member.programme, queries.voices_of(found.subject) if found.subject else [])
        actions.withdraw_testimony(testimony=found, by=member)
        return render(request, "field/erased.html", {"report": report, "crumbs": _crumbs(member)})
    shown = {
        "question": _("Forget the voice behind %(code)s for ever?") % {"code": spaced(found.trace_code)},
        "consequences": _what_goes(found),
        "yes": _("Yes, forget it for ever"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def _what_goes(found: Testimony) -> list[str]:
    goes = [
        _("The words, the recording and the photo are erased here, and wherever the record went."),
        _("Quotes taken from them, and statements that used their words, become empty. Links stay."),
    ]
    if found.voice_id:
        goes.append(
            _("The person has a card: it ends, and all else that they said goes too, with every vote.")
        )
    return [*goes, _("This cannot be undone, by nobody.")]


# ---- recordings and photos -------------------------------------------------------------------------------


def photo(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """The photo, for those who may listen."""
    found = testimony_of(get_member(request, programme, P.LISTEN), testimony)
    return served(request, found.photo, PHOTO_MIME, f"{found.trace_code}.jpg")


def recording(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """The recording, for those who may listen; in parts, so that a player can jump."""
    found = testimony_of(get_member(request, programme, P.LISTEN), testimony)
    kind = found.audio_mime.partition("/")[2].partition(";")[0]
    return served(request, found.audio, found.audio_mime, f"{found.trace_code}.{kind}")


# ---- quotes ----------------------------------------------------------------------------------------------


def take_quote(request: HttpRequest, programme: str, testimony: uuid.UUID) -> HttpResponse:
    """Take some words out of a testimony."""
    member = get_member(request, programme, P.RESEARCH)
    found = testimony_of(member, testimony)
    writing, begun = _part_of(request, found)
    form = forms.QuoteForm(request.POST or None, testimony=found, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            quote = actions.take_quote(testimony=found, by=member, writing=writing, **form.cleaned_data)
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("The quote is taken."))
            onward = ("field:code_quote", programme, quote.pk) if "code" in request.POST else (found,)
            return redirect(*onward)
    of = {"parts": writing.segments, "language": writing.language} if writing else {}
    return _quote_form(request, member, found, form, _("Take a quote"), new=True, **of)


def _part_of(request: HttpRequest, found: Testimony) -> tuple[Writing | None, dict[str, Any]]:
    """The translation and the part of it, or of what was said, that the address names."""
    asked = request.GET.get("writing", "")
    writing = next((w for w, _language in _translated(found) if str(w.pk) == asked), None)
    parts = writing.segments if writing else voices.parts(found)
    number = request.GET.get("part", "")
    if not (number.isdecimal() and int(number) < len(parts)):
        return writing, {}
    part = parts[int(number)]
    return writing, {"text": part["words"], "start": part["start"], "end": part["end"]}


def edit_quote(request: HttpRequest, programme: str, quote: uuid.UUID) -> HttpResponse:
    """Word a quote anew, or code it to another theme."""
    member = get_member(request, programme, P.RESEARCH)
    found = _quote(member, quote)
    form = forms.QuoteForm(request.POST or None, testimony=found.testimony, initial=forms.quote_said(found))
    if request.method == "POST" and form.is_valid():
        actions.change_quote(quote=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found.testimony)
    return _quote_form(request, member, found.testimony, form, _("Edit the quote"))


def remove_quote(request: HttpRequest, programme: str, quote: uuid.UUID) -> HttpResponse:
    """Take a quote away, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = _quote(member, quote)
    if request.method == "POST":
        actions.remove_quote(quote=found, by=member)
        messages.success(request, _("The quote is removed."))
        return redirect(found.testimony)
    shown = {
        "question": _("Remove this quote?"),
        "consequences": [f"“{found.text}”", _("Statements that came from it stay as they are.")],
        "yes": _("Yes, remove it"),
        "back": found.testimony.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def _quote(member: Member, pk: uuid.UUID) -> Quote:
    found = get_object_or_404(queries.find_quotes(member.programme).select_related("testimony"), pk=pk)
    found.testimony = testimony_of(member, found.testimony_id)
    return found


def _quote_form(
    request: HttpRequest,
    member: Member,
    found: Testimony,
    form: forms.QuoteForm,
    title: str,
    **more: Any,
) -> HttpResponse:
    crumbs = [*_crumbs(member), (spaced(found.trace_code), found.get_absolute_url()), (title, "")]
    shown = {"form": form, "testimony": found, "title": title, "crumbs": crumbs, "at": seconds_asked(request)}
    usual = {"parts": voices.parts(found), "language": found.language}
    return render(request, "field/quote_form.html", shown | usual | more)


# ---- themes ----------------------------------------------------------------------------------------------


def themes(request: HttpRequest, programme: str) -> HttpResponse:
    """What quotes can be about, and the form for one more."""
    member = get_member(request, programme, P.RESEARCH)
    form = forms.ThemeForm(request.POST or None, programme=member.programme)
    if request.method == "POST" and form.is_valid():
        actions.add_theme(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("The theme is added."))
        return redirect("field:themes", programme)
    shown = {"form": form, "themes": queries.themes(member.programme), "crumbs": _crumbs(member)}
    return render(request, "field/themes.html", shown)


def edit_theme(request: HttpRequest, programme: str, theme: uuid.UUID) -> HttpResponse:
    """Name a theme anew."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(queries.themes(member.programme), pk=theme)
    said = {"title": found.title, "cycle": found.cycle, "meaning": found.meaning}
    form = forms.ThemeForm(request.POST or None, programme=member.programme, theme=found, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_theme(theme=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("field:themes", programme)
    crumbs = [*_crumbs(member), (_("Themes"), reverse("field:themes", args=[programme])), (found, "")]
    return render(request, "field/theme_form.html", {"form": form, "theme": found, "crumbs": crumbs})


def remove_theme(request: HttpRequest, programme: str, theme: uuid.UUID) -> HttpResponse:
    """Take a theme away, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(queries.themes(member.programme), pk=theme)
    if request.method == "POST":
        actions.remove_theme(theme=found, by=member)
        messages.success(request, _("The theme is removed."))
        return redirect("field:themes", programme)
    shown = {
        "question": _("Remove the theme “%(theme)s”?") % {"theme": found},
        "consequences": [_("Quotes coded to it stay, and have no theme until you give them another.")],
        "yes": _("Yes, remove it"),
        "back": reverse("field:themes", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    desk = (_("Desk"), reverse("programmes:desk", args=[slug]))
    return [desk, (_("Testimonies"), reverse("field:testimonies", args=[slug]))]
