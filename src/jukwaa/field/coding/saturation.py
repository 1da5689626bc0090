"""The room's one door to the engine: whether coders see the same, and whom we have not heard enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commonground.equity import Reliability, Saturation, reliability, saturations
from jukwaa.field.coding import queries
from jukwaa.field.models import Coding, Quote
from jukwaa.programmes.models import Gender, Place, Programme
from jukwaa.programmes.queries import constituencies, places

__all__ = ["Agreement", "Heard", "Listening", "agreement", "heard"]

# What is compared: a field of a coding.
COMPARED = ("theme_id", "cycle", "sort", "when")
# Fewer quotes than these say little, however the coders agree.
FEWEST = 10
# Two people may name the same because nobody else was asked.
FEWEST_PEOPLE = 3


@dataclass(frozen=True)
class Agreement:
    """How far coders agree in one field, by Krippendorff's alpha; None until two coded the same quote."""

    field: str
    found: Reliability | None

    @property
    def level(self) -> str:
        """reliable, tentative or weak, as the engine says; few below ten quotes, none without two coders."""
        if self.found is None:
            return "none"
        return "few" if self.found.units < FEWEST else self.found.level


def agreement(programme: Programme) -> list[Agreement]:
    """The agreement of all coders about all quotes that two have coded, field by field."""
    codings = list(queries.codings(programme).filter(coder__isnull=False))
    return [Agreement(name, _reliability(codings, name)) for name in COMPARED]


def _reliability(codings: Iterable[Coding], name: str) -> Reliability | None:
    said = {(each.coder_id, each.quote_id): str(getattr(each, name)) for each in codings}
    coders, quotes = sorted({c for c, _q in said}, key=str), sorted({q for _c, q in said}, key=str)
    try:
        return reliability([[said.get((coder, quote)) for quote in quotes] for coder in coders])
    except ValueError:
        return None


@dataclass(frozen=True)
class Heard:
    """How much one constituency's women or men at one site have still to say.

    saturation: None where nothing that they said has a settled theme yet. people: who spoke at all.
    """

    constituency: str
    gender: str
    site: str
    people: int
    saturation: Saturation | None

    @property
    def enough(self) -> bool:
        """Whether fewer than 5 in 100 of the next mentions would be new, and more than two people said so."""
        return self.saturation is not None and self.saturation.enough and self.people >= FEWEST_PEOPLE

    @property
    def unseen(self) -> int:
        """How many things nobody has named yet, by Chao's estimate, rounded up."""
        return -int(-self.saturation.unseen // 1) if self.saturation else 0

    @property
    def new_in_hundred(self) -> int:
        """How many of the next hundred mentions would be new."""
        return round(self.saturation.new * 100) if self.saturation else 100


@dataclass(frozen=True)
class Listening:
    """How far listening has come. rows: everybody who was listened to, those with most left to say first.

    nobody: declared constituencies of which nobody spoke. no_woman: of which no woman did. no_site: sites
    where nobody spoke. unsettled: how many quotes count nowhere, because their code is not settled.
    """

    rows: list[Heard]
    nobody: list[str]
    no_woman: list[str]
    no_site: list[str]
    unsettled: int

    @property
    def may_stop(self) -> bool:
        """Whether every one of them, women apart, has been heard enough, and no group was left out."""
        return bool(self.rows) and not self.nobody and all(row.enough for row in self.rows)

    @property
    def wanted(self) -> list[Heard]:
        """Those to listen to next."""
        return [row for row in self.rows if not row.enough]


def heard(programme: Programme) -> Listening:
    """Everybody who was listened to, by constituency, gender and site, and who was not (science.md §3)."""
    people: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    named: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    genders = dict(Gender.choices)
    women, sites = set(), set()
    for testimony in queries.heard(programme):
        voice = testimony.voice
        place = testimony.place or (voice and voice.place)
        group = str((voice and voice.constituency) or "")
        who = (
            group,
            str(genders[voice.gender] if voice and voice.gender in Gender.values and voice.gender else ""),
            str(place or ""),
        )
        people[who].add(str(testimony.subject))
        named[who][str(testimony.subject)] += [str(theme) for theme in _themes(testimony.quotes.all())]
        sites.add(place)
        if voice and voice.gender == Gender.WOMAN:
            women.add(group)
    groups = {group for group, _gender, _site in people}
    declared = [str(one) for one in constituencies(programme)]
    return Listening(
        rows=_rows(people, named),
        nobody=[one for one in declared if one not in groups],
        no_woman=[one for one in declared if one in groups and one not in women],
        no_site=[str(one) for one in places(programme) if one.level == Place.Level.SITE and one not in sites],
        unsettled=queries.unsettled(programme),
    )


def _rows(
    people: Mapping[tuple[str, str, str], set[str]],
    named: Mapping[tuple[str, str, str], Mapping[str, list[str]]],
) -> list[Heard]:
    told = {str(number): who for number, who in enumerate(sorted(people))}
    coded = {n: list(named[who].values()) for n, who in told.items() if any(named[who].values())}
    found = {each.stratum: each for each in saturations(coded)[0]} if coded else {}
    rows = [Heard(*who, len(people[who]), found.get(n)) for n, who in told.items()]
    return sorted(rows, key=lambda row: (row.enough, row.saturation is not None, -row.new_in_hundred))


def _themes(quotes: Iterable[Quote]) -> set[object]:
    return {quote.theme_id for quote in quotes if quote.theme_id and not quote.removed and quote.text}
