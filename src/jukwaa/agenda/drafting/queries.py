"""What is known while the agenda is drafted: comments, who speaks, goals, and versions compared."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jukwaa.agenda.drafting import catalogues, texts
from jukwaa.agenda.models import (
    AgendaChange,
    Alignment,
    Amendment,
    Argument,
    Cause,
    Clause,
    Comment,
    Disagreement,
    Problem,
    RoadmapRow,
    RoadmapVersion,
    Side,
    Solution,
    Spokesperson,
)
from jukwaa.agenda.queries import Stand, obligations, rows, standings
from jukwaa.dialogue.models import Gradient, Round, Statement
from jukwaa.dialogue.queries import Shortlist, in_the_readers_language, put_to_the_vote, shortlist
from jukwaa.programmes.models import Certificate, Constituency, Programme
from jukwaa.programmes.queries import certificates, day_of_time, standing
from jukwaa.record.payload import canonical, fields_of

Content = dict[str, Any]

# ---- comments, who speaks, goals -------------------------------------------------------------------------


def comments(row: RoadmapRow) -> QuerySet[Comment]:
    """What was remarked on a row, the open ones first, in the order in which it was said.

    Words that their speaker took back are not among them.
    """
    found = standing(Comment.objects.filter(row=row)).exclude(text="").select_related("constituency")
    return found.order_by("resolved_on", "hlc", "pk")


def open_comments(row: RoadmapRow) -> int:
    """How many comments on a row wait for an answer."""
    return comments(row).filter(resolved_on=None).count()


def spokespersons(constituency: Constituency) -> QuerySet[Spokesperson]:
    """Who spoke for a constituency so far."""
    return standing(Spokesperson.objects.filter(constituency=constituency)).order_by("office", "name", "pk")


@dataclass(frozen=True)
class Served:
    """A goal that a row serves: the alignment, and the entry it names; None when that was taken away."""

    alignment: Alignment
    entry: catalogues.Entry | None


def served(programme: Programme, rows_: Sequence[RoadmapRow]) -> dict[uuid.UUID, list[Served]]:
    """The goals that each of the rows serves, by catalogue and code."""
    known = {(each.catalogue, each.code): each for each in catalogues.entries(programme)}
    found: dict[uuid.UUID, list[Served]] = {row.pk: [] for row in rows_}
    aligned = standing(Alignment.objects.filter(row__in=list(found)))
    for one in sorted(aligned, key=lambda each: (each.catalogue, in_order(each.code))):
        found[one.row_id].append(Served(one, known.get((one.catalogue, one.code))))
    return found


def in_order(code: str) -> tuple[tuple[int, str], ...]:
    """A code as people order it: 8.10 after 8.3."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in code.split("."))


@dataclass(frozen=True)
class Coverage:
    """A goal, and the rows that serve it."""

    entry: catalogues.Entry
    rows: tuple[RoadmapRow, ...]


def coverage(programme: Programme, *, public: bool) -> list[Coverage]:
    """Each goal of the catalogues that a row serves, with those rows, by catalogue and code."""
    found = list(rows(programme, public=public))
    by: dict[tuple[str, str], list[RoadmapRow]] = {}
    goals = served(programme, found)
    for row in found:
        for goal in goals[row.pk]:
            by.setdefault((goal.alignment.catalogue, goal.alignment.code), []).append(row)
    known = {(each.catalogue, each.code): each for each in catalogues.entries(programme)}
    return [
        Coverage(known.get(key) or catalogues.Entry(*key, title=""), tuple(by[key]))
        for key in sorted(by, key=lambda key: (key[0], in_order(key[1])))
    ]


# ---- versions: what is frozen ----------------------------------------------------------------------------

# The fields of a row that a version keeps, in the order in which a reader asks for them.
KEPT = (
    "action",
    "theme",
    "level",
    "owner_office",
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
)


def all_versions(programme: Programme) -> QuerySet[RoadmapVersion]:
    """Every version, also those taken from sight, the latest first. Of two with one number the earlier."""
    found = RoadmapVersion.objects.filter(programme=programme, merged_into=None)
    return found.select_related("programme").order_by("-number", "hlc", "pk")


def versions(programme: Programme) -> QuerySet[RoadmapVersion]:
    """The versions that everybody may read, the latest first."""
    return all_versions(programme).filter(removed=False)


