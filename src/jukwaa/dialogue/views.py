"""Pages of the dialogue room: one for each phone, those of the staff, and what the public may see."""

from __future__ import annotations

import csv
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from jukwaa.dialogue import actions, analysis, forms, letter, queries
from jukwaa.dialogue.doors import crumbs as _crumbs
from jukwaa.dialogue.doors import (
    gathering_of,
    get_facilitated,
    get_moderated,
    get_round,
    get_round_to_export,
    get_statement,
    get_unfrozen,
    read_uuid,
)
from jukwaa.dialogue.models import Attendance, Finding, Gathering, Round, Snapshot, Statement
from jukwaa.field.coding import actions as coding
from jukwaa.field.coding.queries import drafts
from jukwaa.field.queries import quotes_to_use
from jukwaa.field.visits.queries import problem_put_as
from jukwaa.programmes.access import P, get_member, get_participant, get_public_programme, may
from jukwaa.programmes.actions import note_copy
from jukwaa.programmes.disclosure import shown_count
from jukwaa.programmes.download import cell, zipped
from jukwaa.programmes.models import Certificate, Copy, Member, Participant, Programme
from jukwaa.programmes.queries import (
    changes,
    participants,
    reduced,
    search_participants,
)
from jukwaa.programmes.views import certificate_facts

A_PAGE = 25

# ---- a participant's phone -------------------------------------------------------------------------------


@never_cache
def take_part(request: HttpRequest, programme: str) -> HttpResponse:
    """The questions that are open now, to those who have a card."""
    participant = get_participant(request, programme)
    return render(
        request,
        "dialogue/take_part.html",
        {
            "rounds": queries.in_the_readers_language(queries.open_rounds(participant)),
            "halls": queries.halls_of(participant),
        },
    )


