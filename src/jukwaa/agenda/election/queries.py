"""What is known of a leadership group's election and life: nominations, boxes, objections, duties."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jukwaa.agenda import queries as room
from jukwaa.agenda.models import (
    Auditor,
    AuthorityEndorsement,
    Candidate,
    FilesTaken,
    HandCount,
    Handover,
    LeadershipGroup,
    Nomination,
    Objection,
    Seat,
    Slip,
    SlipGiven,
)
from jukwaa.programmes import links
from jukwaa.programmes.models import (
    Certificate,
    Constituency,
    Gender,
    Organisation,
    Participant,
    Place,
    Programme,
)
from jukwaa.programmes.queries import constituencies, not_forgotten, standing

# ---- nominations and personal links ----------------------------------------------------------------------

NOMINEE, SEAT, AUDITOR = "nominee", "seat", "auditor"  # the kinds of personal links

MOST_NOMINATIONS = 3


def nominations(candidates: Iterable[Candidate]) -> dict[uuid.UUID, Counter[str]]:
    """How often each was nominated, by how it came: never by whom."""
    ids = [one.pk for one in candidates]
    found: dict[uuid.UUID, Counter[str]] = {pk: Counter() for pk in ids}
    for pk, how in standing(Nomination.objects.filter(candidate__in=ids)).values_list("candidate", "how"):
        found[pk][how] += 1
    return found


def nominations_in_words(counted: Mapping[str, int]) -> str:
    """How somebody's nominations came, each with how many; empty when none was noted."""
    labels = dict(Nomination.How.choices)
    return ", ".join(f"{labels[how]} ({many})" for how, many in sorted(counted.items()))


def nominated_by(group: LeadershipGroup, participant: Participant) -> int:
    """How many people the participant nominated for the group by their card."""
    return standing(Nomination.objects.filter(group=group, participant=participant)).count()


def nominating(programme: Programme) -> list[LeadershipGroup]:
    """The groups for which people are nominated now: not voted on yet, and without members from before."""
    return [
        group
        for group in room.groups(programme)
        if group.phase() == LeadershipGroup.Phase.NOMINATING and group.size
    ]


def nominee_by_link(programme: Programme, token: str) -> Candidate | None:
    """The nominee whom the link is for; None when it is forged, too old, or a newer one was given."""
    try:
        pk, generation = links.read(NOMINEE, token)
    except links.BadLink:
        return None
    return _known(programme).filter(pk=pk, link=generation).first()


def nominee_by_code(programme: Programme, digits: str) -> Candidate | None:
    """The nominee whose short code it is, as long as they have not answered and the vote is not open."""
    waiting = _known(programme).filter(
        state=Candidate.State.NOMINATED, link__gt=0, group__ballot_opened_at__isnull=True
    )
    for one in waiting:
        if constant_time_compare(links.code(NOMINEE, one.pk, one.link), digits):
            return one
    return None


def _known(programme: Programme) -> QuerySet[Candidate]:
    found = standing(Candidate.objects.filter(programme=programme, group__removed=False)).exclude(name="")
    return found.select_related("group__programme", "constituency", "place", "organisation")


def seat_by_link(programme: Programme, token: str) -> Seat | None:
    """The seat whose holder, or who last held it, the link is for; None for a link that opens nothing."""
    try:
        pk, generation = links.read(SEAT, token)
    except links.BadLink:
        return None
    found = standing(Seat.objects.filter(programme=programme, group__removed=False, link=generation))
    return found.select_related("group__programme", "constituency", "place").filter(pk=pk).first()


# ---- the slip and its box --------------------------------------------------------------------------------

SLIPS_ON_A_PAGE = 2


def order_on_slip(stand: Sequence[Candidate], seed: int, number: int) -> list[Candidate]:
    """The candidates in the order in which slip `number` names them.

    For every batch of as many slips as there are candidates an order is drawn by the seed, and each slip of
    the batch begins one name further: over a batch everybody stands in every place once.
    """
    if not stand:
        return []
    batch, turn = divmod(number - 1, len(stand))
    drawn = sorted(stand, key=lambda one: one.pk)
    random.Random(f"{seed}/{batch}").shuffle(drawn)
    return drawn[turn:] + drawn[:turn]


@dataclass(frozen=True)
class Line:
    """One candidate in one box: ticks counted by hand, once two counted alike, and ticks typed in."""

    candidate: Candidate
    counted: int | None
    typed: int

    @property
    def agrees(self) -> bool | None:
        """Whether hands and slips typed in say the same; None before two counted alike."""
        return None if self.counted is None else self.counted == self.typed


