"""The room's one door to the engine: from files to votes, from a round's votes to its map and findings."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
from commonground.priorities import (
    Priorities,
    Threshold,
    by_dots,
    by_gradients,
    by_lists,
    by_pairs,
    by_votes,
)
from commonground.tables import WOMEN, Seating, reseat, seat
from jukwaa.dialogue import actions, queries
from jukwaa.dialogue.models import Gathering, Gradient, LastDrawn, Mark, Round, Said, Snapshot, Speech
from jukwaa.dialogue.queries import Turn
from jukwaa.programmes.actions import issue_certificate
from jukwaa.programmes.cards import Draw
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
    "worked_out",
]

log = logging.getLogger(__name__)

# What was counted serves for so long: counting every vote at every vote would be the slowest part of voting.
SECONDS_A_COUNT_SERVES = 5

Counts = tuple[str, str, int, int, int]  # constituency, statement, how many agree, disagree, pass

# ---- what is asked next ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """What is known before a statement is chosen. `of`: statement -> the constituency whose words it is."""

    router: commonground.Router
    of: dict[str, str]
    elsewhere: dict[str | None, frozenset[str]] = field(default_factory=dict)

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
            closed=set(self.router.statements).difference(deck),
            elsewhere=self._elsewhere(own),
            rng=lot(participant.pk, len(seen)),
        )
        if choice is not None:
            return choice.statement, choice.probability
        return next(statement for statement, said in deck.items() if said is None), 1.0

    def _elsewhere(self, own: str | None) -> frozenset[str]:
        if own not in self.elsewhere:
            self.elsewhere[own] = frozenset(pk for pk, group in self.of.items() if group != own)
        return self.elsewhere[own]


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
        counted=[
            row
            for row in [*queries.heard(round_), *in_hexadecimal(votes_by_hands(round_))]
            if row[0] in declared and row[1] in known
        ],
        rng=round_.seed,
    )
    return Asking(router, queries.authors(round_))


def votes_by_hands(round: Round) -> list[Counts]:
    """Votes by hands and papers of nobody; dots on a sheet are none."""
    return queries.hand_rows(round) if round.method == Round.Method.VOTES else []


def in_hexadecimal(rows: Sequence[Counts]) -> list[Counts]:
    """The same counts with ids as the cards write them."""
    return [(uuid.UUID(c).hex, uuid.UUID(s).hex, *numbers) for c, s, *numbers in rows]  # type: ignore[misc]


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
    votes, hands = votes_of(round), votes_by_hands(round)
    belongs = queries.belonging(round)
    names = {str(group.pk): group.name for group in constituencies(round.programme)}
    looked_at: list[Any] = [
        votes.digest,
        belongs,
        names,
        str(round.threshold),
        round.seed,
        commonground.__version__,
    ]
    # Only where there are hands, so that what was drawn before there could be any still counts as seen.
    looked_at += [hands] if hands else []
    seen = hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()
    if (before := round.snapshot) is not None and before.drawn["seen"] == seen:
        LastDrawn.objects.filter(round=round).update(marks=marks)
        return before
    drawn = commonground.draw(
        votes,
        constituencies=belongs,
        threshold=float(round.threshold),
        counted=hands,
        rng=round.seed,
    )
    snapshot = Snapshot(
        round=round,
        engine=drawn.version,
        seed=drawn.seed,
        inputs=drawn.digest,
        drawn_at=timezone.now(),
        voters=drawn.participants + queries.hands_by(round).total(),
        votes=drawn.votes + sum(sum(numbers) for _group, _statement, *numbers in hands),
        forgotten=forgotten,
        drawn={
            "said": drawn.as_json(),
            "names": names or {"everyone": "everyone"},
            "apart": apart(votes, belongs, hands),
            "seen": seen,
            "hands": hands,
            "channels": [(each.channel, each.people) for each in queries.by_channel(round)],
        },
    )
    keep(snapshot, marks=marks)
    return snapshot


def apart(
    votes: commonground.VoteTable, belongs: dict[str, str] | None, hands: Sequence[Counts] = ()
) -> list[dict[str, object]]:
    """Where a constituency clearly stands apart from the others, the clearest first; nowhere without any."""
    if belongs is None:
        return []
    found = commonground.differences(votes, constituencies=belongs, counted=hands)
    return [asdict(each) for each in found if each.clear]


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


PLACES = 10  # unless somebody says otherwise


def shortlist(round: Round, *, places: int) -> Agenda:
    """What of the round would go on an agenda with so many places, by equal shares, with its certificate.

    A vote to agree wants the statement, a vote to disagree is against it. Hands are dealt evenly over as many
    ballots as went up, since nobody knows which were one person's.
    """
    votes, belongs = ballots(round)
    hands = queries.hand_rows(round)
    return agree_on_agenda(votes, seats=places, constituencies=belongs, counted=hands, seed=round.seed)


def hands_decide(round: Round, *, places: int) -> list[str]:
    """The statements that are on the agenda or not by how hands are dealt: evenly, or to as few as can be."""
    hands = queries.hand_rows(round)
    if not hands:
        return []
    votes, belongs = ballots(round)
    other = agree_on_agenda(
        votes, seats=places, constituencies=belongs, counted=hands, together=True, seed=round.seed
    )
    return sorted(set(shortlist(round, places=places).chosen) ^ set(other.chosen))


def ranking(round: Round, *, places: int) -> Priorities:
    """The round's statements by the share that agrees, under three weightings, of which some are the top."""
    votes, belongs = ballots(round)
    hands = queries.hand_rows(round)
    return by_votes(votes, constituencies=belongs, counted=hands, first=places, seed=round.seed)


