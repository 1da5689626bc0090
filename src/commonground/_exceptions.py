"""What the engine refuses.

ValueError
 ├── NotInstalled an optional part that this needs
 ├── NotAVote     a vote that is not -1, 0 or 1
 ├── TwoVotes     one participant, one statement, two different votes
 └── Refused      files that do not fit, with every fault in them
"""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 20  # faults that are read out; all of them are in Refused.faults


class NotInstalled(ValueError):
    """Something needs a package of an extra that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what}, which is not installed: pip install 'jukwaa[{extra}]'.")


class NotAVote(ValueError):
    """A vote was not -1, 0 or 1."""

    def __init__(self, vote: object) -> None:
        super().__init__(f"a vote is -1 (disagree), 0 (pass) or 1 (agree), not {vote!r}")


class TwoVotes(ValueError):
    """One participant voted twice on one statement, not alike: the caller knows which vote counts."""

    def __init__(self, participant: str, statement: str) -> None:
        super().__init__(
            f"{participant!r} has two different votes on {statement!r}: give only the one that counts"
        )


@dataclass(frozen=True)
class Fault:
    """One thing in a file that does not fit.

    `row` counts as a spreadsheet does, the header being row 1; None where the file as a whole is meant.
    `column` is the name of the column, empty where the whole row is meant; `value` is what stands there.
    """

    file: str
    row: int | None
    column: str
    value: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        """Where, what, and the mend: `votes.csv, row 7, column vote: 7 is not a vote. Write 1 for …`."""
        row = [] if self.row is None else [f"row {self.row}"]
        column = [f"column {self.column}"] if self.column else []
        return f"{', '.join([self.file, *row, *column])}: {self.wrong}. {self.mend}."


class Refused(ValueError):
    """Files that were checked whole and do not fit; nothing of them was taken."""

    faults: tuple[Fault, ...]

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        more = [f"And {len(faults) - SHOWN:,} more faults."] if len(faults) > SHOWN else []
        super().__init__("\n".join([*(str(fault) for fault in faults[:SHOWN]), *more]))
