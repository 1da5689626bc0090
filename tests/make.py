"""Builders: each makes the least that must exist, through the actions.

The cast: Ann participates, Flo facilitates, Otto is an outsider.
"""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from jukwaa.agenda import actions as agenda
from jukwaa.agenda import choice
from jukwaa.agenda.models import Ballot, Candidate, LeadershipGroup, Problem, RoadmapRow, Seat, Solution
from jukwaa.delivery import actions as delivery
from jukwaa.delivery.measures import actions as measures
from jukwaa.delivery.meetings import actions as meetings
from jukwaa.delivery.meetings import queries as of_meetings
from jukwaa.delivery.models import (
    Commitment,
    GroupMeeting,
    GroupRule,
    Indicator,
    Measurement,
    Outcome,
    Report,
    Verdict,
)
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.models import Finding, Gathering, Gradient, Round, Snapshot, Statement
from jukwaa.field import actions as field
from jukwaa.field.coding import actions as coding
from jukwaa.field.models import Quote, Testimony, Theme
from jukwaa.programmes import access, actions, queries
from jukwaa.programmes.cards import Minted
from jukwaa.programmes.models import (
    Account,
    Card,
    Certificate,
    Constituency,
    Cycle,
    Member,
    Organisation,
    Participant,
    Place,
    Programme,
    Purpose,
    Role,
    Stage,
)

PASSWORD = "maji safi kwa wote"

_numbers = count(1)


# ---- programmes ------------------------------------------------------------------------------------------


def programme(**others: Any) -> Programme:
    """A programme without stages, groups or staff."""
    said = {"title": "Geita", "country": "Tanzania", "slug": f"geita-{next(_numbers)}", "by": None}
    return actions.begin_programme(**(said | others))


def account(login: str = "", **others: Any) -> Account:
    """A login with PASSWORD and no role anywhere."""
    return actions.create_account(login=login or f"login-{next(_numbers)}", password=PASSWORD, **others)


def member(programme_: Programme | None = None, *, role: str = Role.FACILITATOR, name: str = "Flo") -> Member:
    """Somebody on the staff; a programme is begun for them if none is given."""
    programme_ = programme_ or programme()
    return actions.add_member(programme=programme_, account=account(), name=name, role=role, by=None)


def stage(programme_: Programme, *, kind: str = "dialogue", title: str = "Action dialogue") -> Stage:
    return actions.add_stage(programme=programme_, kind=kind, title=title, by=None)


def place(programme_: Programme, *, name: str = "Nyarugusu", level: str = "site", **others: Any) -> Place:
    return actions.add_place(programme=programme_, name=name, level=level, by=None, **others)


def constituency(programme_: Programme, *, name: str = "") -> Constituency:
    name = name or f"Group {next(_numbers)}"
    return actions.declare_constituency(programme=programme_, name=name, by=None)


def organisation(programme_: Programme, *, name: str = "Geita district") -> Organisation:
    return actions.add_organisation(programme=programme_, name=name, by=None)


def participant(
    programme_: Programme | None = None,
    *,
    constituency: Constituency | None = None,
    consented: bool = True,
    **others: Any,
) -> Participant:
    """Somebody who takes part and, unless told otherwise, agreed to."""
    programme_ = programme_ or programme()
    row = actions.add_participant(programme=programme_, constituency=constituency, by=None, **others)
    if consented:
        consent(row, Purpose.TAKE_PART)
    return row


def consent(
    participant_: Participant, purpose: str, audience: str = "1-programme", *, given: bool = True
) -> None:
    actions.give_consent(participant=participant_, purpose=purpose, audience=audience, given=given, by=None)


def card(participant_: Participant) -> tuple[Card, Minted]:
    """A card that was handed to the participant, and what is printed on it."""
    [(row, minted)] = actions.mint_cards(
        programme=participant_.programme, participants=[participant_], by=None
    )
    return actions.issue_card(card=row, by=None), minted


def client_of(member_: Member) -> Client:
    """The member's browser, logged in."""
    client = Client()
    client.force_login(Account.objects.get(pk=member_.account), "django.contrib.auth.backends.ModelBackend")
    return client


def phone_of(participant_: Participant) -> Client:
    """The participant's phone, on which their card was shown; a card is made if they have none."""
    held = queries.cards_of(participant_).filter(state=Card.State.ISSUED).first() or card(participant_)[0]
    client = Client()
    client.cookies[access.CARD_COOKIE] = access.sign_card(held)
    return client


# ---- field -----------------------------------------------------------------------------------------------


def theme(programme_: Programme, *, title: str = "Water") -> Theme:
    return field.add_theme(programme=programme_, title=title, by=None)


