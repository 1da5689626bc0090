"""Numbers of cards, guessed: whichever door they are typed at, one budget of wrong ones an hour."""

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.programmes import actions
from jukwaa.programmes.cards import with_check_digits
from jukwaa.programmes.models import Role
from jukwaa.programmes.queries import WRONG_CODES_AN_HOUR, WrongCode
from tests import make
from tests.web.test_access import world

__all__ = ["world"]

# Where a number is typed: the address's name, what its field is called, and what else is sent.
DESKS = {
    "dialogue:door": ("q", {}),
    "dialogue:door_person": ("card", {"take_part": "1-programme"}),
    "dialogue:walk_in": ("card", {"take_part": "1-programme"}),
    "dialogue:paper": ("card", {}),
    "programmes:hand_out_blank": ("card", {}),
    "programmes:find_participant": ("number", {}),
    "programmes:add_participants": ("card", {"count": "1"}),
    "field:add_testimony": ("card", {"text": "Words.", "language": "en"}),
    "stories:write": ("teller", {"title": "A", "text": "B", "language": "en"}),
    "agenda:nominate_candidate": ("participant", {"name": "Neema", "how": "floor"}),
    "agenda:give_slip": ("card", {}),
    "agenda:paper": ("card", {}),
}


def wrong_number() -> str:
    """Sixteen digits that are sound and that no card has."""
    return with_check_digits("12345678901234")


def use_up_the_budget() -> None:
    for _number in range(WRONG_CODES_AN_HOUR):
        actions.note_wrong_code()


def desk(world, name: str) -> str:
    """The address of the desk, with what it stands on."""
    slug, hall = world.programme.slug, world.road.gathering.pk
    more = {
        "dialogue:door": [hall],
        "dialogue:walk_in": [hall],
        "dialogue:door_person": [hall, world.ann.pk],
        "dialogue:paper": [world.round.pk],
        "programmes:hand_out_blank": [world.ann.pk],
        "agenda:nominate_candidate": [world.seat.group_id],
        "agenda:give_slip": [world.seat.group_id],
    }
    if name == "agenda:paper":
        more[name] = [make.voting(world.programme).pk]
    return reverse(name, args=[slug, *more.get(name, [])])


@pytest.mark.parametrize("name", DESKS)
def test_a_wrong_number_counts_at_every_desk_and_none_opens_once_there_were_too_many(world, name):
    field, more = DESKS[name]
    flo, url = make.client_of(make.member(world.programme, role=Role.COORDINATOR)), desk(world, name)

    flo.post(url, {**more, field: wrong_number()})
    assert WrongCode.objects.count() == 1

    use_up_the_budget()
    told = flo.post(url, {**more, field: world.minted.number})
    assert told.status_code == 200
    assert "Too many wrong card numbers" in told.text


def test_the_page_to_join_counts_with_the_desks_and_closes_with_them(db):
    ann = make.participant()
    use_up_the_budget()

    assert Client().post(reverse("programmes:join"), {"number": make.card(ann)[1].number}).status_code == 429


def test_a_shared_tablet_counts_with_the_desks_and_closes_with_them(world):
    hall = world.road.gathering
    tablet = make.client_of(make.member(world.programme))
    tablet.post(reverse("dialogue:start_kiosk", args=[world.programme.slug, hall.pk]))
    kiosk = reverse("dialogue:kiosk", args=[world.programme.slug])

    tablet.post(kiosk, {"number": wrong_number()})
    assert WrongCode.objects.count() == 1

    use_up_the_budget()
    assert "said=wait" in tablet.post(kiosk, {"number": world.minted.number})["Location"]


def test_a_slip_of_the_finger_is_no_guess(world):
    flo = make.client_of(make.member(world.programme, role=Role.COORDINATOR))

    flo.post(desk(world, "dialogue:paper"), {"card": "1234 5678 9012 3456"})

    assert not WrongCode.objects.exists()
