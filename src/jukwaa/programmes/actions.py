"""What changes in the programmes room: stages, places, groups, staff, people, their cards and consents."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.programmes import cards, consent, queries
from jukwaa.programmes.cards import Draw, Minted
from jukwaa.programmes.consent import Answer, How
from jukwaa.programmes.models import (
    Account,
    Audience,
    Card,
    Certificate,
    Consent,
    Constituency,
    Copy,
    Entry,
    Member,
    Organisation,
    Participant,
    Place,
    Programme,
    Purpose,
    Role,
    Stage,
    WrongCode,
)
from jukwaa.programmes.orders import TEMPLATES
from jukwaa.record.models import Removable
from jukwaa.record.write import By

# ---- logins ----------------------------------------------------------------------------------------------


class LoginTaken(Exception):
    """Somebody has that login on this node already."""


def create_account(*, login: str, password: str, founder: bool = False) -> Account:
    """Make a login on this node. Raises LoginTaken, or ValidationError for a password easily guessed."""
    if queries.account_called(login) is not None:
        raise LoginTaken(_("There is a login “%(login)s” here already.") % {"login": login})
    account = Account(login=login, founder=founder)
    validate_password(password, account)
    account.set_password(password)
    account.save()
    return account


def change_password(*, account: Account, password: str) -> Account:
    """Give the account a new password; it is logged out everywhere else. Raises ValidationError."""
    validate_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    return account


def make_founder(*, account: Account) -> Account:
    """Let the account begin programmes."""
    account.founder = True
    account.save(update_fields=["founder"])
    return account


# ---- the programme ---------------------------------------------------------------------------------------


class SlugTaken(Exception):
    """Another programme on this node has that short name."""


@transaction.atomic
def begin_programme(
    *,
    title: str,
    country: str,
    by: Account | None,
    template: str = "",
    slug: str = "",
    name: str = "",
    summary: str = "",
    organiser: str = "",
    languages: str = "en",
    public: bool = False,
) -> Programme:
    """Begin a programme with the stages of a template of `orders.TEMPLATES`, or with none ("").

    Who begins it becomes its coordinator, called `name`; with by=None (an import) nobody does. languages:
    codes, the first one first. The short name (slug) follows from the title if none is given.
    Raises SlugTaken.
    """
    slug = slug or slugify(title)
    if not slug or queries.slug_is_taken(slug):
        raise SlugTaken(_("There is a programme with the short name “%(slug)s” already.") % {"slug": slug})
    programme = Programme(
        title=title,
        slug=slug,
        country=country,
        summary=summary,
        organiser=organiser,
        languages=languages,
        public=public,
    )
    first = None
    if by is not None:
        first = Member(programme=programme, name=name or by.login, role=Role.COORDINATOR, account=by.pk)
    with record.act(by=first, programme=programme):
        record.fact("programmes.programme_begun", programme, by=first)
        if first is not None:
            record.fact("programmes.member_added", first, by=first)
        record.facts("programmes.stage_added", _stages_of(programme, template), by=first)
    return programme


def _stages_of(programme: Programme, template: str) -> list[Stage]:
    if not template:
        return []
    # In English, as the code says them: Stage says a title that nobody changed in its reader's language.
    with translation.override("en"):
        return [
            Stage(programme=programme, kind=kind, title=str(title), position=place)
            for place, (kind, title) in enumerate(TEMPLATES[template].stages, start=1)
        ]


def change_programme(
    *,
    programme: Programme,
    title: str,
    country: str,
    summary: str,
    organiser: str,
    languages: str,
    public: bool,
    by: By,
) -> Programme:
    """Say anew what the programme is called and about, who holds it, and whether the public sees it."""
    return record.put(
        "programmes.programme_changed",
        programme,
        by=by,
        title=title,
        country=country,
        summary=summary,
        organiser=organiser,
        languages=languages,
        public=public,
    )


# ---- stages ----------------------------------------------------------------------------------------------


def add_stage(
    *,
    programme: Programme,
    kind: str,
    title: str,
    by: By,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Stage:
    """Add a station at the end of the road."""
    _in_order(starts_on, ends_on)
    stage = Stage(
        programme=programme,
        kind=kind,
        title=title,
        position=_after(queries.stages(programme)),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return record.fact("programmes.stage_added", stage, by=by)


def change_stage(
    *, stage: Stage, kind: str, title: str, starts_on: date | None, ends_on: date | None, by: By
) -> Stage:
    """Say anew what the stage is, what it is called and when it is held."""
    _in_order(starts_on, ends_on)
    return record.put(
        "programmes.stage_changed",
        stage,
        by=by,
        kind=kind,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _in_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise ValueError(_("A stage ends on the day it starts, or later. Change one of the dates."))


def mark_stage(*, stage: Stage, state: str, by: By, note: str | None = None) -> Stage:
    """Say that the stage is planned, present or done and, with a note, what came of it."""
    note = stage.note if note is None else note
    return record.put("programmes.stage_marked", stage, by=by, state=Stage.State(state).value, note=note)


@transaction.atomic
def move_stage(*, stage: Stage, earlier: bool, by: By) -> Stage:
    """Let the stage change places with the one before or after it; at the end of the road nothing happens."""
    rows = list(queries.stages(stage.programme))
    with record.act(by=by, programme=stage.programme_id):
        for row, position in _moved(rows, stage, earlier):
            record.put("programmes.stage_moved", row, by=by, position=position)
    stage.refresh_from_db()
    return stage


def remove_stage(*, stage: Stage, by: By) -> Stage:
    """Take the station off the road; it can be put back."""
    return record.put("programmes.stage_removed", stage, by=by, removed=True)


def restore_stage(*, stage: Stage, by: By) -> Stage:
    """Put a station back where it stood."""
    return record.put("programmes.stage_restored", stage, by=by, removed=False)


Ordered = TypeVar("Ordered", Stage, Constituency)


def _after(rows: Any) -> int:
    """The position after the last of the rows."""
    last = rows.last()
    return last.position + 1 if last else 1


def _moved(rows: list[Ordered], row: Ordered, earlier: bool) -> list[tuple[Ordered, int]]:
    """The rows that get a new position when one changes places with its neighbour, and that position."""
    at = next(i for i, other in enumerate(rows) if other.pk == row.pk)
    to = at - 1 if earlier else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    return [(r, place) for place, r in enumerate(rows, start=1) if r.position != place]


# ---- places, groups, organisations -----------------------------------------------------------------------


class InUse(Exception):
    """Something points at the row, so it cannot be taken away."""


def add_place(*, programme: Programme, name: str, level: str, by: By, parent: Place | None = None) -> Place:
    """Name a place. A region lies in a country, a district in a region, a site in a district; levels may be
    left out. Raises ValueError if the parent is not larger."""
    _larger(level, parent)
    place = Place(programme=programme, name=name, level=level, parent=parent)
    return record.fact("programmes.place_added", place, by=by)


def change_place(*, place: Place, name: str, by: By) -> Place:
    """Call the place by another name."""
    return record.put("programmes.place_renamed", place, by=by, name=name)


def remove_place(*, place: Place, by: By) -> Place:
    """Take the place away. Raises InUse while anything happened or anybody lives there."""
    _unused(place)
    return record.put("programmes.place_removed", place, by=by, removed=True)


def _larger(level: str, parent: Place | None) -> None:
    levels = Place.Level.values
    if parent is not None and levels.index(parent.level) >= levels.index(level):
        raise ValueError(
            _("A %(level)s cannot lie in a %(parent)s. Choose a larger place.")
            % {"level": Place.Level(level).label, "parent": Place.Level(parent.level).label}
        )


def _unused(row: Removable) -> None:
    if queries.is_used(row):
        raise InUse(
            _("“%(row)s” is in use: people, places or things said point at it. Rename it instead.")
            % {"row": row}
        )


def declare_constituency(*, programme: Programme, name: str, by: By, description: str = "") -> Constituency:
    """Declare a stakeholder group, after those declared before."""
    group = Constituency(
        programme=programme,
        name=name,
        description=description,
        position=_after(queries.constituencies(programme)),
    )
    return record.fact("programmes.constituency_declared", group, by=by)


def change_constituency(*, constituency: Constituency, name: str, description: str, by: By) -> Constituency:
    """Say anew what the group is called and who belongs to it."""
    return record.put(
        "programmes.constituency_changed", constituency, by=by, name=name, description=description
    )


@transaction.atomic
def move_constituency(*, constituency: Constituency, earlier: bool, by: By) -> Constituency:
    """Let the group change places with the one before it, or after it. At the end nothing happens."""
    rows = list(queries.constituencies(constituency.programme))
    with record.act(by=by, programme=constituency.programme_id):
        for row, position in _moved(rows, constituency, earlier):
            record.put("programmes.constituency_moved", row, by=by, position=position)
    constituency.refresh_from_db()
    return constituency


def remove_constituency(*, constituency: Constituency, by: By) -> Constituency:
    """Take the group away. Raises InUse while anybody belongs to it."""
    _unused(constituency)
    return record.put("programmes.constituency_removed", constituency, by=by, removed=True)


def add_organisation(
    *, programme: Programme, name: str, by: By, constituency: Constituency | None = None
) -> Organisation:
    """Name an office, company or association, and the group it belongs to if it does."""
    row = Organisation(programme=programme, name=name, constituency=constituency)
    return record.fact("programmes.organisation_added", row, by=by)


def change_organisation(
    *, organisation: Organisation, name: str, constituency: Constituency | None, by: By
) -> Organisation:
    """Say anew what the organisation is called and to which group it belongs."""
    return record.put(
        "programmes.organisation_changed", organisation, by=by, name=name, constituency=constituency
    )


def remove_organisation(*, organisation: Organisation, by: By) -> Organisation:
    """Take the organisation away. Raises InUse while it owes or says something."""
    _unused(organisation)
    return record.put("programmes.organisation_removed", organisation, by=by, removed=True)


# ---- staff -----------------------------------------------------------------------------------------------


class LastCoordinator(Exception):
    """Nobody else could set the programme up."""


@transaction.atomic
def invite_member(*, programme: Programme, login: str, password: str, name: str, role: str, by: By) -> Member:
    """Make a login and give it a role here. Raises LoginTaken, or ValidationError for a weak password."""
    account = create_account(login=login, password=password)
    return add_member(programme=programme, account=account, name=name, role=role, by=by)


@transaction.atomic
def add_member(*, programme: Programme, account: Account, role: str, by: By, name: str = "") -> Member:
    """Give a login a role in the programme; one who was here before comes back with the new role."""
    role, name = Role(role).value, name or account.login
    past = Member.objects.filter(programme=programme, account=account.pk, merged_into=None).first()
    if past is None:
        row = Member(programme=programme, account=account.pk, name=name, role=role)
        return record.fact("programmes.member_added", row, by=by)
    if past.role == Role.COORDINATOR and role != Role.COORDINATOR and not past.removed:
        _not_the_last(past)
    return record.put("programmes.member_returned", past, by=by, name=name, role=role, removed=False)


@transaction.atomic
def change_role(*, member: Member, role: str, by: By, name: str | None = None) -> Member:
    """Give the member another role. Raises LastCoordinator if nobody else could set the programme up."""
    if role != Role.COORDINATOR:
        _not_the_last(member)
    name = member.name if name is None else name
    return record.put("programmes.role_changed", member, by=by, role=Role(role).value, name=name)


@transaction.atomic
def remove_member(*, member: Member, by: By) -> Member:
    """End the member's role here; the login stays. Raises LastCoordinator."""
    _not_the_last(member)
    return record.put("programmes.member_removed", member, by=by, removed=True)


