"""The room's one door to the engine: what a series explains of itself, and what evidence makes of a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonground.contribution import Band, Weighed, agreed, ratio, weigh
from commonground.equity import Chart, chart_of
from jukwaa.delivery.harvest import queries as harvest
from jukwaa.delivery.harvest.queries import Judged
from jukwaa.delivery.models import Outcome
from jukwaa.programmes.models import Member

__all__ = ["FEWEST", "Chart", "Traced", "in_words", "limits", "traced"]

# The engine draws limits from three points on; with fewer than these they say nothing that holds.
FEWEST = 5


def limits(values: Sequence[float]) -> Chart | None:
    """The XmR chart of a series in the order of its days (Wheeler), or None while it is too short for one.

    What was never below nothing has no limit below it.
    """
    if len(values) < FEWEST:
        return None
    chart = chart_of(values)
    return replace(chart, low=max(chart.low, 0.0)) if min(values) >= 0 else chart


@dataclass(frozen=True)
class Traced:
    """The claim that the dialogue contributed to an outcome, with each package and its ratio where it counts.

    weighed is None while no package was weighed by two.
    """

    rows: tuple[tuple[Judged, float | None], ...]
    weighed: Weighed | None

    @property
    def sentence(self) -> str:
        """What the evidence comes to, in words first."""
        if self.weighed is None:
            return _("No piece of evidence was weighed by two people yet.")
        pieces = sum(of is not None for _each, of in self.rows)
        words = ngettext(
            "By one piece of evidence: %(words)s.",
            "By %(pieces)d independent pieces of evidence: %(words)s.",
            pieces,
        )
        return words % {"words": in_words(self.weighed.band), "pieces": pieces}

    @property
    def halved(self) -> str:
        """The same in words if each piece counted half as much."""
        return in_words(self.weighed.halved.band) if self.weighed else ""


def traced(outcome: Outcome, member: Member | None = None) -> Traced:
    """Weigh the packages of an outcome, each by the mean of what two or more people said of it."""
    rows = tuple((each, _ratio(each)) for each in harvest.judged(outcome, member))
    counted = [of for _each, of in rows if of is not None]
    return Traced(rows, weigh(counted) if counted else None)


def _ratio(each: Judged) -> float | None:
    if not each.counts:
        return None
    return agreed([ratio(said.if_so / 100, said.if_not / 100) for said in each.weighings])


def in_words(band: Band) -> str:
    """A band of probability, said of the claim that the dialogue contributed."""
    return {
        Band.PRACTICALLY_CERTAIN: _("practically certain that the dialogue contributed"),
        Band.HIGH: _("high confidence that the dialogue contributed"),
        Band.REASONABLE: _("reasonable confidence that the dialogue contributed"),
        Band.LIKELY: _("more likely than not that the dialogue contributed"),
        Band.OPEN: _("open whether the dialogue contributed"),
        Band.UNLIKELY: _("less likely than not that the dialogue contributed"),
        Band.AGAINST: _("the evidence speaks against it that the dialogue contributed"),
    }[band]
