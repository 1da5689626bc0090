"""What pages of dots, pairs, orders and steps show, and what was counted of hands and papers."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jukwaa.dialogue import queries as room
from jukwaa.dialogue.models import Gradient, Mark, Round, Statement, Tally
from jukwaa.programmes.disclosure import shown_count
from jukwaa.programmes.models import Constituency, Gender, Member, Participant
from jukwaa.programmes.queries import constituencies

STANDING = Q(removed=False, merged_into=None)
LONGEST_REASON = 280
NEEDS_REASON = room.NEEDS_REASON
# Kinds of rounds in which a show of hands, or dots on a sheet, tells what people say.
BY_HANDS = frozenset({Round.Method.VOTES, Round.Method.DOTS})
GENDERS = {
    Gender.WOMAN.value: gettext_lazy("women"),
    Gender.MAN.value: gettext_lazy("men"),
    Gender.OTHER.value: gettext_lazy("others"),
}


# ---- what somebody gives ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """What somebody gives a statement, or where it was chosen over the other; as in Mark."""

    statement: uuid.UUID
    value: int
    other: uuid.UUID | None = None
    reason: str = ""

    @property
    def place(self) -> frozenset[uuid.UUID]:
        """The statement, or the two: what was given of the same before is replaced."""
        return frozenset({self.statement, self.other} - {None})  # type: ignore[arg-type]


def given(round: Round, participant: Participant) -> dict[frozenset[uuid.UUID], Given]:
    """What the participant gave in the round, by statement or pair; what was taken back has a value of 0."""
    marks = Mark.objects.filter(participant=participant, statement__round=round)
    found = (Given(mark.statement_id, mark.value, mark.other_id, mark.reason) for mark in marks)
    return {one.place: one for one in found}


def pairs(round: Round, participant: Participant) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The pairs put to this participant, the first one first: always the same while the statements stay.

    A tournament by the circle method among the statements in an order of their own: within so many games no
    statement plays twice more than another, and no pair comes twice.
    """
    asked: list[uuid.UUID] = list(room.put_to_the_vote(round).values_list("pk", flat=True))
    asked.sort(key=lambda statement: lot(participant.pk, statement))
    order: list[uuid.UUID | None] = [*asked]
    if len(order) % 2:
        order.append(None)
    games = []
    for _turn in range(len(order) - 1):
        half = len(order) // 2
        for one, other in zip(order[:half], reversed(order[half:]), strict=True):
            if one is not None and other is not None:
                games.append((one, other))
        order = [order[0], order[-1], *order[1:-1]]
    return games[: round.dots]


def lot(*of: uuid.UUID) -> bytes:
    """Where something falls for somebody: the same each time, and no order that anybody chose."""
    return hashlib.sha256(b"".join(each.bytes for each in of)).digest()


# ---- a participant's page --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A statement on a participant's page. value: what they gave it, 0 for nothing."""

    statement: Statement
    value: int
    reason: str = ""

    @property
    def step(self) -> Gradient | None:
        """The step of agreement, in a round of those."""
        return Gradient(self.value) if self.value in Gradient.values else None


def lines(round: Round, participant: Participant) -> list[Line]:
    """The round's statements in their order, each with what the participant gave it."""
    said = given(round, participant)
    statements = room.with_media(room.put_to_the_vote(round))
    nothing = Given(uuid.UUID(int=0), 0)
    found = ((s, said.get(frozenset({s.pk}), nothing)) for s in statements)
    return [Line(statement, one.value, one.reason) for statement, one in found]


def in_order(lines_: Iterable[Line]) -> list[Line]:
    """Those that have a place, the first one first."""
    return sorted((line for line in lines_ if line.value), key=lambda line: line.value)


@dataclass(frozen=True)
class Pair:
    """Two statements of which one is to be chosen. chosen: the one that was, or None."""

    one: Statement
    other: Statement
    chosen: uuid.UUID | None

    @property
    def cards(self) -> tuple[Statement, Statement]:
        return self.one, self.other


