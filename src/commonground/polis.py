"""What Polis would say of the same votes, by its published formulas, so that one can move and compare.

Nothing else here depends on it. Signs inside are Polis' own: agree is -1, disagree 1, pass 0, so that centre,
components and projections come out as in its `math-pca2`. Votes come in as everywhere: agree is 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commonground._reading import natural
from commonground._votes import VoteTable

Real = NDArray[np.floating[Any]]

Z90 = 1.2816  # one-sided
ENOUGH = 7  # votes that let a participant in
FEWEST = 15  # participants, the heaviest voters filling up
MOST_SHOWN = 5
META = 49.0  # priority of a statement about the participants themselves
UNEVEN = 1e-12


@dataclass(frozen=True)
class Representative:
    """A statement that Polis calls representative of a group: Polis' own numbers, by its names."""

    statement: str
    side: str  # "agree" or "disagree"
    n_success: int
    n_trials: int
    p_success: float
    p_test: float
    repness: float
    repness_test: float
    best_agree: bool = False


@dataclass(frozen=True)
class Consensus:
    """A statement that most agree with, or most disagree with."""

    statement: str
    n_success: int
    n_trials: int
    p_success: float
    p_test: float


@dataclass(frozen=True, eq=False)
class Analysis:
    """What Polis' mathematics says. Statements and participants in the natural order of their ids.

    centre: mean vote on each statement. components: 2 x statements, each turned so that its largest loading
    is positive (Polis' own sign is by chance). projections: participants x 2. extremity: by statement.
    groups: participant -> group, those in the conversation only.
    """

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    centre: Real
    components: Real
    projections: Real
    statement_projections: Real
    extremity: Real
    groups: Mapping[str, int]
    group_aware_consensus: Mapping[str, float]
    priorities: Mapping[str, float]
    representative: Mapping[int, tuple[Representative, ...]]
    consensus: Mapping[str, tuple[Consensus, ...]]


def analyse(
    votes: VoteTable,
    *,
    taken_away: Collection[str] = (),
    meta: Collection[str] = (),
    groups: Mapping[str, int] | None = None,
) -> Analysis:
    """Polis' analysis of votes. taken_away: moderated out. groups: hers, if they are to be compared by.

    Without groups they are made as Polis makes them from a cold start, but without its 100 base clusters,
    which changes nothing up to 100 participants. Raises ValueError without votes.
    """
    if not len(votes):
        raise ValueError("there are no votes to analyse")
    people, statements = sorted(votes.participants, key=natural), sorted(votes.statements, key=natural)
    out = np.array([name in taken_away or name in meta for name in statements])
    raw = matrix(votes, people, statements)
    rated = np.where(out, 0.0, raw)
    centre = column_means(rated)
    components = principal(np.where(np.isnan(rated), centre, rated) - centre)
    projections = project(rated, centre, components)
    spots = np.sqrt(len(statements)) * ((-1 - centre) * components).T
    extremity = np.hypot(spots[:, 0], spots[:, 1])
    if groups is None:
        inside = in_conversation(raw)
        found = cluster(projections[inside])
        groups = {
            people[place]: int(group) for place, group in zip(np.flatnonzero(inside), found, strict=True)
        }
    agree, disagree, seen = tallies(raw, people, groups)
    aware = np.prod((agree + 1) / (seen + 2), axis=0)
    shown = [place for place in range(len(statements)) if not out[place]]
    return Analysis(
        participants=tuple(people),
        statements=tuple(statements),
        centre=centre,
        components=components,
        projections=projections,
        statement_projections=spots,
        extremity=extremity,
        groups=dict(groups),
        group_aware_consensus=dict(zip(statements, aware.tolist(), strict=True)),
        priorities={
            name: META if name in meta else float(priority)
            for name, priority in zip(statements, prioritise(agree, disagree, seen, extremity), strict=True)
        },
        representative={
            group: represent(statements, shown, agree, disagree, seen, place)
            for place, group in enumerate(sorted(set(groups.values())))
        },
        consensus=agreed(statements, shown, rated),
    )


def matrix(votes: VoteTable, people: list[str], statements: list[str]) -> Real:
    """Participants x statements in Polis' signs, nan where nobody voted."""
    row = {name: place for place, name in enumerate(people)}
    column = {name: place for place, name in enumerate(statements)}
    rows = np.array([row[name] for name in votes.participants])[votes.rows]
    columns = np.array([column[name] for name in votes.statements])[votes.columns]
    table = np.full((len(people), len(statements)), np.nan)
    table[rows, columns] = -votes.values.astype(float)
    return table


