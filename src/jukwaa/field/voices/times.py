"""Times of a recording as people type them, and words written down beside them.

A transcript is typed line by line; a line may begin with when it is heard: "1:05 Maji ni machafu." or
"1:05-1:12 Maji ni machafu.". A line without a time goes on with the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest
from typing import TypedDict

from django.utils.translation import gettext as _

LONGEST = 24 * 3600
_TIME = r"(?:\d{1,2}:)?\d{1,3}:[0-5]\d(?:[.,]\d)?"
_LINE = re.compile(rf"^\s*\[?({_TIME})(?:\s*[-–—]\s*({_TIME}))?\]?(?:\s+|$)(.*)$")
_ONLY = re.compile(rf"^\s*({_TIME}|\d{{1,5}}(?:[.,]\d)?)\s*$")


class Segment(TypedDict):
    """Some words and when they are heard: seconds of the recording, or None where nobody said."""

    start: float | None
    end: float | None
    words: str


def seconds(said: str) -> float:
    """A time as seconds: 1:05 is 65, 1:00:05 is 3605, 7 is 7. Raises ValueError for anything else."""
    found = _ONLY.match(said)
    if not found:
        raise ValueError(_("A time is written as minutes and seconds: 1:05"))
    total = 0.0
    for part in found[1].replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def clock(at: float) -> str:
    """Seconds as people read them: 65 is 1:05, 3605.5 is 1:00:05.5."""
    tenths = round(at * 10)
    whole, tenth = divmod(tenths, 10)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{text}.{tenth}" if tenth else text


def read(text: str) -> list[Segment]:
    """The typed lines as segments; each ends where the next begins, unless its line says when.

    Raises ValueError that names the line for times that do not follow one another.
    """
    found: list[Segment] = []
    for number, line in enumerate(text.splitlines(), 1):
        timed = _LINE.match(line)
        if timed:
            start, end = seconds(timed[1]), seconds(timed[2]) if timed[2] else None
            _follows(number, start, end, found)
            found.append(Segment(start=start, end=end, words=timed[3].strip()))
        elif found:
            found[-1]["words"] = f"{found[-1]['words']}\n{line.rstrip()}".strip("\n")
        elif line.strip():
            found.append(Segment(start=None, end=None, words=line.strip()))
    for segment, following in pairwise(found):
        if segment["start"] is not None and segment["end"] is None:
            segment["end"] = following["start"]
    return [Segment(**{**segment, "words": segment["words"].strip()}) for segment in found]


def _follows(number: int, start: float, end: float | None, before: Sequence[Segment]) -> None:
    last = before[-1]["start"] if before else None
    if start > LONGEST:
        raise ValueError(_("Line %(number)s: this time is longer than a day.") % {"number": number})
    if last is not None and start <= last:
        raise ValueError(
            _("Line %(number)s begins at %(start)s, before or with the line above it. Put times in order.")
            % {"number": number, "start": clock(start)}
        )
    if end is not None and end <= start:
        raise ValueError(_("Line %(number)s ends before it begins.") % {"number": number})


def typed(segments: Iterable[Segment]) -> str:
    """The segments as they are typed: what `read` reads again."""
    lines = []
    parts = list(segments)
    for segment, following in zip_longest(parts, parts[1:]):
        start, end = segment["start"], segment["end"]
        told = "" if start is None else clock(start)
        if start is not None and end is not None and (following is None or following["start"] != end):
            told += f"-{clock(end)}"
        lines.append(f"{told} {segment['words']}".strip())
    return "\n".join(lines)


def words_of(segments: Iterable[Segment]) -> str:
    """All of the words, without times."""
    return "\n".join(segment["words"] for segment in segments if segment["words"])
