"""Forgetting whoever showed the number of a card or the code of a slip, on whichever channel it came."""

from __future__ import annotations

from jukwaa.field.actions import withdraw_testimony
from jukwaa.field.leaving import queries
from jukwaa.programmes.actions import TooManyWrongCodes, forget_participant, note_wrong_code
from jukwaa.programmes.erasure import Report
from jukwaa.programmes.queries import too_many_wrong_codes


class Unknown(ValueError):
    """Nothing is kept under these digits."""


def look_up(digits: str) -> queries.Leaver:
    """Whose digits they are. Raises Unknown, counted as a wrong code, or TooManyWrongCodes."""
    if too_many_wrong_codes():
        raise TooManyWrongCodes
    found = queries.find(digits)
    if found is None:
        note_wrong_code()
        raise Unknown
    return found


def forget_by_number(*, digits: str) -> Report:
    """Forget whoever the digits are of, for ever; gives what went. Raises Unknown or TooManyWrongCodes.

    Any channel calls this: a page, a desk, a message from a phone.
    """
    leaver = look_up(digits)
    report = queries.report(leaver)
    if leaver.person is not None:
        forget_participant(participant=leaver.person, by=leaver.person)
    elif leaver.testimony is not None:
        withdraw_testimony(testimony=leaver.testimony, by=None)
    return report