@gzip_page
def vote(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """One statement at a time. A vote is answered with the next one, once it is on disk.

    GET with ?statement= and POST with back= show a statement again, to be answered otherwise. It travels
    compressed: nothing that another site sends is said back in it, so its length tells nothing of its token.
    """
    participant = get_participant(request, programme)
    if "choice" in request.POST:
        return _voted(request, participant, round)
    found = _opened(participant, round)
    if found.method != Round.Method.VOTES:
        return redirect("dialogue:mark", programme, found.pk)
    if not found.is_open():
        return _closed(request, found, status=200)
    again = request.POST.get("back") or request.GET.get("statement")
    turn = queries.turn_back_to(found, participant, read_uuid(again)) if again else None
    return _card(request, found, turn or analysis.next_turn(found, participant))


def _voted(request: HttpRequest, participant: Participant, round_id: uuid.UUID) -> HttpResponse:
    pk = read_uuid(request.POST.get("statement", ""))
    statement = queries.find_statement(participant, round_id, pk)
    if statement is None or statement.round.method != Round.Method.VOTES:
        return _off_the_vote(request, participant, round_id, pk)
    choice = forms.read_choice(request.POST["choice"])
    try:
        probability = forms.read_probability(request.POST.get("asked", ""))
        actions.cast_vote(statement=statement, choice=choice, probability=probability, by=participant)
    except actions.RoundClosed:
        return _closed(request, statement.round, status=409)
    turn = analysis.next_turn(statement.round, participant)
    return _card(request, statement.round, turn, said=choice, last=statement.pk)


def _off_the_vote(
    request: HttpRequest, participant: Participant, round_id: uuid.UUID, pk: uuid.UUID
) -> HttpResponse:
    """The next statement, in place of one that was joined or kept from the vote while it was being read."""
    found = _opened(participant, round_id)
    if found.method != Round.Method.VOTES or not Statement.objects.filter(pk=pk, round=found).exists():
        raise Http404
    if not found.is_open():
        return _closed(request, found, status=409)
    messages.info(request, _("That statement was taken off the vote a moment ago. Nothing of yours is lost."))
    return _card(request, found, analysis.next_turn(found, participant))


def _card(
    request: HttpRequest,
    round_: Round,
    turn: queries.Turn,
    *,
    said: int | None = None,
    last: uuid.UUID | None = None,
) -> HttpResponse:
    shown = {"round": round_, "turn": turn, "said": said, "last": [("back", last)]}
    if turn.statement is None:
        shown["proposals"] = queries.proposals(round_, request.participant)  # type: ignore[attr-defined]
        return render(request, "dialogue/done.html", shown)
    if said is not None:
        return HttpResponse(letter.next_card(request, turn, said=said, last=last))
    return render(request, "dialogue/vote.html", shown | {"hidden": letter.hidden(turn)})


def _closed(request: HttpRequest, round_: Round, *, status: int) -> HttpResponse:
    return render(request, "dialogue/closed.html", {"round": round_}, status=status)


def _opened(participant: Participant, pk: uuid.UUID) -> Round:
    """A round of the participant's programme, once it was opened. Raises Http404."""
    found = queries.find_round(participant, pk)
    if found is None:
        raise Http404
    return found


@never_cache
def answers(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What this participant said in the round, each to be changed while it is open."""
    participant = get_participant(request, programme)
    found = _opened(participant, round)
    if found.method != Round.Method.VOTES:
        return redirect("dialogue:mark_answers", programme, found.pk)
    shown = {"round": found, "answers": queries.answers(found, participant), "open": found.is_open()}
    shown["proposals"] = queries.proposals(found, participant)
    return render(request, "dialogue/answers.html", shown)


# ---- gatherings ------------------------------------------------------------------------------------------


def gatherings(request: HttpRequest, programme: str) -> HttpResponse:
    """The programme's gatherings, and the rounds held at each."""
    member = get_member(request, programme, P.SEE)
    shown_rounds = queries.seen_by(queries.rounds(member.programme), member)
    rounds = queries.in_the_readers_language(shown_rounds)
    found = [(g, [r for r in rounds if r.gathering_id == g.pk]) for g in queries.gatherings(member.programme)]
    return render(request, "dialogue/gatherings.html", {"gatherings": found, "crumbs": _crumbs(member)[:1]})


def add_gathering(request: HttpRequest, programme: str) -> HttpResponse:
    """Call people together."""
    member = get_member(request, programme, P.FACILITATE)
    form = forms.GatheringForm(request.POST or None, programme=member.programme)
    if request.method == "POST" and form.is_valid():
        called = actions.call_gathering(programme=member.programme, by=member, **form.cleaned_data)
        messages.success(request, _("The gathering is called. Now prepare a round for it."))
        return redirect(called)
    return _form(request, _("Call a gathering"), form, _("Call it"), _crumbs(member))


def gathering(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """One gathering and its rounds; the public sees those that were opened, and no site."""
    of = get_public_programme(request, programme)
    found = gathering_of(of, gathering)
    member: Member | None = request.member  # type: ignore[attr-defined]
    rounds = queries.rounds(of).filter(gathering=found)
    begun = rounds if member else rounds.filter(opened_at__isnull=False)
    seen = queries.seen_by(begun, member, request.participant)  # type: ignore[attr-defined]
    shown = {"gathering": found, "rounds": queries.in_the_readers_language(seen)}
    if member:
        shown |= {"crumbs": _crumbs(member), "changes": changes(found), "corners": corners(member, found)}
        shown["next"] = _next_door(member, found)
        return render(request, "dialogue/gathering.html", shown)
    shown["memoires"] = queries.memoires(found)
    return render(request, "dialogue/public_gathering.html", shown)


@dataclass(frozen=True)
class Door:
    """A way from a gathering's page into one of its corners."""

    title: str
    icon: str
    url: str


# What leads where, in the order of the work: the heading, then (permission, title, icon, address) of each.
CORNERS: list[tuple[Any, list[tuple[P, Any, str, str]]]] = [
    (
        gettext_lazy("Before"),
        [
            (P.FACILITATE, gettext_lazy("Run sheet"), "calendar", "dialogue:run_sheet"),
            (P.FACILITATE, gettext_lazy("Who comes"), "tick", "dialogue:attendance"),
            (P.PEOPLE, gettext_lazy("Door"), "card", "dialogue:door"),
            (P.FACILITATE, gettext_lazy("Who sits where"), "group", "dialogue:tables"),
            (P.FACILITATE, gettext_lazy("Carry over from earlier"), "next", "dialogue:carry"),
            (P.FACILITATE, gettext_lazy("Print kit"), "print", "dialogue:print_kit"),
        ],
    ),
    (
        gettext_lazy("In the room"),
        [
            (P.FACILITATE, gettext_lazy("Run the gathering"), "play", "dialogue:console"),
            (P.FACILITATE, gettext_lazy("How phones join"), "qr", "dialogue:joining"),
            (P.FACILITATE, gettext_lazy("Share a tablet"), "card", "dialogue:start_kiosk"),
            (P.FACILITATE, gettext_lazy("What the tables say"), "statement", "dialogue:plenary"),
            (P.FACILITATE, gettext_lazy("What was decided"), "report", "dialogue:notes"),
            (P.FACILITATE, gettext_lazy("The projector"), "screen", "dialogue:projector"),
            (P.FACILITATE, gettext_lazy("Count hands and paper"), "hand", "dialogue:rounds_to_count"),
            (P.FACILITATE, gettext_lazy("Who is heard"), "person", "dialogue:voice"),
        ],
    ),
    (
        gettext_lazy("After"),
        [
            (P.FACILITATE, gettext_lazy("Minutes"), "report", "dialogue:minutes"),
            (P.FACILITATE, gettext_lazy("Aide-memoire"), "publication", "dialogue:memoire"),
            (P.FACILITATE, gettext_lazy("Export"), "download", "dialogue:export"),
            (P.FACILITATE, gettext_lazy("Backup to a stick"), "lock", "dialogue:backup"),
        ],
    ),
    (
        gettext_lazy("Protect people"),
        [
            (P.FACILITATE, gettext_lazy("Who might be harmed"), "warning", "dialogue:risks"),
            (P.SEE, gettext_lazy("Something happened"), "report", "dialogue:write_incident"),
            (P.FACILITATE, gettext_lazy("Freeze the lists"), "lock", "dialogue:freeze"),
            (P.PROTECT, gettext_lazy("Erase the lists"), "cross", "dialogue:purge"),
        ],
    ),
]


def corners(member: Member, found: Gathering) -> list[tuple[str, list[Door]]]:
    """The corners of a gathering that this member may enter, by heading; none without a way in."""
    args = [member.programme.slug, found.pk]
    said = [
        (str(heading), [Door(str(t), i, reverse(a, args=args)) for p, t, i, a in ways if may(member, p)])
        for heading, ways in CORNERS
    ]
    return [(heading, ways) for heading, ways in said if ways]


def _next_door(member: Member, found: Gathering) -> Door | None:
    """What a facilitator does next here: plan it, run it, or write down what it came to."""
    if not may(member, P.FACILITATE):
        return None
    today, planned = timezone.localdate(), found.steps.filter(removed=False).exists()
    if found.ends_on and found.ends_on < today:
        title, icon, address = _("Write the aide-memoire"), "publication", "dialogue:memoire"
    elif not planned:
        title, icon, address = _("Make a run sheet"), "calendar", "dialogue:run_sheet"
    elif found.starts_on and found.starts_on > today:
        title, icon, address = _("See who comes"), "tick", "dialogue:attendance"
    else:
        title, icon, address = _("Run the gathering"), "play", "dialogue:console"
    return Door(title, icon, reverse(address, args=[member.programme.slug, found.pk]))


def edit_gathering(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Say anew what the gathering is, where and when."""
    member = get_member(request, programme, P.FACILITATE)
    found = gathering_of(member.programme, gathering)
    said = {name: getattr(found, name) for name in forms.GatheringForm.base_fields}
    form = forms.GatheringForm(request.POST or None, programme=member.programme, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_gathering(gathering=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    return _form(request, _("Edit the gathering"), form, _("Save"), _crumbs(member, found))


# ---- rounds ----------------------------------------------------------------------------------------------


# ---- the hall --------------------------------------------------------------------------------------------


def attendance(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The one register of who was invited, accepted, came and left; POST notes it, for one or for a panel."""
    member, found = get_unfrozen(request, programme, gathering)
    if request.method == "POST":
        _attend(request, member, found)
        return redirect(request.get_full_path())
    rows = list(queries.attendance(found))
    noted = {row.participant_id for row in rows}
    form = forms.RegisterForm(request.GET, programme=member.programme)
    chosen = queries.search_attendance(found, **form.said)
    others = search_participants(
        member.programme, words=form.said["words"], constituency=form.said["group"]
    ).exclude(constituency=None)
    counts = queries.attendance_counts(rows)
    shown = {
        "gathering": found,
        "known": bool(rows),
        "counts": counts,
        "missing": [count for count in counts if count.missing],
        "here": sum(count.here for count in counts),
        "came": sum(count.came for count in counts),
        "asked": len(rows),
        "page": Paginator(chosen, A_REGISTER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "query": _without_page(request),
        "lists_people": may(member, P.PEOPLE),
        "panels": queries.panels(member.programme),
        "others": others.exclude(pk__in=noted)[:MOST_OTHERS],
        "crumbs": _crumbs(member, found),
    }
    return render(request, "dialogue/attendance.html", shown)


# As many as a screen lists; whoever is not among them is found by name or group.
MOST_OTHERS = 100
A_REGISTER_PAGE = 50


def _without_page(request: HttpRequest) -> str:
    """What was searched for, for the addresses of the other pages of what was found."""
    said = [(name, value) for name, value in request.GET.items() if name != "page"]
    return f"{urlencode(said)}&" if said else ""


def _attend(request: HttpRequest, member: Member, found: Gathering) -> None:
    """Note what was tapped. Raises Http404 for what is not there."""
    if panel := request.POST.get("panel", ""):
        chosen = get_object_or_404(queries.panels(member.programme), pk=read_uuid(panel))
        many = len(actions.invite_panel(gathering=found, panel=chosen, by=member))
        told = ngettext("%(many)s person is taken over.", "%(many)s people are taken over.", many)
        messages.success(request, told % {"many": many})
        return
    state = request.POST.get("state", "")
    people = participants(member.programme).filter(
        pk__in=[read_uuid(w) for w in request.POST.getlist("person")]
    )
    if state not in Attendance.State.values:
        raise Http404
    if not people:
        messages.error(request, _("Tick somebody first."))
        return
    actions.attend(gathering=found, people=people, state=state, by=member)


def tables(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Who sits where, with what the seating follows from."""
    member, found = get_unfrozen(request, programme, gathering)
    seating = queries.seatings(found).first()
    shown: dict[str, Any] = {"gathering": found, "seating": seating, "crumbs": _crumbs(member, found)}
    if seating is not None:
        shown |= {
            "seats": queries.seats(seating),
            "rounds": queries.table_sheets(seating),
            "reduced": reduced(seating),
            "facts": certificate_facts(seating),
        }
    return render(request, "dialogue/tables.html", shown)


def seat_tables(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Seat everybody anew."""
    member, found = get_unfrozen(request, programme, gathering)
    people = list(
        participants(member.programme)
        .exclude(constituency=None)
        .select_related("constituency", "place")
        .order_by("constituency__position", "called", "pk")
    )
    panels = queries.panels(member.programme)
    here = [row.participant for row in queries.attendance(found) if row.state in queries.HERE]
    form = forms.TablesForm(people, panels, len(here), request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        panel = next((each for each in panels if str(each.pk) == said["source"]), None)
        chosen = queries.coming(panel) if panel else here if said["source"] == "here" else people
        if len(chosen) < said["tables"]:
            told = _("%(people)s people cannot sit at %(tables)s tables. Take fewer tables.")
            form.add_error("tables", told % {"people": len(chosen), "tables": said["tables"]})
            return _seat_page(request, member, found, form, people)
        try:
            analysis.seat_tables(
                found,
                people=chosen,
                tables=said["tables"],
                rounds=said["rounds"],
                spread=said["spread"],
                one_language=said["one_language"],
                apart=[pair for pair in form.apart if set(pair) <= set(chosen)],
                by=member,
            )
        except ValueError:
            form.add_error(None, CANNOT_SEAT)
        else:
            return redirect("dialogue:tables", programme, found.pk)
    return _seat_page(request, member, found, form, people)


CANNOT_SEAT = gettext_lazy(
    "Nobody can be seated so that all of this is kept. Take more or larger tables, spread less, or keep "
    "fewer people apart."
)


def _seat_page(
    request: HttpRequest, member: Member, found: Gathering, form: BaseForm, people: Sequence[Participant]
) -> HttpResponse:
    """The form with which tables are seated."""
    shown = {"gathering": found, "form": form, "people": people, "crumbs": _crumbs(member, found)}
    return render(request, "dialogue/seat_tables.html", shown)


def change_tables(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Late arrivals and no-shows: the rest stay where they are."""
    member, found = get_unfrozen(request, programme, gathering)
    seating = queries.seatings(found).first()
    if seating is None:
        return redirect("dialogue:seat_tables", programme, found.pk)
    seated = [seat.entry.participant for seat in queries.seats(seating)]
    others = participants(member.programme).exclude(constituency=None).exclude(pk__in=[p.pk for p in seated])
    late = list(
        others.select_related("constituency", "place").order_by("constituency__position", "called", "pk")
    )
    form = forms.ChangeTablesForm(seated, late, len(seating.said["rounds"]), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _kept, moved = analysis.change_tables(
                found,
                arrived=form.those("arrived"),
                gone=form.those("gone"),
                from_round=form.cleaned_data["from_round"],
                by=member,
            )
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            told = ngettext("%(many)s person had to move.", "%(many)s people had to move.", moved)
            messages.success(request, told % {"many": moved} if moved else _("Nobody had to move."))
            return redirect("dialogue:tables", programme, found.pk)
    return render(
        request,
        "dialogue/change_tables.html",
        {"gathering": found, "form": form, "crumbs": _crumbs(member, found)},
    )


def print_tables(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """A sheet for the door, by name, and one for each round."""
    member, found = get_unfrozen(request, programme, gathering)
    seating = get_object_or_404(queries.seatings(found)[:1])
    _copied(member, Copy.Kind.PRINT, _("tables of %(gathering)s") % {"gathering": found})
    shown = {"gathering": found, "seats": queries.seats(seating), "rounds": queries.table_sheets(seating)}
    return render(request, "dialogue/tables_print.html", shown)


def tables_files(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The seating, with everybody by number, for whoever checks it."""
    member, found = get_unfrozen(request, programme, gathering)
    _copied(member, Copy.Kind.EXPORT, _("tables of %(gathering)s") % {"gathering": found})
    return zipped(
        f"{programme}-tables", analysis.seating_files(get_object_or_404(queries.seatings(found)[:1]))
    )


def voice(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Who is heard and who is missing, in words first, figures second, chart third; tap who speaks."""
    member, found = get_unfrozen(request, programme, gathering)
    said = analysis.voice(found)
    shown = {
        "gathering": found,
        "spoke": len({turn["person"] for turn in said["turns"]} - {""}),
        "there": len(said["people"]),
        "unnamed": sum(not turn["person"] for turn in said["turns"]),
        "shares": queries.voice_shares(said),
        "missing": queries.unheard(said),
        "origins": queries.origins(said["statements"]),
        "people": queries.by_group(queries.present(found)),
        "speaking": queries.speaking(found),
        "last": queries.speeches(found).last(),
        "kept": queries.voices_kept(found),
        "crumbs": _crumbs(member, found),
    }
    return render(request, "dialogue/voice.html", shown)


@require_POST
def speak(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Somebody begins to speak, nobody speaks any more, or the last tap was a slip."""
    member, found = get_unfrozen(request, programme, gathering)
    if request.POST.get("undo"):
        actions.take_back_speech(gathering=found, by=member)
    elif who := request.POST.get("person", ""):
        person = get_object_or_404(participants(member.programme), pk=read_uuid(who))
        actions.begin_speech(gathering=found, participant=person, by=member)
    else:
        actions.end_speech(gathering=found, by=member)
    return redirect("dialogue:voice", programme, found.pk)


@require_POST
def keep_voice(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Keep who was heard until now."""
    member, found = get_unfrozen(request, programme, gathering)
    try:
        analysis.keep_voice(found, by=member)
        messages.success(request, _("Kept. Anybody who has the files can compute it again."))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("dialogue:voice", programme, found.pk)


def voice_files(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """What was kept last, with everybody by number."""
    member, found = get_unfrozen(request, programme, gathering)
    kept = get_object_or_404(queries.voices_kept(found)[:1])
    _copied(member, Copy.Kind.EXPORT, _("who is heard at %(gathering)s") % {"gathering": found})
    return zipped(f"{programme}-voice", analysis.voice_files(kept))


def prepare_round(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Prepare a question, with the rule that will decide it."""
    member = get_member(request, programme, P.FACILITATE)
    found = gathering_of(member.programme, gathering)
    usual: dict[str, Any] = {"language": member.programme.first_language, "kind": Round.Kind.PROBLEMS}
    if answered := _finding_named(member.programme, request.GET.get("answers", "")):
        usual |= {"answers": answered, "kind": Round.Kind.SOLUTIONS}
    form = forms.RoundForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        prepared = actions.prepare_round(gathering=found, by=member, **form.cleaned_data)
        messages.success(request, _("The round is prepared. Now put statements into it."))
        return redirect(prepared)
    return _form(request, _("Prepare a round"), form, _("Prepare it"), _crumbs(member, found))


def _finding_named(programme: Programme, said: str) -> Finding | None:
    return queries.findings(programme).filter(pk=read_uuid(said)).first() if said else None


def edit_round(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Prepare the round anew, as long as nobody was told its rule."""
    member, found = get_facilitated(request, programme, round)
    if found.opened_at:
        messages.error(request, _("The round was opened: its question and its rule stand."))
        return redirect(found)
    said = {name: getattr(found, name) for name in forms.RoundForm.base_fields}
    form = forms.RoundForm(request.POST or None, programme=member.programme, initial=said)
    if request.method == "POST" and form.is_valid():
        actions.change_round(round=found, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    return _form(request, _("Edit the round"), form, _("Save"), _crumbs(member, found))


def round_page(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """The round: for staff how far it is and what is next, for others what it asks and what was said."""
    get_public_programme(request, programme)
    member: Member | None = request.member  # type: ignore[attr-defined]
    found = get_round(request, round)
    if member is None:
        return _public_results(request, found)
    approved = Paginator(queries.statements(found), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "round": found,
        "comes_to": _comes_to(found),
        "tally": queries.tally(found),
        "turnout": queries.turnout(found),
        "page": approved,
        "crumbs": _crumbs(member, found.gathering),
        "changes": changes(found),
    }
    return render(request, "dialogue/round.html", shown)


def open_round(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Open the round, after saying the rule and who is asked."""
    member, found = get_facilitated(request, programme, round)
    if request.method == "POST":
        try:
            actions.open_round(round=found, by=member)
            messages.success(request, _("The round is open. People with a card can vote now."))
        except actions.NothingToVoteOn:
            messages.error(
                request, _("There is no statement to vote on yet. Put at least one into the round.")
            )
        except actions.RoundOpened:
            messages.error(request, _("The round was opened before."))
        return redirect(found)
    groups = [str(group) for group in queries.asked_groups(found)]
    asked = (
        _("Asked are: %(groups)s.") % {"groups": ", ".join(groups)} if groups else _("No group is declared.")
    )
    shown = {
        "question": _("Open the round “%(question)s”?") % {"question": found.question},
        "consequences": [
            found.rule,
            *_asked(found, asked),
            _("Question, rule and groups stand once it is open. Read them out."),
        ],
        "yes": _("Yes, open it"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def _asked(found: Round, groups: str) -> list[str]:
    """Who is asked, in sentences, before the round is opened."""
    if not found.apart:
        return [groups]
    return [found.asked, _("What they say is shown to nobody else until they release it.")]


def close_round(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Close the round, after asking."""
    member, found = get_facilitated(request, programme, round)
    if request.method == "POST":
        try:
            actions.close_round(round=found, by=member)
            _settle(found, analysis.PLACES, member)
            messages.success(request, _("The round is closed. What the groups said is drawn in a moment."))
        except actions.RoundClosed:
            messages.error(request, _("The round is not open."))
        return redirect(found)
    waiting = sum(not each.counts for each in queries.counted(found))
    told = ngettext(
        "%(waiting)s count of hands waits for a second person, or must be mended: it will not count.",
        "%(waiting)s counts of hands wait for a second person, or must be mended: they will not count.",
        waiting,
    )
    shown = {
        "question": _("Close the round “%(question)s”?") % {"question": found.question},
        "consequences": [
            *([told % {"waiting": waiting}] if waiting else []),
            _("No more votes are taken. Those given count."),
            _("Nobody but its group sees what was said, until the group releases it.")
            if found.kept_apart
            else _("The public can see what the groups said, as far as nobody is exposed."),
            _("You can open it again."),
        ],
        "yes": _("Yes, close it"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


@require_POST
def reopen_round(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Let people vote again under the same rule."""
    member, found = get_facilitated(request, programme, round)
    try:
        actions.reopen_round(round=found, by=member)
        messages.success(request, _("The round is open again, under the same rule."))
    except actions.RoundOpened:
        messages.error(request, _("The round is not closed."))
    return redirect(found)


@require_POST
def publish_results(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Show the public what the groups say while they still vote, or not."""
    member, found = get_facilitated(request, programme, round)
    shown = request.POST.get("shown") == "1"
    actions.publish_results(round=found, shown=shown, by=member)
    said = (
        _("Everybody can see the results now.") if shown else _("Results are shown once the round is closed.")
    )
    messages.success(request, said)
    return redirect(found)


# ---- statements ------------------------------------------------------------------------------------------


def add_statement(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Put a statement in the staff's words into the round."""
    member, found = get_facilitated(request, programme, round)
    if found.closed_at:
        messages.error(request, _("The round is closed. Open it again to add a statement."))
        return redirect(found)
    form = forms.StatementForm(
        request.POST or None, programme=member.programme, initial={"language": found.language}
    )
    if request.method == "POST" and form.is_valid():
        actions.add_statement(round=found, by=member, **form.cleaned_data)
        messages.success(
            request, _("The statement is put to the vote. Add another, or go back to the round.")
        )
        return redirect("dialogue:add_statement", programme, found.pk)
    return _form(request, _("Add a statement"), form, _("Put it to the vote"), _crumbs(member, found))


def quotes(request: HttpRequest, programme: str) -> HttpResponse:
    """Quotes from the field to make statements of: tick those that say the same."""
    member = get_member(request, programme, P.FACILITATE)
    search = forms.QuoteSearch(request.GET, programme=member.programme)
    chosen = search.chosen()
    found = quotes_to_use(member.programme, **chosen).annotate(used=Count("sources"))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    shown = {"search": search, "chosen": chosen, "page": page, "crumbs": _crumbs(member)}
    shown["query"] = f"{asked.urlencode()}&" if asked else ""
    shown["drafts"] = drafts(member.programme)
    return render(request, "dialogue/quotes.html", shown)


@require_POST
def leave_draft(request: HttpRequest, programme: str, draft: uuid.UUID) -> HttpResponse:
    """Put nothing to the vote of a researcher's draft."""
    member = get_member(request, programme, P.FACILITATE)
    coding.leave_draft(draft=get_object_or_404(drafts(member.programme), pk=draft), by=member)
    messages.success(request, _("The draft is left aside."))
    return redirect("dialogue:quotes", programme)


def statement_from_quotes(request: HttpRequest, programme: str) -> HttpResponse:
    """Make one statement of the quotes that were ticked, or of a researcher's draft of them."""
    member = get_member(request, programme, P.FACILITATE)
    asked = [read_uuid(said) for said in request.GET.getlist("draft")]
    draft = drafts(member.programme).filter(pk__in=asked).first()
    sources = draft.sources.all() if draft else ()
    picked = [source.quote_id for source in sources] or [
        read_uuid(said) for said in request.GET.getlist("quote")
    ]
    found = sorted(quotes_to_use(member.programme).filter(pk__in=picked), key=lambda q: picked.index(q.pk))
    if not found:
        messages.error(request, _("Tick at least one quote that was checked and may be used."))
        return redirect("dialogue:quotes", programme)
    words = draft or found[0]
    usual = {"text": words.text, "language": words.language, "round": request.GET.get("round")}
    form = forms.FromQuotesForm(request.POST or None, programme=member.programme, initial=usual)
    if request.method == "POST" and form.is_valid():
        added = actions.add_statement(quotes=found, by=member, **form.cleaned_data)
        if draft:
            coding.use_draft(draft=draft, statement=added.pk, by=member)
        messages.success(request, _("The statement is put to the vote."))
        return redirect(added)
    shown = {"form": form, "quotes": found, "crumbs": _crumbs(member)}
    return render(request, "dialogue/statement_from_quotes.html", shown)


def statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """One statement: for staff where it came from and what was said of it, for others its result."""
    of = get_public_programme(request, programme)
    member: Member | None = request.member  # type: ignore[attr-defined]
    found = get_statement(request, statement)
    result = _result_of(found)
    if member is None:
        if found.state != Statement.State.APPROVED or not (found.round.opened_at and found.text):
            raise Http404
        queries.in_the_readers_language([found.round])
        queries.in_the_readers_language([found])
        shows = found.round.shows_results(to=request.participant)  # type: ignore[attr-defined]
        public = {"statement": found, "result": result if shows else None}
        return render(request, "dialogue/public_statement.html", public)
    shown = {
        "statement": found,
        "sources": queries.sources(found),
        "agreed": problem_put_as(found.pk),
        "result": result,
        "threshold": float(found.round.threshold),
        "voted": found.votes.count(),
        "translations": queries.translations(found),
        "finding": queries.findings(of).filter(statement=found).first(),
        "crumbs": _crumbs(member, found.round),
        "changes": changes(found),
    }
    return render(request, "dialogue/statement.html", shown)


def _result_of(found: Statement) -> queries.Result | None:
    snapshot = getattr(found.round, "snapshot", None)
    said = snapshot.finding_of(found.pk) if snapshot else None
    return queries.Result.of(said, found) if said else None


def translate_statement(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Say a statement in another language, for those who read that."""
    member = get_member(request, programme, P.FACILITATE)
    found = get_statement(request, statement)
    return _translate(request, member, found, _crumbs(member, found.round))


def translate_question(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Say a round's question in another language."""
    member, found = get_facilitated(request, programme, round)
    return _translate(request, member, found, _crumbs(member, found.gathering))


def _translate(request: HttpRequest, member: Member, row: Statement | Round, crumbs: Any) -> HttpResponse:
    form = forms.TranslationForm(
        request.POST or None,
        programme=member.programme,
        original=row.language,
        initial={"made_by": member.name},
    )
    if request.method == "POST" and form.is_valid():
        actions.translate(row=row, by=member, **form.cleaned_data)
        messages.success(request, _("The translation is kept. Readers of that language see it at once."))
        return redirect(row)
    return _form(request, _("Translate: “%(words)s”") % {"words": row}, form, _("Save"), crumbs)


# ---- results ---------------------------------------------------------------------------------------------

# How many earlier drawings are offered.
EARLIER = 25
ORDERS = {
    "": gettext_lazy("most agreed first"),
    "divided": gettext_lazy("most divided first"),
    "asked": gettext_lazy("as asked"),
}


def results(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What the groups said, with exact figures, for staff."""
    member = get_member(request, programme, P.SEE)
    found = get_round(request, round)
    if found.method != Round.Method.VOTES:
        return redirect("dialogue:shortlist", programme, found.pk)
    snapshot = _snapshot(request, found)
    drawn = queries.results(found, snapshot) if snapshot else []
    label, order = request.GET.get("label", ""), request.GET.get("order", "")
    shown_ones = _ordered([r for r in drawn if label in {"", r.label}], order)
    counts = Counter(result.label for result in drawn)
    shown = {
        "round": found,
        "snapshot": snapshot,
        "earlier": found.snapshots.all()[:EARLIER],
        "page": Paginator(shown_ones, 10).get_page(request.GET.get("page")),
        "labels": [(name, counts[name]) for name in queries.LABELS],
        "label": label,
        "order": order,
        "orders": ORDERS.items(),
        "total": len(drawn),
        "channels": queries.by_channel(found),
        "common": counts["common ground"],
        "drawn": request.GET.get("drawn", ""),
        "query": urlencode({"label": label, "order": order, "drawn": request.GET.get("drawn", "")}) + "&",
        "stale": snapshot == found.snapshot
        and not queries.is_drawn(found, queries.marks(member.programme.pk)),
        "threshold": float(found.threshold),
        "crumbs": _crumbs(member, found.gathering, found),
    }
    return render(request, "dialogue/results.html", shown)


def _snapshot(request: HttpRequest, found: Round) -> Snapshot | None:
    """The drawing that the address asks for, else the last one. Raises Http404 for one that is not kept."""
    asked = request.GET.get("drawn", "")
    if not asked:
        return found.snapshot
    if not asked.isdecimal():
        raise Http404
    return get_object_or_404(found.snapshots, pk=int(asked))


def _ordered(drawn: list[queries.Result], order: str) -> list[queries.Result]:
    if order == "divided":
        return sorted(drawn, key=lambda r: (r.label != "divided", -r.certainty if r.against else 0.0))
    if order == "asked":
        return sorted(drawn, key=lambda r: r.statement.position)
    return drawn


def differences(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """Where each constituency stands apart from the others, for staff."""
    member = get_member(request, programme, P.SEE)
    found = get_round(request, round)
    snapshot = _snapshot(request, found)
    shown = {
        "round": found,
        "groups": queries.apart(found, snapshot) if snapshot else [],
        "crumbs": _crumbs(member, found.gathering, found),
    }
    return render(request, "dialogue/differences.html", shown)


def shortlist(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What a closed round comes to: what was kept, or with ?places= what it would be; POST keeps it."""
    member = get_member(request, programme, P.SEE)
    found = get_round(request, round)
    kept = queries.settled(found).first()
    if request.method == "POST":
        return _settled(request, found)
    form = forms.ShortlistForm(request.GET or {"places": kept.rule["places"] if kept else analysis.PLACES})
    shown: dict[str, Any] = {"round": found, "form": form, "crumbs": _crumbs(member, found.gathering, found)}
    shown |= {"title": _comes_to(found), "channels": queries.by_channel(found)}
    shown["voted"] = analysis.anybody_voted(found)
    if found.closed_at is not None and form.is_valid() and shown["voted"]:
        places = form.cleaned_data["places"]
        said = kept.said if kept and "places" not in request.GET else _worked_out(found, places)
        shown |= {
            "places": places,
            "kept": kept,
            "is_kept": kept is not None and said["digest"] == kept.digest and places == kept.rule["places"],
            "changed": kept is not None and _worked_out(found, places)["digest"] != kept.digest,
            **_as_shown(found, said, places),
            "said": said,
        }
    return render(request, "dialogue/shortlist.html", shown)


def _comes_to(found: Round) -> str:
    """What the page is called that shows what the round comes to."""
    if queries.settled_as(found) == Certificate.Kind.AGENDA:
        return _("What goes on the agenda")
    return _("What passes") if found.method == Round.Method.GRADIENT else _("What matters most")


def _as_shown(found: Round, said: Mapping[str, Any], places: int) -> dict[str, Any]:
    """A ranked list, or the agenda of solutions that were voted on; of steps also what passes."""
    if queries.settled_as(found) == Certificate.Kind.AGENDA:
        decide = set(analysis.hands_decide(found, places=places))
        return {
            "shortlist": queries.shortlist(found, said),
            "hands": bool(queries.hand_rows(found)),
            "hands_decide": [s for s in queries.put_to_the_vote(found) if str(s.pk) in decide],
        }
    shown: dict[str, Any] = {
        "ranked": queries.ranked(found, said),
        "measure": queries.MEASURES[Round.Method(found.method)],
    }
    if found.method == Round.Method.GRADIENT:
        shown["passed"] = queries.passed(found, said)
        shown["passing"] = sum(one.passes for one in shown["passed"])
    return shown


def _worked_out(found: Round, places: int) -> dict[str, Any]:
    """What the round would come to."""
    return analysis.worked_out(found, places=places).as_json()


def _settled(request: HttpRequest, found: Round) -> HttpResponse:
    """Keep what the round comes to."""
    member = get_member(request, found.programme.slug, P.FACILITATE)
    form = forms.ShortlistForm(request.POST)
    if form.is_valid() and _settle(found, form.cleaned_data["places"], member):
        messages.success(request, _("Kept. Anybody who has the votes can compute it again."))
    else:
        messages.error(request, _("Nothing was kept: close the round first, and say a number of places."))
    return redirect("dialogue:shortlist", found.programme.slug, found.pk)


def _copied(member: Member, kind: str, name: str) -> None:
    """Note that rows of people left the house, so that they can be called back when somebody withdraws."""
    note_copy(programme=member.programme, kind=kind, holds=Copy.Holds.VOTES, name=name, by=member)


def _settle(found: Round, places: int, member: Member) -> bool:
    """Keep what the round comes to; whether there was anything to keep."""
    try:
        analysis.settle(found, places=places, by=member)
    except (actions.RoundStillOpen, actions.NothingToVoteOn):
        return False
    return True


def shortlist_json(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """The same whole, with its certificate, as `commonground` verifies it."""
    get_member(request, programme, P.SEE)
    found = get_round_to_export(request, round)
    form = forms.ShortlistForm(request.GET or {"places": analysis.PLACES})
    if not (form.is_valid() and analysis.anybody_voted(found)):
        raise Http404
    answer = JsonResponse(_worked_out(found, form.cleaned_data["places"]), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{programme}-shortlist.json"'
    return answer


def settled_files(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What was kept last, with the votes by number, for whoever checks it."""
    member = get_member(request, programme, P.FACILITATE)
    found = get_round_to_export(request, round)
    kept = queries.settled(found).first()
    if kept is None:
        raise Http404
    _copied(member, Copy.Kind.EXPORT, _("what was kept of the round: %(round)s") % {"round": found})
    return zipped(f"{programme}-{kept.kind}", analysis.settled_files(found, kept))


def results_csv(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """The figures as a table for a spreadsheet, a line for each statement and constituency."""
    get_member(request, programme, P.SEE)
    found = get_round_to_export(request, round)
    snapshot = _snapshot(request, found)
    if snapshot is None:
        raise Http404
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{programme}-results.csv"'
    table = csv.writer(answer)
    of_which = ["hands_agree", "hands_disagree", "hands_passes"]
    columns = ["statement", "language", "trace_code", "label", "certainty", "constituency"]
    table.writerow([*columns, *queries.FIGURES, *of_which])
    hands = queries.hands_drawn(snapshot)
    for result in queries.results(found, snapshot):
        said = result.statement
        start = [said.text, said.language, said.trace_code, result.label, result.certainty]
        for row in result.rows:
            figures = [getattr(row, name) for name in queries.FIGURES]
            figures += hands.get((row.label, str(said.pk)), [0, 0, 0])
            table.writerow([cell(value) for value in [*start, row.label, *figures]])
    return answer


def results_json(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """A drawing whole, as the engine gave it: findings, map, evidence, version, seed, digest of the votes."""
    get_member(request, programme, P.SEE)
    snapshot = _snapshot(request, get_round_to_export(request, round))
    if snapshot is None:
        raise Http404
    answer = JsonResponse(snapshot.drawn, json_dumps_params={"indent": 1, "sort_keys": True})
    answer["Content-Disposition"] = f'attachment; filename="{programme}-results.json"'
    return answer


def opinion_map(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """How votes lie together: crowds, what the axes mean, and groups if the votes support any."""
    get_public_programme(request, programme)
    member: Member | None = request.member  # type: ignore[attr-defined]
    found = get_round(request, round)
    if member is None and not found.shows_results(to=request.participant):  # type: ignore[attr-defined]
        raise Http404
    snapshot = found.snapshot
    drawn = queries.picture(found, snapshot) if snapshot else None
    shown: dict[str, Any] = {"round": found, "picture": drawn}
    if member:
        shown["crumbs"] = _crumbs(member, found.gathering, found)
    if drawn:
        ends = {"left": drawn.left, "right": drawn.right, "above": drawn.above, "below": drawn.below}
        shown |= {end: queries.end_in_words(said) for end, said in ends.items()}
    return render(request, "dialogue/map.html", shown)


def public_results(request: HttpRequest, programme: str, round: uuid.UUID) -> HttpResponse:
    """What the groups said, as far as everybody may see it."""
    get_public_programme(request, programme)
    return _public_results(request, get_round(request, round))


def _public_results(request: HttpRequest, found: Round) -> HttpResponse:
    """The question, and once they are shown the results: labels and rounded figures, nobody exposed."""
    if found.opened_at is None:
        raise Http404
    if found.method != Round.Method.VOTES:
        return _public_list(request, found)
    shows = found.shows_results(to=request.participant)  # type: ignore[attr-defined]
    snapshot = found.snapshot if shows else None
    drawn = queries.results(found, snapshot) if snapshot else []
    queries.in_the_readers_language([found])
    shown = {
        "round": found,
        "shows": shows,
        "page": Paginator(drawn, A_PAGE).get_page(request.GET.get("page")),
        "common": sum(result.label == "common ground" for result in drawn),
    }
    return render(request, "dialogue/public_results.html", shown)


def _public_list(request: HttpRequest, found: Round) -> HttpResponse:
    """What was kept of a round of dots, pairs, orders or steps, as far as everybody may see it."""
    kept = queries.settled(found).first() if found.shows_results() and not found.is_open() else None
    queries.in_the_readers_language([found])
    said = kept and queries.public_list(found, kept)
    if said is None and found.is_closed() and not queries.tally(found).voters:
        said = queries.PublicList(shown_count(0), ())
    shown = {"round": found, "said": said}
    return render(request, "dialogue/public_list.html", shown)


# ---- findings --------------------------------------------------------------------------------------------


def findings(request: HttpRequest, programme: str) -> HttpResponse:
    """What was taken up of what the groups said."""
    member = get_member(request, programme, P.SEE)
    page = Paginator(queries.findings(member.programme), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "dialogue/findings.html", {"page": page, "crumbs": _crumbs(member)})


def finding(request: HttpRequest, programme: str, finding: uuid.UUID) -> HttpResponse:
    """One finding with its evidence."""
    member = get_member(request, programme, P.SEE)
    found = get_object_or_404(queries.findings(member.programme), pk=finding)
    found.programme = found.statement.programme = found.statement.round.programme = member.programme
    shown = {
        "finding": found,
        "result": queries.Result.of_finding(found),
        "threshold": float(found.threshold),
        "facts": _evidence(found),
        "crumbs": [*_crumbs(member), (_("Findings"), reverse("dialogue:findings", args=[programme]))],
        "changes": changes(found),
    }
    return render(request, "dialogue/finding.html", shown)


def _evidence(found: Finding) -> list[tuple[str, Any]]:
    return [
        (_("Rule"), found.rule),
        (_("People who voted in the round"), found.voters),
        (_("Digest of the votes"), found.inputs),
        (_("Seed"), found.seed),
        (_("Drawn by"), f"commonground {found.engine}"),
    ]


def take_up(request: HttpRequest, programme: str, statement: uuid.UUID) -> HttpResponse:
    """Take up what the groups said of a statement, after saying what is kept."""
    member, found = get_moderated(request, programme, statement)
    if request.method == "POST":
        return redirect(_taken_up(request, member, found) or found)
    result = _result_of(found)
    if result is None:
        messages.error(request, _("Nothing is drawn of this statement yet. Wait a moment, then try again."))
        return redirect(found)
    shown = {
        "question": _("Take up what the groups said of this statement?"),
        "consequences": [
            f"“{found.text}”",
            result.sentence,
            _("Figures, rule and the digest of the votes are kept as they are now, for everybody to check."),
            _("The agenda can then build on it."),
        ],
        "yes": _("Yes, take it up"),
        "back": found.get_absolute_url(),
    }
    return render(request, "web/confirm.html", shown)


def _taken_up(request: HttpRequest, member: Member, found: Statement) -> Finding | None:
    try:
        return actions.take_up_finding(statement=found, by=member)
    except actions.RoundStillOpen:
        messages.error(request, _("The round is still open, and votes can change. Close it first."))
    except actions.KeptApart:
        messages.error(request, _("This round is kept apart. Its group must release it first."))
    except actions.NotDrawn:
        messages.error(request, _("Nothing is drawn of this statement yet. Wait a moment, then try again."))
    except actions.AlreadyTakenUp:
        messages.error(request, _("It was taken up before."))
    return None


# ---- what all of them share ------------------------------------------------------------------------------


def _form(
    request: HttpRequest, title: str, form: BaseForm, button: str, crumbs: list[tuple[Any, str]]
) -> HttpResponse:
    """A page with one form, and the way back that the crumbs end in."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-1][1]}
    return render(request, "dialogue/form.html", shown)
