"""Pages of what the programme looks at: the four shifts, indicators, their figures, and the catalogue."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery.measures import actions, computing, drawing, forms, queries, sheets
from jukwaa.delivery.measures import catalogue as catalogues
from jukwaa.delivery.models import Indicator, Measurement
from jukwaa.field import languages
from jukwaa.programmes.access import P, get_member, get_public_programme
from jukwaa.programmes.download import sheet
from jukwaa.programmes.models import Cycle, Member, Programme
from jukwaa.programmes.queries import changes

A_PAGE = 25


# ---- for everybody ---------------------------------------------------------------------------------------


@require_safe
def shifts(request: HttpRequest, programme: str) -> HttpResponse:
    """The four shifts: from what to what, and how many indicators go which way."""
    of = get_public_programme(request, programme)
    readings = queries.readings(of, public=_is_public(request))
    told = [
        (cycle, catalogues.shift(cycle), queries.tally([r for r in readings if r.indicator.cycle == cycle]))
        for cycle in Cycle
    ]
    shown = {"shifts": told, "total": len(readings), "crumbs": _crumbs(of)[:1]}
    return render(request, "delivery/measures/shifts.html", shown)


@require_safe
def shift(request: HttpRequest, programme: str, cycle: str) -> HttpResponse:
    """One shift: from what, to what, and where it stands by each of its indicators."""
    of = get_public_programme(request, programme)
    if cycle not in Cycle:
        raise Http404
    readings = queries.readings(of, public=_is_public(request), cycle=cycle)
    page = Paginator(readings, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "cycle": Cycle(cycle),
        "shift": catalogues.shift(cycle),
        "tally": queries.tally(readings),
        "page": page,
        "crumbs": [*_crumbs(of), (Cycle(cycle).label, "")],
    }
    return render(request, "delivery/measures/shift.html", shown)


@require_safe
def indicators(request: HttpRequest, programme: str) -> HttpResponse:
    """All indicators, to be searched; for staff also those for which a figure is waited."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    search = forms.Search(request.GET)
    chosen = search.chosen()
    readings = queries.readings(of, public=public, cycle=chosen.get("cycle", ""))
    found = queries.those(readings, **{name: value for name, value in chosen.items() if name != "cycle"})
    shown = {
        "search": search,
        "chosen": chosen,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "found": len(found),
        "query": _query(request),
        "removed": [] if public else queries.removed_indicators(of)[:A_PAGE],
        "crumbs": [*_crumbs(of), (_("All indicators"), "")],
    }
    return render(request, "delivery/measures/indicators.html", shown)


@require_safe
def indicator(request: HttpRequest, programme: str, indicator: uuid.UUID) -> HttpResponse:
    """One indicator: how far it has come, in words, as a chart with its table, and by group."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    found = _indicator(of, indicator, public=public)
    drawn = _drawn(found, public=public)
    points = queries.points(found, drawn, exact=not public)
    last = [each.figure for each in points[-1].figures] if points else []
    reading = queries.reading(found, last, exact=not public)
    series = drawing.series_of(points)
    shown = {
        "indicator": found,
        "reading": reading,
        "points": points[::-1],
        "drawing": drawing.draw(reading, points, series),
        "series": series,
        "total": queries.figures(found).count() if len(drawn) == queries.DRAWN else 0,
        "cells": [(each, told) for each in last if (told := queries.cells(each, exact=not public))],
        "row": _action_of(found, public=public),
        "translations": [] if public else _languages(found),
        "taken_away": [] if public else list(queries.removed_figures(found)[:A_PAGE]),
        "crumbs": [*_crumbs(of), _shift_crumb(found), (_short(found), "")],
        "changes": [] if public else changes(found),
    }
    return render(request, "delivery/measures/indicator.html", shown)


def _action_of(found: Indicator, *, public: bool) -> RoadmapRow | None:
    """The action of the roadmap that it tells of, if it may be seen."""
    row = found.tells_of
    return row if row is not None and not row.removed and (row.public or not public) else None


def _drawn(found: Indicator, *, public: bool) -> list[Measurement]:
    """The figures that are drawn: those kept last, or those that are worked out now."""
    if found.computed:
        return computing.figures(found, public=public, on=timezone.localdate())
    return list(queries.figures(found)[: queries.DRAWN])


@require_safe
def figures(request: HttpRequest, programme: str, indicator: uuid.UUID) -> HttpResponse:
    """All figures of an indicator, to be searched by source and day."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    found = _indicator(of, indicator, public=public)
    search = forms.FigureSearch(request.GET)
    chosen = search.chosen()
    page = Paginator(queries.figures_with(found, **chosen), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "indicator": found,
        "search": search,
        "chosen": chosen,
        "page": page,
        "figures": [queries.told(each, found, exact=not public) for each in page],
        "query": _query(request),
        "crumbs": [*_under(found), (_("All figures"), "")],
    }
    return render(request, "delivery/measures/figures.html", shown)


