"""Who takes part in the demo programme: its staff, and 120 people in eight constituencies."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime
from itertools import cycle

from django.db import transaction

from jukwaa.programmes import actions, queries, selection
from jukwaa.programmes.cards import Draw, Minted, new_password
from jukwaa.programmes.consent import Answer
from jukwaa.programmes.models import (
    AgeBand,
    Audience,
    Constituency,
    Entry,
    Gender,
    Member,
    Organisation,
    Participant,
    Place,
    Programme,
    Purpose,
    Role,
)
from jukwaa.web.geita import words

SLUG = "geita"
STAFF = [
    ("neema", "Neema, convenor", Role.COORDINATOR),
    ("juma", "Juma, facilitator", Role.FACILITATOR),
    ("asha", "Asha, researcher", Role.RESEARCHER),
    ("rehema", "Rehema, communications", Role.COMMUNICATIONS),
    ("peter", "Peter, observer", Role.OBSERVER),
]
# How many of each constituency are women, in the order of CONSTITUENCIES.
WOMEN = [26, 3, 5, 5, 4, 8, 4, 3]
BLANK = 3
DECLINE = (4, 15)  # who of those drawn, by their place on the ticket
SPEAK_ENGLISH = {"Government and regulator", "Large mine"}
# What two of three wish to be called; the others have no name in the programme.
CALLED = {
    Gender.WOMAN: (
        "Mwajuma", "Tatu", "Salome", "Pili", "Sikudhani", "Mariamu", "Kabula", "Leticia", "Ashura",
        "Veronica", "Mwanaidi", "Nyanzobe", "Grace", "Hadija", "Scolastica", "Zawadi", "Minza", "Happiness",
    ),
    Gender.MAN: (
        "Masanja", "Daudi", "Hamadi", "Emmanuel", "Shija", "Ramadhani", "Paulo", "Lugembe", "Musa", "Charles",
        "Ndaki", "Iddi", "Kulwa", "Joseph", "Sospeter", "Bakari", "Maganga", "Elias", "Rashidi",
    ),
}  # fmt: skip
# Whose phones are handed to whoever tries the demo.
TRIED = ["Women panners and processors", "Pit owners and licence holders", "Elders and chiefs"]


@dataclass(frozen=True)
class Login:
    """A member of the staff and how they log in; the password is said once and kept nowhere."""

    login: str
    password: str
    member: Member


@dataclass(frozen=True)
class Cast:
    """Everybody and everything that the road refers to by name."""

    programme: Programme
    staff: dict[str, Login]
    places: dict[str, Place]
    constituencies: dict[str, Constituency]
    organisations: dict[str, Organisation]
    people: dict[str, list[Participant]]

    def member(self, role: str) -> Member:
        """The one member of the staff with that role."""
        return next(said.member for said in self.staff.values() if said.member.role == role)


def begin(draw: Draw) -> tuple[Programme, dict[str, Login]]:
    """The programme with its stages, and its staff."""
    passwords = {login: new_password(draw) for login, _name, _role in STAFF}
    first, first_name, _role = STAFF[0]
    account = actions.create_account(login=first, password=passwords[first], founder=True)
    programme = actions.begin_programme(
        title="Geita gold dialogue",
        country="Tanzania",
        slug=SLUG,
        by=account,
        name=first_name,
        template="tanzania",
        summary=(
            "Panners, pit workers, owners, buyers, elders, farmers, officials and a large mine agree what "
            "hurts, what to do about it, and who does it. A demonstration: the sites and the people are "
            "invented, the problems are real."
        ),
        organiser="Lake Zone Mining Forum",
        languages="sw en",
        public=True,
    )
    members = {first: Member.objects.get(programme=programme)}
    for login, name, role in STAFF[1:]:
        members[login] = actions.invite_member(
            programme=programme,
            login=login,
            password=passwords[login],
            name=name,
            role=role,
            by=members[first],
        )
    return programme, {login: Login(login, passwords[login], members[login]) for login in members}


def gather(draw: Draw, rng: random.Random, asked_on: date) -> Cast:
    """The programme with its places, groups, organisations and people, each of whom agreed to take part."""
    programme, staff = begin(draw)
    lead = staff[STAFF[0][0]].member
    with transaction.atomic():
        places: dict[str, Place] = {}
        for level, name, parent in words.PLACES:
            within = places[parent] if parent else None
            places[name] = actions.add_place(
                programme=programme, name=name, level=level, parent=within, by=lead
            )
        groups = {
            name: actions.declare_constituency(programme=programme, name=name, description=said, by=lead)
            for name, said, _count in words.CONSTITUENCIES
        }
        organisations = {
            name: actions.add_organisation(
                programme=programme, name=name, constituency=groups[group], by=lead
            )
            for name, group in words.ORGANISATIONS
        }
        names = {gender: cycle(called) for gender, called in CALLED.items()}
        people = {name: _people(programme, groups[name], places, names, rng, lead) for name in groups}
    cast = Cast(programme, staff, places, groups, organisations, people)
    _ask(cast, rng, asked_on)
    return cast


def _people(
    programme: Programme,
    group: Constituency,
    places: dict[str, Place],
    names: dict[Gender, cycle[str]],
    rng: random.Random,
    by: Member,
) -> list[Participant]:
    """The people of one group, as they were counted at their sites."""
    place_of_group = [name for name, _said, _count in words.CONSTITUENCIES].index(group.name)
    count, women = words.CONSTITUENCIES[place_of_group][2], WOMEN[place_of_group]
    english = group.name in SPEAK_ENGLISH
    levels = {"district"} if english else {"site"}
    lived = [places[name] for level, name, _parent in words.PLACES if level in levels]
    return [
        actions.add_participant(
            programme=programme,
            constituency=group,
            place=lived[number % len(lived)],
            called=next(names[gender]) if number % 3 else "",
            gender=gender,
            age_band=rng.choice([AgeBand.YOUNG, AgeBand.ADULT, AgeBand.ADULT, AgeBand.MIDDLE, AgeBand.ELDER]),
            language="en" if english else "sw",
            by=by,
        )
        for number in range(count)
        for gender in [Gender.WOMAN if number < women else Gender.MAN]
    ]


def _ask(cast: Cast, rng: random.Random, on: date) -> None:
    """Everybody was asked: all take part, most may be quoted, some may be visited again."""
    facilitator = cast.member(Role.FACILITATOR)
    with transaction.atomic():
        for group in cast.people.values():
            for person in group:
                answers = [
                    Answer(Purpose.TAKE_PART, True, Audience.PROGRAMME),
                    Answer(Purpose.QUOTE, rng.random() < 0.75, Audience.PUBLIC),
                    Answer(Purpose.RECONTACT, rng.random() < 0.4, Audience.PROGRAMME),
                ]
                actions.give_consents(participant=person, answers=answers, said_on=on, by=facilitator)


def agree_to(cast: Cast, person: Participant, purpose: Purpose, on: date) -> None:
    """The person agreed that everybody may see what they gave for this purpose."""
    actions.give_consent(
        participant=person,
        purpose=purpose,
        given=True,
        audience=Audience.PUBLIC,
        said_on=on,
        by=cast.member(Role.RESEARCHER),
    )


def hand_out_cards(cast: Cast, draw: Draw) -> list[tuple[Participant, Minted]]:
    """Print and hand out a card for everybody; gives those of the three people whose phones can be tried."""
    facilitator = cast.member(Role.FACILITATOR)
    everybody = [person for group in cast.people.values() for person in group]
    minted = actions.mint_cards(programme=cast.programme, participants=everybody, by=facilitator, draw=draw)
    with transaction.atomic():
        actions.issue_cards(cards_=[card for card, _said in minted], by=facilitator)
    tried = {cast.people[group][-1].pk for group in TRIED}
    return [
        (card.participant, said) for card, said in minted if card.participant and card.participant.pk in tried
    ]


def print_blank_cards(cast: Cast, draw: Draw) -> list[Minted]:
    """Print cards that are nobody's yet, for the door."""
    by = cast.member(Role.FACILITATOR)
    return [
        said for _card, said in actions.mint_cards(programme=cast.programme, count=BLANK, by=by, draw=draw)
    ]


def invite(cast: Cast, rng: random.Random, at: datetime) -> None:
    """Draw by lot who comes to the dialogue: three of each group, half of them women. Two decline."""
    coordinator = cast.member(Role.COORDINATOR)
    quotas = [selection.Quota("gender", "woman", 12, 12)]
    quotas += [selection.Quota("constituency", name, 3, 3) for name in cast.constituencies]
    panel = selection.draw(
        programme=cast.programme,
        title="Action dialogue",
        size=3 * len(cast.constituencies),
        quotas=quotas,
        household=False,
        by=coordinator,
        at=at,
    )
    actions.draw_number(certificate=panel, number=rng.randrange(1000), by=coordinator)
    for place, entry in enumerate(queries.drawn_entries(panel)):
        state = Entry.State.REFUSED if place in DECLINE else Entry.State.ACCEPTED
        actions.move_entry(entry=entry, state=state, by=coordinator)
    for entry in selection.next_ones(panel, many=len(DECLINE) - 1):
        actions.move_entry(entry=entry, state=Entry.State.INVITED, by=coordinator)
