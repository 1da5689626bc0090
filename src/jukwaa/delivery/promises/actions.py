"""What offices do about their promises beyond reporting: links, transfers, more time; and answers by card."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.delivery import actions as delivery
from jukwaa.delivery import queries as told
from jukwaa.delivery.models import Commitment, MoreTime, Office, Report, Transfer
from jukwaa.delivery.promises import queries
from jukwaa.delivery.queries import Stands
from jukwaa.programmes.actions import merge_rows
from jukwaa.programmes.models import Participant
from jukwaa.programmes.queries import standing
from jukwaa.record.write import By

LONGEST = 1000


class Answered(delivery.Refused):
    """The request for more time was answered before."""


# ---- offices ---------------------------------------------------------------------------------------------


@transaction.atomic
def give_link(*, office: Office, by: By) -> Office:
    """Give whoever holds the office a new personal link; those given before are dead."""
    office = _kept(office)
    return record.put("delivery.office_link_given", office, link=office.link + 1, by=by)


@transaction.atomic
def end_link(*, office: Office, by: By) -> Office:
    """Let every personal link of the office open nothing any more."""
    office = _kept(office)
    return record.put("delivery.office_link_ended", office, link=office.link + 1, by=by)


@transaction.atomic
def give_links(*, offices: Collection[Office], by: By) -> list[Office]:
    """Offices that have links: those that had none get their first, those given before stay good."""
    return [office if office.link else give_link(office=office, by=by) for office in offices]


def _kept(office: Office) -> Office:
    """The office as its row is; one that has none yet as it came: its row begins with its first link."""
    return Office.objects.filter(pk=office.pk).first() or office


@transaction.atomic
def hand_over(*, office: Office, on: date, by: By, note: str = "") -> Transfer:
    """Somebody else holds the office from that day. The office keeps its promises, reports and what was said.

    Every link that opened its pages, or one of its promises, is dead; the new holder is given a new one.
    Raises ValueError for a day to come, before the last transfer, or for too many words.
    """
    if on > timezone.localdate():
        raise ValueError(_("This day is still to come. Write it down on the day of the transfer."))
    last = queries.transfers(office).last()
    if last is not None and on < last.on:
        raise ValueError(_("The transfer before this one was later. Change the day."))
    office = end_link(office=office, by=by)
    # Those too that were never given one by hand: mail reminds with a link.
    for commitment in queries.promised_by(office):
        delivery.end_link(commitment=commitment, by=by)
    transfer = Transfer(programme_id=office.programme_id, office=office, on=on, note=_few(note))
    return record.fact("delivery.office_handed_over", transfer, by=by)


@transaction.atomic
def join_offices(*, organisation: uuid.UUID, by: By) -> None:
    """Another organisation went into this one: let each of its offices go into that of the same title here.

    Its transfers go along. Its links are dead: whoever holds the office is given a new one.
    """
    for office in standing(Office.objects.filter(organisation=organisation)):
        into = _kept(queries.office_of_title(office.programme_id, organisation, office.title))
        if into.pk == office.pk:
            continue
        if into._state.adding:
            record.put("delivery.office_begun", into, by=by)
        merge_rows(row=office, into=into, by=by)


def _few(words: str) -> str:
    if len(words.strip()) > LONGEST:
        raise ValueError(_("Say it in %(most)d letters or fewer.") % {"most": LONGEST})
    return words.strip()


# ---- more time -------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_time(
    *, commitment: Commitment, until: date, reason: str, by: By, by_owner: bool = False
) -> MoreTime:
    """Ask for more time for a promise. Until somebody agrees, the day that counts stays; both are shown.

    Asked twice with the same words it is one request. Raises Closed, or ValueError for a promise that is
    done, a day that is not later, one that has passed, or no reason.
    """
    delivery.not_closed(commitment)
    if told.status_of(commitment) is Stands.DONE:
        raise ValueError(_("You reported that this is done, so it needs no more time."))
    if until <= commitment.last_day:
        raise ValueError(_("The new day must be later than the day that counts now."))
    if until < timezone.localdate():
        raise ValueError(_("The new day has passed already. Write a day to come."))
    if not reason.strip():
        raise ValueError(_("Say in a few words why you need more time: everybody can read it."))
    asked = MoreTime(
        programme_id=commitment.programme_id,
        commitment=commitment,
        due_before=commitment.last_day,
        until=until,
        reason=_few(reason),
        asked_on=timezone.localdate(),
        by_owner=by_owner,
    )
    before = queries.times(commitment).filter(answer=MoreTime.Answer.WAITS).last()
    if before is not None and (before.until, before.reason) == (asked.until, asked.reason):
        return before
    return record.fact("delivery.time_asked", asked, by=by)


@transaction.atomic
def answer_time(*, asked: MoreTime, agreed: bool, by: By, words: str = "") -> MoreTime:
    """Agree to more time, so that the new day counts, or not. The first day stays on record and in sight.

    Raises Answered, or Closed when the promise was taken away.
    """
    delivery.not_closed(asked.commitment)
    if MoreTime.objects.get(pk=asked.pk).answer != MoreTime.Answer.WAITS:
        raise Answered(_("This was answered before. Look at the promise again."))
    if agreed:
        record.put("delivery.time_given", asked.commitment, extended_to=asked.until, by=by)
    answer = MoreTime.Answer.AGREED if agreed else MoreTime.Answer.REFUSED
    return record.put(
        "delivery.time_answered",
        asked,
        answer=answer.value,
        answered_on=timezone.localdate(),
        answer_words=_few(words),
        by=by,
    )


# ---- answers by card, from any channel -------------------------------------------------------------------


@transaction.atomic
def take_answers(
    *,
    report: Report,
    yes: Collection[Participant],
    no: Collection[Participant],
    reason: str,
    channel: str,
    by: By,
) -> int:
    """Keep what people say of a report by their cards, on paper, to a helper or at a meeting; gives how many.

    reason: what is not so, said by or for all who say no. All are kept or, when one does not fit, none.
    Raises as confirm and dispute do, and ValueError for nobody, or for a card on both sides.
    """
    if not (yes or no):
        raise ValueError(_("Write the number of at least one card."))
    if {person.pk for person in yes} & {person.pk for person in no}:
        raise ValueError(_("One card says both: it is so, and it is not so. Ask again, and leave one out."))
    for person in yes:
        delivery.confirm(report=report, participant=person, channel=channel, by=by)
    for person in no:
        delivery.dispute(report=report, participant=person, reason=reason, channel=channel, by=by)
    return len({person.pk for person in [*yes, *no]})
