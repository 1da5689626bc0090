"""What each constituency says of each statement, and what may be said of all of them together.

Groups count the same whatever their size: figures of small ones are drawn towards the unweighted mean of all
groups, never towards the pooled heads, or the largest group would speak for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, expit

from commonground._shelf import Votes, on_shelf
from commonground._votes import Whole

Real = NDArray[np.floating[Any]]
Count = tuple[str, str, int, int, int]  # constituency, statement, how many agree, disagree, pass

COMMON_GROUND, LEANING, DIVIDED = "common ground", "leaning", "divided"
NOT_ENOUGH = "not enough voices yet"
LABELS = (COMMON_GROUND, LEANING, DIVIDED, NOT_ENOUGH)
EVERYONE = "everyone"  # the one constituency where none are declared

SURE = 0.8  # how probable a claim must be to be made
MAYBE = 0.5  # and to be called leaning
REJECTED = 0.4  # a constituency rejects what fewer than these agree with
SURE_OF_LESS = 0.95  # how surely a constituency that does not reject stays under the threshold
INTERVAL = (0.05, 0.95)
FEWEST_OF_EACH = 5  # votes of a constituency below which nothing is claimed of it
FEWEST_IN_ALL = 20
WEIGHT_OF_OTHERS = (2.0, 30.0)  # least and most votes that the other groups' opinion may weigh
STANDS_APART = 0.2  # how probable it is beforehand that a group has an opinion of its own on a statement


@dataclass(frozen=True)
class Agreement:
    """What one constituency says of one statement.

    `estimate` is the share that agrees of all who were asked, passes among them, as far as the votes tell;
    about 90 % of such intervals `low`-`high` hold the true share. Both are None where all were asked and
    answered: then the estimate is the count itself. All three are None where nobody voted.
    `reaches` is the probability that the share is at least the threshold.
    """

    constituency: str
    agree: int
    disagree: int
    passes: int
    estimate: float | None
    low: float | None
    high: float | None
    reaches: float

    @property
    def voices(self) -> int:
        """How many of the constituency voted on the statement, passes included."""
        return self.agree + self.disagree + self.passes

    @property
    def exact(self) -> bool:
        """Whether all of the constituency were asked and answered, so that no interval is needed."""
        return self.estimate is not None and self.low is None


@dataclass(frozen=True)
class Finding:
    """What the votes say of one statement, with its evidence.

    label: "common ground", "leaning", "divided" or "not enough voices yet".
    certainty: how probable it is that what the label says is true; 0 where it says nothing yet.
    acceptable: the probability that every constituency reaches the threshold.
    agreement: what each constituency says, in the order of their names.
    agree, disagree, passes: counts by head, people of no constituency included.
    against: constituencies that probably reject it (fewer than 40 % agree), the surest first.
    split: constituencies that do not reject it and almost surely stay under the threshold.
    ask: whom to ask for more votes, the neediest first; empty when nothing is open.
    """

    statement: str
    label: str
    certainty: float
    acceptable: float
    agreement: tuple[Agreement, ...]
    agree: int
    disagree: int
    passes: int
    against: tuple[str, ...]
    split: tuple[str, ...]
    ask: tuple[str, ...]

    @property
    def voices(self) -> int:
        """How many people voted on the statement, passes included."""
        return self.agree + self.disagree + self.passes

    @property
    def per_head(self) -> float | None:
        """The share of those who voted that agree, every person counting the same; None without votes."""
        return round(self.agree / self.voices, 4) if self.voices else None

    @property
    def equal_footing(self) -> float | None:
        """The mean of the constituencies' shares, each counting the same; None without votes."""
        shares = [each.estimate for each in self.agreement if each.estimate is not None]
        return round(sum(shares) / len(shares), 4) if shares else None


