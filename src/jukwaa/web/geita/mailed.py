"""Who follows the programme by mail, and an owner who is reminded: addresses that no mail can reach."""

from __future__ import annotations

from django.utils import timezone

from jukwaa.delivery import queries as delivery
from jukwaa.delivery.models import Commitment
from jukwaa.programmes.models import Address, Programme
from jukwaa.programmes.post import actions
from jukwaa.record import clock

FOLLOWERS = 14


def follow(programme: Programme) -> None:
    """A few follow the programme, one the first promise; and its owner is reminded."""
    promise = delivery.commitments(programme, public=True).first()
    for number in range(FOLLOWERS):
        _given(
            programme, Address.Role.FOLLOWER, programme, f"follower-{number}", "sw" if number % 2 else "en"
        )
    if promise is not None:
        _given(programme, Address.Role.FOLLOWER, promise, "follower-0", "en")
        _given(programme, Address.Role.OWNER, promise, "owner", "sw")


def _given(programme: Programme, role: str, of: Programme | Commitment, name: str, language: str) -> None:
    row = actions.give_address(
        programme=programme,
        role=role,
        of=of.pk,
        # RFC 2606 keeps this ending free, so that nothing is ever delivered.
        address=f"{name}@example.invalid",
        language=language,
        by=None,
    )
    if role == Address.Role.FOLLOWER:
        now = timezone.now()
        actions.tell(address=row, up_to=clock.until(now), at=now)