def testimony(
    programme_: Programme | None = None, *, text: str = "The water is dirty. We drink it.", **others: Any
) -> Testimony:
    """What somebody said, without a card unless `voice` is given."""
    programme_ = programme_ or programme()
    return field.record_testimony(programme=programme_, text=text, by=None, **others)


def quote(testimony_: Testimony | None = None, *, text: str = "The water is dirty.", **others: Any) -> Quote:
    return field.take_quote(testimony=testimony_ or testimony(), text=text, by=None, **others)


def usable_quote(
    programme_: Programme | None = None, *, voice: Participant | None = None, **others: Any
) -> Quote:
    """A quote of somebody who agreed to be quoted, checked by a second person."""
    programme_ = programme_ or (voice.programme if voice else programme())
    voice = voice or participant(programme_)
    consent(voice, Purpose.QUOTE)
    taken = quote(testimony(programme_, voice=voice), **others)
    return coding.check_quote(quote=taken, by=member(programme_, role=Role.RESEARCHER))


# ---- dialogue --------------------------------------------------------------------------------------------


def gathering(programme_: Programme | None = None, *, title: str = "Workshop", **others: Any) -> Gathering:
    said = {"kind": Gathering.Kind.WORKSHOP, "by": None} | others
    return dialogue.call_gathering(programme=programme_ or programme(), title=title, **said)


def round_(
    programme_: Programme | None = None, *, opened: bool = False, statements: int = 0, **others: Any
) -> Round:
    """A problems round with so many statements; an opened one has at least one."""
    said = {"kind": Round.Kind.PROBLEMS, "question": "What hurts most?", "by": None} | others
    prepared = dialogue.prepare_round(gathering=gathering(programme_), **said)
    for number in range(max(statements, 1 if opened else 0)):
        statement(prepared, text=f"Statement {number + 1}")
    return dialogue.open_round(round=prepared, by=None) if opened else prepared


def statement(of_round: Round | None = None, *, text: str = "", **others: Any) -> Statement:
    """A statement that is put to the vote; its round is opened if none is given."""
    if of_round is None:
        return round_(opened=True).statements.select_related("round").get()
    return dialogue.add_statement(
        round=of_round, text=text or f"Statement {next(_numbers)}", by=None, **others
    )


def drawn(
    of_round: Round, *, agree: int = 30, disagree: int = 0, group: Constituency | None = None
) -> Snapshot:
    """The round closed and drawn, after so many people of one group agreed with all of it, and disagreed."""
    group = group or constituency(of_round.programme)
    people = actions.add_participants(
        programme=of_round.programme, constituency=group, count=agree + disagree, by=None
    )
    rows = [
        (said.pk, who.pk, 1 if place < agree else -1)
        for said in of_round.statements.all()
        for place, who in enumerate(people)
    ]
    dialogue.cast_votes(round=of_round, rows=rows, channel="import", by=None)
    dialogue.close_round(round=of_round, by=None)
    return analysis.redraw(of_round)


def finding(
    programme_: Programme | None = None, *, answers: Finding | None = None, group: Constituency | None = None
) -> Finding:
    """What a group said of a statement, taken up; of a solutions round if it answers another finding."""
    kind = Round.Kind.SOLUTIONS if answers else Round.Kind.PROBLEMS
    of_round = round_(programme_, opened=True, kind=kind, answers=answers)
    drawn(of_round, agree=10, group=group)
    return dialogue.take_up_finding(statement=of_round.statements.select_related("round").get(), by=None)


# ---- agenda ----------------------------------------------------------------------------------------------


def problem(programme_: Programme | None = None, *, title: str = "The wash water is dirty") -> Problem:
    """A problem on the agenda. A constituency is declared if there is none."""
    programme_ = programme_ or programme()
    group = queries.constituencies(programme_).first() or constituency(programme_)
    return agenda.take_up_problem(
        finding=finding(programme_, group=group), title=title, cycle=Cycle.LAND, by=None
    )


def solution(of_problem: Problem | None = None, *, title: str = "A pump at the washing place") -> Solution:
    """An agreed answer to a problem."""
    of_problem = of_problem or problem()
    group = queries.constituencies(of_problem.programme).first()
    found = finding(of_problem.programme, answers=of_problem.finding, group=group)
    return agenda.agree_solution(problem=of_problem, finding=found, title=title, by=None)


