"""What the worker has still to follow, and the pages that look along the whole road."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa.agenda.models import Problem, RoadmapRow, Seat
from jukwaa.delivery import queries as delivery
from jukwaa.delivery.models import Commitment, Outcome
from jukwaa.dialogue.models import Gathering, Round, Statement, Vote
from jukwaa.dialogue.queries import findings, of_the_mixed_room
from jukwaa.field.models import Testimony
from jukwaa.programmes.access import Permission
from jukwaa.programmes.disclosure import enough
from jukwaa.programmes.models import Audience, Organisation, Participant, Programme, Stage, StageKind
from jukwaa.programmes.queries import HeadCount, Station, head_counts, standing, stations
from jukwaa.record.models import Event, Stream
from jukwaa.stories.queries import publications, told_to
from jukwaa.stories.trace import Reader

# A worker that reads a few events again each second is cheaper than one that writes how far it came.
FEW_EVENTS = 200
MOST_THREADS = 12


def streams_to_follow(verbs: Iterable[str], *, at: datetime) -> list[Stream]:
    """The streams that hold something new for the worker, or so much that it should note how far it came."""
    last = Event.objects.filter(stream=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    behind = (
        Stream.objects.annotate(last=Subquery(last), todo=Coalesce(F("done__next_seq"), 0))
        .filter(Q(done=None) | Q(done__retry_at=None) | Q(done__retry_at__lte=at), last__gte=F("todo"))
        .order_by("pk")
    )
    return [s for s in behind if s.last - s.todo >= FEW_EVENTS or _follow(s, s.todo, verbs).exists()]


def events_to_follow(stream: Stream, start: int, verbs: Iterable[str]) -> tuple[list[Event], int]:
    """The stream's events from `start` on with one of the verbs, and where it ended."""
    last = Event.objects.filter(stream=stream).order_by("-seq").values_list("seq", flat=True).first()
    end = -1 if last is None else last
    return list(_follow(stream, start, verbs).filter(seq__lte=end)), end + 1


def _follow(stream: Stream, start: int, verbs: Iterable[str]) -> QuerySet[Event]:
    return Event.objects.filter(stream=stream, seq__gte=start, verb__in=list(verbs)).order_by("seq")


# ---- the public home -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Begun:
    """A programme as the home shows it: where on its road it is, and whether people can vote now."""

    programme: Programme
    present: str
    votes_now: bool


def public_programmes() -> list[Begun]:
    """The programmes that are shown to the public, by title."""
    found = list(standing(Programme.objects.filter(public=True)).order_by("title", "pk"))
    present = dict(
        standing(Stage.objects.filter(programme__in=found, state=Stage.State.PRESENT))
        .order_by("-position")
        .values_list("programme", "title")
    )
    voting = {round_.programme_id for round_ in open_rounds(found)}
    return [Begun(one, present.get(one.pk, ""), one.pk in voting) for one in found]


def open_rounds(programmes: Iterable[Programme], at: datetime | None = None) -> list[Round]:
    """The rounds in which people can vote at that moment, the first opened first."""
    of_all = Round.objects.filter(of_the_mixed_room(), programme__in=list(programmes), hidden=False)
    begun = standing(of_all)
    return [round_ for round_ in begun.exclude(opened_at=None).order_by("opened_at") if round_.is_open(at)]


# ---- a programme's road ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """What happened in all rooms of a programme, counted. Only `testimonies` and `voters` count people."""

    testimonies: int
    statements: int
    voters: int
    findings: int
    problems: int
    rows: int
    adopted: int
    seats: int
    seats_filled: int
    promises: Counter[str]
    outcomes: int
    stories: int
    publications: int


