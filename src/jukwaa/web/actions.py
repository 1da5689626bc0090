"""How far this node's worker has followed each stream. Derived: nothing here is recorded.

A worker that claims a stream has it for a while; should it die, another takes over when that while is over.
So what follows from an event is computed outside any transaction, and by one worker at a time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from jukwaa.record.models import Done, Stream

# Longer than any reaction takes.
LEASE = timedelta(minutes=10)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)


@transaction.atomic
def claim(stream: Stream, *, at: datetime) -> Done | None:
    """Take the stream for this worker, or None when another has it or it waits to be tried again."""
    Done.objects.get_or_create(stream=stream)
    free = Done.objects.filter(Q(retry_at=None) | Q(retry_at__lte=at), stream=stream)
    done = free.select_for_update(skip_locked=True).first()
    if done is not None:
        done.retry_at = at + LEASE
        done.save(update_fields=["retry_at"])
    return done


def go_on(done: Done, *, to: int, at: datetime) -> None:
    """Everything before that sequence number is done; the stream stays with this worker."""
    done.next_seq, done.failures, done.retry_at = to, 0, at + LEASE
    done.save(update_fields=["next_seq", "failures", "retry_at"])


def release(done: Done, *, to: int) -> None:
    """Everything before that sequence number is done; whoever comes first may follow the stream further."""
    done.next_seq, done.failures, done.retry_at = to, 0, None
    done.save(update_fields=["next_seq", "failures", "retry_at"])


def put_off(done: Done, *, at: datetime) -> None:
    """It failed: try again later, and later still the more often it fails."""
    done.failures += 1
    done.retry_at = at + min(FIRST_PAUSE * 2 ** min(done.failures - 1, 20), LONGEST_PAUSE)
    done.save(update_fields=["failures", "retry_at"])
