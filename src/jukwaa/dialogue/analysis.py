"""The room's one door to the engine: from files to votes, from a round's votes to its map and findings."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

import commonground
from commonground import Conversation, Fault, Refused
from commonground.agenda import Agenda, agree_on_agenda
from commonground.priorities import Priorities, by_votes
from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import LastDrawn, Round, Said, Snapshot
from jukwaa.dialogue.queries import Turn
from jukwaa.programmes.actions import issue_certificate
from jukwaa.programmes.download import sheet
from jukwaa.programmes.models import Certificate, Participant
from jukwaa.programmes.queries import constituencies
from jukwaa.record.write import By

__all__ = [
    "Conversation",
    "Fault",
    "Refused",
    "drawn",
    "next_turn",
    "ranking",
    "read_export",
    "redraw",
    "redraw_due",
    "settle",
    "settled_files",
    "shortlist",
]

# What was counted serves for so long: counting every vote at every vote would be the slowest part of voting.
SECONDS_A_COUNT_SERVES = 5

# ---- what is asked next ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """What is known before a statement is chosen. `of`: statement -> the constituency whose words it is."""

    router: commonground.Router
    of: dict[str, str]

    def choose(self, participant: Participant, deck: dict[str, int | None]) -> tuple[str, float]:
        """One of the deck's open statements, and with which chance it was chosen of all of them.

        For one person after so many answers always the same while the counts stay: a page asked for again
        shows what it showed.
        """
        own = participant.constituency_id.hex if participant.constituency_id else None
        seen = [statement for statement, choice in deck.items() if choice is not None]
        choice = self.router.choose(
            own,
            seen=seen,
            closed=[statement for statement in self.router.statements if statement not in deck],
            elsewhere={statement for statement, group in self.of.items() if group != own},
            rng=lot(participant.pk, len(seen)),
        )
        if choice is not None:
            return choice.statement, choice.probability
        return next(statement for statement, said in deck.items() if said is None), 1.0


def next_turn(round: Round, participant: Participant, *, at: float | None = None) -> Turn:
    """The statement to ask this participant next, by the engine's mixed routing; none when all are answered.

    `at` is in seconds.
    """
    deck = queries.deck(round.pk, participant.pk)
    answered = sum(choice is not None for choice in deck.values())
    if answered == len(deck):
        return Turn(None, Said("", ""), len(deck), len(deck))
    moment = int((time.monotonic() if at is None else at) // SECONDS_A_COUNT_SERVES)
    statement, probability = asking(round.pk, moment).choose(participant, deck)
    chosen = uuid.UUID(statement)
    return Turn(chosen, queries.words(chosen), answered, len(deck), probability=probability)


@lru_cache(maxsize=64)
def asking(round_id: uuid.UUID, moment: int) -> Asking:  # noqa: ARG001 - only the cache looks at the moment
    """What is known of the round at a moment."""
    round_ = Round.objects.select_related("programme").get(pk=round_id)
    declared = [group.pk.hex for group in constituencies(round_.programme)] or [""]
    statements = sorted(pk.hex for pk in queries.put_to_the_vote(round_).values_list("pk", flat=True))
    known = set(statements)
    router = commonground.Router.of(
        commonground.VoteTable.from_rows([], statements=statements),
        constituencies={group: group for group in declared},
        counted=[row for row in queries.heard(round_) if row[0] in declared and row[1] in known],
        rng=round_.seed,
    )
    return Asking(router, queries.authors(round_))


def lot(participant_id: uuid.UUID, answered: int) -> int:
    """A seed for what this person is asked after so many answers."""
    drawn_by = hashlib.sha256(participant_id.bytes + answered.to_bytes(4, "big")).digest()
    return int.from_bytes(drawn_by[:8], "big")


# ---- what was said ---------------------------------------------------------------------------------------


def redraw(round: Round) -> Snapshot:
    """Draw the round's map and findings from its votes and keep them; nothing is drawn when nothing changed.

    Derived: never recorded, never sent. Computes outside any transaction.
    """
    # Read before the votes: whatever is said meanwhile makes the round due again, and whoever is forgotten
    # meanwhile counts as forgotten after this drawing, so that it goes with the next.
    marks, forgotten = queries.marks(round.programme_id), queries.forgotten(round.programme_id)
    votes = votes_of(round)
    belongs = queries.belonging(round.programme)
    names = {str(group.pk): group.name for group in constituencies(round.programme)}
    looked_at = [votes.digest, belongs, names, str(round.threshold), round.seed, commonground.__version__]
    seen = hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()
    if (before := round.snapshot) is not None and before.drawn["seen"] == seen:
        LastDrawn.objects.filter(round=round).update(marks=marks)
        return before
    drawn = commonground.draw(votes, constituencies=belongs, threshold=float(round.threshold), rng=round.seed)
    snapshot = Snapshot(
        round=round,
        engine=drawn.version,
        seed=drawn.seed,
        inputs=drawn.digest,
        drawn_at=timezone.now(),
        voters=drawn.participants,
        votes=drawn.votes,
        forgotten=forgotten,
        drawn={
            "said": drawn.as_json(),
            "names": names or {"everyone": "everyone"},
            "apart": apart(votes, belongs),
            "seen": seen,
        },
    )
    keep(snapshot, marks=marks)
    return snapshot


def apart(votes: commonground.VoteTable, belongs: dict[str, str] | None) -> list[dict[str, object]]:
    """Where a constituency clearly stands apart from the others, the clearest first; nowhere without any."""
    if belongs is None:
        return []
    return [asdict(each) for each in commonground.differences(votes, constituencies=belongs) if each.clear]


@transaction.atomic
def keep(snapshot: Snapshot, *, marks: str) -> None:
    """Show this one from now on, and drop what need not be kept of those before."""
    snapshot.save()
    LastDrawn.objects.update_or_create(round=snapshot.round, defaults={"snapshot": snapshot, "marks": marks})
    queries.thinned(snapshot.round).delete()


def votes_of(round: Round) -> commonground.VoteTable:
    """The votes that count on what is put to the vote."""
    statements = [str(pk) for pk in queries.put_to_the_vote(round).values_list("pk", flat=True)]
    return commonground.VoteTable.from_rows(queries.vote_rows(round), statements=statements)


# ---- what a closed round comes to ------------------------------------------------------------------------


def shortlist(round: Round, *, places: int) -> Agenda:
    """What of the round would go on an agenda with so many places, by equal shares, with its certificate.

    A vote to agree wants the statement, a vote to disagree is against it.
    """
    votes, belongs = ballots(round)
    return agree_on_agenda(votes, seats=places, constituencies=belongs, seed=round.seed)


def ranking(round: Round, *, places: int) -> Priorities:
    """The round's statements by the share that agrees, under three weightings, of which some are the top."""
    votes, belongs = ballots(round)
    return by_votes(votes, constituencies=belongs, first=places, seed=round.seed)


