"""Participants, their cards and consents; forgetting them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from jukwaa import record
from jukwaa.programmes import actions, cards, queries
from jukwaa.programmes.models import Card, Consent, Participant, Purpose, WrongCode
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db


def test_participants_are_counted_by_group_and_gender_and_the_missing_are_named():
    programme = make.programme()
    panners, owners, chiefs = (make.constituency(programme, name=n) for n in ("Panners", "Owners", "Chiefs"))
    actions.add_participants(programme=programme, constituency=panners, count=3, gender="woman", by=None)
    make.participant(programme, constituency=owners, gender="man")

    counts = queries.head_counts(programme)

    assert [(str(c.constituency), c.total, c.women, c.men) for c in counts] == [
        ("Panners", 3, 3, 0),
        ("Owners", 1, 0, 1),
        ("Chiefs", 0, 0, 0),
    ]
    assert [c.agreed for c in counts] == [0, 1, 0]
    assert queries.who_is_missing(counts) == ["No woman yet from: Owners", "Nobody yet from: Chiefs"]
    assert chiefs in queries.constituencies(programme)


def test_a_participant_is_found_by_what_they_are_called_by_group_and_by_place():
    programme = make.programme()
    group, region = make.constituency(programme), make.place(programme, name="Geita", level="region")
    site = make.place(programme, parent=region)
    ann = make.participant(programme, constituency=group, place=site, called="Mama Neema")
    make.participant(programme, called="Juma")
    for search in (
        {"words": "neema"},
        {"constituency": group},
        {"place": region},
    ):
        assert list(queries.search_participants(programme, **search)) == [ann], search
    assert not queries.search_participants(programme, words="nobody").exists()


def test_a_participant_speaks_the_programmes_first_language_unless_told_otherwise():
    programme = make.programme(languages="fr en")

    assert make.participant(programme).language == "fr"
    assert make.participant(programme, language="en").language == "en"


# ---- cards -----------------------------------------------------------------------------------------------


def test_a_card_is_printed_handed_out_and_found_by_its_number_and_its_code():
    ann = make.participant()

    card, minted = make.card(ann)

    assert queries.opens(queries.card_by_number(minted.number))
    assert queries.card_by_secret(minted.secret) == card
    assert queries.card_by_number(cards.with_check_digits("0" * 14)) is None


def test_a_blank_card_opens_nothing_until_it_is_handed_to_somebody():
    ann = make.participant()
    [(card, minted)] = actions.mint_cards(programme=ann.programme, count=1, by=None)
    assert not queries.opens(queries.card_by_number(minted.number))

    actions.issue_card(card=card, participant=ann, by=None)

    found = queries.card_by_number(minted.number)
    assert queries.opens(found)
    assert (found.participant, found.subject) == (ann, ann.pk)


def test_a_card_is_handed_out_once_and_to_its_holder_only():
    ann = make.participant()
    ben = make.participant(ann.programme)
    [(card, _minted)] = actions.mint_cards(programme=ann.programme, participants=[ann], by=None)

    with pytest.raises(actions.NotToBeHandedOut):
        actions.issue_card(card=card, participant=ben, by=None)
    actions.issue_card(card=card, by=None)
    with pytest.raises(actions.NotToBeHandedOut):
        actions.issue_card(card=card, by=None)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["card revoked", "card issued", "card printed"]),
        ("sw", ["kadi imekomeshwa", "kadi imetolewa", "kadi imechapishwa"]),
        ("fr", ["fin de la carte", "carte remise", "carte imprimée"]),
    ],
)
def test_history_tells_what_was_done_in_the_readers_language(language: str, told: list[str]):
    person = make.participant(make.programme())
    card, _minted = make.card(person)
    actions.revoke_card(card=card, by=None)

    with translation.override(language):
        assert [change.verb for change in queries.changes(card)] == told


def test_a_lost_card_is_replaced_and_the_old_one_opens_nothing():
    ann = make.participant()
    card, old = make.card(ann)

    new, minted = actions.replace_card(card=card, by=None)

    assert not queries.opens(queries.card_by_number(old.number))
    assert queries.opens(queries.card_by_number(minted.number))
    assert new.participant == ann


def test_the_cards_add_up():
    ann, ben, eve = (make.participant(p) for p in [make.programme()] * 3)
    programme = ann.programme
    make.card(ann)
    actions.revoke_card(card=make.card(ben)[0], by=None)
    actions.mint_cards(programme=programme, count=4, participants=[eve], by=None)

    counts = queries.card_counts(programme)

    assert (counts.printed, counts.blank, counts.waiting, counts.issued, counts.revoked) == (7, 4, 1, 1, 1)
    assert set(queries.without_card(programme)) == {ben}


def test_neither_a_card_number_nor_its_secret_is_anywhere_in_the_database():
    ann = make.participant()
    everything = [
        make.card(ann)[1],
        *(m for _c, m in actions.mint_cards(programme=ann.programme, count=3, by=None)),
    ]

    held = everything_in_the_database()

    assert str(ann.pk).replace("-", "") in held.replace("-", "")
    for minted in everything:
        for form in (minted.number, minted.spaced, minted.number[7:], minted.secret):
            assert form not in held


def everything_in_the_database() -> str:
    """Every value of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        said = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            said += [repr(row) for row in cursor.fetchall()]
    return "\n".join(said)


def test_a_number_is_kept_as_a_slow_salted_digest():
    card, minted = make.card(make.participant())

    assert card.number_hash.startswith("argon2card$argon2id$")
    assert cards.is_number(minted.number, card.number_hash)
    assert not cards.is_number(cards.with_check_digits("1" * 14), card.number_hash)
    assert cards.hash_number(minted.number) != card.number_hash


