"""Everything that is known of a conversation as one JSON object, map.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from commonground._agreement import Count, Finding
from commonground._columns import About
from commonground._differences import differences, polarisation, ranking
from commonground._draw import Drawn
from commonground._map import HEIGHT, OpinionMap, Place
from commonground._routing import BEST
from commonground._votes import VoteTable
from commonground._weighing import weightings

METHOD = (
    "map: variational-Bayes principal components of the votes cast, with a person intercept. "
    "Groups: k-means and a mixture of normals; whether there are any by hidden votes, how many by stability. "
    "Agreement: a group-equal beta mixture."
)


def as_map(
    texts: Mapping[str, str],
    votes: VoteTable,
    drawn: Drawn,
    constituencies: Mapping[str, str] | None,
    counted: Sequence[Count] = (),
    *,
    about: About | None = None,
) -> dict[str, Any]:
    """All of it in plain values; participants are in it by their ids: personal, not to be published.

    texts are the statements' own words by id; about holds genders and weights. x and y are shares
    of the picture's width and height. An ellipse is one standard deviation: half axes in shares of the width,
    angle in degrees from the horizontal.
    A participant's stability is the posterior of the group that is given; a group's the mean Jaccard likeness
    to itself when votes are missing.
    """
    map_ = drawn.map
    return {
        "participants": of_people(map_.places if map_ else {}),
        "groups": [
            {
                "name": group.name,
                "size": group.size,
                "stability": group.stability,
                "statements": [asdict(saying) for saying in group.says],
            }
            for group in (map_.groups if map_ else None) or ()
        ],
        "statements": of_statements(texts, votes, drawn, constituencies, counted, about or About()),
        "evidence": asdict(map_.evidence) if map_ else None,
        "axes": [asdict(axis) for axis in map_.axes] if map_ else [],
        "differences": [
            asdict(each)
            for each in differences(votes, constituencies=constituencies, counted=counted)
            if each.clear
        ]
        if constituencies
        else [],
        "constituencies": drawn.constituencies,
        "threshold": drawn.threshold,
        "digest": drawn.digest,
        "method": METHOD,
        "version": drawn.version,
        "seed": drawn.seed,
    }


def of_people(places: Mapping[str, Place]) -> dict[str, dict[str, Any]]:
    """Everyone's place."""
    if not places:
        return {}
    scale = np.diag([1.0, HEIGHT])
    values, vectors = np.linalg.eigh(
        scale @ np.array([place.covariance for place in places.values()]) @ scale
    )
    axes = np.round(np.sqrt(np.maximum(values, 0.0)), 4).tolist()
    turns = np.round(np.degrees(np.arctan2(vectors[:, 1, 1], vectors[:, 0, 1])) % 180, 1).tolist()
    return {
        who: {
            "x": place.x,
            "y": place.y,
            "ellipse": {"long": long, "short": short, "angle": turn},
            "group": place.group,
            "stability": place.certainty,
            "votes": place.votes,
        }
        for (who, place), (short, long), turn in zip(places.items(), axes, turns, strict=True)
    }


def of_statements(
    texts: Mapping[str, str],
    votes: VoteTable,
    drawn: Drawn,
    constituencies: Mapping[str, str] | None,
    counted: Sequence[Count],
    about: About,
) -> dict[str, dict[str, Any]]:
    """What is known of each statement, the likeliest common ground first."""
    apart = {each.statement: each for each in polarisation(votes, constituencies=constituencies)}
    standing = {
        each.statement: each
        for each in ranking(votes, constituencies=constituencies, best=BEST, counted=counted, rng=drawn.seed)
    }
    weighed = {
        each.statement: each
        for each in weightings(
            votes, constituencies=constituencies, genders=about.genders, weights=about.weights
        )
    }
    said: dict[str, dict[str, Any]] = {}
    for finding in drawn.findings:
        name = finding.statement
        plain = asdict(finding)
        del plain["statement"]
        rank = standing.get(name)
        said[name] = {
            "text": texts.get(name, name),
            **plain,
            "per_head": finding.per_head,
            "equal_footing": finding.equal_footing,
            "least": least(finding),
            "raked": weighed[name].raked,
            "effective_voices": weighed[name].effective,
            "equal_genders": weighed[name].equal_genders,
            "among_best": rank.among_best if rank else None,
            "ranks": [rank.low, rank.high] if rank else None,
            "between": apart[name].between,
            "agreement_of_votes": apart[name].agreement,
            "bridging": bridging(drawn.map, name),
        }
    return said


def least(finding: Finding) -> float | None:
    """The share in the constituency that agrees least; None while one of them is silent."""
    shares = [each.estimate for each in finding.agreement]
    known = [share for share in shares if share is not None]
    return min(known) if known and len(known) == len(shares) else None


def bridging(map_: OpinionMap | None, statement: str) -> float | None:
    """The bridging score, where there is one."""
    return map_.bridging.get(statement) if map_ else None
