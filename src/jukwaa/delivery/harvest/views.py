"""Pages of outcomes' evidence, of those who bear them out, and of what the dialogue had to do with them."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jukwaa.delivery import charts
from jukwaa.delivery import queries as delivery
from jukwaa.delivery.harvest import actions, forms, iati, queries, report
from jukwaa.delivery.harvest.results import Results
from jukwaa.delivery.models import Evidence, Outcome, Package, Substantiation
from jukwaa.field import media
from jukwaa.programmes import files, links
from jukwaa.programmes.access import P, get_member, get_programme, get_public_programme, may
from jukwaa.programmes.books import WRITERS
from jukwaa.programmes.download import served
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import standing

KIND = "substantiation"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Crumbs = list[tuple[Any, str]]


@require_safe
def to_check(request: HttpRequest, programme: str) -> HttpResponse:
    """Which outcomes somebody independent should look at next."""
    member = get_member(request, programme, P.DELIVER)
    title = _("To be checked by somebody independent")
    shown = {
        "checks": queries.to_check(member.programme),
        "crumbs": [*_crumbs(member.programme), (title, "")],
    }
    return render(request, "delivery/harvest/to_check.html", shown)


def _changed(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Outcome]:
    member = get_member(request, programme, P.DELIVER)
    return member, get_object_or_404(delivery.outcomes(member.programme), pk=pk)


def _crumbs(of: Programme, *under: Outcome) -> Crumbs:
    way: Crumbs = [(_("What changed"), reverse("delivery:outcomes", args=[of.slug]))]
    return way + [(Truncator(str(each)).chars(40), each.get_absolute_url()) for each in under]


def _form(
    request: HttpRequest, found: Outcome, title: str, form: django_forms.Form, button: str
) -> HttpResponse:
    crumbs = [*_crumbs(found.programme, found), (title, "")]
    shown = {"title": title, "form": form, "button": button, "back": crumbs[-2][1], "crumbs": crumbs}
    return render(request, "delivery/form.html", shown)


# ---- results ---------------------------------------------------------------------------------------------


@require_safe
def results(request: HttpRequest, programme: str) -> HttpResponse:
    """What came of the programme on one page, each figure with its source, and to take along."""
    found = _results(request, programme)
    public = found.public
    promised = delivery.counts(delivery.promised(found.programme, public=public))
    shown = {
        "shifts": report.shifts(found),
        "proven": report.proven_in_words(found),
        "promises": delivery.counts_in_words(promised),
        "public": public,
        "iati": forms.IatiForm(),
        "crumbs": [*_crumbs(found.programme), (_("Results"), "")],
    }
    return render(request, "delivery/harvest/results.html", shown)


def _results(request: HttpRequest, programme: str) -> Results:
    of = get_public_programme(request, programme)
    public = not may(request.member, P.SEE)  # type: ignore[attr-defined]
    return Results(of, public, site=request.build_absolute_uri("/").rstrip("/"))


@require_safe
def results_file(request: HttpRequest, programme: str, ending: str) -> HttpResponse:
    """The results as a workbook, tables of text, JSON or a report for Word."""
    found = _results(request, programme)
    if ending == "docx":
        return _attached(report.as_docx(found), f"{found.name}.docx", WORD)
    if ending not in WRITERS:
        raise Http404
    write, mime = WRITERS[ending]
    out = io.BytesIO()
    write(found, out)
    return _attached(out.getvalue(), f"{found.name}.{ending}", mime)


def _attached(data: bytes, name: str, mime: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=mime)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def results_iati(request: HttpRequest, programme: str) -> HttpResponse:
    """The results as IATI has them; whoever reports there types under which identifiers."""
    found = _results(request, programme)
    form = forms.IatiForm(request.GET or None)
    if form.is_valid():
        try:
            data = iati.written(found, **form.cleaned_data)
        except iati.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _attached(data, f"{found.name}-iati.xml", "application/xml")
    here = reverse("delivery:results", args=[programme])
    crumbs = [*_crumbs(found.programme), (_("Results"), here), ("IATI", "")]
    shown = {"form": form, "back": here, "crumbs": crumbs}
    return render(request, "delivery/harvest/iati.html", shown)


# ---- evidence --------------------------------------------------------------------------------------------


def add_evidence(request: HttpRequest, programme: str, outcome: uuid.UUID) -> HttpResponse:
    """Add something that one can look at."""
    member, found = _changed(request, programme, outcome)
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            actions.add_evidence(outcome=found, by=member, data=said.pop("file"), **said)
        except (files.Refused, media.Refused) as refused:
            form.add_error("file", str(refused))
        except ValueError as wrong:
            form.add_error("dated_on", str(wrong))
        else:
            messages.success(request, _("The evidence is kept."))
            return redirect(found)
    return _form(request, found, _("Add evidence"), form, _("Keep it"))


def _piece(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Evidence]:
    member = get_member(request, programme, P.DELIVER)
    rows = standing(Evidence.objects.filter(programme=member.programme)).select_related("outcome__programme")
    return member, get_object_or_404(rows, pk=pk)


@require_safe
def evidence_file(request: HttpRequest, programme: str, evidence: uuid.UUID) -> HttpResponse:
    """The file of a piece of evidence, to keep; for everybody where everybody may see it and its outcome."""
    of = get_public_programme(request, programme)
    public = not may(request.member, P.SEE)  # type: ignore[attr-defined]
    rows = Evidence.objects.filter(outcome__in=delivery.outcomes(of, public=public))
    found = get_object_or_404(standing(rows.filter(public=True) if public else rows), pk=evidence)
    answer = served(request, found.file, files.mime_of(found.file_name), found.file_name)
    return answer


@require_POST
def show_evidence(request: HttpRequest, programme: str, evidence: uuid.UUID) -> HttpResponse:
    """Show a piece of evidence to everybody, or to staff only."""
    member, found = _piece(request, programme, evidence)
    public = request.POST.get("public") == "1"
    actions.show_evidence(evidence=found, public=public, by=member)
    messages.success(request, _("Everybody can see it.") if public else _("Only staff see it."))
    return redirect(found.outcome)


def remove_evidence(request: HttpRequest, programme: str, evidence: uuid.UUID) -> HttpResponse:
    """Take a piece of evidence away, after asking."""
    member, found = _piece(request, programme, evidence)
    if request.method == "POST":
        actions.remove_evidence(evidence=found, by=member)
        messages.success(request, _("The evidence is taken away."))
        return redirect(found.outcome)
    return _confirm(request, found.outcome, _("Take this evidence away?"), str(found))


def _confirm(request: HttpRequest, found: Outcome, question: str, words: str) -> HttpResponse:
    shown = {
        "question": question,
        "consequences": [f"“{words}”", _("The record keeps that it was there.")],
        "yes": _("Yes, take it away"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


# ---- somebody independent --------------------------------------------------------------------------------


@never_cache
def ask(request: HttpRequest, programme: str, outcome: uuid.UUID) -> HttpResponse:
    """Ask somebody independent by a personal link, or note what they said."""
    member, found = _changed(request, programme, outcome)
    form = forms.AskForm(request.POST or None, initial={"answer": ""})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = actions.ask_somebody(
            outcome=found, office=said["office"], independent=said["independent"], by=member
        )
        if not said["answer"]:
            return _link(request, asked)
        actions.answer(asked=asked, answer=said["answer"], says=said["says"], by=member)
        messages.success(request, _("Their answer is kept. It stands beside what is claimed."))
        return redirect(found)
    return _form(request, found, _("Ask somebody independent"), form, _("Go on"))


def _link(request: HttpRequest, asked: Substantiation) -> HttpResponse:
    token = links.token(KIND, asked.pk, asked.link)
    of = asked.outcome.programme
    address = request.build_absolute_uri(reverse("delivery:is_it_so", args=[of.slug, token]))
    crumbs = [*_crumbs(of, asked.outcome), (_("Personal link"), "")]
    shown = {"asked": asked, "address": address, "days": links.LASTS.days, "crumbs": crumbs}
    return render(request, "delivery/harvest/link.html", shown)


def _asked(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Substantiation]:
    member = get_member(request, programme, P.DELIVER)
    rows = Substantiation.objects.filter(programme=member.programme).select_related("outcome__programme")
    return member, get_object_or_404(standing(rows), pk=pk)


@never_cache
def asked_link(request: HttpRequest, programme: str, asked: uuid.UUID) -> HttpResponse:
    """Give a new personal link to whoever is asked, after saying what it opens. It is shown this once."""
    member, found = _asked(request, programme, asked)
    if request.method == "POST":
        try:
            return _link(request, actions.give_link(asked=found, by=member))
        except actions.Answered as refused:
            messages.error(request, str(refused))
            return redirect(found.outcome)
    shown = {
        "question": _("Make a new personal link?"),
        "consequences": [
            _("It is for: %(owner)s.") % {"owner": found.office},
            _("Whoever has it can say once whether this outcome is so, for %(days)d days.")
            % {"days": links.LASTS.days},
            _("Links given before open nothing any more."),
        ],
        "yes": _("Yes, make a link"),
        "back": found.outcome.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def note_answer(request: HttpRequest, programme: str, asked: uuid.UUID) -> HttpResponse:
    """Write down what an office answered by word of mouth, or correct it."""
    member, found = _asked(request, programme, asked)
    form = forms.AnswerForm(request.POST or None, initial={"answer": found.answer, "says": found.says})
    if request.method == "POST" and form.is_valid():
        actions.answer(asked=found, by=member, **form.cleaned_data)
        messages.success(request, _("Their answer is kept. It stands beside what is claimed."))
        return redirect(found.outcome)
    title = _("What %(office)s says") % {"office": found.office}
    return _form(request, found.outcome, title, form, _("Keep it"))


def remove_asked(request: HttpRequest, programme: str, asked: uuid.UUID) -> HttpResponse:
    """Take away that an office was asked, after asking."""
    member, found = _asked(request, programme, asked)
    if request.method == "POST":
        actions.remove_substantiation(asked=found, by=member)
        messages.success(request, _("Taken away."))
        return redirect(found.outcome)
    return _confirm(
        request, found.outcome, _("Take away that they were asked, with their answer?"), str(found)
    )


@never_cache
def is_it_so(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """Whoever was asked answers, by their personal link and without a log-in."""
    found = _by_link(get_programme(programme), token)
    if found is None:
        return render(request, "delivery/no_link.html", status=404)
    form = forms.AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not found.answer:
        found = actions.answer(asked=found, by=None, by_link=True, **form.cleaned_data)
    shown = {
        "asked": found,
        "outcome": found.outcome,
        "claim": delivery.claim(found.outcome),
        "pieces": queries.evidence(found.outcome, public=True),
        "form": form,
    }
    return render(request, "delivery/harvest/is_it_so.html", shown)


def _by_link(of: Programme, token: str) -> Substantiation | None:
    try:
        pk, generation = links.read(KIND, token)
    except links.BadLink:
        return None
    rows = Substantiation.objects.filter(programme=of, pk=pk, link=generation, outcome__removed=False)
    return standing(rows).select_related("outcome__programme").first()


# ---- contribution traced ---------------------------------------------------------------------------------


def contribution(request: HttpRequest, programme: str, outcome: uuid.UUID) -> HttpResponse:
    """What the evidence says of the dialogue's part, package by package; and one more package."""
    member, found = _changed(request, programme, outcome)
    form = forms.PackageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        package = actions.add_package(outcome=found, by=member, **form.cleaned_data)
        messages.success(request, _("Written down. Now weigh it; somebody else then does, unseen by you."))
        return redirect("delivery:weigh", programme, package.pk)
    title = _("What the dialogue had to do with it")
    shown = {
        "outcome": found,
        "claim": delivery.claim(found),
        "traced": charts.traced(found, member),
        "form": form,
        "crumbs": [*_crumbs(found.programme, found), (title, "")],
    }
    return render(request, "delivery/harvest/contribution.html", shown)


