"""What changes in the agenda room: problems and solutions, the roadmap and who agrees to it, the group."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jukwaa import record
from jukwaa.agenda import queries
from jukwaa.agenda.models import (
    Affected,
    Alignment,
    Amendment,
    Argument,
    Ballot,
    Candidate,
    Cause,
    Clause,
    Comment,
    Disagreement,
    Endorsement,
    GroupEndorsement,
    LeadershipGroup,
    Obligation,
    Problem,
    RoadmapRow,
    Seat,
    Solution,
    Spokesperson,
)
from jukwaa.agenda.queries import CONSTITUENCY, GENDER, PLACE, Quota
from jukwaa.dialogue.models import Channel, Finding, Gathering, Gradient, Round
from jukwaa.programmes.models import (
    Certificate,
    Constituency,
    Cycle,
    Gender,
    OfProgramme,
    Organisation,
    Participant,
    Place,
    Programme,
)
from jukwaa.programmes.queries import pointing_at, standing
from jukwaa.record.payload import said_in
from jukwaa.record.write import By


class Refused(Exception):
    """What was asked for cannot be now. Its text is one sentence: why, and what to do."""


class OnTheAgenda(Refused):
    """The finding was taken up before."""


class BuiltOn(Refused):
    """Something builds on the row, so it cannot be taken away; or what it builds on is not there."""


class RowAdopted(Refused):
    """The row is adopted: its words stand."""


class NotAgreed(Refused):
    """A constituency blocks the row or has not said where it stands; or nobody adopted it."""


class SeatHeld(Refused):
    """Somebody is nominated for the seat, or holds it; or the person has another seat in the group."""


class SeatVacant(Refused):
    """Nobody is nominated for the seat."""


class Declined(Refused):
    """The nominee declined, and nobody who did is put on the ballot."""


class NotCounted(Refused):
    """The slips were not counted by two alike yet, or are to be counted again."""


class VotingBegan(Refused):
    """People vote, or voted: candidates, places and quotas stand as they were told."""


class NotVoting(Refused):
    """The ballot is not open."""


class NotACandidate(Refused):
    """Nobody on the ballot is this."""


class NoGroup(Refused):
    """Who votes belongs to no constituency, so their ballot would count for nobody."""


class SlateStands(Refused):
    """The group was chosen from these ballots, or was not chosen yet."""


# Whom a row affects: a group, at a place and its parts, or everywhere.
Affects = tuple[Constituency, Place | None]


# ---- problems and solutions ------------------------------------------------------------------------------


@transaction.atomic
def take_up_problem(*, finding: Finding, title: str, cycle: str, by: By) -> Problem:
    """Put a finding of a problems round on the agenda, in words that everybody can accept.

    Raises OnTheAgenda when it is there already, ValueError for a finding of a solutions round.
    """
    if finding.statement.round.kind != Round.Kind.PROBLEMS:
        raise ValueError(_("This finding is of a solutions round. Take it up as an answer to a problem."))
    if standing(Problem.objects.filter(finding=finding)).exists():
        raise OnTheAgenda(_("This finding is on the agenda already. Change the problem there."))
    problem = Problem(
        programme_id=finding.programme_id,
        finding=finding,
        title=_words_of_all(title, finding, _("A problem needs a title.")),
        cycle=Cycle(cycle).value,
    )
    return record.fact("agenda.problem_taken_up", problem, by=by)


def change_problem(*, problem: Problem, title: str, cycle: str, by: By) -> Problem:
    """Say the problem in other words, or count it to another cycle."""
    title = _words_of_all(title, problem.finding, _("A problem needs a title."))
    return record.put("agenda.problem_changed", problem, by=by, title=title, cycle=Cycle(cycle).value)


@transaction.atomic
def remove_problem(*, problem: Problem, by: By) -> Problem:
    """Take the problem off the agenda. Raises BuiltOn while an answer or a row builds on it."""
    if _is_built_on(problem):
        raise BuiltOn(_("Answers or rows of the roadmap build on this problem. Take them away first."))
    return record.put("agenda.problem_removed", problem, by=by, removed=True)


@transaction.atomic
def restore_problem(*, problem: Problem, by: By) -> Problem:
    """Put the problem back on the agenda. Raises OnTheAgenda when its finding was taken up anew since."""
    if standing(Problem.objects.filter(finding=problem.finding_id)).exclude(pk=problem.pk).exists():
        raise OnTheAgenda(_("Its finding was taken up anew since. Change that problem instead."))
    return record.put("agenda.problem_restored", problem, by=by, removed=False)


@transaction.atomic
def agree_solution(*, problem: Problem, finding: Finding, title: str, by: By) -> Solution:
    """Take a finding of a solutions round up as an answer to the problem that the round was about.

    Raises OnTheAgenda when it was taken up before, ValueError for a finding that answers another problem.
    """
    if finding.statement.round.answers_id != problem.finding_id:
        raise ValueError(_("This finding does not answer this problem. Choose one of a round that asked it."))
    if standing(Solution.objects.filter(finding=finding)).exists():
        raise OnTheAgenda(_("This finding was taken up as an answer already. Change the answer there."))
    solution = Solution(
        programme_id=problem.programme_id,
        problem=problem,
        finding=finding,
        title=_words_of_all(title, finding, _("An answer needs a title.")),
    )
    return record.fact("agenda.solution_agreed", solution, by=by)


def change_solution(*, solution: Solution, title: str, by: By) -> Solution:
    """Say the answer in other words."""
    title = _words_of_all(title, solution.finding, _("An answer needs a title."))
    return record.put("agenda.solution_changed", solution, by=by, title=title)


@transaction.atomic
def remove_solution(*, solution: Solution, by: By) -> Solution:
    """Take the answer away. Raises BuiltOn while a row of the roadmap builds on it."""
    if _is_built_on(solution):
        raise BuiltOn(_("A row of the roadmap builds on this answer. Take the row away first."))
    return record.put("agenda.solution_removed", solution, by=by, removed=True)


def _words(said: str, missing: str) -> str:
    """The words on one line. Raises ValueError with that sentence when there are none."""
    words = " ".join(said.split())
    if not words:
        raise ValueError(missing)
    return words


def _words_of_all(said: str, finding: Finding, missing: str) -> str:
    """The words on one line. Raises ValueError for none, or for those that one person may take back."""
    words = _words(said, missing)
    if queries.is_one_persons(words, finding):
        raise ValueError(
            _("These are one person's words, and they may take them back. Say it in words of all groups.")
        )
    return words


def _is_built_on(row: OfProgramme) -> bool:
    """Whether a standing row of this or a later room builds on this one, and does not only speak of it."""
    return any(
        standing(pointing).exists()
        for _name, pointing in pointing_at(row)
        if pointing.model not in SPEAK_OF_IT
    )


# Rows that say something of a problem, an answer or a row, and go and come back with it.
SPEAK_OF_IT = {
    Endorsement,
    Obligation,
    Comment,
    Alignment,
    Cause,
    Disagreement,
    Clause,
    Amendment,
    Argument,
    Affected,
}


# ---- the roadmap -----------------------------------------------------------------------------------------


class RowWords(TypedDict, total=False):
    """What a row of the roadmap can say, by the names of its fields."""

    solution: Solution | None
    theme: str
    action: str
    level: str
    owner_office: str
    owner_organisation: Organisation
    partners: str
    obligations: str
    first_step: str
    first_step_on: date | None
    starts_on: date | None
    due_on: date
    resources: str
    secured: bool
    indicator: str
    unit: str
    direction: str
    baseline: str
    target: str
    public: bool


class FirstWords(TypedDict):
    """What a row must say from the start, and what it may."""

    theme: str
    action: str
    level: str
    owner_office: str
    owner_organisation: Organisation
    due_on: date
    solution: NotRequired[Solution | None]
    partners: NotRequired[str]
    obligations: NotRequired[str]
    first_step: NotRequired[str]
    first_step_on: NotRequired[date | None]
    starts_on: NotRequired[date | None]
    resources: NotRequired[str]
    secured: NotRequired[bool]
    indicator: NotRequired[str]
    unit: NotRequired[str]
    direction: NotRequired[str]
    baseline: NotRequired[str]
    target: NotRequired[str]
    public: NotRequired[bool]


# What can be said anew without asking anybody again where they stand.
BESIDE = frozenset({"theme", "secured", "public"})


def add_row(*, problem: Problem, by: By, **said: Unpack[FirstWords]) -> RoadmapRow:
    """Add an action to the roadmap. Nobody has agreed to it yet.

    Raises ValueError when it is due before it starts, its first step is not within 30 days, its baseline is
    beyond its target, it answers another problem, or lacks who does what.
    """
    row = RoadmapRow(programme_id=problem.programme_id, problem=problem, **said)
    _fits(row)
    return record.fact("agenda.row_added", row, by=by)


@transaction.atomic
def change_row(*, row: RoadmapRow, by: By, **said: Unpack[RowWords]) -> RoadmapRow:
    """Say the row anew, as far as it is said otherwise.

    What groups said of its old words counts no more, unless only theme, money secured or who sees it
    changed. Raises RowAdopted, or ValueError as for adding.
    """
    if row.adopted_on:
        raise RowAdopted(_("The row is adopted, and its words stand. Take the adoption back first."))
    anew: dict[str, Any] = {name: value for name, value in said.items() if getattr(row, name) != value}
    changed = copy(row)
    for name, value in anew.items():
        setattr(changed, name, value)
    _fits(changed)
    if not anew:
        return row
    if anew.keys() <= BESIDE:
        return record.put("agenda.row_noted", row, by=by, **anew)
    return record.put("agenda.row_changed", row, by=by, **anew)


def _fits(row: RoadmapRow) -> None:
    RoadmapRow.Level(row.level)
    _words(row.action, _("A row says what will be done: write the action."))
    _words(row.owner_office, _("A row has an owner: write the office that leads."))
    if row.starts_on and row.due_on < row.starts_on:
        raise ValueError(_("A row is due on the day it starts, or later. Change one of the dates."))
    _begins_soon(row)
    _goes_somewhere(row)
    if row.solution is not None and row.solution.problem_id != row.problem_id:
        raise ValueError(_("This answer is to another problem. Choose one of this problem's answers."))
    _of_the_programme(row.programme_id, row.owner_organisation)


FIRST_STEP_WITHIN = timedelta(days=30)


def _begins_soon(row: RoadmapRow) -> None:
    """Raises ValueError for a first step before the start, after the end, or later than 30 days."""
    if row.first_step_on is None:
        return
    if row.first_step_on > row.due_on or (row.starts_on and row.first_step_on < row.starts_on):
        raise ValueError(_("The first step is taken between the start and the day it is due."))
    if row.starts_on and row.first_step_on > row.starts_on + FIRST_STEP_WITHIN:
        raise ValueError(
            _("The first step is taken within 30 days of the start: by %(day)s at the latest.")
            % {"day": date_format(row.starts_on + FIRST_STEP_WITHIN, "j F Y")}
        )


def _goes_somewhere(row: RoadmapRow) -> None:
    """Raises ValueError when today's value is beyond the target already."""
    rises = RoadmapRow.Direction(row.direction) == RoadmapRow.Direction.RISE
    baseline, target = queries.number(row.baseline), queries.number(row.target)
    if baseline is None or target is None:
        return
    if (rises and baseline > target) or (not rises and baseline < target):
        beyond = (
            _("Today's value (%(baseline)s) is above the target (%(target)s), and it should rise.")
            if rises
            else _("Today's value (%(baseline)s) is below the target (%(target)s), and it should fall.")
        )
        raise ValueError(beyond % {"baseline": row.baseline, "target": row.target})


