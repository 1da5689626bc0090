"""What follows from what was recorded, and what is asked again and again. The worker runs it.

The record is the queue: for each stream this node remembers how far it followed it. A reaction may run twice,
after a crash or when two workers meet, so it must not mind. Rooms do not know who listens to them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from jukwaa.agenda import actions as agenda
from jukwaa.agenda import choice
from jukwaa.agenda.election import actions as elections
from jukwaa.agenda.election import letters
from jukwaa.delivery.following import actions as following
from jukwaa.delivery.meetings import queries as of_meetings
from jukwaa.delivery.promises import actions as promises
from jukwaa.dialogue import actions as dialogue
from jukwaa.dialogue import analysis
from jukwaa.field import actions as field
from jukwaa.field.coding import actions as coding
from jukwaa.field.collect import actions as collect
from jukwaa.field.collect import stash
from jukwaa.field.contacts import actions as contacts
from jukwaa.field.plain import held
from jukwaa.field.scoping import actions as scoping
from jukwaa.programmes.models import Address, Consent, Constituency, Organisation, Participant, Purpose
from jukwaa.programmes.post import actions as post
from jukwaa.programmes.post.queries import is_written
from jukwaa.programmes.queries import has_consent
from jukwaa.record.models import Done, Event, Stream
from jukwaa.stories import actions as stories
from jukwaa.web import actions, queries

log = logging.getLogger(__name__)

Reaction = Callable[[Event], object]
Question = Callable[[], int]


def take_back_stories(event: Event) -> None:
    """A consent was said anew: stories that their teller does not consent to any more are taken back."""
    if event.subject is not None:
        stories.unpublish_without_consent(teller=event.subject)


def forget_seats(event: Event) -> None:
    """Somebody asked to be forgotten: seats that they were chosen for as a candidate forget their name."""
    agenda.forget_candidate_seats(subject=event.object)


def forget_forms(event: Event) -> None:
    """Somebody asked to be forgotten: the forms that their testimonies were made of go too."""
    field.forget_forms_of(voice=event.object, by=None)


def forget_what_is_put_by(event: Event) -> None:
    """Somebody asked to be forgotten: nobody knows whose the files are that are put by, so all go at once."""
    if Participant.objects.filter(pk=event.object).exists():
        held.forget(older=0)
        stash.forget(older=0)


def forget_shared_words(event: Event) -> None:
    """Somebody asked to be forgotten: drafts and statements that their words went into go too."""
    coding.forget_drafts_of(voice=event.object, by=None)
    dialogue.forget_words_of(voice=event.object, by=None)


def forget_late_form(event: Event) -> None:
    """A form came in: it goes again if it names the card of somebody who was forgotten before."""
    field.forget_late_form(submission=event.object, by=None)


def forget_contact(event: Event) -> None:
    """Somebody asked to be forgotten: how to reach them is erased from the contact book."""
    contacts.forget_contacts_of(voice=event.object, by=None)


def end_contact(event: Event) -> None:
    """A consent was said anew: without a yes to be asked again, how to reach them is erased."""
    consent = Consent.objects.filter(pk=event.object, purpose=Purpose.RECONTACT).first()
    if consent and not has_consent(consent.participant, Purpose.RECONTACT):
        contacts.end_contact(person=consent.participant_id, by=None)


def write_calls(event: Event) -> None:
    """A call was sent: members who gave a mail address read it, with their own link."""
    meeting = of_meetings.all_coming().filter(pk=event.object).first()
    for letter in of_meetings.call_letters(meeting, settings.JUKWAA_URL) if meeting else ():
        _write_to_member(letter)


def remind_members() -> int:
    """A meeting is near: members who have not replied are reminded once; gives how many messages went out."""
    return sum(
        _write_to_member(letter)
        for meeting in of_meetings.to_remind_of()
        for letter in of_meetings.reminders(meeting, settings.JUKWAA_URL)
        if not is_written(letter.key)
    )


def _write_to_member(letter: of_meetings.Letter) -> int:
    return post.write(
        programme=letter.meeting.programme,
        role=Address.Role.MEMBER,
        of=letter.seat.pk,
        subject=letter.subject,
        text=letter.text,
        key=letter.key,
    )


def tell_followers(event: Event) -> None:
    """Something changed that people follow: those who wish to hear at once are written to."""
    stream = Stream.objects.get(pk=event.stream_id)
    following.tell_at_once(programme=stream.programme, time=event.hlc)


def notice_verdict(event: Event) -> None:
    """Somebody confirmed or disputed a report: followers hear of it from midnight on, if the public may."""
    following.notice(verdict=event.object)


def tell_of_change(event: Event) -> None:
    """A call was changed or taken back: members who gave an address hear of it."""
    following.tell_of_change(meeting=event.object, change=event.pk)


def ask_nominee(event: Event) -> None:
    """A nominee was given a link: they get it by mail, if they gave an address."""
    following.ask_nominee(candidate=event.object)


def end_owner_mail(event: Event) -> None:
    """A promise's personal link was ended: its owner is not written to any more either."""
    following.end_mail_of(role=Address.Role.OWNER, of=event.object, then=event.hlc)


def end_office_mail(event: Event) -> None:
    """An office was handed over: whoever held it before is not written to any more."""
    following.end_mail_of_office(transfer=event.object, then=event.hlc)


