"""A form on a page, for whoever has no app: a member of the team, or a person with a card."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jukwaa.field.collect import referral
from jukwaa.field.collect.actions import Forgotten
from jukwaa.field.models import Edition, Form
from jukwaa.field.plain import actions, forms, held, queries
from jukwaa.field.plain.xform import Filling, Sheet, Unfit
from jukwaa.programmes.access import P, get_member, get_participant, whose
from jukwaa.programmes.cards import qr_code
from jukwaa.programmes.models import Member, Participant
from jukwaa.programmes.queries import standing

Who = Member | Participant


@never_cache
def fill(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """Fill a form in for somebody who speaks, a page at a time."""
    member = get_member(request, programme, P.RESEARCH)
    return _page_by_page(request, member, _form(member, form))


@never_cache
def say(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """Fill a form in for oneself, with one's card, where the team lets people do so."""
    participant = get_participant(request, programme)
    return _page_by_page(request, participant, _form(participant, form))


def _form(who: Who, pk: uuid.UUID) -> Form:
    """The form. Raises Http404, also for one that is not open to people with a card."""
    found = standing(Form.objects.filter(programme=who.programme_id, pk=pk)).first()
    if found is None or (isinstance(who, Participant) and not found.by_card):
        raise Http404
    found.programme = who.programme
    return found


def _edition(request: HttpRequest, form: Form) -> Edition:
    """The edition that the page was begun with, or the one that is published. Raises Http404."""
    begun = request.POST.get("edition", "")
    found = next((e for e in queries.ever_published(form) if str(e.pk) == begun or not begun), None)
    if found is None:
        raise Http404
    found.form = form
    return found


def _page_by_page(request: HttpRequest, who: Who, form: Form) -> HttpResponse:
    edition = _edition(request, form)
    try:
        sheet = queries.sheet(edition)
    except Unfit as unfit:
        return _not_here(request, form, str(unfit))
    if request.method != "POST":
        given = forms.begun()
        return _page(request, edition, sheet, given, queries.next_page(given.filling(sheet), -1) or 0)
    given = forms.given(sheet, request.POST, request.FILES)
    cut = queries.pages(sheet)
    given.page = min(given.page, len(cut) - 1)
    filling = given.filling(sheet)
    if given.go == "back":
        number = queries.next_page(filling, given.page, back=True)
        return _page(request, edition, sheet, given, number or 0)
    language = _language()
    wrong = queries.wrong_on(filling, cut[given.page], language) | given.wrong
    if any(wrong.values()):
        return _page(request, edition, sheet, given, given.page, wrong)
    if given.go == "more":
        given.one_more(cut[given.page][0])
        return _page(request, edition, sheet, given, given.page)
    number = queries.next_page(filling, given.page)
    if number is None:
        number = queries.first_wrong(filling, language)
    if number is not None:
        wrong = queries.wrong_on(filling, cut[number], language) if number <= given.page else {}
        return _page(request, edition, sheet, given, number, wrong)
    return _send(request, who, edition, sheet, given)


def _send(request: HttpRequest, who: Who, edition: Edition, sheet: Sheet, given: forms.Given) -> HttpResponse:
    try:
        actions.send(filling=given.filling(sheet), instance=given.instance, files=given.files, by=who)
    except Forgotten:
        messages.warning(request, _("Whoever spoke asked to be forgotten. Nothing was kept."))
    except held.Gone:
        return _page(request, edition, sheet, given, given.page)
    page = "field:said" if isinstance(who, Participant) else "field:filled"
    child = "?stopped" if queries.is_child(given.answers) else ""
    return redirect(reverse(page, args=[who.programme.slug, edition.form_id]) + child)


