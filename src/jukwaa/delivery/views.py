"""Pages of the delivery room: promises with both sides, a participant's answers, outcomes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jukwaa.agenda.queries import affected
from jukwaa.delivery import actions, forms, links, queries
from jukwaa.delivery.charts import traced
from jukwaa.delivery.harvest import queries as harvested
from jukwaa.delivery.models import Commitment, Outcome, Report, Verdict
from jukwaa.delivery.promises import queries as offices
from jukwaa.delivery.queries import Standing, Stands
from jukwaa.field.media import PHOTO_MIME
from jukwaa.programmes.access import P, get_member, get_participant, get_public_programme
from jukwaa.programmes.disclosure import Frame, shown_count
from jukwaa.programmes.download import long_spreadsheet
from jukwaa.programmes.models import Member, Participant, Programme
from jukwaa.programmes.queries import changes
from jukwaa.record import blobs

A_PAGE = 25


# ---- promises, for everybody -----------------------------------------------------------------------------


@require_safe
def commitments(request: HttpRequest, programme: str) -> HttpResponse:
    """The promises, how each stands, and how many stand how."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    search = forms.Search(request.GET, programme=of, public=public)
    chosen = search.chosen()
    ids, counts = queries.in_order(of, public=public, **chosen)
    page = Paginator(ids, A_PAGE).get_page(request.GET.get("page"))
    here = queries.commitments(of, public=public).filter(pk__in=list(page))
    shown = {
        "search": search,
        "chosen": chosen,
        "page": page,
        "promises": [(promise, Standing.of(promise)) for promise in here],
        "total": counts.total(),
        "tally": queries.counts_in_words(counts),
        "stands": [stands for stands in Stands if counts[stands]],
        "query": _query(request),
        "waiting": 0 if public else queries.reasons(of, waiting=True).count(),
    }
    return render(request, "delivery/commitments.html", shown)


def _is_public(request: HttpRequest) -> bool:
    """Whether whoever asks sees only what everybody may: all but the staff."""
    return request.member is None  # type: ignore[attr-defined]


def _query(request: HttpRequest) -> str:
    """What was searched for, as the pager's links carry it on."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"{asked.urlencode()}&" if asked else ""


COLUMNS = (
    "promise",
    "action",
    "office",
    "organisation",
    "made_on",
    "due_on",
    "more_time_until",
    "stands",
    "days_late",
    "days_unheard",
    "last_reported_on",
    "confirmed_by",
    "disputed_by",
    "last_report",
    "evidence",
    "evidence_link",
    "next_step",
    "next_step_on",
)


LAST_WORDS = ("text", "evidence", "evidence_link", "next_step", "next_step_on")


@require_safe
def commitments_csv(request: HttpRequest, programme: str) -> StreamingHttpResponse:
    """The promises as a table for a spreadsheet; people are counted by the 10-5 rule for all but staff."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    frame = Frame.PUBLIC if public else Frame.STAFF
    parts = (_in_cells(some, frame) for some in queries.all_of_them(of, public=public))
    return long_spreadsheet(f"{programme}-promises", COLUMNS, parts)


def _in_cells(promises: Sequence[Any], frame: Frame) -> Iterator[list[Any]]:
    """The promises as cells, in three queries for all of them."""
    reports = Report.objects.in_bulk([each.last for each in promises if each.last])
    said = queries.said_of_ids(reports)
    for promise in promises:
        stands = Standing.of(promise)
        people = said.get(promise.last, queries.Said()) if promise.last else queries.Said()
        counts = [shown_count(n, frame) for n in (people.confirm, people.dispute)]
        what = [promise.promise, promise.row.action, promise.owner_office, promise.owner_organisation.name]
        days: list[Any] = [promise.made_on, promise.due_on, promise.extended_to or ""]
        days += [stands.stands.value, stands.late, stands.unheard, promise.said_on or ""]
        last = reports.get(promise.last) if promise.last else None
        yield [*what, *days, *counts, *(getattr(last, name, None) or "" for name in LAST_WORDS)]


