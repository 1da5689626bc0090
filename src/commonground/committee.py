"""Who sits in the leadership group: proportional approval voting within quotas, and who stands behind it.

Each voter approves of any number of candidates, of any constituency. A committee is worth to a voter 1 + 1/2
+ 1/3 … for the members they approve of (Thiele 1895; Aziz et al. 2017, "Justified representation");
constituencies weigh the same. The best committee that keeps every quota is found exactly, as a mixed-integer
programme, and the price of the quotas is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from commonground._quotas import (
    CannotBeMet,
    Kind,
    Mend,
    Quota,
    Rule,
    cannot_be_met,
    check_quotas,
    ruled,
    single,
)
from commonground._version import __version__
from commonground._votes import VoteTable
from commonground.agenda import Ballots, Claim, certify

__all__ = [
    "CannotBeMet",
    "Committee",
    "Endorsement",
    "Kind",
    "Mend",
    "Quota",
    "Voice",
    "at_least",
    "cannot_be_met",
    "elect",
    "endorse",
    "explain",
    "sample_size",
    "single",
]

Real = NDArray[np.floating[Any]]

CONFIDENCE = 0.95
MOST_YES = 0.5  # of each constituency
MEAN_YES = 2 / 3  # of the mean of the constituencies
SMALL = 1e-9


@dataclass(frozen=True)
class Committee:
    """A slate with all that it follows from.

    members: by the order of candidates. score: its worth, 1 being one approved member for every voter. free:
    the worth of the best committee without quotas. represented: by constituency, the share of its voters who
    approve of at least one member. alternates: for each member whom to call if they leave, or None where
    nobody keeps the quotas. claims: EJR+, which quotas may break: the claims that come nearest to being good.
    """

    members: tuple[str, ...]
    score: float
    free: float
    represented: Mapping[str, float]
    alternates: Mapping[str, str | None]
    claims: tuple[Claim, ...]
    quotas: tuple[Quota, ...]
    digest: str
    version: str

    @property
    def price(self) -> float:
        """What the quotas cost, as a share of the best worth without them."""
        return 1 - self.score / self.free if self.free else 0.0

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return {**asdict(self), "price": round(self.price, 6)}


def elect(
    votes: VoteTable,
    *,
    seats: int,
    candidates: Mapping[str, Kind] | None = None,
    constituencies: Mapping[str, str] | None = None,
    quotas: Sequence[Quota] = (),
    one_per: Sequence[str] = (),
) -> Committee:
    """The committee of most worth that keeps the quotas.

    votes: 1 approves of a candidate. candidates: what is known of each, by column. one_per: columns of which
    every value has one member at most, such as "organisation"; unknown values are not limited. Raises
    ValueError for what does not fit, and CannotBeMet.

    >>> rows = [("ann", "Neema", 1), ("ben", "Juma", 1), ("eva", "Juma", 1)]
    >>> elect(VoteTable.from_rows(rows), seats=1).members
    ('Juma',)
    """
    ballots = Ballots.of(votes, constituencies)
    kinds = [dict((candidates or {}).get(name, {})) for name in ballots.items]
    limits = [*quotas, *single(kinds, one_per)]
    checked(ballots, seats, candidates or {}, quotas)
    rules = ruled(kinds, limits)
    best = best_of(ballots, seats, rules)
    if best is None:
        raise cannot_be_met(kinds, limits, seats, "committee")
    members = np.flatnonzero(best).tolist()
    free = best_of(ballots, seats, ())
    return Committee(
        members=tuple(ballots.items[place] for place in members),
        score=round(worth(ballots, members), 9),
        free=round(worth(ballots, np.flatnonzero(free).tolist()), 9) if free is not None else 0.0,
        represented=represented(ballots, members),
        alternates={ballots.items[m]: alternate(ballots, members, m, rules) for m in members},
        claims=certify(ballots, members, np.ones(len(ballots.items), bool), seats),
        quotas=tuple(limits),
        digest=votes.digest,
        version=__version__,
    )


def checked(ballots: Ballots, seats: int, candidates: Mapping[str, Kind], quotas: Sequence[Quota]) -> None:
    """Refuse what does not fit, with the mend. Raises ValueError."""
    if seats < 1:
        raise ValueError(f"a committee has one seat or more, not {seats}")
    if candidates and (unknown := sorted(set(ballots.items) - set(candidates))):
        raise ValueError(f"{unknown[0]!r} was voted for and is no candidate: add them, or mend the name")
    if len(ballots.items) < seats:
        raise ValueError(f"{seats} seats need {seats} candidates who were voted on, not {len(ballots.items)}")
    check_quotas(quotas, candidates.values(), seats, "candidate")


# ---- the programme ---------------------------------------------------------------------------------------


def best_of(
    ballots: Ballots, seats: int, rules: Sequence[Rule], fixed: Mapping[int, float] | None = None
) -> NDArray[np.bool_] | None:
    """Who is in the committee of most worth, or None where there is none. fixed: candidates in or out."""
    candidates = len(ballots.items)
    voters = np.flatnonzero(ballots.approve.any(axis=1))
    approve = sparse.csr_array(ballots.approve[voters].astype(float))
    steps = min(seats, candidates)
    weight = (ballots.weights() * ballots.many)[voters]
    # A lot too small to matter decides between committees of the same worth.
    lot = SMALL * np.random.default_rng(7).permutation(candidates) / max(candidates, 1) ** 2
    gain = np.concatenate([lot, np.outer(weight, 1 / np.arange(1, steps + 1)).ravel()])
    met = sparse.hstack([approve, -sparse.kron(sparse.eye_array(len(voters)), np.ones((1, steps)))])
    counts = [np.concatenate([who, np.zeros(len(gain) - candidates)]) for who, _, _ in rules]
    counts.append(np.concatenate([np.ones(candidates), np.zeros(len(gain) - candidates)]))
    low = [*(least for _, least, _ in rules), seats]
    high = [*(most for _, _, most in rules), seats]
    lower, upper = np.zeros(len(gain)), np.ones(len(gain))
    for place, value in (fixed or {}).items():
        lower[place] = upper[place] = value
    found = scipy.optimize.milp(
        -gain,
        integrality=np.concatenate([np.ones(candidates), np.zeros(len(gain) - candidates)]),
        bounds=scipy.optimize.Bounds(lower, upper),
        constraints=[
            scipy.optimize.LinearConstraint(met, np.zeros(len(voters)), np.full(len(voters), np.inf)),
            scipy.optimize.LinearConstraint(np.array(counts), np.array(low, float), np.array(high, float)),
        ],
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else found.x[:candidates] > 0.5


def worth(ballots: Ballots, members: Sequence[int]) -> float:
    """The worth of a committee."""
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, len(members) + 1))])
    have = ballots.approve[:, list(members)].sum(axis=1)
    return float((ballots.weights() * ballots.many * harmonic[have]).sum())


def represented(ballots: Ballots, members: Sequence[int]) -> dict[str, float]:
    """By constituency, the share of its voters who approve of at least one member."""
    some = ballots.approve[:, list(members)].any(axis=1)
    heard = np.bincount(ballots.group, some * ballots.many, len(ballots.groups))
    return dict(zip(ballots.groups, np.round(heard / ballots.sizes, 6).tolist(), strict=True))


def alternate(ballots: Ballots, members: Sequence[int], leaving: int, rules: Sequence[Rule]) -> str | None:
    """Who takes a seat that becomes free, so that the others stay and the quotas are kept."""
    fixed = {place: 1.0 for place in members if place != leaving} | {leaving: 0.0}
    found = best_of(ballots, len(members), rules, fixed) if len(ballots.items) > len(members) else None
    if found is None:
        return None
    [instead] = set(np.flatnonzero(found).tolist()) - set(members)
    return ballots.items[instead]


def explain(elected: Committee) -> str:
    """The slate in plain words, to be read aloud."""
    rule = (
        "Every voter named any candidates; each group counts the same. The more of yours are in already, the "
        "less one more counts, so that nobody is left without."
    )
    said = [rule, f"Elected: {', '.join(elected.members)}."]
    least = min(elected.represented.items(), key=lambda each: each[1], default=None)
    if least:
        said.append(f"In every group at least {int(100 * least[1])} in 100 have somebody they named.")
    if elected.quotas:
        said.append(
            f"The quotas cost {100 * elected.price:.1f} in 100 of what the best slate without them is worth."
        )
    said += [
        f"If {member} leaves: {instead or 'nominate anew'}." for member, instead in elected.alternates.items()
    ]
    return "\n".join(said)


# ---- endorsement -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Voice:
    """How a constituency voted on the slate. size: how many it has, None where nobody knows."""

    yes: int
    no: int
    size: int | None = None
    delegates: int = 0

    @property
    def cast(self) -> int:
        return self.yes + self.no


@dataclass(frozen=True)
class Endorsement:
    """Whether the slate stands. low: by constituency, the share of yes that it has at least, with 95 %.

    Where all of a constituency voted that is its exact share. objecting: those with half or less.
    """

    holds: bool
    mean: float
    low: Mapping[str, float]
    objecting: tuple[str, ...]
    too_few: tuple[str, ...]


def endorse(voices: Mapping[str, Voice]) -> Endorsement:
    """Endorsed if more than half of the votes of each constituency are yes and their mean is two thirds.

    A constituency of which fewer than half of the delegates voted is `too_few`, and the slate waits for it.
    """
    shares = {name: voice.yes / max(voice.cast, 1) for name, voice in voices.items()}
    objecting = tuple(name for name, share in shares.items() if share <= MOST_YES)
    too_few = tuple(name for name, voice in voices.items() if 2 * voice.cast < max(voice.delegates, 1))
    mean = sum(shares.values()) / len(shares) if shares else 0.0
    return Endorsement(
        holds=bool(shares) and not objecting and not too_few and mean >= MEAN_YES - SMALL,
        mean=round(mean, 6),
        low={name: round(at_least(voice), 6) for name, voice in voices.items()},
        objecting=objecting,
        too_few=too_few,
    )


def at_least(voice: Voice) -> float:
    """The share of yes in the whole constituency, at least, with 95 %, from who voted.

    Exact hypergeometric where the constituency's size is known, Clopper and Pearson (1934) where it is not.
    """
    if not voice.yes:
        return 0.0
    if voice.size is None:
        return float(scipy.stats.beta.ppf(1 - CONFIDENCE, voice.yes, voice.no + 1))
    if voice.size < voice.cast:
        raise ValueError(f"{voice.cast} voted of a constituency that has {voice.size}: mend its size")
    able = np.arange(voice.yes, voice.size - voice.no + 1)
    as_many = scipy.stats.hypergeom.sf(voice.yes - 1, voice.size, able, voice.cast)
    return float(able[np.asarray(as_many > 1 - CONFIDENCE).argmax()] / voice.size)


def sample_size(share: float, *, power: float = 0.8) -> int:
    """How many to ask, so that a constituency in which `share` say yes is found to have more than half.

    One-sided at 95 %, by the exact binomial test: the least number at which it is found with the probability
    `power`. Raises ValueError for a share that is not above a half.
    """
    if not 0.5 < share < 1:
        raise ValueError(f"a share above a half and below 1 can be shown, not {share}")
    return next(number for number in range(5, 100_000) if shown(number, share) >= power)


def shown(number: int, share: float) -> float:
    """The probability that a sample of so many shows more than half."""
    needed = int(scipy.stats.binom.isf(1 - CONFIDENCE, number, 0.5)) + 1
    return float(scipy.stats.binom.sf(needed - 1, number, share))
