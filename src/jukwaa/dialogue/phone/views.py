"""Pages of a participant's phone beside the vote: proposing, sounds, pictures; and the shared tablet."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout as log_out
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.doors import crumbs, get_facilitated, get_moderated, read_uuid
from jukwaa.dialogue.forms import read_choice, read_probability
from jukwaa.dialogue.letter import hidden
from jukwaa.dialogue.models import Channel, Round, Spoken, Statement
from jukwaa.dialogue.phone import actions, forms, queries, speech
from jukwaa.dialogue.queries import find_round, find_statement, gatherings, open_rounds, turn_back_to
from jukwaa.field import languages
from jukwaa.field.media import PHOTO_MIME, Recording
from jukwaa.programmes.access import (
    SECONDS_OF_A_TURN,
    Holding,
    P,
    Tablet,
    end_tablet,
    end_turn,
    find_tablet,
    find_turn,
    find_turn_holder,
    forget_card,
    get_member,
    get_participant,
    get_programme,
    get_public_programme,
    give_turn,
    make_tablet,
    whose,
)
from jukwaa.programmes.actions import give_consents, note_wrong_code
from jukwaa.programmes.consent import QUESTIONS, Answer, is_unreviewed
from jukwaa.programmes.download import served
from jukwaa.programmes.models import Member, Participant, Programme, Purpose
from jukwaa.programmes.queries import opens, standing, too_many_wrong_codes

# ---- proposing -------------------------------------------------------------------------------------------


@never_cache
def propose(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Say something that others should vote on, in writing or aloud."""
    participant = get_participant(request, programme)
    found = find_round(participant, round)
    if found is None:
        raise Http404
    if not found.is_open():
        status = 409 if request.method == "POST" else 200
        return render(request, "dialogue/closed.html", {"round": found}, status=status)
    form = forms.ProposalForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = _proposed(found, participant, form.cleaned_data["text"], form.cleaned_data["sound"])
            return redirect("dialogue:proposed", programme, kept.pk)
        except dialogue.TooManyWaiting:
            form.add_error("text", _("Five of yours wait for a moderator. Come back when they are read."))
    return render(request, "dialogue/propose.html", {"form": form, "round": found})


def _proposed(round_: Round, by: Participant, text: str, sound: Recording | None) -> Statement:
    if sound is None:
        return dialogue.propose_statement(round=round_, text=text, by=by)
    return actions.propose_aloud(round=round_, sound=sound, text=text, by=by)