def _of_the_programme(programme_id: uuid.UUID, *things: OfProgramme | None) -> None:
    for thing in things:
        if thing is not None and thing.programme_id != programme_id:
            raise ValueError(_("“%(thing)s” belongs to another programme.") % {"thing": thing})


def show_row(*, row: RoadmapRow, public: bool, by: By) -> RoadmapRow:
    """Show the row to everybody, or keep it inside the programme. Its words stay."""
    return record.put("agenda.row_shown", row, by=by, public=public)


def secure_row(*, row: RoadmapRow, secured: bool, by: By) -> RoadmapRow:
    """Say whether the money for the row is secured. Its words stay."""
    return record.put("agenda.row_secured", row, by=by, secured=secured)


@transaction.atomic
def remove_row(*, row: RoadmapRow, by: By) -> RoadmapRow:
    """Take the row off the roadmap. Raises RowAdopted, or BuiltOn while anybody has promised it."""
    if row.adopted_on:
        raise RowAdopted(_("The row is adopted. Take the adoption back first."))
    if _is_built_on(row):
        raise BuiltOn(_("Somebody has promised this row. Take the promise back first."))
    return record.put("agenda.row_removed", row, by=by, removed=True)


@transaction.atomic
def restore_row(*, row: RoadmapRow, by: By) -> RoadmapRow:
    """Put the row back on the roadmap. Raises BuiltOn when its problem or answer is no longer there."""
    if row.problem.removed or (row.solution is not None and row.solution.removed):
        raise BuiltOn(_("What this row answers was taken away. Put that back first."))
    return record.put("agenda.row_restored", row, by=by, removed=False)


