"""Pages of owners and officers by their personal links; what staff do about offices and answers by card."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jukwaa.delivery import actions as delivery
from jukwaa.delivery import forms as reporting
from jukwaa.delivery import links as owners
from jukwaa.delivery import queries as told
from jukwaa.delivery.models import Commitment, Office, Report
from jukwaa.delivery.promises import actions, forms, links, queries
from jukwaa.programmes.access import P, get_member, get_participant, get_programme, get_public_programme
from jukwaa.programmes.cards import qr_code
from jukwaa.programmes.models import Member, Programme

# ---- the owner, by their personal link -------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """How an owner came in: by the link of one promise, or by that of their office.

    home: where they go back to. report and time: where this promise is reported on, and more time asked for.
    """

    programme: Programme
    home: str
    report: str
    time: str
    office: Office | None = None


@never_cache
def owner(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """The owner reports on one promise: first how it stands, by a big button, then a few words.

    The address is the key: it is kept in no cache, and other sites never learn it, for none is linked to.
    """
    of = get_programme(programme)
    found = owners.open_link(of, token)
    if found is None:
        return _dead(request)
    return _report(request, found, _door(of, token))


@never_cache
def owner_time(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """The owner of one promise asks for more time."""
    of = get_programme(programme)
    found = owners.open_link(of, token)
    if found is None:
        return _dead(request)
    return _ask_for_time(request, found, _door(of, token))


def _door(of: Programme, token: str) -> Door:
    here = reverse("delivery:owner", args=[of.slug, token])
    return Door(of, here, here, reverse("delivery:owner_time", args=[of.slug, token]))


def _dead(request: HttpRequest) -> HttpResponse:
    """That the link opens nothing; whatever was typed is shown, so that it is not lost."""
    return render(request, "delivery/no_link.html", {"typed": _typed(request)}, status=404)


def _typed(request: HttpRequest) -> list[str]:
    return [
        words for name in ("text", "evidence", "next_step", "reason") if (words := request.POST.get(name))
    ]


def _report(request: HttpRequest, found: Commitment, door: Door) -> HttpResponse:
    try:
        delivery.not_closed(found)
        if "kept" in request.GET and request.method == "GET":
            return _thank(request, found, door)
        status = request.POST.get("status", request.GET.get("status", ""))
        if status not in Report.Status.values:
            return render(request, "delivery/owner.html", _to_the_owner(found, door))
        return _report_as(request, found, door, Report.Status(status))
    except delivery.Closed as closed:
        shown = {"why": str(closed), "typed": _typed(request), "door": door}
        return render(request, "delivery/promises/closed.html", shown, status=410)


def _report_as(request: HttpRequest, found: Commitment, door: Door, status: Report.Status) -> HttpResponse:
    last = told.last_report(found)
    form = reporting.OwnerReportForm(
        request.POST or None, request.FILES or None, initial=reporting.said_before(last)
    )
    if request.method == "POST" and form.is_valid():
        try:
            delivery.report(commitment=found, status=status, by=None, by_owner=True, **form.cleaned_data)
            return redirect(f"{door.report}?kept=1")
        except ValueError as refused:
            form.add_error(None, str(refused))
    said = {"commitment": found, "form": form, "status": status, "last": last, "door": door}
    return render(request, "delivery/owner_report.html", said)


def _to_the_owner(found: Commitment, door: Door) -> dict[str, Any]:
    last = told.last_report(found)
    return {
        "commitment": found,
        "standing": told.standing_of(found),
        "last": last,
        "said": told.said_of([last])[last.pk].sentences(exact=False) if last else [],
        "reasons": told.said_of([last])[last.pk].reasons_to_read(exact=False) if last else [],
        "time": queries.times(found).last(),
        "door": door,
    }


def _thank(request: HttpRequest, found: Commitment, door: Door) -> HttpResponse:
    """What was kept, as everybody can read it now, and what is not shown yet."""
    last = told.last_report(found)
    if last is None:
        return redirect(door.report)
    shown = {"commitment": found, "report": last, "standing": told.standing_of(found), "door": door}
    return render(request, "delivery/promises/thanks.html", shown)


def _ask_for_time(request: HttpRequest, found: Commitment, door: Door) -> HttpResponse:
    form = forms.TimeForm(request.POST or None, commitment=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_time(commitment=found, by=None, by_owner=True, **form.cleaned_data)
            messages.success(
                request,
                _("It is kept, and everybody can read it. Until it is agreed to, the old day counts."),
            )
            return redirect(door.home)
        except (ValueError, delivery.Refused) as refused:
            form.add_error(None, str(refused))
    return render(request, "delivery/promises/time.html", {"commitment": found, "form": form, "door": door})


# ---- the officer, by the personal link of their office ---------------------------------------------------


@never_cache
def office(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """My promises, my reports: all that an office promised on one page, next to report first."""
    return _office_page(request, programme, token, "delivery/promises/office.html")


@never_cache
def office_print(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """The same on paper, for the officer's director."""
    return _office_page(request, programme, token, "delivery/promises/office_print.html")