@require_safe
def figure(request: HttpRequest, programme: str, figure: uuid.UUID) -> HttpResponse:
    """One figure: its source, method and how sure it is, by group; for staff what it said before."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    found = _figure(of, figure, public=public)
    shown = {
        "figure": found,
        "indicator": found.indicator,
        "told": queries.told(found, found.indicator, exact=not public),
        "cells": queries.cells(found, exact=not public),
        "versions": [] if public else queries.versions(found),
        "crumbs": [*_under(found.indicator), (_("A figure"), "")],
    }
    return render(request, "delivery/measures/figure.html", shown)


@require_safe
def figures_csv(request: HttpRequest, programme: str) -> StreamingHttpResponse:
    """The figures as a table, of all indicators or of one; of people by the 10-5 rule for all but staff."""
    of = get_public_programme(request, programme)
    public = _is_public(request)
    rows = queries.in_the_readers_language(queries.indicators(of, public=public))
    one = request.GET.get("indicator")
    rows = [row for row in rows if one in (None, "", str(row.pk))]
    answer = StreamingHttpResponse(
        sheets.exported(rows, public=public), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{programme}-figures.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _is_public(request: HttpRequest) -> bool:
    """Whether whoever asks sees only what everybody may: all but the staff."""
    return request.member is None  # type: ignore[attr-defined]


def _query(request: HttpRequest) -> str:
    """What was searched for, as the pager's links carry it on."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"{asked.urlencode()}&" if asked else ""


def _indicator(of: Programme, pk: uuid.UUID, *, public: bool) -> Indicator:
    """The indicator with its words, if it may be seen. Raises Http404."""
    found = queries.find_indicator(of, pk)
    if found is None or (public and (found.removed or not found.public)):
        raise Http404
    found.programme = of
    return queries.in_the_readers_language([found])[0]


def _figure(of: Programme, pk: uuid.UUID, *, public: bool) -> Measurement:
    """The figure with its indicator, if it may be seen. Raises Http404."""
    found = queries.find_figure(of, pk, public=public)
    if found is None:
        raise Http404
    queries.in_the_readers_language([found.indicator])
    return found


def _crumbs(of: Programme) -> list[tuple[Any, str]]:
    return [
        (_("What changed"), reverse("delivery:outcomes", args=[of.slug])),
        (_("What we look at"), reverse("delivery:shifts", args=[of.slug])),
    ]


def _shift_crumb(found: Indicator) -> tuple[Any, str]:
    label = Truncator(found.get_cycle_display()).chars(24)
    return label, reverse("delivery:shift", args=[found.programme.slug, found.cycle])


def _under(found: Indicator) -> list[tuple[Any, str]]:
    return [*_crumbs(found.programme), (_short(found), found.get_absolute_url())]


def _short(found: Indicator) -> str:
    """So much of its name as fits among the crumbs of a phone."""
    return Truncator(found.said.name).chars(32)  # type: ignore[attr-defined]


def _languages(found: Indicator) -> list[tuple[str, str, bool]]:
    """Languages that its words can be said in: code, name, and whether they are."""
    done = set(queries.translations(found).values_list("language", flat=True))
    asked = [*found.programme.languages.split(), "en", "sw", "fr", *sorted(done)]
    codes = [code for code in dict.fromkeys(asked) if code != found.language]
    return [(code, languages.NAMES.get(code, code), code in done) for code in codes]


# ---- indicators, for staff -------------------------------------------------------------------------------


@require_safe
def catalogue(request: HttpRequest, programme: str) -> HttpResponse:
    """The indicators that are ready to be picked, by shift; those that were are marked."""
    member = get_member(request, programme, P.DELIVER)
    words = request.GET.get("words", "").strip()[:200]
    picked = {row.catalogue: row for row in queries.indicators(member.programme).exclude(catalogue="")}
    found = [e for e in catalogues.entries().values() if all(e.holds(word) for word in words.split())]
    told = [(cycle, [(e, e.said(), picked.get(e.key)) for e in found if e.cycle == cycle]) for cycle in Cycle]
    crumbs = [*_crumbs(member.programme), (_("Catalogue"), "")]
    shown = {"cycles": told, "found": len(found), "words": words, "crumbs": crumbs}
    return render(request, "delivery/measures/catalogue.html", shown)


