"""What happened to what I said, for whoever holds the slip; and for staff whom they still have to tell."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jukwaa.dialogue.models import Spoken
from jukwaa.dialogue.phone import speech
from jukwaa.dialogue.queries import in_the_readers_language
from jukwaa.field import languages
from jukwaa.field.media import Refused
from jukwaa.programmes.access import P, get_member, get_participant, get_public_programme, may
from jukwaa.programmes.actions import note_copy, note_wrong_code
from jukwaa.programmes.consent import is_unreviewed
from jukwaa.programmes.disclosure import Frame
from jukwaa.programmes.download import served, spreadsheet
from jukwaa.programmes.models import Constituency, Copy, Member, Programme
from jukwaa.programmes.queries import (
    constituencies,
    day_of_time,
    places,
    standing,
    too_many_wrong_codes,
)
from jukwaa.stories.answering import actions, forms, links, queries, survival
from jukwaa.stories.models import Answered
from jukwaa.stories.trace import (
    Answer,
    Contribution,
    Mistyped,
    Reader,
    Step,
    answer_to,
    answer_to_votes,
    language_of,
    may_read,
    said_under,
)

A_PAGE = 25
MOST_LETTERS = 60
# From so many steps on the paper is set smaller, so that it stays one page.
MANY_STEPS = 16


# ---- what happened to what I said? -----------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trace(request: HttpRequest) -> HttpResponse:
    """What happened to what somebody said. The code comes by POST: an address stays in histories and logs."""
    if "page" in request.POST:
        return _once_more(request)
    if request.method == "POST" and too_many_wrong_codes():
        return render(request, "web/wait.html", status=429)
    form = forms.TraceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = said_under(form.cleaned_data["code"])
        except Mistyped as wrong:
            form.add_error("code", str(wrong))
        else:
            if said is not None:
                return _answered(request, said)
            # Codes are guessed no more easily than cards: wrong ones count against the same budget.
            note_wrong_code()
            form.add_error("code", _("We do not know this code here. Look at your slip once more."))
    return render(request, "stories/answering/answer.html", {"form": form})


def _once_more(request: HttpRequest) -> HttpResponse:
    """The same answer in another language, or on paper. The page bears no code: phones are shared."""
    try:
        pk, what = links.read(request.POST["page"])
        # The address of a sound stays in histories: it opens that sound and nothing else.
        said = queries.find_anywhere(pk) if what == links.PAGE else None
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
    whole, keys = queries.whole_of(said), queries.words_of(said)
    found = queries.readings([whole, *keys])
    steps = []
    for key, step in zip(keys, answer.steps, strict=True):
        sounds = [_read_out(said, each) for each in found.get(key, [])]
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
    reading = get_object_or_404(standing(Spoken.objects.filter(programme=said.programme)), pk=_uuid(what))
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


# ---- what came of what I voted on ------------------------------------------------------------------------


@never_cache
@require_safe
def of_my_votes(request: HttpRequest, programme: str) -> HttpResponse:
    """What came of the statements that somebody with a card voted on; their votes are not shown."""
    participant = get_participant(request, programme)
    told = answer_to_votes(participant)
    return render(request, "stories/answering/of_my_votes.html", {"told": told})


# ---- for everybody: who was answered, and how far statements came ----------------------------------------


@require_safe
def answers(request: HttpRequest, programme: str) -> HttpResponse:
    """How far each group's statements came, and how many who spoke were told; exact for staff alone."""
    of = get_public_programme(request, programme)
    exact = request.member is not None  # type: ignore[attr-defined]
    frame = Frame.STAFF if exact else Frame.PUBLIC
    ladders = survival.ladders(of, survival.reach(of), frame)
    shown = {
        "whole": ladders[0],
        "ladders": ladders[1:],
        "stages": survival.STAGES.items(),
        "exact": exact,
        "shares": queries.shares(queries.contributions(of), frame),
        "duty": may(request.member, P.LISTEN),  # type: ignore[attr-defined]
        "voiceless": queries.without_a_voice(of) if exact else [],
    }
    return render(request, "stories/answering/answers.html", shown)


@require_safe
def survivors(request: HttpRequest, programme: str, reached: str) -> HttpResponse:
    """The statements that came to a step, or with ?only=1 no further: of one group for staff, else of all.

    Everybody else sees those that were voted on before everybody's eyes, and not from which group they came.
    """
    of = get_public_programme(request, programme)
    if reached not in survival.STAGES:
        raise Http404
    member = request.member  # type: ignore[attr-defined]
    group = _group(of, request.GET.get("group", "")) if member else None
    only = bool(request.GET.get("only"))
    rows = survival.reach(of).reached(reached, group.pk if group else None, only=only)
    reader = Reader.of(member, request.participant)  # type: ignore[attr-defined]
    rows = [row for row in in_the_readers_language(rows) if may_read(row, reader)]
    shown = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "query": _query(request),
        "stage": survival.STAGES[reached],
        "group": group,
        "only": only,
        "crumbs": [(_("Who was answered"), reverse("stories:answers", args=[programme])), (_("List"), "")],
    }
    return render(request, "stories/answering/survivors.html", shown)


