"""How a programme stands, on one page: what waits and since when, who is missing, what each office owes.

Everything here is for staff, so people are counted out; an office's page is for everybody, and counts none.
The number of queries does not grow with the rows: what can be many is counted by the database, and of what is
listed the oldest are read.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jukwaa.agenda import queries as agenda
from jukwaa.agenda.models import LeadershipGroup, Problem, RoadmapRow, Seat
from jukwaa.delivery import queries as delivery
from jukwaa.delivery.models import Commitment, GroupMeeting, Outcome, Task, Verdict
from jukwaa.delivery.queries import Stands
from jukwaa.dialogue.models import Gathering, Memoire, Statement, Vote
from jukwaa.field.models import Testimony
from jukwaa.programmes.access import Permission, may
from jukwaa.programmes.models import Account, Gender, Member, Message, Organisation, Programme, Stage
from jukwaa.programmes.post import queries as post
from jukwaa.programmes.queries import (
    constituencies,
    day_of_time,
    head_counts,
    known,
    next_steps,
    not_forgotten,
    places,
    programmes_of,
    standing,
)
from jukwaa.stories.models import Answered, Story

# Of each kind the oldest are read; how many there are is counted.
MOST_OF_A_KIND = 10
MOST_DUTIES = 25


# ---- what waits ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Duty:
    """Something that waits for the staff: since when, where it is done, and who may. since None: for ever."""

    sentence: str
    words: str
    url: str
    needs: Permission
    icon: str
    since: date | None = None

    @property
    def days(self) -> int:
        """For how many days it has waited; 0 where nobody knows."""
        return max((timezone.localdate() - self.since).days, 0) if self.since else 0


@dataclass(frozen=True)
class Waiting:
    """The oldest of what waits for a member, and how much more there is."""

    duties: tuple[Duty, ...]
    more: int

    @property
    def total(self) -> int:
        return len(self.duties) + self.more


def waiting(member: Member, promised: Promised) -> Waiting:
    """What waits for this member in their programme, the longest waiting first."""
    of, found, left_out = member.programme, list[Duty](), 0
    for kind in KINDS:
        if may(member, kind.needs):
            due, more = kind.of(of)
            found += due
            left_out += more
    if may(member, Permission.DELIVER):
        found += promised.duties
        left_out += promised.more
    if may(member, Permission.SET_UP):
        found += _to_set_up(of)
    found.sort(key=lambda duty: (duty.since or date.min, duty.sentence))
    return Waiting(tuple(found[:MOST_DUTIES]), left_out + max(0, len(found) - MOST_DUTIES))


def _to_set_up(of: Programme) -> list[Duty]:
    steps = next_steps(of, head_counts(of))
    return [Duty(step.sentence, step.words, step.url, step.needs, "edit") for step in steps]


@dataclass(frozen=True)
class Kind:
    """A kind of duty: who may do it, and what gives the oldest of them and how many more there are."""

    needs: Permission
    of: Any


def _oldest(rows: QuerySet[Any], *order: str) -> tuple[list[Any], int]:
    """The first of the rows in that order, and how many more there are."""
    found = list(rows.order_by(*order, "pk")[: MOST_OF_A_KIND + 1])
    more = rows.count() - MOST_OF_A_KIND if len(found) > MOST_OF_A_KIND else 0
    return found[:MOST_OF_A_KIND], more


def _reasons(of: Programme) -> tuple[list[Duty], int]:
    waits = delivery.reasons(of, waiting=True).order_by()
    found = waits.aggregate(many=Count("pk"), first=Min("hlc"))
    if not found["many"]:
        return [], 0
    said = ngettext(
        "%(many)d reason of a dispute waits to be read before it is shown.",
        "%(many)d reasons of disputes wait to be read before they are shown.",
        found["many"],
    ) % {"many": found["many"]}
    url = reverse("delivery:reasons", args=[of.slug])
    return [Duty(said, _("Read them"), url, Permission.DELIVER, "dispute", day_of_time(found["first"]))], 0


def _proposals(of: Programme) -> tuple[list[Duty], int]:
    """Statements that people proposed, by round."""
    waits = standing(Statement.objects.filter(programme=of, state=Statement.State.PROPOSED))
    waits = waits.filter(round__removed=False, round__closed_at=None).exclude(text="")
    rounds = waits.order_by().values("round", "round__question").annotate(many=Count("pk"), first=Min("hlc"))
    return [
        Duty(
            ngettext(
                "%(many)d proposal waits to be read: “%(question)s”",
                "%(many)d proposals wait to be read: “%(question)s”",
                each["many"],
            )
            % {"many": each["many"], "question": each["round__question"]},
            _("Read them"),
            reverse("dialogue:moderation", args=[of.slug, each["round"]]),
            Permission.FACILITATE,
            "statement",
            day_of_time(each["first"]),
        )
        for each in rounds.order_by("first")[:MOST_OF_A_KIND]
    ], 0


def _findings(of: Programme) -> tuple[list[Duty], int]:
    found = agenda.findings_to_take_up(of).order_by().aggregate(many=Count("pk"), first=Min("hlc"))
    if not found["many"]:
        return [], 0
    many = found["many"]
    said = ngettext(
        "%(many)d finding is not on the agenda yet.", "%(many)d findings are not on the agenda yet.", many
    ) % {"many": many}
    url = reverse("agenda:findings", args=[of.slug])
    return [Duty(said, _("Take up"), url, Permission.FACILITATE, "common", day_of_time(found["first"]))], 0


def _problems(of: Programme) -> tuple[list[Duty], int]:
    led = standing(RoadmapRow.objects.filter(problem=OuterRef("pk")))
    found, more = _oldest(standing(Problem.objects.filter(~Exists(led), programme=of)), "hlc")
    return [
        Duty(
            _("Nobody does anything about it yet: “%(problem)s”") % {"problem": row.title},
            _("Agree what is done"),
            reverse("agenda:problem", args=[of.slug, row.pk]),
            Permission.FACILITATE,
            "problem",
            day_of_time(row.hlc),
        )
        for row in found
    ], more


def _not_adopted(of: Programme) -> tuple[list[Duty], int]:
    found, more = _oldest(standing(RoadmapRow.objects.filter(programme=of, adopted_on=None)), "hlc")
    return [
        Duty(
            _("Not adopted yet: “%(row)s”") % {"row": row.action},
            _("Ask the groups"),
            reverse("agenda:row", args=[of.slug, row.pk]),
            Permission.FACILITATE,
            "road",
            day_of_time(row.hlc),
        )
        for row in found
    ], more


def _not_promised(of: Programme) -> tuple[list[Duty], int]:
    made = standing(Commitment.objects.filter(row=OuterRef("pk")))
    adopted = standing(RoadmapRow.objects.filter(~Exists(made), programme=of, adopted_on__isnull=False))
    found, more = _oldest(adopted, "adopted_on")
    return [
        Duty(
            _("Adopted, and nobody has promised it: “%(row)s”") % {"row": row.action},
            _("Note a promise"),
            f"{reverse('delivery:make_commitment', args=[of.slug])}?row={row.pk}",
            Permission.DELIVER,
            "promise",
            row.adopted_on,
        )
        for row in found
    ], more


def _open_seats(of: Programme) -> tuple[list[Duty], int]:
    empty = Q(state=Seat.State.OPEN) | Q(state=Seat.State.STOOD_DOWN)
    seats = standing(Seat.objects.filter(empty, programme=of, group__removed=False))
    found, more = _oldest(seats.select_related("constituency"), "hlc")
    return [
        Duty(
            _("Nobody holds a seat of: %(group)s") % {"group": seat.constituency},
            _("Fill the seat"),
            reverse("agenda:group", args=[of.slug, seat.group_id]),
            Permission.FACILITATE,
            "person",
            day_of_time(seat.hlc),
        )
        for seat in found
    ], more


def _memoires(of: Programme) -> tuple[list[Duty], int]:
    out = Memoire.objects.filter(gathering=OuterRef("pk"), removed=False, published_at__isnull=False)
    held = standing(Gathering.objects.filter(~Exists(out), programme=of, ends_on__lt=timezone.localdate()))
    found, more = _oldest(held, "ends_on")
    return [
        Duty(
            _("No aide-memoire was published of: %(gathering)s") % {"gathering": row},
            _("Write it"),
            reverse("dialogue:memoire", args=[of.slug, row.pk]),
            Permission.FACILITATE,
            "publication",
            row.ends_on,
        )
        for row in found
    ], more


def _untold(of: Programme) -> tuple[list[Duty], int]:
    told = standing(Story.objects.filter(outcome=OuterRef("pk")))
    found, more = _oldest(standing(Outcome.objects.filter(~Exists(told), programme=of)), "hlc")
    return [
        Duty(
            _("A change that no story tells of yet: %(who)s") % {"who": row.who},
            _("Write its story"),
            f"{reverse('stories:write', args=[of.slug])}?outcome={row.pk}",
            Permission.PUBLISH,
            "story",
            day_of_time(row.hlc),
        )
        for row in found
    ], more


def _unanswered(of: Programme) -> tuple[list[Duty], int]:
    """Whoever spoke and was not told what came of it: one duty for all of them, as old as the oldest."""
    told = standing(Answered.objects.filter(of=OuterRef("pk")))
    spoke = [
        Testimony.objects.filter(programme=of),
        Statement.objects.filter(programme=of, by_participant=True),
        Verdict.objects.filter(programme=of),
    ]
    many, first = 0, []
    for rows in spoke:
        found = not_forgotten(standing(rows)).filter(~Exists(told)).order_by()
        said = found.aggregate(many=Count("pk"), first=Min("hlc"))
        many += said["many"]
        first += [said["first"]] if said["many"] else []
    if not many:
        return [], 0
    sentence = ngettext(
        "%(many)d voice was not told yet what came of it.",
        "%(many)d voices were not told yet what came of it.",
        many,
    ) % {"many": many}
    url = reverse("stories:duty", args=[of.slug])
    return [Duty(sentence, _("Answer them"), url, Permission.LISTEN, "voice", day_of_time(min(first)))], 0


def _tasks(of: Programme) -> tuple[list[Duty], int]:
    """What meetings of the leadership group gave somebody to do, and is past its day."""
    due = standing(Task.objects.filter(programme=of, meeting__removed=False, done_on=None, commitment=None))
    found, more = _oldest(due.filter(due_on__lt=timezone.localdate()), "due_on")
    return [
        Duty(
            _("Not done yet, from a meeting: “%(what)s”") % {"what": row.what},
            _("Ask for it"),
            reverse("delivery:meeting", args=[of.slug, row.meeting_id]),
            Permission.FACILITATE,
            "calendar",
            row.due_on,
        )
        for row in found
    ], more


def _unheld(of: Programme) -> tuple[list[Duty], int]:
    """Meetings whose day is past and of which nobody said who came."""
    past = standing(GroupMeeting.objects.filter(programme=of, held=False, on__lt=timezone.localdate()))
    found, more = _oldest(past.filter(group__removed=False), "on")
    return [
        Duty(
            _("A meeting's day is past, and nobody said who came: “%(meeting)s”") % {"meeting": row},
            _("Say who came"),
            reverse("delivery:meeting", args=[of.slug, row.pk]),
            Permission.FACILITATE,
            "calendar",
            row.on,
        )
        for row in found
    ], more


KINDS = (
    Kind(Permission.LISTEN, _unanswered),
    Kind(Permission.FACILITATE, _tasks),
    Kind(Permission.FACILITATE, _unheld),
    Kind(Permission.DELIVER, _reasons),
    Kind(Permission.FACILITATE, _proposals),
    Kind(Permission.FACILITATE, _findings),
    Kind(Permission.FACILITATE, _problems),
    Kind(Permission.FACILITATE, _not_adopted),
    Kind(Permission.DELIVER, _not_promised),
    Kind(Permission.FACILITATE, _open_seats),
    Kind(Permission.FACILITATE, _memoires),
    Kind(Permission.PUBLISH, _untold),
)


# ---- promises --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A line of a chart and of its table: how many, where they are, and how many of them are filled."""

    label: str
    value: int
    url: str = ""
    part: int | None = None


