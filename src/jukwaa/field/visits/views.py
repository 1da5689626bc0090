"""Pages of visits, sites and meetings. Notes, plans and lists of a group are for those who may listen.

Others of the staff see districts with counts, and no site's name.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jukwaa.field.media import PHOTO_MIME
from jukwaa.field.models import Meeting, MeetingProblem, SiteNote, Visit
from jukwaa.field.visits import actions, forms, profile, queries
from jukwaa.programmes.access import P, get_member, may
from jukwaa.programmes.download import served
from jukwaa.programmes.models import Member, Place
from jukwaa.programmes.queries import changes, places, within

# ---- sites and their map ---------------------------------------------------------------------------------


def sites(request: HttpRequest, programme: str) -> HttpResponse:
    """The map of sites by district, with its table. Only those who may listen read the names of sites."""
    member = get_member(request, programme, P.SEE)
    found = queries.districts(member.programme, today=timezone.localdate())
    shown = {
        "districts": found,
        "map": queries.draw(found),
        "total": sum(len(each.sites) for each in found),
        "visited": sum(each.visited for each in found),
        "waiting": queries.profile_forms(member.programme) if may(member, P.RESEARCH) else [],
        "crumbs": _crumbs(member)[:1],
    }
    return render(request, "field/visits/sites.html", shown)


def districts_geojson(request: HttpRequest, programme: str) -> HttpResponse:
    """The map as a file: districts to a tenth of a degree, with counts; no site is named."""
    member = get_member(request, programme, P.SEE)
    found = queries.districts(member.programme, today=timezone.localdate())
    answer = JsonResponse(queries.as_geojson(found), content_type="application/geo+json")
    answer["Content-Disposition"] = f'attachment; filename="{programme}-districts.geojson"'
    answer["Cache-Control"] = "no-store"
    return answer


def site(request: HttpRequest, programme: str, place: uuid.UUID) -> HttpResponse:
    """One site: what it is like, who visited it, which groups met there."""
    member = get_member(request, programme, P.LISTEN)
    found = _place(member, place)
    here = within(found)
    shown = {
        "place": found,
        "profiles": [
            (each, profile.lines(each.said))
            for each in queries.profiles(member.programme).filter(place__in=here)
        ],
        "visits": queries.visits_to(found),
        "meetings": queries.meetings(member.programme).filter(place__in=here),
        "crumbs": _crumbs(member),
    }
    return render(request, "field/visits/site.html", shown)


def set_spot(request: HttpRequest, programme: str, place: uuid.UUID) -> HttpResponse:
    """Say about where a district lies."""
    member = get_member(request, programme, P.RESEARCH)
    found = _place(member, place)
    form = forms.SpotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.set_spot(place=found, north=float(said["north"]), east=float(said["east"]), by=member)
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("On the map: %(name)s") % {"name": found})
            return redirect("field:sites", programme)
    shown = {"title": _("About where is %(name)s?") % {"name": found}, "form": form}
    shown["said"] = _(
        "Only a tenth of a degree is kept, some eleven kilometres: enough to see how districts lie to each "
        "other, and too little to find a pit."
    )
    return _form(request, member, shown, [(_("Sites"), reverse("field:sites", args=[programme]))])


# ---- what a site is like ---------------------------------------------------------------------------------


def add_profile(request: HttpRequest, programme: str) -> HttpResponse:
    """Write down what a site is like."""
    member = get_member(request, programme, P.RESEARCH)
    usual = {"place": request.GET.get("place"), "seen_on": timezone.localdate()}
    form = forms.ProfileForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.keep_profile(place=said["place"], seen_on=said["seen_on"], said=form.said(), by=member)
        messages.success(request, _("The profile is kept."))
        return redirect("field:site", programme, said["place"].pk)
    shown = {"title": _("What is the site like?"), "form": form}
    return _form(request, member, shown, [(_("Sites"), reverse("field:sites", args=[programme]))])


def take_profile(request: HttpRequest, programme: str, submission: uuid.UUID) -> HttpResponse:
    """Make a profile of a filled-in form, once somebody has said which site it is."""
    member = get_member(request, programme, P.RESEARCH)
    filled = get_object_or_404(queries.profile_forms(member.programme), pk=submission)
    named = queries.answer(filled, "place")
    usual = profile.read(filled.answers) | {
        "place": places(member.programme).filter(level=Place.Level.SITE, name__iexact=named).first(),
        "seen_on": parse_date(queries.answer(filled, "visited_on")[:10]) or filled.received_at.date(),
    }
    form = forms.ProfileForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.keep_profile(
            place=said["place"], seen_on=said["seen_on"], said=form.said(), submission=filled, by=member
        )
        messages.success(request, _("The profile is kept."))
        return redirect("field:site", programme, said["place"].pk)
    told = _(
        "The form calls the site “%(name)s”. Choose which of the programme's sites it is, and look it over."
    )
    shown = {"title": _("A filled-in site profile"), "form": form, "said": told % {"name": named}}
    return _form(request, member, shown, [(_("Sites"), reverse("field:sites", args=[programme]))])


def erase_profile(request: HttpRequest, programme: str, profile: uuid.UUID) -> HttpResponse:
    """Erase a profile, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = get_object_or_404(queries.profiles(member.programme), pk=profile)
    if request.method == "POST":
        actions.erase_profile(profile=found, by=member)
        messages.success(request, _("The profile is erased."))
        return redirect("field:site", programme, found.place_id)
    return _confirm(
        request,
        _("Erase this profile of %(site)s for ever?") % {"site": found.place},
        [_("The form that it was taken from stays."), _("This cannot be undone, by nobody.")],
        _("Yes, erase it for ever"),
        reverse("field:site", args=[programme, found.place_id]),
    )


