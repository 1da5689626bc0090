"""Leadership in the demo programme: a site group elected on slips, nominations for the next, a term begun."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from jukwaa.agenda import actions as agenda
from jukwaa.agenda import choice
from jukwaa.agenda import queries as room
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import queries, terms
from jukwaa.agenda.models import LeadershipGroup
from jukwaa.agenda.queries import GENDER, Quota
from jukwaa.programmes.models import Member, Role
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

PANNERS, WORKERS, OWNERS = (
    "Women panners and processors",
    "Pit workers",
    "Pit owners and licence holders",
)


class Stands(NamedTuple):
    """Somebody who was nominated, how, and what they say; the last word is whether they stand."""

    name: str
    constituency: str
    gender: str
    how: str
    says: str
    stands: bool = True


SITE_GROUP = "Site group, Nyakasanda"
STAND = [
    Stands("Pendo Lameck", PANNERS, "woman", "floor", "Nobody washes ore where we fetch water."),
    Stands("Neema Shabani", PANNERS, "woman", "paper", "I keep the savings book, and I show it."),
    Stands("Juma Kisinza", WORKERS, "man", "floor", "A ladder costs less than a funeral."),
    Stands("Elias Mazoya", WORKERS, "man", "paper", ""),
    Stands("Salome Bundala", OWNERS, "woman", "floor", "I opened my licence to three groups."),
    Stands("Hamza Ruhinda", OWNERS, "man", "floor", "", stands=False),
]
# What the slips of each box name, by the places of the candidates above, and how many slips do.
SLIPS = {
    PANNERS: [((0, 1), 3), ((0, 4), 2), ((1,), 1)],
    WORKERS: [((2,), 3), ((2, 3), 1), ((2, 0), 1)],
    OWNERS: [((4,), 2), ((4, 2), 1)],
}
NEXT_GROUP = "Leadership group of the retort and tailings plan"
NEXT = [
    Stands("Rhoda Misalaba", PANNERS, "woman", "floor", ""),
    Stands("Thomas Ngeleja", WORKERS, "man", "paper", ""),
]


def elect_site_group(cast: Cast, days: Calendar) -> None:
    """A group of three at one site, elected on paper slips that two people counted alike."""
    lead, flo = cast.member(Role.COORDINATOR), cast.member(Role.FACILITATOR)
    with transaction.atomic():
        group = agenda.found_group(
            programme=cast.programme,
            name=SITE_GROUP,
            mandate="Three people who speak with the district for the site, and come back with the answer.",
            term_starts=days.ago(60),
            term_ends=days.ago(60 - 365),
            by=lead,
        )
        _nominate(cast, group, STAND, lead)
        agenda.set_quotas(group=group, size=3, quotas=[Quota(GENDER, "woman", 1)], by=lead)
        election.fix_count_rule(
            group=group, paper=True, recount_within=1, seed=4187, objection_days=14, by=lead
        )
        agenda.open_ballot(group=group, by=lead, at=days.at(75, 9))
        _give_slips(cast, group, flo)
        agenda.close_ballot(group=group, by=lead, at=days.at(75, 16))
        _type_in_and_count(cast, group, (lead, flo))
    slate = choice.choose(group=group, by=lead, at=days.at(75, 17))
    with transaction.atomic():
        for seat in agenda.give_seats(slate=slate, by=lead):
            agenda.accept_seat(seat=seat, named=seat.gender == "woman", by=lead)
        election.name_auditor(
            slate=slate, name="Rehema Juma", organisation="Lake Zone Law Clinic", on=days.ago(74), by=lead
        )
        election.propose_to_the_public(group=group, on=days.ago(70), by=lead)
        objection = election.object_to(
            group=group,
            text="No farmer sits in a group that decides about the stream.",
            how="floor",
            confidential=False,
            constituency=cast.constituencies["Farmers and neighbours"],
            received_on=days.ago(64),
            by=flo,
        )
        election.answer_objection(
            objection=objection,
            answer="The farmers' water users send somebody to every meeting that is about the stream.",
            upheld=False,
            shown=True,
            on=days.ago(58),
            by=lead,
        )
        for name, constituency in cast.constituencies.items():
            agenda.endorse_group(
                group=group,
                constituency=constituency,
                yes=len(cast.people[name]) // 2,
                no=1,
                said_on=days.ago(57),
                by=lead,
            )
        election.confirm_seats(group=group, on=days.ago(55), by=lead)


def _nominate(cast: Cast, group: LeadershipGroup, stand: list[Stands], by: Member) -> None:
    for one in stand:
        nominee = election.nominate_from_the_room(
            group=group,
            name=one.name,
            constituency=cast.constituencies[one.constituency],
            gender=one.gender,
            says=one.says,
            how=one.how,
            by=by,
        )
        if group.name == SITE_GROUP and one.stands:
            agenda.consent_to_stand(candidate=nominee, by=by)
        elif not one.stands:
            agenda.decline_to_stand(candidate=nominee, by=by)


def _give_slips(cast: Cast, group: LeadershipGroup, by: Member) -> None:
    for name, said in SLIPS.items():
        for participant in cast.people[name][: sum(many for _named, many in said)]:
            election.give_slip(group=group, participant=participant, by=by)


def _type_in_and_count(cast: Cast, group: LeadershipGroup, clerks: tuple[Member, Member]) -> None:
    by_name = {one.name: one.pk for one in room.on_the_ballot(group)}
    number = 0
    for name, said in SLIPS.items():
        box, ticks = cast.constituencies[name], dict.fromkeys(by_name.values(), 0)
        for places, many in said:
            named = [by_name[STAND[place].name] for place in places]
            for pk in named:
                ticks[pk] += many
            for _slip in range(many):
                number += 1
                election.type_in_slip(
                    group=group, constituency=box, number=number, approved=named, by=clerks[0]
                )
        for clerk in clerks:
            slips = sum(many for _named, many in said)
            election.count_box(group=group, constituency=box, slips=slips, spoilt=0, ticks=ticks, by=clerk)


def nominate_next(cast: Cast, days: Calendar) -> None:
    """A group whose nominations are open now: two were named, and nobody has answered yet."""
    lead = cast.member(Role.COORDINATOR)
    with transaction.atomic():
        group = agenda.found_group(
            programme=cast.programme,
            name=NEXT_GROUP,
            mandate="Five people who see to it that retorts are used and tailings stay out of the water.",
            term_starts=days.ago(-30),
            term_ends=days.ago(-395),
            by=lead,
        )
        election.word_terms(group=group, clauses=terms.template(), by=lead)
        _nominate(cast, group, NEXT, lead)
        agenda.set_quotas(group=group, size=5, quotas=[Quota(GENDER, "woman", 3)], by=lead)


def carry_on(cast: Cast, days: Calendar) -> None:
    """The dialogue's own group: its terms, what authorities say, and seats confirmed after two weeks."""
    lead = cast.member(Role.COORDINATOR)
    group = room.groups(cast.programme)[0]
    with transaction.atomic():
        election.word_terms(group=group, clauses=terms.template(), by=lead)
        election.endorse_by_authority(
            group=group,
            organisation=cast.organisations["Geita District Council"],
            office="District commissioner",
            stand="endorses",
            reference="Letter of the district, no. 41",
            said_on=days.ago(146),
            by=lead,
        )
        election.endorse_by_authority(
            group=group,
            organisation=cast.organisations["Resident Mines Office, Geita"],
            office="Resident mines officer",
            stand="reserved",
            reservation="The office sits in it, and reports to the ministry first.",
            said_on=days.ago(144),
            by=lead,
        )
        election.propose_to_the_public(group=group, on=days.ago(149), by=lead)
        if queries.window(group).over:
            election.confirm_seats(group=group, on=days.ago(130), by=lead)
