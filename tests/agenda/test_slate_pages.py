"""The pages on which a leadership group is chosen: for the staff, on a participant's phone, for everybody."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa.agenda import actions, choice, queries
from jukwaa.agenda.models import Ballot, Candidate, LeadershipGroup, Seat
from jukwaa.agenda.queries import GENDER, Quota
from jukwaa.programmes.models import Programme, Role
from tests import make

pytestmark = pytest.mark.django_db


def page(name: str, programme: Programme, **where) -> str:
    return reverse(f"agenda:{name}", kwargs={"programme": programme.slug, **where})


def words(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return words(answer)


def sent(client: Client, address: str, **said) -> str:
    answer = client.post(address, said, follow=True)
    assert answer.status_code == 200, answer.status_code
    return words(answer)


@pytest.fixture
def programme() -> Programme:
    return make.programme(public=True)


@pytest.fixture
def flo(programme) -> Client:
    return make.client_of(make.member(programme, role=Role.FACILITATOR))


@pytest.fixture
def panners(programme):
    return make.constituency(programme, name="Panners")


@pytest.fixture
def group(programme, panners) -> LeadershipGroup:
    return make.group(programme)


@pytest.fixture
def ann(programme, panners):
    return make.participant(programme, constituency=panners)


# ---- who stands ------------------------------------------------------------------------------------------


def test_a_group_without_candidates_says_what_to_do_first(flo, programme, group):
    told = read(flo, page("group", programme, group=group.pk))

    assert "The first step is to nominate somebody" in told


def test_somebody_is_nominated_with_their_card_and_consents(flo, programme, group, panners, ann):
    _card, minted = make.card(ann)
    said = {"name": "Ann", "constituency": panners.pk, "gender": "woman", "participant": minted.number}
    said |= {"how": "floor", "said_on": "2026-01-02"}

    told = sent(flo, page("nominate_candidate", programme, group=group.pk), **said)
    candidate = Candidate.objects.get()
    assert "nominated, not asked yet" in told
    assert candidate.subject == ann.pk

    told = sent(flo, page("consent_to_stand", programme, candidate=candidate.pk))
    assert "1 person consents to stand" in told


def test_a_candidate_stands_down_and_consents_again(flo, programme, group):
    candidate = make.candidate(group)

    sent(flo, page("withdraw_candidate", programme, candidate=candidate.pk))
    assert not queries.on_the_ballot(group)

    sent(flo, page("consent_to_stand", programme, candidate=candidate.pk))
    assert queries.on_the_ballot(group)


def test_a_candidate_is_changed_and_forgotten(flo, programme, group, panners):
    candidate = make.candidate(group, name="Nema", constituency=panners)

    said = {"name": "Neema", "constituency": panners.pk, "says": "Clean water."}
    assert "Neema" in sent(flo, page("change_candidate", programme, candidate=candidate.pk), **said)

    assert "Neema" not in sent(flo, page("remove_candidate", programme, candidate=candidate.pk))


def test_a_card_that_is_nobodys_nominates_nobody(flo, programme, group, panners):
    said = {"name": "Ann", "constituency": panners.pk, "participant": "1234"}

    told = sent(flo, page("nominate_candidate", programme, group=group.pk), **said)

    assert "This is not a card number" in told
    assert not Candidate.objects.exists()


def test_the_public_reads_no_name_of_a_candidate(programme, group, ann):
    make.candidate(group, name="Neema")

    assert "Neema" not in read(Client(), page("group", programme, group=group.pk))
    assert "Neema" not in read(make.phone_of(ann), page("group", programme, group=group.pk))


# ---- quotas ----------------------------------------------------------------------------------------------


def test_quotas_are_set_beside_the_register(flo, programme, group, panners):
    make.candidate(group, gender="woman", constituency=panners)
    address = page("quotas", programme, group=group.pk)
    assert "1 of 1" in read(flo, address)

    said = {"size": 3, "gender-woman-least": 1, f"constituency-{panners.pk}-most": 2}
    told = sent(flo, address, one_per_organisation="on", **said)

    group.refresh_from_db()
    assert (group.size, group.one_per_organisation) == (3, True)
    assert set(queries.quotas(group)) == {
        Quota(GENDER, "woman", 1),
        Quota("constituency", str(panners.pk), 0, 2),
    }
    assert "1 or more" in told


def test_a_smallest_number_above_the_largest_is_refused_beside_it(flo, programme, group, panners):
    least, most = f"constituency-{panners.pk}-least", f"constituency-{panners.pk}-most"

    told = sent(flo, page("quotas", programme, group=group.pk), size=3, **{least: 2, most: 1})

    assert "“Panners” has a smallest number above its largest" in told
    group.refresh_from_db()
    assert group.size == 0


def test_quotas_cannot_be_opened_once_people_vote(flo, programme, panners):
    group = make.voting(programme)

    told = sent(flo, page("quotas", programme, group=group.pk), size=1)

    assert "everybody votes on the same names and quotas" in told


def test_both_ways_out_stand_side_by_side(flo, programme, group, panners):
    make.candidate(group, gender="man", constituency=panners)
    make.candidate(group, gender="man", constituency=panners)
    actions.set_quotas(group=group, size=2, quotas=[Quota(GENDER, "woman", 1)], by=None)

    told = sent(flo, page("open_ballot", programme, group=group.pk))

    assert "Look at the two ways out" in told
    assert "Women: 1 or more becomes 0 or more" in told
    assert "1 × woman" in told


# ---- the ballot ------------------------------------------------------------------------------------------


def test_a_phone_is_asked_votes_and_changes_its_ballot(programme, group, ann, panners):
    first, second = (make.candidate(group, name=n, constituency=panners) for n in ("Juma", "Neema"))
    make.candidate(group, name="Silent", stands=False, constituency=panners)
    actions.set_quotas(group=group, size=1, by=None)
    actions.open_ballot(group=group, by=None)
    phone, address = make.phone_of(ann), page("ballot", programme, group=group.pk)

    assert address in phone.get(reverse("dialogue:take_part", args=[programme.slug])).content.decode()
    told = read(phone, address)
    assert "Juma" in told
    assert "Silent" not in told

    assert "Your ballot is kept" in sent(phone, address, approved=[str(first.pk), str(second.pk)])
    assert "You have voted" in read(phone, address)
    sent(phone, address, approved=[str(second.pk)])

    assert queries.ballot_of(group, ann) == {str(second.pk)}


def test_a_ballot_of_nobody_is_a_ballot(programme, ann):
    group = make.voting(programme)

    told = sent(make.phone_of(ann), page("ballot", programme, group=group.pk))

    assert "That is a ballot too" in told
    assert queries.ballot_of(group, ann) == frozenset()


def test_a_name_that_is_not_on_the_ballot_is_refused_in_a_sentence(programme, ann):
    group = make.voting(programme)

    answer = make.phone_of(ann).post(
        page("ballot", programme, group=group.pk), {"approved": [str(make.candidate().pk)]}
    )

    assert answer.status_code == 409
    assert "One of these names is not on the ballot" in words(answer)
    assert not Ballot.objects.exists()


def test_a_closed_ballot_says_so(programme, ann):
    group = make.voting(programme)
    actions.close_ballot(group=group, by=None)
    address = page("ballot", programme, group=group.pk)

    assert "This vote is closed" in read(make.phone_of(ann), address)
    answer = make.phone_of(ann).post(address, {})

    assert answer.status_code == 409
    assert not Ballot.objects.exists()


def test_a_ballot_that_is_not_open_yet_says_so(programme, ann, group):
    assert "not open yet" in read(make.phone_of(ann), page("ballot", programme, group=group.pk))


def test_whoever_belongs_to_no_group_is_told_to_ask(programme, panners):
    group = make.voting(programme)

    answer = make.phone_of(make.participant(programme)).post(page("ballot", programme, group=group.pk), {})

    assert answer.status_code == 409
    assert "belongs to no group" in words(answer)


def test_a_ballot_with_forty_names_is_light_and_has_no_script_but_the_outbox(programme, group, ann, panners):
    for number in range(40):
        make.candidate(group, name=f"Candidate of the panners {number}", constituency=panners, says="A" * 200)
    actions.set_quotas(group=group, size=12, by=None)
    actions.open_ballot(group=group, by=None)

    answer = make.phone_of(ann).get(page("ballot", programme, group=group.pk))

    assert len(answer.content) < 30_000
    assert make.scripts_of(answer) <= {"/static/dialogue/outbox.js"}


def test_a_ballot_on_paper_is_entered_by_the_number_of_the_card(flo, programme, ann):
    group = make.voting(programme)
    _card, minted = make.card(ann)
    chosen = queries.on_the_ballot(group)[0]

    told = sent(flo, page("paper", programme, group=group.pk), card=minted.number, approved=[str(chosen.pk)])

    assert "Enter the next one" in told
    assert queries.ballot_of(group, ann) == {str(chosen.pk)}
    assert Ballot.objects.get().channel == "paper"


def test_a_ballot_on_paper_needs_the_voters_consent(flo, programme, panners):
    group = make.voting(programme)
    _card, minted = make.card(make.participant(programme, constituency=panners, consented=False))

    told = sent(flo, page("paper", programme, group=group.pk), card=minted.number)

    assert "has not agreed to take part" in told
    assert not Ballot.objects.exists()


def test_the_groups_page_says_where_a_vote_is_open(programme, panners):
    make.voting(programme)

    assert "The vote is open." in read(Client(), page("groups", programme))


def test_the_staff_sees_how_many_voted_of_each_group_and_never_who(flo, programme, panners):
    group = make.voting(programme)
    voter = make.participant(programme, constituency=panners, called="Secretive")
    make.ballot(group, by=voter)

    told = read(flo, page("group", programme, group=group.pk))

    assert "Panners 1 1" in told
    assert "Secretive" not in told


# ---- the slate -------------------------------------------------------------------------------------------


@pytest.fixture
def closed(programme, group, panners):
    """Twenty-five vote for Juma, and women are asked for; the vote is closed."""
    juma = make.candidate(group, name="Juma", gender="man", constituency=panners)
    make.candidate(group, name="Neema", gender="woman", constituency=panners)
    actions.set_quotas(group=group, size=1, quotas=[Quota(GENDER, "woman", 1)], by=None)
    actions.open_ballot(group=group, by=None)
    for _number in range(25):
        make.ballot(group, juma, by=make.participant(programme, constituency=panners))
    actions.close_ballot(group=group, by=None)
    return group


def test_the_group_is_chosen_and_told_in_words(flo, programme, closed):
    assert "cannot be opened again" in read(flo, page("choose", programme, group=closed.pk))

    told = sent(flo, page("choose", programme, group=closed.pk))

    assert "1 person is proposed" in told
    assert "The quotas cost 100.0 in 100" in told
    assert "0 of 25 who voted" in told
    assert "If they leave: nominate anew" in told
    assert "anybody who has the files can compute it again" in told


def test_many_ballots_are_left_to_the_worker(flo, programme, closed, monkeypatch):
    monkeypatch.setattr(choice, "WHILE_ONE_WAITS", 49)

    assert "The group is being chosen" in sent(flo, page("choose", programme, group=closed.pk))
    assert not queries.slates(closed)

    assert choice.choose_due() == 1
    assert "1 person was chosen by ballot" in read(flo, page("group", programme, group=closed.pk))
    assert choice.choose_due() == 0


def test_the_worker_is_asked_once_for_what_cannot_be(programme, closed):
    actions.ask_for_slate(group=closed, by=None)
    actions.withdraw_candidate(candidate=Candidate.objects.get(name="Neema"), by=None)

    assert choice.choose_due() == 1

    assert not queries.slates(closed)
    assert choice.choose_due() == 0


def test_the_public_reads_shares_and_no_names(programme, closed):
    slate = choice.choose(group=closed, by=None)

    told = read(Client(), page("slate", programme, slate=slate.pk))

    assert "Neema" not in told
    assert "<40 %" in told
    assert "25 who voted" not in told


def test_of_a_few_ballots_the_public_reads_no_price(programme, group, panners):
    actions.set_quotas(group=group, size=1, quotas=[Quota(GENDER, "woman", 1)], by=None)
    juma, _neema = (make.candidate(group, gender=g, constituency=panners) for g in ("man", "woman"))
    actions.open_ballot(group=group, by=None)
    make.ballot(group, juma)
    actions.close_ballot(group=group, by=None)
    slate = choice.choose(group=group, by=None)

    for address in (page("slate", programme, slate=slate.pk), page("group", programme, group=group.pk)):
        told = read(Client(), address)
        assert "Too few voted to say" in told
        assert "in 100 of what" not in told


def test_whoever_has_a_card_reads_who_was_chosen(programme, closed, ann):
    slate = choice.choose(group=closed, by=None)

    assert "Neema" in read(make.phone_of(ann), page("slate", programme, slate=slate.pk))


def test_the_chosen_are_given_their_seats_and_then_accept(flo, programme, closed):
    slate = choice.choose(group=closed, by=None)

    told = sent(flo, page("give_seats", programme, slate=slate.pk))
    assert "They are nominated" in told

    seat = Seat.objects.get()
    assert (seat.holder, seat.state) == ("Neema", Seat.State.NOMINATED)
    assert "The seat is accepted" in sent(flo, page("accept", programme, seat=seat.pk), named="on")
    assert "Neema" in read(Client(), page("slate", programme, slate=slate.pk))
    assert "has a seat" in sent(flo, page("give_seats", programme, slate=slate.pk))


def test_quotas_give_way_only_after_candidates_stood_down(flo, programme, closed):
    assert "so they stand" in sent(flo, page("give_way", programme, group=closed.pk))
    actions.withdraw_candidate(candidate=Candidate.objects.get(name="Neema"), by=None)
    assert "Let them give way so" in sent(flo, page("choose", programme, group=closed.pk))

    sent(flo, page("give_way", programme, group=closed.pk))

    assert "Juma" in sent(flo, page("choose", programme, group=closed.pk))


def test_the_vote_is_closed_after_asking_and_opened_again(flo, programme, panners):
    group = make.voting(programme)
    asked = read(flo, page("close_ballot", programme, group=group.pk))
    assert "Nobody voted yet of: Panners." in asked

    sent(flo, page("close_ballot", programme, group=group.pk))
    assert "Open the vote again" in read(flo, page("group", programme, group=group.pk))

    sent(flo, page("reopen_ballot", programme, group=group.pk))
    told = sent(flo, page("take_back_ballot", programme, group=group.pk))
    assert "Names and quotas can be changed" in told