def _page(
    request: HttpRequest,
    edition: Edition,
    sheet: Sheet,
    given: forms.Given,
    number: int,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    filling = given.filling(sheet)
    asked = queries.pages(sheet)[number]
    lines = queries.shown(filling, asked, _language(), edition.form.programme)
    for line in lines:
        line.wrong = (wrong or {}).get(line.name, "")
        line.held = given.files[line.name].word if line.name in given.files else ""
    here = {line.name for line in lines}
    shown = {
        "edition": edition,
        "form": edition.form,
        "given": given,
        "number": number,
        "of": len(queries.pages(sheet)),
        "lines": lines,
        "carried": queries.hidden(filling, lines),
        "held": [(path, file.word) for path, file in given.files.items() if path not in here],
        "wrong": [line for line in lines if line.wrong],
        "group": _group(sheet, asked[0].repeat, filling),
        "child": queries.is_child(filling.answers),
        "help": _help_not_in(edition) if queries.is_child(filling.answers) else "",
        "first": number == (queries.next_page(filling, -1) or 0),
        "one_page": number == 0 and queries.fits_one_page(edition.xform),
        "language": _language(),
    }
    status = 422 if shown["wrong"] else 200
    return render(request, "field/plain/page.html", shown, status=status)


def _help_not_in(edition: Edition) -> str:
    """The words of the referral card, where the edition does not show them itself."""
    card = referral.card(edition.form.programme)
    return "" if edition.referral == referral.digest(card) else referral.words_in(card, _language())


def _group(sheet: Sheet, repeat: str, filling: Filling) -> str:
    """What a group that may come more than once is called on its page; empty for any other page."""
    return filling.words(sheet.names.get(repeat), _language(), repeat) if repeat else ""


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _not_here(request: HttpRequest, form: Form, why: str) -> HttpResponse:
    return render(request, "field/plain/unfit.html", {"form": form, "why": why})


# ---- the whole form on one page, for where there is no connection ------------------------------------------


@never_cache
def fill_whole(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """The whole form for the team; a script shows what is asked, keeps it on the phone and sends it."""
    member = get_member(request, programme, P.RESEARCH)
    return _whole(request, member, _form(member, form), "fill")


@never_cache
def say_whole(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """The whole form for a person with a card."""
    participant = get_participant(request, programme)
    return _whole(request, participant, _form(participant, form), "say")


def _whole(request: HttpRequest, who: Who, form: Form, way: str) -> HttpResponse:
    edition = _edition(request, form)
    try:
        sheet = queries.sheet(edition)
        if not queries.fits_one_page(edition.xform):
            raise Unfit(_("This form is asked page by page only: the one page cannot tell what to ask when."))
    except Unfit as unfit:
        return _not_here(request, form, str(unfit))
    given, language = forms.begun(), _language()
    filling = given.filling(sheet)
    lines = queries.shown(filling, sheet.questions, language, form.programme, everything=True)
    slug = who.programme.slug
    shown = {
        "edition": edition,
        "form": form,
        "parts": queries.parts(filling, lines, language),
        "language": language,
        "keeper": whose(who),
        "send": reverse(f"field:{way}_send", args=[slug, form.pk]),
        "by_page": reverse(f"field:{way}", args=[slug, form.pk]),
    }
    return render(request, "field/plain/whole.html", shown)


@require_POST
def fill_send(request: HttpRequest, programme: str, form: uuid.UUID) -> JsonResponse:
    """Take in what waited on a phone of the team."""
    member = get_member(request, programme, P.RESEARCH)
    return _taken_in(request, member, _form(member, form))


@require_POST
def say_send(request: HttpRequest, programme: str, form: uuid.UUID) -> JsonResponse:
    """Take in what waited on the phone of a person with a card."""
    participant = get_participant(request, programme)
    return _taken_in(request, participant, _form(participant, form))


def _taken_in(request: HttpRequest, who: Who, form: Form) -> JsonResponse:
    edition = _edition(request, form)
    return JsonResponse({"state": _take_in(edition, request.POST, request.FILES, by=who)})


def _take_in(edition: Edition, said: QueryDict, files: Any, *, by: Who) -> str:
    """Keep what waited on a phone, whether or not it fits: kept, here (it was before) or forgotten."""
    sheet = queries.sheet(edition)
    given = forms.given(sheet, said, files, ask_again=False)
    filling = given.filling(sheet)
    fits = not given.wrong and queries.first_wrong(filling, _language()) is None
    try:
        receipt = actions.send_unchecked(
            filling=filling, instance=given.instance, files=given.files, fits=fits, by=by
        )
    except Forgotten:
        return "forgotten"
    return "kept" if receipt.new else "here"


def unsent(request: HttpRequest, programme: str) -> HttpResponse:
    """Take in a file that a phone made of what it could not send."""
    member = get_member(request, programme, P.RESEARCH)
    form = forms.UnsentForm(request.POST or None, request.FILES or None)
    taken = []
    if request.method == "POST" and form.is_valid():
        taken = [(each.title, _take_in_from_file(each, member)) for each in form.waited]
    crumbs = [
        (_("Desk"), reverse("programmes:desk", args=[programme])),
        (_("Forms"), reverse("field:forms", args=[programme])),
    ]
    return render(request, "field/plain/unsent.html", {"form": form, "taken": taken, "crumbs": crumbs})


def _take_in_from_file(waited: forms.Waited, member: Member) -> str:
    found = queries.edition_called(member.programme, waited.edition)
    if found is None:
        return "unknown"
    found.form.programme = member.programme
    try:
        return _take_in(found, waited.said, waited.files, by=member)
    except Unfit:
        return "unknown"


def filled(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """It is kept; the next one can begin."""
    member = get_member(request, programme, P.RESEARCH)
    return _kept(request, _form(member, form), reverse("field:fill", args=[programme, form]))


def said(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """It is kept, under one's card."""
    participant = get_participant(request, programme)
    return _kept(request, _form(participant, form), "")


def _kept(request: HttpRequest, form: Form, again: str) -> HttpResponse:
    stopped = "stopped" in request.GET
    help_here = referral.words_in(referral.card(form.programme), _language()) if stopped else ""
    shown = {"form": form, "again": again, "stopped": stopped, "help": help_here}
    return render(request, "field/plain/kept.html", shown)


# ---- who fills in ----------------------------------------------------------------------------------------


def ways(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """How a form is filled in without an app: by the team, or by people with a card, by a square."""
    member = get_member(request, programme, P.RESEARCH)
    found = _form(member, form)
    address = request.build_absolute_uri(reverse("field:say", args=[programme, form]))
    shown: dict[str, Any] = {
        "form": found,
        "address": address,
        "square": qr_code(address) if found.by_card else "",
        "only_here": request.get_host().startswith(("127.", "localhost", "[::1]")),
        "crumbs": [
            (_("Desk"), reverse("programmes:desk", args=[programme])),
            (_("Forms"), reverse("field:forms", args=[programme])),
            (found, found.get_absolute_url()),
        ],
    }
    return render(request, "field/plain/ways.html", shown)


@require_POST
def let_cards(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """Let people with a card fill it in, or no longer."""
    member = get_member(request, programme, P.RESEARCH)
    found = _form(member, form)
    actions.let_cards_fill_in(form=found, allowed=request.POST.get("allowed") == "yes", by=member)
    messages.success(request, _("Saved."))
    return redirect("field:ways", programme, form)