@dataclass(frozen=True, eq=False)
class Counts:
    """Votes of G constituencies on m statements, G x m each, and how many people each constituency has."""

    constituencies: tuple[str, ...]
    agree: Whole
    disagree: Whole
    passes: Whole
    sizes: Whole
    all_asked: NDArray[np.bool_]

    @property
    def voices(self) -> Whole:
        """All votes, passes included."""
        return self.agree + self.disagree + self.passes

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Where everyone of a constituency was asked and voted, G x m."""
        return self.all_asked[:, None] & (self.voices >= self.sizes[:, None]) & (self.voices > 0)


@dataclass(frozen=True, eq=False)
class Shares:
    """What is known of the share that agrees, by constituency and statement, G x m."""

    estimate: Real
    low: Real
    high: Real
    reaches: Real  # probability that it is at least the threshold
    rejects: Real  # probability that it is below REJECTED
    weight_of_others: float  # in votes; 0 where there are no others


def find(
    votes: Votes,
    *,
    constituencies: Mapping[str, str] | None,
    threshold: float,
    everyone_asked: Collection[str] = (),
    counted: Sequence[Count] = (),
) -> tuple[Finding, ...]:
    """One finding a statement, the likeliest common ground first."""
    counts = count(votes, constituencies=constituencies, everyone_asked=everyone_asked, counted=counted)
    shares = share(counts, threshold=threshold)
    shelf = on_shelf(votes)
    heads = shelf.tally(np.zeros(len(shelf.participants), np.int64), 1)[:, 0].copy()
    for place, numbers in hands(votes.statements, counted):
        for head, number in zip(heads, numbers, strict=True):
            head[place] += number
    found = [
        judge(
            counts,
            shares,
            place,
            statement,
            (int(heads[0][place]), int(heads[1][place]), int(heads[2][place])),
        )
        for place, statement in enumerate(votes.statements)
    ]
    return tuple(sorted(found, key=rank))


def rank(finding: Finding) -> tuple[float, float, int, str]:
    """Where a finding stands in the list; the id only parts what the votes cannot."""
    return -finding.acceptable, -(finding.equal_footing or 0.0), -finding.voices, finding.statement


def hands(statements: Sequence[str], counted: Sequence[Count]) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Of each count its statement's place, and how many agree, disagree and pass. Raises ValueError."""
    places = {name: place for place, name in enumerate(statements)}
    for _, statement, *numbers in counted:
        if statement not in places:
            raise ValueError(f"votes were counted on {statement!r}, which is no statement here")
        if min(numbers) < 0:
            raise ValueError(f"a count of votes on {statement!r} is below zero: {numbers}")
        agree, disagree, passes = numbers
        yield places[statement], (agree, disagree, passes)


def count(
    votes: Votes,
    *,
    constituencies: Mapping[str, str] | None,
    everyone_asked: Collection[str],
    counted: Sequence[Count] = (),
) -> Counts:
    """Count the votes of each constituency; people of no constituency are left out.

    `counted` are votes that were counted without names, by hands or on paper. Nobody knows who of a
    constituency was among them, so its size is unknown, and it is never exact.
    """
    belongs = dict.fromkeys(votes.participants, EVERYONE) if constituencies is None else constituencies
    names = tuple(
        sorted(
            set(belongs.values())
            | ({EVERYONE} if constituencies is None else set())
            | {constituency for constituency, *_ in counted}
        )
    )
    place = {name: number for number, name in enumerate(names)}
    group = np.array([place[belongs[who]] if who in belongs else -1 for who in votes.participants], np.int64)
    by_vote = on_shelf(votes).tally(group, len(names)).copy()
    for (constituency, *_), (column, numbers) in zip(counted, hands(votes.statements, counted), strict=True):
        for table, number in zip(by_vote, numbers, strict=True):
            table[place[constituency], column] += number
    sizes = np.bincount([place[name] for name in belongs.values()], minlength=len(names))
    without_names = {constituency for constituency, *_ in counted}
    asked = np.array([name in everyone_asked and name not in without_names for name in names], bool)
    return Counts(names, by_vote[0], by_vote[1], by_vote[2], sizes, asked)