def pick_indicator(request: HttpRequest, programme: str, key: str) -> HttpResponse:
    """Pick an indicator of the catalogue: its words are there, baseline and target are the programme's."""
    member = get_member(request, programme, P.DELIVER)
    entry = catalogues.entries().get(key)
    if entry is None:
        raise Http404
    usual = forms.said_of_entry(entry, member.programme)
    crumbs = [
        *_crumbs(member.programme),
        (_("Catalogue"), reverse("delivery:catalogue", args=[programme])),
        (entry.said().name, ""),
    ]
    return _added(request, member, usual, crumbs, key)


def add_indicator(request: HttpRequest, programme: str) -> HttpResponse:
    """Add an indicator of the programme's own."""
    member = get_member(request, programme, P.DELIVER)
    usual = forms.USUAL | {"language": member.programme.first_language}
    if request.GET.get("cycle") in Cycle:
        usual |= {"cycle": request.GET["cycle"]}
    return _added(
        request, member, usual, [*_crumbs(member.programme), (_("An indicator of our own"), "")], ""
    )


def _added(
    request: HttpRequest, member: Member, usual: dict[str, Any], crumbs: list[tuple[Any, str]], key: str
) -> HttpResponse:
    form = forms.NewIndicatorForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_indicator(programme=member.programme, key=key, by=member, **form.cleaned_data)
            messages.success(request, _("The indicator is added."))
            return redirect(made)
        except actions.Unfit as wrong:
            forms.refused(form, wrong)
        except actions.Refused as wrong:
            form.add_error(None, str(wrong))
    return _form(request, crumbs[-1][0], form, _("Add it"), crumbs)


def _form(
    request: HttpRequest, title: str, form: BaseForm, button: str, crumbs: list[tuple[Any, str]]
) -> HttpResponse:
    """A page with one form, and the way back to the page before it."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-2][1]}
    return render(request, "delivery/form.html", shown)


def _looked_after(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Indicator]:
    """Who may say what indicators are, and the indicator. Http404 and PermissionDenied as at the door."""
    member = get_member(request, programme, P.DELIVER)
    return member, _indicator(member.programme, pk, public=False)


def change_indicator(request: HttpRequest, programme: str, indicator: uuid.UUID) -> HttpResponse:
    """Say an indicator anew."""
    member, found = _looked_after(request, programme, indicator)
    form = forms.IndicatorForm(
        request.POST or None, programme=member.programme, initial=forms.said_of_indicator(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_indicator(indicator=found, by=member, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(found)
        except actions.Unfit as wrong:
            forms.refused(form, wrong)
    title = _("Change the indicator")
    return _form(request, title, form, _("Save"), [*_under(found), (title, "")])


def translate_indicator(
    request: HttpRequest, programme: str, indicator: uuid.UUID, language: str
) -> HttpResponse:
    """Say an indicator's words in another language."""
    member, found = _looked_after(request, programme, indicator)
    if language == found.language or language not in dict(languages.choices(member.programme)):
        raise Http404
    told = [each for each in queries.translations(found) if each.language == language]
    usual = {each.field: each.text for each in told}
    usual |= {"made_by": told[0].made_by, "reviewed_by": told[0].reviewed_by} if told else {}
    form = forms.TranslationForm(request.POST or None, initial=usual)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        people = {name: said.pop(name) for name in ("made_by", "reviewed_by")}
        actions.translate_indicator(indicator=found, language=language, said=said, by=member, **people)
        messages.success(request, _("Saved."))
        return redirect(found)
    title = _("In %(language)s") % {"language": languages.NAMES.get(language, language)}
    return _form(request, title, form, _("Save"), [*_under(found), (title, "")])


