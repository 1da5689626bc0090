"""What looks like spoiled data: flagged with a reason, never taken away.

Any of it may be honest: a room that votes together comes in a burst, and two neighbours may agree on all.
Somebody who knows the place has to look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import comb, exp, log
from statistics import median

import scipy

from commonground._agreement import Finding, find
from commonground._reading import VoteEvent, natural
from commonground._votes import VoteTable

SAME, QUICK, BURST, SWAYS = "same ballots", "quicker than reading", "burst", "sways findings"
FEWEST_VOTES = 8  # of a ballot before being the same says anything
BY_CHANCE = 0.01  # expected number of such sets of ballots, if people voted on their own
LEAST_GAP = 1000  # ms between votes, as the median
FEWEST_GAPS = 10
WINDOW = 600_000  # ms
FEWEST_IN_BURST = 10
BURST_CHANCE = 1e-6


@dataclass(frozen=True)
class Flag:
    """Something to look at. kind: "same ballots", "quicker than reading", "burst" or "sways findings".

    participants: whose votes are meant. statements: the findings that would be others without them.
    """

    kind: str
    participants: tuple[str, ...]
    statements: tuple[str, ...]
    reason: str


def flags(
    votes: VoteTable,
    *,
    events: Iterable[VoteEvent] = (),
    groups: Mapping[str, Collection[str]] | None = None,
    constituencies: Mapping[str, str] | None = None,
    threshold: float = 0.6,
) -> tuple[Flag, ...]:
    """Same ballots, votes quicker than reading, bursts of newcomers, and whose absence would change findings.

    events: the votes with their times, for quickness and bursts. groups: found groups or other sets of
    people, by name; for each the findings are drawn again without it.
    """
    same = same_ballots(votes)
    timed = [event for event in events if event.ms is not None]
    crowds = {**(groups or {})}
    crowds.update({f"the {len(each.participants)} with the same ballot": each.participants for each in same})
    swayed = sways(votes, crowds, constituencies, threshold)
    return (*same, *quick(timed), *bursts(timed), *swayed)


def same_ballots(votes: VoteTable) -> list[Flag]:
    """Sets of people with the very same votes, where chance would not bring them together."""
    ballots: dict[tuple[tuple[str, int], ...], list[str]] = {}
    for place, who in enumerate(votes.participants):
        part = slice(votes.starts[place], votes.starts[place + 1])
        ballot = tuple(
            (votes.statements[column], int(vote))
            for column, vote in zip(votes.columns[part], votes.values[part], strict=True)
        )
        if len(ballot) >= FEWEST_VOTES:
            ballots.setdefault(ballot, []).append(who)
    tally = Counter(
        (votes.statements[column], int(vote))
        for column, vote in zip(votes.columns, votes.values, strict=True)
    )
    voices = Counter(votes.statements[column] for column in votes.columns)
    asked = Counter(tuple(what for what, _ in ballot) for ballot, people in ballots.items() for _ in people)
    found = []
    for ballot, people in ballots.items():
        if len(people) < 2:
            continue
        alike = exp(sum(log(tally[cell] / voices[cell[0]]) for cell in ballot))
        expected = comb(asked[tuple(what for what, _ in ballot)], len(people)) * alike ** len(people)
        if expected < BY_CHANCE:
            reason = (
                f"{len(people)} people gave the same {len(ballot)} votes; among people who vote on their own "
                f"{expected:.2g} such sets are to be expected"
            )
            found.append(Flag(SAME, tuple(sorted(people, key=natural)), (), reason))
    return sorted(found, key=lambda flag: (-len(flag.participants), flag.participants))


def quick(events: list[VoteEvent]) -> list[Flag]:
    """People whose votes follow each other faster than a sentence can be read."""
    moments: dict[str, list[int]] = {}
    for event in events:
        moments.setdefault(event.participant, []).append(event.ms or 0)
    found = []
    for who in sorted(moments, key=natural):
        times = sorted(moments[who])
        gaps = [later - sooner for sooner, later in pairwise(times)]
        if len(gaps) >= FEWEST_GAPS and median(gaps) < LEAST_GAP:
            reason = (
                f"{len(times)} votes, half of them less than {median(gaps) / 1000:.1f} s after the one before"
            )
            found.append(Flag(QUICK, (who,), (), reason))
    return found


def bursts(events: list[VoteEvent]) -> list[Flag]:
    """Ten minutes in which many more newcomers voted for the first time than usual."""
    first: dict[str, int] = {}
    for event in events:
        first[event.participant] = min(event.ms or 0, first.get(event.participant, event.ms or 0))
    windows: dict[int, list[str]] = {}
    for who, ms in first.items():
        windows.setdefault(ms // WINDOW, []).append(who)
    if len(windows) < 2:
        return []
    usual = median(len(people) for people in windows.values())
    found = []
    for _, people in sorted(windows.items()):
        chance = float(scipy.stats.poisson.sf(len(people) - 1, usual))
        if len(people) >= FEWEST_IN_BURST and chance < BURST_CHANCE:
            reason = f"{len(people)} people began within ten minutes, where {usual:g} are usual"
            found.append(Flag(BURST, tuple(sorted(people, key=natural)), (), reason))
    return found


def sways(
    votes: VoteTable,
    crowds: Mapping[str, Collection[str]],
    constituencies: Mapping[str, str] | None,
    threshold: float,
) -> list[Flag]:
    """Crowds without which findings would bear another label."""
    if not crowds:
        return []
    whole = labels(find(votes, constituencies=constituencies, threshold=threshold))
    found = []
    for name, people in sorted(crowds.items()):
        left = set(people)
        rest = VoteTable.from_rows((row for row in votes if row[0] not in left), statements=votes.statements)
        belongs = (
            None
            if constituencies is None
            else {who: at for who, at in constituencies.items() if who not in left}
        )
        without = labels(find(rest, constituencies=belongs, threshold=threshold))
        other = tuple(sorted((each for each in whole if whole[each] != without[each]), key=natural))
        if other:
            reason = f"without {name}, {len(other)} of {len(whole)} findings would bear another label"
            found.append(Flag(SWAYS, tuple(sorted(left, key=natural)), other, reason))
    return found


def labels(findings: Iterable[Finding]) -> dict[str, str]:
    """The label of each statement."""
    return {finding.statement: finding.label for finding in findings}
