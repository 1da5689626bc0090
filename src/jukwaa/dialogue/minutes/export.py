"""A gathering as tables for other programs: CSV in a zip, a workbook, JSON; each with what its columns mean.

People are numbers drawn anew for each export. Rounds that a group keeps to itself are left out.
"""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db.models import F

from jukwaa.dialogue import queries as room
from jukwaa.dialogue.hall.queries import plenary_notes
from jukwaa.dialogue.minutes import queries
from jukwaa.dialogue.models import Descent, Gathering, Mark, Round, Source, Statement, Tally, Vote
from jukwaa.dialogue.queries import STANDING
from jukwaa.programmes.books import Rows, Table
from jukwaa.programmes.models import Participant
from jukwaa.record.models import Translation

FORMAT, EDITION = "jukwaa gathering", 1
AT_ONCE = 2_000


@dataclass(frozen=True)
class Export:
    """The tables of a gathering. numbers: the statements', in their order. people: everybody's, by lot."""

    gathering: Gathering
    rounds: list[Round]
    numbers: Mapping[uuid.UUID, int]
    people: Mapping[uuid.UUID, int]

    @classmethod
    def of(cls, gathering: Gathering, *, rng: random.Random | None = None) -> Export:
        """What may be given out of the gathering; rng draws the people's numbers."""
        rounds = queries.rounds(gathering)
        said = Statement.objects.filter(STANDING, round__in=rounds).order_by("round__opened_at", "position")
        return cls(
            gathering,
            rounds,
            {pk: number for number, pk in enumerate(said.values_list("pk", flat=True), 1)},
            numbered(rounds, rng or secrets.SystemRandom()),
        )

    @property
    def name(self) -> str:
        return f"{self.gathering.programme.slug}-{self.gathering.starts_on or 'gathering'}"

    format = FORMAT
    edition = EDITION

    @property
    def about(self) -> str:
        return readme(self)

    @property
    def tables(self) -> list[Table]:
        """Every table, in the order in which one reads them."""
        return [Table(name, row, columns, partial(rows, self)) for name, row, columns, rows in TABLES]

    def of_round(self, round: Round) -> int:
        return self.rounds.index(round) + 1


def numbered(rounds: Sequence[Round], rng: random.Random) -> dict[uuid.UUID, int]:
    """A number for everybody who answered in one of the rounds, by lot: it tells nothing of who or when."""
    people: set[uuid.UUID] = set()
    for model in (Vote, Mark):
        answered = model.objects.filter(statement__round__in=rounds).values_list("participant", flat=True)
        people.update(answered.order_by().distinct())
    drawn = sorted(people)
    rng.shuffle(drawn)
    return {pk: number for number, pk in enumerate(drawn, 1)}


# ---- the tables ------------------------------------------------------------------------------------------


def _rounds(export: Export) -> Rows:
    for number, each in enumerate(export.rounds, 1):
        apart = str(each.constituency or "")
        opened, closed = _day(each.opened_at), _day(each.closed_at)
        yield (
            *(number, each.kind, each.question, each.language, each.method),
            *(each.dots if each.method == Round.Method.DOTS else None, float(each.threshold), each.rule),
            *(apart, int(each.women), opened, closed),
        )


def _statements(export: Export) -> Rows:
    found = Statement.objects.filter(pk__in=export.numbers).select_related("round")
    for each in found.order_by("round__opened_at", "position").iterator(AT_ONCE):
        yield (
            *(export.numbers[each.pk], export.of_round(each.round), each.text, each.language, each.state),
            *(
                each.reason,
                each.bears,
                each.looks,
                int(each.by_participant),
                each.picture,
                int(bool(each.photo)),
            ),
        )


def _translations(export: Export) -> Rows:
    found = Translation.objects.filter(STANDING, object__in=export.numbers, field="text").exclude(text="")
    for each in found.order_by("language", "object").iterator(AT_ONCE):
        yield export.numbers[each.object], each.language, each.text, int(bool(each.reviewed_by))


def _sources(export: Export) -> Rows:
    tied = Source.objects.filter(STANDING, statement__in=export.numbers).exclude(quote__text="")
    quotes: dict[uuid.UUID, int] = {}
    for statement, quote, theme in tied.order_by("hlc").values_list(
        "statement", "quote", "quote__theme__title"
    ):
        yield export.numbers[statement], quotes.setdefault(quote, len(quotes) + 1), theme or ""


def _descent(export: Export) -> Rows:
    found = Descent.objects.filter(STANDING, statement__in=export.numbers).select_related("parent__round")
    for each in found.order_by("hlc"):
        told = not each.parent.round.kept_apart
        words = each.parent.text if told else ""
        yield export.numbers[each.statement_id], each.how, export.numbers.get(each.parent_id), words


def _people(export: Export) -> Rows:
    found = Participant.objects.filter(pk__in=export.people).annotate(group=F("constituency__name"))
    groups = dict(found.values_list("pk", "group"))
    for pk, number in export.people.items():
        yield number, groups.get(pk) or ""