@dataclass(frozen=True)
class Promised:
    """How the promises of a programme, or of one office in it, stand; the oldest that wait are duties."""

    counts: Counter[str]
    bars: tuple[Bar, ...]
    duties: tuple[Duty, ...]
    more: int

    @property
    def sentence(self) -> str:
        return delivery.counts_in_words(self.counts) if self.counts else _("Nothing is promised yet.")


# What a promise waits for, by how it stands.
WAITS_FOR = {
    Stands.DISPUTED: (gettext_lazy("Disputed: “%(promise)s”"), gettext_lazy("Hear both sides"), "dispute"),
    Stands.LATE: (gettext_lazy("Late: “%(promise)s”"), gettext_lazy("Ask its owner"), "clock"),
    Stands.BLOCKED: (
        gettext_lazy("Blocked: “%(promise)s”"),
        gettext_lazy("See what stands in the way"),
        "warning",
    ),
    Stands.SILENT: (gettext_lazy("Silent: “%(promise)s”"), gettext_lazy("Ask its owner"), "few"),
}


def promised(of: Programme) -> Promised:
    """How the programme's promises stand: all are weighed in one query, and few are read."""
    told = delivery.stood(delivery.promised(of))
    counts: Counter[str] = Counter(each.stands for each in told)
    due = sorted((each for each in told if each.stands in WAITS_FOR), key=lambda each: (each.since, each.pk))
    oldest = due[:MOST_DUTIES]
    named = Commitment.objects.filter(pk__in=[each.pk for each in oldest])
    words = dict(named.values_list("pk", "promise"))
    return Promised(
        counts,
        tuple(stands_bars(counts, reverse("delivery:commitments", args=[of.slug]))),
        tuple(_kept(of, each, words[each.pk]) for each in oldest),
        max(0, len(due) - MOST_DUTIES),
    )


