"""What the record costs: a vote by a plain statement, by a put, by puts of many, and received from elsewhere.

`python -m benchmarks.record VOTES` measures so many each way on the database of the settings.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.db import connection  # noqa: E402

from jukwaa import record  # noqa: E402
from jukwaa.dialogue.models import Round, Vote  # noqa: E402
from jukwaa.record import rows  # noqa: E402
from jukwaa.record.models import Event, Stream  # noqa: E402
from tests import make  # noqa: E402

PEOPLE = 20


def main(number: int) -> None:
    """Print microseconds a vote each way, and how many times the plain statement's that is."""
    round_ = make.round_(opened=True, statements=-(-number // PEOPLE))
    votes = votes_in(round_)[:number]
    plain = each(plainly, votes)
    figures = {
        "a plain INSERT … ON CONFLICT, committed": plain,
        "record.put, committed": each(by_put, votes),
        f"record.puts of {number:,} in one act": together(by_puts, votes),
        f"record.receive of {number:,}, 500 at a time": received(round_),
    }
    for what, microseconds in figures.items():
        print(f"  {what:44}{microseconds:>8,.0f} µs a vote {microseconds / plain:>5.1f} times")


def votes_in(round_: Round) -> list[Vote]:
    """A vote of each of PEOPLE on each statement."""
    voters = [make.participant(round_.programme) for _person in range(PEOPLE)]
    return [
        Vote(
            id=Vote.id_for(statement.pk, voter.pk),
            subject=voter.pk,
            statement=statement,
            participant=voter,
            choice=1,
            channel="web",
        )
        for statement in round_.statements.select_related("round")
        for voter in voters
    ]


def plainly(vote: Vote) -> None:
    """The peer: no record, only the row."""
    rows.upsert(Vote, [vote])


def by_put(vote: Vote) -> None:
    opened_at = vote.statement.round.opened_at
    record.put("dialogue.vote_cast", vote, by=vote.participant, sitting=opened_at)


def by_puts(votes: list[Vote]) -> None:
    round_ = votes[0].statement.round
    with record.act(by=None, programme=round_.programme, klass=Vote.KLASS):
        record.puts("dialogue.vote_cast", votes, by=None, sitting=round_.opened_at)


def received(round_: Round) -> float:
    """Microseconds a vote, received as if by a node that has none of them."""
    theirs = Stream.objects.filter(klass=Vote.KLASS)
    wires = [each for batch in record.bundle(round_.programme_id, {}, classes=[Vote.KLASS]) for each in batch]
    Event.objects.filter(stream__in=theirs).delete()
    theirs.delete()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Vote._meta.db_table}")
    begun = time.perf_counter()
    for start in range(0, len(wires), 500):
        record.receive(wires[start : start + 500])
    return (time.perf_counter() - begun) / len(wires) * 1e6


def each(way: Callable[[Vote], None], votes: list[Vote]) -> float:
    """The median of microseconds a vote, each in a transaction of its own."""
    took = []
    for vote in votes:
        vote._state.adding = True
        begun = time.perf_counter()
        way(vote)
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1e6


def together(way: Callable[[list[Vote]], None], votes: list[Vote]) -> float:
    """Microseconds a vote when all are said at once."""
    begun = time.perf_counter()
    way(votes)
    return (time.perf_counter() - begun) / len(votes) * 1e6


if __name__ == "__main__":
    main(int(sys.argv[1]))
