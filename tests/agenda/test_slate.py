"""Nominations close into a slate: who stands, within which quotas, who votes, and what is chosen from it."""

import json
import subprocess
import sys
import uuid
from types import SimpleNamespace

import pytest

from jukwaa import record
from jukwaa.agenda import actions, choice, queries
from jukwaa.agenda.models import Ballot, Candidate, Seat
from jukwaa.agenda.queries import CONSTITUENCY, GENDER, PLACE, Quota
from jukwaa.dialogue.models import Channel
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Entry
from jukwaa.record.models import Event, Stream
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db


def woman(least: int, most: int | None = None) -> Quota:
    return Quota(GENDER, "woman", least, most)


@pytest.fixture
def group():
    return make.group()


@pytest.fixture
def world(group):
    """Panners and owners: of each a woman and two men stand, and five of each vote, each for its men."""
    w = SimpleNamespace(group=group, stand={}, voters=[])
    for name in ("Panners", "Owners"):
        own = make.constituency(group.programme, name=name)
        for who, gender in (("Neema", "woman"), ("Juma", "man"), ("Ali", "man")):
            one = make.candidate(group, name=f"{who} of {name}", gender=gender, constituency=own)
            w.stand[f"{who} of {name}"] = one
        w.voters += [make.participant(group.programme, constituency=own) for _number in range(5)]
    return w


def voted(w: SimpleNamespace) -> None:
    """Everybody votes for the two men of their own."""
    actions.open_ballot(group=w.group, by=None)
    for voter in w.voters:
        own = voter.constituency.name
        make.ballot(w.group, w.stand[f"Juma of {own}"], w.stand[f"Ali of {own}"], by=voter)
    actions.close_ballot(group=w.group, by=None)


def names(slate) -> set[str]:
    return {str(one) for one in queries.elected(slate)}


# ---- who stands ------------------------------------------------------------------------------------------


def test_who_is_nominated_is_on_the_ballot_once_they_consent(group):
    candidate = make.candidate(group, stands=False)
    assert queries.on_the_ballot(group) == []

    actions.consent_to_stand(candidate=candidate, by=None)
    assert queries.on_the_ballot(group) == [candidate]

    actions.withdraw_candidate(candidate=candidate, by=None)
    assert queries.on_the_ballot(group) == []


def test_nobody_is_nominated_twice(group):
    candidate = make.candidate(group, name="Neema")

    with pytest.raises(actions.SeatHeld, match="already"):
        make.candidate(group, name="neema", constituency=candidate.constituency)


def test_a_participant_is_nominated_once_whatever_the_name(group):
    ann = make.participant(group.programme)
    make.candidate(group, name="Ann", participant=ann)

    with pytest.raises(actions.SeatHeld):
        make.candidate(group, name="Anna", participant=ann)


def test_a_nominee_is_of_this_programme(group):
    with pytest.raises(ValueError, match="another programme"):
        make.candidate(group, constituency=make.constituency(make.programme()))


def test_a_candidate_who_asks_to_be_forgotten_stands_no_more(group):
    ann = make.participant(group.programme)
    candidate = make.candidate(group, name="Ann", participant=ann)

    programmes.forget_participant(participant=ann, by=None)

    assert queries.on_the_ballot(group) == []
    assert Candidate.objects.get(pk=candidate.pk).name == ""


def test_a_nomination_by_mistake_goes_with_its_name(group):
    candidate = make.candidate(group, name="Neema")

    actions.remove_candidate(candidate=candidate, by=None)

    assert not queries.candidates(group)
    assert not any("Neema" in (event.personal or "") for event in Event.objects.filter(object=candidate.pk))


def test_taking_back_a_participants_nomination_does_not_forget_them(group):
    ann = make.participant(group.programme)
    candidate = make.candidate(group, participant=ann)

    actions.remove_candidate(candidate=candidate, by=None)

    make.consent(ann, "quote")
    assert not queries.candidates(group)


# ---- quotas ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "quota", "why"),
    [
        (0, None, "one member or more"),
        (3, Quota(GENDER, "woman", 2, 1), "smallest number above its largest"),
        (3, Quota(GENDER, "woman", 4), "more members than the group has"),
        (3, Quota(GENDER, "woman", -1), "none or more"),
        (3, Quota(GENDER, "witch", 1), "what there is not"),
        (3, Quota(CONSTITUENCY, str(uuid.uuid4()), 1), "what there is not"),
        (3, Quota(PLACE, "", 1), "what there is not"),
        (3, Quota("height", "tall", 1), "a gender, a constituency or a place"),
    ],
)
def test_quotas_that_cannot_be_are_refused(group, size, quota, why):
    with pytest.raises(ValueError, match=why):
        actions.set_quotas(group=group, size=size, quotas=[quota] if quota else [], by=None)