@require_safe
def commitment(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """One promise with both sides: what its owner says, and what those say whom it concerns."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    found = get_object_or_404(queries.commitments(of, public=public), pk=commitment)
    reports = list(queries.reports(of).filter(commitment=found.pk))
    said = queries.said_of(reports)
    shown = {
        "commitment": found,
        "standing": Standing.of(found),
        "first_due": queries.first_due(found),
        "reports": [
            {
                "report": report,
                "sentences": said[report.pk].sentences(exact=not public),
                "reasons": said[report.pk].reasons_to_read(exact=not public),
                "photo": report.photo if report.photo_shown or not public else "",
                "file": report.evidence_file if report.file_shown or not public else "",
            }
            for report in reports
        ],
        "affected": affected(found.row),
        "times": offices.times(found),
        "history": offices.history(found, exact=not public),
        "office": offices.office_of(found),
        "outcomes": queries.outcomes(of, public=public).filter(commitment=found.pk),
        "question": _question(request, reports),
        "crumbs": [*_crumbs(of), (_shortened(found), "")],
        "changes": [] if public else changes(found),
    }
    return render(request, "delivery/commitment.html", shown)


def _question(request: HttpRequest, reports: list[Report]) -> Report | None:
    """The last report, if whoever asks is a participant whom it concerns and who has not answered it."""
    person: Participant | None = request.participant  # type: ignore[attr-defined]
    if person is None or not reports or queries.verdict_of(reports[0], person):
        return None
    return reports[0] if queries.concerns(reports[0], person) else None


@require_safe
def photo(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """A report's photo: for staff, and for everybody once staff have seen that it shows nobody."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    shown = queries.reports(of, public=public).exclude(photo="")
    found = get_object_or_404(shown.filter(photo_shown=True) if public else shown, pk=report)
    if not blobs.path_of(found.photo).exists():
        raise Http404
    return _shut_in(HttpResponse(blobs.read(found.photo), content_type=PHOTO_MIME))


@require_safe
def report_file(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """A report's file, to be kept: for staff, and for everybody once staff have read it."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    shown = queries.reports(of, public=public).exclude(evidence_file="")
    found = get_object_or_404(shown.filter(file_shown=True) if public else shown, pk=report)
    if not blobs.path_of(found.evidence_file).exists():
        raise Http404
    answer = HttpResponse(blobs.read(found.evidence_file), content_type=actions.FILE_MIME)
    answer["Content-Disposition"] = f'attachment; filename="{programme}-evidence.pdf"'
    return _shut_in(answer)


def _shut_in(answer: HttpResponse) -> HttpResponse:
    """What came from outside runs nothing here, and nobody keeps it: it may be hidden again tomorrow."""
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _crumbs(of: Programme) -> list[tuple[Any, str]]:
    return [(_("Promises"), reverse("delivery:commitments", args=[of.slug]))]


# ---- promises, for those who note them -------------------------------------------------------------------


def make_commitment(request: HttpRequest, programme: str) -> HttpResponse:
    """Note what an office promised."""
    member = get_member(request, programme, P.DELIVER)
    rows = queries.rows_to_promise(member.programme)
    asked = next((row for row in rows if str(row.pk) == request.GET.get("row")), None)
    form = forms.NewCommitmentForm(
        request.POST or None, programme=member.programme, initial=forms.usual_for(asked)
    )
    if request.method == "POST" and form.is_valid():
        made = actions.make_commitment(by=member, **form.cleaned_data)
        messages.success(request, _("The promise is noted. Now give its owner a link to report by."))
        return redirect(made)
    crumbs = [*_crumbs(member.programme), (_("Note a promise"), "")]
    if not rows:
        return render(request, "delivery/no_rows.html", {"crumbs": crumbs})
    return _form(request, _("Note a promise"), form, _("Note it"), crumbs)


def _form(
    request: HttpRequest, title: str, form: BaseForm, button: str, crumbs: list[tuple[Any, str]]
) -> HttpResponse:
    """A page with one form, and the way back to the page before it."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-2][1]}
    return render(request, "delivery/form.html", shown)


def _delivered(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Commitment]:
    """Who may note promises, and the promise. Http404 and PermissionDenied as at the door."""
    member = get_member(request, programme, P.DELIVER)
    return member, get_object_or_404(queries.commitments(member.programme), pk=pk)


def _under(found: Commitment, title: str) -> list[tuple[Any, str]]:
    return [*_crumbs(found.programme), (_shortened(found), found.get_absolute_url()), (title, "")]


def _shortened(thing: Commitment | Outcome) -> str:
    """So much of it as fits among the crumbs of a phone."""
    return Truncator(str(thing)).chars(32)


def change_commitment(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """Say a promise anew."""
    member, found = _delivered(request, programme, commitment)
    form = forms.CommitmentForm(
        request.POST or None, programme=member.programme, initial=forms.said_of_commitment(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_commitment(commitment=found, by=member, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(found)
        except actions.Reported as refused:
            form.add_error("promise", str(refused))
    title = _("Change the promise")
    return _form(request, title, form, _("Save"), _under(found, title))


def remove_commitment(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """Take away a promise that was noted by mistake, after asking."""
    member, found = _delivered(request, programme, commitment)
    if request.method == "POST":
        try:
            actions.remove_commitment(commitment=found, by=member)
        except actions.Reported as refused:
            messages.error(request, str(refused))
            return redirect(found)
        messages.success(request, _("The promise is taken away."))
        return redirect("delivery:commitments", programme)
    shown = {
        "question": _("Take this promise away?"),
        "consequences": [
            f"“{found.promise}”",
            _("Do this only when it was noted by mistake. A promise that is not kept stays here, as late."),
            _("Nobody sees it any more, you neither. The record keeps that it was there."),
        ],
        "yes": _("Yes, take it away"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


@never_cache
def give_link(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """Give the owner a personal link, after saying what it opens. It is shown this once."""
    member, found = _delivered(request, programme, commitment)
    if request.method == "POST":
        token = links.sign(actions.give_link(commitment=found, by=member))
        address = request.build_absolute_uri(reverse("delivery:owner", args=[programme, token]))
        shown = {"commitment": found, "address": address, "days": links.LASTS.days}
        return render(request, "delivery/link.html", shown | {"crumbs": _under(found, _("Personal link"))})
    owner = f"{found.owner_office}, {found.owner_organisation}"
    shown = {
        "question": _("Give the owner a personal link?"),
        "consequences": [
            _("It is for: %(owner)s.") % {"owner": owner},
            _("Whoever has the link can report on this promise, without a log-in, for %(days)d days.")
            % {"days": links.LASTS.days},
            _("Links given before open nothing any more."),
            _("It is shown once. Send it to the owner alone."),
        ],
        "yes": _("Yes, make a link"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


@require_POST
def end_link(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """Let the owner's link open nothing any more."""
    member, found = _delivered(request, programme, commitment)
    actions.end_link(commitment=found, by=member)
    messages.success(request, _("The link is ended. It opens nothing any more."))
    return redirect(found)


def add_report(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """Write down what the owner said, on paper, by telephone or in a meeting."""
    member, found = _delivered(request, programme, commitment)
    form = forms.ReportForm(
        request.POST or None,
        request.FILES or None,
        commitment=found,
        initial={"reported_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        actions.report(commitment=found, by=member, **form.cleaned_data)
        messages.success(request, _("The report is kept. Those whom it concerns can answer it now."))
        return redirect(found)
    title = _("Write down a report")
    return _form(request, title, form, _("Keep it"), _under(found, title))


def _reported(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Report]:
    member = get_member(request, programme, P.DELIVER)
    return member, get_object_or_404(queries.reports(member.programme), pk=pk)


def remove_report(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """Take away a report that was entered by mistake, after asking."""
    member, found = _reported(request, programme, report)
    if request.method == "POST":
        actions.remove_report(report=found, by=member)
        messages.success(request, _("The report is taken away. The one before it counts again."))
        return redirect(found.commitment)
    shown = {
        "question": _("Take this report away?"),
        "consequences": [
            f"“{found.text}”",
            _("What people said of it goes with it, and the report before it counts again."),
            _("The record keeps that it was there."),
        ],
        "yes": _("Yes, take it away"),
        "back": found.commitment.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


@require_POST
def show_photo(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """Show a report's photo to everybody, or to staff only."""
    member, found = _reported(request, programme, report)
    shown = request.POST.get("shown") == "1"
    actions.show_photo(report=found, shown=shown, by=member)
    messages.success(request, _("Everybody can see the photo.") if shown else _("Only staff see the photo."))
    return redirect(found.commitment)


@require_POST
def show_file(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """Let everybody open a report's file, or staff only."""
    member, found = _reported(request, programme, report)
    shown = request.POST.get("shown") == "1"
    actions.show_file(report=found, shown=shown, by=member)
    messages.success(request, _("Everybody can open the file.") if shown else _("Only staff open the file."))
    return redirect(found.commitment)


# ---- a participant's phone -------------------------------------------------------------------------------


@never_cache
def say(request: HttpRequest, programme: str) -> HttpResponse:
    """What owners reported, to be confirmed or disputed by those who have a card."""
    participant = get_participant(request, programme)
    page = Paginator(queries.questions(participant), 10).get_page(request.GET.get("page"))
    return render(request, "delivery/say.html", {"page": page})


def _asked(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Participant, Report]:
    """The participant, and a report that they can read. Http404 for any other."""
    participant = get_participant(request, programme)
    return participant, get_object_or_404(queries.reports(participant.programme, public=True), pk=pk)


@never_cache
def answer(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """One report, with two big buttons. Confirming is one press."""
    participant, found = _asked(request, programme, report)
    if request.method == "POST":
        try:
            actions.confirm(report=found, participant=participant, by=participant)
            return redirect("delivery:answered", programme, found.pk)
        except actions.Refused as refused:
            return _refused(request, programme, refused)
    shown = {
        "report": found,
        "verdict": queries.verdict_of(found, participant),
        "concerned": queries.concerns(found, participant),
    }
    return render(request, "delivery/answer.html", shown)


def _refused(request: HttpRequest, programme: str, refused: actions.Refused) -> HttpResponse:
    """Back to the list, with the sentence that says why."""
    messages.warning(request, str(refused))
    return redirect("delivery:say", programme)


@never_cache
def dispute(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """Say what is not so."""
    participant, found = _asked(request, programme, report)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.dispute(report=found, participant=participant, reason=reason, by=participant)
            return redirect("delivery:answered", programme, found.pk)
        except actions.Refused as refused:
            return _refused(request, programme, refused)
    return render(request, "delivery/dispute.html", {"report": found, "form": form})


@never_cache
def answered(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """What this participant said of the report, with its trace code; nobody else sees this page."""
    participant, found = _asked(request, programme, report)
    verdict = queries.verdict_of(found, participant)
    if verdict is None:
        return redirect("delivery:answer", programme, found.pk)
    return render(request, "delivery/answered.html", {"report": found, "verdict": verdict})


# ---- reasons of disputes ---------------------------------------------------------------------------------


def reasons(request: HttpRequest, programme: str) -> HttpResponse:
    """The reasons that wait to be read before they are shown, and those that were read."""
    member = get_member(request, programme, P.DELIVER)
    read = queries.reasons(member.programme, waiting=False)
    waiting = queries.reasons(member.programme, waiting=True)
    called = offices.called(member.programme)
    shown = {
        "waiting": [(verdict, offices.likely_names(verdict.reason, called)) for verdict in waiting[:A_PAGE]],
        "more": max(0, waiting.count() - A_PAGE),
        "page": Paginator(read, A_PAGE).get_page(request.GET.get("page")),
        "crumbs": [*_crumbs(member.programme), (_("Reasons of disputes"), "")],
    }
    return render(request, "delivery/reasons.html", shown)


@require_POST
def screen_reason(request: HttpRequest, programme: str, verdict: uuid.UUID) -> HttpResponse:
    """Show a reason, or keep it back."""
    member = get_member(request, programme, P.DELIVER)
    disputes = Verdict.objects.filter(kind=Verdict.Kind.DISPUTE, removed=False)
    found = get_object_or_404(disputes, programme=member.programme, pk=verdict)
    shown = request.POST.get("shown") == "1"
    try:
        if request.POST.get("read") != found.as_read:
            raise actions.SaidAnew(_("The words have changed since. Read them once more."))
        actions.screen_reason(verdict=found, shown=shown, by=member)
    except actions.SaidAnew as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The reason is shown.") if shown else _("The reason is kept back."))
    return redirect("delivery:reasons", programme)


# ---- outcomes --------------------------------------------------------------------------------------------


@require_safe
def outcomes(request: HttpRequest, programme: str) -> HttpResponse:
    """What changed, in the programme's four shifts."""
    of = get_public_programme(request, programme)
    found = queries.outcomes(of, public=_is_public(request))
    cycles = [
        (cycle, [(outcome, queries.claim(outcome)) for outcome in changed])
        for cycle, changed in queries.by_cycle(found)
    ]
    total = sum(len(changed) for _cycle, changed in cycles)
    return render(request, "delivery/outcomes.html", {"cycles": cycles, "total": total})


@require_safe
def outcome(request: HttpRequest, programme: str, outcome: uuid.UUID) -> HttpResponse:
    """One outcome: who does what differently, and how far that can be laid to the dialogue."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    found = get_object_or_404(queries.outcomes(of, public=public), pk=outcome)
    shown = {
        "outcome": found,
        "claim": queries.claim(found),
        "facts": _facts(found),
        "pieces": harvested.evidence(found, public=public),
        "answers": harvested.substantiations(found, public=public),
        "traced": traced(found, request.member),  # type: ignore[attr-defined]
        "crumbs": [*_outcome_crumbs(of), (_shortened(found), "")],
        "changes": [] if public else changes(found),
    }
    return render(request, "delivery/outcome.html", shown)


def _outcome_crumbs(of: Programme) -> list[tuple[Any, str]]:
    return [(_("What changed"), reverse("delivery:outcomes", args=[of.slug]))]


def _facts(found: Outcome) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("When"), found.when),
        (_("Where"), found.where),
        (_("Why it matters"), found.significance),
        (_("How the dialogue may have helped"), found.how),
        (_("What else may have brought it about"), found.other_causes),
        (_("Evidence"), found.evidence),
        (_("Asked for substantiation"), found.substantiated_by or _("nobody yet")),
        (_("For better or worse"), _bearing(found)),
    ]
    return [(name, value) for name, value in facts if value]


def _bearing(found: Outcome) -> str:
    said = str(found.get_bearing_display())
    return f"{said}; {_('nobody had expected it')}" if found.unexpected else said


def record_outcome(request: HttpRequest, programme: str) -> HttpResponse:
    """Record something that changed; what is claimed of it begins modestly."""
    member = get_member(request, programme, P.DELIVER)
    usual: dict[str, Any] = {**forms.MODEST, "commitment": request.GET.get("commitment")}
    form = forms.OutcomeForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        recorded = actions.record_outcome(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("The outcome is recorded, as unproven. Now ask somebody independent."))
        return redirect(recorded)
    title = _("Record an outcome")
    return _form(request, title, form, _("Record it"), [*_outcome_crumbs(member.programme), (title, "")])


def _changed(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Outcome]:
    member = get_member(request, programme, P.DELIVER)
    return member, get_object_or_404(queries.outcomes(member.programme), pk=pk)


def _below(found: Outcome, title: str) -> list[tuple[Any, str]]:
    return [*_outcome_crumbs(found.programme), (_shortened(found), found.get_absolute_url()), (title, "")]


def change_outcome(request: HttpRequest, programme: str, outcome: uuid.UUID) -> HttpResponse:
    """Say an outcome anew."""
    member, found = _changed(request, programme, outcome)
    form = forms.OutcomeForm(
        request.POST or None, programme=member.programme, initial=forms.said_of_outcome(found)
    )
    if request.method == "POST" and form.is_valid():
        actions.change_outcome(outcome=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    title = _("Change the outcome")
    return _form(request, title, form, _("Save"), _below(found, title))


def remove_outcome(request: HttpRequest, programme: str, outcome: uuid.UUID) -> HttpResponse:
    """Take away an outcome that was recorded by mistake, after asking."""
    member, found = _changed(request, programme, outcome)
    if request.method == "POST":
        try:
            actions.remove_outcome(outcome=found, by=member)
        except actions.BuiltOn as refused:
            messages.error(request, str(refused))
            return redirect(found)
        messages.success(request, _("The outcome is taken away."))
        return redirect("delivery:outcomes", programme)
    shown = {
        "question": _("Take this outcome away?"),
        "consequences": [
            f"“{found}”",
            _("Nobody sees it any more, you neither. The record keeps that it was there."),
        ],
        "yes": _("Yes, take it away"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)
