"""Pages on which rows, problems and answers are drafted; versions, goals, and agendas that were computed."""

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
from django.views.decorators.http import require_POST, require_safe

from jukwaa.agenda.drafting import actions, catalogues, doors, forms, queries, texts
from jukwaa.agenda.models import (
    AgendaChange,
    Alignment,
    Amendment,
    Argument,
    Cause,
    Comment,
    Disagreement,
    Goal,
    Obligation,
    RoadmapRow,
    RoadmapVersion,
    Side,
    Solution,
    Spokesperson,
)
from jukwaa.agenda.queries import history_of, obligations, public_rows, rows
from jukwaa.dialogue.models import Round
from jukwaa.programmes.access import P, get_member, get_participant, get_public_programme, may
from jukwaa.programmes.models import Certificate, Member, Programme
from jukwaa.programmes.queries import standing

# ---- what each side owes ---------------------------------------------------------------------------------


def owe(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Write down who owes what to whom for a row, a line at a time."""
    member, found = doors.get_row(request, programme, row)
    if found.adopted_on:
        messages.error(request, _("The row is adopted, and its words stand. Take the adoption back first."))
        return redirect(found)
    form = forms.ObligationForm(request.POST or None, programme=member.programme)
    if doors.done(request, form, lambda: actions.owe(row=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Written down. Add the next line, or go back to the row."))
        return redirect("agenda:owe", programme, found.pk)
    return _owing(request, member, found, form, _("What each side owes"))


def _owing(
    request: HttpRequest, member: Member, row: RoadmapRow, form: forms.ObligationForm, title: str
) -> HttpResponse:
    lines = obligations([row])[row.pk]
    crumbs = doors.way(member.programme, row)
    return doors.form_page(request, title, form, _("Write it down"), crumbs, row=row, lines=lines)


def edit_obligation(request: HttpRequest, programme: str, obligation: uuid.UUID) -> HttpResponse:
    """Say a line anew."""
    member, found = _obligation(request, programme, obligation)
    usual = forms.ObligationForm.initial_of(found)
    form = forms.ObligationForm(request.POST or None, programme=member.programme, initial=usual)
    said = doors.done(
        request,
        form,
        lambda: actions.change_obligation(obligation=found, by=member, **form.cleaned_data),
    )
    if said:
        messages.success(request, _("Saved. Groups that spoke of other words are asked again."))
        return redirect(found.row)
    return doors.form_page(
        request, _("Change what is owed"), form, _("Save"), doors.way(member.programme, found.row)
    )


def _obligation(
    request: HttpRequest, programme: str, pk: uuid.UUID, *, removed: bool = False
) -> tuple[Member, Obligation]:
    member = doors.facilitator(request, programme)
    found = Obligation.objects.filter(programme=member.programme, removed=removed, merged_into=None)
    found = found.filter(row__removed=False)
    return member, get_object_or_404(found.select_related("row__programme", "row__problem"), pk=pk)


@require_POST
def remove_obligation(request: HttpRequest, programme: str, obligation: uuid.UUID) -> HttpResponse:
    """Take a line away."""
    member, found = _obligation(request, programme, obligation)
    doors.allowed(
        request, lambda: actions.remove_obligation(obligation=found, by=member), _("The line is taken away.")
    )
    return redirect("agenda:draft", programme, found.row_id)


@require_POST
def restore_obligation(request: HttpRequest, programme: str, obligation: uuid.UUID) -> HttpResponse:
    """Put a line back."""
    member, found = _obligation(request, programme, obligation, removed=True)
    doors.allowed(
        request, lambda: actions.restore_obligation(obligation=found, by=member), _("The line stands again.")
    )
    return redirect(found.row)


def forget_spokesperson(request: HttpRequest, programme: str, spokesperson: uuid.UUID) -> HttpResponse:
    """Forget the name of somebody who spoke for a constituency, after asking."""
    member = doors.facilitator(request, programme)
    found = get_object_or_404(
        standing(Spokesperson.objects.filter(programme=member.programme).exclude(name="")), pk=spokesperson
    )
    if request.method == "POST":
        actions.forget_spokesperson(spokesperson=found, by=member)
        messages.success(request, _("The name is forgotten. The office stays on record."))
        return redirect("agenda:roadmap", programme)
    shown = {
        "question": _("Forget the name of %(who)s?") % {"who": found},
        "consequences": [
            _("The name goes on every node and for ever. What was said stays, under the office."),
        ],
        "yes": _("Yes, forget the name"),
        "back": reverse("agenda:roadmap", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


# ---- drafting a row together -----------------------------------------------------------------------------


@require_safe
def draft(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """What the staff and the groups remarked on a row, and what was changed, by whom, from what to what."""
    member = get_member(request, programme, P.SEE)
    found = get_object_or_404(rows(member.programme), pk=row)
    shown = {
        "row": found,
        "comments": queries.comments(found),
        "form": forms.StaffCommentForm(programme=member.programme),
        "history": history_of(found),
        "removed": Obligation.objects.filter(row=found, removed=True, merged_into=None),
        "crumbs": doors.way(member.programme, found),
    }
    return render(request, "agenda/drafting/draft.html", shown)


def comment(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Note a remark of the staff, or of a constituency."""
    member, found = doors.get_row(request, programme, row)
    form = forms.StaffCommentForm(request.POST or None, programme=member.programme)
    if doors.done(request, form, lambda: actions.comment(row=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Noted."))
        return redirect("agenda:draft", programme, found.pk)
    return doors.form_page(
        request, _("Comment on the draft"), form, _("Note it"), doors.way(member.programme, found)
    )


@never_cache
def say(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """A participant remarks on the draft of a row, for their group."""
    participant = get_participant(request, programme)
    found = get_object_or_404(public_rows(participant.programme), pk=row)
    form = forms.CommentForm(request.POST or None)
    said = doors.done(
        request,
        form,
        lambda: actions.comment(row=found, participant=participant, by=participant, **form.cleaned_data),
    )
    shown = {
        "row": found,
        "form": form,
        "said": bool(said),
        "mine": [one for one in queries.comments(found) if one.subject == participant.pk],
    }
    return render(request, "agenda/drafting/say.html", shown)


def resolve(request: HttpRequest, programme: str, comment: uuid.UUID) -> HttpResponse:
    """Say what was done about a remark."""
    member, found = _comment(request, programme, comment)
    form = forms.ResolveForm(request.POST or None)
    resolved = doors.done(
        request, form, lambda: actions.resolve_comment(comment=found, by=member, **form.cleaned_data)
    )
    if resolved:
        messages.success(request, _("Resolved. Whoever made it reads what was done."))
        return redirect("agenda:draft", programme, found.row_id)
    crumbs = doors.way(member.programme, found.row)
    return doors.form_page(
        request, _("Resolve a comment"), form, _("It is resolved"), crumbs, quoted=found.text
    )


def _comment(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Comment]:
    member = doors.facilitator(request, programme)
    found = standing(Comment.objects.filter(programme=member.programme, row__removed=False)).exclude(text="")
    return member, get_object_or_404(found.select_related("row__programme", "row__problem"), pk=pk)


@require_POST
def reopen(request: HttpRequest, programme: str, comment: uuid.UUID) -> HttpResponse:
    """Take a resolution back."""
    member, found = _comment(request, programme, comment)
    actions.reopen_comment(comment=found, by=member)
    messages.success(request, _("The comment is open again."))
    return redirect("agenda:draft", programme, found.row_id)


@require_POST
def remove_comment(request: HttpRequest, programme: str, comment: uuid.UUID) -> HttpResponse:
    """Take a remark away."""
    member, found = _comment(request, programme, comment)
    actions.remove_comment(comment=found, by=member)
    messages.success(request, _("The comment is taken away."))
    return redirect("agenda:draft", programme, found.row_id)


@require_POST
def undo(request: HttpRequest, programme: str, row: uuid.UUID, event: uuid.UUID) -> HttpResponse:
    """Say a row again as it was before a change."""
    member, found = doors.get_row(request, programme, row)
    doors.allowed(
        request,
        lambda: actions.undo_change(row=found, event=event, by=member),
        _("Undone: the row says again what it said before."),
    )
    return redirect("agenda:draft", programme, found.pk)


# ---- versions --------------------------------------------------------------------------------------------


@require_safe
def versions(request: HttpRequest, programme: str) -> HttpResponse:
    """The versions of the roadmap, and which two to compare."""
    of = get_public_programme(request, programme)
    found = list(queries.versions(of))
    shown: dict[str, Any] = {"versions": found, "crumbs": doors.way_by_roadmap(of)}
    if found:
        shown["since"] = queries.compare(found[0].content, queries.content_of(of))
    if may(request.member, P.FACILITATE):  # type: ignore[attr-defined]
        shown["removed"] = queries.all_versions(of).filter(removed=True)
    return render(request, "agenda/drafting/versions.html", shown)


@require_safe
def version(request: HttpRequest, programme: str, version: uuid.UUID) -> HttpResponse:
    """One version, to be read and printed, with its fingerprint."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(queries.versions(of), pk=version)
    shown = {
        "version": found,
        "rows": queries.frozen_rows(found.content),
        "sound": queries.is_sound(found),
    }
    return render(request, "agenda/drafting/version.html", shown)


@require_safe
def version_json(request: HttpRequest, programme: str, version: uuid.UUID) -> HttpResponse:
    """The very file whose SHA-256 is the fingerprint."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(queries.versions(of), pk=version)
    answer = HttpResponse(queries.file_of(found.content), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{programme}-roadmap-{found.number}.json"'
    return answer


@require_safe
def compare(request: HttpRequest, programme: str) -> HttpResponse:
    """What was added, taken away and changed from one version to another, or to the roadmap of today."""
    of = get_public_programme(request, programme)
    found = {one.pk: one for one in queries.versions(of)}
    was, now = forms.Compared(request.GET).chosen()
    # Asked for nothing in particular, it tells what changed since the last version.
    was = was or next(iter(found), None)
    if was not in found or (now is not None and now not in found):
        raise Http404
    first, second = found[was], found[now] if now is not None else None
    shown = {
        "first": first,
        "second": second,
        "differs": queries.compare(first.content, second.content if second else queries.content_of(of)),
        "crumbs": [*doors.way_by_roadmap(of), (_("Versions"), reverse("agenda:versions", args=[of.slug]))],
    }
    return render(request, "agenda/drafting/compare.html", shown)


def freeze(request: HttpRequest, programme: str) -> HttpResponse:
    """Keep the roadmap as it stands, as a new version."""
    member = doors.facilitator(request, programme)
    form = forms.FreezeForm(request.POST or None)
    of = member.programme
    frozen = doors.done(
        request, form, lambda: actions.freeze_roadmap(programme=of, by=member, **form.cleaned_data)
    )
    if frozen:
        messages.success(request, _("The version is kept, and everybody can read it."))
        return redirect("agenda:versions", programme)
    crumbs = [*doors.way_by_roadmap(of), (_("Versions"), reverse("agenda:versions", args=[of.slug]))]
    rule = _(
        "All rows that everybody may see are kept as they stand, with where each group stands. A version is "
        "never changed. It names offices, never persons."
    )
    return doors.form_page(
        request, _("Freeze a version of the roadmap"), form, _("Freeze it"), crumbs, rule=rule
    )


@require_POST
def remove_version(request: HttpRequest, programme: str, version: uuid.UUID) -> HttpResponse:
    """Take a version from everybody's sight."""
    member = doors.facilitator(request, programme)
    found = get_object_or_404(queries.versions(member.programme), pk=version)
    actions.remove_version(version=found, by=member)
    messages.success(request, _("Nobody reads this version any more. You can show it again."))
    return redirect("agenda:versions", programme)


@require_POST
def restore_version(request: HttpRequest, programme: str, version: uuid.UUID) -> HttpResponse:
    """Show a version again."""
    member = doors.facilitator(request, programme)
    gone = queries.all_versions(member.programme).filter(removed=True)
    found: RoadmapVersion = get_object_or_404(gone, pk=version)
    actions.restore_version(version=found, by=member)
    messages.success(request, _("Everybody can read the version again."))
    return redirect("agenda:versions", programme)


# ---- goals -----------------------------------------------------------------------------------------------


@require_safe
def goals(request: HttpRequest, programme: str) -> HttpResponse:
    """Which goals of which catalogues the roadmap serves, with the rows; and the catalogues themselves."""
    of = get_public_programme(request, programme)
    public = request.member is None  # type: ignore[attr-defined]
    shown: dict[str, Any] = {
        "coverage": queries.coverage(of, public=public),
        "crumbs": doors.way_by_roadmap(of),
    }
    if not public:
        shown |= {"own": catalogues.own(of), "shipped": catalogues.shipped()}
    return render(request, "agenda/drafting/goals.html", shown)


@require_safe
def goals_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """All catalogues as a list that can be taken up again, here or elsewhere."""
    of = get_public_programme(request, programme)
    answer = HttpResponse(catalogues.written(catalogues.entries(of)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{programme}-goals.csv"'
    return answer


def align(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Name a goal that a row serves."""
    member, found = doors.get_row(request, programme, row)
    form = forms.AlignForm(request.POST or None, programme=member.programme)

    def named() -> Alignment:
        entry = form.cleaned_data["goal"]
        return actions.align(
            row=found, catalogue=entry.catalogue, code=entry.code, how=form.cleaned_data["how"], by=member
        )

    if doors.done(request, form, named):
        messages.success(request, _("The row names the goal."))
        return redirect(found)
    crumbs = doors.way(member.programme, found)
    return doors.form_page(request, _("Which goal does this row serve?"), form, _("Name it"), crumbs)


@require_POST
def remove_alignment(request: HttpRequest, programme: str, alignment: uuid.UUID) -> HttpResponse:
    """Take a goal from a row."""
    member = doors.facilitator(request, programme)
    named = standing(Alignment.objects.filter(programme=member.programme, row__removed=False))
    found = get_object_or_404(named.select_related("row__programme"), pk=alignment)
    actions.remove_alignment(alignment=found, by=member)
    messages.success(request, _("The row does not name this goal any more."))
    return redirect(found.row)


def add_goal(request: HttpRequest, programme: str) -> HttpResponse:
    """Add an entry to a catalogue of the programme's own."""
    member = doors.facilitator(request, programme)
    form = forms.GoalForm(request.POST or None)
    of = member.programme
    if doors.done(request, form, lambda: actions.add_goal(programme=of, by=member, **form.cleaned_data)):
        messages.success(request, _("The goal is in the catalogue. Rows can name it now."))
        return redirect("agenda:goals", programme)
    return doors.form_page(request, _("Add a goal"), form, _("Add it"), _goal_crumbs(of))


def _goal_crumbs(of: Programme) -> doors.Crumbs:
    return [*doors.way_by_roadmap(of), (_("Goals"), reverse("agenda:goals", args=[of.slug]))]


def edit_goal(request: HttpRequest, programme: str, goal: uuid.UUID) -> HttpResponse:
    """Say a goal otherwise."""
    member, found = _goal(request, programme, goal)
    form = forms.ChangeGoalForm(request.POST or None, initial={"title": found.title, "source": found.source})
    if doors.done(request, form, lambda: actions.change_goal(goal=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("agenda:goals", programme)
    return doors.form_page(request, str(found), form, _("Save"), _goal_crumbs(member.programme))


def _goal(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Goal]:
    member = doors.facilitator(request, programme)
    return member, get_object_or_404(standing(Goal.objects.filter(programme=member.programme)), pk=pk)


@require_POST
def remove_goal(request: HttpRequest, programme: str, goal: uuid.UUID) -> HttpResponse:
    """Take a goal out of its catalogue."""
    member, found = _goal(request, programme, goal)
    doors.allowed(request, lambda: actions.remove_goal(goal=found, by=member), _("Taken away."))
    return redirect("agenda:goals", programme)


def import_goals(request: HttpRequest, programme: str) -> HttpResponse:
    """Take up a list of goals from a file: all of it, or nothing and the line that is wrong."""
    member = doors.facilitator(request, programme)
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    of = member.programme

    def taken() -> tuple[int]:
        return (actions.import_goals(programme=of, entries=form.cleaned_data["file"], by=member),)

    if found := doors.done(request, form, taken):
        new = ngettext("%(number)d goal is new.", "%(number)d goals are new.", found[0])
        messages.success(request, new % {"number": found[0]})
        return redirect("agenda:goals", programme)
    return doors.form_page(request, _("Take up a list of goals"), form, _("Take it up"), _goal_crumbs(of))


# ---- causes of a problem ---------------------------------------------------------------------------------


@require_safe
def causes(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """The tree of causes, to be added to and moved about."""
    member, found = doors.get_problem(request, programme, problem)
    shown = {
        "problem": found,
        "causes": queries.causes(found),
        "form": forms.NewCauseForm(problem=found),
        "removed": Cause.objects.filter(problem=found, removed=True, merged_into=None),
        "moved": request.GET.get("moved", ""),
        "crumbs": doors.way(member.programme, found),
    }
    return render(request, "agenda/drafting/causes.html", shown)


def add_cause(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Note a cause."""
    member, found = doors.get_problem(request, programme, problem)
    form = forms.NewCauseForm(request.POST or None, problem=found)
    if doors.done(request, form, lambda: actions.add_cause(problem=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Noted."))
        return redirect("agenda:causes", programme, found.pk)
    return doors.form_page(request, _("Add a cause"), form, _("Note it"), doors.way(member.programme, found))


def _cause(
    request: HttpRequest, programme: str, pk: uuid.UUID, *, removed: bool = False
) -> tuple[Member, Cause]:
    member = doors.facilitator(request, programme)
    found = Cause.objects.filter(programme=member.programme, removed=removed, merged_into=None)
    return member, get_object_or_404(found.select_related("problem__programme", "under"), pk=pk)


def edit_cause(request: HttpRequest, programme: str, cause: uuid.UUID) -> HttpResponse:
    """Say a cause in other words."""
    member, found = _cause(request, programme, cause)
    form = forms.CauseForm(request.POST or None, initial={"text": found.text})
    if doors.done(request, form, lambda: actions.change_cause(cause=found, by=member, **form.cleaned_data)):
        return redirect("agenda:causes", programme, found.problem_id)
    return doors.form_page(
        request, _("Change a cause"), form, _("Save"), doors.way(member.programme, found.problem)
    )


@require_POST
def move_cause(request: HttpRequest, programme: str, cause: uuid.UUID) -> HttpResponse:
    """Move a cause: the button says where to. The page comes back with the focus on it."""
    member, found = _cause(request, programme, cause)
    try:
        actions.move_cause(cause=found, to=request.POST.get("to", ""), by=member)
    except (actions.CannotMove, ValueError) as refused:
        messages.error(request, str(refused))
    back = reverse("agenda:causes", args=[programme, found.problem_id])
    # No fragment: a browser then goes there, and gives the focus to nothing.
    return redirect(f"{back}?moved={found.pk}")


@require_POST
def remove_cause(request: HttpRequest, programme: str, cause: uuid.UUID) -> HttpResponse:
    """Take a cause away."""
    member, found = _cause(request, programme, cause)
    doors.allowed(request, lambda: actions.remove_cause(cause=found, by=member), _("Taken away."))
    return redirect("agenda:causes", programme, found.problem_id)


@require_POST
def restore_cause(request: HttpRequest, programme: str, cause: uuid.UUID) -> HttpResponse:
    """Put a cause back."""
    member, found = _cause(request, programme, cause, removed=True)
    doors.allowed(request, lambda: actions.restore_cause(cause=found, by=member), _("It stands again."))
    return redirect("agenda:causes", programme, found.problem_id)


# ---- we agree that we disagree ---------------------------------------------------------------------------


def disagree(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Write down on what the groups disagree."""
    member, found = doors.get_problem(request, programme, problem)
    form = forms.DisagreementForm(request.POST or None)
    said = doors.done(
        request, form, lambda: actions.agree_to_disagree(problem=found, by=member, **form.cleaned_data)
    )
    if said:
        messages.success(request, _("Written down. Now note what each side says."))
        return redirect("agenda:take_side", programme, said.pk)
    crumbs = doors.way(member.programme, found)
    return doors.form_page(request, _("We agree that we disagree"), form, _("Write it down"), crumbs)


def _disagreement(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Disagreement]:
    member = doors.facilitator(request, programme)
    found = standing(Disagreement.objects.filter(programme=member.programme, problem__removed=False))
    return member, get_object_or_404(found.select_related("problem__programme"), pk=pk)


def edit_disagreement(request: HttpRequest, programme: str, disagreement: uuid.UUID) -> HttpResponse:
    """Say anew on what they disagree, and what would settle it."""
    member, found = _disagreement(request, programme, disagreement)
    usual = {"question": found.question, "would_settle": found.would_settle}
    form = forms.DisagreementForm(request.POST or None, initial=usual)
    changed = doors.done(
        request,
        form,
        lambda: actions.change_disagreement(disagreement=found, by=member, **form.cleaned_data),
    )
    if changed:
        messages.success(request, _("Saved."))
        return redirect(found.problem)
    crumbs = doors.way(member.programme, found.problem)
    return doors.form_page(request, _("We agree that we disagree"), form, _("Save"), crumbs)


def take_side(request: HttpRequest, programme: str, disagreement: uuid.UUID) -> HttpResponse:
    """Note what one constituency says in a disagreement."""
    member, found = _disagreement(request, programme, disagreement)
    usual = {"constituency": request.GET.get("constituency")}
    form = forms.SideForm(request.POST or None, programme=member.programme, initial=usual)
    taken = doors.done(
        request, form, lambda: actions.take_side(disagreement=found, by=member, **form.cleaned_data)
    )
    if taken:
        messages.success(request, _("Noted what they say."))
        return redirect(found.problem)
    crumbs = doors.way(member.programme, found.problem)
    return doors.form_page(
        request, _("What does each side say?"), form, _("Note it"), crumbs, quoted=found.question
    )


@require_POST
def remove_side(request: HttpRequest, programme: str, side: uuid.UUID) -> HttpResponse:
    """Take away what was noted by mistake."""
    member = doors.facilitator(request, programme)
    said = standing(Side.objects.filter(programme=member.programme, disagreement__removed=False))
    found = get_object_or_404(said.select_related("disagreement__problem__programme"), pk=side)
    actions.remove_side(side=found, by=member)
    messages.success(request, _("Taken away."))
    return redirect(found.disagreement.problem)


def settle_disagreement(request: HttpRequest, programme: str, disagreement: uuid.UUID) -> HttpResponse:
    """Say how a disagreement was settled."""
    member, found = _disagreement(request, programme, disagreement)
    form = forms.SettleForm(request.POST or None)
    settled = doors.done(
        request,
        form,
        lambda: actions.settle_disagreement(disagreement=found, by=member, **form.cleaned_data),
    )
    if settled:
        messages.success(request, _("It is settled. What each side said stays on record."))
        return redirect(found.problem)
    crumbs = doors.way(member.programme, found.problem)
    return doors.form_page(
        request, _("How was it settled?"), form, _("It is settled"), crumbs, quoted=found.question
    )


@require_POST
def reopen_disagreement(request: HttpRequest, programme: str, disagreement: uuid.UUID) -> HttpResponse:
    """It is not settled after all."""
    member, found = _disagreement(request, programme, disagreement)
    actions.reopen_disagreement(disagreement=found, by=member)
    messages.success(request, _("It is open again."))
    return redirect(found.problem)


@require_POST
def remove_disagreement(request: HttpRequest, programme: str, disagreement: uuid.UUID) -> HttpResponse:
    """Take away what was written down by mistake."""
    member, found = _disagreement(request, programme, disagreement)
    actions.remove_disagreement(disagreement=found, by=member)
    messages.success(request, _("Taken away."))
    return redirect(found.problem)


# ---- a solution: its text, amendments, pros and cons -----------------------------------------------------


@require_safe
def solution(request: HttpRequest, programme: str, solution: uuid.UUID) -> HttpResponse:
    """How a solution reads today, what was asked to be changed in it, and what speaks for and against it."""
    of = get_public_programme(request, programme)
    found = doors.solution_of(of, solution)
    asked = list(queries.amendments(found))
    first = list(queries.clauses(found))
    shown = {
        "solution": found,
        "lines": texts.text(first, asked),
        "versions": texts.versions(first, asked)[:-1],
        "amendments": asked,
        "arguments": queries.arguments(found),
        "last": next(reversed(texts.in_force(asked)), None),
        "crumbs": doors.way(of, found.problem),
    }
    return render(request, "agenda/drafting/solution.html", shown)


def _solution(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Solution]:
    member = doors.facilitator(request, programme)
    return member, doors.solution_of(member.programme, pk)


def _solution_crumbs(found: Solution) -> doors.Crumbs:
    here = reverse("agenda:solution", args=[found.programme.slug, found.pk])
    return [*doors.way(found.programme, found.problem), (found, here)]


def write_text(request: HttpRequest, programme: str, solution: uuid.UUID) -> HttpResponse:
    """Write the first text of a solution, in the place of what stood there."""
    member, found = _solution(request, programme, solution)
    said = "\n".join(clause.text for clause in queries.clauses(found))
    form = forms.TextForm(request.POST or None, initial={"clauses": said or found.title})
    if doors.done(request, form, lambda: actions.write_text(solution=found, by=member, **form.cleaned_data)):
        messages.success(request, _("The text is written. From now on groups can amend it clause by clause."))
        return redirect("agenda:solution", programme, found.pk)
    return doors.form_page(request, _("Write the text"), form, _("Write it down"), _solution_crumbs(found))


def amend(request: HttpRequest, programme: str, solution: uuid.UUID) -> HttpResponse:
    """Propose a change of one clause."""
    member, found = _solution(request, programme, solution)
    lines = queries.text_of(found)
    usual = {"at": request.GET.get("at"), "kind": "replace"}
    form = forms.AmendForm(request.POST or None, solution=found, lines=lines, initial=usual)
    proposed = doors.done(
        request, form, lambda: actions.propose_amendment(solution=found, by=member, **form.cleaned_data)
    )
    if proposed:
        messages.success(
            request, _("The amendment is proposed. Now it is accepted, or declined with a reason.")
        )
        return redirect("agenda:solution", programme, found.pk)
    return doors.form_page(request, _("Propose an amendment"), form, _("Propose it"), _solution_crumbs(found))


def _amendment(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Amendment]:
    member = doors.facilitator(request, programme)
    found = standing(Amendment.objects.filter(programme=member.programme, solution__removed=False))
    return member, get_object_or_404(found.select_related("solution__problem", "solution__programme"), pk=pk)


def decide(request: HttpRequest, programme: str, amendment: uuid.UUID) -> HttpResponse:
    """Accept an amendment, or decline it with a reason."""
    member, found = _amendment(request, programme, amendment)
    form = forms.DecideForm(request.POST or None)

    def decided() -> Amendment:
        accepted = form.cleaned_data["decision"] == "accept"
        act = actions.accept_amendment if accepted else actions.decline_amendment
        return act(amendment=found, reason=form.cleaned_data["reason"], by=member)

    if doors.done(request, form, decided):
        messages.success(request, _("It is decided, and stands on record."))
        return redirect("agenda:solution", programme, found.solution_id)
    return doors.form_page(
        request,
        _("Decide on an amendment"),
        form,
        _("Decide"),
        _solution_crumbs(found.solution),
        amendment=found,
    )


@require_POST
def take_back_decision(request: HttpRequest, programme: str, amendment: uuid.UUID) -> HttpResponse:
    """The amendment is open again."""
    member, found = _amendment(request, programme, amendment)
    doors.allowed(
        request,
        lambda: actions.take_back_decision(amendment=found, by=member),
        _("The decision is taken back; the amendment is open again."),
    )
    return redirect("agenda:solution", programme, found.solution_id)


def argue(request: HttpRequest, programme: str, solution: uuid.UUID) -> HttpResponse:
    """Note what speaks for a solution, or against it."""
    member, found = _solution(request, programme, solution)
    usual = {"side": request.GET.get("side")}
    form = forms.ArgueForm(request.POST or None, programme=member.programme, initial=usual)
    if doors.done(request, form, lambda: actions.argue(solution=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Noted."))
        return redirect("agenda:solution", programme, found.pk)
    return doors.form_page(
        request, _("What speaks for it, and against it"), form, _("Note it"), _solution_crumbs(found)
    )


@require_POST
def remove_argument(request: HttpRequest, programme: str, argument: uuid.UUID) -> HttpResponse:
    """Take away what was noted by mistake."""
    member = doors.facilitator(request, programme)
    found = get_object_or_404(standing(Argument.objects.filter(programme=member.programme)), pk=argument)
    actions.remove_argument(argument=found, by=member)
    messages.success(request, _("Taken away."))
    return redirect("agenda:solution", programme, found.solution_id)


# ---- an agenda that was computed -------------------------------------------------------------------------


@require_safe
def computed(request: HttpRequest, programme: str, certificate: uuid.UUID) -> HttpResponse:
    """An agenda as it was computed, beside what the facilitator changed in it, with each reason."""
    of = get_public_programme(request, programme)
    public = request.member is None  # type: ignore[attr-defined]
    found, round_ = _computed(of, certificate, public=public)
    shown = {"computed": queries.agenda_of(found, round_), "crumbs": doors.way(of)}
    return render(request, "agenda/drafting/computed.html", shown)


def _computed(of: Programme, pk: uuid.UUID, *, public: bool) -> tuple[Certificate, Round]:
    """The certificate and its round. Raises Http404."""
    for found, round_ in queries.computed(of, public=public):
        if found.pk == pk:
            return found, round_
    raise Http404


def change_agenda(request: HttpRequest, programme: str, certificate: uuid.UUID) -> HttpResponse:
    """Put a statement elsewhere on a computed agenda, or leave it out, and say why."""
    member = doors.facilitator(request, programme)
    found, round_ = _computed(member.programme, certificate, public=False)
    form = forms.ChangeAgendaForm(request.POST or None, round=round_)
    changed = doors.done(
        request, form, lambda: actions.change_agenda(certificate=found, by=member, **form.cleaned_data)
    )
    if changed:
        messages.success(request, _("Changed. What was computed stays beside it, with your reason."))
        return redirect("agenda:computed", programme, found.pk)
    here = reverse("agenda:computed", args=[programme, found.pk])
    crumbs = [*doors.way(member.programme), (_("Computed agenda"), here)]
    return doors.form_page(request, _("Change the computed agenda"), form, _("Change it"), crumbs)


@require_POST
def take_back_agenda_change(request: HttpRequest, programme: str, change: uuid.UUID) -> HttpResponse:
    """Let a statement stand again where it was computed."""
    member = doors.facilitator(request, programme)
    found = get_object_or_404(standing(AgendaChange.objects.filter(programme=member.programme)), pk=change)
    actions.take_back_agenda_change(change=found, by=member)
    messages.success(request, _("It stands again where it was computed."))
    return redirect("agenda:computed", programme, found.certificate_id)