def ballots(round: Round) -> tuple[commonground.VoteTable, dict[str, str] | None]:
    """The votes that count, everybody by a number, and which constituency those who voted belong to."""
    rows = queries.vote_rows(round)
    number = {who: f"{place:06}" for place, who in enumerate(sorted({who for who, _, _ in rows}), 1)}
    statements = [str(pk) for pk in queries.put_to_the_vote(round).values_list("pk", flat=True)]
    belongs = queries.belonging(round.programme)
    return (
        commonground.VoteTable.from_rows([(number[w], s, v) for w, s, v in rows], statements=statements),
        belongs and {number[who]: group for who, group in belongs.items() if who in number},
    )


def anybody_voted(round: Round) -> bool:
    """Whether somebody who counts gave a vote: of a constituency, where some are declared."""
    votes, belongs = ballots(round)
    return bool(votes.participants if belongs is None else belongs)


def settle(round: Round, *, places: int, by: By) -> Certificate:
    """Keep what the closed round comes to: a ranked list of problems, or an agenda of solutions.

    Raises RoundStillOpen, or NothingToVoteOn when nobody of a constituency voted.
    """
    if round.closed_at is None:
        raise actions.RoundStillOpen
    if not anybody_voted(round):
        raise actions.NothingToVoteOn
    found = WORKED_OUT[round.kind](round, places=places)
    certificate = Certificate(
        programme=round.programme,
        kind=queries.SETTLED_AS[Round.Kind(round.kind)],
        about=round.pk,
        title=round.question,
        rule={"places": places, "rule": round.rule},
        seed=found.seed,
        engine=found.version,
        digest=found.digest,
        said={**found.as_json(), "voters": queries.tally(round).voters},
    )
    return issue_certificate(certificate=certificate, by=by)


WORKED_OUT: dict[str, Callable[..., Agenda | Priorities]] = {
    Round.Kind.PROBLEMS: ranking,
    Round.Kind.SOLUTIONS: shortlist,
}


def settled_files(round: Round, certificate: Certificate) -> dict[str, str]:
    """The votes by number, the statements and the result as files, with the line that verifies them."""
    votes, belongs = ballots(round)
    rows = [(who, statement, vote, (belongs or {}).get(who, "")) for who, statement, vote in votes]
    result = {name: said for name, said in certificate.said.items() if name != "voters"}
    places = certificate.rule["places"]
    command = {
        Certificate.Kind.PRIORITIES: f"priorities votes votes.csv --first {places} --seed {certificate.seed}",
        Certificate.Kind.AGENDA: f"agenda votes.csv --seats {places} --seed {certificate.seed}",
    }[Certificate.Kind(certificate.kind)]
    names = [(str(group.pk), group.name) for group in constituencies(round.programme)]
    return {
        "votes.csv": sheet(["participant", "statement", "vote", "constituency"], rows),
        "groups.csv": sheet(["constituency", "name"], names),
        "words.csv": sheet(
            ["statement", "language", "words"],
            [(str(s.pk), s.language, s.text) for s in queries.put_to_the_vote(round)],
        ),
        "result.json": json.dumps(result, ensure_ascii=False, indent=1) + "\n",
        "COMMAND.txt": f"commonground {command} --verify result.json\n",
    }


def redraw_due() -> int:
    """Draw every round in whose programme something was done since; gives how many got a new map."""
    drawn = 0
    for round_ in queries.rounds_to_redraw():
        before = round_.snapshot
        drawn += redraw(round_) != before
    return drawn


def drawn(round: Round) -> commonground.Drawn | None:
    """What was last drawn of the round, as the engine gave it but without anybody's place; None before."""
    snapshot = round.snapshot
    return commonground.Drawn.from_json(snapshot.drawn["said"]) if snapshot else None


def read_export(folder: Path) -> Conversation:
    """What the folder that Polis exported holds. Raises Refused with every fault in its files."""
    return commonground.read_conversation(folder)
