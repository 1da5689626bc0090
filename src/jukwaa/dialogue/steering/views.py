"""Pages on which those who facilitate steer what is put to the vote, and what they ask of people's phones."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue.doors import crumbs, get_facilitated, get_moderated, read_uuid
from jukwaa.dialogue.fragment import fragment
from jukwaa.dialogue.models import Round, Statement, Wording
from jukwaa.dialogue.queries import STANDING, in_the_readers_language, may_cross, put_to_the_vote
from jukwaa.dialogue.steering import actions, forms, queries
from jukwaa.dialogue.steering.nearness import says_not
from jukwaa.field.visits.actions import Crossed, NotReleased
from jukwaa.programmes.access import P, get_member, get_participant
from jukwaa.programmes.models import Member

A_PAGE = 25
LATER = "pairs for later"


# ---- the page of those who steer -------------------------------------------------------------------------


def moderation(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What waits, what is alike, what is put to the vote and what is not; it keeps itself fresh."""
    member, found = get_facilitated(request, programme, round)
    page = f"?page={request.GET['page']}" if request.GET.get("page", "").isdecimal() else ""
    shown = _steered(request, found) | {
        "crumbs": crumbs(member, found.gathering, found),
        "now": reverse("dialogue:moderation_now", args=[programme, found.pk]) + page,
    }
    return render(request, "dialogue/steering/moderation.html", shown)


