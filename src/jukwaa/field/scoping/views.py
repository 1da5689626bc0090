"""Pages of what is done before the field.

The three roles that work with people see them: what silences whom is not for every observer.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jukwaa.field.models import Level, ResearchQuestion, Reviewer, Stakeholder
from jukwaa.field.scoping import actions, forms, queries
from jukwaa.field.scoping.readiness import KEYS
from jukwaa.field.scoping.typical import TYPICAL
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.models import Member, OfProgramme
from jukwaa.programmes.queries import changes, standing
from jukwaa.record.models import Removable


def scoping(request: HttpRequest, programme: str) -> HttpResponse:
    """How far scoping has come, and the ways into its four parts."""
    member = get_member(request, programme, P.PEOPLE)
    of = member.programme
    there = queries.stakeholders(of)
    shown = {
        "stakeholders": there,
        "reading": queries.reading(there),
        "readiness": queries.readiness(queries.checklist(of)),
        "chosen": queries.questions(of).filter(state=ResearchQuestion.State.CHOSEN),
        "proposed": queries.questions(of).filter(state=ResearchQuestion.State.PROPOSED),
        "reviewers": queries.reviewers(of),
        "unanswered": queries.unanswered(of),
        "crumbs": _crumbs(member)[:1],
    }
    return render(request, "field/scoping/scoping.html", shown)


# ---- the stakeholder map ---------------------------------------------------------------------------------


def stakeholders(request: HttpRequest, programme: str) -> HttpResponse:
    """The stakeholder map, drawn, with its table."""
    member = get_member(request, programme, P.PEOPLE)
    there = queries.stakeholders(member.programme)
    shown = {
        "dots": queries.dots(there),
        "reading": queries.reading(there),
        "columns": _axis(queries.LEFT, queries.CELL_WIDTH, Level.choices),
        "rows": _axis(queries.TOP, queries.CELL_HEIGHT, Level.choices[::-1]),
        "waiting": queries.not_on_the_map(member.programme),
        "crumbs": _crumbs(member),
    }
    return render(request, "field/scoping/stakeholders.html", shown)


def _axis(start: int, step: int, choices: list[Any]) -> list[dict[str, Any]]:
    """The cells of one axis: where each begins and its middle, and the step that it stands for."""
    return [
        {"at": start + n * step, "middle": start + (n + 0.5) * step, "value": value, "label": label}
        for n, (value, label) in enumerate(choices)
    ]


@require_POST
def place_declared(request: HttpRequest, programme: str) -> HttpResponse:
    """Put all declared groups and organisations on the map."""
    member = get_member(request, programme, P.RESEARCH)
    actions.place_declared(programme=member.programme, by=member)
    messages.success(request, _("They stand in the middle of the map. Now say of each where it belongs."))
    return redirect("field:stakeholders", programme)


def add_stakeholder(request: HttpRequest, programme: str) -> HttpResponse:
    """Put somebody on the map, from nothing or as such groups usually stand."""
    member = get_member(request, programme, P.RESEARCH)
    like = request.GET.get("like", "")
    usual = TYPICAL[int(like)] if like.isdecimal() and int(like) < len(TYPICAL) else None
    form = forms.StakeholderForm(request.POST or None, initial=usual._asdict() if usual else {})
    if request.method == "POST" and form.is_valid():
        actions.add_stakeholder(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("On the map."))
        return redirect("field:stakeholders", programme)
    shown = {"title": _("Put somebody on the map"), "form": form, "typical": TYPICAL}
    shown |= _back(member, _("Stakeholders"), "field:stakeholders")
    return render(request, "field/scoping/add_stakeholder.html", shown)


def edit_stakeholder(request: HttpRequest, programme: str, stakeholder: uuid.UUID) -> HttpResponse:
    """Say where somebody stands, what silences them, and how they are heard."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, Stakeholder, stakeholder)
    said = {name: getattr(found, name) for name in ("name", "power", "interest", "silences", "how")}
    form = forms.StakeholderForm(request.POST or None, stakeholder=found, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_stakeholder(stakeholder=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("field:stakeholders", programme)
    remove = reverse("field:remove_stakeholder", args=[programme, found.pk])
    shown = {"title": str(found), "form": form, "changes": changes(found)}
    shown |= {"remove": remove, "removes": _("Take off the map")}
    return _form(request, shown | _back(member, _("Stakeholders"), "field:stakeholders"))


@require_POST
def move_stakeholder(request: HttpRequest, programme: str, stakeholder: uuid.UUID) -> HttpResponse:
    """Keep where a point was put down on the map."""
    member = get_member(request, programme, P.RESEARCH)
    found, form = _row(member, Stakeholder, stakeholder), forms.MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The point was put down beside the map. It stays where it was."))
        return redirect("field:stakeholders", programme)
    moved = actions.change_stakeholder(stakeholder=found, by=member, **form.cleaned_data)
    told = _("Moved: %(who)s, power %(power)s, interest %(interest)s.")
    words = {"power": moved.get_power_display(), "interest": moved.get_interest_display()}
    messages.success(request, told % ({"who": found} | words))
    return redirect("field:stakeholders", programme)


def remove_stakeholder(request: HttpRequest, programme: str, stakeholder: uuid.UUID) -> HttpResponse:
    """Take somebody off the map, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, Stakeholder, stakeholder)
    if request.method == "POST":
        actions.remove_stakeholder(stakeholder=found, by=member)
        messages.success(request, _("Off the map: %(who)s") % {"who": found})
        return redirect("field:stakeholders", programme)
    shown = {
        "question": _("Take “%(who)s” off the map?") % {"who": found},
        "consequences": [_("The group or organisation itself stays in the programme.")],
        "yes": _("Take it off the map"),
        "back": reverse("field:edit_stakeholder", args=[programme, found.pk]),
    }
    return render(request, "web/confirm.html", shown)


# ---- readiness -------------------------------------------------------------------------------------------


def readiness(request: HttpRequest, programme: str) -> HttpResponse:
    """The checklist: context, timeliness and demand."""
    member = get_member(request, programme, P.PEOPLE)
    found = queries.checklist(member.programme)
    shown = {"checklist": found, "readiness": queries.readiness(found), "crumbs": _crumbs(member)}
    return render(request, "field/scoping/readiness.html", shown)


def answer_check(request: HttpRequest, programme: str, check: str) -> HttpResponse:
    """Answer one question of the checklist."""
    member = get_member(request, programme, P.RESEARCH)
    if check not in KEYS:
        raise Http404
    lines = [line for _heading, found in queries.checklist(member.programme) for line in found]
    before = next(line.check for line in lines if line.key == check)
    said = {"answer": before.answer, "because": before.because} if before else {}
    form = forms.CheckForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.answer_check(programme=member.programme, key=check, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("field:readiness", programme)
    shown = {"title": KEYS[check], "form": form, "changes": changes(before) if before else []}
    return _form(request, shown | _back(member, _("Is the time right?"), "field:readiness"))


# ---- research questions ----------------------------------------------------------------------------------


def questions(request: HttpRequest, programme: str) -> HttpResponse:
    """What to find out, in the order of priority, and the form for one more."""
    member = get_member(request, programme, P.PEOPLE)
    form = forms.QuestionForm(
        request.POST or None,
        programme=member.programme,
        initial={"language": member.programme.first_language},
    )
    if request.method == "POST":
        member = get_member(request, programme, P.RESEARCH)
        if form.is_valid():
            actions.add_question(programme=member.programme, by=member, **form.cleaned_data)
            messages.success(request, _("The question is proposed."))
            return redirect("field:questions", programme)
    shown = {"form": form, "questions": queries.questions(member.programme), "crumbs": _crumbs(member)}
    return render(request, "field/scoping/questions.html", shown)


def edit_question(request: HttpRequest, programme: str, question: uuid.UUID) -> HttpResponse:
    """Word a research question anew."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, ResearchQuestion, question)
    said = {"text": found.text, "language": found.language, "why": found.why}
    form = forms.QuestionForm(request.POST or None, programme=member.programme, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_question(question=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("field:questions", programme)
    remove = reverse("field:remove_question", args=[programme, found.pk])
    shown = {"title": _("Edit the question"), "form": form, "changes": changes(found)}
    shown |= {"remove": remove, "removes": _("Take it away")}
    return _form(request, shown | _back(member, _("What to find out"), "field:questions"))


def choose_question(request: HttpRequest, programme: str, question: uuid.UUID) -> HttpResponse:
    """Choose a question together with people, and say with whom."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, ResearchQuestion, question)
    form = forms.ChooseForm(request.POST or None, initial={"chosen_with": found.chosen_with})
    if request.method == "POST" and form.is_valid():
        actions.choose_question(question=found, by=member, **form.cleaned_data)
        messages.success(request, _("Chosen."))
        return redirect("field:questions", programme)
    shown = {"title": _("Choose: %(question)s") % {"question": found}, "form": form, "button": _("Choose it")}
    return _form(request, shown | _back(member, _("What to find out"), "field:questions"))


def leave_question(request: HttpRequest, programme: str, question: uuid.UUID) -> HttpResponse:
    """Put a question aside, and say with whom that was decided."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, ResearchQuestion, question)
    form = forms.ChooseForm(request.POST or None, initial={"chosen_with": found.chosen_with})
    if request.method == "POST" and form.is_valid():
        actions.leave_question(question=found, because=form.cleaned_data["chosen_with"], by=member)
        messages.success(request, _("Left aside."))
        return redirect("field:questions", programme)
    shown = {"title": _("Leave aside: %(question)s") % {"question": found}, "form": form}
    shown["button"] = _("Leave it aside")
    return _form(request, shown | _back(member, _("What to find out"), "field:questions"))


@require_POST
def reconsider_question(request: HttpRequest, programme: str, question: uuid.UUID) -> HttpResponse:
    """Undo that a question was chosen or left aside."""
    member = get_member(request, programme, P.RESEARCH)
    actions.reconsider_question(question=_row(member, ResearchQuestion, question), by=member)
    messages.success(request, _("It is proposed again."))
    return redirect("field:questions", programme)


@require_POST
def move_question(request: HttpRequest, programme: str, question: uuid.UUID) -> HttpResponse:
    """Give a question more or less priority."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, ResearchQuestion, question)
    actions.move_question(question=found, earlier=request.POST.get("to") == "earlier", by=member)
    return redirect("field:questions", programme)


def remove_question(request: HttpRequest, programme: str, question: uuid.UUID) -> HttpResponse:
    """Take a question away, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, ResearchQuestion, question)
    if request.method == "POST":
        actions.remove_question(question=found, by=member)
        messages.success(request, _("The question is taken away."))
        return redirect("field:questions", programme)
    shown = {
        "question": _("Take this question away?"),
        "consequences": [f"“{found}”", _("A statement that it was put to people as stays in its round.")],
        "yes": _("Take it away"),
        "back": reverse("field:edit_question", args=[programme, found.pk]),
    }
    return render(request, "web/confirm.html", shown)


# ---- the reference group ---------------------------------------------------------------------------------


def reference_group(request: HttpRequest, programme: str) -> HttpResponse:
    """Who checks the quality, what each checked, and their verdicts."""
    member = get_member(request, programme, P.PEOPLE)
    shown = {
        "reviewers": queries.reviewers(member.programme),
        "unanswered": queries.unanswered(member.programme),
        "crumbs": _crumbs(member),
    }
    return render(request, "field/scoping/reference_group.html", shown)


def add_reviewer(request: HttpRequest, programme: str) -> HttpResponse:
    """Take somebody into the reference group."""
    member = get_member(request, programme, P.RESEARCH)
    form = forms.ReviewerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_reviewer(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("In the reference group."))
        return redirect("field:reference_group", programme)
    shown = {"title": _("Take somebody in"), "form": form}
    return _form(request, shown | _back(member, _("Reference group"), "field:reference_group"))


def edit_reviewer(request: HttpRequest, programme: str, reviewer: uuid.UUID) -> HttpResponse:
    """Correct what is said of somebody in the reference group."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, Reviewer, reviewer)
    said = {name: getattr(found, name) for name in ("name", "office", "knows")}
    form = forms.ReviewerForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_reviewer(reviewer=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("field:reference_group", programme)
    shown = {"title": str(found), "form": form, "changes": changes(found)}
    shown |= {
        "remove": reverse("field:forget_reviewer", args=[programme, found.pk]),
        "removes": _("Forget them"),
    }
    return _form(request, shown | _back(member, _("Reference group"), "field:reference_group"))


def forget_reviewer(request: HttpRequest, programme: str, reviewer: uuid.UUID) -> HttpResponse:
    """Forget somebody of the reference group, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, Reviewer, reviewer)
    if request.method == "POST":
        actions.forget_reviewer(reviewer=found, by=member)
        messages.success(request, _("Their name and words are erased."))
        return redirect("field:reference_group", programme)
    shown = {
        "question": _("Forget %(who)s for ever?") % {"who": found},
        "consequences": [
            _("Their name and what they said are erased here, and wherever the record went."),
            _("This cannot be undone, by nobody."),
        ],
        "yes": _("Yes, forget it for ever"),
        "back": reverse("field:edit_reviewer", args=[programme, found.pk]),
    }
    return render(request, "web/confirm.html", shown)


def add_review(request: HttpRequest, programme: str, reviewer: uuid.UUID) -> HttpResponse:
    """Keep what somebody of the reference group found."""
    member = get_member(request, programme, P.RESEARCH)
    found = _row(member, Reviewer, reviewer)
    form = forms.ReviewForm(request.POST or None, initial={"said_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_review(reviewer=found, by=member, **form.cleaned_data)
        except ValueError as wrong:
            form.add_error("remarks", str(wrong))
        else:
            messages.success(request, _("The verdict is kept."))
            return redirect("field:reference_group", programme)
    shown = {"title": _("What %(who)s found") % {"who": found}, "form": form}
    return _form(request, shown | _back(member, _("Reference group"), "field:reference_group"))


def edit_review(request: HttpRequest, programme: str, review: uuid.UUID) -> HttpResponse:
    """Correct a verdict, or say what was done about it."""
    member = get_member(request, programme, P.RESEARCH)
    found = queries.review_of(member.programme, review)
    if found is None:
        raise Http404
    said = {name: getattr(found, name) for name in ("of", "said_on", "verdict", "remarks", "answer")}
    form = forms.ReviewForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_review(review=found, by=member, **form.cleaned_data)
        except ValueError as wrong:
            form.add_error("remarks", str(wrong))
        else:
            messages.success(request, _("Saved."))
            return redirect("field:reference_group", programme)
    shown = {
        "title": _("What %(who)s found") % {"who": found.reviewer},
        "form": form,
        "changes": changes(found),
    }
    return _form(request, shown | _back(member, _("Reference group"), "field:reference_group"))


# ---- what these pages share ------------------------------------------------------------------------------


def _row(member: Member, model: type[OfProgramme], pk: uuid.UUID) -> Any:
    """The programme's standing row of that id. Raises Http404."""
    found: Removable = get_object_or_404(
        standing(model._default_manager.filter(programme=member.programme)), pk=pk
    )
    found.programme = member.programme  # type: ignore[attr-defined]
    return found


def _form(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    return render(request, "field/form.html", shown)


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    desk = (_("Desk"), reverse("programmes:desk", args=[slug]))
    return [desk, (_("Scoping"), reverse("field:scoping", args=[slug]))]


def _back(member: Member, words: str, route: str) -> dict[str, Any]:
    """The crumbs of a form, and the page that it goes back to."""
    back = reverse(route, args=[member.programme.slug])
    return {"crumbs": [*_crumbs(member), (words, back)], "back": back}