def _office_page(request: HttpRequest, programme: str, token: str, template: str) -> HttpResponse:
    found = links.open_link(get_programme(programme), token)
    if found is None:
        return _dead(request)
    lines = [(line, _office_door(found, token, line.commitment)) for line in queries.lines(found)]
    shown = {
        "office": found,
        "lines": lines,
        "since": queries.transfers(found).last(),
        "counts": told.counts_in_words(told.counts(queries.promised_by(found))),
        "token": token,
        "programme": found.programme,
    }
    return render(request, template, shown)


def _office_door(found: Office, token: str, commitment: Commitment) -> Door:
    here = [found.programme.slug, token, commitment.pk]
    return Door(
        found.programme,
        home=reverse("delivery:office", args=here[:2]),
        report=reverse("delivery:office_report", args=here),
        time=reverse("delivery:office_time", args=here),
        office=found,
    )


@never_cache
def office_report(request: HttpRequest, programme: str, token: str, commitment: uuid.UUID) -> HttpResponse:
    """An officer reports on one of the office's promises."""
    found = _of_the_office(programme, token, commitment)
    return _report(request, *found) if found else _dead(request)


@never_cache
def office_time(request: HttpRequest, programme: str, token: str, commitment: uuid.UUID) -> HttpResponse:
    """An officer asks for more time for one of the office's promises."""
    found = _of_the_office(programme, token, commitment)
    return _ask_for_time(request, *found) if found else _dead(request)


def _of_the_office(programme: str, token: str, pk: uuid.UUID) -> tuple[Commitment, Door] | None:
    """The promise, if the link is that of the office that made it. Http404 for a promise of another."""
    found = links.open_link(get_programme(programme), token)
    if found is None:
        return None
    made = Commitment.objects.select_related("programme", "row", "owner_organisation").filter(
        programme=found.programme, owner_organisation=found.organisation_id, owner_office=found.title
    )
    commitment = get_object_or_404(made, pk=pk, merged_into=None)
    return commitment, _office_door(found, token, commitment)


