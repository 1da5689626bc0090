"""Pages on which quotes are coded, checked and grouped, and that say whom we have not heard enough."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jukwaa.field.coding import actions, codebook, forms, queries, saturation
from jukwaa.field.models import Quote, Theme
from jukwaa.field.queries import find_quotes, quotes_to_use, themes
from jukwaa.field.voices.queries import to_review
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.models import Member

COMPARED = {
    "theme_id": gettext_lazy("theme"),
    "cycle": gettext_lazy("shift"),
    "sort": gettext_lazy("problem or proposal"),
    "when": gettext_lazy("past, present or future"),
}


def coding(request: HttpRequest, programme: str) -> HttpResponse:
    """What waits between testimonies and statements, and how far coders agree."""
    member = get_member(request, programme, P.RESEARCH)
    of = member.programme
    shown = {
        "coded_once": len(queries.coded_once(of)),
        "to_code": queries.to_code(of, member).count(),
        "to_check": queries.to_check(of, member).count(),
        "to_review": to_review(of, member).count(),
        "differences": len(queries.differences(of)),
        "usable": quotes_to_use(of).count(),
        "drafts": queries.drafts(of),
        "agreement": [(COMPARED[each.field], each) for each in saturation.agreement(of)],
        "codebook": queries.codebooks(of).first(),
        "used": queries.used_drafts(of),
        "crumbs": _crumbs(member)[:2],
    }
    return render(request, "field/coding/coding.html", shown)


def code_next(request: HttpRequest, programme: str) -> HttpResponse:
    """The next quote for this coder, without what another said of it."""
    member = get_member(request, programme, P.RESEARCH)
    following = queries.to_code(member.programme, member).first()
    if following is None:
        messages.success(request, _("You have coded all that waits for you."))
        return redirect("field:coding", programme)
    if not themes(member.programme):
        messages.error(request, _("There is no theme yet. Add the first one, then code."))
        return redirect("field:themes", programme)
    return redirect("field:code_quote", programme, following.pk)


def code_quote(request: HttpRequest, programme: str, quote: uuid.UUID) -> HttpResponse:
    """One coder's answer to what a quote is about."""
    member = get_member(request, programme, P.RESEARCH)
    found = _quote(member, quote)
    if not queries.may_code(found):
        messages.info(
            request, _("Two people have coded this quote, or its code is settled. Take another one.")
        )
        return redirect("field:coding", programme)
    form = forms.CodeForm(
        request.POST or None, programme=member.programme, initial=_said(queries.coding_by(found, member))
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.code_quote(quote=found, by=member, **form.cleaned_data)
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            return redirect("field:code_next", programme)
    return _code_page(request, member, found, form, _("What is it about?"))


def _said(said: Any) -> dict[str, Any]:
    return {name: getattr(said, name) for name in ("theme", "cycle", "sort", "when")} if said else {}


def differences(request: HttpRequest, programme: str) -> HttpResponse:
    """Quotes that two people coded differently."""
    member = get_member(request, programme, P.RESEARCH)
    shown = {"differences": queries.differences(member.programme), "crumbs": _crumbs(member)}
    return render(request, "field/coding/differences.html", shown)


def settle_code(request: HttpRequest, programme: str, quote: uuid.UUID) -> HttpResponse:
    """What a quote is about after all, when both coders have spoken."""
    member = get_member(request, programme, P.RESEARCH)
    found = _quote(member, quote)
    said = [each for each in queries.differences(member.programme) if each.quote.pk == found.pk]
    if not said:
        messages.info(request, _("There is nothing to settle about this quote."))
        return redirect("field:differences", programme)
    form = forms.CodeForm(request.POST or None, programme=member.programme)
    if request.method == "POST" and form.is_valid():
        actions.settle_code(quote=found, by=member, **form.cleaned_data)
        messages.success(request, _("Settled. What both coders said stays in the record."))
        return redirect("field:differences", programme)
    return _code_page(request, member, found, form, _("What is it about after all?"), said[0].codings)


def _code_page(
    request: HttpRequest, member: Member, quote: Quote, form: Any, title: str, codings: Any = ()
) -> HttpResponse:
    shown = {"quote": quote, "form": form, "title": title, "codings": codings, "crumbs": _crumbs(member)}
    shown["left"] = queries.to_code(member.programme, member).count()
    shown["themes"] = themes(member.programme)
    return render(request, "field/coding/code.html", shown)


def take_single_codes(request: HttpRequest, programme: str) -> HttpResponse:
    """Let what one coder alone said stand, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    alone = len(queries.coded_once(member.programme))
    if not alone:
        messages.info(request, _("No quote was coded by one person alone."))
        return redirect("field:coding", programme)
    if request.method == "POST":
        actions.take_single_codes(programme=member.programme, by=member)
        messages.success(request, _("What one coder said stands."))
        return redirect("field:coding", programme)
    shown = {
        "question": _("Let one coder be enough?"),
        "consequences": [
            ngettext(
                "%(count)d quote takes the code of the one person who coded it.",
                "%(count)d quotes take the codes of the one person who coded each.",
                alone,
            )
            % {"count": alone},
            _("Nobody can code them a second time, so they say nothing of whether two see the same."),
            _("Let two people code at least one quote in five, chosen by chance, before you do this."),
        ],
        "yes": _("Yes, one is enough"),
        "back": reverse("field:coding", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


# ---- the codebook ----------------------------------------------------------------------------------------


def codebook_csv(request: HttpRequest, programme: str) -> HttpResponse:
    """The themes as a table."""
    member = get_member(request, programme, P.RESEARCH)
    return _file(codebook.as_csv(themes(member.programme)), "text/csv; charset=utf-8", f"{programme}.csv")


def codebook_qdc(request: HttpRequest, programme: str) -> HttpResponse:
    """The themes as other programs for qualitative research read them."""
    member = get_member(request, programme, P.RESEARCH)
    return _file(codebook.as_qdc(themes(member.programme)), "application/xml", f"{programme}.qdc")


def _file(data: str | bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="codebook-{name}"'
    return answer


def import_codebook(request: HttpRequest, programme: str) -> HttpResponse:
    """Take over the themes of a file."""
    member = get_member(request, programme, P.RESEARCH)
    form = forms.CodebookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        added, changed = actions.import_codebook(
            programme=member.programme, entries=form.cleaned_data["file"], by=member
        )
        said = {"added": added, "changed": changed}
        messages.success(request, _("Themes added: %(added)s. Changed: %(changed)s.") % said)
        return redirect("field:themes", programme)
    return render(request, "field/coding/import_codebook.html", {"form": form, "crumbs": _crumbs(member)})


def check(request: HttpRequest, programme: str) -> HttpResponse:
    """Quotes to be read by somebody who did not word them, for what could tell who spoke."""
    member = get_member(request, programme, P.RESEARCH)
    shown = {"quotes": queries.to_check(member.programme, member)[:25], "crumbs": _crumbs(member)}
    return render(request, "field/coding/check.html", shown)


@require_POST
def check_quote(request: HttpRequest, programme: str, quote: uuid.UUID) -> HttpResponse:
    """Let the words leave the room, as they were shown."""
    member = get_member(request, programme, P.RESEARCH)
    found = _quote(member, quote)
    if request.POST.get("text") != found.text:
        messages.error(request, _("The words have changed since. Read them once more."))
        return redirect("field:check", programme)
    try:
        actions.check_quote(quote=found, by=member)
    except ValueError as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _("Checked. The words can leave the room if their voice agreed."))
    return redirect("field:check", programme)


def draft(request: HttpRequest, programme: str) -> HttpResponse:
    """Make a draft statement of quotes that say the same."""
    member = get_member(request, programme, P.RESEARCH)
    theme = _theme(member, request.GET.get("theme", ""))
    usual = {"language": member.programme.first_language}
    form = forms.DraftForm(request.POST or None, programme=member.programme, theme=theme, initial=usual)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.offer_draft(
                programme=member.programme,
                text=said["text"],
                language=said["language"],
                quotes=list(said["quotes"]),
                by=member,
            )
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Offered to those who run rounds."))
            return redirect("field:coding", programme)
    shown = {
        "form": form,
        "themes": themes(member.programme),
        "theme": theme,
        "usable": quotes_to_use(member.programme, theme=theme).exists(),
        "crumbs": _crumbs(member),
    }
    return render(request, "field/coding/draft.html", shown)


def _theme(member: Member, said: str) -> Theme | None:
    try:
        return themes(member.programme).filter(pk=uuid.UUID(said)).first()
    except ValueError:
        return None


def heard(request: HttpRequest, programme: str) -> HttpResponse:
    """Whom we have not heard enough yet, and whether one may stop."""
    member = get_member(request, programme, P.RESEARCH)
    shown = {"heard": saturation.heard(member.programme), "crumbs": _crumbs(member)}
    return render(request, "field/coding/heard.html", shown)


def _quote(member: Member, pk: uuid.UUID) -> Quote:
    found = get_object_or_404(find_quotes(member.programme).select_related("testimony"), pk=pk)
    found.programme = member.programme
    return found


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    return [
        (_("Desk"), reverse("programmes:desk", args=[slug])),
        (_("Testimonies"), reverse("field:testimonies", args=[slug])),
        (_("Codes and quotes"), reverse("field:coding", args=[slug])),
    ]
