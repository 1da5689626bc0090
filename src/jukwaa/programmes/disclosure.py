"""What may be seen of a count of people: the 10–5 rule of trust.md §3.7, its rules 1, 2 and 6.

Every public surface asks here, and nothing rounds anywhere else (tests/repo/guards.py). Fewer than ten are
never counted out, zero included; other counts are rounded to five, each on its own, totals too. A share needs
a base of twenty, comes from rounded counts, and is never said closer than 5 % to none or all.

Two breakdowns that are crossed single out people: no public surface crosses any, nor says where one person
spoke. Of a place or a group something is said only where `enough` people are of it.

Words of a group ("most agree"), reservations of named spokespersons, seats, owners, dates and days are no
such counts, and go by their own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.translation import gettext as _

SMALLEST = 10
STEP = 5
BASE_FOR_SHARES = 20
# Beyond these, in a hundred, a share is only said to be so: a unanimous group exposes each of its members.
TOP, BOTTOM = 95, 5

Kind = TypeVar("Kind")


class Frame(StrEnum):
    """Who looks: everybody, the people in the hall, who see each other's hands, or the staff."""

    PUBLIC = "public"
    ROOM = "room"
    STAFF = "staff"


# ---- counts ----------------------------------------------------------------------------------------------


def enough(people: int) -> bool:
    """Whether so many are enough to be counted out, and for anything to be said of them."""
    return people >= SMALLEST


def enough_for_shares(people: int) -> bool:
    """Whether so many are enough for a share of them to be said."""
    return people >= BASE_FOR_SHARES


def shown_count(count: int, frame: Frame = Frame.PUBLIC) -> str:
    """The count as that frame may see it: to everybody "<10", or rounded to five."""
    if frame is Frame.STAFF:
        return str(count)
    if count < SMALLEST:
        return f"<{SMALLEST}"
    return str(count if frame is Frame.ROOM else rounded(count))


def in_words(count: int, frame: Frame = Frame.PUBLIC) -> str:
    """The count within a sentence: "fewer than ten", "about 25"; exact for staff."""
    if frame is Frame.STAFF:
        return str(count)
    if not enough(count):
        return _("fewer than ten")
    return _("about %(people)d") % {"people": rounded(count)}


def about(count: int) -> int:
    """About how many, for what must be drawn or sorted by size; 0 for fewer than ten."""
    return rounded(count) if enough(count) else 0


def rounded(count: int) -> int:
    """The nearest multiple of five, halves up."""
    return (count * 2 + STEP) // (2 * STEP) * STEP


# ---- shares ----------------------------------------------------------------------------------------------


def shown_share(part: int, base: int) -> str | None:
    """The share as the public may see it, in per cent, or None when too few were asked.

    Of a part of fewer than ten only the most that it can be is said: a share would count it.
    """
    if not enough_for_shares(base):
        return None
    share = 100 * rounded(max(part, SMALLEST)) / rounded(base)
    if share > TOP:
        return f"≥{TOP} %"
    if share < BOTTOM or (share == BOTTOM and not enough(part)):
        return f"≤{BOTTOM} %"
    return f"{share:.0f} %" if enough(part) else f"<{share:.0f} %"


def drawn_share(part: int, base: int) -> int | None:
    """The share in a hundred, for what must be drawn; None where no more than a bound of it may be said."""
    if not (enough_for_shares(base) and enough(part)):
        return None
    return min(max(round(100 * rounded(part) / rounded(base)), BOTTOM), TOP)


def coarse(share: float) -> int:
    """A share of a crowd to the nearest ten in a hundred, never all or none: no single vote shows in it."""
    return min(max(10 * int(share * 10 + 0.5), BOTTOM), TOP)


# ---- elections -------------------------------------------------------------------------------------------


def shown_election(ballots: int, totals: Mapping[Kind, int]) -> dict[Kind, int] | None:
    """How many ballots name each candidate, exactly, as an election announces it: never broken down.

    None when fewer than ten voted: those ballots are counted together with the next site's.
    """
    return dict(totals) if enough(ballots) else None