def tally(programme: Programme, reader: Reader) -> Tally:
    """Count what happened in the programme, as far as the reader may see the things that are counted."""
    rows = standing(RoadmapRow.objects.filter(programme=programme))
    seats = standing(Seat.objects.filter(programme=programme, group__removed=False))
    promised = standing(Commitment.objects.filter(programme=programme))
    changed = standing(Outcome.objects.filter(programme=programme))
    if not reader.member:
        rows, promised = rows.filter(public=True), promised.filter(row__public=True)
        changed = changed.filter(Q(commitment=None) | Q(commitment__row__public=True))
    inside = reader.audience == Audience.PROGRAMME
    return Tally(
        testimonies=standing(Testimony.objects.filter(programme=programme)).count(),
        statements=approved(programme).count(),
        voters=voters(programme),
        findings=findings(programme).count(),
        problems=standing(Problem.objects.filter(programme=programme)).count(),
        rows=rows.count(),
        adopted=rows.exclude(adopted_on=None).count(),
        seats=seats.exclude(state=Seat.State.STOOD_DOWN).count(),
        seats_filled=seats.filter(state=Seat.State.ACCEPTED).count(),
        promises=delivery.counts(promised),
        outcomes=changed.count(),
        stories=told_to(reader.audience, programme=programme).count(),
        publications=publications(programme, public=not inside).count(),
    )


def approved(programme: Programme) -> QuerySet[Statement]:
    """The statements that were put to the vote."""
    put = standing(Statement.objects.filter(programme=programme, state=Statement.State.APPROVED))
    return put.filter(of_the_mixed_room("round__"), round__hidden=False, round__removed=False)


def voters(programme: Programme, stage: Stage | None = None) -> int:
    """How many people voted in the programme, or in the gatherings of one of its stages."""
    mixed = of_the_mixed_room("statement__round__")
    votes = Vote.objects.filter(mixed, participant=OuterRef("pk"), statement__round__hidden=False)
    if stage:
        votes = votes.filter(statement__round__gathering__stage=stage)
    return Participant.objects.filter(Exists(votes), programme=programme).count()


def road(programme: Programme, counted: Tally, reader: Reader) -> list[Station]:
    """The programme's stages as stations, with what came of each, who is missing now and what is next."""
    found, met, told = stations(programme), _gatherings(programme), []
    for place, station in enumerate(found):
        came = " ".join(filter(None, [station.sentence, *_came_of(station.stage, counted, reader)]))
        if station.state == "future":
            came = station.sentence
        station = replace(station, sentence=came, url=met.get(station.stage.pk, ""))
        if station.state == "present":
            following = found[place + 1].title if place + 1 < len(found) else ""
            station = replace(station, missing=_missing(programme, reader), next=following)
        told.append(station)
    return told


def _gatherings(programme: Programme) -> dict[uuid.UUID | None, str]:
    """Where the latest gathering of each stage is told of."""
    held = standing(Gathering.objects.filter(programme=programme)).exclude(stage=None)
    return {g.stage_id: g.get_absolute_url() for g in held.select_related("programme").order_by("starts_on")}


def _came_of(stage: Stage, counted: Tally, reader: Reader) -> list[str]:
    """What came of a stage, in sentences; none for what there is nothing of."""
    kinds = StageKind
    match stage.kind:
        case kinds.PARTNERS:
            return _partners(stage)
        case kinds.RESEARCH:
            return [_("Testimonies heard: %(count)s.") % {"count": reader.count(counted.testimonies)}]
        case kinds.APART | kinds.THEMATIC | kinds.WORKSHOP | kinds.DIALOGUE:
            return _gathered(stage, reader)
        case kinds.LEADERSHIP if counted.seats:
            seats = {"filled": counted.seats_filled, "seats": counted.seats}
            return [_("%(filled)d of %(seats)d seats are filled.") % seats]
        case kinds.FOLLOW_UP if counted.promises:
            return [delivery.counts_in_words(counted.promises)]
        case kinds.COMMUNICATIONS | kinds.MEMOIRE if counted.stories or counted.publications:
            said = {"stories": counted.stories, "publications": counted.publications}
            return [_("Stories told: %(stories)d. Publications: %(publications)d.") % said]
    return []