def _group(of: Programme, value: str) -> Constituency | None:
    try:
        return constituencies(of).filter(pk=uuid.UUID(value)).first()
    except ValueError:
        return None


def _query(request: HttpRequest) -> str:
    """What was searched for, as the pager's links carry it on."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"{asked.urlencode()}&" if asked else ""


# ---- the duty list ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """Which of those who spoke a page of the duty list is about."""

    search: forms.Which
    chosen: dict[str, Any]
    answered: bool
    found: list[queries.Contributed]
    all: list[queries.Contributed]


def _listed(request: HttpRequest, of: Programme) -> Listed:
    everything = queries.contributions(of)
    spoken = sorted({each.language for each in everything if each.language})
    search = forms.Which(request.GET, programme=of, spoken=spoken)
    chosen, answered = search.chosen(), request.GET.get("show") == "answered"
    return Listed(
        search, chosen, answered, queries.chosen_of(everything, answered=answered, **chosen), everything
    )


def duty(request: HttpRequest, programme: str) -> HttpResponse:
    """Who spoke and was not told yet what came of it, oldest first; told ones are marked here."""
    member = get_member(request, programme, P.LISTEN)
    listed = _listed(request, member.programme)
    form = forms.ToldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {each.pk for each in listed.found} if "all" in request.POST else _ticked(request)
        try:
            told = actions.mark_answered(
                programme=member.programme, said=said, by=member, **form.cleaned_data
            )
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            _tell_how_many(request, len(told))
            if told:
                return redirect(request.get_full_path())
    shown = {
        "form": form,
        "listed": listed,
        "page": Paginator(listed.found, A_PAGE).get_page(request.GET.get("page")),
        "query": _query(request),
        "whole": queries.Share.of("", listed.all).seen(Frame.STAFF),
        "waiting": sum(not each.answered for each in listed.all),
        "late": sum(each.is_late for each in listed.all),
        "places": {place.pk: place for place in places(member.programme)},
        "ticked": request.POST.getlist("said"),
        "crumbs": _crumbs(member.programme),
    }
    return render(request, "stories/answering/duty.html", shown)


def _ticked(request: HttpRequest) -> set[uuid.UUID]:
    return {pk for value in request.POST.getlist("said") if (pk := _uuid(value))}


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def _tell_how_many(request: HttpRequest, number: int) -> None:
    if not number:
        messages.warning(request, _("Nobody was marked. Tick those who were told, then press once more."))
        return
    said = ngettext(
        "%(number)d is marked as told. Under “Answered” you can take it back.",
        "%(number)d are marked as told. Under “Answered” you can take it back.",
        number,
    )
    messages.success(request, said % {"number": number})


def _crumbs(of: Programme) -> list[tuple[Any, str]]:
    return [
        (_("Who was answered"), reverse("stories:answers", args=[of.slug])),
        (_("Duty list"), reverse("stories:duty", args=[of.slug])),
    ]


@require_POST
def take_back_answer(request: HttpRequest, programme: str, said: uuid.UUID) -> HttpResponse:
    """Take back that somebody was told: they are on the duty list again."""
    member = get_member(request, programme, P.LISTEN)
    rows = standing(Answered.objects.filter(programme=member.programme))
    actions.take_back_answer(answered=get_object_or_404(rows, of=said), by=member)
    messages.success(request, _("Taken back. They are on the duty list again."))
    return redirect(f"{reverse('stories:duty', args=[programme])}?show=answered")


@require_safe
def duty_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """The duty list as a table: codes and days, no words and no names."""
    member = get_member(request, programme, P.LISTEN)
    named = {place.pk: str(place) for place in places(member.programme)}
    listed = _listed(request, member.programme)
    rows = [
        (
            each.spoken_code,
            each.came_by,
            each.day.isoformat(),
            each.waits(),
            each.language,
            named.get(each.place, ""),  # type: ignore[arg-type]
            each.answered.told_on.isoformat() if each.answered else "",
            each.answered.get_way_display() if each.answered else "",
        )
        for each in listed.found
    ]
    columns = ("code", "came", "said_on", "days", "language", "place", "answered_on", "how")
    name = f"{programme}-answers"
    note_copy(
        programme=member.programme,
        kind=Copy.Kind.EXPORT,
        holds=Copy.Holds.FORMS,
        name=f"{name}.csv",
        by=member,
    )
    return spreadsheet(name, columns, rows)


@require_safe
def visit_list(request: HttpRequest, programme: str) -> HttpResponse:
    """Whom to tell on a visit, by place, on paper: codes alone, with room to tick."""
    member = get_member(request, programme, P.LISTEN)
    listed = _listed(request, member.programme)
    named = {place.pk: str(place) for place in places(member.programme)}
    by_place: dict[str, list[queries.Contributed]] = defaultdict(list)
    for each in listed.found:
        by_place[named.get(each.place, _("place not known"))].append(each)  # type: ignore[arg-type]
    shown = {"places": sorted(by_place.items()), "total": len(listed.found)}
    return render(request, "stories/answering/visit_list.html", shown)


@require_safe
def letters(request: HttpRequest, programme: str) -> HttpResponse:
    """The answers on paper, one page each, in the languages in which people spoke."""
    member = get_member(request, programme, P.LISTEN)
    listed = _listed(request, member.programme)
    written = [_letter(each) for each in listed.found[:MOST_LETTERS]]
    shown = {
        "letters": [each for each in written if each],
        "left": max(0, len(listed.found) - MOST_LETTERS),
    }
    return render(request, "stories/answering/letters.html", shown)


def _letter(each: queries.Contributed) -> str:
    """One letter in the language of whoever spoke; empty when they asked to be forgotten meanwhile."""
    said = queries.find_anywhere(each.pk)
    if said is None:
        return ""
    with override(_language_for(said, "")):
        answer = answer_to(said)
        steps = [Heard(step, ()) for step in answer.steps]
        shown = {"answer": answer, "steps": steps, "many": MANY_STEPS, "slip": True}
        return render_to_string("stories/answering/_letter.html", shown)


def tell(request: HttpRequest, programme: str, said: uuid.UUID) -> HttpResponse:
    """One answer, ready to be read aloud in their language; recorded here, and marked as told."""
    member = get_member(request, programme, P.LISTEN)
    found = queries.find(member.programme, said)
    contributed = next((c for c in queries.contributions(member.programme) if c.pk == said), None)
    if found is None or contributed is None:
        raise Http404
    language = _language_for(found, request.GET.get("language", ""))
    with override(language):
        answer = answer_to(found)
    form = forms.ToldForm(request.POST if "way" in request.POST else None)
    reading = _reading_form(request, member.programme, answer, language_of(found))
    if request.method == "POST" and (done := _told(request, member, found, answer, form, reading)):
        messages.success(request, done)
        return redirect(request.get_full_path())
    of = [queries.whole_of(found), *queries.words_of(found)]
    shown = {
        "said": found,
        "answer": answer,
        "language": language,
        "spoken": languages.NAMES.get(language_of(found), language_of(found)),
        "form": form,
        "reading": reading,
        "readings": [each for rows in queries.readings(of).values() for each in rows],
        "names": languages.NAMES,
        "whole": of[0],
        "contributed": contributed,
        "crumbs": [*_crumbs(member.programme), (answer.spoken_code, "")],
    }
    return render(request, "stories/answering/tell.html", shown)


def _reading_form(request: HttpRequest, of: Programme, answer: Answer, language: str) -> forms.ReadingForm:
    posted = "sound" in request.FILES or "record" in request.POST
    return forms.ReadingForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        programme=of,
        steps=[step.spoken for step in answer.steps],
        initial={"language": language},
    )


def _told(
    request: HttpRequest,
    member: Member,
    said: Contribution,
    answer: Answer,
    form: forms.ToldForm,
    reading: forms.ReadingForm,
) -> str:
    """Do what was pressed on the page; gives what to say of it, or nothing where something must be mended."""
    if gone := _uuid(request.POST.get("remove", "")):
        mine = [queries.whole_of(said), *queries.words_of(said)]
        rows = standing(Spoken.objects.filter(object__in=mine))
        actions.remove_reading(spoken=get_object_or_404(rows, pk=gone), by=member)
        return _("The recording is taken away.")
    if reading.is_bound:
        if not reading.is_valid():
            return ""
        _keep_reading(member, said, answer, reading.cleaned_data)
        return _("The recording is kept.")
    if not form.is_valid():
        return ""
    try:
        actions.mark_answered(programme=member.programme, said=[said.pk], by=member, **form.cleaned_data)
    except ValueError as wrong:
        form.add_error(None, str(wrong))
        return ""
    return _("Marked as told.")


def _keep_reading(member: Member, said: Contribution, answer: Answer, kept: dict[str, Any]) -> None:
    """Keep what was recorded: of the whole for this person, of a step for all whose answer has it."""
    of, subject = queries.whole_of(said), said.subject
    if kept["step"]:
        number = int(kept["step"])
        of, subject = queries.words_of(said)[number], answer.steps[number].subject
    actions.keep_reading(
        programme=member.programme,
        of=of,
        subject=subject,
        language=kept["language"],
        sound=kept["sound"],
        by=member,
    )
