"""Pages on which people give dots, places, steps and choices, and staff count hands and papers."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from jukwaa.dialogue import queries as room
from jukwaa.dialogue.actions import NotPutToTheVote, RoundClosed
from jukwaa.dialogue.counting import actions, forms, queries
from jukwaa.dialogue.counting.queries import Given
from jukwaa.dialogue.doors import crumbs, get_facilitated, get_round
from jukwaa.dialogue.models import Channel, Gradient, Mark, Round
from jukwaa.programmes.access import P, get_member, get_participant
from jukwaa.programmes.models import Constituency, Gender, Member, Participant
from jukwaa.programmes.queries import constituencies
from jukwaa.record import blobs

# ---- a participant's phone -------------------------------------------------------------------------------


@gzip_page
def mark(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Where a participant gives dots, an order, one of two, or a step of agreement; each press is kept."""
    participant = get_participant(request, programme)
    found = _opened(participant, round)
    if found.method == Round.Method.VOTES:
        return redirect("dialogue:vote", programme, found.pk)
    if request.method == "POST":
        return _marked(request, participant, found)
    if not found.is_open():
        return _closed(request, found, status=200)
    return _asked(request, participant, found)


def _opened(participant: Participant, pk: uuid.UUID) -> Round:
    found = room.find_round(participant, pk)
    if found is None:
        raise Http404
    room.in_the_readers_language([found])
    return found


def _closed(request: HttpRequest, found: Round, *, status: int) -> HttpResponse:
    return render(request, "dialogue/closed.html", {"round": found}, status=status)


def _marked(request: HttpRequest, participant: Participant, found: Round) -> HttpResponse:
    """Keep a press, and show what is next; a page that asks for more where a press alone is not enough."""
    given = READ[found.method](request, participant, found)
    if given is None:
        return _asked(request, participant, found)
    try:
        actions.give_marks(round=found, given=given, participant=participant, by=participant)
    except RoundClosed:
        return _closed(request, found, status=409)
    except NotPutToTheVote as error:
        raise Http404 from error
    except ValueError as error:
        return _asked(request, participant, found, wrong=str(error))
    return redirect(f"{request.path}?{_next(request, given)}")


def _next(request: HttpRequest, given: list[Given]) -> str:
    """Back on the page where the press was; the last one can be undone there."""
    from_answers = request.POST.get("then") == "answers"
    return "then=answers" if from_answers else f"last={given[-1].statement}" if given else ""


def _one(request: HttpRequest, name: str = "statement") -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get(name, ""))
    except ValueError as error:
        raise Http404 from error


def _read_dot(request: HttpRequest, _participant: Participant, _round: Round) -> list[Given]:
    return [Given(_one(request), int(request.POST.get("dot") == "1"))]


def _read_order(request: HttpRequest, participant: Participant, found: Round) -> list[Given]:
    """The next place is the statement's; with `up` it goes before the one above it, with `out` it goes."""
    pressed = _one(request)
    order = [line.statement.pk for line in queries.in_order(queries.lines(found, participant))]
    if "out" in request.POST:
        after = [pk for pk in order if pk != pressed]
    elif "up" in request.POST and pressed in order[1:]:
        place = order.index(pressed)
        after = [*order[: place - 1], pressed, order[place - 1], *order[place + 1 :]]
    else:
        after = order if pressed in order else [*order, pressed]
    gone = [Given(pk, 0) for pk in order if pk not in after]
    return [Given(pk, place) for place, pk in enumerate(after, 1)] + gone


def _read_pair(request: HttpRequest, _participant: Participant, _round: Round) -> list[Given]:
    return [Given(_one(request), 1, _one(request, "other"))]


def _read_step(request: HttpRequest, _participant: Participant, _round: Round) -> list[Given] | None:
    """None where the step needs a reason and there is none yet: the page asks for it."""
    said = request.POST.get("step", "")
    if said not in {str(step.value) for step in Gradient}:
        raise Http404
    step = Gradient(int(said))
    if step not in queries.NEEDS_REASON:
        return [Given(_one(request), step.value)]
    form = forms.ReasonForm(request.POST)
    return [Given(_one(request), step.value, reason=form.cleaned_data["reason"])] if form.is_valid() else None


READ: dict[str, Any] = {
    Round.Method.DOTS: _read_dot,
    Round.Method.RANKING: _read_order,
    Round.Method.PAIRS: _read_pair,
    Round.Method.GRADIENT: _read_step,
}