def _not_the_last(member: Member) -> None:
    if not queries.coordinators(member.programme).exclude(pk=member.pk).exists():
        raise LastCoordinator(
            _("%(name)s is the last coordinator. Make somebody else a coordinator first.") % {"name": member}
        )


# ---- participants ----------------------------------------------------------------------------------------


def add_participant(
    *,
    programme: Programme,
    constituency: Constituency | None,
    by: By,
    place: Place | None = None,
    called: str = "",
    gender: str = "",
    age_band: str = "",
    language: str = "",
    household: str = "",
) -> Participant:
    """Add somebody of 18 or over who takes part. language: the programme's first if none is given."""
    return add_participants(
        programme=programme,
        constituency=constituency,
        count=1,
        place=place,
        called=called,
        gender=gender,
        age_band=age_band,
        language=language,
        household=household,
        by=by,
    )[0]


def add_voice(
    *,
    programme: Programme,
    voice: uuid.UUID,
    constituency: Constituency | None,
    by: By,
    place: Place | None = None,
    gender: str = "",
    age_band: str = "",
    language: str = "",
) -> Participant:
    """Know somebody of 18 or over who spoke and has no card by the id of their voice, once.

    They are heard, and take part in nothing until they are given a card.
    """
    person = Participant(
        id=voice,
        subject=voice,
        programme=programme,
        constituency=constituency,
        place=place,
        gender=gender,
        age_band=age_band,
        language=language or programme.first_language,
        heard=True,
    )
    return record.put("programmes.participant_added", person, by=by)