def _votes(export: Export) -> Rows:
    for each in export.rounds:
        votes = Vote.objects.filter(statement__in=room.put_to_the_vote(each).order_by())
        rows = votes.values_list("participant", "statement", "choice", "channel", "probability")
        for person, statement, choice, channel, probability in rows.order_by("pk").iterator(AT_ONCE):
            asked = None if probability is None else float(probability)
            yield export.people[person], export.numbers[statement], choice, channel, asked


def _marks(export: Export) -> Rows:
    marks = Mark.objects.filter(statement__in=export.numbers)
    # Without the reason: beside a number, in a hall of forty, it would tell who blocked. As a moderator put
    # it on record it stands among the notes.
    rows = marks.values_list("participant", "statement", "other", "value", "channel")
    for person, statement, other, value, channel in rows.order_by("pk").iterator(AT_ONCE):
        of = export.numbers[statement], export.numbers.get(other)
        yield export.people[person], *of, value, channel


def _tallies(export: Export) -> Rows:
    counted = [found for each in export.rounds for found in room.counted(each) if found.counts]
    agreed = {(c.statement, c.constituency, c.gender, c.channel, c.agreed) for c in counted}
    found = Tally.objects.filter(STANDING, statement__in=export.numbers).select_related("constituency")
    for each in found.order_by("pk").iterator(AT_ONCE):
        figures = [getattr(each, name) for name in room.COUNTS]
        place = each.statement_id, each.constituency_id, each.gender, each.channel
        group = str(each.constituency)
        yield (
            *(export.numbers[each.statement_id], group, each.gender, each.channel),
            *(*figures, int((*place, room.HandCount(*figures)) in agreed)),
        )


def _results(export: Export) -> Rows:
    for each in export.rounds:
        if (snapshot := each.snapshot) is None:
            continue
        for result in room.results(each, snapshot):
            number = export.numbers[result.statement.pk]
            for row in result.rows:
                figures = (getattr(row, name) for name in room.FIGURES)
                yield number, result.label, result.certainty, row.label, *figures


def _orders(export: Export) -> Rows:
    for each in export.rounds:
        for one in queries.came_to(each):
            row, passes = one.row, None if one.passes is None else int(one.passes)
            figures = row.equal, row.low, row.high, row.by_head, row.least, row.least_in
            yield export.numbers[row.statement.pk], row.place, *figures, passes


def _channels(export: Export) -> Rows:
    for number, each in enumerate(export.rounds, 1):
        for way in room.by_channel(each):
            yield number, way.channel, way.people


def _attendance(export: Export) -> Rows:
    for row in queries.attended(export.gathering):
        yield row.group, row.asked, row.came, row.women, row.men, row.others


def _notes(export: Export) -> Rows:
    for each in plenary_notes(export.gathering):
        yield each.kind, each.text, each.reason, each.doer, _day(each.due_on), each.table


def _day(at: datetime | date | None) -> str:
    """The day alone: the hour would say who sat there."""
    return at.strftime("%Y-%m-%d") if at else ""


PERSON = "a number drawn by lot for this export; the same person has the same one in every table"
STATEMENT = "the statement's number in this export"
ROUND = "the round's number in this export"
CHANNEL = "how it came in: web, kiosk, paper, hands, sms, ussd, voice, helper, import"

