"""What a gathering came to, read from the record: who was there, what was agreed, what comes next."""

from __future__ import annotations

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa.dialogue import queries
from jukwaa.dialogue.hall.queries import plenary_notes
from jukwaa.dialogue.models import (
    Attendance,
    Descent,
    Finding,
    Gathering,
    Note,
    Round,
    Source,
    Spoken,
    Statement,
)
from jukwaa.dialogue.queries import STANDING, Result
from jukwaa.programmes.models import Gender
from jukwaa.programmes.queries import constituencies
from jukwaa.record.models import Translation

# ---- who was there ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attended:
    """Of a group: how many were asked and came, and of those how many women, men and others."""

    group: str
    asked: int
    came: int
    women: int
    men: int

    @property
    def others(self) -> int:
        """Those of another gender, and those who prefer not to say."""
        return self.came - self.women - self.men


def attended(gathering: Gathering) -> list[Attended]:
    """Who came by group and gender, from the one register; whoever left had come."""
    own: dict[str, list[Attendance]] = defaultdict(list)
    for row in queries.attendance(gathering):
        own[str(row.participant.constituency or "")].append(row)
    return [_attended(group, rows) for group, rows in own.items()]


def _attended(group: str, rows: Sequence[Attendance]) -> Attended:
    genders = Counter(row.participant.gender for row in rows if row.state in queries.CAME)
    came = sum(genders.values())
    return Attended(group, len(rows), came, genders[Gender.WOMAN], genders[Gender.MAN])


def who_was_missing(gathering: Gathering, there: Sequence[Attended]) -> list[str]:
    """Which declared groups nobody came of, and where no woman came, each in a sentence."""
    if not any(row.came for row in there):
        return []
    came = {row.group: row for row in there if row.came}
    names = [group.name for group in constituencies(gathering.programme)]
    nobody = [_("Nobody of %(group)s was there.") % {"group": name} for name in names if name not in came]
    no_woman = [
        _("No woman of %(group)s was there.") % {"group": name}
        for name, row in came.items()
        if name and not row.women
    ]
    return nobody + no_woman


@dataclass(frozen=True)
class Airtime:
    """How long those of one kind spoke, in minutes, and which share in percent of all speaking that was."""

    who: str
    minutes: int
    share: int


def airtime(gathering: Gathering) -> list[tuple[str, list[Airtime]]]:
    """The speaking time by gender and by group; empty where nobody's was taken."""
    spoken = queries.speeches(gathering).exclude(seconds=None).order_by()
    genders = dict(spoken.values_list("participant__gender").annotate(Sum("seconds")))
    groups = dict(
        spoken.exclude(participant__constituency=None)
        .values_list("participant__constituency__name")
        .annotate(Sum("seconds"))
    )
    if not genders:
        return []
    by_gender = {str(label): genders.get(value, 0) for value, label in queries.MANY.items()}
    declared = [group.name for group in constituencies(gathering.programme)]
    by_group = {name: groups.get(name, 0) for name in declared}
    return [(_("Women and men"), _shares(by_gender)), (_("Groups"), _shares(by_group))]


def _shares(seconds: dict[str, int]) -> list[Airtime]:
    whole = sum(seconds.values()) or 1
    return [Airtime(who, round(took / 60), round(100 * took / whole)) for who, took in seconds.items()]


# ---- what was asked and said -----------------------------------------------------------------------------


def rounds(gathering: Gathering) -> list[Round]:
    """The gathering's rounds that may be told of: opened, and not kept apart by those who held them."""
    found = queries.rounds(gathering.programme).filter(gathering=gathering, opened_at__isnull=False)
    told = [each for each in found.select_related("constituency", "gathering") if not each.kept_apart]
    for each in told:
        each.programme = each.gathering.programme = gathering.programme
    return queries.in_the_readers_language(told)


@dataclass(frozen=True)
class CameTo:
    """A statement in the order that a round came to; passes: in a round of steps, whether it passes."""

    row: queries.Ranked
    passes: bool | None