@transaction.atomic
def add_participants(
    *,
    programme: Programme,
    constituency: Constituency | None,
    by: By,
    count: int = 0,
    ids: Sequence[uuid.UUID] = (),
    place: Place | None = None,
    called: str = "",
    gender: str = "",
    age_band: str = "",
    language: str = "",
    household: str = "",
    card: Card | None = None,
) -> list[Participant]:
    """Add several people alike at once, as they walk in; the first may be given a blank card.

    An import gives the ids, one for each of them, instead of the count. Raises NotToBeHandedOut if the card
    is not blank, and adds nobody.
    """
    rows = [
        Participant(
            id=pk,
            programme=programme,
            constituency=constituency,
            place=place,
            called=called,
            gender=gender,
            age_band=age_band,
            language=language or programme.first_language,
            household=household,
        )
        for pk in ids or [uuid.uuid4() for _number in range(count)]
    ]
    for row in rows:
        row.subject = row.pk
    record.facts("programmes.participant_added", rows, by=by)
    if card is not None:
        issue_card(card=card, participant=rows[0], by=by)
    return rows


def change_participant(
    *,
    participant: Participant,
    constituency: Constituency | None,
    place: Place | None,
    called: str,
    gender: str,
    age_band: str,
    language: str,
    by: By,
    household: str = "",
) -> Participant:
    """Say anew what is known of the participant."""
    return record.put(
        "programmes.participant_changed",
        participant,
        by=by,
        constituency=constituency,
        place=place,
        called=called,
        gender=gender,
        age_band=age_band,
        language=language,
        household=household,
    )


