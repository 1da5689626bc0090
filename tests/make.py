"""Builders: each makes the least that must exist, through the actions.

The cast: Ann participates, Flo facilitates, Otto is an outsider.
"""

from itertools import count
from typing import Any

from django.test import Client

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.dialogue.models import Gathering, Round, Snapshot, Statement
from jukwaa.field import actions as field
from jukwaa.field.models import Quote, Testimony, Theme
from jukwaa.programmes import access, actions, queries
from jukwaa.programmes.cards import Minted
from jukwaa.programmes.models import (
    Account,
    Card,
    Constituency,
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


def drawn(of_round: Round, *, agree: int = 30, disagree: int = 0) -> Snapshot:
    """The round closed and drawn, after so many people of one group agreed with all of it, and disagreed."""
    group = constituency(of_round.programme)
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
