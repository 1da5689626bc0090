"""Which statement to ask next: half the turns for those least heard, half for what may be common ground.

Votes are few: about ten a person. Odd turns go to the statement on which the asker's own constituency was
least heard; even turns to those that may or may not be among the best for every constituency. Each choice
comes with its probability, so that anybody can check from the log that nobody was steered.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from commonground._agreement import Counts, Real, count
from commonground._votes import VoteTable, Whole

WEIGHT = 4.0  # votes that the other constituencies' opinion weighs
DRAWS = 24
BEST = 10  # how many statements the agenda has room for
NOISE = 0.05  # of a score, so that equal statements take turns
LEAST_NOISE = 0.01  # of the best score
AT_RANDOM = 0.05  # share of choices in which every statement has the same chance
ELSEWHERE = (4, 8)  # turns of ten kept for what other constituencies wrote
OF_TEN = 10
STEP = 0.4  # of the narrowest noise, between the places at which chances are summed: they are right to 1e-9


@dataclass(frozen=True)
class Choice:
    """A statement to ask next. `probability`: of this choice among all that were open, for the log."""

    statement: str
    probability: float
    why: str  # "least heard", "may be common ground" or "from others"


@dataclass(frozen=True, eq=False)
class Router:
    """What is known before a choice: counts and scores, constituencies x statements.

    Make one with `Router.of(...)` whenever votes came, and ask it for as many people as there are.
    """

    statements: tuple[str, ...]
    counts: Counts
    doubt: Real  # standard deviation of what is known of a share
    boundary: Real  # by statement: how open it is whether it belongs to the best

    @classmethod
    def of(
        cls,
        votes: VoteTable,
        *,
        constituencies: Mapping[str, str] | None = None,
        counted: Sequence[tuple[str, str, int, int, int]] = (),
        best: int = BEST,
        rng: int = 7,
    ) -> Router:
        """Read the votes. best: how many statements will be chosen in the end; rng: seed of the draws."""
        counts = count(votes, constituencies=constituencies, everyone_asked=(), counted=counted)
        return cls.on(votes.statements, counts, best, np.random.default_rng([rng, len(votes)]))

    @classmethod
    def on(cls, statements: tuple[str, ...], counts: Counts, best: int, rng: np.random.Generator) -> Router:
        """The same from counts."""
        alpha, beta = posterior(counts.agree, counts.voices)
        total = alpha + beta
        doubt = np.sqrt(alpha * beta / (total**2 * (total + 1)))
        drawn = rng.beta(alpha, beta, (DRAWS, *alpha.shape)).min(axis=1)
        room = min(best, len(statements))
        places = np.argpartition(-drawn, room - 1, axis=1)[:, :room] if room else np.zeros((DRAWS, 0), int)
        often = np.bincount(places.ravel(), minlength=len(statements)) / DRAWS
        return cls(statements, counts, doubt, np.sqrt(often * (1 - often)))

    def choose(
        self,
        constituency: str | None,
        *,
        seen: Collection[str],
        rng: np.random.Generator | int,
        core: Sequence[str] = (),
        elsewhere: Collection[str] = (),
        closed: Collection[str] = (),
    ) -> Choice | None:
        """The next statement for somebody of a constituency who has `seen` some; None when all are seen.

        core: statements that everyone is asked first, in this order (6-8, where a map is wanted).
        elsewhere: statements that people of other constituencies wrote; two turns of ten go to them.
        closed: statements that may not be asked. rng: chance, or a seed for it.
        """
        for statement in core:
            if statement not in seen and statement not in closed and statement in self.statements:
                return Choice(statement, 1.0, "core")
        turn, taken = len(seen), {*seen, *closed}
        open_ = [place for place, name in enumerate(self.statements) if name not in taken]
        if not open_:
            return None
        others = [place for place in open_ if self.statements[place] in elsewhere]
        from_others = bool(others) and turn % OF_TEN in ELSEWHERE
        able = np.array(others if from_others else open_)
        scores = self.scores(constituency, turn)[able]
        chances = chance(scores)
        place = drawn(chances, rng)
        why = "from others" if from_others else ("least heard" if turn % 2 == 0 else "may be common ground")
        return Choice(self.statements[able[place]], round(float(chances[place]), 6), why)

    def scores(self, constituency: str | None, turn: int) -> Real:
        """How much a vote on each statement is worth at this turn, counted from 0."""
        names = self.counts.constituencies
        if constituency in names:
            group = names.index(constituency)
            doubt, voices = self.doubt[group], self.counts.voices[group]
        else:
            doubt, voices = self.doubt.mean(axis=0), self.counts.voices.sum(axis=0)
        scores: Real = doubt / (1 + voices) if turn % 2 == 0 else doubt * (self.boundary + 0.02)
        return scores

    def deck(
        self, constituency: str | None, *, core: Sequence[str] = (), closed: Collection[str] = ()
    ) -> tuple[str, ...]:
        """All open statements in the order to ask them where no votes come in, for devices without a net.

        Core first, then in turns the least heard and the nearest to common ground, noise left out.
        """
        first = [name for name in core if name in self.statements and name not in closed]
        ranked = [
            iter(np.argsort(-self.scores(constituency, turn), kind="stable").tolist()) for turn in (0, 1)
        ]
        order = list(dict.fromkeys(first))
        left = set(self.statements) - set(order) - set(closed)
        turn = len(order)
        while left:
            name = next(
                self.statements[place] for place in ranked[turn % 2] if self.statements[place] in left
            )
            order.append(name)
            left.remove(name)
            turn += 1
        return tuple(order)


def posterior(agree: Whole, voices: Whole) -> tuple[Real, Real]:
    """Beta of each share, drawn to the unweighted mean of the constituencies."""
    heard = voices > 0
    rates = np.where(heard, (agree + 0.5) / (voices + 1), 0.0).sum(axis=0)
    groups = heard.sum(axis=0)
    centre = np.where(groups > 0, rates / np.maximum(groups, 1), 0.5)
    return WEIGHT * centre + agree, WEIGHT * (1 - centre) + voices - agree


def drawn(chances: Real, rng: np.random.Generator | int) -> int:
    """A place, each with its chance."""
    # A seed serves for one number only, and numpy's generators take ten times as long to make.
    number = random.Random(rng).random() if isinstance(rng, int) else rng.random()
    up_to = chances.cumsum()
    return min(int(up_to.searchsorted(number * up_to[-1], side="right")), len(chances) - 1)


def chance(scores: Real) -> Real:
    """How probable each is to be the best after noise; a part of the choices is at random among all.

    The noise is normal; the probability of being the highest is summed on a grid.
    """
    most = float(scores.max())
    if len(scores) == 1 or most <= 0:
        return np.full(len(scores), 1 / len(scores))
    scores = scores / most
    spread = np.maximum(NOISE * scores, LEAST_NOISE)
    able = scores + 6 * spread >= (scores - 6 * spread).max()
    middle, width = scores[able], spread[able]
    low, high = (middle - 6 * width).max(), (middle + 6 * width).max()
    places = 2 + int((high - low) / (STEP * width.min()))
    off = (np.linspace(low, high, places)[:, None] - middle) / width
    below = log_ndtr(off)
    others = below.sum(axis=1, keepdims=True) - below
    density = np.exp(others - off**2 / 2) / width
    best = density.sum(axis=0)
    chances = np.full(len(scores), AT_RANDOM / len(scores))
    chances[able] += (1 - AT_RANDOM) * best / best.sum()
    normed: Real = chances / chances.sum()
    return normed
