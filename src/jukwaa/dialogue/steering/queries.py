"""What is put to the vote as those see it who steer: what waits, what is alike, what looks ahead."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa import record
from jukwaa.dialogue.models import Descent, Finding, Round, Source, Statement, Unlike, Vote, Wording
from jukwaa.dialogue.queries import (
    STANDING,
    Answer,
    in_the_readers_language,
    rounds_not_closed,
    was_answered,
    with_words,
)
from jukwaa.dialogue.steering.nearness import Worded, near_pairs
from jukwaa.programmes.models import Participant

State = Statement.State

# The verbs of statements whose words were made of others', so that undoing it takes them away.
MADE = frozenset(
    {
        "dialogue.statement_made_of_others",
        "dialogue.statement_split_off",
        "dialogue.statement_carried",
    }
)


def as_seen(statement: Statement) -> str:
    """What a moderator looks at, in twelve letters: another decision or other words change it."""
    said = f"{statement.state}/{statement.reason}/{statement.language}/{statement.text}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]


# ---- where statements came from and go on ----------------------------------------------------------------


def goes_on_in(statement: Statement) -> list[Descent]:
    """In which statements its words go on."""
    found = Descent.objects.filter(STANDING, parent=statement, statement__removed=False)
    return list(found.select_related("statement__round").order_by("hlc", "pk"))


def came_from(statement: Statement) -> list[Descent]:
    """Which statements go on in it."""
    found = Descent.objects.filter(STANDING, statement=statement, parent__removed=False)
    return list(found.select_related("parent__round").order_by("hlc", "pk"))


def was_made_of_others(statement: Statement) -> bool:
    """Whether its words were written for a joining, a splitting or a carrying over."""
    said = record.history(statement)
    return bool(said) and said[0].verb in MADE


def state_before(statement: Statement) -> str:
    """How the statement stood before its words went on in others."""
    for event in reversed(record.history(statement)):
        state = json.loads(event.plain).get("state")
        if state is not None and state != State.JOINED:
            return str(state)
    return State.PROPOSED.value


# ---- the page of those who steer -------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A statement on the page: what was seen of it, who said it, and what is going on with it.

    place: from 1, among those put to the vote. came_from: words that go on in it. goes_on_in: words in which
    it goes on. wording: the last other words that its author was asked for.
    """

    statement: Statement
    place: int
    seen: str
    voted: int
    of_a_voice: bool
    came_from: tuple[Descent, ...]
    goes_on_in: tuple[Descent, ...]
    wording: Wording | None

    @property
    def who(self) -> str:
        """Whose words these are."""
        if self.statement.by_participant:
            return _("proposed by a participant")
        if self.of_a_voice:
            return _("from the field")
        if self.came_from:
            return _("made of others")
        return _("worded by the staff")


def lines(statements: Iterable[Statement]) -> list[Line]:
    """The statements with what is shown beside them, in their order, by a fixed number of queries."""
    found = list(statements)
    keys = [statement.pk for statement in found]
    votes = dict(Vote.objects.filter(statement__in=keys).values_list("statement").annotate(Count("pk")))
    tied = set(Source.objects.filter(STANDING, statement__in=keys).values_list("statement_id", flat=True))
    parents, children = defaultdict(list), defaultdict(list)
    ties = Descent.objects.filter(STANDING, statement__removed=False, parent__removed=False)
    for tie in ties.filter(statement__in=keys).select_related("parent").order_by("hlc"):
        parents[tie.statement_id].append(tie)
    for tie in ties.filter(parent__in=keys).select_related("statement__round").order_by("hlc"):
        children[tie.parent_id].append(tie)
    wordings = {
        w.statement_id: w for w in Wording.objects.filter(STANDING, statement__in=keys).order_by("hlc")
    }
    return [
        Line(
            statement,
            place,
            as_seen(statement),
            votes.get(statement.pk, 0),
            statement.pk in tied,
            tuple(parents[statement.pk]),
            tuple(children[statement.pk]),
            wordings.get(statement.pk),
        )
        for place, statement in enumerate(found, 1)
    ]


def waiting(round: Round) -> QuerySet[Statement]:
    """What waits for a moderator, the longest first: written, or said aloud and still to be written down."""
    found = with_words(Statement.objects.filter(STANDING, round=round, state=State.PROPOSED))
    return found.order_by("position", "pk")


def decided(round: Round) -> QuerySet[Statement]:
    """What is kept from the vote or said in others, the latest decision first."""
    found = Statement.objects.filter(STANDING, round=round, state__in=[State.REJECTED, State.JOINED])
    return found.exclude(text="").order_by("-hlc", "pk")


@dataclass(frozen=True)
class Pair:
    """Two lines that are near copies; one_says_not: perhaps one says the contrary."""

    one: Line
    other: Line
    one_says_not: bool


def alike(shown: Iterable[Line], *, leave_out: Iterable[str] = ()) -> list[Pair]:
    """Which of the lines are near copies of each other, those nobody said differ, the nearest first.

    leave_out: pairs for later, as `pair_key` names them.
    """
    by_id = {line.statement.pk: line for line in shown}
    texts = sorted(
        (
            Worded(pk, line.statement.language, line.statement.text)
            for pk, line in by_id.items()
            if line.statement.text
        ),
        key=lambda worded: worded.id,
    )
    unlike = set(Unlike.objects.filter(STANDING, one__in=by_id).values_list("pk", flat=True))
    later = set(leave_out)
    return [
        Pair(by_id[near.one], by_id[near.other], near.one_says_not)
        for near in near_pairs(tuple(texts))
        if Unlike.id_for(near.one, near.other) not in unlike and pair_key(near.one, near.other) not in later
    ]


