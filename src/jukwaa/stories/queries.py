"""What may be told to whom: stories as far as their tellers consent today, and publications."""

from __future__ import annotations

import uuid

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.utils import timezone

from jukwaa.delivery.models import Outcome
from jukwaa.programmes.models import Audience, Consent, Participant, Programme, Purpose
from jukwaa.stories.models import Publication, Story


def consents(purpose: str, audience: str) -> QuerySet[Consent]:
    """The consents for that purpose that reach at least that audience today."""
    return Consent.objects.filter(
        purpose=purpose, audience__gte=audience, given=True, removed=False, merged_into=None
    )


def missing_consents(*, teller: Participant | None, photo: str, audience: str) -> list[Purpose]:
    """For which purposes the teller has not consented to that audience; without a teller, none."""
    if teller is None:
        return []
    needed = [Purpose.STORY, Purpose.PHOTO] if photo else [Purpose.STORY]
    given = consents(Purpose.STORY, audience) | consents(Purpose.PHOTO, audience)
    have = set(given.filter(participant=teller).values_list("purpose", flat=True))
    return [purpose for purpose in needed if purpose not in have]


def stories(programme: Programme | uuid.UUID) -> QuerySet[Story]:
    """Every story of the programme that was not taken away, told or not."""
    return Story.objects.filter(programme=programme, removed=False, merged_into=None).select_related(
        "programme", "outcome", "teller"
    )


def told_to(audience: str, *, programme: Programme | None = None) -> QuerySet[Story]:
    """The stories that this audience may see today, newest first: published for it, and consented to still.

    `seen_photo` is the photo, or empty when its teller does not consent to it (any more).
    """
    mine = {"participant": OuterRef("teller")}
    seen = Exists(consents(Purpose.PHOTO, audience).filter(**mine))
    told = Story.objects.filter(
        Q(teller=None) | Exists(consents(Purpose.STORY, audience).filter(**mine)),
        removed=False,
        merged_into=None,
        audience__gte=audience,
        published_on__lte=timezone.localdate(),
    ).exclude(text="")
    if programme is not None:
        told = told.filter(programme=programme)
    shown = Case(When(seen, then="photo"), default=Value(""), output_field=TextField())
    return told.annotate(seen_photo=shown).select_related("programme", "outcome")


def public_stories(programme: Programme | None = None) -> QuerySet[Story]:
    """The stories that everybody may see, of one programme or of all that are shown to the public."""
    told = told_to(Audience.PUBLIC, programme=programme)
    return told if programme else told.filter(programme__public=True, programme__removed=False)


def publications(programme: Programme | None = None, *, public: bool = True) -> QuerySet[Publication]:
    """Publications, newest first: those shown to the public, or with public=False all of the programme."""
    found = Publication.objects.filter(removed=False, merged_into=None).select_related("programme")
    if programme is not None:
        found = found.filter(programme=programme)
    else:
        found = found.filter(programme__public=True, programme__removed=False)
    return found.filter(public=True, published_on__lte=timezone.localdate()) if public else found


def stories_with(words: str, told: QuerySet[Story]) -> QuerySet[Story]:
    """Those of the stories that hold each of the words."""
    for word in words.split():
        told = told.filter(Q(title__icontains=word) | Q(text__icontains=word))
    return told


def publications_with(words: str, found: QuerySet[Publication]) -> QuerySet[Publication]:
    """Those of the publications that hold each of the words in title, summary or file name."""
    for word in words.split():
        found = found.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(file_name__icontains=word)
        )
    return found


def outcomes_untold(programme: Programme) -> QuerySet[Outcome]:
    """Outcomes of which no story was written."""
    written = Story.objects.filter(outcome=OuterRef("pk"), removed=False, merged_into=None)
    return Outcome.objects.filter(~Exists(written), programme=programme, removed=False, merged_into=None)


def is_public(outcome: Outcome) -> bool:
    """Whether the public may see the outcome: nothing behind it is kept inside the programme."""
    behind = outcome.commitment
    return behind is None or behind.row.public
