"""What is known of sites: visits, what they are like, meetings, and the map by district."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jukwaa.field.models import Meeting, MeetingProblem, SiteNote, SiteProfile, Spot, Submission, Visit
from jukwaa.field.visits.profile import FORM_ID
from jukwaa.programmes.models import Place, Programme
from jukwaa.programmes.queries import not_forgotten, places, standing, within

# ---- visits ----------------------------------------------------------------------------------------------


def visits(programme: Programme) -> QuerySet[Visit]:
    """The visits that were not forgotten, the latest first."""
    found = not_forgotten(standing(Visit.objects.filter(programme=programme)))
    return found.select_related("place").order_by("-starts_on", "-hlc", "pk")


def visits_to(place: Place) -> QuerySet[Visit]:
    """The visits to a place and its parts."""
    return visits(place.programme).filter(place__in=within(place))


def notes_of(visit: Visit) -> QuerySet[SiteNote]:
    """What was seen at a visit, in the order in which it was written."""
    found = not_forgotten(standing(SiteNote.objects.filter(visit=visit)))
    return found.select_related("written_by").order_by("hlc", "pk")


# ---- what a site is like ---------------------------------------------------------------------------------


def profiles(programme: Programme) -> QuerySet[SiteProfile]:
    """The site profiles, the one that was seen last first."""
    found = not_forgotten(standing(SiteProfile.objects.filter(programme=programme)))
    return found.select_related("place", "submission").order_by("-seen_on", "-hlc", "pk")


def profile_forms(programme: Programme) -> QuerySet[Submission]:
    """Filled-in site profiles that nobody has taken up yet, the earliest first; rejected ones left out."""
    taken = standing(SiteProfile.objects.filter(submission=OuterRef("pk")))
    found = standing(Submission.objects.filter(programme=programme, form_id=FORM_ID))
    found = found.filter(~Exists(taken), state=Submission.State.RECEIVED)
    found = found.exclude(review=Submission.Review.REJECTED)
    return not_forgotten(found).select_related("collector").order_by("received_at", "id")


def answer(form: Submission, name: str) -> str:
    """What a filled-in form says to the question of that name; empty when nothing."""
    said = (words for path, words in form.answers.items() if path.rpartition("/")[2] == name)
    return next((str(words) for words in said if words), "")


# ---- meetings of one group -------------------------------------------------------------------------------


def meetings(programme: Programme) -> QuerySet[Meeting]:
    """The meetings of one constituency, the latest first, each with `agreed`: how many it agreed on."""
    found = not_forgotten(standing(Meeting.objects.filter(programme=programme)))
    agreed = Count("problems", filter=Q(problems__removed=False, problems__merged_into=None))
    counted: QuerySet[Meeting] = found.select_related("constituency", "place").annotate(agreed=agreed)
    return counted.order_by("-held_on", "-hlc", "pk")


def problems_of(meeting: Meeting) -> QuerySet[MeetingProblem]:
    """What a meeting agreed on, in its order."""
    found = not_forgotten(standing(MeetingProblem.objects.filter(meeting=meeting)))
    return found.order_by("position", "hlc", "pk")


def released_problems(programme: Programme) -> QuerySet[MeetingProblem]:
    """What groups let go of and nobody has put to the vote yet: all that the mixed space may meet."""
    found = not_forgotten(standing(MeetingProblem.objects.filter(programme=programme)))
    found = found.filter(
        kept=False, statement=None, meeting__released_at__isnull=False, meeting__removed=False
    )
    order = ("meeting__constituency__position", "-meeting__held_on", "position", "pk")
    return found.select_related("meeting__constituency").order_by(*order)


def problem_put_as(statement: uuid.UUID) -> MeetingProblem | None:
    """The problem that was put to the vote as this statement, with the meeting that agreed on it."""
    found = not_forgotten(standing(MeetingProblem.objects.filter(statement=statement)))
    return found.select_related("meeting__constituency").first()


def has_crossed(meeting: Meeting) -> bool:
    """Whether something that it agreed on was put to the vote already."""
    return MeetingProblem.objects.filter(meeting=meeting, statement__isnull=False).exists()


# ---- the map by district ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """A site, when it was visited last, and what it is like as far as anybody has said."""

    place: Place
    visited_on: date | None
    next_on: date | None
    profile: SiteProfile | None


@dataclass(frozen=True)
class District:
    """A district with its sites; spot: about where it lies, if anybody has said so.

    place: None for the sites that belong to no district.
    """

    place: Place | None
    spot: Spot | None
    sites: list[Site] = field(default_factory=list)

    @property
    def visited(self) -> int:
        """How many of its sites were visited."""
        return sum(site.visited_on is not None for site in self.sites)


def districts(programme: Programme, *, today: date) -> list[District]:
    """The programme's districts by name, each with its sites; those without a district come last."""
    spots = {spot.place_id: spot for spot in standing(Spot.objects.filter(programme=programme))}
    there = places(programme).filter(level=Place.Level.DISTRICT)
    found = {place.pk: District(place, spots.get(place.pk)) for place in there}
    nowhere = District(None, None)
    seen = _seen(programme, today)
    for place in places(programme).filter(level=Place.Level.SITE):
        (found.get(place.parent_id, nowhere) if place.parent_id else nowhere).sites.append(seen(place))
    return [*found.values(), *([nowhere] if nowhere.sites else [])]