def ballots(round: Round) -> tuple[commonground.VoteTable, dict[str, str] | None]:
    """The votes that count, everybody by a number, and which constituency those who voted belong to."""
    rows = queries.vote_rows(round)
    number = numbered(who for who, _, _ in rows)
    statements = [str(pk) for pk in queries.put_to_the_vote(round).values_list("pk", flat=True)]
    return (
        commonground.VoteTable.from_rows([(number[w], s, v) for w, s, v in rows], statements=statements),
        belonging(round, number),
    )


def numbered(people: Iterable[str]) -> dict[str, str]:
    """A number for everybody, that says nothing of who they are."""
    return {who: f"{place:06}" for place, who in enumerate(sorted(set(people)), 1)}


def belonging(round: Round, number: Mapping[str, str]) -> dict[str, str] | None:
    """Which constituency each number belongs to; None where none is declared."""
    belongs = queries.belonging(round)
    return belongs and {number[who]: group for who, group in belongs.items() if who in number}


def anybody_voted(round: Round) -> bool:
    """Whether somebody who counts answered: of a constituency, where some are declared."""
    if queries.hand_rows(round):
        return True
    if round.method != Round.Method.VOTES:
        people, belongs = given(round)
        return bool(people if belongs is None else belongs)
    votes, belongs = ballots(round)
    return bool(votes.participants if belongs is None else belongs)


# ---- rounds that are not of votes ------------------------------------------------------------------------


def given(round: Round) -> tuple[dict[str, list[Mark]], dict[str, str] | None]:
    """What everybody gave, by their number, and which constituency they belong to."""
    marks = queries.marks_given(round)
    number = numbered(str(mark.participant_id) for mark in marks)
    found: dict[str, list[Mark]] = {name: [] for name in sorted(number.values())}
    for mark in marks:
        found[number[str(mark.participant_id)]].append(mark)
    return found, belonging(round, number)


def dots(round: Round, *, places: int) -> Priorities:
    """The statements by the share that put a dot on them, sheets of dots among them."""
    people, belongs = given(round)
    return by_dots(
        {who: [str(mark.statement_id) for mark in marks] for who, marks in people.items()},
        cap=round.dots,
        items=asked(round),
        constituencies=belongs,
        counted=queries.hand_rows(round),
        first=places,
        seed=round.seed,
    )


def lists(round: Round, *, places: int) -> Priorities:
    """The statements in Schulze's order of everybody's lists."""
    people, belongs = given(round)
    return by_lists(
        {
            who: [str(mark.statement_id) for mark in sorted(marks, key=lambda mark: mark.value)]
            for who, marks in people.items()
        },
        items=asked(round),
        constituencies=belongs,
        first=places,
        seed=round.seed,
    )


def pairs(round: Round, *, places: int) -> Priorities:
    """The statements by how much more often they are chosen."""
    people, belongs = given(round)
    return by_pairs(
        [(who, str(m.statement_id), str(m.other_id)) for who, marks in people.items() for m in marks],
        items=asked(round),
        constituencies=belongs,
        first=places,
        seed=round.seed,
    )


def gradients(round: Round, *, places: int) -> Priorities:
    """Which statements pass by the threshold that was said before the round was opened."""
    people, belongs = given(round)
    return by_gradients(
        {who: {str(mark.statement_id): mark.value for mark in marks} for who, marks in people.items()},
        threshold=threshold(round),
        constituencies=belongs,
        first=places,
        seed=round.seed,
    )


def threshold(round: Round) -> Threshold:
    """When a statement passes in a round of steps: consent ends before standing aside."""
    declared_at = round.opened_at.timestamp() if round.opened_at else None
    return Threshold(Gradient.NEUTRAL.value, float(round.threshold), 0, declared_at)