# ---- visits ----------------------------------------------------------------------------------------------


def visits(request: HttpRequest, programme: str) -> HttpResponse:
    """Visits that are planned and made, and the meetings of one group."""
    member = get_member(request, programme, P.LISTEN)
    found = queries.visits(member.programme)
    shown = {
        "planned": found.filter(state=Visit.State.PLANNED).order_by("starts_on", "pk"),
        "others": found.exclude(state=Visit.State.PLANNED),
        "meetings": queries.meetings(member.programme),
        "crumbs": _crumbs(member)[:1],
    }
    return render(request, "field/visits/visits.html", shown)


def plan_visit(request: HttpRequest, programme: str) -> HttpResponse:
    """Plan a visit: where, when, who, what to bring, how people stay safe, whom to tell."""
    member = get_member(request, programme, P.RESEARCH)
    usual = {"place": request.GET.get("place")}
    form = forms.VisitForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        planned = actions.plan_visit(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("The visit is planned."))
        return redirect(planned)
    return _form(request, member, {"title": _("Plan a visit"), "form": form})


def visit(request: HttpRequest, programme: str, visit: uuid.UUID) -> HttpResponse:
    """One visit: its plan, and what was seen."""
    member = get_member(request, programme, P.LISTEN)
    found = _visit(member, visit)
    shown = {
        "visit": found,
        "plan": _plan(found),
        "notes": queries.notes_of(found),
        "changes": changes(found),
        "crumbs": _crumbs(member),
    }
    return render(request, "field/visits/visit.html", shown)


def _plan(found: Visit) -> list[tuple[str, str]]:
    plan = [
        (_("What for"), found.purpose),
        (_("Who goes"), found.goes),
        (_("What to bring"), found.bring),
        (_("Consent"), found.consent),
        (_("Safety"), found.safety),
        (_("Whom to tell"), found.tell),
    ]
    return [(name, words) for name, words in plan if words]