def forget_participant(*, participant: Participant, by: By) -> None:
    """Erase the participant for ever, with all they said and voted, and end their cards."""
    with record.act(by=by, programme=participant.programme_id, alone=True):
        record.put("programmes.participant_removed", participant, by=by, removed=True)
        for card in queries.cards_of(participant).exclude(state=Card.State.REVOKED):
            revoke_card(card=card, by=by)
        record.withdraw(participant.pk, by=by, programme=participant.programme_id)


# ---- copies that left the house --------------------------------------------------------------------------


def note_copy(
    *, programme: Programme, kind: str, holds: str, name: str, by: By, day: date | None = None
) -> Copy:
    """Note that people's words or votes left the house; the same again on the same day is the same note."""
    taken_by, day = by.pk if by else None, day or timezone.localdate()
    pk = Copy.id_for(programme.pk, Copy.Kind(kind).value, name, taken_by, day)
    here = Copy.objects.filter(pk=pk).first()
    row = Copy(
        id=pk,
        programme_id=programme.pk,
        kind=Copy.Kind(kind).value,
        holds=Copy.Holds(holds).value,
        name=name,
        taken_by=taken_by,
        taken_by_name=str(by) if by else "",
        day=day,
    )
    # One that was destroyed and taken again that day is to be called back again.
    return here if here and not here.destroyed_on else record.put("programmes.copy_taken", row, by=by)


@transaction.atomic
def note_backup(*, folder: str) -> None:
    """Note for every programme here that this whole computer was backed up."""
    for programme in queries.standing(Programme.objects.all()):
        kind, holds = Copy.Kind.BACKUP, Copy.Holds.ALL
        note_copy(programme=programme, kind=kind, holds=holds, name=folder, by=None)


def note_copy_destroyed(*, copy: Copy, by: By, on: date | None = None) -> Copy:
    """Note that whoever took the copy says that it is no more."""
    return record.put("programmes.copy_destroyed", copy, destroyed_on=on or timezone.localdate(), by=by)


# ---- cards -----------------------------------------------------------------------------------------------


class NotToBeHandedOut(Exception):
    """The card was handed out before, or is no longer valid."""


def mint_cards(
    *,
    programme: Programme,
    by: By,
    count: int = 0,
    participants: Sequence[Participant] = (),
    draw: Draw = secrets.randbelow,
) -> list[tuple[Card, Minted]]:
    """Print `count` blank cards and one for each of the participants; none is valid before it is handed out.

    The numbers and secrets are in the answer and nowhere else: only their digests are kept. draw(n) gives a
    number below n.
    """
    # Outside of the transaction: two hundred slow digests take seconds, and voters would wait for them.
    minted = []
    for holder in [*participants, *[None] * count]:
        new = cards.mint(draw)
        card = Card(
            programme=programme,
            participant=holder,
            subject=holder.pk if holder else None,
            shelf=new.number[: cards.SHELF],
            number_hash=cards.hash_number(new.number),
            secret_hash=cards.hash_secret(new.secret),
        )
        minted.append((card, new))
    record.facts("programmes.card_printed", [card for card, _new in minted], by=by)
    return minted


