"""The desk at the door: everybody is welcome, with a card where they agree, in two pages each."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import queries
from jukwaa.dialogue.door import actions
from jukwaa.dialogue.door import queries as at_the_door
from jukwaa.dialogue.models import Attendance, Gathering
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.cards import Minted
from jukwaa.programmes.models import Card, Participant, Purpose
from jukwaa.programmes.queries import card_counts, has_consent
from tests import make

pytestmark = pytest.mark.django_db

YES, NO = {"take_part": "1-programme"}, {"take_part": "no"}


@pytest.fixture
def hall() -> Gathering:
    programme = make.programme(languages="en sw")
    make.constituency(programme, name="Panners")
    return make.gathering(programme)


@pytest.fixture
def desk(hall: Gathering) -> Client:
    return make.client_of(make.member(hall.programme))


def invited(hall: Gathering, *names: str, **others) -> list[Participant]:
    """People who are expected, and were not asked for their consent yet."""
    group = hall.programme.constituencys.first()
    people = [
        make.participant(hall.programme, constituency=group, called=name, consented=False, **others)
        for name in names
    ]
    dialogue.attend(gathering=hall, people=people, state="invited", by=None)
    return people


def blanks(hall: Gathering, count: int = 1) -> list[tuple[Card, Minted]]:
    return programmes.mint_cards(programme=hall.programme, count=count, by=None)


def address(hall: Gathering, name: str = "door", *more) -> str:
    return reverse(f"dialogue:{name}", args=[hall.programme.slug, hall.pk, *more])


def state_of(hall: Gathering, person: Participant) -> str:
    row = at_the_door.noted(hall, person)
    return row.state if row else ""


def test_where_nobody_was_invited_the_desk_says_how_people_come_in_all_the_same(hall, desk):
    told = desk.get(address(hall)).content.decode()

    assert "Nobody is invited yet." in told
    assert "awaited any more" not in told


# ---- sixty people ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_sixty_people_are_received_in_two_pages_each(hall, desk):
    people = invited(hall, *(f"Person {number:02}" for number in range(60)))
    cards = blanks(hall, 60)
    pages = 0

    for person, (_card, minted) in zip(people, cards, strict=True):
        found = desk.post(address(hall), {"q": person.called}, follow=True)
        noted = desk.post(found.redirect_chain[-1][0], YES | {"card": minted.spaced}, follow=True)
        pages += len([found, noted])
        assert f"{person.called} is here." in noted.content.decode()

    counters = at_the_door.counters(hall)
    assert pages == 120
    assert (counters.here, counters.expected, counters.blank) == (60, 60, 0)
    assert card_counts(hall.programme).issued == 60
    assert all(has_consent(person, Purpose.TAKE_PART) for person in people)


# ---- one person ------------------------------------------------------------------------------------------


def test_whose_card_and_consent_are_known_is_noted_with_one_button(hall, desk):
    [ann] = invited(hall, "Ann")
    make.consent(ann, Purpose.TAKE_PART)
    _card, minted = make.card(ann)

    page = desk.post(address(hall), {"q": minted.number}, follow=True)
    desk.post(page.redirect_chain[-1][0], {})

    assert "autofocus>" in page.content.decode()
    assert state_of(hall, ann) == "came"


def test_a_scanned_code_finds_the_person(hall, desk):
    [ann] = invited(hall, "Ann")
    _card, minted = make.card(ann)

    found = desk.post(address(hall), {"q": f"http://192.168.1.7:8000/c/{minted.secret}"})

    assert found["Location"] == address(hall, "door_person", ann.pk)


def test_who_does_not_agree_is_welcome_and_here_without_a_card(hall, desk):
    [ann] = invited(hall, "Ann")

    desk.post(address(hall, "door_person", ann.pk), NO)

    assert state_of(hall, ann) == "came"
    assert not has_consent(ann, Purpose.TAKE_PART)
    assert at_the_door.held(ann) is None


def test_who_does_not_agree_gets_no_card(hall, desk):
    [ann] = invited(hall, "Ann")
    [(card, minted)] = blanks(hall)

    told = desk.post(address(hall, "door_person", ann.pk), NO | {"card": minted.number})

    card.refresh_from_db()
    assert "gets no card" in told.content.decode()
    assert (card.state, state_of(hall, ann)) == ("printed", "invited")


def test_each_answer_is_kept_with_its_language_and_witness_and_what_was_not_asked_is_not(hall, desk):
    [ann] = invited(hall, "Ann", language="sw")

    asked = desk.get(address(hall, "door_person", ann.pk)).content.decode()
    said = YES | {"quote": "2-report", "witness": "a woman of her group", "asked_in": "sw"}
    desk.post(address(hall, "door_person", ann.pk), said)

    kept = {consent.purpose: consent for consent in ann.consents.all()}
    assert 'lang="sw"' in asked
    assert kept.keys() == {"take_part", "quote"}
    assert kept["quote"].audience == "2-report"
    assert {(c.language, c.witness) for c in kept.values()} == {("sw", "a woman of her group")}


def test_the_card_that_was_printed_for_somebody_is_handed_to_them(hall, desk):
    [ann] = invited(hall, "Ann")
    [(card, _minted)] = programmes.mint_cards(programme=hall.programme, participants=[ann], by=None)

    desk.post(address(hall, "door_person", ann.pk), YES | {"printed": "on"})

    card.refresh_from_db()
    assert card.state == "issued"


def test_a_lost_card_ends_and_a_blank_one_is_theirs(hall, desk):
    [ann] = invited(hall, "Ann")
    make.consent(ann, Purpose.TAKE_PART)
    lost, _minted = make.card(ann)
    [(fresh, minted)] = blanks(hall)

    desk.post(address(hall, "door_person", ann.pk), {"card": minted.number})

    lost.refresh_from_db()
    assert lost.state == "revoked"
    assert at_the_door.held(ann) == fresh


def test_a_walk_in_is_entered_with_consent_and_card_on_one_screen(hall, desk):
    group = hall.programme.constituencys.first()
    [(_card, minted)] = blanks(hall)

    said = {"constituency": str(group.pk), "gender": "woman", "spoken": "sw", "card": minted.number}
    desk.post(address(hall, "walk_in"), YES | said)

    row = queries.attendance(hall).get()
    assert (row.state, row.participant.called, row.participant.gender) == ("came", "", "woman")
    assert at_the_door.held(row.participant) is not None


def test_who_leaves_is_noted(hall, desk):
    [ann] = invited(hall, "Ann")
    dialogue.attend(gathering=hall, people=[ann], state="came", by=None)

    desk.post(address(hall, "door_leave"), {"person": str(ann.pk)})

    assert state_of(hall, ann) == "left"


# ---- slips -----------------------------------------------------------------------------------------------


def test_a_slip_is_undone_with_its_card_and_consent(hall, desk):
    [ann] = invited(hall, "Ann")
    [(card, minted)] = blanks(hall)
    page = desk.post(
        address(hall, "door_person", ann.pk), YES | {"card": minted.number}, follow=True
    ).content.decode()

    hidden = re.findall(r'type="hidden" name="(person|before|card|agreed)" value="([^"]*)"', page)
    desk.post(address(hall, "door_undo"), dict(hidden))

    card.refresh_from_db()
    assert state_of(hall, ann) == "invited"
    assert card.state == "revoked"
    assert not has_consent(ann, Purpose.TAKE_PART)


def test_undoing_a_walk_in_takes_them_from_the_register(hall):
    group = hall.programme.constituencys.first()
    done = actions.walk_in(gathering=hall, constituency=group, by=None)

    actions.undo_welcome(gathering=hall, participant=done.participant, before=done.before, by=None)

    assert not queries.attendance(hall).exists()


def foreign(hall: Gathering) -> str:
    return programmes.mint_cards(programme=make.programme(), count=1, by=None)[0][1].number


def revoked(hall: Gathering) -> str:
    [(card, minted)] = blanks(hall)
    programmes.revoke_card(card=card, by=None)
    return minted.number


def taken(hall: Gathering) -> str:
    return make.card(make.participant(hall.programme))[1].number


def somebody_elses(hall: Gathering) -> str:
    other = make.participant(hall.programme)
    return programmes.mint_cards(programme=hall.programme, participants=[other], by=None)[0][1].number


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (foreign, "This is no card of this programme."),
        (revoked, "This card is no longer valid."),
        (taken, "This card is in somebody&#x27;s hand already. Take another card."),
        (somebody_elses, "This card was printed for somebody else. Take another card."),
        (lambda _hall: "1234", "A card number has 16 digits; you typed 4."),
        (lambda _hall: "1234567812345678", "One digit seems wrong."),
        (lambda _hall: "not a number", "A card number has digits only."),
    ],
)
def test_a_wrong_card_is_refused_in_one_sentence_and_nothing_is_noted(
    hall, desk, number: Callable[[Gathering], str], sentence: str
):
    [ann] = invited(hall, "Ann")

    told = desk.post(address(hall, "door_person", ann.pk), YES | {"card": number(hall)}).content.decode()

    assert sentence in told
    assert state_of(hall, ann) == "invited"
    assert not ann.consents.exists()


def test_who_is_here_already_is_said_to_be(hall, desk):
    [ann] = invited(hall, "Ann")
    dialogue.attend(gathering=hall, people=[ann], state="came", by=None)

    assert "Ann is here already." in desk.get(address(hall, "door_person", ann.pk)).content.decode()


def test_the_second_of_two_desks_with_one_card_is_told_and_notes_nothing(hall):
    ann, ben = invited(hall, "Ann", "Ben")
    [(card, _minted)] = blanks(hall)
    agreed = make.consent
    agreed(ann, Purpose.TAKE_PART)
    agreed(ben, Purpose.TAKE_PART)
    same = Card.objects.get(pk=card.pk)
    actions.welcome(gathering=hall, participant=ann, card=card, by=None)

    with pytest.raises(programmes.NotToBeHandedOut):
        actions.welcome(gathering=hall, participant=ben, card=same, by=None)

    assert (state_of(hall, ann), state_of(hall, ben)) == ("came", "invited")


def test_somebody_of_another_programme_is_not_found(hall, desk):
    stranger = make.participant(called="Ann")

    assert "Nobody is called" in desk.post(address(hall), {"q": "Ann"}).content.decode()
    assert desk.get(address(hall, "door_person", stranger.pk)).status_code == 404


def test_the_register_is_one_line_for_each_person(hall, desk):
    [ann] = invited(hall, "Ann")

    for _again in range(2):
        desk.post(address(hall, "door_person", ann.pk), NO)

    assert Attendance.objects.count() == 1