def pairs_of(round: Round, participant: Participant) -> list[Pair]:
    """The pairs that are put to the participant, those answered before among them."""
    known = {s.pk: s for s in room.with_media(room.put_to_the_vote(round))}
    said = {place: one.statement for place, one in given(round, participant).items() if place <= set(known)}
    asked = pairs(round, participant)
    answered = [tuple(sorted(p)) for p in said if p not in {frozenset(a) for a in asked} and len(p) == 2]
    every = [*answered, *asked][: max(round.dots, len(said))]
    return [Pair(known[a], known[b], said.get(frozenset({a, b}))) for a, b in every]


# ---- hands -----------------------------------------------------------------------------------------------


def own_tallies(
    round: Round, constituency: Constituency, gender: str, channel: str, member: Member
) -> QuerySet[Tally]:
    """What this member counted of the constituency."""
    return room.tallies(round).filter(constituency=constituency, gender=gender, channel=channel, by=member.pk)


def members(round: Round) -> dict[uuid.UUID, str]:
    """What the programme's staff are called, those who left among them."""
    return {m.pk: m.name for m in Member.objects.filter(programme=round.programme_id)}


@dataclass(frozen=True)
class Cell:
    """How far counting is of one statement in one constituency, in words. state: as in Counted, or ""."""

    state: str
    words: str


@dataclass(frozen=True)
class Group:
    """A constituency whose hands are counted: how many came, how many counts wait, and must be done again.

    waiting: for a second person. apart: because two counts differ, or more are counted than came.
    """

    constituency: Constituency
    came: int
    waiting: int
    apart: int


@dataclass(frozen=True)
class Board:
    """How far counting is: a line for each statement, a cell for each constituency."""

    groups: list[Group]
    rows: list[tuple[Statement, list[Cell]]]

    @property
    def waiting(self) -> int:
        """How many counts wait for a second person."""
        return sum(group.waiting for group in self.groups)

    @property
    def apart(self) -> int:
        """How many must be counted again."""
        return sum(group.apart for group in self.groups)


# The state that is told where there are several, the most urgent first.
STATES = {
    "many": gettext_lazy("too many"),
    "differ": gettext_lazy("differs"),
    "once": gettext_lazy("once"),
    "counts": gettext_lazy("counted"),
}


def groups_of(round: Round) -> list[Constituency]:
    """Whose hands may be counted in the round: every group's, or the one's for whom it is held."""
    found = constituencies(round.programme)
    return list(found.filter(pk=round.constituency_id) if round.constituency_id else found)


def board(round: Round) -> Board:
    """What was counted and what is missing."""
    of, groups = room.floor(round), groups_of(round)
    found: dict[tuple[uuid.UUID, uuid.UUID], list[room.Counted]] = defaultdict(list)
    states: dict[uuid.UUID, list[str]] = defaultdict(list)
    for each in room.counted(round, of):
        found[each.statement, each.constituency].append(each)
        states[each.constituency].append(each.state)
    rows = [
        (statement, [cell(found[statement.pk, group.pk]) for group in groups])
        for statement in room.put_to_the_vote(round)
    ]
    told = [(group, of.present(group.pk), states[group.pk]) for group in groups]
    return Board(
        [Group(g, came, s.count("once"), s.count("differ") + s.count("many")) for g, came, s in told], rows
    )


def cell(of: Sequence[room.Counted]) -> Cell:
    """The cell of a statement and a constituency."""
    state = next((state for state in STATES if any(each.state == state for each in of)), "")
    if state != "counts":
        return Cell(state, str(STATES.get(state, "")))
    sums = [sum(numbers) for numbers in zip(*(each.agreed.net for each in of if each.agreed), strict=True)]
    said = {"agree": sums[0], "people": sum(sums)}
    return Cell(state, _("%(agree)s of %(people)s") % said)


@dataclass(frozen=True)
class Before:
    """What was counted of a statement before: who counted; their numbers only where two counts differ."""

    state: str
    who: tuple[str, ...]
    numbers: tuple[tuple[str, room.HandCount], ...]
    mine: bool


