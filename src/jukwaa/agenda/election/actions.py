"""What changes in a leadership group's election and life: nominations, boxes, objections, seats, auditors."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.agenda import actions as room
from jukwaa.agenda import queries as known
from jukwaa.agenda.actions import (
    NotCounted,
    NotVoting,
    Refused,
    SeatHeld,
    SeatVacant,
    SlateStands,
    VotingBegan,
)
from jukwaa.agenda.election import queries
from jukwaa.agenda.election.terms import Kept
from jukwaa.agenda.models import (
    Auditor,
    AuthorityEndorsement,
    Candidate,
    FilesTaken,
    HandCount,
    Handover,
    LeadershipGroup,
    Nomination,
    Objection,
    Seat,
    Slip,
    SlipGiven,
)
from jukwaa.programmes.actions import merge_rows
from jukwaa.programmes.models import (
    Certificate,
    Constituency,
    Gender,
    Member,
    Organisation,
    Participant,
    Place,
)
from jukwaa.programmes.queries import standing
from jukwaa.record.write import By


class WindowOpen(Refused):
    """Anybody may still object, or nobody could yet, or an objection waits for its answer."""


# ---- terms of reference ----------------------------------------------------------------------------------


def word_terms(*, group: LeadershipGroup, clauses: Sequence[Kept], by: By) -> LeadershipGroup:
    """Keep the terms of reference as they were agreed, clause by clause; one without words is left out."""
    kept = [
        {"key": each["key"], "title": " ".join(each["title"].split()), "text": each["text"].strip()}
        for each in clauses
        if each["text"].strip()
    ]
    if any(not each["title"] for each in kept):
        raise ValueError(_("Each clause needs a heading."))
    return record.put("agenda.terms_worded", group, by=by, terms=kept)


# ---- nomination ------------------------------------------------------------------------------------------


class NominatedEnough(Refused):
    """Somebody nominated as many people as one may."""


@transaction.atomic
def nominate_by_card(
    *,
    group: LeadershipGroup,
    participant: Participant,
    name: str,
    by: By,
    gender: str = "",
    myself: bool = False,
) -> Candidate:
    """Nominate somebody of one's own constituency on a screen; named before, they are named once more.

    Nothing is told of who named them. Raises NoGroup, NominatedEnough, VotingBegan, Declined or ValueError.
    """
    if participant.constituency is None:
        raise room.NoGroup(_("This card belongs to no group yet, so it can nominate nobody. Ask the staff."))
    if queries.nominated_by(group, participant) >= queries.MOST_NOMINATIONS:
        raise NominatedEnough(
            _("You have nominated %(most)d people, and nobody nominates more.")
            % {"most": queries.MOST_NOMINATIONS}
        )
    if myself and participant.pk in {one.subject for one in known.candidates(group)}:
        raise SeatHeld(_("You are nominated for this group already."))
    return _nominated(
        group=group,
        name=name,
        constituency=participant.constituency,
        gender=participant.gender if myself else gender,
        participant=participant if myself else None,
        nominator=participant,
        how=Nomination.How.SCREEN,
        by=by,
    )


@transaction.atomic
def nominate_from_the_room(
    *,
    group: LeadershipGroup,
    name: str,
    constituency: Constituency,
    how: str,
    by: By,
    gender: str = Gender.UNSAID,
    place: Place | None = None,
    organisation: Organisation | None = None,
    says: str = "",
    participant: Participant | None = None,
    said_on: date | None = None,
) -> Candidate:
    """Enter a nomination that came on paper or from the floor; named before, they are named once more."""
    return _nominated(
        group=group,
        name=name,
        constituency=constituency,
        gender=gender,
        place=place,
        organisation=organisation,
        says=says,
        participant=participant,
        how=how,
        said_on=said_on,
        by=by,
    )


def _nominated(
    *,
    group: LeadershipGroup,
    name: str,
    constituency: Constituency,
    how: str,
    by: By,
    gender: str = "",
    place: Place | None = None,
    organisation: Organisation | None = None,
    says: str = "",
    participant: Participant | None = None,
    nominator: Participant | None = None,
    said_on: date | None = None,
) -> Candidate:
    if said_on is not None and said_on > timezone.localdate():
        raise ValueError(_("This day is still to come. Write the day on which they said it."))
    with record.act(by=by, programme=group.programme_id):
        candidate = _named_before(group, name, constituency) if participant is None else None
        if candidate is None:
            candidate = room.nominate_candidate(
                group=group,
                name=name,
                constituency=constituency,
                gender=gender,
                place=place,
                organisation=organisation,
                says=says,
                participant=participant,
                by=by,
            )
        nomination = Nomination(
            programme_id=group.programme_id,
            subject=nominator.pk if nominator else None,
            group=group,
            candidate=candidate,
            participant=nominator,
            how=Nomination.How(how).value,
            said_on=said_on or timezone.localdate(),
        )
        if nominator is not None:
            nomination.id = uuid.uuid5(candidate.pk, nominator.pk.hex)
        record.put("agenda.nomination_received", nomination, by=by)
    return candidate


def _named_before(group: LeadershipGroup, name: str, constituency: Constituency) -> Candidate | None:
    """Somebody of the constituency who is nominated under that name and did not decline."""
    if group.ballot_opened_at is not None:
        raise VotingBegan(_("The vote has begun, and everybody votes on the same names and quotas."))
    wanted = " ".join(name.split()).casefold()
    for one in known.candidates(group).filter(constituency=constituency):
        if one.name.casefold() == wanted and one.state != Candidate.State.DECLINED:
            return one
    return None


def give_nominee_link(*, candidate: Candidate, by: By) -> Candidate:
    """Give the nominee a new personal link and short code; those given before are dead. Raises Declined."""
    if candidate.state == Candidate.State.DECLINED:
        raise room.Declined(room.DECLINED % {"name": candidate})
    return record.put("agenda.nominee_link_given", candidate, by=by, link=candidate.link + 1)


def accept_nomination(*, candidate: Candidate, says: str = "", by: By = None) -> Candidate:
    """The nominee says by themself that they stand, and what everybody with a card may read of them."""
    says = " ".join(says.split())
    if len(says) > room.LONGEST_SAYING:
        raise ValueError(
            _("What a candidate says has at most %(most)d letters.") % {"most": room.LONGEST_SAYING}
        )
    with record.act(by=by, programme=candidate.programme_id):
        room.consent_to_stand(candidate=candidate, by=by)
        if says and says != candidate.says:
            record.put("agenda.candidate_worded", candidate, by=by, says=says)
    return candidate


# ---- how it is counted -----------------------------------------------------------------------------------


def fix_count_rule(
    *, group: LeadershipGroup, paper: bool, recount_within: int, seed: int, objection_days: int, by: By
) -> LeadershipGroup:
    """Say before the vote whether slips are the ballots, when they are recounted, how long one may object.

    seed: a number drawn before everybody, from which the order of names on the slips follows. Raises
    VotingBegan, or ValueError for a number below none.
    """
    if group.ballot_opened_at is not None:
        raise VotingBegan(_("The vote has begun, and how it is counted stands."))
    if recount_within < 0 or seed < 0:
        raise ValueError(_("Write a number of none or more."))
    if not 1 <= objection_days <= 365:
        raise ValueError(_("Anybody may object for one day to a year."))
    return record.put(
        "agenda.count_rule_fixed",
        group,
        by=by,
        paper=paper,
        recount_within=recount_within,
        seed=seed,
        objection_days=objection_days,
    )


def give_slip(*, group: LeadershipGroup, participant: Participant, by: By) -> SlipGiven:
    """Note that somebody showed their card and got their slip.

    Raises SeatHeld for a second one, NotVoting, or NoGroup.
    """
    _votes_on_paper(group)
    if group.phase() != LeadershipGroup.Phase.VOTING:
        raise NotVoting(_("The vote is not open: slips are not given any more, or not yet."))
    if participant.constituency_id is None:
        raise room.NoGroup(_("This card belongs to no group yet, so there is no box for it. Ask the staff."))
    given = SlipGiven(
        id=SlipGiven.id_for(group.pk, participant.pk),
        subject=participant.pk,
        programme_id=group.programme_id,
        group=group,
        participant=participant,
    )
    with record.act(
        by=by, programme=group.programme_id, klass=SlipGiven.KLASS, sitting=group.ballot_opened_at
    ):
        if SlipGiven.objects.filter(pk=given.pk).exists():
            raise SeatHeld(_("This card got its slip already. Nobody gets two."))
        return record.put("agenda.slip_given", given, by=by, sitting=group.ballot_opened_at)


def _votes_on_paper(group: LeadershipGroup) -> None:
    if not group.paper:
        raise NotVoting(_("This group is not voted for on slips. Say so before the vote is opened."))


def type_in_slip(
    *,
    group: LeadershipGroup,
    constituency: Constituency,
    number: int,
    approved: Collection[uuid.UUID],
    by: By,
    spoilt: bool = False,
) -> Slip:
    """Type in what is ticked on a slip of a box, once the vote is closed; typed in anew it replaces the last.

    Raises NotVoting, SlateStands, NotACandidate, or ValueError for a number that no slip has or that lay in
    another box.
    """
    _votes_on_paper(group)
    _before_the_slate(group)
    if number < 1:
        raise ValueError(_("Write the number that is printed on the slip."))
    if not {one.pk for one in known.on_the_ballot(group)}.issuperset(approved):
        raise room.NotACandidate(
            _("One of these names is not on the ballot, or no longer. Look at it again.")
        )
    before = known.slips(group).filter(number=number).first()
    if before is not None and before.constituency_id != constituency.pk:
        raise ValueError(
            _("Slip %(number)d was typed in from the box of %(box)s. Look at the number again.")
            % {"number": number, "box": before.constituency}
        )
    return record.put(
        "agenda.slip_typed_in",
        Slip(
            id=Slip.id_for(group.pk, number),
            programme_id=group.programme_id,
            group=group,
            constituency=constituency,
            number=number,
            approved=[] if spoilt else sorted(str(pk) for pk in set(approved)),
            spoilt=spoilt,
        ),
        by=by,
    )


def take_back_slip(*, slip: Slip, by: By) -> Slip:
    """Take away a slip that was typed in under a wrong number. Raises SlateStands."""
    _before_the_slate(slip.group)
    return record.put("agenda.slip_taken_back", slip, by=by, removed=True)


def _before_the_slate(group: LeadershipGroup) -> None:
    if group.ballot_closed_at is None:
        raise NotVoting(_("Close the vote first: boxes are opened when all have voted."))
    if known.slates(group).exists():
        raise SlateStands(_("The group was chosen from these slips, so they stand."))


def count_box(
    *,
    group: LeadershipGroup,
    constituency: Constituency,
    slips: int,
    spoilt: int,
    ticks: Mapping[uuid.UUID, int],
    by: Member,
) -> HandCount:
    """Keep what one person counted of a box. It counts once a second person, apart, counts the same.

    Raises NotVoting, SlateStands, or ValueError for numbers that cannot be.
    """
    _votes_on_paper(group)
    _before_the_slate(group)
    room._of_the_programme(group.programme_id, constituency)
    if slips < 0 or not 0 <= spoilt <= slips:
        raise ValueError(_("The slips that cannot be read are some of those in the box. Count again."))
    for candidate in known.on_the_ballot(group):
        if not 0 <= ticks.get(candidate.pk, 0) <= slips - spoilt:
            raise ValueError(
                _("%(name)s has more ticks than there are slips to read. Count again.") % {"name": candidate}
            )
    turn = 2 if group.recount_asked_at else 1
    return record.put(
        "agenda.box_counted",
        HandCount(
            id=HandCount.id_for(group.pk, constituency.pk, turn, by.pk),
            programme_id=group.programme_id,
            group=group,
            constituency=constituency,
            turn=turn,
            slips=slips,
            spoilt=spoilt,
            ticks={str(pk): many for pk, many in sorted(ticks.items())},
            by=by.pk,
        ),
        by=by,
    )


def ask_for_recount(*, group: LeadershipGroup, by: By, at: datetime | None = None) -> LeadershipGroup:
    """Let all boxes be counted again: the rule or the staff asks for it. Raises NotCounted, SlateStands."""
    _before_the_slate(group)
    if group.recount_asked_at is not None:
        raise NotCounted(_("The boxes are being counted again already."))
    return record.put("agenda.recount_asked_for", group, by=by, recount_asked_at=at or timezone.now())


# ---- who endorses it beside the constituencies -----------------------------------------------------------


def endorse_by_authority(
    *,
    group: LeadershipGroup,
    organisation: Organisation,
    office: str,
    stand: str,
    by: By,
    reservation: str = "",
    reference: str = "",
    said_on: date | None = None,
) -> AuthorityEndorsement:
    """Record how an authority stands to the group, by its office; anew it replaces the last.

    Raises ValueError without an office, without words where there is a reservation, or for a day to come.
    """
    room._of_the_programme(group.programme_id, organisation)
    office = room._words(office, _("Write which office says it: it stays when the officer moves on."))
    reservation = reservation.strip()
    if stand != AuthorityEndorsement.Stand.ENDORSES and not reservation:
        raise ValueError(_("Write down what they have against it, in their words: it stays on record."))
    return record.put(
        "agenda.authority_endorsed",
        AuthorityEndorsement(
            id=AuthorityEndorsement.id_for(group.pk, organisation.pk, office),
            programme_id=group.programme_id,
            group=group,
            organisation=organisation,
            office=office,
            stand=AuthorityEndorsement.Stand(stand).value,
            reservation=reservation,
            reference=" ".join(reference.split()),
            said_on=room._not_to_come(said_on),
        ),
        by=by,
    )


@transaction.atomic
def join_authorities(*, organisation: Organisation, by: By) -> None:
    """Another organisation went into this one: of an office of both, what it said last of a group counts."""
    for said in queries.said_by(organisation):
        place = AuthorityEndorsement.id_for(said.group_id, organisation.pk, said.office)
        if place == said.pk:
            continue
        kept = standing(AuthorityEndorsement.objects.filter(pk=place)).first()
        if kept is None or kept.said_on < said.said_on:
            kept = endorse_by_authority(
                group=said.group,
                organisation=organisation,
                office=said.office,
                stand=said.stand,
                reservation=said.reservation,
                reference=said.reference,
                said_on=said.said_on,
                by=by,
            )
        merge_rows(row=said, into=kept, by=by)


# ---- objections and confirmation -------------------------------------------------------------------------


@transaction.atomic
def propose_to_the_public(*, group: LeadershipGroup, by: By, on: date | None = None) -> list[Seat]:
    """Make known who is proposed: from this day on anybody may object. Raises SeatVacant when nobody is."""
    day = room._not_to_come(on)
    waiting = [
        seat
        for seat in known.seats(group)
        if seat.state == Seat.State.ACCEPTED and seat.confirmed_on is None and seat.published_on is None
    ]
    if not waiting:
        raise SeatVacant(_("Nobody who accepted a seat waits to be made known."))
    with record.act(by=by, programme=group.programme_id):
        return [record.put("agenda.seat_published", seat, by=by, published_on=day) for seat in waiting]


def object_to(
    *,
    group: LeadershipGroup,
    text: str,
    how: str,
    by: By,
    seat: Seat | None = None,
    confidential: bool = True,
    participant: Participant | None = None,
    constituency: Constituency | None = None,
    received_on: date | None = None,
) -> Objection:
    """Keep what somebody has against who is proposed; sent twice by one phone it is one.

    Raises WindowOpen outside of its time, or ValueError.
    """
    day = room._not_to_come(received_on)
    if not queries.window(group, day).is_open:
        raise WindowOpen(queries.window(group, day).sentence)
    text = text.strip()
    if not text:
        raise ValueError(_("Say what you object to, and why: without a reason nobody can answer."))
    if seat is not None and seat.group_id != group.pk:
        raise ValueError(_("This seat is of another group."))
    if participant is not None:
        same = Objection.objects.filter(group=group, seat=seat, subject=participant.pk, text=text)
        if before := standing(same).first():
            return before
    return record.put(
        "agenda.objection_received",
        Objection(
            programme_id=group.programme_id,
            subject=participant.pk if participant else uuid.uuid4(),
            group=group,
            seat=seat,
            constituency=participant.constituency if participant else constituency,
            text=text,
            confidential=confidential,
            how=Nomination.How(how).value,
            received_on=day,
        ),
        by=by,
    )


def answer_objection(
    *, objection: Objection, answer: str, upheld: bool, by: By, shown: bool = False, on: date | None = None
) -> Objection:
    """Answer an objection. shown: everybody may read both, for somebody read them for names.

    Raises ValueError without an answer, or to show what was said in confidence.
    """
    answer = answer.strip()
    if not answer:
        raise ValueError(_("Write the answer: whoever objected is owed one."))
    if shown and objection.confidential:
        raise ValueError(
            _("This was said in confidence, so nobody else reads it. Answer without showing it.")
        )
    return record.put(
        "agenda.objection_answered",
        objection,
        by=by,
        answer=answer,
        upheld=upheld,
        shown=shown,
        answered_on=room._not_to_come(on),
    )


@transaction.atomic
def confirm_seats(*, group: LeadershipGroup, by: By, on: date | None = None) -> list[Seat]:
    """Confirm who accepted a seat, was made known, and to whom everybody had time to object.

    Raises WindowOpen while anybody may object or an objection waits, SeatVacant when nobody is to be
    confirmed, NotAgreed while a constituency has not been asked.
    """
    day = room._not_to_come(on)
    waiting = [
        seat
        for seat in known.seats(group)
        if seat.state == Seat.State.ACCEPTED and seat.confirmed_on is None and seat.published_on
    ]
    if not waiting:
        raise SeatVacant(_("Nobody waits to be confirmed. Make known first who is proposed."))
    window = queries.window(group, day)
    if not window.over:
        raise WindowOpen(window.sentence)
    if queries.unanswered(group):
        raise WindowOpen(_("An objection waits for its answer. Answer it first."))
    if wrong := queries.rightly_objected(group):
        raise WindowOpen(
            _("An objection against who holds a seat of %(group)s was right: they stand down first.")
            % {"group": wrong[0].constituency}
        )
    if missing := known.group_standing(group).missing:
        names = ", ".join(str(one) for one in missing)
        raise room.NotAgreed(_("Not asked yet whether they endorse it: %(groups)s.") % {"groups": names})
    with record.act(by=by, programme=group.programme_id):
        return [record.put("agenda.seat_confirmed", seat, by=by, confirmed_on=day) for seat in waiting]


# ---- the holder of a seat --------------------------------------------------------------------------------


def give_seat_link(*, seat: Seat, by: By) -> Seat:
    """Give the holder a new personal link; those given before are dead. Raises SeatVacant."""
    if not seat.held:
        raise SeatVacant(_("Nobody is nominated for this seat. Nominate somebody first."))
    return record.put("agenda.seat_link_given", seat, by=by, link=seat.link + 1)


@transaction.atomic
def leave_seat(*, seat: Seat, by: By, note: str = "", on: date | None = None) -> Seat:
    """The holder leaves, with a word for whoever comes after them. Raises SeatVacant."""
    with record.act(by=by, programme=seat.programme_id):
        if note.strip():
            hand_over(seat=seat, text=note, by=by, on=on)
        return room.stand_down(seat=seat, by=by)


def hand_over(*, seat: Seat, text: str, by: By, on: date | None = None) -> Handover:
    """Keep a word for whoever holds the seat next. Raises ValueError without words."""
    if not text.strip():
        raise ValueError(_("Write what is open, who to talk to and where the papers are."))
    note = Handover(
        programme_id=seat.programme_id,
        subject=seat.subject,
        seat=seat,
        text=text.strip(),
        written_on=room._not_to_come(on),
    )
    return record.fact("agenda.handover_written", note, by=by)


def read_handover(*, note: Handover, by: By, on: date | None = None) -> Handover:
    """The one who holds the seat now has read it."""
    return record.put("agenda.handover_read", note, by=by, read_on=room._not_to_come(on))


# ---- who computes it again -------------------------------------------------------------------------------


def name_auditor(
    *, slate: Certificate, name: str, organisation: str, by: By, on: date | None = None
) -> Auditor:
    """Name somebody who may have the ballot files of a slate; nobody else gets them."""
    auditor = Auditor(
        programme_id=slate.programme_id,
        subject=uuid.uuid4(),
        slate=slate,
        name=room._words(name, _("Write the auditor's name.")),
        organisation=room._words(organisation, _("Write for which organisation they check.")),
        named_on=room._not_to_come(on),
    )
    return record.fact("agenda.auditor_named", auditor, by=by)


def give_auditor_link(*, auditor: Auditor, by: By) -> Auditor:
    """Give the auditor a new personal link to the files; those given before are dead."""
    return record.put("agenda.auditor_link_given", auditor, by=by, link=auditor.link + 1)


def end_auditor(*, auditor: Auditor, by: By) -> Auditor:
    """Let the auditor's link open nothing any more. That they had the files stays on record."""
    return record.put("agenda.auditor_ended", auditor, by=by, link=auditor.link + 1)


def note_files_taken(
    *, auditor: Auditor, digests: Mapping[str, str], by: By = None, at: datetime | None = None
) -> FilesTaken:
    """Note that the auditor took the files, and the digest of each."""
    taken = FilesTaken(
        programme_id=auditor.programme_id,
        auditor=auditor,
        taken_at=at or timezone.now(),
        digests=dict(digests),
    )
    return record.fact("agenda.files_taken", taken, by=by)
