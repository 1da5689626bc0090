"""Pages of the agenda room: the agenda, the roadmap and the leadership group, for everybody and for staff."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jukwaa.agenda import actions, choice, forms, queries
from jukwaa.agenda.drafting import actions as drafters
from jukwaa.agenda.drafting import queries as drafting
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import queries as elections
from jukwaa.agenda.election.forms import NominationForm
from jukwaa.agenda.models import (
    Candidate,
    Endorsement,
    LeadershipGroup,
    Obligation,
    Problem,
    RoadmapRow,
    Seat,
    Solution,
)
from jukwaa.dialogue.models import Channel, Gradient
from jukwaa.programmes.access import P, get_member, get_participant, get_public_programme, may
from jukwaa.programmes.download import long_spreadsheet
from jukwaa.programmes.models import Certificate, Constituency, Member, Programme
from jukwaa.programmes.queries import certificates, changes, constituencies, reduced, standing

A_PAGE = 25
# So many rows stand on one page that is made for paper, and are read at once for a table.
ON_PAPER = AT_ONCE = 250
Crumbs = list[tuple[Any, str]]


# ---- the agenda, for everybody ---------------------------------------------------------------------------


@require_safe
def agenda(request: HttpRequest, programme: str) -> HttpResponse:
    """What the groups agree must change, with the answers they agreed and what the roadmap does about it."""
    of = get_public_programme(request, programme)
    staff = _is_staff(request)
    search = forms.AgendaSearch(request.GET)
    found = queries.problems_with(search.chosen(), queries.problems(of, public=not staff))
    shown = {
        "search": search,
        "chosen": search.chosen(),
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "query": _query(request),
        "disagreements": drafting.open_disagreements(of),
        "computed": drafting.computed(of, public=not staff),
    }
    if staff:
        shown |= {
            "waiting": queries.findings_to_take_up(of).count(),
            "removed": queries.removed_problems(of),
        }
    return render(request, "agenda/agenda.html", shown)


def _is_staff(request: HttpRequest) -> bool:
    return request.member is not None  # type: ignore[attr-defined]


def _query(request: HttpRequest) -> str:
    """What was searched for, as the pager's links carry it on."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"{asked.urlencode()}&" if asked else ""


