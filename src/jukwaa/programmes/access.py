"""Who may come in. Staff by a login and a role in the programme, participants by their card; default is no.

`get_member` and `get_participant` are the only doors: each view calls one of them first.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from jukwaa.programmes import written
from jukwaa.programmes.models import Account, Card, Member, Participant, Programme, Purpose, Role

CARD_COOKIE = "jukwaa_card"


class Permission(StrEnum):
    """What somebody on the staff may do in their programme."""

    SEE = "see"  # the programme's staff pages, with figures but without raw voices
    SET_UP = "set up"  # stages, places, constituencies, organisations, staff
    PEOPLE = "people"  # participants, cards, consents
    LISTEN = "listen"  # raw testimonies
    RESEARCH = "research"  # testimonies, quotes, themes
    FACILITATE = "facilitate"  # gatherings, rounds, moderation, findings, agenda, leadership group
    DELIVER = "deliver"  # commitments, reports, outcomes
    PUBLISH = "publish"  # stories and publications
    PROTECT = "protect"  # who might be harmed, what harmed, and forgetting an event's lists


P = Permission

ROLES: dict[str, frozenset[Permission]] = {
    Role.COORDINATOR: frozenset(Permission),
    Role.FACILITATOR: frozenset({P.SEE, P.PEOPLE, P.FACILITATE, P.DELIVER}),
    Role.RESEARCHER: frozenset({P.SEE, P.PEOPLE, P.LISTEN, P.RESEARCH}),
    Role.COMMUNICATIONS: frozenset({P.SEE, P.PUBLISH}),
    Role.OBSERVER: frozenset({P.SEE}),
}


def may(member: Member | None, permission: Permission) -> bool:
    """Whether the member's role allows it. Nobody is allowed anything."""
    return member is not None and permission in ROLES[member.role]


def get_account(request: HttpRequest) -> Account:
    """Who is logged in; the view asked for a log-in already. Raises PermissionDenied for anybody else."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def get_founder(request: HttpRequest) -> Account:
    """Who is logged in and may begin programmes. Raises PermissionDenied."""
    account = get_account(request)
    if not account.founder:
        raise PermissionDenied
    return account


def find_member(request: HttpRequest, programme: Programme) -> Member | None:
    """The member that the logged-in account is in this programme, if it is one."""
    if not isinstance(request.user, Account):
        return None
    found = Member.objects.filter(
        programme=programme, account=request.user.pk, removed=False, merged_into=None
    ).first()
    return found


def get_programme(slug: str) -> Programme:
    """The programme of that short name. Raises Http404."""
    found = written.first(Programme, _PROGRAMME, [slug])
    if found is None:
        raise Http404
    return found


_PROGRAMME = f"""
SELECT {written.columns(Programme, "g")} FROM programmes_programme g
WHERE slug = %s AND NOT removed AND merged_into IS NULL ORDER BY hlc LIMIT 1
"""


def get_member(request: HttpRequest, slug: str, permission: Permission) -> Member:
    """The member who asks, with their programme. Http404 for outsiders, PermissionDenied for another role."""
    programme = get_programme(slug)
    member = find_member(request, programme)
    if member is None:
        raise Http404
    if not may(member, permission):
        raise PermissionDenied
    member.programme = programme
    request.member, request.programme = member, programme  # type: ignore[attr-defined]
    return member


def get_public_programme(request: HttpRequest, slug: str) -> Programme:
    """The programme, for anybody if it is shown to the public, else only for its staff and participants."""
    programme = get_programme(slug)
    member = find_member(request, programme)
    participant = find_participant(request, programme)
    if not (programme.public or member or participant):
        raise Http404
    request.member, request.participant, request.programme = member, participant, programme  # type: ignore[attr-defined]
    return programme


def find_participant(request: HttpRequest, programme: Programme) -> Participant | None:
    """The participant whose card was shown on this phone, while the card is valid."""
    return _holder_of(_card_on(request), programme)


def _holder_of(card: uuid.UUID | None, programme: Programme) -> Participant | None:
    """Who holds the card of that id, while it is valid in the programme; `agreed`: to take part."""
    asked = [Purpose.TAKE_PART, _today(), programme.slug, card, Card.State.ISSUED]
    found = written.rows((Programme, Participant), _PROGRAMME_AND_HOLDER, asked)
    participant: Participant | None = found[1] if found else None
    if found is not None and participant is not None:
        participant.programme, participant.agreed = programme, found[2]  # type: ignore[attr-defined]
    return participant


def _card_on(request: HttpRequest) -> uuid.UUID | None:
    """Which card this phone keeps, valid or not any more; None when there is none."""
    try:
        return _card_signed(request.COOKIES.get(CARD_COOKIE, ""), settings.SECRET_KEY)
    except (signing.BadSignature, ValueError):
        return None


@lru_cache(maxsize=4096)
def _card_signed(said: str, key: str) -> uuid.UUID:
    """The card's id, once its signature held; which ids are valid is another question, asked each time.

    A phone says the same at every vote. What does not hold is not remembered.
    """
    return uuid.UUID(signing.loads(said, key=key, salt=CARD_COOKIE))


def _today() -> str:
    return timezone.localdate().isoformat()


# The programme, beside it whose valid card it is, and whether they agreed to take part.
_PROGRAMME_AND_HOLDER = f"""
SELECT {written.columns(Programme, "g")}, {written.columns(Participant, "p")}, EXISTS(
    SELECT 1 FROM programmes_consent c WHERE c.participant_id = p.id AND c.purpose = %s AND c.given
        AND NOT c.child AND (c.until IS NULL OR c.until >= %s)
)
FROM (
    SELECT * FROM programmes_programme
    WHERE slug = %s AND NOT removed AND merged_into IS NULL ORDER BY hlc LIMIT 1
) AS g
LEFT JOIN programmes_card k
    ON k.id = %s AND k.programme_id = g.id AND k.state = %s AND NOT k.removed AND k.merged_into IS NULL