@dataclass(frozen=True)
class Box:
    """How far the count of one constituency's box has come, in one turn: 1, or 2 for the recount.

    counts: of each person. agreed: what two counted alike, or None. typed: slips typed in; of them
    typed_spoilt cannot be read. lines: each candidate. unused: the desk gave slips, and none for this box.
    """

    constituency: Constituency
    turn: int
    counts: tuple[HandCount, ...]
    agreed: HandCount | None
    typed: int
    typed_spoilt: int
    lines: tuple[Line, ...]
    unused: bool

    @property
    def differing(self) -> list[str]:
        """What the last two who counted did not count alike: names, without anybody's numbers."""
        if self.agreed is not None or len(self.counts) < 2:
            return []
        one, other = self.counts[-2:]
        told = [_("slips in the box")] if one.slips != other.slips else []
        told += [_("slips that cannot be read")] if one.spoilt != other.spoilt else []
        return told + [
            str(line.candidate)
            for line in self.lines
            if one.ticks.get(str(line.candidate.pk), 0) != other.ticks.get(str(line.candidate.pk), 0)
        ]

    @property
    def wrong(self) -> list[str]:
        """Where the slips typed in and the count differ."""
        if self.agreed is None:
            return []
        told = [_("slips in the box")] if self.agreed.slips != self.typed else []
        told += [_("slips that cannot be read")] if self.agreed.spoilt != self.typed_spoilt else []
        return told + [str(line.candidate) for line in self.lines if line.agrees is False]

    @property
    def settled(self) -> bool:
        """Whether two counted alike and the slips typed in say the same, or nobody got a slip for it."""
        return self.unused or (self.agreed is not None and not self.wrong)

    @property
    def sentence(self) -> str:
        """How far it is, and what is next."""
        if self.unused:
            return _("The desk gave no slip for this box, so there is nothing to count.")
        if not self.counts:
            return _("Not counted yet.")
        if self.agreed is None and len(self.counts) < 2:
            return _("One person has counted. A second counts now, without seeing what the first wrote.")
        if self.agreed is None:
            return _("The counts differ. Count again, both of you: %(what)s.") % {
                "what": ", ".join(self.differing)
            }
        if self.wrong:
            return _("Two counted alike, but the slips that were typed in differ: %(what)s.") % {
                "what": ", ".join(self.wrong)
            }
        return _("Two counted alike, and the slips that were typed in say the same.")


@dataclass(frozen=True)
class Counting:
    """How far the count of a group's slips has come. turn: 2 where the rule asked for a recount."""

    group: LeadershipGroup
    turn: int
    boxes: tuple[Box, ...]
    given: int

    @property
    def slips(self) -> int:
        """How many slips two people counted alike, in all boxes."""
        return sum(box.agreed.slips for box in self.boxes if box.agreed)

    @property
    def typed(self) -> int:
        return sum(box.typed for box in self.boxes)

    @property
    def settled(self) -> bool:
        """Whether every box is counted alike by two and agrees with what was typed in."""
        return bool(self.boxes) and all(box.settled for box in self.boxes)

    @property
    def too_many(self) -> int:
        """How many slips more lie in the boxes than the desk gave; 0 where it gave none, and noted none."""
        return max(0, self.slips - self.given) if self.given else 0

    @property
    def totals(self) -> list[tuple[Candidate, int]]:
        """The ticks of each candidate in all boxes together, most first: once all is settled, else empty."""
        if not self.settled:
            return []
        ticks = Counter[uuid.UUID]()
        by_id = {}
        for box in self.boxes:
            for line in box.lines:
                by_id[line.candidate.pk] = line.candidate
                ticks[line.candidate.pk] += line.counted or 0
        return [(by_id[pk], many) for pk, many in sorted(ticks.items(), key=lambda told: (-told[1], told[0]))]

    @property
    def refusal(self) -> str:
        """Why nobody can be chosen from these slips yet, in a sentence; empty when they can."""
        open_ = [str(box.constituency) for box in self.boxes if not box.settled]
        if not open_:
            return ""
        if self.turn == 2:
            return _("The recount is not done: %(boxes)s.") % {"boxes": ", ".join(open_)}
        return _("The slips are the ballots, and these boxes are not counted by two alike: %(boxes)s.") % {
            "boxes": ", ".join(open_)
        }


