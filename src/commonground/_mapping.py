"""Everything that is known of a conversation as one JSON object, map.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from commonground._agreement import Count, Finding
from commonground._columns import About
from commonground._differences import differences, polarisation, ranking
from commonground._draw import Drawn
from commonground._map import OpinionMap
from commonground._places import Places
from commonground._routing import BEST
from commonground._shelf import Votes
from commonground._weighing import weightings

METHOD = (
    "map: variational-Bayes principal components of the votes cast, with a person intercept. "
    "Groups: k-means and a mixture of normals; whether there are any by hidden votes, how many by stability. "
    "Agreement: a group-equal beta mixture."
)


def as_plain(
    texts: Mapping[str, str],
    votes: Votes,
    drawn: Drawn,
    constituencies: Mapping[str, str] | None,
    counted: Sequence[Count] = (),
    *,
    about: About | None = None,
) -> dict[str, Any]:
    """All of it but the participants, in plain values.

    texts are the statements' own words by id; about holds genders and weights. Of a group, stability is the
    mean Jaccard likeness to itself when votes are missing, resampled the same when people are drawn anew.
    """
    map_ = drawn.map
    return {
        "groups": [
            {
                "name": group.name,
                "size": group.size,
                "stability": group.stability,
                "resampled": group.resampled,
                "statements": [{**asdict(saying), "effect": saying.effect} for saying in group.says],
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


def as_text(plain: Mapping[str, Any], map_: OpinionMap | None) -> Iterator[str]:
    """map.json in pieces: participants by their ids, which is personal and not to be published, and all else.

    x and y are shares of the picture's width and height; stability is the posterior of the group given.
    """
    yield '{"participants": {'
    for number, people in enumerate(Places.of(map_.places).as_text() if map_ else ()):
        yield f"{', ' if number else ''}{people}"
    yield "}, " + json.dumps(plain, ensure_ascii=False)[1:]


def of_statements(
    texts: Mapping[str, str],
    votes: Votes,
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