def test_every_wrong_digit_and_every_swap_of_neighbours_is_noticed():
    draw = iter(range(10**13, 10**16, 10**13 + 7919)).__next__
    for _card in range(50):
        number = cards.mint(lambda below: draw() % below).number
        assert cards.is_sound(number)
        for i, digit in enumerate(number):
            for other in set("0123456789") - {digit}:
                assert not cards.is_sound(number[:i] + other + number[i + 1 :])
            swapped = number[:i] + number[i + 1 : i + 2] + digit + number[i + 2 :]
            assert swapped == number or not cards.is_sound(swapped)


def test_wrong_numbers_are_answered_so_many_times_an_hour():
    now = timezone.now()
    for _try in range(queries.WRONG_CODES_AN_HOUR):
        assert not queries.too_many_wrong_codes(now)
        actions.note_wrong_code(at=now)

    assert queries.too_many_wrong_codes(now)
    later = now + timedelta(minutes=61)
    assert not queries.too_many_wrong_codes(later)
    actions.note_wrong_code(at=later)
    assert WrongCode.objects.count() == 1


# ---- consent ---------------------------------------------------------------------------------------------


def test_consent_covers_its_audience_and_every_narrower_one():
    ann = make.participant()
    make.consent(ann, Purpose.QUOTE, "2-report")

    assert queries.has_consent(ann, Purpose.QUOTE)
    assert queries.has_consent(ann, Purpose.QUOTE, "2-report")
    assert not queries.has_consent(ann, Purpose.QUOTE, "3-public")
    assert not queries.has_consent(ann, Purpose.VOICE)


def test_one_purpose_ends_in_one_step_and_the_others_stay():
    ann = make.participant()
    make.consent(ann, Purpose.QUOTE, "3-public")

    actions.end_consent(participant=ann, purpose=Purpose.QUOTE, by=ann)

    assert not queries.has_consent(ann, Purpose.QUOTE)
    assert queries.has_consent(ann, Purpose.TAKE_PART)
    assert actions.end_consent(participant=ann, purpose=Purpose.PHOTO, by=ann) is None


def test_consent_keeps_the_words_the_language_and_the_witness():
    ann = make.participant(language="fr")

    row = actions.give_consent(participant=ann, purpose="story", given=True, witness="Asha", by=None)

    assert (row.language, row.witness, bool(row.version)) == ("fr", "Asha", True)
    again = actions.give_consent(participant=ann, purpose="story", given=False, by=None)
    assert again.pk == row.pk
    assert Consent.objects.filter(participant=ann, purpose="story").count() == 1


# ---- forgetting ------------------------------------------------------------------------------------------


def test_who_asks_to_be_forgotten_is_gone_with_cards_and_consents():
    programme = make.programme()
    group = make.constituency(programme, name="Panners")
    ann = make.participant(programme, constituency=group, called="Mama Neema")
    _card, minted = make.card(ann)

    actions.forget_participant(participant=ann, by=ann)

    assert not queries.participants(programme).exists()
    assert not queries.opens(queries.card_by_number(minted.number))
    assert not Consent.objects.filter(participant=ann).exists()
    assert Card.objects.get().state == Card.State.REVOKED
    assert "Mama Neema" not in everything_in_the_database()
    blank = Participant.objects.get()
    assert (blank.called, blank.constituency, blank.removed) == ("", None, True)


def test_nothing_new_is_written_of_the_forgotten():
    ann = make.participant()
    actions.forget_participant(participant=ann, by=None)

    with pytest.raises(record.Withdrawn):
        make.consent(ann, Purpose.QUOTE)


def test_the_record_still_verifies_after_forgetting():
    ann = make.participant()
    make.card(ann)
    actions.forget_participant(participant=ann, by=None)

    streams = {event.stream for event in Event.objects.select_related("stream")}
    assert [fault for stream in streams for fault in record.verify(stream)] == []


# ---- two rows that should be one -------------------------------------------------------------------------


def test_two_groups_of_one_name_are_shown_and_merged():
    programme = make.programme()
    make.constituency(make.programme(), name="Panners")
    one, two = (make.constituency(programme, name="Panners") for _number in range(2))

    [clash] = queries.clashes(programme)
    assert [row.pk for row in clash.rows] == [one.pk, two.pk]

    actions.merge_rows(row=two, into=one, by=None)
    assert queries.clashes(programme) == []
    assert list(queries.constituencies(programme)) == [one]


def test_who_belonged_to_the_group_that_was_merged_belongs_to_the_other():
    programme = make.programme()
    one, two = (make.constituency(programme, name="Panners") for _number in range(2))
    ann, ben = (make.participant(programme, constituency=two, gender="woman") for _number in range(2))
    actions.forget_participant(participant=ben, by=None)

    actions.merge_rows(row=two, into=one, by=None)

    assert [(c.constituency, c.women) for c in queries.head_counts(programme)] == [(one, 1)]
    record.resettle()
    assert Participant.objects.get(pk=ann.pk).constituency == one


def test_rows_whose_votes_cannot_follow_are_shown_and_not_merged():
    programme = make.programme()
    place, group = make.place(programme), make.constituency(programme)

    with pytest.raises(ValueError, match="of one kind"):
        actions.merge_rows(row=place, into=group, by=None)
    assert not queries.can_merge(Participant)
    assert queries.can_merge(type(group))
