"""The pages of the programmes room: for staff, and the few that a participant's phone shows."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as log_in
from django.contrib.auth import logout as log_out
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jukwaa.programmes import actions, cards, erasure, forms, queries, selection
from jukwaa.programmes.access import (
    Holding,
    Permission,
    find_tablet,
    forget_card,
    get_account,
    get_card_holder,
    get_founder,
    get_member,
    give_turn,
    may,
    remember_card,
)
from jukwaa.programmes.consent import ASK_AGAIN, QUESTIONS, WHAT_GOES, is_unreviewed
from jukwaa.programmes.download import zipped
from jukwaa.programmes.models import (
    Account,
    Card,
    Certificate,
    Constituency,
    Copy,
    Entry,
    Member,
    OfProgramme,
    Organisation,
    Participant,
    Place,
    Programme,
    Purpose,
    Stage,
)
from jukwaa.record.models import Removable

P = Permission
Row = TypeVar("Row", bound=OfProgramme)

PAGE = 25
NUMBER = re.compile(r"[0-9]{1,6}")
ALTERNATES = 6

form_page = require_http_methods(["GET", "HEAD", "POST"])


def row_of(model: type[Row], programme: Programme, pk: uuid.UUID) -> Row:
    """The programme's standing row of that id. Raises Http404."""
    row = get_object_or_404(queries.standing(model._default_manager.filter(programme=programme)), pk=pk)
    row.programme = programme
    return row


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where to go afterwards: the page that was asked for if it is one of ours."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours and asked.startswith("/") else otherwise


# ---- logins ----------------------------------------------------------------------------------------------


@never_cache
@form_page
def login(request: HttpRequest) -> HttpResponse:
    """The staff's log-in page. Too many wrong passwords are answered by axes, with too_many_tries.html."""
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        log_in(request, form.get_user())
        return redirect(safe_next(request, reverse("programmes:mine")))
    return render(request, "programmes/login.html", {"form": form, "next": safe_next(request, "")})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Log out; nothing stays in this browser."""
    log_out(request)
    response = redirect("programmes:login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@never_cache
@form_page
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """A new password for oneself; other browsers are logged out."""
    account = get_account(request)
    form = forms.PasswordForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(account=account, password=form.cleaned_data["new"])
        update_session_auth_hash(request, account)
        messages.success(request, _("Your password is changed."))
        return redirect("programmes:mine")
    return render(request, "programmes/password.html", {"form": form})


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The programmes that the account works in."""
    return render(
        request, "programmes/mine.html", {"memberships": queries.programmes_of(get_account(request))}
    )


# ---- the programme ---------------------------------------------------------------------------------------


@form_page
@login_required
def begin(request: HttpRequest) -> HttpResponse:
    """A new programme, for those who may begin one."""
    account = get_founder(request)
    form = forms.BeginForm(request.POST or None, initial={"first_language": "sw", "template": "tanzania"})
    if request.method == "POST" and form.is_valid():
        programme = actions.begin_programme(by=account, **form.said)
        messages.success(request, _("The programme has begun. You are its coordinator."))
        return redirect("programmes:desk", programme.slug)
    return render(request, "programmes/begin.html", {"form": form})


@require_GET
def desk(request: HttpRequest, programme: str) -> HttpResponse:
    """Where the staff begin their day: the road, what waits, who is missing, what needs merging."""
    member = get_member(request, programme, P.SEE)
    counts = queries.head_counts(member.programme)
    road = queries.stations(member.programme)
    if may(member, P.FACILITATE):
        road = [replace(s, url=reverse("programmes:mark_stage", args=[programme, s.stage.pk])) for s in road]
    return render(
        request,
        "programmes/desk.html",
        {
            "stations": road,
            "steps": [s for s in queries.next_steps(member.programme, counts) if may(member, s.needs)],
            "counts": counts,
            "total": sum(count.total for count in counts),
            "missing": queries.who_is_missing(counts),
            "clashes": queries.clashes(member.programme) if may(member, P.SET_UP) else [],
        },
    )


