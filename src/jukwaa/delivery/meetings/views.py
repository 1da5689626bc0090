"""Pages of a leadership group's meetings: for everybody, for who calls and holds them, for members."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jukwaa.agenda.models import LeadershipGroup, Seat
from jukwaa.agenda.queries import groups, seats
from jukwaa.delivery.actions import Refused
from jukwaa.delivery.meetings import actions, doors, forms, queries
from jukwaa.delivery.models import (
    AgendaItem,
    Decision,
    GroupAnswer,
    GroupMeeting,
    GroupQuestion,
    MeetingReply,
    MemberKey,
    Task,
    Way,
)
from jukwaa.programmes.access import P, get_member, get_programme, get_public_programme
from jukwaa.programmes.actions import TooManyWrongCodes
from jukwaa.programmes.cards import qr_code, spaced
from jukwaa.programmes.models import Address, Member, Programme
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post.queries import addresses
from jukwaa.programmes.queries import changes, not_forgotten, standing

Crumbs = list[tuple[Any, str]]


# ---- for everybody ---------------------------------------------------------------------------------------


@require_safe
def meetings(request: HttpRequest, programme: str) -> HttpResponse:
    """The groups, each with what it met for, who was there, and when it meets next."""
    of = get_public_programme(request, programme)
    public = request.member is None  # type: ignore[attr-defined]
    found = queries.meetings(of, public=public)
    shown = [
        {
            "group": group,
            "life": queries.life(group, public=public),
            "next": queries.next_of(group),
            "meetings": found.filter(group=group),
            "rule": queries.rule_of(group),
            "questions": [] if public else queries.questions(group),
        }
        for group in groups(of)
    ]
    return render(request, "delivery/meetings/meetings.html", {"groups": shown, "crumbs": _crumbs(of)})


@require_safe
def meeting(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """One meeting: the minutes for everybody once they are published; for staff, what is to be done next."""
    of = get_public_programme(request, programme)
    public = request.member is None  # type: ignore[attr-defined]
    found = get_object_or_404(queries.meetings(of, public=public), pk=meeting)
    shown = {
        "meeting": found,
        "rule": queries.rule_in_words(found.rule),
        "crumbs": [*_crumbs(of), (found.title, "")],
        "today": timezone.localdate(),
    }
    if public:
        return render(request, "delivery/meetings/minutes.html", shown | {"minutes": queries.minutes(found)})
    if found.held:
        shown |= {"minutes": queries.minutes(found), "room": queries.as_held(found)}
    else:
        shown |= {"lines": queries.agenda(found), "room": queries.expected(found)}
    return render(request, "delivery/meetings/meeting.html", shown | {"changes": changes(found)})


@require_safe
def print_minutes(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """The minutes on paper: for staff once the meeting was held, for everybody once they are published."""
    of = get_public_programme(request, programme)
    public = request.member is None  # type: ignore[attr-defined]
    found = get_object_or_404(queries.meetings(of, public=public).filter(held=True), pk=meeting)
    shown = {"meeting": found, "minutes": queries.minutes(found), "rule": queries.rule_in_words(found.rule)}
    return render(request, "delivery/meetings/minutes_print.html", shown)


def _crumbs(of: Programme) -> Crumbs:
    return [
        (_("Promises"), reverse("delivery:commitments", args=[of.slug])),
        (_("Meetings"), reverse("delivery:meetings", args=[of.slug])),
    ]


# ---- rule, call, agenda ----------------------------------------------------------------------------------


def _of_group(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, LeadershipGroup]:
    member = get_member(request, programme, P.DELIVER)
    return member, get_object_or_404(groups(member.programme), pk=pk)


def _of_meeting(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, GroupMeeting]:
    member = get_member(request, programme, P.DELIVER)
    return member, get_object_or_404(queries.meetings(member.programme), pk=pk)


def _form(
    request: HttpRequest, title: str, form: BaseForm, button: str, crumbs: Crumbs, hint: str = ""
) -> HttpResponse:
    """A page with one form, and the way back to the page before it."""
    shown = {"title": title, "form": form, "button": button, "crumbs": crumbs, "back": crumbs[-2][1]}
    return render(request, "delivery/meetings/form.html", shown | {"hint": hint})


def _under(found: GroupMeeting, title: str) -> Crumbs:
    return [*_crumbs(found.programme), (found.title, found.get_absolute_url()), (title, "")]


def _done(form: BaseForm, change: Callable[[], object]) -> bool:
    """Whether the change was made; when it was refused the form says why, and nothing typed is lost."""
    if not form.is_valid():
        return False
    try:
        change()
    except (Refused, ValueError) as refused:
        form.add_error(None, str(refused))
        return False
    return True


def declare_rule(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Say how the group decides from now on."""
    member, found = _of_group(request, programme, group)
    form = forms.RuleForm(request.POST or None, initial=forms.usual_rule(queries.rule_of(found)))
    if request.method == "POST" and _done(
        form, lambda: actions.declare_rule(group=found, by=member, **form.cleaned_data)
    ):
        messages.success(request, _("The rule is noted. It counts for meetings called from now on."))
        return redirect("delivery:meetings", programme)
    title = _("How the group decides")
    hint = _("The group agrees on this before it decides anything. Every call states it.")
    return _form(request, title, form, _("Save"), [*_crumbs(member.programme), (title, "")], hint)