def counting(group: LeadershipGroup) -> Counting:
    """How far the count of the group's slips has come, box by box."""
    turn = 2 if group.recount_asked_at else 1
    stand = room.on_the_ballot(group)
    slips = list(room.slips(group))
    counts = [one for one in room.hand_counts(group) if one.turn == turn]
    given = standing(SlipGiven.objects.filter(group=group))
    handed = Counter(given.values_list("participant__constituency", flat=True))
    return Counting(
        group=group,
        turn=turn,
        boxes=tuple(
            _box(
                constituency,
                turn,
                stand,
                [one for one in counts if one.constituency_id == constituency.pk],
                [one for one in slips if one.constituency_id == constituency.pk],
                nothing_given=bool(handed) and not handed[constituency.pk],
            )
            for constituency in constituencies(group.programme)
        ),
        given=handed.total(),
    )


def _box(
    constituency: Constituency,
    turn: int,
    stand: Sequence[Candidate],
    counts: Sequence[HandCount],
    slips: Sequence[Slip],
    *,
    nothing_given: bool,
) -> Box:
    agreed = _alike(counts)
    typed = Counter(pk for slip in slips for pk in slip.approved)
    return Box(
        constituency=constituency,
        turn=turn,
        counts=tuple(counts),
        agreed=agreed,
        typed=len(slips),
        typed_spoilt=sum(slip.spoilt for slip in slips),
        lines=tuple(
            Line(one, agreed.ticks.get(str(one.pk), 0) if agreed else None, typed[str(one.pk)])
            for one in stand
        ),
        unused=nothing_given and not slips and not counts,
    )


def _alike(counts: Sequence[HandCount]) -> HandCount | None:
    """The latest count that another person's count is like, or None."""
    for one in reversed(counts):
        if any(other.by != one.by and other.said == one.said for other in counts):
            return one
    return None


def own_count(group: LeadershipGroup, constituency: Constituency, by: uuid.UUID) -> HandCount | None:
    """What this person counted of the box in this turn: they see their own numbers, nobody else's."""
    turn = 2 if group.recount_asked_at else 1
    pk = HandCount.id_for(group.pk, constituency.pk, turn, by)
    return standing(HandCount.objects.filter(pk=pk)).first()


def recount_rule(group: LeadershipGroup) -> str:
    """When all boxes are counted again, in a sentence."""
    return ngettext(
        "All boxes are counted again when %(within)d tick or less parts somebody chosen from somebody of "
        "the same constituency who is not.",
        "All boxes are counted again when %(within)d ticks or fewer part somebody chosen from somebody of "
        "the same constituency who is not.",
        group.recount_within,
    ) % {"within": group.recount_within}


@dataclass(frozen=True)
class Close:
    """Somebody chosen and somebody of the same constituency who is not, and how many ticks part them."""

    chosen: Candidate
    left_out: Candidate
    ticks: int


def closest(
    stand: Sequence[Candidate], chosen: Iterable[uuid.UUID], ticks: Mapping[str, int]
) -> Close | None:
    """The two who are nearest to each other across the line; None where a constituency has but one side."""
    inside = set(chosen)
    pairs = [
        Close(one, other, abs(ticks.get(str(one.pk), 0) - ticks.get(str(other.pk), 0)))
        for one in stand
        for other in stand
        if one.pk in inside and other.pk not in inside and one.constituency_id == other.constituency_id
    ]
    return min(pairs, key=lambda pair: (pair.ticks, pair.chosen.pk, pair.left_out.pk), default=None)


# ---- who endorses it beside the constituencies -----------------------------------------------------------


def authorities(group: LeadershipGroup) -> QuerySet[AuthorityEndorsement]:
    """What authorities said of the group."""
    return standing(AuthorityEndorsement.objects.filter(group=group)).select_related("organisation")


def said_by(organisation: Organisation) -> QuerySet[AuthorityEndorsement]:
    """What the organisation's offices said of leadership groups, the oldest first."""
    said = standing(AuthorityEndorsement.objects.filter(organisation=organisation))
    return not_forgotten(said).order_by("said_on", "hlc", "pk")


YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Due:
    """A constituency or an office that is to be asked again whether it endorses the group, and since when."""

    who: str
    since: date


