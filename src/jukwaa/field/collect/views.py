"""Pages for those who make forms, hand out squares, and look at what came in."""

from __future__ import annotations

import csv
import re
import secrets
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override
from django.views.decorators.http import require_POST
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from jukwaa.field.collect import actions, forms, queries, referral, settings_qr, stash
from jukwaa.field.collect.preview import shown as how_it_reads
from jukwaa.field.collect.xlsform import Question, read_sheet, ready_forms
from jukwaa.field.languages import NAMES
from jukwaa.field.models import Attachment, Edition, Submission
from jukwaa.field.voices.queries import FORM_ID
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.actions import note_copy
from jukwaa.programmes.download import cell, served
from jukwaa.programmes.models import Copy, Member
from jukwaa.programmes.queries import changes, standing
from jukwaa.record import blobs

A_PAGE = 25
READY = {"testimony": gettext_lazy("Testimony"), "site_profile": gettext_lazy("Site profile")}


# ---- forms -----------------------------------------------------------------------------------------------


def forms_page(request: HttpRequest, programme: str) -> HttpResponse:
    """The programme's forms with what came in by each, and what waits for a person."""
    member = get_member(request, programme, P.LISTEN)
    shown = {
        "forms": queries.counted_forms(member.programme),
        "ready": [(name, READY.get(name, name)) for name in ready_forms()],
        "inbox": queries.inbox(member.programme).count() + queries.unreadable(member.programme).count(),
        "no_card": not referral.card(member.programme),
        "crumbs": _crumbs(member)[:1],
    }
    return render(request, "field/collect/forms.html", shown)


def add_form(request: HttpRequest, programme: str) -> HttpResponse:
    """Take in an XLSForm, as a draft that nobody's phone fetches yet."""
    member = get_member(request, programme, P.RESEARCH)
    form = forms.SheetForm(request.POST or None, request.FILES or None, card=referral.card(member.programme))
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.add_edition(
                programme=member.programme, made=form.made, sheet=form.sheet_data, by=member
            )
        except actions.SameVersion as wrong:
            form.add_error("sheet", str(wrong))
        else:
            messages.success(request, _("The form is read. Look through it, then publish it."))
            return redirect("field:edition", programme, kept.pk)
    return _form(request, _("Add a form, or a new version of one"), form, _("Read it"), _crumbs(member))


@require_POST
def add_ready_form(request: HttpRequest, programme: str, name: str) -> HttpResponse:
    """Take in one of the forms that come along, as a draft."""
    member = get_member(request, programme, P.RESEARCH)
    sheet = ready_forms().get(name)
    if sheet is None:
        raise Http404
    made = read_sheet(sheet, card=referral.card(member.programme))
    try:
        kept = actions.add_edition(programme=member.programme, made=made, sheet=sheet, by=member)
    except actions.SameVersion as wrong:
        messages.error(request, str(wrong))
        return redirect("field:forms", programme)
    messages.success(request, _("The form is read. Look through it, then publish it."))
    return redirect("field:edition", programme, kept.pk)