@transaction.atomic
def issue_card(*, card: Card, by: By, participant: Participant | None = None) -> Card:
    """Hand out the card: to whom it was printed for, or a blank one to the participant.

    Whoever was only heard in the field takes part from then on. Raises NotToBeHandedOut if it was handed out
    before, is revoked, or is somebody else's.
    """
    card.refresh_from_db()
    holder = participant or card.participant
    if card.state != Card.State.PRINTED or holder is None or card.participant_id not in (None, holder.pk):
        raise NotToBeHandedOut(
            _("This card was handed out before, is somebody else's, or is no longer valid. Take another.")
        )
    card.participant, card.subject, card.state = holder, holder.pk, Card.State.ISSUED
    # Said whole: a blank card's row gets its subject here, which a put of some fields would leave out.
    record.puts("programmes.card_issued", [card], by=by)
    if holder.heard:
        record.put("programmes.participant_taken_in", holder, heard=False, by=by)
    return card


@transaction.atomic
def issue_cards(*, cards_: Sequence[Card], by: By) -> list[Card]:
    """Hand out cards to those for whom they were printed: all, or none and NotToBeHandedOut."""
    return [issue_card(card=card, by=by) for card in cards_]


def revoke_card(*, card: Card, by: By) -> Card:
    """End the card: whoever finds it can do nothing with it."""
    return record.put("programmes.card_revoked", card, by=by, state=Card.State.REVOKED.value)


@transaction.atomic
def replace_card(*, card: Card, by: By, draw: Draw = secrets.randbelow) -> tuple[Card, Minted]:
    """End a lost card and print a new one for the same person, valid at once: it is handed to them now."""
    holder = card.participant
    if holder is None:
        raise NotToBeHandedOut(_("This card is nobody's, so it cannot be replaced. Revoke it instead."))
    revoke_card(card=card, by=by)
    [(new, minted)] = mint_cards(programme=card.programme, participants=[holder], by=by, draw=draw)
    return issue_card(card=new, by=by), minted


class TooManyWrongCodes(ValidationError):
    """So many wrong card numbers were typed on this node that none is looked up for a while."""

    def __init__(self) -> None:
        super().__init__(
            _("Too many wrong card numbers were typed in the last hour. Wait a while; nothing was kept.")
        )


def look_up_card(digits: str, *, programme: Programme) -> Card | None:
    """The programme's card with the number that somebody of the staff typed, in whatever state, or None.

    A desk is no better place to guess numbers than a phone: wrong ones count against the same budget. Raises
    TooManyWrongCodes once it is used up.
    """
    if queries.too_many_wrong_codes():
        raise TooManyWrongCodes
    card = queries.card_by_number(digits, programme=programme)
    if card is None:
        note_wrong_code()
    return card


@transaction.atomic
def note_wrong_code(*, at: datetime | None = None) -> None:
    """Count a wrong card number against this node's budget for the hour."""
    now = at or timezone.now()
    WrongCode.objects.filter(at__lte=now - timedelta(hours=1)).delete()
    WrongCode.objects.create(at=now)


# ---- consent ---------------------------------------------------------------------------------------------


def give_consent(
    *,
    participant: Participant,
    purpose: str,
    given: bool,
    by: By,
    audience: str = Audience.PROGRAMME,
    version: str = consent.VERSION,
    language: str = "",
    witness: str = "",
    way: str = "",
    said_on: date | None = None,
    recording: str = "",
    until: date | None = None,
    danger: bool = False,
    child: bool = False,
) -> Consent:
    """Note what the participant said to one purpose, in which words, how, before whom; the latest holds.

    A yes holds until the day given, or for the usual time; a child's is noted as a no.
    """
    said_on = said_on or timezone.localdate()
    row = Consent(
        id=Consent.id_for(participant, Purpose(purpose)),
        subject=participant.pk,
        programme_id=participant.programme_id,
        participant=participant,
        purpose=Purpose(purpose).value,
        audience=Audience(audience).value,
        given=given and not child,
        version=version,
        language=language or participant.language or translation.get_language() or "en",
        witness=witness,
        way=way,
        said_on=said_on,
        recording=recording,
        until=until or said_on + consent.HOLDS,
        danger=danger,
        child=child,
    )
    return record.put("programmes.consent_said", row, by=by)