def share(counts: Counts, *, threshold: float) -> Shares:
    """What is known of every share, by its posterior or, where all were asked and answered, by the count."""
    mixture, weight = centred(counts)
    agree, voices = counts.agree.astype(float), counts.voices.astype(float)
    exact = counts.exact
    counted = np.where(exact, agree / np.maximum(voices, 1), 0.0)
    return Shares(
        estimate=np.where(exact, counted, mixture.mean()),
        low=mixture.quantile(INTERVAL[0]),
        high=mixture.quantile(INTERVAL[1]),
        reaches=np.where(exact, counted >= threshold, 1 - mixture.below(threshold)),
        rejects=np.where(exact, counted < REJECTED, mixture.below(REJECTED)),
        weight_of_others=weight,
    )


def centred(counts: Counts) -> tuple[Mixture, float]:
    """The posterior of every share, drawn to the unweighted mean of the groups' unless it stands apart.

    p_gj ~ (1 - a) Beta(kappa pbar_j, kappa (1 - pbar_j)) + a Beta(1, 1), with a = STANDS_APART, and kappa,
    how alike the groups are, by moments. Without the second part a small group that dissents alone is drawn
    to the others until its interval misses the truth more often than not. With one group alone the prior is
    flat.
    """
    agree, voices = counts.agree.astype(float), counts.voices.astype(float)
    if len(counts.constituencies) == 1:
        weight = 0.0
        mixture = Mixture(1 + agree, 1 + voices - agree, np.ones_like(agree))
    else:
        heard = voices > 0
        rates = np.where(heard, (agree + 0.5) / (voices + 1), 0.0).sum(axis=0)
        groups = heard.sum(axis=0)
        centre = np.where(groups > 0, rates / np.maximum(groups, 1), 0.5)
        weight = likeness(agree, voices, centre)
        mixture = Mixture.after(agree, voices - agree, weight * centre, weight * (1 - centre))
    return mixture, weight


@dataclass(frozen=True, eq=False)
class Mixture:
    """Posteriors that mix Beta(alpha, beta) with one that owes nothing to the other groups, G x m each."""

    own_alpha: Real
    own_beta: Real
    apart: Real  # probability of standing apart
    alpha: Real | float = 1.0
    beta: Real | float = 1.0

    @classmethod
    def after(cls, agree: Real, other: Real, alpha: Real, beta: Real) -> Mixture:
        """The posterior after so many agreed and so many did not, from the groups' Beta(alpha, beta)."""
        like = betaln(alpha + agree, beta + other) - betaln(alpha, beta) + np.log(1 - STANDS_APART)
        alone = betaln(1 + agree, 1 + other) + np.log(STANDS_APART)
        return cls(1 + agree, 1 + other, expit(alone - like), alpha + agree, beta + other)

    def mean(self) -> Real:
        """The expected share."""
        own = self.own_alpha / (self.own_alpha + self.own_beta)
        return self.apart * own + (1 - self.apart) * (self.alpha / (self.alpha + self.beta))

    def below(self, share: Real | float) -> Real:
        """The probability of a share below this."""
        own = betainc(self.own_alpha, self.own_beta, share)
        below: Real = self.apart * own + (1 - self.apart) * betainc(self.alpha, self.beta, share)
        return below

    def draw(self, many: int, rng: np.random.Generator) -> Real:
        """So many draws of every share, many x G x m."""
        size = (many, *self.apart.shape)
        own = rng.beta(self.own_alpha, self.own_beta, size)
        return np.where(rng.random(size) < self.apart, own, rng.beta(self.alpha, self.beta, size))

    def quantile(self, probability: float) -> Real:
        """The share that is reached with this probability, by halving."""
        low, high = np.zeros_like(self.apart), np.ones_like(self.apart)
        for _ in range(30):
            middle = (low + high) / 2
            under = self.below(middle) < probability
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return (low + high) / 2


