"""How far each constituency's statements come along the road, and where they fall out."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jukwaa.agenda.models import Problem, RoadmapRow, Solution
from jukwaa.delivery.models import Commitment, Outcome
from jukwaa.delivery.queries import Stands, as_they_stand
from jukwaa.dialogue.models import Finding, Mark, Source, Statement, Tally, Vote
from jukwaa.dialogue.queries import of_the_mixed_room
from jukwaa.programmes.disclosure import Frame, about, enough, in_words, shown_count
from jukwaa.programmes.models import Constituency, OfProgramme, Participant, Programme
from jukwaa.programmes.queries import constituencies, not_forgotten, standing
from jukwaa.stories.models import Story
from jukwaa.stories.walk import Children, onward

# The steps of the road that a statement can reach, in their order; each includes all after it.
STAGES = {
    "said": gettext_lazy("said"),
    "accepted": gettext_lazy("put to the vote"),
    "voted": gettext_lazy("voted on"),
    "finding": gettext_lazy("taken up"),
    "agenda": gettext_lazy("on the agenda"),
    "roadmap": gettext_lazy("on the roadmap"),
    "promised": gettext_lazy("promised"),
    "done": gettext_lazy("done or changed"),
}
ORDER = list(STAGES)
PROMISED = ORDER.index("promised")


@dataclass(frozen=True)
class Reach:
    """How far each statement of a programme came, as an index of STAGES by its id, and whose it is.

    groups: the constituencies that each came from: of those whose words it holds, or of who proposed it.
    """

    statements: dict[uuid.UUID, Statement]
    stage: dict[uuid.UUID, int]
    groups: dict[uuid.UUID, set[uuid.UUID]]

    def of(self, group: uuid.UUID | None) -> list[Statement]:
        """The statements of that constituency, or all."""
        return [
            row for pk, row in self.statements.items() if group is None or group in self.groups.get(pk, ())
        ]

    def reached(self, stage: str, group: uuid.UUID | None, *, only: bool = False) -> list[Statement]:
        """Those that came to that step or further; with `only` those that came no further."""
        wanted = ORDER.index(stage)
        came = [(self.stage[row.pk], row) for row in self.of(group)]
        return [row for at, row in came if at == wanted or (not only and at > wanted)]


def reach(programme: Programme) -> Reach:
    """How far each statement came. What a group keeps to itself is not counted, nor what was forgotten."""
    rows = standing(Statement.objects.filter(of_the_mixed_room("round__"), programme=programme))
    said = list(not_forgotten(rows).exclude(text="").select_related("programme", "round"))
    after = onward(said)
    way = _Way(after, _voted_on(programme), _done(programme, after))
    return Reach(
        {row.pk: row for row in said},
        {row.pk: way.furthest(row) for row in said},
        _groups(said),
    )


def _voted_on(programme: Programme) -> set[uuid.UUID]:
    """The statements that anybody answered, on a phone or by a count of hands or papers."""
    found: set[uuid.UUID] = set()
    for model in (Vote, Mark, Tally):
        rows: QuerySet[Any] = model._default_manager.filter(statement__programme=programme)
        found.update(rows.order_by().values_list("statement", flat=True).distinct())
    return found


def _done(programme: Programme, after: Children) -> set[uuid.UUID]:
    """The promises along the way whose owners say that they are done, and nobody disputes it."""
    promised = {each.pk for rows in after.values() for each in rows if isinstance(each, Commitment)}
    rows = as_they_stand(Commitment.objects.filter(programme=programme, pk__in=promised))
    return set(rows.filter(stands=Stands.DONE).values_list("pk", flat=True))


def _groups(said: Sequence[Statement]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The constituencies that each statement came from."""
    found: dict[uuid.UUID, set[uuid.UUID | None]] = defaultdict(set)
    tied = Source.objects.filter(statement__in=[row.pk for row in said], removed=False)
    for statement, group in tied.values_list("statement", "quote__testimony__voice__constituency"):
        found[statement].add(group)
    by = {row.pk: row.subject for row in said if row.by_participant}
    people = Participant.objects.filter(pk__in=[person for person in by.values() if person])
    groups = dict(people.values_list("pk", "constituency"))
    for statement, person in by.items():
        found[statement].add(groups.get(person) if person else None)
    return {statement: {group for group in of if group} for statement, of in found.items()}


