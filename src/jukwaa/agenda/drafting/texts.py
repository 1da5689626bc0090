"""The text of a solution: its first clauses, and what the amendments accepted since made of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jukwaa.agenda.models import Amendment, Clause

Kind = Amendment.Kind


@dataclass(frozen=True)
class Line:
    """A clause as it reads after some changes: its id, its words, and the amendment that last touched it."""

    id: uuid.UUID
    text: str
    by: Amendment | None = None


@dataclass(frozen=True)
class Version:
    """The text after so many changes; 0 is the first. change: the amendment that made it."""

    number: int
    change: Amendment | None
    lines: tuple[Line, ...]


def in_force(amendments: Iterable[Amendment]) -> list[Amendment]:
    """The amendments accepted, in the order in which they changed the text."""
    accepted = [one for one in amendments if one.state == Amendment.State.ACCEPTED]
    return sorted(accepted, key=lambda one: (one.place or 0, str(one.pk)))


def text(clauses: Sequence[Clause], amendments: Iterable[Amendment]) -> tuple[Line, ...]:
    """How the text reads today."""
    return versions(clauses, amendments)[-1].lines


def versions(clauses: Sequence[Clause], amendments: Iterable[Amendment]) -> list[Version]:
    """The text from its first words to those of today, one version for each amendment accepted."""
    lines = tuple(Line(one.pk, one.text) for one in sorted(clauses, key=lambda one: (one.position, one.pk)))
    found = [Version(0, None, lines)]
    for number, change in enumerate(in_force(amendments), 1):
        found.append(Version(number, change, apply(found[-1].lines, change)))
    return found


def apply(lines: tuple[Line, ...], change: Amendment) -> tuple[Line, ...]:
    """The lines after one change. What it changes may have been struck on another node: then nothing does.

    A clause that comes in bears the id of the amendment that brought it.
    """
    places = [place for place, line in enumerate(lines) if line.id == change.at]
    if change.kind == Kind.INSERT and change.at is None:
        return (Line(change.pk, change.text, change), *lines)
    if not places:
        return lines
    at = places[0]
    match Kind(change.kind):
        case Kind.REPLACE:
            return (*lines[:at], Line(lines[at].id, change.text, change), *lines[at + 1 :])
        case Kind.STRIKE:
            return (*lines[:at], *lines[at + 1 :])
        case Kind.INSERT:
            return (*lines[: at + 1], Line(change.pk, change.text, change), *lines[at + 1 :])