def _partners(stage: Stage) -> list[str]:
    number = standing(Organisation.objects.filter(programme=stage.programme_id)).count()
    if not number:
        return []
    sentence = ngettext("%(number)d organisation takes part.", "%(number)d organisations take part.", number)
    return [sentence % {"number": number}]


def _gathered(stage: Stage, reader: Reader) -> list[str]:
    """What came of a stage's gatherings: how many there were, statements, people who voted, findings."""
    number = standing(Gathering.objects.filter(stage=stage)).count()
    if not number:
        return []
    put = approved(stage.programme).filter(round__gathering__stage=stage).count()
    sentences = [ngettext("%(number)d gathering.", "%(number)d gatherings.", number) % {"number": number}]
    if put:
        people = reader.count(voters(stage.programme, stage))
        sentences.append(_("Statements put to the vote: %(number)d.") % {"number": put})
        sentences.append(_("People who voted: %(people)s.") % {"people": people})
    return sentences


def _missing(programme: Programme, reader: Reader) -> str:
    """From which groups voices are missing; the public learns only that they are few."""
    counts = [count for count in head_counts(programme) if count.constituency]
    if not reader.member:
        return _named(_("few voices yet from: %(groups)s."), [c for c in counts if not enough(c.total)])
    nobody = _named(_("nobody yet from: %(groups)s."), [c for c in counts if not c.total])
    no_woman = [c for c in counts if not c.women and c.men + c.others]
    return f"{nobody} {_named(_('no woman yet from: %(groups)s.'), no_woman)}".strip()


def _named(sentence: str, counts: list[HeadCount]) -> str:
    """The sentence with the names of these groups; empty when there are none."""
    return sentence % {"groups": ", ".join(str(c.constituency) for c in counts)} if counts else ""


@dataclass(frozen=True)
class Counted:
    """One line of what came of a programme: an icon's name, what is counted, how much, its page's name."""

    icon: str
    name: str
    value: str
    route: str = ""


def counts(counted: Tally, reader: Reader) -> list[Counted]:
    """What came of a programme so far, from all rooms, as far as the reader may see it."""
    staff, listens = reader.may(Permission.SEE), reader.may(Permission.LISTEN)
    rows = _("%(rows)d (adopted: %(adopted)d)") % {"rows": counted.rows, "adopted": counted.adopted}
    seats = _("%(filled)d of %(seats)d") % {"filled": counted.seats_filled, "seats": counted.seats}
    seats = seats if counted.seats else _("no seats yet")
    told = counted.stories + counted.publications
    promised = delivery.counts_in_words(counted.promises) if counted.promises else "0"
    lines = [
        (
            "voice",
            _("Testimonies heard"),
            reader.count(counted.testimonies),
            "field:testimonies" if listens else "",
        ),
        (
            "statement",
            _("Statements put to the vote"),
            str(counted.statements),
            staff and "dialogue:gatherings",
        ),
        ("group", _("People who voted"), reader.count(counted.voters), ""),
        ("common", _("Findings taken up"), str(counted.findings), staff and "dialogue:findings"),
        ("problem", _("Problems on the agenda"), str(counted.problems), "agenda:agenda"),
        ("road", _("Rows on the roadmap"), rows, "agenda:roadmap"),
        ("person", _("Seats filled in the leadership group"), seats, "agenda:groups"),
        ("promise", _("Promises"), promised, "delivery:commitments"),
        ("outcome", _("Changes seen"), str(counted.outcomes), "delivery:outcomes"),
        ("story", _("Stories and publications"), str(told), "stories:library"),
    ]
    return [Counted(icon, name, value, route or "") for icon, name, value, route in lines]


def threads(programme: Programme) -> list[Problem]:
    """The problems on the agenda, as places to take the golden thread up, the latest first."""
    found = standing(Problem.objects.filter(programme=programme)).select_related("programme")
    return list(found.order_by("-hlc")[:MOST_THREADS])
