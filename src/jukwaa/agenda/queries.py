"""What the agenda room knows: problems and their answers, where each group stands, who sits for whom."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.db.models import Case, Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jukwaa import record
from jukwaa.agenda.models import (
    Affected,
    Ballot,
    Candidate,
    Endorsement,
    GroupEndorsement,
    HandCount,
    LeadershipGroup,
    Obligation,
    Problem,
    RoadmapRow,
    Seat,
    Slip,
    SlipGiven,
    Solution,
    Spokesperson,
)
from jukwaa.dialogue.models import Finding, Gradient, Round
from jukwaa.dialogue.queries import Turnout, findings
from jukwaa.programmes.disclosure import enough_for_shares, shown_share
from jukwaa.programmes.models import (
    Certificate,
    Constituency,
    Gender,
    Member,
    OfProgramme,
    Organisation,
    Participant,
    Place,
    Programme,
)
from jukwaa.programmes.queries import certificates, constituencies, day_of, places, standing
from jukwaa.programmes.queries import said as verb_in_words
from jukwaa.record.models import Event
from jukwaa.record.payload import fields_of, said_in

# ---- problems and solutions ------------------------------------------------------------------------------


def problems(programme: Programme, *, public: bool = False) -> QuerySet[Problem]:
    """What the groups agree must change, in the order in which it was taken up.

    Each has `answers` (its solutions) and `actions` (its roadmap rows): with public=True those that
    everybody may see.
    """
    found = standing(Problem.objects.filter(programme=programme))
    solutions = standing(Solution.objects.all()).select_related("finding__statement").order_by("hlc", "pk")
    rows_ = standing(RoadmapRow.objects.all()).select_related("owner_organisation", "programme")
    rows_ = rows_.filter(public=True) if public else rows_
    return (
        found.select_related("programme", "finding__statement__round")
        .prefetch_related(
            Prefetch("solutions", solutions, to_attr="answers"), Prefetch("rows", rows_, to_attr="actions")
        )
        .order_by("hlc", "pk")
    )


def problems_with(words: str, found: QuerySet[Problem]) -> QuerySet[Problem]:
    """Those of the problems that hold each of the words, in their title or in an answer to them."""
    for word in words.split():
        answered = standing(Solution.objects.filter(title__icontains=word)).values("problem")
        found = found.filter(Q(title__icontains=word) | Q(pk__in=answered))
    return found


def removed_problems(programme: Programme) -> QuerySet[Problem]:
    """The problems that were taken off the agenda, and can be put back."""
    return Problem.objects.filter(programme=programme, removed=True, merged_into=None).order_by("-hlc")


def findings_to_take_up(programme: Programme, kind: str = Round.Kind.PROBLEMS) -> QuerySet[Finding]:
    """Findings of the rounds of one kind on which nothing on the agenda builds yet, the latest first."""
    found = findings(programme).filter(statement__round__kind=kind)
    if kind == Round.Kind.PROBLEMS:
        found = found.exclude(pk__in=standing(Problem.objects.all()).values("finding"))
    else:
        found = found.exclude(pk__in=standing(Solution.objects.all()).values("finding"))
    return found.select_related("statement__round__gathering", "programme").order_by("-hlc", "pk")


def is_one_persons(title: str, finding: Finding) -> bool:
    """Whether the title is what one person said, word for word: it would outlive their withdrawal."""
    statement = finding.statement
    return bool(statement.subject) and title.casefold().split() == statement.text.casefold().split()


def answers_to_take_up(problem: Problem) -> QuerySet[Finding]:
    """Findings of the solutions rounds that answer the problem and were not taken up as an answer yet."""
    found = findings_to_take_up(problem.programme, Round.Kind.SOLUTIONS)
    return found.filter(statement__round__answers=problem.finding_id)


# ---- the roadmap -----------------------------------------------------------------------------------------


def rows(
    programme: Programme,
    *,
    public: bool = False,
    words: str = "",
    level: str = "",
    theme: str = "",
    owner: Organisation | uuid.UUID | None = None,
    problem: Problem | uuid.UUID | None = None,
    adopted: bool | None = None,
) -> QuerySet[RoadmapRow]:
    """The roadmap's rows that fit what is given, the earliest due first.

    With public=True only those that everybody may see. Each of the words is in a row's action, theme, office,
    organisation, partners or problem.
    """
    found = standing(RoadmapRow.objects.filter(programme=programme))
    found = found.select_related("programme", "problem", "solution", "owner_organisation__constituency")
    chosen = {"level": level, "theme": theme, "owner_organisation": owner, "problem": problem}
    found = found.filter(**{name: value for name, value in chosen.items() if value})
    if public:
        found = found.filter(public=True)
    if adopted is not None:
        found = found.filter(adopted_on__isnull=not adopted)
    for word in words.split():
        found = found.filter(_holds(word))
    return found.order_by("due_on", "action", "pk")


def public_rows(programme: Programme) -> QuerySet[RoadmapRow]:
    """The roadmap's rows that everybody may see."""
    return rows(programme, public=True)