def moderation_now(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """The part of the page that changes, for refresh.js."""
    _member, found = get_facilitated(request, programme, round)
    return fragment(request, "dialogue/steering/_now.html", _steered(request, found))


def _steered(request: HttpRequest, found: Round) -> dict[str, Any]:
    waiting = queries.lines(queries.waiting(found))
    voted_on = queries.lines(put_to_the_vote(found))
    page = Paginator(queries.decided(found), A_PAGE).get_page(request.GET.get("page"))
    return {
        "round": found,
        "waiting": waiting,
        "voted_on": voted_on,
        "pairs": queries.alike([*waiting, *voted_on], leave_out=request.session.get(LATER, [])),
        "page": page,
        "decided": queries.lines(page.object_list),
        "share": queries.forward_share(found),
        "for_solutions": queries.rounds_for_solutions(found) if found.kind == Round.Kind.PROBLEMS else [],
        "may_order": len(voted_on) > 1,
    }


@contextmanager
def _told(request: HttpRequest) -> Iterator[None]:
    """What cannot be done is told in one sentence, with how things stand."""
    try:
        yield
    except actions.Moved as moved:
        messages.error(request, moved_sentence(moved.now))
    except actions.VotedOn:
        messages.error(request, _("People voted on these words already. They stand; add another statement."))
    except actions.WordsOfAVoice:
        messages.error(request, voice_sentence())
    except actions.KeptApart:
        messages.error(request, _("This round is kept apart. Its group must release it first."))
    except dialogue.RoundClosed:
        messages.error(request, _("That round takes no more statements. Choose another, or open it again."))
    except ValueError as error:
        messages.error(request, str(error))


def moved_sentence(now: Statement) -> str:
    """That somebody else decided a moment ago, and how the statement stands."""
    if now.removed or not now.text:
        return _("Somebody else took this statement away a moment ago. Nothing was changed.")
    said = {"words": now.text, "state": now.get_state_display()}
    if now.reason:
        said["state"] = f"{said['state']} ({now.get_reason_display()})"
    return _(
        "Somebody else changed “%(words)s” a moment ago. It is now: %(state)s. Nothing was overwritten."
    ) % (said)


def voice_sentence() -> str:
    """Why words from the field are not worded anew."""
    return _(
        "These words were spoken at a mine site. They stay as they were spoken, so that whoever said them "
        "knows them again. Translate them, or add a statement in your own words."
    )


def _back(programme: str, found: Statement | Round, anchor: str = "") -> HttpResponse:
    pk = found.round_id if isinstance(found, Statement) else found.pk
    address = reverse("dialogue:moderation", args=[programme, pk])
    return redirect(f"{address}#{anchor}" if anchor else address)


# ---- deciding --------------------------------------------------------------------------------------------


@require_POST
def approve_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Put a statement to the vote, as it was seen."""
    member, found = get_moderated(request, programme, statement)
    with _told(request):
        actions.approve(statement=found, seen=request.POST.get("seen", ""), by=member)
        messages.success(request, _("The statement is put to the vote."))
    return _back(programme, found)


def reject_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Keep a statement from the vote, waiting or voted on, with a reason that its author can read."""
    member, found = get_moderated(request, programme, statement)
    form = forms.RejectForm(request.POST or None, initial={"seen": queries.as_seen(found)})
    if request.method == "POST" and form.is_valid():
        with _told(request):
            actions.reject(statement=found, by=member, **form.cleaned_data)
            messages.success(
                request, _("The statement is not put to the vote. Who proposed it can read why.")
            )
        return _back(programme, found)
    voted = found.votes.count()
    kept = ngettext(
        "%(voted)s vote on it is kept, and counts again if it comes back.",
        "%(voted)s votes on it are kept, and count again if it comes back.",
        voted,
    )
    shown = {
        "question": _("Keep this statement from the vote?"),
        "consequences": [
            f"“{found.text}”",
            *([kept % {"voted": voted}] if voted else []),
            _("You can undo this."),
        ],
        "yes": _("Yes, keep it from the vote"),
        "back": reverse("dialogue:moderation", args=[programme, found.round_id]),
        "form": form,
    }
    return render(request, "web/confirm.html", shown)


@require_POST
def requeue_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Undo what a moderator decided."""
    member, found = get_moderated(request, programme, statement)
    with _told(request):
        actions.requeue(statement=found, seen=request.POST.get("seen", ""), by=member)
        messages.success(request, _("Undone: the statement waits again."))
    return _back(programme, found)


@require_POST
def read_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Say in one tap what a statement is about, or where it looks."""
    member, found = get_moderated(request, programme, statement)
    said = {name: request.POST[name] for name in ("bears", "looks") if name in request.POST}
    bears, looks = said.get("bears"), said.get("looks")
    if (
        not said
        or bears not in {None, *Statement.Bears.values}
        or looks not in {None, *Statement.Looks.values}
    ):
        raise Http404
    actions.say_of(statement=found, by=member, bears=bears, looks=looks)
    return _back(programme, found, f"s-{found.pk}")


# ---- the order -------------------------------------------------------------------------------------------


@require_POST
def place_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Put a statement at another place among those put to the vote."""
    member, found = get_moderated(request, programme, statement)
    number = request.POST.get("number", "")
    if found.state != Statement.State.APPROVED:
        messages.error(request, moved_sentence(found))
    elif (place := _number(number)) is None:
        messages.error(request, _("A place is a whole number, from 1."))
    else:
        actions.place(statement=found, number=place, by=member)
    return _back(programme, found, f"s-{found.pk}")


@require_POST
def order_statements(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Put statements at the places that were typed, those whose number was left alone stay behind each other.

    A field is named place/<statement>/<the place that it showed>.
    """
    member, found = get_facilitated(request, programme, round)
    rows = {str(row.pk): row for row in put_to_the_vote(found)}
    wrong = False
    for name, typed in request.POST.items():
        _place, pk, shown = [*name.split("/"), "", ""][:3]
        if _place != "place" or pk not in rows or typed == shown:
            continue
        if (number := _number(str(typed))) is None:
            wrong = True
            continue
        row = put_to_the_vote(found).get(pk=pk)
        row.round = found
        actions.place(statement=row, number=number, by=member)
    if wrong:
        messages.error(request, _("A place is a whole number, from 1. The others are in order."))
    return _back(programme, found, "order")


def _number(said: str) -> int | None:
    said = said.strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 6 else None


# ---- joining, telling apart, splitting, carrying over ----------------------------------------------------


def join_statements(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Let one statement speak for those that were ticked, after saying what that means."""
    member, found = get_facilitated(request, programme, round)
    asked = request.POST if request.method == "POST" else request.GET
    picked = list(dict.fromkeys(read_uuid(said) for said in asked.getlist("statement")))
    rows = Statement.objects.filter(STANDING, pk__in=picked, programme=member.programme).exclude(text="")
    chosen = sorted(rows.select_related("round"), key=lambda row: picked.index(row.pk))
    if not _can_be_joined(request, found, chosen):
        return _back(programme, found)
    form = forms.JoinForm(chosen, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _joined(request, member, found, chosen, form)
    shown = {
        "round": found,
        "form": form,
        "lines": queries.lines(chosen),
        "one_says_not": len({says_not(row) for row in chosen}) > 1,
        "crumbs": crumbs(member, found.gathering, found),
    }
    return render(request, "dialogue/steering/join.html", shown)


def _can_be_joined(request: HttpRequest, found: Round, chosen: list[Statement]) -> bool:
    """Whether these can be joined; else it is said what is wrong."""
    if len(chosen) < 2:
        messages.error(request, _("Tick at least two different statements to join."))
    elif {row.round_id for row in chosen} != {found.pk}:
        messages.error(request, _("Only statements of one round can be joined."))
    elif gone := [
        row for row in chosen if row.state not in {Statement.State.PROPOSED, Statement.State.APPROVED}
    ]:
        messages.error(request, moved_sentence(gone[0]))
    else:
        return True
    return False


def _joined(
    request: HttpRequest, member: Member, found: Round, chosen: list[Statement], form: forms.JoinForm
) -> HttpResponse:
    into = next((row for row in chosen if str(row.pk) == form.cleaned_data["into"]), None)
    with _told(request):
        actions.join(
            statements=chosen,
            into=into,
            text=form.cleaned_data["text"],
            seen={str(row.pk): request.POST.get(f"seen-{row.pk}", "") for row in chosen},
            by=member,
        )
        messages.success(request, _("Joined. Everybody's trace code answers with the words that carry on."))
    return _back(programme=found.programme.slug, found=found)


@require_POST
def tell_apart(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Of two near copies: they differ, which is remembered; or later, which this browser remembers."""
    member, found = get_facilitated(request, programme, round)
    said, _dot, pair = request.POST.get("pair", "").partition(":")
    keys = [read_uuid(key) for key in pair.split(".")]
    rows = list(Statement.objects.filter(STANDING, pk__in=keys, round=found))
    if len(rows) != 2 or said not in {"differ", "later"}:
        raise Http404
    if said == "differ":
        actions.tell_apart(one=rows[0], other=rows[1], by=member)
        messages.success(request, _("Kept: they differ, and are not shown as alike again."))
    else:
        key = queries.pair_key(rows[0].pk, rows[1].pk)
        request.session[LATER] = [*request.session.get(LATER, []), key][-200:]
    return _back(programme, found, "alike")


def split_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Let several statements stand for one that says several things."""
    member, found = get_moderated(request, programme, statement)
    initial = {"seen": queries.as_seen(found), "part_1": found.text}
    form = forms.SplitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.split(statement=found, texts=form.parts, seen=form.cleaned_data["seen"], by=member)
            messages.success(request, _("Split. The trace code answers with all parts."))
            return _back(programme, found)
        except actions.Moved as moved:
            form.add_error(None, moved_sentence(moved.now))
        except ValueError as error:
            form.add_error(None, str(error))
    shown = {
        "statement": found,
        "line": queries.lines([found])[0],
        "form": form,
        "crumbs": crumbs(member, found.round.gathering, found.round),
    }
    return render(request, "dialogue/steering/split.html", shown)


def carry_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Keep a solution for a round that asks for solutions: GET asks which, POST carries it over."""
    member, found = get_moderated(request, programme, statement)
    rounds = queries.rounds_for_solutions(found.round)
    if request.method == "POST":
        to = next((r for r in rounds if str(r.pk) == request.POST.get("to", "")), None)
        if to is None:
            messages.error(request, _("Choose a round for solutions that is not closed."))
            return _back(programme, found)
        with _told(request):
            actions.carry_over(statement=found, to=to, seen=request.POST.get("seen", ""), by=member)
            messages.success(request, _("Carried over: it is kept for “%(round)s”.") % {"round": to})
        return _back(programme, found)
    shown = {
        "statement": found,
        "seen": queries.as_seen(found),
        "rounds": [to for to in rounds if may_cross(found.round, to)],
        "crumbs": crumbs(member, found.round.gathering, found.round),
    }
    return render(request, "dialogue/steering/carry.html", shown)


@require_POST
def take_apart(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Undo that a statement was joined, split or carried over."""
    member, found = get_moderated(request, programme, statement)
    with _told(request):
        actions.take_apart(statement=found, by=member)
        messages.success(request, _("Undone: the statements stand again as they stood before."))
    return _back(programme, found)


# ---- other words -----------------------------------------------------------------------------------------


def reword_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Say a statement in better words: the staff's own at once, a participant's when they nod."""
    member, found = get_moderated(request, programme, statement)
    line = queries.lines([found])[0]
    if found.subject and not found.by_participant:
        messages.error(request, voice_sentence())
        return redirect(found)
    initial = {"text": found.text, "language": found.language, "seen": line.seen}
    form = forms.RewordForm(request.POST or None, programme=member.programme, initial=initial)
    if request.method == "POST" and form.is_valid() and _reworded(request, member, found, form):
        return _back(programme, found)
    shown = {
        "statement": found,
        "line": line,
        "form": form,
        "crumbs": crumbs(member, found.round.gathering, found.round),
    }
    return render(request, "dialogue/steering/reword.html", shown)


def _reworded(request: HttpRequest, member: Member, found: Statement, form: forms.RewordForm) -> bool:
    """Whether the other words were kept, or asked for; else the form says why not."""
    said = form.cleaned_data
    try:
        if found.by_participant:
            actions.propose_wording(statement=found, by=member, **said)
            messages.success(
                request, _("The author is asked on their phone. Their own words stand until then.")
            )
        else:
            dialogue.reword_statement(
                statement=found, text=said["text"], language=said["language"], by=member
            )
            messages.success(request, _("Saved."))
    except actions.VotedOn:
        form.add_error(None, _("The vote on these words has begun. Keep them, and add another statement."))
    except actions.Moved as moved:
        form.add_error(None, moved_sentence(moved.now))
    except ValueError as error:
        form.add_error("text", str(error))
    return form.is_valid()


@require_POST
def take_back_wording(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Ask the author no more."""
    member, found = get_moderated(request, programme, statement)
    actions.take_back_wording(statement=found, by=member)
    messages.success(request, _("Taken back: the author's own words stand."))
    return _back(programme, found)


@never_cache
@require_POST
def answer_wording(request: HttpRequest, programme: str, wording: uuid.UUID) -> HttpResponse:
    """The author says whether other words may stand in place of theirs."""
    participant = get_participant(request, programme)
    mine = Wording.objects.filter(STANDING, subject=participant.pk, programme=participant.programme_id)
    found = get_object_or_404(mine, pk=wording)
    answer = request.POST.get("answer", "")
    if answer not in {"yes", "no"}:
        raise Http404
    try:
        actions.answer_wording(wording=found, yes=answer == "yes", by=participant)
        said = _("Thank you. The new words stand.") if answer == "yes" else _("Your own words stand.")
        messages.success(request, said)
    except actions.VotedOn:
        messages.error(request, _("This was decided already. Below you see the words that stand."))
    return redirect("dialogue:proposed", programme, found.statement_id)


# ---- rounds paused, and rounds apart ---------------------------------------------------------------------


@require_POST
def pause_round(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Take no votes for a while."""
    member, found = get_facilitated(request, programme, round)
    try:
        actions.pause_round(round=found, by=member)
        messages.success(request, _("Paused: nobody can vote until you go on. Nothing is lost."))
    except dialogue.RoundClosed:
        messages.error(request, _("The round is not open, so it cannot be paused."))
    return _where(request, found)


@require_POST
def resume_round(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Take votes again."""
    member, found = get_facilitated(request, programme, round)
    try:
        actions.resume_round(round=found, by=member)
        messages.success(request, _("The vote goes on, under the same rule."))
    except dialogue.RoundOpened:
        messages.error(request, _("The round is not paused."))
    return _where(request, found)


def _where(request: HttpRequest, found: Round) -> HttpResponse:
    """Back to the page on which the button was."""
    if request.POST.get("from") == "moderation":
        return _back(found.programme.slug, found)
    return redirect(found)


def release_round(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Note that a group released what it said by itself, with the count of hands."""
    member, found = get_facilitated(request, programme, round)
    if not found.apart or found.released_at or not found.is_closed():
        messages.error(request, _cannot_release(found))
        return redirect(found)
    form = forms.HandsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with _told(request):
            actions.release_round(round=found, hands=form.cleaned_data["hands"], by=member)
            messages.success(request, _("Released: everybody can meet now what this group said."))
        return redirect(found)
    shown = {
        "question": _("Does the group release “%(question)s”?") % {"question": found.question},
        "consequences": [
            found.asked,
            *what_crosses(),
            _("That you noted it, and the count, stay in the record."),
        ],
        "yes": _("Yes, the group agreed"),
        "back": found.get_absolute_url(),
        "form": form,
    }
    return render(request, "web/confirm.html", shown)


def _cannot_release(found: Round) -> str:
    if not found.apart:
        return _("This round is everybody's already.")
    if found.released_at:
        return _("This round was released before.")
    return _("Close the round first. Then the group can say whether it releases it.")


def what_crosses() -> list[str]:
    """What everybody meets once a round is released."""
    return [
        _("Everybody can then see the question, the statements and what the group said."),
        _("Figures are shown only as far as nobody is exposed."),
        _("Who said what is shown to nobody, now as before."),
    ]


@require_POST
def keep_round_apart(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Take a release back."""
    member, found = get_facilitated(request, programme, round)
    try:
        actions.keep_round_apart(round=found, by=member)
        messages.success(request, _("Kept apart again: from now on nobody else is shown it."))
    except actions.VotedOn:
        messages.error(request, _("Findings were taken up from it, so it has crossed already."))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect(found)


@never_cache
def release_ours(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Somebody of a group says with their card that others may meet what it said."""
    participant = get_participant(request, programme)
    found = next((each for each in queries.to_release(participant) if each.pk == round), None)
    if found is None:
        messages.error(request, _("There is nothing here that your group could release."))
        return redirect("dialogue:take_part", programme)
    form = forms.OursForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.release_round(round=found, by=participant)
        messages.success(request, _("Thank you. The others can see now what your group said."))
        return redirect("dialogue:take_part", programme)
    in_the_readers_language([found])
    shown = {"round": found, "form": form, "consequences": what_crosses()}
    return render(request, "dialogue/steering/release.html", shown)


# ---- brought in from the field ---------------------------------------------------------------------------


def bring_in(request: HttpRequest, programme: str) -> HttpResponse:
    """Put to the vote what groups released of their own meetings, and research questions to choose among."""
    member = get_member(request, programme, P.FACILITATE)
    usual = {"round": request.GET.get("round")}
    form = forms.BringInForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.bring_in(by=member, **said)
        except (NotReleased, Crossed, dialogue.RoundClosed):
            form.add_error(None, _("Somebody was quicker: this has changed. Look at the list once more."))
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            told = ngettext("One is put to the vote.", "%(many)s are put to the vote.", len(made))
            messages.success(request, told % {"many": len(made)})
            return redirect(said["round"])
    shown = {
        "form": form,
        "crumbs": crumbs(member),
        "empty": not {"problems", "questions"} & form.fields.keys(),
    }
    return render(request, "dialogue/steering/bring_in.html", shown)
