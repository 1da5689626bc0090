"""What is said in the demo programme in gatherings: rounds of statements and votes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.models import AGREE, DISAGREE, PASS, Channel, Finding, Gathering, Round, Statement
from jukwaa.field.models import Quote
from jukwaa.programmes.cards import Draw
from jukwaa.programmes.models import Member, Participant, Role, Stage, StageKind
from jukwaa.programmes.queries import stages
from jukwaa.web.geita import words
from jukwaa.web.geita.listening import Heard
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.words import Words

# Groups no larger than this vote on everything; of the others each person meets a part.
ASKED_EVERYTHING = 16
MET = 32
PASSES = 0.06
FOR = 65  # of a hundred of a group who would agree, for one of them to have said it
PLACES = 6  # of a ranked list, and of an agenda


@dataclass
class Calendar:
    """The demo programme's days, counted back from today."""

    today: date

    def ago(self, days: int) -> date:
        """So many days before today."""
        return self.today - timedelta(days=days)

    def at(self, days: int, hour: int) -> datetime:
        """At that hour, so many days before today."""
        return timezone.make_aware(datetime.combine(self.ago(days), time(hour)))


def gathering(
    cast: Cast, kind: str, title: str, station: StageKind, place: str, on: date, days: int
) -> Gathering:
    """Call people together at a station of the road."""
    stage: Stage | None = stages(cast.programme).filter(kind=station).first()
    return dialogue.call_gathering(
        programme=cast.programme,
        kind=kind,
        title=title,
        stage=stage,
        place=cast.places[place],
        starts_on=on,
        ends_on=on + timedelta(days=days - 1),
        by=cast.member(Role.FACILITATOR),
    )