def test_quotas_that_ask_for_more_members_than_there_are_places_are_refused(group):
    asked = [Quota(CONSTITUENCY, str(make.constituency(group.programme).pk), 2) for _number in range(2)]

    with pytest.raises(ValueError, match="ask for 4 members of 3"):
        actions.set_quotas(group=group, size=3, quotas=asked, by=None)


def test_quotas_stand_once_voting_began():
    group = make.voting()

    with pytest.raises(actions.VotingBegan, match="same names and quotas"):
        actions.set_quotas(group=group, size=2, by=None)
    with pytest.raises(actions.VotingBegan):
        make.candidate(group)


def test_the_register_counts_who_is_nominated_and_who_consents(world):
    make.candidate(
        world.group, stands=False, gender="woman", constituency=world.stand["Juma of Owners"].constituency
    )
    actions.set_quotas(group=world.group, size=3, quotas=[woman(3)], by=None)

    lines = {line.kind: line for line in queries.register(world.group)}

    assert (lines["women"].nominated, lines["women"].consent, lines["women"].short) == (3, 2, True)
    assert (lines["Owners"].nominated, lines["Owners"].consent, lines["Owners"].short) == (4, 3, False)


# ---- opening and closing ---------------------------------------------------------------------------------


def test_more_places_than_candidates_are_refused(world):
    actions.set_quotas(group=world.group, size=7, by=None)

    with pytest.raises(actions.NotACandidate, match="7 are to be chosen, and 6 consent"):
        actions.open_ballot(group=world.group, by=None)


def test_the_size_is_said_before_the_ballot_opens(world):
    with pytest.raises(actions.NotACandidate, match="how many members"):
        actions.open_ballot(group=world.group, by=None)


def test_quotas_that_those_who_stand_cannot_keep_are_told_before_anybody_votes(world):
    actions.set_quotas(group=world.group, size=4, quotas=[woman(3)], by=None)

    with pytest.raises(choice.CannotBeMet) as refused:
        choice.open_ballot(group=world.group, by=None)

    [mend] = refused.value.ways.mends
    assert (mend.was, mend.becomes) == ("3 or more", "2 or more")
    assert refused.value.ways.recruits == ((1, "woman"),)


def test_an_opening_is_taken_back_until_somebody_votes():
    group = make.voting()

    actions.take_back_ballot(group=group, by=None)
    actions.set_quotas(group=group, size=2, by=None)
    actions.open_ballot(group=group, by=None)
    make.ballot(group)

    with pytest.raises(actions.VotingBegan):
        actions.take_back_ballot(group=group, by=None)


# ---- ballots ---------------------------------------------------------------------------------------------


def test_the_latest_ballot_counts_whatever_its_channel():
    group = make.voting()
    ann = make.participant(group.programme, constituency=make.constituency(group.programme))
    first, second = queries.on_the_ballot(group)

    make.ballot(group, first, by=ann)
    actions.cast_ballot(
        group=group,
        participant=ann,
        approved=[second.pk],
        channel=Channel.PAPER,
        by=make.member(group.programme),
    )

    assert queries.ballots(group) == [(ann, frozenset({str(second.pk)}))]
    assert Ballot.objects.get().channel == Channel.PAPER


def test_a_ballot_names_only_who_consented():
    group = make.group()
    stands, silent = make.candidate(group), make.candidate(group, stands=False)
    actions.set_quotas(group=group, size=1, by=None)
    actions.open_ballot(group=group, by=None)

    with pytest.raises(actions.NotACandidate, match="not on the ballot"):
        make.ballot(group, stands, silent)
    with pytest.raises(actions.NotACandidate):
        make.ballot(group, make.candidate())


def test_a_closed_ballot_takes_nothing_and_can_be_opened_again():
    group = make.voting()
    actions.close_ballot(group=group, by=None)

    with pytest.raises(actions.NotVoting, match="not open"):
        make.ballot(group)

    actions.reopen_ballot(group=group, by=None)
    make.ballot(group)
    assert len(queries.ballots(group)) == 1


def test_whoever_belongs_to_no_group_is_told_so():
    group = make.voting()

    with pytest.raises(actions.NoGroup, match="belongs to no group"):
        make.ballot(group, by=make.participant(group.programme))