def _asked(request: HttpRequest, participant: Participant, found: Round, *, wrong: str = "") -> HttpResponse:
    """The page of the round's kind."""
    if not found.is_open():
        return _closed(request, found, status=409)
    if request.GET.get("then") == "answers" and not wrong:
        return redirect("dialogue:mark_answers", found.programme.slug, found.pk)
    shown = {"round": found, "wrong": wrong, **SHOW[found.method](request, participant, found)}
    return render(request, f"dialogue/counting/{found.method}.html", shown, status=409 if wrong else 200)


def _show_dots(_request: HttpRequest, participant: Participant, found: Round) -> dict[str, Any]:
    lines = queries.lines(found, participant)
    left = max(min(found.dots, len(lines)) - sum(line.value for line in lines), 0)
    everybody = queries.everybodys_dots(found) if not left and found.shows_results() else {}
    return {"lines": [(line, everybody.get(line.statement.pk, "")) for line in lines], "left": left}


def _show_order(_request: HttpRequest, participant: Participant, found: Round) -> dict[str, Any]:
    lines = queries.lines(found, participant)
    order = queries.in_order(lines)
    most = min(found.dots, len(lines))
    return {
        "order": order,
        "rest": [line for line in lines if not line.value],
        "place": len(order) + 1,
        "most": most,
        "done": len(order) >= most,
        "last": order[-1] if order else None,
    }


def _show_pairs(request: HttpRequest, participant: Participant, found: Round) -> dict[str, Any]:
    """The next pair that is not answered, or one to be chosen anew (?one=&other=)."""
    pairs = queries.pairs_of(found, participant)
    again = {request.GET.get("one", ""), request.GET.get("other", "")}
    asked = [pair for pair in pairs if again == {str(pair.one.pk), str(pair.other.pk)}]
    asked = asked or [pair for pair in pairs if pair.chosen is None]
    answered = [pair for pair in pairs if pair.chosen is not None]
    last = request.GET.get("last", "")
    return {
        "pair": asked[0] if asked else None,
        "number": len(answered) + bool(asked and asked[0].chosen is None),
        "total": len(pairs),
        "last": next((pair for pair in reversed(answered) if str(pair.chosen) == last), None),
    }


def _show_step(request: HttpRequest, participant: Participant, found: Round) -> dict[str, Any]:
    """The next statement without a step, or one to be answered anew (?statement=)."""
    lines = queries.lines(found, participant)
    again = request.POST.get("statement") or request.GET.get("statement", "")
    asked = [line for line in lines if str(line.statement.pk) == again]
    asked = asked or [line for line in lines if not line.value]
    answered = sum(bool(line.value) for line in lines)
    chosen = request.POST.get("step", "")
    step = Gradient(int(chosen)) if chosen in {str(s.value) for s in queries.NEEDS_REASON} else None
    said = {"reason": asked[0].reason} if asked else {}
    form = forms.ReasonForm(request.POST if "reason" in request.POST else None, initial=said)
    last = request.GET.get("last", "")
    return {
        "line": asked[0] if asked else None,
        "steps": Gradient,
        "step": step,
        "form": form,
        "number": answered + bool(asked and not asked[0].value),
        "total": len(lines),
        "last": next((line for line in lines if str(line.statement.pk) == last and line.value), None),
    }


SHOW: dict[str, Any] = {
    Round.Method.DOTS: _show_dots,
    Round.Method.RANKING: _show_order,
    Round.Method.PAIRS: _show_pairs,
    Round.Method.GRADIENT: _show_step,
}