def column_means(rated: Real) -> Real:
    """The mean vote on each statement, 0 where there is none."""
    seen = ~np.isnan(rated)
    means: Real = np.where(seen, rated, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return means


def principal(centred: Real) -> Real:
    """The two leading right singular vectors."""
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    axes = np.vstack((axes, np.zeros((2 - len(axes), centred.shape[1]))))
    largest = axes[np.arange(2), np.abs(axes).argmax(axis=1)]
    turned: Real = axes * np.where(largest < 0, -1.0, 1.0)[:, None]
    return turned


def project(rated: Real, centre: Real, components: Real) -> Real:
    """Everyone on the plane, those with fewer votes pushed outwards."""
    seen = ~np.isnan(rated)
    scale = np.sqrt(rated.shape[1] / np.maximum(seen.sum(axis=1), 1))
    places: Real = scale[:, None] * (np.where(seen, rated - centre, 0.0) @ components.T)
    return places


def in_conversation(raw: Real) -> NDArray[np.bool_]:
    """Who has seven votes, or all there are; filled up to fifteen people with the heaviest voters."""
    count = (~np.isnan(raw)).sum(axis=1)
    inside: NDArray[np.bool_] = count >= min(ENOUGH, raw.shape[1])
    if inside.sum() < FEWEST:
        inside[np.argsort(-count, kind="stable")[:FEWEST]] = True
    return inside


def tallies(raw: Real, people: list[str], groups: Mapping[str, int]) -> tuple[Real, Real, Real]:
    """Of each group how many agree, disagree and have seen each statement, groups x statements."""
    numbers = sorted(set(groups.values()))
    member = np.array([[groups.get(who) == number for who in people] for number in numbers], float)
    counts = ((raw == -1), (raw == 1), ~np.isnan(raw))
    agree, disagree, seen = (member @ each.astype(float) for each in counts)
    return agree, disagree, seen


def prioritise(agree: Real, disagree: Real, seen: Real, extremity: Real) -> Real:
    """How readily Polis shows a statement next."""
    a, d, s = agree.sum(axis=0), disagree.sum(axis=0), seen.sum(axis=0)
    importance = (1 - (s - a - d + 1) / (s + 2)) * (extremity + 1) * (a + 1) / (s + 2)
    priority: Real = (importance * (1 + 8 * 2 ** (-s / 5))) ** 2
    return priority


# ---- lists -----------------------------------------------------------------------------------------------


def one_proportion(success: Real | float, trials: Real | float) -> Real:
    """Polis' test that more than half succeed."""
    score: Real = 2 * np.sqrt(trials + 1.0) * ((success + 1) / (trials + 1) - 0.5)
    return score


def two_proportions(success: float, trials: float, other: float, others: float) -> float:
    """Polis' test that here more succeed than elsewhere; one is added to all four."""
    s, n, t, m = success + 1, trials + 1, other + 1, others + 1
    pooled = (s + t) / (n + m)
    if pooled == 1:
        return 0.0
    return float((s / n - t / m) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)))


def sides(
    name: str, agree: Real, disagree: Real, seen: Real, group: int, place: int
) -> tuple[Representative, Representative]:
    """What speaks for a group agreeing with a statement, and for its disagreeing."""
    trials, others = seen[group, place], seen[:, place].sum() - seen[group, place]
    both = []
    for side, counts in (("agree", agree), ("disagree", disagree)):
        success, other = counts[group, place], counts[:, place].sum() - counts[group, place]
        share = (success + 1) / (trials + 2)
        both.append(
            Representative(
                statement=name,
                side=side,
                n_success=int(success),
                n_trials=int(trials),
                p_success=float(share),
                p_test=float(one_proportion(success, trials)),
                repness=float(share / ((other + 1) / (others + 2))),
                repness_test=two_proportions(success, trials, other, others),
            )
        )
    return both[0], both[1]