@require_safe
def problem(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """One problem: what the groups said, what was agreed as an answer, and who does what about it."""
    of = get_public_programme(request, programme)
    staff = _is_staff(request)
    found = get_object_or_404(queries.problems(of, public=not staff), pk=problem)
    said = queries.standings(of, found.actions)  # type: ignore[attr-defined]
    shown = {
        "problem": found,
        "rows": [(row, said[row.pk]) for row in found.actions],  # type: ignore[attr-defined]
        "shows": staff or found.finding.statement.round.shows_results(),
        "causes": drafting.causes(found),
        "disagreements": drafting.disagreements(found),
        "crumbs": _crumbs(of),
    }
    if staff:
        shown |= {"waiting": queries.answers_to_take_up(found).count(), "changes": changes(found)}
    return render(request, "agenda/problem.html", shown)


# ---- the roadmap, for everybody --------------------------------------------------------------------------


@require_safe
def roadmap(request: HttpRequest, programme: str) -> HttpResponse:
    """Who does what by when: the rows of the roadmap, to be searched."""
    of = get_public_programme(request, programme)
    search, found = _searched(request, of)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    said = queries.standings(of, list(page))
    shown = {
        "search": search,
        "chosen": search.chosen(),
        "page": page,
        "rows": [(row, said[row.pk]) for row in page],
        "query": _query(request),
        "constituencies": constituencies(of),
        "crumbs": _crumbs(of),
    }
    if _is_staff(request):
        shown["removed"] = queries.removed_rows(of)
    return render(request, "agenda/roadmap.html", shown)


def _searched(request: HttpRequest, of: Programme) -> tuple[forms.RoadmapSearch, QuerySet[RoadmapRow]]:
    public = not _is_staff(request)
    search = forms.RoadmapSearch(request.GET, programme=of, public=public)
    return search, queries.rows(of, public=public, **search.chosen())


@require_safe
def roadmap_print(request: HttpRequest, programme: str) -> HttpResponse:
    """The roadmap on paper, as it was searched."""
    of = get_public_programme(request, programme)
    page = Paginator(_searched(request, of)[1], ON_PAPER).get_page(request.GET.get("page"))
    said, lines = queries.standings(of, list(page)), queries.obligations(list(page))
    shown = {
        "rows": [(row, said[row.pk], lines[row.pk]) for row in page],
        "page": page,
        "query": _query(request),
    }
    return render(request, "agenda/roadmap_print.html", shown)


@require_safe
def roadmap_csv(request: HttpRequest, programme: str) -> StreamingHttpResponse:
    """The roadmap as a table for a spreadsheet, as it was searched; a column for each constituency."""
    of = get_public_programme(request, programme)
    found = _searched(request, of)[1]
    columns = [*COLUMNS, "owes", "goals", *(str(group) for group in constituencies(of))]
    return long_spreadsheet(f"{programme}-roadmap", columns, _in_cells(of, found))


def _in_cells(of: Programme, found: QuerySet[RoadmapRow]) -> Iterator[Iterator[list[Any]]]:
    """The rows as cells, so many at a time: not all of them, with where each group stands, at once."""
    ids = list(found.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        rows = list(found.filter(pk__in=ids[start : start + AT_ONCE]))
        said, lines = queries.standings(of, rows), queries.obligations(rows)
        goals = drafting.served(of, rows)
        yield (_row_in_cells(row, said[row.pk], lines[row.pk], goals[row.pk]) for row in rows)


def _row_in_cells(
    row: RoadmapRow,
    standing: queries.Standing,
    lines: Sequence[Obligation],
    goals: Sequence[drafting.Served],
) -> list[Any]:
    values = (getattr(row, name) for name in COLUMNS)
    own = ["" if value is None else int(value) if isinstance(value, bool) else str(value) for value in values]
    owed = "\n".join(f"{line.debtor} > {line.creditor or '*'}: {line.what}" for line in lines)
    served = "; ".join(str(goal.alignment) for goal in goals)
    return [*own, owed, served, *(_stand_in_words(stand) for stand in standing.stands)]


COLUMNS = (
    "problem",
    "solution",
    "theme",
    "action",
    "level",
    "owner_office",
    "owner_organisation",
    "partners",
    "obligations",
    "first_step",
    "first_step_on",
    "starts_on",
    "due_on",
    "resources",
    "secured",
    "indicator",
    "unit",
    "direction",
    "baseline",
    "target",
    "adopted_on",
)


def _stand_in_words(stand: queries.Stand) -> str:
    """The step on the gradient, the reservation behind it, and who made it."""
    if stand.gradient is None or stand.said is None:
        return ""
    words = f"{stand.gradient.label}: {stand.said.reservation}".rstrip(": ")
    spoke = stand.said.spokesperson
    return words if spoke is None else f"{words} ({spoke.public_name})"


@require_safe
def row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """One row of the roadmap: who does what by when, and where each group stands to it."""
    of = get_public_programme(request, programme)
    staff = _is_staff(request)
    found = get_object_or_404(queries.rows(of, public=not staff), pk=row)
    crumbs = [*_crumbs(of), (_("Roadmap"), reverse("agenda:roadmap", args=[programme]))]
    shown = {
        "row": found,
        "standing": queries.standing_of(found),
        "steps": STEPS,
        "lines": queries.obligations([found])[found.pk],
        "goals": drafting.served(of, [found])[found.pk],
        "participant": request.participant,  # type: ignore[attr-defined]
        "drafts": not found.adopted_on and may(request.member, P.FACILITATE),  # type: ignore[attr-defined]
        "affected": queries.affected(found),
        "crumbs": crumbs,
    }
    if staff:
        shown["open_comments"] = drafting.open_comments(found)
    return render(request, "agenda/row.html", shown)


STEPS = [gradient.share for gradient in Gradient]


@require_safe
def sheet(request: HttpRequest, programme: str, constituency: uuid.UUID) -> HttpResponse:
    """What the roadmap means for one constituency, on paper: what we get, what we owe."""
    of = get_public_programme(request, programme)
    group = get_object_or_404(constituencies(of), pk=constituency)
    group.programme = of
    public = not _is_staff(request)
    page = Paginator(queries.rows_for(group, public=public), ON_PAPER).get_page(request.GET.get("page"))
    shown = {
        "constituency": group,
        "sheet": queries.sheet(group, list(page)),
        "many": queries.owed(group, public=public),
        "page": page,
    }
    return render(request, "agenda/sheet.html", shown)


# ---- leadership groups, for everybody --------------------------------------------------------------------


@require_safe
def groups(request: HttpRequest, programme: str) -> HttpResponse:
    """The programme's leadership groups, each with its balance and whether it is endorsed."""
    of = get_public_programme(request, programme)
    found = [(one, queries.balance(one), queries.group_standing(one)) for one in queries.groups(of)]
    return render(request, "agenda/groups.html", {"groups": found, "crumbs": _crumbs(of)})


@require_safe
def group(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """One leadership group: its seats and their balance, its terms of reference, and who endorses it."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(queries.groups(of), pk=group)
    shown = {
        "group": found,
        "seats": queries.seats(found),
        "balance": queries.balance(found),
        "standing": queries.group_standing(found),
        "rule": queries.GROUP_RULE,
        "crumbs": [*_crumbs(of), (_("Leadership groups"), reverse("agenda:groups", args=[programme]))],
    }
    newest = queries.slates(found).first()
    shown |= {"phase": found.phase(), "slate": queries.slate(newest) if newest else None}
    shown |= {"authorities": elections.authorities(found), "window": elections.window(found)}
    if _is_staff(request):
        shown |= _for_choosing(found) | {"changes": changes(found)}
    return render(request, "agenda/group.html", shown)


def _for_choosing(group: LeadershipGroup) -> dict[str, Any]:
    """What the staff sees of who stands and who voted: never who voted for whom."""
    stand = list(queries.candidates(group))
    nominating = group.phase() == LeadershipGroup.Phase.NOMINATING
    newest = queries.slates(group).first()
    anew = newest is not None and not queries.same_stand(newest, stand)
    turnout = [] if nominating else queries.turnout(group)
    return {
        "candidates": stand,
        "standing_candidates": sum(one.stands for one in stand),
        "register": queries.register(group),
        "turnout": turnout,
        "voted": sum(line.voted for line in turnout),
        "ways": choice.ways_out(group) if stand and group.size and (anew or not newest) else None,
        "anew": anew,
    }


# ---- leadership groups: a participant's ballot -----------------------------------------------------------


@never_cache
def ballot(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Whom a participant approves of for a leadership group; it can be changed while the vote is open."""
    participant = get_participant(request, programme)
    found = get_object_or_404(queries.groups(participant.programme), pk=group)
    named = queries.ballot_of(found, participant)
    shown: dict[str, Any] = {"group": found, "voted": named is not None}
    if found.phase() != LeadershipGroup.Phase.VOTING:
        shown |= {"slate": queries.slates(found).first(), "phase": found.phase()}
        status = 409 if request.method == "POST" else 200
        return render(request, "agenda/ballot_closed.html", shown, status=status)
    form = forms.BallotForm(request.POST if request.method == "POST" else None, group=found, named=named)
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        given: dict[str, Any] = {"group": found, "participant": participant, "by": participant}
        if _done(request, form, lambda: actions.cast_ballot(approved=[c.pk for c in chosen], **given)):
            return render(request, "agenda/ballot_kept.html", shown | {"chosen": chosen})
    shown |= {"form": form, "quotas": [line for line in queries.register(found) if line.quota]}
    return render(request, "agenda/ballot.html", shown, status=409 if form.errors else 200)


# ---- leadership groups: the slate, for everybody ---------------------------------------------------------


@require_safe
def slate(request: HttpRequest, programme: str, slate: uuid.UUID) -> HttpResponse:
    """Who was chosen for a leadership group, at what price of quotas, and whom the voters have in it."""
    of = get_public_programme(request, programme)
    found = _slate(of, slate)
    group = queries.group_of(found)
    staff = _is_staff(request)
    shown = {
        "slate": queries.slate(found),
        "group": group,
        "staff": staff,
        # Whoever has a card read the names on the ballot; everybody else reads those who agreed to it.
        "named": staff or request.participant is not None,  # type: ignore[attr-defined]
        "newer": queries.slates(group).first() != found,
        "files": sorted(found.said.get("files", {}).items()),
        "crumbs": _slate_crumbs(of, group),
    }
    if staff:
        shown |= {"reduced": reduced(found), "follows": choice.follows(found)}
    return render(request, "agenda/slate.html", shown)


def _slate(of: Programme, pk: uuid.UUID) -> Certificate:
    found: Certificate = get_object_or_404(certificates(of, Certificate.Kind.SLATE), pk=pk)
    return found


def _slate_crumbs(of: Programme, group: LeadershipGroup) -> Crumbs:
    way = [*_crumbs(of), (_("Leadership groups"), reverse("agenda:groups", args=[of.slug]))]
    return [*way, (group, group.get_absolute_url())]


# ---- staff: problems and solutions -----------------------------------------------------------------------


@require_safe
def findings(request: HttpRequest, programme: str) -> HttpResponse:
    """The findings that nothing on the agenda builds on yet."""
    member = _facilitator(request, programme)
    waiting = queries.findings_to_take_up(member.programme)
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "agenda/findings.html", {"page": page, "crumbs": _crumbs(member.programme)})


def _facilitator(request: HttpRequest, programme: str) -> Member:
    return get_member(request, programme, P.FACILITATE)


def take_up(request: HttpRequest, programme: str, finding: uuid.UUID) -> HttpResponse:
    """Put a finding on the agenda."""
    member = _facilitator(request, programme)
    found = get_object_or_404(queries.findings_to_take_up(member.programme), pk=finding)
    form = forms.ProblemForm(request.POST or None, finding=found)
    taken = _done(
        request, form, lambda: actions.take_up_problem(finding=found, by=member, **form.cleaned_data)
    )
    if taken:
        messages.success(request, _("The problem is on the agenda."))
        return redirect(taken)
    crumbs = [*_crumbs(member.programme), (_("Findings"), reverse("agenda:findings", args=[programme]))]
    return _form(request, _("Put it on the agenda"), form, _("Put it there"), crumbs, finding=found)


def _done(request: HttpRequest, form: Form, act: Callable[[], Any]) -> Any:
    """What the action gives once a sound form was posted; else None. When it refuses, the form says why."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
    except (ValueError, actions.Refused) as refused:
        form.add_error(None, str(refused))
        return None


def edit_problem(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Say a problem in other words."""
    member = _facilitator(request, programme)
    found = _problem(member.programme, problem)
    usual = {"title": found.title, "cycle": found.cycle}
    form = forms.ProblemForm(request.POST or None, finding=found.finding, initial=usual)
    if _done(request, form, lambda: actions.change_problem(problem=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(found)
    return _form(request, _("Change the problem"), form, _("Save"), _crumbs(member.programme, found))


def _problem(programme: Programme, pk: uuid.UUID) -> Problem:
    found = get_object_or_404(queries.problems(programme), pk=pk)
    found.programme = programme
    return found


def remove_problem(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Take a problem off the agenda, after asking."""
    member = _facilitator(request, programme)
    found = _problem(member.programme, problem)
    if request.method == "POST":
        done = _allowed(request, lambda: actions.remove_problem(problem=found, by=member), _("Taken away."))
        return redirect("agenda:agenda", programme) if done else redirect(found)
    return _confirm(
        request,
        _("Take this problem off the agenda?"),
        [f"“{found.title}”", _("Its finding can be taken up again, and you can put the problem back.")],
        _("Yes, take it off"),
        found.get_absolute_url(),
    )


def _allowed(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Whether the action was done; says so, or why not."""
    try:
        act()
    except (ValueError, actions.Refused) as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, done)
    return True


@require_POST
def restore_problem(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Put a problem back on the agenda."""
    member = _facilitator(request, programme)
    found = get_object_or_404(queries.removed_problems(member.programme), pk=problem)
    _allowed(
        request, lambda: actions.restore_problem(problem=found, by=member), _("It is on the agenda again.")
    )
    return redirect("agenda:agenda", programme)


def agree(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Take a finding up as an answer to the problem."""
    member = _facilitator(request, programme)
    found = _problem(member.programme, problem)
    form = forms.AgreeForm(request.POST or None, problem=found)
    if _done(request, form, lambda: actions.agree_solution(problem=found, by=member, **form.cleaned_data)):
        messages.success(request, _("The answer is agreed. Now put who does what on the roadmap."))
        return redirect(found)
    shown = {"problem": found, "form": form, "crumbs": _crumbs(member.programme, found)}
    return render(request, "agenda/agree.html", shown)


def edit_solution(request: HttpRequest, programme: str, solution: uuid.UUID) -> HttpResponse:
    """Say an answer in other words."""
    member = _facilitator(request, programme)
    found = _solution(member.programme, solution)
    form = forms.SolutionForm(request.POST or None, finding=found.finding, initial={"title": found.title})
    if _done(request, form, lambda: actions.change_solution(solution=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(found.problem)
    crumbs = _crumbs(member.programme, found.problem)
    return _form(request, _("Change the answer"), form, _("Save"), crumbs)


def _solution(programme: Programme, pk: uuid.UUID) -> Solution:
    found = standing(Solution.objects.filter(programme=programme)).select_related(
        "problem__programme", "finding__statement"
    )
    return get_object_or_404(found, pk=pk)


def remove_solution(request: HttpRequest, programme: str, solution: uuid.UUID) -> HttpResponse:
    """Take an answer away, after asking."""
    member = _facilitator(request, programme)
    found = _solution(member.programme, solution)
    if request.method == "POST":
        _allowed(request, lambda: actions.remove_solution(solution=found, by=member), _("Taken away."))
        return redirect(found.problem)
    return _confirm(
        request,
        _("Take this answer away?"),
        [f"“{found.title}”", _("Its finding can be taken up as an answer again.")],
        _("Yes, take it away"),
        found.problem.get_absolute_url(),
    )


# ---- staff: the roadmap ----------------------------------------------------------------------------------


def add_row(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Put an action on the roadmap."""
    member = _facilitator(request, programme)
    found = _problem(member.programme, problem)
    form = forms.RowForm(
        request.POST or None, problem=found, initial={"solution": request.GET.get("solution")}
    )
    added = _done(request, form, lambda: actions.add_row(problem=found, by=member, **form.cleaned_data))
    if added:
        messages.success(request, _("The row is on the roadmap. Now ask each group where it stands."))
        return redirect(added)
    return _row_form(request, member, _("Add a row to the roadmap"), form, found)


def _row_form(
    request: HttpRequest, member: Member, title: str, form: forms.RowForm, *under: Problem | RoadmapRow
) -> HttpResponse:
    crumbs = _crumbs(member.programme, *under)
    shown = {"title": title, "form": form, "under": under, "crumbs": crumbs, "back": crumbs[-1][1]}
    return render(request, "agenda/row_form.html", shown)


def edit_row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Say a row anew, as long as it is not adopted."""
    member, found = _row(request, programme, row)
    if found.adopted_on:
        messages.error(request, _("The row is adopted, and its words stand. Take the adoption back first."))
        return redirect(found)
    form = forms.RowForm(request.POST or None, problem=found.problem, initial=forms.RowForm.initial_of(found))
    if _done(request, form, lambda: actions.change_row(row=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Saved. Groups that spoke of other words are asked again."))
        return redirect(found)
    return _row_form(request, member, _("Change the row"), form, found.problem, found)


def _row(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, RoadmapRow]:
    """Who facilitates, and the row. Http404 and PermissionDenied as at the door."""
    member = _facilitator(request, programme)
    return member, get_object_or_404(queries.rows(member.programme), pk=pk)


def remove_row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Take a row off the roadmap, after asking."""
    member, found = _row(request, programme, row)
    if request.method == "POST":
        done = _allowed(
            request, lambda: actions.remove_row(row=found, by=member), _("Taken off the roadmap.")
        )
        return redirect("agenda:roadmap", programme) if done else redirect(found)
    return _confirm(
        request,
        _("Take this row off the roadmap?"),
        [f"“{found.action}”", _("You can put it back, with what the groups said of it.")],
        _("Yes, take it off"),
        found.get_absolute_url(),
    )


@require_POST
def restore_row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Put a row back on the roadmap."""
    member = _facilitator(request, programme)
    found = get_object_or_404(queries.removed_rows(member.programme).select_related("programme"), pk=row)
    done = _allowed(
        request, lambda: actions.restore_row(row=found, by=member), _("It is on the roadmap again.")
    )
    return redirect(found) if done else redirect("agenda:roadmap", programme)


@require_POST
def show_row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Show a row to everybody, or keep it inside the programme: the button says which."""
    member, found = _row(request, programme, row)
    public = request.POST.get("public") == "1"
    actions.show_row(row=found, public=public, by=member)
    said = _("Everybody can see the row now.") if public else _("Only the staff sees the row now.")
    messages.success(request, said)
    return redirect(found)


@require_POST
def secure_row(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Say whether the money for a row is secured: the button says which."""
    member, found = _row(request, programme, row)
    actions.secure_row(row=found, secured=request.POST.get("secured") == "1", by=member)
    messages.success(request, _("Saved."))
    return redirect(found)


def endorse(request: HttpRequest, programme: str, row: uuid.UUID, constituency: uuid.UUID) -> HttpResponse:
    """Note where a constituency stands to a row."""
    member, found = _row(request, programme, row)
    group = get_object_or_404(constituencies(member.programme), pk=constituency)
    said = next(s.said for s in queries.standing_of(found).stands if s.constituency == group)
    form = forms.EndorseForm(
        request.POST or None,
        programme=member.programme,
        spoken=drafting.spokespersons(group),
        initial=_said_before(said),
    )
    if _done(request, form, lambda: _endorsed(found, group, form.cleaned_data, member)):
        messages.success(request, _("Noted where they stand."))
        return redirect(found)
    crumbs = _crumbs(member.programme, found)
    shown: dict[str, Any] = {
        "row": found,
        "constituency": group,
        "said": said,
        "form": form,
        "crumbs": crumbs,
    }
    shown |= {"rule": queries.ROW_RULE, "spoken": drafting.spokespersons(group)}
    return render(request, "agenda/endorse.html", shown)


@transaction.atomic
def _endorsed(row: RoadmapRow, group: Constituency, said: dict[str, Any], member: Member) -> Endorsement:
    """Note who spoke if they are new, and what they said."""
    speaks = {name: said.pop(name) for name in ("office", "name", "named")}
    if speaks["office"]:
        said["spokesperson"] = drafters.speak_for(constituency=group, by=member, **speaks)
    return actions.endorse(row=row, constituency=group, by=member, **said)


def _said_before(said: Endorsement | None) -> dict[str, Any]:
    names = ("gradient", "reservation", "present", "gathering", "spokesperson")
    return {name: getattr(said, name) for name in names} if said else {}


@require_POST
def remove_endorsement(request: HttpRequest, programme: str, endorsement: uuid.UUID) -> HttpResponse:
    """Take away what was noted by mistake."""
    member = _facilitator(request, programme)
    noted = standing(Endorsement.objects.filter(programme=member.programme))
    found = get_object_or_404(noted.select_related("row__programme"), pk=endorsement)
    actions.remove_endorsement(endorsement=found, by=member)
    messages.success(request, _("Taken away: they have not spoken."))
    return redirect(found.row)


def adopt(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Adopt a row, after saying the rule and what stays on record."""
    member, found = _row(request, programme, row)
    form = forms.AdoptForm(request.POST or None, row=found, initial=forms.AdoptForm.initial_of(found))
    if _done(request, form, lambda: _adopt(found, form, member)):
        messages.success(request, _("The row is adopted."))
        return redirect(found)
    said = queries.standing_of(found)
    return _confirm(
        request,
        _("Adopt this row?"),
        [
            f"“{found.action}”",
            str(queries.ROW_RULE),
            said.sentence,
            _("Its words stand from then on. Reservations stay on record."),
        ],
        _("Yes, adopt it"),
        found.get_absolute_url(),
        form,
    )


def _adopt(row: RoadmapRow, form: forms.AdoptForm, member: Member) -> RoadmapRow:
    return actions.adopt_row(row=row, affected=form.affected(), by=member, on=form.cleaned_data["on"])


def name_affected(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Say anew whom a row affects."""
    member, found = _row(request, programme, row)
    form = forms.AffectedForm(request.POST or None, row=found, initial=forms.AffectedForm.initial_of(found))
    if _done(request, form, lambda: actions.name_affected(row=found, affected=form.affected(), by=member)):
        messages.success(request, _("Saved."))
        return redirect(found)
    return _form(request, _("Whom this affects"), form, _("Save"), _crumbs(member.programme, found))


def take_back(request: HttpRequest, programme: str, row: uuid.UUID) -> HttpResponse:
    """Take the adoption of a row back, after asking."""
    member, found = _row(request, programme, row)
    if request.method == "POST":
        _allowed(
            request,
            lambda: actions.take_back_adoption(row=found, by=member),
            _("The row is no longer adopted."),
        )
        return redirect(found)
    return _confirm(
        request,
        _("Take the adoption of this row back?"),
        [f"“{found.action}”", _("It can be changed then. The record keeps that it was adopted, and when.")],
        _("Yes, take it back"),
        found.get_absolute_url(),
    )


# ---- staff: leadership groups ----------------------------------------------------------------------------


def add_group(request: HttpRequest, programme: str) -> HttpResponse:
    """Found a leadership group."""
    member = _facilitator(request, programme)
    form = forms.GroupForm(request.POST or None, programme=member.programme)
    of = member.programme
    founded = _done(request, form, lambda: actions.found_group(programme=of, by=member, **form.cleaned_data))
    if founded:
        messages.success(request, _("The group is founded. Now give each constituency its seats."))
        return redirect(founded)
    return _form(request, _("Found a leadership group"), form, _("Found it"), _group_crumbs(member))


def _group_crumbs(member: Member, *under: LeadershipGroup) -> Crumbs:
    slug = member.programme.slug
    way = [*_crumbs(member.programme), (_("Leadership groups"), reverse("agenda:groups", args=[slug]))]
    return [*way, *((group, group.get_absolute_url()) for group in under)]


def edit_group(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Say anew what a group is called, what it is for and how long."""
    member, found = _group(request, programme, group)
    usual = forms.GroupForm.initial_of(found)
    form = forms.GroupForm(request.POST or None, programme=member.programme, initial=usual)
    if _done(request, form, lambda: actions.change_group(group=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect(found)
    return _form(request, _("Change the group"), form, _("Save"), _group_crumbs(member, found))


def _group(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, LeadershipGroup]:
    """Who facilitates, and the group. Http404 and PermissionDenied as at the door."""
    member = _facilitator(request, programme)
    return member, get_object_or_404(queries.groups(member.programme), pk=pk)


def remove_group(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Take a group away, after asking."""
    member, found = _group(request, programme, group)
    if request.method == "POST":
        done = _allowed(request, lambda: actions.remove_group(group=found, by=member), _("Taken away."))
        return redirect("agenda:groups", programme) if done else redirect(found)
    return _confirm(
        request,
        _("Take the group “%(group)s” away?") % {"group": found},
        [_("Nobody sees it any more. The record keeps that it was there.")],
        _("Yes, take it away"),
        found.get_absolute_url(),
    )


def add_seat(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Give a constituency a seat."""
    member, found = _group(request, programme, group)
    usual = {"constituency": request.GET.get("constituency")}
    form = forms.SeatForm(request.POST or None, programme=member.programme, initial=usual)
    if _done(request, form, lambda: actions.add_seat(group=found, by=member, **form.cleaned_data)):
        messages.success(request, _("The seat is there. Now let the constituency nominate somebody."))
        return redirect(found)
    return _form(request, _("Add a seat"), form, _("Add it"), _group_crumbs(member, found))


def nominate(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """Nominate somebody for a seat."""
    member, found = _seat(request, programme, seat)
    form = forms.NominateForm(request.POST or None, initial=forms.NominateForm.initial_of(found))
    if _done(request, form, lambda: actions.nominate(seat=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Nominated. Now ask whether they accept."))
        return redirect(found.group)
    title = _("Nominate somebody for %(constituency)s") % {"constituency": found.constituency}
    return _form(request, title, form, _("Nominate"), _group_crumbs(member, found.group))


def _seat(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Seat]:
    """Who facilitates, and the seat. Http404 and PermissionDenied as at the door."""
    member = _facilitator(request, programme)
    found = standing(Seat.objects.filter(programme=member.programme, group__removed=False))
    return member, get_object_or_404(
        found.select_related("group__programme", "constituency", "place", "organisation", "programme"), pk=pk
    )


def accept(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """The nominee says yes, and whether everybody may read their name."""
    member, found = _seat(request, programme, seat)
    said = request.POST if request.method == "POST" else None
    form = forms.AcceptForm(said, initial={"named": found.named})
    if request.method == "POST" and form.is_valid():
        named = form.cleaned_data["named"]
        _allowed(
            request,
            lambda: actions.accept_seat(seat=found, named=named, by=member),
            _("The seat is accepted."),
        )
        return redirect(found.group)
    title = _("Does %(name)s accept the seat?") % {"name": found}
    return _form(request, title, form, _("Yes, they accept"), _group_crumbs(member, found.group))


def stand_down(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """The holder leaves a seat, or the nominee declines it."""
    member, found = _seat(request, programme, seat)
    if request.method == "POST":
        _allowed(request, lambda: actions.stand_down(seat=found, by=member), _("The seat is open again."))
        return redirect(found.group)
    return _confirm(
        request,
        _("Does %(name)s leave the seat?") % {"name": found},
        [_("The seat is open again. The alternate can be nominated for it.")],
        _("Yes, they leave it"),
        found.group.get_absolute_url(),
    )


def remove_seat(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """Take a seat out of the group, after asking."""
    member, found = _seat(request, programme, seat)
    if request.method == "POST":
        _allowed(request, lambda: actions.remove_seat(seat=found, by=member), _("The seat is taken away."))
        return redirect(found.group)
    return _confirm(
        request,
        _("Take this seat of %(constituency)s away?") % {"constituency": found.constituency},
        [_("The group has one seat less. Add another if it was a mistake.")],
        _("Yes, take it away"),
        found.group.get_absolute_url(),
    )


def forget_holders(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """Forget the names of all who held a seat, after asking."""
    member, found = _seat(request, programme, seat)
    if request.method == "POST":
        actions.forget_holders(seat=found, by=member)
        messages.success(request, _("The names are forgotten. The seat is open."))
        return redirect(found.group)
    return _confirm(
        request,
        _("Forget who held this seat of %(constituency)s?") % {"constituency": found.constituency},
        [
            _("The names of holder and alternate, and of all who held it before, are erased everywhere."),
            _("The constituency keeps a seat, which is open."),
            _("This cannot be undone."),
        ],
        _("Yes, forget them"),
        found.group.get_absolute_url(),
    )


def endorse_group(
    request: HttpRequest, programme: str, group: uuid.UUID, constituency: uuid.UUID
) -> HttpResponse:
    """Note how a constituency counted on a leadership group."""
    member, found = _group(request, programme, group)
    asked: Constituency = get_object_or_404(constituencies(member.programme), pk=constituency)
    form = forms.GroupEndorseForm(request.POST or None)
    whose: dict[str, Any] = {"group": found, "constituency": asked, "by": member}
    if _done(request, form, lambda: actions.endorse_group(**whose, **form.cleaned_data)):
        messages.success(request, _("Noted how they counted."))
        return redirect(found)
    title = _("How did %(constituency)s count?") % {"constituency": asked}
    return _form(request, title, form, _("Note it"), _group_crumbs(member, found), rule=queries.GROUP_RULE)


# ---- staff: who stands for a leadership group ------------------------------------------------------------


def nominate_candidate(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Nominate somebody for the group."""
    member, found = _group(request, programme, group)
    usual = {"constituency": request.GET.get("constituency")}
    form = NominationForm(request.POST or None, programme=member.programme, initial=usual)
    if _done(
        request,
        form,
        lambda: election.nominate_from_the_room(group=found, by=member, **form.cleaned_data),
    ):
        messages.success(request, _("Nominated. Now ask whether they consent to stand."))
        return redirect(found)
    title = _("Nominate somebody for the group")
    return _form(request, title, form, _("Nominate"), _group_crumbs(member, found))


def change_candidate(request: HttpRequest, programme: str, candidate: uuid.UUID) -> HttpResponse:
    """Say anew who a candidate is."""
    member, found = _candidate(request, programme, candidate)
    usual = forms.ChangeCandidateForm.initial_of(found)
    form = forms.ChangeCandidateForm(request.POST or None, programme=member.programme, initial=usual)
    if _done(
        request, form, lambda: actions.change_candidate(candidate=found, by=member, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(found.group)
    return _form(request, _("Change the candidate"), form, _("Save"), _group_crumbs(member, found.group))


def _candidate(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Candidate]:
    """Who facilitates, and the candidate. Http404 and PermissionDenied as at the door."""
    member = _facilitator(request, programme)
    known = standing(Candidate.objects.filter(programme=member.programme, group__removed=False))
    known = known.exclude(name="").select_related("group__programme", "constituency", "place", "organisation")
    return member, get_object_or_404(known, pk=pk)


def consent_to_stand(request: HttpRequest, programme: str, candidate: uuid.UUID) -> HttpResponse:
    """The candidate says yes, after hearing what it means."""
    member, found = _candidate(request, programme, candidate)
    if request.method == "POST":
        _allowed(
            request,
            lambda: actions.consent_to_stand(candidate=found, by=member),
            _("They stand: their name is on the ballot."),
        )
        return redirect(found.group)
    return _confirm(
        request,
        _("Does %(name)s consent to stand?") % {"name": found},
        [
            _("Everybody with a card reads the name on the ballot. The public does not."),
            _("They can stand down at any time."),
            _("If they are chosen, they are asked again whether they accept the seat."),
        ],
        _("Yes, they consent"),
        found.group.get_absolute_url(),
    )


def withdraw_candidate(request: HttpRequest, programme: str, candidate: uuid.UUID) -> HttpResponse:
    """The candidate does not stand, after asking."""
    member, found = _candidate(request, programme, candidate)
    if request.method == "POST":
        _allowed(
            request,
            lambda: actions.withdraw_candidate(candidate=found, by=member),
            _("They do not stand."),
        )
        return redirect(found.group)
    begun = found.group.ballot_opened_at is not None
    undo = _("People vote already: it cannot be undone.") if begun else _("They can consent again.")
    return _confirm(
        request,
        _("Does %(name)s not stand?") % {"name": found},
        [_("Their name leaves the ballot. Ballots that named them keep their other names."), undo],
        _("Yes, they do not stand"),
        found.group.get_absolute_url(),
    )


def remove_candidate(request: HttpRequest, programme: str, candidate: uuid.UUID) -> HttpResponse:
    """Take away a nomination that was a mistake, after asking."""
    member, found = _candidate(request, programme, candidate)
    if request.method == "POST":
        _allowed(
            request, lambda: actions.remove_candidate(candidate=found, by=member), _("The name is forgotten.")
        )
        return redirect(found.group)
    return _confirm(
        request,
        _("Forget that %(name)s was nominated?") % {"name": found},
        [_("For mistakes: the name is erased everywhere."), _("Nominate them again if need be.")],
        _("Yes, forget it"),
        found.group.get_absolute_url(),
    )


def quotas(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """How many members are chosen, and from how many to how many of each kind."""
    member, found = _group(request, programme, group)
    if found.phase() != LeadershipGroup.Phase.NOMINATING:
        messages.error(request, _("The vote has begun, and everybody votes on the same names and quotas."))
        return redirect(found)
    form = forms.QuotasForm(request.POST or None, group=found)
    if _done(request, form, lambda: _set_quotas(found, form, member)):
        messages.success(request, _("Saved. They stand once the vote is open."))
        return redirect(found)
    shown = {"form": form, "group": found, "crumbs": _group_crumbs(member, found)}
    return render(request, "agenda/quotas.html", shown)


def _set_quotas(group: LeadershipGroup, form: forms.QuotasForm, member: Member) -> LeadershipGroup:
    said = form.cleaned_data
    return actions.set_quotas(
        group=group,
        size=said["size"],
        quotas=form.quotas(),
        one_per_organisation=said["one_per_organisation"],
        by=member,
    )


# ---- staff: the ballot on a leadership group -------------------------------------------------------------


def open_ballot(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Let people vote, after saying what stands from then on."""
    member, found = _group(request, programme, group)
    if request.method == "POST":
        _allowed(
            request,
            lambda: choice.open_ballot(group=found, by=member),
            _("The vote is open. People with a card can vote now."),
        )
        return redirect(found)
    asked = [f"{line.kind}: {line.asked}" for line in queries.register(found) if line.quota]
    return _confirm(
        request,
        _("Open the vote on “%(group)s”?") % {"group": found},
        [
            _("%(size)d are chosen of %(stand)d who consent to stand.")
            % {"size": found.size, "stand": len(queries.on_the_ballot(found))},
            *([_("Quotas: %(quotas)s.") % {"quotas": "; ".join(asked)}] if asked else []),
            _("Names, places and quotas stand once it is open. Read them out."),
        ],
        _("Yes, open it"),
        found.get_absolute_url(),
    )


@require_POST
def take_back_ballot(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Undo the opening of a vote in which nobody voted yet."""
    member, found = _group(request, programme, group)
    _allowed(
        request,
        lambda: actions.take_back_ballot(group=found, by=member),
        _("The vote is not open any more. Names and quotas can be changed."),
    )
    return redirect(found)


def close_ballot(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Take no more ballots, after asking."""
    member, found = _group(request, programme, group)
    if request.method == "POST":
        _allowed(
            request,
            lambda: actions.close_ballot(group=found, by=member),
            _("The vote is closed. Now let the group be chosen."),
        )
        return redirect(found)
    silent = [str(line.constituency) for line in queries.turnout(found) if not line.voted]
    heard = _("Nobody voted yet of: %(groups)s.") % {"groups": ", ".join(silent)} if silent else ""
    return _confirm(
        request,
        _("Close the vote on “%(group)s”?") % {"group": found},
        [
            *([heard] if heard else []),
            _("No more ballots are taken. Those given count."),
            _("You can open it again until the group is chosen."),
        ],
        _("Yes, close it"),
        found.get_absolute_url(),
    )


@require_POST
def reopen_ballot(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Let people vote again on the same names and quotas."""
    member, found = _group(request, programme, group)
    _allowed(request, lambda: actions.reopen_ballot(group=found, by=member), _("The vote is open again."))
    return redirect(found)


def paper(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Enter a ballot that somebody gave on paper."""
    member, found = _group(request, programme, group)
    form = forms.PaperForm(request.POST or None, group=found)
    if _done(request, form, lambda: _from_paper(found, form, member)):
        messages.success(request, _("The ballot is kept. Enter the next one."))
        return redirect("agenda:paper", programme, found.pk)
    shown = {"form": form, "group": found, "crumbs": _group_crumbs(member, found)}
    return render(request, "agenda/paper.html", shown)


def _from_paper(group: LeadershipGroup, form: forms.PaperForm, member: Member) -> Any:
    return actions.cast_ballot(
        group=group,
        participant=form.cleaned_data["card"],
        approved=[one.pk for one in form.chosen()],
        channel=Channel.PAPER,
        by=member,
    )


def choose(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Choose the group from its ballots, after saying that they stand from then on."""
    member, found = _group(request, programme, group)
    if request.method == "POST":
        try:
            chosen = choice.choose_or_ask(group=found, by=member)
        except actions.Refused as refused:
            messages.error(request, str(refused))
            return redirect(found)
        if chosen is None:
            return redirect(found)
        messages.success(request, _("The group is chosen."))
        return redirect("agenda:slate", programme, chosen.pk)
    return _confirm(
        request,
        _("Choose “%(group)s” from its ballots?") % {"group": found},
        [
            _("%(size)d are chosen of %(stand)d who consent to stand.")
            % {"size": found.size, "stand": len(queries.on_the_ballot(found))},
            _("The ballots stand from then on: the vote cannot be opened again."),
            _("It is a proposal. Everybody sees of which group somebody is proposed."),
        ],
        _("Yes, choose the group"),
        found.get_absolute_url(),
    )


@require_POST
def give_way(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Let quotas that nobody can keep any more give way as little as possible."""
    member, found = _group(request, programme, group)
    _allowed(
        request,
        lambda: choice.let_give_way(group=found, by=member),
        _("The quotas gave way. Now the group can be chosen."),
    )
    return redirect(found)


def give_seats(request: HttpRequest, programme: str, slate: uuid.UUID) -> HttpResponse:
    """Nominate the chosen for seats, after asking."""
    member = _facilitator(request, programme)
    found = _slate(member.programme, slate)
    group = queries.group_of(found)
    if request.method == "POST":
        _allowed(
            request,
            lambda: actions.give_seats(slate=found, by=member),
            _("They are nominated. Now ask each whether they accept, and each group whether it endorses."),
        )
        return redirect(group)
    waiting = queries.slate(found).waiting
    return _confirm(
        request,
        _("Give the chosen their seats?"),
        [
            _("Each is nominated for a seat of their constituency, and is asked whether they accept."),
            ", ".join(f"{one.candidate} ({one.candidate.constituency})" for one in waiting)
            or _("All of them have a seat."),
        ],
        _("Yes, give them their seats"),
        reverse("agenda:slate", args=[programme, found.pk]),
    )


# ---- what all of them share ------------------------------------------------------------------------------


def _form(
    request: HttpRequest, title: str, form: Form, button: str, crumbs: Crumbs, **more: Any
) -> HttpResponse:
    """A page with one form, and the way back that the crumbs end in."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-1][1]}
    return render(request, "agenda/form.html", shown | more)


def _confirm(
    request: HttpRequest,
    question: str,
    consequences: list[str],
    yes: str,
    back: str,
    form: Form | None = None,
) -> HttpResponse:
    """Asks whether it is really meant; the answer is posted to the same address."""
    shown = {"question": question, "consequences": consequences, "yes": yes, "back": back, "form": form}
    return render(request, "web/confirm.html", shown)


def _crumbs(of: Programme, *under: Problem | RoadmapRow) -> Crumbs:
    """The way to the page: the agenda, and what it stands under."""
    way: Crumbs = [(_("Agenda"), reverse("agenda:agenda", args=[of.slug]))]
    return [*way, *((Truncator(str(thing)).words(5), thing.get_absolute_url()) for thing in under)]
