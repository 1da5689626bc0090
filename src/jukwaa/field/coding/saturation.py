"""The room's one door to the engine: whether coders see the same, and whom we have not heard enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from commonground.equity import Saturation, alpha, saturations
from jukwaa.field.coding import queries
from jukwaa.field.models import Coding, Quote
from jukwaa.programmes.models import Gender, Programme

__all__ = ["Agreement", "Heard", "agreement", "heard"]

# What is compared: a field of a coding.
COMPARED = ("theme_id", "cycle", "sort", "when")
RELIABLE, TENTATIVE = 0.8, 0.667


@dataclass(frozen=True)
class Agreement:
    """How far coders agree in one field, by Krippendorff's alpha; None until two coded the same quote."""

    field: str
    alpha: float | None

    @property
    def level(self) -> str:
        """reliable from 0.8, tentative from 0.667, weak below; none without two coders."""
        if self.alpha is None:
            return "none"
        return "reliable" if self.alpha >= RELIABLE else "tentative" if self.alpha >= TENTATIVE else "weak"


def agreement(programme: Programme) -> list[Agreement]:
    """The agreement of all coders about all quotes, field by field."""
    codings = list(queries.codings(programme).filter(coder__isnull=False))
    return [Agreement(name, _alpha(codings, name)) for name in COMPARED]


def _alpha(codings: Iterable[Coding], name: str) -> float | None:
    said = {(each.coder_id, each.quote_id): str(getattr(each, name)) for each in codings}
    coders, quotes = sorted({c for c, _q in said}, key=str), sorted({q for _c, q in said}, key=str)
    try:
        return round(alpha([[said.get((coder, quote)) for quote in quotes] for coder in coders]), 2)
    except ValueError:
        return None


@dataclass(frozen=True)
class Heard:
    """How much one constituency's women or men at one site have still to say.

    saturation: None where nothing that they said was coded yet. people: who spoke at all.
    """

    constituency: str
    gender: str
    site: str
    people: int
    saturation: Saturation | None

    @property
    def enough(self) -> bool:
        """Whether fewer than 5 in 100 of the next mentions would be new."""
        return self.saturation is not None and self.saturation.enough

    @property
    def unseen(self) -> int:
        """How many things nobody has named yet, by Chao's estimate, rounded up."""
        return -int(-self.saturation.unseen // 1) if self.saturation else 0

    @property
    def new_in_hundred(self) -> int:
        """How many of the next hundred mentions would be new."""
        return round(self.saturation.new * 100) if self.saturation else 100


def heard(programme: Programme) -> tuple[list[Heard], bool]:
    """Everybody who was listened to, by constituency, gender and site, those with most left to say first;
    and whether one may stop: only when every one of them, women apart, has been heard enough (science.md §3).
    """
    people: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    named: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    genders = dict(Gender.choices)
    for testimony in queries.heard(programme):
        voice = testimony.voice
        who = (
            str((voice and voice.constituency) or ""),
            str(genders[voice.gender] if voice and voice.gender in genders else ""),
            str(testimony.place or (voice and voice.place) or ""),
        )
        people[who].add(str(testimony.subject))
        named[who][str(testimony.subject)] += [str(theme) for theme in _themes(testimony.quotes.all())]
    told = {str(number): who for number, who in enumerate(sorted(people))}
    coded = {n: list(named[who].values()) for n, who in told.items() if any(named[who].values())}
    found = {each.stratum: each for each in saturations(coded)[0]} if coded else {}
    rows = [Heard(*who, len(people[who]), found.get(n)) for n, who in told.items()]
    rows.sort(key=lambda row: (row.enough, row.saturation is not None, -row.new_in_hundred))
    return rows, bool(rows) and all(row.enough for row in rows)


def _themes(quotes: Iterable[Quote]) -> set[object]:
    return {quote.theme_id for quote in quotes if quote.theme_id and not quote.removed and quote.text}