@dataclass(frozen=True)
class _Way:
    """The road onward from the statements, walked once for each thing."""

    after: Children
    voted: set[uuid.UUID]
    done: set[uuid.UUID]
    known: dict[uuid.UUID, int] = field(default_factory=dict)

    def furthest(self, thing: OfProgramme) -> int:
        if thing.pk not in self.known:
            further = [self.furthest(each) for each in self.after.get(thing.pk, [])]
            self.known[thing.pk] = max([self._stage(thing), *further])
        return self.known[thing.pk]

    def _stage(self, thing: OfProgramme) -> int:
        match thing:
            case Statement():
                name = "said"
                if thing.state in {Statement.State.APPROVED, Statement.State.JOINED} and not thing.removed:
                    name = "voted" if thing.pk in self.voted else "accepted"
            case Finding():
                name = "finding"
            case Problem() | Solution():
                name = "agenda"
            case RoadmapRow():
                name = "roadmap"
            case Commitment():
                name = "done" if thing.pk in self.done else "promised"
            case Outcome() | Story():
                name = "done"
            case _:
                name = "said"
        return ORDER.index(name)


# ---- as it is shown --------------------------------------------------------------------------------------

# Of a drawing that is 372 wide: the words of a step stand above its bar, for they are long in Swahili.
WIDE, APART = 320, 36


@dataclass(frozen=True)
class Bar:
    """One step of the ladder as it is drawn and written. shown: the count as this reader may see it."""

    stage: str
    label: str
    shown: str
    y: int
    width: int
    text_x: int


@dataclass(frozen=True)
class Ladder:
    """How many of a constituency's statements, or of all, reach each step, for whoever looks."""

    label: str
    group: uuid.UUID | None
    counts: tuple[int, ...]
    frame: Frame

    @classmethod
    def of(cls, found: Reach, group: Constituency | None, frame: Frame) -> Ladder:
        key = group.pk if group else None
        at = [found.stage[row.pk] for row in found.of(key)]
        counts = tuple(sum(each >= stage for each in at) for stage in range(len(ORDER)))
        return cls(str(group) if group else _("All statements"), key, counts, frame)

    @property
    def is_told(self) -> bool:
        """Whether there are enough statements to be told of by themselves: few would tell whose they are."""
        return self.counts[0] > 0 if self.frame is Frame.STAFF else enough(self.counts[0])

    @property
    def bars(self) -> list[Bar]:
        """The steps as bars of one scale. What is not counted out has no length."""
        lengths = self.counts if self.frame is Frame.STAFF else tuple(about(count) for count in self.counts)
        most = max(lengths[0], 1)
        return [
            Bar(
                stage,
                str(STAGES[stage]),
                shown_count(count, self.frame),
                number * APART,
                width := round(WIDE * length / most),
                width + 8,
            )
            for number, (stage, count, length) in enumerate(zip(ORDER, self.counts, lengths, strict=True))
        ]

    @property
    def sentence(self) -> str:
        """How many are promised, and where most fell out."""
        if not self.is_told:
            return _("Fewer than ten statements. They are counted with all statements.")
        promised = self.counts[PROMISED]
        said = {"all": in_words(self.counts[0], self.frame), "promised": in_words(promised, self.frame)}
        first = ngettext(
            "Of %(all)s statements %(promised)s is promised.",
            "Of %(all)s statements %(promised)s are promised.",
            promised if self.frame is Frame.STAFF else len(ORDER),
        )
        if self.frame is Frame.STAFF and not promised:
            first = _("Of %(all)s statements none is promised yet.")
        if self.frame is Frame.STAFF and self.counts[0] == 1:
            first = (
                _("One statement, and it is promised.") if promised else _("One statement, not promised yet.")
            )
        return f"{first % said} {self._worst}".strip()

    @property
    def _worst(self) -> str:
        """Between which steps most fall out, if they are so many that it may be told."""
        drops = [before - after for before, after in zip(self.counts, self.counts[1:], strict=False)]
        most = max(drops)
        if most == 0 or (self.frame is not Frame.STAFF and not enough(most)):
            return ""
        at = drops.index(most)
        said = {"before": str(STAGES[ORDER[at]]), "after": str(STAGES[ORDER[at + 1]])}
        said["number"] = in_words(most, self.frame)
        return _("Most fell out between “%(before)s” and “%(after)s”: %(number)s.") % said


def ladders(programme: Programme, found: Reach, frame: Frame) -> list[Ladder]:
    """One for all statements, then one for each constituency in its order."""
    groups: Iterable[Constituency | None] = [None, *constituencies(programme)]
    return [Ladder.of(found, group, frame) for group in groups]
