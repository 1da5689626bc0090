"""Pages of an election: for staff step by step, for nominees, holders and auditors by link, for everybody."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jukwaa.agenda import actions as agenda
from jukwaa.agenda import choice
from jukwaa.agenda import queries as room
from jukwaa.agenda import views as pages
from jukwaa.agenda.election import actions, forms, queries
from jukwaa.agenda.election.letters import MEMBER, NOMINEE
from jukwaa.agenda.models import Auditor, Candidate, LeadershipGroup, Nomination, Objection, Seat
from jukwaa.dialogue.analysis import settled_files
from jukwaa.dialogue.models import Round
from jukwaa.programmes import links
from jukwaa.programmes.access import P, get_member, get_participant, get_programme, get_public_programme, may
from jukwaa.programmes.actions import note_copy, note_wrong_code
from jukwaa.programmes.cards import is_sound, only_digits, spaced
from jukwaa.programmes.disclosure import Frame, in_words, shown_election
from jukwaa.programmes.download import zipped
from jukwaa.programmes.models import Certificate, Constituency, Copy, Member, Programme
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.queries import constituencies, standing, too_many_wrong_codes

Shown = dict[str, Any]


# ---- for everybody ---------------------------------------------------------------------------------------


@require_safe
def members(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Who sits in the group, named by consent; the balance in words, drawing and table; objections."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(room.groups(of), pk=group)
    staff = request.member is not None  # type: ignore[attr-defined]
    balance = queries.balances(found, public=not staff)
    shown: Shown = {
        "group": found,
        "seats": room.seats(found),
        "balance": room.balance(found),
        "shares": [
            (_("By constituency"), *_drawn(balance.constituencies)),
            (_("By gender"), *_drawn(balance.genders)),
            (_("By place"), *_drawn(balance.places)),
        ],
        "window": queries.window(found),
        "objections": queries.public_objections(found),
        "authorities": queries.authorities(found),
        "crumbs": _under(of, found),
    }
    return render(request, "agenda/election/members.html", shown)


SQUARE = 28  # how far squares are apart, in pixels
BESIDE = 10  # of them beside each other: as many as the narrowest phone shows

Squares = list[tuple[queries.Share, int, list[tuple[int, int, bool]]]]


def _drawn(shares: tuple[queries.Share, ...]) -> tuple[Squares, int]:
    """Where the words and the squares of each line stand, a square for each seat; and how high it all is."""
    drawn, top = [], 0
    for share in shares:
        squares = [
            (2 + SQUARE * (n % BESIDE), top + 26 + SQUARE * (n // BESIDE), n < share.held)
            for n in range(share.seats)
        ]
        drawn.append((share, top + 18, squares))
        top += SQUARE * (1 + max(1, math.ceil(share.seats / BESIDE)))
    return drawn, top


def _under(of: Programme, group: LeadershipGroup, *more: tuple[str, str]) -> pages.Crumbs:
    way = [
        *pages._crumbs(of),
        (_("Leadership groups"), reverse("agenda:groups", args=[of.slug])),
        (group, group.get_absolute_url()),
    ]
    return [*way, *more]


@require_safe
def count(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """How the slips are counted, by which rule, and how far it is; the totals once they are settled."""
    of = get_public_programme(request, programme)
    found = get_object_or_404(room.groups(of), pk=group)
    member = request.member  # type: ignore[attr-defined]
    counting = queries.counting(found)
    slate = room.slates(found).first()
    totals = dict(counting.totals) if member else shown_election(counting.slips, dict(counting.totals))
    shown: Shown = {
        "group": found,
        "phase": found.phase(),
        "counting": counting,
        "rule": queries.recount_rule(found),
        "staff": may(member, P.FACILITATE),
        # Whoever has a card read the names on the ballot; everybody else reads those who agreed to it.
        "named": member is not None or request.participant is not None,  # type: ignore[attr-defined]
        # Exact, and never broken down: what an election owes everybody (trust.md §3.7, rule 2).
        "totals": list((totals or {}).items()),
        "slips": in_words(counting.slips, Frame.STAFF if member else Frame.PUBLIC),
        "public": _named_in_public(found),
        "slate": slate,
        "crumbs": _under(of, found),
    }
    return render(request, "agenda/election/count.html", shown)


def _named_in_public(group: LeadershipGroup) -> set[uuid.UUID]:
    """The candidates whose name everybody reads on their seat."""
    return {
        seat.candidate_id
        for seat in room.seats(group)
        if seat.public_name and seat.candidate_id and seat.is_the_chosen
    }


# ---- staff: the way, and how it is counted ---------------------------------------------------------------


@require_safe
def election(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """The whole way of an election, step by step, and what is to be done now."""
    member, found = pages._group(request, programme, group)
    stand = list(room.candidates(found))
    how = queries.nominations(stand)
    steps = queries.steps(found, set_up=may(member, P.SET_UP))
    shown: Shown = {
        "group": found,
        "steps": steps,
        "next": next((step for step in steps if not step.done), None),
        "duties": queries.duties(found),
        "candidates": [(one, queries.nominations_in_words(how[one.pk])) for one in stand],
        "seats": room.seats(found),
        "crumbs": _under(member.programme, found),
    }
    return render(request, "agenda/election/election.html", shown)


def word_terms(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Word the terms of reference, beginning from the template."""
    member, found = pages._group(request, programme, group)
    form = forms.TermsForm(request.POST or None, group=found)
    if pages._done(request, form, lambda: actions.word_terms(group=found, clauses=form.agreed(), by=member)):
        messages.success(request, _("Saved. Everybody reads them on the page of the group."))
        return redirect(found)
    rule = _("A template to begin with: change it with the group. A clause without words is left out.")
    return pages._form(
        request, _("Terms of reference"), form, _("Save"), _under(member.programme, found), rule=rule
    )