def print_visit(request: HttpRequest, programme: str, visit: uuid.UUID) -> HttpResponse:
    """The plan on paper, for whoever goes and for whoever waits for them."""
    found = _visit(get_member(request, programme, P.LISTEN), visit)
    return render(request, "field/visits/print.html", {"visit": found, "plan": _plan(found)})


def edit_visit(request: HttpRequest, programme: str, visit: uuid.UUID) -> HttpResponse:
    """Plan a visit anew."""
    member = get_member(request, programme, P.RESEARCH)
    found = _visit(member, visit)
    names = ("place", "starts_on", "ends_on", "purpose", "goes", "bring", "consent", "safety", "tell")
    said = {name: getattr(found, name) for name in names}
    form = forms.VisitForm(request.POST or None, programme=member.programme, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_visit(visit=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    shown = {"title": _("Edit the plan"), "form": form}
    return _form(request, member, shown, [(str(found.place), found.get_absolute_url())])


def mark_visit(request: HttpRequest, programme: str, visit: uuid.UUID) -> HttpResponse:
    """Say that a visit was made or called off, and what came of it."""
    member = get_member(request, programme, P.RESEARCH)
    found = _visit(member, visit)
    form = forms.MarkForm(request.POST or None, initial={"state": found.state, "note": found.state_note})
    if request.method == "POST" and form.is_valid():
        actions.mark_visit(visit=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    shown = {"title": _("Was the visit made?"), "form": form}
    return _form(request, member, shown, [(str(found.place), found.get_absolute_url())])


def forget_visit(request: HttpRequest, programme: str, visit: uuid.UUID) -> HttpResponse:
    """Forget a visit for ever, after saying what goes with it."""
    member = get_member(request, programme, P.RESEARCH)
    found = _visit(member, visit)
    if request.method == "POST":
        actions.forget_visit(visit=found, by=member)
        messages.success(request, _("The visit is forgotten, with its plan, notes and photos."))
        return redirect("field:visits", programme)
    return _confirm(
        request,
        _("Forget the visit to %(place)s for ever?") % {"place": found.place},
        [
            _("Its plan, its notes and its photos are erased here, and wherever the record went."),
            _("Testimonies that were given there stay: they belong to the people who gave them."),
            _("This cannot be undone, by nobody."),
        ],
        _("Yes, forget it for ever"),
        found.get_absolute_url(),
    )


def add_note(request: HttpRequest, programme: str, visit: uuid.UUID) -> HttpResponse:
    """Keep what was seen at a visit, in words or as a photo."""
    member = get_member(request, programme, P.RESEARCH)
    found = _visit(member, visit)
    form = forms.NoteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.add_note(visit=found, text=said["text"], photo=said["photo"], by=member)
        messages.success(request, _("The note is kept."))
        return redirect(found)
    shown = {"title": _("What did you see?"), "form": form}
    return _form(request, member, shown, [(str(found.place), found.get_absolute_url())])


def note_photo(request: HttpRequest, programme: str, note: uuid.UUID) -> HttpResponse:
    """The photo of a note, for those who may listen."""
    found = _note(get_member(request, programme, P.LISTEN), note)
    return served(request, found.photo, PHOTO_MIME, f"{found.pk.hex[:10]}.jpg")


def erase_note(request: HttpRequest, programme: str, note: uuid.UUID) -> HttpResponse:
    """Erase a note with its photo, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = _note(member, note)
    if request.method == "POST":
        actions.erase_note(note=found, by=member)
        messages.success(request, _("The note is erased."))
        return redirect("field:visit", programme, found.visit_id)
    return _confirm(
        request,
        _("Erase this note for ever?"),
        [
            _("Its words and its photo are erased here, and wherever the record went."),
            _("This cannot be undone, by nobody."),
        ],
        _("Yes, erase it for ever"),
        reverse("field:visit", args=[programme, found.visit_id]),
    )


# ---- meetings of one group -------------------------------------------------------------------------------


def note_meeting(request: HttpRequest, programme: str) -> HttpResponse:
    """Keep that one constituency met by itself."""
    member = get_member(request, programme, P.RESEARCH)
    usual = {"place": request.GET.get("place"), "held_on": timezone.localdate()}
    form = forms.MeetingForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        kept = actions.note_meeting(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("The meeting is kept. Now write down what it agreed on."))
        return redirect(kept)
    shown = {"title": _("A meeting of one group"), "form": form}
    shown["said"] = _("What it agrees on stays with the group until it says itself that it may cross.")
    return _form(request, member, shown)


def meeting(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """One meeting: what it agreed on, and the form for more, until the group releases it."""
    member = get_member(request, programme, P.LISTEN)
    found = _meeting(member, meeting)
    usual = {"language": member.programme.first_language}
    form = forms.AgreeForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST":
        get_member(request, programme, P.RESEARCH)
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.agree_on(
                    meeting=found,
                    problems=said["problems"].splitlines(),
                    language=said["language"],
                    by=member,
                )
            except actions.Released:
                form.add_error(None, _released())
            except ValueError as wrong:
                form.add_error("problems", str(wrong))
            else:
                messages.success(request, _("On the list."))
                return redirect(found)
    problems = queries.problems_of(found)
    shown = {
        "meeting": found,
        "problems": problems,
        "kept": sum(each.kept for each in problems),
        "crossed": queries.has_crossed(found),
        "form": form,
        "changes": changes(found),
        "crumbs": _crumbs(member),
    }
    return render(request, "field/visits/meeting.html", shown)


def _released() -> str:
    return _("The group has released this list. Take the release back first, if nothing of it has crossed.")


def edit_meeting(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Correct when, where and with how many a meeting was."""
    member = get_member(request, programme, P.RESEARCH)
    found = _meeting(member, meeting)
    names = ("constituency", "women", "place", "held_on", "came", "note")
    form = forms.MeetingForm(
        request.POST or None,
        programme=member.programme,
        initial={name: getattr(found, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_meeting(meeting=found, by=member, **form.cleaned_data)
        except actions.Released:
            form.add_error("constituency", _released())
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    shown = {"title": _("Edit the meeting"), "form": form}
    return _form(request, member, shown, [(str(found.constituency), found.get_absolute_url())])


def edit_problem(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Word a problem anew, or let it stay with the group."""
    member = get_member(request, programme, P.RESEARCH)
    found = _problem(member, problem)
    said = {"text": found.text, "language": found.language, "kept": found.kept}
    form = forms.ProblemForm(request.POST or None, programme=member.programme, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_problem(problem=found, by=member, **form.cleaned_data)
        except actions.Released:
            form.add_error(None, _released())
        else:
            messages.success(request, _("Saved."))
            return redirect(found.meeting)
    shown = {"title": _("Edit the problem"), "form": form, "removes": _("Take it off the list")}
    shown["remove"] = reverse("field:erase_problem", args=[programme, found.pk])
    back = (str(found.meeting.constituency), found.meeting.get_absolute_url())
    return _form(request, member, shown, [back])


def erase_problem(request: HttpRequest, programme: str, problem: uuid.UUID) -> HttpResponse:
    """Take a problem off the list for ever, after asking."""
    member = get_member(request, programme, P.RESEARCH)
    found = _problem(member, problem)
    if request.method == "POST":
        try:
            actions.erase_problem(problem=found, by=member)
            messages.success(request, _("It is erased."))
        except actions.Released:
            messages.error(request, _released())
        return redirect(found.meeting)
    return _confirm(
        request,
        _("Take this problem off the list for ever?"),
        [f"“{found.text}”", _("It is erased here, and wherever the record went.")],
        _("Yes, erase it for ever"),
        found.meeting.get_absolute_url(),
    )


def release(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Note that the group lets its list cross: who spoke for it, and how it said so."""
    member = get_member(request, programme, P.RESEARCH)
    found = _meeting(member, meeting)
    form = forms.ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.release(meeting=found, by=member, **form.cleaned_data)
        except actions.Released:
            return redirect(found)
        except ValueError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Released. Those who run rounds can now put it to the vote."))
            return redirect(found)
    problems = queries.problems_of(found)
    shown = {
        "meeting": found,
        "crosses": problems.filter(kept=False),
        "stays": problems.filter(kept=True),
        "form": form,
        "crumbs": [*_crumbs(member), (str(found.constituency), found.get_absolute_url())],
    }
    return render(request, "field/visits/release.html", shown)


@require_POST
def keep_apart(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Take a release back, while nothing has crossed."""
    member = get_member(request, programme, P.RESEARCH)
    found = _meeting(member, meeting)
    try:
        actions.keep_apart(meeting=found, by=member)
        messages.success(request, _("The list stays with the group again."))
    except actions.Crossed:
        messages.error(request, _("Something of this list was put to the vote already: it has crossed."))
    except actions.NotReleased:
        messages.error(request, _("This list was not released."))
    return redirect(found)


def forget_meeting(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Forget a meeting for ever, after saying what goes with it."""
    member = get_member(request, programme, P.RESEARCH)
    found = _meeting(member, meeting)
    if request.method == "POST":
        actions.forget_meeting(meeting=found, by=member)
        messages.success(request, _("The meeting is forgotten, with its notes and its list."))
        return redirect("field:visits", programme)
    return _confirm(
        request,
        _("Forget this meeting for ever?"),
        [
            _("That it was held, its notes and its list are erased here, and wherever the record went."),
            _("What was put to the vote already stays where it is."),
            _("This cannot be undone, by nobody."),
        ],
        _("Yes, forget it for ever"),
        found.get_absolute_url(),
    )


# ---- what these pages share ------------------------------------------------------------------------------


def _place(member: Member, pk: uuid.UUID) -> Place:
    found: Place = get_object_or_404(places(member.programme), pk=pk)
    found.programme = member.programme
    return found


def _visit(member: Member, pk: uuid.UUID) -> Visit:
    found: Visit = get_object_or_404(queries.visits(member.programme), pk=pk)
    found.programme = member.programme
    return found


def _note(member: Member, pk: uuid.UUID) -> SiteNote:
    rows = SiteNote.objects.filter(visit__in=queries.visits(member.programme), removed=False)
    found: SiteNote = get_object_or_404(rows, pk=pk)
    return found


def _meeting(member: Member, pk: uuid.UUID) -> Meeting:
    found: Meeting = get_object_or_404(queries.meetings(member.programme), pk=pk)
    found.programme = member.programme
    return found


def _problem(member: Member, pk: uuid.UUID) -> MeetingProblem:
    rows = MeetingProblem.objects.filter(programme=member.programme, removed=False)
    found: MeetingProblem = get_object_or_404(rows, pk=pk)
    found.meeting = _meeting(member, found.meeting_id)
    return found


def _form(
    request: HttpRequest, member: Member, shown: dict[str, Any], under: list[tuple[Any, str]] | None = None
) -> HttpResponse:
    """A page with one form, and the way back that its crumbs end in."""
    crumbs = [*_crumbs(member), *(under or [])]
    return render(request, "field/form.html", {"crumbs": crumbs, "back": crumbs[-1][1]} | shown)


def _confirm(
    request: HttpRequest, question: str, consequences: list[str], yes: str, back: str
) -> HttpResponse:
    shown = {"question": question, "consequences": consequences, "yes": yes, "back": back}
    return render(request, "web/confirm.html", shown)


def _crumbs(member: Member) -> list[tuple[Any, str]]:
    slug = member.programme.slug
    desk = (_("Desk"), reverse("programmes:desk", args=[slug]))
    return [desk, (_("Visits and meetings"), reverse("field:visits", args=[slug]))]