def to_be_asked_again(group: LeadershipGroup, today: date | None = None) -> list[Due]:
    """Whose endorsement is a year old or older, the oldest first."""
    today = today or timezone.localdate()
    said = [
        (stand.constituency.name, stand.said.said_on)
        for stand in room.group_standing(group).stands
        if stand.said is not None
    ]
    said += [(str(one), one.said_on) for one in authorities(group)]
    due = [Due(who, on + YEAR) for who, on in said if on + YEAR <= today]
    return sorted(due, key=lambda one: (one.since, one.who))


# ---- objections ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """Since when anybody may object to those proposed, and until when; None before anybody was."""

    opened: date | None
    ends: date | None
    today: date

    @property
    def is_open(self) -> bool:
        return self.opened is not None and self.ends is not None and self.opened <= self.today <= self.ends

    @property
    def over(self) -> bool:
        return self.ends is not None and self.today > self.ends

    @property
    def sentence(self) -> str:
        """Whether anybody may object, and until when."""
        if self.opened is None or self.ends is None or self.today < self.opened:
            return _("Nobody was proposed to the public yet, so nobody could object.")
        day = {"day": date_format(self.ends, "j F Y")}
        if self.is_open:
            return _("Anybody may object until the end of %(day)s.") % day
        return _("The time in which anybody could object ended on %(day)s.") % day


def window(group: LeadershipGroup, today: date | None = None) -> Window:
    """The time in which anybody may object, from whoever was made known first to whoever was last."""
    today = today or timezone.localdate()
    days = [seat.published_on for seat in room.seats(group) if seat.published_on]
    if not days:
        return Window(None, None, today)
    return Window(min(days), max(days) + timedelta(days=group.objection_days), today)


def objections(group: LeadershipGroup, *, confidential: bool = False) -> QuerySet[Objection]:
    """What was said against it, the oldest first; what was said in confidence only where asked for."""
    found = standing(Objection.objects.filter(group=group)).select_related(
        "seat__constituency", "constituency"
    )
    found = found if confidential else found.filter(confidential=False)
    return found.order_by("received_on", "hlc", "pk")


def public_objections(group: LeadershipGroup) -> QuerySet[Objection]:
    """Those that somebody read for names and showed to everybody, each with its answer."""
    return objections(group).filter(shown=True).exclude(text="")


def unanswered(group: LeadershipGroup) -> int:
    """How many objections wait for an answer, those in confidence too; words taken back wait for none."""
    return objections(group, confidential=True).filter(answered_on=None).exclude(text="").count()


# ---- the members, for everybody --------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """A line of the balance: of whom, how many seats, and how many of them are held."""

    who: str
    seats: int
    held: int

    @property
    def open(self) -> int:
        return self.seats - self.held


@dataclass(frozen=True)
class Balances:
    """The seats by constituency, by gender of those who sit in them, and by site or larger place."""

    constituencies: tuple[Share, ...]
    genders: tuple[Share, ...]
    places: tuple[Share, ...]


def balances(group: LeadershipGroup, *, public: bool) -> Balances:
    """How the seats are shared out. Seats are no counts of people asked, so they are exact (trust.md §3.7).

    public: a seat for one site counts under "one mine site", for few people are there.
    """
    seats = list(room.seats(group))
    declared = list(constituencies(group.programme))
    held = [seat for seat in seats if seat.state == Seat.State.ACCEPTED]
    genders = Counter(seat.gender for seat in held)
    return Balances(
        tuple(
            Share(
                one.name,
                sum(seat.constituency_id == one.pk for seat in seats),
                sum(seat.constituency_id == one.pk for seat in held),
            )
            for one in declared
        ),
        tuple(
            Share(_gender_in_words(value), genders[value], genders[value])
            for value in (Gender.WOMAN, Gender.MAN, Gender.OTHER, Gender.UNSAID)
            if genders[value] or value in (Gender.WOMAN, Gender.MAN)
        ),
        _by_place(seats, public=public),
    )


def _gender_in_words(gender: str) -> str:
    words = {Gender.WOMAN: _("women"), Gender.MAN: _("men"), Gender.OTHER: _("others")}
    return words.get(Gender(gender), _("not said"))


def _by_place(seats: Sequence[Seat], *, public: bool) -> tuple[Share, ...]:
    where: dict[str, list[Seat]] = {}
    for seat in seats:
        where.setdefault(_place_in_words(seat.place, public=public), []).append(seat)
    return tuple(
        Share(name, len(there), sum(seat.state == Seat.State.ACCEPTED for seat in there))
        for name, there in sorted(where.items())
    )