@dataclass(frozen=True)
class Asked:
    """A round: who answered, by which ways, and what the groups said of each statement.

    results: the most agreed first; empty before it was drawn, and where people did not vote. came_to: the
    order in which a round that is not of votes put its statements, each with the figure in words.
    """

    round: Round
    turnout: list[queries.Turnout]
    ways: list[queries.ByChannel]
    results: list[Result]
    came_to: list[CameTo]

    @property
    def people(self) -> int:
        return sum(row.voted for row in self.turnout)

    @property
    def agreed(self) -> list[Result]:
        """What every group can live with."""
        return [result for result in self.results if result.label == "common ground"]

    @property
    def open(self) -> list[Result]:
        """What at least one group rejects."""
        return [result for result in self.results if result.label == "divided"]


def asked(round: Round) -> Asked:
    """What there is to tell of one round."""
    snapshot = round.snapshot
    return Asked(
        round,
        queries.turnout(round),
        queries.by_channel(round),
        queries.results(round, snapshot) if snapshot else [],
        came_to(round),
    )


def came_to(round: Round) -> list[CameTo]:
    """What a round that is not of votes came to when it was closed; empty before."""
    kept = queries.kept_of(round)
    if kept is None:
        return []
    passes = {each.statement.pk: each.passes for each in queries.passed(round, kept.said)}
    rows = queries.ranked(round, kept.said).rows
    return [CameTo(row, passes.get(row.statement.pk)) for row in rows]


def _in_words(rows: Iterable[Statement]) -> list[Statement]:
    return queries.in_the_readers_language(rows)


@dataclass(frozen=True)
class CameIn:
    """A statement that a participant proposed, and what became of it."""

    statement: Statement
    became: str


def came_in(rounds: Sequence[Round]) -> list[CameIn]:
    """What participants proposed in these rounds and what became of it, in order; not whose it is."""
    proposed = Statement.objects.filter(STANDING, round__in=rounds, by_participant=True).exclude(text="")
    found = _in_words(proposed.order_by("round__opened_at", "position", "pk"))
    taken_up = set(
        Finding.objects.filter(STANDING, statement__in=found).values_list("statement_id", flat=True)
    )
    return [CameIn(each, _became(each, each.pk in taken_up)) for each in found]


def _became(statement: Statement, taken_up: bool) -> str:
    if taken_up:
        return _("put to the vote, and taken up")
    if statement.state == Statement.State.REJECTED and statement.reason:
        return f"{statement.get_state_display()}: {statement.get_reason_display()}"
    return str(statement.get_state_display())


def taken_up(rounds: Sequence[Round]) -> list[Result]:
    """The findings taken up of these rounds, as they were taken up."""
    found = Finding.objects.filter(STANDING, statement__round__in=rounds).exclude(statement__text="")
    rows = list(found.select_related("statement__round").order_by("hlc"))
    _in_words([row.statement for row in rows])
    return [Result.of_finding(row) for row in rows]


# ---- carried over ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """A statement that can be carried over, with what the groups said of it, None where nothing was drawn.

    like: a statement that is in the round already and says nearly the same, or None.
    """

    statement: Statement
    result: Result | None
    like: Statement | None


def candidates(round: Round | None, gathering: Gathering) -> list[tuple[Round, list[Candidate]]]:
    """What earlier rounds leave to go on with: the latest first, in each the most agreed first.

    Without what is in the round already, and without rounds that a group keeps to itself.
    """
    there = carried_to(round) if round else set()
    own = _in_words(everything_in(round)) if round else []
    found = []
    for earlier in _earlier(round, gathering):
        snapshot = earlier.snapshot
        results = queries.results(earlier, snapshot) if snapshot else []
        drawn = {result.statement.pk for result in results}
        rest = [each for each in _in_words(queries.put_to_the_vote(earlier)) if each.pk not in drawn]
        rows = [Candidate(each.statement, each, like(each.statement, own)) for each in results]
        rows += [Candidate(each, None, like(each, own)) for each in rest]
        if left := [row for row in rows if row.statement.pk not in there]:
            found.append((earlier, left))
    return found


def _earlier(round: Round | None, gathering: Gathering) -> list[Round]:
    opened = queries.rounds(gathering.programme).filter(opened_at__isnull=False)
    others = [each for each in opened.order_by("-opened_at") if not each.kept_apart and each != round]
    return queries.in_the_readers_language(others)


def everything_in(round: Round) -> QuerySet[Statement]:
    """All that stands in the round, whatever was decided of it."""
    return Statement.objects.filter(STANDING, round=round).exclude(text="")


def carried_to(round: Round) -> set[uuid.UUID]:
    """The statements that were carried over to the round."""
    found = Descent.objects.filter(
        STANDING, statement__round=round, statement__removed=False, how=Descent.How.CARRIED
    )
    return set(found.values_list("parent_id", flat=True))


def carried_in(gathering: Gathering) -> list[Statement]:
    """What was carried over to the gathering's rounds, each with its round."""
    rows = Statement.objects.filter(
        STANDING,
        round__gathering=gathering,
        parents__how=Descent.How.CARRIED,
        parents__removed=False,
    )
    return _in_words(rows.exclude(text="").select_related("round").distinct().order_by("position", "pk"))


