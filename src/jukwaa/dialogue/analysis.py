"""The room's one door to the engine: from files to votes, from a round's votes to its map and findings."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

import commonground
from commonground import Conversation, Fault, Refused, equity
from commonground.agenda import Agenda, agree_on_agenda
from commonground.priorities import Priorities, by_votes
from commonground.tables import WOMEN, Seating, reseat, seat
from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import Gathering, LastDrawn, Round, Said, Snapshot, Speech
from jukwaa.dialogue.queries import Turn
from jukwaa.programmes.actions import issue_certificate
from jukwaa.programmes.download import sheet
from jukwaa.programmes.models import Certificate, Participant
from jukwaa.programmes.queries import constituencies
from jukwaa.programmes.queries import entries as entries_of
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
    belongs = queries.belonging(round)
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
    belongs = queries.belonging(round)
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


# ---- tables ----------------------------------------------------------------------------------------------

SPREAD = ("constituency", "gender", "site")


def seat_tables(
    gathering: Gathering,
    *,
    people: Sequence[Participant],
    tables: int,
    rounds: int,
    spread: Sequence[str],
    apart: Sequence[tuple[Participant, Participant]],
    by: By,
    one_language: bool = False,
) -> Certificate:
    """Seat these people in every round and keep it. Raises ValueError for what cannot be."""
    number = {person.pk: f"{place:05}" for place, person in enumerate(people, 1)}
    seating = seat(
        {number[person.pk]: line_of(person) for person in people},
        tables=tables,
        rounds=rounds,
        spread=[column for column in spread if any(line_of(person)[column] for person in people)],
        alone=WOMEN if one_of_several(people) else None,
        apart=[(number[one.pk], number[other.pk]) for one, other in apart],
        language="speaks" if one_language else None,
        seed=secrets.randbelow(1_000_000),
    )
    return kept_seating(gathering, seating, people, by=by)


def one_of_several(people: Sequence[Participant]) -> bool:
    """Whether a woman need not sit alone: there are two or more, or none."""
    return sum(person.gender == WOMEN[1] for person in people) != 1


def line_of(person: Participant) -> dict[str, str]:
    """What tables look at."""
    return {
        "constituency": str(person.constituency or ""),
        "gender": person.gender,
        "site": str(person.place or ""),
        "speaks": person.language or "sw",
    }


def kept_seating(
    gathering: Gathering, seating: Seating, people: Sequence[Participant], *, by: By
) -> Certificate:
    """The seating as a certificate, everybody by their number."""
    said = seating.as_json()
    certificate = Certificate(
        programme=gathering.programme,
        kind=Certificate.Kind.SEATING,
        about=gathering.pk,
        title=gathering.title,
        rule={name: said[name] for name in ("spread", "alone", "apart", "language")},
        seed=seating.seed,
        engine=seating.version,
        digest=seating.digest,
        said={
            **{name: said[name] for name in ("meetings", "possible", "deviation", "solver", "status")},
            "rounds": [[[int(who) for who in table] for table in tables] for tables in seating.rounds],
        },
    )
    return issue_certificate(
        certificate=certificate, people=[(person, line_of(person), "listed") for person in people], by=by
    )


def change_tables(
    gathering: Gathering,
    *,
    arrived: Sequence[Participant],
    gone: Sequence[Participant],
    from_round: int,
    by: By,
) -> tuple[Certificate, int]:
    """Seat those who came late and leave out who did not come; gives how many others had to move.

    Raises ValueError for what cannot be, and when nobody is seated yet.
    """
    before = queries.seatings(gathering).first()
    if before is None:
        raise ValueError(gettext("Nobody is seated yet. Seat the tables first."))
    held = list(entries_of(before))
    people = [*(entry.participant for entry in held), *arrived]
    number = {person.pk: f"{place:05}" for place, person in enumerate(people, 1)}
    old = {f"{entry.number:05}": number[entry.participant_id] for entry in held}
    seating, moved = reseat(
        seating_of(before, old),
        {number[person.pk]: line_of(person) for person in people},
        arrived=[number[person.pk] for person in arrived],
        gone=[number[person.pk] for person in gone],
        from_round=from_round,
    )
    others = {each.person for each in moved} - {number[person.pk] for person in arrived}
    return kept_seating(gathering, seating, people, by=by), len(others)


def seating_of(certificate: Certificate, names: Mapping[str, str]) -> Seating:
    """A seating from what was kept of it, people by other names; who was forgotten is left out."""
    rule, said = certificate.rule, certificate.said
    rounds = (
        tuple(tuple(names[f"{n:05}"] for n in table if f"{n:05}" in names) for table in tables)
        for tables in said["rounds"]
    )
    return Seating(
        rounds=tuple(rounds),
        spread=tuple(rule["spread"]),
        alone=rule["alone"] and tuple(rule["alone"]),
        apart=tuple((names[a], names[b]) for a, b in rule["apart"] if a in names and b in names),
        language=rule["language"],
        meetings=said["meetings"],
        possible=said["possible"],
        deviation=said["deviation"],
        solver=said["solver"],
        status=said["status"],
        seed=certificate.seed,
        digest=certificate.digest,
        version=certificate.engine,
    )


def seating_files(certificate: Certificate) -> dict[str, str]:
    """Who was seated, by number, and the tables as files, with the line that verifies them."""
    entries = list(entries_of(certificate))
    names = {f"{entry.number:05}": f"{entry.number:05}" for entry in entries}
    columns = ["constituency", "gender", "site", "speaks"]
    return {
        "people.csv": sheet(
            ["person", *columns], [(f"{e.number:05}", *(e.line[c] for c in columns)) for e in entries]
        ),
        "tables.json": json.dumps(seating_of(certificate, names).as_json(), indent=1) + "\n",
        "COMMAND.txt": "commonground tables people.csv --verify tables.json\n",
    }


# ---- who is heard ----------------------------------------------------------------------------------------


def voice(gathering: Gathering, *, at: datetime | None = None) -> dict[str, Any]:
    """Who speaks at the gathering, as the engine measures it, people by number; who speaks now counts too."""
    at = at or timezone.now()
    people = queries.present(gathering)
    spoke = list(queries.speeches(gathering))
    known = {person.pk for person in people}
    people += [turn.participant for turn in spoke if turn.participant_id not in known]
    number = {person.pk: f"{place:05}" for place, person in enumerate(dict.fromkeys(people), 1)}
    lines = {number[person.pk]: line_of(person) for person in people}
    turns = [
        equity.Turn(number[turn.participant_id], seconds_of(turn, at), float(place))
        for place, turn in enumerate(spoke, 1)
    ]
    findings = equity.heard(turns, lines, columns=("constituency", "gender"))
    return {
        **findings.as_json(),
        "turns": [asdict(turn) for turn in turns],
        "people": lines,
        "statements": whose_statements(gathering),
    }


def seconds_of(speech: Speech, at: datetime) -> float:
    """How long a speech has taken so far."""
    if speech.seconds is not None:
        return float(speech.seconds)
    return float(min(max((at - speech.began_at).total_seconds(), 1), actions.LONGEST_SPEECH))


STEPS = ("proposed", "put to the vote", "taken up")


def whose_statements(gathering: Gathering) -> dict[str, Any] | None:
    """Whose statements come through: how far each went, and each constituency's survival; None before any.

    Statements stand by number, in an order that does not tell which is which: what is kept of this must not
    say of whom a statement is.
    """
    steps = sorted((group, step) for _statement, group, step in queries.how_far(gathering))
    if not steps:
        return None
    far = [(f"{number:05}", group, step) for number, (group, step) in enumerate(steps, 1)]
    found = equity.survival({name: (group, step) for name, group, step in far}, steps=STEPS)
    return {**found.as_json(), "far": far}


def keep_voice(gathering: Gathering, *, by: By) -> Certificate:
    """Keep who was heard. Raises ValueError while nobody has spoken."""
    said = voice(gathering)
    if not said["turns"]:
        raise ValueError(gettext("Nobody has spoken yet. Tap a name when somebody does."))
    lines = said.pop("people")
    people = {f"{place:05}": person for place, person in enumerate(voices_of(gathering), 1)}
    certificate = Certificate(
        programme=gathering.programme,
        kind=Certificate.Kind.VOICE,
        about=gathering.pk,
        title=gathering.title,
        rule={"columns": ["constituency", "gender"], "steps": STEPS},
        seed=said["seed"],
        engine=said["version"],
        digest=said["digest"],
        said=said,
    )
    entries = [(person, lines[name], "listed") for name, person in people.items()]
    return issue_certificate(certificate=certificate, people=entries, by=by)


def voices_of(gathering: Gathering) -> list[Participant]:
    """Who is there and who spoke, in the order of their numbers."""
    people = [*queries.present(gathering), *(turn.participant for turn in queries.speeches(gathering))]
    return list(dict.fromkeys(people))


def voice_files(certificate: Certificate) -> dict[str, str]:
    """Turns and people by number as files, with the line that verifies them."""
    said = {name: certificate.said[name] for name in ("measures", "missing", "seed", "digest", "version")}
    columns = ["constituency", "gender", "site", "speaks"]
    return {
        "people.csv": sheet(
            ["person", *columns],
            [(f"{e.number:05}", *(e.line[c] for c in columns)) for e in entries_of(certificate)],
        ),
        "turns.csv": sheet(
            ["person", "seconds", "moment"],
            [(turn["person"], turn["seconds"], turn["moment"]) for turn in certificate.said["turns"]],
        ),
        "voice.json": json.dumps(said, ensure_ascii=False, indent=1) + "\n",
        "COMMAND.txt": "commonground equity voice turns.csv --people people.csv --verify voice.json\n",
    }
