"""What happened to what I said, for whoever holds the slip; and for staff whom they still have to tell."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jukwaa.dialogue.models import Spoken
from jukwaa.dialogue.phone import speech
from jukwaa.field import languages
from jukwaa.field.media import Refused
from jukwaa.programmes.consent import is_unreviewed
from jukwaa.programmes.download import served
from jukwaa.programmes.queries import day_of_time, standing
from jukwaa.stories.answering import actions, forms, links, queries
from jukwaa.stories.trace import (
    Answer,
    Contribution,
    Mistyped,
    Step,
    answer_to,
    language_of,
    said_under,
)

# From so many steps on the paper is set smaller, so that it stays one page.
MANY_STEPS = 16


# ---- what happened to what I said? -----------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trace(request: HttpRequest) -> HttpResponse:
    """What happened to what somebody said. The code comes by POST: an address stays in histories and logs."""
    if "page" in request.POST:
        return _once_more(request)
    form = forms.TraceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = said_under(form.cleaned_data["code"])
        except Mistyped as wrong:
            form.add_error("code", str(wrong))
        else:
            if said is not None:
                return _answered(request, said)
            form.add_error("code", _("We do not know this code here. Look at your slip once more."))
    return render(request, "stories/answering/answer.html", {"form": form})


def _once_more(request: HttpRequest) -> HttpResponse:
    """The same answer in another language, or on paper; the page bears no code, for the next to hold the phone."""
    try:
        pk, _page = links.read(request.POST["page"])
        said = queries.find_anywhere(pk)
    except (BadSignature, ValueError):
        said = None
    if said is not None:
        return _answered(request, said)
    form = forms.TraceForm(data={})
    form.add_error("code", _("The page waited too long. Type your code once more."))
    return render(request, "stories/answering/answer.html", {"form": form})


def _answered(request: HttpRequest, said: Contribution) -> HttpResponse:
    """The answer in the language that they spoke, or that was chosen on the page; on paper if asked."""
    language = _language_for(said, request.POST.get("language", ""))
    with override(language):
        answer = answer_to(said)
        shown = {"answer": answer, "again": links.token(said.pk, links.PAGE)}
        shown |= _heard(said, answer) | _spoken_in(said)
        # Staff who look something up for somebody tell them, and say so on the duty list.
        if not request.user.is_authenticated:
            actions.note_opened(said=said)
        page = "print" if "print" in request.POST else "answer"
        response = render(request, f"stories/answering/{page}.html", shown)
    response["Content-Language"] = language
    return response


def _language_for(said: Contribution, chosen: str) -> str:
    """The language of the page: as chosen, else as they spoke, else as their browser asks."""
    here = dict(settings.LANGUAGES)
    wished = (chosen, language_of(said), get_language() or "", settings.LANGUAGE_CODE)
    return next(code for code in wished if code in here)


def _spoken_in(said: Contribution) -> dict[str, Any]:
    """What the page says of its own language: that it is another than theirs, or that nobody checked it."""
    theirs, here = language_of(said), get_language() or "en"
    other = languages.NAMES.get(theirs, theirs) if theirs not in dict(settings.LANGUAGES) else ""
    return {"other": other, "unreviewed": is_unreviewed(here), "many": MANY_STEPS}


@dataclass(frozen=True)
class Sound:
    """Something to hear: what it is, in words, and its address for the next hour."""

    label: str
    url: str


@dataclass(frozen=True)
class Heard:
    """A step with what there is to hear of it."""

    step: Step
    sounds: tuple[Sound, ...]


def _heard(said: Contribution, answer: Answer) -> dict[str, Any]:
    """The steps with their sounds, and the sounds of the whole: people's first, the machine where none is."""
    by_step = {queries.words_of(said.programme, step): step for step in answer.steps}
    whole = queries.whole_of(said.pk)
    found = queries.readings([whole, *by_step])
    steps = []
    for pk, step in by_step.items():
        sounds = [_read_out(said, each) for each in found.get(pk, [])]
        if step.own and queries.own_recording(said):
            sounds.insert(0, Sound(_("Listen: what you said"), _sound_url(said, links.OWN)))
        steps.append(Heard(step, tuple(sounds)))
    return {"steps": steps, "whole": _of_the_whole(said, found.get(whole, []))}


def _of_the_whole(said: Contribution, readings: list[Spoken]) -> list[Sound]:
    theirs, here = language_of(said), (get_language() or "en").partition("-")[0]
    readings = sorted(readings, key=lambda each: (each.language not in (theirs, here), each.language))
    sounds = [_read_out(said, each) for each in readings]
    if here in speech.machine_languages() and here not in {each.language for each in readings}:
        named = {"language": languages.NAMES.get(here, here)}
        label = _("Listen: %(language)s, read by a machine") % named
        sounds.append(Sound(label, _sound_url(said, f"{links.MACHINE} {here}")))
    return sounds


def _read_out(said: Contribution, reading: Spoken) -> Sound:
    named = {"language": languages.NAMES.get(reading.language, reading.language)}
    named["day"] = day_of_time(reading.hlc).strftime("%d.%m.%Y")
    label = _("Listen: %(language)s, read out on %(day)s") % named
    return Sound(label, _sound_url(said, str(reading.pk)))


def _sound_url(said: Contribution, what: str) -> str:
    return reverse("web:answer_sound", args=[links.token(said.pk, what)])


@require_safe
def sound(request: HttpRequest, token: str) -> HttpResponse:
    """One sound of an answer, within an hour of its page; Http404 for any other address."""
    try:
        pk, what = links.read(token)
    except (BadSignature, ValueError):
        raise Http404 from None
    said = queries.find_anywhere(pk)
    if said is None:
        raise Http404
    if what == links.OWN:
        mime = getattr(said, "audio_mime", "")
        return served(request, queries.own_recording(said), mime, "what-you-said")
    if what.startswith(links.MACHINE):
        return _by_machine(said, what.removeprefix(links.MACHINE).strip())
    reading = get_object_or_404(standing(Spoken.objects.filter(programme=said.programme)), pk=what)
    return served(request, reading.sound, reading.mime, "answer")


def _by_machine(said: Contribution, language: str) -> HttpResponse:
    with override(language):
        script = answer_to(said).script
    try:
        spoken = speech.say(script, language)
    except Refused:
        raise Http404 from None
    answer = HttpResponse(spoken.data, content_type=spoken.mime)
    answer["Cache-Control"] = "private, no-store"
    return answer