def stands_bars(counts: Counter[str], url: str, more: str = "") -> Iterator[Bar]:
    """A line for each way in which promises stand, which leads to those that do."""
    for stands in Stands:
        if counts[stands]:
            yield Bar(str(stands.label), counts[stands], f"{url}?stands={stands.value}{more}")


def _kept(of: Programme, told: delivery.Told, promise: str) -> Duty:
    sentence, words, icon = WAITS_FOR[told.stands]
    url = reverse("delivery:commitment", args=[of.slug, told.pk])
    return Duty(str(sentence) % {"promise": promise}, str(words), url, Permission.DELIVER, icon, told.since)


# ---- who is heard ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heard:
    """Of one kind of people: how many are known, and how many of them voted or spoke in the field."""

    name: str
    people: int
    heard: int
    url: str = ""

    @property
    def share(self) -> float:
        return self.heard / self.people if self.people else 0.0

    @property
    def bar(self) -> Bar:
        """All that are known, and filled how many of them were heard."""
        return Bar(self.name, self.people, self.url, self.heard)


@dataclass(frozen=True)
class Voices:
    """Who is heard, by one breakdown at a time, and in sentences who is not."""

    groups: tuple[Heard, ...]
    genders: tuple[Heard, ...]
    places: tuple[Heard, ...]
    missing: tuple[str, ...]

    @property
    def group_bars(self) -> list[Bar]:
        return [each.bar for each in self.groups]

    @property
    def gender_bars(self) -> list[Bar]:
        return [each.bar for each in self.genders]

    @property
    def place_bars(self) -> list[Bar]:
        return [each.bar for each in self.places]


