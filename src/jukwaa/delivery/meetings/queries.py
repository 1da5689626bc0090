"""What is known of a leadership group's meetings: who comes, what is on the agenda, what was decided."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa.agenda.models import LeadershipGroup, Seat
from jukwaa.agenda.queries import seats
from jukwaa.delivery.meetings import doors
from jukwaa.delivery.models import (
    AgendaItem,
    Commitment,
    Decision,
    GroupAnswer,
    GroupMeeting,
    GroupQuestion,
    GroupRule,
    MeetingReply,
    MemberKey,
    Presence,
    Task,
    Way,
)
from jukwaa.delivery.queries import Standing, Stands, as_they_stand, promised
from jukwaa.dialogue.models import Gradient
from jukwaa.programmes import links
from jukwaa.programmes.models import Constituency, Gender, Programme
from jukwaa.programmes.queries import standing
from jukwaa.record.fold import withdrawn_among

# Minutes that are out later than this after the meeting are not on time.
MINUTES_WITHIN = timedelta(days=14)


# ---- the rule --------------------------------------------------------------------------------------------


def rule_of(group: LeadershipGroup) -> GroupRule | None:
    """The rule that the group declared last, or None."""
    return standing(GroupRule.objects.filter(group=group)).order_by("-declared_on", "-hlc").first()


def rule_in_words(rule: GroupRule) -> str:
    """How the group decides and who has to be there, in two or three short sentences."""
    return f"{_how_it_decides(rule)} {_who_has_to_be_there(rule)}"


def _how_it_decides(rule: GroupRule) -> str:
    if rule.decides == GroupRule.Decides.CONSENT:
        return _("It is decided when nobody who is there blocks it. Whoever stands aside is noted.")
    if rule.decides == GroupRule.Decides.GRADIENT:
        return _(
            "It is decided when at least %(needed)d in 100 of those there can go along with it "
            "(steps 1 to 4), and nobody blocks it."
        ) % {"needed": rule.needed}
    return _(
        "It is decided when more than %(needed)d in 100 of those who vote say yes. "
        "Whoever abstains is not counted."
    ) % {"needed": rule.needed}


def _who_has_to_be_there(rule: GroupRule) -> str:
    said = _("Quorum: holders or alternates of %(quorum)d in 100 of the seats that are held.") % {
        "quorum": rule.quorum
    }
    if not rule.quorum_groups:
        return said
    more = ngettext(
        "They come from %(groups)d constituency or more.",
        "They come from %(groups)d constituencies or more.",
        rule.quorum_groups,
    )
    return f"{said} {more % {'groups': rule.quorum_groups}}"


# ---- meetings and seats ----------------------------------------------------------------------------------


def meetings(programme: Programme, *, public: bool = False) -> QuerySet[GroupMeeting]:
    """The meetings, the latest first; with public=True those whose minutes are published."""
    found = standing(GroupMeeting.objects.filter(programme=programme, group__removed=False))
    found = found.select_related("programme", "group", "rule", "signed_by__constituency")
    return (found.exclude(published_on=None) if public else found).order_by("-on", "-hlc", "pk")


def next_of(group: LeadershipGroup) -> GroupMeeting | None:
    """The meeting that comes next: the first that is called and not held."""
    return coming(group).first()


def coming(group: LeadershipGroup) -> QuerySet[GroupMeeting]:
    """The meetings that are called and not held, the first first."""
    found = standing(GroupMeeting.objects.filter(group=group, held=False))
    return found.select_related("programme", "group", "rule").order_by("on", "hlc", "pk")


def members(group: LeadershipGroup) -> list[Seat]:
    """The seats that somebody accepted, in the order of the constituencies."""
    return [seat for seat in seats(group) if seat.state == Seat.State.ACCEPTED]


def seat_name(seat: Seat) -> str:
    """The seat as everybody may read it: constituency, organisation, and a name only where it was agreed."""
    said = [str(seat.constituency)]
    said += [str(seat.organisation)] if seat.organisation else []
    said += [seat.public_name] if seat.public_name else []
    return " · ".join(said)


# ---- who comes, who was there ----------------------------------------------------------------------------

THERE = frozenset({MeetingReply.Comes.COMES.value, Presence.State.CAME.value})
ALTERNATE = MeetingReply.Comes.ALTERNATE.value


@dataclass(frozen=True)
class GroupThere:
    """How many of a constituency's seats are represented."""

    constituency: Constituency
    seats: int
    there: int

    @property
    def missing(self) -> bool:
        return not self.there