@never_cache
def proposed(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """The trace code of what this participant proposed; nobody else sees this page."""
    participant = get_participant(request, programme)
    mine = standing(Statement.objects.filter(by_participant=True, subject=participant.pk))
    found = get_object_or_404(mine.select_related("round"), pk=statement, programme=participant.programme_id)
    return render(request, "dialogue/proposed.html", {"statement": found})


# ---- what goes with a statement --------------------------------------------------------------------------


def sound(request: HttpRequest, programme: str, of: uuid.UUID, language: str) -> HttpResponse:
    """How a statement, or a round's question, sounds in a language; in parts, so that a player can jump."""
    _met(request, programme, of)
    found = queries.spoken(of, language)
    if not found:
        raise Http404
    return served(request, found[0].sound, found[0].mime, f"{language}.{found[0].mime.partition('/')[2]}")


def photo(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """The photo that goes with a statement."""
    found = _met(request, programme, statement)
    if not isinstance(found, Statement):
        raise Http404
    return served(request, found.photo, PHOTO_MIME, "photo.jpg")


def _met(request: HttpRequest, slug: str, pk: uuid.UUID) -> Statement | Round:
    """The row, for those who may hear and see what goes with it. Raises Http404."""
    of = get_programme(slug)
    participant = find_turn_holder(request, of)
    member: Member | None = None
    if participant is None:
        get_public_programme(request, slug)
        member, participant = request.member, request.participant  # type: ignore[attr-defined]
    found = queries.find_row(of, pk)
    if found is None or not queries.may_meet(found, member, participant):
        raise Http404
    return found


# What a phone with an outbox tells; % is how many answers wait in it.
OUTBOX = {
    "saved": gettext_lazy("Saved here (%). It is sent as soon as there is a connection."),
    "received": gettext_lazy("Received."),
    "late": gettext_lazy("The vote closed before these answers came. They are not counted: %."),
    "all": gettext_lazy("No connection. All answers (%) are saved here and are sent later."),
}


@never_cache
@gzip_page
def ahead(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What this participant has not answered yet, and what an outbox tells, for a phone that loses the Wi-Fi.

    It travels once, with the first visit, and bears no secret: so it may be compressed.
    """
    participant = get_participant(request, programme)
    found = find_round(participant, round)
    if found is None or not found.is_open():
        raise Http404
    cards = queries.ahead(found, participant)
    words = {name: str(sentence) for name, sentence in OUTBOX.items()}
    return JsonResponse({"whose": whose(participant), "cards": cards, "words": words})


# ---- pictures and sounds, for staff ----------------------------------------------------------------------


def media(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Which statements lack a picture or a voice; POST lets the machine read what nobody does."""
    member, found = get_facilitated(request, programme, round)
    waiting = queries.for_the_machine(found)
    if request.method == "POST":
        many = actions.keep_machine_voices(
            made=[(r, code, speech.say(t, code)) for r, code, t in waiting], by=member
        )
        told = ngettext("The machine read out %(n)s sentence.", "The machine read out %(n)s sentences.", many)
        messages.success(request, told % {"n": many})
        return redirect("dialogue:media", programme, found.pk)
    lines = queries.lines(found)
    shown = {
        "round": found,
        "lines": lines,
        "waiting": len(waiting),
        "silent": sum(len(line.missing) for line in lines),
        "machine": sorted(
            languages.NAMES.get(c, c) for c in speech.machine_languages() & set(languages.NAMES)
        ),
        "crumbs": crumbs(member, found.gathering, found),
    }
    return render(request, "dialogue/phone/media.html", shown)


def picture(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """The icon and the photo on a statement's card."""
    member, found = get_moderated(request, programme, statement)
    form = forms.PictureForm(request.POST or None, request.FILES or None, initial={"picture": found.picture})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.choose_picture(statement=found, picture=said["picture"], by=member)
        if said["photo"] or said["no_photo"]:
            actions.set_photo(statement=found, photo=said["photo"], by=member)
        messages.success(request, _("Saved."))
        return redirect("dialogue:media", programme, found.round_id)
    shown = {
        "statement": found,
        "form": form,
        "crumbs": _crumbs(member, found.round),
    }
    return render(request, "dialogue/phone/picture.html", shown)


def voice_of(request: HttpRequest, programme: str, of: uuid.UUID) -> HttpResponse:
    """Record, or take away, how a statement or a round's question sounds."""
    member = get_member(request, programme, P.FACILITATE)
    found = queries.find_row(member.programme, of)
    if found is None:
        raise Http404
    found.programme = member.programme
    round_ = found.round if isinstance(found, Statement) else found
    round_.programme = member.programme
    form = forms.VoiceForm(
        request.POST or None,
        request.FILES or None,
        of=found,
        initial={"language": request.GET.get("language") or found.language},
    )
    if gone := request.POST.get("remove", ""):
        row = get_object_or_404(Spoken, pk=read_uuid(gone), object=found.pk)
        actions.remove_voice(spoken=row, by=member)
        messages.success(request, _("Taken away."))
        return redirect("dialogue:voice_of", programme, found.pk)
    if request.method == "POST" and form.is_valid():
        actions.keep_voice(of=found, by=member, **form.cleaned_data)
        messages.success(request, _("The recording is kept."))
        return redirect("dialogue:media", programme, round_.pk)
    shown: dict[str, Any] = {"row": found, "form": form}
    shown["spoken"] = [
        (each, languages.NAMES.get(each.language, each.language)) for each in queries.spoken(found.pk)
    ]
    shown["crumbs"] = _crumbs(member, round_)
    return render(request, "dialogue/phone/voice_of.html", shown)


def _crumbs(member: Member, round_: Round) -> list[tuple[Any, str]]:
    """The way to a page of one statement: over the round's pictures and sounds."""
    media_ = reverse("dialogue:media", args=[round_.programme.slug, round_.pk])
    return [*crumbs(member, round_.gathering, round_), (_("Pictures and sounds"), media_)]


# ---- the shared tablet -----------------------------------------------------------------------------------

TAKE_PART = next(question for question in QUESTIONS if question.purpose == Purpose.TAKE_PART)

# What the tablet says to the next person, by the word in its address; it says nothing of the one before.
SENTENCES = {
    "done": gettext_lazy("Thank you. Every answer is counted."),
    "idle": gettext_lazy(
        "A minute passed without an answer, so the turn has ended. What was answered counts."
    ),
    "next": gettext_lazy("The tablet has forgotten the card. What was answered counts."),
    "gone": gettext_lazy("That turn has ended. What was answered counts. Type your number to go on."),
    "wrong": gettext_lazy("This number opens nothing here. Look at the card again, or ask at the desk."),
    "odd": gettext_lazy("This is not a card number: it has 16 digits. Look at the card again."),
    "wait": gettext_lazy("Too many wrong numbers were typed here. Wait a while, or ask at the desk."),
    "nothing": gettext_lazy("Nothing is asked now. Come back when the next question opens."),
    "paused": gettext_lazy("The facilitator has paused the voting. Your answers are kept."),
    "no": gettext_lazy("Thank you. You do not take part, and nobody minds. The desk can change it any time."),
    "elsewhere": gettext_lazy(
        "What is asked now is answered on a phone with your card, or on paper. Ask a facilitator for one."
    ),
    "closed": gettext_lazy("This vote was closed before the last answer came. All answers before it count."),
}


def start_kiosk(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Make the browser in one's hands a shared tablet; the log-in on it ends."""
    member = get_member(request, programme, P.FACILITATE)
    found = get_object_or_404(gatherings(member.programme), pk=gathering)
    found.programme = member.programme
    if request.method == "POST":
        tablet = Tablet(member.programme.slug, found.pk)
        log_out(request)
        answer = _see(tablet)
        forget_card(answer)
        make_tablet(answer, tablet, secure=request.is_secure())
        return answer
    shown = {
        "question": _("Make this tablet a shared one?"),
        "consequences": [
            _("You are logged out on it. To use it yourself again, press “End sharing” on it and log in."),
            _("Each person types the number of their card, answers, and hands it on."),
            _("A turn ends with the last question, with “Next person”, or after a minute without an answer."),
            _("Nothing of a person stays on it. Do not let the browser keep what is typed."),
        ],
        "yes": _("Yes, share it"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


@never_cache
def kiosk(request: HttpRequest, programme: str) -> HttpResponse:
    """The one page of a shared tablet: it asks for a card, or shows the next question to whose turn it is.

    All that a turn knows is in a cookie of a minute, so every way back in the browser shows the present.
    """
    tablet = _tablet(request, programme)
    if tablet is None:
        return render(request, "dialogue/phone/no_kiosk.html")
    of = get_programme(programme)
    if request.method == "POST":
        return _card_shown(request, tablet)
    said = request.GET.get("said", "")
    holding, holder = find_turn(request), find_turn_holder(request, of)
    if holding is None or holder is None or said in SENTENCES:
        return _ask_for_card(request, tablet, said)
    request.participant, request.programme = holder, of  # type: ignore[attr-defined]
    return _turn(request, tablet, holding, holder)


def _tablet(request: HttpRequest, programme: str) -> Tablet | None:
    """The tablet that this browser is in this programme."""
    tablet = find_tablet(request)
    return tablet if tablet and tablet.programme == programme else None


def _see(tablet: Tablet, said: str = "") -> HttpResponse:
    """Every press on a tablet leads back to its one page, by 303: nothing is sent twice by going back."""
    here = reverse("dialogue:kiosk", args=[tablet.programme])
    answer = HttpResponseRedirect(f"{here}?said={said}" if said else here)
    answer.status_code = 303
    return answer


def _over(request: HttpRequest, tablet: Tablet, said: str) -> HttpResponse:
    """End the turn; pages of it that are still open somewhere can send nothing any more."""
    rotate_token(request)
    answer = _see(tablet, said)
    end_turn(answer, tablet)
    return answer


def _ask_for_card(request: HttpRequest, tablet: Tablet, said: str) -> HttpResponse:
    answer = render(
        request,
        "dialogue/phone/kiosk.html",
        {"tablet": tablet, "said": SENTENCES.get(said, ""), "kind": said},
    )
    end_turn(answer, tablet)
    return answer


def _card_shown(request: HttpRequest, tablet: Tablet) -> HttpResponse:
    """Somebody typed their number, or a reader their square. All that open nothing are answered alike."""
    if too_many_wrong_codes():
        return _over(request, tablet, "wait")
    try:
        card = forms.read_card(request.POST.get("number", ""))
    except ValidationError:
        return _over(request, tablet, "odd")
    if card is None or not opens(card) or card.programme.slug != tablet.programme:
        note_wrong_code()
        return _over(request, tablet, "wrong")
    rotate_token(request)
    answer = _see(tablet)
    give_turn(answer, tablet, Holding(card.pk), secure=request.is_secure())
    return answer


def _turn(request: HttpRequest, tablet: Tablet, holding: Holding, holder: Participant) -> HttpResponse:
    """The next question to whose turn it is, or the end of the turn."""
    if not holder.agreed:  # type: ignore[attr-defined]
        shown = {"words": TAKE_PART.words, "unreviewed": is_unreviewed(get_language() or "en")}
        return _held(request, tablet, holding, "dialogue/phone/consent.html", shown)
    rounds = _rounds(tablet, holder)
    if not rounds:
        return _over(request, tablet, _why_nothing(tablet, holder))
    asked = [(round_, analysis.next_turn(round_, holder)) for round_ in rounds]
    if holding.back and holding.last:
        asked = [(r, back) for r in rounds if (back := turn_back_to(r, holder, holding.last))] or asked
    found = next(((r, turn) for r, turn in asked if turn.statement), None)
    if found is None:
        return _over(request, tablet, "done")
    round_, turn = found
    shown = {
        "round": round_,
        "turn": turn,
        "hidden": hidden(turn),
        "last": holding.last,
        "pressed": holding.said,
    }
    return _held(request, tablet, holding, "dialogue/phone/turn.html", shown)


def _held(
    request: HttpRequest, tablet: Tablet, holding: Holding, template: str, shown: dict[str, Any]
) -> HttpResponse:
    """A page of the turn, which gives it another minute."""
    answer = render(request, template, shown)
    # The browser ends the turn by itself, also without scripts; the cookie has ended a second before.
    idle = f"{reverse('dialogue:kiosk', args=[tablet.programme])}?said=idle"
    answer["Refresh"] = f"{SECONDS_OF_A_TURN + 1}; url={idle}"
    give_turn(answer, tablet, holding, secure=request.is_secure())
    return answer


def _rounds(tablet: Tablet, holder: Participant) -> list[Round]:
    """The open rounds of votes of the tablet's gathering."""
    return [
        round_
        for round_ in open_rounds(holder)
        if round_.gathering_id == tablet.gathering and round_.method == Round.Method.VOTES
    ]


def _why_nothing(tablet: Tablet, holder: Participant) -> str:
    """The word for why the tablet asks this person nothing now."""
    if _is_paused(tablet, holder.programme):
        return "paused"
    others = any(round_.gathering_id == tablet.gathering for round_ in open_rounds(holder))
    return "elsewhere" if others else "nothing"


def _is_paused(tablet: Tablet, programme: Programme) -> bool:
    opened_ = standing(Round.objects.filter(programme=programme, gathering=tablet.gathering, hidden=False))
    return opened_.filter(opened_at__isnull=False, closed_at=None, paused_at__isnull=False).exists()


@never_cache
@require_POST
def kiosk_vote(request: HttpRequest, programme: str) -> HttpResponse:
    """A press on a shared tablet: of an answer, of “Undo”, of “Next person”, or whether one takes part."""
    tablet = _tablet(request, programme)
    if tablet is None:
        return redirect("dialogue:kiosk", programme)
    holding, holder = find_turn(request), find_turn_holder(request, get_programme(programme))
    if holding is None or holder is None:
        return _over(request, tablet, "gone")
    if "next" in request.POST:
        return _over(request, tablet, "next")
    if "take_part" in request.POST:
        return _consented(request, tablet, holding, holder)
    if not holder.agreed:  # type: ignore[attr-defined]
        return _over(request, tablet, "gone")
    if "back" in request.POST:
        answer = _see(tablet)
        give_turn(
            answer,
            tablet,
            Holding(holding.card, holding.last, holding.said, True),
            secure=request.is_secure(),
        )
        return answer
    return _voted(request, tablet, holding, holder)


def _consented(request: HttpRequest, tablet: Tablet, holding: Holding, holder: Participant) -> HttpResponse:
    """Keep whether the person takes part. The other questions are asked at the desk; silence is no."""
    yes = request.POST["take_part"] == "yes"
    said = Answer(TAKE_PART.purpose, yes)
    give_consents(participant=holder, answers=[said], language=get_language() or "en", by=holder)
    if not yes:
        return _over(request, tablet, "no")
    answer = _see(tablet)
    give_turn(answer, tablet, holding, secure=request.is_secure())
    return answer


def _voted(request: HttpRequest, tablet: Tablet, holding: Holding, holder: Participant) -> HttpResponse:
    asked = read_uuid(request.POST.get("statement", ""))
    rounds = _rounds(tablet, holder)
    statement = next(
        (found for round_ in rounds if (found := find_statement(holder, round_.pk, asked))), None
    )
    if statement is None and rounds:
        # Joined or taken off the vote while it was read: the next question follows.
        answer = _see(tablet)
        give_turn(answer, tablet, Holding(holding.card), secure=request.is_secure())
        return answer
    if statement is None:
        return _over(request, tablet, "paused" if _is_paused(tablet, holder.programme) else "closed")
    choice = read_choice(request.POST.get("choice", ""))
    probability = read_probability(request.POST.get("asked", ""))
    dialogue.cast_vote(
        statement=statement, choice=choice, probability=probability, channel=Channel.KIOSK, by=holder
    )
    if all(analysis.next_turn(round_, holder).statement is None for round_ in rounds):
        return _over(request, tablet, "done")
    answer = _see(tablet)
    give_turn(answer, tablet, Holding(holding.card, statement.pk, choice), secure=request.is_secure())
    return answer


@never_cache
@require_POST
def end_kiosk(request: HttpRequest, programme: str) -> HttpResponse:
    """Make the tablet a browser like any other; it is logged in to nothing."""
    answer = redirect("programmes:login")
    if tablet := _tablet(request, programme):
        end_turn(answer, tablet)
        end_tablet(answer)
    return answer