def voices(of: Programme, *, linked: bool) -> Voices:
    """Who is heard by constituency, gender and place: one query over the people for all three.

    linked: whether whoever asks may open the lists of people.
    """
    voted = Vote.objects.filter(participant=OuterRef("pk"), statement__removed=False)
    spoke = standing(Testimony.objects.filter(voice=OuterRef("pk")))
    rows = (
        known(of)
        .order_by()
        .annotate(was_heard=Exists(voted) | Exists(spoke))
        .values_list("constituency", "gender", "place", "was_heard")
        .annotate(people=Count("pk"))
    )
    found = [(dict(zip(("group", "gender", "place"), row[:3], strict=True)), row[3], row[4]) for row in rows]
    url = reverse("programmes:participants", args=[of.slug])

    def at(more: str = "") -> str:
        return f"{url}{more}" if linked else ""

    groups = [
        _heard(found, "group", one.pk, one.name, at(f"?constituency={one.pk}")) for one in constituencies(of)
    ]
    genders = [_heard(found, "gender", value, str(label).capitalize(), at()) for value, label in GENDERS]
    # A region has those of its districts and sites too.
    tree = _parts(of)
    there = [_heard(found, "place", tree[one.pk], one.name, at(f"?place={one.pk}")) for one in places(of)]
    everybody = Heard("", sum(n for _k, _h, n in found), sum(n for _k, h, n in found if h))
    missing = [*_missing(groups, everybody), *_missing(genders, everybody), *_missing(there, everybody)]
    seen = (tuple(groups), tuple(h for h in genders if h.people), tuple(h for h in there if h.people))
    return Voices(*seen, tuple(missing))


