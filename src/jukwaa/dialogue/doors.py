"""Which gathering, round or statement an address means, to those who may meet it; the way back to the desk.

The view asked programmes/access.py first who is there; that put `programme`, `member` and, on pages for
everybody, `participant` on the request.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from jukwaa.dialogue import queries
from jukwaa.dialogue.actions import Frozen
from jukwaa.dialogue.models import Gathering, Round, Statement
from jukwaa.programmes.access import P, get_member
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import standing


def get_gathering(
    request: HttpRequest, programme: str, pk: uuid.UUID, needed: P = P.FACILITATE
) -> tuple[Member, Gathering]:
    """Who of the staff asks, and the gathering. Raises PermissionDenied or Http404."""
    member = get_member(request, programme, needed)
    return member, gathering_of(member.programme, pk)


def get_unfrozen(
    request: HttpRequest, programme: str, pk: uuid.UUID, needed: P = P.FACILITATE
) -> tuple[Member, Gathering]:
    """The same, for a page that lists people. Raises Frozen besides, once nobody may see those lists."""
    member, found = get_gathering(request, programme, pk, needed)
    if found.frozen:
        raise Frozen
    return member, found


def gathering_of(programme: Programme, pk: uuid.UUID) -> Gathering:
    """The programme's gathering. Raises Http404."""
    found = get_object_or_404(queries.gatherings(programme), pk=pk)
    found.programme = programme
    return found


def get_facilitated(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Round]:
    """Who facilitates, and the round. Http404 and PermissionDenied as at the door."""
    member = get_member(request, programme, P.FACILITATE)
    return member, get_round(request, pk)


def get_moderated(request: HttpRequest, programme: str, pk: uuid.UUID) -> tuple[Member, Statement]:
    """Who facilitates, and the statement. Http404 and PermissionDenied as at the door."""
    member = get_member(request, programme, P.FACILITATE)
    return member, get_statement(request, pk)


def get_round(request: HttpRequest, pk: uuid.UUID) -> Round:
    """The round, to those who may meet what is said in it. Raises Http404."""
    programme = request.programme  # type: ignore[attr-defined]
    rounds = standing(Round.objects.filter(programme=programme, hidden=False))
    of = rounds.select_related("gathering", "constituency", "answers__statement")
    found = get_object_or_404(of, pk=pk)
    found.programme = found.gathering.programme = programme
    _must_meet(request, found)
    return found


def get_round_to_export(request: HttpRequest, pk: uuid.UUID) -> Round:
    """The round, when what was said in it may leave as a file. Raises Http404, also while it is kept apart.

    A file goes from hand to hand: not even those who facilitate take one out of a group's own room.
    """
    found = get_round(request, pk)
    if found.kept_apart:
        raise Http404
    return found


def get_statement(request: HttpRequest, pk: uuid.UUID) -> Statement:
    """The statement, to those who may meet what is said in its round. Raises Http404."""
    programme = request.programme  # type: ignore[attr-defined]
    rows = standing(Statement.objects.filter(programme=programme, round__hidden=False))
    found = get_object_or_404(rows.select_related("round__gathering", "round__constituency"), pk=pk)
    found.programme = found.round.programme = found.round.gathering.programme = programme
    _must_meet(request, found.round)
    return found


def _must_meet(request: HttpRequest, found: Round) -> None:
    """Raises Http404 where the round is kept apart from who asks."""
    member, participant = getattr(request, "member", None), getattr(request, "participant", None)
    if not queries.may_see(found, member, participant):
        raise Http404


def read_uuid(said: str) -> uuid.UUID:
    """What an address or a button says as a row's id. Raises Http404 for what is none."""
    try:
        return uuid.UUID(said)
    except ValueError as error:
        raise Http404 from error


def crumbs(member: Member, *under: Gathering | Round) -> list[tuple[Any, str]]:
    """The way from the desk to the page: gatherings, and what it stands under."""
    slug = member.programme.slug
    way: list[tuple[Any, str]] = [(_("Desk"), reverse("programmes:desk", args=[slug]))]
    way.append((_("Gatherings"), reverse("dialogue:gatherings", args=[slug])))
    return [*way, *((thing, thing.get_absolute_url()) for thing in under)]