def test_a_ballot_is_sealed_and_its_times_do_not_tell_who_came_when():
    group = make.voting()
    make.ballot(group)

    [event] = Event.objects.filter(verb="agenda.ballot_cast")

    assert (event.plain, event.stream.klass) == ("{}", "votes")
    assert event.id.version == 4


def test_turnout_counts_voters_and_no_names():
    group = make.voting()
    make.ballot(group)
    make.participant(group.programme, constituency=queries.on_the_ballot(group)[0].constituency)

    [line] = queries.turnout(group)

    assert (line.people, line.voted) == (2, 1)


# ---- the slate -------------------------------------------------------------------------------------------


def test_the_slate_keeps_the_quotas_and_tells_their_price(world):
    actions.set_quotas(group=world.group, size=4, quotas=[woman(2)], by=None)
    voted(world)

    slate = choice.choose(group=world.group, by=None)

    told = queries.slate(slate)
    assert sum(one.gender == "woman" for one in queries.elected(slate)) == 2
    assert told.price == pytest.approx(100 / 3, abs=0.1)
    assert "33.3 in 100" in told.price_sentence
    assert [(one.constituency, one.voters, one.covered) for one in told.covered] == [
        ("Panners", 5, 5),
        ("Owners", 5, 5),
    ]


def test_without_quotas_the_voters_get_whom_they_named(world):
    actions.set_quotas(group=world.group, size=4, by=None)
    voted(world)

    slate = choice.choose(group=world.group, by=None)

    assert names(slate) == {"Juma of Panners", "Ali of Panners", "Juma of Owners", "Ali of Owners"}
    assert queries.slate(slate).price == 0


def test_an_organisation_has_one_member_if_that_was_said(world):
    mine = make.organisation(world.group.programme, name="Mine")
    for name in ("Juma of Owners", "Ali of Owners"):
        one = world.stand[name]
        actions.change_candidate(
            candidate=one,
            name=one.name,
            constituency=one.constituency,
            gender="man",
            place=None,
            organisation=mine,
            says="",
            by=None,
        )
    actions.set_quotas(group=world.group, size=4, one_per_organisation=True, by=None)
    voted(world)

    slate = choice.choose(group=world.group, by=None)

    assert len(names(slate) & {"Juma of Owners", "Ali of Owners"}) == 1


def test_the_slate_is_chosen_after_the_end_and_once(world):
    actions.set_quotas(group=world.group, size=2, by=None)
    with pytest.raises(actions.NotVoting, match="Close the vote first"):
        choice.choose(group=world.group, by=None)
    voted(world)
    choice.choose(group=world.group, by=None)

    with pytest.raises(actions.SlateStands, match="nothing would change"):
        choice.choose(group=world.group, by=None)
    with pytest.raises(actions.SlateStands, match="they stand"):
        actions.reopen_ballot(group=world.group, by=None)


def test_nobody_is_chosen_by_nobody():
    group = make.voting()
    actions.close_ballot(group=group, by=None)

    with pytest.raises(actions.NotVoting, match="Nobody voted"):
        choice.choose(group=group, by=None)


def test_the_group_is_chosen_anew_when_somebody_stood_down_since(world):
    actions.set_quotas(group=world.group, size=4, by=None)
    voted(world)
    choice.choose(group=world.group, by=None)
    actions.withdraw_candidate(candidate=world.stand["Juma of Owners"], by=None)

    slate = choice.choose(group=world.group, by=None)

    assert "Juma of Owners" not in names(slate)


def test_quotas_give_way_as_little_as_they_must_when_candidates_stood_down(world):
    actions.set_quotas(group=world.group, size=4, quotas=[woman(2)], by=None)
    voted(world)
    with pytest.raises(actions.Refused, match="so they stand"):
        choice.let_give_way(group=world.group, by=None)
    actions.withdraw_candidate(candidate=world.stand["Neema of Owners"], by=None)
    with pytest.raises(choice.CannotBeMet):
        choice.choose(group=world.group, by=None)

    choice.let_give_way(group=world.group, by=None)

    assert queries.quotas(world.group) == [woman(1)]
    slate = choice.choose(group=world.group, by=None)
    assert "Neema of Panners" in names(slate)