@dataclass
class Table:
    """Puts a round to the people of the demo and lets them vote."""

    cast: Cast
    rng: random.Random
    draw: Draw
    authors: int = 0

    def prepare(
        self,
        at: Gathering,
        kind: str,
        question: str,
        said: Sequence[Words],
        *,
        heard: Heard | None = None,
        answers: Finding | None = None,
    ) -> tuple[Round, dict[str, Statement]]:
        """A round with its statements, each with its translation; gives the statements by their words."""
        facilitator = self.cast.member(Role.FACILITATOR)
        quotes = heard.quotes if heard else {}
        with transaction.atomic():
            round_ = dialogue.prepare_round(
                gathering=at, kind=kind, question=question, answers=answers, by=facilitator
            )
            self.translate(round_, words.QUESTIONS[question])
            statements = {}
            for each in said:
                quote = quotes[each.quote] if each.quote else None
                statements[each.en] = statement = self.put(round_, each, facilitator, quote)
                self.translate(statement, each.sw)
        return round_, statements

    def put(self, round_: Round, said: Words, by: Member, quote: Quote | None = None) -> Statement:
        """Put a statement to the vote: made of a quote, or as somebody said it whose group is for it."""
        if quote:
            return dialogue.add_statement(round=round_, text=said.en, quotes=[quote], by=by, draw=self.draw)
        likely = words.PROFILES[said.profile]
        groups = [
            group for group, would in zip(self.cast.people.values(), likely, strict=True) if would > FOR
        ]
        mine = groups[self.authors % len(groups)] if groups else next(iter(self.cast.people.values()))
        people = [person for person in mine if round_.is_for(person)]
        # Not the last of a group: they hold the cards that visitors try.
        author = people[self.authors % max(1, len(people) // 2)]
        self.authors += 1
        worded = dialogue.Worded(said.en, author.pk, language=round_.language)
        [statement] = dialogue.add_statements(round=round_, said=[worded], by=by, draw=self.draw)
        return statement

    def translate(self, row: Statement | Round, text: str) -> None:
        """Say the row's words in Swahili."""
        dialogue.translate(
            row=row,
            language="sw",
            text=text,
            made_by="The programme's team",
            by=self.cast.member(Role.FACILITATOR),
        )

    def propose(self, round_: Round, text: str, language: str, by: Participant, at: datetime) -> Statement:
        """Somebody on a phone says a thing that is missing; the facilitator puts it to the vote."""
        proposed = dialogue.propose_statement(
            round=round_, text=text, language=language, by=by, at=at, draw=self.draw
        )
        return dialogue.approve_statement(statement=proposed, by=self.cast.member(Role.FACILITATOR))

    def vote(
        self, round_: Round, statements: dict[str, Statement], said: Sequence[Words], *, share: float
    ) -> None:
        """Let about that share of the people vote, as likely as their group would."""
        for place, group in enumerate(self.cast.people.values()):
            met = len(said) if len(group) <= ASKED_EVERYTHING else min(MET, len(said))
            # The last of each group hold the phones that visitors of the demo may try.
            voters = group[: max(1, round(len(group) * share))] if share < 1 else group
            rows = [
                (statements[each.en].pk, person.pk, self._choice(words.PROFILES[each.profile][place] + lean))
                for person in voters
                for lean in [self.rng.gauss(0, 5)]
                for each in self.rng.sample(list(said), met)
            ]
            dialogue.cast_votes(
                round=round_, rows=rows, channel=Channel.WEB, by=self.cast.member(Role.FACILITATOR)
            )

    def _choice(self, likely: float) -> int:
        if self.rng.random() < PASSES:
            return PASS
        return AGREE if self.rng.random() < likely / 100 else DISAGREE

    def close(self, round_: Round, at: datetime) -> None:
        """End the round, draw what the groups said, and keep what it comes to."""
        facilitator = self.cast.member(Role.FACILITATOR)
        dialogue.close_round(round=round_, at=at, by=facilitator)
        analysis.redraw(round_)
        analysis.settle(round_, places=PLACES, by=facilitator)

    def take_up(self, statement: Statement) -> Finding:
        """Keep what the groups said of the statement."""
        return dialogue.take_up_finding(statement=statement, by=self.cast.member(Role.FACILITATOR))


def vote_on_problems(table: Table, heard: Heard, days: Calendar) -> dict[str, Statement]:
    """The pre-dialogue workshop: what must change. Gives the statements by their words."""
    at = gathering(
        table.cast,
        Gathering.Kind.WORKSHOP,
        "Pre-dialogue workshop, Nyakasanda",
        StageKind.WORKSHOP,
        "Nyakasanda",
        days.ago(190),
        2,
    )
    round_, statements = table.prepare(
        at, Round.Kind.PROBLEMS, words.PROBLEMS_ASKED, words.PROBLEMS, heard=heard
    )
    dialogue.open_round(round=round_, at=days.at(190, 9), by=table.cast.member(Role.FACILITATOR))
    panner = table.cast.people["Women panners and processors"][-2]
    proposed = table.propose(round_, words.PROPOSED.sw, "sw", panner, days.at(190, 10))
    statements[words.PROPOSED.en] = proposed
    table.vote(round_, statements, [*words.PROBLEMS, words.PROPOSED], share=1)
    table.close(round_, days.at(189, 16))
    return statements


def vote_on_solutions(table: Table, problems: dict[str, Finding], days: Calendar) -> dict[str, Statement]:
    """The action dialogue: what to do about two of the problems. Gives the statements by their words."""
    at = gathering(
        table.cast,
        Gathering.Kind.DIALOGUE,
        "Action dialogue: two days at the sites, two in Geita",
        StageKind.DIALOGUE,
        "Geita District",
        days.ago(160),
        4,
    )
    statements: dict[str, Statement] = {}
    for number, (problem, (question, said)) in enumerate(words.SOLUTIONS.items()):
        round_, own = table.prepare(at, Round.Kind.SOLUTIONS, question, said, answers=problems[problem])
        dialogue.open_round(round=round_, at=days.at(158 - number, 9), by=table.cast.member(Role.FACILITATOR))
        table.vote(round_, own, said, share=1)
        table.close(round_, days.at(158 - number, 16))
        statements |= own
    return statements


def ask_again(table: Table, days: Calendar) -> Round:
    """The round that is open now: a year on, before the leadership group meets."""
    at = gathering(
        table.cast,
        Gathering.Kind.MEETING,
        "Leadership group, third meeting",
        StageKind.LEADERSHIP,
        "Geita District",
        days.today + timedelta(days=12),
        1,
    )
    round_, statements = table.prepare(at, Round.Kind.PROBLEMS, words.NOW_ASKED, words.NOW)
    dialogue.open_round(round=round_, at=days.at(3, 8), by=table.cast.member(Role.FACILITATOR))
    table.vote(round_, statements, words.NOW, share=0.6)
    analysis.redraw(round_)
    return round_