def form(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """One form: its versions, and what was filled in, to be searched."""
    member = get_member(request, programme, P.LISTEN)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    editions = queries.editions(found)
    search = forms.Search(request.GET or None, editions=editions)
    chosen = search.chosen()
    page = Paginator(queries.find_submissions(found, **chosen), A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    shown = {
        "form": found,
        "editions": editions,
        "search": search,
        "chosen": chosen,
        "page": page,
        "rows": queries.lines(page.object_list),
        "query": f"{asked.urlencode()}&" if asked else "",
        "crumbs": _crumbs(member),
    }
    return render(request, "field/collect/form.html", shown)


def edition(request: HttpRequest, programme: str, edition: uuid.UUID) -> HttpResponse:
    """One version: what it asks in each language, what is missing, its files."""
    member = get_member(request, programme, P.LISTEN)
    found = _edition(member, edition)
    languages = found.languages.split() or ["default"]
    asked = [
        (q, [(code, q.labels.get(code, "")) for code in languages])
        for q in queries.questions(found)
        if q.labels
    ]
    card = referral.card(member.programme)
    shown = {
        "edition": found,
        "no_card": found.referral and not card,
        "old_card": card and referral.is_old(found, card),
        "languages": [NAMES.get(code, code) for code in languages],
        "asked": asked,
        "files": queries.files(found),
        "file_form": forms.FormFileForm(),
        "changes": changes(found),
        "crumbs": [*_crumbs(member), (found.form, found.form.get_absolute_url())],
    }
    return render(request, "field/collect/edition.html", shown)


def _edition(member: Member, pk: uuid.UUID) -> Edition:
    rows = standing(Edition.objects.filter(programme=member.programme)).select_related("form")
    found = get_object_or_404(rows, pk=pk)
    found.programme = found.form.programme = member.programme
    return found


def preview(request: HttpRequest, programme: str, edition: uuid.UUID) -> HttpResponse:
    """How a phone shows this version, in one of its languages."""
    member = get_member(request, programme, P.LISTEN)
    found = _edition(member, edition)
    languages = found.languages.split() or ["default"]
    wanted = request.GET.get("language", member.programme.first_language)
    language = wanted if wanted in languages else languages[0]
    shown = {
        "edition": found,
        "languages": [(code, NAMES.get(code, code)) for code in languages if len(languages) > 1],
        "language": language,
        "shown": how_it_reads(blobs.read(found.xform), language),
        "crumbs": [*_crumbs(member), (found, reverse("field:edition", args=[programme, found.pk]))],
    }
    return render(request, "field/collect/preview.html", shown)


def publish_edition(request: HttpRequest, programme: str, edition: uuid.UUID) -> HttpResponse:
    """Let phones fetch it, after saying what is still not translated."""
    member = get_member(request, programme, P.RESEARCH)
    found = _edition(member, edition)
    if request.method == "POST":
        actions.publish_edition(edition=found, by=member)
        messages.success(request, _("Published. Phones fetch it the next time they look."))
        return redirect(found.form)
    shown = {
        "question": _("Publish version %(version)s of “%(form)s”?")
        % {"version": found.version, "form": found.form},
        "consequences": [
            _("Phones with a square of this programme fetch it by themselves."),
            _("An earlier version is fetched no more; what was filled in with it is still taken in."),
            *_card_before_publishing(found),
            *([_("Look at it first:")] if found.warnings else []),
            *found.warnings,
        ],
        "yes": _("Yes, publish it"),
        "back": reverse("field:edition", args=[programme, found.pk]),
    }
    return render(request, "web/confirm.html", shown)


def _card_before_publishing(edition: Edition) -> list[str]:
    """What to think of before phones show this version where a child is met."""
    card = referral.card(edition.programme)
    if edition.referral and not card:
        return [
            _(
                "Nobody has written the local referral card yet: where it stops at somebody under "
                "18, it names no place that helps here. Better write it first, under Forms > Referral card."
            )
        ]
    if referral.is_old(edition, card):
        return [_("The referral card has changed since: this version shows the old words, or none.")]
    return []


@require_POST
def renew_edition(request: HttpRequest, programme: str, edition: uuid.UUID) -> HttpResponse:
    """Make the same questions a new version, with the words that the referral card has now."""
    member = get_member(request, programme, P.RESEARCH)
    try:
        kept = actions.renew_edition(edition=_edition(member, edition), by=member)
    except actions.SameVersion as wrong:
        messages.error(request, str(wrong))
        return redirect("field:edition", programme, edition)
    return redirect("field:publish_edition", programme, kept.pk)


@require_POST
def retire_edition(request: HttpRequest, programme: str, edition: uuid.UUID) -> HttpResponse:
    """Let no phone fetch it any more."""
    member = get_member(request, programme, P.RESEARCH)
    found = _edition(member, edition)
    actions.retire_edition(edition=found, by=member)
    messages.success(request, _("No phone fetches it any more. You can publish it again."))
    return redirect("field:edition", programme, found.pk)


@require_POST
def add_form_file(request: HttpRequest, programme: str, edition: uuid.UUID) -> HttpResponse:
    """Keep a file that the form shows."""
    member = get_member(request, programme, P.RESEARCH)
    found = _edition(member, edition)
    form = forms.FormFileForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        mime = upload.content_type or "application/octet-stream"
        actions.add_form_file(edition=found, name=upload.name, data=upload.read(), mime=mime, by=member)
        messages.success(request, _("Kept."))
    else:
        messages.error(request, " ".join(str(wrong) for wrong in form.errors["file"]))
    return redirect("field:edition", programme, found.pk)


def sheet(request: HttpRequest, programme: str, edition: uuid.UUID) -> HttpResponse:
    """The sheet as its author gave it."""
    found = _edition(get_member(request, programme, P.LISTEN), edition)
    return served(request, found.sheet, actions.XLSX, f"{found.form.form_id}-{found.version}.xlsx")


def missing_files(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """From which sites files are missing still."""
    member = get_member(request, programme, P.LISTEN)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    question = queries.site_question(found)
    shown = {
        "form": found,
        "sites": queries.by_site(found, question) if question else [],
        "question": question,
        "names": ", ".join(queries.CALLED_SITE),
        "crumbs": [*_crumbs(member), (found, found.get_absolute_url())],
    }
    return render(request, "field/collect/sites.html", shown)


# ---- the referral card ---------------------------------------------------------------------------------


def referral_card(request: HttpRequest, programme: str) -> HttpResponse:
    """Where a child or somebody in danger finds help here, and which published forms say it otherwise."""
    member = get_member(request, programme, P.LISTEN)
    card = referral.card(member.programme)
    own = member.programme.languages.split()
    shown = {
        "card": _by_name(card),
        "missing": [NAMES.get(code, code) for code in own if code not in card] if card else [],
        "old": referral.with_old_words(member.programme, card) if card else [],
        "place": referral.PLACE,
        "crumbs": _crumbs(member),
    }
    return render(request, "field/collect/referral_card.html", shown)


def edit_referral_card(request: HttpRequest, programme: str) -> HttpResponse:
    """Write the card in each language; what nobody wrote yet begins with an example."""
    member = get_member(request, programme, P.RESEARCH)
    card = referral.card(member.programme)
    languages = {
        code: NAMES.get(code, code) for code in dict.fromkeys([*member.programme.languages.split(), *card])
    }
    begins = {code: card.get(code, "") for code in languages}
    if "example" in request.GET:
        begins = {code: words or _in(code, forms.EXAMPLE) for code, words in begins.items()}
    form = forms.ReferralForm(request.POST or None, initial=begins, languages=languages)
    if request.method == "POST" and form.is_valid():
        actions.write_referral_card(programme=member.programme, words=form.cleaned_data, by=member)
        messages.success(request, _("Saved. Print it for everybody who goes to the sites."))
        return redirect("field:referral_card", programme)
    crumbs = [*_crumbs(member), (_("Referral card"), reverse("field:referral_card", args=[programme]))]
    shown = {"form": form, "crumbs": crumbs, "back": crumbs[-1][1], "example": "example" in request.GET}
    return render(request, "field/collect/edit_referral_card.html", shown)


def print_referral_card(request: HttpRequest, programme: str) -> HttpResponse:
    """The card for the pocket of whoever goes to the sites, in each language."""
    member = get_member(request, programme, P.LISTEN)
    card = referral.card(member.programme)
    heading = gettext_noop("Where to find help")
    shown = {"card": [(code, _in(code, heading), words) for code, words in card.items()]}
    return render(request, "field/collect/print_referral_card.html", shown)


def _by_name(card: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(code, NAMES.get(code, code), words) for code, words in card.items()]


def _in(language: str, words: str) -> str:
    """Words of ours in another language than the page's."""
    with override(language):
        return _(words)


# ---- who collects ----------------------------------------------------------------------------------------


def collectors(request: HttpRequest, programme: str) -> HttpResponse:
    """Whose phones may send; POST lets one more, and shows its square once."""
    member = get_member(request, programme, P.RESEARCH)
    form = forms.CollectorForm(request.POST or None)
    shown: dict[str, Any] = {"form": form, "crumbs": _crumbs(member)}
    if request.method == "POST" and form.is_valid():
        row, token = actions.add_collector(programme=member.programme, by=member, **form.cleaned_data)
        server = request.build_absolute_uri(reverse("collect:form_list", args=[token])).removesuffix(
            "/formList"
        )
        password = f"{secrets.randbelow(10**6):06}"
        settings = settings_qr.settings_for(
            server,
            programme=member.programme.title,
            language=member.programme.first_language,
            username=row.login,
            admin_password=password,
        )
        shown["admin_password"] = password
        shown |= {"collector": row, "square": settings_qr.square(settings), "server": server, "token": token}
        door = reverse("field:phones:form_list", args=[programme]).removesuffix("/formList")
        shown["door"] = request.build_absolute_uri(door)
        shown["only_here"] = request.get_host().startswith(("127.", "localhost", "[::1]"))
        response = render(request, "field/collect/square.html", shown)
        response["Cache-Control"] = "no-store"
        return response
    shown["collectors"] = queries.counted_collectors(member.programme)
    return render(request, "field/collect/collectors.html", shown)


def revoke_collector(request: HttpRequest, programme: str, collector: uuid.UUID) -> HttpResponse:
    """Stop a phone that was lost, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(queries.collectors(member.programme), pk=collector)
    if request.method == "POST":
        actions.revoke_collector(collector=found, by=member)
        messages.success(request, _("This phone sends and fetches nothing any more."))
        return redirect("field:collectors", programme)
    shown = {
        "question": _("Stop the phone of %(name)s?") % {"name": found},
        "consequences": [
            _("It can send nothing more and fetch no form, for good. A new square can be made."),
            _("What it sent stays."),
        ],
        "yes": _("Yes, stop it"),
        "back": reverse("field:collectors", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


# ---- what came in ----------------------------------------------------------------------------------------


def inbox(request: HttpRequest, programme: str) -> HttpResponse:
    """What waits for a person: other versions, unknown forms, and bytes that nobody could read."""
    member = get_member(request, programme, P.LISTEN)
    page = Paginator(queries.inbox(member.programme), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "unreadable": queries.unreadable(member.programme)[:A_PAGE],
        "crumbs": _crumbs(member),
    }
    return render(request, "field/collect/inbox.html", shown)


def unreadable(request: HttpRequest, programme: str, unreadable: uuid.UUID) -> HttpResponse:
    """The bytes as they came."""
    member = get_member(request, programme, P.LISTEN)
    found = get_object_or_404(queries.unreadable(member.programme), pk=unreadable)
    _copied(member, _("bytes that could not be read"))
    return served(request, found.body, "application/octet-stream", f"{found.pk}.bin")


def erase_unreadable(request: HttpRequest, programme: str, unreadable: uuid.UUID) -> HttpResponse:
    """Erase the bytes, after asking: for somebody who withdrew and whom nothing in them names."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(queries.unreadable(member.programme), pk=unreadable)
    if request.method == "POST":
        actions.erase_unreadable(unreadable=found, by=member)
        messages.success(request, _("These bytes are erased."))
        return redirect("field:inbox", programme)
    shown = {
        "question": _("Erase these bytes for good?"),
        "consequences": [
            _("Somebody who knows the form might still rescue words from them. After this nobody can."),
            _("Erase them when whoever spoke asked to be forgotten. The phone is not told."),
        ],
        "yes": _("Yes, erase them"),
        "back": reverse("field:inbox", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


def submission(request: HttpRequest, programme: str, submission: uuid.UUID) -> HttpResponse:
    """One submission: answers beside questions, files, what is missing, other versions of it."""
    member = get_member(request, programme, P.LISTEN)
    found = _submission(member, submission)
    others = queries.of_instance(found.programme_id, found.form_id, found.instance_id).exclude(pk=found.pk)
    shown = {
        "submission": found,
        "answers": queries.answered(found),
        "files": queries.attachments(found),
        "whole": queries.completeness(found),
        "others": others,
        "testimonies": standing(found.testimonies.all()).exclude(text="", audio=""),
        "is_testimony": found.form_id == FORM_ID,
        "reviews": [choice for choice in Submission.Review.choices if choice[0]],
        "changes": changes(found),
        "crumbs": _crumbs(member),
    }
    return render(request, "field/collect/submission.html", shown)


def _submission(member: Member, pk: uuid.UUID) -> Submission:
    rows = standing(Submission.objects.filter(programme=member.programme))
    found = get_object_or_404(rows.select_related("edition__form", "collector"), pk=pk)
    found.programme = member.programme
    return found


@require_POST
def review(request: HttpRequest, programme: str, submission: uuid.UUID) -> HttpResponse:
    """Say what one found."""
    member = get_member(request, programme, P.RESEARCH)
    found = _submission(member, submission)
    form = forms.ReviewForm(request.POST)
    if form.is_valid():
        actions.review_submission(submission=found, review=form.cleaned_data["review"], by=member)
        messages.success(request, _("Saved."))
    return redirect("field:submission", programme, found.pk)


def attachment(request: HttpRequest, programme: str, attachment: uuid.UUID) -> HttpResponse:
    """A file that came with a submission, for those who may listen."""
    member = get_member(request, programme, P.LISTEN)
    rows = standing(Attachment.objects.filter(programme=member.programme))
    found = get_object_or_404(rows, pk=attachment)
    _copied(member, _("files that came with forms"))
    return served(request, found.file, found.mime, found.name)


def submissions_csv(request: HttpRequest, programme: str, form: uuid.UUID) -> StreamingHttpResponse:
    """Everything that was filled in of a form, a line each, as it is read."""
    member = get_member(request, programme, P.LISTEN)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    asked = queries.columns(found)
    _copied(member, f"{found.form_id}.csv")
    answer = StreamingHttpResponse(_lines(asked, queries.told(found)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{programme}-{found.form_id}.csv"'
    return answer


def submissions_xlsx(request: HttpRequest, programme: str, form: uuid.UUID) -> FileResponse:
    """The same as a workbook, built on the disk and gone from it when it is sent."""
    member = get_member(request, programme, P.LISTEN)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    _copied(member, f"{found.form_id}.xlsx")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Submissions")
    for row in _rows(queries.columns(found), queries.told(found)):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", str(value)) for value in row])
    out = tempfile.TemporaryFile()  # noqa: SIM115 (FileResponse closes it)
    book.save(out)
    out.seek(0)
    name = f"{programme}-{found.form_id}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=actions.XLSX)


def _copied(member: Member, name: str) -> None:
    """Note that forms left the house, so that they can be called back when somebody withdraws."""
    note_copy(programme=member.programme, kind=Copy.Kind.EXPORT, holds=Copy.Holds.FORMS, name=name, by=member)


def submissions_zip(request: HttpRequest, programme: str, form: uuid.UUID) -> FileResponse:
    """The table with every photo and recording, packed on the disk and gone from it when it is sent."""
    member = get_member(request, programme, P.LISTEN)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    _copied(member, f"{found.form_id}.zip")
    out = tempfile.TemporaryFile()  # noqa: SIM115 (FileResponse closes it)
    with zipfile.ZipFile(out, "w") as packed:
        with packed.open("submissions.csv", "w") as table:
            for line in _lines(queries.columns(found), queries.told(found)):
                table.write(line.encode())
        for row, name, sha256 in queries.newest_files(found):
            if blobs.path_of(sha256).exists():
                packed.write(blobs.path_of(sha256), f"media/{_folder(row)}/{name}")
    out.seek(0)
    name = f"{programme}-{found.form_id}.zip"
    return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")


def _folder(instance_id: str) -> str:
    """The instance id as the name of a folder, which leads nowhere else."""
    return re.sub(r"[^\w-]", "_", instance_id.removeprefix("uuid:"))


def submissions_geojson(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """Where submissions came from, by cells of a tenth of a degree; a cell of fewer than ten is left out."""
    member = get_member(request, programme, P.LISTEN)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    cells, left_out = queries.cells(found)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": place},
            "properties": {"submissions": count},
        }
        for place, count in sorted(cells.items())
    ]
    told = {"type": "FeatureCollection", "features": features, "submissions_left_out": left_out}
    answer = JsonResponse(told, content_type="application/geo+json")
    answer["Content-Disposition"] = f'attachment; filename="{programme}-{found.form_id}.geojson"'
    return answer


class _Line:
    """What a csv.writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(asked: list[Question], rows: Any) -> Iterator[str]:
    table = csv.writer(_Line())
    for row in _rows(asked, rows):
        yield table.writerow(row)


def _rows(asked: list[Question], rows: Any) -> Iterator[list[object]]:
    """A line of headings and one for each submission, of which a few are in memory at a time."""
    yield ["instance_id", "received", "version", "review", *(q.path for q in asked)]
    for row in rows.iterator(chunk_size=500):
        start = [row.instance_id, f"{row.received_at:%Y-%m-%d}", row.version, row.review]
        yield [cell(v) for v in [*start, *(queries.said_to(q, row.answers) for q in asked)]]


# ---- what was collected elsewhere ------------------------------------------------------------------------


def import_export(request: HttpRequest, programme: str, form: uuid.UUID) -> HttpResponse:
    """Read an export of KoboToolbox or ODK Central, and keep it until somebody has looked."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    upload = forms.ExportForm(
        request.POST or None, request.FILES or None, asked=queries.asked_of_exports(found)
    )
    if request.method == "POST" and upload.is_valid():
        kept = stash.keep(upload.found, upload.cleaned_data["attached"], by=member.pk, form=found.pk)
        return redirect("field:import_rows", programme, found.pk, kept.name)
    crumbs = [*_crumbs(member), (found, found.get_absolute_url())]
    return _form(request, _("Import from KoboToolbox or ODK"), upload, _("Look at it"), crumbs)


def import_rows(request: HttpRequest, programme: str, form: uuid.UUID, stashed: uuid.UUID) -> HttpResponse:
    """What would be taken in and what does not fit; POST takes in as much as a few seconds allow."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(queries.forms(member.programme), pk=form)
    kept = stash.find(stashed, by=member.pk, form=found.pk)
    if kept is None:
        messages.error(request, _("This export is not here any more. Send it again: nothing is taken twice."))
        return redirect("field:import_export", programme, found.pk)
    said = kept.said
    shown: dict[str, Any] = {
        "form": found,
        "said": said,
        "crumbs": [*_crumbs(member), (found, found.get_absolute_url())],
    }
    if request.method != "POST":
        shown |= {
            "here": queries.here_already(found, (row.uuid for row in kept.rows())),
            "media": sum(1 for row in kept.rows() for _file in row.files),
        }
        return render(request, "field/collect/import.html", shown)
    start = request.POST.get("start", "")
    done = actions.import_some(
        programme=member.programme, stashed=kept, start=int(start) if start.isdecimal() else 0, by=member
    )
    if done < said["rows"]:
        return render(request, "field/collect/importing.html", shown | {"done": done})
    kept.drop()
    messages.success(
        request, _("Taken in: %(n)d submissions. What was here before is here once.") % {"n": done}
    )
    return redirect(found)


# ---- what all of them share ------------------------------------------------------------------------------


def _form(request: HttpRequest, title: str, form: BaseForm, button: str, crumbs: Any) -> HttpResponse:
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-1][1]}
    return render(request, "field/collect/upload.html", shown)


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    return [
        (_("Desk"), reverse("programmes:desk", args=[slug])),
        (_("Testimonies"), reverse("field:testimonies", args=[slug])),
        (_("Forms"), reverse("field:forms", args=[slug])),
    ]