def _place_in_words(place: Place | None, *, public: bool) -> str:
    if place is None:
        return str(_("anywhere"))
    return str(_("one mine site")) if public and place.level == Place.Level.SITE else place.name


CONFIRM_RULE = gettext_lazy(
    "A seat is confirmed when its holder accepted it, every constituency was asked, everybody had time to "
    "object, and every objection has an answer."
)


def handover_to(seat: Seat) -> Handover | None:
    """The note of whoever held the seat last, for whoever holds it now."""
    return standing(Handover.objects.filter(seat=seat)).exclude(text="").order_by("hlc", "pk").last()


# ---- who computes it again -------------------------------------------------------------------------------


def auditors(slate: Certificate) -> list[tuple[Auditor, list[FilesTaken]]]:
    """Who was named to compute the slate again, and when each took its files."""
    found = list(standing(Auditor.objects.filter(slate=slate)).order_by("hlc", "pk"))
    taken: dict[uuid.UUID, list[FilesTaken]] = {one.pk: [] for one in found}
    for each in standing(FilesTaken.objects.filter(auditor__in=found)):
        taken[each.auditor_id].append(each)
    return [(one, taken[one.pk]) for one in found]


def auditor_by_link(programme: Programme, token: str) -> Auditor | None:
    """The auditor whom the link is for; None for a link that opens nothing."""
    try:
        pk, generation = links.read(AUDITOR, token)
    except links.BadLink:
        return None
    found = standing(Auditor.objects.filter(programme=programme, link=generation)).exclude(name="")
    return found.select_related("slate__programme").filter(pk=pk).first()


# ---- what is to be done ----------------------------------------------------------------------------------


def duties(group: LeadershipGroup, today: date | None = None) -> list[str]:
    """What the staff has to see to for this group now, each in a sentence."""
    today = today or timezone.localdate()
    told = []
    if many := unanswered(group):
        told.append(
            ngettext(
                "%(many)d objection waits for an answer.", "%(many)d objections wait for an answer.", many
            )
            % {"many": many}
        )
    if due := to_be_asked_again(group, today):
        told.append(
            _("A year has passed. Ask again whether they endorse the group: %(who)s.")
            % {"who": ", ".join(one.who for one in due)}
        )
    if group.term_ends and group.term_ends <= today + timedelta(days=90):
        told.append(
            _("The term ends on %(day)s. Begin to nominate.") % {"day": date_format(group.term_ends, "j F Y")}
        )
    waiting = [seat for seat in room.seats(group) if _can_be_confirmed(seat, group, today)]
    if waiting and not unanswered(group):
        told.append(
            ngettext(
                "%(many)d seat can be confirmed: the time to object is over.",
                "%(many)d seats can be confirmed: the time to object is over.",
                len(waiting),
            )
            % {"many": len(waiting)}
        )
    return told


def _can_be_confirmed(seat: Seat, group: LeadershipGroup, today: date) -> bool:
    ended = seat.published_on and today > seat.published_on + timedelta(days=group.objection_days)
    return bool(ended) and seat.confirmed_on is None and seat.state == Seat.State.ACCEPTED


def proposed(group: LeadershipGroup) -> list[Seat]:
    """The seats that were made known and are not confirmed yet: against whom anybody may object."""
    return [
        seat
        for seat in room.seats(group)
        if seat.state == Seat.State.ACCEPTED and seat.published_on and seat.confirmed_on is None
    ]


def rightly_objected(group: LeadershipGroup) -> list[Seat]:
    """Proposed seats against whose holder an objection was right."""
    found = standing(Objection.objects.filter(group=group, upheld=True)).exclude(seat=None)
    # Of several against one seat, the latest comes last and stays.
    days = dict(found.order_by("received_on").values_list("seat", "received_on"))
    return [
        seat
        for seat in proposed(group)
        if seat.published_on and (on := days.get(seat.pk)) and on >= seat.published_on
    ]


# ---- the way, step by step -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A step of the election: what it is, what came of it, whether it is done, and where it is done."""

    title: str
    said: str
    done: bool
    links: tuple[tuple[str, str], ...]


def steps(group: LeadershipGroup, *, set_up: bool = True) -> list[Step]:
    """The whole way from terms of reference to confirmed seats, as far as it has come.

    Its links lead to what can be done now; to the auditors only for whoever may set the programme up.
    """
    before = [_terms(group), _nominations(group), _places(group), _vote(group)]
    count = [_count(group)] if group.paper else []
    return [*before, *count, _slate(group, set_up), _endorsement(group), _objections(group), _seats(group)]


