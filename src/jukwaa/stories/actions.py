"""What this room changes: stories are written, told and taken back; publications are given out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.delivery.models import Outcome
from jukwaa.field.media import PHOTO_MIME, Photo
from jukwaa.programmes import files
from jukwaa.programmes.models import Audience, Participant, Programme, Purpose
from jukwaa.record import blobs
from jukwaa.record.write import By
from jukwaa.stories import queries
from jukwaa.stories.models import Publication, Story


class NotConsented(Exception):
    """The teller did not consent to these purposes for that audience; nothing was told."""

    def __init__(self, missing: Sequence[Purpose], audience: str) -> None:
        super().__init__(missing, audience)
        self.missing, self.audience = missing, Audience(audience)

    def __str__(self) -> str:
        asked = ", ".join(f"“{purpose.label}”" for purpose in self.missing)
        return _(
            "The person who tells this story has not agreed to %(asked)s for this audience: %(audience)s."
        ) % {"asked": asked, "audience": self.audience.label}


class NotPublic(Exception):
    """A story without a teller can only tell what is public, and this is not."""


class NoTeller(Exception):
    """A photo needs somebody who consents to it, and the story has no teller."""


def write_story(
    *,
    outcome: Outcome,
    title: str,
    text: str,
    by: By,
    language: str = "en",
    teller: Participant | None = None,
    photo: Photo | None = None,
    photo_shows: str = "",
) -> Story:
    """Write a story of change down; nobody sees it yet but staff. Raises NoTeller for a photo of nobody."""
    if teller is not None and teller.programme_id != outcome.programme_id:
        raise ValueError("the teller takes part in another programme than the outcome's")
    if photo and teller is None:
        raise NoTeller(_("A photo can only stand in a story with a teller, who agrees to it."))
    story = Story(
        programme_id=outcome.programme_id,
        outcome=outcome,
        teller=teller,
        subject=teller.pk if teller else None,
        title=title,
        text=text,
        language=language,
        photo=blobs.keep(photo.data, mime=PHOTO_MIME) if photo else "",
        photo_shows=photo_shows,
    )
    return record.fact("stories.story_written", story, by=by)


@transaction.atomic
def change_story(
    *,
    story: Story,
    by: By,
    title: str,
    text: str,
    language: str,
    photo: Photo | None = None,
    photo_shows: str = "",
    without_photo: bool = False,
) -> Story:
    """Say the story anew; its photo stays unless there is another or it goes (without_photo).

    A story that is told already must be consented to with its new photo: raises NotConsented, or NoTeller.
    """
    if photo and story.teller_id is None:
        raise NoTeller(_("A photo can only stand in a story with a teller, who agrees to it."))
    kept = "" if without_photo else story.photo
    kept = blobs.keep(photo.data, mime=PHOTO_MIME) if photo else kept
    if story.published_on and photo:
        _must_be_consented(story, photo=kept, audience=story.audience)
    return record.put(
        "stories.story_changed",
        story,
        by=by,
        title=title,
        text=text,
        language=language,
        photo=kept,
        photo_shows=photo_shows if kept else "",
    )


@transaction.atomic
def publish_story(*, story: Story, audience: str, by: By, on: date | None = None) -> Story:
    """Tell the story to that audience, from that day. Raises NotConsented or NotPublic."""
    _must_be_consented(story, photo=story.photo, audience=audience)
    if story.teller_id is None and audience >= Audience.PUBLIC and not queries.is_public(story.outcome):
        raise NotPublic(
            _("A story without a teller can only tell what is public, and what this one tells is not yet.")
        )
    return record.put(
        "stories.story_published",
        story,
        by=by,
        audience=Audience(audience).value,
        published_on=on or story.published_on or timezone.localdate(),
    )


def unpublish_story(*, story: Story, by: By) -> Story:
    """Take the story back; nobody sees it but staff."""
    return record.put("stories.story_unpublished", story, published_on=None, by=by)


def remove_story(*, story: Story, by: By) -> Story:
    """Take the story away, from staff too. Its history stays in the record."""
    return record.put("stories.story_removed", story, removed=True, published_on=None, by=by)


def unpublish_without_consent(*, teller: uuid.UUID, by: By = None) -> int:
    """Take back every story that this teller does not consent to any more; gives how many there were.

    Readers never saw them after the consent ended; this makes sure that they do not come back unasked.
    """
    told = Story.objects.filter(teller=teller, removed=False).exclude(published_on=None).exclude(text="")
    ended = [s for s in told if queries.missing_consents(teller=s.teller, photo="", audience=s.audience)]
    for story in ended:
        record.put("stories.story_unpublished", story, published_on=None, by=by)
    return len(ended)


def add_publication(
    *,
    programme: Programme,
    title: str,
    kind: str,
    by: By,
    summary: str = "",
    language: str = "en",
    data: bytes = b"",
    published_on: date | None = None,
    public: bool = False,
) -> Publication:
    """Add a publication, with its file if there is one. Raises files.Refused for a file of another kind."""
    file, file_name = _keep(data, title)
    publication = Publication(
        programme=programme,
        title=title,
        kind=kind,
        summary=summary,
        language=language,
        file=file,
        file_name=file_name,
        published_on=published_on or timezone.localdate(),
        public=public,
    )
    return record.fact("stories.publication_added", publication, by=by)


def change_publication(
    *,
    publication: Publication,
    by: By,
    title: str,
    kind: str,
    summary: str,
    language: str,
    published_on: date,
    public: bool,
    data: bytes = b"",
) -> Publication:
    """Say the publication anew; without data its file stays. Raises files.Refused."""
    file, file_name = _keep(data, title) if data else (publication.file, publication.file_name)
    return record.put(
        "stories.publication_changed",
        publication,
        by=by,
        title=title,
        kind=kind,
        summary=summary,
        language=language,
        published_on=published_on,
        public=public,
        file=file,
        file_name=file_name,
    )


def remove_publication(*, publication: Publication, by: By) -> Publication:
    """Take the publication away."""
    return record.put("stories.publication_removed", publication, removed=True, by=by)


def _must_be_consented(story: Story, *, photo: str, audience: str) -> None:
    missing = queries.missing_consents(teller=story.teller, photo=photo, audience=audience)
    if missing:
        raise NotConsented(missing, audience)


def _keep(data: bytes, title: str) -> tuple[str, str]:
    if not data:
        return "", ""
    kind = files.kind_of(data)
    return blobs.keep(data, mime=kind.mime), files.name_for(title, kind)
