"""The indicator catalogue, as catalogue.toml says it: what the four shifts can be measured by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

FILE = Path(__file__).with_name("catalogue.toml")
# The language that everything in the catalogue is said in.
FALLBACK = "en"


@dataclass(frozen=True)
class Words:
    """What an indicator says in one language."""

    language: str
    name: str
    definition: str
    unit: str
    source: str


@dataclass(frozen=True)
class Entry:
    """One indicator of the catalogue. words: by language; the others as the fields of `Indicator`."""

    key: str
    cycle: str
    figure: str
    better: str
    apart: tuple[str, ...]
    every: str
    standard: str
    computed: bool
    words: Mapping[str, Words]

    def said(self, language: str | None = None) -> Words:
        """Its words in that language, or the reader's; in English where that one is missing."""
        return self.words.get(language or get_language() or FALLBACK) or self.words[FALLBACK]

    def holds(self, word: str) -> bool:
        """Whether the word is in what it says in any language."""
        told = (f"{each.name} {each.definition} {each.source}" for each in self.words.values())
        return any(word.casefold() in text.casefold() for text in (self.standard, *told))


@dataclass(frozen=True)
class Shift:
    """What a cycle leads from and to, in the words of the programme's own page."""

    cycle: str
    start: str
    end: str


@cache
def entries() -> dict[str, Entry]:
    """Every indicator of the catalogue by its key, in its order."""
    return {said["key"]: _entry(said) for said in _file()["indicator"]}


def shift(cycle: str) -> Shift:
    """From and To of a cycle in the reader's language, or in English."""
    told = _file()["cycle"][cycle]
    said = told.get(get_language() or FALLBACK) or told[FALLBACK]
    return Shift(cycle, said["from"], said["to"])


def computed() -> frozenset[str]:
    """The keys of those whose figures the platform works out by itself."""
    return frozenset(entry.key for entry in entries().values() if entry.computed)


@cache
def _file() -> dict:  # type: ignore[type-arg]
    return tomllib.loads(FILE.read_text("utf-8"))


def _entry(said: dict) -> Entry:  # type: ignore[type-arg]
    return Entry(
        key=said["key"],
        cycle=said["cycle"],
        figure=said["figure"],
        better=said["better"],
        apart=tuple(said["by"]),
        every=said["every"],
        standard=said["standard"],
        computed=said.get("computed", False),
        words={code: Words(code, **words) for code, words in said.items() if isinstance(words, dict)},
    )