def _link(group: LeadershipGroup, title: str, name: str, *args: Any) -> tuple[str, str]:
    return title, reverse(f"agenda:{name}", args=[group.programme.slug, *(args or (group.pk,))])


def _terms(group: LeadershipGroup) -> Step:
    return Step(
        _("Terms of reference"),
        _("Agreed, clause by clause.") if group.terms else _("Not worded yet. There is a template."),
        bool(group.terms),
        (_link(group, _("Word them"), "terms"),),
    )


def _nominations(group: LeadershipGroup) -> Step:
    stand = list(room.candidates(group))
    waiting = sum(one.state == Candidate.State.NOMINATED for one in stand)
    consent = sum(one.stands for one in stand)
    open_ = group.phase() == LeadershipGroup.Phase.NOMINATING
    return Step(
        _("Nominations"),
        _("%(many)d nominated, %(consent)d consent, %(waiting)d have not answered.")
        % {"many": len(stand), "consent": consent, "waiting": waiting},
        bool(stand) and not waiting,
        (
            *([_link(group, _("Enter a nomination"), "nominate_candidate")] if open_ else []),
            _link(group, _("Who stands"), "group"),
        ),
    )


def _places(group: LeadershipGroup) -> Step:
    ways = (
        _link(group, _("Places and quotas"), "quotas"),
        _link(group, _("How it is counted"), "count_rule"),
    )
    return Step(
        _("Places, quotas, and how it is counted"),
        recount_rule(group) if group.paper else _("Not on paper: phones alone vote."),
        bool(group.size and group.seed),
        ways if group.phase() == LeadershipGroup.Phase.NOMINATING else (),
    )


def _vote(group: LeadershipGroup) -> Step:
    phase, phases = group.phase(), LeadershipGroup.Phase
    said = {"nominating": _("Not open yet."), "voting": _("It is open."), "closed": _("It is closed.")}
    give, print_ = group.paper and phase == phases.VOTING, group.paper and phase != phases.NOMINATING
    return Step(
        _("The vote"),
        said[phase],
        phase == phases.CLOSED,
        (
            *([_link(group, _("Give slips"), "give_slip")] if give else []),
            *([_link(group, _("Print slips"), "print_slips")] if print_ else []),
            _link(group, _("Open or close it"), "group"),
        ),
    )


def _count(group: LeadershipGroup) -> Step:
    found = counting(group) if group.phase() == LeadershipGroup.Phase.CLOSED else None
    if found is None:
        said = _("Boxes are opened when the vote is closed.")
    else:
        said = _("Every box is counted by two alike.") if found.settled else found.refusal
    settled = found is not None and found.settled
    return Step(_("The count"), said, settled, (_link(group, _("Boxes and slips"), "count"),))


def _slate(group: LeadershipGroup, set_up: bool) -> Step:
    found = room.slates(group).first()
    if found is None:
        return Step(
            _("The slate"), _("Not chosen yet."), False, (_link(group, _("Choose the group"), "group"),)
        )
    again = [_link(group, _("Who computes it again"), "auditors", found.pk)] if set_up else []
    ways = (_link(group, _("Who was chosen"), "slate", found.pk), *again)
    return Step(_("The slate"), _("The group was chosen."), True, ways)


def _endorsement(group: LeadershipGroup) -> Step:
    stands = room.group_standing(group)
    return Step(
        _("Endorsement"),
        stands.sentence,
        stands.endorsed,
        (
            _link(group, _("Constituencies"), "group"),
            _link(group, _("An authority says"), "endorse_by_authority"),
        ),
    )


def _objections(group: LeadershipGroup) -> Step:
    found = window(group)
    return Step(
        _("Objections"),
        found.sentence,
        found.over and not unanswered(group),
        (
            _link(group, _("Make known who is proposed"), "propose"),
            _link(group, _("Objections"), "objections"),
        ),
    )


def _seats(group: LeadershipGroup) -> Step:
    seats = list(room.seats(group))
    confirmed = sum(seat.confirmed_on is not None for seat in seats)
    return Step(
        _("Confirmed seats"),
        _("%(confirmed)d of %(seats)d seats are confirmed.") % {"confirmed": confirmed, "seats": len(seats)},
        bool(seats) and confirmed == len(seats),
        (
            _link(group, _("Confirm"), "confirm_seats"),
            _link(group, _("Members, as everybody sees them"), "members"),
        ),
    )