@transaction.atomic
def give_consents(
    *,
    participant: Participant,
    answers: Sequence[Answer],
    by: By,
    language: str = "",
    witness: str = "",
    said_on: date | None = None,
    how: How | None = None,
) -> list[Consent]:
    """Note the answers that differ from what holds, were asked in other words, or say how they were given.

    A yes that is about to end is noted anew, and begins again.
    """
    how = how or How(witness=witness)
    before = queries.consents(participant)
    with record.act(by=by, programme=participant.programme_id):
        return [
            give_consent(
                participant=participant,
                purpose=answer.purpose,
                given=answer.given,
                audience=answer.audience,
                language=language,
                said_on=said_on,
                by=by,
                **asdict(how),
            )
            for answer in answers
            if how.said or _is_new(answer, before.get(answer.purpose))
        ]


def _is_new(answer: Answer, before: Consent | None) -> bool:
    said = (answer.given, answer.audience, consent.VERSION)
    if before is None or (before.given, before.audience, before.version) != said:
        return True
    return before.child or before.is_over(timezone.localdate() + consent.ASK_AGAIN)


def end_consent(*, participant: Participant, purpose: str, by: By) -> Consent | None:
    """End one purpose in one step; None if it was never asked."""
    row = queries.consents(participant).get(Purpose(purpose).value)
    if row is None:
        return None
    return record.put("programmes.consent_ended", row, by=by, given=False, said_on=timezone.localdate())


# ---- two rows that should be one -------------------------------------------------------------------------


@transaction.atomic
def merge_rows(*, row: Removable, into: Removable, by: By) -> Removable:
    """Let one of two rows that say the same go into the other, and what pointed at it point there.

    Raises ValueError if they cannot be one.
    """
    if type(row) is not type(into) or row.pk == into.pk or not queries.can_merge(type(row)):
        raise ValueError(_("Two different rows of one kind can be merged, and these are not."))
    for link, pointing in queries.pointing_at(row):
        changes: dict[str, Any] = {link: into}
        for follower in queries.not_forgotten(pointing):
            record.put("programmes.row_followed", follower, by=by, **changes)
    return record.put("programmes.rows_merged", row, by=by, merged_into=into.pk)


# ---- certificates ----------------------------------------------------------------------------------------


def issue_certificate(
    *,
    certificate: Certificate,
    by: By,
    people: Sequence[tuple[Participant, dict[str, str], str]] = (),
    at: datetime | None = None,
) -> Certificate:
    """Keep what a fair method gave, with everybody whom it was worked out from, numbered from 1.

    people: each with what was known of them and how far they came. One act: all of it stands, or nothing.
    """
    certificate.made_at = at or timezone.now()
    certificate.people = len(people)
    with record.act(by=by, programme=certificate.programme_id):
        record.fact("programmes.certificate_issued", certificate, by=by)
        record.facts(
            "programmes.entry_listed",
            [
                Entry(
                    subject=person.pk,
                    programme_id=certificate.programme_id,
                    certificate=certificate,
                    participant=person,
                    number=number,
                    line=line,
                    state=Entry.State(state).value,
                )
                for number, (person, line, state) in enumerate(people, 1)
            ],
            by=by,
        )
    return certificate


class AlreadyDrawn(Exception):
    """The number was drawn before everybody once; it stands."""


def draw_number(*, certificate: Certificate, number: int, by: By) -> Certificate:
    """Note the number that was drawn in public, and invite the panel of its ticket.

    Raises AlreadyDrawn, or ValueError for a number that no ticket has.
    """
    tickets = certificate.said["tickets"]
    if certificate.drawn is not None:
        raise AlreadyDrawn
    if not 0 <= number < len(tickets):
        raise ValueError(
            _("The tickets are numbered from 0 to %(last)s. Draw again.") % {"last": len(tickets) - 1}
        )
    with record.act(by=by, programme=certificate.programme_id):
        record.put("programmes.number_drawn", certificate, drawn=number, by=by)
        for entry in queries.entries(certificate).filter(number__in=tickets[number]):
            move_entry(entry=entry, state=Entry.State.INVITED, by=by)
    return certificate


def move_entry(*, entry: Entry, state: str, by: By) -> Entry:
    """Note how far somebody whom a panel was drawn from has come."""
    return record.put("programmes.entry_moved", entry, state=Entry.State(state).value, by=by)