@transaction.atomic
def endorse(
    *,
    row: RoadmapRow,
    constituency: Constituency,
    gradient: int,
    by: By,
    present: int = 0,
    reservation: str = "",
    spokesperson: Spokesperson | None = None,
    gathering: Gathering | None = None,
    said_on: date | None = None,
) -> Endorsement:
    """Record where a constituency stands to the row: its gradient of agreement, and its reservation.

    present: how many of it were there. spokesperson: who said it for them. Said anew it replaces the last;
    the history keeps both. Raises ValueError for a group of another programme, somebody who speaks for
    another group, a reservation that is missing, or a day to come.
    """
    _of_the_programme(row.programme_id, constituency, gathering, spokesperson)
    if spokesperson is not None and spokesperson.constituency_id != constituency.pk:
        raise ValueError(
            _("%(office)s speaks for another group. Choose who speaks for this one.")
            % {"office": spokesperson.office}
        )
    reservation = reservation.strip()
    _reserved_in_words(Gradient(gradient), reservation)
    endorsement = (
        standing(Endorsement.objects.filter(row=row, constituency=constituency)).order_by("hlc").last()
    )
    if endorsement is None:
        endorsement = Endorsement(programme_id=row.programme_id, row=row, constituency=constituency)
    return record.put(
        "agenda.row_endorsed",
        endorsement,
        by=by,
        gradient=Gradient(gradient).value,
        present=_counted(present),
        reservation=reservation,
        spokesperson=spokesperson,
        gathering=gathering,
        said_on=_not_to_come(said_on),
    )


# Those who have something against it say what; whoever has nothing to say, or all to say for it, need not.
NEED_WORDS = frozenset(
    {Gradient.RESERVED, Gradient.ASIDE, Gradient.DISAGREE, Gradient.FORMAL, Gradient.BLOCK}
)


def _reserved_in_words(gradient: Gradient, reservation: str) -> None:
    if gradient in NEED_WORDS and not reservation:
        raise ValueError(_("Write down what they have against it, in their words: it stays on record."))
    if gradient == Gradient.FULL and reservation:
        raise ValueError(_("Full support has no reservation. Choose “agree, with reservations”."))