def call_meeting(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Call the members together; first the group says how it decides."""
    member, found = _of_group(request, programme, group)
    rule = queries.rule_of(found)
    if rule is None:
        messages.info(request, _("Say first how the group decides. Then call the meeting."))
        return redirect("delivery:declare_rule", programme, found.pk)
    form = forms.MeetingForm(request.POST or None, rule=rule, initial=forms.usual_meeting())
    if request.method == "POST" and form.is_valid():
        called = actions.call_meeting(group=found, by=member, **form.cleaned_data)
        messages.success(request, _("The meeting is called. Now the agenda, and the call to the members."))
        return redirect(called)
    title = _("Call a meeting")
    crumbs = [*_crumbs(member.programme), (title, "")]
    return _form(request, title, form, _("Call it"), crumbs, queries.rule_in_words(rule))


def change_meeting(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Say day, place or title anew."""
    member, found = _of_meeting(request, programme, meeting)
    form = forms.MeetingForm(request.POST or None, rule=found.rule, initial=forms.said_of_meeting(found))
    if request.method == "POST" and _done(
        form, lambda: actions.change_meeting(meeting=found, by=member, **form.cleaned_data)
    ):
        messages.success(request, _("Saved. Tell the members if day or place changed."))
        return redirect(found)
    title = _("Change the meeting")
    return _form(request, title, form, _("Save"), _under(found, title))


def cancel_meeting(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Take the call back, after asking."""
    member, found = _of_meeting(request, programme, meeting)
    if request.method == "POST":
        if _tried(request, lambda: actions.cancel_meeting(meeting=found, by=member)):
            messages.success(request, _("The meeting is called off. Tell the members."))
            return redirect("delivery:meetings", programme)
        return redirect(found)
    return _confirm(
        request,
        _("Call this meeting off?"),
        [f"“{found}”", _("What waits for it comes onto the agenda of the next one.")],
        _("Yes, call it off"),
        found.get_absolute_url(),
    )


def _confirm(
    request: HttpRequest, question: str, consequences: list[str], yes: str, back: str
) -> HttpResponse:
    shown = {"question": question, "consequences": consequences, "yes": yes, "back": back}
    return render(request, "web/confirm.html", shown)


def _tried(request: HttpRequest, change: Callable[[], object]) -> bool:
    """Whether the change was made; when it was refused the next page says why."""
    try:
        change()
    except (Refused, ValueError) as refused:
        messages.error(request, str(refused))
        return False
    return True


def add_item(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Put something on the agenda."""
    member, found = _of_meeting(request, programme, meeting)
    form = forms.ItemForm(request.POST or None)
    if request.method == "POST" and _done(
        form, lambda: actions.add_item(meeting=found, by=member, **form.cleaned_data)
    ):
        return redirect(found)
    title = _("Add an item")
    return _form(request, title, form, _("Add it"), _under(found, title))


def _item(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, AgendaItem]:
    member = get_member(request, programme, P.DELIVER)
    found = standing(AgendaItem.objects.filter(programme=member.programme, meeting__removed=False))
    return member, get_object_or_404(found.select_related("meeting__group", "meeting__programme"), pk=pk)


def change_item(request: HttpRequest, programme: str, item: uuid.UUID) -> HttpResponse:
    """Say an item anew."""
    member, found = _item(request, programme, item)
    form = forms.ItemForm(request.POST or None, initial=forms.said_of_item(found))
    if request.method == "POST" and _done(
        form, lambda: actions.change_item(item=found, by=member, **form.cleaned_data)
    ):
        return redirect(found.meeting)
    title = _("Change the item")
    return _form(request, title, form, _("Save"), _under(found.meeting, title))


@require_POST
def raise_item(request: HttpRequest, programme: str, item: uuid.UUID) -> HttpResponse:
    """Put an item before the one above it."""
    member, found = _item(request, programme, item)
    _tried(request, lambda: actions.raise_item(item=found, by=member))
    return redirect(found.meeting)


@require_POST
def remove_item(request: HttpRequest, programme: str, item: uuid.UUID) -> HttpResponse:
    """Take an item off the agenda."""
    member, found = _item(request, programme, item)
    if _tried(request, lambda: actions.remove_item(item=found, by=member)):
        messages.success(request, _("“%(item)s” is off the agenda.") % {"item": found})
    return redirect(found.meeting)


@require_safe
def print_call(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """The call on paper."""
    _member, found = _of_meeting(request, programme, meeting)
    return render(request, "delivery/meetings/call_print.html", _call(found))


def _call(found: GroupMeeting) -> dict[str, Any]:
    return {
        "meeting": found,
        "lines": queries.agenda(found),
        "rule": queries.rule_in_words(found.rule),
    }


@require_safe
def print_signin(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """The sheet on which those who are there sign."""
    _member, found = _of_meeting(request, programme, meeting)
    shown = {"meeting": found, "seats": queries.members(found.group)}
    return render(request, "delivery/meetings/signin_print.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """The call as words to send, who has a link or a code to answer by, and the call by mail."""
    member, found = _of_meeting(request, programme, meeting)
    if request.method == "POST":
        if _tried(request, lambda: actions.send_call(meeting=found, by=member)):
            messages.success(request, _("The call goes out by mail to members who gave an address."))
        return redirect(found)
    called = queries.invited(found)
    shown = {
        "meeting": found,
        "words": queries.call_in_words(found),
        "code_page": request.build_absolute_uri(reverse("reply:code")),
        "without": [each.seat for each in called if each.key is None],
        "called": called,
        "crumbs": _under(found, _("Send the call")),
    }
    return render(request, "delivery/meetings/send.html", shown)


# ---- links and codes of members --------------------------------------------------------------------------


@never_cache
def give_keys(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Give members their links and codes, on slips that are shown this once."""
    member, found = _of_group(request, programme, group)
    sitting = queries.members(found)
    without = [seat for seat in sitting if not _has_key(seat)]
    form = forms.KeysForm(request.POST or None, seats=sitting, without=without)
    if request.method == "POST" and form.is_valid():
        slips = [_slip(request, seat, member) for seat in form.chosen()]
        shown = {"group": found, "slips": slips, "next": queries.next_of(found)}
        shown |= {"code_page": request.build_absolute_uri(reverse("reply:code"))}
        return render(request, "delivery/meetings/keys_print.html", shown)
    title = _("Links and codes for members")
    hint = _(
        "With a link or a code a member answers without a log-in. They are shown once, on slips to print. "
        "Whoever is ticked and has them already gets new ones; the old ones then open nothing."
    )
    crumbs = [*_crumbs(member.programme), (title, "")]
    return _form(request, title, form, _("Make the slips"), crumbs, hint)


def _has_key(seat: Seat) -> bool:
    key = queries.key_of(seat)
    return key is not None and queries.opens(key)


def _slip(request: HttpRequest, seat: Seat, member: Member) -> dict[str, Any]:
    key, code = actions.give_key(seat=seat, by=member)
    slug = member.programme.slug
    address = request.build_absolute_uri(reverse("delivery:reply", args=[slug, doors.sign(key)]))
    return {"seat": forms.holder_of(seat), "code": spaced(code), "address": address, "qr": qr_code(address)}


@require_POST
def end_key(request: HttpRequest, programme: str, seat: uuid.UUID) -> HttpResponse:
    """Let a seat's link and code open nothing any more."""
    member = get_member(request, programme, P.DELIVER)
    found = get_object_or_404(standing(Seat.objects.filter(programme=member.programme)), pk=seat)
    actions.end_key(seat=found, by=member)
    messages.success(request, _("Link and code of this seat open nothing any more."))
    return redirect("delivery:meetings", programme)


# ---- who comes, who is there -----------------------------------------------------------------------------


@require_safe
def replies(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Quorum and balance beforehand, and what each member replied."""
    _member, found = _of_meeting(request, programme, meeting)
    shown = {
        "meeting": found,
        "room": queries.expected(found),
        "invited": [(each, forms.holder_of(each.seat)) for each in queries.invited(found)],
        "comes": MeetingReply.Comes.choices,
        "crumbs": _under(found, _("Who comes")),
    }
    return render(request, "delivery/meetings/replies.html", shown)


@require_POST
def note_reply(request: HttpRequest, programme: str, meeting: uuid.UUID, seat: uuid.UUID) -> HttpResponse:
    """Note what a member said to the staff."""
    member, found = _of_meeting(request, programme, meeting)
    of = get_object_or_404(seats(found.group), pk=seat)
    comes = request.POST.get("comes", "")
    _tried(
        request,
        lambda: actions.reply(meeting=found, seat=of, comes=comes, way=Way.STAFF.value, by=member),
    )
    return redirect("delivery:replies", programme, found.pk)


def attendance(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Note who is there. The first time, the meeting begins."""
    member, found = _of_meeting(request, programme, meeting)
    noted = {one.seat_id: one.state for one in queries.presences(found)}
    replied = {
        each.seat.pk: forms.BY_REPLY[each.reply.comes] for each in queries.invited(found) if each.reply
    }
    asked = [one.seat for one in queries.presences(found)] or queries.members(found.group)
    form = forms.AttendanceForm(request.POST or None, seats=asked, states=noted or replied)
    if request.method == "POST" and _done(
        form, lambda: actions.note_attendance(meeting=found, states=form.states(), by=member)
    ):
        messages.success(request, queries.as_held(found).sentence)
        return redirect(found)
    title = _("Who is here")
    hint = _("What members replied is filled in. Change it to what you see.")
    return _form(request, title, form, _("Note it"), _under(found, title), hint)


# ---- decisions, tasks, minutes ---------------------------------------------------------------------------


def decide(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Write down a decision, by the rule that the meeting was called under."""
    member, found = _of_meeting(request, programme, meeting)
    form = forms.DecisionForm(request.POST or None, meeting=found, seats=queries.there(found))

    def change() -> None:
        said = {name: form.cleaned_data[name] for name in ("text", "item", "reasons")}
        actions.decide(meeting=found, stances=form.stances(), by=member, **said)

    if request.method == "POST" and _done(form, change):
        messages.success(request, queries.decisions(found)[-1].sentence)
        return redirect(found)
    title = _("Record a decision")
    room = queries.as_held(found).sentence if found.held else ""
    hint = f"{queries.rule_in_words(found.rule)} {room}".strip()
    return _form(request, title, form, _("Record it"), _under(found, title), hint)


def _decision(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Decision]:
    """Who asks, and the decision. Raises Http404 once its reasons were erased: then it stays as it is."""
    member = get_member(request, programme, P.DELIVER)
    found = standing(Decision.objects.filter(programme=member.programme, meeting__removed=False))
    return member, get_object_or_404(not_forgotten(found).select_related("meeting__programme"), pk=pk)


def remove_decision(request: HttpRequest, programme: str, decision: uuid.UUID) -> HttpResponse:
    """Take away a decision that was written down by mistake, after asking."""
    member, one = _decision(request, programme, decision)
    if request.method == "POST":
        _tried(request, lambda: actions.remove_decision(decision=one, by=member))
        return redirect(one.meeting)
    return _confirm(
        request,
        _("Take this decision away?"),
        [
            f"“{one}”",
            _("Do this only when it was written down by mistake. The record keeps it, without its reasons."),
        ],
        _("Yes, take it away"),
        one.meeting.get_absolute_url(),
    )


def erase_reasons(request: HttpRequest, programme: str, decision: uuid.UUID) -> HttpResponse:
    """Erase the reasons of a decision, as when they name somebody, after asking. Raises Http404 without."""
    member, one = _decision(request, programme, decision)
    if not one.reasons:
        raise Http404
    if request.method == "POST":
        actions.erase_reasons(decision=one, by=member)
        messages.success(request, _("The reasons are erased."))
        return redirect(one.meeting)
    return _confirm(
        request,
        _("Erase the reasons of this decision?"),
        [
            f"“{one.reasons}”",
            _("They are erased here, and wherever the record went."),
            _("What was decided stays, and where each seat stood. It cannot be taken away any more."),
        ],
        _("Yes, erase them for ever"),
        one.meeting.get_absolute_url(),
    )


def give_task(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Give a seat something to do by a day."""
    member, found = _of_meeting(request, programme, meeting)
    form = forms.TaskForm(
        request.POST or None,
        meeting=found,
        seats=queries.members(found.group),
        decisions=queries.decisions(found),
    )
    if request.method == "POST" and _done(
        form, lambda: actions.give_task(meeting=found, by=member, **form.chosen())
    ):
        messages.success(request, _("The task is noted. It comes onto the next agenda until it is done."))
        return redirect(found)
    title = _("Give a task")
    return _form(request, title, form, _("Note it"), _under(found, title))


def _task(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Task]:
    member = get_member(request, programme, P.DELIVER)
    found = standing(Task.objects.filter(programme=member.programme, meeting__removed=False))
    return member, get_object_or_404(found.select_related("meeting__programme", "seat"), pk=pk)


@require_POST
def finish_task(request: HttpRequest, programme: str, task: uuid.UUID) -> HttpResponse:
    """The task is done; or, with undo=1, it is not after all."""
    member, found = _task(request, programme, task)
    if request.POST.get("undo"):
        actions.reopen_task(task=found, by=member)
        messages.success(request, _("The task is open again."))
    else:
        actions.finish_task(task=found, by=member)
        messages.success(request, _("Done: “%(task)s”.") % {"task": found})
    return redirect(found.meeting)


@require_POST
def remove_task(request: HttpRequest, programme: str, task: uuid.UUID) -> HttpResponse:
    """Take away a task that was written down by mistake."""
    member, found = _task(request, programme, task)
    _tried(request, lambda: actions.remove_task(task=found, by=member))
    return redirect(found.meeting)


def promise_task(request: HttpRequest, programme: str, task: uuid.UUID) -> HttpResponse:
    """An office takes the task on as a promise."""
    member, found = _task(request, programme, task)
    usual = {"made_on": timezone.localdate(), "due_on": found.due_on}
    form = forms.PromiseForm(request.POST or None, task=found, initial=usual)
    if request.method == "POST" and _done(
        form, lambda: actions.promise_task(task=found, by=member, **form.cleaned_data)
    ):
        messages.success(request, _("It is a promise now. Give its owner a link to report by."))
        made = get_object_or_404(Task.objects.select_related("commitment__programme"), pk=found.pk)
        return redirect(made.commitment or found.meeting)
    title = _("Make it a promise")
    return _form(request, title, form, _("Note it"), _under(found.meeting, title), found.what)


def sign_off(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """The minutes are read back in the room and signed off."""
    member, found = _of_meeting(request, programme, meeting)
    here = queries.there(found)
    form = forms.SignForm(
        request.POST or None, meeting=found, seats=here, initial={"signed_on": timezone.localdate()}
    )
    if request.method == "POST" and _done(
        form,
        lambda: actions.sign_off(
            meeting=found, seat=form.signer(), signed_on=form.cleaned_data["signed_on"], by=member
        ),
    ):
        messages.success(request, _("Signed off. The minutes stand, and can be published."))
        return redirect(found)
    shown = {
        "meeting": found,
        "form": form,
        "minutes": queries.minutes(found),
        "rule": queries.rule_in_words(found.rule),
        "crumbs": _under(found, _("Read back and sign off")),
    }
    return render(request, "delivery/meetings/sign.html", shown)


def reopen_minutes(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Take the signature back, after asking."""
    member, found = _of_meeting(request, programme, meeting)
    if request.method == "POST":
        actions.reopen_minutes(meeting=found, by=member)
        messages.success(request, _("The minutes are open again, and not public."))
        return redirect(found)
    return _confirm(
        request,
        _("Take the signature back?"),
        [
            _("The minutes can be changed again, and nobody outside the staff reads them."),
            _("They have to be read back and signed off anew."),
        ],
        _("Yes, take it back"),
        found.get_absolute_url(),
    )


def publish_minutes(request: HttpRequest, programme: str, meeting: uuid.UUID) -> HttpResponse:
    """Publish the minutes, after saying what everybody will read."""
    member, found = _of_meeting(request, programme, meeting)
    if request.method == "POST":
        if _tried(request, lambda: actions.publish_minutes(meeting=found, by=member)):
            messages.success(request, _("Published. Everybody can read the minutes."))
        return redirect(found)
    return _confirm(
        request,
        _("Publish the minutes?"),
        [
            _("Everybody can read the decisions, the tasks with their seats and days, and which seats came."),
            _("A name stands there only where the member agreed to be named."),
            _("Place and phone number, replies and notes stay inside."),
        ],
        _("Yes, publish them"),
        found.get_absolute_url(),
    )


# ---- questions between meetings --------------------------------------------------------------------------


def put_question(request: HttpRequest, programme: str, group: uuid.UUID) -> HttpResponse:
    """Ask the members something between meetings."""
    member, found = _of_group(request, programme, group)
    form = forms.QuestionForm(request.POST or None)
    if request.method == "POST" and _done(
        form, lambda: actions.put_question(group=found, by=member, **form.cleaned_data)
    ):
        messages.success(request, _("The question stands on every member's page until that day."))
        return redirect("delivery:meetings", programme)
    title = _("Ask the members")
    hint = _("They answer by their link or code: yes, no, or abstain. It comes onto the next agenda.")
    return _form(request, title, form, _("Ask"), [*_crumbs(member.programme), (title, "")], hint)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, programme: str, question: uuid.UUID) -> HttpResponse:
    """What the members say to a question; what one told the staff is noted here."""
    member = get_member(request, programme, P.DELIVER)
    found = standing(GroupQuestion.objects.filter(programme=member.programme, group__removed=False))
    one = get_object_or_404(found.select_related("group__programme", "rule", "programme"), pk=question)
    if request.method == "POST":
        of = get_object_or_404(seats(one.group), pk=_uuid(request.POST.get("seat", "")))
        says = request.POST.get("says", "")
        _tried(
            request,
            lambda: actions.answer(question=one, seat=of, says=says, way=Way.STAFF.value, by=member),
        )
        return redirect(one)
    shown = {
        "question": one,
        "answers": queries.answers(one),
        "seats": [
            (seat, forms.holder_of(seat), queries.answer_of(one, seat)) for seat in queries.members(one.group)
        ],
        "says": GroupAnswer.Says.choices,
        "open": one.until >= timezone.localdate(),
        "crumbs": [*_crumbs(member.programme), (_("Question"), "")],
    }
    return render(request, "delivery/meetings/question.html", shown)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Http404 from wrong


# ---- a member, without a log-in --------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, programme: str, token: str) -> HttpResponse:
    """A member's own page: the next meeting and the open questions, with big buttons.

    The address is the key: it is kept in no cache, and other sites never learn it, for none is linked to.
    """
    opened = queries.key_by_token(get_programme(programme), token)
    if opened is None:
        return render(request, "delivery/meetings/no_key.html", status=404)
    key, way = opened
    if "mail" in request.POST:
        return _keep_mail(request, key)
    if request.method == "POST":
        note = forms.NoteForm(request.POST)
        if note.is_valid() and _tried(request, lambda: _answer(request, key, way, note.cleaned_data["note"])):
            messages.success(request, _("It is kept. You can change it here until the day itself."))
        elif not note.is_valid():
            messages.error(request, " ".join(str(wrong) for wrong in note.errors["note"]))
            return render(request, "delivery/meetings/reply.html", _members_page(key, request.POST))
        return redirect(request.path)
    return render(request, "delivery/meetings/reply.html", _members_page(key))


def _keep_mail(request: HttpRequest, key: MemberKey) -> HttpResponse:
    """Keep where the member wants the call to be mailed to; with nothing typed, nowhere any more."""
    address, programme = request.POST["mail"].strip(), key.seat.group.programme
    role = Address.Role.MEMBER
    if not address:
        post.end_addresses_of(programme=programme, role=role, of=key.seat_id, by=None)
        messages.success(request, _("The next call is not mailed to you any more."))
        return redirect(request.path)
    try:
        language = get_language() or programme.languages.split()[0]
        post.give_address(
            programme=programme, role=role, of=key.seat_id, address=address, language=language, by=None
        )
    except post.NotGiven as refused:
        messages.error(request, str(refused))
        return render(request, "delivery/meetings/reply.html", _members_page(key, request.POST))
    messages.success(request, _("The next call is mailed to you. Nobody sees the address again."))
    return redirect(request.path)


def _answer(request: HttpRequest, key: MemberKey, way: Way, note: str) -> None:
    """Keep the answer to a call or to a question, whichever button was pressed."""
    seat, about = key.seat, _uuid(request.POST.get("about", ""))
    if "comes" in request.POST:
        called = get_object_or_404(queries.coming(seat.group), pk=about)
        actions.reply(
            meeting=called, seat=seat, comes=request.POST["comes"], note=note, way=way.value, by=None
        )
        return
    asked = get_object_or_404(queries.questions(seat.group), pk=about)
    says = request.POST.get("says", "")
    actions.answer(question=asked, seat=seat, says=says, note=note, way=way.value, by=None)


def _members_page(key: MemberKey, typed: Any = None) -> dict[str, Any]:
    seat = key.seat
    typed = typed or {}
    return {
        "group": seat.group,
        "seat": queries.seat_name(seat),
        "meetings": [
            (one, queries.reply_of(one, seat), queries.agenda(one), queries.rule_in_words(one.rule))
            for one in queries.coming(seat.group).filter(on__gte=timezone.localdate())
        ],
        "questions": [(one, queries.answer_of(one, seat)) for one in queries.open_questions(seat.group)],
        "typed": typed.get("note", ""),
        "about": typed.get("about", ""),
        "mail": typed.get("mail", ""),
        "mailed": addresses(seat.group.programme, Address.Role.MEMBER, seat.pk).exists(),
        "longest": actions.LONGEST_NOTE,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type the code of the call: it opens the member's page for an hour. Guesses are limited as for cards."""
    form = forms.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = actions.look_up_code(form.cleaned_data["code"])
        except TooManyWrongCodes:
            return render(request, "web/wait.html", status=429)
        except actions.Unknown as unknown:
            form.add_error("code", str(unknown))
        else:
            return redirect("delivery:reply", key.programme.slug, doors.sign(key, Way.CODE))
    return render(request, "delivery/meetings/code.html", {"form": form})