ALIKE = 0.7


def like(statement: Statement, others: Iterable[Statement]) -> Statement | None:
    """One of the others that shares most of its words, for a person to judge; None where none does."""
    words = _words(statement.text)
    near = [(len(words & its) / len(words | its), each) for each in others if (its := _words(each.text))]
    best = max(near, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def quotes_of(statement: Statement) -> list[uuid.UUID]:
    """The quotes that the statement came from, in their order."""
    tied = Source.objects.filter(STANDING, statement=statement).order_by("hlc")
    return list(tied.values_list("quote_id", flat=True))


def translations_of(statement: Statement) -> QuerySet[Translation]:
    """What it says in other languages."""
    return Translation.objects.filter(STANDING, object=statement.pk, field="text").exclude(text="")


def sounds_of(statement: Statement) -> QuerySet[Spoken]:
    """How it sounds, by language and kind of voice."""
    return Spoken.objects.filter(STANDING, object=statement.pk).exclude(sound="")


def rounds_to_fill(gathering: Gathering) -> list[Round]:
    """The gathering's rounds that can still take statements, those not opened first."""
    found = queries.rounds_not_closed(gathering.programme).filter(gathering=gathering)
    return sorted(queries.in_the_readers_language(found), key=lambda each: each.opened_at is not None)


# ---- the minutes -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Minutes:
    """All that a gathering came to. Nothing of risks, incidents, or rounds that a group keeps to itself."""

    gathering: Gathering
    at: datetime
    notes: dict[str, list[Note]]
    attended: list[Attended]
    missing: list[str]
    asked: list[Asked]
    taken_up: list[Result]
    came_in: list[CameIn]
    airtime: list[tuple[str, list[Airtime]]]

    @property
    def decisions(self) -> list[Note]:
        return self.notes.get(Note.Kind.DECISION, [])

    @property
    def next_steps(self) -> list[Note]:
        return self.notes.get(Note.Kind.ACTION, [])

    @property
    def disagreements(self) -> list[Note]:
        return self.notes.get(Note.Kind.DISAGREEMENT, [])

    @property
    def other_notes(self) -> list[Note]:
        return self.notes.get(Note.Kind.NOTE, [])

    @property
    def came(self) -> int:
        return sum(row.came for row in self.attended)

    @property
    def women(self) -> int:
        return sum(row.women for row in self.attended)

    @property
    def problems(self) -> list[Result]:
        """The problems that every group can live with calling one."""
        return self._agreed(Round.Kind.PROBLEMS)

    @property
    def solutions(self) -> list[Result]:
        return self._agreed(Round.Kind.SOLUTIONS)

    @property
    def open(self) -> list[Result]:
        return [result for each in self.asked for result in each.open]

    def _agreed(self, kind: str) -> list[Result]:
        return [result for each in self.asked if each.round.kind == kind for result in each.agreed]


def minutes(gathering: Gathering, *, at: datetime | None = None) -> Minutes:
    """What the gathering came to, in the reader's language, as it stands now."""
    by_kind: dict[str, list[Note]] = defaultdict(list)
    for note in plenary_notes(gathering):
        by_kind[note.kind].append(note)
    there = attended(gathering)
    held = rounds(gathering)
    return Minutes(
        gathering=gathering,
        at=at or timezone.now(),
        notes=dict(by_kind),
        attended=there,
        missing=who_was_missing(gathering, there),
        asked=[asked(each) for each in held],
        taken_up=taken_up(held),
        came_in=came_in(held),
        airtime=airtime(gathering),
    )
