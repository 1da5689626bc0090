"""Where people stand: in columns, so that a million of them fit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]

HEIGHT = 2 / 3  # of the picture, its width being 1
NAMES = "ABCDE"
AT_ONCE = 20_000


@dataclass(frozen=True)
class Place:
    """Where one person stands, with the uncertainty of it. Never drawn alone, never published.

    x, y and covariance are in shares of the picture's width and height; a few stand outside 0 to 1.
    group is None where the person has too few votes, or stands between groups; certainty is the group's.
    """

    x: float
    y: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    votes: int
    group: str | None
    certainty: float | None


@dataclass(frozen=True, eq=False)
class Places(Mapping[str, Place]):
    """The place of each participant, in the order of their ids.

    spots: n x 2; spreads: n x 3, variance of x, covariance, variance of y; labels: the group's number, -1 for
    none; certainty: the group's, nan where no groups were found.
    """

    names: Sequence[str]
    spots: Real
    spreads: Real
    votes: Whole
    labels: Whole
    certainty: Real

    @classmethod
    def of(cls, places: Mapping[str, Place]) -> Places:
        """The same places in columns."""
        if isinstance(places, Places):
            return places
        each = list(places.values())
        return cls(
            list(places),
            np.array([(place.x, place.y) for place in each]).reshape(-1, 2),
            np.array([(*place.covariance[0], place.covariance[1][1]) for place in each]).reshape(-1, 3),
            np.array([place.votes for place in each], np.int64),
            np.array([-1 if place.group is None else NAMES.index(place.group) for place in each], np.int64),
            np.array([np.nan if place.certainty is None else place.certainty for place in each], float),
        )

    @cached_property
    def index(self) -> dict[str, int]:
        """Which row is whose."""
        return {name: row for row, name in enumerate(self.names)}

    def __getitem__(self, name: str) -> Place:
        """One person's place."""
        row = self.index[name]
        a, b, c = self.spreads[row].tolist()
        label = int(self.labels[row])
        return Place(
            x=float(self.spots[row, 0]),
            y=float(self.spots[row, 1]),
            covariance=((a, b), (b, c)),
            votes=int(self.votes[row]),
            group=NAMES[label] if label >= 0 else None,
            certainty=float(self.certainty[row]) if label >= 0 else None,
        )

    def __iter__(self) -> Iterator[str]:
        """The participants' ids."""
        return iter(self.names)

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.names)

    def __hash__(self) -> int:
        """Nothing that tells places apart."""
        return len(self.names)

    def of_group(self, name: str) -> list[str]:
        """Who belongs to a group."""
        return [self.names[row] for row in np.flatnonzero(self.labels == NAMES.index(name)).tolist()]

    @property
    def covariances(self) -> Real:
        """The spreads as matrices, n x 2 x 2."""
        return self.spreads[:, [[0, 1], [1, 2]]]

    def as_text(self) -> Iterator[str]:
        """JSON of everyone as map.json has it, so many people at a time.

        An ellipse is one standard deviation: half axes in shares of the width, angle in degrees from the
        horizontal.
        """
        scale = np.array([1.0, HEIGHT, HEIGHT**2])
        for first in range(0, len(self), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            a, b, c = (self.spreads[part] * scale).T
            middle, half = (a + c) / 2, np.hypot((a - c) / 2, b)
            long = np.round(np.sqrt(middle + half), 4).tolist()
            short = np.round(np.sqrt(np.maximum(middle - half, 0.0)), 4).tolist()
            # Minus nought is nought: the same ellipse has one angle only.
            turned = (np.round(np.degrees(np.arctan2(2 * b, a - c)) / 2 % 180, 1) % 180 + 0.0).tolist()
            people = zip(
                self.names[part],
                self.spots[part].tolist(),
                long,
                short,
                turned,
                self.labels[part].tolist(),
                self.certainty[part].tolist(),
                self.votes[part].tolist(),
                strict=True,
            )
            yield ", ".join(
                f'{json.dumps(who, ensure_ascii=False)}: {{"x": {x}, "y": {y}, "ellipse": {{"long": {wide}, '
                f'"short": {narrow}, "angle": {turn}}}, "group": {GROUPS[label]}, '
                f'"stability": {sure if label >= 0 else "null"}, "votes": {votes}}}'
                for who, (x, y), wide, narrow, turn, label, sure, votes in people
            )


GROUPS = [*(f'"{name}"' for name in NAMES), "null"]
