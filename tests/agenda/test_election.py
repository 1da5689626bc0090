"""An election: who is nominated and how, slips counted by two, objections, seats and who hands over."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from jukwaa.agenda import actions, choice
from jukwaa.agenda import queries as room
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import queries, terms
from jukwaa.agenda.models import Candidate, HandCount, Nomination, Seat
from jukwaa.programmes import actions as programmes
from jukwaa.programmes import links
from jukwaa.programmes.models import Role
from jukwaa.record.models import Event
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.group()


@pytest.fixture
def panners(group):
    return make.constituency(group.programme, name="Panners")


@pytest.fixture
def ann(group, panners):
    return make.participant(group.programme, constituency=panners)


# ---- terms of reference ----------------------------------------------------------------------------------


def test_terms_begin_from_the_template_and_what_is_emptied_is_left_out(group):
    clauses = terms.template()
    clauses[0]["text"] = "  We carry the roadmap on.  "
    clauses[1]["text"] = ""

    election.word_terms(group=group, clauses=clauses, by=None)

    group.refresh_from_db()
    assert group.terms[0]["text"] == "We carry the roadmap on."
    assert len(group.terms) == len(terms.TEMPLATE) - 1


# ---- nomination ------------------------------------------------------------------------------------------


def test_a_participant_nominates_somebody_of_their_own_constituency_and_nobody_is_told_who_did(
    group, panners, ann
):
    named = election.nominate_by_card(group=group, participant=ann, name="Neema", by=ann)

    assert (named.constituency, named.state) == (panners, Candidate.State.NOMINATED)
    assert queries.nominations_in_words(queries.nominations([named])[named.pk]) == "on a screen (1)"


def test_who_is_named_on_a_screen_on_paper_and_from_the_floor_is_one_nominee(group, panners, ann):
    election.nominate_by_card(group=group, participant=ann, name="Neema", by=ann)
    for how in (Nomination.How.PAPER, Nomination.How.FLOOR, Nomination.How.FLOOR):
        election.nominate_from_the_room(group=group, name="neema ", constituency=panners, how=how, by=None)

    [nominee] = room.candidates(group)
    assert queries.nominations([nominee])[nominee.pk] == Counter(floor=2, paper=1, screen=1)


def test_whoever_nominates_themself_is_a_nominee_who_can_be_forgotten(group, ann):
    named = election.nominate_by_card(group=group, participant=ann, name="Ann", myself=True, by=ann)

    programmes.forget_participant(participant=ann, by=None)

    named.refresh_from_db()
    assert named.name == ""
    assert not Nomination.objects.filter(participant=ann).exists()


def test_nobody_nominates_more_people_than_one_may(group, ann):
    for name in ("Neema", "Juma", "Ali"):
        election.nominate_by_card(group=group, participant=ann, name=name, by=ann)

    with pytest.raises(election.NominatedEnough):
        election.nominate_by_card(group=group, participant=ann, name="Asha", by=ann)


def test_a_nominee_who_declined_is_not_put_on_the_ballot_again(group, panners, ann):
    nominee = make.candidate(group, name="Neema", constituency=panners, stands=False)
    actions.decline_to_stand(candidate=nominee, by=None)

    again = [
        lambda: actions.consent_to_stand(candidate=nominee, by=None),
        lambda: actions.withdraw_candidate(candidate=nominee, by=None),
        lambda: make.candidate(group, name="Neema", constituency=panners),
        lambda: election.nominate_by_card(group=group, participant=ann, name="neema", by=ann),
        lambda: election.give_nominee_link(candidate=nominee, by=None),
    ]

    for attempt in again:
        with pytest.raises(actions.Declined, match=r"(?i)neema declined"):
            attempt()
    assert room.on_the_ballot(group) == []


def test_whoever_declined_by_their_card_is_not_nominated_under_another_name(group, panners, ann):
    nominee = make.candidate(group, name="Ann", constituency=panners, participant=ann, stands=False)
    actions.decline_to_stand(candidate=nominee, by=None)
    actions.remove_candidate(candidate=nominee, by=None)

    with pytest.raises(actions.Declined):
        make.candidate(group, name="Anna", constituency=panners, participant=ann)


def test_a_short_code_finds_the_nominee_until_they_answered_or_got_a_new_one(group):
    nominee = election.give_nominee_link(candidate=make.candidate(group, stands=False), by=None)
    code = links.code(queries.NOMINEE, nominee.pk, nominee.link)
    assert queries.nominee_by_code(group.programme, code) == nominee

    election.give_nominee_link(candidate=nominee, by=None)
    assert queries.nominee_by_code(group.programme, code) is None

    code = links.code(queries.NOMINEE, nominee.pk, nominee.link)
    election.accept_nomination(candidate=nominee, says="Clean water.")
    assert queries.nominee_by_code(group.programme, code) is None
    assert room.on_the_ballot(group)[0].says == "Clean water."


# ---- slips -----------------------------------------------------------------------------------------------


def test_over_a_batch_of_slips_everybody_stands_in_every_place_once(group, panners):
    stand = [make.candidate(group, constituency=panners) for _number in range(5)]

    orders = [queries.order_on_slip(stand, 19, number) for number in range(1, 6)]

    for place in range(5):
        assert {order[place].pk for order in orders} == {one.pk for one in stand}


def test_the_order_on_a_slip_follows_from_the_seed_and_changes_from_batch_to_batch(group, panners):
    stand = [make.candidate(group, constituency=panners) for _number in range(5)]

    first = [queries.order_on_slip(stand, 19, number) for number in (1, 6, 11, 16)]

    assert first == [queries.order_on_slip(stand[::-1], 19, number) for number in (1, 6, 11, 16)]
    assert len({tuple(one.pk for one in order) for order in first}) > 1


@pytest.fixture
def world(group, panners):
    """Neema, Juma and Ali of the panners stand for one place, on slips; the box has ten of them, counted."""
    w = SimpleNamespace(group=group, box=panners)
    w.neema, w.juma, w.ali = (
        make.candidate(group, name=name, constituency=panners) for name in ("Neema", "Juma", "Ali")
    )
    w.flo, w.gus = (make.member(group.programme, role=Role.FACILITATOR, name=n) for n in ("Flo", "Gus"))
    actions.set_quotas(group=group, size=1, by=None)
    election.fix_count_rule(group=group, paper=True, recount_within=1, seed=19, objection_days=14, by=None)
    actions.open_ballot(group=group, by=None)
    return w


def typed(w, *, neema: int, juma: int) -> None:
    for number in range(1, neema + juma + 1):
        election.type_in_slip(
            group=w.group,
            constituency=w.box,
            number=number,
            approved=[w.neema.pk if number <= neema else w.juma.pk],
            by=w.flo,
        )


def counted(w, by, *, neema: int, juma: int) -> HandCount:
    return election.count_box(
        group=w.group,
        constituency=w.box,
        slips=neema + juma,
        spoilt=0,
        ticks={w.neema.pk: neema, w.juma.pk: juma},
        by=by,
    )


def test_on_paper_no_phone_votes_and_a_card_gets_one_slip(world, panners):
    ann = make.participant(world.group.programme, constituency=panners)
    with pytest.raises(actions.NotVoting, match="on paper"):
        make.ballot(world.group, world.neema, by=ann)

    election.give_slip(group=world.group, participant=ann, by=world.flo)

    with pytest.raises(actions.SeatHeld, match="Nobody gets two"):
        election.give_slip(group=world.group, participant=ann, by=world.gus)


def test_how_it_is_counted_stands_once_the_vote_is_open(world):
    with pytest.raises(actions.VotingBegan):
        election.fix_count_rule(
            group=world.group, paper=False, recount_within=0, seed=1, objection_days=1, by=None
        )


def test_a_box_counts_once_two_counted_alike_and_the_slips_typed_in_agree(world):
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=7, juma=3)
    with pytest.raises(actions.NotCounted, match="Panners"):
        choice.choose(group=world.group, by=None)

    counted(world, world.flo, neema=7, juma=3)
    assert not queries.counting(world.group).settled

    counted(world, world.gus, neema=7, juma=3)
    assert queries.counting(world.group).settled
    assert dict(queries.counting(world.group).totals)[world.neema] == 7


def test_one_person_who_counts_twice_is_not_two(world):
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=7, juma=3)

    for _again in "12":
        counted(world, world.flo, neema=7, juma=3)

    assert not queries.counting(world.group).settled


def test_where_two_counts_differ_the_names_are_told_and_nobodys_numbers(world):
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=7, juma=3)
    counted(world, world.flo, neema=7, juma=3)
    counted(world, world.gus, neema=6, juma=4)

    [box] = queries.counting(world.group).boxes

    assert box.differing == ["Juma", "Neema"]
    assert not any(figure in box.sentence for figure in "3467")


def test_slips_typed_in_wrongly_are_found_by_the_count(world):
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=8, juma=2)
    for by in (world.flo, world.gus):
        counted(world, by, neema=7, juma=3)

    [box] = queries.counting(world.group).boxes

    assert box.wrong == ["Juma", "Neema"]
    with pytest.raises(actions.NotCounted):
        choice.choose(group=world.group, by=None)


def test_so_near_that_the_rule_asks_for_it_all_boxes_are_counted_again(world):
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=6, juma=5)
    for by in (world.flo, world.gus):
        counted(world, by, neema=6, juma=5)

    with pytest.raises(actions.NotCounted, match="1 ticks apart"):
        choice.choose(group=world.group, by=None)
    assert queries.counting(world.group).turn == 2
    with pytest.raises(actions.NotCounted, match="recount"):
        choice.choose(group=world.group, by=None)

    for by in (world.flo, world.gus):
        counted(world, by, neema=6, juma=5)
    slate = choice.choose(group=world.group, by=None)
    assert room.elected(slate) == [world.neema]


def chosen(world):
    """The slate of ten slips that two counted alike."""
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=7, juma=3)
    for by in (world.flo, world.gus):
        counted(world, by, neema=7, juma=3)
    return choice.choose(group=world.group, by=None)


def test_a_slate_of_slips_can_be_computed_again_and_its_files_have_the_published_digests(world):
    slate = chosen(world)

    assert choice.follows(slate)
    assert choice.digests(choice.files(slate)) == slate.said["files"]
    assert room.voters(slate) == 10


def test_no_digest_of_few_ballots_can_be_found_by_trying_them_all(world):
    slate = chosen(world)

    kept = choice.kept_inputs(slate)
    plain = {voter: voter.partition("-")[0] for voter in kept.belongs}
    tried = replace(
        kept,
        belongs={plain[voter]: group for voter, group in kept.belongs.items()},
        approved={plain[voter]: named for voter, named in kept.approved.items()},
    )

    assert tried.votes.digest != kept.votes.digest == slate.digest
    assert set(plain.values()) == {str(number) for number in range(1, 11)}
    assert len(kept.secret) == 32
    for name in ("ballots.csv", "constituencies.csv", "counts.csv"):
        assert all(kept.secret in line for line in choice.files(slate)[name].splitlines()[1:]), name


def test_a_slip_of_one_box_is_not_typed_in_from_another(world):
    other = make.constituency(world.group.programme, name="Owners")
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=1, juma=0)

    with pytest.raises(ValueError, match="box of Panners"):
        election.type_in_slip(group=world.group, constituency=other, number=1, approved=[], by=world.flo)


def test_a_count_that_cannot_be_is_refused(world):
    actions.close_ballot(group=world.group, by=None)
    ticks = {world.neema.pk: 6}

    with pytest.raises(ValueError, match="more ticks than there are slips"):
        election.count_box(
            group=world.group, constituency=world.box, slips=5, spoilt=0, ticks=ticks, by=world.flo
        )


# ---- seats, objections and confirmation ------------------------------------------------------------------


def test_the_alternate_of_the_slate_is_copied_to_the_seat_and_forgotten_with_their_name(world):
    actions.close_ballot(group=world.group, by=None)
    typed(world, neema=7, juma=3)
    for by in (world.flo, world.gus):
        counted(world, by, neema=7, juma=3)
    slate = choice.choose(group=world.group, by=None)

    [seat] = actions.give_seats(slate=slate, by=None)

    assert seat.steps_in == "Juma"
    Candidate.objects.filter(pk=world.juma.pk).update(name="")
    assert room.seats(world.group).get().steps_in == ""


@pytest.mark.parametrize(("later", "stands"), [("kept", "endorses"), ("double", "reserved")])
def test_of_one_office_of_two_organisations_that_were_merged_the_last_word_counts(group, later, stands):
    kept, double = make.organisation(group.programme), make.organisation(group.programme)
    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=9)
    said = {"group": group, "office": "Commissioner", "by": None}
    election.endorse_by_authority(
        **said, organisation=kept, stand="endorses", said_on=today if later == "kept" else before
    )
    election.endorse_by_authority(
        **said | {"office": "commissioner"},
        organisation=double,
        stand="reserved",
        reservation="One year first.",
        said_on=today if later == "double" else before,
    )

    programmes.merge_rows(row=double, into=kept, by=None)
    reactions.work_once()
    reactions.work_once()

    [stand] = queries.authorities(group)
    assert (stand.organisation, stand.stand, stand.said_on) == (kept, stands, today)
    again = election.endorse_by_authority(**said, organisation=kept, stand="endorses")
    assert list(queries.authorities(group)) == [again]


@pytest.fixture
def seat(group, panners) -> Seat:
    seat = make.seat(group, holder="Neema", constituency=panners)
    actions.endorse_group(group=group, constituency=panners, yes=9, no=1, by=None)
    return seat


def test_a_seat_is_confirmed_only_when_the_time_to_object_is_over(group, seat):
    with pytest.raises(actions.SeatVacant, match="Make known first"):
        election.confirm_seats(group=group, by=None)
    election.propose_to_the_public(group=group, by=None)
    with pytest.raises(election.WindowOpen, match="until the end of"):
        election.confirm_seats(group=group, by=None)

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        [confirmed] = election.confirm_seats(group=group, by=None)

    assert confirmed.confirmed_on is not None


def test_nobody_objects_before_or_after_the_time_or_without_a_reason(group, seat):
    said = {"group": group, "text": "He owes wages.", "how": "paper", "by": None}
    with pytest.raises(election.WindowOpen):
        election.object_to(**said)
    election.propose_to_the_public(group=group, by=None)

    with pytest.raises(ValueError, match="why"):
        election.object_to(**(said | {"text": " "}))
    election.object_to(**said)

    with time_machine.travel(timezone.now() + timedelta(days=15)), pytest.raises(election.WindowOpen):
        election.object_to(**said)


def test_an_objection_waits_for_its_answer_and_a_right_one_holds_the_seat_up(group, seat):
    election.propose_to_the_public(group=group, by=None)
    objection = election.object_to(group=group, seat=seat, text="No.", how="floor", by=None)

    with time_machine.travel(timezone.now() + timedelta(days=15)):
        with pytest.raises(election.WindowOpen, match="waits for its answer"):
            election.confirm_seats(group=group, by=None)
        election.answer_objection(objection=objection, answer="It is so.", upheld=True, by=None)
        with pytest.raises(election.WindowOpen, match="stand down first"):
            election.confirm_seats(group=group, by=None)
        election.answer_objection(objection=objection, answer="It is not so.", upheld=False, by=None)
        election.confirm_seats(group=group, by=None)


def test_what_was_said_in_confidence_is_never_shown(group, seat):
    election.propose_to_the_public(group=group, by=None)
    objection = election.object_to(group=group, text="No.", how="paper", by=None)

    with pytest.raises(ValueError, match="in confidence"):
        election.answer_objection(objection=objection, answer="So.", upheld=False, shown=True, by=None)

    assert list(queries.objections(group)) == []


def test_whoever_takes_the_seat_later_is_made_known_and_objected_to_anew(group, seat):
    election.propose_to_the_public(group=group, by=None)
    election.leave_seat(seat=seat, note="The key is with Juma.", by=None)
    actions.nominate(seat=seat, holder="Asha", by=None)
    actions.accept_seat(seat=seat, by=None)

    with time_machine.travel(timezone.now() + timedelta(days=15)), pytest.raises(actions.SeatVacant):
        election.confirm_seats(group=group, by=None)
    assert queries.handover_to(seat).text == "The key is with Juma."


def test_an_objection_whose_author_asked_to_be_forgotten_holds_nobody_up(group, seat, ann):
    election.propose_to_the_public(group=group, by=None)
    election.object_to(group=group, text="No.", how="screen", participant=ann, by=ann)

    programmes.forget_participant(participant=ann, by=None)

    assert queries.unanswered(group) == 0
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert election.confirm_seats(group=group, by=None)


def test_an_objection_that_came_before_anybody_was_proposed_is_refused(group, seat):
    election.propose_to_the_public(group=group, by=None)
    before = timezone.localdate() - timedelta(days=3)

    with pytest.raises(election.WindowOpen, match="Nobody was proposed"):
        election.object_to(group=group, text="No.", how="paper", received_on=before, by=None)


def test_an_objection_sent_twice_is_one(group, seat, ann):
    election.propose_to_the_public(group=group, by=None)

    for _press in "12":
        election.object_to(group=group, text="No.", how="screen", participant=ann, by=ann)

    assert queries.unanswered(group) == 1


def test_who_left_the_seat_they_were_chosen_for_is_forgotten_in_it_when_they_ask(group, panners, ann):
    chosen = make.candidate(group, name="Ann", participant=ann, constituency=panners)
    seat = actions.add_seat(group=group, constituency=panners, candidate=chosen, by=None)
    actions.nominate(seat=seat, holder="Ann", by=None)
    actions.accept_seat(seat=seat, by=None)
    election.leave_seat(seat=seat, note="Ann has the papers.", by=None)

    programmes.forget_participant(participant=ann, by=None)
    reactions.react_once()

    assert not any("Ann" in (event.personal or "") for event in Event.objects.all())
    assert room.seats(group).get().state == Seat.State.OPEN


def test_whoever_came_after_somebody_who_is_forgotten_goes_on_in_the_seat(group, panners, ann):
    chosen = make.candidate(group, name="Ann", participant=ann, constituency=panners)
    seat = actions.add_seat(group=group, constituency=panners, candidate=chosen, by=None)
    actions.nominate(seat=seat, holder="Ann", by=None)
    actions.accept_seat(seat=seat, by=None)
    election.leave_seat(seat=seat, by=None)
    actions.nominate(seat=seat, holder="Asha", gender="woman", alternate="Rehema", by=None)
    actions.accept_seat(seat=seat, named=True, by=None)

    programmes.forget_participant(participant=ann, by=None)
    reactions.react_once()

    goes_on = room.seats(group).get()
    assert goes_on.pk != seat.pk
    assert (goes_on.public_name, goes_on.gender, goes_on.alternate) == ("Asha", "woman", "Rehema")
    assert not any("Ann" in (event.personal or "") for event in Event.objects.all())


@pytest.mark.parametrize("again", ["Ann", "ANN"])
def test_who_left_and_came_back_to_their_seat_is_forgotten_in_it_all_the_same(group, panners, ann, again):
    chosen = make.candidate(group, name="Ann", participant=ann, constituency=panners)
    seat = actions.add_seat(group=group, constituency=panners, candidate=chosen, by=None)
    for name in ("Ann", "Asha", again):
        actions.nominate(seat=seat, holder=name, by=None)
        actions.stand_down(seat=seat, by=None)
    actions.nominate(seat=seat, holder="Asha", alternate=again, by=None)

    programmes.forget_participant(participant=ann, by=None)
    reactions.react_once()

    assert room.seats(group).get().state == Seat.State.OPEN
    assert not any(again in (event.personal or "") for event in Event.objects.all())


def test_a_handover_is_forgotten_with_the_names_of_the_seat(group, seat):
    note = election.hand_over(seat=seat, text="Neema has the papers.", by=None)

    actions.forget_holders(seat=seat, by=None)

    note.refresh_from_db()
    assert note.text == ""


# ---- endorsement -----------------------------------------------------------------------------------------


def test_an_authority_endorses_by_its_office_and_says_it_anew(group):
    office = make.organisation(group.programme, name="Geita district")
    said = {"group": group, "organisation": office, "office": "District commissioner", "by": None}
    with pytest.raises(ValueError, match="against it"):
        election.endorse_by_authority(stand="reserved", **said)

    election.endorse_by_authority(stand="reserved", reservation="One year first.", **said)
    election.endorse_by_authority(stand="endorses", **said)

    assert [one.stand for one in queries.authorities(group)] == ["endorses"]


def test_after_a_year_whoever_endorsed_it_is_to_be_asked_again(group, seat):
    assert queries.to_be_asked_again(group) == []

    in_a_year = timezone.localdate() + timedelta(days=366)

    assert [due.who for due in queries.to_be_asked_again(group, in_a_year)] == ["Panners"]
    assert any("Panners" in duty for duty in queries.duties(group, in_a_year))
