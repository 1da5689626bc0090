"""Builders: each makes the least that must exist, through the actions.

The cast: Ann participates, Flo facilitates, Otto is an outsider.
"""

from itertools import count
from typing import Any

from django.test import Client

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