@never_cache
def office_history(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """The hand-over page: what the office promised, reported and was told, for whoever holds it now."""
    found = links.open_link(get_programme(programme), token)
    if found is None:
        return _dead(request)
    back = reverse("delivery:office", args=[programme, token])
    return render(request, "delivery/promises/history.html", _handed_over(found, back, exact=False))


def _handed_over(found: Office, back: str, *, exact: bool) -> dict[str, Any]:
    return {
        "office": found,
        "programme": found.programme,
        "transfers": queries.transfers(found),
        "promises": [(line, queries.history(line.commitment, exact=exact)) for line in queries.lines(found)],
        "back": back,
    }


# ---- staff: offices, their links and transfers -----------------------------------------------------------


def _crumbs(of: Programme, *under: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Promises"), reverse("delivery:commitments", args=[of.slug])), *under]


def _offices_crumb(of: Programme) -> tuple[Any, str]:
    return (_("Offices"), reverse("delivery:offices", args=[of.slug]))


@require_safe
def offices(request: HttpRequest, programme: str) -> HttpResponse:
    """The offices that promised something, and requests for more time that wait for an answer."""
    member = get_member(request, programme, P.DELIVER)
    shown = {
        "desks": queries.desks(member.programme),
        "waiting": queries.times_waiting(member.programme),
        "crumbs": _crumbs(member.programme, (_("Offices"), "")),
    }
    return render(request, "delivery/promises/offices.html", shown)


def _office(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Office]:
    member = get_member(request, programme, P.DELIVER)
    found = queries.office(member.programme, pk)
    if found is None:
        raise Http404
    return member, found


@require_safe
def office_for_staff(request: HttpRequest, programme: str, office: uuid.UUID) -> HttpResponse:
    """Everything that an office promised, reported and was told, on paper for a transfer."""
    _member, found = _office(request, programme, office)
    back = reverse("delivery:offices", args=[programme])
    return render(request, "delivery/promises/history.html", _handed_over(found, back, exact=True))


@never_cache
def give_office_link(request: HttpRequest, programme: str, office: uuid.UUID) -> HttpResponse:
    """Give whoever holds an office a personal link, after saying what it opens. It is shown this once."""
    member, found = _office(request, programme, office)
    if request.method == "POST":
        given = [actions.give_link(office=found, by=member)]
        return _show_links(request, member, given)
    shown = {
        "question": _("Give this office a personal link?"),
        "consequences": [
            _("It is for: %(owner)s.") % {"owner": found},
            _("It opens all promises of the office, to report without a log-in, for %(days)d days.")
            % {"days": links.LASTS.days},
            _("Links given to the office before open nothing any more."),
            _("It is shown once. Send it to whoever holds the office, and to nobody else."),
        ],
        "yes": _("Yes, make a link"),
        "back": reverse("delivery:offices", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


@never_cache
def give_all_links(request: HttpRequest, programme: str) -> HttpResponse:
    """A personal link for each office that has something open, to print and cut or to send."""
    member = get_member(request, programme, P.DELIVER)
    found = [desk.office for desk in queries.desks(member.programme) if desk.open]
    if request.method == "POST" and found:
        return _show_links(request, member, actions.give_links(offices=found, by=member))
    shown = {
        "question": _("Make links for all offices?"),
        "consequences": [
            *(f"{one}" for one in found),
            _("Each opens the promises of its office alone, for %(days)d days. Links given before stay good.")
            % {"days": links.LASTS.days},
            _("They are shown once. Print and cut them, or send each to its office alone."),
        ],
        "yes": _("Yes, make the links"),
        "back": reverse("delivery:offices", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


def _show_links(request: HttpRequest, member: Member, given: list[Office]) -> HttpResponse:
    slips = []
    for one in given:
        path = reverse("delivery:office", args=[member.programme.slug, links.sign(one)])
        address = request.build_absolute_uri(path)
        slips.append({"office": one, "address": address, "qr": qr_code(address)})
    shown = {"slips": slips, "days": links.LASTS.days, "programme": member.programme}
    return render(request, "delivery/promises/links.html", shown)


@require_POST
def end_office_link(request: HttpRequest, programme: str, office: uuid.UUID) -> HttpResponse:
    """Let the office's link open nothing any more."""
    member, found = _office(request, programme, office)
    actions.end_link(office=found, by=member)
    messages.success(request, _("The link is ended. It opens nothing any more."))
    return redirect("delivery:offices", programme)


@never_cache
def hand_over(request: HttpRequest, programme: str, office: uuid.UUID) -> HttpResponse:
    """Write down that somebody else holds an office; it keeps its record, and the old links are dead."""
    member, found = _office(request, programme, office)
    form = forms.TransferForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.hand_over(office=found, by=member, **form.cleaned_data)
            messages.success(
                request, _("Written down. The old links are dead: now give the new holder a link.")
            )
            return redirect("delivery:give_office_link", programme, found.pk)
        except ValueError as refused:
            form.add_error("on", str(refused))
    shown = {
        "title": _("Somebody else holds this office"),
        "lead": _(
            "The office keeps its promises, reports and what people said. Every link given before is dead."
        ),
        "office": found,
        "form": form,
        "button": _("Write it down"),
        "back": reverse("delivery:offices", args=[programme]),
        "crumbs": _crumbs(member.programme, _offices_crumb(member.programme), (_("Transfer"), "")),
    }
    return render(request, "delivery/promises/form.html", shown)


def answer_time(request: HttpRequest, programme: str, time: uuid.UUID) -> HttpResponse:
    """Write down whether more time was agreed to."""
    member = get_member(request, programme, P.DELIVER)
    found = get_object_or_404(queries.times_waiting(member.programme), pk=time)
    form = forms.AnswerTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agreed = request.POST.get("agreed") == "1"
        actions.answer_time(asked=found, agreed=agreed, by=member, **form.cleaned_data)
        messages.success(request, _("Written down. Both days stay in sight."))
        return redirect(found.commitment)
    crumbs = _crumbs(member.programme, _offices_crumb(member.programme), (_("More time"), ""))
    return render(
        request, "delivery/promises/answer_time.html", {"asked": found, "form": form, "crumbs": crumbs}
    )


# ---- answers by card, from any channel -------------------------------------------------------------------


def take_answers(request: HttpRequest, programme: str, report: uuid.UUID) -> HttpResponse:
    """Enter what people say of a report by their cards: from a paper sheet, a visit or a meeting."""
    member = get_member(request, programme, P.DELIVER)
    found = get_object_or_404(told.reports(member.programme), pk=report)
    form = forms.AnswersForm(request.POST or None, report=found)
    if request.method == "POST" and form.is_valid():
        try:
            many = actions.take_answers(report=found, by=member, **form.cleaned_data)
            messages.success(request, _("Kept: the answers of %(many)d cards.") % {"many": many})
            return redirect(found.commitment)
        except (ValueError, delivery.Refused) as refused:
            form.add_error(None, str(refused))
    shown = {
        "title": _("Enter answers by card"),
        "lead": f"{found.get_status_display().capitalize()}. {found.text}",
        "office": found.commitment.promise,
        "form": form,
        "button": _("Keep them"),
        "back": found.commitment.get_absolute_url(),
        "crumbs": _crumbs(
            member.programme,
            (found.commitment.promise[:32], found.commitment.get_absolute_url()),
            (_("Answers"), ""),
        ),
    }
    return render(request, "delivery/promises/form.html", shown)


@require_safe
def sheet(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """A sheet for paper: the promise, what its owner says, a QR code to answer by phone, lines for cards."""
    of = get_public_programme(request, programme)
    public = request.member is None  # type: ignore[attr-defined]
    found = get_object_or_404(told.commitments(of, public=public), pk=commitment)
    address = request.build_absolute_uri(reverse("delivery:asked", args=[programme, found.pk]))
    shown = {
        "commitment": found,
        "last": told.last_report(found),
        "standing": told.Standing.of(found),
        "address": address,
        "qr": qr_code(address),
        "lines": range(8),
    }
    return render(request, "delivery/promises/sheet.html", shown)


@require_safe
def asked(request: HttpRequest, programme: str, commitment: uuid.UUID) -> HttpResponse:
    """Where the code on a sheet leads: to the last report on that promise, to be answered by card."""
    participant = get_participant(request, programme)
    found = get_object_or_404(told.promised(participant.programme, public=True), pk=commitment)
    last = told.last_report(found)
    if last is None:
        messages.info(
            request, _("The owner has not reported on this promise yet. Keep your card, and come back.")
        )
        return redirect("delivery:say", programme)
    return redirect("delivery:answer", programme, last.pk)
