"""Pages of the door: the desk where people come in, who might be harmed, and erasing a gathering's lists."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jukwaa.dialogue import queries as dialogue
from jukwaa.dialogue.actions import Frozen, attend
from jukwaa.dialogue.door import actions, addresses, forms, phones, queries
from jukwaa.dialogue.doors import crumbs, get_gathering, get_unfrozen, read_uuid
from jukwaa.dialogue.models import Attendance, Gathering, Risk
from jukwaa.field import languages
from jukwaa.programmes.access import P, get_member, may
from jukwaa.programmes.actions import NotToBeHandedOut, note_copy
from jukwaa.programmes.cards import qr_code
from jukwaa.programmes.consent import is_unreviewed
from jukwaa.programmes.download import spreadsheet
from jukwaa.programmes.models import Copy, Member, Participant, Purpose
from jukwaa.programmes.queries import cards_of, consents, participants, standing


def _desk(found: Gathering) -> str:
    return reverse("dialogue:door", args=[found.programme.slug, found.pk])


def _uuid(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None


# ---- the desk --------------------------------------------------------------------------------------------


@never_cache
def door(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Find who stands before the desk, by name, by card or by group. POST: a number stands in no address."""
    member, found = get_unfrozen(request, programme, gathering, P.PEOPLE)
    typed = request.POST.get("q", "").strip()
    shown: dict[str, Any] = {"typed": typed}
    if request.method == "POST" and typed:
        shown |= _found(found, typed)
        if "go" in shown:
            return redirect(shown["go"])
    shown |= {
        "gathering": found,
        "counters": queries.counters(found),
        "awaited": queries.awaited(found),
        "here": queries.here(found),
        "last": _last(request, found),
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/door/door.html", shown)


def _found(found: Gathering, typed: str) -> dict[str, Any]:
    """Where a typed name or shown card leads: to one person's page (go), to some people, or to a sentence."""
    if queries.looks_like_a_card(typed):
        return _card_found(found, typed)
    people = list(queries.called(found.programme, typed))
    if len(people) == 1:
        return {"go": _page_of(found, people[0])}
    return {"people": dialogue.by_group(people), "nobody": not people}


def _card_found(found: Gathering, typed: str) -> dict[str, Any]:
    try:
        card = forms.shown_card(found.programme, typed)
    except ValidationError as wrong:
        return {"wrong": " ".join(wrong.messages)}
    if card.participant is None:
        return {"wrong": _("This card is blank. Find the person first; type its number when you give it.")}
    return {"go": _page_of(found, card.participant)}


def _page_of(found: Gathering, person: Participant) -> str:
    return reverse("dialogue:door_person", args=[found.programme.slug, found.pk, person.pk])


def _last(request: HttpRequest, found: Gathering) -> dict[str, Any] | None:
    """Who came in last, as the address says, with what undoing it would take back."""
    if (pk := _uuid(request.GET.get("last", ""))) is None:
        return None
    person = participants(found.programme).filter(pk=pk).first()
    if person is None:
        return None
    return {
        "person": person,
        "before": request.GET.get("before", ""),
        "card": request.GET.get("card", ""),
        "agreed": request.GET.getlist("agreed"),
    }


@never_cache
def door_person(
    request: HttpRequest, programme: str, gathering: uuid.UUID, participant: uuid.UUID
) -> HttpResponse:
    """One person at the desk, on one screen: consent, card, and one button."""
    member, found = get_unfrozen(request, programme, gathering, P.PEOPLE)
    people = participants(member.programme).select_related("constituency", "place")
    person = get_object_or_404(people, pk=participant)
    person.programme = member.programme
    said, waiting = consents(person), queries.printed_for(person)
    language = _read_in(request, member, person.language)
    with translation.override(_catalogue(language, member)):
        form = forms.WelcomeForm(
            member.programme, _posted(request), said=said, holder=person.pk, waiting=waiting
        )
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.welcome(
                gathering=found,
                participant=person,
                answers=form.answers,
                card=form.cleaned_data["card"],
                language=language,
                witness=form.cleaned_data["witness"],
                by=member,
            )
        except (NotToBeHandedOut, actions.NoCardWithoutConsent) as wrong:
            form.add_error("card", str(wrong))
        else:
            return _next(found, done)
    agreed = said.get(Purpose.TAKE_PART)
    held = queries.held(person)
    shown = {
        "gathering": found,
        "person": person,
        "form": form,
        "row": queries.noted(found, person),
        "agreed": agreed is not None and agreed.given,
        "asked": agreed is not None,
        "held": held,
        "known": agreed is not None and (held is not None or not agreed.given),
        "waiting": waiting,
        **_reading(member, language),
        "crumbs": [*crumbs(member, found), (_("Door"), _desk(found))],
    }
    return render(request, "dialogue/door/person.html", shown)


@never_cache
def walk_in(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Somebody whom nobody expected, on one screen: group, consent, card, and one button."""
    member, found = get_unfrozen(request, programme, gathering, P.PEOPLE)
    language = _read_in(request, member, request.POST.get("spoken", ""))
    with translation.override(_catalogue(language, member)):
        form = forms.WalkInForm(member.programme, _posted(request))
    form.initial = {"spoken": language}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = actions.walk_in(
                gathering=found,
                constituency=said["constituency"],
                gender=said["gender"],
                language=said["spoken"],
                called=said["called"].strip(),
                answers=form.answers,
                card=said["card"],
                witness=said["witness"],
                by=member,
            )
        except (NotToBeHandedOut, actions.NoCardWithoutConsent) as wrong:
            form.add_error("card", str(wrong))
        else:
            return _next(found, done)
    shown = {
        "gathering": found,
        "form": form,
        **_reading(member, language),
        "crumbs": [*crumbs(member, found), (_("Door"), _desk(found))],
    }
    return render(request, "dialogue/door/walk_in.html", shown)


def _next(found: Gathering, done: actions.Welcomed) -> HttpResponse:
    """Back to the desk for whoever is next, with what undoes the last one in the address."""
    said = {"last": done.participant.pk, "before": done.before, "agreed": done.agreed}
    if done.card is not None:
        said["card"] = done.card.pk
    return redirect(f"{_desk(found)}?{urlencode(said, doseq=True)}")


def _read_in(request: HttpRequest, member: Member, theirs: str) -> str:
    """The language in which consent is read out: as chosen, else the person's, else the programme's first."""
    offered = member.programme.languages.split() or ["en"]
    asked = request.POST.get("asked_in") or request.GET.get("in") or theirs
    return asked if asked in offered else offered[0]


def _catalogue(language: str, member: Member) -> str:
    """The language nearest to it that the pages speak."""
    spoken = dict(settings.LANGUAGES)
    first = member.programme.first_language
    return language if language in spoken else first if first in spoken else "en"


def _reading(member: Member, language: str) -> dict[str, Any]:
    """In which language the questions stand on the page, in which others they can, and whether checked."""
    words = _catalogue(language, member)
    offered = [
        (code, languages.NAMES.get(code, code))
        for code in member.programme.languages.split()
        if code != language
    ]
    return {
        "language": language,
        "language_name": languages.NAMES.get(language, language),
        "words": words,
        "words_name": languages.NAMES.get(words, words),
        "languages": offered,
        "unreviewed": is_unreviewed(words),
    }


@require_POST
def door_undo(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Take back the last slip at the desk."""
    member, found = get_unfrozen(request, programme, gathering, P.PEOPLE)
    person = get_object_or_404(participants(member.programme), pk=read_uuid(request.POST.get("person", "")))
    before = request.POST.get("before", "")
    if before not in {"", *Attendance.State.values}:
        raise Http404
    card = _uuid(request.POST.get("card", ""))
    actions.undo_welcome(
        gathering=found,
        participant=person,
        before=before,
        card=cards_of(person).filter(pk=card).first() if card else None,
        agreed=[p for p in request.POST.getlist("agreed") if p in Purpose.values],
        by=member,
    )
    said = _("Taken back. %(name)s is not noted as here.") % {"name": person}
    if card:
        said += " " + _("The card that was given is no longer valid: take it back and use another.")
    messages.success(request, said)
    return redirect(_desk(found))


@require_POST
def door_leave(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Somebody leaves."""
    member, found = get_unfrozen(request, programme, gathering, P.PEOPLE)
    person = get_object_or_404(participants(member.programme), pk=read_uuid(request.POST.get("person", "")))
    attend(gathering=found, people=[person], state=Attendance.State.LEFT, by=member)
    messages.success(request, _("%(name)s has left.") % {"name": person})
    return redirect(_desk(found))


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if it says nothing: one button alone is an answer too."""
    return request.POST if request.method == "POST" else None


# ---- the register on paper and as a file -----------------------------------------------------------------


@never_cache
def print_attendance(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The list of who is invited, to be printed: a sheet for each group."""
    member, found = get_unfrozen(request, programme, gathering, P.PEOPLE)
    _copied(member, Copy.Kind.PRINT, found)
    groups: dict[str, list[Attendance]] = {}
    for row in dialogue.attendance(found):
        groups.setdefault(str(row.participant.constituency or ""), []).append(row)
    shown = {"gathering": found, "groups": list(groups.items())}
    return render(request, "dialogue/door/attendance_print.html", shown)


@never_cache
def attendance_csv(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The register as a file, for those who may see who takes part."""
    member, found = get_unfrozen(request, programme, gathering, P.PEOPLE)
    _copied(member, Copy.Kind.EXPORT, found)
    rows = [
        (
            person.called,
            person.constituency or "",
            person.get_gender_display(),
            person.place or "",
            languages.NAMES.get(person.language, person.language),
            row.get_state_display(),
        )
        for row in dialogue.attendance(found)
        for person in [row.participant]
    ]
    columns = (_("name"), _("group"), _("gender"), _("place"), _("language"), _("how far they have come"))
    return spreadsheet(
        f"{programme}-attendance", [str(c) for c in columns], [[*map(str, row)] for row in rows]
    )


def _copied(member: Member, kind: str, gathering: Gathering) -> None:
    """Note that the register left the house."""
    name = _("register of %(gathering)s") % {"gathering": gathering}
    note_copy(programme=member.programme, kind=kind, holds=Copy.Holds.VOTES, name=name, by=member)


# ---- how phones join -------------------------------------------------------------------------------------

# The Wi-Fi's name and password, signed, in this browser alone and until it is closed: never in the record.
WIFI_COOKIE = "jukwaa_wifi"


@never_cache
def joining(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """How phones join over this laptop's Wi-Fi, and what to do when they cannot reach it."""
    member, found = get_gathering(request, programme, gathering, P.FACILITATE)
    form = forms.WifiForm(_posted(request), initial=_wifi(request))
    shown = {
        "gathering": found,
        **_ways_in(request),
        "form": form,
        "phones": phones.seen(),
        "minutes": phones.MINUTES,
        "crumbs": crumbs(member, found),
    }
    if request.method == "POST" and form.is_valid():
        answer = redirect("dialogue:joining", programme, found.pk)
        kept = signing.dumps(form.cleaned_data, salt=WIFI_COOKIE)
        answer.set_cookie(
            WIFI_COOKIE, kept, httponly=True, samesite="Lax", secure=request.is_secure(), path=request.path
        )
        return answer
    return render(request, "dialogue/door/joining.html", shown)


@never_cache
def join_sheet(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The same for the wall, in large print."""
    _member, found = get_gathering(request, programme, gathering, P.FACILITATE)
    shown = {"gathering": found, **_ways_in(request)}
    with translation.override(found.programme.first_language):
        return render(request, "dialogue/door/join_sheet.html", shown)


def _ways_in(request: HttpRequest) -> dict[str, Any]:
    """The addresses under which phones find this laptop, each with its QR code, and the Wi-Fi's QR code."""
    ways = addresses.addresses_of(request, reverse("programmes:short"))
    port = request.get_port() if ":" not in request.get_host() else request.get_host().rpartition(":")[2]
    numbers = addresses.of_this_machine() if addresses.is_local(request) else []
    wifi = _wifi(request)
    return {
        "ways": [{"words": way.whole, "qr": way.qr} for way in ways],
        "shut": bool(numbers) and not any(addresses.answers(number, int(port)) for number in numbers),
        "port": port,
        "wifi": wifi,
        "wifi_qr": qr_code(addresses.wifi_code(**wifi)) if wifi.get("network") else "",
    }


def _wifi(request: HttpRequest) -> dict[str, str]:
    """What this browser keeps of the Wi-Fi; empty when it keeps nothing."""
    try:
        kept: dict[str, str] = signing.loads(request.COOKIES.get(WIFI_COOKIE, ""), salt=WIFI_COOKIE)
    except signing.BadSignature:
        return {}
    return kept


# ---- who might be harmed ---------------------------------------------------------------------------------

# What is asked before every gathering: reference/domain.md §5 and trust.md.
PROMPTS = {
    "raid": (
        gettext_lazy("Raid or arrest"),
        gettext_lazy(
            "Does anybody come whose work has no licence? Who could use the gathering to find them?"
        ),
    ),
    "employer": (
        gettext_lazy("Reprisal by an employer"),
        gettext_lazy("Whose pit owner or company would hear who came, and what they said?"),
    ),
    "buyer": (
        gettext_lazy("Reprisal by a buyer or lender"),
        gettext_lazy("Who owes money, or sells to somebody in the room?"),
    ),
    "women": (
        gettext_lazy("Violence against women"),
        gettext_lazy(
            "Who may be harmed at home or on the way for coming or speaking? Ask nobody for their story."
        ),
    ),
    "children": (
        gettext_lazy("Children"),
        gettext_lazy("Will anybody bring a child, or speak of one? Who is told if a child is in danger?"),
    ),
    "photos": (
        gettext_lazy("Photos and recordings"),
        gettext_lazy("Who takes pictures, and who of those present may not be seen?"),
    ),
    "travel": (
        gettext_lazy("The way there and back"),
        gettext_lazy("Who travels alone or after dark, crosses a checkpoint, or loses a day's pay?"),
    ),
}


@never_cache
def risks(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Who might be harmed by being at the gathering, what is asked about it, and what was decided."""
    member, found = get_unfrozen(request, programme, gathering, P.FACILITATE)
    form = forms.DecisionForm(_posted(request), initial={"screened": found.screened})
    if request.method == "POST" and form.is_valid():
        actions.decide_on_risks(gathering=found, screened=form.cleaned_data["screened"], by=member)
        messages.success(request, _("Noted. You can decide otherwise at any time."))
        return redirect("dialogue:risks", programme, found.pk)
    shown = {
        "gathering": found,
        "risks": queries.risks(found),
        "prompts": [(key, *said) for key, said in PROMPTS.items()],
        "form": form,
        "protects": may(member, P.PROTECT),
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/door/risks.html", shown)


@never_cache
def add_risk(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Write down who might be harmed, and how."""
    member, found = get_unfrozen(request, programme, gathering, P.FACILITATE)
    asked = PROMPTS.get(request.GET.get("about", ""))
    form = forms.RiskForm(_posted(request), initial={"harm": f"{asked[0]}: " if asked else ""})
    if request.method == "POST" and form.is_valid():
        actions.add_risk(gathering=found, by=member, **form.cleaned_data)
        messages.success(request, _("Written down."))
        return redirect("dialogue:risks", programme, found.pk)
    hint = asked[1] if asked else ""
    return _form(
        request, _("Somebody might be harmed"), form, _("Write it down"), _risk_crumbs(member, found), hint
    )


@never_cache
def edit_risk(request: HttpRequest, programme: str, risk: uuid.UUID) -> HttpResponse:
    """Say a risk anew."""
    member, row = _risk(request, programme, risk)
    said = {name: getattr(row, name) for name in forms.RiskForm.base_fields}
    form = forms.RiskForm(_posted(request), initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_risk(risk=row, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("dialogue:risks", programme, row.gathering.pk)
    return _form(request, _("Somebody might be harmed"), form, _("Save"), _risk_crumbs(member, row.gathering))


@require_POST
def remove_risk(request: HttpRequest, programme: str, risk: uuid.UUID) -> HttpResponse:
    """Take away a risk that there is not."""
    member, row = _risk(request, programme, risk)
    actions.remove_risk(risk=row, by=member)
    messages.success(request, _("Taken away."))
    return redirect("dialogue:risks", programme, row.gathering.pk)


def _risk(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Risk]:
    member = get_member(request, programme, P.FACILITATE)
    rows = standing(Risk.objects.filter(programme=member.programme)).select_related("gathering")
    row = get_object_or_404(rows, pk=pk)
    row.gathering.programme = member.programme
    if row.gathering.frozen:
        raise Frozen
    return member, row


def _risk_crumbs(member: Member, found: Gathering) -> list[tuple[Any, str]]:
    there = reverse("dialogue:risks", args=[member.programme.slug, found.pk])
    return [*crumbs(member, found), (_("Who might be harmed"), there)]


# ---- what harmed -----------------------------------------------------------------------------------------


@never_cache
def write_incident(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Anybody on the staff writes down what happened; it is not shown to them again."""
    member, found = get_gathering(request, programme, gathering, P.SEE)
    form = forms.IncidentForm(_posted(request), initial={"happened_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        actions.write_incident(programme=member.programme, gathering=found, by=member, **form.cleaned_data)
        messages.success(
            request,
            _("It is kept. Only those who protect people here can read it. Tell them now."),
        )
        return redirect(found)
    hint = _(
        "For harm, threats, and what nearly happened. It stands on no other page, in no print and no "
        "file, and you cannot read it again."
    )
    return _form(request, _("Something happened"), form, _("Keep it"), crumbs(member, found), hint)


@never_cache
def incidents(request: HttpRequest, programme: str) -> HttpResponse:
    """Everything that harmed somebody, and every risk that was written down, to those who protect people."""
    member = get_member(request, programme, P.PROTECT)
    shown = {
        "incidents": queries.incidents(member.programme),
        "gatherings": queries.gatherings_with_risks(member.programme),
        "crumbs": [(_("Gatherings"), reverse("dialogue:gatherings", args=[programme]))],
    }
    return render(request, "dialogue/door/incidents.html", shown)


@never_cache
def incident(request: HttpRequest, programme: str, incident: uuid.UUID) -> HttpResponse:
    """One incident: what happened, what was done, and whether it is closed."""
    member = get_member(request, programme, P.PROTECT)
    row = get_object_or_404(queries.incidents(member.programme), pk=incident)
    said = {name: getattr(row, name) for name in forms.FollowForm.base_fields}
    form = forms.FollowForm(_posted(request), initial=said)
    if request.method == "POST" and form.is_valid():
        actions.follow_incident(incident=row, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("dialogue:incidents", programme)
    there = reverse("dialogue:incidents", args=[programme])
    shown = {"incident": row, "form": form, "crumbs": [(_("What happened"), there)]}
    return render(request, "dialogue/door/incident.html", shown)


# ---- freezing and erasing --------------------------------------------------------------------------------


@never_cache
def freeze(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Show nobody any more who was at the gathering, at once."""
    member, found = get_gathering(request, programme, gathering, P.FACILITATE)
    if request.method == "POST":
        actions.freeze(gathering=found, by=member)
        messages.success(request, _("Frozen. Nobody sees who was at this gathering any more."))
        return redirect(found)
    consequences = [
        _(
            "At once nobody sees who was invited, came, spoke, sat where or might be harmed: on no page, no "
            "print, and in no file."
        ),
        _("Nothing is erased. Whoever protects people in this programme can show the lists again."),
        _("The gathering's rounds, statements and votes stay as they are."),
    ]
    return _confirm(request, found, _("Freeze the lists of people?"), consequences, _("Yes, freeze them"))


@never_cache
def show_lists(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Show the lists again, to those who could see them before."""
    member, found = get_gathering(request, programme, gathering, P.PROTECT)
    if request.method == "POST":
        try:
            actions.show_lists(gathering=found, by=member)
            messages.success(request, _("The lists can be seen again by those who need them."))
        except actions.Purged:
            messages.error(request, _("These lists were erased. Nobody can bring them back."))
        return redirect(found)
    consequences = [_("Facilitators see again who was invited, came, spoke and sat where.")]
    return _confirm(request, found, _("Show the lists of people again?"), consequences, _("Yes, show them"))


@never_cache
def purge(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Erase the gathering's lists for ever, after saying exactly what goes and what stays."""
    member, found = get_gathering(request, programme, gathering, P.PROTECT)
    form = forms.PurgeForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        actions.purge(gathering=found, incidents=form.cleaned_data["incidents"], by=member)
        messages.success(request, _("Erased for ever. Now think of paper, photos and backups."))
        return redirect(found)
    return _confirm(
        request, found, _("Erase the lists of people for ever?"), what_goes(found), _("Yes, erase them"), form
    )


def what_goes(found: Gathering) -> list[str]:
    """What an erasure takes and what it leaves, counted."""
    held = queries.holding(found)
    lists = _(
        "It goes for ever: the register of %(people)s people, %(speeches)s speeches, %(hands)s raised hands, "
        "%(risks)s risks, and %(seatings)s lists of who sat where or was heard."
    )
    return [
        lists % {name: getattr(held, name) for name in ("people", "speeches", "hands", "risks", "seatings")},
        ngettext(
            "It stays unless you tick it: %(many)s incident.",
            "It stays unless you tick it: %(many)s incidents.",
            held.incidents,
        )
        % {"many": held.incidents},
        _("It stays: %(votes)s votes and %(statements)s statements, each under its card, not under a list.")
        % {"votes": held.votes, "statements": held.statements},
        _("It stays: the people themselves in the programme, with their cards and consents."),
        _(
            "It stays in the record: that something was noted about a card on a day, but not what or where. "
            "To take that too, the person must ask to be forgotten."
        ),
        _("It cannot be reached from here: paper, screenshots, and backups made before."),
    ]


def _confirm(
    request: HttpRequest,
    found: Gathering,
    question: str,
    consequences: list[str],
    yes: str,
    form: BaseForm | None = None,
) -> HttpResponse:
    shown = {"question": question, "consequences": consequences, "yes": yes, "form": form}
    return render(request, "web/confirm.html", shown | {"back": found.get_absolute_url()})


def _form(
    request: HttpRequest,
    title: str,
    form: BaseForm,
    button: str,
    crumbs: list[tuple[Any, str]],
    hint: Any = "",
) -> HttpResponse:
    """A page with one form, and the way back that the crumbs end in."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-1][1]}
    return render(request, "dialogue/door/form.html", shown | {"hint": hint})