GENDERS = [(gender.value, gender.label) for gender in Gender]


def _heard(found: Sequence[Any], column: str, wanted: Any, name: str, url: str) -> Heard:
    of_them = wanted if isinstance(wanted, set) else {wanted}
    mine = [(kind, heard, n) for kind, heard, n in found if kind[column] in of_them]
    return Heard(name, sum(n for _k, _h, n in mine), sum(n for _k, h, n in mine if h), url)


def _parts(of: Programme) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Each place with all that lies in it."""
    parents = dict(places(of).values_list("pk", "parent"))
    found = {pk: {pk} for pk in parents}
    for pk, parent in parents.items():
        above = parent
        while above in found and pk not in found[above]:
            found[above].add(pk)
            above = parents[above]
    return found


# Whoever is heard less than half as often as all are is under-heard.
HALF = 0.5


def _missing(found: Iterable[Heard], everybody: Heard) -> Iterator[str]:
    for one in found:
        said = {"name": one.name, "heard": one.heard, "people": one.people}
        if one.people and not one.heard:
            yield _("%(name)s: nobody of %(people)d was heard yet.") % said
        elif one.people and one.share < HALF * everybody.share:
            yield _("%(name)s: under-heard, %(heard)d of %(people)d.") % said


# ---- seats -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seats:
    """The balance of one leadership group: a bar for each constituency, filled seats of all its seats."""

    group: LeadershipGroup
    sentence: str
    bars: tuple[Bar, ...]


def seats(of: Programme) -> list[Seats]:
    """The balance of the programme's leadership groups, the latest founded first."""
    return [_seats(group) for group in agenda.groups(of)[:3]]


def _seats(group: LeadershipGroup) -> Seats:
    held, all_of = Counter[str](), Counter[str]()
    for seat in agenda.seats(group):
        all_of[str(seat.constituency)] += 1
        held[str(seat.constituency)] += seat.state == Seat.State.ACCEPTED
    bars = tuple(Bar(name, many, group.get_absolute_url(), held[name]) for name, many in all_of.items())
    return Seats(group, agenda.balance(group).sentence, bars)


# ---- several programmes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mail:
    """Whether the programme's mail goes out: where from, how many wait and were given up, since when."""

    place: str
    waits: int
    given_up: int


def mail(of: Programme) -> Mail | None:
    """How the programme's mail stands on this node; None where nobody gave an address."""
    there = post.place_of(of)
    if there is post.Place.NOWHERE:
        return None
    states = Message.objects.filter(programme=of).order_by().values_list("state").annotate(Count("pk"))
    many = dict(states)
    return Mail(str(there.label), many.get("queued", 0), many.get("given_up", 0))


@dataclass(frozen=True)
class Desk:
    """A programme on the page of whoever works in several: where it stands, and what waits longest."""

    member: Member
    present: str
    promised: Promised
    waiting: Waiting


def desks(account: Account) -> list[Desk]:
    """The programmes in which the account works, by title."""
    found = programmes_of(account)
    of = [member.programme_id for member in found]
    here = standing(Stage.objects.filter(programme__in=of, state=Stage.State.PRESENT)).order_by("-position")
    present = dict(here.values_list("programme", "title"))
    shown = []
    for member in found:
        how = promised(member.programme)
        title = present.get(member.programme_id, "")
        shown.append(Desk(member, title, how, waiting(member, how)))
    return shown


# ---- what an office owes ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Office:
    """What an organisation leads and has promised, by how its promises stand."""

    organisation: Organisation
    rows: int
    counts: Counter[str]

    @property
    def sentence(self) -> str:
        return delivery.counts_in_words(self.counts) if self.counts else _("Nothing is promised yet.")


def offices(of: Programme, *, public: bool) -> list[Office]:
    """The organisations that lead a row or have promised something, by name."""
    rows = agenda.rows(of, public=public).order_by().values_list("owner_organisation").annotate(Count("pk"))
    leads = dict(rows)
    made: dict[uuid.UUID, Counter[str]] = {}
    for told in delivery.stood(delivery.promised(of, public=public)):
        made.setdefault(told.owner, Counter())[told.stands] += 1
    found = Organisation.objects.filter(pk__in={*leads, *made}).order_by("name", "pk")
    return [Office(one, leads.get(one.pk, 0), made.get(one.pk, Counter())) for one in found]
