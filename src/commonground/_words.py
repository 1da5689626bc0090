"""What the figures say, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonground._agreement import (
    COMMON_GROUND,
    DIVIDED,
    EVERYONE,
    FEWEST_IN_ALL,
    FEWEST_OF_EACH,
    LEANING,
    NOT_ENOUGH,
    SURE,
    Agreement,
    Finding,
)
from commonground._draw import Drawn
from commonground._groups import ENOUGH_VOTES, NO_BETTER, TOO_FEW, UNSTABLE, Evidence
from commonground._map import OpinionMap


@dataclass(frozen=True)
class Words:
    """What it takes to speak of findings: the statements' texts, the constituencies, the agreed line."""

    texts: Mapping[str, str]
    constituencies: tuple[str, ...]
    threshold: float

    @property
    def alone(self) -> bool:
        """Whether people are not told apart by constituency."""
        return self.constituencies == (EVERYONE,)

    @property
    def line(self) -> str:
        """The agreed line."""
        return in_hundred(self.threshold)

    def text(self, statement: str) -> str:
        """A statement's own words."""
        return self.texts.get(statement, statement)


def in_hundred(share: float) -> str:
    """A share as "so many in 100"."""
    return f"{round(100 * share)} in 100"


def percent(share: float) -> str:
    """A share in per cent, its sign held to the number."""
    return f"{round(100 * share)}\u00a0%"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int = 4) -> str:
    """Names in a row: a, b and c; "and 3 more" where there are many."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def result(drawn: Drawn, words: Words) -> str:
    """The whole in a sentence or two."""
    labels = [finding.label for finding in drawn.findings]
    common, divided, total = labels.count(COMMON_GROUND), labels.count(DIVIDED), len(labels)
    divided_too = f"Opinions are divided on {divided:,}."
    if not common:
        return f"No statement of {total:,} is common ground yet. {divided_too}"
    who = "People" if words.alone else every(len(words.constituencies))
    return f"{who} can probably live with {common:,} of {counted(total, 'statement')}. {divided_too}"


def every(number: int) -> str:
    """All of so many constituencies."""
    return {1: "The one constituency", 2: "Both constituencies"}.get(number, f"All {number} constituencies")


def base(drawn: Drawn, left_out: int) -> str:
    """Of how many people and votes the figures speak; `left_out` statements were taken away."""
    people, votes = counted(drawn.participants, "person", "people"), counted(drawn.votes, "vote")
    said = [f"{people} cast {votes} that count."]
    if left_out:
        are = "is" if left_out == 1 else "are"
        said.append(f"{counted(left_out, 'statement')} that moderators took away {are} left out.")
    if drawn.unplaced:
        said.append(f"{counted(drawn.unplaced, 'person', 'people')} of no constituency count by head only.")
    return " ".join(said)


def meaning(label: str, words: Words) -> str:
    """What a label means."""
    whom = "of the people" if words.alone else "of every constituency"
    who = "people" if words.alone else "some constituency"
    return {
        COMMON_GROUND: f"Probably at least {words.line} {whom} agree. A pass counts as not agreeing.",
        LEANING: f"More likely than not at least {words.line} {whom} agree. More voices would settle it.",
        DIVIDED: f"Probably {who} would reject it, or stay below {words.line}.",
        NOT_ENOUGH: f"Too few have voted, or the votes lie too near the line of {words.line} to say.",
    }[label]


def sentence(finding: Finding, words: Words) -> str:
    """What the votes say of a statement."""
    return of_everyone(finding, words) if words.alone else of_constituencies(finding, words)


def of_everyone(finding: Finding, words: Words) -> str:
    """The sentence where people are not told apart."""
    said = finding.agreement[0]
    if said.estimate is None:
        return "Nobody has voted on this yet."
    share = f"{'' if said.exact else 'about '}{in_hundred(said.estimate)}"
    agree = f"{share[0].upper()}{share[1:]} agree"
    if finding.label == COMMON_GROUND:
        return f"{agree}."
    if finding.label == LEANING:
        return f"{agree}: more likely above the line of {words.line} than not."
    if finding.against:
        return f"Most do not agree: {share} do."
    if finding.split:
        return f"Too few agree: {share}."
    if finding.voices < FEWEST_IN_ALL:
        return f"{counted(finding.voices, 'vote')} so far. Nothing is claimed of fewer than {FEWEST_IN_ALL}."
    return f"{agree}: too near the line of {words.line} to say yet."


def of_constituencies(finding: Finding, words: Words) -> str:
    """The sentence where constituencies count the same."""
    said = [each for each in finding.agreement if each.estimate is not None]
    everyone = every(len(words.constituencies))
    if finding.label == COMMON_GROUND:
        least = min(said, key=lambda each: each.estimate or 0.0)
        can = "can" if all(each.exact for each in said) else "can probably"
        return f"{everyone} {can} live with this. Least agreement: {least.constituency}, {figure(least)}."
    if finding.label == LEANING:
        return f"{everyone} may be able to live with this, not yet surely. Ask {asked(finding)}."
    if finding.label == DIVIDED:
        willing = [each.constituency for each in said if each.reaches >= SURE]
        parts = (
            ("Probably against", finding.against),
            ("Too few agree", finding.split),
            ("Can probably live with it", willing),
        )
        return " ".join(f"{what}: {listed(names)}." for what, names in parts if names)
    return f"Not enough voices yet. Ask {asked(finding)}."


def asked(finding: Finding) -> str:
    """Whom to ask."""
    return listed(finding.ask, 3) if finding.ask else "more people"


def figure(said: Agreement) -> str:
    """A share in words, marked as a guess where it is one."""
    return f"{'' if said.exact else 'about '}{in_hundred(said.estimate or 0.0)} agree"


def caption(drawn: OpinionMap) -> str:
    """How to read the map."""
    across, up = drawn.axes
    shown = sum(cell.count for cell in drawn.cells)
    return (
        f"About {shown:,} of {drawn.people:,} people stand in the fields shown, more where the colour is "
        f"stronger. Left to right holds {percent(across.share)} of what sets people apart, bottom to top "
        f"{percent(up.share)}. The open circle around the largest crowd shows how unsure one person's place "
        "is: two in three people truly stand no further than that from where the votes put them."
    )


def why(evidence: Evidence) -> str:
    """Why so many groups, or none."""
    if evidence.number is None:
        return WHY_NONE[evidence.reason].format(people=counted(evidence.people, "person", "people"))
    best = next(tried for tried in evidence.tried if tried.number == evidence.number)
    said = (
        f"Knowing the group tells hidden votes better: the error falls by {percent(best.gain)}. The groups "
        f"come out alike when a fifth of the votes is missing (likeness {best.stability:.2f} of 1)."
    )
    if evidence.positions_gain > best.gain:
        exact = percent(evidence.positions_gain)
        said += f" People's exact places tell them better still ({exact}): opinion runs gradually, too."
    return said


WHY_NONE = {
    TOO_FEW: (
        f"Only {{people}} cast enough votes to look for groups: {ENOUGH_VOTES} each, or the whole deck."
    ),
    NO_BETTER: "Votes that were hidden are told no better when people are put into groups than without.",
    UNSTABLE: (
        "People differ, but not in camps: other groups come out when a fifth of the votes is missing. "
        "Opinion runs gradually from one side to the other."
    ),
}


def how(drawn: Drawn, words: Words) -> list[str]:
    """How it was computed, a paragraph each."""
    passes = (
        "A pass is a vote: it counts among those who were asked, and not among those who agree. "
        "Who has not seen a statement counts nowhere."
    )
    intervals = (
        "The thick line through a dot is an interval: of a hundred such lines about ninety hold the true "
        "share. Where everyone of a constituency was asked and answered, the count is exact and has no line."
    )
    together = (
        "Every constituency counts the same, however many people it has. Figures of small ones are drawn "
        "towards the mean of all, by as much as constituencies are alike, unless one clearly stands apart."
    )
    labels = (
        f"Common ground: the probability that at least {words.line} agree in every constituency is 0.8 or "
        "more. Leaning: 0.5 to 0.8. Divided: in some constituency fewer than 40 in 100 agree, with "
        f"probability 0.8, or fewer than {words.line}, with probability 0.95. Nothing is claimed before "
        f"{FEWEST_OF_EACH} of each constituency and {FEWEST_IN_ALL} people in all have voted, or everyone "
        "was asked."
    )
    places = (
        "The map is a principal component analysis by variational Bayes of the votes that were cast only; "
        "each person's general tendency to agree is taken out first. People count in every field by the "
        "chance that they stand there. Nobody is given a group who cast fewer than 20 votes (or the whole "
        "deck), or whose place in it is less probable than 0.8."
    )
    return [
        passes,
        intervals,
        *([] if words.alone else [together]),
        labels,
        *([places] if drawn.map else []),
    ]
