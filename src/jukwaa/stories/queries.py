"""What may be told to whom: stories as far as their tellers consent today, and publications."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.utils import timezone

from jukwaa.delivery.models import Outcome
from jukwaa.programmes.models import Audience, Consent, Participant, Programme, Purpose
from jukwaa.programmes.queries import holding
from jukwaa.stories.models import Publication, Story


def consents(purpose: str, audience: str) -> QuerySet[Consent]:
    """The consents for that purpose that reach at least that audience today."""
    return holding(Consent.objects.filter(purpose=purpose), audience)


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


# ---- the library -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """A story or a publication as a list shows it; kind is its icon's name."""

    kind: str
    title: str
    opening: str
    language: str
    when: date | None
    url: str
    programme: Programme
    draft: bool = False


def library(
    told: QuerySet[Story],
    given_out: QuerySet[Publication],
    *,
    words: str = "",
    language: str = "",
    kind: str = "",
) -> list[Item]:
    """The stories and publications among these that fit what is given: drafts first, then the newest.

    kind: "story", "publication" or "" for both.
    """
    if language:
        told, given_out = told.filter(language=language), given_out.filter(language=language)
    items = []
    if kind != "publication":
        items += [_story_item(story) for story in stories_with(words, told)]
    if kind != "story":
        items += [_publication_item(one) for one in publications_with(words, given_out)]
    return sorted(items, key=lambda item: (item.draft, item.when or date.max, item.title), reverse=True)


def _story_item(story: Story) -> Item:
    draft = story.published_on is None
    url, when = story.get_absolute_url(), story.published_on
    return Item("story", story.title, story.text, story.language, when, url, story.programme, draft)


def _publication_item(one: Publication) -> Item:
    url, when = one.get_absolute_url(), one.published_on
    return Item("publication", one.title, one.summary, one.language, when, url, one.programme, not one.public)


def languages_of(told: QuerySet[Story], given_out: QuerySet[Publication]) -> list[str]:
    """The languages in which there is something, by code."""
    found = {*told.values_list("language", flat=True), *given_out.values_list("language", flat=True)}
    return sorted(found)