def asked(round: Round) -> list[str]:
    """The statements that are put to people, by id."""
    return [str(pk) for pk in queries.put_to_the_vote(round).values_list("pk", flat=True)]


def worked_out(round: Round, *, places: int) -> Agenda | Priorities:
    """What the round comes to, by how people answered and what it asks for."""
    if round.method == Round.Method.VOTES:
        return WORKED_OUT[round.kind](round, places=places)
    return BY_METHOD[round.method](round, places=places)


WORKED_OUT: dict[str, Callable[..., Agenda | Priorities]] = {
    Round.Kind.PROBLEMS: ranking,
    Round.Kind.SOLUTIONS: shortlist,
}
BY_METHOD: dict[str, Callable[..., Priorities]] = {
    Round.Method.DOTS: dots,
    Round.Method.RANKING: lists,
    Round.Method.PAIRS: pairs,
    Round.Method.GRADIENT: gradients,
}


# ---- what is kept ----------------------------------------------------------------------------------------


def settle(round: Round, *, places: int, by: By) -> Certificate:
    """Keep what the closed round comes to: a ranked list, or an agenda of solutions that were voted on.

    Raises RoundStillOpen, or NothingToVoteOn when nobody of a constituency answered.
    """
    if round.closed_at is None:
        raise actions.RoundStillOpen
    if not anybody_voted(round):
        raise actions.NothingToVoteOn
    found = worked_out(round, places=places)
    certificate = Certificate(
        programme=round.programme,
        kind=queries.settled_as(round),
        about=round.pk,
        title=round.question,
        rule={"places": places, "rule": round.rule, "method": round.method},
        seed=found.seed,
        engine=found.version,
        digest=found.digest,
        said={
            **found.as_json(),
            "voters": queries.tally(round).voters,
            "channels": [(each.channel, each.people) for each in queries.by_channel(round)],
        },
    )
    return issue_certificate(certificate=certificate, by=by)


# What a certificate says beside what the engine gave.
BESIDE = {"voters", "channels"}


def settled_files(round: Round, certificate: Certificate) -> dict[str, str]:
    """What was given by number, the statements and the result as files, with the line that verifies them."""
    name, columns, rows, options = GIVEN_AS[round.method](round)
    hands = queries.hand_rows(round)
    result = {name: said for name, said in certificate.said.items() if name not in BESIDE}
    places, kind = certificate.rule["places"], Certificate.Kind(certificate.kind)
    verb = (
        f"agenda {name}.csv --seats"
        if kind == Certificate.Kind.AGENDA
        else f"priorities {name} {name}.csv --first"
    )
    counted = " --counted hands.csv" if hands else ""
    command = f"{verb} {places} --items items.csv{options}{counted} --seed {certificate.seed}"
    names = [(str(group.pk), group.name) for group in constituencies(round.programme)]
    said = list(queries.put_to_the_vote(round))
    files = {
        f"{name}.csv": sheet([*columns, "constituency"], rows),
        "items.csv": sheet(["item"], [(str(s.pk),) for s in said]),
        "groups.csv": sheet(["constituency", "name"], names),
        "words.csv": sheet(
            ["statement", "language", "words"], [(str(s.pk), s.language, s.text) for s in said]
        ),
        "result.json": json.dumps(result, ensure_ascii=False, indent=1) + "\n",
        "COMMAND.txt": f"commonground {command} --verify result.json\n",
    }
    if hands:
        columns = ["constituency", "statement", "agree", "disagree", "pass"]
        files["hands.csv"] = sheet(columns, hands)
    return files


AsFile = tuple[str, list[str], list[tuple[object, ...]], str]


def votes_as_file(round: Round) -> AsFile:
    """The votes by number as the engine's command reads them: name, columns, rows, more of the command."""
    votes, belongs = ballots(round)
    rows: list[tuple[object, ...]] = [(who, s, vote, (belongs or {}).get(who, "")) for who, s, vote in votes]
    return "votes", ["participant", "statement", "vote"], rows, ""


def marks_as_file(
    name: str,
    columns: Sequence[str],
    row: Callable[[Mark], tuple[object, ...]],
    options: Callable[[Round], str],
) -> Callable[[Round], AsFile]:
    """The same of what was given otherwise."""

    def as_file(round: Round) -> AsFile:
        people, belongs = given(round)
        rows = [
            (who, *row(mark), (belongs or {}).get(who, "")) for who, marks in people.items() for mark in marks
        ]
        return name, ["voter", *columns], rows, options(round)

    return as_file