def _package(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Package]:
    member = get_member(request, programme, P.DELIVER)
    rows = Package.objects.filter(programme=member.programme).select_related("outcome__programme")
    return member, get_object_or_404(standing(rows), pk=pk)


def weigh(request: HttpRequest, programme: str, package: uuid.UUID) -> HttpResponse:
    """Say how likely one would see this, if the dialogue contributed and if it did not."""
    member, found = _package(request, programme, package)
    mine = next(each.mine for each in queries.judged(found.outcome, member) if each.package == found)
    usual = {name: getattr(mine, name) for name in forms.WeighForm.base_fields} if mine else None
    form = forms.WeighForm(request.POST or None, initial=usual)
    if request.method == "POST" and form.is_valid():
        actions.weigh(package=found, by=member, **form.cleaned_data)
        messages.success(request, _("Kept. It counts once two people have weighed it, each by themselves."))
        return redirect("delivery:contribution", programme, found.outcome.pk)
    title = _("Weigh: %(seen)s") % {"seen": Truncator(found.seen).chars(60)}
    crumbs: Crumbs = [*_crumbs(found.outcome.programme, found.outcome)]
    crumbs += [
        (
            _("What the dialogue had to do with it"),
            reverse("delivery:contribution", args=[programme, found.outcome.pk]),
        ),
        (title, ""),
    ]
    shown = {"package": found, "form": form, "title": title, "crumbs": crumbs, "back": crumbs[-2][1]}
    return render(request, "delivery/harvest/weigh.html", shown)


def remove_package(request: HttpRequest, programme: str, package: uuid.UUID) -> HttpResponse:
    """Take a package away, after asking."""
    member, found = _package(request, programme, package)
    if request.method == "POST":
        actions.remove_package(package=found, by=member)
        messages.success(request, _("Taken away."))
        return redirect("delivery:contribution", programme, found.outcome.pk)
    return _confirm(request, found.outcome, _("Take this away, with what people weighed of it?"), str(found))
