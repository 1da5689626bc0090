"""Pages of the hall: the run sheet, the console, the word, tables' notes, and what was decided."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from jukwaa.dialogue import actions as room_actions
from jukwaa.dialogue import analysis
from jukwaa.dialogue import queries as room
from jukwaa.dialogue.doors import crumbs, gathering_of, get_gathering, read_uuid
from jukwaa.dialogue.fragment import fragment
from jukwaa.dialogue.hall import actions, forms, queries, sheets
from jukwaa.dialogue.models import Attendance, Gathering, Note, Round, Step, Wall
from jukwaa.dialogue.steering.queries import forward_share
from jukwaa.programmes.access import P, get_member, get_participant
from jukwaa.programmes.models import Gender, Member, Participant, Programme
from jukwaa.programmes.queries import constituencies, participants, standing

# ---- the run sheet ---------------------------------------------------------------------------------------


def run_sheet(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """What is done when, by whom, with what; and run sheets to begin with."""
    member, found = get_gathering(request, programme, gathering)
    days = queries.run_sheet(found)
    shown = {
        "gathering": found,
        "days": days,
        "hours": forms.HoursForm(days),
        "materials": queries.materials(days),
        "sheets": sheets.SHEETS,
        "usual": found.kind,
        "others": queries.others_with_sheets(found),
        "seen": queries.seen(queries.all_steps(found)),
        "removed": _removed(Step, found.programme, request.GET.get("removed", "")),
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/hall/run_sheet.html", shown)


def _removed(model: type[Step | Note], programme: Programme, said: str) -> Step | Note | None:
    """What was removed a moment ago and can be put back."""
    if not said:
        return None
    return model.objects.filter(programme=programme, pk=read_uuid(said), removed=True).first()


def begin_run_sheet(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Begin from a template, or from another gathering's run sheet; asks before what there is goes."""
    member, found = get_gathering(request, programme, gathering)
    if request.method != "POST":
        return redirect("dialogue:run_sheet", programme, found.pk)
    form = forms.BeginForm(request.POST)
    form.is_valid()
    said = form.cleaned_data
    lines = _lines(member, said)
    if queries.steps(found).exists() and not said["sure"]:
        return _ask_before_replacing(request, found, said)
    try:
        actions.begin_run_sheet(gathering=found, lines=lines, by=member, seen=said.get("seen"))
    except actions.OutOfDate as error:
        messages.warning(request, str(error))
    return redirect("dialogue:run_sheet", programme, found.pk)


def _lines(member: Member, said: dict[str, Any]) -> list[sheets.Line]:
    """The lines that were chosen. Raises Http404 for what there is not."""
    if source := said.get("source"):
        return actions.lines_of(gathering_of(member.programme, read_uuid(source)))
    sheet = sheets.SHEETS.get(said.get("sheet", ""))
    if sheet is None:
        raise Http404
    return list(sheet.lines)


def _ask_before_replacing(request: HttpRequest, found: Gathering, said: dict[str, Any]) -> HttpResponse:
    """What goes when another run sheet takes the place of this one."""
    rows = list(queries.steps(found))
    begun = sum(row.began_at is not None for row in rows)
    many = ngettext(
        "The %(many)s step that stands there now is taken away.",
        "The %(many)s steps that stand there now are taken away.",
        len(rows),
    )
    consequences = [many % {"many": len(rows)}]
    if begun:
        done = ngettext(
            "%(many)s of them has begun; when it began and ended goes with it.",
            "%(many)s of them have begun; when they began and ended goes with them.",
            begun,
        )
        consequences.append(done % {"many": begun})
    shown = {
        "question": _("Put another run sheet in the place of this one?"),
        "consequences": consequences,
        "form": forms.BeginForm(initial={**said, "sure": "1"}),
        "yes": _("Yes, replace it"),
        "back": reverse("dialogue:run_sheet", args=[found.programme.slug, found.pk]),
    }
    return render(request, "web/confirm.html", shown)