def _counted(people: int) -> int:
    if people < 0:
        raise ValueError(_("A count of people is none or more."))
    return people


def _not_to_come(said_on: date | None) -> date:
    today = timezone.localdate()
    if said_on is not None and said_on > today:
        raise ValueError(_("This day is still to come. Write the day on which they said it."))
    return said_on or today


def remove_endorsement(*, endorsement: Endorsement, by: By) -> Endorsement:
    """Take away what was entered by mistake: the constituency has not spoken."""
    return record.put("agenda.endorsement_removed", endorsement, by=by, removed=True)


@transaction.atomic
def adopt_row(
    *, row: RoadmapRow, affected: Collection[Affects], by: By, on: date | None = None
) -> RoadmapRow:
    """Adopt the row: each constituency has said where it stands, none blocks it, and somebody is affected.

    affected: at least one group, at one place or everywhere; their cards confirm or dispute what is reported.
    Reservations and dissent stay on record and do not hinder it. Raises NotAgreed, or RowAdopted, or
    ValueError for nobody affected, a group or place of another programme, or a day to come.
    """
    if row.adopted_on:
        raise RowAdopted(_("The row was adopted before."))
    refusal = queries.standing_of(row).refusal
    if refusal:
        raise NotAgreed(refusal)
    adopted_on = _not_to_come(on)
    name_affected(row=row, affected=affected, by=by)
    return record.put("agenda.row_adopted", row, by=by, adopted_on=adopted_on)


@transaction.atomic
def name_affected(*, row: RoadmapRow, affected: Collection[Affects], by: By) -> list[Affected]:
    """Name whom the row affects, in place of whoever was named before.

    Raises ValueError for nobody, or a group or place of another programme.
    """
    if not affected:
        raise ValueError(_("Name at least one group that this affects: they confirm or dispute it later."))
    for constituency, place in affected:
        _of_the_programme(row.programme_id, constituency, place)
    named = [_affected(row, constituency, place) for constituency, place in affected]
    before = {one.pk: one for one in queries.affected(row)}
    for gone in before.keys() - {one.pk for one in named}:
        record.put("agenda.affected_unnamed", before[gone], removed=True, by=by)
    return [
        before.get(one.pk) or record.put("agenda.affected_named", one, by=by) for one in dict.fromkeys(named)
    ]


def _affected(row: RoadmapRow, constituency: Constituency, place: Place | None) -> Affected:
    return Affected(
        id=Affected.id_for(row.pk, constituency.pk, place.pk if place else None),
        programme_id=row.programme_id,
        row=row,
        constituency=constituency,
        place=place,
    )


def take_back_adoption(*, row: RoadmapRow, by: By) -> RoadmapRow:
    """The row is no longer adopted, and can be changed. Raises NotAgreed when it is not adopted."""
    if row.adopted_on is None:
        raise NotAgreed(_("The row is not adopted."))
    return record.put("agenda.adoption_taken_back", row, by=by, adopted_on=None)


# ---- leadership groups -----------------------------------------------------------------------------------


def found_group(
    *,
    programme: Programme,
    name: str,
    by: By,
    mandate: str = "",
    gathering: Gathering | None = None,
    term_starts: date | None = None,
    term_ends: date | None = None,
) -> LeadershipGroup:
    """Found a leadership group. Raises ValueError when its term ends before it starts."""
    _in_order(term_starts, term_ends)
    _of_the_programme(programme.pk, gathering)
    group = LeadershipGroup(
        programme=programme,
        name=_words(name, _("A group needs a name.")),
        mandate=mandate,
        gathering=gathering,
        term_starts=term_starts,
        term_ends=term_ends,
    )
    return record.fact("agenda.group_founded", group, by=by)


def change_group(
    *,
    group: LeadershipGroup,
    name: str,
    mandate: str,
    gathering: Gathering | None,
    term_starts: date | None,
    term_ends: date | None,
    by: By,
) -> LeadershipGroup:
    """Say anew what the group is called, what it is for and how long. Raises ValueError as for founding."""
    _in_order(term_starts, term_ends)
    _of_the_programme(group.programme_id, gathering)
    return record.put(
        "agenda.group_changed",
        group,
        by=by,
        name=_words(name, _("A group needs a name.")),
        mandate=mandate,
        gathering=gathering,
        term_starts=term_starts,
        term_ends=term_ends,
    )


def _in_order(starts: date | None, ends: date | None) -> None:
    if starts and ends and ends < starts:
        raise ValueError(_("A term ends on the day it starts, or later. Change one of the dates."))


@transaction.atomic
def remove_group(*, group: LeadershipGroup, by: By) -> LeadershipGroup:
    """Take the group away. Raises BuiltOn while it has seats, or once people vote on it."""
    if queries.seats(group).exists():
        raise BuiltOn(_("The group has seats. Take them away first."))
    if group.ballot_opened_at is not None:
        raise BuiltOn(_("People vote on this group, or voted. It stays on record."))
    return record.put("agenda.group_removed", group, by=by, removed=True)