def count_rule(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Say, before the vote, how it is counted and when it is counted again."""
    member, found = pages._group(request, programme, group)
    if found.phase() != LeadershipGroup.Phase.NOMINATING:
        messages.error(request, _("The vote has begun, and how it is counted stands."))
        return redirect("agenda:count", programme, found.pk)
    form = forms.CountRuleForm(request.POST or None, initial=forms.CountRuleForm.initial_of(found))
    if pages._done(
        request, form, lambda: actions.fix_count_rule(group=found, by=member, **form.cleaned_data)
    ):
        messages.success(request, _("Saved. It stands once the vote is open."))
        return redirect("agenda:election", programme, found.pk)
    rule = _("Read it out before anybody votes. Nobody can change it afterwards.")
    return pages._form(
        request, _("How it is counted"), form, _("Save"), _under(member.programme, found), rule=rule
    )


@require_safe
def print_slips(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Slips on paper, each with its number and the names in an order of its own."""
    member, found = pages._group(request, programme, group)
    form = forms.PrintForm(request.GET or None)
    stand = room.on_the_ballot(found)
    asked = form.cleaned_data if form.is_valid() else {}
    first, many = asked.get("first", 1), asked.get("many", 0)
    slips = [
        (number, queries.order_on_slip(stand, found.seed, number)) for number in range(first, first + many)
    ]
    shown: Shown = {
        "group": found,
        "form": form,
        "slips": slips,
        "open": found.phase() != LeadershipGroup.Phase.NOMINATING,
        "programme": member.programme,
    }
    return render(request, "agenda/election/slips.html", shown)


def give_slip(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """At the desk: whoever shows a card gets one slip, and the box that it goes into."""
    member, found = pages._group(request, programme, group)
    form = forms.GiveSlipForm(request.POST or None, programme=member.programme)
    given = pages._done(
        request,
        form,
        lambda: actions.give_slip(group=found, participant=form.cleaned_data["card"], by=member),
    )
    if given:
        box = given.participant.constituency
        messages.success(request, _("Give one slip. It goes into the box of: %(box)s.") % {"box": box})
        return redirect("agenda:give_slip", programme, found.pk)
    rule = _("Any slip from the pile, face down. Nobody notes which number somebody gets.")
    crumbs = _under(member.programme, found)
    return pages._form(request, _("Give a slip"), form, _("The card is shown"), crumbs, rule=rule)


# ---- staff: boxes ----------------------------------------------------------------------------------------


def count_box(
    request: HttpRequest, programme: str, group: uuid.UUID, constituency: uuid.UUID
) -> HttpResponse:
    """What one person counts of one box, without seeing what another wrote."""
    member, found = pages._group(request, programme, group)
    box = _box(member, constituency)
    own = queries.own_count(found, box, member.pk)
    form = forms.CountForm(request.POST or None, group=found, own=own)
    if pages._done(request, form, lambda: _counted(found, box, form, member)):
        messages.success(request, _("Kept. Nobody sees it before a second person has counted too."))
        return redirect("agenda:count", programme, found.pk)
    shown: Shown = {
        "group": found,
        "box": box,
        "form": form,
        "turn": 2 if found.recount_asked_at else 1,
        "crumbs": _under(member.programme, found, _count_crumb(programme, found)),
    }
    return render(request, "agenda/election/box.html", shown)


def _box(member: Member, pk: uuid.UUID) -> Constituency:
    found: Constituency = get_object_or_404(constituencies(member.programme), pk=pk)
    return found


def _count_crumb(programme: str, group: LeadershipGroup) -> tuple[str, str]:
    return _("The count"), reverse("agenda:count", args=[programme, group.pk])


def _counted(group: LeadershipGroup, box: Constituency, form: forms.CountForm, member: Member) -> Any:
    return actions.count_box(
        group=group,
        constituency=box,
        slips=form.cleaned_data["slips"],
        spoilt=form.cleaned_data["spoilt"],
        ticks=form.ticks(),
        by=member,
    )


def type_in_slip(
    request: HttpRequest, programme: str, group: uuid.UUID, constituency: uuid.UUID
) -> HttpResponse:
    """Type in a slip of a box; the next one follows."""
    member, found = pages._group(request, programme, group)
    box = _box(member, constituency)
    form = forms.SlipForm(request.POST or None, group=found)
    if pages._done(request, form, lambda: _typed(found, box, form, member)):
        messages.success(request, _("Slip %(number)d is kept.") % {"number": form.cleaned_data["number"]})
        return redirect("agenda:type_in_slip", programme, found.pk, box.pk)
    shown: Shown = {
        "group": found,
        "box": box,
        "form": form,
        "slips": room.slips(found).filter(constituency=box),
        "crumbs": _under(member.programme, found, _count_crumb(programme, found)),
    }
    return render(request, "agenda/election/slip.html", shown)


def _typed(group: LeadershipGroup, box: Constituency, form: forms.SlipForm, member: Member) -> Any:
    return actions.type_in_slip(
        group=group,
        constituency=box,
        number=form.cleaned_data["number"],
        approved=[one.pk for one in form.chosen()],
        spoilt=form.cleaned_data["spoilt"],
        by=member,
    )


def take_back_slip(request: HttpRequest, programme: str, group: uuid.UUID, number: int) -> HttpResponse:
    """Take away a slip that was typed in under a wrong number, after asking."""
    member, found = pages._group(request, programme, group)
    slip = get_object_or_404(room.slips(found).select_related("group__programme"), number=number)
    back = reverse("agenda:type_in_slip", args=[programme, found.pk, slip.constituency_id])
    if request.method == "POST":
        pages._allowed(
            request, lambda: actions.take_back_slip(slip=slip, by=member), _("The slip is taken away.")
        )
        return redirect(back)
    question = _("Take slip %(number)d away?") % {"number": number}
    told = [_("Only what was typed in: the paper stays in its box."), _("You can type it in anew.")]
    return pages._confirm(request, question, told, _("Yes, take it away"), back)


@require_POST
def recount(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Let all boxes be counted again."""
    member, found = pages._group(request, programme, group)
    done = _("All boxes are counted again, by two, apart from each other.")
    pages._allowed(request, lambda: actions.ask_for_recount(group=found, by=member), done)
    return redirect("agenda:count", programme, found.pk)


# ---- who is nominated ------------------------------------------------------------------------------------


@never_cache
def nominate_by_card(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """A participant nominates somebody of their own constituency."""
    participant = get_participant(request, programme)
    found = get_object_or_404(room.groups(participant.programme), pk=group)
    form = forms.NominateByCardForm(request.POST or None)
    named = pages._done(
        request,
        form,
        lambda: actions.nominate_by_card(
            group=found, participant=participant, by=participant, **form.nominated()
        ),
    )
    shown: Shown = {
        "group": found,
        "form": form,
        "nominated": named,
        "open": found.phase() == LeadershipGroup.Phase.NOMINATING,
        "left": queries.MOST_NOMINATIONS - queries.nominated_by(found, participant),
        "constituency": participant.constituency,
    }
    status = 409 if form.errors else 200
    return render(request, "agenda/election/nominate.html", shown, status=status)


@never_cache
def nominee_link(request: HttpRequest, programme: str, candidate: uuid.UUID) -> HttpResponse:
    """Give a nominee a personal link and a short code, to be shown or printed this once."""
    member, found = pages._candidate(request, programme, candidate)
    back = reverse("agenda:election", args=[programme, found.group_id])
    form = forms.LinkForm(request.POST if request.method == "POST" else None)
    if pages._done(
        request,
        form,
        lambda: _linked(
            form, found, NOMINEE, member, lambda: actions.give_nominee_link(candidate=found, by=member)
        ),
    ):
        token = links.token(queries.NOMINEE, found.pk, found.link)
        path = reverse("agenda:nominee", args=[programme, token])
        return _link(
            request,
            back,
            address=request.build_absolute_uri(path),
            who=_("%(name)s, nominated for “%(group)s”") % {"name": found, "group": found.group},
            code=spaced(links.code(queries.NOMINEE, found.pk, found.link)),
            code_at=request.build_absolute_uri(reverse("agenda:nominee_code", args=[programme])),
        )
    told = [
        _("With it %(name)s says whether they stand, without a log-in.") % {"name": found},
        _("It is shown once, with a short code for whoever cannot open a link."),
        _("Links and codes given before open nothing any more."),
    ]
    question = _("Give %(name)s a personal link?") % {"name": found}
    return pages._confirm(request, question, told, _("Yes, make a link"), back, form)


@transaction.atomic
def _linked(
    form: forms.LinkForm, of: Candidate | Seat, role: str, by: Member, give: Callable[[], Candidate | Seat]
) -> Candidate | Seat:
    """Keep the address that was typed, if any, and give the link; where that is refused, nothing is kept.

    Raises post.NotGiven, which is a ValueError, or as giving it.
    """
    if address := form.cleaned_data["address"]:
        language = by.programme.first_language
        post.give_address(
            programme=by.programme, role=role, of=of.pk, address=address, language=language, by=by
        )
    return give()


def _link(request: HttpRequest, back: str, **shown: Any) -> HttpResponse:
    """A page that shows a personal link this once."""
    return render(request, "agenda/election/link.html", {"back": back, "days": links.LASTS.days, **shown})


def decline(request: HttpRequest, programme: str, candidate: uuid.UUID) -> HttpResponse:
    """The nominee told the staff that they decline, after asking: for good."""
    member, found = pages._candidate(request, programme, candidate)
    if request.method == "POST":
        done = _("They declined. Nobody asks them again.")
        pages._allowed(request, lambda: agenda.decline_to_stand(candidate=found, by=member), done)
        return redirect("agenda:election", programme, found.group_id)
    return pages._confirm(
        request,
        _("Did %(name)s decline?") % {"name": found},
        [_("Whoever declined is not put on the ballot again. This cannot be undone.")],
        _("Yes, they declined"),
        reverse("agenda:election", args=[programme, found.group_id]),
    )


@never_cache
def nominee_code(request: HttpRequest, programme: str) -> HttpResponse:
    """Whoever was nominated types their short code, and comes to their own page."""
    of = get_programme(programme)
    form = forms.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = _by_code(of, form)
        if found is not None:
            token = links.token(queries.NOMINEE, found.pk, found.link)
            return redirect("agenda:nominee", programme, token)
    return render(
        request,
        "agenda/election/code.html",
        {"form": form, "programme": of},
        status=409 if form.errors else 200,
    )


def _by_code(of: Programme, form: forms.CodeForm) -> Candidate | None:
    """Whose code it is; wrong ones count against the budget that wrong card numbers have."""
    if too_many_wrong_codes():
        form.add_error("code", _("Too many wrong codes were typed in the last hour. Wait a while."))
        return None
    digits = only_digits(form.cleaned_data["code"])
    if len(digits) != 10 or not is_sound(digits):
        form.add_error("code", _("This is not a code: it has ten digits. Read it once more."))
        return None
    found = queries.nominee_by_code(of, digits)
    if found is None:
        note_wrong_code()
        form.add_error(
            "code", _("Nobody waits for an answer with this code. Ask the programme for a new one.")
        )
    return found


@never_cache
def nominee(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """The nominee says whether they stand, by two big buttons; no is asked once more.

    The address is the key: it is kept in no cache, and other sites never learn it, for none is linked to.
    """
    found = queries.nominee_by_link(get_programme(programme), token)
    if found is None:
        return render(request, "agenda/election/no_link.html", status=404)
    form = forms.NomineeForm(request.POST or None, initial={"says": found.says})
    said = request.POST.get("said", "")
    if said == "yes" and pages._done(
        request, form, lambda: actions.accept_nomination(candidate=found, says=form.cleaned_data["says"])
    ):
        return redirect(request.path)
    if said == "no" and pages._done(request, form, lambda: agenda.decline_to_stand(candidate=found, by=None)):
        return redirect(request.path)
    shown: Shown = {
        "candidate": found,
        "group": found.group,
        "form": form,
        "asked": said == "ask",
        "here": request.path,
        "open": found.group.phase() == LeadershipGroup.Phase.NOMINATING,
    }
    status = 409 if form.errors and said in {"yes", "no"} else 200
    return render(request, "agenda/election/nominee.html", shown, status=status)


# ---- staff: endorsement by authorities, objections, confirmation -----------------------------------------


def endorse_by_authority(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Note how an authority stands to the group, by its office."""
    member, found = pages._group(request, programme, group)
    form = forms.AuthorityForm(request.POST or None, programme=member.programme)
    if pages._done(
        request, form, lambda: actions.endorse_by_authority(group=found, by=member, **form.cleaned_data)
    ):
        messages.success(request, _("Noted where they stand."))
        return redirect(found)
    return pages._form(
        request, _("What an authority says"), form, _("Note it"), _under(member.programme, found)
    )


def propose(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Make known who is proposed, after saying what begins then."""
    member, found = pages._group(request, programme, group)
    if request.method == "POST":
        done = _("They are made known. Anybody may object now.")
        pages._allowed(request, lambda: actions.propose_to_the_public(group=found, by=member), done)
        return redirect("agenda:election", programme, found.pk)
    return pages._confirm(
        request,
        _("Make known who is proposed?"),
        [
            _("Anybody may object for %(days)d days, openly or in confidence.")
            % {"days": found.objection_days},
            _("A name is shown only where its holder agreed to it."),
            str(queries.CONFIRM_RULE),
        ],
        _("Yes, make them known"),
        reverse("agenda:election", args=[programme, found.pk]),
    )


def confirm_seats(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Confirm who was proposed, after the time to object."""
    member, found = pages._group(request, programme, group)
    if request.method == "POST":
        pages._allowed(
            request, lambda: actions.confirm_seats(group=found, by=member), _("The seats are confirmed.")
        )
        return redirect("agenda:election", programme, found.pk)
    return pages._confirm(
        request,
        _("Confirm the seats?"),
        [str(queries.CONFIRM_RULE), queries.window(found).sentence],
        _("Yes, confirm them"),
        reverse("agenda:election", args=[programme, found.pk]),
    )


@never_cache
def object_to(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """A participant objects to who is proposed, in confidence unless they say otherwise."""
    participant = get_participant(request, programme)
    found = get_object_or_404(room.groups(participant.programme), pk=group)
    form = forms.ObjectForm(request.POST or None, group=found, names=False)
    kept = pages._done(
        request,
        form,
        lambda: actions.object_to(
            group=found,
            participant=participant,
            how=Nomination.How.SCREEN,
            by=participant,
            **form.objection(),
        ),
    )
    shown: Shown = {"group": found, "form": form, "kept": kept, "window": queries.window(found)}
    return render(request, "agenda/election/object.html", shown, status=409 if form.errors else 200)


def note_objection(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Enter an objection that came on paper or was said."""
    member, found = pages._group(request, programme, group)
    form = forms.NoteObjectionForm(request.POST or None, group=found, names=True)
    if pages._done(request, form, lambda: actions.object_to(group=found, by=member, **form.objection())):
        messages.success(request, _("It is kept, and waits for an answer."))
        return redirect("agenda:objections", programme, found.pk)
    return pages._form(
        request,
        _("Enter an objection"),
        form,
        _("Keep it"),
        _under(member.programme, found),
        rule=queries.window(found).sentence,
    )


@require_safe
def objections(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """The objections and their answers; what was said in confidence only for those who protect people."""
    member, found = pages._group(request, programme, group)
    trusted = may(member, P.PROTECT)
    shown: Shown = {
        "group": found,
        "objections": queries.objections(found, confidential=trusted),
        "hidden": 0
        if trusted
        else queries.objections(found, confidential=True).filter(confidential=True).count(),
        "window": queries.window(found),
        "crumbs": _under(member.programme, found),
    }
    return render(request, "agenda/election/objections.html", shown)


def answer_objection(request: HttpRequest, programme: str, objection: uuid.UUID) -> HttpResponse:
    """Answer an objection."""
    member = get_member(request, programme, P.FACILITATE)
    found = standing(Objection.objects.filter(programme=member.programme)).exclude(text="")
    if not may(member, P.PROTECT):
        found = found.filter(confidential=False)
    one = get_object_or_404(found.select_related("group__programme", "seat__constituency"), pk=objection)
    form = forms.AnswerForm(request.POST or None, initial={"answer": one.answer, "shown": one.shown})
    if pages._done(request, form, lambda: actions.answer_objection(objection=one, by=member, **form.said())):
        messages.success(request, _("Answered."))
        return redirect("agenda:objections", programme, one.group_id)
    crumbs = _under(
        member.programme,
        one.group,
        (_("Objections"), reverse("agenda:objections", args=[programme, one.group_id])),
    )
    return pages._form(request, _("Answer an objection"), form, _("Keep it"), crumbs, rule=f"“{one}”")


# ---- the holder of a seat --------------------------------------------------------------------------------


@never_cache
def seat_link(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """Give the holder of a seat a personal link, shown this once."""
    member, found = pages._seat(request, programme, seat)
    back = reverse("agenda:election", args=[programme, found.group_id])
    form = forms.LinkForm(request.POST if request.method == "POST" else None)
    if pages._done(
        request,
        form,
        lambda: _linked(form, found, MEMBER, member, lambda: actions.give_seat_link(seat=found, by=member)),
    ):
        token = links.token(queries.SEAT, found.pk, found.link)
        path = reverse("agenda:holder", args=[programme, token])
        who = _("%(name)s, seat of %(group)s") % {"name": found, "group": found.constituency}
        return _link(request, back, address=request.build_absolute_uri(path), who=who)
    told = [
        _("With it they accept or decline the seat, are named or not, stand down and hand over."),
        _("It is shown once. Links given before open nothing any more."),
    ]
    question = _("Give %(name)s a personal link?") % {"name": found}
    return pages._confirm(request, question, told, _("Yes, make a link"), back, form)


@never_cache
def holder(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """What a member does by themself: take the seat, be named or not, read and write a handover, stand down.

    The address is the key: it is kept in no cache, and other sites never learn it, for none is linked to.
    """
    found = queries.seat_by_link(get_programme(programme), token)
    if found is None:
        return render(request, "agenda/election/no_link.html", status=404)
    said = request.POST.get("said", "")
    named, note = forms.HolderForm(request.POST or None), forms.HandoverForm(request.POST or None)
    told = queries.handover_to(found)
    if said == "accept" and named.is_valid():
        done = _("It is kept. Thank you.")
        by_name = named.cleaned_data["named"]
        pages._allowed(request, lambda: agenda.accept_seat(seat=found, named=by_name, by=None), done)
        return redirect(request.path)
    if said == "leave" and note.is_valid():
        actions.leave_seat(seat=found, note=note.cleaned_data["note"], by=None)
        return render(request, "agenda/election/left.html", {"group": found.group})
    if said == "read" and told is not None:
        actions.read_handover(note=told, by=None)
        return redirect(request.path)
    if not request.POST:
        named = forms.HolderForm(initial={"named": found.named})
    shown: Shown = {
        "seat": found,
        "group": found.group,
        "named": named,
        "note": note,
        "asked": said == "ask",
        "told": told,
        "here": request.path,
    }
    return render(request, "agenda/election/holder.html", shown)


def hand_over(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """Write down what whoever leaves a seat tells whoever comes next."""
    member, found = pages._seat(request, programme, seat)
    form = forms.HandoverForm(request.POST or None)
    if pages._done(
        request, form, lambda: actions.hand_over(seat=found, text=form.cleaned_data["note"], by=member)
    ):
        messages.success(request, _("Kept. Whoever holds the seat next reads it by their personal link."))
        return redirect("agenda:election", programme, found.group_id)
    title = _("Handover for the seat of %(group)s") % {"group": found.constituency}
    return pages._form(request, title, form, _("Keep it"), _under(member.programme, found.group))


# ---- who computes it again -------------------------------------------------------------------------------


def auditors(request: HttpRequest, programme: str, slate: uuid.UUID) -> HttpResponse:
    """Who was named to compute a slate or an agenda again, and who got its files when.

    The coordinator names them.
    """
    member = get_member(request, programme, P.SET_UP)
    found: Certificate = get_object_or_404(
        standing(Certificate.objects.filter(programme=member.programme, kind__in=FILES_OF)), pk=slate
    )
    form = forms.AuditorForm(request.POST or None)
    if pages._done(request, form, lambda: actions.name_auditor(slate=found, by=member, **form.cleaned_data)):
        messages.success(request, _("Named. Now give them their personal link."))
        return redirect(request.path)
    shown: Shown = {
        "slate": found,
        "form": form,
        "auditors": queries.auditors(found),
        "crumbs": _about(member.programme, found),
    }
    return render(request, "agenda/election/auditors.html", shown)


def _about(of: Programme, certificate: Certificate) -> pages.Crumbs:
    """The way to what was computed."""
    if certificate.kind == Certificate.Kind.SLATE:
        slate = reverse("agenda:slate", args=[of.slug, certificate.pk])
        return _under(of, room.group_of(certificate), (_("Who was chosen, and how"), slate))
    agenda_ = reverse("agenda:computed", args=[of.slug, certificate.pk])
    return [*pages._crumbs(of), (certificate.title, agenda_)]


def _of_an_agenda(certificate: Certificate) -> dict[str, str]:
    """The votes of an agenda by number, unless a group keeps them to itself. Raises Http404."""
    found = Round.objects.select_related("programme", "gathering", "constituency").get(
        pk=str(certificate.about)
    )
    if found.kept_apart:
        raise Http404
    return settled_files(found, certificate)


# What an auditor gets of what was computed.
FILES_OF: dict[str, Callable[[Certificate], dict[str, str]]] = {
    Certificate.Kind.SLATE.value: choice.files,
    Certificate.Kind.AGENDA.value: _of_an_agenda,
}


def _auditor(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Auditor]:
    member = get_member(request, programme, P.SET_UP)
    found = standing(Auditor.objects.filter(programme=member.programme)).exclude(name="")
    return member, get_object_or_404(found.select_related("slate__programme"), pk=pk)


@never_cache
def auditor_link(request: HttpRequest, programme: str, auditor: uuid.UUID) -> HttpResponse:
    """Give an auditor the personal link to the ballot files, shown this once."""
    member, found = _auditor(request, programme, auditor)
    back = reverse("agenda:auditors", args=[programme, found.slate_id])
    if request.method == "POST":
        found = actions.give_auditor_link(auditor=found, by=member)
        token = links.token(queries.AUDITOR, found.pk, found.link)
        path = reverse("agenda:audit", args=[programme, token])
        who = f"{found}, {found.organisation}"
        return _link(request, back, address=request.build_absolute_uri(path), who=who)
    told = [
        _("With it %(name)s takes the ballot files. Each time is noted, with the day.") % {"name": found},
        _("Voters stand in the files by number. Whoever knows a small group well might guess at somebody."),
        _("It is shown once. Links given before open nothing any more."),
    ]
    question = _("Give %(name)s a personal link?") % {"name": found}
    return pages._confirm(request, question, told, _("Yes, make a link"), back)


@require_POST
def end_auditor(request: HttpRequest, programme: str, auditor: uuid.UUID) -> HttpResponse:
    """Let an auditor's link open nothing any more."""
    member, found = _auditor(request, programme, auditor)
    actions.end_auditor(auditor=found, by=member)
    messages.success(request, _("The link is ended. It opens nothing any more."))
    return redirect("agenda:auditors", programme, found.slate_id)


@never_cache
def audit(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """The auditor's own page: what the files are, and the files themselves when they are asked for."""
    found = queries.auditor_by_link(get_programme(programme), token)
    if found is None:
        return render(request, "agenda/election/no_link.html", status=404)
    files = FILES_OF[found.slate.kind](found.slate)
    if request.method == "POST":
        actions.note_files_taken(auditor=found, digests=choice.digests(files))
        note_copy(
            programme=found.slate.programme,
            kind=Copy.Kind.EXPORT,
            holds=Copy.Holds.ALL,
            name=f"{programme}-{found.slate.kind}, {found.organisation}",
            by=None,
        )
        return zipped(f"{programme}-{found.slate.kind}", files)
    published: dict[str, str] = found.slate.said.get("files", {})
    shown: Shown = {
        "auditor": found,
        "slate": found.slate,
        "published": bool(published),
        "files": [
            (name, digest, published.get(name) == digest) for name, digest in choice.digests(files).items()
        ],
        "command": files["COMMAND.txt"],
        "here": request.path,
    }
    return render(request, "agenda/election/audit.html", shown)