def end_member_mail(event: Event) -> None:
    """Somebody left a seat, or another is named for it: the address of whoever held it goes."""
    following.end_mail_of(role=Address.Role.MEMBER, of=event.object, then=event.hlc)


def end_nominee_mail(event: Event) -> None:
    """Somebody does not stand: they are not written to about it any more."""
    following.end_mail_of(role=Address.Role.NOMINEE, of=event.object, then=event.hlc)


def forget_mail(event: Event) -> None:
    """Somebody asked to be forgotten: addresses that they gave as a nominee or a member go too."""
    following.forget_mail_of(person=event.object)


def send_seat_link(event: Event) -> None:
    """The holder of a seat was given a personal link: it is mailed to them, if they gave an address."""
    letters.send_seat_link(seat=event.object)


def join_what_is_of_both(event: Event) -> None:
    """Two groups or organisations are one: so are their places on the map, offices, and what these said."""
    for group in _into(Constituency.objects.all(), event):
        scoping.join_on_the_map(row=group, by=None)
    for organisation in _into(Organisation.objects.all(), event):
        scoping.join_on_the_map(row=organisation, by=None)
        elections.join_authorities(organisation=organisation, by=None)
        promises.join_offices(organisation=organisation.pk, by=None)


def _into(rows: QuerySet[Any], event: Event) -> QuerySet[Any]:
    """The row that another went into; none if it is of another kind, or this was taken back."""
    return rows.filter(pk__in=rows.filter(pk=event.object).values("merged_into"))


REACTIONS: dict[str, list[Reaction]] = {
    "programmes.consent_said": [take_back_stories, end_contact],
    "programmes.consent_ended": [take_back_stories, end_contact],
    "programmes.rows_merged": [join_what_is_of_both],
    "agenda.row_adopted": [tell_followers],
    "delivery.commitment_made": [tell_followers],
    "delivery.report_made": [tell_followers],
    "delivery.outcome_recorded": [tell_followers],
    "delivery.report_confirmed": [notice_verdict],
    "delivery.report_disputed": [notice_verdict],
    "delivery.minutes_published": [tell_followers],
    "delivery.meeting_changed": [tell_of_change],
    "delivery.meeting_cancelled": [tell_of_change],
    "agenda.nominee_link_given": [ask_nominee],
    "delivery.link_ended": [end_owner_mail],
    "delivery.office_handed_over": [end_office_mail],
    "agenda.seat_link_given": [send_seat_link],
    "agenda.seat_nominated": [end_member_mail],
    "agenda.seat_stood_down": [end_member_mail],
    "agenda.seat_removed": [end_member_mail],
    "agenda.candidate_withdrawn": [end_nominee_mail],
    "agenda.candidate_declined": [end_nominee_mail],
    "agenda.candidate_removed": [end_nominee_mail],
    "record.withdrawn": [
        forget_seats,
        forget_forms,
        forget_shared_words,
        forget_contact,
        forget_mail,
        forget_what_is_put_by,
    ],
    "field.submission_received": [forget_late_form],
    "delivery.call_sent": [write_calls],
    "agenda.seat_closed": [end_member_mail],
}

# Each does what is due and gives how much it did.
QUESTIONS: list[Question] = [
    analysis.redraw_due,
    choice.choose_due,
    collect.clean_due,
    following.tell_due,
    following.remind_due,
    letters.remind_to_endorse,
    # What somebody began and left lies outside the record, so nothing but time takes it away.
    held.forget,
    stash.forget,
    remind_members,
]


def work_once(*, at: datetime | None = None) -> int:
    """Do what there is to do now, each stream as far as it goes; gives how much was done, 0 for nothing."""
    return react_once(at=at) + ask_once()


def react_once(*, at: datetime | None = None) -> int:
    """Follow each stream as far as it goes; gives to how many events something followed."""
    at = at or timezone.now()
    return sum(follow(stream, at=at) for stream in queries.streams_to_follow(REACTIONS, at=at))


def ask_once() -> int:
    """Do what is due by the standing questions; gives how much was done."""
    return sum(ask(question) for question in QUESTIONS)


def follow(stream: Stream, *, at: datetime) -> int:
    """Run the reactions to the stream's events in order; gives to how many. One that fails is tried later."""
    done = actions.claim(stream, at=at)
    if done is None:
        return 0
    events, end = queries.events_to_follow(stream, done.next_seq, REACTIONS)
    for ran, event in enumerate(events):
        if not react(event, done, at=at):
            return ran
    actions.release(done, to=end)
    return len(events)


def react(event: Event, done: Done, *, at: datetime) -> bool:
    """Run all reactions to one event, and remember that they ran or that they failed."""
    try:
        for reaction in REACTIONS[event.verb]:
            reaction(event)
    except Exception:
        # Whatever it was, the other streams go on, and this one is tried again.
        log.exception("What follows from %s %s failed", event.verb, event.pk)
        actions.put_off(done, at=at)
        return False
    actions.go_on(done, to=event.seq + 1, at=at)
    return True


def ask(question: Question) -> int:
    """Do what is due by one standing question; one that fails does not stop the others."""
    try:
        return question()
    except Exception:
        log.exception("A standing question failed")
        return 0