def gradient_options(round: Round) -> str:
    """The threshold as the command takes it."""
    said = threshold(round)
    stops = f"--share {said.share} --blocks {said.blocks} --declared-at {said.declared_at}"
    return f" --support {said.support} {stops}"


GIVEN_AS: dict[str, Callable[[Round], AsFile]] = {
    Round.Method.VOTES: votes_as_file,
    Round.Method.DOTS: marks_as_file(
        "dots", ["item"], lambda mark: (mark.statement_id,), lambda round: f" --cap {round.dots}"
    ),
    Round.Method.RANKING: marks_as_file(
        "lists", ["item", "place"], lambda mark: (mark.statement_id, mark.value), lambda _round: ""
    ),
    Round.Method.PAIRS: marks_as_file(
        "pairs", ["chosen", "other"], lambda mark: (mark.statement_id, mark.other_id), lambda _round: ""
    ),
    Round.Method.GRADIENT: marks_as_file(
        "gradients", ["item", "step"], lambda mark: (mark.statement_id, mark.value), gradient_options
    ),
}


def redraw_due() -> int:
    """Draw every round in whose programme something was done since; gives how many got a new map.

    One that cannot be drawn keeps no other from it.
    """
    drawn = 0
    for round_ in queries.rounds_to_redraw():
        before = round_.snapshot
        try:
            drawn += redraw(round_) != before
        except Exception:
            log.exception("Round %s could not be drawn", round_.pk)
    return drawn


def drawn(round: Round) -> commonground.Drawn | None:
    """What was last drawn of the round, as the engine gave it but without anybody's place; None before."""
    snapshot = round.snapshot
    return commonground.Drawn.from_json(snapshot.drawn["said"]) if snapshot else None


def read_export(folder: Path) -> Conversation:
    """What the folder that Polis exported holds. Raises Refused with every fault in its files."""
    return commonground.read_conversation(folder)


def as_conversation(
    *,
    topic: str,
    description: str,
    opened_at: datetime | None,
    statements: Sequence[tuple[str, str | None, int]],
    votes: Sequence[tuple[str, str, int]],
    constituencies: Mapping[str, str],
) -> Conversation:
    """A round for the engine's writers: statements as (text, author, moderated), numbered from 0 in order."""
    ms = int(opened_at.timestamp() * 1000) if opened_at else None
    return Conversation(
        topic,
        description,
        "",
        tuple(
            commonground.Statement(str(number), text, author, moderated, ms)
            for number, (text, author, moderated) in enumerate(statements)
        ),
        tuple(commonground.VoteEvent(ms, *vote) for vote in votes),
        constituencies,
    )


def write_export(conversation: Conversation, folder: Path) -> None:
    """Write the conversation as the folder that Polis would export."""
    commonground.write_conversation(conversation, folder)


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
    draw: Draw = secrets.randbelow,
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
        seed=draw(1_000_000),
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
    people += [turn.participant for turn in spoke if turn.participant and turn.participant_id not in known]
    number = {person.pk: f"{place:05}" for place, person in enumerate(dict.fromkeys(people), 1)}
    lines = {number[person.pk]: line_of(person) for person in people}
    turns = [
        equity.Turn(
            number[turn.participant_id] if turn.participant_id else "",
            seconds_of(turn, at),
            float(place),
            kind_of(turn),
        )
        for place, turn in enumerate(spoke, 1)
    ]
    findings = equity.heard(turns, lines, columns=("constituency", "gender"))
    return {
        **findings.as_json(),
        "turns": [asdict(turn) for turn in turns],
        "people": lines,
        "statements": whose_statements(gathering),
    }


def kind_of(speech: Speech) -> dict[str, str] | None:
    """What is known of a speaker whom nobody knew by name; None for one who was."""
    if speech.participant_id is not None:
        return None
    return {"constituency": str(speech.constituency or ""), "gender": speech.gender}


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
    spoke = [turn.participant for turn in queries.speeches(gathering) if turn.participant]
    people = [*queries.present(gathering), *spoke]
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
            ["person", "seconds", "moment", "constituency", "gender"],
            [turn_line(turn) for turn in certificate.said["turns"]],
        ),
        "voice.json": json.dumps(said, ensure_ascii=False, indent=1) + "\n",
        "COMMAND.txt": "commonground equity voice turns.csv --people people.csv --verify voice.json\n",
    }


def turn_line(turn: Mapping[str, Any]) -> tuple[Any, ...]:
    """A turn as a row: who, how long, which; of nobody known, their group and gender as far as noted."""
    known = turn.get("kind") or {}
    return (
        turn["person"],
        turn["seconds"],
        turn["moment"],
        known.get("constituency", ""),
        known.get("gender", ""),
    )