def number(words: str) -> Decimal | None:
    """The number that a baseline or a target is; None for none, and for words of earlier versions."""
    try:
        found = Decimal(words.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _holds(word: str) -> Q:
    places = ("action", "theme", "owner_office", "owner_organisation__name", "partners", "problem__title")
    found = Q()
    for place in places:
        found |= Q(**{f"{place}__icontains": word})
    return found


def removed_rows(programme: Programme) -> QuerySet[RoadmapRow]:
    """The rows that were taken off the roadmap, and can be put back."""
    return RoadmapRow.objects.filter(programme=programme, removed=True, merged_into=None).order_by("-hlc")


def themes(programme: Programme, *, public: bool = False) -> list[str]:
    """The themes that rows of the roadmap have, in the order of the alphabet."""
    return sorted(rows(programme, public=public).order_by().values_list("theme", flat=True).distinct())


def owners(programme: Programme, *, public: bool = False) -> QuerySet[Organisation]:
    """The organisations that lead a row of the roadmap."""
    leading = rows(programme, public=public).order_by().values("owner_organisation")
    return Organisation.objects.filter(pk__in=leading).order_by("name", "pk")


# ---- where the groups stand to a row ---------------------------------------------------------------------

# Said before anybody is asked (domain.md §1.4).
ROW_RULE = gettext_lazy(
    "A row is adopted when every constituency has said where it stands and none blocks it. Reservations "
    "and disagreement stay on record."
)


@dataclass(frozen=True)
class Stand:
    """Where one constituency stands to a row: what it said, or None. outdated: of words changed since."""

    constituency: Constituency
    said: Endorsement | None = None
    outdated: bool = False

    @property
    def gradient(self) -> Gradient | None:
        """What counts of what it said: nothing of words that have been changed."""
        return None if self.said is None or self.outdated else Gradient(self.said.gradient)


@dataclass(frozen=True)
class Standing:
    """Where each declared constituency stands to a row, in their order."""

    stands: tuple[Stand, ...]

    def _where(self, *gradients: Gradient | None) -> tuple[Constituency, ...]:
        return tuple(stand.constituency for stand in self.stands if stand.gradient in gradients)

    @property
    def missing(self) -> tuple[Constituency, ...]:
        """Who has not spoken, or spoke of other words than those of today."""
        return self._where(None)

    @property
    def blocks(self) -> tuple[Constituency, ...]:
        """Who blocks the row."""
        return self._where(Gradient.BLOCK)

    @property
    def dissent(self) -> tuple[Constituency, ...]:
        """Who disagrees and lets it go on."""
        return self._where(Gradient.DISAGREE, Gradient.FORMAL)

    @property
    def support(self) -> tuple[Constituency, ...]:
        """Who can live with it."""
        return tuple(stand.constituency for stand in self.stands if 1 <= (stand.gradient or 0) <= 5)

    @property
    def reservations(self) -> tuple[Stand, ...]:
        """Whoever said something against it, outdated or not: it stays on record."""
        return tuple(stand for stand in self.stands if stand.said is not None and stand.said.reservation)

    @property
    def spoke(self) -> int:
        return len(self.stands) - len(self.missing)

    @property
    def refusal(self) -> str:
        """Why the row cannot be adopted, and what to do, in a sentence; empty when it can."""
        if not self.stands:
            return _("No constituency is declared, so nobody can agree to it. Declare the groups first.")
        if self.blocks:
            return _("%(groups)s blocks it: change the row together, then ask again.") % {
                "groups": _named(self.blocks)
            }
        if self.missing:
            return _("Not heard on it yet: %(groups)s. Ask them where they stand.") % {
                "groups": _named(self.missing)
            }
        return ""

    @property
    def sentence(self) -> str:
        """What the groups say of the row, in two or three short sentences."""
        if not self.spoke:
            return _("No group has said yet where it stands.")
        return " ".join(said for said in (self._support(), self._dissent(), self._silence()) if said)

    def _support(self) -> str:
        if len(self.support) == len(self.stands):
            reserved = [stand.constituency for stand in self.reservations]
            whole = _("All groups can live with it.")
            kept = _("With a reservation: %(groups)s.") % {"groups": _named(reserved)}
            return f"{whole} {kept}" if reserved else whole
        return ngettext(
            "%(number)d of %(total)d groups can live with it.",
            "%(number)d of %(total)d groups can live with it.",
            len(self.support),
        ) % {"number": len(self.support), "total": len(self.stands)}

    def _dissent(self) -> str:
        said = []
        if self.blocks:
            said.append(_("Blocked by: %(groups)s.") % {"groups": _named(self.blocks)})
        if self.dissent:
            said.append(_("Against it, but letting it go on: %(groups)s.") % {"groups": _named(self.dissent)})
        return " ".join(said)

    def _silence(self) -> str:
        return _("Not heard yet: %(groups)s.") % {"groups": _named(self.missing)} if self.missing else ""


def _named(groups: Iterable[Constituency]) -> str:
    return ", ".join(str(group) for group in groups)


def standing_of(row: RoadmapRow) -> Standing:
    """Where each constituency stands to the row."""
    return standings(row.programme, [row])[row.pk]


def standings(programme: Programme, rows_: Sequence[RoadmapRow]) -> dict[uuid.UUID, Standing]:
    """Where each constituency stands to each of the programme's rows, in four queries for all of them."""
    ids = [row.pk for row in rows_]
    changed = _changed(ids)
    said: dict[tuple[uuid.UUID, uuid.UUID], Endorsement] = {}
    # The latest comes last, and stays.
    spoken = standing(Endorsement.objects.filter(row__in=ids)).select_related("spokesperson")
    for one in spoken.order_by("hlc", "pk"):
        said[one.row_id, one.constituency_id] = one
    groups = list(constituencies(programme))
    return {
        pk: Standing(tuple(_stand(group, said.get((pk, group.pk)), changed.get(pk, 0)) for group in groups))
        for pk in ids
    }


def _stand(group: Constituency, said: Endorsement | None, changed: int) -> Stand:
    return Stand(group, said, outdated=said is not None and said.hlc < changed)


def _changed(rows_: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """When the words of each row, or of a line of what its sides owe, last changed, for those that did."""
    events = Event.objects.filter(object__in=rows_, verb="agenda.row_changed").order_by()
    changed = dict(events.values_list("object").annotate(Max("hlc")))
    lines = Obligation.objects.filter(row__in=rows_).order_by().values_list("row").annotate(Max("hlc"))
    for row, hlc in lines:
        changed[row] = max(hlc, changed.get(row, 0))
    return changed


# ---- whom a row affects ----------------------------------------------------------------------------------


def affected(row: RoadmapRow) -> QuerySet[Affected]:
    """Whom the row affects, as was named when it was adopted; none of a row that names nobody yet."""
    return standing(Affected.objects.filter(row=row)).select_related("constituency", "place")


def rows_affecting(participant: Participant) -> QuerySet[RoadmapRow]:
    """The rows that affect the participant: their group is named, where they are or everywhere.

    A row on which nobody is named, adopted before one had to be, affects everybody in its programme.
    """
    named = standing(Affected.objects.filter(row=OuterRef("pk")))
    here = Q(place=None) | Q(place__in=_around(participant.place))
    theirs = named.filter(here, constituency=participant.constituency_id)
    rows_ = RoadmapRow.objects.filter(programme=participant.programme_id)
    return rows_.filter(Exists(theirs) | ~Exists(named))


def _around(place: Place | None) -> list[uuid.UUID]:
    """The place and all that it is part of."""
    found: list[uuid.UUID] = []
    while place is not None and place.pk not in found:
        found.append(place.pk)
        place = place.parent
    return found


# ---- what was said of a row, in time ---------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A field that was said anew: its name, what it said before, and what it says. Empty is nothing."""

    name: str
    was: str
    now: str


@dataclass(frozen=True)
class Change:
    """Something that was said of a row: on which day, by whom, and each field from what to what.

    group is the constituency whose standing it was, or None for the row itself and its lines. event: its id
    in the record. undoable: it changed the row's words, and nothing of it was said anew since.
    """

    on: date
    by: str
    verb: str
    group: Constituency | None
    said: tuple[Said, ...]
    event: uuid.UUID
    undoable: bool

    @property
    def anew(self) -> bool:
        """Whether nothing of it had been said before."""
        return not any(field.was for field in self.said)


# The changes of a row that can be undone with one press.
UNDOABLE = frozenset({"agenda.row_changed", "agenda.row_noted"})


def history_of(row: RoadmapRow) -> list[Change]:
    """All that was said of the row, of what its sides owe and of where the groups stand, the newest first."""
    programme = row.programme
    staff = dict(standing(Member.objects.filter(programme=programme)).values_list("pk", "name"))
    names: dict[uuid.UUID, str] = {}
    for model in (Organisation, Constituency, Solution, Spokesperson):
        names |= {one.pk: str(one) for one in model._default_manager.filter(programme=programme)}
    told: list[tuple[Event, Change]] = _told(row, None, staff, names, row)
    for line in Obligation.objects.filter(row=row):
        told += _told(line, None, staff, names, row)
    for said in Endorsement.objects.filter(row=row).select_related("constituency"):
        told += _told(said, said.constituency, staff, names, row)
    told.sort(key=lambda one: (one[0].hlc, str(one[0].stream_id)), reverse=True)
    return [change for _event, change in told]


def _told(
    thing: OfProgramme,
    group: Constituency | None,
    staff: Mapping[uuid.UUID, str],
    names: Mapping[uuid.UUID, str],
    row: RoadmapRow,
) -> list[tuple[Event, Change]]:
    """What was said of one thing, each time with what it had said before."""
    model, before, told = type(thing), dict[str, Any](), list[tuple[Event, Change]]()
    for event in record.history(thing):
        values = said_in(event, model)
        fields = tuple(
            Said(str(fields_of(model)[name].verbose_name), was, now)
            for name in _TOLD[model]
            if name in values
            and (was := _in_words(model, name, before.get(name), names))
            != (now := _in_words(model, name, values[name], names))
        )
        by = staff.get(event.actor, "") if event.actor else ""
        undoable = thing == row and event.verb in UNDOABLE and stands_yet(row, values)
        told.append(
            (
                event,
                Change(
                    day_of(event),
                    by or _("this computer"),
                    verb_in_words(event.verb),
                    group,
                    fields,
                    event.pk,
                    undoable,
                ),
            )
        )
        before |= values
    return told


def stands_yet(row: RoadmapRow, values: Mapping[str, Any]) -> bool:
    """Whether the row still says what an event said of it, and its words may change."""
    return not row.adopted_on and all(
        getattr(row, fields_of(RoadmapRow)[name].attname) == value for name, value in values.items()
    )


# The fields that are told of, in the order in which a reader asks for them.
_TOLD: dict[type[OfProgramme], tuple[str, ...]] = {
    RoadmapRow: (
        "action",
        "theme",
        "solution",
        "level",
        "owner_office",
        "owner_organisation",
        "partners",
        "obligations",
        "starts_on",
        "first_step",
        "first_step_on",
        "due_on",
        "resources",
        "secured",
        "indicator",
        "unit",
        "direction",
        "baseline",
        "target",
        "adopted_on",
        "public",
    ),
    Obligation: ("by_constituency", "by_organisation", "to_constituency", "to_organisation", "what"),
    Endorsement: ("gradient", "present", "reservation", "spokesperson", "said_on"),
}


def _in_words(model: type[OfProgramme], name: str, value: Any, names: Mapping[uuid.UUID, str]) -> str:
    """A field's value for a reader; empty when it says nothing."""
    if isinstance(value, uuid.UUID):
        return names.get(value, "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    choices: dict[Any, Any] = dict(fields_of(model)[name].flatchoices)
    return str(choices.get(value, value or ""))


# ---- what the roadmap means for one constituency ---------------------------------------------------------


@dataclass(frozen=True)
class OnSheet:
    """A row as one constituency reads it: what it gets by it, what it owes for it, and where it stands.

    gets, owes: the lines that name it or one of its organisations. shared: those owed to everybody whom the
    row concerns, by others. leads: one of its organisations leads the row.
    """

    row: RoadmapRow
    stand: Stand
    gets: tuple[Obligation, ...]
    owes: tuple[Obligation, ...]
    shared: tuple[Obligation, ...]
    leads: bool


@dataclass(frozen=True)
class Sheet:
    """What the roadmap means for one constituency: what we get, and what we owe.

    gets: rows by which others owe something to it or to everybody. owes: rows that one of its organisations
    leads, or for which it owes something; a row may stand in both. others: the rest.
    """

    gets: tuple[OnSheet, ...]
    owes: tuple[OnSheet, ...]
    others: tuple[OnSheet, ...]


def rows_for(constituency: Constituency, *, public: bool = False) -> QuerySet[RoadmapRow]:
    """The roadmap's rows as one constituency asks for them: first those by which it gets or owes."""
    lines = standing(Obligation.objects.filter(row__programme=constituency.programme))
    lines = lines.filter(
        _to(constituency) | _by(constituency) | Q(to_constituency=None, to_organisation=None)
    )
    theirs = Q(pk__in=lines.values("row")) | Q(owner_organisation__constituency=constituency)
    beside = Case(When(theirs, then=Value(0)), default=Value(1))
    return rows(constituency.programme, public=public).order_by(beside, "due_on", "action", "pk")


def owed(constituency: Constituency, *, public: bool = False) -> tuple[int, int]:
    """How many things are owed to it by name, and how many it owes: lines, and rows that it leads."""
    found = rows(constituency.programme, public=public).order_by()
    lines = standing(Obligation.objects.filter(row__in=found.values("pk")))
    leads = found.filter(owner_organisation__constituency=constituency).count()
    return lines.filter(_to(constituency)).count(), lines.filter(_by(constituency)).count() + leads


def _to(constituency: Constituency) -> Q:
    """Lines that are owed to it or to one of its organisations."""
    return Q(to_constituency=constituency) | Q(to_organisation__constituency=constituency)


def _by(constituency: Constituency) -> Q:
    """Lines that it or one of its organisations owes."""
    return Q(by_constituency=constituency) | Q(by_organisation__constituency=constituency)


def sheet(constituency: Constituency, rows_: Sequence[RoadmapRow]) -> Sheet:
    """What these rows of the roadmap mean for one constituency: what we get, what we owe."""
    standings_ = standings(constituency.programme, rows_)
    lines = obligations(rows_)
    told = [
        _on_sheet(row, constituency, _stand_of(standings_[row.pk], constituency), lines[row.pk])
        for row in rows_
    ]
    return Sheet(
        tuple(one for one in told if one.gets or one.shared),
        tuple(one for one in told if one.owes or one.leads),
        tuple(one for one in told if not (one.gets or one.shared or one.owes or one.leads)),
    )


def _on_sheet(row: RoadmapRow, ours: Constituency, stand: Stand, lines: Sequence[Obligation]) -> OnSheet:
    of = Obligation.constituency_of
    return OnSheet(
        row,
        stand,
        gets=tuple(line for line in lines if of(line.creditor) == ours.pk),
        owes=tuple(line for line in lines if of(line.debtor) == ours.pk),
        shared=tuple(line for line in lines if line.creditor is None and of(line.debtor) != ours.pk),
        leads=row.owner_organisation.constituency_id == ours.pk,
    )


def obligations(rows_: Sequence[RoadmapRow]) -> dict[uuid.UUID, list[Obligation]]:
    """Who owes what to whom for each of the rows, in the order in which it was written."""
    found: dict[uuid.UUID, list[Obligation]] = {row.pk: [] for row in rows_}
    lines = standing(Obligation.objects.filter(row__in=list(found)))
    sides = ("by_constituency", "by_organisation", "to_constituency", "to_organisation")
    for line in lines.select_related(*sides).order_by("position", "pk"):
        found[line.row_id].append(line)
    return found


def _stand_of(found: Standing, constituency: Constituency) -> Stand:
    return next(stand for stand in found.stands if stand.constituency.pk == constituency.pk)


# ---- leadership groups -----------------------------------------------------------------------------------


def groups(programme: Programme) -> QuerySet[LeadershipGroup]:
    """The programme's leadership groups, the latest founded first."""
    found = standing(LeadershipGroup.objects.filter(programme=programme))
    return found.select_related("programme", "gathering").order_by("-hlc", "pk")


def seats(group: LeadershipGroup) -> QuerySet[Seat]:
    """The group's seats in the order of the constituencies."""
    found = standing(Seat.objects.filter(group=group))
    found = found.select_related("constituency", "place", "organisation", "stands_in")
    return found.order_by("constituency__position", "constituency__name", "hlc", "pk")


@dataclass(frozen=True)
class Balance:
    """Who sits in a group: how many seats there are, are filled, wait for an answer and are open.

    women and unsaid count holders who accepted; without names constituencies that have no seat at all.
    """

    seats: int
    filled: int
    nominated: int
    women: int
    unsaid: int
    without: tuple[Constituency, ...]
    unfilled: tuple[Constituency, ...]

    @property
    def open(self) -> int:
        """Seats for which nobody is nominated, or whose holder stood down."""
        return self.seats - self.filled - self.nominated

    @property
    def women_share(self) -> Fraction | None:
        """The share of women among those who accepted a seat; None when nobody has."""
        return Fraction(self.women, self.filled) if self.filled else None

    @property
    def sentence(self) -> str:
        """How the seats stand, in a few short sentences."""
        if not self.seats:
            return _("The group has no seats yet.")
        said = [
            ngettext(
                "%(filled)d of %(seats)d seat is filled.",
                "%(filled)d of %(seats)d seats are filled.",
                self.seats,
            )
            % {"filled": self.filled, "seats": self.seats}
        ]
        if self.filled:
            said.append(
                _("Women hold %(women)d of the %(filled)d.") % {"women": self.women, "filled": self.filled}
            )
        if self.without:
            said.append(_("Without a seat: %(groups)s.") % {"groups": _named(self.without)})
        return " ".join(said)


def balance(group: LeadershipGroup) -> Balance:
    """Who sits in the group, and who does not."""
    found = list(seats(group))
    states = Counter(seat.state for seat in found)
    accepted = [seat for seat in found if seat.state == Seat.State.ACCEPTED]
    has_seat = {seat.constituency_id for seat in found}
    has_holder = {seat.constituency_id for seat in accepted}
    declared = list(constituencies(group.programme))
    return Balance(
        seats=len(found),
        filled=len(accepted),
        nominated=states[Seat.State.NOMINATED],
        women=sum(seat.gender == Gender.WOMAN for seat in accepted),
        unsaid=sum(seat.gender == Gender.UNSAID for seat in accepted),
        without=tuple(one for one in declared if one.pk not in has_seat),
        unfilled=tuple(one for one in declared if one.pk in has_seat - has_holder),
    )


@dataclass(frozen=True)
class GroupStand:
    """Whether one constituency endorses a leadership group: the count of hands or slips, or None."""

    constituency: Constituency
    said: GroupEndorsement | None = None

    @property
    def share(self) -> Fraction | None:
        """The share that said yes; None when it has not been asked."""
        return None if self.said is None else Fraction(self.said.yes, self.said.yes + self.said.no)

    @property
    def endorses(self) -> bool | None:
        """Whether more than half said yes; None when it has not been asked."""
        return None if self.share is None else self.share > Fraction(1, 2)


MEAN_NEEDED = Fraction(2, 3)
GROUP_RULE = gettext_lazy(
    "The group is endorsed when more than half say yes in every constituency, and on average over the "
    "constituencies two thirds. Each constituency counts the same."
)


@dataclass(frozen=True)
class GroupStanding:
    """Whether the constituencies endorse a leadership group, each counting the same.

    Endorsed: more than half in every constituency, and on average over them two thirds (science.md §5).
    """

    stands: tuple[GroupStand, ...]

    @property
    def missing(self) -> tuple[Constituency, ...]:
        """Who has not been asked."""
        return tuple(stand.constituency for stand in self.stands if stand.endorses is None)

    @property
    def objecting(self) -> tuple[Constituency, ...]:
        """Where half or fewer said yes."""
        return tuple(stand.constituency for stand in self.stands if stand.endorses is False)

    @property
    def mean(self) -> Fraction | None:
        """The mean of the shares that said yes; None when nobody has been asked."""
        shares = [stand.share for stand in self.stands if stand.share is not None]
        return sum(shares, Fraction(0)) / len(shares) if shares else None

    @property
    def endorsed(self) -> bool:
        """Whether all were asked and the rule is met."""
        asked = bool(self.stands) and not self.missing and not self.objecting
        return asked and self.mean is not None and self.mean >= MEAN_NEEDED

    @property
    def sentence(self) -> str:
        """Whether the group is endorsed, and by whom not, in a sentence."""
        if self.mean is None:
            return _("No constituency has been asked yet whether it endorses this group.")
        if self.endorsed:
            return _("Every constituency endorses this group.")
        said = []
        if self.objecting:
            said.append(_("Not endorsed by: %(groups)s.") % {"groups": _named(self.objecting)})
        if self.missing:
            said.append(_("Not asked yet: %(groups)s.") % {"groups": _named(self.missing)})
        return " ".join(said) or _("More than half in each, but less than two thirds on average.")


def group_standing(group: LeadershipGroup) -> GroupStanding:
    """Whether each constituency endorses the group."""
    found = standing(GroupEndorsement.objects.filter(group=group)).order_by("hlc", "pk")
    said = {one.constituency_id: one for one in found}
    return GroupStanding(tuple(GroupStand(one, said.get(one.pk)) for one in constituencies(group.programme)))


# ---- who stands for a leadership group, and within which quotas ------------------------------------------

GENDER, CONSTITUENCY, PLACE = "gender", "constituency", "place"


@dataclass(frozen=True)
class Quota:
    """At least `least` and at most `most` members of one kind; most None for no limit.

    column: gender, constituency or place. value: a gender, or the id of the constituency or place.
    """

    column: str
    value: str
    least: int = 0
    most: int | None = None


def quotas(group: LeadershipGroup) -> list[Quota]:
    """The quotas of the group, as they were set."""
    return [Quota(**quota) for quota in group.quotas]


def values_of(programme: Programme, column: str) -> dict[str, str]:
    """What a quota of this column can be for, each with its name."""
    if column == GENDER:
        return {Gender.WOMAN.value: _("women"), Gender.MAN.value: _("men"), Gender.OTHER.value: _("others")}
    found = constituencies(programme) if column == CONSTITUENCY else places(programme)
    return {str(one.pk): one.name for one in found}


def quota_in_words(least: int, most: int | None) -> str:
    """From how many to how many, in a word or two."""
    if most is None:
        return _("%(least)d or more") % {"least": least}
    if least == most:
        return _("exactly %(least)d") % {"least": least}
    return _("%(least)d to %(most)d") % {"least": least, "most": most}


def candidates(group: LeadershipGroup) -> QuerySet[Candidate]:
    """Everybody nominated for the group whose name is known, in the order of the constituencies."""
    found = standing(Candidate.objects.filter(group=group)).exclude(name="")
    found = found.select_related("group__programme", "constituency", "place", "organisation")
    return found.order_by("constituency__position", "constituency__name", "name", "pk")


def on_the_ballot(group: LeadershipGroup) -> list[Candidate]:
    """Who consented to stand, in the order of the constituencies."""
    return list(candidates(group).filter(state=Candidate.State.CONSENTED))


@dataclass(frozen=True)
class Counted:
    """A line of the register: how many of one kind are nominated and consent, and the quota for them.

    column and value as in a quota. chosen: how many of them the slate has; None before.
    """

    column: str
    value: str
    kind: str
    quota: Quota | None
    nominated: int
    consent: int
    chosen: int | None = None

    @property
    def asked(self) -> str:
        """The quota in a word or two."""
        return quota_in_words(self.quota.least, self.quota.most) if self.quota else _("no quota")

    @property
    def short(self) -> bool:
        """Whether fewer consent than the quota asks for."""
        return self.quota is not None and self.consent < self.quota.least


def register(group: LeadershipGroup, chosen: Iterable[Candidate] | None = None) -> list[Counted]:
    """How many of each kind stand: women and each constituency, and every kind that somebody is of."""
    stand = list(candidates(group))
    members = None if chosen is None else list(chosen)
    asked = {(quota.column, quota.value): quota for quota in quotas(group)}
    lines = []
    for column in (GENDER, CONSTITUENCY, PLACE):
        for value, kind in values_of(group.programme, column).items():
            quota = asked.get((column, value))
            of_kind = [one for one in stand if _value(one, column) == value]
            if quota or of_kind or column == CONSTITUENCY or value == Gender.WOMAN:
                consent = sum(one.stands for one in of_kind)
                sit = None if members is None else sum(_value(one, column) == value for one in members)
                lines.append(Counted(column, value, kind, quota, len(of_kind), consent, sit))
    return lines


def _value(candidate: Candidate, column: str) -> str:
    """Of which kind a candidate is: a gender, or the id of their constituency or place; else empty."""
    if column == GENDER:
        return candidate.gender
    pk = candidate.constituency_id if column == CONSTITUENCY else candidate.place_id
    return str(pk or "")


# ---- the ballot on a leadership group --------------------------------------------------------------------


def ballots_asked(participant: Participant) -> list[LeadershipGroup]:
    """The leadership groups that the participant can vote on by phone now."""
    open_ = [g for g in groups(participant.programme) if g.phase() == LeadershipGroup.Phase.VOTING]
    return [g for g in open_ if not g.paper]


def ballot_of(group: LeadershipGroup, participant: Participant) -> frozenset[str] | None:
    """The ids of whom the participant approves of; None when they have not voted."""
    ballot = Ballot.objects.filter(pk=Ballot.id_for(group.pk, participant.pk)).first()
    return None if ballot is None else frozenset(ballot.approved)


def ballots(group: LeadershipGroup) -> list[tuple[Participant, frozenset[str]]]:
    """Every ballot that counts: whose it is, and the ids of whom they approve of. In no order of time."""
    found = Ballot.objects.filter(group=group, participant__removed=False, participant__merged_into=None)
    of_a_group = found.filter(participant__constituency__in=constituencies(group.programme))
    told = of_a_group.select_related("participant__constituency").order_by("participant")
    return [(ballot.participant, frozenset(ballot.approved)) for ballot in told]


def slips(group: LeadershipGroup) -> QuerySet[Slip]:
    """The slips that were typed in, by their number."""
    return standing(Slip.objects.filter(group=group)).select_related("constituency").order_by("number")


def slips_given(group: LeadershipGroup) -> int:
    """How many slips the desk gave."""
    return standing(SlipGiven.objects.filter(group=group)).count()


def hand_counts(group: LeadershipGroup) -> QuerySet[HandCount]:
    """What was counted by hand, box by box."""
    return standing(HandCount.objects.filter(group=group)).order_by("hlc", "pk")


def turnout(group: LeadershipGroup) -> list[Turnout]:
    """How many of each constituency voted on the group: never who."""
    declared = list(constituencies(group.programme))
    invited = Participant.objects.filter(programme=group.programme, constituency__in=declared, heard=False)
    people = standing(invited)
    sizes = dict(people.order_by().values_list("constituency").annotate(Count("pk")))
    voted: Counter[uuid.UUID | None]
    if group.paper:
        voted = Counter(slip.constituency_id for slip in slips(group))
    else:
        voted = Counter(voter.constituency_id for voter, _approved in ballots(group))
    return [Turnout(one, sizes.get(one.pk, 0), voted[one.pk]) for one in declared]


# ---- the slate -------------------------------------------------------------------------------------------


def slates(group: LeadershipGroup) -> QuerySet[Certificate]:
    """What was chosen from the group's ballots, the newest first."""
    return certificates(group.programme, Certificate.Kind.SLATE, about=group.pk)


def group_of(slate: Certificate) -> LeadershipGroup:
    """The group that a slate was chosen for."""
    return LeadershipGroup.objects.select_related("programme").get(pk=str(slate.about))


def same_stand(slate: Certificate, stand: Iterable[Candidate]) -> bool:
    """Whether those who stand are those whom the slate was chosen from."""
    then = {told["id"] for told in slate.said["candidates"].values()}
    return then == {str(one.pk) for one in stand if one.stands}


def elected(slate: Certificate) -> list[Candidate]:
    """The chosen, in the order of the constituencies; also who stood down or was forgotten since."""
    ids = [slate.said["candidates"][number]["id"] for number in slate.said["slate"]["members"]]
    found = Candidate.objects.filter(pk__in=ids)
    found = found.select_related("group__programme", "constituency", "place", "organisation")
    return list(found.order_by("constituency__position", "constituency__name", "name", "pk"))


def alternates(slate: Certificate) -> dict[uuid.UUID, Candidate]:
    """Who takes the place of each of the chosen, as far as the slate names somebody."""
    numbered = _numbered(slate)
    said: dict[str, str] = slate.said["slate"]["alternates"]
    pairs = ((numbered.get(number), numbered.get(instead)) for number, instead in said.items())
    return {one.pk: instead for one, instead in pairs if one and instead}


def voters(slate: Certificate) -> int:
    """How many ballots it was chosen from: people with a card, or slips of paper."""
    return slate.people or int(slate.said.get("slips", 0))


@dataclass(frozen=True)
class Chosen:
    """One of the chosen, who takes the seat if they leave, and the seat that they were given."""

    candidate: Candidate
    alternate: Candidate | None
    seat: Seat | None


@dataclass(frozen=True)
class Covered:
    """How many voters of one constituency have somebody they named in the group."""

    constituency: str
    voters: int
    covered: int

    @property
    def share(self) -> float | None:
        """The share; None when nobody of them voted."""
        return self.covered / self.voters if self.voters else None

    @property
    def shown(self) -> str | None:
        """The share as the public may see it; None when too few voted."""
        return shown_share(self.covered, self.voters)


@dataclass(frozen=True)
class Slate:
    """What was chosen, as a page tells it. nearest: how near the best claim of those left out comes, in 100.

    claimed: who had a good claim that the quotas broke, each with its weight in 100 of what it needs. price:
    what the quotas cost, in 100 of the worth of the best group without them.
    """

    certificate: Certificate
    chosen: tuple[Chosen, ...]
    covered: tuple[Covered, ...]
    price: float
    quotas: tuple[Counted, ...]
    nearest: float | None
    claimed: tuple[tuple[Candidate, int], ...]

    @property
    def price_sentence(self) -> str:
        """What the quotas cost, in plain words."""
        if not self.certificate.rule["quotas"] and not self.certificate.rule["one_per"]:
            return _("There were no quotas to keep.")
        if self.price < 0.05:
            return _("The quotas cost nothing: without them the voters could not have been served better.")
        return _("The quotas cost %(price).1f in 100 of what the best group without them would be worth.") % {
            "price": self.price
        }

    @property
    def public_price_sentence(self) -> str:
        """What the quotas cost, as the public may know it: of a few ballots it would tell too much."""
        if not enough_for_shares(voters(self.certificate)):
            return _("Too few voted to say in public what the quotas cost.")
        return self.price_sentence

    @property
    def covered_sentence(self) -> str:
        """How well the voters of the worst served constituency are represented, for the staff."""
        shares = [one.share for one in self.covered if one.share is not None]
        if not shares:
            return _("Nobody voted.")
        return _("In every group at least %(share)d in 100 of those who voted have somebody they named.") % {
            "share": int(100 * min(shares))
        }

    @property
    def silent(self) -> tuple[str, ...]:
        """The constituencies of which nobody voted."""
        return tuple(one.constituency for one in self.covered if not one.voters)

    @property
    def waiting(self) -> tuple[Chosen, ...]:
        """Those of the chosen who stand and have no seat yet."""
        return tuple(one for one in self.chosen if one.seat is None and one.candidate.stands)


def slate(certificate: Certificate) -> Slate:
    """The slate as a page tells it."""
    group = group_of(certificate)
    numbered = _numbered(certificate)
    result: Mapping[str, Any] = certificate.said["slate"]
    seats_ = standing(Seat.objects.filter(group=group, candidate__isnull=False))
    held = {seat.candidate_id: seat for seat in seats_ if seat.held}
    by_id = {number: numbered[number].pk for number in result["members"]}
    alternates = {by_id[number]: numbered.get(instead) for number, instead in result["alternates"].items()}
    members = elected(certificate)
    claims = sorted(result["claims"], key=lambda claim: -claim["weight"] / claim["needed"])
    return Slate(
        certificate=certificate,
        chosen=tuple(Chosen(one, alternates[one.pk], held.get(one.pk)) for one in members),
        covered=tuple(
            Covered(name, voters, round(result["represented"].get(name, 0) * voters))
            for name, voters in certificate.said["voters"]
        ),
        price=100 * (1 - result["score"] / result["free"]) if result["free"] else 0.0,
        quotas=tuple(line for line in register(group, members) if line.quota),
        nearest=100 * claims[0]["weight"] / claims[0]["needed"] if claims else None,
        claimed=tuple(
            (numbered[claim["item"]], round(100 * claim["weight"] / claim["needed"]))
            for claim in claims
            if claim["weight"] >= claim["needed"]
        ),
    )


def _numbered(certificate: Certificate) -> dict[str, Candidate]:
    """The candidates of a slate by their numbers in it."""
    ids = {number: told["id"] for number, told in certificate.said["candidates"].items()}
    found = Candidate.objects.filter(pk__in=ids.values())
    found = found.select_related("group__programme", "constituency", "place", "organisation")
    by_id = {str(one.pk): one for one in found}
    return {number: by_id[pk] for number, pk in ids.items() if pk in by_id}
