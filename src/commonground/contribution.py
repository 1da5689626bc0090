"""How far evidence bears out that a process contributed to a change: contribution tracing.

Befani and Stedman-Bryce (2017), "Process Tracing and Bayesian Updating for Impact Evaluation". Somebody
claims that the dialogue contributed. For each piece of evidence two people say how likely one would see it if
the claim were true, and how likely if it were not. The ratio of the two moves the odds of the claim. Pieces
that depend on each other are one piece. The words stay beside the figure: it says how well the evidence tells
the claim from its contrary, as these people judge it, and not how large the contribution was (Zaks 2021).

>>> told = weigh([ratio(0.9, 0.1), ratio(0.6, 0.3)])
>>> round(told.probability, 3), told.band.value, told.halved.band.value
(0.947, 'reasonable', 'likely')
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

MOST = 100.0  # no piece of evidence counts for more: |log10| of its ratio is 2 at most


class Band(Enum):
    """What a probability is called. The upper three are Befani's, mirrored below."""

    PRACTICALLY_CERTAIN = "practically certain"
    HIGH = "high"
    REASONABLE = "reasonable"
    LIKELY = "likely"
    OPEN = "open"
    UNLIKELY = "unlikely"
    AGAINST = "against"


# From which probability on.
BANDS = (
    (0.99, Band.PRACTICALLY_CERTAIN),
    (0.95, Band.HIGH),
    (0.85, Band.REASONABLE),
    (0.6, Band.LIKELY),
    (0.4, Band.OPEN),
    (0.15, Band.UNLIKELY),
    (0.0, Band.AGAINST),
)


@dataclass(frozen=True)
class Weight:
    """The odds of a claim after the evidence, with their probability (0 to 1) and its name."""

    odds: float
    probability: float
    band: Band


@dataclass(frozen=True)
class Weighed(Weight):
    """The same, with the ratios as far as they count, and what were left if each were half as large."""

    ratios: tuple[float, ...]
    halved: Weight


def ratio(if_so: float, if_not: float) -> float:
    """How many times likelier one sees the evidence if the claim is true; both are chances between 0 and 1.

    Raises ValueError for a chance of 0 or 1, which no evidence could ever move, or beyond.
    """
    for chance in (if_so, if_not):
        if not 0 < chance < 1:
            raise ValueError(f"a chance lies between 0 and 1 and is neither, not {chance}")
    return if_so / if_not


def agreed(ratios: Sequence[float]) -> float:
    """What several people's ratios of one piece come to: their geometric mean, so that 4 and 1/4 give 1."""
    if not ratios:
        raise ValueError("nobody weighed this piece")
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def weigh(ratios: Sequence[float]) -> Weighed:
    """The claim after these independent pieces, from even odds; each ratio is capped at 100 and 1/100.

    Without any piece the odds stay even.
    """
    counted = tuple(min(max(each, 1 / MOST), MOST) for each in ratios)
    now, halved = _weight(math.prod(counted)), _weight(math.prod(each / 2 for each in counted))
    return Weighed(now.odds, now.probability, now.band, counted, halved)


def band(probability: float) -> Band:
    """What a probability from 0 to 1 is called."""
    return next(named for least, named in BANDS if probability >= least)


def _weight(odds: float) -> Weight:
    # So that odds of exactly 19 are a probability of 0.95, whatever the last digit.
    probability = round(odds / (1 + odds), 12)
    return Weight(odds, probability, band(probability))
