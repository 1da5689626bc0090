"""The pages of an election: for nominees and holders by link or code, at the boxes, for everybody."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa.agenda import actions, choice
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import queries
from jukwaa.agenda.models import Candidate, Objection, Seat
from jukwaa.programmes import links
from jukwaa.programmes.models import Role
from jukwaa.programmes.queries import WrongCode
from tests import make

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def world():
    """A group of one place that panners are nominated for, two of the staff, and Ann with her card."""
    w = SimpleNamespace(programme=make.programme(public=True))
    w.box = make.constituency(w.programme, name="Panners")
    w.group = make.group(w.programme)
    actions.set_quotas(group=w.group, size=1, by=None)
    w.flo, w.gus = (
        make.client_of(make.member(w.programme, role=Role.FACILITATOR, name=name)) for name in ("Flo", "Gus")
    )
    w.lead = make.client_of(make.member(w.programme, role=Role.COORDINATOR))
    w.ann = make.participant(w.programme, constituency=w.box)
    w.phone = make.phone_of(w.ann)
    return w


def page(w, name: str, *args) -> str:
    return reverse(f"agenda:{name}", args=[w.programme.slug, *args])


def sent(client: Client, address: str, **said) -> str:
    return words(client.post(address, said, follow=True))


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return words(answer)


# ---- nominees --------------------------------------------------------------------------------------------


def test_a_participant_nominates_on_their_phone_without_a_script(world):
    assert "Who of your group" in read(
        world.phone, reverse("dialogue:take_part", args=[world.programme.slug])
    )

    told = sent(world.phone, page(world, "nominate_by_card", world.group.pk), name="Neema")

    assert "Neema is asked whether they stand" in told
    assert Candidate.objects.get().constituency == world.box


def test_who_nominates_nobody_is_told_what_to_write(world):
    told = sent(world.phone, page(world, "nominate_by_card", world.group.pk), name="", gender="woman")

    assert "Write the name of the person" in told


def test_a_nominee_accepts_by_the_link_that_the_staff_gave(world):
    nominee = make.candidate(world.group, name="Neema", constituency=world.box, stands=False)
    given = world.flo.post(page(world, "nominee_link", nominee.pk)).content.decode()
    [address] = re.findall(r"http://testserver(/p/[^<]+/nominee/[^<]+/)</strong>", given)
    assert "Neema, you were nominated" in read(Client(), address)

    told = sent(Client(), address, said="yes", says="Clean water.")

    assert "You stand for" in told
    assert Candidate.objects.get().stands


def test_a_nominee_comes_to_their_page_by_a_code_and_declines_after_being_asked(world):
    nominee = make.candidate(world.group, name="Neema", constituency=world.box, stands=False)
    nominee = election.give_nominee_link(candidate=nominee, by=None)
    code = links.code(queries.NOMINEE, nominee.pk, nominee.link)
    typed = Client().post(page(world, "nominee_code"), {"code": f"{code[:4]} {code[4:]}"})

    assert "cannot be undone" in sent(Client(), typed["Location"], said="ask")
    assert Candidate.objects.get().state == Candidate.State.NOMINATED
    assert "You declined" in sent(Client(), typed["Location"], said="no")
    assert "declined, and nobody who declined" in sent(world.flo, page(world, "consent_to_stand", nominee.pk))


def test_a_wrong_code_counts_against_the_budget_of_wrong_cards(world):
    code = links.code(queries.NOMINEE, world.group.pk, 1)

    told = sent(Client(), page(world, "nominee_code"), code=code)

    assert "Nobody waits for an answer with this code" in told
    assert WrongCode.objects.count() == 1


def test_a_link_that_opens_nothing_says_what_to_do(world):
    for name in ("nominee", "holder", "audit"):
        answer = Client().get(page(world, name, "forged"))

        assert answer.status_code == 404
        assert "Ask the programme for a new link" in words(answer)


# ---- slips -----------------------------------------------------------------------------------------------


@pytest.fixture
def closed(world):
    """Two stand, the vote on slips is over, and three slips are in the box."""
    world.stand = [make.candidate(world.group, name=n, constituency=world.box) for n in ("Neema", "Juma")]
    election.fix_count_rule(
        group=world.group, paper=True, recount_within=0, seed=19, objection_days=14, by=None
    )
    actions.open_ballot(group=world.group, by=None)
    actions.close_ballot(group=world.group, by=None)
    return world


def counted(w, client: Client, neema: int, juma: int) -> str:
    said = {str(one.pk): many for one, many in zip(w.stand, (neema, juma), strict=True)}
    return sent(client, page(w, "count_box", w.group.pk, w.box.pk), slips=3, spoilt=0, **said)


def test_slips_name_everybody_with_a_box_and_their_number(closed):
    told = read(closed.flo, page(closed, "print_slips", closed.group.pk) + "?first=1&many=2")

    assert "Slip 1" in told
    assert "Slip 2" in told
    first, second = told.split("Slip 1")
    assert (first.index("Neema") < first.index("Juma")) != (second.index("Neema") < second.index("Juma"))


def test_who_counts_second_sees_nothing_of_the_first_count(closed):
    counted(closed, closed.flo, 2, 1)

    seen = closed.gus.get(page(closed, "count_box", closed.group.pk, closed.box.pk)).content.decode()
    whole = read(closed.gus, page(closed, "count", closed.group.pk))

    assert 'value="2"' not in seen
    assert "One person has counted" in whole
    assert "Ticks, all boxes together" not in whole


def test_two_who_count_otherwise_are_told_what_to_count_again(closed):
    counted(closed, closed.flo, 2, 1)

    told = counted(closed, closed.gus, 3, 1)

    assert "The counts differ. Count again, both of you: Neema." in told


def type_in(w, number: int, one: Candidate) -> str:
    address = page(w, "type_in_slip", w.group.pk, w.box.pk)
    return sent(w.flo, address, number=number, approved=str(one.pk))


def test_slips_are_typed_in_one_after_the_other_and_the_totals_shown_when_all_agree(closed):
    for number, one in ((1, 0), (2, 0), (3, 1)):
        assert f"Slip {number} is kept" in type_in(closed, number, closed.stand[one])
    for client in (closed.flo, closed.gus):
        told = counted(closed, client, 2, 1)

    assert "Neema, Panners 2 Juma, Panners 1" in told
    public = read(Client(), page(closed, "count", closed.group.pk))
    assert "Slips counted: fewer than ten." in public
    assert "Ticks, all boxes together" not in public
    assert "Neema" not in public


def test_who_was_chosen_and_left_is_not_named_because_whoever_followed_agreed_to_be(closed):
    neema, juma = (one.pk for one in closed.stand)
    for number in range(1, 11):
        election.type_in_slip(
            group=closed.group, constituency=closed.box, number=number, approved=[neema], by=None
        )
    for name in ("Asha", "Zawadi"):
        election.count_box(
            group=closed.group,
            constituency=closed.box,
            slips=10,
            spoilt=0,
            ticks={neema: 10, juma: 0},
            by=make.member(closed.programme, name=name),
        )
    assert "Panners 10 Panners 0" in read(Client(), page(closed, "count", closed.group.pk))
    slate = choice.choose(group=closed.group, by=None)
    [seat] = actions.give_seats(slate=slate, by=None)
    actions.stand_down(seat=seat, by=None)
    actions.nominate(seat=seat, holder="Rehema", by=None)
    actions.accept_seat(seat=seat, named=True, by=None)

    assert "Neema" not in read(Client(), page(closed, "count", closed.group.pk))
    assert "Rehema" not in read(Client(), page(closed, "slate", slate.pk))


def test_the_recount_rule_is_shown_to_everybody_and_stands_once_the_vote_is_open(closed):
    assert "All boxes are counted again" in read(Client(), page(closed, "count", closed.group.pk))

    told = sent(closed.flo, page(closed, "count_rule", closed.group.pk), recount_within=9, seed=1)

    assert "how it is counted stands" in told


# ---- seats -----------------------------------------------------------------------------------------------


@pytest.fixture
def seat(world) -> Seat:
    seat = actions.add_seat(group=world.group, constituency=world.box, by=None)
    return actions.nominate(seat=seat, holder="Neema Juma", gender="woman", by=None)


def link_of(w, seat: Seat) -> str:
    seat = election.give_seat_link(seat=seat, by=None)
    return page(w, "holder", links.token(queries.SEAT, seat.pk, seat.link))


def test_a_member_takes_the_seat_by_link_and_is_named_only_if_they_say_so(world, seat):
    address = link_of(world, seat)

    sent(Client(), address, said="accept")
    assert "Neema" not in read(Client(), page(world, "members", world.group.pk))

    sent(Client(), address, said="accept", named="on")
    assert "Neema Juma" in read(Client(), page(world, "members", world.group.pk))


def test_a_member_stands_down_with_a_word_for_whoever_comes_next_who_reads_it(world, seat):
    old = link_of(world, seat)
    sent(Client(), old, said="accept")
    assert "A word from you helps them" in sent(Client(), old, said="ask")

    sent(Client(), old, said="leave", note="The key is with Juma.")
    assert Client().get(old).status_code == 404

    seat.refresh_from_db()
    actions.nominate(seat=seat, holder="Asha", by=None)
    new = link_of(world, seat)
    assert "The key is with Juma." in read(Client(), new)
    sent(Client(), new, said="read")
    assert queries.handover_to(seat).read_on is not None


def test_the_balance_is_told_in_words_drawing_and_table(world, seat):
    sent(Client(), link_of(world, seat), said="accept")

    answer = Client().get(page(world, "members", world.group.pk))

    assert "Women hold 1 of the 1." in words(answer)
    assert answer.text.count("<title id=") == answer.text.count("<desc id=") == 3
    assert "Panners 1 1" in words(answer)


def test_the_squares_of_many_seats_stand_in_lines_that_a_phone_shows(world):
    for _ in range(12):
        actions.add_seat(group=world.group, constituency=world.box, by=None)

    drawn = Client().get(page(world, "members", world.group.pk)).text

    assert {int(x) for x in re.findall(r'<rect x="(\d+)"', drawn)} == {2 + 28 * n for n in range(10)}


def test_a_seat_filled_twice_is_refused_in_one_sentence(world, seat):
    told = sent(world.flo, page(world, "nominate", seat.pk), holder="Asha")

    assert "This seat is taken by Neema Juma. They stand down first." in told


def test_an_objection_in_confidence_is_read_by_the_coordinator_alone_and_answered(world, seat):
    sent(Client(), link_of(world, seat), said="accept")
    actions.endorse_group(group=world.group, constituency=world.box, yes=9, no=0, by=None)
    sent(world.flo, page(world, "propose", world.group.pk))
    told = sent(world.phone, page(world, "object_to", world.group.pk), text="Wages.", confidential="on")
    assert "will be answered" in told

    assert "Wages." not in read(world.flo, page(world, "objections", world.group.pk))
    assert "Wages." in read(world.lead, page(world, "objections", world.group.pk))
    answer = page(world, "answer_objection", Objection.objects.get().pk)
    assert world.flo.get(answer).status_code == 404
    sent(world.lead, answer, answer="They were paid.", upheld="no")
    assert "until the end of" in sent(world.flo, page(world, "confirm_seats", world.group.pk))

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        fresh = make.client_of(make.member(world.programme, role=Role.FACILITATOR))
        assert "The seats are confirmed" in sent(fresh, page(world, "confirm_seats", world.group.pk))
    assert "confirmed on" in read(Client(), page(world, "members", world.group.pk))


def test_terms_of_reference_are_worded_from_the_template_and_read_by_everybody(world):
    form = world.flo.get(page(world, "terms", world.group.pk)).context["form"]
    said = {name: field.initial for name, field in form.fields.items()}

    sent(world.flo, page(world, "terms", world.group.pk), **(said | {"purpose": "We carry it on."}))

    told = read(Client(), page(world, "group", world.group.pk))
    assert "We carry it on." in told
    assert "Standing down and handing over" in told


def test_an_authority_that_has_a_reservation_says_which(world):
    office = make.organisation(world.programme, name="Geita district")
    said = {"organisation": office.pk, "office": "Commissioner", "stand": "reserved", "said_on": "2026-01-02"}
    address = page(world, "endorse_by_authority", world.group.pk)
    assert "in their words" in sent(world.flo, address, **said)

    sent(world.flo, address, **said, reservation="One year first.")

    assert "One year first." in read(Client(), page(world, "members", world.group.pk))


def test_the_election_page_says_what_is_next(world):
    told = read(world.flo, page(world, "election", world.group.pk))

    assert "Not worded yet. There is a template." in told
    assert "0 nominated" in told


def ways(client: Client, w) -> list[str]:
    address = page(w, "election", w.group.pk)
    shown = client.get(address).text.split("<main")[1]
    return [way for way in re.findall(r'href="([^"#]+)"', shown) if way != address]


def test_every_way_that_the_election_page_offers_a_facilitator_opens_before_the_vote(world):
    offered = ways(world.flo, world)

    assert {way: world.flo.get(way).status_code for way in offered} == dict.fromkeys(offered, 200)


def test_every_way_that_it_offers_them_opens_once_the_group_is_chosen(closed):
    for number in (1, 2, 3):
        type_in(closed, number, closed.stand[0])
    for client in (closed.flo, closed.gus):
        counted(closed, client, 3, 0)
    choice.choose(group=closed.group, by=None)

    offered = ways(closed.flo, closed)

    assert {way: closed.flo.get(way).status_code for way in offered} == dict.fromkeys(offered, 200)
    assert any("/auditors/" in way for way in ways(closed.lead, closed))