def content_of(programme: Programme) -> Content:
    """The roadmap as everybody may read it today, in plain values, without names of people.

    The same rows give the same content, whoever asks and in whatever language.
    """
    found = list(rows(programme, public=True))
    said, lines, goals = standings(programme, found), obligations(found), served(programme, found)
    return {
        "format": "jukwaa-roadmap-1",
        "programme": programme.title,
        "rows": [
            {
                "id": str(row.pk),
                "problem": str(row.problem),
                "answer": str(row.solution or ""),
                **{name: _plain(getattr(row, name)) for name in KEPT},
                "owner_organisation": row.owner_organisation.name,
                "owes": [
                    {
                        "who": str(line.debtor or ""),
                        "to": str(line.creditor or ""),
                        "what": line.what,
                    }
                    for line in lines[row.pk]
                ],
                "goals": [
                    {
                        "catalogue": one.alignment.catalogue,
                        "code": one.alignment.code,
                        "how": one.alignment.how,
                    }
                    for one in goals[row.pk]
                ],
                "stands": [_stand(stand) for stand in said[row.pk].stands],
            }
            for row in sorted(found, key=lambda row: (row.due_on, row.action, str(row.pk)))
        ],
    }


def _stand(stand: Stand) -> Content:
    """Where a constituency stands. A person's name is no part of it, so that it can be forgotten."""
    said = stand.said
    return {
        "constituency": stand.constituency.name,
        "step": None if stand.gradient is None else stand.gradient.value,
        "reservation": said.reservation if said is not None else "",
        "office": said.spokesperson.office if said is not None and said.spokesperson is not None else "",
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def digest_of(content: Content) -> str:
    """The fingerprint: SHA-256 of the content as canonical JSON (RFC 8785), in hexadecimal."""
    return hashlib.sha256(file_of(content).encode()).hexdigest()


def file_of(content: Content) -> str:
    """The content as the file whose SHA-256 is the fingerprint."""
    return canonical(content)


def is_sound(version: RoadmapVersion) -> bool:
    """Whether the version still is what was fingerprinted."""
    return digest_of(version.content) == version.digest


# ---- versions: as they are read --------------------------------------------------------------------------


@dataclass(frozen=True)
class FrozenStand:
    """Where a constituency stood: its step, its reservation and the office that said it."""

    constituency: str
    gradient: Gradient | None
    reservation: str
    office: str


@dataclass(frozen=True)
class FrozenRow:
    """A row of a version: each field that says something, with its name and its words."""

    id: str
    action: str
    problem: str
    said: tuple[tuple[str, str], ...]
    stands: tuple[FrozenStand, ...]

    @property
    def short(self) -> list[tuple[str, str]]:
        """The fields of a few words, which go on one line."""
        return [(name, words) for name, words in self.said if _is_short(words)]

    @property
    def long(self) -> list[tuple[str, str]]:
        """The others."""
        return [(name, words) for name, words in self.said if not _is_short(words)]

    @property
    def by_step(self) -> list[tuple[str, list[str]]]:
        """Who stood where: each step of agreement with its constituencies, from full support down."""
        found: dict[int, list[str]] = {}
        for stand in self.stands:
            found.setdefault(stand.gradient or Gradient.BLOCK + 1, []).append(stand.constituency)
        names = {step.value: str(step.label) for step in Gradient}
        return [(names.get(step) or _("not heard yet"), found[step]) for step in sorted(found)]

    @property
    def reserved(self) -> list[FrozenStand]:
        """Whoever said something against it."""
        return [stand for stand in self.stands if stand.reservation]


def _is_short(words: str) -> bool:
    return len(words) <= 40 and "\n" not in words


def frozen_rows(content: Content) -> list[FrozenRow]:
    """The rows of a version in the reader's language."""
    return [
        FrozenRow(
            row["id"],
            row["action"],
            row["problem"],
            tuple((name, words) for name, words in list(_fields_of(row))[1:] if words),
            tuple(_frozen_stand(stand) for stand in row["stands"]),
        )
        for row in content["rows"]
    ]


def _frozen_stand(stand: Mapping[str, Any]) -> FrozenStand:
    step = None if stand["step"] is None else Gradient(stand["step"])
    return FrozenStand(stand["constituency"], step, stand["reservation"], stand["office"])


def _fields_of(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field of a frozen row with its name and its words, in the order of a reader, empty ones too."""
    known = fields_of(RoadmapRow)
    yield str(known["action"].verbose_name), row["action"]
    yield _("problem"), row["problem"]
    yield _("answer"), row["answer"]
    for name in KEPT[1:]:
        yield str(known[name].verbose_name), _value_in_words(name, row)
        if name == "owner_office":
            yield str(known["owner_organisation"].verbose_name), row["owner_organisation"]
    yield _("what each side owes"), "\n".join(_owed(line) for line in row["owes"])
    yield (
        _("goals it serves"),
        ", ".join(f"{goal['catalogue']} {goal['code']}" for goal in row["goals"]),
    )


def _value_in_words(name: str, row: Mapping[str, Any]) -> str:
    value = row[name]
    if value is None or value == "" or (name == "direction" and not row["target"]):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.endswith("_on"):
        return date_format(date.fromisoformat(value), "j F Y")
    choices: dict[Any, Any] = dict(fields_of(RoadmapRow)[name].flatchoices)
    return str(choices.get(value, value))


def _owed(line: Mapping[str, str]) -> str:
    to = line["to"] or _("everybody whom it concerns")
    return _("%(who)s to %(to)s: %(what)s") % {"who": line["who"], "to": to, "what": line["what"]}


def _stood(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where each constituency stood, with its name, as a field."""
    for stand in (_frozen_stand(each) for each in row["stands"]):
        step = str(stand.gradient.label) if stand.gradient is not None else _("not heard yet")
        words = f"{step}: “{stand.reservation}”" if stand.reservation else step
        yield stand.constituency, f"{words} ({stand.office})" if stand.office else words


# ---- versions: what changed from one to another ----------------------------------------------------------


@dataclass(frozen=True)
class Differs:
    """A field that says something else: its name, what it said and what it says; empty where nothing."""

    name: str
    was: str
    now: str


@dataclass(frozen=True)
class RowDiffers:
    """A row that says something else, field by field."""

    action: str
    fields: tuple[Differs, ...]


@dataclass(frozen=True)
class Comparison:
    """What was added, taken away and changed from one state of the roadmap to another."""

    added: tuple[FrozenRow, ...]
    removed: tuple[FrozenRow, ...]
    changed: tuple[RowDiffers, ...]
    same: int

    @property
    def any(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(was: Content, now: Content) -> Comparison:
    """What changed from one content to another: a row is the same row by its id, whatever it says."""
    before, after = ({row["id"]: row for row in content["rows"]} for content in (was, now))
    changed = [_differs(before[pk], row) for pk, row in after.items() if pk in before]
    return Comparison(
        added=tuple(row for row in frozen_rows(now) if row.id not in before),
        removed=tuple(row for row in frozen_rows(was) if row.id not in after),
        changed=tuple(one for one in changed if one.fields),
        same=sum(not one.fields for one in changed),
    )


def _differs(was: Mapping[str, Any], now: Mapping[str, Any]) -> RowDiffers:
    before = dict([*_fields_of(was), *_stood(was)])
    after = dict([*_fields_of(now), *_stood(now)])
    names = [*after, *(name for name in before if name not in after)]
    fields = [Differs(name, before.get(name, ""), after.get(name, "")) for name in names]
    return RowDiffers(now["action"], tuple(one for one in fields if one.was != one.now))


# ---- problems: causes, and what the groups disagree on ---------------------------------------------------


def causes_beside(problem: Problem, under: uuid.UUID | None) -> list[Cause]:
    """The causes of the problem that stand under that one, or at the top, in their order."""
    found = standing(Cause.objects.filter(problem=problem, under=under)).select_related("problem", "under")
    return list(found.order_by("position", "hlc", "pk"))


@dataclass(frozen=True)
class Branch:
    """A cause with those that explain it, and where it can be moved: up, down, in, out."""

    cause: Cause
    moves: tuple[str, ...]
    under: tuple[Branch, ...]


def causes(problem: Problem) -> list[Branch]:
    """The tree of causes, in their order.

    Two nodes can put two causes under each other, or one under another that was taken away: such stand at the
    top, so that none is lost.
    """
    found = list(standing(Cause.objects.filter(problem=problem)).order_by("position", "hlc", "pk"))
    under: dict[uuid.UUID | None, list[Cause]] = {}
    for cause in found:
        under.setdefault(cause.under_id, []).append(cause)
    seen: set[uuid.UUID] = set()
    told = _branches(under.get(None, []), under, seen, top=True)
    for cause in found:
        told += _branches([cause], under, seen, top=True)
    return told


def _branches(
    beside: Sequence[Cause],
    under: Mapping[uuid.UUID | None, Sequence[Cause]],
    seen: set[uuid.UUID],
    *,
    top: bool,
) -> list[Branch]:
    told = []
    for place, cause in enumerate(beside):
        if cause.pk in seen:
            continue
        seen.add(cause.pk)
        ways = {"up": place > 0, "down": place + 1 < len(beside), "in": place > 0, "out": not top}
        below = _branches(under.get(cause.pk, []), under, seen, top=False)
        told.append(Branch(cause, tuple(way for way, is_open in ways.items() if is_open), tuple(below)))
    return told


def disagreements(problem: Problem) -> QuerySet[Disagreement]:
    """What the groups disagree on, with `said`: their sides in the order of the constituencies."""
    sides = standing(Side.objects.all()).select_related("constituency")
    sides = sides.order_by("constituency__position", "constituency__name", "pk")
    found = standing(Disagreement.objects.filter(problem=problem)).select_related("problem__programme")
    return found.prefetch_related(Prefetch("sides", sides, to_attr="said")).order_by("hlc", "pk")


def open_disagreements(programme: Programme) -> QuerySet[Disagreement]:
    """What the groups of a programme still disagree on."""
    found = standing(Disagreement.objects.filter(programme=programme, settled_on=None))
    return found.filter(problem__removed=False).select_related("problem__programme").order_by("hlc", "pk")


# ---- solutions: their text, amendments and arguments -----------------------------------------------------


def clauses(solution: Solution) -> QuerySet[Clause]:
    """The first text of a solution."""
    return standing(Clause.objects.filter(solution=solution)).order_by("position", "pk")


def amendments(solution: Solution) -> QuerySet[Amendment]:
    """What was asked to be changed in it, in the order in which it was proposed."""
    found = standing(Amendment.objects.filter(solution=solution))
    return found.select_related("constituency", "solution").order_by("hlc", "pk")


def text_of(solution: Solution) -> tuple[texts.Line, ...]:
    """How a solution reads today."""
    return texts.text(list(clauses(solution)), amendments(solution))


def arguments(solution: Solution) -> dict[str, list[Argument]]:
    """What speaks for a solution and against it, by side."""
    found = standing(Argument.objects.filter(solution=solution)).select_related("constituency")
    of: dict[str, list[Argument]] = {"pro": [], "con": []}
    for argument in found.order_by("hlc", "pk"):
        of[argument.side].append(argument)
    return of


# ---- an agenda as it was computed, and as a facilitator changed it ---------------------------------------


@dataclass(frozen=True)
class Placed:
    """A statement with its place on the agenda as computed and as changed; None: it is not on it."""

    statement: Statement
    computed: int | None
    now: int | None
    change: AgendaChange | None

    @property
    def changed_on(self) -> date | None:
        """The day on which the facilitator changed it."""
        return None if self.change is None else day_of_time(self.change.hlc)


@dataclass(frozen=True)
class Computed:
    """An agenda that was computed, beside what a facilitator made of it."""

    certificate: Certificate
    round: Round
    shortlist: Shortlist
    placed: tuple[Placed, ...]

    @property
    def changes(self) -> int:
        return sum(one.change is not None for one in self.placed)


def computed(programme: Programme, *, public: bool) -> list[tuple[Certificate, Round]]:
    """The agendas that were computed, the newest first; with public=True those whose results are shown."""
    found = list(certificates(programme, Certificate.Kind.AGENDA))
    of = {one.pk: one for one in Round.objects.filter(pk__in=[one.about for one in found])}
    pairs = [(one, of[one.about]) for one in found if one.about in of]
    return [(one, round_) for one, round_ in pairs if not public or round_.shows_results()]


def agenda_of(certificate: Certificate, round_: Round) -> Computed:
    """An agenda as it was computed, and as it stands after the facilitator's changes."""
    listed = shortlist(round_, certificate.said)
    statements = {one.pk: one for one in in_the_readers_language(put_to_the_vote(round_))}
    order = [row.statement.pk for row in listed.chosen]
    found = standing(AgendaChange.objects.filter(certificate=certificate)).order_by("place", "pk")
    changes = {one.statement_id: one for one in found if one.statement_id in statements}
    now = [pk for pk in order if pk not in changes]
    for change in changes.values():
        if change.place is not None:
            now.insert(change.place - 1, change.statement_id)
    shown = [*now, *(pk for pk in (*order, *changes) if pk not in now)]
    return Computed(
        certificate,
        round_,
        listed,
        tuple(
            Placed(
                statements[pk],
                order.index(pk) + 1 if pk in order else None,
                now.index(pk) + 1 if pk in now else None,
                changes.get(pk),
            )
            for pk in dict.fromkeys(shown)
        ),
    )
