"""What the demo programme brings back, how it keeps in touch, and what left the house."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jukwaa.field.contacts import actions as contacts
from jukwaa.programmes import actions
from jukwaa.programmes.models import Audience, Copy, Purpose, Role
from jukwaa.stories.returning.actions import note_correction
from jukwaa.stories.returning.queries import returned
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

# Public halves of keys whose private halves were thrown away: nobody opens the demo's book.
CUSTODIANS = {
    "Sister Agnes, Mwanza": "age1pur8lnwlldp25gpgtgap7lya6cuxmq37vut3prlqy7cy4uxxhu6q3j4lp3",
    "Advocate Msuya": "age1jtap5dzk0vxzz95hwl828pn6tdx3pgjcy4mwrnagc0z8j7w3040sv0el5r",
}
CORRECTION = "Maji ni machafu hata wakati wa kiangazi, si wakati wa mvua tu."


def keep_in_touch(cast: Cast) -> None:
    """Two custodians, and how three of those who agreed to be asked again can be reached."""
    lead, researcher = cast.member(Role.COORDINATOR), cast.member(Role.RESEARCHER)
    for name, key in CUSTODIANS.items():
        contacts.add_custodian(programme=cast.programme, name=name, recipient=key, by=lead)
    named = [person for person in next(iter(cast.people.values())) if person.called]
    for number, person in enumerate(named[:3]):
        actions.give_consent(
            participant=person,
            purpose=Purpose.RECONTACT,
            given=True,
            audience=Audience.PROGRAMME,
            until=timezone.localdate() + timedelta(days=30 + number),
            by=researcher,
        )
        contacts.keep_contact(person=person, name=f"Demo {number}", phone="0700 000 000", by=researcher)


def take_out(cast: Cast, days: Calendar) -> None:
    """What the staff took along, as it is noted."""
    researcher, lead = cast.member(Role.RESEARCHER), cast.member(Role.COORDINATOR)
    for kind, holds, name, by, ago in (
        (Copy.Kind.EXPORT, Copy.Holds.FORMS, "jukwaa_testimony.csv", researcher, 60),
        (Copy.Kind.POLIS, Copy.Holds.VOTES, "geita-polis.zip", lead, 40),
        (Copy.Kind.BACKUP, Copy.Holds.ALL, "/media/stick", None, 7),
    ):
        actions.note_copy(
            programme=cast.programme, kind=kind, holds=holds, name=name, by=by, day=days.ago(ago)
        )


def hear_back(cast: Cast, days: Calendar) -> None:
    """What the panners corrected when the findings were brought back to them."""
    group = next(iter(cast.constituencies.values()))
    told = returned(cast.programme, group).findings
    of_water = next((each for each in told if "water" in each.words), None)
    note_correction(
        programme=cast.programme,
        constituency=group,
        finding=of_water.finding if of_water else None,
        text=CORRECTION,
        language="sw",
        said_on=days.ago(20),
        by=cast.member(Role.RESEARCHER),
    )