def row(of_problem: Problem | None = None, *, action: str = "Put up a pump", **others: Any) -> RoadmapRow:
    """A row of the roadmap, on which nobody has spoken yet."""
    of_problem = of_problem or problem()
    said = {"theme": "Water", "level": "district", "owner_office": "Engineer", "due_on": date(2027, 6, 1)}
    if "owner_organisation" not in others:
        said["owner_organisation"] = organisation(of_problem.programme, name=f"Office {next(_numbers)}")
    return agenda.add_row(problem=of_problem, action=action, by=None, **(said | others))


def endorsed(of_row: RoadmapRow, *, gradient: int = Gradient.FULL) -> RoadmapRow:
    """The row after every constituency has said that it stands there."""
    words = "Not before the rains." if gradient in agenda.NEED_WORDS else ""
    for group in queries.constituencies(of_row.programme):
        agenda.endorse(row=of_row, constituency=group, gradient=gradient, reservation=words, by=None)
    return of_row


def affected(of_row: RoadmapRow) -> list[tuple[Constituency, Place | None]]:
    """Every group, everywhere."""
    return [(group, None) for group in queries.constituencies(of_row.programme)]


def adopted(of_row: RoadmapRow | None = None, **others: Any) -> RoadmapRow:
    """The row adopted, after every constituency supported it; it affects all of them everywhere."""
    of_row = endorsed(of_row or row())
    return agenda.adopt_row(row=of_row, **({"affected": affected(of_row), "by": None} | others))


def group(programme_: Programme | None = None, *, name: str = "Leadership group") -> LeadershipGroup:
    return agenda.found_group(programme=programme_ or programme(), name=name, by=None)


def seat(
    of_group: LeadershipGroup | None = None,
    *,
    holder: str = "",
    gender: str = "",
    named: bool = False,
    **others: Any,
) -> Seat:
    """A seat of a new constituency unless one is given; with a holder, who accepted it, if one is named."""
    of_group = of_group or group()
    said = {"constituency": others.pop("constituency", None) or constituency(of_group.programme)}
    added = agenda.add_seat(group=of_group, by=None, **(said | others))
    if holder:
        agenda.nominate(seat=added, holder=holder, gender=gender, by=None)
        agenda.accept_seat(seat=added, named=named, by=None)
    return added


def candidate(
    of_group: LeadershipGroup | None = None, *, name: str = "", stands: bool = True, **others: Any
) -> Candidate:
    """Somebody nominated, of a new constituency unless one is given, who consented unless told otherwise."""
    of_group = of_group or group()
    said = {"constituency": others.pop("constituency", None) or constituency(of_group.programme)}
    name = name or f"Candidate {next(_numbers)}"
    row = agenda.nominate_candidate(group=of_group, name=name, by=None, **(said | others))
    return agenda.consent_to_stand(candidate=row, by=None) if stands else row


def voting(programme_: Programme | None = None, *, size: int = 1, stand: int = 2) -> LeadershipGroup:
    """A leadership group with so many candidates of one constituency, on which people vote."""
    of_group = group(programme_)
    own = queries.constituencies(of_group.programme).first() or constituency(of_group.programme)
    for _number in range(stand):
        candidate(of_group, constituency=own)
    agenda.set_quotas(group=of_group, size=size, by=None)
    return agenda.open_ballot(group=of_group, by=None)


def ballot(of_group: LeadershipGroup, *approved: Candidate, by: Participant | None = None) -> Ballot:
    """A ballot that names these, of a new voter from the first constituency unless somebody is given."""
    first = queries.constituencies(of_group.programme).first()
    by = by or participant(of_group.programme, constituency=first)
    return agenda.cast_ballot(group=of_group, participant=by, approved=[c.pk for c in approved], by=by)


def slate(programme_: Programme | None = None) -> Certificate:
    """What was chosen of two candidates by one ballot."""
    of_group = voting(programme_)
    ballot(of_group, of_group.candidates.first())
    agenda.close_ballot(group=of_group, by=None)
    return choice.choose(group=of_group, by=None)


# ---- delivery --------------------------------------------------------------------------------------------


def rule(of_group: LeadershipGroup | None = None, *, decides: str = "consent", **others: Any) -> GroupRule:
    """How a group decides, declared half a year ago: half of the seats make its quorum."""
    said = {"quorum": 50, "declared_on": timezone.localdate() - timedelta(days=180)}
    return meetings.declare_rule(group=of_group or group(), decides=decides, by=None, **(said | others))


def meeting(
    of_group: LeadershipGroup | None = None, *, members: int = 3, decides: str = "consent", **others: Any
) -> GroupMeeting:
    """A meeting called for today, of a group with so many seats, each held for another constituency."""
    of_group = of_group or group()
    for number in range(members - len(list(of_meetings.members(of_group)))):
        seat(of_group, holder=f"Member {number + 1}", gender="woman" if number % 2 == 0 else "man")
    if of_meetings.rule_of(of_group) is None:
        rule(of_group, decides=decides)
    said = {"title": "Quarterly meeting", "on": timezone.localdate(), "where": "District hall"}
    return meetings.call_meeting(group=of_group, by=None, **(said | others))


