"""draw(): findings and map from votes, and Drawn, which keeps them with what they were drawn from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from commonground._agreement import EVERYONE, Agreement, Count, Finding, find
from commonground._ground import Ground, lay
from commonground._groups import Evidence, Tried
from commonground._map import Axis, Cell, Group, Groups, OpinionMap, Pull, Saying, picture
from commonground._places import Place
from commonground._shelf import Votes
from commonground._version import __version__


@dataclass(frozen=True)
class Drawn:
    """What votes say: a finding for each statement, the likeliest common ground first, and the map.

    `map` is None where too few people voted. `unplaced` people belong to no constituency: they count by head
    and on the map only. `digest` is the SHA-256 of all inputs; with `version` anyone can draw it again.
    """

    findings: tuple[Finding, ...]
    map: OpinionMap | None
    constituencies: tuple[str, ...]
    everyone_asked: tuple[str, ...]
    threshold: float
    seed: int
    participants: int
    votes: int
    unplaced: int
    digest: str
    version: str

    def finding(self, statement: str) -> Finding:
        """The finding of one statement. KeyError if there is none."""
        for finding in self.findings:
            if finding.statement == statement:
                return finding
        raise KeyError(statement)

    def as_json(self, *, persons: bool = False) -> dict[str, Any]:
        """All of it in plain values for JSON; people's places only when asked for: they are personal."""
        places = self.map.places if self.map and persons else {}
        plain = asdict(replace(self, map=replace(self.map, places={}) if self.map else None))
        if self.map is not None:
            plain["map"]["places"] = {who: asdict(place) for who, place in places.items()}
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """What as_json() gave, whether or not it has been through JSON text."""
        return cls(
            **{
                **plain,
                "findings": tuple(finding_from(each) for each in plain["findings"]),
                "map": None if plain["map"] is None else map_from(plain["map"]),
                "constituencies": tuple(plain["constituencies"]),
                "everyone_asked": tuple(plain["everyone_asked"]),
            }
        )


def draw(
    votes: Votes | Ground,
    *,
    constituencies: Mapping[str, str] | None = None,
    threshold: float = 0.6,
    everyone_asked: Collection[str] = (),
    counted: Sequence[Count] = (),
    rng: int = 7,
) -> Drawn:
    """Draw findings and map from votes; the same for the same votes in any order.

    constituencies: participant -> constituency, people who have not voted included; None for one of all.
    threshold: the share that must agree in every constituency, above 0.4 and below 1.
    everyone_asked: constituencies of which every member was asked; where all of them answered, the figure is
    a count without an interval.
    A ground is drawn as it stands, with its own seed: see lay() and Ground.take_in().
    counted: votes that were counted without names, by hands or on paper, as (constituency, statement, agree,
    disagree, pass). They count beside single votes, but nobody of them stands on the map.

    >>> from commonground import VoteTable
    >>> rows = [(f"p{n}", "more water points", 1) for n in range(30)]
    >>> draw(VoteTable.from_rows(rows)).findings[0].label
    'common ground'
    """
    if not 0.4 < threshold < 1:
        raise ValueError(f"a threshold lies above 0.4 and below 1, not at {threshold}")
    if isinstance(everyone_asked, str):
        raise TypeError(f"everyone_asked is a collection of constituencies, not the text {everyone_asked!r}")
    history: tuple[str, ...] = ()
    ground: Ground | None
    if isinstance(votes, Ground):
        ground = votes
        votes, rng, history = ground.votes, ground.seed, ground.history
    else:
        ground = lay(votes, seed=rng)
    findings = find(
        votes,
        constituencies=constituencies,
        threshold=threshold,
        everyone_asked=everyone_asked,
        counted=counted,
    )
    known = votes.participants if constituencies is None else constituencies
    asked = tuple(sorted(everyone_asked))
    names = {EVERYONE} if constituencies is None else set(constituencies.values())
    return Drawn(
        findings=findings,
        map=None if ground is None else picture(ground, constituencies),
        constituencies=tuple(sorted(names | {constituency for constituency, *_ in counted})),
        everyone_asked=asked,
        threshold=threshold,
        seed=rng,
        participants=len(votes.participants),
        votes=len(votes),
        unplaced=sum(who not in known for who in votes.participants) if constituencies is not None else 0,
        digest=digest_of(votes, constituencies, threshold, asked, sorted(counted), rng, history),
        version=__version__,
    )


def digest_of(
    votes: Votes,
    constituencies: Mapping[str, str] | None,
    threshold: float,
    everyone_asked: tuple[str, ...],
    counted: Sequence[Count],
    seed: int,
    history: tuple[str, ...],
) -> str:
    """SHA-256 of everything that the drawing follows from."""
    belongs = None if constituencies is None else sorted(constituencies.items())
    more = [*[counted] * bool(counted), *[history] * bool(history)]
    said = json.dumps([votes.digest, belongs, threshold, everyone_asked, seed, *more], separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


# ---- back from JSON --------------------------------------------------------------------------------------


def finding_from(plain: Mapping[str, Any]) -> Finding:
    """A finding from its plain values."""
    return Finding(
        **{
            **plain,
            "agreement": tuple(Agreement(**each) for each in plain["agreement"]),
            "against": tuple(plain["against"]),
            "split": tuple(plain["split"]),
            "ask": tuple(plain["ask"]),
        }
    )


def map_from(plain: Mapping[str, Any]) -> OpinionMap:
    """A map from its plain values."""
    right, up = (axis_from(each) for each in plain["axes"])
    return OpinionMap(
        **{
            **plain,
            "axes": (right, up),
            "cells": tuple(Cell(**each) for each in plain["cells"]),
            "groups": None if plain["groups"] is None else groups_from(plain["groups"]),
            "evidence": Evidence(
                **{
                    **plain["evidence"],
                    "tried": tuple(Tried(**each) for each in plain["evidence"]["tried"]),
                }
            ),
            "places": {who: place_from(each) for who, each in plain["places"].items()},
        }
    )


def axis_from(plain: Mapping[str, Any]) -> Axis:
    """An axis from its plain values."""
    ends = {end: tuple(Pull(**each) for each in plain[end]) for end in ("more", "less")}
    return Axis(share=plain["share"], **ends)


def groups_from(plain: Mapping[str, Any]) -> Groups:
    """Groups from their plain values."""
    each = tuple(
        Group(**{**one, "says": tuple(Saying(**said) for said in one["says"])}) for one in plain["each"]
    )
    return Groups(each=each, stability=plain["stability"], unlabelled=plain["unlabelled"])


def place_from(plain: Mapping[str, Any]) -> Place:
    """A person's place from its plain values."""
    (a, b), (_, c) = plain["covariance"]
    return Place(**{**plain, "covariance": ((a, b), (b, c))})
