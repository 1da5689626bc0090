"""What was done before the demo's dialogue: scoping, two visits, a site profile, a meeting of one group."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from jukwaa.field.models import Meeting, Review, Visit
from jukwaa.field.scoping import actions as scoping
from jukwaa.field.scoping import queries
from jukwaa.field.visits import actions as visits
from jukwaa.programmes.models import Member, Role
from jukwaa.web.geita import words
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar


def scope(cast: Cast, days: Calendar) -> None:
    """Who has a stake, whether the time is right, what to find out, and who checks the work."""
    researcher = cast.member(Role.RESEARCHER)
    with transaction.atomic():
        _place_stakeholders(cast, researcher)
        for key, (answer, because) in words.READY.items():
            scoping.answer_check(
                programme=cast.programme, key=key, answer=answer, because=because, by=researcher
            )
        for text, why, chosen_with in words.RESEARCH_QUESTIONS:
            asked = scoping.add_question(programme=cast.programme, text=text, why=why, by=researcher)
            if chosen_with:
                scoping.choose_question(question=asked, chosen_with=chosen_with, by=researcher)
        for name, office, knows, reviews in words.REFERENCE_GROUP:
            reviewer = scoping.add_reviewer(
                programme=cast.programme, name=name, office=office, knows=knows, by=researcher
            )
            for of, verdict, ago, remarks, answer in reviews:
                scoping.note_review(
                    reviewer=reviewer,
                    of=Review.Of(of),
                    verdict=Review.Verdict(verdict),
                    said_on=days.ago(ago),
                    remarks=remarks,
                    answer=answer,
                    by=researcher,
                )


def _place_stakeholders(cast: Cast, by: Member) -> None:
    scoping.place_declared(programme=cast.programme, by=by)
    for each in queries.stakeholders(cast.programme):
        power, interest, silences, how = words.STAKES[str(each)]
        scoping.change_stakeholder(
            stakeholder=each, power=power, interest=interest, silences=silences, how=how, by=by
        )
    for name, (power, interest, silences, how) in words.OTHERS_WITH_A_STAKE.items():
        scoping.add_stakeholder(
            programme=cast.programme,
            name=name,
            power=power,
            interest=interest,
            silences=silences,
            how=how,
            by=by,
        )


def go_to_the_sites(cast: Cast, days: Calendar) -> None:
    """One visit made and one that comes, what a site is like, and what women panners agreed on apart."""
    researcher = cast.member(Role.RESEARCHER)
    with transaction.atomic():
        for name, (north, east) in words.SPOTS.items():
            visits.set_spot(place=cast.places[name], north=north, east=east, by=researcher)
        made = _plan(cast, words.VISIT_MADE, days, 241, 239)
        visits.mark_visit(visit=made, state=Visit.State.MADE, note=words.VISIT_CAME_TO, by=researcher)
        for text in words.SITE_NOTES:
            visits.add_note(visit=made, text=text, by=researcher)
        _plan(cast, words.VISIT_TO_COME, days, -9, -10)
        visits.keep_profile(
            place=cast.places["Nyakasanda"], seen_on=days.ago(240), said=words.SITE_PROFILE, by=researcher
        )
        _women_panners_met(cast, days)


def _plan(cast: Cast, said: dict[str, str], days: Calendar, first: int, last: int) -> Visit:
    said = dict(said)
    return visits.plan_visit(
        programme=cast.programme,
        place=cast.places[said.pop("place")],
        starts_on=days.ago(first),
        ends_on=days.ago(last),
        by=cast.member(Role.RESEARCHER),
        **said,
    )


def _women_panners_met(cast: Cast, days: Calendar) -> None:
    researcher = cast.member(Role.RESEARCHER)
    said: dict[str, Any] = words.MEETING
    meeting = visits.note_meeting(
        programme=cast.programme,
        constituency=cast.constituencies["Women panners and processors"],
        women=True,
        place=cast.places["Nyakasanda"],
        held_on=days.ago(215),
        came=said["came"],
        note=said["note"],
        by=researcher,
    )
    problems = visits.agree_on(meeting=meeting, problems=said["problems"], language="sw", by=researcher)
    visits.change_problem(problem=problems[-1], kept=True, by=researcher)
    visits.release(
        meeting=meeting,
        released_by="their spokeswoman",
        way=Meeting.Way.HANDS,
        hands=said["came"],
        at=days.at(214, 11),
        by=researcher,
    )
