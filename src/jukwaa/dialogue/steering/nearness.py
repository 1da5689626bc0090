"""Which statements are near copies of one another, by the letters they share: a suggestion, never a decision.

Texts of one language are compared by the cosine of their tf-idf weights over runs of three to five letters.
This needs no model, bears typing mistakes and word endings, and knows nothing of meaning: "must be repaired"
and "must not be repaired" are near. Such a pair is kept, and says that one of the two says "not".
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import Protocol

SHORTEST, LONGEST = 3, 5
# Found by hand on short statements in English, French and Swahili: below it most pairs share words, not
# what they say.
NEAR = 0.42

# Words that turn a sentence around. Swahili says it in the verb: hatutaki, sitaki, wasichimbe.
NEGATIONS = {
    "en": re.compile(r"not|no|never|cannot|nobody|none|nothing|without|neither|nor|\w+n't"),
    "fr": re.compile(r"ne|n|pas|jamais|sans|aucune?|rien|ni|personne|plus"),
    "sw": re.compile(
        r"si|sio|siyo|bila|kamwe|wala|hapana|(ha(tu|wa|m|u|i|zi|ya|ku|pa)|si)\w{3,}|\w{1,2}si\w{4,}"
    ),
    "mg": re.compile(r"tsy|tsia|tsisy|aza|sanatria"),
}
# Swahili words that only look like it: these, here, rights, fifty, and the like.
NO_NEGATION = frozenset(
    {"hapa", "hawa", "haya", "haki", "hali", "hamsini", "hasara", "sisi", "simba", "siku"}
)


class Said(Protocol):
    """Words in a language."""

    @property
    def language(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Worded:
    """A statement as it is compared: only with those of its language."""

    id: uuid.UUID
    language: str
    text: str


@dataclass(frozen=True)
class Near:
    """Two statements that are near copies: how near, from 0 to 1, and whether one of them says "not"."""

    one: uuid.UUID
    other: uuid.UUID
    likeness: float
    one_says_not: bool


@lru_cache(maxsize=16)
def near_pairs(statements: tuple[Worded, ...], *, least: float = NEAR) -> tuple[Near, ...]:
    """The pairs of one language that are at least so near, the nearest first.

    Grows with the square of the statements that share letters; 300 of them take about a third of a second,
    and the answer is kept until one of them changes. An empty text is near to nothing.
    """
    by_language: dict[str, list[Worded]] = defaultdict(list)
    for statement in statements:
        by_language[statement.language].append(statement)
    found = [pair for some in by_language.values() for pair in _near_in_one_language(some, least)]
    return tuple(sorted(found, key=lambda pair: (-pair.likeness, pair.one.hex, pair.other.hex)))


def _near_in_one_language(some: Sequence[Worded], least: float) -> list[Near]:
    weights = _weights([runs(statement.text) for statement in some])
    likeness: dict[tuple[int, int], float] = defaultdict(float)
    having: dict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(weights):
        for run, weight in own.items():
            for before in having[run]:
                likeness[before, place] += weight * weights[before][run]
            having[run].append(place)
    return [
        Near(some[a].id, some[b].id, round(min(near, 1.0), 3), says_not(some[a]) != says_not(some[b]))
        for (a, b), near in likeness.items()
        if near >= least
    ]


def _weights(counted: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Each text as a vector of length one: how often a run of letters comes, the more the rarer it is."""
    among = Counter(run for own in counted for run in own)
    rarity = {run: 1 + log((1 + len(counted)) / (1 + many)) for run, many in among.items()}
    found = []
    for own in counted:
        weighed = {run: (1 + log(many)) * rarity[run] for run, many in own.items()}
        length = sqrt(sum(weight**2 for weight in weighed.values())) or 1.0
        found.append({run: weight / length for run, weight in weighed.items()})
    return found


def runs(text: str) -> Counter[str]:
    """How often each run of three to five letters comes in the words of a text, their edges included."""
    found: Counter[str] = Counter()
    for word in plain_words(text):
        edged = f" {word} "
        for length in range(SHORTEST, LONGEST + 1):
            found.update(edged[start : start + length] for start in range(len(edged) - length + 1))
    return found


def plain_words(text: str) -> list[str]:
    """The words of a text without capitals, accents and signs."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    kept = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", kept)


def says_not(statement: Said) -> bool:
    """Whether some word of it turns the sentence around, as far as the language's list knows."""
    turning = NEGATIONS.get(statement.language, NEGATIONS["en"])
    spoken = [part for word in plain_words(statement.text) for part in {word, *word.split("'")}]
    return any(turning.fullmatch(word) and word not in NO_NEGATION for word in spoken)