def pair_key(one: uuid.UUID, other: uuid.UUID) -> str:
    """A name for two statements, in either order."""
    return ".".join(sorted((one.hex, other.hex)))


def rounds_for_solutions(round: Round) -> list[Round]:
    """The rounds to which a solution said in this one can be carried over: prepared or open, not closed."""
    found = rounds_not_closed(round.programme).filter(kind=Round.Kind.SOLUTIONS).exclude(pk=round.pk)
    return list(found)


def answers_off_the_vote(round: Round, participant: Participant) -> list[Answer]:
    """What the participant said to statements that are not put to the vote any more: it stays with them."""
    said = Vote.objects.filter(participant=participant, statement__round=round).exclude(statement__text="")
    gone = said.filter(statement__removed=False).exclude(statement__state=State.APPROVED)
    found = gone.select_related("statement").order_by("statement__position", "pk")
    in_the_readers_language([vote.statement for vote in found])
    return [Answer(vote.statement, vote.choice) for vote in found]


# ---- other words -----------------------------------------------------------------------------------------


def asked(statement: Statement) -> QuerySet[Wording]:
    """Other words for which its author is being asked."""
    return Wording.objects.filter(STANDING, statement=statement, state=Wording.State.ASKED)


def asked_of(participant: Participant) -> list[Wording]:
    """Other words that this participant is asked to nod to, the oldest first."""
    found = Wording.objects.filter(STANDING, subject=participant.pk, state=Wording.State.ASKED)
    waits = found.exclude(text="").select_related("statement__round").order_by("hlc")
    return [wording for wording in waits if can_be_reworded(wording.statement)]


def can_be_reworded(statement: Statement) -> bool:
    """Whether other words can still stand for these: before the vote on them has begun."""
    before = statement.state == State.PROPOSED or (
        statement.state == State.APPROVED and statement.round.opened_at is None
    )
    return before and not statement.removed and not was_answered([statement])


# ---- where the round looks -------------------------------------------------------------------------------


@dataclass(frozen=True)
class ForwardShare:
    """How many of a round's statements look ahead and how many bear solutions, as moderators read them.

    statements: that wait or are put to the vote. The others count those of which somebody said it.
    """

    statements: int
    ahead: int
    back: int
    problems: int
    solutions: int

    @property
    def looks_read(self) -> int:
        """Of how many it was said where they look."""
        return self.ahead + self.back

    @property
    def bears_read(self) -> int:
        """Of how many it was said what they bear."""
        return self.problems + self.solutions

    @property
    def percent_ahead(self) -> int:
        """Of a hundred of which it was said, how many look ahead; none where nobody said."""
        return round_half_up(self.ahead, self.looks_read)

    @property
    def sentence(self) -> str:
        """Where the round looks, in words, with the base of each figure."""
        if not self.statements:
            return _("No statement yet.")
        if not (self.looks_read or self.bears_read):
            return _("Nobody has read yet where these statements look, or what they bear.")
        told = []
        if self.looks_read:
            looks = ngettext(
                "%(ahead)s of %(base)s statement looks ahead.",
                "%(ahead)s of %(base)s statements look ahead.",
                self.looks_read,
            )
            told.append(looks % {"ahead": self.ahead, "base": self.looks_read})
        if self.bears_read:
            bears = ngettext(
                "%(solutions)s of %(base)s statement bears a solution.",
                "%(solutions)s of %(base)s statements bear a solution.",
                self.bears_read,
            )
            told.append(bears % {"solutions": self.solutions, "base": self.bears_read})
        return " ".join(told)

    @property
    def unread(self) -> int:
        """Of how many something is still to be said."""
        return self.statements - min(self.looks_read, self.bears_read)


def round_half_up(part: int, base: int) -> int:
    """The part in percent of the base; 0 of nothing."""
    return (200 * part + base) // (2 * base) if base else 0


def forward_share(round: Round) -> ForwardShare:
    """Where the round's statements look and what they bear, live."""
    found = Statement.objects.filter(STANDING, round=round, state__in=[State.PROPOSED, State.APPROVED])
    rows = list(found.exclude(text="").values_list("looks", "bears"))
    looks, bears = Counter(look for look, _b in rows), Counter(bear for _l, bear in rows)
    return ForwardShare(
        statements=len(rows),
        ahead=looks[Statement.Looks.AHEAD],
        back=looks[Statement.Looks.BACK],
        problems=bears[Statement.Bears.PROBLEM],
        solutions=bears[Statement.Bears.SOLUTION],
    )


# ---- rounds apart ----------------------------------------------------------------------------------------


def to_release(participant: Participant) -> list[Round]:
    """Closed rounds of the participant's own group that it has not released, the latest first."""
    found = Round.objects.filter(
        STANDING, programme=participant.programme_id, hidden=False, released_at=None, closed_at__isnull=False
    )
    own = found.select_related("constituency").order_by("-closed_at")
    return [round_ for round_ in own if round_.apart and round_.is_for(participant)]


def has_crossed(round: Round) -> bool:
    """Whether the road builds on the round already: something was taken up from it."""
    return Finding.objects.filter(STANDING, statement__round=round).exists()