LEFT JOIN programmes_participant p ON p.id = k.participant_id AND NOT p.removed AND p.merged_into IS NULL
"""


class NoCard(Exception):
    """No valid card was shown on this phone; the view asks for one."""


class NoConsent(Exception):
    """Whose card it is has not agreed to take part, or no longer does; the view asks."""


def get_participant(request: HttpRequest, slug: str) -> Participant:
    """The participant who asks, with their programme.

    Raises NoCard, which asks for a card, and NoConsent, which asks whether they agree to take part.
    """
    participant = get_card_holder(request, slug)
    if not participant.agreed:  # type: ignore[attr-defined]
        raise NoConsent(slug)
    return participant


def get_card_holder(request: HttpRequest, slug: str) -> Participant:
    """Whose card was shown on this phone, whether or not they agreed to anything yet. Raises NoCard."""
    asked = [Purpose.TAKE_PART, _today(), slug, _card_on(request), Card.State.ISSUED]
    found = written.rows((Programme, Participant), _PROGRAMME_AND_HOLDER, asked)
    if found is None:
        raise Http404
    programme: Programme = found[0]
    participant: Participant | None = found[1]
    if participant is None:
        raise NoCard(slug)
    participant.programme, participant.agreed = programme, found[2]  # type: ignore[attr-defined]
    request.participant, request.programme = participant, programme  # type: ignore[attr-defined]
    return participant


def sign_card(card: Card) -> str:
    """What this browser keeps of the card: its id, signed."""
    return signing.dumps(str(card.pk), salt=CARD_COOKIE)


def remember_card(response: HttpResponse, card: Card, *, secure: bool) -> None:
    """Let this browser act for the card until it is closed."""
    response.set_cookie(
        CARD_COOKIE,
        sign_card(card),
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def forget_card(response: HttpResponse) -> None:
    """Leave nothing of the card in this browser, for the next person."""
    response.delete_cookie(CARD_COOKIE, samesite="Lax")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'


def whose(person: Participant | Member) -> str:
    """What tells a phone that two pages are one person's, and tells it nothing else."""
    return salted_hmac(CARD_COOKIE, str(person.pk)).hexdigest()[:16]


# ---- a shared tablet -------------------------------------------------------------------------------------

TABLET_COOKIE = "jukwaa_tablet"
TURN_COOKIE = "jukwaa_turn"
SECONDS_OF_A_TURN = 60


@dataclass(frozen=True)
class Tablet:
    """A browser that many use one after the other: of which programme (its short name) and gathering."""

    programme: str
    gathering: uuid.UUID


@dataclass(frozen=True)
class Holding:
    """Whose turn it is at the tablet: their card, what they said last to which statement, or are back at."""

    card: uuid.UUID
    last: uuid.UUID | None = None
    said: int | None = None
    back: bool = False


def find_tablet(request: HttpRequest) -> Tablet | None:
    """The tablet that this browser is, since somebody of the staff made it one; None for any other."""
    try:
        slug, gathering = signing.loads(request.COOKIES.get(TABLET_COOKIE, ""), salt=TABLET_COOKIE)
        return Tablet(slug, uuid.UUID(gathering))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def make_tablet(response: HttpResponse, tablet: Tablet, *, secure: bool) -> None:
    """Let this browser be a shared tablet until the day's end; it opens nothing by itself."""
    value = signing.dumps([tablet.programme, str(tablet.gathering)], salt=TABLET_COOKIE)
    response.set_cookie(
        TABLET_COOKIE, value, max_age=16 * 3600, httponly=True, samesite="Strict", secure=secure
    )


def end_tablet(response: HttpResponse) -> None:
    """Let this browser be one like any other again."""
    response.delete_cookie(TABLET_COOKIE, samesite="Strict")


def give_turn(response: HttpResponse, tablet: Tablet, holding: Holding, *, secure: bool) -> None:
    """Let the tablet act for the card until a minute has passed without an answer."""
    last = holding.last and str(holding.last)
    said = [str(holding.card), last, holding.said, holding.back]
    response.set_cookie(
        TURN_COOKIE,
        signing.dumps(said, salt=TURN_COOKIE),
        max_age=SECONDS_OF_A_TURN,
        path=_room(tablet),
        httponly=True,
        samesite="Strict",
        secure=secure,
    )


def end_turn(response: HttpResponse, tablet: Tablet) -> None:
    """Leave nothing of whoever held the tablet, for the next person."""
    response.delete_cookie(TURN_COOKIE, path=_room(tablet), samesite="Strict")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'


def find_turn(request: HttpRequest) -> Holding | None:
    """Whose turn it is; None when a minute has passed since their last answer, whatever the browser kept."""
    try:
        card, last, said, back = signing.loads(
            request.COOKIES.get(TURN_COOKIE, ""), salt=TURN_COOKIE, max_age=SECONDS_OF_A_TURN
        )
        return Holding(uuid.UUID(card), last and uuid.UUID(last), said, back)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def find_turn_holder(request: HttpRequest, programme: Programme) -> Participant | None:
    """Who holds the tablet, while their card is valid in the programme and their minute has not passed."""
    holding = find_turn(request) if find_tablet(request) else None
    return _holder_of(holding.card, programme) if holding else None


def _room(tablet: Tablet) -> str:
    return f"/p/{tablet.programme}/dialogue/"