def _seen(programme: Programme, today: date) -> Any:
    """Gives of a place what visits and profiles say of it."""
    last: dict[uuid.UUID, date] = {}
    coming: dict[uuid.UUID, date] = {}
    for visit in visits(programme):
        if visit.state == Visit.State.MADE:
            last.setdefault(visit.place_id, visit.starts_on)
        elif visit.state == Visit.State.PLANNED and visit.starts_on >= today:
            coming[visit.place_id] = visit.starts_on
    like: dict[uuid.UUID, SiteProfile] = {}
    for each in profiles(programme):
        like.setdefault(each.place_id, each)
    return lambda place: Site(place, last.get(place.pk), coming.get(place.pk), like.get(place.pk))


def as_geojson(found: Sequence[District]) -> dict[str, Any]:
    """The districts as GeoJSON (RFC 7946): a point to a tenth of a degree, and counts. No site is named."""
    features = [
        {
            "type": "Feature",
            "geometry": _point(each.spot),
            "properties": {
                "district": str(each.place),
                "sites": len(each.sites),
                "visited": each.visited,
                "precision": "district; a point to a tenth of a degree",
            },
        }
        for each in found
        if each.place is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def _point(spot: Spot | None) -> dict[str, Any] | None:
    return {"type": "Point", "coordinates": [spot.east / 10, spot.north / 10]} if spot else None


# The drawing's measures, in its own units; a tenth of a degree of latitude is about eleven kilometres.
WIDTH, HEIGHT, MARGIN, RADIUS, A_LINE = 400, 300, 46, 15, 30
LEAST_SPAN = 12
KM_A_TENTH = 11.1


@dataclass(frozen=True)
class Mark:
    """A district as drawn: its middle, and where its words stand and on which side."""

    district: District
    x: float
    y: float
    words_x: float
    words_y: float
    side: str


@dataclass(frozen=True)
class Drawing:
    """The map: its marks, lines of latitude and longitude with their words, and a bar of some kilometres."""

    marks: list[Mark]
    across: list[tuple[float, str]]
    down: list[tuple[float, str]]
    bar: float
    km: int


def draw(found: Sequence[District]) -> Drawing | None:
    """The districts as they lie to each other, north up; None when nobody has said where any of them lies."""
    there = [(each, each.spot) for each in found if each.spot is not None]
    if not there:
        return None
    norths, easts = [spot.north for _d, spot in there], [spot.east for _d, spot in there]
    # A degree of longitude is shorter the further from the equator.
    narrow = math.cos(math.radians(sum(norths) / len(norths) / 10))
    west, east = _spread(min(easts), max(easts))
    south, north = _spread(min(norths), max(norths))
    unit = min((WIDTH - 2 * MARGIN) / ((east - west) * narrow), (HEIGHT - 2 * MARGIN) / (north - south))

    def x_of(tenths: float) -> float:
        return round(WIDTH / 2 + (tenths - (west + east) / 2) * narrow * unit, 1)

    def y_of(tenths: float) -> float:
        return round(HEIGHT / 2 - (tenths - (south + north) / 2) * unit, 1)

    marks = [(each, x_of(spot.east), y_of(spot.north)) for each, spot in there]
    km = next(km for km in (200, 100, 50, 20) if km / KM_A_TENTH * unit < WIDTH / 3 or km == 20)
    return Drawing(
        _worded(marks),
        [(y_of(n), _degrees(n, "N", "S")) for n in _round_degrees(y_of, south, north, HEIGHT)],
        [(x_of(e), _degrees(e, "E", "W")) for e in _round_degrees(x_of, west, east, WIDTH)],
        round(km / KM_A_TENTH * unit, 1),
        km,
    )


def _spread(low: int, high: int) -> tuple[float, float]:
    """The span, at least a degree and a bit, so that two districts do not fill the world."""
    lacking = max(0, LEAST_SPAN - (high - low)) / 2
    return low - lacking, high + lacking


def _round_degrees(at: Any, low: float, high: float, end: int) -> list[int]:
    """Half degrees, or whole ones where the map spans more, that fall inside the drawing."""
    step = 5 if high - low < 25 else 10 if high - low < 60 else 50
    first, last = math.floor(low / step) - 2, math.ceil(high / step) + 2
    return [n * step for n in range(first, last + 1) if 12 < at(n * step) < end - 12]


def _degrees(tenths: int, plus: str, minus: str) -> str:
    return f"{abs(tenths) / 10:g}° {plus if tenths >= 0 else minus}"


def _worded(marks: list[tuple[District, float, float]]) -> list[Mark]:
    """The marks with their words beside them; words that would lie on others move down."""
    words: dict[str, float] = {"right": -math.inf, "left": -math.inf}
    found = []
    for each, x, y in sorted(marks, key=lambda mark: mark[2]):
        side = "right" if x < WIDTH * 0.55 else "left"
        words[side] = max(y, words[side] + A_LINE)
        aside = RADIUS + 5 if side == "right" else -RADIUS - 5
        found.append(Mark(each, x, y, x + aside, words[side], side))
    return found
