"""Votes that were counted by hands or on paper, as ballots of nobody, for methods that look at whole ballots.

A count tells how many of a constituency agreed with each statement, not which of them agreed with two.
Whatever looks at one statement at a time (`draw`, `priorities.by_votes`, `priorities.by_dots`) gives with
these ballots exactly what the same votes by phone give. `agree_on_agenda` looks at whole ballots: there they
stand for the room as if its wishes were spread as evenly as the counts allow, an approximation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from commonground._agreement import EVERYONE, Count
from commonground._votes import AGREE, DISAGREE, PASS, Row, VoteTable


def dealt(counted: Sequence[Count], *, together: bool = False) -> tuple[list[Row], dict[str, str]]:
    """Ballots of nobody that give exactly these counts, and the constituency of each.

    A constituency has as many ballots as there were hands on the statement with the most. Of each statement,
    in the order of names, the hands that agree go to the ballots that have had the fewest such so far; or
    `together`, to the same few each time. Raises ValueError for a count below zero.
    """
    hands: dict[str, dict[str, tuple[int, int, int]]] = {}
    for constituency, statement, *numbers in sorted(counted):
        if min(numbers) < 0:
            raise ValueError(f"a count of votes on {statement!r} is below zero: {numbers}")
        before = hands.setdefault(constituency, {}).get(statement, (0, 0, 0))
        agree, disagree, passes = (one + more for one, more in zip(before, numbers, strict=True))
        hands[constituency][statement] = agree, disagree, passes
    rows: list[Row] = []
    belongs: dict[str, str] = {}
    for constituency, said in hands.items():
        many = max(map(sum, said.values()))
        names = [f"hand {number:04} of {constituency}" for number in range(1, many + 1)]
        belongs |= dict.fromkeys(names, constituency)
        turn = 0
        for statement, (agree, disagree, passes) in said.items():
            choices = chain([AGREE] * agree, [DISAGREE] * disagree, [PASS] * passes)
            rows += [
                (names[(turn + place) % many], statement, choice) for place, choice in enumerate(choices)
            ]
            turn += 0 if together else agree
    return rows, belongs


def with_hands(
    votes: VoteTable,
    constituencies: Mapping[str, str] | None,
    counted: Sequence[Count],
    *,
    together: bool = False,
) -> tuple[VoteTable, Mapping[str, str] | None]:
    """The votes with the counted ones beside them, and who belongs where.

    Raises ValueError for a count on a statement that is none here, and for a participant named as a hand.
    """
    if not counted:
        return votes, constituencies
    known = set(votes.statements)
    for _, statement, *_numbers in counted:
        if statement not in known:
            raise ValueError(f"votes were counted on {statement!r}, which is no statement here")
    rows, belongs = dealt(counted, together=together)
    if both := sorted(set(votes.participants) & set(belongs)):
        raise ValueError(f"{both[0]!r} is the name of a counted hand: call the participant otherwise")
    table = VoteTable.from_rows(chain(votes, rows), statements=votes.statements)
    return table, placed(votes.participants, constituencies, belongs)


def placed(
    people: Collection[str], constituencies: Mapping[str, str] | None, hands: Mapping[str, str]
) -> Mapping[str, str] | None:
    """Who belongs where, hands among them; None where everybody is of the one constituency."""
    if constituencies is None:
        return None if set(hands.values()) <= {EVERYONE} else {**dict.fromkeys(people, EVERYONE), **hands}
    return {**constituencies, **hands}