@require_POST
def run_sheet_hours(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Say when each day begins; the times of all steps follow."""
    member, found = get_gathering(request, programme, gathering)
    form = forms.HoursForm(queries.run_sheet(found), request.POST)
    if form.is_valid():
        actions.say_when_days_begin(gathering=found, begins=[*form.cleaned_data.values()], by=member)
    else:
        messages.error(request, _("A day begins at a time such as 08:30. Nothing was changed."))
    return redirect("dialogue:run_sheet", programme, found.pk)


def run_sheet_print(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The run sheet on paper, with the list of materials."""
    _member, found = get_gathering(request, programme, gathering)
    days = queries.run_sheet(found)
    shown = {"gathering": found, "days": days, "materials": queries.materials(days)}
    return render(request, "dialogue/hall/run_sheet_print.html", shown)


def add_step(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Put a step at the end of a day."""
    member, found = get_gathering(request, programme, gathering)
    usual = {"day": request.GET.get("day", "1")}
    form = forms.StepForm(request.POST or None, gathering=found, initial=usual)
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        added = actions.add_step(gathering=found, by=member, **said)
        return _to_step(added)
    back = reverse("dialogue:run_sheet", args=[programme, found.pk])
    return _form(request, _("Add a step"), form, _("Add it"), crumbs(member, found), back)


def _to_step(step: Step) -> HttpResponse:
    """The run sheet, where the step stands in it."""
    sheet = reverse("dialogue:run_sheet", args=[step.gathering.programme.slug, step.gathering_id])
    return redirect(f"{sheet}#step-{step.pk}")


def edit_step(request: HttpRequest, programme: str, step: uuid.UUID) -> HttpResponse:
    """Say anew what is done at the step."""
    member, found = _step(request, programme, step)
    words = ("title", "instructions", "materials")
    said = {name: queries.said(getattr(found, name)) for name in words}
    others = {name: getattr(found, name) for name in ("day", "minutes", "kind", "who", "round", "hlc")}
    usual = said | others | {"seen": others.pop("hlc")}
    form = forms.StepForm(request.POST or None, gathering=found.gathering, initial=usual)
    if request.method == "POST" and form.is_valid():
        changed = form.cleaned_data
        # What nobody touched stays the template's, so that each reads it in their language.
        changed |= {name: getattr(found, name) for name in words if same(changed[name], said[name])}
        try:
            return _to_step(actions.change_step(step=found, by=member, **changed))
        except actions.OutOfDate as error:
            _say_again(request, form, str(error), queries.seen(Step.objects.filter(pk=found.pk)))
    back = reverse("dialogue:run_sheet", args=[programme, found.gathering_id])
    return _form(request, _("Edit the step"), form, _("Save"), crumbs(member, found.gathering), back)


def _say_again(request: HttpRequest, form: BaseForm, done: str, seen: int) -> None:
    """Keep the typed words and say what somebody else did; saved once more, these words stand."""
    form.add_error(None, f"{done} {_('Save again to put your words in the place of theirs.')}")
    data = request.POST.copy()
    data["seen"] = str(seen)
    form.data = data


def same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but how a browser breaks lines."""
    return one.split() == other.split()


@require_POST
def copy_step(request: HttpRequest, programme: str, step: uuid.UUID) -> HttpResponse:
    """Put the step once more behind this one."""
    member, found = _step(request, programme, step)
    return _to_step(actions.copy_step(step=found, by=member))


@require_POST
def move_step(request: HttpRequest, programme: str, step: uuid.UUID) -> HttpResponse:
    """Move the step up or down, to the end of another day, or to where it was dragged."""
    member, found = _step(request, programme, step)
    day, place = _where_to(request.POST, found)
    try:
        actions.move_step(step=found, day=day, place=place, by=member, seen=_number(request.POST, "seen"))
    except actions.OutOfDate as error:
        messages.warning(request, str(error))
    except ValueError as error:
        messages.error(request, str(error))
    return _to_step(found)


def _where_to(said: QueryDict, step: Step) -> tuple[int, int]:
    """The day, and the place in it from 0, that was asked for. Raises Http404 for none."""
    rows = list(queries.steps(step.gathering))
    own = [row.pk for row in rows if row.day == step.day]
    place = own.index(step.pk)
    match said.get("to"):
        case "up" if place:
            return step.day, place - 1
        case "down" if place + 1 < len(own):
            return step.day, place + 1
        case "up":
            return max(step.day - 1, 1), sum(row.day == step.day - 1 for row in rows)
        case "down":
            return min(step.day + 1, queries.days_of(step.gathering, rows)), 0
    day, to = _number(said, "day"), _number(said, "place")
    if day is None or not 1 <= day <= forms.MOST_DAYS:
        raise Http404
    return day, len(rows) if to is None else max(to, 0)


@require_POST
def remove_step(request: HttpRequest, programme: str, step: uuid.UUID) -> HttpResponse:
    """Take the step off the run sheet; the page offers to put it back."""
    member, found = _step(request, programme, step)
    sheet = reverse("dialogue:run_sheet", args=[programme, found.gathering_id])
    try:
        actions.remove_step(step=found, by=member, seen=_number(request.POST, "seen"))
    except actions.OutOfDate as error:
        messages.warning(request, str(error))
        return redirect(sheet)
    return redirect(f"{sheet}?{urlencode({'removed': found.pk})}")


@require_POST
def restore_step(request: HttpRequest, programme: str, step: uuid.UUID) -> HttpResponse:
    """Put a removed step back where it was."""
    member = get_member(request, programme, P.FACILITATE)
    gone = Step.objects.filter(programme=member.programme, merged_into=None).select_related("gathering")
    found = get_object_or_404(gone, pk=step)
    found.gathering.programme = member.programme
    return _to_step(actions.restore_step(step=found, by=member))


# ---- the console -----------------------------------------------------------------------------------------

PANES = {"plan": gettext_lazy("Run sheet"), "step": gettext_lazy("Now"), "people": gettext_lazy("The room")}


@never_cache
def console(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The run sheet, the present step and the room; on a phone the one of them that the address names."""
    member, found = get_gathering(request, programme, gathering)
    pane = request.GET.get("show", "")
    pane = pane if pane in PANES else "step"
    said = analysis.voice(found)
    shares = room.voice_shares(said)
    now, people = queries.now(found), room.present(found)
    shown = {
        "gathering": found,
        "pane": pane,
        "panes": PANES,
        "days": queries.run_sheet(found),
        **_step_counts(found, now),
        **_room_counts(found, shares),
        "rounds": queries.rounds_of(found),
        "walls": [(wall.value, wall.label) for wall in Wall],
        "queue": queries.queue(found, shares),
        "people": room.by_group(people),
        "silent": queries.silent(found),
        "groups": constituencies(member.programme),
        "genders": [Gender.WOMAN, Gender.MAN],
        "slipped": queries.just_begun(found),
        "breakout": queries.breakout_now(found),
        "here_now": now.step or now.after,
        "seen": _seen(found, now),
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/hall/console.html", shown)


def _seen(found: Gathering, now: queries.Now) -> dict[str, int]:
    """How far each of the things goes that can be pressed."""
    return {
        "steps": queries.seen(queries.all_steps(found)),
        "wall": found.hlc,
        "round": now.step.round.hlc if now.step and now.step.round else 0,
        "word": queries.seen(queries.all_speeches(found)),
    }


def _step_counts(found: Gathering, now: queries.Now) -> dict[str, Any]:
    """What is counted of the present step."""
    step = now.step
    here = room.attendance(found).filter(state=Attendance.State.CAME).count() or len(room.present(found))
    return {
        "now": now,
        "over": queries.over(step) if step else 0,
        "answered": queries.answered(step.round, here) if step and step.round else None,
        "share": forward_share(step.round) if step and step.round else None,
    }


def _room_counts(found: Gathering, shares: list[tuple[str, list[room.WordShare]]]) -> dict[str, Any]:
    """Who speaks, how the word is shared, and how many hands are up."""
    return {
        "speaking": room.speaking(found),
        "shares": shares,
        "unheard": [row.group for _title, rows in shares for row in rows if row.parity == 0],
        "hands": room.hands(found).count(),
    }


def console_counts(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """What alone moves by itself on the console: counts, and a word on what somebody else did.

    ?part= is "step" or "room"; ?seen= says how far the page goes that asks. 304 when nothing changed.
    """
    member, found = get_gathering(request, programme, gathering)
    now = queries.now(found)
    shown: dict[str, Any] = {"gathering": found, "programme": member.programme, "refreshed": True}
    if request.GET.get("part") == "room":
        shown |= _room_counts(found, room.voice_shares(analysis.voice(found)))
        shown["hands_seen"] = _number(request.GET, "hands") or 0
        page = "dialogue/hall/_room_counts.html"
    else:
        shown |= _step_counts(found, now)
        shown["elsewhere"] = _elsewhere(request, found, now)
        page = "dialogue/hall/_step_counts.html"
    return fragment(request, page, shown)


def _elsewhere(request: HttpRequest, found: Gathering, now: queries.Now) -> bool:
    """Whether the page that asks shows a step or a wall that is over."""
    seen = _seen(found, now)
    return any(_number(request.GET, name) not in (None, seen[name]) for name in ("steps", "wall", "round"))


@require_POST
def press(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """A press on the console. One that is out of date changes nothing and says what somebody else did."""
    member, found = get_gathering(request, programme, gathering)
    pressed = PRESSES.get(request.POST.get("press", ""))
    if pressed is None:
        raise Http404
    try:
        pressed(member, found, request.POST)
    except room_actions.NothingToVoteOn:
        messages.error(request, _("There is no statement to vote on yet. Put at least one into the round."))
    except (room_actions.RoundClosed, room_actions.RoundOpened):
        messages.error(request, _("The round is not as you saw it, so nothing was changed."))
    except actions.OutOfDate as error:
        messages.warning(request, str(error))
    except ValueError as error:
        messages.error(request, str(error))
    pane = request.POST.get("show", "")
    asked = f"?{urlencode({'show': pane})}" if pane in PANES and pane != "step" else ""
    return redirect(reverse("dialogue:console", args=[programme, found.pk]) + asked)


def _pressed_step(found: Gathering, said: QueryDict) -> Step:
    step = get_object_or_404(queries.steps(found), pk=read_uuid(said.get("step", "")))
    step.gathering = found
    return step


def _pressed_round(found: Gathering, said: QueryDict) -> Round:
    round_ = get_object_or_404(queries.rounds_of(found), pk=read_uuid(said.get("round", "")))
    round_.gathering = found
    return round_


def _begin(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.begin_step(step=_pressed_step(found, said), by=member, seen=_number(said, "seen"))


def _end(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.end_step(step=_pressed_step(found, said), by=member, seen=_number(said, "seen"))


def _more(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.give_minutes(step=_pressed_step(found, said), by=member, seen=_number(said, "seen"))


def _slip(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.take_back_step(step=_pressed_step(found, said), by=member, seen=_number(said, "seen"))


def _link(member: Member, found: Gathering, said: QueryDict) -> None:
    step, round_ = _pressed_step(found, said), _pressed_round(found, said)
    actions.link_round(step=step, round=round_, by=member, seen=_number(said, "seen"))


def _open(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.open_round(round=_pressed_round(found, said), by=member, seen=_number(said, "seen"))


def _close(member: Member, found: Gathering, said: QueryDict) -> None:
    """Close the round, and keep what it comes to when somebody voted."""
    closed = actions.close_round(round=_pressed_round(found, said), by=member, seen=_number(said, "seen"))
    closed.programme = member.programme
    with suppress(room_actions.NothingToVoteOn):
        analysis.settle(closed, places=analysis.PLACES, by=member)


def _show(member: Member, found: Gathering, said: QueryDict) -> None:
    wall = said.get("wall", "")
    if wall not in Wall.values:
        raise Http404
    round_ = _pressed_round(found, said) if said.get("round") else None
    actions.show_on_wall(gathering=found, wall=wall, round=round_, by=member, seen=_number(said, "seen"))


def _speak(member: Member, found: Gathering, said: QueryDict) -> None:
    """Somebody speaks: whose name, or whose group, was tapped."""
    who, group, gender = said.get("person", ""), said.get("group", ""), said.get("gender", "")
    groups = constituencies(member.programme)
    actions.give_word(
        gathering=found,
        participant=_person(member, who) if who else None,
        constituency=get_object_or_404(groups, pk=read_uuid(group)) if group else None,
        gender=gender if gender in Gender.values else "",
        by=member,
        seen=_number(said, "seen"),
    )


def _nobody(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.end_word(gathering=found, by=member, seen=_number(said, "seen"))


def _undo(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.take_back_word(gathering=found, by=member, seen=_number(said, "seen"))


def _raise(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.raise_hand(gathering=found, participant=_person(member, said.get("person", "")), by=member)


def _lower(member: Member, found: Gathering, said: QueryDict) -> None:
    actions.lower_hand(gathering=found, participant=_person(member, said.get("person", "")), by=member)


PRESSES: dict[str, Callable[[Member, Gathering, QueryDict], None]] = {
    "begin": _begin,
    "end": _end,
    "more": _more,
    "slip": _slip,
    "link": _link,
    "open": _open,
    "close": _close,
    "wall": _show,
    "speak": _speak,
    "nobody": _nobody,
    "undo": _undo,
    "raise": _raise,
    "lower": _lower,
}


def _person(member: Member, said: str) -> Participant:
    """Raises Http404 for nobody of the programme."""
    return get_object_or_404(participants(member.programme), pk=read_uuid(said))


# ---- a participant's phone -------------------------------------------------------------------------------


@require_POST
def hand(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """I would like to speak; or I would not any more."""
    participant = get_participant(request, programme)
    found = gathering_of(participant.programme, gathering)
    if request.POST.get("down"):
        actions.lower_hand(gathering=found, participant=participant, by=participant)
    else:
        try:
            actions.raise_hand(gathering=found, participant=participant, by=participant)
        except actions.NotHere:
            messages.error(request, _("Nobody noted yet that you are here. Tell somebody at the door."))
    return redirect("dialogue:take_part", programme)


@never_cache
def my_table(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """What this person's table writes down, by any of those who sit there."""
    participant = get_participant(request, programme)
    found = gathering_of(participant.programme, gathering)
    step = queries.breakout_now(found)
    table = queries.table_of(found, step, participant) if step else None
    runs = step is not None and step.ended_at is None and table is not None
    form = forms.TableForm(request.POST or None)
    if runs and step and table and request.method == "POST" and form.is_valid():
        _write_down(found, step, table, form, participant)
        return redirect("dialogue:my_table", programme, found.pk)
    shown: dict[str, Any] = {"gathering": found, "step": step, "table": table, "runs": runs, "form": form}
    if step and table:
        shown["notes"] = queries.table_notes(found, step, table)
    return render(request, "dialogue/hall/my_table.html", shown)


def _write_down(
    found: Gathering, step: Step, table: int, form: forms.TableForm, by: Member | Participant
) -> None:
    for question, text in form.said:
        actions.write_note(gathering=found, text=text, step=step, table=table, question=question, by=by)


# ---- tables in the plenary, and what was decided ---------------------------------------------------------


def plenary(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """The tables' notes, one table after the other: what is brought, voted on, decided."""
    member, found = get_gathering(request, programme, gathering)
    steps = queries.breakouts(found)
    step = _chosen_step(request, found, steps)
    shown: dict[str, Any] = {"gathering": found, "steps": steps, "step": step}
    shown["crumbs"] = crumbs(member, found)
    if step:
        numbers = queries.tables_of(found, step)
        tables = [queries.table_notes(found, step, number) for number in numbers]
        asked = _number(request.GET, "table")
        place = numbers.index(asked) if asked in numbers else 0
        shown |= {
            "tables": tables,
            "table": tables[place] if tables else None,
            "following": tables[place + 1] if place + 1 < len(tables) else None,
        }
    return render(request, "dialogue/hall/plenary.html", shown)


def _chosen_step(request: HttpRequest, found: Gathering, steps: list[Step]) -> Step | None:
    """The tables' step that the address names, else the last that began, else the first."""
    asked = request.GET.get("step", "")
    named = next((step for step in steps if str(step.pk) == asked), None)
    return named or queries.breakout_now(found) or next(iter(steps), None)


def table_notes(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Write down what a table says, for tables without a phone."""
    member, found = get_gathering(request, programme, gathering)
    step = _chosen_step(request, found, queries.breakouts(found))
    table = _number(request.GET, "table") or 1
    back = reverse("dialogue:plenary", args=[programme, found.pk])
    if step is None:
        return redirect(back)
    back += f"?{urlencode({'step': step.pk, 'table': table})}"
    form = forms.TableForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _write_down(found, step, table, form, member)
        return redirect(back)
    title = _("Table %(table)s: %(step)s") % {"table": table, "step": step}
    return _form(request, title, form, _("Keep it"), crumbs(member, found), back)


def notes(request: HttpRequest, programme: str, gathering: uuid.UUID) -> HttpResponse:
    """Decisions, actions and disagreements as they are made; POST writes one down."""
    member, found = get_gathering(request, programme, gathering)
    form = forms.NoteForm(request.POST or None, initial={"kind": request.GET.get("kind") or "decision"})
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        actions.write_note(gathering=found, step=queries.now(found).step, by=member, **said)
        messages.success(request, _("Written down."))
        return redirect("dialogue:notes", programme, found.pk)
    rows = list(queries.plenary_notes(found))
    headings = [
        (Note.Kind.DECISION, _("Decisions")),
        (Note.Kind.ACTION, _("Who does what")),
        (Note.Kind.DISAGREEMENT, _("We agree that we disagree")),
        (Note.Kind.NOTE, _("Notes")),
    ]
    shown = {
        "gathering": found,
        "form": form,
        "sections": [(title, [row for row in rows if row.kind == kind]) for kind, title in headings],
        "any": rows,
        "removed": _removed(Note, found.programme, request.GET.get("removed", "")),
        "gone": queries.removed_notes(found),
        "crumbs": crumbs(member, found),
    }
    return render(request, "dialogue/hall/notes.html", shown)


def edit_note(request: HttpRequest, programme: str, note: uuid.UUID) -> HttpResponse:
    """Write a note anew; ?kind= makes something else of what a table noted."""
    member, found = _note(request, programme, note)
    if found.owner and found.gathering.frozen:
        raise room_actions.Frozen
    said = {name: getattr(found, name) for name in ("kind", "text", "owner", "due_on", "reason")}
    said |= {"seen": found.hlc, "kind": request.GET.get("kind") or found.kind}
    form = forms.NoteForm(request.POST or None, initial=said)
    back = _back_from(found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_note(note=found, by=member, **form.cleaned_data)
            return redirect(back)
        except actions.OutOfDate as error:
            _say_again(request, form, str(error), queries.seen(Note.objects.filter(pk=found.pk)))
    return _form(request, _("Write the note anew"), form, _("Save"), crumbs(member, found.gathering), back)


def _back_from(note: Note) -> str:
    """The page on which the note stands: its table's, or what was decided."""
    where = [note.gathering.programme.slug, note.gathering_id]
    if note.table and note.step_id:
        asked = urlencode({"step": note.step_id, "table": note.table})
        return f"{reverse('dialogue:plenary', args=where)}?{asked}"
    return reverse("dialogue:notes", args=where)


@require_POST
def remove_note(request: HttpRequest, programme: str, note: uuid.UUID) -> HttpResponse:
    """Take the note away; the page offers to put it back."""
    member, found = _note(request, programme, note)
    actions.remove_note(note=found, by=member)
    page = reverse("dialogue:notes", args=[programme, found.gathering_id])
    return redirect(f"{page}?{urlencode({'removed': found.pk})}")


@require_POST
def restore_note(request: HttpRequest, programme: str, note: uuid.UUID) -> HttpResponse:
    """Put a removed note back."""
    member = get_member(request, programme, P.FACILITATE)
    gone = Note.objects.filter(programme=member.programme, merged_into=None).select_related("gathering")
    found = get_object_or_404(gone, pk=note)
    found.gathering.programme = member.programme
    return redirect(_back_from(actions.restore_note(note=found, by=member)))


@require_POST
def bring_note(request: HttpRequest, programme: str, note: uuid.UUID) -> HttpResponse:
    """Mark that a table's note was brought to the plenary, or that it was not."""
    member, found = _note(request, programme, note)
    actions.bring_to_plenary(note=found, brought=request.POST.get("brought") == "1", by=member)
    return redirect(_back_from(found))


def note_to_vote(request: HttpRequest, programme: str, note: uuid.UUID) -> HttpResponse:
    """Make a statement of a table's note."""
    member, found = _note(request, programme, note)
    usual = {"text": found.text, "language": member.programme.first_language}
    form = forms.ToVoteForm(request.POST or None, gathering=found.gathering, initial=usual)
    back = _back_from(found)
    if request.method == "POST" and form.is_valid():
        actions.put_to_vote(note=found, by=member, **form.cleaned_data)
        messages.success(request, _("The statement is put to the vote."))
        return redirect(back)
    title, button = _("Put a table's note to the vote"), _("Put it to the vote")
    return _form(request, title, form, button, crumbs(member, found.gathering), back)


# ---- what all of them share ------------------------------------------------------------------------------


def _step(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Step]:
    """Who facilitates, and the step with its gathering. Raises PermissionDenied or Http404."""
    member = get_member(request, programme, P.FACILITATE)
    rows = standing(Step.objects.filter(programme=member.programme)).select_related("gathering", "round")
    found: Step = get_object_or_404(rows, pk=pk)
    found.gathering.programme = member.programme
    return member, found


def _note(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Note]:
    """Who facilitates, and the note with its gathering. Raises PermissionDenied or Http404."""
    member = get_member(request, programme, P.FACILITATE)
    found = queries.find_note(member.programme.pk, pk)
    if found is None:
        raise Http404
    found.gathering.programme = member.programme
    return member, found


def _number(said: QueryDict, name: str) -> int | None:
    """A whole number that was sent under this name, or None."""
    text = said.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _form(
    request: HttpRequest,
    title: str,
    form: BaseForm,
    button: str,
    crumbs: list[tuple[Any, str]],
    back: str,
) -> HttpResponse:
    """A page with one form, and the way back from it."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": back}
    return render(request, "dialogue/form.html", shown)
