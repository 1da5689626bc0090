"""What is done at the door: people are welcomed with consent and card, harm is weighed, lists are erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue.actions import Frozen, attend
from jukwaa.dialogue.door import queries
from jukwaa.dialogue.models import Attendance, Gathering, Hand, Incident, Risk, Screened, Speech
from jukwaa.dialogue.queries import is_purged
from jukwaa.programmes.actions import add_participant, end_consent, give_consents, issue_card, revoke_card
from jukwaa.programmes.consent import Answer
from jukwaa.programmes.models import Card, Constituency, Entry, Participant, Programme, Purpose
from jukwaa.programmes.queries import has_consent
from jukwaa.record.models import Recorded
from jukwaa.record.write import By


class NoCardWithoutConsent(Exception):
    """Somebody who does not agree to take part is welcome, and gets no card."""


@dataclass(frozen=True)
class Welcomed:
    """Somebody who came in: how far they were noted before, the card given now, what they agreed to anew."""

    participant: Participant
    before: str
    card: Card | None
    agreed: tuple[str, ...]


def welcome(
    *,
    gathering: Gathering,
    participant: Participant,
    by: By,
    answers: Sequence[Answer] = (),
    card: Card | None = None,
    language: str = "",
    witness: str = "",
) -> Welcomed:
    """Note what somebody agreed to, hand them the card, and note that they are here: one act, or nothing.

    A card that they hold already ends: it is lost. Who does not agree to take part is here all the same.
    Raises NoCardWithoutConsent, or NotToBeHandedOut when another desk was quicker with the card.
    """
    row = queries.noted(gathering, participant)
    with record.act(by=by, programme=gathering.programme_id):
        fresh = [a.purpose.value for a in answers if a.given and not has_consent(participant, a.purpose)]
        give_consents(participant=participant, answers=answers, language=language, witness=witness, by=by)
        if card is not None:
            if not has_consent(participant, Purpose.TAKE_PART):
                raise NoCardWithoutConsent(
                    _("Who does not agree to take part gets no card. Leave the number empty, or ask again.")
                )
            lost = queries.held(participant)
            if lost is not None and lost.pk != card.pk:
                revoke_card(card=lost, by=by)
            card = issue_card(card=card, participant=participant, by=by)
        attend(gathering=gathering, people=[participant], state=Attendance.State.CAME, by=by)
    return Welcomed(participant, row.state if row else "", card, tuple(fresh))


def walk_in(
    *,
    gathering: Gathering,
    constituency: Constituency,
    by: By,
    gender: str = "",
    language: str = "",
    called: str = "",
    answers: Sequence[Answer] = (),
    card: Card | None = None,
    witness: str = "",
) -> Welcomed:
    """Somebody whom nobody expected comes in. One act, or nothing; raises as `welcome` does."""
    with record.act(by=by, programme=gathering.programme_id):
        person = add_participant(
            programme=gathering.programme,
            constituency=constituency,
            gender=gender,
            language=language,
            called=called,
            by=by,
        )
        return welcome(
            gathering=gathering,
            participant=person,
            answers=answers,
            card=card,
            language=language,
            witness=witness,
            by=by,
        )


def undo_welcome(
    *,
    gathering: Gathering,
    participant: Participant,
    before: str,
    by: By,
    card: Card | None = None,
    agreed: Sequence[str] = (),
) -> None:
    """Take back a slip: the person is where they were, the card given ends, what was agreed to is ended.

    before: how far they had come, empty if they were not in the register. A card that was in a wrong hand
    is never handed out again.
    """
    with record.act(by=by, programme=gathering.programme_id):
        if before:
            attend(gathering=gathering, people=[participant], state=before, by=by)
        elif row := queries.noted(gathering, participant):
            record.put("dialogue.attendance_removed", row, removed=True, by=by)
        if card is not None and card.state == Card.State.ISSUED:
            revoke_card(card=card, by=by)
        for purpose in agreed:
            end_consent(participant=participant, purpose=purpose, by=by)


# ---- who might be harmed, and what harmed ----------------------------------------------------------------


def add_risk(*, gathering: Gathering, by: By, **said: str) -> Risk:
    """Write down who might be harmed by being there, how, and what is done about it. Raises Frozen."""
    _not_frozen(gathering)
    risk = Risk(programme_id=gathering.programme_id, gathering=gathering, **said)
    return record.fact("dialogue.risk_added", risk, by=by)


def change_risk(*, risk: Risk, by: By, **said: Any) -> Risk:
    """Say the risk anew. Raises Frozen."""
    _not_frozen(risk.gathering)
    return record.put("dialogue.risk_changed", risk, by=by, **said)


def remove_risk(*, risk: Risk, by: By) -> Risk:
    """Take away a risk that there is not. Raises Frozen."""
    _not_frozen(risk.gathering)
    return record.put("dialogue.risk_removed", risk, removed=True, by=by)


def decide_on_risks(*, gathering: Gathering, screened: str, by: By) -> Gathering:
    """Note what was decided: hold the gathering as planned, otherwise, or not at all."""
    return record.put("dialogue.risks_weighed", gathering, screened=Screened(screened).value, by=by)


def write_incident(
    *,
    programme: Programme,
    happened_on: date,
    what: str,
    by: By,
    gathering: Gathering | None = None,
    done: str = "",
    told: str = "",
) -> Incident:
    """Write down what harmed, or nearly harmed, somebody; whoever writes it cannot read it afterwards."""
    incident = Incident(
        programme=programme,
        gathering=gathering,
        happened_on=happened_on,
        what=what,
        done=done,
        told=told,
        by=by.pk if by else None,
    )
    return record.fact("dialogue.incident_written", incident, by=by)


def follow_incident(*, incident: Incident, done: str, told: str, state: str, by: By) -> Incident:
    """Say what was done about it and who was told; close it, or open it again."""
    state = Incident.State(state).value
    return record.put("dialogue.incident_followed", incident, done=done, told=told, state=state, by=by)


def _not_frozen(gathering: Gathering) -> None:
    if gathering.frozen:
        raise Frozen


# ---- freezing and erasing the lists of one gathering -----------------------------------------------------


class Purged(Exception):
    """The lists were erased for ever; nothing is left that could be shown."""


def freeze(*, gathering: Gathering, by: By) -> Gathering:
    """Show nobody any more who was at the gathering, on no page, print or file."""
    return record.put("dialogue.lists_frozen", gathering, frozen=True, by=by)


def show_lists(*, gathering: Gathering, by: By) -> Gathering:
    """Show the lists again. Raises Purged when they were erased."""
    if is_purged(gathering):
        raise Purged
    return record.put("dialogue.lists_shown", gathering, frozen=False, by=by)


LISTS: tuple[type[Recorded], ...] = (Attendance, Speech, Hand, Risk)


def purge(*, gathering: Gathering, incidents: bool, by: By) -> None:
    """Erase for ever who was at the gathering, here and wherever the record goes, whatever arrives later.

    Attendance, speeches, hands, risks, who sat where and who was heard; the incidents too if that is asked.
    Votes and statements stay, under their cards.
    """
    programme = gathering.programme_id
    models: list[type[Recorded]] = [*LISTS, Incident] if incidents else [*LISTS]
    lists = [model.list_under(gathering.pk) for model in models]
    with record.act(by=by, programme=programme, alone=True):
        record.put("dialogue.lists_frozen", gathering, frozen=True, by=by)
        for certificate in queries.certificates_of(gathering):
            record.put("programmes.certificate_removed", certificate, removed=True, by=by)
            lists.append(Entry.list_under(certificate.pk))
        for each in lists:
            record.withdraw(each, by=by, programme=programme, verb="dialogue.list_purged")