def represent(
    statements: list[str], shown: list[int], agree: Real, disagree: Real, seen: Real, group: int
) -> tuple[Representative, ...]:
    """The statements that Polis lists for a group, at most five, agreed ones first."""
    sufficient: list[Representative] = []
    best: Representative | None = None
    best_agree: Representative | None = None
    for place in shown:
        yes, no = sides(statements[place], agree, disagree, seen, group, place)
        side = yes if yes.repness_test > no.repness_test else no
        if enough(yes) or enough(no):
            sufficient.append(side)
        elif not sufficient and (best is None or side.repness_test > best.repness_test):
            best = side
        if (yes.n_success or no.n_success) and beats(yes, best_agree):
            best_agree = yes
    if not sufficient:
        return tuple(each for each in (flagged(best_agree) or best,) if each is not None)
    ranked = sorted(sufficient, key=metric, reverse=True)
    first = flagged(best_agree)
    if first is not None:
        ranked = [first, *(each for each in ranked if each.statement != first.statement)]
    return tuple(sorted(ranked[:MOST_SHOWN], key=lambda each: each.side))


def enough(said: Representative) -> bool:
    """Whether both tests pass at 90 %."""
    return said.repness_test > Z90 and said.p_test > Z90


def metric(said: Representative) -> float:
    """By which sufficient statements are ranked."""
    return said.repness * said.repness_test * said.p_success * said.p_test


def beats(said: Representative, best: Representative | None) -> bool:
    """Whether this is a better statement that the group agrees with than the best so far."""
    if best is None:
        return said.p_test > Z90 or (said.repness > 1 and said.p_success > 0.5)
    if best.repness > 1:
        return metric(said) > metric(best)
    return said.p_success * said.p_test > best.p_success * best.p_test


def flagged(said: Representative | None) -> Representative | None:
    """The same, marked as the one that the group agrees with best."""
    if said is None:
        return None
    return Representative(**{**vars(said), "best_agree": True})


def agreed(statements: list[str], shown: list[int], rated: Real) -> dict[str, tuple[Consensus, ...]]:
    """What most of all participants agree with, and what most disagree with, five of each."""
    trials = (~np.isnan(rated)).sum(axis=0)
    lists = {}
    for side, vote in (("agree", -1), ("disagree", 1)):
        success = (rated == vote).sum(axis=0)
        share, test = (success + 1) / (trials + 2), one_proportion(success, trials)
        able = [place for place in shown if share[place] > 0.5 and test[place] > Z90]
        able.sort(key=lambda place: -share[place] * test[place])
        lists[side] = tuple(
            Consensus(
                statements[place],
                int(success[place]),
                int(trials[place]),
                float(share[place]),
                float(test[place]),
            )
            for place in able[:MOST_SHOWN]
        )
    return lists


# ---- groups from a cold start ----------------------------------------------------------------------------


def cluster(spots: Real) -> NDArray[np.int64]:
    """Polis' groups: k-means from the first distinct places, as many as the silhouette likes best."""
    distinct = len(np.unique(spots, axis=0))
    most = min(5, 2 + distinct // 12)
    best, score = np.zeros(len(spots), np.int64), -np.inf
    for number in range(2, min(most, distinct) + 1):
        groups = k_means(spots, number)
        now = silhouette(spots, groups)
        if now >= score:
            best, score = groups, now
    return best


def k_means(spots: Real, number: int) -> NDArray[np.int64]:
    """Lloyd's algorithm from the first distinct places, at most twenty rounds; ties go to the last."""
    _, firsts = np.unique(spots, axis=0, return_index=True)
    centres = spots[np.sort(firsts)[:number]]
    groups = np.zeros(len(spots), np.int64)
    for _ in range(20):
        far = ((spots[:, None, :] - centres) ** 2).sum(axis=2)
        groups = far.shape[1] - 1 - far[:, ::-1].argmin(axis=1)
        kept = np.unique(groups)
        moved = np.array([spots[groups == group].mean(axis=0) for group in kept])
        settled = len(moved) == len(centres) and np.abs(moved - centres).max() < 0.01
        centres = moved
        if settled:
            break
    return np.unique(groups, return_inverse=True)[1]


def silhouette(spots: Real, groups: NDArray[np.int64]) -> float:
    """The mean silhouette; people alone in a group count 0."""
    member = np.eye(groups.max() + 1)[groups]
    sizes = member.sum(axis=0)
    if len(sizes) < 2:
        return -1.0
    total = 0.0
    for place, spot in enumerate(spots):  # a row at a time: all distances at once would fill the memory
        sums = np.sqrt(((spots - spot) ** 2).sum(axis=1)) @ member
        own = groups[place]
        if sizes[own] < 2:
            continue
        inner = sums[own] / (sizes[own] - 1)
        outer = np.delete(sums / sizes, own).min()
        total += (outer - inner) / max(inner, outer, UNEVEN)
    return total / len(spots)