def add_seat(
    *,
    group: LeadershipGroup,
    constituency: Constituency,
    by: By,
    place: Place | None = None,
    organisation: Organisation | None = None,
    candidate: Candidate | None = None,
) -> Seat:
    """Give a constituency a seat in the group; nobody is nominated for it yet.

    candidate: whom a ballot chose for it.

    The seat has a subject of its own, so that the names of those who held it can be forgotten.
    """
    _of_the_programme(group.programme_id, constituency, place, organisation)
    seat = Seat(
        programme_id=group.programme_id,
        subject=uuid.uuid4(),
        group=group,
        candidate=candidate,
        constituency=constituency,
        place=place,
        organisation=organisation,
    )
    return record.fact("agenda.seat_added", seat, by=by)


@transaction.atomic
def nominate(
    *,
    seat: Seat,
    holder: str,
    by: By,
    gender: str = Gender.UNSAID,
    alternate: str = "",
    stands_in: Candidate | None = None,
) -> Seat:
    """Nominate somebody for the seat, from inside its constituency; they have not accepted yet.

    Raises SeatHeld when somebody is nominated for it or holds it, or the person has a seat in the group.
    """
    holder = _words(holder, _("Write the name of the person who is nominated."))
    if seat.held:
        raise SeatHeld(_("This seat is taken by %(name)s. They stand down first.") % {"name": seat})
    others = queries.seats(seat.group).exclude(pk=seat.pk)
    if any(other.held and other.holder.casefold() == holder.casefold() for other in others):
        raise SeatHeld(_("%(name)s has a seat in this group already.") % {"name": holder})
    return record.put(
        "agenda.seat_nominated",
        seat,
        by=by,
        holder=holder,
        gender=Gender(gender).value,
        alternate=" ".join(alternate.split()),
        state=Seat.State.NOMINATED.value,
        named=False,
        stands_in=stands_in,
        published_on=None,
        confirmed_on=None,
        link=seat.link + 1,
    )


def accept_seat(*, seat: Seat, by: By, named: bool = False) -> Seat:
    """The nominee says yes; named: and agrees to be named to the public.

    Raises SeatVacant when nobody is nominated.
    """
    if not seat.held:
        raise SeatVacant(_("Nobody is nominated for this seat. Nominate somebody first."))
    return record.put("agenda.seat_accepted", seat, by=by, state=Seat.State.ACCEPTED.value, named=named)


def stand_down(*, seat: Seat, by: By) -> Seat:
    """The holder leaves the seat, or the nominee declines it. The alternate stays named, to be asked next.

    Raises SeatVacant when nobody has it.
    """
    if not seat.held:
        raise SeatVacant(_("Nobody holds this seat."))
    return record.put(
        "agenda.seat_stood_down",
        seat,
        by=by,
        holder="",
        gender="",
        named=False,
        state=Seat.State.STOOD_DOWN.value,
        published_on=None,
        confirmed_on=None,
        link=seat.link + 1,
    )


@transaction.atomic
def remove_seat(*, seat: Seat, by: By) -> Seat:
    """Take the seat out of the group. Raises SeatHeld while somebody has it."""
    if seat.held:
        raise SeatHeld(_("This seat is taken by %(name)s. They stand down first.") % {"name": seat})
    return record.put("agenda.seat_removed", seat, by=by, removed=True)


@transaction.atomic
def forget_holders(*, seat: Seat, by: By) -> Seat:
    """Forget for ever the names of all who held this seat; gives the open seat that takes its place."""
    with record.act(by=by, programme=seat.programme_id):
        record.put(
            "agenda.seat_closed",
            seat,
            by=by,
            holder="",
            gender="",
            alternate="",
            named=False,
            state=Seat.State.STOOD_DOWN.value,
            removed=True,
        )
        successor = add_seat(
            group=seat.group,
            constituency=seat.constituency,
            place=seat.place,
            organisation=seat.organisation,
            by=by,
        )
    # After the act: what is forgotten is settled from the events that stand already.
    if seat.subject is not None:
        record.withdraw(seat.subject, by=by, programme=seat.programme_id)
    return successor


@transaction.atomic
def endorse_group(
    *,
    group: LeadershipGroup,
    constituency: Constituency,
    yes: int,
    no: int,
    by: By,
    reservation: str = "",
    said_on: date | None = None,
) -> GroupEndorsement:
    """Record how many of a constituency said yes to the group, and how many no; anew it replaces the last.

    Raises ValueError when nobody said anything, for a group of another programme, or a day to come.
    """
    _of_the_programme(group.programme_id, constituency)
    if not _counted(yes) + _counted(no):
        raise ValueError(_("Count at least one yes or no."))
    found = standing(GroupEndorsement.objects.filter(group=group, constituency=constituency))
    endorsement = found.order_by("hlc").last()
    if endorsement is None:
        endorsement = GroupEndorsement(
            programme_id=group.programme_id, group=group, constituency=constituency
        )
    return record.put(
        "agenda.group_endorsed",
        endorsement,
        by=by,
        yes=yes,
        no=no,
        reservation=reservation.strip(),
        said_on=_not_to_come(said_on),
    )


# ---- who stands for a leadership group -------------------------------------------------------------------

LONGEST_SAYING = 280


