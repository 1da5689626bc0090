"""Pages on which a row of the roadmap is drafted, and on which the roadmap's versions and goals are read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jukwaa.agenda.drafting import actions, catalogues, doors, forms, queries
from jukwaa.agenda.models import Alignment, Comment, Goal, Obligation, RoadmapRow, RoadmapVersion
from jukwaa.agenda.queries import history_of, obligations, public_rows, rows
from jukwaa.programmes.access import P, get_member, get_participant, get_public_programme, may
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import standing

# ---- what each side owes ---------------------------------------------------------------------------------


def owe(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Write down who owes what to whom for a row, a line at a time."""
    member, found = doors.get_row(request, programme, row)
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
    found = standing(Comment.objects.filter(programme=member.programme, row__removed=False))
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
    if was not in found or (now is not None and now not in found):
        raise Http404
    first, second = found[was], found.get(now)
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
        messages.success(request, _("%(number)d goals are new.") % {"number": found[0]})
        return redirect("agenda:goals", programme)
    return doors.form_page(request, _("Take up a list of goals"), form, _("Take it up"), _goal_crumbs(of))