def likeness(agree: Real, voices: Real, centre: Real) -> float:
    """How many votes the other groups' opinion weighs (kappa): many when groups are alike, by moments.

    kappa + 1 = mean of pbar (1 - pbar) / (variance between groups - mean sampling variance), kept within
    WEIGHT_OF_OTHERS: without an upper bound intervals hold the truth in 55-80 % of cases when groups agree.
    """
    able = voices >= 2
    compared = able.sum(axis=0) >= 2
    if not compared.any():
        return WEIGHT_OF_OTHERS[0]
    rates = np.where(able, agree / np.maximum(voices, 1), np.nan)[:, compared]
    between = np.nanmean(np.nanvar(rates, axis=0, ddof=1))
    sampling = np.nanmean(np.nanmean(rates * (1 - rates) / (np.maximum(voices[:, compared], 2) - 1), axis=0))
    spread = np.mean((centre * (1 - centre))[compared])
    return float(np.clip(spread / max(between - sampling, 1e-6) - 1, *WEIGHT_OF_OTHERS))


def judge(counts: Counts, shares: Shares, place: int, statement: str, heads: tuple[int, int, int]) -> Finding:
    """The finding of the statement at `place`."""
    names = counts.constituencies
    voices, exact = counts.voices[:, place], counts.exact[:, place]
    reaches, rejects = shares.reaches[:, place], shares.rejects[:, place]
    heard = exact | (voices >= FEWEST_OF_EACH)
    enough = bool(exact.all()) or int(voices.sum()) >= FEWEST_IN_ALL
    # The groups' posteriors are independent, so that the share of draws in which all reach the threshold is,
    # for ever more draws, this product: no draws are needed.
    acceptable = float(np.prod(reaches)) if names else 0.0
    claimable = heard & enough
    against = [g for g in np.argsort(-rejects, kind="stable") if claimable[g] and rejects[g] >= SURE]
    split = [
        g
        for g in np.argsort(reaches, kind="stable")
        if claimable[g] and g not in against and 1 - reaches[g] >= SURE_OF_LESS
    ]
    label, certainty = NOT_ENOUGH, 0.0
    if against:
        label, certainty = DIVIDED, float(rejects[against[0]])
    elif split:
        label, certainty = DIVIDED, float(1 - reaches[split[0]])
    elif names and heard.all() and enough and acceptable >= MAYBE:
        label, certainty = (COMMON_GROUND if acceptable >= SURE else LEANING), acceptable
    open_ = label in (LEANING, NOT_ENOUGH)
    return Finding(
        statement=statement,
        label=label,
        certainty=round(certainty, 4),
        acceptable=round(acceptable, 4),
        agreement=tuple(agreement(counts, shares, g, place) for g in range(len(names))),
        agree=heads[0],
        disagree=heads[1],
        passes=heads[2],
        against=tuple(names[g] for g in against),
        split=tuple(names[g] for g in split),
        ask=tuple(names[g] for g in neediest(counts, shares, place)) if open_ else (),
    )


def neediest(counts: Counts, shares: Shares, place: int) -> list[int]:
    """Constituencies whose votes would settle the statement: the unheard first, then the least sure."""
    voices, exact, reaches = counts.voices[:, place], counts.exact[:, place], shares.reaches[:, place]
    width = shares.high[:, place] - shares.low[:, place]
    able = [g for g in range(len(voices)) if not exact[g]]
    unsure = [g for g in able if voices[g] < FEWEST_OF_EACH or 0.05 < reaches[g] < 0.95]
    return sorted(
        unsure or able,
        key=lambda g: (min(voices[g], FEWEST_OF_EACH), -round(float(width[g]), 9), counts.constituencies[g]),
    )


def agreement(counts: Counts, shares: Shares, group: int, place: int) -> Agreement:
    """What one constituency says of the statement at `place`."""
    silent, exact = counts.voices[group, place] == 0, counts.exact[group, place]

    def figure(numbers: Real, hidden: bool) -> float | None:
        return None if hidden else round(float(numbers[group, place]), 4)

    return Agreement(
        constituency=counts.constituencies[group],
        agree=int(counts.agree[group, place]),
        disagree=int(counts.disagree[group, place]),
        passes=int(counts.passes[group, place]),
        estimate=figure(shares.estimate, bool(silent)),
        low=figure(shares.low, bool(silent or exact)),
        high=figure(shares.high, bool(silent or exact)),
        reaches=round(float(shares.reaches[group, place]), 4),
    )