@dataclass(frozen=True)
class Room:
    """Who is in the room, said beforehand (expected) or as it was: seats, constituencies and gender.

    women counts holders who are there themselves; of alternates it is not known. unanswered: seats of which
    nothing is known.
    """

    seats: int
    there: int
    alternates: int
    women: int
    unanswered: int
    groups: tuple[GroupThere, ...]
    rule: GroupRule
    expected: bool

    @property
    def needed(self) -> int:
        """How many seats make the quorum, one at least."""
        return max(1, -(-self.seats * self.rule.quorum // 100))

    @property
    def groups_there(self) -> int:
        """From how many constituencies somebody is there."""
        return sum(1 for group in self.groups if group.there)

    @property
    def missing(self) -> list[Constituency]:
        """The constituencies that have a seat and nobody there."""
        return [group.constituency for group in self.groups if group.missing]

    @property
    def quorum(self) -> bool:
        """Whether enough seats are there, of enough constituencies."""
        return self.there >= self.needed and self.groups_there >= self.rule.quorum_groups

    @property
    def sentence(self) -> str:
        """Who is there and whether that is a quorum, in short sentences."""
        numbers = {"there": self.there, "seats": self.seats, "needed": self.needed}
        if self.expected:
            said = _("%(there)d of %(seats)d seats say that they come; %(needed)d make the quorum.") % numbers
        else:
            said = _("There: %(there)d of %(seats)d seats; %(needed)d make the quorum.") % numbers
        parts = [said, self._groups_needed()]
        if not self.expected:
            parts.append(_("There is a quorum.") if self.quorum else _("There is no quorum."))
        return " ".join(part for part in parts if part)

    def _groups_needed(self) -> str:
        if not self.rule.quorum_groups:
            return ""
        return _("They come from %(there)d constituencies; %(needed)d are needed.") % {
            "there": self.groups_there,
            "needed": self.rule.quorum_groups,
        }

    @property
    def balance(self) -> str:
        """By gender and constituency, in short sentences."""
        own = self.there - self.alternates
        said = [_("Women: %(women)d of %(own)d who come themselves.") % {"women": self.women, "own": own}]
        if self.alternates:
            said.append(_("Alternates: %(count)d.") % {"count": self.alternates})
        if self.missing:
            names = ", ".join(str(one) for one in self.missing)
            nobody = _("Nobody yet from: %(groups)s.") if self.expected else _("Nobody from: %(groups)s.")
            said.append(nobody % {"groups": names})
        if self.unanswered:
            said.append(_("Not heard yet: %(count)d.") % {"count": self.unanswered})
        return " ".join(said)


def room(
    sitting: Iterable[Seat], states: Mapping[uuid.UUID, str], rule: GroupRule, *, expected: bool
) -> Room:
    """Who is in the room, of these seats, by what is known of each."""
    asked: Counter[Constituency] = Counter()
    there: Counter[Constituency] = Counter()
    alternates = women = unanswered = 0
    for seat in sitting:
        state = states.get(seat.pk, "")
        asked[seat.constituency] += 1
        comes, sends = state in THERE, state == ALTERNATE
        there[seat.constituency] += comes or sends
        alternates += sends
        women += comes and seat.gender == Gender.WOMAN
        unanswered += not state
    groups = tuple(GroupThere(one, count, there[one]) for one, count in asked.items())
    return Room(asked.total(), there.total(), alternates, women, unanswered, groups, rule, expected=expected)


@dataclass(frozen=True)
class Invited:
    """A seat that is called to a meeting, and what its holder answered, or None."""

    seat: Seat
    reply: MeetingReply | None
    key: MemberKey | None


def invited(meeting: GroupMeeting) -> list[Invited]:
    """The seats that are called, each with its reply and whether it has a key."""
    said = {
        reply.seat_id: reply for reply in standing(MeetingReply.objects.filter(meeting=meeting)).order_by()
    }
    sitting = members(meeting.group)
    held = {key.seat_id: key for key in standing(MemberKey.objects.filter(seat__in=sitting)) if opens(key)}
    return [Invited(seat, said.get(seat.pk), held.get(seat.pk)) for seat in sitting]


def expected(meeting: GroupMeeting) -> Room:
    """Who will be there, as far as members have replied."""
    called = invited(meeting)
    states = {each.seat.pk: each.reply.comes for each in called if each.reply}
    return room([each.seat for each in called], states, meeting.rule, expected=True)


def presences(meeting: GroupMeeting) -> list[Presence]:
    """Who was there and who was not, in the order of the constituencies."""
    found = standing(Presence.objects.filter(meeting=meeting))
    found = found.select_related("seat__constituency", "seat__organisation", "seat__place")
    return list(found.order_by("seat__constituency__position", "seat__constituency__name", "seat__hlc"))


def as_held(meeting: GroupMeeting) -> Room:
    """Who was there."""
    found = presences(meeting)
    states = {one.seat_id: one.state for one in found}
    return room([one.seat for one in found], states, meeting.rule, expected=False)


def there(meeting: GroupMeeting) -> list[Seat]:
    """The seats that were there, themselves or by their alternate."""
    return [one.seat for one in presences(meeting) if one.there]


# ---- the agenda ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A line of an agenda. stands: how a promise or task stands, with its days; item: the row, if written."""

    kind: str
    title: str
    lead: str = ""
    minutes: int = 0
    stands: str = ""
    late: int = 0
    item: AgendaItem | None = None
    commitment: Commitment | None = None
    task: Task | None = None
    question: GroupQuestion | None = None

    @property
    def words(self) -> str:
        """How it stands, with the days: "disputed, 12 days late"; empty for what has no standing."""
        said = [str(Stands(self.stands).label)] if self.stands else []
        if self.late:
            said = [each for each in said if self.stands != Stands.LATE]
            said.append(ngettext("%(days)d day late", "%(days)d days late", self.late) % {"days": self.late})
        return ", ".join(said)

    @property
    def public(self) -> bool:
        """Whether everybody may read it: a promise for a row inside the programme is for its people only."""
        return self.commitment is None or self.commitment.row.public


def agenda(meeting: GroupMeeting) -> list[Line]:
    """What the meeting talks about, in order.

    Tasks of earlier meetings, questions answered since, and promises that are late or disputed come onto the
    group's next meeting by themselves, each once, and go off when they are settled. Once it is held, they
    stand as they stood then.
    """
    written = [line_of(item) for item in items(meeting)]
    if meeting.held or next_of(meeting.group) != meeting:
        return written
    return [*_open_tasks(meeting), *written, *_answered(meeting), *_late(meeting)]


def items(meeting: GroupMeeting) -> QuerySet[AgendaItem]:
    """The lines that are written down, in order."""
    found = standing(AgendaItem.objects.filter(meeting=meeting))
    return found.select_related(
        "meeting__programme", "commitment__row", "task__seat__constituency", "question"
    ).order_by("position", "hlc", "pk")


def line_of(item: AgendaItem) -> Line:
    """A line that is written down."""
    return Line(
        item.kind,
        item.title,
        item.lead,
        item.minutes,
        item.stands,
        item.late,
        item,
        item.commitment,
        item.task,
        item.question,
    )


def _open_tasks(meeting: GroupMeeting) -> list[Line]:
    return [
        Line(
            AgendaItem.Kind.TASK,
            task.what,
            seat_name(task.seat),
            late=max((meeting.on - task.due_on).days, 0),
            task=task,
        )
        for task in open_tasks(meeting.group)
    ]


def open_tasks(group: LeadershipGroup) -> QuerySet[Task]:
    """What meetings gave seats to do, and is neither done nor made a promise; the first due first."""
    found = standing(Task.objects.filter(meeting__group=group, meeting__removed=False))
    found = found.filter(done_on=None, commitment=None).select_related(
        "meeting", "seat__constituency", "seat__organisation"
    )
    return found.order_by("due_on", "what", "pk")


def _answered(meeting: GroupMeeting) -> list[Line]:
    told = standing(AgendaItem.objects.filter(meeting__removed=False)).exclude(question=None)
    waiting = questions(meeting.group).exclude(pk__in=told.values("question"))
    return [
        Line(AgendaItem.Kind.QUESTION, question.text, question=question)
        for question in waiting.filter(until__lte=meeting.on)
    ]


def _late(meeting: GroupMeeting) -> list[Line]:
    found = promised(meeting.programme).select_related("row", "owner_organisation")
    told = as_they_stand(found, meeting.on).filter(stands__in=[Stands.LATE, Stands.DISPUTED])
    return [
        Line(
            AgendaItem.Kind.PROMISE,
            promise.promise,
            f"{promise.owner_office}, {promise.owner_organisation}",
            stands=promise.stands,
            late=Standing.of(promise, meeting.on).late,
            commitment=promise,
        )
        for promise in told.order_by("due_on", "promise", "pk")
    ]


# ---- questions put between meetings ----------------------------------------------------------------------


def questions(group: LeadershipGroup) -> QuerySet[GroupQuestion]:
    """The questions put to the group's members, the newest first."""
    found = standing(GroupQuestion.objects.filter(group=group)).select_related("programme", "group", "rule")
    return found.order_by("-asked_on", "-hlc", "pk")


def open_questions(group: LeadershipGroup, on: date | None = None) -> QuerySet[GroupQuestion]:
    """Those that members can still answer."""
    return questions(group).filter(until__gte=on or timezone.localdate())


@dataclass(frozen=True)
class Answers:
    """What the members say to a question. answered: how many seats, those too that abstain."""

    seats: int
    yes: int
    no: int
    abstain: int
    needed: int

    @property
    def answered(self) -> int:
        return self.yes + self.no + self.abstain

    @property
    def sentence(self) -> str:
        """The counts in a sentence, and whether enough have answered."""
        said = _("Yes: %(yes)d, no: %(no)d, abstain: %(abstain)d. %(answered)d of %(seats)d seats answered.")
        counts = said % {
            "yes": self.yes,
            "no": self.no,
            "abstain": self.abstain,
            "answered": self.answered,
            "seats": self.seats,
        }
        if self.answered < self.needed:
            return f"{counts} " + _("%(needed)d make the quorum.") % {"needed": self.needed}
        return counts


def answers(question: GroupQuestion) -> Answers:
    """What the members who sit in the group say to the question."""
    sitting = members(question.group)
    found = standing(GroupAnswer.objects.filter(question=question, seat__in=sitting))
    says = Counter(found.values_list("says", flat=True))
    needed = room(sitting, {}, question.rule, expected=True).needed
    return Answers(len(sitting), says["yes"], says["no"], says["abstain"], needed)


def answer_of(question: GroupQuestion, seat: Seat) -> GroupAnswer | None:
    """What this seat said to the question, or None."""
    return standing(GroupAnswer.objects.filter(question=question, seat=seat)).first()


def reply_of(meeting: GroupMeeting, seat: Seat) -> MeetingReply | None:
    """What this seat replied to the call, or None."""
    return standing(MeetingReply.objects.filter(meeting=meeting, seat=seat)).first()


# ---- decisions -------------------------------------------------------------------------------------------

SUPPORT, ASIDE, AGAINST = "support", "aside", "against"


def choices(rule: GroupRule) -> list[tuple[str, str]]:
    """Where a seat can stand under the rule, each with its words; the first is the usual one."""
    if rule.decides == GroupRule.Decides.MAJORITY:
        return [("yes", _("yes")), ("no", _("no")), ("abstain", _("abstains"))]
    if rule.decides == GroupRule.Decides.CONSENT:
        return [("1", _("consents")), ("5", _("stands aside")), ("8", _("blocks"))]
    return [(str(step.value), f"{step.value}. {step.label}") for step in Gradient]


def side(rule: GroupRule, stance: str) -> str:
    """On which side a stance counts: support, aside or against."""
    if rule.decides == GroupRule.Decides.MAJORITY:
        return {"yes": SUPPORT, "no": AGAINST}.get(stance, ASIDE)
    step = int(stance)
    if step == Gradient.BLOCK:
        return AGAINST
    return SUPPORT if step <= Gradient.NEUTRAL else ASIDE


def is_agreed(rule: GroupRule, stances: Iterable[str]) -> bool:
    """Whether it is decided, by the rule."""
    sides = Counter(side(rule, stance) for stance in stances)
    if rule.decides == GroupRule.Decides.MAJORITY:
        voted = sides[SUPPORT] + sides[AGAINST]
        return bool(voted) and 100 * sides[SUPPORT] > rule.needed * voted
    if sides[AGAINST] or not sides[SUPPORT]:
        return False
    if rule.decides == GroupRule.Decides.CONSENT:
        return True
    return 100 * sides[SUPPORT] >= rule.needed * sides.total()


@dataclass(frozen=True)
class Decided:
    """A decision with where the seats stood. aside and against: the seats, as everybody may read them.

    erased: whether its reasons were.
    """

    decision: Decision
    rule: GroupRule
    support: int
    aside: tuple[str, ...]
    against: tuple[str, ...]
    erased: bool

    @property
    def sentence(self) -> str:
        """Whether it is decided, with the counts by the rule's own words."""
        said = _("Decided.") if self.decision.agreed else _("Not decided.")
        counts = {"support": self.support, "aside": len(self.aside), "against": len(self.against)}
        if self.rule.decides == GroupRule.Decides.MAJORITY:
            words = _("Yes: %(support)d, no: %(against)d, abstained: %(aside)d.")
        elif self.rule.decides == GroupRule.Decides.CONSENT:
            words = _("Consent: %(support)d, stood aside: %(aside)d, blocked: %(against)d.")
        else:
            words = _("Can go along: %(support)d, stood aside: %(aside)d, blocked: %(against)d.")
        return f"{said} {words % counts}"

    @property
    def who_aside(self) -> str:
        """Which seats stood aside; empty by a majority, where an abstention is nobody's to explain."""
        return "" if self.rule.decides == GroupRule.Decides.MAJORITY else "; ".join(self.aside)

    @property
    def who_blocked(self) -> str:
        """Which seats blocked."""
        return "" if self.rule.decides == GroupRule.Decides.MAJORITY else "; ".join(self.against)


def decisions(meeting: GroupMeeting) -> list[Decided]:
    """What was decided or not, in the order in which it was written down."""
    found = standing(Decision.objects.filter(meeting=meeting)).select_related("item").order_by("hlc", "pk")
    names = {str(one.seat_id): seat_name(one.seat) for one in presences(meeting)}
    erased = withdrawn_among({one.pk for one in found})
    return [_decided(one, meeting.rule, names, erased=one.pk in erased) for one in found]


def _decided(decision: Decision, rule: GroupRule, names: Mapping[str, str], *, erased: bool) -> Decided:
    sides = defaultdict(list)
    for seat, stance in decision.stances.items():
        sides[side(rule, stance)].append(names.get(seat, _("a seat that was taken away")))
    return Decided(decision, rule, len(sides[SUPPORT]), tuple(sides[ASIDE]), tuple(sides[AGAINST]), erased)


def tasks(meeting: GroupMeeting) -> QuerySet[Task]:
    """What the meeting gave to do, the first due first."""
    found = standing(Task.objects.filter(meeting=meeting)).select_related(
        "meeting__programme", "decision", "seat__constituency", "seat__organisation", "commitment__row"
    )
    return found.order_by("due_on", "what", "pk")


@dataclass(frozen=True)
class Minutes:
    """The minutes of a meeting, as everybody may read them once they are published."""

    meeting: GroupMeeting
    room: Room
    lines: list[Line]
    decisions: list[Decided]
    tasks: list[tuple[Task, str]]
    there: list[str]
    signed_by: str


def minutes(meeting: GroupMeeting) -> Minutes:
    """The minutes of a meeting that was held: names stand in them only where somebody agreed to be named."""
    return Minutes(
        meeting,
        as_held(meeting),
        [line for line in agenda(meeting) if line.public],
        decisions(meeting),
        [(task, seat_name(task.seat)) for task in tasks(meeting)],
        [seat_name(seat) for seat in there(meeting)],
        seat_name(meeting.signed_by) if meeting.signed_by else "",
    )


# ---- keys ------------------------------------------------------------------------------------------------


def opens(key: MemberKey) -> bool:
    """Whether the key is of somebody who still holds the seat."""
    seat = key.seat
    sits = seat.state == Seat.State.ACCEPTED and not seat.removed
    return sits and not key.removed and key.holder == doors.digest_of_holder(seat)


def key_of(seat: Seat) -> MemberKey | None:
    """The seat's key, or None; whether it opens is `opens`."""
    return MemberKey.objects.filter(pk=row_of(seat.pk, seat)).select_related("seat").first()


def key_by_token(programme: Programme, token: str) -> tuple[MemberKey, Way] | None:
    """Whose link it is and how it was opened; None for one that is forged, too old, ended or of another."""
    try:
        pk, number, way = doors.read(token)
    except links.BadLink:
        return None
    found = standing(MemberKey.objects.filter(pk=pk, programme=programme, link=number))
    key = found.select_related("seat__group", "seat__constituency", "seat__organisation").first()
    return (key, way) if key is not None and opens(key) else None


def key_by_code(code: str) -> MemberKey | None:
    """The key with that code, while it lasts; None when there is none."""
    since = timezone.localdate() - doors.CODE_LASTS
    found = standing(MemberKey.objects.filter(code=doors.digest(code), given_on__gte=since))
    key = found.exclude(code="").select_related("programme", "seat__group").first()
    return key if key is not None and opens(key) else None


def row_of(about: uuid.UUID, seat: Seat) -> uuid.UUID:
    """The row follows from what a seat says to what: said anew, by any way, it is the same one."""
    return uuid.uuid5(about, seat.pk.hex)


# ---- what to send to whom --------------------------------------------------------------------------------


def call_in_words(meeting: GroupMeeting) -> str:
    """The call as plain words: when, where, what is on the agenda, and how it is decided."""
    day = date_format(meeting.on, "l j F Y")
    when = f"{day}, {meeting.begins}" if meeting.begins else day
    lines = [f"{meeting.group}: {meeting.title}", when, meeting.where, "", _("Agenda:")]
    for number, line in enumerate(agenda(meeting), start=1):
        said = f"{number}. {line.title}"
        said += f" ({line.words})" if line.words else ""
        said += _(" – %(minutes)d minutes") % {"minutes": line.minutes} if line.minutes else ""
        lines.append(said + (f" – {line.lead}" if line.lead else ""))
    return "\n".join([*lines, "", rule_in_words(meeting.rule)])


@dataclass(frozen=True)
class Letter:
    """What to write to the holder of a seat, said in whatever language is active when it is asked for.

    key: with the same key nobody is written to twice.
    """

    meeting: GroupMeeting
    seat: Seat
    reminder: bool
    path: str
    site: str

    @property
    def key(self) -> str:
        return f"{'remind' if self.reminder else 'call'}/{self.meeting.pk}/{self.seat.pk}"

    def subject(self) -> str:
        """It names nobody, for it is shown on a locked phone."""
        return _("Please reply to the call") if self.reminder else _("You are called to a meeting")

    def text(self) -> str:
        """The call, and the member's own link."""
        words = call_in_words(self.meeting)
        return f"{words}\n\n{_('Say whether you come, by your own link:')}\n\n{self.site}{self.path}"


REMIND_BEFORE = timedelta(days=3)


def call_letters(meeting: GroupMeeting, site: str) -> list[Letter]:
    """The call, for every member who has a link. site: where visitors reach it, "https://example.org"."""
    if meeting.held or meeting.removed:
        return []
    return [_letter(meeting, each, site, reminder=False) for each in invited(meeting) if each.key]


def reminders(meeting: GroupMeeting, site: str, on: date | None = None) -> list[Letter]:
    """In the last three days before the meeting, a reminder for members with a link who have not replied."""
    days = meeting.on - (on or timezone.localdate())
    if meeting.held or meeting.removed or not timedelta() <= days <= REMIND_BEFORE:
        return []
    silent = [each for each in invited(meeting) if each.key and each.reply is None]
    return [_letter(meeting, each, site, reminder=True) for each in silent]


def all_coming() -> QuerySet[GroupMeeting]:
    """The meetings of all programmes that are called and not held."""
    found = standing(GroupMeeting.objects.filter(held=False))
    return found.select_related("programme", "group", "rule")


def to_remind_of(on: date | None = None) -> QuerySet[GroupMeeting]:
    """The meetings of all programmes that are so near that the silent are reminded."""
    on = on or timezone.localdate()
    return all_coming().filter(on__range=(on, on + REMIND_BEFORE))


def _letter(meeting: GroupMeeting, each: Invited, site: str, *, reminder: bool) -> Letter:
    path = reverse("delivery:reply", args=[meeting.programme.slug, doors.sign(each.key)]) if each.key else ""
    return Letter(meeting, each.seat, reminder, path, site)


# ---- the life of the group -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attended:
    """How often a constituency, or one of its seats, was there over the meetings.

    cells: for each meeting how many of its seats were there, and how many it had; None before it had one.
    """

    name: str
    cells: tuple[tuple[int, int] | None, ...]

    @property
    def there(self) -> int:
        return sum(cell[0] for cell in self.cells if cell)

    @property
    def seats(self) -> int:
        return sum(cell[1] for cell in self.cells if cell)


@dataclass(frozen=True)
class Bar:
    """A constituency's bar in the picture, which is 320 wide: where its words and its bar begin, how long."""

    row: Attended
    text: int
    y: int
    width: float


A_BAR = 34


@dataclass(frozen=True)
class Life:
    """Whether the group is alive: meetings held, who was there, minutes on time."""

    meetings: tuple[GroupMeeting, ...]
    quorate: int
    on_time: int
    groups: tuple[Attended, ...]
    seats: tuple[Attended, ...]

    @property
    def sentence(self) -> str:
        held = len(self.meetings)
        said = ngettext("%(held)d meeting held.", "%(held)d meetings held.", held) % {"held": held}
        if not held:
            return said
        more = _("With a quorum: %(quorate)d. Minutes within %(days)d days: %(on_time)d.") % {
            "quorate": self.quorate,
            "days": MINUTES_WITHIN.days,
            "on_time": self.on_time,
        }
        return f"{said} {more}"

    @property
    def height(self) -> int:
        """How high the picture is."""
        return A_BAR * len(self.groups)

    @property
    def bars(self) -> list[Bar]:
        """The constituencies as bars, in their order."""
        return [
            Bar(row, A_BAR * at + 14, A_BAR * at + 20, round(320 * row.there / (row.seats or 1), 1))
            for at, row in enumerate(self.groups)
        ]


def life(group: LeadershipGroup, *, public: bool = False) -> Life:
    """The group's meetings in the order in which they were held; with public=True those published."""
    held = list(meetings(group.programme, public=public).filter(group=group, held=True).order_by("on", "hlc"))
    found = {meeting.pk: presences(meeting) for meeting in held}
    by_group: dict[str, dict[uuid.UUID, list[bool]]] = defaultdict(lambda: defaultdict(list))
    by_seat: dict[str, dict[uuid.UUID, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for meeting in held:
        for one in found[meeting.pk]:
            by_group[str(one.seat.constituency)][meeting.pk].append(one.there)
            by_seat[_seat_in_table(one.seat)][meeting.pk].append(one.there)
    rooms = [
        room([p.seat for p in ps], {p.seat_id: p.state for p in ps}, meeting.rule, expected=False)
        for meeting, ps in ((meeting, found[meeting.pk]) for meeting in held)
    ]
    return Life(
        tuple(held),
        sum(each.quorum for each in rooms),
        sum(is_on_time(meeting) for meeting in held),
        _attended(by_group, held),
        _attended(by_seat, held),
    )


def _seat_in_table(seat: Seat) -> str:
    place = f", {seat.place}" if seat.place else ""
    return f"{seat.constituency}{place} ({seat.holder or '–'})"


def _attended(
    counted: Mapping[str, Mapping[uuid.UUID, list[bool]]], held: Iterable[GroupMeeting]
) -> tuple[Attended, ...]:
    meetings_ = list(held)
    return tuple(
        Attended(
            name,
            tuple((sum(cells[one.pk]), len(cells[one.pk])) if one.pk in cells else None for one in meetings_),
        )
        for name, cells in counted.items()
    )


def is_on_time(meeting: GroupMeeting) -> bool:
    """Whether the minutes were out in time."""
    return meeting.published_on is not None and meeting.published_on - meeting.on <= MINUTES_WITHIN