def remove_indicator(request: HttpRequest, programme: str, indicator: uuid.UUID) -> HttpResponse:
    """Take an indicator away with its figures, after asking; it can be put back."""
    member, found = _looked_after(request, programme, indicator)
    if request.method == "POST":
        actions.remove_indicator(indicator=found, by=member)
        messages.success(request, _("The indicator is taken away. You can put it back from here."))
        return redirect(found)
    shown = {
        "question": _("Take this indicator away?"),
        "consequences": [
            f"“{found.said.name}”",  # type: ignore[attr-defined]
            _("Its figures go with it. Nobody but the staff sees them, and you can put all of it back."),
        ],
        "yes": _("Yes, take it away"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


@require_POST
def restore_indicator(request: HttpRequest, programme: str, indicator: uuid.UUID) -> HttpResponse:
    """Put back an indicator that was taken away."""
    member, found = _looked_after(request, programme, indicator)
    actions.restore_indicator(indicator=found, by=member)
    messages.success(request, _("The indicator is back, with its figures."))
    return redirect(found)


# ---- figures, for staff ----------------------------------------------------------------------------------


def measure(request: HttpRequest, programme: str, indicator: uuid.UUID) -> HttpResponse:
    """Keep a figure of an indicator."""
    member, found = _looked_after(request, programme, indicator)
    form = forms.FigureForm(request.POST or None, indicator=found, initial=forms.usual_figure(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.measure(indicator=found, by=member, **form.said())
            messages.success(request, _("The figure is kept."))
            return redirect(found)
        except actions.Unfit as wrong:
            forms.refused(form, wrong)
        except actions.Refused as wrong:
            form.add_error(None, str(wrong))
    title = _("Add a figure")
    return _form(request, title, form, _("Keep it"), [*_under(found), (title, "")])


def _measured(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Measurement]:
    member = get_member(request, programme, P.DELIVER)
    return member, _figure(member.programme, pk, public=False)


def correct_figure(request: HttpRequest, programme: str, figure: uuid.UUID) -> HttpResponse:
    """Say a figure anew, and what was wrong; the old one stays on record."""
    member, found = _measured(request, programme, figure)
    usual = forms.said_of_figure(found)
    form = forms.CorrectionForm(request.POST or None, indicator=found.indicator, initial=usual)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_figure(figure=found, by=member, why=form.cleaned_data["why"], **form.said())
            messages.success(request, _("The figure is corrected. What it said before is on record."))
            return redirect(found)
        except actions.Unfit as wrong:
            forms.refused(form, wrong)
        except actions.Refused as wrong:
            form.add_error(None, str(wrong))
    title = _("Correct the figure")
    crumbs = [*_under(found.indicator), (_("A figure"), found.get_absolute_url()), (title, "")]
    return _form(request, title, form, _("Correct it"), crumbs)


@require_POST
def remove_figure(request: HttpRequest, programme: str, figure: uuid.UUID) -> HttpResponse:
    """Take away a figure that was kept by mistake; its page then offers to put it back."""
    member, found = _measured(request, programme, figure)
    actions.remove_figure(figure=found, by=member)
    messages.success(request, _("The figure is taken away. You can put it back from here."))
    return redirect(found)


@require_POST
def restore_figure(request: HttpRequest, programme: str, figure: uuid.UUID) -> HttpResponse:
    """Put back a figure that was taken away."""
    member, found = _measured(request, programme, figure)
    try:
        actions.restore_figure(figure=found, by=member)
        messages.success(request, _("The figure is back."))
    except actions.Refused as wrong:
        messages.error(request, str(wrong))
    return redirect(found)


# ---- tables of figures, for staff ------------------------------------------------------------------------


@require_safe
def empty_sheet(request: HttpRequest, programme: str) -> HttpResponse:
    """The table that is filled in and sent: its headings, and a line for each indicator that is typed."""
    member = get_member(request, programme, P.DELIVER)
    rows = queries.in_the_readers_language(queries.indicators(member.programme).filter(computed=False))
    answer = HttpResponse(
        sheet(sheets.COLUMNS, sheets.empty_lines(rows)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{programme}-to-fill-in.csv"'
    return answer


def import_figures(request: HttpRequest, programme: str) -> HttpResponse:
    """Look at a table of figures first, and then take in all of it or nothing."""
    member = get_member(request, programme, P.DELIVER)
    form = forms.SheetForm(None if "text" in request.POST else request.POST or None, request.FILES or None)
    crumbs = [*_crumbs(member.programme), (_("Take in a table"), "")]
    shown: dict[str, Any] = {"form": form, "crumbs": crumbs, "columns": sheets.COLUMNS}
    if request.method != "POST":
        return render(request, "delivery/measures/import.html", shown)
    try:
        text = _text_of_table(request, form)
    except sheets.Refused as wrong:
        form.add_error("table", str(wrong))
        text = None
    if text is None:
        return render(request, "delivery/measures/import.html", shown)
    read = sheets.read(text, programme=member.programme)
    if "text" in request.POST and not read.faults and read.figures:
        taken = actions.measure_many(figures=read.figures, by=member)
        said = ngettext("%(n)d figure is taken in.", "%(n)d figures are taken in.", taken) % {"n": taken}
        messages.success(request, said)
        return redirect("delivery:shifts", programme)
    found = queries.in_the_readers_language({each.indicator for each in read.figures})
    words = {row.pk: row.said for row in found}  # type: ignore[attr-defined]
    shown |= {
        "text": text,
        "read": read,
        "fresh": forms.SheetForm(),
        "figures": [(words[each.indicator_id], each) for each in read.figures[:A_PAGE]],
    }
    return render(request, "delivery/measures/import_preview.html", shown)


def _text_of_table(request: HttpRequest, form: forms.SheetForm) -> str | None:
    """The table as text: sent now, or looked at before. None when the form says what is missing."""
    if "text" in request.POST:
        return request.POST["text"]
    if not form.is_valid():
        return None
    upload = form.cleaned_data["table"]
    return sheets.as_text(upload.read(sheets.LARGEST + 1))
