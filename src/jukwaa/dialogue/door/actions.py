"""What is done at the door: people are welcomed with their consent and a card, and leave again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.dialogue.actions import attend
from jukwaa.dialogue.door import queries
from jukwaa.dialogue.models import Attendance, Gathering
from jukwaa.programmes.actions import add_participant, end_consent, give_consents, issue_card, revoke_card
from jukwaa.programmes.consent import Answer
from jukwaa.programmes.models import Card, Constituency, Participant, Purpose
from jukwaa.programmes.queries import has_consent
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