TABLES: tuple[tuple[str, str, Mapping[str, str], Callable[[Export], Rows]], ...] = (
    (
        "rounds",
        "a question put to people, in the order in which they were opened",
        {
            "round": ROUND,
            "kind": "problems or solutions",
            "question": "in the words in which it was written",
            "language": "of the question",
            "method": "votes, dots, pairs, ranking or gradient",
            "dots": "how many each person had, in a round of dots",
            "threshold": "the agreement needed in every constituency, 0 to 1",
            "rule": "how it was decided, as it was read out before",
            "constituency": "for whom alone it was held; empty for everybody",
            "women": "1 where it was held for women alone",
            "opened": "the day",
            "closed": "the day; empty while it is open",
        },
        _rounds,
    ),
    (
        "statements",
        "a sentence that people answered, or that came in",
        {
            "statement": STATEMENT,
            "round": ROUND,
            "text": "empty where its voice withdrew",
            "language": "of the text",
            "state": "approved: put to the vote; proposed: waits; rejected; joined: said in another",
            "reason": "why it was rejected: same, person, topic, many, unclear, hurts",
            "bears": "problem or solution, as a moderator read it; empty where nobody said",
            "looks": "back or ahead, as a moderator read it; empty where nobody said",
            "by_participant": "1 where a participant proposed it",
            "picture": "the name of its icon",
            "photo": "1 where it has a photo; photos are not in the export",
        },
        _statements,
    ),
    (
        "translations",
        "a statement in another language",
        {
            "statement": STATEMENT,
            "language": "of the translation",
            "text": "the translation",
            "checked": "1 where a speaker has checked it",
        },
        _translations,
    ),
    (
        "sources",
        "a quote from the field that a statement came from; its words stay in the programme",
        {
            "statement": STATEMENT,
            "quote": "a number of the quote in this export",
            "theme": "the theme that it was coded to",
        },
        _sources,
    ),
    (
        "descent",
        "where a statement came from when people moved it",
        {
            "statement": STATEMENT,
            "how": "joined, split or carried",
            "from_statement": "the earlier one's number, where it is in this export",
            "from_text": "the earlier one's words",
        },
        _descent,
    ),
    (
        "people",
        "somebody who answered, without name, gender, age or place",
        {"person": PERSON, "constituency": "their declared group"},
        _people,
    ),
    (
        "votes",
        "what a person says to a statement that was put to the vote; the latest counts",
        {
            "person": PERSON,
            "statement": STATEMENT,
            "vote": "1 agree, 0 pass, -1 disagree; not voted is no row",
            "channel": CHANNEL,
            "probability": "with which chance it was asked; empty where nobody knows",
        },
        _votes,
    ),
    (
        "marks",
        "what a person gives a statement in a round that is not of votes",
        {
            "person": PERSON,
            "statement": STATEMENT,
            "other": "in pairs: the one that it was chosen over",
            "value": "dots, the place in the person's order, the step of agreement (1 to 8), or 1 in pairs",
            "channel": CHANNEL,
        },
        _marks,
    ),
    (
        "tallies",
        "one person's count of hands or papers",
        {
            "statement": STATEMENT,
            "constituency": "whose hands",
            "gender": "where it was counted",
            "channel": CHANNEL,
            "agree": "hands",
            "disagree": "hands",
            "passes": "hands",
            "also_agree": "of those, how many voted by phone too and are counted there",
            "also_disagree": "the same",
            "also_passes": "the same",
            "dots": "in a round of dots",
            "counts": "1 where it counts: a second person counted the same, and no more than came",
        },
        _tallies,
    ),
    (
        "results",
        "what a constituency said of a statement, as drawn",
        {
            "statement": STATEMENT,
            "label": "common ground, leaning, divided, or not enough voices yet",
            "certainty": "how likely it is that every constituency reaches the threshold, 0 to 1",
            "constituency": "a declared group",
            "agree": "votes",
            "disagree": "votes",
            "passes": "votes",
            "estimate": "the share that agrees, 0 to 1; empty without votes",
            "low": "of the interval; empty where all were asked",
            "high": "of the interval",
        },
        _results,
    ),
    (
        "orders",
        "a statement's place in what a round that is not of votes came to when it was closed",
        {
            "statement": STATEMENT,
            "place": "from 1",
            "share": "in 100: the mean over the constituencies, as the round's rule says",
            "low": "of the interval; empty where all were asked",
            "high": "of the interval",
            "by_head": "the same share where every person counts the same",
            "least": "the share where it is lowest",
            "least_in": "the constituency where it is lowest",
            "passes": "in a round of steps: 1 where it passes, 0 where not; else empty",
        },
        _orders,
    ),
    (
        "channels",
        "how many people answered in which way",
        {"round": ROUND, "channel": "how they answered, in words", "people": "how many"},
        _channels,
    ),
    (
        "attendance",
        "a group in the one register",
        {
            "group": "a declared group; empty for those of none",
            "asked": "noted in the register at all",
            "came": "came, whether or not they left before the end",
            "women": "of those who came",
            "men": "of those who came",
            "others": "of those who came: another gender, or not said",
        },
        _attendance,
    ),
    (
        "notes",
        "what was written down",
        {
            "kind": "decision, action, disagreement or note",
            "text": "what",
            "reason": "why; also why people stand aside or block, as a moderator put it on record",
            "owner": "who does it, as staff typed it",
            "due": "until when",
            "table": "the table that brought it to the plenary",
        },
        _notes,
    ),
)


# ---- as files --------------------------------------------------------------------------------------------


def readme(export: Export) -> str:
    """What the export is, what may be done with it, and what every column means."""
    of = export.gathering.programme
    lines = [
        f"{export.gathering}, {of}",
        "",
        f"Written by Jukwaa {settings.VERSION}, format: {FORMAT} {EDITION}.",
        f"Licence: the words are those of the people who said them. {of.organiser or of} may work with",
        "this export. Rows about single people (people, votes, marks) are not for publishing:",
        "in a small group they can be told apart. Public figures come from the programme's public pages.",
        "",
        "Not in it: names, rounds that a group keeps to itself, risks, incidents, quotes, photos, sounds.",
        "A cell that a spreadsheet would take for a formula has an apostrophe before it.",
    ]
    for table in export.tables:
        lines += ["", f"{table.name}: {table.row}"]
        lines += [f"  {column}: {meaning}" for column, meaning in table.columns.items()]
    return "\n".join(lines) + "\n"
