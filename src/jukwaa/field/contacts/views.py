"""Pages of the contact book: what goes in is sealed at once, and no page shows what it says."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jukwaa.field.contacts import actions, book, forms, queries
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.actions import note_copy
from jukwaa.programmes.models import Copy, Member, Purpose
from jukwaa.programmes.queries import has_consent, participants


def contacts(request: HttpRequest, programme: str) -> HttpResponse:
    """How the book stands, who can open it, and one more custodian."""
    member = get_member(request, programme, P.PROTECT)
    form = forms.CustodianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_custodian(programme=member.programme, by=member, **form.cleaned_data)
        except actions.NotKept as wrong:
            form.add_error("recipient", str(wrong))
        else:
            messages.success(request, _("From now on they can open what is sealed."))
            return redirect("field:contacts", programme)
    shown = {"stands": queries.stands(member.programme), "form": form, "book": forms.BookForm()}
    shown |= {"lost": queries.lost(member.programme), "crumbs": _crumbs(member)}
    return render(request, "field/contacts/contacts.html", shown)


def end_custodian(request: HttpRequest, programme: str, custodian: uuid.UUID) -> HttpResponse:
    """Seal nothing for somebody any more, after saying what that does and what it cannot do."""
    member = get_member(request, programme, P.PROTECT)
    found = get_object_or_404(queries.custodians(member.programme), pk=custodian)
    lost = "lost" in request.GET
    if request.method == "POST":
        actions.end_custodian(custodian=found, lost=lost, by=member)
        messages.success(request, _("Nothing is sealed for them any more."))
        return redirect("field:contacts", programme)
    shown = {
        "question": (_("Has %(name)s lost the private key?") if lost else _("End %(name)s as a custodian?"))
        % {"name": found},
        "consequences": _what_ends(lost),
        "yes": _("Yes, it is lost") if lost else _("Yes, end it"),
        "back": reverse("field:contacts", args=[programme]),
    }
    return render(request, "web/confirm.html", shown)


def _what_ends(lost: bool) -> list[str]:
    if lost:
        return [
            _("A lost key cannot be made again, by nobody."),
            _("What was sealed for this key alone can never be read. What others can open too is safe."),
            _("If somebody else may have found the key, let another custodian seal the book anew."),
        ]
    return [
        _("Nothing more is sealed for them."),
        _("What they can open already they can open still: ask them to destroy their key and their copies."),
    ]


@never_cache
def take_along(request: HttpRequest, programme: str) -> HttpResponse:
    """The sealed book as a file for custodians: of those who agree today to be asked again."""
    member = get_member(request, programme, P.PROTECT)
    keys = [each.recipient for each in queries.custodians(member.programme)]
    name = f"{programme}-contacts.zip"
    note_copy(programme=member.programme, kind=Copy.Kind.EXPORT, holds=Copy.Holds.FORMS, name=name, by=member)
    packed = book.write_book(member.programme.title, keys, queries.to_take_along(member.programme))
    answer = HttpResponse(packed, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def bring_back(request: HttpRequest, programme: str) -> HttpResponse:
    """A book that a custodian sealed anew, for those who are custodians now."""
    member = get_member(request, programme, P.PROTECT)
    form = forms.BookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            data = file.read(book.LARGEST_BOOK + 1)
            taken = actions.take_in(programme=member.programme, data=data, by=member)
        except (book.CannotOpen, actions.NotKept) as wrong:
            form.add_error("file", str(wrong))
        else:
            said = ngettext("%(count)d entry is sealed anew.", "%(count)d entries are sealed anew.", taken)
            messages.success(request, said % {"count": taken})
            return redirect("field:contacts", programme)
    crumbs = [*_crumbs(member), (_("Contact book"), reverse("field:contacts", args=[programme]))]
    return render(request, "field/contacts/bring_back.html", {"form": form, "crumbs": crumbs})


@require_POST
def drop(request: HttpRequest, programme: str) -> HttpResponse:
    """Erase what nobody can open any more."""
    member = get_member(request, programme, P.PROTECT)
    actions.drop_unopenable(programme=member.programme, by=member)
    messages.success(request, _("Erased. Ask these people for their number when you meet them."))
    return redirect("field:contacts", programme)


@never_cache
def keep(request: HttpRequest, programme: str, participant: uuid.UUID) -> HttpResponse:
    """How somebody can be reached, sealed at once; or an errand to them. Nothing is ever shown again."""
    member = get_member(request, programme, P.PEOPLE)
    person = get_object_or_404(participants(member.programme), pk=participant)
    person.programme = member.programme
    asks = request.method == "POST" and "words" in request.POST
    errand = forms.ErrandForm(request.POST if asks else None)
    form = forms.ContactForm(request.POST if request.method == "POST" and not asks else None)
    used = errand if asks else form
    if request.method == "POST" and used.is_valid():
        try:
            if asks:
                actions.ask_to_reach(person=person, by=member, **used.cleaned_data)
            else:
                actions.keep_contact(person=person, by=member, **used.cleaned_data)
        except ValueError as wrong:
            used.add_error(None, str(wrong))
        else:
            messages.success(request, _("Sealed. Nobody here can read it, you neither."))
            return redirect("programmes:participant", programme, person.pk)
    shown = {
        "person": person,
        "form": form,
        "errand": errand,
        "agrees": has_consent(person, Purpose.RECONTACT),
        "kept": queries.contacts_of(person).exists(),
        "custodians": queries.custodians(member.programme),
        "crumbs": _crumbs(member)[:1],
    }
    return render(request, "field/contacts/keep.html", shown)


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    return [(_("Desk"), reverse("programmes:desk", args=[member.programme.slug]))]