@transaction.atomic
def nominate_candidate(
    *,
    group: LeadershipGroup,
    name: str,
    constituency: Constituency,
    by: By,
    gender: str = Gender.UNSAID,
    place: Place | None = None,
    organisation: Organisation | None = None,
    says: str = "",
    participant: Participant | None = None,
) -> Candidate:
    """Nominate somebody for the group, from inside their constituency; they have not been asked yet.

    With a participant the name is theirs and goes when they ask to be forgotten. Raises VotingBegan, SeatHeld
    for somebody who is nominated already, or ValueError for what does not fit.
    """
    _before_the_vote(group)
    candidate = Candidate(
        programme_id=group.programme_id,
        subject=participant.pk if participant else uuid.uuid4(),
        group=group,
        **_standing_for(group, name, constituency, gender, place, organisation, says),
    )
    if participant is not None:
        _of_the_programme(group.programme_id, participant)
    _nominated_once(candidate)
    return record.fact("agenda.candidate_nominated", candidate, by=by)


@transaction.atomic
def change_candidate(
    *,
    candidate: Candidate,
    name: str,
    constituency: Constituency,
    by: By,
    gender: str,
    place: Place | None,
    organisation: Organisation | None,
    says: str,
) -> Candidate:
    """Say anew who a candidate is. Raises as for nominating."""
    _before_the_vote(candidate.group)
    said = _standing_for(candidate.group, name, constituency, gender, place, organisation, says)
    changed = copy(candidate)
    changed.name = said["name"]
    _nominated_once(changed)
    return record.put("agenda.candidate_changed", candidate, by=by, **said)


def _before_the_vote(group: LeadershipGroup) -> None:
    if group.ballot_opened_at is not None:
        raise VotingBegan(_("The vote has begun, and everybody votes on the same names and quotas."))


def _standing_for(
    group: LeadershipGroup,
    name: str,
    constituency: Constituency,
    gender: str,
    place: Place | None,
    organisation: Organisation | None,
    says: str,
) -> dict[str, Any]:
    """The fields of a candidate. Raises ValueError for what does not fit."""
    _of_the_programme(group.programme_id, constituency, place, organisation)
    says = " ".join(says.split())
    if len(says) > LONGEST_SAYING:
        raise ValueError(_("What a candidate says has at most %(most)d letters.") % {"most": LONGEST_SAYING})
    return {
        "name": _words(name, _("Write the name of the person who is nominated.")),
        "constituency": constituency,
        "gender": Gender(gender).value,
        "place": place,
        "organisation": organisation,
        "says": says,
    }


def _nominated_once(candidate: Candidate) -> None:
    declined = Candidate.objects.filter(group=candidate.group, state=Candidate.State.DECLINED)
    if declined.filter(subject=candidate.subject).exclude(pk=candidate.pk).exists():
        raise Declined(DECLINED % {"name": candidate})
    for other in queries.candidates(candidate.group).exclude(pk=candidate.pk):
        same = other.name.casefold() == candidate.name.casefold()
        if other.subject == candidate.subject or (same and other.constituency == candidate.constituency):
            if other.state == Candidate.State.DECLINED:
                raise Declined(DECLINED % {"name": other})
            raise SeatHeld(_("%(name)s is nominated for this group already.") % {"name": candidate})


def consent_to_stand(*, candidate: Candidate, by: By) -> Candidate:
    """The candidate says yes: their name is on the ballot. Raises VotingBegan, or Declined for who did."""
    _before_the_vote(candidate.group)
    _did_not_decline(candidate)
    return record.put("agenda.candidate_consented", candidate, by=by, state=Candidate.State.CONSENTED.value)


def withdraw_candidate(*, candidate: Candidate, by: By) -> Candidate:
    """The candidate does not stand, or no longer: at any time, also while people vote. Raises Declined."""
    _did_not_decline(candidate)
    return record.put("agenda.candidate_withdrawn", candidate, by=by, state=Candidate.State.WITHDRAWN.value)


DECLINED = gettext_lazy("%(name)s declined, and nobody who declined is put on the ballot again.")


def decline_to_stand(*, candidate: Candidate, by: By) -> Candidate:
    """The nominee says no, for good: asked once, nobody asks them again. Raises VotingBegan."""
    _before_the_vote(candidate.group)
    return record.put("agenda.candidate_declined", candidate, by=by, state=Candidate.State.DECLINED.value)


def _did_not_decline(candidate: Candidate) -> None:
    if candidate.state == Candidate.State.DECLINED:
        raise Declined(DECLINED % {"name": candidate})


@transaction.atomic
def remove_candidate(*, candidate: Candidate, by: By) -> Candidate:
    """Take away somebody who was nominated by mistake, and forget the name. Raises VotingBegan.

    Of a participant only the nomination goes.
    """
    _before_the_vote(candidate.group)
    record.put("agenda.candidate_removed", candidate, by=by, removed=True, name="", gender="", says="")
    if candidate.subject and not Participant.objects.filter(pk=candidate.subject).exists():
        record.withdraw(candidate.subject, by=by, programme=candidate.programme_id)
    return candidate


