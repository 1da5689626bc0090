"""Answers by card from paper, a helper or a meeting; the sheet with its code; help with screening reasons."""

import pytest
from django.urls import reverse

from jukwaa.delivery import actions as delivery
from jukwaa.delivery.models import Verdict
from jukwaa.delivery.promises import actions, queries
from jukwaa.programmes.cards import spaced
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return make.report(make.commitment(make.adopted()))


@pytest.fixture
def flo(report):
    return make.client_of(make.member(report.programme))


def number_of(person) -> str:
    return make.card(person)[1].number


def enter(flo, report, **said):
    address = reverse("delivery:take_answers", args=[report.programme.slug, report.pk])
    usual = {"channel": "paper", "yes": "", "no": "", "reason": ""}
    return flo.post(address, usual | said, follow=True).content.decode()


def test_staff_enter_a_sheet_and_each_card_counts_once_by_its_channel(report, flo):
    people = [make.concerned(report) for _person in range(3)]
    numbers = [number_of(person) for person in people]

    page = enter(
        flo, report, yes=f"{numbers[0]}\n\n{spaced(numbers[1])}", no=numbers[2], reason="The pump is dry."
    )

    assert "the answers of 3 cards" in page
    assert {v.participant_id: (v.kind, v.channel) for v in Verdict.objects.all()} == {
        people[0].pk: ("confirm", "paper"),
        people[1].pk: ("confirm", "paper"),
        people[2].pk: ("dispute", "paper"),
    }


def test_what_a_phone_said_and_a_meeting_repeats_is_one_verdict(report):
    person = make.concerned(report)
    make.confirmed(report, by=person)

    actions.take_answers(report=report, yes=[], no=[person], reason="It is dry.", channel="hands", by=None)

    verdict = Verdict.objects.get()
    assert (verdict.kind, verdict.channel) == ("dispute", "hands")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"yes": "123"}, "Line 1: This is not a card number"),
        ({}, "at least one card"),
        ({"no": "{card}"}, "Say in a few words what is not so."),
        ({"yes": "{card}", "no": "{card}", "reason": "Dry."}, "One card says both"),
        ({"yes": "{card}\n{other}"}, "Line 2: This promise was made to other people."),
        ({"yes": "{stranger}"}, "has not agreed to take part"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused_whole_and_nothing_typed_is_lost(report, flo, said, why):
    cards = {
        "card": number_of(make.concerned(report)),
        "other": number_of(make.participant(report.programme)),
        "stranger": number_of(make.participant(report.programme, consented=False)),
    }
    typed = {name: words.format(**cards) for name, words in said.items()}

    page = enter(flo, report, **typed)

    assert why in page
    assert not Verdict.objects.exists()
    for words in typed.values():
        assert words.split("\n")[0] in page


def test_a_report_that_was_overtaken_takes_no_sheet(report, flo):
    person = make.concerned(report)
    make.report(report.commitment, text="It stands again.")

    assert "reported anew since" in enter(flo, report, yes=number_of(person))


def test_a_sheet_has_a_code_that_leads_to_the_last_report(report):
    phone = make.phone_of(make.concerned(report))
    slug = report.programme.slug
    sheet = phone.get(reverse("delivery:sheet", args=[slug, report.commitment.pk])).content.decode()
    ask = reverse("delivery:asked", args=[slug, report.commitment.pk])
    assert ask in sheet
    assert "<svg" in sheet

    newer = make.report(report.commitment, text="It stands again.")

    assert phone.get(ask)["Location"] == reverse("delivery:answer", args=[slug, newer.pk])
    delivery.remove_report(report=newer, by=None)
    delivery.remove_report(report=report, by=None)
    assert phone.get(ask)["Location"] == reverse("delivery:say", args=[slug])


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("The pump is dry.", []),
        ("Amina has the key, ask Juma.", ["Juma"]),
        ("amina has the key", ["amina"]),
        ("Call 0754 123 456 at night", ["0754 123 456"]),
        ("Write to a.b@example.org", ["a.b@example.org"]),
        ("we saw mzee hassan there", ["mzee hassan"]),
        ("61 applications in 2026", []),
    ],
)
def test_what_may_be_a_name_or_a_number_is_marked_for_whoever_screens(words, marked):
    pieces = queries.likely_names(words, known={"Amina"} if words.startswith("amina") else set())

    assert [piece.text for piece in pieces if piece.why] == marked
    assert "".join(piece.text for piece in pieces) == words


def test_the_screening_page_marks_names(report, flo):
    make.disputed(report, reason="The key is with Juma.")

    page = flo.get(reverse("delivery:reasons", args=[report.programme.slug])).content.decode()

    assert "<mark>Juma</mark>" in page