def held(of_meeting: GroupMeeting | None = None, *, absent: int = 0) -> GroupMeeting:
    """A meeting that is held; so many of its seats, the last ones, are absent."""
    of_meeting = of_meeting or meeting()
    sitting = of_meetings.members(of_meeting.group)
    states = {seat: "absent" if i >= len(sitting) - absent else "came" for i, seat in enumerate(sitting)}
    return meetings.note_attendance(meeting=of_meeting, states=states, by=None)


def commitment(of_row: RoadmapRow | None = None, **others: Any) -> Commitment:
    """A promise made a month ago and due in two, on which nothing was reported."""
    of_row = of_row or row()
    today = timezone.localdate()
    said = {
        "promise": f"Promise {next(_numbers)}",
        "owner_office": "District engineer",
        "owner_organisation": of_row.owner_organisation,
        "made_on": today - timedelta(days=30),
        "due_on": today + timedelta(days=60),
        "by": None,
    }
    return delivery.make_commitment(row=of_row, **(said | others))


def report(of_commitment: Commitment | None = None, *, status: str = "done", **others: Any) -> Report:
    """What the owner said today of a promise."""
    said = {"text": "The pump stands.", "by": None} | others
    return delivery.report(commitment=of_commitment or commitment(), status=status, **said)


def concerned(of_report: Report) -> Participant:
    """Somebody whom the promise concerns."""
    named = queries.standing(of_report.commitment.row.affected.all()).first()
    if named is None:
        return participant(of_report.programme)
    return participant(of_report.programme, constituency=named.constituency, place=named.place)


def confirmed(of_report: Report, *, by: Participant | None = None) -> Verdict:
    by = by or concerned(of_report)
    return delivery.confirm(report=of_report, participant=by, by=by)


def disputed(
    of_report: Report, *, by: Participant | None = None, reason: str = "The pump is dry."
) -> Verdict:
    by = by or concerned(of_report)
    return delivery.dispute(report=of_report, participant=by, reason=reason, by=by)


def outcome(of_commitment: Commitment | None = None, **others: Any) -> Outcome:
    """Panners wash with clean water, and the dialogue's part in it is possible, minor, unproven."""
    of_commitment = of_commitment or commitment()
    said = {
        "programme": of_commitment.programme,
        "commitment": of_commitment,
        "cycle": "C3",
        "who": "Panners",
        "what": "wash with clean water",
        "when": "2026",
        "where": "Geita",
        "other_causes": "Rain",
        "by": None,
    }
    return delivery.record_outcome(**(said | others))


def indicator(programme_: Programme | None = None, **others: Any) -> Indicator:
    """Days to a licence, fewer is better: 365 at the beginning of 2025, 120 by the middle of 2027."""
    said = {
        "programme": programme_ or programme(),
        "cycle": "C1",
        "name": "Median days to a licence",
        "definition": "From filing to the decision.",
        "unit": "days",
        "language": "en",
        "figure": "other",
        "better": "less",
        "every": "quarter",
        "baseline": Decimal(365),
        "baseline_on": date(2025, 3, 1),
        "target": Decimal(120),
        "target_on": date(2027, 6, 30),
        "by": None,
    }
    return measures.add_indicator(**(said | others))


def figure(of: Indicator | None = None, value: float | str = 210, **others: Any) -> Measurement:
    """A figure of the mines office of the 1st of March 2026."""
    of = of or indicator()
    said = {
        "indicator": of,
        "on": date(2026, 3, 1),
        "value": Decimal(str(value)),
        "unit": of.unit,
        "source": "Mines office",
        "by": None,
    }
    return measures.measure(**(said | others))


def pdf(words: str = "Words") -> bytes:
    """A file of one small page."""
    writer = PdfWriter()
    drawn = DecodedStreamObject()
    drawn.set_data(f"BT 10 10 Td ({words}) Tj ET".encode())
    writer.add_blank_page(200, 100)[NameObject("/Contents")] = drawn
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scripts_of(answer: Any) -> set[str]:
    """The addresses of the scripts that a page loads; "" for one that stands in the page itself."""
    found = re.findall(r"<script(?:[^>]*? src=\"([^\"]*)\")?", answer.content.decode())
    return set(found)


def let_go(answer: Any) -> None:
    """Close the files behind an answer, but not the database: Django takes its end for the request's."""
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)
