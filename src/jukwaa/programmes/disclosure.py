"""What a public figure may show: the 10–5 rule of trust.md §3.7.

Fewer than ten are never counted out, zero included; others are rounded to five; a share needs twenty people
and is never said closer than 5 % to none or all.
"""

from __future__ import annotations

SMALLEST = 10
STEP = 5
BASE_FOR_SHARES = 20


def shown_count(count: int) -> str:
    """The count as the public may see it: "<10", or rounded to five."""
    return f"<{SMALLEST}" if count < SMALLEST else str(rounded(count))


def rounded(count: int) -> int:
    """The nearest multiple of five, halves up."""
    return (count * 2 + STEP) // (2 * STEP) * STEP


def shown_share(part: int, base: int) -> str | None:
    """The share as the public may see it, in per cent, or None when too few were asked."""
    if base < BASE_FOR_SHARES:
        return None
    share = 100 * rounded(part) / rounded(base)
    if share > 95:
        return "≥95 %"
    if share < 5:
        return "≤5 %"
    return f"{share:.0f} %"
