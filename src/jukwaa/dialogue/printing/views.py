"""The print kit: what is printed for a gathering, as pages for the browser's print and as PDF."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from jukwaa.dialogue import queries as room
from jukwaa.dialogue.door.addresses import to_join
from jukwaa.dialogue.doors import crumbs, get_gathering
from jukwaa.dialogue.models import Gathering, Round
from jukwaa.dialogue.printing import queries
from jukwaa.dialogue.printing.forms import KitForm
from jukwaa.dialogue.printing.pdf import can_make_pdf, make_pdf
from jukwaa.programmes.actions import note_copy
from jukwaa.programmes.models import Copy, Member


def print_kit(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Everything that can be printed for the gathering, in which language, of which round, and how many."""
    member, found = get_gathering(request, programme, gathering)
    form = KitForm(found, request.GET)
    shown = {
        "gathering": found,
        "form": form,
        "sheets": [
            (name, sheet, form[name] if sheet.how_many else None) for name, sheet in queries.SHEETS.items()
        ],
        "rounds": queries.rounds(found).exists(),
        "pdf": can_make_pdf(),
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/printing/kit.html", shown)


def print_sheet(request: HttpRequest, programme: str, gathering: uuid.UUID, sheet: str) -> HttpResponse:
    """One sheet, to be printed by the browser."""
    member, found = get_gathering(request, programme, gathering)
    page = _page(request, found, sheet)
    if not page:
        return _choose_a_round(request, found)
    _note(member, found, sheet)
    return HttpResponse(page)


def print_pdf(request: HttpRequest, programme: str, gathering: uuid.UUID, sheet: str) -> HttpResponse:
    """One sheet as PDF; back to the kit where this machine cannot make any."""
    member, found = get_gathering(request, programme, gathering)
    if not can_make_pdf():
        messages.info(request, _("PDF is not installed here. Your browser's print command gives the same."))
        return redirect("dialogue:print_kit", programme, found.pk)
    page = _page(request, found, sheet)
    if not page:
        return _choose_a_round(request, found)
    _note(member, found, sheet)
    answer = HttpResponse(make_pdf(page), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{programme}-{sheet}.pdf"'
    return answer


def _note(member: Member, gathering: Gathering, sheet: str) -> None:
    """Note that a sheet with people's names or words was printed."""
    if sheet in OF_PEOPLE:
        name = f"{queries.SHEETS[sheet].title}: {gathering}"
        note_copy(
            programme=member.programme, kind=Copy.Kind.PRINT, holds=Copy.Holds.VOTES, name=name, by=member
        )


# Sheets that bear somebody's name, or words that somebody can take back.
OF_PEOPLE = frozenset({"signin", "statements", "dots", "tally"})


def _choose_a_round(request: HttpRequest, found: Gathering) -> HttpResponse:
    messages.error(request, _("This sheet is of a round, and the gathering has none. Prepare a round first."))
    return redirect("dialogue:print_kit", found.programme.slug, found.pk)


def _page(request: HttpRequest, gathering: Gathering, name: str) -> str:
    """The sheet in the language that was chosen; empty where it is of a round and there is none."""
    if name not in queries.SHEETS:
        raise Http404
    chosen = KitForm(gathering, request.GET).chosen
    of: Round | None = chosen["round"]
    if queries.SHEETS[name].of_round and of is None:
        return ""
    # What people hold speaks their language, whichever the staff's screen speaks.
    with translation.override(chosen["language"]):
        said = {"gathering": gathering, "sheet": queries.SHEETS[name], "round": of}
        if of is not None:
            of.programme, of.gathering = gathering.programme, gathering
            room.in_the_readers_language([of])
        said |= FILLED[name](request, gathering, of, chosen.get(name, 0))
        return render_to_string(f"dialogue/printing/{name}.html", said, request)


# ---- what stands on each ---------------------------------------------------------------------------------

Filled = dict[str, Any]


def _join(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"join": to_join(request)}


def _signs(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"signs": queries.signs(gathering, many)}


def _signin(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"groups": queries.by_group(gathering, many)}


def _copies(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"copies": range(1, max(many, 1) + 1)}


def _nothing(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {}


def _statements(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"pages": queries.in_fours(queries.numbered(_that(of), photos=True))}


def _dots(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"copies": range(1, max(many, 1) + 1), "statements": queries.numbered(_that(of))}


def _tally(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"groups": queries.groups_of(_that(of)), "statements": queries.numbered(_that(of))}


def _scale(request: HttpRequest, gathering: Gathering, of: Round | None, many: int) -> Filled:
    return {"steps": queries.STEPS}


def _that(of: Round | None) -> Round:
    if of is None:
        raise ValueError("this sheet is of a round")
    return of


FILLED: dict[str, Callable[[HttpRequest, Gathering, Round | None, int], Filled]] = {
    "join": _join,
    "signs": _signs,
    "signin": _signin,
    "questions": _copies,
    "rule": _nothing,
    "statements": _statements,
    "dots": _dots,
    "tally": _tally,
    "scale": _scale,
}