def test_anybody_can_compute_the_slate_again(world, tmp_path):
    place = make.place(world.group.programme)
    one = world.stand["Neema of Owners"]
    actions.change_candidate(
        candidate=one,
        name=one.name,
        constituency=one.constituency,
        gender="woman",
        place=place,
        organisation=make.organisation(world.group.programme),
        says="",
        by=None,
    )
    quotas = [
        woman(1, 3),
        Quota(PLACE, str(place.pk), 1),
        Quota(CONSTITUENCY, str(one.constituency.pk), 1, 2),
    ]
    actions.set_quotas(group=world.group, size=4, quotas=quotas, one_per_organisation=True, by=None)
    voted(world)
    slate = choice.choose(group=world.group, by=None)

    assert "It holds: 4 members" in run(choice.files(slate), tmp_path)


def test_a_slate_without_quotas_is_computed_again_too(world, tmp_path):
    actions.set_quotas(group=world.group, size=2, by=None)
    voted(world)

    assert "It holds: 2 members" in run(choice.files(choice.choose(group=world.group, by=None)), tmp_path)


def test_a_slate_that_was_tampered_with_is_found_out(world, tmp_path):
    actions.set_quotas(group=world.group, size=2, by=None)
    voted(world)
    files = choice.files(choice.choose(group=world.group, by=None))
    told = json.loads(files["slate.json"])
    told["members"] = [number for number in "123456" if number not in told["members"]][:2]
    files["slate.json"] = json.dumps(told)

    assert "these ballots and quotas elect" in run(files, tmp_path)


def run(files: dict[str, str], folder) -> str:
    """What the line of COMMAND.txt says in a folder with the files."""
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    command = files["COMMAND.txt"].split()
    assert command[0] == "python"
    done = subprocess.run(
        [sys.executable, *command[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_export_knows_voters_by_number_and_nobody_by_name(world):
    actions.set_quotas(group=world.group, size=2, by=None)
    voted(world)

    files = choice.files(choice.choose(group=world.group, by=None))

    told = "".join(files.values())
    assert not any(str(voter.pk) in told or voter.pk.hex in told for voter in world.voters)
    assert not any(name in told for name in world.stand)


def test_a_voter_who_asks_to_be_forgotten_leaves_the_inputs(world):
    actions.set_quotas(group=world.group, size=2, by=None)
    voted(world)
    slate = choice.choose(group=world.group, by=None)
    assert choice.follows(slate)

    programmes.forget_participant(participant=world.voters[0], by=None)

    assert not choice.follows(slate)
    assert Entry.objects.count() == 9
    assert Ballot.objects.count() == 9


# ---- seats -----------------------------------------------------------------------------------------------


def test_the_chosen_are_given_seats_in_which_they_are_nominated(world):
    actions.set_quotas(group=world.group, size=4, by=None)
    own = world.stand["Juma of Owners"].constituency
    empty = make.seat(world.group, constituency=own)
    voted(world)

    actions.give_seats(slate=choice.choose(group=world.group, by=None), by=None)

    found = list(queries.seats(world.group))
    assert {seat.holder for seat in found} == {
        "Juma of Panners",
        "Ali of Panners",
        "Juma of Owners",
        "Ali of Owners",
    }
    assert {seat.state for seat in found} == {Seat.State.NOMINATED}
    assert empty in found


def test_seats_are_given_once(world):
    actions.set_quotas(group=world.group, size=2, by=None)
    voted(world)
    slate = choice.choose(group=world.group, by=None)
    actions.give_seats(slate=slate, by=None)

    with pytest.raises(actions.SeatHeld):
        actions.give_seats(slate=slate, by=None)

    assert queries.seats(world.group).count() == 2


def test_a_name_leaves_its_seat_when_the_candidate_asks_to_be_forgotten(world):
    ann = make.participant(world.group.programme)
    one = make.candidate(
        world.group, name="Ann", participant=ann, constituency=world.stand["Juma of Owners"].constituency
    )
    actions.set_quotas(group=world.group, size=1, by=None)
    actions.open_ballot(group=world.group, by=None)
    make.ballot(world.group, one, by=world.voters[0])
    actions.close_ballot(group=world.group, by=None)
    actions.give_seats(slate=choice.choose(group=world.group, by=None), by=None)

    programmes.forget_participant(participant=ann, by=None)
    reactions.react_once()

    [seat] = queries.seats(world.group)
    assert (seat.holder, seat.state) == ("", Seat.State.OPEN)
    assert not any("Ann" in (event.personal or "") for event in Event.objects.filter(model="agenda.seat"))


def test_the_record_of_a_slate_verifies(world):
    actions.set_quotas(group=world.group, size=2, quotas=[woman(1)], by=None)
    voted(world)
    choice.choose(group=world.group, by=None)

    assert [fault for stream in Stream.objects.all() for fault in record.verify(stream)] == []