def set_quotas(
    *,
    group: LeadershipGroup,
    size: int,
    by: By,
    quotas: Sequence[Quota] = (),
    one_per_organisation: bool = False,
) -> LeadershipGroup:
    """Say how many members the ballot chooses, and from how many to how many of them are of each kind.

    Raises VotingBegan, or ValueError for quotas that nobody could keep, or that name what there is not.
    """
    _before_the_vote(group)
    if size < 1:
        raise ValueError(_("A group has one member or more."))
    for quota in quotas:
        _can_be_kept(group, quota, size)
    if len({(quota.column, quota.value) for quota in quotas}) < len(quotas):
        raise ValueError(_("Two quotas are for the same kind of people. Keep one of them."))
    asked_by = Counter[str]()
    for quota in quotas:
        asked_by[quota.column] += quota.least
    for asked in asked_by.values():
        if asked > size:
            raise ValueError(
                _("These quotas ask for %(asked)d members of %(size)d. Ask for fewer, or choose more.")
                % {"asked": asked, "size": size}
            )
    return record.put(
        "agenda.quotas_set",
        group,
        by=by,
        size=size,
        quotas=[asdict(quota) for quota in quotas],
        one_per_organisation=one_per_organisation,
    )


def _can_be_kept(group: LeadershipGroup, quota: Quota, size: int) -> None:
    if quota.column not in (GENDER, CONSTITUENCY, PLACE):
        raise ValueError(_("A quota is for a gender, a constituency or a place."))
    known = queries.values_of(group.programme, quota.column)
    if quota.value not in known:
        raise ValueError(_("A quota names what there is not in this programme. Choose one of the list."))
    kind = {"kind": known[quota.value]}
    if quota.least < 0 or (quota.most is not None and quota.most < 0):
        raise ValueError(_("A quota for “%(kind)s” is none or more.") % kind)
    if quota.most is not None and quota.most < quota.least:
        raise ValueError(
            _("“%(kind)s” has a smallest number above its largest. Lower one or raise the other.") % kind
        )
    if quota.least > size:
        raise ValueError(_("“%(kind)s” asks for more members than the group has.") % kind)


# ---- the ballot on a leadership group --------------------------------------------------------------------


def open_ballot(*, group: LeadershipGroup, by: By, at: datetime | None = None) -> LeadershipGroup:
    """Let people vote on the candidates who consented. Names and quotas stand from then on.

    Raises VotingBegan, or NotACandidate when there are fewer than the group has places.
    """
    _before_the_vote(group)
    if not group.size:
        raise NotACandidate(_("Say first how many members are chosen, and the quotas."))
    stand = len(queries.on_the_ballot(group))
    if stand < group.size:
        raise NotACandidate(
            _("%(size)d are to be chosen, and %(stand)d consent to stand. Nominate more, or choose fewer.")
            % {"size": group.size, "stand": stand}
        )
    return record.put("agenda.ballot_opened", group, by=by, ballot_opened_at=at or timezone.now())


@transaction.atomic
def take_back_ballot(*, group: LeadershipGroup, by: By) -> LeadershipGroup:
    """Undo the opening, as long as nobody has voted. Raises VotingBegan after that, NotVoting before."""
    if group.ballot_opened_at is None:
        raise NotVoting(_("The vote is not open."))
    if Ballot.objects.filter(group=group).exists():
        raise VotingBegan(_("People have voted on these names and quotas, so they stand."))
    if queries.slips(group).exists() or queries.slips_given(group):
        raise VotingBegan(_("Slips with these names were handed out, so they stand."))
    return record.put("agenda.ballot_taken_back", group, by=by, ballot_opened_at=None, ballot_closed_at=None)


def cast_ballot(
    *,
    group: LeadershipGroup,
    participant: Participant,
    approved: Collection[uuid.UUID],
    by: By,
    channel: str = Channel.WEB,
    at: datetime | None = None,
) -> Ballot:
    """Record whom a participant approves of: by their phone, or from paper by the staff; the latest counts.

    On disk when this returns. Raises NotVoting, NoGroup, or NotACandidate for somebody not on the ballot.
    """
    if group.phase(at) != LeadershipGroup.Phase.VOTING:
        raise NotVoting(_("The vote is not open: ballots are not taken any more, or not yet."))
    if group.paper:
        raise NotVoting(_("This group is voted for on paper: the desk gives a slip to whoever has a card."))
    _of_the_programme(group.programme_id, participant)
    if participant.constituency_id is None:
        raise NoGroup(
            _("This card belongs to no group yet, so the ballot would count for nobody. Ask the staff.")
        )
    standing_ = {candidate.pk for candidate in queries.on_the_ballot(group)}
    if not standing_.issuperset(approved):
        raise NotACandidate(_("One of these names is not on the ballot, or no longer. Look at it again."))
    ballot = Ballot(
        id=Ballot.id_for(group.pk, participant.pk),
        subject=participant.pk,
        group=group,
        participant=participant,
        approved=sorted(str(pk) for pk in set(approved)),
        channel=Channel(channel).value,
    )
    with record.act(by=by, programme=group.programme_id, klass=Ballot.KLASS, sitting=group.ballot_opened_at):
        return record.put("agenda.ballot_cast", ballot, by=by, sitting=group.ballot_opened_at)


