"""The room's one door to the engine: from files to votes, from a round's votes to its map and findings."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.utils import timezone

import commonground
from commonground import Conversation, Fault, Refused
from jukwaa.dialogue import queries
from jukwaa.dialogue.models import Round, Snapshot
from jukwaa.programmes.queries import constituencies

__all__ = ["Conversation", "Fault", "Refused", "drawn", "read_export", "redraw", "redraw_due"]


def redraw(round: Round) -> Snapshot:
    """Draw the round's map and findings from its votes and keep them; nothing is drawn when nothing changed.

    Derived: never recorded, never sent, redrawn at will. Computes outside any transaction.
    """
    # Read before the votes: whatever is said meanwhile makes the round due again.
    marks = queries.marks(round.programme_id)
    statements = [str(pk) for pk in queries.put_to_the_vote(round).values_list("pk", flat=True)]
    votes = commonground.VoteTable.from_rows(queries.vote_rows(round), statements=statements)
    belongs = queries.belonging(round.programme)
    names = {str(group.pk): group.name for group in constituencies(round.programme)}
    looked_at = [votes.digest, belongs, names, str(round.threshold), round.seed, commonground.__version__]
    seen = hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()
    before = Snapshot.objects.filter(round=round).first()
    if before is not None and before.drawn["seen"] == seen:
        before.marks = marks
        before.save(update_fields=["marks"])
        return before
    drawn = commonground.draw(votes, constituencies=belongs, threshold=float(round.threshold), rng=round.seed)
    snapshot = Snapshot(
        round=round,
        engine=drawn.version,
        inputs=drawn.digest,
        drawn_at=timezone.now(),
        voters=drawn.participants,
        votes=drawn.votes,
        marks=marks,
        drawn={"said": drawn.as_json(), "names": names or {"everyone": "everyone"}, "seen": seen},
    )
    snapshot.save()
    return snapshot


def redraw_due() -> int:
    """Draw every round in whose programme something was done since; gives how many got a new map."""
    drawn = 0
    for round_ in queries.rounds_to_redraw():
        before = Snapshot.objects.filter(round=round_).values_list("drawn_at", flat=True).first()
        drawn += redraw(round_).drawn_at != before
    return drawn


def drawn(round: Round) -> commonground.Drawn | None:
    """What was last drawn of the round, as the engine gave it but without anybody's place; None before."""
    snapshot = Snapshot.objects.filter(round=round).first()
    return commonground.Drawn.from_json(snapshot.drawn["said"]) if snapshot else None


def read_export(folder: Path) -> Conversation:
    """What the folder that Polis exported holds. Raises Refused with every fault in its files."""
    return commonground.read_conversation(folder)