@form_page
def programme_settings(request: HttpRequest, programme: str) -> HttpResponse:
    """What the programme is called and about, and whether the public sees it."""
    member = get_member(request, programme, P.SET_UP)
    row = member.programme
    form = forms.ProgrammeForm(request.POST or None, initial=forms.ProgrammeForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        actions.change_programme(programme=row, by=member, **form.said)
        messages.success(request, _("Saved."))
        return redirect("programmes:settings", row.slug)
    return render(request, "programmes/settings.html", {"form": form, "changes": queries.changes(row)})


@require_POST
def merge(request: HttpRequest, programme: str) -> HttpResponse:
    """Let one of two rows that say the same go into the other."""
    member = get_member(request, programme, P.SET_UP)
    form = forms.MergeForm(request.POST)
    if not form.is_valid():
        raise Http404
    clashes = [clash for clash in queries.clashes(member.programme) if clash.mergeable]
    rows = {row.pk: row for clash in clashes for row in clash.rows}
    row, into = (rows.get(pk) for pk in form.ids)
    if row is None or into is None or type(row) is not type(into) or row.pk == into.pk:
        raise Http404
    actions.merge_rows(row=row, into=into, by=member)
    messages.success(request, _("The two are one now."))
    return redirect("programmes:desk", programme)


# ---- stages ----------------------------------------------------------------------------------------------


@require_GET
def stages(request: HttpRequest, programme: str) -> HttpResponse:
    """The road, to be added to and put in order."""
    member = get_member(request, programme, P.SET_UP)
    return render(
        request,
        "programmes/stages.html",
        {
            "stations": queries.stations(member.programme),
            "removed": queries.removed_stages(member.programme),
        },
    )


@form_page
def add_stage(request: HttpRequest, programme: str) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    form = forms.StageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_stage(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("The stage is on the road, at its end. Move it where it belongs."))
        return redirect("programmes:stages", programme)
    return form_of(request, form, _("Add a stage"), "programmes:stages")


@form_page
def edit_stage(request: HttpRequest, programme: str, stage: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Stage, member.programme, stage)
    initial = {name: getattr(row, name) for name in ("title", "kind", "starts_on", "ends_on")}
    form = forms.StageForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_stage(stage=row, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("programmes:stages", programme)
    return form_of(request, form, row.title, "programmes:stages", row=row)


@form_page
def mark_stage(request: HttpRequest, programme: str, stage: uuid.UUID) -> HttpResponse:
    """Where a stage stands and what came of it."""
    member = get_member(request, programme, P.FACILITATE)
    row = row_of(Stage, member.programme, stage)
    form = forms.MarkForm(request.POST or None, initial={"state": row.state, "note": row.note})
    if request.method == "POST" and form.is_valid():
        actions.mark_stage(stage=row, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("programmes:desk", programme)
    return form_of(request, form, row.title, "programmes:desk", row=row)


@require_POST
def move_stage(request: HttpRequest, programme: str, stage: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Stage, member.programme, stage)
    actions.move_stage(stage=row, earlier=request.POST.get("to") == "earlier", by=member)
    messages.success(request, _("Moved: %(title)s") % {"title": row.title})
    return redirect("programmes:stages", programme)


@form_page
def remove_stage(request: HttpRequest, programme: str, stage: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Stage, member.programme, stage)
    if request.method == "POST":
        actions.remove_stage(stage=row, by=member)
        messages.success(request, _("Taken off the road: %(title)s") % {"title": row.title})
        return redirect("programmes:stages", programme)
    return confirm(
        request,
        _("Take “%(title)s” off the road?") % {"title": row.title},
        [_("It is no longer shown."), _("Gatherings held in it stay."), _("It can be put back at any time.")],
        _("Take it off the road"),
        "programmes:stages",
    )


@require_POST
def restore_stage(request: HttpRequest, programme: str, stage: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = get_object_or_404(queries.removed_stages(member.programme), pk=stage)
    actions.restore_stage(stage=row, by=member)
    messages.success(request, _("Back on the road: %(title)s") % {"title": row.title})
    return redirect("programmes:stages", programme)


def form_of(
    request: HttpRequest,
    form: Any,
    heading: str,
    back: str,
    *,
    row: Removable | None = None,
    said: str = "",
) -> HttpResponse:
    """A page with one form, a way back and, for a row that is there already, what was done with it."""
    programme: Programme = request.programme  # type: ignore[attr-defined]
    return render(
        request,
        "programmes/form.html",
        {
            "form": form,
            "heading": heading,
            "said": said,
            "back": reverse(back, args=[programme.slug]),
            "changes": queries.changes(row) if row else [],
        },
    )


def confirm(
    request: HttpRequest, question: str, consequences: list[str], yes: str, back: str, *of: Any
) -> HttpResponse:
    """Ask before something is done that people will notice."""
    programme: Programme = request.programme  # type: ignore[attr-defined]
    return render(
        request,
        "web/confirm.html",
        {
            "question": question,
            "consequences": consequences,
            "yes": yes,
            "back": reverse(back, args=[programme.slug, *of]),
        },
    )


# ---- places ----------------------------------------------------------------------------------------------


@require_GET
def places(request: HttpRequest, programme: str) -> HttpResponse:
    """The places as a tree."""
    member = get_member(request, programme, P.SET_UP)
    return render(request, "programmes/places.html", {"tree": queries.place_tree(member.programme)})


@form_page
def add_place(request: HttpRequest, programme: str) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    inside = {str(place.pk): place for place in queries.places(member.programme)}
    parent = inside.get(request.GET.get("parent", ""))
    initial = {"parent": parent.pk, "level": queries.next_level(parent)} if parent else {}
    form = forms.PlaceForm(member.programme, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_place(programme=member.programme, by=member, **form.cleaned_data)
        except ValueError as wrong:
            form.add_error("parent", str(wrong))
        else:
            messages.success(request, _("Added: %(name)s") % {"name": form.cleaned_data["name"]})
            return redirect("programmes:places", programme)
    return form_of(request, form, _("Add a place"), "programmes:places")


def valid_uuid(text: str | None) -> uuid.UUID | None:
    """The id that the text is, or None."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


@form_page
def edit_place(request: HttpRequest, programme: str, place: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Place, member.programme, place)
    form = forms.NameForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        actions.change_place(place=row, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("programmes:places", programme)
    return form_of(request, form, row.name, "programmes:places", row=row)


@form_page
def remove_place(request: HttpRequest, programme: str, place: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Place, member.programme, place)
    if request.method == "POST":
        try:
            actions.remove_place(place=row, by=member)
            messages.success(request, _("Taken away: %(name)s") % {"name": row.name})
        except actions.InUse as wrong:
            messages.error(request, str(wrong))
        return redirect("programmes:places", programme)
    question = _("Take “%(name)s” away?") % {"name": row.name}
    return confirm(request, question, [], _("Take it away"), "programmes:places")


# ---- groups ----------------------------------------------------------------------------------------------


@require_GET
def constituencies(request: HttpRequest, programme: str) -> HttpResponse:
    """The declared groups, in the order in which every result shows them."""
    member = get_member(request, programme, P.SET_UP)
    return render(
        request, "programmes/constituencies.html", {"counts": queries.head_counts(member.programme)}
    )


@form_page
def declare_constituency(request: HttpRequest, programme: str) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    form = forms.ConstituencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.declare_constituency(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("Declared: %(name)s") % {"name": form.cleaned_data["name"]})
        return redirect("programmes:constituencies", programme)
    said = _(
        "Declare every group before anybody votes: a group that comes later had no say in what was asked."
    )
    return form_of(request, form, _("Declare a group"), "programmes:constituencies", said=said)


@form_page
def edit_constituency(request: HttpRequest, programme: str, constituency: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Constituency, member.programme, constituency)
    form = forms.ConstituencyForm(
        request.POST or None, initial={"name": row.name, "description": row.description}
    )
    if request.method == "POST" and form.is_valid():
        actions.change_constituency(constituency=row, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("programmes:constituencies", programme)
    said = _("Results that were shown already change their name too. Do not turn one group into another.")
    return form_of(request, form, row.name, "programmes:constituencies", row=row, said=said)


@require_POST
def move_constituency(request: HttpRequest, programme: str, constituency: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Constituency, member.programme, constituency)
    actions.move_constituency(constituency=row, earlier=request.POST.get("to") == "earlier", by=member)
    messages.success(request, _("Moved: %(title)s") % {"title": row.name})
    return redirect("programmes:constituencies", programme)


@form_page
def remove_constituency(request: HttpRequest, programme: str, constituency: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Constituency, member.programme, constituency)
    if request.method == "POST":
        try:
            actions.remove_constituency(constituency=row, by=member)
            messages.success(request, _("Taken away: %(name)s") % {"name": row.name})
        except actions.InUse as wrong:
            messages.error(request, str(wrong))
        return redirect("programmes:constituencies", programme)
    return confirm(
        request,
        _("Take the group “%(name)s” away?") % {"name": row.name},
        [_("Only a group that nobody belongs to can be taken away.")],
        _("Take it away"),
        "programmes:constituencies",
    )


# ---- organisations ---------------------------------------------------------------------------------------


@require_GET
def organisations(request: HttpRequest, programme: str) -> HttpResponse:
    """Offices, companies and associations that take part or owe something."""
    member = get_member(request, programme, P.SET_UP)
    rows = Paginator(queries.organisations(member.programme), PAGE)
    return render(request, "programmes/organisations.html", {"page": rows.get_page(request.GET.get("page"))})


@form_page
def add_organisation(request: HttpRequest, programme: str) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    form = forms.OrganisationForm(member.programme, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_organisation(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("Added: %(name)s") % {"name": form.cleaned_data["name"]})
        return redirect("programmes:organisations", programme)
    return form_of(request, form, _("Add an organisation"), "programmes:organisations")


@form_page
def edit_organisation(request: HttpRequest, programme: str, organisation: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Organisation, member.programme, organisation)
    initial = forms.OrganisationForm.initial_of(row)
    form = forms.OrganisationForm(member.programme, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_organisation(organisation=row, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("programmes:organisations", programme)
    return form_of(request, form, row.name, "programmes:organisations", row=row)


@form_page
def remove_organisation(request: HttpRequest, programme: str, organisation: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.SET_UP)
    row = row_of(Organisation, member.programme, organisation)
    if request.method == "POST":
        try:
            actions.remove_organisation(organisation=row, by=member)
            messages.success(request, _("Taken away: %(name)s") % {"name": row.name})
        except actions.InUse as wrong:
            messages.error(request, str(wrong))
        return redirect("programmes:organisations", programme)
    question = _("Take “%(name)s” away?") % {"name": row.name}
    return confirm(request, question, [], _("Take it away"), "programmes:organisations")


# ---- staff -----------------------------------------------------------------------------------------------


@require_GET
def members(request: HttpRequest, programme: str) -> HttpResponse:
    """Who is on the staff, in which role."""
    member = get_member(request, programme, P.SET_UP)
    return render(request, "programmes/members.html", {"staff": queries.staff(member.programme)})


@never_cache
@form_page
def add_member(request: HttpRequest, programme: str) -> HttpResponse:
    """Invite somebody. A password that was made for them is shown here once, and nowhere again."""
    member = get_member(request, programme, P.SET_UP)
    form = forms.MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        role = {"programme": member.programme, "name": said["name"], "role": said["role"], "by": member}
        if said["has_login"]:
            actions.add_member(account=said["account"], **role)
            messages.success(request, _("%(name)s is on the staff now.") % {"name": said["name"]})
            return redirect("programmes:members", programme)
        first = said["password"] or cards.new_password()
        actions.invite_member(login=said["login"], password=first, **role)
        return show_password(request, said["name"], said["login"], first)
    return form_of(request, form, _("Invite somebody to the staff"), "programmes:members")


def show_password(request: HttpRequest, name: str, login: str, password: str) -> HttpResponse:
    """The one page that shows a password: the direct answer to the request that set it."""
    facts = [
        (_("Address"), request.build_absolute_uri(reverse("programmes:login"))),
        (_("Login"), login),
        (_("Password"), password),
    ]
    return render(request, "programmes/first_password.html", {"name": name, "facts": facts})


@form_page
def edit_member(request: HttpRequest, programme: str, member: uuid.UUID) -> HttpResponse:
    me = get_member(request, programme, P.SET_UP)
    row = row_of(Member, me.programme, member)
    form = forms.RoleForm(request.POST or None, initial={"name": row.name, "role": row.role})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(member=row, by=me, **form.cleaned_data)
        except actions.LastCoordinator as wrong:
            form.add_error("role", str(wrong))
        else:
            messages.success(request, _("Saved."))
            return redirect("programmes:members", programme)
    return form_of(request, form, row.name, "programmes:members", row=row)


@never_cache
@form_page
def member_password(request: HttpRequest, programme: str, member: uuid.UUID) -> HttpResponse:
    """A new password for a colleague who works in no other programme."""
    me = get_member(request, programme, P.SET_UP)
    row = row_of(Member, me.programme, member)
    account = get_object_or_404(Account, pk=row.account)
    if not queries.may_set_password(me.programme, account):
        raise PermissionDenied
    form = forms.NewPasswordForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["password"] or cards.new_password()
        actions.change_password(account=account, password=new)
        return show_password(request, row.name, account.login, new)
    heading = _("A new password for %(name)s") % {"name": row.name}
    return form_of(request, form, heading, "programmes:members")


@form_page
def remove_member(request: HttpRequest, programme: str, member: uuid.UUID) -> HttpResponse:
    me = get_member(request, programme, P.SET_UP)
    row = row_of(Member, me.programme, member)
    if request.method == "POST":
        try:
            actions.remove_member(member=row, by=me)
            messages.success(request, _("%(name)s is no longer on the staff.") % {"name": row.name})
        except actions.LastCoordinator as wrong:
            messages.error(request, str(wrong))
        return redirect("programmes:mine" if row.pk == me.pk else "programmes:members", *mine_or(row, me))
    return confirm(
        request,
        _("Take %(name)s off the staff?") % {"name": row.name},
        [_("They can no longer open this programme's pages."), _("What they did stays, with their name.")],
        _("Take them off the staff"),
        "programmes:members",
    )


def mine_or(row: Member, me: Member) -> list[str]:
    return [] if row.pk == me.pk else [me.programme.slug]


# ---- participants ----------------------------------------------------------------------------------------


@require_GET
def participants(request: HttpRequest, programme: str) -> HttpResponse:
    """Who takes part: counts and who is missing on top, then a list that can be searched."""
    member = get_member(request, programme, P.PEOPLE)
    search = forms.SearchForm(member.programme, request.GET)
    found = queries.search_participants(member.programme, **search.said)
    counts = queries.head_counts(member.programme)
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "programmes/participants.html",
        {
            "search": search,
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "query": f"{query.urlencode()}&" if query else "",
            "searching": any(query.values()),
            "heard": queries.heard(member.programme).count(),
            "counts": counts,
            "total": sum(count.total for count in counts),
            "missing": queries.who_is_missing(counts),
        },
    )


@form_page
def find_participant(request: HttpRequest, programme: str) -> HttpResponse:
    """Whose card is this?"""
    member = get_member(request, programme, P.PEOPLE)
    form = forms.FindForm(member.programme, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("programmes:participant", programme, form.cleaned_data["participant"].pk)
    return render(request, "programmes/find_participant.html", {"form": form})


@form_page
def add_participants(request: HttpRequest, programme: str) -> HttpResponse:
    """One person or several who walk in; a blank card can be handed out at the same time."""
    member = get_member(request, programme, P.PEOPLE)
    form = forms.WalkInForm(member.programme, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        count, card = said["count"], said.get("blank")
        rows = actions.add_participants(
            programme=member.programme, count=count, card=card, by=member, **form.said
        )
        messages.success(
            request,
            ngettext("%(count)d person added.", "%(count)d people added.", count) % {"count": count},
        )
        if count == 1:
            return redirect("programmes:participant", programme, rows[0].pk)
        return redirect("programmes:participants", programme)
    return render(
        request, "programmes/participant_form.html", {"form": form, "heading": _("Add participants")}
    )


# ---- panels ----------------------------------------------------------------------------------------------


@require_GET
def panels(request: HttpRequest, programme: str) -> HttpResponse:
    """The panels that were worked out, the newest first."""
    member = get_member(request, programme, P.PEOPLE)
    found = queries.certificates(member.programme, Certificate.Kind.PANEL)
    return render(
        request,
        "programmes/panels.html",
        {
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "people": queries.participants(member.programme).filter(constituency__isnull=False).count(),
        },
    )


@form_page
def draw_panel(request: HttpRequest, programme: str) -> HttpResponse:
    """Say what a panel must have of each, and work out its lottery. Where it cannot be had: both ways out."""
    member = get_member(request, programme, P.SET_UP)
    kinds = selection.kinds_of(member.programme)
    form = forms.PanelForm(kinds.values(), request.POST or None)
    shown: dict[str, Any] = {"form": form, "people": len(kinds)}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            found = selection.draw(
                programme=member.programme,
                title=said["title"],
                size=said["size"],
                quotas=[selection.Quota(*quota) for quota in form.quotas],
                household=said.get("household", False),
                by=member,
            )
        except selection.CannotBeMet as refused:
            shown |= {"mends": refused.mends, "recruits": refused.recruits, "refused": True}
        else:
            return redirect("programmes:panel", programme, found.pk)
    return render(request, "programmes/draw_panel.html", shown)


@form_page
def panel(request: HttpRequest, programme: str, panel: uuid.UUID) -> HttpResponse:
    """One lottery: who has no chance, how it is drawn, and once it is, what became of those invited."""
    member = get_member(request, programme, P.PEOPLE)
    found = panel_of(member.programme, panel)
    drawn = list(queries.drawn_entries(found))
    shown: dict[str, Any] = {
        "panel": found,
        "form": forms.NumberForm(),
        "excluded": queries.entries(found).filter(number__in=found.said["excluded"]),
        "quotas": quotas_said(found),
        "reduced": queries.reduced(found),
        "facts": certificate_facts(found),
    }
    if found.drawn is not None:
        shown |= {
            "drawn": drawn,
            "present": sum(entry.state in {Entry.State.INVITED, Entry.State.ACCEPTED} for entry in drawn),
            "next": selection.next_ones(found, many=3),
            "ready": selection.ready(found, many=ALTERNATES),
            "strata": selection.strata(found),
            "columns": forms.COLUMN_NAMES,
        }
    return render(request, "programmes/panel.html", shown)


def panel_of(programme: Programme, pk: uuid.UUID) -> Certificate:
    """The programme's panel of that id. Raises Http404."""
    return get_object_or_404(queries.certificates(programme, Certificate.Kind.PANEL), pk=pk)


def quotas_said(found: Certificate) -> list[dict[str, Any]]:
    """The quotas of a panel in the reader's words."""
    return [
        quota | {"value": forms.MANY.get(quota["value"], quota["value"])} for quota in found.rule["quotas"]
    ]


def certificate_facts(found: Certificate) -> list[tuple[str, Any]]:
    """What a certificate follows from."""
    return [
        (_("Worked out on"), date_format(timezone.localtime(found.made_at), "j F Y, H:i")),
        (_("Engine"), f"commonground {found.engine}"),
        (_("Seed"), found.seed),
        (_("Digest of the inputs"), found.digest),
    ]


@require_POST
def number_drawn(request: HttpRequest, programme: str, panel: uuid.UUID) -> HttpResponse:
    """The three digits that were drawn before everybody."""
    member = get_member(request, programme, P.SET_UP)
    found = panel_of(member.programme, panel)
    form = forms.NumberForm(request.POST)
    try:
        if form.is_valid():
            actions.draw_number(certificate=found, number=form.cleaned_data["number"], by=member)
            messages.success(request, _("The panel is drawn. Invite these people."))
        else:
            messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    except actions.AlreadyDrawn:
        messages.error(request, _("The number was drawn before, and stands."))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("programmes:panel", programme, panel)


@require_POST
def move_entry(request: HttpRequest, programme: str, panel: uuid.UUID) -> HttpResponse:
    """Somebody accepts, declines, leaves, or is called to a free seat."""
    member = get_member(request, programme, P.PEOPLE)
    found = panel_of(member.programme, panel)
    number = request.POST.get("number", "")
    entry = queries.entries(found).filter(number=int(number)).first() if NUMBER.fullmatch(number) else None
    state = request.POST.get("state", "")
    if found.drawn is None or entry is None or state not in set(Entry.State.values) - {Entry.State.LISTED}:
        raise Http404
    actions.move_entry(entry=entry, state=state, by=member)
    messages.success(
        request,
        _("%(person)s: %(state)s.") % {"person": entry.participant, "state": entry.get_state_display()},
    )
    return redirect("programmes:panel", programme, panel)


@require_GET
def print_panel(request: HttpRequest, programme: str, panel: uuid.UUID) -> HttpResponse:
    """The lottery on paper: a front page for everybody, all tickets by number, and who bears which number."""
    member = get_member(request, programme, P.PEOPLE)
    found = panel_of(member.programme, panel)
    _copied(member, Copy.Kind.PRINT, found)
    shown = {
        "panel": found,
        "tickets": list(enumerate(found.said["tickets"])),
        "chances": queries.chances(found),
        "facts": certificate_facts(found),
        "quotas": quotas_said(found),
    }
    return render(request, "programmes/panel_print.html", shown)


@require_GET
def panel_files(request: HttpRequest, programme: str, panel: uuid.UUID) -> HttpResponse:
    """Everything with which anybody can compute the lottery again."""
    member = get_member(request, programme, P.PEOPLE)
    found = panel_of(member.programme, panel)
    _copied(member, Copy.Kind.EXPORT, found)
    return zipped(f"{programme}-panel", selection.files(found))


def _copied(member: Member, kind: str, panel: Certificate) -> None:
    """Note that a list of people left the house."""
    name = _("panel: %(panel)s") % {"panel": panel}
    actions.note_copy(programme=member.programme, kind=kind, holds=Copy.Holds.PEOPLE, name=name, by=member)


def participant_of(programme: Programme, pk: uuid.UUID) -> Participant:
    """The participant of that id who was not forgotten. Raises Http404."""
    row = get_object_or_404(queries.participants(programme).select_related("constituency", "place"), pk=pk)
    row.programme = programme
    return row


@require_GET
def participant(request: HttpRequest, programme: str, participant: uuid.UUID) -> HttpResponse:
    """Somebody who takes part: cards, consents, what can be done for them."""
    member = get_member(request, programme, P.PEOPLE)
    row = participant_of(member.programme, participant)
    facts = [
        (_("Group"), row.constituency or _("none")),
        (_("Gender"), row.get_gender_display()),
        (_("Age"), row.get_age_band_display()),
        (_("Place"), row.place or _("not said")),
        (_("Language"), forms.LANGUAGES.get(row.language, row.language)),
        (_("Household"), row.household or _("not said")),
    ]
    return render(
        request,
        "programmes/participant.html",
        {
            "person": row,
            "facts": facts,
            "cards": queries.cards_of(row),
            "answers": answers(row),
            "hand_out": forms.HandOutForm(member.programme),
            "changes": queries.changes(row),
        },
    )


def answers(participant: Participant) -> list[dict[str, Any]]:
    """Each question of consent with what the participant said to it, for the pages that show it."""
    said, today = queries.consents(participant), timezone.localdate()
    found = [(question, said.get(question.purpose.value)) for question in QUESTIONS]
    return [{"question": q, "consent": c, "over": c is not None and c.is_over(today)} for q, c in found]


@form_page
def edit_participant(request: HttpRequest, programme: str, participant: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.PEOPLE)
    row = participant_of(member.programme, participant)
    form = forms.ParticipantForm(
        member.programme, request.POST or None, initial=forms.ParticipantForm.initial_of(row)
    )
    if request.method == "POST" and form.is_valid():
        actions.change_participant(participant=row, by=member, **form.said)
        messages.success(request, _("Saved."))
        return redirect("programmes:participant", programme, row.pk)
    return render(
        request,
        "programmes/participant_form.html",
        {"form": form, "heading": _("Change what is known"), "person": row},
    )


@form_page
def enter_consent(request: HttpRequest, programme: str, participant: uuid.UUID) -> HttpResponse:
    """What a participant said aloud or on paper, entered by staff."""
    member = get_member(request, programme, P.PEOPLE)
    row = participant_of(member.programme, participant)
    form = forms.PaperConsentForm(
        queries.consents(row), member.programme.languages.split(), request.POST or None
    )
    form.initial = {"said_on": timezone.localdate(), "asked_in": row.language}
    if request.method == "POST" and form.is_valid():
        actions.give_consents(
            participant=row,
            answers=form.said,
            language=form.cleaned_data["asked_in"],
            said_on=form.cleaned_data["said_on"],
            how=form.how(),
            by=member,
        )
        if form.cleaned_data["child"]:
            messages.warning(request, CHILD)
        else:
            messages.success(request, _("Saved."))
        return redirect("programmes:participant", programme, row.pk)
    unreviewed = [forms.LANGUAGES[c] for c in member.programme.languages.split() if is_unreviewed(c)]
    return render(
        request, "programmes/paper_consent.html", {"form": form, "person": row, "unreviewed": unreviewed}
    )


CHILD = gettext_lazy(
    "Nothing holds for somebody under 18. Ask them nothing more, and give them the card with the local help."
)


@form_page
def forget_participant(request: HttpRequest, programme: str, participant: uuid.UUID) -> HttpResponse:
    """Forget somebody who asked for it."""
    member = get_member(request, programme, P.PEOPLE)
    row = participant_of(member.programme, participant)
    if request.method == "POST":
        report = erasure.report_on(member.programme, [row.pk])
        actions.forget_participant(participant=row, by=member)
        return render(request, "programmes/erased.html", {"report": report})
    return confirm(
        request,
        _("Forget this person, as they asked?"),
        [str(sentence) for sentence in WHAT_GOES],
        _("Forget this person for ever"),
        "programmes:participant",
        row.pk,
    )


# ---- cards -----------------------------------------------------------------------------------------------


@require_GET
def cards_page(request: HttpRequest, programme: str) -> HttpResponse:
    """How many cards there are and what became of them; printing, handing out."""
    member = get_member(request, programme, P.PEOPLE)
    waiting = queries.waiting_cards(member.programme)
    return render(
        request,
        "programmes/cards.html",
        {
            "counts": queries.card_counts(member.programme),
            "without": queries.without_card(member.programme).count(),
            "blank": forms.BlankCardsForm(),
            "for_people": forms.CardsForForm(member.programme),
            "page": Paginator(waiting, PAGE).get_page(request.GET.get("page")),
            "host": request.get_host(),
            "only_here": request.get_host().startswith(("127.", "localhost", "[::1]")),
        },
    )


@require_POST
def print_blank_cards(request: HttpRequest, programme: str) -> HttpResponse:
    member = get_member(request, programme, P.PEOPLE)
    form = forms.BlankCardsForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(wrong) for wrong in form.errors["count"]))
        return redirect("programmes:cards", programme)
    minted = actions.mint_cards(programme=member.programme, count=form.cleaned_data["count"], by=member)
    return sheet(request, minted)


@require_POST
def print_peoples_cards(request: HttpRequest, programme: str) -> HttpResponse:
    """A card for each participant who has none, at most as many as one print job may hold."""
    member = get_member(request, programme, P.PEOPLE)
    form = forms.CardsForForm(member.programme, request.POST)
    group = form.cleaned_data["group"] if form.is_valid() else None
    people = list(queries.without_card(member.programme, group)[: forms.MOST_CARDS])
    if not people:
        messages.info(request, _("Everybody in this group has a card."))
        return redirect("programmes:cards", programme)
    return sheet(request, actions.mint_cards(programme=member.programme, participants=people, by=member))


@require_POST
def print_card(request: HttpRequest, programme: str, participant: uuid.UUID) -> HttpResponse:
    """A first or another card for one participant."""
    member = get_member(request, programme, P.PEOPLE)
    row = participant_of(member.programme, participant)
    return sheet(request, actions.mint_cards(programme=member.programme, participants=[row], by=member))


@require_POST
def replace_card(request: HttpRequest, programme: str, card: uuid.UUID) -> HttpResponse:
    """End a lost card and print the new one."""
    member = get_member(request, programme, P.PEOPLE)
    row = card_of(member.programme, card)
    return sheet(request, [actions.replace_card(card=row, by=member)])


def card_of(programme: Programme, pk: uuid.UUID) -> Card:
    """The valid card of that id whose holder was not forgotten. Raises Http404."""
    row = row_of(Card, programme, pk)
    if row.state == Card.State.REVOKED or row.participant is None:
        raise Http404
    row.participant.programme = programme
    return row


def sheet(request: HttpRequest, minted: list[tuple[Card, cards.Minted]]) -> HttpResponse:
    """The cards, to be printed now: this answer is the only place where their numbers ever stand."""
    programme: Programme = request.programme  # type: ignore[attr-defined]
    shown = [
        {
            "number": new.spaced,
            "qr": qr(request, new),
            "address": f"{request.get_host()}{reverse('programmes:join')}",
        }
        for _card, new in minted
    ]
    people = [
        {"number": new.number[:4], "person": card.participant} for card, new in minted if card.participant_id
    ]
    # What people hold speaks their language, whichever the staff's screen speaks.
    with translation.override(programme.first_language):
        said = {
            "cards": shown,
            "people": people,
            "purpose": _("With this card you vote, and hear what came of it."),
        }
        response = render(request, "programmes/cards_print.html", said)
    response["Cache-Control"] = "no-store"
    return response


def qr(request: HttpRequest, minted: cards.Minted) -> SafeString:
    """The QR code of a card, as SVG that takes the size it is given."""
    address = request.build_absolute_uri(reverse("programmes:scan", args=[minted.secret]))
    return cards.qr_code(address)


@require_POST
def hand_out_cards(request: HttpRequest, programme: str) -> HttpResponse:
    """All the cards that were ticked are in the hands of those for whom they were printed."""
    member = get_member(request, programme, P.PEOPLE)
    ids = [pk for text in request.POST.getlist("card") if (pk := valid_uuid(text))]
    rows = list(queries.waiting_cards(member.programme).filter(pk__in=ids))
    actions.issue_cards(cards_=rows, by=member)
    said = ngettext("%(count)d card handed out.", "%(count)d cards handed out.", len(rows))
    messages.success(request, said % {"count": len(rows)})
    return redirect("programmes:cards", programme)


@form_page
def hand_out_blank(request: HttpRequest, programme: str, participant: uuid.UUID) -> HttpResponse:
    """Give a blank card to somebody, by the number printed on it."""
    member = get_member(request, programme, P.PEOPLE)
    row = participant_of(member.programme, participant)
    form = forms.HandOutForm(member.programme, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.issue_card(card=form.cleaned_data["blank"], participant=row, by=member)
        messages.success(request, _("The card is handed out and opens the programme now."))
        return redirect("programmes:participant", programme, row.pk)
    heading = _("Give a blank card to %(name)s") % {"name": row}
    return form_of(request, form, heading, "programmes:participants")


@require_POST
def hand_out_card(request: HttpRequest, programme: str, card: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.PEOPLE)
    row = card_of(member.programme, card)
    try:
        actions.issue_card(card=row, by=member)
        messages.success(request, _("The card is handed out and opens the programme now."))
    except actions.NotToBeHandedOut as wrong:
        messages.error(request, str(wrong))
    return redirect("programmes:participant", programme, row.participant_id)


@form_page
def revoke_card(request: HttpRequest, programme: str, card: uuid.UUID) -> HttpResponse:
    member = get_member(request, programme, P.PEOPLE)
    row = card_of(member.programme, card)
    if request.method == "POST":
        actions.revoke_card(card=row, by=member)
        messages.success(request, _("The card opens nothing any more."))
        return redirect("programmes:participant", programme, row.participant_id)
    return confirm(
        request,
        _("End this card?"),
        [
            _("Whoever holds it can no longer vote with it. That cannot be taken back."),
            _("What was voted with it stays."),
            _("A new card can be printed for the same person."),
        ],
        _("End the card"),
        "programmes:participant",
        row.participant_id,
    )


# ---- on a participant's phone ----------------------------------------------------------------------------


@never_cache
@form_page
def join(request: HttpRequest) -> HttpResponse:
    """Take part by the number on one's card. Every number that opens nothing gets the same answer."""
    form = forms.JoinForm(request.POST or None)
    if request.method == "POST" and queries.too_many_wrong_codes():
        return render(request, "web/wait.html", status=429)
    if request.method == "POST" and form.is_valid():
        card = queries.card_by_number(form.cleaned_data["number"])
        if card is not None and opens_here(request, card):
            return enter(request, card)
        actions.note_wrong_code()
        form.add_error("number", UNKNOWN)
    context = {"form": form, "next": safe_next(request, ""), "left": "left" in request.GET}
    return render(request, "programmes/join.html", context)


UNKNOWN = gettext_lazy(
    "This number opens nothing here. Look at the card again, or ask who gave it to you for a new one."
)


@never_cache
@form_page
def scan(request: HttpRequest, secret: str) -> HttpResponse:
    """Take part by the QR code on one's card: first a button, for looking changes nothing."""
    card = queries.card_by_secret(secret)
    if card is None or card.participant is None or not opens_here(request, card):
        return render(request, "programmes/no_card.html", status=404)
    if request.method == "POST":
        return enter(request, card)
    # The holder's language, unless somebody chose another one on this phone.
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    with translation.override(chosen or card.participant.language):
        return render(request, "programmes/scan.html", {"title": card.programme.title})


# Where a phone goes when it may take part, and a shared tablet: a later room's pages, so by their names.
LANDING = "dialogue:take_part"
KIOSK = "dialogue:kiosk"


def opens_here(request: HttpRequest, card: Card) -> bool:
    """Whether the card lets somebody take part in this browser: a shared tablet is of one programme."""
    tablet = find_tablet(request)
    return queries.opens(card) and (tablet is None or tablet.programme == card.programme.slug)


def enter(request: HttpRequest, card: Card) -> HttpResponse:
    """Let this phone act for the card, in its holder's language, and for no other.

    A shared tablet keeps the card for one turn.
    """
    language = card.participant.language if card.participant else ""
    if tablet := find_tablet(request):
        response = redirect(KIOSK, card.programme.slug)
        give_turn(response, tablet, Holding(card.pk), secure=request.is_secure())
    else:
        room = f"/p/{card.programme.slug}/"
        here = reverse(LANDING, args=[card.programme.slug])
        asked = safe_next(request, here)
        response = redirect(asked if asked.startswith(room) else here)
        remember_card(response, card, secure=request.is_secure())
    rotate_token(request)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the card on this phone, for the next person."""
    rotate_token(request)
    response = redirect(f"{reverse('programmes:join')}?left=1")
    forget_card(response)
    return response


@form_page
def consent(request: HttpRequest, programme: str) -> HttpResponse:
    """What the holder of a card agrees to, asked before anything else."""
    person = get_card_holder(request, programme)
    form = forms.ConsentForm(queries.consents(person), request.POST or None)
    language = translation.get_language()
    if request.method == "POST" and form.is_valid():
        actions.give_consents(participant=person, answers=form.said, language=language, by=person)
        if queries.has_consent(person, Purpose.TAKE_PART):
            return redirect(safe_next(request, reverse(LANDING, args=[programme])))
        return redirect("programmes:me", programme)
    return render(
        request,
        "programmes/consent.html",
        {"form": form, "unreviewed": is_unreviewed(language), "next": safe_next(request, "")},
    )


@require_GET
def me(request: HttpRequest, programme: str) -> HttpResponse:
    """The holder's own page: what they agreed to, each ended in one step; leave; forget me."""
    person = get_card_holder(request, programme)
    said = answers(person)
    return render(
        request,
        "programmes/me.html",
        {
            "answers": [a for a in said if a["consent"] and a["consent"].given and not a["over"]],
            "asked": any(answer["consent"] for answer in said),
            "agreed": person.agreed,  # type: ignore[attr-defined]
            "landing": LANDING,
        },
    )


@require_POST
def end_consent(request: HttpRequest, programme: str, purpose: str) -> HttpResponse:
    """End one purpose in one step."""
    person = get_card_holder(request, programme)
    if purpose not in Purpose.values:
        raise Http404
    actions.end_consent(participant=person, purpose=purpose, by=person)
    return redirect("programmes:me", programme)


@form_page
def forget_me(request: HttpRequest, programme: str) -> HttpResponse:
    """What goes and what stays; then it is done."""
    person = get_card_holder(request, programme)
    if request.method == "POST":
        report = erasure.report_on(person.programme, [person.pk])
        actions.forget_participant(participant=person, by=person)
        rotate_token(request)
        response = render(request, "programmes/forgotten.html", {"report": report})
        forget_card(response)
        return response
    return render(request, "programmes/forget_me.html", {"what_goes": WHAT_GOES})


# ---- copies, and consents that end -----------------------------------------------------------------------


@require_GET
def copies(request: HttpRequest, programme: str) -> HttpResponse:
    """The copies that left the house, those that have to be called back first."""
    member = get_member(request, programme, P.PROTECT)
    taken = Paginator(erasure.copies(member.programme), PAGE).get_page(request.GET.get("page"))
    due = erasure.copies_to_call_back(member.programme)
    return render(request, "programmes/copies.html", {"page": taken, "due": due})


@require_POST
def copy_destroyed(request: HttpRequest, programme: str, copy: uuid.UUID) -> HttpResponse:
    """Whoever took the copy says that it is no more."""
    member = get_member(request, programme, P.PROTECT)
    actions.note_copy_destroyed(copy=row_of(Copy, member.programme, copy), by=member)
    messages.success(request, _("Noted: this copy is no more."))
    return redirect("programmes:copies", programme)


@require_GET
def ending(request: HttpRequest, programme: str) -> HttpResponse:
    """Whose consents end soon, so that they are asked again before."""
    member = get_member(request, programme, P.PEOPLE)
    soon = queries.ending(member.programme, ASK_AGAIN)
    page = Paginator(soon, PAGE).get_page(request.GET.get("page"))
    return render(request, "programmes/ending.html", {"page": page})