def close_ballot(*, group: LeadershipGroup, by: By, at: datetime | None = None) -> LeadershipGroup:
    """Take no more ballots. Raises NotVoting when it is not open."""
    if group.phase(at) != LeadershipGroup.Phase.VOTING:
        raise NotVoting(_("The vote is not open."))
    return record.put("agenda.ballot_closed", group, by=by, ballot_closed_at=at or timezone.now())


def reopen_ballot(*, group: LeadershipGroup, by: By) -> LeadershipGroup:
    """Take ballots again, on the same names and quotas. Raises SlateStands once the group was chosen."""
    if group.ballot_closed_at is None:
        raise NotVoting(_("The vote is not closed."))
    if queries.slates(group).exists():
        raise SlateStands(_("The group was chosen from these ballots, so they stand."))
    if queries.hand_counts(group).exists():
        raise SlateStands(_("Boxes were opened and counted, so no slip can be added to them."))
    return record.put("agenda.ballot_reopened", group, by=by, ballot_closed_at=None, slate_asked_at=None)


def ask_for_slate(*, group: LeadershipGroup, by: By, at: datetime | None = None) -> LeadershipGroup:
    """Let the worker choose the group, where it takes minutes. Raises NotVoting before the end."""
    if group.ballot_closed_at is None:
        raise NotVoting(_("The vote is not closed."))
    return record.put("agenda.slate_asked_for", group, by=by, slate_asked_at=at or timezone.now())


def answer_slate(*, group: LeadershipGroup) -> LeadershipGroup:
    """The worker chose the group, or found that nobody can be chosen: it is asked no more."""
    return record.put("agenda.slate_answered", group, by=None, slate_asked_at=None)


def give_way(*, group: LeadershipGroup, quotas: Sequence[Quota], by: By) -> LeadershipGroup:
    """Let quotas give way that nobody can keep any more, since candidates stood down while people voted.

    quotas: all of them, those that give way as little as `choice` found. Raises NotVoting before the end.
    """
    if group.ballot_closed_at is None:
        raise NotVoting(_("The vote is not closed."))
    return record.put("agenda.quotas_gave_way", group, by=by, quotas=[asdict(quota) for quota in quotas])


@transaction.atomic
def give_seats(*, slate: Certificate, by: By) -> list[Seat]:
    """Nominate each of the chosen for a seat of their constituency: an open one, or else a new one.

    Whoever stood down since is left out. Raises SeatHeld when one of them has a seat, SlateStands when the
    group was chosen anew since.
    """
    group = queries.group_of(slate)
    if queries.slates(group).first() != slate:
        raise SlateStands(_("The group was chosen anew since. Look at the newer slate."))
    instead = queries.alternates(slate)
    with record.act(by=by, programme=group.programme_id):
        return [
            _seat_for(candidate, instead.get(candidate.pk), by)
            for candidate in queries.elected(slate)
            if candidate.stands
        ]


def _seat_for(candidate: Candidate, instead: Candidate | None, by: By) -> Seat:
    open_ = [
        seat
        for seat in queries.seats(candidate.group).filter(constituency=candidate.constituency_id)
        if not seat.held
        and seat.place_id in (None, candidate.place_id)
        and seat.organisation_id in (None, candidate.organisation_id)
        and seat.candidate_id is None
    ]
    seat = (
        record.put("agenda.seat_for_candidate", open_[0], by=by, candidate=candidate)
        if open_
        else add_seat(
            group=candidate.group,
            constituency=candidate.constituency,
            place=candidate.place,
            organisation=candidate.organisation,
            candidate=candidate,
            by=by,
        )
    )
    return nominate(seat=seat, holder=candidate.name, gender=candidate.gender, stands_in=instead, by=by)


# What a seat says of whoever has it, and how far they are in it.
WHO_HOLDS_IT = (
    "holder", "gender", "alternate", "state", "named", "stands_in", "published_on", "confirmed_on",
)  # fmt: skip


def forget_candidate_seats(*, subject: uuid.UUID) -> int:
    """Forget the names in the seats of a candidate who asked to be forgotten; gives how many seats.

    Whoever came after them goes on in the seat that takes its place.
    """
    # Those that they left too: its history has their name, and so may what they handed over.
    theirs = standing(Seat.objects.filter(candidate__subject=subject))
    found = list(theirs.select_related("group__programme", "constituency", "place", "organisation"))
    for seat in found:
        now = _who_came_after(seat)
        successor = forget_holders(seat=seat, by=None)
        if now:
            record.put("agenda.seat_kept", successor, by=None, **now)
    return len(found)


def _who_came_after(seat: Seat) -> dict[str, Any]:
    """Who has the seat since the candidate who was chosen for it left; nothing where the two may be one."""
    if not seat.held:
        return {}
    names: list[str] = []
    for event in record.history(seat):
        said = said_in(event, Seat)
        if "candidate" in said:
            names = []
        if event.verb == "agenda.seat_nominated":
            names.append(said.get("holder", "").casefold())
    earlier, now = set(names[:-1]), {seat.holder.casefold(), seat.alternate.casefold()}
    if not earlier or earlier & (now | {""}):
        return {}
    return {name: getattr(seat, name) for name in WHO_HOLDS_IT}