def before(
    round: Round, constituency: Constituency, gender: str, channel: str, member: Member
) -> dict[uuid.UUID, Before]:
    """By statement, what this member may know of what was counted: no first count before the second."""
    names = members(round)
    return {
        each.statement: Before(
            each.state,
            tuple(names.get(who, "") for who, _count in each.by),
            tuple((names.get(who, ""), said) for who, said in each.by) if each.state != "once" else (),
            member.pk in dict(each.by),
        )
        for each in room.counted(round)
        if (each.constituency, each.gender, each.channel) == (constituency.pk, gender, channel)
    }


def photos(round: Round, constituency: Constituency) -> list[str]:
    """The pictures of sheets and cards that were taken when this constituency was counted."""
    found = room.tallies(round).filter(constituency=constituency).exclude(photo="")
    return sorted(set(found.values_list("photo", flat=True)))


# ---- in the room -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InRoom:
    """A statement and what each constituency in the hall said: exact where all who are here were asked."""

    statement: Statement
    rows: tuple[room.Row, ...]
    asked: tuple[str, ...]


def in_the_room(round: Round) -> list[InRoom]:
    """What those in the hall said, without anybody who is elsewhere: counts, and of whom they are."""
    of = room.floor(round)
    hands: dict[tuple[str, str], tuple[int, int, int]] = {
        (c, s): (a, d, p) for c, s, a, d, p in room.hand_rows(round)
    }
    votes = choices_here(round)
    groups = [g for g in constituencies(round.programme) if of.present(g.pk)]
    found = []
    for statement in room.in_the_readers_language(room.put_to_the_vote(round)):
        rows, asked = [], []
        for group in groups:
            more = hands.get((str(group.pk), str(statement.pk)), (0, 0, 0))
            own = votes.get((group.pk, statement.pk), (0, 0, 0))
            agree, disagree, passes = (a + b for a, b in zip(own, more, strict=True))
            voices, here = agree + disagree + passes, of.present(group.pk)
            rows.append(row_of(group, agree, disagree, passes, here))
            if voices == here:
                told = _("%(group)s: all %(here)s who came were asked.")
                asked.append(told % {"here": here, "group": group})
        found.append(InRoom(statement, tuple(rows), tuple(asked)))
    return found


@dataclass(frozen=True)
class HereRow(room.Row):
    """A constituency in the hall. here: how many came."""

    here: int = 0

    @property
    def count(self) -> str:
        said = {"agree": self.agree, "voted": self.voted, "here": self.here}
        if not self.voted:
            return _("nobody yet; %(here)s came") % said
        if self.voted == self.here:
            return _("%(agree)s of all %(here)s") % said
        return _("%(agree)s of %(voted)s; %(here)s came") % said


def row_of(group: Constituency, agree: int, disagree: int, passes: int, here: int) -> HereRow:
    """The line of a constituency: a count, without an interval."""
    voices = agree + disagree + passes
    share = agree / voices if voices else None
    return HereRow(str(group), agree, disagree, passes, share, None, None, here)


def choices_here(round: Round) -> dict[tuple[uuid.UUID, uuid.UUID], tuple[int, int, int]]:
    """By constituency and statement, how many in the hall voted to agree, disagree or pass themselves."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[int]] = defaultdict(lambda: [0, 0, 0])
    for statement, _who, where, choice in room.votes_here(round):
        found[where, statement][{1: 0, -1: 1, 0: 2}[choice]] += 1
    return {place: (a, d, p) for place, (a, d, p) in found.items()}


def everybodys_dots(round: Round) -> dict[uuid.UUID, str]:
    """By statement, how many dots it has, as the public may see it."""
    found: Counter[uuid.UUID] = Counter(mark.statement_id for mark in room.marks_given(round))
    for _group, statement, dots, _none, _passes in room.hand_rows(round):
        found[uuid.UUID(statement)] += dots
    return {statement: shown_count(dots) for statement, dots in found.items()}


def answered_before(round: Round, participant: Participant) -> bool:
    """Whether the participant answered already, so that a paper would replace it."""
    return room.answers_in(round).filter(participant=participant).exists()
