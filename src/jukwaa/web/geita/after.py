"""What follows the talk in the demo programme: agenda, leadership group, promises, outcomes, stories."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from jukwaa.agenda import actions as agenda
from jukwaa.agenda.models import Problem, RoadmapRow, Solution
from jukwaa.delivery import actions as delivery
from jukwaa.delivery.models import Outcome, Report
from jukwaa.dialogue.models import Finding, Gradient, Statement
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Audience, Participant, Purpose, Role, Stage
from jukwaa.programmes.queries import stages
from jukwaa.stories import actions as stories
from jukwaa.stories.models import Publication
from jukwaa.web.geita import officers, owed, promises
from jukwaa.web.geita.people import Cast, agree_to
from jukwaa.web.geita.promises import Promise, Said
from jukwaa.web.geita.talk import Calendar, Table

ADOPTED = 156


@dataclass
class Agreed:
    """What the talk led to: problems and solutions by their statements, rows and outcomes by their words."""

    problems: dict[str, Problem] = field(default_factory=dict)
    solutions: dict[str, Solution] = field(default_factory=dict)
    rows: dict[str, RoadmapRow] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)


def take_up_problems(table: Table, statements: dict[str, Statement]) -> tuple[Agreed, dict[str, Finding]]:
    """What every group can live with becomes the agenda; what divides them is kept as a finding."""
    lead, agreed, findings = table.cast.member(Role.COORDINATOR), Agreed(), {}
    with transaction.atomic():
        for said, (title, cycle) in promises.PROBLEMS.items():
            findings[said] = table.take_up(statements[said])
            agreed.problems[said] = agenda.take_up_problem(
                finding=findings[said], title=title, cycle=cycle, by=lead
            )
    return agreed, findings


def agree_solutions(table: Table, agreed: Agreed, statements: dict[str, Statement]) -> None:
    """What every group can live with as an answer."""
    lead = table.cast.member(Role.COORDINATOR)
    with transaction.atomic():
        for said, (title, problem) in promises.SOLUTIONS.items():
            agreed.solutions[said] = agenda.agree_solution(
                problem=agreed.problems[problem],
                finding=table.take_up(statements[said]),
                title=title,
                by=lead,
            )


def draw_up_roadmap(cast: Cast, agreed: Agreed, days: Calendar) -> None:
    """Each action with its owner and day, endorsed by each constituency, then adopted."""
    lead = cast.member(Role.COORDINATOR)
    for promise in promises.PROMISES:
        with transaction.atomic():
            row = agenda.add_row(
                problem=agreed.problems[promise.problem],
                solution=agreed.solutions.get(promise.solution),
                theme=promise.theme,
                action=promise.action,
                level=promise.level,
                owner_office=promise.office,
                owner_organisation=cast.organisations[promise.organisation],
                partners=promise.partners,
                first_step=promise.first_step,
                first_step_on=days.ago(ADOPTED - 21),
                starts_on=days.ago(ADOPTED),
                due_on=days.ago(promise.due),
                resources=promise.resources,
                secured=promise.secured,
                indicator=promise.indicator,
                unit=promise.unit,
                direction=promise.direction,
                baseline=promise.baseline,
                target=promise.target,
                by=lead,
            )
            owed.owe_each_other(cast, row)
            _endorse(cast, row, promise, days)
        agreed.rows[promise.action] = agenda.adopt_row(
            row=row, affected=officers.affected(cast, promise.action), on=days.ago(ADOPTED), by=lead
        )


def _endorse(cast: Cast, row: RoadmapRow, promise: Promise, days: Calendar) -> None:
    usual = (Gradient.FULL, "")
    for name, group in cast.constituencies.items():
        gradient, reservation = promise.reserved.get(name, usual)
        agenda.endorse(
            row=row,
            constituency=group,
            gradient=gradient,
            reservation=reservation,
            spokesperson=owed.speaker(cast, name) if reservation else None,
            present=len(cast.people[name]) // 2,
            said_on=days.ago(ADOPTED),
            by=cast.member(Role.FACILITATOR),
        )


def found_group(cast: Cast, days: Calendar) -> None:
    """The leadership group: a seat for each constituency, half of them held by women, endorsed by all."""
    lead = cast.member(Role.COORDINATOR)
    with transaction.atomic():
        group = agenda.found_group(
            programme=cast.programme,
            name=promises.GROUP_NAME,
            mandate=promises.MANDATE,
            term_starts=days.ago(150),
            term_ends=days.ago(150 - 2 * 365),
            by=lead,
        )
        for said in promises.SEATS:
            seat = agenda.add_seat(
                group=group,
                constituency=cast.constituencies[said.constituency],
                place=cast.places[said.place],
                organisation=cast.organisations.get(said.organisation),
                by=lead,
            )
            agenda.nominate(
                seat=seat, holder=said.holder, gender=said.gender, alternate=said.alternate, by=lead
            )
            agenda.accept_seat(seat=seat, named=said.organisation != "", by=lead)
        hesitated, why = promises.HESITATED
        for (name, constituency), (yes, no) in zip(
            cast.constituencies.items(), promises.ENDORSED, strict=True
        ):
            agenda.endorse_group(
                group=group,
                constituency=constituency,
                yes=yes,
                no=no,
                reservation=why if name == hesitated else "",
                said_on=days.ago(150),
                by=lead,
            )


def promise(cast: Cast, agreed: Agreed, days: Calendar) -> None:
    """Every row has a promise; its owner reports, and those it was made to confirm or dispute."""
    lead = cast.member(Role.COORDINATOR)
    for said in promises.PROMISES:
        commitment = delivery.make_commitment(
            row=agreed.rows[said.action],
            promise=said.promise,
            owner_office=said.office,
            owner_organisation=cast.organisations[said.organisation],
            made_on=days.ago(ADOPTED - 10),
            due_on=days.ago(said.due),
            by=lead,
        )
        for each in said.said:
            report = delivery.report(
                commitment=commitment,
                status=each.status,
                text=each.text,
                evidence=each.evidence,
                next_step=each.next_step,
                reported_on=days.ago(each.ago),
                by=lead,
            )
            _answer(cast, report, each)


def _answer(cast: Cast, report: Report, said: Said) -> None:
    people, facilitator = cast.people[said.group], cast.member(Role.FACILITATOR)
    with transaction.atomic():
        for person in people[: said.confirmed]:
            delivery.confirm(report=report, participant=person, by=person)
        for number, person in enumerate(people[said.confirmed : said.confirmed + said.disputed]):
            reason = said.reasons[number % len(said.reasons)]
            verdict = delivery.dispute(report=report, participant=person, reason=reason, by=person)
            delivery.screen_reason(verdict=verdict, shown=True, by=facilitator)


def note_outcomes(cast: Cast, agreed: Agreed) -> None:
    """What changed, and how far the dialogue may have helped: as honest as it can be said.

    Who bears it out is asked afterwards (harvest.py).
    """
    for changed in promises.OUTCOMES:
        said = changed._asdict()
        commitment = agreed.rows[said.pop("action")].commitments.get()
        agreed.outcomes[changed.what] = delivery.record_outcome(
            programme=cast.programme, commitment=commitment, by=cast.member(Role.RESEARCHER), **said
        )


def tell(cast: Cast, agreed: Agreed, days: Calendar) -> None:
    """Two stories, each with its teller's consent, and the aide-memoire."""
    writer = cast.member(Role.COMMUNICATIONS)
    for number, told in enumerate(promises.STORIES):
        teller = _teller(cast, told.group, number)
        agree_to(cast, teller, Purpose.STORY, days.ago(30))
        story = stories.write_story(
            outcome=agreed.outcomes[told.what],
            title=told.title,
            text=told.text,
            language=told.language,
            teller=teller,
            by=writer,
        )
        stories.publish_story(story=story, audience=Audience.PUBLIC, on=days.ago(25 - 10 * number), by=writer)
    title, summary = promises.MEMOIRE
    stories.add_publication(
        programme=cast.programme,
        title=title,
        summary=summary,
        kind=Publication.Kind.MEMO,
        published_on=days.ago(152),
        public=True,
        by=writer,
    )


def _teller(cast: Cast, group: str, number: int) -> Participant:
    return cast.people[group][10 + number]


def mark_stages(cast: Cast) -> None:
    """Where the programme is on its road, and what came of each stage."""
    lead = cast.member(Role.COORDINATOR)
    for stage in stages(cast.programme):
        if stage.kind in promises.STAGES:
            programmes.mark_stage(
                stage=stage, state=Stage.State.DONE, note=promises.STAGES[stage.kind], by=lead
            )
        elif stage.kind in promises.NOW:
            programmes.mark_stage(stage=stage, state=Stage.State.PRESENT, by=lead)
