"""Pages of what a gathering comes to: minutes, aide-memoire, export, what is carried over, backups."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from typing import IO

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jukwaa.dialogue import polis
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.actions import VotedOn
from jukwaa.dialogue.doors import crumbs, get_gathering
from jukwaa.dialogue.minutes import actions, export, forms, memo, queries
from jukwaa.dialogue.models import Descent, Gathering, Round, Statement
from jukwaa.dialogue.printing.pdf import can_make_pdf
from jukwaa.field import languages
from jukwaa.programmes.access import P, get_member, get_public_programme
from jukwaa.programmes.actions import note_copy
from jukwaa.programmes.books import WRITERS
from jukwaa.programmes.models import Copy, Member
from jukwaa.record import backup

# ---- minutes ---------------------------------------------------------------------------------------------


def minutes(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The minutes, composed anew each time from what was recorded."""
    member, found = get_gathering(request, programme, gathering)
    shown = {"gathering": found, "minutes": queries.minutes(found), "crumbs": crumbs(member, found)}
    return render(request, "dialogue/minutes/minutes.html", shown)


def print_minutes(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The minutes for paper."""
    _member, found = get_gathering(request, programme, gathering)
    shown = {"gathering": found, "minutes": queries.minutes(found)}
    return render(request, "dialogue/minutes/minutes_print.html", shown)


# ---- the aide-memoire ------------------------------------------------------------------------------------


def memoire(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The aide-memoire as it stands, in the programme's first language."""
    member, found = get_gathering(request, programme, gathering)
    return _memoire_page(request, member, found, member.programme.first_language)


def memoire_in(request: HttpRequest, programme: str, gathering: uuid.UUID, language: str) -> HttpResponse:
    """The aide-memoire as it stands, in another of the programme's languages."""
    member, found = get_gathering(request, programme, gathering)
    return _memoire_page(request, member, found, language)


def _memoire_page(request: HttpRequest, member: Member, found: Gathering, language: str) -> HttpResponse:
    codes = member.programme.languages.split() or ["en"]
    shown = {
        "gathering": found,
        "memo": _memo(found, language),
        "languages": [(code, languages.NAMES.get(code, code)) for code in codes],
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/minutes/memoire.html", shown)


def edit_memoire(request: HttpRequest, programme: str, gathering: uuid.UUID, language: str) -> HttpResponse:
    """Write the sections; one that is left as it was composed goes on following the record."""
    member, found = get_gathering(request, programme, gathering)
    stands = _memo(found, language)
    form = forms.MemoireForm(request.POST or None, initial=stands.words)
    back = reverse("dialogue:memoire_in", args=[programme, found.pk, language])
    if request.method == "POST" and form.is_valid():
        sections = memo.changed(found, language, form.cleaned_data)
        actions.write_memoire(gathering=found, language=language, sections=sections, by=member)
        messages.success(request, _("Saved."))
        return redirect(back)
    way = [*crumbs(member, found), (_("Aide-memoire"), back)]
    title = _("Write the aide-memoire: %(language)s") % {"language": stands.language_name}
    shown = {"title": title, "form": form, "button": _("Save"), "crumbs": way, "back": back}
    return render(request, "dialogue/form.html", shown)


def print_memoire(request: HttpRequest, programme: str, gathering: uuid.UUID, language: str) -> HttpResponse:
    """The aide-memoire for paper."""
    _member, found = get_gathering(request, programme, gathering)
    shown = {"memo": _memo(found, language), "gathering": found}
    return render(request, "dialogue/minutes/memoire_print.html", shown)


def memoire_file(
    request: HttpRequest, programme: str, gathering: uuid.UUID, language: str, ending: str
) -> HttpResponse:
    """The aide-memoire as PDF or for Word."""
    _member, found = get_gathering(request, programme, gathering)
    stands = _memo(found, language)
    if ending == "docx":
        return _attached(memo.as_docx(stands), f"aide-memoire-{language}.docx", WORD)
    if ending != "pdf":
        raise Http404
    if can_make_pdf():
        return _attached(memo.as_pdf(stands), f"aide-memoire-{language}.pdf", "application/pdf")
    messages.error(
        request, _("PDF is not installed on this laptop. Print this page, and choose “Save as PDF”.")
    )
    return redirect("dialogue:print_memoire", programme, found.pk, language)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _attached(data: bytes, name: str, mime: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=mime)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def publish_memoire(
    request: HttpRequest, programme: str, gathering: uuid.UUID, language: str
) -> HttpResponse:
    """Show everybody the aide-memoire in just these words, after one more look."""
    member, found = get_gathering(request, programme, gathering)
    stands = _memo(found, language)
    back = reverse("dialogue:memoire_in", args=[programme, found.pk, language])
    if request.method == "POST":
        actions.publish_memoire(gathering=found, language=language, sections=stands.words, by=member)
        messages.success(request, _("Everybody can read it now."))
        return redirect(back)
    told = [
        _("Everybody can read it on the programme's page, in these words. You can take it back."),
        _("What was put together from the record tells no count under ten. Look at what you wrote yourself."),
        _("No name of a person stands in it, unless they agreed."),
    ]
    if stands.small_numbers:
        small = ", ".join(stands.small_numbers)
        told.append(
            _("You wrote numbers under ten: %(numbers)s. If one counts people, leave it out.")
            % {"numbers": small}
        )
    if stands.too_long:
        told.append(_("It takes more than two pages."))
    shown = {
        "question": _("Show everybody this aide-memoire?"),
        "consequences": told,
        "yes": _("Yes, show it"),
        "back": back,
    }
    return render(request, "web/confirm.html", shown)


@require_POST
def take_back_memoire(
    request: HttpRequest, programme: str, gathering: uuid.UUID, language: str
) -> HttpResponse:
    """Show it to nobody any more."""
    member, found = get_gathering(request, programme, gathering)
    stands = _memo(found, language)
    if stands.row and stands.published:
        actions.take_back_memoire(memoire=stands.row, by=member)
        messages.success(request, _("Only the staff can read it now."))
    return redirect("dialogue:memoire_in", programme, found.pk, language)


def public_memoire(request: HttpRequest, programme: str, gathering: uuid.UUID, language: str) -> HttpResponse:
    """A published aide-memoire, with the digest of its words, for everybody."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(room.gatherings(of), pk=gathering)
    found.programme = of
    stands = memo.published(found, language)
    if stands is None:
        raise Http404
    return render(request, "dialogue/minutes/public_memoire.html", {"memo": stands, "gathering": found})


def _memo(found: Gathering, language: str) -> memo.Memo:
    """The aide-memoire in one of the programme's languages. Raises Http404 for another."""
    if language not in (found.programme.languages.split() or ["en"]):
        raise Http404
    return memo.memo(found, language)


# ---- carried over ----------------------------------------------------------------------------------------


def carry(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Choose what earlier rounds leave to go on with, and put it into a round of this gathering."""
    member, found = get_gathering(request, programme, gathering)
    rounds = queries.rounds_to_fill(found)
    asked = request.POST.get("round") or request.GET.get("round")
    chosen = next((each for each in rounds if str(each.pk) == asked), rounds[0] if rounds else None)
    if request.method == "POST" and chosen is not None:
        return _carry(request, member, found, chosen)
    shown = {
        "gathering": found,
        "rounds": rounds,
        "round": chosen,
        "candidates": queries.candidates(chosen, found) if chosen else [],
        "carried": queries.carried_in(found),
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/minutes/carry.html", shown)


def _carry(request: HttpRequest, member: Member, found: Gathering, chosen: Round) -> HttpResponse:
    """Carry over what was ticked, in the order in which it stood."""
    ticked = set(request.POST.getlist("statement"))
    offered = [each.statement for _round, rows in queries.candidates(chosen, found) for each in rows]
    picked = [each for each in offered if str(each.pk) in ticked]
    if picked:
        many = len(actions.carry_over(round=chosen, statements=picked, by=member))
        told = ngettext("%(many)s statement is carried over.", "%(many)s statements are carried over.", many)
        messages.success(request, told % {"many": many})
    else:
        messages.error(request, _("Tick at least one statement that is not in the round already."))
    where = reverse("dialogue:carry", args=[member.programme.slug, found.pk])
    return redirect(f"{where}?round={chosen.pk}")


@require_POST
def take_back_carried(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Undo a carrying over, as long as nobody answered."""
    member = get_member(request, programme, P.FACILITATE)
    rows = Statement.objects.filter(programme=member.programme, removed=False, merged_into=None)
    carried = rows.filter(parents__how=Descent.How.CARRIED).select_related("round").distinct()
    found = get_object_or_404(carried, pk=statement)
    try:
        actions.take_back_carried(statement=found, by=member)
        messages.success(request, _("It is out of the round again."))
    except VotedOn:
        messages.error(request, _("People have answered it here already: it stays."))
    where = reverse("dialogue:carry", args=[programme, found.round.gathering_id])
    return redirect(f"{where}?round={found.round_id}")


# ---- export ----------------------------------------------------------------------------------------------


def export_page(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """What can be taken away for other programs, and what is not in it."""
    member, found = get_gathering(request, programme, gathering)
    rounds = queries.rounds(found)
    shown = {
        "gathering": found,
        "tables": [(name, row) for name, row, _columns, _rows in export.TABLES],
        "polis": [each for each in rounds if each.method == Round.Method.VOTES],
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/minutes/export.html", shown)


def export_file(request: HttpRequest, programme: str, gathering: uuid.UUID, ending: str) -> FileResponse:
    """The gathering as a zip of CSV files, a workbook, or JSON."""
    member, found = get_gathering(request, programme, gathering)
    if ending not in WRITERS:
        raise Http404
    write, mime = WRITERS[ending]
    whole = export.Export.of(found)
    name = f"{whole.name}.{ending}"
    note_copy(programme=member.programme, kind=Copy.Kind.EXPORT, holds=Copy.Holds.VOTES, name=name, by=member)
    return _sent(lambda to: write(whole, to), name, mime)


def polis_file(request: HttpRequest, programme: str, round: uuid.UUID) -> FileResponse:
    """One round as Polis exports a conversation; `jukwaa import-polis` reads it back."""
    member = get_member(request, programme, P.FACILITATE)
    found = get_object_or_404(room.rounds(member.programme).filter(method=Round.Method.VOTES), pk=round)
    found.programme = member.programme
    if found.kept_apart or found.opened_at is None:
        raise Http404
    name = f"{programme}-polis-{found.opened_at:%Y-%m-%d}"
    note_copy(programme=member.programme, kind=Copy.Kind.POLIS, holds=Copy.Holds.VOTES, name=name, by=member)
    return _sent(lambda to: polis.write_zip(found, to, name), f"{name}.zip", "application/zip")


def _sent(write: Callable[[IO[bytes]], None], name: str, mime: str) -> FileResponse:
    """What was written, as a file to keep. It lies nameless in the node's own folder until it is sent."""
    kept = tempfile.TemporaryFile(dir=settings.JUKWAA_HOME)  # noqa: SIM115 - the answer closes it
    write(kept)
    kept.seek(0)
    return FileResponse(kept, as_attachment=True, filename=name, content_type=mime)


# ---- backups ---------------------------------------------------------------------------------------------


def backups(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """When this laptop was backed up last, where, and what is wrong if something is."""
    member, found = get_gathering(request, programme, gathering)
    stands = backup.standing()
    shown = {
        "gathering": found,
        "stands": stands,
        "old": stands.minutes_old(),
        "late": (stands.minutes_old() or 0) > 3 * max(stands.every, 1),
        "encrypted": bool(settings.SQLITE_KEY),
        "on_postgresql": connection.vendor != "sqlite",
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/minutes/backups.html", shown)