@never_cache
def mark_answers(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What this participant gave in the round, each to be changed while it is open."""
    participant = get_participant(request, programme)
    found = _opened(participant, round)
    if found.method == Round.Method.VOTES:
        return redirect("dialogue:answers", programme, found.pk)
    lines = [line for line in queries.lines(found, participant) if line.value]
    shown = {
        "round": found,
        "open": found.is_open(),
        "lines": queries.in_order(lines) if found.method == Round.Method.RANKING else lines,
        "pairs": [],
        "proposals": room.proposals(found, participant),
    }
    if found.method == Round.Method.PAIRS:
        shown |= {"lines": [], "pairs": [p for p in queries.pairs_of(found, participant) if p.chosen]}
    return render(request, "dialogue/counting/answers.html", shown)


# ---- hands -----------------------------------------------------------------------------------------------


def rounds_to_count(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The gathering's open rounds, to count hands or enter papers in one of them."""
    member = get_member(request, programme, P.FACILITATE)
    found = get_object_or_404(room.gatherings(member.programme), pk=gathering)
    found.programme = member.programme
    rounds = room.in_the_readers_language(room.rounds(member.programme).filter(gathering=found))
    shown = {
        "gathering": found,
        "rounds": [r for r in rounds if r.opened_at],
        "by_hands": queries.BY_HANDS,
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/counting/rounds.html", shown)


def count(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """How far counting is: a line for each statement, a column for each constituency."""
    member, found = get_facilitated(request, programme, round)
    shown = {
        "round": found,
        "board": queries.board(found),
        "by_hands": found.method in queries.BY_HANDS,
        "channels": room.by_channel(found),
        "crumbs": crumbs(member, found.gathering, found),
    }
    return render(request, "dialogue/counting/count.html", shown)


def count_group(
    request: HttpRequest, programme: str, round: uuid.UUID, constituency: uuid.UUID
) -> HttpResponse:
    """Enter what one person counted of a constituency: all statements on one screen."""
    member, found = get_facilitated(request, programme, round)
    sheet = _sheet(request, found, constituency)
    if found.method not in queries.BY_HANDS or not found.is_open():
        messages.error(
            request, _("Hands are counted while the round is open, in rounds of votes and of dots.")
        )
        return redirect("dialogue:count", programme, found.pk)
    of = room.floor(found)
    statements = list(room.put_to_the_vote(found))
    phones = max((of.answered(s.pk, sheet.constituency.pk, sheet.gender) for s in statements), default=0)
    before = queries.before(found, sheet.constituency, sheet.gender, sheet.channel, member)
    said = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.CountForm(found, statements, before, *said, also=phones > 0)
    if request.method == "POST" and form.is_valid() and _counted(request, sheet, form, member):
        return redirect("dialogue:count", programme, found.pk)
    shown = {
        "round": found,
        "sheet": sheet,
        "sheet_form": forms.SheetForm(sheet),
        "form": form,
        "here": of.present(sheet.constituency.pk, sheet.gender),
        "phones": phones,
        "counted": any(each.mine for each in before.values()),
        "photos": queries.photos(found, sheet.constituency),
        "crumbs": [*crumbs(member, found.gathering, found), (_("Count"), _address("count", found))],
    }
    return render(request, "dialogue/counting/group.html", shown)


def _sheet(request: HttpRequest, found: Round, constituency: uuid.UUID) -> actions.Sheet:
    """What is counted, as the address says. Raises Http404."""
    group = get_object_or_404(constituencies(found.programme), pk=constituency)
    usual = Gender.WOMAN.value if found.women else ""
    gender, channel = request.GET.get("gender", usual), request.GET.get("channel") or Channel.HANDS.value
    if found.method == Round.Method.DOTS:
        channel = Channel.PAPER.value
    if gender not in Gender.values or channel not in {Channel.HANDS, Channel.PAPER}:
        raise Http404
    return actions.Sheet(found, group, gender, channel)


def _counted(request: HttpRequest, sheet: actions.Sheet, form: forms.CountForm, member: Member) -> bool:
    """Keep the sheet, or say in the form what is wrong with it; what was typed stays there."""
    try:
        kept = actions.count(sheet=sheet, counts=form.counts(), photo=form.cleaned_data["photo"], by=member)
    except actions.Miscounted as wrong:
        form.wrong[wrong.statement.pk] = str(wrong)
        form.add_error(None, f"“{wrong.statement.text}” {wrong}")
        return False
    except RoundClosed:
        form.add_error(None, _("The round is closed: nothing was kept. Open it again to count."))
        return False
    except ValueError as wrong:
        form.add_error(None, str(wrong))
        return False
    told = ngettext(
        "%(group)s: one statement is counted. It counts once a second person has counted the same.",
        "%(group)s: %(many)s statements are counted. They count once a second person has counted the same.",
        len(kept),
    )
    messages.success(request, told % {"group": sheet.constituency, "many": len(kept)})
    return True


@require_POST
def undo_count(
    request: HttpRequest, programme: str, round: uuid.UUID, constituency: uuid.UUID
) -> HttpResponse:
    """Take back what this person counted of a constituency."""
    member, found = get_facilitated(request, programme, round)
    sheet = _sheet(request, found, constituency)
    try:
        many = actions.take_back_counts(sheet=sheet, by=member)
        told = ngettext("%(many)s count is taken back.", "%(many)s counts are taken back.", many)
        messages.success(request, told % {"many": many})
    except RoundClosed:
        messages.error(request, _("The round is closed: what was counted stands."))
    return redirect(f"{_address('count_group', found, sheet.constituency)}?{request.GET.urlencode()}")


def count_photo(
    request: HttpRequest, programme: str, round: uuid.UUID, constituency: uuid.UUID, sheet: str
) -> HttpResponse:
    """A photo of the cards or the sheet, for whoever counts."""
    _member, found = get_facilitated(request, programme, round)
    group = get_object_or_404(constituencies(found.programme), pk=constituency)
    if sheet not in queries.photos(found, group) or not blobs.path_of(sheet).exists():
        raise Http404
    answer = HttpResponse(blobs.read(sheet), content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


# ---- papers ----------------------------------------------------------------------------------------------


def paper(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Enter the paper of somebody with a card; it is read back before it counts."""
    member, found = get_facilitated(request, programme, round)
    if found.method == Round.Method.PAIRS or not found.is_open():
        messages.error(request, _("Papers are entered while the round is open; pairs are asked on a screen."))
        return redirect("dialogue:count", programme, found.pk)
    statements = list(room.put_to_the_vote(found))
    form = forms.PaperForm(request.POST or None, round=found, statements=statements)
    shown: dict[str, Any] = {"round": found, "form": form, "crumbs": crumbs(member, found.gathering, found)}
    if request.method == "POST" and form.is_valid():
        if "sure" in request.POST and _entered(request, found, form, member):
            return redirect("dialogue:paper", programme, found.pk)
        if not form.errors and "mend" not in request.POST:
            shown["read_back"] = form.read_back
            shown["before"] = queries.answered_before(found, form.cleaned_data["card"])
    return render(request, "dialogue/counting/paper.html", shown)


def _entered(request: HttpRequest, found: Round, form: forms.PaperForm, member: Member) -> bool:
    """Keep the paper, or say in the form why not."""
    who = form.cleaned_data["card"]
    try:
        if found.method == Round.Method.VOTES:
            actions.enter_paper_votes(round=found, participant=who, choices=form.choices, by=member)
        else:
            actions.enter_paper_marks(round=found, participant=who, given=form.given, by=member)
    except RoundClosed:
        form.add_error(None, _("The round is closed: nothing was kept. Open it again to enter papers."))
        return False
    except NotPutToTheVote:
        form.add_error(None, _("The statements changed meanwhile. Enter the paper once more."))
        return False
    except ValueError as wrong:
        form.add_error(None, str(wrong))
        return False
    messages.success(request, _("The paper is kept. Enter the next one."))
    return True


# ---- what the hall said ----------------------------------------------------------------------------------


def in_the_room(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What those in the hall said: exact where everybody who is here was asked."""
    member = get_member(request, programme, P.SEE)
    found = get_round(request, round)
    shown = {
        "round": found,
        "said": queries.in_the_room(found) if found.method == Round.Method.VOTES else [],
        "threshold": float(found.threshold),
        "channels": room.by_channel(found),
        "crumbs": crumbs(member, found.gathering, found),
    }
    return render(request, "dialogue/counting/hall.html", shown)


def reasons(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Why people stand aside or block: a moderator reads it and puts it on record without names."""
    member, found = get_facilitated(request, programme, round)
    form = forms.OnRecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        marks = (
            Mark.objects.filter(statement__round=found).exclude(reason="").select_related("statement__round")
        )
        chosen = get_object_or_404(marks, pk=form.cleaned_data["mark"])
        try:
            actions.put_reason_on_record(mark=chosen, text=form.cleaned_data["text"], by=member)
            messages.success(request, _("The reason is on record, without a name."))
        except ValueError as wrong:
            messages.error(request, str(wrong))
        return redirect("dialogue:reasons", programme, found.pk)
    shown = {
        "round": found,
        "reasons": room.reasons(found),
        "form": form,
        "crumbs": crumbs(member, found.gathering, found),
    }
    return render(request, "dialogue/counting/reasons.html", shown)


# ---- what all of them share ------------------------------------------------------------------------------


def _address(name: str, found: Round, group: Constituency | None = None) -> str:
    args = [found.programme.slug, found.pk, *([group.pk] if group else [])]
    return reverse(f"dialogue:{name}", args=args)
