"""Pages of the dialogue room: one for each phone, those of the staff, and what the public may see."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jukwaa.dialogue import actions, forms, queries
from jukwaa.dialogue.models import Round, Statement
from jukwaa.programmes.access import get_participant
from jukwaa.programmes.models import Participant
from jukwaa.programmes.queries import standing

# ---- a participant's phone -------------------------------------------------------------------------------


@never_cache
def take_part(request: HttpRequest, programme: str) -> HttpResponse:
    """The questions that are open now, to those who have a card."""
    participant = get_participant(request, programme)
    return render(request, "dialogue/take_part.html", {"rounds": queries.open_rounds(participant)})


@never_cache
def vote(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """One statement at a time. A vote is answered with the next one, once it is on disk.

    GET with ?statement= and POST with back= show a statement again, to be answered otherwise.
    """
    participant = get_participant(request, programme)
    if "choice" in request.POST:
        return _voted(request, participant, round)
    found = _opened(participant, round)
    if not found.is_open():
        return _closed(request, found, status=200)
    again = request.POST.get("back") or request.GET.get("statement")
    turn = queries.turn_back_to(found, participant, _uuid(again)) if again else None
    return _card(request, found, turn or queries.next_turn(found, participant))


def _voted(request: HttpRequest, participant: Participant, round_id: uuid.UUID) -> HttpResponse:
    statement = _statement_to_vote_on(participant, round_id, request.POST.get("statement", ""))
    choice = forms.read_choice(request.POST["choice"])
    try:
        actions.cast_vote(statement=statement, choice=choice, by=participant)
    except actions.RoundClosed:
        return _closed(request, statement.round, status=409)
    turn = queries.next_turn(statement.round, participant)
    return _card(request, statement.round, turn, said=choice, last=statement.pk)


def _statement_to_vote_on(participant: Participant, round_id: uuid.UUID, said: str) -> Statement:
    found = queries.find_statement(_opened(participant, round_id), _uuid(said))
    if found is None:
        raise Http404
    return found


def _card(
    request: HttpRequest,
    round_: Round,
    turn: queries.Turn,
    *,
    said: int | None = None,
    last: uuid.UUID | None = None,
) -> HttpResponse:
    shown = {"round": round_, "turn": turn, "said": said, "last": [("back", last)]}
    if turn.statement is None:
        shown["proposals"] = queries.proposals(round_, request.participant)  # type: ignore[attr-defined]
        return render(request, "dialogue/done.html", shown)
    return render(request, "dialogue/vote.html", shown | {"hidden": [("statement", turn.statement)]})


def _closed(request: HttpRequest, round_: Round, *, status: int) -> HttpResponse:
    return render(request, "dialogue/closed.html", {"round": round_}, status=status)


def _opened(participant: Participant, pk: uuid.UUID) -> Round:
    """A round of the participant's programme, once it was opened. Raises Http404."""
    found = queries.find_round(participant, pk)
    if found is None:
        raise Http404
    return found


def _uuid(said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError as error:
        raise Http404 from error


@never_cache
def answers(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What this participant said in the round, each to be changed while it is open."""
    participant = get_participant(request, programme)
    found = _opened(participant, round)
    shown = {"round": found, "answers": queries.answers(found, participant), "open": found.is_open()}
    shown["proposals"] = queries.proposals(found, participant)
    return render(request, "dialogue/answers.html", shown)


@never_cache
def propose(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Say something that others should vote on."""
    participant = get_participant(request, programme)
    found = _opened(participant, round)
    if not found.is_open():
        return _closed(request, found, status=409 if request.method == "POST" else 200)
    form = forms.ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.propose_statement(round=found, text=form.cleaned_data["text"], by=participant)
            return redirect("dialogue:proposed", programme, kept.pk)
        except actions.TooManyWaiting:
            form.add_error("text", _("Five of yours wait for a moderator. Come back when they are read."))
    return render(request, "dialogue/propose.html", {"form": form, "round": found})


@never_cache
def proposed(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """The trace code of what this participant proposed; nobody else sees this page."""
    participant = get_participant(request, programme)
    mine = standing(Statement.objects.filter(by_participant=True, subject=participant.pk))
    found = get_object_or_404(mine.select_related("round"), pk=statement, programme=participant.programme_id)
    return render(request, "dialogue/proposed.html", {"statement": found})
